/* National identity and tax numbers of Spain. A NIF may carry the country code ES in front, as VAT numbers do. */
#include "identifiers/checks_identity_priv.h"

#include <string.h>

#define LW_SPAIN_MAX 10

/* The letters and digits, without ES in front. */
static size_t lw_spain_plain(const lw_candidate *candidate, char plain[LW_SPAIN_MAX]) {
    char all[LW_SPAIN_MAX + 2];
    size_t len = lw_candidate_plain(candidate, all, sizeof(all));
    size_t skip = len > 2 && all[0] == 'E' && all[1] == 'S' ? 2 : 0;
    if (len > sizeof(all) || len - skip > LW_SPAIN_MAX) {
        return 0;
    }
    memcpy(plain, all + skip, len - skip);
    return len - skip;
}

/* Control letter of the Ministerio del Interior. */
static bool lw_spain_letter_valid(uint64_t number, char letter) {
    return letter == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23];
}

/* DNI: eight digits, or seven where a leading zero is lost, and the letter. */
bool lw_check_es_dni(const lw_candidate *candidate) {
    char plain[LW_SPAIN_MAX];
    size_t len = lw_spain_plain(candidate, plain);
    return (len == 8 || len == 9) && !lw_all_same(plain, len - 1) && lw_stands_alone(candidate) &&
           lw_spain_letter_valid(lw_number_of(plain, len - 1), plain[len - 1]);
}

/* NIE (Orden INT/2058/2008): X, Y, Z stand for 0, 1, 2. Old ones have eight digits, the first a zero. */
bool lw_check_es_nie(const lw_candidate *candidate) {
    char plain[LW_SPAIN_MAX];
    size_t len = lw_spain_plain(candidate, plain);
    if (len < 9 || (len == 10 && (plain[0] != 'X' || plain[1] != '0')) || lw_all_same(plain + 1, len - 2)) {
        return false;
    }
    uint64_t number = (uint64_t)(plain[0] - 'X') * 10000000 + lw_number_of(plain + 1, len - 2);
    return lw_spain_letter_valid(number, plain[len - 1]);
}

/* NIF of persons without DNI and NIE (Orden EHA/451/2008): the first letter does not count. */
bool lw_check_es_nif_klm(const lw_candidate *candidate) {
    char plain[LW_SPAIN_MAX];
    return lw_spain_plain(candidate, plain) == 9 && !lw_all_same(plain + 1, 7) &&
           lw_spain_letter_valid(lw_number_of(plain + 1, 7), plain[8]);
}

/* NIF of entities (Orden EHA/451/2008): Luhn over the seven digits, written as a digit or as a letter. Kinds that have
 * always had the one are held to it; A and B have had letters for foreigners, so that they may have either. */
bool lw_check_es_cif(const lw_candidate *candidate) {
    char plain[LW_SPAIN_MAX];
    if (lw_spain_plain(candidate, plain) != 9 || lw_all_same(plain + 1, 7)) {
        return false;
    }
    bool letter = !lw_digit(plain[8]);
    bool letter_only = lw_value_in("NPQRSW", plain[0]) >= 0;
    bool digit_only = plain[0] == 'E' || plain[0] == 'H';
    if ((letter && digit_only) || (!letter && letter_only)) {
        return false;
    }
    char digits[8];
    memcpy(digits, plain + 1, 7);
    digits[7] = letter ? (char)('0' + lw_value_in("JABCDEFGHI", plain[8])) : plain[8];
    return lw_luhn_valid((lw_slice){digits, sizeof(digits)});
}

/* NAF, NUSS (TGSS): the last two digits are the rest of the others modulo 97. The middle counts as a number of seven
 * digits while it is below ten million, also where it is written with eight. */
bool lw_check_es_naf(const lw_candidate *candidate) {
    char digits[12];
    size_t len = lw_candidate_plain(candidate, digits, sizeof(digits));
    if (len < 11 || len > 12 || lw_all_same(digits, len) || !lw_stands_alone(candidate)) {
        return false;
    }
    uint64_t middle = lw_number_of(digits + 2, len - 4);
    uint64_t whole = lw_number_of(digits, 2) * (middle < 10000000 ? 10000000 : 100000000) + middle;
    return middle > 0 && whole % 97 == lw_number_of(digits + len - 2, 2);
}
