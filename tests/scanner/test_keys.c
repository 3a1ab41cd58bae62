/* Private keys: text of several lines, of which a plain text file has one a record, and a cell of a table all. The
 * texts are put together here. */
#include "tests/support/lw_test.h"

#include <string.h>

#include "scanner/scanner.h"
#include "tests/scanner/scan_support.h"

static void append_line(lw_buf *text, const char *word, const char *kind, const char *line_end) {
    static const char DASHES[] = "-----";
    assert_ok(lw_buf_printf(text, "%s%s %sPRIVATE %s%s%s", DASHES, word, kind, "KEY", DASHES, line_end));
}

static void append_body(lw_buf *text, int lines, const char *line_end) {
    static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    random_state random = {5};
    for (int i = 0; i < lines * 64; i++) {
        assert_ok(lw_buf_append_text(text, i > 0 && i % 64 == 0 ? line_end : ""));
        assert_ok(lw_buf_append_char(text, i == 0 ? 'M' : i == 1 ? 'I' : BASE64[random_below(&random, 64)]));
    }
    assert_ok(lw_buf_append_text(text, line_end));
}

static void assert_keys(const char *name, lw_slice text, uint64_t expected) {
    lw_identifier_set *set = load_set("PKCS", NULL, false);
    for (size_t b = 0; b < BLOCK_SIZE_COUNT; b++) {
        lw_tally *tally = scan_text(set, text, name, BLOCK_SIZES[b]);
        assert_int_equal(tally->detections[0].count, expected);
        lw_tally_free(tally);
    }
    lw_identifier_set_free(set);
}

LW_TEST(a_key_over_several_lines_of_text_counts_once) {
    static const char *const KINDS[] = {"RSA ", ""};
    static const char *const LINE_ENDS[] = {"\n", "\r\n"};
    for (int i = 0; i < 4; i++) {
        lw_buf text;
        lw_buf_init(&text, 1 << 20);
        assert_ok(lw_buf_append_text(&text, "some words before the key\n"));
        append_line(&text, "BEGIN", KINDS[i % 2], LINE_ENDS[i / 2]);
        append_body(&text, 25, LINE_ENDS[i / 2]);
        append_line(&text, "END", KINDS[i % 2], LINE_ENDS[i / 2]);
        assert_keys("x.txt", lw_buf_slice(&text), 1);
        append_line(&text, "BEGIN", KINDS[i % 2], LINE_ENDS[i / 2]);
        append_body(&text, 12, LINE_ENDS[i / 2]);
        append_line(&text, "END", KINDS[i % 2], LINE_ENDS[i / 2]);
        assert_keys("x.txt", lw_buf_slice(&text), 2);
        lw_buf_done(&text);
    }
}

LW_TEST(a_first_line_in_a_cell_is_no_key) {
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    assert_ok(lw_buf_append_text(&text, "id,note\n1,"));
    append_line(&text, "BEGIN", "RSA ", "\n2,");
    append_line(&text, "END", "RSA ", "\n3,words\n");
    assert_keys("x.csv", lw_buf_slice(&text), 0);
    lw_buf_done(&text);
}

LW_TEST(a_key_in_a_cell_counts_once) {
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    assert_ok(lw_buf_append_text(&text, "id,note\n1,\""));
    append_line(&text, "BEGIN", "RSA ", "\n");
    append_body(&text, 25, "\n");
    append_line(&text, "END", "RSA ", "\"\n2,words\n");
    assert_keys("x.csv", lw_buf_slice(&text), 1);
    lw_buf_done(&text);
}
