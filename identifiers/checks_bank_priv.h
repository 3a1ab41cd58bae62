/* Checks that countries put inside the bank account number itself (BBAN), between checks_bank.c and
 * checks_bank_national.c. */
#ifndef LW_IDENTIFIERS_CHECKS_BANK_PRIV_H
#define LW_IDENTIFIERS_CHECKS_BANK_PRIV_H

#include "identifiers/checks_priv.h"

/* bban: digits and upper-case letters where the country's layout has them, in the country's length. */
typedef bool (*lw_bban_check)(lw_slice bban);

bool lw_bban_albania(lw_slice bban);
bool lw_bban_croatia(lw_slice bban);
bool lw_bban_czech(lw_slice bban); /* and Slovakia */
bool lw_bban_estonia(lw_slice bban);
bool lw_bban_finland(lw_slice bban);
bool lw_bban_hungary(lw_slice bban);
bool lw_bban_italy(lw_slice bban); /* and San Marino */
bool lw_bban_mod97(lw_slice bban); /* Bosnia, Montenegro, North Macedonia, Portugal, Serbia, Timor-Leste */
bool lw_bban_poland(lw_slice bban);
bool lw_bban_rib(lw_slice bban); /* France, Monaco, Tunisia */
bool lw_bban_slovenia(lw_slice bban);
bool lw_bban_spain(lw_slice bban);

#endif
