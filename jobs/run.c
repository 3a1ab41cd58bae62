/* A run from end to end; the caller's thread is the writer. */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WINDOW 64U

typedef struct writer {
    lw_run_state *run;
    lw_run_result *result;
    const lw_run_options *options;
} writer;

/* ---- writing ---- */

/* *ret_event: what was found, if there was anything; the caller's. */
static lw_status emit_event(writer *w, const lw_object_result *object, cJSON **ret_event, lw_error *err) {
    cJSON *finding = NULL;
    cJSON *event = NULL;
    const lw_run_options *options = w->options;
    if (options->events == NULL && options->on_finding == NULL && options->state == NULL) {
        bool found = lw_result_severity(object, options->set) != LW_SEVERITY_NONE;
        atomic_fetch_add(&w->run->findings, found);
        w->result->findings += found;
        return LW_OK;
    }
    LW_TRY(lw_finding_make(&w->run->context, object, &finding));
    if (finding == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_finding_event(&w->run->context, finding, &event));
    lw_status status = LW_OK;
    if (w->options->events != NULL) {
        status = lw_event_sink_write(w->options->events, event, err);
    }
    if (status == LW_OK && w->options->on_finding != NULL) {
        status = w->options->on_finding(w->options->ctx, event, object);
    }
    *ret_event = event;
    atomic_fetch_add(&w->run->findings, 1);
    w->result->findings++;
    return status;
}

/* *ret_record: the caller's. */
static lw_status emit_result(writer *w, const lw_object_result *object, cJSON **ret_record, lw_error *err) {
    if (w->options->results == NULL && !w->options->record_results) {
        return LW_OK;
    }
    LW_TRY(lw_discovery_result_make(&w->run->context, object, ret_record));
    return w->options->results == NULL ? LW_OK : lw_result_sink_write(w->options->results, *ret_record, err);
}

/* Could not be read for a reason that may pass: the next run of the job tries again. */
static bool may_pass(lw_reason reason) {
    static const lw_reason passing[] = {LW_REASON_PERMISSION_DENIED,        LW_REASON_OBJECT_VERSION_MISMATCH,
                                        LW_REASON_INVALID_OBJECT_STATE,     LW_REASON_SOURCE_OBJECT_NO_LONGER_AVAILABLE,
                                        LW_REASON_NO_SUCH_BUCKET_AVAILABLE, LW_REASON_INVALID_ENCRYPTION,
                                        LW_REASON_INVALID_KMS_KEY};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
        if (passing[i] == reason) {
            return true;
        }
    }
    return false;
}

/* The finding and everything else that is told of an object. */
static lw_status report(writer *w, const lw_object_result *object, lw_error *err) {
    cJSON *event = NULL;
    cJSON *record = NULL;
    lw_status status = emit_event(w, object, &event, err);
    if (status == LW_OK) {
        status = emit_result(w, object, &record, err);
    }
    if (status == LW_OK && w->options->state != NULL) {
        bool failed = object->code != LW_RESULT_COMPLETE && may_pass(object->reason);
        status = lw_state_record(w->options->state, object->bucket->name, object->object, failed, event, record, err);
    }
    cJSON_Delete(event);
    cJSON_Delete(record);
    return status;
}

static void count_object(lw_run_result *result, const lw_task *task, lw_severity severity) {
    result->complete += task->code == LW_RESULT_COMPLETE;
    result->partial += task->code == LW_RESULT_PARTIAL;
    result->skipped += task->code == LW_RESULT_SKIPPED;
    result->unreadable += task->code != LW_RESULT_COMPLETE && task->reason != LW_REASON_UNSUPPORTED_FILE_TYPE_EXCEPTION;
    result->highest = severity > result->highest ? severity : result->highest;
}

static lw_status write_task(writer *w, lw_task *task, lw_error *err) {
    lw_fact_tag *tags = calloc(task->tags.count + 1, sizeof *tags);
    if (tags == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < task->tags.count; i++) {
        tags[i] = (lw_fact_tag){task->tags.items[i].key, task->tags.items[i].value};
    }
    if (task->source->store == NULL) {
        task->object.size = task->size_classified; /* standard input has no size before its end */
    }
    lw_finding_object object = {.key = task->object.key,
                                .etag = task->object.etag,
                                .version_id = task->object.version_id,
                                .storage_class = task->object.storage_class,
                                .sse = task->object.sse,
                                .kms_key_id = task->object.kms_key_id,
                                .last_modified_ms = task->object.last_modified_ms,
                                .size = task->object.size,
                                .tags = tags,
                                .tag_count = task->tags.count};
    lw_object_result result = {.bucket = &task->source->bucket,
                               .object = &object,
                               .code = task->code,
                               .reason = task->reason,
                               .size_classified = task->size_classified,
                               .mime_type = task->mime_type,
                               .tally = task->tally,
                               .plan = task->plan,
                               .line_ranges = task->line_ranges};
    w->run->context.now_ms = lw_clock_wall_ms();
    count_object(w->result, task, lw_result_severity(&result, w->options->set));
    lw_status status = report(w, &result, err);
    if (status == LW_OK) {
        status = lw_summary_add(&w->result->summary, &result, w->options->set,
                                task->code == LW_RESULT_COMPLETE ? NULL : task->detail.text);
    }
    free(tags);
    return status;
}

