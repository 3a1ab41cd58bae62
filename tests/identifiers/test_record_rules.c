/* Which columns of a file make names and addresses: small files written here, and the Synthea sample where it is at
 * hand (LW_SHARED, or ../shared beside the source tree). */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers.h"

#define COLUMNS_MAX 40
#define ROWS_MAX 8000
#define SAMPLE_MAX 1000
#define RULES_MAX 16

/* ---- a file in memory ---- */

typedef struct table {
    char *text;
    lw_slice *cells; /* rows * columns, the header first */
    size_t rows, columns;
} table;

static lw_slice cell_at(const table *file, size_t row, size_t column) {
    return file->cells[row * file->columns + column];
}

/* Plain lines, no quotes: neither Synthea nor the files here have any. */
static table table_of(const char *csv, char separator) {
    table file = {.text = strdup(csv)};
    assert_non_null(file.text);
    file.columns = 1;
    for (const char *c = csv; *c != '\0' && *c != '\n'; c++) {
        file.columns += *c == separator;
    }
    file.cells = calloc((ROWS_MAX + 1) * file.columns, sizeof(file.cells[0]));
    assert_non_null(file.cells);
    const char *line = file.text;
    while (*line != '\0' && file.rows <= ROWS_MAX) {
        size_t len = strcspn(line, "\r\n");
        const char *begin = line;
        for (size_t column = 0; column < file.columns && begin <= line + len; column++) {
            const char *end = memchr(begin, separator, (size_t)(line + len - begin));
            end = end == NULL ? line + len : end;
            file.cells[file.rows * file.columns + column] = (lw_slice){begin, (size_t)(end - begin)};
            begin = end + 1;
        }
        file.rows++;
        line += len + strspn(line + len, "\r\n");
    }
    return file;
}

static void table_done(table *file) {
    free(file->text);
    free(file->cells);
}

/* ---- rules of a file ---- */

typedef struct outcome {
    lw_record_rule rules[RULES_MAX];
    size_t count;
    size_t matched[RULES_MAX];
} outcome;

static lw_identifier_set *load(const char *managed) {
    lw_identifier_options options = {.managed = managed};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    if (lw_identifier_set_load(&options, &set, &err) != LW_OK) {
        fail_msg("%s", err.text);
    }
    return set;
}

static void judge(const char *managed, const table *file, bool header, outcome *ret_outcome) {
    lw_identifier_set *set = load(managed);
    lw_slice *cells = calloc(file->columns * SAMPLE_MAX, sizeof(cells[0]));
    lw_column_sample samples[COLUMNS_MAX] = {0};
    size_t first = header ? 1 : 0;
    assert_non_null(cells);
    assert_true(file->columns <= COLUMNS_MAX);
    for (size_t column = 0; column < file->columns; column++) {
        lw_slice *own = cells + column * SAMPLE_MAX;
        samples[column].name = header ? cell_at(file, 0, column) : (lw_slice){0};
        samples[column].cells = own;
        for (size_t row = first; row < file->rows && row < first + SAMPLE_MAX; row++) {
            if (cell_at(file, row, column).len > 0) {
                own[samples[column].cell_count++] = cell_at(file, row, column);
            }
        }
    }
    *ret_outcome = (outcome){0};
    ret_outcome->count = lw_record_rules_make(set, samples, file->columns, ret_outcome->rules, RULES_MAX);
    for (size_t i = 0; i < ret_outcome->count; i++) {
        const lw_record_rule *rule = &ret_outcome->rules[i];
        assert_true(rule->column_count >= 1 && rule->column_count <= LW_RULE_COLUMNS_MAX);
        for (size_t row = first; row < file->rows; row++) {
            lw_slice of_rule[LW_RULE_COLUMNS_MAX] = {0};
            for (size_t k = 0; k < rule->column_count; k++) {
                of_rule[k] = cell_at(file, row, rule->columns[k]);
            }
            ret_outcome->matched[i] += lw_record_rule_match(rule, of_rule);
        }
    }
    free(cells);
    lw_identifier_set_free(set);
}

