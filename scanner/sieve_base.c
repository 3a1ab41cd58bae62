/* The sieve without SIMD, for x86-64 processors without AVX2, and the choice by what the processor has. */
#include "scanner/sieve_priv.h"

/* Nothing to keep. */
typedef struct lw_constants {
    char none;
} lw_constants;

static inline lw_constants make_constants(void) {
    return (lw_constants){0};
}

static inline uint64_t bit(bool set, size_t at) {
    return (uint64_t)set << at;
}

static lw_letters classify_letters(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    lw_letters letters = {0};
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)at[i];
        unsigned char lower = c | 0x20U;
        letters.digit |= bit(c >= '0' && c <= '9', i);
        letters.high |= bit(c >= 0x80, i);
        letters.letter |= bit((lower >= 'a' && lower <= 'z') || c >= 0x80, i);
        letters.beyond_hex |= bit((lower >= 'g' && lower <= 'z') || c >= 0x80, i);
    }
    return letters;
}

static lw_signs classify_signs(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    lw_signs signs = {0};
    for (size_t i = 0; i < len; i++) {
        char c = at[i];
        bool joint = c == ' ' || c == '-';
        signs.separator |= bit(joint || c == '(' || c == ')' || c == '.' || c == '/', i);
        signs.joint |= bit(joint, i);
        signs.dot |= bit(c == '.', i);
        signs.plus |= bit(c == '+', i);
        signs.zero |= bit(c == '0', i);
        signs.one |= bit(c == '1', i);
    }
    return signs;
}

static uint64_t capitals(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    uint64_t map = 0;
    for (size_t i = 0; i < len; i++) {
        map |= bit(at[i] >= 'A' && at[i] <= 'Z', i);
    }
    return map;
}

static uint64_t hyphens(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    uint64_t map = 0;
    for (size_t i = 0; i < len; i++) {
        map |= bit(at[i] == '-', i);
    }
    return map;
}

#define NAME lw_sieve_base
#include "scanner/sieve_body.h"

lw_sieve_run lw_sieve_choose(void) {
#if defined(__x86_64__)
    if (lw_simd_level() >= LW_SIMD_AVX512_ICL) {
        return lw_sieve_suspects;
    }
    if (lw_simd_level() >= LW_SIMD_AVX512) {
        return lw_sieve_avx512;
    }
    if (lw_simd_level() < LW_SIMD_AVX2) {
        return lw_sieve_base;
    }
#endif
    return lw_sieve_suspects_avx2;
}
