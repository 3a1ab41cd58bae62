/* Memory of a block, and the step from raw to final cells.
 *
 * The index arrays have one entry for each byte that text can hold: more cells cannot be. The kernel gives pages only
 * where they are written, so a block costs what its content needs. Taking quotes off happens in place, once, by the
 * thread that indexed the block; blocks without a quote (most) are not touched again.
 */
#include "records/block_priv.h"

#include <stdlib.h>
#include <string.h>

static lw_status grow_array(uint32_t **array, size_t count) {
    uint32_t *grown = realloc(*array, count * sizeof **array);
    if (grown == NULL) {
        return LW_E_MEMORY;
    }
    *array = grown;
    return LW_OK;
}

static lw_status grow_bits(uint64_t **array, size_t count) {
    uint64_t *grown = realloc(*array, count * sizeof **array);
    if (grown == NULL) {
        return LW_E_MEMORY;
    }
    *array = grown;
    return LW_OK;
}

/* What was ever written: memory that nobody touched costs nothing, and wiping it would touch it. */
static size_t used_bytes(const lw_block *block) {
    size_t used = block->text_used > block->text_len ? block->text_used : block->text_len;
    used += LW_BLOCK_PADDING;
    return used < block->text_cap + LW_BLOCK_PADDING ? used : block->text_cap + LW_BLOCK_PADDING;
}

void lw_block_note_use(lw_block *block, size_t len) {
    block->text_used = len > block->text_used ? len : block->text_used;
}

lw_status lw_block_reserve(lw_block *block, size_t text_size) {
    if (text_size > block->text_cap) {
        /* at a cache line: every step of 64 bytes then costs one line, not two */
        char *text = aligned_alloc(LW_BLOCK_PADDING, (text_size / LW_BLOCK_PADDING + 2) * LW_BLOCK_PADDING);
        if (text == NULL) {
            return LW_E_MEMORY;
        }
        if (block->text != NULL) {
            memcpy(text, block->text, block->text_len);
            lw_wipe(block->text, used_bytes(block));
            free(block->text);
        }
        block->text = text;
        block->text_cap = text_size;
    }
    size_t entries = block->text_cap + LW_BLOCK_PADDING;
    if (entries > block->index_cap) {
        LW_TRY(grow_array(&block->cell_end, entries));
        LW_TRY(grow_array(&block->cell_begin, entries));
        LW_TRY(grow_array(&block->record_begin, entries));
        LW_TRY(grow_array(&block->record_cell, entries));
        LW_TRY(grow_array(&block->escape, entries));
        LW_TRY(grow_bits(&block->ends, entries / 64 + 16));
        block->index_cap = entries;
    }
    return LW_OK;
}

void lw_block_clear(lw_block *block) {
    block->first_column = 0;
    block->first_cell_overlap = 0;
    block->continued = false;
    block->record_count = 0;
    block->cell_count = 0;
    block->text_len = 0;
    block->explicit_begin = false;
    block->has_ends = false;
    block->escape_count = 0;
    block->unindexed = false;
}

void lw_block_keep_ends(lw_block *block, size_t consumed) {
    block->ends[consumed / 64] &= (UINT64_C(1) << consumed % 64) - 1;
    block->has_ends = true;
}

lw_status lw_block_new(size_t block_size, lw_block **ret_block) {
    lw_block *block = calloc(1, sizeof *block);
    if (block == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_block_reserve(block, block_size);
    if (status != LW_OK) {
        lw_block_free(block);
        return status;
    }
    *ret_block = block;
    return LW_OK;
}

void lw_block_free(lw_block *block) {
    if (block == NULL) {
        return;
    }
    if (block->text != NULL) {
        lw_wipe(block->text, used_bytes(block));
    }
    free(block->text);
    free(block->cell_end);
    free(block->cell_begin);
    free(block->record_begin);
    free(block->record_cell);
    free(block->escape);
    free(block->ends);
    free(block);
}

/* Undoes doubled quotes in place; returns the new length. */
static uint32_t undo_escapes(char *cell, uint32_t len) {
    char *quote = memchr(cell, '"', len);
    if (quote == NULL) {
        return len;
    }
    uint32_t to = (uint32_t)(quote - cell);
    for (uint32_t from = to; from < len; from++) {
        cell[to++] = cell[from];
        if (cell[from] == '"') {
            from++; /* regular text: its twin follows */
        }
    }
    return to;
}

/* A cell with quotes around it, from its first to its last; *next: the first escape that may be in it. The new end. */
static uint32_t unquote_escaped(lw_block *block, uint32_t begin, uint32_t end, uint32_t *next) {
    uint32_t shorter = begin + undo_escapes(block->text + begin, end - begin);
    memset(block->text + shorter, '"', end - shorter); /* no letter or digit is to touch the cell */
    while (*next < block->escape_count && block->escape[*next] < end) {
        ++*next;
    }
    return shorter;
}

void lw_block_unquote(lw_block *block) {
    uint32_t out = 0;
    uint32_t escape = 0;
    for (uint32_t record = 0; record < block->record_count; record++) {
        uint32_t begin = block->record_begin[record];
        uint32_t first = block->record_cell[record];
        uint32_t past_cell = block->record_cell[record + 1];
        block->record_cell[record] = out;
        if (past_cell - first == 1 && block->cell_end[first] == begin) {
            uint32_t place = block->record_begin[record + 1] - 1; /* of its newline */
            block->ends[place / 64] &= ~(UINT64_C(1) << place % 64);
            continue; /* a blank line has no cell; `""` has one */
        }
        for (uint32_t cell = first; cell < past_cell; cell++) {
            uint32_t end = block->cell_end[cell];
            uint32_t next = end + 1;
            uint32_t quoted = begin < end && block->text[begin] == '"';
            begin += quoted;
            end -= quoted;
            if (escape < block->escape_count && block->escape[escape] < end) {
                end = unquote_escaped(block, begin, end, &escape);
            }
            block->cell_begin[out] = begin;
            block->cell_end[out] = end;
            out++;
            begin = next;
        }
    }
    block->record_cell[block->record_count] = out;
    block->cell_count = out;
    block->explicit_begin = true;
}

static void column_of_record(const lw_block *block, uint32_t record, uint32_t index, uint32_t *begin, uint32_t *end) {
    if (index >= lw_block_record_cells(block, record)) {
        *begin = block->record_begin[record];
        *end = *begin;
        return;
    }
    lw_slice cell = lw_block_cell(block, record, index);
    *begin = (uint32_t)(cell.data - block->text);
    *end = *begin + (uint32_t)cell.len;
}

void lw_block_column(const lw_block *block, uint32_t column, uint32_t *begin, uint32_t *end) {
    uint32_t record = 0;
    if (block->first_column > 0 && block->record_count > 0) {
        uint32_t none = UINT32_MAX;
        column_of_record(block, 0, column >= block->first_column ? column - block->first_column : none, begin, end);
        record = 1;
    }
    if (block->explicit_begin || column == 0) {
        for (; record < block->record_count; record++) {
            column_of_record(block, record, column, begin + record, end + record);
        }
        return;
    }
    /* The hot case: no quotes, so that a cell lies between its neighbour's end and its own. */
    for (; record < block->record_count; record++) {
        uint32_t cell = block->record_cell[record] + column;
        bool there = cell < block->record_cell[record + 1];
        begin[record] = there ? block->cell_end[cell - 1] + 1 : block->record_begin[record];
        end[record] = there ? block->cell_end[cell] : block->record_begin[record];
    }
}
