/* Ids that a run derives instead of drawing them.
 *
 * A run that is repeated after a crash must report an object under the same id, so that whoever consumed the first
 * event knows the second. So an id is a digest over what makes the report this report: the job, the start of the run
 * and the object's identity (bucket, key, and the version or, where there is none, the ETag). The "null" version of a
 * bucket with suspended versioning is overwritten in place: there the ETag is the identity too. Parts are separated by
 * NUL, which no part holds, and each kind of id starts with its own word.
 */
#include <stdlib.h>
#include <string.h>

#include "findings/findings_priv.h"

#define IDENTITY_MAX ((size_t)256 * 1024)

const char *lw_context_account(const lw_finding_context *context) {
    return context->account_id != NULL ? context->account_id : "000000000000";
}

const char *lw_context_partition(const lw_finding_context *context) {
    return context->partition != NULL ? context->partition : "aws";
}

const char *lw_context_region(const lw_finding_context *context) {
    return context->region != NULL ? context->region : "us-east-1";
}

lw_status lw_identity_hash(const char *const *parts, size_t count, char ret_hex[65]) {
    lw_buf joined;
    lw_buf_init(&joined, IDENTITY_MAX);
    lw_status status = LW_OK;
    for (size_t i = 0; i < count && status == LW_OK; i++) {
        const char *part = parts[i] != NULL ? parts[i] : "";
        status = lw_buf_append(&joined, part, strlen(part) + 1);
    }
    if (status == LW_OK) {
        status = lw_sha256_hex(lw_buf_slice(&joined), ret_hex);
    }
    lw_buf_done(&joined);
    return status;
}

void lw_identity_uuid(const char hex[65], char ret_uuid[37]) {
    size_t out = 0;
    for (size_t in = 0; in < 32; in++) {
        if (in == 8 || in == 12 || in == 16 || in == 20) {
            ret_uuid[out++] = '-';
        }
        ret_uuid[out++] = hex[in];
    }
    ret_uuid[out] = '\0';
    ret_uuid[14] = '8';                                     /* version */
    ret_uuid[19] = "89ab"[(unsigned char)ret_uuid[19] % 4]; /* variant */
}

static void run_text(const lw_finding_context *context, char out[LW_TIME_TEXT_SIZE]) {
    lw_time_format(context->run_ms, out);
}

lw_status lw_finding_id(const lw_finding_context *context, const lw_object_result *result, char ret_id[33]) {
    const lw_finding_object *object = result->object;
    bool versioned =
        object->version_id != NULL && object->version_id[0] != '\0' && strcmp(object->version_id, "null") != 0;
    char run[LW_TIME_TEXT_SIZE];
    run_text(context, run);
    const char *const parts[] = {"finding",
                                 context->job_id,
                                 run,
                                 result->bucket->name,
                                 object->key,
                                 versioned ? "version" : "etag",
                                 versioned ? object->version_id : object->etag};
    char hex[65];
    LW_TRY(lw_identity_hash(parts, sizeof parts / sizeof parts[0], hex));
    memcpy(ret_id, hex, 32);
    ret_id[32] = '\0';
    return LW_OK;
}

char *lw_discovery_result_key(const lw_finding_context *context) {
    char run[LW_TIME_TEXT_SIZE];
    run_text(context, run);
    const char *const parts[] = {"results", context->job_id, run};
    char hex[65];
    char uuid[37];
    if (lw_identity_hash(parts, sizeof parts / sizeof parts[0], hex) != LW_OK) {
        return NULL;
    }
    lw_identity_uuid(hex, uuid);
    const char *account = lw_context_account(context);
    lw_buf key;
    lw_buf_init(&key, IDENTITY_MAX);
    lw_status status = lw_buf_printf(&key, "AWSLogs/%s/Macie/%s/%s/%s/%s.jsonl.gz", account, lw_context_region(context),
                                     context->job_id != NULL ? context->job_id : "unknown-job", account, uuid);
    char *text = status == LW_OK ? lw_buf_take(&key) : NULL;
    lw_buf_done(&key);
    return text;
}
