/* scanner.handler: an S3 "Object Created" event scans that object, {"bucket": .., "prefix": ..} all objects of a
 * prefix.
 *
 * Findings go to EVENT_BUS when it is set; the answer is a summary. An object that cannot be read is counted in it and
 * is an error where it was the only one: then the service tries again. A run that reaches its cut-off before the end is
 * an error too, and has sent no finding: findings are put to the bus when the scan is done, so that a retried event
 * sends them once. Their ids follow from the event's time, bucket, key and ETag: the same event gives the same ids.
 *
 * The answer is never larger than a few hundred bytes; findings are held in memory until the end of the scan, at most
 * FINDINGS_MAX bytes of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_check.h"
#include "events/bus.h"
#include "jobs/jobs.h"
#include "lambda/handlers_priv.h"
#include "lambda/settings.h"
#include "lambda/step_log.h"

#define EVENT_BYTES_MAX ((size_t)1024 * 1024)
#define EVENT_DEPTH_MAX 64U
#define FINDINGS_MAX 100000U

typedef struct scanner_state {
    lw_store_options store_options;
    lw_strings source_buckets; /* empty: any */
    const char *event_bus;     /* NULL: none */
    const char *event_source;
    lw_identifier_set *set;
    lw_aws *aws; /* for the bus; NULL without one */
} scanner_state;

/* What the event asks for. Texts are borrowed from the parsed event but url. */
typedef struct scan_request {
    const char *bucket, *key; /* key: of the object, or a prefix */
    const char *account;
    bool exact;
    int64_t time_ms;
    char *url;
} scan_request;

/* One scan under way. */
typedef struct scan_work {
    const scanner_state *state;
    const lw_invocation *invocation;
    cJSON *findings; /* array of events */
    uint64_t high, medium, low;
} scan_work;

/* ---- settings ---- */

static lw_status load_set(scanner_state *state, lw_error *err) {
    lw_strings custom = {0};
    lw_identifier_options options = {.managed = lw_setting_text("MANAGED"), .custom = &custom};
    lw_status status = lw_setting_list("CUSTOM_IDENTIFIERS", &custom, err);
    if (status == LW_OK) {
        status = lw_identifier_set_load(&options, &state->set, err);
    }
    lw_strings_done(&custom);
    return status;
}

static lw_status open_aws(scanner_state *state, lw_error *err) {
    lw_aws_options options = {.allow_plain_http = state->store_options.allow_plain_http, .read_timeout_ms = 10000};
    return state->event_bus == NULL ? LW_OK : lw_aws_new(&options, &state->aws, err);
}

/* Names are checked at once, not at the first finding. */
static lw_status check_bus(const scanner_state *state, lw_error *err) {
    lw_bus_options options = {.aws = state->aws, .name = state->event_bus};
    lw_bus *bus = NULL;
    if (state->event_bus == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_bus_new(&options, &bus, err));
    lw_bus_free(bus);
    return LW_OK;
}

static lw_status read_settings(scanner_state *state, lw_error *err) {
    LW_TRY(lw_setting_store(&state->store_options, err));
    LW_TRY(lw_setting_list("SOURCE_BUCKETS", &state->source_buckets, err));
    state->event_bus = lw_setting_text("EVENT_BUS");
    state->event_source = lw_setting_text("EVENT_SOURCE");
    if (state->event_source == NULL) {
        state->event_source = "lakewarden"; /* PutEvents refuses sources that begin with "aws." */
    }
    LW_TRY(load_set(state, err));
    LW_TRY(open_aws(state, err));
    return check_bus(state, err);
}

static void scanner_stop(void *ctx) {
    scanner_state *state = ctx;
    lw_identifier_set_free(state->set);
    lw_aws_free(state->aws);
    lw_strings_done(&state->source_buckets);
    free(state);
}

static lw_status scanner_start(void **ret_state, lw_error *err) {
    scanner_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return lw_fail(err, LW_E_MEMORY, "out of memory");
    }
    lw_status status = read_settings(state, err);
    if (status != LW_OK) {
        scanner_stop(state);
        return status;
    }
    *ret_state = state;
    return LW_OK;
}

/* ---- the event ---- */

