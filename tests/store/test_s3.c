/* The S3 back end against scripted replies: what no healthy server gives, and what must then not pass for success. */
#include "tests/store/fake_s3.h"

#include "store/store.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OLD_ETAG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static lw_store *store;
static lw_error err;
static lw_store_options options;

/* No user's AWS settings may reach the tests. */
static void clear_environment(void) {
    static const char *const names[] = {"AWS_PROFILE",      "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL",  "AWS_REGION",
                                        "AWS_MAX_ATTEMPTS", "AWS_ENDPOINT_URL_S3", "AWS_DEFAULT_REGION"};
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(unsetenv(names[i]), 0);
    }
    assert_int_equal(setenv("AWS_CONFIG_FILE", "/dev/null", 1), 0);
    assert_int_equal(setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1), 0);
    assert_int_equal(setenv("AWS_EC2_METADATA_DISABLED", "true", 1), 0);
}

static void open_on(const fake_reply *replies, size_t count, unsigned max_attempts) {
    char endpoint[64];
    clear_environment();
    fake_start(replies, count, endpoint);
    options.kind = LW_STORE_S3;
    options.endpoint_url = endpoint;
    options.no_sign_request = true;
    options.max_attempts = max_attempts;
    err = (lw_error){0};
    lw_status status = lw_store_open(&options, &store, &err);
    if (status != LW_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, LW_OK);
    options = (lw_store_options){0};
}

static void close_all(void) {
    lw_store_free(store);
    fake_stop();
}

static void assert_failed(lw_status status, lw_status expected, const char *words) {
    if (status != expected || strstr(err.text, words) == NULL) {
        print_error("%s: %s\n", lw_status_name(status), err.text);
    }
    assert_int_equal(status, expected);
    assert_non_null(strstr(err.text, words));
}

#define PAGE(inner) "<ListBucketResult>" inner "</ListBucketResult>"
#define ENTRY(key) "<Contents><Key>" key "</Key><Size>1</Size></Contents>"
#define MORE(token) "<IsTruncated>true</IsTruncated><NextContinuationToken>" token "</NextContinuationToken>"
#define LAST "<IsTruncated>false</IsTruncated>"

static lw_status join_key(void *ctx, const lw_object *object) {
    return lw_buf_printf(ctx, "%s|", object->key);
}

static lw_status stop_at_a(void *ctx, const lw_object *object) {
    LW_TRY(join_key(ctx, object));
    return strcmp(object->key, "a") == 0 ? LW_E_CANCELLED : LW_OK;
}

static lw_status list(const char *prefix, lw_object_sink sink, lw_buf *keys) {
    lw_buf_init(keys, 65536);
    assert_ok(lw_buf_append_text(keys, ""));
    return lw_store_list(store, "lake", prefix, sink, keys, &err);
}

LW_TEST(list_follows_the_tokens) {
    static const fake_reply replies[] = {
        {"200 OK", NULL, PAGE(MORE("t/1+=") ENTRY("p a") ENTRY("pb")), 0},
        {"200 OK", NULL, PAGE(MORE("t2")), 0}, /* an empty page in the middle is no end */
        {"200 OK", NULL, PAGE(LAST ENTRY("pc")), 0},
    };
    lw_buf keys;
    open_on(replies, COUNT(replies), 1);
    assert_ok(list("p", join_key, &keys));
    assert_string_equal(keys.data, "p a|pb|pc|");
    assert_request(0, "GET /lake?list-type=2&encoding-type=url&prefix=p");
    assert_request(1, "GET /lake?list-type=2&encoding-type=url&prefix=p&continuation-token=t%2F1%2B%3D");
    assert_request(2, "GET /lake?list-type=2&encoding-type=url&prefix=p&continuation-token=t2");
    lw_buf_done(&keys);
    close_all();
}

static void assert_list_fails(const fake_reply *replies, size_t count, const char *prefix, const char *words) {
    lw_buf keys;
    open_on(replies, count, 1);
    assert_failed(list(prefix, join_key, &keys), LW_E_PROTOCOL, words);
    assert_non_null(strstr(err.text, "s3://lake"));
    lw_buf_done(&keys);
    close_all();
}

LW_TEST(list_is_never_short) {
    static const fake_reply no_token[] = {{"200 OK", NULL, PAGE("<IsTruncated>true</IsTruncated>" ENTRY("a")), 0}};
    static const fake_reply same_token[] = {{"200 OK", NULL, PAGE(MORE("t") ENTRY("a")), 0},
                                            {"200 OK", NULL, PAGE(MORE("u") ENTRY("b")), 0},
                                            {"200 OK", NULL, PAGE(MORE("t") ENTRY("c")), 0}};
    static const fake_reply same_page[] = {{"200 OK", NULL, PAGE(MORE("t") ENTRY("a") ENTRY("b")), 0},
                                           {"200 OK", NULL, PAGE(MORE("u") ENTRY("a") ENTRY("b")), 0}};
    static const fake_reply not_whole[] = {{"200 OK", NULL, "<ListBucketResult>" LAST ENTRY("a"), 0}};
    static const fake_reply no_list[] = {{"200 OK", NULL, "<html><body>welcome</body></html>", 0}};
    static const fake_reply empty[] = {{"200 OK", NULL, "", 0}};
    static const fake_reply outside[] = {{"200 OK", NULL, PAGE(LAST ENTRY("other/a")), 0}};
    static const fake_reply twice[] = {{"200 OK", NULL, PAGE(LAST ENTRY("a") ENTRY("a")), 0}};
    assert_list_fails(no_token, 1, "", "no continuation token");
    assert_list_fails(same_token, 3, "", "same continuation token");
    assert_list_fails(same_page, 2, "", "same keys again");
    assert_list_fails(not_whole, 1, "", "not well formed");
    assert_list_fails(no_list, 1, "", "does not say");
    assert_list_fails(empty, 1, "", "not well formed");
    assert_list_fails(outside, 1, "mine/", "outside of the prefix");
    assert_list_fails(twice, 1, "", "same keys again");
}

