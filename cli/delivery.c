/* The outbox is emptied in this order:
 *
 *   events    to the file (exactly once: the state notes the temporary file before it is renamed) and to standard
 * output (at least once: what a killed run had printed is printed again) results   discovery results, a file of this
 * run (at least once) isolate   only then, so that whatever happens to a move, the finding that asked for it can be
 * read
 *
 * A step that fails leaves its part in the outbox, and the later steps still run where they do not need it.
 */
#include "cli/delivery.h"

#include <stdlib.h>
#include <string.h>

typedef struct work {
    const lw_delivery *delivery;
    lw_error err;
    int code;
} work;

static lw_status parse(lw_slice json, cJSON **ret_document) {
    *ret_document = cJSON_ParseWithLength(json.data, json.len);
    return *ret_document == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status write_event(void *ctx, lw_slice json, bool *ret_settled) {
    work *w = ctx;
    cJSON *event = NULL;
    (void)ret_settled;
    LW_TRY(parse(json, &event));
    lw_status status = LW_OK;
    if (w->delivery->events != NULL) {
        status = lw_event_sink_write(w->delivery->events, event, &w->err);
    }
    if (status == LW_OK && w->delivery->print) {
        status = lw_cli_write_json(event, &w->err);
    }
    cJSON_Delete(event);
    return status;
}

static lw_status write_result(void *ctx, lw_slice json, bool *ret_settled) {
    work *w = ctx;
    cJSON *record = NULL;
    (void)ret_settled;
    LW_TRY(parse(json, &record));
    lw_status status = lw_result_sink_write(w->delivery->results, record, &w->err);
    cJSON_Delete(record);
    return status;
}

static lw_status note_publishing(void *ctx, const char *temporary, const char *path) {
    work *w = ctx;
    return lw_state_publishing(w->delivery->state, temporary, path, &w->err);
}

static lw_status deliver_events(work *w) {
    const lw_delivery *delivery = w->delivery;
    if (delivery->events != NULL) {
        lw_event_sink_before_rename(delivery->events, note_publishing, w);
    }
    lw_status status = lw_state_unwritten(delivery->state, LW_OUTBOX_EVENTS, write_event, w, &w->err);
    if (status == LW_OK && delivery->print) {
        status = lw_cli_flush(&w->err);
    }
    lw_error close_err = {0};
    lw_status closed = lw_event_sink_close(delivery->events, status == LW_OK, &close_err);
    if (status == LW_OK && closed != LW_OK) {
        w->err = w->err.text[0] != '\0' ? w->err : close_err;
        status = closed;
    }
    return status == LW_OK ? lw_state_written(delivery->state, LW_OUTBOX_EVENTS, &w->err) : status;
}

static lw_status deliver_results(work *w) {
    const lw_delivery *delivery = w->delivery;
    if (delivery->results == NULL) {
        return LW_OK;
    }
    lw_status status = lw_state_unwritten(delivery->state, LW_OUTBOX_RESULTS, write_result, w, &w->err);
    lw_error close_err = {0};
    lw_status closed = lw_result_sink_close(delivery->results, status == LW_OK, &close_err);
    if (status == LW_OK && closed != LW_OK) {
        w->err = close_err;
        status = closed;
    }
    return status == LW_OK ? lw_state_written(delivery->state, LW_OUTBOX_RESULTS, &w->err) : status;
}

/* Settled when it is isolated, or when there is nothing (or another object) to isolate any more. */
static lw_status isolate_event(void *ctx, lw_slice json, bool *ret_settled) {
    work *w = ctx;
    const lw_delivery *delivery = w->delivery;
    lw_isolation how = {delivery->least, delivery->print, delivery->command};
    lw_move_outcome outcome = LW_MOVE_FAILED;
    bool tried = false;
    if (lw_cli_signal() != 0) {
        return LW_E_CANCELLED;
    }
    lw_status status = lw_isolator_event(delivery->isolator, &how, json, &tried, &outcome, &w->err);
    if (status == LW_E_PARSE) {
        return LW_E_INTERNAL; /* an event of ours that our own reader refuses */
    }
    if (status == LW_OK && tried && lw_move_outcome_failed(outcome)) {
        w->code = lw_exit_worst(w->code, LW_EXIT_MOVE);
    } else if (status == LW_OK) {
        *ret_settled = true;
        if (lw_move_outcome_isolated(outcome) && delivery->on_isolated != NULL) {
            delivery->on_isolated(delivery->ctx, json);
        }
    }
    return status;
}

static lw_status deliver_moves(work *w) {
    const lw_delivery *delivery = w->delivery;
    return delivery->isolator == NULL ? LW_OK
                                      : lw_state_isolate(delivery->state, delivery->least, isolate_event, w, &w->err);
}

static lw_status clean(work *w) {
    return lw_state_clean(w->delivery->state, w->delivery->isolator != NULL, w->delivery->least, &w->err);
}

int lw_deliver(const lw_delivery *delivery) {
    static lw_status (*const steps[])(work *) = {deliver_events, deliver_results, deliver_moves, clean};
    work w = {.delivery = delivery};
    bool failed = false;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        /* Nothing is moved whose finding could not be written. */
        if (failed && steps[i] == deliver_moves) {
            continue;
        }
        w.err = (lw_error){0};
        lw_status status = steps[i](&w);
        if (status != LW_OK) {
            int code = lw_cli_fail(delivery->command, status, &w.err);
            w.code = lw_exit_worst(w.code, status == LW_E_CANCELLED ? code : LW_EXIT_INTERNAL);
            failed = true;
        }
    }
    return w.code;
}
