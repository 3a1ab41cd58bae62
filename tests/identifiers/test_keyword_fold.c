/* Folding for keywords, and the index built on it against a naive search: every keyword at every place of the folded
 * text, bounded in the original. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

static uint32_t below(uint64_t *random, uint32_t bound) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*random >> 33) % bound);
}

/* ---- folding ---- */

static void expect_folded(const char *text, const char *expected) {
    lw_folded folded = {0};
    assert_ok(lw_fold_keywords(lw_slice_from(text), &folded));
    if (folded.len != strlen(expected) || memcmp(folded.text, expected, folded.len) != 0) {
        fail_msg("'%s' becomes '%.*s', expected '%s'", text, (int)folded.len, folded.text, expected);
    }
    lw_folded_done(&folded);
}

LW_TEST(case_and_accents_vanish_and_signs_stay) {
    expect_folded("", "");
    expect_folded("SS# No._1", "ss# no._1");
    expect_folded("F\u00dcHRERSCHEIN", "fuhrerschein");
    expect_folded("Fu\u0308hrerschein", "fuhrerschein"); /* a combining accent */
    expect_folded("F\xfchrerschein", "fuhrerschein");    /* Latin-1 */
    expect_folded("Stra\u00dfe", "strasse");
    expect_folded("driver\u2019s\u00a0licence\u2011no", "driver's licence-no");
    expect_folded("\u0391\u03a6\u039c \u03ac\u03c2", "\u03b1\u03c6\u03bc \u03b1\u03c3");
    expect_folded("\u0401\u0419\u042f\u0406", "\u0435\u0438\u044f\u0456");
    expect_folded("\u4e2d\U0001F600", "\u4e2d\U0001F600"); /* what has no case stays as it is */
}

/* Whatever the bytes: no longer than before, each place from a place of the original, in order. */
LW_TEST(places_of_the_original_are_kept) {
    uint64_t random = 1;
    lw_folded folded = {0};
    for (int round = 0; round < 20000; round++) {
        char text[40];
        size_t len = below(&random, sizeof text + 1);
        for (size_t i = 0; i < len; i++) {
            static const char BYTES[] = "aZ \xC3\x9F\xC3\xBC\xCC\x88\xE2\x80\x99\xD0\x81\xCE\xA6\xFF";
            text[i] = below(&random, 8) == 0 ? (char)below(&random, 256) : BYTES[below(&random, sizeof BYTES - 1)];
        }
        assert_ok(lw_fold_keywords((lw_slice){text, len}, &folded));
        assert_true(folded.len <= len);
        assert_int_equal(folded.origin[folded.len], len);
        for (size_t i = 0; i < folded.len; i++) {
            assert_true(folded.origin[i] <= folded.origin[i + 1] && folded.origin[i] < len);
        }
    }
    lw_folded_done(&folded);
}

/* ---- the naive search ---- */

#define FOUND_MAX 4096

typedef struct found {
    size_t begin, end, identifier;
} found;

typedef struct folded_keywords {
    char **texts; /* folded */
    size_t *identifiers;
    size_t count;
} folded_keywords;

static void fold_all(const lw_identifier_set *set, folded_keywords *all) {
    size_t total = 0;
    lw_folded folded = {0};
    for (size_t i = 0; i < set->count; i++) {
        total += set->definitions[i].keywords.count;
    }
    all->texts = calloc(total + 1, sizeof *all->texts);
    all->identifiers = calloc(total + 1, sizeof *all->identifiers);
    if (all->texts == NULL || all->identifiers == NULL) {
        fail_msg("out of memory");
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        for (size_t k = 0; k < set->definitions[i].keywords.count; k++) {
            assert_ok(lw_fold_keywords(lw_slice_from(set->definitions[i].keywords.items[k]), &folded));
            all->texts[all->count] = lw_slice_dup((lw_slice){folded.text, folded.len});
            assert_non_null(all->texts[all->count]);
            all->identifiers[all->count++] = i;
        }
    }
    lw_folded_done(&folded);
}

static void keywords_done(folded_keywords *all) {
    for (size_t i = 0; i < all->count; i++) {
        free(all->texts[i]);
    }
    free(all->texts);
    free(all->identifiers);
}

/* Where the keyword ends, each of its spaces being nothing, ' ', '_' or '-'; 0: it is not there. */
static size_t end_of(const lw_folded *text, size_t at, const char *keyword) {
    for (const char *c = keyword; *c != '\0'; c++) {
        char there = at < text->len ? text->text[at] : '\0';
        if (*c == ' ') {
            at += there == ' ' || there == '_' || there == '-';
        } else if (there != *c || at >= text->len) {
            return 0;
        } else {
            at++;
        }
    }
    return at;
}

static int compare_found(const void *a, const void *b) {
    return memcmp(a, b, sizeof(found));
}

/* Sorted, each once. */
static size_t sort_found(found *items, size_t count) {
    size_t kept = 0;
    if (count > 0) {
        qsort(items, count, sizeof *items, compare_found);
    }
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_found(&items[i], &items[kept - 1]) != 0) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

