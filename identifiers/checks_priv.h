/* What the checks of all families share: taking a candidate apart, and the arithmetic of check digits.
 *
 * A family's checks are in checks_<family>.c, which exports one table of names. A check is a pure function of the
 * candidate and the day; it rejects only for a reason that a standard or an authority states, named in a comment. */
#ifndef LW_IDENTIFIERS_CHECKS_PRIV_H
#define LW_IDENTIFIERS_CHECKS_PRIV_H

#include "identifiers/identifiers_priv.h"

/* Tables by family, each ended by a NULL name. */
extern const lw_named_check lw_checks_bank[];
extern const lw_named_check lw_checks_card[]; /* cards and credentials */
extern const lw_named_check lw_checks_health[];
extern const lw_named_check lw_checks_identity[]; /* national and tax numbers */
extern const lw_named_check lw_checks_licence[];  /* driver licences, passports, electoral roll */
extern const lw_named_check lw_checks_phone[];

static inline bool lw_digit(char c) {
    return c >= '0' && c <= '9';
}

lw_slice lw_candidate_text(const lw_candidate *candidate); /* as written */
/* Its digits; false if there are not exactly count. */
bool lw_candidate_digits(const lw_candidate *candidate, char *digits, size_t count);
/* Its ASCII letters, in upper case, and digits. The length; room + 1 if there are more than room. */
size_t lw_candidate_plain(const lw_candidate *candidate, char *plain, size_t room);
bool lw_all_same(const char *text, size_t len);
int lw_value_in(const char *alphabet, char c); /* position of c in alphabet, -1: not there */

/* The check digit comes last and is part of the argument, in all of these. Luhn, GTIN, HIBC, MOD 37-2 are in
 * identifiers_priv.h. */
bool lw_mod97_valid(lw_slice text);      /* ISO/IEC 7064 MOD 97-10 over digits and upper-case letters (A = 10) */
bool lw_mod11_10_valid(lw_slice digits); /* ISO/IEC 7064 MOD 11,10 */
bool lw_verhoeff_valid(lw_slice digits); /* J. Verhoeff, Error Detecting Decimal Codes, 1969 */
/* Sum of digit times weight. */
unsigned lw_weighted_sum(const char *digits, const uint8_t *weights, size_t count);

/* French NIR (INSEE), letters in upper case; in checks_health.c. The key is 97 less the number modulo 97, where the
 * departments of Corsica, 2A and 2B, stand for 19 and 18. */
bool lw_nir_key_valid(const char nir[15]);
/* Sex, month, department, commune and order are possible. */
bool lw_nir_parts_valid(const char nir[13]);

/* Does the code of another country than own, written with + or 00, stand right before begin? In checks_phone.c. */
bool lw_after_country_code(lw_slice cell, size_t begin, const char *own);

#endif
