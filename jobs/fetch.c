/* Ranges of objects on S3, fetched ahead of their readers.
 *
 * A set of threads serves all objects. A thread that is free takes the most urgent range: one that a reader is waiting
 * for; else the next of the begun object that is least far ahead; else the first of an object that waits for a worker.
 * How many may be under way is decided by pace.c from what came in so far. Each range is pinned to the listed ETag, and
 * is handed over whole: a range whose check fails is never read in part.
 *
 * Memory does not grow with objects: ranges ahead are bounded by LW_FETCH_BUDGET in all. A range that a reader is
 * waiting for is outside of it, one each, so that a reader never waits for memory that others hold. Memory of full
 * ranges is used again and again, and wiped at the end; that of short ones is wiped when it was read.
 */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "jobs/pace.h"

typedef struct range {
    struct range *next; /* of the object, by offset */
    char *data;
    size_t size; /* of data, and what is asked for */
    size_t room; /* allocated */
    uint64_t offset;
    bool ready;
    lw_status status;
    lw_error err;
} range;

/* All of it under the fetcher's lock, but for a ready range's content, which is the reader's. */
struct lw_fetch {
    lw_fetcher *fetcher;
    lw_fetch *next; /* in the order in which they were made */
    const lw_task *task;
    pthread_cond_t changed; /* a range is ready, or one less under way */
    range *first, **tail;
    size_t held;      /* bytes of its ranges */
    size_t under_way; /* ranges being fetched */
    uint64_t asked;   /* offset of the first byte not yet asked for */
    bool begun;       /* has a reader */
    bool waiting;     /* whose reader has nothing to read, and nothing is on its way */
    lw_status failed; /* no memory for a range */
    size_t used;      /* of the first range; the reader's alone */
};

struct lw_fetcher {
    lw_threads *threads;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t wanted; /* there may be a range to fetch, or the end */
        lw_fetch *fetches, **tail;
        size_t begun; /* fetches with a reader */
        size_t under_way, held;
        range *spare; /* with memory of spare_room */
        size_t spare_room;
        lw_pace pace;
        lw_pace_window window;
        int64_t window_began_ns;
        bool stopped;
    } synced;
};

/* ---- memory ---- */

/* Large ranges come from the system and go back to it: in the heaps of two dozen threads they would leave holes. */
static char *new_memory(size_t size) {
    if (size < LW_RANGE_MIN) {
        return malloc(size);
    }
    /* cppcheck-suppress invalidFunctionArg ; -1 is what there is to say without a file */
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
        return NULL;
    }
    /* cppcheck-suppress memleak ; the caller's */
    return data;
}

static void free_range(range *r) {
    lw_wipe(r->data, r->room);
    if (r->room < LW_RANGE_MIN) {
        free(r->data);
    } else {
        (void)munmap(r->data, r->room);
    }
    free(r);
}

static void free_spare(lw_fetcher *fetcher) {
    while (fetcher->synced.spare != NULL) {
        range *next = fetcher->synced.spare->next;
        free_range(fetcher->synced.spare);
        fetcher->synced.spare = next;
    }
}

static range *new_range(lw_fetcher *fetcher, size_t size) {
    range *r = fetcher->synced.spare;
    if (r != NULL && size == fetcher->synced.spare_room) {
        fetcher->synced.spare = r->next;
        *r = (range){.data = r->data, .room = r->room, .size = size};
        return r;
    }
    r = calloc(1, sizeof *r);
    if (r == NULL) {
        return NULL;
    }
    r->data = new_memory(size);
    if (r->data == NULL) {
        free(r);
        return NULL;
    }
    r->room = size;
    r->size = size;
    return r;
}

static void release_range(lw_fetch *fetch, range *r) {
    lw_fetcher *fetcher = fetch->fetcher;
    size_t full = lw_pace_range(&fetcher->synced.pace);
    fetch->held -= r->size;
    fetcher->synced.held -= r->size;
    if (fetcher->synced.spare_room != full) {
        free_spare(fetcher);
        fetcher->synced.spare_room = full;
    }
    if (r->room != full) {
        free_range(r);
        return;
    }
    r->next = fetcher->synced.spare;
    fetcher->synced.spare = r;
}

