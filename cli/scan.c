/* lakewarden scan: from sources to findings, and from findings to what the user asked for.
 *
 *   run       lw_run lists, scans and calls back with each finding, in the order of listing (jobs/)
 *   keep      events and discovery results are written by the run; findings to be isolated are spooled to an unnamed
 *             temporary file, so that a million of them cost no memory; SARIF needs them all and keeps them
 *   isolate   only when the run has ended and the events file is on disk under its name: whatever happens to a move,
 *             the finding that asked for it can be read
 *   state     with --state, findings go to the state's outbox with the objects they are of, and from there to all of
 * the above when the run has ended (cli/delivery.c) report    table, JSON Lines or SARIF on standard output; what could
 * not be read is always listed
 *
 * A run that was interrupted or failed inside writes no events file and moves nothing; one that could not list a source
 * keeps what it found elsewhere, and says so through its exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/allow.h"
#include "cli/cli_priv.h"
#include "cli/delivery.h"
#include "cli/isolate.h"
#include "cli/job.h"
#include "cli/progress.h"
#include "jobs/jobs.h"

typedef enum scan_format { FORMAT_TABLE, FORMAT_JSONL, FORMAT_SARIF } scan_format;
#define FAIL_ON_NEVER 3
typedef enum scan_overlap { OVERLAP_CHOOSE, OVERLAP_KEEP } scan_overlap;

typedef struct scan_flags {
    lw_strings custom, include, exclude, extensions, managed_exclude, managed_data, allow_lists;
    const char *managed, *events, *results, *isolate, *account, *job_id, *source, *job, *state;
    uint64_t threads, max_size, block_size;
    int64_t modified_since_ms;
    int format, severity, fail_on, progress, overlap;
    bool bucket_facts, best_effort_delete, purge_version, since_last;
    lw_common_flags common;
    lw_aws_flags aws;
} scan_flags;

#define AT(field) offsetof(scan_flags, field)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const lw_option what_options[] = {
    {"custom", LW_OPTION_LIST, "FILE|DIR", NULL, AT(custom), 0,
     "custom data identifier as Macie's CreateCustomDataIdentifier takes it (JSON), or a folder of them; may be "
     "repeated"},
    {"managed", LW_OPTION_TEXT, "SET", NULL, AT(managed), 0,
     "managed identifiers: recommended, all, none, or ids with commas between them (default recommended, as in Macie)"},
    {"managed-exclude", LW_OPTION_COMMAS, "ID,ID", NULL, AT(managed_exclude), 0,
     "of those, these not (with --managed all: Macie's selector EXCLUDE); may be repeated"},
    {"overlap", LW_OPTION_CHOICE, "WHAT", "choose|keep", AT(overlap), 0,
     "where several managed identifiers fit the same value: choose the one that is meant, or keep all as Macie does "
     "(default choose)"},
    {"managed-data", LW_OPTION_LIST, "FILE|DIR", NULL, AT(managed_data), 0,
     "managed identifiers in files, as in identifiers/managed, to be added or to replace those of the same id; may be "
     "repeated"},
    {"allow-list", LW_OPTION_LIST, "FILE", NULL, AT(allow_lists), 0,
     "what not to report: a text list, an entry a line, or (.json) a list as Macie's CreateAllowList takes it; may be "
     "repeated"},
    {"job", LW_OPTION_TEXT, "FILE", NULL, AT(job), 0,
     "job definition as Macie's CreateClassificationJob takes it (JSON): buckets, scope, sampling, identifiers; SOURCE "
     "arguments then stand for its buckets"},
    {"include", LW_OPTION_LIST, "GLOB", NULL, AT(include), 0,
     "only keys (below the source) that match; may be repeated; '*' stays within a folder, '**' does not"},
    {"exclude", LW_OPTION_LIST, "GLOB", NULL, AT(exclude), 0, "not these keys, even if included; may be repeated"},
    {"extension", LW_OPTION_COMMAS, "LIST", NULL, AT(extensions), 0, "only keys that end so, without the dot: csv,tsv"},
    {"max-size", LW_OPTION_SIZE, "SIZE", NULL, AT(max_size), 0,
     "only objects of at most so many bytes (64K, 10MB, 1G)"},
    {"modified-since", LW_OPTION_TIME, "TIME", NULL, AT(modified_since_ms), 0,
     "only objects changed at or after 2026-01-31 or 2026-01-31T12:00:00Z"},
};

static const lw_option state_options[] = {
    {"state", LW_OPTION_TEXT, "FILE", NULL, AT(state), 0,
     "remember in FILE what was analysed and what was delivered; whatever ends a run, the next one goes on from there"},
    {"since-last", LW_OPTION_SWITCH, NULL, NULL, AT(since_last), 0,
     "only objects that are new or changed since they were last analysed (with --state)"},
};

static const lw_option report_options[] = {
    {"events", LW_OPTION_TEXT, "FILE|-", NULL, AT(events), 0,
     "write each finding as an EventBridge event, one JSON a line; the file appears when the scan is done; -: standard "
     "output, the table then goes to standard error"},
    {"results", LW_OPTION_TEXT, "DIR", NULL, AT(results), 0,
     "write Macie's discovery results (jsonl.gz, every object, up to 1,000 locations a type) below DIR"},
    {"format", LW_OPTION_CHOICE, "FORMAT", "table|jsonl|sarif", AT(format), 0,
     "report on standard output (default table)"},
    {"fail-on", LW_OPTION_CHOICE, "SEVERITY", "high|medium|low|never", AT(fail_on), 0,
     "end with exit code 1 when a finding is at least so severe (default never)"},
    {"progress", LW_OPTION_CHOICE, "WHEN", "auto|always|never", AT(progress), 0,
     "progress on standard error (default auto: on a terminal)"},
    {"account", LW_OPTION_DIGITS, "ID", NULL, AT(account), 12, "AWS account to name in findings (12 digits)"},
    {"source", LW_OPTION_TEXT, "NAME", NULL, AT(source), 0, "source of the events (default aws.macie)"},
    {"job-id", LW_OPTION_TEXT, "ID", NULL, AT(job_id), 0,
     "job to name in findings, 32 hexadecimal digits (default: derived from the sources)"},
    {"no-bucket-facts", LW_OPTION_SWITCH_OFF, NULL, NULL, AT(bucket_facts), 0,
     "do not ask the store about its buckets (owner, encryption, public access) and object tags; such fields are then "
     "unknown"},
};

static const lw_option isolate_options[] = {
    {"isolate", LW_OPTION_TEXT, "URL", NULL, AT(isolate), 0,
     "move objects with severe findings to this bucket (s3://bucket/prefix) or folder when the scan is done"},
    {"severity", LW_OPTION_CHOICE, "SEVERITY", "high|medium|low", AT(severity), 0, "what is severe (default high)"},
    {"best-effort-delete", LW_OPTION_SWITCH, NULL, NULL, AT(best_effort_delete), 0,
     "allow the move where the store can not delete on condition (radosgw, Swift, MinIO without versioning): a change "
     "within a few milliseconds could then be lost"},
    {"purge-version", LW_OPTION_SWITCH, NULL, NULL, AT(purge_version), 0,
     "versioned buckets: delete the moved version itself instead of hiding it behind a delete marker"},
};

static const lw_option work_options[] = {
    {"threads", LW_OPTION_NUMBER, "N", NULL, AT(threads), 1024, "worker threads (default: the processors there are)"},
    {"block-size", LW_OPTION_SIZE, "SIZE", NULL, AT(block_size), 0,
     "unit of work, 1K to 8M (default 384K); findings do not depend on it"},
};

/* Everything of one scan. Owned here, whatever stage it ended in. */
typedef struct scan_work {
    const lw_command *command;
    scan_flags flags;
    lw_strings sources;
    lw_allow *allow;
    lw_catalogue *catalogue; /* NULL without --managed-data */
    const lw_strings *allow_only;
    bool allow_unread; /* a list could not be read, so findings stand that it would allow */
    lw_identifier_set *set;
    lw_event_sink *events;
    lw_result_sink *results;
    lw_isolator *isolator;
    lw_job_spec job;
    bool has_job;
    char *managed_text;
    lw_identifier_options identifiers;
    lw_run_filter filter;
    lw_state *state; /* NULL without --state */
    size_t moved_at; /* row of the summary that was moved last */
    bool not_due;    /* a scheduled job on a day that is none of its own */
    bool baseline;   /* the first run of a job that begins with what comes after it */
    FILE *spool;     /* events to isolate, a line each */
    cJSON *sarif;    /* findings, only with --format sarif */
    char job_id[2 * LW_SHA256_SIZE + 1];
    char *region;
    char *results_location;
    lw_progress_line progress;
    lw_run_result result;
    lw_error err;
} scan_work;

