/* The scanner against a naive reference: every cell, every identifier, every keyword. Files are made of keywords in all
 * spellings, of values and of what is nearly a value, and of filler; all identifiers count (keep_all), so that claims
 * do not interfere. Where keywords stand is told by lw_matcher_keywords; tests/identifiers has a reference for that. */
#include "tests/support/lw_test.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/scanner.h"
#include "tests/scanner/scan_support.h"

#define COLUMNS 8U
#define ROWS 100U
#define TEXTS_MAX 8000

static const char *const NAMES[COLUMNS] = {
    "alpha", "beta", "social security number", "telefono", "passport_number", "gammaRay", "DateOfBirth", "iban"};

/* ---- texts to draw from ---- */

typedef struct texts {
    char *items[TEXTS_MAX];
    size_t count;
} texts;

static void texts_add(texts *all, const char *text) {
    assert_true(all->count < TEXTS_MAX);
    all->items[all->count] = strdup(text);
    assert_non_null(all->items[all->count++]);
}

static void texts_done(texts *all) {
    for (size_t i = 0; i < all->count; i++) {
        free(all->items[i]);
    }
}

static void add_keywords(texts *keywords, const cJSON *list) {
    const cJSON *keyword = NULL;
    cJSON_ArrayForEach(keyword, list) {
        texts_add(keywords, keyword->valuestring);
    }
}

static void gather_texts(const lw_identifier_set *set, texts *keywords, texts *values) {
    lw_buf text;
    lw_buf_init(&text, 1 << 16);
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (lw_identifier_set_at(set, i)->scope != LW_SCOPE_CELL) {
            continue;
        }
        cJSON *entry = catalogue_entry(lw_identifier_set_at(set, i)->id);
        const cJSON *example = NULL;
        add_keywords(keywords, cJSON_GetObjectItemCaseSensitive(entry, "keywords"));
        add_keywords(keywords, cJSON_GetObjectItemCaseSensitive(entry, "moreKeywords"));
        cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(entry, "examples")) {
            example_text(example, &text);
            assert_ok(lw_buf_append_char(&text, '\0'));
            texts_add(values, text.data);
        }
        cJSON_Delete(entry);
    }
    lw_buf_done(&text);
}

/* ---- random cells ---- */

/* Another case, another joint, other accents; always the same keyword. */
static void add_spelling(random_state *random, const char *keyword, lw_buf *cell) {
    static const char *const JOINTS[] = {" ", "", "_", "-"};
    static const char *const ACCENTED[] = {"\xC3\xA1", "\xC3\xA9", "\xC3\xAD", "\xC3\xB3", "\xC3\xBA"};
    static const char VOWELS[] = "aeiou";
    uint32_t style = random_below(random, 4);
    const char *joint = JOINTS[random_below(random, 4)];
    bool accents = random_below(random, 6) == 0;
    for (const char *c = keyword; *c != '\0'; c++) {
        const char *vowel = strchr(VOWELS, *c);
        bool word_begin = c == keyword || c[-1] == ' ';
        bool upper = style == 1 || (style == 2 && word_begin) || (style == 3 && random_below(random, 20) == 0);
        if (*c == ' ') {
            assert_ok(lw_buf_append_text(cell, joint));
        } else if (vowel != NULL && accents && random_below(random, 2) == 0) {
            assert_ok(lw_buf_append_text(cell, ACCENTED[vowel - VOWELS]));
        } else {
            assert_ok(lw_buf_append_char(cell, upper && *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c));
        }
    }
}

/* A value, one in four with one character changed, left out or doubled. */
static void add_value(random_state *random, const char *value, lw_buf *cell) {
    size_t len = strlen(value);
    size_t at = random_below(random, (uint32_t)len);
    uint32_t change = random_below(random, 12);
    for (size_t i = 0; i < len; i++) {
        char c = value[i];
        if (i != at || change > 2) {
            assert_ok(lw_buf_append_char(cell, c));
        } else if (change == 0) {
            bool digit = c >= '0' && c <= '9';
            assert_ok(lw_buf_append_char(cell, (char)(digit ? '0' + (c - '0' + 1) % 10 : c == 'A' ? 'B' : 'A')));
        } else if (change == 1) {
            assert_ok(lw_buf_append_char(cell, c));
            assert_ok(lw_buf_append_char(cell, c));
        }
    }
}

