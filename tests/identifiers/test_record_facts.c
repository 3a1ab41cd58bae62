/* Facts that are read as far as somebody asks against facts that are all counted; cells that are told by their first
 * characters against cells that are read to the end. The plain ways stand here, slow and without a shortcut. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/record_facts_priv.h"

#define CELL_MAX 260
#define COLUMN_MAX 1000
#define SAMPLE_MAX 256
#define SAMPLE_FIRST 32

/* ---- generated cells ---- */

static uint64_t random_bits = 88172645463325252U;

static size_t below(size_t limit) {
    random_bits ^= random_bits << 13;
    random_bits ^= random_bits >> 7;
    random_bits ^= random_bits << 17;
    return (size_t)((random_bits * UINT64_C(0x9e3779b97f4a7c15)) >> 33) % limit;
}

static const char *const pieces[] = {"Rosalind",
                                     "Patricio844",
                                     "José",
                                     "Anne-Sophie",
                                     "O'Brien",
                                     "Gómez554",
                                     "van",
                                     "de",
                                     "Dr.",
                                     "Jr",
                                     "MD",
                                     "Inc",
                                     "N/A",
                                     "unknown",
                                     "n a",
                                     "none",
                                     "test",
                                     "Boston",
                                     "Saint",
                                     "Sainte",
                                     "Mount",
                                     "North",
                                     "East",
                                     "West",
                                     "South",
                                     "Beach",
                                     "Center",
                                     "Heights",
                                     "Junction",
                                     "Springs",
                                     "CEDEX",
                                     "Fort",
                                     "Paris",
                                     "München",
                                     "Leeds",
                                     "Springfield",
                                     "Ottawa",
                                     "(Oder)",
                                     "MA",
                                     "Massachusetts",
                                     "NSW",
                                     "ON",
                                     "01103",
                                     "01752-2707",
                                     "80331",
                                     "LS1",
                                     "4AP",
                                     "SW1A2AA",
                                     "K1M",
                                     "1M4",
                                     "M5V2T6",
                                     "2000",
                                     "8060",
                                     "12345.0",
                                     "123456789",
                                     "4711",
                                     "12",
                                     "5a",
                                     "12-14",
                                     "Street",
                                     "St",
                                     "Hauptstraße",
                                     "Weg",
                                     "Marktplatz",
                                     "avenue",
                                     "rue",
                                     "PO",
                                     "Box",
                                     "Postfach",
                                     "s/n",
                                     "Apartado",
                                     "ROAD",
                                     "Queen's",
                                     "c8ce44ac-e449-49e8",
                                     "2009-10-28T12:40:51Z",
                                     "129.16",
                                     "a@b.example",
                                     "Ø",
                                     "G\xf3mez",
                                     "\xdf",
                                     "\xcc\x81",
                                     "\xe2\x80\x99",
                                     "_",
                                     ":",
                                     "Texas"};
static const char *const joints[] = {" ", " ", " ", ", ", "", "-", ";", "  ", "'", "(", "\t"};

static void append(char *to, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        to[i] = text[i];
    }
}

static lw_slice make_cell(char text[CELL_MAX]) {
    assert_non_null(text);
    size_t len = 0;
    size_t words = below(20) == 0 ? 20 : 1 + below(6);
    for (size_t i = 0; i < words; i++) {
        const char *piece = pieces[below(sizeof(pieces) / sizeof(pieces[0]))];
        const char *joint = joints[below(sizeof(joints) / sizeof(joints[0]))];
        size_t piece_len = strlen(piece);
        size_t joint_len = i + 1 < words ? strlen(joint) : 0;
        if (len + piece_len + joint_len > CELL_MAX) {
            break;
        }
        append(text + len, piece, piece_len);
        append(text + len + piece_len, joint, joint_len);
        len += piece_len + joint_len;
    }
    for (size_t changes = below(3); changes > 0 && len > 0; changes--) {
        text[below(len)] = "aZeN1 9-.,'/(@"[below(14)];
    }
    return (lw_slice){text, below(9) == 0 ? below(len + 1) : len};
}

/* Codes that nearly are some. */
static lw_slice make_code(char text[CELL_MAX]) {
    assert_non_null(text);
    size_t len = below(13);
    for (size_t i = 0; i < len; i++) {
        text[i] = "aKbZ1029 -.0"[below(12)];
    }
    return (lw_slice){text, len};
}

