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
    lw_identifier_set_column(set, lw_slice_from(name), &bits);
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

LW_TEST(literals_are_folded_have_all_variants_and_occur_once) {
    lw_identifier_set *set = load("all", "{\"name\":\"c\",\"regex\":\"x1\",\"keywords\":[\"Phone\",\"my Own Word\"]}");
    size_t custom = lw_identifier_set_count(set) - 1;
    static const char *const variants[] = {"date of birth", "dateofbirth", "date_of_birth", "date-of-birth"};
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(literal(set, variants[i]));
    }
    assert_non_null(literal(set, "my own word"));
    assert_null(literal(set, "my_own_word")); /* custom keywords have no variants */
    const lw_keyword *phone = literal(set, "phone");
    assert_non_null(phone);
    assert_true(lw_bits_test(&phone->identifiers, custom)); /* shared by two identifiers */
    size_t owners = 0;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        owners += lw_bits_test(&phone->identifiers, i);
    }
    assert_int_equal(owners, 2);
    for (size_t i = 0; i < lw_identifier_set_keyword_count(set); i++) {
        lw_slice text = lw_identifier_set_keyword(set, i)->text;
        for (size_t k = 0; k < text.len; k++) {
            assert_false(text.data[k] >= 'A' && text.data[k] <= 'Z');
        }
        for (size_t k = 0; k < i; k++) {
            assert_false(lw_slice_equal(text, lw_identifier_set_keyword(set, k)->text));
        }
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
