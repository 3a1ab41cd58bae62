/* Keyword search with AVX-512 (BW and VBMI): as search_avx2.c, 64 places at once. x86-64 only.
 *
 * One instruction looks a byte up among all of ASCII, so that the groups a byte allows are exact. Bytes beyond ASCII
 * are taken for those 128 below: the bit maps and the comparison know better.
 */
#include "scanner/search_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

typedef struct tables {
    __m512i low[LW_SEARCH_PLACES], high[LW_SEARCH_PLACES]; /* of the bytes 0 to 63, 64 to 127 */
} tables;

/* Groups that allow the byte at a place, for 64 bytes. */
static inline __m512i sieve(const char *at, const tables *t, int place) {
    return _mm512_permutex2var_epi8(t->low[place], _mm512_loadu_si512(at), t->high[place]);
}

/* The third byte is behind a keyword of two, which a digit or a-f there rules out; what is 128 above them does not. */
static inline __m512i sieve_third(const char *at, const tables *t) {
    __mmask64 high = _mm512_movepi8_mask(_mm512_loadu_si512(at));
    return _mm512_mask_set1_epi8(sieve(at, t, 2), high, -1);
}

static inline uint64_t candidates(const char *at, const tables *t, size_t places) {
    __m512i groups = _mm512_and_si512(sieve(at, t, 0), sieve(at + 1, t, 1));
    if (places < 3) {
        return _mm512_test_epi8_mask(groups, groups);
    }
    if (places < 4) {
        return _mm512_test_epi8_mask(groups, sieve_third(at + 2, t));
    }
    return _mm512_test_epi8_mask(groups, _mm512_and_si512(sieve_third(at + 2, t), sieve(at + 3, t, 3)));
}

static size_t places_of(const lw_search *search) {
    return search->exact_places;
}

static tables load_tables(const lw_search *search) {
    tables t;
    for (int place = 0; place < LW_SEARCH_PLACES; place++) {
        t.low[place] = _mm512_loadu_si512(search->ascii[place]);
        t.high[place] = _mm512_loadu_si512(search->ascii[place] + 64);
    }
    return t;
}

#define NAME lw_search_avx512
#include "scanner/search_body.h"
#endif