LW_TEST(list_that_is_cut_off_is_tried_again) {
    static const fake_reply replies[] = {{"200 OK", NULL, PAGE(LAST ENTRY("a")), 20},
                                         {"503 Slow Down", NULL, "<Error><Code>SlowDown</Code></Error>", 0},
                                         {"200 OK", NULL, PAGE(LAST ENTRY("a")), 0}};
    lw_buf keys;
    open_on(replies, COUNT(replies), 3);
    assert_ok(list("", join_key, &keys));
    assert_string_equal(keys.data, "a|");
    lw_buf_done(&keys);
    close_all();
}

LW_TEST(list_stops_when_the_sink_says) {
    static const fake_reply replies[] = {{"200 OK", NULL, PAGE(MORE("t") ENTRY("a") ENTRY("b")), 0}};
    lw_buf keys;
    open_on(replies, COUNT(replies), 1);
    assert_ok(list("", stop_at_a, &keys));
    assert_string_equal(keys.data, "a|");
    lw_buf_done(&keys);
    close_all();
}

static lw_status get_at(uint64_t offset, size_t length, const char *if_match, char *data, size_t *ret_len) {
    lw_get get = {.bucket = "lake", .key = "k", .offset = offset, .length = length, .if_match = if_match};
    return lw_store_get(store, &get, data, ret_len, &err);
}

LW_TEST(get_asks_for_the_range_and_the_identity) {
    static const fake_reply replies[] = {
        {"206 Partial Content", "Content-Range: bytes 5-9/20\r\nETag: \"" OLD_ETAG "\"\r\n", "56789", 0}};
    char data[5];
    size_t len = 0;
    open_on(replies, COUNT(replies), 1);
    lw_get get = {.bucket = "lake",
                  .key = "a b/+c",
                  .version_id = "v+1",
                  .offset = 5,
                  .length = sizeof(data),
                  .if_match = OLD_ETAG};
    assert_ok(lw_store_get(store, &get, data, &len, &err));
    assert_int_equal(len, 5);
    assert_memory_equal(data, "56789", 5);
    assert_request(0, "GET /lake/a%20b/%2Bc?versionId=v%2B1");
    assert_string_equal(fake_header(0, "Range"), "bytes=5-9");
    assert_string_equal(fake_header(0, "If-Match"), "\"" OLD_ETAG "\"");
    close_all();
}

static void assert_get_fails(const fake_reply *replies, size_t count, uint64_t offset, lw_status expected,
                             const char *words) {
    char data[10];
    size_t len = 77;
    open_on(replies, count, 1);
    assert_failed(get_at(offset, sizeof(data), OLD_ETAG, data, &len), expected, words);
    assert_int_equal(len, 77);
    close_all();
}

LW_TEST(get_of_something_else) {
    static const fake_reply other_range[] = {
        {"206 Partial Content", "Content-Range: bytes 0-9/20\r\n", "0123456789", 0}};
    static const fake_reply no_range[] = {{"206 Partial Content", NULL, "0123456789", 0}};
    static const fake_reply whole[] = {{"200 OK", NULL, "0123456789", 0}};
    static const fake_reply longer[] = {{"200 OK", NULL, "0123456789x", 0}};
    static const fake_reply shorter[] = {{"206 Partial Content", "Content-Range: bytes 10-14/20\r\n", "01234", 0}};
    static const fake_reply changed[] = {
        {"412 Precondition Failed", NULL, "<Error><Code>PreconditionFailed</Code></Error>", 0}};
    static const fake_reply ignored[] = {
        {"206 Partial Content", "Content-Range: bytes 10-19/20\r\nETag: \"new\"\r\n", "0123456789", 0}};
    static const fake_reply archived[] = {{"403 Forbidden", NULL, "<Error><Code>InvalidObjectState</Code></Error>", 0}};
    static const fake_reply locked[] = {
        {"400 Bad Request", NULL, "<Error><Code>KMS.DisabledException</Code></Error>", 0}};
    static const fake_reply gone[] = {{"404 Not Found", NULL, "<Error><Code>NoSuchKey</Code></Error>", 0}};
    static const fake_reply no_bucket[] = {{"404 Not Found", NULL, "<Error><Code>NoSuchBucket</Code></Error>", 0}};
    assert_get_fails(other_range, 1, 10, LW_E_PROTOCOL, "another range");
    assert_get_fails(no_range, 1, 10, LW_E_PROTOCOL, "Content-Range");
    assert_get_fails(whole, 1, 10, LW_E_PROTOCOL, "does not honour ranges");
    assert_get_fails(longer, 1, 0, LW_E_PROTOCOL, "longer than the range");
    assert_get_fails(shorter, 1, 10, LW_E_PROTOCOL, "before the object does");
    assert_get_fails(changed, 1, 10, LW_E_CHANGED, "has changed");
    assert_get_fails(ignored, 1, 10, LW_E_CHANGED, "has changed");
    assert_get_fails(archived, 1, 0, LW_E_STATE, "InvalidObjectState");
    assert_get_fails(locked, 1, 0, LW_E_ENCRYPTED, "KMS");
    assert_get_fails(gone, 1, 0, LW_E_NOT_FOUND, "s3://lake/k");
    assert_get_fails(no_bucket, 1, 0, LW_E_NO_BUCKET, "NoSuchBucket");
}

