/* Checks: what makes a candidate genuine beyond its pattern. Each is named in the catalogue ("check": "ssn") and
 * follows a published rule; all are pure functions of the cell and the day.
 *
 * The arithmetic ones (Luhn, GS1 modulo 10, HIBC modulo 43, MOD 37-2) work on plain text and are used by the others,
 * which first take the written form apart. A check never rejects for a reason that no rule states.
 */
#include <math.h>
#include <string.h>

#include "identifiers/checks_priv.h"

lw_slice lw_candidate_text(const lw_candidate *candidate) {
    return (lw_slice){candidate->cell.data + candidate->begin, candidate->end - candidate->begin};
}

/* ---- check digits ---- */

bool lw_luhn_valid(lw_slice digits) {
    unsigned sum = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = (unsigned)(digits.data[digits.len - 1 - i] - '0');
        unsigned doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += i % 2 == 0 ? digit : doubled;
    }
    return digits.len > 0 && sum % 10 == 0;
}

bool lw_gtin_valid(lw_slice digits) {
    unsigned sum = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = (unsigned)(digits.data[digits.len - 1 - i] - '0');
        sum += i % 2 == 0 ? digit : digit * 3;
    }
    return digits.len > 0 && sum % 10 == 0;
}

/* Position of c in alphabet; -1 if it is not there. */
int lw_value_in(const char *alphabet, char c) {
    const char *found = c == '\0' ? NULL : strchr(alphabet, c);
    return found == NULL ? -1 : (int)(found - alphabet);
}

bool lw_mod43_valid(lw_slice text) {
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    int sum = 0;
    for (size_t i = 0; i + 1 < text.len; i++) {
        int value = lw_value_in(alphabet, text.data[i]);
        if (value < 0) {
            return false;
        }
        sum += value;
    }
    return text.len > 1 && lw_value_in(alphabet, text.data[text.len - 1]) == sum % 43;
}

bool lw_mod37_2_valid(lw_slice text) {
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
    int sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = lw_value_in(alphabet, text.data[i]);
        if (value < 0) {
            return false;
        }
        sum = (sum * 2 + value) % 37;
    }
    return text.len > 1 && sum == 1;
}

bool lw_mod97_valid(lw_slice text) {
    unsigned rest = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (lw_digit(c)) {
            rest = (rest * 10 + (unsigned)(c - '0')) % 97;
        } else if (c >= 'A' && c <= 'Z') {
            rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
        } else {
            return false;
        }
    }
    return text.len > 0 && rest == 1;
}

