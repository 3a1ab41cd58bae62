/* Reading from S3: HEAD, and ranged GET straight into the caller's memory.
 *
 * A range is believed only if the reply says that it is that range: Content-Range of a 206 is compared with what was
 * asked, the bytes are counted, and a 200 (the server ignored the range) counts only when the whole object fits into a
 * range that began at 0. With if_match, a reply that names another ETag is a changed object even where the server let
 * it pass.
 *
 * net/ repeats requests as long as no byte has come. After that it is up to this file: the bytes go to memory that can
 * be filled again, so a connection that breaks in the middle of a block costs that block only.
 */
#include "store/s3_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define META_PREFIX "x-amz-meta-"

typedef struct into {
    char *data;
    size_t room;
    size_t len;
    bool overflow;
} into;

static lw_status fill(void *ctx, const char *data, size_t len) {
    into *to = ctx;
    if (len > to->room - to->len) {
        to->overflow = true;
        return LW_E_PROTOCOL;
    }
    memcpy(to->data + to->len, data, len);
    to->len += len;
    return LW_OK;
}

static bool read_number(lw_slice *text, uint64_t *ret_value) {
    size_t digits = 0;
    uint64_t value = 0;
    while (digits < text->len && digits < 19 && text->data[digits] >= '0' && text->data[digits] <= '9') {
        value = value * 10 + (uint64_t)(text->data[digits++] - '0');
    }
    *text = (lw_slice){text->data + digits, text->len - digits};
    *ret_value = value;
    return digits > 0;
}

static bool read_char(lw_slice *text, char c) {
    if (text->len == 0 || text->data[0] != c) {
        return false;
    }
    *text = (lw_slice){text->data + 1, text->len - 1};
    return true;
}

/* "bytes 0-99/1000". A total of "*" gives UINT64_MAX. */
static bool read_content_range(lw_slice text, uint64_t *ret_first, uint64_t *ret_last, uint64_t *ret_total) {
    lw_slice unit = LW_SLICE_LITERAL("bytes ");
    if (!lw_slice_starts_with(text, unit)) {
        return false;
    }
    text = (lw_slice){text.data + unit.len, text.len - unit.len};
    if (!read_number(&text, ret_first) || !read_char(&text, '-') || !read_number(&text, ret_last) ||
        !read_char(&text, '/')) {
        return false;
    }
    *ret_total = UINT64_MAX;
    return (read_char(&text, '*') || read_number(&text, ret_total)) && text.len == 0;
}

lw_status lw_s3_range_check(const lw_http_response *response, const lw_get *get, size_t got, lw_error *err) {
    uint64_t first;
    uint64_t last;
    uint64_t total;
    uint64_t wanted_last = get->offset + get->length - 1;
    if (response->status == 200 && get->offset == 0) {
        return LW_OK; /* the whole object, and it fitted */
    }
    if (response->status != 206) {
        return lw_fail(err, LW_E_PROTOCOL, "the server does not honour ranges (status %d)", response->status);
    }
    if (!read_content_range(lw_http_header(response, "content-range"), &first, &last, &total)) {
        return lw_fail(err, LW_E_PROTOCOL, "the reply has no usable Content-Range");
    }
    if (first != get->offset || last > wanted_last || last < first || last - first + 1 != got) {
        return lw_fail(err, LW_E_PROTOCOL, "the reply is another range than the one asked for");
    }
    if (last != wanted_last && (total == UINT64_MAX || last + 1 != total)) {
        return lw_fail(err, LW_E_PROTOCOL, "the reply ends before the object does");
    }
    return LW_OK;
}

static lw_status get_parts(const lw_get *get, lw_strings *headers, lw_buf *query) {
    LW_TRY(lw_strings_addf(headers, "Range: bytes=%llu-%llu", (unsigned long long)get->offset,
                           (unsigned long long)(get->offset + get->length - 1)));
    if (get->version_id != NULL) {
        LW_TRY(lw_s3_query_add(query, "versionId", get->version_id));
    }
    return get->if_match == NULL ? LW_OK : lw_strings_addf(headers, "If-Match: \"%s\"", get->if_match);
}

