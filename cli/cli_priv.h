/* What the commands share: exit codes, output, signals, AWS flags, moving. */
#ifndef LW_CLI_CLI_PRIV_H
#define LW_CLI_CLI_PRIV_H

#include <cjson/cJSON.h>

#include "cli/options.h"
#include "identifiers/identifiers.h"
#include "store/store.h"

/* A contract, see docs/exit-codes.md. A signal ends with 128 + its number. */
typedef enum lw_exit {
    LW_EXIT_DONE = 0,
    LW_EXIT_FOUND = 1,    /* findings at or over --fail-on */
    LW_EXIT_USAGE = 2,    /* wrong use or configuration */
    LW_EXIT_UNREAD = 3,   /* some objects could not be read */
    LW_EXIT_MOVE = 4,     /* a move was refused or failed */
    LW_EXIT_INTERNAL = 5, /* a fault of ours, no memory, output could not be written */
} lw_exit;

/* The graver of two; a signal is graver than all, then 5, 2, 4, 3, 1, 0. */
int lw_exit_worst(int a, int b);
int lw_exit_of(lw_status status);
/* "lakewarden scan: text" on stderr. Returns the exit code for status. */
int lw_cli_fail(const lw_command *command, lw_status status, const lw_error *err);
void lw_cli_warn(const lw_command *command, const char *format, ...) LW_PRINTF(2, 3);

/* Parses for the command. True: go on. False: end with *ret_code (help was printed, or what is wrong was said). */
bool lw_cli_parse(const lw_command *command, const lw_option_group *groups, size_t group_count, int argc, char **argv,
                  lw_strings *arguments, int *ret_code);
/* Runs the child that argv[0] names, or explains the family. */
int lw_cli_dispatch(const lw_command *command, int argc, char **argv);

/* ---- output ---- */

lw_status lw_cli_write(lw_slice text, lw_error *err) LW_MUST_USE;          /* to stdout, buffered */
lw_status lw_cli_write_json(const cJSON *json, lw_error *err) LW_MUST_USE; /* one line */
lw_status lw_cli_flush(lw_error *err) LW_MUST_USE;
/* Columns of the terminal on that descriptor; 0: it is none. */
unsigned lw_cli_width(int fd);
bool lw_cli_color(int fd); /* a terminal, and NO_COLOR is not set */

/* ---- signals ---- */

/* SIGINT and SIGTERM end the work in order, a second one at once: cancel is called in the handler; NULL: waiting calls
 * return and the command looks at lw_cli_signal. SIGPIPE becomes a write error. */
void lw_cli_catch_signals(void (*cancel)(void));
int lw_cli_signal(void); /* the number of the signal that came, else 0 */

/* ---- options that several commands have ---- */

typedef struct lw_common_flags {
    bool debug;
} lw_common_flags;

typedef struct lw_aws_flags {
    const char *endpoint_url, *region, *profile, *ca_bundle;
    int signature_version, addressing_style;
    bool no_sign_request, no_verify_ssl, allow_plain_http;
    int64_t connect_timeout_ms, read_timeout_ms;
} lw_aws_flags;

lw_option_group lw_common_group(lw_common_flags *flags);
lw_option_group lw_aws_group(lw_aws_flags *flags);
lw_store_options lw_aws_store_options(const lw_aws_flags *flags);

extern const char lw_severity_choices[]; /* "high|medium|low" */
lw_severity lw_severity_of_choice(int choice);

/* ---- commands ---- */

extern const lw_command lw_command_scan, lw_command_move, lw_command_identifiers, lw_command_records,
    lw_command_version;

#endif
