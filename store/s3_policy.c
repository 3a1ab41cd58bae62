/* What a bucket policy lets the public do, as far as a finding reports it.
 *
 * Whether a bucket is public at all is the server's judgement (GetBucketPolicyStatus): conditions, account settings and
 * principals are its business. Only where it says yes does the text tell what for: statements that allow everybody
 * something without a condition, by the actions they name. Where it gives no answer, nothing is claimed.
 *
 * Uploads without encryption are allowed unless a statement denies s3:PutObject under a condition on the encryption
 * header: the form the documentation recommends, and the one that is looked for.
 */
#include "store/s3_priv.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <strings.h>

/* A policy field holds one string or a list of them. */
typedef bool (*text_test)(const char *text);

static bool any_text(const cJSON *value, text_test test) {
    if (cJSON_IsString(value)) {
        return test(value->valuestring);
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        if (cJSON_IsString(item) && test(item->valuestring)) {
            return true;
        }
    }
    return false;
}

static bool is_everybody(const char *text) {
    return strcmp(text, "*") == 0;
}

/* True when the pattern of an action ("s3:Get*", "*") takes in the action. */
static bool names_action(const char *pattern, const char *action) {
    size_t fixed = strcspn(pattern, "*?");
    return strncasecmp(pattern, action, fixed) == 0 && (pattern[fixed] != '\0' || action[fixed] == '\0');
}

static bool is_read(const char *action) {
    return names_action(action, "s3:GetObject") || names_action(action, "s3:GetObjectVersion") ||
           names_action(action, "s3:ListBucket");
}

static bool is_put(const char *action) {
    return names_action(action, "s3:PutObject");
}

static bool is_write(const char *action) {
    return is_put(action) || names_action(action, "s3:DeleteObject") || names_action(action, "s3:PutObjectAcl") ||
           names_action(action, "s3:PutBucketPolicy");
}

static bool has_effect(const cJSON *statement, const char *effect) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(statement, "Effect");
    return cJSON_IsString(value) && strcmp(value->valuestring, effect) == 0;
}

static bool for_everybody(const cJSON *statement) {
    const cJSON *principal = cJSON_GetObjectItemCaseSensitive(statement, "Principal");
    if (cJSON_IsObject(principal)) {
        principal = cJSON_GetObjectItemCaseSensitive(principal, "AWS");
    }
    return any_text(principal, is_everybody) && cJSON_GetObjectItemCaseSensitive(statement, "Condition") == NULL;
}

static bool about_encryption(const cJSON *statement) {
    const cJSON *condition = cJSON_GetObjectItemCaseSensitive(statement, "Condition");
    const cJSON *operator_;
    cJSON_ArrayForEach(operator_, condition) {
        const cJSON *key;
        cJSON_ArrayForEach(key, operator_) {
            if (key->string != NULL && strcasecmp(key->string, "s3:x-amz-server-side-encryption") == 0) {
                return true;
            }
        }
    }
    return false;
}

static void read_statement(const cJSON *statement, lw_tristate is_public, lw_bucket_facts *facts) {
    const cJSON *action = cJSON_GetObjectItemCaseSensitive(statement, "Action");
    if (has_effect(statement, "Deny") && any_text(action, is_put) && about_encryption(statement)) {
        facts->allows_unencrypted_uploads = LW_NO;
    }
    if (is_public == LW_YES && has_effect(statement, "Allow") && for_everybody(statement)) {
        facts->policy_public_read = any_text(action, is_read) ? LW_YES : facts->policy_public_read;
        facts->policy_public_write = any_text(action, is_write) ? LW_YES : facts->policy_public_write;
    }
}

static void read_statements(const cJSON *statements, lw_tristate is_public, lw_bucket_facts *facts) {
    if (cJSON_IsObject(statements)) {
        read_statement(statements, is_public, facts);
        return;
    }
    const cJSON *statement;
    cJSON_ArrayForEach(statement, statements) {
        read_statement(statement, is_public, facts);
    }
}

lw_status lw_s3_policy_read(lw_slice json, lw_tristate is_public, lw_bucket_facts *facts) {
    cJSON *policy = cJSON_ParseWithLength(json.data == NULL ? "" : json.data, json.len);
    if (!cJSON_IsObject(policy)) {
        cJSON_Delete(policy);
        return LW_E_PROTOCOL;
    }
    facts->policy_known = true;
    facts->has_policy = true;
    facts->policy_public_read = is_public == LW_UNKNOWN ? LW_UNKNOWN : LW_NO;
    facts->policy_public_write = facts->policy_public_read;
    facts->allows_unencrypted_uploads = LW_YES;
    read_statements(cJSON_GetObjectItemCaseSensitive(policy, "Statement"), is_public, facts);
    /* Public by a statement that is none of the plain ones: for what, this reader cannot say. */
    if (is_public == LW_YES && facts->policy_public_read != LW_YES && facts->policy_public_write != LW_YES) {
        facts->policy_public_read = LW_UNKNOWN;
        facts->policy_public_write = LW_UNKNOWN;
    }
    cJSON_Delete(policy);
    return LW_OK;
}
