/* classificationDetails: what was looked at, what was found, where.
 *
 * Shape as Macie's EventBridge events: all five occurrence arrays are there, unused ones null; a detection for which no
 * location was left has occurrences null; sensitiveData holds the managed identifiers by category and is [] without
 * any; customDataIdentifiers is always an object. Never a matched value.
 *
 * A lineRange covers its whole record (startColumn 1): the position of a match within its cell is not kept.
 */
#include <stdlib.h>

#include "findings/findings_priv.h"

static void add_cell(lw_json *json, cJSON *array, const lw_location_cell *location, const lw_plan *plan) {
    cJSON *cell = lw_json_item(json, array);
    lw_json_number(json, cell, "row", location->row);
    lw_json_number(json, cell, "column", location->column);
    lw_slice name = {0};
    if (plan != NULL && location->column > 0 && !lw_plan_column_name_sensitive(plan, location->column - 1)) {
        name = lw_plan_column_name(plan, location->column - 1);
    }
    if (name.len > 0) {
        lw_json_slice(json, cell, "columnName", name);
    } else {
        lw_json_null(json, cell, "columnName");
    }
    lw_json_null(json, cell, "cellReference");
}

static void add_line(lw_json *json, cJSON *array, const lw_location_cell *location) {
    cJSON *range = lw_json_item(json, array);
    lw_json_number(json, range, "start", location->row);
    lw_json_number(json, range, "end", location->row);
    lw_json_number(json, range, "startColumn", 1);
}

static void add_occurrences(lw_json *json, cJSON *detection, const lw_object_result *result, const lw_report *report,
                            const lw_report_item *item) {
    if (item->located == 0) {
        lw_json_null(json, detection, "occurrences");
        return;
    }
    cJSON *occurrences = lw_json_object(json, detection, "occurrences");
    const char *used = report->lines ? "lineRanges" : "cells";
    lw_json_null(json, occurrences, report->lines ? "cells" : "lineRanges");
    lw_json_null(json, occurrences, "offsetRanges");
    lw_json_null(json, occurrences, "pages");
    lw_json_null(json, occurrences, "records");
    cJSON *array = lw_json_array(json, occurrences, used);
    for (uint32_t i = 0; i < item->located && json->status == LW_OK; i++) {
        if (report->lines) {
            add_line(json, array, &item->detection->locations[i]);
        } else {
            add_cell(json, array, &item->detection->locations[i], result->plan);
        }
    }
}

static uint64_t category_total(const lw_report *report, lw_category category) {
    uint64_t total = 0;
    for (size_t i = 0; i < report->count; i++) {
        total += report->items[i].identifier->category == category ? report->items[i].detection->count : 0;
    }
    return total;
}

static void add_detections(lw_json *json, cJSON *group, const lw_object_result *result, const lw_report *report,
                           lw_category category) {
    lw_json_number(json, group, "totalCount", category_total(report, category));
    cJSON *detections = lw_json_array(json, group, "detections");
    for (size_t i = 0; i < report->count; i++) {
        const lw_report_item *item = &report->items[i];
        if (item->identifier->category != category) {
            continue;
        }
        cJSON *detection = lw_json_item(json, detections);
        if (category == LW_CATEGORY_CUSTOM) {
            lw_json_text(json, detection, "arn", item->identifier->id);
            lw_json_text(json, detection, "name", item->identifier->name);
        } else {
            lw_json_text(json, detection, "type", item->identifier->id);
        }
        lw_json_number(json, detection, "count", item->detection->count);
        add_occurrences(json, detection, result, report, item);
    }
}

static void add_result(lw_json *json, cJSON *parent, const lw_object_result *result, const lw_report *report) {
    cJSON *object = lw_json_object(json, parent, "result");
    cJSON *status = lw_json_object(json, object, "status");
    lw_json_text(json, status, "code", lw_result_code_name(result->code));
    lw_json_text(json, status, "reason", result->code == LW_RESULT_COMPLETE ? NULL : lw_reason_name(result->reason));
    lw_json_number(json, object, "sizeClassified", result->size_classified);
    lw_json_text(json, object, "mimeType", result->mime_type != NULL ? result->mime_type : "application/octet-stream");
    lw_json_bool(json, object, "additionalOccurrences", report->additional);
    cJSON *managed = lw_json_array(json, object, "sensitiveData");
    for (int category = LW_CATEGORY_CREDENTIALS; category < LW_CATEGORY_CUSTOM; category++) {
        if ((report->categories & 1U << category) != 0) {
            cJSON *group = lw_json_item(json, managed);
            lw_json_text(json, group, "category", lw_category_name((lw_category)category));
            add_detections(json, group, result, report, (lw_category)category);
        }
    }
    cJSON *custom = lw_json_object(json, object, "customDataIdentifiers");
    add_detections(json, custom, result, report, LW_CATEGORY_CUSTOM);
}

/* Where the discovery results of the run are; without a place of their own, Macie's name for "nowhere". */
static void add_results_location(lw_json *json, cJSON *parent, const lw_finding_context *context) {
    if (context->detailed_results_location != NULL) {
        lw_json_text(json, parent, "detailedResultsLocation", context->detailed_results_location);
        return;
    }
    char *key = lw_discovery_result_key(context);
    if (key == NULL) {
        json->status = LW_E_MEMORY;
        return;
    }
    lw_json_textf(json, parent, "detailedResultsLocation", "s3://[export-config-not-set]/%s", key);
    free(key);
}

void lw_json_classification(lw_json *json, cJSON *parent, const lw_finding_context *context,
                            const lw_object_result *result, const lw_report *report) {
    cJSON *details = lw_json_object(json, parent, "classificationDetails");
    if (context->job_id != NULL) {
        lw_json_textf(json, details, "jobArn", "arn:%s:macie2:%s:%s:classification-job/%s",
                      lw_context_partition(context), lw_context_region(context), lw_context_account(context),
                      context->job_id);
    } else {
        lw_json_null(json, details, "jobArn");
    }
    lw_json_text(json, details, "jobId", context->job_id);
    add_result(json, details, result, report);
    add_results_location(json, details, context);
    lw_json_text(json, details, "originType", "SENSITIVE_DATA_DISCOVERY_JOB");
}