bool lw_mod11_10_valid(lw_slice digits) {
    unsigned product = 10;
    for (size_t i = 0; i + 1 < digits.len; i++) {
        unsigned sum = (product + (unsigned)(digits.data[i] - '0')) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return digits.len > 1 && (product + (unsigned)(digits.data[digits.len - 1] - '0')) % 10 == 1;
}

bool lw_verhoeff_valid(lw_slice digits) {
    /* the dihedral group of the pentagon, and the permutation that repeats after eight places */
    static const uint8_t product[10][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                            {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                            {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                            {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                            {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
    static const uint8_t permuted[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                            {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                            {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                            {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    unsigned state = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = (unsigned)(digits.data[digits.len - 1 - i] - '0');
        state = product[state][permuted[i % 8][digit]];
    }
    return digits.len > 1 && state == 0;
}

unsigned lw_weighted_sum(const char *digits, const uint8_t *weights, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (unsigned)(digits[i] - '0') * weights[i];
    }
    return sum;
}

size_t lw_candidate_plain(const lw_candidate *candidate, char *plain, size_t room) {
    size_t len = 0;
    for (size_t i = candidate->begin; i < candidate->end; i++) {
        char c = candidate->cell.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !lw_digit(c)) {
            continue;
        }
        if (len == room) {
            return room + 1;
        }
        plain[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return len;
}

/* ---- USA: Social Security number, passport ---- */

/* Digits of the candidate; false if there are not exactly count. */
bool lw_candidate_digits(const lw_candidate *candidate, char *digits, size_t count) {
    size_t found = 0;
    for (size_t i = candidate->begin; i < candidate->end; i++) {
        if (lw_digit(candidate->cell.data[i])) {
            if (found == count) {
                return false;
            }
            digits[found++] = candidate->cell.data[i];
        }
    }
    return found == count;
}

bool lw_all_same(const char *text, size_t len) {
    for (size_t i = 1; i < len; i++) {
        if (text[i] != text[0]) {
            return false;
        }
    }
    return true;
}

/* SSA POMS RM 10201.035: no area 000, 666 or 900-999, no group 00, no serial 0000. */
static bool lw_ssn_digits_valid(const char *digits, bool any_area) {
    bool area = memcmp(digits, "000", 3) != 0 && memcmp(digits, "666", 3) != 0 && digits[0] != '9';
    bool group = memcmp(digits + 3, "00", 2) != 0;
    bool serial = memcmp(digits + 5, "0000", 4) != 0;
    return (area || (any_area && digits[0] == '9')) && group && serial && !lw_all_same(digits, 9);
}

static bool lw_check_ssn(const lw_candidate *candidate) {
    char digits[9];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) &&
           !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end) &&
           lw_ssn_digits_valid(digits, false);
}

/* Written with hyphens under a keyword, areas that are not assigned count too: test data, ITIN, older systems. */
static bool lw_check_ssn_hyphenated(const lw_candidate *candidate) {
    char digits[9];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) &&
           !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end) && lw_ssn_digits_valid(digits, true);
}

static bool lw_check_us_passport(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    size_t digits_at = lw_digit(text.data[0]) ? 0 : 1;
    return !lw_all_same(text.data + digits_at, text.len - digits_at) && !lw_slice_equal_text(text, "123456789") &&
           !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}

/* ---- AWS secret access key ---- */

static bool lw_base64_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || lw_digit(c) || c == '/' || c == '+';
}

/* Of a number above 0. By the series of the inverse hyperbolic tangent, to 1e-12: libm for this alone would add half a
 * megabyte to the Lambda's package. */
static double lw_log2(double number) {
    int exponent = 0;
    double mantissa = frexp(number, &exponent); /* 0.5 to 1 */
    double z = (mantissa - 0.75) / (mantissa + 0.75);
    double power = z;
    double sum = 0;
    for (int odd = 1; odd <= 15; odd += 2) {
        sum += power / odd;
        power *= z * z;
    }
    return exponent + 2 * sum / 0.69314718055994531 + -0.41503749927884381; /* log2(0.75) */
}

static double lw_entropy_bits(lw_slice text) {
    unsigned counts[256] = {0};
    double bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        counts[(unsigned char)text.data[i]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        if (counts[i] > 0) {
            double share = (double)counts[i] / (double)text.len;
            bits -= share * lw_log2(share);
        }
    }
    return bits;
}

/* Two or more plain words between slashes: a path, not a key. */
static bool lw_looks_like_path(lw_slice text) {
    size_t words = 0;
    size_t start = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.data[i] != '/') {
            continue;
        }
        bool word = i - start >= 4;
        for (size_t k = start + 1; k < i && word; k++) {
            word = text.data[k] >= 'a' && text.data[k] <= 'z';
        }
        words += word;
        start = i + 1;
    }
    return words >= 2;
}

static bool lw_check_aws_secret(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    const lw_slice cell = candidate->cell;
    bool before = candidate->begin > 0 && lw_base64_character(cell.data[candidate->begin - 1]);
    bool after = candidate->end < cell.len &&
                 (lw_base64_character(cell.data[candidate->end]) || cell.data[candidate->end] == '=');
    bool lower = false;
    bool upper = false;
    bool digit = false;
    bool beyond_hex = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
        digit = digit || lw_digit(c);
        beyond_hex = beyond_hex || !(lw_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    }
    return !before && !after && lower && upper && digit && beyond_hex &&
           !lw_slice_ends_with(text, LW_SLICE_LITERAL("EXAMPLEKEY")) && lw_entropy_bits(text) >= 4.0 &&
           !lw_looks_like_path(text);
}

/* ---- unique device identifiers ---- */

/* YYMMDD, where day 00 stands for the whole month (GS1 General Specifications 3.4). */
static bool lw_gs1_date_valid(const char *digits) {
    unsigned month = (unsigned)(digits[2] - '0') * 10 + (unsigned)(digits[3] - '0');
    unsigned day = (unsigned)(digits[4] - '0') * 10 + (unsigned)(digits[5] - '0');
    return month >= 1 && month <= 12 && day <= 31;
}

typedef struct lw_gs1_summary {
    bool gtin_valid;
    bool dates_valid;
    unsigned dates, texts; /* elements (11) (17), and (10) (21) */
} lw_gs1_summary;

/* Takes (01)...(11)...(10)... apart; the pattern has seen to it that the elements are there. */
static lw_gs1_summary lw_gs1_read(lw_slice text) {
    lw_gs1_summary summary = {.gtin_valid = lw_gtin_valid((lw_slice){text.data + 4, 14}), .dates_valid = true};
    for (size_t at = 18; at + 4 < text.len; at++) {
        if (text.data[at] != '(') {
            continue;
        }
        bool date = text.data[at + 1] == '1' && (text.data[at + 2] == '1' || text.data[at + 2] == '7');
        summary.dates += date;
        summary.texts += !date;
        if (date && at + 10 <= text.len) {
            summary.dates_valid = summary.dates_valid && lw_gs1_date_valid(text.data + at + 4);
        }
    }
    return summary;
}

/* The printed form is so distinct that, with a real date and a lot or serial number beside it, a number with a wrong
 * check digit counts too: it names a device all the same. */
static bool lw_check_udi_gs1(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    lw_gs1_summary summary = lw_gs1_read(text);
    bool indicator = text.data[4] != '9';
    return summary.dates_valid && ((summary.gtin_valid && indicator) || (summary.dates >= 1 && summary.texts >= 1));
}

/* Without brackets: 01 and the number, then fixed fields that must be dates. */
static bool lw_check_udi_gs1_machine(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    if (text.data[2] == '9' || !lw_gtin_valid((lw_slice){text.data + 2, 14})) {
        return false;
    }
    size_t at = 16;
    while (at + 8 <= text.len && text.data[at] == '1' && (text.data[at + 1] == '1' || text.data[at + 1] == '7')) {
        if (!lw_gs1_date_valid(text.data + at + 2)) {
            return false;
        }
        at += 8;
    }
    return at == text.len || memcmp(text.data + at, "10", 2) == 0 || memcmp(text.data + at, "21", 2) == 0;
}

static bool lw_check_gtin(const lw_candidate *candidate) {
    return lw_gtin_valid(lw_candidate_text(candidate)) &&
           !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}

static bool lw_check_hibc(const lw_candidate *candidate) {
    return lw_mod43_valid(lw_candidate_text(candidate));
}

/* 13 characters, two flag characters that the check digit leaves out, the check character; spaces are for the eye. */
static bool lw_check_isbt_donation(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    char plain[20];
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != ' ' && len < sizeof(plain)) {
            plain[len++] = text.data[i];
        }
    }
    if (len != 14 && len != 16) {
        return false;
    }
    plain[13] = plain[len - 1];
    return lw_mod37_2_valid((lw_slice){plain, 14});
}

