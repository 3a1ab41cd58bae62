/* National identity and tax numbers of Europe, Spain apart (checks_spain.c): France, Germany, Italy, United Kingdom.
 * What the pattern has seen to (lengths, months, first characters) is not tested again. */
#include "identifiers/checks_identity_priv.h"

#include <string.h>

/* ---- France ---- */

/* NIR (INSEE) with its key: 97 minus the number modulo 97. */
bool lw_check_fr_nir(const lw_candidate *candidate) {
    char plain[15];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && lw_nir_parts_valid(plain) &&
           lw_nir_key_valid(plain) && lw_stands_alone(candidate);
}

/* Do two digits follow that can only be a key? */
static bool lw_nir_key_follows(const lw_candidate *candidate) {
    const char *next = candidate->cell.data + candidate->end;
    size_t left = candidate->cell.len - candidate->end;
    return left >= 3 && lw_value_in(" .-", next[0]) >= 0 && lw_digit(next[1]) && lw_digit(next[2]) &&
           (left == 3 || !lw_digit(next[3]));
}

/* NIR without key: only what the pattern says, and the parts that may not be zero. */
bool lw_check_fr_nir_short(const lw_candidate *candidate) {
    char plain[13];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && lw_nir_parts_valid(plain) &&
           lw_stands_alone(candidate) && !lw_nir_key_follows(candidate);
}

/* Identity cards of 1988 to 2021: year and month are the pattern's. */
bool lw_check_fr_card_12(const lw_candidate *candidate) {
    char plain[12];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && lw_stands_alone(candidate) &&
           memcmp(plain + 7, "00000", 5) != 0;
}

/* Identity cards since 2021 (ICAO 9303 document number): letters and digits in no order. That tells them from words,
 * from codes that are letters and then digits or the reverse, and from numbers of other countries. */
bool lw_check_fr_card_9(const lw_candidate *candidate) {
    char text[9];
    if (lw_candidate_plain(candidate, text, sizeof(text)) != sizeof(text)) {
        return false;
    }
    unsigned digits = lw_digit(text[0]);
    unsigned changes = 0;
    for (size_t i = 1; i < sizeof(text); i++) {
        digits += lw_digit(text[i]);
        changes += lw_digit(text[i]) != lw_digit(text[i - 1]);
    }
    bool nino = changes == 2 && digits == 6;     /* United Kingdom: two letters, six digits, a letter */
    bool passport = changes == 2 && digits == 7; /* France: two digits, two letters, five digits */
    return changes >= 2 && digits <= 7 && !nino && !passport;
}

/* Numero fiscal (DGFiP, EU TIN algorithms): the last three digits are the first ten modulo 511. */
bool lw_check_fr_tax_id(const lw_candidate *candidate) {
    char digits[13];
    return lw_digits_alone(candidate, digits, sizeof(digits)) && lw_number_of(digits, 10) > 0 &&
           lw_number_of(digits, 10) % 511 == lw_number_of(digits + 10, 3);
}

/* ---- Germany ---- */

/* Of the first ten digits one stands twice or three times, but not three in a row; no other more than once. */
static bool lw_tax_id_repeats(const char *digits) {
    unsigned counts[10] = {0};
    unsigned repeated = 0;
    bool row = false;
    for (size_t i = 0; i < 10; i++) {
        unsigned count = ++counts[digits[i] - '0'];
        repeated += count == 2;
        if (count > 3) {
            return false;
        }
        row = row || (i >= 2 && digits[i] == digits[i - 1] && digits[i] == digits[i - 2]);
    }
    return repeated == 1 && !row;
}

/* Steuerliche Identifikationsnummer (BZSt): ISO/IEC 7064 MOD 11,10. */
bool lw_check_de_tax_id(const lw_candidate *candidate) {
    char digits[11];
    return lw_digits_alone(candidate, digits, sizeof(digits)) && lw_tax_id_repeats(digits) &&
           lw_mod11_10_valid((lw_slice){digits, sizeof(digits)});
}