/* ---- checks that need more than one flag ---- */

static lw_status check_job_id(const char *id, lw_error *err) {
    if (id != NULL && (strlen(id) != 32 || strspn(id, "0123456789abcdef") != 32)) {
        return lw_fail(err, LW_E_USAGE, "option '--job-id': '%s' is not 32 hexadecimal digits in lower case", id);
    }
    return LW_OK;
}

static lw_status check_flags(const scan_work *scan, lw_error *err) {
    const scan_flags *flags = &scan->flags;
    if (scan->sources.count == 0) {
        return lw_fail(err, LW_E_USAGE, "name a SOURCE: s3://bucket/prefix, a folder, a file, or - for standard input");
    }
    if (flags->block_size != 0 && (flags->block_size < LW_BLOCK_MIN || flags->block_size > LW_BLOCK_MAX)) {
        return lw_fail(err, LW_E_USAGE, "option '--block-size': give a size from 1K to 8M");
    }
    if (flags->events != NULL && strcmp(flags->events, "-") == 0 && flags->format != FORMAT_TABLE) {
        return lw_fail(err, LW_E_USAGE,
                       "option '--events -' and '--format %s' both want standard output; write the events to a file",
                       flags->format == FORMAT_JSONL ? "jsonl" : "sarif");
    }
    if (flags->since_last && flags->state == NULL) {
        return lw_fail(err, LW_E_USAGE, "option '--since-last' needs '--state FILE', which says what was analysed");
    }
    if (flags->state != NULL && lw_strings_contain(&scan->sources, LW_SLICE_LITERAL("-"))) {
        return lw_fail(err, LW_E_USAGE, "option '--state' needs objects with names; standard input has none");
    }
    if (scan->has_job && scan->job.schedule != LW_JOB_ONCE && flags->state == NULL) {
        return lw_fail(err, LW_E_USAGE,
                       "job '%s' is SCHEDULED: give '--state FILE', so that each run goes on from the last",
                       flags->job);
    }
    if (flags->isolate == NULL && (flags->best_effort_delete || flags->purge_version)) {
        return lw_fail(err, LW_E_USAGE, "option '--%s' needs '--isolate URL'",
                       flags->best_effort_delete ? "best-effort-delete" : "purge-version");
    }
    return check_job_id(flags->job_id, err);
}

