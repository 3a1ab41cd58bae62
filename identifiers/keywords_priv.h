/* The index of managed keywords (keyword_index.c) and the folding it is built on (keyword_fold.c). */
#ifndef LW_IDENTIFIERS_KEYWORDS_PRIV_H
#define LW_IDENTIFIERS_KEYWORDS_PRIV_H

#include "identifiers/identifiers.h"

/* ---- folding ---- */

/* A text as keywords are compared: lower case, without accents. origin[i] is where byte i comes from; origin[len] is
 * the length of the original. Kept from text to text; done when no more is to come. */
typedef struct lw_folded {
    char *text;
    uint32_t *origin;
    size_t len, cap;
} lw_folded;

/* Replaces what is in folded. A folded text is never longer than the original. */
lw_status lw_fold_keywords(lw_slice text, lw_folded *folded) LW_MUST_USE;
void lw_folded_done(lw_folded *folded); /* wipes */

/* ---- index ---- */

/* A keyword of one or more managed identifiers; folded, its spaces as written. */
typedef struct lw_index_entry {
    const char *text; /* among the index's texts */
    uint32_t len;
    uint32_t next; /* 1 + the next entry with the same hash; 0: the last */
    lw_identifier_bits identifiers;
    lw_identifier_bits named; /* those whose own name the keyword is: nif of SPAIN_NIF_NUMBER */
    uint32_t owners;          /* number of identifiers */
    bool hex;                 /* nothing but a-f */
} lw_index_entry;

#define LW_INDEX_HEADS 4096U

/* Immutable once built. */
typedef struct lw_keyword_index {
    lw_index_entry *entries;
    size_t count;
    char *texts;                    /* of all entries */
    bool letters_first;             /* each keyword begins with a letter */
    unsigned lengths;               /* bit n: some key has n letters */
    uint64_t triples[1024];         /* bit by hash of the first three letters, of those that have three */
    uint16_t marks[LW_INDEX_HEADS]; /* bit by hash: of the entries of the head */
    uint32_t heads[LW_INDEX_HEADS]; /* 1 + the first entry */
} lw_keyword_index;

/* The index of the managed definitions of a set. */
lw_status lw_keyword_index_new(const lw_identifier_set *set, lw_keyword_index **ret_index) LW_MUST_USE;
void lw_keyword_index_free(lw_keyword_index *index);

/* A keyword found. */
typedef struct lw_index_hit {
    uint32_t begin, end; /* in the text searched */
    const lw_index_entry *entry;
} lw_index_hit;

typedef struct lw_index_hits {
    lw_index_hit *items;
    size_t count, cap;
    lw_folded folded; /* working memory */
} lw_index_hits;

/* All keywords that stand in text as whole words, by place; replaces what is in hits. */
lw_status lw_keyword_index_find(const lw_keyword_index *index, lw_slice text, lw_index_hits *hits) LW_MUST_USE;
/* The same where the text is ASCII, at most 64 bytes long, and the places are known at which a word begins (bit i). */
lw_status lw_keyword_index_find_at(const lw_keyword_index *index, lw_slice text, uint64_t starts,
                                   lw_index_hits *hits) LW_MUST_USE;
void lw_index_hits_done(lw_index_hits *hits);

#endif
