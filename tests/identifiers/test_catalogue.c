#include "tests/support/lw_test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

LW_TEST(examples_and_counter_examples_hold) {
    size_t run = 0;
    size_t failed = 0;
    lw_strings messages = {0};
    lw_error err = {0};
    assert_ok(lw_catalogue_check(NULL, &run, &failed, &messages, &err));
    for (size_t i = 0; i < messages.count; i++) {
        print_error("%s\n", messages.items[i]);
    }
    assert_int_equal(failed, 0);
    assert_true(run >= 10 * 8);
    lw_strings_done(&messages);
}

LW_TEST(entries_are_sorted_and_found) {
    assert_int_equal(lw_catalogue_entry_count, 166);
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        const lw_catalogue_entry *entry = &lw_catalogue_entries[i];
        assert_ptr_equal(lw_catalogue_find(lw_slice_from(entry->id)), entry);
        assert_true(i == 0 || strcmp(lw_catalogue_entries[i - 1].id, entry->id) < 0);
    }
    assert_null(lw_catalogue_find(lw_slice_from("NO_SUCH_NUMBER")));
    assert_null(lw_catalogue_find(lw_slice_from("")));
}

/* Counts that Macie's documentation gives. */
LW_TEST(groups_have_the_documented_size) {
    size_t recommended = 0;
    size_t supported = 0;
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        recommended += lw_catalogue_entries[i].recommended;
        supported += lw_catalogue_entries[i].supported;
    }
    assert_int_equal(recommended, 35);
    assert_true(supported >= 10);
}

LW_TEST(the_list_is_json_with_all_fields) {
    static const char *const fields[] = {"id",       "name",     "category",    "countries", "keywordRequired",
                                         "keywords", "severity", "recommended", "supported", "source"};
    char *json = NULL;
    lw_error err = {0};
    assert_ok(lw_catalogue_json(&json, &err));
    cJSON *list = cJSON_Parse(json);
    assert_int_equal(cJSON_GetArraySize(list), 166);
    const cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, list) {
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
            assert_non_null(cJSON_GetObjectItemCaseSensitive(entry, fields[i]));
        }
        assert_int_equal(cJSON_GetArraySize(entry), 10);
    }
    cJSON_Delete(list);
    free(json);
}

LW_TEST(show_gives_patterns_and_examples) {
    char *json = NULL;
    lw_error err = {0};
    assert_ok(lw_catalogue_show_json("CREDIT_CARD_NUMBER", &json, &err));
    cJSON *root = cJSON_Parse(json);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "supported")));
    const cJSON *detect = cJSON_GetObjectItemCaseSensitive(root, "detect");
    assert_true(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(detect, "patterns")) > 0);
    assert_true(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, "examples")) >= 4);
    cJSON_Delete(root);
    free(json);
    assert_ok(lw_catalogue_show_json("UK_PHONE_NUMBER", &json, &err));
    root = cJSON_Parse(json);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "supported")));
    const cJSON *facts = cJSON_GetObjectItemCaseSensitive(root, "facts");
    assert_true(cJSON_GetObjectItemCaseSensitive(facts, "minLength")->valuedouble >= 9);
    cJSON_Delete(root);
    free(json);
}

LW_TEST(show_suggests_the_nearest_id) {
    char *json = NULL;
    lw_error err = {0};
    assert_int_equal(lw_catalogue_show_json("USA_PASPORT_NUMBER", &json, &err), LW_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "'USA_PASSPORT_NUMBER'"));
    assert_int_equal(lw_catalogue_show_json("credit-card-number", &json, &err), LW_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "'CREDIT_CARD_NUMBER'"));
    assert_int_equal(lw_catalogue_show_json("QZXWVQZXWV", &json, &err), LW_E_NOT_FOUND);
    assert_null(strstr(err.text, "did you mean"));
    assert_null(json);
}

/* Every supported entry loads, has what the scanner asks for, and its least length and digits are not too large: no
 * example may be shorter. */
LW_TEST(supported_entries_load_with_true_minima) {
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        const lw_catalogue_entry *entry = &lw_catalogue_entries[i];
        if (!entry->supported) {
            continue;
        }
        lw_definition definition = {0};
        lw_error err = {0};
        assert_ok(lw_managed_load(entry->id, &definition, &err));
        assert_string_equal(definition.public_.id, entry->id);
        assert_true(definition.public_.min_match >= 1);
        cJSON *root = cJSON_Parse(entry->json);
        const cJSON *example = NULL;
        cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(root, "examples")) {
            char *text = lw_json_member_text(cJSON_GetObjectItemCaseSensitive(example, "text"));
            size_t digits = 0;
            for (const char *c = text; text != NULL && *c != '\0'; c++) {
                digits += *c >= '0' && *c <= '9';
            }
            assert_true(text == NULL || strlen(text) >= definition.public_.min_match);
            assert_true(text == NULL || digits >= definition.public_.min_digits);
            free(text);
        }
        cJSON_Delete(root);
        lw_definition_done(&definition);
    }
}

