/* Facts: what every match of an identifier has, so that cells without it are passed over cheaply (facts.c). */
#ifndef LW_IDENTIFIERS_FACTS_PRIV_H
#define LW_IDENTIFIERS_FACTS_PRIV_H

#include "identifiers/regex_priv.h"

#define LW_ANCHORS_MAX 8
#define LW_ANCHOR_TEXT_MAX 15

/* How the matches of a pattern begin. */
typedef struct lw_prefix {
    char text[LW_ANCHOR_TEXT_MAX + 1]; /* literal bytes, letters in lower case and then in either case */
    size_t len;
    bool two_digits_follow;
} lw_prefix;

/* The longest text that every match begins with; case is left out of account. */
lw_prefix lw_tree_prefix(const lw_regex_tree *tree);

typedef enum lw_run_kind {
    LW_RUN_UPPER, /* of A-Z 0-9 */
    LW_RUN_TOKEN  /* of A-Z a-z 0-9 + / - _ */
} lw_run_kind;

/* The length of the longest run of such characters that every match holds. */
size_t lw_tree_run(const lw_regex_tree *tree, lw_run_kind kind);

/* How rare a text is that fits: the higher, the fewer texts of the same length do. For comparing patterns only. */
unsigned lw_tree_specificity(const lw_regex_tree *tree);

#endif
