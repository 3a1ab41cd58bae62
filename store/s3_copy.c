/* Copying on the server, so that success means that the bytes are there.
 *
 * A copy's 200 comes before the copy is done: its body may be an error, may be cut, may be empty. Success is a reply
 * that is well formed to its end, whose root is the result and holds an ETag; anything else is a failure, and whether
 * the target exists is then for the caller to look up. The source is named with its version and with if-match, so that
 * what is copied is the object that was scanned; the source key is encoded strictly ("a+b" sent raw would be read "a
 * b").
 *
 * With a move token the metadata has to be written anew, so everything a plain copy would keep is sent again: content
 * headers, cache headers, all user metadata. Tags are copied by the server; Ceph loses them where metadata is written
 * anew, and writes unreadable ones when they come with the copy, so with servers other than AWS they are set after it.
 * Objects over the threshold go to s3_multipart.c.
 */
#include "store/s3_priv.h"

#include <stdlib.h>
#include <string.h>

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lw_s3_md5_of_etag(const char *etag, uint8_t ret_digest[LW_MD5_SIZE]) {
    if (strlen(etag) != (size_t)2 * LW_MD5_SIZE) {
        return false;
    }
    for (size_t i = 0; i < LW_MD5_SIZE; i++) {
        int high = hex_value(etag[2 * i]);
        int low = hex_value(etag[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret_digest[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* What matters of the body of a copy's reply. */
typedef struct copy_reply {
    const char *root;
    lw_buf etag;
    lw_buf code;
    lw_buf message;
    bool root_seen;
    bool error_seen;
} copy_reply;

static lw_status keep(lw_buf *buf, lw_slice text) {
    lw_buf_reset(buf);
    return lw_buf_append_slice(buf, text);
}

static lw_status reply_field(void *ctx, const char *path, lw_slice text) {
    copy_reply *reply = ctx;
    size_t len = strlen(reply->root);
    if (strcmp(path, reply->root) == 0) {
        reply->root_seen = true;
    } else if (strncmp(path, reply->root, len) == 0 && strcmp(path + len, "/ETag") == 0) {
        return keep(&reply->etag, lw_etag_bare(text));
    } else if (strcmp(path, "Error") == 0) {
        reply->error_seen = true;
    } else if (strcmp(path, "Error/Code") == 0) {
        return keep(&reply->code, text);
    } else if (strcmp(path, "Error/Message") == 0) {
        return keep(&reply->message, text);
    }
    return LW_OK;
}

static lw_status judge_reply(lw_status read, const copy_reply *reply, char **ret_etag, lw_error *err) {
    if (read != LW_OK) {
        return lw_fail(err, LW_E_PROTOCOL, "the server's confirmation is not complete: look whether the target exists");
    }
    if (reply->error_seen) {
        lw_status status = lw_aws_status_of(500, lw_buf_slice(&reply->code));
        return lw_fail(err, status, "%.*s: %.*s (in a reply with status 200)", (int)reply->code.len, reply->code.data,
                       (int)reply->message.len, reply->message.data);
    }
    if (!reply->root_seen || reply->etag.len == 0) {
        return lw_fail(err, LW_E_PROTOCOL, "the server's reply is no confirmation: it lacks the %s",
                       reply->root_seen ? "ETag" : reply->root);
    }
    *ret_etag = lw_slice_dup(lw_buf_slice(&reply->etag));
    return *ret_etag == NULL ? lw_fail(err, LW_E_MEMORY, "out of memory") : LW_OK;
}

lw_status lw_s3_copy_reply(lw_slice body, const char *root, char **ret_etag, lw_error *err) {
    copy_reply reply = {.root = root};
    lw_buf_init(&reply.etag, 4096);
    lw_buf_init(&reply.code, 4096);
    lw_buf_init(&reply.message, (size_t)64 << 10);
    lw_status status = lw_s3_walk(body, reply_field, &reply);
    status = judge_reply(status, &reply, ret_etag, err);
    lw_buf_done(&reply.etag);
    lw_buf_done(&reply.code);
    lw_buf_done(&reply.message);
    return status;
}

static lw_status add_source(const lw_copy *copy, lw_buf *header) {
    LW_TRY(lw_buf_printf(header, "x-amz-copy-source: /%s/", copy->source_bucket));
    LW_TRY(lw_percent_encode(lw_slice_from(copy->source_key), true, header));
    if (copy->source_version_id == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_buf_append_text(header, "?versionId="));
    return lw_percent_encode(lw_slice_from(copy->source_version_id), false, header);
}

lw_status lw_s3_copy_source_headers(const lw_s3 *s3, const lw_copy *copy, lw_strings *headers) {
    lw_buf source;
    lw_buf_init(&source, 16384);
    lw_status status = add_source(copy, &source);
    if (status == LW_OK) {
        status = lw_strings_add(headers, lw_buf_slice(&source));
    }
    lw_buf_done(&source);
    LW_TRY(status);
    LW_TRY(lw_strings_addf(headers, "x-amz-copy-source-if-match: \"%s\"", copy->source_if_match));
    return s3->expected_owner == NULL
               ? LW_OK
               : lw_strings_addf(headers, "x-amz-source-expected-bucket-owner: %s", s3->expected_owner);
}

static bool is_token(const char *metadata) {
    size_t len = sizeof(LW_STORE_TOKEN_NAME) - 1;
    return strncmp(metadata, LW_STORE_TOKEN_NAME, len) == 0 && metadata[len] == ':';
}

lw_status lw_s3_copy_metadata_headers(const lw_object *source, const char *token, lw_strings *headers) {
    if (source->content_type != NULL) {
        LW_TRY(lw_strings_addf(headers, "Content-Type: %s", source->content_type));
    }
    if (source->content_encoding != NULL) {
        LW_TRY(lw_strings_addf(headers, "Content-Encoding: %s", source->content_encoding));
    }
    for (size_t i = 0; i < source->headers.count; i++) {
        LW_TRY(lw_strings_add(headers, lw_slice_from(source->headers.items[i])));
    }
    for (size_t i = 0; i < source->metadata.count; i++) {
        if (token == NULL || !is_token(source->metadata.items[i])) {
            LW_TRY(lw_strings_addf(headers, "x-amz-meta-%s", source->metadata.items[i]));
        }
    }
    return token == NULL ? LW_OK : lw_strings_addf(headers, "x-amz-meta-" LW_STORE_TOKEN_NAME ": %s", token);
}

static lw_status copy_headers(const lw_s3 *s3, const lw_copy *copy, const lw_object *source, lw_strings *headers) {
    LW_TRY(lw_s3_copy_source_headers(s3, copy, headers));
    if (copy->if_none_match) {
        LW_TRY(lw_strings_addf(headers, "If-None-Match: *"));
    }
    if (copy->token == NULL) {
        return LW_OK; /* the server keeps all metadata by itself */
    }
    LW_TRY(lw_strings_addf(headers, "x-amz-metadata-directive: REPLACE"));
    return lw_s3_copy_metadata_headers(source, copy->token, headers);
}

static lw_status condition_field(void *ctx, const char *path, lw_slice text) {
    return strcmp(path, "Error/Condition") == 0 ? keep(ctx, text) : LW_OK;
}

/* What the reply itself names; LW_OK when it names nothing. */
static lw_status named_condition(const lw_http_response *response) {
    lw_buf condition;
    lw_buf_init(&condition, 4096);
    lw_status status = LW_OK;
    if (lw_s3_walk(lw_buf_slice(&response->body), condition_field, &condition) == LW_OK && condition.len > 0) {
        if (strcasestr(condition.data, "copy-source") != NULL) {
            status = LW_E_CHANGED;
        } else if (strcasestr(condition.data, "if-none-match") != NULL) {
            status = LW_E_EXISTS;
        }
    }
    lw_buf_done(&condition);
    return status;
}

static lw_status say_which(const lw_copy *copy, lw_status which, lw_error *err) {
    if (which == LW_E_EXISTS) {
        return lw_fail(err, LW_E_EXISTS, "copy to 's3://%s/%s': it exists already", copy->target_bucket,
                       copy->target_key);
    }
    return lw_fail(err, LW_E_CHANGED, "copy 's3://%s/%s': the object has changed, scan it again", copy->source_bucket,
                   copy->source_key);
}

/* The source is what it was, so it was the other condition, or the server cannot compare: Swift refuses every if-match
 * of an object that was uploaded in parts. */
static lw_status same_source(lw_store *store, const lw_copy *copy, lw_error *err) {
    lw_object target = {0};
    if (copy->if_none_match && lw_s3_head(store, copy->target_bucket, copy->target_key, NULL, &target, NULL) == LW_OK) {
        lw_object_done(&target);
        return say_which(copy, LW_E_EXISTS, err);
    }
    return lw_fail(
        err, LW_E_UNSUPPORTED,
        "copy 's3://%s/%s': the server refuses the object's own ETag as a condition, and without one the copy "
        "would not be safe",
        copy->source_bucket, copy->source_key);
}

lw_status lw_s3_copy_which(lw_store *store, const lw_copy *copy, const lw_http_response *response, lw_error *err) {
    lw_object now = {0};
    lw_status which = named_condition(response);
    if (which != LW_OK) {
        return say_which(copy, which, err);
    }
    lw_status status = lw_s3_head(store, copy->source_bucket, copy->source_key, copy->source_version_id, &now, err);
    if (status == LW_E_NOT_FOUND) {
        return say_which(copy, LW_E_CHANGED, err);
    }
    if (status != LW_OK) {
        return status;
    }
    bool same = lw_slice_equal_text(lw_slice_from(now.etag), copy->source_if_match);
    lw_object_done(&now);
    return same ? same_source(store, copy, err) : say_which(copy, LW_E_CHANGED, err);
}

/* *ret_inside: the failure stood inside a reply with status 200, which net/ takes for success and does not repeat. */
static lw_status copy_once(lw_store *store, const lw_copy *copy, const lw_s3_call *call, lw_written *written,
                           bool *ret_inside, lw_error *err) {
    lw_http_response response = {0};
    *ret_inside = false;
    lw_status status = lw_s3_send(store->state, call, &response, err);
    if (response.status == 412) {
        status = lw_s3_copy_which(store, copy, &response, err);
    } else if (status == LW_OK) {
        status = lw_s3_copy_reply(lw_buf_slice(&response.body), "CopyObjectResult", &written->etag, err);
        if (status == LW_OK) {
            status = lw_s3_take_written(&response, written);
        } else {
            *ret_inside = true;
            status = lw_s3_say(call, status, err);
        }
    }
    lw_http_response_done(&response);
    return status;
}

static lw_status copy_single(lw_store *store, const lw_copy *copy, const lw_object *source, lw_written *ret_written,
                             lw_error *err) {
    const lw_s3 *s3 = store->state;
    lw_s3_call call = {.action = "copy to", .method = "PUT", .bucket = copy->target_bucket, .key = copy->target_key};
    lw_written written = {0};
    lw_status status = copy_headers(s3, copy, source, &call.headers);
    for (unsigned attempt = 1; status == LW_OK; attempt++) {
        bool inside;
        status = copy_once(store, copy, &call, &written, &inside, err);
        if (!inside || lw_status_class_of(status) != LW_CLASS_RETRY || attempt >= s3->max_attempts) {
            break;
        }
        lw_store_back_off(attempt);
        status = LW_OK;
    }
    lw_strings_done(&call.headers);
    if (status != LW_OK) {
        lw_written_done(&written);
        return status;
    }
    *ret_written = written;
    return LW_OK;
}

lw_status lw_s3_source_tags(lw_store *store, const lw_copy *copy, lw_tags *ret_tags, lw_error *err) {
    lw_status status =
        lw_s3_object_tags(store, copy->source_bucket, copy->source_key, copy->source_version_id, ret_tags, err);
    if (status != LW_E_UNSUPPORTED) {
        return status;
    }
    *ret_tags = (lw_tags){0}; /* a store without tags has none to lose */
    return LW_OK;
}

static lw_status check_source(const lw_copy *copy, const lw_object *source, lw_error *err) {
    if (strcmp(source->etag, copy->source_if_match) != 0 || source->size != copy->source_size) {
        return say_which(copy, LW_E_CHANGED, err);
    }
    return LW_OK;
}

static lw_status copy_object(lw_store *store, const lw_copy *copy, const lw_object *source, lw_written *ret_written,
                             lw_error *err) {
    const lw_s3 *s3 = store->state;
    bool in_parts = copy->source_size > s3->multipart_threshold;
    lw_tags tags = {0};
    lw_written written = {0};
    if (s3->endpoint != NULL && (in_parts || copy->token != NULL)) {
        LW_TRY(lw_s3_source_tags(store, copy, &tags, err));
    }
    lw_status status = in_parts ? lw_s3_copy_multipart(store, copy, source, &written, err)
                                : copy_single(store, copy, source, &written, err);
    if (status == LW_OK && tags.count > 0) {
        status = lw_s3_put_tags(store, copy->target_bucket, copy->target_key, written.version_id, &tags, err);
    }
    lw_tags_done(&tags);
    if (status != LW_OK) {
        lw_written_done(&written);
        return status;
    }
    *ret_written = written;
    return LW_OK;
}

lw_status lw_s3_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err) {
    lw_object looked = {0};
    const lw_object *source = copy->source;
    lw_status status = LW_OK;
    if (copy->source_if_match == NULL) {
        return lw_fail(err, LW_E_USAGE, "copy 's3://%s/%s': the source's ETag is needed", copy->source_bucket,
                       copy->source_key);
    }
    if (source == NULL) {
        LW_TRY(lw_s3_head(store, copy->source_bucket, copy->source_key, copy->source_version_id, &looked, err));
        source = &looked;
        status = check_source(copy, source, err);
    }
    if (status == LW_OK) {
        status = copy_object(store, copy, source, ret_written, err);
    }
    lw_object_done(&looked);
    return status;
}
