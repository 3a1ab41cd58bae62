/* The allow lists of a scan, with those that lie in a store. */
#ifndef LW_CLI_ALLOW_H
#define LW_CLI_ALLOW_H

#include "cli/cli_priv.h"

typedef struct lw_allow_request {
    const lw_command *command;
    const lw_strings *files; /* --allow-list */
    const lw_strings *only;  /* those that a job names; NULL: all */
    const lw_aws_flags *aws; /* where an s3WordsList is */
} lw_allow_request;

/* As lw_allow_load. A list that could not be read is told on standard error and sets *ret_unread: it allows nothing, so
 * findings stand that it would have allowed. */
lw_status lw_cli_allow_load(const lw_allow_request *request, lw_allow **ret_allow, bool *ret_unread,
                            lw_error *err) LW_MUST_USE;

#endif
