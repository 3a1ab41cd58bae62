/* Folding for keywords: what people write in different ways and mean as the same word is made the same.
 *
 * Letters lose their case and their accents (`Führerschein`, `FUHRERSCHEIN`), Greek and Cyrillic letters their case,
 * typographic apostrophes, hyphens and spaces become the plain ones. Everything else stays as it is: unlike the folding
 * of names, signs are kept, because keywords have some (`ss#`). Bytes that are no UTF-8 are read as Latin-1.
 *
 * Guarantees: what is written is never longer than what was read, so that a folded text fits where the original did.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/keywords_priv.h"
#include "identifiers/names_priv.h"

typedef struct lw_letter_pair {
    uint16_t from, to;
} lw_letter_pair;

/* Greek letters with tonos or dialytika, capital and small, to the plain small ones; final sigma to sigma. */
static const lw_letter_pair greek_accents[] = {
    {0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF}, {0x38E, 0x3C5},
    {0x38F, 0x3C9}, {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AB, 0x3C5}, {0x3AC, 0x3B1}, {0x3AD, 0x3B5},
    {0x3AE, 0x3B7}, {0x3AF, 0x3B9}, {0x3B0, 0x3C5}, {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5},
    {0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9},
};

static uint32_t fold_greek(uint32_t letter) {
    for (size_t i = 0; i < sizeof(greek_accents) / sizeof(greek_accents[0]); i++) {
        if (greek_accents[i].from == letter) {
            return greek_accents[i].to;
        }
    }
    return letter >= 0x391 && letter <= 0x3A9 ? letter + 0x20 : letter;
}

static uint32_t fold_cyrillic(uint32_t letter) {
    if (letter == 0x401 || letter == 0x451) { /* io is often written as ie */
        return 0x435;
    }
    if (letter == 0x419 || letter == 0x439) { /* short i, whose breve is an accent elsewhere */
        return 0x438;
    }
    if (letter >= 0x410 && letter <= 0x42F) {
        return letter + 0x20;
    }
    return letter >= 0x400 && letter <= 0x40F ? letter + 0x50 : letter;
}

static char plain_sign(uint32_t sign) {
    bool apostrophe = sign == 0x2018 || sign == 0x2019 || sign == 0xB4 || sign == 0x2BC;
    bool hyphen = sign >= 0x2010 && sign <= 0x2015;
    bool space = sign == 0xA0 || sign == 0x202F || sign == 0x2009;
    return apostrophe ? '\'' : hyphen ? '-' : space ? ' ' : '\0';
}

/* Writes the folded form of one code point of `taken` bytes; returns the bytes written. */
static size_t fold_one(lw_slice text, size_t at, size_t taken, uint32_t code, char *out) {
    char sign = plain_sign(code);
    if (sign != '\0') {
        out[0] = sign;
        return 1;
    }
    if (code >= 0x300 && code < 0x370) { /* a combining accent */
        return 0;
    }
    const char *latin = lw_table_latin(code);
    if (latin != NULL && (latin[1] == '\0' || taken >= 2)) {
        out[0] = latin[0];
        out[1] = latin[1];
        return latin[1] == '\0' ? 1 : 2;
    }
    uint32_t small = code >= 0x370 && code < 0x400 ? fold_greek(code) : fold_cyrillic(code);
    if (taken == 2 && small < 0x800) {
        out[0] = (char)(0xC0U | (small >> 6));
        out[1] = (char)(0x80U | (small & 0x3FU));
        return 2;
    }
    memcpy(out, text.data + at, taken);
    return taken;
}

static lw_status folded_reserve(lw_folded *folded, size_t len) {
    if (len <= folded->cap && folded->text != NULL) {
        return LW_OK;
    }
    size_t cap = len + len / 2 + 64;
    lw_folded_done(folded);
    folded->text = malloc(cap + 2);
    folded->origin = malloc((cap + 1) * sizeof(*folded->origin));
    if (folded->text == NULL || folded->origin == NULL) {
        lw_folded_done(folded);
        return LW_E_MEMORY;
    }
    folded->cap = cap;
    return LW_OK;
}

lw_status lw_fold_keywords(lw_slice text, lw_folded *folded) {
    LW_TRY(folded_reserve(folded, text.len));
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code = (unsigned char)text.data[at];
        size_t taken = 1;
        size_t written = 1;
        if (code < 0x80) {
            folded->text[len] = code >= 'A' && code <= 'Z' ? (char)(code | 0x20U) : (char)code;
        } else {
            taken = lw_fold_decode(text, at, &code);
            written = fold_one(text, at, taken, code, folded->text + len);
        }
        for (size_t i = 0; i < written; i++) {
            folded->origin[len + i] = (uint32_t)at;
        }
        len += written;
        at += taken;
    }
    folded->origin[len] = (uint32_t)text.len;
    folded->len = len;
    return LW_OK;
}

void lw_folded_done(lw_folded *folded) {
    if (folded->text != NULL) {
        lw_wipe(folded->text, folded->cap);
    }
    free(folded->text);
    free(folded->origin);
    *folded = (lw_folded){0};
}
