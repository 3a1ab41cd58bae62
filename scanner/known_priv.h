/* Cells known to hold nothing. Columns of few values hold the same cell again and again. Those that had a keyword or
 * passed the sieve, and of which nothing came, are remembered, some hundred at a time, so that they are judged once:
 * only where all depends on the cell's text alone. */
#ifndef LW_SCANNER_KNOWN_PRIV_H
#define LW_SCANNER_KNOWN_PRIV_H

#include "records/records.h"

#include <string.h>

#define LW_KNOWN_CELLS 1024U
#define LW_KNOWN_CELL_MAX 111U
#define LW_KNOWN_WAITING 64U

typedef struct lw_known {
    uint32_t tags[LW_KNOWN_CELLS]; /* of the texts: most questions end here */
    struct {
        uint8_t len; /* 0: none */
        char text[LW_KNOWN_CELL_MAX];
    } cells[LW_KNOWN_CELLS];
    bool in_lines; /* a cell is judged otherwise in lines of plain text */
    lw_slice waiting[LW_KNOWN_WAITING];
    size_t waiting_count;
} lw_known;

/* The text of a cell before its place in the table is worked out; at a line end of two bytes it may begin a byte early,
 * and is known by that as well. */
static inline lw_slice lw_text_of(const lw_block *block, uint32_t cell) {
    uint32_t begin = block->explicit_begin ? block->cell_begin[cell] : cell == 0 ? 0 : block->cell_end[cell - 1] + 1;
    uint32_t end = block->cell_end[cell];
    return (lw_slice){block->text + begin, end > begin ? end - begin : 0};
}

/* Eight bytes behind the cell are readable. */
static inline uint64_t lw_known_hash(lw_slice cell) {
    uint64_t first = 0;
    uint64_t middle = 0; /* where dosages and the like differ */
    uint64_t last = 0;
    memcpy(&first, cell.data, 8);
    if (cell.len < 8) {
        first &= (UINT64_C(1) << 8 * cell.len) - 1;
    } else {
        memcpy(&middle, cell.data + (cell.len - 8) / 2, 8);
        memcpy(&last, cell.data + cell.len - 8, 8);
    }
    uint64_t hash = (first ^ last * UINT64_C(0x9E3779B97F4A7C15) ^ middle * UINT64_C(0xC2B2AE3D27D4EB4F) ^ cell.len) *
                    UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 29;
}

/* The only text that it could be equal to, as long as the cell; NULL: it is not known. */
static inline const char *lw_known_like(const lw_known *known, lw_slice cell) {
    if (cell.len == 0 || cell.len > LW_KNOWN_CELL_MAX) {
        return NULL;
    }
    uint64_t hash = lw_known_hash(cell);
    size_t place = hash % LW_KNOWN_CELLS;
    bool like = known->tags[place] == (uint32_t)(hash >> 32) && known->cells[place].len == cell.len;
    return like ? known->cells[place].text : NULL;
}

static inline bool lw_known_has(const lw_known *known, lw_slice cell) {
    const char *like = lw_known_like(known, cell);
    return like != NULL && memcmp(like, cell.data, cell.len) == 0;
}

static inline void lw_known_put(lw_known *known, lw_slice cell, uint64_t hash) {
    size_t place = hash % LW_KNOWN_CELLS;
    known->tags[place] = (uint32_t)(hash >> 32);
    known->cells[place].len = (uint8_t)cell.len;
    memcpy(known->cells[place].text, cell.data, cell.len);
}

/* What was known stays known until the block is done: the sieve has left such cells out. So a text whose place is taken
 * waits for that; where too many wait, it comes by another time. */
static inline void lw_known_add(lw_known *known, lw_slice cell) {
    if (cell.len == 0 || cell.len > LW_KNOWN_CELL_MAX) {
        return;
    }
    uint64_t hash = lw_known_hash(cell);
    if (known->cells[hash % LW_KNOWN_CELLS].len == 0) {
        lw_known_put(known, cell, hash);
    } else if (known->waiting_count < LW_KNOWN_WAITING) {
        known->waiting[known->waiting_count++] = cell;
    }
}

/* To be said when the cells of a block are judged, and its text is still there. */
static inline void lw_known_settle(lw_known *known) {
    for (size_t i = 0; i < known->waiting_count; i++) {
        lw_known_put(known, known->waiting[i], lw_known_hash(known->waiting[i]));
    }
    known->waiting_count = 0;
}

/* To be said before the cells of a block; what was known of others is forgotten. */
static inline void lw_known_in_lines(lw_known *known, bool lines) {
    if (known->in_lines != lines) {
        memset(known->cells, 0, sizeof known->cells);
        known->in_lines = lines;
    }
}

#endif
