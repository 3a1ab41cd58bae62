/* Shared inside jobs/: the pieces of one run.
 *
 *   lister --tasks--> scheduler --> workers (drive objects, match blocks) --results--> writer (the caller's thread)
 *                                      ^ stream: ranges fetched ahead by fetcher threads (S3: fetch.c, pace.c)
 */
#ifndef LW_JOBS_RUN_PRIV_H
#define LW_JOBS_RUN_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "jobs/jobs.h"

/* ---- sources ---- */

typedef struct lw_run_source {
    const char *text; /* as the user wrote it */
    lw_location location;
    lw_store *store;       /* NULL: standard input */
    lw_bucket_facts facts; /* asked once; zero when not asked or not known */
    bool facts_known;
    lw_fact_tag *tags; /* of the bucket, borrowed from facts */
    lw_finding_bucket bucket;
} lw_run_source;

lw_status lw_run_sources_open(const lw_run_options *options, lw_run_source **ret_sources, lw_error *err) LW_MUST_USE;
void lw_run_sources_free(lw_run_source *sources, size_t count);

/* ---- one object on its way ---- */

struct lw_stream;

typedef struct lw_task {
    struct lw_task *next;
    struct lw_stream *stream; /* being fetched already, but not yet taken by a worker; NULL: not */
    uint64_t index;           /* place in the order of listing */
    const lw_run_source *source;
    lw_object object;
    /* filled by the worker */
    lw_result_code code;
    lw_reason reason;
    lw_error detail;
    lw_status fatal; /* the run cannot go on: no memory, a fault of ours */
    lw_tally *tally;
    lw_plan *plan;
    uint64_t size_classified;
    const char *mime_type;
    bool line_ranges;
    lw_tags tags;
    bool done;
} lw_task;

void lw_task_free(lw_task *task);
/* False: its storage class gives no bytes; nothing is to be asked for. */
bool lw_task_is_readable(const lw_task *task);
/* What an object becomes when reading it failed: before its first block, or in the middle of it. */
void lw_task_fail(lw_task *task, lw_status status, const lw_error *err, bool began);

/* ---- scheduler ---- */

/* A block and its tally, on loan to a worker. */
typedef struct lw_slot {
    struct lw_slot *next;
    lw_block *block;
    lw_tally *tally;
    struct lw_drive *drive; /* the object it belongs to */
    pthread_t filler;       /* who has filled it last */
    lw_status status;
} lw_slot;

typedef struct lw_run lw_run_state;

struct lw_run {
    const lw_run_options *options;
    lw_finding_context context;
    lw_run_source *sources;
    size_t worker_count;
    size_t block_size;
    uint64_t window; /* objects listed but not written: at most so many */
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t work;    /* a task, a block, or the end */
        pthread_cond_t written; /* the writer took a result, or the end */
        pthread_cond_t done;    /* a task is done, or the listing ended */
        pthread_cond_t finish;  /* for the ticker: the run is over */
        lw_task *tasks, **tasks_tail;
        lw_slot *blocks, **blocks_tail;
        lw_slot *free_slots;
        size_t idle, queued_blocks;
        size_t queued_tasks;           /* in tasks */
        size_t large_tasks;            /* of tasks */
        size_t driving;                /* workers that have taken an object and are not done with it */
        lw_task *listed, *listed_last; /* done, not yet taken by the writer; in order, may have gaps */
        size_t done_count;             /* of them */
        uint64_t listed_count, written_count;
        bool listing_ended, stopped, finished;
        lw_status listing_status;
        lw_error listing_error;
        uint64_t objects_listed, objects_filtered, objects_unchanged;
    } synced;
    /* Progress only: read without the lock by the ticker, exact order does not matter. */
    atomic_uint_fast64_t bytes_done, bytes_total, objects_done, objects_total, findings;
    atomic_bool listed;
    int64_t started_ns;
    struct lw_fetcher *fetcher;
};

bool lw_run_cancelled(void);
/* Cancelled, or past its deadline. */
bool lw_run_is_over(const lw_run_state *run);
lw_status lw_run_over_status(const lw_run_state *run); /* LW_OK, LW_E_CANCELLED or LW_E_TIMEOUT */
void lw_run_stop(lw_run_state *run);                   /* no more work is given out; everyone wakes up */

/* Adds a listed object; waits while too many are unwritten. Takes task in any case. */
lw_status lw_schedule_task(lw_run_state *run, lw_task *task) LW_MUST_USE;
void lw_schedule_listing_ended(lw_run_state *run, lw_status status, const lw_error *err);
/* The next thing to do: exactly one of the two is set; both NULL: the run is over. Waits. */
void lw_schedule_next(lw_run_state *run, lw_task **ret_task, lw_slot **ret_block);
lw_slot *lw_schedule_try_block(lw_run_state *run); /* NULL: none queued */
/* Would a block be taken now? Then it need not be indexed yet. */
bool lw_schedule_wants_block(lw_run_state *run);
/* Hands a block to the workers without an object; false when there are none, or enough: the caller does it itself. */
bool lw_schedule_offer_block(lw_run_state *run, lw_slot *slot);
lw_status lw_schedule_slot(lw_run_state *run, lw_slot **ret_slot) LW_MUST_USE;
void lw_schedule_return_slot(lw_run_state *run, lw_slot *slot);
void lw_schedule_task_done(lw_run_state *run, lw_task *task);
/* The next tasks in order, done, as a list; NULL at the end. Waits. Gives them to the caller. */
lw_task *lw_schedule_take_done(lw_run_state *run);

/* ---- workers, lister, streams ---- */

void lw_worker_run(void *ctx, size_t index);
void lw_lister_run(void *ctx, size_t index);

/* An object's bytes in order, read ahead where that helps. One owner. */
typedef struct lw_stream lw_stream;
/* A task that will be scheduled: from S3, its first range may be fetched before a worker takes it. Never fails: what is
 * not announced is fetched when it is opened. */
void lw_stream_announce(lw_run_state *run, lw_task *task);
lw_status lw_stream_open(lw_run_state *run, lw_task *task, lw_stream **ret_stream) LW_MUST_USE;
lw_source lw_stream_source(lw_stream *stream);
const lw_error *lw_stream_error(const lw_stream *stream); /* of the read that failed */
void lw_stream_close(lw_stream *stream);

/* ---- fetching from S3 ---- */

/* The threads and the memory that all objects of a run share. NULL where nothing is remote. */
typedef struct lw_fetcher lw_fetcher;
lw_status lw_fetcher_start(lw_fetcher **ret_fetcher) LW_MUST_USE;
void lw_fetcher_stop(lw_fetcher *fetcher); /* no fetch may be left */

/* One object's ranges. Fetched from now on, with the least urgency; task must outlive it. */
typedef struct lw_fetch lw_fetch;
lw_status lw_fetch_new(lw_fetcher *fetcher, const lw_task *task, lw_fetch **ret_fetch) LW_MUST_USE;
void lw_fetch_free(lw_fetch *fetch);  /* waits for what is under way; wipes */
void lw_fetch_begin(lw_fetch *fetch); /* a reader has come */
/* The next bytes, copied; *ret_len 0 at the end. Waits. One reader. */
lw_status lw_fetch_read(lw_fetch *fetch, char *data, size_t size, size_t *ret_len, lw_error *err) LW_MUST_USE;

/* Reads one range of an object, pinned to its listed ETag. */
lw_status lw_task_get(const lw_task *task, uint64_t offset, size_t wanted, char *data, size_t *ret_len,
                      lw_error *err) LW_MUST_USE;

#endif
