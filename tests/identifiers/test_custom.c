#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identifiers/identifiers_priv.h"

/* Parses a document; the message, or "" if it was accepted. */
static const char *refusal(const char *json) {
    static lw_error err;
    lw_definition definition = {0};
    err = (lw_error){0};
    lw_status status = lw_custom_parse(lw_slice_from(json), "file 'x.json'", &definition, &err);
    if (status == LW_OK) {
        lw_definition_done(&definition);
        return "";
    }
    assert_int_equal(status, LW_E_CONFIG);
    assert_non_null(strstr(err.text, "file 'x.json': ")); /* every message names the file */
    return err.text;
}

static void expect(const char *json, const char *says) {
    const char *text = refusal(json);
    if ((says == NULL) != (text[0] == '\0') || (says != NULL && strstr(text, says) == NULL)) {
        fail_msg("%s\n  expected '%s'\n  got '%s'", json, says == NULL ? "accepted" : says, text);
    }
}

/* `count` times a character, in quotes. */
static char *quoted(const char *character, size_t count) {
    char *text = malloc(count * strlen(character) + 3);
    assert_non_null(text);
    size_t len = 0;
    text[len++] = '"';
    for (size_t i = 0; i < count; i++) {
        memcpy(text + len, character, strlen(character));
        len += strlen(character);
    }
    text[len++] = '"';
    text[len] = '\0';
    return text;
}

/* {"name":"n","regex":"r",<field>:<value>} */
static void expect_field(const char *field, const char *value, const char *says) {
    lw_buf json;
    lw_buf_init(&json, 1 << 20);
    assert_ok(lw_buf_printf(&json, "{\"name\":\"n\",\"regex\":\"ab\",\"%s\":%s}", field, value));
    expect(json.data, says);
    lw_buf_done(&json);
}

static void expect_list(const char *field, size_t count, size_t chars, const char *says) {
    lw_buf list;
    char *word = quoted("\xc3\xa9", chars);
    lw_buf_init(&list, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        assert_ok(lw_buf_printf(&list, "%s%s", i == 0 ? "[" : ",", word));
    }
    assert_ok(lw_buf_append_text(&list, count == 0 ? "[]" : "]"));
    expect_field(field, list.data, says);
    lw_buf_done(&list);
    free(word);
}

LW_TEST(texts_at_and_over_their_limits) {
    char *name128 = quoted("\xe2\x82\xac", 128); /* characters, not bytes */
    char *name129 = quoted("x", 129);
    char *regex512 = quoted("x", 512);
    char *regex513 = quoted("x", 513);
    char *text512 = quoted("x", 512);
    char *text513 = quoted("x", 513);
    lw_buf json;
    lw_buf_init(&json, 1 << 20);
    assert_ok(lw_buf_printf(&json, "{\"name\":%s,\"regex\":%s,\"description\":%s}", name128, regex512, text512));
    expect(json.data, NULL);
    lw_buf_reset(&json);
    assert_ok(lw_buf_printf(&json, "{\"name\":%s,\"regex\":\"ab\"}", name129));
    expect(json.data, "field 'name' has 129 characters, allowed are 1 to 128");
    lw_buf_reset(&json);
    assert_ok(lw_buf_printf(&json, "{\"name\":\"n\",\"regex\":%s}", regex513));
    expect(json.data, "field 'regex' has 513 characters, allowed are 1 to 512");
    lw_buf_done(&json);
    expect_field("description", text513, "field 'description' has 513 characters, allowed are 0 to 512");
    expect("{\"regex\":\"ab\"}", "field 'name' is missing");
    expect("{\"name\":\"n\"}", "field 'regex' is missing");
    expect("{\"name\":\"\",\"regex\":\"ab\"}", "field 'name' has 0 characters");
    expect("{\"name\":\"n\",\"regex\":\"\"}", "field 'regex' has 0 characters");
    expect("{\"name\":7,\"regex\":\"ab\"}", "field 'name' must be a string");
    expect_field("description", "[]", "field 'description' must be a string");
    free(name128);
    free(name129);
    free(regex512);
    free(regex513);
    free(text512);
    free(text513);
}