/* ---- the plain ways ---- */

static bool plain_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool plain_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static size_t plain_fold_words(lw_slice text, char *out, size_t cap) {
    size_t len = 0;
    bool space = false;
    for (size_t at = 0; at < text.len;) {
        uint32_t point = 0;
        at += lw_fold_decode(text, at, &point);
        bool vanishes = point == '\'' || point == '`' || point == 0xB4 || point == 0x2018 || point == 0x2019 ||
                        point == 0x2BC || (point >= 0x300 && point < 0x370);
        bool ascii = point < 0x80 && (plain_letter((unsigned char)point) || plain_digit((unsigned char)point));
        const char *latin = point < 0x80 ? NULL : lw_table_latin(point);
        if (vanishes || (!ascii && latin == NULL)) {
            space = space || (!vanishes && len > 0);
            continue;
        }
        if (len + 3 > cap) {
            return 0;
        }
        if (space) {
            out[len++] = ' ';
        }
        space = false;
        out[len++] = ascii ? (char)(point >= 'A' && point <= 'Z' ? point + 32 : point) : latin[0];
        if (!ascii && latin[1] != '\0') {
            out[len++] = latin[1];
        }
    }
    return len;
}

static size_t plain_fold_place(lw_slice text, char *out, size_t cap) {
    static const char *const shorter[][2] = {
        {"beach", "bch"}, {"cedex", ""},      {"center", "ctr"},   {"centre", "ctr"},   {"east", "e"},
        {"fort", "ft"},   {"heights", "hts"}, {"junction", "jct"}, {"mount", "mt"},     {"north", "n"},
        {"saint", "st"},  {"sainte", "ste"},  {"south", "s"},      {"springs", "spgs"}, {"west", "w"}};
    char folded[2 * CELL_MAX];
    const char *bracket = memchr(text.data, '(', text.len);
    text.len = bracket == NULL ? text.len : (size_t)(bracket - text.data);
    size_t len = plain_fold_words(text, folded, cap);
    size_t kept = 0;
    for (size_t begin = 0, end = 0; begin < len; begin = end + 1) {
        char word[2 * CELL_MAX] = {0};
        for (end = begin; end < len && folded[end] != ' '; end++) {
            word[end - begin] = folded[end];
        }
        const char *write = plain_digit((unsigned char)word[0]) ? "" : word;
        for (size_t i = 0; i < sizeof(shorter) / sizeof(shorter[0]); i++) {
            write = strcmp(word, shorter[i][0]) == 0 ? shorter[i][1] : write;
        }
        if (write[0] != '\0') {
            kept += (size_t)snprintf(out + kept, 2 * CELL_MAX - kept, "%s%s", kept > 0 ? " " : "", write);
        }
    }
    return kept;
}

static bool plain_place_word(const char *text, size_t len) {
    return len >= 2 && !(len == 3 && memcmp(text, "n a", 3) == 0) &&
           LW_WORD_ROLE(lw_table_find(LW_TABLE_NAMES, text, len)) != LW_ROLE_PLACEHOLDER;
}

static bool plain_place_form(lw_slice cell) {
    char text[2 * CELL_MAX];
    size_t letters = 0;
    size_t digits = 0;
    for (size_t i = 0; i < cell.len; i++) {
        letters += plain_letter((unsigned char)cell.data[i]) || (unsigned char)cell.data[i] >= 0x80;
        digits += plain_digit((unsigned char)cell.data[i]);
    }
    return cell.len <= 80 && memchr(cell.data, '@', cell.len) == NULL && letters >= 2 && letters > digits &&
           plain_place_word(text, plain_fold_place(cell, text, 80));
}

static bool plain_street_form(lw_slice cell) {
    char text[2 * CELL_MAX];
    size_t len = plain_fold_words(cell, text, 80);
    return cell.len >= 3 && memchr(cell.data, '@', cell.len) == NULL &&
           (len == 0 ? cell.len >= 80 : plain_place_word(text, len));
}

