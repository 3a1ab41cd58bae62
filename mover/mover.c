/* The mover: options, guards, what it remembers of endpoints, and one move from the outside.
 *
 * The guards come before any request: names that hide a second name, the isolation bucket as a source, keys that the
 * mover wrote itself, stores on two endpoints (a server-side copy cannot reach across, and a probe of one says nothing
 * of the other). A guard that says no gives REFUSED and has no side effect.
 *
 * The only thing kept between moves is what the probe found (probe.c), by source bucket, behind a lock: it is asked
 * once, however many threads move. Everything about an object is read from the store each time.
 */
#include "mover/mover_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct known_bucket {
    struct known_bucket *next;
    lw_move_abilities abilities;
    char *bucket;
} known_bucket;

struct lw_mover_memory {
    pthread_mutex_t lock; /* held while a probe runs: others wait for its answer instead of asking too */
    struct {
        known_bucket *first;
    } synced;
};

/* ---- making one ---- */

static lw_status check_prefix(const char *prefix, lw_error *err) {
    size_t len = strlen(prefix);
    if (len > 512) {
        return lw_fail(err, LW_E_CONFIG, "use isolation prefix '%s': it is over 512 bytes", prefix);
    }
    if (len > 0 && prefix[len - 1] != '/') {
        return lw_fail(err, LW_E_CONFIG, "use isolation prefix '%s': it must end with '/'", prefix);
    }
    return LW_OK;
}

static lw_status check_options(const lw_mover_options *options, lw_error *err) {
    if (options->source == NULL || options->target == NULL) {
        return lw_fail(err, LW_E_INTERNAL, "make a mover: no store given");
    }
    LW_TRY(check_prefix(options->target_prefix == NULL ? "" : options->target_prefix, err));
    return lw_move_check_bucket(lw_store_kind_of(options->target), "isolation", options->target_bucket, err);
}

static struct lw_mover_memory *memory_new(void) {
    struct lw_mover_memory *memory = calloc(1, sizeof *memory);
    if (memory != NULL && pthread_mutex_init(&memory->lock, NULL) != 0) {
        free(memory);
        return NULL;
    }
    return memory;
}

lw_status lw_mover_new(const lw_mover_options *options, lw_mover **ret_mover, lw_error *err) {
    LW_TRY(check_options(options, err));
    lw_mover *mover = calloc(1, sizeof *mover);
    if (mover == NULL) {
        return LW_E_MEMORY;
    }
    mover->options = *options;
    mover->target_bucket = lw_text_dup(options->target_bucket);
    mover->target_prefix = lw_text_dup(options->target_prefix == NULL ? "" : options->target_prefix);
    mover->memory = memory_new();
    if (mover->target_bucket == NULL || mover->target_prefix == NULL || mover->memory == NULL) {
        lw_mover_free(mover);
        return LW_E_MEMORY;
    }
    mover->options.target_bucket = mover->target_bucket;
    mover->options.target_prefix = mover->target_prefix;
    *ret_mover = mover;
    return LW_OK;
}

void lw_mover_free(lw_mover *mover) {
    if (mover == NULL) {
        return;
    }
    if (mover->memory != NULL) {
        while (mover->memory->synced.first != NULL) {
            known_bucket *item = mover->memory->synced.first;
            mover->memory->synced.first = item->next;
            free(item->bucket);
            free(item);
        }
        (void)pthread_mutex_destroy(&mover->memory->lock);
        free(mover->memory);
    }
    free(mover->target_bucket);
    free(mover->target_prefix);
    free(mover);
}

/* ---- what endpoints can do ---- */

/* The caller holds the lock. */
static lw_status probe_synced(lw_mover *mover, const char *source_bucket, lw_move_abilities *ret_abilities,
                              lw_error *err) {
    for (const known_bucket *item = mover->memory->synced.first; item != NULL; item = item->next) {
        if (strcmp(item->bucket, source_bucket) == 0) {
            *ret_abilities = item->abilities;
            return LW_OK;
        }
    }
    LW_TRY(lw_move_probe(&mover->options, source_bucket, ret_abilities, err));
    known_bucket *item = calloc(1, sizeof *item);
    char *bucket = lw_text_dup(source_bucket);
    if (item == NULL || bucket == NULL) {
        free(item);
        free(bucket);
        return LW_E_MEMORY;
    }
    *item = (known_bucket){.next = mover->memory->synced.first, .abilities = *ret_abilities, .bucket = bucket};
    mover->memory->synced.first = item;
    return LW_OK;
}