static size_t naive(const folded_keywords *all, lw_slice text, lw_folded *folded, found *items) {
    size_t count = 0;
    assert_ok(lw_fold_keywords(text, folded));
    for (size_t at = 0; at < folded->len; at++) {
        for (size_t k = 0; k < all->count; k++) {
            size_t end = end_of(folded, at, all->texts[k]);
            if (end > 0 && lw_keyword_bounded(text, folded->origin[at], folded->origin[end])) {
                assert_true(count < FOUND_MAX);
                items[count++] = (found){folded->origin[at], folded->origin[end], all->identifiers[k]};
            }
        }
    }
    return sort_found(items, count);
}

static size_t indexed(const lw_identifier_set *set, const lw_index_hits *hits, found *items) {
    size_t count = 0;
    for (size_t i = 0; i < hits->count; i++) {
        assert_true(i == 0 || hits->items[i - 1].begin <= hits->items[i].begin);
        for (size_t id = 0; id < set->count; id++) {
            if (lw_bits_test(&hits->items[i].entry->identifiers, id)) {
                assert_true(count < FOUND_MAX);
                items[count++] = (found){hits->items[i].begin, hits->items[i].end, id};
            }
        }
    }
    return sort_found(items, count);
}

/* ---- random texts ---- */

static void add_spelling(uint64_t *random, const char *keyword, lw_buf *text) {
    static const char *const JOINTS[] = {" ", "", "_", "-", "  ", ".", "\u00a0", "\u2011"};
    static const char *const ACCENTED[] = {"\u00e1", "E\u0301", "\u00ec", "\u00d6", "\xfc"};
    static const char VOWELS[] = "aeiou";
    uint32_t style = below(random, 5);
    for (const char *c = keyword; *c != '\0'; c++) {
        const char *vowel = strchr(VOWELS, *c);
        bool upper = style == 1 || (style == 2 && (c == keyword || c[-1] == ' ')) || below(random, 25) == 0;
        if (*c == ' ') {
            assert_ok(lw_buf_append_text(text, JOINTS[below(random, below(random, 4) == 0 ? 8 : 4)]));
        } else if (vowel != NULL && style == 3 && below(random, 2) == 0) {
            assert_ok(lw_buf_append_text(text, ACCENTED[vowel - VOWELS]));
        } else if (below(random, 60) > 0) {
            assert_ok(lw_buf_append_char(text, upper && *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c));
        }
    }
}

static void random_text(uint64_t *random, const lw_identifier_set *set, lw_buf *text) {
    static const char *const BETWEEN[] = {" ", "", ":", "_", "1", "S", "x", "\u00e9", " no ", "\xff", "#"};
    lw_buf_reset(text);
    for (uint32_t pieces = 1 + below(random, 4); pieces > 0;) {
        const lw_strings *keywords = &set->definitions[below(random, (uint32_t)set->count)].keywords;
        if (keywords->count > 0) {
            add_spelling(random, keywords->items[below(random, (uint32_t)keywords->count)], text);
            assert_ok(lw_buf_append_text(text, BETWEEN[below(random, sizeof BETWEEN / sizeof BETWEEN[0])]));
            pieces--;
        }
    }
}

static uint64_t word_starts(lw_slice text) {
    uint64_t starts = 0;
    for (size_t at = 0; at < text.len; at++) {
        starts |= (uint64_t)lw_keyword_bounded(text, at, text.len) << at;
    }
    return starts;
}

static bool is_short_ascii(lw_slice text) {
    bool ascii = text.len <= 64;
    for (size_t i = 0; i < text.len; i++) {
        ascii = ascii && (unsigned char)text.data[i] < 0x80;
    }
    return ascii;
}

static void assert_same(lw_slice text, const found *a, size_t a_count, const found *b, size_t b_count) {
    if (a_count != b_count || (a_count > 0 && memcmp(a, b, a_count * sizeof *a) != 0)) {
        fail_msg("%zu and %zu keywords in '%.*s'", a_count, b_count, (int)text.len, text.data);
    }
}

LW_TEST(the_index_finds_what_a_naive_search_finds) {
    static found expected[FOUND_MAX];
    static found items[FOUND_MAX];
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    assert_ok(lw_identifier_set_load(&(lw_identifier_options){.managed = "all"}, &set, &err));
    uint64_t random = 2;
    folded_keywords all = {0};
    lw_folded folded = {0};
    lw_index_hits hits = {0};
    lw_buf buf;
    size_t total = 0;
    size_t short_ascii = 0;
    lw_buf_init(&buf, 1 << 16);
    fold_all(set, &all);
    for (int round = 0; round < 1500; round++) {
        random_text(&random, set, &buf);
        lw_slice text = lw_buf_slice(&buf);
        size_t count = naive(&all, text, &folded, expected);
        assert_ok(lw_keyword_index_find(set->index, text, &hits));
        assert_same(text, expected, count, items, indexed(set, &hits, items));
        if (is_short_ascii(text)) {
            assert_ok(lw_keyword_index_find_at(set->index, text, word_starts(text), &hits));
            assert_same(text, expected, count, items, indexed(set, &hits, items));
            short_ascii++;
        }
        total += count;
    }
    assert_true(total > 3000);
    assert_true(short_ascii > 300);
    lw_index_hits_done(&hits);
    lw_folded_done(&folded);
    lw_buf_done(&buf);
    keywords_done(&all);
    lw_identifier_set_free(set);
}
