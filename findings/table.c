/* The summary at the end of a scan, for people.
 *
 *   findings               High first, then by bucket and key: what was found where, with counts
 *   not fully analysed     PARTIAL and SKIPPED objects with the reason and what to know about it
 *   identifiers            how often and in how many objects each was found
 *   totals                 one line to read if only one line is read, then types and outcomes
 *
 * Objects that were read to the end and hold nothing are counted, not listed. The two lists are laid out by layout.c;
 * rows are rendered twice (measure, print) rather than kept, so that a million findings cost no more memory than one.
 */
#include <stdlib.h>
#include <string.h>

#include "findings/findings_priv.h"
#include "findings/layout_priv.h"

#define CELL_MAX ((size_t)1024 * 1024)
#define COLOR_BOLD "\x1b[1m"
#define COLOR_RESET "\x1b[0m"

typedef struct summary_table {
    const lw_summary *summary;
    const lw_identifier_set *set;
    const lw_summary_row **rows; /* sorted */
    bool color;
    unsigned width;
    lw_buf object, tail; /* of the row at hand */
    char size[16];
    lw_buf *out;
} summary_table;

static int compare_rows(const void *a, const void *b) {
    const lw_summary_row *left = *(const lw_summary_row *const *)a;
    const lw_summary_row *right = *(const lw_summary_row *const *)b;
    if (left->severity != right->severity) {
        return left->severity > right->severity ? -1 : 1;
    }
    int bucket = strcmp(left->bucket, right->bucket);
    return bucket != 0 ? bucket : strcmp(left->key, right->key);
}

static const char *short_type(const char *type) {
    const char *slash = strrchr(type, '/');
    return slash != NULL ? slash + 1 : type;
}

static const char *severity_color(lw_severity severity) {
    switch (severity) {
    case LW_SEVERITY_HIGH:
        return "\x1b[1;31m";
    case LW_SEVERITY_MEDIUM:
        return "\x1b[33m";
    case LW_SEVERITY_LOW:
        return "\x1b[36m";
    case LW_SEVERITY_NONE:
        break;
    }
    return NULL;
}

static lw_status render_object(summary_table *table, const lw_summary_row *row) {
    lw_buf_reset(&table->object);
    if (row->bucket[0] != '\0') {
        LW_TRY(lw_display_append(lw_slice_from(row->bucket), &table->object));
        LW_TRY(lw_buf_append_char(&table->object, '/'));
    }
    LW_TRY(lw_display_append(lw_slice_from(row->key), &table->object));
    return row->moved ? lw_buf_append_text(&table->object, " [isolated]") : LW_OK;
}

static lw_status append_found(summary_table *table, size_t index, uint64_t count) {
    char number[32];
    lw_format_count(count, number);
    LW_TRY(lw_buf_append_text(&table->tail, table->tail.len > 0 ? "\n" : ""));
    const char *label = lw_identifier_label(lw_identifier_set_at(table->set, index));
    LW_TRY(lw_display_append(lw_slice_from(label), &table->tail));
    return lw_buf_printf(&table->tail, " %s", number);
}

static lw_status render_finding(summary_table *table, const lw_summary_row *row, lw_layout_row *ret_row) {
    LW_TRY(render_object(table, row));
    lw_buf_reset(&table->tail);
    for (size_t i = 0; i < row->counts_len; i++) {
        LW_TRY(append_found(table, row->counts[i].identifier, row->counts[i].count));
    }
    lw_format_bytes(row->size, table->size);
    *ret_row = (lw_layout_row){.lead = {lw_severity_name(row->severity), short_type(row->type)},
                               .color = severity_color(row->severity),
                               .object = lw_buf_slice(&table->object),
                               .right = table->size,
                               .tail = lw_buf_slice(&table->tail)};
    return LW_OK;
}

