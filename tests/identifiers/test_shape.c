#include "tests/support/lw_test.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

#define PATIENT_ID "[a-z,0-9]{8}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{12}"

static const char *const shapes[] = {
    PATIENT_ID, "[S]{1}\\d{8}", "[X]{1}\\d{8}[X]{1}", "\\d{3}-\\d{2}-\\d{4}", "[0-9]{9}", "(?i)id[0-9a-f]{4}", "aa",
    "(?:ab){3}(?:\\d\\s){2}", "\\x41[[:punct:]]{2}", "[A-Z]{2}\\d{2}[A-Z]{2}", "a",
    /* for the registers of AVX2: each way of filling them, at its ends */
    "[a-f0-9]{8}", "[a-z,0-9]{7}[\\x7f]{8}", "\\d{15}Z", "[ -~]{5}-[A-Z]{11}", "[0-9A-Z]{31}x", "[!-/]{32}y",
    "[A-Z][0-9]{62}[a-z]", "[A-Z][0-9]{62}[a-z]{2}", "[a][h][o][v]\\d\\s[!-/][ab,]", /* more products than fit */
};

/* Deterministic random numbers: the same cells on every machine. */
static uint64_t seed = 1;
static uint32_t next_random(uint32_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static bool make(const char *pattern, lw_shape *shape) {
    lw_regex_tree *tree = NULL;
    lw_error err = {0};
    assert_ok(lw_regex_tree_new(lw_slice_from(pattern), &tree, &err));
    bool made = lw_shape_make(tree, shape);
    free(tree);
    return made;
}

/* A text of which the shape takes each byte. */
static void fill(const lw_shape *shape, char *text) {
    for (size_t i = 0; i < shape->length; i++) {
        do {
            text[i] = (char)next_random(256);
        } while ((shape->class_bits[(unsigned char)text[i]] & shape->need[i]) == 0);
    }
}

/* Matches of a cell by PCRE2 alone, with nothing of ours between. */
static size_t matches_by_pcre2(pcre2_code *code, pcre2_match_data *data, lw_slice cell, lw_match *matches) {
    size_t count = 0;
    size_t from = 0;
    while (pcre2_match(code, (PCRE2_SPTR)cell.data, cell.len, from, 0, data, NULL) > 0) {
        const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
        matches[count++] = (lw_match){offsets[0], offsets[1]};
        from = offsets[1];
    }
    return count;
}

static size_t matches_by_shape(const lw_shape *shape, lw_slice cell, lw_match *matches) {
    size_t count = 0;
    size_t from = 0;
    while (lw_shape_find(shape, cell, from, &matches[count])) {
        from = matches[count++].end;
    }
    return count;
}

/* Fitting texts, put together, cut, mutated, with noise around them. */
static size_t random_cell(const lw_shape *shape, char *cell, size_t cap) {
    size_t len = 0;
    while (len + shape->length + 8 < cap && next_random(4) != 0) {
        uint32_t kind = next_random(4);
        if (kind == 0) {
            for (uint32_t noise = next_random(7); noise > 0; noise--) {
                cell[len++] = (char)next_random(256);
            }
        } else {
            fill(shape, cell + len);
            if (kind == 1) {
                cell[len + next_random(shape->length)] = (char)next_random(256);
            }
            len += kind == 2 ? next_random(shape->length + 1U) : shape->length;
        }
    }
    return len;
}

static void compare(const char *pattern, size_t rounds) {
    lw_shape shape;
    int code_number = 0;
    PCRE2_SIZE offset = 0;
    assert_true(make(pattern, &shape));
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, 0, &code_number, &offset, NULL);
    assert_non_null(code);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    size_t found = 0;
    for (size_t round = 0; round < rounds; round++) {
        char cell[600];
        lw_match expected[600];
        lw_match actual[601];
        lw_slice text = {cell, random_cell(&shape, cell, sizeof(cell))};
        size_t count = matches_by_pcre2(code, data, text, expected);
        assert_int_equal(matches_by_shape(&shape, text, actual), count);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(actual[i].begin, expected[i].begin);
            assert_int_equal(actual[i].end, expected[i].end);
        }
        found += count;
    }
    assert_true(found > rounds / 4); /* the cells are worth something */
    pcre2_match_data_free(data);
    pcre2_code_free(code);
}

LW_TEST(shapes_find_what_pcre2_finds) {
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        compare(shapes[i], 3000);
    }
}

#define COLUMN_CELLS 200U

/* Cells one behind the other, most of the shape's own length, as columns have them. */
static size_t random_column(const lw_shape *shape, char *text, uint32_t *begin, uint32_t *end) {
    size_t len = 0;
    for (size_t i = 0; i < COLUMN_CELLS; i++) {
        begin[i] = (uint32_t)len;
        if (next_random(4) == 0) {
            len += random_cell(shape, text + len, 400);
        } else {
            fill(shape, text + len);
            if (next_random(3) == 0) {
                text[len + next_random(shape->length)] = (char)next_random(256);
            }
            len += shape->length;
        }
        end[i] = (uint32_t)len;
        text[len++] = (char)next_random(256);
    }
    return len;
}

