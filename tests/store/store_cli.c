/* A store's functions as a command with JSON answers, so that the end to end tests can drive the C code against real
 * servers. Not installed, not a user's tool.
 *   store_cli [--endpoint-url U] [--region R] [--signature-version V] [--addressing path|virtual] [--root DIR]
 *             [--threshold N] [--part N] [--expected-owner ID] [--allow-plain-http] COMMAND ARGUMENT... [:: COMMAND
 * ...] Prints one line a command. A failure prints {"status":"LW_E_...","text":"..."}, and the program ends with 1;
 * wrong use ends with 2.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

typedef struct arguments {
    char **items;
    int count;
    lw_store *store;
    cJSON *reply;
    lw_error *err;
} arguments;

/* Argument i, NULL when it was not given or is "-". */
static const char *optional(const arguments *a, int i) {
    return i < a->count && strcmp(a->items[i], "-") != 0 ? a->items[i] : NULL;
}

static const char *required(const arguments *a, int i) {
    if (i >= a->count) {
        fprintf(stderr, "store_cli: argument %d is missing\n", i);
        exit(2);
    }
    return a->items[i];
}

static uint64_t number(const char *text) {
    uint64_t value;
    if (lw_parse_u64(text, &value) != LW_OK) {
        fprintf(stderr, "store_cli: '%s' is no number\n", text);
        exit(2);
    }
    return value;
}

static bool has_flag(const arguments *a, const char *flag) {
    for (int i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], flag) == 0) {
            return true;
        }
    }
    return false;
}

static void add_text(cJSON *object, const char *name, const char *text) {
    if (text == NULL) {
        cJSON_AddNullToObject(object, name);
    } else {
        cJSON_AddStringToObject(object, name, text);
    }
}

static void add_list(cJSON *object, const char *name, const lw_strings *list) {
    cJSON *array = cJSON_AddArrayToObject(object, name);
    for (size_t i = 0; i < list->count; i++) {
        cJSON_AddItemToArray(array, cJSON_CreateString(list->items[i]));
    }
}

static void add_tags(cJSON *object, const lw_tags *tags) {
    cJSON *map = cJSON_AddObjectToObject(object, "tags");
    for (size_t i = 0; i < tags->count; i++) {
        cJSON_AddStringToObject(map, tags->items[i].key, tags->items[i].value);
    }
}

static void add_object(cJSON *to, const lw_object *object) {
    add_text(to, "key", object->key);
    add_text(to, "etag", object->etag);
    add_text(to, "version_id", object->version_id);
    add_text(to, "storage_class", object->storage_class);
    cJSON_AddNumberToObject(to, "size", (double)object->size);
    cJSON_AddNumberToObject(to, "last_modified_ms", (double)object->last_modified_ms);
}

static lw_status note_object(void *ctx, const lw_object *object) {
    cJSON *entry = cJSON_CreateObject();
    add_object(entry, object);
    cJSON_AddItemToArray(ctx, entry);
    return LW_OK;
}

static lw_status run_list(arguments *a) {
    const char *prefix = optional(a, 1);
    return lw_store_list(a->store, required(a, 0), prefix == NULL ? "" : prefix, note_object,
                         cJSON_AddArrayToObject(a->reply, "objects"), a->err);
}

static lw_status run_head(arguments *a) {
    lw_object object;
    lw_status status = lw_store_head(a->store, required(a, 0), required(a, 1), optional(a, 2), &object, a->err);
    if (status == LW_OK) {
        add_object(a->reply, &object);
        add_text(a->reply, "content_type", object.content_type);
        add_text(a->reply, "content_encoding", object.content_encoding);
        add_text(a->reply, "sse", object.sse);
        add_list(a->reply, "metadata", &object.metadata);
        add_list(a->reply, "headers", &object.headers);
        cJSON_AddBoolToObject(a->reply, "delete_marker", object.delete_marker);
        lw_object_done(&object);
    }
    return status;
}

/* Reads from get->offset on in ranges of get->length until one comes short, or once only. */
static lw_status read_ranges(arguments *a, lw_get *get, bool to_end, lw_digest *digest, uint64_t *total) {
    char *block = malloc(get->length);
    lw_status status = block == NULL ? LW_E_MEMORY : LW_OK;
    size_t len = get->length;
    while (status == LW_OK && len == get->length) {
        status = lw_store_get(a->store, get, block, &len, a->err);
        if (status == LW_OK) {
            status = lw_digest_update(digest, (lw_slice){block, len});
            *total += len;
            get->offset += len;
        }
        if (!to_end) {
            break;
        }
    }
    free(block);
    return status;
}

