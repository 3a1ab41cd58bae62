/* S3 over libs3 (--signature-version s3): for appliances that know Signature Version 2 only.
 *
 * libs3 2.0, which Debian ships, signs with version 2 and knows no session token; versions from 4 sign with version 4
 * and take one. The differences are a few struct fields and one more argument (WAIT below); CMake finds out which is
 * there.
 *
 * libs3 cannot do everything a store can, and what it cannot do is refused, never left out in silence: copies,
 * conditional puts and deletes, versions, tags. A mover on this back end therefore refuses to move. Keys that libs3 2.0
 * would turn into others (it writes a space as '+', libcurl folds dot segments, listings cut the longest keys) are
 * refused with the reason.
 *
 * libs3 does not show Content-Range. A reply is trusted when its length is the one asked for; a shorter one must end
 * where a HEAD says that the object ends. Requests block, each call has its own state, and libs3 is initialised once
 * for the process. Retries are ours, by libs3's own judgement of what can be retried.
 */
#include "store/libs3_priv.h"

#include <libs3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/credentials.h"
#include "store/libs3_lazy_priv.h"

#ifdef LW_LIBS3_4
#define WAIT , 0 /* the time limit argument: none, libs3 gives up on a stalled connection itself */
#else
#define WAIT
#endif

#define ETAG_ROOM 256
#define PAGE_KEYS 1000
#define KEY_MAX                                                                                                        \
    (S3_MAX_KEY_SIZE - 2) /* libs3 cuts a listed key to 1023 bytes, so one of that length may be another's */

typedef struct libs3_store {
    lw_aws *aws;
    char *host;
    char *region;
    S3Protocol protocol;
    S3UriStyle style;
    unsigned max_attempts;
} libs3_store;

/* One request's credentials and context; wiped when the request is done. */
typedef struct libs3_session {
    lw_credentials credentials;
    S3BucketContext context;
} libs3_session;

/* What a request left behind; the callbacks of libs3 fill it. First in the structs below, so that the common callbacks
 * work on all of them. */
typedef struct libs3_outcome {
    S3Status status;
    lw_error error;   /* of our own callbacks */
    lw_status failed; /* the same as a status */
    char message[300];
    char etag[ETAG_ROOM];
    char request_id[128];
    char content_type[256];
    uint64_t content_length;
    int64_t last_modified;
    lw_strings metadata;
} libs3_outcome;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static S3Status once_status;
static bool library_found;

static void initialize(void) {
    library_found = lw_libs3_load();
    if (!library_found) {
        return;
    }
    once_status = S3_initialize("lakewarden/" LW_VERSION, S3_INIT_ALL, NULL);
}

const char *lw_libs3_key_problem(const char *key) {
    const char *problem = NULL;
#ifndef LW_LIBS3_4
    if (strchr(key, ' ') != NULL) {
        problem = "libs3 2.0 would write its space as '+'";
    }
#endif
    for (const char *segment = key; problem == NULL; segment += strcspn(segment, "/") + 1) {
        size_t len = strcspn(segment, "/");
        if ((len == 1 && segment[0] == '.') || (len == 2 && segment[0] == '.' && segment[1] == '.')) {
            problem = "libs3 would fold its '.' or '..' segment";
        }
        if (segment[len] == '\0') {
            break;
        }
    }
    return problem;
}

static lw_status check_key(const char *bucket, const char *key, lw_error *err) {
    const char *problem = lw_libs3_key_problem(key);
    return problem == NULL
               ? LW_OK
               : lw_fail(err, LW_E_UNSUPPORTED, "use key '%s' in bucket '%s': %s; use --signature-version s3v4", key,
                         bucket, problem);
}

static lw_status cannot(const char *bucket, const char *key, const char *what, lw_error *err) {
    return lw_fail(err, LW_E_UNSUPPORTED, "use 's3://%s/%s': libs3 cannot do %s; use --signature-version s3v4", bucket,
                   key, what);
}

