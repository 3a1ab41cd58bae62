/* Keys of services, tokens and header lines: what decodes, and what touches them.
 *
 * Guarantees: decoded credentials are wiped before a check returns.
 */
#include <string.h>

#include "base/secret.h"
#include "identifiers/checks_card_priv.h"

#define LW_DECODED_MAX 768 /* of 999 characters and their padding */
#define LW_NOT_DECODED SIZE_MAX

static const char standard_signs[] = "+/";
static const char url_signs[] = "-_";

static int lw_base64_value(char c, const char signs[2]) {
    if (lw_upper(c)) {
        return c - 'A';
    }
    if (lw_lower(c)) {
        return c - 'a' + 26;
    }
    if (lw_digit(c)) {
        return c - '0' + 52;
    }
    return c == signs[0] ? 62 : c == signs[1] ? 63 : -1;
}

/* RFC 4648 without padding. The number of bytes, or LW_NOT_DECODED. */
static size_t lw_decode(lw_slice text, const char signs[2], char *bytes, size_t room) {
    unsigned bits = 0;
    unsigned held = 0;
    size_t len = 0;
    if (text.len % 4 == 1) {
        return LW_NOT_DECODED;
    }
    for (size_t i = 0; i < text.len; i++) {
        int value = lw_base64_value(text.data[i], signs);
        if (value < 0 || len == room) {
            return LW_NOT_DECODED;
        }
        bits = (bits << 6 | (unsigned)value) & 0xFFFFU;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[len++] = (char)(bits >> held & 0xFFU);
        }
    }
    return len;
}

/* Letters, digits and `signs`. */
static bool lw_word_character(char c, const char *signs) {
    return lw_upper(c) || lw_lower(c) || lw_digit(c) || lw_one_of(signs, c);
}

/* No letter, digit or one of the signs beside the candidate. */
static bool lw_stands_apart(const lw_candidate *candidate, const char *signs) {
    lw_slice cell = candidate->cell;
    bool before = candidate->begin > 0 && lw_word_character(cell.data[candidate->begin - 1], signs);
    bool after = candidate->end < cell.len && lw_word_character(cell.data[candidate->end], signs);
    return !before && !after && !lw_word_before(cell, candidate->begin) && !lw_word_after(cell, candidate->end);
}

/* The first word of the candidate is a whole header name, or behind a hyphen the rest of this one ("Set-"). */
static bool lw_header_name_whole(const lw_candidate *candidate, lw_slice first) {
    lw_slice cell = candidate->cell;
    size_t begin = candidate->begin;
    if (begin > 0 && cell.data[begin - 1] == '-') {
        if (begin < first.len || !lw_slice_equal_nocase((lw_slice){cell.data + begin - first.len, first.len}, first)) {
            return false;
        }
        begin -= first.len;
    }
    return !lw_word_before(cell, begin) && (begin == 0 || cell.data[begin - 1] != '-');
}

/* ---- service keys ---- */

static unsigned lw_distinct_characters(lw_slice text) {
    bool seen[256] = {false};
    unsigned count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += !seen[(unsigned char)text.data[i]];
        seen[(unsigned char)text.data[i]] = true;
    }
    return count;
}

/* Of 35 random characters 20 and more differ; of a placeholder few. */
bool lw_check_gcp_key(const lw_candidate *candidate) {
    return lw_stands_apart(candidate, url_signs) && lw_distinct_characters(lw_candidate_text(candidate)) >= 14;
}

/* A short word in small letters behind "pk_test_" is the name of something, of a database's key for example. */
bool lw_check_stripe_key(const lw_candidate *candidate) {
    const size_t prefix = sizeof("sk_test_") - 1;
    lw_slice text = lw_candidate_text(candidate);
    bool only_lower = true;
    for (size_t i = prefix; i < text.len; i++) {
        only_lower = only_lower && lw_lower(text.data[i]);
    }
    return lw_stands_apart(candidate, "_") && (!only_lower || text.len - prefix >= 24);
}

/* ---- JSON Web Token: RFC 7519, RFC 7515 section 3.1 ---- */