LW_TEST(get_of_a_whole_small_object) {
    static const fake_reply replies[] = {{"200 OK", NULL, "0123", 0}};
    char data[10];
    size_t len = 0;
    open_on(replies, COUNT(replies), 1);
    assert_ok(get_at(0, sizeof(data), NULL, data, &len));
    assert_int_equal(len, 4);
    close_all();
}

LW_TEST(get_goes_on_after_a_broken_connection) {
    static const fake_reply replies[] = {
        {"206 Partial Content", "Content-Length: 10\r\nContent-Range: bytes 0-9/20\r\n", "0123456789", 4},
        {"206 Partial Content", "Content-Range: bytes 0-9/20\r\n", "abcdefghij", 0}};
    char data[10];
    size_t len = 0;
    open_on(replies, COUNT(replies), 3);
    assert_ok(get_at(0, sizeof(data), NULL, data, &len));
    assert_int_equal(len, 10);
    assert_memory_equal(data, "abcdefghij", 10); /* nothing of the first try is left in it */
    close_all();
}

#define HEAD_OF(size, etag) "Content-Length: " size "\r\nETag: \"" etag "\"\r\n"

LW_TEST(get_at_the_end) {
    static const fake_reply at_end[] = {{"416 Range", NULL, "<Error><Code>InvalidRange</Code></Error>", 0},
                                        {"200 OK", HEAD_OF("20", OLD_ETAG), NULL, 0}};
    static const fake_reply changed[] = {{"416 Range", NULL, "<Error><Code>InvalidRange</Code></Error>", 0},
                                         {"200 OK", HEAD_OF("5", "new"), NULL, 0}};
    static const fake_reply inside[] = {{"416 Range", NULL, "<Error><Code>InvalidRange</Code></Error>", 0},
                                        {"200 OK", HEAD_OF("21", OLD_ETAG), NULL, 0}};
    char data[10];
    size_t len = 77;
    open_on(at_end, COUNT(at_end), 1);
    assert_ok(get_at(20, sizeof(data), OLD_ETAG, data, &len));
    assert_int_equal(len, 0);
    close_all();
    assert_get_fails(changed, 2, 20, LW_E_CHANGED, "has changed");
    assert_get_fails(inside, 2, 20, LW_E_PROTOCOL, "inside the object");
}

LW_TEST(head_reads_everything) {
    static const fake_reply replies[] = {
        {"200 OK",
         HEAD_OF("12345678901",
                 OLD_ETAG) "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/csv\r\n"
                           "Content-Encoding: gzip\r\nx-amz-version-id: null\r\n"
                           "x-amz-storage-class: DEEP_ARCHIVE\r\nx-amz-server-side-encryption: aws:kms\r\n"
                           "x-amz-server-side-encryption-aws-kms-key-id: arn:k\r\n"
                           "x-amz-object-lock-mode: GOVERNANCE\r\nX-Amz-Meta-Owner: me: too\r\n"
                           "Cache-Control: no-store\r\nExpires: never\r\n",
         NULL, 0}};
    lw_object object;
    open_on(replies, COUNT(replies), 1);
    assert_ok(lw_store_head(store, "lake", "k", "null", &object, &err));
    assert_request(0, "HEAD /lake/k?versionId=null");
    assert_string_equal(object.etag, OLD_ETAG);
    assert_true(object.size == 12345678901ull);
    assert_true(object.last_modified_ms == 1767225600000);
    assert_string_equal(object.content_type, "text/csv");
    assert_string_equal(object.content_encoding, "gzip");
    assert_string_equal(object.version_id, "null");
    assert_string_equal(object.storage_class, "DEEP_ARCHIVE");
    assert_string_equal(object.sse, "aws:kms");
    assert_string_equal(object.kms_key_id, "arn:k");
    assert_string_equal(object.replication_or_lock, "GOVERNANCE");
    assert_int_equal(object.metadata.count, 1);
    assert_string_equal(object.metadata.items[0], "owner: me: too");
    assert_int_equal(object.headers.count, 2);
    lw_object_done(&object);
    close_all();
}

static void assert_head_fails(const fake_reply *replies, size_t count, lw_status expected) {
    lw_object object;
    open_on(replies, count, 1);
    assert_failed(lw_store_head(store, "lake", "k", NULL, &object, &err), expected, "s3://lake");
    close_all();
}

LW_TEST(head_without_a_body_to_explain) {
    static const fake_reply no_key[] = {{"404 Not Found", NULL, NULL, 0}, {"200 OK", NULL, NULL, 0}};
    static const fake_reply no_right[] = {{"404 Not Found", NULL, NULL, 0}, {"403 Forbidden", NULL, NULL, 0}};
    static const fake_reply no_bucket[] = {{"404 Not Found", NULL, NULL, 0}, {"404 Not Found", NULL, NULL, 0}};
    static const fake_reply denied[] = {{"403 Forbidden", NULL, NULL, 0}};
    static const fake_reply no_etag[] = {{"200 OK", "Content-Length: 5\r\n", NULL, 0}};
    static const fake_reply bad_size[] = {
        {"200 OK", "Transfer-Encoding: chunked\r\nETag: \"a\"\r\nContent-Length: \r\n", NULL, 0}};
    assert_head_fails(no_key, 2, LW_E_NOT_FOUND);
    assert_head_fails(no_right, 2, LW_E_NOT_FOUND);
    assert_head_fails(no_bucket, 2, LW_E_NO_BUCKET);
    assert_head_fails(denied, 1, LW_E_DENIED);
    assert_head_fails(no_etag, 1, LW_E_PROTOCOL);
    assert_head_fails(bad_size, 1, LW_E_PROTOCOL);
}