static lw_status check_reply(const lw_s3_call *call, const lw_http_response *response, const lw_get *get, size_t got,
                             lw_error *err) {
    lw_slice etag = lw_etag_bare(lw_http_header(response, "etag"));
    if (get->if_match != NULL && etag.len > 0 && !lw_slice_equal_text(etag, get->if_match)) {
        return lw_s3_fail(call, LW_E_CHANGED, "the object has changed, scan it again", err);
    }
    lw_status status = lw_s3_range_check(response, get, got, err);
    return status == LW_OK ? LW_OK : lw_s3_say(call, status, err);
}

/* 416: at the end of the object there is nothing to read. Asked of the object itself, so that a changed one is told
 * from a finished one. */
static lw_status read_past_end(lw_store *store, const lw_s3_call *call, const lw_get *get, size_t *ret_len,
                               lw_error *err) {
    lw_object object = {0};
    LW_TRY(lw_s3_head(store, get->bucket, get->key, get->version_id, &object, err));
    bool same = get->if_match == NULL || lw_slice_equal_text(lw_slice_from(object.etag), get->if_match);
    bool at_end = object.size <= get->offset;
    lw_object_done(&object);
    if (!same) {
        return lw_s3_fail(call, LW_E_CHANGED, "the object has changed, scan it again", err);
    }
    if (!at_end) {
        return lw_s3_fail(call, LW_E_PROTOCOL, "the server refused a range that is inside the object", err);
    }
    *ret_len = 0;
    return LW_OK;
}

static lw_status get_once(lw_store *store, const lw_s3_call *call, const lw_get *get, into *to, lw_error *err) {
    lw_http_response response = {0};
    to->len = 0;
    lw_status status = lw_s3_send(store->state, call, &response, err);
    if (status == LW_OK) {
        status = check_reply(call, &response, get, to->len, err);
    } else if (response.status == 416) {
        status = read_past_end(store, call, get, &to->len, err);
    } else if (response.status == 412) {
        status = lw_s3_fail(call, LW_E_CHANGED, "the object has changed, scan it again", err);
    } else if (to->overflow) {
        status = lw_s3_fail(call, LW_E_PROTOCOL, "the reply is longer than the range that was asked for", err);
    }
    lw_http_response_done(&response);
    return status;
}

lw_status lw_s3_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err) {
    const lw_s3 *s3 = store->state;
    lw_s3_call call = {.action = "read", .method = "GET", .bucket = get->bucket, .key = get->key, .sink = fill};
    into to = {.data = data, .room = get->length};
    lw_buf query;
    lw_buf_init(&query, 4096);
    lw_status status = get_parts(get, &call.headers, &query);
    call.query = query.data;
    call.sink_ctx = &to;
    for (unsigned attempt = 1; status == LW_OK; attempt++) {
        status = get_once(store, &call, get, &to, err);
        /* Without a byte net/ has tried often enough already. */
        if (to.len == 0 || lw_status_class_of(status) != LW_CLASS_RETRY || attempt >= s3->max_attempts) {
            break;
        }
        lw_debug("read 's3://%s/%s': broken off after %zu bytes, again", get->bucket, get->key, to.len);
        lw_store_back_off(attempt);
        status = LW_OK;
    }
    lw_buf_done(&query);
    lw_strings_done(&call.headers);
    if (status == LW_OK) {
        *ret_len = to.len;
    }
    return status;
}

static lw_status take_other_headers(const lw_http_response *response, lw_object *object) {
    static const char *const names[] = {"cache-control", "content-disposition", "content-language", "expires"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        lw_slice value = lw_http_header(response, names[i]);
        if (value.len > 0) {
            LW_TRY(lw_strings_addf(&object->headers, "%s: %.*s", names[i], (int)value.len, value.data));
        }
    }
    for (size_t i = 0; i < response->headers.count; i++) {
        lw_slice header = lw_slice_from(response->headers.items[i]);
        if (lw_slice_starts_with(header, LW_SLICE_LITERAL(META_PREFIX))) {
            size_t skip = sizeof(META_PREFIX) - 1;
            LW_TRY(lw_strings_add(&object->metadata, (lw_slice){header.data + skip, header.len - skip}));
        }
    }
    return LW_OK;
}

