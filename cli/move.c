/* lakewarden move: finding events in, moves out, one result a line.
 *
 * Input is JSON Lines as scan --events, EventBridge targets and `aws logs` give them, read a line at a time, so that
 * its length does not matter; or one JSON document over several lines (a finding printed for people, an array of
 * findings), which is read whole. Which of the two it is shows in the first line: an event by itself, or not. An input
 * without any event is an error: an empty file must not look like work done.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"
#include "cli/isolate.h"

#define DOCUMENT_MAX ((size_t)64 * 1024 * 1024)
#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct move_flags {
    const char *to;
    int severity;
    bool best_effort_delete, purge_version, dry_run;
    lw_common_flags common;
    lw_aws_flags aws;
} move_flags;

#define AT(field) offsetof(move_flags, field)

static const lw_option move_options[] = {
    {"to", LW_OPTION_TEXT, "URL", NULL, AT(to), 0,
     "isolation bucket, s3://bucket or s3://bucket/prefix, or a folder; required"},
    {"severity", LW_OPTION_CHOICE, "SEVERITY", "high|medium|low", AT(severity), 0,
     "move findings of at least this severity (default high)"},
    {"best-effort-delete", LW_OPTION_SWITCH, NULL, NULL, AT(best_effort_delete), 0,
     "allow the move where the store can not delete on condition (radosgw, Swift, MinIO without versioning): a change "
     "within a few milliseconds could then be lost"},
    {"purge-version", LW_OPTION_SWITCH, NULL, NULL, AT(purge_version), 0,
     "versioned buckets: delete the moved version itself instead of hiding it behind a delete marker"},
    {"dry-run", LW_OPTION_SWITCH, NULL, NULL, AT(dry_run), 0, "make every check and change nothing"},
};

typedef struct mover_run {
    const lw_command *command;
    lw_isolator *isolator;
    lw_isolation how;
    uint64_t events, below, isolated, left, failed, unusable;
    int code;
} mover_run;

/* where: "line 7", "event 2" */
static void move_event(mover_run *run, lw_slice json, const char *where, uint64_t number) {
    lw_error err = {0};
    bool tried = false;
    lw_move_outcome outcome = LW_MOVE_FAILED;
    run->events++;
    lw_status status = lw_isolator_event(run->isolator, &run->how, json, &tried, &outcome, &err);
    if (status == LW_E_PARSE) {
        run->unusable++;
        run->code = lw_exit_worst(run->code, LW_EXIT_MOVE);
        lw_cli_warn(run->command, "%s %llu: %s", where, (unsigned long long)number, err.text);
    } else if (status != LW_OK) {
        run->code = lw_exit_worst(run->code, LW_EXIT_INTERNAL);
        (void)lw_cli_fail(run->command, status, &err);
    } else if (!tried) {
        run->below++;
    } else if (lw_move_outcome_isolated(outcome)) {
        run->isolated++;
    } else if (lw_move_outcome_failed(outcome)) {
        run->failed++;
        run->code = lw_exit_worst(run->code, LW_EXIT_MOVE);
    } else {
        run->left++;
    }
}

static bool is_blank(lw_slice line) {
    return lw_slice_trim(line).len == 0;
}

/* A whole JSON object on its own? */
static bool is_event_line(lw_slice line) {
    cJSON *json = cJSON_ParseWithLength(line.data, line.len);
    bool whole = cJSON_IsObject(json);
    cJSON_Delete(json);
    return whole;
}

static void move_items(mover_run *run, const cJSON *array) {
    const cJSON *item;
    uint64_t number = 0;
    cJSON_ArrayForEach(item, array) {
        char *text = lw_cli_signal() == 0 ? cJSON_PrintUnformatted(item) : NULL;
        if (text == NULL) {
            run->code = lw_exit_worst(run->code, LW_EXIT_INTERNAL);
            return;
        }
        move_event(run, lw_slice_from(text), "event", ++number);
        cJSON_free(text);
    }
}

static lw_status move_document(mover_run *run, lw_buf *text, lw_error *err) {
    cJSON *json = cJSON_ParseWithLength(text->data, text->len);
    const cJSON *list = cJSON_IsArray(json) ? json : cJSON_GetObjectItemCaseSensitive(json, "findings");
    if (cJSON_IsArray(list)) {
        move_items(run, list);
    } else if (cJSON_IsObject(json)) {
        move_event(run, lw_buf_slice(text), "event", 1);
    } else {
        cJSON_Delete(json);
        return lw_fail(err, LW_E_CONFIG, "the input is no JSON: give events as scan --events writes them, one a line");
    }
    cJSON_Delete(json);
    return LW_OK;
}

static lw_status read_rest(FILE *input, lw_buf *text, lw_error *err) {
    char chunk[64 * 1024];
    size_t len;
    while ((len = fread(chunk, 1, sizeof chunk, input)) > 0) {
        if (lw_buf_append(text, chunk, len) != LW_OK) {
            return lw_fail(err, LW_E_CONFIG, "the input is one JSON document over 64 MiB: give one event a line");
        }
    }
    return LW_OK;
}

