/* Custom identifiers: one file each, in the shape of Macie's CreateCustomDataIdentifier.
 *
 * What Macie would refuse is refused here, before anything is scanned, with a message that names the file, the field,
 * the limit and what was given: an identifier that loads here can be created there. Fields of the request that have
 * no meaning here (clientToken, tags) are accepted and checked; so are the fields that GetCustomDataIdentifier adds
 * (id, arn, createdAt, deleted), so that an identifier can be exported from Macie and used as it is. Anything else is
 * refused by name: a misspelt "keyword" must not turn into an identifier without keywords.
 *
 * Limits: Amazon Macie quotas and API reference (docs/matching.md, section 4). Lengths are characters, not bytes.
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "identifiers/identifiers_priv.h"

#define LW_CUSTOM_FILE_MAX ((size_t)1024 * 1024)
#define LW_DISTANCE_DEFAULT 50
#define LW_DISTANCE_MAX 300
#define LW_NAME_CHARS_MAX 128
#define LW_DESCRIPTION_CHARS_MAX 512
#define LW_CLIENT_TOKEN_CHARS_MAX 4096 /* no limit is stated; this one only bounds nonsense */

typedef struct lw_words_limit {
    const char *field;
    size_t max_count, min_chars, max_chars;
} lw_words_limit;

static const lw_words_limit keywords_limit = {"keywords", 50, 3, 90};
static const lw_words_limit ignore_words_limit = {"ignoreWords", 10, 4, 90};

typedef struct lw_custom_reader {
    const cJSON *root;
    const char *label;
    lw_definition *definition;
    lw_error *err;
} lw_custom_reader;

#define LW_CUSTOM_FAIL(reader, format, ...)                                                                            \
    lw_fail((reader)->err, LW_E_CONFIG, "%s: " format, (reader)->label, __VA_ARGS__)

static const cJSON *lw_field(const lw_custom_reader *reader, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(reader->root, name);
}

static size_t lw_chars(const char *text) {
    return lw_utf8_count(lw_slice_from(text));
}

/* ---- fields ---- */

static lw_status lw_custom_check_names(const lw_custom_reader *reader) {
    static const char *const known[] = {
        "name",           "description", "regex", "keywords", "ignoreWords", "maximumMatchDistance",
        "severityLevels", "clientToken", "tags",  "id",       "arn",         "createdAt",
        "deleted"};
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, reader->root) {
        const char *nearest = NULL;
        bool found = false;
        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]) && !found; i++) {
            found = strcmp(item->string, known[i]) == 0;
            nearest = lw_edit_distance(item->string, known[i]) <= 3 ? known[i] : nearest;
        }
        if (!found && nearest != NULL) {
            return LW_CUSTOM_FAIL(reader, "unknown field '%.64s'; did you mean '%s'?", item->string, nearest);
        }
        if (!found) {
            return LW_CUSTOM_FAIL(reader, "unknown field '%.64s'; remove it", item->string);
        }
        for (const cJSON *other = item->next; other != NULL; other = other->next) {
            if (strcmp(other->string, item->string) == 0) {
                return LW_CUSTOM_FAIL(reader, "field '%s' is given twice; keep one", item->string);
            }
        }
    }
    return LW_OK;
}

/* A string of min to max characters, or NULL if it is optional and not there. */
static lw_status lw_custom_text(const lw_custom_reader *reader, const char *field, size_t min, size_t max,
                                const char **ret_text) {
    const cJSON *item = lw_field(reader, field);
    if ((item == NULL || cJSON_IsNull(item)) && min == 0) {
        *ret_text = NULL;
        return LW_OK;
    }
    if (item == NULL) {
        return LW_CUSTOM_FAIL(reader, "field '%s' is missing; it is required", field);
    }
    if (!cJSON_IsString(item)) {
        return LW_CUSTOM_FAIL(reader, "field '%s' must be a string", field);
    }
    size_t chars = lw_chars(item->valuestring);
    if (chars < min || chars > max) {
        return LW_CUSTOM_FAIL(reader, "field '%s' has %zu characters, allowed are %zu to %zu", field, chars, min, max);
    }
    *ret_text = item->valuestring;
    return LW_OK;
}

