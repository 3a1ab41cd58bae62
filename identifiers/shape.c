/* Fixed shapes: a pattern such as [a-z,0-9]{8}-[a-z,0-9]{4} needs no regular expression engine.
 *
 * A shape is a fixed number of bytes, each of a known class. Every byte value has a set of up to eight class bits,
 * every position asks for one of them, so a cell is judged by one table look-up and one AND a byte, without branches
 * but one probe: the position with the smallest class is looked at first and rejects most places at once.
 *
 * Guarantees: finds exactly what PCRE2 would (tests/identifiers/test_shapes.c compares them on random and mutated
 * cells); only patterns whose tree is exact and that match ASCII only become shapes.
 *
 * Leaves out alternatives and repeats with a range: they go to PCRE2.
 */
#include <string.h>

#include "identifiers/regex_priv.h"

#define LW_SHAPE_CLASSES_MAX 8
#define LW_SHAPE_PRODUCTS_MAX 8

/* The bytes of which the low nibble is one of some, and the high nibble too. */
typedef struct lw_shape_product {
    uint16_t low, high; /* bit per nibble */
} lw_shape_product;

typedef struct lw_shape_maker {
    const lw_regex_tree *tree;
    lw_shape *shape;
    uint16_t classes[LW_SHAPE_CLASSES_MAX];  /* indexes in the tree */
    uint16_t positions[LW_SHAPE_LENGTH_MAX]; /* class of each position, index in the tree */
    size_t class_count;
} lw_shape_maker;

static bool lw_shape_add_class(lw_shape_maker *maker, uint16_t class_) {
    lw_shape *shape = maker->shape;
    size_t slot = 0;
    while (slot < maker->class_count && maker->classes[slot] != class_) {
        slot++;
    }
    if (slot == LW_SHAPE_CLASSES_MAX || shape->length == LW_SHAPE_LENGTH_MAX) {
        return false;
    }
    if (slot == maker->class_count) {
        maker->classes[maker->class_count++] = class_;
        for (unsigned byte = 0; byte < 256; byte++) {
            if (lw_class_has(&maker->tree->classes[class_], byte)) {
                shape->class_bits[byte] |= (uint8_t)(1U << slot);
            }
        }
    }
    maker->positions[shape->length] = class_;
    shape->need[shape->length++] = (uint8_t)(1U << slot);
    return true;
}

static bool lw_shape_add(lw_shape_maker *maker, uint16_t index) {
    const lw_regex_node *node = &maker->tree->nodes[index];
    if (node->kind == LW_NODE_CLASS) {
        return lw_shape_add_class(maker, node->class_);
    }
    if (node->kind == LW_NODE_EMPTY) {
        return true;
    }
    bool fixed_repeat = node->kind == LW_NODE_REPEAT && node->min == node->max;
    if (node->kind != LW_NODE_CONCAT && !fixed_repeat) {
        return false;
    }
    for (uint32_t i = 0; i < node->min; i++) {
        for (uint16_t child = node->first; child != 0; child = maker->tree->nodes[child].next) {
            if (!lw_shape_add(maker, child)) {
                return false;
            }
        }
        if (maker->shape->length == 0) { /* repeats of nothing */
            return false;
        }
    }
    return true;
}

/* Picks the position whose class has the fewest bytes. */
static void lw_shape_choose_probe(lw_shape_maker *maker) {
    unsigned fewest = 257;
    for (uint16_t i = 0; i < maker->shape->length; i++) {
        unsigned members = 0;
        int last = -1;
        for (unsigned byte = 0; byte < 256; byte++) {
            if (lw_class_has(&maker->tree->classes[maker->positions[i]], byte)) {
                members++;
                last = (int)byte;
            }
        }
        if (members < fewest) {
            fewest = members;
            maker->shape->probe = i;
            maker->shape->probe_byte = members == 1 ? last : -1;
        }
    }
}

/* ---- products ---- */

/* By high nibble, the low nibbles that bytes of the class have with it. Shapes are ASCII only. */
static void lw_shape_rows(const lw_byte_class *class_, uint16_t rows[8]) {
    memset(rows, 0, 8 * sizeof *rows);
    for (unsigned byte = 0; byte < 128; byte++) {
        rows[byte / 16] |= (uint16_t)((unsigned)lw_class_has(class_, byte) << byte % 16);
    }
}

/* Bit per product that the class consists of: rows that are alike make one. 0: there are too many, or none. */
static uint8_t lw_shape_products_of(const lw_byte_class *class_, lw_shape_product *products, size_t *count) {
    uint16_t rows[8];
    unsigned bits = 0;
    lw_shape_rows(class_, rows);
    for (unsigned high = 0; high < 8; high++) {
        lw_shape_product product = {.low = rows[high]};
        for (unsigned like = 0; like < 8; like++) {
            product.high |= rows[like] == rows[high] ? (uint16_t)(1U << like) : 0;
        }
        size_t slot = 0;
        while (slot < *count && (products[slot].low != product.low || products[slot].high != product.high)) {
            slot++;
        }
        if (product.low == 0) {
            continue;
        }
        if (slot == LW_SHAPE_PRODUCTS_MAX) {
            return 0;
        }
        if (slot == *count) {
            products[(*count)++] = product;
        }
        bits |= 1U << slot;
    }
    return (uint8_t)bits;
}