/* ---- what comes before the run ---- */

static lw_status derive_job_id(scan_work *scan) {
    if (scan->flags.job_id != NULL || scan->has_job) {
        memcpy(scan->job_id, scan->flags.job_id != NULL ? scan->flags.job_id : scan->job.id, 33);
        return LW_OK;
    }
    lw_digest *digest = NULL;
    LW_TRY(lw_digest_new(LW_DIGEST_SHA256, &digest));
    lw_status status = LW_OK;
    for (size_t i = 0; status == LW_OK && i < scan->sources.count; i++) {
        lw_slice with_end = {scan->sources.items[i], strlen(scan->sources.items[i]) + 1};
        status = lw_digest_update(digest, with_end);
    }
    if (status == LW_OK) {
        status = lw_digest_finish_hex(digest, scan->job_id);
        scan->job_id[32] = '\0';
    }
    lw_digest_free(digest);
    return status;
}

/* The region of the first source's store: it is part of where results go. */
static lw_status find_region(scan_work *scan) {
    lw_location location = {0};
    lw_store *store = NULL;
    lw_store_options options = lw_aws_store_options(&scan->flags.aws);
    if (strcmp(scan->sources.items[0], "-") == 0) {
        scan->region = lw_text_dup(scan->flags.aws.region != NULL ? scan->flags.aws.region : "us-east-1");
        return scan->region != NULL ? LW_OK : LW_E_MEMORY;
    }
    lw_status status = lw_location_parse(scan->sources.items[0], true, &location, &scan->err);
    if (status != LW_OK) {
        return status;
    }
    options.kind = location.kind;
    options.root = location.root;
    status = lw_store_open(&options, &store, &scan->err);
    if (status == LW_OK) {
        const char *named = location.kind == LW_STORE_LOCAL ? scan->flags.aws.region : NULL;
        scan->region = lw_text_dup(named != NULL ? named : lw_store_region(store));
        status = scan->region != NULL ? LW_OK : LW_E_MEMORY;
    }
    lw_store_free(store);
    lw_location_done(&location);
    return status;
}

static lw_status load_set(scan_work *scan) {
    lw_allow_request request = {
        .command = scan->command, .files = &scan->flags.allow_lists, .only = scan->allow_only, .aws = &scan->flags.aws};
    LW_TRY(lw_cli_allow_load(&request, &scan->allow, &scan->allow_unread, &scan->err));
    if (scan->flags.managed_data.count > 0) {
        LW_TRY(lw_catalogue_load(&scan->flags.managed_data, &scan->catalogue, &scan->err));
    }
    scan->identifiers.allow = scan->allow;
    scan->identifiers.catalogue = scan->catalogue;
    return lw_identifier_set_load(&scan->identifiers, &scan->set, &scan->err);
}

