/* What is told of one object.
 *
 * The tally counts everything; a finding tells less. This module decides, once, for findings, discovery results and the
 * summary alike:
 *   - which detections are reportable: a severity for their count. A custom identifier below its lowest threshold is
 *     left out altogether, as Macie does;
 *   - their order: by category, within it the order of the set. The locations of a finding are given out in this order,
 *     depth first: a detection takes what it can of what is left of the 15 before the next one gets any;
 *   - the shape of locations. Cells name their column. Where the name of a column with matches is sensitive itself, no
 *     location of the object is told as a cell, not only without the name: Macie reports such files by line. Decided
 *     over all kept locations, so that a finding and its discovery result agree.
 *
 * Pure, no allocation. The same tally gives the same report whoever asks.
 */
#include "findings/findings_priv.h"

static bool any_column_sensitive(const lw_detection *detection, const lw_plan *plan) {
    uint32_t last = 0; /* locations of one column come in runs: ask once a run */
    for (uint32_t i = 0; i < detection->location_count; i++) {
        uint32_t column = detection->locations[i].column;
        if (column == last || column == 0) {
            continue;
        }
        if (lw_plan_column_name_sensitive(plan, column - 1)) {
            return true;
        }
        last = column;
    }
    return false;
}

static void add_item(lw_report *report, const lw_object_result *result, const lw_identifier_set *set, size_t index) {
    const lw_detection *detection = &result->tally->detections[index];
    lw_severity severity = lw_identifier_set_severity(set, index, detection->count);
    if (detection->count == 0 || severity == LW_SEVERITY_NONE) {
        return;
    }
    const lw_identifier *identifier = lw_identifier_set_at(set, index);
    report->items[report->count++] = (lw_report_item){index, identifier, detection, severity, 0};
    report->total += detection->count;
    report->categories |= 1U << identifier->category;
    report->severity = severity > report->severity ? severity : report->severity;
    if (!report->lines && result->plan != NULL) {
        report->lines = any_column_sensitive(detection, result->plan);
    }
}

static void locate(lw_report *report, lw_report_kind kind) {
    uint32_t left = LW_OCCURRENCES_IN_FINDING;
    uint64_t located = 0;
    for (size_t i = 0; i < report->count; i++) {
        lw_report_item *item = &report->items[i];
        uint32_t limit = kind == LW_REPORT_FINDING ? left : LW_LOCATIONS_MAX;
        item->located = item->detection->location_count < limit ? item->detection->location_count : limit;
        left -= kind == LW_REPORT_FINDING ? item->located : 0;
        located += item->located;
    }
    report->additional = report->total > located;
}

void lw_report_make(const lw_object_result *result, const lw_identifier_set *set, lw_report_kind kind,
                    lw_report *ret_report) {
    lw_report *report = ret_report;
    report->count = 0;
    report->total = 0;
    report->lines = result->line_ranges;
    report->severity = LW_SEVERITY_NONE;
    report->categories = 0;
    size_t count = result->tally == NULL ? 0 : result->tally->identifier_count;
    if (count > lw_identifier_set_count(set)) {
        count = lw_identifier_set_count(set);
    }
    for (int category = LW_CATEGORY_CREDENTIALS; category <= LW_CATEGORY_CUSTOM; category++) {
        for (size_t index = 0; index < count && report->count < LW_IDENTIFIERS_MAX; index++) {
            if (result->tally->detections[index].count > 0 && /* hardly any: asked first */
                lw_identifier_set_at(set, index)->category == (lw_category)category) {
                add_item(report, result, set, index);
            }
        }
    }
    locate(report, kind);
}

lw_severity lw_result_severity(const lw_object_result *result, const lw_identifier_set *set) {
    lw_report report;
    lw_report_make(result, set, LW_REPORT_FINDING, &report);
    return report.severity;
}

const char *lw_result_type(const lw_object_result *result, const lw_identifier_set *set) {
    lw_report report;
    lw_report_make(result, set, LW_REPORT_FINDING, &report);
    const lw_finding_type *type = lw_finding_type_of(report.categories);
    return type == NULL ? NULL : type->type;
}
