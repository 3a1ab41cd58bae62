/* Findings, events and discovery results: every field with its type, limits, severity, unknown facts, ids. */
#include "tests/support/lw_test.h"

#include "tests/findings/fixture.h"

/* ---- reading JSON by path: "a.b[0].c" ---- */

static const cJSON *at(const cJSON *json, const char *path) {
    char name[64];
    while (json != NULL && *path != '\0') {
        size_t len = strcspn(path, ".[");
        if (len > 0) {
            assert_true(len < sizeof name);
            memcpy(name, path, len);
            name[len] = '\0';
            json = cJSON_GetObjectItemCaseSensitive(json, name);
            path += len;
        } else if (*path == '[') {
            json = cJSON_GetArrayItem(json, (int)strtol(path + 1, NULL, 10));
            path = strchr(path, ']') + 1;
        } else {
            path++;
        }
    }
    return json;
}

static const char *text_at(const cJSON *json, const char *path) {
    const char *text = cJSON_GetStringValue(at(json, path));
    return text != NULL ? text : "(no text)";
}

static double number_at(const cJSON *json, const char *path) {
    const cJSON *number = at(json, path);
    return cJSON_IsNumber(number) ? number->valuedouble : -1;
}

static int size_at(const cJSON *json, const char *path) {
    const cJSON *array = at(json, path);
    return cJSON_IsArray(array) ? cJSON_GetArraySize(array) : -1;
}

/* s string, i integer, b bool, o object, a array, n null; several: any of them. */
static bool type_fits(const cJSON *item, const char *types) {
    return (strchr(types, 's') != NULL && cJSON_IsString(item)) ||
           (strchr(types, 'i') != NULL && cJSON_IsNumber(item) &&
            item->valuedouble == (double)(int64_t)item->valuedouble) ||
           (strchr(types, 'b') != NULL && cJSON_IsBool(item)) || (strchr(types, 'o') != NULL && cJSON_IsObject(item)) ||
           (strchr(types, 'a') != NULL && cJSON_IsArray(item)) || (strchr(types, 'n') != NULL && cJSON_IsNull(item));
}

typedef struct field {
    const char *path, *types;
} field;

static void check_fields(const cJSON *json, const field *fields, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const cJSON *item = at(json, fields[i].path);
        if (item == NULL || !type_fits(item, fields[i].types)) {
            fail_msg("field '%s' is %s, wanted '%s'", fields[i].path, item == NULL ? "missing" : "of another type",
                     fields[i].types);
        }
    }
}

/* No member but the listed ones: "a b c". */
static void check_members(const cJSON *json, const char *path, const char *names) {
    const cJSON *item = NULL;
    int wanted = 1;
    for (const char *c = names; *c != '\0'; c++) {
        wanted += *c == ' ';
    }
    char padded[512];
    (void)snprintf(padded, sizeof padded, " %s ", names);
    assert_int_equal(cJSON_GetArraySize(at(json, path)), wanted);
    cJSON_ArrayForEach(item, at(json, path)) {
        char name[128];
        (void)snprintf(name, sizeof name, " %s ", item->string);
        if (strstr(padded, name) == NULL) {
            fail_msg("member '%s' does not belong in '%s'", item->string, path);
        }
    }
}

static cJSON *make(fixture *f) {
    cJSON *finding = NULL;
    assert_ok(lw_finding_make(&f->context, &f->result, &finding));
    return finding;
}

static cJSON *discover(fixture *f) {
    cJSON *record = NULL;
    assert_ok(lw_discovery_result_make(&f->context, &f->result, &record));
    assert_non_null(record);
    return record;
}

#define RESULT "classificationDetails.result."
#define BUCKET "resourcesAffected.s3Bucket."
#define OBJECT "resourcesAffected.s3Object."
#define PUBLIC BUCKET "publicAccess.permissionConfiguration."

