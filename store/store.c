/* The front of the stores: opens the back end that the options name, checks names once for all of them, and passes
 * every call on through a table of functions. Knows no protocol and no file system.
 *
 * Back ends: local.c (folders), s3.c (S3 over net/), libs3.c (S3 over libs3). Adding one means a table and a line in
 * lw_store_open.
 *
 * The frees of result types live here too: results look the same whatever store they come from.
 */
#include "store/store_priv.h"

#include <stdlib.h>
#include <string.h>

#define BUCKET_MAX 255

static lw_status open_backend(const lw_store_options *options, lw_store *store, lw_error *err) {
    const char *signature = options->signature_version;
    if (options->kind == LW_STORE_LOCAL) {
        return lw_local_open(options, store, err);
    }
    if (signature == NULL || strcmp(signature, "s3v4") == 0) {
        return lw_s3_open(options, store, err);
    }
    if (strcmp(signature, "s3") == 0) {
        return lw_libs3_open(options, store, err);
    }
    return lw_fail(err, LW_E_USAGE, "signature version '%s' is not known: use s3v4 or s3", signature);
}

lw_status lw_store_open(const lw_store_options *options, lw_store **ret_store, lw_error *err) {
    lw_store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open store: out of memory");
    }
    lw_status status = open_backend(options, store, err);
    if (status != LW_OK) {
        lw_store_free(store);
        return status;
    }
    *ret_store = store;
    return LW_OK;
}

void lw_store_free(lw_store *store) {
    if (store == NULL) {
        return;
    }
    if (store->backend != NULL && store->state != NULL) {
        store->backend->free_state(store->state);
    }
    free(store->endpoint);
    free(store->region);
    free(store);
}

lw_store_kind lw_store_kind_of(const lw_store *store) {
    return store->kind;
}

bool lw_store_same_endpoint(const lw_store *a, const lw_store *b) {
    return a->kind == b->kind && strcmp(a->endpoint, b->endpoint) == 0;
}

const char *lw_store_region(const lw_store *store) {
    return store->region;
}

unsigned lw_store_preferred_gets(const lw_store *store) {
    return store->preferred_gets;
}

static bool bucket_char_ok(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

bool lw_bucket_name_ok(lw_slice name) {
    if (name.len == 0 || name.len > BUCKET_MAX || lw_slice_equal_text(name, ".") || lw_slice_equal_text(name, "..")) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (!bucket_char_ok(name.data[i])) {
            return false;
        }
    }
    return true;
}

static lw_status check_bucket(const lw_store *store, const char *bucket, lw_error *err) {
    if (bucket == NULL || bucket[0] == '\0') {
        return lw_fail(err, LW_E_USAGE, "name a bucket: it is empty");
    }
    /* A folder may have any name that is one path segment; local.c checks that. */
    if (store->kind == LW_STORE_S3 && !lw_bucket_name_ok(lw_slice_from(bucket))) {
        return lw_fail(err, LW_E_UNSUPPORTED,
                       "use bucket '%s': a name has 1 to 255 letters, digits, dots, hyphens and underscores", bucket);
    }
    return LW_OK;
}

static lw_status check_key(const lw_store *store, const char *bucket, const char *key, lw_error *err) {
    LW_TRY(check_bucket(store, bucket, err));
    if (key == NULL || key[0] == '\0') {
        return lw_fail(err, LW_E_USAGE, "name an object in bucket '%s': the key is empty", bucket);
    }
    if (strlen(key) > store->key_max) {
        return lw_fail(err, LW_E_UNSUPPORTED, "use key '%.64s...' in bucket '%s': it has %zu bytes, at most %zu work",
                       key, bucket, strlen(key), store->key_max);
    }
    return LW_OK;
}

lw_status lw_store_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                        lw_error *err) {
    LW_TRY(check_bucket(store, bucket, err));
    return store->backend->list(store, bucket, prefix == NULL ? "" : prefix, sink, ctx, err);
}

lw_status lw_store_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                        lw_object *ret_object, lw_error *err) {
    LW_TRY(check_key(store, bucket, key, err));
    return store->backend->head(store, bucket, key, version_id, ret_object, err);
}

lw_status lw_store_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err) {
    LW_TRY(check_key(store, get->bucket, get->key, err));
    if (get->length == 0 || get->offset > (uint64_t)INT64_MAX - get->length) {
        return lw_fail(err, LW_E_USAGE, "read '%s' in bucket '%s': the range is empty or too large", get->key,
                       get->bucket);
    }
    return store->backend->get(store, get, data, ret_len, err);
}

lw_status lw_store_file_open(lw_store *store, const char *bucket, const char *key, const char *if_match,
                             lw_store_file **ret_file, lw_error *err) {
    LW_TRY(check_key(store, bucket, key, err));
    if (store->backend->file_open == NULL) {
        return lw_fail(err, LW_E_UNSUPPORTED, "open '%s' in bucket '%s': this store keeps no object open", key, bucket);
    }
    return store->backend->file_open(store, bucket, key, if_match, ret_file, err);
}

