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

static inline lw_kinds classify(const char *at) {
    bytes text[2] = {simde_mm256_loadu_si256((const simde__m256i *)(const void *)at),
                     simde_mm256_loadu_si256((const simde__m256i *)(const void *)(at + 32))};
    bytes digit[2];
    bytes letter[2];
    bytes beyond[2];
    bytes upper[2];
    bytes token[2];
    bytes separator[2];
    bytes joint[2];
    for (int i = 0; i < 2; i++) {
        bytes lower = simde_mm256_or_si256(text[i], fill(0x20));
        digit[i] = in_range(text[i], '0', 10);
        letter[i] = simde_mm256_or_si256(in_range(lower, 'a', 26), text[i]);  /* the top bit: beyond ASCII */
        beyond[i] = simde_mm256_or_si256(in_range(lower, 'g', 20), text[i]);
        upper[i] = in_range(text[i], 'A', 26);
        joint[i] = simde_mm256_or_si256(equal(text[i], ' '), equal(text[i], '-'));
        bytes round = in_range(text[i], '(', 2);
        bytes dots = in_range(text[i], '.', 2); /* . and / */
        separator[i] = simde_mm256_or_si256(simde_mm256_or_si256(joint[i], round), dots);
        bytes signs = simde_mm256_or_si256(equal(text[i], '+'), equal(text[i], '/'));
        token[i] = simde_mm256_or_si256(simde_mm256_or_si256(signs, equal(text[i], '-')), equal(text[i], '_'));
    }
    return (lw_kinds){
        .digit = mask(digit[0], digit[1]),
        .high = mask(text[0], text[1]),
        .letter = mask(letter[0], letter[1]),
        .beyond_hex = mask(beyond[0], beyond[1]),
        .upper = mask(upper[0], upper[1]),
        .token = mask(token[0], token[1]),
        .separator = mask(separator[0], separator[1]),
        .joint = mask(joint[0], joint[1]),
        .plus = mask(equal(text[0], '+'), equal(text[1], '+')),
        .zero = mask(equal(text[0], '0'), equal(text[1], '0')),
        .one = mask(equal(text[0], '1'), equal(text[1], '1')),
    };
}

#define NAME lw_marks_avx2
#include "scanner/marks_body.h"
