/* The packed form of the catalogue, which scans load: the same definitions as the JSON, which is shown and checked. */
#include "tests/support/lw_test.h"

#include <string.h>

#include "identifiers/managed_priv.h"

static void assert_same_text(const char *a, const char *b) {
    assert_true((a == NULL) == (b == NULL));
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

static void assert_same_strings(const lw_strings *a, const lw_strings *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->items[i], b->items[i]);
    }
}

static void assert_same_patterns(const lw_definition *a, const lw_definition *b) {
    assert_int_equal(a->pattern_count, b->pattern_count);
    for (size_t i = 0; i < a->pattern_count; i++) {
        const lw_pattern *left = &a->patterns[i];
        const lw_pattern *right = &b->patterns[i];
        assert_string_equal(left->name, right->name);
        assert_string_equal(left->text, right->text);
        assert_int_equal(left->engine, right->engine);
        assert_true((left->tree == NULL) == (right->tree == NULL));
        assert_true(left->finder == right->finder);
        assert_true(left->check == right->check);
        assert_int_equal(left->evidence, right->evidence);
        assert_int_equal(left->bounded, right->bounded);
        assert_int_equal(left->alone, right->alone);
        assert_int_equal(left->digits, right->digits);
    }
}

static void assert_same_public(const lw_identifier *a, const lw_identifier *b) {
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->category, b->category);
    assert_int_equal(a->proximity, b->proximity);
    assert_int_equal(a->scope, b->scope);
    assert_int_equal(a->distance, b->distance);
    assert_int_equal(a->max_count_per_file, b->max_count_per_file);
    assert_int_equal(a->min_match, b->min_match);
    assert_int_equal(a->min_keyword, b->min_keyword);
    assert_int_equal(a->min_digits, b->min_digits);
    assert_int_equal(a->anchor, b->anchor);
    assert_int_equal(a->prior, b->prior);
}

static void assert_same_definition(const lw_definition *a, const lw_definition *b) {
    assert_same_public(&a->public_, &b->public_);
    assert_same_strings(&a->keywords, &b->keywords);
    assert_int_equal(a->keyword_variants, b->keyword_variants);
    assert_same_strings(&a->ignore_words, &b->ignore_words);
    assert_same_strings(&a->never_reported, &b->never_reported);
    assert_same_patterns(a, b);
    assert_int_equal(a->step_count, b->step_count);
    for (size_t i = 0; i < a->step_count; i++) {
        assert_int_equal(a->steps[i].severity, b->steps[i].severity);
        assert_int_equal(a->steps[i].threshold, b->steps[i].threshold);
    }
    assert_int_equal(a->facts.known, b->facts.known);
    assert_int_equal(a->facts.min_length, b->facts.min_length);
    assert_int_equal(a->facts.min_digits, b->facts.min_digits);
    assert_int_equal(a->facts.gated, b->facts.gated);
    assert_same_strings(&a->anchors, &b->anchors);
    assert_memory_equal(a->anchor_letters, b->anchor_letters, sizeof(a->anchor_letters));
    assert_same_text(a->origin, b->origin);
}

LW_TEST(same_definitions_as_json) {
    size_t compared = 0;
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        const lw_catalogue_entry *entry = &lw_catalogue_entries[i];
        lw_definition packed;
        lw_definition parsed;
        lw_error err = {0};
        assert_true((entry->packed != NULL) == entry->supported);
        if (entry->packed == NULL) {
            continue;
        }
        assert_ok(lw_managed_unpack(entry, &packed, &err));
        assert_ok(lw_managed_parse(entry->json, &parsed, &err));
        assert_same_definition(&packed, &parsed);
        lw_definition_done(&packed);
        lw_definition_done(&parsed);
        compared++;
    }
    assert_true(compared > 100);
}

static lw_status unpack(const char *packed) {
    lw_catalogue_entry entry = {.id = "X", .supported = true, .json = "{}", .packed = packed};
    lw_definition definition = {0};
    lw_error err = {0};
    lw_status status = lw_managed_unpack(&entry, &definition, &err);
    if (status == LW_OK) {
        lw_definition_done(&definition);
    } else {
        assert_non_null(strstr(err.text, "'X'"));
    }
    return status;
}

#define HEAD "nX\ncPERSONAL_INFORMATION\nsHigh\nsHigh\nsLow\nScell\nParound\n"

LW_TEST(faults_are_told) {
    static const char *const wrong[] = {
        "",
        "nX\n",
        HEAD,                                                                     /* no pattern */
        HEAD "pone\n",                                                            /* without its expression */
        HEAD "pone\nra+",                                                         /* no line end */
        HEAD "pone\nra+\n\n",                                                     /* an empty line */
        HEAD "pone\nra+\nzlast\n",                                                /* unknown field */
        HEAD "pone\nra+\nhnone-such\n",                                           /* unknown check */
        HEAD "fnone-such\npone\nra+\n",                                           /* unknown finder */
        HEAD "KNONE_SUCH\npone\nra+\n",                                           /* unknown lender */
        HEAD "l0\npone\nra+\n",                                                   /* a match of no length */
        HEAD "sHigh\npone\nra+\n",                                                /* a fourth severity */
        "nX\ncPERSONAL_INFORMATION\nsHigh\nsHigh\nScell\nParound\npone\nra+\n",   /* two */
        "cPERSONAL_INFORMATION\nsHigh\nsHigh\nsLow\nScell\nParound\npone\nra+\n", /* no name */
        "nX\ncNONE\nsHigh\nsHigh\nsLow\nScell\nParound\npone\nra+\n",
        "nX\ncPERSONAL_INFORMATION\nsNone\nsHigh\nsLow\nScell\nParound\npone\nra+\n",
        "nX\ncPERSONAL_INFORMATION\nsHigh\nsHigh\nsLow\nSrow\nParound\npone\nra+\n",
        "nX\ncPERSONAL_INFORMATION\nsHigh\nsHigh\nsLow\nScell\nPnear\npone\nra+\n",
        "nX\nc0123456789012345678901234567890123456789012345678901234567890123456789\nScell\n",
    };
    assert_int_equal(unpack(HEAD "pone\nra+\n"), LW_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_not_equal(unpack(wrong[i]), LW_OK);
    }
    assert_int_equal(unpack(NULL), LW_E_INTERNAL);
}
