/* IBAN (ISO 13616) with the national check digits inside, and account numbers: checks beyond the pattern. */
#include "identifiers/checks_priv.h"

const lw_named_check lw_checks_bank[] = {
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