static void keep_text(char *room, size_t size, const char *text) {
    if (text != NULL) {
        (void)snprintf(room, size, "%s", text);
    }
}

static S3Status on_properties(const S3ResponseProperties *properties, void *ctx) {
    libs3_outcome *outcome = ctx;
    keep_text(outcome->etag, sizeof(outcome->etag), properties->eTag);
    keep_text(outcome->request_id, sizeof(outcome->request_id), properties->requestId);
    keep_text(outcome->content_type, sizeof(outcome->content_type), properties->contentType);
    outcome->content_length = properties->contentLength;
    outcome->last_modified = properties->lastModified;
    lw_strings_done(&outcome->metadata);
    for (int i = 0; i < properties->metaDataCount; i++) {
        if (lw_strings_addf(&outcome->metadata, "%s: %s", properties->metaData[i].name,
                            properties->metaData[i].value) != LW_OK) {
            return S3StatusOutOfMemory;
        }
    }
    return S3StatusOK;
}

static void on_complete(S3Status status, const S3ErrorDetails *details, void *ctx) {
    libs3_outcome *outcome = ctx;
    outcome->status = status;
    keep_text(outcome->message, sizeof(outcome->message), details == NULL ? NULL : details->message);
}

static const S3ResponseHandler handler = {on_properties, on_complete};

static lw_status status_of(S3Status status) {
    static const struct {
        S3Status libs3;
        lw_status ours;
    } table[] = {
        {S3StatusOutOfMemory, LW_E_MEMORY},
        {S3StatusNameLookupError, LW_E_NETWORK},
        {S3StatusFailedToConnect, LW_E_NETWORK},
        {S3StatusConnectionFailed, LW_E_NETWORK},
        {S3StatusServerFailedVerification, LW_E_TLS},
        {S3StatusXmlParseFailure, LW_E_PROTOCOL},
        {S3StatusErrorAccessDenied, LW_E_DENIED},
        {S3StatusErrorInvalidAccessKeyId, LW_E_CREDENTIALS},
        {S3StatusErrorSignatureDoesNotMatch, LW_E_CREDENTIALS},
        {S3StatusErrorExpiredToken, LW_E_CREDENTIALS},
        {S3StatusErrorInvalidToken, LW_E_CREDENTIALS},
        {S3StatusErrorRequestTimeTooSkewed, LW_E_DENIED},
        {S3StatusErrorInternalError, LW_E_SERVER},
        {S3StatusErrorSlowDown, LW_E_THROTTLED},
        {S3StatusErrorRequestTimeout, LW_E_TIMEOUT},
        {S3StatusErrorOperationAborted, LW_E_CONFLICT},
        {S3StatusErrorNoSuchBucket, LW_E_NO_BUCKET},
        {S3StatusErrorNoSuchKey, LW_E_NOT_FOUND},
        {S3StatusErrorNotImplemented, LW_E_UNSUPPORTED},
        {S3StatusErrorMethodNotAllowed, LW_E_UNSUPPORTED},
        {S3StatusErrorPreconditionFailed, LW_E_PRECONDITION},
        {S3StatusHttpErrorForbidden, LW_E_DENIED},
        {S3StatusHttpErrorNotFound, LW_E_NOT_FOUND},
        {S3StatusHttpErrorConflict, LW_E_CONFLICT},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].libs3 == status) {
            return table[i].ours;
        }
    }
    return S3_status_is_retryable(status) ? LW_E_SERVER : LW_E_PROTOCOL;
}

static lw_status judge(const libs3_outcome *outcome, const char *action, const char *bucket, const char *key,
                       lw_error *err) {
    if (outcome->failed != LW_OK) {
        if (err != NULL) {
            *err = outcome->error;
        }
        return outcome->failed;
    }
    if (outcome->status == S3StatusOK) {
        return LW_OK;
    }
    const char *name = S3_get_status_name(outcome->status);
    return lw_fail(err, status_of(outcome->status), "%s 's3://%s%s%s': %s%s%s", action, bucket,
                   key[0] == '\0' ? "" : "/", key, name, outcome->message[0] == '\0' ? "" : ": ", outcome->message);
}

