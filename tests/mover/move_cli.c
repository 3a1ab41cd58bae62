/* The mover behind a pipe, for tests/mover/faults.py: reads finding events, one a line, prints one result a line as
 * JSON. Each event gets a mover of its own (--keep-mover: all share one), so that each probes the endpoint anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mover/mover.h"

typedef struct settings {
    lw_store_options store;
    lw_mover_options mover;
    const char *from;
    bool keep_mover;
} settings;

static bool read_flag(settings *set, const char *name) {
    if (strcmp(name, "--best-effort-delete") == 0) {
        set->mover.best_effort_delete = true;
    } else if (strcmp(name, "--purge-version") == 0) {
        set->mover.purge_version = true;
    } else if (strcmp(name, "--dry-run") == 0) {
        set->mover.dry_run = true;
    } else if (strcmp(name, "--keep-mover") == 0) {
        set->keep_mover = true;
    } else {
        return false;
    }
    return true;
}

static bool read_number(const char *text, uint64_t *ret_value) {
    return lw_parse_u64(text, ret_value) == LW_OK;
}

static bool read_option(settings *set, const char *name, const char *value) {
    uint64_t number = 0;
    if (strcmp(name, "--endpoint") == 0) {
        set->store.endpoint_url = value;
    } else if (strcmp(name, "--root") == 0) {
        set->store.kind = LW_STORE_LOCAL;
        set->store.root = value;
    } else if (strcmp(name, "--to") == 0) {
        set->mover.target_bucket = value;
    } else if (strcmp(name, "--prefix") == 0) {
        set->mover.target_prefix = value;
    } else if (strcmp(name, "--attempts") == 0 && read_number(value, &number)) {
        set->store.max_attempts = (unsigned)number;
    } else if (strcmp(name, "--threshold") == 0 && read_number(value, &number)) {
        set->store.multipart_threshold = number;
    } else if (strcmp(name, "--part-size") == 0 && read_number(value, &number)) {
        set->store.multipart_part_size = number;
    } else {
        return false;
    }
    return true;
}

static bool read_arguments(int argc, char **argv, settings *set) {
    for (int i = 1; i < argc; i++) {
        if (read_flag(set, argv[i])) {
            continue;
        }
        if (i + 1 >= argc || !read_option(set, argv[i], argv[i + 1])) {
            fprintf(stderr, "move_cli: wrong argument '%s'\n", argv[i]);
            return false;
        }
        i++;
    }
    return true;
}

static int print_json(cJSON *json) {
    char *text = json == NULL ? NULL : cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (text == NULL) {
        return 5;
    }
    printf("%s\n", text);
    cJSON_free(text);
    return fflush(stdout) == 0 ? 0 : 5;
}

static int print_error(const lw_error *err) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "outcome", "UNREAD");
    cJSON_AddStringToObject(json, "reason", err->text);
    return print_json(json);
}

static int move_one(lw_mover *mover, lw_slice line) {
    lw_move_request request = {0};
    lw_move_result result = {0};
    lw_error err = {0};
    cJSON *json = NULL;
    if (lw_move_request_parse(line, &request, &err) != LW_OK) {
        return print_error(&err);
    }
    lw_status status = lw_mover_move(mover, &request, &result);
    if (status == LW_OK) {
        status = lw_move_result_json(&request, &result, &json);
    }
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    return status == LW_OK ? print_json(json) : 5;
}

static int serve(const settings *set, lw_mover *shared) {
    char *line = NULL;
    size_t cap = 0;
    ssize_t len = 0;
    int code = 0;
    while (code == 0 && (len = getline(&line, &cap, stdin)) > 0) {
        lw_mover *mover = shared;
        lw_error err = {0};
        if (mover == NULL && lw_mover_new(&set->mover, &mover, &err) != LW_OK) {
            code = print_error(&err);
            continue;
        }
        code = move_one(mover, (lw_slice){line, (size_t)len});
        if (mover != shared) {
            lw_mover_free(mover);
        }
    }
    free(line);
    return code;
}

int main(int argc, char **argv) {
    settings set = {.store = {.region = "us-east-1", .max_attempts = 1, .read_timeout_ms = 20000}};
    lw_error err = {0};
    lw_mover *shared = NULL;
    int code = 2;
    if (!read_arguments(argc, argv, &set) || lw_store_open(&set.store, &set.mover.source, &err) != LW_OK) {
        fprintf(stderr, "move_cli: %s\n", err.text);
        return code;
    }
    set.mover.target = set.mover.source;
    if (set.keep_mover && lw_mover_new(&set.mover, &shared, &err) != LW_OK) {
        fprintf(stderr, "move_cli: %s\n", err.text);
    } else {
        code = serve(&set, shared);
    }
    lw_mover_free(shared);
    lw_store_free(set.mover.source);
    return code;
}
