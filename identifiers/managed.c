/* Managed identifiers: one entry of the embedded catalogue made ready for use.
 *
 * The entry is our own data, checked by `lakewarden identifiers check` and the tests, so a fault in it is an internal
 * error, told all the same with the field it is in. Facts (keywords, severity, dummies) are as Amazon Macie documents
 * them; "moreKeywords" and "detect" are this project's.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"
#include "identifiers/managed_priv.h"

static const char *lw_text_of(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

lw_status lw_managed_fault(const char *id, const char *field, lw_error *err) {
    return lw_fail(err, LW_E_INTERNAL, "catalogue entry '%s': field '%s' is unusable", id == NULL ? "?" : id, field);
}

char *lw_json_member_text(const cJSON *item) {
    if (cJSON_IsString(item)) {
        return lw_text_dup(item->valuestring);
    }
    if (!cJSON_IsArray(item)) {
        return NULL;
    }
    lw_buf joined;
    lw_buf_init(&joined, (size_t)64 * 1024);
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, item) {
        if (!cJSON_IsString(part) || lw_buf_append_text(&joined, part->valuestring) != LW_OK) {
            lw_buf_done(&joined);
            return NULL;
        }
    }
    char *text = lw_buf_take(&joined);
    lw_buf_done(&joined);
    return text;
}

static lw_status lw_managed_keywords(const cJSON *root, lw_strings *keywords) {
    static const char *const fields[] = {"keywords", "moreKeywords"};
    for (size_t i = 0; i < 2; i++) {
        const cJSON *item = NULL;
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, fields[i])) {
            if (!cJSON_IsString(item)) {
                return LW_E_INTERNAL;
            }
            LW_TRY(lw_strings_add(keywords, lw_slice_from(item->valuestring)));
        }
    }
    return LW_OK;
}

/* The twin without keyword lends the keywords that must not be near. */
static lw_status lw_managed_lent_keywords(const lw_catalogue *catalogue, const char *id, lw_strings *keywords) {
    const lw_catalogue_entry *entry = lw_catalogue_find_in(catalogue, lw_slice_from(id));
    cJSON *root = entry == NULL ? NULL : cJSON_Parse(entry->json);
    lw_status status = root == NULL ? LW_E_INTERNAL : lw_managed_keywords(root, keywords);
    cJSON_Delete(root);
    return status;
}

static int lw_compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sample values are kept as letters and digits alone, so that every way of writing them is known. */
lw_status lw_managed_never_report(lw_definition *definition, lw_slice text) {
    LW_TRY(lw_strings_add(&definition->never_reported, text));
    char *kept = definition->never_reported.items[definition->never_reported.count - 1];
    size_t len = 0;
    for (const char *c = kept; *c != '\0'; c++) {
        char plain = lw_plain_character(*c);
        if (plain != '\0') {
            kept[len++] = plain;
        }
    }
    kept[len] = '\0';
    return LW_OK;
}

static lw_status lw_managed_never_reported(const cJSON *root, lw_definition *definition) {
    static const char *const fields[] = {"neverReported", "dummies"};
    for (size_t i = 0; i < 2; i++) {
        const cJSON *item = NULL;
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, fields[i])) {
            char *text = lw_json_member_text(item);
            lw_status status = text == NULL ? LW_E_INTERNAL : lw_managed_never_report(definition, lw_slice_from(text));
            free(text);
            LW_TRY(status);
        }
    }
    return LW_OK;
}

lw_status lw_managed_add_severity(lw_definition *definition, const char *name) {
    static const uint64_t thresholds[] = {1, 2, 100};
    size_t step = definition->step_count;
    if (step == 3 || name == NULL || lw_severity_parse(name, &definition->steps[step].severity) != LW_OK) {
        return LW_E_INTERNAL;
    }
    definition->steps[step].threshold = thresholds[step];
    definition->step_count++;
    return LW_OK;
}

static lw_status lw_managed_severity(const cJSON *root, lw_definition *definition) {
    static const char *const names[] = {"1", "2-99", "100+"};
    const cJSON *severity = cJSON_GetObjectItemCaseSensitive(root, "severity");
    for (size_t i = 0; i < 3; i++) {
        LW_TRY(lw_managed_add_severity(definition, lw_text_of(severity, names[i])));
    }
    return LW_OK;
}