static const char *text_member(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static lw_status read_object_created(const cJSON *event, scan_request *request, lw_error *err) {
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(event, "detail");
    request->bucket = text_member(cJSON_GetObjectItemCaseSensitive(detail, "bucket"), "name");
    request->key = text_member(cJSON_GetObjectItemCaseSensitive(detail, "object"), "key");
    request->exact = true;
    if (request->bucket == NULL || request->key == NULL || request->key[0] == '\0') {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'detail.bucket.name' or 'detail.object.key' is missing");
    }
    return LW_OK;
}

static lw_status read_direct(const cJSON *event, scan_request *request, lw_error *err) {
    const cJSON *prefix = cJSON_GetObjectItemCaseSensitive(event, "prefix");
    request->bucket = text_member(event, "bucket");
    request->key = prefix == NULL ? "" : cJSON_GetStringValue(prefix);
    if (request->bucket == NULL || request->key == NULL) {
        return lw_fail(err, LW_E_PARSE,
                       "parse event: it is neither an S3 'Object Created' event nor {\"bucket\": .., \"prefix\": ..}");
    }
    return LW_OK;
}

static lw_status read_event(const cJSON *event, scan_request *request, lw_error *err) {
    const char *type = text_member(event, "detail-type");
    const char *time = text_member(event, "time");
    if (!cJSON_IsObject(event)) {
        return lw_fail(err, LW_E_PARSE, "parse event: it is not a JSON object");
    }
    if (type != NULL && strcmp(type, "Object Created") != 0) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'detail-type' is not 'Object Created'");
    }
    LW_TRY(type != NULL ? read_object_created(event, request, err) : read_direct(event, request, err));
    if (time != NULL && lw_time_parse_iso(lw_slice_from(time), &request->time_ms) != LW_OK) {
        return lw_fail(err, LW_E_PARSE, "parse event: field 'time' is no ISO 8601 time");
    }
    request->account = text_member(event, "account");
    return LW_OK;
}

static lw_status check_request(const scanner_state *state, scan_request *request, lw_error *err) {
    size_t size = strlen(request->bucket) + strlen(request->key) + 8;
    if (strchr(request->bucket, '/') != NULL || request->bucket[0] == '\0') {
        return lw_fail(err, LW_E_REFUSED, "refuse '%s': that is no bucket name", request->bucket);
    }
    if (state->source_buckets.count > 0 &&
        !lw_strings_contain(&state->source_buckets, lw_slice_from(request->bucket))) {
        return lw_fail(err, LW_E_REFUSED, "refuse '%s': bucket '%s' is not in SOURCE_BUCKETS", request->key,
                       request->bucket);
    }
    request->url = malloc(size);
    if (request->url == NULL) {
        return LW_E_MEMORY;
    }
    (void)snprintf(request->url, size, "s3://%s/%s", request->bucket, request->key);
    return LW_OK;
}

/* ---- the scan ---- */

static lw_status on_finding(void *ctx, const cJSON *event, const lw_object_result *result) {
    scan_work *work = ctx;
    lw_severity severity = lw_result_severity(result, work->state->set);
    work->high += severity == LW_SEVERITY_HIGH;
    work->medium += severity == LW_SEVERITY_MEDIUM;
    work->low += severity == LW_SEVERITY_LOW;
    lw_step_log(&(lw_step_line){.level = "INFO",
                                .request_id = work->invocation->request_id,
                                .step = "finding",
                                .bucket = result->bucket->name,
                                .key = result->object->key,
                                .outcome = lw_severity_name(severity),
                                .elapsed_ms = -1});
    if (work->state->event_bus == NULL) {
        return LW_OK;
    }
    if (work->high + work->medium + work->low > FINDINGS_MAX) {
        return LW_E_LIMIT;
    }
    cJSON *copy = cJSON_Duplicate(event, true);
    if (copy == NULL || !cJSON_AddItemToArray(work->findings, copy)) {
        cJSON_Delete(copy);
        return LW_E_MEMORY;
    }
    return LW_OK;
}

static lw_status send_findings(const scan_work *work, lw_error *err) {
    lw_bus_options options = {
        .aws = work->state->aws, .name = work->state->event_bus, .deadline_ms = work->invocation->deadline_ms};
    lw_bus *bus = NULL;
    const cJSON *event = NULL;
    if (cJSON_GetArraySize(work->findings) == 0) {
        return LW_OK;
    }
    LW_TRY(lw_bus_new(&options, &bus, err));
    lw_status status = LW_OK;
    cJSON_ArrayForEach(event, work->findings) {
        if (status == LW_OK) {
            status = lw_bus_put(bus, event, err);
        }
    }
    if (status == LW_OK) {
        status = lw_bus_flush(bus, err);
    }
    lw_bus_free(bus);
    return status;
}

static bool add_count(cJSON *object, const char *name, uint64_t value) {
    return cJSON_AddNumberToObject(object, name, (double)value) != NULL;
}

