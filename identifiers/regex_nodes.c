/* What the pattern reader is made of: the reading point, nodes, byte classes. See regex_tree.c. */
#include <string.h>

#include "identifiers/regex_parse_priv.h"

/* ---- reading ---- */

int lw_peek(const lw_parser *parser, size_t ahead) {
    size_t at = parser->at + ahead;
    return at < parser->pattern.len ? (unsigned char)parser->pattern.data[at] : -1;
}

bool lw_ahead(const lw_parser *parser, const char *text) {
    lw_slice rest = {parser->pattern.data + parser->at, parser->pattern.len - parser->at};
    return lw_slice_starts_with(rest, lw_slice_from(text));
}

bool lw_take(lw_parser *parser, const char *text) {
    if (!lw_ahead(parser, text)) {
        return false;
    }
    parser->at += strlen(text);
    return true;
}

static size_t lw_position(const lw_parser *parser, size_t at) {
    return lw_utf8_count((lw_slice){parser->pattern.data, at}) + 1;
}

lw_status lw_refuse(lw_parser *parser, size_t at, const char *construct) {
    return lw_fail(
        parser->err, LW_E_CONFIG,
        "%s at character %zu is outside the subset of PCRE that Macie supports; rewrite the pattern without it",
        construct, lw_position(parser, at));
}

lw_status lw_broken(lw_parser *parser, size_t at, const char *what) {
    return lw_fail(parser->err, LW_E_CONFIG, "%s at character %zu", what, lw_position(parser, at));
}

/* Decodes the character at the reading point and passes it. The pattern is valid UTF-8. */
uint32_t lw_take_character(lw_parser *parser) {
    unsigned first = (unsigned char)parser->pattern.data[parser->at++];
    unsigned more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t value = more == 0 ? first : first & (0x3FU >> more);
    while (more-- > 0 && parser->at < parser->pattern.len) {
        value = (value << 6) | ((unsigned char)parser->pattern.data[parser->at++] & 0x3FU);
    }
    return value;
}

/* ---- nodes and classes ---- */

lw_status lw_node_new(lw_parser *parser, lw_node_kind kind, uint16_t *ret_node) {
    lw_regex_tree *tree = parser->tree;
    if (tree->node_count >= LW_TREE_NODES_MAX) {
        return lw_broken(parser, parser->at, "pattern is too complex");
    }
    uint16_t index = tree->node_count++;
    tree->nodes[index] = (lw_regex_node){.kind = kind, .offset = (uint16_t)parser->at, .min = 1, .max = 1};
    *ret_node = index;
    return LW_OK;
}

void lw_class_add_range(lw_byte_class *class_, unsigned from, unsigned to) {
    for (unsigned byte = from; byte <= to; byte++) {
        lw_class_add(class_, byte);
    }
}

void lw_class_add_all(lw_byte_class *class_, const lw_byte_class *other) {
    for (size_t i = 0; i < 8; i++) {
        class_->bits[i] |= other->bits[i];
    }
    class_->wide = class_->wide || other->wide;
}

void lw_class_make_wide(lw_byte_class *class_) {
    lw_class_add_range(class_, 0x80, 0xFF);
    class_->wide = true;
}

/* All characters the class does not hold. */
lw_byte_class lw_class_inverse(const lw_byte_class *class_) {
    lw_byte_class inverse = {0};
    for (unsigned byte = 0; byte < 0x80; byte++) {
        if (!lw_class_has(class_, byte)) {
            lw_class_add(&inverse, byte);
        }
    }
    lw_class_make_wide(&inverse);
    return inverse;
}

void lw_class_fold(lw_byte_class *class_) {
    for (unsigned letter = 'a'; letter <= 'z'; letter++) {
        unsigned upper = letter - 'a' + 'A';
        if (lw_class_has(class_, letter) || lw_class_has(class_, upper)) {
            lw_class_add(class_, letter);
            lw_class_add(class_, upper);
        }
    }
    class_->caseless = true;
}

static bool lw_class_equal(const lw_byte_class *a, const lw_byte_class *b) {
    return memcmp(a->bits, b->bits, sizeof(a->bits)) == 0 && a->wide == b->wide && a->caseless == b->caseless;
}

lw_status lw_class_node(lw_parser *parser, lw_byte_class class_, uint16_t *ret_node) {
    lw_regex_tree *tree = parser->tree;
    if (parser->caseless) {
        lw_class_fold(&class_);
    }
    tree->utf = tree->utf || class_.wide;
    uint16_t index = 0;
    while (index < tree->class_count && !lw_class_equal(&tree->classes[index], &class_)) {
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

void lw_chain_add(lw_regex_tree *tree, lw_chain *chain, uint16_t node) {
    if (chain->count++ == 0) {
        chain->first = node;
    } else {
        tree->nodes[chain->last].next = node;
    }
    chain->last = node;
}

lw_status lw_chain_node(lw_parser *parser, lw_node_kind kind, const lw_chain *chain, uint16_t *ret_node) {
    if (chain->count == 1) {
        *ret_node = chain->first;
        return LW_OK;
    }
    LW_TRY(lw_node_new(parser, chain->count == 0 ? LW_NODE_EMPTY : kind, ret_node));
    parser->tree->nodes[*ret_node].first = chain->first;
    return LW_OK;
}

/* A literal outside ASCII is a sequence of bytes; without case it may have partners of other lengths. */
lw_status lw_literal_node(lw_parser *parser, uint32_t literal, uint16_t *ret_node) {
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
lw_status lw_anything_node(lw_parser *parser, uint16_t *ret_node) {
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
