/* The progress line on standard error. */
#ifndef LW_CLI_PROGRESS_H
#define LW_CLI_PROGRESS_H

#include "jobs/jobs.h"

typedef enum lw_progress_mode { LW_PROGRESS_AUTO, LW_PROGRESS_ALWAYS, LW_PROGRESS_NEVER } lw_progress_mode;

typedef struct lw_progress_line {
    bool on;
    bool terminal;
    unsigned width;
    int64_t drawn_ns; /* elapsed time of the run when the last line was drawn; negative: none yet */
} lw_progress_line;

void lw_progress_begin(lw_progress_line *line, lw_progress_mode mode);
void lw_progress_draw(lw_progress_line *line, const lw_progress *progress);
/* Takes the line off the terminal, so that what is printed next starts clean. */
void lw_progress_end(lw_progress_line *line);
/* The line for a moment of a run, without control characters; pure. last: everything is done. */
lw_status lw_progress_text(const lw_progress *progress, unsigned width, bool last, lw_buf *out) LW_MUST_USE;

#endif
