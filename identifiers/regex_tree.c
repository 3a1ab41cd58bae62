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

#include "identifiers/regex_priv.h"

typedef struct lw_parser {
    lw_slice pattern;
    size_t at;
    lw_regex_tree *tree;
    bool caseless;
    unsigned depth;
    lw_error *err;
} lw_parser;

/* What stands behind a backslash. */
typedef enum lw_escape_kind { LW_ESCAPE_LITERAL, LW_ESCAPE_CLASS, LW_ESCAPE_NODE } lw_escape_kind;
typedef struct lw_escape {
    lw_escape_kind kind;
    uint32_t literal;
    lw_byte_class class_;
    uint16_t node;
} lw_escape;

static lw_status lw_parse_alternatives(lw_parser *parser, uint16_t *ret_node);

/* ---- reading ---- */

static int lw_peek(const lw_parser *parser, size_t ahead) {
    size_t at = parser->at + ahead;
    return at < parser->pattern.len ? (unsigned char)parser->pattern.data[at] : -1;
}

static bool lw_ahead(const lw_parser *parser, const char *text) {
    lw_slice rest = {parser->pattern.data + parser->at, parser->pattern.len - parser->at};
    return lw_slice_starts_with(rest, lw_slice_from(text));
}

static bool lw_take(lw_parser *parser, const char *text) {
    if (!lw_ahead(parser, text)) {
        return false;
    }
    parser->at += strlen(text);
    return true;
}

static size_t lw_position(const lw_parser *parser, size_t at) {
    return lw_utf8_count((lw_slice){parser->pattern.data, at}) + 1;
}

static lw_status lw_refuse(lw_parser *parser, size_t at, const char *construct) {
    return lw_fail(
        parser->err, LW_E_CONFIG,
        "%s at character %zu is outside the subset of PCRE that Macie supports; rewrite the pattern without it",
        construct, lw_position(parser, at));
}

static lw_status lw_broken(lw_parser *parser, size_t at, const char *what) {
    return lw_fail(parser->err, LW_E_CONFIG, "%s at character %zu", what, lw_position(parser, at));
}

/* Decodes the character at the reading point and passes it. The pattern is valid UTF-8. */
static uint32_t lw_take_character(lw_parser *parser) {
    unsigned first = (unsigned char)parser->pattern.data[parser->at++];
    unsigned more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t value = more == 0 ? first : first & (0x3FU >> more);
    while (more-- > 0 && parser->at < parser->pattern.len) {
        value = (value << 6) | ((unsigned char)parser->pattern.data[parser->at++] & 0x3FU);
    }
    return value;
}

/* ---- nodes and classes ---- */

static lw_status lw_node_new(lw_parser *parser, lw_node_kind kind, uint16_t *ret_node) {
    lw_regex_tree *tree = parser->tree;
    if (tree->node_count >= LW_TREE_NODES_MAX) {
        return lw_broken(parser, parser->at, "pattern is too complex");
    }
    uint16_t index = tree->node_count++;
    tree->nodes[index] = (lw_regex_node){.kind = kind, .offset = (uint16_t)parser->at, .min = 1, .max = 1};
    *ret_node = index;
    return LW_OK;
}

static void lw_class_add_range(lw_byte_class *class_, unsigned from, unsigned to) {
    for (unsigned byte = from; byte <= to; byte++) {
        lw_class_add(class_, byte);
    }
}

static void lw_class_add_all(lw_byte_class *class_, const lw_byte_class *other) {
    for (size_t i = 0; i < 8; i++) {
        class_->bits[i] |= other->bits[i];
    }
    class_->wide = class_->wide || other->wide;
}

static void lw_class_make_wide(lw_byte_class *class_) {
    lw_class_add_range(class_, 0x80, 0xFF);
    class_->wide = true;
}

/* All characters the class does not hold. */
static lw_byte_class lw_class_inverse(const lw_byte_class *class_) {
    lw_byte_class inverse = {0};
    for (unsigned byte = 0; byte < 0x80; byte++) {
        if (!lw_class_has(class_, byte)) {
            lw_class_add(&inverse, byte);
        }
    }
    lw_class_make_wide(&inverse);
    return inverse;
}

