#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

/* What the check of this name says of text[begin, end). The cell is a copy of exactly its size, so that the sanitizer
 * sees a check that reads beyond it. */
static bool check_part(const char *name, const char *text, size_t begin, size_t end) {
    const lw_named_check *check = lw_check_find(name);
    size_t len = strlen(text);
    if (check == NULL) {
        fail_msg("no check '%s'", name);
        return false;
    }
    char *cell = malloc(len);
    assert_non_null(cell);
    for (size_t i = 0; i < len; i++) { /* no NUL behind it */
        cell[i] = text[i];
    }
    lw_candidate candidate = {.cell = {cell, len}, .begin = begin, .end = end, .today = lw_days_from_civil(2026, 1, 1)};
    bool passes = check->check(&candidate);
    free(cell);
    return passes;
}

static bool check_text(const char *name, const char *text) {
    return check_part(name, text, 0, strlen(text));
}

static void assert_valid(const char *name, const char *text) {
    if (!check_text(name, text)) {
        fail_msg("%s refuses '%s'", name, text);
    }
}

static void assert_invalid(const char *name, const char *text) {
    if (check_text(name, text)) {
        fail_msg("%s takes '%s'", name, text);
    }
}

/* Every other character of the alphabet in that place must be refused. */
static void assert_only(const char *name, const char *text, size_t at, const char *alphabet) {
    char *changed = strdup(text);
    assert_non_null(changed);
    assert_valid(name, text);
    for (const char *c = alphabet; *c != '\0'; c++) {
        changed[at] = *c;
        if (*c != text[at]) {
            assert_invalid(name, changed);
        }
    }
    free(changed);
}

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef struct check_case {
    const char *check, *text;
    size_t at; /* of the check character */
    const char *alphabet;
} check_case;

/* One value a kind; at is the place of its (last) check character. */
static const check_case cases[] = {
    {"ar-cuit", "20410201942", 10, DIGITS},
    {"ar-cuit", "33520939429", 10, DIGITS},
    {"ar-sube", "6061266026773549", 15, DIGITS},
    {"au-tfn", "959693849", 8, DIGITS},
    {"br-cnpj", "66805747000125", 13, DIGITS},
    {"br-cnpj", "66805747000125", 12, DIGITS},
    {"br-cnpj", "7WL788JP000125", 13, DIGITS},
    {"br-cpf", "30387950702", 10, DIGITS},
    {"br-cpf", "30387950702", 9, DIGITS},
    {"br-rg-sp", "457228465", 8, DIGITS "X"},
    {"br-rg-sp", "59290040X", 8, DIGITS "X"},
    {"ca-sin", "621429174", 8, DIGITS},
    {"cl-rut", "255527649", 8, DIGITS "K"},
    {"cl-rut", "9759466K", 7, DIGITS "K"},
    {"co-nit", "11027523201", 10, DIGITS},
    {"co-nit", "923898849", 8, DIGITS},
    {"co-nit", "8197925031", 9, DIGITS},
    {"de-id-card", "LX2Y9NYGX5", 9, DIGITS},
    {"de-id-card", "4492401002D", 9, DIGITS},
    {"de-tax-id", "59724813643", 10, DIGITS},
    {"es-cif", "Q1515580G", 8, DIGITS LETTERS},
    {"es-cif", "B17229824", 8, DIGITS},
    {"es-dni", "27109650X", 8, LETTERS},
    {"es-naf", "073660198789", 11, DIGITS},
    {"es-naf", "28804405836", 10, DIGITS},
    {"es-nie", "Y4897706P", 8, LETTERS},
    {"es-nif-klm", "L5898392L", 8, LETTERS},
    {"fr-nir", "284066912341795", 14, DIGITS},
    {"fr-nir", "284066912341795", 13, DIGITS},
    {"fr-nir", "179112A00403846", 14, DIGITS},
    {"fr-tax-id", "2058388296069", 12, DIGITS},
    {"in-aadhaar", "360259240931", 11, DIGITS},
    {"in-aadhaar", "3723657690951218", 15, DIGITS},
    {"it-fiscal-code", "BNCGLI84L52F205S", 15, LETTERS},
    {"it-fiscal-code", "BNCGLI84L52F2LRY", 15, LETTERS},
    {"it-vat", "06688850533", 10, DIGITS},
    {"mx-curp", "TOVM920417MJCRLR05", 17, DIGITS},
    {"mx-curp", "HEXL060830HNERXSA7", 17, DIGITS},
    {"uk-utr", "7040990315", 0, DIGITS},
};

