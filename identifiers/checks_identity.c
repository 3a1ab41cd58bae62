/* National identity and tax numbers: checks beyond the pattern. Here their names and what they share; the checks
 * themselves are in checks_americas.c, checks_asia.c, checks_europe.c and checks_spain.c.
 *
 * Where the authority publishes a check digit it must be right, unless genuine numbers are known to break the rule (RFC
 * of Mexico): then only the date counts. Numbers that have no check digit (DNI of Argentina, cedula of Colombia, RG of
 * other states than Sao Paulo) are judged by what stands beside them: amounts of money, decimals and longer numbers are
 * none of them.
 *
 * Guarantees: pure functions of the candidate; they read nothing beyond the cell.
 */
#include "identifiers/checks_identity_priv.h"

#include <string.h>

bool lw_stands_alone(const lw_candidate *candidate) {
    return !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}

bool lw_digits_alone(const lw_candidate *candidate, char *digits, size_t count) {
    return lw_candidate_digits(candidate, digits, count) && !lw_all_same(digits, count) && lw_stands_alone(candidate);
}

static bool lw_digit_in(lw_slice text, size_t at) {
    return at < text.len && lw_digit(text.data[at]);
}

/* Length of the run of digits that begins at `at`. */
static size_t lw_run_from(lw_slice text, size_t at) {
    size_t end = at;
    while (lw_digit_in(text, end)) {
        end++;
    }
    return end - at;
}

/* Length of the run of digits that ends at `at`. */
static size_t lw_run_to(lw_slice text, size_t at) {
    size_t begin = at;
    while (begin > 0 && lw_digit(text.data[begin - 1])) {
        begin--;
    }
    return at - begin;
}

bool lw_among_groups(const lw_candidate *candidate) {
    const lw_slice cell = candidate->cell;
    if (memchr(cell.data + candidate->begin, ' ', candidate->end - candidate->begin) == NULL) {
        return false;
    }
    size_t first = lw_run_from(cell, candidate->begin);
    size_t last = lw_run_to(cell, candidate->end);
    bool before = candidate->begin >= 2 && cell.data[candidate->begin - 1] == ' ' &&
                  lw_run_to(cell, candidate->begin - 1) == first;
    bool after =
        candidate->end < cell.len && cell.data[candidate->end] == ' ' && lw_run_from(cell, candidate->end + 1) == last;
    return before || after;
}

uint64_t lw_number_of(const char *digits, size_t count) {
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number * 10 + (uint64_t)(digits[i] - '0');
    }
    return number;
}

unsigned lw_sum_from_right(const char *plain, size_t count, unsigned highest) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (unsigned)(plain[count - 1 - i] - '0') * (2 + (unsigned)i % (highest - 1));
    }
    return sum;
}

/* Only 29 February depends on the century, and 1900 had none where 2000 had one. */
bool lw_yymmdd_valid(const char *digits) {
    return lw_date_valid(2000 + (int)lw_number_of(digits, 2), (unsigned)lw_number_of(digits + 2, 2),
                         (unsigned)lw_number_of(digits + 4, 2));
}

/* ---- numbers without a check digit ---- */

/* An amount of money or a part of a number with a decimal comma: $ 12.345.678, 1234567,89. */
static bool lw_is_amount(const lw_candidate *candidate) {
    const lw_slice cell = candidate->cell;
    size_t begin = candidate->begin;
    bool comma_before = begin >= 2 && cell.data[begin - 1] == ',' && lw_digit(cell.data[begin - 2]);
    bool comma_after =
        candidate->end < cell.len && cell.data[candidate->end] == ',' && lw_digit_in(cell, candidate->end + 1);
    if (begin > 0 && cell.data[begin - 1] == ' ') {
        begin--;
    }
    return comma_before || comma_after || (begin > 0 && cell.data[begin - 1] == '$');
}

/* YYYYMMDD of the last or this century, somewhere in a text. A field of its own holds what its name says. */
static bool lw_is_date_in_text(const lw_candidate *candidate, const char *digits, size_t count) {
    bool whole = candidate->begin == 0 && candidate->end == candidate->cell.len;
    uint64_t year = lw_number_of(digits, 4);
    return !whole && count == 8 && candidate->end - candidate->begin == 8 && year >= 1900 && year < 2100 &&
           lw_date_valid((int)year, (unsigned)lw_number_of(digits + 4, 2), (unsigned)lw_number_of(digits + 6, 2));
}

