/* What does this endpoint refuse? Found out on scratch keys, before the first delete.
 *
 * A header that a server does not know is dropped in silence: the conditional delete becomes a plain one and answers
 * 204. So the mover believes in a precondition only after a request that had to fail on it did fail:
 *   1. PUT a (If-None-Match: *), the same once more           the second must be refused
 *   2. HEAD a in the source bucket                            must not be there: else both names are one bucket
 *   3. COPY a to b with a wrong x-amz-copy-source-if-match    must be refused
 *   4. COPY a to b (If-None-Match: *), the same once more     the second must be refused
 *   5. DELETE a with a wrong If-Match                         must be refused
 *   6. DELETE of what is left of a and b
 * All scratch keys are new random names under <prefix>.lakewarden/probe/ in the isolation bucket, the one place where
 * the mover may write anyway; it has no right to write into a source bucket and the probe does not ask for one. That is
 * enough because honouring a header is a property of the server's request path, and both buckets are served by the
 * same endpoint (another one is refused). What differs per bucket (rights, versioning) only adds refusals.
 *
 * A refused delete shows that the server looks, not that look and delete are one step: Swift's S3 layer answers 412
 * from a HEAD of its own, and then deletes whatever is there. It has no conditional writes (501). So a conditional
 * delete counts only where conditional writes are honoured too: those cannot be had from outside the place that writes.
 *
 * An answer that says neither (a time-out, a server error) fails the probe: nothing is concluded and nothing deleted. A
 * process killed in between leaves scratch objects of 17 bytes; a lifecycle rule on the folder may clear them away.
 */
#include "mover/mover_priv.h"

#include <stdlib.h>
#include <string.h>

#define SCRATCH_BODY LW_SLICE_LITERAL("lakewarden probe\n")
/* No object of ours has it: the MD5 of SCRATCH_BODY is another, and no local ETag looks like it. */
#define WRONG_ETAG "00000000000000000000000000000000"

/* What was written, to be removed: keys in pairs with the version that was made, "" for none. */
typedef struct scratch {
    const lw_mover_options *options;
    const char *source_bucket;
    char *a, *b;
    char *etag; /* of a */
    lw_strings keys, versions;
    lw_move_abilities abilities;
} scratch;

typedef enum verdict { REFUSED_IT, IGNORED_IT, NOT_SAID } verdict;

/* Reads the answer to a request whose precondition is false. */
static verdict judge(lw_status status) {
    if (status == LW_E_PRECONDITION || status == LW_E_CHANGED || status == LW_E_EXISTS) {
        return REFUSED_IT;
    }
    /* 501 is safe, but such an endpoint cannot do it either. */
    return status == LW_OK || status == LW_E_UNSUPPORTED ? IGNORED_IT : NOT_SAID;
}

static lw_status remember(scratch *work, const char *key, const char *version) {
    bool versioned = version != NULL && version[0] != '\0';
    if (!versioned && lw_strings_contain(&work->keys, lw_slice_from(key))) {
        return LW_OK;
    }
    LW_TRY(lw_strings_add(&work->keys, lw_slice_from(key)));
    return lw_strings_add(&work->versions, lw_slice_from(version));
}

static lw_status put_scratch(scratch *work, bool if_none_match, lw_error *err) {
    lw_put put = {.bucket = work->options->target_bucket,
                  .key = work->a,
                  .body = SCRATCH_BODY,
                  .content_type = "text/plain",
                  .if_none_match = if_none_match};
    lw_written written = {0};
    LW_TRY(lw_store_put(work->options->target, &put, &written, err));
    lw_status status = remember(work, work->a, written.version_id);
    free(work->etag);
    work->etag = written.etag;
    written.etag = NULL;
    lw_written_done(&written);
    return status;
}

static lw_status probe_put(scratch *work, lw_error *err) {
    lw_status status = put_scratch(work, true, err);
    if (status == LW_E_UNSUPPORTED) {
        return put_scratch(work, false, err);
    }
    LW_TRY(status);
    status = put_scratch(work, true, err);
    work->abilities.put_if_none_match = judge(status) == REFUSED_IT;
    return judge(status) == NOT_SAID ? status : LW_OK;
}

static lw_status probe_alias(scratch *work, lw_error *err) {
    lw_object seen = {0};
    lw_status status = lw_store_head(work->options->source, work->source_bucket, work->a, NULL, &seen, err);
    if (status == LW_OK) {
        lw_object_done(&seen);
        return lw_fail(err, LW_E_REFUSED,
                       "refuse to move from '%s' to '%s': they are one bucket under two names; choose another "
                       "isolation bucket",
                       work->source_bucket, work->options->target_bucket);
    }
    /* Without the right to list, S3 says 403 for what is not there. */
    return status == LW_E_NOT_FOUND || status == LW_E_DENIED ? LW_OK : status;
}

