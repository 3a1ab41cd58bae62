/* Names and folded words: private to identifiers/ and its tests. All functions are pure, allocate nothing and are safe
 * from any thread. */
#ifndef LW_IDENTIFIERS_NAMES_PRIV_H
#define LW_IDENTIFIERS_NAMES_PRIV_H

#include "base/base.h"

/* ---- tables (names_table.c) ---- */

typedef enum lw_table { LW_TABLE_NAMES, LW_TABLE_PLACES } lw_table;

/* The payload of a key, 0 if it is not in the table. A word that is not in it is found by accident once in two million.
 */
unsigned lw_table_find(lw_table table, const char *key, size_t len);
/* The first eight bytes of text as one little-endian number, padded with zeros. */
uint64_t lw_table_word(const char *text, size_t len);
/* Up to four state abbreviations (lower case, two letters each, NUL where unused) of a ZIP prefix 0-999. */
const char *lw_table_zip_states(unsigned prefix);
/* One or two ASCII letters for a code point over U+00BF, or NULL; the second is NUL if there is one. */
const char *lw_table_latin(uint32_t code_point);

/* Payload of LW_TABLE_NAMES. */
#define LW_WORD_GIVEN 1U
#define LW_WORD_FAMILY 2U
#define LW_WORD_COMMON 4U
#define LW_WORD_PLACE 8U /* a place of several words begins with it */
#define LW_WORD_ROLE(payload) ((lw_word_role)((payload) >> 4))

typedef enum lw_word_role {
    LW_ROLE_NONE,
    LW_ROLE_TITLE,       /* Dr, Herr */
    LW_ROLE_SUFFIX,      /* Jr, PhD */
    LW_ROLE_PARTICLE,    /* de, van */
    LW_ROLE_COMPANY,     /* Inc, Hospital: no person */
    LW_ROLE_GEOGRAPHIC,  /* Saint, Mount, Street: no person at either end */
    LW_ROLE_REGION,      /* Texas, France: no person at the end */
    LW_ROLE_PLACEHOLDER, /* N/A, unknown */
    LW_ROLE_COUNT
} lw_word_role;

/* ---- folding (names_fold.c) ---- */

/* Decodes one code point at text[at] and returns the bytes it takes; a byte that begins no valid sequence is taken as
 * Latin-1. */
size_t lw_fold_decode(lw_slice text, size_t at, uint32_t *ret_code_point);
/* Folds to lower case ASCII letters and digits, words separated by one space; apostrophes and accents vanish. Writes
 * at most cap bytes, no NUL; a longer text gives 0. */
size_t lw_fold_words(lw_slice text, char *out, size_t cap);
/* The same for a place: cut at '(', words that begin with a digit and 'cedex' dropped, saint -> st and the like. */
size_t lw_fold_place(lw_slice text, char *out, size_t cap);

/* ---- cells (names.c) ---- */

typedef enum lw_name_score {
    LW_NAME_NONE = 0,
    LW_NAME_SHAPED = 1,   /* nothing known speaks for it, nothing against: only in a column full of names */
    LW_NAME_POSSIBLE = 2, /* only in a column that is known to hold names */
    LW_NAME_LIKELY = 4,
    LW_NAME_STRONG = 8
} lw_name_score;

/* How much a cell looks like one person's full name. */
lw_name_score lw_name_full(lw_slice cell);

/* Has a cell the form of a full name, known words or not? Two words at least that are no title, none of a company; no
 * phrase, no geographic word at either end. Only in a column that is known to hold names of persons. */
bool lw_name_form(lw_slice cell);

#define LW_PART_SHAPED 1U /* one to four words that could be a name; no placeholder */
#define LW_PART_GIVEN 2U  /* every word is a given name, and none a common word */
#define LW_PART_FAMILY 4U

/* What a cell could be in a column of given or family names. */
unsigned lw_name_part(lw_slice cell);

/* The three above of one reading: what they say of a cell, in less than the time of two. */
typedef struct lw_name_facts {
    unsigned part;
    lw_name_score score;
    bool form;
} lw_name_facts;
lw_name_facts lw_name_read(lw_slice cell);

/* Could a cell of a column that is known to hold given or family names be one? Anything with a letter of a Latin script
 * that is no placeholder (N/A, unknown). */
bool lw_name_part_possible(lw_slice cell);

/* Could a text that begins with these two letters (ASCII, any case) be a placeholder? Few pairs could: a look-up saved.
 */
bool lw_name_begins_placeholder(char first, char second);

/* ---- header words (names_header.c) ---- */

#define LW_HEADER_NAME 0x0001U
#define LW_HEADER_FULL 0x0002U
#define LW_HEADER_GIVEN 0x0004U
#define LW_HEADER_FAMILY 0x0008U
#define LW_HEADER_PERSON 0x0010U
#define LW_HEADER_ASIDE 0x0020U   /* middle, maiden, prefix: a part of a name that makes none */
#define LW_HEADER_AGAINST 0x0040U /* company, file, city: what follows 'name' is no person's */
#define LW_HEADER_CITY 0x0080U
#define LW_HEADER_POSTAL 0x0100U
#define LW_HEADER_STATE 0x0200U
#define LW_HEADER_STREET 0x0400U
#define LW_HEADER_NOT_POSTAL 0x0800U /* e-mail, ip: what follows 'address' is none */
#define LW_HEADER_FILLER 0x1000U     /* and, of, code: says nothing */
#define LW_HEADER_OTHER 0x2000U      /* a word that is in no list */
#define LW_HEADER_SECOND 0x4000U     /* a number over 1: the second of something */

typedef struct lw_header {
    unsigned classes; /* of all its words */
    uint64_t key;     /* of the words that tell one person or address from another; 0 if there are none */
    uint64_t key_without_digits;
} lw_header;

void lw_header_read(lw_slice name, lw_header *ret_header);

#endif
