/* What the libs3 back end cannot do with a key, by version of the library; pure, for the tests. */
#ifndef LW_STORE_LIBS3_PRIV_H
#define LW_STORE_LIBS3_PRIV_H

#include "store/store_priv.h"

/* Why this back end would read or write another object than the one named key; NULL when it is exact. */
const char *lw_libs3_key_problem(const char *key);

#endif
