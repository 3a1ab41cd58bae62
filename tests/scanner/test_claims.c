/* One value, one meaning: a case for each rule of docs/matching.md, section 7, first with identifiers made for it, so
 * that one rule decides and all later ones would decide otherwise, then with those of the catalogue. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/scanner.h"
#include "tests/scanner/scan_support.h"

/* ---- identifiers made for a rule ---- */

/* Nine digits with a right check digit by Luhn, beginning with `first`; neither a sample nor part of a series. */
static void nine_digits(unsigned first, unsigned number, char value[10]) {
    unsigned sum = 0;
    snprintf(value, 10, "%u%07u0", first % 10, number % 10000000);
    for (int i = 0; i < 8; i++) {
        unsigned digit = (unsigned)(value[i] - '0') * (i % 2 == 0 ? 1 : 2);
        sum += digit > 9 ? digit - 9 : digit;
    }
    value[8] = (char)('0' + (10 - sum % 10) % 10);
}

typedef struct made {
    const char *id, *keywords; /* as in JSON */
    const char *regex;         /* NULL: nine digits */
    const char *check;         /* NULL: none */
    int prior;
    bool free; /* needs no keyword */
} made;

static void append_example(lw_buf *json, const made *m, unsigned i) {
    char value[10];
    nine_digits(5, 1234500 + 37 * i, value);
    if (m->regex != NULL && strncmp(m->regex, "[A-Z]", 5) == 0) {
        value[0] = 'K';
        value[1] = 'L';
    }
    assert_ok(lw_buf_printf(json, "%s{\"text\":\"%s\"}", i == 0 ? "" : ",", value));
}

static void write_identifier(const made *m, lw_buf *json) {
    lw_buf_reset(json);
    assert_ok(lw_buf_printf(json,
                            "{\"id\":\"%s\",\"name\":\"made for a test\",\"category\":\"PERSONAL_INFORMATION\","
                            "\"keywordRequired\":%s,\"keywords\":[%s],\"severity\":{\"1\":\"Low\",\"2-99\":\"Medium\","
                            "\"100+\":\"High\"},\"recommended\":false,\"detect\":{\"scope\":\"cell\",\"proximity\":"
                            "\"%s\",\"prior\":%d,\"patterns\":[{\"name\":\"all\",\"regex\":\"%s\"",
                            m->id, m->free ? "false" : "true", m->keywords, m->free ? "free" : "around", m->prior,
                            m->regex == NULL ? "[0-9]{9}" : m->regex));
    if (m->check != NULL) {
        assert_ok(lw_buf_printf(json, ",\"check\":\"%s\"", m->check));
    }
    assert_ok(lw_buf_append_text(json, "}]},\"examples\":["));
    for (unsigned i = 0; i < 4; i++) {
        append_example(json, m, i);
    }
    assert_ok(lw_buf_append_text(json, "],\"counterExamples\":["));
    for (int i = 0; i < 4; i++) {
        assert_ok(lw_buf_printf(json, "%s{\"text\":\"%d\",\"why\":\"too short\"}", i == 0 ? "" : ",", 10 + i));
    }
    assert_ok(lw_buf_append_text(json, "]}"));
}

#define MADE_MAX 4

/* A catalogue with the identifiers in it, and a set of them alone. */
typedef struct bench {
    lw_catalogue *catalogue;
    lw_identifier_set *set;
} bench;

