/* Any bytes through the reader of AWS configuration files: what it takes can be looked up again, what it refuses has a
 * line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/ini_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds) {
    if (!holds) {
        abort();
    }
}

static void check_entries(const lw_ini *ini) {
    require(ini->count <= 10000 && (ini->count == 0 || ini->items != NULL));
    for (size_t i = 0; ini->items != NULL && i < ini->count; i++) {
        const lw_ini_entry *entry = &ini->items[i];
        require(entry->section != NULL && entry->value != NULL);
        if (i < 100) { /* each look-up is linear */
            require(lw_ini_has_section(ini, entry->section));
            require(entry->key == NULL || lw_ini_get(ini, entry->section, entry->key) != NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    lw_ini ini = {0};
    unsigned line = 0;
    lw_status status = lw_ini_parse((lw_slice){copy, size}, &ini, &line);
    require(status == LW_OK || ((status == LW_E_PARSE || status == LW_E_LIMIT) && line > 0 && ini.items == NULL));
    check_entries(&ini);
    lw_ini_done(&ini);
    free(copy);
    return 0;
}
