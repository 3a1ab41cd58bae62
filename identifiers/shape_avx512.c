/* A fixed shape over a column with AVX-512 (BW, VBMI): a cell of the shape's length is judged by one table look-up and
 * one test, all bytes at once; built with its instruction set by identifiers/folder.cmake. */
#include "identifiers/regex_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

typedef struct wanted {
    __m512i low, high; /* the classes of the bytes 0 to 63, 64 to 127; shapes are ASCII only */
    __m512i need;
    __mmask64 all;
} wanted;

static inline bool fits(const char *text, const wanted *w) {
    __m512i bytes = _mm512_maskz_loadu_epi8(w->all, text);
    __mmask64 ascii = w->all & ~_mm512_movepi8_mask(bytes);
    __m512i classes = _mm512_permutex2var_epi8(w->low, bytes, w->high);
    return _mm512_mask_test_epi8_mask(ascii, classes, w->need) == w->all;
}

size_t lw_shape_column_avx512(const lw_shape *shape, const lw_cells *cells, lw_hit *hits) {
    const wanted w = {_mm512_loadu_si512(shape->class_bits), _mm512_loadu_si512(shape->class_bits + 64),
                      _mm512_loadu_si512(shape->need), ~UINT64_C(0) >> (64 - shape->length)};
    size_t hit_count = 0;
    for (size_t i = 0; i < cells->count; i++) {
        uint32_t len = cells->end[i] - cells->begin[i];
        const char *text = cells->text + cells->begin[i];
        if (len < shape->length) {
            continue;
        }
        uint32_t count = len == shape->length ? (uint32_t)fits(text, &w) : lw_shape_count(shape, (lw_slice){text, len});
        hits[hit_count] = (lw_hit){(uint32_t)i, count};
        hit_count += count > 0;
    }
    return hit_count;
}
#else
typedef int lw_shape_avx512_is_for_x86_64_only;
#endif
