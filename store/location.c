/* Places as people write them: s3://bucket/prefix, file:///path and plain paths, as root, bucket and key.
 *
 * A path that exists is resolved to its real path first, so that the store (which never follows a symbolic link) still
 * works for a folder that is named through one. A target that does not exist yet is made absolute and cleaned by text
 * alone: its parents are made when it is first written.
 */
#include "store/store_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lw_status parse_s3(const char *text, lw_location *location, lw_error *err) {
    lw_slice bucket = {text + 5, strcspn(text + 5, "/")};
    const char *rest = bucket.data + bucket.len;
    if (!lw_bucket_name_ok(bucket)) {
        return lw_fail(err, LW_E_CONFIG, "read location '%s': write it as s3://bucket/prefix", text);
    }
    location->kind = LW_STORE_S3;
    location->bucket = lw_slice_dup(bucket);
    location->prefix = lw_text_dup(rest[0] == '/' ? rest + 1 : "");
    return location->bucket == NULL || location->prefix == NULL ? lw_fail(err, LW_E_MEMORY, "out of memory") : LW_OK;
}

/* Drops the last segment of an absolute, clean path. False when there is none ("/"). */
static bool cut_segment(lw_buf *path, lw_slice *ret_segment) {
    size_t start = path->len;
    while (start > 0 && path->data[start - 1] != '/') {
        start--;
    }
    if (path->len <= 1 || start == 0) {
        return false;
    }
    *ret_segment = (lw_slice){path->data + start, path->len - start};
    path->len = start > 1 ? start - 1 : 1;
    return true;
}

/* Appends one segment, or acts on it where it is "", "." or "..". */
static lw_status add_segment(lw_buf *path, lw_slice segment) {
    lw_slice dropped;
    if (segment.len == 0 || lw_slice_equal_text(segment, ".")) {
        return LW_OK;
    }
    if (lw_slice_equal_text(segment, "..")) {
        (void)cut_segment(path, &dropped);
        return LW_OK;
    }
    if (path->len > 1) {
        LW_TRY(lw_buf_append_char(path, '/'));
    }
    return lw_buf_append_slice(path, segment);
}

static lw_status add_segments(lw_buf *path, const char *text) {
    while (*text != '\0') {
        size_t len = strcspn(text, "/");
        LW_TRY(add_segment(path, (lw_slice){text, len}));
        text += len + (text[len] == '/' ? 1 : 0);
    }
    return LW_OK;
}

static lw_status absolute(const char *text, lw_buf *path, lw_error *err) {
    char here[PATH_MAX] = "/";
    if (text[0] != '/' && getcwd(here, sizeof(here)) == NULL) {
        return lw_fail(err, LW_E_IO, "read location '%s': the current folder cannot be named, use a full path", text);
    }
    if (lw_buf_append_char(path, '/') != LW_OK || add_segments(path, here) != LW_OK ||
        add_segments(path, text) != LW_OK) {
        return lw_fail(err, LW_E_CONFIG, "read location '%.64s...': the path is too long", text);
    }
    return LW_OK;
}

/* The longest part of the path that exists, resolved, with the rest as written: /link/new/iso gives /real/new/iso. */
static lw_status resolve(const char *text, bool must_exist, lw_buf *path, lw_error *err) {
    char real[PATH_MAX];
    if (realpath(text, real) != NULL) {
        lw_buf_reset(path);
        return lw_buf_append_text(path, real);
    }
    if (must_exist || errno != ENOENT) {
        return lw_fail(err, LW_E_CONFIG, "open '%s': %s", text,
                       errno == ENOENT   ? "no such file or folder"
                       : errno == EACCES ? "access denied"
                                         : "the path cannot be used");
    }
    LW_TRY(absolute(text, path, err));
    char *whole = lw_slice_dup(lw_buf_slice(path));
    if (whole == NULL) {
        return lw_fail(err, LW_E_MEMORY, "out of memory");
    }
    size_t kept = path->len;
    while (kept > 1 && (whole[kept] = '\0', realpath(whole, real) == NULL)) {
        do {
            kept--;
        } while (kept > 1 && path->data[kept] != '/');
    }
    lw_status status = LW_OK;
    if (kept > 1) {
        char *tail = lw_slice_dup((lw_slice){path->data + kept, path->len - kept});
        lw_buf_reset(path);
        status = tail == NULL ? LW_E_MEMORY : lw_buf_append_text(path, real);
        status = status == LW_OK ? add_segments(path, tail) : status;
        free(tail);
    }
    free(whole);
    return status == LW_OK ? LW_OK : lw_fail(err, status, "read location '%.64s...': the path is too long", text);
}

