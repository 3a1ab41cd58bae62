/* A worker: drives objects (reads, indexes, plans) and matches blocks, its own and those of others.
 *
 * A drive is one object on its way. Blocks may be matched in any order by any worker; their tallies are merged in the
 * order of the blocks, so that the result does not depend on who did what when. A drive's blocks under way are limited,
 * and a driver that may not read further helps instead of waiting.
 */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>

typedef struct lw_drive {
    lw_run_state *run;
    lw_task *task;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t merged;
        lw_slot *waiting; /* done, but a block before them is not; by sequence */
        uint64_t next;    /* sequence of the block to merge next */
        size_t under_way;
        lw_status status;
    } synced;
} lw_drive;

static lw_slot *take_in_order(lw_drive *drive) {
    lw_slot *slot = drive->synced.waiting;
    if (slot == NULL || slot->block->sequence != drive->synced.next) {
        return NULL;
    }
    drive->synced.waiting = slot->next;
    slot->next = NULL;
    drive->synced.next++;
    return slot;
}

static void merge(lw_drive *drive, lw_slot *slot) {
    pthread_mutex_lock(&drive->synced.mutex);
    lw_slot **at = &drive->synced.waiting;
    while (*at != NULL && (*at)->block->sequence < slot->block->sequence) {
        at = &(*at)->next;
    }
    slot->next = *at;
    *at = slot;
    for (lw_slot *ready = take_in_order(drive); ready != NULL; ready = take_in_order(drive)) {
        lw_status status = ready->status;
        if (status == LW_OK) {
            status = lw_tally_merge(drive->task->tally, ready->tally);
            lw_plan_note_counted(drive->task->plan, drive->task->tally);
        }
        drive->synced.status = drive->synced.status == LW_OK ? status : drive->synced.status;
        drive->synced.under_way--;
        lw_schedule_return_slot(drive->run, ready);
    }
    pthread_cond_broadcast(&drive->synced.merged);
    pthread_mutex_unlock(&drive->synced.mutex);
}

static void match_block(lw_scanner *scanner, lw_slot *slot) {
    lw_drive *drive = slot->drive;
    slot->status = slot->block->unindexed ? lw_block_index(slot->block) : LW_OK;
    if (slot->status == LW_OK) {
        slot->status = lw_scanner_block(scanner, drive->task->plan, slot->block, slot->tally);
    }
    merge(drive, slot);
}

static size_t under_way(lw_drive *drive) {
    pthread_mutex_lock(&drive->synced.mutex);
    size_t count = drive->synced.under_way;
    pthread_mutex_unlock(&drive->synced.mutex);
    return count;
}

/* Does blocks, or waits for others to do theirs, until at most limit are under way. */
static void settle(lw_drive *drive, lw_scanner *scanner, size_t limit) {
    while (under_way(drive) > limit) {
        lw_slot *slot = lw_schedule_try_block(drive->run);
        if (slot != NULL) {
            match_block(scanner, slot);
            continue;
        }
        pthread_mutex_lock(&drive->synced.mutex);
        size_t before = drive->synced.under_way;
        if (before > limit) {
            pthread_cond_wait(&drive->synced.merged, &drive->synced.mutex);
        }
        pthread_mutex_unlock(&drive->synced.mutex);
    }
}

static void hand_out(lw_drive *drive, lw_scanner *scanner, lw_slot *slot) {
    slot->drive = drive;
    pthread_mutex_lock(&drive->synced.mutex);
    drive->synced.under_way++;
    pthread_mutex_unlock(&drive->synced.mutex);
    if (!lw_schedule_offer_block(drive->run, slot)) {
        match_block(scanner, slot);
    }
}

static void count_bytes(lw_drive *drive, const lw_reader *reader, uint64_t *counted) {
    uint64_t now = lw_reader_bytes_in(reader);
    atomic_fetch_add_explicit(&drive->run->bytes_done, now - *counted, memory_order_relaxed);
    *counted = now;
}

