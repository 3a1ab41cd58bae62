#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identifiers/identifiers_priv.h"

static bool holds(const char *text, const char *keyword, bool variants) {
    lw_match match;
    return lw_keyword_find(lw_slice_from(text), 0, lw_slice_from(keyword), variants, &match);
}

typedef struct lw_word_case {
    const char *text, *keyword;
    bool holds;
} lw_word_case;

static void expect(const lw_word_case *cases, size_t count, bool variants) {
    for (size_t i = 0; i < count; i++) {
        if (holds(cases[i].text, cases[i].keyword, variants) != cases[i].holds) {
            fail_msg("'%s' in '%s'", cases[i].keyword, cases[i].text);
        }
    }
}

#define EXPECT(cases, variants) expect((cases), sizeof(cases) / sizeof((cases)[0]), (variants))

LW_TEST(whole_words_with_all_their_boundaries) {
    static const lw_word_case cases[] = {
        {"PATIENT", "patient", true},
        {"patient_id", "PATIENT", true},
        {"PatientId", "patient", true},
        {"patientId", "patient", true},
        {"thePatient", "patient", true},
        {"the patient", "patient", true},
        {"patient.id", "patient", true},
        {"patient-id", "patient", true},
        {"patient1", "patient", true},
        {"2patient", "patient", true},
        {"PATIENT#", "patient", true},
        {"(patient)", "patient", true},
        {"IDPatient", "patient", true},
        {"SSNNumber", "ssn", true},
        {"SSNNumber", "number", true},
        {"mySSN", "ssn", true},
        {"outpatients", "patient", false},
        {"PATIENTS", "patient", false},
        {"OUTPATIENT", "patient", false},
        {"patientid", "patient", false},
        {"public", "lic", false},
        {"Inpatient", "patient", false},
        {"impatience", "patient", false},
        {"", "patient", false},
        {"\xc3\xa9patient", "patient", false},
        {"patient\xc3\xa9", "patient", false},
        {"\xc2\xa0patient", "patient", true},
        {"patient\xe2\x80\x93id", "patient", true},
        {"ss#", "ss#", true},
        {"SS#1", "ss#", true},
        {"ass#", "ss#", false},
        {"xss# ss#", "ss#", true},
        {"#ss", "#ss", true},
        {"a#ss", "#ss", true},
    };
    EXPECT(cases, false);
}

LW_TEST(spaces_of_managed_keywords_have_variants) {
    static const lw_word_case cases[] = {
        {"date of birth", "date of birth", true},  {"date_of_birth", "date of birth", true},
        {"DATE-OF-BIRTH", "date of birth", true},  {"dateofbirth", "date of birth", true},
        {"DateOfBirth", "date of birth", true},    {"date_ofbirth", "date of birth", true},
        {"date.of.birth", "date of birth", false}, {"date  of birth", "date of birth", false},
        {"updateofbirth", "date of birth", false}, {"date of births", "date of birth", false},
    };
    EXPECT(cases, true);
    assert_false(holds("birth_date", "birth date", false)); /* a custom keyword is taken as it is */
    assert_true(holds("birth date", "birth date", false));
}

LW_TEST(bounded_says_the_same_as_find) {
    lw_slice text = LW_SLICE_LITERAL("outPatients patient PATIENT_ID");
    assert_false(lw_keyword_bounded(text, 3, 10));
    assert_true(lw_keyword_bounded(text, 12, 19));
    assert_true(lw_keyword_bounded(text, 20, 27));
    assert_true(lw_keyword_bounded(text, 0, 3));
}

/* ---- through a set ---- */

static lw_identifier_set *load(const char *managed, const char *custom_json) {
    char path[] = "/tmp/lw-keywords-XXXXXX.json";
    lw_strings custom = {0};
    lw_error err = {0};
    if (custom_json != NULL) {
        int fd = mkstemps(path, 5);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, custom_json, strlen(custom_json)), (ssize_t)strlen(custom_json));
        close(fd);
        assert_ok(lw_strings_add(&custom, lw_slice_from(path)));
    }
    lw_identifier_options options = {.managed = managed, .custom = &custom};
    lw_identifier_set *set = NULL;
    lw_status status = lw_identifier_set_load(&options, &set, &err);
    if (custom_json != NULL) {
        unlink(path);
    }
    lw_strings_done(&custom);
    if (status != LW_OK) {
        fail_msg("%s", err.text);
    }
    return set;
}

