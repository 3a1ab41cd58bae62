/* What is kept of each object for the summary: a few hundred bytes, after the object's tally and plan are gone.
 *
 * Counts are those of the report, so that the table, the findings and the totals can never disagree: a custom
 * identifier below its lowest threshold counts as nothing here too. A row takes nothing on failure.
 */
#include <stdlib.h>

#include "findings/findings_priv.h"

static void row_done(lw_summary_row *row) {
    free(row->bucket);
    free(row->key);
    free(row->counts);
    free(row->detail);
    *row = (lw_summary_row){0};
}

static lw_status make_room(lw_summary *summary) {
    if (summary->row_count < summary->row_cap) {
        return LW_OK;
    }
    size_t cap = summary->row_cap == 0 ? 64 : summary->row_cap * 2;
    lw_summary_row *rows = reallocarray(summary->rows, cap, sizeof *rows);
    if (rows == NULL) {
        return LW_E_MEMORY;
    }
    summary->rows = rows;
    summary->row_cap = cap;
    return LW_OK;
}

static int compare_counts(const void *a, const void *b) {
    uint32_t left = ((const lw_summary_count *)a)->identifier;
    uint32_t right = ((const lw_summary_count *)b)->identifier;
    return (left > right) - (left < right);
}

/* Only what was found: of some hundred identifiers an object has a few, and there may be a million objects. */
static lw_status fill_counts(const lw_report *report, lw_summary_row *row) {
    if (report->count == 0) {
        return LW_OK;
    }
    row->counts = calloc(report->count, sizeof *row->counts);
    if (row->counts == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < report->count; i++) {
        row->counts[i] = (lw_summary_count){report->items[i].detection->count, (uint32_t)report->items[i].index};
    }
    row->counts_len = report->count;
    qsort(row->counts, row->counts_len, sizeof *row->counts, compare_counts);
    return LW_OK;
}

static lw_status fill_row(const lw_object_result *result, const lw_identifier_set *set, const char *detail,
                          lw_summary_row *row) {
    lw_report report;
    lw_report_make(result, set, LW_REPORT_FINDING, &report);
    const lw_finding_type *type = lw_finding_type_of(report.categories);
    row->bucket = lw_text_dup(result->bucket->name);
    row->key = lw_text_dup(result->object->key);
    row->detail = lw_text_dup(detail);
    row->code = result->code;
    row->reason = result->reason;
    row->severity = report.severity;
    row->type = type != NULL ? type->type : NULL;
    row->size = result->object->size;
    row->total_count = report.total;
    if (row->bucket == NULL || row->key == NULL || (detail != NULL && row->detail == NULL)) {
        return LW_E_MEMORY;
    }
    return fill_counts(&report, row);
}

lw_status lw_summary_add(lw_summary *summary, const lw_object_result *result, const lw_identifier_set *set,
                         const char *detail) {
    LW_TRY(make_room(summary));
    lw_summary_row row = {0};
    lw_status status = fill_row(result, set, detail, &row);
    if (status != LW_OK) {
        row_done(&row);
        return status;
    }
    summary->rows[summary->row_count++] = row;
    summary->bytes_total += row.size;
    summary->bytes_classified += result->size_classified;
    return LW_OK;
}

void lw_summary_done(lw_summary *summary) {
    for (size_t i = 0; i < summary->row_count; i++) {
        row_done(&summary->rows[i]);
    }
    free(summary->rows);
    *summary = (lw_summary){0};
}