LW_TEST(every_wrong_check_character_is_refused) {
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_only(cases[i].check, cases[i].text, cases[i].at, cases[i].alphabet);
    }
}

/* The body counts as well: a digit changed anywhere spoils the number. CPF, CNPJ and NIT are not
 * here: they write two remainders as the same digit. */
LW_TEST(every_single_wrong_digit_is_refused) {
    static const char *const kinds[][2] = {
        {"ar-cuit", "20410201942"},      {"au-tfn", "959693849"},        {"ca-sin", "621429174"},
        {"cl-rut", "255527649"},         {"de-tax-id", "59724813643"},   {"es-dni", "27109650X"},
        {"es-cif", "B17229824"},         {"es-naf", "073660198789"},     {"fr-nir", "284066912341795"},
        {"fr-tax-id", "2058388296069"},  {"in-aadhaar", "360259240931"}, {"it-vat", "06688850533"},
        {"ar-sube", "6061266026773549"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (size_t at = 0; kinds[i][1][at] != '\0'; at++) {
            if (strchr(DIGITS, kinds[i][1][at]) != NULL) {
                assert_only(kinds[i][0], kinds[i][1], at, DIGITS);
            }
        }
    }
}

LW_TEST(separators_and_case_do_not_matter) {
    static const char *const written[][2] = {
        {"ar-cuit", "20-41020194-2"},
        {"ar-sube", "6061 2660 2677 3549"},
        {"au-tfn", "959 693 849"},
        {"au-tfn", "473 964 01"},
        {"br-cnpj", "66.805.747/0001-25"},
        {"br-cnpj", "7W.L78.8JP/0001-25"},
        {"br-cnpj", "12.ABC.345/01DE-35"},
        {"br-cpf", "303.879.507-02"},
        {"br-rg-sp", "59.290.040-x"},
        {"ca-sin-grouped", "916 484 348"},
        {"ca-sin-grouped", "046-454-286"},
        {"cl-rut", "25.552.764-9"},
        {"cl-rut", "9.759.466-k"},
        {"co-nit", "1.102.752.320-1"},
        {"co-nit", "819.792.503-1"},
        {"de-id-card", "lx2y9nygx5d"},
        {"de-id-card", "LX2Y9NYGX5<<<<<<D"},
        {"de-tax-id", "59 724 813 643"},
        {"es-cif", "B-17229824"},
        {"es-cif", "ES-B17229824"},
        {"es-dni", "27.109.650-x"},
        {"es-dni", "5502565E"},
        {"es-dni", "ES05502565E"},
        {"es-naf", "07/36601987/89"},
        {"es-naf", "080440240384"}, /* eight digits, the number below ten million */
        {"es-nie", "y-4897706-p"},
        {"es-nif-klm", "L-5898392-L"},
        {"fr-nir", "2 84 06 69 123 417 95"},
        {"fr-nir", "1 79 11 2a 004 038 46"},
        {"fr-tax-id", "20 58 388 296 069"},
        {"in-aadhaar", "3602-5924-0931"},
        {"it-fiscal-code", "bnc gli 84l52 f205 s"},
        {"it-vat", "IT06688850533"},
        {"mx-curp", "tovm920417mjcrlr05"},
        {"mx-rfc", "TOVM-920417-A49"},
        {"mx-rfc", "T&L110930K29"},
        {"mx-rfc", "NU\xc3\x91L740912BK1"},
        {"uk-nino", "sn 17 73 27 c"},
        {"uk-utr", "70409 90315K"},
        {"us-itin", "960-76-0681"},
    };
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        assert_valid(written[i][0], written[i][1]);
    }
}