/* What the flags say, and over it what the job says. */
static lw_status apply_job(scan_work *scan) {
    scan->identifiers = (lw_identifier_options){.managed = scan->flags.managed,
                                                .managed_exclude = &scan->flags.managed_exclude,
                                                .custom = &scan->flags.custom,
                                                .keep_all = scan->flags.overlap == OVERLAP_KEEP};
    scan->filter = (lw_run_filter){.include = scan->flags.include,
                                   .exclude = scan->flags.exclude,
                                   .extensions = scan->flags.extensions,
                                   .max_size = scan->flags.max_size,
                                   .modified_since_ms = scan->flags.modified_since_ms};
    if (scan->flags.job == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_job_spec_load(scan->flags.job, &scan->job, &scan->err));
    scan->has_job = true;
    lw_job_plan plan = {.sources = &scan->sources,
                        .managed = scan->flags.managed,
                        .managed_exclude = &scan->flags.managed_exclude,
                        .account = scan->flags.account,
                        .set = &scan->identifiers,
                        .filter = &scan->filter};
    lw_status status = lw_job_apply(&scan->job, &plan, &scan->err);
    scan->managed_text = plan.managed_text;
    scan->allow_only = plan.allow_only;
    scan->flags.account = plan.account;
    scan->flags.since_last = scan->flags.since_last || scan->job.schedule != LW_JOB_ONCE;
    return status;
}

/* ---- the state ---- */