LW_TEST(word_lists_at_and_over_their_limits) {
    expect_list("keywords", 50, 3, NULL);
    expect_list("keywords", 50, 90, NULL);
    expect_list("keywords", 0, 3, NULL);
    expect_list("keywords", 51, 3, "field 'keywords' has 51 entries, allowed are at most 50");
    expect_list("keywords", 1, 2, "field 'keywords[0]' has 2 characters, allowed are 3 to 90");
    expect_list("keywords", 1, 91, "field 'keywords[0]' has 91 characters, allowed are 3 to 90");
    expect_list("ignoreWords", 10, 4, NULL);
    expect_list("ignoreWords", 10, 90, NULL);
    expect_list("ignoreWords", 11, 4, "field 'ignoreWords' has 11 entries, allowed are at most 10");
    expect_list("ignoreWords", 1, 3, "field 'ignoreWords[0]' has 3 characters, allowed are 4 to 90");
    expect_list("ignoreWords", 1, 91, "field 'ignoreWords[0]' has 91 characters, allowed are 4 to 90");
    expect_field("keywords", "[\"good\",5]", "field 'keywords[1]' must be a string");
    expect_field("keywords", "\"word\"", "field 'keywords' must be an array");
    expect_field("keywords", "null", NULL);
}

LW_TEST(distance_at_and_over_its_limits) {
    expect_field("maximumMatchDistance", "1", NULL);
    expect_field("maximumMatchDistance", "300", NULL);
    expect_field("maximumMatchDistance", "0", "field 'maximumMatchDistance' is 0, allowed are 1 to 300");
    expect_field("maximumMatchDistance", "301", "field 'maximumMatchDistance' is 301, allowed are 1 to 300");
    expect_field("maximumMatchDistance", "-1", "allowed are 1 to 300");
    expect_field("maximumMatchDistance", "1.5", "must be a whole number");
    expect_field("maximumMatchDistance", "1e99", "must be a whole number");
    expect_field("maximumMatchDistance", "\"50\"", "must be a whole number");
}

#define LEVEL(severity, threshold) "{\"severity\":\"" severity "\",\"occurrencesThreshold\":" threshold "}"

LW_TEST(severity_levels_and_their_order) {
    expect_field("severityLevels", "[" LEVEL("LOW", "1") "]", NULL);
    expect_field("severityLevels", "[" LEVEL("LOW", "1") "," LEVEL("MEDIUM", "50") "," LEVEL("HIGH", "51") "]", NULL);
    expect_field("severityLevels", "[" LEVEL("HIGH", "9") "," LEVEL("LOW", "1") "]", NULL); /* any order in the file */
    expect_field("severityLevels", "[]", "field 'severityLevels' has 0 entries, allowed is an array of 1 to 3");
    expect_field("severityLevels",
                 "[" LEVEL("LOW", "1") "," LEVEL("MEDIUM", "2") "," LEVEL("HIGH", "3") "," LEVEL("HIGH", "4") "]",
                 "field 'severityLevels' has 4 entries");
    expect_field("severityLevels", "[" LEVEL("low", "1") "]", "must be LOW, MEDIUM or HIGH, given is 'low'");
    expect_field("severityLevels", "[" LEVEL("LOW", "0") "]", "must be a whole number, at least 1");
    expect_field("severityLevels", "[" LEVEL("LOW", "1.5") "]", "must be a whole number, at least 1");
    expect_field("severityLevels", "[{\"severity\":\"LOW\"}]", "occurrencesThreshold");
    expect_field("severityLevels", "[{\"occurrencesThreshold\":1}]", "given is 'nothing'");
    expect_field("severityLevels", "[" LEVEL("LOW", "5") "," LEVEL("HIGH", "5") "]",
                 "the threshold of High (5) must be over that of Low (5)");
    expect_field("severityLevels", "[" LEVEL("LOW", "1") "," LEVEL("LOW", "2") "]", "has severity 'Low' twice");
    expect_field("severityLevels", "[7]", "'severityLevels[0]' must be an object");
    expect_field("severityLevels", "[{\"severity\":\"LOW\",\"occurrencesThreshold\":1,\"x\":1}]",
                 "unknown field 'severityLevels[0].x'");
}