static bool located_at(const table *file, const lw_record_rule *rule, const char *column) {
    lw_slice name = cell_at(file, 0, rule->located_column);
    return name.len == strlen(column) && memcmp(name.data, column, name.len) == 0;
}

/* The rows of the only rule that is located at a column; fails when there is none or more than one. */
static size_t matched_at(const table *file, const outcome *found, const char *column) {
    size_t rule = RULES_MAX;
    for (size_t i = 0; i < found->count; i++) {
        if (located_at(file, &found->rules[i], column)) {
            assert_int_equal(rule, RULES_MAX);
            rule = i;
        }
    }
    if (rule == RULES_MAX) {
        fail_msg("no rule at column '%s'", column);
    }
    return found->matched[rule];
}

static void assert_rules(const char *managed, const char *csv, size_t rules, const char *column, size_t matched) {
    table file = table_of(csv, ',');
    outcome found;
    judge(managed, &file, true, &found);
    if (found.count != rules) {
        print_message("%zu rules, not %zu, for:\n%.200s\n", found.count, rules, csv);
    }
    assert_int_equal(found.count, rules);
    if (column != NULL) {
        size_t got = matched_at(&file, &found, column);
        if (got != matched) {
            print_message("%zu rows, not %zu, for:\n%.200s\n", got, matched, csv);
        }
        assert_int_equal(got, matched);
    }
    table_done(&file);
}

static void assert_names(const char *csv, size_t rules, const char *column, size_t matched) {
    assert_rules("NAME", csv, rules, column, matched);
}

static void assert_addresses(const char *csv, size_t rules, const char *column, size_t matched) {
    assert_rules("ADDRESS", csv, rules, column, matched);
}

/* ---- names ---- */

LW_TEST(first_and_last_make_a_name) {
    assert_names("Id,FIRST,LAST,MAIDEN\n1,Milo271,Feil794,\n2,Jayson808,Fadel536,\n3,Mariana775,,Wisozk929\n", 1,
                 "LAST", 2);
    assert_names("firstName,lastName\nRosalind,Achterberg\n", 1, "lastName", 1);
    assert_names("given_name,surname\nXu,Li\nn/a,Smith\nAnna,unknown\n", 1, "surname", 1);
}

LW_TEST(headers_of_other_languages) {
    assert_names("Vorname,Nachname\nJürgen,Müller\n", 1, "Nachname", 1);
    assert_names("Name,Vorname\nMüller,Jürgen\nMeier,Eva\n", 1, "Name", 2);
    assert_names("Nom,Prénom\nDupont,Jean\n", 1, "Nom", 1);
    assert_names("nombre,apellidos\nMaría,García López\n", 1, "apellidos", 1);
    assert_names("nome,cognome\nGiulia,Rossi\n", 1, "cognome", 1);
    assert_names("Nome completo\nGiulia Rossi\n", 1, "Nome completo", 1);
    assert_names("Voornaam,Achternaam\nPieter,Janssens\n", 1, "Achternaam", 1);
}

LW_TEST(several_persons_in_a_row_are_told_apart) {
    const char *csv = "patient_first_name,patient_last_name,doctor_first_name,doctor_last_name\n"
                      "Milo,Feil,Rosalind,Achterberg\nAnna,Meier,,Smith\n";
    assert_names(csv, 2, "patient_last_name", 2);
    assert_names(csv, 2, "doctor_last_name", 1);
}

LW_TEST(the_rest_of_the_headers_joins_given_and_family) {
    table file = table_of("patient_first,doctor_first,doctor_last,patient_last\nMilo,Anna,Meier,Feil\n", ',');
    outcome found;
    judge("NAME", &file, true, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.rules[0].columns[0], 0);
    assert_int_equal(found.rules[0].columns[1], 3);
    assert_int_equal(found.rules[1].columns[0], 1);
    assert_int_equal(found.rules[1].columns[1], 2);
    table_done(&file);
}

