/* Payment cards: magnetic stripes, security codes, expiration dates; and the table of all checks of cards, credentials,
 * vehicles and positions.
 *
 * Numbers of three or four digits and months with years are everywhere. What speaks for them is their place: alone in
 * their cell, or beside the keyword. So these checks look at the cell around the candidate.
 */
#include <string.h>

#include "identifiers/checks_card_priv.h"

/* ---- magnetic stripe ---- */

#define LW_PAN_MIN 12
#define LW_PAN_MAX 19

/* ISO/IEC 7813: number, name (track 1 only), then YYMM or a separator for none. The pattern has seen to the fields. */
static bool lw_check_magnetic_stripe(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    char pan[LW_PAN_MAX];
    size_t count = 0;
    size_t at = 0;
    while (at < text.len && lw_one_of("%;Bb", text.data[at])) {
        at++;
    }
    for (; at < text.len && (lw_digit(text.data[at]) || text.data[at] == ' '); at++) {
        if (text.data[at] == ' ') {
            continue;
        }
        if (count == LW_PAN_MAX) {
            return false;
        }
        pan[count++] = text.data[at];
    }
    if (at < text.len && text.data[at] == '^') {
        const char *name_end = memchr(text.data + at + 1, '^', text.len - at - 1);
        at = name_end == NULL ? text.len : (size_t)(name_end - text.data);
    }
    if (count < LW_PAN_MIN || lw_all_same(pan, count) || !lw_luhn_valid((lw_slice){pan, count}) || at + 4 >= text.len) {
        return false;
    }
    const char *expiry = text.data + at + 1;
    unsigned month = (unsigned)(expiry[2] - '0') * 10 + (unsigned)(expiry[3] - '0');
    return !lw_digit(expiry[0]) || (month >= 1 && month <= 12);
}

/* ---- what stands before a candidate ---- */

static bool lw_letter_before(lw_slice cell, size_t at) {
    return at > 0 && (lw_upper(cell.data[at - 1]) || lw_lower(cell.data[at - 1]));
}

/* Does cell[0, end) end with the phrase, without case? A space in it stands also for nothing, '_' and '-'.
 * *ret_begin is where it begins. */
static bool lw_phrase_before(lw_slice cell, size_t end, const char *phrase, size_t *ret_begin) {
    for (size_t i = strlen(phrase); i > 0; i--) {
        char found = end > 0 ? cell.data[end - 1] : '\0';
        if (phrase[i - 1] == ' ') {
            end -= found == ' ' || found == '_' || found == '-';
            continue;
        }
        if (lw_plain_character(found) == '\0' || lw_plain_character(found) != lw_plain_character(phrase[i - 1])) {
            return false;
        }
        end--;
    }
    /* a word of its own, or a hump (cardCvv) */
    if (lw_letter_before(cell, end) && !(lw_upper(cell.data[end]) && lw_lower(cell.data[end - 1]))) {
        return false;
    }
    *ret_begin = end;
    return true;
}

/* Where cell[0, end) ends without characters of `signs`, at most six of them. */
static size_t lw_before_signs(lw_slice cell, size_t end, const char *signs) {
    size_t at = end;
    while (at > 0 && end - at < 6 && lw_one_of(signs, cell.data[at - 1])) {
        at--;
    }
    return at;
}

/* Is the candidate all that the cell holds, but white space and quotes? */
static bool lw_alone_in_cell(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    for (size_t i = 0; i < cell.len; i++) {
        if ((i < candidate->begin || i >= candidate->end) && !lw_blank(cell.data[i]) &&
            !lw_one_of("'\"=", cell.data[i])) {
            return false;
        }
    }
    return true;
}

/* A digit on the far side of one of the signs: part of an amount, a date, a time. */
static bool lw_number_goes_on(lw_slice cell, size_t end, const char *signs) {
    return end + 1 < cell.len && lw_one_of(signs, cell.data[end]) && lw_digit(cell.data[end + 1]);
}

/* ---- security code ---- */

/* PCI DSS glossary: the names that the brands give the code. */
static const char *const code_names[] = {
    "cvv",
    "cvv2",
    "cvc",
    "cvc2",
    "cvn",
    "cvn2",
    "cvd",
    "cav2",
    "cvp2",
    "card id",
    "card code",
    "security code",
    "security number",
    "security value",
    "verification code",
    "verification number",
    "verification value",
    "verification data",
    "validation code",
    "validation number",
    "validation value",
    "identification code",
    "identification number",
};
static const char *const code_fillers[] = {"code", "number", "no", "is", "value"};

