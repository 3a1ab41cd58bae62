/* Shared inside scanner/. */
#ifndef LW_SCANNER_SCANNER_PRIV_H
#define LW_SCANNER_SCANNER_PRIV_H

#include "scanner/scanner.h"

#include <stdatomic.h>

/* Room for extra more locations. */
lw_status lw_detection_reserve(lw_detection *detection, uint32_t extra) LW_MUST_USE;
/* Locations in reading order, at most LW_LOCATIONS_MAX of them. */
void lw_detection_settle(lw_detection *detection);

#include "scanner/search_priv.h"
#include "scanner/sieve_priv.h"

/* An identifier to run over a whole column. */
typedef struct lw_column_run {
    uint16_t identifier;
    bool near;       /* its keyword is in the column's name */
    uint8_t clarity; /* how clearly, see lw_identifier_set_column_clarity; both only where several are near */
    uint8_t share;   /* eighths of the preview's cells that hold a match */
} lw_column_run;

typedef struct lw_column_plan {
    lw_identifier_bits near;
    lw_column_run *runs;
    uint32_t run_count;
    bool name_sensitive;
} lw_column_plan;

#define LW_RULES_MAX 32U

struct lw_plan {
    const lw_identifier_set *set;
    bool header;
    bool lines;    /* plain text: a cell is a line */
    bool keep_all; /* where several identifiers fit the same value, all of them count */
    uint32_t column_count;
    lw_column_plan *columns;
    lw_column_plan other; /* for columns behind the last one of the preview */
    lw_column_run *runs;  /* of all columns */
    lw_slice *names;      /* borrowed from names_text */
    char *names_text;
    lw_record_rule rules[LW_RULES_MAX];
    atomic_bool rule_full[LW_RULES_MAX]; /* its identifier has reached its most per file; read by all threads */
    size_t rule_count;
    atomic_bool *located; /* by identifier: the object has LW_LOCATIONS_MAX of its cells; read by all threads */
};

/* May a cell that holds this identifier still be among the first LW_LOCATIONS_MAX? */
static inline bool lw_plan_wants_locations(const lw_plan *plan, size_t identifier) {
    return !atomic_load_explicit(&plan->located[identifier], memory_order_relaxed);
}

/* ---- the scanner ---- */

#define RULE_COLUMNS LW_RULE_COLUMNS_MAX

/* A cell's place in the block, and what to know about it. */
typedef struct lw_place {
    uint32_t record, index; /* index within the record as the block has it */
    uint32_t column;        /* absolute */
    lw_slice cell;
    size_t count_from; /* matches that end before this offset were counted with the previous block */
    bool cut;          /* a match that touches the end may go on in the next block: it counts there */
} lw_place;

/* The keywords that stand in a cell, of any identifier, in the order of their beginnings; offsets in the cell. */
typedef struct lw_cell_keywords {
    const lw_keyword_place *items;
    size_t count;
    bool anchors_known;
    const lw_anchor_cell *anchors; /* of the cell, in order; their places, less `early`, are offsets in the cell */
    size_t anchor_count, early;
} lw_cell_keywords;

/* A range of a cell's bytes. */
typedef struct lw_cell_range {
    size_t begin, end;
} lw_cell_range;

typedef struct lw_cell_ranges {
    lw_cell_range *items;
    size_t count, cap;
} lw_cell_ranges;

/* Finding single cells in which something may stand (candidates.c). */
typedef struct lw_candidates {
    lw_search *search; /* of literals, NULL: there are none */
    lw_search_run run_search;
    lw_sieve sieve;
    lw_sieve_run run_sieve;
    lw_identifier_bits anchored[LW_ANCHOR_CARD + 1]; /* by lw_anchor */
    lw_hits hits;                                    /* of literals */
    lw_keyword_place *keywords;                      /* of one cell */
    size_t keyword_count, keyword_cap;
    lw_known known;
    bool by_text;     /* of the cell under judgement nothing came so far, nor would in another place */
    uint64_t *judged; /* (identifier, cell) that the runs have to leave out */
    size_t judged_count, judged_cap;
} lw_candidates;

