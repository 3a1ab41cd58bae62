/* IBAN (ISO 13616) with the national check digits inside, and account numbers: checks beyond the pattern.
 *
 * "iban" is the standard alone: the country's length, check digits 02 to 98, MOD 97-10. "iban-national" also asks for
 * the check digits that the country has in the account number, unless a keyword is near; which of the two a country uses
 * is said in its data file. The "bban-" checks judge the account number without the IBAN's head, which counts only near a keyword.
 *
 * Lengths are those of the SWIFT IBAN Registry; Senegal, not in it, by the rules of the BCEAO. What stands where in a
 * number is the pattern's matter.
 */
#include <string.h>

#include "identifiers/checks_bank_priv.h"

#define LW_IBAN_HEAD 4
#define LW_IBAN_MAX 34
#define LW_ROUTING_LABEL_ROOM 24

typedef struct lw_iban_country {
    char code[3];
    uint8_t length;
    lw_bban_check national; /* NULL: none that all banks follow */
} lw_iban_country;

static const lw_iban_country lw_iban_countries[] = {
    {"AD", 24, NULL},
    {"AE", 23, NULL},
    {"AL", 28, lw_bban_albania},
    {"BA", 20, lw_bban_mod97},
    {"BG", 22, NULL},
    {"BR", 29, NULL},
    {"CH", 21, NULL},
    {"CR", 22, NULL},
    {"CY", 28, NULL},
    {"CZ", 24, lw_bban_czech},
    {"DE", 22, NULL},
    {"DK", 18, NULL},
    {"DO", 28, NULL},
    {"EE", 20, lw_bban_estonia},
    {"EG", 29, NULL},
    {"ES", 24, lw_bban_spain},
    {"FI", 18, lw_bban_finland},
    {"FO", 18, NULL},
    {"FR", 27, lw_bban_rib},
    {"GB", 22, NULL},
    {"GE", 22, NULL},
    {"GL", 18, NULL},
    {"GR", 27, NULL},
    {"HR", 21, lw_bban_croatia},
    {"HU", 28, lw_bban_hungary},
    {"IE", 22, NULL},
    {"IS", 26, NULL},
    {"IT", 27, lw_bban_italy},
    {"JO", 30, NULL},
    {"LI", 21, NULL},
    {"LT", 20, NULL},
    {"MC", 27, lw_bban_rib},
    {"ME", 22, lw_bban_mod97},
    {"MK", 19, lw_bban_mod97},
    {"MR", 27, NULL},
    {"MT", 31, NULL},
    {"MU", 30, NULL},
    {"NL", 18, NULL},
    {"PL", 28, lw_bban_poland},
    {"PT", 25, lw_bban_mod97},
    {"RS", 22, lw_bban_mod97},
    {"SE", 24, NULL},
    {"SI", 19, lw_bban_slovenia},
    {"SK", 24, lw_bban_czech},
    {"SM", 27, lw_bban_italy},
    {"SN", 28, NULL},
    {"TL", 23, lw_bban_mod97},
    {"TN", 24, lw_bban_rib},
    {"TR", 26, NULL},
    {"UA", 29, NULL},
    {"VG", 24, NULL},
    {"XK", 20, NULL},
};

static const lw_iban_country *lw_iban_country_of(const char *iban) {
    for (size_t i = 0; i < sizeof(lw_iban_countries) / sizeof(lw_iban_countries[0]); i++) {
        if (memcmp(lw_iban_countries[i].code, iban, 2) == 0) {
            return &lw_iban_countries[i];
        }
    }
    return NULL;
}

static bool lw_letter_or_digit(char c) {
    return lw_plain_character(c) != '\0';
}

/* Are all signs between letters and digits the same? */
static bool lw_one_separator(lw_slice text) {
    char separator = '\0';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (lw_letter_or_digit(c)) {
            continue;
        }
        if (separator != '\0' && c != separator) {
            return false;
        }
        separator = c;
    }
    return true;
}

/* ISO 13616-1: MOD 97-10 with the first four characters moved behind the others. Check digits are 98 less a remainder
 * of 0 to 96, so 00, 01 and 99 are no check digits though the sum might agree. One character over and over is a filler,
 * no account. */
