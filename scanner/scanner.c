/* One block to one tally.
 *
 *   1. keyword search over the block's text; each cell with a keyword is judged for the identifiers it belongs to
 *   2. runs: each column with identifiers of its own is extracted once, and each identifier goes over it
 *   3. rules: names and addresses, row by row over a few columns
 *   4. cells that stand apart: the header's, and those cut by a window
 *
 * A cell that 1 has judged for an identifier that may also count without keyword is left out of 2, so that nothing
 * counts twice. Work is in columns, not rows: one matcher's code and tables stay in the cache for a whole column.
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/search_priv.h"

#define RULE_COLUMNS LW_RULE_COLUMNS_MAX

/* A cell's place in the block, and what to know about it. */
typedef struct place {
    uint32_t record, index; /* index within the record as the block has it */
    uint32_t column;        /* absolute */
    lw_slice cell;
    size_t count_from; /* matches that end before this offset were counted with the previous block */
    bool cut;          /* a match that touches the end may go on in the next block: it counts there */
} place;

/* (identifier, cell) pairs judged by their keywords. */
typedef struct judged {
    uint64_t *items;
    size_t count, cap;
} judged;

struct lw_scanner {
    const lw_identifier_set *set;
    lw_matcher *matcher;
    lw_search *search;
    lw_search_run run_search;
    lw_hits hits;
    judged judged;
    uint32_t *begin[RULE_COLUMNS], *end[RULE_COLUMNS];
    lw_hit *column_hits;
    size_t records_cap;
    struct {
        uint32_t *begin, *end, *record, *index;
        lw_hit *hits;
        size_t cap;
    } unplanned; /* cells behind the last planned column, row by row */
    /* of the block under way */
    const lw_plan *plan;
    const lw_block *block;
    lw_tally *tally;
};

