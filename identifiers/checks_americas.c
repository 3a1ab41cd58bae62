/* National identity and tax numbers of the Americas: Argentina, Brazil, Canada, Chile, Colombia, Mexico, USA. What the
 * pattern has seen to (lengths, prefixes, separators) is not tested again. */
#include "identifiers/checks_identity_priv.h"

#include <string.h>

/* ---- Argentina ---- */

/* CUIT and CUIL, ARCA (AFIP): the eleventh digit is 11 minus the weighted sum modulo 11. Where that is 10 the authority
 * changes the prefix, so that no such number is issued; registers made elsewhere put a 9 there, and that is let pass.
 */
bool lw_check_ar_cuit(const lw_candidate *candidate) {
    static const uint8_t weights[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    char digits[11];
    if (!lw_digits_alone(candidate, digits, sizeof(digits)) || lw_number_of(digits + 2, 8) == 0) {
        return false;
    }
    unsigned check = (11 - lw_weighted_sum(digits, weights, 10) % 11) % 11;
    return (unsigned)(digits[10] - '0') == (check == 10 ? 9 : check);
}

/* SUBE card: sixteen digits with Luhn (ISO/IEC 7812-1), as Macie's documentation has it. */
bool lw_check_ar_sube(const lw_candidate *candidate) {
    char digits[16];
    return lw_digits_alone(candidate, digits, sizeof(digits)) && lw_luhn_valid((lw_slice){digits, sizeof(digits)});
}

/* ---- Brazil ---- */

/* The check digit over count characters that Receita Federal uses; letters count as their ASCII code minus 48. */
static char lw_brazil_digit(const char *plain, size_t count, unsigned highest) {
    unsigned rest = lw_sum_from_right(plain, count, highest) % 11;
    return (char)('0' + (rest < 2 ? 0 : 11 - rest));
}

/* CPF, Receita Federal: two check digits, modulo 11, the second over the first. */
bool lw_check_br_cpf(const lw_candidate *candidate) {
    char digits[11];
    return lw_digits_alone(candidate, digits, sizeof(digits)) && lw_brazil_digit(digits, 9, 11) == digits[9] &&
           lw_brazil_digit(digits, 10, 11) == digits[10];
}

/* CNPJ, Receita Federal (IN RFB 2.229/2024 for the letters): as CPF, weights 2 to 9. Branch 0000 is not issued. */
bool lw_check_br_cnpj(const lw_candidate *candidate) {
    char plain[14];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && !lw_all_same(plain, 14) &&
           memcmp(plain + 8, "0000", 4) != 0 && lw_stands_alone(candidate) &&
           lw_brazil_digit(plain, 12, 9) == plain[12] && lw_brazil_digit(plain, 13, 9) == plain[13];
}

/* RG as SSP-SP issues it: eight digits times 2 to 9, modulo 11, X for 10. Other states have other rules or none. */
bool lw_check_br_rg_sp(const lw_candidate *candidate) {
    static const uint8_t weights[] = {2, 3, 4, 5, 6, 7, 8, 9};
    char plain[9];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain) || lw_all_same(plain, 8) ||
        !lw_stands_alone(candidate)) {
        return false;
    }
    unsigned check = (11 - lw_weighted_sum(plain, weights, 8) % 11) % 11;
    return plain[8] == (check == 10 ? 'X' : (char)('0' + check));
}

/* ---- Canada ---- */

/* SIN in groups, Luhn (Service Canada). Numbers that begin with 0 (temporary tax numbers of the CRA) count too: what
 * stands as 046 454 286 under a keyword is kept as a SIN. */
bool lw_check_ca_sin_grouped(const lw_candidate *candidate) {
    char digits[9];
    return lw_digits_alone(candidate, digits, sizeof(digits)) && !lw_among_groups(candidate) &&
           lw_luhn_valid((lw_slice){digits, sizeof(digits)});
}