/* The reason and its explanation, a word an item. */
static lw_status render_unfinished(summary_table *table, const lw_summary_row *row, lw_layout_row *ret_row) {
    LW_TRY(render_object(table, row));
    lw_buf_reset(&table->tail);
    const char *reason = lw_reason_name(row->reason);
    if (reason != NULL) {
        LW_TRY(lw_buf_printf(&table->tail, "%s%s", reason, row->detail != NULL ? ": " : ""));
    }
    LW_TRY(lw_display_append(lw_slice_from(row->detail), &table->tail));
    for (size_t i = 0; i < table->tail.len; i++) {
        if (table->tail.data[i] == ' ') {
            table->tail.data[i] = '\n';
        }
    }
    *ret_row = (lw_layout_row){.lead = {lw_result_code_name(row->code)},
                               .color = "\x1b[33m",
                               .object = lw_buf_slice(&table->object),
                               .right = "",
                               .tail = lw_buf_slice(&table->tail)};
    return LW_OK;
}

/* One of the two lists: which rows belong to it, and how one is rendered. */
typedef struct row_list {
    bool (*holds)(const lw_summary_row *row);
    lw_status (*render)(summary_table *table, const lw_summary_row *row, lw_layout_row *ret_row);
    lw_layout layout;
} row_list;

static bool is_finding(const lw_summary_row *row) {
    return row->type != NULL;
}

static bool is_unfinished(const lw_summary_row *row) {
    return row->code != LW_RESULT_COMPLETE;
}

static lw_status measure_list(summary_table *table, row_list *list, size_t *ret_count) {
    size_t count = 0;
    for (size_t i = 0; i < table->summary->row_count; i++) {
        lw_layout_row row;
        if (list->holds(table->rows[i])) {
            LW_TRY(list->render(table, table->rows[i], &row));
            lw_layout_measure(&list->layout, &row);
            count++;
        }
    }
    *ret_count = count;
    return LW_OK;
}

static lw_status print_list(summary_table *table, row_list *list) {
    size_t count = 0;
    LW_TRY(measure_list(table, list, &count));
    if (count == 0) {
        return LW_OK;
    }
    lw_layout_fix(&list->layout);
    LW_TRY(lw_layout_print_head(&list->layout, table->out));
    for (size_t i = 0; i < table->summary->row_count; i++) {
        lw_layout_row row;
        if (list->holds(table->rows[i])) {
            LW_TRY(list->render(table, table->rows[i], &row));
            LW_TRY(lw_layout_print(&list->layout, &row, table->out));
        }
    }
    return lw_buf_append_char(table->out, '\n');
}

static lw_status print_findings(summary_table *table) {
    row_list list = {is_finding,
                     render_finding,
                     {.head = {.lead = {"SEVERITY", "TYPE"},
                               .object = LW_SLICE_LITERAL("OBJECT"),
                               .right = "SIZE",
                               .tail = LW_SLICE_LITERAL("FOUND")},
                      .lead_count = 2,
                      .item_gap = 2,
                      .color = table->color,
                      .width = table->width}};
    return print_list(table, &list);
}

static lw_status print_unfinished(summary_table *table) {
    row_list list = {is_unfinished,
                     render_unfinished,
                     {.head = {.lead = {"STATUS"},
                               .object = LW_SLICE_LITERAL("NOT FULLY ANALYSED"),
                               .right = "",
                               .tail = LW_SLICE_LITERAL("REASON")},
                      .lead_count = 1,
                      .item_gap = 1,
                      .color = table->color,
                      .width = table->width}};
    return print_list(table, &list);
}

/* ---- identifiers ---- */

typedef struct identifier_total {
    uint64_t count, objects;
} identifier_total;

static size_t add_up(const summary_table *table, identifier_total *totals) {
    size_t label_width = 0;
    for (size_t i = 0; i < table->summary->row_count; i++) {
        const lw_summary_row *row = &table->summary->rows[i];
        for (size_t k = 0; k < row->counts_len; k++) {
            totals[row->counts[k].identifier].count += row->counts[k].count;
            totals[row->counts[k].identifier].objects++;
        }
    }
    for (size_t k = 0; k < lw_identifier_set_count(table->set); k++) {
        const char *label = lw_identifier_label(lw_identifier_set_at(table->set, k));
        size_t width = totals[k].count > 0 ? lw_display_width(lw_slice_from(label)) : 0;
        label_width = width > label_width ? width : label_width;
    }
    return label_width;
}