/* get BUCKET KEY OFFSET LENGTH [ETAG|-] [VERSION|-] [all] */
static lw_status run_get(arguments *a) {
    lw_get get = {.bucket = required(a, 0),
                  .key = required(a, 1),
                  .offset = number(required(a, 2)),
                  .length = number(required(a, 3)),
                  .if_match = optional(a, 4),
                  .version_id = optional(a, 5)};
    char hex[2 * LW_SHA256_SIZE + 1] = "";
    uint64_t total = 0;
    lw_digest *digest;
    lw_status status = lw_digest_new(LW_DIGEST_SHA256, &digest);
    if (status != LW_OK) {
        return status;
    }
    status = read_ranges(a, &get, has_flag(a, "all"), digest, &total);
    if (status == LW_OK) {
        status = lw_digest_finish_hex(digest, hex);
        cJSON_AddNumberToObject(a->reply, "length", (double)total);
        add_text(a->reply, "sha256", hex);
    }
    lw_digest_free(digest);
    return status;
}

static void add_written(cJSON *reply, const lw_written *written) {
    add_text(reply, "etag", written->etag);
    add_text(reply, "version_id", written->version_id);
    add_text(reply, "request_id", written->request_id);
}

/* put BUCKET KEY TEXT [IF-MATCH|-] [new] */
static lw_status run_put(arguments *a) {
    lw_written written;
    lw_put put = {.bucket = required(a, 0),
                  .key = required(a, 1),
                  .body = lw_slice_from(required(a, 2)),
                  .content_type = "text/plain",
                  .if_match = optional(a, 3),
                  .if_none_match = has_flag(a, "new")};
    lw_status status = lw_store_put(a->store, &put, &written, a->err);
    if (status == LW_OK) {
        add_written(a->reply, &written);
        lw_written_done(&written);
    }
    return status;
}

/* copy BUCKET KEY ETAG|- SIZE TARGET-BUCKET TARGET-KEY [TOKEN|-] [VERSION|-] [new] */
static lw_status run_copy(arguments *a) {
    lw_written written;
    lw_copy copy = {.source_bucket = required(a, 0),
                    .source_key = required(a, 1),
                    .source_if_match = optional(a, 2),
                    .source_size = number(required(a, 3)),
                    .target_bucket = required(a, 4),
                    .target_key = required(a, 5),
                    .token = optional(a, 6),
                    .source_version_id = optional(a, 7),
                    .if_none_match = has_flag(a, "new")};
    lw_object source = {0};
    /* "head": the source's head is given along, as the mover does; else the store asks itself. */
    if (has_flag(a, "head")) {
        lw_status status = lw_store_head(a->store, copy.source_bucket, copy.source_key, NULL, &source, a->err);
        if (status != LW_OK) {
            return status;
        }
        copy.source = &source;
    }
    lw_status status = lw_store_copy(a->store, &copy, &written, a->err);
    lw_object_done(&source);
    if (status == LW_OK) {
        add_written(a->reply, &written);
        lw_written_done(&written);
    }
    return status;
}

/* delete BUCKET KEY [ETAG|-] [VERSION|-] */
static lw_status run_delete(arguments *a) {
    lw_deleted deleted;
    lw_delete request = {required(a, 0), required(a, 1), optional(a, 3), optional(a, 2)};
    lw_status status = lw_store_delete(a->store, &request, &deleted, a->err);
    if (status == LW_OK) {
        cJSON_AddBoolToObject(a->reply, "delete_marker", deleted.delete_marker);
        add_text(a->reply, "version_id", deleted.version_id);
        lw_deleted_done(&deleted);
    }
    return status;
}

static lw_status run_tags(arguments *a) {
    lw_tags tags;
    lw_status status = lw_store_object_tags(a->store, required(a, 0), required(a, 1), optional(a, 2), &tags, a->err);
    if (status == LW_OK) {
        add_tags(a->reply, &tags);
        lw_tags_done(&tags);
    }
    return status;
}

static lw_status run_versioning(arguments *a) {
    lw_versioning versioning;
    lw_status status = lw_store_versioning(a->store, required(a, 0), &versioning, a->err);
    if (status == LW_OK) {
        cJSON_AddNumberToObject(a->reply, "versioning", versioning);
    }
    return status;
}

