/* Folding: text to plain lower case words, as the keys of the embedded tables are written.
 *
 * ASCII letters and digits stay (in lower case), Latin letters with accents lose them ("Gómez" -> "gomez", "Straße" ->
 * "strasse"), apostrophes and combining marks vanish, everything else separates words. A byte that is no UTF-8 is read
 * as Latin-1, so that old exports fold the same way. Must stay equal to fold() and foldPlace() in
 * identifiers/data/convert; tests/identifiers/test_names.c looks up accented names and places to hold the two together.
 */
#include "identifiers/names_priv.h"

#include <string.h>

#define COMBINING_BEGIN 0x300U
#define COMBINING_END 0x370U

static bool continuation(lw_slice text, size_t at) {
    return at < text.len && ((unsigned char)text.data[at] & 0xC0U) == 0x80U;
}

size_t lw_fold_decode(lw_slice text, size_t at, uint32_t *ret_code_point) {
    const unsigned char *bytes = (const unsigned char *)text.data + at;
    uint32_t lead = bytes[0];
    if (lead >= 0xC2 && lead < 0xE0 && continuation(text, at + 1)) {
        *ret_code_point = ((lead & 0x1FU) << 6) | (bytes[1] & 0x3FU);
        return 2;
    }
    if (lead >= 0xE0 && lead < 0xF0 && continuation(text, at + 1) && continuation(text, at + 2)) {
        *ret_code_point = ((lead & 0x0FU) << 12) | ((bytes[1] & 0x3FU) << 6) | (bytes[2] & 0x3FU);
        return 3;
    }
    if (lead >= 0xF0 && lead < 0xF5 && continuation(text, at + 1) && continuation(text, at + 2) &&
        continuation(text, at + 3)) {
        *ret_code_point =
            ((lead & 7U) << 18) | ((bytes[1] & 0x3FU) << 12) | ((bytes[2] & 0x3FU) << 6) | (bytes[3] & 0x3FU);
        return 4;
    }
    *ret_code_point = lead;
    return 1;
}

static bool apostrophe(uint32_t code_point) {
    return code_point == '\'' || code_point == '`' || code_point == 0xB4 || code_point == 0x2018 ||
           code_point == 0x2019 || code_point == 0x2BC;
}

/* What an ASCII character folds to: itself in lower case, or one of these two. */
#define SEPARATES '\0'
#define VANISHES '\1'

#define SEPARATES_8 "\0\0\0\0\0\0\0\0"
static const char ascii_folded[128 + 1] = SEPARATES_8 SEPARATES_8 SEPARATES_8 SEPARATES_8 /* control characters */
    "\0\0\0\0\0\0\0\1" SEPARATES_8 /* from the blank on: ' vanishes */
    "01234567"
    "89\0\0\0\0\0\0"
    "\0abcdefg"
    "hijklmno"
    "pqrstuvw"
    "xyz\0\0\0\0\0"
    "\1abcdefg"
    "hijklmno"
    "pqrstuvw"
    "xyz\0\0\0\0\0"; /* from ` on, which vanishes too */
#undef SEPARATES_8

/* Writes the letters of one code point that is not ASCII; -1: it separates words. */
static int fold_one(uint32_t code_point, char letters[2]) {
    if (apostrophe(code_point) || (code_point >= COMBINING_BEGIN && code_point < COMBINING_END)) {
        return 0;
    }
    const char *latin = lw_table_latin(code_point);
    if (latin == NULL) {
        return -1;
    }
    letters[0] = latin[0];
    letters[1] = latin[1];
    return latin[1] == '\0' ? 1 : 2;
}

/* As fold_one, of the character at *at, which moves past it. */
static inline int fold_next(lw_slice text, size_t *at, char letters[2]) {
    unsigned char lead = (unsigned char)text.data[*at];
    if (lead < 0x80) {
        (*at)++;
        letters[0] = ascii_folded[lead];
        return letters[0] > VANISHES ? 1 : letters[0] == VANISHES ? 0 : -1;
    }
    uint32_t code_point = 0;
    *at += lw_fold_decode(text, *at, &code_point);
    return fold_one(code_point, letters);
}