/* No authority gives such a number a check digit; what it is not can be said. */
bool lw_check_national_number(const lw_candidate *candidate) {
    char plain[16];
    char digits[16];
    size_t count = 0;
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    for (size_t i = 0; i < len && len <= sizeof(plain); i++) {
        if (lw_digit(plain[i])) {
            digits[count++] = plain[i];
        }
    }
    return count >= 4 && !lw_all_same(digits, count) && lw_stands_alone(candidate) && !lw_among_groups(candidate) &&
           !lw_is_amount(candidate) && !lw_is_date_in_text(candidate, digits, count);
}

/* ---- by name ---- */

const lw_named_check lw_checks_identity[] = {
    {"ar-cuit", lw_check_ar_cuit, LW_EVIDENCE_CHECK_DIGIT},
    {"ar-sube", lw_check_ar_sube, LW_EVIDENCE_CHECK_DIGIT},
    {"au-tfn", lw_check_au_tfn, LW_EVIDENCE_CHECK_DIGIT},
    {"br-cnpj", lw_check_br_cnpj, LW_EVIDENCE_CHECK_DIGIT},
    {"br-cpf", lw_check_br_cpf, LW_EVIDENCE_CHECK_DIGIT},
    {"br-rg-sp", lw_check_br_rg_sp, LW_EVIDENCE_CHECK_DIGIT},
    {"ca-sin", lw_check_ca_sin, LW_EVIDENCE_CHECK_DIGIT},
    {"ca-sin-grouped", lw_check_ca_sin_grouped, LW_EVIDENCE_CHECK_DIGIT},
    {"cl-rut", lw_check_cl_rut, LW_EVIDENCE_CHECK_DIGIT},
    {"co-cedula", lw_check_co_cedula, LW_EVIDENCE_PATTERN},
    {"co-nit", lw_check_co_nit, LW_EVIDENCE_CHECK_DIGIT},
    {"de-id-card", lw_check_de_id_card, LW_EVIDENCE_CHECK_DIGIT},
    {"de-tax-id", lw_check_de_tax_id, LW_EVIDENCE_CHECK_DIGIT},
    {"es-cif", lw_check_es_cif, LW_EVIDENCE_CHECK_DIGIT},
    {"es-dni", lw_check_es_dni, LW_EVIDENCE_CHECK_DIGIT},
    {"es-naf", lw_check_es_naf, LW_EVIDENCE_CHECK_DIGIT},
    {"es-nie", lw_check_es_nie, LW_EVIDENCE_CHECK_DIGIT},
    {"es-nif-klm", lw_check_es_nif_klm, LW_EVIDENCE_CHECK_DIGIT},
    {"fr-card-12", lw_check_fr_card_12, LW_EVIDENCE_RULE},
    {"fr-card-9", lw_check_fr_card_9, LW_EVIDENCE_PATTERN},
    {"fr-nir", lw_check_fr_nir, LW_EVIDENCE_CHECK_DIGIT},
    {"fr-nir-short", lw_check_fr_nir_short, LW_EVIDENCE_RULE},
    {"fr-tax-id", lw_check_fr_tax_id, LW_EVIDENCE_CHECK_DIGIT},
    {"in-aadhaar", lw_check_in_aadhaar, LW_EVIDENCE_CHECK_DIGIT},
    {"in-pan", lw_check_in_pan, LW_EVIDENCE_RULE},
    {"it-fiscal-code", lw_check_it_fiscal_code, LW_EVIDENCE_CHECK_DIGIT},
    {"it-vat", lw_check_it_vat, LW_EVIDENCE_CHECK_DIGIT},
    {"mx-curp", lw_check_mx_curp, LW_EVIDENCE_CHECK_DIGIT},
    {"mx-rfc", lw_check_mx_rfc, LW_EVIDENCE_RULE},
    {"national-number", lw_check_national_number, LW_EVIDENCE_PATTERN},
    {"uk-nino", lw_check_uk_nino, LW_EVIDENCE_RULE},
    {"uk-utr", lw_check_uk_utr, LW_EVIDENCE_CHECK_DIGIT},
    {"us-itin", lw_check_us_itin, LW_EVIDENCE_RULE},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
