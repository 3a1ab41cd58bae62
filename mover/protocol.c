/* The protocol: from "the guards have said yes" to an outcome.
 *
 *   1 observe   HEAD source: is it still the object of the finding? If not: was it moved before?
 *   2 probe     what does the endpoint honour (once an endpoint and bucket), and may we delete at all
 *   3 copy      HEAD target; when free: copy, if-match on the source, if-none-match on the target; HEAD target
 *   4 verify    size, and a content proof
 *   5 receipt   PUT if-none-match, read back
 *   6 erase     the guarded DELETE of exactly the object that was proved
 *   7 confirm   HEAD source
 *
 * Guarantees. No DELETE of a source is sent before 4 and 5 have been confirmed by reads made after the writes. A target
 * or a receipt is never overwritten and never deleted, whatever it holds. An answer that leaves open what happened
 * (lost, cut off, 5xx) is never assumed to mean one thing: the next step reads the store. Since every step starts from
 * what the store holds, a run that is killed anywhere is carried on by the next one.
 *
 * A step says: go on; look at the source again from the start (it changed under us; at most ATTEMPTS times); or that
 * the outcome is decided. Whatever is not decided otherwise is FAILED, and FAILED is always safe to repeat.
 *
 * A request with a deadline begins no copy, receipt or delete after it (promise L2); what is under way is finished.
 *
 * Left out: tries of single requests (the store does them).
 */
#include "mover/mover_priv.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 4

typedef enum step { STEP_NEXT, STEP_AGAIN, STEP_DECIDED } step;

/* Where the object of the finding is. */
typedef enum place {
    PLACE_CURRENT,     /* under its key */
    PLACE_OLD_VERSION, /* only under its version id */
    PLACE_OTHER,       /* nowhere, and the key holds another object */
    PLACE_GONE         /* nowhere, and the key holds nothing */
} place;

void lw_move_decide(lw_move *move, lw_move_outcome outcome, const lw_error *err) {
    move->result->outcome = outcome;
    static const lw_error none = {0};
    move->result->error = err == NULL ? none : *err;
}

static step decide(lw_move *move, lw_move_outcome outcome, const lw_error *err) {
    lw_move_decide(move, outcome, err);
    return STEP_DECIDED;
}

/* The status as returned counts: not every failure has filled err. */
/* Asked right before each request that writes. LW_E_TIMEOUT: the deadline has passed. */
static lw_status in_time(const lw_move *move, lw_error *err) {
    if (move->request->deadline_ms == 0 || lw_clock_wall_ms() < move->request->deadline_ms) {
        return LW_OK;
    }
    return lw_fail(err, LW_E_TIMEOUT,
                   "move '%s/%s': the deadline leaves no time for the next step; nothing was deleted, run it again",
                   move->request->bucket, move->request->key);
}

static step fail(lw_move *move, lw_status status, lw_error *err) {
    if (err->text[0] == '\0') {
        (void)lw_fail(err, status, "move '%s': %s", move->request->key, lw_status_text(status));
    }
    err->code = status;
    return decide(move, LW_MOVE_FAILED, err);
}

static step again(lw_move *move, lw_status status, lw_error *err) {
    (void)fail(move, status, err);
    return status == LW_E_MEMORY ? STEP_DECIDED : STEP_AGAIN;
}

static bool set_text(char **slot, const char *text) {
    free(*slot);
    *slot = lw_text_dup(text);
    return *slot != NULL || text == NULL;
}

static void take_object(lw_object *slot, lw_object *now) {
    lw_object_done(slot);
    *slot = *now;
    *now = (lw_object){0};
}

/* ---- looking at the source ---- */

