/* The embedded catalogue of managed identifiers: raw JSON, one entry an identifier, sorted by id. */
#ifndef LW_IDENTIFIERS_CATALOGUE_PRIV_H
#define LW_IDENTIFIERS_CATALOGUE_PRIV_H

#include "identifiers/identifiers.h"

typedef struct lw_catalogue_entry {
    const char *id;
    bool recommended; /* member of Macie's recommended set */
    bool supported;   /* this version can detect it */
    const char *json;
    const char *packed; /* what detection needs of it (managed_packed.c); NULL: not embedded, or not supported */
} lw_catalogue_entry;

extern const lw_catalogue_entry lw_catalogue_entries[];
extern const size_t lw_catalogue_entry_count;

const lw_catalogue_entry *lw_catalogue_find(lw_slice id); /* NULL: no such id */
/* The id that was probably meant, or NULL when nothing is near. */
const char *lw_catalogue_nearest(lw_slice id);

/* The embedded entries with those of files laid over them (catalogue_files.c), sorted by id. */
struct lw_catalogue {
    lw_catalogue_entry *entries;
    size_t count;
    lw_strings texts; /* what the entries point to, where they are not embedded */
};

/* The same with files laid over; catalogue NULL: the embedded entries alone. */
const lw_catalogue_entry *lw_catalogue_find_in(const lw_catalogue *catalogue, lw_slice id);
const char *lw_catalogue_nearest_in(const lw_catalogue *catalogue, lw_slice id);
size_t lw_catalogue_size(const lw_catalogue *catalogue);
const lw_catalogue_entry *lw_catalogue_at(const lw_catalogue *catalogue, size_t index);

struct cJSON;

/* Is every field of an entry known, there and of the right kind, and every pattern usable (managed_check.c)? label
 * begins the message. LW_E_CONFIG names the field. An entry of a file must say how it is detected. */
lw_status lw_managed_check(const lw_catalogue *catalogue, const struct cJSON *root, const char *label, bool must_detect,
                           lw_error *err) LW_MUST_USE;

/* examples.c: the examples and counter-examples of an entry; each failure is counted and added to messages. */
typedef struct lw_example_counts {
    size_t run, failed;
    lw_strings *messages;
} lw_example_counts;
lw_status lw_examples_run(const lw_catalogue *catalogue, const lw_catalogue_entry *entry, const char *label,
                          lw_example_counts *counts, lw_error *err) LW_MUST_USE;

/* catalogue_files.c: files named and found in folders, of custom identifiers and of managed ones, each as what it is.
 */
lw_status lw_catalogue_check_files(const lw_strings *paths, lw_example_counts *counts, lw_error *err) LW_MUST_USE;

#endif
