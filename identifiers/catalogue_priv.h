/* The embedded catalogue of managed identifiers: raw JSON, one entry an identifier, sorted by id. */
#ifndef LW_IDENTIFIERS_CATALOGUE_PRIV_H
#define LW_IDENTIFIERS_CATALOGUE_PRIV_H

#include "base/base.h"

typedef struct lw_catalogue_entry {
    const char *id;
    bool recommended; /* member of Macie's recommended set */
    bool supported;   /* this version can detect it */
    const char *json;
} lw_catalogue_entry;

extern const lw_catalogue_entry lw_catalogue_entries[];
extern const size_t lw_catalogue_entry_count;

const lw_catalogue_entry *lw_catalogue_find(lw_slice id); /* NULL: no such id */
/* The id that was probably meant, or NULL when nothing is near. */
const char *lw_catalogue_nearest(lw_slice id);

#endif
