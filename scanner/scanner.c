/* One block to one tally.
 *
 *   1. candidates (candidates.c): single cells in which something may stand, found by their keywords or by how a match
 *      begins; each is judged for the identifiers it may hold
 *   2. runs: each column with identifiers of its own is extracted once, and each identifier goes over it
 *   3. rules: names and addresses, row by row over a few columns
 *   4. cells that stand apart: the header's, and those cut by a window
 *   5. claims (claims.c): where several managed identifiers fit the same value, one of them is meant
 *
 * A cell that 1 has judged for an identifier that may also count without keyword is left out of 2, so that nothing
 * counts twice. Work is in columns, not rows: one matcher's code and tables stay in the cache for a whole column.
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

lw_status lw_scanner_new(const lw_identifier_set *set, lw_scanner **ret_scanner) {
    lw_scanner *scanner = calloc(1, sizeof *scanner);
    if (scanner == NULL) {
        return LW_E_MEMORY;
    }
    scanner->set = set;
    lw_candidates_init(&scanner->candidates, set);
    lw_status status = lw_matcher_new(set, &scanner->matcher);
    if (status == LW_OK && lw_identifier_set_keyword_count(set) > 0) {
        status = lw_search_new(set, &scanner->candidates.search);
    }
    if (status != LW_OK) {
        lw_scanner_free(scanner);
        return status;
    }
    *ret_scanner = scanner;
    return LW_OK;
}

lw_status lw_scanner_plan(lw_scanner *scanner, const lw_preview *preview, lw_plan **ret_plan) {
    return lw_plan_make(scanner->set, preview, scanner->matcher, ret_plan);
}

static void free_unplanned(lw_scanner *scanner) {
    free(scanner->unplanned.begin);
    free(scanner->unplanned.end);
    free(scanner->unplanned.record);
    free(scanner->unplanned.index);
    free(scanner->unplanned.hits);
}

void lw_scanner_free(lw_scanner *scanner) {
    if (scanner == NULL) {
        return;
    }
    lw_matcher_free(scanner->matcher);
    lw_candidates_done(&scanner->candidates);
    lw_claims_done(&scanner->claims);
    free(scanner->own.items);
    free(scanner->near.items);
    for (size_t i = 0; i < RULE_COLUMNS; i++) {
        free(scanner->begin[i]);
        free(scanner->end[i]);
    }
    free(scanner->column_hits);
    free_unplanned(scanner);
    free(scanner);
}

static lw_status reserve_records(lw_scanner *scanner, size_t records) {
    if (records <= scanner->records_cap) {
        return LW_OK;
    }
    size_t cap = records + records / 2;
    for (size_t i = 0; i < RULE_COLUMNS; i++) {
        free(scanner->begin[i]);
        free(scanner->end[i]);
        scanner->begin[i] = malloc(cap * sizeof *scanner->begin[i]);
        scanner->end[i] = malloc(cap * sizeof *scanner->end[i]);
    }
    free(scanner->column_hits);
    scanner->column_hits = malloc(cap * sizeof *scanner->column_hits);
    scanner->records_cap = cap;
    for (size_t i = 0; i < RULE_COLUMNS; i++) {
        if (scanner->begin[i] == NULL || scanner->end[i] == NULL) {
            scanner->records_cap = 0;
        }
    }
    if (scanner->column_hits == NULL) {
        scanner->records_cap = 0;
    }
    return scanner->records_cap == 0 ? LW_E_MEMORY : LW_OK;
}

/* ---- results ---- */

lw_status lw_scanner_count(lw_scanner *scanner, size_t identifier, uint32_t record, uint32_t column, uint64_t count) {
    lw_detection *detection = &scanner->tally->detections[identifier];
    detection->count += count;
    detection->cells++;
    if (!lw_plan_wants_locations(scanner->plan, identifier)) {
        return LW_OK;
    }
    LW_TRY(lw_detection_reserve(detection, 1));
    detection->locations[detection->location_count++] = (lw_location_cell){record, column + 1};
    if (detection->location_count >= 8 * LW_LOCATIONS_MAX) {
        lw_detection_settle(detection);
    }
    return LW_OK;
}

/* Could another identifier be meant by what this one finds? */
static bool has_rivals(const lw_scanner *scanner, size_t identifier) {
    const lw_identifier *facts = lw_identifier_set_at(scanner->set, identifier);
    return !scanner->plan->keep_all && facts->category != LW_CATEGORY_CUSTOM && facts->scope != LW_SCOPE_RECORD;
}