static const field finding_fields[] = {
    {"schemaVersion", "s"},
    {"id", "s"},
    {"accountId", "s"},
    {"partition", "s"},
    {"region", "s"},
    {"type", "s"},
    {"title", "s"},
    {"description", "s"},
    {"severity.score", "i"},
    {"severity.description", "s"},
    {"createdAt", "s"},
    {"updatedAt", "s"},
    {"count", "i"},
    {"category", "s"},
    {"policyDetails", "n"},
    {"sample", "b"},
    {"archived", "b"},
    {BUCKET "arn", "s"},
    {BUCKET "name", "s"},
    {BUCKET "createdAt", "s"},
    {BUCKET "owner.displayName", "s"},
    {BUCKET "owner.id", "s"},
    {BUCKET "tags", "a"},
    {BUCKET "tags[0].key", "s"},
    {BUCKET "tags[0].value", "s"},
    {BUCKET "defaultServerSideEncryption.encryptionType", "s"},
    {BUCKET "defaultServerSideEncryption.kmsMasterKeyId", "n"},
    {BUCKET "publicAccess.effectivePermission", "s"},
    {PUBLIC "bucketLevelPermissions.accessControlList.allowsPublicReadAccess", "b"},
    {PUBLIC "bucketLevelPermissions.accessControlList.allowsPublicWriteAccess", "b"},
    {PUBLIC "bucketLevelPermissions.bucketPolicy.allowsPublicReadAccess", "b"},
    {PUBLIC "bucketLevelPermissions.bucketPolicy.allowsPublicWriteAccess", "b"},
    {PUBLIC "bucketLevelPermissions.blockPublicAccess.ignorePublicAcls", "b"},
    {PUBLIC "bucketLevelPermissions.blockPublicAccess.restrictPublicBuckets", "b"},
    {PUBLIC "bucketLevelPermissions.blockPublicAccess.blockPublicAcls", "b"},
    {PUBLIC "bucketLevelPermissions.blockPublicAccess.blockPublicPolicy", "b"},
    {PUBLIC "accountLevelPermissions.blockPublicAccess.ignorePublicAcls", "b"},
    {PUBLIC "accountLevelPermissions.blockPublicAccess.restrictPublicBuckets", "b"},
    {PUBLIC "accountLevelPermissions.blockPublicAccess.blockPublicAcls", "b"},
    {PUBLIC "accountLevelPermissions.blockPublicAccess.blockPublicPolicy", "b"},
    {BUCKET "allowsUnencryptedObjectUploads", "s"},
    {OBJECT "bucketArn", "s"},
    {OBJECT "key", "s"},
    {OBJECT "path", "s"},
    {OBJECT "extension", "s"},
    {OBJECT "lastModified", "s"},
    {OBJECT "versionId", "s"},
    {OBJECT "serverSideEncryption.encryptionType", "s"},
    {OBJECT "serverSideEncryption.kmsMasterKeyId", "n"},
    {OBJECT "size", "i"},
    {OBJECT "storageClass", "s"},
    {OBJECT "tags", "a"},
    {OBJECT "publicAccess", "b"},
    {OBJECT "eTag", "s"},
    {"classificationDetails.jobArn", "s"},
    {"classificationDetails.jobId", "s"},
    {"classificationDetails.originType", "s"},
    {"classificationDetails.detailedResultsLocation", "s"},
    {RESULT "status.code", "s"},
    {RESULT "status.reason", "n"},
    {RESULT "sizeClassified", "i"},
    {RESULT "mimeType", "s"},
    {RESULT "additionalOccurrences", "b"},
    {RESULT "sensitiveData", "a"},
    {RESULT "sensitiveData[0].category", "s"},
    {RESULT "sensitiveData[0].totalCount", "i"},
    {RESULT "sensitiveData[0].detections[0].type", "s"},
    {RESULT "sensitiveData[0].detections[0].count", "i"},
    {RESULT "sensitiveData[0].detections[0].occurrences.cells[0].row", "i"},
    {RESULT "sensitiveData[0].detections[0].occurrences.cells[0].column", "i"},
    {RESULT "sensitiveData[0].detections[0].occurrences.cells[0].columnName", "s"},
    {RESULT "sensitiveData[0].detections[0].occurrences.cells[0].cellReference", "n"},
    {RESULT "sensitiveData[0].detections[0].occurrences.lineRanges", "n"},
    {RESULT "sensitiveData[0].detections[0].occurrences.offsetRanges", "n"},
    {RESULT "sensitiveData[0].detections[0].occurrences.pages", "n"},
    {RESULT "sensitiveData[0].detections[0].occurrences.records", "n"},
    {RESULT "customDataIdentifiers.totalCount", "i"},
    {RESULT "customDataIdentifiers.detections[0].arn", "s"},
    {RESULT "customDataIdentifiers.detections[0].name", "s"},
    {RESULT "customDataIdentifiers.detections[0].count", "i"},
    {RESULT "customDataIdentifiers.detections[0].occurrences.cells[0].row", "i"},
};

