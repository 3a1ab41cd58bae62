/* One buffered writer that either delivers everything or says so.
 *
 * A file is made under a hidden temporary name beside its place and renamed on close: a reader sees the whole run or
 * nothing of it. Appending happens at close too: under a lock on the folder, what the file then holds is copied in
 * front of what this run wrote, so that two runs that end at the same time keep each other's events. An unfinished last
 * line of the old content is ended first.
 *
 * Standard output, pipes and devices are written directly, a line at a time, and never replaced: renaming over
 * /dev/null would be a surprise for the whole machine. SIGPIPE is held back around each write, so that a reader that
 * went away is an error here, whatever the program set up.
 *
 * Guarantees: short writes are carried on; ENOSPC, EPIPE and EIO are failures with the path in the message; the first
 * failure sticks, and a file with a failure behind it is removed, never renamed. It leaves out locking against writers
 * that do not use this code.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "events/output_priv.h"

#define BUFFER_SIZE ((size_t)64 * 1024)
#define PATH_ROOM ((size_t)8192)

struct lw_output {
    const char *what;
    char *path;      /* links resolved; "standard output" for messages */
    char *temporary; /* NULL: written directly */
    int fd;
    bool standard; /* fd is not ours to close */
    lw_output_mode mode;
    mode_t permissions;  /* of the file that is replaced; 0: none */
    lw_output_hook hook; /* before the rename; NULL: none */
    void *hook_ctx;
    lw_status failed;
    size_t used;
    char buffer[BUFFER_SIZE];
};

static const char *advice(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "; make room and run again";
    case EPIPE:
        return "; the reader closed the pipe before the end";
    case EEXIST:
        return "; it is no regular file, choose another name";
    case ENOENT:
        return "; make the folder first";
    case EACCES:
    case EPERM:
    case EROFS:
        return "; choose a place you may write to";
    default:
        return "";
    }
}

static lw_status fail_errno(lw_output *output, const char *verb, int error, lw_error *err) {
    char text[128];
    output->failed = error == ENOMEM ? LW_E_MEMORY : error == EACCES || error == EPERM ? LW_E_DENIED : LW_E_IO;
    return lw_fail(err, output->failed, "%s %s '%s': %s%s", verb, output->what, output->path,
                   strerror_r(error, text, sizeof text), advice(error));
}

/* The first message says more: it is left alone if the caller still holds it. */
static lw_status fail_again(const lw_output *output, lw_error *err) {
    if (err != NULL && err->code != LW_OK) {
        return output->failed;
    }
    return lw_fail(err, output->failed, "write %s '%s': an earlier write failed", output->what, output->path);
}

