#include "jobs/pace.h"

/* A GET of few bytes is work too: without a share for the request, objects of 1 KB beside one of 1 GB would not count.
 */
#define RANGE_WORTH (64U * 1024U)
#define LOSS_SHARE 8  /* a quarter fewer may lose an eighth */
#define GAIN_SHARE 4  /* twice as many must bring a quarter more */
#define WAIT_SHARE 16 /* waiting under a sixteenth of the time is none */
#define READ_AT_ONCE 2U
#define HOLD_WINDOWS 8U
#define HOLD_DOUBLINGS 4U
#define WINDOW_LEAST_NS (50 * 1000 * 1000) /* less says more of the scheduler than of the server */

void lw_pace_init(lw_pace *pace) {
    *pace = (lw_pace){.limit = LW_PACE_START};
}

bool lw_pace_is_full(const lw_pace *pace, const lw_pace_window *window) {
    return window->ranges >= 2 * (uint64_t)pace->limit && window->elapsed_ns >= WINDOW_LEAST_NS;
}

/* What came in per second. A window holds some hundred MiB at most: the product stays far below 2^64. */
static uint64_t rate_of(const lw_pace_window *window) {
    uint64_t microseconds = (uint64_t)window->elapsed_ns / 1000;
    uint64_t worth = window->bytes + window->ranges * RANGE_WORTH;
    return worth * 1000000 / (microseconds == 0 ? 1 : microseconds);
}

static void set_limit(lw_pace *pace, size_t limit) {
    pace->settling = limit != pace->limit;
    pace->limit = limit;
}

static void wait_for_next(lw_pace *pace) {
    unsigned doublings = pace->refused < HOLD_DOUBLINGS ? pace->refused : HOLD_DOUBLINGS;
    pace->hold = HOLD_WINDOWS << doublings;
    pace->refused++;
    pace->fewer = !pace->fewer;
}

static void try_other(lw_pace *pace, uint64_t rate) {
    size_t limit = pace->fewer ? pace->limit - pace->limit / 4 : 2 * pace->limit;
    limit = limit > LW_PACE_MOST ? LW_PACE_MOST : limit;
    if (limit == pace->limit) { /* nothing to try in this direction */
        wait_for_next(pace);
        return;
    }
    pace->before = pace->limit;
    pace->rate = rate;
    set_limit(pace, limit);
}

static bool trial_failed(const lw_pace *pace, uint64_t rate) {
    return pace->fewer ? rate < pace->rate - pace->rate / LOSS_SHARE : rate < pace->rate + pace->rate / GAIN_SHARE;
}

static void judge_trial(lw_pace *pace, uint64_t rate) {
    bool failed = trial_failed(pace, rate);
    size_t before = pace->before;
    pace->before = 0;
    if (failed) {
        set_limit(pace, before);
        wait_for_next(pace);
    } else {
        pace->refused = 0;
        try_other(pace, rate);
    }
}

void lw_pace_note(lw_pace *pace, const lw_pace_window *window) {
    uint64_t rate = rate_of(window);
    if (pace->settling) {
        pace->settling = false;
    } else if (window->waited_ns < window->elapsed_ns / WAIT_SHARE) {
        pace->before = 0;
        set_limit(pace, pace->limit > LW_PACE_LEAST ? pace->limit - 1 : LW_PACE_LEAST);
    } else if (pace->before != 0) {
        judge_trial(pace, rate);
    } else if (pace->hold > 0) {
        pace->hold--;
    } else {
        try_other(pace, rate);
    }
}

size_t lw_pace_range(const lw_pace *pace) {
    size_t size = LW_RANGE_MAX;
    while (size > LW_RANGE_MIN && (pace->limit + READ_AT_ONCE) * size > LW_FETCH_BUDGET) {
        size /= 2;
    }
    return size;
}
