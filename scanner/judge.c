/* One cell, one identifier: which of its matches count, with the keywords in the cell and in the column's name. */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

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
    lw_cell_part part;         /* of the cell, that is walked */
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
static bool matches_strictly(lw_scanner *scanner, judgement *judged, const lw_match *match) {
    strict_search *strict = &judged->strict;
    if (strict->state == STRICT_UNKNOWN || (strict->state == STRICT_FOUND && strict->match.begin < match->begin)) {
        lw_status status = lw_matcher_next_in(scanner->matcher, judged->identifier, judged->place->cell, &judged->part,
                                              match->begin, false, &strict->match);
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
    bool strict = proximity == LW_PROXIMITY_CONDITIONAL && (!judged->any_keyword || /* then it was found without one */
                                                            matches_strictly(scanner, judged, match));
    return strict ? 0 : -1;
}

/* ---- parts of long cells ---- */

/* A shorter cell is walked whole: to find out its parts would cost as much. */
#define LONG_CELL 160U
/* About the bytes beside a keyword; where these are most of the cell, parts are no less work. */
#define KEYWORD_SPAN 64U

/* Are the places known at which a match must be to count? Custom patterns have their keywords too, but whether one that
 * is slow can be decided depends on all that it is tried on. */
static bool has_places(const judgement *judged, const lw_cell_keywords *keywords) {
    bool dense = judged->own->count * KEYWORD_SPAN > judged->place->cell.len;
    if (judged->place->cell.len < LONG_CELL || dense || judged->near || judged->facts->category == LW_CATEGORY_CUSTOM) {
        return false;
    }
    if (judged->facts->proximity == LW_PROXIMITY_AROUND) {
        return true;
    }
    lw_anchor anchor = judged->facts->anchor;
    return keywords->anchors_known &&
           (anchor == LW_ANCHOR_IBAN || anchor == LW_ANCHOR_PHONE || anchor == LW_ANCHOR_CARD);
}

static bool is_ascii(const char *text, size_t len) {
    uint64_t seen = 0;
    for (size_t at = 0; at < len; at += 8) {
        uint64_t eight = 0;
        memcpy(&eight, text + at, len - at < 8 ? len - at : 8);
        seen |= eight;
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* The range that is near a keyword: a match that counts by it ends behind the range's begin and begins before its end.
 * A character has one byte, or four at most. */
static lw_cell_range range_near(const judgement *judged, const lw_cell_range *keyword) {
    lw_slice cell = judged->place->cell;
    size_t before = (size_t)judged->facts->distance + 1;
    size_t behind = before;
    if (before > keyword->begin || !is_ascii(cell.data + keyword->begin - before, before)) {
        before = before * 4 < keyword->begin ? before * 4 : keyword->begin;
    }
    if (behind > cell.len - keyword->end || !is_ascii(cell.data + keyword->end, behind)) {
        behind = behind * 4 < cell.len - keyword->end ? behind * 4 : cell.len - keyword->end;
    }
    return (lw_cell_range){keyword->begin - before, keyword->end + behind};
}

static int compare_ranges(const void *a, const void *b) {
    size_t x = ((const lw_cell_range *)a)->begin;
    size_t y = ((const lw_cell_range *)b)->begin;
    return x < y ? -1 : x > y;
}

/* Ranges stay in order and apart. One that begins earlier than the last is wider: it has that and perhaps others in it.
 */
static lw_status add_near(lw_cell_ranges *near, lw_cell_range range) {
    for (; near->count > 0 && range.begin <= near->items[near->count - 1].end; near->count--) {
        const lw_cell_range *last = &near->items[near->count - 1];
        range.begin = last->begin < range.begin ? last->begin : range.begin;
        range.end = last->end > range.end ? last->end : range.end;
    }
    return add_range(near, range.begin, range.end);
}

/* Where matches may count: beside keywords, and where one begins that needs none. */
static lw_status gather_near(const judgement *judged, const lw_cell_keywords *keywords, lw_cell_ranges *near) {
    lw_proximity proximity = judged->facts->proximity;
    near->count = 0;
    if (proximity == LW_PROXIMITY_AROUND || proximity == LW_PROXIMITY_CONDITIONAL) {
        for (size_t i = 0; i < judged->own->count; i++) {
            lw_cell_range range = range_near(judged, &judged->own->items[i]);
            LW_TRY(add_near(near, range));
        }
    }
    size_t beside = near->count;
    for (size_t i = 0; proximity != LW_PROXIMITY_AROUND && i < keywords->anchor_count; i++) {
        const lw_anchor_cell *anchor = &keywords->anchors[i];
        bool own = anchor->kind == judged->facts->anchor &&
                   (anchor->kind != LW_ANCHOR_IBAN || anchor->identifier == judged->identifier);
        size_t begin = anchor->begin > keywords->early ? anchor->begin - keywords->early : 0;
        if (own && anchor->end > keywords->early) {
            LW_TRY(add_range(near, begin, anchor->end - keywords->early));
        }
    }
    if (beside > 0 && near->count > beside) {
        qsort(near->items, near->count, sizeof *near->items, compare_ranges);
    }
    return LW_OK;
}

/* Parts that are no farther apart are walked as one: a walk costs something to begin. */
#define PART_GAP 64U

/* The part around the ranges from *at on, and all others that reach into it. */
static lw_status next_part(lw_scanner *scanner, judgement *judged, size_t *at) {
    const lw_cell_ranges *near = &scanner->near;
    lw_slice cell = judged->place->cell;
    lw_cell_part part = {near->items[*at].begin, near->items[*at].begin, false};
    for (; *at < near->count && near->items[*at].begin <= part.end + PART_GAP; ++*at) {
        if (near->items[*at].end > part.end) {
            LW_TRY(
                lw_matcher_part(scanner->matcher, judged->identifier, cell, part.begin, near->items[*at].end, &part));
        }
    }
    part.further = judged->part.further;
    judged->part = part;
    judged->strict.state = STRICT_UNKNOWN;
    return LW_OK;
}

/* Text beside a keyword mostly only talks about the thing. */
static bool has_digits(const judgement *judged) {
    const char *text = judged->place->cell.data;
    unsigned wanted = judged->facts->min_digits;
    for (size_t i = judged->part.begin; wanted > 0 && i < judged->part.end; i++) {
        wanted -= (unsigned char)(text[i] - '0') < 10;
    }
    return wanted == 0;
}

/* ---- one cell ---- */

/* A match at the edge of a window is counted once: where it is seen whole. */
static bool counted_here(const lw_place *place, const lw_match *match) {
    return (place->count_from == 0 || match->end >= place->count_from) &&
           !(place->cut && match->end == place->cell.len);
}

/* All matches in the part that count. LW_E_NOT_FOUND: it is done. */
static lw_status judge_part(lw_scanner *scanner, judgement *judged, lw_match_sink sink, uint64_t *count) {
    lw_slice cell = judged->place->cell;
    for (size_t from = judged->part.begin; from <= judged->part.end;) {
        lw_match match;
        LW_TRY(lw_matcher_next_in(scanner->matcher, judged->identifier, cell, &judged->part, from, judged->any_keyword,
                                  &match));
        if (counted_here(judged->place, &match)) {
            /* asked before the matcher is used again */
            lw_match_strength strength = lw_matcher_strength(scanner->matcher);
            int keyword = keyword_of_match(scanner, judged, &match);
            *count += keyword >= 0;
            if (keyword >= 0 && sink != NULL) {
                LW_TRY(sink(scanner, judged->identifier, &match, (uint32_t)keyword, strength));
            }
        }
        from = match.end > match.begin ? match.end : match.end + 1;
    }
    return LW_E_NOT_FOUND;
}

static lw_status judge_parts(lw_scanner *scanner, judgement *judged, const lw_cell_keywords *keywords,
                             lw_match_sink sink, uint64_t *count) {
    if (!has_places(judged, keywords)) {
        judged->part = (lw_cell_part){0, judged->place->cell.len, false};
        return judge_part(scanner, judged, sink, count);
    }
    LW_TRY(gather_near(judged, keywords, &scanner->near));
    lw_status status = LW_E_NOT_FOUND;
    for (size_t at = 0; at < scanner->near.count && status == LW_E_NOT_FOUND;) {
        LW_TRY(next_part(scanner, judged, &at));
        if (has_digits(judged)) {
            status = judge_part(scanner, judged, sink, count);
            judged->part.further = true;
        }
    }
    return status;
}

lw_status lw_judge_each(lw_scanner *scanner, size_t identifier, const lw_place *place, const lw_cell_keywords *keywords,
                        lw_match_sink sink, uint64_t *ret_count) {
    judgement judged = {.identifier = identifier,
                        .facts = lw_identifier_set_at(scanner->set, identifier),
                        .place = place,
                        .near = lw_column_near(scanner, place, identifier)};
    uint64_t count = 0;
    LW_TRY(gather_own(keywords, &scanner->own, &judged));
    judged.any_keyword = judged.near || judged.own->count > 0;
    lw_status status = judge_parts(scanner, &judged, keywords, sink, &count);
    if (status == LW_E_REGEX_LIMIT) {
        scanner->tally->regex_limited = true;
    } else if (status != LW_E_NOT_FOUND) {
        return status;
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