static lw_status take_object(const lw_http_response *response, const char *key, lw_object *object) {
    static const char standard[] = "STANDARD";
    object->key = lw_text_dup(key);
    object->etag = lw_slice_dup(lw_etag_bare(lw_http_header(response, "etag")));
    object->storage_class = lw_text_dup(standard);
    if (object->key == NULL || object->etag == NULL || object->storage_class == NULL) {
        return LW_E_MEMORY;
    }
    object->delete_marker = lw_slice_equal_text(lw_http_header(response, "x-amz-delete-marker"), "true");
    if (!object->delete_marker) {
        lw_slice length = lw_http_header(response, "content-length");
        if (length.len == 0 || !read_number(&length, &object->size) || length.len > 0) {
            return LW_E_PROTOCOL;
        }
    }
    if (lw_time_parse_http(lw_http_header(response, "last-modified"), &object->last_modified_ms) != LW_OK) {
        object->last_modified_ms = 0;
    }
    LW_TRY(lw_s3_take_header(response, "x-amz-version-id", &object->version_id));
    LW_TRY(lw_s3_take_header(response, "x-amz-storage-class", &object->storage_class));
    LW_TRY(lw_s3_take_header(response, "content-type", &object->content_type));
    LW_TRY(lw_s3_take_header(response, "content-encoding", &object->content_encoding));
    LW_TRY(lw_s3_take_header(response, "x-amz-server-side-encryption", &object->sse));
    LW_TRY(lw_s3_take_header(response, "x-amz-server-side-encryption-aws-kms-key-id", &object->kms_key_id));
    LW_TRY(lw_s3_take_header(response, "x-amz-object-lock-mode", &object->replication_or_lock));
    return take_other_headers(response, object);
}

/* A HEAD has no body to say what is missing: the bucket is asked. */
static lw_status missing(lw_store *store, const lw_s3_call *call, lw_error *err) {
    lw_s3_call bucket = {.action = "look at bucket", .method = "HEAD", .bucket = call->bucket};
    lw_http_response response = {0};
    lw_error ignored = {0};
    lw_status status = lw_s3_send(store->state, &bucket, &response, &ignored);
    int code = response.status;
    lw_http_response_done(&response);
    if (status != LW_OK && code == 404) {
        return lw_s3_fail(call, LW_E_NO_BUCKET, "no such bucket", err);
    }
    if (code == 0) {
        *err = ignored; /* nothing came: which of the two is not known */
        return status;
    }
    return lw_s3_fail(call, LW_E_NOT_FOUND, "no such object", err);
}

lw_status lw_s3_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                     lw_object *ret_object, lw_error *err) {
    lw_s3_call call = {.action = "look at", .method = "HEAD", .bucket = bucket, .key = key};
    lw_http_response response = {0};
    lw_object object = {0};
    lw_error why = {0};
    lw_buf query;
    lw_buf_init(&query, 4096);
    lw_status status = version_id == NULL ? LW_OK : lw_s3_query_add(&query, "versionId", version_id);
    if (status == LW_OK) {
        call.query = query.data;
        status = lw_s3_send(store->state, &call, &response, &why);
    }
    bool marker = lw_slice_equal_text(lw_http_header(&response, "x-amz-delete-marker"), "true");
    if (response.status == 404) {
        status = missing(store, &call, &why);
    } else if (status == LW_OK || (response.status == 405 && marker)) {
        status = take_object(&response, key, &object);
        if (status != LW_OK || (object.etag[0] == '\0' && !marker)) {
            status = lw_s3_fail(&call, status == LW_E_MEMORY ? LW_E_MEMORY : LW_E_PROTOCOL,
                                "the reply lacks a usable size or ETag", &why);
        }
    }
    lw_buf_done(&query);
    lw_http_response_done(&response);
    if (status != LW_OK) {
        lw_object_done(&object);
        if (err != NULL) {
            *err = why;
        }
        return status;
    }
    *ret_object = object;
    return LW_OK;
}
