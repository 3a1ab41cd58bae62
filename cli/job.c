/* lakewarden job, and what --job FILE means for a scan. */
#include "cli/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- over the flags ---- */

static lw_status check_source(const lw_job_spec *spec, const char *source, lw_error *err) {
    lw_location location;
    if (strcmp(source, "-") == 0) {
        return lw_fail(err, LW_E_USAGE, "standard input can not stand for a bucket of the job");
    }
    LW_TRY(lw_location_parse(source, true, &location, err));
    bool known = lw_strings_contain(&spec->buckets, lw_slice_from(location.bucket));
    lw_location_done(&location);
    return known ? LW_OK
                 : lw_fail(err, LW_E_USAGE, "'%s' is in none of the job's buckets (first of them: '%s')", source,
                           spec->buckets.items[0]);
}

static lw_status apply_sources(const lw_job_spec *spec, lw_strings *sources, lw_error *err) {
    bool none = sources->count == 0;
    for (size_t i = 0; i < sources->count; i++) {
        LW_TRY(check_source(spec, sources->items[i], err));
    }
    for (size_t i = 0; none && i < spec->buckets.count; i++) {
        LW_TRY(lw_strings_addf(sources, "s3://%s", spec->buckets.items[i]));
    }
    return LW_OK;
}

static lw_status join(const lw_strings *list, char **ret_text) {
    lw_buf text;
    lw_buf_init(&text, (size_t)1 << 20);
    lw_status status = LW_OK;
    for (size_t i = 0; i < list->count && status == LW_OK; i++) {
        status = lw_buf_printf(&text, "%s%s", i == 0 ? "" : ",", list->items[i]);
    }
    *ret_text = status == LW_OK ? lw_buf_take(&text) : NULL;
    lw_buf_done(&text);
    return *ret_text == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status apply_managed(const lw_job_spec *spec, lw_job_plan *plan, lw_error *err) {
    bool excludes = plan->managed_exclude->count > 0;
    if ((plan->managed != NULL || excludes) && spec->selector != LW_JOB_SELECTOR_ABSENT) {
        return lw_fail(err, LW_E_USAGE,
                       "option '--%s' and the job's managedDataIdentifierSelector both choose; leave one out",
                       plan->managed != NULL ? "managed" : "managed-exclude");
    }
    switch (spec->selector) {
    case LW_JOB_SELECTOR_ALL:
        plan->set->managed = "all";
        break;
    case LW_JOB_SELECTOR_EXCLUDE:
        plan->set->managed = "all";
        plan->set->managed_exclude = &spec->managed_ids;
        break;
    case LW_JOB_SELECTOR_INCLUDE:
        LW_TRY(join(&spec->managed_ids, &plan->managed_text));
        plan->set->managed = plan->managed_text;
        break;
    case LW_JOB_SELECTOR_NONE:
        plan->set->managed = "none";
        break;
    case LW_JOB_SELECTOR_RECOMMENDED:
        plan->set->managed = "recommended";
        break;
    case LW_JOB_SELECTOR_ABSENT:
        plan->set->managed = plan->managed;
        plan->set->managed_exclude = plan->managed_exclude;
        break;
    }
    return LW_OK;
}

lw_status lw_job_apply(const lw_job_spec *spec, lw_job_plan *plan, lw_error *err) {
    LW_TRY(apply_sources(spec, plan->sources, err));
    LW_TRY(apply_managed(spec, plan, err));
    if (plan->account != NULL && spec->account != NULL && strcmp(plan->account, spec->account) != 0) {
        return lw_fail(err, LW_E_USAGE, "option '--account' says '%s' and the job '%s'", plan->account, spec->account);
    }
    plan->account = plan->account != NULL ? plan->account : spec->account;
    /* A job looks for the custom identifiers that it names, and for no others. */
    plan->set->custom_only = &spec->custom_ids;
    plan->allow_only = spec->allow_ids.count > 0 ? &spec->allow_ids : NULL;
    plan->filter->scope = &spec->scope;
    plan->filter->sampling = spec->sampling;
    return LW_OK;
}

/* ---- job check ---- */

typedef struct job_flags {
    lw_strings custom, managed_exclude, managed_data, allow_lists;
    const char *managed;
    lw_common_flags common;
} job_flags;

/* What a job is checked against. */
typedef struct job_parts {
    lw_allow *allow;
    lw_catalogue *catalogue;
    lw_identifier_set *set;
} job_parts;

#define AT(field) offsetof(job_flags, field)

static const lw_option check_options[] = {
    {"custom", LW_OPTION_LIST, "FILE|DIR", NULL, AT(custom), 0,
     "where the custom identifiers are that the job names; may be repeated"},
    {"managed", LW_OPTION_TEXT, "SET", NULL, AT(managed), 0, "managed identifiers for a job that does not choose"},
    {"managed-exclude", LW_OPTION_COMMAS, "ID,ID", NULL, AT(managed_exclude), 0, "of those, these not"},
    {"managed-data", LW_OPTION_LIST, "FILE|DIR", NULL, AT(managed_data), 0,
     "managed identifiers in files, to be added or to replace those of the same id; may be repeated"},
    {"allow-list", LW_OPTION_LIST, "FILE", NULL, AT(allow_lists), 0,
     "where the allow lists are that the job names; may be repeated"},
};

static lw_status print_line(lw_error *err, const char *format, ...) LW_PRINTF(2, 3);
static lw_status print_line(lw_error *err, const char *format, ...) {
    char text[1200];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return lw_cli_write(lw_slice_from(text), err);
}

static lw_status print_spec(const lw_job_spec *spec, const lw_identifier_set *set, const lw_strings *sources,
                            lw_error *err) {
    static const char *const schedules[] = {"once", "daily", "weekly", "monthly"};
    size_t custom = 0;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        custom += lw_identifier_set_at(set, i)->category == LW_CATEGORY_CUSTOM;
    }
    LW_TRY(print_line(err, "job          %s %s\n", spec->id, spec->name != NULL ? spec->name : ""));
    for (size_t i = 0; i < sources->count; i++) {
        LW_TRY(print_line(err, "source       %s\n", sources->items[i]));
    }
    LW_TRY(print_line(err, "scope        %zu terms to include, %zu to exclude, %u %% of the objects\n",
                      spec->scope.includes.count, spec->scope.excludes.count, spec->sampling));
    LW_TRY(print_line(err, "identifiers  %zu managed, %zu custom\n", lw_identifier_set_count(set) - custom, custom));
    return print_line(err, "schedule     %s%s\n", schedules[spec->schedule],
                      spec->schedule != LW_JOB_ONCE && !spec->initial_run ? ", the first run only notes what is there"
                                                                          : "");
}

