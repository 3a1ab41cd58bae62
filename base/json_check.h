/* What must hold of a JSON text before a recursive parser may see it. A pure function, safe from any thread. */
#ifndef LW_BASE_JSON_CHECK_H
#define LW_BASE_JSON_CHECK_H

#include "base/slice.h"

/* Not empty, at most max bytes, valid UTF-8, no NUL (as a byte or as \\u0000: C strings would end there, and a shorter
 * key is another object), nested at most depth_max deep. what begins the message: "parse event". LW_E_PARSE, or
 * LW_E_LIMIT for size and depth. That it is JSON at all is for the parser to say. */
lw_status lw_json_check(lw_slice json, const char *what, size_t max, unsigned depth_max, lw_error *err) LW_MUST_USE;

#endif