static bool column_near(const lw_identifier_set *set, const char *name, const char *id) {
    lw_identifier_bits bits;
    assert_ok(lw_identifier_set_column(set, lw_slice_from(name), &bits));
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (strcmp(lw_identifier_set_at(set, i)->name, id) == 0 || strcmp(lw_identifier_set_at(set, i)->id, id) == 0) {
            return lw_bits_test(&bits, i);
        }
    }
    fail_msg("no identifier '%s'", id);
    return false;
}

LW_TEST(columns_of_the_sample_bring_their_identifiers_near) {
    lw_identifier_set *set =
        load("all", "{\"name\":\"Patient ID\",\"regex\":\"[0-9a-f]{8}\",\"keywords\":[\"PATIENT\"]}");
    assert_true(column_near(set, "PATIENT", "Patient ID"));
    assert_false(column_near(set, "Id", "Patient ID"));
    assert_true(column_near(set, "SSN", "USA_SOCIAL_SECURITY_NUMBER"));
    assert_true(column_near(set, "socialsecuritynumber", "USA_SOCIAL_SECURITY_NUMBER"));
    assert_true(column_near(set, "BIRTHDATE", "DATE_OF_BIRTH"));
    assert_false(column_near(set, "BIRTHPLACE", "DATE_OF_BIRTH"));
    assert_false(column_near(set, "DEATHDATE", "DATE_OF_BIRTH"));
    assert_true(column_near(set, "PHONE", "PHONE_NUMBER"));
    assert_true(column_near(set, "PASSPORT", "USA_PASSPORT_NUMBER"));
    assert_true(column_near(set, "UDI", "MEDICAL_DEVICE_UDI"));
    assert_true(column_near(set, "creditCardNumber", "CREDIT_CARD_NUMBER"));
    assert_true(column_near(set, "creditCardNumber", "CREDIT_CARD_NUMBER_(NO_KEYWORD)"));
    assert_true(column_near(set, "SecretAccessKey", "AWS_CREDENTIALS"));
    lw_identifier_set_free(set);
}

static const lw_keyword *literal(const lw_identifier_set *set, const char *text) {
    for (size_t i = 0; i < lw_identifier_set_keyword_count(set); i++) {
        if (lw_slice_equal_text(lw_identifier_set_keyword(set, i)->text, text)) {
            return lw_identifier_set_keyword(set, i);
        }
    }
    return NULL;
}

static bool managed_keyword_in(const lw_identifier_set *set, const char *text, const char *id) {
    lw_index_hits hits = {0};
    bool found = false;
    assert_ok(lw_keyword_index_find(set->index, lw_slice_from(text), &hits));
    for (size_t i = 0; i < hits.count; i++) {
        for (size_t k = 0; k < lw_identifier_set_count(set); k++) {
            found = found || (strcmp(lw_identifier_set_at(set, k)->id, id) == 0 &&
                              lw_bits_test(&hits.items[i].entry->identifiers, k));
        }
    }
    lw_index_hits_done(&hits);
    return found;
}

LW_TEST(literals_are_those_of_custom_identifiers_and_of_what_no_gate_lets_through) {
    lw_identifier_set *set = load("all", "{\"name\":\"c\",\"regex\":\"x1\",\"keywords\":[\"Phone\",\"my Own Word\"]}");
    size_t custom = lw_identifier_set_count(set) - 1;
    assert_non_null(literal(set, "my own word"));
    assert_null(literal(set, "my_own_word"));   /* custom keywords have no variants */
    assert_null(literal(set, "date of birth")); /* gated: only cells with a digit are searched for it */
    const lw_keyword *phone = literal(set, "phone");
    assert_non_null(phone);
    assert_true(lw_bits_test(&phone->identifiers, custom));
    const lw_keyword *dea = literal(set, "dea"); /* no letter beyond f: no gate lets it through */
    assert_non_null(dea);
    assert_true(dea->hex);
    assert_true(literal(set, "cookie")->anchor);
    for (size_t i = 0; i < lw_identifier_set_keyword_count(set); i++) {
        const lw_keyword *one = lw_identifier_set_keyword(set, i);
        for (size_t k = 0; k < one->text.len; k++) {
            assert_false(one->text.data[k] >= 'A' && one->text.data[k] <= 'Z');
        }
        for (size_t k = 0; k < i; k++) {
            const lw_keyword *other = lw_identifier_set_keyword(set, k);
            assert_false(lw_slice_equal(one->text, other->text) && one->anchor == other->anchor);
        }
    }
    lw_identifier_set_free(set);
}

