/* Byte filters: sources that change what another source gives. Each owns nothing of the source under it. */
#ifndef LW_RECORDS_FILTER_PRIV_H
#define LW_RECORDS_FILTER_PRIV_H

#include "records/records.h"

typedef struct lw_filter lw_filter;
struct lw_filter {
    lw_source source; /* what it gives; ctx is the filter */
    void (*free)(lw_filter *filter);
};

#define LW_HEAD_MAX 4096U

/* Gives what inner gives, and can show its first bytes before they are read. */
lw_status lw_filter_peek_new(lw_source inner, lw_filter **ret_filter) LW_MUST_USE;
lw_status lw_filter_peek_head(lw_filter *filter, lw_slice *ret_head) LW_MUST_USE;

/* gzip (RFC 1952), concatenated members, zero padding behind the last one. A cut or corrupt stream is LW_E_MALFORMED
 * after all the data before the fault was given; more than max_bytes out is LW_E_LIMIT. */
lw_status lw_filter_gunzip_new(lw_source inner, uint64_t max_bytes, lw_filter **ret_filter) LW_MUST_USE;

/* UTF-16 to UTF-8; lone surrogates and an odd last byte become U+FFFD. The byte order mark must be off or is kept as
 * U+FEFF. */
lw_status lw_filter_utf16_new(lw_source inner, bool big_endian, lw_filter **ret_filter) LW_MUST_USE;

#endif
