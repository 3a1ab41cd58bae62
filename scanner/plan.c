/* The plan: what to look for in which column, decided once from the header and the first records.
 *
 * An identifier runs over a whole column if its keyword is in the column's name, or if it (also) counts without one and
 * nothing is known of how its matches begin. Everything else can only match where a keyword stands inside a cell, or
 * where a match can begin, and is left to the candidates. Names and addresses are rules over several columns. A column
 * without runs and rules is never extracted.
 *
 * Where several managed identifiers have a keyword in a column's name, the preview tells how many of its cells each
 * fits: claims.c decides by that, among other things, which of them a value means.
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

/* Columns that are planned one by one, as many as spreadsheets have; those behind them are judged without a name. */
#define COLUMNS_MAX 16384U

/* Does an identifier of scope CELL run over a whole column whose name does, or does not, hold its keyword? */
static bool runs_over_column(const lw_identifier *identifier, bool near) {
    switch (identifier->proximity) {
    case LW_PROXIMITY_FREE:
        return identifier->anchor == LW_ANCHOR_NONE;
    case LW_PROXIMITY_CONDITIONAL:
        return near || identifier->anchor == LW_ANCHOR_NONE;
    case LW_PROXIMITY_ABSENT:
        return !near && identifier->anchor == LW_ANCHOR_NONE;
    case LW_PROXIMITY_BEFORE:
    case LW_PROXIMITY_AROUND:
        return near;
    }
    return false;
}

static lw_status plan_column(const lw_plan *plan, lw_slice name, lw_column_run *runs, lw_column_plan *column) {
    if (name.len > 0) {
        LW_TRY(lw_identifier_set_column(plan->set, name, &column->near));
    }
    column->runs = runs;
    for (size_t i = 0; i < lw_identifier_set_count(plan->set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(plan->set, i);
        bool near = lw_bits_test(&column->near, i);
        if (identifier->scope == LW_SCOPE_CELL && runs_over_column(identifier, near)) {
            runs[column->run_count++] = (lw_column_run){.identifier = (uint16_t)i, .near = near};
        }
    }
    return LW_OK;
}

/* ---- several identifiers for one column ---- */

static bool is_contested(const lw_plan *plan, const lw_column_plan *column) {
    unsigned near = 0;
    for (uint32_t i = 0; i < column->run_count; i++) {
        bool custom = lw_identifier_set_at(plan->set, column->runs[i].identifier)->category == LW_CATEGORY_CUSTOM;
        near += column->runs[i].near && !custom;
    }
    return near > 1;
}

/* The cells of a column in the preview, as the matcher takes them. */
typedef struct preview_column {
    uint32_t *begin, *end;
    lw_hit *hits;
    size_t count;
} preview_column;

static void read_preview_column(const lw_plan *plan, const lw_block *records, uint32_t column, preview_column *cells) {
    size_t first = plan->header ? 1 : 0;
    size_t past = records->record_count < LW_PREVIEW_RECORDS ? records->record_count : LW_PREVIEW_RECORDS;
    lw_block_column(records, column, cells->begin, cells->end);
    cells->count = 0;
    for (size_t i = first; i < past; i++) {
        if (cells->end[i] > cells->begin[i]) {
            cells->begin[cells->count] = cells->begin[i];
            cells->end[cells->count++] = cells->end[i];
        }
    }
}

static lw_status weigh_column(const lw_plan *plan, const lw_preview *preview, uint32_t column, lw_matcher *matcher,
                              preview_column *cells) {
    const lw_column_plan *planned = &plan->columns[column];
    read_preview_column(plan, preview->records, column, cells);
    lw_cells all = {preview->records->text, cells->begin, cells->end, cells->count};
    for (uint32_t i = 0; i < planned->run_count; i++) {
        lw_column_run *run = &planned->runs[i];
        size_t hits = 0;
        if (!run->near) {
            continue;
        }
        lw_status status = lw_matcher_column(matcher, run->identifier, &all, true, cells->hits, &hits);
        if (status != LW_OK && status != LW_E_REGEX_LIMIT) {
            return status;
        }
        unsigned clarity = 0;
        LW_TRY(
            lw_identifier_set_column_clarity(plan->set, lw_plan_column_name(plan, column), run->identifier, &clarity));
        run->clarity = (uint8_t)clarity;
        run->share = (uint8_t)(cells->count == 0 ? 0 : hits * 8 / cells->count);
    }
    return LW_OK;
}

/* The matcher that was lent, or one that is made at the first call and freed with the plan's other working memory. */
typedef struct plan_matcher {
    lw_matcher *lent, *own;
} plan_matcher;

static lw_status matcher_of(const lw_plan *plan, plan_matcher *matchers, lw_matcher **ret_matcher) {
    if (matchers->lent == NULL && matchers->own == NULL) {
        LW_TRY(lw_matcher_new(plan->set, &matchers->own));
    }
    *ret_matcher = matchers->lent != NULL ? matchers->lent : matchers->own;
    return LW_OK;
}

static lw_status weigh_contested(lw_plan *plan, const lw_preview *preview, plan_matcher *matchers) {
    lw_matcher *matcher = NULL;
    preview_column cells = {0};
    lw_status status = LW_OK;
    for (uint32_t c = 0; c < plan->column_count && status == LW_OK && !plan->keep_all; c++) {
        if (!is_contested(plan, &plan->columns[c])) {
            continue;
        }
        if (matcher == NULL) {
            size_t room = preview->records->record_count + 1U;
            cells.begin = calloc(room, sizeof *cells.begin);
            cells.end = calloc(room, sizeof *cells.end);
            cells.hits = calloc(room, sizeof *cells.hits);
            bool complete = cells.begin != NULL && cells.end != NULL && cells.hits != NULL;
            status = complete ? matcher_of(plan, matchers, &matcher) : LW_E_MEMORY;
        }
        if (status == LW_OK) {
            status = weigh_column(plan, preview, c, matcher, &cells);
        }
    }
    free(cells.begin);
    free(cells.end);
    free(cells.hits);
    return status;
}

static lw_status copy_names(lw_plan *plan, const lw_preview *preview) {
    if (preview->names == NULL) {
        return LW_OK;
    }
    size_t total = 0;
    for (uint32_t c = 0; c < plan->column_count; c++) {
        total += preview->names[c].len;
    }
    plan->names = calloc(plan->column_count + 1U, sizeof *plan->names);
    plan->names_text = malloc(total + 1);
    if (plan->names == NULL || plan->names_text == NULL) {
        return LW_E_MEMORY;
    }
    char *to = plan->names_text;
    for (uint32_t c = 0; c < plan->column_count; c++) {
        lw_slice name = preview->names[c];
        if (name.len > 0) {
            memcpy(to, name.data, name.len);
        }
        plan->names[c] = (lw_slice){to, name.len};
        to += name.len;
    }
    return LW_OK;
}

static bool set_has_record_scope(const lw_identifier_set *set) {
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (lw_identifier_set_at(set, i)->scope == LW_SCOPE_RECORD) {
            return true;
        }
    }
    return false;
}