LW_TEST(every_field_is_there_with_its_type) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 3, 2);
    fixture_detect(f, PATIENT, 3, 1);
    cJSON *finding = make(f);
    check_fields(finding, finding_fields, sizeof finding_fields / sizeof finding_fields[0]);
    check_members(finding, "",
                  "schemaVersion id accountId partition region type title description severity createdAt updatedAt "
                  "count resourcesAffected category classificationDetails policyDetails sample archived");
    check_members(finding, "resourcesAffected.s3Bucket",
                  "arn name createdAt owner tags defaultServerSideEncryption publicAccess "
                  "allowsUnencryptedObjectUploads");
    check_members(finding, "resourcesAffected.s3Object",
                  "bucketArn key path extension lastModified versionId serverSideEncryption size storageClass tags "
                  "publicAccess eTag");
    check_members(finding, "classificationDetails", "jobArn jobId originType detailedResultsLocation result");
    check_members(finding, "classificationDetails.result",
                  "status sizeClassified mimeType additionalOccurrences sensitiveData customDataIdentifiers");
    check_members(finding, RESULT "sensitiveData[0].detections[0]", "type count occurrences");
    check_members(finding, RESULT "customDataIdentifiers.detections[0]", "arn name count occurrences");
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(values_come_from_the_facts) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    f->result.reason = LW_REASON_MALFORMED_FILE; /* left over: a complete object has no reason */
    cJSON *finding = make(f);
    assert_true(cJSON_IsNull(at(finding, RESULT "status.reason")));
    assert_string_equal(text_at(finding, "schemaVersion"), "1.0");
    assert_string_equal(text_at(finding, "createdAt"), "2026-01-01T00:00:01.234Z");
    assert_string_equal(text_at(finding, "updatedAt"), "2026-01-01T00:00:01.234Z");
    assert_string_equal(text_at(finding, BUCKET "arn"), "arn:aws:s3:::lake");
    assert_string_equal(text_at(finding, BUCKET "createdAt"), "2020-09-13T12:26:40.000Z");
    assert_string_equal(text_at(finding, BUCKET "publicAccess.effectivePermission"), "NOT_PUBLIC");
    assert_string_equal(text_at(finding, BUCKET "allowsUnencryptedObjectUploads"), "TRUE");
    assert_string_equal(text_at(finding, BUCKET "tags[1].value"), "");
    assert_string_equal(text_at(finding, OBJECT "bucketArn"), "arn:aws:s3:::lake");
    assert_string_equal(text_at(finding, OBJECT "path"), "lake/raw/2020/patients.csv");
    assert_string_equal(text_at(finding, OBJECT "extension"), "csv");
    assert_string_equal(text_at(finding, OBJECT "versionId"), "");
    assert_string_equal(text_at(finding, OBJECT "eTag"), "9bb58f26192e4ba00f01e2e7b136bbd8");
    assert_true(number_at(finding, OBJECT "size") == 350500);
    assert_int_equal(size_at(finding, OBJECT "tags"), 1);
    assert_string_equal(text_at(finding, "classificationDetails.jobArn"),
                        "arn:aws:macie2:eu-central-1:111122223333:classification-job/"
                        "0123456789abcdef0123456789abcdef");
    assert_true(strncmp(text_at(finding, "classificationDetails.detailedResultsLocation"),
                        "s3://[export-config-not-set]/AWSLogs/111122223333/Macie/eu-central-1/", 68) == 0);
    assert_string_equal(text_at(finding, RESULT "sensitiveData[0].detections[0].occurrences.cells[0].columnName"),
                        "SSN");
    assert_true(number_at(finding, RESULT "sensitiveData[0].detections[0].occurrences.cells[0].row") == 2);
    assert_true(number_at(finding, RESULT "customDataIdentifiers.totalCount") == 0);
    assert_int_equal(size_at(finding, RESULT "customDataIdentifiers.detections"), 0);
    cJSON_Delete(finding);
    free(f);
}

static void check_type(size_t identifier, const char *type, const char *title) {
    fixture *f = fixture_new();
    fixture_detect(f, identifier, 2, 1);
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, "type"), type);
    assert_string_equal(text_at(finding, "title"), title);
    assert_string_equal(lw_result_type(&f->result, NULL), type);
    assert_true(strlen(text_at(finding, "description")) > 20);
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(type_follows_the_categories) {
    check_type(SSN, "SensitiveData:S3Object/Personal", "The S3 object contains personal information");
    check_type(CARD, "SensitiveData:S3Object/Financial", "The S3 object contains financial information.");
    check_type(AWS_KEY, "SensitiveData:S3Object/Credentials", "The S3 object contains credentials");
    check_type(PATIENT, "SensitiveData:S3Object/CustomIdentifier",
               "The S3 object contains text that matches custom data identifier criteria");
}

