/* Moving what findings name to the isolation bucket; for scan --isolate and for move. */
#ifndef LW_CLI_ISOLATE_H
#define LW_CLI_ISOLATE_H

#include "cli/cli_priv.h"
#include "mover/mover.h"

typedef struct lw_isolation_options {
    const char *url; /* s3://bucket[/prefix] or a folder */
    lw_store_options s3;
    bool best_effort_delete, purge_version, dry_run;
} lw_isolation_options;

typedef struct lw_isolator lw_isolator;

/* Opens the target; sends no request. */
lw_status lw_isolator_new(const lw_isolation_options *options, lw_isolator **ret_isolator, lw_error *err) LW_MUST_USE;
void lw_isolator_free(lw_isolator *isolator);

/* Can objects of this SOURCE of a scan be moved there? Refuses one in another store than the target, and the target
 * itself: better now than after hours of scanning. */
lw_status lw_isolator_check_source(const lw_isolator *isolator, const char *source, lw_error *err) LW_MUST_USE;

/* One event. Not moved when its severity is less than least: *ret_outcome untouched and false in *ret_tried. Prints the
 * result as a JSON line when print is set; says on stderr why something was not isolated. LW_E_PARSE: no finding event
 * (nothing is printed). Other failures: memory or output. */
typedef struct lw_isolation {
    lw_severity least;
    bool print;
    const lw_command *command;
} lw_isolation;

lw_status lw_isolator_event(lw_isolator *isolator, const lw_isolation *how, lw_slice json, bool *ret_tried,
                            lw_move_outcome *ret_outcome, lw_error *err) LW_MUST_USE;

#endif