static void lw_class_fold(lw_byte_class *class_) {
    for (unsigned letter = 'a'; letter <= 'z'; letter++) {
        unsigned upper = letter - 'a' + 'A';
        if (lw_class_has(class_, letter) || lw_class_has(class_, upper)) {
            lw_class_add(class_, letter);
            lw_class_add(class_, upper);
        }
    }
    class_->caseless = true;
}

static lw_status lw_class_node(lw_parser *parser, lw_byte_class class_, uint16_t *ret_node) {
    lw_regex_tree *tree = parser->tree;
    if (parser->caseless) {
        lw_class_fold(&class_);
    }
    tree->utf = tree->utf || class_.wide;
    uint16_t index = 0;
    while (index < tree->class_count && memcmp(&tree->classes[index], &class_, sizeof(class_)) != 0) {
        index++;
    }
    if (index == tree->class_count) {
        if (tree->class_count >= LW_TREE_CLASSES_MAX) {
            return lw_broken(parser, parser->at, "pattern is too complex");
        }
        tree->classes[tree->class_count++] = class_;
    }
    LW_TRY(lw_node_new(parser, LW_NODE_CLASS, ret_node));
    tree->nodes[*ret_node].class_ = index;
    return LW_OK;
}

/* A chain of children under one parent, built in order. */
typedef struct lw_chain {
    uint16_t first, last;
    size_t count;
} lw_chain;

static void lw_chain_add(lw_regex_tree *tree, lw_chain *chain, uint16_t node) {
    if (chain->count++ == 0) {
        chain->first = node;
    } else {
        tree->nodes[chain->last].next = node;
    }
    chain->last = node;
}

static lw_status lw_chain_node(lw_parser *parser, lw_node_kind kind, const lw_chain *chain, uint16_t *ret_node) {
    if (chain->count == 1) {
        *ret_node = chain->first;
        return LW_OK;
    }
    LW_TRY(lw_node_new(parser, chain->count == 0 ? LW_NODE_EMPTY : kind, ret_node));
    parser->tree->nodes[*ret_node].first = chain->first;
    return LW_OK;
}

/* A literal outside ASCII is a sequence of bytes; without case it may have partners of other lengths. */
static lw_status lw_literal_node(lw_parser *parser, uint32_t literal, uint16_t *ret_node) {
    lw_byte_class class_ = {0};
    if (literal < 0x80) {
        lw_class_add(&class_, literal);
        return lw_class_node(parser, class_, ret_node);
    }
    parser->tree->utf = true;
    if (parser->caseless) {
        parser->tree->exact = false;
        lw_class_make_wide(&class_);
        return lw_class_node(parser, class_, ret_node);
    }
    unsigned more = literal < 0x800 ? 1 : literal < 0x10000 ? 2 : 3;
    static const unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
    lw_chain chain = {0};
    for (unsigned i = 0; i <= more; i++) {
        unsigned bits = (literal >> (6 * (more - i))) & 0x3FU;
        lw_byte_class byte = {0};
        lw_class_add(&byte, i == 0 ? lead[more] | (literal >> (6 * more)) : 0x80U | bits);
        uint16_t node = 0;
        LW_TRY(lw_class_node(parser, byte, &node));
        lw_chain_add(parser->tree, &chain, node);
    }
    return lw_chain_node(parser, LW_NODE_CONCAT, &chain, ret_node);
}

/* One or more characters of any kind: a generous stand-in for \X and \R. */
static lw_status lw_anything_node(lw_parser *parser, uint16_t *ret_node) {
    lw_byte_class any = {0};
    lw_class_add_range(&any, 0, 0x7F);
    lw_class_make_wide(&any);
    parser->tree->exact = false;
    uint16_t child = 0;
    LW_TRY(lw_class_node(parser, any, &child));
    LW_TRY(lw_node_new(parser, LW_NODE_REPEAT, ret_node));
    parser->tree->nodes[*ret_node].first = child;
    parser->tree->nodes[*ret_node].max = LW_REPEAT_UNLIMITED;
    return LW_OK;
}

/* ---- escapes ---- */

static void lw_class_add_text(lw_byte_class *class_, const char *text) {
    for (; *text != '\0'; text++) {
        lw_class_add(class_, (unsigned char)*text);
    }
}

