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

static inline uint64_t candidates(const char *at, const tables *t) {
    __m512i groups = _mm512_and_si512(sieve(at, t, 0), sieve(at + 1, t, 1));
    return _mm512_test_epi8_mask(groups, _mm512_and_si512(sieve_third(at + 2, t), sieve(at + 3, t, 3)));
}

#define BATCH 64U

/* A step of 64 bytes that has candidates. */
typedef struct found {
    size_t base;
    uint64_t places;
} found;

/* The steps of text[0, 64 * count) that have candidates. Nothing is called and nothing decided in this loop, so that
 * the tables stay in registers and no wrong guess of a branch stops it. */
static size_t find_steps(const char *text, size_t count, const tables *t, found steps[BATCH]) {
    size_t found_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t places = candidates(text + i * 64, t);
        steps[found_count] = (found){i * 64, places};
        found_count += places != 0;
    }
    return found_count;
}

static lw_status verify_step(const lw_search *search, const char *text, size_t len, found step, lw_hits *hits) {
    for (uint64_t places = step.places; places != 0; places &= places - 1) {
        size_t offset = step.base + (size_t)__builtin_ctzll(places);
        if (lw_search_possible(search, text + offset)) {
            LW_TRY(lw_search_verify(search, text, len, offset, hits));
        }
    }
    return LW_OK;
}

lw_status lw_search_avx512(const lw_search *search, const char *text, size_t len, lw_hits *hits) {
    tables t;
    found steps[BATCH];
    for (int place = 0; place < LW_SEARCH_PLACES; place++) {
        t.low[place] = _mm512_loadu_si512(search->ascii[place]);
        t.high[place] = _mm512_loadu_si512(search->ascii[place] + 64);
    }
    /* A last step would read too far behind the text, and the tables look at what follows a keyword, which there is
     * nothing of the text. */
    size_t whole = len < 64 + LW_SEARCH_PLACES ? 0 : (len - LW_SEARCH_PLACES) / 64;
    for (size_t done = 0; done < whole;) {
        size_t count = whole - done < BATCH ? whole - done : BATCH;
        size_t found_count = find_steps(text + done * 64, count, &t, steps);
        for (size_t i = 0; i < found_count; i++) {
            steps[i].base += done * 64;
            LW_TRY(verify_step(search, text, len, steps[i], hits));
        }
        done += count;
    }
    for (size_t base = whole * 64; base < len; base++) {
        if (lw_search_possible(search, text + base)) {
            LW_TRY(lw_search_verify(search, text, len, base, hits));
        }
    }
    return LW_OK;
}
#endif