static lw_status run_facts(arguments *a) {
    lw_bucket_facts facts;
    lw_status status = lw_store_bucket_facts(a->store, required(a, 0), &facts, a->err);
    if (status != LW_OK) {
        return status;
    }
    add_text(a->reply, "name", facts.name);
    add_text(a->reply, "region", facts.region);
    add_text(a->reply, "owner_id", facts.owner_id);
    cJSON_AddNumberToObject(a->reply, "created_ms", (double)facts.created_ms);
    cJSON_AddNumberToObject(a->reply, "versioning", facts.versioning);
    cJSON_AddBoolToObject(a->reply, "tags_known", facts.tags_known);
    add_tags(a->reply, &facts.tags);
    cJSON_AddBoolToObject(a->reply, "encryption_known", facts.encryption_known);
    add_text(a->reply, "encryption_type", facts.encryption_type);
    cJSON_AddBoolToObject(a->reply, "acl_known", facts.acl_known);
    cJSON_AddBoolToObject(a->reply, "acl_public_read", facts.acl_public_read);
    cJSON_AddBoolToObject(a->reply, "acl_public_write", facts.acl_public_write);
    cJSON_AddBoolToObject(a->reply, "policy_known", facts.policy_known);
    cJSON_AddBoolToObject(a->reply, "has_policy", facts.has_policy);
    cJSON_AddNumberToObject(a->reply, "policy_public_read", facts.policy_public_read);
    cJSON_AddNumberToObject(a->reply, "policy_public_write", facts.policy_public_write);
    cJSON_AddBoolToObject(a->reply, "block_known", facts.block_known);
    cJSON_AddBoolToObject(a->reply, "block_public_acls", facts.block_public_acls);
    lw_bucket_facts_done(&facts);
    return LW_OK;
}

/* Takes "--name value" pairs off the front; the index of the command. */
static int read_options(int argc, char **argv, lw_store_options *options) {
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--endpoint-url") == 0) {
            options->endpoint_url = value;
        } else if (strcmp(argv[i], "--region") == 0) {
            options->region = value;
        } else if (strcmp(argv[i], "--signature-version") == 0) {
            options->signature_version = value;
        } else if (strcmp(argv[i], "--expected-owner") == 0) {
            options->expected_bucket_owner = value;
        } else if (strcmp(argv[i], "--addressing") == 0) {
            options->addressing = strcmp(value, "virtual") == 0 ? LW_ADDRESSING_VIRTUAL : LW_ADDRESSING_PATH;
        } else if (strcmp(argv[i], "--threshold") == 0) {
            options->multipart_threshold = number(value);
        } else if (strcmp(argv[i], "--part") == 0) {
            options->multipart_part_size = number(value);
        } else if (strcmp(argv[i], "--root") == 0) {
            options->root = value;
            options->kind = LW_STORE_LOCAL;
        } else if (strcmp(argv[i], "--allow-plain-http") == 0) {
            options->allow_plain_http = true;
            i--;
        } else {
            fprintf(stderr, "store_cli: option '%s' is not known\n", argv[i]);
            exit(2);
        }
    }
    return i;
}

static lw_status run(const char *command, arguments *a) {
    static const struct {
        const char *name;
        lw_status (*run)(arguments *a);
    } commands[] = {{"list", run_list}, {"head", run_head},   {"get", run_get},
                    {"put", run_put},   {"copy", run_copy},   {"delete", run_delete},
                    {"tags", run_tags}, {"facts", run_facts}, {"versioning", run_versioning}};
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(commands[i].name, command) == 0) {
            return commands[i].run(a);
        }
    }
    fprintf(stderr, "store_cli: command '%s' is not known\n", command);
    exit(2);
}

/* Runs one command on a store that is open (or failed to), and prints its answer. */
static lw_status answer(lw_store *store, lw_status opened, lw_error *err, char **words, int count) {
    arguments a = {words + 1, count - 1, store, cJSON_CreateObject(), err};
    lw_status status = opened == LW_OK ? run(words[0], &a) : opened;
    if (status != LW_OK) {
        cJSON_Delete(a.reply);
        a.reply = cJSON_CreateObject();
        add_text(a.reply, "status", lw_status_name(status));
        add_text(a.reply, "text", err->text);
    }
    char *text = cJSON_PrintUnformatted(a.reply);
    printf("%s\n", text == NULL ? "{}" : text);
    cJSON_free(text);
    cJSON_Delete(a.reply);
    return status;
}

int main(int argc, char **argv) {
    lw_store_options options = {.kind = LW_STORE_S3};
    lw_error err = {0};
    lw_store *store = NULL;
    bool failed = false;
    int at = read_options(argc, argv, &options);
    if (at >= argc) {
        fprintf(stderr, "store_cli: name a command\n");
        return 2;
    }
    lw_log_enable_debug(getenv("LAKEWARDEN_DEBUG") != NULL);
    lw_status opened = lw_store_open(&options, &store, &err);
    while (at < argc) {
        int end = at;
        while (end < argc && strcmp(argv[end], "::") != 0) {
            end++;
        }
        if (end > at) {
            lw_error command_err = err;
            failed |= answer(store, opened, &command_err, argv + at, end - at) != LW_OK;
        }
        at = end + 1;
    }
    lw_store_free(store);
    return failed ? 1 : 0;
}
