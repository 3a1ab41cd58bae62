/* Names, places and header words one by one; columns and files are in test_record_rules.c. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <string.h>

#include "identifiers/names_priv.h"
#include "identifiers/places_priv.h"

static lw_slice text(const char *literal) {
    return (lw_slice){literal, strlen(literal)};
}

static unsigned payload_of(const char *word) {
    return lw_table_find(LW_TABLE_NAMES, word, strlen(word));
}

static void assert_folded(const char *from, const char *to) {
    char out[128];
    size_t len = lw_fold_words(text(from), out, sizeof(out));
    assert_int_equal(len, strlen(to));
    assert_memory_equal(out, to, len);
}

LW_TEST(folding_drops_case_accents_and_marks) {
    assert_folded("Gómez", "gomez");
    assert_folded("Go\xcc\x81mez", "gomez"); /* decomposed */
    assert_folded("G\xf3mez", "gomez");      /* Latin-1 */
    assert_folded("Große Straße 5", "grosse strasse 5");
    assert_folded("  O'Brien-McKay,\tJr. ", "obrien mckay jr");
    assert_folded("Łódź Škoda Æsir", "lodz skoda aesir");
    assert_folded("Nguyễn", "nguyen");
    assert_folded("", "");
    assert_folded("...", "");
}

LW_TEST(folding_never_writes_past_its_room) {
    char out[8];
    memset(out, 'x', sizeof(out));
    assert_int_equal(lw_fold_words(text("abcdefghijklmnop"), out, 6), 0);
    assert_int_equal(out[6], 'x');
    assert_int_equal(out[7], 'x');
    assert_int_equal(lw_fold_words(text("ßßßß"), out, 6), 0);
    assert_int_equal(lw_fold_words(text("abcd ß"), out, 6), 0);
    assert_int_equal(out[6], 'x');
}

LW_TEST(folding_a_place_shortens_its_words) {
    char out[64];
    const char *const same[][2] = {{"Saint Louis", "ST. LOUIS"}, {"North Adams", "N ADAMS"},
                                   {"Mount Holly", "MT HOLLY"},  {"Lyon CEDEX 03", "lyon"},
                                   {"Paris 12", "Paris"},        {"Frankfurt (Oder)", "frankfurt"}};
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        char other[64];
        size_t a = lw_fold_place(text(same[i][0]), out, sizeof(out));
        size_t b = lw_fold_place(text(same[i][1]), other, sizeof(other));
        assert_int_equal(a, b);
        assert_memory_equal(out, other, a);
    }
}

/* Holds the folding here equal to that of the converter: accented words must be found. */
LW_TEST(tables_hold_what_the_converter_folded) {
    static const char *const given[] = {"jose",     "maria", "jurgen",   "juergen",
                                        "francois", "chloe", "rosalind", "giulia"};
    static const char *const family[] = {"muller", "garcia", "wisniewska", "lefevre", "johnson", "janssens", "obrien"};
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        assert_true((payload_of(given[i]) & LW_WORD_GIVEN) != 0);
    }
    for (size_t i = 0; i < sizeof(family) / sizeof(family[0]); i++) {
        assert_true((payload_of(family[i]) & LW_WORD_FAMILY) != 0);
    }
    assert_true((payload_of("report") & LW_WORD_COMMON) != 0);
    assert_int_equal(LW_WORD_ROLE(payload_of("hospital")), LW_ROLE_COMPANY);
    assert_int_equal(LW_WORD_ROLE(payload_of("unknown")), LW_ROLE_PLACEHOLDER);
    assert_int_equal(payload_of("qqxzzy"), 0);
}

LW_TEST(words_that_are_in_no_list_are_not_found) {
    char word[16];
    unsigned found = 0;
    for (unsigned i = 0; i < 100000; i++) {
        int len = snprintf(word, sizeof(word), "xq%uz", i);
        found += lw_table_find(LW_TABLE_NAMES, word, (size_t)len) != 0;
        found += lw_table_find(LW_TABLE_PLACES, word, (size_t)len) != 0;
    }
    assert_true(found <= 2); /* 0.1 are expected: entries / 2^39 each */
}

