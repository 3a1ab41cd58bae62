/* Files kept open while they are read, and what makes opening a small one cheap.
 *
 * An open file is pinned by its descriptor: no rename, link or new file under its name can bring other bytes in. What
 * is left to notice is that the file itself is written to, cut or taken away, and all of these change its ctime. So the
 * file is asked again after each piece (a fraction of what copying a piece costs); when it is not as it was, the name
 * is looked up anew, to tell a file that has gone from one that has changed.
 *
 * The folder of the first bucket that is read stays open with the store, and the kernel is asked to go the whole way
 * from there to the file without following links (openat2). Where it cannot, or anything is wrong, the way is gone
 * folder by folder as for every other operation, which also finds the words for what is wrong. With many small files
 * that is most of what opening one costs.
 */
#include "store/local_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READ_AHEAD_FROM ((off_t)1024 * 1024)

struct lw_local_state {
    struct {
        pthread_mutex_t mutex;
        char *bucket; /* NULL: none is known yet; never changes after */
        int folder;
        bool whole_way; /* the kernel has openat2 and lets us use it */
    } synced;
};

typedef struct local_file {
    lw_store_file public_; /* first: callers hold this */
    int file;
    bool pinned;
    struct stat known;
    char *bucket;
    char *key;
} local_file;

lw_local_state *lw_local_state_new(void) {
    lw_local_state *state = calloc(1, sizeof(*state));
    if (state != NULL) {
        pthread_mutex_init(&state->synced.mutex, NULL);
        state->synced.folder = -1;
        state->synced.whole_way = true;
    }
    return state;
}

void lw_local_state_free(void *of_store) {
    lw_local_state *state = of_store;
    if (state->synced.folder >= 0) {
        (void)close(state->synced.folder);
    }
    free(state->synced.bucket);
    pthread_mutex_destroy(&state->synced.mutex);
    free(state);
}

/* ---- opening ---- */

/* The bucket's open folder, or -1 where another bucket was first or the way has to be gone step by step. */
static int known_folder(lw_store *store, const char *bucket) {
    lw_local_state *state = store->state;
    int folder = -1;
    pthread_mutex_lock(&state->synced.mutex);
    if (state->synced.bucket == NULL && lw_local_open_bucket(store, bucket, false, &folder, NULL) == LW_OK) {
        state->synced.bucket = lw_text_dup(bucket);
        if (state->synced.bucket != NULL) {
            state->synced.folder = folder;
        } else {
            (void)close(folder);
        }
    }
    bool known = state->synced.whole_way && state->synced.bucket != NULL && strcmp(state->synced.bucket, bucket) == 0;
    folder = known ? state->synced.folder : -1;
    pthread_mutex_unlock(&state->synced.mutex);
    return folder;
}

static void give_up_whole_way(lw_local_state *state) {
    pthread_mutex_lock(&state->synced.mutex);
    state->synced.whole_way = false;
    pthread_mutex_unlock(&state->synced.mutex);
}

