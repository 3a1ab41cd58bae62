/* The mover, put together for the command line, and what is told of each move.
 *
 * Sources and target share one store: a server-side copy can not leave an S3 endpoint, and local buckets are the
 * sub-folders of one folder. So one mover serves all of them, and what this file adds is to say early, before a scan of
 * hours, when a source is not one of that store.
 */
#include "cli/isolate.h"

#include <stdlib.h>
#include <string.h>

struct lw_isolator {
    const char *url;
    lw_location target;
    lw_store *store;
    lw_mover *mover;
};

void lw_isolator_free(lw_isolator *isolator) {
    if (isolator == NULL) {
        return;
    }
    lw_mover_free(isolator->mover);
    lw_store_free(isolator->store);
    lw_location_done(&isolator->target);
    free(isolator);
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

static lw_status open_mover(lw_isolator *isolator, const lw_isolation_options *options, lw_error *err) {
    lw_store_options store = options->s3;
    store.kind = isolator->target.kind;
    store.root = isolator->target.root;
    LW_TRY(lw_store_open(&store, &isolator->store, err));
    char *prefix = folder_prefix(isolator->target.prefix);
    if (prefix == NULL) {
        return LW_E_MEMORY;
    }
    lw_mover_options mover = {.source = isolator->store,
                              .target = isolator->store,
                              .target_bucket = isolator->target.bucket,
                              .target_prefix = prefix,
                              .best_effort_delete = options->best_effort_delete,
                              .purge_version = options->purge_version,
                              .dry_run = options->dry_run};
    lw_status status = lw_mover_new(&mover, &isolator->mover, err);
    free(prefix);
    return status;
}

lw_status lw_isolator_new(const lw_isolation_options *options, lw_isolator **ret_isolator, lw_error *err) {
    lw_isolator *isolator = calloc(1, sizeof *isolator);
    if (isolator == NULL) {
        return LW_E_MEMORY;
    }
    isolator->url = options->url;
    lw_status status = lw_location_parse(options->url, false, &isolator->target, err);
    if (status == LW_OK && isolator->target.exact) {
        status =
            lw_fail(err, LW_E_USAGE, "cannot isolate to '%s': it is a file; name a bucket or a folder", options->url);
    }
    if (status == LW_OK) {
        status = open_mover(isolator, options, err);
    }
    if (status != LW_OK) {
        lw_isolator_free(isolator);
        return status;
    }
    *ret_isolator = isolator;
    return LW_OK;
}

static bool is_inside(const lw_location *inner, const lw_location *outer) {
    size_t root = strlen(outer->root);
    size_t bucket = strlen(outer->bucket);
    const char *rest = inner->root + root;
    if (strncmp(inner->root, outer->root, root) != 0 || (root > 1 && rest[0] != '/')) {
        return false;
    }
    rest += root > 1;
    return strncmp(rest, outer->bucket, bucket) == 0 && (rest[bucket] == '/' || rest[bucket] == '\0');
}

/* What was isolated would be scanned and isolated again. */
static lw_status check_apart(const lw_isolator *isolator, const char *source, const lw_location *location,
                             lw_error *err) {
    const lw_location *target = &isolator->target;
    bool same = strcmp(location->bucket, target->bucket) == 0 &&
                (location->kind == LW_STORE_S3 || strcmp(location->root, target->root) == 0);
    if (same) {
        return lw_fail(err, LW_E_USAGE, "cannot isolate '%s' to its own bucket '%s'; name another one with --isolate",
                       source, target->bucket);
    }
    if (location->kind == LW_STORE_LOCAL && (is_inside(target, location) || is_inside(location, target))) {
        return lw_fail(err, LW_E_USAGE, "cannot isolate '%s' to '%s': one is inside the other; name a folder beside it",
                       source, isolator->url);
    }
    return LW_OK;
}

static lw_status check_location(const lw_isolator *isolator, const char *source, const lw_location *location,
                                lw_error *err) {
    const lw_location *target = &isolator->target;
    if (location->kind != target->kind) {
        return lw_fail(
            err, LW_E_USAGE,
            "cannot isolate objects of '%s' in '%s': both must be in one store (two buckets of one endpoint, "
            "or two folders)",
            source, isolator->url);
    }
    LW_TRY(check_apart(isolator, source, location, err));
    if (location->kind == LW_STORE_LOCAL && strcmp(location->root, target->root) != 0) {
        return lw_fail(err, LW_E_USAGE,
                       "cannot isolate objects of '%s' in '%s': the two folders must be side by side; use '%s/%s'",
                       source, isolator->url, location->root, target->bucket);
    }
    return LW_OK;
}

lw_status lw_isolator_check_source(const lw_isolator *isolator, const char *source, lw_error *err) {
    if (strcmp(source, "-") == 0) {
        return lw_fail(err, LW_E_USAGE, "cannot isolate standard input; name an object or a folder as SOURCE");
    }
    lw_location location;
    LW_TRY(lw_location_parse(source, true, &location, err));
    lw_status status = check_location(isolator, source, &location, err);
    lw_location_done(&location);
    return status;
}

/* ---- one event ---- */

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
    lw_move_result result = {0};
    lw_status status = lw_mover_move(isolator->mover, request, &result);
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