lw_status lw_mover_abilities(lw_mover *mover, const char *source_bucket, lw_move_abilities *ret_abilities,
                             lw_error *err) {
    if (pthread_mutex_lock(&mover->memory->lock) != 0) {
        return lw_fail(err, LW_E_INTERNAL, "lock the mover: it failed");
    }
    lw_status status = probe_synced(mover, source_bucket, ret_abilities, err);
    (void)pthread_mutex_unlock(&mover->memory->lock);
    return status;
}

/* ---- one move ---- */

static lw_status check_request(const lw_move_request *request, lw_error *err) {
    if (request->key == NULL || request->key[0] == '\0' || strlen(request->key) > 1024) {
        return lw_fail(err, LW_E_REFUSED, "refuse to move: the request names no key of 1 to 1,024 bytes");
    }
    if (request->etag == NULL || request->etag[0] == '\0') {
        return lw_fail(err, LW_E_REFUSED, "refuse to move '%s': without an ETag nothing says which bytes were scanned",
                       request->key);
    }
    return LW_OK;
}

static lw_status refuse_endpoints(const lw_mover_options *options, const lw_move_request *request, lw_error *err) {
    if (lw_store_kind_of(options->source) == LW_STORE_LOCAL && lw_store_kind_of(options->target) == LW_STORE_LOCAL) {
        return lw_fail(err, LW_E_REFUSED,
                       "refuse to move '%s': the folders '%s' and '%s' must lie in the same parent folder",
                       request->key, request->bucket, options->target_bucket);
    }
    return lw_fail(err, LW_E_REFUSED,
                   "refuse to move '%s': source and isolation bucket are on different endpoints; a copy must be one "
                   "server-side request",
                   request->key);
}

static lw_status check_places(const lw_mover *mover, const lw_move_request *request, lw_error *err) {
    const lw_mover_options *options = &mover->options;
    LW_TRY(lw_move_check_bucket(lw_store_kind_of(options->source), "source", request->bucket, err));
    if (!lw_store_same_endpoint(options->source, options->target)) {
        return refuse_endpoints(options, request, err);
    }
    /* Names differing in case only are one folder on some file systems and no two S3 buckets. */
    if (strcasecmp(request->bucket, options->target_bucket) == 0) {
        return lw_fail(err, LW_E_REFUSED,
                       "refuse to move '%s': it lies in the isolation bucket '%s' itself; isolation must be another "
                       "bucket, a prefix is not enough",
                       request->key, options->target_bucket);
    }
    if (lw_move_is_own_key(options->target_prefix, request->key)) {
        return lw_fail(err, LW_E_REFUSED, "refuse to move '%s': it is a receipt or a probe of the mover", request->key);
    }
    return LW_OK;
}

static lw_status name_things(lw_move *move, lw_error *err) {
    const lw_mover_options *options = &move->mover->options;
    LW_TRY(lw_move_identity(move->request, move->identity));
    lw_status status = lw_move_target_key(options->target_prefix, move->request, &move->result->target_key);
    if (status == LW_E_LIMIT) {
        return lw_fail(err, LW_E_REFUSED, "refuse to move '%s': its name in '%s' would be over 1,024 bytes",
                       move->request->key, options->target_bucket);
    }
    LW_TRY(status);
    LW_TRY(lw_move_receipt_key(options->target_prefix, move->identity, &move->result->receipt_key));
    move->result->target_bucket = lw_text_dup(options->target_bucket);
    return move->result->target_bucket == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status pass_guards(lw_move *move, lw_error *err) {
    LW_TRY(check_request(move->request, err));
    LW_TRY(check_places(move->mover, move->request, err));
    return name_things(move, err);
}

lw_status lw_mover_move(lw_mover *mover, const lw_move_request *request, lw_move_result *result) {
    *result = (lw_move_result){.outcome = LW_MOVE_FAILED, .dry_run = mover->options.dry_run};
    lw_move move = {.mover = mover, .request = request, .result = result, .started_ms = lw_clock_wall_ms()};
    int64_t start_ns = lw_clock_monotonic_ns();
    lw_error err = {0};
    lw_status status = pass_guards(&move, &err);
    if (status == LW_OK) {
        lw_move_run(&move);
    } else {
        err.code = status;
        lw_move_decide(&move, LW_MOVE_REFUSED, &err);
    }
    lw_object_done(&move.source);
    lw_object_done(&move.target);
    free(move.copy_request_id);
    result->elapsed_ms = (lw_clock_monotonic_ns() - start_ns) / 1000000;
    if (result->error.code == LW_E_MEMORY) {
        lw_move_result_done(result);
        return LW_E_MEMORY;
    }
    return LW_OK;
}
