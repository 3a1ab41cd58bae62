/* The parser of argument tables, without a program around it. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

typedef struct parsed {
    bool on, off;
    const char *text, *any, *digits;
    lw_strings list, commas;
    uint64_t number, size;
    int64_t milliseconds, time;
    int choice;
} parsed;

#define AT(field) offsetof(parsed, field)

static const lw_option table[] = {
    {"on", LW_OPTION_SWITCH, NULL, NULL, AT(on), 0, "switch on"},
    {"no-off", LW_OPTION_SWITCH_OFF, NULL, NULL, AT(off), 0, "switch off"},
    {"text", LW_OPTION_TEXT, "T", NULL, AT(text), 0, "a text"},
    {"any", LW_OPTION_ANY_TEXT, "T", NULL, AT(any), 0, "a text that may be empty"},
    {"digits", LW_OPTION_DIGITS, "D", NULL, AT(digits), 4, "four digits"},
    {"list", LW_OPTION_LIST, "ITEM", NULL, AT(list), 0, "one more"},
    {"commas", LW_OPTION_COMMAS, "LIST", NULL, AT(commas), 0, "some more"},
    {"number", LW_OPTION_NUMBER, "N", NULL, AT(number), 100, "up to a hundred"},
    {"size", LW_OPTION_SIZE, "SIZE", NULL, AT(size), 0, "bytes"},
    {"seconds", LW_OPTION_SECONDS, "S", NULL, AT(milliseconds), 3600, "up to an hour"},
    {"time", LW_OPTION_TIME, "TIME", NULL, AT(time), 0, "a moment"},
    {"choice", LW_OPTION_CHOICE, "C", "red|green|blue", AT(choice), 0, "a colour"},
};

typedef struct outcome {
    parsed target;
    lw_strings arguments;
    lw_error err;
    bool help;
    lw_status status;
} outcome;

/* words: up to 8, ended by NULL */
static outcome parse(const char *const *words) {
    outcome result = {.target = {.off = true, .choice = -1}};
    char *argv[9] = {NULL};
    int argc = 0;
    lw_option_group group = {"options", table, sizeof table / sizeof *table, &result.target};
    for (; argc < 8 && words[argc] != NULL; argc++) {
        argv[argc] = strdup(words[argc]);
        assert_non_null(argv[argc]);
    }
    result.status = lw_options_parse(&group, 1, argc, argv, &result.arguments, &result.help, &result.err);
    /* borrowed texts must not outlive argv */
    static char kept[3][64];
    const char **texts[] = {&result.target.text, &result.target.any, &result.target.digits};
    for (size_t i = 0; i < 3; i++) {
        if (*texts[i] != NULL) {
            (void)snprintf(kept[i], sizeof kept[i], "%s", *texts[i]);
            *texts[i] = kept[i];
        }
    }
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    return result;
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})

static void done(outcome *result) {
    lw_strings_done(&result->arguments);
    lw_strings_done(&result->target.list);
    lw_strings_done(&result->target.commas);
}

static void expect_usage(outcome result, const char *part) {
    assert_int_equal(result.status, LW_E_USAGE);
    if (strstr(result.err.text, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, result.err.text);
    }
    done(&result);
}

LW_TEST(every_kind_in_both_forms) {
    outcome result = PARSE("--on", "--text", "a", "--number=7", "--size", "2K", "--choice=GREEN");
    assert_ok(result.status);
    assert_true(result.target.on);
    assert_true(result.target.off);
    assert_string_equal(result.target.text, "a");
    assert_int_equal(result.target.number, 7);
    assert_int_equal(result.target.size, 2048);
    assert_int_equal(result.target.choice, 1);
    done(&result);
    result = PARSE("--no-off", "--any=", "--digits=0123", "--seconds", "0", "--time=1970-01-02");
    assert_ok(result.status);
    assert_false(result.target.off);
    assert_string_equal(result.target.any, "");
    assert_string_equal(result.target.digits, "0123");
    assert_int_equal(result.target.milliseconds, 0);
    assert_int_equal(result.target.time, INT64_C(86400000));
    done(&result);
}

LW_TEST(lists_grow_and_the_last_value_wins) {
    outcome result = PARSE("--list=a", "--list", "b,c", "--commas", "x, y", "--commas=z", "--number=1");
    assert_ok(result.status);
    assert_int_equal(result.target.list.count, 2);
    assert_string_equal(result.target.list.items[1], "b,c");
    assert_int_equal(result.target.commas.count, 3);
    assert_string_equal(result.target.commas.items[1], "y");
    done(&result);
    result = PARSE("--number", "1", "--number=2", "--text", "a", "--text", "b");
    assert_int_equal(result.target.number, 2);
    assert_string_equal(result.target.text, "b");
    done(&result);
}

