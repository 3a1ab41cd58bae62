/* Copies too large for one request: an upload whose parts are ranges of the source, copied on the server.
 *
 * Each part carries the source's if-match, so that parts of two objects can never be put together, and each part's
 * reply is judged like that of a whole copy. What a multipart copy would lose is sent when the upload is created:
 * metadata, content headers and (AWS) tags. The target's if-none-match goes with the completion, where the key is
 * taken.
 *
 * On any failure the upload, which is ours alone, is aborted. If the completion's reply is lost and the repeated
 * request finds no upload any more, the move token in the target's metadata says whether it was ours that succeeded.
 *
 * Parts are copied one after the other: threads belong to the caller.
 */
#include "store/s3_priv.h"

#include "net/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 10000u
#define PART_MIN ((uint64_t)128 << 20)
#define MIB ((uint64_t)1 << 20)

typedef struct multipart {
    lw_store *store;
    const lw_copy *copy;
    char *id;
    lw_strings etags; /* of the parts, in order */
} multipart;

uint64_t lw_s3_part_size(uint64_t size, uint64_t wish) {
    uint64_t least = (size + PARTS_MAX - 1) / PARTS_MAX;
    least = (least + MIB - 1) / MIB * MIB;
    if (wish == 0) {
        wish = PART_MIN;
    }
    /* A wish below a MiB (tests) is kept as long as the parts are few enough. */
    return (size + wish - 1) / wish <= PARTS_MAX ? wish : least;
}

static lw_s3_call target_call(const multipart *upload, const char *action, const char *method) {
    return (lw_s3_call){
        .action = action, .method = method, .bucket = upload->copy->target_bucket, .key = upload->copy->target_key};
}

static lw_status encode_tags(const lw_tags *tags, lw_buf *out) {
    for (size_t i = 0; i < tags->count; i++) {
        if (i > 0) {
            LW_TRY(lw_buf_append_char(out, '&'));
        }
        LW_TRY(lw_percent_encode(lw_slice_from(tags->items[i].key), false, out));
        LW_TRY(lw_buf_append_char(out, '='));
        LW_TRY(lw_percent_encode(lw_slice_from(tags->items[i].value), false, out));
    }
    return LW_OK;
}

static lw_status add_tags_header(const lw_tags *tags, lw_strings *headers) {
    lw_buf text;
    lw_buf_init(&text, 16384);
    lw_status status = lw_buf_append_text(&text, "x-amz-tagging: ");
    if (status == LW_OK) {
        status = encode_tags(tags, &text);
    }
    if (status == LW_OK) {
        status = lw_strings_add(headers, lw_buf_slice(&text));
    }
    lw_buf_done(&text);
    return status;
}

static lw_status add_source_tags(const multipart *upload, lw_strings *headers, lw_error *err) {
    const lw_s3 *s3 = upload->store->state;
    const lw_copy *copy = upload->copy;
    lw_tags tags = {0};
    if (s3->endpoint != NULL) {
        return LW_OK; /* set after the copy, by s3_copy.c */
    }
    LW_TRY(lw_s3_source_tags(upload->store, copy, &tags, err));
    lw_status status = tags.count == 0 ? LW_OK : add_tags_header(&tags, headers);
    lw_tags_done(&tags);
    return status;
}

static lw_status read_upload_id(const lw_s3_call *call, const lw_http_response *response, char **ret_id,
                                lw_error *err) {
    lw_buf id;
    lw_buf_init(&id, 4096);
    lw_status status = lw_xml_find(lw_buf_slice(&response->body), "InitiateMultipartUploadResult/UploadId", &id);
    *ret_id = status == LW_OK && id.len > 0 ? lw_slice_dup(lw_buf_slice(&id)) : NULL;
    lw_buf_done(&id);
    return *ret_id != NULL ? LW_OK : lw_s3_fail(call, LW_E_PROTOCOL, "the server gave no upload id", err);
}

static lw_status create_upload(multipart *upload, const lw_object *source, lw_error *err) {
    lw_s3_call call = target_call(upload, "begin a copy in parts to", "POST");
    lw_http_response response = {0};
    call.query = "uploads=";
    lw_status status = lw_s3_copy_metadata_headers(source, upload->copy->token, &call.headers);
    if (status == LW_OK) {
        status = add_source_tags(upload, &call.headers, err);
    }
    if (status == LW_OK) {
        status = lw_s3_send(upload->store->state, &call, &response, err);
    }
    if (status == LW_OK) {
        status = read_upload_id(&call, &response, &upload->id, err);
    }
    lw_http_response_done(&response);
    lw_strings_done(&call.headers);
    return status;
}

static lw_status upload_query(const multipart *upload, size_t part, lw_buf *query) {
    char number[24];
    if (part > 0) {
        (void)snprintf(number, sizeof(number), "%zu", part);
        LW_TRY(lw_s3_query_add(query, "partNumber", number));
    }
    return lw_s3_query_add(query, "uploadId", upload->id);
}