LW_TEST(a_pair_that_a_full_name_repeats_is_one_name) {
    assert_names("full_name,first_name,last_name\nMilo Feil,Milo,Feil\nRosalind Achterberg,Rosalind,Achterberg\n", 1,
                 "full_name", 2);
    /* Another person's name is not a repetition. */
    assert_names("contact_name,first_name,last_name\nHans Meier,Milo,Feil\nEva Huber,Rosalind,Achterberg\n", 2,
                 "contact_name", 2);
}

LW_TEST(full_names_by_header) {
    assert_names("patient_name\nRosalind Achterberg\nGrace Young\nAcme Hospital Inc\n", 1, "patient_name", 2);
    assert_names("id,customerName\n1,?\n2,Hans Müller\n", 1, "customerName", 1);
}

LW_TEST(name_alone_decides_nothing) {
    assert_names("Id,NAME\n1,HEALTHALLIANCE HOSPITALS  INC\n2,MOUNT AUBURN HOSPITAL\n", 0, NULL, 0);
    assert_names("Id,NAME\n1,Medicare\n2,Humana\n3,Cigna Health\n4,Blue Cross Blue Shield\n5,Aetna\n", 0, NULL, 0);
    assert_names("Id,NAME\n1,Tomas436 Sauer652\n2,Suzette512 Monahan736\n", 1, "NAME", 2);
}

/* Rows of a cross product: enough values for the shares to count. */
static const char *const given_names[] = {
    "Rosalind", "Milo",  "Jürgen", "Chloé",  "Giulia", "Pedro",  "Anna",  "Suzette",  "Tomas", "Eva",    "Pieter",
    "Jean",     "Marta", "Luis",   "Ingrid", "Karin",  "Oliver", "Nadia", "Henrique", "Paula", "Dieter", "Sofia"};
static const char *const family_names[] = {"Achterberg", "Feil",       "Müller",  "Lefèvre", "Rossi",     "García",
                                           "Janssens",   "Wiśniewska", "Dupont",  "Huber",   "Meier",     "Kowalski",
                                           "Monahan",    "Sauer",      "Quigley", "Pereira", "Gutierrez", "Schröder",
                                           "Gallagher",  "Nowak",      "Bianchi"};
/* Half of them are family names as well, and all of them towns of Massachusetts with their codes. */
static const struct {
    const char *name, *code;
} towns[] = {{"Leominster", "01453"}, {"Cambridge", "02138"},  {"Chicopee", "01013"},   {"Somerville", "02143"},
             {"Brockton", "02301"},   {"Attleboro", "02703"},  {"Lincoln", "01773"},    {"Newton", "02458"},
             {"Franklin", "02038"},   {"Weston", "02493"},     {"Milton", "02186"},     {"Quincy", "02169"},
             {"Lawrence", "01840"},   {"Everett", "02149"},    {"Norton", "02766"},     {"Sutton", "01590"},
             {"Douglas", "01516"},    {"Hudson", "01749"},     {"Clinton", "01510"},    {"Warren", "01083"},
             {"Winchester", "01890"}, {"Burlington", "01803"}, {"Bedford", "01730"},    {"Sharon", "02067"},
             {"Dalton", "01226"},     {"Bellingham", "02019"}, {"Wilmington", "01887"}, {"Stoughton", "02072"}};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define GRID_ROWS (COUNT(given_names) * COUNT(family_names))

typedef enum grid_kind {
    GRID_PAIR,  /* given,family,town */
    GRID_FULL,  /* given family,town */
    GRID_MIXED, /* given family,town; every third row a company */
    GRID_TOWN,  /* given,town */
    GRID_CODE,  /* town,code of the town */
    GRID_NUMBER /* town,number of five digits */
} grid_kind;

