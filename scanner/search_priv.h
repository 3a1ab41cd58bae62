/* Keyword search: all places in a block's text where a keyword may stand. */
#ifndef LW_SCANNER_SEARCH_PRIV_H
#define LW_SCANNER_SEARCH_PRIV_H

#include "identifiers/identifiers.h"

typedef struct lw_keyword_hit {
    uint32_t offset;  /* in the text */
    uint32_t keyword; /* index in the set */
} lw_keyword_hit;

#define LW_SEARCH_PLACES 4

typedef struct lw_search_literal {
    lw_slice text; /* of the set */
    bool hex;      /* counts only where nothing in hexadecimal touches it */
} lw_search_literal;

/* Compiled keywords; immutable. */
typedef struct lw_search {
    const lw_identifier_set *set;
    size_t keyword_count;
    /* which of 8 groups of keywords allow a byte at place 0 to 3, by nibble */
    uint8_t low[LW_SEARCH_PLACES][16], high[LW_SEARCH_PLACES][16];
    size_t nibble_places;                 /* so many of these places are worth looking at, 2 to 4 */
    uint8_t ascii[LW_SEARCH_PLACES][128]; /* the same by byte, exactly, of groups of their own */
    size_t exact_places;                  /* as nibble_places */
    uint64_t fours[1024];                 /* bit per 16-bit hash of the first four bytes */
    uint64_t threes[1024];                /* bit per 16-bit hash of the keywords of three bytes */
    uint64_t pairs[1024];                 /* bit per two bytes of the keywords that have no third */
    bool pairs_apart;                     /* those are all hexadecimal */
    size_t three_byte_count;
    uint16_t *chain_head; /* by hash: 1 + index of the first keyword */
    uint16_t *chain_next;
    lw_search_literal *literals; /* by keyword of the set */
    uint16_t *two_bytes;         /* the keywords of two bytes */
    size_t two_byte_count;
} lw_search;

lw_status lw_search_new(const lw_identifier_set *set, lw_search **ret_search) LW_MUST_USE;
void lw_search_free(lw_search *search);

typedef struct lw_hits {
    lw_keyword_hit *items;
    size_t count, cap;
} lw_hits;

/* Appends every occurrence of every keyword in text[0, len), ASCII case folded, not looking at word boundaries, in
 * order of offset. 64 bytes behind len are readable. */
typedef lw_status (*lw_search_run)(const lw_search *search, const char *text, size_t len, lw_hits *hits);
lw_status lw_search_avx512(const lw_search *search, const char *text, size_t len, lw_hits *hits) LW_MUST_USE;
lw_status lw_search_avx2(const lw_search *search, const char *text, size_t len, lw_hits *hits) LW_MUST_USE;
lw_status lw_search_base(const lw_search *search, const char *text, size_t len, lw_hits *hits) LW_MUST_USE;
lw_search_run lw_search_choose(void);

static inline uint32_t lw_search_fold(char c) {
    return (uint32_t)(unsigned char)c | 0x20U;
}

/* Hash of three folded bytes. */
static inline uint32_t lw_search_hash(uint32_t a, uint32_t b, uint32_t c) {
    return ((a << 16 | b << 8 | c) * UINT32_C(0x9E3779B1)) >> 16;
}

/* Checks the keywords that begin with the three bytes at offset and appends those that are there. */
lw_status lw_search_verify(const lw_search *search, const char *text, size_t len, size_t offset,
                           lw_hits *hits) LW_MUST_USE;

static inline uint32_t lw_search_hash_four(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return ((a << 24 | b << 16 | c << 8 | d) * UINT32_C(0x85EBCA6B)) >> 16;
}

static inline bool lw_search_bit(const uint64_t *bits, uint32_t index) {
    return ((bits[index >> 6] >> (index & 63)) & 1) != 0;
}

/* As the tables see it: control characters that fold to digits are taken for these. */
static inline bool lw_search_hexadecimal(char c) {
    uint32_t folded = lw_search_fold(c);
    return (folded >= '0' && folded <= '9') || (folded >= 'a' && folded <= 'f');
}

/* Could a keyword stand at offset? Numbers in hexadecimal hold many that are of a-f only: most of these end here. */
static inline bool lw_search_possible(const lw_search *search, const char *text, size_t offset) {
    const char *at = text + offset;
    uint32_t a = lw_search_fold(at[0]);
    uint32_t b = lw_search_fold(at[1]);
    uint32_t c = lw_search_fold(at[2]);
    if (lw_search_bit(search->fours, lw_search_hash_four(a, b, c, lw_search_fold(at[3]))) ||
        (search->three_byte_count > 0 && lw_search_bit(search->threes, lw_search_hash(a, b, c)))) {
        return true;
    }
    return search->two_byte_count > 0 && lw_search_bit(search->pairs, a << 8 | b) &&
           !(search->pairs_apart && offset > 0 && lw_search_hexadecimal(text[offset - 1]));
}

#endif
