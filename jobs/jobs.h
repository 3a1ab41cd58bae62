/* A whole run: list the sources, filter, scan every object on all cores, report in the order of listing.
 *
 * The only folder that starts threads. One writer (the thread that called) turns results into findings, in the order of
 * listing, whatever the thread count. Every listed object ends COMPLETE, PARTIAL(reason) or SKIPPED(reason); what the
 * filters leave out is counted, not listed. Nothing here moves an object: the caller gets each event through
 * on_finding.
 */
#ifndef LW_JOBS_JOBS_H
#define LW_JOBS_JOBS_H

#include "events/events.h"
#include "findings/findings.h"
#include "jobs/scope.h"
#include "jobs/state.h"
#include "store/store.h"

typedef struct lw_run_filter {
    lw_strings include;        /* globs on the key relative to the source's prefix; empty: all */
    lw_strings exclude;        /* beats include */
    lw_strings extensions;     /* without dot, any case; empty: all */
    uint64_t max_size;         /* 0: none */
    int64_t modified_since_ms; /* 0: none */
    const lw_job_scope *scope; /* NULL: everything */
    unsigned sampling;         /* percent of the keys that the rest lets through; 0: all */
} lw_run_filter;

/* A moment of the run, for a progress bar. bytes_total and objects_total grow while the listing goes on (listed false).
 */
typedef struct lw_progress {
    uint64_t bytes_done, bytes_total;
    uint64_t objects_done, objects_total;
    uint64_t findings;
    bool listed;
    int64_t elapsed_ns;
    bool last; /* the run is over: nothing will follow */
} lw_progress;

typedef struct lw_run_options {
    const char *const *sources; /* as the user wrote them: s3://bucket/prefix, folder, file, "-" (standard input) */
    size_t source_count;
    lw_store_options s3; /* used for s3:// sources; kind and root are set here */
    const lw_identifier_set *set;
    size_t threads;    /* 0: lw_cpu_count() */
    size_t block_size; /* 0: LW_BLOCK_DEFAULT */
    lw_run_filter filter;
    lw_finding_context context; /* account, region (NULL: the store's), job id (NULL: derived from the sources), source;
                                   set is filled in */
    bool bucket_facts;     /* ask the store about each bucket (owner, encryption, public access ...) and object tags */
    lw_event_sink *events; /* or NULL */
    lw_result_sink *results; /* or NULL */
    lw_state *state;         /* or NULL: outcomes and findings are recorded there */
    bool since_last;         /* leave out what state says was analysed */
    bool record_results;     /* discovery results go to state, too */
    bool baseline;           /* analyse nothing: what is there now is recorded as analysed */
    bool exact;              /* each source is one object, no prefix */
    int64_t deadline_ms;     /* wall clock; 0: none. The run ends then, with LW_E_TIMEOUT */
    /* Called on the writer's thread. on_finding: event is borrowed; failure ends the run. */
    lw_status (*on_finding)(void *ctx, const cJSON *event, const lw_object_result *result);
    void (*on_progress)(
        void *ctx,
        const lw_progress *progress); /* about ten times a second, from a thread of the run, and once at the end */
    void *ctx;
} lw_run_options;

typedef struct lw_run_result {
    lw_summary summary;
    uint64_t objects_listed, objects_filtered;
    uint64_t objects_unchanged; /* analysed by an earlier run, left out of this one */
    uint64_t complete, partial, skipped;
    uint64_t
        unreadable; /* PARTIAL or SKIPPED for a reason other than an unsupported type: changes the exit code to 3 */
    uint64_t findings;
    lw_severity highest;
} lw_run_result;

/* LW_OK when every source could be listed to its end, whatever became of single objects (see unreadable). A source that
 * cannot be listed, or that holds no object at all before filtering, is a failure that names it (silence must not look
 * clean); result still holds what was done. */
lw_status lw_run(const lw_run_options *options, lw_run_result *result, lw_error *err) LW_MUST_USE;
void lw_run_result_done(lw_run_result *result);
/* Ends a run early from a signal handler (async-signal-safe): objects not begun are not reported, lw_run returns
 * LW_E_CANCELLED. */
void lw_run_cancel(void);

#endif