static lw_status print_identifier(summary_table *table, const char *label, size_t label_width, const char *count,
                                  const char *objects) {
    lw_buf_reset(&table->object);
    LW_TRY(lw_display_append(lw_slice_from(label), &table->object));
    LW_TRY(lw_buf_append_slice(table->out, lw_buf_slice(&table->object)));
    size_t used = lw_display_width(lw_buf_slice(&table->object));
    int gap = used < label_width ? (int)(label_width - used) : 0;
    return lw_buf_printf(table->out, "%*s  %11s  %7s", gap, "", count, objects);
}

static lw_status print_identifier_rows(summary_table *table, const identifier_total *totals, size_t label_width) {
    static const char head[] = "IDENTIFIER";
    label_width = label_width < sizeof head - 1 ? sizeof head - 1 : label_width;
    LW_TRY(lw_buf_append_text(table->out, table->color ? COLOR_BOLD : ""));
    LW_TRY(print_identifier(table, head, label_width, "OCCURRENCES", "OBJECTS"));
    LW_TRY(lw_buf_append_text(table->out, table->color ? COLOR_RESET "\n" : "\n"));
    for (size_t k = 0; k < lw_identifier_set_count(table->set); k++) {
        char count[32];
        char objects[32];
        if (totals[k].count == 0) {
            continue;
        }
        lw_format_count(totals[k].count, count);
        lw_format_count(totals[k].objects, objects);
        const char *label = lw_identifier_label(lw_identifier_set_at(table->set, k));
        LW_TRY(print_identifier(table, label, label_width, count, objects));
        LW_TRY(lw_buf_append_char(table->out, '\n'));
    }
    return lw_buf_append_char(table->out, '\n');
}

static lw_status print_identifiers(summary_table *table) {
    identifier_total totals[LW_IDENTIFIERS_MAX] = {0};
    size_t label_width = add_up(table, totals);
    return label_width == 0 ? LW_OK : print_identifier_rows(table, totals, label_width);
}

/* ---- totals ---- */

typedef struct run_totals {
    uint64_t findings, moved;
    uint64_t by_severity[LW_SEVERITY_HIGH + 1];
    uint64_t by_code[LW_RESULT_SKIPPED + 1];
} run_totals;

static run_totals count_rows(const lw_summary *summary) {
    run_totals totals = {0};
    for (size_t i = 0; i < summary->row_count; i++) {
        const lw_summary_row *row = &summary->rows[i];
        totals.findings += row->type != NULL;
        totals.moved += row->moved;
        totals.by_severity[row->severity]++;
        totals.by_code[row->code]++;
    }
    return totals;
}

/* "3 High, 12 Medium": first tells whether something stands in front already. */
static lw_status append_part(lw_buf *out, bool *first, const char *lead, uint64_t count, const char *word) {
    if (count == 0) {
        return LW_OK;
    }
    char number[32];
    lw_format_count(count, number);
    LW_TRY(lw_buf_printf(out, "%s%s %s", *first ? lead : ", ", number, word));
    *first = false;
    return LW_OK;
}

static lw_status append_elapsed(lw_buf *out, double seconds) {
    if (seconds < 120) {
        return lw_buf_printf(out, "%.*f s", seconds < 0.095 ? 3 : seconds < 9.95 ? 1 : 0, seconds);
    }
    uint64_t whole = (uint64_t)(seconds + 0.5);
    if (whole < 7200) {
        return lw_buf_printf(out, "%d min %d s", (int)(whole / 60), (int)(whole % 60));
    }
    return lw_buf_printf(out, "%d h %d min", (int)(whole / 3600), (int)(whole / 60 % 60));
}

static lw_status append_speed(const lw_summary *summary, lw_buf *out) {
    char bytes[16];
    lw_format_bytes(summary->bytes_classified, bytes);
    double seconds = (double)summary->elapsed_ns / 1e9;
    LW_TRY(lw_buf_printf(out, "; %s in ", bytes));
    LW_TRY(append_elapsed(out, seconds > 0 ? seconds : 0));
    if (seconds <= 0 || summary->bytes_classified == 0) {
        return LW_OK;
    }
    double rate = (double)summary->bytes_classified / 1e6 / seconds;
    return lw_buf_printf(out, " (%.*f MB/s)", rate < 9.95 ? 1 : 0, rate);
}

