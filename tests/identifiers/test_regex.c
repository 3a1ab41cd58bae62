#include "tests/support/lw_test.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

typedef struct lw_bench {
    lw_regex_tree *tree;
    lw_regex *regex;
    lw_regex_runner *runner;
} lw_bench;

static lw_bench begin(const char *pattern) {
    lw_bench bench = {0};
    lw_error err = {0};
    if (lw_regex_tree_new(lw_slice_from(pattern), &bench.tree, &err) != LW_OK ||
        lw_regex_new(lw_slice_from(pattern), bench.tree, false, &bench.regex, &err) != LW_OK) {
        fail_msg("'%s': %s", pattern, err.text);
    }
    assert_ok(lw_regex_runner_new(&bench.runner));
    return bench;
}

static void end(lw_bench *bench) {
    lw_regex_free(bench->regex);
    lw_regex_runner_free(bench->runner);
    free(bench->tree);
}

/* All matches of a cell; *ret_status is what ended the search. */
static size_t all(lw_bench *bench, lw_slice cell, lw_match *matches, size_t cap, lw_status *ret_status) {
    size_t count = 0;
    size_t from = 0;
    lw_match match = {0};
    while ((*ret_status = lw_regex_find(bench->regex, bench->runner, cell, from, from == 0, &match)) == LW_OK) {
        if (count < cap) {
            matches[count] = match;
        }
        count++;
        from = match.end;
    }
    return count;
}

/* ---- the gate must not change what is found ---- */

static uint64_t seed = 7;
static uint32_t next_random(uint32_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static size_t by_pcre2(const char *pattern, bool utf, lw_slice cell, lw_match *matches) {
    int number = 0;
    PCRE2_SIZE offset = 0;
    /* without its short cut for a leading .*, which loses matches behind bytes that are no UTF-8 */
    uint32_t options =
        PCRE2_DOLLAR_ENDONLY | PCRE2_NO_DOTSTAR_ANCHOR | (utf ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : 0U);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    assert_non_null(code);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    size_t count = 0;
    size_t from = 0;
    while (from < cell.len && pcre2_match(code, (PCRE2_SPTR)cell.data, cell.len, from, 0, data, NULL) > 0) {
        const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
        matches[count++] = (lw_match){offsets[0], offsets[1]};
        from = offsets[1];
    }
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return count;
}

LW_TEST(gated_patterns_find_what_pcre2_finds) {
    static const char *const patterns[] = {
        "a+",
        "a+b",
        "(?:ab|a)+c",
        "\\s+$",
        "^a+",
        "a+$",
        "^a+$",
        "(?i)ab+",
        "a.*b",
        "a.*?b",
        "(?:a|b)*c",
        "[^a]+b",
        "a{2,}b?",
        "(?:a?b){2}",
        "\\bab+\\b",
        "\\D+1",
        "(?:a+|b+)c",
        "a+\xc3\xa9",
        "[\xc3\xa0-\xc3\xbf]+",
        "(?i)\xc3\xa9+",
        "\\w+\\s\\w+",
        "a++b",
        "(?>a+)b",
        "(?:^|,)a+(?:,|$)",
        "a+b|b+a",
        "\\p{L}+1",
        "(?:a{1,3}){2}b",
        "x*a\\z",
    };
    static const char *const pieces[] = {"a",    "b",   "c",  "aa", "ab", " ",        "1",        ",",
                                         "A",    "B",   "\n", "_",  "x",  "\xc3\xa9", "\xc3\x89", "\xe2\x82\xac",
                                         "\xff", "\xc3"};
    for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
        lw_bench bench = begin(patterns[p]);
        size_t total = 0;
        for (size_t round = 0; round < 1500; round++) {
            char cell[64];
            size_t len = 0;
            for (uint32_t k = next_random(14); k > 0; k--) {
                lw_slice piece = lw_slice_from(pieces[next_random(sizeof(pieces) / sizeof(pieces[0]))]);
                memcpy(cell + len, piece.data, piece.len);
                len += piece.len;
            }
            lw_match expected[64];
            lw_match actual[64];
            lw_status status = LW_OK;
            size_t count = by_pcre2(patterns[p], bench.tree->utf, (lw_slice){cell, len}, expected);
            size_t found = all(&bench, (lw_slice){cell, len}, actual, 64, &status);
            assert_int_equal(status, LW_E_NOT_FOUND);
            if (found != count || memcmp(expected, actual, count * sizeof(*actual)) != 0) {
                fail_msg("'%s' round %zu: %zu matches, PCRE2 finds %zu", patterns[p], round, found, count);
            }
            total += count;
        }
        if (total < 5) {
            fail_msg("%s: only %zu matches were compared", patterns[p], total);
        }
        end(&bench);
    }
}