/* What is looked for, so that a change of it can be told. */
static lw_status fingerprint(const scan_work *scan, char hex[2 * LW_SHA256_SIZE + 1]) {
    lw_digest *digest = NULL;
    lw_buf lists;
    LW_TRY(lw_digest_new(LW_DIGEST_SHA256, &digest));
    lw_buf_init(&lists, (size_t)64 * 1024);
    lw_status status = LW_OK;
    for (size_t i = 0; status == LW_OK && i < lw_identifier_set_count(scan->set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(scan->set, i);
        status = lw_digest_update(digest, (lw_slice){identifier->id, strlen(identifier->id) + 1});
    }
    if (status == LW_OK && scan->identifiers.keep_all) {
        status = lw_digest_update(digest, LW_SLICE_LITERAL("overlap keep"));
    }
    if (status == LW_OK) {
        status = lw_allow_describe(scan->allow, &lists);
    }
    if (status == LW_OK) {
        status = lw_digest_update(digest, lw_buf_slice(&lists));
    }
    if (status == LW_OK) {
        status = lw_digest_finish_hex(digest, hex);
    }
    lw_buf_done(&lists);
    lw_digest_free(digest);
    return status;
}

static lw_status open_state(scan_work *scan) {
    char hex[2 * LW_SHA256_SIZE + 1];
    bool changed = false;
    lw_state_facts facts = {0};
    LW_TRY(fingerprint(scan, hex));
    LW_TRY(lw_state_open(scan->flags.state, scan->job_id, &scan->state, &scan->err));
    LW_TRY(lw_state_facts_read(scan->state, &facts, &scan->err));
    LW_TRY(lw_state_fingerprint(scan->state, hex, &changed, &scan->err));
    if (changed && scan->flags.since_last) {
        lw_cli_warn(scan->command, "the identifiers or allow lists are not those of the run before: objects analysed "
                                   "then are not analysed for the new "
                                   "ones; run once without --since-last to do that");
    }
    scan->baseline = scan->has_job && !scan->job.initial_run && scan->job.schedule != LW_JOB_ONCE && facts.runs == 0;
    if (scan->has_job && !lw_job_is_due(&scan->job, facts.last_completed_ms, lw_clock_wall_ms())) {
        lw_cli_warn(scan->command, "job '%s' is not due today: no scheduled day has come since its last run",
                    scan->flags.job);
        scan->not_due = true;
    }
    return LW_OK;
}

static lw_finding_context make_context(const scan_work *scan) {
    int64_t now = lw_clock_wall_ms();
    return (lw_finding_context){.account_id = scan->flags.account,
                                .region = scan->region,
                                .job_id = scan->job_id,
                                .run_ms = now,
                                .now_ms = now,
                                .source = scan->flags.source,
                                .detailed_results_location = scan->results_location,
                                .set = scan->set};
}

static lw_status open_results(scan_work *scan, lw_finding_context *context) {
    char *key = lw_discovery_result_key(context);
    if (key == NULL) {
        return LW_E_MEMORY;
    }
    lw_buf location;
    lw_buf_init(&location, 64 * 1024);
    lw_status status = lw_result_sink_open(scan->flags.results, key, &scan->results, &scan->err);
    if (status == LW_OK) {
        char *folder = realpath(scan->flags.results, NULL); /* the sink made it */
        status = lw_buf_printf(&location, "file://%s/%s", folder != NULL ? folder : scan->flags.results, key);
        free(folder);
    }
    if (status == LW_OK) {
        scan->results_location = lw_buf_take(&location);
        context->detailed_results_location = scan->results_location;
        status = scan->results_location != NULL ? LW_OK : LW_E_MEMORY;
    }
    lw_buf_done(&location);
    free(key);
    return status;
}

static lw_status open_isolation(scan_work *scan) {
    lw_isolation_options options = {.url = scan->flags.isolate,
                                    .s3 = lw_aws_store_options(&scan->flags.aws),
                                    .best_effort_delete = scan->flags.best_effort_delete,
                                    .purge_version = scan->flags.purge_version};
    LW_TRY(lw_isolator_new(&options, &scan->isolator, &scan->err));
    for (size_t i = 0; i < scan->sources.count; i++) {
        LW_TRY(lw_isolator_check_source(scan->isolator, scan->sources.items[i], &scan->err));
    }
    scan->spool = scan->flags.state == NULL ? tmpfile() : NULL; /* the state's outbox does it as well */
    if (scan->spool == NULL && scan->flags.state == NULL) {
        return lw_fail(&scan->err, LW_E_CONFIG, "cannot make a temporary file: %s; make room in /tmp", strerror(errno));
    }
    return LW_OK;
}

/* Everything that can be wrong without reading an object is found here, before hours of scanning. */
static lw_status prepare(scan_work *scan, lw_finding_context *ret_context) {
    LW_TRY(apply_job(scan));
    LW_TRY(check_flags(scan, &scan->err));
    LW_TRY(derive_job_id(scan));
    LW_TRY(load_set(scan));
    if (scan->flags.state != NULL) {
        LW_TRY(open_state(scan));
    }
    LW_TRY(find_region(scan));
    *ret_context = make_context(scan);
    if (scan->flags.isolate != NULL) {
        LW_TRY(open_isolation(scan));
    }
    if (scan->flags.results != NULL) {
        LW_TRY(open_results(scan, ret_context));
    }
    if (scan->flags.events != NULL) {
        LW_TRY(lw_event_sink_open(scan->flags.events, &scan->events, &scan->err));
    }
    if (scan->flags.format == FORMAT_SARIF) {
        scan->sarif = cJSON_CreateArray();
        return scan->sarif != NULL ? LW_OK : LW_E_MEMORY;
    }
    return LW_OK;
}

/* ---- callbacks of the run ---- */

static lw_status spool_event(scan_work *scan, const cJSON *event) {
    char *line = cJSON_PrintUnformatted(event);
    if (line == NULL) {
        return LW_E_MEMORY;
    }
    bool good = fputs(line, scan->spool) >= 0 && fputc('\n', scan->spool) != EOF;
    cJSON_free(line);
    return good ? LW_OK : lw_fail(&scan->err, LW_E_INTERNAL, "cannot write to a temporary file: %s", strerror(errno));
}

static lw_status on_finding(void *ctx, const cJSON *event, const lw_object_result *result) {
    scan_work *scan = ctx;
    lw_severity severity = lw_result_severity(result, scan->set);
    if (scan->spool != NULL && severity >= lw_severity_of_choice(scan->flags.severity)) {
        LW_TRY(spool_event(scan, event));
    }
    if (scan->flags.format == FORMAT_JSONL && scan->state == NULL) {
        LW_TRY(lw_cli_write_json(event, &scan->err));
        LW_TRY(lw_cli_flush(&scan->err)); /* who reads a pipe sees a finding when it is made */
    }
    if (scan->sarif != NULL) {
        cJSON *detail = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(event, "detail"), true);
        if (detail == NULL || !cJSON_AddItemToArray(scan->sarif, detail)) {
            cJSON_Delete(detail);
            return LW_E_MEMORY;
        }
    }
    return LW_OK;
}

static void on_progress(void *ctx, const lw_progress *progress) {
    scan_work *scan = ctx;
    lw_progress_draw(&scan->progress, progress);
}

/* The table is made of the summary; JSON of each finding is made only where somebody wants it. */
static bool wants_findings(const scan_work *scan) {
    return scan->spool != NULL || scan->sarif != NULL || (scan->flags.format == FORMAT_JSONL && scan->state == NULL);
}

