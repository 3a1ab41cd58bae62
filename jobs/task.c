/* What becomes of an object: Macie's codes and reasons for our failures. */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>

void lw_task_free(lw_task *task) {
    if (task == NULL) {
        return;
    }
    lw_stream_close(task->stream);
    lw_object_done(&task->object);
    lw_tally_free(task->tally);
    lw_plan_free(task->plan);
    lw_tags_done(&task->tags);
    free(task);
}

bool lw_task_is_readable(const lw_task *task) {
    static const char *const COLD[] = {"GLACIER", "DEEP_ARCHIVE", "EXPRESS_ONEZONE", NULL};
    const char *storage_class = task->object.storage_class;
    for (size_t i = 0; storage_class != NULL && COLD[i] != NULL; i++) {
        if (strcmp(storage_class, COLD[i]) == 0) {
            return false;
        }
    }
    return true;
}

lw_status lw_task_get(const lw_task *task, uint64_t offset, size_t wanted, char *data, size_t *ret_len, lw_error *err) {
    const char *etag = task->object.etag;
    lw_get get = {.bucket = task->source->location.bucket,
                  .key = task->object.key,
                  .if_match = etag != NULL && etag[0] != '\0' ? etag : NULL,
                  .offset = offset,
                  .length = wanted};
    return lw_store_get(task->source->store, &get, data, ret_len, err);
}

/* Macie's reasons are a closed list; where none fits, "object not readable" does, and the detail says what it was. */
static lw_reason reason_of(lw_status status) {
    static const struct {
        lw_status status;
        lw_reason reason;
    } REASONS[] = {
        {LW_E_UNSUPPORTED, LW_REASON_UNSUPPORTED_FILE_TYPE_EXCEPTION},
        {LW_E_MALFORMED, LW_REASON_MALFORMED_FILE},
        {LW_E_PARSE, LW_REASON_UNABLE_TO_PARSE_FILE},
        {LW_E_LIMIT, LW_REASON_ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT},
        {LW_E_CHANGED, LW_REASON_OBJECT_VERSION_MISMATCH},
        {LW_E_PRECONDITION, LW_REASON_OBJECT_VERSION_MISMATCH},
        {LW_E_NOT_FOUND, LW_REASON_SOURCE_OBJECT_NO_LONGER_AVAILABLE},
        {LW_E_NO_BUCKET, LW_REASON_NO_SUCH_BUCKET_AVAILABLE},
        {LW_E_STATE, LW_REASON_INVALID_OBJECT_STATE},
        {LW_E_ENCRYPTED, LW_REASON_INVALID_ENCRYPTION},
        {LW_E_REGEX_LIMIT, LW_REASON_TIME_CUT_OFF_REACHED},
    };
    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++) {
        if (REASONS[i].status == status) {
            return REASONS[i].reason;
        }
    }
    return LW_REASON_PERMISSION_DENIED;
}

void lw_task_fail(lw_task *task, lw_status status, const lw_error *err, bool began) {
    /* Bytes of two versions must not make one finding: what was found before the change is dropped. */
    bool keep = began && status != LW_E_CHANGED && status != LW_E_PRECONDITION;
    task->code = keep ? LW_RESULT_PARTIAL : LW_RESULT_SKIPPED;
    task->reason = reason_of(status);
    task->detail = *err;
    if (!keep) {
        lw_tally_free(task->tally);
        lw_plan_free(task->plan);
        task->tally = NULL;
        task->plan = NULL;
        task->size_classified = 0;
    }
}
