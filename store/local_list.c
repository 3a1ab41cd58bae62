/* Walks a folder bucket and gives its regular files as objects, in the order S3 lists keys: by the bytes of the whole
 * key. Sorting the names of one folder is enough for that if a sub-folder is compared with its slash ("a.txt" comes
 * before "a/b", since '.' sorts before '/').
 *
 * The names of one folder are held in memory, and one descriptor for each level of depth. Symbolic links, pipes and
 * devices are no objects; each is mentioned in the debug log. A folder that cannot be read fails the listing: what is
 * in it would otherwise look clean. A file that goes away between reading its name and looking at it is no object.
 */
#include "store/local_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct folder_walk {
    const char *bucket;
    lw_slice prefix;
    lw_object_sink sink;
    void *ctx;
    lw_buf key; /* of the folder that is being walked, with a slash at its end; empty for the bucket itself */
    lw_error *err;
} folder_walk;

static lw_status walk_folder(folder_walk *walk, int folder);

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The kind of an entry; DT_UNKNOWN when it has gone. */
static lw_status kind_of(const folder_walk *walk, int folder, const char *name, unsigned char *kind) {
    struct stat info;
    if (*kind != DT_UNKNOWN) {
        return LW_OK;
    }
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        *kind = (unsigned char)IFTODT(info.st_mode);
        return LW_OK;
    }
    return errno == ENOENT ? LW_OK : lw_local_fail(walk->err, errno, "look at a file in", walk->bucket, walk->key.data);
}

static bool is_our_temporary(const char *name) {
    return strncmp(name, LW_LOCAL_TEMP_PREFIX, sizeof(LW_LOCAL_TEMP_PREFIX) - 1) == 0;
}

static lw_status note_entry(const folder_walk *walk, int folder, const struct dirent *entry, lw_strings *names) {
    unsigned char kind = entry->d_type;
    LW_TRY(kind_of(walk, folder, entry->d_name, &kind));
    if (kind == DT_DIR) {
        return lw_strings_addf(names, "%s/", entry->d_name);
    }
    if (kind == DT_REG && !is_our_temporary(entry->d_name)) {
        return lw_strings_add(names, lw_slice_from(entry->d_name));
    }
    lw_debug("list '%s': '%s%s' is %s, left out", walk->bucket, walk->key.data, entry->d_name,
             kind == DT_LNK   ? "a symbolic link"
             : kind == DT_REG ? "a write of ours under way"
                              : "no regular file");
    return LW_OK;
}

static lw_status read_names(const folder_walk *walk, DIR *dir, lw_strings *names) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            LW_TRY(note_entry(walk, dirfd(dir), entry, names));
        }
    }
    if (errno != 0) {
        return lw_local_fail(walk->err, errno, "list folder", walk->bucket, walk->key.data);
    }
    if (names->count > 1) {
        qsort(names->items, names->count, sizeof(names->items[0]), compare_names);
    }
    return LW_OK;
}

static lw_status give_file(folder_walk *walk, int folder, const char *name) {
    char etag[LW_LOCAL_ETAG_SIZE];
    char storage_class[] = "STANDARD";
    struct stat info;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? LW_OK : lw_local_fail(walk->err, errno, "look at", walk->bucket, walk->key.data);
    }
    if (!S_ISREG(info.st_mode)) {
        lw_debug("list '%s': '%s' is no regular file any more, left out", walk->bucket, walk->key.data);
        return LW_OK;
    }
    LW_TRY(lw_local_etag(&info, etag));
    lw_object object = {.key = walk->key.data,
                        .etag = etag,
                        .storage_class = storage_class,
                        .size = (uint64_t)info.st_size,
                        .last_modified_ms =
                            (int64_t)info.st_mtim.tv_sec * 1000 + (int64_t)info.st_mtim.tv_nsec / 1000000};
    return walk->sink(walk->ctx, &object);
}

static lw_status enter_folder(folder_walk *walk, int folder, const char *name_with_slash) {
    char name[NAME_MAX + 1];
    size_t len = strlen(name_with_slash) - 1;
    memcpy(name, name_with_slash, len);
    name[len] = '\0';
    int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below >= 0) {
        return walk_folder(walk, below);
    }
    if (errno == ENOENT) {
        return LW_OK;
    }
    return lw_local_fail(walk->err, errno, "list folder", walk->bucket, walk->key.data);
}

static lw_status visit(folder_walk *walk, int folder, const char *name) {
    size_t base = walk->key.len;
    LW_TRY(lw_buf_append_text(&walk->key, name));
    lw_slice key = lw_buf_slice(&walk->key);
    bool is_folder = key.data[key.len - 1] == '/';
    lw_status status = LW_OK;
    if (lw_slice_starts_with(key, walk->prefix) || (is_folder && lw_slice_starts_with(walk->prefix, key))) {
        status = is_folder ? enter_folder(walk, folder, name) : give_file(walk, folder, name);
    }
    walk->key.len = base;
    walk->key.data[base] = '\0';
    return status;
}

/* Takes the descriptor. */
static lw_status walk_folder(folder_walk *walk, int folder) {
    lw_strings names = {0};
    lw_status status;
    DIR *dir = fdopendir(folder);
    if (dir == NULL) {
        status = lw_local_fail(walk->err, errno, "list folder", walk->bucket, walk->key.data);
        (void)close(folder);
        return status;
    }
    status = read_names(walk, dir, &names);
    for (size_t i = 0; status == LW_OK && i < names.count; i++) {
        status = visit(walk, dirfd(dir), names.items[i]);
    }
    lw_strings_done(&names);
    (void)closedir(dir);
    return status;
}

lw_status lw_local_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                        lw_error *err) {
    int folder = -1;
    LW_TRY(lw_local_open_bucket(store, bucket, false, &folder, err));
    lw_error why = {0};
    folder_walk walk = {.bucket = bucket, .prefix = lw_slice_from(prefix), .sink = sink, .ctx = ctx, .err = &why};
    lw_buf_init(&walk.key, (size_t)16 * PATH_MAX);
    lw_status status = lw_buf_append_text(&walk.key, "");
    if (status != LW_OK) {
        (void)close(folder);
        goto done;
    }
    status = walk_folder(&walk, folder);
done:
    lw_buf_done(&walk.key);
    if (status == LW_E_CANCELLED) {
        return LW_OK;
    }
    if (status != LW_OK && err != NULL) {
        /* The sink may have filled err itself; only our own failures have words of ours. */
        if (why.code != LW_OK) {
            *err = why;
        } else if (err->code == LW_OK) {
            (void)lw_fail(err, status, "list bucket '%s': %s", bucket, lw_status_text(status));
        }
    }
    return status;
}
