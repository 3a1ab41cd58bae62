/* An object's bytes in order.
 *
 * Local files are read straight into the caller's memory. From S3, ranges are fetched ahead by a shared set of threads,
 * a few per object, each pinned to the listed ETag; the reader takes them in order. Every range has a buffer of its
 * own, and a stream has a fixed number of them, so memory does not grow with the object: no free buffer, no download.
 */
#include "jobs/run_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PART_SIZE (1024U * 1024U)
#define PARTS_MAX 8U

typedef enum part_state { PART_FREE, PART_WANTED, PART_FETCHING, PART_READY } part_state;

typedef struct part {
    lw_stream *stream;
    struct part *next;
    part_state state;
    char *data;
    uint64_t offset;
    size_t wanted, len;
    lw_status status;
    lw_error err;
} part;

struct lw_fetcher {
    lw_threads *threads;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t wanted, ready;
        part *head, **tail;
        bool stopped;
    } synced;
};

struct lw_stream {
    lw_run_state *run;
    const lw_task *task;
    uint64_t asked; /* offset of the first byte not yet asked for */
    uint64_t given; /* offset of the first byte not yet given */
    lw_error err;
    lw_store_file *file; /* local only; NULL before the first read */
    /* S3 only */
    part parts[PARTS_MAX];
    size_t part_count, front; /* the part that the reader is in */
    size_t front_used;
};

/* ---- fetching ---- */

static lw_status get_range(const lw_task *task, uint64_t offset, size_t wanted, char *data, size_t *ret_len,
                           lw_error *err) {
    const char *etag = task->object.etag;
    lw_get get = {.bucket = task->source->location.bucket,
                  .key = task->object.key,
                  .if_match = etag != NULL && etag[0] != '\0' ? etag : NULL,
                  .offset = offset,
                  .length = wanted};
    return lw_store_get(task->source->store, &get, data, ret_len, err);
}

/* The range lies within the listed size and the reply is for the listed ETag, so a shorter one is no part of that
 * object: a server that says 200 and sends something else. It is not tried to be completed. */
static void fetch(part *p) {
    p->len = 0;
    p->status = get_range(p->stream->task, p->offset, p->wanted, p->data, &p->len, &p->err);
    if (p->status == LW_OK && p->len < p->wanted) {
        p->status = lw_fail(&p->err, LW_E_PROTOCOL, "get '%s': the reply is shorter than the range that was asked for",
                            p->stream->task->object.key);
    }
}

