/* Records longer than the window: the same meaning as libcsv's, as a state machine that can stop anywhere.
 *
 * libcsv keeps a whole cell in memory; a 10 GB line would be one. Here a record is delivered in windows of a fixed
 * number of bytes, counted from its begin, so that the parts do not depend on block size or on how the data came in. A
 * cell cut by the end of a window goes on as the first cell of the next block, which shows its last bytes again: a
 * match that lies across the cut is seen whole there, if it is not longer than the overlap.
 *
 * What lies between the bytes that mean something is copied in one piece (put_run), so that a long cell costs little
 * more than the copy.
 *
 * A test holds this machine equal to libcsv on records cut at every place.
 */
#include "records/long_record_priv.h"

#include <string.h>

#include "records/block_priv.h"

typedef struct output {
    lw_block *block;
    uint32_t written;
    uint32_t cell_begin;
} output;

static void put(output *out, char c) {
    out->block->text[out->written++] = c;
}

static void end_cell(lw_long_record *record, output *out, uint32_t drop) {
    lw_block *block = out->block;
    uint32_t len = out->written - out->cell_begin;
    out->written -= drop < len ? drop : len;
    block->cell_begin[block->cell_count] = out->cell_begin;
    block->cell_end[block->cell_count] = out->written;
    block->cell_count++;
    put(out, '\n'); /* cells never touch, see slow.c */
    out->cell_begin = out->written;
    record->column++;
    record->state = LW_LONG_NOT_BEGUN;
    record->quoted = false;
    record->spaces = 0;
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

/* The byte behind what may be a closing quote. Returns true when the record ends. */
static bool step_behind_quote(lw_long_record *record, output *out, char c) {
    if (c == record->delimiter) {
        end_cell(record, out, record->spaces + 1);
    } else if (is_line_end(c)) {
        end_cell(record, out, record->spaces + 1);
        return true;
    } else if (c == ' ' || c == '\t') {
        put(out, c);
        record->spaces++;
    } else if (c == '"') {
        if (record->spaces > 0) {
            put(out, c);
            record->spaces = 0;
        } else {
            record->state = LW_LONG_BEGUN; /* doubled: the one already put stands for both */
        }
    } else {
        put(out, c);
        record->spaces = 0;
        record->state = LW_LONG_BEGUN;
    }
    return false;
}

static bool step(lw_long_record *record, output *out, char c) {
    if (record->lines) {
        if (c == '\n') {
            end_cell(record, out, out->written > out->cell_begin && out->block->text[out->written - 1] == '\r');
            return true;
        }
        record->state = LW_LONG_BEGUN;
        put(out, c);
        return false;
    }
    if (record->state == LW_LONG_MIGHT_HAVE_ENDED) {
        return step_behind_quote(record, out, c);
    }
    if (record->state == LW_LONG_BEGUN && record->quoted) {
        put(out, c);
        record->state = c == '"' ? LW_LONG_MIGHT_HAVE_ENDED : LW_LONG_BEGUN;
        return false;
    }
    if (c == record->delimiter) {
        end_cell(record, out, 0);
    } else if (is_line_end(c)) {
        end_cell(record, out, 0);
        return true;
    } else if (record->state == LW_LONG_NOT_BEGUN && c == '"') {
        record->state = LW_LONG_BEGUN;
        record->quoted = true;
    } else {
        record->state = LW_LONG_BEGUN;
        put(out, c);
    }
    return false;
}

/* ---- bytes that change nothing ---- */

#define ONES UINT64_C(0x0101010101010101)
#define HIGH (ONES << 7)

/* A byte of it is NUL; the lowest high bit set is that of the first, those above may be wrong. */
static inline uint64_t nul_bytes(uint64_t eight) {
    return (eight - ONES) & ~eight & HIGH;
}

/* The bytes in front of the first delimiter or line end. */
static size_t bare_run(const char *text, size_t len, char delimiter) {
    const uint64_t delimiters = ONES * (unsigned char)delimiter;
    size_t at = 0;
    for (; at + 8 <= len; at += 8) {
        uint64_t eight = 0;
        memcpy(&eight, text + at, 8);
        uint64_t found =
            nul_bytes(eight ^ delimiters) | nul_bytes(eight ^ ONES * '\n') | nul_bytes(eight ^ ONES * '\r');
        if (found != 0) {
            return at + (size_t)__builtin_ctzll(found) / 8;
        }
    }
    while (at < len && text[at] != delimiter && !is_line_end(text[at])) {
        at++;
    }
    return at;
}

static size_t run_before(const char *text, size_t len, char c) {
    const char *found = memchr(text, c, len);
    return found == NULL ? len : (size_t)(found - text);
}

/* Puts the bytes that are nothing but part of the cell under way, in one piece; returns how many. */
static size_t put_run(lw_long_record *record, output *out, const char *text, size_t len) {
    size_t run = 0;
    if (record->lines) {
        run = run_before(text, len, '\n');
    } else if (record->state == LW_LONG_BEGUN && record->quoted) {
        run = run_before(text, len, '"');
    } else if (record->state == LW_LONG_BEGUN || (record->state == LW_LONG_NOT_BEGUN && text[0] != '"')) {
        run = bare_run(text, len, record->delimiter);
    }
    if (run > 0) {
        memcpy(out->block->text + out->written, text, run);
        out->written += (uint32_t)run;
        record->state = LW_LONG_BEGUN;
    }
    return run;
}

/* Bytes put that a following delimiter would take back. */
static uint32_t pending(const lw_long_record *record) {
    return record->state == LW_LONG_MIGHT_HAVE_ENDED ? record->spaces + 1 : 0;
}

static void begin_block(lw_long_record *record, output *out) {
    lw_block *block = out->block;
    lw_block_clear(block);
    block->explicit_begin = true;
    block->record_begin[0] = 0;
    block->record_cell[0] = 0;
    if (!record->active) {
        record->column = 0;
        record->state = LW_LONG_NOT_BEGUN;
        record->quoted = false;
        record->spaces = 0;
        record->overlap_len = 0;
    }
    block->first_column = record->column;
    block->first_cell_overlap = record->overlap_len;
    memcpy(block->text, record->overlap, record->overlap_len);
    out->written = record->overlap_len;
    for (uint32_t i = 0; i < pending(record); i++) {
        put(out, i == 0 ? '"' : ' '); /* a tab comes back as a space */
    }
}

/* The window is full in the middle of a cell: show what is there, and keep its end for the next block. What may be the
 * closing quote and the space behind it are not shown yet: they are no part of the cell if a delimiter follows. */
static void cut_cell(lw_long_record *record, output *out) {
    uint32_t shown = out->written - out->cell_begin - pending(record);
    record->overlap_len = shown < LW_CELL_OVERLAP ? shown : LW_CELL_OVERLAP;
    memcpy(record->overlap, out->block->text + out->cell_begin + shown - record->overlap_len, record->overlap_len);
    lw_block *block = out->block;
    block->cell_begin[block->cell_count] = out->cell_begin;
    block->cell_end[block->cell_count] = out->cell_begin + shown;
    block->cell_count++;
}

static void end_block(lw_long_record *record, output *out, bool ended) {
    lw_block *block = out->block;
    if (ended) {
        lw_wipe(record->overlap, record->overlap_len);
        record->overlap_len = 0;
    } else {
        cut_cell(record, out);
    }
    record->active = !ended;
    block->continued = !ended;
    block->record_count = 1;
    block->record_begin[1] = out->written;
    block->record_cell[1] = block->cell_count;
    block->text_len = out->written;
}

void lw_long_record_window(lw_long_record *record, const char *text, size_t len, bool at_end, lw_block *block,
                           size_t *ret_consumed) {
    output out = {.block = block};
    begin_block(record, &out);
    size_t used = 0;
    bool ended = false;
    while (used < len && !ended && block->cell_count < LW_WINDOW_CELLS) {
        used += put_run(record, &out, text + used, len - used);
        if (used < len) {
            ended = step(record, &out, text[used]);
            used++;
        }
    }
    if (!ended && at_end && used == len) {
        end_cell(record, &out, pending(record));
        ended = true;
    }
    lw_block_note_use(block, out.written);
    end_block(record, &out, ended);
    *ret_consumed = used;
}