static void outcome_done(libs3_outcome *outcome) {
    lw_strings_done(&outcome->metadata);
}

static void session_done(libs3_session *session) {
    lw_credentials_done(&session->credentials);
}

static lw_status session_open(const libs3_store *state, const char *bucket, libs3_session *ret_session, lw_error *err) {
    libs3_session session = {0};
    LW_TRY(lw_aws_credentials(state->aws, &session.credentials, err));
    session.context = (S3BucketContext){.hostName = state->host,
                                        .bucketName = bucket,
                                        .protocol = state->protocol,
                                        .uriStyle = state->style,
                                        .accessKeyId = session.credentials.access_key_id,
                                        .secretAccessKey = session.credentials.secret_access_key};
#ifdef LW_LIBS3_4
    session.context.securityToken = session.credentials.session_token;
    session.context.authRegion = state->region;
#else
    if (session.credentials.session_token != NULL) {
        session_done(&session);
        return lw_fail(err, LW_E_UNSUPPORTED,
                       "use temporary credentials: libs3 2.0 cannot send a session token; use --signature-version s3v4 "
                       "or long-term keys");
    }
#endif
    *ret_session = session;
    return LW_OK;
}

/* True when the request is to be sent once more; waits before it says so. */
static bool try_again(const libs3_store *state, const libs3_outcome *outcome, unsigned attempt) {
    if (outcome->failed != LW_OK || outcome->status == S3StatusOK || !S3_status_is_retryable(outcome->status) ||
        attempt >= state->max_attempts) {
        return false;
    }
    lw_store_back_off(attempt);
    return true;
}

/* list */

typedef struct libs3_page {
    libs3_outcome outcome;
    lw_object_sink sink;
    void *ctx;
    const char *bucket;
    lw_buf last; /* key of the last entry: where the next page begins */
    bool truncated;
    bool stopped; /* by the sink */
    size_t entries;
} libs3_page;

static lw_status give_entry(libs3_page *page, const S3ListBucketContent *entry) {
    char storage_class[] = "STANDARD";
    char etag[ETAG_ROOM];
    lw_slice bare = lw_etag_bare(lw_slice_from(entry->eTag));
    if (lw_slice_equal_text(lw_buf_slice(&page->last), entry->key)) {
        return lw_fail(&page->outcome.error, LW_E_PROTOCOL, "list 's3://%s': the server lists the same keys again",
                       page->bucket);
    }
    if (strlen(entry->key) > KEY_MAX) {
        return lw_fail(&page->outcome.error, LW_E_UNSUPPORTED,
                       "list 's3://%s': libs3 cuts the key that begins with '%.64s'; use --signature-version s3v4",
                       page->bucket, entry->key);
    }
    lw_buf_reset(&page->last);
    LW_TRY(lw_buf_append_text(&page->last, entry->key));
    (void)snprintf(etag, sizeof(etag), "%.*s", (int)bare.len, bare.data == NULL ? "" : bare.data);
    lw_object object = {.key = page->last.data,
                        .etag = etag,
                        .storage_class = storage_class,
                        .size = entry->size,
                        .last_modified_ms = entry->lastModified < 0 ? 0 : entry->lastModified * 1000};
    lw_status status = page->sink(page->ctx, &object);
    page->stopped = status != LW_OK;
    return status;
}

static S3Status on_page(int is_truncated, const char *next_marker, int count, const S3ListBucketContent *entries,
                        int prefix_count, const char **prefixes, void *ctx) {
    libs3_page *page = ctx;
    (void)next_marker;
    (void)prefix_count;
    (void)prefixes;
    page->truncated = is_truncated != 0;
    for (int i = 0; i < count; i++) {
        page->entries++;
        page->outcome.failed = give_entry(page, &entries[i]);
        if (page->outcome.failed != LW_OK) {
            return S3StatusAbortedByCallback;
        }
    }
    return S3StatusOK;
}

