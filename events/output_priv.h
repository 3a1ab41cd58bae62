/* Bytes on their way out of the program: one buffered writer for both sinks. */
#ifndef LW_EVENTS_OUTPUT_PRIV_H
#define LW_EVENTS_OUTPUT_PRIV_H

#include "base/base.h"

typedef struct lw_output lw_output;

typedef enum lw_output_mode {
    LW_OUTPUT_APPEND, /* what the file holds at the time of closing stays in front */
    LW_OUTPUT_REPLACE
} lw_output_mode;

/* path "-": standard output, as is. An existing path that is no regular file (terminal, pipe, device) is written
 * directly. Anything else goes to a new file beside it. what: "event file", for messages. */
lw_status lw_output_open(const char *path, const char *what, lw_output_mode mode, lw_output **ret_output,
                         lw_error *err) LW_MUST_USE;
/* After a failure every later call fails the same way. */
lw_status lw_output_write(lw_output *output, lw_slice data, lw_error *err) LW_MUST_USE;
/* Hands what is buffered to the system if someone may be reading along (no temporary file). */
lw_status lw_output_line_done(lw_output *output, lw_error *err) LW_MUST_USE;
/* Called on close when the temporary file is whole and durable, just before it is renamed to path; a failure of it
 * keeps the file from being renamed. */
typedef lw_status (*lw_output_hook)(void *ctx, const char *temporary, const char *path);
void lw_output_before_rename(lw_output *output, lw_output_hook hook, void *ctx);
/* keep: flush, fsync, rename, fsync of the folder. Frees in any case; nothing is left behind unless all went well. */
lw_status lw_output_close(lw_output *output, bool keep, lw_error *err) LW_MUST_USE;

#endif