/* Digit as '1', letter as 'a': all that a code may look like. */
static bool plain_postal_form(lw_slice cell) {
    static const char forms[] = "|111|1111|11111|111.0|1111.0|11111.0|111-1111|1111-1111|11111-1111|111111111"
                                "|a1a1a1|a1a 1a1|a1a-1a1|a11aa|a1 1aa|a1-1aa|a111aa|a11 1aa|a11-1aa|aa11aa|aa1 1aa"
                                "|aa1-1aa|aa111aa|aa11 1aa|aa11-1aa|a1a1aa|a1a 1aa|a1a-1aa|aa1a1aa|aa1a 1aa|aa1a-1aa|";
    char wanted[CELL_MAX + 3] = "|";
    for (; cell.len > 0 && cell.data[0] == ' '; cell.len--) {
        cell.data++;
    }
    while (cell.len > 0 && cell.data[cell.len - 1] == ' ') {
        cell.len--;
    }
    bool spreadsheet = cell.len > 2 && cell.data[cell.len - 2] == '.' && cell.data[cell.len - 1] == '0';
    for (size_t i = 0; i < cell.len; i++) {
        unsigned char c = (unsigned char)cell.data[i];
        wanted[i + 1] = plain_letter(c) ? 'a' : plain_digit(c) ? '1' : cell.data[i];
    }
    wanted[cell.len] = spreadsheet ? '0' : wanted[cell.len];
    wanted[cell.len + 1] = '|';
    return cell.len > 0 && memchr(cell.data, '|', cell.len) == NULL && strlen(wanted) == cell.len + 2 &&
           strstr(forms, wanted) != NULL;
}

static unsigned plain_postal_countries(lw_slice cell, bool padded) {
    unsigned countries = 0;
    for (unsigned country = 0; country < LW_COUNTRY_COUNT; country++) {
        lw_regions regions;
        countries |= lw_postal_read((lw_country)country, cell, padded, &regions) ? 1U << country : 0;
    }
    return countries;
}

/* Every country, whatever the code looks like; the words first. */
static bool plain_address_fields(unsigned countries, lw_slice city, lw_slice state, lw_slice code) {
    char city_text[2 * CELL_MAX];
    char state_text[2 * CELL_MAX];
    lw_slice place = {city_text, plain_fold_place(city, city_text, 80)};
    lw_slice region = {state_text, plain_fold_words(state, state_text, 80)};
    bool found = false;
    for (unsigned country = 0; country < LW_COUNTRY_COUNT; country++) {
        lw_regions regions;
        if ((countries >> country & 1U) != 0 && lw_postal_read((lw_country)country, code, true, &regions)) {
            found = found || lw_place_in_regions((lw_country)country, &regions, place) ||
                    (region.len >= 2 && lw_state_of_regions((lw_country)country, &regions, region));
        }
    }
    return found && city.len >= 2 && plain_place_word(place.data, place.len);
}

/* Street types are held against this list and not against each other: German ones and the like end a word too. */
static bool plain_street_line(lw_slice cell) {
    static const char types[] =
        " allee+ apartado+ ave+ avenida+ avenue+ av blvd boulevard box calle camino carretera "
        "chemin cir circle close corso court crescent ct damm+ dr drive+ gasse+ highway hwy "
        "impasse lane largo ln mews parkway+ paseo+ piazza+ pike+ pkwy+ pl place+ platz+ plaza+ "
        "plz+ postfach+ quai rd ring+ road+ ronda+ route+ row+ rte+ rue+ sq square+ st str+ "
        "strada+ strasse+ street+ ter terrace trail trl turnpike ufer+ via viale vicolo way+ "
        "weg+ ";
    char text[2 * CELL_MAX] = {0};
    bool digit = false;
    bool letter = false;
    bool type = false;
    for (size_t i = 0; i < cell.len; i++) {
        digit = digit || plain_digit((unsigned char)cell.data[i]);
        letter = letter || plain_letter((unsigned char)cell.data[i]);
    }
    size_t len = cell.len < 6 || cell.len > 200 || !digit || !letter ? 0 : plain_fold_words(cell, text, 208);
    size_t words = 0;
    for (size_t begin = 0, end = 0; begin < len; begin = end + 1, words++) {
        end = begin + strcspn(text + begin, " ");
        for (size_t from = begin; from < end; from++) { /* the word from each of its letters on */
            char wanted[2 * CELL_MAX + 4];
            int room = (int)(end - from);
            (void)snprintf(wanted, sizeof(wanted), " %.*s ", room, text + from);
            type = type || (from == begin && strstr(types, wanted) != NULL);
            (void)snprintf(wanted, sizeof(wanted), " %.*s+ ", room, text + from);
            type = type || strstr(types, wanted) != NULL;
        }
    }
    return type && words >= 2 && words <= 10;
}