/* Number of an identity card with its check digit (ICAO 9303): weights 7, 3, 1, A counts as 10; a D for the nationality
 * may follow. */
bool lw_check_de_id_card(const lw_candidate *candidate) {
    static const unsigned weights[] = {7, 3, 1};
    char plain[11];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if (len < 10 || len > sizeof(plain) || lw_all_same(plain, 9) || !lw_stands_alone(candidate)) {
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < 9; i++) {
        unsigned value = lw_digit(plain[i]) ? (unsigned)(plain[i] - '0') : (unsigned)(plain[i] - 'A') + 10;
        sum += value * weights[i % 3];
    }
    return (unsigned)(plain[9] - '0') == sum % 10;
}

/* ---- Italy ---- */

/* A digit of the codice fiscale, or the letter that stands for it where two people would have the same code. */
static bool lw_fiscal_digit(char *c) {
    int value = lw_value_in("LMNPQRSTUV", *c);
    if (value >= 0) {
        *c = (char)('0' + value);
    }
    return lw_digit(*c);
}

/* Date and place; the day of a woman is 40 more. */
static bool lw_fiscal_code_means(const char *plain) {
    static const uint8_t digit_places[] = {6, 7, 9, 10, 12, 13, 14};
    char text[16];
    memcpy(text, plain, sizeof(text));
    for (size_t i = 0; i < sizeof(digit_places); i++) {
        if (!lw_fiscal_digit(&text[digit_places[i]])) {
            return false;
        }
    }
    unsigned day = (unsigned)lw_number_of(text + 9, 2);
    int month = lw_value_in("ABCDEHLMPRST", text[8]) + 1;
    return lw_date_valid(2000 + (int)lw_number_of(text + 6, 2), (unsigned)month, day > 40 ? day - 40 : day) &&
           memcmp(text + 12, "000", 3) != 0;
}

/* Codice fiscale (DM 23 December 1976): the last letter is the sum of values by odd and even place, modulo 26. */
bool lw_check_it_fiscal_code(const lw_candidate *candidate) {
    static const uint8_t odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                  20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    char plain[16];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain) || !lw_fiscal_code_means(plain)) {
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned value = lw_digit(plain[i]) ? (unsigned)(plain[i] - '0') : (unsigned)(plain[i] - 'A');
        sum += i % 2 == 0 ? odd[value] : value;
    }
    return plain[15] == (char)('A' + sum % 26);
}

/* Partita IVA, and the codice fiscale of what is no person (Agenzia delle Entrate): Luhn; a number, then the office. */
bool lw_check_it_vat(const lw_candidate *candidate) {
    char digits[11];
    if (!lw_digits_alone(candidate, digits, sizeof(digits)) || lw_number_of(digits, 7) == 0) {
        return false;
    }
    uint64_t office = lw_number_of(digits + 7, 3);
    bool known = (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
    return known && lw_luhn_valid((lw_slice){digits, sizeof(digits)});
}

/* ---- United Kingdom ---- */

/* National Insurance number (HMRC manual NIM39110): prefixes that are not used. */
bool lw_check_uk_nino(const lw_candidate *candidate) {
    static const char *const unused[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
    char plain[9];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain)) {
        return false;
    }
    bool letters = lw_value_in("DFIQUV", plain[0]) < 0 && lw_value_in("DFIOQUV", plain[1]) < 0;
    for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]) && letters; i++) {
        letters = memcmp(plain, unused[i], 2) != 0;
    }
    return letters;
}

/* Unique taxpayer reference (HMRC): the first digit checks the other nine, modulo 11. A K may follow. */
bool lw_check_uk_utr(const lw_candidate *candidate) {
    static const uint8_t weights[] = {6, 7, 8, 9, 10, 5, 4, 3, 2};
    char digits[10];
    return lw_digits_alone(candidate, digits, sizeof(digits)) &&
           digits[0] == "21987654321"[lw_weighted_sum(digits + 1, weights, 9) % 11];
}
