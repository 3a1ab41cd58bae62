/* Addresses in one cell: "12 Elm St, Springfield, MA 01103", "Musterstr. 5, 80331 München", "1 High St, Leeds LS1 4AP".
 *
 * The cell is folded to words. Each word (or pair of words) that reads as a postal code of a country is tried: the one
 * to four words before it must name a place of the code's region (United States and Australia: with the state in
 * between, Canada: with or without it, United Kingdom: a county may stand in between), or the one to four words after
 * it (Germany, France, Italy, Spain). Nothing else of the line is looked at: as for Macie, place and code make the
 * address, the street does not.
 *
 * Where the column says that it holds addresses, their form alone is enough (lw_address_form): generated and foreign
 * places are in no list.
 *
 * Leaves out: codes without their leading zero (only a column of codes says that they lost one), lines over 200 bytes.
 */
#include "identifiers/places_priv.h"

#include <string.h>

#include "identifiers/names_priv.h"

#define LINE_MAX_BYTES 200
#define LINE_WORDS_MAX 24
#define PLACE_WORDS_MAX 4
#define STATE_WORDS_MAX 4
#define COUNTY_WORDS_MAX 3
#define PLACE_TEXT_MAX 80

typedef struct line_words {
    char text[LINE_MAX_BYTES + 8];
    uint8_t begin[LINE_WORDS_MAX];
    uint8_t end[LINE_WORDS_MAX];
    uint8_t digits[LINE_WORDS_MAX]; /* of each word */
    size_t count;
} line_words;

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool has_digit_and_letter(lw_slice cell) {
    bool number = false;
    bool letter = false;
    for (size_t i = 0; i < cell.len && !(number && letter); i++) {
        unsigned char c = (unsigned char)cell.data[i];
        number = number || (c >= '0' && c <= '9');
        letter = letter || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z');
    }
    return number && letter;
}

static bool split_line(lw_slice cell, line_words *words) {
    words->count = 0;
    if (cell.len < 6 || cell.len > LINE_MAX_BYTES || !has_digit_and_letter(cell)) {
        return false;
    }
    size_t len = lw_fold_words(cell, words->text, sizeof(words->text));
    for (size_t at = 0; at < len && words->count < LINE_WORDS_MAX; at++) {
        size_t begin = at;
        size_t digits = 0;
        for (; at < len && words->text[at] != ' '; at++) {
            digits += digit(words->text[at]);
        }
        words->begin[words->count] = (uint8_t)begin;
        words->end[words->count] = (uint8_t)at;
        words->digits[words->count++] = (uint8_t)digits;
    }
    return words->count >= 2;
}

/* Words [from, to) as they stand in the folded text. */
static lw_slice span(const line_words *words, size_t from, size_t to) {
    return (lw_slice){words->text + words->begin[from], (size_t)(words->end[to - 1] - words->begin[from])};
}

static bool place_at(const line_words *words, size_t from, size_t to, lw_country country, const lw_regions *regions) {
    char text[PLACE_TEXT_MAX];
    size_t len = lw_fold_place(span(words, from, to), text, sizeof(text));
    return len >= 2 && lw_place_in_regions(country, regions, (lw_slice){text, len});
}

/* A place of one to four words that ends at word `end`. */
static bool place_before(const line_words *words, size_t end, lw_country country, const lw_regions *regions) {
    for (size_t count = 1; count <= PLACE_WORDS_MAX && count <= end; count++) {
        if (place_at(words, end - count, end, country, regions)) {
            return true;
        }
    }
    return false;
}

static bool place_after(const line_words *words, size_t begin, lw_country country, const lw_regions *regions) {
    for (size_t count = 1; count <= PLACE_WORDS_MAX && begin + count <= words->count; count++) {
        if (place_at(words, begin, begin + count, country, regions)) {
            return true;
        }
    }
    return false;
}

/* Place, then the code's own state, then the code at word `code`. */
static bool place_and_state_before(const line_words *words, size_t code, lw_country country,
                                   const lw_regions *regions) {
    for (size_t count = 1; count <= STATE_WORDS_MAX && count < code; count++) {
        if (lw_state_of_regions(country, regions, span(words, code - count, code)) &&
            place_before(words, code - count, country, regions)) {
            return true;
        }
    }
    return false;
}

