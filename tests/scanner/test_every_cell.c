/* What the scanner passes over holds nothing: its results are those of a judgement of every cell for every identifier,
 * on the examples of the catalogue in many surroundings; and all builds of the sieve and of the search agree. */
#include "tests/support/lw_test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/scanner_priv.h"
#include "tests/scanner/scan_support.h"

/* Deterministic random numbers: the same cells on every machine. */
static uint64_t seed = 1;
static uint32_t next_random(uint32_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static lw_identifier_set *load_all(void) {
    lw_identifier_options options = {.managed = "all", .keep_all = true};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    assert_ok(lw_identifier_set_load(&options, &set, &err));
    return set;
}

/* ---- builds agree ---- */

static size_t sieves(lw_sieve_run runs[3]) {
    size_t count = 0;
    runs[count++] = lw_sieve_base;
    if (lw_sieve_choose() != lw_sieve_base) {
        runs[count++] = lw_sieve_avx2;
    }
    if (lw_sieve_choose() != runs[count - 1]) {
        runs[count++] = lw_sieve_choose();
    }
    return count;
}

static size_t searches(lw_search_run runs[3]) {
    size_t count = 0;
    runs[count++] = lw_search_base;
    if (lw_search_choose() != lw_search_base) {
        runs[count++] = lw_search_avx2;
    }
    if (lw_search_choose() != runs[count - 1]) {
        runs[count++] = lw_search_choose();
    }
    return count;
}

#define TEXT_MAX 600U
#define CELLS_MAX 64U

/* A block of random cells, many of them short, between 64 bytes of anything that may be read and must not count. */
typedef struct random_block {
    lw_block block;
    char text[TEXT_MAX + 64];
    uint32_t end[CELLS_MAX];
} random_block;

static void make_block(random_block *made) {
    static const char common[] = "0123456789+-./() :ABCDEFGHabdeghost@\xc3\xa9";
    memset(made, 0, sizeof(*made));
    size_t len = next_random(TEXT_MAX);
    for (size_t i = 0; i < sizeof(made->text); i++) {
        bool any = next_random(16) == 0;
        made->text[i] = any ? (char)(1 + next_random(255)) : common[next_random(sizeof(common) - 1)];
    }
    uint32_t at = 0;
    uint32_t count = 0;
    while (count < CELLS_MAX - 1 && at < len) {
        uint32_t step = next_random(next_random(4) == 0 ? 150 : 40);
        at = at + step < len ? at + step : (uint32_t)len;
        made->text[at] = next_random(2) == 0 ? ',' : '\n';
        made->end[count++] = at++;
    }
    made->block = (lw_block){.text = made->text, .text_len = at, .cell_end = made->end, .cell_count = count};
}

static void assert_same_sieve(const lw_sieve *a, const lw_sieve *b) {
    assert_int_equal(a->gated_count, b->gated_count);
    for (size_t i = 0; i < a->gated_count; i++) {
        assert_int_equal(a->gated[i].cell, b->gated[i].cell);
        assert_int_equal(a->gated[i].known, b->gated[i].known);
        assert_true(a->gated[i].starts == b->gated[i].starts);
    }
    assert_int_equal(a->anchor_count, b->anchor_count);
    for (size_t i = 0; i < a->anchor_count; i++) {
        assert_memory_equal(&a->anchors[i], &b->anchors[i], sizeof(a->anchors[i]));
    }
}

LW_TEST(sieves_agree) {
    lw_identifier_set *set = load_all();
    lw_sieve_run runs[3];
    lw_sieve found[3];
    size_t count = sieves(runs);
    size_t gated = 0;
    size_t anchors = 0;
    random_block made;
    for (size_t i = 0; i < count; i++) {
        lw_sieve_init(&found[i], set);
    }
    for (int round = 0; round < 5000; round++) {
        make_block(&made);
        for (size_t i = 0; i < count; i++) {
            assert_ok(runs[i](&found[i], &made.block));
            assert_same_sieve(&found[0], &found[i]);
        }
        gated += found[0].gated_count;
        anchors += found[0].anchor_count;
    }
    assert_true(gated > 1000 && anchors > 100);
    for (size_t i = 0; i < count; i++) {
        lw_sieve_done(&found[i]);
    }
    lw_identifier_set_free(set);
}

/* Also with a keyword at the very end of the text, whatever stands behind. */
LW_TEST(searches_agree) {
    lw_identifier_set *set = load_all();
    lw_search *search = NULL;
    lw_search_run runs[3];
    lw_hits found[3] = {0};
    size_t count = searches(runs);
    size_t hits = 0;
    random_block made;
    assert_ok(lw_search_new(set, &search));
    for (int round = 0; round < 5000; round++) {
        make_block(&made);
        for (int words = 0; words < 8; words++) {
            size_t number = next_random((uint32_t)lw_identifier_set_keyword_count(set));
            lw_slice word = lw_identifier_set_keyword(set, number)->text;
            size_t room = made.block.text_len;
            if (word.len <= room) {
                size_t at = words == 0 ? room - word.len : next_random((uint32_t)(room - word.len + 1));
                memcpy(made.text + at, word.data, word.len);
            }
        }
        for (size_t i = 0; i < count; i++) {
            found[i].count = 0;
            assert_ok(runs[i](search, made.text, made.block.text_len, &found[i]));
            assert_int_equal(found[i].count, found[0].count);
            for (size_t k = 0; k < found[0].count; k++) {
                assert_int_equal(found[i].items[k].offset, found[0].items[k].offset);
                assert_int_equal(found[i].items[k].keyword, found[0].items[k].keyword);
            }
        }
        hits += found[0].count;
    }
    assert_true(hits > 1000);
    for (size_t i = 0; i < count; i++) {
        free(found[i].items);
    }
    lw_search_free(search);
    lw_identifier_set_free(set);
}

/* ---- the scanner against a judgement of every cell ---- */

#define BATCH 100U

/* Two matchers of the reference: one walks, the other is asked what would count without a keyword. */
typedef struct bench {
    lw_identifier_set *set;
    lw_matcher *walker, *asked;
    lw_scanner *scanner;
    lw_strings cells;
    size_t counted;
} bench;

static bool counts(const bench *b, size_t identifier, lw_slice cell, const lw_match *match, bool near) {
    lw_match alone;
    switch (lw_identifier_set_at(b->set, identifier)->proximity) {
    case LW_PROXIMITY_FREE:
        return true;
    case LW_PROXIMITY_BEFORE:
    case LW_PROXIMITY_AROUND:
        return near;
    case LW_PROXIMITY_ABSENT:
        return !near;
    case LW_PROXIMITY_CONDITIONAL:
        return near || (lw_matcher_next(b->asked, identifier, cell, match->begin, false, &alone) == LW_OK &&
                        alone.begin == match->begin);
    }
    return false;
}

static size_t judge(const bench *b, size_t identifier, lw_slice cell) {
    const lw_identifier *facts = lw_identifier_set_at(b->set, identifier);
    const lw_keyword_place *places = NULL;
    size_t place_count = 0;
    size_t count = 0;
    bool any = false;
    lw_match match = {0};
    assert_ok(lw_matcher_keywords(b->walker, cell, NULL, &places, &place_count));
    for (size_t i = 0; i < place_count; i++) {
        any = any || lw_bits_test(places[i].identifiers, identifier);
    }
    while (lw_matcher_next(b->walker, identifier, cell, match.end, any, &match) == LW_OK) {
        bool near = false;
        for (size_t i = 0; i < place_count && !near; i++) {
            near = lw_bits_test(places[i].identifiers, identifier) &&
                   lw_keyword_near(facts, cell, places[i].begin, places[i].end, &match);
        }
        count += counts(b, identifier, cell, &match, near);
    }
    return count;
}

static void write_csv(lw_buf *csv, const lw_strings *cells, size_t first, size_t past) {
    assert_ok(lw_buf_append_text(csv, "id,t\n"));
    for (size_t i = first; i < past; i++) {
        assert_ok(lw_buf_append_text(csv, "1,\""));
        for (const char *c = cells->items[i]; *c != '\0'; c++) {
            assert_ok(lw_buf_append(csv, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1));
        }
        assert_ok(lw_buf_append_text(csv, "\"\n"));
    }
}

static lw_tally *scan(const bench *b, size_t first, size_t past) {
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    lw_plan *plan = NULL;
    lw_tally *tally = NULL;
    const lw_preview *preview = NULL;
    lw_error err = {0};
    lw_buf csv;
    bool more = true;
    lw_buf_init(&csv, 1 << 24);
    write_csv(&csv, &b->cells, first, past);
    memory_source m = {lw_buf_slice(&csv), 0};
    assert_ok(lw_reader_new(&(lw_reader_options){.name = "x.csv"}, (lw_source){read_memory, &m}, &reader));
    assert_ok(lw_reader_open(reader, &preview, &err));
    assert_ok(lw_plan_new(b->set, preview, &plan));
    assert_ok(lw_block_new(LW_BLOCK_DEFAULT, &block));
    assert_ok(lw_tally_new(lw_identifier_set_count(b->set), &tally));
    while (more) {
        assert_ok(lw_reader_next(reader, block, &more, &err));
        assert_ok(lw_scanner_block(b->scanner, plan, block, tally));
    }
    lw_block_free(block);
    lw_plan_free(plan);
    lw_reader_free(reader);
    lw_buf_done(&csv);
    return tally;
}

static bool same(bench *b, size_t first, size_t past, bool tell) {
    lw_tally *tally = scan(b, first, past);
    bool all_same = true;
    for (size_t i = 0; i < lw_identifier_set_count(b->set); i++) {
        size_t wanted = 0;
        for (size_t cell = first; cell < past && lw_identifier_set_at(b->set, i)->scope == LW_SCOPE_CELL; cell++) {
            wanted += judge(b, i, lw_slice_from(b->cells.items[cell]));
        }
        bool one = lw_identifier_set_at(b->set, i)->scope != LW_SCOPE_CELL || tally->detections[i].count == wanted;
        if (!one && tell) {
            fprintf(stderr, "%s in '%s': %zu, not %zu\n", lw_identifier_set_at(b->set, i)->id, b->cells.items[first],
                    (size_t)tally->detections[i].count, wanted);
        }
        b->counted += wanted;
        all_same = all_same && one;
    }
    lw_tally_free(tally);
    return all_same;
}

static void add_cell(bench *b, const char *before, const char *between, const char *value, const char *after) {
    lw_buf cell;
    lw_buf_init(&cell, 1 << 16);
    assert_ok(lw_buf_printf(&cell, "%s%s%s%s", before, between, value, after));
    assert_ok(lw_strings_add(&b->cells, lw_buf_slice(&cell)));
    lw_buf_done(&cell);
}

static char *joined(const cJSON *item) {
    lw_buf text;
    const cJSON *part = NULL;
    lw_buf_init(&text, 1 << 16);
    if (cJSON_IsString(item)) {
        assert_ok(lw_buf_append_text(&text, item->valuestring));
    }
    cJSON_ArrayForEach(part, item) {
        assert_ok(lw_buf_append_text(&text, part->valuestring));
    }
    char *taken = lw_buf_take(&text);
    lw_buf_done(&text);
    return taken;
}

/* The value alone, beside keywords in their several spellings, in short cells and in long ones. */
static void add_cells(bench *b, const char *value, const cJSON *keywords) {
    static const char *const fillers[] = {
        "",
        "",
        " ",
        "x ",
        "1 ",
        "(",
        "\xc3\xa9 ",
        "see the note of 2024: ",
        "a text that is longer than the sixty-four bytes at which cells are long, then "};
    static const char *const joints[] = {" ", ":", ": ", "", " is ", "_", " 0123456789 0123456789 "};
    int count = cJSON_GetArraySize(keywords);
    for (int i = 0; i < 6; i++) {
        const cJSON *keyword = count == 0 ? NULL : cJSON_GetArrayItem(keywords, (int)next_random((uint32_t)count));
        const char *word = keyword == NULL ? "" : keyword->valuestring;
        const char *filler = fillers[next_random(sizeof(fillers) / sizeof(fillers[0]))];
        const char *joint = joints[next_random(sizeof(joints) / sizeof(joints[0]))];
        char *first = NULL;
        assert_true(asprintf(&first, "%s%s", filler, i < 3 ? word : "") >= 0);
        if (i == 2) {
            for (char *c = first; *c != '\0'; c++) {
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
            }
        }
        add_cell(b, first, i < 3 ? joint : "", value, i == 3 ? joint : "");
        add_cell(b, first, i < 3 ? joint : "", value, i == 4 ? word : "");
        free(first);
    }
    char padding[160]; /* at any place in the windows of a long cell */
    size_t len = next_random(sizeof(padding));
    memset(padding, ' ', sizeof(padding));
    padding[len] = '\0';
    add_cell(b, padding, "", value, " and so on, so that the cell is long in any case; nothing else stands in it");
}

static void add_identifier(bench *b, const char *id) {
    static const char *const lists[] = {"examples", "counterExamples"};
    lw_error err = {0};
    char *json = NULL;
    assert_ok(lw_catalogue_show_json(id, &json, &err));
    cJSON *entry = cJSON_Parse(json);
    free(json);
    assert_non_null(entry);
    for (size_t i = 0; i < 2; i++) {
        const cJSON *example = NULL;
        cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(entry, lists[i])) {
            char *value = joined(cJSON_GetObjectItemCaseSensitive(example, "text"));
            add_cells(b, value, cJSON_GetObjectItemCaseSensitive(entry, next_random(2) ? "moreKeywords" : "keywords"));
            free(value);
        }
    }
    cJSON_Delete(entry);
}

