/* From a finding event to a move request.
 *
 * A move request ends in a delete, so this reader trusts nothing: at most 1 MiB, nesting bounded before cJSON recurses,
 * no NUL inside a string (cJSON would end the key there, and a shorter key is another object), no trailing text, no
 * second member of a name that is read (which one counts is a parser's taste), every text bounded and, where it goes
 * into a header or a message, printable. What is read is the event that EventBridge delivers (detail-type "Macie
 * Finding") or the finding alone; both spellings of the ETag's name, as Macie itself has both.
 *
 * Left out: whether the bucket is one that may be moved from. That is a guard of the move, not of the reading.
 */
#include "mover/mover_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_check.h"

#define EVENT_MAX ((size_t)1024 * 1024)
#define DEPTH_MAX 64U
#define SIZE_MAX_EXACT 9007199254740992.0 /* 2^53: above, a JSON number is no exact count */

void lw_move_request_done(lw_move_request *request) {
    free(request->bucket);
    free(request->key);
    free(request->version_id);
    free(request->etag);
    free(request->finding_id);
    free(request->account_id);
    *request = (lw_move_request){0};
}

/* ---- fields ---- */

/* Where a field is missing, *ret_item is NULL and that is no failure. */
static lw_status member(const cJSON *object, const char *path, const char *name, const cJSON **ret_item,
                        lw_error *err) {
    const cJSON *found = NULL;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, object) {
        if (item->string == NULL || strcmp(item->string, name) != 0) {
            continue;
        }
        if (found != NULL) {
            return lw_fail(err, LW_E_PARSE, "parse event: field '%s%s' occurs twice", path, name);
        }
        found = item;
    }
    *ret_item = found;
    return LW_OK;
}

static lw_status object_member(const cJSON *object, const char *path, const char *name, const cJSON **ret_item,
                               lw_error *err) {
    const cJSON *item = NULL;
    LW_TRY(member(object, path, name, &item, err));
    if (item == NULL) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%s%s' is missing", path, name);
    }
    if (!cJSON_IsObject(item)) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%s%s' is not an object", path, name);
    }
    *ret_item = item;
    return LW_OK;
}

/* The text, or NULL when the field is missing or null. */
static lw_status optional_text(const cJSON *object, const char *path, const char *name, const char **ret_text,
                               lw_error *err) {
    const cJSON *item = NULL;
    LW_TRY(member(object, path, name, &item, err));
    if (item != NULL && !cJSON_IsString(item) && !cJSON_IsNull(item)) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%s%s' is not a text", path, name);
    }
    *ret_text = item != NULL && cJSON_IsString(item) ? item->valuestring : NULL;
    return LW_OK;
}

static lw_status required_text(const cJSON *object, const char *path, const char *name, const char **ret_text,
                               lw_error *err) {
    const char *text = NULL;
    LW_TRY(optional_text(object, path, name, &text, err));
    if (text == NULL || text[0] == '\0') {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%s%s' is missing", path, name);
    }
    *ret_text = text;
    return LW_OK;
}

