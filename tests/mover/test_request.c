#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mover/mover_priv.h"

#define S3OBJECT "\"key\":\"a b.csv\",\"versionId\":\"\",\"eTag\":\"abc\",\"size\":42"
#define FINDING_WITH(object, extra)                                                                                    \
    "{\"id\":\"f-1\",\"accountId\":\"111122223333\",\"type\":\"SensitiveData:S3Object/Personal\","                     \
    "\"severity\":{\"score\":3,\"description\":\"High\"}," extra                                                       \
    "\"resourcesAffected\":{\"s3Bucket\":{\"name\":\"lake\"},\"s3Object\":{" object "}}}"
#define FINDING FINDING_WITH(S3OBJECT, "")

static lw_status parse(const char *text, lw_move_request *request, lw_error *err) {
    *err = (lw_error){0};
    return lw_move_request_parse(lw_slice_from(text), request, err);
}

/* The text must be refused with status, and say word. */
static void refused(const char *text, lw_status status, const char *word) {
    lw_move_request request = {0};
    lw_error err;
    lw_status got = parse(text, &request, &err);
    if (got != status || strstr(err.text, word) == NULL) {
        fail_msg("got %s '%s', wanted %s '%s' for %.200s", lw_status_name(got), err.text, lw_status_name(status), word,
                 text);
    }
    assert_null(request.key);
}

