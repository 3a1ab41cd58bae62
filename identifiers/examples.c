/* Trying identifiers out: the examples of the catalogue, and lw_identifier_test as Macie's TestCustomDataIdentifier.
 *
 * Every managed identifier carries examples that must be found and counter-examples, each with its reason, that must
 * not. An example is a cell of a column whose name is a keyword, unless it says "keyword": false; for record rules it
 * is a header with a row, repeated so that there is a sample to judge by. What is found must also fit one of the
 * patterns that `identifiers show` prints, whole: documentation that no longer holds fails here.
 *
 * All values in the catalogue are synthetic; a message names the example by number, not by value.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

#define LW_EXAMPLE_ROWS 5 /* few, so that header words count as they do in a small file */
#define LW_EXAMPLE_COLUMNS_MAX 16
#define LW_EXAMPLE_RULES_MAX 16
#define LW_EXAMPLE_NOW_MS INT64_C(1767225600000) /* 2026-01-01: examples stay true as time goes by */

/* ---- proximity in running text ---- */

/* Custom keywords count as they are written. */
static bool lw_custom_keyword_near(const lw_definition *definition, lw_slice text, const lw_match *match) {
    for (size_t i = 0; i < definition->keywords.count; i++) {
        lw_slice keyword = lw_slice_from(definition->keywords.items[i]);
        lw_match found = {0};
        for (size_t from = 0; lw_keyword_find(text, from, keyword, false, &found); from = found.begin + 1) {
            if (lw_keyword_near(&definition->public_, text, found.begin, found.end, match)) {
                return true;
            }
        }
    }
    return false;
}

/* Is any keyword near enough to the match? The twin without keyword has the same keywords, and the same distance. */
static bool lw_any_keyword_near(lw_matcher *matcher, const lw_definition *definition, lw_slice text,
                                const lw_match *match) {
    const lw_keyword_place *places = NULL;
    size_t count = 0;
    if (!definition->keyword_variants) {
        return lw_custom_keyword_near(definition, text, match);
    }
    if (lw_matcher_keywords(matcher, text, NULL, &places, &count) != LW_OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (lw_keyword_near(&definition->public_, text, places[i].begin, places[i].end, match)) {
            return true;
        }
    }
    return false;
}

/* Does the very same text also count without a keyword? */
static bool lw_counts_alone(lw_matcher *matcher, lw_slice text, const lw_match *match) {
    lw_match alone = {0};
    return lw_matcher_next(matcher, 0, text, match->begin, false, &alone) == LW_OK && alone.begin == match->begin;
}

static bool lw_match_counts(lw_matcher *matcher, const lw_definition *definition, lw_slice text,
                            const lw_match *match) {
    switch (definition->public_.proximity) {
    case LW_PROXIMITY_FREE:
        return true;
    case LW_PROXIMITY_BEFORE:
    case LW_PROXIMITY_AROUND:
        return lw_any_keyword_near(matcher, definition, text, match);
    case LW_PROXIMITY_CONDITIONAL:
        return lw_any_keyword_near(matcher, definition, text, match) || lw_counts_alone(matcher, text, match);
    case LW_PROXIMITY_ABSENT:
        return !lw_any_keyword_near(matcher, definition, text, match);
    }
    return false;
}

static lw_status lw_count_in_text(lw_matcher *matcher, const lw_definition *definition, lw_slice text,
                                  uint64_t *ret_count) {
    uint64_t count = 0;
    lw_match match = {0};
    lw_status status = LW_OK;
    while ((status = lw_matcher_next(matcher, 0, text, match.end, true, &match)) == LW_OK) {
        count += lw_match_counts(matcher, definition, text, &match);
    }
    *ret_count = count;
    return status == LW_E_NOT_FOUND ? LW_OK : status;
}

/* what is the id of a managed identifier, or the path of a custom one. */
static lw_status lw_definition_named(const char *what, lw_definition *ret_definition, lw_error *err) {
    const lw_catalogue_entry *entry = lw_catalogue_find(lw_slice_from(what));
    if (entry != NULL && !entry->supported) {
        return lw_fail(err, LW_E_UNSUPPORTED, "managed identifier '%s' is not supported in this version", entry->id);
    }
    if (entry != NULL) {
        return lw_managed_load(entry->id, ret_definition, err);
    }
    if (access(what, F_OK) != 0) {
        const char *nearest = lw_catalogue_nearest(lw_slice_from(what));
        return lw_fail(err, LW_E_CONFIG, "'%.80s' is neither a managed identifier nor a file%s%s%s", what,
                       nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                       nearest == NULL ? "" : "'?");
    }
    return lw_custom_load(what, ret_definition, err);
}