LW_TEST(head_of_a_delete_marker) {
    static const fake_reply replies[] = {{"405 Method Not Allowed", "x-amz-delete-marker: true\r\n", NULL, 0}};
    lw_object object;
    open_on(replies, COUNT(replies), 1);
    assert_ok(lw_store_head(store, "lake", "k", "v", &object, &err));
    assert_true(object.delete_marker);
    assert_int_equal(object.size, 0);
    lw_object_done(&object);
    close_all();
}

static lw_status put_text(bool if_none_match, const char *if_match) {
    lw_put put = {.bucket = "lake",
                  .key = "k",
                  .body = lw_slice_from("body"),
                  .content_type = "text/plain",
                  .if_none_match = if_none_match,
                  .if_match = if_match};
    lw_written written = {0};
    lw_status status = lw_store_put(store, &put, &written, &err);
    assert_int_equal(status == LW_OK, written.etag != NULL);
    lw_written_done(&written);
    return status;
}

LW_TEST(put_with_conditions) {
    static const fake_reply replies[] = {
        {"200 OK", "ETag: \"x\"\r\n", NULL, 0},
        {"200 OK", "ETag: \"x\"\r\n", NULL, 0},
        {"412 Precondition Failed", NULL, "<Error><Code>PreconditionFailed</Code></Error>", 0},
        {"501 Not Implemented", NULL, "<Error><Code>NotImplemented</Code></Error>", 0},
        {"200 OK", NULL, NULL, 0},
    };
    open_on(replies, COUNT(replies), 3);
    assert_ok(put_text(true, NULL));
    assert_string_equal(fake_header(0, "If-None-Match"), "*");
    assert_string_equal(fake_header(0, "Content-Type"), "text/plain");
    assert_non_null(strstr(fake.requests[0], "\r\n\r\nbody"));
    assert_ok(put_text(false, "e"));
    assert_string_equal(fake_header(1, "If-Match"), "e");
    assert_failed(put_text(true, NULL), LW_E_PRECONDITION, "s3://lake/k");
    assert_failed(put_text(true, NULL), LW_E_UNSUPPORTED, "NotImplemented");
    assert_failed(put_text(false, NULL), LW_E_PROTOCOL, "no ETag");
    close_all();
}

LW_TEST(delete_says_what_it_deletes) {
    static const fake_reply replies[] = {
        {"204 No Content", "x-amz-delete-marker: true\r\nx-amz-version-id: m1\r\n", NULL, 0},
        {"204 No Content", NULL, NULL, 0},
        {"412 Precondition Failed", NULL, "<Error><Code>PreconditionFailed</Code></Error>", 0},
    };
    lw_delete request = {.bucket = "lake", .key = "k", .if_match = OLD_ETAG};
    lw_deleted deleted;
    open_on(replies, COUNT(replies), 1);
    assert_ok(lw_store_delete(store, &request, &deleted, &err));
    assert_string_equal(fake_header(0, "If-Match"), "\"" OLD_ETAG "\"");
    assert_true(deleted.delete_marker);
    assert_string_equal(deleted.version_id, "m1");
    lw_deleted_done(&deleted);
    request.version_id = "v1";
    assert_ok(lw_store_delete(store, &request, &deleted, &err));
    assert_request(1, "DELETE /lake/k?versionId=v1");
    assert_null(fake_header(1, "If-Match")); /* S3 answers 501 to both */
    lw_deleted_done(&deleted);
    request.version_id = NULL;
    assert_failed(lw_store_delete(store, &request, &deleted, &err), LW_E_PRECONDITION, "s3://lake/k");
    close_all();
}

/* copy */

#define NO_TAGS                                                                                                        \
    { "501 Not Implemented", NULL, "<Error><Code>NotImplemented</Code></Error>", 0 }
#define COPIED "<CopyObjectResult><ETag>\"c\"</ETag></CopyObjectResult>"

static lw_object source_object(void) {
    static char etag[] = OLD_ETAG;
    static char content_type[] = "text/csv";
    return (lw_object){.etag = etag, .content_type = content_type, .size = 10};
}

static lw_status copy_with(const char *token, lw_written *written) {
    lw_object source = source_object();
    lw_copy copy = {.source_bucket = "lake",
                    .source_key = "a b+%20",
                    .source_version_id = "v+1",
                    .source_if_match = OLD_ETAG,
                    .source_size = 10,
                    .target_bucket = "iso",
                    .target_key = "t/a",
                    .if_none_match = true,
                    .token = token,
                    .source = &source};
    *written = (lw_written){0};
    return lw_store_copy(store, &copy, written, &err);
}

