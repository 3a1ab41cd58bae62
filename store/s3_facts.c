/* What a bucket says about itself, and an object's tags.
 *
 * The bucket itself is asked first (HEAD): if it is not there or not ours to see, that is the answer. Every further
 * fact is one request that may be denied, unknown to the server or broken: the fact then stays unknown, and the others
 * are still asked. For some facts a 404 with a certain code is knowledge too: there is no policy, no encryption set,
 * nothing blocked.
 */
#include "store/s3_priv.h"

#include <stdlib.h>
#include <string.h>

typedef struct facts_asked {
    lw_store *store;
    const char *bucket;
    lw_bucket_facts *facts;
} facts_asked;

/* Reads a good reply into the facts. */
typedef lw_status (*fact_reader)(facts_asked *asked, lw_slice body);

typedef struct bucket_fact {
    const char *name;
    const char *query;     /* "acl=" */
    const char *none_code; /* the 404 that means "there is none", or NULL */
    fact_reader read;
    void (*none)(lw_bucket_facts *facts);
} bucket_fact;

static lw_status send_fact(const facts_asked *asked, const char *query, lw_http_response *response, lw_error *err) {
    lw_s3_call call = {.action = "ask about", .method = "GET", .bucket = asked->bucket, .query = query};
    return lw_s3_send(asked->store->state, &call, response, err);
}