/* ---- which range is next ---- */

/* Ranges end at multiples of their size: where an object is stored in pieces, few of them lie in two. */
static size_t next_size(const lw_fetch *fetch) {
    const lw_fetcher *fetcher = fetch->fetcher;
    uint64_t left = fetch->task->object.size - fetch->asked;
    size_t full = lw_pace_range(&fetcher->synced.pace);
    size_t most = full - (size_t)(fetch->asked % full);
    bool over = fetch->waiting && fetcher->synced.held + most > LW_FETCH_BUDGET;
    if (most > LW_RANGE_SMALL && (fetch->asked == 0 || over)) {
        most = LW_RANGE_SMALL;
    }
    return left < most ? (size_t)left : most;
}

/* Ahead of its reader: begun objects share the budget, an object that waits for a worker has one range. */
static bool may_go_ahead(const lw_fetch *fetch) {
    const lw_fetcher *fetcher = fetch->fetcher;
    size_t size = next_size(fetch);
    if (size == 0 || fetch->failed != LW_OK || fetcher->synced.held + size > LW_FETCH_BUDGET) {
        return false;
    }
    return fetch->begun ? fetch->held == 0 || fetch->held + size <= LW_FETCH_BUDGET / fetcher->synced.begun
                        : fetch->asked == 0;
}

static bool is_more_urgent(const lw_fetch *fetch, const lw_fetch *than) {
    if (than == NULL) {
        return true;
    }
    return fetch->begun != than->begun ? fetch->begun : fetch->begun && fetch->held < than->held;
}

static lw_fetch *most_urgent(lw_fetcher *fetcher) {
    bool ahead = fetcher->synced.under_way < fetcher->synced.pace.limit;
    lw_fetch *best = NULL;
    for (lw_fetch *fetch = fetcher->synced.fetches; fetch != NULL; fetch = fetch->next) {
        if (fetch->waiting) {
            return fetch;
        }
        if (ahead && may_go_ahead(fetch) && is_more_urgent(fetch, best)) {
            best = fetch;
        }
    }
    return best;
}

/* Takes the next range of fetch on. NULL: no memory, which its reader will be told. */
static range *take_range(lw_fetch *fetch) {
    lw_fetcher *fetcher = fetch->fetcher;
    size_t size = next_size(fetch);
    range *r = new_range(fetcher, size);
    fetch->waiting = false;
    if (r == NULL) {
        fetch->failed = LW_E_MEMORY;
        pthread_cond_signal(&fetch->changed);
        return NULL;
    }
    r->offset = fetch->asked;
    *fetch->tail = r;
    fetch->tail = &r->next;
    fetch->asked += size;
    fetch->held += size;
    fetch->under_way++;
    fetcher->synced.held += size;
    fetcher->synced.under_way++;
    return r;
}

/* ---- fetching ---- */

/* The range lies within the listed size and the reply is for the listed ETag, so a shorter one is no part of that
 * object: a server that says 200 and sends something else. It is not tried to be completed. */
static void get_range(const lw_task *task, range *r) {
    size_t len = 0;
    r->status = lw_task_get(task, r->offset, r->size, r->data, &len, &r->err);
    if (r->status == LW_OK && len < r->size) {
        r->status = lw_fail(&r->err, LW_E_PROTOCOL, "get '%s': the reply is shorter than the range that was asked for",
                            task->object.key);
    }
}

static void note_range(lw_fetcher *fetcher, const range *r) {
    lw_pace_window *window = &fetcher->synced.window;
    int64_t now_ns = lw_clock_monotonic_ns();
    window->ranges++;
    window->bytes += r->size;
    window->elapsed_ns = now_ns - fetcher->synced.window_began_ns;
    if (lw_pace_is_full(&fetcher->synced.pace, window)) {
        lw_pace_note(&fetcher->synced.pace, window);
        *window = (lw_pace_window){0};
        fetcher->synced.window_began_ns = now_ns;
    }
}