/* Reads blocks to the end. *ret_began: at least one record was there before a failure. */
static lw_status read_blocks(lw_drive *drive, lw_scanner *scanner, lw_reader *reader, bool *ret_began, lw_error *err) {
    uint64_t counted = 0;
    lw_status status = LW_OK;
    bool more = true;
    while (status == LW_OK && more && !lw_run_is_over(drive->run)) {
        lw_slot *slot = NULL;
        status = lw_schedule_slot(drive->run, &slot);
        if (status != LW_OK) {
            return status;
        }
        status = lw_schedule_wants_block(drive->run) ? lw_reader_next_unindexed(reader, slot->block, &more, err)
                                                     : lw_reader_next(reader, slot->block, &more, err);
        count_bytes(drive, reader, &counted);
        if (status != LW_OK || !more) {
            lw_schedule_return_slot(drive->run, slot);
            break;
        }
        *ret_began = true;
        hand_out(drive, scanner, slot);
        settle(drive, scanner, drive->run->worker_count + 1);
    }
    settle(drive, scanner, 0);
    return status;
}

static const char *mime_type_of(const lw_dialect *dialect) {
    if (dialect->gzip) {
        return "application/gzip";
    }
    if (dialect->format == LW_FORMAT_TEXT) {
        return "text/plain";
    }
    return dialect->delimiter == '\t' ? "text/tab-separated-values" : "text/csv";
}

static lw_status make_plan(lw_drive *drive, lw_scanner *scanner, const lw_preview *preview) {
    lw_task *task = drive->task;
    task->mime_type = mime_type_of(&preview->dialect);
    task->line_ranges = preview->dialect.format == LW_FORMAT_TEXT;
    LW_TRY(lw_scanner_plan(scanner, preview, &task->plan));
    return lw_tally_new(lw_identifier_set_count(drive->run->options->set), &task->tally);
}

static bool is_fatal(lw_status status) {
    return status == LW_E_MEMORY || status == LW_E_INTERNAL;
}

/* The reader's failures come from the stream where its source failed: that text says more. */
static void explain(lw_error *err, const lw_stream *stream, lw_status status) {
    if (lw_stream_error(stream)->code == status) {
        *err = *lw_stream_error(stream);
    } else if (err->code == LW_OK) {
        lw_fail(err, status, "%s", lw_status_text(status));
    }
}

static void conclude(lw_drive *drive, const lw_reader *reader, lw_status status, bool began, const lw_error *err) {
    lw_task *task = drive->task;
    task->size_classified = lw_reader_bytes_in(reader);
    if (is_fatal(status) || is_fatal(drive->synced.status)) {
        task->fatal = is_fatal(status) ? status : drive->synced.status;
        return;
    }
    if (status != LW_OK) {
        lw_task_fail(task, status, err, began);
    } else if (drive->synced.status != LW_OK) {
        lw_task_fail(task, drive->synced.status, err, began);
    } else if (task->tally->regex_limited) {
        task->code = LW_RESULT_PARTIAL;
        task->reason = LW_REASON_TIME_CUT_OFF_REACHED;
        lw_fail(&task->detail, LW_E_REGEX_LIMIT, "a pattern was over its work limit on at least one cell");
    }
    if (task->tally != NULL) {
        lw_tally_finish(task->tally, drive->run->options->set);
    }
}

static void scan_object(lw_drive *drive, lw_scanner *scanner, lw_stream *stream, lw_reader *reader) {
    const lw_preview *preview = NULL;
    lw_error err = {0};
    bool began = false;
    lw_status status = lw_reader_open(reader, &preview, &err);
    if (status == LW_OK) {
        status = make_plan(drive, scanner, preview);
    }
    if (status == LW_OK) {
        status = read_blocks(drive, scanner, reader, &began, &err);
    }
    if (status != LW_OK) {
        explain(&err, stream, status);
    }
    conclude(drive, reader, status, began, &err);
}

static lw_status run_drive(lw_drive *drive, lw_scanner *scanner) {
    lw_stream *stream = NULL;
    lw_reader *reader = NULL;
    LW_TRY(lw_stream_open(drive->run, drive->task, &stream));
    lw_reader_options options = {.block_size = drive->run->block_size, .name = drive->task->object.key};
    lw_status status = lw_reader_new(&options, lw_stream_source(stream), &reader);
    if (status == LW_OK) {
        scan_object(drive, scanner, stream, reader);
    }
    lw_reader_free(reader);
    lw_stream_close(stream);
    return status;
}

