/* The fast index: where cells and records end in text that is regular CSV. */
#ifndef LW_RECORDS_INDEX_PRIV_H
#define LW_RECORDS_INDEX_PRIV_H

#include "records/records.h"

typedef struct lw_index_result {
    uint32_t consumed; /* bytes up to the end of the last complete record */
    bool quotes;       /* a quote occurs in the consumed bytes */
    bool irregular;    /* something after consumed needs libcsv to say what it means */
} lw_index_result;

/* Indexes text[0, len), which begins at a record and is followed by 64 readable bytes, into block's arrays (room for
 * len + 64 entries each): record_begin, record_cell, cell_end, ends, escape, record_count, cell_count, escape_count.
 * Cells still have their quotes. Stops before the first irregularity; a partial record at the end is left out. */
typedef void (*lw_index_run)(const char *text, size_t len, char delimiter, lw_block *block,
                             lw_index_result *ret_result);

void lw_index_avx512(const char *text, size_t len, char delimiter, lw_block *block, lw_index_result *ret_result);
void lw_index_avx2(const char *text, size_t len, char delimiter, lw_block *block, lw_index_result *ret_result);
void lw_index_base(const char *text, size_t len, char delimiter, lw_block *block, lw_index_result *ret_result);

/* Is there no quote, no NUL, and no carriage return but in front of a newline (or at the end) in text[0, len)? Then the
 * index finds nothing irregular, and every newline ends a record. 64 readable bytes follow. */
typedef bool (*lw_index_plain)(const char *text, size_t len);

bool lw_index_plain_avx512(const char *text, size_t len);
bool lw_index_plain_avx2(const char *text, size_t len);
bool lw_index_plain_base(const char *text, size_t len);

typedef struct lw_index {
    lw_index_run run;
    lw_index_plain is_plain;
} lw_index;

/* The best ones for this processor. */
lw_index lw_index_choose(void);

#endif