static void assert_score(const char *cell, lw_name_score least, lw_name_score most) {
    lw_name_score score = lw_name_full(text(cell));
    if (score < least || score > most) {
        print_message("'%s' scores %d, not %d to %d\n", cell, (int)score, (int)least, (int)most);
    }
    assert_true(score >= least && score <= most);
}

LW_TEST(full_names_score) {
    static const char *const names[] = {
        "José Eduardo181 Gómez206", "Rosalind Achterberg",  "Achterberg, Rosalind",
        "DR. JOHN Q. SMITH JR",     "SMITH, JOHN Q, MD",    "Eva-Maria Müller",
        "Ludwig van Beethoven",     "Giuseppe Verdi",       "Conan O'Brien",
        "Marie-Claire Dupont",      "Rahul Sharma",         "María de los Ángeles García",
        "Don899 Quigley282",        "Prof. Dr. Hans Meier", "Michael Jordan"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_score(names[i], LW_NAME_LIKELY, LW_NAME_STRONG);
    }
}

LW_TEST(weak_names_score_less) {
    assert_score("Grace Young", LW_NAME_POSSIBLE, LW_NAME_POSSIBLE);
    assert_score("john smith", LW_NAME_POSSIBLE, LW_NAME_POSSIBLE);
    assert_score("Dr. Grace Young", LW_NAME_LIKELY, LW_NAME_LIKELY);
    assert_score("Pedro García", LW_NAME_SHAPED, LW_NAME_SHAPED); /* also a town */
    assert_score("Xyqel Vbwat", LW_NAME_SHAPED, LW_NAME_SHAPED);
}

LW_TEST(things_are_no_names) {
    static const char *const things[] = {"HEALTHALLIANCE HOSPITALS  INC",
                                         "Springfield Hospital",
                                         "Quarterly Report",
                                         "Marigot  Saint Andrew Parish  DM",
                                         "New York",
                                         "San Francisco",
                                         "Virginia Beach",
                                         "Mary",
                                         "",
                                         "J. K.",
                                         "Viral sinusitis (disorder)",
                                         "Penicillin V Potassium 250 MG",
                                         "john.smith@example.org",
                                         "12 Elm Street",
                                         "2011-08-09",
                                         "a26ab8ea-5a1c-4f4e-9b0e-3d5a8f2f7c11",
                                         "S99984236",
                                         "GENERAL PRACTICE",
                                         "Unknown Unknown",
                                         "Danvers  Massachusetts  US",
                                         "John/Jane Smith",
                                         "Smith, John, Mary, Jane",
                                         ", John",
                                         "- Smith",
                                         "one two three four five six seven eight nine ten"};
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        assert_score(things[i], LW_NAME_NONE, LW_NAME_NONE);
    }
}

LW_TEST(families_of_a_company_are_no_person) {
    assert_score("Toledo y Sáenz", LW_NAME_NONE, LW_NAME_NONE);
    assert_score("Melo, Souza e Lima", LW_NAME_NONE, LW_NAME_NONE);
    assert_score("Quigley Achterberg", LW_NAME_NONE, LW_NAME_POSSIBLE);
    assert_score("José Ortega y Gasset", LW_NAME_LIKELY, LW_NAME_STRONG);
    assert_score("JOHN E SMITH", LW_NAME_LIKELY, LW_NAME_STRONG);
}

LW_TEST(forms_of_names) {
    static const char *const names[] = {
        "Xyqel Vbwat",       "O. Müller",      "Grace Young", "mary johnson", "Frau Dr. Eva van der Vbwat",
        "McVbwat, Rosalind", "Jill Vbwat III", "Ng Li"};
    static const char *const others[] = {"Vbwat",         "Dr. Vbwat",        "Vbwat Group",   "Vbwat LLC",
                                         "Via Vbwat",     "Toledo y Sáenz",   "Area 51",       "Vbwat and Sons",
                                         "Xyqel & Vbwat", "Grace under Fire", "x@example.org", "unknown person"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!lw_name_form(text(names[i]))) {
            fail_msg("'%s' has no form of a name", names[i]);
        }
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (lw_name_form(text(others[i]))) {
            fail_msg("'%s' has the form of a name", others[i]);
        }
    }
}

