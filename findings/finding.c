/* The three documents made of one object's result: finding, EventBridge event, discovery result.
 *
 * A finding exists only if something is reportable; a discovery result exists for every object, and tells one that
 * holds nothing, or could not be read, by null in type, title, description and severity. The fields of a discovery
 * result are those that the published Athena table for Macie's results reads. Both carry the same id.
 */
#include <string.h>

#include "findings/findings_priv.h"

static void add_severity(lw_json *json, cJSON *object, lw_severity severity) {
    if (severity == LW_SEVERITY_NONE) {
        lw_json_null(json, object, "severity");
        return;
    }
    cJSON *member = lw_json_object(json, object, "severity");
    lw_json_number(json, member, "score", (uint64_t)severity);
    lw_json_text(json, member, "description", lw_severity_name(severity));
}

/* What finding and discovery result share, from schemaVersion to updatedAt. */
static void add_head(lw_json *json, cJSON *object, const lw_finding_context *context, const char *id,
                     const lw_report *report) {
    const lw_finding_type *type = lw_finding_type_of(report->categories);
    lw_json_text(json, object, "schemaVersion", "1.0");
    lw_json_text(json, object, "id", id);
    lw_json_text(json, object, "accountId", lw_context_account(context));
    lw_json_text(json, object, "partition", lw_context_partition(context));
    lw_json_text(json, object, "region", lw_context_region(context));
    lw_json_text(json, object, "type", type != NULL ? type->type : NULL);
    lw_json_text(json, object, "title", type != NULL ? type->title : NULL);
    lw_json_text(json, object, "description", type != NULL ? type->description : NULL);
    add_severity(json, object, report->severity);
    lw_json_time(json, object, "createdAt", context->now_ms);
    lw_json_time(json, object, "updatedAt", context->now_ms);
}

static lw_status make_document(const lw_finding_context *context, const lw_object_result *result,
                               const lw_report *report, bool discovery, cJSON **ret_document) {
    char id[33];
    LW_TRY(lw_finding_id(context, result, id));
    lw_json json = {LW_OK};
    cJSON *document = lw_json_object(&json, NULL, NULL);
    add_head(&json, document, context, id, report);
    if (!discovery) {
        lw_json_number(&json, document, "count", 1);
    }
    lw_json_resources(&json, document, context, result, discovery);
    lw_json_text(&json, document, "category", "CLASSIFICATION");
    lw_json_classification(&json, document, context, result, report);
    if (!discovery) {
        lw_json_null(&json, document, "policyDetails");
        lw_json_bool(&json, document, "sample", false);
        lw_json_bool(&json, document, "archived", false);
    }
    return lw_json_finish(&json, document, ret_document);
}

lw_status lw_finding_make(const lw_finding_context *context, const lw_object_result *result, cJSON **ret_finding) {
    lw_report report;
    lw_report_make(result, context->set, LW_REPORT_FINDING, &report);
    if (report.count == 0) {
        *ret_finding = NULL;
        return LW_OK;
    }
    return make_document(context, result, &report, false, ret_finding);
}

lw_status lw_discovery_result_make(const lw_finding_context *context, const lw_object_result *result,
                                   cJSON **ret_record) {
    lw_report report;
    lw_report_make(result, context->set, LW_REPORT_DISCOVERY, &report);
    return make_document(context, result, &report, true, ret_record);
}

static lw_status event_id(const cJSON *finding, char ret_uuid[37]) {
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(finding, "id"));
    if (id == NULL) {
        return LW_E_INTERNAL;
    }
    const char *const parts[] = {"event", id};
    char hex[65];
    LW_TRY(lw_identity_hash(parts, sizeof parts / sizeof parts[0], hex));
    lw_identity_uuid(hex, ret_uuid);
    return LW_OK;
}

lw_status lw_finding_event(const lw_finding_context *context, cJSON *finding, cJSON **ret_event) {
    char id[37];
    lw_json json = {event_id(finding, id)};
    char time[LW_TIME_TEXT_SIZE];
    lw_time_format(context->now_ms, time);
    memcpy(time + sizeof "2026-01-01T00:00:00" - 1, "Z", 2); /* EventBridge tells whole seconds */
    cJSON *event = lw_json_object(&json, NULL, NULL);
    lw_json_text(&json, event, "version", "0");
    lw_json_text(&json, event, "id", id);
    lw_json_text(&json, event, "detail-type", "Macie Finding");
    lw_json_text(&json, event, "source", context->source != NULL ? context->source : "aws.macie");
    lw_json_text(&json, event, "account", lw_context_account(context));
    lw_json_text(&json, event, "time", time);
    lw_json_text(&json, event, "region", lw_context_region(context));
    (void)lw_json_array(&json, event, "resources");
    if (json.status == LW_OK && !cJSON_AddItemToObject(event, "detail", finding)) {
        json.status = LW_E_MEMORY;
    } else if (json.status == LW_OK) {
        finding = NULL;
    }
    if (json.status != LW_OK) {
        cJSON_Delete(finding);
    }
    return lw_json_finish(&json, event, ret_event);
}