/* write(2) that gives EPIPE instead of a signal. */
static ssize_t write_quietly(int fd, const char *data, size_t len) {
    sigset_t pipe_signal;
    sigset_t before;
    sigset_t pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t written = write(fd, data, len);
    int error = errno;
    if (written < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
        const struct timespec now = {0, 0};
        while (sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

/* 0 or an errno. */
static int write_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t written = write_quietly(fd, data, len);
        if (written >= 0) {
            data += written;
            len -= (size_t)written;
        } else if (errno == EAGAIN) { /* someone made the terminal non-blocking */
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            (void)poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static lw_status flush(lw_output *output, lw_error *err) {
    int error = write_all(output->fd, output->buffer, output->used);
    output->used = 0;
    return error == 0 ? LW_OK : fail_errno(output, "write", error, err);
}

lw_status lw_output_write(lw_output *output, lw_slice data, lw_error *err) {
    if (output->failed != LW_OK) {
        return fail_again(output, err);
    }
    while (data.len > 0) {
        if (output->used == BUFFER_SIZE) {
            LW_TRY(flush(output, err));
        }
        size_t room = BUFFER_SIZE - output->used;
        size_t part = data.len < room ? data.len : room;
        memcpy(output->buffer + output->used, data.data, part);
        output->used += part;
        data = (lw_slice){data.data + part, data.len - part};
    }
    return LW_OK;
}

lw_status lw_output_line_done(lw_output *output, lw_error *err) {
    return output->temporary != NULL || output->failed != LW_OK ? output->failed : flush(output, err);
}

static void release(lw_output *output) {
    if (output->fd >= 0 && !output->standard) {
        (void)close(output->fd);
    }
    if (output->temporary != NULL) {
        (void)unlink(output->temporary);
    }
    free(output->path);
    free(output->temporary);
    lw_wipe(output->buffer, sizeof output->buffer);
    free(output);
}

/* "/a/b/x.jsonl" to "/a/b/.x.jsonl.<random>.tmp". */
static char *temporary_name(const char *path) {
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash - path) + 1 : 0;
    lw_buf name;
    lw_buf_init(&name, PATH_ROOM);
    /* a name may have 255 bytes; what is in front and behind must fit */
    lw_status status = lw_buf_printf(&name, "%.*s.%.200s.%016llx.tmp", folder, path, path + folder,
                                     (unsigned long long)lw_random_u64());
    char *text = status == LW_OK ? lw_buf_take(&name) : NULL;
    lw_buf_done(&name);
    return text;
}

static int create_file(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
}

static lw_status open_temporary(lw_output *output, lw_error *err) {
    output->temporary = temporary_name(output->path);
    if (output->temporary == NULL) {
        return fail_errno(output, "create", ENOMEM, err);
    }
    output->fd = create_file(output->temporary);
    if (output->fd < 0) {
        int error = errno;
        free(output->temporary);
        output->temporary = NULL;
        return fail_errno(output, "create", error, err);
    }
    return LW_OK;
}

/* The file behind links, so that a link stays a link. */
static lw_status resolve(lw_output *output, const char *path, lw_error *err) {
    output->path = realpath(path, NULL);
    if (output->path != NULL) {
        return LW_OK;
    }
    int error = errno;
    output->path = lw_text_dup(path);
    if (output->path == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open %s '%s': out of memory", output->what, path);
    }
    if (error != ENOENT) {
        return fail_errno(output, "open", error, err);
    }
    struct stat facts;
    if (lstat(path, &facts) == 0) {
        return lw_fail(err, LW_E_IO, "open %s '%s': it is a link to nothing; mend or remove it", output->what, path);
    }
    return LW_OK;
}

static lw_status open_path(lw_output *output, const char *path, lw_error *err) {
    LW_TRY(resolve(output, path, err));
    struct stat facts;
    if (stat(output->path, &facts) != 0) {
        return open_temporary(output, err);
    }
    if (S_ISREG(facts.st_mode)) {
        output->permissions = facts.st_mode & 07777;
        return open_temporary(output, err);
    }
    output->fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return output->fd < 0 ? fail_errno(output, "open", errno, err) : LW_OK;
}

static lw_status open_standard(lw_output *output) {
    output->fd = STDOUT_FILENO;
    output->standard = true;
    output->path = lw_text_dup("standard output");
    return output->path == NULL ? LW_E_MEMORY : LW_OK;
}

lw_status lw_output_open(const char *path, const char *what, lw_output_mode mode, lw_output **ret_output,
                         lw_error *err) {
    lw_output *output = calloc(1, sizeof *output);
    if (output == NULL) {
        return lw_fail(err, LW_E_MEMORY, "open %s '%s': out of memory", what, path);
    }
    output->what = what;
    output->fd = -1;
    output->mode = mode;
    lw_status status = strcmp(path, "-") == 0 ? open_standard(output) : open_path(output, path, err);
    if (status != LW_OK) {
        release(output);
        return status;
    }
    *ret_output = output;
    return LW_OK;
}

/* ---- closing a file ---- */

static int open_folder(const char *path) {
    char *folder = lw_text_dup(path);
    if (folder == NULL) {
        errno = ENOMEM;
        return -1;
    }
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = errno;
    free(folder);
    errno = error;
    return fd;
}

/* Copies a whole file into fd. *last is its last byte. 0 or an errno. */
static int copy_file(const char *from, int fd, char *last) {
    char block[16384];
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) {
        return errno;
    }
    int error = 0;
    ssize_t len = 0;
    while (error == 0 && ((len = read(source, block, sizeof block)) > 0 || (len < 0 && errno == EINTR))) {
        if (len > 0) {
            *last = block[len - 1];
            error = write_all(fd, block, (size_t)len);
        }
    }
    error = error == 0 && len < 0 ? errno : error;
    (void)close(source);
    return error;
}

/* fd gets the old content, an end of line if it lacks one, and what this run wrote. */
static int join_files(const lw_output *output, int fd) {
    char last = '\n';
    int error = copy_file(output->path, fd, &last);
    if (error == 0 && last != '\n') {
        error = write_all(fd, "\n", 1);
    }
    return error != 0 ? error : copy_file(output->temporary, fd, &last);
}

/* Puts the old content in front: the temporary file is replaced by a joined one. */
static int prepend_existing(lw_output *output) {
    struct stat facts;
    if (output->mode != LW_OUTPUT_APPEND || stat(output->path, &facts) != 0 || facts.st_size == 0) {
        return 0;
    }
    output->permissions = facts.st_mode & 07777;
    char *joined = temporary_name(output->path);
    if (joined == NULL) {
        return ENOMEM;
    }
    int fd = create_file(joined);
    int error = fd < 0 ? errno : join_files(output, fd);
    if (error == 0) {
        (void)close(output->fd);
        (void)unlink(output->temporary);
        free(output->temporary);
        output->fd = fd;
        output->temporary = joined;
        return 0;
    }
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(joined);
    }
    free(joined);
    return error;
}

static int rename_into_place(lw_output *output) {
    struct stat facts;
    if (lstat(output->path, &facts) == 0 && !S_ISREG(facts.st_mode)) {
        return EEXIST; /* it was free or a file when opened: never put a file in the place of anything else */
    }
    int error = prepend_existing(output);
    if (error != 0) {
        return error;
    }
    if (output->permissions != 0 && fchmod(output->fd, output->permissions) != 0) {
        return errno;
    }
    if (fsync(output->fd) != 0) {
        return errno;
    }
    if (output->hook != NULL && output->hook(output->hook_ctx, output->temporary, output->path) != LW_OK) {
        return ECANCELED;
    }
    if (rename(output->temporary, output->path) != 0) {
        return errno;
    }
    free(output->temporary);
    output->temporary = NULL;
    return 0;
}

static lw_status commit(lw_output *output, lw_error *err) {
    LW_TRY(flush(output, err));
    int folder = open_folder(output->path);
    if (folder < 0) {
        return fail_errno(output, "open the folder of", errno, err);
    }
    int error = 0;
    while (flock(folder, LOCK_EX) != 0 && (error = errno) == EINTR) {
    }
    error = error == EINTR || error == ENOTSUP || error == ENOLCK || error == EBADF ? 0 : error; /* some file systems */
    error = error != 0 ? error : rename_into_place(output);
    if (error == 0 && fsync(folder) != 0 && errno != EINVAL) {
        error = errno;
    }
    (void)close(folder);
    return error == 0 ? LW_OK : fail_errno(output, "finish", error, err);
}

void lw_output_before_rename(lw_output *output, lw_output_hook hook, void *ctx) {
    output->hook = hook;
    output->hook_ctx = ctx;
}

lw_status lw_output_close(lw_output *output, bool keep, lw_error *err) {
    lw_status status = LW_OK;
    if (output->temporary != NULL && !keep) {
        lw_debug("discard %s '%s'", output->what, output->path);
    } else if (output->failed != LW_OK) {
        status = fail_again(output, err);
    } else {
        status = output->temporary == NULL ? flush(output, err) : commit(output, err);
    }
    release(output);
    return status;
}
