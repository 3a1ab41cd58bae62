/* The sieve: all implementations see the same, nothing lost that can match, and what is known to hold nothing is
 * not let through. Values come from the examples of the catalogue. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/sieve_priv.h"
#include "tests/scanner/scan_support.h"

/* ---- implementations ---- */

typedef struct implementation {
    const char *name;
    lw_sieve_run run;
} implementation;

#define IMPLEMENTATIONS 5

/* Those that this processor can run; the base is always the first. Says which one is left out. */
static size_t implementations(implementation all[IMPLEMENTATIONS]) {
    size_t count = 0;
    all[count++] = (implementation){"base", lw_sieve_base};
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX2) {
        all[count++] = (implementation){"avx2", lw_sieve_avx2};
        all[count++] = (implementation){"suspects avx2", lw_sieve_suspects_avx2};
    } else {
        print_message("lw_sieve_avx2 is left out: the processor has no AVX2\n");
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512) {
        all[count++] = (implementation){"avx512", lw_sieve_avx512};
    } else {
        print_message("lw_sieve_avx512 is left out: the processor has no AVX-512BW\n");
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        all[count++] = (implementation){"suspects", lw_sieve_suspects};
    } else {
        print_message("lw_sieve_suspects is left out: the processor has no AVX-512 with VBMI2 and GFNI\n");
    }
#else
    all[count++] = (implementation){"avx2", lw_sieve_avx2};
    all[count++] = (implementation){"suspects avx2", lw_sieve_suspects_avx2};
    print_message("lw_sieve_avx512 is left out: this is no x86-64 processor\n");
#endif
    return count;
}

/* One sieve for each of them. */
typedef struct sieves {
    implementation all[IMPLEMENTATIONS];
    lw_sieve sieve[IMPLEMENTATIONS];
    size_t count;
} sieves;

static void sieves_init(sieves *s, const lw_identifier_set *set) {
    s->count = implementations(s->all);
    for (size_t i = 0; i < s->count; i++) {
        lw_sieve_init(&s->sieve[i], set);
    }
}

static void sieves_done(sieves *s) {
    for (size_t i = 0; i < s->count; i++) {
        lw_sieve_done(&s->sieve[i]);
    }
}

static void assert_same_gated(const lw_sieve *a, const lw_sieve *b, const char *name) {
    if (a->gated_count != b->gated_count) {
        fail_msg("%s: %zu and %zu gated cells", name, a->gated_count, b->gated_count);
    }
    for (size_t i = 0; i < a->gated_count; i++) {
        assert_int_equal(a->gated[i].cell, b->gated[i].cell);
        assert_int_equal(a->gated[i].known, b->gated[i].known);
        assert_true(!a->gated[i].known || a->gated[i].starts == b->gated[i].starts);
        assert_true(i == 0 || a->gated[i].cell > a->gated[i - 1].cell);
    }
}

static size_t cell_length(const lw_block *block, uint32_t cell) {
    uint32_t before = cell == 0 ? 0 : block->cell_end[cell - 1] + 1;
    return block->cell_end[cell] - (block->explicit_begin ? block->cell_begin[cell] : before);
}

/* The windows of a long cell begin where no number does: what only that makes an anchor, suspects may leave out. */
static void assert_same_anchors(const lw_sieve *a, const lw_sieve *b, const lw_block *block, bool suspects) {
    size_t at = 0;
    for (size_t i = 0; i < a->anchor_count; i++) {
        const lw_anchor_cell *wanted = &a->anchors[i];
        bool same = at < b->anchor_count && b->anchors[at].cell == wanted->cell &&
                    b->anchors[at].kind == wanted->kind && b->anchors[at].identifier == wanted->identifier;
        assert_true(same || (suspects && cell_length(block, wanted->cell) > 64));
        at += same;
        assert_true(i == 0 || wanted->cell >= a->anchors[i - 1].cell);
    }
    assert_int_equal(at, b->anchor_count);
}