lw_status lw_scanner_found(lw_scanner *scanner, size_t identifier, uint32_t record, uint32_t column, uint64_t count) {
    if (!has_rivals(scanner, identifier)) {
        return lw_scanner_count(scanner, identifier, record, column, count);
    }
    return lw_claims_add(&scanner->claims, (lw_claim){record, column, (uint32_t)identifier, (uint32_t)count});
}

/* ---- 2. runs over columns ---- */

/* Takes cells out of a column that are judged on their own. */
static void blank_special(const lw_scanner *scanner, uint32_t column, uint32_t *begin, uint32_t *end) {
    const lw_block *block = scanner->block;
    uint32_t last = block->record_count - 1;
    if (block->first_cell_overlap > 0 && column == block->first_column) {
        end[0] = begin[0];
    }
    if (block->continued) {
        uint32_t cells = lw_block_record_cells(block, last);
        if (cells > 0 && column == cells - 1 + (last == 0 ? block->first_column : 0)) {
            end[last] = begin[last];
        }
    }
}

/* Adds what a run found to the tally at once, where nothing else decides about it. */
static lw_status count_hits(lw_scanner *scanner, size_t identifier, uint32_t column, uint32_t first, size_t hits) {
    lw_detection *detection = &scanner->tally->detections[identifier];
    for (size_t i = 0; i < hits; i++) {
        detection->count += scanner->column_hits[i].count;
    }
    detection->cells += hits;
    /* in the order of the rows: those behind the first would be dropped in any case */
    uint32_t located = lw_plan_wants_locations(scanner->plan, identifier) ? (uint32_t)hits : 0;
    located = located < LW_LOCATIONS_MAX ? located : LW_LOCATIONS_MAX;
    LW_TRY(lw_detection_reserve(detection, located));
    for (uint32_t i = 0; i < located; i++) {
        detection->locations[detection->location_count++] =
            (lw_location_cell){first + scanner->column_hits[i].cell, column + 1};
    }
    if (detection->location_count >= 8 * LW_LOCATIONS_MAX) {
        lw_detection_settle(detection);
    }
    return LW_OK;
}

static lw_status run_identifier(lw_scanner *scanner, uint32_t column, const lw_column_run *run, const lw_cells *cells,
                                uint32_t first) {
    size_t hits = 0;
    lw_status status =
        lw_matcher_column(scanner->matcher, run->identifier, cells, run->near, scanner->column_hits, &hits);
    if (status == LW_E_REGEX_LIMIT) {
        scanner->tally->regex_limited = true;
    } else if (status != LW_OK) {
        return status;
    }
    const lw_block *block = scanner->block;
    if (scanner->candidates.judged_count == 0 && !has_rivals(scanner, run->identifier)) {
        return count_hits(scanner, run->identifier, column, first, hits);
    }
    for (size_t i = 0; i < hits; i++) {
        uint32_t record = first + scanner->column_hits[i].cell;
        uint32_t index = column - (record == 0 ? block->first_column : 0);
        if (lw_was_judged(scanner, run->identifier, block->record_cell[record] + index)) {
            continue;
        }
        LW_TRY(lw_scanner_found(scanner, run->identifier, record, column, scanner->column_hits[i].count));
    }
    return LW_OK;
}

static lw_status run_column(lw_scanner *scanner, uint32_t column) {
    const lw_column_plan *plan = lw_column_plan_of(scanner->plan, column);
    uint32_t first = lw_first_data_record(scanner);
    if (plan->run_count == 0 || first >= scanner->block->record_count) {
        return LW_OK;
    }
    uint32_t *begin = scanner->begin[0];
    uint32_t *end = scanner->end[0];
    lw_block_column(scanner->block, column, begin, end);
    blank_special(scanner, column, begin, end);
    lw_cells cells = {scanner->block->text, begin + first, end + first, scanner->block->record_count - first};
    for (uint32_t i = 0; i < plan->run_count; i++) {
        LW_TRY(run_identifier(scanner, column, &plan->runs[i], &cells, first));
    }
    return LW_OK;
}

