/* Vehicle identification numbers, and positions on the earth. */
#include <string.h>

#include "identifiers/checks_card_priv.h"

#define LW_VIN_LEN 17

/* 49 CFR 565.15(c): values of letters and weights by position; 10 is written X. */
static bool lw_vin_check_digit(const char *vin) {
    static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    static const char values[] = "12345678123457923456789";
    static const unsigned char weights[LW_VIN_LEN] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < LW_VIN_LEN; i++) {
        int letter = lw_value_in(letters, vin[i]);
        if (letter < 0 && !lw_digit(vin[i])) {
            return false;
        }
        sum += weights[i] * (unsigned)((letter < 0 ? vin[i] : values[letter]) - '0');
    }
    return vin[8] == "0123456789X"[sum % 11];
}

/* Not all digits, for such numbers are mostly something else; U and Z stand for no model year (49 CFR 565.15). */
static bool lw_vin_form(const lw_candidate *candidate, char *vin) {
    if (lw_candidate_plain(candidate, vin, LW_VIN_LEN) != LW_VIN_LEN ||
        lw_in_longer_number(candidate->cell, candidate->begin, candidate->end)) {
        return false;
    }
    bool letter = false;
    for (size_t i = 0; i < LW_VIN_LEN; i++) {
        letter = letter || !lw_digit(vin[i]);
    }
    return letter && vin[9] != 'U' && vin[9] != 'Z';
}

/* North America (1 to 5) and China (L) prescribe the check digit, and a model year that is not 0. */
bool lw_check_vin_checked(const lw_candidate *candidate) {
    char vin[LW_VIN_LEN];
    return lw_vin_form(candidate, vin) && vin[9] != '0' && lw_vin_check_digit(vin);
}

/* Elsewhere (ISO 3780: A to K and M to Z, 6 to 9) position 9 is the maker's own. */
bool lw_check_vin(const lw_candidate *candidate) {
    char vin[LW_VIN_LEN];
    return lw_vin_form(candidate, vin);
}

/* Ranges are the pattern's. Where both are zero somebody had no position. */
bool lw_check_position(const lw_candidate *candidate) {
    bool nonzero = false;
    for (size_t i = candidate->begin; i < candidate->end; i++) {
        char c = candidate->cell.data[i];
        nonzero = nonzero || (lw_digit(c) && c != '0');
    }
    return nonzero && !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}
