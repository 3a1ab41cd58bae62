/* Keyword search with AVX-512BW: as search_avx2.c, 64 places at once. x86-64 only. */
#include "scanner/search_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

typedef struct tables {
    __m512i low[LW_SEARCH_PLACES], high[LW_SEARCH_PLACES];
} tables;

static __m512i load_table(const uint8_t table[16]) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)table));
}

/* Groups that allow the byte at a place, for 64 bytes. */
static inline __m512i sieve(const char *at, const tables *t, int place) {
    const __m512i nibble = _mm512_set1_epi8(15);
    __m512i bytes = _mm512_or_si512(_mm512_loadu_si512(at), _mm512_set1_epi8(0x20));
    __m512i low = _mm512_shuffle_epi8(t->low[place], _mm512_and_si512(bytes, nibble));
    __m512i high = _mm512_shuffle_epi8(t->high[place], _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble));
    return _mm512_and_si512(low, high);
}

static inline uint64_t candidates(const char *at, const tables *t) {
    __m512i groups = _mm512_and_si512(sieve(at, t, 0), sieve(at + 1, t, 1));
    return _mm512_test_epi8_mask(groups, _mm512_and_si512(sieve(at + 2, t, 2), sieve(at + 3, t, 3)));
}

lw_status lw_search_avx512(const lw_search *search, const char *text, size_t len, lw_hits *hits) {
    tables t;
    for (int place = 0; place < LW_SEARCH_PLACES; place++) {
        t.low[place] = load_table(search->low[place]);
        t.high[place] = load_table(search->high[place]);
    }
    /* what is behind the text must not decide on a keyword at its end */
    size_t base = 0;
    for (; base + 64 + LW_SEARCH_PLACES <= len; base += 64) {
        for (uint64_t places = candidates(text + base, &t); places != 0; places &= places - 1) {
            size_t offset = base + (size_t)__builtin_ctzll(places);
            if (lw_search_possible(search, text + offset)) {
                LW_TRY(lw_search_verify(search, text, len, offset, hits));
            }
        }
    }
    for (; base < len; base++) {
        if (lw_search_possible(search, text + base)) {
            LW_TRY(lw_search_verify(search, text, len, base, hits));
        }
    }
    return LW_OK;
}
#endif
