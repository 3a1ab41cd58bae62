/* How many ranged GETs to have under way at once. Pure: no clock, no threads, no I/O.
 *
 * Few are enough where the server is near, dozens are needed where each takes its time; which of the two it is shows
 * only while it runs. So the fetcher counts what came in over a window of some ranges, and how long readers waited for
 * bytes: readers hardly waited   the workers are the limit: one less readers waited          a trial: twice as many,
 * kept if clearly more came in per second; after one that failed a quarter fewer, kept if hardly less came in (a lucky
 * trial does not last, and fewer GETs of larger ranges are cheaper for both sides). A failed trial is taken back, and
 * the next waits
 */
#ifndef LW_JOBS_PACE_H
#define LW_JOBS_PACE_H

#include "base/base.h"

#define LW_PACE_LEAST 2U
#define LW_PACE_START 4U
#define LW_PACE_MOST 24U
#define LW_RANGE_MAX (4U * 1024U * 1024U)
#define LW_RANGE_MIN (512U * 1024U)
/* Of an object, not to wait long for its header; and where the budget is used up. */
#define LW_RANGE_SMALL (1024U * 1024U)
/* Bytes of ranges in memory, asked for or not yet read. Beyond it only ranges that a reader is waiting for, one each.
 */
#define LW_FETCH_BUDGET (16U * 1024U * 1024U)

typedef struct lw_pace {
    size_t limit;     /* GETs under way, at most */
    size_t before;    /* the limit that the one on trial replaced; 0: none is on trial */
    uint64_t rate;    /* with the limit before */
    bool settling;    /* the limit has just changed: the next window shows some of both */
    bool fewer;       /* the direction of this trial, or of the next */
    unsigned hold;    /* windows until the next trial */
    unsigned refused; /* trials in a row that failed */
} lw_pace;

typedef struct lw_pace_window {
    uint64_t ranges, bytes; /* that came in */
    int64_t elapsed_ns;
    int64_t waited_ns; /* of all readers together */
} lw_pace_window;

void lw_pace_init(lw_pace *pace);
/* Whether a window is long enough to be noted. */
bool lw_pace_is_full(const lw_pace *pace, const lw_pace_window *window);
/* Sets the limit for the next window. */
void lw_pace_note(lw_pace *pace, const lw_pace_window *window);
/* Bytes of a range: the fewer GETs, the larger. As many as the limit and some to be read fit into the budget. */
size_t lw_pace_range(const lw_pace *pace);

#endif
