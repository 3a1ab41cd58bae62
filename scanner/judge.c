/* One cell, one identifier: which of its matches count, with the keywords in the cell and in the column's name. */
#include "scanner/scanner_priv.h"

#include <stdlib.h>

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
    const lw_identifier *facts;
    const lw_place *place;
    const lw_cell_ranges *own; /* its keywords in the cell */
    size_t longest;            /* of them, in bytes */
    size_t next;               /* the first of them that does not begin before the match */
    bool near;                 /* the column's name has its keyword */
    bool any_keyword;          /* or the cell has one */
    strict_search strict;
} judgement;

static lw_status add_range(lw_cell_ranges *ranges, size_t begin, size_t end) {
    if (ranges->count == ranges->cap) {
        size_t cap = ranges->cap == 0 ? 64 : ranges->cap * 2;
        lw_cell_range *grown = realloc(ranges->items, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        ranges->items = grown;
        ranges->cap = cap;
    }
    ranges->items[ranges->count++] = (lw_cell_range){begin, end};
    return LW_OK;
}

/* ---- keywords near a match ---- */

static lw_status gather_own(const lw_cell_keywords *keywords, lw_cell_ranges *own, judgement *judged) {
    own->count = 0;
    for (size_t i = 0; i < keywords->count; i++) {
        const lw_keyword_place *keyword = &keywords->items[i];
        if (lw_bits_test(keyword->identifiers, judged->identifier)) {
            size_t len = keyword->end - keyword->begin;
            judged->longest = len > judged->longest ? len : judged->longest;
            LW_TRY(add_range(own, keyword->begin, keyword->end));
        }
    }
    judged->own = own;
    return LW_OK;
}

/* How many bytes a keyword and a match may be apart at most. */
static size_t reach(const lw_identifier *identifier) {
    return (size_t)identifier->distance * 4;
}

/* Keywords are in the order of their beginnings and matches come from left to right. The nearest are asked first: a
 * long cell has many of both, and where one of them is near it mostly is the nearest. */
static bool keyword_near(judgement *judged, const lw_match *match) {
    const lw_cell_range *own = judged->own->items;
    lw_slice cell = judged->place->cell;
    while (judged->next < judged->own->count && own[judged->next].begin < match->begin) {
        judged->next++;
    }
    for (size_t i = judged->next; i-- > 0 && own[i].begin + judged->longest + reach(judged->facts) >= match->begin;) {
        if (lw_keyword_near(judged->facts, cell, own[i].begin, own[i].end, match)) {
            return true;
        }
    }
    for (size_t i = judged->next; i < judged->own->count && own[i].begin <= match->end + reach(judged->facts); i++) {
        if (lw_keyword_near(judged->facts, cell, own[i].begin, own[i].end, match)) {
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
    lw_proximity proximity = judged->facts->proximity;
    if (proximity == LW_PROXIMITY_FREE) {
        return 0;
    }
    bool in_cell = !judged->near && judged->any_keyword && keyword_near(judged, match);
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
    judgement judged = {.identifier = identifier,
                        .facts = lw_identifier_set_at(scanner->set, identifier),
                        .place = place,
                        .near = lw_column_near(scanner, place, identifier)};
    LW_TRY(gather_own(keywords, &scanner->own, &judged));
    judged.any_keyword = judged.near || judged.own->count > 0;
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
