/* Object stores: list, head, ranged get, put, copy, delete, facts. One interface, three back ends: S3 (SigV4, libcurl;
 * the default), S3 (libs3; --signature-version s3) and a local folder whose sub-folders are the buckets.
 *
 * A store is safe from any number of threads. All calls block. Strings in results are owned by the result. Keys are
 * bytes (1-1024, UTF-8 expected, never NUL-containing) and go through unchanged: a key that a back end cannot address
 * exactly is refused with LW_E_UNSUPPORTED.
 */
#ifndef LW_STORE_STORE_H
#define LW_STORE_STORE_H

#include "base/base.h"

typedef enum lw_store_kind { LW_STORE_S3, LW_STORE_LOCAL } lw_store_kind;

/* A place named by the user. */
typedef struct lw_location {
    lw_store_kind kind;
    char *root; /* local: absolute path of the folder that holds the bucket; NULL for S3 */
    char *bucket;
    char *prefix; /* key or key prefix; "" for all. Local file: its key, exact is true */
    bool exact;   /* the location is one object */
} lw_location;

/* "s3://bucket[/prefix]", "file:///path" or a path. A path's bucket is its last folder name: /data/lake -> root /data,
 * bucket lake; a file /data/lake/a.csv -> bucket lake, key a.csv. must_exist: a path that is not there is LW_E_CONFIG;
 * otherwise (a target) it is made when first written. */
lw_status lw_location_parse(const char *text, bool must_exist, lw_location *ret_location, lw_error *err) LW_MUST_USE;
void lw_location_done(lw_location *location);

typedef enum lw_addressing { LW_ADDRESSING_AUTO, LW_ADDRESSING_PATH, LW_ADDRESSING_VIRTUAL } lw_addressing;

typedef struct lw_store_options {
    lw_store_kind kind;
    const char *root; /* local only */
    /* S3, as the flags and variables of the AWS CLI */
    const char *endpoint_url;
    const char *region;
    const char *profile;
    const char *ca_bundle;
    const char *signature_version;     /* NULL or "s3v4"; "s3": libs3 */
    const char *expected_bucket_owner; /* 12 digits; sent with every request when set */
    lw_addressing
        addressing; /* auto: path style when an endpoint is given or the bucket has a dot, else virtual host */
    bool no_sign_request;
    bool no_verify_ssl;
    bool allow_plain_http;
    int64_t connect_timeout_ms;
    int64_t read_timeout_ms;
    unsigned max_attempts;
    uint64_t multipart_threshold; /* copies over this are multipart; 0: 5 GiB (S3's limit for CopyObject) */
    uint64_t multipart_part_size; /* 0: chosen so that there are at most 10,000 parts, at least 128 MiB */
} lw_store_options;

typedef struct lw_store lw_store;

/* Cheap: no request is sent. */
lw_status lw_store_open(const lw_store_options *options, lw_store **ret_store, lw_error *err) LW_MUST_USE;
void lw_store_free(lw_store *store);
lw_store_kind lw_store_kind_of(const lw_store *store);
/* True when both reach the same endpoint (so that a copy between them is one server-side request). */
bool lw_store_same_endpoint(const lw_store *a, const lw_store *b);
const char *lw_store_region(const lw_store *store); /* "us-east-1" for local */
/* How many ranged gets at once serve it well: 1 for local, 4 for S3. */
unsigned lw_store_preferred_gets(const lw_store *store);

typedef struct lw_object {
    char *key;
    char *etag;          /* with its quotes off; local: derived from device, inode, size, mtime and ctime */
    char *version_id;    /* NULL when unversioned ("null" versions give "null") */
    char *storage_class; /* "STANDARD" when the store says nothing */
    char *content_type;  /* head only */
    char *content_encoding;
    char *sse; /* "AES256", "aws:kms", "aws:kms:dsse" or NULL */
    char *kms_key_id;
    char *replication_or_lock; /* object lock mode when the store tells, else NULL */
    uint64_t size;
    int64_t last_modified_ms;
    lw_strings metadata; /* "name: value" of x-amz-meta-*, name without the prefix */
    bool delete_marker;  /* head of a version that is a delete marker: it has no bytes */
    lw_strings headers;  /* head only: "name: value" of cache-control, content-disposition, content-language, expires */
} lw_object;

void lw_object_done(lw_object *object);

/* Return LW_OK to go on, LW_E_CANCELLED to end the listing early (the listing then returns LW_OK), a failure to end it
 * with that. */
typedef lw_status (*lw_object_sink)(void *ctx, const lw_object *object);

/* Objects under prefix in key order (memcmp), each page by continuation token. A page that says there is more but gives
 * no token, or one seen before, is LW_E_PROTOCOL: never a short listing (promise S5). Local: regular files, symbolic
 * links are not followed (each is reported through lw_debug), names sorted. A folder that cannot be read is a failure
 * naming it. */
lw_status lw_store_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                        lw_error *err) LW_MUST_USE;

/* LW_E_NOT_FOUND: no such key or version. LW_E_NO_BUCKET: no such bucket. */
lw_status lw_store_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                        lw_object *ret_object, lw_error *err) LW_MUST_USE;

typedef struct lw_get {
    const char *bucket;
    const char *key;
    const char *version_id; /* or NULL */
    const char *if_match;   /* ETag without quotes, or NULL */
    uint64_t offset;
    size_t length; /* > 0; the reply may be shorter only at the object's end */
} lw_get;

/* Reads into data (room for get->length). The reply's Content-Range must be what was asked for, else LW_E_PROTOCOL.
 * LW_E_CHANGED: the object no longer has that ETag. Reading at the end gives 0 bytes. */
