/* Facts: what every match of an identifier has, so that cells without it are passed over cheaply (facts.c). */
#ifndef LW_IDENTIFIERS_FACTS_PRIV_H
#define LW_IDENTIFIERS_FACTS_PRIV_H

#include "identifiers/regex_priv.h"

#define LW_ANCHOR_TEXT_MAX 15

/* How the matches of a pattern begin. */
typedef struct lw_prefix {
    char text[LW_ANCHOR_TEXT_MAX + 1]; /* literal bytes, letters in lower case and then in either case */
    size_t len;
    bool two_digits_follow;
} lw_prefix;

/* The longest text that every match begins with; case is left out of account. */
lw_prefix lw_tree_prefix(const lw_regex_tree *tree);

/* The bytes that a match can begin with. */
lw_byte_class lw_tree_first(const lw_regex_tree *tree);

/* The bytes that a match can hold; those beyond ASCII only roughly. */
lw_byte_class lw_tree_bytes(const lw_regex_tree *tree);

/* The length of the longest run of A-Z and 0-9 that every match holds. */
size_t lw_tree_upper_run(const lw_regex_tree *tree);

/* How rare a text is that fits: the higher, the fewer texts of the same length do. For comparing patterns only. */
unsigned lw_tree_specificity(const lw_regex_tree *tree);

#endif