/* All of them see the same in the block; sieve[0] keeps it. */
static void run_all(sieves *s, const lw_block *block) {
    for (size_t i = 0; i < s->count; i++) {
        assert_ok(s->all[i].run(&s->sieve[i], block));
        assert_same_gated(&s->sieve[0], &s->sieve[i], s->all[i].name);
        assert_same_anchors(&s->sieve[0], &s->sieve[i], block, strncmp(s->all[i].name, "suspects", 8) == 0);
    }
}

static bool is_gated(const lw_sieve *sieve, uint32_t cell) {
    bool gated = false;
    for (size_t i = 0; i < sieve->gated_count; i++) {
        gated = gated || sieve->gated[i].cell == cell;
    }
    return gated;
}

/* Is the cell an anchor for the identifier? */
static bool is_anchor(const lw_sieve *sieve, uint32_t cell, lw_anchor kind, size_t identifier) {
    bool anchor = false;
    for (size_t i = 0; i < sieve->anchor_count; i++) {
        const lw_anchor_cell *found = &sieve->anchors[i];
        bool meant = found->kind == kind && (kind != LW_ANCHOR_IBAN || found->identifier == identifier);
        anchor = anchor || (found->cell == cell && meant);
    }
    return anchor;
}

/* ---- blocks ---- */

#define CELLS_MAX 600

/* A block as the reader makes it, cell by cell: packed, or each with its own beginning. */
typedef struct drawn_block {
    lw_block block;
    lw_buf text;
    uint32_t begin[CELLS_MAX], end[CELLS_MAX];
    uint64_t ends[(1 << 20) / 64 + 2];
} drawn_block;

static void drawn_init(drawn_block *drawn) {
    lw_buf_init(&drawn->text, 1 << 20);
}

static void drawn_reset(drawn_block *drawn, bool explicit_begin) {
    lw_buf_reset(&drawn->text);
    drawn->block = (lw_block){.explicit_begin = explicit_begin,
                              .cell_begin = drawn->begin,
                              .cell_end = drawn->end,
                              .ends = drawn->ends,
                              .has_ends = true};
    memset(drawn->ends, 0, sizeof drawn->ends);
}

static void drawn_add(drawn_block *drawn, lw_slice cell) {
    assert_true(drawn->block.cell_count < CELLS_MAX);
    drawn->begin[drawn->block.cell_count] = (uint32_t)drawn->text.len;
    assert_ok(lw_buf_append_slice(&drawn->text, cell));
    drawn->end[drawn->block.cell_count++] = (uint32_t)drawn->text.len;
    assert_ok(lw_buf_append_text(&drawn->text, drawn->block.explicit_begin ? "\"8,9\n" : ","));
    size_t last = drawn->text.len - 1;
    drawn->ends[last / 64] |= UINT64_C(1) << last % 64;
}

/* To be called when all cells are in. What follows them must not be taken for a part of the last. */
static const lw_block *drawn_finish(drawn_block *drawn) {
    size_t len = drawn->text.len;
    for (int i = 0; i < 64; i++) {
        assert_ok(lw_buf_append_char(&drawn->text, i % 2 == 0 ? '7' : 'X'));
    }
    drawn->block.text = (char *)(uintptr_t)drawn->text.data;
    drawn->block.text_len = len;
    return &drawn->block;
}

/* ---- random cells ---- */

static const char *const PIECES[] = {
    "+1",         "+49 ",
    "0049",       "011 1",
    "1-617",      "617-354-2087",
    "00",         "(0)",
    "DE28",       "GB34 TEST ",
    "nl28",       "FR02-4377-",
    "4014",       "5142 9477",
    "2591-",      "37828224631",
    "ssn",        "SSNNumber",
    "passport",   "\xC3\xBC",
    "\xC3\x9F",   "ABCDEF",
    "ABCDEFG",    "deadbeef",
    "2024-05-06", "T10:11",
    "12:13:14",   "-",
    " ",          ".",
    "/",          "@",
    "[",          "`",
    "{",          ":",
    "\x7F",       "\x80",
    "\xFF",       "g",
    "Z",          "a",
    "3.14159265", "0",
    "1",          "c56a4180-65aa-42ec-a945-5fd21dec0538",
};
#define PIECE_COUNT (sizeof PIECES / sizeof PIECES[0])

