/* Is an entry of the catalogue, embedded or from a file, one that can be worked with?
 *
 * Data that is nearly right is worse than none: a misspelt "check" would let every number through, a missing
 * counter-example hides that one is found. So each field is judged here before an entry is used: known, there, of its
 * kind; and each pattern: within Macie's limits and subset, compiled by PCRE2, with a check and a finder that exist.
 * What the examples say is tried afterwards (examples.c).
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/document_priv.h"
#include "identifiers/identifiers_priv.h"

#define LW_MANAGED_TEXT_MAX 2000
#define LW_MANAGED_KEYWORD_MAX 200

typedef struct lw_managed_checker {
    lw_document document;
    const lw_catalogue *catalogue;
    const cJSON *root;
} lw_managed_checker;

static const cJSON *lw_member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* One of texts (NULL at the end). */
static lw_status lw_check_choice(const lw_managed_checker *checker, const cJSON *object, const char *path,
                                 const char *const *texts) {
    const char *name = strrchr(path, '.') == NULL ? path : strrchr(path, '.') + 1;
    const char *given = cJSON_GetStringValue(lw_member(object, name));
    for (size_t i = 0; given != NULL && texts[i] != NULL; i++) {
        if (strcmp(given, texts[i]) == 0) {
            return LW_OK;
        }
    }
    char allowed[160];
    size_t len = 0;
    allowed[0] = '\0';
    for (size_t i = 0; texts[i] != NULL && len < sizeof(allowed); i++) {
        len += (size_t)snprintf(allowed + len, sizeof(allowed) - len, "%s%s", i == 0 ? "" : ", ", texts[i]);
    }
    return LW_DOCUMENT_FAIL(&checker->document, "field '%s' is '%.40s', allowed are %s", path,
                            given == NULL ? "missing" : given, allowed);
}

static lw_status lw_check_bool(const lw_managed_checker *checker, const cJSON *object, const char *path,
                               bool required) {
    const char *name = strrchr(path, '.') == NULL ? path : strrchr(path, '.') + 1;
    const cJSON *item = lw_member(object, name);
    if (item == NULL && !required) {
        return LW_OK;
    }
    return cJSON_IsBool(item) ? LW_OK : LW_DOCUMENT_FAIL(&checker->document, "field '%s' must be true or false", path);
}

/* An array of strings, none empty; with parts an element may also be an array of strings to be joined. */
static lw_status lw_check_texts(const lw_managed_checker *checker, const char *name, bool required, bool parts) {
    const cJSON *array = lw_member(checker->root, name);
    const cJSON *item = NULL;
    size_t index = 0;
    if (array == NULL && !required) {
        return LW_OK;
    }
    if (!cJSON_IsArray(array)) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' %s", name,
                                array == NULL ? "is missing; it is required" : "must be an array of strings");
    }
    cJSON_ArrayForEach(item, array) {
        char *text = parts || cJSON_IsString(item) ? lw_json_member_text(item) : NULL;
        size_t chars = text == NULL ? 0 : lw_utf8_count(lw_slice_from(text));
        free(text);
        if (chars == 0 || chars > LW_MANAGED_KEYWORD_MAX) {
            return LW_DOCUMENT_FAIL(&checker->document, "field '%s[%zu]' must be a string of 1 to %d characters", name,
                                    index, LW_MANAGED_KEYWORD_MAX);
        }
        index++;
    }
    return LW_OK;
}

/* ---- facts ---- */

static lw_status lw_check_id(const lw_managed_checker *checker) {
    const char *id = NULL;
    const char *text = NULL;
    LW_TRY(lw_document_text(&checker->document, checker->root, &(lw_text_limit){"", "id", 1, 80, true}, &id));
    if (strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_()") != strlen(id)) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' may hold A-Z, 0-9, '_' and brackets only", "id");
    }
    LW_TRY(lw_document_text(&checker->document, checker->root, &(lw_text_limit){"", "name", 1, 200, true}, &text));
    LW_TRY(lw_document_text(&checker->document, checker->root,
                            &(lw_text_limit){"", "keywordCondition", 1, LW_MANAGED_TEXT_MAX, false}, &text));
    LW_TRY(
        lw_document_text(&checker->document, checker->root, &(lw_text_limit){"", "keywordList", 1, 40, false}, &text));
    return lw_document_text(&checker->document, checker->root,
                            &(lw_text_limit){"", "source", 1, LW_MANAGED_TEXT_MAX, false}, &text);
}

static lw_status lw_check_severity(const lw_managed_checker *checker) {
    static const char *const names[] = {"1", "2-99", "100+", NULL};
    static const char *const paths[] = {"severity.1", "severity.2-99", "severity.100+"};
    static const char *const severities[] = {"Low", "Medium", "High", NULL};
    const cJSON *severity = lw_member(checker->root, "severity");
    if (severity == NULL) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' is missing; it is required", "severity");
    }
    LW_TRY(lw_document_fields(&checker->document, "severity", severity, names));
    for (size_t i = 0; i < 3; i++) {
        LW_TRY(lw_check_choice(checker, severity, paths[i], severities));
    }
    return LW_OK;
}

