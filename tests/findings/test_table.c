/* The summary for people, at several widths, coloured and plain, and with hostile keys. */
#include "tests/support/lw_test.h"

#include "tests/findings/fixture.h"

static void add(lw_summary *summary, fixture *f, const char *key, uint64_t size) {
    f->object.key = key;
    f->object.size = size;
    f->result.size_classified = f->result.code == LW_RESULT_SKIPPED ? 0 : size;
    assert_ok(lw_summary_add(summary, &f->result, NULL, NULL));
}

static void clear(fixture *f) {
    for (size_t i = 0; i < FIXTURE_COUNT; i++) {
        f->detections[i].count = 0;
        f->detections[i].location_count = 0;
    }
}

/* In the order of a listing: three findings, a clean object, a partial one with a finding, a skipped one. */
static void fill(lw_summary *summary) {
    fixture *f = fixture_new();
    fixture_detect(f, PATIENT, 53346, 1);
    add(summary, f, "patient_data/encounters.csv", 17200000);
    clear(f);
    fixture_detect(f, ADDRESS, 1000, 4);
    fixture_detect(f, NAME, 1000, 3);
    fixture_detect(f, PATIENT, 1171, 1);
    add(summary, f, "patient_data/patients.csv", 350500);
    summary->rows[summary->row_count - 1].moved = true;
    clear(f);
    fixture_detect(f, TICKET, 10, 1);
    add(summary, f, "archive/tickets.csv", 900);
    clear(f);
    add(summary, f, "patient_data/supplies.csv", 55);
    fixture_detect(f, SSN, 2, 2);
    f->result.code = LW_RESULT_PARTIAL;
    f->result.reason = LW_REASON_MALFORMED_FILE;
    f->object.key = "archive/2019/export-of-everything-that-was-left-in-the-old-system.csv.gz";
    assert_ok(lw_summary_add(summary, &f->result, NULL, "the gzip stream ends before its end mark"));
    clear(f);
    f->result.code = LW_RESULT_SKIPPED;
    f->result.reason = LW_REASON_UNSUPPORTED_FILE_TYPE_EXCEPTION;
    f->result.tally = NULL;
    f->object.key = "archive/logo.png";
    assert_ok(lw_summary_add(summary, &f->result, NULL, "binary data"));
    summary->elapsed_ns = 412000000;
    summary->bytes_classified = 82300000;
    free(f);
}

static char *table_of(const lw_summary *summary, bool color, unsigned width) {
    lw_buf out;
    lw_buf_init(&out, 1U << 20);
    assert_ok(lw_summary_table(summary, NULL, color, width, &out));
    char *text = lw_buf_take(&out);
    assert_non_null(text);
    return text;
}

static char *filled_table(bool color, unsigned width) {
    lw_summary summary = {0};
    fill(&summary);
    char *text = table_of(&summary, color, width);
    lw_summary_done(&summary);
    return text;
}

static void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("missing '%s' in:\n%s", part, text);
    }
}

static void assert_before(const char *text, const char *first, const char *second) {
    assert_contains(text, first);
    assert_contains(text, second);
    if (strstr(text, first) > strstr(text, second)) {
        fail_msg("'%s' does not come before '%s' in:\n%s", first, second, text);
    }
}

/* Every line: no wider than width, no trailing space. */
static void assert_lines(const char *text, size_t width) {
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        size_t columns = lw_utf8_count((lw_slice){text, len});
        if (columns > width) {
            fail_msg("%zu columns in a table of %zu: '%.*s'", columns, width, (int)len, text);
        }
        assert_false(len > 0 && text[len - 1] == ' ');
        text += len + (text[len] == '\n');
    }
}

/* Everything a reader needs is there, whatever the wrapping: compare without white space. */
static void assert_contains_squeezed(const char *text, const char *part) {
    char *squeezed = calloc(1, strlen(text) + 1);
    assert_non_null(squeezed);
    size_t len = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c != ' ' && *c != '\n') {
            squeezed[len++] = *c;
        }
    }
    assert_contains(squeezed, part);
    free(squeezed);
}

