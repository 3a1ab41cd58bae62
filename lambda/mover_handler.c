/* mover.handler: a Macie finding event moves the object that it names to the isolation bucket.
 *
 * The answer is that of the blog post's function, {"statusCode":200,"body":"{\"Bucket\":..,\"Key\":..}"}, and nothing
 * more: what the move did in detail is in its log line. A finding below SEVERITIES and one of an object that is gone or
 * was changed since are answered too (to try again would not help, and the daily job scans what changed); everything
 * else that did not end with the object isolated is an error, so that the service tries again and in the end gives the
 * event to the on-failure destination (promise L3).
 *
 * Guards before the mover's own: only buckets of SOURCE_BUCKETS, never the isolation bucket (its own objects come as
 * events too where a rule is too wide).
 */
#include <stdlib.h>
#include <string.h>

#include "lambda/handlers_priv.h"
#include "lambda/settings.h"
#include "lambda/step_log.h"
#include "mover/mover.h"

typedef struct mover_state {
    lw_store_options store_options;
    const char *isolation_bucket;
    char *isolation_prefix; /* "" or "dir/" */
    lw_strings source_buckets;
    unsigned severities; /* bit 1 << severity */
    bool best_effort_delete, purge_version;
    lw_store *store;
    lw_mover *mover;
} mover_state;

static void close_mover(mover_state *state) {
    lw_mover_free(state->mover);
    lw_store_free(state->store);
    state->mover = NULL;
    state->store = NULL;
}

static lw_status open_mover(mover_state *state, lw_error *err) {
    lw_mover_options options = {.target_bucket = state->isolation_bucket,
                                .target_prefix = state->isolation_prefix,
                                .best_effort_delete = state->best_effort_delete,
                                .purge_version = state->purge_version};
    LW_TRY(lw_store_open(&state->store_options, &state->store, err));
    options.source = state->store;
    options.target = state->store;
    lw_status status = lw_mover_new(&options, &state->mover, err);
    if (status != LW_OK) {
        close_mover(state);
    }
    return status;
}

/* ---- settings ---- */

static lw_status read_severities(unsigned *ret_severities, lw_error *err) {
    static const char *const names[] = {"none", "low", "medium", "high"};
    lw_strings list = {0};
    unsigned severities = 0;
    lw_status status = lw_setting_list("SEVERITIES", &list, err);
    for (size_t i = 0; status == LW_OK && i < list.count; i++) {
        unsigned found = 0;
        for (unsigned s = 1; s <= 3; s++) {
            found = lw_slice_equal_nocase(lw_slice_from(list.items[i]), lw_slice_from(names[s])) ? s : found;
        }
        if (found == 0) {
            status = lw_fail(err, LW_E_CONFIG, "environment variable 'SEVERITIES': '%s' is not High, Medium or Low",
                             list.items[i]);
        }
        severities |= 1U << found;
    }
    lw_strings_done(&list);
    *ret_severities = severities == 0 ? 1U << 3 : severities;
    return status;
}

static lw_status read_prefix(char **ret_prefix) {
    const char *text = lw_setting_text("ISOLATION_PREFIX");
    lw_buf prefix;
    lw_buf_init(&prefix, 1024);
    lw_status status = lw_buf_append_text(&prefix, text == NULL ? "" : text);
    if (status == LW_OK && prefix.len > 0 && prefix.data[prefix.len - 1] != '/') {
        status = lw_buf_append_char(&prefix, '/');
    }
    *ret_prefix = status == LW_OK ? lw_buf_take(&prefix) : NULL;
    lw_buf_done(&prefix);
    return *ret_prefix == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status read_settings(mover_state *state, lw_error *err) {
    LW_TRY(lw_setting_store(&state->store_options, err));
    LW_TRY(lw_setting_required("ISOLATION_BUCKET", &state->isolation_bucket, err));
    LW_TRY(lw_setting_list("SOURCE_BUCKETS", &state->source_buckets, err));
    LW_TRY(lw_setting_switch("BEST_EFFORT_DELETE", &state->best_effort_delete, err));
    LW_TRY(lw_setting_switch("PURGE_VERSION", &state->purge_version, err));
    LW_TRY(read_severities(&state->severities, err));
    LW_TRY(read_prefix(&state->isolation_prefix));
    if (state->source_buckets.count == 0) {
        return lw_fail(err, LW_E_CONFIG,
                       "environment variable 'SOURCE_BUCKETS' is not set: name the buckets that may be moved from");
    }
    if (lw_strings_contain(&state->source_buckets, lw_slice_from(state->isolation_bucket))) {
        return lw_fail(err, LW_E_CONFIG, "environment variable 'SOURCE_BUCKETS' names the isolation bucket '%s'",
                       state->isolation_bucket);
    }
    return LW_OK;
}

static void mover_stop(void *ctx) {
    mover_state *state = ctx;
    close_mover(state);
    lw_strings_done(&state->source_buckets);
    free(state->isolation_prefix);
    free(state);
}

static lw_status mover_start(void **ret_state, lw_error *err) {
    mover_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return lw_fail(err, LW_E_MEMORY, "out of memory");
    }
    lw_status status = read_settings(state, err);
    if (status == LW_OK) {
        status = open_mover(state, err);
    }
    if (status != LW_OK) {
        mover_stop(state);
        return status;
    }
    *ret_state = state;
    return LW_OK;
}

