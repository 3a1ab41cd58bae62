/* How PCRE2 is asked to read a pattern, for the files of this folder that run it. */
#ifndef LW_IDENTIFIERS_PCRE_PRIV_H
#define LW_IDENTIFIERS_PCRE_PRIV_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/base.h"

#define LW_MATCH_LIMIT 200000
#define LW_HEAP_LIMIT_KIB 4096

/* regex.c. extra_options: PCRE2_ANCHORED and the like. */
lw_status lw_pcre_compile(lw_slice pattern, bool utf, uint32_t extra_options, pcre2_code **ret_code,
                          lw_error *err) LW_MUST_USE;

#endif
