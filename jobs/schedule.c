/* Who does what next.
 *
 * Workers take blocks before objects, so that an object that was begun is finished first and memory stays bounded. A
 * worker that drives an object offers blocks only to workers that have nothing else to do: with many objects each is
 * read and matched by one thread, with one huge object all match its blocks. One lock guards the lists; it is taken per
 * block (some hundred KiB), not per record.
 *
 * Waking a thread costs as much as analysing a small file. So the lister sleeps until there is room for a batch,
 * and the writer until some results of small files are there; it is woken at once for anything that takes longer, and
 * whenever a worker turns to something that does.
 */
#include "jobs/run_priv.h"

#include <stdlib.h>

#define SMALL_OBJECT ((uint64_t)64 * 1024)
#define LARGE_OBJECT ((uint64_t)16 * 1024 * 1024)
#define LAST_TASKS 16U /* for each worker */
#define BATCH 16U

static atomic_bool cancelled;

void lw_run_cancel(void) {
    atomic_store(&cancelled, true);
}

lw_status lw_run_over_status(const lw_run_state *run) {
    int64_t deadline = run->options->deadline_ms;
    if (lw_run_cancelled()) {
        return LW_E_CANCELLED;
    }
    return deadline != 0 && lw_clock_wall_ms() >= deadline ? LW_E_TIMEOUT : LW_OK;
}

bool lw_run_is_over(const lw_run_state *run) {
    return lw_run_over_status(run) != LW_OK;
}

bool lw_run_cancelled(void) {
    return atomic_load_explicit(&cancelled, memory_order_relaxed);
}

void lw_run_stop(lw_run_state *run) {
    pthread_mutex_lock(&run->synced.mutex);
    run->synced.stopped = true;
    pthread_cond_broadcast(&run->synced.work);
    pthread_cond_broadcast(&run->synced.written);
    pthread_cond_broadcast(&run->synced.done);
    pthread_mutex_unlock(&run->synced.mutex);
}

static bool window_is_over(const lw_run_state *run, uint64_t limit) {
    return !run->synced.stopped && run->synced.listed_count - run->synced.written_count >= limit;
}

/* Files of a folder are read in less time than it takes to wake somebody up. */
static bool is_quick(const lw_task *task) {
    const lw_store *store = task->source->store;
    return store != NULL && lw_store_kind_of(store) == LW_STORE_LOCAL && task->object.size <= SMALL_OBJECT;
}

static bool next_is_done(const lw_run_state *run) {
    return run->synced.listed != NULL && run->synced.listed->index == run->synced.written_count;
}

/* Results that were held back until there are more of them. */
static void release_results(lw_run_state *run) {
    if (next_is_done(run)) {
        pthread_cond_signal(&run->synced.done);
    }
}

lw_status lw_schedule_task(lw_run_state *run, lw_task *task) {
    pthread_mutex_lock(&run->synced.mutex);
    bool wait = window_is_over(run, run->window);
    while (wait && window_is_over(run, run->window - BATCH)) {
        pthread_cond_wait(&run->synced.written, &run->synced.mutex);
    }
    bool stopped = run->synced.stopped;
    if (!stopped) {
        task->index = run->synced.listed_count++;
        *run->synced.tasks_tail = task;
        run->synced.tasks_tail = &task->next;
        run->synced.queued_tasks++;
        run->synced.large_tasks += task->object.size >= LARGE_OBJECT;
        if (run->synced.idle > 0) {
            pthread_cond_signal(&run->synced.work);
        }
    }
    pthread_mutex_unlock(&run->synced.mutex);
    if (stopped) {
        lw_task_free(task);
        return LW_E_CANCELLED;
    }
    return LW_OK;
}

void lw_schedule_listing_ended(lw_run_state *run, lw_status status, const lw_error *err) {
    pthread_mutex_lock(&run->synced.mutex);
    run->synced.listing_ended = true;
    run->synced.listing_status = status;
    run->synced.listing_error = *err;
    pthread_cond_broadcast(&run->synced.work);
    pthread_cond_broadcast(&run->synced.done);
    pthread_mutex_unlock(&run->synced.mutex);
}

