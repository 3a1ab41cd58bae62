/* The sieve without SIMD, for x86-64 processors without AVX2, and the choice by what the processor has. */
#include "scanner/sieve_priv.h"

/* Nothing to keep. */
typedef struct constants {
    char none;
} constants;

static inline constants make_constants(void) {
    return (constants){0};
}

static inline uint64_t bit(bool set, size_t at) {
    return (uint64_t)set << at;
}

static lw_kinds classify(const char *at, size_t len, const constants *k) {
    (void)k;
    lw_kinds kinds = {0};
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)at[i];
        unsigned char lower = c | 0x20U;
        bool joint = c == ' ' || c == '-';
        kinds.digit |= bit(c >= '0' && c <= '9', i);
        kinds.high |= bit(c >= 0x80, i);
        kinds.letter |= bit((lower >= 'a' && lower <= 'z') || c >= 0x80, i);
        kinds.beyond_hex |= bit((lower >= 'g' && lower <= 'z') || c >= 0x80, i);
        kinds.upper |= bit(c >= 'A' && c <= 'Z', i);
        kinds.separator |= bit(joint || c == '(' || c == ')' || c == '.' || c == '/', i);
        kinds.joint |= bit(joint, i);
        kinds.dot |= bit(c == '.', i);
        kinds.plus |= bit(c == '+', i);
        kinds.zero |= bit(c == '0', i);
        kinds.one |= bit(c == '1', i);
    }
    return kinds;
}

#define NAME lw_sieve_base
#include "scanner/sieve_body.h"

lw_sieve_run lw_sieve_choose(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw")) {
        return lw_sieve_avx512;
    }
    if (!__builtin_cpu_supports("avx2")) {
        return lw_sieve_base;
    }
#endif
    return lw_sieve_avx2;
}