static bool lw_iban_valid(const char *iban, size_t len) {
    char turned[LW_IBAN_MAX];
    unsigned check = (unsigned)(iban[2] - '0') * 10 + (unsigned)(iban[3] - '0');
    memcpy(turned, iban + LW_IBAN_HEAD, len - LW_IBAN_HEAD);
    memcpy(turned + len - LW_IBAN_HEAD, iban, LW_IBAN_HEAD);
    return check >= 2 && check <= 98 && lw_mod97_valid((lw_slice){turned, len}) &&
           !lw_all_same(turned, len - LW_IBAN_HEAD);
}

static bool lw_iban_judge(const lw_candidate *candidate, bool national) {
    char iban[LW_IBAN_MAX];
    size_t len = lw_candidate_plain(candidate, iban, sizeof(iban));
    if (len <= LW_IBAN_HEAD || len > sizeof(iban) || !lw_one_separator(lw_candidate_text(candidate))) {
        return false;
    }
    const lw_iban_country *country = lw_iban_country_of(iban);
    if (country == NULL || country->length != len || !lw_iban_valid(iban, len)) {
        return false;
    }
    return !national || country->national == NULL ||
           country->national((lw_slice){iban + LW_IBAN_HEAD, len - LW_IBAN_HEAD});
}

static bool lw_check_iban(const lw_candidate *candidate) {
    return lw_iban_judge(candidate, false);
}

/* Near a keyword the standard is enough, as for Macie: what stands under "iban" with the right check digits is one. */
static bool lw_check_iban_national(const lw_candidate *candidate) {
    return lw_iban_judge(candidate, !candidate->keyword);
}

/* ---- without the IBAN's head ---- */

/* Does country code, check digits and a separator stand before, together or with a separator between them? Then the
 * number is the rest of an IBAN: either a good one, which is counted as such, or one that was refused. */
static bool lw_after_iban_head(lw_slice cell, size_t begin) {
    if (begin < LW_IBAN_HEAD + 1 || lw_letter_or_digit(cell.data[begin - 1])) {
        return false;
    }
    size_t at = begin - 1;
    if (!lw_digit(cell.data[at - 1]) || !lw_digit(cell.data[at - 2])) {
        return false;
    }
    at -= 2;
    at -= at >= 3 && !lw_letter_or_digit(cell.data[at - 1]);
    bool letters = !lw_digit(cell.data[at - 1]) && !lw_digit(cell.data[at - 2]) &&
                   lw_letter_or_digit(cell.data[at - 1]) && lw_letter_or_digit(cell.data[at - 2]);
    return letters && !lw_word_before(cell, at - 2);
}

/* The plain characters of an account number that stands by itself; false if there are not exactly count. */
static bool lw_bban_plain(const lw_candidate *candidate, char *plain, size_t count) {
    return lw_candidate_plain(candidate, plain, count) == count &&
           !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end) &&
           !lw_after_iban_head(candidate->cell, candidate->begin);
}

static bool lw_all_zero(const char *digits, size_t count) {
    return digits[0] == '0' && lw_all_same(digits, count);
}

/* Every digit one more, or one less, than the one before, 0 and 9 being neighbours. */
static bool lw_counts_on(const char *digits, size_t count) {
    bool up = true;
    bool down = true;
    for (size_t i = 1; i < count; i++) {
        int step = (digits[i] - digits[i - 1] + 10) % 10;
        up = up && step == 1;
        down = down && step == 9;
    }
    return up || down;
}

static bool lw_check_bban_fr(const lw_candidate *candidate) {
    char plain[23];
    return lw_bban_plain(candidate, plain, sizeof(plain)) && lw_one_separator(lw_candidate_text(candidate)) &&
           !lw_all_zero(plain, 21) && lw_bban_rib((lw_slice){plain, sizeof(plain)});
}

static bool lw_check_bban_es(const lw_candidate *candidate) {
    char plain[20];
    return lw_bban_plain(candidate, plain, sizeof(plain)) && lw_one_separator(lw_candidate_text(candidate)) &&
           !lw_all_zero(plain, sizeof(plain)) && lw_bban_spain((lw_slice){plain, sizeof(plain)});
}

static bool lw_check_bban_it(const lw_candidate *candidate) {
    char plain[23];
    return lw_bban_plain(candidate, plain, sizeof(plain)) && lw_one_separator(lw_candidate_text(candidate)) &&
           !lw_all_zero(plain + 1, 22) && lw_bban_italy((lw_slice){plain, sizeof(plain)});
}

