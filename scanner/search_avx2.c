/* Keyword search with AVX2 (or what SIMDe makes of it elsewhere): 32 places at once.
 *
 * For each place, table look-ups by nibble tell which groups of keywords could have these first four bytes; a place
 * that no group claims is done with. The others go through the bit maps and the comparison. In tables of numbers and
 * ids nearly nothing is left; in English text a few places in a hundred are.
 */
#include <simde/x86/avx2.h>

#include <string.h>

#include "scanner/search_priv.h"

typedef struct tables {
    simde__m256i low[LW_SEARCH_PLACES], high[LW_SEARCH_PLACES];
} tables;

static simde__m256i load_table(const uint8_t table[16]) {
    return simde_mm256_broadcastsi128_si256(simde_mm_loadu_si128((const simde__m128i *)(const void *)table));
}

/* Groups that allow the byte at a place, for 32 bytes. */
static inline void sieve(const char *at, const tables *t, int place, simde__m256i *groups) {
    const simde__m256i nibble = simde_mm256_set1_epi8(15);
    simde__m256i bytes = simde_mm256_or_si256(simde_mm256_loadu_si256((const simde__m256i *)(const void *)at),
                                              simde_mm256_set1_epi8(0x20));
    simde__m256i low = simde_mm256_shuffle_epi8(t->low[place], simde_mm256_and_si256(bytes, nibble));
    simde__m256i high =
        simde_mm256_shuffle_epi8(t->high[place], simde_mm256_and_si256(simde_mm256_srli_epi16(bytes, 4), nibble));
    *groups = simde_mm256_and_si256(*groups, simde_mm256_and_si256(low, high));
}

static inline uint64_t candidates(const char *at, const tables *t, bool few) {
    simde__m256i groups = simde_mm256_set1_epi8(-1);
    sieve(at, t, 0, &groups);
    sieve(at + 1, t, 1, &groups);
    sieve(at + 2, t, 2, &groups);
    if (!few) {
        sieve(at + 3, t, 3, &groups);
    }
    return (uint32_t)~simde_mm256_movemask_epi8(simde_mm256_cmpeq_epi8(groups, simde_mm256_setzero_si256()));
}

static tables load_tables(const lw_search *search) {
    tables t;
    for (int place = 0; place < LW_SEARCH_PLACES; place++) {
        t.low[place] = load_table(search->low[place]);
        t.high[place] = load_table(search->high[place]);
    }
    return t;
}

#define STEP 32U
#define NAME lw_search_avx2
#include "scanner/search_body.h"