/* Cells of the preview by column, without the header and without empty ones. */
static void fill_samples(const lw_plan *plan, const lw_block *records, lw_slice *cells, lw_column_sample *samples) {
    lw_slice *next = cells;
    for (uint32_t c = 0; c < plan->column_count; c++) {
        samples[c] = (lw_column_sample){.name = lw_plan_column_name(plan, c), .cells = next};
        for (uint32_t r = plan->header ? 1 : 0; r < records->record_count; r++) {
            if (c < lw_block_record_cells(records, r)) {
                lw_slice cell = lw_block_cell(records, r, c);
                if (cell.len > 0 && samples[c].cell_count < LW_PREVIEW_RECORDS) {
                    *next++ = cell;
                    samples[c].cell_count++;
                }
            }
        }
    }
}

static lw_status plan_rules(lw_plan *plan, const lw_preview *preview) {
    if (plan->column_count == 0 || !set_has_record_scope(plan->set)) {
        return LW_OK;
    }
    lw_slice *cells = calloc((size_t)preview->records->cell_count + 1, sizeof *cells);
    lw_column_sample *samples = calloc(plan->column_count, sizeof *samples);
    if (cells != NULL && samples != NULL) {
        fill_samples(plan, preview->records, cells, samples);
        plan->rule_count = lw_record_rules_make(plan->set, samples, plan->column_count, plan->rules, LW_RULES_MAX);
    }
    lw_status status = cells != NULL && samples != NULL ? LW_OK : LW_E_MEMORY;
    free(cells);
    free(samples);
    return status;
}

/* Ordinary names of columns have hardly any digit: no matcher needs to look at those. */
static bool any_name_with_digits(const lw_plan *plan) {
    for (uint32_t c = 0; plan->names != NULL && c < plan->column_count; c++) {
        size_t digits = 0;
        for (size_t i = 0; i < plan->names[c].len; i++) {
            digits += plan->names[c].data[i] >= '0' && plan->names[c].data[i] <= '9';
        }
        if (digits >= 5) {
            return true;
        }
    }
    return false;
}

