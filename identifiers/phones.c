/* Telephone numbers of the North American plan (USA, Canada), found by hand: without a keyword they have to be looked
 * for in every column.
 *
 *     [+1 | 1 | 001 | 011 1] [(]NPA[)] NXX XXXX [extension]
 *
 * Rules of NANPA: NPA is [2-9][0-8][0-9] and no service code (N11), not 37x or 96x; NXX is [2-9][0-9][0-9] and no
 * service code; 555-0100 to 555-0199 are kept for fiction. Near a keyword the country code may be missing, separators
 * are free, and codes that are not assigned count too, except N11 as area code: what stands as (793) 296-1234 in a
 * column of telephone numbers is kept as one by somebody. Without a keyword, the number must begin with +1, or with 1,
 * 001 or 011 1 and then be written with separators between all its groups: ten or eleven digits in a row are too common
 * in columns of other numbers. Behind the code of another country nothing counts.
 */
#include <string.h>

#include "identifiers/checks_priv.h"
#include "identifiers/words_priv.h"

typedef struct lw_phone_reader {
    lw_slice cell;
    size_t at;
    bool plus;      /* written with + */
    bool country;   /* has a country code */
    bool separated; /* separators between all groups so far */
    bool lenient;   /* codes that are not assigned count too */
} lw_phone_reader;

static int lw_look(const lw_phone_reader *reader, size_t ahead) {
    size_t at = reader->at + ahead;
    return at < reader->cell.len ? (unsigned char)reader->cell.data[at] : -1;
}

static bool lw_look_digit(const lw_phone_reader *reader, size_t ahead) {
    int c = lw_look(reader, ahead);
    return c >= '0' && c <= '9';
}

static bool lw_pass(lw_phone_reader *reader, const char *any_of) {
    int c = lw_look(reader, 0);
    bool found = c > 0 && strchr(any_of, c) != NULL;
    reader->at += found;
    return found;
}

static bool lw_pass_text(lw_phone_reader *reader, const char *text) {
    size_t len = strlen(text);
    bool found = reader->cell.len - reader->at >= len && memcmp(reader->cell.data + reader->at, text, len) == 0;
    reader->at += found ? len : 0;
    return found;
}

/* +1, 1, 001, 011 1; nothing is a way to write it too. */
static void lw_read_country(lw_phone_reader *reader) {
    size_t start = reader->at;
    reader->separated = true;
    if (lw_pass(reader, "+")) {
        reader->plus = true;
    } else if (lw_pass_text(reader, "011")) {
        (void)lw_pass(reader, " -.");
    } else {
        (void)lw_pass_text(reader, "00");
    }
    reader->country = lw_pass(reader, "1");
    if (!reader->country) {
        reader->at = start;
        reader->plus = false;
        return;
    }
    if (reader->plus && start > 0 && reader->cell.data[start - 1] == '(') {
        (void)lw_pass(reader, ")"); /* (+1) */
    }
    reader->separated = lw_pass(reader, " .-") || lw_look(reader, 0) == '(';
}

/* Three digits, the first 2-9, that may be a code. */
static bool lw_read_code(lw_phone_reader *reader, bool area) {
    if (!lw_look_digit(reader, 0) || !lw_look_digit(reader, 1) || !lw_look_digit(reader, 2)) {
        return false;
    }
    int first = lw_look(reader, 0);
    int second = lw_look(reader, 1);
    bool service = second == '1' && lw_look(reader, 2) == '1';
    if (first < '2' || (service && (area || !reader->lenient))) {
        return false;
    }
    if (area && !reader->lenient &&
        (second == '9' || (first == '3' && second == '7') || (first == '9' && second == '6'))) {
        return false;
    }
    reader->at += 3;
    return true;
}

static bool lw_read_area(lw_phone_reader *reader) {
    bool bracket = lw_pass(reader, "(");
    if (!lw_read_code(reader, true) || (bracket && !lw_pass(reader, ")"))) {
        return false;
    }
    bool separated = lw_pass(reader, " .-/");
    (void)lw_pass(reader, " .-/");
    reader->separated = reader->separated && (separated || bracket);
    return true;
}

static bool lw_read_subscriber(lw_phone_reader *reader) {
    size_t exchange = reader->at;
    if (!lw_read_code(reader, false)) {
        return false;
    }
    reader->separated = lw_pass(reader, " .-") && reader->separated;
    for (size_t i = 0; i < 4; i++) {
        if (!lw_look_digit(reader, i)) {
            return false;
        }
    }
    bool fiction =
        memcmp(reader->cell.data + exchange, "555", 3) == 0 && lw_look(reader, 0) == '0' && lw_look(reader, 1) == '1';
    reader->at += 4;
    return !fiction;
}

/* " x123", "ext. 123", "#123": belongs to the number if it is complete. */
static void lw_read_extension(lw_phone_reader *reader) {
    size_t start = reader->at;
    (void)lw_pass(reader, " ");
    bool named = lw_pass_text(reader, "extension") || lw_pass_text(reader, "ext.") || lw_pass_text(reader, "ext") ||
                 lw_pass(reader, "x#");
    (void)lw_pass(reader, " ");
    size_t digits = 0;
    while (named && digits < 6 && lw_look_digit(reader, digits)) {
        digits++;
    }
    reader->at = digits > 0 ? reader->at + digits : start;
}

static bool lw_phone_at(lw_slice cell, size_t at, bool keyword_near, lw_match *ret_match) {
    lw_phone_reader reader = {.cell = cell, .at = at, .lenient = keyword_near};
    lw_read_country(&reader);
    if (!lw_read_area(&reader) || !lw_read_subscriber(&reader)) {
        return false;
    }
    bool enough = keyword_near || (reader.country && (reader.plus || reader.separated));
    if (!enough || lw_in_longer_number(cell, at, reader.at) || (!reader.plus && lw_after_country_code(cell, at, "1"))) {
        return false;
    }
    lw_read_extension(&reader);
    if (lw_word_after(cell, reader.at)) {
        return false;
    }
    *ret_match = (lw_match){at, reader.at};
    return true;
}

/* Can a number begin with this byte? */
static bool lw_phone_begins(char c, bool keyword_near) {
    return c == '+' || c == '1' || c == '0' || (keyword_near && (c == '(' || (c >= '2' && c <= '9')));
}

bool lw_find_phone(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match) {
    for (size_t at = from; at + 10 <= cell.len; at++) {
        if (!lw_phone_begins(cell.data[at], keyword_near)) {
            continue;
        }
        if (!(lw_maybe_word_before(cell, at) && lw_word_before(cell, at)) &&
            lw_phone_at(cell, at, keyword_near, ret_match)) {
            return true;
        }
    }
    return false;
}
