/* The file format of ~/.aws/config and ~/.aws/credentials. */
#ifndef LW_NET_INI_PRIV_H
#define LW_NET_INI_PRIV_H

#include "base/base.h"

/* key NULL: the section's own line. A nested setting's key is "parent.child". Names of keys are in lower case; the
 * name of a section has single spaces and no quotes ("profile my team"). Values may be secret: wiped by lw_ini_done. */
typedef struct lw_ini_entry {
    char *section;
    char *key;
    char *value;
} lw_ini_entry;

typedef struct lw_ini {
    lw_ini_entry *items;
    size_t count;
    size_t cap;
} lw_ini;

/* LW_E_PARSE: line *ret_line (from 1) cannot be understood. LW_E_LIMIT: over 10,000 settings. ret_line may be NULL. */
lw_status lw_ini_parse(lw_slice text, lw_ini *ret_ini, unsigned *ret_line) LW_MUST_USE;
/* The last value of that name in the sections of that name; NULL when there is none. */
const char *lw_ini_get(const lw_ini *ini, const char *section, const char *key);
bool lw_ini_has_section(const lw_ini *ini, const char *section);
void lw_ini_done(lw_ini *ini);

#endif