LW_TEST(copy_names_its_source_exactly) {
    static const fake_reply replies[] = {
        NO_TAGS,
        {"200 OK", "x-amz-version-id: v9\r\nx-amz-request-id: r9\r\n", "<?xml version=\"1.0\"?>\n   " COPIED, 0},
        {"200 OK", NULL, COPIED, 0},
    };
    lw_written written;
    options.expected_bucket_owner = "123456789012";
    open_on(replies, COUNT(replies), 1);
    assert_ok(copy_with("token-1", &written));
    assert_string_equal(written.etag, "c");
    assert_string_equal(written.version_id, "v9");
    assert_string_equal(written.request_id, "r9");
    lw_written_done(&written);
    assert_request(1, "PUT /iso/t/a");
    assert_string_equal(fake_header(1, "x-amz-copy-source"), "/lake/a%20b%2B%2520?versionId=v%2B1");
    assert_string_equal(fake_header(1, "x-amz-copy-source-if-match"), "\"" OLD_ETAG "\"");
    assert_string_equal(fake_header(1, "If-None-Match"), "*");
    assert_string_equal(fake_header(1, "x-amz-metadata-directive"), "REPLACE");
    assert_string_equal(fake_header(1, "x-amz-meta-lakewarden-move-token"), "token-1");
    assert_string_equal(fake_header(1, "Content-Type"), "text/csv");
    assert_string_equal(fake_header(1, "x-amz-expected-bucket-owner"), "123456789012");
    assert_string_equal(fake_header(1, "x-amz-source-expected-bucket-owner"), "123456789012");
    assert_ok(copy_with(NULL, &written));
    assert_null(fake_header(2, "x-amz-metadata-directive"));
    assert_null(fake_header(2, "Content-Type"));
    lw_written_done(&written);
    close_all();
}

static void assert_copy_fails(const fake_reply *replies, size_t count, lw_status expected, const char *words) {
    lw_written written;
    open_on(replies, count, 2);
    assert_failed(copy_with(NULL, &written), expected, words);
    assert_null(written.etag);
    close_all();
}

#define FAILED(inner) "<Error><Code>PreconditionFailed</Code>" inner "</Error>"

LW_TEST(copy_that_only_looks_done) {
    static const fake_reply denied[] = {{"200 OK", NULL, "<Error><Code>AccessDenied</Code></Error>", 0}};
    static const fake_reply failing[] = {{"200 OK", NULL, "<Error><Code>InternalError</Code></Error>", 0},
                                         {"200 OK", NULL, "<Error><Code>InternalError</Code></Error>", 0}};
    static const fake_reply nothing[] = {{"200 OK", NULL, NULL, 0}};
    static const fake_reply cut[] = {{"200 OK", NULL, "<CopyObjectResult><ETag>\"c\"</ETag>", 0}};
    static const fake_reply no_etag[] = {{"200 OK", "ETag: \"c\"\r\n", "<CopyObjectResult></CopyObjectResult>", 0}};
    static const fake_reply broken[] = {{"200 OK", NULL, COPIED, 5}, {"200 OK", NULL, COPIED, 5}};
    assert_copy_fails(denied, 1, LW_E_DENIED, "AccessDenied");
    assert_copy_fails(failing, 2, LW_E_SERVER, "InternalError");
    assert_copy_fails(nothing, 1, LW_E_PROTOCOL, "not complete");
    assert_copy_fails(cut, 1, LW_E_PROTOCOL, "not complete");
    assert_copy_fails(no_etag, 1, LW_E_PROTOCOL, "lacks the ETag");
    assert_copy_fails(broken, 2, LW_E_NETWORK, "127.0.0.1");
}

LW_TEST(copy_error_inside_a_200_is_tried_again) {
    static const fake_reply replies[] = {{"200 OK", NULL, "<Error><Code>SlowDown</Code></Error>", 0},
                                         {"200 OK", NULL, COPIED, 0}};
    lw_written written;
    open_on(replies, COUNT(replies), 2);
    assert_ok(copy_with(NULL, &written));
    assert_string_equal(written.etag, "c");
    lw_written_done(&written);
    close_all();
}

LW_TEST(copy_tells_the_conditions_apart) {
    static const fake_reply named_source[] = {
        {"412 P", NULL, FAILED("<Condition>x-amz-copy-source-If-Match</Condition>"), 0}};
    static const fake_reply named_target[] = {{"412 P", NULL, FAILED("<Condition>If-None-Match</Condition>"), 0}};
    static const fake_reply source_changed[] = {{"412 P", NULL, FAILED(""), 0},
                                                {"200 OK", HEAD_OF("10", "new"), NULL, 0}};
    static const fake_reply source_gone[] = {
        {"412 P", NULL, FAILED(""), 0}, {"404 Not Found", NULL, NULL, 0}, {"200 OK", NULL, NULL, 0}};
    static const fake_reply target_there[] = {{"412 P", NULL, FAILED(""), 0},
                                              {"200 OK", HEAD_OF("10", OLD_ETAG), NULL, 0},
                                              {"200 OK", HEAD_OF("7", "other"), NULL, 0}};
    static const fake_reply neither[] = {{"412 P", NULL, FAILED(""), 0},
                                         {"200 OK", HEAD_OF("10", OLD_ETAG), NULL, 0},
                                         {"404 Not Found", NULL, NULL, 0},
                                         {"200 OK", NULL, NULL, 0}};
    assert_copy_fails(named_source, 1, LW_E_CHANGED, "lake/a b");
    assert_copy_fails(named_target, 1, LW_E_EXISTS, "iso/t/a");
    assert_copy_fails(source_changed, 2, LW_E_CHANGED, "lake/a b");
    assert_copy_fails(source_gone, 3, LW_E_CHANGED, "lake/a b");
    assert_copy_fails(target_there, 3, LW_E_EXISTS, "iso/t/a");
    assert_copy_fails(neither, 4, LW_E_UNSUPPORTED, "own ETag");
}

