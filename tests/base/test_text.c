#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LIT(text) LW_SLICE_LITERAL(text)

LW_TEST(utf8_counts_characters) {
    assert_int_equal(lw_utf8_count(LIT("")), 0);
    assert_int_equal(lw_utf8_count(LIT("abc")), 3);
    assert_int_equal(lw_utf8_count(LIT("\xc3\xa9t\xc3\xa9")), 3);
    assert_int_equal(lw_utf8_count(LIT("\xe2\x82\xac\xf0\x9f\x98\x80")), 2);
    assert_int_equal(lw_utf8_count(LIT("\xff\xfe")), 2);
    assert_int_equal(lw_utf8_count(LIT("a\xe2\x82")), 3);
    assert_int_equal(lw_utf8_count(LIT("\xe2\x82x")), 3);
}

LW_TEST(utf8_is_strict) {
    assert_true(lw_utf8_valid(LIT("")));
    assert_true(
        lw_utf8_valid(LIT("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")));
    assert_false(lw_utf8_valid(LIT("\xc0\xaf")));
    assert_false(lw_utf8_valid(LIT("\xc1\xbf")));
    assert_false(lw_utf8_valid(LIT("\xe0\x9f\xbf")));
    assert_false(lw_utf8_valid(LIT("\xed\xa0\x80")));
    assert_false(lw_utf8_valid(LIT("\xf0\x8f\xbf\xbf")));
    assert_false(lw_utf8_valid(LIT("\xf4\x90\x80\x80")));
    assert_false(lw_utf8_valid(LIT("\xf5\x80\x80\x80")));
    assert_false(lw_utf8_valid(LIT("\x80")));
    assert_false(lw_utf8_valid(LIT("abc\xc3")));
}

/* Compares every code point with an encoder written from the table of RFC 3629. */
LW_TEST(utf8_accepts_exactly_the_code_points) {
    for (unsigned code = 0; code < 0x120000U; code++) {
        unsigned char b[4];
        size_t len = 0;
        if (code < 0x80U) {
            b[len++] = (unsigned char)code;
        } else if (code < 0x800U) {
            b[len++] = (unsigned char)(0xC0U | code >> 6);
            b[len++] = (unsigned char)(0x80U | (code & 0x3FU));
        } else if (code < 0x10000U) {
            b[len++] = (unsigned char)(0xE0U | code >> 12);
            b[len++] = (unsigned char)(0x80U | (code >> 6 & 0x3FU));
            b[len++] = (unsigned char)(0x80U | (code & 0x3FU));
        } else {
            b[len++] = (unsigned char)(0xF0U | code >> 18);
            b[len++] = (unsigned char)(0x80U | (code >> 12 & 0x3FU));
            b[len++] = (unsigned char)(0x80U | (code >> 6 & 0x3FU));
            b[len++] = (unsigned char)(0x80U | (code & 0x3FU));
        }
        bool expected = code <= 0x10FFFFU && (code < 0xD800U || code > 0xDFFFU);
        lw_slice text = {(const char *)b, len};
        assert_int_equal(lw_utf8_valid(text), expected);
        assert_int_equal(lw_utf8_count(text), expected ? 1 : len);
    }
}

static void check_percent(lw_slice text, bool keep_slash, const char *expected) {
    lw_buf encoded;
    lw_buf decoded;
    lw_buf_init(&encoded, 4096);
    lw_buf_init(&decoded, 4096);
    assert_ok(lw_percent_encode(text, keep_slash, &encoded));
    assert_ok(lw_buf_append_text(&encoded, ""));
    assert_string_equal(encoded.data, expected);
    assert_ok(lw_percent_decode(lw_buf_slice(&encoded), &decoded));
    assert_true(lw_slice_equal(lw_buf_slice(&decoded), text));
    lw_buf_done(&encoded);
    lw_buf_done(&decoded);
}

LW_TEST(percent_round_trip) {
    check_percent(LIT("AZaz09-._~"), false, "AZaz09-._~");
    check_percent(LIT("a b+c/d"), false, "a%20b%2Bc%2Fd");
    check_percent(LIT("a b+c/d"), true, "a%20b%2Bc/d");
    check_percent(LIT("\xc3\xa9\0%"), true, "%C3%A9%00%25");
    char all[256];
    for (int i = 0; i < 256; i++) {
        all[i] = (char)i;
    }
    lw_buf out;
    lw_buf_init(&out, 1000);
    lw_buf back;
    lw_buf_init(&back, 1000);
    assert_ok(lw_percent_encode((lw_slice){all, 256}, false, &out));
    assert_ok(lw_percent_decode(lw_buf_slice(&out), &back));
    assert_int_equal(back.len, 256);
    assert_memory_equal(back.data, all, 256);
    lw_buf_done(&out);
    lw_buf_done(&back);
}

