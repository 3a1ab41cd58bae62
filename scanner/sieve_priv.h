/* The sieve: which cells of a block need a closer look, and why. One look at the characters of each cell tells whether
 * a keyword and a match could stand in it, and whether a match could begin in it that needs no keyword. */
#ifndef LW_SCANNER_SIEVE_PRIV_H
#define LW_SCANNER_SIEVE_PRIV_H

#include "identifiers/identifiers.h"
#include "records/records.h"
#include "scanner/known_priv.h"

/* A cell in which the match of a keyword could stand: it has letters of a word, and a digit or a run of capitals. */
typedef struct lw_gated_cell {
    uint32_t cell;   /* index in the block */
    bool known;      /* starts is: the cell is ASCII and at most 64 bytes long */
    uint64_t starts; /* where words begin, bit i for byte i */
} lw_gated_cell;

/* A cell in which a match that needs no keyword could begin. Long cells have several, in the order of their places. */
typedef struct lw_anchor_cell {
    uint32_t cell;
    uint16_t identifier; /* of an IBAN; else not used */
    uint16_t kind;       /* lw_anchor */
    uint32_t begin,
        end; /* of the cell as the sieve sees it: each match holds a byte of one of the ranges of its kind */
} lw_anchor_cell;

typedef struct lw_sieve {
    const lw_identifier_set *set;
    bool gates;     /* there are gated identifiers */
    size_t least;   /* a shorter cell holds nothing that the sieve looks for */
    unsigned kinds; /* bit 1 << lw_anchor: what is looked for */
    lw_gated_cell *gated;
    size_t gated_count, gated_cap;
    lw_anchor_cell *anchors;
    size_t anchor_count, anchor_cap;
    uint32_t *suspects;    /* cells; room for gated_cap, and 64 more */
    const lw_known *known; /* cells that may be left out; NULL: none */
} lw_sieve;

/* The bytes of a text by kind: bit i speaks of byte i. */
typedef struct lw_letters {
    uint64_t digit;
    uint64_t high;       /* beyond ASCII: part of a letter, or of a sign */
    uint64_t letter;     /* A-Z a-z and high */
    uint64_t beyond_hex; /* of these, all but A-F a-f */
} lw_letters;

typedef struct lw_signs {
    uint64_t separator; /* space . - / ( ) */
    uint64_t joint;     /* space - */
    uint64_t dot, plus, zero, one;
} lw_signs;

void lw_sieve_init(lw_sieve *sieve, const lw_identifier_set *set);
void lw_sieve_done(lw_sieve *sieve);
/* Is there anything to look for? */
static inline bool lw_sieve_needed(const lw_sieve *sieve) {
    return sieve->gates || sieve->kinds != 0;
}

/* Sieves all cells of a block; what was found before is replaced. Both lists are in the order of the cells. */
typedef lw_status (*lw_sieve_run)(lw_sieve *sieve, const lw_block *block);
lw_status lw_sieve_avx512(lw_sieve *sieve, const lw_block *block) LW_MUST_USE;
lw_status lw_sieve_avx2(lw_sieve *sieve, const lw_block *block) LW_MUST_USE;
lw_status lw_sieve_base(lw_sieve *sieve, const lw_block *block) LW_MUST_USE;
#if defined(__x86_64__)
/* Looks only at suspects, where the block tells where cells end. */
lw_status lw_sieve_suspects(lw_sieve *sieve, const lw_block *block) LW_MUST_USE;
/* The cells that may pass the sieve, in order; cells: room for all of the block, and 64 more. block->has_ends. */
size_t lw_suspects_avx512(const lw_sieve *sieve, const lw_block *block, uint32_t *cells);
#endif
lw_sieve_run lw_sieve_choose(void);

/* sieve.c: the rare part */
lw_status lw_sieve_reserve(lw_sieve *sieve, size_t cells) LW_MUST_USE;
/* Of one or more candidates, bits of text[base, base + 64) of the cell. */
lw_status lw_sieve_add_anchor(lw_sieve *sieve, uint32_t cell, lw_anchor kind, size_t base,
                              uint64_t candidates) LW_MUST_USE;
/* Adds the identifiers of account numbers that could begin at the candidates, bits of text[base, base + 64). */
lw_status lw_sieve_add_ibans(lw_sieve *sieve, uint32_t cell, lw_slice text, size_t base,
                             uint64_t candidates) LW_MUST_USE;

#endif
