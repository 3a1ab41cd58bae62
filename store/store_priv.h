/* Shared by the back ends of store/: the table of functions each gives, and what all of them need. */
#ifndef LW_STORE_STORE_PRIV_H
#define LW_STORE_STORE_PRIV_H

#include "store/store.h"

#define LW_STORE_TOKEN_NAME "lakewarden-move-token"

/* One back end. Bucket and key have been checked for length when these are called; every pointer but those of files is
 * set. */
typedef struct lw_store_backend {
    lw_status (*list)(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                      lw_error *err);
    lw_status (*head)(lw_store *store, const char *bucket, const char *key, const char *version_id,
                      lw_object *ret_object, lw_error *err);
    lw_status (*get)(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err);
    /* NULL, all three: objects cannot be kept open there. */
    lw_status (*file_open)(lw_store *store, const char *bucket, const char *key, const char *if_match,
                           lw_store_file **ret_file, lw_error *err);
    lw_status (*file_read)(lw_store_file *file, uint64_t offset, char *data, size_t length, size_t *ret_len,
                           lw_error *err);
    void (*file_close)(lw_store_file *file);
    lw_status (*put)(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err);
    lw_status (*copy)(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err);
    lw_status (*remove)(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err);
    lw_status (*object_tags)(lw_store *store, const char *bucket, const char *key, const char *version_id,
                             lw_tags *ret_tags, lw_error *err);
    lw_status (*bucket_facts)(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err);
    lw_status (*versioning)(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err);
    void (*free_state)(void *state);
} lw_store_backend;

/* Immutable after lw_store_open but for what the back end guards inside its state. */
struct lw_store {
    const lw_store_backend *backend;
    lw_store_kind kind;
    unsigned preferred_gets;
    size_t key_max;
    char *endpoint; /* what two stores must share for a copy between them: folder, URL, or "aws" */
    char *region;
    void *state;
};

/* What every open object begins with; the rest is the back end's. */
struct lw_store_file {
    lw_store *store;
};

/* Each fills backend, kind, preferred_gets, key_max, endpoint, region and state of a zeroed store. On failure
 * lw_store_free still frees what was set. */
lw_status lw_local_open(const lw_store_options *options, lw_store *store, lw_error *err) LW_MUST_USE;
lw_status lw_s3_open(const lw_store_options *options, lw_store *store, lw_error *err) LW_MUST_USE;
lw_status lw_libs3_open(const lw_store_options *options, lw_store *store, lw_error *err) LW_MUST_USE;

/* Scheme, host and optional path of an endpoint, without a slash at its end. LW_E_CONFIG names what is wrong. */
lw_status lw_endpoint_check(const char *endpoint, char **ret_endpoint, lw_error *err) LW_MUST_USE;
/* An ETag without the quotes around it and without a weak mark. */
lw_slice lw_etag_bare(lw_slice etag);
/* True for names that can stand in a URL's path or host as they are and cannot leave a folder. */
bool lw_bucket_name_ok(lw_slice name);
/* Pause before try number attempt (1, 2, ...): full jitter, doubling from 100 ms, at most 5 s. */
void lw_store_back_off(unsigned attempt);

#endif