/* First index in a record of a cell that no planned column covers. */
static uint32_t first_unplanned(const lw_scanner *scanner, uint32_t record) {
    uint32_t planned = scanner->plan->column_count;
    uint32_t offset = record == 0 ? scanner->block->first_column : 0;
    return planned > offset ? planned - offset : 0;
}

static size_t count_unplanned(const lw_scanner *scanner) {
    size_t count = 0;
    for (uint32_t record = lw_first_data_record(scanner); record < scanner->block->record_count; record++) {
        uint32_t cells = lw_block_record_cells(scanner->block, record);
        uint32_t first = first_unplanned(scanner, record);
        count += cells > first ? cells - first : 0;
    }
    return count;
}

static lw_status reserve_unplanned(lw_scanner *scanner, size_t count) {
    if (count <= scanner->unplanned.cap) {
        return LW_OK;
    }
    free_unplanned(scanner);
    scanner->unplanned.cap = 0;
    scanner->unplanned.begin = malloc(count * sizeof *scanner->unplanned.begin);
    scanner->unplanned.end = malloc(count * sizeof *scanner->unplanned.end);
    scanner->unplanned.record = malloc(count * sizeof *scanner->unplanned.record);
    scanner->unplanned.index = malloc(count * sizeof *scanner->unplanned.index);
    scanner->unplanned.hits = malloc(count * sizeof *scanner->unplanned.hits);
    bool complete = scanner->unplanned.begin != NULL && scanner->unplanned.end != NULL &&
                    scanner->unplanned.record != NULL && scanner->unplanned.index != NULL &&
                    scanner->unplanned.hits != NULL;
    scanner->unplanned.cap = complete ? count : 0;
    return complete ? LW_OK : LW_E_MEMORY;
}

/* Cells that stand apart are left out: they are judged on their own. */
static size_t gather_unplanned(lw_scanner *scanner) {
    const lw_block *block = scanner->block;
    size_t count = 0;
    for (uint32_t record = lw_first_data_record(scanner); record < block->record_count; record++) {
        uint32_t cells = lw_block_record_cells(block, record);
        for (uint32_t index = first_unplanned(scanner, record); index < cells; index++) {
            lw_slice cell = lw_block_cell(block, record, index);
            if (cell.len == 0 || lw_cell_continues(block, record, index) || lw_cell_is_cut(block, record, index)) {
                continue;
            }
            scanner->unplanned.begin[count] = (uint32_t)(cell.data - block->text);
            scanner->unplanned.end[count] = scanner->unplanned.begin[count] + (uint32_t)cell.len;
            scanner->unplanned.record[count] = record;
            scanner->unplanned.index[count] = index;
            count++;
        }
    }
    return count;
}

static lw_status run_unplanned(lw_scanner *scanner, const lw_column_run *run, const lw_cells *cells) {
    size_t hits = 0;
    lw_status status =
        lw_matcher_column(scanner->matcher, run->identifier, cells, run->near, scanner->unplanned.hits, &hits);
    if (status == LW_E_REGEX_LIMIT) {
        scanner->tally->regex_limited = true;
    } else if (status != LW_OK) {
        return status;
    }
    for (size_t i = 0; i < hits; i++) {
        lw_hit hit = scanner->unplanned.hits[i];
        uint32_t record = scanner->unplanned.record[hit.cell];
        uint32_t index = scanner->unplanned.index[hit.cell];
        if (!lw_was_judged(scanner, run->identifier, scanner->block->record_cell[record] + index)) {
            uint32_t column = index + (record == 0 ? scanner->block->first_column : 0);
            LW_TRY(lw_scanner_found(scanner, run->identifier, record, column, hit.count));
        }
    }
    return LW_OK;
}

/* Cells behind the last column of the preview have no name, so all take the same runs: as one long column, whatever
 * their number (a record may have millions). */
static lw_status scan_unplanned(lw_scanner *scanner) {
    const lw_column_plan *plan = &scanner->plan->other;
    size_t count = plan->run_count == 0 ? 0 : count_unplanned(scanner);
    if (count == 0) {
        return LW_OK;
    }
    LW_TRY(reserve_unplanned(scanner, count));
    count = gather_unplanned(scanner);
    lw_cells cells = {scanner->block->text, scanner->unplanned.begin, scanner->unplanned.end, count};
    for (uint32_t i = 0; i < plan->run_count; i++) {
        LW_TRY(run_unplanned(scanner, &plan->runs[i], &cells));
    }
    return LW_OK;
}

