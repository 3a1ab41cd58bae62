/* S3 over net/: opening, addressing, and the one way every request takes.
 *
 * A request is a lw_s3_call: method, bucket, key, query and headers. lw_s3_send builds the URL (path style or virtual
 * host, keys encoded strictly so that "a+b", "a b", "./x" and "a//b" stay themselves), adds the expected owner, and
 * leaves signing and retry to net/. With AWS's own endpoint a bucket may live in another region than the profile's:
 * the reply says which, the request is sent once more there, and the region is remembered for the bucket. Other
 * endpoints get no second try: a reply must not move a request to a host that the user did not name.
 *
 * Put and delete are here; reading is in s3_get.c and s3_list.c, copying in s3_copy.c and s3_multipart.c, bucket facts
 * in s3_facts.c. What a server ignores (If-Match on DELETE, copy preconditions) cannot be seen in one reply: the mover
 * probes for that.
 */
#include "store/s3_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool dns_name(const char *bucket) {
    size_t len = strlen(bucket);
    if (len < 3 || len > 63 || bucket[0] == '-' || bucket[len - 1] == '-') {
        return false;
    }
    return strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == len; /* a dot breaks the wildcard certificate */
}

static bool path_style(const lw_s3 *s3, const char *bucket) {
    if (s3->addressing == LW_ADDRESSING_AUTO) {
        return s3->endpoint != NULL || !dns_name(bucket);
    }
    return s3->addressing == LW_ADDRESSING_PATH;
}

static const char *aws_domain(const char *region) {
    return strncmp(region, "cn-", 3) == 0 ? "amazonaws.com.cn" : "amazonaws.com";
}

/* Scheme and host, the bucket in front of the host for virtual hosts. */
static lw_status add_host(const lw_s3 *s3, const char *bucket, const char *region, lw_buf *url) {
    const char *host = s3->endpoint == NULL ? "https://" : strstr(s3->endpoint, "://") + 3;
    size_t scheme = s3->endpoint == NULL ? 8 : (size_t)(host - s3->endpoint);
    LW_TRY(lw_buf_append(url, s3->endpoint == NULL ? host : s3->endpoint, scheme));
    if (bucket != NULL && !path_style(s3, bucket)) {
        LW_TRY(lw_buf_printf(url, "%s.", bucket));
    }
    return s3->endpoint == NULL ? lw_buf_printf(url, "s3.%s.%s", region, aws_domain(region))
                                : lw_buf_append_text(url, host);
}

lw_status lw_s3_url(const lw_s3 *s3, const lw_s3_call *call, const char *region, lw_buf *url) {
    LW_TRY(add_host(s3, call->bucket, region, url));
    LW_TRY(lw_buf_append_char(url, '/'));
    if (call->bucket != NULL && path_style(s3, call->bucket)) {
        LW_TRY(lw_buf_append_text(url, call->bucket));
        if (call->key != NULL) {
            LW_TRY(lw_buf_append_char(url, '/'));
        }
    }
    if (call->key != NULL) {
        LW_TRY(lw_percent_encode(lw_slice_from(call->key), true, url));
    }
    return call->query != NULL && call->query[0] != '\0' ? lw_buf_printf(url, "?%s", call->query) : LW_OK;
}

lw_status lw_s3_query_add(lw_buf *query, const char *name, const char *value) {
    if (query->len > 0) {
        LW_TRY(lw_buf_append_char(query, '&'));
    }
    LW_TRY(lw_buf_printf(query, "%s=", name));
    return lw_percent_encode(lw_slice_from(value), false, query);
}

lw_status lw_s3_say(const lw_s3_call *call, lw_status status, lw_error *err) {
    if (call->bucket == NULL) {
        return lw_fail_prefix(err, status, "%s", call->action);
    }
    return lw_fail_prefix(err, status, "%s 's3://%s%s%s'", call->action, call->bucket, call->key == NULL ? "" : "/",
                          call->key == NULL ? "" : call->key);
}

lw_status lw_s3_fail(const lw_s3_call *call, lw_status status, const char *why, lw_error *err) {
    return lw_s3_say(call, lw_fail(err, status, "%s", why), err);
}