static size_t random_length(random_state *random) {
    static const uint32_t LONGEST[] = {1, 8, 16, 24, 40, 70, 70, 130, 700};
    return random_below(random, LONGEST[random_below(random, sizeof LONGEST / sizeof LONGEST[0])] + 1);
}

/* Pieces, digits with joints, letters, or any bytes. */
static void random_cell(random_state *random, lw_buf *cell) {
    static const char NUMBERS[] = "0123456789012345678901234567890123456789 -+./()";
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ _09";
    size_t len = random_length(random);
    uint32_t style = random_below(random, 8);
    lw_buf_reset(cell);
    while (cell->len < len) {
        if (style < 4) {
            assert_ok(lw_buf_append_text(cell, PIECES[random_below(random, PIECE_COUNT)]));
        } else if (style < 6) {
            assert_ok(lw_buf_append_char(cell, NUMBERS[random_below(random, sizeof NUMBERS - 1)]));
        } else if (style == 6) {
            assert_ok(lw_buf_append_char(cell, LETTERS[random_below(random, sizeof LETTERS - 1)]));
        } else {
            assert_ok(lw_buf_append_char(cell, (char)random_below(random, 256)));
        }
    }
}

LW_TEST(implementations_see_the_same_in_random_cells) {
    lw_identifier_set *set = load_set("all", NULL, false);
    random_state random = {1};
    static drawn_block drawn;
    sieves s = {0};
    lw_buf cell;
    size_t gated = 0;
    size_t anchors = 0;
    drawn_init(&drawn);
    lw_buf_init(&cell, 4096);
    sieves_init(&s, set);
    for (int round = 0; round < 200; round++) {
        drawn_reset(&drawn, round % 2 == 1);
        for (uint32_t i = random_below(&random, 400); i > 0; i--) {
            random_cell(&random, &cell);
            drawn_add(&drawn, lw_buf_slice(&cell));
        }
        run_all(&s, drawn_finish(&drawn));
        gated += s.sieve[0].gated_count;
        anchors += s.sieve[0].anchor_count;
    }
    assert_true(gated > 3000);
    assert_true(anchors > 1000);
    sieves_done(&s);
    lw_buf_done(&cell);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* ---- blocks of the reader ---- */

typedef struct file_state {
    sieves *s;
    size_t cells, gated, anchors, explicit_blocks, implicit_blocks;
} file_state;

static void sieve_block(void *ctx, const lw_preview *preview, const lw_block *block) {
    file_state *file = ctx;
    (void)preview;
    run_all(file->s, block);
    file->cells += block->cell_count;
    file->gated += file->s->sieve[0].gated_count;
    file->anchors += file->s->sieve[0].anchor_count;
    file->explicit_blocks += block->explicit_begin;
    file->implicit_blocks += !block->explicit_begin;
}

/* Rows of three cells with line ends of all kinds, blank lines and empty cells; with quotes where asked for. */
static void random_file(random_state *random, const char *line_end, bool quotes, lw_buf *text) {
    static const char *const CELLS[] = {"",
                                        "1",
                                        "word 1",
                                        "DE28141695849165427606",
                                        "+1 617-354-2087",
                                        "ssn 051-24-8318",
                                        "x,y",
                                        "he said \"\"ssn 7\"\"",
                                        "two\nlines 8"};
    uint32_t choice = quotes ? 9 : 6;
    lw_buf_reset(text);
    assert_ok(lw_buf_printf(text, "alpha,beta,gamma%s", line_end));
    for (int row = 0; row < 300; row++) {
        for (int column = 0; column < 3; column++) {
            uint32_t which = random_below(random, choice);
            const char *quote = which >= 6 ? "\"" : "";
            assert_ok(lw_buf_printf(text, "%s%s%s%s", quote, CELLS[which], quote, column < 2 ? "," : line_end));
        }
        for (uint32_t blank = random_below(random, 4); blank > 2; blank--) {
            assert_ok(lw_buf_append_text(text, line_end));
        }
    }
}

LW_TEST(implementations_see_the_same_in_files) {
    static const char *const LINE_ENDS[] = {"\n", "\r\n", "\r"};
    lw_identifier_set *set = load_set("all", NULL, false);
    random_state random = {2};
    sieves s = {0};
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    sieves_init(&s, set);
    size_t implicit_blocks = 0;
    size_t explicit_blocks = 0;
    for (int round = 0; round < 6; round++) {
        random_file(&random, LINE_ENDS[round % 3], round >= 3, &text);
        file_state first = {.s = &s};
        each_block(lw_buf_slice(&text), "x.csv", BLOCK_SIZES[0], sieve_block, &first);
        assert_true(first.gated > 100 && first.anchors > 100);
        for (size_t b = 1; b < BLOCK_SIZE_COUNT; b++) {
            file_state file = {.s = &s};
            each_block(lw_buf_slice(&text), "x.csv", BLOCK_SIZES[b], sieve_block, &file);
            assert_int_equal(file.gated, first.gated);
            assert_int_equal(file.anchors, first.anchors);
        }
        implicit_blocks += first.implicit_blocks;
        explicit_blocks += first.explicit_blocks;
    }
    assert_true(implicit_blocks > 0 && explicit_blocks > 0);
    sieves_done(&s);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}

/* ---- what has to be let through ---- */

#define OFFSETS 131

/* Fillers before the value, none of which touches it with a letter or digit, and whether more text follows. */
typedef struct surroundings {
    char fill, last;
    const char *behind;
} surroundings;

static const surroundings SURROUNDINGS[] = {
    {' ', ' ', ""},
    {'x', ' ', ""},
    {'x', ' ', " and so on, and so on, with some more words behind it to the end"},
    {'7', ',', ";"},
    {'.', '(', ")"},
    {'\x80', ' ', "; "},
    {'Q', '|', "|Q"},
    {' ', ':', " until the end of this cell"},
};
#define SURROUNDING_COUNT (sizeof SURROUNDINGS / sizeof SURROUNDINGS[0])

static void surround(const surroundings *around, size_t offset, lw_slice value, lw_buf *cell) {
    lw_buf_reset(cell);
    for (size_t i = 0; i < offset; i++) {
        assert_ok(lw_buf_append_char(cell, i + 1 == offset ? around->last : around->fill));
    }
    assert_ok(lw_buf_append_slice(cell, value));
    assert_ok(lw_buf_append_text(cell, around->behind));
}

typedef struct anchor_check {
    const lw_identifier_set *set;
    lw_matcher *matcher;
    sieves s;
    drawn_block *drawn;
    lw_buf text, cell;
    bool matches[OFFSETS * SURROUNDING_COUNT];
    size_t checked, alone;
} anchor_check;

/* The value alone and in all surroundings at all offsets: wherever the matcher finds it, the cell is an anchor. */
static void check_value(anchor_check *check, size_t identifier, lw_slice value) {
    lw_anchor kind = lw_identifier_set_at(check->set, identifier)->anchor;
    lw_match match;
    size_t count = 0;
    for (int form = 0; form < 2; form++) {
        drawn_reset(check->drawn, form == 1);
        drawn_add(check->drawn, value);
        run_all(&check->s, drawn_finish(check->drawn));
        assert_true(is_anchor(&check->s.sieve[0], 0, kind, identifier));
        check->alone++;
    }
    for (size_t a = 0; a < SURROUNDING_COUNT; a++) {
        drawn_reset(check->drawn, a % 2 == 1);
        count = 0;
        for (size_t offset = 0; offset < OFFSETS; offset++) {
            surround(&SURROUNDINGS[a], offset, value, &check->cell);
            check->matches[count++] =
                lw_matcher_next(check->matcher, identifier, lw_buf_slice(&check->cell), 0, false, &match) == LW_OK;
            drawn_add(check->drawn, lw_buf_slice(&check->cell));
        }
        run_all(&check->s, drawn_finish(check->drawn));
        for (uint32_t i = 0; i < count; i++) {
            if (check->matches[i] && !is_anchor(&check->s.sieve[0], i, kind, identifier)) {
                fail_msg("'%s' at %u in surroundings %zu is lost", lw_identifier_set_at(check->set, identifier)->id, i,
                         a);
            }
            check->checked += check->matches[i];
        }
    }
}

static bool has_cell_anchor(const lw_identifier *identifier) {
    return identifier->anchor == LW_ANCHOR_IBAN || identifier->anchor == LW_ANCHOR_PHONE ||
           identifier->anchor == LW_ANCHOR_CARD;
}

static void check_examples(anchor_check *check, size_t identifier) {
    const lw_identifier *facts = lw_identifier_set_at(check->set, identifier);
    cJSON *entry = catalogue_entry(facts->id);
    const cJSON *example = NULL;
    size_t before = check->alone;
    cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(entry, "examples")) {
        lw_match match = {0};
        if (facts->proximity != LW_PROXIMITY_ABSENT && facts->proximity != LW_PROXIMITY_FREE &&
            example_needs_keyword(example)) {
            continue;
        }
        example_text(example, &check->text);
        lw_slice text = lw_buf_slice(&check->text);
        if (lw_matcher_next(check->matcher, identifier, text, 0, false, &match) == LW_OK) {
            check_value(check, identifier, (lw_slice){text.data + match.begin, match.end - match.begin});
        }
    }
    assert_true(check->alone > before);
    cJSON_Delete(entry);
}

