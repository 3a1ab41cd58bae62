/* One object's records to matches: column plan, proximity, positions, tallies. No I/O, no threads of its own.
 *
 * The plan is made once from the preview and shared; a scanner is one thread's working memory; a tally holds what one
 * block gave. Tallies merged in block order give the same result for every block size and thread count.
 */
#ifndef LW_SCANNER_SCANNER_H
#define LW_SCANNER_SCANNER_H

#include "identifiers/identifiers.h"
#include "records/records.h"

#define LW_LOCATIONS_MAX 1000U /* located occurrences kept per identifier: Macie's limit for discovery results */

typedef struct lw_location_cell {
    uint64_t row;    /* 1-based record number, header included */
    uint32_t column; /* 1-based */
} lw_location_cell;

typedef struct lw_detection {
    uint64_t count;              /* all matches, exact (NAME and ADDRESS: up to their cap) */
    lw_location_cell *locations; /* one per matching cell, by row then column, the first LW_LOCATIONS_MAX; rows count
                                    from 1 within the object, but from 0 within a block that is not merged yet */
    uint32_t location_count;
    uint32_t location_cap;
    uint64_t cells; /* cells (or rows) with a match */
} lw_detection;

typedef struct lw_tally {
    size_t identifier_count;
    lw_detection *detections; /* by index in the identifier set */
    uint64_t rows;
    bool regex_limited; /* a cell could not be judged within its work limit: the object is PARTIAL */
} lw_tally;

lw_status lw_tally_new(size_t identifier_count, lw_tally **ret_tally) LW_MUST_USE;
void lw_tally_free(lw_tally *tally);
void lw_tally_reset(lw_tally *tally);
/* Adds what a later block gave. Call in block order. */
lw_status lw_tally_merge(lw_tally *into, const lw_tally *block) LW_MUST_USE;
/* After the last merge: applies caps per file (NAME, ADDRESS). */
void lw_tally_finish(lw_tally *tally, const lw_identifier_set *set);

typedef struct lw_plan lw_plan;
lw_status lw_plan_new(const lw_identifier_set *set, const lw_preview *preview, lw_plan **ret_plan) LW_MUST_USE;
void lw_plan_free(lw_plan *plan);
size_t lw_plan_column_count(const lw_plan *plan);
lw_slice lw_plan_column_name(const lw_plan *plan, size_t column); /* empty without a header; 0-based */
/* A column's name is itself sensitive (it matches an identifier): reports must not print it. */
bool lw_plan_column_name_sensitive(const lw_plan *plan, size_t column);

/* Tells the plan what all blocks from the first one to some place gave, merged in order: rules whose identifier has
 * reached its most per file (NAME, ADDRESS) are not asked any more, and of an identifier that has LW_LOCATIONS_MAX of
 * them no more locations are kept. Changes no result. From any thread. */
void lw_plan_note_counted(lw_plan *plan, const lw_tally *counted);

typedef struct lw_scanner lw_scanner;
lw_status lw_scanner_new(const lw_identifier_set *set, lw_scanner **ret_scanner) LW_MUST_USE;
void lw_scanner_free(lw_scanner *scanner); /* wipes */

/* Matches one block into an empty tally. */
/* As lw_plan_new for the scanner's set, with what the scanner has compiled already: the way for many small objects. */
lw_status lw_scanner_plan(lw_scanner *scanner, const lw_preview *preview, lw_plan **ret_plan) LW_MUST_USE;
lw_status lw_scanner_block(lw_scanner *scanner, const lw_plan *plan, const lw_block *block,
                           lw_tally *tally) LW_MUST_USE;

#endif