/* *ret_inside: the failure stood inside a reply with status 200, which net/ takes for success and does not repeat. */
static lw_status part_once(const multipart *upload, const lw_s3_call *call, char **ret_etag, bool *ret_inside,
                           lw_error *err) {
    lw_http_response response = {0};
    lw_copy source_only = *upload->copy;
    source_only.if_none_match = false; /* not sent with a part: only the source's condition can fail */
    lw_status status = lw_s3_send(upload->store->state, call, &response, err);
    if (response.status == 412) {
        status = lw_s3_copy_which(upload->store, &source_only, &response, err);
    } else if (status == LW_OK) {
        status = lw_s3_copy_reply(lw_buf_slice(&response.body), "CopyPartResult", ret_etag, err);
        *ret_inside = status != LW_OK;
        status = status == LW_OK ? LW_OK : lw_s3_say(call, status, err);
    }
    lw_http_response_done(&response);
    return status;
}

/* part counts from 1. */
static lw_status copy_part(multipart *upload, size_t part, uint64_t first, uint64_t last, lw_error *err) {
    const lw_s3 *s3 = upload->store->state;
    lw_s3_call call = target_call(upload, "copy a part to", "PUT");
    char *etag = NULL;
    lw_buf query;
    lw_buf_init(&query, 8192);
    lw_status status = upload_query(upload, part, &query);
    call.query = query.data;
    if (status == LW_OK) {
        status = lw_s3_copy_source_headers(s3, upload->copy, &call.headers);
    }
    if (status == LW_OK) {
        status = lw_strings_addf(&call.headers, "x-amz-copy-source-range: bytes=%llu-%llu", (unsigned long long)first,
                                 (unsigned long long)last);
    }
    for (unsigned attempt = 1; status == LW_OK; attempt++) {
        bool inside = false;
        status = part_once(upload, &call, &etag, &inside, err);
        if (!inside || lw_status_class_of(status) != LW_CLASS_RETRY || attempt >= s3->max_attempts) {
            break;
        }
        lw_store_back_off(attempt);
        status = LW_OK;
    }
    if (status == LW_OK) {
        status = lw_strings_add(&upload->etags, lw_slice_from(etag));
    }
    free(etag);
    lw_buf_done(&query);
    lw_strings_done(&call.headers);
    return status;
}

static lw_status copy_parts(multipart *upload, lw_error *err) {
    const lw_s3 *s3 = upload->store->state;
    uint64_t size = upload->copy->source_size;
    uint64_t step = lw_s3_part_size(size, s3->multipart_part_size);
    size_t part = 1;
    for (uint64_t first = 0; first < size; first += step) {
        uint64_t last = size - first > step ? first + step - 1 : size - 1;
        LW_TRY(copy_part(upload, part++, first, last, err));
    }
    return LW_OK;
}