/* A column whose name is itself a match, e.g. a card number in a file whose first record was taken for a header. */
static lw_status find_sensitive_names(lw_plan *plan, plan_matcher *matchers) {
    lw_matcher *matcher = NULL;
    if (!any_name_with_digits(plan)) {
        return LW_OK;
    }
    LW_TRY(matcher_of(plan, matchers, &matcher));
    for (uint32_t c = 0; c < plan->column_count; c++) {
        for (size_t i = 0; i < lw_identifier_set_count(plan->set); i++) {
            const lw_identifier *identifier = lw_identifier_set_at(plan->set, i);
            lw_match match;
            if (identifier->scope == LW_SCOPE_CELL && plan->names[c].len >= identifier->min_match &&
                lw_matcher_next(matcher, i, plan->names[c], 0, false, &match) == LW_OK) {
                plan->columns[c].name_sensitive = true;
            }
        }
    }
    return LW_OK;
}

static lw_status build(lw_plan *plan, const lw_preview *preview, plan_matcher *matchers) {
    LW_TRY(copy_names(plan, preview));
    size_t identifiers = lw_identifier_set_count(plan->set);
    plan->columns = calloc(plan->column_count + 1U, sizeof *plan->columns);
    plan->runs = calloc((plan->column_count + 1U) * (identifiers + 1), sizeof *plan->runs);
    plan->located = calloc(identifiers + 1, sizeof *plan->located);
    if (plan->columns == NULL || plan->runs == NULL || plan->located == NULL) {
        return LW_E_MEMORY;
    }
    lw_column_run *runs = plan->runs;
    for (uint32_t c = 0; c < plan->column_count; c++) {
        LW_TRY(plan_column(plan, lw_plan_column_name(plan, c), runs, &plan->columns[c]));
        runs += plan->columns[c].run_count;
    }
    LW_TRY(plan_column(plan, (lw_slice){0}, runs, &plan->other));
    LW_TRY(plan_rules(plan, preview));
    LW_TRY(weigh_contested(plan, preview, matchers));
    return find_sensitive_names(plan, matchers);
}

lw_status lw_plan_new(const lw_identifier_set *set, const lw_preview *preview, lw_plan **ret_plan) {
    return lw_plan_make(set, preview, NULL, ret_plan);
}

lw_status lw_plan_make(const lw_identifier_set *set, const lw_preview *preview, lw_matcher *matcher,
                       lw_plan **ret_plan) {
    lw_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        return LW_E_MEMORY;
    }
    plan->set = set;
    plan->header = preview->dialect.header;
    plan->lines = preview->dialect.format == LW_FORMAT_TEXT;
    plan->keep_all = lw_identifier_set_keeps_all(set);
    plan->column_count = preview->column_count < COLUMNS_MAX ? preview->column_count : COLUMNS_MAX;
    plan_matcher matchers = {.lent = matcher};
    lw_status status = build(plan, preview, &matchers);
    lw_matcher_free(matchers.own);
    if (status != LW_OK) {
        lw_plan_free(plan);
        return status;
    }
    *ret_plan = plan;
    return LW_OK;
}

void lw_plan_free(lw_plan *plan) {
    if (plan == NULL) {
        return;
    }
    for (uint32_t c = 0; plan->names != NULL && c < plan->column_count; c++) {
        if (plan->names[c].len > 0) { /* may be a value, where a record was taken for a header */
            lw_wipe(plan->names_text + (plan->names[c].data - plan->names_text), plan->names[c].len);
        }
    }
    free(plan->columns);
    free(plan->runs);
    free(plan->located);
    free(plan->names);
    free(plan->names_text);
    free(plan);
}

void lw_plan_note_counted(lw_plan *plan, const lw_tally *counted) {
    for (size_t i = 0; i < plan->rule_count; i++) {
        size_t identifier = plan->rules[i].identifier;
        uint64_t most = lw_identifier_set_at(plan->set, identifier)->max_count_per_file;
        if (most > 0 && counted->detections[identifier].count >= most) {
            atomic_store_explicit(&plan->rule_full[i], true, memory_order_relaxed); /* one way, and only a shortcut */
        }
    }
    for (size_t i = 0; i < counted->identifier_count; i++) {
        if (counted->detections[i].location_count >= LW_LOCATIONS_MAX) {
            atomic_store_explicit(&plan->located[i], true, memory_order_relaxed);
        }
    }
}

size_t lw_plan_column_count(const lw_plan *plan) {
    return plan->column_count;
}

lw_slice lw_plan_column_name(const lw_plan *plan, size_t column) {
    if (plan->names == NULL || column >= plan->column_count) {
        return (lw_slice){0};
    }
    return plan->names[column];
}

bool lw_plan_column_name_sensitive(const lw_plan *plan, size_t column) {
    return column < plan->column_count && plan->columns[column].name_sensitive;
}
