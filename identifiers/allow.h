/* Allow lists: texts that are not reported though they look like sensitive data, as Macie has them.
 *
 * A text list is a file with an entry a line, compared whole and without case; a regex list is a pattern that must
 * match the whole text that was found. Both drop matches of managed and custom identifiers, and full names in one cell;
 * neither drops addresses. Rules and limits: docs/matching.md, section 6.
 *
 * Entries and patterns may be sensitive themselves: no message holds one.
 */
#ifndef LW_IDENTIFIERS_ALLOW_H
#define LW_IDENTIFIERS_ALLOW_H

#include "base/base.h"

#define LW_ALLOW_BYTES_MAX ((size_t)35 * 1024 * 1024) /* of a text list */

/* The lists of one run. Immutable, safe from any thread. */
typedef struct lw_allow lw_allow;

typedef struct lw_allow_options {
    /* *.json: a CreateAllowList document; any other file: a text list, called by its name without extension */
    const lw_strings *files;
    const lw_strings *only; /* of these only the lists called so (name, id, file name with or without extension); each
                               must be there. NULL: all */
    /* Reads the object of a document's s3WordsList: all of it, at most LW_ALLOW_BYTES_MAX. NULL: such a list is checked
     * and not read (and allows nothing). */
    lw_status (*read_object)(void *ctx, const char *bucket, const char *key, lw_buf *content, lw_error *err);
    void *ctx;
} lw_allow_options;

/* LW_E_CONFIG names file, field and limit. As in Macie a list whose object cannot be read or used allows nothing, and
 * what it would allow is reported: a sentence about each is added to ret_unread. *ret_allow is NULL without lists. */
lw_status lw_allow_load(const lw_allow_options *options, lw_strings *ret_unread, lw_allow **ret_allow,
                        lw_error *err) LW_MUST_USE;
void lw_allow_free(lw_allow *allow); /* NULL is fine; wipes */

/* Is this text, found by an identifier, allowed? allow may be NULL. */
bool lw_allow_drops(const lw_allow *allow, lw_slice text);

/* For telling that the lists have changed since: names and numbers of entries, nothing of the entries. */
lw_status lw_allow_describe(const lw_allow *allow, lw_buf *out) LW_MUST_USE;

#endif
