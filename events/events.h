/* Findings leaving the program: JSON Lines of EventBridge events, discovery results as jsonl.gz. (Rules, patterns and
 * remote targets come with the next issue.) A sink belongs to one thread: the run's writer. */
#ifndef LW_EVENTS_EVENTS_H
#define LW_EVENTS_EVENTS_H

#include <cjson/cJSON.h>

#include "base/base.h"

typedef struct lw_event_sink lw_event_sink;

/* "-" is standard output. A file is written to a temporary name beside it and renamed when closed, so that a reader
 * never sees half a run; append: existing events are kept. */
lw_status lw_event_sink_open(const char *path, lw_event_sink **ret_sink, lw_error *err) LW_MUST_USE;
/* One line. A full disk or closed pipe is a failure, never silence. */
lw_status lw_event_sink_write(lw_event_sink *sink, const cJSON *event, lw_error *err) LW_MUST_USE;
/* Called on close between the temporary file's fsync and its renaming to path; a failure keeps it from being renamed.
 * Not called where there is no temporary file (standard output, pipes). */
void lw_event_sink_before_rename(lw_event_sink *sink,
                                 lw_status (*hook)(void *ctx, const char *temporary, const char *path), void *ctx);
/* Flushes, fsyncs, renames; frees in any case. keep false: the temporary file is removed. */
lw_status lw_event_sink_close(lw_event_sink *sink, bool keep, lw_error *err) LW_MUST_USE;

/* Discovery results: gzip JSON Lines under folder/key (folders are made), same rules. */
typedef struct lw_result_sink lw_result_sink;
lw_status lw_result_sink_open(const char *folder, const char *key, lw_result_sink **ret_sink,
                              lw_error *err) LW_MUST_USE;
lw_status lw_result_sink_write(lw_result_sink *sink, const cJSON *record, lw_error *err) LW_MUST_USE;
lw_status lw_result_sink_close(lw_result_sink *sink, bool keep, lw_error *err) LW_MUST_USE;

#endif
