/* The memory of a recurring job: which objects were analysed, and which findings still wait to be delivered. One SQLite
 * file.
 *
 * An object's row and its finding go to the file in one transaction, so that an object counts as analysed exactly when
 * its finding is durable. Findings wait in an outbox until they were delivered. Whatever ends a run, the next one
 * analyses what is not in the file and delivers what is in the outbox: nothing is lost, nothing analysed twice.
 *
 * A state file has one owner at a time (a lock that ends with the process); it belongs to one job, i.e. to one set of
 * sources. The calls are safe from the run's lister and writer at once.
 */
#ifndef LW_JOBS_STATE_H
#define LW_JOBS_STATE_H

#include "findings/findings.h"
#include "store/store.h"

typedef struct lw_state lw_state;

/* Opens or makes the file. LW_E_BUSY: another run owns it (err says since when and which process). LW_E_CONFIG: the
 * file is no state file, is damaged, of a newer version, or belongs to another job; err says which and what to do. */
lw_status lw_state_open(const char *path, const char *job_id, lw_state **ret_state, lw_error *err) LW_MUST_USE;
void lw_state_free(lw_state *state);

/* ---- during a run (called by lw_run) ---- */

/* Was this very object (bucket, key, version id or ETag) analysed, or skipped for good, by an earlier run? Marks it as
 * still there. */
lw_status lw_state_seen(lw_state *state, const char *bucket, const lw_object *object, bool *ret_done,
                        lw_error *err) LW_MUST_USE;
/* One object's outcome, and its finding event (NULL: none) and discovery result (NULL: none). failed: it could not be
 * read, the next run tries again. Commits every so often. */
lw_status lw_state_record(lw_state *state, const char *bucket, const lw_finding_object *object, bool failed,
                          const cJSON *event, const cJSON *result, lw_error *err) LW_MUST_USE;
lw_status lw_state_commit(lw_state *state, lw_error *err) LW_MUST_USE;

#endif