lw_status lw_managed_category(const char *name, lw_category *ret_category) {
    for (int i = LW_CATEGORY_CREDENTIALS; i <= LW_CATEGORY_PERSONAL; i++) {
        if (name != NULL && strcmp(name, lw_category_name((lw_category)i)) == 0) {
            *ret_category = (lw_category)i;
            return LW_OK;
        }
    }
    return LW_E_INTERNAL;
}

lw_status lw_managed_proximity(const char *name, lw_proximity *ret_proximity) {
    static const struct {
        const char *name;
        lw_proximity proximity;
    } known[] = {{"free", LW_PROXIMITY_FREE},
                 {"around", LW_PROXIMITY_AROUND},
                 {"conditional", LW_PROXIMITY_CONDITIONAL},
                 {"absent", LW_PROXIMITY_ABSENT}};
    for (size_t i = 0; name != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(name, known[i].name) == 0) {
            *ret_proximity = known[i].proximity;
            return LW_OK;
        }
    }
    return LW_E_INTERNAL;
}

lw_status lw_managed_scope(const char *name, lw_scope *ret_scope) {
    if (name == NULL || (strcmp(name, "cell") != 0 && strcmp(name, "record") != 0)) {
        return LW_E_INTERNAL;
    }
    *ret_scope = strcmp(name, "cell") == 0 ? LW_SCOPE_CELL : LW_SCOPE_RECORD;
    return LW_OK;
}

static unsigned lw_number_of(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 1e9 ? (unsigned)item->valuedouble : 0;
}

/* With a finder, the first pattern carries it and the others are documentation. */
static lw_status lw_managed_patterns(const char *id, const cJSON *detect, lw_definition *definition, lw_error *err) {
    const char *finder = lw_text_of(detect, "finder");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(detect, "patterns")) {
        const char *name = lw_text_of(item, "name");
        const char *regex = lw_text_of(item, "regex");
        lw_pattern_facts facts = {
            .name = name,
            .text = regex,
            .finder = finder,
            .check = lw_text_of(item, "check"),
            .bounded = !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(item, "bounded")),
            .alone = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "alone")),
            .digits = lw_number_of(item, "digits"),
            .unread = definition->facts.known,
        };
        if (name == NULL || regex == NULL) {
            return lw_managed_fault(id, "detect.patterns", err);
        }
        lw_status status = lw_definition_add_pattern(definition, &facts, err);
        if (status != LW_OK) {
            return lw_fail_prefix(err, status, "catalogue entry '%s', pattern '%s'", id, name);
        }
    }
    return LW_OK;
}

/* What each match has. `lakewarden identifiers check` holds it against the patterns; a file without it is asked. */
static lw_status lw_managed_facts(const lw_catalogue *catalogue, const cJSON *root, lw_definition *definition) {
    const cJSON *facts = cJSON_GetObjectItemCaseSensitive(root, "facts");
    const char *anchor = lw_text_of(cJSON_GetObjectItemCaseSensitive(root, "detect"), "anchor");
    const cJSON *item = NULL;
    if (anchor != NULL &&
        catalogue == NULL) { /* of a user's file nobody knows whether it holds: every cell is searched */
        LW_TRY(lw_strings_add(&definition->anchors, lw_slice_from(anchor)));
    }
    if (facts == NULL || catalogue != NULL) { /* what a user's file says of itself is not relied on */
        return LW_OK;
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(facts, "anchors")) {
        char *text = lw_json_member_text(item);
        lw_status status = text == NULL     ? LW_E_INTERNAL
                           : anchor != NULL ? LW_OK
                                            : lw_strings_add(&definition->anchors, lw_slice_from(text));
        free(text);
        LW_TRY(status);
    }
    definition->facts = (lw_facts){true, lw_number_of(facts, "minLength"), lw_number_of(facts, "minDigits"),
                                   cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(facts, "gated"))};
    return definition->facts.min_length == 0 ? LW_E_INTERNAL : LW_OK;
}

