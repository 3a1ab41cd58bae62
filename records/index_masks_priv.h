/* What the index sees in 64 bytes of text; bit i speaks of byte i. */
#ifndef LW_RECORDS_INDEX_MASKS_PRIV_H
#define LW_RECORDS_INDEX_MASKS_PRIV_H

#include <stdint.h>

typedef struct masks {
    uint64_t delimiter, newline;
    uint64_t other; /* not 0: a quote, carriage return or NUL is there */
} masks;

typedef struct others {
    uint64_t quote, carriage, nul;
} others;

#endif
