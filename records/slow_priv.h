/* The slow path: what libcsv says. */
#ifndef LW_RECORDS_SLOW_PRIV_H
#define LW_RECORDS_SLOW_PRIV_H

#include "records/records.h"

/* Parses text[0, len), which begins at a record, with libcsv. Fills block (arrays have room; block->text gets the final
 * cells and must have room for len bytes; it must not overlap text) with every record that is complete; with at_end
 * also with the last one. *ret_consumed: bytes of text up to the end of the last record taken. At most max_records. */
lw_status lw_slow_parse(const char *text, size_t len, bool at_end, char delimiter, uint32_t max_records,
                        lw_block *block, size_t *ret_consumed) LW_MUST_USE;

#endif