LW_TEST(any_bytes_are_safe_to_score) {
    char cell[160];
    uint64_t random_bits = 88172645463325252U;
    for (int round = 0; round < 50000; round++) {
        random_bits ^= random_bits << 13;
        random_bits ^= random_bits >> 7;
        random_bits ^= random_bits << 17;
        size_t len = random_bits % sizeof(cell);
        for (size_t i = 0; i < len; i++) {
            static const char alphabet[] = "aZ .,-'\xc3\xa9\xe2\x80\x99\xff\xcc\x81 09(/S";
            random_bits = random_bits * 6364136223846793005U + 1442695040888963407U;
            cell[i] = alphabet[(random_bits >> 33) % (sizeof(alphabet) - 1)];
        }
        lw_slice slice = {cell, len};
        lw_header header;
        (void)lw_name_full(slice);
        (void)lw_name_form(slice);
        (void)lw_postal_form(slice);
        (void)lw_place_form(slice);
        (void)lw_street_form(slice);
        (void)lw_address_form(slice);
        (void)lw_name_part(slice);
        (void)lw_name_part_possible(slice);
        (void)lw_address_line(slice);
        (void)lw_street_line(slice);
        (void)lw_place_known(slice);
        (void)lw_postal_countries(slice, true);
        lw_header_read(slice, &header);
    }
}

LW_TEST(parts_of_names) {
    assert_int_equal(lw_name_part(text("Eduardo181")), LW_PART_SHAPED | LW_PART_GIVEN | LW_PART_FAMILY);
    assert_true((lw_name_part(text("Rosalind")) & LW_PART_GIVEN) != 0);
    assert_true((lw_name_part(text("Rosalind-Giulia")) & LW_PART_GIVEN) != 0);
    assert_true((lw_name_part(text("Gulgowski816")) & LW_PART_SHAPED) != 0);
    assert_int_equal(lw_name_part(text("unknown")), 0);
    assert_int_equal(lw_name_part(text("MA")) & (LW_PART_GIVEN | LW_PART_FAMILY), 0);
    assert_int_equal(lw_name_part(text("white")) & (LW_PART_GIVEN | LW_PART_FAMILY), 0);
    assert_int_equal(lw_name_part(text("4711")), 0);
    assert_true(lw_name_part_possible(text("Robert (Bob)")));
    assert_true(lw_name_part_possible(text("Xu")));
    assert_false(lw_name_part_possible(text("N/A")));
    assert_false(lw_name_part_possible(text("n/a")));
    assert_false(lw_name_part_possible(text("none")));
    assert_false(lw_name_part_possible(text("--")));
    assert_false(lw_name_part_possible(text("123")));
    assert_false(lw_name_part_possible(text("")));
}

static void assert_regions(lw_country country, const char *code, bool padded, const char *first) {
    lw_regions regions;
    bool read = lw_postal_read(country, text(code), padded, &regions);
    if (read != (first != NULL) || (read && first != NULL && strcmp(regions.text[0], first) != 0)) {
        print_message("'%s' as a code of country %d: %s\n", code, (int)country, read ? regions.text[0] : "none");
        fail();
    }
}

