/* A folder as an object store: its sub-folders are the buckets, the paths below them the keys.
 *
 * Keys are used exactly or refused: a key with an empty, "." or ".." segment has no file of that very name. Every
 * folder on the way is opened by itself and without following symbolic links, so that a link put there later cannot
 * lead a read, a copy or a delete out of the bucket.
 *
 * The ETag stands for the file's identity, not for its bytes: device, inode, size, mtime and ctime in nanoseconds.
 * Whoever writes to the file, replaces it or puts its times back changes it. Reading does not. There are no versions.
 *
 * This file: opening, identity, head, get. local_file.c keeps files open that are read whole, local_list.c walks
 * folders, local_write.c puts, copies and deletes.
 */
#include "store/local_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static lw_status status_of_errno(int error) {
    switch (error) {
    case ENOENT:
        return LW_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return LW_E_DENIED;
    case ENAMETOOLONG:
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
        return LW_E_UNSUPPORTED;
    case EEXIST:
        return LW_E_EXISTS;
    case ENOMEM:
        return LW_E_MEMORY;
    default:
        return LW_E_IO;
    }
}

lw_status lw_local_fail(lw_error *err, int error, const char *action, const char *bucket, const char *key) {
    char room[128];
    return lw_fail(err, status_of_errno(error), "%s '%s/%s': %s", action, bucket, key,
                   strerror_r(error, room, sizeof(room)));
}

/* Makes the folder if it is not there; the new entry is on disk before anything is put into it. */
static int make_folder(int parent, const char *name) {
    if (mkdirat(parent, name, 0700) != 0) {
        return errno == EEXIST ? 0 : -1;
    }
    return fsync(parent);
}

static int open_folder(int parent, const char *name, bool create) {
    if (create && make_folder(parent, name) != 0) {
        return -1;
    }
    return openat(parent, name, FOLDER_FLAGS);
}

/* The root comes from the user: links in it are followed, and a target's missing parents made. */
static int open_root(const char *root, bool create) {
    int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 || !create || errno != ENOENT) {
        return folder;
    }
    char *path = lw_text_dup(root);
    if (path == NULL) {
        errno = ENOMEM;
        return -1;
    }
    int at = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *rest = path;
    while (at >= 0 && *(rest += strspn(rest, "/")) != '\0') {
        size_t len = strcspn(rest, "/");
        char *next = rest + len + (rest[len] == '/' ? 1 : 0);
        rest[len] = '\0';
        int below = make_folder(at, rest) == 0 ? openat(at, rest, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        int error = errno;
        (void)close(at);
        errno = error;
        at = below;
        rest = next;
    }
    free(path);
    return at;
}

lw_status lw_local_open_bucket(lw_store *store, const char *bucket, bool create, int *ret_folder, lw_error *err) {
    if (strchr(bucket, '/') != NULL || strcmp(bucket, ".") == 0 || strcmp(bucket, "..") == 0) {
        return lw_fail(err, LW_E_UNSUPPORTED, "use bucket '%s': it must be the name of one folder", bucket);
    }
    int root = open_root(store->endpoint, create);
    int folder = root < 0 ? -1 : open_folder(root, bucket, create);
    int error = errno;
    if (root >= 0) {
        (void)close(root);
    }
    if (folder >= 0) {
        *ret_folder = folder;
        return LW_OK;
    }
    if (error == ENOENT || error == ENOTDIR || error == ELOOP) {
        return lw_fail(err, LW_E_NO_BUCKET, "open bucket '%s': no such folder in '%s'", bucket, store->endpoint);
    }
    return lw_local_fail(err, error, "open bucket", store->endpoint, bucket);
}

lw_status lw_local_check_segments(const char *bucket, const char *key, lw_error *err) {
    for (const char *segment = key;; segment += strcspn(segment, "/") + 1) {
        size_t len = strcspn(segment, "/");
        if (len == 0 || (len == 1 && segment[0] == '.') || (len == 2 && segment[0] == '.' && segment[1] == '.')) {
            return lw_fail(err, LW_E_UNSUPPORTED,
                           "use key '%s' in folder bucket '%s': an empty, '.' or '..' segment has no file", key,
                           bucket);
        }
        if (len > NAME_MAX) {
            return lw_fail(err, LW_E_UNSUPPORTED, "use key '%.64s...' in folder bucket '%s': a segment is too long",
                           key, bucket);
        }
        if (segment[len] == '\0') {
            return LW_OK;
        }
    }
}

/* A segment that is no folder: with a file there no such key can exist, but a link means that we may not look. */
static lw_status fail_segment(int parent, const char *name, int error, bool create, const lw_local_place *place,
                              lw_error *err) {
    struct stat info = {0};
    if ((error != ENOTDIR && error != ELOOP) || fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return lw_local_fail(err, error, "open", place->bucket, place->key);
    }
    if (S_ISLNK(info.st_mode)) {
        return lw_fail(err, LW_E_UNSUPPORTED, "open '%s/%s': '%s' is a symbolic link, which is never followed",
                       place->bucket, place->key, name);
    }
    return lw_fail(err, create ? LW_E_UNSUPPORTED : LW_E_NOT_FOUND, "open '%s/%s': '%s' is a file, not a folder",
                   place->bucket, place->key, name);
}

