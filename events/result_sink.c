/* Discovery results: one gzip member of JSON Lines at folder/key, as Macie writes them to its results bucket.
 *
 * The key is derived from the run, so a run told twice replaces its own file rather than adding to it. The gzip header
 * carries no time and no name: the same results give the same bytes. The key is checked: it may hold what a user gave
 * as account or region, and must not lead out of the folder.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "events/events.h"
#include "events/output_priv.h"

#define PATH_ROOM 8192U
#define GZIP_WINDOW (15 + 16)
#define CHUNK 16384U

struct lw_result_sink {
    lw_output *output;
    z_stream stream;
    bool failed;
    unsigned char chunk[CHUNK];
};

static bool key_stays_inside(const char *key) {
    for (const char *segment = key;; segment++) {
        size_t len = strcspn(segment, "/");
        if (len == 0 || (len == 1 && segment[0] == '.') || (len == 2 && memcmp(segment, "..", 2) == 0)) {
            return false;
        }
        segment += len;
        if (*segment == '\0') {
            return true;
        }
    }
}

/* Makes every folder on the way to path. */
static lw_status make_folders(char *path, lw_error *err) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int error = mkdir(path, 0777) == 0 ? 0 : errno;
        struct stat facts;
        if (error != 0 && (stat(path, &facts) != 0 || !S_ISDIR(facts.st_mode))) {
            char text[128];
            return lw_fail(err, error == EACCES ? LW_E_DENIED : LW_E_IO,
                           "create folder '%s': %s; choose another place for results", path,
                           strerror_r(error, text, sizeof text));
        }
        *slash = '/';
    }
    return LW_OK;
}

static lw_status open_at(lw_result_sink *sink, const char *folder, const char *key, lw_error *err) {
    lw_buf path;
    lw_buf_init(&path, PATH_ROOM);
    lw_status status = lw_buf_printf(&path, "%s/%s", folder[0] == '\0' ? "." : folder, key);
    if (status != LW_OK) {
        status = lw_fail(err, status, "open results in '%.200s': path too long", folder);
    }
    status = status == LW_OK ? make_folders(path.data, err) : status;
    status = status == LW_OK ? lw_output_open(path.data, "result file", LW_OUTPUT_REPLACE, &sink->output, err) : status;
    lw_buf_done(&path);
    return status;
}

lw_status lw_result_sink_open(const char *folder, const char *key, lw_result_sink **ret_sink, lw_error *err) {
    if (!key_stays_inside(key)) {
        return lw_fail(err, LW_E_CONFIG,
                       "open results: key '%s' leads out of its folder; check the account and the region", key);
    }
    lw_result_sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL ||
        deflateInit2(&sink->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(sink);
        return lw_fail(err, LW_E_MEMORY, "open results in '%s': out of memory", folder);
    }
    lw_status status = open_at(sink, folder, key, err);
    if (status != LW_OK) {
        (void)deflateEnd(&sink->stream);
        free(sink);
        return status;
    }
    *ret_sink = sink;
    return LW_OK;
}

/* Compresses what the stream was given; Z_FINISH until its end. */
static lw_status drain(lw_result_sink *sink, int mode, lw_error *err) {
    do {
        sink->stream.next_out = sink->chunk;
        sink->stream.avail_out = CHUNK;
        if (deflate(&sink->stream, mode) == Z_STREAM_ERROR) {
            return lw_fail(err, LW_E_INTERNAL, "compress results: zlib refused");
        }
        lw_slice made = {(const char *)sink->chunk, CHUNK - sink->stream.avail_out};
        LW_TRY(lw_output_write(sink->output, made, err));
    } while (sink->stream.avail_out == 0);
    return LW_OK;
}

static lw_status compress_text(lw_result_sink *sink, char *text, size_t len, lw_error *err) {
    while (len > 0) { /* zlib counts in unsigned int */
        size_t part = len < UINT32_MAX / 2 ? len : UINT32_MAX / 2;
        sink->stream.next_in = (unsigned char *)text;
        sink->stream.avail_in = (unsigned)part;
        LW_TRY(drain(sink, Z_NO_FLUSH, err));
        text += part;
        len -= part;
    }
    return LW_OK;
}

lw_status lw_result_sink_write(lw_result_sink *sink, const cJSON *record, lw_error *err) {
    char newline[] = "\n";
    char *text = cJSON_PrintUnformatted(record);
    if (text == NULL) {
        sink->failed = true;
        return lw_fail(err, LW_E_MEMORY, "write a discovery result: out of memory");
    }
    lw_status status = compress_text(sink, text, strlen(text), err);
    status = status == LW_OK ? compress_text(sink, newline, 1, err) : status;
    sink->failed = sink->failed || status != LW_OK;
    cJSON_free(text);
    return status;
}

lw_status lw_result_sink_close(lw_result_sink *sink, bool keep, lw_error *err) {
    if (sink == NULL) {
        return LW_OK;
    }
    bool whole = keep && !sink->failed;
    lw_status status = whole ? drain(sink, Z_FINISH, err) : LW_OK;
    lw_status closed = lw_output_close(sink->output, whole && status == LW_OK, status == LW_OK ? err : NULL);
    if (keep && sink->failed && closed == LW_OK) {
        closed = err != NULL && err->code != LW_OK ? err->code
                                                   : lw_fail(err, LW_E_IO, "finish results: an earlier write failed");
    }
    (void)deflateEnd(&sink->stream);
    free(sink);
    return status != LW_OK ? status : closed;
}
