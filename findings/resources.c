/* resourcesAffected: the bucket and the object as the store described them.
 *
 * What the store did not tell is told as unknown, never as safe: "UNKNOWN" where Macie has that word, null where the
 * field may be null, "" for missing names. The four block flags have neither; unknown ones are false, nothing is known
 * to block. effectivePermission is worked out from what is known: PUBLIC as soon as an ACL or a policy opens a way that
 * is not known to be blocked, NOT_PUBLIC only if every way is known to be shut.
 */
#include <string.h>

#include "findings/findings_priv.h"

static void add_arn(lw_json *json, cJSON *object, const char *name, const lw_finding_context *context,
                    const lw_finding_bucket *bucket) {
    lw_json_textf(json, object, name, "arn:%s:s3:::%s", lw_context_partition(context), bucket->name);
}

static void add_text_or_empty(lw_json *json, cJSON *object, const char *name, const char *text) {
    lw_json_text(json, object, name, text != NULL ? text : "");
}

static void add_tags(lw_json *json, cJSON *object, const lw_fact_tag *tags, size_t count) {
    cJSON *array = lw_json_array(json, object, "tags");
    for (size_t i = 0; i < count; i++) {
        cJSON *tag = lw_json_item(json, array);
        add_text_or_empty(json, tag, "key", tags[i].key);
        add_text_or_empty(json, tag, "value", tags[i].value);
    }
}

static void add_encryption(lw_json *json, cJSON *object, const char *name, const char *type, const char *key_id) {
    cJSON *encryption = lw_json_object(json, object, name);
    lw_json_text(json, encryption, "encryptionType", type);
    lw_json_text(json, encryption, "kmsMasterKeyId", strncmp(type, "aws:kms", 7) == 0 ? key_id : NULL);
}

/* One way in (ACL or policy). */
typedef enum { WAY_SHUT, WAY_OPEN, WAY_UNKNOWN } way;

static way judge(lw_fact_flag read, lw_fact_flag write, lw_fact_flag blocked) {
    if (blocked == 1 || (read == 0 && write == 0)) {
        return WAY_SHUT;
    }
    return read == 1 || write == 1 ? WAY_OPEN : WAY_UNKNOWN;
}

static const char *effective_permission(const lw_finding_bucket *bucket) {
    way acl = judge(bucket->acl_public_read, bucket->acl_public_write, bucket->ignore_public_acls);
    way policy = judge(bucket->policy_public_read, bucket->policy_public_write, bucket->restrict_public_buckets);
    if (acl == WAY_OPEN || policy == WAY_OPEN) {
        return "PUBLIC";
    }
    return acl == WAY_SHUT && policy == WAY_SHUT ? "NOT_PUBLIC" : "UNKNOWN";
}

static void add_access(lw_json *json, cJSON *object, const char *name, lw_fact_flag read, lw_fact_flag write) {
    if (read < 0 && write < 0) {
        lw_json_null(json, object, name);
        return;
    }
    cJSON *access = lw_json_object(json, object, name);
    lw_json_bool(json, access, "allowsPublicReadAccess", read == 1);
    lw_json_bool(json, access, "allowsPublicWriteAccess", write == 1);
}

static void add_block(lw_json *json, cJSON *object, bool ignore_acls, bool restrict_buckets, bool block_acls,
                      bool block_policy) {
    cJSON *block = lw_json_object(json, object, "blockPublicAccess");
    lw_json_bool(json, block, "ignorePublicAcls", ignore_acls);
    lw_json_bool(json, block, "restrictPublicBuckets", restrict_buckets);
    lw_json_bool(json, block, "blockPublicAcls", block_acls);
    lw_json_bool(json, block, "blockPublicPolicy", block_policy);
}

static void add_public_access(lw_json *json, cJSON *object, const lw_finding_bucket *bucket) {
    cJSON *access = lw_json_object(json, object, "publicAccess");
    cJSON *configuration = lw_json_object(json, access, "permissionConfiguration");
    cJSON *level = lw_json_object(json, configuration, "bucketLevelPermissions");
    add_access(json, level, "accessControlList", bucket->acl_public_read, bucket->acl_public_write);
    add_access(json, level, "bucketPolicy", bucket->policy_public_read, bucket->policy_public_write);
    add_block(json, level, bucket->ignore_public_acls == 1, bucket->restrict_public_buckets == 1,
              bucket->block_public_acls == 1, bucket->block_public_policy == 1);
    cJSON *account = lw_json_object(json, configuration, "accountLevelPermissions");
    add_block(json, account, false, false, false, false);
    lw_json_text(json, access, "effectivePermission", effective_permission(bucket));
}

