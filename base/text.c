/* Text helpers.
 *
 * UTF-8 is decoded by one function that accepts exactly RFC 3629; everything else here stands on it. The glob matcher
 * keeps one place to come back to for '*' and one for '**', and never more: a later '*' of the same segment, or a
 * later '**', makes the earlier ones pointless. So the work is bounded by pattern times text squared, whatever the
 * pattern. The edit distance keeps only the diagonal band in which a distance under the cut can lie.
 */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Length of the valid sequence at the start of text, 0 if there is none. */
static size_t sequence_length(lw_slice text) {
    const unsigned char *b = (const unsigned char *)text.data;
    if (text.len == 0) {
        return 0;
    }
    if (b[0] < 0x80U) {
        return 1;
    }
    size_t need = b[0] >= 0xC2U && b[0] <= 0xDFU   ? 2
                  : (b[0] & 0xF0U) == 0xE0U        ? 3
                  : b[0] >= 0xF0U && b[0] <= 0xF4U ? 4
                                                   : 0;
    if (need == 0 || text.len < need) {
        return 0;
    }
    for (size_t i = 1; i < need; i++) {
        if ((b[i] & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    bool overlong = (b[0] == 0xE0U && b[1] < 0xA0U) || (b[0] == 0xF0U && b[1] < 0x90U);
    bool surrogate = b[0] == 0xEDU && b[1] > 0x9FU;
    bool too_large = b[0] == 0xF4U && b[1] > 0x8FU;
    return overlong || surrogate || too_large ? 0 : need;
}

/* Like sequence_length, but a byte outside any valid sequence is a character of its own. */
static size_t character_length(lw_slice text) {
    size_t length = sequence_length(text);
    return length == 0 ? 1 : length;
}

static lw_slice skip(lw_slice text, size_t count) {
    return (lw_slice){text.data + count, text.len - count};
}

size_t lw_utf8_count(lw_slice text) {
    size_t count = 0;
    for (; text.len > 0; count++) {
        text = skip(text, character_length(text));
    }
    return count;
}

bool lw_utf8_valid(lw_slice text) {
    while (text.len > 0) {
        size_t length = sequence_length(text);
        if (length == 0) {
            return false;
        }
        text = skip(text, length);
    }
    return true;
}

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

lw_status lw_percent_encode(lw_slice text, bool keep_slash, lw_buf *out) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            LW_TRY(lw_buf_append_char(out, c));
        } else {
            unsigned byte = (unsigned char)c;
            char escape[3] = {'%', digits[byte >> 4], digits[byte & 15U]};
            LW_TRY(lw_buf_append(out, escape, sizeof(escape)));
        }
    }
    return LW_OK;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

lw_status lw_percent_decode(lw_slice text, lw_buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            LW_TRY(lw_buf_append_char(out, text.data[i]));
            continue;
        }
        int high = text.len - i > 2 ? hex_value(text.data[i + 1]) : -1;
        int low = text.len - i > 2 ? hex_value(text.data[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return LW_E_PARSE;
        }
        LW_TRY(lw_buf_append_char(out, (char)(high * 16 + low)));
        i += 2;
    }
    return LW_OK;
}

static bool same_character(lw_slice a, lw_slice b) {
    size_t length = character_length(a);
    return length == character_length(b) && memcmp(a.data, b.data, length) == 0;
}

/* Order of two characters by code point: for UTF-8 that is the order of the bytes. */
static int compare_characters(lw_slice a, lw_slice b) {
    return lw_slice_compare((lw_slice){a.data, character_length(a)}, (lw_slice){b.data, character_length(b)});
}

/* Takes one, possibly escaped, character of a class off the front of class. */
static lw_slice take_class_character(lw_slice *class) {
    if (class->data[0] == '\\' && class->len > 1) {
        *class = skip(*class, 1);
    }
    lw_slice character = {class->data, character_length(*class)};
    *class = skip(*class, character.len);
    return character;
}

/* Length of the class that pattern (at '[') begins with, 0 if it is not closed. */
static size_t class_length(lw_slice pattern) {
    size_t i = 1;
    if (i < pattern.len && (pattern.data[i] == '!' || pattern.data[i] == '^')) {
        i++;
    }
    /* A ']' in first place is a member. */
    for (size_t first = i; i < pattern.len; i++) {
        if (pattern.data[i] == '\\') {
            i++;
        } else if (pattern.data[i] == ']' && i > first) {
            return i + 1;
        }
    }
    return 0;
}

static bool in_class(lw_slice class, lw_slice text) {
    class = (lw_slice){class.data + 1, class.len - 2};
    bool negated = class.len > 0 && (class.data[0] == '!' || class.data[0] == '^');
    class = skip(class, negated ? 1 : 0);
    bool found = false;
    while (class.len > 0) {
        lw_slice low = take_class_character(&class);
        lw_slice high = low;
        if (class.len > 1 && class.data[0] == '-') {
            class = skip(class, 1);
            high = take_class_character(&class);
        }
        found = found || (compare_characters(low, text) <= 0 && compare_characters(text, high) <= 0);
    }
    return found != negated;
}