/* Ids and ETags travel in headers: visible ASCII only, so that none can end a header line. */
static lw_status take_id(const char *text, const char *path, size_t max, char **ret_copy, lw_error *err) {
    lw_slice id = lw_slice_from(text);
    bool good = id.len <= max;
    for (size_t i = 0; good && i < id.len; i++) {
        good = id.data[i] > ' ' && id.data[i] < 0x7f;
    }
    if (!good) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%s' is too long or has other than visible characters",
                       path);
    }
    *ret_copy = lw_slice_dup(lw_slice_from(text));
    return *ret_copy == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status take_key(const char *text, char **ret_copy, lw_error *err) {
    if (lw_slice_from(text).len > 1024) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'resourcesAffected.s3Object.key' is over 1,024 bytes");
    }
    *ret_copy = lw_slice_dup(lw_slice_from(text));
    return *ret_copy == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status take_etag(const cJSON *object, const char *path, char **ret_copy, lw_error *err) {
    const char *camel = NULL;
    const char *lower = NULL;
    LW_TRY(optional_text(object, path, "eTag", &camel, err));
    LW_TRY(optional_text(object, path, "etag", &lower, err));
    if (camel != NULL && lower != NULL && strcmp(camel, lower) != 0) {
        return lw_fail(err, LW_E_PARSE, "parse event: fields '%seTag' and '%setag' differ", path, path);
    }
    const char *text = camel != NULL ? camel : lower;
    lw_slice etag = lw_slice_from(text);
    if (etag.len >= 2 && text[0] == '"' && text[etag.len - 1] == '"') {
        etag = (lw_slice){text + 1, etag.len - 2};
    }
    if (etag.len == 0) {
        return lw_fail(err, LW_E_PARSE,
                       "parse event: field '%seTag' is missing; without it nothing says which bytes "
                       "were scanned",
                       path);
    }
    char *bare = lw_slice_dup(etag);
    if (bare == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = take_id(bare, "resourcesAffected.s3Object.eTag", 256, ret_copy, err);
    free(bare);
    return status;
}

static lw_status take_size(const cJSON *object, const char *path, uint64_t *ret_size, lw_error *err) {
    const cJSON *item = NULL;
    LW_TRY(member(object, path, "size", &item, err));
    if (item == NULL || cJSON_IsNull(item)) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%ssize' is missing", path);
    }
    double value = cJSON_IsNumber(item) ? item->valuedouble : -1;
    if (!(value >= 0 && value <= SIZE_MAX_EXACT) || value != (double)(uint64_t)value) {
        return lw_fail(err, LW_E_PARSE, "parse event: field '%ssize' is not a count of bytes", path);
    }
    *ret_size = (uint64_t)value;
    return LW_OK;
}

static int severity_of_text(const char *text) {
    static const char *const names[] = {"low", "medium", "high"};
    for (int i = 0; i < 3; i++) {
        if (lw_slice_equal_nocase(lw_slice_from(text), lw_slice_from(names[i]))) {
            return i + 1;
        }
    }
    return 0;
}

static lw_status take_severity(const cJSON *finding, int *ret_severity, lw_error *err) {
    const cJSON *severity = NULL;
    const cJSON *score = NULL;
    const char *description = NULL;
    LW_TRY(object_member(finding, "", "severity", &severity, err));
    LW_TRY(member(severity, "severity.", "score", &score, err));
    LW_TRY(required_text(severity, "severity.", "description", &description, err));
    int by_text = severity_of_text(description);
    if (by_text == 0) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'severity.description' is not Low, Medium or High");
    }
    if (score != NULL && !(cJSON_IsNumber(score) && score->valuedouble == by_text)) {
        return lw_fail(err, LW_E_PARSE, "parse event: fields 'severity.score' and 'severity.description' differ");
    }
    *ret_severity = by_text;
    return LW_OK;
}

/* ---- the finding ---- */

static lw_status check_kind(const cJSON *finding, lw_error *err) {
    const char *type = NULL;
    const char *category = NULL;
    const cJSON *sample = NULL;
    LW_TRY(required_text(finding, "", "type", &type, err));
    LW_TRY(optional_text(finding, "", "category", &category, err));
    LW_TRY(member(finding, "", "sample", &sample, err));
    if (lw_slice_starts_with(lw_slice_from(type), LW_SLICE_LITERAL("Policy:")) ||
        (category != NULL && strcmp(category, "POLICY") == 0)) {
        return lw_fail(err, LW_E_REFUSED, "refuse policy finding: it is about a bucket, there is no object to move");
    }
    if (sample != NULL && cJSON_IsTrue(sample)) {
        return lw_fail(err, LW_E_REFUSED, "refuse sample finding: it names no real object");
    }
    return LW_OK;
}

static lw_status take_object(const cJSON *affected, lw_move_request *request, lw_error *err) {
    static const char path[] = "resourcesAffected.s3Object.";
    const cJSON *object = NULL;
    const char *text = NULL;
    LW_TRY(object_member(affected, "resourcesAffected.", "s3Object", &object, err));
    LW_TRY(required_text(object, path, "key", &text, err));
    LW_TRY(take_key(text, &request->key, err));
    LW_TRY(optional_text(object, path, "versionId", &text, err));
    if (text != NULL && text[0] != '\0') {
        LW_TRY(take_id(text, "resourcesAffected.s3Object.versionId", 1024, &request->version_id, err));
    }
    LW_TRY(take_etag(object, path, &request->etag, err));
    return take_size(object, path, &request->size, err);
}

