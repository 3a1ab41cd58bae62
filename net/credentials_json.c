/* The JSON in which credential processes, container agents and instance metadata hand out credentials. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/aws_priv.h"

static const char *text_member(const cJSON *object, const char *name) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(member);
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* cJSON frees without wiping. */
static void delete_wiped(cJSON *object) {
    cJSON *member;
    cJSON_ArrayForEach(member, object) {
        if (member->valuestring != NULL) {
            lw_wipe(member->valuestring, strlen(member->valuestring));
        }
    }
    cJSON_Delete(object);
}

lw_status lw_credentials_expiration(const char *text, const char *what, int64_t *ret_ms, lw_error *err) {
    if (lw_time_parse_iso(lw_slice_from(text), ret_ms) != LW_OK) {
        return lw_fail(err, LW_E_CREDENTIALS, "%s: 'Expiration' is no ISO 8601 time", what);
    }
    return LW_OK;
}

static lw_status check_shape(const cJSON *object, const lw_credentials_format *format, lw_error *err) {
    if (!cJSON_IsObject(object)) {
        return lw_fail(err, LW_E_CREDENTIALS, "%s: the answer is no JSON object", format->source);
    }
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(object, "Version");
    if (format->version_1 && !(cJSON_IsNumber(version) && version->valuedouble == 1)) {
        return lw_fail(err, LW_E_CREDENTIALS, "%s: 'Version' of the answer must be 1", format->source);
    }
    static const char *const required[] = {"AccessKeyId", "SecretAccessKey"};
    for (size_t i = 0; i < 2; i++) {
        if (text_member(object, required[i]) == NULL) {
            return lw_fail(err, LW_E_CREDENTIALS, "%s: the answer has no '%s'", format->source, required[i]);
        }
    }
    return LW_OK;
}

static lw_status read_members(const cJSON *object, const lw_credentials_format *format, lw_credentials *ret_credentials,
                              lw_error *err) {
    LW_TRY(check_shape(object, format, err));
    int64_t expires_ms = 0;
    const char *expiration = text_member(object, "Expiration");
    if (expiration != NULL) {
        LW_TRY(lw_credentials_expiration(expiration, format->source, &expires_ms, err));
    }
    /* Borrowed from the tree, copied at once. */
    const cJSON *token = cJSON_GetObjectItemCaseSensitive(object, format->token_name);
    const lw_credentials borrowed = {
        .access_key_id = cJSON_GetObjectItemCaseSensitive(object, "AccessKeyId")->valuestring,
        .secret_access_key = cJSON_GetObjectItemCaseSensitive(object, "SecretAccessKey")->valuestring,
        .session_token = cJSON_IsString(token) && token->valuestring[0] != '\0' ? token->valuestring : NULL,
        .expires_ms = expires_ms,
    };
    if (lw_credentials_copy(&borrowed, ret_credentials) != LW_OK) {
        return lw_fail(err, LW_E_MEMORY, "%s: out of memory", format->source);
    }
    return LW_OK;
}

lw_status lw_credentials_from_json(lw_slice text, const lw_credentials_format *format, lw_credentials *ret_credentials,
                                   lw_error *err) {
    cJSON *object = text.len == 0 ? NULL : cJSON_ParseWithLength(text.data, text.len);
    lw_status status = read_members(object, format, ret_credentials, err);
    delete_wiped(object);
    return status;
}