static lw_status lw_custom_words(const lw_custom_reader *reader, const lw_words_limit *limit, lw_strings *words) {
    const cJSON *array = lw_field(reader, limit->field);
    if (array == NULL || cJSON_IsNull(array)) {
        return LW_OK;
    }
    if (!cJSON_IsArray(array)) {
        return LW_CUSTOM_FAIL(reader, "field '%s' must be an array of strings", limit->field);
    }
    size_t count = (size_t)cJSON_GetArraySize(array);
    if (count > limit->max_count) {
        return LW_CUSTOM_FAIL(reader, "field '%s' has %zu entries, allowed are at most %zu", limit->field, count,
                              limit->max_count);
    }
    const cJSON *item = NULL;
    size_t index = 0;
    cJSON_ArrayForEach(item, array) {
        if (!cJSON_IsString(item)) {
            return LW_CUSTOM_FAIL(reader, "field '%s[%zu]' must be a string", limit->field, index);
        }
        size_t chars = lw_chars(item->valuestring);
        if (chars < limit->min_chars || chars > limit->max_chars) {
            return LW_CUSTOM_FAIL(reader, "field '%s[%zu]' has %zu characters, allowed are %zu to %zu", limit->field,
                                  index, chars, limit->min_chars, limit->max_chars);
        }
        LW_TRY(lw_strings_add(words, lw_slice_from(item->valuestring)));
        index++;
    }
    return LW_OK;
}

/* A whole number, within JSON's exact range. */
static bool lw_whole_number(const cJSON *item) {
    return cJSON_IsNumber(item) && item->valuedouble >= -9e15 && item->valuedouble <= 9e15 &&
           (double)(int64_t)item->valuedouble == item->valuedouble;
}

static lw_status lw_custom_distance(const lw_custom_reader *reader) {
    const cJSON *item = lw_field(reader, "maximumMatchDistance");
    double distance = LW_DISTANCE_DEFAULT;
    if (item != NULL && !cJSON_IsNull(item)) {
        if (!lw_whole_number(item)) {
            return LW_CUSTOM_FAIL(reader, "field '%s' must be a whole number", "maximumMatchDistance");
        }
        distance = item->valuedouble;
    }
    if (distance < 1 || distance > LW_DISTANCE_MAX) {
        return LW_CUSTOM_FAIL(reader, "field 'maximumMatchDistance' is %.0f, allowed are 1 to %d", distance,
                              LW_DISTANCE_MAX);
    }
    reader->definition->public_.distance = (unsigned)distance;
    return LW_OK;
}

/* ---- severity levels ---- */

static lw_status lw_custom_level(const lw_custom_reader *reader, const cJSON *item, size_t index,
                                 lw_severity_step *ret_step) {
    if (!cJSON_IsObject(item)) {
        return LW_CUSTOM_FAIL(reader, "field 'severityLevels[%zu]' must be an object", index);
    }
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, item) {
        if (strcmp(member->string, "severity") != 0 && strcmp(member->string, "occurrencesThreshold") != 0) {
            return LW_CUSTOM_FAIL(reader, "unknown field 'severityLevels[%zu].%.64s'; remove it", index,
                                  member->string);
        }
    }
    const char *severity = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "severity"));
    const cJSON *threshold = cJSON_GetObjectItemCaseSensitive(item, "occurrencesThreshold");
    static const char *const names[] = {"LOW", "MEDIUM", "HIGH"};
    ret_step->severity = LW_SEVERITY_NONE;
    for (size_t i = 0; i < 3 && severity != NULL; i++) {
        if (strcmp(severity, names[i]) == 0) {
            ret_step->severity = (lw_severity)(LW_SEVERITY_LOW + i);
        }
    }
    if (ret_step->severity == LW_SEVERITY_NONE) {
        return LW_CUSTOM_FAIL(reader,
                              "field 'severityLevels[%zu].severity' must be LOW, MEDIUM or HIGH, given is '%.32s'",
                              index, severity == NULL ? "nothing" : severity);
    }
    if (!lw_whole_number(threshold) || threshold->valuedouble < 1) {
        return LW_CUSTOM_FAIL(
            reader, "field 'severityLevels[%zu].occurrencesThreshold' must be a whole number, at least 1", index);
    }
    ret_step->threshold = (uint64_t)threshold->valuedouble;
    return LW_OK;
}

static int lw_compare_steps(const void *a, const void *b) {
    return (int)((const lw_severity_step *)a)->severity - (int)((const lw_severity_step *)b)->severity;
}

