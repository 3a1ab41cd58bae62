/* Keyword search with AVX2 (or what SIMDe makes of it elsewhere): 64 places at once.
 *
 * For each place, table look-ups by nibble tell which groups of keywords could have these first two to four bytes; a
 * place that no group claims is done with. The others go through the bit maps and the comparison. In tables of numbers
 * and ids nearly nothing is left; in English text a few places in a hundred are.
 *
 * The tables hold which groups do not allow a nibble: the look-up of a byte beyond ASCII gives none, which allows all,
 * so that the low nibble needs no mask.
 */
#include <simde/x86/avx2.h>

#include <string.h>

#include "scanner/search_priv.h"

typedef struct tables {
    simde__m256i low[LW_SEARCH_PLACES], high[LW_SEARCH_PLACES];
} tables;

static simde__m256i load_refused(const uint8_t allowed[16]) {
    simde__m128i table = simde_mm_loadu_si128((const simde__m128i *)(const void *)allowed);
    return simde_mm256_broadcastsi128_si256(simde_mm_xor_si128(table, simde_mm_set1_epi8(-1)));
}

/* Groups that do not allow the byte at a place, for 32 bytes. */
static inline simde__m256i sieve(const char *at, const tables *t, size_t place) {
    simde__m256i bytes = simde_mm256_loadu_si256((const simde__m256i *)(const void *)(at + place));
    simde__m256i nibble = simde_mm256_and_si256(simde_mm256_srli_epi16(bytes, 4), simde_mm256_set1_epi8(15));
    return simde_mm256_or_si256(simde_mm256_shuffle_epi8(t->low[place], bytes),
                                simde_mm256_shuffle_epi8(t->high[place], nibble));
}

/* Bit i: no group allows what is at i. */
static inline uint64_t refused(const char *at, const tables *t, size_t places) {
    simde__m256i groups = simde_mm256_or_si256(sieve(at, t, 0), sieve(at, t, 1));
    if (places > 2) {
        groups = simde_mm256_or_si256(groups, sieve(at, t, 2));
    }
    if (places > 3) {
        groups = simde_mm256_or_si256(groups, sieve(at, t, 3));
    }
    return (uint32_t)simde_mm256_movemask_epi8(simde_mm256_cmpeq_epi8(groups, simde_mm256_set1_epi8(-1)));
}

static inline uint64_t candidates(const char *at, const tables *t, size_t places) {
    return ~(refused(at, t, places) | refused(at + 32, t, places) << 32);
}

static size_t places_of(const lw_search *search) {
    return search->nibble_places;
}

static tables load_tables(const lw_search *search) {
    tables t;
    for (int place = 0; place < LW_SEARCH_PLACES; place++) {
        t.low[place] = load_refused(search->low[place]);
        t.high[place] = load_refused(search->high[place]);
    }
    return t;
}

#define NAME lw_search_avx2
#include "scanner/search_body.h"
