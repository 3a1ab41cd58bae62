/* The receipt: one small JSON object beside the isolated one that says what was moved, from where and on what proof.
 *
 * It is written before the delete, only if its key is free, and read back: from then on any run can see from the store
 * alone that this identity has been isolated. The first receipt of an identity stays; a later run that meets it checks
 * that it speaks of the same identity and the same target, and writes none. Its key is the hash of the identity, so a
 * receipt that names something else means that somebody wrote there: a conflict, never overwritten.
 *
 * It holds names, sizes, digests and ids. Never content.
 */
#include "mover/mover_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIPT_MAX (256U * 1024U)
#define RECEIPT_TYPE "lakewarden-move-receipt"

/* ---- what a copy loses ---- */

static bool same_text(const char *a, const char *b) {
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static lw_status lost_if(bool lost, lw_strings *list, const char *name) {
    return lost ? lw_strings_add(list, lw_slice_from(name)) : LW_OK;
}

/* kind: "metadata" or "header", in front of the name. */
static lw_status lost_named(const char *kind, const lw_strings *source, const lw_strings *target, lw_strings *lost) {
    for (size_t i = 0; i < source->count; i++) {
        const char *item = source->items[i];
        if (!lw_strings_contain(target, lw_slice_from(item))) {
            LW_TRY(lw_strings_addf(lost, "%s:%.*s", kind, (int)strcspn(item, ":"), item));
        }
    }
    return LW_OK;
}

static bool has_tag(const lw_tags *tags, const lw_tag *wanted) {
    for (size_t i = 0; i < tags->count; i++) {
        if (strcmp(tags->items[i].key, wanted->key) == 0 && strcmp(tags->items[i].value, wanted->value) == 0) {
            return true;
        }
    }
    return false;
}

static lw_status compare_tags(const lw_tags *source, const lw_tags *target, lw_strings *lost) {
    for (size_t i = 0; i < source->count; i++) {
        if (!has_tag(target, &source->items[i])) {
            LW_TRY(lw_strings_addf(lost, "tag:%s", source->items[i].key));
        }
    }
    return LW_OK;
}

/* Tags are no part of what must not be lost before a delete; that they could not be read is said, and no failure. */
static lw_status lost_tags(const lw_move_side *source, const lw_move_side *target, lw_strings *lost) {
    lw_error ignored = {0};
    lw_tags wanted = {0};
    lw_tags got = {0};
    lw_status status =
        lw_store_object_tags(source->store, source->bucket, source->key, source->version_id, &wanted, &ignored);
    if (status == LW_E_UNSUPPORTED) {
        return LW_OK;
    }
    if (status == LW_OK && wanted.count > 0) {
        status = lw_store_object_tags(target->store, target->bucket, target->key, NULL, &got, &ignored);
    }
    if (status == LW_OK) {
        status = compare_tags(&wanted, &got, lost);
    } else if (status != LW_E_MEMORY) {
        status = lw_strings_add(lost, LW_SLICE_LITERAL("tags:unread"));
    }
    lw_tags_done(&wanted);
    lw_tags_done(&got);
    return status;
}

lw_status lw_move_lost_attributes(const lw_move_side *source, const lw_move_side *target, lw_strings *lost) {
    const lw_object *a = source->head;
    const lw_object *b = target->head;
    LW_TRY(lost_if(!same_text(a->content_type, b->content_type), lost, "content-type"));
    LW_TRY(lost_if(!same_text(a->content_encoding, b->content_encoding), lost, "content-encoding"));
    LW_TRY(lost_if(!same_text(a->storage_class, b->storage_class), lost, "storage-class"));
    LW_TRY(lost_if(!same_text(a->sse, b->sse) || !same_text(a->kms_key_id, b->kms_key_id), lost, "encryption"));
    LW_TRY(lost_if(!same_text(a->replication_or_lock, b->replication_or_lock), lost, "object-lock"));
    LW_TRY(lost_named("metadata", &a->metadata, &b->metadata, lost));
    LW_TRY(lost_named("header", &a->headers, &b->headers, lost));
    if (lw_store_kind_of(source->store) == LW_STORE_S3) {
        /* A copy is always private to the isolation bucket's owner. */
        LW_TRY(lost_if(true, lost, "acl"));
        return lost_tags(source, target, lost);
    }
    return LW_OK;
}

/* ---- writing ---- */

static bool add_text(cJSON *object, const char *name, const char *text) {
    return (text == NULL ? cJSON_AddNullToObject(object, name) : cJSON_AddStringToObject(object, name, text)) != NULL;
}

static bool add_time(cJSON *object, const char *name, int64_t wall_ms) {
    char text[LW_TIME_TEXT_SIZE];
    lw_time_format(wall_ms, text);
    return add_text(object, name, text);
}

static bool add_metadata(cJSON *object, const lw_object *head) {
    cJSON *list = cJSON_AddArrayToObject(object, "metadata");
    for (size_t i = 0; list != NULL && i < head->metadata.count; i++) {
        if (!cJSON_AddItemToArray(list, cJSON_CreateString(head->metadata.items[i]))) {
            return false;
        }
    }
    return list != NULL;
}

static bool add_source_facts(cJSON *object, const lw_object *head) {
    return add_time(object, "last_modified", head->last_modified_ms) &&
           add_text(object, "storage_class", head->storage_class) &&
           add_text(object, "content_type", head->content_type) &&
           add_text(object, "content_encoding", head->content_encoding) && add_text(object, "encryption", head->sse) &&
           add_text(object, "kms_key_id", head->kms_key_id) &&
           add_text(object, "object_lock", head->replication_or_lock) && add_metadata(object, head);
}

static bool add_source(cJSON *root, const lw_move_receipt *receipt) {
    const lw_move_request *request = receipt->request;
    cJSON *object = cJSON_AddObjectToObject(root, "source");
    return object != NULL && add_text(object, "bucket", request->bucket) && add_text(object, "key", request->key) &&
           add_text(object, "version_id", lw_move_real_version(request->version_id)) &&
           add_text(object, "etag", request->etag) &&
           cJSON_AddNumberToObject(object, "size", (double)request->size) != NULL &&
           (receipt->source == NULL || add_source_facts(object, receipt->source));
}

static bool add_target(cJSON *root, const lw_move_receipt *receipt) {
    cJSON *object = cJSON_AddObjectToObject(root, "target");
    return object != NULL && add_text(object, "bucket", receipt->target_bucket) &&
           add_text(object, "key", receipt->target_key) && add_text(object, "etag", receipt->target->etag) &&
           add_text(object, "version_id", receipt->target->version_id);
}

static bool add_proof(cJSON *root, const lw_move_receipt *receipt) {
    const char *sha256 = receipt->proof->sha256;
    cJSON *lost = NULL;
    if (!add_text(root, "proof", receipt->proof->method) ||
        !add_text(root, "sha256", sha256[0] == '\0' ? NULL : sha256)) {
        return false;
    }
    lost = cJSON_AddArrayToObject(root, "lost_attributes");
    for (size_t i = 0; lost != NULL && i < receipt->lost->count; i++) {
        if (!cJSON_AddItemToArray(lost, cJSON_CreateString(receipt->lost->items[i]))) {
            return false;
        }
    }
    return lost != NULL;
}

static bool add_run(cJSON *root, const lw_move_receipt *receipt) {
    cJSON *ids = NULL;
    if (!add_text(root, "finding_id", receipt->request->finding_id) ||
        !add_text(root, "account_id", receipt->request->account_id) ||
        !add_text(root, "move_token", receipt->identity) || !add_text(root, "tool", "lakewarden " LW_VERSION) ||
        !add_time(root, "started_at", receipt->started_ms) || !add_time(root, "verified_at", lw_clock_wall_ms())) {
        return false;
    }
    ids = cJSON_AddArrayToObject(root, "request_ids");
    return ids != NULL && (receipt->copy_request_id == NULL ||
                           cJSON_AddItemToArray(ids, cJSON_CreateString(receipt->copy_request_id)));
}

lw_status lw_move_receipt_text(const lw_move_receipt *receipt, char **ret_text) {
    cJSON *root = cJSON_CreateObject();
    bool good = root != NULL && add_text(root, "type", RECEIPT_TYPE) &&
                cJSON_AddNumberToObject(root, "version", 1) != NULL && add_source(root, receipt) &&
                add_target(root, receipt) && add_proof(root, receipt) && add_run(root, receipt);
    char *printed = good ? cJSON_Print(root) : NULL;
    char *text = lw_text_dup(printed);
    cJSON_free(printed);
    cJSON_Delete(root);
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    *ret_text = text;
    return LW_OK;
}

/* ---- reading ---- */

static const char *text_of(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static bool says(const cJSON *object, const char *name, const char *expected) {
    return same_text(text_of(object, name), expected);
}

static bool speaks_of(const cJSON *root, const lw_move_receipt *expected) {
    const lw_move_request *request = expected->request;
    const cJSON *source = cJSON_GetObjectItemCaseSensitive(root, "source");
    const cJSON *target = cJSON_GetObjectItemCaseSensitive(root, "target");
    const cJSON *size = cJSON_GetObjectItemCaseSensitive(source, "size");
    return says(root, "type", RECEIPT_TYPE) && says(root, "move_token", expected->identity) &&
           says(source, "bucket", request->bucket) && says(source, "key", request->key) &&
           says(source, "version_id", lw_move_real_version(request->version_id)) &&
           says(source, "etag", request->etag) && cJSON_IsNumber(size) && size->valuedouble == (double)request->size &&
           says(target, "bucket", expected->target_bucket) && says(target, "key", expected->target_key);
}

static void take_facts(const cJSON *root, lw_move_receipt_facts *ret_facts) {
    const cJSON *target = cJSON_GetObjectItemCaseSensitive(root, "target");
    (void)snprintf(ret_facts->sha256, sizeof ret_facts->sha256, "%s", text_of(root, "sha256"));
    (void)snprintf(ret_facts->target_etag, sizeof ret_facts->target_etag, "%s", text_of(target, "etag"));
}

static lw_status read_once(lw_store *store, const char *bucket, const char *receipt_key, cJSON **ret_root,
                           lw_error *err) {
    lw_get get = {.bucket = bucket, .key = receipt_key, .length = RECEIPT_MAX};
    size_t len = 0;
    char *room = malloc(RECEIPT_MAX);
    if (room == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_store_get(store, &get, room, &len, err);
    if (status == LW_OK) {
        *ret_root = cJSON_ParseWithLength(room, len); /* NULL for what is no JSON */
    }
    free(room);
    return status;
}

lw_status lw_move_receipt_read(lw_store *store, const char *bucket, const char *receipt_key,
                               const lw_move_receipt *expected, lw_move_receipt_facts *ret_facts, lw_error *err) {
    /* An answer that was cut short looks like somebody else's object: only the second one is believed. */
    for (int reading = 0; reading < 2; reading++) {
        cJSON *root = NULL;
        LW_TRY(read_once(store, bucket, receipt_key, &root, err));
        bool ours = speaks_of(root, expected);
        if (ours) {
            take_facts(root, ret_facts);
        }
        cJSON_Delete(root);
        if (ours) {
            return LW_OK;
        }
    }
    return lw_fail(err, LW_E_EXISTS, "read receipt '%s/%s': it is not the receipt of this object", bucket, receipt_key);
}