static void add_filler(random_state *random, lw_buf *cell) {
    static const char *const WORDS[] = {"the",   "customer", "called", "on",    "2024-05-06",  "about",
                                        "order", "7",        "x",      "of",    "caf\xC3\xA9", "Zo\xC3\xAB",
                                        "12.50", "EUR",      "(see",   "note)", "\xFF"};
    for (uint32_t count = random_below(random, 7); count > 0; count--) {
        assert_ok(lw_buf_printf(cell, "%s ", WORDS[random_below(random, sizeof WORDS / sizeof WORDS[0])]));
    }
}

/* Many pieces: most of them are filler, so that keywords and values stand alone or a few together. */
static void random_cell(random_state *random, const texts *keywords, const texts *values, bool is_long, lw_buf *cell) {
    static const char *const SEPARATORS[] = {" ", ": ", "=", "", " (", ") ", "#", " - ", "; ", ", ", "\n", "\"", "  "};
    uint32_t pieces = random_below(random, 10) == 0 ? random_below(random, 25) : random_below(random, 4);
    pieces = is_long ? 10 + random_below(random, 70) : pieces;
    lw_buf_reset(cell);
    for (uint32_t i = 0; i < pieces; i++) {
        uint32_t kind = random_below(random, is_long ? 16 : 8);
        if (kind < 3) {
            add_spelling(random, keywords->items[random_below(random, (uint32_t)keywords->count)], cell);
        } else if (kind < 7) {
            add_value(random, values->items[random_below(random, (uint32_t)values->count)], cell);
        } else {
            add_filler(random, cell);
        }
        const char *separator = SEPARATORS[random_below(random, sizeof SEPARATORS / sizeof SEPARATORS[0])];
        assert_ok(lw_buf_append_text(cell, i + 1 < pieces ? separator : ""));
    }
}

/* ---- files ---- */

typedef struct random_table {
    char *cells[ROWS][COLUMNS]; /* row 0 is the header */
    lw_buf text;
} random_table;

static bool needs_quotes(const char *cell) {
    return strpbrk(cell, ",\"\r\n") != NULL;
}

static void make_plain(char *cell) {
    for (char *c = cell; *c != '\0'; c++) {
        *c = strchr(",\"\r\n", *c) != NULL ? ' ' : *c;
    }
}

static void write_cell(lw_buf *text, const char *cell) {
    bool quotes = needs_quotes(cell);
    assert_ok(lw_buf_append_text(text, quotes ? "\"" : ""));
    for (const char *c = cell; *c != '\0'; c++) {
        assert_ok(lw_buf_append_text(text, *c == '"' ? "\"" : ""));
        assert_ok(lw_buf_append_char(text, *c));
    }
    assert_ok(lw_buf_append_text(text, quotes ? "\"" : ""));
}

/* long_cells: one column of them. */
static void make_table(random_state *random, const texts *keywords, const texts *values, bool quotes, bool long_cells,
                       const char *line_end, random_table *table) {
    lw_buf cell;
    lw_buf_init(&cell, 1 << 20);
    lw_buf_init(&table->text, 1 << 24);
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            lw_buf_reset(&cell);
            if (row == 0) {
                assert_ok(lw_buf_append_text(&cell, NAMES[column]));
            } else {
                random_cell(random, keywords, values, long_cells && column == 1, &cell);
            }
            assert_ok(lw_buf_append_char(&cell, '\0'));
            bool again = row > 0 && strcasecmp(cell.data, NAMES[column]) == 0; /* speaks against a header */
            char *copy = strdup(again ? "" : cell.data);
            assert_non_null(copy);
            if (!quotes) {
                make_plain(copy);
            }
            table->cells[row][column] = copy;
            write_cell(&table->text, copy);
            assert_ok(lw_buf_append_text(&table->text, column + 1 < COLUMNS ? "," : line_end));
        }
    }
    lw_buf_done(&cell);
}

