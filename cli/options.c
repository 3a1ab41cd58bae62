/* The command line against its tables, and the help text out of them.
 *
 * One pass over argv. An option is looked up in the groups in their order; tables are small, so a walk is enough. What
 * is wrong is told once, with the option's name in front, so that a script's log says which of twenty flags it was.
 * Help is made from the same tables, so it can not fall behind; texts are wrapped at 100 columns.
 */
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_WIDTH 100U
#define HELP_INDENT 32U
#define NAMES_MAX 96U

/* ---- finding a name ---- */

const char *lw_nearest(const char *text, const char *const *names, size_t count) {
    const char *nearest = NULL;
    unsigned least = strlen(text) < 4 ? 2 : 4; /* more edits than this is another word */
    for (size_t i = 0; i < count; i++) {
        unsigned distance = lw_edit_distance(text, names[i]);
        if (distance < least || (nearest == NULL && strlen(text) > 2 && strncmp(text, names[i], strlen(text)) == 0)) {
            nearest = names[i];
            least = distance < least ? distance : least;
        }
    }
    return nearest;
}

typedef struct place {
    const lw_option *option;
    char *target;
} place;

static bool find_option(const lw_option_group *groups, size_t group_count, lw_slice name, place *ret_place) {
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            if (lw_slice_equal_text(name, groups[g].options[i].name)) {
                const lw_option *option = &groups[g].options[i];
                *ret_place = (place){option, (char *)groups[g].target + option->offset};
                return true;
            }
        }
    }
    return false;
}

static lw_status unknown_option(const lw_option_group *groups, size_t group_count, const char *given, lw_error *err) {
    const char *names[NAMES_MAX] = {"help"};
    size_t count = 1;
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count && count < NAMES_MAX; i++) {
            names[count++] = groups[g].options[i].name;
        }
    }
    size_t dashes = strspn(given, "-");
    size_t len = strcspn(given, "=");
    char *name = lw_slice_dup((lw_slice){given + dashes, len > dashes ? len - dashes : 0});
    if (name == NULL) {
        return LW_E_MEMORY;
    }
    const char *nearest = lw_nearest(name, names, count);
    free(name);
    if (nearest != NULL) {
        return lw_fail(err, LW_E_USAGE, "unknown option '%.*s'; did you mean '--%s'?", (int)len, given, nearest);
    }
    return lw_fail(err, LW_E_USAGE, "unknown option '%.*s'; --help lists the options", (int)len, given);
}

/* ---- values ---- */

static lw_status bad_value(const lw_option *option, const char *text, const char *wanted, lw_error *err) {
    return lw_fail(err, LW_E_USAGE, "option '--%s': '%s' is not %s", option->name, text, wanted);
}

static lw_status set_number(const place *at, const char *text, lw_error *err) {
    char wanted[96];
    char most[32];
    lw_format_count(at->option->limit, most);
    uint64_t value = 0;
    bool good = lw_parse_u64(text, &value) == LW_OK && value > 0;
    if (at->option->limit > 0) {
        (void)snprintf(wanted, sizeof wanted, "a number from 1 to %s", most);
        good = good && value <= at->option->limit;
    } else {
        (void)snprintf(wanted, sizeof wanted, "a number of at least 1");
    }
    if (!good) {
        return bad_value(at->option, text, wanted, err);
    }
    *(uint64_t *)(void *)at->target = value;
    return LW_OK;
}

static lw_status set_size(const place *at, const char *text, lw_error *err) {
    uint64_t value = 0;
    if (lw_parse_size(text, &value) != LW_OK || value == 0) {
        return bad_value(at->option, text, "a size; write a number of bytes, or one with K, M or G, as in 64K", err);
    }
    *(uint64_t *)(void *)at->target = value;
    return LW_OK;
}

static lw_status set_seconds(const place *at, const char *text, lw_error *err) {
    uint64_t value = 0;
    if (lw_parse_u64(text, &value) != LW_OK || value > at->option->limit) {
        return bad_value(at->option, text, "a number of seconds", err);
    }
    *(int64_t *)(void *)at->target = (int64_t)(value * 1000);
    return LW_OK;
}

static lw_status set_time(const place *at, const char *text, lw_error *err) {
    int64_t value = 0;
    if (lw_time_parse_iso(lw_slice_from(text), &value) != LW_OK) {
        return bad_value(at->option, text, "a time; write 2026-01-31 or 2026-01-31T12:00:00Z", err);
    }
    *(int64_t *)(void *)at->target = value;
    return LW_OK;
}