static lw_status run_scan(scan_work *scan, const lw_finding_context *context) {
    lw_run_options options = {.sources = (const char *const *)scan->sources.items,
                              .source_count = scan->sources.count,
                              .s3 = lw_aws_store_options(&scan->flags.aws),
                              .set = scan->set,
                              .threads = (size_t)scan->flags.threads,
                              .block_size = (size_t)scan->flags.block_size,
                              .filter = scan->filter,
                              .context = *context,
                              .bucket_facts = scan->flags.bucket_facts,
                              .events = scan->state == NULL ? scan->events : NULL,
                              .results = scan->state == NULL ? scan->results : NULL,
                              .state = scan->state,
                              .since_last = scan->flags.since_last,
                              .record_results = scan->state != NULL && scan->results != NULL,
                              .baseline = scan->baseline,
                              .on_finding = wants_findings(scan) ? on_finding : NULL,
                              .on_progress = on_progress,
                              .ctx = scan};
    lw_progress_begin(&scan->progress, (lw_progress_mode)scan->flags.progress);
    lw_status status = lw_run(&options, &scan->result, &scan->err);
    lw_progress_end(&scan->progress);
    return status;
}

/* ---- after the run ---- */

static bool is_whole(lw_status run_status) {
    return run_status != LW_E_CANCELLED && lw_status_class_of(run_status) != LW_CLASS_INTERNAL;
}

/* Says what failed; returns the exit code. */
static int close_sinks(scan_work *scan, bool keep) {
    int code = LW_EXIT_DONE;
    lw_error err = {0};
    lw_status status = lw_result_sink_close(scan->results, keep, &err);
    scan->results = NULL;
    if (status != LW_OK) {
        (void)lw_cli_fail(scan->command, status, &err);
        code = LW_EXIT_INTERNAL;
    }
    err = (lw_error){0};
    status = lw_event_sink_close(scan->events, keep, &err);
    scan->events = NULL;
    if (status != LW_OK) {
        (void)lw_cli_fail(scan->command, status, &err);
        code = LW_EXIT_INTERNAL;
    }
    return code;
}

/* The row of the event: both are in the order of listing, so the search goes on where the last one ended. */
static void mark_moved(lw_summary *summary, size_t *at, lw_slice event) {
    lw_move_request request = {0};
    if (lw_move_request_parse(event, &request, NULL) != LW_OK) {
        return;
    }
    for (; *at < summary->row_count; ++*at) {
        lw_summary_row *row = &summary->rows[*at];
        if (strcmp(row->key, request.key) == 0 && strcmp(row->bucket, request.bucket) == 0) {
            row->moved = true;
            break;
        }
    }
    lw_move_request_done(&request);
}

static int isolate_spooled(scan_work *scan) {
    lw_isolation how = {lw_severity_of_choice(scan->flags.severity), scan->flags.format == FORMAT_JSONL, scan->command};
    int code = LW_EXIT_DONE;
    char *line = NULL;
    size_t cap = 0;
    size_t row = 0;
    ssize_t len;
    while (lw_cli_signal() == 0 && (len = getline(&line, &cap, scan->spool)) > 0) {
        lw_error err = {0};
        lw_slice event = {line, (size_t)len};
        bool tried = false;
        lw_move_outcome outcome = LW_MOVE_FAILED;
        lw_status status = lw_isolator_event(scan->isolator, &how, event, &tried, &outcome, &err);
        if (status != LW_OK) {
            (void)lw_cli_fail(scan->command, status, &err);
            code = lw_exit_worst(code, status == LW_E_PARSE ? LW_EXIT_MOVE : LW_EXIT_INTERNAL);
        } else if (tried && lw_move_outcome_isolated(outcome)) {
            mark_moved(&scan->result.summary, &row, event);
        } else if (tried && lw_move_outcome_failed(outcome)) {
            code = lw_exit_worst(code, LW_EXIT_MOVE);
        }
    }
    free(line);
    return lw_cli_signal() != 0 ? 128 + lw_cli_signal() : code;
}

/* ---- a run with a state ---- */

static void on_isolated(void *ctx, lw_slice event) {
    scan_work *scan = ctx;
    mark_moved(&scan->result.summary, &scan->moved_at, event);
    if (scan->moved_at ==
        scan->result.summary.row_count) { /* of an earlier run, or before the last one: from the top */
        scan->moved_at = 0;
        mark_moved(&scan->result.summary, &scan->moved_at, event);
    }
}

