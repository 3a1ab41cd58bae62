/* Facts read from the tree of a pattern: how its matches begin, which runs of characters each of them holds, how much
 * the pattern asks for. All are lower bounds that hold for every match, so that what lacks them can be passed over
 * without looking closer. */
#include <string.h>

#include "identifiers/facts_priv.h"

/* ---- runs ---- */

typedef struct lw_run {
    size_t prefix, suffix, best; /* of matches that are not whole */
    size_t len;                  /* least length, of matches that are */
    bool whole;                  /* nothing but such characters */
} lw_run;

#define LW_RUN_CAP ((size_t)1 << 20)

static bool lw_in_run(unsigned byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static lw_run lw_class_run(const lw_byte_class *class_) {
    lw_run run = {0};
    run.whole = !class_->wide;
    for (unsigned byte = 0; byte < 256 && run.whole; byte++) {
        run.whole = !lw_class_has(class_, byte) || lw_in_run(byte);
    }
    run.len = run.whole;
    return run;
}

static size_t lw_longest(size_t a, size_t b, size_t c) {
    size_t longest = a > b ? a : b;
    return longest > c ? longest : c;
}

static lw_run lw_run_joined(const lw_run *a, const lw_run *b) {
    lw_run run = {.whole = a->whole && b->whole};
    size_t a_suffix = a->whole ? a->len : a->suffix;
    size_t b_prefix = b->whole ? b->len : b->prefix;
    size_t sum = a_suffix + b_prefix;
    if (run.whole) {
        run.len = sum < LW_RUN_CAP ? sum : LW_RUN_CAP;
        return run;
    }
    run.prefix = a->whole ? sum : a->prefix;
    run.suffix = b->whole ? sum : b->suffix;
    run.best = lw_longest(a->best, b->best, sum);
    return run;
}

/* A match is one of the two. */
static lw_run lw_run_either(const lw_run *a, const lw_run *b) {
    size_t a_best = a->whole ? a->len : a->best;
    size_t b_best = b->whole ? b->len : b->best;
    size_t a_prefix = a->whole ? a->len : a->prefix;
    size_t b_prefix = b->whole ? b->len : b->prefix;
    size_t a_suffix = a->whole ? a->len : a->suffix;
    size_t b_suffix = b->whole ? b->len : b->suffix;
    return (lw_run){.prefix = a_prefix < b_prefix ? a_prefix : b_prefix,
                    .suffix = a_suffix < b_suffix ? a_suffix : b_suffix,
                    .best = a_best < b_best ? a_best : b_best,
                    .len = a_best < b_best ? a_best : b_best,
                    .whole = a->whole && b->whole};
}

static lw_run lw_node_run(const lw_regex_tree *tree, uint16_t index);

static lw_run lw_children_run(const lw_regex_tree *tree, const lw_regex_node *node) {
    lw_run all = {.whole = true};
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        lw_run one = lw_node_run(tree, child);
        bool alternative = node->kind == LW_NODE_ALTERNATE;
        all = child == node->first ? one : alternative ? lw_run_either(&all, &one) : lw_run_joined(&all, &one);
    }
    return all;
}

static lw_run lw_repeat_run(const lw_run *once, const lw_regex_node *node) {
    if (node->min == 0) { /* nothing, or something that may stand in the way of a run */
        return (lw_run){.whole = once->whole};
    }
    if (!once->whole) {
        lw_run twice = lw_run_joined(once, once);
        return node->min == 1 ? *once : twice;
    }
    size_t len = once->len * node->min;
    return (lw_run){.whole = true, .len = len < LW_RUN_CAP ? len : LW_RUN_CAP};
}

static lw_run lw_node_run(const lw_regex_tree *tree, uint16_t index) {
    const lw_regex_node *node = &tree->nodes[index];
    switch (node->kind) {
    case LW_NODE_CLASS:
        return lw_class_run(&tree->classes[node->class_]);
    case LW_NODE_CONCAT:
    case LW_NODE_ALTERNATE:
        return lw_children_run(tree, node);
    case LW_NODE_REPEAT: {
        lw_run once = lw_children_run(tree, node);
        return lw_repeat_run(&once, node);
    }
    case LW_NODE_EMPTY:
    case LW_NODE_START:
    case LW_NODE_END:
        break;
    }
    return (lw_run){.whole = true};
}

size_t lw_tree_upper_run(const lw_regex_tree *tree) {
    lw_run run = lw_node_run(tree, tree->root);
    return run.whole ? run.len : run.best;
}

/* ---- prefix ---- */

/* The only byte of a class, a letter's two cases taken as one; -1 if there are several. */
static int lw_class_byte(const lw_byte_class *class_) {
    int only = -1;
    for (unsigned byte = 0; byte < 256; byte++) {
        if (!lw_class_has(class_, byte)) {
            continue;
        }
        int folded = byte >= 'A' && byte <= 'Z' ? (int)(byte | 0x20U) : (int)byte;
        if (only >= 0 && only != folded) {
            return -1;
        }
        only = folded;
    }
    return class_->wide ? -1 : only;
}

