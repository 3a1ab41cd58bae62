/* The index's view of 64 bytes, in SIMDe: AVX2, SSE2, NEON or plain C, as the file that includes it is built. No guard:
 * once a file, before index_body.h. */
#include <simde/x86/avx2.h>

#include "records/index_masks_priv.h"
#include "records/index_priv.h"

typedef struct constants {
    simde__m256i delimiter, newline, quote, carriage;
    simde__m256i others; /* by low nibble: a quote, carriage return, NUL, or what no byte of ASCII is */
} constants;

static inline constants make_constants(char delimiter) {
    simde__m128i table = simde_mm_setr_epi8('\0', -1, '"', -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, '\r', -1, -1);
    return (constants){simde_mm256_set1_epi8(delimiter), simde_mm256_set1_epi8('\n'), simde_mm256_set1_epi8('"'),
                       simde_mm256_set1_epi8('\r'), simde_mm256_broadcastsi128_si256(table)};
}

static inline uint64_t to_mask(simde__m256i low, simde__m256i high) {
    return (uint64_t)(uint32_t)simde_mm256_movemask_epi8(high) << 32 | (uint32_t)simde_mm256_movemask_epi8(low);
}

static inline simde__m256i load_half(const char *text) {
    return simde_mm256_loadu_si256((const simde__m256i *)(const void *)text);
}

static inline uint64_t equal_mask(const char *text, simde__m256i wanted) {
    return to_mask(simde_mm256_cmpeq_epi8(load_half(text), wanted),
                   simde_mm256_cmpeq_epi8(load_half(text + 32), wanted));
}

/* A quote, carriage return or NUL. The look-up gives 0 for bytes beyond ASCII, which they are not. */
static inline simde__m256i is_other(simde__m256i text, const constants *k) {
#if defined(SIMDE_X86_SSSE3_NATIVE) || defined(SIMDE_ARM_NEON_A64V8_NATIVE)
    return simde_mm256_cmpeq_epi8(simde_mm256_shuffle_epi8(k->others, text), text);
#else /* SSE2 has no look-up */
    simde__m256i quote = simde_mm256_cmpeq_epi8(text, k->quote);
    simde__m256i carriage = simde_mm256_cmpeq_epi8(text, k->carriage);
    return simde_mm256_or_si256(simde_mm256_or_si256(quote, carriage),
                                simde_mm256_cmpeq_epi8(text, simde_mm256_setzero_si256()));
#endif
}

static inline bool is_plain(const char *text, const constants *k) {
    return simde_mm256_movemask_epi8(
               simde_mm256_or_si256(is_other(load_half(text), k), is_other(load_half(text + 32), k))) == 0;
}

static inline masks see_structure(const char *text, const constants *k) {
    uint64_t newline = equal_mask(text, k->newline);
    return (masks){equal_mask(text, k->delimiter) | newline, newline};
}

static inline others see_others(const char *text, const constants *k) {
    return (others){equal_mask(text, k->quote), equal_mask(text, k->carriage),
                    equal_mask(text, simde_mm256_setzero_si256())};
}

static inline uint64_t running_xor(uint64_t mask) {
    for (unsigned shift = 1; shift < 64; shift *= 2) {
        mask ^= mask << shift;
    }
    return mask;
}

typedef uint32_t first_place;

static inline first_place place_of(uint32_t base) {
    return base;
}

static inline first_place next_place(first_place first) {
    return first + 64;
}

/* Six at once without a test for each: few rows have more structure in 64 bytes, and a processor could not learn how
 * many it is. */
#define AT_ONCE 6U

static inline void write_positions(uint32_t *to, first_place base, uint64_t mask) {
    uint32_t count = (uint32_t)__builtin_popcountll(mask);
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        to[i] = base + lw_first_bit(mask);
        mask &= mask - 1;
    }
    for (uint32_t i = AT_ONCE; i < count; i++) {
        to[i] = base + lw_first_bit(mask);
        mask &= mask - 1;
    }
}