LW_TEST(a_faulty_entry_is_told_with_its_field) {
    static const struct {
        const char *json, *field;
    } faults[] = {
        {"{\"id\":\"A\"}", "name"},
        {"{\"id\":\"A\",\"name\":\"a\",\"category\":\"X\"}", "category"},
        {"{\"id\":\"A\",\"name\":\"a\",\"category\":\"CREDENTIALS\",\"severity\":{\"1\":\"High\"}}", "severity"},
        {"{\"id\":\"A\",\"name\":\"a\",\"category\":\"CREDENTIALS\",\"severity\":{\"1\":\"High\",\"2-99\":\"High\","
         "\"100+\":\"High\"},\"detect\":{\"scope\":\"cell\",\"proximity\":\"free\",\"patterns\":[]}}",
         "patterns"},
        {"{\"id\":\"A\",\"name\":\"a\",\"category\":\"CREDENTIALS\",\"severity\":{\"1\":\"High\",\"2-99\":\"High\","
         "\"100+\":\"High\"},\"detect\":{\"scope\":\"cell\",\"proximity\":\"free\",\"patterns\":[{\"name\":\"p\","
         "\"regex\":\"x\",\"check\":\"nonsense\"}]}}",
         "nonsense"},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        lw_definition definition = {0};
        lw_error err = {0};
        assert_int_not_equal(lw_managed_parse(faults[i].json, &definition, &err), LW_OK);
        if (strstr(err.text, faults[i].field) == NULL) {
            fail_msg("no '%s' in: %s", faults[i].field, err.text);
        }
    }
}

/* ---- lw_identifier_test ---- */

static uint64_t count_of(const char *what, const char *text) {
    uint64_t count = 99;
    lw_error err = {0};
    lw_status status = lw_identifier_test(what, lw_slice_from(text), &count, &err);
    if (status != LW_OK) {
        fail_msg("%s", err.text);
    }
    return count;
}

LW_TEST(test_needs_the_keyword_near) {
    assert_int_equal(count_of("USA_SOCIAL_SECURITY_NUMBER", "ssn 051-24-8318"), 1);
    assert_int_equal(count_of("USA_SOCIAL_SECURITY_NUMBER", "051-24-8318 is his SSN"), 1);
    assert_int_equal(count_of("USA_SOCIAL_SECURITY_NUMBER", "051-24-8318"), 0);
    /* 30 characters between the edges, then 31 */
    assert_int_equal(count_of("USA_SOCIAL_SECURITY_NUMBER", "ssn 45678901234567890123456789.. 051-24-8318"), 1);
    assert_int_equal(count_of("USA_SOCIAL_SECURITY_NUMBER", "ssn 4567890123456789012345678901.. 051-24-8318"), 0);
}

LW_TEST(test_of_a_conditional_and_of_an_absent_one) {
    assert_int_equal(count_of("PHONE_NUMBER", "617-354-2087"), 0);
    assert_int_equal(count_of("PHONE_NUMBER", "phone 617-354-2087"), 1);
    assert_int_equal(count_of("PHONE_NUMBER", "+1 617-354-2087"), 1);
    assert_int_equal(count_of("CREDIT_CARD_NUMBER_(NO_KEYWORD)", "ref 4014514294772591"), 1);
    assert_int_equal(count_of("CREDIT_CARD_NUMBER_(NO_KEYWORD)", "visa 4014514294772591"), 0);
    assert_int_equal(count_of("CREDIT_CARD_NUMBER", "visa 4014514294772591"), 1);
}

LW_TEST(test_limits_and_faults) {
    uint64_t count = 0;
    lw_error err = {0};
    char text[1002];
    memset(text, 'x', sizeof(text));
    assert_ok(lw_identifier_test("PHONE_NUMBER", (lw_slice){text, 1000}, &count, &err));
    assert_int_equal(lw_identifier_test("PHONE_NUMBER", (lw_slice){text, 1001}, &count, &err), LW_E_USAGE);
    assert_int_equal(lw_identifier_test("NAME", lw_slice_from("x"), &count, &err), LW_E_UNSUPPORTED);
    assert_int_equal(lw_identifier_test("PHONE_NUMBR", lw_slice_from("x"), &count, &err), LW_E_CONFIG);
    assert_non_null(strstr(err.text, "PHONE_NUMBER"));
}
