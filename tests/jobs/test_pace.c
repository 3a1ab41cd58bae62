/* How many GETs are under way: grows where that brings more, goes back where it does not, shrinks where nobody waits.
 */
#include "tests/support/lw_test.h"

#include "jobs/pace.h"

#define MIB ((uint64_t)1024 * 1024)
#define SECOND_NS ((int64_t)1000000000)

/* A second in which so many MiB came in, and readers waited for a share of it. */
static void note(lw_pace *pace, uint64_t mib, int64_t waited_percent) {
    lw_pace_window window = {
        .ranges = mib, .bytes = mib * MIB, .elapsed_ns = SECOND_NS, .waited_ns = SECOND_NS / 100 * waited_percent};
    lw_pace_note(pace, &window);
}

/* A server that takes so long to answer that as many MiB come in per second as GETs are under way. */
static void far_server(lw_pace *pace, size_t windows) {
    for (size_t i = 0; i < windows; i++) {
        note(pace, 20 * pace->limit, 90);
    }
}

LW_TEST(grows_to_the_most_where_it_pays) {
    lw_pace pace;
    lw_pace_init(&pace);
    assert_int_equal(pace.limit, LW_PACE_START);
    far_server(&pace, 1);
    assert_int_equal(pace.limit, 2 * LW_PACE_START);
    far_server(&pace, 20);
    assert_int_equal(pace.limit, LW_PACE_MOST);
}

LW_TEST(first_window_after_a_change_decides_nothing) {
    lw_pace pace;
    lw_pace_init(&pace);
    note(&pace, 100, 90);
    assert_int_equal(pace.limit, 2 * LW_PACE_START);
    note(&pace, 1, 90);
    assert_int_equal(pace.limit, 2 * LW_PACE_START);
    note(&pace, 1, 90);
    assert_int_equal(pace.limit, LW_PACE_START);
}

LW_TEST(goes_back_where_it_does_not_pay) {
    lw_pace pace;
    lw_pace_init(&pace);
    for (size_t i = 0; i < 3; i++) {
        note(&pace, 100, 90);
    }
    assert_int_equal(pace.limit, LW_PACE_START);
    assert_int_equal(pace.before, 0);
    assert_true(pace.hold > 0);
}

/* Windows until a trial has begun. */
static size_t windows_to_trial(lw_pace *pace, uint64_t mib) {
    size_t count = 0;
    for (; pace->before == 0; count++) {
        note(pace, mib, 90);
        assert_true(count < 1000);
    }
    return count;
}

LW_TEST(tries_ever_more_rarely_and_never_stops) {
    lw_pace pace;
    lw_pace_init(&pace);
    size_t last = windows_to_trial(&pace, 100);
    for (size_t i = 0; i < 10; i++) {
        note(&pace, 1, 90);
        note(&pace, 1, 90); /* settled, and judged: it failed */
        assert_int_equal(pace.before, 0);
        assert_int_equal(pace.limit, LW_PACE_START);
        size_t next = windows_to_trial(&pace, 100);
        assert_true(i < 4 ? next > last : next >= last);
        assert_true(next < 200);
        last = next;
    }
    far_server(&pace, 400); /* it takes longer to answer now: more pays */
    assert_true(pace.limit > LW_PACE_MOST / 2);
}

/* A lucky trial: half of what is under way is enough, and later trials find that out. */
LW_TEST(comes_back_from_too_many) {
    lw_pace pace;
    lw_pace_init(&pace);
    far_server(&pace, 20);
    size_t most = pace.limit;
    for (size_t i = 0; i < 100; i++) {
        note(&pace, 100, 90);
    }
    assert_true(pace.limit < most / 2);
}

/* Where each GET counts, a quarter fewer is noticed and taken back. */
LW_TEST(stays_where_each_counts) {
    lw_pace pace;
    lw_pace_init(&pace);
    far_server(&pace, 20);
    size_t sum = 0;
    for (size_t i = 0; i < 500; i++) {
        far_server(&pace, 1);
        assert_true(pace.limit >= LW_PACE_MOST - LW_PACE_MOST / 4);
        sum += pace.limit;
    }
    assert_true(sum > 500 * (LW_PACE_MOST - 1));
}

LW_TEST(shrinks_where_nobody_waits) {
    lw_pace pace;
    lw_pace_init(&pace);
    far_server(&pace, 20);
    size_t before = pace.limit;
    note(&pace, 100, 1);
    assert_int_equal(pace.limit, before - 1);
    for (size_t i = 0; i < 100; i++) {
        note(&pace, 100, 0);
    }
    assert_int_equal(pace.limit, LW_PACE_LEAST);
    far_server(&pace, 200);
    assert_true(pace.limit >= LW_PACE_MOST - LW_PACE_MOST / 4);
}

LW_TEST(small_objects_count_by_number) {
    lw_pace pace;
    lw_pace_init(&pace);
    for (size_t i = 0; i < 20; i++) {
        lw_pace_window window = {.ranges = 50 * pace.limit,
                                 .bytes = 50 * pace.limit * 1000,
                                 .elapsed_ns = SECOND_NS,
                                 .waited_ns = SECOND_NS};
        lw_pace_note(&pace, &window);
    }
    assert_int_equal(pace.limit, LW_PACE_MOST);
}

LW_TEST(window_has_a_least_length) {
    lw_pace pace;
    lw_pace_init(&pace);
    lw_pace_window window = {.ranges = 2 * LW_PACE_START - 1, .elapsed_ns = SECOND_NS};
    assert_false(lw_pace_is_full(&pace, &window));
    window.ranges++;
    assert_true(lw_pace_is_full(&pace, &window));
    window.elapsed_ns = 1000;
    assert_false(lw_pace_is_full(&pace, &window));
}

LW_TEST(ranges_fit_into_the_budget) {
    lw_pace pace;
    for (size_t limit = LW_PACE_LEAST; limit <= LW_PACE_MOST; limit++) {
        pace = (lw_pace){.limit = limit};
        assert_true(limit * lw_pace_range(&pace) <= LW_FETCH_BUDGET);
        assert_true(lw_pace_range(&pace) >= LW_RANGE_MIN);
    }
}

LW_TEST(no_time_is_no_division_by_zero) {
    lw_pace pace;
    lw_pace_init(&pace);
    lw_pace_window window = {.ranges = 1, .bytes = MIB};
    lw_pace_note(&pace, &window);
    assert_true(pace.limit >= LW_PACE_LEAST && pace.limit <= LW_PACE_MOST);
}
