/* Time. Wall time is UTC milliseconds since 1970; the wall clock may jump, so durations use the monotonic clock. */
#ifndef LW_BASE_CLOCK_H
#define LW_BASE_CLOCK_H

#include <stdint.h>

#include "base/slice.h"

#define LW_TIME_TEXT_SIZE 32

int64_t lw_clock_wall_ms(void);
int64_t lw_clock_monotonic_ns(void);
void lw_sleep_ms(int64_t milliseconds);

/* "2026-01-01T00:00:00.000Z" (as Macie writes times). */
void lw_time_format(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]);
/* "20260101T000000Z" (SigV4, ISO 8601 basic). */
void lw_time_format_basic(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]);
/* "Thu, 01 Jan 2026 00:00:00 GMT" (RFC 9110 HTTP date). */
void lw_time_format_http(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]);
/* Reads ISO 8601 ("2026-01-01", "...T00:00:00Z", ".000Z", "+01:00"). LW_E_PARSE otherwise. */
lw_status lw_time_parse_iso(lw_slice text, int64_t *ret_wall_ms) LW_MUST_USE;
lw_status lw_time_parse_http(lw_slice text, int64_t *ret_wall_ms) LW_MUST_USE;

/* Uniform random bits from the kernel; for jitter, ids and scratch names. */
uint64_t lw_random_u64(void);
/* Random UUID version 4 text (RFC 9562), 36 characters and NUL. */
void lw_random_uuid(char out[37]);

#endif
