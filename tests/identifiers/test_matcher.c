#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identifiers/identifiers_priv.h"

#define CELLS_MAX 64

/* A set and a matcher of one custom identifier, or of managed ones. */
typedef struct lw_bench {
    lw_identifier_set *set;
    lw_matcher *matcher;
} lw_bench;

static lw_bench begin_custom(const char *json) {
    lw_definition definition = {0};
    lw_bench bench = {0};
    lw_error err = {0};
    if (lw_custom_parse(lw_slice_from(json), "x", &definition, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    assert_ok(lw_identifier_set_of(&definition, 0, &bench.set));
    assert_ok(lw_matcher_new(bench.set, &bench.matcher));
    return bench;
}

static lw_bench begin_managed(const char *id) {
    lw_bench bench = {0};
    lw_error err = {0};
    lw_identifier_options options = {.managed = id, .now_ms = INT64_C(1767225600000)};
    assert_ok(lw_identifier_set_load(&options, &bench.set, &err));
    assert_ok(lw_matcher_new(bench.set, &bench.matcher));
    return bench;
}

static void end(lw_bench *bench) {
    lw_matcher_free(bench->matcher);
    lw_identifier_set_free(bench->set);
}

/* The cells as one column of a block, each exactly as long as it is; returns the hits. */
static size_t column(lw_bench *bench, const char *const *texts, size_t count, bool keyword_near, lw_hit *hits,
                     lw_status *ret_status) {
    uint32_t begins[CELLS_MAX];
    uint32_t ends[CELLS_MAX];
    lw_buf block;
    size_t hit_count = 0;
    lw_buf_init(&block, (size_t)64 << 20);
    for (size_t i = 0; i < count; i++) {
        begins[i] = (uint32_t)block.len;
        assert_ok(lw_buf_append_text(&block, texts[i]));
        ends[i] = (uint32_t)block.len;
    }
    lw_cells cells = {block.data, begins, ends, count};
    *ret_status = lw_matcher_column(bench->matcher, 0, &cells, keyword_near, hits, &hit_count);
    lw_buf_done(&block);
    return hit_count;
}

/* counts[i] is what cell i should have. */
static void expect(lw_bench *bench, const char *const *texts, const uint32_t *counts, size_t count, bool near_) {
    lw_hit hits[CELLS_MAX];
    lw_status status = LW_OK;
    size_t hit_count = column(bench, texts, count, near_, hits, &status);
    size_t at = 0;
    assert_int_equal(status, LW_OK);
    for (size_t i = 0; i < count; i++) {
        uint32_t found = at < hit_count && hits[at].cell == i ? hits[at++].count : 0;
        if (found != counts[i]) {
            fail_msg("cell %zu '%s': %u instead of %u", i, texts[i], found, counts[i]);
        }
    }
    assert_int_equal(at, hit_count);
}

LW_TEST(a_plain_shape_over_a_column) {
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"[S]{1}\\\\d{8}\",\"keywords\":[\"DRIVERS\"]}");
    static const char *const texts[] = {"S99984236",          "",
                                        "S9998423",           "s99984236",
                                        "S99984236S99984236", "x S99984236.",
                                        "SS999842361",        "S99984236 S9998423 S99984236"};
    static const uint32_t counts[] = {1, 0, 0, 0, 2, 1, 1, 2};
    lw_shape shape;
    assert_true(lw_shape_make(bench.set->definitions[0].patterns[0].tree, &shape));
    expect(&bench, texts, counts, 8, true);
    expect(&bench, texts, counts, 0, true);
    end(&bench);
}

LW_TEST(ignore_words_drop_the_match_they_are_in) {
    static const char *const texts[] = {"AB1234", "AB9999", "AB9999AB1234", "9999 AB1234", "ab1234"};
    static const uint32_t counts[] = {1, 0, 1, 1, 0};
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"AB\\\\d{4}\",\"ignoreWords\":[\"B9999\"]}");
    expect(&bench, texts, counts, 5, false);
    end(&bench);
    static const char *const runs[] = {"aaaab", "aaaabbbb"};
    static const uint32_t behind[] = {0, 1}; /* the search goes on behind what was dropped */
    bench = begin_custom("{\"name\":\"n\",\"regex\":\"[ab]{4}\",\"ignoreWords\":[\"aaaa\"]}");
    expect(&bench, runs, behind, 2, false);
    end(&bench);
    static const char *const cases[] = {"Example1", "example1", "EXAMPLE1"};
    static const uint32_t kept[] = {0, 1, 1}; /* ignore words heed case */
    bench = begin_custom("{\"name\":\"n\",\"regex\":\"(?i)example\\\\d\",\"ignoreWords\":[\"Example\"]}");
    expect(&bench, cases, kept, 3, false);
    end(&bench);
}