LW_TEST(all_that_needs_no_keyword_is_let_through) {
    static drawn_block drawn;
    static anchor_check check;
    lw_identifier_set *set = load_set("all", NULL, false);
    size_t identifiers = 0;
    drawn_init(&drawn);
    check = (anchor_check){.set = set, .drawn = &drawn};
    lw_buf_init(&check.text, 4096);
    lw_buf_init(&check.cell, 4096);
    sieves_init(&check.s, set);
    assert_ok(lw_matcher_new(set, &check.matcher));
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (has_cell_anchor(lw_identifier_set_at(set, i))) {
            check_examples(&check, i);
            identifiers++;
        }
    }
    assert_true(identifiers >= 60);
    assert_true(check.checked > check.alone / 2 * OFFSETS * 5); /* nearly all surroundings leave the value a match */
    lw_matcher_free(check.matcher);
    sieves_done(&check.s);
    lw_buf_done(&check.text);
    lw_buf_done(&check.cell);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* A telephone or card number as somebody might write it, in any length and with any joints. */
static void random_number(random_state *random, lw_buf *text) {
    static const char *const BEGINNINGS[] = {"+1",    "+49",  "+39",  "+34", "+33", "+44",   "+55",
                                             "(+49)", "0049", "0039", "001", "1",   "011 1", "4",
                                             "5",     "37",   "6",    "35",  "30",  "00 44"};
    static const char *const JOINTS[] = {"", "", " ", "-", ".", "/", "(", ")", " (", ") ", "(0)"};
    uint32_t often = 2 + random_below(random, 20); /* one digit in so many has a joint before it */
    lw_buf_reset(text);
    assert_ok(lw_buf_append_text(text, BEGINNINGS[random_below(random, sizeof BEGINNINGS / sizeof BEGINNINGS[0])]));
    for (uint32_t digits = 5 + random_below(random, 15); digits > 0; digits--) {
        bool joint = random_below(random, often) == 0;
        assert_ok(
            lw_buf_append_text(text, joint ? JOINTS[random_below(random, sizeof JOINTS / sizeof JOINTS[0])] : ""));
        assert_ok(lw_buf_append_char(text, (char)('0' + random_below(random, 10))));
    }
}