static lw_status set_digits(const place *at, const char *text, lw_error *err) {
    if (strlen(text) != at->option->limit || strspn(text, "0123456789") != at->option->limit) {
        char wanted[48];
        (void)snprintf(wanted, sizeof wanted, "a number of %u digits", (unsigned)at->option->limit);
        return bad_value(at->option, text, wanted, err);
    }
    *(const char **)(void *)at->target = text;
    return LW_OK;
}

static lw_status set_commas(const place *at, const char *text, lw_error *err) {
    lw_strings *list = (lw_strings *)(void *)at->target;
    for (const char *from = text;; from++) {
        lw_slice item = lw_slice_trim((lw_slice){from, strcspn(from, ",")});
        if (item.len == 0) {
            return bad_value(at->option, text, "a list; write words with one comma between them", err);
        }
        LW_TRY(lw_strings_add(list, item));
        from += strcspn(from, ",");
        if (*from == '\0') {
            return LW_OK;
        }
    }
}

static lw_status bad_choice(const lw_option *option, const char *text, lw_error *err) {
    char wanted[128] = "one of ";
    size_t len = strlen(wanted);
    for (const char *c = option->choices; *c != '\0' && len + 3 < sizeof wanted; c++) {
        if (*c == '|') {
            wanted[len++] = ',';
            wanted[len++] = ' ';
        } else {
            wanted[len++] = *c;
        }
    }
    wanted[len] = '\0';
    return bad_value(option, text, wanted, err);
}

static lw_status set_choice(const place *at, const char *text, lw_error *err) {
    int index = 0;
    for (const char *from = at->option->choices;; index++) {
        size_t len = strcspn(from, "|");
        if (lw_slice_equal_nocase((lw_slice){from, len}, lw_slice_from(text))) {
            *(int *)(void *)at->target = index;
            return LW_OK;
        }
        if (from[len] == '\0') {
            return bad_choice(at->option, text, err);
        }
        from += len + 1;
    }
}

static lw_status set_value(const place *at, const char *text, lw_error *err) {
    if (text[0] == '\0' && at->option->kind != LW_OPTION_ANY_TEXT) {
        return lw_fail(err, LW_E_USAGE, "option '--%s' needs a value that is not empty (%s)", at->option->name,
                       at->option->value);
    }
    switch (at->option->kind) {
    case LW_OPTION_TEXT:
    case LW_OPTION_ANY_TEXT:
        *(const char **)(void *)at->target = text;
        return LW_OK;
    case LW_OPTION_LIST:
        return lw_strings_add((lw_strings *)(void *)at->target, lw_slice_from(text));
    case LW_OPTION_COMMAS:
        return set_commas(at, text, err);
    case LW_OPTION_DIGITS:
        return set_digits(at, text, err);
    case LW_OPTION_NUMBER:
        return set_number(at, text, err);
    case LW_OPTION_SIZE:
        return set_size(at, text, err);
    case LW_OPTION_SECONDS:
        return set_seconds(at, text, err);
    case LW_OPTION_TIME:
        return set_time(at, text, err);
    case LW_OPTION_CHOICE:
        return set_choice(at, text, err);
    case LW_OPTION_SWITCH:
    case LW_OPTION_SWITCH_OFF:
        break;
    }
    return lw_fail(err, LW_E_INTERNAL, "option '--%s' has no kind", at->option->name);
}

/* ---- the pass over argv ---- */

static bool is_switch(const lw_option *option) {
    return option->kind == LW_OPTION_SWITCH || option->kind == LW_OPTION_SWITCH_OFF;
}

/* argument: "--name" or "--name=value"; *index is moved on when the value is the next argument. */
static lw_status parse_option(const place *at, int argc, char **argv, int *index, lw_error *err) {
    const lw_option *option = at->option;
    const char *equals = strchr(argv[*index], '=');
    if (is_switch(option)) {
        if (equals != NULL) {
            return lw_fail(err, LW_E_USAGE, "option '--%s' takes no value", option->name);
        }
        *(bool *)(void *)at->target = option->kind == LW_OPTION_SWITCH;
        return LW_OK;
    }
    if (equals != NULL) {
        return set_value(at, equals + 1, err);
    }
    if (*index + 1 >= argc) {
        return lw_fail(err, LW_E_USAGE, "option '--%s' needs a value (%s)", option->name, option->value);
    }
    const char *value = argv[*index + 1];
    if (strncmp(value, "--", 2) == 0) {
        return lw_fail(err, LW_E_USAGE, "option '--%s' needs a value (%s); write --%s=%s if that is meant",
                       option->name, option->value, option->name, value);
    }
    ++*index;
    return set_value(at, value, err);
}

