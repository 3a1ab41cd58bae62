#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

/* ---- what is refused, and by which name ---- */

typedef struct lw_case {
    const char *pattern;
    const char *says; /* part of the message */
} lw_case;

static void expect_refused(const lw_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lw_regex_tree *tree = NULL;
        lw_error err = {0};
        lw_status status = lw_regex_tree_new(lw_slice_from(cases[i].pattern), &tree, &err);
        if (status != LW_E_CONFIG || strstr(err.text, cases[i].says) == NULL) {
            fail_msg("'%s': status %d, no '%s' in: %s", cases[i].pattern, (int)status, cases[i].says, err.text);
        }
        assert_null(tree);
    }
}

#define EXPECT_REFUSED(cases) expect_refused((cases), sizeof(cases) / sizeof((cases)[0]))

LW_TEST(constructs_outside_the_subset_are_named_with_their_place) {
    static const lw_case cases[] = {
        {"(a)\\1", "back-reference at character 4"},
        {"(a)\\g{1}", "back-reference"},
        {"(a)\\k<n>", "back-reference"},
        {"(?P=n)x", "back-reference '(?P='"},
        {"[\\1]", "back-reference"},
        {"x(?<n>a)", "named capturing group '(?<' at character 2"},
        {"(?P<n>a)", "named capturing group '(?P<'"},
        {"(?'n'a)", "named capturing group"},
        {"(?(1)a|b)", "conditional pattern"},
        {"(?{code})a", "embedded code"},
        {"(?\?{code})a", "embedded code"},
        {"(?C1)a", "callout"},
        {"(?R)a", "recursion '(?R)'"},
        {"(a)(?1)", "recursion '(?1)' at character 4"},
        {"(a)(?-1)", "recursion"},
        {"(a)(?+1)", "recursion"},
        {"(?&n)a", "recursion '(?&'"},
        {"(?P>n)a", "recursion '(?P>'"},
        {"a(?=b)", "look-ahead '(?=' at character 2"},
        {"a(?!b)", "negative look-ahead"},
        {"(?<=a)b", "look-behind '(?<='"},
        {"(?<!a)b", "negative look-behind"},
        {"\xc3\xa9\xc3\xa9(?=b)", "at character 3"},
        {"(*FAIL)a", "verb"},
        {"a(*SKIP)b", "verb '(*' at character 2"},
        {"(*UTF)a", "verb"},
        {"(?|a|b)", "branch reset"},
        {"a\\Cb", "\\C"},
        {"ab\\K", "\\K"},
        {"\\Ga", "\\G"},
        {"\\N{U+41}", "\\N{"},
        {"\\Lx", "case conversion"},
        {"(?m)a", "flag other than (?i)"},
        {"(?s:a)", "flag other than (?i)"},
        {"(?ix)a", "flag other than (?i)"},
        {"/abc/i", "global flag"},
        {"/abc/mx", "global flag"},
        {"[[:<:]]a", "look-around"},
        {"a{1000}", "bounded repeat over 999 at character 2"},
        {"a{100,1000}", "bounded repeat over 999"},
        {"a{1000,}", "bounded repeat over 999"},
        {"a{99999999999}", "bounded repeat over 999"},
        {"a*b*a*", "third wildcard repeat in a row"},
        {"xa*b*a*", "third wildcard repeat in a row"},
        {"a*(b*)(?:c*)d", "third wildcard repeat in a row"},
        {"a*b?b*c*x", "third wildcard repeat in a row"},
        {"a{0,}b{0,}c{0,}x", "third wildcard repeat in a row"},
    };
    EXPECT_REFUSED(cases);
}

LW_TEST(patterns_that_can_match_nothing_are_refused) {
    static const lw_case cases[] = {
        {"a*", "nothing at all"},   {"a?b*", "nothing at all"},     {"(a|)", "nothing at all"},
        {"^$", "nothing at all"},   {"\\b", "nothing at all"},      {"(?i)", "nothing at all"},
        {"x{0}", "nothing at all"}, {"(?:a|b*)", "nothing at all"}, {"a||b", "nothing at all"},
        {"|", "nothing at all"},    {"(?#note)", "nothing at all"},
    };
    EXPECT_REFUSED(cases);
}

LW_TEST(broken_patterns_are_told) {
    static const lw_case cases[] = {
        {"", "0 characters"},
        {"[abc", "'[' without ']' at character 1"},
        {"(ab", "'(' without ')'"},
        {"ab)", "')' without '(' at character 3"},
        {"*a", "quantifier without"},
        {"a\\", "backslash at the end"},
        {"[z-a]", "range out of order"},
        {"[[:nope:]]", "unknown POSIX class"},
        {"a{3,2}", "bounds out of order"},
        {"a{,5}", "without a lower bound"},
        {"\\x{110000}", "unusable character number"},
        {"\\o12", "\\o without"},
        {"(?Z)a", "unknown kind of group"},
        {"\\p{Lu", "without '}'"},
        {"(?#abc", "comment without"},
        {"\xff\xfe", "UTF-8"},
    };
    EXPECT_REFUSED(cases);
}

/* ---- what is accepted, and what the tree knows of it ---- */

