/* Macie's subset of PCRE, read into a tree.
 *
 * Macie refuses much of what PCRE can do (docs/matching.md, section 4). Leaving the refusal to PCRE2 would let
 * through what it understands and Macie does not, so the pattern is read here first, and each refusal names the
 * construct and where it stands. The tree then serves four ends: the shortest possible match, the least number of
 * digits, whether a fixed shape can stand in for PCRE2 (shape.c), and the linear-time gate (gate.c).
 *
 * Shape: recursive descent over alternatives, sequences and items; nodes and byte classes lie in two arrays of the
 * tree, referred to by index. Depth and size are bounded by constants, so no pattern can exhaust the stack.
 *
 * Guarantees: a pattern that is accepted uses nothing outside the subset. The tree never matches less than PCRE2
 * would: where it cannot model a construct (\b, properties, characters of several bytes) it is generous and says so
 * (exact is false, classes are wide). It leaves plain syntax errors to PCRE2, which compiles every accepted pattern.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/regex_parse_priv.h"

static lw_status lw_parse_alternatives(lw_parser *parser, uint16_t *ret_node);

/* ---- groups ---- */

typedef struct lw_refused_group {
    const char *start, *construct;
} lw_refused_group;

static const lw_refused_group refused_groups[] = {
    {"(?=", "a look-ahead '(?='"},
    {"(?!", "a negative look-ahead '(?!'"},
    {"(?<=", "a look-behind '(?<='"},
    {"(?<!", "a negative look-behind '(?<!'"},
    {"(?*", "a look-ahead '(?*'"},
    {"(?<*", "a look-behind '(?<*'"},
    {"(?P<", "a named capturing group '(?P<'"},
    {"(?<", "a named capturing group '(?<'"},
    {"(?'", "a named capturing group \"(?'\""},
    {"(?P=", "a back-reference '(?P='"},
    {"(?P>", "a recursion '(?P>'"},
    {"(?&", "a recursion '(?&'"},
    {"(?R", "a recursion '(?R)'"},
    {"(?+", "a recursion '(?+'"},
    {"(?C", "a callout '(?C'"},
    {"(?{", "embedded code '(?{'"},
    {"(?\?{", "embedded code '(?\?{'"},
    {"(?(", "a conditional pattern '(?('"},
    {"(?|", "a branch reset group '(?|'"},
    {"(*", "a verb '(*'"},
};

static lw_status lw_group_refused(lw_parser *parser) {
    for (size_t i = 0; i < sizeof(refused_groups) / sizeof(refused_groups[0]); i++) {
        if (lw_ahead(parser, refused_groups[i].start)) {
            return lw_refuse(parser, parser->at, refused_groups[i].construct);
        }
    }
    int after = lw_peek(parser, 2);
    int digit = after == '-' ? lw_peek(parser, 3) : after;
    if (lw_ahead(parser, "(?") && digit >= '0' && digit <= '9') {
        return lw_refuse(parser, parser->at, "a recursion '(?1)'");
    }
    return LW_OK;
}

/* (?i) and (?-i), alone or before ':'. Other letters are global flags. The reading point is behind "(?". */
static lw_status lw_parse_flags(lw_parser *parser, size_t start, bool *ret_group) {
    bool on = true;
    for (;; parser->at++) {
        int c = lw_peek(parser, 0);
        if (c == ':' || c == ')') {
            break;
        }
        if (c == '-') {
            on = false;
        } else if (c == '^') {
            parser->caseless = false;
        } else if (c == 'i') {
            parser->caseless = on;
        } else if (c >= 0 && strchr("msxnaJUrD", c) != NULL) {
            return lw_refuse(parser, start, "a flag other than (?i)");
        } else {
            return lw_broken(parser, start, "unknown kind of group");
        }
    }
    *ret_group = lw_peek(parser, 0) == ':';
    parser->at++;
    return LW_OK;
}