LW_TEST(several_categories_are_multiple_and_in_order) {
    fixture *f = fixture_new();
    fixture_detect(f, NAME, 5, 3);
    fixture_detect(f, ADDRESS, 7, 4);
    fixture_detect(f, CARD, 1, 1);
    fixture_detect(f, AWS_KEY, 1, 1);
    fixture_detect(f, PATIENT, 4, 1);
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, "type"), "SensitiveData:S3Object/Multiple");
    assert_string_equal(text_at(finding, "title"), "The S3 object contains multiple categories of sensitive data");
    assert_int_equal(size_at(finding, RESULT "sensitiveData"), 3);
    assert_string_equal(text_at(finding, RESULT "sensitiveData[0].category"), "CREDENTIALS");
    assert_string_equal(text_at(finding, RESULT "sensitiveData[1].category"), "FINANCIAL_INFORMATION");
    assert_string_equal(text_at(finding, RESULT "sensitiveData[2].category"), "PERSONAL_INFORMATION");
    assert_string_equal(text_at(finding, RESULT "sensitiveData[2].detections[0].type"), "ADDRESS");
    assert_string_equal(text_at(finding, RESULT "sensitiveData[2].detections[1].type"), "NAME");
    assert_true(number_at(finding, RESULT "sensitiveData[2].totalCount") == 12);
    assert_true(number_at(finding, RESULT "customDataIdentifiers.totalCount") == 4);
    assert_string_equal(text_at(finding, RESULT "customDataIdentifiers.detections[0].name"), "Patient ID");
    assert_string_equal(text_at(finding, RESULT "customDataIdentifiers.detections[0].arn"),
                        "0a6d0c2e-1111-8222-9333-444455556666");
    cJSON_Delete(finding);
    free(f);
}

static int located(const cJSON *finding, const char *detection, const char *shape) {
    char path[160];
    (void)snprintf(path, sizeof path, RESULT "%s.occurrences.%s", detection, shape);
    return size_at(finding, path);
}

LW_TEST(fifteen_locations_depth_first) {
    fixture *f = fixture_new();
    fixture_detect(f, ADDRESS, 9, 4);
    fixture_detect(f, NAME, 5, 3);
    fixture_detect(f, SSN, 5, 2);
    fixture_detect(f, PATIENT, 5, 1);
    cJSON *finding = make(f);
    assert_int_equal(located(finding, "sensitiveData[0].detections[0]", "cells"), 9);
    assert_int_equal(located(finding, "sensitiveData[0].detections[1]", "cells"), 5);
    assert_int_equal(located(finding, "sensitiveData[0].detections[2]", "cells"), 1);
    assert_true(cJSON_IsNull(at(finding, RESULT "customDataIdentifiers.detections[0].occurrences")));
    assert_true(cJSON_IsTrue(at(finding, RESULT "additionalOccurrences")));
    assert_true(number_at(finding, RESULT "customDataIdentifiers.detections[0].count") == 5);
    cJSON_Delete(finding);
    free(f);
}

static bool additional_for(uint64_t count, uint32_t located_count) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, count, 2);
    f->detections[SSN].location_count = located_count;
    cJSON *finding = make(f);
    bool additional = cJSON_IsTrue(at(finding, RESULT "additionalOccurrences"));
    int cells = located(finding, "sensitiveData[0].detections[0]", "cells");
    assert_int_equal(cells, located_count < 15 ? located_count : 15);
    cJSON_Delete(finding);
    free(f);
    return additional;
}

LW_TEST(additional_occurrences_only_when_some_are_not_located) {
    assert_false(additional_for(1, 1));
    assert_false(additional_for(14, 14));
    assert_false(additional_for(15, 15));
    assert_true(additional_for(16, 16));
    assert_true(additional_for(4, 3)); /* two matches in one cell */
}