/* What a managed identifier found in one cell. */
typedef struct lw_claim {
    uint32_t record, column, identifier, count;
} lw_claim;

/* One match, with all that decides between identifiers. */
typedef struct lw_claimed {
    uint32_t begin, end, identifier;
    uint32_t keyword; /* 2 in the column's name, 1 in the cell, 0 none */
    uint32_t evidence, clarity, share, specificity, prior;
    bool dropped;
} lw_claimed;

typedef struct lw_claims {
    lw_claim *items;
    size_t count, cap;
    uint64_t *seen, *twice; /* by cell of the block */
    size_t words;
    lw_claimed *matches; /* of one cell */
    size_t match_count, match_cap;
} lw_claims;

struct lw_scanner {
    const lw_identifier_set *set;
    lw_matcher *matcher;
    lw_candidates candidates;
    lw_claims claims;
    lw_cell_ranges own;  /* keywords of the identifier under judgement, in the order of their beginnings */
    lw_cell_ranges near; /* where its matches may count */
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

/* ---- plan.c ---- */

/* matcher: of the set; NULL: one is made where it is needed. */
lw_status lw_plan_make(const lw_identifier_set *set, const lw_preview *preview, lw_matcher *matcher,
                       lw_plan **ret_plan) LW_MUST_USE;

/* ---- scanner.c ---- */

/* Adds to the tally. */
lw_status lw_scanner_count(lw_scanner *scanner, size_t identifier, uint32_t record, uint32_t column,
                           uint64_t count) LW_MUST_USE;
/* Adds to the tally, or to the claims where another identifier may mean the same value. */
lw_status lw_scanner_found(lw_scanner *scanner, size_t identifier, uint32_t record, uint32_t column,
                           uint64_t count) LW_MUST_USE;

/* ---- judge.c ---- */

uint32_t lw_first_data_record(const lw_scanner *scanner);
bool lw_cell_continues(const lw_block *block, uint32_t record, uint32_t index);
bool lw_cell_is_cut(const lw_block *block, uint32_t record, uint32_t index);
lw_place lw_place_at(const lw_scanner *scanner, uint32_t record, uint32_t index);
const lw_column_plan *lw_column_plan_of(const lw_plan *plan, uint32_t column);
/* Is the keyword of the column's name near this cell? Not for the header itself. */
bool lw_column_near(const lw_scanner *scanner, const lw_place *place, size_t identifier);

/* A match that counts; keyword: 2 in the column's name, 1 in the cell, 0 none. */
typedef lw_status (*lw_match_sink)(lw_scanner *scanner, size_t identifier, const lw_match *match, uint32_t keyword,
                                   lw_match_strength strength);
/* All matches of one identifier in a cell that count, told to sink in order. */
lw_status lw_judge_each(lw_scanner *scanner, size_t identifier, const lw_place *place, const lw_cell_keywords *keywords,
                        lw_match_sink sink, uint64_t *ret_count) LW_MUST_USE;
/* The same, and what is found goes to lw_scanner_found. */
lw_status lw_judge(lw_scanner *scanner, size_t identifier, const lw_place *place,
                   const lw_cell_keywords *keywords) LW_MUST_USE;

/* ---- candidates.c ---- */

void lw_candidates_init(lw_candidates *candidates, const lw_identifier_set *set);
void lw_candidates_done(lw_candidates *candidates);
lw_status lw_scan_candidates(lw_scanner *scanner) LW_MUST_USE;
/* What the sieve saw in a cell of the block, for lw_judge_each; also when all cells are judged. */
void lw_take_anchors(const lw_scanner *scanner, const lw_place *place, uint32_t cell, lw_cell_keywords *keywords);
/* Was the cell judged there for an identifier that runs over columns too? cell: index in the block. */
bool lw_was_judged(const lw_scanner *scanner, size_t identifier, uint32_t cell);

/* ---- claims.c ---- */

void lw_claims_done(lw_claims *claims);
lw_status lw_claims_add(lw_claims *claims, lw_claim claim) LW_MUST_USE;
/* Decides between identifiers that claim the same value, and adds all that is left to the tally. */
lw_status lw_claims_settle(lw_scanner *scanner) LW_MUST_USE;

#endif