/* True: a regular file is open. False says nothing about why. */
static bool open_whole_way(lw_store *store, const char *bucket, const char *key, int *ret_file, struct stat *ret_info) {
    /* Without O_NONBLOCK, opening a pipe that somebody put there would wait for a writer. */
    struct open_how how = {.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int folder = known_folder(store, bucket);
    int file = folder < 0 ? -1 : (int)syscall(SYS_openat2, folder, key, &how, sizeof(how));
    if (file < 0) {
        if (folder >= 0 && (errno == ENOSYS || errno == EPERM || errno == E2BIG || errno == EINVAL)) {
            give_up_whole_way(store->state);
        }
        return false;
    }
    if (fstat(file, ret_info) != 0 || !S_ISREG(ret_info->st_mode)) {
        (void)close(file);
        return false;
    }
    *ret_file = file;
    return true;
}

static lw_status open_stepwise(lw_store *store, const char *bucket, const char *key, int *ret_file,
                               struct stat *ret_info, lw_error *err) {
    lw_local_place place = {.folder = -1};
    LW_TRY(lw_local_place_open(store, bucket, key, false, &place, err));
    lw_status status = lw_local_open_object(&place, O_RDONLY, ret_file, ret_info, err);
    lw_local_place_close(&place);
    return status;
}

lw_status lw_local_file_open(lw_store *store, const char *bucket, const char *key, const char *if_match,
                             lw_store_file **ret_file, lw_error *err) {
    local_file opened = {.public_ = {store}, .file = -1, .pinned = if_match != NULL};
    lw_local_place place = {.bucket = bucket, .key = key, .folder = -1};
    LW_TRY(lw_local_check_segments(bucket, key, err));
    if (!open_whole_way(store, bucket, key, &opened.file, &opened.known)) {
        LW_TRY(open_stepwise(store, bucket, key, &opened.file, &opened.known, err));
    }
    local_file *file = NULL;
    lw_status status = lw_local_match(&place, &opened.known, if_match, err);
    if (status != LW_OK) {
        goto done;
    }
    opened.bucket = lw_text_dup(bucket);
    opened.key = lw_text_dup(key);
    file = malloc(sizeof(*file));
    if (file == NULL || opened.bucket == NULL || opened.key == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "open '%s/%s': out of memory", bucket, key);
        goto done;
    }
    if (opened.known.st_size >= READ_AHEAD_FROM) {
        (void)posix_fadvise(opened.file, 0, 0, POSIX_FADV_SEQUENTIAL); /* only a hint */
    }
    *file = opened;
    *ret_file = &file->public_;
    return LW_OK;
done:
    free(file);
    free(opened.bucket);
    free(opened.key);
    (void)close(opened.file);
    return status;
}

void lw_local_file_close(lw_store_file *public_) {
    local_file *file = (local_file *)public_;
    (void)close(file->file);
    free(file->bucket);
    free(file->key);
    free(file);
}

/* ---- reading ---- */

lw_status lw_local_read(int file, const lw_get *get, char *data, size_t *ret_len, lw_error *err) {
    size_t len = 0;
    while (len < get->length) {
        ssize_t count = pread(file, data + len, get->length - len, (off_t)(get->offset + len));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return lw_local_fail(err, errno, "read", get->bucket, get->key);
        }
        if (count == 0) {
            break;
        }
        len += (size_t)count;
    }
    *ret_len = len;
    return LW_OK;
}

static lw_status check_unchanged(const local_file *file, lw_error *err) {
    struct stat now;
    if (fstat(file->file, &now) != 0) {
        return lw_local_fail(err, errno, "read", file->bucket, file->key);
    }
    if (lw_local_same_content(&now, &file->known) && now.st_ctim.tv_sec == file->known.st_ctim.tv_sec &&
        now.st_ctim.tv_nsec == file->known.st_ctim.tv_nsec) {
        return LW_OK;
    }
    int other = -1;
    LW_TRY(open_stepwise(file->public_.store, file->bucket, file->key, &other, &now, err));
    (void)close(other);
    return lw_fail(err, LW_E_CHANGED, "use '%s/%s': the file has changed, scan it again", file->bucket, file->key);
}

lw_status lw_local_file_read(lw_store_file *public_, uint64_t offset, char *data, size_t length, size_t *ret_len,
                             lw_error *err) {
    const local_file *file = (const local_file *)public_;
    lw_get get = {.bucket = file->bucket, .key = file->key, .offset = offset, .length = length};
    size_t len = 0;
    LW_TRY(lw_local_read(file->file, &get, data, &len, err));
    /* Asked after the bytes: what was written while we read must not pass for the object that was named. */
    if (file->pinned) {
        LW_TRY(check_unchanged(file, err));
    }
    *ret_len = len;
    return LW_OK;
}