static bench make_bench(const made *identifiers, size_t count, bool keep_all) {
    char paths[MADE_MAX][32];
    lw_strings files = {0};
    lw_error err = {0};
    lw_buf json;
    lw_buf ids;
    bench b = {0};
    assert_true(count <= MADE_MAX);
    lw_buf_init(&json, 1 << 16);
    lw_buf_init(&ids, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        write_identifier(&identifiers[i], &json);
        assert_ok(lw_buf_append_char(&json, '\0'));
        snprintf(paths[i], sizeof paths[i], "/tmp/lw-claims-XXXXXX.json");
        write_file(paths[i], json.data);
        assert_ok(lw_strings_add(&files, lw_slice_from(paths[i])));
        assert_ok(lw_buf_printf(&ids, "%s%s", i == 0 ? "" : ",", identifiers[i].id));
    }
    assert_ok(lw_buf_append_char(&ids, '\0'));
    lw_status status = lw_catalogue_load(&files, &b.catalogue, &err);
    lw_identifier_options options = {
        .managed = ids.data, .catalogue = b.catalogue, .now_ms = NOW_MS, .keep_all = keep_all};
    status = status == LW_OK ? lw_identifier_set_load(&options, &b.set, &err) : status;
    if (status != LW_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    assert_ok(status);
    for (size_t i = 0; i < count; i++) {
        unlink(paths[i]);
    }
    lw_strings_done(&files);
    lw_buf_done(&json);
    lw_buf_done(&ids);
    return b;
}

static void bench_done(bench *b) {
    lw_identifier_set_free(b->set);
    lw_catalogue_free(b->catalogue);
}

#define VALUE_ROWS 16U

/* A table of one column next to an id; each cell is what stands around a value. firsts: the value's first digits, by
 * row in turn. */
static void write_table(const char *column, const char *before, const char *firsts, unsigned rows, lw_buf *text) {
    assert_ok(lw_buf_printf(text, "id,%s\n", column));
    for (unsigned i = 0; i < rows; i++) {
        char value[10];
        nine_digits((unsigned)(firsts[i % strlen(firsts)] - '0'), 2341111 + i % 15000, value);
        assert_ok(lw_buf_printf(text, "%u,%s%s\n", i, before, value));
    }
}

/* The counts of the set's identifiers in order, at every block size. */
static void assert_counts_of(const lw_identifier_set *set, lw_slice text, const uint64_t *counts, size_t count) {
    for (size_t b = 0; b < BLOCK_SIZE_COUNT; b++) {
        lw_tally *tally = scan_text(set, text, "x.csv", BLOCK_SIZES[b]);
        assert_true(tally->identifier_count <= count);
        for (size_t i = 0; i < tally->identifier_count && i < count; i++) {
            if (tally->detections[i].count != counts[i]) {
                fail_msg("'%s': %llu matches, expected %llu", lw_identifier_set_at(set, i)->id,
                         (unsigned long long)tally->detections[i].count, (unsigned long long)counts[i]);
            }
        }
        lw_tally_free(tally);
    }
}

/* counts: a compound literal or an array, one entry an identifier. */
#define assert_counts(set, text, ...) assert_counts_of(set, text, __VA_ARGS__, sizeof(__VA_ARGS__) / sizeof(uint64_t))

/* Of two identifiers that fit all values, the winner takes them all; with keep_all both do. */
static void assert_wins(const made pair[2], int winner, const char *column, const char *before, const char *firsts) {
    for (int keep = 0; keep < 2; keep++) {
        bench b = make_bench(pair, 2, keep == 1);
        lw_buf text;
        lw_buf_init(&text, 1 << 20);
        write_table(column, before, firsts, VALUE_ROWS, &text);
        uint64_t counts[2] = {VALUE_ROWS, VALUE_ROWS};
        if (keep == 0) {
            counts[1 - winner] = 0;
        }
        assert_counts(b.set, lw_buf_slice(&text), counts);
        lw_buf_done(&text);
        bench_done(&b);
    }
}

LW_TEST(a_keyword_in_the_name_goes_before_one_in_the_cell) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"betawort\"", .check = "ca-sin", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .prior = 1},
    };
    assert_wins(pair, 1, "alphawort", "betawort ", "5");
}

LW_TEST(a_keyword_in_the_cell_goes_before_none) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "", .check = "ca-sin", .prior = 99, .free = true},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .prior = 1},
    };
    assert_wins(pair, 1, "notes", "alphawort ", "5");
}

LW_TEST(a_check_digit_goes_before_a_rule) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .check = "ssn", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"betawort\",\"alphawort\"", .check = "ca-sin", .prior = 1},
    };
    assert_wins(pair, 1, "alphawort", "", "5");
}