lw_status lw_scanner_new(const lw_identifier_set *set, lw_scanner **ret_scanner) {
    lw_scanner *scanner = calloc(1, sizeof *scanner);
    if (scanner == NULL) {
        return LW_E_MEMORY;
    }
    scanner->set = set;
    scanner->run_search = lw_search_choose();
    lw_status status = lw_matcher_new(set, &scanner->matcher);
    if (status == LW_OK && lw_identifier_set_keyword_count(set) > 0) {
        status = lw_search_new(set, &scanner->search);
    }
    if (status != LW_OK) {
        lw_scanner_free(scanner);
        return status;
    }
    *ret_scanner = scanner;
    return LW_OK;
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
    lw_search_free(scanner->search);
    for (size_t i = 0; i < RULE_COLUMNS; i++) {
        free(scanner->begin[i]);
        free(scanner->end[i]);
    }
    free(scanner->column_hits);
    free_unplanned(scanner);
    free(scanner->hits.items);
    free(scanner->judged.items);
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

static lw_status add_result(lw_scanner *scanner, size_t identifier, uint32_t record, uint32_t column, uint64_t count) {
    lw_detection *detection = &scanner->tally->detections[identifier];
    LW_TRY(lw_detection_reserve(detection, 1));
    detection->count += count;
    detection->cells++;
    detection->locations[detection->location_count++] =
        (lw_location_cell){scanner->block->first_row + record, column + 1};
    if (detection->location_count >= 8 * LW_LOCATIONS_MAX) {
        lw_detection_settle(detection);
    }
    return LW_OK;
}

/* ---- places ---- */

static uint32_t first_data_record(const lw_scanner *scanner) {
    return scanner->plan->header && scanner->block->first_row == 1 && scanner->block->first_column == 0 ? 1 : 0;
}

static bool cell_continues(const lw_block *block, uint32_t record, uint32_t index) {
    return record == 0 && index == 0 && block->first_cell_overlap > 0;
}

static bool cell_is_cut(const lw_block *block, uint32_t record, uint32_t index) {
    return block->continued && record + 1 == block->record_count && index + 1 == lw_block_record_cells(block, record);
}

static place place_at(const lw_scanner *scanner, uint32_t record, uint32_t index) {
    const lw_block *block = scanner->block;
    return (place){.record = record,
                   .index = index,
                   .column = index + (record == 0 ? block->first_column : 0),
                   .cell = lw_block_cell(block, record, index),
                   .count_from = cell_continues(block, record, index) ? block->first_cell_overlap : 0,
                   .cut = cell_is_cut(block, record, index)};
}

static const lw_column_plan *column_plan(const lw_plan *plan, uint32_t column) {
    return column < plan->column_count ? &plan->columns[column] : &plan->other;
}

/* Is the keyword of the column's name near this cell? Not for the header itself. */
static bool column_near(const lw_scanner *scanner, const place *p, size_t identifier) {
    return p->record >= first_data_record(scanner) &&
           lw_bits_test(&column_plan(scanner->plan, p->column)->near, identifier);
}

/* ---- one cell, one identifier, with the keywords in the cell ---- */

typedef struct keywords {
    const lw_keyword_hit *items; /* hits in this cell, of any identifier */
    size_t count;
    size_t cell_offset; /* of the cell in the block's text */
} keywords;

static bool keyword_near(const lw_scanner *scanner, size_t identifier, const place *p, const keywords *k,
                         const lw_match *match) {
    for (size_t i = 0; i < k->count; i++) {
        const lw_keyword *keyword = lw_identifier_set_keyword(scanner->set, k->items[i].keyword);
        size_t begin = k->items[i].offset - k->cell_offset;
        if (lw_bits_test(&keyword->identifiers, identifier) &&
            lw_keyword_near(lw_identifier_set_at(scanner->set, identifier), p->cell, begin, begin + keyword->text.len,
                            match)) {
            return true;
        }
    }
    return false;
}

/* Would this match also count without any keyword? */
static bool matches_strictly(lw_scanner *scanner, size_t identifier, lw_slice cell, const lw_match *match) {
    lw_match strict;
    return lw_matcher_next(scanner->matcher, identifier, cell, match->begin, false, &strict) == LW_OK &&
           strict.begin == match->begin;
}

static bool match_counts(lw_scanner *scanner, size_t identifier, const place *p, const keywords *k, bool near,
                         const lw_match *match) {
    switch (lw_identifier_set_at(scanner->set, identifier)->proximity) {
    case LW_PROXIMITY_FREE:
        return true;
    case LW_PROXIMITY_BEFORE:
    case LW_PROXIMITY_AROUND:
        return near || keyword_near(scanner, identifier, p, k, match);
    case LW_PROXIMITY_CONDITIONAL:
        return near || keyword_near(scanner, identifier, p, k, match) ||
               matches_strictly(scanner, identifier, p->cell, match);
    case LW_PROXIMITY_ABSENT:
        return !near && !keyword_near(scanner, identifier, p, k, match);
    }
    return false;
}

/* A match at the edge of a window is counted once: where it is seen whole. */
static bool counted_here(const place *p, const lw_match *match) {
    return (p->count_from == 0 || match->end >= p->count_from) && !(p->cut && match->end == p->cell.len);
}

static lw_status judge(lw_scanner *scanner, size_t identifier, const place *p, const keywords *k) {
    bool near = column_near(scanner, p, identifier);
    uint64_t count = 0;
    size_t from = 0;
    for (;;) {
        lw_match match;
        lw_status status = lw_matcher_next(scanner->matcher, identifier, p->cell, from, near || k->count > 0, &match);
        if (status == LW_E_REGEX_LIMIT) {
            scanner->tally->regex_limited = true;
            break;
        }
        if (status == LW_E_NOT_FOUND) {
            break;
        }
        LW_TRY(status);
        count += counted_here(p, &match) && match_counts(scanner, identifier, p, k, near, &match);
        from = match.end > match.begin ? match.end : match.end + 1;
        if (from > p->cell.len) {
            break;
        }
    }
    return count == 0 ? LW_OK : add_result(scanner, identifier, p->record, p->column, count);
}

/* ---- 1. keywords in cells ---- */

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t judged_key(size_t identifier, uint32_t cell) {
    return (uint64_t)identifier << 32 | cell;
}

static lw_status remember_judged(judged *j, uint64_t key) {
    if (j->count == j->cap) {
        size_t cap = j->cap == 0 ? 64 : j->cap * 2;
        uint64_t *grown = realloc(j->items, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        j->items = grown;
        j->cap = cap;
    }
    j->items[j->count++] = key;
    return LW_OK;
}

static bool was_judged(const lw_scanner *scanner, size_t identifier, uint32_t cell) {
    uint64_t key = judged_key(identifier, cell);
    return scanner->judged.count > 0 &&
           bsearch(&key, scanner->judged.items, scanner->judged.count, sizeof key, compare_u64) != NULL;
}

/* Index of the first entry that is not less than value; ascending arrays. */
static uint32_t lower_bound(const uint32_t *items, uint32_t count, uint32_t value) {
    uint32_t low = 0;
    while (count > 0) {
        uint32_t half = count / 2;
        if (items[low + half] < value) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

/* The cell that holds text[offset]; false between cells. *ret_cell: index over the block. */
static bool find_cell(const lw_block *block, uint32_t offset, uint32_t *ret_cell, uint32_t *ret_record) {
    uint32_t cell = lower_bound(block->cell_end, block->cell_count, offset + 1);
    if (cell == block->cell_count) {
        return false;
    }
    /* The record whose first cell is the last one at or before this cell; blank lines share that index. */
    uint32_t record = lower_bound(block->record_cell, block->record_count + 1, cell + 1) - 1;
    lw_slice text = lw_block_cell(block, record, cell - block->record_cell[record]);
    *ret_cell = cell;
    *ret_record = record;
    return (size_t)(text.data - block->text) <= offset;
}

static unsigned count_digits(lw_slice text) {
    unsigned digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += (unsigned char)(text.data[i] - '0') < 10;
    }
    return digits;
}

/* Could the cell hold a match beside its keyword? Text that only talks about a thing mostly has no digits. */
static bool has_room(const lw_identifier *identifier, const place *p, unsigned digits) {
    return identifier->scope == LW_SCOPE_CELL && p->cell.len >= identifier->min_match + identifier->min_keyword &&
           digits >= identifier->min_digits;
}

static lw_status judge_keywords(lw_scanner *scanner, const place *p, uint32_t cell, const keywords *k,
                                const lw_identifier_bits *wanted) {
    unsigned digits = count_digits(p->cell);
    for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
        for (uint64_t bits = wanted->word[word]; bits != 0; bits &= bits - 1) {
            size_t identifier = word * 64 + (size_t)__builtin_ctzll(bits);
            const lw_identifier *facts = lw_identifier_set_at(scanner->set, identifier);
            if (!has_room(facts, p, digits) || column_near(scanner, p, identifier)) {
                continue; /* a column whose name has the keyword is a run */
            }
            LW_TRY(judge(scanner, identifier, p, k));
            LW_TRY(remember_judged(&scanner->judged, judged_key(identifier, cell)));
        }
    }
    return LW_OK;
}

/* Keeps the hits of one cell that are whole words and lie within it; collects whose keywords they are. */
static size_t keep_bounded(const lw_scanner *scanner, const place *p, size_t cell_offset, lw_keyword_hit *items,
                           size_t count, lw_identifier_bits *wanted) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const lw_keyword *keyword = lw_identifier_set_keyword(scanner->set, items[i].keyword);
        size_t begin = items[i].offset - cell_offset;
        size_t end = begin + keyword->text.len;
        if (end <= p->cell.len && lw_keyword_bounded(p->cell, begin, end)) {
            items[kept++] = items[i];
            for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
                wanted->word[word] |= keyword->identifiers.word[word];
            }
        }
    }
    return kept;
}