static lw_status make_answer(const scan_work *work, const lw_run_result *result, cJSON **ret_response) {
    cJSON *answer = cJSON_CreateObject();
    bool made = answer != NULL && add_count(answer, "statusCode", 200) &&
                add_count(answer, "objects", result->objects_listed) &&
                add_count(answer, "complete", result->complete) && add_count(answer, "partial", result->partial) &&
                add_count(answer, "skipped", result->skipped) && add_count(answer, "unreadable", result->unreadable) &&
                add_count(answer, "findings", result->findings) && add_count(answer, "high", work->high) &&
                add_count(answer, "medium", work->medium) && add_count(answer, "low", work->low);
    if (!made) {
        cJSON_Delete(answer);
        return LW_E_MEMORY;
    }
    *ret_response = answer;
    return LW_OK;
}

static lw_status check_result(const scan_request *request, const lw_run_result *result, lw_error *err) {
    if (result->unreadable > 0 && result->unreadable == result->objects_listed) {
        return lw_fail(err, LW_E_IO, "scan '%s': no object of it could be read (%llu in all)", request->url,
                       (unsigned long long)result->unreadable);
    }
    return LW_OK;
}

static lw_status scan(scan_work *work, const scan_request *request, cJSON **ret_response, lw_error *err) {
    const char *sources[] = {request->url};
    lw_run_result result = {0};
    lw_run_options options = {.sources = sources,
                              .source_count = 1,
                              .s3 = work->state->store_options,
                              .set = work->state->set,
                              .exact = request->exact,
                              .deadline_ms = work->invocation->cutoff_ms,
                              .context = {.account_id = request->account,
                                          .run_ms = request->time_ms,
                                          .source = work->state->event_source,
                                          .set = work->state->set},
                              .bucket_facts = true,
                              .on_finding = on_finding,
                              .ctx = work};
    lw_status status = lw_run(&options, &result, err);
    if (status == LW_E_TIMEOUT && err->text[0] == '\0') {
        (void)lw_fail(err, status, "scan '%s': the time of the function ran out; raise it, or scan smaller prefixes",
                      request->url);
    }
    if (status == LW_OK) {
        status = check_result(request, &result, err);
    }
    if (status == LW_OK) {
        status = send_findings(work, err);
    }
    if (status == LW_OK) {
        status = make_answer(work, &result, ret_response);
    }
    lw_step_log(&(lw_step_line){.level = status == LW_OK ? "INFO" : "ERROR",
                                .request_id = work->invocation->request_id,
                                .step = "scan",
                                .bucket = request->bucket,
                                .key = request->key,
                                .outcome = lw_status_text(status),
                                .elapsed_ms = result.summary.elapsed_ns / 1000000,
                                .count_name = "objects",
                                .count = result.objects_listed});
    lw_run_result_done(&result);
    return status;
}

static lw_status scan_request_of(scanner_state *state, const lw_invocation *invocation, const cJSON *event,
                                 cJSON **ret_response, lw_error_type *ret_type, lw_error *err) {
    scan_request request = {.time_ms = invocation->received_ms};
    lw_status status = read_event(event, &request, err);
    if (status != LW_OK) {
        *ret_type = "Scanner.InvalidEvent";
        return status;
    }
    status = check_request(state, &request, err);
    *ret_type = status == LW_E_REFUSED ? "Scanner.Refused" : "Scanner.Failed";
    if (status == LW_OK) {
        scan_work work = {.state = state, .invocation = invocation, .findings = cJSON_CreateArray()};
        status = work.findings == NULL ? LW_E_MEMORY : scan(&work, &request, ret_response, err);
        cJSON_Delete(work.findings);
    }
    free(request.url);
    return status;
}

static lw_status scanner_invoke(void *ctx, const lw_invocation *invocation, cJSON **ret_response,
                                lw_error_type *ret_type, lw_error *err) {
    scanner_state *state = ctx;
    *ret_type = "Scanner.InvalidEvent";
    if (invocation->thawed) {
        lw_aws_free(state->aws); /* dead connections, old credentials; the run opens a store of its own each time */
        state->aws = NULL;
    }
    if (state->aws == NULL) {
        *ret_type = "Scanner.Failed";
        LW_TRY(open_aws(state, err));
    }
    *ret_type = "Scanner.InvalidEvent";
    LW_TRY(lw_json_check(invocation->event, "parse event", EVENT_BYTES_MAX, EVENT_DEPTH_MAX, err));
    cJSON *event = cJSON_ParseWithLength(invocation->event.data, invocation->event.len);
    if (event == NULL) {
        return lw_fail(err, LW_E_PARSE, "parse event: it is not JSON");
    }
    lw_status status = scan_request_of(state, invocation, event, ret_response, ret_type, err);
    cJSON_Delete(event);
    return status;
}

const lw_handler *lw_scanner_handler(void) {
    static const lw_handler handler = {"scanner.handler", scanner_start, scanner_invoke, scanner_stop};
    return &handler;
}
