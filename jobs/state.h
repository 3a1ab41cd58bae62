/* The memory of a recurring job: which objects were analysed, and which findings still wait to be delivered. One SQLite
 * file.
 *
 * An object's row and its finding go to the file in one transaction, so that an object counts as analysed exactly when
 * its finding is durable. Findings wait in an outbox until they were delivered. Whatever ends a run, the next one
 * analyses what is not in the file and delivers what is in the outbox: nothing is lost, nothing analysed twice.
 *
 * A state file has one owner at a time (a lock that ends with the process); it belongs to one job, i.e. to one set of
 * sources. The calls marked "any thread" are safe from the run's lister and writer at once; the others belong to the
 * thread that opened it, before or after a run.
 */
#ifndef LW_JOBS_STATE_H
#define LW_JOBS_STATE_H

#include "findings/findings.h"
#include "store/store.h"

typedef struct lw_state lw_state;

/* Opens or makes the file. LW_E_BUSY: another run owns it (err says since when and which process). LW_E_CONFIG: the
 * file is no state file, is damaged, of a newer version, or belongs to another job; err says which and what to do. What
 * an earlier run left half delivered is put in order. */
lw_status lw_state_open(const char *path, const char *job_id, lw_state **ret_state, lw_error *err) LW_MUST_USE;
void lw_state_free(lw_state *state);

typedef struct lw_state_facts {
    uint64_t runs;             /* completed */
    int64_t last_completed_ms; /* 0: never */
    uint64_t objects;          /* known */
    uint64_t waiting;          /* findings not yet delivered */
} lw_state_facts;
lw_status lw_state_facts_read(lw_state *state, lw_state_facts *ret_facts, lw_error *err) LW_MUST_USE;
/* Keeps the fingerprint of what is looked for; *ret_changed: the run before looked for something else. */
lw_status lw_state_fingerprint(lw_state *state, const char *hex, bool *ret_changed, lw_error *err) LW_MUST_USE;

/* ---- during a run (called by lw_run; any thread) ---- */

/* Was this very object (bucket, key, version id or ETag) analysed, or skipped for good, by an earlier run? Marks it as
 * still there. */
lw_status lw_state_seen(lw_state *state, const char *bucket, const lw_object *object, bool *ret_done,
                        lw_error *err) LW_MUST_USE;
/* One object's outcome, and its finding event (NULL: none) and discovery result (NULL: none). failed: it could not be
 * read, the next run tries again. Commits every so often. */
lw_status lw_state_record(lw_state *state, const char *bucket, const lw_finding_object *object, bool failed,
                          const cJSON *event, const cJSON *result, lw_error *err) LW_MUST_USE;
lw_status lw_state_commit(lw_state *state, lw_error *err) LW_MUST_USE;
/* The run has seen everything there is: objects that it has not seen are forgotten, and the run counts. */
lw_status lw_state_complete(lw_state *state, lw_error *err) LW_MUST_USE;

/* ---- the outbox ---- */

typedef enum lw_outbox { LW_OUTBOX_EVENTS, LW_OUTBOX_RESULTS } lw_outbox;

/* json: one document, borrowed. *ret_settled (for lw_state_isolate): do not ask again. A failure ends the walk. */
typedef lw_status (*lw_outbox_sink)(void *ctx, lw_slice json, bool *ret_settled);

/* What waits to be written, in the order of recording. */
lw_status lw_state_unwritten(lw_state *state, lw_outbox kind, lw_outbox_sink sink, void *ctx,
                             lw_error *err) LW_MUST_USE;
/* Called between the writing of a temporary file that holds all of the events and its renaming to path: should the
 * process end between the two, the next one can tell by the file under that name whether it was renamed. */
lw_status lw_state_publishing(lw_state *state, const char *temporary, const char *path, lw_error *err) LW_MUST_USE;
/* All that lw_state_unwritten gave is durable elsewhere. */
lw_status lw_state_written(lw_state *state, lw_outbox kind, lw_error *err) LW_MUST_USE;
/* Findings of at least that severity whose object has not been isolated; those settled are not given again. */
lw_status lw_state_isolate(lw_state *state, lw_severity least, lw_outbox_sink sink, void *ctx,
                           lw_error *err) LW_MUST_USE;
/* Forgets what has been written and, when isolating, isolated. */
lw_status lw_state_clean(lw_state *state, bool isolating, lw_severity least, lw_error *err) LW_MUST_USE;

#endif
