/* Facts of patterns: each text that fits a pattern has what is claimed of the pattern. What is claimed and not so loses
 * matches without a word, so it is tried on texts made from all patterns of the catalogue and from random ones. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

/* Deterministic random numbers: the same texts on every machine. */
static uint64_t seed = 1;
static uint32_t next_random(uint32_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return below == 0 ? 0 : (uint32_t)(seed >> 33) % below;
}

/* ---- texts that fit ---- */

typedef struct writer {
    const lw_regex_tree *tree;
    char text[4096];
    size_t len;
    bool full;
} writer;

/* Mostly the ends of a class, and what facts are about least. */
static char any_of(const lw_byte_class *class_) {
    char members[128];
    uint32_t count = 0;
    for (unsigned byte = 1; byte < 128; byte++) {
        if (lw_class_has(class_, byte)) {
            members[count++] = (char)byte;
        }
    }
    if (count == 0) {
        return '\xe9';
    }
    return next_random(4) == 0 ? members[next_random(2) * (count - 1)] : members[next_random(count)];
}

static void write_node(writer *to, uint16_t index) {
    const lw_regex_node *node = &to->tree->nodes[index];
    if (node->kind == LW_NODE_CLASS) {
        to->full = to->full || to->len == sizeof(to->text);
        if (!to->full) {
            to->text[to->len++] = any_of(&to->tree->classes[node->class_]);
        }
        return;
    }
    if (node->kind == LW_NODE_ALTERNATE) {
        uint32_t count = 0;
        for (uint16_t child = node->first; child != 0; child = to->tree->nodes[child].next) {
            count++;
        }
        uint16_t child = node->first;
        for (uint32_t skip = next_random(count); skip > 0; skip--) {
            child = to->tree->nodes[child].next;
        }
        write_node(to, child);
        return;
    }
    uint32_t most = node->max - node->min < 3 ? node->max - node->min : 3;
    bool repeat = node->kind == LW_NODE_REPEAT;
    uint32_t times = repeat ? node->min + (next_random(2) == 0 ? 0 : next_random(most + 1)) : 1;
    for (uint32_t i = 0; i < times && !to->full; i++) {
        for (uint16_t child = node->first; child != 0; child = to->tree->nodes[child].next) {
            write_node(to, child);
        }
    }
}

/* ---- what a text has ---- */

static size_t digits_in(lw_slice text) {
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += text.data[i] >= '0' && text.data[i] <= '9';
    }
    return digits;
}

static size_t upper_run_in(lw_slice text) {
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        run = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static bool begins_with(lw_slice text, const lw_prefix *prefix) {
    if (text.len < prefix->len) {
        return false;
    }
    for (size_t i = 0; i < prefix->len; i++) {
        char c = text.data[i] >= 'A' && text.data[i] <= 'Z' ? (char)(text.data[i] | 0x20) : text.data[i];
        if (c != prefix->text[i]) {
            return false;
        }
    }
    return !prefix->two_digits_follow || digits_in((lw_slice){text.data + prefix->len, 2}) == 2;
}

/* Makes texts and holds them against the facts; returns how many PCRE2 says fit (\b and the like may forbid some). */
static size_t try_pattern(const char *pattern, size_t rounds) {
    lw_regex_tree *tree = NULL;
    lw_regex_whole *whole = NULL;
    lw_error err = {0};
    size_t fitting = 0;
    if (lw_regex_tree_new(lw_slice_from(pattern), &tree, &err) != LW_OK) {
        return 0;
    }
    if (lw_regex_whole_new(lw_slice_from(pattern), &whole, &err) != LW_OK) {
        free(tree);
        return 0;
    }
    lw_prefix prefix = lw_tree_prefix(tree);
    for (size_t i = 0; i < rounds; i++) {
        writer to = {.tree = tree};
        write_node(&to, tree->root);
        lw_slice text = {to.text, to.len};
        if (to.full || !lw_regex_whole_fits(whole, text)) {
            continue;
        }
        fitting++;
        if (text.len < tree->min_length || digits_in(text) < tree->min_digits ||
            upper_run_in(text) < lw_tree_upper_run(tree) || !begins_with(text, &prefix)) {
            fail_msg("'%s': '%.*s' has not %zu bytes, %u digits, a run of %zu, the beginning '%.*s'%s", pattern,
                     (int)text.len, text.data, tree->min_length, tree->min_digits, lw_tree_upper_run(tree),
                     (int)prefix.len, prefix.text, prefix.two_digits_follow ? " with two digits" : "");
        }
    }
    lw_regex_whole_free(whole);
    free(tree);
    return fitting;
}

/* ---- patterns ---- */

LW_TEST(patterns_of_the_catalogue) {
    size_t patterns = 0;
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        lw_definition definition = {0};
        lw_error err = {0};
        if (!lw_catalogue_entries[i].supported) {
            continue;
        }
        assert_ok(lw_managed_parse(lw_catalogue_entries[i].json, &definition, &err));
        for (size_t k = 0; k < definition.pattern_count; k++) {
            patterns++;
            if (try_pattern(definition.patterns[k].text, 40) == 0) {
                fail_msg("%s: no text made for '%s' fits", definition.id, definition.patterns[k].text);
            }
        }
        lw_definition_done(&definition);
    }
    assert_true(patterns > 300);
}