static lw_status build_manifest(const multipart *upload, lw_buf *body) {
    LW_TRY(lw_buf_append_text(body, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"));
    for (size_t i = 0; i < upload->etags.count; i++) {
        LW_TRY(lw_buf_printf(body, "<Part><PartNumber>%zu</PartNumber><ETag>\"", i + 1));
        LW_TRY(lw_s3_xml_escape(body, upload->etags.items[i]));
        LW_TRY(lw_buf_append_text(body, "\"</ETag></Part>"));
    }
    return lw_buf_append_text(body, "</CompleteMultipartUpload>");
}

static bool has_token(const lw_object *object, const char *token) {
    lw_strings expected = {0};
    bool found = token != NULL && lw_strings_addf(&expected, LW_STORE_TOKEN_NAME ": %s", token) == LW_OK &&
                 lw_strings_contain(&object->metadata, lw_slice_from(expected.items[0]));
    lw_strings_done(&expected);
    return found;
}

/* The ETag that the parts make: MD5 of their MD5s, and how many. Fails where a part's ETag is no MD5. */
static lw_status expected_etag(const multipart *upload, lw_buf *out) {
    uint8_t digest[LW_MD5_SIZE];
    char hex[2 * LW_MD5_SIZE + 1];
    lw_buf digests;
    lw_buf_init(&digests, (size_t)PARTS_MAX * LW_MD5_SIZE);
    lw_status status = LW_OK;
    for (size_t i = 0; status == LW_OK && i < upload->etags.count; i++) {
        status = lw_s3_md5_of_etag(upload->etags.items[i], digest) ? lw_buf_append(&digests, digest, sizeof(digest))
                                                                   : LW_E_UNSUPPORTED;
    }
    if (status == LW_OK) {
        status = lw_md5(lw_buf_slice(&digests), digest);
    }
    if (status == LW_OK) {
        lw_hex(digest, sizeof(digest), hex);
        status = lw_buf_printf(out, "%s-%zu", hex, upload->etags.count);
    }
    lw_buf_done(&digests);
    return status;
}

/* Looks at the target to learn whether it is what this upload made: its size, and either its move token or the ETag
 * that the parts make. */
static lw_status confirm_by_head(const multipart *upload, lw_status failure, lw_written *written, lw_error *err) {
    const lw_copy *copy = upload->copy;
    lw_object target = {0};
    lw_buf etag;
    if (lw_s3_head(upload->store, copy->target_bucket, copy->target_key, NULL, &target, NULL) != LW_OK) {
        return failure;
    }
    lw_buf_init(&etag, 64);
    bool ours = has_token(&target, copy->token) ||
                (expected_etag(upload, &etag) == LW_OK && lw_slice_equal_text(lw_buf_slice(&etag), target.etag));
    lw_buf_done(&etag);
    if (ours && target.size == copy->source_size) {
        written->etag = target.etag;
        written->version_id = target.version_id;
        target.etag = NULL;
        target.version_id = NULL;
    }
    lw_object_done(&target);
    if (written->etag == NULL) {
        return failure;
    }
    if (err != NULL) {
        *err = (lw_error){0};
    }
    return LW_OK;
}

static lw_status root_field(void *ctx, const char *path, lw_slice text) {
    bool *found = ctx;
    (void)text;
    *found = *found || strcmp(path, "CompleteMultipartUploadResult") == 0;
    return LW_OK;
}

/* Ceph confirms a completion with an empty ETag. */
static bool is_bare_result(const lw_http_response *response) {
    bool found = false;
    return lw_s3_walk(lw_buf_slice(&response->body), root_field, &found) == LW_OK && found;
}

static lw_status judge_completion(const multipart *upload, const lw_s3_call *call, lw_status sent,
                                  const lw_http_response *response, lw_written *written, lw_error *err) {
    if (sent == LW_OK) {
        lw_status status =
            lw_s3_copy_reply(lw_buf_slice(&response->body), "CompleteMultipartUploadResult", &written->etag, err);
        if (status == LW_OK) {
            return lw_s3_take_written(response, written);
        }
        status = lw_s3_say(call, status, err);
        return is_bare_result(response) ? confirm_by_head(upload, status, written, err) : status;
    }
    if (response->status == 412) {
        return lw_fail(err, LW_E_EXISTS, "copy to 's3://%s/%s': it exists already", upload->copy->target_bucket,
                       upload->copy->target_key);
    }
    /* No such upload: a try of the same completion whose reply was lost may have done it. */
    return response->status == 404 ? confirm_by_head(upload, sent, written, err) : sent;
}

static lw_status complete_upload(const multipart *upload, lw_written *written, lw_error *err) {
    lw_s3_call call = target_call(upload, "complete the copy to", "POST");
    lw_http_response response = {0};
    lw_buf query;
    lw_buf body;
    lw_buf_init(&query, 8192);
    lw_buf_init(&body, (size_t)8 << 20);
    lw_status status = upload_query(upload, 0, &query);
    if (status == LW_OK) {
        status = build_manifest(upload, &body);
    }
    if (status == LW_OK && upload->copy->if_none_match) {
        status = lw_strings_addf(&call.headers, "If-None-Match: *");
    }
    if (status == LW_OK) {
        status = lw_strings_addf(&call.headers, "Content-Type: application/xml");
    }
    if (status == LW_OK) {
        call.query = query.data;
        call.body = lw_buf_slice(&body);
        status = lw_s3_send(upload->store->state, &call, &response, err);
        status = judge_completion(upload, &call, status, &response, written, err);
    }
    lw_buf_done(&query);
    lw_buf_done(&body);
    lw_http_response_done(&response);
    lw_strings_done(&call.headers);
    return status;
}

/* Best effort: the bucket's lifecycle rules take what stays. */
static void abort_upload(const multipart *upload) {
    lw_s3_call call = target_call(upload, "abort the copy to", "DELETE");
    lw_http_response response = {0};
    lw_error err = {0};
    lw_buf query;
    lw_buf_init(&query, 8192);
    lw_status status = upload_query(upload, 0, &query);
    if (status == LW_OK) {
        call.query = query.data;
        status = lw_s3_send(upload->store->state, &call, &response, &err);
    }
    if (status != LW_OK) {
        lw_debug("%s", err.text);
    }
    lw_buf_done(&query);
    lw_http_response_done(&response);
}

lw_status lw_s3_copy_multipart(lw_store *store, const lw_copy *copy, const lw_object *source, lw_written *ret_written,
                               lw_error *err) {
    multipart upload = {.store = store, .copy = copy};
    lw_written written = {0};
    lw_status status = create_upload(&upload, source, err);
    if (status == LW_OK) {
        status = copy_parts(&upload, err);
    }
    if (status == LW_OK) {
        status = complete_upload(&upload, &written, err);
    }
    if (status != LW_OK && upload.id != NULL) {
        abort_upload(&upload);
    }
    free(upload.id);
    lw_strings_done(&upload.etags);
    if (status != LW_OK) {
        lw_written_done(&written);
        return status;
    }
    *ret_written = written;
    return LW_OK;
}