/* ---- one event ---- */

static lw_status make_answer(int code, const lw_move_request *request, const char *outcome, cJSON **ret_response) {
    cJSON *place = cJSON_CreateObject();
    cJSON *answer = cJSON_CreateObject();
    char *body = NULL;
    bool made = place != NULL && answer != NULL && cJSON_AddStringToObject(place, "Bucket", request->bucket) != NULL &&
                cJSON_AddStringToObject(place, "Key", request->key) != NULL &&
                (body = cJSON_PrintUnformatted(place)) != NULL &&
                cJSON_AddNumberToObject(answer, "statusCode", code) != NULL &&
                cJSON_AddStringToObject(answer, "body", body) != NULL &&
                (outcome == NULL || cJSON_AddStringToObject(answer, "outcome", outcome) != NULL);
    cJSON_free(body);
    cJSON_Delete(place);
    if (!made) {
        cJSON_Delete(answer);
        return LW_E_MEMORY;
    }
    *ret_response = answer;
    return LW_OK;
}

static lw_status check_request(const mover_state *state, const lw_move_request *request, lw_error *err) {
    if (strcmp(request->bucket, state->isolation_bucket) == 0) {
        return lw_fail(err, LW_E_REFUSED, "refuse '%s': bucket '%s' is the isolation bucket itself", request->key,
                       request->bucket);
    }
    if (!lw_strings_contain(&state->source_buckets, lw_slice_from(request->bucket))) {
        return lw_fail(err, LW_E_REFUSED, "refuse '%s': bucket '%s' is not in SOURCE_BUCKETS", request->key,
                       request->bucket);
    }
    return LW_OK;
}

static void log_move(const lw_invocation *invocation, const lw_move_request *request, const lw_move_result *result) {
    lw_step_log(&(lw_step_line){.level = lw_move_outcome_failed(result->outcome) ? "ERROR" : "INFO",
                                .request_id = invocation->request_id,
                                .step = "move",
                                .bucket = request->bucket,
                                .key = request->key,
                                .outcome = lw_move_outcome_name(result->outcome),
                                .message = result->error.text[0] != '\0' ? result->error.text : NULL,
                                .elapsed_ms = result->elapsed_ms});
}

static lw_status answer_outcome(const lw_move_request *request, const lw_move_result *result, cJSON **ret_response,
                                lw_error_type *ret_type, lw_error *err) {
    if (lw_move_outcome_isolated(result->outcome)) {
        return make_answer(200, request, NULL, ret_response);
    }
    if (!lw_move_outcome_failed(result->outcome)) {
        int code = result->outcome == LW_MOVE_GONE ? 404 : 409;
        return make_answer(code, request, lw_move_outcome_name(result->outcome), ret_response);
    }
    static const char *const types[] = {[LW_MOVE_CONFLICT] = "Mover.Conflict",
                                        [LW_MOVE_SUSPECT] = "Mover.Suspect",
                                        [LW_MOVE_REFUSED] = "Mover.Refused",
                                        [LW_MOVE_FAILED] = "Mover.Failed"};
    *ret_type = types[result->outcome];
    *err = result->error;
    return err->code == LW_OK ? LW_E_INTERNAL : err->code;
}

static lw_status move(const mover_state *state, const lw_invocation *invocation, const lw_move_request *request,
                      cJSON **ret_response, lw_error_type *ret_type, lw_error *err) {
    lw_move_result result = {0};
    LW_TRY(lw_mover_move(state->mover, request, &result));
    log_move(invocation, request, &result);
    lw_status status = answer_outcome(request, &result, ret_response, ret_type, err);
    lw_move_result_done(&result);
    return status;
}

static lw_status take_request(const mover_state *state, const lw_invocation *invocation, lw_move_request *request,
                              cJSON **ret_response, lw_error_type *ret_type, lw_error *err) {
    lw_status status = check_request(state, request, err);
    if (status != LW_OK) {
        *ret_type = "Mover.Refused";
        return status;
    }
    if ((state->severities >> request->severity & 1U) == 0) {
        return make_answer(200, request, "IGNORED", ret_response);
    }
    request->deadline_ms = invocation->cutoff_ms;
    return move(state, invocation, request, ret_response, ret_type, err);
}

static lw_status mover_invoke(void *ctx, const lw_invocation *invocation, cJSON **ret_response, lw_error_type *ret_type,
                              lw_error *err) {
    mover_state *state = ctx;
    lw_move_request request = {0};
    *ret_type = "Mover.Failed";
    if (invocation->thawed) {
        close_mover(state); /* dead connections, old credentials, an endpoint that is another now */
    }
    if (state->mover == NULL) {
        LW_TRY(open_mover(state, err));
    }
    lw_status status = lw_move_request_parse(invocation->event, &request, err);
    if (status != LW_OK) {
        *ret_type = "Mover.InvalidEvent";
        return status;
    }
    status = take_request(state, invocation, &request, ret_response, ret_type, err);
    lw_move_request_done(&request);
    return status;
}

const lw_handler *lw_mover_handler(void) {
    static const lw_handler handler = {"mover.handler", mover_start, mover_invoke, mover_stop};
    return &handler;
}