/* ---- by name ---- */

static const lw_named_check lw_checks_general[] = {
    {"aws-secret", lw_check_aws_secret, LW_EVIDENCE_RULE},
    {"birth-date", lw_check_birth_date, LW_EVIDENCE_RULE},
    {"gtin", lw_check_gtin, LW_EVIDENCE_CHECK_DIGIT},
    {"hibc", lw_check_hibc, LW_EVIDENCE_CHECK_DIGIT},
    {"isbt-donation", lw_check_isbt_donation, LW_EVIDENCE_CHECK_DIGIT},
    {"ssn", lw_check_ssn, LW_EVIDENCE_RULE},
    {"ssn-hyphenated", lw_check_ssn_hyphenated, LW_EVIDENCE_RULE},
    {"udi-gs1", lw_check_udi_gs1, LW_EVIDENCE_CHECK_DIGIT},
    {"udi-gs1-machine", lw_check_udi_gs1_machine, LW_EVIDENCE_CHECK_DIGIT},
    {"us-passport", lw_check_us_passport, LW_EVIDENCE_RULE},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};

/* One table a family; a NULL name ends it. */
static const lw_named_check *const lw_check_tables[] = {lw_checks_general, lw_checks_bank,     lw_checks_card,
                                                        lw_checks_health,  lw_checks_identity, lw_checks_licence,
                                                        lw_checks_phone};

const lw_named_check *lw_check_find(const char *name) {
    for (size_t i = 0; i < sizeof(lw_check_tables) / sizeof(lw_check_tables[0]); i++) {
        for (const lw_named_check *known = lw_check_tables[i]; known->name != NULL; known++) {
            if (strcmp(known->name, name) == 0) {
                return known;
            }
        }
    }
    return NULL;
}

lw_finder lw_finder_find(const char *name, lw_evidence *ret_evidence) {
    static const struct {
        const char *name;
        lw_finder finder;
        lw_evidence evidence;
    } known[] = {{"card", lw_find_card, LW_EVIDENCE_CHECK_DIGIT},
                 {"card-alone", lw_find_card_alone, LW_EVIDENCE_CHECK_DIGIT},
                 {"phone", lw_find_phone, LW_EVIDENCE_RULE}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, name) == 0) {
            *ret_evidence = known[i].evidence;
            return known[i].finder;
        }
    }
    return NULL;
}
