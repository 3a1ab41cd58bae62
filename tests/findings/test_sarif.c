/* SARIF: structure, levels, places, escaping, fingerprints. */
#include "tests/support/lw_test.h"

#include "tests/findings/fixture.h"

static cJSON *sarif_of(const cJSON *findings) {
    cJSON *sarif = NULL;
    assert_ok(lw_sarif_make(findings, NULL, "0.1.0", &sarif));
    assert_non_null(sarif);
    return sarif;
}

/* The document of one finding. */
static cJSON *sarif_of_one(fixture *f) {
    cJSON *findings = cJSON_CreateArray();
    cJSON *finding = NULL;
    assert_ok(lw_finding_make(&f->context, &f->result, &finding));
    assert_non_null(finding);
    assert_true(cJSON_AddItemToArray(findings, finding));
    cJSON *sarif = sarif_of(findings);
    cJSON_Delete(findings);
    return sarif;
}

static const cJSON *get(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (item == NULL) {
        fail_msg("member '%s' is missing", name);
    }
    return item;
}

static const char *text(const cJSON *object, const char *name) {
    const char *value = cJSON_GetStringValue(get(object, name));
    return value != NULL ? value : "(no text)";
}

static const cJSON *first_run(const cJSON *sarif) {
    return cJSON_GetArrayItem(get(sarif, "runs"), 0);
}

static const cJSON *result_at(const cJSON *sarif, int index) {
    const cJSON *result = cJSON_GetArrayItem(get(first_run(sarif), "results"), index);
    assert_non_null(result);
    return result;
}

/* What the SARIF 2.1.0 schema requires of the objects used here. */
static void check_required(const cJSON *sarif) {
    const cJSON *result = NULL;
    const cJSON *rule = NULL;
    const cJSON *location = NULL;
    assert_string_equal(text(sarif, "version"), "2.1.0");
    assert_non_null(strstr(text(sarif, "$schema"), "sarif-schema-2.1.0.json"));
    assert_int_equal(cJSON_GetArraySize(get(sarif, "runs")), 1);
    const cJSON *driver = get(get(first_run(sarif), "tool"), "driver");
    assert_string_equal(text(driver, "name"), "lakewarden");
    assert_string_equal(text(driver, "version"), "0.1.0");
    cJSON_ArrayForEach(rule, get(driver, "rules")) {
        assert_true(strlen(text(rule, "id")) > 0);
        assert_true(strlen(text(get(rule, "shortDescription"), "text")) > 0);
    }
    cJSON_ArrayForEach(result, get(first_run(sarif), "results")) {
        int index = get(result, "ruleIndex")->valueint;
        const cJSON *its_rule = cJSON_GetArrayItem(get(driver, "rules"), index);
        assert_string_equal(text(its_rule, "id"), text(result, "ruleId"));
        assert_non_null(strstr("error warning note", text(result, "level")));
        assert_true(strlen(text(get(result, "message"), "text")) > 0);
        assert_true(cJSON_GetArraySize(get(result, "locations")) > 0);
        cJSON_ArrayForEach(location, get(result, "locations")) {
            const cJSON *physical = get(location, "physicalLocation");
            assert_int_equal(strncmp(text(get(physical, "artifactLocation"), "uri"), "s3://", 5), 0);
            const cJSON *region = cJSON_GetObjectItemCaseSensitive(physical, "region");
            assert_true(region == NULL || get(region, "startLine")->valueint >= 1);
        }
        cJSON_ArrayForEach(location, get(result, "partialFingerprints")) {
            assert_int_equal(strlen(cJSON_GetStringValue(location)), 64);
        }
    }
}

LW_TEST(structure_is_complete) {
    fixture *f = fixture_new();
    fixture_detect(f, ADDRESS, 200, 4);
    fixture_detect(f, NAME, 5, 3);
    fixture_detect(f, PATIENT, 5, 1);
    fixture_detect(f, TICKET, 10, 2);
    cJSON *sarif = sarif_of_one(f);
    check_required(sarif);
    const cJSON *driver = get(get(first_run(sarif), "tool"), "driver");
    assert_int_equal(cJSON_GetArraySize(get(driver, "rules")), FIXTURE_COUNT);
    assert_int_equal(cJSON_GetArraySize(get(first_run(sarif), "results")), 4);
    cJSON_Delete(sarif);
    free(f);
}

LW_TEST(level_is_the_identifiers_own) {
    fixture *f = fixture_new();
    fixture_detect(f, ADDRESS, 200, 4);
    fixture_detect(f, NAME, 5, 3);
    fixture_detect(f, TICKET, 10, 2);
    cJSON *sarif = sarif_of_one(f);
    assert_string_equal(text(result_at(sarif, 0), "ruleId"), "ADDRESS");
    assert_string_equal(text(result_at(sarif, 0), "level"), "error");
    assert_string_equal(text(result_at(sarif, 1), "ruleId"), "NAME");
    assert_string_equal(text(result_at(sarif, 1), "level"), "warning");
    assert_string_equal(text(result_at(sarif, 2), "level"), "note");
    assert_string_equal(text(get(result_at(sarif, 0), "message"), "text"), "200 occurrences of ADDRESS");
    assert_string_equal(text(get(result_at(sarif, 2), "message"), "text"), "10 occurrences of Ticket {{x}} \\[y\\]");
    cJSON_Delete(sarif);
    free(f);
}