/* The text of "alg" in a JSON object; false if there is none. Escapes are not undone: no algorithm has any. */
static bool lw_jwt_algorithm(lw_slice json, lw_slice *ret_algorithm) {
    lw_slice name = LW_SLICE_LITERAL("\"alg\"");
    json = lw_slice_trim(json);
    const char *found = memmem(json.data, json.len, name.data, name.len);
    if (json.len < 2 || json.data[0] != '{' || json.data[json.len - 1] != '}' || found == NULL) {
        return false;
    }
    size_t at = (size_t)(found - json.data) + name.len;
    bool colon = false;
    while (at < json.len && (lw_blank(json.data[at]) || (json.data[at] == ':' && !colon))) {
        colon = colon || json.data[at] == ':';
        at++;
    }
    if (!colon || at >= json.len || json.data[at] != '"') {
        return false;
    }
    size_t end = ++at;
    while (end < json.len && json.data[end] != '"') {
        end++;
    }
    *ret_algorithm = (lw_slice){json.data + at, end - at};
    return end > at && end < json.len;
}

/* *ret_unsigned: its algorithm is "none" (RFC 7518 section 3.6). */
static bool lw_jwt_header(lw_slice text, bool *ret_unsigned) {
    char bytes[LW_DECODED_MAX];
    lw_slice algorithm = {0};
    size_t len = lw_decode(text, url_signs, bytes, sizeof(bytes));
    bool good = len != LW_NOT_DECODED && lw_jwt_algorithm((lw_slice){bytes, len}, &algorithm);
    *ret_unsigned = good && lw_slice_equal_nocase(algorithm, LW_SLICE_LITERAL("none"));
    lw_wipe(bytes, sizeof(bytes));
    return good;
}

/* The payload begins with a brace: the pattern asks for that. A fourth part would make it something else. */
bool lw_check_jwt(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    lw_slice text = lw_candidate_text(candidate);
    const char *first = memchr(text.data, '.', text.len);
    const char *second = memrchr(text.data, '.', text.len);
    bool no_signature = false;
    if (first == NULL || second == first || !lw_stands_apart(candidate, url_signs) ||
        (candidate->begin > 0 && cell.data[candidate->begin - 1] == '.')) {
        return false;
    }
    size_t end = candidate->end;
    if (end + 1 < cell.len && cell.data[end] == '.' && lw_word_character(cell.data[end + 1], url_signs)) {
        return false;
    }
    size_t payload = (size_t)(second - first) - 1;
    size_t signature = (size_t)(text.data + text.len - second) - 1;
    if (payload % 4 == 1 || signature % 4 == 1 ||
        !lw_jwt_header((lw_slice){text.data, (size_t)(first - text.data)}, &no_signature)) {
        return false;
    }
    return no_signature ? signature == 0 : signature >= 16;
}

/* ---- header lines ---- */

/* RFC 7617: user and password with a colon between them, no control characters. */
bool lw_check_basic_auth(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    const char *space = memrchr(text.data, ' ', text.len);
    char bytes[LW_DECODED_MAX];
    size_t after = candidate->end;
    if (space == NULL || !lw_header_name_whole(candidate, LW_SLICE_LITERAL("proxy-")) ||
        (after < candidate->cell.len && lw_word_character(candidate->cell.data[after], "+/=-_~"))) {
        return false;
    }
    lw_slice token = {space + 1, (size_t)(text.data + text.len - space) - 1};
    while (token.len > 0 && token.data[token.len - 1] == '=') {
        token.len--;
    }
    size_t len = lw_decode(token, standard_signs, bytes, sizeof(bytes));
    bool good = len != LW_NOT_DECODED && len >= 2 && memchr(bytes, ':', len) != NULL;
    for (size_t i = 0; good && i < len; i++) {
        good = (unsigned char)bytes[i] >= 0x20 && bytes[i] != 0x7F;
    }
    lw_wipe(bytes, sizeof(bytes));
    return good;
}

/* RFC 6265: the pattern reads the first pair; the name is Cookie or Set-Cookie, no other that ends so. */
bool lw_check_cookie(const lw_candidate *candidate) {
    return lw_header_name_whole(candidate, LW_SLICE_LITERAL("set-"));
}
