/* Writing into a folder bucket: put, copy and delete that are whole or not there at all, whatever happens meanwhile.
 *
 * A new object is written under a name of ours in its folder, synced, and gets its key in one step that fails if the
 * key is taken (renameat2 with RENAME_NOREPLACE, or link where the file system has no such rename). Replacing one that
 * must still be the known one (put with if_match) exchanges the two names and looks at what came out.
 *
 * A delete must hit the very file that was named, and no file system can do "unlink if". So the file is renamed aside,
 * which nobody else can undo by accident, then compared with the descriptor that was checked before, and only then
 * unlinked. If it is another file it gets its name back; if that has been taken meanwhile, it stays aside and the
 * failure says where. Nothing is ever unlinked that has not been identified.
 *
 * Renaming changes ctime, so the identity after the rename is device, inode, size and mtime. A source is only ever
 * opened for reading: its ETag is the same after a copy. What is left out: a process that holds the file open and
 * writes to it after the last look loses that write with the file, as with any unlink.
 */
#include "store/local_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define COPY_BLOCK ((size_t)1 << 20)
#define OWN_NAME_SIZE 64

/* A file being written next to its final name. */
typedef struct draft_file {
    const lw_local_place *place;
    int file;
    char name[OWN_NAME_SIZE]; /* "" once it has none */
} draft_file;

static void own_name(const char *prefix, char ret_name[OWN_NAME_SIZE]) {
    char id[37];
    lw_random_uuid(id);
    (void)snprintf(ret_name, OWN_NAME_SIZE, "%s%s", prefix, id);
}

static lw_status fail_at(lw_error *err, const char *action, const lw_local_place *place) {
    return lw_local_fail(err, errno, action, place->bucket, place->key);
}

static lw_status draft_open(const lw_local_place *place, draft_file *ret_draft, lw_error *err) {
    draft_file draft = {.place = place};
    own_name(LW_LOCAL_TEMP_PREFIX, draft.name);
    draft.file = openat(place->folder, draft.name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (draft.file < 0) {
        return fail_at(err, "write", place);
    }
    *ret_draft = draft;
    return LW_OK;
}

static void draft_close(draft_file *draft) {
    if (draft->name[0] != '\0') {
        (void)unlinkat(draft->place->folder, draft->name, 0);
    }
    (void)close(draft->file);
}

static lw_status write_all(const draft_file *draft, const char *data, size_t len, lw_error *err) {
    while (len > 0) {
        ssize_t count = write(draft->file, data, len);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return fail_at(err, "write", draft->place);
        }
        data += count;
        len -= (size_t)count;
    }
    return LW_OK;
}

static lw_status sync_folder(const lw_local_place *place, lw_error *err) {
    return fsync(place->folder) == 0 ? LW_OK : fail_at(err, "sync the folder of", place);
}

/* Gives from's file the name to, which must be free. */
static int move_if_free(int folder, const char *from, const char *to) {
    if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    return linkat(folder, from, folder, to, 0) == 0 ? unlinkat(folder, from, 0) : -1;
}

/* The draft gets its key, which must be free: LW_E_EXISTS else. */
static lw_status publish_new(draft_file *draft, lw_error *err) {
    const lw_local_place *place = draft->place;
    if (move_if_free(place->folder, draft->name, place->name) != 0) {
        return errno == EEXIST
                   ? lw_fail(err, LW_E_EXISTS, "write '%s/%s': it exists already", place->bucket, place->key)
                   : fail_at(err, "write", place);
    }
    draft->name[0] = '\0';
    return LW_OK;
}

/* The draft takes the key's place, whoever holds it. */
static lw_status publish_over(draft_file *draft, lw_error *err) {
    const lw_local_place *place = draft->place;
    if (renameat(place->folder, draft->name, place->folder, place->name) != 0) {
        return fail_at(err, "write", place);
    }
    draft->name[0] = '\0';
    return LW_OK;
}

static lw_status precondition(const lw_local_place *place, lw_error *err) {
    return lw_fail(err, LW_E_PRECONDITION, "write '%s/%s': the file there is not the expected one", place->bucket,
                   place->key);
}

/* The file that now has our draft's name was the key's a moment ago: was it the one we know? */
static lw_status check_exchanged(draft_file *draft, const struct stat *known, lw_error *err) {
    const lw_local_place *place = draft->place;
    struct stat out;
    if (fstatat(place->folder, draft->name, &out, AT_SYMLINK_NOFOLLOW) == 0 && lw_local_same_content(&out, known)) {
        return LW_OK;
    }
    if (renameat2(place->folder, draft->name, place->folder, place->name, RENAME_EXCHANGE) != 0) {
        lw_status status = lw_fail(err, LW_E_CONFLICT, "write '%s/%s': another writer was there, its file is '%s' now",
                                   place->bucket, place->key, draft->name);
        draft->name[0] = '\0';
        return status;
    }
    return precondition(place, err);
}