LW_TEST(a_rule_goes_before_the_form) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\",\"one\"", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .check = "ssn", .prior = 1},
    };
    assert_wins(pair, 1, "one_alphawort", "", "5"); /* although the column is named after the first */
}

LW_TEST(a_column_named_after_an_identifier_means_it) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"zwei\",\"eigenwort\"", .prior = 99},
        {.id = "XB_ZWEI_NUMBER", .keywords = "\"zwei\"", .prior = 1},
    };
    assert_wins(pair, 1, "zwei", "", "5");
    assert_wins(pair, 1, "zwei_eigenwort", "", "5"); /* before a keyword of one's own */
}

LW_TEST(a_keyword_of_ones_own_goes_before_a_shared_one) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .regex = "[5][0-9]{8}", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\",\"eigenwort\"", .prior = 1},
    };
    assert_wins(pair, 1, "alphawort_eigenwort", "", "5");
}

/* The first fits half of the column only, though more closely; what it fits is the second's all the same. */
LW_TEST(the_identifier_that_more_of_the_column_fits_goes_first) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .regex = "[5][0-9]{8}", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .prior = 1},
    };
    bench b = make_bench(pair, 2, false);
    bench all = make_bench(pair, 2, true);
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    write_table("alphawort", "", "56", VALUE_ROWS, &text);
    assert_counts(b.set, lw_buf_slice(&text), (const uint64_t[]){0, VALUE_ROWS});
    assert_counts(all.set, lw_buf_slice(&text), (const uint64_t[]){VALUE_ROWS / 2, VALUE_ROWS});
    lw_buf_done(&text);
    bench_done(&b);
    bench_done(&all);
}

LW_TEST(the_more_specific_pattern_goes_first) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .regex = "[5][0-9]{8}", .prior = 1},
    };
    assert_wins(pair, 1, "alphawort", "", "5");
    assert_wins(pair, 1, "notes", "alphawort ", "5");
}

LW_TEST(the_higher_prior_goes_first_and_then_the_order_of_the_ids) {
    const made higher[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .prior = 1},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .prior = 99},
    };
    const made equal[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .prior = 7},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .prior = 7},
    };
    assert_wins(higher, 1, "alphawort", "", "5");
    assert_wins(equal, 0, "alphawort", "", "5");
}

/* What is decided for one value says nothing of the others in the cell. */
LW_TEST(values_that_do_not_overlap_count_side_by_side) {
    const made three[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .regex = "[A-Z]{2}[0-9]{7}", .prior = 1},
        {.id = "XC_THREE_NUMBER", .keywords = "\"alphawort\"", .regex = "[A-Z0-9]{2}[0-9]{7}", .prior = 1},
    };
    bench b = make_bench(three, 3, false);
    bench all = make_bench(three, 3, true);
    lw_slice text =
        lw_slice_from("id,alphawort\n1,512345679 KL2345678 and 512345687; KL2345679\n2,KL2345670 / 512345695\n");
    assert_counts(b.set, text, (const uint64_t[]){3, 3, 0});
    assert_counts(all.set, text, (const uint64_t[]){3, 3, 6});
    bench_done(&b);
    bench_done(&all);
}

/* A dropped match drops nothing itself: the third overlaps the second only, and stays when the first drops that. */
LW_TEST(what_is_dropped_drops_nothing) {
    const made three[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .regex = "[0-9]{9}", .prior = 1},
        {.id = "XB_TWO_NUMBER", .keywords = "\"betawort\"", .regex = "[0-9]{9}(?: [0-9]{4})?", .prior = 1},
        {.id = "XC_THREE_NUMBER", .keywords = "\"alphawort\",\"betawort\"", .regex = "[0-9]{9}|[0-9]{4}", .prior = 1},
    };
    bench b = make_bench(three, 3, false);
    /* one: the name's keyword; two: the cell's; three: the name's, but less specific than one */
    lw_slice text = lw_slice_from("id,alphawort\n1,betawort 512345679 1234\n");
    assert_counts(b.set, text, (const uint64_t[]){1, 0, 1});
    bench_done(&b);
}

