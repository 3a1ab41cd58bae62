#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

static lw_slice text_of(const char *text) {
    return lw_slice_from(text);
}

/* Numbers that the standards and their public explanations print. */
LW_TEST(check_digits_of_published_numbers) {
    assert_true(lw_luhn_valid(text_of("79927398713")));
    assert_false(lw_luhn_valid(text_of("79927398710")));
    assert_true(lw_luhn_valid(text_of("4111111111111111")));
    assert_false(lw_luhn_valid(text_of("")));
    assert_true(lw_gtin_valid(text_of("4006381333931")));
    assert_false(lw_gtin_valid(text_of("4006381333932")));
    assert_true(lw_gtin_valid(text_of("00012345600012")));
    assert_true(lw_mod43_valid(text_of("+A123BJC5D6E71G")));
    assert_false(lw_mod43_valid(text_of("+A123BJC5D6E71H")));
    assert_true(lw_mod37_2_valid(text_of("G123498654321H")));
    assert_false(lw_mod37_2_valid(text_of("G123498654321I")));
    assert_false(lw_mod43_valid(text_of("a")));
}

/* Any single wrong digit must be seen by each of them. */
LW_TEST(every_single_error_is_seen) {
    char luhn[] = "4014514294772591";
    char gtin[] = "00880712345671";
    for (size_t i = 0; luhn[i] != '\0'; i++) {
        for (unsigned d = 0; d < 10; d++) {
            char c = "0123456789"[d];
            char kept = luhn[i];
            luhn[i] = c;
            assert_int_equal(lw_luhn_valid(text_of(luhn)), c == kept);
            luhn[i] = kept;
        }
    }
    for (size_t i = 0; gtin[i] != '\0'; i++) {
        for (unsigned d = 0; d < 10; d++) {
            char c = "0123456789"[d];
            char kept = gtin[i];
            gtin[i] = c;
            assert_int_equal(lw_gtin_valid(text_of(gtin)), c == kept);
            gtin[i] = kept;
        }
    }
}

/* ---- dates ---- */

LW_TEST(calendar) {
    assert_int_equal(lw_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(lw_days_from_civil(1969, 12, 31), -1);
    assert_int_equal(lw_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(lw_days_from_civil(2026, 1, 1), 20454);
    assert_int_equal(lw_days_from_civil(1904, 2, 29) + 1, lw_days_from_civil(1904, 3, 1));
    int32_t day = lw_days_from_civil(1890, 1, 1);
    for (int year = 1890; year <= 2110; year++) { /* every day follows the one before */
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned d = 1; lw_date_valid(year, month, d); d++) {
                assert_int_equal(lw_days_from_civil(year, month, d), day++);
            }
        }
    }
    assert_true(lw_date_valid(2000, 2, 29));
    assert_false(lw_date_valid(1900, 2, 29));
    assert_false(lw_date_valid(2001, 2, 29));
    assert_false(lw_date_valid(2001, 13, 1));
    assert_false(lw_date_valid(2001, 4, 31));
    assert_false(lw_date_valid(2001, 0, 1));
    assert_false(lw_date_valid(2001, 1, 0));
}

static bool born(const char *text, int32_t today) {
    lw_candidate candidate = {.cell = text_of(text), .end = strlen(text), .today = today};
    return lw_check_birth_date(&candidate);
}

LW_TEST(births_are_between_120_years_ago_and_today) {
    int32_t today = lw_days_from_civil(2026, 6, 15);
    assert_true(born("2026-06-15", today));
    assert_false(born("2026-06-16", today));
    assert_true(born("1906-06-15", today));
    assert_false(born("1906-06-14", today));
    int32_t leap_day = lw_days_from_civil(2024, 2, 29);
    assert_true(born("1904-02-29", leap_day));
    assert_true(born("2024-02-29", leap_day));
}

LW_TEST(years_of_two_digits_turn_at_today) {
    int32_t today = lw_days_from_civil(2026, 6, 15);
    assert_true(born("14/06/26", today)); /* 2026 */
    assert_false(born("16/06/26", today));
    assert_true(born("16/06/27", today)); /* 1927 */
    assert_true(born("1/2/00", today));
}

