/* Patterns: Macie's subset of PCRE as a tree, and the engines that search cells for it. */
#ifndef LW_IDENTIFIERS_REGEX_PRIV_H
#define LW_IDENTIFIERS_REGEX_PRIV_H

#include "base/base.h"
#include "identifiers/identifiers.h"

/* ---- the tree (regex_tree.c) ---- */

#define LW_REGEX_CHARS_MAX 512
#define LW_REPEAT_LIMIT 999 /* the largest number a repeat may name */
#define LW_REPEAT_UNLIMITED UINT32_MAX
#define LW_TREE_NODES_MAX 4096
#define LW_TREE_CLASSES_MAX 600
#define LW_TREE_DEPTH_MAX 64

typedef struct lw_byte_class {
    uint32_t bits[8];
    bool wide;     /* may also stand for characters of several bytes; the bytes 0x80-0xFF are then all set */
    bool caseless; /* letters were folded */
} lw_byte_class;

static inline bool lw_class_has(const lw_byte_class *class_, unsigned byte) {
    return (class_->bits[byte / 32] >> (byte % 32)) & 1U;
}
static inline void lw_class_add(lw_byte_class *class_, unsigned byte) {
    class_->bits[byte / 32] |= UINT32_C(1) << (byte % 32);
}

typedef enum lw_node_kind {
    LW_NODE_EMPTY, /* nothing, or an assertion the tree does not model (\b) */
    LW_NODE_CLASS,
    LW_NODE_CONCAT,
    LW_NODE_ALTERNATE,
    LW_NODE_REPEAT,
    LW_NODE_START, /* ^ \A */
    LW_NODE_END    /* $ \z */
} lw_node_kind;

typedef struct lw_regex_node {
    lw_node_kind kind;
    uint16_t first; /* first child, 0: none */
    uint16_t next;  /* next sibling, 0: none */
    uint16_t class_;
    uint16_t offset; /* in the pattern, for messages */
    uint32_t min, max;
} lw_regex_node;

typedef struct lw_regex_tree {
    lw_regex_node nodes[LW_TREE_NODES_MAX]; /* 0 is not used */
    lw_byte_class classes[LW_TREE_CLASSES_MAX];
    uint16_t node_count, class_count;
    uint16_t root;
    bool utf;   /* can match characters outside ASCII: needs PCRE2_UTF */
    bool exact; /* the tree says exactly what the pattern matches */
    bool slow;  /* a search that backtracks could take long where a match might begin */
    size_t min_length;
    unsigned min_digits;
} lw_regex_tree;

/* Reads a pattern of Macie's subset. err names the construct that is refused and its position. The tree is new,
 * free(). */
lw_status lw_regex_tree_new(lw_slice pattern, lw_regex_tree **ret_tree, lw_error *err) LW_MUST_USE;

/* ---- fixed shapes (shape.c) ---- */

#define LW_SHAPE_LENGTH_MAX 128

/* A fixed number of bytes, each of one of at most eight classes. */
typedef struct lw_shape {
    uint8_t class_bits[256];           /* the classes a byte is in */
    uint8_t need[LW_SHAPE_LENGTH_MAX]; /* the class bit that a position asks for */
    uint16_t length;
    uint16_t probe; /* the most selective position, looked at first */
    int probe_byte; /* its only byte, or -1 */
    lw_simd simd;   /* what columns may be searched with */
} lw_shape;

/* False if the tree is no fixed shape. */
bool lw_shape_make(const lw_regex_tree *tree, lw_shape *ret_shape);
bool lw_shape_fits(const lw_shape *shape, const char *at); /* length bytes at `at` */
bool lw_shape_find(const lw_shape *shape, lw_slice cell, size_t from, lw_match *ret_match);
uint32_t lw_shape_count(const lw_shape *shape, lw_slice cell);
/* Fills hits (room for cells->count) with the cells that hold the shape, in order; the number of them. */
size_t lw_shape_column(const lw_shape *shape, const lw_cells *cells, lw_hit *hits);
size_t lw_shape_column_base(const lw_shape *shape, const lw_cells *cells, lw_hit *hits);
#if defined(__x86_64__)
#define LW_SHAPE_AVX512_MAX 64U /* longer ones do not fit one register */
size_t lw_shape_column_avx512(const lw_shape *shape, const lw_cells *cells, lw_hit *hits);
#endif