static void check_severity(size_t identifier, uint64_t count, lw_severity wanted) {
    fixture *f = fixture_new();
    fixture_detect(f, identifier, count, 1);
    assert_int_equal(lw_result_severity(&f->result, NULL), wanted);
    cJSON *finding = make(f);
    if (wanted == LW_SEVERITY_NONE) {
        assert_null(finding);
        assert_null(lw_result_type(&f->result, NULL));
    } else {
        assert_true(number_at(finding, "severity.score") == (double)wanted);
        assert_string_equal(text_at(finding, "severity.description"), lw_severity_name(wanted));
    }
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(severity_at_the_edges) {
    check_severity(NAME, 0, LW_SEVERITY_NONE);
    check_severity(NAME, 1, LW_SEVERITY_MEDIUM);
    check_severity(NAME, 2, LW_SEVERITY_MEDIUM);
    check_severity(NAME, 99, LW_SEVERITY_MEDIUM);
    check_severity(NAME, 100, LW_SEVERITY_HIGH);
    check_severity(SSN, 1, LW_SEVERITY_HIGH);
    check_severity(TICKET, 9, LW_SEVERITY_NONE);
    check_severity(TICKET, 10, LW_SEVERITY_LOW);
    check_severity(TICKET, 50, LW_SEVERITY_MEDIUM);
    check_severity(TICKET, 100, LW_SEVERITY_HIGH);
}

LW_TEST(highest_severity_wins) {
    fixture *f = fixture_new();
    fixture_detect(f, TICKET, 10, 1);
    fixture_detect(f, NAME, 1, 3);
    fixture_detect(f, CARD, 1, 2);
    assert_int_equal(lw_result_severity(&f->result, NULL), LW_SEVERITY_HIGH);
    f->detections[CARD].count = 0;
    assert_int_equal(lw_result_severity(&f->result, NULL), LW_SEVERITY_MEDIUM);
    f->detections[NAME].count = 0;
    assert_int_equal(lw_result_severity(&f->result, NULL), LW_SEVERITY_LOW);
    free(f);
}

LW_TEST(custom_below_its_threshold_is_not_told) {
    fixture *f = fixture_new();
    fixture_detect(f, PATIENT, 3, 1);
    fixture_detect(f, TICKET, 9, 2);
    cJSON *finding = make(f);
    assert_true(number_at(finding, RESULT "customDataIdentifiers.totalCount") == 3);
    assert_int_equal(size_at(finding, RESULT "customDataIdentifiers.detections"), 1);
    assert_int_equal(size_at(finding, RESULT "sensitiveData"), 0);
    assert_false(cJSON_IsTrue(at(finding, RESULT "additionalOccurrences")));
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(no_header_no_column_name) {
    fixture *f = fixture_new();
    f->plan.names = NULL;
    fixture_detect(f, SSN, 1, 2);
    cJSON *finding = make(f);
    assert_true(cJSON_IsNull(at(finding, RESULT "sensitiveData[0].detections[0].occurrences.cells[0].columnName")));
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(sensitive_column_name_gives_lines) {
    fixture *f = fixture_new();
    f->plan.sensitive = 2;
    fixture_detect(f, NAME, 2, 3);
    fixture_detect(f, SSN, 2, 2);
    cJSON *finding = make(f);
    char *text = cJSON_PrintUnformatted(finding);
    assert_null(strstr(text, "columnName"));
    free(text);
    for (int i = 0; i < 2; i++) {
        char detection[64];
        (void)snprintf(detection, sizeof detection, "sensitiveData[0].detections[%d]", i);
        assert_int_equal(located(finding, detection, "lineRanges"), 2);
        assert_int_equal(located(finding, detection, "cells"), -1);
    }
    assert_true(number_at(finding, RESULT "sensitiveData[0].detections[0].occurrences.lineRanges[0].start") == 2);
    assert_true(number_at(finding, RESULT "sensitiveData[0].detections[0].occurrences.lineRanges[0].end") == 2);
    assert_true(number_at(finding, RESULT "sensitiveData[0].detections[0].occurrences.lineRanges[0].startColumn") == 1);
    assert_true(cJSON_IsNull(at(finding, RESULT "sensitiveData[0].detections[0].occurrences.cells")));
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(sensitive_name_of_a_column_without_matches_changes_nothing) {
    fixture *f = fixture_new();
    f->plan.sensitive = 4;
    fixture_detect(f, SSN, 2, 2);
    cJSON *finding = make(f);
    assert_int_equal(located(finding, "sensitiveData[0].detections[0]", "cells"), 2);
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(text_gives_lines) {
    fixture *f = fixture_new();
    f->result.line_ranges = true;
    f->result.mime_type = "text/plain";
    fixture_detect(f, SSN, 2, 1);
    cJSON *finding = make(f);
    assert_int_equal(located(finding, "sensitiveData[0].detections[0]", "lineRanges"), 2);
    assert_string_equal(text_at(finding, RESULT "mimeType"), "text/plain");
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(unknown_facts_are_told_as_unknown) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    f->bucket = (lw_finding_bucket){.name = "lake",
                                    .acl_public_read = -1,
                                    .acl_public_write = -1,
                                    .policy_public_read = -1,
                                    .policy_public_write = -1,
                                    .block_public_acls = -1,
                                    .ignore_public_acls = -1,
                                    .block_public_policy = -1,
                                    .restrict_public_buckets = -1,
                                    .allows_unencrypted_uploads = -1};
    f->object = (lw_finding_object){.key = "dir.d/.hidden"};
    f->context.account_id = NULL;
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, "accountId"), "000000000000");
    assert_true(cJSON_IsNull(at(finding, BUCKET "createdAt")));
    assert_true(cJSON_IsNull(at(finding, BUCKET "tags")));
    assert_string_equal(text_at(finding, BUCKET "owner.id"), "");
    assert_string_equal(text_at(finding, BUCKET "defaultServerSideEncryption.encryptionType"), "UNKNOWN");
    assert_string_equal(text_at(finding, BUCKET "publicAccess.effectivePermission"), "UNKNOWN");
    assert_true(cJSON_IsNull(at(finding, PUBLIC "bucketLevelPermissions.accessControlList")));
    assert_true(cJSON_IsNull(at(finding, PUBLIC "bucketLevelPermissions.bucketPolicy")));
    assert_string_equal(text_at(finding, BUCKET "allowsUnencryptedObjectUploads"), "UNKNOWN");
    assert_string_equal(text_at(finding, OBJECT "serverSideEncryption.encryptionType"), "NONE");
    assert_string_equal(text_at(finding, OBJECT "storageClass"), "STANDARD");
    assert_string_equal(text_at(finding, OBJECT "extension"), "");
    assert_true(cJSON_IsNull(at(finding, OBJECT "publicAccess")));
    assert_int_equal(size_at(finding, OBJECT "tags"), 0);
    cJSON_Delete(finding);
    free(f);
}

static void check_access(int acl_read, int ignore_acls, int policy_read, int restrict_buckets, const char *wanted) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    f->bucket.acl_public_read = (lw_fact_flag)acl_read;
    f->bucket.policy_public_read = (lw_fact_flag)policy_read;
    f->bucket.acl_public_write = (lw_fact_flag)(acl_read < 0 ? -1 : 0);
    f->bucket.policy_public_write = (lw_fact_flag)(policy_read < 0 ? -1 : 0);
    f->bucket.ignore_public_acls = (lw_fact_flag)ignore_acls;
    f->bucket.restrict_public_buckets = (lw_fact_flag)restrict_buckets;
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, BUCKET "publicAccess.effectivePermission"), wanted);
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(public_as_soon_as_one_way_is_open) {
    check_access(0, 0, 0, 0, "NOT_PUBLIC");
    check_access(1, 0, 0, 0, "PUBLIC");
    check_access(1, -1, -1, -1, "PUBLIC");
    check_access(1, 1, 0, 0, "NOT_PUBLIC");
    check_access(0, 0, 1, 0, "PUBLIC");
    check_access(0, 0, 1, 1, "NOT_PUBLIC");
    check_access(-1, 1, -1, 1, "NOT_PUBLIC");
    check_access(0, 0, -1, 0, "UNKNOWN");
    check_access(-1, 0, 1, 0, "PUBLIC");
}

LW_TEST(kms_key_is_told_for_kms_only) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    f->object.sse = "aws:kms:dsse";
    f->object.kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/k";
    f->bucket.kms_key_id = "left over";
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, OBJECT "serverSideEncryption.kmsMasterKeyId"), f->object.kms_key_id);
    assert_true(cJSON_IsNull(at(finding, BUCKET "defaultServerSideEncryption.kmsMasterKeyId")));
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(strange_keys_stay_valid_json) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    f->object.key = "a\"b\\c\n\x01/bad\xFF\xE0\x80\xAF/\xE2\x82\xAC.CSV";
    cJSON *finding = make(f);
    char *text = cJSON_PrintUnformatted(finding);
    assert_true(lw_utf8_valid(lw_slice_from(text)));
    assert_null(strchr(text, '\n'));
    cJSON *again = cJSON_Parse(text);
    assert_non_null(again);
    assert_string_equal(text_at(again, OBJECT "key"),
                        "a\"b\\c\n\x01/bad\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD/\xE2\x82\xAC.CSV");
    assert_string_equal(text_at(again, OBJECT "extension"), "CSV");
    free(text);
    cJSON_Delete(again);
    cJSON_Delete(finding);
    free(f);
}

