/* Text helpers that more than one folder needs. All are pure functions, safe from any thread. */
#ifndef LW_BASE_TEXT_H
#define LW_BASE_TEXT_H

#include "base/slice.h"

/* UTF-8 (RFC 3629). Counts characters (code points); each byte that is no part of a valid sequence counts as one. */
size_t lw_utf8_count(lw_slice text);
bool lw_utf8_valid(lw_slice text); /* strict: no overlong forms, no surrogates, nothing over U+10FFFF */

/* Percent-encodes every byte but A-Z a-z 0-9 - . _ ~ (RFC 3986 unreserved), upper-case hex; keep_slash leaves '/' as it
 * is. */
lw_status lw_percent_encode(lw_slice text, bool keep_slash, lw_buf *out) LW_MUST_USE;
lw_status lw_percent_decode(lw_slice text, lw_buf *out) LW_MUST_USE; /* '+' is left alone; LW_E_PARSE on a bad escape */

/* Glob as in .gitignore on the whole of text: '*' within a path segment, '**' across segments, '?', '[a-z]', '[!a]',
 * '\' escapes. A pattern without '/' is also tried against the part after the last '/'. */
bool lw_glob_match(const char *pattern, lw_slice text);

/* Damerau-Levenshtein distance (adjacent swaps count 1), cut at 100; for "did you mean". */
unsigned lw_edit_distance(const char *a, const char *b);

/* "10", "64K", "10MB", "1.5GiB" to bytes; K, KB and KiB are all 1024 (as dd, rclone). LW_E_USAGE for anything else. */
lw_status lw_parse_size(const char *text, uint64_t *ret_bytes) LW_MUST_USE;
lw_status lw_parse_u64(const char *text, uint64_t *ret_value) LW_MUST_USE; /* decimal digits only */

/* Writes lower-case hex of len bytes and a NUL: out holds 2 * len + 1. */
void lw_hex(const void *data, size_t len, char *out);

/* "82.3 MB": decimal units as S3 consoles show them; out holds at least 16. */
void lw_format_bytes(uint64_t bytes, char out[16]);
/* "471,852"; out holds at least 32. */
void lw_format_count(uint64_t count, char out[32]);

#endif