LW_TEST(matches_do_not_overlap_and_the_leftmost_wins) {
    static const char *const texts[] = {"aaaa", "aaaaa", "baaab"};
    static const uint32_t counts[] = {2, 2, 1};
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"aa\"}");
    expect(&bench, texts, counts, 3, false);
    end(&bench);
    bench = begin_custom("{\"name\":\"n\",\"regex\":\"a{2,2}b?\"}"); /* the same through PCRE2 */
    expect(&bench, texts, counts, 3, false);
    end(&bench);
}

LW_TEST(anchors_are_the_ends_of_the_cell) {
    static const char *const texts[] = {"ab", "ab ", " ab", "ab\n", "x\nab"};
    static const uint32_t counts[] = {1, 0, 0, 0, 0};
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"^ab$\"}");
    expect(&bench, texts, counts, 5, false);
    end(&bench);
}

LW_TEST(next_walks_through_a_cell) {
    lw_bench bench = begin_managed("USA_SOCIAL_SECURITY_NUMBER");
    lw_slice cell = LW_SLICE_LITERAL("051-24-8318, 305 41 7726, 512830947, 078-05-1120");
    lw_match match = {0};
    static const size_t begins[] = {0, 13, 26};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(lw_matcher_next(bench.matcher, 0, cell, match.end, true, &match));
        assert_int_equal(match.begin, begins[i]);
    }
    assert_int_equal(lw_matcher_next(bench.matcher, 0, cell, match.end, true, &match), LW_E_NOT_FOUND);
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, 0, true, &match));
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, match.end, true, &match));
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, match.end, true, &match));
    assert_int_equal(match.begin, 26);
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, 5, true, &match)); /* back again */
    assert_int_equal(match.begin, 13);
    /* from anywhere, in any order, and in another cell at the same address */
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, 1, true, &match));
    assert_int_equal(match.begin, 13);
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, 0, true, &match));
    assert_int_equal(match.begin, 0);
    char buffer[] = "051-24-8318 305-41-7726";
    lw_slice same = {buffer, sizeof(buffer) - 1};
    assert_ok(lw_matcher_next(bench.matcher, 0, same, 0, true, &match));
    memset(buffer, 'x', sizeof(buffer) - 1);
    assert_int_equal(lw_matcher_next(bench.matcher, 0, same, 0, true, &match), LW_E_NOT_FOUND);
    assert_int_equal(lw_matcher_next(bench.matcher, 0, cell, cell.len, true, &match), LW_E_NOT_FOUND);
    end(&bench);
}

/* A column and a walk must agree, for every managed identifier and on cells made to be difficult. */
LW_TEST(column_and_next_agree) {
    static const char *const pieces[] = {
        "051-24-8318", "4014514294772591",   "+1 617-354-2087", "1987-04-23", "A48291730", " ", ", ", "-", "1",
        "x",           "(01)00880712345671", "+M472KX930171L",  "\xc3\xa9"};
    lw_bench bench = begin_managed("all");
    uint64_t seed = 3;
    size_t total = 0;
    for (size_t round = 0; round < 400; round++) {
        char text[256] = "";
        size_t len = 0;
        for (size_t k = 0; k < 6; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            lw_slice piece = lw_slice_from(pieces[(seed >> 33) % (sizeof(pieces) / sizeof(pieces[0]))]);
            memcpy(text + len, piece.data, piece.len);
            len += piece.len;
        }
        uint32_t begin = 0;
        uint32_t end_ = (uint32_t)len;
        lw_cells cells = {text, &begin, &end_, 1};
        for (size_t i = 0; i < lw_identifier_set_count(bench.set); i++) {
            if (lw_identifier_set_at(bench.set, i)->scope != LW_SCOPE_CELL) {
                continue;
            }
            for (int near_ = 0; near_ < 2; near_++) {
                lw_hit hit = {0};
                size_t hits = 0;
                uint32_t walked = 0;
                lw_match match = {0};
                assert_ok(lw_matcher_column(bench.matcher, i, &cells, near_ == 1, &hit, &hits));
                while (lw_matcher_next(bench.matcher, i, (lw_slice){text, len}, match.end, near_ == 1, &match) ==
                       LW_OK) {
                    walked++;
                }
                assert_int_equal(walked, hits == 0 ? 0 : hit.count);
                total += walked;
            }
        }
    }
    assert_true(total > 500);
    end(&bench);
}