static lw_status write_done(writer *w, lw_task *task, lw_error *err) {
    if (task->fatal != LW_OK) {
        return lw_fail(err, task->fatal, "scan '%s': %s", task->object.key, lw_status_text(task->fatal));
    }
    if (lw_run_is_over(w->run)) {
        return lw_run_over_status(w->run); /* it may have been cut short: not reported as if it were whole */
    }
    return write_task(w, task, err);
}

static lw_status write_all(writer *w, lw_error *err) {
    lw_status status = LW_OK;
    while (status == LW_OK) {
        lw_task *task = lw_schedule_take_done(w->run);
        if (task == NULL) {
            return LW_OK;
        }
        while (task != NULL) {
            lw_task *next = task->next;
            status = status == LW_OK ? write_done(w, task, err) : status;
            lw_task_free(task);
            task = next;
        }
    }
    lw_run_stop(w->run);
    return status;
}

/* ---- progress ---- */

static void show_progress(const lw_run_state *run, bool last) {
    lw_progress progress = {.bytes_done = atomic_load(&run->bytes_done),
                            .bytes_total = atomic_load(&run->bytes_total),
                            .objects_done = atomic_load(&run->objects_done),
                            .objects_total = atomic_load(&run->objects_total),
                            .findings = atomic_load(&run->findings),
                            .listed = atomic_load(&run->listed),
                            .elapsed_ns = lw_clock_monotonic_ns() - run->started_ns,
                            .last = last};
    run->options->on_progress(run->options->ctx, &progress);
}

/* Waits a tenth of a second, or less if the run ends. True at the end. */
static bool wait_tick(lw_run_state *run) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 100 * 1000 * 1000;
    until.tv_sec += until.tv_nsec / (1000 * 1000 * 1000);
    until.tv_nsec %= 1000 * 1000 * 1000;
    pthread_mutex_lock(&run->synced.mutex);
    if (!run->synced.finished) {
        (void)pthread_cond_timedwait(&run->synced.finish, &run->synced.mutex, &until);
    }
    bool finished = run->synced.finished;
    pthread_mutex_unlock(&run->synced.mutex);
    return finished;
}

static void tick(void *ctx, size_t index) {
    (void)index;
    lw_run_state *run = ctx;
    while (!wait_tick(run)) {
        if (run->options->on_progress != NULL) {
            show_progress(run, false);
        }
        if (lw_run_is_over(run)) {
            lw_run_stop(run);
        }
    }
}

static void end_ticks(lw_run_state *run) {
    pthread_mutex_lock(&run->synced.mutex);
    run->synced.finished = true;
    pthread_cond_broadcast(&run->synced.finish);
    pthread_mutex_unlock(&run->synced.mutex);
}

/* ---- setting up ---- */

static lw_status derive_job_id(const lw_run_options *options, char job_id[2 * LW_SHA256_SIZE + 1]) {
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    lw_status status = LW_OK;
    for (size_t i = 0; i < options->source_count && status == LW_OK; i++) {
        status = lw_buf_printf(&text, "%s\n", options->sources[i]);
    }
    if (status == LW_OK) {
        status = lw_sha256_hex(lw_buf_slice(&text), job_id);
        job_id[32] = '\0';
    }
    lw_buf_done(&text);
    return status;
}

static void init_synced(lw_run_state *run) {
    pthread_mutex_init(&run->synced.mutex, NULL);
    pthread_cond_init(&run->synced.work, NULL);
    pthread_cond_init(&run->synced.written, NULL);
    pthread_cond_init(&run->synced.done, NULL);
    pthread_cond_init(&run->synced.finish, NULL);
    run->synced.tasks_tail = &run->synced.tasks;
    run->synced.blocks_tail = &run->synced.blocks;
}

static size_t limit_block_size(size_t wanted) {
    size_t size = wanted == 0 ? LW_BLOCK_DEFAULT : wanted;
    size = size < LW_BLOCK_MIN ? LW_BLOCK_MIN : size;
    return size > LW_BLOCK_MAX ? LW_BLOCK_MAX : size;
}

