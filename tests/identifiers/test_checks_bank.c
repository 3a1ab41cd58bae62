/* Bank accounts: IBANs made here from the registry's layouts, with check digits computed here, must be found in every
 * written form, and none with a wrong character. Numbers that the registry prints hold the national checks. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/checks_bank_priv.h"

#define IBAN_ROOM 40
#define TEXT_ROOM 64

/* n digit, a letter, c either, any other letter itself; one character each. */
typedef struct account_country {
    const char *id, *code, *layout;
    unsigned one_in;       /* one random number in so many passes the national check; 1: none is asked for */
    const char *published; /* example of the SWIFT IBAN Registry */
} account_country;

#define BANK(name) name "_BANK_ACCOUNT_NUMBER"

static const account_country countries[] = {
    {BANK("ALBANIA"), "AL", "nnnnnnnncccccccccccccccc", 10, "AL47212110090000000235698741"},
    {BANK("ANDORRA"), "AD", "nnnnnnnncccccccccccc", 1, NULL},
    {BANK("BOSNIA_AND_HERZEGOVINA"), "BA", "nnnnnnnnnnnnnnnn", 97, "BA391290079401028494"},
    {BANK("BRAZIL"), "BR", "nnnnnnnnnnnnnnnnnnnnnnnac", 1, NULL},
    {BANK("BULGARIA"), "BG", "aaaannnnnncccccccc", 1, NULL},
    {BANK("COSTA_RICA"), "CR", "nnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("CROATIA"), "HR", "nnnnnnnnnnnnnnnnn", 100, "HR1210010051863000160"},
    {BANK("CYPRUS"), "CY", "nnnnnnnncccccccccccccccc", 1, NULL},
    {BANK("CZECH_REPUBLIC"), "CZ", "nnnnnnnnnnnnnnnnnnnn", 121, "CZ6508000000192000145399"},
    {BANK("DENMARK"), "DK", "nnnnnnnnnnnnnn", 1, NULL},
    {BANK("DOMINICAN_REPUBLIC"), "DO", "ccccnnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("EGYPT"), "EG", "nnnnnnnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("ESTONIA"), "EE", "nnnnnnnnnnnnnnnn", 10, "EE382200221020145685"},
    {BANK("FAROE_ISLANDS"), "FO", "nnnnnnnnnnnnnn", 1, NULL},
    {BANK("FINLAND"), "FI", "nnnnnnnnnnnnnn", 10, "FI2112345600000785"},
    {BANK("FRANCE"), "FR", "nnnnnnnnnncccccccccccnn", 97, "FR1420041010050500013M02606"},
    {BANK("GEORGIA"), "GE", "aannnnnnnnnnnnnnnn", 1, NULL},
    {BANK("GERMANY"), "DE", "nnnnnnnnnnnnnnnnnn", 1, "DE89370400440532013000"},
    {BANK("GREECE"), "GR", "nnnnnnncccccccccccccccc", 1, NULL},
    {BANK("GREENLAND"), "GL", "nnnnnnnnnnnnnn", 1, NULL},
    {BANK("HUNGARY"), "HU", "nnnnnnnnnnnnnnnnnnnnnnnn", 100, "HU42117730161111101800000000"},
    {BANK("ICELAND"), "IS", "nnnnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("IRELAND"), "IE", "aaaannnnnnnnnnnnnn", 1, NULL},
    {BANK("ITALY"), "IT", "annnnnnnnnncccccccccccc", 26, "IT60X0542811101000000123456"},
    {BANK("JORDAN"), "JO", "aaaannnncccccccccccccccccc", 1, NULL},
    {BANK("KOSOVO"), "XK", "nnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("LIECHTENSTEIN"), "LI", "nnnnncccccccccccc", 1, NULL},
    {BANK("LITHUANIA"), "LT", "nnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("MALTA"), "MT", "aaaannnnncccccccccccccccccc", 1, NULL},
    {BANK("MAURITANIA"), "MR", "nnnnnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("MAURITIUS"), "MU", "aaaannnnnnnnnnnnnnnnnnnaaa", 1, NULL},
    {BANK("MONACO"), "MC", "nnnnnnnnnncccccccccccnn", 97, "MC5811222000010123456789030"},
    {BANK("MONTENEGRO"), "ME", "nnnnnnnnnnnnnnnnnn", 97, "ME25505000012345678951"},
    {BANK("NETHERLANDS"), "NL", "aaaannnnnnnnnn", 1, "NL91ABNA0417164300"},
    {BANK("NORTH_MACEDONIA"), "MK", "nnnccccccccccnn", 97, "MK07250120000058984"},
    {BANK("POLAND"), "PL", "nnnnnnnnnnnnnnnnnnnnnnnn", 10, "PL61109010140000071219812874"},
    {BANK("PORTUGAL"), "PT", "nnnnnnnnnnnnnnnnnnnnn", 97, "PT50000201231234567890154"},
    {BANK("SAN_MARINO"), "SM", "annnnnnnnnncccccccccccc", 26, "SM86U0322509800000000270100"},
    {BANK("SENEGAL"), "SN", "SNnnnnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("SERBIA"), "RS", "nnnnnnnnnnnnnnnnnn", 97, "RS35260005601001611379"},
    {BANK("SLOVAKIA"), "SK", "nnnnnnnnnnnnnnnnnnnn", 121, "SK3112000000198742637541"},
    {BANK("SLOVENIA"), "SI", "nnnnnnnnnnnnnnn", 49 /* 01... needs none */, "SI56263300012039086"},
    {BANK("SPAIN"), "ES", "nnnnnnnnnnnnnnnnnnnn", 100, "ES9121000418450200051332"},
    {BANK("SWEDEN"), "SE", "nnnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("SWITZERLAND"), "CH", "nnnnncccccccccccc", 1, NULL},
    {BANK("TIMOR_LESTE"), "TL", "nnnnnnnnnnnnnnnnnnn", 97, "TL380080012345678910157"},
    {BANK("TUNISIA"), "TN", "nnnnnnnnnnnnnnnnnnnn", 97, "TN5910006035183598478831"},
    {BANK("TURKIYE"), "TR", "nnnnnncccccccccccccccc", 1, NULL},
    {BANK("UK"), "GB", "aaaannnnnnnnnnnnnn", 1, "GB29NWBK60161331926819"},
    {BANK("UKRAINE"), "UA", "nnnnnnccccccccccccccccccc", 1, NULL},
    {BANK("UNITED_ARAB_EMIRATES"), "AE", "nnnnnnnnnnnnnnnnnnn", 1, NULL},
    {BANK("VIRGIN_ISLANDS"), "VG", "aaaannnnnnnnnnnnnnnn", 1, NULL},
};

#define COUNTRY_COUNT (sizeof(countries) / sizeof(countries[0]))

/* ---- one identifier, ready to search ---- */

typedef struct searcher {
    lw_identifier_set *set;
    lw_matcher *matcher;
} searcher;

static searcher searcher_of(const char *id) {
    lw_definition definition = {0};
    lw_error err = {0};
    searcher bench = {0};
    assert_ok(lw_managed_load(id, &definition, &err));
    assert_ok(lw_identifier_set_of(&definition, 0, &bench.set));
    assert_ok(lw_matcher_new(bench.set, &bench.matcher));
    return bench;
}

static void searcher_done(searcher *bench) {
    lw_matcher_free(bench->matcher);
    lw_identifier_set_free(bench->set);
}

static bool finds_any(const searcher *bench, const char *text, bool keyword_near) {
    lw_match match = {0};
    return lw_matcher_next(bench->matcher, 0, lw_slice_from(text), 0, keyword_near, &match) == LW_OK;
}

static bool finds_whole(const searcher *bench, const char *text, bool keyword_near) {
    lw_match match = {0};
    return lw_matcher_next(bench->matcher, 0, lw_slice_from(text), 0, keyword_near, &match) == LW_OK &&
           match.begin == 0 && match.end == strlen(text);
}

static bool passes(const char *check, const char *text) {
    lw_candidate candidate = {.cell = lw_slice_from(text), .end = strlen(text)};
    return lw_check_find(check)->check(&candidate);
}

/* ---- numbers made by the layout ---- */

static uint64_t seed = 20261127;

static unsigned below(unsigned limit) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % limit;
}

/* Remainder of the IBAN read as its country code and check digits behind the rest, letters from A = 10. */
static unsigned remainder97(const char *iban) {
    unsigned rest = 0;
    size_t len = strlen(iban);
    for (size_t i = 0; i < len; i++) {
        char c = iban[(i + 4) % len];
        rest = c <= '9' ? (rest * 10 + (unsigned)(c - '0')) % 97 : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest;
}

static void set_check_digits(char *iban) {
    iban[2] = '0';
    iban[3] = '0';
    unsigned check = 98 - remainder97(iban);
    iban[2] = (char)('0' + check / 10);
    iban[3] = (char)('0' + check % 10);
}

/* MOD 97-10 is right, the national check by chance only. Letters, one in four, where letters may stand. */
static void random_iban(const account_country *country, char iban[IBAN_ROOM]) {
    size_t len = strlen(country->layout);
    memcpy(iban, country->code, 2);
    for (size_t i = 0; i < len; i++) {
        char kind = country->layout[i];
        bool letter = kind == 'a' || (kind == 'c' && below(4) == 0);
        char drawn = letter ? (char)('A' + below(26)) : (char)('0' + below(10));
        iban[4 + i] = kind >= 'a' ? drawn : kind;
    }
    iban[4 + len] = '\0';
    set_check_digits(iban);
}

/* The national check is right too. */
static void good_iban(const account_country *country, char iban[IBAN_ROOM]) {
    do {
        random_iban(country, iban);
    } while (country->one_in > 1 && !passes("iban-national", iban));
}

static void in_fours(const char *iban, char separator, char text[TEXT_ROOM]) {
    size_t len = 0;
    for (size_t i = 0; iban[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0 && separator != '\0') {
            text[len++] = separator;
        }
        text[len++] = iban[i];
    }
    text[len] = '\0';
}

static void in_lower_case(char *text) {
    for (; *text != '\0'; text++) {
        *text = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    }
}

/* ---- IBAN ---- */

LW_TEST(every_country_is_found_in_every_written_form) {
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        searcher bench = searcher_of(countries[c].id);
        for (size_t round = 0; round < 10; round++) {
            char iban[IBAN_ROOM];
            good_iban(&countries[c], iban);
            for (size_t form = 0; form < 6; form++) {
                char text[TEXT_ROOM];
                in_fours(iban, "\0 -"[form % 3], text);
                if (form >= 3) {
                    in_lower_case(text);
                }
                if (!finds_whole(&bench, text, false) || !finds_whole(&bench, text, true)) {
                    fail_msg("%s: '%s' is not found", countries[c].id, text);
                }
            }
        }
        searcher_done(&bench);
    }
}

/* Another digit for a digit, another letter for a letter, at every place. */
LW_TEST(no_single_wrong_character_is_found) {
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        searcher bench = searcher_of(countries[c].id);
        char iban[IBAN_ROOM];
        good_iban(&countries[c], iban);
        for (size_t i = 0; iban[i] != '\0'; i++) {
            char kept = iban[i];
            char first = kept <= '9' ? '0' : 'A';
            char last = kept <= '9' ? '9' : 'Z';
            for (char wrong = first; wrong <= last; wrong++) {
                for (size_t form = 0; form < 3; form++) {
                    char text[TEXT_ROOM];
                    iban[i] = wrong;
                    in_fours(iban, "\0 -"[form], text);
                    iban[i] = kept;
                    if (finds_any(&bench, text, true) != (wrong == kept)) {
                        fail_msg("%s: wrong about '%s', character %zu", countries[c].id, text, i);
                    }
                }
            }
        }
        searcher_done(&bench);
    }
}

LW_TEST(only_the_exact_length_is_found) {
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        searcher bench = searcher_of(countries[c].id);
        char iban[IBAN_ROOM];
        char text[TEXT_ROOM];
        good_iban(&countries[c], iban);
        (void)snprintf(text, sizeof(text), "%s0", iban);
        assert_false(finds_any(&bench, text, true));
        (void)snprintf(text, sizeof(text), "X%s", iban);
        assert_false(finds_any(&bench, text, true));
        (void)snprintf(text, sizeof(text), "IBAN:%s.", iban);
        assert_true(finds_any(&bench, text, false));
        iban[strlen(iban) - 1] = '\0'; /* one short, with the sum right again */
        set_check_digits(iban);
        assert_false(finds_any(&bench, iban, true));
        assert_false(passes("iban", iban));
        searcher_done(&bench);
    }
}

LW_TEST(published_numbers_hold_the_national_checks) {
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        const char *published = countries[c].published;
        assert_true(published != NULL || countries[c].one_in == 1);
        if (published != NULL) {
            searcher bench = searcher_of(countries[c].id);
            if (!passes("iban-national", published) || !finds_whole(&bench, published, false)) {
                fail_msg("%s: the registry's example is refused", countries[c].id);
            }
            searcher_done(&bench);
        }
    }
}

/* A national check lets through as many random numbers as it should, and the matcher agrees with it. */
LW_TEST(the_national_check_decides_where_mod_97_does_not) {
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        searcher bench = searcher_of(countries[c].id);
        unsigned draws = countries[c].one_in * 300;
        unsigned passed = 0;
        for (unsigned i = 0; i < draws; i++) {
            char iban[IBAN_ROOM];
            random_iban(&countries[c], iban);
            bool good = passes("iban-national", iban);
            passed += good;
            assert_true(passes("iban", iban));
            assert_int_equal(finds_any(&bench, iban, false), good);
            assert_true(finds_any(&bench, iban, true)); /* near a keyword MOD 97-10 is enough */
        }
        if (countries[c].one_in == 1) {
            assert_int_equal(passed, draws);
        } else if (passed < 200 || passed > 400) {
            fail_msg("%s: %u of %u pass", countries[c].id, passed, draws);
        }
        searcher_done(&bench);
    }
}

/* 99 leaves the same remainder as 02, and is no check digit. */
LW_TEST(check_digits_are_02_to_98) {
    char iban[IBAN_ROOM];
    const account_country *sweden = NULL;
    for (size_t c = 0; c < COUNTRY_COUNT; c++) {
        sweden = strcmp(countries[c].code, "SE") == 0 ? &countries[c] : sweden;
    }
    assert_non_null(sweden);
    for (size_t i = 0; i < 2000; i++) {
        static const char *const pairs[][2] = {{"02", "99"}, {"97", "00"}, {"98", "01"}};
        random_iban(sweden, iban);
        for (size_t p = 0; p < 3; p++) {
            if (memcmp(iban + 2, pairs[p][0], 2) == 0) {
                memcpy(iban + 2, pairs[p][1], 2);
                assert_int_equal(remainder97(iban), 1);
                assert_false(passes("iban", iban));
                break;
            }
        }
    }
    (void)snprintf(iban, sizeof(iban), "SE%022d", 0);
    set_check_digits(iban);
    assert_false(passes("iban", iban)); /* zeros are a filler */
}

LW_TEST(separators_are_of_one_kind) {
    assert_true(passes("iban", "DE89 3704 0044 0532 0130 00"));
    assert_true(passes("iban", "DE89-3704-0044-0532-0130-00"));
    assert_false(passes("iban", "DE89 3704-0044 0532 0130 00"));
    assert_false(passes("iban", "DE89 3704 0044 0532 0130-00"));
    assert_false(passes("iban", "ZZ89 3704 0044 0532 0130 00"));
    assert_false(passes("iban", ""));
    assert_false(passes("iban", "DE89"));
}

/* ---- without the IBAN's head ---- */

static void assert_needs_keyword(const searcher *bench, const char *text) {
    if (!finds_whole(bench, text, true) || finds_any(bench, text, false)) {
        fail_msg("'%s' must count with a keyword only", text);
    }
}

LW_TEST(account_numbers_of_five_countries_need_a_keyword) {
    static const struct {
        const char *id, *text;
    } cases[] = {
        {BANK("FRANCE"), "20041010050500013M02606"},
        {BANK("FRANCE"), "20041 01005 0500013M026 06"},
        {BANK("SPAIN"), "21000418450200051332"},
        {BANK("SPAIN"), "2100-0418-45-0200051332"},
        {BANK("SPAIN"), "2100 0418 4502 0005 1332"},
        {BANK("ITALY"), "X0542811101000000123456"},
        {BANK("ITALY"), "X 05428 11101 000000123456"},
        {BANK("GERMANY"), "370400440532013000"},
        {BANK("GERMANY"), "370 400 44 0532013000"},
        {BANK("GERMANY"), "37040044/0532013000"},
        {BANK("UK"), "NWBK60161331926819"},
        {BANK("UK"), "60-16-13 31926819"},
        {BANK("UK"), "601613 31926819"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        searcher bench = searcher_of(cases[i].id);
        char text[TEXT_ROOM];
        assert_needs_keyword(&bench, cases[i].text);
        (void)snprintf(text, sizeof(text), "XY12 %s", cases[i].text); /* the rest of an IBAN, which is wrong */
        assert_false(finds_any(&bench, text, true));
        (void)snprintf(text, sizeof(text), "7-%s", cases[i].text);
        assert_false(finds_any(&bench, text, true));
        searcher_done(&bench);
    }
    searcher bench = searcher_of(BANK("UK"));
    assert_needs_keyword(&bench, "NWBK 60-16-13 31926819");
    searcher_done(&bench);
}

LW_TEST(wrong_keys_are_refused) {
    static const struct {
        const char *check, *text;
    } cases[] = {{"bban-fr", "20041010050500013M02606"}, {"bban-it", "X0542811101000000123456"}};
    for (size_t c = 0; c < 2; c++) {
        char text[TEXT_ROOM];
        (void)snprintf(text, sizeof(text), "%s", cases[c].text);
        for (size_t i = 0; text[i] != '\0'; i++) {
            char kept = text[i];
            for (char digit = '0'; digit <= '9' && kept <= '9'; digit++) {
                text[i] = digit;
                assert_int_equal(passes(cases[c].check, text), digit == kept);
            }
            text[i] = kept;
        }
    }
    assert_true(passes("bban-es", "21000418450200051332"));
    assert_false(passes("bban-es", "21000418550200051332"));
    assert_false(passes("bban-es", "21000418460200051332"));
    assert_false(passes("bban-es", "00000000000000000000"));
    assert_false(passes("bban-de", "370400440000000000"));
    assert_false(passes("bban-uk", "00-00-00 31926819"));
    assert_false(passes("bban-uk", "60-16-13 00000000"));
    assert_false(passes("bban-uk", "60-16-13 3192681"));
}

/* ---- USA and Canada ---- */

LW_TEST(account_numbers_are_no_fillers_and_no_times) {
    static const char *const good[] = {"482019537",      "48201953771065528", "000204418830",   "123456780",
                                       "20240231104512", "20240131104562",    "18991231235959", "021000021"};
    static const char *const bad[] = {"48201953",
                                      "482019537710655281",
                                      "000000000",
                                      "123456789",
                                      "0123456789",
                                      "9876543210",
                                      "20240131104512",
                                      "202401311045",
                                      "482019537.25",
                                      "1-482019537",
                                      "routing no. 021000021",
                                      "ABA: 021000021"};
    searcher bench = searcher_of("BANK_ACCOUNT_NUMBER");
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!finds_whole(&bench, good[i], true)) {
            fail_msg("'%s' is not found", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (finds_any(&bench, bad[i], true)) {
            fail_msg("'%s' is found", bad[i]);
        }
    }
    /* only a routing number, and only behind its own label */
    assert_true(finds_any(&bench, "routing no. 021000022", true));
    assert_true(finds_any(&bench, "routing 021000021, account 482019537", true));
    searcher_done(&bench);
}
