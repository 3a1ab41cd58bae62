/* Findings on their way from the state's outbox to where the user wants them. */
#ifndef LW_CLI_DELIVERY_H
#define LW_CLI_DELIVERY_H

#include "cli/isolate.h"
#include "events/events.h"
#include "jobs/state.h"

typedef struct lw_delivery {
    lw_state *state;
    const lw_command *command;
    lw_event_sink *events;   /* NULL: none. Closed in any case */
    lw_result_sink *results; /* NULL: none. Closed in any case */
    bool print;              /* events as JSON lines on standard output */
    lw_isolator *isolator;   /* NULL: nothing is isolated */
    lw_severity least;       /* what is isolated */
    void (*on_isolated)(void *ctx, lw_slice event);
    void *ctx;
} lw_delivery;

/* Says what failed; returns the exit code. What could not be delivered waits for the next run. */
int lw_deliver(const lw_delivery *delivery);

#endif
