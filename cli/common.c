/* What every command does the same way: end with the right code, say what failed, write to stdout so that a full disk
 * is noticed, and stop in order when a signal comes. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli_priv.h"

/* ---- exit codes ---- */

static int rank_of(int code) {
    static const int order[] = {LW_EXIT_DONE, LW_EXIT_FOUND, LW_EXIT_UNREAD,
                                LW_EXIT_MOVE, LW_EXIT_USAGE, LW_EXIT_INTERNAL};
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++) {
        if (order[i] == code) {
            return i;
        }
    }
    return 100;
}

int lw_exit_worst(int a, int b) {
    return rank_of(a) >= rank_of(b) ? a : b;
}

int lw_exit_of(lw_status status) {
    if (status == LW_OK) {
        return LW_EXIT_DONE;
    }
    if (status == LW_E_CANCELLED && lw_cli_signal() != 0) {
        return 128 + lw_cli_signal();
    }
    switch (lw_status_class_of(status)) {
    case LW_CLASS_CONFIG:
        return LW_EXIT_USAGE;
    case LW_CLASS_RETRY:
    case LW_CLASS_INPUT:
    case LW_CLASS_DENIED:
        return LW_EXIT_UNREAD;
    case LW_CLASS_NONE:
    case LW_CLASS_INTERNAL:
        break;
    }
    return LW_EXIT_INTERNAL;
}

/* ---- messages ---- */

/* Through lw_fail, because keys may hold control characters. */
void lw_cli_warn(const lw_command *command, const char *format, ...) {
    char text[1024];
    lw_error line = {0};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)lw_fail(&line, LW_E_USAGE, "%s", text);
    (void)fprintf(stderr, "%s: %s\n", command->path, line.text);
}

int lw_cli_fail(const lw_command *command, lw_status status, const lw_error *err) {
    const char *text = err != NULL && err->text[0] != '\0' ? err->text : lw_status_text(status);
    lw_cli_warn(command, "%s", text);
    return lw_exit_of(status);
}

/* ---- commands ---- */

static int print_help(const lw_command *command, const lw_option_group *groups, size_t group_count) {
    lw_buf text;
    lw_error err = {0};
    lw_buf_init(&text, 256 * 1024);
    lw_status status = lw_options_help(command, groups, group_count, &text);
    if (status == LW_OK) {
        status = lw_cli_write(lw_buf_slice(&text), &err);
    }
    if (status == LW_OK) {
        status = lw_cli_flush(&err);
    }
    lw_buf_done(&text);
    return status == LW_OK ? LW_EXIT_DONE : lw_cli_fail(command, status, &err);
}

bool lw_cli_parse(const lw_command *command, const lw_option_group *groups, size_t group_count, int argc, char **argv,
                  lw_strings *arguments, int *ret_code) {
    lw_error err = {0};
    bool help = false;
    lw_status status = lw_options_parse(groups, group_count, argc, argv, arguments, &help, &err);
    if (status != LW_OK) {
        *ret_code = lw_cli_fail(command, status, &err);
        return false;
    }
    if (help) {
        *ret_code = print_help(command, groups, group_count);
        return false;
    }
    return true;
}

static int unknown_command(const lw_command *command, const char *name) {
    const char *names[16] = {"--help", "--version"};
    size_t count = 2;
    for (size_t i = 0; i < command->child_count && count < 16; i++) {
        names[count++] = command->children[i]->name;
    }
    const char *nearest = lw_nearest(name, names, count);
    lw_error err = {0};
    const char *kind = name[0] == '-' ? "option" : "command";
    if (nearest != NULL) {
        (void)lw_fail(&err, LW_E_USAGE, "unknown %s '%s'; did you mean '%s'?", kind, name, nearest);
    } else {
        (void)lw_fail(&err, LW_E_USAGE, "unknown %s '%s'; '%s --help' lists the commands", kind, name, command->path);
    }
    return lw_cli_fail(command, LW_E_USAGE, &err);
}

static const lw_command *child_named(const lw_command *command, const char *name) {
    for (size_t i = 0; i < command->child_count; i++) {
        if (strcmp(name, command->children[i]->name) == 0) {
            return command->children[i];
        }
    }
    return NULL;
}

static bool is_help(const char *argument) {
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 || strcmp(argument, "help") == 0;
}

int lw_cli_dispatch(const lw_command *command, int argc, char **argv) {
    if (argc == 0) {
        lw_cli_warn(command, "name a command; '%s --help' lists them", command->path);
        return LW_EXIT_USAGE;
    }
    if (is_help(argv[0])) {
        const lw_command *about = argc > 1 ? child_named(command, argv[1]) : NULL;
        static char help[] = "--help";
        char *arguments[] = {help, NULL};
        return about == NULL ? print_help(command, NULL, 0) : about->run(about, 1, arguments);
    }
    const lw_command *child = child_named(command, argv[0]);
    return child != NULL ? child->run(child, argc - 1, argv + 1) : unknown_command(command, argv[0]);
}

/* ---- output ---- */

static lw_status write_failed(lw_error *err) {
    (void)lw_fail(err, LW_E_INTERNAL, "cannot write to standard output: %s", strerror(errno));
    return LW_E_INTERNAL;
}

lw_status lw_cli_write(lw_slice text, lw_error *err) {
    if (text.len > 0 && fwrite(text.data, 1, text.len, stdout) != text.len) {
        return write_failed(err);
    }
    return LW_OK;
}

lw_status lw_cli_write_json(const cJSON *json, lw_error *err) {
    char *text = cJSON_PrintUnformatted(json);
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = lw_cli_write(lw_slice_from(text), err);
    if (status == LW_OK) {
        status = lw_cli_write(LW_SLICE_LITERAL("\n"), err);
    }
    cJSON_free(text);
    return status;
}

lw_status lw_cli_flush(lw_error *err) {
    return fflush(stdout) == 0 ? LW_OK : write_failed(err);
}

unsigned lw_cli_width(int fd) {
    struct winsize size;
    if (!isatty(fd)) {
        return 0;
    }
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool lw_cli_color(int fd) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

/* ---- signals ---- */

static volatile sig_atomic_t signal_came;
static void (*cancel_work)(void); /* set before the handler is installed, then only read */

static void on_signal(int number) {
    signal_came = number;
    if (cancel_work != NULL) {
        cancel_work();
    }
}

void lw_cli_catch_signals(void (*cancel)(void)) {
    cancel_work = cancel;
    struct sigaction stop = {.sa_handler = on_signal,
                             .sa_flags = (cancel != NULL ? SA_RESTART : 0) | (int)SA_RESETHAND};
    sigemptyset(&stop.sa_mask);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

int lw_cli_signal(void) {
    return signal_came;
}