/* Found in every cell of the column, and in the cell for its keyword: once all the same. */
LW_TEST(what_needs_no_keyword_counts_once_beside_one) {
    const made one = {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .free = true};
    bench b = make_bench(&one, 1, false);
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    write_table("notes", "alphawort ", "5", VALUE_ROWS, &text);
    assert_counts(b.set, lw_buf_slice(&text), (const uint64_t[]){VALUE_ROWS});
    lw_buf_reset(&text);
    write_table("alphawort", "alphawort ", "5", VALUE_ROWS, &text);
    assert_counts(b.set, lw_buf_slice(&text), (const uint64_t[]){VALUE_ROWS});
    lw_buf_done(&text);
    bench_done(&b);
}

/* ---- the catalogue ---- */

typedef struct expectation {
    const char *id;
    uint64_t count;
} expectation;

/* Exactly these identifiers count in the text, NULL behind the last. */
static void assert_found(const lw_identifier_set *set, const char *text, const expectation *expected) {
    uint64_t counts[LW_IDENTIFIERS_MAX] = {0};
    for (; expected->id != NULL; expected++) {
        counts[identifier_index(set, expected->id)] = expected->count;
    }
    assert_counts(set, lw_slice_from(text), counts);
}

#define FOUND(set, text, ...) assert_found((set), (text), (const expectation[]){__VA_ARGS__, {NULL, 0}})

LW_TEST(values_of_several_countries_have_one_meaning) {
    lw_identifier_set *set = load_set("all", NULL, false);
    FOUND(set, "id,nif\n1,12345678Z\n2,87654321X\n", {"SPAIN_NIF_NUMBER", 2});
    FOUND(set, "id,passport\n1,512345678\n2,472839162\n", {"USA_PASSPORT_NUMBER", 2});
    FOUND(set, "id,reisepass\n1,C01X00T47\n2,C4FGHJK7L\n", {"GERMANY_PASSPORT_NUMBER", 2});
    FOUND(set, "id,rijbewijs\n1,5123456789\n2,4728391625\n", {"NETHERLANDS_DRIVERS_LICENSE", 2});
    FOUND(set, "id,passport\n1,driving licence uk 512345678\n", {"USA_PASSPORT_NUMBER", 1});
    lw_identifier_set_free(set);
}

LW_TEST(values_of_several_countries_have_all_meanings_if_asked) {
    lw_identifier_set *set = load_set("all", NULL, true);
    FOUND(set, "id,nif\n1,12345678Z\n2,87654321X\n", {"SPAIN_NIF_NUMBER", 2}, {"SPAIN_TAX_IDENTIFICATION_NUMBER", 2});
    FOUND(set, "id,passport\n1,512345678\n2,472839162\n", {"USA_PASSPORT_NUMBER", 2}, {"UK_PASSPORT_NUMBER", 2});
    FOUND(set, "id,rijbewijs\n1,5123456789\n", {"NETHERLANDS_DRIVERS_LICENSE", 1}, {"BELGIUM_DRIVERS_LICENSE", 1});
    lw_identifier_set_free(set);
}

/* All three could be Brazilian, the last one Italian. */
LW_TEST(bare_american_telephone_numbers_are_american) {
    lw_identifier_set *set = load_set("all", NULL, false);
    FOUND(set, "id,phone\n1,6173542087\n2,2125872341\n3,3478261930\n", {"PHONE_NUMBER", 3});
    FOUND(set, "id,phone\n1,6173542087\n", {"PHONE_NUMBER", 1});
    FOUND(set, "id,phone\n1,9784662000\n2,4155872341\n3,6173542087\n", {"PHONE_NUMBER", 3});
    FOUND(set, "id,phone\n1,call 6173542087 or +55 11 98472-6130\n", {"PHONE_NUMBER", 1}, {"BRAZIL_PHONE_NUMBER", 1});
    lw_identifier_set_free(set);
}

LW_TEST(cards_are_cards_under_any_name) {
    lw_identifier_set *set = load_set("all", NULL, false);
    FOUND(set, "id,passport number\n1,4014514294772591\n", {"CREDIT_CARD_NUMBER_(NO_KEYWORD)", 1});
    FOUND(set, "id,passport card number\n1,4014514294772591\n", {"CREDIT_CARD_NUMBER", 1});
    lw_identifier_set_free(set);
}

