#include "lambda/step_log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool add_text(cJSON *object, const char *name, const char *text) {
    return text == NULL || cJSON_AddStringToObject(object, name, text) != NULL;
}

static char *line_text(const lw_step_line *line) {
    char time[LW_TIME_TEXT_SIZE];
    lw_time_format(lw_clock_wall_ms(), time);
    cJSON *object = cJSON_CreateObject();
    bool made = object != NULL && add_text(object, "time", time) && add_text(object, "level", line->level) &&
                add_text(object, "requestId", line->request_id) &&
                add_text(object, "traceId", line->request_id == NULL ? NULL : getenv("_X_AMZN_TRACE_ID")) &&
                add_text(object, "step", line->step) && add_text(object, "bucket", line->bucket) &&
                add_text(object, "key", line->key) && add_text(object, "outcome", line->outcome) &&
                add_text(object, "message", line->message);
    if (made && line->count_name != NULL) {
        made = cJSON_AddNumberToObject(object, line->count_name, (double)line->count) != NULL;
    }
    if (made && line->elapsed_ms >= 0) {
        made = cJSON_AddNumberToObject(object, "elapsedMs", (double)line->elapsed_ms) != NULL;
    }
    char *text = made ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    return text;
}

void lw_step_log(const lw_step_line *line) {
    lw_buf out;
    char *text = line_text(line);
    if (text == NULL) {
        return;
    }
    lw_buf_init(&out, (size_t)64 * 1024);
    if (lw_buf_append_text(&out, text) == LW_OK && lw_buf_append_char(&out, '\n') == LW_OK) {
        /* One write a line: lines of several threads do not mix. What the log does not take is lost. */
        ssize_t written = write(STDERR_FILENO, out.data, out.len);
        (void)written;
    }
    lw_buf_done(&out);
    cJSON_free(text);
}
