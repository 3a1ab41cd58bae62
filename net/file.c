#include "net/file_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 4096

static lw_status read_all(int fd, lw_buf *out) {
    for (;;) {
        char chunk[CHUNK];
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return LW_E_IO;
        }
        lw_status status = lw_buf_append(out, chunk, (size_t)got);
        lw_wipe(chunk, sizeof chunk); /* token and credentials files are read here */
        if (status != LW_OK || got == 0) {
            return status;
        }
    }
}

lw_status lw_file_read(const char *path, lw_buf *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? LW_E_NOT_FOUND : LW_E_IO;
    }
    lw_status status = read_all(fd, out);
    int saved = errno;
    close(fd);
    errno = saved;
    return status;
}

const char *lw_env(const char *name) {
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}