static void check_account_examples(const lw_identifier_set *set, size_t identifier, const char *column) {
    uint64_t counts[LW_IDENTIFIERS_MAX] = {0};
    cJSON *entry = catalogue_entry(lw_identifier_set_at(set, identifier)->id);
    const cJSON *example = NULL;
    lw_buf value;
    lw_buf text;
    lw_buf_init(&value, 4096);
    lw_buf_init(&text, 4096);
    counts[identifier] = 1;
    cJSON_ArrayForEach(example, cJSON_GetObjectItemCaseSensitive(entry, "examples")) {
        const cJSON *matches = cJSON_GetObjectItemCaseSensitive(example, "matches");
        example_text(example, &value);
        if (!example_needs_keyword(example) && (matches == NULL || matches->valueint == 1)) {
            lw_buf_reset(&text);
            assert_ok(lw_buf_printf(&text, "id,%s\n1,%.*s\n", column, (int)value.len, value.data));
            assert_counts(set, lw_buf_slice(&text), counts);
        }
    }
    lw_buf_done(&value);
    lw_buf_done(&text);
    cJSON_Delete(entry);
}

/* Parts of an account number are account numbers of other countries; the whole is meant, whatever the column says. */
static void check_all_accounts(const char *header) {
    lw_identifier_set *set = load_set("all", NULL, false);
    size_t countries = 0;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (lw_identifier_set_at(set, i)->anchor == LW_ANCHOR_IBAN) {
            check_account_examples(set, i, header);
            countries++;
        }
    }
    assert_true(countries > 50);
    lw_identifier_set_free(set);
}

LW_TEST(an_account_number_is_one_and_whole_without_keyword) {
    check_all_accounts("notes");
}

LW_TEST(an_account_number_is_one_and_whole_by_the_keyword_of_another) {
    check_all_accounts("bank account");
}

LW_TEST(an_account_number_is_one_and_whole_by_its_own_keyword) {
    check_all_accounts("iban");
}

LW_TEST(custom_identifiers_count_besides) {
    const char *custom = "{\"name\":\"Nine\",\"regex\":\"\\\\d{9}\"}";
    for (int keep = 0; keep < 2; keep++) {
        lw_identifier_set *set = load_set("USA_PASSPORT_NUMBER,UK_PASSPORT_NUMBER", custom, keep == 1);
        lw_slice text = lw_slice_from("id,passport\n1,512345678\n2,see 472839162\n");
        assert_int_equal(lw_identifier_set_count(set), 3);
        assert_string_equal(lw_identifier_set_at(set, 0)->id, "UK_PASSPORT_NUMBER");
        assert_counts(set, text, (const uint64_t[]){keep == 1 ? 2 : 0, 2, 2});
        lw_identifier_set_free(set);
    }
}

/* The column fits both in its first rows and only one of them later: what was decided at the beginning stays. */
LW_TEST(later_rows_decide_nothing) {
    const made pair[] = {
        {.id = "XA_ONE_NUMBER", .keywords = "\"alphawort\"", .prior = 99},
        {.id = "XB_TWO_NUMBER", .keywords = "\"alphawort\"", .regex = "[5][0-9]{8}", .prior = 1},
    };
    enum { BEFORE = 12000, BEHIND = 3000 };
    bench b = make_bench(pair, 2, false);
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    write_table("alphawort", "", "5", BEFORE, &text);
    for (unsigned i = 0; i < BEHIND; i++) {
        char value[10];
        nine_digits(i % 3 == 0 ? 5 : 6, 1110000 + i * 7919, value);
        assert_ok(lw_buf_printf(&text, "%u,%s\n", i, value));
    }
    assert_counts(b.set, lw_buf_slice(&text), (const uint64_t[]){BEHIND - BEHIND / 3, BEFORE + BEHIND / 3});
    lw_buf_done(&text);
    bench_done(&b);
}