/* One page, repeated only while it has given nothing away. */
static lw_status list_page(const libs3_store *state, const libs3_session *session, const char *prefix, libs3_page *page,
                           lw_error *err) {
    static const S3ListBucketHandler list_handler = {{on_properties, on_complete}, on_page};
    char *marker = page->last.len == 0 ? NULL : lw_slice_dup(lw_buf_slice(&page->last));
    if (page->last.len > 0 && marker == NULL) {
        return lw_fail(err, LW_E_MEMORY, "list 's3://%s': out of memory", page->bucket);
    }
    page->entries = 0;
    page->truncated = false;
    unsigned attempt = 0;
    do {
        S3_list_bucket(&session->context, prefix[0] == '\0' ? NULL : prefix, marker, NULL, PAGE_KEYS, NULL WAIT,
                       &list_handler, page);
    } while (page->entries == 0 && try_again(state, &page->outcome, ++attempt));
    free(marker);
    LW_TRY(judge(&page->outcome, "list", page->bucket, "", err));
    if (page->truncated && page->entries == 0) {
        return lw_fail(err, LW_E_PROTOCOL, "list 's3://%s': the server says that there are more keys but gives none",
                       page->bucket);
    }
    return LW_OK;
}

static lw_status libs3_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                            lw_error *err) {
    const libs3_store *state = store->state;
    libs3_session session = {0};
    libs3_page page = {.sink = sink, .ctx = ctx, .bucket = bucket};
    LW_TRY(session_open(state, bucket, &session, err));
    lw_buf_init(&page.last, (size_t)8 << 10);
    lw_error why = {0};
    lw_status status;
    do {
        status = list_page(state, &session, prefix, &page, &why);
    } while (status == LW_OK && page.truncated);
    lw_buf_done(&page.last);
    outcome_done(&page.outcome);
    session_done(&session);
    if (status == LW_E_CANCELLED && page.stopped) {
        return LW_OK;
    }
    if (status != LW_OK && !page.stopped && err != NULL) {
        *err = why;
    }
    return status;
}

/* head and get */

/* A 404 without a body: the listing says whether the bucket is there. */
static lw_status stop_at_once(void *ctx, const lw_object *object) {
    (void)ctx;
    (void)object;
    return LW_E_CANCELLED;
}

static lw_status missing(lw_store *store, const char *bucket, const char *key, lw_error *err) {
    lw_status status = libs3_list(store, bucket, key, stop_at_once, NULL, err);
    return status == LW_E_NO_BUCKET ? status
                                    : lw_fail(err, LW_E_NOT_FOUND, "look at 's3://%s/%s': no such object", bucket, key);
}

static lw_status take_head(libs3_outcome *outcome, const char *key, lw_object *object) {
    object->key = lw_text_dup(key);
    object->etag = lw_slice_dup(lw_etag_bare(lw_slice_from(outcome->etag)));
    object->storage_class = lw_text_dup("STANDARD");
    object->content_type = outcome->content_type[0] == '\0' ? NULL : lw_text_dup(outcome->content_type);
    object->size = outcome->content_length;
    object->last_modified_ms = outcome->last_modified < 0 ? 0 : outcome->last_modified * 1000;
    object->metadata = outcome->metadata;
    outcome->metadata = (lw_strings){0};
    return object->key == NULL || object->etag == NULL || object->storage_class == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status libs3_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_object *ret_object, lw_error *err) {
    const libs3_store *state = store->state;
    libs3_session session = {0};
    libs3_outcome outcome = {0};
    lw_object object = {0};
    LW_TRY(check_key(bucket, key, err));
    if (version_id != NULL) {
        return cannot(bucket, key, "versions", err);
    }
    LW_TRY(session_open(state, bucket, &session, err));
    unsigned attempt = 0;
    do {
        S3_head_object(&session.context, key, NULL WAIT, &handler, &outcome);
    } while (try_again(state, &outcome, ++attempt));
    session_done(&session);
    lw_status status = judge(&outcome, "look at", bucket, key, err);
    if (status == LW_E_NOT_FOUND) {
        status = missing(store, bucket, key, err);
    } else if (status == LW_OK) {
        status = take_head(&outcome, key, &object);
    }
    outcome_done(&outcome);
    if (status != LW_OK) {
        lw_object_done(&object);
        return status;
    }
    *ret_object = object;
    return LW_OK;
}

