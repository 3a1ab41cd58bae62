/* Reading a job definition.
 *
 * Every object of the document is read against a table of its fields: a name that is in no table is refused with its
 * path, and so is one that stands twice. Limits are the API's (quotas of Amazon Macie).
 */
#include "jobs/job_spec.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_check.h"

#define DOCUMENT_MAX ((size_t)1024 * 1024)
#define DEPTH_MAX 32U
#define NAME_MAX_CHARS 500
#define DESCRIPTION_MAX_CHARS 200
#define CUSTOM_MAX 30
#define ALLOW_LISTS_MAX 10
#define BUCKETS_MAX 1000
#define TAGS_MAX 50
#define DAY_MS INT64_C(86400000)

/* What is being read. path is where: "s3JobDefinition.scoping". */
typedef struct reader {
    const char *label;
    lw_job_spec *spec;
    lw_error *err;
} reader;

typedef lw_status (*take_field)(reader *r, const char *path, const cJSON *item);

typedef struct field {
    const char *name;
    take_field take;
} field;

#define FAIL(r, format, ...) lw_fail((r)->err, LW_E_CONFIG, "%s: " format, (r)->label, __VA_ARGS__)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static lw_status read_object(reader *r, const char *path, const cJSON *object, const field *fields, size_t count) {
    const cJSON *item = NULL;
    if (!cJSON_IsObject(object)) {
        return FAIL(r, "field '%s' must be an object", path);
    }
    cJSON_ArrayForEach(item, object) {
        char inner[512];
        const field *known = NULL;
        (void)snprintf(inner, sizeof inner, "%.400s%s%.100s", path, path[0] == '\0' ? "" : ".", item->string);
        for (size_t i = 0; i < count; i++) {
            known = strcmp(fields[i].name, item->string) == 0 ? &fields[i] : known;
        }
        if (known == NULL) {
            return FAIL(r, "field '%s' is not known", inner);
        }
        for (const cJSON *other = item->next; other != NULL; other = other->next) {
            if (strcmp(other->string, item->string) == 0) {
                return FAIL(r, "field '%s' stands twice", inner);
            }
        }
        if (!cJSON_IsNull(item)) {
            LW_TRY(known->take(r, inner, item));
        }
    }
    return LW_OK;
}

static lw_status check_text(reader *r, const char *path, const cJSON *item, size_t max_chars) {
    if (!cJSON_IsString(item)) {
        return FAIL(r, "field '%s' must be a text", path);
    }
    size_t chars = lw_utf8_count(lw_slice_from(item->valuestring));
    if (chars > max_chars) {
        return FAIL(r, "field '%s' has %zu characters, allowed are at most %zu", path, chars, max_chars);
    }
    return LW_OK;
}

static lw_status read_texts(reader *r, const char *path, const cJSON *array, size_t max_count, lw_strings *list) {
    const cJSON *item = NULL;
    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) == 0) {
        return FAIL(r, "field '%s' must be a list with an entry at least", path);
    }
    if ((size_t)cJSON_GetArraySize(array) > max_count) {
        return FAIL(r, "field '%s' has %d entries, allowed are at most %zu", path, cJSON_GetArraySize(array),
                    max_count);
    }
    cJSON_ArrayForEach(item, array) {
        LW_TRY(check_text(r, path, item, 1024));
        if (item->valuestring[0] == '\0') {
            return FAIL(r, "field '%s' has an empty entry", path);
        }
        if (lw_strings_contain(list, lw_slice_from(item->valuestring))) {
            return FAIL(r, "field '%s' has '%s' twice", path, item->valuestring);
        }
        LW_TRY(lw_strings_add(list, lw_slice_from(item->valuestring)));
    }
    return LW_OK;
}

static lw_status read_choice(reader *r, const char *path, const cJSON *item, const char *const *names,
                             int *ret_choice) {
    LW_TRY(check_text(r, path, item, 64));
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], item->valuestring) == 0) {
            *ret_choice = i;
            return LW_OK;
        }
    }
    return FAIL(r, "field '%s': '%s' is no value of it", path, item->valuestring);
}

/* ---- fields that change nothing here ---- */

