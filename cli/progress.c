/* How far a scan is, for people who wait: one line that is drawn over.
 *
 *    45% [=========           ] 37.1 of 82.4 MB, 7 of 16 objects, 5 findings, 310 MB/s, 0:03 left
 *
 * While the listing goes on the totals still grow: then there is no percentage and no time left, rather than wrong
 * ones. 100% is shown at the very end only. Without a terminal (--progress always in a log) a line is printed every
 * second.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/cli_priv.h"

#define SECOND_NS INT64_C(1000000000)
#define BAR 20U

void lw_progress_begin(lw_progress_line *line, lw_progress_mode mode) {
    unsigned width = lw_cli_width(STDERR_FILENO);
    *line = (lw_progress_line){.on = mode == LW_PROGRESS_ALWAYS || (mode == LW_PROGRESS_AUTO && width > 0),
                               .terminal = width > 0,
                               .width = width,
                               .drawn_ns = -1};
}

static unsigned percent_of(const lw_progress *progress, bool last) {
    if (last) {
        return 100;
    }
    if (progress->bytes_total == 0) {
        return 0;
    }
    double share = (double)progress->bytes_done / (double)progress->bytes_total * 100;
    return share >= 99 ? 99 : (unsigned)share;
}

static lw_status bar(unsigned percent, lw_buf *out) {
    LW_TRY(lw_buf_printf(out, "%3u%% [", percent));
    for (unsigned i = 0; i < BAR; i++) {
        LW_TRY(lw_buf_append_char(out, i < percent * BAR / 100 ? '=' : ' '));
    }
    return lw_buf_append_text(out, "] ");
}

static lw_status time_left(const lw_progress *progress, lw_buf *out) {
    double rate = (double)progress->bytes_done / (double)progress->elapsed_ns;
    double left = (double)(progress->bytes_total - progress->bytes_done) / rate / (double)SECOND_NS;
    if (left > 359999) {
        return LW_OK; /* a guess of more than 100 hours is none */
    }
    unsigned seconds = (unsigned)left;
    if (seconds >= 3600) {
        return lw_buf_printf(out, ", %u:%02u:%02u left", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    return lw_buf_printf(out, ", %u:%02u left", seconds / 60, seconds % 60);
}

static lw_status amounts(const lw_progress *progress, lw_buf *out) {
    char done[16];
    char total[16];
    char objects[32];
    char objects_total[32];
    char findings[32];
    const char *more = progress->listed ? "" : "+";
    lw_format_bytes(progress->bytes_done, done);
    lw_format_bytes(progress->bytes_total, total);
    lw_format_count(progress->objects_done, objects);
    lw_format_count(progress->objects_total, objects_total);
    lw_format_count(progress->findings, findings);
    return lw_buf_printf(out, "%s of %s%s, %s of %s%s objects, %s finding%s", done, total, more, objects, objects_total,
                         more, findings, progress->findings == 1 ? "" : "s");
}

lw_status lw_progress_text(const lw_progress *progress, unsigned width, bool last, lw_buf *out) {
    size_t begin = out->len;
    bool known = progress->listed || last;
    if (known) {
        LW_TRY(bar(percent_of(progress, last), out));
    } else {
        LW_TRY(lw_buf_append_text(out, "listing: "));
    }
    LW_TRY(amounts(progress, out));
    if (progress->elapsed_ns > 0 && progress->bytes_done > 0) {
        char rate[16];
        lw_format_bytes((uint64_t)((double)progress->bytes_done * (double)SECOND_NS / (double)progress->elapsed_ns),
                        rate);
        LW_TRY(lw_buf_printf(out, ", %s/s", rate));
        if (known && !last && progress->bytes_done < progress->bytes_total) {
            LW_TRY(time_left(progress, out));
        }
    }
    if (width > 1 && out->len - begin > width - 1) {
        out->len = begin + width - 1; /* a wrapped line could not be drawn over */
        out->data[out->len] = '\0';
    }
    return LW_OK;
}

void lw_progress_draw(lw_progress_line *line, const lw_progress *progress) {
    bool last = progress->last && progress->listed && progress->objects_done == progress->objects_total &&
                progress->bytes_done >= progress->bytes_total;
    if (!line->on) {
        return;
    }
    if (!line->terminal && !last && line->drawn_ns >= 0 && progress->elapsed_ns - line->drawn_ns < SECOND_NS) {
        return;
    }
    lw_buf text;
    lw_buf_init(&text, 1024);
    if (lw_progress_text(progress, line->width, last, &text) == LW_OK) {
        if (line->terminal) {
            (void)fprintf(stderr, "\r%s\x1b[K", text.data);
        } else {
            (void)fprintf(stderr, "%s\n", text.data);
        }
        (void)fflush(stderr);
        line->drawn_ns = progress->elapsed_ns;
    }
    lw_buf_done(&text);
}

void lw_progress_end(lw_progress_line *line) {
    if (line->on && line->terminal && line->drawn_ns >= 0) {
        (void)fputs("\r\x1b[K", stderr);
        (void)fflush(stderr);
    }
    line->on = false;
}