/* Right check digits do not help a number that nobody is given. */
LW_TEST(numbers_that_are_never_issued) {
    static const char *const never[][2] = {
        {"ar-cuit", "20000000001"},        {"au-tfn", "000000000"},        {"br-cpf", "11111111111"},
        {"br-cnpj", "00000000000000"},     {"br-rg-sp", "000000000"},      {"ca-sin", "046454286"},
        {"ca-sin-grouped", "000 000 000"}, {"cl-rut", "11.111.111-1"},     {"co-nit", "222222222-7"},
        {"de-tax-id", "11111111111"},      {"es-dni", "00000000T"},        {"es-naf", "070000000007"},
        {"es-nie", "X0000000T"},           {"fr-tax-id", "0000000000000"}, {"in-aadhaar", "222222222222"},
        {"in-pan", "EQIPC0000B"},          {"it-vat", "00000000000"},      {"us-itin", "999-99-9999"},
    };
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        assert_invalid(never[i][0], never[i][1]);
    }
}

LW_TEST(parts_of_longer_numbers_are_refused) {
    static const char *const kinds[][2] = {
        {"ar-cuit", "20410201942"},      {"au-tfn", "959693849"},        {"br-cpf", "30387950702"},
        {"br-cnpj", "66805747000125"},   {"ca-sin", "621429174"},        {"cl-rut", "255527649"},
        {"co-nit", "8197925031"},        {"de-tax-id", "59724813643"},   {"es-naf", "073660198789"},
        {"fr-nir", "284066912341795"},   {"fr-tax-id", "2058388296069"}, {"in-aadhaar", "360259240931"},
        {"it-vat", "06688850533"},       {"uk-utr", "7040990315"},       {"us-itin", "960760681"},
        {"national-number", "40116641"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char text[64];
        size_t len = strlen(kinds[i][1]);
        (void)snprintf(text, sizeof(text), "7-%s", kinds[i][1]);
        assert_false(check_part(kinds[i][0], text, 2, len + 2));
        (void)snprintf(text, sizeof(text), "%s.25", kinds[i][1]);
        assert_false(check_part(kinds[i][0], text, 0, len));
        (void)snprintf(text, sizeof(text), "n. %s. A", kinds[i][1]);
        assert_true(check_part(kinds[i][0], text, 3, len + 3));
    }
}

/* Three groups of a card number are no Aadhaar number, three of a longer number no SIN. */
LW_TEST(groups_among_others_are_refused) {
    assert_true(check_part("in-aadhaar", "3602 5924 0931 is", 0, 14));
    assert_false(check_part("in-aadhaar", "3602 5924 0931 5512", 0, 14));
    assert_false(check_part("in-aadhaar", "5512 3602 5924 0931", 5, 19));
    assert_true(check_part("in-aadhaar", "x 3602 5924 0931 55", 2, 16));
    assert_false(check_part("ca-sin-grouped", "916 484 348 001", 0, 11));
    assert_false(check_part("au-tfn", "001 959 693 849", 4, 15));
}

LW_TEST(dates_of_birth_inside_must_be_real) {
    assert_valid("it-fiscal-code", "SPSFNC00B29Z112R");
    assert_invalid("it-fiscal-code", "BNCGLI84B30F205G");
    assert_valid("mx-rfc", "TOVM000229A49"); /* 29 February 2000 */
    assert_invalid("mx-rfc", "TOVM010229A49");
    assert_invalid("mx-rfc", "TOVM920431A49");
    for (const char *digit = DIGITS; *digit != '\0'; digit++) { /* whatever the check digit: 2003 had no such day */
        char curp[] = "PEMA030229MNLRRNA0";
        curp[17] = *digit;
        assert_invalid("mx-curp", curp);
    }
}

/* Genuine numbers break the rule of the RFC's check character: it decides nothing. */
LW_TEST(check_character_of_the_rfc_is_not_held_against_it) {
    for (const char *c = DIGITS "A"; *c != '\0'; c++) {
        char rfc[] = "TOVM920417A49";
        rfc[12] = *c;
        assert_valid("mx-rfc", rfc);
    }
    assert_false(check_part("mx-rfc", "A&TL110930K29", 1, 13)); /* the end of a longer one */
    assert_false(check_part("mx-rfc", "XT&L110930K29", 1, 13));
}

LW_TEST(digits_of_the_german_tax_number_repeat_as_they_should) {
    assert_valid("de-tax-id", "28759864814");
    assert_invalid("de-tax-id", "01234567899");
    /* the check digits are right in these */
    static const char *const wrong[] = {"1234567890", "1122345678", "1112345678", "1111234567"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        for (const char *digit = DIGITS; *digit != '\0'; digit++) {
            char number[16];
            (void)snprintf(number, sizeof(number), "%s%c", wrong[i], *digit);
            assert_invalid("de-tax-id", number);
        }
    }
}

LW_TEST(control_characters_of_spanish_entities) {
    assert_valid("es-cif", "B17229824");
    assert_valid("es-cif", "B1722982D"); /* A and B have had letters */
    assert_invalid("es-cif", "Q15155807");
    assert_invalid("es-cif", "H1722982D");
    assert_valid("es-cif", "J17229824");
    assert_valid("es-cif", "J1722982D");
}

LW_TEST(prefixes_of_national_insurance_numbers) {
    static const char *const unused[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "DA", "FA", "IA",
                                         "QQ", "UA", "VA", "AD", "AF", "AI", "AO", "AQ", "AU", "AV"};
    static const char *const used[] = {"AA", "SN", "PZ", "NN", "ZY", "GA", "BB"};
    char text[16];
    for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++) {
        (void)snprintf(text, sizeof(text), "%s177327C", unused[i]);
        assert_invalid("uk-nino", text);
    }
    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++) {
        (void)snprintf(text, sizeof(text), "%s177327C", used[i]);
        assert_valid("uk-nino", text);
    }
}