/* A random pattern of the subset. */
static void random_pattern(lw_buf *pattern, unsigned depth) {
    static const char *const atoms[] = {"a",
                                        "b",
                                        "c",
                                        ".",
                                        "[ab]",
                                        "[^a]",
                                        "\\d",
                                        "\\w",
                                        "\\s",
                                        "\xc3\xa9",
                                        "[\xc3\xa0-\xc3\xbf]",
                                        "\\D",
                                        "(?i)B",
                                        "[[:alpha:]]",
                                        "\\b",
                                        "^",
                                        "$",
                                        "\\B",
                                        "\\x61",
                                        "\\p{L}"};
    static const char *const repeats[] = {"*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "{0,2}?", "++", "?+"};
    for (uint32_t items = 1 + next_random(3); items > 0; items--) {
        if (depth < 3 && next_random(4) == 0) {
            assert_ok(lw_buf_append_text(pattern, next_random(2) == 0 ? "(" : "(?:"));
            random_pattern(pattern, depth + 1);
            if (next_random(2) == 0) {
                assert_ok(lw_buf_append_text(pattern, "|"));
                random_pattern(pattern, depth + 1);
            }
            assert_ok(lw_buf_append_text(pattern, ")"));
        } else {
            assert_ok(lw_buf_append_text(pattern, atoms[next_random(sizeof(atoms) / sizeof(atoms[0]))]));
        }
        if (next_random(3) == 0) {
            assert_ok(lw_buf_append_text(pattern, repeats[next_random(sizeof(repeats) / sizeof(repeats[0]))]));
        }
    }
}

static size_t random_cell(char *cell, uint32_t pieces_max) {
    static const char *const pieces[] = {
        "a", "b", "c", "B", " ", "1", "_", "\n", "\xc3\xa9", "\xc3\x89", "\xe2\x82\xac", "\xff"};
    size_t len = 0;
    for (uint32_t k = next_random(pieces_max); k > 0; k--) {
        /* faults in one cell of four */
        lw_slice piece = lw_slice_from(pieces[next_random(sizeof(pieces) / sizeof(pieces[0]) - (next_random(4) != 0))]);
        memcpy(cell + len, piece.data, piece.len);
        len += piece.len;
    }
    return len;
}

LW_TEST(random_patterns_find_what_pcre2_finds) {
    size_t compared = 0;
    size_t gated = 0;
    size_t total = 0;
    size_t undecided = 0;
    seed = 11;
    for (size_t round = 0; round < 3000; round++) {
        lw_buf pattern;
        lw_regex_tree *tree = NULL;
        lw_buf_init(&pattern, 4096);
        random_pattern(&pattern, 0);
        lw_regex *regex = NULL;
        bool usable = lw_regex_tree_new(lw_buf_slice(&pattern), &tree, NULL) == LW_OK &&
                      lw_regex_new(lw_buf_slice(&pattern), tree, true, &regex, NULL) == LW_OK;
        lw_regex_free(regex);
        free(tree);
        if (usable) {
            lw_bench bench = begin(pattern.data);
            gated += bench.tree->slow;
            for (size_t i = 0; i < 20; i++) {
                char cell[64];
                lw_match expected[64];
                lw_match actual[64];
                lw_status status = LW_OK;
                lw_slice text = {cell, random_cell(cell, 16)};
                size_t count = by_pcre2(pattern.data, bench.tree->utf, text, expected);
                size_t found = all(&bench, text, actual, 64, &status);
                if (status == LW_E_REGEX_LIMIT) { /* some of these patterns are exponential */
                    assert_int_equal(lw_regex_work(bench.regex, text.len), lw_regex_work_limit(text.len));
                    undecided++;
                    continue;
                }
                assert_int_equal(status, LW_E_NOT_FOUND);
                if (found != count || memcmp(expected, actual, count * sizeof(*actual)) != 0) {
                    fail_msg("'%s' round %zu: %zu matches, PCRE2 finds %zu", pattern.data, round, found, count);
                }
                total += count;
                compared++;
            }
            end(&bench);
        }
        lw_buf_done(&pattern);
    }
    print_message("%zu comparisons, %zu patterns with a gate, %zu matches, %zu undecided\n", compared, gated, total,
                  undecided);
    assert_true(compared > 10000 && gated > 300 && total > 10000 && undecided * 1000 < compared);
}

/* ---- slow patterns ---- */

typedef struct lw_evil {
    const char *pattern, *head;
    char fill;
    const char *tail;
} lw_evil;

/* Patterns of the literature on denial of service, on a megabyte each, must neither hang nor call it clean unproved. */
LW_TEST(evil_patterns_are_bounded) {
    static const lw_evil evils[] = {
        {"(a+)+$", "", 'a', "b"},           {"\\s+$", "", ' ', "x"},
        {"[a-z]+[ac]*[bd]", "", 'e', ""},   {"(?:(?:a|b)|c)*[de]", "", 'a', ""},
        {"(?:a|aa)+$", "", 'a', "b"},       {"(?:a|a)*b", "", 'a', ""},
        {"(?:.*,){10}x", "", ',', ""},      {"(?:x+x+)+y", "", 'x', ""},
        {"a.*b.*c.*d", "", 'a', ""},        {"(?:[0-9a-f]+:)+z", "", '0', ""},
        {"^(?:a?){30}a{30}$", "", 'a', ""}, {"(\\w+\\s?)+!", "", 'w', ""},
    };
    size_t size = (size_t)1024 * 1024;
    char *cell = malloc(size);
    assert_non_null(cell);
    int64_t begun = lw_clock_monotonic_ns();
    for (size_t i = 0; i < sizeof(evils) / sizeof(evils[0]); i++) {
        lw_match match;
        lw_status status = LW_OK;
        lw_bench bench = begin(evils[i].pattern);
        memset(cell, evils[i].fill, size);
        memcpy(cell + size - strlen(evils[i].tail), evils[i].tail, strlen(evils[i].tail));
        size_t count = all(&bench, (lw_slice){cell, size}, &match, 1, &status);
        assert_true(status == LW_E_NOT_FOUND || status == LW_E_REGEX_LIMIT);
        assert_int_equal(count, 0);
        end(&bench);
    }
    int64_t took_ms = (lw_clock_monotonic_ns() - begun) / 1000000;
    print_message("12 patterns on 1 MiB each: %lld ms\n", (long long)took_ms);
    assert_true(took_ms < 20000); /* sanitizers included; hours without the gate */
    free(cell);
}

/* What PCRE2 gives up is an error of its own, never "no match": the place is a match, found only after too long. */
LW_TEST(an_undecided_cell_is_an_error) {
    char cell[64];
    lw_match match;
    lw_bench bench = begin("(?:(?:a+)+c|(?:a+)+d|a{30,}b)");
    memset(cell, 'a', 40);
    cell[40] = 'b';
    assert_int_equal(lw_regex_find(bench.regex, bench.runner, (lw_slice){cell, 41}, 0, true, &match), LW_E_REGEX_LIMIT);
    end(&bench);
}

/* ---- the bound ---- */

static void fill(char *cell, size_t len, const char *piece) {
    size_t period = strlen(piece);
    for (size_t i = 0; i < len; i++) {
        cell[i] = piece[i % period];
    }
}

/* The units of the dearest way through one cell, decided or not. */
static uint64_t work_on(lw_bench *bench, lw_slice cell, lw_status *ret_status) {
    lw_match match;
    (void)all(bench, cell, &match, 1, ret_status);
    return lw_regex_work(bench->regex, cell.len);
}

typedef struct lw_hostile {
    const char *pattern, *piece;
    bool undecided; /* in a cell of 64 KiB; else the pattern must be decided within the limit */
} lw_hostile;

/* Counted, not timed: what a cell costs is under a limit that grows with the cell, and what is over it is told. What is
 * decided also grows no faster than the cell. */
LW_TEST(work_grows_with_the_cell_and_no_faster) {
    static const lw_hostile hostiles[] = {
        {"a.*b|a", "a", true},
        {"[a-z]+\\b[a-z]", "a", true},
        {"[^x]+\\b\xc3\xa9|a", "a", true},
        {"(?:a++[bd]|a)", "a", true},
        {"(?:a+)+[bc]|(?:a+)+d", "aaaaaaaaaaaaaaaaaaaaaaaad", true},
        {"(?:a|aa)+$", "aaab", false},
        {"(?:.*a){3}", "a ", false},
        {"\\s+$", " x", false},
        {"[a-z]+[ac]*[bd]", "e", false},
        {"[a-z0-9._+-]+@[a-z0-9.-]+\\.[a-z]{2,}", "john.doe@mail.example.com, ", false},
        {"[a-z0-9._+-]+@[a-z0-9.-]+\\.[a-z]{2,}", "a@", false},
    };
    static char cell[65536];
    for (size_t i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++) {
        lw_bench bench = begin(hostiles[i].pattern);
        uint64_t before = 0;
        for (size_t len = 1024; len <= sizeof(cell); len *= 4) {
            lw_status status = LW_OK;
            fill(cell, len, hostiles[i].piece);
            uint64_t work = work_on(&bench, (lw_slice){cell, len}, &status);
            if (work > lw_regex_work_limit(len) || (!hostiles[i].undecided && before > 0 && work > 5 * before + 4096)) {
                fail_msg("'%s': %zu bytes take %llu units, a quarter of them %llu", hostiles[i].pattern, len,
                         (unsigned long long)work, (unsigned long long)before);
            }
            before = work;
            if (len == sizeof(cell) && status != (hostiles[i].undecided ? LW_E_REGEX_LIMIT : LW_E_NOT_FOUND)) {
                fail_msg("'%s': ends with %d", hostiles[i].pattern, (int)status);
            }
        }
        end(&bench);
    }
}

/* Many cells: what one used up is not missed in the next, and what it left over is not given to the next. */
LW_TEST(each_cell_has_its_own_work) {
    lw_bench bench = begin("(?:a+)+[bc]|(?:a+)+d");
    lw_slice hostile = LW_SLICE_LITERAL("aaaaaaaaaaaaaaaaaaaaaaaad");
    lw_slice harmless = LW_SLICE_LITERAL("aad");
    lw_status status = LW_OK;
    for (size_t round = 0; round < 3; round++) {
        assert_int_equal(work_on(&bench, hostile, &status), lw_regex_work_limit(hostile.len));
        assert_int_equal(status, LW_E_REGEX_LIMIT);
        assert_true(work_on(&bench, harmless, &status) < 100);
        assert_int_equal(status, LW_E_NOT_FOUND);
    }
    end(&bench);
}

/* Patterns without a meter can take few steps only: PCRE2, made to call out, takes no more than the tree says. */
static int count_call(pcre2_callout_block *block, void *data) {
    (void)block;
    ++*(uint64_t *)data;
    return 0;
}

static uint64_t calls_at_start(const char *pattern, lw_slice cell) {
    int number = 0;
    PCRE2_SIZE offset = 0;
    uint32_t options = PCRE2_ANCHORED | PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE | PCRE2_NO_AUTO_POSSESS;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    assert_non_null(code);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    uint64_t calls = 0;
    pcre2_set_callout(context, count_call, &calls);
    (void)pcre2_match(code, (PCRE2_SPTR)cell.data, cell.len, 0, 0, data, context);
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return calls;
}

LW_TEST(patterns_of_many_steps_have_a_meter) {
    static const struct {
        const char *pattern;
        bool slow;
    } cases[] = {
        {"[A-Z]\\d{8}", false},   {"(?:a|b)?c[ -]?\\d{4}", false}, {"a{1,20}b", false},   {"a{0,99}a{0,99}b", true},
        {"(?:a|ab){7}c", false},  {"(?:a|aa){12}b", true},         {"(?:a?){30}b", true}, {"a+b", true},
        {"(?:a{1,3}){9}b", true}, {"(?:a|aa|aaa){5}[bc]", false},  {"a{999}", false},     {"a{1,30}a{1,30}[bc]", true},
    };
    static char cell[2000];
    memset(cell, 'a', sizeof(cell));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lw_bench bench = begin(cases[i].pattern);
        /* PCRE2 calls out twice for each step at most: before the item, and at the end of its group */
        uint64_t calls = calls_at_start(cases[i].pattern, (lw_slice){cell, sizeof(cell)});
        if (bench.tree->slow != cases[i].slow || (!cases[i].slow && calls > 2000)) {
            fail_msg("'%s': slow %d, %llu calls", cases[i].pattern, bench.tree->slow, (unsigned long long)calls);
        }
        end(&bench);
    }
}

