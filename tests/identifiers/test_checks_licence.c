#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "identifiers/checks_priv.h"

static bool agrees_at(const char *check, const char *cell, size_t begin, size_t end, bool line) {
    lw_candidate candidate = {
        .cell = lw_slice_from(cell), .begin = begin, .end = end, .today = lw_days_from_civil(2026, 1, 1), .line = line};
    const lw_named_check *known = lw_check_find(check);
    assert_non_null(known);
    return known->check(&candidate);
}

static bool agrees(const char *check, const char *text) {
    return agrees_at(check, text, 0, strlen(text), false);
}

/* Is number, which stands in cell, taken for one? */
static bool agrees_in(const char *check, const char *cell, const char *number, bool line) {
    const char *found = strstr(cell, number);
    assert_non_null(found);
    return agrees_at(check, cell, (size_t)(found - cell), (size_t)(found - cell) + strlen(number), line);
}

/* Of the characters that may stand at each place, only the right one may pass. */
static void every_single_error_is_seen(const char *check, const char *text, const char *alphabet, size_t covered) {
    char changed[64];
    size_t len = strlen(text);
    assert_true(len < sizeof(changed));
    memcpy(changed, text, len + 1);
    assert_true(agrees(check, text));
    for (size_t i = 0; i < covered; i++) {
        for (const char *c = alphabet; *c != '\0'; c++) {
            bool both_digits = lw_digit(text[i]) && lw_digit(*c);
            if (!both_digits || *c == text[i]) {
                continue;
            }
            changed[i] = *c;
            if (agrees(check, changed)) {
                fail_msg("'%s' passes '%s'", changed, check);
            }
        }
        changed[i] = text[i];
    }
}

/* ---- check digits ---- */

/* Specimens that authorities print. */
LW_TEST(check_digits_of_specimens) {
    assert_true(agrees("licence-germany", "B072RRE2I55"));
    assert_true(agrees("licence-germany", "b072rre2i55"));
    assert_true(agrees("licence-germany", "B072RRE2I59")); /* the number of the card takes no part */
    assert_false(agrees("licence-germany", "B072RRE2I65"));
    assert_false(agrees("licence-germany", "B072RRE2I5"));
    assert_true(agrees("licence-finland", "131052-308T"));
    assert_false(agrees("licence-finland", "131052-308U"));
    assert_true(agrees("licence-sweden", "811218-9876"));
    assert_true(agrees("licence-sweden", "198112189876"));
    assert_false(agrees("licence-sweden", "811218-9877"));
    assert_true(agrees("licence-spain", "12345678Z"));
    assert_true(agrees("licence-spain", "12345678-z"));
    assert_false(agrees("licence-spain", "12345678A"));
    assert_true(agrees("passport-check-digit", "L898902C36"));
    assert_false(agrees("passport-check-digit", "L898902C35"));
    assert_true(agrees("passport-check-digit", "D231458907UTO"));
    assert_true(agrees("passport-check-digit", "C01X0006H1D<<"));
}

LW_TEST(every_single_wrong_digit_is_seen) {
    every_single_error_is_seen("licence-germany", "C01R7K20M21", "0123456789", 9);
    every_single_error_is_seen("licence-sweden", "840217-4828", "0123456789", 11);
    every_single_error_is_seen("licence-spain", "48291736Q", "0123456789", 8);
    every_single_error_is_seen("licence-spain", "Y4829173S", "0123456789", 8);
    every_single_error_is_seen("passport-check-digit", "HK482917<2", "0123456789", 10);
    every_single_error_is_seen("passport-zone", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "0123456789", 44);
}

LW_TEST(digits_that_are_letters) {
    static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
    char text[] = "48291736?";
    unsigned passed = 0;
    for (const char *c = letters; *c != '\0'; c++) {
        text[8] = *c;
        passed += agrees("licence-spain", text);
    }
    assert_int_equal(passed, 1);
    passed = 0;
    char german[] = "C01R7K20M?1";
    for (const char *c = "0123456789X"; *c != '\0'; c++) {
        german[9] = *c;
        passed += agrees("licence-germany", german);
    }
    assert_int_equal(passed, 1);
}

/* ---- days of birth in numbers ---- */

