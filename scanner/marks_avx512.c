/* Marks with AVX-512BW: 64 bytes at once, comparisons give bit maps directly. x86-64 only. */
#include "scanner/marks_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* Bytes in [from, from + count). */
static inline uint64_t in_range(__m512i text, char from, char count) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(text, _mm512_set1_epi8(from)), _mm512_set1_epi8(count));
}

static inline uint64_t equal(__m512i text, char c) {
    return _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(c));
}

static inline lw_kinds classify(const char *at) {
    __m512i text = _mm512_loadu_si512(at);
    __m512i lower = _mm512_or_si512(text, _mm512_set1_epi8(0x20));
    uint64_t high = _mm512_movepi8_mask(text);
    uint64_t joint = equal(text, ' ') | equal(text, '-');
    return (lw_kinds){
        .digit = in_range(text, '0', 10),
        .high = high,
        .letter = in_range(lower, 'a', 26) | high,
        .beyond_hex = in_range(lower, 'g', 20) | high,
        .upper = in_range(text, 'A', 26),
        .separator = joint | in_range(text, '(', 2) | in_range(text, '.', 2), /* ( ) . / */
        .joint = joint,
        .dot = equal(text, '.'),
        .plus = equal(text, '+'),
        .zero = equal(text, '0'),
        .one = equal(text, '1'),
    };
}

#define NAME lw_marks_avx512
#define GATED_NAME lw_gated_avx512
#include "scanner/marks_body.h"
#endif
