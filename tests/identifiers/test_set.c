#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

static lw_error err;

static lw_status load(const char *managed, const char *source, lw_identifier_set **ret_set) {
    lw_strings custom = {0};
    if (source != NULL) {
        assert_ok(lw_strings_add(&custom, lw_slice_from(source)));
    }
    lw_identifier_options options = {.managed = managed, .custom = &custom};
    err = (lw_error){0};
    lw_status status = lw_identifier_set_load(&options, ret_set, &err);
    lw_strings_done(&custom);
    return status;
}

static void expect_refused(const char *managed, const char *source, const char *says) {
    lw_identifier_set *set = NULL;
    assert_int_equal(load(managed, source, &set), LW_E_CONFIG);
    assert_null(set);
    if (strstr(err.text, says) == NULL) {
        fail_msg("no '%s' in: %s", says, err.text);
    }
}

/* A folder of custom identifiers in /tmp; files are written into it and removed with it. */
typedef struct lw_folder {
    char path[64];
} lw_folder;

static lw_folder folder_new(void) {
    lw_folder folder = {"/tmp/lw-set-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static void folder_put(const lw_folder *folder, const char *file, const char *json) {
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", folder->path, file);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fputs(json, out) >= 0, 1);
    fclose(out);
}

static void folder_remove(const lw_folder *folder) {
    char command[128];
    lw_strings sources = {0};
    lw_strings paths = {0};
    assert_ok(lw_strings_add(&sources, lw_slice_from(folder->path)));
    if (lw_custom_paths(&sources, &paths, NULL) == LW_OK) {
        for (size_t i = 0; i < paths.count; i++) {
            unlink(paths.items[i]);
        }
    }
    (void)snprintf(command, sizeof(command), "%s/readme.txt", folder->path);
    unlink(command);
    assert_int_equal(rmdir(folder->path), 0);
    lw_strings_done(&sources);
    lw_strings_done(&paths);
}

LW_TEST(recommended_is_the_default) {
    static const char *const expected[] = {"AWS_CREDENTIALS", "CREDIT_CARD_NUMBER", "USA_PASSPORT_NUMBER",
                                           "USA_SOCIAL_SECURITY_NUMBER"};
    lw_identifier_set *set = NULL;
    assert_ok(load(NULL, NULL, &set));
    for (size_t i = 0; i < 4; i++) {
        bool found = false;
        for (size_t k = 0; k < lw_identifier_set_count(set); k++) {
            found = found || strcmp(lw_identifier_set_at(set, k)->id, expected[i]) == 0;
        }
        assert_true(found);
    }
    for (size_t k = 0; k < lw_identifier_set_count(set); k++) {
        assert_true(lw_catalogue_find(lw_slice_from(lw_identifier_set_at(set, k)->id))->recommended);
    }
    lw_identifier_set_free(set);
}

LW_TEST(all_are_in_order_of_their_ids) {
    lw_identifier_set *set = NULL;
    size_t supported = 0;
    for (size_t i = 0; i < lw_catalogue_entry_count; i++) {
        supported += lw_catalogue_entries[i].supported;
    }
    assert_ok(load("all", NULL, &set));
    assert_int_equal(lw_identifier_set_count(set), supported);
    for (size_t i = 1; i < lw_identifier_set_count(set); i++) {
        assert_true(strcmp(lw_identifier_set_at(set, i - 1)->id, lw_identifier_set_at(set, i)->id) < 0);
    }
    lw_identifier_set_free(set);
}

LW_TEST(lists_of_ids) {
    lw_identifier_set *set = NULL;
    assert_ok(load(" PHONE_NUMBER , NAME,PHONE_NUMBER", NULL, &set));
    assert_int_equal(lw_identifier_set_count(set), 2);
    assert_string_equal(lw_identifier_set_at(set, 0)->id, "NAME");
    assert_string_equal(lw_identifier_set_at(set, 1)->id, "PHONE_NUMBER");
    lw_identifier_set_free(set);
    assert_ok(load("recommended,NAME", NULL, &set));
    assert_true(lw_identifier_set_count(set) >= 5);
    lw_identifier_set_free(set);
    expect_refused("PHONE_NUMBER,,NAME", NULL, "empty entry");
    expect_refused("", NULL, "empty entry");
    expect_refused("none,NAME", NULL, "'none' cannot stand in a list");
}

LW_TEST(unknown_ids_get_a_suggestion) {
    expect_refused("USA_SOCIAL_SECURITY_NUMBR", NULL, "did you mean 'USA_SOCIAL_SECURITY_NUMBER'?");
    expect_refused("usa_social_security_number", NULL, "did you mean 'USA_SOCIAL_SECURITY_NUMBER'?");
    expect_refused("PHONE_NUMBER,XXQQZZ", NULL, "unknown managed identifier 'XXQQZZ'; see");
}

LW_TEST(nothing_to_look_for_is_refused) {
    expect_refused("none", NULL, "no identifiers to look for");
}

LW_TEST(folders_are_read_by_name_and_ordered_by_identifier_name) {
    lw_folder folder = folder_new();
    lw_identifier_set *set = NULL;
    folder_put(&folder, "1.json", "{\"name\":\"Zebra\",\"regex\":\"ab\"}");
    folder_put(&folder, "2.json", "{\"name\":\"Ant\",\"regex\":\"cd\"}");
    folder_put(&folder, "readme.txt", "no JSON");
    assert_ok(load("PHONE_NUMBER", folder.path, &set));
    assert_int_equal(lw_identifier_set_count(set), 3);
    assert_string_equal(lw_identifier_set_at(set, 0)->id, "PHONE_NUMBER");
    assert_string_equal(lw_identifier_set_at(set, 1)->name, "Ant");
    assert_string_equal(lw_identifier_set_at(set, 2)->name, "Zebra");
    lw_identifier_set_free(set);
    folder_put(&folder, "3.json", "{\"name\":\"Ant\",\"regex\":\"cd\",\"keywords\":[\"other\"]}");
    expect_refused("none", folder.path, "'Ant' is given twice");
    folder_put(&folder, "3.json", "{\"name\":\"Ant\",\"regexp\":\"cd\"}");
    expect_refused("none", folder.path, "3.json': unknown field 'regexp'; did you mean 'regex'?");
    folder_remove(&folder);
}

LW_TEST(folders_without_identifiers_and_missing_ones_are_refused) {
    lw_folder folder = folder_new();
    expect_refused("none", folder.path, "holds no *.json file");
    folder_remove(&folder);
    expect_refused("none", folder.path, folder.path);
}

LW_TEST(thirty_custom_identifiers_are_the_limit) {
    lw_folder folder = folder_new();
    lw_identifier_set *set = NULL;
    for (int i = 0; i < 31; i++) {
        char file[16];
        char json[64];
        (void)snprintf(file, sizeof(file), "%02d.json", i);
        (void)snprintf(json, sizeof(json), "{\"name\":\"n%02d\",\"regex\":\"ab\"}", i);
        if (i == 30) {
            assert_ok(load("all", folder.path, &set));
            assert_true(lw_identifier_set_count(set) >= 40);
            lw_identifier_set_free(set);
        }
        folder_put(&folder, file, json);
    }
    expect_refused("none", folder.path, "31 custom identifiers are given, allowed in one run are at most 30");
    folder_remove(&folder);
}

LW_TEST(severity_of_managed_identifiers_by_count) {
    static const struct {
        const char *id;
        lw_severity one, few, many;
    } cases[] = {
        {"NAME", LW_SEVERITY_LOW, LW_SEVERITY_MEDIUM, LW_SEVERITY_HIGH},
        {"USA_PASSPORT_NUMBER", LW_SEVERITY_MEDIUM, LW_SEVERITY_HIGH, LW_SEVERITY_HIGH},
        {"USA_SOCIAL_SECURITY_NUMBER", LW_SEVERITY_HIGH, LW_SEVERITY_HIGH, LW_SEVERITY_HIGH},
    };
    for (size_t i = 0; i < 3; i++) {
        lw_identifier_set *set = NULL;
        assert_ok(load(cases[i].id, NULL, &set));
        assert_int_equal(lw_identifier_set_severity(set, 0, 0), LW_SEVERITY_NONE);
        assert_int_equal(lw_identifier_set_severity(set, 0, 1), cases[i].one);
        assert_int_equal(lw_identifier_set_severity(set, 0, 2), cases[i].few);
        assert_int_equal(lw_identifier_set_severity(set, 0, 99), cases[i].few);
        assert_int_equal(lw_identifier_set_severity(set, 0, 100), cases[i].many);
        assert_int_equal(lw_identifier_set_severity(set, 0, UINT64_MAX), cases[i].many);
        lw_identifier_set_free(set);
    }
}

LW_TEST(severity_of_custom_identifiers_by_their_levels) {
    lw_folder folder = folder_new();
    lw_identifier_set *set = NULL;
    folder_put(&folder, "a.json", "{\"name\":\"a\",\"regex\":\"ab\"}");
    folder_put(
        &folder, "b.json",
        "{\"name\":\"b\",\"regex\":\"ab\",\"severityLevels\":["
        "{\"severity\":\"HIGH\",\"occurrencesThreshold\":50},{\"severity\":\"LOW\",\"occurrencesThreshold\":5}]}");
    assert_ok(load("none", folder.path, &set));
    assert_int_equal(lw_identifier_set_severity(set, 0, 0), LW_SEVERITY_NONE);
    assert_int_equal(lw_identifier_set_severity(set, 0, 1), LW_SEVERITY_MEDIUM);
    assert_int_equal(lw_identifier_set_severity(set, 0, 1000), LW_SEVERITY_MEDIUM);
    assert_int_equal(lw_identifier_set_severity(set, 1, 4), LW_SEVERITY_NONE);
    assert_int_equal(lw_identifier_set_severity(set, 1, 5), LW_SEVERITY_LOW);
    assert_int_equal(lw_identifier_set_severity(set, 1, 49), LW_SEVERITY_LOW);
    assert_int_equal(lw_identifier_set_severity(set, 1, 50), LW_SEVERITY_HIGH);
    lw_identifier_set_free(set);
    folder_remove(&folder);
}

LW_TEST(facts_of_the_public_identifiers) {
    lw_identifier_set *set = NULL;
    assert_ok(load("all", NULL, &set));
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(set, i);
        bool record = strcmp(identifier->id, "NAME") == 0 || strcmp(identifier->id, "ADDRESS") == 0;
        assert_int_equal(identifier->scope, record ? LW_SCOPE_RECORD : LW_SCOPE_CELL);
        assert_int_equal(identifier->max_count_per_file, record ? 1000 : 0);
        assert_int_equal(identifier->distance, 30);
        if (strcmp(identifier->id, "CREDIT_CARD_NUMBER_(NO_KEYWORD)") == 0) {
            assert_int_equal(identifier->proximity, LW_PROXIMITY_ABSENT);
            assert_true(identifier->min_keyword == 2);
            assert_true(identifier->min_digits == 14);
        }
        if (strcmp(identifier->id, "PHONE_NUMBER") == 0) {
            assert_int_equal(identifier->proximity, LW_PROXIMITY_CONDITIONAL);
            assert_int_equal(identifier->min_digits, 10);
        }
    }
    lw_identifier_set_free(set);
}

LW_TEST(names_of_severities_and_categories) {
    lw_severity severity = LW_SEVERITY_NONE;
    assert_ok(lw_severity_parse("high", &severity));
    assert_int_equal(severity, LW_SEVERITY_HIGH);
    assert_ok(lw_severity_parse("Medium", &severity));
    assert_ok(lw_severity_parse("LOW", &severity));
    assert_int_equal(severity, LW_SEVERITY_LOW);
    assert_int_equal(lw_severity_parse("none", &severity), LW_E_USAGE);
    assert_int_equal(lw_severity_parse("", &severity), LW_E_USAGE);
    assert_int_equal(lw_severity_parse(NULL, &severity), LW_E_USAGE);
    assert_string_equal(lw_severity_name(LW_SEVERITY_NONE), "None");
    assert_string_equal(lw_category_name(LW_CATEGORY_CUSTOM), "CUSTOM_IDENTIFIER");
}