/* The draft takes the key's place only if the file with that ETag holds it. */
static lw_status publish_if_match(draft_file *draft, const char *if_match, lw_error *err) {
    const lw_local_place *place = draft->place;
    struct stat known = {0};
    int file;
    LW_TRY(lw_local_open_object(place, O_PATH, &file, &known, err));
    (void)close(file);
    if (lw_local_match(place, &known, if_match, err) != LW_OK) {
        return precondition(place, err);
    }
    if (renameat2(place->folder, draft->name, place->folder, place->name, RENAME_EXCHANGE) != 0) {
        return errno == EINVAL || errno == ENOSYS
                   ? lw_fail(err, LW_E_UNSUPPORTED, "write '%s/%s': this file system cannot exchange two names",
                             place->bucket, place->key)
                   : fail_at(err, "write", place);
    }
    return check_exchanged(draft, &known, err); /* closing the draft unlinks the old file, which has its name now */
}

static lw_status describe_written(const draft_file *draft, lw_written *ret_written, lw_error *err) {
    struct stat info = {0};
    char etag[LW_LOCAL_ETAG_SIZE];
    if (fstat(draft->file, &info) != 0) {
        return fail_at(err, "write", draft->place);
    }
    LW_TRY(lw_local_etag(&info, etag));
    lw_written written = {.etag = lw_text_dup(etag)};
    if (written.etag == NULL) {
        return lw_fail(err, LW_E_MEMORY, "write '%s/%s': out of memory", draft->place->bucket, draft->place->key);
    }
    *ret_written = written;
    return LW_OK;
}

static lw_status publish(draft_file *draft, const lw_put *put, lw_error *err) {
    if (put->if_none_match) {
        lw_status status = publish_new(draft, err);
        return status == LW_E_EXISTS
                   ? lw_fail(err, LW_E_PRECONDITION, "write '%s/%s': it exists already", put->bucket, put->key)
                   : status;
    }
    return put->if_match != NULL ? publish_if_match(draft, put->if_match, err) : publish_over(draft, err);
}

lw_status lw_local_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err) {
    lw_local_place place = {.folder = -1};
    draft_file draft = {.place = &place, .file = -1};
    LW_TRY(lw_local_place_open(store, put->bucket, put->key, put->if_match == NULL, &place, err));
    lw_status status = draft_open(&place, &draft, err);
    if (status != LW_OK) {
        goto done;
    }
    status = write_all(&draft, put->body.data, put->body.len, err);
    if (status == LW_OK && fsync(draft.file) != 0) {
        status = fail_at(err, "write", &place);
    }
    if (status == LW_OK) {
        status = publish(&draft, put, err);
    }
    if (status == LW_OK) {
        status = sync_folder(&place, err);
    }
    if (status == LW_OK) {
        status = describe_written(&draft, ret_written, err);
    }
    draft_close(&draft);
done:
    lw_local_place_close(&place);
    return status;
}

/* An open source that is known to be the named one. */
typedef struct known_file {
    lw_local_place place;
    int file;
    struct stat info;
} known_file;

static lw_status source_open(lw_store *store, const lw_copy *copy, known_file *ret_source, lw_error *err) {
    known_file source = {.file = -1};
    if (copy->source_version_id != NULL) {
        return lw_fail(err, LW_E_NOT_FOUND, "open version '%s' of '%s/%s': a folder has no versions",
                       copy->source_version_id, copy->source_bucket, copy->source_key);
    }
    LW_TRY(lw_local_place_open(store, copy->source_bucket, copy->source_key, false, &source.place, err));
    lw_status status = lw_local_open_object(&source.place, O_RDONLY, &source.file, &source.info, err);
    if (status == LW_OK) {
        status = lw_local_match(&source.place, &source.info, copy->source_if_match, err);
    }
    if (status != LW_OK) {
        if (source.file >= 0) {
            (void)close(source.file);
        }
        lw_local_place_close(&source.place);
        return status;
    }
    *ret_source = source;
    return LW_OK;
}

static void source_close(known_file *source) {
    (void)close(source->file);
    lw_local_place_close(&source->place);
}

/* Copies until the end of the source, and fails if that is not where it was when the source was opened. */
static lw_status copy_bytes(const known_file *source, const draft_file *draft, char *block, lw_error *err) {
    uint64_t total = 0;
    for (;;) {
        ssize_t count = pread(source->file, block, COPY_BLOCK, (off_t)total);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail_at(err, "read", &source->place);
        }
        if (count == 0) {
            break;
        }
        LW_TRY(write_all(draft, block, (size_t)count, err));
        total += (uint64_t)count;
    }
    struct stat after;
    if (fstat(source->file, &after) != 0) {
        return fail_at(err, "read", &source->place);
    }
    if (total != (uint64_t)source->info.st_size || !lw_local_same_content(&after, &source->info) ||
        after.st_ctim.tv_sec != source->info.st_ctim.tv_sec || after.st_ctim.tv_nsec != source->info.st_ctim.tv_nsec) {
        return lw_fail(err, LW_E_CHANGED, "copy '%s/%s': the file changed while it was copied, scan it again",
                       source->place.bucket, source->place.key);
    }
    return LW_OK;
}

