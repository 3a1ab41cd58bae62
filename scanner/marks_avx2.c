/* Marks with AVX2 (or what SIMDe makes of it elsewhere): 32 bytes at once. */
#include <simde/x86/avx2.h>

#include "scanner/marks_priv.h"

typedef simde__m256i bytes;

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

static inline lw_kinds classify(const char *at) {
    bytes first = simde_mm256_loadu_si256((const simde__m256i *)(const void *)at);
    bytes second = simde_mm256_loadu_si256((const simde__m256i *)(const void *)(at + 32));
    half low = classify_half(first);
    half high = classify_half(second);
    return (lw_kinds){
        .digit = mask(low.digit, high.digit),
        .high = mask(first, second),
        .letter = mask(low.letter, high.letter),
        .beyond_hex = mask(low.beyond, high.beyond),
        .upper = mask(low.upper, high.upper),
        .separator = mask(low.separator, high.separator),
        .joint = mask(low.joint, high.joint),
        .dot = mask(low.dot, high.dot),
        .plus = mask(low.plus, high.plus),
        .zero = mask(low.zero, high.zero),
        .one = mask(low.one, high.one),
    };
}

#define NAME lw_marks_avx2
#define GATED_NAME lw_gated_avx2
#include "scanner/marks_body.h"