LW_TEST(french_numbers_without_a_check_digit) {
    assert_valid("fr-nir-short", "2840669123417");
    assert_invalid("fr-nir-short", "2840669000417");
    assert_invalid("fr-nir-short", "2840669123000");
    assert_false(check_part("fr-nir-short", "2 84 06 69 123 417 96", 0, 18)); /* with a key, and that is wrong */
    assert_true(check_part("fr-nir-short", "2 84 06 69 123 417 123", 0, 18));
    assert_valid("fr-card-12", "140569126244");
    assert_invalid("fr-card-12", "140569100000");
    assert_valid("fr-card-9", "K7WJC1VJ8");
    assert_valid("fr-card-9", "KWJ7C8VJX");
    assert_invalid("fr-card-9", "ABCDEFGHJ");
    assert_invalid("fr-card-9", "COVID2019");
    assert_invalid("fr-card-9", "SN177327C");
    assert_invalid("fr-card-9", "14AB12345");
    assert_invalid("fr-card-9", "27109650X");
}

/* Numbers without a check digit are told from amounts, dates and longer numbers by what stands beside them. */
LW_TEST(numbers_without_a_check_digit) {
    assert_valid("national-number", "40116641");
    assert_valid("national-number", "40.116.641");
    assert_valid("national-number", "20190314"); /* a field of its own */
    assert_invalid("national-number", "11111111");
    assert_false(check_part("national-number", "al 20190314", 3, 11));
    assert_true(check_part("national-number", "al 20191314", 3, 11));
    assert_false(check_part("national-number", "$40.116.641", 1, 11));
    assert_false(check_part("national-number", "$ 40.116.641", 2, 12));
    assert_false(check_part("national-number", "40116641,50", 0, 8));
    assert_false(check_part("national-number", "3,40116641", 2, 10));
    assert_true(check_part("national-number", "40116641, 50", 0, 8));
    assert_valid("co-cedula", "1702752320");
    assert_false(check_part("co-cedula", "a 1702752320", 2, 12));
    assert_true(check_part("co-cedula", "a 1102752320", 2, 12));
    assert_true(check_part("co-cedula", "a 1.702.752.320", 2, 15));
}

/* A check may be asked about anything that is shaped a little like its number. */
LW_TEST(texts_too_short_or_too_long_are_refused) {
    static const char *const names[] = {
        "ar-cuit",        "ar-sube",        "au-tfn",     "br-cnpj",        "br-cpf",    "br-rg-sp",   "ca-sin",
        "ca-sin-grouped", "cl-rut",         "co-nit",     "de-id-card",     "de-tax-id", "es-cif",     "es-dni",
        "es-naf",         "es-nie",         "es-nif-klm", "fr-nir",         "fr-tax-id", "in-aadhaar", "it-vat",
        "mx-curp",        "it-fiscal-code", "uk-nino",    "uk-utr",         "us-itin",   "mx-rfc",     "fr-nir-short",
        "fr-card-12",     "fr-card-9",      "in-pan",     "national-number"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_invalid(names[i], "1");
        assert_invalid(names[i], "12A");
        assert_invalid(names[i], "123456789012345678901234567890");
    }
}