static lw_status lw_check_facts(const lw_managed_checker *checker) {
    static const char *const categories[] = {"CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION", NULL};
    static const char *const conditions[] = {"conditional", NULL};
    const cJSON *required = lw_member(checker->root, "keywordRequired");
    const cJSON *most = lw_member(checker->root, "maxCountPerFile");
    LW_TRY(lw_check_id(checker));
    LW_TRY(lw_check_choice(checker, checker->root, "category", categories));
    LW_TRY(lw_check_severity(checker));
    LW_TRY(lw_check_bool(checker, checker->root, "recommended", true));
    if (required == NULL || cJSON_IsString(required)) {
        LW_TRY(lw_check_choice(checker, checker->root, "keywordRequired", conditions));
    } else {
        LW_TRY(lw_check_bool(checker, checker->root, "keywordRequired", true));
    }
    if (most != NULL && (!cJSON_IsNumber(most) || most->valuedouble < 1 || most->valuedouble > 1e9 ||
                         most->valuedouble != (double)(int64_t)most->valuedouble)) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' must be a whole number, at least 1", "maxCountPerFile");
    }
    LW_TRY(lw_check_texts(checker, "countries", false, false));
    LW_TRY(lw_check_texts(checker, "keywords", true, false));
    LW_TRY(lw_check_texts(checker, "moreKeywords", false, false));
    LW_TRY(lw_check_texts(checker, "neverReported", false, true));
    LW_TRY(lw_check_texts(checker, "dummies", false, true));
    return lw_check_texts(checker, "formatSource", false, false);
}

/* ---- how it is detected ---- */

static lw_status lw_check_regex(const lw_managed_checker *checker, const char *path, const char *regex) {
    lw_error why = {0};
    lw_regex_tree *tree = NULL;
    lw_regex *compiled = NULL;
    lw_status status = lw_regex_tree_new(lw_slice_from(regex), &tree, &why);
    if (status == LW_OK) {
        status = lw_regex_new(lw_slice_from(regex), tree, true, &compiled, &why);
    }
    lw_regex_free(compiled);
    free(tree);
    return status == LW_OK ? LW_OK
                           : lw_fail(checker->document.err, status, "%s: field '%s.regex': %s", checker->document.label,
                                     path, why.text);
}

static lw_status lw_check_pattern(const lw_managed_checker *checker, const cJSON *item, size_t index) {
    static const char *const names[] = {"name", "regex", "check", "bounded", "alone", "digits", "note", NULL};
    char path[48];
    char inner[64];
    const char *text = NULL;
    (void)snprintf(path, sizeof(path), "detect.patterns[%zu]", index);
    LW_TRY(lw_document_fields(&checker->document, path, item, names));
    LW_TRY(lw_document_text(&checker->document, item, &(lw_text_limit){path, "name", 1, 200, true}, &text));
    LW_TRY(lw_document_text(&checker->document, item, &(lw_text_limit){path, "note", 1, LW_MANAGED_TEXT_MAX, false},
                            &text));
    LW_TRY(lw_document_text(&checker->document, item, &(lw_text_limit){path, "check", 1, 80, false}, &text));
    if (text != NULL && lw_check_find(text) == NULL) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s.check': there is no check '%s'", path, text);
    }
    (void)snprintf(inner, sizeof(inner), "%s.bounded", path);
    LW_TRY(lw_check_bool(checker, item, inner, false));
    (void)snprintf(inner, sizeof(inner), "%s.alone", path);
    LW_TRY(lw_check_bool(checker, item, inner, false));
    LW_TRY(lw_document_text(&checker->document, item, &(lw_text_limit){path, "regex", 1, LW_REGEX_CHARS_MAX, true},
                            &text));
    return lw_check_regex(checker, path, text);
}

static lw_status lw_check_patterns(const lw_managed_checker *checker, const cJSON *detect, bool needed) {
    const cJSON *patterns = lw_member(detect, "patterns");
    const cJSON *item = NULL;
    size_t count = 0;
    if (patterns != NULL && !cJSON_IsArray(patterns)) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' must be an array", "detect.patterns");
    }
    cJSON_ArrayForEach(item, patterns) {
        LW_TRY(lw_check_pattern(checker, item, count));
        count++;
    }
    return count > 0 || !needed ? LW_OK
                                : LW_DOCUMENT_FAIL(&checker->document,
                                                   "field '%s' is missing; there must be at "
                                                   "least one pattern",
                                                   "detect.patterns");
}

static lw_status lw_check_lender(const lw_managed_checker *checker, const char *lender) {
    if (lender == NULL || lw_catalogue_find_in(checker->catalogue, lw_slice_from(lender)) != NULL) {
        return LW_OK;
    }
    const char *nearest = lw_catalogue_nearest_in(checker->catalogue, lw_slice_from(lender));
    return LW_DOCUMENT_FAIL(&checker->document, "field 'detect.keywordsOf': there is no identifier '%s'%s%s%s", lender,
                            nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                            nearest == NULL ? "" : "'?");
}