static char *replaced(const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);
    assert_non_null(at);
    size_t room = strlen(text) + strlen(to) + 1;
    char *out = malloc(room);
    assert_non_null(out);
    (void)snprintf(out, room, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

LW_TEST(bare_finding) {
    lw_move_request request = {0};
    lw_error err;
    assert_ok(parse(" " FINDING "\n", &request, &err));
    assert_string_equal(request.bucket, "lake");
    assert_string_equal(request.key, "a b.csv");
    assert_null(request.version_id);
    assert_string_equal(request.etag, "abc");
    assert_int_equal(request.size, 42);
    assert_int_equal(request.severity, 3);
    assert_string_equal(request.finding_id, "f-1");
    assert_string_equal(request.account_id, "111122223333");
    lw_move_request_done(&request);
    assert_null(request.key);
}

LW_TEST(event_with_either_etag_name) {
    static const char *const objects[] = {
        "{\"detail-type\":\"Macie Finding\",\"account\":\"111122223333\",\"detail\":" FINDING "}",
        "{\"detail-type\":\"Macie Finding\",\"detail\":" FINDING_WITH(
            "\"key\":\"a b.csv\",\"versionId\":\"v1\",\"etag\":\"\\\"abc\\\"\",\"size\":42", "") "}",
    };
    for (size_t i = 0; i < 2; i++) {
        lw_move_request request = {0};
        lw_error err;
        assert_ok(parse(objects[i], &request, &err));
        assert_string_equal(request.etag, "abc");
        assert_int_equal(request.version_id != NULL, i == 1);
        lw_move_request_done(&request);
    }
}

LW_TEST(each_missing_field_is_named) {
    static const struct {
        const char *from, *to, *named;
    } cases[] = {
        {"\"id\":\"f-1\",", "", "'id'"},
        {"\"type\":\"SensitiveData:S3Object/Personal\",", "", "'type'"},
        {"\"severity\":{\"score\":3,\"description\":\"High\"},", "", "'severity'"},
        {"\"description\":\"High\"", "\"x\":0", "'severity.description'"},
        {"\"High\"", "\"Huge\"", "'severity.description'"},
        {"\"score\":3", "\"score\":1", "'severity.score'"},
        {"\"resourcesAffected\"", "\"resources\"", "'resourcesAffected'"},
        {"\"s3Bucket\":{\"name\":\"lake\"},", "", "'resourcesAffected.s3Bucket'"},
        {"\"name\":\"lake\"", "", "'resourcesAffected.s3Bucket.name'"},
        {"\"s3Object\"", "\"object\"", "'resourcesAffected.s3Object'"},
        {"\"key\":\"a b.csv\",", "", "'resourcesAffected.s3Object.key'"},
        {"\"key\":\"a b.csv\"", "\"key\":\"\"", "'resourcesAffected.s3Object.key'"},
        {"\"key\":\"a b.csv\"", "\"key\":7", "'resourcesAffected.s3Object.key'"},
        {"\"eTag\":\"abc\",", "", "'resourcesAffected.s3Object.eTag'"},
        {"\"eTag\":\"abc\"", "\"eTag\":\"a\\r\\nb\"", "'resourcesAffected.s3Object.eTag'"},
        {"\"eTag\":\"abc\"", "\"eTag\":\"abc\",\"etag\":\"abd\"", "differ"},
        {"\"versionId\":\"\"", "\"versionId\":\"a b\"", "'resourcesAffected.s3Object.versionId'"},
        {",\"size\":42", "", "'resourcesAffected.s3Object.size'"},
        {"\"size\":42", "\"size\":-1", "'resourcesAffected.s3Object.size'"},
        {"\"size\":42", "\"size\":1.5", "'resourcesAffected.s3Object.size'"},
        {"\"size\":42", "\"size\":1e300", "'resourcesAffected.s3Object.size'"},
        {"\"size\":42", "\"size\":\"42\"", "'resourcesAffected.s3Object.size'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = replaced(FINDING, cases[i].from, cases[i].to);
        refused(text, LW_E_PARSE, cases[i].named);
        free(text);
    }
}

LW_TEST(duplicate_fields_are_not_trusted) {
    refused(FINDING_WITH(S3OBJECT ",\"key\":\"other\"", ""), LW_E_PARSE,
            "'resourcesAffected.s3Object.key' occurs twice");
    refused(FINDING_WITH(S3OBJECT ",\"size\":1", ""), LW_E_PARSE, "occurs twice");
    refused(FINDING_WITH(S3OBJECT, "\"resourcesAffected\":{},"), LW_E_PARSE, "occurs twice");
    refused("{\"detail-type\":\"Macie Finding\",\"detail\":" FINDING ",\"detail\":" FINDING "}", LW_E_PARSE,
            "occurs twice");
}

LW_TEST(findings_that_move_nothing_are_refused) {
    char *policy = replaced(FINDING, "SensitiveData:S3Object/Personal", "Policy:IAMUser/S3BucketPublic");
    refused(policy, LW_E_REFUSED, "policy finding");
    free(policy);
    refused(FINDING_WITH(S3OBJECT, "\"category\":\"POLICY\","), LW_E_REFUSED, "policy finding");
    refused(FINDING_WITH(S3OBJECT, "\"sample\":true,"), LW_E_REFUSED, "sample finding");
}

LW_TEST(other_events_are_refused) {
    refused("{\"detail-type\":\"Object Created\",\"detail\":" FINDING "}", LW_E_PARSE, "'detail-type'");
    refused("{\"detail\":" FINDING "}", LW_E_PARSE, "'detail-type'");
    refused("{\"detail-type\":\"Macie Finding\"}", LW_E_PARSE, "'detail'");
    refused("{\"detail-type\":\"Macie Finding\",\"account\":\"999988887777\",\"detail\":" FINDING "}", LW_E_PARSE,
            "'account'");
    refused("[]", LW_E_PARSE, "not a JSON object");
    refused("", LW_E_PARSE, "empty");
    refused(FINDING "x", LW_E_PARSE, "not JSON");
    refused("{\"id\":", LW_E_PARSE, "not JSON");
}

/* A NUL would end the key early, and a shorter key is another object. */
LW_TEST(nul_in_a_key_is_refused) {
    char *text = replaced(FINDING, "a b.csv", "a\\u0000b.csv");
    refused(text, LW_E_PARSE, "NUL");
    free(text);
    char *harmless = replaced(FINDING, "a b.csv", "a\\\\u0000b.csv");
    lw_move_request request = {0};
    lw_error err;
    assert_ok(parse(harmless, &request, &err));
    assert_string_equal(request.key, "a\\u0000b.csv");
    lw_move_request_done(&request);
    free(harmless);
    lw_error raw_err = {0};
    static const char raw[] = "{\"id\":\"a\0b\"}";
    assert_int_equal(lw_move_request_parse((lw_slice){raw, sizeof raw - 1}, &request, &raw_err), LW_E_PARSE);
}

LW_TEST(size_and_depth_are_bounded) {
    enum { BIG = 1024 * 1024 + 1 };
    char *text = malloc(BIG + 1);
    assert_non_null(text);
    memset(text, ' ', BIG);
    text[BIG] = '\0';
    refused(text, LW_E_LIMIT, "1024 KiB");
    memset(text, '[', 65);
    text[65] = '\0';
    refused(text, LW_E_LIMIT, "nested");
    memset(text, '[', 64);
    text[64] = '\0';
    refused(text, LW_E_PARSE, "not JSON");
    free(text);
}

LW_TEST(every_truncation_is_refused) {
    static const char whole[] = "{\"detail-type\":\"Macie Finding\",\"detail\":" FINDING "}";
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        lw_move_request request = {0};
        lw_error err = {0};
        char *cut = malloc(len + 1); /* an exact block: reading over its end is seen by the sanitizer */
        assert_non_null(cut);
        memcpy(cut, whole, len);
        assert_int_not_equal(lw_move_request_parse((lw_slice){cut, len}, &request, &err), LW_OK);
        free(cut);
    }
}

static void names_of(const char *bucket, const char *key, const char *version, const char *etag, uint64_t size,
                     char **ret_target, char hex[LW_MOVE_HEX_SIZE]) {
    lw_move_request request = {.bucket = lw_text_dup(bucket),
                               .key = lw_text_dup(key),
                               .version_id = lw_text_dup(version),
                               .etag = lw_text_dup(etag),
                               .size = size};
    assert_ok(lw_move_identity(&request, hex));
    assert_ok(lw_move_target_key("p/", &request, ret_target));
    lw_move_request_done(&request);
}

LW_TEST(names_are_one_to_one) {
    static const struct {
        const char *bucket, *key, *version, *etag;
        uint64_t size;
    } identities[] = {{"b", "k", NULL, "e", 1},    {"b", "k", NULL, "e", 2},  {"b", "k", "v", "e", 1},
                      {"b", "k", NULL, "v", 1},    {"bk", "k", NULL, "e", 1}, {"b", "k2:", NULL, "e", 1},
                      {"b", "k,1:e", NULL, "e", 1}};
    enum { COUNT = sizeof identities / sizeof *identities };
    char hex[COUNT][LW_MOVE_HEX_SIZE];
    for (size_t i = 0; i < COUNT; i++) {
        char *target = NULL;
        names_of(identities[i].bucket, identities[i].key, identities[i].version, identities[i].etag, identities[i].size,
                 &target, hex[i]);
        free(target);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(hex[i], hex[j]);
        }
    }
}