static lw_status lw_custom_severity(const lw_custom_reader *reader) {
    lw_definition *definition = reader->definition;
    const cJSON *array = lw_field(reader, "severityLevels");
    if (array == NULL || cJSON_IsNull(array)) {
        definition->steps[0] = (lw_severity_step){LW_SEVERITY_MEDIUM, 1};
        definition->step_count = 1;
        return LW_OK;
    }
    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) < 1 || cJSON_GetArraySize(array) > 3) {
        return LW_CUSTOM_FAIL(reader, "field 'severityLevels' has %d entries, allowed is an array of 1 to 3",
                              cJSON_IsArray(array) ? cJSON_GetArraySize(array) : 0);
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, array) {
        size_t index = definition->step_count;
        LW_TRY(lw_custom_level(reader, item, index, &definition->steps[index]));
        definition->step_count++;
    }
    qsort(definition->steps, definition->step_count, sizeof(definition->steps[0]), lw_compare_steps);
    for (size_t i = 1; i < definition->step_count; i++) {
        const lw_severity_step *lower = &definition->steps[i - 1];
        const lw_severity_step *higher = &definition->steps[i];
        if (lower->severity == higher->severity) {
            return LW_CUSTOM_FAIL(reader, "field 'severityLevels' has severity '%s' twice; keep one",
                                  lw_severity_name(lower->severity));
        }
        if (lower->threshold >= higher->threshold) {
            return LW_CUSTOM_FAIL(reader,
                                  "field 'severityLevels': the threshold of %s (%llu) must be over that of %s (%llu)",
                                  lw_severity_name(higher->severity), (unsigned long long)higher->threshold,
                                  lw_severity_name(lower->severity), (unsigned long long)lower->threshold);
        }
    }
    return LW_OK;
}

/* ---- fields without meaning here ---- */

static lw_status lw_custom_tags(const lw_custom_reader *reader) {
    const cJSON *tags = lw_field(reader, "tags");
    if (tags == NULL || cJSON_IsNull(tags)) {
        return LW_OK;
    }
    if (!cJSON_IsObject(tags) || cJSON_GetArraySize(tags) > 50) {
        return LW_CUSTOM_FAIL(reader, "field '%s' must be an object of at most 50 strings", "tags");
    }
    const cJSON *tag = NULL;
    cJSON_ArrayForEach(tag, tags) {
        size_t key = lw_chars(tag->string);
        if (!cJSON_IsString(tag) || key < 1 || key > 128 || lw_chars(tag->valuestring) > 256) {
            return LW_CUSTOM_FAIL(reader,
                                  "field 'tags': key '%.32s' must have 1 to 128 characters and a string of at most 256",
                                  tag->string);
        }
    }
    return LW_OK;
}

static lw_status lw_custom_leftovers(const lw_custom_reader *reader) {
    const char *ignored = NULL;
    const cJSON *deleted = lw_field(reader, "deleted");
    LW_TRY(lw_custom_text(reader, "clientToken", 0, LW_CLIENT_TOKEN_CHARS_MAX, &ignored));
    LW_TRY(lw_custom_text(reader, "description", 0, LW_DESCRIPTION_CHARS_MAX, &ignored));
    if (cJSON_IsTrue(deleted)) {
        return LW_CUSTOM_FAIL(reader, "field '%s' is true: the identifier was deleted in Macie", "deleted");
    }
    return lw_custom_tags(reader);
}

/* ---- identity ---- */

static bool lw_is_uuid(const char *text) {
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (hyphen ? text[i] != '-' : !hex) {
            return false;
        }
    }
    return len == 36;
}