LW_TEST(postal_codes_lie_in_their_regions) {
    assert_regions(LW_COUNTRY_US, "02143", false, "ma");
    assert_regions(LW_COUNTRY_US, "02143-1234", false, "ma");
    assert_regions(LW_COUNTRY_US, "021431234", false, "ma");
    assert_regions(LW_COUNTRY_US, "2143", true, "ma");
    assert_regions(LW_COUNTRY_US, "2143", false, NULL);
    assert_regions(LW_COUNTRY_US, "2128-1142", true, "ma");
    assert_regions(LW_COUNTRY_US, "214", true, NULL); /* 002: nowhere */
    assert_regions(LW_COUNTRY_US, "601", true, "pr");
    assert_regions(LW_COUNTRY_US, "00000", false, NULL);
    assert_regions(LW_COUNTRY_US, "02143-12", false, NULL);
    assert_regions(LW_COUNTRY_CA, "H2X 1Y4", false, "qc");
    assert_regions(LW_COUNTRY_CA, "k1a0b1", false, "on");
    assert_regions(LW_COUNTRY_CA, "D2X 1Y4", false, NULL);
    assert_regions(LW_COUNTRY_GB, "EH3 9DR", false, "eh");
    assert_regions(LW_COUNTRY_GB, "SW1A1AA", false, "sw");
    assert_regions(LW_COUNTRY_GB, "E1 6AN", false, "e");
    assert_regions(LW_COUNTRY_GB, "EH3 9CR", false, NULL);
    assert_regions(LW_COUNTRY_AU, "3056", false, "vi");
    assert_regions(LW_COUNTRY_AU, "800", true, "nt");
    assert_regions(LW_COUNTRY_AU, "0100", false, NULL);
    assert_regions(LW_COUNTRY_DE, "80331", false, "80");
    assert_regions(LW_COUNTRY_DE, "1067", true, "01");
    assert_regions(LW_COUNTRY_DE, "05123", false, NULL);
    assert_regions(LW_COUNTRY_DE, "43123", false, NULL);
    assert_regions(LW_COUNTRY_FR, "69003", false, "69");
    assert_regions(LW_COUNTRY_IT, "00184", false, "00");
    assert_regions(LW_COUNTRY_ES, "28013", false, "28");
    assert_regions(LW_COUNTRY_ES, "53013", false, NULL);
}

static bool agree(const char *city, const char *state, const char *code) {
    return lw_address_fields(LW_COUNTRIES_ALL, text(city), text(state), text(code));
}

LW_TEST(place_state_and_code_agree) {
    assert_true(agree("Chicopee", "Massachusetts", "01013"));
    assert_true(agree("LEOMINSTER", "MA", "01453"));
    assert_true(agree("N ADAMS", "MA", "1247"));
    assert_true(agree("Boston", "", "02115"));
    assert_true(agree("Newburgport", "MA", "01950")); /* misspelt, but the state is the code's */
    assert_true(agree("Montréal", "QC", "H2X 1Y4"));
    assert_true(agree("Edinburgh", "", "EH3 9DR"));
    assert_true(agree("London", "", "SW1A 1AA"));
    assert_true(agree("Sydney", "NSW", "2000"));
    assert_true(agree("München", "", "80331"));
    assert_true(agree("Muenchen", "Bayern", "80331"));
    assert_true(agree("Köln", "", "50667"));
    assert_true(agree("PARIS 04", "", "75004"));
    assert_true(agree("L'Abergement-Clémenciat", "", "01400"));
    assert_true(agree("Roma", "RM", "00184"));
    assert_true(agree("Firenze", "", "50122"));
    assert_true(agree("A Coruña", "", "15001"));
    assert_true(agree("Las Palmas de Gran Canaria", "", "35001"));
}

LW_TEST(place_and_code_of_other_regions_do_not_agree) {
    assert_false(agree("Attleboro", "Massachusetts", "02861"));
    assert_false(agree("Chicago", "IL", "02143"));
    assert_false(agree("Chicopee", "Massachusetts", ""));
    assert_false(agree("", "Massachusetts", "01013"));
    assert_false(agree("unknown", "MA", "01013"));
    assert_false(agree("München", "", "20095"));
    assert_false(agree("Edinburgh", "", "SW1A 1AA"));
    assert_false(agree("Madrid", "", "08001"));
    assert_false(agree("Sydney", "NSW", "3056"));
    assert_false(lw_address_fields(1U << LW_COUNTRY_US, text("München"), text(""), text("80331")));
}