LW_TEST(percent_decode_refuses_bad_escapes) {
    static const char *const bad[] = {"%", "%4", "a%4", "%zz", "%4g", "%%41"};
    lw_buf out;
    lw_buf_init(&out, 100);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(lw_percent_decode(lw_slice_from(bad[i]), &out), LW_E_PARSE);
    }
    lw_buf_reset(&out);
    assert_ok(lw_percent_decode(LIT("a+b%2f%2F"), &out));
    assert_string_equal(out.data, "a+b//");
    lw_buf_done(&out);
}

static void check_glob(const char *pattern, const char *text, bool expected) {
    if (lw_glob_match(pattern, lw_slice_from(text)) != expected) {
        fail_msg("pattern '%s' on '%s' should be %d", pattern, text, expected);
    }
}

LW_TEST(glob_star_stays_in_a_segment) {
    check_glob("*.csv", "a.csv", true);
    check_glob("*.csv", "dir/sub/a.csv", true);
    check_glob("*.csv", "a.csv.gz", false);
    check_glob("dir/*.csv", "dir/a.csv", true);
    check_glob("dir/*.csv", "dir/sub/a.csv", false);
    check_glob("*/a", "x/a", true);
    check_glob("*/a", "x/y/a", false);
    check_glob("a*b*c", "aXbXbXc", true);
    check_glob("a*b*c", "aXbX/bXc", false);
    check_glob("", "", true);
    check_glob("*", "", true);
    check_glob("", "a", false);
    check_glob("*a*/b*c", "xay/bzzc", true);
}

LW_TEST(glob_double_star_crosses_segments) {
    check_glob("**/a.csv", "a.csv", true);
    check_glob("**/a.csv", "x/y/a.csv", true);
    check_glob("**/a.csv", "x/ya.csv", false);
    check_glob("x/**", "x/y/z", true);
    check_glob("x/**", "x", false);
    check_glob("x/**/z", "x/z", true);
    check_glob("x/**/z", "x/a/b/z", true);
    check_glob("x/**/z", "x/az", false);
    check_glob("x**z", "x/a/z", true);
    check_glob("**/a/*.csv", "q/a/b/a/f.csv", true);
    check_glob("**/a/*.csv", "q/a/b/f.csv", false);
    check_glob("**/*x/**/y", "a/bx/cx/d/y", true);
    check_glob("**", "", true);
}

LW_TEST(glob_questions_classes_and_escapes) {
    check_glob("a?c", "abc", true);
    check_glob("a?c",
               "a\xc3\xa9"
               "c",
               true);
    check_glob("a?c", "a/c", false);
    check_glob("[a-c]x", "bx", true);
    check_glob("[!a-c]x", "bx", false);
    check_glob("[^a-c]x", "dx", true);
    check_glob("[]a]", "]", true);
    check_glob("[!]a]", "]", false);
    check_glob("[a-]", "-", true);
    check_glob("[\\]]", "]", true);
    check_glob("[\xc3\xa0-\xc3\xaf]", "\xc3\xa9", true);
    check_glob("[!x]", "/", false);
    check_glob("[ab", "[ab", true);
    check_glob("\\*", "*", true);
    check_glob("\\*", "a", false);
    check_glob("a\\", "a\\", true);
    check_glob("data[0-9][0-9].csv", "x/data07.csv", true);
}

/* The plain recursive definition; exponential, so only for short texts. */
static bool slow_glob(const char *p, const char *whole, const char *t) {
    if (*p == '\0') {
        return *t == '\0';
    }
    if (p[0] == '*' && p[1] == '*') {
        if ((p == whole || p[-1] == '/') && p[2] == '/') {
            if (slow_glob(p + 3, whole, t)) {
                return true;
            }
            for (const char *at = t; *at != '\0'; at++) {
                if (*at == '/' && slow_glob(p + 3, whole, at + 1)) {
                    return true;
                }
            }
            return false;
        }
        for (const char *at = t;; at++) {
            if (slow_glob(p + 2, whole, at)) {
                return true;
            }
            if (*at == '\0') {
                return false;
            }
        }
    }
    if (*p == '*') {
        for (const char *at = t;; at++) {
            if (slow_glob(p + 1, whole, at)) {
                return true;
            }
            if (*at == '\0' || *at == '/') {
                return false;
            }
        }
    }
    return *t != '\0' && (*p == '?' ? *t != '/' : *p == *t) && slow_glob(p + 1, whole, t + 1);
}

LW_TEST(glob_equals_the_recursive_definition) {
    static const char pattern_letters[] = "ab/**?";
    static const char text_letters[] = "ab//";
    unsigned seed = 12345;
    for (int round = 0; round < 200000; round++) {
        char pattern[9] = "";
        char text[11] = "";
        seed = seed * 1664525U + 1013904223U;
        unsigned bits = seed >> 8;
        for (unsigned i = 0, n = 1 + bits % 8; i < n; i++) {
            seed = seed * 1664525U + 1013904223U;
            pattern[i] = pattern_letters[(seed >> 16) % 6];
        }
        /* Three stars in a row have no meaning of their own. */
        if (strstr(pattern, "***") != NULL || strchr(pattern, '/') == NULL) {
            continue;
        }
        for (unsigned i = 0, n = bits / 8 % 11; i < n; i++) {
            seed = seed * 1664525U + 1013904223U;
            text[i] = text_letters[(seed >> 16) % 4];
        }
        check_glob(pattern, text, slow_glob(pattern, pattern, text));
    }
}