static bool same_text(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_named(const lw_move *move, const lw_object *object) {
    const char *version = lw_move_real_version(move->request->version_id);
    return !object->delete_marker && object->size == move->request->size &&
           same_text(object->etag, move->request->etag) && (version == NULL || same_text(object->version_id, version));
}

/* A HEAD without an ETag (an empty 200, a mutilated answer) says nothing about any object. */
static lw_status head(lw_store *store, const char *bucket, const char *key, const char *version, lw_object *ret_object,
                      lw_error *err) {
    lw_object object = {0};
    LW_TRY(lw_store_head(store, bucket, key, version, &object, err));
    if (!object.delete_marker && (object.etag == NULL || object.etag[0] == '\0')) {
        lw_object_done(&object);
        return lw_fail(err, LW_E_PROTOCOL, "look at '%s/%s': the answer has no ETag", bucket, key);
    }
    *ret_object = object;
    return LW_OK;
}

static lw_status head_source(lw_move *move, const char *version, lw_object *ret_object, lw_error *err) {
    return head(move->mover->options.source, move->request->bucket, move->request->key, version, ret_object, err);
}

static lw_status look_for_version(lw_move *move, place otherwise, place *ret_place, lw_error *err) {
    const char *version = lw_move_real_version(move->request->version_id);
    lw_object object = {0};
    lw_status status = version == NULL ? LW_E_NOT_FOUND : head_source(move, version, &object, err);
    if (status != LW_OK && status != LW_E_NOT_FOUND) {
        return status;
    }
    *ret_place = otherwise;
    if (status == LW_OK && is_named(move, &object)) {
        take_object(&move->source, &object);
        *ret_place = PLACE_OLD_VERSION;
    }
    lw_object_done(&object);
    return LW_OK;
}

static lw_status look(lw_move *move, place *ret_place, lw_error *err) {
    lw_object object = {0};
    lw_status status = head_source(move, NULL, &object, err);
    if (status != LW_OK && status != LW_E_NOT_FOUND) {
        return status;
    }
    bool found = status == LW_OK;
    bool named = found && is_named(move, &object);
    if (named) {
        take_object(&move->source, &object);
    }
    lw_object_done(&object);
    move->current = named;
    move->newer = found && !named;
    if (named) {
        *ret_place = PLACE_CURRENT;
        return LW_OK;
    }
    return look_for_version(move, found ? PLACE_OTHER : PLACE_GONE, ret_place, err);
}

static lw_move_side source_side(const lw_move *move) {
    return (lw_move_side){.store = move->mover->options.source,
                          .bucket = move->request->bucket,
                          .key = move->request->key,
                          .version_id = lw_move_real_version(move->source.version_id),
                          .head = &move->source};
}

static lw_move_side target_side(const lw_move *move) {
    return (lw_move_side){.store = move->mover->options.target,
                          .bucket = move->result->target_bucket,
                          .key = move->result->target_key,
                          .version_id = NULL,
                          .head = &move->target};
}

static lw_status head_target(lw_move *move, lw_error *err) {
    lw_store *store = move->mover->options.target;
    lw_object object = {0};
    lw_status status = head(store, move->result->target_bucket, move->result->target_key, NULL, &object, err);
    if (status == LW_E_NO_BUCKET && lw_store_kind_of(store) == LW_STORE_LOCAL) {
        return LW_E_NOT_FOUND; /* a folder is made with its first object; an S3 bucket that is missing is a failure */
    }
    if (status == LW_OK) {
        take_object(&move->target, &object);
    }
    return status;
}

/* ---- the receipt ---- */

static lw_move_receipt receipt_of(const lw_move *move, bool has_source, const lw_strings *lost) {
    return (lw_move_receipt){.request = move->request,
                             .identity = move->identity,
                             .target_bucket = move->result->target_bucket,
                             .target_key = move->result->target_key,
                             .source = has_source ? &move->source : NULL,
                             .target = &move->target,
                             .proof = &move->proof,
                             .copy_request_id = move->copy_request_id,
                             .lost = lost,
                             .started_ms = move->started_ms};
}

static lw_status read_receipt(lw_move *move, lw_move_receipt_facts *ret_facts, lw_error *err) {
    lw_move_receipt expected = receipt_of(move, false, NULL);
    return lw_move_receipt_read(move->mover->options.target, move->result->target_bucket, move->result->receipt_key,
                                &expected, ret_facts, err);
}

static lw_status put_receipt(lw_move *move, const char *text, lw_error *err) {
    lw_put put = {.bucket = move->result->target_bucket,
                  .key = move->result->receipt_key,
                  .body = lw_slice_from(text),
                  .content_type = "application/json",
                  .if_none_match = move->abilities.put_if_none_match};
    lw_written written = {0};
    lw_status status = in_time(move, err);
    if (status == LW_OK) {
        status = lw_store_put(move->mover->options.target, &put, &written, err);
    }
    lw_written_done(&written);
    return status;
}

static lw_status receipt_text(lw_move *move, bool has_source, char **ret_text) {
    lw_strings lost = {0};
    lw_status status = LW_OK;
    if (has_source) {
        lw_move_side source = source_side(move);
        lw_move_side target = target_side(move);
        status = lw_move_lost_attributes(&source, &target, &lost);
    }
    if (status == LW_OK) {
        lw_move_receipt receipt = receipt_of(move, has_source, &lost);
        status = lw_move_receipt_text(&receipt, ret_text);
    }
    lw_strings_done(&lost);
    return status;
}

/* Whatever the answer to the PUT was: what is read after it counts. */
static lw_status write_receipt(lw_move *move, bool has_source, lw_error *err) {
    char *text = NULL;
    LW_TRY(receipt_text(move, has_source, &text));
    lw_error put_err = {0};
    lw_move_receipt_facts facts = {0};
    lw_status put_status = put_receipt(move, text, &put_err);
    free(text);
    lw_status status = read_receipt(move, &facts, err);
    if (status == LW_E_NOT_FOUND && put_status != LW_OK) {
        *err = put_err;
        return put_status == LW_E_EXISTS ? LW_E_PRECONDITION : put_status; /* "it exists", and it does not */
    }
    return status;
}

/* LW_E_NOT_FOUND of the first reading is the usual case: then it is written. */
static lw_status ensure_receipt(lw_move *move, bool has_source, lw_error *err) {
    lw_move_receipt_facts facts = {0};
    lw_status status = read_receipt(move, &facts, err);
    return status == LW_E_NOT_FOUND ? write_receipt(move, has_source, err) : status;
}

/* ---- the source is not what it was: has it been moved before? ---- */

/* LW_E_MALFORMED: there is a copy, and it cannot be shown to be right. */
static lw_status prove_copy_alone(lw_move *move, const lw_move_receipt_facts *facts, lw_error *err) {
    const char *key = move->result->target_key;
    if (move->target.size != move->request->size) {
        return lw_fail(err, LW_E_MALFORMED, "verify copy '%s': its size is not that of the finding", key);
    }
    /* An MD5 that equals the finding's ETag says that this was one too. */
    if (lw_move_etag_is_md5(lw_store_kind_of(move->mover->options.target), &move->target) &&
        lw_slice_equal_nocase(lw_slice_from(move->target.etag), lw_slice_from(move->request->etag))) {
        move->proof = (lw_move_proof){.method = "etag-md5"};
        return LW_OK;
    }
    if (facts->sha256[0] == '\0') {
        return lw_fail(err, LW_E_MALFORMED, "verify copy '%s': nothing is left to compare it with", key);
    }
    lw_move_side target = target_side(move);
    lw_move_proof proof = {.method = "sha256"};
    LW_TRY(lw_move_sha256(&target, proof.sha256, err));
    if (strcmp(proof.sha256, facts->sha256) != 0) {
        return lw_fail(err, LW_E_MALFORMED, "verify copy '%s': its content is not that of its receipt", key);
    }
    move->proof = proof;
    return LW_OK;
}

/* LW_OK: a verified copy with its receipt exists. LW_E_NOT_FOUND: no copy. LW_E_MALFORMED: a copy that is not proved;
 * *ret_receipt tells whether it has a receipt. */
static lw_status find_earlier_move(lw_move *move, bool *ret_receipt, lw_error *err) {
    lw_move_receipt_facts facts = {0};
    *ret_receipt = false;
    LW_TRY(head_target(move, err));
    lw_status status = read_receipt(move, &facts, err);
    if (status != LW_OK && status != LW_E_NOT_FOUND) {
        return status;
    }
    *ret_receipt = status == LW_OK;
    LW_TRY(prove_copy_alone(move, &facts, err));
    if (*ret_receipt || move->result->dry_run) {
        return LW_OK;
    }
    /* Killed between copy and receipt, and then somebody removed or replaced the source: finish the paper work. */
    *ret_receipt = true;
    LW_TRY(lw_mover_abilities(move->mover, move->request->bucket, &move->abilities, err));
    return write_receipt(move, false, err);
}

static step decide_not_moved(lw_move *move, bool key_is_free, bool unproved, lw_error *err) {
    const lw_move_request *request = move->request;
    if (key_is_free) {
        (void)lw_fail(err, LW_E_NOT_FOUND, "move '%s/%s': there is no such object and no copy of it", request->bucket,
                      request->key);
        return decide(move, LW_MOVE_GONE, err);
    }
    (void)lw_fail(err, LW_E_CHANGED, "move '%s/%s': it is not the object that was scanned%s; scan it again",
                  request->bucket, request->key, unproved ? " (an unproved copy lies in isolation)" : "");
    return decide(move, LW_MOVE_CHANGED, err);
}

static step without_source(lw_move *move, place where) {
    bool has_receipt = false;
    bool key_is_free = where == PLACE_GONE || (where == PLACE_OLD_VERSION && !move->newer);
    lw_error err = {0};
    lw_status status = find_earlier_move(move, &has_receipt, &err);
    switch ((int)status) {
    case LW_OK:
        if (!set_text(&move->result->proof, move->proof.method)) {
            return fail(move, LW_E_MEMORY, &err);
        }
        return decide(move, key_is_free ? LW_ALREADY_MOVED : LW_MOVED_KEPT_NEWER, NULL);
    case LW_E_NOT_FOUND:
        return decide_not_moved(move, key_is_free, false, &err);
    case LW_E_MALFORMED:
        if (has_receipt || key_is_free) {
            return decide(move, LW_MOVE_SUSPECT, &err);
        }
        return decide_not_moved(move, key_is_free, true, &err);
    case LW_E_EXISTS:
        return decide(move, LW_MOVE_CONFLICT, &err);
    default:
        return fail(move, status, &err);
    }
}

static bool will_purge(const lw_move *move) {
    return move->mover->options.purge_version && lw_move_real_version(move->source.version_id) != NULL;
}

static step step_observe(lw_move *move) {
    lw_error err = {0};
    place where = PLACE_GONE;
    lw_status status = look(move, &where, &err);
    if (status != LW_OK) {
        return fail(move, status, &err);
    }
    /* Without purging there is nothing to do about a version that is no longer current. */
    if (where == PLACE_CURRENT || (where == PLACE_OLD_VERSION && will_purge(move))) {
        return STEP_NEXT;
    }
    return without_source(move, where);
}

/* ---- may we delete here? ---- */

static step step_probe(lw_move *move) {
    const lw_mover_options *options = &move->mover->options;
    lw_error err = {0};
    if (options->dry_run) {
        return STEP_NEXT;
    }
    lw_status status = in_time(move, &err);
    if (status == LW_OK) {
        status = lw_mover_abilities(move->mover, move->request->bucket, &move->abilities, &err);
    }
    if (status == LW_E_REFUSED) {
        return decide(move, LW_MOVE_REFUSED, &err);
    }
    if (status != LW_OK) {
        return fail(move, status, &err);
    }
    if (will_purge(move) || move->abilities.delete_if_match || options->best_effort_delete) {
        return STEP_NEXT;
    }
    (void)lw_fail(
        &err, LW_E_REFUSED,
        "refuse to move '%s/%s': this endpoint ignores If-Match on DELETE, so an object written between the "
        "last check and the delete would be lost; use a versioned bucket with --purge-version, or accept that "
        "window with --best-effort-delete",
        move->request->bucket, move->request->key);
    return decide(move, LW_MOVE_REFUSED, &err);
}

/* ---- the copy ---- */

static lw_status copy_object(lw_move *move, lw_error *err) {
    lw_copy copy = {.source_bucket = move->request->bucket,
                    .source_key = move->request->key,
                    .source_version_id = lw_move_real_version(move->source.version_id),
                    .source_if_match = move->source.etag,
                    .source_size = move->source.size,
                    .target_bucket = move->result->target_bucket,
                    .target_key = move->result->target_key,
                    .if_none_match = move->abilities.copy_if_none_match,
                    .token = move->identity,
                    .source = &move->source};
    lw_written written = {0};
    LW_TRY(in_time(move, err));
    LW_TRY(lw_store_copy(move->mover->options.target, &copy, &written, err));
    move->copied = true;
    free(move->copy_request_id);
    move->copy_request_id = written.request_id;
    written.request_id = NULL;
    lw_written_done(&written);
    return LW_OK;
}

/* True where the source, not the request, is why it failed. */
static bool blames_source(lw_status status) {
    return status == LW_E_CHANGED || status == LW_E_PRECONDITION || status == LW_E_NOT_FOUND;
}

static step step_copy(lw_move *move) {
    lw_error err = {0};
    lw_status status = head_target(move, &err);
    if (status == LW_OK) {
        return STEP_NEXT;
    }
    if (status != LW_E_NOT_FOUND) {
        return fail(move, status, &err);
    }
    if (move->result->dry_run) {
        return decide(move, LW_MOVED, NULL);
    }
    lw_error copy_err = {0};
    lw_status copied = copy_object(move, &copy_err);
    status = copied == LW_E_MEMORY ? copied : head_target(move, &err);
    if (status == LW_E_NOT_FOUND && copied != LW_OK) {
        return blames_source(copied) ? again(move, copied, &copy_err) : fail(move, copied, &copy_err);
    }
    return status == LW_OK ? STEP_NEXT : fail(move, status, &err);
}

/* ---- the proof ---- */

static bool is_own_copy(const lw_move *move) {
    static const char name[] = "lakewarden-move-token:";
    for (size_t i = 0; i < move->target.metadata.count; i++) {
        const char *item = move->target.metadata.items[i];
        if (strncmp(item, name, sizeof name - 1) == 0) {
            return lw_slice_equal_text(lw_slice_trim(lw_slice_from(item + sizeof name - 1)), move->identity);
        }
    }
    return false;
}

/* The copy differs. Perhaps because the source changed and the endpoint ignored the precondition of the copy. */
static step decide_unproved(lw_move *move, lw_error *err) {
    lw_error look_err = {0};
    place where = PLACE_GONE;
    lw_status status = look(move, &where, &look_err);
    if (status != LW_OK) {
        return fail(move, status, &look_err);
    }
    if (where != PLACE_CURRENT && where != PLACE_OLD_VERSION) {
        return again(move, LW_E_CHANGED, err);
    }
    bool ours = move->copied || is_own_copy(move);
    (void)lw_fail(err, LW_E_MALFORMED, "move '%s/%s': '%s/%s' %s; both are kept, look at them", move->request->bucket,
                  move->request->key, move->result->target_bucket, move->result->target_key,
                  ours ? "should be its copy and is not the same" : "exists and is something else");
    return decide(move, ours ? LW_MOVE_SUSPECT : LW_MOVE_CONFLICT, err);
}

static step step_verify(lw_move *move) {
    lw_error err = {0};
    lw_move_side source = source_side(move);
    lw_move_side target = target_side(move);
    const lw_move_side *culprit = NULL;
    lw_status status = lw_move_prove(&source, &target, &move->proof, &culprit, &err);
    if (status == LW_OK) {
        return set_text(&move->result->proof, move->proof.method) ? STEP_NEXT : fail(move, LW_E_MEMORY, &err);
    }
    if (status == LW_E_MALFORMED) {
        return decide_unproved(move, &err);
    }
    return blames_source(status) ? again(move, status, &err) : fail(move, status, &err);
}

static step step_receipt(lw_move *move) {
    lw_error err = {0};
    if (move->result->dry_run) {
        return decide(move, LW_MOVED, NULL);
    }
    lw_status status = ensure_receipt(move, true, &err);
    if (status == LW_E_EXISTS) {
        return decide(move, LW_MOVE_CONFLICT, &err);
    }
    return status == LW_OK ? STEP_NEXT : fail(move, status, &err);
}

/* ---- the delete ---- */

static const char *deletion_name(const lw_move *move) {
    if (will_purge(move)) {
        return "purged";
    }
    if (lw_move_real_version(move->source.version_id) != NULL) {
        return "delete-marker";
    }
    return move->abilities.delete_if_match ? "conditional" : "best-effort";
}

static lw_status send_delete(lw_move *move, const char *if_match, bool *ret_marker, lw_error *err) {
    lw_delete request = {.bucket = move->request->bucket,
                         .key = move->request->key,
                         .version_id = will_purge(move) ? move->source.version_id : NULL,
                         .if_match = if_match};
    lw_deleted deleted = {0};
    LW_TRY(in_time(move, err));
    LW_TRY(lw_store_delete(move->mover->options.source, &request, &deleted, err));
    *ret_marker = deleted.delete_marker;
    lw_deleted_done(&deleted);
    return LW_OK;
}

/* For endpoints that cannot do it in one request. The header is sent all the same: it may be honoured after all. */
static lw_status delete_best_effort(lw_move *move, bool *ret_marker, lw_error *err) {
    place where = PLACE_GONE;
    LW_TRY(look(move, &where, err));
    if (where != PLACE_CURRENT) {
        return lw_fail(err, LW_E_CHANGED, "delete '%s/%s': it changed meanwhile", move->request->bucket,
                       move->request->key);
    }
    lw_status status = send_delete(move, move->source.etag, ret_marker, err);
    return status == LW_E_UNSUPPORTED ? send_delete(move, NULL, ret_marker, err) : status;
}

static lw_status erase(lw_move *move, bool *ret_marker, lw_error *err) {
    if (will_purge(move)) {
        return send_delete(move, NULL, ret_marker, err);
    }
    if (move->abilities.delete_if_match) {
        return send_delete(move, move->source.etag, ret_marker, err);
    }
    return delete_best_effort(move, ret_marker, err);
}

/* ---- and after it ---- */

static step decide_moved(lw_move *move, lw_move_outcome outcome, const char *deletion) {
    const char *version = lw_move_real_version(move->source.version_id);
    lw_error note = {0};
    if (!set_text(&move->result->deletion, deletion)) {
        return fail(move, LW_E_MEMORY, &note);
    }
    if (version != NULL && !same_text(deletion, "purged")) {
        (void)lw_fail(
            &note, LW_OK,
            "the bytes stay readable as version '%s': not isolated from those who may read versions; run again "
            "with --purge-version to remove it",
            version);
        note.code = LW_OK;
        return decide(move, outcome, &note);
    }
    return decide(move, outcome, NULL);
}

/* The object of the finding is not under its key any more, or was never removed. */
static step confirm(lw_move *move, lw_status deleted, const char *deletion, lw_error *err) {
    lw_error look_err = {0};
    place where = PLACE_GONE;
    bool was_newer = move->newer;
    lw_status status = look(move, &where, &look_err);
    if (status != LW_OK) {
        return fail(move, status, &look_err);
    }
    bool purged = same_text(deletion, "purged");
    if (where == PLACE_CURRENT || (where == PLACE_OLD_VERSION && purged)) {
        if (deleted == LW_OK) {
            deleted = lw_fail(err, LW_E_PROTOCOL, "delete '%s/%s': the store says it is deleted, and still has it",
                              move->request->bucket, move->request->key);
        }
        return fail(move, deleted, err);
    }
    if (where == PLACE_GONE || !move->newer) {
        return decide_moved(move, LW_MOVED, deletion);
    }
    /* Purging the newest version brings the one before it back: that is not a newer one. */
    if (purged && !was_newer) {
        return decide_moved(move, LW_MOVED, deletion);
    }
    return decide_moved(move, LW_MOVED_KEPT_NEWER, deleted == LW_OK ? deletion : NULL);
}

static step step_erase(lw_move *move) {
    const char *deletion = deletion_name(move);
    bool marker = false;
    lw_error err = {0};
    lw_status status = erase(move, &marker, &err);
    if (status == LW_OK && marker) {
        deletion = "delete-marker"; /* also where a version id was asked for and not honoured */
    }
    if (status == LW_E_MEMORY) {
        return fail(move, status, &err);
    }
    if (status == LW_E_DENIED || status == LW_E_UNSUPPORTED || status == LW_E_STATE) {
        (void)lw_fail_prefix(&err, status, "copy and receipt are in place, the store refuses to delete");
        err.code = status;
        return decide(move, LW_MOVE_REFUSED, &err);
    }
    return confirm(move, status, deletion, &err);
}

void lw_move_run(lw_move *move) {
    static step (*const steps[])(lw_move *) = {step_observe, step_probe,   step_copy,
                                               step_verify,  step_receipt, step_erase};
    step said = STEP_AGAIN;
    for (int attempt = 0; attempt < ATTEMPTS && said == STEP_AGAIN; attempt++) {
        said = STEP_NEXT;
        for (size_t i = 0; i < sizeof steps / sizeof *steps && said == STEP_NEXT; i++) {
            said = steps[i](move);
        }
    }
}