static lw_status take_description(reader *r, const char *path, const cJSON *item) {
    return check_text(r, path, item, DESCRIPTION_MAX_CHARS);
}

static lw_status take_client_token(reader *r, const char *path, const cJSON *item) {
    return check_text(r, path, item, 4096);
}

static lw_status take_tags(reader *r, const char *path, const cJSON *item) {
    const cJSON *tag = NULL;
    if (!cJSON_IsObject(item)) {
        return FAIL(r, "field '%s' must be an object of texts", path);
    }
    if (cJSON_GetArraySize(item) > TAGS_MAX) {
        return FAIL(r, "field '%s' has %d tags, allowed are at most %d", path, cJSON_GetArraySize(item), TAGS_MAX);
    }
    cJSON_ArrayForEach(tag, item) {
        if (lw_utf8_count(lw_slice_from(tag->string)) > 128) {
            return FAIL(r, "field '%s' has a key of more than 128 characters", path);
        }
        LW_TRY(check_text(r, path, tag, 256));
    }
    return LW_OK;
}

static lw_status refuse(reader *r, const char *path, const cJSON *item) {
    (void)item;
    return FAIL(r, "field '%s' is not supported in this version; the job would analyse other objects than it says",
                path);
}

/* ---- scope ---- */

typedef struct raw_term {
    const cJSON *key, *comparator, *values;
} raw_term;

static lw_status scope_number(reader *r, const char *path, const raw_term *raw, lw_job_scope_term *term) {
    const cJSON *value = cJSON_GetArrayItem(raw->values, 0);
    uint64_t size = 0;
    if (cJSON_GetArraySize(raw->values) != 1 || !cJSON_IsString(value)) {
        return FAIL(r, "field '%s.values' must hold exactly one text", path);
    }
    if (term->key == LW_JOB_SCOPE_LAST_MODIFIED) {
        if (lw_time_parse_iso(lw_slice_from(value->valuestring), &term->number) != LW_OK) {
            return FAIL(r, "field '%s.values': '%s' is no ISO 8601 time", path, value->valuestring);
        }
        return LW_OK;
    }
    if (lw_parse_u64(value->valuestring, &size) != LW_OK || size > INT64_MAX) {
        return FAIL(r, "field '%s.values': '%s' is no count of bytes", path, value->valuestring);
    }
    term->number = (int64_t)size;
    return LW_OK;
}

static bool comparator_fits(const lw_job_scope_term *term) {
    switch (term->key) {
    case LW_JOB_SCOPE_EXTENSION:
        return term->comparator == LW_JOB_SCOPE_EQ || term->comparator == LW_JOB_SCOPE_NE;
    case LW_JOB_SCOPE_KEY_PREFIX:
        return term->comparator == LW_JOB_SCOPE_STARTS_WITH;
    case LW_JOB_SCOPE_LAST_MODIFIED:
    case LW_JOB_SCOPE_SIZE:
        break;
    }
    return term->comparator != LW_JOB_SCOPE_STARTS_WITH;
}

static lw_status read_simple_term(reader *r, const char *path, const raw_term *raw, lw_job_scope_term *term) {
    static const char *const keys[] = {"OBJECT_EXTENSION", "OBJECT_KEY", "OBJECT_LAST_MODIFIED_DATE", "OBJECT_SIZE",
                                       NULL};
    static const char *const comparators[] = {"EQ", "NE", "GT", "GTE", "LT", "LTE", "STARTS_WITH", NULL};
    char inner[560];
    int key = 0;
    int comparator = 0;
    if (raw->key == NULL || raw->comparator == NULL || raw->values == NULL) {
        return FAIL(r, "field '%s' needs 'key', 'comparator' and 'values'", path);
    }
    (void)snprintf(inner, sizeof inner, "%.500s.key", path);
    LW_TRY(read_choice(r, inner, raw->key, keys, &key));
    (void)snprintf(inner, sizeof inner, "%.500s.comparator", path);
    LW_TRY(read_choice(r, inner, raw->comparator, comparators, &comparator));
    term->key = (lw_job_scope_key)key;
    term->comparator = (lw_job_scope_comparator)comparator;
    if (!comparator_fits(term)) {
        return FAIL(r, "field '%s': '%s' can not be compared with '%s'", path, keys[key], comparators[comparator]);
    }
    if (term->key == LW_JOB_SCOPE_LAST_MODIFIED || term->key == LW_JOB_SCOPE_SIZE) {
        return scope_number(r, path, raw, term);
    }
    (void)snprintf(inner, sizeof inner, "%.500s.values", path);
    return read_texts(r, inner, raw->values, 1000, &term->texts);
}

