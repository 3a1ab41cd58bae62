/* The keyword search: its implementations against a naive one, with keywords of few and of many beginnings. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/search_priv.h"
#include "tests/scanner/scan_support.h"

typedef struct implementation {
    const char *name;
    lw_search_run run;
} implementation;

#define IMPLEMENTATIONS 3

/* Those that this processor can run. Says which one is left out. */
static size_t implementations(implementation all[IMPLEMENTATIONS]) {
    size_t count = 0;
    all[count++] = (implementation){"base", lw_search_base};
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX2) {
        all[count++] = (implementation){"avx2", lw_search_avx2};
    } else {
        print_message("lw_search_avx2 is left out: the processor has no AVX2\n");
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        all[count++] = (implementation){"avx512", lw_search_avx512};
    } else {
        print_message("lw_search_avx512 is left out: the processor has no AVX-512BW and VBMI\n");
    }
#else
    all[count++] = (implementation){"avx2", lw_search_avx2};
    print_message("lw_search_avx512 is left out: this is no x86-64 processor\n");
#endif
    return count;
}

/* ---- the naive search ---- */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
}

static bool stands_at(const lw_keyword *keyword, const char *text, size_t len, size_t at) {
    size_t end = at + keyword->text.len;
    bool same = end <= len;
    for (size_t i = 0; same && i < keyword->text.len; i++) {
        same = lower(text[at + i]) == keyword->text.data[i];
    }
    bool touched = same && ((at > 0 && hexadecimal(text[at - 1])) || (end < len && hexadecimal(text[end])));
    return same && !(keyword->hex && touched);
}

static int compare_hits(const void *a, const void *b) {
    const lw_keyword_hit *x = a;
    const lw_keyword_hit *y = b;
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    return x->keyword < y->keyword ? -1 : x->keyword > y->keyword;
}

static size_t naive_search(const lw_identifier_set *set, const char *text, size_t len, lw_keyword_hit *hits) {
    size_t count = 0;
    for (uint32_t at = 0; at < len; at++) {
        for (uint32_t k = 0; k < lw_identifier_set_keyword_count(set); k++) {
            if (stands_at(lw_identifier_set_keyword(set, k), text, len, at)) {
                hits[count++] = (lw_keyword_hit){at, k};
            }
        }
    }
    return count;
}

/* ---- texts ---- */

#define TEXT_MAX 1024
#define BEHIND 64
#define HITS_MAX (TEXT_MAX * 8)

/* No control character that becomes a digit when bit 5 is set: behind a keyword of two letters a-f the search may take
 * it for one. */
static void put(char *text, size_t *len, char c) {
    text[*len] = c >= 0x10 && c < 0x1A ? ' ' : c;
    *len += *len < TEXT_MAX + BEHIND;
}

/* Keywords whole, cut and changed by a bit, with bytes between them; goes on behind the text, where nothing counts. */
static void random_text(random_state *random, const lw_identifier_set *set, char *text) {
    size_t len = 0;
    uint32_t keywords = (uint32_t)lw_identifier_set_keyword_count(set);
    while (len < TEXT_MAX + BEHIND) {
        lw_slice keyword = lw_identifier_set_keyword(set, random_below(random, keywords))->text;
        uint32_t kind = random_below(random, 5);
        size_t some = kind == 0 ? random_below(random, (uint32_t)keyword.len) : keyword.len;
        for (size_t i = 0; kind < 3 && i < some; i++) {
            char c = keyword.data[i];
            bool upper = random_below(random, 3) == 0 && c >= 'a' && c <= 'z';
            bool change = kind == 1 && random_below(random, (uint32_t)keyword.len) == 0;
            put(text, &len, (char)((upper ? c - 32 : c) ^ (change ? 1 << random_below(random, 8) : 0)));
        }
        for (uint32_t i = random_below(random, 4); kind < 4 && i > 0; i--) {
            put(text, &len, " -_.4aFz"[random_below(random, 8)]);
        }
        if (kind == 4) {
            put(text, &len, (char)random_below(random, 256));
        }
    }
}