/* What was found is in the state's outbox, with what earlier runs left there: it leaves it for where the flags say. */
static int deliver(scan_work *scan, lw_status run_status) {
    lw_delivery delivery = {.state = scan->state,
                            .command = scan->command,
                            .events = scan->events,
                            .results = scan->results,
                            .print = scan->flags.format == FORMAT_JSONL,
                            .isolator = scan->isolator,
                            .least = lw_severity_of_choice(scan->flags.severity),
                            .on_isolated = on_isolated,
                            .ctx = scan};
    lw_error err = {0};
    lw_status status = run_status == LW_OK ? lw_state_complete(scan->state, &err) : lw_state_commit(scan->state, &err);
    if (status != LW_OK) {
        return lw_cli_fail(scan->command, status, &err);
    }
    if (!is_whole(run_status)) {
        return LW_EXIT_DONE; /* the next run delivers */
    }
    int code = lw_deliver(&delivery);
    scan->events = NULL;
    scan->results = NULL;
    return code;
}

static int isolate(scan_work *scan) {
    if (fflush(scan->spool) != 0 || fseek(scan->spool, 0, SEEK_SET) != 0) {
        lw_cli_warn(scan->command, "cannot read a temporary file: %s; nothing was isolated", strerror(errno));
        return LW_EXIT_INTERNAL;
    }
    return isolate_spooled(scan);
}

/* ---- the report ---- */

static lw_status print_table(scan_work *scan) {
    bool to_stderr = scan->flags.events != NULL && strcmp(scan->flags.events, "-") == 0;
    int fd = to_stderr ? STDERR_FILENO : STDOUT_FILENO;
    lw_buf text;
    lw_buf_init(&text, (size_t)1 << 30);
    lw_status status = lw_summary_table(&scan->result.summary, scan->set, lw_cli_color(fd), lw_cli_width(fd), &text);
    if (status == LW_OK && scan->result.objects_filtered > 0) {
        char count[32];
        lw_format_count(scan->result.objects_filtered, count);
        status = lw_buf_printf(&text, "%s object%s left out by filters\n", count,
                               scan->result.objects_filtered == 1 ? "" : "s");
    }
    if (status == LW_OK && scan->result.objects_unchanged > 0) {
        char count[32];
        lw_format_count(scan->result.objects_unchanged, count);
        status = lw_buf_printf(&text, "%s object%s %s\n", count, scan->result.objects_unchanged == 1 ? "" : "s",
                               scan->baseline ? "noted as there before the job began, not analysed"
                                              : "unchanged since the last run");
    }
    if (status == LW_OK && to_stderr) {
        (void)fwrite(text.data, 1, text.len, stderr);
    } else if (status == LW_OK) {
        status = lw_cli_write(lw_buf_slice(&text), &scan->err);
    }
    lw_buf_done(&text);
    return status;
}

static void list_unread(const scan_work *scan) {
    for (size_t i = 0; i < scan->result.summary.row_count; i++) {
        const lw_summary_row *row = &scan->result.summary.rows[i];
        if (row->code != LW_RESULT_COMPLETE) {
            const char *reason = lw_reason_name(row->reason);
            lw_cli_warn(scan->command, "'%s/%s': %s (%s)%s%s", row->bucket, row->key, lw_result_code_name(row->code),
                        reason != NULL ? reason : "no reason", row->detail != NULL ? ": " : "",
                        row->detail != NULL ? row->detail : "");
        }
    }
}

static lw_status print_sarif(scan_work *scan) {
    cJSON *document = NULL;
    LW_TRY(lw_sarif_make(scan->sarif, scan->set, LW_VERSION, &document));
    char *text = cJSON_Print(document);
    cJSON_Delete(document);
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_cli_write(lw_slice_from(text), &scan->err);
    if (status == LW_OK) {
        status = lw_cli_write(LW_SLICE_LITERAL("\n"), &scan->err);
    }
    cJSON_free(text);
    return status;
}

static lw_status print_report(scan_work *scan) {
    switch ((scan_format)scan->flags.format) {
    case FORMAT_TABLE:
        LW_TRY(print_table(scan));
        break;
    case FORMAT_SARIF:
        list_unread(scan);
        LW_TRY(print_sarif(scan));
        break;
    case FORMAT_JSONL:
        list_unread(scan);
        break;
    }
    return lw_cli_flush(&scan->err);
}

static int code_of_findings(const scan_work *scan) {
    if (scan->flags.fail_on != FAIL_ON_NEVER && scan->result.highest >= lw_severity_of_choice(scan->flags.fail_on)) {
        return LW_EXIT_FOUND;
    }
    return LW_EXIT_DONE;
}

/* ---- the command ---- */