static bool lw_class_digits(const lw_byte_class *class_) {
    bool any = false;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool digit = byte >= '0' && byte <= '9';
        if (lw_class_has(class_, byte) && !digit) {
            return false;
        }
        any = any || lw_class_has(class_, byte);
    }
    return any;
}

typedef struct lw_prefix_maker {
    const lw_regex_tree *tree;
    lw_prefix prefix;
    unsigned digits; /* that follow the text */
    bool closed;     /* no more text */
} lw_prefix_maker;

/* Extends the prefix; false once it cannot be told what comes next. */
static bool lw_prefix_node(lw_prefix_maker *maker, uint16_t index) {
    const lw_regex_node *node = &maker->tree->nodes[index];
    if (node->kind == LW_NODE_CLASS) {
        const lw_byte_class *class_ = &maker->tree->classes[node->class_];
        int byte = maker->closed ? -1 : lw_class_byte(class_);
        if (byte >= 0 && maker->prefix.len < LW_ANCHOR_TEXT_MAX) {
            maker->prefix.text[maker->prefix.len++] = (char)byte;
            return true;
        }
        maker->closed = true;
        maker->digits += lw_class_digits(class_);
        return lw_class_digits(class_) && maker->digits < 2;
    }
    if (node->kind == LW_NODE_EMPTY || node->kind == LW_NODE_START) {
        return true;
    }
    if (node->kind != LW_NODE_CONCAT && node->kind != LW_NODE_REPEAT) {
        return false;
    }
    uint32_t times = node->kind == LW_NODE_CONCAT ? 1 : node->min < 32 ? node->min : 32;
    for (uint32_t i = 0; i < times; i++) {
        for (uint16_t child = node->first; child != 0; child = maker->tree->nodes[child].next) {
            if (!lw_prefix_node(maker, child)) {
                return false;
            }
        }
    }
    return node->kind == LW_NODE_CONCAT || node->min == node->max;
}

lw_prefix lw_tree_prefix(const lw_regex_tree *tree) {
    lw_prefix_maker maker = {.tree = tree};
    (void)lw_prefix_node(&maker, tree->root);
    maker.prefix.two_digits_follow = maker.digits >= 2;
    return maker.prefix;
}

/* ---- first bytes ---- */

/* Adds what the node can begin with; true if it can also match nothing, so that what follows counts too. */
static bool lw_first_of(const lw_regex_tree *tree, uint16_t index, lw_byte_class *first) {
    const lw_regex_node *node = &tree->nodes[index];
    if (node->kind == LW_NODE_CLASS) {
        const lw_byte_class *class_ = &tree->classes[node->class_];
        for (size_t i = 0; i < 8; i++) {
            first->bits[i] |= class_->bits[i] | (class_->wide && i >= 4 ? UINT32_MAX : 0);
        }
        return false;
    }
    bool alternatives = node->kind == LW_NODE_ALTERNATE;
    bool nothing = !alternatives || node->first == 0;
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        bool one = lw_first_of(tree, child, first);
        nothing = alternatives ? nothing || one : nothing && one;
        if (!alternatives && !nothing) {
            break;
        }
    }
    return nothing || (node->kind == LW_NODE_REPEAT && node->min == 0);
}

lw_byte_class lw_tree_first(const lw_regex_tree *tree) {
    lw_byte_class first = {0};
    (void)lw_first_of(tree, tree->root, &first);
    return first;
}

/* ---- all bytes ---- */

lw_byte_class lw_tree_bytes(const lw_regex_tree *tree) {
    lw_byte_class all = {0};
    for (uint16_t i = 0; i < tree->class_count; i++) {
        for (size_t k = 0; k < 8; k++) {
            all.bits[k] |= tree->classes[i].bits[k];
        }
    }
    return all;
}

/* ---- specificity ---- */

/* 16 times the bits that a class asks of a letter or digit: 6 - log2(members), in halves of a bit. */
static unsigned lw_class_bits(const lw_byte_class *class_) {
    static const uint8_t limits[] = {1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64};
    unsigned members = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        members += lw_class_has(class_, byte);
    }
    for (unsigned i = 0; i < sizeof(limits); i++) {
        if (members <= limits[i]) {
            return 8 * (unsigned)(sizeof(limits) - i);
        }
    }
    return 0;
}

static unsigned lw_node_bits(const lw_regex_tree *tree, uint16_t index) {
    const lw_regex_node *node = &tree->nodes[index];
    unsigned sum = 0;
    unsigned least = UINT32_MAX;
    if (node->kind == LW_NODE_CLASS) {
        return lw_class_bits(&tree->classes[node->class_]);
    }
    for (uint16_t child = node->first; child != 0; child = tree->nodes[child].next) {
        unsigned one = lw_node_bits(tree, child);
        sum = sum + one < 1000000 ? sum + one : 1000000;
        least = one < least ? one : least;
    }
    if (node->kind == LW_NODE_ALTERNATE) {
        return least == UINT32_MAX ? 0 : least;
    }
    uint64_t repeated = node->kind == LW_NODE_REPEAT ? (uint64_t)sum * node->min : sum;
    return repeated < 1000000 ? (unsigned)repeated : 1000000;
}

unsigned lw_tree_specificity(const lw_regex_tree *tree) {
    return lw_node_bits(tree, tree->root);
}
