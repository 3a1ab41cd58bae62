/* Whole findings of each type, compared with files that a person has read. LW_WRITE_GOLDEN=1 writes them anew. */
#include "tests/support/lw_test.h"

#include "tests/findings/samples.h"

static char *read_file(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("cannot open '%s'", path);
    }
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) > 0);
    (void)fclose(file);
    return text;
}

static void check_golden(const char *name) {
    char path[256];
    (void)snprintf(path, sizeof path, LW_SOURCE_DIR "/tests/findings/golden/%s.json", name);
    cJSON *document = sample_make(name);
    char *text = cJSON_Print(document);
    if (getenv("LW_WRITE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fprintf(file, "%s\n", text) > 0);
        (void)fclose(file);
    }
    char *wanted = read_file(path);
    wanted[strlen(wanted) - 1] = '\0'; /* its last end of line */
    assert_string_equal(text, wanted);
    free(wanted);
    free(text);
    cJSON_Delete(document);
}

LW_TEST(event_personal) {
    check_golden("event_personal");
}

LW_TEST(event_financial) {
    check_golden("event_financial");
}

LW_TEST(event_credentials) {
    check_golden("event_credentials");
}

LW_TEST(event_custom_identifier) {
    check_golden("event_custom_identifier");
}

LW_TEST(event_multiple) {
    check_golden("event_multiple");
}

LW_TEST(event_unknown_facts) {
    check_golden("event_unknown_facts");
}

LW_TEST(event_text_lines) {
    check_golden("event_text_lines");
}

LW_TEST(result_clean) {
    check_golden("result_clean");
}

LW_TEST(result_skipped) {
    check_golden("result_skipped");
}

LW_TEST(sarif_multiple) {
    check_golden("sarif_multiple");
}