/* With and without credit for new states, the gate finds the same places. */
LW_TEST(a_gate_without_credit_finds_the_same) {
    size_t compared = 0;
    size_t found = 0;
    seed = 13;
    for (size_t round = 0; round < 1500; round++) {
        lw_buf pattern;
        lw_regex_tree *tree = NULL;
        lw_gate *gates[2] = {NULL, NULL};
        lw_buf_init(&pattern, 4096);
        random_pattern(&pattern, 0);
        if (lw_regex_tree_new(lw_buf_slice(&pattern), &tree, NULL) == LW_OK && lw_gate_new(tree, &gates[0]) == LW_OK &&
            lw_gate_new(tree, &gates[1]) == LW_OK) {
            for (size_t i = 0; i < 10; i++) {
                char cell[64];
                uint64_t starts[2][2] = {{0}};
                lw_slice text = {cell, random_cell(cell, 16)};
                lw_gate_spend(gates[1]);
                bool any = lw_gate_run(gates[0], text, starts[0]);
                if (lw_gate_run(gates[1], text, starts[1]) != any ||
                    memcmp(starts[0], starts[1], sizeof(starts[0])) != 0) {
                    fail_msg("'%s' round %zu: the gates differ", pattern.data, round);
                }
                found += any;
                compared++;
            }
        }
        lw_gate_free(gates[0]);
        lw_gate_free(gates[1]);
        free(tree);
        lw_buf_done(&pattern);
    }
    assert_true(compared > 5000 && found > 1000);
}