static lw_status move_input(mover_run *run, FILE *input, const char *name, lw_error *err) {
    lw_status status = LW_OK;
    lw_buf document;
    char *line = NULL;
    size_t cap = 0;
    uint64_t number = 0;
    ssize_t len;
    lw_buf_init(&document, DOCUMENT_MAX);
    while (lw_cli_signal() == 0 && (len = getline(&line, &cap, input)) > 0) {
        lw_slice text = {line, (size_t)len};
        number++;
        if (is_blank(text)) {
            continue;
        }
        if (run->events == 0 && !is_event_line(text)) {
            status = lw_buf_append_slice(&document, text);
            status = status == LW_OK ? read_rest(input, &document, err) : status;
            status = status == LW_OK ? move_document(run, &document, err) : status;
            break;
        }
        move_event(run, text, "line", number);
    }
    if (status == LW_OK && ferror(input)) {
        status = lw_fail(err, LW_E_IO, "cannot read '%s': %s", name, strerror(errno));
    }
    free(line);
    lw_buf_done(&document);
    return status;
}

static void print_totals(const mover_run *run) {
    if (lw_cli_width(fileno(stderr)) > 0) {
        lw_cli_warn(run->command,
                    "%llu isolated, %llu less severe, %llu not there or changed, %llu refused or failed, %llu unusable",
                    (unsigned long long)run->isolated, (unsigned long long)run->below, (unsigned long long)run->left,
                    (unsigned long long)run->failed, (unsigned long long)run->unusable);
    }
}

static lw_status move_all(mover_run *run, const char *name, lw_error *err) {
    bool standard = strcmp(name, "-") == 0;
    FILE *input = standard ? stdin : fopen(name, "re");
    if (input == NULL) {
        return lw_fail(err, LW_E_CONFIG, "cannot open '%s': %s", name, strerror(errno));
    }
    lw_status status = move_input(run, input, name, err);
    if (!standard) {
        (void)fclose(input);
    }
    if (status == LW_OK && run->events == 0 && lw_cli_signal() == 0) {
        status = lw_fail(err, LW_E_CONFIG, "'%s' holds no event", standard ? "standard input" : name);
    }
    return status;
}

static lw_status open_isolator(const move_flags *flags, mover_run *run, lw_error *err) {
    if (flags->to == NULL) {
        return lw_fail(err, LW_E_USAGE, "option '--to' is missing: name the isolation bucket, --to s3://bucket");
    }
    lw_isolation_options options = {.url = flags->to,
                                    .s3 = lw_aws_store_options(&flags->aws),
                                    .best_effort_delete = flags->best_effort_delete,
                                    .purge_version = flags->purge_version,
                                    .dry_run = flags->dry_run};
    return lw_isolator_new(&options, &run->isolator, err);
}

static int move(const lw_command *command, const move_flags *flags, const lw_strings *arguments) {
    lw_error err = {0};
    mover_run run = {.command = command, .how = {lw_severity_of_choice(flags->severity), true, command}};
    if (arguments->count > 1) {
        lw_cli_warn(command, "takes one EVENTS file, not %zu; join them: cat FILE... | %s --to URL -", arguments->count,
                    command->path);
        return LW_EXIT_USAGE;
    }
    lw_status status = open_isolator(flags, &run, &err);
    if (status == LW_OK) {
        status = move_all(&run, arguments->count == 1 ? arguments->items[0] : "-", &err);
    }
    if (status != LW_OK) {
        run.code = lw_exit_worst(run.code, lw_cli_fail(command, status, &err));
    } else {
        print_totals(&run);
    }
    lw_isolator_free(run.isolator);
    return lw_cli_signal() != 0 ? 128 + lw_cli_signal() : run.code;
}

static int run_command(const lw_command *command, int argc, char **argv) {
    move_flags flags = {0};
    const lw_option_group groups[] = {
        {"move", move_options, COUNT(move_options), &flags}, lw_aws_group(&flags.aws), lw_common_group(&flags.common)};
    lw_strings arguments = {0};
    int code = LW_EXIT_DONE;
    if (lw_cli_parse(command, groups, COUNT(groups), argc, argv, &arguments, &code)) {
        if (flags.common.debug) {
            lw_log_enable_debug(true);
        }
        lw_cli_catch_signals(NULL);
        code = move(command, &flags, &arguments);
    }
    lw_strings_done(&arguments);
    return code;
}

const lw_command lw_command_move = {
    .name = "move",
    .path = "lakewarden move",
    .summary = "move the objects that findings name to an isolation bucket",
    .usage = "--to URL [EVENTS|-] [OPTION...]",
    .about =
        "Reads finding events (of lakewarden scan, of Macie through EventBridge, or bare findings), one JSON a line, "
        "from a file or standard input, and moves each object of at least --severity: a verified copy and a receipt "
        "exist before the source is deleted, and only the very object that was scanned is deleted. Running it "
        "again is safe. Prints one result a line.",
    .example = "lakewarden move --to s3://isolation findings.jsonl --endpoint-url https://ceph.example:7480",
    .run = run_command,
};