static void table_done(random_table *table) {
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            free(table->cells[row][column]);
        }
    }
    lw_buf_done(&table->text);
}

/* ---- the reference ---- */

#define PLACES_MAX 4096

typedef struct reference {
    const lw_identifier_set *set;
    lw_matcher *matcher;
    lw_keyword_place places[PLACES_MAX];
    size_t place_count;
} reference;

static void find_keywords(reference *ref, lw_slice cell) {
    const lw_keyword_place *places = NULL;
    assert_ok(lw_matcher_keywords(ref->matcher, cell, NULL, &places, &ref->place_count));
    assert_true(ref->place_count <= PLACES_MAX);
    for (size_t i = 0; i < ref->place_count; i++) {
        ref->places[i] = places[i];
    }
}

static bool has_keyword(const reference *ref, size_t identifier) {
    bool found = false;
    for (size_t i = 0; i < ref->place_count; i++) {
        found = found || lw_bits_test(ref->places[i].identifiers, identifier);
    }
    return found;
}

static bool is_near(const reference *ref, size_t identifier, lw_slice cell, const lw_match *match) {
    const lw_identifier *facts = lw_identifier_set_at(ref->set, identifier);
    bool found = false;
    for (size_t i = 0; i < ref->place_count; i++) {
        const lw_keyword_place *place = &ref->places[i];
        found = found || (lw_bits_test(place->identifiers, identifier) &&
                          lw_keyword_near(facts, cell, place->begin, place->end, match));
    }
    return found;
}

static bool counts(reference *ref, size_t identifier, lw_slice cell, bool column_near, const lw_match *match) {
    lw_match strict;
    bool near = column_near || is_near(ref, identifier, cell, match);
    switch (lw_identifier_set_at(ref->set, identifier)->proximity) {
    case LW_PROXIMITY_FREE:
        return true;
    case LW_PROXIMITY_ABSENT:
        return !near;
    case LW_PROXIMITY_CONDITIONAL:
        return near || (lw_matcher_next(ref->matcher, identifier, cell, match->begin, false, &strict) == LW_OK &&
                        strict.begin == match->begin);
    case LW_PROXIMITY_BEFORE:
    case LW_PROXIMITY_AROUND:
        break;
    }
    return near;
}

/* Matches of one identifier in one cell. */
static uint64_t count_in_cell(reference *ref, size_t identifier, lw_slice cell, bool column_near) {
    bool keyword = column_near || has_keyword(ref, identifier);
    uint64_t count = 0;
    lw_match match = {0};
    while (lw_matcher_next(ref->matcher, identifier, cell, match.end, keyword, &match) == LW_OK) {
        count += counts(ref, identifier, cell, column_near, &match);
    }
    return count;
}

static void expect(reference *ref, const random_table *table, lw_tally *tally) {
    lw_identifier_bits near[COLUMNS];
    for (size_t column = 0; column < COLUMNS; column++) {
        assert_ok(lw_identifier_set_column(ref->set, lw_slice_from(NAMES[column]), &near[column]));
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t column = 0; column < COLUMNS; column++) {
            lw_slice cell = lw_slice_from(table->cells[row][column]);
            find_keywords(ref, cell);
            for (size_t i = 0; i < tally->identifier_count; i++) {
                bool judged = lw_identifier_set_at(ref->set, i)->scope == LW_SCOPE_CELL;
                uint64_t count = judged ? count_in_cell(ref, i, cell, row > 0 && lw_bits_test(&near[column], i)) : 0;
                lw_detection *detection = &tally->detections[i];
                if (count > 0) {
                    assert_true(detection->location_count < LW_LOCATIONS_MAX);
                    detection->locations[detection->location_count++] = (lw_location_cell){row + 1, column + 1};
                    detection->count += count;
                    detection->cells++;
                }
            }
        }
    }
    tally->rows = ROWS;
}