/* ---- parts of a cell ---- */

#define MATCHES_MAX 512

static size_t walk(lw_bench *bench, size_t identifier, lw_slice cell, const lw_cell_part *part, bool near_,
                   lw_match *matches) {
    size_t count = 0;
    size_t from = part->begin;
    while (lw_matcher_next_in(bench->matcher, identifier, cell, part, from, near_, &matches[count]) == LW_OK) {
        from = matches[count].end;
        assert_true(++count < MATCHES_MAX);
    }
    return count;
}

/* A walk over the part finds what a walk over the cell finds in it; all that touches the range is in it. */
static size_t compare_part(lw_bench *bench, size_t identifier, lw_slice cell, size_t begin, size_t end_, bool near_) {
    static lw_match whole[MATCHES_MAX];
    static lw_match some[MATCHES_MAX];
    lw_cell_part all = {0, cell.len, false};
    lw_cell_part part = {0};
    size_t whole_count = walk(bench, identifier, cell, &all, near_, whole);
    assert_ok(lw_matcher_part(bench->matcher, identifier, cell, begin, end_, &part));
    assert_true(part.begin <= begin && part.end >= end_ && part.end <= cell.len);
    size_t some_count = walk(bench, identifier, cell, &part, near_, some);
    size_t at = 0;
    for (size_t i = 0; i < whole_count; i++) {
        bool inside = whole[i].begin >= part.begin && whole[i].end <= part.end;
        assert_true(inside || whole[i].end <= begin || whole[i].begin >= end_);
        if (inside) {
            assert_true(at < some_count && some[at].begin == whole[i].begin && some[at].end == whole[i].end);
            at++;
        }
    }
    assert_int_equal(at, some_count);
    return part.end - part.begin < cell.len ? some_count : 0;
}

/* Texts of pieces of values, signs and words. */
static size_t draw_text(unsigned *seed, char *text, size_t room) {
    static const char *const PIECES[] = {"617-354-2087",
                                         "+49 89 4173926",
                                         "051-24-8318",
                                         "1987-04-23",
                                         "AB12 3456 7",
                                         "12345678Z",
                                         "\"",
                                         ": ",
                                         " and ",
                                         "the phone ",
                                         "3rd of May 1980",
                                         "\n",
                                         "caf\xC3\xA9 ",
                                         "X1234567",
                                         "99",
                                         "\xFF",
                                         "DE89 3704 0044 0532 0130 00",
                                         "ABCDEF",
                                         ", ",
                                         "0000",
                                         "+1 ",
                                         "{id}",
                                         "_"};
    size_t len = 0;
    while (len + 40 < room) {
        *seed = *seed * 1103515245U + 12345U;
        const char *piece = PIECES[(*seed >> 16) % (sizeof(PIECES) / sizeof(PIECES[0]))];
        len += (size_t)snprintf(text + len, room - len, "%s", piece);
    }
    return len;
}

LW_TEST(a_part_gives_what_the_cell_gives_there) {
    lw_bench bench = begin_managed("all");
    unsigned seed = 7;
    size_t found = 0;
    char text[400];
    for (int round = 0; round < 60; round++) {
        lw_slice cell = {text, draw_text(&seed, text, sizeof(text))};
        for (size_t i = 0; i < lw_identifier_set_count(bench.set); i++) {
            if (lw_identifier_set_at(bench.set, i)->scope == LW_SCOPE_CELL) {
                size_t begin = (seed >> 8) % (cell.len - 60);
                seed = seed * 1103515245U + 12345U;
                found += compare_part(&bench, i, cell, begin, begin + (seed >> 16) % 60, round % 2 == 0);
            }
        }
    }
    assert_true(found > 50);
    end(&bench);
}

LW_TEST(a_part_ends_where_no_match_can_be) {
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"[a-c ]{2,9}[0-9]\"}");
    lw_slice cell = LW_SLICE_LITERAL("ab1;c a2;\nab c3\n;x");
    lw_cell_part part = {0};
    assert_ok(lw_matcher_part(bench.matcher, 0, cell, 6, 7, &part));
    assert_true(part.begin == 3 && part.end == 9);
    assert_ok(lw_matcher_part(bench.matcher, 0, cell, 1, 2, &part));
    assert_true(part.begin == 0 && part.end == 4);
    assert_ok(lw_matcher_part(bench.matcher, 0, cell, 12, 13, &part)); /* a newline ends none */
    assert_true(part.begin == 8 && part.end == 17);
    assert_ok(lw_matcher_part(bench.matcher, 0, cell, 17, 18, &part));
    assert_true(part.begin == 17 && part.end == cell.len);
    end(&bench);
}

