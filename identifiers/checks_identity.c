/* National identity and tax numbers: checks beyond the pattern. */
#include "identifiers/checks_priv.h"

const lw_named_check lw_checks_identity[] = {
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
