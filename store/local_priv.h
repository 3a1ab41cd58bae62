/* Shared by the files of the local back end. */
#ifndef LW_STORE_LOCAL_PRIV_H
#define LW_STORE_LOCAL_PRIV_H

#include <limits.h>
#include <sys/stat.h>

#include "store/store_priv.h"

#define LW_LOCAL_ETAG_SIZE 33
#define LW_LOCAL_TEMP_PREFIX ".lakewarden-tmp-"
#define LW_LOCAL_ASIDE_PREFIX ".lakewarden-delete-"
#define LW_LOCAL_TOKEN_ATTRIBUTE "user.lakewarden.move-token"

/* Where a key lives: its folder, open, and its name in it. */
typedef struct lw_local_place {
    const char *bucket;
    const char *key;
    int folder;
    char name[NAME_MAX + 1];
} lw_local_place;

/* Opens the folder that holds bucket; create makes it with its parents. LW_E_NO_BUCKET when there is none. */
lw_status lw_local_open_bucket(lw_store *store, const char *bucket, bool create, int *ret_folder,
                               lw_error *err) LW_MUST_USE;
/* Opens the key's folder, one segment after the other, following no symbolic link. */
lw_status lw_local_place_open(lw_store *store, const char *bucket, const char *key, bool create,
                              lw_local_place *ret_place, lw_error *err) LW_MUST_USE;
void lw_local_place_close(lw_local_place *place);
/* Opens the object itself with flags (O_PATH or O_RDONLY); LW_E_NOT_FOUND when no regular file is there. */
lw_status lw_local_open_object(const lw_local_place *place, int flags, int *ret_file, struct stat *ret_info,
                               lw_error *err) LW_MUST_USE;
/* Identity of a file as an ETag: hex of device, inode, size, mtime and ctime, hashed. */
lw_status lw_local_etag(const struct stat *info, char ret_etag[LW_LOCAL_ETAG_SIZE]) LW_MUST_USE;
/* LW_E_CHANGED (in words) when if_match is given and is not info's ETag. */
lw_status lw_local_match(const lw_local_place *place, const struct stat *info, const char *if_match,
                         lw_error *err) LW_MUST_USE;
/* The same file with the same content, whatever its ctime (renaming changes that). */
bool lw_local_same_content(const struct stat *a, const struct stat *b);
/* Status and sentence for an errno. */
lw_status lw_local_fail(lw_error *err, int error, const char *action, const char *bucket, const char *key);

/* Bytes of an open file: as many as are asked for, less only at its end. Only the range and the names of get are used.
 */
lw_status lw_local_read(int file, const lw_get *get, char *data, size_t *ret_len, lw_error *err) LW_MUST_USE;
/* LW_E_UNSUPPORTED for a key that no file can have under that very name. */
lw_status lw_local_check_segments(const char *bucket, const char *key, lw_error *err) LW_MUST_USE;

/* local_file.c: what a folder store keeps beside its root, which is its endpoint. */
typedef struct lw_local_state lw_local_state;
lw_local_state *lw_local_state_new(void) LW_MUST_USE; /* NULL: out of memory */
void lw_local_state_free(void *of_store);
lw_status lw_local_file_open(lw_store *store, const char *bucket, const char *key, const char *if_match,
                             lw_store_file **ret_file, lw_error *err);
lw_status lw_local_file_read(lw_store_file *public_, uint64_t offset, char *data, size_t length, size_t *ret_len,
                             lw_error *err);
void lw_local_file_close(lw_store_file *public_);

lw_status lw_local_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                        lw_error *err);
lw_status lw_local_put(lw_store *store, const lw_put *put, lw_written *ret_written, lw_error *err);
lw_status lw_local_copy(lw_store *store, const lw_copy *copy, lw_written *ret_written, lw_error *err);
lw_status lw_local_delete(lw_store *store, const lw_delete *request, lw_deleted *ret_deleted, lw_error *err);

#endif