/* What one cell has used up is not missing in the next, of which the regex sees only the second part. */
LW_TEST(a_new_cell_may_cost_anew_in_any_part) {
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"(?:(?:a+)+c|(?:a+)+d|a{30,}b)[0-9]\"}");
    char evil[64];
    lw_match match;
    memset(evil, 'a', 40);
    memcpy(evil + 40, "b1", 3);
    lw_slice cell = LW_SLICE_LITERAL("aab;;;;;;aac1");
    lw_cell_part first = {0, 4, false};
    lw_cell_part second = {8, cell.len, true};
    assert_int_equal(lw_matcher_next(bench.matcher, 0, lw_slice_from(evil), 0, true, &match), LW_E_REGEX_LIMIT);
    assert_int_equal(lw_matcher_next_in(bench.matcher, 0, cell, &first, 0, true, &match), LW_E_NOT_FOUND);
    assert_ok(lw_matcher_next_in(bench.matcher, 0, cell, &second, 8, true, &match));
    assert_true(match.begin == 9 && match.end == cell.len);
    end(&bench);
}

LW_TEST(of_two_patterns_the_longer_at_the_same_place_wins) {
    lw_bench bench = begin_managed("DATE_OF_BIRTH");
    lw_match match = {0};
    lw_slice cell = LW_SLICE_LITERAL("23/04/1987 and 1987-04-23T10:00:00Z");
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, 0, true, &match));
    assert_int_equal(match.end, 10);
    assert_ok(lw_matcher_next(bench.matcher, 0, cell, match.end, true, &match));
    assert_int_equal(match.begin, 15);
    assert_int_equal(match.end, cell.len);
    end(&bench);
}

LW_TEST(an_undecided_cell_is_reported_and_the_others_are_valid) {
    char evil[64];
    memset(evil, 'a', 40);
    memcpy(evil + 40, "b", 2);
    const char *const texts[] = {"aac", evil, "xaad"};
    lw_hit hits[CELLS_MAX];
    lw_status status = LW_OK;
    lw_bench bench = begin_custom("{\"name\":\"n\",\"regex\":\"(?:(?:a+)+c|(?:a+)+d|a{30,}b)\"}");
    assert_int_equal(column(&bench, texts, 3, false, hits, &status), 2);
    assert_int_equal(status, LW_E_REGEX_LIMIT);
    assert_int_equal(hits[0].cell, 0);
    assert_int_equal(hits[1].cell, 2);
    end(&bench);
}

/* Many matches in one long cell must cost its length, not its square. */
LW_TEST(a_long_cell_with_many_matches_is_walked_once) {
    size_t count = 60000;
    size_t size = count * 12;
    char *text = malloc(size);
    assert_non_null(text);
    lw_slice number = LW_SLICE_LITERAL("512 83 0947,");
    for (size_t i = 0; i < count; i++) {
        memcpy(text + 12 * i, number.data, number.len);
    }
    uint32_t begin = 0;
    uint32_t end_ = (uint32_t)size;
    lw_cells cells = {text, &begin, &end_, 1};
    lw_hit hit = {0};
    size_t hits = 0;
    lw_bench bench = begin_managed("USA_SOCIAL_SECURITY_NUMBER");
    int64_t begun = lw_clock_monotonic_ns();
    assert_ok(lw_matcher_column(bench.matcher, 0, &cells, true, &hit, &hits));
    assert_true(lw_clock_monotonic_ns() - begun < INT64_C(5000000000));
    assert_int_equal(hit.count, count);
    end(&bench);
    free(text);
}

LW_TEST(sample_numbers_are_dropped_in_every_spelling) {
    static const char *const texts[] = {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111",
                                        "4111111111111111 4014514294772591"};
    static const uint32_t counts[] = {0, 0, 0, 1};
    lw_bench bench = begin_managed("CREDIT_CARD_NUMBER");
    expect(&bench, texts, counts, 4, true);
    end(&bench);
}

LW_TEST(loading_everything_is_quick) {
    lw_error err = {0};
    lw_identifier_options options = {.managed = "all"};
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        lw_identifier_set *set = NULL;
        int64_t begun = lw_clock_monotonic_ns();
        assert_ok(lw_identifier_set_load(&options, &set, &err));
        int64_t took = lw_clock_monotonic_ns() - begun;
        best = took < best ? took : best;
        lw_identifier_set_free(set);
    }
    print_message("all identifiers load in %.2f ms\n", (double)best / 1e6);
    assert_true(best < INT64_C(500000000)); /* about half a millisecond without sanitizers */
}
