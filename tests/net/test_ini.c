#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "net/ini_priv.h"

static lw_ini parsed(const char *text) {
    lw_ini ini = {0};
    assert_ok(lw_ini_parse(lw_slice_from(text), &ini, NULL));
    return ini;
}

static void check(const char *text, const char *section, const char *key, const char *want) {
    lw_ini ini = parsed(text);
    const char *value = lw_ini_get(&ini, section, key);
    if (want == NULL) {
        assert_null(value);
    } else {
        assert_non_null(value);
        assert_string_equal(value, want);
    }
    lw_ini_done(&ini);
}

static void check_refused(const char *text, unsigned want_line) {
    lw_ini ini = {0};
    unsigned line = 0;
    assert_int_equal(lw_ini_parse(lw_slice_from(text), &ini, &line), LW_E_PARSE);
    assert_int_equal(line, want_line);
    assert_null(ini.items);
}

LW_TEST(settings_by_section) {
    static const char text[] = "[default]\nregion = eu-west-1\n[profile x]\nregion=us-west-2\n";
    check(text, "default", "region", "eu-west-1");
    check(text, "profile x", "region", "us-west-2");
    check(text, "profile y", "region", NULL);
    check(text, "default", "output", NULL);
}

LW_TEST(both_delimiters_and_case_of_keys) {
    check("[a]\nKey : v=1\n", "a", "key", "v=1");
    check("[a]\nKEY=v:1\n", "a", "Key", "v:1");
    check("[a]\nurl = http://h:1/\n", "a", "url", "http://h:1/");
}

LW_TEST(comments_only_at_line_start) {
    check("# c\n[a] ; c\n; k = 1\nk = v # no comment ; either\n", "a", "k", "v # no comment ; either");
    check("[a]\n  # indented\nk = v\n", "a", "k", "v");
}

LW_TEST(line_ends_and_byte_order_mark) {
    check("\xef\xbb\xbf[a]\r\nk = v\r\n", "a", "k", "v");
    check("[a]\nk = last line without end", "a", "k", "last line without end");
}

LW_TEST(section_names_are_normalised) {
    check("[profile   \"my team\" ]\nk = v\n", "profile my team", "k", "v");
    check("[ profile\tx ]\nk = v\n", "profile x", "k", "v");
    check("['quoted']\nk = v\n", "quoted", "k", "v");
}

LW_TEST(nested_settings) {
    static const char text[] =
        "[default]\ns3 =\n    addressing_style = path\n\n    max_queue_size=5\nregion = r\n[x]\nk = v\n";
    check(text, "default", "s3.addressing_style", "path");
    check(text, "default", "s3.max_queue_size", "5");
    check(text, "default", "region", "r");
    check(text, "default", "addressing_style", NULL);
    check(text, "x", "k", "v");
}

LW_TEST(indented_keys_are_not_nested) {
    static const char text[] = "[default]\n  region = r\n  output = json\n";
    check(text, "default", "region", "r");
    check(text, "default", "output", "json");
}

LW_TEST(continuation_of_a_value) {
    check("[a]\nk = one\n  two\n", "a", "k", "one\ntwo");
}

LW_TEST(last_of_two_counts) {
    check("[a]\nk = 1\nk = 2\n[b]\nz = 0\n[a]\nk = 3\n", "a", "k", "3");
}

LW_TEST(empty_values_and_sections) {
    lw_ini ini = parsed("[a]\nk =\n[b]\n");
    assert_string_equal(lw_ini_get(&ini, "a", "k"), "");
    assert_true(lw_ini_has_section(&ini, "b"));
    assert_false(lw_ini_has_section(&ini, "c"));
    lw_ini_done(&ini);
    ini = parsed("");
    assert_int_equal(ini.count, 0);
    lw_ini_done(&ini);
}

LW_TEST(broken_lines_are_named) {
    check_refused("k = v\n", 1);
    check_refused("[a]\nno delimiter\n", 2);
    check_refused("[a]\n= v\n", 2);
    check_refused("[a\n", 1);
    check_refused("[]\n", 1);
    check_refused("[a]\nk = v\n\ns3 =\n  nested without delimiter\n", 5);
}

LW_TEST(nul_byte_is_refused) {
    lw_ini ini = {0};
    assert_int_equal(lw_ini_parse((lw_slice){"[a]\nk=\0v\n", 9}, &ini, NULL), LW_E_PARSE);
}

LW_TEST(number_of_settings_is_limited) {
    lw_buf text;
    lw_ini ini = {0};
    lw_buf_init(&text, 1024 * 1024);
    assert_ok(lw_buf_append_text(&text, "[a]\n"));
    for (int i = 0; i < 10001; i++) {
        assert_ok(lw_buf_append_text(&text, "k=v\n"));
    }
    assert_int_equal(lw_ini_parse(lw_buf_slice(&text), &ini, NULL), LW_E_LIMIT);
    lw_buf_done(&text);
}

LW_TEST(every_prefix_is_safe) {
    static const char whole[] = "# c\n[profile \"a b\"]\ns3 =\n  k = v\nx : y\n  more\n[services z]\ns3=\n e=1\n";
    for (size_t len = 0; len < sizeof whole; len++) {
        char *copy = malloc(len == 0 ? 1 : len); /* exact, so that the sanitizer sees a read past the end */
        assert_non_null(copy);
        memcpy(copy, whole, len);
        lw_ini ini = {0};
        lw_status status = lw_ini_parse((lw_slice){copy, len}, &ini, NULL);
        assert_true(status == LW_OK || status == LW_E_PARSE);
        lw_ini_done(&ini);
        free(copy);
    }
}
