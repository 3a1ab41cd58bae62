/* Managed identifiers from files: what is wrong with one is told when it is loaded. */
#include "tests/support/lw_test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

static const char good[] =
    "{\"id\":\"BADGE_NUMBER\",\"name\":\"Badge number\",\"category\":\"PERSONAL_INFORMATION\",\"keywordRequired\":true,"
    "\"keywords\":[\"badge\"],\"severity\":{\"1\":\"Low\",\"2-99\":\"Medium\",\"100+\":\"High\"},\"recommended\":true,"
    "\"dummies\":[\"BD-9999\"],"
    "\"detect\":{\"scope\":\"cell\",\"proximity\":\"around\",\"patterns\":[{\"name\":\"plain\",\"regex\":\"BD-[0-9]{4}"
    "\"}]},"
    "\"examples\":[{\"text\":\"BD-0001\"},{\"text\":\"BD-0002\"},{\"text\":\"BD-0003\",\"column\":\"badge_no\"},"
    "{\"text\":\"BD-0004 BD-0005\",\"matches\":2}],"
    "\"counterExamples\":[{\"text\":\"BD-001\",\"why\":\"too short\"},{\"text\":\"BD-00011\",\"why\":\"too long\"},"
    "{\"text\":\"BD-0001\",\"keyword\":false,\"why\":\"no keyword\"},{\"text\":\"BD-9999\",\"why\":\"a dummy\"}]}";

/* A folder of files; sub-folder "family" for one level below. */
typedef struct bench {
    char folder[32];
    lw_strings files, folders, paths;
    lw_catalogue *catalogue;
    lw_error err;
} bench;

