/* Job definitions: what is obeyed, and what is refused by name. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/job_spec.h"

#define BUCKETS "\"bucketDefinitions\":[{\"accountId\":\"111222333444\",\"buckets\":[\"lake-one\"]}]"
#define ONCE "\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{" BUCKETS "}"
#define DAY INT64_C(86400000)

static void accepted(const char *json, lw_job_spec *spec) {
    lw_error err = {0};
    if (lw_job_spec_parse(lw_slice_from(json), "job 'j'", spec, &err) != LW_OK) {
        fail_msg("refused: %s", err.text);
    }
}

static void refused(const char *json, const char *word) {
    lw_job_spec spec = {0};
    lw_error err = {0};
    lw_status status = lw_job_spec_parse(lw_slice_from(json), "job 'j'", &spec, &err);
    if (status != LW_E_CONFIG || strstr(err.text, word) == NULL || strstr(err.text, "job 'j'") == NULL) {
        fail_msg("%s: %d, %s (wanted '%s')", json, status, err.text, word);
    }
}

/* {"jobType":"ONE_TIME","s3JobDefinition":{buckets,"scoping":<scoping>}} */
static void refused_scope(const char *scoping, const char *word) {
    char json[2048];
    (void)snprintf(json, sizeof json, "{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{" BUCKETS ",\"scoping\":%s}}",
                   scoping);
    refused(json, word);
}

static bool wants(const char *scoping, const char *key, uint64_t size, const char *modified) {
    char json[2048];
    char name[128];
    lw_job_spec spec = {0};
    lw_object object = {.key = name, .size = size};
    (void)snprintf(name, sizeof name, "%s", key);
    (void)snprintf(json, sizeof json, "{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{" BUCKETS ",\"scoping\":%s}}",
                   scoping);
    accepted(json, &spec);
    assert_ok(lw_time_parse_iso(lw_slice_from(modified), &object.last_modified_ms));
    bool result = lw_job_scope_wants(&spec.scope, &object);
    lw_job_spec_done(&spec);
    return result;
}

LW_TEST(the_post_s_jobs_are_read) {
    static const char *const files[] = {"macie_job_specs_1x.json", "macie_job_specs_daily.json"};
    for (int i = 0; i < 2; i++) {
        char path[1024];
        lw_job_spec spec = {0};
        lw_error err = {0};
        (void)snprintf(path, sizeof path, LW_SOURCE_DIR "/samples/jobs/%s", files[i]);
        assert_ok(lw_job_spec_load(path, &spec, &err));
        assert_string_equal(spec.account, "111222333444");
        assert_int_equal(spec.buckets.count, 1);
        assert_int_equal(spec.custom_ids.count, 3);
        assert_int_equal(spec.scope.includes.count, 1);
        assert_int_equal(spec.sampling, 100);
        assert_int_equal(spec.schedule, i == 0 ? LW_JOB_ONCE : LW_JOB_DAILY);
        assert_int_equal(spec.selector, LW_JOB_SELECTOR_ABSENT);
        assert_int_equal(strlen(spec.id), 32);
        lw_job_spec_done(&spec);
    }
}

LW_TEST(every_other_field_is_refused_by_name) {
    refused("{" ONCE ",\"foo\":1}", "'foo' is not known");
    refused("{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{" BUCKETS ",\"x\":1}}", "'s3JobDefinition.x'");
    refused("{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{\"bucketCriteria\":{}}}",
            "'s3JobDefinition.bucketCriteria' is not supported");
    refused("{" ONCE ",\"jobType\":\"ONE_TIME\"}", "'jobType' stands twice");
    refused_scope("{\"includes\":{\"and\":[{\"tagScopeTerm\":{}}]}}", "includes.and[0].tagScopeTerm' is not supported");
    refused_scope("{\"maybe\":{}}", "'s3JobDefinition.scoping.maybe'");
}

LW_TEST(allow_lists_are_named) {
    lw_job_spec spec = {0};
    accepted("{" ONCE ",\"allowListIds\":[\"ours\",\"theirs\"]}", &spec);
    assert_int_equal(spec.allow_ids.count, 2);
    assert_string_equal(spec.allow_ids.items[1], "theirs");
    lw_job_spec_done(&spec);
    accepted("{" ONCE ",\"allowListIds\":[]}", &spec);
    assert_int_equal(spec.allow_ids.count, 0);
    lw_job_spec_done(&spec);
    refused("{" ONCE ",\"allowListIds\":[\"a\",\"a\"]}", "'allowListIds' has 'a' twice");
    refused("{" ONCE ",\"allowListIds\":\"a\"}", "'allowListIds' must be a list");
    refused("{" ONCE ",\"allowListIds\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}",
            "11 entries, allowed are at most 10");
}

