/* Escapes and classes in brackets. Each stands for a character, for a set of characters, or for a place in the text;
 * those outside Macie's subset are refused by name. See regex_tree.c. */
#include <string.h>

#include "identifiers/regex_parse_priv.h"

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
lw_status lw_parse_escape(lw_parser *parser, bool in_class, lw_escape *ret_escape) {
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
lw_status lw_parse_class(lw_parser *parser, uint16_t *ret_node) {
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