/* ---- ids ---- */

static void id_of(fixture *f, char id[33]) {
    assert_ok(lw_finding_id(&f->context, &f->result, id));
    assert_int_equal(strlen(id), 32);
    assert_int_equal(strspn(id, "0123456789abcdef"), 32);
}

LW_TEST(ids_are_derived_and_stable) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    char id[33];
    id_of(f, id);
    /* sha256sum of "finding\0job\0time\0bucket\0key\0etag\0...\0", computed by another program */
    assert_string_equal(id, "021b9a6da91a00efd106064b3804fe2f");
    cJSON *first = make(f);
    f->context.now_ms += 60000; /* told again later: the same finding */
    f->bucket.owner_name = "someone else";
    cJSON *second = make(f);
    assert_string_equal(text_at(first, "id"), id);
    assert_string_equal(text_at(second, "id"), id);
    cJSON_Delete(first);
    cJSON_Delete(second);
    free(f);
}

static void check_id_changes(fixture *f, const char *what) {
    char base[33];
    char changed[33];
    fixture *g = fixture_new();
    id_of(g, base);
    id_of(f, changed);
    if (strcmp(base, changed) == 0) {
        fail_msg("the id does not depend on the %s", what);
    }
    free(g);
    free(f);
}

LW_TEST(ids_depend_on_each_part) {
    fixture *f = fixture_new();
    f->context.job_id = "1123456789abcdef0123456789abcdef";
    check_id_changes(f, "job");
    f = fixture_new();
    f->context.run_ms++;
    check_id_changes(f, "run");
    f = fixture_new();
    f->bucket.name = "lake2";
    check_id_changes(f, "bucket");
    f = fixture_new();
    f->object.key = "raw/2020/patients.csv2";
    check_id_changes(f, "key");
    f = fixture_new();
    f->object.etag = "9bb58f26192e4ba00f01e2e7b136bbd9";
    check_id_changes(f, "etag");
    f = fixture_new();
    f->object.version_id = "v1";
    check_id_changes(f, "version");
}

