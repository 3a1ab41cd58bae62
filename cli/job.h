/* A job definition (--job FILE) laid over the flags of a scan. */
#ifndef LW_CLI_JOB_H
#define LW_CLI_JOB_H

#include "cli/cli_priv.h"
#include "jobs/job_spec.h"
#include "jobs/jobs.h"

/* What a job changes of a scan; borrows from the spec. */
typedef struct lw_job_plan {
    lw_strings *sources;               /* in: SOURCE arguments; out: the job's buckets where there were none */
    const char *managed;               /* in: --managed or NULL */
    const lw_strings *managed_exclude; /* in: --managed-exclude */
    const char *account;               /* in: --account or NULL; out: the job's */
    lw_identifier_options *set;        /* out: managed, managed_exclude, custom_only */
    lw_run_filter *filter;             /* out: scope, sampling */
    char *managed_text;                /* out: owned by the caller, for set->managed */
    const lw_strings *allow_only;      /* out: allow lists that the job names; NULL: all that are given */
} lw_job_plan;

/* SOURCE arguments beside a job stand for its buckets (with a prefix, or as folders of the same name). LW_E_USAGE names
 * the flag that contradicts the job. */
lw_status lw_job_apply(const lw_job_spec *spec, lw_job_plan *plan, lw_error *err) LW_MUST_USE;

extern const lw_command lw_command_job;

#endif