LW_TEST(months_by_name_in_many_languages) {
    static const char *const good[] = {"3 March 1990",
                                       "3 Mar 1990",
                                       "3. M\xc3\xa4rz 1990",
                                       "3 mars 1990",
                                       "3 de marzo de 1990",
                                       "3 mar\xc3\xa7o 1990",
                                       "1er ao\xc3\xbbt 1990",
                                       "1 AO\xc3\x9bT 1990",
                                       ("3 d\xc3\xa9"
                                        "c 1990"),
                                       "3. J\xc3\xa4nner 1990",
                                       "March 3, 1990",
                                       "Mar 3rd 1990",
                                       "1990-Mar-03",
                                       "3-Mar-90",
                                       "3 di maggio 1990",
                                       "9 sett 1990",
                                       "3 maja 1990",
                                       "3 wrze\xc5\x9bnia 1990",
                                       "3. toukokuuta 1990",
                                       "3 maart 1990",
                                       "3. marts 1990",
                                       "3 augusti 1990",
                                       "03MAY1990",
                                       "3 May '90",
                                       "3rd of May, 1990",
                                       "mayo 3 de 1990",
                                       "3 de mayo del 1990",
                                       "May 06 00:00:00 CEST 1980",
                                       "May 06 00:00:00 +0200 1980",
                                       "May  6 00:00:00 1980",
                                       "1980, May 3"};
    static const char *const bad[] = {"3 Marzipan 1990",  "31 April 1990", "30 Feb 1990",
                                      "Foo 3, 1990",      "3 ma 1990",     "3 arch 1990",
                                      "March April 1990", "3 kuuta 1990",  "3 \xc5\x9b 1990"};
    int32_t today = lw_days_from_civil(2026, 6, 15);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!born(good[i], today)) {
            fail_msg("'%s'", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (born(bad[i], today)) {
            fail_msg("'%s'", bad[i]);
        }
    }
}

LW_TEST(dates_without_separators_and_with_odd_ones) {
    static const char *const good[] = {"19870423",   "23041987",     "04231987", "19870423T101500Z", "19870423101500",
                                       "3. 5. 1980", "3 / 5 / 1980", "87-04-23", "1980.05.03",       "23. 04.1987"};
    static const char *const bad[] = {"31131987", "19871323", "1987-04/23", "23/04-1987", "87-13-23", "00000000"};
    int32_t today = lw_days_from_civil(2026, 6, 15);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!born(good[i], today)) {
            fail_msg("'%s'", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (born(bad[i], today)) {
            fail_msg("'%s'", bad[i]);
        }
    }
}

/* ---- words and numbers around a match ---- */

LW_TEST(neighbours_that_are_letters_or_digits) {
    lw_slice text = LW_SLICE_LITERAL("a_b \xc3\xa9-\xe2\x82\xac.\xff");
    assert_false(lw_word_before(text, 0));
    assert_true(lw_word_before(text, 1));
    assert_false(lw_word_before(text, 2)); /* the underscore is a boundary */
    assert_true(lw_word_after(text, 4));   /* an accented letter */
    assert_true(lw_word_before(text, 6));
    assert_false(lw_word_after(text, 7)); /* the euro sign */
    assert_false(lw_word_before(text, 10));
    assert_true(lw_word_after(text, 11)); /* a stray byte is no boundary */
    assert_false(lw_word_after(text, text.len));
}

LW_TEST(parts_of_longer_numbers) {
    lw_slice text = LW_SLICE_LITERAL("1-234-5 6.78");
    assert_true(lw_in_longer_number(text, 2, 5));
    assert_true(lw_in_longer_number(text, 0, 1));
    assert_false(lw_in_longer_number(text, 0, 7));
    assert_true(lw_in_longer_number(text, 8, 9));
    assert_true(lw_in_longer_number(text, 10, 12));
}

/* ---- finders ---- */

static size_t count(lw_finder finder, const char *text, bool near_) {
    size_t found = 0;
    lw_match match = {0};
    while (finder(text_of(text), match.end, near_, &match)) {
        found++;
    }
    return found;
}