lw_status lw_identifier_test(const char *what, lw_slice text, uint64_t *ret_match_count, lw_error *err) {
    lw_definition definition = {0};
    lw_identifier_set *set = NULL;
    lw_matcher *matcher = NULL;
    size_t chars = lw_utf8_count(text);
    if (chars > LW_TEST_TEXT_CHARS_MAX) {
        return lw_fail(err, LW_E_USAGE, "the text to test has %zu characters, allowed are at most %d; shorten it",
                       chars, LW_TEST_TEXT_CHARS_MAX);
    }
    lw_status status = lw_definition_named(what, &definition, err);
    if (status == LW_OK && definition.public_.scope == LW_SCOPE_RECORD) {
        status = lw_fail(err, LW_E_UNSUPPORTED, "'%s' is judged over the columns of records; scan a CSV file instead",
                         definition.id);
    }
    if (status != LW_OK) {
        goto done;
    }
    status = lw_identifier_set_of(&definition, 0, &set);
    if (status == LW_OK) {
        status = lw_matcher_new(set, &matcher);
    }
    if (status == LW_OK) {
        status = lw_count_in_text(matcher, &set->definitions[0], text, ret_match_count);
    }
    if (status != LW_OK) {
        status = lw_fail(err, status, "test '%.80s': %s", what, lw_status_text(status));
    }
done:
    lw_definition_done(&definition);
    lw_matcher_free(matcher);
    lw_identifier_set_free(set);
    return status;
}

/* ---- examples ---- */

typedef struct lw_example_run {
    const char *id;
    const lw_identifier_set *set;
    lw_matcher *matcher;
    size_t run, failed;
    lw_strings *messages; /* may be NULL */
} lw_example_run;

static lw_status lw_example_failed(lw_example_run *run, const char *kind, size_t number, const char *what) {
    run->failed++;
    return run->messages == NULL ? LW_OK
                                 : lw_strings_addf(run->messages, "%s: %s %zu: %s", run->id, kind, number + 1, what);
}

static bool lw_fits_a_pattern(const lw_definition *definition, lw_slice text) {
    for (size_t i = 0; i < definition->pattern_count; i++) {
        bool fits = false;
        if (lw_regex_fits(lw_slice_from(definition->patterns[i].text), text, &fits) == LW_OK && fits) {
            return true;
        }
    }
    return false;
}

/* How many matches; *ret_documented: each fits a pattern that is shown. */
static lw_status lw_count_in_cell(const lw_example_run *run, lw_slice cell, bool keyword_near, size_t *ret_count,
                                  bool *ret_documented) {
    size_t count = 0;
    lw_match match = {0};
    lw_status status = LW_OK;
    *ret_documented = true;
    while ((status = lw_matcher_next(run->matcher, 0, cell, match.end, keyword_near, &match)) == LW_OK) {
        lw_slice text = {cell.data + match.begin, match.end - match.begin};
        *ret_documented = *ret_documented && lw_fits_a_pattern(&run->set->definitions[0], text);
        count++;
    }
    *ret_count = count;
    return status == LW_E_NOT_FOUND ? LW_OK : status;
}

/* Is the keyword near, as the example wants it? Its column may also name itself. */
static bool lw_example_near(const lw_example_run *run, const cJSON *example) {
    const char *column = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(example, "column"));
    lw_proximity proximity = lw_identifier_set_at(run->set, 0)->proximity;
    if (column != NULL) {
        lw_identifier_bits bits;
        lw_identifier_set_column(run->set, lw_slice_from(column), &bits);
        return lw_bits_test(&bits, 0);
    }
    return proximity != LW_PROXIMITY_ABSENT && !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(example, "keyword"));
}

static bool lw_near_suffices(lw_proximity proximity, bool near_) {
    bool needs = proximity == LW_PROXIMITY_AROUND || proximity == LW_PROXIMITY_BEFORE;
    return proximity == LW_PROXIMITY_ABSENT ? !near_ : near_ || !needs;
}