LW_TEST(numbers_that_need_no_keyword_are_let_through_as_they_come) {
    static drawn_block drawn;
    lw_identifier_set *set = load_set("all", NULL, false);
    lw_matcher *matcher = NULL;
    random_state random = {5};
    sieves s = {0};
    lw_buf text;
    size_t found = 0;
    drawn_init(&drawn);
    lw_buf_init(&text, 4096);
    sieves_init(&s, set);
    assert_ok(lw_matcher_new(set, &matcher));
    for (int round = 0; round < 60000; round++) {
        random_number(&random, &text);
        drawn_reset(&drawn, false);
        drawn_add(&drawn, lw_buf_slice(&text));
        run_all(&s, drawn_finish(&drawn));
        for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
            lw_anchor kind = lw_identifier_set_at(set, i)->anchor;
            lw_match match = {0};
            if ((kind == LW_ANCHOR_PHONE || kind == LW_ANCHOR_CARD) &&
                lw_matcher_next(matcher, i, lw_buf_slice(&text), 0, false, &match) == LW_OK) {
                if (!is_anchor(&s.sieve[0], 0, kind, i)) {
                    fail_msg("'%s' is lost: %.*s", lw_identifier_set_at(set, i)->id, (int)text.len, text.data);
                }
                found++;
            }
        }
    }
    assert_true(found > 1000);
    lw_matcher_free(matcher);
    sieves_done(&s);
    lw_buf_done(&text);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* Is the keyword, in any of its variants, looked for in all text anyway? */
