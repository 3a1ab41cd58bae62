/* What the debug log writes is read back through a pipe in the place of stderr. */
#include "tests/support/lw_test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/thread.h"

typedef struct capture {
    int pipe_ends[2];
    int saved;
} capture;

static void capture_start(capture *c) {
    assert_int_equal(pipe(c->pipe_ends), 0);
    c->saved = dup(STDERR_FILENO);
    assert_true(dup2(c->pipe_ends[1], STDERR_FILENO) >= 0);
}

static size_t capture_end(capture *c, char *out, size_t size) {
    size_t len = 0;
    assert_true(dup2(c->saved, STDERR_FILENO) >= 0);
    close(c->saved);
    close(c->pipe_ends[1]);
    ssize_t got = 0;
    while (len + 1 < size && (got = read(c->pipe_ends[0], out + len, size - 1 - len)) > 0) {
        len += (size_t)got;
    }
    close(c->pipe_ends[0]);
    out[len] = '\0';
    return len;
}

LW_TEST(silent_until_asked) {
    char out[256];
    capture c;
    capture_start(&c);
    lw_log_enable_debug(false);
    lw_debug("not shown");
    assert_int_equal(capture_end(&c, out, sizeof(out)), 0);
    assert_false(lw_log_debug_enabled());
}

LW_TEST(one_clean_line) {
    char out[256];
    capture c;
    capture_start(&c);
    lw_log_enable_debug(true);
    errno = EBUSY;
    lw_debug("key '%s' %d", "a\nb\x1b", 5);
    int errno_after = errno;
    lw_log_enable_debug(false);
    capture_end(&c, out, sizeof(out));
    assert_string_equal(out, "lakewarden: debug: key 'a?b?' 5\n");
    assert_int_equal(errno_after, EBUSY);
}

LW_TEST(long_line_is_cut_and_ended) {
    static char big[8000];
    static char out[8000];
    capture c;
    memset(big, 'x', sizeof(big) - 1);
    capture_start(&c);
    lw_log_enable_debug(true);
    lw_debug("%s", big);
    lw_log_enable_debug(false);
    size_t len = capture_end(&c, out, sizeof(out));
    assert_true(len > 1000 && len <= 2048);
    assert_int_equal(out[len - 1], '\n');
}

enum { LINES = 100 };

static void write_lines(void *ctx, size_t index) {
    (void)ctx;
    for (int i = 0; i < LINES; i++) {
        lw_debug("thread %zu", index);
    }
}

LW_TEST(lines_never_mix) {
    static char out[65536];
    capture c;
    lw_threads *threads = NULL;
    capture_start(&c);
    lw_log_enable_debug(true);
    assert_ok(lw_threads_start(4, write_lines, NULL, &threads));
    lw_threads_join(threads);
    lw_log_enable_debug(false);
    capture_end(&c, out, sizeof(out));
    int lines = 0;
    char *rest = NULL;
    for (char *line = strtok_r(out, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        assert_memory_equal(line, "lakewarden: debug: thread ", 26);
        assert_int_equal(strlen(line), 27);
        lines++;
    }
    assert_int_equal(lines, 4 * LINES);
}
