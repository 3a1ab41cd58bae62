/* Allow lists from the command line. The object of an s3WordsList is read from the store that the scan's own flags
 * name, whole and of one ETag; what is wrong with it is a warning and an exit code, as Macie ignores a list that it
 * cannot read. */
#include "cli/allow.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)4 * 1024 * 1024)

static lw_status read_chunks(lw_store *store, lw_get *get, uint64_t size, lw_buf *content, lw_error *err) {
    char *chunk = malloc(CHUNK);
    lw_status status = chunk == NULL ? LW_E_MEMORY : LW_OK;
    while (status == LW_OK && get->offset < size) {
        size_t len = 0;
        get->length = size - get->offset < CHUNK ? (size_t)(size - get->offset) : CHUNK;
        status = lw_store_get(store, get, chunk, &len, err);
        if (status == LW_OK && len == 0) {
            status = lw_fail(err, LW_E_CHANGED, "it became shorter while it was read");
        }
        if (status == LW_OK) {
            status = lw_buf_append(content, chunk, len);
            get->offset += len;
        }
    }
    if (chunk != NULL) {
        lw_wipe(chunk, CHUNK);
    }
    free(chunk);
    return status;
}

static lw_status read_from(lw_store *store, const char *bucket, const char *key, lw_buf *content, lw_error *err) {
    lw_object object = {0};
    LW_TRY(lw_store_head(store, bucket, key, NULL, &object, err));
    lw_get get = {.bucket = bucket, .key = key, .version_id = object.version_id, .if_match = object.etag};
    lw_status status = object.size > LW_ALLOW_BYTES_MAX
                           ? lw_fail(err, LW_E_LIMIT, "it is longer than %zu MiB", LW_ALLOW_BYTES_MAX >> 20)
                           : read_chunks(store, &get, object.size, content, err);
    lw_object_done(&object);
    return status;
}

static lw_status read_object(void *ctx, const char *bucket, const char *key, lw_buf *content, lw_error *err) {
    const lw_allow_request *request = ctx;
    lw_store_options options = lw_aws_store_options(request->aws);
    lw_store *store = NULL;
    lw_status status = lw_store_open(&options, &store, err);
    if (status == LW_OK) {
        status = read_from(store, bucket, key, content, err);
    }
    lw_store_free(store);
    if (status != LW_OK && err->text[0] == '\0') {
        (void)lw_fail(err, status, "%s", lw_status_text(status));
    }
    return status == LW_OK ? LW_OK : lw_fail_prefix(err, status, "'s3://%s/%.200s'", bucket, key);
}

lw_status lw_cli_allow_load(const lw_allow_request *request, lw_allow **ret_allow, bool *ret_unread, lw_error *err) {
    lw_strings unread = {0};
    lw_allow_request copy = *request; /* the callback's context is not const */
    lw_allow_options options = {
        .files = request->files, .only = request->only, .read_object = read_object, .ctx = &copy};
    lw_status status = lw_allow_load(&options, &unread, ret_allow, err);
    for (size_t i = 0; i < unread.count && status == LW_OK; i++) {
        lw_cli_warn(request->command, "%s", unread.items[i]);
    }
    *ret_unread = unread.count > 0;
    lw_strings_done(&unread);
    return status;
}