LW_TEST(null_version_is_identified_by_its_etag) {
    fixture *f = fixture_new();
    char unversioned[33];
    char null_version[33];
    id_of(f, unversioned);
    f->object.version_id = "null";
    id_of(f, null_version);
    assert_string_equal(unversioned, null_version);
    f->object.etag = "another";
    id_of(f, null_version);
    assert_string_not_equal(unversioned, null_version);
    free(f);
}

LW_TEST(parts_of_an_id_do_not_run_together) {
    fixture *f = fixture_new();
    char one[33];
    char two[33];
    f->bucket.name = "ab";
    f->object.key = "c";
    id_of(f, one);
    f->bucket.name = "a";
    f->object.key = "bc";
    id_of(f, two);
    assert_string_not_equal(one, two);
    free(f);
}

static bool is_uuid(const char *text) {
    if (strlen(text) != 36 || strspn(text, "0123456789abcdef-") != 36) {
        return false;
    }
    return text[8] == '-' && text[13] == '-' && text[14] == '8' && text[18] == '-' && strchr("89ab", text[19]) &&
           text[23] == '-';
}

LW_TEST(event_has_the_envelope) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1, 2);
    cJSON *event = NULL;
    cJSON *again = NULL;
    assert_ok(lw_finding_event(&f->context, make(f), &event));
    check_members(event, "", "version id detail-type source account time region resources detail");
    assert_string_equal(text_at(event, "version"), "0");
    assert_true(is_uuid(text_at(event, "id")));
    assert_string_equal(text_at(event, "detail-type"), "Macie Finding");
    assert_string_equal(text_at(event, "source"), "aws.macie");
    assert_string_equal(text_at(event, "account"), "111122223333");
    assert_string_equal(text_at(event, "time"), "2026-01-01T00:00:01Z");
    assert_string_equal(text_at(event, "region"), "eu-central-1");
    assert_int_equal(size_at(event, "resources"), 0);
    check_fields(at(event, "detail"), finding_fields, 10);
    f->context.source = "lakewarden";
    f->context.now_ms += 5000;
    assert_ok(lw_finding_event(&f->context, make(f), &again));
    assert_string_equal(text_at(again, "source"), "lakewarden");
    assert_string_equal(text_at(event, "id"), text_at(again, "id"));
    cJSON_Delete(event);
    cJSON_Delete(again);
    free(f);
}

/* ---- discovery results ---- */

LW_TEST(discovery_result_locates_up_to_a_thousand_a_type) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 1001, 2);
    fixture_detect(f, NAME, 1000, 3);
    cJSON *record = discover(f);
    assert_int_equal(located(record, "sensitiveData[0].detections[0]", "cells"), 1000);
    assert_int_equal(located(record, "sensitiveData[0].detections[1]", "cells"), 1000);
    assert_true(cJSON_IsTrue(at(record, RESULT "additionalOccurrences")));
    assert_true(number_at(record, RESULT "sensitiveData[0].detections[1].count") == 1001);
    check_members(record, "",
                  "accountId category classificationDetails createdAt description id partition region "
                  "resourcesAffected schemaVersion severity title type updatedAt");
    assert_true(cJSON_IsNull(at(record, OBJECT "embeddedFileDetails")));
    char id[33];
    id_of(f, id);
    assert_string_equal(text_at(record, "id"), id);
    cJSON_Delete(record);
    free(f);
}

LW_TEST(discovery_result_of_a_clean_object) {
    fixture *f = fixture_new();
    cJSON *record = discover(f);
    cJSON *finding = make(f);
    assert_null(finding);
    assert_true(cJSON_IsNull(at(record, "type")));
    assert_true(cJSON_IsNull(at(record, "title")));
    assert_true(cJSON_IsNull(at(record, "severity")));
    assert_string_equal(text_at(record, RESULT "status.code"), "COMPLETE");
    assert_true(cJSON_IsNull(at(record, RESULT "status.reason")));
    assert_int_equal(size_at(record, RESULT "sensitiveData"), 0);
    assert_int_equal(size_at(record, RESULT "customDataIdentifiers.detections"), 0);
    cJSON_Delete(record);
    free(f);
}