lw_status lw_local_place_open(lw_store *store, const char *bucket, const char *key, bool create,
                              lw_local_place *ret_place, lw_error *err) {
    lw_local_place place = {bucket, key, -1, ""};
    LW_TRY(lw_local_check_segments(bucket, key, err));
    LW_TRY(lw_local_open_bucket(store, bucket, create, &place.folder, err));
    const char *segment = key;
    for (const char *slash; (slash = strchr(segment, '/')) != NULL; segment = slash + 1) {
        (void)snprintf(place.name, sizeof(place.name), "%.*s", (int)(slash - segment), segment);
        int below = open_folder(place.folder, place.name, create);
        int error = errno;
        if (below < 0) {
            lw_status status = fail_segment(place.folder, place.name, error, create, &place, err);
            (void)close(place.folder);
            return status;
        }
        (void)close(place.folder);
        place.folder = below;
    }
    (void)snprintf(place.name, sizeof(place.name), "%s", segment);
    *ret_place = place;
    return LW_OK;
}

void lw_local_place_close(lw_local_place *place) {
    if (place->folder >= 0) {
        (void)close(place->folder);
        place->folder = -1;
    }
}

static lw_status check_regular(const lw_local_place *place, const struct stat *info, lw_error *err) {
    if (S_ISREG(info->st_mode)) {
        return LW_OK;
    }
    if (S_ISLNK(info->st_mode)) {
        return lw_fail(err, LW_E_UNSUPPORTED, "open '%s/%s': it is a symbolic link, which is never followed",
                       place->bucket, place->key);
    }
    return lw_fail(err, LW_E_NOT_FOUND, "open '%s/%s': it is no regular file", place->bucket, place->key);
}

lw_status lw_local_open_object(const lw_local_place *place, int flags, int *ret_file, struct stat *ret_info,
                               lw_error *err) {
    /* Without O_NONBLOCK, opening a pipe that somebody put there would wait for a writer. */
    int file = openat(place->folder, place->name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        struct stat link;
        int error = errno;
        if (error == ELOOP && fstatat(place->folder, place->name, &link, AT_SYMLINK_NOFOLLOW) == 0) {
            LW_TRY(check_regular(place, &link, err));
        }
        return lw_local_fail(err, error, "open", place->bucket, place->key);
    }
    struct stat info = {0};
    lw_status status = fstat(file, &info) == 0 ? check_regular(place, &info, err)
                                               : lw_local_fail(err, errno, "open", place->bucket, place->key);
    if (status != LW_OK) {
        (void)close(file);
        return status;
    }
    *ret_file = file;
    *ret_info = info;
    return LW_OK;
}

lw_status lw_local_etag(const struct stat *info, char ret_etag[LW_LOCAL_ETAG_SIZE]) {
    char text[160];
    uint8_t digest[LW_SHA256_SIZE];
    int len = snprintf(text, sizeof(text), "%ju:%ju:%jd:%jd.%09ld:%jd.%09ld", (uintmax_t)info->st_dev,
                       (uintmax_t)info->st_ino, (intmax_t)info->st_size, (intmax_t)info->st_mtim.tv_sec,
                       info->st_mtim.tv_nsec, (intmax_t)info->st_ctim.tv_sec, info->st_ctim.tv_nsec);
    LW_TRY(lw_sha256((lw_slice){text, (size_t)len}, digest));
    lw_hex(digest, (LW_LOCAL_ETAG_SIZE - 1) / 2, ret_etag);
    return LW_OK;
}

lw_status lw_local_match(const lw_local_place *place, const struct stat *info, const char *if_match, lw_error *err) {
    char etag[LW_LOCAL_ETAG_SIZE];
    if (if_match == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_local_etag(info, etag));
    if (!lw_slice_equal_text(lw_etag_bare(lw_slice_from(if_match)), etag)) {
        return lw_fail(err, LW_E_CHANGED, "use '%s/%s': the file has changed, scan it again", place->bucket,
                       place->key);
    }
    return LW_OK;
}