static char *grid(const char *header, grid_kind kind) {
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    (void)fprintf(out, "%s\n", header);
    for (size_t i = 0; i < GRID_ROWS; i++) {
        const char *given = given_names[i % COUNT(given_names)];
        const char *family = family_names[i % COUNT(family_names)];
        const char *town = towns[i % COUNT(towns)].name;
        switch (kind) {
        case GRID_PAIR:
            (void)fprintf(out, "%s,%s,%s\n", given, family, town);
            break;
        case GRID_FULL:
            (void)fprintf(out, "%s %s,%s\n", given, family, town);
            break;
        case GRID_MIXED:
            (void)fprintf(out, "%s %s,%s\n", given, i % 3 == 0 ? "Hospital" : family, town);
            break;
        case GRID_TOWN:
            (void)fprintf(out, "%s,%s\n", given, town);
            break;
        case GRID_CODE:
            (void)fprintf(out, "%s,%s-%04zu\n", town, towns[i % COUNT(towns)].code, i);
            break;
        case GRID_NUMBER:
        default:
            (void)fprintf(out, "%s,%zu\n", town, 10000 + i * 7919 % 90000);
            break;
        }
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_grid(const char *managed, const char *header, grid_kind kind, size_t rules, const char *column) {
    char *csv = grid(header, kind);
    assert_rules(managed, csv, rules, column, GRID_ROWS);
    free(csv);
}

LW_TEST(values_make_a_name_where_the_header_is_silent) {
    assert_grid("NAME", "a,b,c", GRID_PAIR, 1, "b");
    assert_grid("NAME", "attending,x", GRID_FULL, 1, "attending");
    assert_grid("NAME", "NAME,CITY", GRID_FULL, 1, "NAME");
}

LW_TEST(values_make_a_name_without_a_header) {
    char *csv = grid("Milo,Feil,Boston", GRID_PAIR);
    table file = table_of(csv, ',');
    outcome found;
    judge("NAME", &file, false, &found);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.rules[0].columns[0], 0);
    assert_int_equal(found.rules[0].located_column, 1);
    assert_int_equal(found.matched[0], GRID_ROWS + 1);
    table_done(&file);
    free(csv);
}

LW_TEST(a_header_against_names_needs_nearly_all_values) {
    assert_names("company_name\nHans Müller\nEva Huber\n", 0, NULL, 0);
    assert_grid("NAME", "company_name,x", GRID_FULL, 1, "company_name");
    assert_grid("NAME", "company_name,x", GRID_MIXED, 0, NULL);
    assert_grid("NAME", "company,product,x", GRID_PAIR, 0, NULL);
}

LW_TEST(towns_are_no_family_names) {
    assert_grid("NAME", "FIRST,CITY", GRID_TOWN, 0, NULL);
    assert_grid("NAME", "a,b", GRID_TOWN, 0, NULL);
}

LW_TEST(first_and_last_of_things_are_no_names) {
    assert_names("first_seen,last_seen\n2020-01-01,2020-02-01\n", 0, NULL, 0);
    assert_names("first,last\n1,2\n3,4\n", 0, NULL, 0);
    assert_names("first_page,last_page\nIntroduction,Index\n", 0, NULL, 0);
}

LW_TEST(few_values_without_words_are_nothing) {
    assert_names("x\nRose Hill\n", 0, NULL, 0);
    assert_names("RACE,STATE\nwhite,MA\nblack,MA\nasian,MA\n", 0, NULL, 0);
}

LW_TEST(traps_give_no_rule) {
    static const char *const things[] = {"Viral sinusitis (disorder)",
                                         "Acute bronchitis (disorder)",
                                         "Penicillin V Potassium 250 MG",
                                         "Influenza  seasonal  injectable",
                                         "Latex allergy",
                                         "Simvastatin 10 MG Oral Tablet",
                                         "Normal pregnancy"};
    char *csv = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&csv, &len);
    assert_non_null(out);
    (void)fprintf(out, "Id,CODE,DESCRIPTION,RACE,STATE,DATE\n");
    for (size_t i = 0; i < 60; i++) {
        (void)fprintf(out, "%08zx-b636-43f7-9e9c-%012zx,%zu,%s,%s,MA,2010-01-23\n", i * 2654435761U % 4294967296U,
                      i * 977, 10509002 + i, things[i % COUNT(things)], i % 2 == 0 ? "white" : "black");
    }
    assert_int_equal(fclose(out), 0);
    assert_rules("NAME,ADDRESS", csv, 0, NULL, 0);
    free(csv);
}