static lw_status scan_keywords(lw_scanner *scanner) {
    const lw_block *block = scanner->block;
    lw_hits *hits = &scanner->hits;
    hits->count = 0;
    scanner->judged.count = 0;
    if (scanner->search == NULL) {
        return LW_OK;
    }
    LW_TRY(scanner->run_search(scanner->search, block->text, block->text_len, hits));
    for (size_t i = 0; i < hits->count;) {
        uint32_t cell = 0;
        uint32_t record = 0;
        if (!find_cell(block, hits->items[i].offset, &cell, &record)) {
            i++;
            continue;
        }
        place p = place_at(scanner, record, cell - block->record_cell[record]);
        size_t past = i;
        while (past < hits->count && hits->items[past].offset < block->cell_end[cell]) {
            past++;
        }
        size_t cell_offset = (size_t)(p.cell.data - block->text);
        lw_identifier_bits wanted = {{0}};
        size_t kept = keep_bounded(scanner, &p, cell_offset, hits->items + i, past - i, &wanted);
        keywords k = {hits->items + i, kept, cell_offset};
        if (kept > 0) {
            LW_TRY(judge_keywords(scanner, &p, cell, &k, &wanted));
        }
        i = past;
    }
    if (scanner->judged.count > 1) {
        qsort(scanner->judged.items, scanner->judged.count, sizeof *scanner->judged.items, compare_u64);
    }
    return LW_OK;
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
    for (size_t i = 0; i < hits; i++) {
        uint32_t record = first + scanner->column_hits[i].cell;
        uint32_t index = column - (record == 0 ? block->first_column : 0);
        if (!run->near && was_judged(scanner, run->identifier, block->record_cell[record] + index)) {
            continue;
        }
        LW_TRY(add_result(scanner, run->identifier, record, column, scanner->column_hits[i].count));
    }
    return LW_OK;
}