static lw_status lw_parse_group_body(lw_parser *parser, size_t start, uint16_t *ret_node) {
    if (++parser->depth > LW_TREE_DEPTH_MAX) {
        return lw_broken(parser, start, "groups nested too deeply");
    }
    LW_TRY(lw_parse_alternatives(parser, ret_node));
    if (!lw_take(parser, ")")) {
        return lw_broken(parser, start, "'(' without ')'");
    }
    parser->depth--;
    return LW_OK;
}

/* The reading point is at '('. */
static lw_status lw_parse_group(lw_parser *parser, uint16_t *ret_node) {
    size_t start = parser->at;
    bool outer_caseless = parser->caseless;
    LW_TRY(lw_group_refused(parser));
    parser->at++;
    if (lw_take(parser, "?#")) {
        while (lw_peek(parser, 0) >= 0 && lw_peek(parser, 0) != ')') {
            parser->at++;
        }
        if (!lw_take(parser, ")")) {
            return lw_broken(parser, start, "comment without ')'");
        }
        return lw_node_new(parser, LW_NODE_EMPTY, ret_node);
    }
    if (!lw_take(parser, "?:") && !lw_take(parser, "?>") && lw_take(parser, "?")) {
        bool group = false;
        LW_TRY(lw_parse_flags(parser, start, &group));
        if (!group) { /* (?i) holds until the group around it ends */
            return lw_node_new(parser, LW_NODE_EMPTY, ret_node);
        }
    }
    LW_TRY(lw_parse_group_body(parser, start, ret_node));
    parser->caseless = outer_caseless;
    return LW_OK;
}

/* ---- items, sequences, alternatives ---- */

static lw_status lw_parse_atom(lw_parser *parser, uint16_t *ret_node) {
    int c = lw_peek(parser, 0);
    if (c == '(') {
        return lw_parse_group(parser, ret_node);
    }
    if (lw_take(parser, "[")) {
        return lw_parse_class(parser, ret_node);
    }
    if (lw_take(parser, "^")) {
        return lw_node_new(parser, LW_NODE_START, ret_node);
    }
    if (lw_take(parser, "$")) {
        return lw_node_new(parser, LW_NODE_END, ret_node);
    }
    if (lw_take(parser, ".")) {
        lw_byte_class newline = {0};
        lw_class_add(&newline, '\n');
        return lw_class_node(parser, lw_class_inverse(&newline), ret_node);
    }
    if (c == '*' || c == '+' || c == '?') {
        return lw_broken(parser, parser->at, "quantifier without something to repeat");
    }
    if (!lw_take(parser, "\\")) {
        return lw_literal_node(parser, lw_take_character(parser), ret_node);
    }
    lw_escape escape;
    LW_TRY(lw_parse_escape(parser, false, &escape));
    if (escape.kind == LW_ESCAPE_LITERAL) {
        return lw_literal_node(parser, escape.literal, ret_node);
    }
    if (escape.kind == LW_ESCAPE_CLASS) {
        return lw_class_node(parser, escape.class_, ret_node);
    }
    *ret_node = escape.node;
    return LW_OK;
}

/* Digits at offset *at of the pattern; false if there are none. Values over 100,000 stay there. */
static bool lw_scan_decimal(lw_slice pattern, size_t *at, uint32_t *ret_value) {
    size_t start = *at;
    uint32_t value = 0;
    for (; *at < pattern.len && pattern.data[*at] >= '0' && pattern.data[*at] <= '9'; ++*at) {
        value = value > 10000 ? 100000 : value * 10 + (uint32_t)(pattern.data[*at] - '0');
    }
    *ret_value = value;
    return *at > start;
}