static void add_bucket(lw_json *json, cJSON *parent, const lw_finding_context *context,
                       const lw_finding_bucket *bucket) {
    cJSON *object = lw_json_object(json, parent, "s3Bucket");
    add_arn(json, object, "arn", context, bucket);
    lw_json_text(json, object, "name", bucket->name);
    lw_json_time(json, object, "createdAt", bucket->created_ms);
    cJSON *owner = lw_json_object(json, object, "owner");
    add_text_or_empty(json, owner, "displayName", bucket->owner_name);
    add_text_or_empty(json, owner, "id", bucket->owner_id);
    if (bucket->tags_known) {
        add_tags(json, object, bucket->tags, bucket->tag_count);
    } else {
        lw_json_null(json, object, "tags");
    }
    add_encryption(json, object, "defaultServerSideEncryption",
                   bucket->encryption_type != NULL ? bucket->encryption_type : "UNKNOWN", bucket->kms_key_id);
    add_public_access(json, object, bucket);
    lw_fact_flag unencrypted = bucket->allows_unencrypted_uploads;
    lw_json_text(json, object, "allowsUnencryptedObjectUploads",
                 unencrypted < 0 ? "UNKNOWN"
                 : unencrypted   ? "TRUE"
                                 : "FALSE");
}

static const char *extension_of(const char *key) {
    const char *slash = strrchr(key, '/');
    const char *name = slash != NULL ? slash + 1 : key;
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name ? dot + 1 : "";
}

/* An object is known to be private only if its own ACL cannot matter, and known to be public if the whole bucket can be
 * read. */
static void add_object_access(lw_json *json, cJSON *object, const lw_finding_bucket *bucket) {
    bool open = judge(bucket->acl_public_read, 0, bucket->ignore_public_acls) == WAY_OPEN ||
                judge(bucket->policy_public_read, 0, bucket->restrict_public_buckets) == WAY_OPEN;
    bool shut = bucket->ignore_public_acls == 1 && strcmp(effective_permission(bucket), "NOT_PUBLIC") == 0;
    if (open || shut) {
        lw_json_bool(json, object, "publicAccess", open);
    } else {
        lw_json_null(json, object, "publicAccess");
    }
}

static void add_object(lw_json *json, cJSON *parent, const lw_finding_context *context, const lw_object_result *result,
                       bool discovery) {
    const lw_finding_object *facts = result->object;
    cJSON *object = lw_json_object(json, parent, "s3Object");
    add_arn(json, object, "bucketArn", context, result->bucket);
    lw_json_text(json, object, "key", facts->key);
    lw_json_textf(json, object, "path", "%s/%s", result->bucket->name, facts->key);
    lw_json_text(json, object, "extension", extension_of(facts->key));
    lw_json_time(json, object, "lastModified", facts->last_modified_ms);
    add_text_or_empty(json, object, "versionId", facts->version_id);
    add_encryption(json, object, "serverSideEncryption", facts->sse != NULL ? facts->sse : "NONE", facts->kms_key_id);
    lw_json_number(json, object, "size", facts->size);
    lw_json_text(json, object, "storageClass", facts->storage_class != NULL ? facts->storage_class : "STANDARD");
    add_tags(json, object, facts->tags, facts->tag_count);
    add_object_access(json, object, result->bucket);
    add_text_or_empty(json, object, "eTag", facts->etag);
    if (discovery) {
        lw_json_null(json, object, "embeddedFileDetails");
    }
}

void lw_json_resources(lw_json *json, cJSON *parent, const lw_finding_context *context, const lw_object_result *result,
                       bool discovery) {
    cJSON *resources = lw_json_object(json, parent, "resourcesAffected");
    add_bucket(json, resources, context, result->bucket);
    add_object(json, resources, context, result, discovery);
}