static bool is_literal(const lw_identifier_set *set, lw_slice cell, lw_slice keyword) {
    for (size_t i = 0; i < lw_identifier_set_keyword_count(set); i++) {
        const lw_keyword *literal = lw_identifier_set_keyword(set, i);
        if (!literal->anchor && literal->text.len <= keyword.len && literal->text.len <= cell.len &&
            strncasecmp(cell.data, literal->text.data, literal->text.len) == 0) {
            return true;
        }
    }
    return false;
}

/* Every keyword of an identifier with one of its values behind it, in short cells and in long ones. */
static size_t check_keywords(sieves *s, drawn_block *drawn, size_t identifier, lw_slice value, const cJSON *keywords) {
    const lw_identifier_set *set = s->sieve[0].set;
    static const char *const JOINTS[] = {" ", ":", "                                                             "};
    const cJSON *keyword = NULL;
    size_t checked = 0;
    lw_buf cell;
    lw_buf_init(&cell, 4096);
    cJSON_ArrayForEach(keyword, keywords) {
        for (size_t j = 0; j < sizeof JOINTS / sizeof JOINTS[0]; j++) {
            lw_buf_reset(&cell);
            assert_ok(lw_buf_printf(&cell, "%s%s", keyword->valuestring, JOINTS[j]));
            assert_ok(lw_buf_append_slice(&cell, value));
            drawn_reset(drawn, j == 1);
            drawn_add(drawn, lw_buf_slice(&cell));
            run_all(s, drawn_finish(drawn));
            if (!is_gated(&s->sieve[0], 0) &&
                !is_literal(set, lw_buf_slice(&cell), lw_slice_from(keyword->valuestring))) {
                fail_msg("'%s': keyword '%s' is lost", lw_identifier_set_at(set, identifier)->id, keyword->valuestring);
            }
            checked++;
        }
    }
    lw_buf_done(&cell);
    return checked;
}

