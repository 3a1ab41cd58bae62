/* lakewarden identifiers: what sensitive data looks like, for people and for scripts. Everything comes from the
 * catalogue as JSON (identifiers/); this file lays it out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef enum identifiers_format { FORMAT_TABLE, FORMAT_JSON } identifiers_format;

typedef struct identifiers_flags {
    int format;
    const char *text;
} identifiers_flags;

static const lw_option format_options[] = {
    {"format", LW_OPTION_CHOICE, "FORMAT", "table|json", offsetof(identifiers_flags, format), 0,
     "for people or for scripts (default table)"},
};

static const lw_option test_options[] = {
    {"text", LW_OPTION_ANY_TEXT, "T", NULL, offsetof(identifiers_flags, text), 0,
     "text to look in, up to 1,000 characters; required"},
    {"format", LW_OPTION_CHOICE, "FORMAT", "table|json", offsetof(identifiers_flags, format), 0,
     "the answer is JSON either way"},
};

/* Parses, checks the number of arguments, works, ends with the exit code. */
typedef struct identifiers_call {
    const lw_option *options;
    size_t option_count;
    size_t least, most; /* arguments */
    const char *wanted; /* what they are */
    lw_status (*work)(const lw_command *command, const identifiers_flags *flags, const lw_strings *arguments,
                      lw_error *err);
} identifiers_call;

static int call(const identifiers_call *what, const lw_command *command, int argc, char **argv) {
    identifiers_flags flags = {0};
    lw_option_group group = {"options", what->options, what->option_count, &flags};
    lw_strings arguments = {0};
    lw_error err = {0};
    int code = LW_EXIT_DONE;
    if (lw_cli_parse(command, &group, 1, argc, argv, &arguments, &code)) {
        lw_status status;
        if (arguments.count < what->least || arguments.count > what->most) {
            status = lw_fail(&err, LW_E_USAGE, "takes %s", what->wanted);
        } else {
            status = what->work(command, &flags, &arguments, &err);
        }
        if (status == LW_OK) {
            status = lw_cli_flush(&err);
        }
        if (status != LW_OK) {
            code = lw_cli_fail(command, status, &err);
            code =
                code == LW_EXIT_UNREAD ? LW_EXIT_USAGE : code; /* a file or id of the user's: no object is read here */
        }
    }
    lw_strings_done(&arguments);
    return code;
}

static lw_status write_line(const char *text, lw_error *err) {
    LW_TRY(lw_cli_write(lw_slice_from(text), err));
    return lw_cli_write(LW_SLICE_LITERAL("\n"), err);
}

/* ---- list ---- */