static lw_tally *new_expectation(const lw_identifier_set *set) {
    lw_tally *tally = NULL;
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &tally));
    for (size_t i = 0; i < tally->identifier_count; i++) {
        tally->detections[i].locations = calloc(LW_LOCATIONS_MAX, sizeof(lw_location_cell));
        assert_non_null(tally->detections[i].locations);
        tally->detections[i].location_cap = LW_LOCATIONS_MAX;
    }
    return tally;
}

/* Names and addresses are judged over rows: not the matter here. */
static void forget_records(const lw_identifier_set *set, lw_tally *tally) {
    for (size_t i = 0; i < tally->identifier_count; i++) {
        if (lw_identifier_set_at(set, i)->scope == LW_SCOPE_RECORD) {
            tally->detections[i].count = 0;
            tally->detections[i].cells = 0;
            tally->detections[i].location_count = 0;
        }
    }
}

typedef struct candidate_test {
    lw_identifier_set *set;
    texts keywords, values;
    reference ref;
    uint64_t found;
    size_t kinds; /* identifiers found */
} candidate_test;

static void compare_table(candidate_test *test, const random_table *table) {
    lw_tally *expected = new_expectation(test->set);
    expect(&test->ref, table, expected);
    for (size_t b = 0; b < BLOCK_SIZE_COUNT; b++) {
        lw_tally *tally = scan_text(test->set, lw_buf_slice(&table->text), "x.csv", BLOCK_SIZES[b]);
        forget_records(test->set, tally);
        assert_false(tally->regex_limited);
        assert_same_tally(test->set, tally, expected);
        lw_tally_free(tally);
    }
    for (size_t i = 0; i < expected->identifier_count; i++) {
        test->found += expected->detections[i].count;
        test->kinds += expected->detections[i].count > 0;
    }
    lw_tally_free(expected);
}

static void compare_tables(bool quotes, bool long_cells, const char *line_end, uint64_t seed) {
    static candidate_test test;
    static random_table table;
    test = (candidate_test){.set = load_set("all", NULL, true)};
    random_state random = {seed};
    gather_texts(test.set, &test.keywords, &test.values);
    test.ref.set = test.set;
    assert_ok(lw_matcher_new(test.set, &test.ref.matcher));
    for (int round = 0; round < 4; round++) {
        make_table(&random, &test.keywords, &test.values, quotes, long_cells, line_end, &table);
        compare_table(&test, &table);
        table_done(&table);
    }
    assert_true(test.found > 2000);
    assert_true(test.kinds > 200);
    lw_matcher_free(test.ref.matcher);
    texts_done(&test.keywords);
    texts_done(&test.values);
    lw_identifier_set_free(test.set);
}

LW_TEST(plain_tables_give_what_a_naive_search_gives) {
    compare_tables(false, false, "\n", 1);
}

LW_TEST(tables_with_line_ends_of_two_bytes_do_too) {
    compare_tables(false, false, "\r\n", 2);
}

LW_TEST(quoted_tables_do_too) {
    compare_tables(true, false, "\n", 3);
}

/* Of long cells only parts are walked. */
LW_TEST(tables_with_long_cells_do_too) {
    compare_tables(true, true, "\n", 4);
}

LW_TEST(tables_with_long_cells_and_line_ends_of_two_bytes_do_too) {
    compare_tables(false, true, "\r\n", 5);
}

/* ---- identifiers of the user's ---- */

typedef struct badge_text {
    const char *proximity, *regex;
    const char *examples[4], *counters[4];
} badge_text;

static void write_badge(const badge_text *made, lw_buf *json) {
    assert_ok(
        lw_buf_printf(json,
                      "{\"id\":\"BADGE_NUMBER\",\"name\":\"Badge number\",\"category\":\"PERSONAL_INFORMATION\","
                      "\"keywordRequired\":%s,\"keywords\":[\"visitor\"],\"severity\":{\"1\":\"Low\","
                      "\"2-99\":\"Medium\",\"100+\":\"High\"},\"recommended\":true,\"detect\":{\"scope\":\"cell\","
                      "\"proximity\":\"%s\",\"patterns\":[{\"name\":\"plain\",\"regex\":\"%s\"}]},",
                      strcmp(made->proximity, "around") == 0 ? "true" : "false", made->proximity, made->regex));
    for (int i = 0; i < 4; i++) {
        assert_ok(lw_buf_printf(json, "%s{\"text\":\"%s\"}", i == 0 ? "\"examples\":[" : ",", made->examples[i]));
    }
    for (int i = 0; i < 4; i++) {
        assert_ok(lw_buf_printf(json, "%s{\"text\":\"%s\",\"why\":\"not so\"}",
                                i == 0 ? "],\"counterExamples\":[" : ",", made->counters[i]));
    }
    assert_ok(lw_buf_append(json, "]}", 3));
}