/* {n} {n,} {n,m}. LW_E_NOT_FOUND: the brace is a literal. */
static lw_status lw_parse_braces(lw_parser *parser, uint32_t *ret_min, uint32_t *ret_max) {
    size_t start = parser->at;
    size_t at = start + 1;
    uint32_t ignored = 0;
    if (!lw_scan_decimal(parser->pattern, &at, ret_min)) {
        bool upper_only = at < parser->pattern.len && parser->pattern.data[at] == ',' && (++at, true) &&
                          lw_scan_decimal(parser->pattern, &at, &ignored) && at < parser->pattern.len &&
                          parser->pattern.data[at] == '}';
        return upper_only ? lw_broken(parser, start, "repeat without a lower bound (write {0,n})") : LW_E_NOT_FOUND;
    }
    *ret_max = *ret_min;
    if (at < parser->pattern.len && parser->pattern.data[at] == ',') {
        at++;
        if (!lw_scan_decimal(parser->pattern, &at, ret_max)) {
            *ret_max = LW_REPEAT_UNLIMITED;
        }
    }
    if (at >= parser->pattern.len || parser->pattern.data[at] != '}') {
        return LW_E_NOT_FOUND;
    }
    parser->at = at + 1;
    if (*ret_min > LW_REPEAT_LIMIT || (*ret_max > LW_REPEAT_LIMIT && *ret_max != LW_REPEAT_UNLIMITED)) {
        return lw_refuse(parser, start, "a bounded repeat over 999");
    }
    return *ret_max < *ret_min ? lw_broken(parser, start, "repeat with its bounds out of order") : LW_OK;
}

/* LW_E_NOT_FOUND: no quantifier here. */
static lw_status lw_parse_quantifier(lw_parser *parser, uint32_t *ret_min, uint32_t *ret_max) {
    int c = lw_peek(parser, 0);
    if (c == '{') {
        return lw_parse_braces(parser, ret_min, ret_max);
    }
    if (c != '*' && c != '+' && c != '?') {
        return LW_E_NOT_FOUND;
    }
    parser->at++;
    *ret_min = c == '+' ? 1 : 0;
    *ret_max = c == '?' ? 1 : LW_REPEAT_UNLIMITED;
    return LW_OK;
}

static lw_status lw_parse_item(lw_parser *parser, uint16_t *ret_node) {
    uint16_t atom = 0;
    LW_TRY(lw_parse_atom(parser, &atom));
    *ret_node = atom;
    uint32_t min = 0;
    uint32_t max = 0;
    size_t start = parser->at;
    lw_status status = lw_parse_quantifier(parser, &min, &max);
    if (status == LW_E_NOT_FOUND) {
        return LW_OK;
    }
    LW_TRY(status);
    LW_TRY(lw_node_new(parser, LW_NODE_REPEAT, ret_node));
    lw_regex_node *node = &parser->tree->nodes[*ret_node];
    *node = (lw_regex_node){.kind = LW_NODE_REPEAT, .first = atom, .min = min, .max = max, .offset = (uint16_t)start};
    if (!lw_take(parser, "?")) { /* lazy and possessive repeats begin at the same places as greedy ones */
        (void)lw_take(parser, "+");
    }
    return LW_OK;
}

/* \Q...\E: everything in it is literal. The reading point is behind \Q. */
static lw_status lw_parse_quoted(lw_parser *parser, lw_chain *chain) {
    while (lw_peek(parser, 0) >= 0 && !lw_ahead(parser, "\\E")) {
        uint16_t node = 0;
        LW_TRY(lw_literal_node(parser, lw_take_character(parser), &node));
        lw_chain_add(parser->tree, chain, node);
    }
    return LW_OK;
}

static lw_status lw_parse_sequence(lw_parser *parser, uint16_t *ret_node) {
    lw_chain chain = {0};
    while (lw_peek(parser, 0) >= 0 && lw_peek(parser, 0) != '|' && lw_peek(parser, 0) != ')') {
        if (lw_take(parser, "\\Q")) {
            LW_TRY(lw_parse_quoted(parser, &chain));
        } else if (!lw_take(parser, "\\E")) {
            uint16_t node = 0;
            LW_TRY(lw_parse_item(parser, &node));
            lw_chain_add(parser->tree, &chain, node);
        }
    }
    return lw_chain_node(parser, LW_NODE_CONCAT, &chain, ret_node);
}