/* Matches one character of text against the item at the front of pattern; bytes of the item, 0 for no match. */
static size_t match_item(lw_slice pattern, lw_slice text) {
    size_t closed = pattern.data[0] == '[' ? class_length(pattern) : 0;
    if (closed > 0) {
        return text.data[0] != '/' && in_class((lw_slice){pattern.data, closed}, text) ? closed : 0;
    }
    if (pattern.data[0] == '?') {
        return text.data[0] != '/' ? 1 : 0;
    }
    if (pattern.data[0] == '\\' && pattern.len > 1) {
        lw_slice escaped = skip(pattern, 1);
        return same_character(escaped, text) ? 1 + character_length(escaped) : 0;
    }
    return same_character(pattern, text) ? character_length(pattern) : 0;
}

typedef struct glob_retry {
    bool set;
    bool by_segment; /* after "**" and '/': go on at the start of a segment only */
    lw_slice pattern;
    lw_slice text;
} glob_retry;

/* Lets the wildcard of retry take one character (or one segment) more; false if it cannot. */
static bool extend_retry(glob_retry *retry, bool across_slash) {
    while (retry->set && retry->text.len > 0 && (across_slash || retry->text.data[0] != '/')) {
        bool slash = retry->text.data[0] == '/';
        retry->text = skip(retry->text, character_length(retry->text));
        if (!retry->by_segment || slash) {
            return true;
        }
    }
    retry->set = false;
    return false;
}

/* Takes a run of stars off pattern and records where to come back to. */
static void take_stars(lw_slice whole, lw_slice *pattern, lw_slice text, glob_retry *star, glob_retry *globstar) {
    bool at_segment_start = pattern->data == whole.data || pattern->data[-1] == '/';
    size_t stars = 0;
    while (pattern->len > 0 && pattern->data[0] == '*') {
        *pattern = skip(*pattern, 1);
        stars++;
    }
    star->set = false;
    if (stars == 1) {
        *star = (glob_retry){true, false, *pattern, text};
        return;
    }
    bool by_segment = at_segment_start && pattern->len > 0 && pattern->data[0] == '/';
    if (by_segment) {
        *pattern = skip(*pattern, 1);
    }
    *globstar = (glob_retry){true, by_segment, *pattern, text};
}

static bool glob_whole(lw_slice whole, lw_slice text) {
    lw_slice pattern = whole;
    glob_retry star = {0};
    glob_retry globstar = {0};
    while (pattern.len > 0 || text.len > 0) {
        if (pattern.len > 0 && pattern.data[0] == '*') {
            take_stars(whole, &pattern, text, &star, &globstar);
            continue;
        }
        size_t taken = pattern.len > 0 && text.len > 0 ? match_item(pattern, text) : 0;
        if (taken > 0) {
            pattern = skip(pattern, taken);
            text = skip(text, character_length(text));
        } else if (extend_retry(&star, false)) {
            pattern = star.pattern;
            text = star.text;
        } else if (extend_retry(&globstar, true)) {
            pattern = globstar.pattern;
            text = globstar.text;
        } else {
            return false;
        }
    }
    return true;
}

bool lw_glob_match(const char *pattern, lw_slice text) {
    lw_slice whole = lw_slice_from(pattern);
    if (glob_whole(whole, text)) {
        return true;
    }
    const char *slash = text.len == 0 ? NULL : memrchr(text.data, '/', text.len);
    if (slash == NULL || strchr(pattern, '/') != NULL) {
        return false;
    }
    return glob_whole(whole, skip(text, (size_t)(slash - text.data) + 1));
}

enum { DISTANCE_CUT = 100, BAND = 2 * DISTANCE_CUT + 1 };

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Row i of the table, of which only the columns i - CUT to i + CUT are kept: column j is at place j - i + CUT. */
static void distance_row(lw_slice a, lw_slice b, size_t i, unsigned rows[3][BAND]) {
    unsigned *row = rows[i % 3];
    const unsigned *above = rows[(i + 2) % 3];
    const unsigned *two_above = rows[(i + 1) % 3];
    for (size_t k = 0; k < BAND; k++) {
        row[k] = DISTANCE_CUT;
        if (i + k < DISTANCE_CUT || i + k - DISTANCE_CUT > b.len) {
            continue;
        }
        size_t j = i + k - DISTANCE_CUT;
        if (i == 0 || j == 0) {
            row[k] = least((unsigned)(i + j), DISTANCE_CUT);
            continue;
        }
        bool same = a.data[i - 1] == b.data[j - 1];
        unsigned best = above[k] + (same ? 0U : 1U);
        best = k > 0 ? least(best, row[k - 1] + 1) : best;
        best = k + 1 < BAND ? least(best, above[k + 1] + 1) : best;
        if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1]) {
            best = least(best, two_above[k] + 1);
        }
        row[k] = least(best, DISTANCE_CUT);
    }
}

