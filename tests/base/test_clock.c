#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

LW_TEST(formats) {
    char out[LW_TIME_TEXT_SIZE];
    const int64_t new_year = INT64_C(1767225600000);
    lw_time_format(new_year, out);
    assert_string_equal(out, "2026-01-01T00:00:00.000Z");
    lw_time_format(new_year - 1, out);
    assert_string_equal(out, "2025-12-31T23:59:59.999Z");
    lw_time_format_basic(new_year, out);
    assert_string_equal(out, "20260101T000000Z");
    lw_time_format_http(new_year, out);
    assert_string_equal(out, "Thu, 01 Jan 2026 00:00:00 GMT");
    lw_time_format(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59.999Z");
    lw_time_format(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31T23:59:59.999Z");
    lw_time_format(INT64_MIN, out);
    assert_string_equal(out, "0000-01-01T00:00:00.000Z");
}

/* The C library's calendar is the judge, one day after the other from 1890 to 2200. */
LW_TEST(every_day_agrees_with_the_c_library) {
    for (int64_t day = -29200; day < 84000; day++) {
        int64_t seconds = day * 86400 + (day % 86400 + 86400) % 86400;
        time_t then = (time_t)seconds;
        struct tm parts;
        char expected[64];
        char out[LW_TIME_TEXT_SIZE];
        int64_t back = 0;
        assert_non_null(gmtime_r(&then, &parts));
        strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        lw_time_format_http(seconds * 1000, out);
        assert_string_equal(out, expected);
        assert_ok(lw_time_parse_http(lw_slice_from(out), &back));
        assert_true(back == seconds * 1000);
        lw_time_format(seconds * 1000 + 123, out);
        assert_ok(lw_time_parse_iso(lw_slice_from(out), &back));
        assert_true(back == seconds * 1000 + 123);
    }
}

static void check_iso(const char *text, const char *expected) {
    int64_t wall_ms = 0;
    char out[LW_TIME_TEXT_SIZE];
    if (lw_time_parse_iso(lw_slice_from(text), &wall_ms) != LW_OK) {
        fail_msg("'%s' was refused", text);
    }
    lw_time_format(wall_ms, out);
    assert_string_equal(out, expected);
}

LW_TEST(iso_forms) {
    check_iso("2026-01-01", "2026-01-01T00:00:00.000Z");
    check_iso("2026-01-01T10:20:30Z", "2026-01-01T10:20:30.000Z");
    check_iso("2026-01-01T10:20:30.5Z", "2026-01-01T10:20:30.500Z");
    check_iso("2026-01-01T10:20:30.123456789Z", "2026-01-01T10:20:30.123Z");
    check_iso("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z");
    check_iso("2026-01-01T00:30:00.250-05:30", "2026-01-01T06:00:00.250Z");
    check_iso("2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z");
}

LW_TEST(iso_refuses_everything_else) {
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-1-1",
                                      "2026-13-01",
                                      "2026-00-01",
                                      "2026-02-29",
                                      "2100-02-29",
                                      "2026-01-32",
                                      "2026-01-00",
                                      "2026-01-01T",
                                      "2026-01-01T00:00:00",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:61Z",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00.1234567890Z",
                                      "2026-01-01T00:00:00+1:00",
                                      "2026-01-01T00:00:00+24:00",
                                      "2026-01-01T00:00:00Z ",
                                      "2026-01-01Z",
                                      "+026-01-01"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t wall_ms = 42;
        if (lw_time_parse_iso(lw_slice_from(bad[i]), &wall_ms) != LW_E_PARSE) {
            fail_msg("'%s' was accepted", bad[i]);
        }
        assert_int_equal(wall_ms, 42);
    }
}

static void check_http(const char *text, int64_t expected) {
    int64_t wall_ms = 0;
    if (lw_time_parse_http(lw_slice_from(text), &wall_ms) != LW_OK || wall_ms != expected) {
        fail_msg("'%s' gave %lld", text, (long long)wall_ms);
    }
}

LW_TEST(http_forms) {
    const int64_t example = INT64_C(784111777000);
    check_http("Sun, 06 Nov 1994 08:49:37 GMT", example);
    check_http("Sunday, 06-Nov-94 08:49:37 GMT", example);
    check_http("Sun Nov  6 08:49:37 1994", example);
    int64_t wall_ms = 7;
    assert_int_equal(lw_time_parse_http(LW_SLICE_LITERAL("Sun, 06 Nov 1994 08:49:37 CET"), &wall_ms), LW_E_PARSE);
    assert_int_equal(lw_time_parse_http(LW_SLICE_LITERAL("Sun, 31 Nov 1994 08:49:37 GMT"), &wall_ms), LW_E_PARSE);
    assert_int_equal(lw_time_parse_http(LW_SLICE_LITERAL(""), &wall_ms), LW_E_PARSE);
    assert_int_equal(wall_ms, 7);
}

LW_TEST(monotonic_clock_and_sleep) {
    int64_t before = lw_clock_monotonic_ns();
    lw_sleep_ms(15);
    int64_t after = lw_clock_monotonic_ns();
    assert_true(after - before >= INT64_C(15000000));
    lw_sleep_ms(0);
    lw_sleep_ms(-5);
}

LW_TEST(wall_clock_is_in_milliseconds) {
    int64_t seconds = (int64_t)time(NULL);
    int64_t wall = lw_clock_wall_ms();
    assert_true(wall / 1000 - seconds >= -1 && wall / 1000 - seconds <= 2);
}

LW_TEST(random_ids_differ_and_are_version_4) {
    char first[37];
    char second[37];
    for (int i = 0; i < 1000; i++) {
        lw_random_uuid(first);
        lw_random_uuid(second);
        assert_string_not_equal(first, second);
        assert_int_equal(strlen(first), 36);
        assert_int_equal(first[14], '4');
        assert_non_null(strchr("89ab", first[19]));
        assert_int_equal(strspn(first, "0123456789abcdef-"), 36);
    }
    assert_true(lw_random_u64() != lw_random_u64());
}