LW_TEST(arguments_stand_anywhere_and_dashes_end_options) {
    outcome result = PARSE("one", "--on", "-", "--", "--text", "-x");
    assert_ok(result.status);
    assert_int_equal(result.arguments.count, 4);
    assert_string_equal(result.arguments.items[1], "-");
    assert_string_equal(result.arguments.items[2], "--text");
    assert_null(result.target.text);
    done(&result);
}

LW_TEST(help_ends_parsing) {
    outcome result = PARSE("--on", "--help", "--nonsense");
    assert_ok(result.status);
    assert_true(result.help);
    done(&result);
    result = PARSE("--text", "-h");
    assert_ok(result.status);
    assert_false(result.help); /* it is the value */
    done(&result);
}

LW_TEST(wrong_values_name_the_option) {
    expect_usage(PARSE("--number", "0"), "option '--number': '0' is not a number from 1 to 100");
    expect_usage(PARSE("--number=101"), "option '--number'");
    expect_usage(PARSE("--number", "1x"), "option '--number'");
    expect_usage(PARSE("--number", "18446744073709551617"), "option '--number'");
    expect_usage(PARSE("--size=1Q"), "option '--size'");
    expect_usage(PARSE("--size=0"), "option '--size'");
    expect_usage(PARSE("--seconds=3601"), "option '--seconds'");
    expect_usage(PARSE("--time=noon"), "option '--time'");
    expect_usage(PARSE("--digits=123"), "option '--digits': '123' is not a number of 4 digits");
    expect_usage(PARSE("--digits=12345"), "option '--digits'");
    expect_usage(PARSE("--choice=gree"), "option '--choice': 'gree' is not one of red, green, blue");
    expect_usage(PARSE("--choice=red|green"), "option '--choice'");
    expect_usage(PARSE("--commas=,a"), "option '--commas'");
    expect_usage(PARSE("--commas=a,"), "option '--commas'");
    expect_usage(PARSE("--text="), "option '--text' needs a value");
    expect_usage(PARSE("--text"), "option '--text' needs a value (T)");
    expect_usage(PARSE("--text", "--on"), "write --text=--on if that is meant");
    expect_usage(PARSE("--on=1"), "option '--on' takes no value");
}

LW_TEST(misspelt_options_get_a_suggestion) {
    expect_usage(PARSE("--nubmer", "1"), "unknown option '--nubmer'; did you mean '--number'?");
    expect_usage(PARSE("--secnds=1"), "unknown option '--secnds'; did you mean '--seconds'?");
    expect_usage(PARSE("-choice"), "did you mean '--choice'?");
    expect_usage(PARSE("--hepl"), "did you mean '--help'?");
    expect_usage(PARSE("--completely-different"), "--help lists the options");
    expect_usage(PARSE("-q"), "unknown option '-q'");
}

LW_TEST(nearest_name) {
    const char *const names[] = {"scan", "move", "identifiers"};
    assert_string_equal(lw_nearest("scna", names, 3), "scan");
    assert_string_equal(lw_nearest("moves", names, 3), "move");
    assert_string_equal(lw_nearest("ident", names, 3), "identifiers");
    assert_null(lw_nearest("qqqqqqq", names, 3));
    assert_null(lw_nearest("x", names, 3));
    assert_null(lw_nearest("scan", names, 0));
}

LW_TEST(help_lists_every_option_within_its_width) {
    lw_command command = {
        .name = "try", .path = "lakewarden try", .summary = "tries", .usage = "", .example = "lakewarden try"};
    parsed target = {0};
    lw_option_group group = {"options", table, sizeof table / sizeof *table, &target};
    lw_buf text;
    lw_buf_init(&text, 65536);
    assert_ok(lw_options_help(&command, &group, 1, &text));
    for (size_t i = 0; i < group.count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "\n  --%s", table[i].name);
        assert_non_null(strstr(text.data, name));
    }
    assert_non_null(strstr(text.data, "--choice red|green|blue"));
    for (const char *line = text.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
        assert_true(strcspn(line, "\n") <= 100);
    }
    lw_buf_done(&text);
}

LW_TEST(help_says_when_it_does_not_fit) {
    lw_command command = {
        .name = "try", .path = "lakewarden try", .summary = "tries", .usage = "", .example = "lakewarden try"};
    lw_buf text;
    lw_buf_init(&text, 16);
    assert_int_equal(lw_options_help(&command, NULL, 0, &text), LW_E_LIMIT);
    lw_buf_done(&text);
}