static int finish(scan_work *scan, lw_status run_status) {
    bool keep = is_whole(run_status);
    int code = LW_EXIT_DONE;
    if (run_status == LW_E_CANCELLED) {
        lw_cli_warn(scan->command, "stopped by a signal: this is not the whole result%s",
                    scan->state != NULL ? "; what was found is kept in the state and delivered by the next run"
                    : scan->flags.events != NULL || scan->flags.isolate != NULL
                        ? "; no events file was written, nothing was moved"
                        : "");
        code = lw_exit_of(run_status);
    } else if (run_status != LW_OK) {
        code = lw_cli_fail(scan->command, run_status, &scan->err);
    }
    if (scan->state != NULL) {
        code = lw_exit_worst(code, deliver(scan, run_status));
    }
    code = lw_exit_worst(code, close_sinks(scan, keep));
    if (scan->isolator != NULL && scan->state == NULL && keep && code != LW_EXIT_INTERNAL) {
        code = lw_exit_worst(code, isolate(scan));
    }
    scan->err = (lw_error){0};
    lw_status status = print_report(scan);
    if (status != LW_OK) {
        code = lw_exit_worst(code, lw_cli_fail(scan->command, status, &scan->err));
    }
    if (scan->result.unreadable > 0 || scan->allow_unread) {
        code = lw_exit_worst(code, LW_EXIT_UNREAD);
    }
    return lw_exit_worst(code, code_of_findings(scan));
}

static void scan_done(scan_work *scan) {
    if (lw_event_sink_close(scan->events, false, NULL) != LW_OK ||
        lw_result_sink_close(scan->results, false, NULL) != LW_OK) {
        lw_debug("could not remove a temporary file");
    }
    lw_run_result_done(&scan->result);
    lw_isolator_free(scan->isolator);
    lw_state_free(scan->state);
    lw_job_spec_done(&scan->job);
    free(scan->managed_text);
    lw_identifier_set_free(scan->set);
    lw_catalogue_free(scan->catalogue);
    lw_allow_free(scan->allow);
    cJSON_Delete(scan->sarif);
    if (scan->spool != NULL) {
        (void)fclose(scan->spool);
    }
    free(scan->region);
    free(scan->results_location);
    lw_strings_done(&scan->sources);
    lw_strings_done(&scan->flags.custom);
    lw_strings_done(&scan->flags.managed_exclude);
    lw_strings_done(&scan->flags.managed_data);
    lw_strings_done(&scan->flags.allow_lists);
    lw_strings_done(&scan->flags.include);
    lw_strings_done(&scan->flags.exclude);
    lw_strings_done(&scan->flags.extensions);
}

static int run_command(const lw_command *command, int argc, char **argv) {
    scan_work scan = {.command = command, .flags = {.fail_on = FAIL_ON_NEVER, .bucket_facts = true}};
    const lw_option_group groups[] = {{"what to look for, and where", what_options, COUNT(what_options), &scan.flags},
                                      {"recurring jobs", state_options, COUNT(state_options), &scan.flags},
                                      {"report", report_options, COUNT(report_options), &scan.flags},
                                      {"isolation", isolate_options, COUNT(isolate_options), &scan.flags},
                                      {"work", work_options, COUNT(work_options), &scan.flags},
                                      lw_aws_group(&scan.flags.aws),
                                      lw_common_group(&scan.flags.common)};
    int code = LW_EXIT_DONE;
    if (lw_cli_parse(command, groups, COUNT(groups), argc, argv, &scan.sources, &code)) {
        lw_finding_context context;
        if (scan.flags.common.debug) {
            lw_log_enable_debug(true);
        }
        lw_cli_catch_signals(lw_run_cancel);
        lw_status status = prepare(&scan, &context);
        if (status != LW_OK) {
            code = lw_cli_fail(command, status, &scan.err);
        } else if (!scan.not_due) {
            code = finish(&scan, run_scan(&scan, &context));
        }
    }
    scan_done(&scan);
    return code;
}

const lw_command lw_command_scan = {
    .name = "scan",
    .path = "lakewarden scan",
    .summary = "look for sensitive data in objects and report findings as Macie does",
    .usage = "SOURCE... [OPTION...]",
    .about = "Reads every object of the sources (s3://bucket/prefix, a folder, a file, or - for standard input), "
             "reports one "
             "finding for each object that holds sensitive data, and ends with a table. Every object is accounted for: "
             "analysed, partly analysed or skipped, with the reason.",
    .example =
        "lakewarden scan s3://lake/patients --custom identifiers/custom --managed all --events findings.jsonl \\\n"
        "      --isolate s3://isolation --fail-on high",
    .run = run_command,
};