typedef struct libs3_reading {
    libs3_outcome outcome;
    char *data;
    size_t room;
    size_t len;
} libs3_reading;

static S3Status on_data(int size, const char *data, void *ctx) {
    libs3_reading *reading = ctx;
    if ((size_t)size > reading->room - reading->len) {
        reading->outcome.failed = lw_fail(&reading->outcome.error, LW_E_PROTOCOL,
                                          "read: the reply is longer than the range that was asked for");
        return S3StatusAbortedByCallback;
    }
    memcpy(reading->data + reading->len, data, (size_t)size);
    reading->len += (size_t)size;
    return S3StatusOK;
}

/* Fewer bytes than asked for are right only at the object's end. */
static lw_status check_end(lw_store *store, const lw_get *get, size_t got, lw_error *err) {
    lw_object object = {0};
    if (got == get->length) {
        return LW_OK;
    }
    LW_TRY(libs3_head(store, get->bucket, get->key, NULL, &object, err));
    uint64_t end = object.size > get->offset ? object.size : get->offset;
    bool same = get->if_match == NULL || lw_slice_equal_text(lw_slice_from(object.etag), get->if_match);
    lw_object_done(&object);
    if (!same) {
        return lw_fail(err, LW_E_CHANGED, "read 's3://%s/%s': the object has changed, scan it again", get->bucket,
                       get->key);
    }
    return get->offset + got == end
               ? LW_OK
               : lw_fail(err, LW_E_PROTOCOL, "read 's3://%s/%s': the reply ends before the object does", get->bucket,
                         get->key);
}

static lw_status read_range(const libs3_store *state, const lw_get *get, libs3_reading *reading, lw_error *err) {
    static const S3GetObjectHandler get_handler = {{on_properties, on_complete}, on_data};
    char if_match[ETAG_ROOM + 2];
    S3GetConditions conditions = {-1, -1, NULL, NULL};
    libs3_session session = {0};
    LW_TRY(session_open(state, get->bucket, &session, err));
    if (get->if_match != NULL) {
        (void)snprintf(if_match, sizeof(if_match), "\"%s\"", get->if_match);
        conditions.ifMatchETag = if_match;
    }
    unsigned attempt = 0;
    do {
        reading->len = 0;
        S3_get_object(&session.context, get->key, &conditions, get->offset, get->length, NULL WAIT, &get_handler,
                      reading);
    } while (try_again(state, &reading->outcome, ++attempt));
    session_done(&session);
    return LW_OK;
}

static lw_status libs3_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err) {
    libs3_reading reading = {.data = data, .room = get->length};
    LW_TRY(check_key(get->bucket, get->key, err));
    if (get->version_id != NULL) {
        return cannot(get->bucket, get->key, "versions", err);
    }
    LW_TRY(read_range(store->state, get, &reading, err));
    lw_status status = judge(&reading.outcome, "read", get->bucket, get->key, err);
    if (status == LW_E_PRECONDITION) {
        status = lw_fail(err, LW_E_CHANGED, "read 's3://%s/%s': the object has changed, scan it again", get->bucket,
                         get->key);
    } else if (reading.outcome.failed == LW_OK && reading.outcome.status == S3StatusErrorInvalidRange) {
        reading.len = 0;
        status = LW_OK;
    }
    if (status == LW_OK) {
        status = check_end(store, get, reading.len, err);
    }
    outcome_done(&reading.outcome);
    if (status == LW_OK) {
        *ret_len = reading.len;
    }
    return status;
}

/* put, copy, delete */