static lw_status take_path(lw_buf *path, bool is_file, const char *text, lw_location *location, lw_error *err) {
    lw_slice key = {"", 0};
    lw_slice bucket;
    if (is_file && !cut_segment(path, &key)) {
        return lw_fail(err, LW_E_INTERNAL, "read location '%s'", text);
    }
    if (!cut_segment(path, &bucket)) {
        return lw_fail(err, LW_E_CONFIG,
                       "use '%s': a bucket is a folder with a name, '/' has none; name a folder in it", text);
    }
    location->kind = LW_STORE_LOCAL;
    location->exact = is_file;
    location->prefix = lw_slice_dup(key);
    location->bucket = lw_slice_dup(bucket);
    location->root = lw_slice_dup(lw_buf_slice(path));
    return location->prefix == NULL || location->bucket == NULL || location->root == NULL
               ? lw_fail(err, LW_E_MEMORY, "out of memory")
               : LW_OK;
}

static lw_status parse_path(const char *text, bool must_exist, lw_location *location, lw_error *err) {
    struct stat info;
    lw_buf path;
    lw_buf_init(&path, (size_t)2 * PATH_MAX);
    lw_status status = resolve(text, must_exist, &path, err);
    if (status != LW_OK) {
        goto done;
    }
    bool is_file = stat(path.data, &info) == 0 && !S_ISDIR(info.st_mode);
    if (is_file && !S_ISREG(info.st_mode)) {
        status = lw_fail(err, LW_E_CONFIG, "use '%s': it is neither a file nor a folder", text);
        goto done;
    }
    if (is_file && !must_exist) {
        status = lw_fail(err, LW_E_CONFIG, "use '%s' as a target: it is a file, name a folder", text);
        goto done;
    }
    status = take_path(&path, is_file, text, location, err);
done:
    lw_buf_done(&path);
    return status;
}

static lw_status parse_file_url(const char *text, bool must_exist, lw_location *location, lw_error *err) {
    const char *path = text + 7;
    if (strncmp(path, "localhost/", 10) == 0) {
        path += 9;
    }
    if (path[0] != '/') {
        return lw_fail(err, LW_E_CONFIG, "read location '%s': write it as file:///path", text);
    }
    lw_buf decoded;
    lw_buf_init(&decoded, (size_t)PATH_MAX);
    lw_status status = lw_percent_decode(lw_slice_from(path), &decoded);
    if (status != LW_OK || memchr(decoded.data, '\0', decoded.len) != NULL) {
        status = lw_fail(err, LW_E_CONFIG, "read location '%s': the percent escapes are wrong", text);
        goto done;
    }
    status = parse_path(decoded.data, must_exist, location, err);
done:
    lw_buf_done(&decoded);
    return status;
}

/* "gs://..." and the like: a path may hold "://" too, so only what looks like a scheme counts. */
static bool has_scheme(const char *text) {
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return len > 0 && strncmp(text + len, "://", 3) == 0;
}

lw_status lw_location_parse(const char *text, bool must_exist, lw_location *ret_location, lw_error *err) {
    lw_location location = {0};
    lw_status status;
    if (text == NULL || text[0] == '\0') {
        return lw_fail(err, LW_E_CONFIG, "name a location: it is empty");
    }
    if (strncmp(text, "s3://", 5) == 0) {
        status = parse_s3(text, &location, err);
    } else if (strncmp(text, "file://", 7) == 0) {
        status = parse_file_url(text, must_exist, &location, err);
    } else if (has_scheme(text)) {
        status =
            lw_fail(err, LW_E_CONFIG, "read location '%s': only s3://bucket/prefix, file:///path and paths work", text);
    } else {
        status = parse_path(text, must_exist, &location, err);
    }
    if (status != LW_OK) {
        lw_location_done(&location);
        return status;
    }
    *ret_location = location;
    return LW_OK;
}

void lw_location_done(lw_location *location) {
    free(location->root);
    free(location->bucket);
    free(location->prefix);
    *location = (lw_location){0};
}