static lw_status lw_managed_detect(const lw_catalogue *catalogue, const cJSON *root, lw_definition *definition,
                                   lw_error *err) {
    const char *id = definition->id;
    const cJSON *detect = cJSON_GetObjectItemCaseSensitive(root, "detect");
    const char *lender = lw_text_of(detect, "keywordsOf");
    if (lw_managed_scope(lw_text_of(detect, "scope"), &definition->public_.scope) != LW_OK) {
        return lw_managed_fault(id, "detect.scope", err);
    }
    if (lw_managed_proximity(lw_text_of(detect, "proximity"), &definition->public_.proximity) != LW_OK) {
        return lw_managed_fault(id, "detect.proximity", err);
    }
    if (lender != NULL && lw_managed_lent_keywords(catalogue, lender, &definition->keywords) != LW_OK) {
        return lw_managed_fault(id, "detect.keywordsOf", err);
    }
    LW_TRY(lw_managed_patterns(id, detect, definition, err));
    if (definition->public_.scope == LW_SCOPE_CELL && definition->pattern_count == 0) {
        return lw_managed_fault(id, "detect.patterns", err);
    }
    return LW_OK;
}

lw_status lw_managed_seal(lw_definition *definition, lw_error *err) {
    if (definition->never_reported.count > 0) {
        qsort(definition->never_reported.items, definition->never_reported.count, sizeof(char *), lw_compare_texts);
    }
    definition->keyword_variants = true;
    definition->public_.distance = LW_MANAGED_DISTANCE;
    return lw_definition_seal(definition, err);
}

static lw_status lw_managed_read(const lw_catalogue *catalogue, const cJSON *root, lw_definition *definition,
                                 lw_error *err) {
    const char *id = lw_text_of(root, "id");
    const char *name = lw_text_of(root, "name");
    const cJSON *max_count = cJSON_GetObjectItemCaseSensitive(root, "maxCountPerFile");
    if (id == NULL || name == NULL) {
        return lw_managed_fault(id, "id or name", err);
    }
    definition->id = lw_text_dup(id);
    definition->name = lw_text_dup(name);
    if (definition->id == NULL || definition->name == NULL) {
        return lw_fail(err, LW_E_MEMORY, "load managed identifier '%s': out of memory", id);
    }
    if (lw_managed_category(lw_text_of(root, "category"), &definition->public_.category) != LW_OK) {
        return lw_managed_fault(id, "category", err);
    }
    if (lw_managed_severity(root, definition) != LW_OK) {
        return lw_managed_fault(id, "severity", err);
    }
    if (lw_managed_keywords(root, &definition->keywords) != LW_OK) {
        return lw_managed_fault(id, "keywords", err);
    }
    if (lw_managed_never_reported(root, definition) != LW_OK) {
        return lw_managed_fault(id, "neverReported", err);
    }
    if (lw_managed_facts(catalogue, root, definition) != LW_OK) {
        return lw_managed_fault(id, "facts", err);
    }
    LW_TRY(lw_managed_detect(catalogue, root, definition, err));
    definition->public_.prior = lw_number_of(cJSON_GetObjectItemCaseSensitive(root, "detect"), "prior");
    definition->public_.max_count_per_file = cJSON_IsNumber(max_count) ? (uint64_t)max_count->valuedouble : 0;
    return lw_managed_seal(definition, err);
}

lw_status lw_managed_parse(const char *json, lw_definition *ret_definition, lw_error *err) {
    return lw_managed_parse_in(NULL, json, ret_definition, err);
}

lw_status lw_managed_parse_in(const lw_catalogue *catalogue, const char *json, lw_definition *ret_definition,
                              lw_error *err) {
    lw_definition definition = {0};
    cJSON *root = cJSON_Parse(json);
    lw_status status = root == NULL ? lw_fail(err, LW_E_INTERNAL, "catalogue entry: no JSON object")
                                    : lw_managed_read(catalogue, root, &definition, err);
    cJSON_Delete(root);
    if (status != LW_OK) {
        lw_definition_done(&definition);
        return status;
    }
    *ret_definition = definition;
    return LW_OK;
}

lw_status lw_managed_load(const char *id, lw_definition *ret_definition, lw_error *err) {
    const lw_catalogue_entry *entry = lw_catalogue_find(lw_slice_from(id));
    if (entry == NULL || !entry->supported) {
        return lw_fail(err, LW_E_INTERNAL, "load managed identifier '%s': not in the catalogue", id);
    }
    return lw_managed_parse(entry->json, ret_definition, err);
}