/* SIN as nine digits: 0 and 8 begin none. */
bool lw_check_ca_sin(const lw_candidate *candidate) {
    char first = candidate->cell.data[candidate->begin];
    return first != '0' && first != '8' && lw_check_ca_sin_grouped(candidate);
}

/* ---- Chile ---- */

/* RUN and RUT (Registro Civil, SII): modulo 11, weights 2 to 7 from the right, K for 10. */
bool lw_check_cl_rut(const lw_candidate *candidate) {
    char plain[9];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if (len < 8 || len > sizeof(plain) || lw_all_same(plain, len - 1) || !lw_stands_alone(candidate)) {
        return false;
    }
    unsigned check = (11 - lw_sum_from_right(plain, len - 1, 7) % 11) % 11;
    return plain[len - 1] == (check == 10 ? 'K' : (char)('0' + check));
}

/* ---- Colombia ---- */

/* NIT with its check digit (DIAN, Orden Administrativa 4 of 1989): primes as weights from the right, modulo 11. */
bool lw_check_co_nit(const lw_candidate *candidate) {
    static const uint8_t weights[] = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43};
    char digits[11];
    size_t len = lw_candidate_plain(candidate, digits, sizeof(digits));
    if (len < 7 || len > sizeof(digits) || lw_all_same(digits, len - 1) || !lw_stands_alone(candidate)) {
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        sum += (unsigned)(digits[len - 2 - i] - '0') * weights[i];
    }
    unsigned rest = sum % 11;
    return (unsigned)(digits[len - 1] - '0') == (rest < 2 ? rest : 11 - rest);
}

/* Cedula de ciudadania of ten digits (Registraduria): the series is at 1.2 thousand million. A field of its own may
 * hold more; within a text such a number without dots is rather a time stamp. */
bool lw_check_co_cedula(const lw_candidate *candidate) {
    bool whole = candidate->begin == 0 && candidate->end == candidate->cell.len;
    bool dotted = candidate->end - candidate->begin > 10;
    return (whole || dotted || candidate->cell.data[candidate->begin + 1] < '3') && lw_check_national_number(candidate);
}

/* ---- Mexico ---- */

/* Value in the alphabet of RENAPO: digits, then A to Z with N tilde behind N. */
static unsigned lw_curp_value(char c) {
    if (lw_digit(c)) {
        return (unsigned)(c - '0');
    }
    return (unsigned)(c - 'A') + (c <= 'N' ? 10 : 11);
}

/* CURP (RENAPO, Instructivo Normativo): check digit modulo 10, weights 18 to 2; a real date of birth, of the last
 * century if the seventeenth character is a digit, else of this. */
bool lw_check_mx_curp(const lw_candidate *candidate) {
    char plain[18];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain)) {
        return false;
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++) {
        sum += lw_curp_value(plain[i]) * (18 - i);
    }
    int year = (lw_digit(plain[16]) ? 1900 : 2000) + (int)lw_number_of(plain + 4, 2);
    return lw_date_valid(year, (unsigned)lw_number_of(plain + 6, 2), (unsigned)lw_number_of(plain + 8, 2)) &&
           (unsigned)(plain[17] - '0') == (10 - sum % 10) % 10;
}

/* RFC (SAT): a real date. The check character rejects nothing: SAT itself has assigned numbers that break its rule. An
 * ampersand belongs to the letters, so one on the left shows that this is the end of a longer one. */
bool lw_check_mx_rfc(const lw_candidate *candidate) {
    const lw_slice cell = candidate->cell;
    size_t at = candidate->begin;
    while (at < candidate->end && !lw_digit(cell.data[at])) {
        at++;
    }
    bool whole =
        candidate->begin == 0 || (cell.data[candidate->begin - 1] != '&' && !lw_word_before(cell, candidate->begin));
    return whole && at + 6 <= candidate->end && lw_yymmdd_valid(cell.data + at);
}

/* ---- USA ---- */

/* ITIN (IRS): the ranges are the pattern's. */
bool lw_check_us_itin(const lw_candidate *candidate) {
    char digits[9];
    return lw_digits_alone(candidate, digits, sizeof(digits));
}