static bool any_remote(const lw_run_state *run) {
    for (size_t i = 0; i < run->options->source_count; i++) {
        const lw_store *store = run->sources[i].store;
        if (store != NULL && lw_store_kind_of(store) == LW_STORE_S3) {
            return true;
        }
    }
    return false;
}

static lw_status start_fetcher(lw_run_state *run) {
    return any_remote(run) ? lw_fetcher_start(&run->fetcher) : LW_OK;
}

static void set_context(lw_run_state *run, const char *job_id) {
    run->context = run->options->context;
    run->context.set = run->options->set;
    run->context.run_ms = run->context.run_ms == 0 ? lw_clock_wall_ms() : run->context.run_ms;
    if (run->context.job_id == NULL) {
        run->context.job_id = job_id;
    }
    if (run->context.region == NULL) {
        const lw_store *store = run->sources[0].store;
        run->context.region = store == NULL ? "us-east-1" : lw_store_region(store);
    }
}

static void free_left_over(lw_run_state *run) {
    lw_task *lists[] = {run->synced.tasks, run->synced.listed};
    for (size_t i = 0; i < 2; i++) {
        for (lw_task *task = lists[i]; task != NULL;) {
            lw_task *next = task->next;
            lw_task_free(task);
            task = next;
        }
    }
    for (lw_slot *slot = run->synced.free_slots; slot != NULL;) {
        lw_slot *next = slot->next;
        lw_block_free(slot->block);
        lw_tally_free(slot->tally);
        free(slot);
        slot = next;
    }
    pthread_mutex_destroy(&run->synced.mutex);
    pthread_cond_destroy(&run->synced.work);
    pthread_cond_destroy(&run->synced.written);
    pthread_cond_destroy(&run->synced.done);
    pthread_cond_destroy(&run->synced.finish);
}

/* Starts the threads, writes until nothing is left, and brings them all home. */
static lw_status run_threads(lw_run_state *run, lw_run_result *result, lw_error *err) {
    lw_threads *workers = NULL;
    lw_threads *lister = NULL;
    lw_threads *ticker = NULL;
    writer w = {run, result, run->options};
    lw_status status = lw_threads_start(run->worker_count, lw_worker_run, run, &workers);
    if (status == LW_OK) {
        status = lw_threads_start(1, lw_lister_run, run, &lister);
    }
    if (status == LW_OK && (run->options->on_progress != NULL || run->options->deadline_ms != 0)) {
        status = lw_threads_start(1, tick, run, &ticker);
    }
    if (status == LW_OK) {
        status = write_all(&w, err);
    }
    if (status != LW_OK) {
        lw_run_stop(run);
    }
    lw_threads_join(lister);
    lw_threads_join(workers);
    end_ticks(run);
    lw_threads_join(ticker);
    if (run->options->on_progress != NULL) {
        show_progress(run, true);
    }
    if (status == LW_OK && run->synced.listing_status != LW_OK) {
        *err = run->synced.listing_error;
        return run->synced.listing_status;
    }
    return status == LW_OK ? lw_run_over_status(run) : status;
}

lw_status lw_run(const lw_run_options *options, lw_run_result *result, lw_error *err) {
    char job_id[2 * LW_SHA256_SIZE + 1];
    lw_run_state run = {.options = options, .window = WINDOW, .started_ns = lw_clock_monotonic_ns()};
    *result = (lw_run_result){0};
    if (options->source_count == 0) {
        return lw_fail(err, LW_E_USAGE, "name at least one source to scan");
    }
    init_synced(&run);
    run.worker_count = options->threads == 0 ? lw_cpu_count() : options->threads;
    run.block_size = limit_block_size(options->block_size);
    lw_status status = derive_job_id(options, job_id);
    if (status == LW_OK) {
        status = lw_run_sources_open(options, &run.sources, err);
    }
    if (status == LW_OK) {
        set_context(&run, job_id);
        status = start_fetcher(&run);
    }
    if (status == LW_OK) {
        status = run_threads(&run, result, err);
    }
    result->objects_listed = run.synced.objects_listed;
    result->objects_filtered = run.synced.objects_filtered;
    result->objects_unchanged = run.synced.objects_unchanged;
    result->summary.elapsed_ns = lw_clock_monotonic_ns() - run.started_ns;
    free_left_over(&run);
    lw_fetcher_stop(run.fetcher); /* after the tasks: some may have been announced to it and not been begun */
    lw_run_sources_free(run.sources, options->source_count);
    return status;
}

void lw_run_result_done(lw_run_result *result) {
    lw_summary_done(&result->summary);
}
