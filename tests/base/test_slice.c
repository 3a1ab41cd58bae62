#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/slice.h"

#define LIT(text) LW_SLICE_LITERAL(text)

LW_TEST(slice_compares) {
    assert_true(lw_slice_equal(LIT("a\0b"), LIT("a\0b")));
    assert_false(lw_slice_equal(LIT("a\0b"), LIT("a\0c")));
    assert_true(lw_slice_equal(lw_slice_from(NULL), LIT("")));
    assert_true(lw_slice_equal_nocase(LIT("PaTient"), LIT("pATIENT")));
    assert_false(lw_slice_equal_nocase(LIT("a["), LIT("a{")));
    assert_true(lw_slice_compare(LIT("ab"), LIT("abc")) < 0);
    assert_true(lw_slice_compare(LIT("b"), LIT("abc")) > 0);
    assert_true(lw_slice_compare(LIT("\xff"), LIT("a")) > 0);
    assert_int_equal(lw_slice_compare(LIT("x"), LIT("x")), 0);
}

LW_TEST(slice_prefix_suffix_trim) {
    assert_true(lw_slice_starts_with(LIT("s3://b"), LIT("s3://")));
    assert_false(lw_slice_starts_with(LIT("s3"), LIT("s3://")));
    assert_true(lw_slice_ends_with(LIT("a.csv"), LIT(".csv")));
    assert_false(lw_slice_ends_with(LIT("csv"), LIT(".csv")));
    assert_true(lw_slice_ends_with(lw_slice_from(NULL), LIT("")));
    assert_true(lw_slice_equal(lw_slice_trim(LIT(" \t\r\n a b \v\f")), LIT("a b")));
    assert_int_equal(lw_slice_trim(LIT("  ")).len, 0);
}

LW_TEST(slice_dup) {
    char *copy = lw_slice_dup((lw_slice){"abcdef", 3});
    assert_string_equal(copy, "abc");
    free(copy);
    assert_null(lw_text_dup(NULL));
    copy = lw_text_dup("");
    assert_string_equal(copy, "");
    free(copy);
}

LW_TEST(buf_appends_and_stays_terminated) {
    lw_buf buf;
    lw_buf_init(&buf, 1000);
    assert_ok(lw_buf_append_text(&buf, "one"));
    assert_ok(lw_buf_append_char(&buf, ' '));
    assert_ok(lw_buf_append_slice(&buf, LIT("two")));
    assert_ok(lw_buf_printf(&buf, " %d", 3));
    assert_string_equal(buf.data, "one two 3");
    assert_int_equal(lw_buf_slice(&buf).len, 9);
    lw_buf_reset(&buf);
    assert_string_equal(buf.data, "");
    lw_buf_done(&buf);
    assert_int_equal(buf.max, 1000);
    assert_null(buf.data);
}

LW_TEST(buf_keeps_its_maximum) {
    lw_buf buf;
    lw_buf_init(&buf, 100);
    for (int i = 0; i < 100; i++) {
        assert_ok(lw_buf_append_char(&buf, 'x'));
    }
    assert_int_equal(lw_buf_append_char(&buf, 'y'), LW_E_LIMIT);
    assert_int_equal(lw_buf_printf(&buf, "%s", "y"), LW_E_LIMIT);
    assert_int_equal(lw_buf_reserve(&buf, SIZE_MAX), LW_E_LIMIT);
    assert_ok(lw_buf_append_text(&buf, ""));
    assert_int_equal(buf.len, 100);
    assert_true(buf.cap <= 101);
    assert_int_equal(strlen(buf.data), 100);
    lw_buf_done(&buf);

    lw_buf_init(&buf, SIZE_MAX);
    assert_ok(lw_buf_append_text(&buf, "z"));
    assert_int_equal(lw_buf_reserve(&buf, SIZE_MAX - 1), LW_E_LIMIT);
    lw_buf_done(&buf);
}

LW_TEST(buf_growth_keeps_content) {
    lw_buf buf;
    lw_buf_init(&buf, 1 << 20);
    for (unsigned i = 0; i < 100000; i++) {
        assert_ok(lw_buf_append_char(&buf, (char)(i * 31 + i / 256)));
    }
    for (unsigned i = 0; i < 100000; i++) {
        assert_int_equal(buf.data[i], (char)(i * 31 + i / 256));
    }
    lw_buf_done(&buf);
}

LW_TEST(buf_reserved_room_is_enough) {
    lw_buf buf;
    lw_buf_init(&buf, 4096);
    assert_ok(lw_buf_reserve(&buf, 777));
    const char *before = buf.data;
    for (int i = 0; i < 777; i++) {
        assert_ok(lw_buf_append_char(&buf, 'r'));
    }
    assert_ptr_equal(before, buf.data);
    lw_buf_done(&buf);
}

LW_TEST(buf_take_gives_the_memory_away) {
    lw_buf buf;
    lw_buf_init(&buf, 50);
    char *empty = lw_buf_take(&buf);
    assert_string_equal(empty, "");
    free(empty);
    assert_ok(lw_buf_append_text(&buf, "mine"));
    char *taken = lw_buf_take(&buf);
    assert_string_equal(taken, "mine");
    assert_int_equal(buf.len, 0);
    assert_null(buf.data);
    assert_ok(lw_buf_append_text(&buf, "again"));
    assert_string_equal(taken, "mine");
    free(taken);
    lw_buf_done(&buf);
}

LW_TEST(wipe_clears_exactly_what_it_was_given) {
    char text[] = "keep-wipe-keep";
    lw_wipe(text + 5, 4);
    assert_memory_equal(text, "keep-\0\0\0\0-keep", sizeof(text));
    lw_wipe(NULL, 0);
    lw_wipe_free(NULL);
}

LW_TEST(strings_list) {
    lw_strings list = {0};
    for (int i = 0; i < 100; i++) {
        assert_ok(lw_strings_addf(&list, "item %d", i));
    }
    assert_ok(lw_strings_add(&list, (lw_slice){"abcdef", 2}));
    assert_int_equal(list.count, 101);
    assert_string_equal(list.items[57], "item 57");
    assert_string_equal(list.items[100], "ab");
    assert_true(lw_strings_contain(&list, LIT("item 99")));
    assert_false(lw_strings_contain(&list, LIT("item")));
    lw_strings_done(&list);
    assert_int_equal(list.count, 0);
    assert_null(list.items);
}