static lw_status set_field(char **field, lw_slice text) {
    free(*field);
    *field = lw_slice_dup(text);
    return *field == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status location_field(void *ctx, const char *path, lw_slice text) {
    lw_bucket_facts *facts = ctx;
    text = lw_slice_trim(text);
    if (strcmp(path, "LocationConstraint") != 0) {
        return LW_OK;
    }
    if (text.len == 0) {
        return set_field(&facts->region, LW_SLICE_LITERAL("us-east-1"));
    }
    return set_field(&facts->region, lw_slice_equal_text(text, "EU") ? LW_SLICE_LITERAL("eu-west-1") : text);
}

static lw_status read_location(facts_asked *asked, lw_slice body) {
    return asked->facts->region != NULL ? LW_OK : lw_s3_walk(body, location_field, asked->facts);
}

static lw_status versioning_field(void *ctx, const char *path, lw_slice text) {
    lw_versioning *versioning = ctx;
    if (strcmp(path, "VersioningConfiguration/Status") == 0) {
        text = lw_slice_trim(text);
        *versioning = lw_slice_equal_text(text, "Enabled")     ? LW_VERSIONING_ON
                      : lw_slice_equal_text(text, "Suspended") ? LW_VERSIONING_SUSPENDED
                                                               : LW_VERSIONING_UNKNOWN;
    }
    return LW_OK;
}

static lw_status read_versioning(facts_asked *asked, lw_slice body) {
    lw_versioning versioning = LW_VERSIONING_OFF;
    LW_TRY(lw_s3_walk(body, versioning_field, &versioning));
    asked->facts->versioning = versioning;
    return LW_OK;
}

static lw_status read_acl(facts_asked *asked, lw_slice body) {
    return lw_s3_acl_read(body, asked->facts);
}

static lw_status read_tags(facts_asked *asked, lw_slice body) {
    LW_TRY(lw_s3_tags_read(body, &asked->facts->tags));
    asked->facts->tags_known = true;
    return LW_OK;
}

static void no_tags(lw_bucket_facts *facts) {
    facts->tags_known = true;
}

static lw_status encryption_field(void *ctx, const char *path, lw_slice text) {
    static const char rule[] = "ServerSideEncryptionConfiguration/Rule/ApplyServerSideEncryptionByDefault/";
    lw_bucket_facts *facts = ctx;
    if (strncmp(path, rule, sizeof(rule) - 1) != 0) {
        return LW_OK;
    }
    const char *field = path + sizeof(rule) - 1;
    if (strcmp(field, "SSEAlgorithm") == 0) {
        return set_field(&facts->encryption_type, lw_slice_trim(text));
    }
    return strcmp(field, "KMSMasterKeyID") == 0 ? set_field(&facts->kms_key_id, lw_slice_trim(text)) : LW_OK;
}

static lw_status read_encryption(facts_asked *asked, lw_slice body) {
    LW_TRY(lw_s3_walk(body, encryption_field, asked->facts));
    asked->facts->encryption_known = asked->facts->encryption_type != NULL;
    return LW_OK;
}

static void no_encryption(lw_bucket_facts *facts) {
    facts->encryption_type = lw_text_dup("NONE");
    facts->encryption_known = facts->encryption_type != NULL;
}

static lw_status block_field(void *ctx, const char *path, lw_slice text) {
    static const char root[] = "PublicAccessBlockConfiguration/";
    lw_bucket_facts *facts = ctx;
    bool on = lw_slice_equal_text(lw_slice_trim(text), "true");
    if (strncmp(path, root, sizeof(root) - 1) != 0) {
        return LW_OK;
    }
    const char *field = path + sizeof(root) - 1;
    if (strcmp(field, "BlockPublicAcls") == 0) {
        facts->block_public_acls = on;
    } else if (strcmp(field, "IgnorePublicAcls") == 0) {
        facts->ignore_public_acls = on;
    } else if (strcmp(field, "BlockPublicPolicy") == 0) {
        facts->block_public_policy = on;
    } else if (strcmp(field, "RestrictPublicBuckets") == 0) {
        facts->restrict_public_buckets = on;
    }
    return LW_OK;
}

static lw_status read_block(facts_asked *asked, lw_slice body) {
    LW_TRY(lw_s3_walk(body, block_field, asked->facts));
    asked->facts->block_known = true;
    return LW_OK;
}

static void no_block(lw_bucket_facts *facts) {
    facts->block_known = true;
}

static lw_status status_field(void *ctx, const char *path, lw_slice text) {
    lw_tristate *is_public = ctx;
    if (strcmp(path, "PolicyStatus/IsPublic") == 0) {
        text = lw_slice_trim(text);
        *is_public = lw_slice_equal_text(text, "true") || lw_slice_equal_text(text, "TRUE") ? LW_YES : LW_NO;
    }
    return LW_OK;
}

/* The policy text says what is allowed; only the server can say whether that makes the bucket public. */
static lw_status read_policy(facts_asked *asked, lw_slice body) {
    lw_http_response response = {0};
    lw_tristate is_public = LW_UNKNOWN;
    lw_status status = send_fact(asked, "policyStatus=", &response, NULL);
    if (status == LW_OK && lw_s3_walk(lw_buf_slice(&response.body), status_field, &is_public) != LW_OK) {
        is_public = LW_UNKNOWN;
    }
    lw_http_response_done(&response);
    return lw_s3_policy_read(body, is_public, asked->facts);
}

static void no_policy(lw_bucket_facts *facts) {
    facts->policy_known = true;
    facts->policy_public_read = LW_NO;
    facts->policy_public_write = LW_NO;
    facts->allows_unencrypted_uploads = LW_YES;
}

/* The account's bucket list, for the date of ours. */
typedef struct bucket_list {
    const char *bucket;
    bool ours;
    int64_t date_ms;
    int64_t found_ms;
} bucket_list;

static lw_status bucket_field(void *ctx, const char *path, lw_slice text) {
    bucket_list *list = ctx;
    if (strcmp(path, "ListAllMyBucketsResult/Buckets/Bucket/Name") == 0) {
        list->ours = lw_slice_equal_text(text, list->bucket);
    } else if (strcmp(path, "ListAllMyBucketsResult/Buckets/Bucket/CreationDate") == 0) {
        if (lw_time_parse_iso(lw_slice_trim(text), &list->date_ms) != LW_OK) {
            list->date_ms = 0;
        }
    } else if (strcmp(path, "ListAllMyBucketsResult/Buckets/Bucket") == 0) {
        list->found_ms = list->ours ? list->date_ms : list->found_ms;
        list->ours = false;
    }
    return LW_OK;
}

static void ask_created(facts_asked *asked) {
    lw_s3_call call = {.action = "list buckets", .method = "GET"};
    lw_http_response response = {0};
    bucket_list list = {.bucket = asked->bucket};
    if (lw_s3_send(asked->store->state, &call, &response, NULL) == LW_OK &&
        lw_s3_walk(lw_buf_slice(&response.body), bucket_field, &list) == LW_OK) {
        asked->facts->created_ms = list.found_ms;
    }
    lw_http_response_done(&response);
}

static void ask(facts_asked *asked, const bucket_fact *fact) {
    lw_http_response response = {0};
    lw_error err = {0};
    lw_status status = send_fact(asked, fact->query, &response, &err);
    if (status == LW_OK) {
        status = fact->read(asked, lw_buf_slice(&response.body));
    } else if (response.status == 404 && fact->none_code != NULL &&
               lw_slice_equal_text(lw_aws_error_code(&response), fact->none_code)) {
        fact->none(asked->facts);
        status = LW_OK;
    }
    if (status != LW_OK) {
        lw_debug("bucket '%s': its %s stays unknown (%s)", asked->bucket, fact->name, lw_status_text(status));
    }
    lw_http_response_done(&response);
}

static lw_status ask_bucket(facts_asked *asked, lw_error *err) {
    lw_s3_call call = {.action = "look at bucket", .method = "HEAD", .bucket = asked->bucket};
    lw_http_response response = {0};
    lw_status status = lw_s3_send(asked->store->state, &call, &response, err);
    if (response.status == 404) {
        status = lw_s3_fail(&call, LW_E_NO_BUCKET, "no such bucket", err);
    } else if (status == LW_OK) {
        asked->facts->name = lw_text_dup(asked->bucket);
        status = asked->facts->name == NULL
                     ? LW_E_MEMORY
                     : lw_s3_take_header(&response, "x-amz-bucket-region", &asked->facts->region);
    }
    lw_http_response_done(&response);
    return status;
}

lw_status lw_s3_bucket_facts(lw_store *store, const char *bucket, lw_bucket_facts *ret_facts, lw_error *err) {
    static const bucket_fact all[] = {
        {"region", "location=", NULL, read_location, NULL},
        {"versioning", "versioning=", NULL, read_versioning, NULL},
        {"access control list", "acl=", NULL, read_acl, NULL},
        {"tags", "tagging=", "NoSuchTagSet", read_tags, no_tags},
        {"encryption", "encryption=", "ServerSideEncryptionConfigurationNotFoundError", read_encryption, no_encryption},
        {"public access block", "publicAccessBlock=", "NoSuchPublicAccessBlockConfiguration", read_block, no_block},
        {"policy", "policy=", "NoSuchBucketPolicy", read_policy, no_policy},
    };
    lw_bucket_facts facts = {
        .policy_public_read = LW_UNKNOWN, .policy_public_write = LW_UNKNOWN, .allows_unencrypted_uploads = LW_UNKNOWN};
    facts_asked asked = {store, bucket, &facts};
    lw_status status = ask_bucket(&asked, err);
    for (size_t i = 0; status == LW_OK && i < sizeof(all) / sizeof(all[0]); i++) {
        ask(&asked, &all[i]);
    }
    if (status == LW_OK) {
        ask_created(&asked);
        if (facts.region == NULL) {
            facts.region = lw_text_dup(store->region);
        }
        status = facts.region == NULL ? lw_fail(err, LW_E_MEMORY, "out of memory") : LW_OK;
    }
    if (status != LW_OK) {
        lw_bucket_facts_done(&facts);
        return status;
    }
    *ret_facts = facts;
    return LW_OK;
}

lw_status lw_s3_versioning(lw_store *store, const char *bucket, lw_versioning *ret_versioning, lw_error *err) {
    lw_s3_call call = {.action = "ask the versioning of", .method = "GET", .bucket = bucket, .query = "versioning="};
    lw_http_response response = {0};
    lw_versioning versioning = LW_VERSIONING_OFF;
    lw_status status = lw_s3_send(store->state, &call, &response, err);
    if (status == LW_OK && lw_s3_walk(lw_buf_slice(&response.body), versioning_field, &versioning) != LW_OK) {
        status = lw_s3_fail(&call, LW_E_PROTOCOL, "the reply cannot be read", err);
    }
    lw_http_response_done(&response);
    if (status == LW_OK) {
        *ret_versioning = versioning;
    }
    return status;
}

typedef struct acl_grant {
    lw_bucket_facts *facts;
    bool to_public;
    bool read;
    bool write;
} acl_grant;

static bool public_group(lw_slice uri) {
    return lw_slice_ends_with(uri, LW_SLICE_LITERAL("/groups/global/AllUsers")) ||
           lw_slice_ends_with(uri, LW_SLICE_LITERAL("/groups/global/AuthenticatedUsers"));
}

static lw_status acl_field(void *ctx, const char *path, lw_slice text) {
    static const char root[] = "AccessControlPolicy/";
    acl_grant *grant = ctx;
    lw_bucket_facts *facts = grant->facts;
    text = lw_slice_trim(text);
    if (strncmp(path, root, sizeof(root) - 1) != 0) {
        return LW_OK;
    }
    const char *field = path + sizeof(root) - 1;
    if (strcmp(field, "Owner/ID") == 0) {
        return set_field(&facts->owner_id, text);
    }
    if (strcmp(field, "Owner/DisplayName") == 0) {
        return set_field(&facts->owner_name, text);
    }
    if (strcmp(field, "AccessControlList/Grant/Grantee/URI") == 0) {
        grant->to_public = public_group(text);
    } else if (strcmp(field, "AccessControlList/Grant/Permission") == 0) {
        bool full = lw_slice_equal_text(text, "FULL_CONTROL");
        grant->read = full || lw_slice_equal_text(text, "READ");
        grant->write = full || lw_slice_equal_text(text, "WRITE");
    } else if (strcmp(field, "AccessControlList/Grant") == 0) {
        facts->acl_public_read |= grant->to_public && grant->read;
        facts->acl_public_write |= grant->to_public && grant->write;
        *grant = (acl_grant){.facts = facts};
    }
    return LW_OK;
}

lw_status lw_s3_acl_read(lw_slice body, lw_bucket_facts *facts) {
    acl_grant grant = {.facts = facts};
    LW_TRY(lw_s3_walk(body, acl_field, &grant));
    facts->acl_known = true;
    return LW_OK;
}

typedef struct tag_reader {
    lw_tags tags;
    lw_tag tag;
} tag_reader;

static lw_status keep_tag(tag_reader *reader) {
    lw_tag *items = realloc(reader->tags.items, (reader->tags.count + 1) * sizeof(*items));
    if (items == NULL) {
        return LW_E_MEMORY;
    }
    reader->tags.items = items;
    if (reader->tag.key == NULL) {
        return LW_E_PROTOCOL;
    }
    if (reader->tag.value == NULL) {
        LW_TRY(set_field(&reader->tag.value, (lw_slice){NULL, 0}));
    }
    items[reader->tags.count++] = reader->tag;
    reader->tag = (lw_tag){0};
    return LW_OK;
}

static lw_status tag_field(void *ctx, const char *path, lw_slice text) {
    static const char set[] = "Tagging/TagSet/Tag";
    tag_reader *reader = ctx;
    if (strncmp(path, set, sizeof(set) - 1) != 0) {
        return LW_OK;
    }
    const char *field = path + sizeof(set) - 1;
    if (strcmp(field, "/Key") == 0) {
        return set_field(&reader->tag.key, text);
    }
    if (strcmp(field, "/Value") == 0) {
        return set_field(&reader->tag.value, text);
    }
    return field[0] == '\0' ? keep_tag(reader) : LW_OK;
}

lw_status lw_s3_tags_read(lw_slice body, lw_tags *ret_tags) {
    tag_reader reader = {0};
    lw_status status = lw_s3_walk(body, tag_field, &reader);
    free(reader.tag.key);
    free(reader.tag.value);
    if (status != LW_OK) {
        lw_tags_done(&reader.tags);
        return status;
    }
    *ret_tags = reader.tags;
    return LW_OK;
}

static lw_status tags_query(const char *version_id, lw_buf *query) {
    LW_TRY(lw_s3_query_add(query, "tagging", ""));
    return version_id == NULL ? LW_OK : lw_s3_query_add(query, "versionId", version_id);
}

lw_status lw_s3_object_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                            lw_tags *ret_tags, lw_error *err) {
    lw_s3_call call = {.action = "read the tags of", .method = "GET", .bucket = bucket, .key = key};
    lw_http_response response = {0};
    lw_buf query;
    lw_buf_init(&query, 4096);
    lw_status status = tags_query(version_id, &query);
    if (status == LW_OK) {
        call.query = query.data;
        status = lw_s3_send(store->state, &call, &response, err);
    }
    if (status == LW_OK) {
        status = lw_s3_tags_read(lw_buf_slice(&response.body), ret_tags);
        status = status == LW_OK || status == LW_E_MEMORY
                     ? status
                     : lw_s3_fail(&call, LW_E_PROTOCOL, "the reply cannot be read", err);
    }
    lw_buf_done(&query);
    lw_http_response_done(&response);
    return status;
}

