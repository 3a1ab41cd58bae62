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

/* Writes the letters of one code point; -1: it separates words. */
static int fold_one(uint32_t code_point, char letters[2]) {
    if ((code_point >= 'a' && code_point <= 'z') || (code_point >= '0' && code_point <= '9')) {
        letters[0] = (char)code_point;
        return 1;
    }
    if (code_point >= 'A' && code_point <= 'Z') {
        letters[0] = (char)(code_point | 0x20);
        return 1;
    }
    if (apostrophe(code_point) || (code_point >= COMBINING_BEGIN && code_point < COMBINING_END)) {
        return 0;
    }
    const char *latin = code_point < 0x80 ? NULL : lw_table_latin(code_point);
    if (latin == NULL) {
        return -1;
    }
    letters[0] = latin[0];
    letters[1] = latin[1];
    return latin[1] == '\0' ? 1 : 2;
}

size_t lw_fold_words(lw_slice text, char *out, size_t cap) {
    size_t len = 0;
    bool space = false;
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point = (unsigned char)text.data[at];
        char letters[2] = {0};
        at += code_point < 0x80 ? 1 : lw_fold_decode(text, at, &code_point);
        int count = fold_one(code_point, letters);
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
        for (int i = 0; i < count; i++) {
            out[len++] = letters[i];
        }
    }
    return len;
}

typedef struct place_word {
    const char *word;
    uint8_t len;
    uint8_t kept; /* letters of `to` */
    const char *to;
} place_word;

#define PLACE_WORD(word, to)                                                                                           \
    { word, sizeof(word) - 1, sizeof(to) - 1, to }
static const place_word place_words[] = {
    PLACE_WORD("beach", "bch"),   PLACE_WORD("cedex", ""),       PLACE_WORD("center", "ctr"),
    PLACE_WORD("centre", "ctr"),  PLACE_WORD("east", "e"),       PLACE_WORD("fort", "ft"),
    PLACE_WORD("heights", "hts"), PLACE_WORD("junction", "jct"), PLACE_WORD("mount", "mt"),
    PLACE_WORD("north", "n"),     PLACE_WORD("saint", "st"),     PLACE_WORD("sainte", "ste"),
    PLACE_WORD("south", "s"),     PLACE_WORD("springs", "spgs"), PLACE_WORD("west", "w"),
};
#undef PLACE_WORD

/* What to write for a word of a place: the word, its short form, or nothing. */
static lw_slice short_form(lw_slice word) {
    if (word.data[0] >= '0' && word.data[0] <= '9') {
        return (lw_slice){word.data, 0};
    }
    for (size_t i = 0; i < sizeof(place_words) / sizeof(place_words[0]); i++) {
        const place_word *known = &place_words[i];
        if (known->len == word.len && known->word[0] == word.data[0] && memcmp(known->word, word.data, word.len) == 0) {
            return (lw_slice){known->to, known->kept};
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
        const char *space = memchr(out + begin, ' ', len - begin);
        size_t end = space == NULL ? len : (size_t)(space - out);
        lw_slice word = short_form((lw_slice){out + begin, end - begin});
        if (word.len > 0) {
            if (kept > 0) {
                out[kept++] = ' ';
            }
            memmove(out + kept, word.data, word.len);
            kept += word.len;
        }
        begin = end + 1;
    }
    return kept;
}