LW_TEST(limits_and_types_are_told_with_their_path) {
    refused("", "empty");
    refused("{", "not JSON");
    refused("[]", "not a JSON object");
    refused("{" ONCE ",\"samplingPercentage\":0}", "'samplingPercentage'");
    refused("{" ONCE ",\"samplingPercentage\":101}", "1 to 100");
    refused("{" ONCE ",\"samplingPercentage\":\"5\"}", "'samplingPercentage'");
    refused("{" ONCE ",\"description\":5}", "'description' must be a text");
    refused("{" ONCE ",\"tags\":{\"a\":5}}", "'tags' must be a text");
    refused("{" ONCE ",\"customDataIdentifierIds\":[\"a\",\"a\"]}", "twice");
    refused("{\"jobType\":\"OFTEN\",\"s3JobDefinition\":{" BUCKETS "}}", "'OFTEN'");
    refused("{\"s3JobDefinition\":{" BUCKETS "}}", "'jobType' is missing");
    refused("{\"jobType\":\"ONE_TIME\"}", "names no bucket");
    refused("{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{\"bucketDefinitions\":[{\"accountId\":\"12\",\"buckets\":["
            "\"b\"]}]}}",
            "12 digits");
    refused("{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{\"bucketDefinitions\":[{\"accountId\":\"111222333444\","
            "\"buckets\":[]}]}}",
            "bucketDefinitions[0].buckets");
    refused("{\"jobType\":\"ONE_TIME\",\"s3JobDefinition\":{\"bucketDefinitions\":[{\"accountId\":\"111222333444\","
            "\"buckets\":[\"a-1\"]},"
            "{\"accountId\":\"111222333445\",\"buckets\":[\"b-1\"]}]}}",
            "two accounts");
    char long_text[300];
    char json[600];
    memset(long_text, 'x', 201);
    long_text[201] = '\0';
    (void)snprintf(json, sizeof json, "{" ONCE ",\"description\":\"%s\"}", long_text);
    refused(json, "201 characters, allowed are at most 200");
}

LW_TEST(when_and_what_must_fit_together) {
    refused("{" ONCE ",\"scheduleFrequency\":{\"dailySchedule\":{}}}", "must be absent");
    refused("{\"jobType\":\"SCHEDULED\",\"s3JobDefinition\":{" BUCKETS "}}", "'scheduleFrequency' is missing");
    refused("{\"jobType\":\"SCHEDULED\",\"scheduleFrequency\":{},\"s3JobDefinition\":{" BUCKETS "}}", "exactly one");
    refused("{\"jobType\":\"SCHEDULED\",\"scheduleFrequency\":{\"weeklySchedule\":{\"dayOfWeek\":\"SOMEDAY\"}},"
            "\"s3JobDefinition\":{" BUCKETS "}}",
            "weeklySchedule.dayOfWeek");
    refused("{\"jobType\":\"SCHEDULED\",\"scheduleFrequency\":{\"monthlySchedule\":{\"dayOfMonth\":32}},"
            "\"s3JobDefinition\":{" BUCKETS "}}",
            "1 to 31");
    refused("{" ONCE ",\"initialRun\":true}", "'initialRun' must be absent");
    refused("{" ONCE ",\"managedDataIdentifierSelector\":\"INCLUDE\"}", "need a list");
    refused("{" ONCE ",\"managedDataIdentifierSelector\":\"ALL\",\"managedDataIdentifierIds\":[\"NAME\"]}",
            "INCLUDE and EXCLUDE only");
    refused("{" ONCE ",\"managedDataIdentifierSelector\":\"NONE\"}", "look for nothing");
}

LW_TEST(scope_terms) {
    static const char now[] = "2026-01-01T00:00:00Z";
    static const char csv[] = "{\"includes\":{\"and\":[{\"simpleScopeTerm\":{\"comparator\":\"EQ\",\"key\":\"OBJECT_"
                              "EXTENSION\",\"values\":[\"csv\",\"tsv\"]}}]}}";
    assert_true(wants(csv, "a/b.csv", 1, now));
    assert_true(wants(csv, "b.tsv", 1, now));
    assert_false(wants(csv, "b.CSV", 1, now));
    assert_false(wants(csv, "a.csv/b", 1, now));
    assert_false(wants(csv, "csv", 1, now));
    static const char both[] =
        "{\"includes\":{\"and\":[{\"simpleScopeTerm\":{\"comparator\":\"STARTS_WITH\",\"key\":\"OBJECT_KEY\","
        "\"values\":[\"in/\",\"raw/\"]}},"
        "{\"simpleScopeTerm\":{\"comparator\":\"LT\",\"key\":\"OBJECT_SIZE\",\"values\":[\"1000\"]}}]},"
        "\"excludes\":{\"and\":[{\"simpleScopeTerm\":{\"comparator\":\"GTE\",\"key\":\"OBJECT_LAST_MODIFIED_DATE\","
        "\"values\":[\"2026-01-01T00:00:00Z\"]}}]}}";
    assert_true(wants(both, "raw/x", 999, "2025-12-31T23:59:59Z"));
    assert_false(wants(both, "raw/x", 1000, "2025-12-31T23:59:59Z"));
    assert_false(wants(both, "x/raw/x", 9, "2025-12-31T23:59:59Z"));
    assert_false(wants(both, "raw/x", 9, "2026-01-01T00:00:00Z"));
    static const char not_csv[] = "{\"includes\":{\"and\":[{\"simpleScopeTerm\":{\"comparator\":\"NE\",\"key\":"
                                  "\"OBJECT_EXTENSION\",\"values\":[\"csv\"]}}]}}";
    assert_false(wants(not_csv, "a.csv", 1, now));
    assert_true(wants(not_csv, "a", 1, now));
    assert_true(wants("{}", "anything", 1, now));
}