static void lw_shape_add_products(const lw_shape_maker *maker) {
    lw_shape *shape = maker->shape;
    lw_shape_product products[LW_SHAPE_PRODUCTS_MAX];
    size_t count = 0;
    for (size_t slot = 0; slot < maker->class_count; slot++) {
        uint8_t bits = lw_shape_products_of(&maker->tree->classes[maker->classes[slot]], products, &count);
        if (bits == 0) {
            return;
        }
        for (size_t i = 0; i < shape->length; i++) {
            shape->products[i] |= shape->need[i] == 1U << slot ? bits : 0;
        }
    }
    for (size_t i = 0; i < count * 16; i++) {
        shape->low[i % 16] |= (uint8_t)(((products[i / 16].low >> i % 16) & 1U) << i / 16);
        shape->high[i % 16] |= (uint8_t)(((products[i / 16].high >> i % 16) & 1U) << i / 16);
    }
    shape->has_products = true;
}

bool lw_shape_make(const lw_regex_tree *tree, lw_shape *ret_shape) {
    lw_shape shape = {.probe_byte = -1, .simd = lw_simd_level()};
    lw_shape_maker maker = {.tree = tree, .shape = &shape};
    if (!tree->exact || tree->utf || !lw_shape_add(&maker, tree->root) || shape.length == 0) {
        return false;
    }
    lw_shape_choose_probe(&maker);
    lw_shape_add_products(&maker);
    *ret_shape = shape;
    return true;
}

bool lw_shape_fits(const lw_shape *shape, const char *at) {
    const uint8_t *bytes = (const uint8_t *)at;
    if ((shape->class_bits[bytes[shape->probe]] & shape->need[shape->probe]) == 0) {
        return false;
    }
    unsigned missing = 0; /* no branch a byte: nearly all texts that pass the probe fit */
    size_t length = shape->length;
    size_t i = 0;
    for (; i + 4 <= length; i += 4) {
        missing |= (unsigned)(shape->need[i] & ~shape->class_bits[bytes[i]]) |
                   (unsigned)(shape->need[i + 1] & ~shape->class_bits[bytes[i + 1]]) |
                   (unsigned)(shape->need[i + 2] & ~shape->class_bits[bytes[i + 2]]) |
                   (unsigned)(shape->need[i + 3] & ~shape->class_bits[bytes[i + 3]]);
    }
    for (; i < length; i++) {
        missing |= (unsigned)(shape->need[i] & ~shape->class_bits[bytes[i]]);
    }
    return missing == 0;
}

/* The next start whose probe position can fit, or past the last start. */
static size_t lw_shape_next_start(const lw_shape *shape, lw_slice cell, size_t start, size_t last) {
    if (shape->probe_byte >= 0 && start <= last) {
        const char *found = memchr(cell.data + start + shape->probe, shape->probe_byte, last - start + 1);
        return found == NULL ? last + 1 : (size_t)(found - cell.data) - shape->probe;
    }
    return start;
}

bool lw_shape_find(const lw_shape *shape, lw_slice cell, size_t from, lw_match *ret_match) {
    if (cell.len < shape->length || from > cell.len - shape->length) {
        return false;
    }
    size_t last = cell.len - shape->length;
    for (size_t start = lw_shape_next_start(shape, cell, from, last); start <= last;
         start = lw_shape_next_start(shape, cell, start + 1, last)) {
        if (lw_shape_fits(shape, cell.data + start)) {
            *ret_match = (lw_match){start, start + shape->length};
            return true;
        }
    }
    return false;
}

/* ---- columns ---- */

uint32_t lw_shape_count(const lw_shape *shape, lw_slice cell) {
    uint32_t count = 0;
    lw_match match;
    for (size_t from = 0; lw_shape_find(shape, cell, from, &match); from = match.end) {
        count++;
    }
    return count;
}

size_t lw_shape_column_base(const lw_shape *shape, const lw_cells *cells, lw_hit *hits) {
    size_t hit_count = 0;
    for (size_t i = 0; i < cells->count; i++) {
        uint32_t len = cells->end[i] - cells->begin[i];
        if (len < shape->length) {
            continue;
        }
        const char *text = cells->text + cells->begin[i];
        uint32_t count =
            len == shape->length ? (uint32_t)lw_shape_fits(shape, text) : lw_shape_count(shape, (lw_slice){text, len});
        hits[hit_count] = (lw_hit){(uint32_t)i, count};
        hit_count += count > 0;
    }
    return hit_count;
}

size_t lw_shape_column(const lw_shape *shape, const lw_cells *cells, lw_hit *hits) {
#if defined(__x86_64__)
    if (shape->length <= LW_SHAPE_AVX512_MAX && shape->simd >= LW_SIMD_AVX512_ICL) {
        return lw_shape_column_avx512(shape, cells, hits);
    }
    if (shape->simd < LW_SIMD_AVX2) {
        return lw_shape_column_base(shape, cells, hits);
    }
#endif
    bool one_look = shape->has_products && shape->length >= LW_SHAPE_AVX2_MIN && shape->length <= LW_SHAPE_AVX2_MAX;
    return one_look ? lw_shape_column_avx2(shape, cells, hits) : lw_shape_column_base(shape, cells, hits);
}