/* Deutsche Bundesbank: the account's check digit is made by one of more than 140 methods, named by the bank's entry in
 * the file of Bankleitzahlen, so it cannot be judged here. */
static bool lw_check_bban_de(const lw_candidate *candidate) {
    char digits[18];
    return lw_bban_plain(candidate, digits, sizeof(digits)) && !lw_all_same(digits, sizeof(digits)) &&
           !lw_counts_on(digits, sizeof(digits)) && !lw_all_zero(digits + 8, 10);
}

/* Pay.UK: the modulus checks need its table of weights by sort code, so they are left out. The digits come last: sort
 * code and account, with the bank's letters before them in the BBAN. */
static bool lw_check_bban_uk(const lw_candidate *candidate) {
    char plain[18];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if ((len != 14 && len != 18) || !lw_bban_plain(candidate, plain, len)) {
        return false;
    }
    const char *digits = plain + len - 14;
    return !lw_all_zero(digits, 6) && !lw_all_zero(digits + 6, 8) && !lw_all_same(digits, 14) &&
           !lw_counts_on(digits, 14);
}

/* ---- USA and Canada: account numbers ---- */

static unsigned lw_number_at(const char *digits, size_t count) {
    unsigned number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number * 10 + (unsigned)(digits[i] - '0');
    }
    return number;
}

/* YYYYMMDDhhmm, with seconds, with milliseconds: ISO 8601 basic format without its T. */
static bool lw_is_time_stamp(const char *digits, size_t count) {
    if (count != 12 && count != 14 && count != 17) {
        return false;
    }
    unsigned year = lw_number_at(digits, 4);
    return year >= 1900 && year < 2100 &&
           lw_date_valid((int)year, lw_number_at(digits + 4, 2), lw_number_at(digits + 6, 2)) &&
           lw_number_at(digits + 8, 2) < 24 && lw_number_at(digits + 10, 2) < 60 &&
           (count < 14 || lw_number_at(digits + 12, 2) < 60);
}

/* American Bankers Association: weights 3 7 1, first two digits 00-12, 21-32, 61-72 or 80. */
static bool lw_is_routing_number(const char *digits, size_t count) {
    static const uint8_t weights[9] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    unsigned district = lw_number_at(digits, 2);
    bool known =
        district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district == 80;
    return count == sizeof(weights) && known && lw_weighted_sum(digits, weights, count) % 10 == 0;
}

/* Is what leads to the number, back to the digit before it, the name of a routing number? */
static bool lw_after_routing_label(lw_slice cell, size_t begin) {
    static const char *const labels[] = {"routing", "aba", "rtn"};
    size_t from = begin;
    while (from > 0 && begin - from < LW_ROUTING_LABEL_ROOM && !lw_digit(cell.data[from - 1])) {
        from--;
    }
    lw_slice before = {cell.data + from, begin - from};
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        lw_match found = {0};
        if (lw_keyword_find(before, 0, lw_slice_from(labels[i]), false, &found)) {
            return true;
        }
    }
    return false;
}

/* No rule binds the banks: what is left out are fillers, times, and the routing number that stands beside it. */
static bool lw_check_account_number(const lw_candidate *candidate) {
    lw_slice digits = lw_candidate_text(candidate);
    bool routing =
        lw_is_routing_number(digits.data, digits.len) && lw_after_routing_label(candidate->cell, candidate->begin);
    return !routing && !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end) &&
           !lw_all_same(digits.data, digits.len) && !lw_counts_on(digits.data, digits.len) &&
           !lw_is_time_stamp(digits.data, digits.len);
}

const lw_named_check lw_checks_bank[] = {
    {"account-number", lw_check_account_number, LW_EVIDENCE_PATTERN},
    {"bban-de", lw_check_bban_de, LW_EVIDENCE_PATTERN},
    {"bban-es", lw_check_bban_es, LW_EVIDENCE_CHECK_DIGIT},
    {"bban-fr", lw_check_bban_fr, LW_EVIDENCE_CHECK_DIGIT},
    {"bban-it", lw_check_bban_it, LW_EVIDENCE_CHECK_DIGIT},
    {"bban-uk", lw_check_bban_uk, LW_EVIDENCE_PATTERN},
    {"iban", lw_check_iban, LW_EVIDENCE_CHECK_DIGIT},
    {"iban-national", lw_check_iban_national, LW_EVIDENCE_CHECK_DIGIT},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