static void check_width(unsigned width) {
    char *text = filled_table(false, width);
    assert_lines(text, width);
    assert_null(strchr(text, '\x1b'));
    assert_contains(text, "SEVERITY  TYPE");
    assert_contains(text, "lake/patient_data/encounters.csv");
    assert_contains(text, "Patient ID 53,346");
    assert_contains_squeezed(text, "MALFORMED_FILE:");
    assert_contains_squeezed(text, "UNSUPPORTED_FILE_TYPE_EXCEPTION:binarydata");
    assert_contains_squeezed(text, "[isolated]");
    assert_before(text, "\nHigh ", "\nMedium ");
    assert_before(text, "\nMedium ", "\nLow ");
    assert_before(text, "\nLow ", "NOT FULLY ANALYSED");
    assert_before(text, "NOT FULLY ANALYSED", "IDENTIFIER ");
    assert_contains(text, "\n4 findings in 6 objects: 2 High, 1 Medium, 1 Low; 82.3 MB in 0.4 s (200 MB/s)\n");
    assert_contains(text, "\ntypes: 1 Personal, 2 CustomIdentifier, 1 Multiple\n");
    assert_contains(text, "\nobjects: 4 complete, 1 partial, 1 skipped, 1 isolated\n");
    free(text);
}

LW_TEST(fits_80_columns) {
    check_width(80);
}

LW_TEST(fits_120_columns) {
    check_width(120);
}

LW_TEST(fits_200_columns) {
    check_width(200);
}

LW_TEST(golden_at_80_120_and_200_columns) {
    static const unsigned widths[] = {80, 120, 200, 0};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        char path[256];
        char wanted[16384] = {0};
        (void)snprintf(path, sizeof path, LW_SOURCE_DIR "/tests/findings/golden/table_%u.txt", widths[i]);
        char *text = filled_table(false, widths[i]);
        const char *write = getenv("LW_WRITE_GOLDEN");
        FILE *file = fopen(path, write != NULL ? "w" : "r");
        assert_non_null(file);
        if (write != NULL) {
            assert_true(fputs(text, file) >= 0);
        } else {
            assert_true(fread(wanted, 1, sizeof wanted - 1, file) > 0);
            assert_string_equal(text, wanted);
        }
        (void)fclose(file);
        free(text);
    }
}

LW_TEST(one_line_a_row_without_a_width) {
    char *text = filled_table(false, 0);
    assert_contains(text, "lake/patient_data/patients.csv [isolated] ");
    assert_contains(text, "ADDRESS 1,000  NAME 1,000  Patient ID 1,171\n");
    assert_contains(text, "lake/archive/2019/export-of-everything-that-was-left-in-the-old-system.csv.gz");
    assert_contains(text, "  MALFORMED_FILE: the gzip stream ends before its end mark\n");
    free(text);
}

LW_TEST(high_first_then_by_bucket_and_key) {
    lw_summary summary = {0};
    fixture *f = fixture_new();
    fixture_detect(f, NAME, 1, 3);
    add(&summary, f, "b.csv", 10);
    add(&summary, f, "a.csv", 10);
    f->bucket.name = "alps";
    add(&summary, f, "z.csv", 10);
    fixture_detect(f, SSN, 1, 2);
    add(&summary, f, "y.csv", 10);
    char *text = table_of(&summary, false, 80);
    assert_before(text, "alps/y.csv", "alps/z.csv");
    assert_before(text, "alps/z.csv", "lake/a.csv");
    assert_before(text, "lake/a.csv", "lake/b.csv");
    free(text);
    lw_summary_done(&summary);
    free(f);
}

LW_TEST(colour_only_when_asked_and_never_in_the_width) {
    char *plain = filled_table(false, 120);
    char *colored = filled_table(true, 120);
    assert_contains(colored, "\x1b[1;31mHigh\x1b[0m");
    assert_contains(colored, "\x1b[33mMedium\x1b[0m");
    size_t len = 0;
    for (const char *c = colored; *c != '\0';) { /* without its colours it is the plain table */
        if (*c == '\x1b') {
            c += strcspn(c, "m") + 1;
        } else {
            assert_int_equal(*c, plain[len]);
            len++;
            c++;
        }
    }
    assert_int_equal(len, strlen(plain));
    free(plain);
    free(colored);
}