static lw_byte_class lw_class_named(int name) {
    lw_byte_class class_ = {0};
    if (name == 'd' || name == 'w') {
        lw_class_add_range(&class_, '0', '9');
    }
    if (name == 'w') {
        lw_class_add_range(&class_, 'a', 'z');
        lw_class_add_range(&class_, 'A', 'Z');
        lw_class_add(&class_, '_');
    }
    if (name == 's') {
        lw_class_add_text(&class_, " \t\n\v\f\r");
    }
    if (name == 'h') { /* has members outside ASCII, as \v */
        lw_class_add_text(&class_, " \t");
        lw_class_make_wide(&class_);
    }
    if (name == 'v') {
        lw_class_add_text(&class_, "\n\v\f\r");
        lw_class_make_wide(&class_);
    }
    return class_;
}

static int lw_hex_value(int c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        return (c | 0x20) - 'a' + 10;
    }
    return -1;
}

/* Up to max_digits digits of a base that is 8 or 16. */
static uint32_t lw_take_number(lw_parser *parser, int base, unsigned max_digits) {
    uint32_t value = 0;
    for (unsigned i = 0; i < max_digits; i++) {
        int digit = lw_hex_value(lw_peek(parser, 0));
        if (digit < 0 || digit >= base) {
            break;
        }
        value = value * (uint32_t)base + (uint32_t)digit;
        parser->at++;
    }
    return value;
}

/* \x41 \x{20AC} \o{101} \012 */
static lw_status lw_parse_number_escape(lw_parser *parser, int kind, uint32_t *ret_literal) {
    size_t start = parser->at;
    int base = kind == 'x' ? 16 : 8;
    if ((kind == 'x' || kind == 'o') && lw_take(parser, "{")) {
        *ret_literal = lw_take_number(parser, base, 6);
        if (!lw_take(parser, "}") || *ret_literal > 0x10FFFF) {
            return lw_broken(parser, start, "unusable character number");
        }
        return LW_OK;
    }
    if (kind == 'o') {
        return lw_broken(parser, start, "\\o without '{'");
    }
    *ret_literal = lw_take_number(parser, base, 2); /* \0 is itself the first of three octal digits */
    return LW_OK;
}

static lw_status lw_parse_property(lw_parser *parser, lw_escape *ret_escape) {
    size_t start = parser->at;
    if (lw_take(parser, "{")) {
        while (lw_peek(parser, 0) >= 0 && lw_peek(parser, 0) != '}') {
            parser->at++;
        }
        if (!lw_take(parser, "}")) {
            return lw_broken(parser, start, "character property without '}'");
        }
    } else if (lw_peek(parser, 0) >= 0) {
        parser->at++;
    }
    parser->tree->exact = false;
    ret_escape->kind = LW_ESCAPE_CLASS;
    lw_class_add_range(&ret_escape->class_, 0, 0x7F);
    lw_class_make_wide(&ret_escape->class_);
    return LW_OK;
}

static lw_status lw_escape_refused(lw_parser *parser, int c, size_t start) {
    static const struct {
        const char *letters, *construct;
    } refused[] = {{"123456789gk", "a back-reference"},
                   {"C", "\\C (single code unit)"},
                   {"K", "\\K (reset of the match start)"},
                   {"G", "\\G (start of matching)"},
                   {"LlUu", "a case conversion escape"}};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (c > 0 && strchr(refused[i].letters, c) != NULL) {
            return lw_refuse(parser, start, refused[i].construct);
        }
    }
    return LW_OK;
}

/* Escapes that stand for a place or for several characters; LW_E_NOT_FOUND for all others. */
static lw_status lw_parse_node_escape(lw_parser *parser, int c, lw_escape *ret_escape) {
    ret_escape->kind = LW_ESCAPE_NODE;
    switch (c) {
    case 'b':
    case 'B':
    case 'Z':
        parser->tree->exact = false;
        return lw_node_new(parser, LW_NODE_EMPTY, &ret_escape->node);
    case 'A':
        return lw_node_new(parser, LW_NODE_START, &ret_escape->node);
    case 'z':
        return lw_node_new(parser, LW_NODE_END, &ret_escape->node);
    case 'R':
    case 'X':
        return lw_anything_node(parser, &ret_escape->node);
    default:
        return LW_E_NOT_FOUND;
    }
}