static lw_status print_headline(summary_table *table, const run_totals *totals) {
    char findings[32];
    char objects[32];
    size_t rows = table->summary->row_count;
    lw_format_count(totals->findings, findings);
    lw_format_count(rows, objects);
    LW_TRY(lw_buf_append_text(table->out, table->color ? COLOR_BOLD : ""));
    LW_TRY(lw_buf_printf(table->out, "%s finding%s in %s object%s", totals->findings > 0 ? findings : "no",
                         totals->findings == 1 ? "" : "s", objects, rows == 1 ? "" : "s"));
    bool first = true;
    for (int severity = LW_SEVERITY_HIGH; severity > LW_SEVERITY_NONE; severity--) {
        LW_TRY(append_part(table->out, &first, ": ", totals->by_severity[severity],
                           lw_severity_name((lw_severity)severity)));
    }
    LW_TRY(append_speed(table->summary, table->out));
    return lw_buf_append_text(table->out, table->color ? COLOR_RESET "\n" : "\n");
}

static lw_status print_types(summary_table *table) {
    uint64_t counts[LW_CATEGORY_CUSTOM + 2] = {0}; /* by category, then several */
    const char *names[LW_CATEGORY_CUSTOM + 2];
    for (unsigned i = 0; i < LW_CATEGORY_CUSTOM + 2; i++) {
        names[i] = lw_finding_type_of(i <= LW_CATEGORY_CUSTOM ? 1U << i : ~0U)->type;
    }
    for (size_t i = 0; i < table->summary->row_count; i++) {
        for (size_t k = 0; k < LW_CATEGORY_CUSTOM + 2; k++) {
            counts[k] += table->summary->rows[i].type == names[k];
        }
    }
    bool first = true;
    for (size_t k = 0; k < LW_CATEGORY_CUSTOM + 2; k++) {
        LW_TRY(append_part(table->out, &first, "types: ", counts[k], short_type(names[k])));
    }
    return first ? LW_OK : lw_buf_append_char(table->out, '\n');
}

static lw_status print_outcomes(summary_table *table, const run_totals *totals) {
    bool first = true;
    LW_TRY(append_part(table->out, &first, "objects: ", totals->by_code[LW_RESULT_COMPLETE], "complete"));
    LW_TRY(append_part(table->out, &first, "objects: ", totals->by_code[LW_RESULT_PARTIAL], "partial"));
    LW_TRY(append_part(table->out, &first, "objects: ", totals->by_code[LW_RESULT_SKIPPED], "skipped"));
    LW_TRY(append_part(table->out, &first, "objects: ", totals->moved, "isolated"));
    return first ? LW_OK : lw_buf_append_char(table->out, '\n');
}

static lw_status print_all(summary_table *table) {
    run_totals totals = count_rows(table->summary);
    LW_TRY(print_findings(table));
    LW_TRY(print_unfinished(table));
    LW_TRY(print_identifiers(table));
    LW_TRY(print_headline(table, &totals));
    LW_TRY(print_types(table));
    return print_outcomes(table, &totals);
}

lw_status lw_summary_table(const lw_summary *summary, const lw_identifier_set *set, bool color, unsigned width,
                           lw_buf *out) {
    summary_table table = {.summary = summary, .set = set, .color = color, .width = width, .out = out};
    lw_buf_init(&table.object, CELL_MAX);
    lw_buf_init(&table.tail, CELL_MAX);
    lw_status status = LW_E_MEMORY;
    table.rows = calloc(summary->row_count + 1, sizeof(const lw_summary_row *));
    if (table.rows == NULL) {
        goto done;
    }
    for (size_t i = 0; i < summary->row_count; i++) {
        table.rows[i] = &summary->rows[i];
    }
    qsort(table.rows, summary->row_count, sizeof(const lw_summary_row *), compare_rows);
    status = print_all(&table);
done:
    free(table.rows);
    lw_buf_done(&table.object);
    lw_buf_done(&table.tail);
    return status;
}