LW_TEST(cards_in_running_text) {
    assert_int_equal(count(lw_find_card, "4014 5142 9477 2591 and 5192119507200371, 344170820539456.", true), 3);
    assert_int_equal(count(lw_find_card, "4014 5142 9477 2591 123", true), 1); /* a security code follows */
    assert_int_equal(count(lw_find_card, "4014-5142-9477-2591-123", true), 0); /* a longer number */
    assert_int_equal(count(lw_find_card, "0000 4014 5142 9477 2591", true), 1);
    assert_int_equal(count(lw_find_card, "4014  5142 9477 2591", true), 0);
    assert_int_equal(count(lw_find_card, "", true), 0);
    assert_int_equal(count(lw_find_card_alone, "42.4014514294772591", true), 0);
    assert_int_equal(count(lw_find_card_alone, "4014514294772591.25", true), 0);
    assert_int_equal(count(lw_find_card_alone, "4014514294772591,5192119507200371", true), 2);
    assert_int_equal(count(lw_find_card_alone, "(21)4014514294772591", true), 0);
    assert_int_equal(count(lw_find_card_alone, "(a)4014514294772591", true), 1);
}

LW_TEST(phones_with_and_without_keyword) {
    static const struct {
        const char *text;
        size_t near_, alone;
    } cases[] = {
        {"617-354-2087", 1, 0},
        {"(617)354-2087", 1, 0},
        {"1-617-354-2087", 1, 1},
        {"1 (617) 354-2087", 1, 1},
        {"1(617)354-2087", 1, 1},
        {"+16173542087", 1, 1},
        {"+1.617.354.2087", 1, 1},
        {"16173542087", 1, 0},
        {"1 6173542087", 1, 0},
        {"001-617-354-2087", 1, 1},
        {"011 1 617 354 2087", 1, 1},
        {"0016173542087", 1, 0},
        {"+2 617 354 2087", 0, 0}, /* another country */
        {"+44 207 183 4926", 0, 0},
        {"0044 207 183 4926", 0, 0},
        {"(+1) 617-354-2087", 1, 1},
        {"617-354-2087x12", 1, 0},
        {"617-354-2087xy", 0, 0},
        {"617-354-208", 0, 0},
        {"(617 354-2087", 1, 0},
        {"617-911-2087", 1, 0}, /* not assigned: only near a keyword */
        {"997-354-2087", 1, 0},
        {"962-354-2087", 1, 0},
        {"+1 617-911-2087", 1, 0},
        {"+1 997-354-2087", 1, 0},
        {"(793) 296-1234", 1, 0},
        {"911-354-2087", 0, 0},
        {"+1 911-354-2087", 0, 0},
        {"193-354-2087", 0, 0},
        {"617-555-0199", 0, 0},
        {"617-555-0200", 1, 0},
        {"d617-354-2087", 0, 0},
        {"5-617-354-2087", 0, 0},
        {"617-354-2087-1", 0, 0},
        {"978-466-2900 Or 978-466-2901", 2, 0},
        {"+1", 0, 0},
        {"+", 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t near_ = count(lw_find_phone, cases[i].text, true);
        size_t alone = count(lw_find_phone, cases[i].text, false);
        if (near_ != cases[i].near_ || alone != cases[i].alone) {
            fail_msg("'%s': %zu with keyword, %zu without", cases[i].text, near_, alone);
        }
    }
}

/* Finders must not look beyond the cell: the bytes behind it are another cell's. */
LW_TEST(finders_stay_within_the_cell) {
    const char *text = "4014514294772591 +1 617-354-2087";
    for (size_t len = 0; len <= strlen(text); len++) {
        char *copy = malloc(len + 1);
        lw_match match;
        assert_non_null(copy);
        memcpy(copy, text, len);
        char *exact = realloc(copy, len == 0 ? 1 : len); /* the sanitizer watches the end */
        assert_non_null(exact);
        assert_int_equal(lw_find_card((lw_slice){exact, len}, 0, true, &match), len >= 16);
        assert_int_equal(lw_find_phone((lw_slice){exact, len}, 0, false, &match), len >= 32);
        free(exact);
    }
}