static bench *bench_new(void) {
    bench *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    (void)snprintf(b->folder, sizeof(b->folder), "/tmp/lw-managed-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    assert_ok(lw_strings_addf(&b->folders, "%s/family", b->folder));
    assert_int_equal(mkdir(b->folders.items[0], 0700), 0);
    assert_ok(lw_strings_addf(&b->folders, "%s/family/deeper", b->folder));
    assert_int_equal(mkdir(b->folders.items[1], 0700), 0);
    assert_ok(lw_strings_add(&b->paths, lw_slice_from(b->folder)));
    return b;
}

static void put(bench *b, const char *name, const char *json) {
    assert_ok(lw_strings_addf(&b->files, "%s/%s", b->folder, name));
    FILE *out = fopen(b->files.items[b->files.count - 1], "w");
    assert_non_null(out);
    assert_true(fputs(json, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static lw_status load(bench *b) {
    lw_catalogue_free(b->catalogue);
    b->catalogue = NULL;
    b->err = (lw_error){0};
    return lw_catalogue_load(&b->paths, &b->catalogue, &b->err);
}

static void bench_done(bench *b) {
    lw_catalogue_free(b->catalogue);
    for (size_t i = 0; i < b->files.count; i++) {
        (void)unlink(b->files.items[i]);
    }
    for (size_t i = b->folders.count; i-- > 0;) {
        assert_int_equal(rmdir(b->folders.items[i]), 0);
    }
    assert_int_equal(rmdir(b->folder), 0);
    lw_strings_done(&b->files);
    lw_strings_done(&b->folders);
    lw_strings_done(&b->paths);
    free(b);
}

/* The good document with `from` replaced by `to`, once. */
static char *changed(const char *from, const char *to) {
    const char *at = strstr(good, from);
    assert_non_null(at);
    lw_buf json;
    lw_buf_init(&json, 1 << 16);
    assert_ok(lw_buf_append(&json, good, (size_t)(at - good)));
    assert_ok(lw_buf_append_text(&json, to));
    assert_ok(lw_buf_append_text(&json, at + strlen(from)));
    char *text = lw_buf_take(&json);
    assert_non_null(text);
    return text;
}

static void refused(const char *from, const char *to, const char *says) {
    bench *b = bench_new();
    char *json = changed(from, to);
    put(b, "badge.json", json);
    assert_int_equal(load(b), LW_E_CONFIG);
    assert_null(b->catalogue);
    bool told = strstr(b->err.text, says) != NULL && strstr(b->err.text, "badge.json'") != NULL;
    if (!told) {
        fail_msg("%s -> %s\n  wanted: %s\n  got: %s", from, to, says, b->err.text);
    }
    free(json);
    bench_done(b);
}

LW_TEST(a_file_adds_an_identifier) {
    bench *b = bench_new();
    lw_identifier_set *set = NULL;
    put(b, "family/badge.json", good);
    put(b, "family/deeper/not-looked-at.json", "x");
    put(b, "readme.txt", "not looked at");
    assert_ok(load(b));
    assert_int_equal(lw_catalogue_size(b->catalogue), lw_catalogue_entry_count + 1);
    for (size_t i = 1; i < lw_catalogue_size(b->catalogue); i++) {
        assert_true(strcmp(lw_catalogue_at(b->catalogue, i - 1)->id, lw_catalogue_at(b->catalogue, i)->id) < 0);
    }
    assert_null(lw_catalogue_find(LW_SLICE_LITERAL("BADGE_NUMBER")));
    lw_identifier_options options = {.managed = "BADGE_NUMBER", .catalogue = b->catalogue};
    assert_ok(lw_identifier_set_load(&options, &set, &b->err));
    assert_int_equal(lw_identifier_set_count(set), 1);
    assert_int_equal(lw_identifier_set_severity(set, 0, 100), LW_SEVERITY_HIGH);
    lw_identifier_set_free(set);
    options = (lw_identifier_options){.managed = "BADGE_NUMBR", .catalogue = b->catalogue};
    assert_int_equal(lw_identifier_set_load(&options, &set, &b->err), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "did you mean 'BADGE_NUMBER'?"));
    options = (lw_identifier_options){.managed = "recommended", .catalogue = b->catalogue};
    assert_ok(lw_identifier_set_load(&options, &set, &b->err)); /* it says of itself that it is recommended */
    bool found = false;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        found = found || strcmp(lw_identifier_set_at(set, i)->id, "BADGE_NUMBER") == 0;
    }
    assert_true(found);
    lw_identifier_set_free(set);
    bench_done(b);
}

LW_TEST(a_file_replaces_the_embedded_identifier_of_its_id) {
    bench *b = bench_new();
    lw_identifier_set *set = NULL;
    char *json = changed("BADGE_NUMBER", "PHONE_NUMBER");
    put(b, "phone.json", json);
    free(json);
    assert_ok(load(b));
    assert_int_equal(lw_catalogue_size(b->catalogue), lw_catalogue_entry_count);
    lw_identifier_options options = {.managed = "PHONE_NUMBER", .catalogue = b->catalogue};
    assert_ok(lw_identifier_set_load(&options, &set, &b->err));
    assert_string_equal(lw_identifier_set_at(set, 0)->name, "Badge number");
    lw_identifier_set_free(set);
    bench_done(b);
}

LW_TEST(facts_are_checked) {
    refused("\"id\":\"BADGE_NUMBER\",", "", "field 'id' is missing");
    refused("BADGE_NUMBER", "badge", "field 'id' may hold");
    refused("\"name\":\"Badge number\",", "", "field 'name' is missing");
    refused("PERSONAL_INFORMATION", "PERSONAL", "'BADGE_NUMBER': field 'category' is 'PERSONAL', allowed are");
    refused("\"2-99\":\"Medium\"", "\"2-99\":\"Middling\"", "field 'severity.2-99' is 'Middling', allowed are Low");
    refused("\"2-99\":\"Medium\",", "", "field 'severity.2-99' is 'missing'");
    refused("\"100+\"", "\"100\"", "unknown field 'severity.100'");
    refused("\"recommended\":true,", "", "field 'recommended' must be true or false");
    refused("\"keywordRequired\":true", "\"keywordRequired\":\"maybe\"", "field 'keywordRequired' is 'maybe'");
    refused("\"keywords\":[\"badge\"],", "", "field 'keywords' is missing");
    refused("[\"badge\"]", "[\"badge\",7]", "field 'keywords[1]'");
    refused("[\"BD-9999\"]", "[[\"BD-\",9]]", "field 'dummies[0]'");
    refused("\"recommended\"", "\"recommend\":true,\"recommended\"", "unknown field 'recommend'; did you mean");
    refused("\"dummies\"", "\"maxCountPerFile\":0,\"dummies\"", "field 'maxCountPerFile'");
}

LW_TEST(detection_is_checked) {
    refused("\"scope\":\"cell\"", "\"scope\":\"row\"", "field 'detect.scope' is 'row', allowed are cell, record");
    refused("\"scope\":\"cell\"", "\"scope\":\"record\"", "NAME and ADDRESS");
    refused("\"around\"", "\"near\"", "field 'detect.proximity' is 'near'");
    refused("[\"badge\"]", "[]", "there are no keywords");
    refused("\"scope\"", "\"finder\":\"cards\",\"scope\"", "field 'detect.finder': there is no finder 'cards'");
    refused("\"scope\"", "\"keywordsOf\":\"PHONE_NUMBR\",\"scope\"", "'PHONE_NUMBR'; did you mean 'PHONE_NUMBER'?");
    refused(
        "\"regex\":", "\"check\":\"lunh\",\"regex\":", "field 'detect.patterns[0].check': there is no check 'lunh'");
    refused("\"regex\":", "\"bounded\":1,\"regex\":", "field 'detect.patterns[0].bounded' must be true or false");
    refused("\"regex\":\"BD-[0-9]{4}\"", "\"regex\":\"(?=BD)BD\"", "field 'detect.patterns[0].regex': ");
    refused("\"regex\":\"BD-[0-9]{4}\"", "\"regex\":\"BD-[0-9\"", "field 'detect.patterns[0].regex': ");
    refused("\"regex\":\"BD-[0-9]{4}\"", "\"note\":\"n\"", "field 'detect.patterns[0].regex' is missing");
    refused("[{\"name\":\"plain\",\"regex\":\"BD-[0-9]{4}\"}]", "[]", "field 'detect.patterns' is missing");
    char long_regex[700];
    (void)snprintf(long_regex, sizeof(long_regex), "BD-%0510d", 1);
    refused("BD-[0-9]{4}", long_regex, "513 characters, allowed are 1 to 512");
}

LW_TEST(examples_are_counted_and_run) {
    refused("{\"text\":\"BD-0001\"},", "", "field 'examples' has 3 entries, there must be at least 4");
    refused("{\"text\":\"BD-001\",\"why\":\"too short\"},", "", "field 'counterExamples' has 3 entries");
    refused(",\"why\":\"too short\"", "", "field 'counterExamples[0].why' is missing");
    refused("\"text\":\"BD-0002\"", "\"txt\":\"BD-0002\"", "unknown field 'examples[1].txt'");
    refused("{\"text\":\"BD-0002\"}", "{\"text\":\"BD-02\"}", "'BADGE_NUMBER': example 2: not found");
    refused("{\"text\":\"BD-001\",", "{\"text\":\"BD-0017\",", "'BADGE_NUMBER': counter-example 1: is found");
}

LW_TEST(the_same_id_twice_is_refused) {
    bench *b = bench_new();
    put(b, "a.json", good);
    put(b, "family/b.json", good);
    assert_int_equal(load(b), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "field 'id'"));
    assert_non_null(strstr(b->err.text, "a.json"));
    assert_non_null(strstr(b->err.text, "b.json"));
    bench_done(b);
}

LW_TEST(unreadable_sources_are_refused) {
    bench *b = bench_new();
    assert_int_equal(load(b), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "holds no *.json file"));
    put(b, "a.json", "{\"id\":");
    assert_int_equal(load(b), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "a.json': it is no JSON object"));
    assert_ok(lw_strings_add(&b->paths, LW_SLICE_LITERAL("/nowhere")));
    assert_int_equal(load(b), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "/nowhere"));
    bench_done(b);
}

