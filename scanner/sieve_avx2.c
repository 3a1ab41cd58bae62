/* The sieve with AVX2 (or what SIMDe makes of it elsewhere): 32 bytes at once. */
#include <simde/x86/avx2.h>

#include "scanner/sieve_priv.h"

typedef simde__m256i bytes;

/* Nothing to keep: constants come from memory. */
typedef struct constants {
    char none;
} constants;

static inline constants make_constants(void) {
    return (constants){0};
}

static inline bytes fill(char c) {
    return simde_mm256_set1_epi8(c);
}

/* Bytes in [from, from + count). */
static inline bytes in_range(bytes text, char from, char count) {
    bytes distance = simde_mm256_sub_epi8(text, fill(from));
    return simde_mm256_cmpeq_epi8(simde_mm256_min_epu8(distance, fill((char)(count - 1))), distance);
}

static inline bytes equal(bytes text, char c) {
    return simde_mm256_cmpeq_epi8(text, fill(c));
}

static inline uint64_t mask(bytes low, bytes high) {
    return (uint32_t)simde_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)simde_mm256_movemask_epi8(high) << 32;
}

/* What the bytes of one half are. */
typedef struct half {
    bytes digit, letter, beyond, upper, separator, joint, dot, plus, zero, one;
} half;

static inline half classify_half(bytes text) {
    bytes lower = simde_mm256_or_si256(text, fill(0x20));
    bytes joint = simde_mm256_or_si256(equal(text, ' '), equal(text, '-'));
    bytes round_or_dots = simde_mm256_or_si256(in_range(text, '(', 2), in_range(text, '.', 2)); /* ( ) . / */
    return (half){
        .digit = in_range(text, '0', 10),
        .letter = simde_mm256_or_si256(in_range(lower, 'a', 26), text), /* the top bit: beyond ASCII */
        .beyond = simde_mm256_or_si256(in_range(lower, 'g', 20), text),
        .upper = in_range(text, 'A', 26),
        .separator = simde_mm256_or_si256(joint, round_or_dots),
        .joint = joint,
        .dot = equal(text, '.'),
        .plus = equal(text, '+'),
        .zero = equal(text, '0'),
        .one = equal(text, '1'),
    };
}

static inline lw_kinds classify(const char *at, size_t len, const constants *k) {
    (void)k;
    uint64_t keep = len == 0 ? 0 : ~UINT64_C(0) >> (64 - len);
    bytes first = simde_mm256_loadu_si256((const simde__m256i *)(const void *)at);
    bytes second = simde_mm256_loadu_si256((const simde__m256i *)(const void *)(at + 32));
    half low = classify_half(first);
    half high = classify_half(second);
    return (lw_kinds){
        .digit = mask(low.digit, high.digit) & keep,
        .high = mask(first, second) & keep,
        .letter = mask(low.letter, high.letter) & keep,
        .beyond_hex = mask(low.beyond, high.beyond) & keep,
        .upper = mask(low.upper, high.upper) & keep,
        .separator = mask(low.separator, high.separator) & keep,
        .joint = mask(low.joint, high.joint) & keep,
        .dot = mask(low.dot, high.dot) & keep,
        .plus = mask(low.plus, high.plus) & keep,
        .zero = mask(low.zero, high.zero) & keep,
        .one = mask(low.one, high.one) & keep,
    };
}

#define NAME lw_sieve_avx2
#include "scanner/sieve_body.h"