static bool place_and_county_before(const line_words *words, size_t code, const lw_regions *regions) {
    for (size_t skipped = 0; skipped <= COUNTY_WORDS_MAX && skipped < code; skipped++) {
        if (place_before(words, code - skipped, LW_COUNTRY_GB, regions)) {
            return true;
        }
    }
    return false;
}

/* The code stands at words [at, end). */
static bool agrees(const line_words *words, size_t at, size_t end, lw_country country) {
    lw_regions regions;
    if (!lw_postal_read(country, span(words, at, end), false, &regions)) {
        return false;
    }
    switch (country) {
    case LW_COUNTRY_US:
    case LW_COUNTRY_AU:
        return place_and_state_before(words, at, country, &regions);
    case LW_COUNTRY_CA:
        return place_and_state_before(words, at, country, &regions) || place_before(words, at, country, &regions);
    case LW_COUNTRY_GB:
        return place_and_county_before(words, at, &regions);
    case LW_COUNTRY_DE:
    case LW_COUNTRY_FR:
    case LW_COUNTRY_IT:
    case LW_COUNTRY_ES:
        return place_after(words, end, country, &regions);
    case LW_COUNTRY_COUNT:
    default:
        return false;
    }
}

static lw_slice lower_word(lw_slice word, char text[4]) {
    size_t len = word.len <= 4 ? word.len : 0;
    for (size_t i = 0; i < len; i++) {
        text[i] = word.data[i] >= 'A' && word.data[i] <= 'Z' ? (char)(word.data[i] | 0x20) : word.data[i];
    }
    return (lw_slice){text, len};
}

#define COUNTRY_BIT(country) (1U << LW_COUNTRY_##country)

/* The countries whose code a word with a digit may be, by its length and by what it begins with. */
static unsigned may_be_code(const line_words *words, size_t at) {
    size_t len = span(words, at, at + 1).len;
    if (words->digits[at] == len) {
        return len == 4   ? COUNTRY_BIT(AU)
               : len == 5 ? COUNTRY_BIT(US) | COUNTRY_BIT(DE) | COUNTRY_BIT(FR) | COUNTRY_BIT(IT) | COUNTRY_BIT(ES)
               : len == 9 ? COUNTRY_BIT(US)
                          : 0;
    }
    if (digit(words->text[words->begin[at]])) {
        return 0;
    }
    return (len == 6 ? COUNTRY_BIT(CA) : 0) | (len >= 5 && len <= 8 ? COUNTRY_BIT(GB) : 0);
}

/* The same for two words, with a digit each: "K1M 1M4", "SW1A 2AA". */
static unsigned may_be_halves(const line_words *words, size_t at) {
    size_t len = span(words, at, at + 2).len;
    if (len < 5 || len > 8 || digit(words->text[words->begin[at]])) {
        return 0;
    }
    return COUNTRY_BIT(GB) | (len == 7 ? COUNTRY_BIT(CA) : 0);
}

/* The countries of may_be whose code stands at words [at, end), with a place of theirs. */
static unsigned agreeing(const line_words *words, size_t at, size_t end, unsigned may_be) {
    unsigned found = 0;
    for (unsigned country = 0; may_be >> country != 0; country++) {
        if ((may_be >> country & 1U) != 0 && agrees(words, at, end, (lw_country)country)) {
            found |= 1U << country;
        }
    }
    return found;
}

unsigned lw_address_line(lw_slice cell) {
    line_words words;
    unsigned found = 0;
    if (!split_line(cell, &words)) {
        return 0;
    }
    for (size_t at = 0; at < words.count; at++) {
        if (words.digits[at] == 0) {
            continue;
        }
        found |= agreeing(&words, at, at + 1, may_be_code(&words, at));
        if (at + 1 < words.count && words.digits[at + 1] != 0) {
            found |= agreeing(&words, at, at + 2, may_be_halves(&words, at));
        }
    }
    return found;
}