unsigned lw_edit_distance(const char *a, const char *b) {
    unsigned rows[3][BAND];
    lw_slice from = lw_slice_from(a);
    lw_slice to = lw_slice_from(b);
    size_t apart = from.len > to.len ? from.len - to.len : to.len - from.len;
    if (apart >= DISTANCE_CUT) {
        return DISTANCE_CUT;
    }
    for (size_t i = 0; i <= from.len; i++) {
        distance_row(from, to, i, rows);
    }
    return rows[from.len % 3][to.len + DISTANCE_CUT - from.len];
}

static bool take_u64(lw_slice *text, uint64_t *ret_value) {
    uint64_t value = 0;
    size_t digits = 0;
    for (; digits < text->len && text->data[digits] >= '0' && text->data[digits] <= '9'; digits++) {
        uint64_t digit = (uint64_t)(text->data[digits] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *text = skip(*text, digits);
    *ret_value = value;
    return digits > 0;
}

lw_status lw_parse_u64(const char *text, uint64_t *ret_value) {
    lw_slice rest = lw_slice_from(text);
    uint64_t value = 0;
    if (!take_u64(&rest, &value) || rest.len > 0) {
        return LW_E_USAGE;
    }
    *ret_value = value;
    return LW_OK;
}

/* Bits that a unit shifts by: "" and "B" 0, "K", "KB", "KiB" 10, and so on to E; -1 for anything else. */
static int unit_shift(lw_slice unit) {
    static const char letters[] = "KMGTPE";
    if (unit.len == 0 || lw_slice_equal_nocase(unit, LW_SLICE_LITERAL("B"))) {
        return 0;
    }
    lw_slice rest = skip(unit, 1);
    if (rest.len > 0 && !lw_slice_equal_nocase(rest, LW_SLICE_LITERAL("B")) &&
        !lw_slice_equal_nocase(rest, LW_SLICE_LITERAL("iB"))) {
        return -1;
    }
    for (int i = 0; letters[i] != '\0'; i++) {
        if (lw_slice_equal_nocase((lw_slice){unit.data, 1}, (lw_slice){&letters[i], 1})) {
            return 10 * (i + 1);
        }
    }
    return -1;
}

/* ".5": the fraction in 1/10000; more than four digits are refused. */
static bool take_fraction(lw_slice *text, uint64_t *ret_parts) {
    lw_slice digits = skip(*text, 1);
    lw_slice rest = digits;
    uint64_t parts = 0;
    if (!take_u64(&rest, &parts) || digits.len - rest.len > 4) {
        return false;
    }
    for (size_t i = digits.len - rest.len; i < 4; i++) {
        parts *= 10;
    }
    *text = rest;
    *ret_parts = parts;
    return true;
}

lw_status lw_parse_size(const char *text, uint64_t *ret_bytes) {
    lw_slice rest = lw_slice_from(text);
    uint64_t whole = 0;
    uint64_t parts = 0;
    if (!take_u64(&rest, &whole) || (rest.len > 0 && rest.data[0] == '.' && !take_fraction(&rest, &parts))) {
        return LW_E_USAGE;
    }
    int shift = unit_shift(rest);
    /* A fraction of a byte means nothing. */
    if (shift < 0 || (parts > 0 && shift == 0) || whole > UINT64_MAX >> shift) {
        return LW_E_USAGE;
    }
    /* Shifted in two steps: parts < 2^14, so neither product leaves 64 bits. */
    uint64_t first = (uint64_t)(shift > 40 ? 40 : shift);
    uint64_t fraction = ((parts << first) / 10000) << ((uint64_t)shift - first);
    whole <<= shift;
    if (whole > UINT64_MAX - fraction) {
        return LW_E_USAGE;
    }
    *ret_bytes = whole + fraction;
    return LW_OK;
}

void lw_hex(const void *data, size_t len, char *out) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15U];
    }
    out[2 * len] = '\0';
}

void lw_format_bytes(uint64_t bytes, char out[16]) {
    static const char *const units[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(out, 16, "%u B", (unsigned)bytes);
        return;
    }
    size_t unit = 0;
    uint64_t per_unit = 1000;
    /* Compare the rounded value: 999,950 bytes are 1.0 MB and not 1000.0 KB. */
    while (unit < 5 && bytes >= per_unit * 1000 - per_unit / 20) {
        per_unit *= 1000;
        unit++;
    }
    uint64_t whole = bytes / per_unit;
    uint64_t tenths = (bytes % per_unit + per_unit / 20) / (per_unit / 10);
    whole += tenths / 10;
    snprintf(out, 16, "%u.%u %s", (unsigned)whole, (unsigned)(tenths % 10), units[unit]);
}

void lw_format_count(uint64_t count, char out[32]) {
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            out[at++] = ',';
        }
        out[at++] = digits[i];
    }
    out[at] = '\0';
}