/* ---- cells ---- */

static void same(const char *what, lw_slice cell, size_t got, size_t expected) {
    if (got != expected) {
        fail_msg("%s of '%.*s' is %zu, not %zu", what, (int)cell.len, cell.data, got, expected);
    }
}

LW_TEST(folding_is_what_it_is_code_point_by_code_point) {
    static const size_t rooms[] = {2 * CELL_MAX, 96, 80, 20, 3};
    for (int round = 0; round < 40000; round++) {
        char text[CELL_MAX];
        char a[2 * CELL_MAX] = {0};
        char b[2 * CELL_MAX] = {0};
        lw_slice cell = make_cell(text);
        size_t room = rooms[below(5)];
        same("folded length", cell, lw_fold_words(cell, a, room), plain_fold_words(cell, b, room));
        same("folded words", cell, memcmp(a, b, plain_fold_words(cell, b, room)) == 0, true);
        size_t len = plain_fold_place(cell, b, room);
        same("length of the place", cell, lw_fold_place(cell, a, room), len);
        same("folded place", cell, memcmp(a, b, len) == 0, true);
    }
}

LW_TEST(cells_told_by_how_they_begin_are_what_they_are_in_full) {
    size_t fitting[5] = {0};
    for (int round = 0; round < 60000; round++) {
        char text[CELL_MAX];
        lw_slice cell = make_cell(text);
        same("form of a place", cell, lw_place_form(cell), plain_place_form(cell));
        same("form of a street", cell, lw_street_form(cell), plain_street_form(cell));
        same("street", cell, lw_street_line(cell), plain_street_line(cell));
        bool part = lw_name_part_possible(cell);
        bool never = cell.len > 120 || memchr(cell.data, '/', cell.len) != NULL;
        assert_true(lw_name_part(cell) == 0 || part);
        assert_false(part && never);
        fitting[3] += part;
        lw_name_facts facts = lw_name_read(cell);
        same("form of a name", cell, facts.form, lw_name_form(cell));
        fitting[0] += plain_place_form(cell);
        fitting[1] += plain_street_form(cell);
        fitting[2] += plain_street_line(cell);
        fitting[4] += facts.form;
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(fitting[i] > 500 && fitting[i] < 59500); /* both sides were tried */
    }
}

LW_TEST(codes_and_fields_are_what_they_are_country_by_country) {
    size_t codes = 0;
    size_t agreeing = 0;
    for (int round = 0; round < 100000; round++) {
        char texts[3][CELL_MAX];
        lw_slice code = below(2) == 0 ? make_code(texts[0]) : make_cell(texts[0]);
        same("countries", code, lw_postal_countries(code, true), plain_postal_countries(code, true));
        same("countries in full", code, lw_postal_countries(code, false), plain_postal_countries(code, false));
        codes += lw_postal_countries(code, true) != 0;
        same("form of a code", code, lw_postal_form(code), plain_postal_form(code));
        lw_slice city = make_cell(texts[1]);
        lw_slice region = make_cell(texts[2]);
        if (below(3) == 0) { /* such that may agree */
            static const char *const known[][3] = {{"Boston", "MA", "02110-1234"},   {"SAINT LOUIS", "MO", "63101"},
                                                   {"München", "", "80331"},         {"Leeds", "x", "LS1 4AP"},
                                                   {"Ottawa", "Ontario", "K1M 1M4"}, {"Nowhere", "NSW", "2000"},
                                                   {"unknown", "MA", "2139"},        {"Paris 04", "", "75004"}};
            size_t at = below(8);
            city = lw_slice_from(known[at][0]);
            region = lw_slice_from(known[at][1]);
            code = lw_slice_from(known[below(4) == 0 ? below(8) : at][2]);
        }
        unsigned countries = (unsigned)below(LW_COUNTRIES_ALL + 1);
        bool plain = plain_address_fields(countries, city, region, code);
        same("fields", city, lw_address_fields(countries, city, region, code), plain);
        agreeing += plain;
    }
    assert_true(codes > 1000 && agreeing > 50);
}

