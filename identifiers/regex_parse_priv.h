/* The parts of the pattern reader: regex_nodes.c (reading, nodes, classes), regex_escape.c (escapes, brackets),
 * regex_tree.c (groups, items, the whole) and regex_measure.c (what the tree tells). */
#ifndef LW_IDENTIFIERS_REGEX_PARSE_PRIV_H
#define LW_IDENTIFIERS_REGEX_PARSE_PRIV_H

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

/* A chain of children under one parent, built in order. */
typedef struct lw_chain {
    uint16_t first, last;
    size_t count;
} lw_chain;

/* ---- regex_nodes.c ---- */

/* The byte `ahead` of the reading point, -1 at the end. */
int lw_peek(const lw_parser *parser, size_t ahead);
bool lw_ahead(const lw_parser *parser, const char *text);
/* Passes text if it stands here. */
bool lw_take(lw_parser *parser, const char *text);
/* Decodes the character at the reading point and passes it. */
uint32_t lw_take_character(lw_parser *parser);
/* Refuses a construct of PCRE that Macie does not support, or a pattern that is broken. */
lw_status lw_refuse(lw_parser *parser, size_t at, const char *construct) LW_MUST_USE;
lw_status lw_broken(lw_parser *parser, size_t at, const char *what) LW_MUST_USE;

lw_status lw_node_new(lw_parser *parser, lw_node_kind kind, uint16_t *ret_node) LW_MUST_USE;
void lw_chain_add(lw_regex_tree *tree, lw_chain *chain, uint16_t node);
/* A node over the chain; of one child the child itself, of none an empty node. */
lw_status lw_chain_node(lw_parser *parser, lw_node_kind kind, const lw_chain *chain, uint16_t *ret_node) LW_MUST_USE;
lw_status lw_class_node(lw_parser *parser, lw_byte_class class_, uint16_t *ret_node) LW_MUST_USE;
lw_status lw_literal_node(lw_parser *parser, uint32_t literal, uint16_t *ret_node) LW_MUST_USE;
lw_status lw_anything_node(lw_parser *parser, uint16_t *ret_node) LW_MUST_USE;

void lw_class_add_range(lw_byte_class *class_, unsigned from, unsigned to);
void lw_class_add_all(lw_byte_class *class_, const lw_byte_class *other);
void lw_class_make_wide(lw_byte_class *class_);
lw_byte_class lw_class_inverse(const lw_byte_class *class_);
void lw_class_fold(lw_byte_class *class_);

/* ---- regex_escape.c ---- */

/* The reading point is behind the backslash, or behind '['. */
lw_status lw_parse_escape(lw_parser *parser, bool in_class, lw_escape *ret_escape) LW_MUST_USE;
lw_status lw_parse_class(lw_parser *parser, uint16_t *ret_node) LW_MUST_USE;

/* ---- regex_measure.c ---- */

/* The least number of bytes, or of digits, in a match of this node. */
size_t lw_tree_least(const lw_regex_tree *tree, uint16_t index, bool digits);
/* The third wildcard repeat in a row, or 0. */
uint16_t lw_wildcards_in_a_row(const lw_regex_tree *tree, uint16_t index, unsigned *run);
/* The steps that a search that backtracks takes at most where a match might begin, and no more than LW_STEPS_CAP. */
#define LW_STEPS_CAP 1000000
#define LW_STEPS_FEW 1000 /* about a microsecond a byte, were every byte such a place */
double lw_tree_steps(const lw_regex_tree *tree);
void lw_tree_widen(lw_regex_tree *tree);

#endif
