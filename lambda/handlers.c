#include <string.h>

#include "lambda/handlers_priv.h"

const lw_handler *lw_handler_find(const char *name, lw_error *err) {
    const lw_handler *const known[] = {lw_mover_handler(), lw_scanner_handler()};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i]->name, name) == 0) {
            return known[i];
        }
    }
    (void)lw_fail(err, LW_E_CONFIG, "_HANDLER '%s' is none of this package: set the function's handler to '%s' or '%s'",
                  name, known[0]->name, known[1]->name);
    return NULL;
}