lw_status lw_options_parse(const lw_option_group *groups, size_t group_count, int argc, char **argv,
                           lw_strings *arguments, bool *ret_help, lw_error *err) {
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        const char *argument = argv[i];
        if (ended || argument[0] != '-' || argument[1] == '\0') {
            LW_TRY(lw_strings_add(arguments, lw_slice_from(argument)));
        } else if (strcmp(argument, "--") == 0) {
            ended = true;
        } else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
            *ret_help = true;
            return LW_OK;
        } else {
            place at;
            lw_slice name = {argument + 2, argument[1] == '-' ? strcspn(argument + 2, "=") : 0};
            if (!find_option(groups, group_count, name, &at)) {
                return unknown_option(groups, group_count, argument, err);
            }
            LW_TRY(parse_option(&at, argc, argv, &i, err));
        }
    }
    *ret_help = false;
    return LW_OK;
}

/* ---- help ---- */

static lw_status spaces(lw_buf *out, size_t count) {
    while (count-- > 0) {
        LW_TRY(lw_buf_append_char(out, ' '));
    }
    return LW_OK;
}

/* Words of text from column `column` on, further lines indented by `indent`; ends the last line. */
static lw_status wrapped(lw_buf *out, const char *text, size_t column, size_t indent) {
    bool first = true;
    while (*text != '\0') {
        size_t len = strcspn(text, " \n");
        if (!first && column + 1 + len > HELP_WIDTH) {
            LW_TRY(lw_buf_append_char(out, '\n'));
            LW_TRY(spaces(out, indent));
            column = indent;
        } else if (!first) {
            LW_TRY(lw_buf_append_char(out, ' '));
            column++;
        }
        LW_TRY(lw_buf_append(out, text, len));
        column += len;
        first = false;
        text += len;
        if (*text == '\n') {
            LW_TRY(lw_buf_append_char(out, '\n'));
            LW_TRY(spaces(out, indent));
            column = indent;
            first = true;
        }
        text += *text != '\0';
    }
    return lw_buf_append_char(out, '\n');
}

/* A name in the left column, its explanation in the right one. */
static lw_status entry(lw_buf *out, const char *left, const char *right) {
    size_t used = 2 + strlen(left);
    LW_TRY(lw_buf_printf(out, "  %s", left));
    if (used + 2 > HELP_INDENT) {
        LW_TRY(lw_buf_append_char(out, '\n'));
        used = 0;
    }
    LW_TRY(spaces(out, HELP_INDENT - used));
    return wrapped(out, right, HELP_INDENT, HELP_INDENT);
}

static lw_status help_group(const lw_option_group *group, lw_buf *out) {
    LW_TRY(lw_buf_printf(out, "\n%s:\n", group->title));
    for (size_t i = 0; i < group->count; i++) {
        const lw_option *option = &group->options[i];
        char left[96];
        const char *value = option->choices != NULL ? option->choices : option->value;
        (void)snprintf(left, sizeof left, "--%s%s%s", option->name, value != NULL ? " " : "",
                       value != NULL ? value : "");
        LW_TRY(entry(out, left, option->help));
    }
    return LW_OK;
}

static lw_status help_children(const lw_command *command, lw_buf *out) {
    LW_TRY(lw_buf_append_text(out, "\ncommands:\n"));
    for (size_t i = 0; i < command->child_count; i++) {
        LW_TRY(entry(out, command->children[i]->name, command->children[i]->summary));
    }
    return lw_buf_printf(out, "\n'%s COMMAND --help' tells more about each.\n", command->path);
}

lw_status lw_options_help(const lw_command *command, const lw_option_group *groups, size_t group_count, lw_buf *out) {
    LW_TRY(lw_buf_printf(out, "usage: %s %s\n\n", command->path, command->usage));
    LW_TRY(wrapped(out, command->about != NULL ? command->about : command->summary, 0, 0));
    if (command->child_count > 0) {
        LW_TRY(help_children(command, out));
    }
    for (size_t g = 0; g < group_count; g++) {
        LW_TRY(help_group(&groups[g], out));
    }
    return lw_buf_printf(out, "\nexample:\n  %s\n", command->example);
}
