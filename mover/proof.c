/* Content proofs: is what stands at the target, byte for byte, the object that the finding names?
 *
 * Size alone is never a proof. Two things are:
 * - etag-md5: both ETags are the MD5 of their content (32 hex digits, S3, no KMS) and equal. No byte is read.
 * - sha256: both sides are read to the end and hashed. The reads are ranged and pinned with If-Match (and the version
 *   id), so that bytes of two objects can never be mixed into one digest. As some servers ignore If-Match on a GET,
 *   each side is looked at once more after its last byte; what it was must still be there.
 * Where both ETags look like MD5s and differ, the bytes decide: a server may compute ETags in its own way, and a good
 * copy must not be called a bad one.
 *
 * The bytes that pass through are sensitive: the buffer is wiped.
 */
#include "mover/mover_priv.h"

#include <stdlib.h>
#include <string.h>

#define READ_SIZE (4U * 1024U * 1024U)

bool lw_move_etag_is_md5(lw_store_kind kind, const lw_object *head) {
    if (kind != LW_STORE_S3 || head->etag == NULL || strlen(head->etag) != 32 ||
        strspn(head->etag, "0123456789abcdefABCDEF") != 32) {
        return false;
    }
    /* What is not plainly AES256 or nothing (KMS in any form, a customer's key) has an ETag of another making. */
    return head->sse == NULL || head->sse[0] == '\0' || strcmp(head->sse, "AES256") == 0;
}

static lw_status hash_ranges(const lw_move_side *side, char *room, size_t room_len, lw_digest *digest, lw_error *err) {
    for (uint64_t offset = 0; offset < side->head->size;) {
        uint64_t left = side->head->size - offset;
        lw_get get = {.bucket = side->bucket,
                      .key = side->key,
                      .version_id = side->version_id,
                      .if_match = side->head->etag,
                      .offset = offset,
                      .length = left < room_len ? (size_t)left : room_len};
        size_t got = 0;
        LW_TRY(lw_store_get(side->store, &get, room, &got, err));
        /* A short range is no part of this object: its size is known. */
        if (got != get.length) {
            return lw_fail(err, LW_E_PROTOCOL, "read '%s/%s': a range came back shorter than the object", side->bucket,
                           side->key);
        }
        LW_TRY(lw_digest_update(digest, (lw_slice){room, got}));
        offset += got;
    }
    return LW_OK;
}

static lw_status check_unchanged(const lw_move_side *side, lw_error *err) {
    lw_object now = {0};
    LW_TRY(lw_store_head(side->store, side->bucket, side->key, side->version_id, &now, err));
    bool same = now.size == side->head->size && now.etag != NULL && side->head->etag != NULL &&
                strcmp(now.etag, side->head->etag) == 0;
    lw_object_done(&now);
    return same ? LW_OK : lw_fail(err, LW_E_CHANGED, "read '%s/%s': it changed meanwhile", side->bucket, side->key);
}

lw_status lw_move_sha256(const lw_move_side *side, char ret_hex[LW_MOVE_HEX_SIZE], lw_error *err) {
    lw_digest *digest = NULL;
    size_t room_len = side->head->size < READ_SIZE ? (size_t)side->head->size + 1 : READ_SIZE;
    char *room = malloc(room_len);
    lw_status status = room == NULL ? LW_E_MEMORY : lw_digest_new(LW_DIGEST_SHA256, &digest);
    if (status != LW_OK) {
        goto done;
    }
    status = hash_ranges(side, room, room_len, digest, err);
    if (status == LW_OK) {
        status = check_unchanged(side, err);
    }
    if (status == LW_OK) {
        status = lw_digest_finish_hex(digest, ret_hex);
    }
done:
    lw_digest_free(digest);
    if (room != NULL) {
        lw_wipe(room, room_len);
        free(room);
    }
    return status;
}

static lw_status prove_by_bytes(const lw_move_side *source, const lw_move_side *target, lw_move_proof *ret_proof,
                                const lw_move_side **ret_culprit, lw_error *err) {
    lw_move_proof proof = {.method = "sha256"};
    char target_hex[LW_MOVE_HEX_SIZE];
    *ret_culprit = source;
    LW_TRY(lw_move_sha256(source, proof.sha256, err));
    *ret_culprit = target;
    LW_TRY(lw_move_sha256(target, target_hex, err));
    *ret_culprit = NULL;
    if (strcmp(proof.sha256, target_hex) != 0) {
        return lw_fail(err, LW_E_MALFORMED, "compare '%s/%s' with its copy: the contents differ", source->bucket,
                       source->key);
    }
    *ret_proof = proof;
    return LW_OK;
}

lw_status lw_move_prove(const lw_move_side *source, const lw_move_side *target, lw_move_proof *ret_proof,
                        const lw_move_side **ret_culprit, lw_error *err) {
    *ret_culprit = NULL;
    if (source->head->size != target->head->size) {
        return lw_fail(err, LW_E_MALFORMED, "compare '%s/%s' with its copy: the sizes differ (%llu, %llu)",
                       source->bucket, source->key, (unsigned long long)source->head->size,
                       (unsigned long long)target->head->size);
    }
    if (lw_move_etag_is_md5(lw_store_kind_of(source->store), source->head) &&
        lw_move_etag_is_md5(lw_store_kind_of(target->store), target->head) &&
        lw_slice_equal_nocase(lw_slice_from(source->head->etag), lw_slice_from(target->head->etag))) {
        *ret_proof = (lw_move_proof){.method = "etag-md5"};
        return LW_OK;
    }
    return prove_by_bytes(source, target, ret_proof, ret_culprit, err);
}