static lw_status lw_parse_alternatives(lw_parser *parser, uint16_t *ret_node) {
    lw_chain chain = {0};
    do {
        uint16_t node = 0;
        LW_TRY(lw_parse_sequence(parser, &node));
        lw_chain_add(parser->tree, &chain, node);
    } while (lw_take(parser, "|"));
    return lw_chain_node(parser, LW_NODE_ALTERNATE, &chain, ret_node);
}

/* ---- the whole pattern ---- */

/* /abc/i: a pattern with the slashes and flags of another language around it. */
static lw_status lw_flags_refused(lw_parser *parser) {
    lw_slice pattern = parser->pattern;
    size_t end = pattern.len;
    while (end > 0 && strchr("imxsgu", pattern.data[end - 1]) != NULL) {
        end--;
    }
    if (pattern.len < 3 || pattern.data[0] != '/' || end < 2 || end == pattern.len || pattern.data[end - 1] != '/') {
        return LW_OK;
    }
    return lw_refuse(parser, end - 1, "a global flag (/i /m /x; use (?i) inline)");
}

static lw_status lw_tree_finish(lw_parser *parser) {
    lw_regex_tree *tree = parser->tree;
    if (parser->at < parser->pattern.len) {
        return lw_broken(parser, parser->at, "')' without '('");
    }
    unsigned run = 0;
    uint16_t wildcard = lw_wildcards_in_a_row(tree, tree->root, &run);
    if (wildcard != 0) {
        return lw_refuse(parser, tree->nodes[wildcard].offset, "a third wildcard repeat in a row (as in a*b*a*)");
    }
    lw_tree_widen(tree);
    tree->min_length = lw_tree_least(tree, tree->root, false);
    tree->min_digits = (unsigned)lw_tree_least(tree, tree->root, true);
    tree->slow = lw_tree_steps(tree) > LW_STEPS_FEW;
    if (tree->min_length == 0) {
        return lw_fail(parser->err, LW_E_CONFIG,
                       "the pattern can match nothing at all; make at least one character obligatory");
    }
    return LW_OK;
}

lw_status lw_regex_tree_new(lw_slice pattern, lw_regex_tree **ret_tree, lw_error *err) {
    lw_regex_tree *tree = NULL;
    lw_parser parser = {.pattern = pattern, .err = err};
    lw_status status = LW_OK;
    if (pattern.len == 0 || lw_utf8_count(pattern) > LW_REGEX_CHARS_MAX) {
        status = lw_fail(err, LW_E_CONFIG, "the pattern has %zu characters, allowed are 1 to %d",
                         lw_utf8_count(pattern), LW_REGEX_CHARS_MAX);
        goto done;
    }
    if (!lw_utf8_valid(pattern) || memchr(pattern.data, 0, pattern.len) != NULL) {
        status = lw_fail(err, LW_E_CONFIG, "the pattern is no valid UTF-8 text");
        goto done;
    }
    /* Not cleared: a tree has room for the largest pattern, and most of it is never touched. */
    tree = malloc(sizeof(*tree));
    if (tree == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "read pattern: out of memory");
        goto done;
    }
    tree->nodes[0] = (lw_regex_node){0};
    tree->node_count = 1;
    tree->class_count = 0;
    tree->root = 0;
    tree->utf = false;
    tree->exact = true;
    tree->slow = false;
    tree->min_length = 0;
    tree->min_digits = 0;
    parser.tree = tree;
    status = lw_flags_refused(&parser);
    if (status == LW_OK) {
        status = lw_parse_alternatives(&parser, &tree->root);
    }
    if (status == LW_OK) {
        status = lw_tree_finish(&parser);
    }
    if (status == LW_OK) {
        *ret_tree = tree;
        tree = NULL;
    }
done:
    free(tree);
    return status;
}