static bool lw_control_escape(int c, uint32_t *ret_literal) {
    static const char letters[] = "abefnrt";
    static const char values[] = "\a\b\x1b\f\n\r\t";
    const char *found = c > 0 ? strchr(letters, c) : NULL;
    if (found != NULL) {
        *ret_literal = (unsigned char)values[found - letters];
    }
    return found != NULL;
}

/* A set of characters by letter, or a character; the letter is passed already. */
static lw_status lw_parse_character_escape(lw_parser *parser, int c, lw_escape *ret_escape) {
    if (c > 0 && strchr("dswhv", c) != NULL) {
        *ret_escape = (lw_escape){.kind = LW_ESCAPE_CLASS, .class_ = lw_class_named(c)};
        return LW_OK;
    }
    if (c > 0 && strchr("DSWHVN", c) != NULL) {
        lw_byte_class inner = {0};
        if (c == 'N') {
            lw_class_add(&inner, '\n');
        } else {
            inner = lw_class_named(c | 0x20);
        }
        *ret_escape = (lw_escape){.kind = LW_ESCAPE_CLASS, .class_ = lw_class_inverse(&inner)};
        return LW_OK;
    }
    if (c == 'p' || c == 'P') {
        return lw_parse_property(parser, ret_escape);
    }
    ret_escape->kind = LW_ESCAPE_LITERAL;
    if (c == 'x' || c == 'o' || c == '0') {
        return lw_parse_number_escape(parser, c, &ret_escape->literal);
    }
    if (c == 'c') {
        int key = lw_peek(parser, 0);
        parser->at += key >= 0;
        ret_escape->literal = (uint32_t)(((key >= 'a' && key <= 'z') ? key - 32 : key) ^ 0x40) & 0x7FU;
        return LW_OK;
    }
    if (!lw_control_escape(c, &ret_escape->literal)) {
        parser->at--;
        ret_escape->literal = lw_take_character(parser);
    }
    return LW_OK;
}

/* The reading point is behind the backslash. */
static lw_status lw_parse_escape(lw_parser *parser, bool in_class, lw_escape *ret_escape) {
    size_t start = parser->at - 1;
    int c = lw_peek(parser, 0);
    *ret_escape = (lw_escape){0};
    if (c < 0) {
        return lw_broken(parser, start, "backslash at the end of the pattern");
    }
    LW_TRY(lw_escape_refused(parser, c, start));
    if (c == 'N' && lw_peek(parser, 1) == '{') {
        return lw_refuse(parser, start, "\\N{...} (named character)");
    }
    parser->at++;
    if (!in_class) {
        lw_status status = lw_parse_node_escape(parser, c, ret_escape);
        if (status != LW_E_NOT_FOUND) {
            return status;
        }
    }
    return lw_parse_character_escape(parser, c, ret_escape);
}

/* ---- classes in brackets ---- */