LW_TEST(glob_work_is_bounded) {
    char text[2001];
    memset(text, 'a', 2000);
    text[2000] = '\0';
    check_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text, false);
    check_glob("**a**a**a**a**a**a**a**a**a**a**a**b", text, false);
}

LW_TEST(edit_distance) {
    assert_int_equal(lw_edit_distance("", ""), 0);
    assert_int_equal(lw_edit_distance("scan", "scan"), 0);
    assert_int_equal(lw_edit_distance("scna", "scan"), 1);
    assert_int_equal(lw_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(lw_edit_distance("", "abc"), 3);
    assert_int_equal(lw_edit_distance("ca", "abc"), 3);
    assert_int_equal(lw_edit_distance("--thread", "--threads"), 1);
    char a[401];
    char b[401];
    memset(a, 'a', 400);
    memset(b, 'a', 400);
    a[400] = b[400] = '\0';
    assert_int_equal(lw_edit_distance(a, b), 0);
    b[0] = 'x';
    b[399] = 'y';
    assert_int_equal(lw_edit_distance(a, b), 2);
    memset(b, 'b', 400);
    assert_int_equal(lw_edit_distance(a, b), 100);
    assert_int_equal(lw_edit_distance(a, ""), 100);
}

static void check_size(const char *text, uint64_t expected) {
    uint64_t bytes = 0;
    if (lw_parse_size(text, &bytes) != LW_OK || bytes != expected) {
        fail_msg("'%s' gave %llu", text, (unsigned long long)bytes);
    }
}

LW_TEST(sizes) {
    check_size("0", 0);
    check_size("10", 10);
    check_size("10B", 10);
    check_size("64K", 65536);
    check_size("64k", 65536);
    check_size("10MB", 10485760);
    check_size("1.5GiB", UINT64_C(1610612736));
    check_size("0.5K", 512);
    check_size("2.25TiB", UINT64_C(2473901162496));
    check_size("1.5P", UINT64_C(1688849860263936));
    check_size("1.5E", UINT64_C(1729382256910270464));
    check_size("15E", UINT64_C(15) << 60);
    check_size("18446744073709551615", UINT64_MAX);
}

LW_TEST(sizes_refused) {
    static const char *const bad[] = {"",
                                      "K",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 K",
                                      "1.5",
                                      "1.K",
                                      "1KiBx",
                                      "1iB",
                                      "1X",
                                      "16E",
                                      "1e3",
                                      "1.23456K",
                                      ".5K",
                                      "0x10",
                                      "18446744073709551616"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint64_t bytes = 77;
        if (lw_parse_size(bad[i], &bytes) != LW_E_USAGE) {
            fail_msg("'%s' was accepted as %llu", bad[i], (unsigned long long)bytes);
        }
        assert_int_equal(bytes, 77);
    }
    uint64_t bytes = 77;
    assert_int_equal(lw_parse_size(NULL, &bytes), LW_E_USAGE);
}

LW_TEST(numbers) {
    uint64_t value = 0;
    assert_ok(lw_parse_u64("18446744073709551615", &value));
    assert_true(value == UINT64_MAX);
    assert_int_equal(lw_parse_u64("18446744073709551616", &value), LW_E_USAGE);
    assert_int_equal(lw_parse_u64("", &value), LW_E_USAGE);
    assert_int_equal(lw_parse_u64("1 ", &value), LW_E_USAGE);
    assert_int_equal(lw_parse_u64("-1", &value), LW_E_USAGE);
    assert_true(value == UINT64_MAX);
}

LW_TEST(hex) {
    char out[9];
    lw_hex("\x00\x7f\xab\xff", 4, out);
    assert_string_equal(out, "007fabff");
    lw_hex("", 0, out);
    assert_string_equal(out, "");
}

static void check_bytes(uint64_t bytes, const char *expected) {
    char out[16];
    lw_format_bytes(bytes, out);
    assert_string_equal(out, expected);
}

LW_TEST(byte_counts_for_people) {
    check_bytes(0, "0 B");
    check_bytes(999, "999 B");
    check_bytes(1000, "1.0 KB");
    check_bytes(82300000, "82.3 MB");
    check_bytes(82349999, "82.3 MB");
    check_bytes(82350000, "82.4 MB");
    check_bytes(999949, "999.9 KB");
    check_bytes(999950, "1.0 MB");
    check_bytes(UINT64_MAX, "18.4 EB");
}

static void check_count(uint64_t count, const char *expected) {
    char out[32];
    lw_format_count(count, out);
    assert_string_equal(out, expected);
}

LW_TEST(counts_for_people) {
    check_count(0, "0");
    check_count(999, "999");
    check_count(1000, "1,000");
    check_count(471852, "471,852");
    check_count(UINT64_MAX, "18,446,744,073,709,551,615");
}