LW_TEST(hostile_keys_cannot_move_the_cursor) {
    lw_summary summary = {0};
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    add(&summary, f, "a\x1b[2J\r\nHigh  forged\x7f\xC2\x9B\x31m\xE2\x80\xAEvsc\xE2\x81\xA6\xFF.csv", 10);
    f->result.code = LW_RESULT_PARTIAL;
    assert_ok(lw_summary_add(&summary, &f->result, NULL, "detail\twith\x1b]0;title\x07"));
    char *text = table_of(&summary, false, 0);
    assert_contains(text, "lake/a?[2J??High  forged??1m?vsc??.csv");
    assert_contains(text, "detail?with?]0;title?");
    for (const char *c = text; *c != '\0'; c++) {
        assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
    }
    assert_true(lw_utf8_valid(lw_slice_from(text)));
    free(text);
    lw_summary_done(&summary);
    free(f);
}

LW_TEST(wide_and_endless_keys_wrap) {
    lw_summary summary = {0};
    fixture *f = fixture_new();
    char key[1025];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    for (size_t i = 0; i < FIXTURE_COUNT; i++) {
        fixture_detect(f, i, 1234567, 1);
    }
    add(&summary, f, key, 10);
    add(&summary, f, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E/\xE3\x81\x82.csv", 10);
    for (unsigned width = 1; width < 250; width++) {
        char *text = table_of(&summary, false, width);
        assert_lines(text, width < 80 ? 80 : width);
        free(text);
    }
    char *text = table_of(&summary, false, 100);
    assert_contains(text, "lake/\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E/\xE3\x81\x82.csv");
    free(text);
    lw_summary_done(&summary);
    free(f);
}

LW_TEST(nothing_found_says_so) {
    lw_summary summary = {0};
    fixture *f = fixture_new();
    add(&summary, f, "clean.csv", 1000);
    char *text = table_of(&summary, false, 80);
    assert_string_equal(text, "no findings in 1 object; 1.0 KB in 0.000 s\nobjects: 1 complete\n");
    free(text);
    lw_summary_done(&summary);
    text = table_of(&summary, false, 80);
    assert_contains(text, "no findings in 0 objects");
    free(text);
    free(f);
}

LW_TEST(counts_below_a_threshold_do_not_count) {
    lw_summary summary = {0};
    fixture *f = fixture_new();
    fixture_detect(f, TICKET, 9, 1);
    add(&summary, f, "tickets.csv", 1000);
    assert_null(summary.rows[0].type);
    assert_null(summary.rows[0].counts);
    assert_true(summary.rows[0].total_count == 0);
    fixture_detect(f, SSN, 2, 1);
    add(&summary, f, "more.csv", 1000);
    assert_true(summary.rows[1].total_count == 2);
    assert_int_equal(summary.rows[1].counts_len, 1);
    assert_int_equal(summary.rows[1].counts[0].identifier, SSN);
    assert_true(summary.rows[1].counts[0].count == 2);
    assert_true(summary.bytes_total == 2000);
    assert_true(summary.bytes_classified == 2000);
    lw_summary_done(&summary);
    free(f);
}

static void check_elapsed(int64_t elapsed_ns, const char *wanted) {
    lw_summary summary = {.elapsed_ns = elapsed_ns, .bytes_classified = 5000000};
    char *text = table_of(&summary, false, 80);
    assert_contains(text, wanted);
    free(text);
}

LW_TEST(times_are_readable) {
    check_elapsed(40000000, " in 0.040 s (125 MB/s)");
    check_elapsed(1500000000, " in 1.5 s (3.3 MB/s)");
    check_elapsed(59700000000, " in 60 s (0.1 MB/s)");
    check_elapsed(185000000000, " in 3 min 5 s (");
    check_elapsed(7380000000000, " in 2 h 3 min (");
}

LW_TEST(room_runs_out) {
    lw_summary summary = {0};
    fill(&summary);
    lw_buf out;
    lw_buf_init(&out, 100);
    assert_int_equal(lw_summary_table(&summary, NULL, false, 80, &out), LW_E_LIMIT);
    lw_buf_done(&out);
    lw_summary_done(&summary);
}