static void compare_searches(const lw_identifier_set *set, const lw_search *search, const char *text, size_t len,
                             size_t *ret_found) {
    static lw_keyword_hit expected[HITS_MAX];
    implementation all[IMPLEMENTATIONS];
    size_t count = implementations(all);
    size_t wanted = naive_search(set, text, len, expected);
    for (size_t i = 0; i < count; i++) {
        lw_hits hits = {0};
        assert_ok(all[i].run(search, text, len, &hits));
        for (size_t k = 1; k < hits.count; k++) {
            assert_true(hits.items[k - 1].offset <= hits.items[k].offset);
        }
        if (hits.count > 0) {
            qsort(hits.items, hits.count, sizeof *hits.items, compare_hits);
        }
        if (hits.count != wanted || (wanted > 0 && memcmp(hits.items, expected, wanted * sizeof *expected) != 0)) {
            fail_msg("%s: %zu hits in %zu bytes, expected %zu", all[i].name, hits.count, len, wanted);
        }
        free(hits.items);
    }
    *ret_found += wanted;
}

static size_t compare_set(random_state *random, const lw_identifier_set *set) {
    lw_search *search = NULL;
    size_t found = 0;
    char *text = malloc(TEXT_MAX + BEHIND + 1);
    assert_non_null(text);
    assert_ok(lw_search_new(set, &search));
    for (size_t len = 0; len <= 200; len++) {
        random_text(random, set, text);
        compare_searches(set, search, text, len, &found);
    }
    for (int round = 0; round < 40; round++) {
        random_text(random, set, text);
        compare_searches(set, search, text, TEXT_MAX - random_below(random, 100), &found);
    }
    lw_search_free(search);
    free(text);
    return found;
}

/* ---- cases ---- */

LW_TEST(literals_of_the_catalogue_are_found_by_all) {
    random_state random = {1};
    lw_identifier_set *set = load_set("all", NULL, false);
    bool hex_pair = false;
    for (size_t k = 0; k < lw_identifier_set_keyword_count(set); k++) {
        const lw_keyword *keyword = lw_identifier_set_keyword(set, k);
        hex_pair = hex_pair || (keyword->hex && keyword->text.len == 2);
    }
    assert_true(hex_pair);
    assert_true(compare_set(&random, set) > 2000);
    lw_identifier_set_free(set);
}

/* A custom identifier with so many keywords of three letters and more, from an alphabet of so many letters. */
static void random_identifier(random_state *random, uint32_t keywords, uint32_t letters, lw_buf *json) {
    assert_ok(lw_buf_append_text(json, "{\"name\":\"Random\",\"regex\":\"Q[0-9]{8}\",\"keywords\":["));
    for (uint32_t k = 0; k < keywords; k++) {
        assert_ok(lw_buf_printf(json, "%s\"", k == 0 ? "" : ","));
        for (uint32_t i = 3 + random_below(random, 4); i > 0; i--) {
            static const char LETTERS[] = "etaoinshr dlu-c_m1w@f[g`ypb{vkxjqzETA9.#:\xC3\x9C";
            uint32_t letter = random_below(random, letters);
            assert_ok(lw_buf_append(json, LETTERS + letter, letter + 3 < sizeof LETTERS ? 1 : 2));
        }
        assert_ok(lw_buf_append_text(json, "\""));
    }
    assert_ok(lw_buf_append_text(json, "]}"));
    assert_ok(lw_buf_append_char(json, '\0'));
}

LW_TEST(any_keywords_are_found_by_all) {
    static const uint32_t KEYWORDS[] = {1, 2, 5, 8, 20, 50};
    static const uint32_t LETTERS[] = {2, 9, 25, 42};
    random_state random = {2};
    size_t found = 0;
    for (size_t k = 0; k < sizeof KEYWORDS / sizeof KEYWORDS[0]; k++) {
        for (size_t l = 0; l < sizeof LETTERS / sizeof LETTERS[0]; l++) {
            lw_buf json;
            lw_buf_init(&json, 1 << 16);
            random_identifier(&random, KEYWORDS[k], LETTERS[l], &json);
            lw_identifier_set *set = load_set(k % 2 == 0 ? "none" : "CREDIT_CARD_NUMBER", json.data, false);
            found += compare_set(&random, set);
            lw_identifier_set_free(set);
            lw_buf_done(&json);
        }
    }
    assert_true(found > 10000);
}