/* Names that are in no list: under a clear header their form is enough. */
LW_TEST(unknown_names_count_under_clear_headers) {
    assert_names("first_name,last_name\nXyqel,Vbwat\nQorvin,Zzaltek\n", 1, "last_name", 2);
    assert_names("patient_name\nXyqel Vbwat\nQorvin Zzaltek\nDr. Zzaltek\n", 1, "patient_name", 2);
    assert_names("x\nXyqel Vbwat\nQorvin Zzaltek\n", 0, NULL, 0);
    assert_names("name\nXyqel Vbwat\nQorvin Zzaltek\n", 0, NULL, 0);
}

LW_TEST(known_names_vouch_for_unknown_ones) {
    const char *known = "Rosalind Achterberg\nJürgen Müller\nGiulia Rossi\nSuzette Monahan\n";
    char csv[1024];
    (void)snprintf(csv, sizeof(csv), "name\n%sMilo Xyqel\nGrace Young\nQorvin Zzaltek\nNg Li\n", known);
    assert_names(csv, 1, "name", 8);
    /* A company among them: each row has to show that it is a name. */
    (void)snprintf(csv, sizeof(csv), "name\n%sMilo Xyqel\nXyqel Systems Inc\nQorvin Zzaltek\n", known);
    assert_names(csv, 1, "name", 5);
}

LW_TEST(more_headers_of_names) {
    assert_names("prenom_client,nom_client\nChloé,Lefèvre\nJean,Dupont\n", 1, "nom_client", 2);
    assert_names("nombre,apellido1,apellido2\nMaría,García,López\n", 1, "apellido1", 1);
    assert_names("primer_nombre,primer_apellido\nMaría,García\n", 1, "primer_apellido", 1);
    assert_names("nome próprio,apelido\nHeloísa,Reis\n", 1, "apelido", 1);
    assert_names("nome e cognome\nGiulia Rossi\n", 1, "nome e cognome", 1);
    assert_names("account_holder_name\nGiulia Rossi\n", 1, "account_holder_name", 1);
    assert_names("doctor\nGiulia Rossi\nHans Meier\n", 1, "doctor", 2);
    assert_names("name.first,name.last\nXyqel,Vbwat\n", 1, "name.last", 1);
}

LW_TEST(companies_and_streets_are_no_names) {
    assert_names("empresa\nToledo y Sáenz\nMelo e Souza\n", 0, NULL, 0);
    assert_names("customer_name\nReynolds Group\nJohnson & Sons\nMüller GmbH\n", 0, NULL, 0);
    assert_names("value\nVia Alfredo\nPiazza Giulia\nRua Maria\nCalle Pedro\nAvenida Jean\n", 0, NULL, 0);
}

/* ---- addresses ---- */