static bool lw_posix_class(lw_slice name, lw_byte_class *ret_class) {
    static const struct {
        const char *name, *ranges;
    } known[] = {{"alnum", "azAZ09"},
                 {"alpha", "azAZ"},
                 {"ascii", "\001\177"},
                 {"blank", "  \t\t"},
                 {"cntrl", "\001\037\177\177"},
                 {"digit", "09"},
                 {"graph", "!~"},
                 {"lower", "az"},
                 {"print", " ~"},
                 {"punct", "!/:@[`{~"},
                 {"space", "\t\r  "},
                 {"upper", "AZ"},
                 {"word", "azAZ09__"},
                 {"xdigit", "09afAF"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (lw_slice_equal_text(name, known[i].name)) {
            for (const char *range = known[i].ranges; *range != '\0'; range += 2) {
                lw_class_add_range(ret_class, (unsigned char)range[0], (unsigned char)range[1]);
            }
            if (i == 2 || i == 4) {
                lw_class_add(ret_class, 0);
            }
            return true;
        }
    }
    return false;
}

/* [:name:] within brackets. LW_E_NOT_FOUND: it is none. */
static lw_status lw_parse_posix(lw_parser *parser, lw_byte_class *class_) {
    size_t start = parser->at;
    if (!lw_ahead(parser, "[:")) {
        return LW_E_NOT_FOUND;
    }
    if (lw_ahead(parser, "[:<:]") || lw_ahead(parser, "[:>:]")) {
        return lw_refuse(parser, start, "a word boundary written as look-around");
    }
    size_t end = start + 2;
    bool negated = end < parser->pattern.len && parser->pattern.data[end] == '^';
    size_t name = end += negated;
    while (end < parser->pattern.len && parser->pattern.data[end] >= 'a' && parser->pattern.data[end] <= 'z') {
        end++;
    }
    lw_byte_class named = {0};
    if (end + 1 >= parser->pattern.len || memcmp(parser->pattern.data + end, ":]", 2) != 0) {
        return LW_E_NOT_FOUND;
    }
    if (!lw_posix_class((lw_slice){parser->pattern.data + name, end - name}, &named)) {
        return lw_broken(parser, start, "unknown POSIX class name");
    }
    if (negated) {
        named = lw_class_inverse(&named);
    }
    lw_class_add_all(class_, &named);
    parser->at = end + 2;
    return LW_OK;
}

static void lw_class_add_literals(lw_byte_class *class_, uint32_t from, uint32_t to) {
    if (from < 0x80) {
        lw_class_add_range(class_, from, to < 0x80 ? to : 0x7F);
    }
    if (to >= 0x80) {
        lw_class_make_wide(class_);
    }
}

/* One member, or the end of a range: a literal, or a set that is added at once (then *ret_set). */
static lw_status lw_parse_class_member(lw_parser *parser, lw_byte_class *class_, bool *ret_set, uint32_t *ret_literal) {
    lw_status status = lw_parse_posix(parser, class_);
    *ret_set = true;
    if (status != LW_E_NOT_FOUND) {
        return status;
    }
    if (!lw_take(parser, "\\")) {
        *ret_set = false;
        *ret_literal = lw_take_character(parser);
        return LW_OK;
    }
    lw_escape escape;
    LW_TRY(lw_parse_escape(parser, true, &escape));
    *ret_set = escape.kind == LW_ESCAPE_CLASS;
    *ret_literal = escape.literal;
    if (*ret_set) {
        lw_class_add_all(class_, &escape.class_);
    }
    return LW_OK;
}

static lw_status lw_parse_class_item(lw_parser *parser, lw_byte_class *class_) {
    size_t start = parser->at;
    bool set = false;
    uint32_t from = 0;
    LW_TRY(lw_parse_class_member(parser, class_, &set, &from));
    if (set) {
        return LW_OK;
    }
    uint32_t to = from;
    if (lw_peek(parser, 0) == '-' && lw_peek(parser, 1) >= 0 && lw_peek(parser, 1) != ']') {
        parser->at++;
        LW_TRY(lw_parse_class_member(parser, class_, &set, &to));
        if (set) { /* [a-\d]: the hyphen is itself */
            lw_class_add(class_, '-');
            to = from;
        }
    }
    if (to < from) {
        return lw_broken(parser, start, "range out of order");
    }
    lw_class_add_literals(class_, from, to);
    return LW_OK;
}

/* The reading point is behind '['. */
static lw_status lw_parse_class(lw_parser *parser, uint16_t *ret_node) {
    size_t start = parser->at - 1;
    lw_byte_class class_ = {0};
    bool negated = lw_take(parser, "^");
    bool first = true;
    bool literal = false; /* within \Q...\E */
    for (; first || literal || lw_peek(parser, 0) != ']'; first = false) {
        if (lw_peek(parser, 0) < 0) {
            return lw_broken(parser, start, "'[' without ']'");
        }
        if (literal ? lw_take(parser, "\\E") : lw_take(parser, "\\Q")) {
            literal = !literal;
        } else if (literal) {
            uint32_t character = lw_take_character(parser);
            lw_class_add_literals(&class_, character, character);
        } else if (!lw_take(parser, "\\E")) {
            LW_TRY(lw_parse_class_item(parser, &class_));
        }
    }
    parser->at++;
    if (parser->caseless) {
        lw_class_fold(&class_);
    }
    if (negated) {
        class_ = lw_class_inverse(&class_);
    }
    return lw_class_node(parser, class_, ret_node);
}

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

/* ---- what the tree tells ---- */

/* Lengths over this are as good as infinite; sums and products of them still fit. */
#define LW_LENGTH_CAP ((size_t)1 << 28)

static size_t lw_capped(size_t length) {
    return length < LW_LENGTH_CAP ? length : LW_LENGTH_CAP;
}

static bool lw_class_is_digits(const lw_byte_class *class_) {
    for (unsigned byte = 0; byte < 256; byte++) {
        if (lw_class_has(class_, byte) && (byte < '0' || byte > '9')) {
            return false;
        }
    }
    return true;
}

/* The least number of bytes, or of digits, in a match of this node. */
static size_t lw_tree_least(const lw_regex_tree *tree, uint16_t index, bool digits) {
    const lw_regex_node *node = &tree->nodes[index];
    size_t sum = 0;
    size_t least = SIZE_MAX;
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        size_t one = lw_tree_least(tree, child, digits);
        sum = lw_capped(sum + one);
        least = one < least ? one : least;
    }
    switch (node->kind) {
    case LW_NODE_CLASS:
        return digits ? lw_class_is_digits(&tree->classes[node->class_]) : 1;
    case LW_NODE_REPEAT:
        return lw_capped(sum * node->min);
    case LW_NODE_ALTERNATE:
        return least;
    case LW_NODE_CONCAT:
        return sum;
    case LW_NODE_EMPTY:
    case LW_NODE_START:
    case LW_NODE_END:
        break;
    }
    return 0;
}

