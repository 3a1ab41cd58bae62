/* The sieve: what it looks for in a set, its memory, and the part that few cells reach. */
#include "scanner/sieve_priv.h"

#include <stdlib.h>

#define IBAN_SHORTEST LW_ANCHOR_IBAN_LENGTH
#define PHONE_SHORTEST 8U
#define CARD_SHORTEST 13U

static void keep_least(lw_sieve *sieve, size_t length) {
    sieve->least = length < sieve->least ? length : sieve->least;
}

void lw_sieve_init(lw_sieve *sieve, const lw_identifier_set *set) {
    *sieve = (lw_sieve){.set = set, .least = UINT32_MAX};
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(set, i);
        lw_anchor anchor = identifier->anchor;
        if (lw_bits_test(lw_identifier_set_gated(set), i) && identifier->min_keyword > 0) {
            sieve->gates = true;
            keep_least(sieve, identifier->min_match + identifier->min_keyword);
        }
        if (anchor == LW_ANCHOR_IBAN || anchor == LW_ANCHOR_PHONE || anchor == LW_ANCHOR_CARD) {
            sieve->kinds |= 1U << anchor;
            keep_least(sieve, anchor == LW_ANCHOR_IBAN    ? IBAN_SHORTEST
                              : anchor == LW_ANCHOR_PHONE ? PHONE_SHORTEST
                                                          : CARD_SHORTEST);
        }
    }
    sieve->least = sieve->least == 0 ? 1 : sieve->least; /* an empty cell holds nothing */
}

void lw_sieve_done(lw_sieve *sieve) {
    free(sieve->gated);
    free(sieve->anchors);
    free(sieve->suspects);
    *sieve = (lw_sieve){0};
}

lw_status lw_sieve_reserve(lw_sieve *sieve, size_t cells) {
    sieve->gated_count = 0;
    sieve->anchor_count = 0;
    if (cells <= sieve->gated_cap) {
        return LW_OK;
    }
    free(sieve->gated);
    free(sieve->suspects);
    sieve->gated_cap = cells + cells / 2;
    sieve->gated = malloc(sieve->gated_cap * sizeof *sieve->gated);
    sieve->suspects = malloc((sieve->gated_cap + 64) * sizeof *sieve->suspects);
    if (sieve->gated == NULL || sieve->suspects == NULL) {
        sieve->gated_cap = 0;
        return LW_E_MEMORY;
    }
    return LW_OK;
}

static lw_status add(lw_sieve *sieve, lw_anchor_cell anchor) {
    if (sieve->anchor_count == sieve->anchor_cap) {
        size_t cap = sieve->anchor_cap == 0 ? 256 : sieve->anchor_cap * 2;
        lw_anchor_cell *grown = realloc(sieve->anchors, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        sieve->anchors = grown;
        sieve->anchor_cap = cap;
    }
    sieve->anchors[sieve->anchor_count++] = anchor;
    return LW_OK;
}

lw_status lw_sieve_add_anchor(lw_sieve *sieve, uint32_t cell, lw_anchor kind, size_t base, uint64_t candidates) {
    uint32_t begin = (uint32_t)base + (uint32_t)__builtin_ctzll(candidates);
    uint32_t end = (uint32_t)base + 64U - (uint32_t)__builtin_clzll(candidates);
    return add(sieve, (lw_anchor_cell){cell, 0, (uint16_t)kind, begin, end});
}

static bool letter_or_digit(char c) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/* Written in one piece; or in parts, of which four characters or a letter come first. */
static bool goes_on_as_iban(lw_slice text, size_t at) {
    if (text.len - at < IBAN_SHORTEST) {
        return false;
    }
    const char *from = text.data + at;
    bool parted = from[4] == ' ' || from[4] == '-';
    if (parted && from[6] == from[4]) {
        return letter_or_digit(from[5]);
    }
    size_t count = parted ? 9 : IBAN_SHORTEST;
    for (size_t i = parted ? 5 : 4; i < count; i++) {
        if (!letter_or_digit(from[i])) {
            return false;
        }
    }
    return true;
}

lw_status lw_sieve_add_ibans(lw_sieve *sieve, uint32_t cell, lw_slice text, size_t base, uint64_t candidates) {
    for (; candidates != 0; candidates &= candidates - 1) {
        size_t at = base + (size_t)__builtin_ctzll(candidates);
        size_t identifier = 0;
        if (goes_on_as_iban(text, at) &&
            lw_identifier_set_iban(sieve->set, text.data[at], text.data[at + 1], &identifier)) {
            LW_TRY(add(sieve,
                       (lw_anchor_cell){cell, (uint16_t)identifier, LW_ANCHOR_IBAN, (uint32_t)at, (uint32_t)at + 1}));
        }
    }
    return LW_OK;
}