typedef struct libs3_writing {
    libs3_outcome outcome;
    lw_slice rest;
} libs3_writing;

static int on_room(int size, char *data, void *ctx) {
    libs3_writing *writing = ctx;
    size_t len = writing->rest.len < (size_t)size ? writing->rest.len : (size_t)size;
    if (len > 0) {
        memcpy(data, writing->rest.data, len);
        writing->rest = (lw_slice){writing->rest.data + len, writing->rest.len - len};
    }
    return (int)len;
}

static lw_status take_written(const libs3_outcome *outcome, const char *etag, lw_written *ret_written, lw_error *err) {
    lw_slice bare = lw_etag_bare(lw_slice_from(etag));
    if (bare.len == 0) {
        return lw_fail(err, LW_E_PROTOCOL, "write: the server's reply has no ETag");
    }
    lw_written written = {.etag = lw_slice_dup(bare), .request_id = lw_text_dup(outcome->request_id)};
    if (written.etag == NULL || written.request_id == NULL) {
        lw_written_done(&written);
        return lw_fail(err, LW_E_MEMORY, "write: out of memory");
    }
    *ret_written = written;
    return LW_OK;
}

/* libs3 2.0 stops reading headers at a "100 Continue", and then shows no ETag of what it wrote. The object is looked at
 * instead: what was written has the MD5 of the body as its ETag. */
static lw_status confirm_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) {
    uint8_t digest[LW_MD5_SIZE];
    char md5[2 * LW_MD5_SIZE + 1];
    lw_object object = {0};
    LW_TRY(lw_md5(put->body, digest));
    lw_hex(digest, sizeof(digest), md5);
    LW_TRY(libs3_head(store, put->bucket, put->key, NULL, &object, err));
    bool same = object.size == put->body.len && lw_slice_equal_text(lw_slice_from(object.etag), md5);
    lw_written written = {.etag = object.etag};
    object.etag = NULL;
    lw_object_done(&object);
    if (!same) {
        lw_written_done(&written);
        return lw_fail(err, LW_E_PROTOCOL, "write 's3://%s/%s': what is there now is not what was sent", put->bucket,
                       put->key);
    }
    *ret_written = written;
    return LW_OK;
}

static lw_status libs3_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) {
    static const S3PutObjectHandler put_handler = {{on_properties, on_complete}, on_room};
    const libs3_store *state = store->state;
    S3PutProperties properties = {.contentType = put->content_type, .expires = -1};
    libs3_session session = {0};
    libs3_writing writing = {0};
    LW_TRY(check_key(put->bucket, put->key, err));
    if (put->if_none_match || put->if_match != NULL) {
        return cannot(put->bucket, put->key, "conditional writes", err);
    }
    LW_TRY(session_open(state, put->bucket, &session, err));
    unsigned attempt = 0;
    do {
        writing.rest = put->body;
        S3_put_object(&session.context, put->key, put->body.len, &properties, NULL WAIT, &put_handler, &writing);
    } while (try_again(state, &writing.outcome, ++attempt));
    session_done(&session);
    lw_status status = judge(&writing.outcome, "write", put->bucket, put->key, err);
    if (status == LW_OK) {
        status = writing.outcome.etag[0] == '\0'
                     ? confirm_put(store, put, ret_written, err)
                     : take_written(&writing.outcome, writing.outcome.etag, ret_written, err);
    }
    outcome_done(&writing.outcome);
    return status;
}

/* libs3 has a copy, but it sends the source key unencoded ("a%20b" would copy "a b"), without a condition, and does not
 * say reliably what it made. Nothing that stands before a delete may be built on that. */
static lw_status libs3_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err) {
    (void)store;
    (void)ret_written;
    return cannot(copy->source_bucket, copy->source_key, "exact and conditional copies", err);
}