static void fetch_next(lw_fetcher *fetcher, lw_fetch *fetch) {
    range *r = take_range(fetch);
    if (r == NULL) {
        return;
    }
    if (most_urgent(fetcher) != NULL) {
        pthread_cond_signal(&fetcher->synced.wanted); /* each thread that finds work wakes the next */
    }
    pthread_mutex_unlock(&fetcher->synced.mutex);
    get_range(fetch->task, r);
    pthread_mutex_lock(&fetcher->synced.mutex);
    r->ready = true;
    fetch->under_way--;
    fetcher->synced.under_way--;
    note_range(fetcher, r);
    pthread_cond_signal(&fetch->changed);
}

static void fetch_thread(void *ctx, size_t index) {
    (void)index;
    lw_fetcher *fetcher = ctx;
    pthread_mutex_lock(&fetcher->synced.mutex);
    while (!fetcher->synced.stopped) {
        lw_fetch *fetch = most_urgent(fetcher);
        if (fetch != NULL) {
            fetch_next(fetcher, fetch);
        } else {
            pthread_cond_wait(&fetcher->synced.wanted, &fetcher->synced.mutex);
        }
    }
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

lw_status lw_fetcher_start(lw_fetcher **ret_fetcher) {
    lw_fetcher *fetcher = calloc(1, sizeof *fetcher);
    if (fetcher == NULL) {
        return LW_E_MEMORY;
    }
    pthread_mutex_init(&fetcher->synced.mutex, NULL);
    pthread_cond_init(&fetcher->synced.wanted, NULL);
    fetcher->synced.tail = &fetcher->synced.fetches;
    lw_pace_init(&fetcher->synced.pace);
    fetcher->synced.window_began_ns = lw_clock_monotonic_ns();
    lw_status status = lw_threads_start(LW_PACE_MOST, fetch_thread, fetcher, &fetcher->threads);
    if (status != LW_OK) {
        lw_fetcher_stop(fetcher);
        return status;
    }
    *ret_fetcher = fetcher;
    return LW_OK;
}

void lw_fetcher_stop(lw_fetcher *fetcher) {
    if (fetcher == NULL) {
        return;
    }
    pthread_mutex_lock(&fetcher->synced.mutex);
    fetcher->synced.stopped = true;
    pthread_cond_broadcast(&fetcher->synced.wanted);
    pthread_mutex_unlock(&fetcher->synced.mutex);
    lw_threads_join(fetcher->threads);
    free_spare(fetcher);
    pthread_mutex_destroy(&fetcher->synced.mutex);
    pthread_cond_destroy(&fetcher->synced.wanted);
    free(fetcher);
}

/* ---- one object ---- */

lw_status lw_fetch_new(lw_fetcher *fetcher, const lw_task *task, lw_fetch **ret_fetch) {
    lw_fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL) {
        return LW_E_MEMORY;
    }
    fetch->fetcher = fetcher;
    fetch->task = task;
    fetch->tail = &fetch->first;
    pthread_cond_init(&fetch->changed, NULL);
    pthread_mutex_lock(&fetcher->synced.mutex);
    *fetcher->synced.tail = fetch;
    fetcher->synced.tail = &fetch->next;
    pthread_cond_signal(&fetcher->synced.wanted);
    pthread_mutex_unlock(&fetcher->synced.mutex);
    *ret_fetch = fetch;
    return LW_OK;
}