size_t lw_fold_words(lw_slice text, char *out, size_t cap) {
    size_t len = 0;
    bool space = false;
    for (size_t at = 0; at < text.len;) {
        char letters[2] = {0};
        int count = fold_next(text, &at, letters);
        if (count <= 0) {
            space = space || (count < 0 && len > 0);
            continue;
        }
        if (len + 3 > cap) {
            return 0;
        }
        if (space) {
            out[len++] = ' ';
            space = false;
        }
        out[len++] = letters[0];
        if (count == 2) {
            out[len++] = letters[1];
        }
    }
    return len;
}

typedef struct place_word {
    char word[8]; /* padded with NUL: compared as one number */
    uint8_t kept; /* letters of `to` */
    char to[5];
} place_word;

#define PLACE_WORD(word, to)                                                                                           \
    { word, sizeof(to) - 1, to }
static const place_word place_words[] = {
    PLACE_WORD("beach", "bch"),   PLACE_WORD("cedex", ""),       PLACE_WORD("center", "ctr"),
    PLACE_WORD("centre", "ctr"),  PLACE_WORD("east", "e"),       PLACE_WORD("fort", "ft"),
    PLACE_WORD("heights", "hts"), PLACE_WORD("junction", "jct"), PLACE_WORD("mount", "mt"),
    PLACE_WORD("north", "n"),     PLACE_WORD("saint", "st"),     PLACE_WORD("sainte", "ste"),
    PLACE_WORD("south", "s"),     PLACE_WORD("springs", "spgs"), PLACE_WORD("west", "w"),
};
#undef PLACE_WORD

#define PLACE_WORD_LEAST 4
#define LETTER_BIT(c) (1U << ((c) - 'a'))
/* The first letters of place_words: most words are told by theirs to be none. */
#define PLACE_WORD_FIRST                                                                                               \
    (LETTER_BIT('b') | LETTER_BIT('c') | LETTER_BIT('e') | LETTER_BIT('f') | LETTER_BIT('h') | LETTER_BIT('j') |       \
     LETTER_BIT('m') | LETTER_BIT('n') | LETTER_BIT('s') | LETTER_BIT('w'))

/* What to write for a folded word of a place: the word, its short form, or nothing. */
static lw_slice short_form(lw_slice word) {
    char first = word.data[0];
    if (first >= '0' && first <= '9') {
        return (lw_slice){word.data, 0};
    }
    if (word.len < PLACE_WORD_LEAST || word.len > sizeof(place_words[0].word) ||
        (PLACE_WORD_FIRST >> (first - 'a') & 1U) == 0) {
        return word;
    }
    uint64_t key = lw_table_word(word.data, word.len);
    for (size_t i = 0; i < sizeof(place_words) / sizeof(place_words[0]); i++) {
        if (lw_table_word(place_words[i].word, sizeof(place_words[i].word)) == key) {
            return (lw_slice){place_words[i].to, place_words[i].kept};
        }
    }
    return word;
}

size_t lw_fold_place(lw_slice text, char *out, size_t cap) {
    const char *bracket = text.len == 0 ? NULL : memchr(text.data, '(', text.len);
    if (bracket != NULL) {
        text.len = (size_t)(bracket - text.data);
    }
    size_t len = lw_fold_words(text, out, cap);
    size_t kept = 0;
    /* In place: what is written is never longer than what was read. */
    for (size_t begin = 0; begin < len;) {
        size_t end = begin;
        while (end < len && out[end] != ' ') {
            end++;
        }
        lw_slice word = short_form((lw_slice){out + begin, end - begin});
        if (word.len > 0) {
            if (kept > 0) {
                out[kept++] = ' ';
            }
            if (out + kept != word.data) { /* else it stands there: no word before it was changed */
                memmove(out + kept, word.data, word.len);
            }
            kept += word.len;
        }
        begin = end + 1;
    }
    return kept;
}