/* What the listing does not tell: version, encryption, tags. Only for objects that will be reported. */
static void complete_facts(lw_run_state *run, lw_task *task) {
    lw_object_result result = {.code = task->code, .tally = task->tally, .plan = task->plan};
    /* A folder has told all that it knows in the listing. */
    if (!run->options->bucket_facts || task->source->store == NULL || task->tally == NULL ||
        lw_store_kind_of(task->source->store) == LW_STORE_LOCAL ||
        lw_result_severity(&result, run->options->set) == LW_SEVERITY_NONE) {
        return;
    }
    lw_object head = {0};
    lw_error err = {0};
    const char *bucket = task->source->location.bucket;
    if (lw_store_head(task->source->store, bucket, task->object.key, NULL, &head, &err) != LW_OK) {
        lw_debug("head of '%s': %s", task->object.key, err.text);
        return;
    }
    if (task->object.etag != NULL && head.etag != NULL && strcmp(task->object.etag, head.etag) == 0) {
        lw_object listed = task->object;
        task->object = head;
        head = listed;
        if (lw_store_object_tags(task->source->store, bucket, task->object.key, task->object.version_id, &task->tags,
                                 &err) != LW_OK) {
            lw_debug("tags of '%s': %s", task->object.key, err.text);
        }
    }
    lw_object_done(&head);
}

/* A finding shows 15 locations; the rest is kept only for discovery results. */
static void trim_locations(const lw_run_state *run, lw_tally *tally) {
    if (tally == NULL || run->options->results != NULL) {
        return;
    }
    for (size_t i = 0; i < tally->identifier_count; i++) {
        lw_detection *detection = &tally->detections[i];
        if (detection->location_count > LW_OCCURRENCES_IN_FINDING) {
            detection->location_count = LW_OCCURRENCES_IN_FINDING;
        }
        if (detection->location_cap > LW_OCCURRENCES_IN_FINDING) {
            lw_location_cell *less =
                realloc(detection->locations, LW_OCCURRENCES_IN_FINDING * sizeof *detection->locations);
            if (less != NULL) {
                detection->locations = less;
                detection->location_cap = LW_OCCURRENCES_IN_FINDING;
            }
        }
    }
}

static void do_task(lw_run_state *run, lw_scanner *scanner, lw_task *task) {
    lw_drive drive = {.run = run, .task = task};
    if (!lw_task_is_readable(task)) {
        lw_error err = {0};
        lw_fail(&err, LW_E_STATE, "storage class %s cannot be read", task->object.storage_class);
        lw_task_fail(task, LW_E_STATE, &err, false);
        lw_schedule_task_done(run, task);
        return;
    }
    pthread_mutex_init(&drive.synced.mutex, NULL);
    pthread_cond_init(&drive.synced.merged, NULL);
    lw_status status = run_drive(&drive, scanner);
    pthread_cond_destroy(&drive.synced.merged);
    pthread_mutex_destroy(&drive.synced.mutex);
    if (status != LW_OK) {
        task->fatal = status;
    }
    complete_facts(run, task);
    trim_locations(run, task->tally);
    lw_schedule_task_done(run, task);
}

/* Without a scanner of its own a worker cannot match: what it takes is failed as out of memory. */
void lw_worker_run(void *ctx, size_t index) {
    (void)index;
    lw_run_state *run = ctx;
    lw_scanner *scanner = NULL;
    lw_status status = lw_scanner_new(run->options->set, &scanner);
    for (;;) {
        lw_task *task = NULL;
        lw_slot *slot = NULL;
        lw_schedule_next(run, &task, &slot);
        if (task == NULL && slot == NULL) {
            break;
        }
        if (status != LW_OK) {
            if (slot != NULL) {
                slot->status = status;
                merge(slot->drive, slot);
            } else {
                task->fatal = status;
                lw_schedule_task_done(run, task);
            }
        } else if (slot != NULL) {
            match_block(scanner, slot);
        } else {
            do_task(run, scanner, task);
        }
    }
    lw_scanner_free(scanner);
}