static lw_status libs3_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err) {
    const libs3_store *state = store->state;
    libs3_session session = {0};
    libs3_outcome outcome = {0};
    LW_TRY(check_key(request->bucket, request->key, err));
    if (request->if_match != NULL || request->version_id != NULL) {
        return cannot(request->bucket, request->key, "conditional deletes", err);
    }
    LW_TRY(session_open(state, request->bucket, &session, err));
    unsigned attempt = 0;
    do {
        S3_delete_object(&session.context, request->key, NULL WAIT, &handler, &outcome);
    } while (try_again(state, &outcome, ++attempt));
    session_done(&session);
    lw_status status = judge(&outcome, "delete", request->bucket, request->key, err);
    outcome_done(&outcome);
    if (status == LW_OK) {
        *ret_deleted = (lw_deleted){0};
    }
    return status;
}

/* facts */

static lw_status libs3_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_tags *ret_tags, lw_error *err) {
    (void)store;
    (void)version_id;
    (void)ret_tags;
    return cannot(bucket, key, "tags", err);
}

static lw_status libs3_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err) {
    (void)store;
    (void)ret_versioning;
    return cannot(bucket, "", "versioning", err);
}

static void read_grants(const S3AclGrant *grants, int count, lw_bucket_facts *facts) {
    for (int i = 0; i < count; i++) {
        bool to_public =
            grants[i].granteeType == S3GranteeTypeAllUsers || grants[i].granteeType == S3GranteeTypeAllAwsUsers;
        bool full = grants[i].permission == S3PermissionFullControl;
        facts->acl_public_read |= to_public && (full || grants[i].permission == S3PermissionRead);
        facts->acl_public_write |= to_public && (full || grants[i].permission == S3PermissionWrite);
    }
    facts->acl_known = true;
}

static lw_status ask_acl(const libs3_session *session, lw_bucket_facts *facts) {
    char owner[S3_MAX_GRANTEE_USER_ID_SIZE] = "";
    char name[S3_MAX_GRANTEE_DISPLAY_NAME_SIZE] = "";
    int count = 0;
    libs3_outcome outcome = {0};
    S3AclGrant *grants = calloc(S3_MAX_ACL_GRANT_COUNT, sizeof(*grants));
    if (grants == NULL) {
        return LW_E_MEMORY;
    }
    S3_get_acl(&session->context, NULL, owner, name, &count, grants, NULL WAIT, &handler, &outcome);
    if (outcome.status == S3StatusOK) {
        read_grants(grants, count, facts);
        facts->owner_id = owner[0] == '\0' ? NULL : lw_text_dup(owner);
        facts->owner_name = name[0] == '\0' ? NULL : lw_text_dup(name);
    } else {
        lw_debug("bucket '%s': its access control list stays unknown", session->context.bucketName);
    }
    outcome_done(&outcome);
    free(grants);
    return LW_OK;
}

static lw_status libs3_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err) {
    libs3_session session = {0};
    lw_bucket_facts facts = {
        .policy_public_read = LW_UNKNOWN, .policy_public_write = LW_UNKNOWN, .allows_unencrypted_uploads = LW_UNKNOWN};
    LW_TRY(libs3_list(store, bucket, "", stop_at_once, NULL, err));
    LW_TRY(session_open(store->state, bucket, &session, err));
    lw_status status = ask_acl(&session, &facts);
    session_done(&session);
    facts.name = lw_text_dup(bucket);
    facts.region = lw_text_dup(store->region);
    if (status != LW_OK || facts.name == NULL || facts.region == NULL) {
        lw_bucket_facts_done(&facts);
        return lw_fail(err, LW_E_MEMORY, "look at bucket '%s': out of memory", bucket);
    }
    *ret_facts = facts;
    return LW_OK;
}

/* opening */

static void free_libs3(void *state_) {
    libs3_store *state = state_;
    lw_aws_free(state->aws);
    free(state->host);
    free(state->region);
    free(state);
}