LW_TEST(fields_are_known_by_name_or_refused_by_name) {
    expect_field("keyword", "[\"abc\"]", "unknown field 'keyword'; did you mean 'keywords'?");
    expect_field("colour", "1", "unknown field 'colour'; remove it");
    expect_field("Regex", "\"x\"", "unknown field 'Regex'; did you mean 'regex'?");
    expect_field("regex", "\"x\"", "field 'regex' is given twice");
    expect_field("clientToken", "\"abc\"", NULL);
    expect_field("clientToken", "7", "field 'clientToken' must be a string");
    expect_field("tags", "{\"team\":\"privacy\"}", NULL);
    expect_field("tags", "{\"team\":7}", "field 'tags'");
    expect_field("tags", "[]", "field 'tags'");
    expect_field("arn", "\"arn:aws:macie2:x\"", NULL);
    expect_field("deleted", "false", NULL);
    expect_field("deleted", "true", "field 'deleted' is true");
    expect_field("id", "\"6fad0fb5-3e82-4270-bede-469f2b7d32a9\"", NULL);
    expect_field("id", "\"6FAD0FB5-3e82-4270-bede-469f2b7d32a9\"", "field 'id' must be a UUID");
    expect_field("id", "\"7\"", "field 'id' must be a UUID");
}

LW_TEST(documents_that_are_no_json_object) {
    expect("", "must be a JSON text");
    expect("[]", "no JSON object");
    expect("{\n\"name\": \"n\",\n oops}", "(line 3)");
    expect("{\"name\":\"n\",\"regex\":\"ab\"} x", "no JSON object");
    expect("{\"name\":\"n\\u0000m\",\"regex\":\"ab\"}", "NUL");
    expect("{\"name\":\"\xff\",\"regex\":\"ab\"}", "UTF-8");
    expect("\xef\xbb\xbf{\"name\":\"n\",\"regex\":\"ab\"}", NULL); /* a byte order mark is no fault */
}

LW_TEST(regex_faults_carry_the_field) {
    expect("{\"name\":\"n\",\"regex\":\"a(?=b)\"}", "field 'regex': a look-ahead '(?=' at character 2");
    expect("{\"name\":\"n\",\"regex\":\"a*\"}", "field 'regex': the pattern can match nothing");
    expect("{\"name\":\"n\",\"regex\":\"a\\\\p{Nonsense}\"}", "field 'regex': the pattern does not compile");
}

/* ---- what is read ---- */

static lw_definition parsed(const char *json) {
    lw_definition definition = {0};
    lw_error err = {0};
    if (lw_custom_parse(lw_slice_from(json), "x", &definition, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    return definition;
}

LW_TEST(defaults) {
    lw_definition definition = parsed("{\"name\":\"n\",\"regex\":\"\\\\d{8}x\",\"keywords\":[\"abc\"]}");
    const lw_identifier *public_ = &definition.public_;
    assert_string_equal(public_->name, "n");
    assert_int_equal(public_->category, LW_CATEGORY_CUSTOM);
    assert_int_equal(public_->proximity, LW_PROXIMITY_BEFORE);
    assert_int_equal(public_->scope, LW_SCOPE_CELL);
    assert_int_equal(public_->distance, 50);
    assert_int_equal(public_->min_match, 9);
    assert_int_equal(public_->min_digits, 8);
    assert_int_equal(public_->min_keyword, 3);
    assert_int_equal(public_->max_count_per_file, 0);
    lw_definition_done(&definition);
    definition = parsed("{\"name\":\"n\",\"regex\":\"ab\"}");
    assert_int_equal(definition.public_.proximity, LW_PROXIMITY_FREE);
    lw_definition_done(&definition);
}

LW_TEST(ids_are_derived_from_name_and_regex_only) {
    lw_definition a = parsed("{\"name\":\"n\",\"regex\":\"ab\"}");
    lw_definition same = parsed("{\"regex\":\"ab\",\"name\":\"n\",\"keywords\":[\"abc\"]}");
    lw_definition other_name = parsed("{\"name\":\"m\",\"regex\":\"ab\"}");
    lw_definition other_split = parsed("{\"name\":\"na\",\"regex\":\"b\"}");
    assert_int_equal(strlen(a.id), 36);
    assert_int_equal(a.id[14], '8'); /* UUID version 8 */
    assert_non_null(strchr("89ab", a.id[19]));
    assert_string_equal(a.id, same.id);
    assert_string_not_equal(a.id, other_name.id);
    assert_string_not_equal(a.id, other_split.id);
    lw_definition_done(&a);
    lw_definition_done(&same);
    lw_definition_done(&other_name);
    lw_definition_done(&other_split);
    a = parsed("{\"name\":\"n\",\"regex\":\"ab\",\"id\":\"6fad0fb5-3e82-4270-bede-469f2b7d32a9\"}");
    assert_string_equal(a.id, "6fad0fb5-3e82-4270-bede-469f2b7d32a9");
    lw_definition_done(&a);
}

/* ---- files ---- */

LW_TEST(the_sample_identifiers_load) {
    static const struct {
        const char *file, *name, *regex;
    } samples[] = {
        {"patient-id.json", "Patient ID", "[a-z,0-9]{8}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{12}"},
        {"us-driver-license.json", "US Driver License", "[S]{1}\\d{8}"},
        {"us-passport.json", "US Passport", "[X]{1}\\d{8}[X]{1}"},
    };
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        lw_definition definition = {0};
        lw_error err = {0};
        (void)snprintf(path, sizeof(path), "%s/identifiers/custom/%s", LW_SOURCE_DIR, samples[i].file);
        assert_ok(lw_custom_load(path, &definition, &err));
        assert_string_equal(definition.name, samples[i].name);
        assert_string_equal(definition.patterns[0].text, samples[i].regex);
        assert_int_equal(definition.patterns[0].engine, LW_ENGINE_SHAPE);
        assert_string_equal(definition.origin, path);
        lw_definition_done(&definition);
    }
}

LW_TEST(files_that_cannot_be_read_are_named) {
    lw_definition definition = {0};
    lw_error err = {0};
    char path[] = "/tmp/lw-custom-XXXXXX.json";
    assert_int_equal(lw_custom_load("/nowhere/at/all.json", &definition, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "'/nowhere/at/all.json'"));
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 1024 * 1024 + 1), 0);
    close(fd);
    assert_int_equal(lw_custom_load(path, &definition, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "over 1 MiB"));
    unlink(path);
}

