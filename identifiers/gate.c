/* The gate: where in a cell can a match begin? Answered in one backward pass, in time linear in the cell.
 *
 * PCRE2 backtracks: a pattern such as \s+$ or (a+)+$ makes it look at the same bytes again and again, for every place
 * where a match might begin. The subset that Macie allows is regular, though. So the tree is turned into an automaton
 * that reads the pattern and the cell from right to left; wherever it accepts, a match begins. PCRE2 is then asked at
 * those places only, where it will find what is there.
 *
 * Shape: tree -> nondeterministic automaton (at most 2,048 states) -> deterministic states made when first reached and
 * kept in a cache of 1,024; a full cache is emptied and filled anew. Bytes that the pattern does not tell apart share a
 * column of the transition table.
 *
 * Some automata have more deterministic states than bytes are read ([cd][ab]{200}a[ab]+), and to make one costs a
 * thousand times what a look at the table does. So states are made on credit, which bytes earn; where it is used up,
 * the rest of the cell is read by the nondeterministic automaton itself, all of its states at once, a bit each. Most of
 * them lead to the one before, so that a shift moves them all.
 *
 * Guarantees: never misses a place (what the tree cannot model it lets through); time linear in the cell, some
 * nanoseconds a byte where the states fit the cache, some tens or hundreds where they do not, by the size of the
 * automaton. The credit changes the time, never the answer. One thread: the cache changes as it is used.
 *
 * Leaves out where a match ends: which of several alternatives wins, lazy and greedy repeats are PCRE2's affair.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/regex_priv.h"

#define LW_GATE_NFA_MAX 2048
#define LW_GATE_STATES_MAX 1024
#define LW_GATE_MEMBERS_MAX ((size_t)128 * 1024)
#define LW_GATE_STATE_PRICE 256 /* bytes that earn a deterministic state */
#define LW_GATE_CREDIT_MAX ((size_t)2 * LW_GATE_STATES_MAX * LW_GATE_STATE_PRICE)
#define LW_GATE_TABLE 4096 /* slots of the hash table, a power of two well over LW_GATE_STATES_MAX */

typedef enum lw_nfa_kind { LW_NFA_CLASS, LW_NFA_SPLIT, LW_NFA_START, LW_NFA_END, LW_NFA_ACCEPT } lw_nfa_kind;

typedef struct lw_nfa_state {
    lw_nfa_kind kind;
    uint16_t class_; /* index in the gate's classes */
    uint16_t out, other;
} lw_nfa_state;

typedef struct lw_gate_state {
    uint32_t members; /* offset in the member pool */
    uint16_t member_count;
    bool accepts;
    bool accepts_at_start; /* if the text begins here */
} lw_gate_state;

/* The nondeterministic automaton as sets of bits, one for each of its states; `words` words a set. */
typedef struct lw_gate_bits {
    size_t words;
    uint64_t *reads;  /* by column: the states that read it */
    uint64_t *shifts; /* the states that lead to the one before and nowhere else */
    uint64_t *after;  /* by state: where the others lead; the bit of the accepting state says that a match begins */
    uint64_t *entry;  /* where a match may end */
    uint64_t *active, *next;
} lw_gate_bits;

struct lw_gate {
    lw_nfa_state *nfa;
    size_t nfa_count;
    uint16_t entry;
    uint32_t *class_columns; /* class_count times 8 words: the columns a class takes */
    size_t class_count;
    uint8_t column_of[256];
    size_t column_count;
    lw_gate_state states[LW_GATE_STATES_MAX]; /* 0 is "not made yet" */
    size_t state_count;
    uint16_t first; /* at the end of a text; 0: not made yet */
    uint16_t *next; /* state times column */
    uint16_t *members;
    size_t member_count;
    uint16_t table[LW_GATE_TABLE];
    uint32_t *mark; /* a round number for each automaton state */
    uint32_t round;
    uint16_t *stack;
    uint16_t *set; /* the members being gathered */
    size_t set_count;
    bool set_accepts;
    size_t credit;     /* in bytes */
    lw_gate_bits bits; /* made when the credit is used up for the first time */
};

/* ---- tree to automaton ---- */

typedef struct lw_nfa_maker {
    lw_gate *gate;
    const lw_regex_tree *tree;
    bool full;
} lw_nfa_maker;

static uint16_t lw_nfa_add(lw_nfa_maker *maker, lw_nfa_state state) {
    if (maker->gate->nfa_count >= LW_GATE_NFA_MAX) {
        maker->full = true;
        return 0;
    }
    maker->gate->nfa[maker->gate->nfa_count] = state;
    return (uint16_t)maker->gate->nfa_count++;
}