/* Host and protocol out of the endpoint, and the text by which two stores are compared. */
static lw_status set_endpoint(libs3_store *state, lw_store *store, lw_error *err) {
    const char *endpoint = lw_aws_endpoint(state->aws, "s3");
    char own[128];
    if (endpoint == NULL) {
        if (strcmp(store->region, "us-east-1") == 0) {
            (void)snprintf(own, sizeof(own), "https://s3.amazonaws.com");
        } else {
            (void)snprintf(own, sizeof(own), "https://s3.%s.amazonaws.com", store->region);
        }
        endpoint = own;
    }
    LW_TRY(lw_endpoint_check(endpoint, &store->endpoint, err));
    const char *host = strstr(store->endpoint, "://") + 3;
    if (strchr(host, '/') != NULL) {
        return lw_fail(err, LW_E_UNSUPPORTED, "use endpoint '%s': libs3 takes no path in an endpoint", store->endpoint);
    }
    state->protocol = strncmp(store->endpoint, "https:", 6) == 0 ? S3ProtocolHTTPS : S3ProtocolHTTP;
    state->host = lw_text_dup(host);
    return state->host == NULL ? lw_fail(err, LW_E_MEMORY, "open store: out of memory") : LW_OK;
}

static lw_status check_options(const lw_store_options *options, lw_error *err) {
    const char *name = options->ca_bundle != NULL               ? "--ca-bundle"
                       : options->no_verify_ssl                 ? "--no-verify-ssl"
                       : options->no_sign_request               ? "--no-sign-request"
                       : options->expected_bucket_owner != NULL ? "--expected-bucket-owner"
                                                                : NULL;
    return name == NULL ? LW_OK
                        : lw_fail(err, LW_E_UNSUPPORTED, "use %s: libs3 cannot; use --signature-version s3v4", name);
}

static lw_status fill_state(const lw_store_options *options, libs3_store *state, lw_store *store, lw_error *err) {
    lw_aws_options aws = {.profile = options->profile,
                          .region = options->region,
                          .endpoint_url = options->endpoint_url,
                          .connect_timeout_ms = options->connect_timeout_ms,
                          .read_timeout_ms = options->read_timeout_ms,
                          .max_attempts = options->max_attempts,
                          .allow_plain_http = options->allow_plain_http};
    LW_TRY(lw_aws_new(&aws, &state->aws, err));
    state->region = lw_text_dup(lw_aws_region(state->aws));
    store->region = lw_text_dup(lw_aws_region(state->aws));
    if (state->region == NULL || store->region == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open store: out of memory");
    }
    state->max_attempts = options->max_attempts == 0 ? 5 : options->max_attempts;
    state->style = options->addressing == LW_ADDRESSING_VIRTUAL ||
                           (options->addressing == LW_ADDRESSING_AUTO && lw_aws_endpoint(state->aws, "s3") == NULL)
                       ? S3UriStyleVirtualHost
                       : S3UriStylePath;
    return set_endpoint(state, store, err);
}

lw_status lw_libs3_open(const lw_store_options *options, lw_store *store, lw_error *err) {
    static const lw_store_backend backend = {
        .list = libs3_list,
        .head = libs3_head,
        .get = libs3_get,
        .put = libs3_put,
        .copy = libs3_copy,
        .remove = libs3_delete,
        .object_tags = libs3_tags,
        .bucket_facts = libs3_facts,
        .versioning = libs3_versioning,
        .free_state = free_libs3,
    };
    LW_TRY(check_options(options, err));
    if (pthread_once(&once, initialize) != 0 || !library_found) {
        return lw_fail(err, LW_E_UNSUPPORTED,
                       "load " LW_LIBS3_SONAME
                       ": not found; install it (Debian: libs3-2), or use signature version s3v4");
    }
    if (once_status != S3StatusOK) {
        return lw_fail(err, LW_E_INTERNAL, "start libs3: %s", S3_get_status_name(once_status));
    }
    libs3_store *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open store: out of memory");
    }
    store->backend = &backend;
    store->state = state;
    store->kind = LW_STORE_S3;
    store->preferred_gets = 4;
    store->key_max = KEY_MAX;
    return fill_state(options, state, store, err);
}
