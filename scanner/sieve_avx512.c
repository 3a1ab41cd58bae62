/* The sieve with AVX-512BW: 64 bytes at once, comparisons give bit maps directly. x86-64 only. */
#include "scanner/sieve_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* Kept in registers over a block: the compiler would make them anew for each cell. */
typedef struct lw_constants {
    __m512i lower, digit, letter, beyond, upper, round, dot, space, hyphen, plus, one, ten, alphabet, rest, two;
} lw_constants;

static inline __m512i keep(char c) {
    __m512i value = _mm512_set1_epi8(c);
    __asm__("" : "+v"(value));
    return value;
}

static inline lw_constants make_constants(void) {
    return (lw_constants){.lower = keep(0x20),
                          .digit = keep('0'),
                          .letter = keep('a'),
                          .beyond = keep('g'),
                          .upper = keep('A'),
                          .round = keep('('),
                          .dot = keep('.'),
                          .space = keep(' '),
                          .hyphen = keep('-'),
                          .plus = keep('+'),
                          .one = keep('1'),
                          .ten = keep(10),
                          .alphabet = keep(26),
                          .rest = keep(20),
                          .two = keep(2)};
}

/* Bytes in [from, from + count). */
static inline uint64_t in_range(__m512i text, __m512i from, __m512i count) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(text, from), count);
}

static inline uint64_t equal(__m512i text, __m512i wanted) {
    return _mm512_cmpeq_epi8_mask(text, wanted);
}

/* What is behind the text becomes NUL, which is of no kind. */
static inline __m512i load(const char *text, size_t len) {
    return _mm512_maskz_loadu_epi8(~UINT64_C(0) >> (64 - len), text);
}

static inline lw_letters classify_letters(const char *at, size_t len, const lw_constants *k) {
    __m512i text = load(at, len);
    __m512i lower = _mm512_or_si512(text, k->lower);
    uint64_t high = _mm512_movepi8_mask(text);
    return (lw_letters){.digit = in_range(text, k->digit, k->ten),
                        .high = high,
                        .letter = in_range(lower, k->letter, k->alphabet) | high,
                        .beyond_hex = in_range(lower, k->beyond, k->rest) | high};
}

static inline lw_signs classify_signs(const char *at, size_t len, const lw_constants *k) {
    __m512i text = load(at, len);
    uint64_t joint = equal(text, k->space) | equal(text, k->hyphen);
    return (lw_signs){.separator =
                          joint | in_range(text, k->round, k->two) | in_range(text, k->dot, k->two), /* ( ) . / */
                      .joint = joint,
                      .dot = equal(text, k->dot),
                      .plus = equal(text, k->plus),
                      .zero = equal(text, k->digit),
                      .one = equal(text, k->one)};
}

static inline uint64_t capitals(const char *at, size_t len, const lw_constants *k) {
    return in_range(load(at, len), k->upper, k->alphabet);
}

static inline uint64_t hyphens(const char *at, size_t len, const lw_constants *k) {
    return equal(load(at, len), k->hyphen);
}

/* Most cells are short, and a call costs more than the comparison. */
static inline bool is_known(const lw_known *known, lw_slice cell) {
    const char *like = known == NULL ? NULL : lw_known_like(known, cell);
    if (like == NULL) {
        return false;
    }
    size_t rest = cell.len > 64 ? cell.len - 64 : 0;
    bool same = _mm512_cmpneq_epi8_mask(load(like, cell.len - rest), load(cell.data, cell.len - rest)) == 0;
    return same && (rest == 0 || memcmp(like + 64, cell.data + 64, rest) == 0);
}

#define NAME lw_sieve_avx512
#define SUSPECTS_NAME lw_sieve_suspects
#define FIND_SUSPECTS lw_suspects_avx512
#include "scanner/sieve_body.h"
#endif
