/* Claims: one value, one meaning. Where several managed identifiers fit the same characters, one of them is meant;
 * which one is decided by, in this order (docs/matching.md, 7):
 *
 *   0. the whole before its parts, where its check digit is right
 *   1. the keyword: in the column's name before in the cell before none
 *   2. the check: a right check digit before a rule (ranges, dates) before the form alone
 *   3. clarity: a column named after the identifier before one with a keyword of its own before a shared one
 *   4. the column: the identifier that more of the preview's cells fit
 *   5. specificity: the pattern that fewer texts fit
 *   6. the prior of the catalogue, then the order of the identifiers
 *
 * Nearly all cells are claimed once. They are told by a bit a cell; only cells claimed twice are looked at again, match
 * by match. Custom identifiers, names and addresses take no part.
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

void lw_claims_done(lw_claims *claims) {
    free(claims->items);
    free(claims->seen);
    free(claims->twice);
    free(claims->matches);
}

lw_status lw_claims_add(lw_claims *claims, lw_claim claim) {
    if (claims->count == claims->cap) {
        size_t cap = claims->cap == 0 ? 256 : claims->cap * 2;
        lw_claim *grown = realloc(claims->items, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        claims->items = grown;
        claims->cap = cap;
    }
    claims->items[claims->count++] = claim;
    return LW_OK;
}

static uint32_t cell_of_claim(const lw_scanner *scanner, const lw_claim *claim) {
    uint32_t index = claim->column - (claim->record == 0 ? scanner->block->first_column : 0);
    return scanner->block->record_cell[claim->record] + index;
}

/* ---- which cells are claimed twice ---- */

static lw_status mark_cells(lw_scanner *scanner) {
    lw_claims *claims = &scanner->claims;
    size_t words = scanner->block->cell_count / 64 + 1;
    if (words > claims->words) {
        free(claims->seen);
        free(claims->twice);
        claims->words = words + words / 2;
        claims->seen = malloc(claims->words * sizeof *claims->seen);
        claims->twice = malloc(claims->words * sizeof *claims->twice);
        if (claims->seen == NULL || claims->twice == NULL) {
            claims->words = 0;
            return LW_E_MEMORY;
        }
    }
    memset(claims->seen, 0, words * sizeof *claims->seen);
    memset(claims->twice, 0, words * sizeof *claims->twice);
    for (size_t i = 0; i < claims->count; i++) {
        uint32_t cell = cell_of_claim(scanner, &claims->items[i]);
        uint64_t bit = UINT64_C(1) << (cell % 64);
        claims->twice[cell / 64] |= claims->seen[cell / 64] & bit;
        claims->seen[cell / 64] |= bit;
    }
    return LW_OK;
}

static bool claimed_twice(const lw_scanner *scanner, const lw_claim *claim) {
    uint32_t cell = cell_of_claim(scanner, claim);
    return (scanner->claims.twice[cell / 64] >> (cell % 64)) & 1U;
}

/* ---- the matches of one cell ---- */

static const lw_column_run *run_of(const lw_scanner *scanner, uint32_t column, size_t identifier) {
    const lw_column_plan *plan = lw_column_plan_of(scanner->plan, column);
    for (uint32_t i = 0; i < plan->run_count; i++) {
        if (plan->runs[i].identifier == identifier && plan->runs[i].near) {
            return &plan->runs[i];
        }
    }
    return NULL;
}

static lw_status gather_match(lw_scanner *scanner, size_t identifier, const lw_match *match, uint32_t keyword,
                              lw_match_strength strength) {
    lw_claims *claims = &scanner->claims;
    if (claims->match_count == claims->match_cap) {
        size_t cap = claims->match_cap == 0 ? 64 : claims->match_cap * 2;
        lw_claimed *grown = realloc(claims->matches, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        claims->matches = grown;
        claims->match_cap = cap;
    }
    claims->matches[claims->match_count++] =
        (lw_claimed){.begin = (uint32_t)match->begin,
                     .end = (uint32_t)match->end,
                     .identifier = (uint32_t)identifier,
                     .keyword = keyword,
                     .evidence = strength.evidence,
                     .specificity = strength.specificity,
                     .prior = lw_identifier_set_at(scanner->set, identifier)->prior};
    return LW_OK;
}

/* All matches of the identifiers that claim the cell, with what decides between them. */
static lw_status gather_cell(lw_scanner *scanner, const lw_claim *claims, size_t count) {
    const lw_claim *first = &claims[0];
    uint32_t index = first->column - (first->record == 0 ? scanner->block->first_column : 0);
    lw_place place = lw_place_at(scanner, first->record, index);
    lw_cell_keywords keywords = {0};
    LW_TRY(lw_matcher_keywords(scanner->matcher, place.cell, NULL, &keywords.items, &keywords.count));
    lw_take_anchors(scanner, &place, cell_of_claim(scanner, first), &keywords);
    scanner->claims.match_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t from = scanner->claims.match_count;
        uint64_t found = 0;
        LW_TRY(lw_judge_each(scanner, claims[i].identifier, &place, &keywords, gather_match, &found));
        const lw_column_run *run = run_of(scanner, first->column, claims[i].identifier);
        for (size_t k = from; run != NULL && k < scanner->claims.match_count; k++) {
            scanner->claims.matches[k].clarity = run->clarity;
            scanner->claims.matches[k].share = run->share;
        }
    }
    return LW_OK;
}