LW_TEST(copy_needs_an_identity) {
    lw_copy copy = {.source_bucket = "a", .source_key = "k", .target_bucket = "b", .target_key = "k"};
    lw_written written;
    open_on(NULL, 0, 1);
    assert_failed(lw_store_copy(store, &copy, &written, &err), LW_E_USAGE, "ETag");
    close_all();
}

LW_TEST(copy_sets_the_tags_that_a_server_may_lose) {
    static const fake_reply replies[] = {
        {"200 OK", NULL, "<Tagging><TagSet><Tag><Key>a&amp;b</Key><Value>1</Value></Tag></TagSet></Tagging>", 0},
        {"200 OK", "x-amz-version-id: v9\r\n", COPIED, 0},
        {"200 OK", NULL, NULL, 0},
    };
    lw_written written;
    open_on(replies, COUNT(replies), 1);
    assert_ok(copy_with("token", &written));
    assert_request(0, "GET /lake/a%20b%2B%2520?tagging=&versionId=v%2B1");
    assert_request(2, "PUT /iso/t/a?tagging=&versionId=v9");
    assert_non_null(strstr(fake.requests[2], "<Tag><Key>a&amp;b</Key><Value>1</Value></Tag>"));
    lw_written_done(&written);
    close_all();
}

#define UPLOAD "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>"
#define PART(etag) "<CopyPartResult><ETag>\"" etag "\"</ETag></CopyPartResult>"
#define MD5_A "0cc175b9c0f1b6a831c399e269772661"
#define DONE(etag) "<CompleteMultipartUploadResult><ETag>" etag "</ETag></CompleteMultipartUploadResult>"

static void open_for_parts(const fake_reply *replies, size_t count) {
    options.multipart_threshold = 5;
    options.multipart_part_size = 4;
    open_on(replies, count, 1);
}

LW_TEST(parts_of_a_copy) {
    static const fake_reply replies[] = {
        NO_TAGS,
        {"200 OK", NULL, UPLOAD, 0},
        {"200 OK", NULL, PART(MD5_A), 0},
        {"200 OK", NULL, PART(MD5_A), 0},
        {"200 OK", NULL, PART("odd&lt;"), 0},
        {"200 OK", "x-amz-version-id: v9\r\n", DONE("\"d-3\""), 0},
    };
    lw_written written;
    open_for_parts(replies, COUNT(replies));
    assert_ok(copy_with("token", &written));
    assert_string_equal(written.etag, "d-3");
    assert_string_equal(written.version_id, "v9");
    assert_request(1, "POST /iso/t/a?uploads=");
    assert_string_equal(fake_header(1, "x-amz-meta-lakewarden-move-token"), "token");
    assert_string_equal(fake_header(1, "Content-Type"), "text/csv");
    assert_request(2, "PUT /iso/t/a?partNumber=1&uploadId=u%2F1");
    assert_string_equal(fake_header(2, "x-amz-copy-source-range"), "bytes=0-3");
    assert_string_equal(fake_header(2, "x-amz-copy-source-if-match"), "\"" OLD_ETAG "\"");
    assert_string_equal(fake_header(3, "x-amz-copy-source-range"), "bytes=4-7");
    assert_string_equal(fake_header(4, "x-amz-copy-source-range"), "bytes=8-9");
    assert_string_equal(fake_header(4, "x-amz-copy-source-if-match"), "\"" OLD_ETAG "\"");
    assert_request(5, "POST /iso/t/a?uploadId=u%2F1");
    assert_string_equal(fake_header(5, "If-None-Match"), "*");
    assert_non_null(strstr(fake.requests[5], "<PartNumber>3</PartNumber><ETag>\"odd&lt;\"</ETag>"));
    lw_written_done(&written);
    close_all();
}

static void assert_parts_fail(const fake_reply *replies, size_t count, lw_status expected, const char *words) {
    lw_written written;
    open_for_parts(replies, count);
    assert_failed(copy_with("token", &written), expected, words);
    assert_null(written.etag);
    assert_request(count - 1, "DELETE /iso/t/a?uploadId=u%2F1");
    close_all();
}

LW_TEST(parts_that_fail_are_aborted) {
    static const fake_reply changed[] = {
        NO_TAGS,
        {"200 OK", NULL, UPLOAD, 0},
        {"200 OK", NULL, PART(MD5_A), 0},
        {"412 P", NULL, FAILED("<Condition>x-amz-copy-source-If-Match</Condition>"), 0},
        {"204 No Content", NULL, NULL, 0}};
    static const fake_reply inside[] = {NO_TAGS,
                                        {"200 OK", NULL, UPLOAD, 0},
                                        {"200 OK", NULL, "<Error><Code>InternalError</Code></Error>", 0},
                                        {"204 No Content", NULL, NULL, 0}};
    static const fake_reply exists[] = {NO_TAGS,
                                        {"200 OK", NULL, UPLOAD, 0},
                                        {"200 OK", NULL, PART(MD5_A), 0},
                                        {"200 OK", NULL, PART(MD5_A), 0},
                                        {"200 OK", NULL, PART(MD5_A), 0},
                                        {"412 P", NULL, FAILED(""), 0},
                                        {"204 No Content", NULL, NULL, 0}};
    static const fake_reply not_done[] = {NO_TAGS,
                                          {"200 OK", NULL, UPLOAD, 0},
                                          {"200 OK", NULL, PART(MD5_A), 0},
                                          {"200 OK", NULL, PART(MD5_A), 0},
                                          {"200 OK", NULL, PART(MD5_A), 0},
                                          {"200 OK", NULL, "<Error><Code>InternalError</Code></Error>", 0},
                                          {"204 No Content", NULL, NULL, 0}};
    assert_parts_fail(changed, COUNT(changed), LW_E_CHANGED, "lake/a b");
    assert_parts_fail(inside, COUNT(inside), LW_E_SERVER, "InternalError");
    assert_parts_fail(exists, COUNT(exists), LW_E_EXISTS, "iso/t/a");
    assert_parts_fail(not_done, COUNT(not_done), LW_E_SERVER, "InternalError");
}