/* ---- windows ---- */

/* A match is found wherever it lies in a long cell, at the edges of the windows too. */
static void at_every_edge(const char *pattern, lw_slice text) {
    static const size_t places[] = {0,     1,     57330, 57340, 57344,  57345, 65520,
                                    65530, 65535, 65536, 65537, 114688, 150000};
    size_t size = 200000;
    char *cell = malloc(size);
    assert_non_null(cell);
    lw_bench bench = begin(pattern);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        lw_match match[2];
        lw_status status = LW_OK;
        memset(cell, '.', size);
        memcpy(cell + places[i], text.data, text.len);
        assert_int_equal(all(&bench, (lw_slice){cell, size}, match, 2, &status), 1);
        assert_int_equal(status, LW_E_NOT_FOUND);
        assert_int_equal(match[0].begin, places[i]);
        assert_int_equal(match[0].end, places[i] + text.len);
    }
    end(&bench);
    free(cell);
}

LW_TEST(long_cells_are_searched_through) {
    at_every_edge("ab{3,6}c?d", LW_SLICE_LITERAL("abbbbbcd")); /* in windows */
    at_every_edge("ab+c?d", LW_SLICE_LITERAL("abbbbbcd"));     /* by the gate */
    at_every_edge("[\xc3\xa9x]{2,4}d", LW_SLICE_LITERAL("\xc3\xa9\xc3\xa9\xc3\xa9"
                                                        "d"));
}