lw_status lw_store_file_read(lw_store_file *file, uint64_t offset, char *data, size_t length, size_t *ret_len,
                             lw_error *err) {
    if (length == 0 || offset > (uint64_t)INT64_MAX - length) {
        return lw_fail(err, LW_E_USAGE, "read an open object: the range is empty or too large");
    }
    return file->store->backend->file_read(file, offset, data, length, ret_len, err);
}

void lw_store_file_close(lw_store_file *file) {
    if (file != NULL) {
        file->store->backend->file_close(file);
    }
}

lw_status lw_store_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) {
    LW_TRY(check_key(store, put->bucket, put->key, err));
    return store->backend->put(store, put, ret_written, err);
}

lw_status lw_store_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err) {
    LW_TRY(check_key(store, copy->source_bucket, copy->source_key, err));
    LW_TRY(check_key(store, copy->target_bucket, copy->target_key, err));
    if (strcmp(copy->source_bucket, copy->target_bucket) == 0 && strcmp(copy->source_key, copy->target_key) == 0) {
        return lw_fail(err, LW_E_REFUSED, "copy '%s' in bucket '%s': source and target are the same object",
                       copy->source_key, copy->source_bucket);
    }
    return store->backend->copy(store, copy, ret_written, err);
}

lw_status lw_store_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err) {
    LW_TRY(check_key(store, request->bucket, request->key, err));
    return store->backend->remove(store, request, ret_deleted, err);
}

lw_status lw_store_object_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                               lw_tags *ret_tags, lw_error *err) {
    LW_TRY(check_key(store, bucket, key, err));
    return store->backend->object_tags(store, bucket, key, version_id, ret_tags, err);
}

lw_status lw_store_bucket_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err) {
    LW_TRY(check_bucket(store, bucket, err));
    return store->backend->bucket_facts(store, bucket, ret_facts, err);
}

lw_status lw_store_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err) {
    LW_TRY(check_bucket(store, bucket, err));
    return store->backend->versioning(store, bucket, ret_versioning, err);
}

lw_status lw_endpoint_check(const char *endpoint, char **ret_endpoint, lw_error *err) {
    lw_slice text = lw_slice_from(endpoint);
    size_t scheme = lw_slice_starts_with(text, LW_SLICE_LITERAL("https://"))  ? 8
                    : lw_slice_starts_with(text, LW_SLICE_LITERAL("http://")) ? 7
                                                                              : 0;
    if (scheme == 0 || text.len == scheme || text.data[scheme] == '/' || strpbrk(endpoint, "?#@ \t\r\n") != NULL) {
        return lw_fail(err, LW_E_CONFIG, "use endpoint '%s': write it as https://host[:port], or http:// for loopback",
                       strchr(endpoint, '@') == NULL ? endpoint : "(with user information)");
    }
    while (text.len > scheme && text.data[text.len - 1] == '/') {
        text.len--;
    }
    char *copy = lw_slice_dup(text);
    if (copy == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open store: out of memory");
    }
    *ret_endpoint = copy;
    return LW_OK;
}

lw_slice lw_etag_bare(lw_slice etag) {
    etag = lw_slice_trim(etag);
    if (lw_slice_starts_with(etag, LW_SLICE_LITERAL("W/"))) {
        etag = (lw_slice){etag.data + 2, etag.len - 2};
    }
    if (etag.len >= 2 && etag.data[0] == '"' && etag.data[etag.len - 1] == '"') {
        etag = (lw_slice){etag.data + 1, etag.len - 2};
    }
    return etag;
}

void lw_store_back_off(unsigned attempt) {
    uint64_t ceiling = attempt < 6 ? (uint64_t)100 << attempt : 5000;
    lw_sleep_ms((int64_t)(lw_random_u64() % (ceiling + 1)));
}

void lw_object_done(lw_object *object) {
    free(object->key);
    free(object->etag);
    free(object->version_id);
    free(object->storage_class);
    free(object->content_type);
    free(object->content_encoding);
    free(object->sse);
    free(object->kms_key_id);
    free(object->replication_or_lock);
    lw_strings_done(&object->metadata);
    lw_strings_done(&object->headers);
    *object = (lw_object){0};
}

void lw_written_done(lw_written *written) {
    free(written->etag);
    free(written->version_id);
    free(written->request_id);
    *written = (lw_written){0};
}

void lw_deleted_done(lw_deleted *deleted) {
    free(deleted->version_id);
    *deleted = (lw_deleted){0};
}

void lw_tags_done(lw_tags *tags) {
    for (size_t i = 0; i < tags->count; i++) {
        free(tags->items[i].key);
        free(tags->items[i].value);
    }
    free(tags->items);
    *tags = (lw_tags){0};
}

void lw_bucket_facts_done(lw_bucket_facts *facts) {
    free(facts->name);
    free(facts->region);
    free(facts->owner_id);
    free(facts->owner_name);
    lw_tags_done(&facts->tags);
    free(facts->encryption_type);
    free(facts->kms_key_id);
    *facts = (lw_bucket_facts){0};
}