LW_TEST(addresses_in_one_line) {
    static const struct {
        const char *line;
        lw_country country;
    } lines[] = {{"12 Elm St Apt 3, Springfield, MA 01103", LW_COUNTRY_US},
                 {"PO Box 5, N Adams Massachusetts 01247-4522", LW_COUNTRY_US},
                 {"24 Sussex Dr, Ottawa, ON K1M 1M4", LW_COUNTRY_CA},
                 {"1 High Street, Leeds LS1 4AP", LW_COUNTRY_GB},
                 {"221B Baker Street, London, Greater London NW1 6XE", LW_COUNTRY_GB},
                 {"3 Bridge Street, Musselburgh, East Lothian EH21 6AA", LW_COUNTRY_GB},
                 {"1 George St, Sydney NSW 2000", LW_COUNTRY_AU},
                 {"Musterstr. 5, 80331 München", LW_COUNTRY_DE},
                 {"10 rue de Rivoli, 75001 Paris", LW_COUNTRY_FR},
                 {"Via Roma 12, 00184 Roma (RM)", LW_COUNTRY_IT},
                 {"Calle Mayor 1, 28013 Madrid", LW_COUNTRY_ES}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(lw_address_line(text(lines[i].line)), 1U << lines[i].country);
    }
    static const char *const others[] = {"Marigot  Saint Andrew Parish  DM",
                                         "427 Balistreri Way Unit 19",
                                         "12 Elm St, Springfield, MA 90210",
                                         "12345",
                                         "Influenza 2011 seasonal",
                                         "Order 75001 shipped to Lyon",
                                         "Springfield 62701",
                                         "Springfield on 62701",
                                         ""};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(lw_address_line(text(others[i])), 0);
    }
}

LW_TEST(forms_of_places_and_codes) {
    static const char *const codes[] = {"05030-9668", "2138",    "601",       "81357",  "MZ11 3FS",
                                        "SW1A2AA",    "K1M 1M4", "021431234", "2138.0", " 10115 "};
    static const char *const no_codes[] = {"637 050", "637050", "02403-444", "02403444",    "12",
                                           "",        "A1",     "n/a",       "10115 Berlin"};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        assert_true(lw_postal_form(text(codes[i])));
    }
    for (size_t i = 0; i < sizeof(no_codes) / sizeof(no_codes[0]); i++) {
        assert_false(lw_postal_form(text(no_codes[i])));
    }
    assert_true(lw_place_form(text("Lake Johnmouth")));
    assert_true(lw_place_form(text("Paris 04")));
    assert_true(lw_place_form(text("Ø by")));
    assert_false(lw_place_form(text("unknown")));
    assert_false(lw_place_form(text("4711")));
    assert_false(lw_place_form(text("A1")));
    assert_false(lw_place_form(text("")));
    assert_true(lw_street_form(text("368 Wava Mills")));
    assert_false(lw_street_form(text("n/a")));
    assert_false(lw_street_form(text("someone@example.org")));
}

LW_TEST(forms_of_lines) {
    static const char *const lines[] = {"793 State Street, East Myronstead, DE 85937-9061",
                                        "5 Lizeth Corner, Trantowbury LQ14 6ND",
                                        "24 Vbwat Dr, Xyqel, ON K1M 1M4",
                                        "1 Vbwat St, Xyqel NSW 2000",
                                        "Opladener Str. 45c, 88859 Ost Elaineland",
                                        "Prolongación José María s/n., 06780 Córdoba",
                                        "Postfach 12, 10115 Vbwat",
                                        "37670 Juana Mission, Jacquesport, WA 50779."};
    static const char *const others[] = {"427 Balistreri Way Unit 19",
                                         "37670 Juana Mission Suite 12",
                                         "208 Iyer Dale, Mudabidri, Goa 583 762",
                                         "5795 Rua Caio, Xyqel - RR, 13295-119",
                                         "10.0.0.1",
                                         "2020-01-01 12:00:00 12345",
                                         "someone12@example.org 12345 word word",
                                         "12345 67890 11111",
                                         "Elm Street, Springfield",
                                         ""};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!lw_address_form(text(lines[i]))) {
            fail_msg("'%s' has no form of an address", lines[i]);
        }
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (lw_address_form(text(others[i]))) {
            fail_msg("'%s' has the form of an address", others[i]);
        }
    }
}

LW_TEST(street_lines) {
    assert_true(lw_street_line(text("60 HOSPITAL ROAD")));
    assert_true(lw_street_line(text("Hauptstraße 12a")));
    assert_true(lw_street_line(text("12 bis rue Victor Hugo")));
    assert_false(lw_street_line(text("Elm Street")));
    assert_false(lw_street_line(text("Ibuprofen 200 MG Oral Tablet")));
}

