/* The sieve with AVX2 (or what SIMDe makes of it elsewhere): 32 bytes at once. */
#include <simde/x86/avx2.h>

#include "scanner/sieve_priv.h"

typedef simde__m256i bytes;

/* Nothing to keep: constants come from memory. */
typedef struct lw_constants {
    char none;
} lw_constants;

static inline lw_constants make_constants(void) {
    return (lw_constants){0};
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

/* The two halves of 64 bytes. */
typedef struct text64 {
    bytes low, high;
} text64;

static inline text64 load(const char *at) {
    return (text64){simde_mm256_loadu_si256((const simde__m256i *)(const void *)at),
                    simde_mm256_loadu_si256((const simde__m256i *)(const void *)(at + 32))};
}

static inline uint64_t keep(size_t len) {
    return ~UINT64_C(0) >> (64 - len);
}

static inline uint64_t range_mask(text64 text, char from, char count) {
    return mask(in_range(text.low, from, count), in_range(text.high, from, count));
}

static inline uint64_t equal_mask(text64 text, char c) {
    return mask(equal(text.low, c), equal(text.high, c));
}

static inline lw_letters classify_letters(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    text64 text = load(at);
    text64 lower = {simde_mm256_or_si256(text.low, fill(0x20)), simde_mm256_or_si256(text.high, fill(0x20))};
    uint64_t high = mask(text.low, text.high) & keep(len); /* the top bit of each byte */
    return (lw_letters){.digit = range_mask(text, '0', 10) & keep(len),
                        .high = high,
                        .letter = (range_mask(lower, 'a', 26) & keep(len)) | high,
                        .beyond_hex = (range_mask(lower, 'g', 20) & keep(len)) | high};
}

static inline lw_signs classify_signs(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    text64 text = load(at);
    uint64_t joint = (equal_mask(text, ' ') | equal_mask(text, '-')) & keep(len);
    uint64_t others = range_mask(text, '(', 2) | range_mask(text, '.', 2); /* ( ) . / */
    return (lw_signs){.separator = joint | (others & keep(len)),
                      .joint = joint,
                      .dot = equal_mask(text, '.') & keep(len),
                      .plus = equal_mask(text, '+') & keep(len),
                      .zero = equal_mask(text, '0') & keep(len),
                      .one = equal_mask(text, '1') & keep(len)};
}

static inline uint64_t capitals(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    return range_mask(load(at), 'A', 26) & keep(len);
}

static inline uint64_t hyphens(const char *at, size_t len, const lw_constants *k) {
    (void)k;
    return equal_mask(load(at), '-') & keep(len);
}

static inline bool is_known(const lw_known *known, lw_slice cell) {
    return known != NULL && lw_known_has(known, cell);
}

#define NAME lw_sieve_avx2
#define SUSPECTS_NAME lw_sieve_suspects_avx2
#define FIND_SUSPECTS lw_suspects_avx2
#include "scanner/sieve_body.h"