/* lw_name_begins_placeholder holds their first letters; they are written elsewhere. */
LW_TEST(every_placeholder_begins_like_one) {
    char text[65536];
    FILE *file = fopen(LW_SOURCE_DIR "/identifiers/data/roles.json", "rb");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    assert_int_equal(fclose(file), 0);
    text[len] = '\0';
    char *at = strstr(text, "\"placeholder\"");
    assert_non_null(at);
    at = strchr(at, '[');
    assert_non_null(at);
    char *end = strchr(at, ']');
    assert_non_null(end);
    size_t found = 0;
    for (at = strchr(at, '"'); at != NULL && at < end; at = strchr(strchr(at + 1, '"') + 1, '"')) {
        assert_true(plain_letter((unsigned char)at[1]) && plain_letter((unsigned char)at[2]));
        assert_true(lw_name_begins_placeholder(at[1], at[2]));
        lw_slice cell = {at + 1, strcspn(at + 1, "\"")};
        for (int upper = 0; upper < 2; upper++) {
            assert_false(lw_name_part_possible(cell) || lw_place_form(cell) || lw_street_form(cell));
            at[1] = (char)(at[1] & ~0x20);
        }
        found++;
    }
    assert_true(found >= 16);
    assert_false(lw_name_begins_placeholder('b', 'o'));
}

/* ---- columns ---- */

static bool plain_fact(lw_slice cell, lw_cell_fact fact) {
    unsigned countries = lw_postal_countries(cell, true);
    if (fact >= LW_CELL_POSTAL_COUNTRY && fact <= LW_CELL_POSTAL_COUNTRY_LAST) {
        return (countries >> (fact - LW_CELL_POSTAL_COUNTRY) & 1U) != 0;
    }
    const bool facts[LW_CELL_FACTS] = {
        [LW_CELL_NAME_FORM] = lw_name_form(cell),
        [LW_CELL_NAME_OPEN] = lw_name_full(cell) >= LW_NAME_SHAPED,
        [LW_CELL_NAME_POSSIBLE] = lw_name_full(cell) >= LW_NAME_POSSIBLE,
        [LW_CELL_NAME_LIKELY] = lw_name_full(cell) >= LW_NAME_LIKELY,
        [LW_CELL_NAME_STRONG] = lw_name_full(cell) >= LW_NAME_STRONG,
        [LW_CELL_PART_SHAPED] = (lw_name_part(cell) & LW_PART_SHAPED) != 0,
        [LW_CELL_PART_GIVEN] = (lw_name_part(cell) & LW_PART_GIVEN) != 0,
        [LW_CELL_PART_FAMILY] = (lw_name_part(cell) & LW_PART_FAMILY) != 0,
        [LW_CELL_POSTAL] = countries != 0,
        [LW_CELL_POSTAL_FORM] = lw_postal_form(cell),
        [LW_CELL_PLACE_FORM] = lw_place_form(cell),
        [LW_CELL_LINE_FORM] = lw_address_form(cell),
        [LW_CELL_PLACE] = countries == 0 && lw_place_known(cell),
        [LW_CELL_LINE] = countries == 0 && lw_address_line(cell) != 0,
        [LW_CELL_STREET] = countries == 0 && lw_street_line(cell),
    };
    return facts[fact];
}

static bool plain_any_form(lw_slice cell) {
    return plain_fact(cell, LW_CELL_PART_SHAPED) || plain_fact(cell, LW_CELL_NAME_FORM) || lw_postal_form(cell) ||
           lw_place_form(cell) || lw_address_form(cell);
}

static size_t plain_cells(const lw_column_sample *column, size_t wanted) {
    bool any = wanted < SAMPLE_FIRST;
    for (size_t i = 0; i < SAMPLE_FIRST && i < wanted; i++) {
        any = any || plain_any_form(column->cells[i * column->cell_count / (wanted == 0 ? 1 : wanted)]);
    }
    return any ? wanted : SAMPLE_FIRST;
}

