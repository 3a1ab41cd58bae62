/* One cell, one identifier: which of its matches count, with the keywords in the cell and in the column's name. */
#include "scanner/scanner_priv.h"

uint32_t lw_first_data_record(const lw_scanner *scanner) {
    return scanner->plan->header && scanner->block->first_row == 1 && scanner->block->first_column == 0 ? 1 : 0;
}

bool lw_cell_continues(const lw_block *block, uint32_t record, uint32_t index) {
    return record == 0 && index == 0 && block->first_cell_overlap > 0;
}

bool lw_cell_is_cut(const lw_block *block, uint32_t record, uint32_t index) {
    return block->continued && record + 1 == block->record_count && index + 1 == lw_block_record_cells(block, record);
}

lw_place lw_place_at(const lw_scanner *scanner, uint32_t record, uint32_t index) {
    const lw_block *block = scanner->block;
    return (lw_place){.record = record,
                      .index = index,
                      .column = index + (record == 0 ? block->first_column : 0),
                      .cell = lw_block_cell(block, record, index),
                      .count_from = lw_cell_continues(block, record, index) ? block->first_cell_overlap : 0,
                      .cut = lw_cell_is_cut(block, record, index)};
}

const lw_column_plan *lw_column_plan_of(const lw_plan *plan, uint32_t column) {
    return column < plan->column_count ? &plan->columns[column] : &plan->other;
}

bool lw_column_near(const lw_scanner *scanner, const lw_place *place, size_t identifier) {
    return place->record >= lw_first_data_record(scanner) &&
           lw_bits_test(&lw_column_plan_of(scanner->plan, place->column)->near, identifier);
}

/* The first match that also counts without any keyword, from a place on that only grows: what was found once is kept,
 * so that a cell is searched once and not once a match. */
typedef struct strict_search {
    enum { STRICT_UNKNOWN, STRICT_FOUND, STRICT_NONE } state;
    lw_match match;
} strict_search;

/* One identifier in one cell. */
typedef struct judgement {
    size_t identifier;
    const lw_place *place;
    const lw_cell_keywords *keywords;
    bool near;        /* the column's name has its keyword */
    bool any_keyword; /* or the cell has one */
    size_t passed;    /* keywords that are too far behind for this match and all to come */
    strict_search strict;
} judgement;

static bool any_keyword_of(size_t identifier, const lw_cell_keywords *keywords) {
    bool any = false;
    for (size_t i = 0; i < keywords->count && !any; i++) {
        any = lw_bits_test(keywords->items[i].identifiers, identifier);
    }
    return any;
}

/* How many bytes a keyword and a match may be apart at most. */
static size_t reach(const lw_identifier *identifier) {
    return (size_t)identifier->distance * 4;
}

/* Keywords are in the order of their beginnings and matches come from left to right: what lies too far behind is left
 * behind for good, and the search ends where all others are too far ahead. A long cell has many of both. */
static bool keyword_near(const lw_scanner *scanner, judgement *judged, const lw_match *match) {
    const lw_identifier *facts = lw_identifier_set_at(scanner->set, judged->identifier);
    const lw_cell_keywords *keywords = judged->keywords;
    while (judged->passed < keywords->count && keywords->items[judged->passed].end + reach(facts) < match->begin) {
        judged->passed++;
    }
    for (size_t i = judged->passed; i < keywords->count; i++) {
        const lw_keyword_place *keyword = &keywords->items[i];
        if (keyword->begin > match->end + reach(facts)) {
            break;
        }
        if (lw_bits_test(keyword->identifiers, judged->identifier) &&
            lw_keyword_near(facts, judged->place->cell, keyword->begin, keyword->end, match)) {
            return true;
        }
    }
    return false;
}

/* Would this match also count without any keyword? */
static bool matches_strictly(lw_scanner *scanner, size_t identifier, lw_slice cell, const lw_match *match,
                             strict_search *strict) {
    if (strict->state == STRICT_UNKNOWN || (strict->state == STRICT_FOUND && strict->match.begin < match->begin)) {
        lw_status status = lw_matcher_next(scanner->matcher, identifier, cell, match->begin, false, &strict->match);
        strict->state = status == LW_OK ? STRICT_FOUND : STRICT_NONE;
    }
    return strict->state == STRICT_FOUND && strict->match.begin == match->begin;
}

/* How near a keyword is: 2, 1, 0; -1: the match does not count. */
static int keyword_of_match(lw_scanner *scanner, judgement *judged, const lw_match *match) {
    lw_proximity proximity = lw_identifier_set_at(scanner->set, judged->identifier)->proximity;
    if (proximity == LW_PROXIMITY_FREE) {
        return 0;
    }
    bool in_cell = !judged->near && judged->any_keyword && keyword_near(scanner, judged, match);
    int keyword = judged->near ? 2 : in_cell ? 1 : 0;
    if (proximity == LW_PROXIMITY_ABSENT) {
        return keyword == 0 ? 0 : -1;
    }
    if (keyword > 0) {
        return keyword;
    }
    bool strict = proximity == LW_PROXIMITY_CONDITIONAL &&
                  (!judged->any_keyword || /* then it was found without one */
                   matches_strictly(scanner, judged->identifier, judged->place->cell, match, &judged->strict));
    return strict ? 0 : -1;
}

/* A match at the edge of a window is counted once: where it is seen whole. */
static bool counted_here(const lw_place *place, const lw_match *match) {
    return (place->count_from == 0 || match->end >= place->count_from) &&
           !(place->cut && match->end == place->cell.len);
}

lw_status lw_judge_each(lw_scanner *scanner, size_t identifier, const lw_place *place, const lw_cell_keywords *keywords,
                        lw_match_sink sink, uint64_t *ret_count) {
    bool near = lw_column_near(scanner, place, identifier);
    judgement judged = {.identifier = identifier,
                        .place = place,
                        .keywords = keywords,
                        .near = near,
                        .any_keyword = near || any_keyword_of(identifier, keywords)};
    uint64_t count = 0;
    for (size_t from = 0; from <= place->cell.len;) {
        lw_match match;
        lw_status status = lw_matcher_next(scanner->matcher, identifier, place->cell, from, judged.any_keyword, &match);
        if (status == LW_E_REGEX_LIMIT) {
            scanner->tally->regex_limited = true;
            break;
        }
        if (status == LW_E_NOT_FOUND) {
            break;
        }
        LW_TRY(status);
        if (counted_here(place, &match)) {
            /* asked before the matcher is used again */
            lw_match_strength strength = lw_matcher_strength(scanner->matcher);
            int keyword = keyword_of_match(scanner, &judged, &match);
            count += keyword >= 0;
            if (keyword >= 0 && sink != NULL) {
                LW_TRY(sink(scanner, identifier, &match, (uint32_t)keyword, strength));
            }
        }
        from = match.end > match.begin ? match.end : match.end + 1;
    }
    *ret_count = count;
    return LW_OK;
}

lw_status lw_judge(lw_scanner *scanner, size_t identifier, const lw_place *place, const lw_cell_keywords *keywords) {
    uint64_t count = 0;
    LW_TRY(lw_judge_each(scanner, identifier, place, keywords, NULL, &count));
    if (count == 0) {
        return LW_OK;
    }
    scanner->candidates.by_text = false;
    return lw_scanner_found(scanner, identifier, place->record, place->column, count);
}
