/* An object's bytes in order.
 *
 * Local files and standard input are read straight into the caller's memory; from S3, fetch.c gets ranges ahead of the
 * reader. Of an object that waits for a worker the first range is on its way already: objects of one range would
 * otherwise cost a worker the server's answering time each.
 */
#include "jobs/run_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lw_stream {
    const lw_task *task;
    lw_fetch *fetch; /* S3 only */
    uint64_t given;  /* offset of the first byte not yet given */
    lw_error err;
    lw_store_file *file; /* local only; NULL before the first read */
};

static lw_status read_remote(void *ctx, char *data, size_t size, size_t *ret_len) {
    lw_stream *stream = ctx;
    return lw_fetch_read(stream->fetch, data, size, ret_len, &stream->err);
}

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

static bool is_remote(const lw_task *task) {
    return task->source->store != NULL && lw_store_kind_of(task->source->store) == LW_STORE_S3;
}

static lw_status new_stream(lw_run_state *run, const lw_task *task, lw_stream **ret_stream) {
    lw_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        return LW_E_MEMORY;
    }
    stream->task = task;
    lw_status status = is_remote(task) ? lw_fetch_new(run->fetcher, task, &stream->fetch) : LW_OK;
    if (status != LW_OK) {
        free(stream);
        return status;
    }
    *ret_stream = stream;
    return LW_OK;
}

void lw_stream_announce(lw_run_state *run, lw_task *task) {
    if (is_remote(task) && task->object.size > 0 && lw_task_is_readable(task) &&
        new_stream(run, task, &task->stream) != LW_OK) {
        lw_debug("no memory to fetch '%s' ahead", task->object.key);
    }
}

lw_status lw_stream_open(lw_run_state *run, lw_task *task, lw_stream **ret_stream) {
    lw_stream *stream = task->stream;
    task->stream = NULL;
    if (stream == NULL) {
        LW_TRY(new_stream(run, task, &stream));
    }
    if (stream->fetch != NULL) {
        lw_fetch_begin(stream->fetch);
    }
    *ret_stream = stream;
    return LW_OK;
}

lw_source lw_stream_source(lw_stream *stream) {
    if (stream->task->source->store == NULL) {
        return (lw_source){read_input, stream};
    }
    return (lw_source){stream->fetch != NULL ? read_remote : read_local, stream};
}

const lw_error *lw_stream_error(const lw_stream *stream) {
    return &stream->err;
}

void lw_stream_close(lw_stream *stream) {
    if (stream == NULL) {
        return;
    }
    lw_fetch_free(stream->fetch);
    lw_store_file_close(stream->file);
    free(stream);
}
