/* A job definition as Macie's CreateClassificationJob takes it (JSON): what to scan, what of it, what to look for,
 * when.
 *
 * Facts: Amazon Macie API reference, "Classification Job Creation". Every field is obeyed, accepted because it changes
 * nothing here (description, tags, clientToken), or refused by name: a job never does less than it says.
 */
#ifndef LW_JOBS_JOB_SPEC_H
#define LW_JOBS_JOB_SPEC_H

#include "jobs/scope.h"

typedef enum lw_job_schedule {
    LW_JOB_ONCE,
    LW_JOB_DAILY,
    LW_JOB_WEEKLY, /* day: 0 Sunday to 6 Saturday */
    LW_JOB_MONTHLY /* day: 1 to 31; a month without it is skipped */
} lw_job_schedule;

typedef enum lw_job_selector {
    LW_JOB_SELECTOR_ABSENT, /* as RECOMMENDED, unless the caller knows better */
    LW_JOB_SELECTOR_ALL,
    LW_JOB_SELECTOR_EXCLUDE,
    LW_JOB_SELECTOR_INCLUDE,
    LW_JOB_SELECTOR_NONE,
    LW_JOB_SELECTOR_RECOMMENDED
} lw_job_selector;

typedef struct lw_job_spec {
    char id[33]; /* derived from the definition: 32 hexadecimal digits */
    char *name;  /* NULL when it has none (the API takes it apart from the file) */
    char *account;
    lw_strings buckets;
    lw_job_scope scope;
    unsigned sampling; /* percent, 1 to 100 */
    lw_job_selector selector;
    lw_strings managed_ids; /* with INCLUDE and EXCLUDE */
    lw_strings custom_ids;  /* ids, names or file names of custom identifiers */
    lw_strings allow_ids;   /* ids, names or file names of allow lists; empty: the job names none */
    lw_job_schedule schedule;
    unsigned day;
    bool initial_run; /* the first run analyses what is there already; default true */
} lw_job_spec;

/* label names the document in messages. LW_E_CONFIG: err names the field by its path, the limit and what was given. */
lw_status lw_job_spec_parse(lw_slice json, const char *label, lw_job_spec *ret_spec, lw_error *err) LW_MUST_USE;
lw_status lw_job_spec_load(const char *path, lw_job_spec *ret_spec, lw_error *err) LW_MUST_USE;
void lw_job_spec_done(lw_job_spec *spec);

/* Has a scheduled day come since the last completed run (0: none was)? Days are UTC days. A day that was missed is due
 * on the next one. Pure. */
bool lw_job_is_due(const lw_job_spec *spec, int64_t last_completed_ms, int64_t now_ms);

#endif