/* Allow lists are checked without asking the store for one. */
static lw_status load_identifiers(const job_flags *flags, const lw_job_plan *plan, job_parts *parts, lw_error *err) {
    lw_strings unread = {0};
    lw_allow_options allow = {.files = &flags->allow_lists, .only = plan->allow_only};
    lw_status status = lw_allow_load(&allow, &unread, &parts->allow, err);
    lw_strings_done(&unread);
    if (status == LW_OK && flags->managed_data.count > 0) {
        status = lw_catalogue_load(&flags->managed_data, &parts->catalogue, err);
    }
    plan->set->allow = parts->allow;
    plan->set->catalogue = parts->catalogue;
    return status == LW_OK ? lw_identifier_set_load(plan->set, &parts->set, err) : status;
}

static int check(const lw_command *command, const job_flags *flags, const char *path) {
    lw_error err = {0};
    lw_job_spec spec = {0};
    lw_strings sources = {0};
    job_parts parts = {0};
    lw_run_filter filter = {0};
    lw_identifier_options identifiers = {.custom = &flags->custom};
    lw_job_plan plan = {.sources = &sources,
                        .managed = flags->managed,
                        .managed_exclude = &flags->managed_exclude,
                        .set = &identifiers,
                        .filter = &filter};
    lw_status status = lw_job_spec_load(path, &spec, &err);
    if (status == LW_OK) {
        status = lw_job_apply(&spec, &plan, &err);
    }
    if (status == LW_OK) {
        status = load_identifiers(flags, &plan, &parts, &err);
    }
    if (status == LW_OK) {
        status = print_spec(&spec, parts.set, &sources, &err);
    }
    if (status == LW_OK) {
        status = lw_cli_flush(&err);
    }
    lw_identifier_set_free(parts.set);
    lw_catalogue_free(parts.catalogue);
    lw_allow_free(parts.allow);
    free(plan.managed_text);
    lw_strings_done(&sources);
    lw_job_spec_done(&spec);
    return status == LW_OK ? LW_EXIT_DONE : lw_cli_fail(command, status, &err);
}

static int run_check(const lw_command *command, int argc, char **argv) {
    job_flags flags = {0};
    lw_strings arguments = {0};
    int code = LW_EXIT_DONE;
    const lw_option_group groups[] = {{"options", check_options, COUNT(check_options), &flags},
                                      lw_common_group(&flags.common)};
    if (lw_cli_parse(command, groups, COUNT(groups), argc, argv, &arguments, &code)) {
        if (arguments.count != 1) {
            lw_cli_warn(command, "takes one job FILE, not %zu", arguments.count);
            code = LW_EXIT_USAGE;
        } else {
            code = check(command, &flags, arguments.items[0]);
        }
    }
    lw_strings_done(&flags.custom);
    lw_strings_done(&flags.managed_exclude);
    lw_strings_done(&flags.managed_data);
    lw_strings_done(&flags.allow_lists);
    lw_strings_done(&arguments);
    return code;
}

static const lw_command command_check = {
    .name = "check",
    .path = "lakewarden job check",
    .summary = "read a job definition and say what a scan would do",
    .usage = "FILE [OPTION...]",
    .about = "Reads FILE as Macie's CreateClassificationJob takes it. Every field is obeyed, or refused by name: a job "
             "never "
             "does less than it says. No object is read and no request is sent.",
    .example = "lakewarden job check job.json --custom identifiers/custom",
    .run = run_check,
};

static const lw_command *const children[] = {&command_check};

const lw_command lw_command_job = {
    .name = "job",
    .path = "lakewarden job",
    .summary = "job definitions as Macie has them (run one with scan --job FILE)",
    .usage = "COMMAND [ARGUMENT...]",
    .example = "lakewarden job check job.json --custom identifiers/custom",
    .run = lw_cli_dispatch,
    .children = children,
    .child_count = COUNT(children),
};