static void region_of(lw_s3 *s3, const char *bucket, char ret_region[LW_S3_REGION_SIZE]) {
    size_t len = bucket == NULL ? 0 : strlen(bucket);
    const char *region = lw_aws_region(s3->aws);
    (void)pthread_mutex_lock(&s3->lock);
    for (size_t i = 0; len > 0 && i < s3->synced.regions.count; i++) {
        const char *item = s3->synced.regions.items[i];
        if (strncmp(item, bucket, len) == 0 && item[len] == ' ') {
            region = item + len + 1; /* the last word on it counts */
        }
    }
    (void)snprintf(ret_region, LW_S3_REGION_SIZE, "%s", region);
    (void)pthread_mutex_unlock(&s3->lock);
}

static lw_status remember_region(lw_s3 *s3, const char *bucket, const char *region) {
    (void)pthread_mutex_lock(&s3->lock);
    lw_status status = lw_strings_addf(&s3->synced.regions, "%s %s", bucket, region);
    (void)pthread_mutex_unlock(&s3->lock);
    return status;
}

static bool region_name_ok(lw_slice region) {
    for (size_t i = 0; i < region.len; i++) {
        char c = region.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return false;
        }
    }
    return region.len > 0 && region.len < LW_S3_REGION_SIZE;
}

lw_slice lw_s3_redirect_region(const lw_http_response *response, const char *used) {
    lw_slice none = {NULL, 0};
    if (response->status != 301 && response->status != 307 && response->status != 400) {
        return none;
    }
    /* It becomes part of a host name, so it must look like a region. */
    lw_slice region = lw_http_header(response, "x-amz-bucket-region");
    return region_name_ok(region) && !lw_slice_equal_text(region, used) ? region : none;
}

static lw_status add_owner_header(const lw_s3 *s3, const lw_s3_call *call, lw_strings *headers) {
    for (size_t i = 0; i < call->headers.count; i++) {
        LW_TRY(lw_strings_add(headers, lw_slice_from(call->headers.items[i])));
    }
    return s3->expected_owner == NULL || call->bucket == NULL
               ? LW_OK
               : lw_strings_addf(headers, "x-amz-expected-bucket-owner: %s", s3->expected_owner);
}

static lw_status send_to(lw_s3 *s3, const lw_s3_call *call, const char *region, lw_http_response *response,
                         lw_error *err) {
    lw_buf url;
    lw_strings headers = {0};
    lw_buf_init(&url, 16384);
    lw_status status = lw_s3_url(s3, call, region, &url);
    if (status == LW_OK) {
        status = add_owner_header(s3, call, &headers);
    }
    if (status != LW_OK) {
        status = lw_fail(err, status, "the request cannot be built: %s", lw_status_text(status));
        goto done;
    }
    lw_aws_request request = {.service = "s3", .region = region};
    request.http = (lw_http_request){.method = call->method,
                                     .url = url.data,
                                     .headers = headers,
                                     .body = call->body,
                                     .sink = call->sink,
                                     .sink_ctx = call->sink_ctx};
    status = lw_aws_send(s3->aws, &request, response, err);
done:
    lw_strings_done(&headers);
    lw_buf_done(&url);
    return status;
}

/* Statuses whose meaning only S3 gives them. */
static lw_status refine(lw_status status, const lw_http_response *response, lw_error *err) {
    lw_slice code = lw_aws_error_code(response);
    if (response->status == 501 || response->status == 405 || lw_slice_equal_text(code, "NotImplemented") ||
        lw_slice_equal_text(code, "MethodNotAllowed")) {
        status = LW_E_UNSUPPORTED;
    } else if (lw_slice_equal_text(code, "InvalidObjectState")) {
        status = LW_E_STATE;
    } else if (lw_slice_starts_with(code, LW_SLICE_LITERAL("KMS."))) {
        status = LW_E_ENCRYPTED;
    } else if (lw_slice_equal_text(code, "NoSuchBucket")) {
        status = LW_E_NO_BUCKET;
    }
    if (err != NULL) {
        err->code = status;
    }
    return status;
}