bool lw_local_same_content(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static lw_status no_versions(const char *bucket, const char *key, const char *version_id, lw_error *err) {
    return version_id == NULL ? LW_OK
                              : lw_fail(err, LW_E_NOT_FOUND, "open version '%s' of '%s/%s': a folder has no versions",
                                        version_id, bucket, key);
}

/* Attributes are best effort: file systems without them are as good a home for objects as any. */
static lw_status read_token(int file, lw_strings *metadata) {
    char path[64];
    char value[256];
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    ssize_t len = getxattr(path, LW_LOCAL_TOKEN_ATTRIBUTE, value, sizeof(value));
    return len <= 0 ? LW_OK : lw_strings_addf(metadata, LW_STORE_TOKEN_NAME ": %.*s", (int)len, value);
}

static lw_status describe(int file, const struct stat *info, const char *key, lw_object *object) {
    char etag[LW_LOCAL_ETAG_SIZE];
    LW_TRY(lw_local_etag(info, etag));
    object->key = lw_text_dup(key);
    object->etag = lw_text_dup(etag);
    object->storage_class = lw_text_dup("STANDARD");
    object->size = (uint64_t)info->st_size;
    object->last_modified_ms = (int64_t)info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
    if (object->key == NULL || object->etag == NULL || object->storage_class == NULL) {
        return LW_E_MEMORY;
    }
    return read_token(file, &object->metadata);
}

static lw_status local_head(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_object *ret_object, lw_error *err) {
    lw_local_place place = {.folder = -1};
    struct stat info = {0};
    int file = -1;
    LW_TRY(no_versions(bucket, key, version_id, err));
    LW_TRY(lw_local_place_open(store, bucket, key, false, &place, err));
    lw_object object = {0};
    lw_status status = lw_local_open_object(&place, O_PATH, &file, &info, err);
    lw_local_place_close(&place);
    if (status != LW_OK) {
        return status;
    }
    status = describe(file, &info, key, &object);
    (void)close(file);
    if (status != LW_OK) {
        lw_object_done(&object);
        return lw_fail(err, status, "look at '%s/%s': %s", bucket, key, lw_status_text(status));
    }
    *ret_object = object;
    return LW_OK;
}

static lw_status local_get(lw_store *store, const lw_get *get, char *data, size_t *ret_len, lw_error *err) {
    lw_local_place place = {.folder = -1};
    struct stat info = {0};
    int file = -1;
    size_t len = 0;
    LW_TRY(no_versions(get->bucket, get->key, get->version_id, err));
    LW_TRY(lw_local_place_open(store, get->bucket, get->key, false, &place, err));
    lw_status status = lw_local_open_object(&place, O_RDONLY, &file, &info, err);
    if (status != LW_OK) {
        goto done;
    }
    status = lw_local_match(&place, &info, get->if_match, err);
    if (status == LW_OK) {
        status = lw_local_read(file, get, data, &len, err);
    }
    /* Asked again after the bytes: what was written while we read must not pass for the object that was named. */
    if (status == LW_OK) {
        status = fstat(file, &info) == 0 ? lw_local_match(&place, &info, get->if_match, err)
                                         : lw_local_fail(err, errno, "read", get->bucket, get->key);
    }
    (void)close(file);
done:
    lw_local_place_close(&place);
    if (status == LW_OK) {
        *ret_len = len;
    }
    return status;
}

static lw_status local_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_tags *ret_tags, lw_error *err) {
    (void)store;
    LW_TRY(no_versions(bucket, key, version_id, err));
    *ret_tags = (lw_tags){0};
    return LW_OK;
}

static lw_status local_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err) {
    int folder = -1;
    LW_TRY(lw_local_open_bucket(store, bucket, false, &folder, err));
    (void)close(folder);
    *ret_versioning = LW_VERSIONING_OFF;
    return LW_OK;
}

static lw_status local_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err) {
    lw_bucket_facts facts = {.tags_known = true,
                             .policy_public_read = LW_UNKNOWN,
                             .policy_public_write = LW_UNKNOWN,
                             .allows_unencrypted_uploads = LW_UNKNOWN};
    LW_TRY(local_versioning(store, bucket, &facts.versioning, err));
    facts.name = lw_text_dup(bucket);
    facts.region = lw_text_dup(store->region);
    if (facts.name == NULL || facts.region == NULL) {
        lw_bucket_facts_done(&facts);
        return lw_fail(err, LW_E_MEMORY, "look at bucket '%s': out of memory", bucket);
    }
    *ret_facts = facts;
    return LW_OK;
}

lw_status lw_local_open(const lw_store_options *options, lw_store *store, lw_error *err) {
    static const lw_store_backend backend = {
        .list = lw_local_list,
        .head = local_head,
        .get = local_get,
        .file_open = lw_local_file_open,
        .file_read = lw_local_file_read,
        .file_close = lw_local_file_close,
        .put = lw_local_put,
        .copy = lw_local_copy,
        .remove = lw_local_delete,
        .object_tags = local_tags,
        .bucket_facts = local_facts,
        .versioning = local_versioning,
        .free_state = lw_local_state_free,
    };
    if (options->root == NULL || options->root[0] != '/') {
        return lw_fail(err, LW_E_USAGE, "open folder store '%s': the root must be an absolute path",
                       options->root == NULL ? "" : options->root);
    }
    store->backend = &backend;
    store->kind = LW_STORE_LOCAL;
    store->preferred_gets = 1;
    store->key_max = PATH_MAX;
    store->endpoint = lw_text_dup(options->root);
    store->region = lw_text_dup("us-east-1");
    store->state = lw_local_state_new();
    return store->endpoint == NULL || store->region == NULL || store->state == NULL
               ? lw_fail(err, LW_E_MEMORY, "open folder store '%s': out of memory", options->root)
               : LW_OK;
}
