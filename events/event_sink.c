/* Events as JSON Lines: one compact document a line, nothing else. A line is whole or not there: JSON escapes every
 * line break, and a reader of a pipe gets each line as soon as it is written.
 */
#include <stdlib.h>
#include <string.h>

#include "events/events.h"
#include "events/output_priv.h"

struct lw_event_sink {
    lw_output *output;
    bool failed; /* an event is missing: the file must not be taken for whole */
};

lw_status lw_event_sink_open(const char *path, lw_event_sink **ret_sink, lw_error *err) {
    lw_event_sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open event file '%s': out of memory", path);
    }
    lw_status status = lw_output_open(path, "event file", LW_OUTPUT_APPEND, &sink->output, err);
    if (status != LW_OK) {
        free(sink);
        return status;
    }
    *ret_sink = sink;
    return LW_OK;
}

lw_status lw_event_sink_write(lw_event_sink *sink, const cJSON *event, lw_error *err) {
    char *text = cJSON_PrintUnformatted(event);
    if (text == NULL) {
        sink->failed = true;
        return lw_fail(err, LW_E_MEMORY, "write an event: out of memory");
    }
    lw_status status = lw_output_write(sink->output, lw_slice_from(text), err);
    status = status == LW_OK ? lw_output_write(sink->output, LW_SLICE_LITERAL("\n"), err) : status;
    status = status == LW_OK ? lw_output_line_done(sink->output, err) : status;
    sink->failed = sink->failed || status != LW_OK;
    cJSON_free(text);
    return status;
}

void lw_event_sink_before_rename(lw_event_sink *sink,
                                 lw_status (*hook)(void *ctx, const char *temporary, const char *path), void *ctx) {
    lw_output_before_rename(sink->output, hook, ctx);
}

lw_status lw_event_sink_close(lw_event_sink *sink, bool keep, lw_error *err) {
    if (sink == NULL) {
        return LW_OK;
    }
    bool missing = keep && sink->failed;
    lw_status status = lw_output_close(sink->output, keep && !missing, err);
    if (missing && status == LW_OK) {
        status = err != NULL && err->code != LW_OK ? err->code
                                                   : lw_fail(err, LW_E_IO, "finish events: an earlier write failed");
    }
    free(sink);
    return status;
}