typedef struct lw_accepted {
    const char *pattern;
    size_t min_length;
    unsigned min_digits;
    bool utf, exact;
} lw_accepted;

LW_TEST(the_subset_is_accepted_with_true_minima) {
    static const lw_accepted cases[] = {
        {"[a-z,0-9]{8}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{12}", 36, 0, false, true},
        {"[S]{1}\\d{8}", 9, 8, false, true},
        {"[X]{1}\\d{8}[X]{1}", 10, 8, false, true},
        {"\\d{100,}", 100, 100, false, true},
        {"a{999}", 999, 0, false, true},
        {"(ab|c)d", 2, 0, false, true},
        {"(?:ab|cd)+\\d", 3, 1, false, true},
        {"(?i)abc", 3, 0, false, true},
        {"(?i:a)b(?-i)c", 3, 0, false, true},
        {"^abc$", 3, 0, false, true},
        {"\\Aabc\\z", 3, 0, false, true},
        {"\\babc\\b", 3, 0, false, false},
        {"a.c", 3, 0, true, true},
        {"[^0-9]x", 2, 0, true, true},
        {"\\D\\W\\S", 3, 0, true, true},
        {"\xc3\xa9\\d", 3, 1, true, true}, /* bytes, not characters */
        {"[\xc3\xa0-\xc3\xbf]+", 1, 0, true, true},
        {"\\p{L}\\pN", 2, 0, true, false},
        {"\\x41\\x{42}\\012\\o{104}", 4, 0, false, true},
        {"\\Qa.b*\\Ec", 5, 0, false, true},
        {"[[:digit:]]{3}[[:^alpha:]]", 4, 3, true, true},
        {"[]a]x", 2, 0, false, true},
        {"[a\\]b\\-]x", 2, 0, false, true},
        {"[\\Q^-]\\E]x", 2, 0, false, true},
        {"a{2}b{x}c{", 8, 0, false, true},
        {"a*b*c", 1, 0, false, true},
        {"a*xb*xc*", 2, 0, false, true},
        {"\\s*,\\s*,\\s*", 2, 0, false, true},
        {"a*(?:x|y)b*(?:p|q)c*", 2, 0, false, true},
        {"(?>a+)b++c*?", 2, 0, false, true},
        {"a(?#a note)b", 2, 0, false, true},
        {"/home/[a-z]+/file", 12, 0, false, true},
        {"\\cA\\e\\f\\t", 4, 0, false, true},
        {"\\R\\X", 2, 0, true, false},
        {"(1|23|456)", 1, 1, false, true},
        {"(1|ab)\\d?", 1, 0, false, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lw_regex_tree *tree = NULL;
        lw_regex *regex = NULL;
        lw_error err = {0};
        const lw_accepted *expected = &cases[i];
        if (lw_regex_tree_new(lw_slice_from(expected->pattern), &tree, &err) != LW_OK ||
            lw_regex_new(lw_slice_from(expected->pattern), tree, false, &regex, &err) != LW_OK) {
            fail_msg("'%s': %s", expected->pattern, err.text);
        }
        if (tree->min_length != expected->min_length || tree->min_digits != expected->min_digits ||
            tree->utf != expected->utf || tree->exact != expected->exact) {
            fail_msg("'%s': length %zu, digits %u, utf %d, exact %d", expected->pattern, tree->min_length,
                     tree->min_digits, tree->utf, tree->exact);
        }
        lw_regex_free(regex);
        free(tree);
    }
}

LW_TEST(length_limit_counts_characters) {
    char pattern[3 * 513];
    lw_regex_tree *tree = NULL;
    lw_error err = {0};
    lw_slice euro = LW_SLICE_LITERAL("\xe2\x82\xac");
    for (size_t i = 0; i < 513; i++) {
        memcpy(pattern + 3 * i, euro.data, euro.len);
    }
    assert_ok(lw_regex_tree_new((lw_slice){pattern, 512 * 3}, &tree, &err));
    free(tree);
    tree = NULL;
    assert_int_equal(lw_regex_tree_new((lw_slice){pattern, sizeof(pattern)}, &tree, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "513"));
}

LW_TEST(nesting_is_bounded) {
    char pattern[512];
    lw_regex_tree *tree = NULL;
    lw_error err = {0};
    memset(pattern, '(', 200);
    pattern[200] = 'a';
    memset(pattern + 201, ')', 200);
    assert_int_equal(lw_regex_tree_new((lw_slice){pattern, 401}, &tree, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "nested too deeply"));
    assert_ok(lw_regex_tree_new((lw_slice){pattern + 170, 61}, &tree, &err));
    free(tree);
}

/* Repeats of repeats have lengths that no number holds; PCRE2 refuses what is too large. */
LW_TEST(huge_repeats_neither_overflow_nor_pass) {
    const char *pattern = "((((((a{999}){999}){999}){999}){999}){999}){999}";
    lw_regex_tree *tree = NULL;
    lw_regex *regex = NULL;
    lw_error err = {0};
    assert_ok(lw_regex_tree_new(lw_slice_from(pattern), &tree, &err));
    assert_true(tree->min_length > 1000000);
    assert_int_equal(lw_regex_new(lw_slice_from(pattern), tree, true, &regex, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "does not compile"));
    free(tree);
}