#define THREE_PARTS                                                                                                    \
    {"200 OK", NULL, UPLOAD, 0}, {"200 OK", NULL, PART(MD5_A), 0}, {"200 OK", NULL, PART(MD5_A), 0}, {                 \
        "200 OK", NULL, PART(MD5_A), 0                                                                                 \
    }
/* MD5 of three times the bytes of MD5_A, and the number of parts. */
#define THREE_PARTS_ETAG "1ebad6f0747a7f2d4f2c57065871b692-3"

LW_TEST(completion_whose_reply_was_lost) {
    static const fake_reply ours[] = {
        NO_TAGS,
        THREE_PARTS,
        {"404 Not Found", NULL, "<Error><Code>NoSuchUpload</Code></Error>", 0},
        {"200 OK", HEAD_OF("10", "d-3") "x-amz-meta-lakewarden-move-token: token\r\n", NULL, 0}};
    static const fake_reply others[] = {
        NO_TAGS,
        THREE_PARTS,
        {"404 Not Found", NULL, "<Error><Code>NoSuchUpload</Code></Error>", 0},
        {"200 OK", HEAD_OF("10", "d-3") "x-amz-meta-lakewarden-move-token: another\r\n", NULL, 0},
        {"404 Not Found", NULL, "<Error><Code>NoSuchUpload</Code></Error>", 0}};
    lw_written written;
    open_for_parts(ours, COUNT(ours));
    assert_ok(copy_with("token", &written));
    assert_string_equal(written.etag, "d-3");
    lw_written_done(&written);
    close_all();
    open_for_parts(others, COUNT(others));
    assert_failed(copy_with("token", &written), LW_E_NOT_FOUND, "NoSuchUpload");
    close_all();
}

LW_TEST(completion_without_an_etag) {
    static const fake_reply ours[] = {
        NO_TAGS, THREE_PARTS, {"200 OK", NULL, DONE(""), 0}, {"200 OK", HEAD_OF("10", THREE_PARTS_ETAG), NULL, 0}};
    static const fake_reply smaller[] = {NO_TAGS,
                                         THREE_PARTS,
                                         {"200 OK", NULL, DONE(""), 0},
                                         {"200 OK", HEAD_OF("9", THREE_PARTS_ETAG), NULL, 0},
                                         {"204 No Content", NULL, NULL, 0}};
    static const fake_reply other[] = {NO_TAGS,
                                       THREE_PARTS,
                                       {"200 OK", NULL, DONE(""), 0},
                                       {"200 OK", HEAD_OF("10", "00000000000000000000000000000000-3"), NULL, 0},
                                       {"204 No Content", NULL, NULL, 0}};
    lw_written written;
    open_for_parts(ours, COUNT(ours));
    assert_ok(copy_with("token", &written));
    assert_string_equal(written.etag, THREE_PARTS_ETAG);
    lw_written_done(&written);
    close_all();
    assert_parts_fail(smaller, COUNT(smaller), LW_E_PROTOCOL, "lacks the ETag");
    assert_parts_fail(other, COUNT(other), LW_E_PROTOCOL, "lacks the ETag");
}

LW_TEST(facts_that_cannot_be_asked_stay_unknown) {
#define DENIED                                                                                                         \
    { "403 Forbidden", NULL, "<Error><Code>AccessDenied</Code></Error>", 0 }
    static const fake_reply replies[] = {{"200 OK", "x-amz-bucket-region: eu-west-1\r\n", NULL, 0},
                                         DENIED,
                                         DENIED,
                                         DENIED,
                                         DENIED,
                                         DENIED,
                                         DENIED,
                                         DENIED,
                                         DENIED};
    lw_bucket_facts facts;
    open_on(replies, COUNT(replies), 1);
    assert_ok(lw_store_bucket_facts(store, "lake", &facts, &err));
    assert_string_equal(facts.name, "lake");
    assert_string_equal(facts.region, "eu-west-1");
    assert_int_equal(facts.versioning, LW_VERSIONING_UNKNOWN);
    assert_false(facts.tags_known || facts.encryption_known || facts.acl_known || facts.policy_known ||
                 facts.block_known);
    assert_int_equal(facts.policy_public_read, LW_UNKNOWN);
    assert_int_equal(facts.allows_unencrypted_uploads, LW_UNKNOWN);
    assert_int_equal(facts.created_ms, 0);
    lw_bucket_facts_done(&facts);
    close_all();
}

