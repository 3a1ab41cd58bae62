/* The mover, put together for the command line: which store a finding's bucket is in, and what is told of each move.
 *
 * All S3 sources and the target share one store, since a server-side copy can not leave an endpoint. Local sources have
 * one store a root folder. A finding names its bucket only, so the bucket's name must say which source it is.
 */
#include "cli/isolate.h"

#include <stdlib.h>
#include <string.h>

typedef struct move_origin {
    struct move_origin *next;
    char *root;   /* NULL: S3 */
    char *bucket; /* NULL: any */
    lw_store *store;
    lw_mover *mover;
} move_origin;

struct lw_isolator {
    lw_isolation_options options;
    lw_location target;
    char *prefix; /* "" or with a '/' at the end */
    lw_store *store;
    move_origin *origins;
};

static void origin_free(move_origin *origin) {
    if (origin != NULL) {
        lw_mover_free(origin->mover);
        lw_store_free(origin->store);
        free(origin->root);
        free(origin->bucket);
        free(origin);
    }
}

void lw_isolator_free(lw_isolator *isolator) {
    if (isolator == NULL) {
        return;
    }
    while (isolator->origins != NULL) {
        move_origin *origin = isolator->origins;
        isolator->origins = origin->next;
        origin_free(origin);
    }
    lw_store_free(isolator->store);
    lw_location_done(&isolator->target);
    free(isolator->prefix);
    free(isolator);
}

static lw_status open_store(const lw_isolator *isolator, const char *root, lw_store **ret_store, lw_error *err) {
    lw_store_options options = isolator->options.s3;
    options.kind = root == NULL ? LW_STORE_S3 : LW_STORE_LOCAL;
    options.root = root;
    return lw_store_open(&options, ret_store, err);
}

static char *folder_prefix(const char *prefix) {
    size_t len = strlen(prefix);
    char *result = malloc(len + 2);
    if (result != NULL) {
        memcpy(result, prefix, len);
        if (len > 0 && prefix[len - 1] != '/') {
            result[len++] = '/';
        }
        result[len] = '\0';
    }
    return result;
}

lw_status lw_isolator_new(const lw_isolation_options *options, lw_isolator **ret_isolator, lw_error *err) {
    lw_isolator *isolator = calloc(1, sizeof *isolator);
    if (isolator == NULL) {
        return LW_E_MEMORY;
    }
    isolator->options = *options;
    lw_status status = lw_location_parse(options->url, false, &isolator->target, err);
    if (status != LW_OK) {
        goto done;
    }
    if (isolator->target.exact) {
        status =
            lw_fail(err, LW_E_USAGE, "cannot isolate to '%s': it is a file; name a bucket or a folder", options->url);
        goto done;
    }
    isolator->prefix = folder_prefix(isolator->target.prefix);
    if (isolator->prefix == NULL) {
        status = LW_E_MEMORY;
        goto done;
    }
    status = open_store(isolator, isolator->target.root, &isolator->store, err);
done:
    if (status != LW_OK) {
        lw_isolator_free(isolator);
        return status;
    }
    *ret_isolator = isolator;
    return LW_OK;
}

