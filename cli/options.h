/* Argument tables: what a command takes, said once, for the parser and for --help.
 *
 * A table entry points into a plain struct by offset; parsing fills the struct, nothing else. Forms: --flag,
 * --name value, --name=value; "--" ends the options; "-" is an argument. A value that begins with "--" must be given
 * with "=". The last of two wins, except for lists. Every error names the option, what was given and what is right.
 */
#ifndef LW_CLI_OPTIONS_H
#define LW_CLI_OPTIONS_H

#include "base/base.h"

typedef enum lw_option_kind {
    LW_OPTION_SWITCH,     /* bool: set to true */
    LW_OPTION_SWITCH_OFF, /* bool: set to false */
    LW_OPTION_TEXT,       /* const char *, borrowed from argv; not empty */
    LW_OPTION_ANY_TEXT,   /* the same, may be empty */
    LW_OPTION_DIGITS,     /* const char *: exactly limit decimal digits */
    LW_OPTION_LIST,       /* lw_strings: one more each time */
    LW_OPTION_COMMAS,     /* lw_strings: as many more as the value has between commas */
    LW_OPTION_NUMBER,     /* uint64_t: 1 to limit (0: no limit) */
    LW_OPTION_SIZE,       /* uint64_t bytes: "64K", "1.5GiB" */
    LW_OPTION_SECONDS,    /* int64_t milliseconds; seconds on the command line, 0 to limit */
    LW_OPTION_TIME,       /* int64_t milliseconds since 1970 from ISO 8601 */
    LW_OPTION_CHOICE      /* int: index in choices */
} lw_option_kind;

typedef struct lw_option {
    const char *name; /* without dashes */
    lw_option_kind kind;
    const char *value;   /* how help calls the value; NULL for switches */
    const char *choices; /* "table|jsonl|sarif" */
    size_t offset;       /* in the group's target */
    uint64_t limit;
    const char *help; /* one or more sentences without the last full stop */
} lw_option;

typedef struct lw_option_group {
    const char *title;
    const lw_option *options;
    size_t count;
    void *target;
} lw_option_group;

/* A command, or a family of them when it has children. */
typedef struct lw_command lw_command;
struct lw_command {
    const char *name;
    const char *path; /* "lakewarden scan" */
    const char *summary;
    const char *usage; /* what follows path, "" for none */
    const char *about; /* paragraphs for --help; NULL */
    const char *example;
    /* argv[0 .. argc) is what follows the command's name. Returns the exit code. */
    int (*run)(const lw_command *command, int argc, char **argv);
    const lw_command *const *children;
    size_t child_count;
};

/* Fills the groups' targets; other arguments are added to arguments (owned by the caller in any case). *ret_help:
 * --help or -h was there (the rest may be incomplete then). LW_E_USAGE with the sentence for the user. */
lw_status lw_options_parse(const lw_option_group *groups, size_t group_count, int argc, char **argv,
                           lw_strings *arguments, bool *ret_help, lw_error *err) LW_MUST_USE;

/* The whole --help text. groups may be NULL for a command with children only. */
lw_status lw_options_help(const lw_command *command, const lw_option_group *groups, size_t group_count,
                          lw_buf *out) LW_MUST_USE;

/* The name nearest to text when it is near enough to be a misspelling, else NULL. */
const char *lw_nearest(const char *text, const char *const *names, size_t count);

#endif