static lw_slot *take_block(lw_run_state *run) {
    lw_slot *slot = run->synced.blocks;
    if (slot != NULL) {
        run->synced.blocks = slot->next;
        if (run->synced.blocks == NULL) {
            run->synced.blocks_tail = &run->synced.blocks;
        }
        run->synced.queued_blocks--;
        slot->next = NULL;
    }
    return slot;
}

/* Every task listed and done: nothing more can come. */
static bool nothing_left(const lw_run_state *run) {
    return run->synced.stopped || (run->synced.listing_ended && run->synced.tasks == NULL &&
                                   atomic_load(&run->objects_done) == run->synced.listed_count);
}

/* Objects go in the order of the listing, in which results are written. Only of the last ones the largest goes first,
 * so that the end is not one large object for which all but one thread can only help. */
static lw_task **choose_task(lw_run_state *run) {
    lw_task **chosen = &run->synced.tasks;
    bool last = run->synced.listing_ended && run->synced.queued_tasks <= LAST_TASKS * run->worker_count;
    if (!last || run->worker_count == 1 || run->synced.large_tasks == 0) {
        return chosen;
    }
    for (lw_task **at = &run->synced.tasks; *at != NULL; at = &(*at)->next) {
        chosen = (*at)->object.size > (*chosen)->object.size ? at : chosen;
    }
    return chosen;
}

static lw_task *take_task(lw_run_state *run) {
    if (run->synced.tasks == NULL || run->synced.stopped) {
        return NULL;
    }
    lw_task **at = choose_task(run);
    lw_task *task = *at;
    *at = task->next;
    if (*at == NULL) {
        run->synced.tasks_tail = at;
    }
    task->next = NULL;
    run->synced.queued_tasks--;
    run->synced.large_tasks -= task->object.size >= LARGE_OBJECT;
    return task;
}

void lw_schedule_next(lw_run_state *run, lw_task **ret_task, lw_slot **ret_block) {
    pthread_mutex_lock(&run->synced.mutex);
    *ret_task = NULL;
    for (;;) {
        *ret_block = take_block(run);
        if (*ret_block == NULL) {
            *ret_task = take_task(run);
            run->synced.driving += *ret_task != NULL;
        }
        if (*ret_task == NULL || !is_quick(*ret_task)) {
            release_results(run);
        }
        if (*ret_block != NULL || *ret_task != NULL || nothing_left(run)) {
            break;
        }
        run->synced.idle++;
        pthread_cond_wait(&run->synced.work, &run->synced.mutex);
        run->synced.idle--;
    }
    pthread_mutex_unlock(&run->synced.mutex);
}

lw_slot *lw_schedule_try_block(lw_run_state *run) {
    pthread_mutex_lock(&run->synced.mutex);
    lw_slot *slot = take_block(run);
    pthread_mutex_unlock(&run->synced.mutex);
    return slot;
}

/* Workers without an object of their own are there to help: one queued block each, and one to keep them busy after, so
 * that none of them has to sleep while a driver does a block itself. */
static bool wants_blocks(const lw_run_state *run) {
    return run->synced.queued_blocks < 2 * (run->worker_count - run->synced.driving);
}

bool lw_schedule_wants_block(lw_run_state *run) {
    if (run->worker_count == 1) {
        return false;
    }
    pthread_mutex_lock(&run->synced.mutex);
    bool wants = wants_blocks(run);
    pthread_mutex_unlock(&run->synced.mutex);
    return wants;
}

bool lw_schedule_offer_block(lw_run_state *run, lw_slot *slot) {
    if (run->worker_count == 1) {
        return false;
    }
    pthread_mutex_lock(&run->synced.mutex);
    bool taken = wants_blocks(run);
    if (taken) {
        *run->synced.blocks_tail = slot;
        run->synced.blocks_tail = &slot->next;
        run->synced.queued_blocks++;
        if (run->synced.idle > 0) {
            pthread_cond_signal(&run->synced.work);
        }
    }
    pthread_mutex_unlock(&run->synced.mutex);
    return taken;
}

