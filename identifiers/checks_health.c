/* Health: checks beyond the pattern.
 *
 * What is verified here: the check digits of the US provider (NPI) and prescriber (DEA) numbers, of the British NHS
 * number, of the Canadian numbers of British Columbia and Ontario, and the key of the French NIR, which the identity
 * family uses too (lw_nir_key_valid). The others have no public check digit: their ranges, dates and prefixes are all
 * there is to judge by. Where a province's check digit is not published by an authority, it is not asked for.
 *
 * Every check of a bare run of digits also refuses a run that is part of a longer number.
 */
#include <string.h>

#include "identifiers/checks_priv.h"

static bool lw_stands_alone(const lw_candidate *candidate) {
    return !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}

static unsigned lw_number_of(const char *digits, size_t count) {
    unsigned number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number * 10 + (unsigned)(digits[i] - '0');
    }
    return number;
}

/* ---- USA ---- */

/* 45 CFR 162.406: Luhn over the number with 80840 (health, USA) in front of it, which may be written too. */
static bool lw_check_npi(const lw_candidate *candidate) {
    char digits[15] = {'8', '0', '8', '4', '0'};
    bool bare = lw_candidate_digits(candidate, digits + 5, 10);
    if (!bare && (!lw_candidate_digits(candidate, digits, 15) || memcmp(digits, "80840", 5) != 0)) {
        return false;
    }
    return (digits[5] == '1' || digits[5] == '2') && !lw_all_same(digits + 5, 10) &&
           lw_luhn_valid((lw_slice){digits, sizeof(digits)}) && lw_stands_alone(candidate);
}

/* DEA registration: the sum of the digits 1, 3, 5 and twice that of 2, 4, 6 ends in digit 7. A hospital may hang its
 * own code for a person behind it (21 CFR 1301.22(c)), which is not covered. */
static bool lw_check_dea(const lw_candidate *candidate) {
    static const uint8_t weights[6] = {1, 2, 1, 2, 1, 2};
    char plain[16];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if (len < 9 || len > sizeof(plain) || !lw_stands_alone(candidate)) {
        return false;
    }
    const char *digits = plain + 2;
    return lw_number_of(digits, 7) != 0 && lw_weighted_sum(digits, weights, 6) % 10 == (unsigned)(digits[6] - '0');
}

/* Old Medicare number: the Social Security number of the earner, with letters in front (Railroad Retirement Board) or
 * behind (CMS beneficiary codes). Its nine digits follow SSA POMS RM 10201.035. */
static bool lw_check_hicn(const lw_candidate *candidate) {
    char plain[16];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    const char *digits = plain;
    size_t left = len > sizeof(plain) ? 0 : len;
    for (; left > 0 && !lw_digit(*digits); left--) {
        digits++;
    }
    return left >= 9 && lw_number_of(digits, 3) != 0 && memcmp(digits, "666", 3) != 0 && digits[0] != '9' &&
           lw_number_of(digits + 3, 2) != 0 && lw_number_of(digits + 5, 4) != 0 && !lw_all_same(digits, 9) &&
           lw_stands_alone(candidate);
}

/* 21 CFR 207.33: labeller, product, package. There is no check digit; neither labeller nor product is all zeros. */
static bool lw_check_ndc(const lw_candidate *candidate) {
    char plain[12];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    return (len >= 10 && len <= 12) && lw_number_of(plain, 4) + lw_number_of(plain + 4, len - 6) != 0 &&
           !lw_all_same(plain, len) && lw_stands_alone(candidate);
}

/* CPT category I: sections of the AMA's code set. Modifiers of two characters may follow. */
static bool lw_check_cpt(const lw_candidate *candidate) {
    static const unsigned sections[][2] = {
        {100, 1999},    /* anaesthesia */
        {10004, 69990}, /* surgery */
        {70010, 79999}, /* radiology */
        {80047, 89398}, /* laboratory */
        {90281, 99607}, /* medicine, evaluation and management */
    };
    unsigned code = lw_number_of(candidate->cell.data + candidate->begin, 5);
    bool known = false;
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        known = known || (code >= sections[i][0] && code <= sections[i][1]);
    }
    return known && lw_stands_alone(candidate);
}

/* ---- Europe ---- */

/* Decision S2 of 12 June 2009 and EN 1867: 80 (health), ISO 3166-1 number of the state, institution, serial. */
static bool lw_ehic_digits_valid(const char *digits) {
    static const char states[][4] = {"040", "056", "100", "191", "196", "203", "208", "233", "246", "250", "276",
                                     "300", "348", "352", "372", "380", "428", "438", "440", "442", "470", "528",
                                     "578", "616", "620", "642", "703", "705", "724", "752", "756", "826"};
    bool known = false;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        known = known || memcmp(digits + 2, states[i], 3) == 0;
    }
    return known && memcmp(digits, "80", 2) == 0 && !lw_all_same(digits + 10, 10);
}

static bool lw_check_ehic(const lw_candidate *candidate) {
    char digits[20];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) && lw_ehic_digits_valid(digits) &&
           lw_stands_alone(candidate);
}

/* Kela is the only Finnish institution: 80246 80246 and ten digits. */
static bool lw_check_ehic_finland(const lw_candidate *candidate) {
    char digits[20];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) && memcmp(digits, "8024680246", 10) == 0 &&
           !lw_all_same(digits + 10, 10) && lw_stands_alone(candidate);
}

