#include "tests/support/lw_test.h"

#include <string.h>

#include "base/status.h"

LW_TEST(every_code_has_name_text_and_class) {
    assert_string_equal(lw_status_name(LW_E_IO), "LW_E_IO");
    assert_string_equal(lw_status_text(LW_E_PARSE), "cannot be parsed");
    assert_int_equal(lw_status_class_of(LW_OK), LW_CLASS_NONE);
    assert_int_equal(lw_status_class_of(LW_E_THROTTLED), LW_CLASS_RETRY);
    assert_int_equal(lw_status_class_of(LW_E_REFUSED), LW_CLASS_DENIED);
    for (int code = 0; code >= -28; code--) {
        assert_string_not_equal(lw_status_text((lw_status)code), "unknown status");
        assert_string_not_equal(lw_status_name((lw_status)code), "LW_E_UNKNOWN");
    }
}

LW_TEST(unknown_code_has_a_text) {
    assert_string_equal(lw_status_text((lw_status)-999), "unknown status");
    assert_int_equal(lw_status_class_of((lw_status)-999), LW_CLASS_INTERNAL);
}

LW_TEST(fail_fills_the_error) {
    lw_error err = {0};
    assert_int_equal(lw_fail(&err, LW_E_CONFIG, "field '%s' is %d", "x", 7), LW_E_CONFIG);
    assert_int_equal(err.code, LW_E_CONFIG);
    assert_string_equal(err.text, "field 'x' is 7");
    assert_int_equal(lw_fail(NULL, LW_E_IO, "nobody listens"), LW_E_IO);
}

LW_TEST(fail_replaces_control_characters) {
    lw_error err = {0};
    (void)lw_fail(&err, LW_E_IO, "%s", "a\nb\x1b[2Jc\x7f d\xc2\x9b e\xc3\xa9");
    assert_string_equal(err.text, "a?b?[2Jc? d? e\xc3\xa9");
}

LW_TEST(fail_cuts_at_a_character) {
    char subject[1024];
    const size_t room = sizeof(((lw_error *)NULL)->text) - 1;
    for (size_t pad = room - 5; pad < room; pad++) {
        memset(subject, 'a', sizeof(subject));
        memcpy(subject + pad, "\xf0\x9f\x98\x80", 4);
        subject[sizeof(subject) - 1] = '\0';
        lw_error err = {0};
        (void)lw_fail(&err, LW_E_IO, "%s", subject);
        assert_int_equal(strlen(err.text), pad + 4 <= room ? room : pad);
    }
}

LW_TEST(fail_may_quote_its_own_text) {
    lw_error err = {0};
    (void)lw_fail(&err, LW_E_IO, "first");
    (void)lw_fail(&err, LW_E_NETWORK, "second after %s", err.text);
    assert_string_equal(err.text, "second after first");
}

LW_TEST(prefix_keeps_code_and_text) {
    lw_error err = {0};
    (void)lw_fail(&err, LW_E_TIMEOUT, "read of '%s' took too long", "k");
    assert_int_equal(lw_fail_prefix(&err, LW_E_IO, "bucket '%s'", "b"), LW_E_TIMEOUT);
    assert_string_equal(err.text, "bucket 'b': read of 'k' took too long");
    assert_int_equal(lw_fail_prefix(NULL, LW_E_IO, "x"), LW_E_IO);
}

LW_TEST(prefix_of_an_empty_error_says_the_status) {
    lw_error err = {0};
    assert_int_equal(lw_fail_prefix(&err, LW_E_MEMORY, "list"), LW_E_MEMORY);
    assert_string_equal(err.text, "list: out of memory");
}

LW_TEST(prefix_never_overflows) {
    lw_error err = {0};
    char subject[900];
    memset(subject, 'x', sizeof(subject));
    subject[sizeof(subject) - 1] = '\0';
    (void)lw_fail(&err, LW_E_IO, "%s", subject);
    (void)lw_fail_prefix(&err, LW_E_IO, "%s", "prefix");
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_memory_equal(err.text, "prefix: xxx", 11);
}

static lw_status try_both(lw_status first, int *calls) {
    LW_TRY(first);
    (*calls)++;
    return LW_OK;
}

LW_TEST(try_returns_at_once) {
    int calls = 0;
    assert_int_equal(try_both(LW_E_PARSE, &calls), LW_E_PARSE);
    assert_int_equal(calls, 0);
    assert_ok(try_both(LW_OK, &calls));
    assert_int_equal(calls, 1);
}