LW_TEST(place_and_code_make_an_address) {
    assert_addresses("CITY,STATE,ZIP,ADDRESS\nLEOMINSTER,MA,01453,60 HOSPITAL ROAD\nCAMBRIDGE,MA,2138,330 MOUNT\n"
                     "NEWBURGPORT,MA,01950,1 X ST\nCAMBRIDGE,MA,,1 X ST\n,MA,02138,1 X ST\nChicago,IL,02138,9 Y ST\n",
                     1, "ADDRESS", 4); /* called street, city and code: their form is enough */
    assert_addresses("CITY,STATE,ZIP\nLEOMINSTER,MA,01453\nNEWBURGPORT,MA,01950\nChicago,IL,02138\n", 1, "ZIP", 2);
    assert_addresses("town,postcode\nLeeds,LS1 4AP\nEdinburgh,EH3 9DR\nEdinburgh,LS1 4AP\n", 1, "postcode", 2);
    assert_addresses("Straße,PLZ,Ort\nMusterstr. 5,80331,München\nHafenweg 1,20095,Hamburg\n", 1, "Straße", 2);
    assert_addresses("adresse,code postal,ville\n10 rue de Rivoli,75001,Paris\n", 1, "adresse", 1);
    assert_addresses("indirizzo,cap,città\nVia Roma 12,184,Roma\n", 1, "indirizzo", 1);
    assert_addresses("calle,código postal,ciudad\nMayor 1,28013,Madrid\n", 1, "calle", 1);
    assert_addresses("suburb,state,postcode\nSydney,NSW,2000\n", 1, "postcode", 1);
    assert_addresses("city,province,postal_code\nMontréal,QC,H2X 1Y4\n", 1, "postal_code", 1);
}

LW_TEST(several_addresses_in_a_row_are_told_apart) {
    const char *csv = "billing_city,billing_state,billing_zip,shipping_city,shipping_state,shipping_zip\n"
                      "Boston,MA,02115,Chicago,IL,60607\nBoston,MA,02115,,,\n";
    assert_addresses(csv, 2, "billing_zip", 2);
    assert_addresses(csv, 2, "shipping_zip", 1);
}

LW_TEST(addresses_in_one_cell) {
    assert_addresses("id,address\n1,Musterstr. 5 80331 München\n2,12 Elm St Springfield MA 01103\n3,unknown\n", 1,
                     "address", 2);
    assert_addresses("id,email_address\n1,someone@example.org\n", 0, NULL, 0);
    assert_addresses("id,ip_address\n1,10.0.0.1\n", 0, NULL, 0);
}

/* Places that are in no list, and codes of any region: called so, they are an address by their form. */
LW_TEST(form_is_enough_under_clear_headers) {
    assert_addresses("street,city,state,zip\n368 Wava Mills,Lake Johnmouth,Ohio,05030-9668\n,Port Noe,Ohio,66708\n"
                     "9 Y St,unknown,Ohio,66708\n9 Y St,Port Noe,Ohio,n/a\n7 Z St,Port Noe,,66708\n",
                     1, "street", 2);
    assert_addresses("Address Line 1,Address Line 2,Town,Postcode\n1 David Drove,,High Reynolds,VK02 0KJ\n", 1,
                     "Address Line 1", 1);
    assert_addresses("Straße,Hausnummer,PLZ,Ort\nHans-Arp-Str.,83,96184,Wassilukburg\n", 1, "Straße", 1);
    assert_addresses("calle,ciudad,provincia,codigo_postal\nBajada Mario 5,Sevilla,Murcia,81357\n", 1, "calle", 1);
    /* Without a street, or with codes of a country that has no addresses here, nothing is assumed. */
    assert_addresses("city,zip\nLake Johnmouth,05030\nPort Noe,66708\n", 1, "zip", 0);
    assert_addresses("address,city,pin_code\n368 Veda Mills,Tuni,637 050\n", 0, NULL, 0);
    assert_addresses("col1,col2,col3\n368 Wava Mills,Lake Johnmouth,05030\n", 0, NULL, 0);
}

LW_TEST(lines_by_form_under_clear_headers) {
    assert_addresses("full_address\n793 State Street East Myronstead DE 85937-9061\nnone\n"
                     "5 Lizeth Corner Trantowbury LQ14 6ND\n",
                     1, "full_address", 2);
    assert_addresses("notes\n793 State Street East Myronstead DE 85937-9061\n", 0, NULL, 0);
    assert_addresses("address\n37670 Juana Mission Suite 12\n", 0, NULL, 0);
}