static lw_status read_term(reader *r, const char *path, const cJSON *item, lw_job_scope_term *term) {
    const cJSON *simple = cJSON_GetObjectItemCaseSensitive(item, "simpleScopeTerm");
    const cJSON *member = NULL;
    char inner[512];
    if (!cJSON_IsObject(item) || cJSON_GetArraySize(item) != 1) {
        return FAIL(r, "field '%s' must hold exactly one term", path);
    }
    (void)snprintf(inner, sizeof inner, "%.400s.%.100s", path, item->child->string);
    if (simple == NULL) {
        return strcmp(item->child->string, "tagScopeTerm") == 0 ? refuse(r, inner, item)
                                                                : FAIL(r, "field '%s' is not known", inner);
    }
    raw_term raw = {0};
    cJSON_ArrayForEach(member, simple) {
        const cJSON **slot = strcmp(member->string, "key") == 0          ? &raw.key
                             : strcmp(member->string, "comparator") == 0 ? &raw.comparator
                             : strcmp(member->string, "values") == 0     ? &raw.values
                                                                         : NULL;
        if (slot == NULL || *slot != NULL) {
            return FAIL(r, "field '%s.%s' %s", inner, member->string, slot == NULL ? "is not known" : "stands twice");
        }
        *slot = member;
    }
    return read_simple_term(r, inner, &raw, term);
}

static lw_status read_block(reader *r, const char *path, const cJSON *item, lw_job_scope_block *block) {
    const cJSON *terms = cJSON_GetObjectItemCaseSensitive(item, "and");
    const cJSON *term = NULL;
    if (!cJSON_IsObject(item) || cJSON_GetArraySize(item) != 1 || !cJSON_IsArray(terms)) {
        return FAIL(r, "field '%s' must hold one list called 'and'", path);
    }
    block->terms = calloc((size_t)cJSON_GetArraySize(terms) + 1, sizeof *block->terms);
    if (block->terms == NULL) {
        return LW_E_MEMORY;
    }
    cJSON_ArrayForEach(term, terms) {
        char inner[512];
        (void)snprintf(inner, sizeof inner, "%.400s.and[%zu]", path, block->count);
        lw_job_scope_term *slot = &block->terms[block->count++];
        LW_TRY(read_term(r, inner, term, slot));
    }
    return LW_OK;
}

static lw_status take_includes(reader *r, const char *path, const cJSON *item) {
    return read_block(r, path, item, &r->spec->scope.includes);
}

static lw_status take_excludes(reader *r, const char *path, const cJSON *item) {
    return read_block(r, path, item, &r->spec->scope.excludes);
}

static lw_status take_scoping(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {{"includes", take_includes}, {"excludes", take_excludes}};
    return read_object(r, path, item, fields, COUNT(fields));
}

/* ---- buckets ---- */