LW_TEST(scope_faults) {
#define TERM(key, comparator, values)                                                                                  \
    "{\"includes\":{\"and\":[{\"simpleScopeTerm\":{\"comparator\":\"" comparator "\",\"key\":\"" key                   \
    "\",\"values\":" values "}}]}}"
    refused_scope(TERM("OBJECT_EXTENSION", "GT", "[\"csv\"]"), "can not be compared with 'GT'");
    refused_scope(TERM("OBJECT_KEY", "EQ", "[\"a\"]"), "can not be compared with 'EQ'");
    refused_scope(TERM("OBJECT_SIZE", "EQ", "[\"1\",\"2\"]"), "exactly one");
    refused_scope(TERM("OBJECT_SIZE", "EQ", "[\"-1\"]"), "no count of bytes");
    refused_scope(TERM("OBJECT_LAST_MODIFIED_DATE", "LT", "[\"yesterday\"]"), "ISO 8601");
    refused_scope(TERM("OBJECT_COLOUR", "EQ", "[\"red\"]"), "'OBJECT_COLOUR'");
    refused_scope(TERM("OBJECT_EXTENSION", "CONTAINS", "[\"csv\"]"), "'CONTAINS'");
    refused_scope("{\"includes\":{\"and\":[{\"simpleScopeTerm\":{\"key\":\"OBJECT_KEY\"}}]}}", "needs");
    refused_scope("{\"includes\":{\"or\":[]}}", "'and'");
    refused_scope("{\"includes\":{\"and\":[{}]}}", "exactly one term");
}

LW_TEST(days_that_are_due) {
    lw_job_spec daily = {.schedule = LW_JOB_DAILY};
    lw_job_spec sunday = {.schedule = LW_JOB_WEEKLY, .day = 0};
    lw_job_spec last = {.schedule = LW_JOB_MONTHLY, .day = 31};
    int64_t monday = 0;
    assert_ok(lw_time_parse_iso(LW_SLICE_LITERAL("2026-01-05T10:00:00Z"), &monday));
    assert_true(lw_job_is_due(&daily, monday, monday));
    assert_true(lw_job_is_due(&sunday, 0, monday)); /* the first run */
    assert_false(lw_job_is_due(&sunday, monday, monday));
    assert_false(lw_job_is_due(&sunday, monday, monday + 5 * DAY));
    assert_true(lw_job_is_due(&sunday, monday, monday + 6 * DAY));
    assert_true(lw_job_is_due(&sunday, monday, monday + 8 * DAY)); /* Sunday was missed */
    assert_false(lw_job_is_due(&sunday, monday + 8 * DAY, monday + 9 * DAY));
    assert_false(lw_job_is_due(&last, monday, monday + 25 * DAY));
    assert_true(lw_job_is_due(&last, monday, monday + 26 * DAY));
    assert_false(lw_job_is_due(&last, monday + 26 * DAY, monday + 60 * DAY)); /* February has none */
}

LW_TEST(the_id_is_the_definition_s) {
    lw_job_spec a = {0};
    lw_job_spec b = {0};
    lw_job_spec c = {0};
    accepted("{" ONCE "}", &a);
    accepted("{ " ONCE " \n}", &b);
    accepted("{" ONCE ",\"samplingPercentage\":50}", &c);
    assert_string_equal(a.id, b.id);
    assert_string_not_equal(a.id, c.id);
    assert_int_equal(c.sampling, 50);
    lw_job_spec_done(&a);
    lw_job_spec_done(&b);
    lw_job_spec_done(&c);
}

LW_TEST(samples_are_stable_and_nested) {
    unsigned taken[3] = {0};
    static const unsigned percents[3] = {5, 20, 100};
    for (int i = 0; i < 10000; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "in/%d.csv", i);
        bool before = false;
        for (int p = 0; p < 3; p++) {
            bool now = lw_sample_wants(percents[p], "lake", key);
            assert_int_equal(now, lw_sample_wants(percents[p], "lake", key));
            assert_true(now || !before); /* more percent, no object less */
            before = now;
            taken[p] += now;
        }
    }
    assert_in_range(taken[0], 400, 600);
    assert_in_range(taken[1], 1850, 2150);
    assert_int_equal(taken[2], 10000);
}
