/* From bytes to finding with the real reader, identifiers and scanner: the fixture of the other tests stands in for
 * them, this holds the two together. Values are made up at run time. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/findings.h"

typedef struct bytes {
    lw_buf data;
    size_t at;
} bytes;

static lw_status read_bytes(void *ctx, char *data, size_t size, size_t *ret_len) {
    bytes *source = ctx;
    size_t left = source->data.len - source->at;
    size_t len = left < size ? left : size;
    memcpy(data, source->data.data + source->at, len);
    source->at += len;
    *ret_len = len;
    return LW_OK;
}

/* Id,SSN,PATIENT: rows of made-up values. */
static void make_csv(lw_buf *out, int rows) {
    lw_buf_init(out, 1U << 22);
    assert_ok(lw_buf_append_text(out, "Id,SSN,PATIENT\n"));
    for (int i = 0; i < rows; i++) {
        assert_ok(lw_buf_printf(out, "%d,%03d-%02d-%04d,%08x-0000-4000-8000-%012x\n", i, 200 + i % 400, 10 + i % 80,
                                1000 + i, 0x10000000U + (unsigned)i, (unsigned)i));
    }
}

static lw_identifier_set *load_set(void) {
    lw_strings custom = {0};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    assert_ok(lw_strings_add(&custom, lw_slice_from(LW_SOURCE_DIR "/identifiers/custom")));
    lw_identifier_options options = {.managed = "USA_SOCIAL_SECURITY_NUMBER", .custom = &custom};
    if (lw_identifier_set_load(&options, &set, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    lw_strings_done(&custom);
    return set;
}

static void scan_blocks(const lw_identifier_set *set, lw_reader *reader, const lw_plan *plan, lw_tally *whole) {
    lw_scanner *scanner = NULL;
    lw_block *block = NULL;
    lw_tally *part = NULL;
    lw_error err = {0};
    assert_ok(lw_scanner_new(set, &scanner));
    assert_ok(lw_block_new(LW_BLOCK_MIN, &block));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &part));
    for (bool more = true; more;) {
        assert_ok(lw_reader_next(reader, block, &more, &err));
        lw_tally_reset(part);
        if (more) {
            assert_ok(lw_scanner_block(scanner, plan, block, part));
            assert_ok(lw_tally_merge(whole, part));
        }
    }
    lw_tally_finish(whole, set);
    lw_tally_free(part);
    lw_block_free(block);
    lw_scanner_free(scanner);
}

static const cJSON *get(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (item == NULL) {
        fail_msg("member '%s' is missing", name);
    }
    return item;
}

static void check_finding(const cJSON *finding, int rows) {
    assert_string_equal(cJSON_GetStringValue(get(finding, "type")), "SensitiveData:S3Object/Multiple");
    const cJSON *result = get(get(finding, "classificationDetails"), "result");
    const cJSON *group = cJSON_GetArrayItem(get(result, "sensitiveData"), 0);
    assert_string_equal(cJSON_GetStringValue(get(group, "category")), "PERSONAL_INFORMATION");
    const cJSON *managed = cJSON_GetArrayItem(get(group, "detections"), 0);
    assert_string_equal(cJSON_GetStringValue(get(managed, "type")), "USA_SOCIAL_SECURITY_NUMBER");
    assert_int_equal(get(managed, "count")->valueint, rows);
    const cJSON *cells = get(get(managed, "occurrences"), "cells");
    assert_int_equal(cJSON_GetArraySize(cells), 15);
    const cJSON *cell = cJSON_GetArrayItem(cells, 14);
    assert_int_equal(get(cell, "row")->valueint, 16);
    assert_int_equal(get(cell, "column")->valueint, 2);
    assert_string_equal(cJSON_GetStringValue(get(cell, "columnName")), "SSN");
    const cJSON *custom = cJSON_GetArrayItem(get(get(result, "customDataIdentifiers"), "detections"), 0);
    assert_string_equal(cJSON_GetStringValue(get(custom, "name")), "Patient ID");
    assert_int_equal(get(custom, "count")->valueint, rows);
    assert_true(cJSON_IsTrue(get(result, "additionalOccurrences")));
}

static void check_no_value(const cJSON *document, const lw_buf *csv) {
    char *text = cJSON_PrintUnformatted(document);
    char value[16] = {0};
    const char *first = strchr(strchr(csv->data, '\n'), ',') + 1;
    assert_non_null(text);
    memcpy(value, first, 11);
    assert_null(strstr(text, value));
    memset(value, 0, sizeof value);
    memcpy(value, first + 12, 8);
    assert_null(strstr(text, value));
    free(text);
}

LW_TEST(csv_to_finding_and_result) {
    enum { ROWS = 1500 };
    bytes source = {0};
    lw_reader *reader = NULL;
    const lw_preview *preview = NULL;
    lw_plan *plan = NULL;
    lw_tally *tally = NULL;
    lw_error err = {0};
    make_csv(&source.data, ROWS);
    lw_identifier_set *set = load_set();
    lw_reader_options options = {.block_size = LW_BLOCK_MIN, .name = "patients.csv"};
    assert_ok(lw_reader_new(&options, (lw_source){read_bytes, &source}, &reader));
    assert_ok(lw_reader_open(reader, &preview, &err));
    assert_ok(lw_plan_new(set, preview, &plan));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &tally));
    scan_blocks(set, reader, plan, tally);

    lw_finding_context context = {.job_id = "0123456789abcdef0123456789abcdef", .now_ms = 1767225600000, .set = set};
    lw_finding_bucket bucket = {.name = "lake"};
    lw_finding_object object = {.key = "patients.csv", .etag = "e", .size = source.data.len};
    lw_object_result result = {
        .bucket = &bucket, .object = &object, .mime_type = "text/csv", .tally = tally, .plan = plan};
    cJSON *finding = NULL;
    cJSON *record = NULL;
    assert_ok(lw_finding_make(&context, &result, &finding));
    assert_ok(lw_discovery_result_make(&context, &result, &record));
    assert_int_equal(lw_result_severity(&result, set), LW_SEVERITY_HIGH);
    check_finding(finding, ROWS);
    check_no_value(finding, &source.data);
    check_no_value(record, &source.data);
    cJSON_Delete(finding);
    cJSON_Delete(record);
    lw_tally_free(tally);
    lw_plan_free(plan);
    lw_reader_free(reader);
    lw_identifier_set_free(set);
    lw_buf_done(&source.data);
}