static lw_status take_account(reader *r, const char *path, const cJSON *item) {
    LW_TRY(check_text(r, path, item, 12));
    if (strlen(item->valuestring) != 12 || strspn(item->valuestring, "0123456789") != 12) {
        return FAIL(r, "field '%s': '%s' is no account of 12 digits", path, item->valuestring);
    }
    if (r->spec->account != NULL && strcmp(r->spec->account, item->valuestring) != 0) {
        return FAIL(r, "field '%s': buckets of two accounts ('%s', '%s') are not supported in one job; make two", path,
                    r->spec->account, item->valuestring);
    }
    free(r->spec->account);
    r->spec->account = lw_text_dup(item->valuestring);
    return r->spec->account == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status take_buckets(reader *r, const char *path, const cJSON *item) {
    LW_TRY(read_texts(r, path, item, BUCKETS_MAX, &r->spec->buckets));
    for (size_t i = 0; i < r->spec->buckets.count; i++) {
        if (strchr(r->spec->buckets.items[i], '/') != NULL) {
            return FAIL(r, "field '%s': '%s' is no bucket name", path, r->spec->buckets.items[i]);
        }
    }
    return LW_OK;
}

static lw_status take_bucket_definitions(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {{"accountId", take_account}, {"buckets", take_buckets}};
    const cJSON *definition = NULL;
    int number = 0;
    if (!cJSON_IsArray(item)) {
        return FAIL(r, "field '%s' must be a list", path);
    }
    cJSON_ArrayForEach(definition, item) {
        char inner[512];
        (void)snprintf(inner, sizeof inner, "%.400s[%d]", path, number++);
        LW_TRY(read_object(r, inner, definition, fields, COUNT(fields)));
    }
    return LW_OK;
}

static lw_status take_s3_definition(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {
        {"bucketDefinitions", take_bucket_definitions}, {"bucketCriteria", refuse}, {"scoping", take_scoping}};
    return read_object(r, path, item, fields, COUNT(fields));
}

/* ---- when ---- */

static lw_status take_daily(reader *r, const char *path, const cJSON *item) {
    if (!cJSON_IsObject(item) || cJSON_GetArraySize(item) != 0) {
        return FAIL(r, "field '%s' must be an empty object", path);
    }
    r->spec->schedule = LW_JOB_DAILY;
    return LW_OK;
}

static lw_status take_day_of_week(reader *r, const char *path, const cJSON *item) {
    static const char *const days[] = {"SUNDAY",   "MONDAY", "TUESDAY",  "WEDNESDAY",
                                       "THURSDAY", "FRIDAY", "SATURDAY", NULL};
    int day = 0;
    LW_TRY(read_choice(r, path, item, days, &day));
    r->spec->schedule = LW_JOB_WEEKLY;
    r->spec->day = (unsigned)day;
    return LW_OK;
}

static lw_status take_day_of_month(reader *r, const char *path, const cJSON *item) {
    if (!cJSON_IsNumber(item) || item->valuedouble < 1 || item->valuedouble > 31 ||
        item->valuedouble != (double)item->valueint) {
        return FAIL(r, "field '%s' must be a day from 1 to 31", path);
    }
    r->spec->schedule = LW_JOB_MONTHLY;
    r->spec->day = (unsigned)item->valueint;
    return LW_OK;
}

static lw_status take_weekly(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {{"dayOfWeek", take_day_of_week}};
    return read_object(r, path, item, fields, COUNT(fields));
}

static lw_status take_monthly(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {{"dayOfMonth", take_day_of_month}};
    return read_object(r, path, item, fields, COUNT(fields));
}

static lw_status take_frequency(reader *r, const char *path, const cJSON *item) {
    static const field fields[] = {
        {"dailySchedule", take_daily}, {"weeklySchedule", take_weekly}, {"monthlySchedule", take_monthly}};
    if (cJSON_GetArraySize(item) != 1) {
        return FAIL(r, "field '%s' must hold exactly one schedule", path);
    }
    LW_TRY(read_object(r, path, item, fields, COUNT(fields)));
    return r->spec->schedule != LW_JOB_ONCE ? LW_OK : FAIL(r, "field '%s' names no day", path);
}

static lw_status take_initial_run(reader *r, const char *path, const cJSON *item) {
    r->spec->initial_run = cJSON_IsTrue(item);
    return cJSON_IsBool(item) ? LW_OK : FAIL(r, "field '%s' must be true or false", path);
}

static lw_status take_job_type(reader *r, const char *path, const cJSON *item) {
    static const char *const types[] = {"ONE_TIME", "SCHEDULED", NULL};
    int type = 0;
    return read_choice(r, path, item, types, &type);
}

/* ---- what to look for ---- */

static lw_status take_selector(reader *r, const char *path, const cJSON *item) {
    static const char *const names[] = {"ALL", "EXCLUDE", "INCLUDE", "NONE", "RECOMMENDED", NULL};
    int choice = 0;
    LW_TRY(read_choice(r, path, item, names, &choice));
    r->spec->selector = (lw_job_selector)(choice + LW_JOB_SELECTOR_ALL);
    return LW_OK;
}

static lw_status take_managed_ids(reader *r, const char *path, const cJSON *item) {
    bool none = cJSON_IsArray(item) && cJSON_GetArraySize(item) == 0;
    return none ? LW_OK : read_texts(r, path, item, 1000, &r->spec->managed_ids);
}

static lw_status take_custom_ids(reader *r, const char *path, const cJSON *item) {
    bool none = cJSON_IsArray(item) && cJSON_GetArraySize(item) == 0;
    return none ? LW_OK : read_texts(r, path, item, CUSTOM_MAX, &r->spec->custom_ids);
}

static lw_status take_allow_ids(reader *r, const char *path, const cJSON *item) {
    bool none = cJSON_IsArray(item) && cJSON_GetArraySize(item) == 0;
    return none ? LW_OK : read_texts(r, path, item, ALLOW_LISTS_MAX, &r->spec->allow_ids);
}

static lw_status take_sampling(reader *r, const char *path, const cJSON *item) {
    if (!cJSON_IsNumber(item) || item->valuedouble < 1 || item->valuedouble > 100 ||
        item->valuedouble != (double)item->valueint) {
        return FAIL(r, "field '%s' must be a whole percentage from 1 to 100", path);
    }
    r->spec->sampling = (unsigned)item->valueint;
    return LW_OK;
}

static lw_status take_name(reader *r, const char *path, const cJSON *item) {
    LW_TRY(check_text(r, path, item, NAME_MAX_CHARS));
    free(r->spec->name);
    r->spec->name = lw_text_dup(item->valuestring);
    return r->spec->name == NULL ? LW_E_MEMORY : LW_OK;
}

/* ---- the whole ---- */

static lw_status check_whole(reader *r, const cJSON *root) {
    const lw_job_spec *spec = r->spec;
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "jobType"));
    bool once = type != NULL && strcmp(type, "ONE_TIME") == 0;
    bool listed = spec->selector == LW_JOB_SELECTOR_INCLUDE || spec->selector == LW_JOB_SELECTOR_EXCLUDE;
    if (type == NULL) {
        return FAIL(r, "field '%s' is missing: ONE_TIME or SCHEDULED", "jobType");
    }
    if (spec->buckets.count == 0) {
        return FAIL(r, "field '%s' is missing: the job names no bucket", "s3JobDefinition.bucketDefinitions");
    }
    if (once != (spec->schedule == LW_JOB_ONCE)) {
        return FAIL(r, "field '%s' %s", "scheduleFrequency",
                    once ? "must be absent in a ONE_TIME job" : "is missing in a SCHEDULED job");
    }
    if (once && cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "initialRun"))) {
        return FAIL(r, "field '%s' must be absent in a ONE_TIME job", "initialRun");
    }
    if (listed != (spec->managed_ids.count > 0)) {
        return FAIL(r, "field '%s' %s", "managedDataIdentifierIds",
                    listed ? "is missing: INCLUDE and EXCLUDE need a list" : "goes with INCLUDE and EXCLUDE only");
    }
    if (spec->selector == LW_JOB_SELECTOR_NONE && spec->custom_ids.count == 0) {
        return FAIL(r, "field '%s' is missing: with NONE the job would look for nothing", "customDataIdentifierIds");
    }
    return LW_OK;
}

