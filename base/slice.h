/* Bytes: lw_slice borrows, lw_buf owns. Neither relies on a terminating NUL, except where said. */
#ifndef LW_BASE_SLICE_H
#define LW_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Borrowed bytes, passed by value. data may be NULL only if len is 0. Valid as long as the owner says. */
typedef struct lw_slice {
    const char *data;
    size_t len;
} lw_slice;

#define LW_SLICE_LITERAL(text) ((lw_slice){(text), sizeof(text) - 1})

lw_slice lw_slice_from(const char *text); /* NULL gives the empty slice */
bool lw_slice_equal(lw_slice a, lw_slice b);
bool lw_slice_equal_text(lw_slice a, const char *text);
bool lw_slice_equal_nocase(lw_slice a, lw_slice b); /* ASCII case folding */
int lw_slice_compare(lw_slice a, lw_slice b);       /* memcmp order, shorter first */
bool lw_slice_starts_with(lw_slice a, lw_slice prefix);
bool lw_slice_ends_with(lw_slice a, lw_slice suffix);
lw_slice lw_slice_trim(lw_slice a); /* ASCII white space at both ends */
/* Copies to a new NUL-terminated string (free()); NULL when out of memory. */
char *lw_slice_dup(lw_slice a) LW_MUST_USE;
/* Like strdup for possibly NULL text; NULL stays NULL. */
char *lw_text_dup(const char *text) LW_MUST_USE;

/* Owned, growing bytes with a mandatory maximum. After any append data[len] is NUL (not counted), so data can be
 * used as a C string where the content has no NUL. Contents are wiped before memory is given back: what passes
 * through a buffer may be scanned data or a credential. Not safe for use by two threads at once. */
typedef struct lw_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
} lw_buf;

void lw_buf_init(lw_buf *buf, size_t max);
void lw_buf_done(lw_buf *buf);  /* wipes, frees, leaves an empty buffer with the same maximum */
void lw_buf_reset(lw_buf *buf); /* length 0, keeps the memory; does not wipe */
lw_status lw_buf_reserve(lw_buf *buf, size_t extra) LW_MUST_USE; /* room for extra more bytes; LW_E_LIMIT over max */
lw_status lw_buf_append(lw_buf *buf, const void *data, size_t len) LW_MUST_USE;
lw_status lw_buf_append_slice(lw_buf *buf, lw_slice slice) LW_MUST_USE;
lw_status lw_buf_append_text(lw_buf *buf, const char *text) LW_MUST_USE;
lw_status lw_buf_append_char(lw_buf *buf, char c) LW_MUST_USE;
lw_status lw_buf_printf(lw_buf *buf, const char *format, ...) LW_PRINTF(2, 3) LW_MUST_USE;
lw_slice lw_buf_slice(const lw_buf *buf);
/* Gives the NUL-terminated memory away (free()); the buffer is empty after. NULL when out of memory. */
char *lw_buf_take(lw_buf *buf) LW_MUST_USE;

/* A growing list of owned strings. `lw_strings list = {0};` is ready for use. */
typedef struct lw_strings {
    char **items;
    size_t count;
    size_t cap;
} lw_strings;

lw_status lw_strings_add(lw_strings *list, lw_slice text) LW_MUST_USE; /* copies */
lw_status lw_strings_addf(lw_strings *list, const char *format, ...) LW_PRINTF(2, 3) LW_MUST_USE;
bool lw_strings_contain(const lw_strings *list, lw_slice text);
void lw_strings_done(lw_strings *list); /* wipes and frees the items; the list is empty after */

#endif
