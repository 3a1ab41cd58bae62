/* A helper program's output, bounded in size and time.
 *
 * posix_spawn takes the words as they are: no shell sees them. The child gets /dev/null for input and messages (what a
 * credential helper writes to its error output may hold a secret; the user can run it by hand to see it), the signal
 * mask and handlers of a fresh process and no descriptor of ours. On a time-out it is killed and reaped; a grandchild
 * that still holds the pipe is not waited for.
 */
#include "net/process_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define WORD_MAX ((size_t)64 * 1024)

typedef struct splitter {
    const char *rest;
    lw_buf word;
    bool in_word; /* also for '' */
} splitter;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* rest stands behind the opening quote; moves behind the closing one. */
static lw_status read_quoted(splitter *s, char quote) {
    s->in_word = true;
    while (*s->rest != quote) {
        bool is_escape = quote == '"' && s->rest[0] == '\\' && (s->rest[1] == '"' || s->rest[1] == '\\');
        s->rest += is_escape;
        if (*s->rest == '\0') {
            return LW_E_PARSE;
        }
        LW_TRY(lw_buf_append_char(&s->word, *s->rest++));
    }
    s->rest++;
    return LW_OK;
}

static lw_status end_word(splitter *s, lw_strings *words) {
    if (!s->in_word) {
        return LW_OK;
    }
    s->in_word = false;
    LW_TRY(lw_strings_add(words, lw_buf_slice(&s->word)));
    lw_buf_reset(&s->word);
    return LW_OK;
}

static lw_status split_step(splitter *s, lw_strings *words) {
    char c = *s->rest++;
    if (is_blank(c)) {
        return end_word(s, words);
    }
    if (c == '\'' || c == '"') {
        return read_quoted(s, c);
    }
    if (c == '\\') {
        c = *s->rest;
        if (c == '\0') {
            return LW_E_PARSE;
        }
        s->rest++;
    }
    s->in_word = true;
    return lw_buf_append_char(&s->word, c);
}

lw_status lw_split_words(const char *text, lw_strings *ret_words) {
    splitter s = {.rest = text};
    lw_strings words = {0};
    lw_status status = LW_OK;
    lw_buf_init(&s.word, WORD_MAX);
    while (status == LW_OK && *s.rest != '\0') {
        status = split_step(&s, &words);
    }
    if (status == LW_OK) {
        status = end_word(&s, &words);
    }
    lw_buf_done(&s.word);
    if (status != LW_OK) {
        lw_strings_done(&words);
        return status;
    }
    *ret_words = words;
    return LW_OK;
}

static int prepare_actions(posix_spawn_file_actions_t *actions, int output) {
    int failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    failed |= posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    failed |= posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return failed;
}

static int prepare_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    failed |= posix_spawnattr_setsigdefault(attributes, &all);
    failed |= posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return failed;
}

/* argv of the words, NULL at its end; points into words. */
static int spawn_with(const lw_strings *words, const posix_spawn_file_actions_t *actions,
                      const posix_spawnattr_t *attributes, pid_t *ret_child) {
    char *argv[64];
    if (words->count == 0 || words->count >= sizeof argv / sizeof argv[0]) {
        return E2BIG;
    }
    for (size_t i = 0; i < words->count; i++) {
        argv[i] = words->items[i];
    }
    argv[words->count] = NULL;
    return posix_spawnp(ret_child, argv[0], actions, attributes, argv, environ);
}

static int spawn(const lw_strings *words, int output, pid_t *ret_child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return ENOMEM;
    }
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    int failure = prepare_actions(&actions, output) | prepare_attributes(&attributes);
    if (failure == 0) {
        failure = spawn_with(words, &actions, &attributes, ret_child);
    } else {
        failure = ENOMEM;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static int ms_until(int64_t deadline_ns) {
    int64_t left = (deadline_ns - lw_clock_monotonic_ns()) / 1000000;
    if (left < 0) {
        return 0;
    }
    return left > 60000 ? 60000 : (int)left;
}

static lw_status read_until(int fd, int64_t deadline_ns, lw_buf *out) {
    char chunk[4096];
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, ms_until(deadline_ns));
        if (ready == 0 && lw_clock_monotonic_ns() >= deadline_ns) {
            return LW_E_TIMEOUT;
        }
        ssize_t got = ready > 0 ? read(fd, chunk, sizeof chunk) : -1;
        if (ready == 0 || (got < 0 && errno == EINTR)) {
            continue;
        }
        if (got < 0) {
            return LW_E_IO;
        }
        lw_status status = lw_buf_append(out, chunk, (size_t)got);
        lw_wipe(chunk, sizeof chunk);
        if (status != LW_OK || got == 0) {
            return status;
        }
    }
}

/* Waits until the deadline for the child to end; false when it did not. It may close its output long before it ends. */
static bool reap_until(pid_t child, int64_t deadline_ns, int *ret_state) {
    for (;;) {
        pid_t ended = waitpid(child, ret_state, WNOHANG);
        if (ended == child) {
            return true;
        }
        if (ended < 0 && errno != EINTR) {
            *ret_state = -1; /* someone else reaps children of this process: its exit is unknown, so no success */
            return true;
        }
        if (lw_clock_monotonic_ns() >= deadline_ns) {
            return false;
        }
        lw_sleep_ms(5);
    }
}

static void kill_and_reap(pid_t child) {
    int state;
    kill(child, SIGKILL);
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
}

static lw_status collect(pid_t child, int fd, int64_t deadline_ns, const char *name, lw_buf *out, lw_error *err) {
    int state = 0;
    lw_status status = read_until(fd, deadline_ns, out);
    if (status == LW_OK && !reap_until(child, deadline_ns, &state)) {
        status = LW_E_TIMEOUT;
    }
    if (status != LW_OK) {
        kill_and_reap(child);
        return lw_fail(err, status, "run '%s': %s", name, lw_status_text(status));
    }
    if (!WIFEXITED(state)) {
        return lw_fail(err, LW_E_IO, "run '%s': it was ended by a signal", name);
    }
    if (WEXITSTATUS(state) != 0) {
        return lw_fail(err, LW_E_IO, "run '%s': it ended with status %d; run it by hand to see why", name,
                       WEXITSTATUS(state));
    }
    return LW_OK;
}

lw_status lw_process_read(const lw_strings *words, int64_t timeout_ms, lw_buf *out, lw_error *err) {
    const char *name = words->count == 0 ? "" : words->items[0];
    int pipe_fds[2];
    pid_t child;
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
        return lw_fail(err, LW_E_IO, "run '%s': no pipe can be made", name);
    }
    int64_t deadline_ns = lw_clock_monotonic_ns() + timeout_ms * 1000000;
    int failure = spawn(words, pipe_fds[1], &child);
    close(pipe_fds[1]);
    lw_status status;
    if (failure != 0) {
        char text[128];
        status = lw_fail(err, LW_E_IO, "run '%s': %s", name, strerror_r(failure, text, sizeof text));
    } else {
        status = collect(child, pipe_fds[0], deadline_ns, name, out, err);
    }
    close(pipe_fds[0]);
    return status;
}
