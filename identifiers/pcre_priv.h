/* How PCRE2 is asked to read a pattern, for the files of this folder that run it. */
#ifndef LW_IDENTIFIERS_PCRE_PRIV_H
#define LW_IDENTIFIERS_PCRE_PRIV_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/base.h"

#define LW_MATCH_LIMIT 200000
#define LW_HEAP_LIMIT_KIB 4096

/* The work that a slow pattern may still do. */
typedef struct lw_meter {
    uint64_t left; /* units (regex_priv.h) */
    size_t at;     /* where PCRE2 was when it called out last */
} lw_meter;

/* regex.c. For pcre2_set_callout, with a meter as its data: pays for a step of a pattern compiled with
 * PCRE2_AUTO_CALLOUT; nothing left: ends the search with an error. */
int lw_meter_step(pcre2_callout_block *block, void *meter);

/* regex.c. extra_options: PCRE2_ANCHORED and the like. */
lw_status lw_pcre_compile(lw_slice pattern, bool utf, uint32_t extra_options, pcre2_code **ret_code,
                          lw_error *err) LW_MUST_USE;

#endif