static lw_status read_root(reader *r, const cJSON *root) {
    static const field fields[] = {{"allowListIds", take_allow_ids},
                                   {"clientToken", take_client_token},
                                   {"customDataIdentifierIds", take_custom_ids},
                                   {"description", take_description},
                                   {"initialRun", take_initial_run},
                                   {"jobType", take_job_type},
                                   {"managedDataIdentifierIds", take_managed_ids},
                                   {"managedDataIdentifierSelector", take_selector},
                                   {"name", take_name},
                                   {"s3JobDefinition", take_s3_definition},
                                   {"samplingPercentage", take_sampling},
                                   {"scheduleFrequency", take_frequency},
                                   {"tags", take_tags}};
    if (!cJSON_IsObject(root)) {
        return FAIL(r, "it is not a JSON object%s", "");
    }
    LW_TRY(read_object(r, "", root, fields, COUNT(fields)));
    return check_whole(r, root);
}

lw_status lw_job_spec_parse(lw_slice json, const char *label, lw_job_spec *ret_spec, lw_error *err) {
    lw_job_spec spec = {.sampling = 100, .initial_run = true};
    reader r = {label, &spec, err};
    char hex[2 * LW_SHA256_SIZE + 1];
    lw_status status = lw_json_check(json, label, DOCUMENT_MAX, DEPTH_MAX, err);
    if (status != LW_OK) {
        return status == LW_E_MEMORY ? status : LW_E_CONFIG;
    }
    cJSON *root = cJSON_ParseWithLength(json.data, json.len);
    status = root == NULL ? FAIL(&r, "it is not JSON%s", "") : read_root(&r, root);
    /* The id does not change with the layout of the file. */
    char *text = status == LW_OK ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    if (status == LW_OK) {
        status = text == NULL ? LW_E_MEMORY : lw_sha256_hex(lw_slice_from(text), hex);
    }
    cJSON_free(text);
    if (status != LW_OK) {
        lw_job_spec_done(&spec);
        return status;
    }
    memcpy(spec.id, hex, 32);
    *ret_spec = spec;
    return LW_OK;
}

