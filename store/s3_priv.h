/* Shared by the files of the S3 back end (net/ for the requests). */
#ifndef LW_STORE_S3_PRIV_H
#define LW_STORE_S3_PRIV_H

#include <pthread.h>

#include "net/credentials.h"
#include "net/http.h"
#include "store/store_priv.h"

#define LW_S3_KEY_MAX 1024
#define LW_S3_REGION_SIZE 64

typedef struct lw_s3 {
    lw_aws *aws;
    char *endpoint; /* NULL: AWS's own hosts */
    char *expected_owner;
    lw_addressing addressing;
    uint64_t multipart_threshold;
    uint64_t multipart_part_size; /* 0: chosen by size */
    unsigned max_attempts;
    pthread_mutex_t lock;
    struct {
        lw_strings regions; /* "bucket region": where AWS said that a bucket is */
    } synced;
} lw_s3;

/* One request. Query is encoded already ("a=b&c="), headers are the caller's; bucket and key may be NULL. */
typedef struct lw_s3_call {
    const char *action; /* verb for messages: "read" */
    const char *method;
    const char *bucket;
    const char *key;
    const char *query;
    lw_strings headers;
    lw_slice body;
    lw_http_sink sink;
    void *sink_ctx;
} lw_s3_call;

/* Sends; on a wrong region of AWS's own endpoint once more to the right one. Statuses as lw_aws_send, with those that
 * only S3 has: LW_E_UNSUPPORTED (501, 405), LW_E_STATE (archived), LW_E_ENCRYPTED. err names action, bucket and key.
 * The response is to be freed in any case. */
lw_status lw_s3_send(lw_s3 *s3, const lw_s3_call *call, lw_http_response *response, lw_error *err) LW_MUST_USE;
/* Puts "action 's3://bucket/key': " in front of err. */
lw_status lw_s3_say(const lw_s3_call *call, lw_status status, lw_error *err);
/* A failure of a call in our own words. */
lw_status lw_s3_fail(const lw_s3_call *call, lw_status status, const char *why, lw_error *err);

/* The URL for bucket and key in region; appended to url. */
lw_status lw_s3_url(const lw_s3 *s3, const lw_s3_call *call, const char *region, lw_buf *url) LW_MUST_USE;
/* The region that a reply says the bucket is in, where that is another one than used; else the empty slice. */
lw_slice lw_s3_redirect_region(const lw_http_response *response, const char *used);
/* Appends "name=" and the encoded value, with '&' in front where it is not the first. */
lw_status lw_s3_query_add(lw_buf *query, const char *name, const char *value) LW_MUST_USE;
/* Copies header to a new string; NULL stays where the reply has none. */
lw_status lw_s3_take_header(const lw_http_response *response, const char *name, char **field) LW_MUST_USE;
/* ETag, version id and request id of a reply to a write. */
lw_status lw_s3_take_written(const lw_http_response *response, lw_written *written) LW_MUST_USE;

/* Calls visit at the end of each element with its path ("ListBucketResult/Contents/Key") and its own text. Nothing but
 * LW_OK when the document is well formed to its end and visit never failed. */
typedef lw_status (*lw_s3_visit)(void *ctx, const char *path, lw_slice text);
lw_status lw_s3_walk(lw_slice body, lw_s3_visit visit, void *ctx) LW_MUST_USE;

/* Appends text with the characters that XML gives a meaning written as entities. */
lw_status lw_s3_xml_escape(lw_buf *out, const char *text) LW_MUST_USE;

/* What a list page says besides its objects, and its objects. lw_s3_page_objects gives each in turn. */
typedef struct lw_s3_page {
    bool url_encoded;
    bool truncated;
    bool truncated_known;
    lw_buf token; /* empty: none */
} lw_s3_page;

lw_status lw_s3_page_read(lw_slice body, lw_s3_page *ret_page, lw_error *err) LW_MUST_USE;
lw_status lw_s3_page_objects(lw_slice body, const lw_s3_page *page, lw_object_sink sink, void *ctx,
                             lw_error *err) LW_MUST_USE;
void lw_s3_page_done(lw_s3_page *page);

/* Checks a 206 or 200 reply against the range that was asked for; got is how many bytes came. */
lw_status lw_s3_range_check(const lw_http_response *response, const lw_get *get, size_t got, lw_error *err) LW_MUST_USE;

/* What a bucket policy document says of the public; pure. is_public: GetBucketPolicyStatus, or LW_UNKNOWN. */
lw_status lw_s3_policy_read(lw_slice json, lw_tristate is_public, lw_bucket_facts *facts) LW_MUST_USE;
/* Reads an AccessControlPolicy into owner and public grants of facts. */
lw_status lw_s3_acl_read(lw_slice body, lw_bucket_facts *facts) LW_MUST_USE;
/* Reads a <Tagging> document. */
lw_status lw_s3_tags_read(lw_slice body, lw_tags *ret_tags) LW_MUST_USE;

/* Tags of a copy's source; none where the store has no tags at all. */
lw_status lw_s3_source_tags(lw_store *store, const lw_copy *copy, lw_tags *ret_tags, lw_error *err) LW_MUST_USE;
/* Replaces an object's tags. */
lw_status lw_s3_put_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                         const lw_tags *tags, lw_error *err) LW_MUST_USE;

/* The MD5 that an ETag of 32 hex digits stands for; false for any other ETag. */
bool lw_s3_md5_of_etag(const char *etag, uint8_t ret_digest[LW_MD5_SIZE]);
/* The size of each part but the last: the wish where it gives at most 10,000 parts. */
uint64_t lw_s3_part_size(uint64_t size, uint64_t wish);
/* Checks a copy's reply: root element, no <Error>, an ETag. A reply that carries an error gives that error. */
lw_status lw_s3_copy_reply(lw_slice body, const char *root, char **ret_etag, lw_error *err) LW_MUST_USE;
/* Headers that say what to copy and under which condition. */
lw_status lw_s3_copy_source_headers(const lw_s3 *s3, const lw_copy *copy, lw_strings *headers) LW_MUST_USE;
/* Headers that give the target the source's metadata, and the move token. */
lw_status lw_s3_copy_metadata_headers(const lw_object *source, const char *token, lw_strings *headers) LW_MUST_USE;
/* Which condition of a copy failed: LW_E_CHANGED or LW_E_EXISTS; LW_E_UNSUPPORTED where both hold and the server
 * refused nevertheless; or a failure of asking. */
lw_status lw_s3_copy_which(lw_store *store, const lw_copy *copy, const lw_http_response *response, lw_error *err);

lw_status lw_s3_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                     lw_object *ret_object, lw_error *err);
lw_status lw_s3_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err);
lw_status lw_s3_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                     lw_error *err);
lw_status lw_s3_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err);
/* source: head of the source. */
lw_status lw_s3_copy_multipart(lw_store *store, const lw_copy *copy, const lw_object *source, lw_written *ret_written,
                               lw_error *err);
lw_status lw_s3_object_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_tags *ret_tags, lw_error *err);
lw_status lw_s3_bucket_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err);
lw_status lw_s3_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err);

#endif