LW_TEST(days_of_birth_are_days_of_the_calendar) {
    static const struct {
        const char *check, *text;
        bool good;
    } cases[] = {
        {"licence-uk", "HARRO853274KL9TW", true}, /* month 53: March, a woman */
        {"licence-uk", "HARRO 853274 KL9TW 12", true},
        {"licence-uk", "HARRO802304KL9TW", false},   /* 30 February */
        {"licence-uk", "HARRO852298KL9TW", true},    /* 29 February 1988 */
        {"licence-uk", "HARRO852295KL9TW", false},   /* 29 February 1985 */
        {"licence-uk", "HARRO853274KL9T", false},    /* too short */
        {"licence-illinois", "H62548285079", true},  /* day 79: 17 March */
        {"licence-illinois", "H62548285679", true},  /* the same of a woman */
        {"licence-illinois", "H62548285062", false}, /* 31 February */
        {"licence-illinois", "H62548285372", true},  /* 31 December */
        {"licence-illinois", "H62548285373", false},
        {"licence-illinois", "H62548285000", false},
        {"licence-illinois", "H62548285600", false},
        {"licence-illinois", "H72548285079", false}, /* no Soundex code */
        {"licence-illinois", "H60548285079", false}, /* nothing follows a 0 */
        {"licence-illinois", "H60048285079", true},
        {"licence-wisconsin", "H625-4828-5097-02", true}, /* 17 March */
        {"licence-wisconsin", "H625-4828-5597-02", true},
        {"licence-wisconsin", "H625-4828-5472-02", false},
        {"licence-wisconsin", "H625-4828-5039-02", false}, /* 39 January */
        {"licence-wisconsin", "H625-4828-5500-02", false},
        {"licence-florida", "H625-482-85-297-0", true},
        {"licence-florida", "H685-482-85-297-0", false},
        {"licence-new-hampshire", "03HNK84171", true},
        {"licence-new-hampshire", "02HNK84301", false},
        {"licence-ontario", "H4829-10738-40317", true},
        {"licence-ontario", "H4829-10738-45317", true},
        {"licence-ontario", "H4829-10738-40431", false},
        {"licence-quebec", "H4829-170384-02", true},
        {"licence-quebec", "H4829-310484-02", false},
        {"licence-nova-scotia", "HARRO170384002", true},
        {"licence-nova-scotia", "FOX  170384002", true},
        {"licence-nova-scotia", "HARRO310484002", false},
        {"licence-finland", "050903A317F", true},
        {"licence-finland", "290203A317F", false},
        {"licence-sweden", "840277-4825", true}, /* 17 February: a coordination number */
        {"licence-india", "MH14 20110048291", true},
        {"licence-india", "MH14 20260048291", true},
        {"licence-india", "MH14 20270048291", false}, /* not yet */
        {"licence-india", "MH14 19490048291", false},
        {"licence-india", "MH00 20110048291", false},
        {"licence-india", "MH14 20110000000", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (agrees(cases[i].check, cases[i].text) != cases[i].good) {
            fail_msg("%s of '%s'", cases[i].check, cases[i].text);
        }
    }
}

/* ---- forms without a rule ---- */

LW_TEST(placeholders_and_dates_are_no_numbers) {
    static const char *const good[] = {"48291730",    "4829173",     "481927365",    "12345679",  "98765431",
                                       "A0000001",    "AB1111",      "S99962402",    "19841317",  "21001231",
                                       "20260101246", "147 519 855", "202601012460", "C3M7P41KT", "CFGHJKLMN"};
    static const char *const bad[] = {"12345678",     "123456789",      "0123456789", "987654321", "00000000",
                                      "1111111",      "A0000000",       "20260101",   "31121999",  "12311999",
                                      "202601011530", "20260101153059", "SA5555555"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!agrees("licence-number", good[i])) {
            fail_msg("'%s' is one", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (agrees("licence-number", bad[i])) {
            fail_msg("'%s' is none", bad[i]);
        }
    }
}

LW_TEST(pieces_of_longer_numbers_are_none) {
    assert_true(agrees_in("licence-number", "no 48291730.", "48291730", true));
    assert_false(agrees_in("licence-number", "7-48291730", "48291730", false));
    assert_false(agrees_in("licence-number", "48291730.25", "48291730", false));
    assert_false(agrees_in("licence-germany", "C01R7K20M21-5", "C01R7K20M21", false));
    assert_false(agrees_in("licence-finland", "7-170284-482T", "170284-482T", false));
    assert_false(agrees_in("licence-uk", "HARRO853274KL9TW-1", "HARRO853274KL9TW", false));
    assert_false(agrees_in("passport-check-digit", "L898902C36-1", "L898902C36", false));
}

LW_TEST(short_numbers_fill_the_field_or_are_introduced) {
    static const struct {
        const char *cell;
        bool line, good;
    } cases[] = {
        {"482917", false, true},           {" 482917 ", false, true},          {"\"482917\"", false, true},
        {"482917", true, false},           {"paid 482917", false, false},      {"482917 paid", false, false},
        {"licence no 482917", true, true}, {"licence No. 482917", true, true}, {"licence: 482917", true, true},
        {"licence #482917", true, true},   {"<no>482917</no>", true, true},    {"\"licence\": \"482917\"", true, true},
        {"Nr. 482917", true, true},        {"piano 482917", true, false},      {"o 482917", true, false},
        {". 482917", true, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (agrees_in("licence-number-short", cases[i].cell, "482917", cases[i].line) != cases[i].good) {
            fail_msg("'%s'", cases[i].cell);
        }
    }
    assert_false(agrees("licence-number-short", "111111"));
}

LW_TEST(electoral_roll_numbers_begin_at_one) {
    assert_true(agrees("electoral-roll", "AB1"));
    assert_true(agrees("electoral-roll", "AB1111"));
    assert_true(agrees("electoral-roll", "KDA3-1482/1"));
    assert_false(agrees("electoral-roll", "AB0"));
    assert_false(agrees("electoral-roll", "AB0482"));
    assert_true(agrees_in("electoral-roll", "Electoral roll no. GK4829", "GK4829", true));
    assert_false(agrees_in("electoral-roll", "electoral roll of SW19", "SW19", true));
    assert_false(agrees_in("electoral-roll", "no. GK4829-2", "GK4829", true));
}

/* A pattern may be changed without its check: whatever a candidate is, only its bytes may be read. */
LW_TEST(checks_stay_within_the_cell) {
    static const char *const texts[] = {"L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                                        "H625-4828-5097-02",
                                        "HARRO853274KL9TW12",
                                        "198402174828",
                                        "MH1420110048291",
                                        "<<<<-----///  ...  "};
    for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
        for (size_t len = 1; len <= strlen(texts[t]); len++) {
            char *exact = malloc(len); /* the sanitizer watches the end */
            assert_non_null(exact);
            memcpy(exact, texts[t], len);
            lw_candidate candidate = {.cell = {exact, len}, .begin = 0, .end = len, .today = 20454};
            for (const lw_named_check *known = lw_checks_licence; known->name != NULL; known++) {
                bool agreed = known->check(&candidate);
                assert_true(!agreed || known->evidence != LW_EVIDENCE_CHECK_DIGIT || len >= 9);
            }
            free(exact);
        }
    }
}
