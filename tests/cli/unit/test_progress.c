/* The progress line and the order of exit codes. */
#include "tests/support/lw_test.h"

#include <string.h>

#include "cli/cli_priv.h"
#include "cli/progress.h"

#define SECOND INT64_C(1000000000)

static void expect_line(const lw_progress *progress, unsigned width, bool last, const char *wanted) {
    lw_buf line;
    lw_buf_init(&line, 1024);
    assert_ok(lw_progress_text(progress, width, last, &line));
    assert_string_equal(line.data, wanted);
    lw_buf_done(&line);
}

LW_TEST(half_way) {
    lw_progress progress = {41200000, 82400000, 7, 16, 5, true, SECOND, false};
    expect_line(&progress, 0, false,
                " 50% [==========          ] 41.2 MB of 82.4 MB, 7 of 16 objects, 5 findings, 41.2 MB/s, 0:01 left");
}

LW_TEST(no_percentage_while_totals_grow) {
    lw_progress progress = {0, 1000, 0, 16, 1, false, SECOND, false};
    expect_line(&progress, 0, false, "listing: 0 B of 1.0 KB+, 0 of 16+ objects, 1 finding");
}

LW_TEST(never_100_before_the_end) {
    lw_progress progress = {999999, 1000000, 15, 16, 0, true, SECOND, false};
    lw_buf line;
    lw_buf_init(&line, 1024);
    assert_ok(lw_progress_text(&progress, 0, false, &line));
    assert_non_null(strstr(line.data, " 99% ["));
    progress.bytes_done = progress.bytes_total; /* all read, not all reported */
    lw_buf_reset(&line);
    assert_ok(lw_progress_text(&progress, 0, false, &line));
    assert_null(strstr(line.data, "100%"));
    lw_buf_reset(&line);
    assert_ok(lw_progress_text(&progress, 0, true, &line));
    assert_non_null(strstr(line.data, "100% [====================]"));
    lw_buf_done(&line);
}

LW_TEST(fits_the_terminal) {
    lw_progress progress = {41200000, 82400000, 7, 16, 5, true, SECOND, false};
    for (unsigned width = 2; width < 120; width++) {
        lw_buf line;
        lw_buf_init(&line, 1024);
        assert_ok(lw_progress_text(&progress, width, false, &line));
        assert_true(line.len < width);
        assert_int_equal(strlen(line.data), line.len);
        lw_buf_done(&line);
    }
}

LW_TEST(hours_left_and_no_guess_without_a_rate) {
    lw_progress progress = {1000000, 5000000000, 0, 1, 0, true, SECOND, false};
    lw_buf line;
    lw_buf_init(&line, 1024);
    assert_ok(lw_progress_text(&progress, 0, false, &line));
    assert_non_null(strstr(line.data, ", 1:23:19 left"));
    lw_buf_reset(&line);
    progress = (lw_progress){1, UINT64_MAX / 2, 0, 1, 0, true, 1000 * SECOND, false};
    assert_ok(lw_progress_text(&progress, 0, false, &line));
    assert_null(strstr(line.data, "left"));
    lw_buf_reset(&line);
    progress = (lw_progress){0, 0, 0, 0, 0, true, 0, false};
    assert_ok(lw_progress_text(&progress, 0, false, &line));
    assert_non_null(strstr(line.data, "  0% ["));
    lw_buf_done(&line);
}

LW_TEST(graver_exit_code_wins) {
    static const int order[] = {
        LW_EXIT_DONE, LW_EXIT_FOUND, LW_EXIT_UNREAD, LW_EXIT_MOVE, LW_EXIT_USAGE, LW_EXIT_INTERNAL, 130};
    for (size_t a = 0; a < 7; a++) {
        for (size_t b = 0; b < 7; b++) {
            assert_int_equal(lw_exit_worst(order[a], order[b]), order[a > b ? a : b]);
        }
    }
}

LW_TEST(class_of_a_status_decides_the_exit_code) {
    assert_int_equal(lw_exit_of(LW_OK), LW_EXIT_DONE);
    assert_int_equal(lw_exit_of(LW_E_USAGE), LW_EXIT_USAGE);
    assert_int_equal(lw_exit_of(LW_E_NO_BUCKET), LW_EXIT_USAGE);
    assert_int_equal(lw_exit_of(LW_E_DENIED), LW_EXIT_UNREAD);
    assert_int_equal(lw_exit_of(LW_E_TIMEOUT), LW_EXIT_UNREAD);
    assert_int_equal(lw_exit_of(LW_E_MEMORY), LW_EXIT_INTERNAL);
    assert_int_equal(lw_exit_of(LW_E_CANCELLED), LW_EXIT_INTERNAL); /* without a signal nobody asked for it */
}