static bool lw_code_name_before(lw_slice cell, size_t end) {
    size_t begin = 0;
    for (size_t i = 0; i < sizeof(code_names) / sizeof(code_names[0]); i++) {
        if (lw_phrase_before(cell, end, code_names[i], &begin)) {
            return true;
        }
    }
    return false;
}

static bool lw_beside_code_name(lw_slice cell, size_t begin) {
    static const char signs[] = " \t:=#\"'\\>()";
    size_t end = lw_before_signs(cell, begin, signs);
    if (end == begin) {
        return false;
    }
    if (lw_code_name_before(cell, end)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(code_fillers) / sizeof(code_fillers[0]); i++) {
        size_t filler = 0;
        if (lw_phrase_before(cell, end, code_fillers[i], &filler)) {
            return lw_code_name_before(cell, lw_before_signs(cell, filler, signs));
        }
    }
    return false;
}

/* No standard gives the code a check digit; zeros alone stand for none. */
static bool lw_check_card_code(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    lw_slice text = lw_candidate_text(candidate);
    if (text.data[0] == '0' && lw_all_same(text.data, text.len)) {
        return false;
    }
    if (lw_alone_in_cell(candidate)) {
        return true;
    }
    return !lw_number_goes_on(cell, candidate->end, ".,-/:") &&
           !(candidate->end < cell.len && cell.data[candidate->end] == '%') &&
           lw_beside_code_name(cell, candidate->begin);
}

/* ---- expiration date ---- */

static int lw_year_of(int32_t today) {
    int year = 1970 + (int)(today / 366);
    while (lw_days_from_civil(year + 1, 1, 1) <= today) {
        year++;
    }
    return year;
}

/* Cards are issued for at most 20 years; of those that have expired, 15 years are looked back. */
static bool lw_expiry_year_plausible(int year, int32_t today) {
    int now = lw_year_of(today);
    return year >= now - 15 && year <= now + 20;
}

/* The year in a candidate of a month and a year: the number of four digits, else the last, else (behind a month's name
 * or before it) the only one. */
static int lw_expiry_year(lw_slice text) {
    int year = -1;
    for (size_t at = 0; at < text.len;) {
        size_t begin = at;
        int number = 0;
        while (at < text.len && lw_digit(text.data[at])) {
            number = number * 10 + (text.data[at++] - '0');
        }
        if (at - begin == 4) {
            return number;
        }
        year = at > begin ? 2000 + number : year;
        at += at == begin;
    }
    return year;
}

static size_t lw_digits_before(lw_slice cell, size_t end) {
    size_t begin = end;
    while (begin > 0 && lw_digit(cell.data[begin - 1])) {
        begin--;
    }
    return end - begin;
}

static size_t lw_digits_at(lw_slice cell, size_t at) {
    size_t end = at;
    while (end < cell.len && lw_digit(cell.data[end])) {
        end++;
    }
    return end - at;
}

static bool lw_text_begins(lw_slice cell, size_t at, const char *text) {
    return lw_slice_starts_with((lw_slice){cell.data + at, cell.len - at}, lw_slice_from(text));
}

static bool lw_ordinal_before(lw_slice cell, size_t end) {
    return end >= 3 && lw_one_of("dhtDHT", cell.data[end - 1]) && lw_one_of("snrtSNRT", cell.data[end - 2]) &&
           lw_digit(cell.data[end - 3]);
}

/* "5 " or "5th " before "Feb 2029": a day makes a full date of it. */
static bool lw_day_before_name(lw_slice cell, size_t begin) {
    size_t end = lw_before_signs(cell, begin, " ,./-");
    size_t digits = lw_digits_before(cell, end);
    return end < begin && ((digits >= 1 && digits <= 2) || lw_ordinal_before(cell, end));
}

/* ", 2029" behind "Feb 26", "-29" behind "12-Feb". */
static bool lw_year_behind_name(lw_slice cell, size_t end) {
    size_t at = end;
    while (at < cell.len && at - end < 3 && lw_one_of(" ,./-", cell.data[at])) {
        at++;
    }
    size_t digits = lw_digits_at(cell, at);
    bool year = digits == 4 && (lw_text_begins(cell, at, "19") || lw_text_begins(cell, at, "20"));
    return at > end && (year || (digits >= 1 && digits <= 2 && lw_one_of("./-", cell.data[at - 1])));
}

/* "01/" before "02/2024". */
static bool lw_day_before_number(lw_slice cell, size_t begin) {
    size_t sign = lw_before_signs(cell, begin, " ");
    return sign > 0 && lw_one_of("./-", cell.data[sign - 1]) &&
           lw_digits_before(cell, lw_before_signs(cell, sign - 1, " ")) > 0;
}