static lw_status copy_scratch(scratch *work, const char *if_match, bool if_none_match, lw_error *err) {
    char standard[] = "STANDARD";
    lw_object source = {.key = work->a, .etag = work->etag, .storage_class = standard, .size = SCRATCH_BODY.len};
    lw_copy copy = {.source_bucket = work->options->target_bucket,
                    .source_key = work->a,
                    .source_if_match = if_match,
                    .source_size = SCRATCH_BODY.len,
                    .target_bucket = work->options->target_bucket,
                    .target_key = work->b,
                    .if_none_match = if_none_match,
                    .source = &source};
    lw_written written = {0};
    LW_TRY(lw_store_copy(work->options->target, &copy, &written, err));
    lw_status status = remember(work, work->b, written.version_id);
    lw_written_done(&written);
    return status;
}

static lw_status probe_copy_source(scratch *work, lw_error *err) {
    lw_status status = copy_scratch(work, WRONG_ETAG, false, err);
    work->abilities.copy_source_if_match = judge(status) == REFUSED_IT;
    return judge(status) == NOT_SAID ? status : LW_OK;
}

static lw_status probe_copy_target(scratch *work, lw_error *err) {
    if (!lw_strings_contain(&work->keys, lw_slice_from(work->b))) {
        lw_status status = copy_scratch(work, work->etag, true, err);
        if (status == LW_E_UNSUPPORTED) {
            return LW_OK;
        }
        LW_TRY(status);
    }
    lw_status status = copy_scratch(work, work->etag, true, err);
    work->abilities.copy_if_none_match = judge(status) == REFUSED_IT;
    return judge(status) == NOT_SAID ? status : LW_OK;
}

static lw_status probe_delete(scratch *work, lw_error *err) {
    lw_delete request = {.bucket = work->options->target_bucket, .key = work->a, .if_match = WRONG_ETAG};
    lw_deleted deleted = {0};
    lw_status status = lw_store_delete(work->options->target, &request, &deleted, err);
    work->abilities.delete_if_match = judge(status) == REFUSED_IT && work->abilities.put_if_none_match;
    if (status == LW_OK && deleted.delete_marker) {
        status = remember(work, work->a, deleted.version_id);
    }
    lw_deleted_done(&deleted);
    if (status == LW_E_DENIED) {
        return lw_fail_prefix(err, status, "the mover must be allowed to delete '%s.lakewarden/probe/*' in '%s'",
                              work->options->target_prefix, work->options->target_bucket);
    }
    return judge(status) == NOT_SAID ? status : LW_OK;
}

/* Best effort: what cannot be removed is inert and stays under the probe folder. */
static void remove_scratch(scratch *work) {
    /* A write whose answer was lost may have happened all the same. */
    if (remember(work, work->a, NULL) != LW_OK || remember(work, work->b, NULL) != LW_OK) {
        lw_debug("probe: out of memory, scratch keys stay");
    }
    for (size_t i = 0; i < work->keys.count && i < work->versions.count; i++) {
        lw_error err = {0};
        lw_deleted deleted = {0};
        const char *version = work->versions.items[i];
        lw_delete request = {.bucket = work->options->target_bucket,
                             .key = work->keys.items[i],
                             .version_id = version[0] == '\0' ? NULL : version};
        lw_status status = lw_store_delete(work->options->target, &request, &deleted, &err);
        if (status != LW_OK && status != LW_E_NOT_FOUND) {
            lw_debug("probe: scratch key '%s' stays: %s", request.key, err.text);
        }
        lw_deleted_done(&deleted);
    }
}

static lw_status run_probe(scratch *work, lw_error *err) {
    LW_TRY(lw_move_probe_key(work->options->target_prefix, &work->a));
    LW_TRY(lw_move_probe_key(work->options->target_prefix, &work->b));
    LW_TRY(probe_put(work, err));
    LW_TRY(probe_alias(work, err));
    LW_TRY(probe_copy_source(work, err));
    LW_TRY(probe_copy_target(work, err));
    return probe_delete(work, err);
}

lw_status lw_move_probe(const lw_mover_options *options, const char *source_bucket, lw_move_abilities *ret_abilities,
                        lw_error *err) {
    scratch work = {.options = options, .source_bucket = source_bucket};
    lw_status status = run_probe(&work, err);
    if (work.a != NULL && work.b != NULL) {
        remove_scratch(&work);
    }
    if (status == LW_OK) {
        *ret_abilities = work.abilities;
        lw_debug("probe: copy-source-if-match %d, copy if-none-match %d, put if-none-match %d, delete if-match %d",
                 work.abilities.copy_source_if_match, work.abilities.copy_if_none_match,
                 work.abilities.put_if_none_match, work.abilities.delete_if_match);
    }
    free(work.a);
    free(work.b);
    free(work.etag);
    lw_strings_done(&work.keys);
    lw_strings_done(&work.versions);
    return status;
}
