#include "tests/support/lw_test.h"

#include <string.h>

#include "identifiers/checks_priv.h"

static bool passes_at(const char *country, lw_slice cell, size_t begin, size_t end) {
    char name[16] = "phone-";
    memcpy(name + 6, country, 2);
    const lw_named_check *known = lw_check_find(name);
    lw_candidate candidate = {.cell = cell, .begin = begin, .end = end, .keyword = true};
    assert_non_null(known);
    return known->check(&candidate);
}

static void all_of(const char *country, bool expected, const char *const *texts) {
    for (; *texts != NULL; texts++) {
        lw_slice cell = lw_slice_from(*texts);
        if (passes_at(country, cell, 0, cell.len) != expected) {
            fail_msg("%s: '%s'", country, *texts);
        }
    }
}

LW_TEST(germany) {
    static const char *const good[] = {"089 4173926",     "089/417 39 26",    "(089) 4173926",    "0894173926",
                                       "0171 4839206",    "0151-23456789",    "+49 89 4173926",   "+49 (0)89 4173926",
                                       "+49(0)894173926", "(+49) 89 4173926", "0049894173926",    "0049 (0) 89 4173926",
                                       "033203 4173-1",   "089 4173926-0",    "0800 4173926",     "0 800 4173926",
                                       "4917148392061",   "+491714839206",    "0171 / 48 39 206", NULL};
    static const char *const bad[] = {
        "0131 4839206",   "+49 131 48392", "00 4173926",    "01.02.1987",   "02.03.1987",     "030 23125 417",
        "+49 0894173926", "089 4 173926",  "(089 4173926",  "089) 4173926", "0310 417392",    "089 417(39)26",
        "089..4173926",   "0894173",       "089 4.1739-26", "0111111111",   "+50 89 4173926", NULL};
    all_of("de", true, good);
    all_of("de", false, bad);
}

LW_TEST(france) {
    static const char *const good[] = {"04 78 61 30 92",
                                       "0478613092",
                                       "04.78.61.30.92",
                                       "+33 4 78 61 30 92",
                                       "+33 (0)4 78613092",
                                       "+33478613092",
                                       "0 800 417 392",
                                       "33678613092",
                                       "(04) 78 61 30 92",
                                       "07 00 61 30 92",
                                       NULL};
    static const char *const bad[] = {"00 78 61 30 92",
                                      "+33 0 78 61 30 92",
                                      "06 39 98 17 24",
                                      "04 78 61 30 9",
                                      "07 10 61 30 92",
                                      "04 7861 3 092",
                                      "04.78 61.30 92",
                                      "+33 4 78 61 30 92 1",
                                      "0199001724",
                                      "04  78 61 30  92/",
                                      NULL};
    all_of("fr", true, good);
    all_of("fr", false, bad);
}

LW_TEST(united_kingdom) {
    static const char *const good[] = {"0131 496 2738",
                                       "01314962738",
                                       "(0131) 496 2738",
                                       "020 7183 4926",
                                       "+44 7712 402639",
                                       "+447712402639",
                                       "0800 417392",
                                       "016977 4183",
                                       "+44 (0)2071834926",
                                       "0345 724 1836",
                                       "447712402639",
                                       "(0044) 20 7183 4926",
                                       NULL};
    static const char *const bad[] = {"07700 900417",     "020 7946 0958", "0121 496 0417",
                                      "0771 402639",      "021 7183 4926", "0111 496 2738",
                                      "+44 0771 2402639", "0131 496 27",   NULL};
    all_of("uk", true, good);
    all_of("uk", false, bad);
}

LW_TEST(spain) {
    static const char *const good[] = {"612 480 937",
                                       "612480937",
                                       "91 482 73 60",
                                       "612 48 09 37",
                                       "+34 612480937",
                                       "+34612480937",
                                       "0034612480937",
                                       "900 417 392",
                                       "34612480937",
                                       "(91) 482 73 60",
                                       NULL};
    static const char *const bad[] = {"412 480 937", "612 480 93", "+34 412 480 937", "999 480 937", "666666666", NULL};
    all_of("es", true, good);
    all_of("es", false, bad);
}

LW_TEST(italy) {
    static const char *const good[] = {"06 48172936",     "02/48172936",
                                       "347 8261930",     "347 826 1930",
                                       "3478261930",      "347.826.1930",
                                       "+39 06 48172936", "+39 347 8261930",
                                       "00393478261930",  "800 417 392",
                                       "0817 482936",     "393478261930",
                                       "(06) 4817 2936",  NULL};
    static const char *const bad[] = {"307 8261930", "347-826-1930", "(347) 826 1930",  "00 48172936", "+39 48172936",
                                      "064817",      "01.02.1987",   "+39 307 8261930", NULL};
    all_of("it", true, good);
    all_of("it", false, bad);
}

LW_TEST(brazil) {
    static const char *const good[] = {"(11) 98472-6130",   "11984726130",
                                       "(21) 3847-2916",    "2138472916",
                                       "11 9 8472-6130",    "0 11 98472-6130",
                                       "041 11 98472-6130", "+55 (11) 98472-6130",
                                       "+5511984726130",    "5511984726130",
                                       "0800 417 3926",     "4003-1726",
                                       "+55 21 38472916",   NULL};
    static const char *const bad[] = {"(10) 98472-6130",
                                      "(23) 3847-2916",
                                      "(11) 68472-6130",
                                      "212-384-7291",
                                      "+55 10 98472-6130",
                                      "(11) 1847-2916",
                                      NULL};
    all_of("br", true, good);
    all_of("br", false, bad);
}

/* The code of another country in front, a sum, a longer number. */
LW_TEST(neighbours) {
    static const struct {
        const char *text;
        size_t begin;
        bool passes;
    } cases[] = {
        {"+351 0171 4839206", 5, false}, {"00351 0171 4839206", 6, false}, {"+0171 4839206", 1, false},
        {"+49 0171 4839206", 4, true},   {"tel 0171 4839206", 4, true},    {"12 0171 4839206", 3, true},
        {"7-0171 4839206", 2, false},    {"1+49 171 4839206", 1, false},   {"(0171 4839206", 1, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lw_slice cell = lw_slice_from(cases[i].text);
        if (passes_at("de", cell, cases[i].begin, cell.len) != cases[i].passes) {
            fail_msg("'%s'", cases[i].text);
        }
    }
}

/* Groups of a longer number, a card's say, are no telephone number where no keyword is near. */
LW_TEST(among_groups_a_keyword_is_needed) {
    lw_slice cell = lw_slice_from("6061 0033 4 78 61 30 92");
    lw_candidate candidate = {.cell = cell, .begin = 5, .end = cell.len};
    const lw_named_check *french = lw_check_find("phone-fr");
    assert_false(french->check(&candidate));
    candidate.keyword = true;
    assert_true(french->check(&candidate));
    cell = lw_slice_from("+33 4 78 61 30 92");
    candidate = (lw_candidate){.cell = cell, .end = cell.len};
    assert_true(french->check(&candidate));
}

/* Whatever the patterns let through must be judged within the cell. */
LW_TEST(odd_texts_are_refused) {
    static const char *const texts[] = {"+", "+49", "(+49)",  "00", "0049", "(",         ")", "()", "+49 (0)",
                                        "-", "0",   "00 49 ", "+4", "(0)",  "++49 1711", " ", NULL};
    static const char *const countries[] = {"br", "de", "es", "fr", "it", "uk"};
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        all_of(countries[i], false, texts);
    }
}
