/* How a definition is made of the parts of a managed identifier, whichever form they are kept in: JSON (managed.c) or
 * packed (managed_packed.c). */
#ifndef LW_IDENTIFIERS_MANAGED_PRIV_H
#define LW_IDENTIFIERS_MANAGED_PRIV_H

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

/* By the names that the catalogue uses; LW_E_INTERNAL for any other, and for NULL. */
lw_status lw_managed_category(const char *name, lw_category *ret_category) LW_MUST_USE;
lw_status lw_managed_scope(const char *name, lw_scope *ret_scope) LW_MUST_USE;
lw_status lw_managed_proximity(const char *name, lw_proximity *ret_proximity) LW_MUST_USE;
/* The severity of 1, of 2 to 99 and of 100 matches, one after the other. */
lw_status lw_managed_add_severity(lw_definition *definition, const char *name) LW_MUST_USE;
lw_status lw_managed_never_report(lw_definition *definition, lw_slice text) LW_MUST_USE;
/* What all managed identifiers have, when all their parts are there. */
lw_status lw_managed_seal(lw_definition *definition, lw_error *err) LW_MUST_USE;
/* LW_E_INTERNAL in words: the catalogue is our own data. */
lw_status lw_managed_fault(const char *id, const char *field, lw_error *err);

/* The definition of an embedded entry that is supported, from its packed form: the same as by lw_managed_parse. */
lw_status lw_managed_unpack(const lw_catalogue_entry *entry, lw_definition *ret_definition, lw_error *err) LW_MUST_USE;

#endif