static lw_status build_tagging(const lw_tags *tags, lw_buf *body) {
    LW_TRY(lw_buf_append_text(body, "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>"));
    for (size_t i = 0; i < tags->count; i++) {
        LW_TRY(lw_buf_append_text(body, "<Tag><Key>"));
        LW_TRY(lw_s3_xml_escape(body, tags->items[i].key));
        LW_TRY(lw_buf_append_text(body, "</Key><Value>"));
        LW_TRY(lw_s3_xml_escape(body, tags->items[i].value));
        LW_TRY(lw_buf_append_text(body, "</Value></Tag>"));
    }
    return lw_buf_append_text(body, "</TagSet></Tagging>");
}

lw_status lw_s3_put_tags(lw_store *store, const char *bucket, const char *key, const char *version_id,
                         const lw_tags *tags, lw_error *err) {
    lw_s3_call call = {.action = "write the tags of", .method = "PUT", .bucket = bucket, .key = key};
    lw_http_response response = {0};
    lw_buf query;
    lw_buf body;
    lw_buf_init(&query, 4096);
    lw_buf_init(&body, (size_t)64 << 10);
    lw_status status = tags_query(version_id, &query);
    if (status == LW_OK) {
        status = build_tagging(tags, &body);
    }
    if (status == LW_OK) {
        status = lw_strings_addf(&call.headers, "Content-Type: application/xml");
    }
    if (status == LW_OK) {
        call.query = query.data;
        call.body = lw_buf_slice(&body);
        status = lw_s3_send(store->state, &call, &response, err);
    }
    lw_buf_done(&query);
    lw_buf_done(&body);
    lw_strings_done(&call.headers);
    lw_http_response_done(&response);
    return status;
}