/* Fills the draft and makes it durable. The token is best effort: not every file system has attributes. */
static lw_status fill_draft(const known_file *source, const draft_file *draft, const char *token, lw_error *err) {
    char *block = malloc(COPY_BLOCK);
    if (block == NULL) {
        return lw_fail(err, LW_E_MEMORY, "copy '%s/%s': out of memory", source->place.bucket, source->place.key);
    }
    lw_status status = copy_bytes(source, draft, block, err);
    lw_wipe(block, COPY_BLOCK);
    free(block);
    if (status == LW_OK && token != NULL &&
        fsetxattr(draft->file, LW_LOCAL_TOKEN_ATTRIBUTE, token, strlen(token), 0) != 0) {
        lw_debug("copy to '%s/%s': the move token could not be kept as an attribute", draft->place->bucket,
                 draft->place->key);
    }
    if (status == LW_OK && fsync(draft->file) != 0) {
        status = fail_at(err, "write", draft->place);
    }
    return status;
}

static lw_status copy_to(const known_file *source, const lw_local_place *target, const lw_copy *copy,
                         lw_written *ret_written, lw_error *err) {
    draft_file draft = {.place = target, .file = -1};
    LW_TRY(draft_open(target, &draft, err));
    lw_status status = fill_draft(source, &draft, copy->token, err);
    if (status == LW_OK) {
        status = copy->if_none_match ? publish_new(&draft, err) : publish_over(&draft, err);
    }
    if (status == LW_OK) {
        status = sync_folder(target, err);
    }
    if (status == LW_OK) {
        status = describe_written(&draft, ret_written, err);
    }
    draft_close(&draft);
    return status;
}

lw_status lw_local_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err) {
    known_file source = {.file = -1};
    lw_local_place target = {.folder = -1};
    LW_TRY(source_open(store, copy, &source, err));
    lw_status status = lw_local_place_open(store, copy->target_bucket, copy->target_key, true, &target, err);
    if (status != LW_OK) {
        goto done;
    }
    status = copy_to(&source, &target, copy, ret_written, err);
    lw_local_place_close(&target);
done:
    source_close(&source);
    return status;
}

/* The file at aside is not the one that was meant: it gets its name back, or the failure says where it is. */
static lw_status put_back(const lw_local_place *place, const char *aside, lw_error *err) {
    if (move_if_free(place->folder, aside, place->name) == 0) {
        (void)fsync(place->folder);
        return lw_fail(err, LW_E_CHANGED, "delete '%s/%s': the file was replaced meanwhile, nothing was deleted",
                       place->bucket, place->key);
    }
    return lw_fail(
        err, LW_E_CONFLICT,
        "delete '%s/%s': the file was replaced twice meanwhile; nothing was deleted, one of them is now '%s' "
        "in the same folder",
        place->bucket, place->key, aside);
}

static lw_status remove_known(const lw_local_place *place, int file, const struct stat *known, lw_error *err) {
    char aside[OWN_NAME_SIZE];
    struct stat there;
    struct stat now;
    own_name(LW_LOCAL_ASIDE_PREFIX, aside);
    /* One step, never link and unlink: the key may be another file's between two. The name aside is ours alone. */
    if (renameat(place->folder, place->name, place->folder, aside) != 0) {
        return fail_at(err, "delete", place);
    }
    if (fstatat(place->folder, aside, &there, AT_SYMLINK_NOFOLLOW) != 0 || fstat(file, &now) != 0 ||
        !lw_local_same_content(&there, &now) || !lw_local_same_content(&now, known)) {
        return put_back(place, aside, err);
    }
    if (unlinkat(place->folder, aside, 0) != 0) {
        int error = errno;
        (void)move_if_free(place->folder, aside, place->name);
        return lw_local_fail(err, error, "delete", place->bucket, place->key);
    }
    return sync_folder(place, err);
}

lw_status lw_local_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err) {
    lw_local_place place = {.folder = -1};
    struct stat known = {0};
    int file = -1;
    if (request->version_id != NULL) {
        return lw_fail(err, LW_E_NOT_FOUND, "delete version '%s' of '%s/%s': a folder has no versions",
                       request->version_id, request->bucket, request->key);
    }
    LW_TRY(lw_local_place_open(store, request->bucket, request->key, false, &place, err));
    lw_status status = lw_local_open_object(&place, O_PATH, &file, &known, err);
    if (status != LW_OK) {
        goto done;
    }
    status = lw_local_match(&place, &known, request->if_match, err);
    if (status == LW_OK) {
        status = remove_known(&place, file, &known, err);
    }
    (void)close(file);
done:
    lw_local_place_close(&place);
    if (status == LW_OK) {
        *ret_deleted = (lw_deleted){0};
    }
    return status;
}
