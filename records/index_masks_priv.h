/* What the index sees in 64 bytes of text; bit i speaks of byte i. */
#ifndef LW_RECORDS_INDEX_MASKS_PRIV_H
#define LW_RECORDS_INDEX_MASKS_PRIV_H

#include <stdint.h>
#if defined(__BMI__)
#include <immintrin.h>
#endif

typedef struct masks {
    uint64_t structure; /* delimiters and newlines */
    uint64_t newline;
} masks;

typedef struct others {
    uint64_t quote, carriage, nul;
} others;

/* The place of the first bit; of none, any up to 64. */
static inline uint32_t lw_first_bit(uint64_t mask) {
#if defined(__BMI__)
    return (uint32_t)_tzcnt_u64(mask); /* says what 0 gives, as the builtin does not */
#else
    return (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << 63);
#endif
}

#endif