LW_TEST(anchors_mean_the_cell_not_the_window) {
    size_t size = 200000;
    char *cell = malloc(size);
    lw_match match = {0};
    lw_status status = LW_OK;
    assert_non_null(cell);
    memset(cell, 'a', size);
    static const char *const starts[] = {"^a", "\\Aa", "^a{1,3}"};
    for (size_t i = 0; i < 3; i++) {
        lw_bench bench = begin(starts[i]);
        assert_int_equal(all(&bench, (lw_slice){cell, size}, &match, 1, &status), 1);
        assert_int_equal(match.begin, 0);
        end(&bench);
    }
    static const char *const ends[] = {"a$", "a\\z"};
    for (size_t i = 0; i < 2; i++) {
        lw_bench bench = begin(ends[i]);
        assert_int_equal(all(&bench, (lw_slice){cell, size}, &match, 1, &status), 1);
        assert_int_equal(match.end, size);
        end(&bench);
    }
    lw_bench bench = begin("a$");
    assert_int_equal(all(&bench, LW_SLICE_LITERAL("a\na\n"), &match, 1, &status), 0); /* the very end, not a line's */
    end(&bench);
    free(cell);
}

/* A match that is longer than a window is told, not cut. */
LW_TEST(a_match_over_the_window_is_undecided) {
    size_t size = 200000;
    char *cell = malloc(size);
    lw_match match;
    assert_non_null(cell);
    memset(cell, 'a', size);
    lw_bench bench = begin("a+");
    assert_int_equal(lw_regex_find(bench.regex, bench.runner, (lw_slice){cell, size}, 0, true, &match),
                     LW_E_REGEX_LIMIT);
    assert_ok(lw_regex_find(bench.regex, bench.runner, (lw_slice){cell, 60000}, 0, true, &match));
    assert_int_equal(match.end, 60000);
    end(&bench);
    cell[size - 1] = 'b'; /* begins here, ends beyond the window: the gate knows, PCRE2 does not */
    bench = begin("ca+b");
    cell[100] = 'c';
    assert_int_equal(lw_regex_find(bench.regex, bench.runner, (lw_slice){cell, size}, 0, true, &match),
                     LW_E_REGEX_LIMIT);
    end(&bench);
    free(cell);
}