/* Finds the third repeat in a row of which each may be absent and is unbounded, with nothing obligatory between them:
 * a*b*a*. run counts those before this node and is carried on. Returns the node, or 0. */
static uint16_t lw_wildcards_in_a_row(const lw_regex_tree *tree, uint16_t index, unsigned *run) {
    const lw_regex_node *node = &tree->nodes[index];
    unsigned before = *run;
    unsigned most = node->kind == LW_NODE_ALTERNATE ? 0 : before;
    if (node->kind == LW_NODE_CLASS) {
        *run = 0;
        return 0;
    }
    bool optional = node->kind == LW_NODE_REPEAT && node->min == 0;
    if (optional && node->max == LW_REPEAT_UNLIMITED) {
        most = ++before;
        if (before >= 3) {
            return index;
        }
    }
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        unsigned inner = optional ? 0 : node->kind == LW_NODE_ALTERNATE ? before : *run;
        uint16_t found = lw_wildcards_in_a_row(tree, child, &inner);
        if (found != 0) {
            return found;
        }
        most = node->kind == LW_NODE_ALTERNATE && inner > most ? inner : most;
        *run = inner;
    }
    if (optional || (node->kind == LW_NODE_ALTERNATE && node->first != 0)) {
        *run = most;
    }
    return 0;
}

/* Repeats that can make a backtracking search slow: without upper bound, or of a variable length within a loop. */
static bool lw_tree_unbounded(const lw_regex_tree *tree, uint16_t index, bool inside_loop) {
    const lw_regex_node *node = &tree->nodes[index];
    bool repeats = node->kind == LW_NODE_REPEAT;
    if (repeats && (node->max == LW_REPEAT_UNLIMITED || (inside_loop && node->min != node->max))) {
        return true;
    }
    bool loop = repeats && node->max > 1;
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        if (lw_tree_unbounded(tree, child, inside_loop || loop)) {
            return true;
        }
    }
    return false;
}

/* With PCRE2_UTF, k and s without case have partners outside ASCII (the Kelvin sign, the long s). */
static void lw_tree_widen(lw_regex_tree *tree) {
    for (uint16_t i = 0; tree->utf && i < tree->class_count; i++) {
        lw_byte_class *class_ = &tree->classes[i];
        if (class_->caseless && (lw_class_has(class_, 'k') || lw_class_has(class_, 's'))) {
            lw_class_make_wide(class_);
        }
    }
}

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
    tree->unbounded = lw_tree_unbounded(tree, tree->root, false);
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
    tree = calloc(1, sizeof(*tree));
    if (tree == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "read pattern: out of memory");
        goto done;
    }
    tree->node_count = 1;
    tree->exact = true;
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
