/* What the function tells CloudWatch Logs: one JSON line a step on standard error. A line never holds a scanned value,
 * a credential or content of the event beyond bucket and key. */
#ifndef LW_LAMBDA_STEP_LOG_H
#define LW_LAMBDA_STEP_LOG_H

#include <cjson/cJSON.h>

#include "base/base.h"

typedef struct lw_step_line {
    const char *level;                            /* "INFO", "WARN", "ERROR" */
    const char *request_id;                       /* NULL: outside of an invocation */
    const char *step;                             /* "start", "invoke", "move", "scan", "answer", ... */
    const char *bucket, *key, *outcome, *message; /* NULL: left out */
    int64_t elapsed_ms;                           /* negative: left out */
    const char *count_name;                       /* NULL: left out */
    uint64_t count;
} lw_step_line;

/* Control characters and line ends in texts are escaped by JSON. Without memory the line is lost: never the work. */
void lw_step_log(const lw_step_line *line);

#endif