typedef struct random_pattern {
    char text[400];
    size_t len;
} random_pattern;

static void put(random_pattern *to, const char *text) {
    int written = snprintf(to->text + to->len, sizeof(to->text) - to->len, "%s", text);
    to->len += written > 0 ? (size_t)written : 0;
}

static void put_item(random_pattern *to, int depth);

static void put_sequence(random_pattern *to, int depth) {
    for (uint32_t count = 1 + next_random(4); count > 0 && to->len < 200; count--) {
        put_item(to, depth);
    }
}

static void put_item(random_pattern *to, int depth) {
    static const char *const atoms[] = {
        "A",   "B",   "x",   "7",     "-", " ",      "[A-Z]", "[0-9]", "[A-Z0-9]", "[a-z0-9]",    "[aA]", "[0-9 -]",
        "\\d", "\\w", "\\b", "(?i)q", ".", "[^A-Z]", "AB",    "IT",    "[9]",      "[[:upper:]]", "y{40}"};
    static const char *const repeats[] = {"", "", "", "", "?", "{2}", "{0,2}", "{1,3}", "+", "{3}"};
    if (depth > 0 && next_random(3) == 0) {
        put(to, "(?:");
        put_sequence(to, depth - 1);
        for (uint32_t more = next_random(3); more > 0 && to->len < 200; more--) {
            put(to, "|");
            put_sequence(to, depth - 1);
        }
        put(to, ")");
    } else {
        put(to, atoms[next_random(sizeof(atoms) / sizeof(atoms[0]))]);
    }
    put(to, repeats[next_random(sizeof(repeats) / sizeof(repeats[0]))]);
}

LW_TEST(random_patterns) {
    size_t fitting = 0;
    for (int i = 0; i < 4000; i++) {
        random_pattern pattern = {.len = 0};
        put_sequence(&pattern, 3);
        fitting += try_pattern(pattern.text, 12);
    }
    assert_true(fitting > 10000);
}

/* ---- anchors ---- */

/* The anchor of an identifier with this pattern alone, and the first that is known of how its matches begin. */
static lw_anchor anchor_of(const char *regex, const char *check, char first[32]) {
    lw_definition definition = {.public_.proximity = LW_PROXIMITY_FREE, .keyword_variants = true};
    lw_pattern_facts facts = {.name = "test", .text = regex, .check = check, .bounded = true};
    lw_error err = {0};
    assert_ok(lw_definition_add_pattern(&definition, &facts, &err));
    assert_ok(lw_definition_seal(&definition, &err));
    (void)snprintf(first, 32, "%s", definition.anchors.count > 0 ? definition.anchors.items[0] : "");
    lw_anchor anchor = definition.public_.anchor;
    lw_definition_done(&definition);
    return anchor;
}

/* What the sieve asks of an account number must hold for every match, or the pattern is looked for in all cells. */
LW_TEST(anchors_claim_what_holds) {
    char first[32];
    assert_int_equal(anchor_of("GB[0-9]{2}[A-Z]{4}[0-9]{14}", "iban", first), LW_ANCHOR_IBAN);
    assert_string_equal(first, "iban:gb");
    assert_int_equal(anchor_of("IT[0-9]{2}[ -][A-Z][ -][0-9]{5}[ -][0-9]{5}", "iban", first), LW_ANCHOR_IBAN);
    assert_int_equal(anchor_of("GB[0-9]{2}[A-Z]{4}[0-9]{14}", NULL, first), LW_ANCHOR_NONE);
    assert_int_equal(anchor_of("GB[0-9]{6}", "iban", first), LW_ANCHOR_NONE);
    assert_int_equal(anchor_of("GB[0-9]{2}\\.[A-Z]{4}[0-9]{14}", "iban", first), LW_ANCHOR_NONE);
    assert_int_equal(anchor_of("GB[0-9]{2}[0-9A-Z]{24}", "iban", first), LW_ANCHOR_NONE); /* may have two digits */
    assert_int_equal(anchor_of("AB[0-9]{6}", NULL, first), LW_ANCHOR_NONE);
    assert_int_equal(anchor_of("key_[0-9]{6}", NULL, first), LW_ANCHOR_LITERAL);
    assert_string_equal(first, "key_");
    assert_int_equal(anchor_of("phone[^a-z]{6}", NULL, first), LW_ANCHOR_LITERAL);
    assert_string_equal(first, "pho");
    assert_int_equal(anchor_of("card[ =]+[0-9]{6}", NULL, first), LW_ANCHOR_LITERAL);
}

/* A keyword may be written without its accents, which takes fewer bytes. */
LW_TEST(keywords_are_measured_without_accents) {
    lw_definition definition = {.keyword_variants = true};
    lw_pattern_facts facts = {.name = "test", .text = "[0-9]{9}", .bounded = true};
    lw_error err = {0};
    assert_ok(lw_strings_add(&definition.keywords, LW_SLICE_LITERAL("\xc3\xa9t\xc3\xa9 \xc3\xa9")));
    assert_ok(lw_definition_add_pattern(&definition, &facts, &err));
    assert_ok(lw_definition_seal(&definition, &err));
    assert_int_equal(definition.public_.min_keyword, 4);
    lw_definition_done(&definition);
}