static lw_status lw_run_cell_example(lw_example_run *run, const cJSON *example, const char *kind, size_t number,
                                     bool expected) {
    char *text = lw_json_member_text(cJSON_GetObjectItemCaseSensitive(example, "text"));
    const cJSON *matches = cJSON_GetObjectItemCaseSensitive(example, "matches");
    size_t wanted = !expected ? 0 : cJSON_IsNumber(matches) ? (size_t)matches->valuedouble : 1;
    if (text == NULL) {
        return lw_example_failed(run, kind, number, "has no text");
    }
    size_t count = 0;
    bool documented = true;
    bool near_ = lw_example_near(run, example);
    lw_status status = lw_count_in_cell(run, lw_slice_from(text), near_, &count, &documented);
    free(text);
    if (status != LW_OK) {
        return lw_example_failed(run, kind, number, lw_status_text(status));
    }
    if (!lw_near_suffices(lw_identifier_set_at(run->set, 0)->proximity, near_)) {
        count = 0;
    }
    if (count != wanted) {
        return lw_example_failed(run, kind, number, expected ? "not found as often as it should be" : "is found");
    }
    return documented ? LW_OK : lw_example_failed(run, kind, number, "fits none of the patterns that are shown");
}

/* Cells of an array of strings; the count, or 0 if it is unusable. */
static size_t lw_example_cells(const cJSON *array, lw_slice cells[LW_EXAMPLE_COLUMNS_MAX]) {
    size_t count = 0;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, array) {
        if (!cJSON_IsString(item) || count == LW_EXAMPLE_COLUMNS_MAX) {
            return 0;
        }
        cells[count++] = lw_slice_from(item->valuestring);
    }
    return count;
}

static bool lw_row_matches(const lw_record_rule *rules, size_t rule_count, const lw_slice *row) {
    bool matches = false;
    for (size_t i = 0; i < rule_count && !matches; i++) {
        lw_slice cells[LW_RULE_COLUMNS_MAX] = {{0}};
        for (uint32_t c = 0; c < rules[i].column_count; c++) {
            cells[c] = row[rules[i].columns[c]];
        }
        matches = lw_record_rule_match(&rules[i], cells);
    }
    return matches;
}

/* {"header": [...], "row": [...]}: the row is repeated to make a sample. */
static lw_status lw_run_record_example(lw_example_run *run, const cJSON *example, const char *kind, size_t number,
                                       bool expected) {
    lw_slice header[LW_EXAMPLE_COLUMNS_MAX] = {{0}};
    lw_slice row[LW_EXAMPLE_COLUMNS_MAX] = {{0}};
    lw_slice sample[LW_EXAMPLE_COLUMNS_MAX][LW_EXAMPLE_ROWS];
    lw_column_sample columns[LW_EXAMPLE_COLUMNS_MAX];
    lw_record_rule rules[LW_EXAMPLE_RULES_MAX];
    size_t count = lw_example_cells(cJSON_GetObjectItemCaseSensitive(example, "row"), row);
    size_t names = lw_example_cells(cJSON_GetObjectItemCaseSensitive(example, "header"), header);
    if (count == 0 || (names != 0 && names != count)) {
        return lw_example_failed(run, kind, number, "has no row, or a header of another length");
    }
    for (size_t c = 0; c < count; c++) {
        for (size_t r = 0; r < LW_EXAMPLE_ROWS; r++) {
            sample[c][r] = row[c];
        }
        columns[c] = (lw_column_sample){header[c], sample[c], row[c].len == 0 ? 0 : LW_EXAMPLE_ROWS};
    }
    size_t rule_count = lw_record_rules_make(run->set, columns, count, rules, LW_EXAMPLE_RULES_MAX);
    if (lw_row_matches(rules, rule_count, row) != expected) {
        return lw_example_failed(run, kind, number, expected ? "is not found" : "is found");
    }
    return LW_OK;
}

static lw_status lw_run_examples(lw_example_run *run, const cJSON *examples, const char *kind, bool expected) {
    size_t number = 0;
    const cJSON *example = NULL;
    bool record = lw_identifier_set_at(run->set, 0)->scope == LW_SCOPE_RECORD;
    cJSON_ArrayForEach(example, examples) {
        run->run++;
        LW_TRY(record ? lw_run_record_example(run, example, kind, number, expected)
                      : lw_run_cell_example(run, example, kind, number, expected));
        const char *why = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(example, "why"));
        if (!expected && why == NULL) {
            LW_TRY(lw_example_failed(run, kind, number, "gives no reason"));
        }
        number++;
    }
    if (number < 4) {
        LW_TRY(lw_example_failed(run, kind, number, "is missing: there must be at least four"));
    }
    return LW_OK;
}