lw_status lw_store_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err) LW_MUST_USE;

/* An object kept open, so that it is not looked up anew for each piece that is read. Only local stores have that: for
 * others opening one is LW_E_UNSUPPORTED, and lw_store_get is the way. One owner; the store must live longer. */
typedef struct lw_store_file lw_store_file;

/* if_match: ETag without quotes, or NULL. Failures as those of lw_store_get. */
lw_status lw_store_file_open(lw_store *store, const char *bucket, const char *key, const char *if_match,
                             lw_store_file **ret_file, lw_error *err) LW_MUST_USE;
/* Reads into data (room for length > 0), less only at the object's end. With if_match, bytes are given only if the
 * object was still the one that was opened after they had been read: LW_E_CHANGED otherwise, or what lw_store_get says
 * of it now (LW_E_NOT_FOUND when it has gone). */
lw_status lw_store_file_read(lw_store_file *file, uint64_t offset, char *data, size_t length, size_t *ret_len,
                             lw_error *err) LW_MUST_USE;
void lw_store_file_close(lw_store_file *file); /* NULL is fine */

typedef struct lw_put {
    const char *bucket;
    const char *key;
    lw_slice body;
    const char *content_type;
    bool if_none_match; /* only if the key does not exist: LW_E_PRECONDITION otherwise */
    const char *if_match;
} lw_put;

typedef struct lw_written {
    char *etag;
    char *version_id;
    char *request_id; /* x-amz-request-id */
} lw_written;

void lw_written_done(lw_written *written);
lw_status lw_store_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) LW_MUST_USE;

typedef struct lw_copy {
    const char *source_bucket;
    const char *source_key;
    const char *source_version_id; /* or NULL */
    const char *source_if_match;   /* ETag; required */
    uint64_t source_size;
    const char *target_bucket;
    const char *target_key;
    bool if_none_match;      /* only if the target key does not exist */
    const char *token;       /* written to the target as metadata lakewarden-move-token when not NULL */
    const lw_object *source; /* head of the source: its metadata and headers are kept */
} lw_copy;

/* Server side copy, byte-identical. Success means: status 200, a complete well-formed body whose root is the result
 * element, with a non-empty ETag (a 200 that carries <Error> is that error). Over the threshold: multipart, each part
 * with if-match; on failure the upload of ours is aborted. Local: copy to a temporary file, fsync, linked to its name
 * only if that is free, fsync of the folder. LW_E_CHANGED: the source no longer has that ETag. LW_E_EXISTS: the target
 * exists. */
lw_status lw_store_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err) LW_MUST_USE;

typedef struct lw_delete {
    const char *bucket;
    const char *key;
    const char *version_id; /* permanent delete of that version; if_match is then not sent (S3 answers 501) */
    const char *if_match;   /* ETag, or NULL for an unconditional delete */
} lw_delete;

typedef struct lw_deleted {
    bool delete_marker;
    char *version_id;
} lw_deleted;

void lw_deleted_done(lw_deleted *deleted);
/* LW_E_PRECONDITION or LW_E_CHANGED when if_match does not hold; LW_E_NOT_FOUND only where the store says so. Local:
 * the file is renamed aside within its folder, identified through its descriptor and only then unlinked; put back if it
 * is another. */
lw_status lw_store_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted,
                          lw_error *err) LW_MUST_USE;

typedef struct lw_tag {
    char *key;
    char *value;
} lw_tag;

typedef struct lw_tags {
    lw_tag *items;
    size_t count;
} lw_tags;

void lw_tags_done(lw_tags *tags);
/* LW_E_UNSUPPORTED when the store has no tags (Swift; local gives an empty list). */
lw_status lw_store_object_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                               lw_tags *ret_tags, lw_error *err) LW_MUST_USE;

typedef enum lw_tristate { LW_NO = 0, LW_YES = 1, LW_UNKNOWN = 2 } lw_tristate;

typedef enum lw_versioning {
    LW_VERSIONING_UNKNOWN,
    LW_VERSIONING_OFF,
    LW_VERSIONING_ON,
    LW_VERSIONING_SUSPENDED
} lw_versioning;

/* What Macie reports of a bucket. What could not be asked (denied, not supported) stays unknown: that is no failure. */
typedef struct lw_bucket_facts {
    char *name;
    char *region;
    char *owner_id; /* canonical user id, NULL unknown */
    char *owner_name;
    int64_t created_ms; /* 0 unknown */
    lw_versioning versioning;
    bool tags_known;
    lw_tags tags;
    bool encryption_known;
    char *encryption_type; /* "AES256", "aws:kms", "aws:kms:dsse", "NONE" */
    char *kms_key_id;
    bool acl_known;
    bool acl_public_read, acl_public_write;
    bool policy_known; /* false: could not be read; has_policy false: there is none */
    bool has_policy;
    lw_tristate policy_public_read, policy_public_write; /* from GetBucketPolicyStatus, else UNKNOWN */
    bool block_known;
    bool block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets;
    lw_tristate allows_unencrypted_uploads;
} lw_bucket_facts;

void lw_bucket_facts_done(lw_bucket_facts *facts);
/* LW_E_NO_BUCKET, LW_E_DENIED (bucket itself) or a network failure; single facts never fail it. */
lw_status lw_store_bucket_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts,
                                lw_error *err) LW_MUST_USE;

/* Only versioning, one request; for the mover. */
lw_status lw_store_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning,
                              lw_error *err) LW_MUST_USE;

#endif
