/* Outcomes by name and class, and the JSON of a result. The JSON starts as the answer of the blog post's function
 * (statusCode, and body: a text that is itself JSON) so that what consumed that goes on working, and then says more. */
#include "mover/mover_priv.h"

#include <stdlib.h>
#include <string.h>

/* All that depends on the outcome alone. */
static const struct {
    const char *name;
    int http_status;
    bool isolated;
    bool failed;
} outcomes[] = {
    [LW_MOVED] = {"MOVED", 200, true, false},
    [LW_ALREADY_MOVED] = {"ALREADY_MOVED", 200, true, false},
    [LW_MOVED_KEPT_NEWER] = {"MOVED_KEPT_NEWER", 200, true, false},
    [LW_MOVE_CHANGED] = {"CHANGED", 409, false, false},
    [LW_MOVE_GONE] = {"GONE", 404, false, false},
    [LW_MOVE_CONFLICT] = {"CONFLICT", 409, false, true},
    [LW_MOVE_SUSPECT] = {"SUSPECT", 500, false, true},
    [LW_MOVE_REFUSED] = {"REFUSED", 409, false, true},
    [LW_MOVE_FAILED] = {"FAILED", 500, false, true},
};

static bool is_known(lw_move_outcome outcome) {
    return (size_t)outcome < sizeof outcomes / sizeof *outcomes;
}

const char *lw_move_outcome_name(lw_move_outcome outcome) {
    return is_known(outcome) ? outcomes[outcome].name : "UNKNOWN";
}

bool lw_move_outcome_isolated(lw_move_outcome outcome) {
    return is_known(outcome) && outcomes[outcome].isolated;
}

bool lw_move_outcome_failed(lw_move_outcome outcome) {
    return !is_known(outcome) || outcomes[outcome].failed;
}

void lw_move_result_done(lw_move_result *result) {
    free(result->target_bucket);
    free(result->target_key);
    free(result->receipt_key);
    free(result->proof);
    free(result->deletion);
    *result = (lw_move_result){.outcome = LW_MOVE_FAILED};
}

static bool add_text(cJSON *object, const char *name, const char *text) {
    return text == NULL || text[0] == '\0' || cJSON_AddStringToObject(object, name, text) != NULL;
}

/* As json.dumps wrote it in the post: one line. */
static bool add_body(cJSON *object, const lw_move_request *request) {
    cJSON *body = cJSON_CreateObject();
    bool good = body != NULL && cJSON_AddStringToObject(body, "Bucket", request->bucket) != NULL &&
                cJSON_AddStringToObject(body, "Key", request->key) != NULL;
    char *text = good ? cJSON_PrintUnformatted(body) : NULL;
    good = text != NULL && cJSON_AddStringToObject(object, "body", text) != NULL;
    cJSON_free(text);
    cJSON_Delete(body);
    return good;
}

static bool add_members(cJSON *object, const lw_move_request *request, const lw_move_result *result) {
    bool known = is_known(result->outcome);
    bool marker = result->deletion != NULL && strcmp(result->deletion, "delete-marker") == 0;
    return cJSON_AddNumberToObject(object, "statusCode", known ? outcomes[result->outcome].http_status : 500) != NULL &&
           add_body(object, request) && add_text(object, "outcome", lw_move_outcome_name(result->outcome)) &&
           add_text(object, "reason", result->error.text) && add_text(object, "findingId", request->finding_id) &&
           add_text(object, "versionId", request->version_id) && add_text(object, "eTag", request->etag) &&
           add_text(object, "targetBucket", result->target_bucket) &&
           add_text(object, "targetKey", result->target_key) && add_text(object, "receiptKey", result->receipt_key) &&
           add_text(object, "proof", result->proof) && add_text(object, "deletion", result->deletion) &&
           (!marker || cJSON_AddTrueToObject(object, "readableByVersionId") != NULL) &&
           (!result->dry_run || cJSON_AddTrueToObject(object, "dryRun") != NULL) &&
           cJSON_AddNumberToObject(object, "elapsedMs", (double)result->elapsed_ms) != NULL;
}

lw_status lw_move_result_json(const lw_move_request *request, const lw_move_result *result, cJSON **ret_json) {
    cJSON *object = cJSON_CreateObject();
    if (object == NULL || !add_members(object, request, result)) {
        cJSON_Delete(object);
        return LW_E_MEMORY;
    }
    *ret_json = object;
    return LW_OK;
}