static lw_status run_column(lw_scanner *scanner, uint32_t column) {
    const lw_column_plan *plan = column_plan(scanner->plan, column);
    uint32_t first = first_data_record(scanner);
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
    for (uint32_t record = first_data_record(scanner); record < scanner->block->record_count; record++) {
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
    for (uint32_t record = first_data_record(scanner); record < block->record_count; record++) {
        uint32_t cells = lw_block_record_cells(block, record);
        for (uint32_t index = first_unplanned(scanner, record); index < cells; index++) {
            lw_slice cell = lw_block_cell(block, record, index);
            if (cell.len == 0 || cell_continues(block, record, index) || cell_is_cut(block, record, index)) {
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
        if (!was_judged(scanner, run->identifier, scanner->block->record_cell[record] + index)) {
            uint32_t column = index + (record == 0 ? scanner->block->first_column : 0);
            LW_TRY(add_result(scanner, run->identifier, record, column, hit.count));
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
    for (uint32_t record = first_data_record(scanner); record < block->record_count; record++) {
        lw_slice cells[RULE_COLUMNS];
        for (uint32_t i = 0; i < rule->column_count; i++) {
            uint32_t begin = scanner->begin[i][record];
            cells[i] = (lw_slice){block->text + begin, scanner->end[i][record] - begin};
        }
        if (lw_record_rule_match(rule, cells)) {
            LW_TRY(add_result(scanner, rule->identifier, record, rule->located_column, 1));
        }
    }
    return LW_OK;
}

/* ---- 4. cells that stand apart ---- */

/* Judges a cell for every identifier that may count there, where no keyword stands in it (1 has done those). */
static lw_status judge_apart(lw_scanner *scanner, uint32_t record, uint32_t index) {
    place p = place_at(scanner, record, index);
    uint32_t cell = scanner->block->record_cell[record] + index;
    keywords none = {0};
    for (size_t i = 0; i < lw_identifier_set_count(scanner->set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(scanner->set, i);
        if (identifier->scope != LW_SCOPE_CELL || p.cell.len < identifier->min_match || was_judged(scanner, i, cell)) {
            continue;
        }
        LW_TRY(judge(scanner, i, &p, &none));
    }
    return LW_OK;
}

static lw_status scan_apart(lw_scanner *scanner) {
    const lw_block *block = scanner->block;
    if (first_data_record(scanner) == 1) {
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
    tally->rows += block->record_count - (block->continued ? 1U : 0U);
    if (block->record_count == 0) {
        return LW_OK;
    }
    LW_TRY(reserve_records(scanner, block->record_count));
    LW_TRY(scan_keywords(scanner));
    LW_TRY(scan_columns(scanner));
    for (size_t i = 0; i < plan->rule_count; i++) {
        LW_TRY(scan_rule(scanner, &plan->rules[i]));
    }
    LW_TRY(scan_apart(scanner));
    for (size_t i = 0; i < tally->identifier_count; i++) {
        lw_detection_settle(&tally->detections[i]);
    }
    return LW_OK;
}