/* A UUID of version 8 (RFC 9562) from name and regex: the same on every machine and in every run. */
static lw_status lw_derive_id(const char *name, const char *regex, char ret_id[37]) {
    lw_buf seed;
    uint8_t digest[LW_SHA256_SIZE];
    char hex[33];
    lw_buf_init(&seed, (size_t)16 * 1024);
    lw_status status = lw_buf_append(&seed, name, strlen(name) + 1);
    if (status == LW_OK) {
        status = lw_buf_append_text(&seed, regex);
    }
    if (status == LW_OK) {
        status = lw_sha256(lw_buf_slice(&seed), digest);
    }
    lw_buf_done(&seed);
    if (status != LW_OK) {
        return status;
    }
    digest[6] = (uint8_t)((digest[6] & 0x0FU) | 0x80U);
    digest[8] = (uint8_t)((digest[8] & 0x3FU) | 0x80U);
    lw_hex(digest, 16, hex);
    (void)snprintf(ret_id, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
    return LW_OK;
}

static lw_status lw_custom_identity(const lw_custom_reader *reader, const char *name, const char *regex) {
    char derived[37];
    const char *id = NULL;
    LW_TRY(lw_custom_text(reader, "id", 0, 36, &id));
    if (id != NULL && !lw_is_uuid(id)) {
        return LW_CUSTOM_FAIL(reader, "field '%s' must be a UUID in lower case, as Macie gives it", "id");
    }
    if (id == NULL) {
        LW_TRY(lw_derive_id(name, regex, derived));
        id = derived;
    }
    reader->definition->id = lw_text_dup(id);
    reader->definition->name = lw_text_dup(name);
    return reader->definition->id == NULL || reader->definition->name == NULL ? LW_E_MEMORY : LW_OK;
}

/* ---- the document ---- */

/* The pattern is compiled here once, so that what PCRE2 refuses is told now and not in the middle of a scan. */
static lw_status lw_custom_regex(const lw_custom_reader *reader, const char *regex) {
    lw_error why = {0};
    lw_definition *definition = reader->definition;
    lw_pattern_facts facts = {.name = "regex", .text = regex};
    lw_status status = lw_definition_add_pattern(definition, &facts, &why);
    if (status == LW_OK) {
        lw_regex *compiled = NULL;
        status = lw_regex_new(lw_slice_from(regex), definition->patterns[0].tree, true, &compiled, &why);
        lw_regex_free(compiled);
    }
    if (status != LW_OK) {
        return lw_fail(reader->err, status, "%s: field 'regex': %s", reader->label, why.text);
    }
    return LW_OK;
}

static lw_status lw_custom_read(const lw_custom_reader *reader) {
    const char *name = NULL;
    const char *regex = NULL;
    lw_definition *definition = reader->definition;
    LW_TRY(lw_custom_check_names(reader));
    LW_TRY(lw_custom_text(reader, "name", 1, LW_NAME_CHARS_MAX, &name));
    LW_TRY(lw_custom_text(reader, "regex", 1, LW_REGEX_CHARS_MAX, &regex));
    LW_TRY(lw_custom_words(reader, &keywords_limit, &definition->keywords));
    LW_TRY(lw_custom_words(reader, &ignore_words_limit, &definition->ignore_words));
    LW_TRY(lw_custom_distance(reader));
    LW_TRY(lw_custom_severity(reader));
    LW_TRY(lw_custom_leftovers(reader));
    LW_TRY(lw_custom_regex(reader, regex));
    LW_TRY(lw_custom_identity(reader, name, regex));
    definition->public_.category = LW_CATEGORY_CUSTOM;
    definition->public_.scope = LW_SCOPE_CELL;
    definition->public_.proximity = definition->keywords.count > 0 ? LW_PROXIMITY_BEFORE : LW_PROXIMITY_FREE;
    LW_TRY(lw_definition_seal(definition, reader->err));
    return LW_OK;
}

/* cJSON turns \u0000 into the end of a string: what follows would silently be lost. */
static bool lw_has_nul(lw_slice json) {
    bool escaped = json.len >= 6 && memmem(json.data, json.len, "\\u0000", 6) != NULL;
    return escaped || memchr(json.data, '\0', json.len) != NULL;
}

static size_t lw_line_of(const char *text, const char *at) {
    size_t line = 1;
    for (; text < at; text++) {
        line += *text == '\n';
    }
    return line;
}

lw_status lw_custom_parse(lw_slice json, const char *label, lw_definition *ret_definition, lw_error *err) {
    lw_definition definition = {0};
    cJSON *root = NULL;
    lw_status status = LW_OK;
    char *text = lw_slice_dup(json);
    if (text == NULL) {
        return lw_fail(err, LW_E_MEMORY, "%s: out of memory", label);
    }
    if (json.len == 0 || !lw_utf8_valid(json) || lw_has_nul(json)) {
        status = lw_fail(err, LW_E_CONFIG, "%s: must be a JSON text in UTF-8 without NUL characters", label);
        goto done;
    }
    const char *end = NULL;
    root = cJSON_ParseWithLengthOpts(text, json.len + 1, &end, true);
    if (root == NULL || !cJSON_IsObject(root)) {
        status = lw_fail(err, LW_E_CONFIG, "%s: no JSON object (line %zu); see the examples in identifiers/custom",
                         label, end == NULL ? (size_t)1 : lw_line_of(text, end));
        goto done;
    }
    lw_custom_reader reader = {root, label, &definition, err};
    status = lw_custom_read(&reader);
    if (status == LW_E_MEMORY) {
        status = lw_fail(err, LW_E_MEMORY, "%s: out of memory", label);
    }
    if (status == LW_OK) {
        *ret_definition = definition;
        definition = (lw_definition){0};
    }
done:
    lw_definition_done(&definition);
    cJSON_Delete(root);
    free(text);
    return status;
}

/* ---- files ---- */

static lw_status lw_file_read(const char *path, lw_buf *content, lw_error *err) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return lw_fail(err, LW_E_CONFIG, "open custom identifier file '%s': %s", path, strerror(errno));
    }
    char block[4096];
    size_t got = 0;
    lw_status status = LW_OK;
    while (status == LW_OK && (got = fread(block, 1, sizeof(block), file)) > 0) {
        status = lw_buf_append(content, block, got);
    }
    if (status == LW_OK && ferror(file)) {
        status = lw_fail(err, LW_E_CONFIG, "read custom identifier file '%s': %s", path, strerror(errno));
    } else if (status == LW_E_LIMIT) {
        status = lw_fail(err, LW_E_CONFIG, "custom identifier file '%s': is over 1 MiB", path);
    } else if (status != LW_OK) {
        status = lw_fail(err, status, "read custom identifier file '%s': out of memory", path);
    }
    (void)fclose(file);
    return status;
}

