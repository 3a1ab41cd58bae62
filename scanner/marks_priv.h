/* Marks: what kinds of characters stand where in a block's text, as bit maps, and where matches that need no keyword
 * can begin. Made in one pass over the text, so that cells that can hold nothing are never looked at one by one. */
#ifndef LW_SCANNER_MARKS_PRIV_H
#define LW_SCANNER_MARKS_PRIV_H

#include "identifiers/identifiers.h"

/* A place where a match of a kind can begin (or, for telephone numbers, lies). */
typedef struct lw_anchor_place {
    uint32_t offset;
    uint16_t identifier; /* of an IBAN; else not used */
    uint16_t kind;       /* lw_anchor */
} lw_anchor_place;

/* Bit i of word w speaks of byte 64 w + i. One word more than the text needs is there, all zero. */
typedef struct lw_marks {
    const lw_identifier_set *set;
    uint64_t *digit; /* 0-9 */
    uint64_t *word;  /* a letter beside a letter and beyond a-f: numbers in hexadecimal have none, words do */
    uint64_t *run;   /* a long run of letters and digits begins here, as the gate of identifiers asks for */
    size_t cap;      /* words */
    lw_anchor_place *places;
    size_t place_count, place_cap;
    unsigned kinds; /* bit 1 << lw_anchor: which places are wanted */
} lw_marks;

/* The bytes of one word by kind. */
typedef struct lw_kinds {
    uint64_t digit;
    uint64_t high;       /* beyond ASCII: part of a letter, or of a sign */
    uint64_t letter;     /* A-Z a-z and high */
    uint64_t beyond_hex; /* of these, all but A-F a-f */
    uint64_t upper;
    uint64_t token;     /* + / - _ */
    uint64_t separator; /* space . - / ( ) */
    uint64_t joint;     /* space - */
    uint64_t plus, zero, one;
} lw_kinds;

void lw_marks_init(lw_marks *marks, const lw_identifier_set *set);
void lw_marks_done(lw_marks *marks);

/* Marks text[0, len). 64 bytes behind len are readable. */
typedef lw_status (*lw_marks_run)(lw_marks *marks, const char *text, size_t len);
lw_status lw_marks_avx2(lw_marks *marks, const char *text, size_t len) LW_MUST_USE;
lw_status lw_marks_base(lw_marks *marks, const char *text, size_t len) LW_MUST_USE;
lw_marks_run lw_marks_choose(void);

lw_status lw_marks_reserve(lw_marks *marks, size_t len) LW_MUST_USE;
/* Adds the places among the candidates of one word; text[0, len) is the whole text. */
lw_status lw_marks_iban(lw_marks *marks, const char *text, size_t len, size_t base, uint64_t candidates) LW_MUST_USE;
lw_status lw_marks_add(lw_marks *marks, size_t base, uint64_t places, lw_anchor kind) LW_MUST_USE;

/* The bits [begin, begin + 64) of a bit map. */
static inline uint64_t lw_marks_at(const uint64_t *map, size_t begin) {
    size_t word = begin >> 6;
    unsigned shift = begin & 63;
    return (map[word] >> shift) | ((map[word + 1] << 1) << (63 - shift));
}

#endif