LW_TEST(nothing_is_passed_over) {
    bench b = {.set = load_all()};
    assert_ok(lw_matcher_new(b.set, &b.walker));
    assert_ok(lw_matcher_new(b.set, &b.asked));
    assert_ok(lw_scanner_new(b.set, &b.scanner));
    for (size_t i = 0; i < lw_identifier_set_count(b.set); i++) {
        if (lw_identifier_set_at(b.set, i)->scope == LW_SCOPE_CELL) {
            add_identifier(&b, lw_identifier_set_at(b.set, i)->id);
        }
    }
    add_cell(&b, "", "", "180026483920465", ""); /* JCB of fifteen digits */
    size_t wrong = 0;
    for (size_t first = 0; first < b.cells.count; first += BATCH) {
        size_t past = first + BATCH < b.cells.count ? first + BATCH : b.cells.count;
        if (!same(&b, first, past, false)) {
            for (size_t cell = first; cell < past; cell++) {
                wrong += !same(&b, cell, cell + 1, true);
            }
        }
    }
    assert_int_equal(wrong, 0);
    assert_true(b.counted > 1000);
    lw_strings_done(&b.cells);
    lw_scanner_free(b.scanner);
    lw_matcher_free(b.walker);
    lw_matcher_free(b.asked);
    lw_identifier_set_free(b.set);
}