static lw_identifier_set *load_badge(const badge_text *made, lw_catalogue **ret_catalogue) {
    char path[] = "/tmp/lw-badge-XXXXXX.json";
    lw_strings paths = {0};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    lw_buf json;
    lw_buf_init(&json, 1 << 16);
    write_badge(made, &json);
    write_file(path, json.data);
    lw_buf_done(&json);
    assert_ok(lw_strings_add(&paths, lw_slice_from(path)));
    if (lw_catalogue_load(&paths, ret_catalogue, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    lw_identifier_options options = {.managed = "BADGE_NUMBER", .catalogue = *ret_catalogue, .now_ms = NOW_MS};
    assert_ok(lw_identifier_set_load(&options, &set, &err));
    (void)unlink(path);
    lw_strings_done(&paths);
    return set;
}

/* A cell beside whose value stands the keyword holds nothing, the first time and every other: that nothing came of it
 * does not make it a cell that may be left to the run over its column. */
LW_TEST(a_keyword_takes_a_value_away_in_every_equal_cell) {
    lw_catalogue *catalogue = NULL;
    const badge_text made = {"absent",
                             "BD-[0-9]{4}",
                             {"BD-0001", "BD-0002", "BD-0003", "BD-0004"},
                             {"BD-001", "BX-0001", "BD 0001", "bd-0001"}};
    lw_identifier_set *set = load_badge(&made, &catalogue);
    const lw_identifier *badge = lw_identifier_set_at(set, 0);
    assert_int_equal(badge->proximity, LW_PROXIMITY_ABSENT);
    assert_int_equal(badge->anchor, LW_ANCHOR_NONE);
    lw_slice text = LW_SLICE_LITERAL("id,note\n1,visitor BD-1234\n2,visitor BD-1234\n3,BD-1234\n4,visitor BD-1234\n");
    for (size_t b = 0; b < BLOCK_SIZE_COUNT; b++) {
        lw_tally *tally = scan_text(set, text, "x.csv", BLOCK_SIZES[b]);
        assert_int_equal(tally->detections[0].count, 1);
        assert_int_equal(tally->detections[0].locations[0].row, 4);
        lw_tally_free(tally);
    }
    lw_identifier_set_free(set);
    lw_catalogue_free(catalogue);
}

/* A cell that uses up its work does not take any from the next, of which only the second part holds a digit. */
LW_TEST(a_long_cell_is_judged_whatever_came_before) {
    lw_catalogue *catalogue = NULL;
    const badge_text made = {
        "around", "(?:(?:a+)+c|(?:a+)+d|a{30,}b)[0-9]", {"aac1", "ac2", "aad3", "ad4"}, {"aac", "b1", "aab1", "ccc"}};
    lw_identifier_set *set = load_badge(&made, &catalogue);
    lw_buf text;
    lw_buf_init(&text, 1 << 16);
    assert_ok(lw_buf_printf(&text, "id,note\n1,visitor %040db1\n", 0));
    for (char *c = text.data; *c != '\0' && c < text.data + text.len; c++) {
        *c = *c == '0' ? 'a' : *c;
    }
    assert_ok(lw_buf_printf(&text, "2,visitor%*s;%*s visitor aac1\n", 100, "nobody", 100, "but a"));
    lw_tally *tally = scan_text(set, lw_buf_slice(&text), "x.csv", BLOCK_SIZES[0]);
    assert_true(tally->regex_limited);
    assert_int_equal(tally->detections[0].count, 1);
    assert_int_equal(tally->detections[0].locations[0].row, 3);
    lw_tally_free(tally);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
    lw_catalogue_free(catalogue);
}

/* Some keywords beside a value that is slow to match, too far apart for one part, in a cell that is as long for any
 * number of them. */
static bool is_limited(const lw_identifier_set *set, int keywords) {
    lw_buf text;
    lw_buf_init(&text, 1 << 16);
    assert_ok(lw_buf_append_text(&text, "id,note\n1,"));
    for (int i = 0; i < 40; i++) {
        assert_ok(lw_buf_printf(&text, "%s aaaaaaaaaaaaaab1%300s", i < keywords ? "visitor" : "nobody.", ""));
    }
    assert_ok(lw_buf_append_text(&text, "\n2,nothing\n"));
    lw_tally *tally = scan_text(set, lw_buf_slice(&text), "x.csv", BLOCK_SIZES[0]);
    bool limited = tally->regex_limited;
    lw_tally_free(tally);
    lw_buf_done(&text);
    return limited;
}

/* What one part of a cell costs is taken from what the cell may cost, or a cell of many parts had no bound. */
LW_TEST(parts_of_a_cell_share_its_work) {
    lw_catalogue *catalogue = NULL;
    const badge_text made = {
        "around", "(?:(?:a+)+c|(?:a+)+d|a{12,}b)[0-9]", {"aac1", "ac2", "aad3", "ad4"}, {"aac", "b1", "aab1", "ccc"}};
    lw_identifier_set *set = load_badge(&made, &catalogue);
    assert_false(is_limited(set, 1));
    assert_true(is_limited(set, 40));
    lw_identifier_set_free(set);
    lw_catalogue_free(catalogue);
}

/* The distance is in characters, to the end of the match: a long keyword may begin farther before than four bytes for
 * each of them. */
LW_TEST(a_long_keyword_behind_long_characters_is_near) {
    lw_identifier_set *set =
        load_set("none",
                 "{\"name\":\"Badge\",\"regex\":\"BD-[0-9]{4}\",\"keywords\":[\"number of the badge that the visitor "
                 "of the building wears\"],\"maximumMatchDistance\":20}",
                 false);
    lw_buf text;
    lw_buf_init(&text, 1 << 16);
    assert_ok(lw_buf_append_text(&text, "id,note\n1,number of the badge that the visitor of the building wears "));
    for (int i = 0; i < 11; i++) {
        assert_ok(lw_buf_append_text(&text, "\xF0\x9F\x98\x80"));
    }
    assert_ok(lw_buf_append_text(&text, " BD-1234\n"));
    lw_tally *tally = scan_text(set, lw_buf_slice(&text), "x.csv", BLOCK_SIZES[0]);
    assert_int_equal(tally->detections[0].count, 1);
    lw_tally_free(tally);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}

/* Work grows with the cell, not with keywords times values: were it so, this case would run into its time limit. */
LW_TEST(a_long_cell_of_keywords_and_values_is_done_soon) {
    enum { VALUES = 80000 };
    lw_identifier_set *set = load_set("PHONE_NUMBER,BRAZIL_PHONE_NUMBER,DATE_OF_BIRTH", NULL, true);
    size_t phone = identifier_index(set, "PHONE_NUMBER");
    size_t birth = identifier_index(set, "DATE_OF_BIRTH");
    random_state random = {6};
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    assert_ok(lw_buf_append_text(&text, "id,note\n1,\""));
    for (int i = 0; i < VALUES; i++) {
        assert_ok(lw_buf_printf(&text, "phone 617354%04u d.o.b 1987-04-23; ", 2000 + random_below(&random, 8000)));
    }
    assert_ok(lw_buf_append_text(&text, "\"\n"));
    lw_tally *tally = scan_text(set, lw_buf_slice(&text), "x.csv", BLOCK_SIZES[3]);
    assert_int_equal(tally->detections[phone].count, VALUES);
    assert_int_equal(tally->detections[birth].count, VALUES);
    lw_tally_free(tally);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}
