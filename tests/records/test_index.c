/* The fast index in each instruction set gives the same arrays, and the positions of cell ends as bits agree with them.
 */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "records/block_priv.h"
#include "records/index_priv.h"

#define TEXT_MAX 3000U

static uint64_t seed;

static uint32_t roll(uint32_t sides) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % sides;
}

/* Text of rows; kind decides how wild: 0 plain, 1 with quotes and CRLF, 2 anything. */
static size_t make_text(char *text, uint32_t kind) {
    static const char PLAIN[] = "abcxyz0189 ;,,,\n";
    static const char ANY[] = "ab,\"\n\r,\"\0;\t\xC3\xA9\x80\xFF|";
    size_t len = 1 + roll(TEXT_MAX - 64);
    uint32_t sparse = roll(4);
    for (size_t i = 0; i < len; i++) {
        bool letter = sparse > 0 && roll(8) > 0;
        text[i] = letter ? 'x' : kind == 2 ? ANY[roll(sizeof ANY - 1)] : PLAIN[roll(sizeof PLAIN - 1)];
    }
    for (size_t i = 0; kind == 1 && i + 8 < len; i += 1 + roll(60)) {
        if (text[i] == ',' || text[i] == '\n') {
            const char *quoted = roll(2) ? "\"a,\n\"," : "\"\"\"b\",";
            for (size_t k = 0; k < 6; k++) {
                text[i + 1 + k] = quoted[k];
            }
            i += 6;
        } else if (text[i + 1] == '\n') {
            text[i] = '\r';
        }
    }
    memset(text + len, "\0\"\r\n"[roll(4)], 64); /* what is behind the text says nothing */
    return len;
}

static void assert_same(const lw_block *a, const lw_index_result *ra, const lw_block *b, const lw_index_result *rb) {
    assert_int_equal(ra->consumed, rb->consumed);
    assert_int_equal(ra->irregular, rb->irregular);
    assert_int_equal(ra->quotes, rb->quotes);
    assert_int_equal(a->record_count, b->record_count);
    assert_int_equal(a->cell_count, b->cell_count);
    assert_memory_equal(a->cell_end, b->cell_end, a->cell_count * sizeof *a->cell_end);
    assert_memory_equal(a->record_begin, b->record_begin, (a->record_count + 1U) * sizeof *a->record_begin);
    assert_memory_equal(a->record_cell, b->record_cell, (a->record_count + 1U) * sizeof *a->record_cell);
    assert_memory_equal(a->ends, b->ends, (ra->consumed / 64 + 1) * sizeof *a->ends);
}

/* Bit for cell: at the cell's end, or behind it where a carriage return ends the line too. */
static void assert_ends(const lw_block *block, const char *text, uint32_t consumed) {
    uint32_t cell = 0;
    for (uint32_t i = 0; i <= consumed / 64 * 64 + 63; i++) {
        if (((block->ends[i / 64] >> (i % 64)) & 1) == 0) {
            continue;
        }
        assert_true(cell < block->cell_count);
        uint32_t end = block->cell_end[cell++];
        assert_true(end == i || (end + 1 == i && text[end] == '\r' && text[i] == '\n'));
    }
    assert_int_equal(cell, block->cell_count);
}

static void run_one(lw_index_run run, const char *text, size_t len, lw_block *block, lw_index_result *result) {
    memset(block->ends, 0xAA, (len / 64 + 2) * sizeof *block->ends);
    run(text, len, ',', block, result);
    lw_block_keep_ends(block, result->consumed);
}

LW_TEST(implementations_agree) {
    static char text[TEXT_MAX + 64];
    lw_block *first = NULL;
    lw_block *second = NULL;
    assert_int_equal(lw_block_new(TEXT_MAX, &first), LW_OK);
    assert_int_equal(lw_block_new(TEXT_MAX, &second), LW_OK);
    for (uint32_t round = 0; round < 20000; round++) {
        seed = round;
        size_t len = make_text(text, round % 3);
        lw_index_result expected = {0};
        lw_index_result got = {0};
        run_one(lw_index_base, text, len, first, &expected);
        assert_ends(first, text, expected.consumed);
        assert_true(!expected.quotes || memchr(text, '"', len) != NULL);
#if defined(__x86_64__)
        if (lw_simd_supported() >= LW_SIMD_AVX2) {
            run_one(lw_index_avx2, text, len, second, &got);
            assert_same(first, &expected, second, &got);
        }
        if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
            run_one(lw_index_avx512, text, len, second, &got);
            assert_same(first, &expected, second, &got);
        }
#endif
    }
#if defined(__x86_64__)
    if (lw_simd_supported() < LW_SIMD_AVX512_ICL) {
        print_message("lw_index_avx512 is left out: the processor has no AVX-512 with VBMI2\n");
    }
#endif
    lw_block_free(first);
    lw_block_free(second);
}

/* Every byte at every place of two steps and a little more. */
static void assert_plain(lw_index_plain is_plain) {
    enum { LEN = 140 };
    char text[LEN + 64] = {0};
    for (unsigned byte = 0; byte < 256; byte++) {
        bool plain = byte != '"' && byte != '\r' && byte != '\0';
        for (size_t place = 0; place < LEN; place++) {
            bool last = byte == '\r' && place + 1 == LEN; /* what follows may be a newline */
            memset(text, 'x', LEN);
            text[place] = (char)byte;
            assert_int_equal(is_plain(text, LEN), plain || last);
            assert_int_equal(is_plain(text, place + 1), plain || byte == '\r');
            assert_true(is_plain(text, place));
            text[place + 1] = place + 1 < LEN ? '\n' : '\0';
            assert_int_equal(is_plain(text, LEN), plain || byte == '\r');
            text[LEN] = '\0';
        }
    }
}

LW_TEST(plain_is_what_has_no_quote_nul_or_bare_carriage_return) {
    assert_plain(lw_index_plain_base);
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX2) {
        assert_plain(lw_index_plain_avx2);
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        assert_plain(lw_index_plain_avx512);
    }
#endif
}