lw_status lw_custom_load(const char *path, lw_definition *ret_definition, lw_error *err) {
    lw_buf content;
    lw_buf label;
    lw_buf_init(&content, LW_CUSTOM_FILE_MAX);
    lw_buf_init(&label, (size_t)16 * 1024);
    lw_status status = lw_file_read(path, &content, err);
    if (status != LW_OK) {
        goto done;
    }
    status = lw_buf_printf(&label, "custom identifier file '%s'", path);
    if (status != LW_OK) {
        status = lw_fail(err, status, "read custom identifier file: the path is too long");
        goto done;
    }
    status = lw_custom_parse(lw_buf_slice(&content), label.data, ret_definition, err);
    if (status == LW_OK && (ret_definition->origin = lw_text_dup(path)) == NULL) {
        lw_definition_done(ret_definition);
        status = lw_fail(err, LW_E_MEMORY, "read custom identifier file: out of memory");
    }
done:
    lw_buf_done(&content);
    lw_buf_done(&label);
    return status;
}

static int lw_is_json_file(const struct dirent *entry) {
    lw_slice name = lw_slice_from(entry->d_name);
    return entry->d_name[0] != '.' && lw_slice_ends_with(name, LW_SLICE_LITERAL(".json"));
}

static int lw_compare_names(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static lw_status lw_custom_folder(const char *folder, lw_strings *paths, lw_error *err) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, lw_is_json_file, lw_compare_names);
    if (count < 0) {
        return lw_fail(err, LW_E_CONFIG, "open folder '%s' of custom identifiers: %s", folder, strerror(errno));
    }
    lw_status status = LW_OK;
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    for (int i = 0; i < count; i++) {
        if (status == LW_OK) {
            status = lw_strings_addf(paths, "%s%s%s", folder, slash, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    if (status == LW_OK && count == 0) {
        status = lw_fail(err, LW_E_CONFIG, "folder '%s' of custom identifiers holds no *.json file", folder);
    }
    return status;
}

lw_status lw_custom_paths(const lw_strings *sources, lw_strings *ret_paths, lw_error *err) {
    for (size_t i = 0; sources != NULL && i < sources->count; i++) {
        struct stat facts;
        const char *source = sources->items[i];
        if (stat(source, &facts) != 0) {
            return lw_fail(err, LW_E_CONFIG, "open custom identifier '%s': %s", source, strerror(errno));
        }
        if (S_ISDIR(facts.st_mode)) {
            LW_TRY(lw_custom_folder(source, ret_paths, err));
        } else {
            LW_TRY(lw_strings_add(ret_paths, lw_slice_from(source)));
        }
    }
    return LW_OK;
}
