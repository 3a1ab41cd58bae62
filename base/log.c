/* The debug log: a line is put together on the stack and leaves in one write(2), so that lines of several threads
 * never mix and nothing is lost in a stdio buffer when the process dies. */
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 2048

/* Read on every call from any thread and set at start-up; a flag of its own orders nothing else. */
static atomic_bool debug_on;

void lw_log_enable_debug(bool on) {
    atomic_store_explicit(&debug_on, on, memory_order_relaxed);
}

bool lw_log_debug_enabled(void) {
    return atomic_load_explicit(&debug_on, memory_order_relaxed);
}

static void clean(char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20U || c == 0x7FU) {
            text[i] = '?';
        }
    }
}

static void write_all(const char *data, size_t len) {
    while (len > 0) {
        ssize_t written = write(STDERR_FILENO, data, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        data += written;
        len -= (size_t)written;
    }
}

void lw_debug(const char *format, ...) {
    if (!lw_log_debug_enabled()) {
        return;
    }
    int saved_errno = errno;
    char line[LINE_SIZE] = "lakewarden: debug: ";
    size_t start = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(line + start, sizeof(line) - start - 1, format, arguments);
    va_end(arguments);
    if (wanted >= 0) {
        size_t len = strlen(line);
        clean(line + start, len - start);
        line[len++] = '\n';
        write_all(line, len);
    }
    errno = saved_errno;
}