static lw_status lw_run_facts(lw_example_run *run, const cJSON *root, lw_error *err) {
    bool agree = false;
    LW_TRY(lw_facts_agree(&run->set->definitions[0], root, &agree, err));
    run->run++;
    if (agree) {
        return LW_OK;
    }
    run->failed++;
    return run->messages == NULL
               ? LW_OK
               : lw_strings_addf(run->messages, "%s: field 'facts' is not what the patterns say; run %s", run->id,
                                 "identifiers/tools/write_facts.py");
}

lw_status lw_examples_run(const lw_catalogue *catalogue, const lw_catalogue_entry *entry, const char *label,
                          lw_example_counts *counts, lw_error *err) {
    lw_example_run run = {.id = label, .messages = counts->messages};
    lw_definition definition = {0};
    lw_identifier_set *set = NULL;
    cJSON *root = cJSON_Parse(entry->json);
    lw_status status = root == NULL ? LW_E_INTERNAL : lw_managed_parse_in(catalogue, entry->json, &definition, err);
    if (status == LW_OK) {
        status = lw_identifier_set_of(&definition, LW_EXAMPLE_NOW_MS, &set);
    }
    if (status == LW_OK) {
        status = lw_matcher_new(set, &run.matcher);
    }
    if (status != LW_OK) {
        goto done;
    }
    run.set = set;
    if (catalogue == NULL) { /* a file of the user's need not keep its facts */
        status = lw_run_facts(&run, root, err);
    }
    if (status != LW_OK) {
        goto done;
    }
    status = lw_run_examples(&run, cJSON_GetObjectItemCaseSensitive(root, "examples"), "example", true);
    if (status == LW_OK) {
        status =
            lw_run_examples(&run, cJSON_GetObjectItemCaseSensitive(root, "counterExamples"), "counter-example", false);
    }
done:
    counts->run += run.run;
    counts->failed += run.failed;
    lw_matcher_free(run.matcher);
    lw_identifier_set_free(set);
    cJSON_Delete(root);
    return status;
}

/* An entry that is not well formed counts as one failure; its examples are then not run. */
static lw_status lw_check_entry(const lw_catalogue_entry *entry, lw_example_counts *counts, lw_error *err) {
    char label[128];
    lw_error why = {0};
    cJSON *root = cJSON_Parse(entry->json);
    (void)snprintf(label, sizeof(label), "catalogue entry '%.80s'", entry->id);
    lw_status status = root == NULL ? lw_fail(&why, LW_E_CONFIG, "%s: it is no JSON", label)
                                    : lw_managed_check(NULL, root, label, entry->supported, &why);
    cJSON_Delete(root);
    if (status == LW_E_CONFIG) {
        counts->run++;
        counts->failed++;
        return lw_strings_add(counts->messages, lw_slice_from(why.text));
    }
    if (status != LW_OK) {
        return lw_fail(err, status, "%s", why.text);
    }
    return entry->supported ? lw_examples_run(NULL, entry, entry->id, counts, err) : LW_OK;
}

static lw_status lw_check_catalogue(lw_example_counts *counts, lw_error *err) {
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        LW_TRY(lw_check_entry(&lw_catalogue_entries[i], counts, err));
    }
    return LW_OK;
}

lw_status lw_catalogue_check(const lw_strings *paths, size_t *ret_run, size_t *ret_failed, lw_strings *ret_messages,
                             lw_error *err) {
    lw_strings found = {0};
    lw_example_counts counts = {.messages = ret_messages != NULL ? ret_messages : &found};
    size_t first = counts.messages->count;
    lw_status status = paths == NULL || paths->count == 0 ? lw_check_catalogue(&counts, err)
                                                          : lw_catalogue_check_files(paths, &counts, err);
    if (status == LW_OK) {
        *ret_run = counts.run;
        *ret_failed = counts.failed;
        if (counts.failed > 0) {
            (void)lw_fail(err, LW_E_CONFIG, "%s", counts.messages->items[first]);
        }
    }
    lw_strings_done(&found);
    return status;
}