/* ---- the linear-time gate (gate.c) ---- */

/* Says in one backward pass over a cell at which offsets a match can begin. May say yes too often, never no wrongly.
 * Belongs to one thread: it builds its automaton as it goes. */
typedef struct lw_gate lw_gate;
lw_status lw_gate_new(const lw_regex_tree *tree, lw_gate **ret_gate) LW_MUST_USE; /* LW_E_LIMIT: tree too large */
void lw_gate_free(lw_gate *gate);
/* For tests: from now on the gate reads as if it had used up its credit for new states. */
void lw_gate_spend(lw_gate *gate);
/* Sets the bits of the offsets in [0, cell.len) at which a match can begin; starts holds cell.len / 64 + 1 words.
 * Returns whether any is set. */
bool lw_gate_run(lw_gate *gate, lw_slice cell, uint64_t *starts);

/* ---- PCRE2 (regex.c) ---- */

/* The memory that one thread needs to run any regex: match data, JIT stack, limits. */
typedef struct lw_regex_runner lw_regex_runner;
lw_status lw_regex_runner_new(lw_regex_runner **ret_runner) LW_MUST_USE;
void lw_regex_runner_free(lw_regex_runner *runner);

/* The work that a slow pattern may do on a cell, in units: a step from item to item of the pattern, or a byte moved. */
#define LW_WORK_PER_BYTE 64
#define LW_WORK_BYTES_MORE 64 /* added to the length of each cell */
uint64_t lw_regex_work_limit(size_t cell_len);

/* One compiled regex with its gate; belongs to one thread. */
typedef struct lw_regex lw_regex;
/* Compiles; err carries PCRE2's own words and the position. just_check leaves out JIT and gate. */
lw_status lw_regex_new(lw_slice pattern, const lw_regex_tree *tree, bool just_check, lw_regex **ret_regex,
                       lw_error *err) LW_MUST_USE;
void lw_regex_free(lw_regex *regex);
/* The leftmost match at or after from. LW_E_NOT_FOUND: none. LW_E_REGEX_LIMIT: not decided within the work limit.
 * fresh says that cell is not the one of the last call (what the gate found is then stale). */
lw_status lw_regex_find(lw_regex *regex, lw_regex_runner *runner, lw_slice cell, size_t from, bool fresh,
                        lw_match *ret_match) LW_MUST_USE;
/* The same in a part of a cell of cell_len bytes; parts of one cell share the work that the cell may cost. */
typedef enum lw_novelty {
    LW_NEW_CELL, /* the first part of a cell */
    LW_NEW_PART,
    LW_SAME_PART
} lw_novelty;
lw_status lw_regex_find_in(lw_regex *regex, lw_regex_runner *runner, lw_slice part, size_t cell_len, size_t from,
                           lw_novelty novelty, lw_match *ret_match) LW_MUST_USE;
/* The units spent on the current cell, which is so long; 0 for patterns that are not slow. */
uint64_t lw_regex_work(const lw_regex *regex, size_t cell_len);
/* A pattern that must match all of a text (regex_whole.c). Immutable: any number of threads may use it at once. */
typedef struct lw_regex_whole lw_regex_whole;
lw_status lw_regex_whole_new(lw_slice pattern, lw_regex_whole **ret_regex, lw_error *err) LW_MUST_USE;
void lw_regex_whole_free(lw_regex_whole *regex);
/* What PCRE2 cannot decide within its work limit does not fit. */
bool lw_regex_whole_fits(const lw_regex_whole *regex, lw_slice text);

/* Does the pattern match all of text? For examples and tests, not fast. */
lw_status lw_regex_fits(lw_slice pattern, lw_slice text, bool *ret_fits) LW_MUST_USE;

#endif
