/* National check digits of bank account numbers, older than the IBAN and still inside it.
 *
 * Sources: the structures of the SWIFT IBAN Registry, ECBS TR 201 (register of European account numbers) and the rules
 * of the national central banks or bankers' associations named at each function. Every one agrees with the example of
 * the registry and with further published numbers. Rules that rest on one example, or that numbers in use are known to
 * break, are left out: Iceland (kennitala), Kosovo, Mauritania, the Netherlands (elfproef: former Postbank accounts
 * have none), Senegal.
 *
 * Where a sum must leave nothing, the check digit is one of the digits, with weight 1.
 */
#include <string.h>

#include "identifiers/checks_bank_priv.h"

static bool lw_weighted_mod(lw_slice bban, size_t at, const uint8_t *weights, size_t count, unsigned modulus) {
    return lw_weighted_sum(bban.data + at, weights, count) % modulus == 0;
}

static const uint8_t lw_weights_9731[16] = {9, 7, 3, 1, 9, 7, 3, 1, 9, 7, 3, 1, 9, 7, 3, 1};

/* Bank of Albania: bank and branch, 8 digits with their check digit. */
bool lw_bban_albania(lw_slice bban) {
    return lw_weighted_mod(bban, 0, lw_weights_9731, 8, 10);
}

/* Magyar Nemzeti Bank: bank and branch, 8 digits; the account, 16 digits (8 of them zero in the short form). */
bool lw_bban_hungary(lw_slice bban) {
    return lw_weighted_mod(bban, 0, lw_weights_9731, 8, 10) && lw_weighted_mod(bban, 8, lw_weights_9731, 16, 10);
}

/* Narodowy Bank Polski: the sort code, 8 digits. */
bool lw_bban_poland(lw_slice bban) {
    static const uint8_t weights[8] = {3, 9, 7, 1, 3, 9, 7, 1};
    return lw_weighted_mod(bban, 0, weights, sizeof(weights), 10);
}

/* Estonian Banking Association, method 7-3-1: all but the bank's two digits. */
bool lw_bban_estonia(lw_slice bban) {
    static const uint8_t weights[14] = {7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1};
    return lw_weighted_mod(bban, 2, weights, sizeof(weights), 10);
}

/* Finance Finland: Luhn over all 14 digits. */
bool lw_bban_finland(lw_slice bban) {
    return lw_luhn_valid(bban);
}

/* Croatian National Bank: ISO/IEC 7064 MOD 11,10 over the bank, and over the account. */
bool lw_bban_croatia(lw_slice bban) {
    return lw_mod11_10_valid((lw_slice){bban.data, 7}) && lw_mod11_10_valid((lw_slice){bban.data + 7, 10});
}

/* Czech National Bank, Decree 169/2011, and the National Bank of Slovakia: prefix and account are each divisible by 11
 * when weighted; an account has at least two digits that are not zero. */
bool lw_bban_czech(lw_slice bban) {
    static const uint8_t prefix[6] = {10, 5, 8, 4, 2, 1};
    static const uint8_t account[10] = {6, 3, 7, 9, 10, 5, 8, 4, 2, 1};
    size_t not_zero = 0;
    for (size_t i = 10; i < 20; i++) {
        not_zero += bban.data[i] != '0';
    }
    return not_zero >= 2 && lw_weighted_mod(bban, 4, prefix, sizeof(prefix), 11) &&
           lw_weighted_mod(bban, 10, account, sizeof(account), 11);
}

bool lw_bban_mod97(lw_slice bban) {
    return lw_mod97_valid(bban);
}

/* Accounts at the Bank of Slovenia (01...) do not have to follow the rule. */
bool lw_bban_slovenia(lw_slice bban) {
    return memcmp(bban.data, "01", 2) == 0 || lw_mod97_valid(bban);
}

/* In the French key a letter is a digit: A to I, J to R and S to Z go over 1 to 9, the last from 2 on. */
static unsigned lw_rib_digit(char c) {
    if (lw_digit(c)) {
        return (unsigned)(c - '0');
    }
    return c < 'S' ? (unsigned)(c - 'A') % 9 + 1 : (unsigned)(c - 'S') + 2;
}

/* Relevé d'identité bancaire (CFONB): the number with its key, 01 to 97, is divisible by 97. */
bool lw_bban_rib(lw_slice bban) {
    unsigned rest = 0;
    for (size_t i = 0; i < bban.len; i++) {
        rest = (rest * 10 + lw_rib_digit(bban.data[i])) % 97;
    }
    unsigned key = lw_rib_digit(bban.data[bban.len - 2]) * 10 + lw_rib_digit(bban.data[bban.len - 1]);
    return rest == 0 && key >= 1 && key <= 97;
}

/* Associazione Bancaria Italiana: the control letter stands first; characters in odd places go through a table. */
bool lw_bban_italy(lw_slice bban) {
    static const uint8_t odd[26] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                    20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    unsigned sum = 0;
    for (size_t i = 1; i < bban.len; i++) {
        char c = bban.data[i];
        unsigned value = (unsigned)(lw_digit(c) ? c - '0' : c - 'A');
        sum += i % 2 == 1 ? odd[value] : value;
    }
    return (unsigned)(bban.data[0] - 'A') == sum % 26;
}

static char lw_ccc_digit(const char *digits, const uint8_t *weights, size_t count) {
    unsigned value = 11 - lw_weighted_sum(digits, weights, count) % 11;
    return "01234567891"[value == 11 ? 0 : value];
}

/* Código cuenta cliente (Consejo Superior Bancario): one control digit for bank and branch, one for the account. */
bool lw_bban_spain(lw_slice bban) {
    static const uint8_t weights[10] = {1, 2, 4, 8, 5, 10, 9, 7, 3, 6};
    return bban.data[8] == lw_ccc_digit(bban.data, weights + 2, 8) &&
           bban.data[9] == lw_ccc_digit(bban.data + 10, weights, 10);
}