static lw_status scan_columns(lw_scanner *scanner) {
    const lw_block *block = scanner->block;
    uint32_t past = scanner->plan->column_count;
    uint32_t from = block->record_count == 1 ? block->first_column : 0;
    if (block->record_count == 1 && from + lw_block_record_cells(block, 0) < past) {
        past = from + lw_block_record_cells(block, 0);
    }
    for (uint32_t column = from; column < past; column++) {
        LW_TRY(run_column(scanner, column));
    }
    return scan_unplanned(scanner);
}

/* ---- 3. rules over rows ---- */

static lw_status scan_rule(lw_scanner *scanner, const lw_record_rule *rule) {
    const lw_block *block = scanner->block;
    for (uint32_t i = 0; i < rule->column_count; i++) {
        lw_block_column(block, rule->columns[i], scanner->begin[i], scanner->end[i]);
    }
    for (uint32_t record = lw_first_data_record(scanner); record < block->record_count; record++) {
        lw_slice cells[RULE_COLUMNS];
        for (uint32_t i = 0; i < rule->column_count; i++) {
            uint32_t begin = scanner->begin[i][record];
            cells[i] = (lw_slice){block->text + begin, scanner->end[i][record] - begin};
        }
        if (lw_record_rule_match(rule, cells)) {
            LW_TRY(lw_scanner_found(scanner, rule->identifier, record, rule->located_column, 1));
        }
    }
    return LW_OK;
}

/* ---- 4. cells that stand apart ---- */

/* Judges a cell that no run covers for what the runs of its column look for. What is found by keywords in the cell, or
 * by the way it begins, 1 has judged. */
static lw_status judge_apart(lw_scanner *scanner, uint32_t record, uint32_t index) {
    lw_place p = lw_place_at(scanner, record, index);
    uint32_t cell = scanner->block->record_cell[record] + index;
    bool header = record < lw_first_data_record(scanner);
    const lw_column_plan *plan = header ? &scanner->plan->other : lw_column_plan_of(scanner->plan, p.column);
    lw_cell_keywords none = {0};
    for (uint32_t i = 0; i < plan->run_count; i++) {
        size_t identifier = plan->runs[i].identifier;
        if (p.cell.len >= lw_identifier_set_at(scanner->set, identifier)->min_match &&
            !lw_was_judged(scanner, identifier, cell)) {
            LW_TRY(lw_judge(scanner, identifier, &p, &none));
        }
    }
    return LW_OK;
}

static lw_status scan_apart(lw_scanner *scanner) {
    const lw_block *block = scanner->block;
    if (lw_first_data_record(scanner) == 1) {
        for (uint32_t i = 0; i < lw_block_record_cells(block, 0); i++) {
            LW_TRY(judge_apart(scanner, 0, i));
        }
    }
    bool first_apart = block->first_cell_overlap > 0;
    if (first_apart) {
        LW_TRY(judge_apart(scanner, 0, 0));
    }
    uint32_t last = block->record_count - 1;
    uint32_t cells = lw_block_record_cells(block, last);
    if (block->continued && cells > 0 && !(first_apart && last == 0 && cells == 1)) {
        LW_TRY(judge_apart(scanner, last, cells - 1));
    }
    return LW_OK;
}

lw_status lw_scanner_block(lw_scanner *scanner, const lw_plan *plan, const lw_block *block, lw_tally *tally) {
    scanner->plan = plan;
    scanner->block = block;
    scanner->tally = tally;
    lw_matcher_lines(scanner->matcher, plan->lines);
    tally->rows += block->record_count - (block->continued ? 1U : 0U);
    if (block->record_count == 0) {
        return LW_OK;
    }
    LW_TRY(reserve_records(scanner, block->record_count));
    LW_TRY(lw_scan_candidates(scanner));
    LW_TRY(scan_columns(scanner));
    for (size_t i = 0; i < plan->rule_count; i++) {
        if (!atomic_load_explicit(&plan->rule_full[i], memory_order_relaxed)) {
            LW_TRY(scan_rule(scanner, &plan->rules[i]));
        }
    }
    LW_TRY(scan_apart(scanner));
    LW_TRY(lw_claims_settle(scanner));
    for (size_t i = 0; i < tally->identifier_count; i++) {
        lw_detection_settle(&tally->detections[i]);
    }
    return LW_OK;
}