LW_TEST(places_are_rows_of_an_encoded_uri) {
    fixture *f = fixture_new();
    f->object.key = "a b/50%+\xC3\xBC#?.csv";
    fixture_detect(f, SSN, 2, 2);
    cJSON *sarif = sarif_of_one(f);
    const cJSON *location = cJSON_GetArrayItem(get(result_at(sarif, 0), "locations"), 1);
    const cJSON *physical = get(location, "physicalLocation");
    assert_string_equal(text(get(physical, "artifactLocation"), "uri"), "s3://lake/a%20b/50%25%2B%C3%BC%23%3F.csv");
    assert_int_equal(get(get(physical, "region"), "startLine")->valueint, 3);
    assert_string_equal(text(get(location, "message"), "text"), "row 3, column 2 (SSN)");
    assert_string_equal(text(get(result_at(sarif, 0), "message"), "text"),
                        "2 occurrences of USA_SOCIAL_SECURITY_NUMBER");
    cJSON_Delete(sarif);
    free(f);
}

LW_TEST(at_most_fifteen_places_and_never_none) {
    fixture *f = fixture_new();
    fixture_detect(f, ADDRESS, 200, 4);
    fixture_detect(f, SSN, 1, 2);
    cJSON *sarif = sarif_of_one(f);
    assert_int_equal(cJSON_GetArraySize(get(result_at(sarif, 0), "locations")), 15);
    const cJSON *locations = get(result_at(sarif, 1), "locations"); /* none of the 15 was left for it */
    assert_int_equal(cJSON_GetArraySize(locations), 1);
    const cJSON *physical = get(cJSON_GetArrayItem(locations, 0), "physicalLocation");
    assert_null(cJSON_GetObjectItemCaseSensitive(physical, "region"));
    cJSON_Delete(sarif);
    free(f);
}

LW_TEST(lines_of_text_objects) {
    fixture *f = fixture_new();
    f->result.line_ranges = true;
    fixture_detect(f, SSN, 2, 1);
    cJSON *sarif = sarif_of_one(f);
    check_required(sarif);
    const cJSON *location = cJSON_GetArrayItem(get(result_at(sarif, 0), "locations"), 1);
    assert_int_equal(get(get(get(location, "physicalLocation"), "region"), "startLine")->valueint, 3);
    cJSON_Delete(sarif);
    free(f);
}

static char *fingerprint(fixture *f, const char *name) {
    cJSON *sarif = sarif_of_one(f);
    char *value = lw_text_dup(text(get(result_at(sarif, 0), "partialFingerprints"), name));
    cJSON_Delete(sarif);
    assert_non_null(value);
    return value;
}

LW_TEST(fingerprints_of_the_report_and_of_the_place) {
    fixture *f = fixture_new();
    fixture_detect(f, SSN, 2, 2);
    char *report = fingerprint(f, "findingIdentifier/v1");
    char *place = fingerprint(f, "objectIdentifier/v1");
    fixture_detect(f, SSN, 50, 2); /* the same run, told again */
    char *report_again = fingerprint(f, "findingIdentifier/v1");
    f->context.run_ms += 86400000; /* the next day */
    char *report_later = fingerprint(f, "findingIdentifier/v1");
    char *place_later = fingerprint(f, "objectIdentifier/v1");
    assert_string_equal(report, report_again);
    assert_string_not_equal(report, report_later);
    assert_string_equal(place, place_later);
    f->object.key = "other.csv";
    char *place_other = fingerprint(f, "objectIdentifier/v1");
    assert_string_not_equal(place, place_other);
    free(report);
    free(place);
    free(report_again);
    free(report_later);
    free(place_later);
    free(place_other);
    free(f);
}

LW_TEST(no_findings_is_a_document_too) {
    cJSON *findings = cJSON_CreateArray();
    cJSON *sarif = sarif_of(findings);
    check_required(sarif);
    assert_int_equal(cJSON_GetArraySize(get(first_run(sarif), "results")), 0);
    cJSON_Delete(sarif);
    cJSON_Delete(findings);
}

LW_TEST(identifier_outside_the_set_keeps_the_findings_level) {
    cJSON *findings =
        cJSON_Parse("[{\"id\":\"x\",\"severity\":{\"score\":2},\"resourcesAffected\":{\"s3Bucket\":"
                    "{\"name\":\"b\"},\"s3Object\":{\"key\":\"k\"}},\"classificationDetails\":{\"result\":"
                    "{\"sensitiveData\":[{\"detections\":[{\"type\":\"OLD_ONE\",\"count\":1}]}]}}}]");
    assert_non_null(findings);
    cJSON *sarif = sarif_of(findings);
    assert_string_equal(text(result_at(sarif, 0), "ruleId"), "OLD_ONE");
    assert_string_equal(text(result_at(sarif, 0), "level"), "warning");
    assert_null(cJSON_GetObjectItemCaseSensitive(result_at(sarif, 0), "ruleIndex"));
    assert_string_equal(text(get(result_at(sarif, 0), "message"), "text"), "1 occurrence of OLD_ONE");
    cJSON_Delete(sarif);
    cJSON_Delete(findings);
}