LW_TEST(check_of_a_custom_file) {
    size_t run = 0;
    size_t failed = 0;
    lw_strings messages = {0};
    lw_error err = {0};
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/identifiers/custom/us-passport.json", LW_SOURCE_DIR);
    lw_strings paths = {0};
    assert_ok(lw_strings_add(&paths, lw_slice_from(path)));
    assert_ok(lw_catalogue_check(&paths, &run, &failed, &messages, &err));
    assert_int_equal(run, 1);
    assert_int_equal(failed, 0);
    assert_ok(lw_strings_add(&paths, LW_SLICE_LITERAL("/nowhere.json")));
    assert_int_equal(lw_catalogue_check(&paths, &run, &failed, &messages, &err), LW_E_CONFIG);
    assert_int_equal(messages.count, 0);
    assert_non_null(strstr(err.text, "/nowhere.json"));
    lw_strings_done(&paths);
    lw_strings_done(&messages);
}

/* As TestCustomDataIdentifier: `emp`, then 10 characters to the end of the match. */
LW_TEST(distance_is_counted_to_the_end_of_the_match) {
    char path[] = "/tmp/lw-custom-XXXXXX.json";
    for (unsigned distance = 9; distance <= 11; distance++) {
        char json[256];
        uint64_t count = 9;
        lw_error err = {0};
        int len =
            snprintf(json, sizeof(json),
                     "{\"name\":\"e\",\"regex\":\"ABC\\\\d{5}\",\"keywords\":[\"emp\"],\"maximumMatchDistance\":%u,"
                     "\"ignoreWords\":[\"C999\"]}",
                     distance);
        FILE *file = NULL;
        int fd = distance == 9 ? mkstemps(path, 5) : -1;
        file = fd >= 0 ? fdopen(fd, "w") : fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(json, 1, (size_t)len, file), len);
        fclose(file);
        assert_ok(lw_identifier_test(path, LW_SLICE_LITERAL("emp: ABC12345"), &count, &err));
        assert_int_equal(count, distance >= 10);
        assert_ok(lw_identifier_test(path, LW_SLICE_LITERAL("emp\xc3\xa9 ABC12345"), &count, &err));
        assert_int_equal(count, 0); /* no whole word */
        assert_ok(lw_identifier_test(path,
                                     LW_SLICE_LITERAL("emp:\xc3\xa9"
                                                      "ABC12345"),
                                     &count, &err));
        assert_int_equal(count, distance >= 10); /* characters, not bytes */
        assert_ok(lw_identifier_test(path, LW_SLICE_LITERAL("ABC12345 emp"), &count, &err));
        assert_int_equal(count, 0); /* behind the match is not before it */
        assert_ok(lw_identifier_test(path, LW_SLICE_LITERAL("emp: ABC99912"), &count, &err));
        assert_int_equal(count, 0); /* ignore word */
    }
    unlink(path);
}