LW_TEST(codes_that_are_not_postal_make_no_address) {
    assert_grid("ADDRESS", "CITY,CODE", GRID_NUMBER, 0, NULL);
    assert_grid("ADDRESS", "a,b", GRID_NUMBER, 0, NULL);
}

LW_TEST(codes_without_a_word_need_rows_that_agree) {
    assert_grid("ADDRESS", "CITY,CODE", GRID_CODE, 1, "CODE");
    assert_grid("ADDRESS", "a,b", GRID_CODE, 1, "b");
}

LW_TEST(birthplaces_are_no_addresses) {
    assert_addresses("BIRTHPLACE,CODE\nMarigot  Saint Andrew Parish  DM,1\nDanvers  Massachusetts  US,2\n", 0, NULL, 0);
}

/* ---- the contract ---- */

LW_TEST(no_rules_without_the_identifiers) {
    assert_rules("USA_SOCIAL_SECURITY_NUMBER", "FIRST,LAST,CITY,ZIP\nMilo,Feil,Boston,02115\n", 0, NULL, 0);
}

LW_TEST(rules_name_their_identifier) {
    table file = table_of("FIRST,LAST,CITY,ZIP\nMilo,Feil,Boston,02115\n", ',');
    lw_identifier_set *set = load("NAME,ADDRESS");
    outcome found;
    judge("NAME,ADDRESS", &file, true, &found);
    assert_int_equal(found.count, 2);
    assert_string_equal(lw_identifier_set_at(set, found.rules[0].identifier)->id, "NAME");
    assert_string_equal(lw_identifier_set_at(set, found.rules[1].identifier)->id, "ADDRESS");
    lw_identifier_set_free(set);
    table_done(&file);
}

LW_TEST(never_more_rules_than_room) {
    lw_identifier_set *set = load("NAME,ADDRESS");
    const lw_slice cells[4] = {{"Milo", 4}, {"Feil", 4}, {"Boston", 6}, {"02115", 5}};
    const char *const names[4] = {"FIRST", "LAST", "CITY", "ZIP"};
    lw_column_sample samples[4];
    lw_record_rule rules[2] = {{0}, {.kind = 4711}};
    for (size_t i = 0; i < 4; i++) {
        samples[i] = (lw_column_sample){{names[i], strlen(names[i])}, &cells[i], 1};
    }
    assert_int_equal(lw_record_rules_make(set, samples, 4, rules, 1), 1);
    assert_int_equal(rules[1].kind, 4711);
    assert_int_equal(lw_record_rules_make(set, samples, 4, rules, 0), 0);
    assert_int_equal(lw_record_rules_make(set, samples, 0, rules, 2), 0);
    lw_identifier_set_free(set);
}

LW_TEST(wide_files_are_judged_to_the_last_column) {
    lw_identifier_set *set = load("NAME,ADDRESS");
    static lw_column_sample samples[1500];
    const lw_slice cells[2] = {{"Milo", 4}, {"Feil", 4}};
    lw_record_rule rules[4];
    samples[1498] = (lw_column_sample){{"FIRST", 5}, &cells[0], 1};
    samples[1499] = (lw_column_sample){{"LAST", 4}, &cells[1], 1};
    assert_int_equal(lw_record_rules_make(set, samples, 1500, rules, 4), 1);
    assert_int_equal(rules[0].columns[0], 1498);
    assert_int_equal(rules[0].located_column, 1499);
    lw_identifier_set_free(set);
}

/* ---- the Synthea sample ---- */

static char *read_all(FILE *in) {
    char *data = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&data, &len);
    char chunk[65536];
    assert_non_null(out);
    for (size_t got = fread(chunk, 1, sizeof(chunk), in); got > 0; got = fread(chunk, 1, sizeof(chunk), in)) {
        assert_int_equal(fwrite(chunk, 1, got, out), got);
    }
    assert_int_equal(fclose(out), 0);
    return data;
}