lw_status lw_s3_send(lw_s3 *s3, const lw_s3_call *call, lw_http_response *response, lw_error *err) {
    char region[LW_S3_REGION_SIZE];
    region_of(s3, call->bucket, region);
    lw_status status = send_to(s3, call, region, response, err);
    lw_slice other = status == LW_OK || s3->endpoint != NULL || call->bucket == NULL
                         ? (lw_slice){NULL, 0}
                         : lw_s3_redirect_region(response, region);
    if (other.len > 0) {
        (void)snprintf(region, sizeof(region), "%.*s", (int)other.len, other.data);
        lw_debug("bucket '%s' is in region %s", call->bucket, region);
        LW_TRY(remember_region(s3, call->bucket, region));
        lw_http_response_done(response);
        *response = (lw_http_response){0};
        status = send_to(s3, call, region, response, err);
    }
    if (status == LW_OK) {
        return LW_OK;
    }
    return lw_s3_say(call, refine(status, response, err), err);
}

lw_status lw_s3_take_header(const lw_http_response *response, const char *name, char **field) {
    lw_slice value = lw_http_header(response, name);
    if (value.len == 0) {
        return LW_OK;
    }
    free(*field);
    *field = lw_slice_dup(value);
    return *field == NULL ? LW_E_MEMORY : LW_OK;
}

lw_status lw_s3_take_written(const lw_http_response *response, lw_written *written) {
    lw_slice etag = lw_etag_bare(lw_http_header(response, "etag"));
    LW_TRY(lw_s3_take_header(response, "x-amz-version-id", &written->version_id));
    LW_TRY(lw_s3_take_header(response, "x-amz-request-id", &written->request_id));
    if (etag.len > 0 && written->etag == NULL) {
        written->etag = lw_slice_dup(etag);
        return written->etag == NULL ? LW_E_MEMORY : LW_OK;
    }
    return LW_OK;
}

static lw_status put_headers(const lw_put *put, lw_strings *headers) {
    if (put->content_type != NULL) {
        LW_TRY(lw_strings_addf(headers, "Content-Type: %s", put->content_type));
    }
    if (put->if_none_match) {
        LW_TRY(lw_strings_addf(headers, "If-None-Match: *"));
    }
    /* Without quotes, as S3's own documentation has it: Ceph compares the header with the bare ETag on writes. */
    return put->if_match == NULL ? LW_OK : lw_strings_addf(headers, "If-Match: %s", put->if_match);
}

static lw_status s3_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) {
    lw_s3_call call = {.action = "write", .method = "PUT", .bucket = put->bucket, .key = put->key, .body = put->body};
    lw_http_response response = {0};
    lw_written written = {0};
    lw_status status = put_headers(put, &call.headers);
    if (status == LW_OK) {
        status = lw_s3_send(store->state, &call, &response, err);
    }
    if (status == LW_OK) {
        status = lw_s3_take_written(&response, &written);
        if (status == LW_OK && written.etag == NULL) {
            status = lw_s3_fail(&call, LW_E_PROTOCOL, "the reply has no ETag", err);
        }
    }
    if (status == LW_OK) {
        *ret_written = written;
        written = (lw_written){0};
    }
    lw_written_done(&written);
    lw_http_response_done(&response);
    lw_strings_done(&call.headers);
    return status;
}

static lw_status delete_parts(const lw_delete *request, lw_strings *headers, lw_buf *query) {
    if (request->version_id != NULL) {
        return lw_s3_query_add(query, "versionId", request->version_id);
    }
    return request->if_match == NULL ? LW_OK : lw_strings_addf(headers, "If-Match: \"%s\"", request->if_match);
}

static lw_status s3_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err) {
    lw_s3_call call = {.action = "delete", .method = "DELETE", .bucket = request->bucket, .key = request->key};
    lw_http_response response = {0};
    lw_deleted deleted = {0};
    lw_buf query;
    lw_buf_init(&query, 4096);
    lw_status status = delete_parts(request, &call.headers, &query);
    if (status == LW_OK) {
        call.query = query.data;
        status = lw_s3_send(store->state, &call, &response, err);
    }
    if (status == LW_OK) {
        deleted.delete_marker = lw_slice_equal_text(lw_http_header(&response, "x-amz-delete-marker"), "true");
        status = lw_s3_take_header(&response, "x-amz-version-id", &deleted.version_id);
    }
    if (status == LW_OK) {
        *ret_deleted = deleted;
    }
    lw_buf_done(&query);
    lw_http_response_done(&response);
    lw_strings_done(&call.headers);
    return status;
}