LW_TEST(target_key_holds_the_whole_key_or_its_hash) {
    char *target = NULL;
    char hex[LW_MOVE_HEX_SIZE];
    char other_hex[LW_MOVE_HEX_SIZE];
    names_of("lake", "dir/a b.csv", NULL, "abc-2", 1, &target, hex);
    assert_string_equal(target, "p/lake/dir/a b.csv/.v/abc-2");
    free(target);
    names_of("lake", "k", "3/L4+x", "abc", 1, &target, hex);
    assert_string_equal(target, "p/lake/k/.v/3%2FL4%2Bx");
    free(target);
    names_of("lake", "k", "null", "abc", 1, &target, hex);
    assert_string_equal(target, "p/lake/k/.v/abc");
    free(target);
    names_of("lake", "k", NULL, "abc", 1, &target, other_hex);
    assert_string_equal(hex, other_hex);
    free(target);
    char key[1025];
    memset(key, 'x', 1024);
    key[1024] = '\0';
    names_of("lake", key, NULL, "abc", 1, &target, hex);
    assert_true(strlen(target) <= 1024);
    assert_memory_equal(target, "p/lake/.sha256/", strlen("p/lake/.sha256/"));
    assert_string_equal(target + strlen("p/lake/.sha256/") + 64, "/.v/abc");
    free(target);
}

LW_TEST(bucket_names) {
    static const char *const bad[] = {
        "", "ab", "-abc", ".abc", "a/b/c", "a b c", "x-s3alias", "y--ol-s3", "arn:aws:s3:::lake", "a\nbc"};
    lw_error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(lw_move_check_bucket(LW_STORE_S3, "source", bad[i], &err), LW_E_REFUSED);
    }
    assert_ok(lw_move_check_bucket(LW_STORE_S3, "source", "data-lake.v2_X", &err));
    assert_ok(lw_move_check_bucket(LW_STORE_LOCAL, "source", "Data Lake", &err));
    assert_int_equal(lw_move_check_bucket(LW_STORE_LOCAL, "source", "..", &err), LW_E_REFUSED);
    assert_int_equal(lw_move_check_bucket(LW_STORE_LOCAL, "source", "a/b", &err), LW_E_REFUSED);
}

LW_TEST(outcomes) {
    for (int i = LW_MOVED; i <= LW_MOVE_FAILED; i++) {
        lw_move_outcome outcome = (lw_move_outcome)i;
        assert_string_not_equal(lw_move_outcome_name(outcome), "UNKNOWN");
        assert_int_equal(lw_move_outcome_isolated(outcome), outcome <= LW_MOVED_KEPT_NEWER);
        assert_int_equal(lw_move_outcome_failed(outcome), outcome >= LW_MOVE_CONFLICT);
    }
}

LW_TEST(result_json_has_the_posts_body) {
    lw_move_request request = {0};
    lw_error err;
    cJSON *json = NULL;
    assert_ok(parse(FINDING, &request, &err));
    lw_move_result result = {.outcome = LW_MOVE_CHANGED};
    assert_ok(lw_move_result_json(&request, &result, &json));
    assert_int_equal(cJSON_GetObjectItem(json, "statusCode")->valueint, 409);
    assert_string_equal(cJSON_GetObjectItem(json, "body")->valuestring, "{\"Bucket\":\"lake\",\"Key\":\"a b.csv\"}");
    assert_string_equal(cJSON_GetObjectItem(json, "outcome")->valuestring, "CHANGED");
    cJSON_Delete(json);
    lw_move_request_done(&request);
}
