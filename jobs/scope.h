/* Which listed objects a job analyses: Macie's scoping blocks (shared/macie/job-schema.md) and sampling.
 *
 * includes and excludes are lists of terms, all of which must hold (AND); values within a term are alternatives (OR);
 * excludes beat includes; no includes means everything. Strings are case sensitive, without wildcards. Immutable once
 * made; safe from any thread.
 */
#ifndef LW_JOBS_SCOPE_H
#define LW_JOBS_SCOPE_H

#include "store/store.h"

typedef enum lw_job_scope_key {
    LW_JOB_SCOPE_EXTENSION,     /* without dot; of the last path component */
    LW_JOB_SCOPE_KEY_PREFIX,    /* OBJECT_KEY STARTS_WITH: the whole key, bucket not part of it */
    LW_JOB_SCOPE_LAST_MODIFIED, /* one value, milliseconds since 1970, UTC */
    LW_JOB_SCOPE_SIZE           /* one value, stored bytes */
} lw_job_scope_key;

typedef enum lw_job_scope_comparator {
    LW_JOB_SCOPE_EQ,
    LW_JOB_SCOPE_NE,
    LW_JOB_SCOPE_GT,
    LW_JOB_SCOPE_GTE,
    LW_JOB_SCOPE_LT,
    LW_JOB_SCOPE_LTE,
    LW_JOB_SCOPE_STARTS_WITH
} lw_job_scope_comparator;

typedef struct lw_job_scope_term {
    lw_job_scope_key key;
    lw_job_scope_comparator comparator;
    lw_strings texts; /* EXTENSION, KEY_PREFIX */
    int64_t number;   /* LAST_MODIFIED, SIZE */
} lw_job_scope_term;

typedef struct lw_job_scope_block {
    lw_job_scope_term *terms;
    size_t count;
} lw_job_scope_block;

typedef struct lw_job_scope {
    lw_job_scope_block includes, excludes;
} lw_job_scope;

void lw_job_scope_done(lw_job_scope *scope);
bool lw_job_scope_wants(const lw_job_scope *scope, const lw_object *object);

/* Is this key among percent of all keys? Decided by a hash of bucket and key alone, so that every run of a job, on
 * every machine, chooses the same objects, and a larger percentage chooses a superset. 100 and more: always. */
bool lw_sample_wants(unsigned percent, const char *bucket, const char *key);

#endif