LW_TEST(facts_as_aws_gives_them) {
#define NONE(code)                                                                                                     \
    { "404 Not Found", NULL, "<Error><Code>" code "</Code></Error>", 0 }
    static const fake_reply replies[] = {
        {"200 OK", NULL, NULL, 0},
        {"200 OK", NULL, "<LocationConstraint>EU</LocationConstraint>", 0},
        {"200 OK", NULL, "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>", 0},
        {"200 OK", NULL, "<AccessControlPolicy><Owner><ID>me</ID></Owner></AccessControlPolicy>", 0},
        NONE("NoSuchTagSet"),
        {"200 OK", NULL,
         "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms"
         "</SSEAlgorithm><KMSMasterKeyID>arn:k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>"
         "</ServerSideEncryptionConfiguration>",
         0},
        {"200 OK", NULL,
         "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><RestrictPublicBuckets>true"
         "</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
         0},
        NONE("NoSuchBucketPolicy"),
        {"200 OK", NULL,
         "<ListAllMyBucketsResult><Buckets><Bucket><Name>lak</Name><CreationDate>2020-01-01T00:00:00Z</CreationDate>"
         "</Bucket><Bucket><CreationDate>2026-01-01T00:00:00Z</CreationDate><Name>lake</Name></Bucket><Bucket>"
         "<Name>z</Name><CreationDate>2021-01-01T00:00:00Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>",
         0},
    };
    lw_bucket_facts facts;
    open_on(replies, COUNT(replies), 1);
    assert_ok(lw_store_bucket_facts(store, "lake", &facts, &err));
    assert_string_equal(facts.region, "eu-west-1");
    assert_int_equal(facts.versioning, LW_VERSIONING_SUSPENDED);
    assert_string_equal(facts.owner_id, "me");
    assert_true(facts.tags_known);
    assert_string_equal(facts.encryption_type, "aws:kms");
    assert_string_equal(facts.kms_key_id, "arn:k");
    assert_true(facts.block_known && facts.block_public_acls && facts.restrict_public_buckets);
    assert_false(facts.ignore_public_acls || facts.block_public_policy);
    assert_true(facts.policy_known && !facts.has_policy);
    assert_int_equal(facts.policy_public_read, LW_NO);
    assert_int_equal(facts.allows_unencrypted_uploads, LW_YES);
    assert_true(facts.created_ms == 1767225600000);
    lw_bucket_facts_done(&facts);
    close_all();
}

LW_TEST(redirect_of_an_endpoint_is_not_followed) {
    static const fake_reply replies[] = {
        {"301 Moved", "x-amz-bucket-region: eu-west-1\r\n", "<Error><Code>PermanentRedirect</Code></Error>", 0}};
    lw_buf keys;
    open_on(replies, COUNT(replies), 1);
    assert_true(list("", join_key, &keys) != LW_OK);
    lw_buf_done(&keys);
    close_all();
}

LW_TEST(names_are_checked_before_anything_is_sent) {
    char key[1026];
    lw_object object;
    lw_buf keys;
    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    open_on(NULL, 0, 1);
    assert_failed(lw_store_head(store, "lake", key, NULL, &object, &err), LW_E_UNSUPPORTED, "1025 bytes");
    assert_failed(lw_store_head(store, "lake", "", NULL, &object, &err), LW_E_USAGE, "empty");
    assert_failed(lw_store_head(store, "la/ke", "k", NULL, &object, &err), LW_E_UNSUPPORTED, "la/ke");
    lw_buf_init(&keys, 64);
    assert_failed(lw_store_list(store, "..", "", join_key, &keys, &err), LW_E_UNSUPPORTED, "'..'");
    lw_buf_done(&keys);
    close_all();
}

static void assert_open_fails(lw_status expected, const char *words) {
    clear_environment();
    err = (lw_error){0};
    options.kind = LW_STORE_S3;
    assert_failed(lw_store_open(&options, &store, &err), expected, words);
    options = (lw_store_options){0};
}

LW_TEST(options_that_cannot_be) {
    options.signature_version = "s3v5";
    assert_open_fails(LW_E_USAGE, "s3v5");
    options.expected_bucket_owner = "12345";
    assert_open_fails(LW_E_CONFIG, "12 digits");
    options.endpoint_url = "host:9000";
    assert_open_fails(LW_E_CONFIG, "endpoint");
    options.signature_version = "s3";
    options.ca_bundle = "/etc/ssl/ca.pem";
    assert_open_fails(LW_E_UNSUPPORTED, "--ca-bundle");
    options.kind = LW_STORE_S3;
    lw_store_options local = {.kind = LW_STORE_LOCAL, .root = "relative"};
    assert_failed(lw_store_open(&local, &store, &err), LW_E_USAGE, "absolute");
}

LW_TEST(endpoints_are_compared) {
    lw_store *other;
    clear_environment();
    lw_store_options a = {.kind = LW_STORE_S3, .endpoint_url = "http://127.0.0.1:1/", .no_sign_request = true};
    lw_store_options b = {.kind = LW_STORE_S3, .endpoint_url = "http://127.0.0.1:1", .no_sign_request = true};
    lw_store_options c = {.kind = LW_STORE_S3, .region = "eu-west-1", .no_sign_request = true};
    lw_store_options d = {.kind = LW_STORE_LOCAL, .root = "/tmp"};
    assert_ok(lw_store_open(&a, &store, &err));
    assert_ok(lw_store_open(&b, &other, &err));
    assert_true(lw_store_same_endpoint(store, other));
    lw_store_free(other);
    assert_ok(lw_store_open(&c, &other, &err));
    assert_false(lw_store_same_endpoint(store, other));
    assert_string_equal(lw_store_region(other), "eu-west-1");
    assert_int_equal(lw_store_preferred_gets(other), 4);
    lw_store_free(other);
    assert_ok(lw_store_open(&d, &other, &err));
    assert_false(lw_store_same_endpoint(store, other));
    lw_store_free(other);
    lw_store_free(store);
}