LW_TEST(all_keywords_beside_their_values_are_let_through) {
    static drawn_block drawn;
    lw_identifier_set *set = load_set("all", NULL, false);
    const lw_identifier_bits *gated = lw_identifier_set_gated(set);
    lw_matcher *matcher = NULL;
    sieves s = {0};
    lw_buf text;
    size_t checked = 0;
    drawn_init(&drawn);
    lw_buf_init(&text, 4096);
    sieves_init(&s, set);
    assert_ok(lw_matcher_new(set, &matcher));
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (!lw_bits_test(gated, i)) {
            continue;
        }
        cJSON *entry = catalogue_entry(lw_identifier_set_at(set, i)->id);
        const cJSON *example = cJSON_GetObjectItemCaseSensitive(entry, "examples")->child;
        lw_match match = {0};
        example_text(example, &text);
        assert_ok(lw_matcher_next(matcher, i, lw_buf_slice(&text), 0, true, &match));
        lw_slice value = {text.data + match.begin, match.end - match.begin};
        checked += check_keywords(&s, &drawn, i, value, cJSON_GetObjectItemCaseSensitive(entry, "keywords"));
        checked += check_keywords(&s, &drawn, i, value, cJSON_GetObjectItemCaseSensitive(entry, "moreKeywords"));
        cJSON_Delete(entry);
    }
    assert_true(checked > 5000);
    lw_matcher_free(matcher);
    sieves_done(&s);
    lw_buf_done(&text);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* ---- what is not to be let through ---- */

static void random_uuid(random_state *random, char uuid[37]) {
    static const char *const DIGITS[] = {"0123456789abcdef", "0123456789ABCDEF", "0123456789012345"};
    const char *digits = DIGITS[random_below(random, 3)];
    for (int i = 0; i < 36; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        uuid[i] = hyphen ? '-' : digits[random_below(random, 16)];
    }
    uuid[36] = '\0';
}

static void random_time(random_state *random, char time[32]) {
    static const char *const FORMS[] = {"%04u-%02u-%02uT%02u:%02u:%02uZ", "%04u-%02u-%02u %02u:%02u:%02u",
                                        "%04u-%02u-%02uT%02u:%02u:%02u", "%04u-%02u-%02u"};
    const char *form = FORMS[random_below(random, 4)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
    snprintf(time, 32, form, random_below(random, 10000), random_below(random, 13), random_below(random, 32),
             random_below(random, 24), random_below(random, 60), random_below(random, 60));
#pragma GCC diagnostic pop
}

/* Nor is a UUID, every other cell of the block, worth a closer look, but for `most` of them. Where cells begin apart,
 * quotes are around them. */
static void assert_odd_ones(const uint32_t *cells, size_t count, size_t most) {
    size_t uuids = 0;
    for (size_t i = 0; i < count; i++) {
        uuids += cells[i] % 2 == 0;
    }
    assert_true(uuids <= most);
}

static void assert_no_uuid_suspected(const lw_sieve *sieve, const lw_block *block) {
    static uint32_t cells[CELLS_MAX + 64];
    if (block->explicit_begin) {
        return;
    }
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        /* one of its eight stretches begins with a cell, the others may begin in a UUID */
        assert_odd_ones(cells, lw_suspects_avx512(sieve, block, cells), 7);
    }
    if (lw_simd_supported() < LW_SIMD_AVX2) {
        return;
    }
#endif
    assert_odd_ones(cells, lw_suspects_avx2(sieve, block, cells), 0);
}