LW_TEST(managed_keywords_are_found_in_all_their_spellings) {
    lw_identifier_set *set = load("all", NULL);
    static const char *const birth[] = {"date of birth", "dateofbirth",   "date_of_birth",      "date-of-birth",
                                        "DateOfBirth",   "DATE_OF_BIRTH", "x date of birth: 1", "date_of-birth"};
    for (size_t i = 0; i < sizeof(birth) / sizeof(birth[0]); i++) {
        if (!managed_keyword_in(set, birth[i], "DATE_OF_BIRTH")) {
            fail_msg("no keyword in '%s'", birth[i]);
        }
    }
    static const char *const none[] = {"date of births", "dateofbirths", "rebirth", "births"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        if (managed_keyword_in(set, none[i], "DATE_OF_BIRTH")) {
            fail_msg("a keyword in '%s'", none[i]);
        }
    }
    lw_identifier_set_free(set);
}

LW_TEST(accents_and_the_case_of_all_alphabets_are_folded) {
    lw_identifier_set *set = load("all", NULL);
    static const char *const licence[] = {"f\u00fchrerschein", "F\u00dcHRERSCHEIN",  "fuhrerschein",
                                          "FuHrErScHeIn",      "Fu\u0308hrerschein", "\u00fcber f\u00fchrerschein_nr 1",
                                          "F\xfchrerschein"};
    for (size_t i = 0; i < sizeof(licence) / sizeof(licence[0]); i++) {
        if (!managed_keyword_in(set, licence[i], "GERMANY_DRIVERS_LICENSE")) {
            fail_msg("no keyword in spelling %zu", i);
        }
    }
    assert_true(managed_keyword_in(set, "permis de conduire", "FRANCE_DRIVERS_LICENSE"));
    assert_true(managed_keyword_in(set, "TEL\u00c9FONO", "SPAIN_PHONE_NUMBER"));
    assert_true(managed_keyword_in(set, "telefono", "SPAIN_PHONE_NUMBER"));
    assert_true(managed_keyword_in(set, "driver\u2019s license", "DRIVERS_LICENSE"));
    assert_false(managed_keyword_in(set, "f\u00fchrerscheinx", "GERMANY_DRIVERS_LICENSE"));
    lw_identifier_set_free(set);
}

/* Each keyword of the catalogue is found as it is written, alone and in a column's name. */
LW_TEST(every_managed_keyword_is_found) {
    lw_identifier_set *set = load("all", NULL);
    for (size_t i = 0; i < set->count; i++) {
        const lw_definition *definition = &set->definitions[i];
        for (size_t k = 0; k < definition->keywords.count; k++) {
            lw_identifier_bits bits;
            const char *keyword = definition->keywords.items[k];
            assert_ok(lw_identifier_set_column(set, lw_slice_from(keyword), &bits));
            if (!managed_keyword_in(set, keyword, definition->id) || !lw_bits_test(&bits, i)) {
                fail_msg("%s: keyword '%s' is not found", definition->id, keyword);
            }
        }
    }
    lw_identifier_set_free(set);
}

/* Where the caller knows the words' beginnings, the same keywords are found. */
LW_TEST(known_beginnings_of_words_change_nothing) {
    lw_identifier_set *set = load("all", NULL);
    static const char *const texts[] = {"passport 123", "mySSNNumber 1", "DriverLicense=X", "the SSN and the dob: 3",
                                        "NPI1"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        lw_slice text = lw_slice_from(texts[i]);
        lw_index_hits all = {0};
        lw_index_hits some = {0};
        uint64_t starts = 0;
        for (size_t at = 0; at < text.len; at++) {
            starts |= (uint64_t)lw_keyword_bounded(text, at, text.len) << at;
        }
        assert_ok(lw_keyword_index_find(set->index, text, &all));
        assert_ok(lw_keyword_index_find_at(set->index, text, starts, &some));
        assert_true(all.count > 0);
        assert_int_equal(all.count, some.count);
        lw_index_hits_done(&all);
        lw_index_hits_done(&some);
    }
    lw_identifier_set_free(set);
}

LW_TEST(the_shortest_keyword_counts_its_shortest_variant) {
    lw_identifier_set *set = load("none", "{\"name\":\"c\",\"regex\":\"x1\",\"keywords\":[\"a b c d\",\"abcdef\"]}");
    assert_int_equal(lw_identifier_set_at(set, 0)->min_keyword, 6);
    lw_identifier_set_free(set);
    set = load("none", "{\"name\":\"c\",\"regex\":\"x1\"}");
    assert_int_equal(lw_identifier_set_at(set, 0)->min_keyword, 0);
    assert_int_equal(lw_identifier_set_keyword_count(set), 0);
    lw_identifier_set_free(set);
}