static lw_status read_file(const char *path, lw_buf *text, lw_error *err) {
    FILE *file = fopen(path, "re");
    char chunk[16384];
    size_t len;
    lw_status status = LW_OK;
    if (file == NULL) {
        return lw_fail(err, LW_E_CONFIG, "open job '%s': %s", path, strerror(errno));
    }
    while (status == LW_OK && (len = fread(chunk, 1, sizeof chunk, file)) > 0) {
        status = lw_buf_append(text, chunk, len);
    }
    if (status == LW_OK && ferror(file)) {
        status = lw_fail(err, LW_E_CONFIG, "read job '%s': %s", path, strerror(errno));
    }
    (void)fclose(file);
    return status == LW_E_LIMIT ? lw_fail(err, LW_E_CONFIG, "read job '%s': it is longer than 1 MiB", path) : status;
}

lw_status lw_job_spec_load(const char *path, lw_job_spec *ret_spec, lw_error *err) {
    char label[1024];
    lw_buf text;
    lw_buf_init(&text, DOCUMENT_MAX + 1);
    (void)snprintf(label, sizeof label, "job '%s'", path);
    lw_status status = read_file(path, &text, err);
    if (status == LW_OK) {
        status = lw_job_spec_parse(lw_buf_slice(&text), label, ret_spec, err);
    }
    lw_buf_done(&text);
    return status;
}

void lw_job_spec_done(lw_job_spec *spec) {
    free(spec->name);
    free(spec->account);
    lw_strings_done(&spec->buckets);
    lw_job_scope_done(&spec->scope);
    lw_strings_done(&spec->managed_ids);
    lw_strings_done(&spec->custom_ids);
    lw_strings_done(&spec->allow_ids);
    *spec = (lw_job_spec){0};
}

/* ---- due ---- */

static bool is_scheduled_day(const lw_job_spec *spec, int64_t day) {
    time_t seconds = (time_t)(day * (DAY_MS / 1000));
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL) {
        return true;
    }
    return spec->schedule == LW_JOB_WEEKLY ? (unsigned)parts.tm_wday == spec->day
                                           : (unsigned)parts.tm_mday == spec->day;
}

bool lw_job_is_due(const lw_job_spec *spec, int64_t last_completed_ms, int64_t now_ms) {
    int64_t today = now_ms / DAY_MS;
    if (spec->schedule == LW_JOB_ONCE || spec->schedule == LW_JOB_DAILY || last_completed_ms == 0) {
        return true;
    }
    /* Every scheduled day after the one of the last run, up to today. */
    for (int64_t day = last_completed_ms / DAY_MS + 1; day <= today; day++) {
        if (is_scheduled_day(spec, day)) {
            return true;
        }
    }
    return false;
}
