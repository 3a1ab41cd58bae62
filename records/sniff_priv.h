/* Deciding from an object's first bytes what it is. Pure functions of the preview, so the same for every block size. */
#ifndef LW_RECORDS_SNIFF_PRIV_H
#define LW_RECORDS_SNIFF_PRIV_H

#include "records/records.h"

bool lw_sniff_gzip(lw_slice head);
/* By byte order mark, else by where the zero bytes stand. *ret_mark: length of the mark. */
lw_encoding lw_sniff_encoding(lw_slice head, size_t *ret_mark);
/* What kind of binary data it is ("Parquet", "ZIP archive" ...), or NULL for text. name: the object's key or NULL. */
const char *lw_sniff_binary(lw_slice head, const char *name);
/* Format and delimiter from the first text; name's extension has a say. text_ended: this is all of it. */
void lw_sniff_dialect(lw_slice text, bool text_ended, const char *name, lw_dialect *dialect);
/* Whether the first of the records holds column names. */
bool lw_sniff_header(const lw_block *records);

#endif