static const char *text_of(const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

static bool flag_of(const cJSON *object, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static const char *short_category(const char *category) {
    if (strcmp(category, "FINANCIAL_INFORMATION") == 0) {
        return "financial";
    }
    return strcmp(category, "CREDENTIALS") == 0 ? "credentials" : "personal";
}

static lw_status list_entry(const cJSON *entry, int width, lw_buf *out) {
    return lw_buf_printf(out, "%-*s  %-11s  %-9s  %-11s  %s\n", width, text_of(entry, "id"),
                         short_category(text_of(entry, "category")), flag_of(entry, "supported") ? "yes" : "not yet",
                         flag_of(entry, "recommended") ? "yes" : "no", text_of(entry, "name"));
}

static lw_status list_table(const cJSON *catalogue, lw_error *err) {
    int width = 10;
    const cJSON *entry;
    lw_buf out;
    cJSON_ArrayForEach(entry, catalogue) {
        int len = (int)strlen(text_of(entry, "id"));
        width = len > width ? len : width;
    }
    lw_buf_init(&out, 4 * 1024 * 1024);
    lw_status status = lw_buf_printf(&out, "%-*s  %-11s  %-9s  %-11s  %s\n", width, "ID", "CATEGORY", "SUPPORTED",
                                     "RECOMMENDED", "NAME");
    cJSON_ArrayForEach(entry, catalogue) {
        if (status == LW_OK) {
            status = list_entry(entry, width, &out);
        }
    }
    if (status == LW_OK) {
        status = lw_cli_write(lw_buf_slice(&out), err);
    }
    lw_buf_done(&out);
    return status;
}

static lw_status list(const lw_command *command, const identifiers_flags *flags, const lw_strings *arguments,
                      lw_error *err) {
    (void)command;
    (void)arguments;
    char *json = NULL;
    LW_TRY(lw_catalogue_json(&json, err));
    lw_status status = LW_OK;
    if (flags->format == FORMAT_JSON) {
        status = write_line(json, err);
    } else {
        cJSON *catalogue = cJSON_Parse(json);
        status = catalogue != NULL ? list_table(catalogue, err) : LW_E_MEMORY;
        cJSON_Delete(catalogue);
    }
    free(json);
    return status;
}

/* ---- show ---- */

#define SHOW_DEPTH 6

static lw_status show_value(const cJSON *value, unsigned depth, lw_buf *out);

static lw_status show_members(const cJSON *value, unsigned depth, lw_buf *out) {
    const cJSON *member;
    cJSON_ArrayForEach(member, value) {
        LW_TRY(lw_buf_append_char(out, '\n'));
        for (unsigned i = 0; i < depth; i++) {
            LW_TRY(lw_buf_append_text(out, "  "));
        }
        if (member->string != NULL) {
            LW_TRY(lw_buf_printf(out, "%s: ", member->string));
        } else {
            LW_TRY(lw_buf_append_text(out, "- "));
        }
        LW_TRY(show_value(member, depth + 1, out));
    }
    return LW_OK;
}

/* "a, b, c" */
static lw_status show_words(const cJSON *array, lw_buf *out) {
    const cJSON *item;
    cJSON_ArrayForEach(item, array) {
        LW_TRY(lw_buf_append_text(out, item == array->child ? "" : ", "));
        LW_TRY(lw_buf_append_text(out, cJSON_GetStringValue(item)));
    }
    return LW_OK;
}

static bool is_short_words(const cJSON *array) {
    const cJSON *item;
    cJSON_ArrayForEach(item, array) {
        if (!cJSON_IsString(item) || strlen(item->valuestring) > 40) {
            return false;
        }
    }
    return cJSON_IsArray(array);
}

static lw_status show_scalar(const cJSON *value, lw_buf *out) {
    if (cJSON_IsString(value)) {
        return lw_buf_append_text(out, value->valuestring);
    }
    if (cJSON_IsBool(value)) {
        return lw_buf_append_text(out, cJSON_IsTrue(value) ? "yes" : "no");
    }
    char *text = cJSON_PrintUnformatted(value);
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_buf_append_text(out, cJSON_IsNull(value) ? "none" : text);
    cJSON_free(text);
    return status;
}

static lw_status show_value(const cJSON *value, unsigned depth, lw_buf *out) {
    if (depth > SHOW_DEPTH || !(cJSON_IsArray(value) || cJSON_IsObject(value))) {
        return show_scalar(value, out);
    }
    return is_short_words(value) ? show_words(value, out) : show_members(value, depth, out);
}

static lw_status show_text(const char *json, lw_error *err) {
    cJSON *entry = cJSON_Parse(json);
    if (entry == NULL) {
        return LW_E_MEMORY;
    }
    lw_buf out;
    lw_buf_init(&out, 4 * 1024 * 1024);
    lw_status status = show_members(entry, 0, &out);
    if (status == LW_OK) {
        status = lw_buf_append_char(&out, '\n');
    }
    if (status == LW_OK) {
        status = lw_cli_write((lw_slice){out.data + 1, out.len - 1}, err); /* without the first line break */
    }
    lw_buf_done(&out);
    cJSON_Delete(entry);
    return status;
}

static lw_status show(const lw_command *command, const identifiers_flags *flags, const lw_strings *arguments,
                      lw_error *err) {
    (void)command;
    char *json = NULL;
    LW_TRY(lw_catalogue_show_json(arguments->items[0], &json, err));
    lw_status status = flags->format == FORMAT_JSON ? write_line(json, err) : show_text(json, err);
    free(json);
    return status;
}

/* ---- check ---- */

static lw_status check_json(size_t examples, size_t failed, lw_error *err) {
    cJSON *json = cJSON_CreateObject();
    lw_status status = LW_E_MEMORY;
    if (json != NULL && cJSON_AddNumberToObject(json, "examples", (double)examples) != NULL &&
        cJSON_AddNumberToObject(json, "failed", (double)failed) != NULL) {
        status = lw_cli_write_json(json, err);
    }
    cJSON_Delete(json);
    return status;
}

static lw_status check(const lw_command *command, const identifiers_flags *flags, const lw_strings *arguments,
                       lw_error *err) {
    size_t examples = 0;
    size_t failed = 0;
    lw_strings messages = {0};
    lw_error first = {0};
    lw_status status = lw_catalogue_check(arguments, &examples, &failed, &messages, &first);
    for (size_t i = 0; i < messages.count; i++) {
        lw_cli_warn(command, "%s", messages.items[i]);
    }
    lw_strings_done(&messages);
    if (status != LW_OK && failed == 0) {
        *err = first; /* not a failed example: the file could not be read or is wrong */
        return status;
    }
    if (flags->format == FORMAT_JSON) {
        LW_TRY(check_json(examples, failed, err));
    } else {
        (void)printf("%zu example%s, %zu failed\n", examples, examples == 1 ? "" : "s", failed);
    }
    return failed == 0 ? LW_OK : lw_fail(err, LW_E_CONFIG, "%zu of %zu examples failed", failed, examples);
}

/* ---- test ---- */

static lw_status test(const lw_command *command, const identifiers_flags *flags, const lw_strings *arguments,
                      lw_error *err) {
    (void)command;
    if (flags->text == NULL) {
        return lw_fail(err, LW_E_USAGE, "option '--text' is missing: give the text to look in");
    }
    uint64_t count = 0;
    LW_TRY(lw_identifier_test(arguments->items[0], lw_slice_from(flags->text), &count, err));
    cJSON *json = cJSON_CreateObject();
    lw_status status = LW_E_MEMORY;
    if (json != NULL && cJSON_AddNumberToObject(json, "matchCount", (double)count) != NULL) {
        status = lw_cli_write_json(json, err);
    }
    cJSON_Delete(json);
    return status;
}

/* ---- the family ---- */

static int run_list(const lw_command *command, int argc, char **argv) {
    static const identifiers_call what = {format_options, COUNT(format_options), 0, 0, "no argument", list};
    return call(&what, command, argc, argv);
}

static int run_show(const lw_command *command, int argc, char **argv) {
    static const identifiers_call what = {format_options, COUNT(format_options), 1, 1, "one ID", show};
    return call(&what, command, argc, argv);
}

static int run_check(const lw_command *command, int argc, char **argv) {
    static const identifiers_call what = {format_options, COUNT(format_options), 0,
                                          SIZE_MAX,       "files and folders",   check};
    return call(&what, command, argc, argv);
}

static int run_test(const lw_command *command, int argc, char **argv) {
    static const identifiers_call what = {test_options, COUNT(test_options), 1, 1, "one ID or FILE (and --text T)",
                                          test};
    return call(&what, command, argc, argv);
}

static const lw_command command_list = {
    .name = "list",
    .path = "lakewarden identifiers list",
    .summary = "list the managed identifiers",
    .usage = "[--format table|json]",
    .about =
        "Lists Macie's managed data identifiers: which are found by this version, and which belong to the recommended "
        "set that a scan uses by default.",
    .example = "lakewarden identifiers list --format json",
    .run = run_list,
};

static const lw_command command_show = {
    .name = "show",
    .path = "lakewarden identifiers show",
    .summary = "show one managed identifier: keywords, severity, patterns, examples",
    .usage = "ID [--format table|json]",
    .example = "lakewarden identifiers show USA_SOCIAL_SECURITY_NUMBER",
    .run = run_show,
};

static const lw_command command_check = {
    .name = "check",
    .path = "lakewarden identifiers check",
    .summary = "check the identifiers and run their examples and counter-examples, or check files of them",
    .usage = "[PATH...] [--format table|json]",
    .about =
        "Without PATH: checks every entry of the catalogue and runs its examples and counter-examples. With PATH, a "
        "file "
        "or a folder: a custom data identifier is checked against Macie's limits and its subset of regular "
        "expressions; a managed one (it has the field 'detect', see scan --managed-data) is checked field by field "
        "and its examples are run. Every fault is listed; ends with exit code 2 when there is one.",
    .example = "lakewarden identifiers check identifiers/custom/patient-id.json",
    .run = run_check,
};

static const lw_command command_test = {
    .name = "test",
    .path = "lakewarden identifiers test",
    .summary = "count matches in a text, as Macie's TestCustomDataIdentifier",
    .usage = "ID|FILE --text T",
    .about =
        "Prints {\"matchCount\": n}. The text is plain: a keyword must stand in it near the match where the identifier "
        "needs one.",
    .example = "lakewarden identifiers test identifiers/custom/us-passport.json --text 'passport X00000000X'",
    .run = run_test,
};

static const lw_command *const identifiers_commands[] = {&command_list, &command_show, &command_check, &command_test};

const lw_command lw_command_identifiers = {
    .name = "identifiers",
    .path = "lakewarden identifiers",
    .summary = "list, show, check and test what sensitive data looks like",
    .usage = "COMMAND [ARGUMENT...]",
    .example = "lakewarden identifiers list",
    .run = lw_cli_dispatch,
    .children = identifiers_commands,
    .child_count = COUNT(identifiers_commands),
};
