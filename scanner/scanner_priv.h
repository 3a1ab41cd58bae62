/* Shared inside scanner/. */
#ifndef LW_SCANNER_SCANNER_PRIV_H
#define LW_SCANNER_SCANNER_PRIV_H

#include "scanner/scanner.h"

/* Room for extra more locations. */
lw_status lw_detection_reserve(lw_detection *detection, uint32_t extra) LW_MUST_USE;
/* Locations in reading order, at most LW_LOCATIONS_MAX of them. */
void lw_detection_settle(lw_detection *detection);

/* An identifier to run over a whole column. */
typedef struct lw_column_run {
    uint16_t identifier;
    bool near; /* its keyword is in the column's name */
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
    uint32_t column_count;
    lw_column_plan *columns;
    lw_column_plan other; /* for columns behind the last one of the preview */
    lw_column_run *runs;  /* of all columns */
    lw_slice *names;      /* borrowed from names_text */
    char *names_text;
    lw_record_rule rules[LW_RULES_MAX];
    size_t rule_count;
};

#endif