LW_TEST(check_tells_custom_and_managed_files_apart_and_lists_all_faults) {
    bench *b = bench_new();
    size_t run = 0;
    size_t failed = 0;
    lw_strings messages = {0};
    put(b, "custom.json", "{\"name\":\"Ticket\",\"regex\":\"TK-[0-9]{6}\"}");
    put(b, "badge.json", good);
    assert_ok(lw_catalogue_check(&b->paths, &run, &failed, &messages, &b->err));
    assert_int_equal(run, 1 + 8);
    assert_int_equal(failed, 0);
    put(b, "other.json", "{\"name\":\"Ticket\",\"regexp\":\"TK-[0-9]{6}\"}");
    char *json = changed("BADGE_NUMBER", "OTHER_NUMBER");
    char *at = strstr(json, "\"around\"");
    assert_non_null(at);
    lw_slice nearby = LW_SLICE_LITERAL("\"nearby\"");
    memcpy(at, nearby.data, nearby.len);
    put(b, "third.json", json);
    free(json);
    assert_ok(lw_catalogue_check(&b->paths, &run, &failed, &messages, &b->err));
    assert_int_equal(failed, 2);
    assert_int_equal(messages.count, 2);
    assert_non_null(strstr(messages.items[0], "other.json"));
    assert_non_null(strstr(messages.items[1], "third.json': 'OTHER_NUMBER': field 'detect.proximity'"));
    lw_strings_done(&messages);
    bench_done(b);
}

/* The embedded catalogue is judged by the same rules. */
LW_TEST(embedded_entries_pass_as_files_do) {
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        lw_error err = {0};
        cJSON *root = cJSON_Parse(lw_catalogue_entries[i].json);
        if (lw_managed_check(NULL, root, lw_catalogue_entries[i].id, lw_catalogue_entries[i].supported, &err) !=
            LW_OK) {
            fail_msg("%s", err.text);
        }
        cJSON_Delete(root);
    }
}
