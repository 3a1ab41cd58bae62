#include "tests/support/lw_test.h"

#include <string.h>

#include "identifiers/checks_priv.h"

static bool passes(const char *check, const char *text) {
    const lw_named_check *known = lw_check_find(check);
    lw_slice cell = lw_slice_from(text);
    lw_candidate candidate = {.cell = cell, .end = cell.len};
    assert_non_null(known);
    return known->check(&candidate);
}

/* Of all texts that differ from text in one digit, only text passes; from is the first digit that the check covers. */
static void refuses_every_other_digit(const char *check, const char *text, size_t from) {
    char copy[32];
    size_t len = strlen(text);
    assert_true(len < sizeof(copy));
    memcpy(copy, text, len + 1);
    for (size_t i = from; i < len; i++) {
        if (!lw_digit(text[i])) {
            continue;
        }
        for (int c = '0'; c <= '9'; c++) {
            copy[i] = (char)c;
            if (passes(check, copy) != (c == text[i])) {
                fail_msg("%s: '%s' for '%s'", check, copy, text);
            }
        }
        copy[i] = text[i];
    }
}

LW_TEST(provider_numbers) {
    assert_true(passes("npi", "1704926835"));
    assert_true(passes("npi", "808401704926835"));
    assert_false(passes("npi", "808411704926835"));
    assert_false(passes("npi", "170492683"));
    assert_false(passes("npi", "3704926831"));
    refuses_every_other_digit("npi", "1704926835", 0);
    refuses_every_other_digit("npi", "808401704926835", 0);
}

/* Twice a digit is the same modulo 10 for d and d + 5, so digits 2, 4 and 6 are covered in half only. */
LW_TEST(prescriber_numbers) {
    assert_true(passes("dea", "MK4829151"));
    assert_true(passes("dea", "mk 4829151"));
    assert_true(passes("dea", "MK4829151-012"));
    assert_false(passes("dea", "MK0000000"));
    static const size_t odd[] = {2, 4, 6, 8};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        char copy[] = "MK4829151";
        for (int c = '0'; c <= '9'; c++) {
            copy[odd[i]] = (char)c;
            assert_int_equal(passes("dea", copy), c == "MK4829151"[odd[i]]);
        }
    }
}

LW_TEST(old_medicare_numbers) {
    assert_true(passes("hicn", "401-62-7358A"));
    assert_true(passes("hicn", "WCA-401-62-7358"));
    assert_false(passes("hicn", "401-00-7358A"));
    assert_false(passes("hicn", "000-62-7358A"));
    assert_false(passes("hicn", "666-62-7358A"));
    assert_false(passes("hicn", "WCA-401-62-0000"));
    assert_false(passes("hicn", "333-33-3333A"));
}

LW_TEST(drug_and_procedure_codes) {
    assert_true(passes("ndc", "0378-4912-05"));
    assert_true(passes("ndc", "00378491205"));
    assert_false(passes("ndc", "0000-0000-05"));
    assert_false(passes("ndc", "11111111111"));
    static const char *const in[] = {"00100", "01999", "10004", "69990",   "70010",
                                     "89398", "90281", "99607", "99214-25"};
    static const char *const out[] = {"00099", "02000", "10003", "69991", "80046", "89399", "90280", "99608"};
    for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
        assert_true(passes("cpt", in[i]));
    }
    for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
        assert_false(passes("cpt", out[i]));
    }
}

LW_TEST(european_cards) {
    assert_true(passes("ehic", "80276104935018264073"));
    assert_true(passes("ehic", "8027 6104 9350 1826 4073"));
    assert_true(passes("ehic", "80246802464173950268"));
    assert_false(passes("ehic", "80840104935018264073"));
    assert_false(passes("ehic", "81276104935018264073"));
    assert_false(passes("ehic", "8027610493501826407"));
    assert_false(passes("ehic", "80276104931111111111"));
    assert_true(passes("ehic-finland", "8024680246-4173950268"));
    assert_false(passes("ehic-finland", "80246802454173950268"));
}

LW_TEST(french_keys) {
    assert_true(lw_nir_key_valid("287043417281659"));
    assert_true(lw_nir_key_valid("187082A00421907"));
    assert_false(lw_nir_key_valid("187082B00421907"));
    assert_false(lw_nir_key_valid("287043417281600"));
    assert_false(lw_nir_key_valid("2870434172816A9"));
    assert_false(lw_nir_key_valid("28704A417281659"));
    assert_true(lw_nir_parts_valid("2870434172816"));
    assert_true(lw_nir_parts_valid("187082A004219"));
    assert_false(lw_nir_parts_valid("187083A004219")); /* the letter belongs to 2 */
    assert_false(lw_nir_parts_valid("2871434172816"));
    assert_false(lw_nir_parts_valid("9870434172816"));
    assert_false(lw_nir_parts_valid("2870400172816"));
    assert_false(lw_nir_parts_valid("2870434000816"));
    assert_false(lw_nir_parts_valid("2870434172000"));
    assert_true(passes("nir-health", "1 87 08 2a 004 219 07"));
    assert_true(passes("nir-without-key", "2870434172816"));
    refuses_every_other_digit("nir-health", "287043417281659", 0);
    refuses_every_other_digit("nir-health", "187082A00421907", 0);
}

LW_TEST(british_numbers) {
    assert_true(passes("nhs", "485 729 1630"));
    assert_false(passes("nhs", "0000000000"));
    assert_false(passes("nhs", "485 729 163"));
    refuses_every_other_digit("nhs", "4857291630", 0);
    refuses_every_other_digit("nhs", "612-803-9456", 4);
}

LW_TEST(canadian_numbers) {
    assert_true(passes("canada-health-ten", "9274618032"));
    assert_true(passes("canada-health-ten", "9274 618 032"));
    assert_true(passes("canada-health-ten", "4739-182-659-KR"));
    assert_false(passes("canada-health-ten", "4739182650"));
    refuses_every_other_digit("canada-health-ten", "4739182659", 1);
    assert_true(passes("canada-health-plain", "514 728 306"));
    assert_false(passes("canada-health-plain", "555 555 555"));
    assert_true(passes("ramq", "BERN84031714"));
    assert_true(passes("ramq", "TREM 9158 2216"));
    assert_true(passes("ramq", "BERN00022914")); /* 1900 had no such day, 2000 had */
    assert_false(passes("ramq", "BERN84131714"));
    assert_false(passes("ramq", "BERN84023114"));
    assert_false(passes("ramq", "BERN84631714"));
}

LW_TEST(part_of_a_longer_number) {
    lw_slice cell = LW_SLICE_LITERAL("7-1704926835");
    lw_candidate candidate = {.cell = cell, .begin = 2, .end = cell.len};
    assert_false(lw_check_find("npi")->check(&candidate));
}