/* ---- form alone ---- */

/* Where a token ends: at a blank or at what lists use between parts. A hyphen, a full stop and an apostrophe do not end
 * it: 12-14, 22704-1234, St., L'Aquila. */
static bool between_tokens(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ';' || c == '|' || c == '(' || c == ')';
}

static bool next_token(lw_slice cell, size_t *at, lw_slice *ret_token) {
    size_t begin = *at;
    while (begin < cell.len && between_tokens(cell.data[begin])) {
        begin++;
    }
    size_t end = begin;
    while (end < cell.len && !between_tokens(cell.data[end])) {
        end++;
    }
    *at = end;
    while (end > begin + 1 && cell.data[end - 1] == '.') {
        end--;
    }
    *ret_token = (lw_slice){cell.data + begin, end - begin};
    return end > begin;
}

typedef enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_CODE, TOKEN_BOX, TOKEN_OTHER } token_kind;

static bool same_word(lw_slice token, const char *word) {
    for (size_t i = 0; i < token.len; i++) {
        char c = token.data[i];
        if (word[i] == '\0' || (c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != word[i]) {
            return false;
        }
    }
    return word[token.len] == '\0';
}

/* Stands for a house number: "PO Box 12" has one of its own, "s/n" has none. */
static bool box_word(lw_slice token) {
    switch (token.data[0] | 0x20) {
    case 'a':
        return same_word(token, "apartado");
    case 'b':
        return same_word(token, "box");
    case 'p':
        return same_word(token, "postfach");
    case 's':
        return same_word(token, "s/n") || same_word(token, "snc");
    default:
        return false;
    }
}

static token_kind kind_of_token(lw_slice token) {
    size_t letters = 0;
    size_t digits = 0;
    for (size_t i = 0; i < token.len; i++) {
        unsigned char c = (unsigned char)token.data[i];
        digits += c >= '0' && c <= '9';
        letters += c >= 0x80 || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z');
        if (c == '@' || c == ':' || c == '_') {
            return TOKEN_OTHER;
        }
    }
    if (box_word(token)) {
        return TOKEN_BOX;
    }
    if (digits == 0) {
        return letters >= 2 ? TOKEN_WORD : TOKEN_OTHER;
    }
    return token.len >= 5 && lw_postal_form(token) ? TOKEN_CODE : TOKEN_NUMBER;
}

/* "SW1A 2AA", "K1M 1M4", "NSW 2000": a code of two tokens. */
static bool code_of_two(lw_slice before, lw_slice token) {
    size_t len = (size_t)(token.data + token.len - before.data);
    if (before.len < 2 || token.data != before.data + before.len + 1) {
        return false;
    }
    lw_regions regions;
    if (token.len == 3) {
        return before.len <= 4 && lw_postal_form((lw_slice){before.data, len});
    }
    return token.len == 4 && lw_postal_read(LW_COUNTRY_AU, token, false, &regions) &&
           lw_state_of_regions(LW_COUNTRY_AU, &regions, lower_word(before, (char[4]){0}));
}

/* An address has a house number, a code and a word at least, and no code has fewer than two digits: most cells of most
 * columns need not be read word by word. */
static bool may_have_form(lw_slice cell) {
    size_t digits = 0;
    size_t between = 0;
    for (size_t i = 0; i < cell.len && (digits < 2 || between < 2); i++) {
        digits += digit(cell.data[i]);
        between += between_tokens(cell.data[i]);
    }
    return digits >= 2 && between >= 2;
}

bool lw_address_form(lw_slice cell) {
    size_t at = 0;
    size_t words = 0;
    bool house = false;
    lw_slice token;
    lw_slice before = {cell.data, 0};
    if (cell.len < 10 || cell.len > LINE_MAX_BYTES || !may_have_form(cell)) {
        return false;
    }
    /* The code comes after the house number and at least one word; another word comes before or after the code. */
    for (bool code = false; next_token(cell, &at, &token); before = token) {
        switch (kind_of_token(token)) {
        case TOKEN_OTHER:
            if (memchr(token.data, '@', token.len) != NULL) {
                return false;
            }
            break;
        case TOKEN_WORD:
            words++;
            break;
        case TOKEN_CODE:
            code = code || (house && words > 0);
            house = true;
            break;
        case TOKEN_NUMBER:
            code = code || (house && words > 0 && code_of_two(before, token));
            house = true;
            break;
        case TOKEN_BOX:
        default:
            words++;
            house = true;
            break;
        }
        if (code && words >= 2) {
            return true;
        }
    }
    return false;
}

typedef struct street_type {
    const char *text;
    uint8_t len;
    bool ends; /* German types and others end a longer word: Hauptstrasse, Marktplatz */
} street_type;

#define STREET_WORD(text)                                                                                              \
    { text, sizeof(text) - 1, false }
#define STREET_END(text)                                                                                               \
    { text, sizeof(text) - 1, true }
/* Words that say what kind of street it is, in the languages of the eight countries. */
static const street_type street_types[] = {
    STREET_END("allee"),    STREET_END("apartado"), STREET_END("ave"),       STREET_END("avenida"),
    STREET_END("avenue"),   STREET_WORD("av"),      STREET_WORD("blvd"),     STREET_WORD("boulevard"),
    STREET_WORD("box"),     STREET_WORD("calle"),   STREET_WORD("camino"),   STREET_WORD("carretera"),
    STREET_WORD("chemin"),  STREET_WORD("cir"),     STREET_WORD("circle"),   STREET_WORD("close"),
    STREET_WORD("corso"),   STREET_WORD("court"),   STREET_WORD("crescent"), STREET_WORD("ct"),
    STREET_END("damm"),     STREET_WORD("dr"),      STREET_END("drive"),     STREET_END("gasse"),
    STREET_WORD("highway"), STREET_WORD("hwy"),     STREET_WORD("impasse"),  STREET_WORD("lane"),
    STREET_WORD("largo"),   STREET_WORD("ln"),      STREET_WORD("mews"),     STREET_END("parkway"),
    STREET_END("paseo"),    STREET_END("piazza"),   STREET_END("pike"),      STREET_END("pkwy"),
    STREET_WORD("pl"),      STREET_END("place"),    STREET_END("platz"),     STREET_END("plaza"),
    STREET_END("plz"),      STREET_END("postfach"), STREET_WORD("quai"),     STREET_WORD("rd"),
    STREET_END("ring"),     STREET_END("road"),     STREET_END("ronda"),     STREET_END("route"),
    STREET_END("row"),      STREET_END("rte"),      STREET_END("rue"),       STREET_WORD("sq"),
    STREET_END("square"),   STREET_WORD("st"),      STREET_END("str"),       STREET_END("strada"),
    STREET_END("strasse"),  STREET_END("street"),   STREET_WORD("ter"),      STREET_WORD("terrace"),
    STREET_WORD("trail"),   STREET_WORD("trl"),     STREET_WORD("turnpike"), STREET_END("ufer"),
    STREET_WORD("via"),     STREET_WORD("viale"),   STREET_WORD("vicolo"),   STREET_END("way"),
    STREET_END("weg"),
};
#undef STREET_WORD
#undef STREET_END

static bool is_street_type(lw_slice word) {
    if (word.len < 2) {
        return false;
    }
    for (size_t i = 0; i < sizeof(street_types) / sizeof(street_types[0]); i++) {
        const street_type *type = &street_types[i];
        bool fits = type->len == word.len || (type->ends && type->len < word.len);
        const char *end = word.data + word.len - 1;
        if (fits && *end == type->text[type->len - 1] && memcmp(end + 1 - type->len, type->text, type->len) == 0) {
            return true;
        }
    }
    return false;
}

bool lw_street_line(lw_slice cell) {
    line_words words;
    size_t digits = 0;
    if (!split_line(cell, &words) || words.count > 10) {
        return false;
    }
    for (size_t at = 0; at < words.count; at++) {
        digits += words.digits[at];
    }
    for (size_t at = 0; digits > 0 && at < words.count; at++) {
        if (is_street_type(span(&words, at, at + 1))) {
            return true;
        }
    }
    return false;
}