static lw_status new_slot(lw_run_state *run, lw_slot **ret_slot) {
    lw_slot *slot = calloc(1, sizeof *slot);
    if (slot == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_block_new(run->block_size, &slot->block);
    if (status == LW_OK) {
        status = lw_tally_new(lw_identifier_set_count(run->options->set), &slot->tally);
    }
    if (status != LW_OK) {
        lw_block_free(slot->block);
        free(slot);
        return status;
    }
    *ret_slot = slot;
    return LW_OK;
}

/* A slot that this thread has filled before, if there is one: its memory is in this processor's cache. */
static lw_slot *take_slot(lw_run_state *run) {
    lw_slot **chosen = &run->synced.free_slots;
    for (lw_slot **at = chosen; *at != NULL; at = &(*at)->next) {
        if (pthread_equal((*at)->filler, pthread_self())) {
            chosen = at;
            break;
        }
    }
    lw_slot *slot = *chosen;
    if (slot != NULL) {
        *chosen = slot->next;
        slot->next = NULL;
    }
    return slot;
}

lw_status lw_schedule_slot(lw_run_state *run, lw_slot **ret_slot) {
    pthread_mutex_lock(&run->synced.mutex);
    lw_slot *slot = take_slot(run);
    pthread_mutex_unlock(&run->synced.mutex);
    if (slot == NULL) {
        LW_TRY(new_slot(run, &slot));
    } else {
        lw_tally_reset(slot->tally);
        slot->status = LW_OK;
    }
    slot->filler = pthread_self();
    *ret_slot = slot;
    return LW_OK;
}

void lw_schedule_return_slot(lw_run_state *run, lw_slot *slot) {
    pthread_mutex_lock(&run->synced.mutex);
    slot->next = run->synced.free_slots;
    run->synced.free_slots = slot;
    pthread_mutex_unlock(&run->synced.mutex);
}

void lw_schedule_task_done(lw_run_state *run, lw_task *task) {
    pthread_mutex_lock(&run->synced.mutex);
    task->done = true;
    run->synced.driving--;
    atomic_fetch_add(&run->objects_done, 1);
    /* Kept in order of listing; nearly always at the end of a short list. */
    lw_task **at = &run->synced.listed;
    if (run->synced.listed_last != NULL && run->synced.listed_last->index < task->index) {
        at = &run->synced.listed_last->next;
    }
    while (*at != NULL && (*at)->index < task->index) {
        at = &(*at)->next;
    }
    task->next = *at;
    *at = task;
    run->synced.listed_last = task->next == NULL ? task : run->synced.listed_last;
    run->synced.done_count++;
    if (!is_quick(task) || run->synced.done_count >= BATCH) {
        release_results(run);
    }
    if (nothing_left(run)) {
        pthread_cond_broadcast(&run->synced.work);
    }
    pthread_mutex_unlock(&run->synced.mutex);
}

/* The first of the list and what follows it without a gap, at most a batch. */
static lw_task *take_batch(lw_run_state *run) {
    lw_task *first = run->synced.listed;
    lw_task **end = &run->synced.listed;
    uint64_t before = run->synced.listed_count - run->synced.written_count;
    for (unsigned i = 0; i < BATCH && *end != NULL && (*end)->index == run->synced.written_count; i++) {
        end = &(*end)->next;
        run->synced.written_count++;
        run->synced.done_count--;
    }
    run->synced.listed = *end;
    *end = NULL;
    if (run->synced.listed == NULL) {
        run->synced.listed_last = NULL;
    }
    uint64_t now = run->synced.listed_count - run->synced.written_count;
    if (now < run->window - BATCH && before >= run->window - BATCH) {
        pthread_cond_signal(&run->synced.written);
    }
    return first;
}

lw_task *lw_schedule_take_done(lw_run_state *run) {
    pthread_mutex_lock(&run->synced.mutex);
    lw_task *tasks = NULL;
    for (;;) {
        if (next_is_done(run) && !run->synced.stopped) {
            tasks = take_batch(run);
            break;
        }
        bool all = run->synced.listing_ended && run->synced.written_count == run->synced.listed_count;
        if (run->synced.stopped || all) {
            break;
        }
        pthread_cond_wait(&run->synced.done, &run->synced.mutex);
    }
    pthread_mutex_unlock(&run->synced.mutex);
    return tasks;
}