static void fetch_thread(void *ctx, size_t index) {
    (void)index;
    lw_fetcher *fetcher = ctx;
    pthread_mutex_lock(&fetcher->synced.mutex);
    for (;;) {
        part *p = fetcher->synced.head;
        if (p == NULL && fetcher->synced.stopped) {
            break;
        }
        if (p == NULL) {
            pthread_cond_wait(&fetcher->synced.wanted, &fetcher->synced.mutex);
            continue;
        }
        fetcher->synced.head = p->next;
        if (fetcher->synced.head == NULL) {
            fetcher->synced.tail = &fetcher->synced.head;
        }
        p->state = PART_FETCHING;
        pthread_mutex_unlock(&fetcher->synced.mutex);
        fetch(p);
        pthread_mutex_lock(&fetcher->synced.mutex);
        p->state = PART_READY;
        pthread_cond_broadcast(&fetcher->synced.ready);
    }
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

lw_status lw_fetcher_start(size_t threads, lw_fetcher **ret_fetcher) {
    lw_fetcher *fetcher = calloc(1, sizeof *fetcher);
    if (fetcher == NULL) {
        return LW_E_MEMORY;
    }
    pthread_mutex_init(&fetcher->synced.mutex, NULL);
    pthread_cond_init(&fetcher->synced.wanted, NULL);
    pthread_cond_init(&fetcher->synced.ready, NULL);
    fetcher->synced.tail = &fetcher->synced.head;
    lw_status status = lw_threads_start(threads, fetch_thread, fetcher, &fetcher->threads);
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
    pthread_mutex_destroy(&fetcher->synced.mutex);
    pthread_cond_destroy(&fetcher->synced.wanted);
    pthread_cond_destroy(&fetcher->synced.ready);
    free(fetcher);
}

/* ---- reading, S3 ---- */

/* Asks for as many ranges as there are free parts. Under the fetcher's lock. */
static void ask_ahead(lw_stream *stream) {
    lw_fetcher *fetcher = stream->run->fetcher;
    uint64_t size = stream->task->object.size;
    for (size_t i = 0; i < stream->part_count; i++) {
        part *p = &stream->parts[(stream->front + i) % stream->part_count];
        if (p->state != PART_FREE || stream->asked >= size) {
            continue;
        }
        uint64_t left = size - stream->asked;
        p->wanted = left < PART_SIZE ? (size_t)left : PART_SIZE;
        p->offset = stream->asked;
        p->state = PART_WANTED;
        p->next = NULL;
        stream->asked += p->wanted;
        *fetcher->synced.tail = p;
        fetcher->synced.tail = &p->next;
        pthread_cond_signal(&fetcher->synced.wanted);
    }
}

/* Waits for the part that holds the next byte. NULL at the end. */
static part *front_part(lw_stream *stream) {
    lw_fetcher *fetcher = stream->run->fetcher;
    pthread_mutex_lock(&fetcher->synced.mutex);
    ask_ahead(stream);
    part *p = &stream->parts[stream->front];
    while (p->state == PART_WANTED || p->state == PART_FETCHING) {
        pthread_cond_wait(&fetcher->synced.ready, &fetcher->synced.mutex);
    }
    bool ready = p->state == PART_READY;
    pthread_mutex_unlock(&fetcher->synced.mutex);
    return ready ? p : NULL;
}

static void release_front(lw_stream *stream) {
    lw_fetcher *fetcher = stream->run->fetcher;
    pthread_mutex_lock(&fetcher->synced.mutex);
    stream->parts[stream->front].state = PART_FREE;
    stream->front = (stream->front + 1) % stream->part_count;
    stream->front_used = 0;
    ask_ahead(stream);
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

static lw_status read_remote(void *ctx, char *data, size_t size, size_t *ret_len) {
    lw_stream *stream = ctx;
    *ret_len = 0;
    if (stream->given >= stream->task->object.size) {
        return LW_OK;
    }
    part *p = front_part(stream);
    if (p == NULL) {
        return lw_fail(&stream->err, LW_E_INTERNAL, "no range of object '%s' is under way", stream->task->object.key);
    }
    if (p->status != LW_OK) {
        stream->err = p->err;
        return p->status;
    }
    size_t left = p->len - stream->front_used;
    size_t some = left < size ? left : size;
    memcpy(data, p->data + stream->front_used, some);
    stream->front_used += some;
    stream->given += some;
    *ret_len = some;
    if (stream->front_used == p->len) {
        release_front(stream);
    }
    return LW_OK;
}

/* ---- reading, local and standard input ---- */

static lw_status read_local(void *ctx, char *data, size_t size, size_t *ret_len) {
    lw_stream *stream = ctx;
    uint64_t left = stream->task->object.size - stream->given;
    *ret_len = 0;
    if (left == 0) {
        return LW_OK;
    }
    size_t wanted = left < size ? (size_t)left : size;
    const lw_task *task = stream->task;
    if (stream->file == NULL) {
        LW_TRY(lw_store_file_open(task->source->store, task->source->location.bucket, task->object.key,
                                  task->object.etag, &stream->file, &stream->err));
    }
    LW_TRY(lw_store_file_read(stream->file, stream->given, data, wanted, ret_len, &stream->err));
    if (*ret_len == 0) {
        return lw_fail(&stream->err, LW_E_CHANGED, "file '%s' is shorter than it was when listed",
                       stream->task->object.key);
    }
    stream->given += *ret_len;
    return LW_OK;
}

static lw_status read_input(void *ctx, char *data, size_t size, size_t *ret_len) {
    lw_stream *stream = ctx;
    ssize_t got = -1;
    do {
        got = read(STDIN_FILENO, data, size);
    } while (got < 0 && errno == EINTR && !lw_run_cancelled());
    if (got < 0) {
        return lw_fail(&stream->err, LW_E_IO, "read standard input: %s", strerrordesc_np(errno));
    }
    stream->given += (uint64_t)got;
    *ret_len = (size_t)got;
    return LW_OK;
}

/* ---- open and close ---- */

static lw_status open_parts(lw_stream *stream) {
    uint64_t size = stream->task->object.size;
    uint64_t needed = (size + PART_SIZE - 1) / PART_SIZE;
    stream->part_count = needed < stream->run->gets_ahead ? (size_t)needed : stream->run->gets_ahead;
    stream->part_count = stream->part_count == 0 ? 1 : stream->part_count;
    for (size_t i = 0; i < stream->part_count; i++) {
        stream->parts[i].stream = stream;
        stream->parts[i].data = malloc(size < PART_SIZE ? (size_t)size + 1 : PART_SIZE);
        if (stream->parts[i].data == NULL) {
            return LW_E_MEMORY;
        }
    }
    return LW_OK;
}

lw_status lw_stream_open(lw_run_state *run, const lw_task *task, lw_stream **ret_stream) {
    lw_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return LW_E_MEMORY;
    }
    stream->run = run;
    stream->task = task;
    if (task->source->store != NULL && lw_store_kind_of(task->source->store) == LW_STORE_S3 &&
        open_parts(stream) != LW_OK) {
        lw_stream_close(stream);
        return LW_E_MEMORY;
    }
    *ret_stream = stream;
    return LW_OK;
}

lw_source lw_stream_source(lw_stream *stream) {
    if (stream->task->source->store == NULL) {
        return (lw_source){read_input, stream};
    }
    return (lw_source){stream->part_count > 0 ? read_remote : read_local, stream};
}

const lw_error *lw_stream_error(const lw_stream *stream) {
    return &stream->err;
}

/* Ranges that nobody waits for any more must come home before their memory goes. */
static void withdraw_parts(lw_stream *stream) {
    lw_fetcher *fetcher = stream->run->fetcher;
    pthread_mutex_lock(&fetcher->synced.mutex);
    for (part **at = &fetcher->synced.head; *at != NULL;) {
        if ((*at)->stream == stream) {
            (*at)->state = PART_FREE;
            *at = (*at)->next;
        } else {
            at = &(*at)->next;
        }
    }
    fetcher->synced.tail = &fetcher->synced.head;
    while (*fetcher->synced.tail != NULL) {
        fetcher->synced.tail = &(*fetcher->synced.tail)->next;
    }
    for (size_t i = 0; i < stream->part_count; i++) {
        while (stream->parts[i].state == PART_FETCHING) {
            pthread_cond_wait(&fetcher->synced.ready, &fetcher->synced.mutex);
        }
    }
    pthread_mutex_unlock(&fetcher->synced.mutex);
}

void lw_stream_close(lw_stream *stream) {
    if (stream == NULL) {
        return;
    }
    if (stream->part_count > 0) {
        withdraw_parts(stream);
    }
    for (size_t i = 0; i < stream->part_count; i++) {
        if (stream->parts[i].data != NULL) {
            lw_wipe(stream->parts[i].data,
                    stream->task->object.size < PART_SIZE ? (size_t)stream->task->object.size : PART_SIZE);
            free(stream->parts[i].data);
        }
    }
    lw_store_file_close(stream->file);
    free(stream);
}