/* False, with the reason printed, where the sample is not at hand. */
static bool synthea(const char *name, table *ret_file) {
    char path[4096];
    const char *shared = getenv("LW_SHARED");
    (void)snprintf(path, sizeof(path), "%s/synthea/%s", shared != NULL ? shared : LW_SOURCE_DIR "/../shared", name);
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        print_message("SKIPPED: '%s' is not there; set LW_SHARED to the folder that has synthea/\n", path);
        return false;
    }
    char *data = read_all(in);
    (void)fclose(in);
    *ret_file = table_of(data, ',');
    free(data);
    return true;
}

static size_t column_named(const table *file, const char *name) {
    for (size_t i = 0; i < file->columns; i++) {
        if (cell_at(file, 0, i).len == strlen(name) && memcmp(cell_at(file, 0, i).data, name, strlen(name)) == 0) {
            return i;
        }
    }
    fail_msg("no column '%s'", name);
    return 0;
}

static size_t filled(const table *file, const char *name) {
    size_t column = column_named(file, name);
    size_t count = 0;
    for (size_t row = 1; row < file->rows; row++) {
        count += cell_at(file, row, column).len > 0;
    }
    return count;
}

static void assert_share(size_t matched, size_t of, double least, const char *what) {
    double got = (double)matched / (double)of;
    print_message("%s: %zu of %zu (%.4f)\n", what, matched, of, got);
    assert_true(got >= least && matched <= of);
}

LW_TEST(synthea_providers) {
    table file;
    outcome found;
    if (!synthea("providers.csv", &file)) {
        return;
    }
    judge("NAME,ADDRESS", &file, true, &found);
    assert_int_equal(found.count, 2);
    assert_share(matched_at(&file, &found, "NAME"), file.rows - 1, 0.95, "providers NAME");
    assert_share(matched_at(&file, &found, "ADDRESS"), filled(&file, "ZIP"), 0.97, "providers ADDRESS");
    table_done(&file);
}

LW_TEST(synthea_organizations) {
    table file;
    outcome found;
    if (!synthea("organizations.csv", &file)) {
        return;
    }
    judge("NAME,ADDRESS", &file, true, &found);
    assert_int_equal(found.count, 1); /* companies are no names */
    assert_share(matched_at(&file, &found, "ADDRESS"), filled(&file, "ZIP"), 0.97, "organizations ADDRESS");
    table_done(&file);
}

LW_TEST(synthea_patients) {
    table file;
    outcome found;
    if (!synthea("patients.csv", &file)) {
        return;
    }
    judge("NAME,ADDRESS", &file, true, &found);
    assert_int_equal(found.count, 2);
    assert_share(matched_at(&file, &found, "LAST"), file.rows - 1, 0.95, "patients FIRST + LAST");
    assert_share(matched_at(&file, &found, "ADDRESS"), filled(&file, "ZIP"), 0.99, "patients ADDRESS");
    table_done(&file);
}

LW_TEST(synthea_payers) {
    table file;
    outcome found;
    if (!synthea("payers.csv", &file)) {
        return;
    }
    judge("NAME,ADDRESS", &file, true, &found);
    assert_int_equal(found.count, 1);
    /* Ten payers, one of them (no insurance) without an address. */
    assert_int_equal(matched_at(&file, &found, "ADDRESS"), filled(&file, "ZIP"));
    table_done(&file);
}

LW_TEST(synthea_other_files_hold_no_names) {
    static const char *const names[] = {"allergies.csv",         "careplans.csv",       "conditions.csv",
                                        "devices.csv",           "imaging_studies.csv", "immunizations.csv",
                                        "payer_transitions.csv", "supplies.csv"};
    for (size_t i = 0; i < COUNT(names); i++) {
        table file;
        outcome found;
        if (!synthea(names[i], &file)) {
            return;
        }
        judge("NAME,ADDRESS", &file, true, &found);
        assert_int_equal(found.count, 0);
        table_done(&file);
    }
}