bool lw_nir_key_valid(const char nir[15]) {
    uint64_t number = 0;
    uint64_t taken = 0; /* Corsica: the letter counts as 0, less a million for A, two for B */
    for (size_t i = 0; i < 13; i++) {
        bool letter = i == 6 && (nir[i] == 'A' || nir[i] == 'B');
        if (!letter && !lw_digit(nir[i])) {
            return false;
        }
        taken = letter ? (uint64_t)(nir[i] - 'A' + 1) * 1000000 : taken;
        number = number * 10 + (letter ? 0 : (uint64_t)(nir[i] - '0'));
    }
    return lw_digit(nir[13]) && lw_digit(nir[14]) && lw_number_of(nir + 13, 2) == 97 - (number - taken) % 97;
}

bool lw_nir_parts_valid(const char nir[13]) {
    bool digits = lw_digit(nir[6]) || ((nir[6] == 'A' || nir[6] == 'B') && nir[5] == '2');
    for (size_t i = 0; i < 13; i++) {
        digits = digits && (i == 6 || lw_digit(nir[i]));
    }
    if (!digits || strchr("123478", nir[0]) == NULL) {
        return false;
    }
    unsigned month = lw_number_of(nir + 3, 2);
    bool month_valid = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
    unsigned department = lw_digit(nir[6]) ? lw_number_of(nir + 5, 2) : 20;
    return month_valid && department >= 1 && department != 96 && lw_number_of(nir + 7, 3) != 0 &&
           lw_number_of(nir + 10, 3) != 0;
}

static bool lw_check_nir(const lw_candidate *candidate) {
    char plain[15];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && lw_nir_parts_valid(plain) &&
           lw_nir_key_valid(plain) && lw_stands_alone(candidate);
}

static bool lw_check_nir_without_key(const lw_candidate *candidate) {
    char plain[13];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && lw_nir_parts_valid(plain) &&
           lw_stands_alone(candidate);
}

/* NHS Data Dictionary: modulo 11 over weights 10 to 2; a remainder that would need the check digit 10 is not issued.
 * Numbers from 999 are kept for tests. */
static bool lw_check_nhs(const lw_candidate *candidate) {
    static const uint8_t weights[10] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    char digits[10];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) && lw_weighted_sum(digits, weights, 10) % 11 == 0 &&
           memcmp(digits, "999", 3) != 0 && !lw_all_same(digits, 10) && lw_stands_alone(candidate);
}

/* ---- Canada ---- */

/* British Columbia, HealthNet standards: each product is taken modulo 11 before they are added. */
static bool lw_bc_phn_valid(const char *digits) {
    static const uint8_t weights[8] = {2, 4, 8, 5, 10, 9, 7, 3};
    unsigned sum = 0;
    for (size_t i = 0; i < 8; i++) {
        sum += (unsigned)(digits[i + 1] - '0') * weights[i] % 11;
    }
    return digits[0] == '9' && 11 - sum % 11 == (unsigned)(digits[9] - '0');
}

/* Ten digits: British Columbia, or Ontario (Luhn; a version code of one or two letters may follow). */
static bool lw_check_canada_ten(const lw_candidate *candidate) {
    char digits[10];
    if (!lw_candidate_digits(candidate, digits, sizeof(digits)) || lw_all_same(digits, 10)) {
        return false;
    }
    return (lw_bc_phn_valid(digits) || (digits[0] != '0' && lw_luhn_valid((lw_slice){digits, 10}))) &&
           lw_stands_alone(candidate);
}

/* The other provinces and territories: 8, 9, 10 or 12 digits and no check digit that an authority publishes. */
static bool lw_check_canada_plain(const lw_candidate *candidate) {
    char plain[12];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    return len <= sizeof(plain) && !lw_all_same(plain, len) && lw_stands_alone(candidate);
}

/* RAMQ (Quebec): four letters of the name, date of birth with 50 added to a woman's month, two characters. */
static bool lw_check_ramq(const lw_candidate *candidate) {
    char plain[12];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain)) {
        return false;
    }
    unsigned year = lw_number_of(plain + 4, 2);
    unsigned month = lw_number_of(plain + 6, 2);
    unsigned day = lw_number_of(plain + 8, 2);
    month -= month > 50 ? 50 : 0;
    return lw_date_valid(1900 + (int)year, month, day) || lw_date_valid(2000 + (int)year, month, day);
}

const lw_named_check lw_checks_health[] = {
    {"canada-health-plain", lw_check_canada_plain, LW_EVIDENCE_PATTERN},
    {"canada-health-ten", lw_check_canada_ten, LW_EVIDENCE_CHECK_DIGIT},
    {"cpt", lw_check_cpt, LW_EVIDENCE_RULE},
    {"dea", lw_check_dea, LW_EVIDENCE_CHECK_DIGIT},
    {"ehic", lw_check_ehic, LW_EVIDENCE_RULE},
    {"ehic-finland", lw_check_ehic_finland, LW_EVIDENCE_RULE},
    {"hicn", lw_check_hicn, LW_EVIDENCE_RULE},
    {"ndc", lw_check_ndc, LW_EVIDENCE_RULE},
    {"nhs", lw_check_nhs, LW_EVIDENCE_CHECK_DIGIT},
    {"nir-health", lw_check_nir, LW_EVIDENCE_CHECK_DIGIT},
    {"nir-without-key", lw_check_nir_without_key, LW_EVIDENCE_RULE},
    {"npi", lw_check_npi, LW_EVIDENCE_CHECK_DIGIT},
    {"ramq", lw_check_ramq, LW_EVIDENCE_RULE},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
