/* Moves an object that a finding names into the isolation bucket, without ever losing one.
 *
 * Protocol (docs/moving.md): validate, HEAD source, copy if-match / if-none-match, verify, receipt, guarded delete,
 * HEAD source. State is always re-derived from the store, so that any number of runs, in any order, after any crash,
 * end in the same place. A mover is safe from any number of threads; one move runs in one.
 */
#ifndef LW_MOVER_MOVER_H
#define LW_MOVER_MOVER_H

#include <cjson/cJSON.h>

#include "store/store.h"

typedef struct lw_move_request {
    char *bucket;
    char *key;
    char *version_id; /* NULL when unversioned */
    char *etag;       /* of the finding; required */
    uint64_t size;
    int severity; /* 1 low, 2 medium, 3 high */
    char *finding_id;
    char *account_id; /* NULL when the event has none */
    /* Wall clock, milliseconds; 0: none. No copy, receipt or delete is begun after it: the outcome is then FAILED with
     * LW_E_TIMEOUT, and the next run goes on from there. Not read from the event: the caller sets it. */
    int64_t deadline_ms;
} lw_move_request;

void lw_move_request_done(lw_move_request *request);
/* Reads one EventBridge finding event (Macie's or ours; eTag or etag) or a bare finding (detail). LW_E_PARSE names the
 * field that is missing or wrong; never quotes values but bucket and key. LW_E_REFUSED: a finding that must never move
 * an object (policy finding, sample finding). LW_E_LIMIT: over 1 MiB or nested too deeply. */
lw_status lw_move_request_parse(lw_slice json, lw_move_request *ret_request, lw_error *err) LW_MUST_USE;

typedef enum lw_move_outcome {
    LW_MOVED,            /* verified copy and receipt exist, source deleted */
    LW_ALREADY_MOVED,    /* source gone, verified copy and receipt exist */
    LW_MOVED_KEPT_NEWER, /* the scanned object is isolated; a newer one with the same key stays */
    LW_MOVE_CHANGED,     /* object is not the one that was scanned: nothing done, scan again */
    LW_MOVE_GONE,        /* no such object and no copy: nothing to do */
    LW_MOVE_CONFLICT,    /* target key holds something else: both kept */
    LW_MOVE_SUSPECT,     /* the copy could not be verified: source kept, copy left for inspection */
    LW_MOVE_REFUSED,     /* a guard said no (same bucket, no conditional delete, object lock ...) */
    LW_MOVE_FAILED       /* requests failed; safe to run again */
} lw_move_outcome;

const char *lw_move_outcome_name(lw_move_outcome outcome); /* "MOVED" ... */
/* True for MOVED, ALREADY_MOVED, MOVED_KEPT_NEWER: the sensitive object is isolated. CHANGED, GONE are not failures
 * either but not isolated. */
bool lw_move_outcome_isolated(lw_move_outcome outcome);
bool lw_move_outcome_failed(lw_move_outcome outcome); /* CONFLICT, SUSPECT, REFUSED, FAILED: exit code 4 */

typedef struct lw_mover_options {
    lw_store *source; /* not owned */
    lw_store *target; /* same endpoint as source, or the same one */
    const char *target_bucket;
    const char *target_prefix; /* "" or "dir/" */
    bool best_effort_delete;   /* allow HEAD + DELETE where the endpoint ignores If-Match on DELETE */
    bool purge_version;        /* versioned buckets: DELETE ?versionId= instead of a delete marker */
    bool dry_run;              /* every check, no write */
} lw_mover_options;

typedef struct lw_mover lw_mover;
/* Refuses (LW_E_REFUSED) nothing yet that depends on the source bucket; checks that target_bucket is a bucket name. */
lw_status lw_mover_new(const lw_mover_options *options, lw_mover **ret_mover, lw_error *err) LW_MUST_USE;
void lw_mover_free(lw_mover *mover);

typedef struct lw_move_result {
    lw_move_outcome outcome;
    /* Why, for any outcome but MOVED and ALREADY_MOVED. With those two it may hold a note and code LW_OK: a delete
     * marker leaves the bytes readable by version id. */
    lw_error error;
    char *target_bucket, *target_key, *receipt_key;
    char *proof;    /* "etag-md5", "sha256", ... */
    char *deletion; /* "conditional", "best-effort", "delete-marker", "purged", NULL */
    bool dry_run;   /* outcome is what a run without dry_run would have tried to reach; nothing was written */
    int64_t elapsed_ms;
} lw_move_result;

void lw_move_result_done(lw_move_result *result);
/* Never returns anything but LW_OK or LW_E_MEMORY: what happened to the object is in result. */
lw_status lw_mover_move(lw_mover *mover, const lw_move_request *request, lw_move_result *result) LW_MUST_USE;
/* {"statusCode":200,"body":"{\"Bucket\":..,\"Key\":..}","outcome":"MOVED",...}; statusCode 200 if isolated, 409
 * CHANGED/CONFLICT/REFUSED, 404 GONE, 500 else. */
lw_status lw_move_result_json(const lw_move_request *request, const lw_move_result *result,
                              cJSON **ret_json) LW_MUST_USE;

#endif
