/* Checks of national identity and tax numbers, by region, and what they share. The names by which the catalogue knows
 * them are in checks_identity.c. */
#ifndef LW_IDENTIFIERS_CHECKS_IDENTITY_PRIV_H
#define LW_IDENTIFIERS_CHECKS_IDENTITY_PRIV_H

#include "identifiers/checks_priv.h"

/* ---- shared (checks_identity.c) ---- */

bool lw_stands_alone(const lw_candidate *candidate); /* is not part of a longer number */
/* Its digits, if there are exactly count, not all the same, and no more of the number on either side. */
bool lw_digits_alone(const lw_candidate *candidate, char *digits, size_t count);
/* Groups with spaces between: do further groups of the same length follow, or come before? Then it is part of a longer
 * number, such as three groups of a card. */
bool lw_among_groups(const lw_candidate *candidate);
uint64_t lw_number_of(const char *digits, size_t count);
/* Weights 2, 3 and so on from the right up to highest, then 2 again; the value of a character is its distance to '0'.
 */
unsigned lw_sum_from_right(const char *plain, size_t count, unsigned highest);
bool lw_yymmdd_valid(const char *digits); /* a date of some century */
bool lw_check_national_number(const lw_candidate *candidate);

/* ---- checks_americas.c ---- */
bool lw_check_ar_cuit(const lw_candidate *candidate);
bool lw_check_ar_sube(const lw_candidate *candidate);
bool lw_check_br_cnpj(const lw_candidate *candidate);
bool lw_check_br_cpf(const lw_candidate *candidate);
bool lw_check_br_rg_sp(const lw_candidate *candidate);
bool lw_check_ca_sin(const lw_candidate *candidate);
bool lw_check_ca_sin_grouped(const lw_candidate *candidate);
bool lw_check_cl_rut(const lw_candidate *candidate);
bool lw_check_co_cedula(const lw_candidate *candidate);
bool lw_check_co_nit(const lw_candidate *candidate);
bool lw_check_mx_curp(const lw_candidate *candidate);
bool lw_check_mx_rfc(const lw_candidate *candidate);
bool lw_check_us_itin(const lw_candidate *candidate);

/* ---- checks_europe.c ---- */
bool lw_check_de_id_card(const lw_candidate *candidate);
bool lw_check_de_tax_id(const lw_candidate *candidate);
bool lw_check_fr_card_12(const lw_candidate *candidate);
bool lw_check_fr_card_9(const lw_candidate *candidate);
bool lw_check_fr_nir(const lw_candidate *candidate);
bool lw_check_fr_nir_short(const lw_candidate *candidate);
bool lw_check_fr_tax_id(const lw_candidate *candidate);
bool lw_check_it_fiscal_code(const lw_candidate *candidate);
bool lw_check_it_vat(const lw_candidate *candidate);
bool lw_check_uk_nino(const lw_candidate *candidate);
bool lw_check_uk_utr(const lw_candidate *candidate);

/* ---- checks_spain.c ---- */
bool lw_check_es_cif(const lw_candidate *candidate);
bool lw_check_es_dni(const lw_candidate *candidate);
bool lw_check_es_naf(const lw_candidate *candidate);
bool lw_check_es_nie(const lw_candidate *candidate);
bool lw_check_es_nif_klm(const lw_candidate *candidate);

/* ---- checks_asia.c: Asia and the Pacific ---- */
bool lw_check_au_tfn(const lw_candidate *candidate);
bool lw_check_in_aadhaar(const lw_candidate *candidate);
bool lw_check_in_pan(const lw_candidate *candidate);

#endif
