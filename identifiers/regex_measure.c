/* What the tree of a pattern tells: how short a match can be, how many digits it must have, whether a search that
 * backtracks could be slow. See regex_tree.c. */
#include "identifiers/regex_parse_priv.h"

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
size_t lw_tree_least(const lw_regex_tree *tree, uint16_t index, bool digits) {
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
uint16_t lw_wildcards_in_a_row(const lw_regex_tree *tree, uint16_t index, unsigned *run) {
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

/* ---- steps ---- */

/* What a search that backtracks can do with a node at one place: the ways through it, all of which it may try in vain,
 * and the steps of all of them together. */
typedef struct lw_ways {
    double count, steps;
} lw_ways;

static double lw_fewer(double a, double b) {
    return a < b ? a : b;
}

static lw_ways lw_ways_capped(double count, double steps) {
    return (lw_ways){lw_fewer(count, LW_STEPS_CAP), lw_fewer(steps, LW_STEPS_CAP)};
}

static lw_ways lw_node_ways(const lw_regex_tree *tree, uint16_t index);

/* Each way through one child is gone on with in all ways of the next. */
static lw_ways lw_ways_in_a_row(const lw_regex_tree *tree, const lw_regex_node *node) {
    lw_ways all = {1, 0};
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        lw_ways one = lw_node_ways(tree, child);
        all = lw_ways_capped(all.count * one.count, all.steps + all.count * one.steps);
    }
    return all;
}

/* Where there is one way round only, what the loop of lw_repeat_ways adds up to: it may have 65,535 turns. */
static lw_ways lw_single_ways(const lw_ways *once, const lw_regex_node *node) {
    double enough = (double)(uint64_t)((LW_STEPS_CAP + once->steps - 1) / once->steps); /* both are whole numbers */
    double turns = lw_fewer(node->max, enough);
    double least = node->min == 0 ? 1 : node->min;
    double counted = turns < least ? 0 : turns - least + 1;
    return lw_ways_capped(counted + (node->min == 0), turns * once->steps);
}

static lw_ways lw_repeat_ways(const lw_ways *once, const lw_regex_node *node) {
    if (once->count == 1) {
        return lw_single_ways(once, node);
    }
    lw_ways all = {node->min == 0, 0};
    double ways = 1; /* of going round i times */
    for (uint32_t i = 1; i <= node->max && all.steps < LW_STEPS_CAP; i++) {
        all = lw_ways_capped(all.count, all.steps + ways * once->steps);
        ways = lw_fewer(ways * once->count, LW_STEPS_CAP);
        all.count = i >= node->min ? lw_fewer(all.count + ways, LW_STEPS_CAP) : all.count;
    }
    return all;
}

static lw_ways lw_node_ways(const lw_regex_tree *tree, uint16_t index) {
    const lw_regex_node *node = &tree->nodes[index];
    if (node->kind == LW_NODE_CONCAT) {
        return lw_ways_in_a_row(tree, node);
    }
    if (node->kind == LW_NODE_REPEAT) {
        lw_ways once = lw_ways_in_a_row(tree, node);
        once.steps = once.steps < 1 ? 1 : once.steps;
        return lw_repeat_ways(&once, node);
    }
    if (node->kind != LW_NODE_ALTERNATE || node->first == 0) {
        return (lw_ways){1, 1};
    }
    lw_ways all = {0, 0};
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        lw_ways one = lw_node_ways(tree, child);
        all = lw_ways_capped(all.count + one.count, all.steps + one.steps);
    }
    return all;
}

double lw_tree_steps(const lw_regex_tree *tree) {
    return lw_node_ways(tree, tree->root).steps;
}

/* With PCRE2_UTF, k and s without case have partners outside ASCII (the Kelvin sign, the long s). */
void lw_tree_widen(lw_regex_tree *tree) {
    for (uint16_t i = 0; tree->utf && i < tree->class_count; i++) {
        lw_byte_class *class_ = &tree->classes[i];
        if (class_->caseless && (lw_class_has(class_, 'k') || lw_class_has(class_, 's'))) {
            lw_class_make_wide(class_);
        }
    }
}