static bool plain_varied(const lw_column_sample *column, size_t cells, size_t wanted) {
    size_t distinct = 0;
    for (size_t i = 0; i < cells; i++) {
        bool before = false;
        for (size_t k = 0; k < i && !before; k++) {
            before = lw_slice_equal(column->cells[i * column->cell_count / (wanted == 0 ? 1 : wanted)],
                                    column->cells[k * column->cell_count / (wanted == 0 ? 1 : wanted)]);
        }
        distinct += !before;
    }
    return distinct >= 20 || distinct * 2 >= cells;
}

static void ask(const lw_column_sample *column) {
    lw_column_facts facts;
    size_t wanted = column->cell_count < SAMPLE_MAX ? column->cell_count : SAMPLE_MAX;
    size_t counted[LW_CELL_FACTS] = {0};
    lw_facts_read(column, &facts);
    assert_int_equal(facts.cells, plain_cells(column, wanted));
    for (size_t i = 0; i < facts.cells; i++) {
        for (size_t fact = 0; fact < LW_CELL_FACTS; fact++) {
            counted[fact] +=
                plain_fact(column->cells[i * column->cell_count / (wanted == 0 ? 1 : wanted)], (lw_cell_fact)fact);
        }
    }
    for (int question = 0; question < 60; question++) {
        size_t fact = below(LW_CELL_FACTS);
        unsigned exact = facts.cells == 0 ? 1 : (unsigned)(counted[fact] * 100 / facts.cells);
        unsigned percent = 1 + (unsigned)below(100);
        percent = below(2) == 0 && exact > 0 ? exact + (exact < 100 ? (unsigned)below(2) : 0) : percent;
        bool expected = facts.cells > 0 && counted[fact] * 100 >= facts.cells * percent;
        assert_int_equal(lw_facts_share(&facts, (lw_cell_fact)fact, percent), expected);
        if (below(20) == 0) {
            assert_int_equal(lw_facts_count(&facts, (lw_cell_fact)fact), counted[fact]);
        }
    }
    assert_int_equal(lw_facts_varied(&facts), plain_varied(column, facts.cells, wanted));
    assert_int_equal(lw_facts_varied(&facts), plain_varied(column, facts.cells, wanted));
}

/* Few different cells or many, alike or not, few rows or more than are looked at. */
LW_TEST(facts_read_as_far_as_asked_are_those_of_a_full_count) {
    char(*texts)[CELL_MAX] = calloc(COLUMN_MAX, sizeof(*texts));
    lw_slice *cells = calloc(COLUMN_MAX, sizeof(*cells));
    assert_non_null(texts);
    assert_non_null(cells);
    for (int round = 0; round < 250; round++) {
        size_t distinct = below(3) == 0 ? 1 + below(24) : COLUMN_MAX;
        size_t plain = below(101); /* per cent of cells that are codes, numbers or nothing */
        size_t count = below(4) == 0 ? below(40) : below(COLUMN_MAX + 1);
        for (size_t i = 0; i < count; i++) {
            cells[i] = i >= distinct        ? cells[below(distinct)]
                       : below(100) < plain ? make_code(texts[i])
                                            : make_cell(texts[i]);
        }
        ask(&(lw_column_sample){.name = LW_SLICE_LITERAL("column"), .cells = cells, .cell_count = count});
    }
    free(texts);
    free(cells);
}

LW_TEST(a_column_of_numbers_is_given_up_after_a_few_cells) {
    lw_slice cells[300];
    lw_column_facts facts;
    for (size_t i = 0; i < 300; i++) {
        cells[i] = LW_SLICE_LITERAL("129.16");
    }
    lw_column_sample column = {.name = LW_SLICE_LITERAL("cost"), .cells = cells, .cell_count = 300};
    lw_facts_read(&column, &facts);
    assert_int_equal(facts.cells, SAMPLE_FIRST);
    cells[20 * 300 / SAMPLE_MAX] = LW_SLICE_LITERAL("02139");
    lw_facts_read(&column, &facts);
    assert_int_equal(facts.cells, SAMPLE_MAX);
    assert_true(facts.done[0] == 0 && facts.done[1] == 0); /* nobody asked */
    assert_false(lw_facts_share(&facts, LW_CELL_POSTAL, 90));
    assert_int_equal(facts.done[1], 27); /* the code, and a tenth of 256 */
}