/* "/2024" behind "01/02". */
static bool lw_year_behind_number(lw_slice cell, size_t end) {
    size_t at = end;
    while (at < cell.len && cell.data[at] == ' ') {
        at++;
    }
    if (at == cell.len || !lw_one_of("/-.", cell.data[at])) {
        return false;
    }
    bool stop = cell.data[at++] == '.';
    while (!stop && at < cell.len && cell.data[at] == ' ') {
        at++;
    }
    return lw_digits_at(cell, at) > 0;
}

/* ISO/IEC 7813: month and year, no day. */
static bool lw_check_card_expiry(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    lw_slice text = lw_candidate_text(candidate);
    bool named = false;
    for (size_t i = 0; i < text.len; i++) {
        named = named || lw_upper(text.data[i]) || lw_lower(text.data[i]);
    }
    return lw_expiry_year_plausible(lw_expiry_year(text), candidate->today) &&
           !(named ? lw_day_before_name : lw_day_before_number)(cell, candidate->begin) &&
           !(named ? lw_year_behind_name : lw_year_behind_number)(cell, candidate->end);
}

/* A month or a year behind its own name: "expM=02", "exp_year: 2029". */
static bool lw_keyed(lw_slice cell, size_t begin, const char *const *names) {
    size_t end = lw_before_signs(cell, begin, " \t:=#\"'\\>");
    size_t start = 0;
    bool sign = false;
    for (size_t i = end; i < begin; i++) {
        sign = sign || lw_one_of(":=>", cell.data[i]);
    }
    for (size_t i = 0; sign && names[i] != NULL; i++) {
        if (lw_phrase_before(cell, end, names[i], &start)) {
            return true;
        }
    }
    return false;
}

static const char *const month_names[] = {"exp m",    "exp mo",           "exp mm",       "exp month",
                                          "exp mon",  "expiration month", "expiry month", "expiration m",
                                          "expiry m", "expiration mm",    "expiry mm",    NULL};
static const char *const year_names[] = {"exp y",    "exp yr",          "exp yy",      "exp yyyy",
                                         "exp year", "expiration year", "expiry year", "expiration y",
                                         "expiry y", "expiration yyyy", "expiry yyyy", NULL};

static bool lw_check_card_expiry_month(const lw_candidate *candidate) {
    return !lw_number_goes_on(candidate->cell, candidate->end, "./-,:") &&
           lw_keyed(candidate->cell, candidate->begin, month_names);
}

/* A year with four digits alone in its cell counts too: tables keep month and year apart, and a pair is one date. */
static bool lw_check_card_expiry_year(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    bool placed =
        lw_keyed(candidate->cell, candidate->begin, year_names) || (text.len == 4 && lw_alone_in_cell(candidate));
    return placed && !lw_number_goes_on(candidate->cell, candidate->end, "./-,:") &&
           lw_expiry_year_plausible(lw_expiry_year(text), candidate->today);
}

const lw_named_check lw_checks_card[] = {
    {"basic-auth", lw_check_basic_auth, LW_EVIDENCE_RULE},
    {"card-code", lw_check_card_code, LW_EVIDENCE_RULE},
    {"card-expiry", lw_check_card_expiry, LW_EVIDENCE_RULE},
    {"card-expiry-month", lw_check_card_expiry_month, LW_EVIDENCE_RULE},
    {"card-expiry-year", lw_check_card_expiry_year, LW_EVIDENCE_RULE},
    {"cookie-header", lw_check_cookie, LW_EVIDENCE_RULE},
    {"gcp-key", lw_check_gcp_key, LW_EVIDENCE_RULE},
    {"jwt", lw_check_jwt, LW_EVIDENCE_RULE},
    {"magnetic-stripe", lw_check_magnetic_stripe, LW_EVIDENCE_CHECK_DIGIT},
    {"openssh-key", lw_check_openssh_key, LW_EVIDENCE_RULE},
    {"position", lw_check_position, LW_EVIDENCE_RULE},
    {"private-key", lw_check_private_key, LW_EVIDENCE_RULE},
    {"putty-key", lw_check_putty_key, LW_EVIDENCE_RULE},
    {"stripe-key", lw_check_stripe_key, LW_EVIDENCE_RULE},
    {"vin", lw_check_vin, LW_EVIDENCE_RULE},
    {"vin-check-digit", lw_check_vin_checked, LW_EVIDENCE_CHECK_DIGIT},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
