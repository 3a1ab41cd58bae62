/* National identity and tax numbers of Asia and the Pacific: Australia, India. */
#include "identifiers/checks_identity_priv.h"

#include <string.h>

/* Tax file number (ATO): the weighted sum of all digits is a multiple of 11. For the old ones of eight digits two rules
 * are told, neither by the ATO; either will do. */
bool lw_check_au_tfn(const lw_candidate *candidate) {
    static const uint8_t nine[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    static const uint8_t eight[] = {10, 7, 8, 4, 6, 3, 5, 1};
    char digits[9];
    if (lw_among_groups(candidate)) {
        return false;
    }
    if (lw_digits_alone(candidate, digits, 9)) {
        return lw_weighted_sum(digits, nine, 9) % 11 == 0;
    }
    return lw_digits_alone(candidate, digits, 8) && lw_check_national_number(candidate) &&
           (lw_weighted_sum(digits, eight, 8) % 11 == 0 || lw_weighted_sum(digits, nine, 8) % 11 == 0);
}

/* Aadhaar number of twelve digits and virtual ID of sixteen (UIDAI): Verhoeff. */
bool lw_check_in_aadhaar(const lw_candidate *candidate) {
    char digits[16];
    size_t len = lw_candidate_plain(candidate, digits, sizeof(digits));
    return (len == 12 || len == 16) && !lw_all_same(digits, len) && lw_stands_alone(candidate) &&
           !lw_among_groups(candidate) && lw_verhoeff_valid((lw_slice){digits, len});
}

/* Permanent account number (Income Tax Department): the serial runs from 0001. How the last letter is made is secret.
 */
bool lw_check_in_pan(const lw_candidate *candidate) {
    char plain[10];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == sizeof(plain) && memcmp(plain + 5, "0000", 4) != 0;
}