/* Takes nothing: root and bucket are copied. */
static lw_status add_origin(lw_isolator *isolator, const char *root, const char *bucket, lw_error *err) {
    move_origin *origin = calloc(1, sizeof *origin);
    if (origin == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = LW_E_MEMORY;
    origin->root = lw_text_dup(root);
    origin->bucket = lw_text_dup(bucket);
    if ((root != NULL && origin->root == NULL) || (bucket != NULL && origin->bucket == NULL)) {
        goto done;
    }
    if (root != NULL) {
        status = open_store(isolator, root, &origin->store, err);
        if (status != LW_OK) {
            goto done;
        }
    }
    lw_mover_options options = {.source = origin->store != NULL ? origin->store : isolator->store,
                                .target = isolator->store,
                                .target_bucket = isolator->target.bucket,
                                .target_prefix = isolator->prefix,
                                .best_effort_delete = isolator->options.best_effort_delete,
                                .purge_version = isolator->options.purge_version,
                                .dry_run = isolator->options.dry_run};
    status = lw_mover_new(&options, &origin->mover, err);
done:
    if (status != LW_OK) {
        origin_free(origin);
        return status;
    }
    origin->next = isolator->origins;
    isolator->origins = origin;
    return LW_OK;
}

static lw_status add_local(lw_isolator *isolator, const lw_location *location, lw_error *err) {
    for (const move_origin *known = isolator->origins; known != NULL; known = known->next) {
        if (known->bucket != NULL && strcmp(known->bucket, location->bucket) == 0) {
            if (strcmp(known->root, location->root) == 0) {
                return LW_OK;
            }
            return lw_fail(
                err, LW_E_USAGE,
                "cannot isolate from two folders named '%s': a finding does not say which of them; scan them in "
                "two runs",
                location->bucket);
        }
    }
    return add_origin(isolator, location->root, location->bucket, err);
}

static lw_status add_location(lw_isolator *isolator, const char *source, const lw_location *location, lw_error *err) {
    if (location->kind != isolator->target.kind) {
        return lw_fail(
            err, LW_E_USAGE,
            "cannot isolate objects of '%s' in '%s': both must be in one store (two buckets of one endpoint, "
            "or two folders)",
            source, isolator->options.url);
    }
    if (location->kind == LW_STORE_LOCAL) {
        return add_local(isolator, location, err);
    }
    return isolator->origins != NULL ? LW_OK : add_origin(isolator, NULL, NULL, err);
}

lw_status lw_isolator_add_source(lw_isolator *isolator, const char *source, lw_error *err) {
    if (strcmp(source, "-") == 0) {
        return lw_fail(err, LW_E_USAGE, "cannot isolate standard input; name an object or a folder as SOURCE");
    }
    lw_location location;
    LW_TRY(lw_location_parse(source, true, &location, err));
    lw_status status = add_location(isolator, source, &location, err);
    lw_location_done(&location);
    return status;
}

lw_status lw_isolator_add_root(lw_isolator *isolator, const char *root, lw_error *err) {
    if (isolator->target.kind == LW_STORE_S3) {
        if (root != NULL) {
            return lw_fail(err, LW_E_USAGE, "option '--from' is for folders; objects of S3 are found by their bucket");
        }
        return add_origin(isolator, NULL, NULL, err);
    }
    if (root == NULL) {
        return add_origin(isolator, isolator->target.root, NULL, err);
    }
    char *absolute = realpath(root, NULL);
    if (absolute == NULL) {
        return lw_fail(err, LW_E_CONFIG, "cannot find folder '%s' (option '--from')", root);
    }
    lw_status status = add_origin(isolator, absolute, NULL, err);
    free(absolute);
    return status;
}

/* ---- one event ---- */

static lw_mover *mover_for(const lw_isolator *isolator, const char *bucket) {
    for (const move_origin *origin = isolator->origins; origin != NULL; origin = origin->next) {
        if (origin->bucket == NULL || strcmp(origin->bucket, bucket) == 0) {
            return origin->mover;
        }
    }
    return NULL;
}

static lw_status tell(const lw_isolation *how, const lw_move_request *request, const lw_move_result *result,
                      lw_error *err) {
    if (!lw_move_outcome_isolated(result->outcome)) {
        lw_cli_warn(how->command, "did not isolate '%s/%s': %s: %s", request->bucket, request->key,
                    lw_move_outcome_name(result->outcome), result->error.text);
    }
    if (!how->print) {
        return LW_OK;
    }
    cJSON *json = NULL;
    LW_TRY(lw_move_result_json(request, result, &json));
    lw_status status = lw_cli_write_json(json, err);
    cJSON_Delete(json);
    return status == LW_OK ? lw_cli_flush(err) : status; /* who reads a pipe sees each move when it is done */
}

static lw_status move_one(lw_isolator *isolator, const lw_isolation *how, const lw_move_request *request,
                          lw_move_outcome *ret_outcome, lw_error *err) {
    lw_mover *mover = mover_for(isolator, request->bucket);
    if (mover == NULL) {
        return lw_fail(err, LW_E_INTERNAL, "no source for bucket '%s'", request->bucket);
    }
    lw_move_result result = {0};
    lw_status status = lw_mover_move(mover, request, &result);
    if (status == LW_OK) {
        *ret_outcome = result.outcome;
        status = tell(how, request, &result, err);
    }
    lw_move_result_done(&result);
    return status;
}

lw_status lw_isolator_event(lw_isolator *isolator, const lw_isolation *how, lw_slice json, bool *ret_tried,
                            lw_move_outcome *ret_outcome, lw_error *err) {
    lw_move_request request = {0};
    lw_status status = lw_move_request_parse(json, &request, err);
    if (status != LW_OK) {
        return status;
    }
    *ret_tried = request.severity >= (int)how->least;
    if (*ret_tried) {
        status = move_one(isolator, how, &request, ret_outcome, err);
    }
    lw_move_request_done(&request);
    return status;
}