/* The class after the tree's own: all bytes of characters outside ASCII. */
static uint16_t lw_high_class(const lw_regex_tree *tree) {
    return tree->class_count;
}

static uint16_t lw_nfa_class(lw_nfa_maker *maker, uint16_t class_, uint16_t next) {
    if (maker->tree->classes[class_].wide) { /* further bytes of the same character may follow */
        uint16_t loop = lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_SPLIT, .out = next});
        uint16_t more =
            lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_CLASS, .class_ = lw_high_class(maker->tree), .out = loop});
        maker->gate->nfa[loop].other = more;
        next = loop;
    }
    return lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_CLASS, .class_ = class_, .out = next});
}

static uint16_t lw_nfa_build(lw_nfa_maker *maker, uint16_t index, uint16_t next);

static uint16_t lw_nfa_repeat(lw_nfa_maker *maker, const lw_regex_node *node, uint16_t next) {
    uint16_t at = next;
    if (node->max == LW_REPEAT_UNLIMITED) {
        at = lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_SPLIT, .out = next});
        uint16_t body = lw_nfa_build(maker, node->first, at);
        maker->gate->nfa[at].other = body;
    } else {
        for (uint32_t i = node->min; i < node->max && !maker->full; i++) {
            uint16_t body = lw_nfa_build(maker, node->first, at);
            at = lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_SPLIT, .out = next, .other = body});
        }
    }
    for (uint32_t i = 0; i < node->min && !maker->full; i++) {
        at = lw_nfa_build(maker, node->first, at);
    }
    return at;
}

/* The state that reads this node from right to left and goes on with next. */
static uint16_t lw_nfa_build(lw_nfa_maker *maker, uint16_t index, uint16_t next) {
    const lw_regex_node *node = &maker->tree->nodes[index];
    if (maker->full) {
        return 0;
    }
    switch (node->kind) {
    case LW_NODE_CLASS:
        return lw_nfa_class(maker, node->class_, next);
    case LW_NODE_START:
        return lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_START, .out = next});
    case LW_NODE_END:
        return lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_END, .out = next});
    case LW_NODE_REPEAT:
        return lw_nfa_repeat(maker, node, next);
    case LW_NODE_CONCAT:
        for (uint16_t child = node->first; child != 0; child = maker->tree->nodes[child].next) {
            next = lw_nfa_build(maker, child, next);
        }
        return next;
    case LW_NODE_ALTERNATE: {
        uint16_t at = lw_nfa_build(maker, node->first, next);
        for (uint16_t child = maker->tree->nodes[node->first].next; child != 0;
             child = maker->tree->nodes[child].next) {
            uint16_t body = lw_nfa_build(maker, child, next);
            at = lw_nfa_add(maker, (lw_nfa_state){.kind = LW_NFA_SPLIT, .out = at, .other = body});
        }
        return at;
    }
    case LW_NODE_EMPTY:
        break;
    }
    return next;
}

/* Bytes that are in the same classes share a column. */
static void lw_gate_columns(lw_gate *gate, const lw_byte_class *classes) {
    unsigned example[256] = {0};
    for (unsigned byte = 0; byte < 256; byte++) {
        size_t column = 0;
        for (; column < gate->column_count; column++) {
            size_t i = 0;
            while (i < gate->class_count &&
                   lw_class_has(&classes[i], byte) == lw_class_has(&classes[i], example[column])) {
                i++;
            }
            if (i == gate->class_count) {
                break;
            }
        }
        if (column == gate->column_count) {
            example[gate->column_count++] = byte;
        }
        gate->column_of[byte] = (uint8_t)column;
        for (size_t i = 0; i < gate->class_count; i++) {
            if (lw_class_has(&classes[i], byte)) {
                gate->class_columns[i * 8 + column / 32] |= UINT32_C(1) << (column % 32);
            }
        }
    }
}

static lw_status lw_gate_classes(lw_gate *gate, const lw_regex_tree *tree) {
    gate->class_count = (size_t)tree->class_count + 1;
    lw_byte_class *classes = calloc(gate->class_count, sizeof(*classes));
    gate->class_columns = calloc(gate->class_count * 8, sizeof(*gate->class_columns));
    if (classes == NULL || gate->class_columns == NULL) {
        free(classes);
        return LW_E_MEMORY;
    }
    memcpy(classes, tree->classes, tree->class_count * sizeof(*classes));
    for (unsigned byte = 0x80; byte < 0x100; byte++) {
        lw_class_add(&classes[lw_high_class(tree)], byte);
    }
    lw_gate_columns(gate, classes);
    free(classes);
    return LW_OK;
}

