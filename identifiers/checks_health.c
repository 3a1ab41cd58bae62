/* Health: checks beyond the pattern. */
#include "identifiers/checks_priv.h"

const lw_named_check lw_checks_health[] = {
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