void lw_fetch_begin(lw_fetch *fetch) {
    lw_fetcher *fetcher = fetch->fetcher;
    pthread_mutex_lock(&fetcher->synced.mutex);
    fetch->begun = true;
    fetcher->synced.begun++;
    pthread_cond_signal(&fetcher->synced.wanted);
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

static void take_out(lw_fetcher *fetcher, const lw_fetch *fetch) {
    lw_fetch **at = &fetcher->synced.fetches;
    while (*at != fetch) {
        at = &(*at)->next;
    }
    *at = fetch->next;
    if (*at == NULL) {
        fetcher->synced.tail = at;
    }
}

void lw_fetch_free(lw_fetch *fetch) {
    if (fetch == NULL) {
        return;
    }
    lw_fetcher *fetcher = fetch->fetcher;
    pthread_mutex_lock(&fetcher->synced.mutex);
    take_out(fetcher, fetch);
    fetcher->synced.begun -= fetch->begun;
    while (fetch->under_way > 0) { /* what nobody waits for any more must come home before its memory goes */
        pthread_cond_wait(&fetch->changed, &fetcher->synced.mutex);
    }
    while (fetch->first != NULL) {
        range *next = fetch->first->next;
        release_range(fetch, fetch->first);
        fetch->first = next;
    }
    pthread_cond_signal(&fetcher->synced.wanted);
    pthread_mutex_unlock(&fetcher->synced.mutex);
    pthread_cond_destroy(&fetch->changed);
    free(fetch);
}

/* Waits for the first range; NULL where there was no memory for it. Under the lock. */
static range *wait_for_first(lw_fetch *fetch) {
    lw_fetcher *fetcher = fetch->fetcher;
    int64_t began_ns = 0;
    while (fetch->failed == LW_OK && (fetch->first == NULL || !fetch->first->ready)) {
        began_ns = began_ns == 0 ? lw_clock_monotonic_ns() : began_ns;
        fetch->waiting = fetch->first == NULL;
        if (fetch->waiting) {
            pthread_cond_signal(&fetcher->synced.wanted);
        }
        pthread_cond_wait(&fetch->changed, &fetcher->synced.mutex);
    }
    if (began_ns != 0) {
        fetcher->synced.window.waited_ns += lw_clock_monotonic_ns() - began_ns;
    }
    return fetch->first != NULL && fetch->first->ready ? fetch->first : NULL;
}

/* It was read to its end: its memory goes to the next range at once. */
static void drop_first(lw_fetch *fetch) {
    lw_fetcher *fetcher = fetch->fetcher;
    range *r = fetch->first;
    pthread_mutex_lock(&fetcher->synced.mutex);
    fetch->first = r->next;
    if (fetch->first == NULL) {
        fetch->tail = &fetch->first;
    }
    fetch->used = 0;
    release_range(fetch, r);
    pthread_cond_signal(&fetcher->synced.wanted);
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

/* The range to read from; NULL at the end or with *ret_status. */
static range *readable_range(lw_fetch *fetch, lw_status *ret_status) {
    lw_fetcher *fetcher = fetch->fetcher;
    range *r = NULL;
    pthread_mutex_lock(&fetcher->synced.mutex);
    if (fetch->first != NULL || fetch->asked < fetch->task->object.size) {
        r = wait_for_first(fetch);
        *ret_status = r == NULL ? LW_E_MEMORY : LW_OK;
    }
    pthread_mutex_unlock(&fetcher->synced.mutex);
    return r;
}

lw_status lw_fetch_read(lw_fetch *fetch, char *data, size_t size, size_t *ret_len, lw_error *err) {
    lw_status status = LW_OK;
    *ret_len = 0;
    const range *r = readable_range(fetch, &status);
    if (r == NULL) {
        return status == LW_OK ? LW_OK : lw_fail(err, status, "%s", lw_status_text(status));
    }
    if (r->status != LW_OK) {
        *err = r->err;
        return r->status;
    }
    size_t left = r->size - fetch->used;
    size_t some = left < size ? left : size;
    memcpy(data, r->data + fetch->used, some);
    fetch->used += some;
    *ret_len = some;
    if (fetch->used == r->size) {
        drop_first(fetch);
    }
    return LW_OK;
}
