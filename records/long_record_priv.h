/* Records longer than LW_RECORD_WINDOW, in windows. */
#ifndef LW_RECORDS_LONG_RECORD_PRIV_H
#define LW_RECORDS_LONG_RECORD_PRIV_H

#include "records/records.h"

#define LW_WINDOW_CELLS 65536U /* a window also ends after so many cells, which bounds the index of a block */

typedef struct lw_long_record {
    bool active; /* a record was cut and goes on */
    bool lines;  /* plain text: no delimiter, no quotes */
    char delimiter;
    uint32_t column; /* of the cell under way, or of the next one */
    enum { LW_LONG_NOT_BEGUN, LW_LONG_BEGUN, LW_LONG_MIGHT_HAVE_ENDED } state;
    bool quoted;
    uint32_t spaces; /* behind what may be the closing quote */
    char overlap[LW_CELL_OVERLAP];
    uint32_t overlap_len;
} lw_long_record;

/* Reads the next window of the record: text[0, len) up to the record's end. Fills block with one record (part): text
 * gets final cells (room for 2 * len + LW_CELL_OVERLAP). record->active tells whether the record goes on. at_end: the
 * data ends with text. A record that ends with CR leaves a following LF to the caller. */
void lw_long_record_window(lw_long_record *record, const char *text, size_t len, bool at_end, lw_block *block,
                           size_t *ret_consumed);

#endif