static lw_status take_finding(const cJSON *finding, lw_move_request *request, lw_error *err) {
    const cJSON *affected = NULL;
    const cJSON *bucket = NULL;
    const char *text = NULL;
    LW_TRY(check_kind(finding, err));
    LW_TRY(required_text(finding, "", "id", &text, err));
    LW_TRY(take_id(text, "id", 256, &request->finding_id, err));
    LW_TRY(optional_text(finding, "", "accountId", &text, err));
    if (text != NULL && text[0] != '\0') {
        LW_TRY(take_id(text, "accountId", 64, &request->account_id, err));
    }
    LW_TRY(take_severity(finding, &request->severity, err));
    LW_TRY(object_member(finding, "", "resourcesAffected", &affected, err));
    LW_TRY(object_member(affected, "resourcesAffected.", "s3Bucket", &bucket, err));
    LW_TRY(required_text(bucket, "resourcesAffected.s3Bucket.", "name", &text, err));
    /* Local buckets are folders: any name. What may be moved from is for the guards. */
    if (lw_slice_from(text).len > 255) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'resourcesAffected.s3Bucket.name' is over 255 bytes");
    }
    request->bucket = lw_text_dup(text);
    if (request->bucket == NULL) {
        return LW_E_MEMORY;
    }
    return take_object(affected, request, err);
}

/* The finding inside an EventBridge event, or the document itself when it is no envelope. */
static lw_status find_finding(const cJSON *document, const cJSON **ret_finding, lw_error *err) {
    const cJSON *detail = NULL;
    const char *detail_type = NULL;
    if (!cJSON_IsObject(document)) {
        return lw_fail(err, LW_E_PARSE, "parse event: it is not a JSON object");
    }
    LW_TRY(member(document, "", "detail", &detail, err));
    LW_TRY(optional_text(document, "", "detail-type", &detail_type, err));
    if (detail == NULL && detail_type == NULL) {
        *ret_finding = document;
        return LW_OK;
    }
    if (detail_type == NULL || strcmp(detail_type, "Macie Finding") != 0) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'detail-type' is not 'Macie Finding'");
    }
    return object_member(document, "", "detail", ret_finding, err);
}

/* An envelope whose account is not the finding's was not put together by one who knows the finding. */
static lw_status check_account(const cJSON *document, const cJSON *finding, const lw_move_request *request,
                               lw_error *err) {
    const char *account = NULL;
    if (document == finding) {
        return LW_OK;
    }
    LW_TRY(optional_text(document, "", "account", &account, err));
    if (account != NULL && request->account_id != NULL && strcmp(account, request->account_id) != 0) {
        return lw_fail(err, LW_E_PARSE, "parse event: fields 'account' and 'detail.accountId' differ");
    }
    return LW_OK;
}

static lw_status read_document(const cJSON *document, lw_move_request *request, lw_error *err) {
    const cJSON *finding = NULL;
    LW_TRY(find_finding(document, &finding, err));
    LW_TRY(take_finding(finding, request, err));
    return check_account(document, finding, request, err);
}

lw_status lw_move_request_parse(lw_slice json, lw_move_request *ret_request, lw_error *err) {
    LW_TRY(lw_json_check(json, "parse event", EVENT_MAX, DEPTH_MAX, err));
    json = lw_slice_trim(json);
    const char *end = NULL;
    cJSON *document = cJSON_ParseWithLengthOpts(json.data, json.len, &end, 0);
    if (document == NULL || end != json.data + json.len) {
        size_t at = end == NULL ? 0 : (size_t)(end - json.data);
        cJSON_Delete(document);
        return lw_fail(err, LW_E_PARSE, "parse event: not JSON at byte %zu", at);
    }
    lw_move_request request = {0};
    lw_status status = read_document(document, &request, err);
    cJSON_Delete(document);
    if (status != LW_OK) {
        lw_move_request_done(&request);
        return status == LW_E_MEMORY ? lw_fail(err, status, "parse event: out of memory") : status;
    }
    *ret_request = request;
    return LW_OK;
}