LW_TEST(discovery_result_of_a_skipped_object) {
    fixture *f = fixture_new();
    f->result.code = LW_RESULT_SKIPPED;
    f->result.reason = LW_REASON_UNSUPPORTED_FILE_TYPE_EXCEPTION;
    f->result.tally = NULL;
    f->result.plan = NULL;
    f->result.mime_type = NULL;
    f->result.size_classified = 0;
    assert_int_equal(lw_result_severity(&f->result, NULL), LW_SEVERITY_NONE);
    cJSON *record = discover(f);
    assert_string_equal(text_at(record, RESULT "status.code"), "SKIPPED");
    assert_string_equal(text_at(record, RESULT "status.reason"), "UNSUPPORTED_FILE_TYPE_EXCEPTION");
    assert_true(cJSON_IsNull(at(record, "severity")));
    assert_true(number_at(record, RESULT "sizeClassified") == 0);
    cJSON_Delete(record);
    free(f);
}

LW_TEST(partial_object_tells_its_reason) {
    fixture *f = fixture_new();
    f->result.code = LW_RESULT_PARTIAL;
    f->result.reason = LW_REASON_MALFORMED_FILE;
    fixture_detect(f, SSN, 1, 2);
    cJSON *finding = make(f);
    assert_string_equal(text_at(finding, RESULT "status.code"), "PARTIAL");
    assert_string_equal(text_at(finding, RESULT "status.reason"), "MALFORMED_FILE");
    cJSON_Delete(finding);
    free(f);
}

LW_TEST(result_key_has_macies_layout) {
    fixture *f = fixture_new();
    char *key = lw_discovery_result_key(&f->context);
    const char *head = "AWSLogs/111122223333/Macie/eu-central-1/0123456789abcdef0123456789abcdef/111122223333/";
    assert_non_null(key);
    assert_int_equal(strncmp(key, head, strlen(head)), 0);
    assert_int_equal(strlen(key), strlen(head) + 36 + strlen(".jsonl.gz"));
    assert_string_equal(key + strlen(head) + 36, ".jsonl.gz");
    char uuid[37] = {0};
    memcpy(uuid, key + strlen(head), 36);
    assert_true(is_uuid(uuid));
    f->context.run_ms++;
    char *other = lw_discovery_result_key(&f->context);
    assert_string_not_equal(key, other);
    free(key);
    free(other);
    free(f);
}

LW_TEST(names_are_spelt_as_macie_spells_them) {
    assert_null(lw_reason_name(LW_REASON_NONE));
    assert_string_equal(lw_reason_name(LW_REASON_ARCHIVE_CONTAINS_UNPROCESSED_FILES),
                        "ARCHIVE_CONTAINS_UNPROCESSED_FILES");
    assert_string_equal(lw_reason_name(LW_REASON_UNSUPPORTED_FILE_TYPE_EXCEPTION), "UNSUPPORTED_FILE_TYPE_EXCEPTION");
    assert_string_equal(lw_result_code_name(LW_RESULT_COMPLETE), "COMPLETE");
    assert_string_equal(lw_result_code_name(LW_RESULT_PARTIAL), "PARTIAL");
    assert_string_equal(lw_result_code_name(LW_RESULT_SKIPPED), "SKIPPED");
}

/* ---- memory: the n-th allocation of cJSON fails, for every n ---- */

static size_t allocations_left;

static void *scarce_malloc(size_t size) {
    if (allocations_left == 0) {
        return NULL;
    }
    allocations_left--;
    return malloc(size);
}

LW_TEST(no_half_finding_when_memory_runs_out) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 2, 2);
    fixture_detect(f, PATIENT, 20, 1);
    cJSON *whole = NULL;
    assert_ok(lw_finding_event(&f->context, make(f), &whole));
    cJSON_Hooks scarce = {scarce_malloc, free};
    cJSON_InitHooks(&scarce);
    lw_status status = LW_E_MEMORY;
    for (size_t n = 0; status != LW_OK; n++) {
        cJSON *finding = NULL;
        cJSON *event = NULL;
        allocations_left = n;
        assert_true(n < 5000);
        status = lw_finding_make(&f->context, &f->result, &finding);
        if (status == LW_OK) {
            status = lw_finding_event(&f->context, finding, &event);
        }
        assert_true(status == LW_OK || status == LW_E_MEMORY);
        if (status != LW_OK) {
            assert_null(event);
        } else {
            assert_true(cJSON_Compare(event, whole, true));
        }
        cJSON_Delete(event);
    }
    cJSON_InitHooks(NULL);
    cJSON_Delete(whole);
    free(f);
}