/* Without a keyword to look for, one that is needed can never be near. */
static lw_status lw_check_keywords(const lw_managed_checker *checker, const char *proximity, const char *lender) {
    int count = cJSON_GetArraySize(lw_member(checker->root, "keywords")) +
                cJSON_GetArraySize(lw_member(checker->root, "moreKeywords"));
    if (strcmp(proximity, "free") == 0 || count > 0 || lender != NULL) {
        return LW_OK;
    }
    return LW_DOCUMENT_FAIL(&checker->document, "field 'detect.proximity' is '%s', and there are no keywords",
                            proximity);
}

static lw_status lw_check_detect(const lw_managed_checker *checker, const cJSON *detect) {
    static const char *const names[] = {"scope", "proximity", "anchor", "prior", "finder",
                                        "keywordsOf", "patterns", "note", NULL};
    static const char *const scopes[] = {"cell", "record", NULL};
    static const char *const proximities[] = {"free", "around", "conditional", "absent", NULL};
    const char *finder = NULL;
    const char *lender = NULL;
    const char *note = NULL;
    const char *id = cJSON_GetStringValue(lw_member(checker->root, "id"));
    LW_TRY(lw_document_fields(&checker->document, "detect", detect, names));
    LW_TRY(lw_check_choice(checker, detect, "detect.scope", scopes));
    LW_TRY(lw_check_choice(checker, detect, "detect.proximity", proximities));
    LW_TRY(lw_document_text(&checker->document, detect, &(lw_text_limit){"detect", "finder", 1, 80, false}, &finder));
    LW_TRY(
        lw_document_text(&checker->document, detect, &(lw_text_limit){"detect", "keywordsOf", 1, 80, false}, &lender));
    LW_TRY(lw_document_text(&checker->document, detect,
                            &(lw_text_limit){"detect", "note", 1, LW_MANAGED_TEXT_MAX, false}, &note));
    if (finder != NULL && lw_finder_find(finder) == NULL) {
        return LW_DOCUMENT_FAIL(&checker->document, "field 'detect.finder': there is no finder '%s'", finder);
    }
    bool record = strcmp(cJSON_GetStringValue(lw_member(detect, "scope")), "record") == 0;
    if (record && strcmp(id, "NAME") != 0 && strcmp(id, "ADDRESS") != 0) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' is 'record', which NAME and ADDRESS alone can have",
                                "detect.scope");
    }
    LW_TRY(lw_check_lender(checker, lender));
    LW_TRY(lw_check_keywords(checker, cJSON_GetStringValue(lw_member(detect, "proximity")), lender));
    return lw_check_patterns(checker, detect, !record);
}

/* ---- examples ---- */

static lw_status lw_check_examples(const lw_managed_checker *checker, const char *name) {
    static const char *const names[] = {"text", "column", "keyword", "matches", "why", "header", "row", NULL};
    const cJSON *array = lw_member(checker->root, name);
    const cJSON *item = NULL;
    size_t index = 0;
    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) < 4) {
        return LW_DOCUMENT_FAIL(&checker->document, "field '%s' has %d entries, there must be at least 4", name,
                                cJSON_IsArray(array) ? cJSON_GetArraySize(array) : 0);
    }
    cJSON_ArrayForEach(item, array) {
        char path[48];
        const char *text = NULL;
        (void)snprintf(path, sizeof(path), "%s[%zu]", name, index++);
        LW_TRY(lw_document_fields(&checker->document, path, item, names));
        LW_TRY(lw_document_text(&checker->document, item, &(lw_text_limit){path, "column", 0, 1000, false}, &text));
        LW_TRY(
            lw_document_text(&checker->document, item, &(lw_text_limit){path, "why", 1, 1000, name[0] == 'c'}, &text));
    }
    return LW_OK;
}

lw_status lw_managed_check(const lw_catalogue *catalogue, const cJSON *root, const char *label, bool must_detect,
                           lw_error *err) {
    static const char *const names[] = {"id",
                                        "name",
                                        "category",
                                        "countries",
                                        "keywordRequired",
                                        "keywordCondition",
                                        "keywords",
                                        "keywordList",
                                        "severity",
                                        "recommended",
                                        "maxCountPerFile",
                                        "neverReported",
                                        "source",
                                        "moreKeywords",
                                        "dummies",
                                        "facts",
                                        "detect",
                                        "formatSource",
                                        "examples",
                                        "counterExamples",
                                        NULL};
    lw_managed_checker checker = {{label, err}, catalogue, root};
    const cJSON *detect = lw_member(root, "detect");
    LW_TRY(lw_document_fields(&checker.document, "", root, names));
    LW_TRY(lw_check_facts(&checker));
    if (detect == NULL) {
        return must_detect ? LW_DOCUMENT_FAIL(&checker.document, "field '%s' is missing; it is required", "detect")
                           : LW_OK;
    }
    LW_TRY(lw_check_detect(&checker, detect));
    LW_TRY(lw_check_examples(&checker, "examples"));
    return lw_check_examples(&checker, "counterExamples");
}