LW_TEST(uuids_and_times_are_no_anchors) {
    static drawn_block drawn;
    lw_identifier_set *set = load_set("all", NULL, false);
    random_state random = {3};
    sieves s = {0};
    drawn_init(&drawn);
    sieves_init(&s, set);
    for (int round = 0; round < 100; round++) {
        drawn_reset(&drawn, round % 2 == 1);
        for (int i = 0; i < 200; i++) {
            char cell[40];
            if (i % 2 == 0) {
                random_uuid(&random, cell);
            } else {
                random_time(&random, cell);
            }
            drawn_add(&drawn, lw_slice_from(cell));
        }
        run_all(&s, drawn_finish(&drawn));
        assert_int_equal(s.sieve[0].anchor_count, 0);
        assert_int_equal(s.sieve[0].gated_count, 0);
        assert_no_uuid_suspected(&s.sieve[0], &drawn.block);
    }
    sieves_done(&s);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* ---- where words begin ---- */

static bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

/* The last capital of several, where no lower case letter follows, is no start, but may be taken for one: the search
 * asks for bounds again. */
static uint64_t maybe_starts_of(lw_slice cell) {
    uint64_t starts = 0;
    for (size_t i = 1; i < cell.len; i++) {
        bool last = is_capital(cell.data[i - 1]) && is_capital(cell.data[i]) &&
                    (i + 1 == cell.len || !is_capital(cell.data[i + 1]));
        starts |= (uint64_t)last << i;
    }
    return starts;
}

static uint64_t starts_of(lw_slice cell) {
    uint64_t starts = 0;
    for (size_t i = 0; i < cell.len; i++) {
        char lower = (char)(cell.data[i] | 0x20);
        bool letter = lower >= 'a' && lower <= 'z';
        starts |= (uint64_t)(letter && lw_keyword_bounded(cell, i, cell.len)) << i;
    }
    return starts;
}

static bool is_ascii(lw_slice cell) {
    bool ascii = true;
    for (size_t i = 0; i < cell.len; i++) {
        ascii = ascii && (unsigned char)cell.data[i] < 0x80;
    }
    return ascii;
}

LW_TEST(starts_are_where_a_keyword_is_bounded) {
    static drawn_block drawn;
    lw_identifier_set *set = load_set("all", NULL, false);
    random_state random = {4};
    sieves s = {0};
    lw_buf cell;
    size_t known = 0;
    lw_buf_init(&cell, 4096);
    drawn_init(&drawn);
    sieves_init(&s, set);
    for (int round = 0; round < 100; round++) {
        drawn_reset(&drawn, round % 2 == 1);
        for (int i = 0; i < 200; i++) {
            random_cell(&random, &cell);
            drawn_add(&drawn, lw_buf_slice(&cell));
        }
        drawn_finish(&drawn);
        run_all(&s, &drawn.block);
        for (size_t i = 0; i < s.sieve[0].gated_count; i++) {
            const lw_gated_cell *gated = &s.sieve[0].gated[i];
            uint32_t begin = drawn.begin[gated->cell];
            lw_slice text = {drawn.text.data + begin, drawn.end[gated->cell] - begin};
            assert_int_equal(gated->known, text.len <= 64 && is_ascii(text));
            if (gated->known) {
                assert_true((gated->starts & ~maybe_starts_of(text)) == (starts_of(text) & ~maybe_starts_of(text)));
                assert_true((starts_of(text) & ~gated->starts) == 0);
                known++;
            }
        }
    }
    assert_true(known > 2000);
    sieves_done(&s);
    lw_buf_done(&cell);
    lw_buf_done(&drawn.text);
    lw_identifier_set_free(set);
}

/* A set without anything to look for, and one with a single kind. */
LW_TEST(only_what_is_in_the_set_is_looked_for) {
    static drawn_block drawn;
    static const char *const SETS[] = {"NAME", "CREDIT_CARD_NUMBER_(NO_KEYWORD)", "GERMANY_BANK_ACCOUNT_NUMBER"};
    static const char *const CELLS[] = {"4014514294772591", "DE28141695849165427606", "NL28TEST6884349050",
                                        "+49 89 4173926"};
    static const unsigned ANCHORS[] = {0, 1, 2}; /* bit a cell */
    drawn_init(&drawn);
    for (size_t k = 0; k < sizeof SETS / sizeof SETS[0]; k++) {
        lw_identifier_set *set = load_set(SETS[k], NULL, false);
        sieves s = {0};
        sieves_init(&s, set);
        assert_int_equal(lw_sieve_needed(&s.sieve[0]), k > 0);
        drawn_reset(&drawn, false);
        for (size_t i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++) {
            drawn_add(&drawn, lw_slice_from(CELLS[i]));
        }
        run_all(&s, drawn_finish(&drawn));
        unsigned found = 0;
        for (size_t i = 0; i < s.sieve[0].anchor_count; i++) {
            found |= 1U << s.sieve[0].anchors[i].cell;
        }
        assert_int_equal(found, ANCHORS[k]);
        sieves_done(&s);
        lw_identifier_set_free(set);
    }
    lw_buf_done(&drawn.text);
}