static int by_number(uint32_t a, uint32_t b) { /* the larger first */
    return a > b ? -1 : a < b;
}

/* The one that is meant first. */
static int compare_strength(const void *a, const void *b) {
    const lw_claimed *x = a;
    const lw_claimed *y = b;
    const int orders[] = {by_number(x->keyword, y->keyword),         by_number(x->evidence, y->evidence),
                          by_number(x->clarity, y->clarity),         by_number(x->share, y->share),
                          by_number(x->specificity, y->specificity), by_number(x->prior, y->prior),
                          by_number(y->identifier, x->identifier),   by_number(y->begin, x->begin)};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i] != 0) {
            return orders[i];
        }
    }
    return 0;
}

#define CHECK_DIGIT 2U

/* Is b only a part of a, whose check digit is right? An account number within an IBAN is no value of its own. */
static bool contains(const lw_claimed *a, const lw_claimed *b) {
    return a->evidence == CHECK_DIGIT && a->identifier != b->identifier && a->begin <= b->begin && a->end >= b->end &&
           a->end - a->begin > b->end - b->begin;
}

static void drop_parts(lw_claims *claims) {
    for (size_t i = 0; i < claims->match_count; i++) {
        for (size_t k = 0; k < claims->match_count; k++) {
            claims->matches[k].dropped |= contains(&claims->matches[i], &claims->matches[k]);
        }
    }
}

static void drop_overlaps(lw_claims *claims) {
    for (size_t i = 1; i < claims->match_count; i++) {
        lw_claimed *match = &claims->matches[i];
        for (size_t k = 0; k < i && !match->dropped; k++) {
            const lw_claimed *stronger = &claims->matches[k];
            match->dropped = !stronger->dropped && stronger->identifier != match->identifier &&
                             stronger->begin < match->end && match->begin < stronger->end;
        }
    }
}

/* A cell may have very many matches; then it is no value with several meanings, and the work must stay bounded. */
#define MATCHES_MAX 512U

static lw_status settle_cell(lw_scanner *scanner, const lw_claim *claims, size_t count) {
    LW_TRY(gather_cell(scanner, claims, count));
    lw_claims *all = &scanner->claims;
    if (all->match_count > 1 && all->match_count <= MATCHES_MAX) {
        qsort(all->matches, all->match_count, sizeof *all->matches, compare_strength);
        drop_parts(all);
        drop_overlaps(all);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t left = 0;
        for (size_t k = 0; k < all->match_count; k++) {
            left += all->matches[k].identifier == claims[i].identifier && !all->matches[k].dropped;
        }
        if (left > 0) {
            LW_TRY(lw_scanner_count(scanner, claims[i].identifier, claims[i].record, claims[i].column, left));
        }
    }
    return LW_OK;
}

/* ---- the block ---- */

static int compare_claims(const void *a, const void *b) {
    const lw_claim *x = a;
    const lw_claim *y = b;
    const int orders[] = {by_number(y->record, x->record), by_number(y->column, x->column),
                          by_number(y->identifier, x->identifier)};
    return orders[0] != 0 ? orders[0] : orders[1] != 0 ? orders[1] : orders[2];
}

/* Cells claimed once count; the others are left at the front of the list. */
static lw_status count_single(lw_scanner *scanner) {
    lw_claims *claims = &scanner->claims;
    size_t kept = 0;
    for (size_t i = 0; i < claims->count; i++) {
        lw_claim claim = claims->items[i];
        if (claimed_twice(scanner, &claim)) {
            claims->items[kept++] = claim;
        } else {
            LW_TRY(lw_scanner_count(scanner, claim.identifier, claim.record, claim.column, claim.count));
        }
    }
    claims->count = kept;
    return LW_OK;
}

lw_status lw_claims_settle(lw_scanner *scanner) {
    lw_claims *claims = &scanner->claims;
    lw_status status = LW_OK;
    if (claims->count == 0) {
        return LW_OK;
    }
    status = mark_cells(scanner);
    if (status == LW_OK) {
        status = count_single(scanner);
    }
    if (claims->count > 1) {
        qsort(claims->items, claims->count, sizeof *claims->items, compare_claims);
    }
    for (size_t i = 0; i < claims->count && status == LW_OK;) {
        size_t past = i + 1;
        while (past < claims->count && claims->items[past].record == claims->items[i].record &&
               claims->items[past].column == claims->items[i].column) {
            past++;
        }
        status = settle_cell(scanner, &claims->items[i], past - i);
        i = past;
    }
    claims->count = 0;
    return status;
}