/* ---- text ---- */

LW_TEST(bytes_that_are_no_utf8_stop_nothing) {
    lw_match match;
    lw_bench bench = begin("a.c\\d");
    assert_ok(lw_regex_find(bench.regex, bench.runner,
                            LW_SLICE_LITERAL("\xff\xfe abc \xc3 a\xc3\xa9"
                                             "c1"),
                            0, true, &match));
    assert_int_equal(match.end, 14);
    assert_int_equal(lw_regex_find(bench.regex, bench.runner,
                                   LW_SLICE_LITERAL("a\xff"
                                                    "c1"),
                                   0, true, &match),
                     LW_E_NOT_FOUND);
    end(&bench);
}

/* Without case, k and s have partners outside ASCII. */
LW_TEST(the_gate_knows_the_kelvin_sign) {
    lw_match match;
    lw_bench bench = begin("(?i)k+\xc3\xa9");
    assert_ok(lw_regex_find(bench.regex, bench.runner, LW_SLICE_LITERAL("x\xe2\x84\xaa\xc3\xa9"), 0, true, &match));
    assert_int_equal(match.begin, 1);
    end(&bench);
}

/* A gate whose automaton grows beyond its cache must still be right. */
LW_TEST(a_full_cache_is_emptied_and_the_search_goes_on) {
    const char *pattern = "c[ab]{14}a[ab]+"; /* read from right to left: 2^15 states */
    lw_bench bench = begin(pattern);
    size_t len = 60000;
    char *cell = malloc(len);
    assert_non_null(cell);
    for (size_t i = 0; i < len; i++) {
        cell[i] = next_random(40) == 0 ? 'c' : "ab"[next_random(2)];
    }
    static lw_match expected[4000];
    static lw_match actual[4000];
    lw_status status = LW_OK;
    size_t count = by_pcre2(pattern, false, (lw_slice){cell, len}, expected);
    assert_true(count > 100 && count < 4000);
    assert_int_equal(all(&bench, (lw_slice){cell, len}, actual, 4000, &status), count);
    assert_int_equal(status, LW_E_NOT_FOUND);
    assert_memory_equal(expected, actual, count * sizeof(*actual));
    end(&bench);
    free(cell);
}

LW_TEST(parts_of_a_cell_share_the_work_it_may_cost) {
    lw_bench bench = begin("(?:(?:a+)+c|(?:a+)+d)");
    lw_slice part = LW_SLICE_LITERAL("aaaad");
    lw_match match;
    assert_ok(lw_regex_find_in(bench.regex, bench.runner, part, 1000, 0, LW_NEW_CELL, &match));
    uint64_t once = lw_regex_work(bench.regex, 1000);
    assert_true(once > 0);
    assert_ok(lw_regex_find_in(bench.regex, bench.runner, part, 1000, 0, LW_NEW_PART, &match));
    assert_int_equal(lw_regex_work(bench.regex, 1000), 2 * once);
    assert_ok(lw_regex_find_in(bench.regex, bench.runner, part, 1000, 0, LW_NEW_CELL, &match));
    assert_int_equal(lw_regex_work(bench.regex, 1000), once);
    end(&bench);
}