static void assert_header(const char *name, unsigned with, unsigned without) {
    lw_header header;
    lw_header_read(text(name), &header);
    if ((header.classes & with) != with || (header.classes & without) != 0) {
        print_message("'%s' has classes %#x\n", name, header.classes);
        fail();
    }
}

LW_TEST(header_words) {
    assert_header("patientName", LW_HEADER_PERSON | LW_HEADER_NAME, LW_HEADER_OTHER);
    assert_header("patientname", LW_HEADER_PERSON | LW_HEADER_NAME, LW_HEADER_OTHER);
    assert_header("PATIENT_NAME", LW_HEADER_PERSON | LW_HEADER_NAME, LW_HEADER_OTHER);
    assert_header("FirstName", LW_HEADER_GIVEN | LW_HEADER_NAME, LW_HEADER_FAMILY);
    assert_header("first name", LW_HEADER_GIVEN | LW_HEADER_NAME, LW_HEADER_FAMILY);
    assert_header("last-name", LW_HEADER_FAMILY | LW_HEADER_NAME, LW_HEADER_GIVEN);
    assert_header("Prénom", LW_HEADER_GIVEN, LW_HEADER_OTHER);
    assert_header("Straße", LW_HEADER_STREET, LW_HEADER_OTHER);
    assert_header("Code postal", LW_HEADER_POSTAL, LW_HEADER_OTHER);
    assert_header("código postal", LW_HEADER_POSTAL, LW_HEADER_OTHER);
    assert_header("post_code", LW_HEADER_POSTAL, LW_HEADER_OTHER);
    assert_header("ZIP", LW_HEADER_POSTAL, LW_HEADER_OTHER);
    assert_header("company_name", LW_HEADER_AGAINST, 0);
    assert_header("userName", LW_HEADER_AGAINST, LW_HEADER_PERSON);
    assert_header("STATE_HEADQUARTERED", LW_HEADER_STATE, LW_HEADER_OTHER);
    assert_header("e-mail address", LW_HEADER_NOT_POSTAL, 0);
    assert_header("account_holder_name", LW_HEADER_PERSON | LW_HEADER_NAME, LW_HEADER_AGAINST);
    assert_header("customer_company_name", LW_HEADER_AGAINST, 0);
    assert_header("nome e cognome", LW_HEADER_GIVEN | LW_HEADER_FAMILY, LW_HEADER_OTHER);
    assert_header("Nom, Prénom", LW_HEADER_FULL, LW_HEADER_OTHER);
    assert_header("nom de famille", LW_HEADER_FAMILY, LW_HEADER_GIVEN | LW_HEADER_OTHER);
    assert_header("address_line_2", LW_HEADER_STREET | LW_HEADER_SECOND, 0);
    assert_header("address_line_1", LW_HEADER_STREET, LW_HEADER_SECOND);
    assert_header("outpatients", LW_HEADER_OTHER, LW_HEADER_PERSON);
    assert_header("", 0, ~0U);
}

LW_TEST(header_keys_tell_persons_apart) {
    lw_header a;
    lw_header b;
    lw_header_read(text("patient_first_name"), &a);
    lw_header_read(text("PatientLastName"), &b);
    assert_true(a.key == b.key && a.key != 0);
    lw_header_read(text("doctor_last_name"), &b);
    assert_true(a.key != b.key);
    lw_header_read(text("contact1_city"), &a);
    lw_header_read(text("contact2_city"), &b);
    assert_true(a.key != b.key && a.key_without_digits == b.key_without_digits);
}

/* The list of words is searched by bisection: a word out of order would never be found. */
LW_TEST(header_words_are_found_at_both_ends_and_between) {
    static const char *const words[] = {"account", "addr", "anschrift", "name", "state", "y", "zip4", "zuname"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        assert_header(words[i], 0, LW_HEADER_OTHER);
    }
    assert_header("zzz", LW_HEADER_OTHER, 0);
}