lw_status lw_gate_new(const lw_regex_tree *tree, lw_gate **ret_gate) {
    lw_gate *gate = calloc(1, sizeof(*gate));
    if (gate == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = LW_E_MEMORY;
    gate->nfa = calloc(LW_GATE_NFA_MAX, sizeof(*gate->nfa));
    if (gate->nfa == NULL) {
        goto done;
    }
    lw_nfa_maker maker = {.gate = gate, .tree = tree};
    uint16_t accept = lw_nfa_add(&maker, (lw_nfa_state){.kind = LW_NFA_ACCEPT});
    gate->entry = lw_nfa_build(&maker, tree->root, accept);
    if (maker.full) {
        status = LW_E_LIMIT;
        goto done;
    }
    status = lw_gate_classes(gate, tree);
    if (status != LW_OK) {
        goto done;
    }
    gate->next = calloc(LW_GATE_STATES_MAX * gate->column_count, sizeof(*gate->next));
    gate->members = calloc(LW_GATE_MEMBERS_MAX, sizeof(*gate->members));
    gate->mark = calloc(gate->nfa_count, sizeof(*gate->mark));
    gate->stack = calloc(gate->nfa_count * 2 + 2, sizeof(*gate->stack));
    gate->set = calloc(gate->nfa_count + 1, sizeof(*gate->set));
    bool complete = gate->next && gate->members && gate->mark && gate->stack && gate->set;
    status = complete ? LW_OK : LW_E_MEMORY;
    gate->state_count = 1;
    gate->credit = LW_GATE_CREDIT_MAX;
done:
    if (status != LW_OK) {
        lw_gate_free(gate);
        return status;
    }
    *ret_gate = gate;
    return LW_OK;
}

void lw_gate_free(lw_gate *gate) {
    if (gate == NULL) {
        return;
    }
    free(gate->nfa);
    free(gate->class_columns);
    free(gate->next);
    free(gate->members);
    free(gate->mark);
    free(gate->stack);
    free(gate->set);
    free(gate->bits.reads);
    free(gate);
}

/* ---- states ---- */

static void lw_set_begin(lw_gate *gate) {
    gate->set_count = 0;
    gate->set_accepts = false;
    if (++gate->round == 0) { /* the numbers are used up: old marks must not look new */
        memset(gate->mark, 0, gate->nfa_count * sizeof(*gate->mark));
        gate->round = 1;
    }
}

/* Adds state and all that is reached from it without reading. */
static void lw_set_add(lw_gate *gate, uint16_t state, bool at_start, bool at_end) {
    size_t depth = 0;
    gate->stack[depth++] = state;
    while (depth > 0) {
        uint16_t index = gate->stack[--depth];
        if (gate->mark[index] == gate->round) {
            continue;
        }
        gate->mark[index] = gate->round;
        const lw_nfa_state *nfa = &gate->nfa[index];
        switch (nfa->kind) {
        case LW_NFA_ACCEPT:
            gate->set_accepts = true;
            break;
        case LW_NFA_SPLIT:
            gate->stack[depth++] = nfa->out;
            gate->stack[depth++] = nfa->other;
            break;
        case LW_NFA_END:
            if (at_end) {
                gate->stack[depth++] = nfa->out;
            }
            break;
        case LW_NFA_START:
            if (at_start) {
                gate->stack[depth++] = nfa->out;
            }
            gate->set[gate->set_count++] = index;
            break;
        case LW_NFA_CLASS:
            gate->set[gate->set_count++] = index;
            break;
        }
    }
}

static int lw_compare_members(const void *a, const void *b) {
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static uint32_t lw_set_hash(const lw_gate *gate) {
    uint32_t hash = 2166136261U ^ (uint32_t)gate->set_accepts;
    for (size_t i = 0; i < gate->set_count; i++) {
        hash = (hash ^ gate->set[i]) * 16777619U;
    }
    return hash ^ (hash >> 15);
}

/* Would the state accept if the text began here? Follows the START states among its members. */
static bool lw_accepts_at_start(lw_gate *gate, const lw_gate_state *state) {
    lw_set_begin(gate);
    for (size_t i = 0; i < state->member_count; i++) {
        lw_set_add(gate, gate->members[state->members + i], true, false);
    }
    return gate->set_accepts || state->accepts;
}

static void lw_gate_empty_cache(lw_gate *gate) {
    gate->state_count = 1;
    gate->first = 0;
    gate->member_count = 0;
    memset(gate->table, 0, sizeof(gate->table));
    memset(gate->next, 0, LW_GATE_STATES_MAX * gate->column_count * sizeof(*gate->next));
}

/* The state of the gathered set, made if it is new. *ret_emptied: all states known before are gone. */
static uint16_t lw_gate_intern(lw_gate *gate, bool *ret_emptied) {
    qsort(gate->set, gate->set_count, sizeof(*gate->set), lw_compare_members);
    uint32_t slot = lw_set_hash(gate) % LW_GATE_TABLE;
    for (; gate->table[slot] != 0; slot = (slot + 1) % LW_GATE_TABLE) {
        const lw_gate_state *known = &gate->states[gate->table[slot]];
        if (known->member_count == gate->set_count && known->accepts == gate->set_accepts &&
            memcmp(gate->members + known->members, gate->set, gate->set_count * sizeof(*gate->set)) == 0) {
            return gate->table[slot];
        }
    }
    *ret_emptied =
        gate->state_count == LW_GATE_STATES_MAX || gate->member_count + gate->set_count > LW_GATE_MEMBERS_MAX;
    if (*ret_emptied) {
        lw_gate_empty_cache(gate);
        slot = lw_set_hash(gate) % LW_GATE_TABLE;
    }
    uint16_t index = (uint16_t)gate->state_count++;
    lw_gate_state *state = &gate->states[index];
    *state = (lw_gate_state){(uint32_t)gate->member_count, (uint16_t)gate->set_count, gate->set_accepts, false};
    memcpy(gate->members + state->members, gate->set, gate->set_count * sizeof(*gate->set));
    gate->member_count += gate->set_count;
    gate->table[slot] = index;
    state->accepts_at_start = lw_accepts_at_start(gate, state);
    return index;
}

/* At the end of the text; a match may end here and, if it says so, only here. */
static uint16_t lw_gate_first_state(lw_gate *gate) {
    bool emptied = false;
    if (gate->first == 0) {
        lw_set_begin(gate);
        lw_set_add(gate, gate->entry, false, true);
        gate->first = lw_gate_intern(gate, &emptied);
    }
    return gate->first;
}

static uint16_t lw_gate_make_next(lw_gate *gate, uint16_t from, uint8_t column) {
    const lw_gate_state *state = &gate->states[from];
    lw_set_begin(gate);
    for (size_t i = 0; i < state->member_count; i++) {
        const lw_nfa_state *nfa = &gate->nfa[gate->members[state->members + i]];
        bool reads = nfa->kind == LW_NFA_CLASS &&
                     ((gate->class_columns[(size_t)nfa->class_ * 8 + column / 32] >> (column % 32)) & 1U);
        if (reads) {
            lw_set_add(gate, nfa->out, false, false);
        }
    }
    lw_set_add(gate, gate->entry, false, false); /* a match may end at any place */
    bool emptied = false;
    uint16_t next = lw_gate_intern(gate, &emptied);
    if (!emptied) {
        gate->next[(size_t)from * gate->column_count + column] = next;
    }
    return next;
}

/* ---- all states at once ---- */

static void lw_bits_of_set(const lw_gate *gate, uint64_t *bits) {
    for (size_t i = 0; i < gate->set_count; i++) {
        bits[gate->set[i] / 64] |= UINT64_C(1) << (gate->set[i] % 64);
    }
    bits[0] |= (uint64_t)gate->set_accepts; /* the accepting state is the first */
}

static void lw_bits_fill(lw_gate *gate) {
    lw_gate_bits *bits = &gate->bits;
    for (size_t i = 1; i < gate->nfa_count; i++) {
        const lw_nfa_state *nfa = &gate->nfa[i];
        uint64_t bit = UINT64_C(1) << (i % 64);
        if (nfa->kind != LW_NFA_CLASS) {
            continue;
        }
        for (size_t column = 0; column < gate->column_count; column++) {
            bool reads = (gate->class_columns[(size_t)nfa->class_ * 8 + column / 32] >> (column % 32)) & 1U;
            bits->reads[column * bits->words + i / 64] |= reads ? bit : 0;
        }
        if (nfa->out == i - 1 && (nfa->out == 0 || gate->nfa[nfa->out].kind == LW_NFA_CLASS)) {
            bits->shifts[i / 64] |= bit;
            continue;
        }
        lw_set_begin(gate);
        lw_set_add(gate, nfa->out, false, false);
        lw_bits_of_set(gate, bits->after + i * bits->words);
    }
    lw_set_begin(gate);
    lw_set_add(gate, gate->entry, false, false);
    lw_bits_of_set(gate, bits->entry);
}

/* False: no memory for it. */
static bool lw_bits_ready(lw_gate *gate) {
    lw_gate_bits *bits = &gate->bits;
    if (bits->reads != NULL) {
        return true;
    }
    size_t words = gate->nfa_count / 64 + 1;
    uint64_t *all = calloc((gate->column_count + gate->nfa_count + 4) * words, sizeof(*all));
    if (all == NULL) {
        return false;
    }
    *bits = (lw_gate_bits){.words = words, .reads = all};
    bits->shifts = all + gate->column_count * words;
    bits->entry = bits->shifts + words;
    bits->active = bits->entry + words;
    bits->next = bits->active + words;
    bits->after = bits->next + words;
    lw_bits_fill(gate);
    return true;
}

/* Reads one byte: active becomes what it leads to. */
static void lw_bits_step(lw_gate_bits *bits, uint8_t column) {
    const uint64_t *reads = bits->reads + (size_t)column * bits->words;
    memcpy(bits->next, bits->entry, bits->words * sizeof(*bits->next));
    for (size_t word = 0; word < bits->words; word++) {
        uint64_t reading = bits->active[word] & reads[word];
        uint64_t shifted = reading & bits->shifts[word];
        bits->next[word] |= shifted >> 1;
        if (word > 0) {
            bits->next[word - 1] |= shifted << 63;
        }
        for (uint64_t others = reading & ~shifted; others != 0; others &= others - 1) {
            const uint64_t *after = bits->after + (word * 64 + (size_t)__builtin_ctzll(others)) * bits->words;
            for (size_t i = 0; i < bits->words; i++) {
                bits->next[i] |= after[i];
            }
        }
    }
    uint64_t *read = bits->active;
    bits->active = bits->next;
    bits->next = read;
}

/* Reads the bytes from end - 1 down to 1. Returns the state before the first byte, which is left to the caller: only
 * the deterministic states know what may stand at the start. */
static uint16_t lw_bits_run(lw_gate *gate, uint16_t from, const uint8_t *text, size_t end, uint64_t *starts,
                            bool *ret_any) {
    lw_gate_bits *bits = &gate->bits;
    const lw_gate_state *state = &gate->states[from];
    memset(bits->active, 0, bits->words * sizeof(*bits->active));
    for (size_t i = 0; i < state->member_count; i++) {
        uint16_t member = gate->members[state->members + i];
        bits->active[member / 64] |= UINT64_C(1) << (member % 64);
    }
    for (size_t at = end; at-- > 1;) {
        lw_bits_step(bits, gate->column_of[text[at]]);
        uint64_t accepts = bits->active[0] & 1U;
        starts[at / 64] |= accepts << (at % 64);
        *ret_any = *ret_any || accepts;
    }
    lw_set_begin(gate);
    for (size_t i = 1; i < gate->nfa_count; i++) {
        if ((bits->active[i / 64] >> (i % 64)) & 1U) {
            gate->set[gate->set_count++] = (uint16_t)i;
        }
    }
    gate->set_accepts = bits->active[0] & 1U;
    bool emptied = false;
    return lw_gate_intern(gate, &emptied);
}

/* ---- the run ---- */

void lw_gate_spend(lw_gate *gate) {
    gate->credit = 0;
    lw_gate_empty_cache(gate); /* so that it needs states */
}

bool lw_gate_run(lw_gate *gate, lw_slice cell, uint64_t *starts) {
    const uint8_t *text = (const uint8_t *)cell.data;
    uint16_t state = lw_gate_first_state(gate);
    bool any = false;
    size_t earned = gate->credit + cell.len;
    gate->credit = earned < LW_GATE_CREDIT_MAX ? earned : LW_GATE_CREDIT_MAX;
    for (size_t at = cell.len; at-- > 0;) {
        uint16_t next = gate->next[(size_t)state * gate->column_count + gate->column_of[text[at]]];
        if (next == 0 && at > 0 && gate->credit < LW_GATE_STATE_PRICE && lw_bits_ready(gate)) {
            state = lw_bits_run(gate, state, text, at + 1, starts, &any);
            at = 1; /* and on with the first byte */
            continue;
        }
        if (next == 0) {
            gate->credit -= gate->credit < LW_GATE_STATE_PRICE ? gate->credit : LW_GATE_STATE_PRICE;
            next = lw_gate_make_next(gate, state, gate->column_of[text[at]]);
        }
        state = next;
        if (gate->states[state].accepts || (at == 0 && gate->states[state].accepts_at_start)) {
            starts[at / 64] |= UINT64_C(1) << (at % 64);
            any = true;
        }
    }
    return any;
}