/* Each level that this processor has. */
static void columns_hold(const lw_shape *shape, const lw_cells *cells, const lw_hit *expected, size_t count) {
    static lw_hit hits[256];
    lw_shape lowered = *shape;
    for (unsigned level = LW_SIMD_BASE; level <= (unsigned)lw_simd_supported(); level++) {
        lowered.simd = (lw_simd)level;
        memset(hits, 0, sizeof(hits));
        assert_int_equal(lw_shape_column(&lowered, cells, hits), count);
        assert_memory_equal(hits, expected, count * sizeof(*hits));
    }
}

LW_TEST(columns_hold_what_their_cells_do) {
    static uint32_t begin[COLUMN_CELLS];
    static uint32_t end[COLUMN_CELLS];
    static lw_hit expected[COLUMN_CELLS];
    char *text = malloc(COLUMN_CELLS * 500U);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) * 20; i++) {
        lw_shape shape;
        assert_true(make(shapes[i % (sizeof(shapes) / sizeof(shapes[0]))], &shape));
        (void)random_column(&shape, text, begin, end);
        lw_cells cells = {text, begin, end, COLUMN_CELLS};
        size_t count = 0;
        for (uint32_t c = 0; c < COLUMN_CELLS; c++) {
            uint32_t matches = lw_shape_count(&shape, (lw_slice){text + begin[c], end[c] - begin[c]});
            if (matches > 0) {
                expected[count++] = (lw_hit){c, matches};
            }
        }
        assert_true(count > 0);
        columns_hold(&shape, &cells, expected, count);
    }
    free(text);
}

/* Every byte at every place of a cell that fits otherwise. */
LW_TEST(columns_know_every_byte_at_every_place) {
    static uint32_t begin[256];
    static uint32_t end[256];
    static lw_hit expected[256];
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        lw_shape shape;
        assert_true(make(shapes[i], &shape));
        size_t length = shape.length;
        char *text = malloc(256 * length); /* nothing readable behind the last cell */
        assert_non_null(text);
        for (size_t place = 0; place < length; place++) {
            size_t count = 0;
            for (uint32_t byte = 0; byte < 256; byte++) {
                begin[byte] = byte * (uint32_t)length;
                end[byte] = begin[byte] + (uint32_t)length;
                fill(&shape, text + begin[byte]);
                text[begin[byte] + place] = (char)byte;
                if ((shape.class_bits[byte] & shape.need[place]) != 0) {
                    expected[count++] = (lw_hit){byte, 1};
                }
            }
            columns_hold(&shape, &(lw_cells){text, begin, end, 256}, expected, count);
        }
        free(text);
    }
}

LW_TEST(classes_become_products) {
    lw_shape shape;
    assert_true(make(PATIENT_ID, &shape));
    assert_true(shape.has_products);
    assert_true(make("[a][h][o][v]\\d\\s[!-/][ab,]", &shape));
    assert_false(shape.has_products);
}

LW_TEST(only_fixed_shapes_become_shapes) {
    static const char *const others[] = {"a+",    "a{1,2}", "a|b",    "a.b",      "[^a]b",    "^abc",   "abc$",
                                         "\\bab", "a?b",    "\\p{L}", "\xc3\xa9", "(?:a|b)c", "a{999}", "\\D\\d"};
    lw_shape shape;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (make(others[i], &shape)) {
            fail_msg("'%s' became a shape", others[i]);
        }
    }
    assert_false(make("[a][b][c][d][e][f][g][h][i]", &shape)); /* nine classes */
    assert_true(make("[a][b][c][d][e][f][g][h]", &shape));
    assert_true(make("a{128}", &shape));
    assert_false(make("a{129}", &shape));
}

LW_TEST(the_most_selective_place_is_the_probe) {
    lw_shape shape;
    assert_true(make(PATIENT_ID, &shape));
    assert_int_equal(shape.length, 36);
    assert_int_equal(shape.probe, 8);
    assert_int_equal(shape.probe_byte, '-');
    assert_true(make("[0-9]{4}[ab]", &shape));
    assert_int_equal(shape.probe, 4);
    assert_int_equal(shape.probe_byte, -1);
}

LW_TEST(ends_of_the_cell) {
    lw_shape shape;
    lw_match match;
    assert_true(make("[S]{1}\\d{8}", &shape));
    assert_false(lw_shape_find(&shape, LW_SLICE_LITERAL(""), 0, &match));
    assert_false(lw_shape_find(&shape, LW_SLICE_LITERAL("S1234567"), 0, &match));
    assert_true(lw_shape_find(&shape, LW_SLICE_LITERAL("S12345678"), 0, &match));
    assert_false(lw_shape_find(&shape, LW_SLICE_LITERAL("S12345678"), 1, &match));
    assert_false(lw_shape_find(&shape, LW_SLICE_LITERAL("S12345678"), 9, &match));
    assert_true(lw_shape_find(&shape, LW_SLICE_LITERAL("SSS12345678"), 0, &match));
    assert_int_equal(match.begin, 2);
    assert_int_equal(match.end, 11);
}
