/* The fast index for x86-64 with AVX-512 (BW, VBMI2): comparisons give bit masks, and one instruction packs the places
 * of the bits; built with its instruction set by records/folder.cmake. */
#if defined(__x86_64__)
#define LW_INDEX_NAME lw_index_avx512
#define LW_INDEX_PLAIN_NAME lw_index_plain_avx512
#include <immintrin.h>

#include "records/index_masks_priv.h"
#include "records/index_priv.h"

typedef struct constants {
    __m512i delimiter, newline;
    __m512i other; /* by the lower four bits: the one byte of meaning that has these */
} constants;

static inline constants make_constants(char delimiter) {
    return (constants){_mm512_set1_epi8(delimiter), _mm512_set1_epi8('\n'),
                       _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, '"', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\r', 0, 0))};
}

/* A table of 16 gives each byte the one it would have to be; bytes beyond ASCII get 0, which they are not. */
static inline bool is_plain(const char *text, const constants *k) {
    __m512i bytes = _mm512_loadu_si512(text);
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_shuffle_epi8(k->other, bytes)) == 0;
}

static inline masks see_structure(const char *text, const constants *k) {
    __m512i bytes = _mm512_loadu_si512(text);
    __mmask64 newline = _mm512_cmpeq_epi8_mask(bytes, k->newline);
    return (masks){_kor_mask64(_mm512_cmpeq_epi8_mask(bytes, k->delimiter), newline), newline};
}

static inline others see_others(const char *text, const constants *k) {
    (void)k;
    __m512i bytes = _mm512_loadu_si512(text);
    return (others){_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
                    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r')), _mm512_testn_epi8_mask(bytes, bytes)};
}

/* Multiplying without carries by all ones. */
static inline uint64_t running_xor(uint64_t mask) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)mask), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

typedef __m512i first_place; /* in each part */

static inline first_place place_of(uint32_t base) {
    return _mm512_set1_epi32((int)base);
}

static inline first_place next_place(first_place first) {
    return _mm512_add_epi32(first, _mm512_set1_epi32(64));
}

static __attribute__((noinline)) void write_further(uint32_t *to, first_place first, __m512i packed, int count) {
    for (int done = 0; done < count; done += 16) {
        __m512i some = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed));
        _mm512_storeu_si512(to + done, _mm512_add_epi32(first, some));
        packed = _mm512_alignr_epi64(packed, packed, 2);
    }
}

static inline void write_positions(uint32_t *to, first_place first, uint64_t mask) {
    static const char places[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                    48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i packed = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(places));
    __m256i eight =
        _mm256_add_epi32(_mm512_castsi512_si256(first), _mm256_cvtepu8_epi32(_mm512_castsi512_si128(packed)));
    _mm256_storeu_si256((__m256i *)(void *)to, eight);
    int count = __builtin_popcountll(mask);
    if (count > 8) { /* rows of text rarely have that much structure in 64 bytes */
        write_further(to, first, packed, count);
    }
}

#include "records/index_body.h"
#else
typedef int lw_index_avx512_is_for_x86_64_only;
#endif