static void free_s3(void *state) {
    lw_s3 *s3 = state;
    lw_aws_free(s3->aws);
    free(s3->endpoint);
    free(s3->expected_owner);
    lw_strings_done(&s3->synced.regions);
    (void)pthread_mutex_destroy(&s3->lock);
    free(s3);
}

static lw_status read_addressing(lw_s3 *s3, lw_addressing wish, lw_error *err) {
    const char *style = lw_aws_setting(s3->aws, "s3.addressing_style");
    s3->addressing = wish;
    if (wish != LW_ADDRESSING_AUTO || style == NULL || strcmp(style, "auto") == 0) {
        return LW_OK;
    }
    if (strcmp(style, "path") != 0 && strcmp(style, "virtual") != 0) {
        return lw_fail(err, LW_E_CONFIG,
                       "read the profile: s3.addressing_style is '%s', it can be auto, path or virtual", style);
    }
    s3->addressing = style[0] == 'p' ? LW_ADDRESSING_PATH : LW_ADDRESSING_VIRTUAL;
    return LW_OK;
}

static lw_status read_owner(lw_s3 *s3, const char *owner, lw_error *err) {
    if (owner == NULL) {
        return LW_OK;
    }
    if (strlen(owner) != 12 || strspn(owner, "0123456789") != 12) {
        return lw_fail(err, LW_E_CONFIG, "use expected bucket owner '%s': an account id has 12 digits", owner);
    }
    s3->expected_owner = lw_text_dup(owner);
    return s3->expected_owner == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status open_aws(const lw_store_options *options, lw_s3 *s3, lw_error *err) {
    lw_aws_options aws = {
        .profile = options->profile,
        .region = options->region,
        .endpoint_url = options->endpoint_url,
        .ca_bundle = options->ca_bundle,
        .no_verify_ssl = options->no_verify_ssl,
        .no_sign_request = options->no_sign_request,
        .connect_timeout_ms = options->connect_timeout_ms,
        .read_timeout_ms = options->read_timeout_ms,
        .max_attempts = options->max_attempts,
        .allow_plain_http = options->allow_plain_http,
    };
    LW_TRY(lw_aws_new(&aws, &s3->aws, err));
    const char *endpoint = lw_aws_endpoint(s3->aws, "s3");
    if (endpoint != NULL) {
        LW_TRY(lw_endpoint_check(endpoint, &s3->endpoint, err));
    }
    if (!region_name_ok(lw_slice_from(lw_aws_region(s3->aws))) && s3->endpoint == NULL) {
        return lw_fail(err, LW_E_CONFIG, "use region '%s': a region has small letters, digits and hyphens",
                       lw_aws_region(s3->aws));
    }
    LW_TRY(read_owner(s3, options->expected_bucket_owner, err));
    return read_addressing(s3, options->addressing, err);
}

lw_status lw_s3_open(const lw_store_options *options, lw_store *store, lw_error *err) {
    static const lw_store_backend backend = {
        .list = lw_s3_list,
        .head = lw_s3_head,
        .get = lw_s3_get,
        .put = s3_put,
        .copy = lw_s3_copy,
        .remove = s3_delete,
        .object_tags = lw_s3_object_tags,
        .bucket_facts = lw_s3_bucket_facts,
        .versioning = lw_s3_versioning,
        .free_state = free_s3,
    };
    lw_s3 *s3 = calloc(1, sizeof(*s3));
    if (s3 == NULL || pthread_mutex_init(&s3->lock, NULL) != 0) {
        free(s3);
        return lw_fail(err, LW_E_MEMORY, "open store: out of memory");
    }
    store->backend = &backend;
    store->state = s3;
    store->kind = LW_STORE_S3;
    store->preferred_gets = 4;
    store->key_max = LW_S3_KEY_MAX;
    s3->multipart_threshold = options->multipart_threshold == 0 ? (uint64_t)5 << 30 : options->multipart_threshold;
    s3->multipart_part_size = options->multipart_part_size;
    s3->max_attempts = options->max_attempts == 0 ? 5 : options->max_attempts;
    LW_TRY(open_aws(options, s3, err));
    store->endpoint = lw_text_dup(s3->endpoint == NULL ? "aws" : s3->endpoint);
    store->region = lw_text_dup(lw_aws_region(s3->aws));
    return store->endpoint == NULL || store->region == NULL ? lw_fail(err, LW_E_MEMORY, "open store: out of memory")
                                                            : LW_OK;
}
