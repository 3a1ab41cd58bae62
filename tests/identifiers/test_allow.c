/* Allow lists: what they drop, what they refuse, and that they say nothing of what is in them. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identifiers/allow.h"
#include "identifiers/fold_priv.h"
#include "identifiers/identifiers_priv.h"

/* Lists in a folder of /tmp, and what loading them gave. */
typedef struct bench {
    char folder[32];
    lw_strings files, unread;
    lw_allow *allow;
    lw_error err;
    lw_slice object; /* what the store holds */
    lw_status object_status;
    size_t object_reads;
} bench;

static bench *bench_new(void) {
    bench *b = calloc(1, sizeof(*b));
    assert_non_null(b);
    (void)snprintf(b->folder, sizeof(b->folder), "/tmp/lw-allow-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    return b;
}

static void put_bytes(bench *b, const char *name, const char *data, size_t len) {
    assert_ok(lw_strings_addf(&b->files, "%s/%s", b->folder, name));
    FILE *out = fopen(b->files.items[b->files.count - 1], "w");
    assert_non_null(out);
    assert_int_equal(fwrite(data, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static void put(bench *b, const char *name, const char *text) {
    put_bytes(b, name, text, strlen(text));
}

static lw_status read_object(void *ctx, const char *bucket, const char *key, lw_buf *content, lw_error *err) {
    bench *b = ctx;
    assert_string_equal(bucket, "lists");
    assert_string_equal(key, "a/words.txt");
    b->object_reads++;
    return b->object_status != LW_OK ? lw_fail(err, b->object_status, "not there")
                                     : lw_buf_append_slice(content, b->object);
}

static lw_status load(bench *b, const lw_strings *only) {
    lw_allow_options options = {.files = &b->files, .only = only, .read_object = read_object, .ctx = b};
    lw_allow_free(b->allow);
    b->allow = NULL;
    b->err = (lw_error){0};
    lw_strings_done(&b->unread);
    return lw_allow_load(&options, &b->unread, &b->allow, &b->err);
}

static void bench_done(bench *b) {
    lw_allow_free(b->allow);
    for (size_t i = 0; i < b->files.count; i++) {
        (void)unlink(b->files.items[i]);
    }
    assert_int_equal(rmdir(b->folder), 0);
    lw_strings_done(&b->files);
    lw_strings_done(&b->unread);
    free(b);
}

static bool drops(const bench *b, const char *text) {
    return lw_allow_drops(b->allow, lw_slice_from(text));
}

/* One file that must be refused with these words. */
static void refused(const char *name, const char *text, const char *says) {
    bench *b = bench_new();
    put(b, name, text);
    assert_int_equal(load(b, NULL), LW_E_CONFIG);
    assert_null(b->allow);
    if (strstr(b->err.text, says) == NULL || strstr(b->err.text, name) == NULL) {
        fail_msg("no '%s' in: %s", says, b->err.text);
    }
    bench_done(b);
}

LW_TEST(a_text_list_is_compared_whole_and_without_case) {
    bench *b = bench_new();
    put(b, "ours.txt",
        "\xef\xbb\xbf"
        "TK-000001\r\n\n   \nMax Mustermann\nTwo  spaces\nlast without line end");
    assert_ok(load(b, NULL));
    assert_true(drops(b, "TK-000001"));
    assert_true(drops(b, "tk-000001"));
    assert_true(drops(b, "MAX MUSTERMANN"));
    assert_true(drops(b, "last WITHOUT line end"));
    assert_true(drops(b, "two  spaces"));
    assert_false(drops(b, "two spaces"));
    assert_false(drops(b, "TK-00000"));
    assert_false(drops(b, "TK-0000011"));
    assert_false(drops(b, " TK-000001"));
    assert_false(drops(b, ""));
    assert_false(drops(b, "   "));
    bench_done(b);
}

LW_TEST(case_is_folded_outside_ascii_and_accents_are_kept) {
    bench *b = bench_new();
    put(b, "ours.txt", "\xc3\x84RZTE\n\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82\n\xce\xa3\xce\x91\xce\xa3\n");
    assert_ok(load(b, NULL));
    assert_true(drops(b, "\xc3\xa4rzte"));                                     /* ärzte */
    assert_true(drops(b, "\xd0\x9f\xd0\xa0\xd0\x98\xd0\x92\xd0\x95\xd0\xa2")); /* ПРИВЕТ */
    assert_true(drops(b, "\xcf\x83\xce\xb1\xcf\x82"));                         /* σας, final sigma */
    assert_false(drops(b, "arzte"));
    assert_int_equal(lw_fold_character(0x1e9e), 0xdf);
    assert_int_equal(lw_fold_character(0x212a), 'k');
    assert_int_equal(lw_fold_character(0x0131), 0x0131);
    assert_int_equal(lw_fold_character(0x10400), 0x10428);
    char out[8];
    assert_int_equal(lw_fold_text(LW_SLICE_LITERAL("A\xff\xc3"), out, sizeof(out)), 3);
    assert_memory_equal(out, "a\xff\xc3", 3);
    assert_int_equal(lw_fold_text(LW_SLICE_LITERAL("ABC"), out, 2), SIZE_MAX);
    bench_done(b);
}

LW_TEST(a_long_list_is_found_entry_by_entry) {
    bench *b = bench_new();
    lw_buf text;
    lw_buf_init(&text, 1 << 22);
    for (int i = 0; i < 100000; i++) {
        assert_ok(lw_buf_printf(&text, "Entry %d\n", i));
    }
    put_bytes(b, "long.txt", text.data, text.len);
    assert_ok(load(b, NULL));
    for (int i = 0; i < 100000; i += 7) {
        char entry[32];
        (void)snprintf(entry, sizeof(entry), "ENTRY %d", i);
        assert_true(drops(b, entry));
    }
    assert_false(drops(b, "entry 100000"));
    assert_ok(lw_buf_append_text(&text, "one more\n"));
    put_bytes(b, "longer.txt", text.data, text.len);
    assert_int_equal(load(b, NULL), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "more than 100000 entries"));
    lw_buf_done(&text);
    bench_done(b);
}

LW_TEST(a_regex_must_match_the_whole_text) {
    bench *b = bench_new();
    put(b, "test.json",
        "{\"name\":\"Test ids\",\"description\":\"d\",\"criteria\":{\"regex\":\"TK-0+[1-9]|X\\\\d*1|\\u00c4+\"}}");
    assert_ok(load(b, NULL));
    assert_true(drops(b, "TK-00009"));
    assert_true(drops(b, "X1"));
    assert_true(drops(b, "X11"));
    assert_true(drops(b, "\xc3\x84\xc3\x84"));
    assert_false(drops(b, "TK-000091"));
    assert_false(drops(b, "aTK-00009"));
    assert_false(drops(b, "tk-00009"));
    assert_false(drops(b, "X12"));
    assert_false(drops(b, "\xff\xc3\x84")); /* not anchored anew behind a byte that is no UTF-8 */
    bench_done(b);
}

LW_TEST(bad_lists_are_refused_with_file_field_and_reason) {
    char long_text[120];
    memset(long_text, 'x', 91);
    long_text[91] = '\0';
    refused("a.txt", long_text, "line 1 has 91 characters, allowed are 1 to 90");
    refused("a.txt", "", "has no entry");
    refused("a.txt", "\n \n", "has no entry");
    refused("a.txt", "ok\n\xff\n", "UTF-8");
    refused("a.json", "", "empty");
    refused("a.json", "[]", "no JSON object");
    refused("a.json", "{} x", "no JSON object");
    refused("a.json", "{\"criteria\":{\"regex\":\"a\"}}", "field 'name' is missing");
    refused("a.json", "{\"name\":\"n\"}", "field 'criteria' is missing");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{}}", "either 'regex' or 's3WordsList'");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"regex\":\"(?=a)\"}}", "field 'criteria.regex': ");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"regex\":\"a(\"}}", "field 'criteria.regex': ");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"regex\":\"\"}}", "0 characters, allowed are 1 to 512");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"regexp\":\"a\"}}", "'criteria.regexp'; did you mean 'regex'?");
    refused("a.json", "{\"name\":\"n\",\"name\":\"m\",\"criteria\":{\"regex\":\"a\"}}", "'name' is given twice");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"s3WordsList\":{\"bucketName\":\"ab\",\"objectKey\":\"k\"}}}",
            "'criteria.s3WordsList.bucketName' has 2 characters");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"s3WordsList\":{\"bucketName\":\"a/b\",\"objectKey\":\"k\"}}}",
            "no bucket name");
    refused("a.json", "{\"name\":\"n\",\"criteria\":{\"s3WordsList\":{\"bucketName\":\"abc\"}}}",
            "objectKey' is missing");
}

LW_TEST(messages_hold_nothing_of_the_entries) {
    static const char *const texts[] = {"Wanderfalke\n\xff",
                                        "{\"name\":\"n\",\"criteria\":{\"regex\":\"Wanderfalke(\"}}",
                                        "{\"name\":\"n\",\"criteria\":{\"regex\":\"Wanderfalke\"},\"x\":1}"};
    for (size_t i = 0; i < 3; i++) {
        bench *b = bench_new();
        put(b, i == 0 ? "a.txt" : "a.json", texts[i]);
        assert_int_equal(load(b, NULL), LW_E_CONFIG);
        assert_null(strstr(b->err.text, "falke"));
        bench_done(b);
    }
}

LW_TEST(at_most_five_lists_of_each_kind) {
    bench *b = bench_new();
    for (int i = 0; i < 6; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "%d.txt", i);
        put(b, name, "x\n");
    }
    assert_int_equal(load(b, NULL), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "6 allow lists of texts and 0 of regexes"));
    free(b->files.items[--b->files.count]);
    assert_ok(load(b, NULL));
    char path[64];
    (void)snprintf(path, sizeof(path), "%s/5.txt", b->folder);
    assert_int_equal(unlink(path), 0);
    bench_done(b);
}

LW_TEST(a_job_names_lists_by_name_id_or_file) {
    bench *b = bench_new();
    put(b, "ours.txt", "alpha\n");
    put(b, "second.json", "{\"name\":\"Second list\",\"id\":\"abc123\",\"criteria\":{\"regex\":\"be(?:ta)\"}}");
    static const char *const names[] = {"ours", "ours.txt", "Second list", "abc123", "second", "second.json"};
    for (size_t i = 0; i < 6; i++) {
        lw_strings only = {0};
        assert_ok(lw_strings_add(&only, lw_slice_from(names[i])));
        assert_ok(load(b, &only));
        assert_int_equal(drops(b, "Alpha"), i < 2);
        assert_int_equal(drops(b, "beta"), i >= 2);
        lw_strings_done(&only);
    }
    lw_strings only = {0};
    assert_ok(lw_strings_add(&only, LW_SLICE_LITERAL("third")));
    assert_int_equal(load(b, &only), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "'third' is not among those given ('ours', 'Second list')"));
    lw_strings none = {0};
    lw_allow_options options = {.files = &none, .only = &only};
    assert_int_equal(lw_allow_load(&options, &b->unread, &b->allow, &b->err), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "(none)"));
    lw_strings_done(&only);
    bench_done(b);
}

LW_TEST(two_lists_of_one_name_are_refused) {
    bench *b = bench_new();
    put(b, "ours.txt", "alpha\n");
    put(b, "ours.json", "{\"name\":\"ours\",\"criteria\":{\"regex\":\"beta\"}}");
    assert_int_equal(load(b, NULL), LW_E_CONFIG);
    assert_non_null(strstr(b->err.text, "'ours' is given twice"));
    bench_done(b);
}

LW_TEST(a_list_in_a_store_that_cannot_be_used_allows_nothing_and_is_told) {
    bench *b = bench_new();
    put(b, "ours.txt", "alpha\nboth\n");
    put(b, "store.json",
        "{\"name\":\"st\",\"criteria\":{\"s3WordsList\":{\"bucketName\":\"lists\",\"objectKey\":\"a/words.txt\"}}}");
    b->object = LW_SLICE_LITERAL("gamma\nboth\n");
    assert_ok(load(b, NULL));
    assert_int_equal(b->unread.count, 0);
    assert_true(drops(b, "GAMMA") && drops(b, "alpha") && drops(b, "both"));
    b->object = LW_SLICE_LITERAL("gamma\nboth\n\xff\n");
    assert_ok(load(b, NULL));
    assert_int_equal(b->unread.count, 1);
    assert_non_null(strstr(b->unread.items[0], "store.json"));
    assert_non_null(strstr(b->unread.items[0], "allows nothing"));
    assert_true(!drops(b, "gamma") && drops(b, "alpha") && drops(b, "both"));
    char long_entry[200];
    (void)snprintf(long_entry, sizeof(long_entry), "gamma\n%0100d\n", 1);
    b->object = lw_slice_from(long_entry);
    assert_ok(load(b, NULL));
    assert_int_equal(b->unread.count, 1);
    assert_true(!drops(b, "gamma") && drops(b, "both")); /* what it had added is taken back */
    b->object_status = LW_E_DENIED;
    assert_ok(load(b, NULL));
    assert_int_equal(b->unread.count, 1);
    assert_non_null(strstr(b->unread.items[0], "not there"));
    assert_true(!drops(b, "gamma") && drops(b, "alpha"));
    b->object_status = LW_E_CANCELLED;
    assert_int_equal(load(b, NULL), LW_E_CANCELLED);
    assert_int_equal(b->object_reads, 5);
    bench_done(b);
}

LW_TEST(a_list_that_is_not_wanted_is_not_read) {
    bench *b = bench_new();
    lw_strings only = {0};
    put(b, "ours.txt", "alpha\n");
    put(b, "store.json",
        "{\"name\":\"st\",\"criteria\":{\"s3WordsList\":{\"bucketName\":\"lists\",\"objectKey\":\"a/words.txt\"}}}");
    b->object_status = LW_E_DENIED;
    assert_ok(lw_strings_add(&only, LW_SLICE_LITERAL("ours")));
    assert_ok(load(b, &only));
    assert_int_equal(b->object_reads, 0);
    assert_int_equal(b->unread.count, 0);
    lw_strings_done(&only);
    bench_done(b);
}

/* ---- in a set ---- */

static size_t count_in_column(const lw_identifier_set *set, size_t identifier, const char *text, size_t len) {
    uint32_t begin = 0;
    uint32_t end = (uint32_t)len;
    lw_cells cells = {text, &begin, &end, 1};
    lw_hit hit = {0};
    size_t hits = 0;
    lw_matcher *matcher = NULL;
    assert_ok(lw_matcher_new(set, &matcher));
    assert_ok(lw_matcher_column(matcher, identifier, &cells, true, &hit, &hits));
    lw_matcher_free(matcher);
    return hits == 0 ? 0 : hit.count;
}

static void expect_count(const lw_allow *allow, const char *id, const char *text, size_t count) {
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    lw_identifier_options options = {.managed = id, .allow = allow};
    assert_ok(lw_identifier_set_load(&options, &set, &err));
    assert_int_equal(count_in_column(set, 0, text, strlen(text)), count);
    lw_identifier_set_free(set);
}

LW_TEST(matches_of_every_engine_are_dropped) {
    bench *b = bench_new();
    char card[32];
    char ssn[16];
    char both[64];
    (void)snprintf(card, sizeof(card), "%s%s", "40145142", "94772591");
    (void)snprintf(ssn, sizeof(ssn), "%s-%s", "051-24", "8318");
    (void)snprintf(both, sizeof(both), "%s, %s-%s", ssn, "051-24", "8319");
    put(b, "ours.txt", "placeholder\n");
    assert_ok(load(b, NULL));
    expect_count(b->allow, "CREDIT_CARD_NUMBER", card, 1);
    expect_count(b->allow, "USA_SOCIAL_SECURITY_NUMBER", both, 2);
    lw_buf list;
    lw_buf_init(&list, 4096);
    assert_ok(lw_buf_printf(&list, "%s\n%s\n", card, ssn));
    put_bytes(b, "more.txt", list.data, list.len);
    lw_buf_done(&list);
    assert_ok(load(b, NULL));
    expect_count(b->allow, "CREDIT_CARD_NUMBER", card, 0);
    expect_count(b->allow, "USA_SOCIAL_SECURITY_NUMBER", ssn, 0);
    expect_count(b->allow, "USA_SOCIAL_SECURITY_NUMBER", both, 1);
    bench_done(b);
}

LW_TEST(matches_of_a_custom_shape_are_dropped) {
    bench *b = bench_new();
    lw_identifier_set *set = NULL;
    lw_strings custom = {0};
    put(b, "shape.json", "{\"name\":\"Ticket\",\"regex\":\"TK-\\\\d{6}\"}");
    assert_ok(lw_strings_add(&custom, lw_slice_from(b->files.items[0])));
    bench *lists = bench_new();
    put(lists, "ours.txt", "tk-000002\n");
    assert_ok(load(lists, NULL));
    lw_identifier_options options = {.managed = "none", .custom = &custom, .allow = lists->allow};
    assert_ok(lw_identifier_set_load(&options, &set, &b->err));
    assert_int_equal(count_in_column(set, 0, "TK-000001", 9), 1);
    assert_int_equal(count_in_column(set, 0, "TK-000002", 9), 0);
    assert_int_equal(count_in_column(set, 0, "TK-000001 TK-000002 TK-000003", 29), 2);
    lw_identifier_set_free(set);
    lw_strings_done(&custom);
    bench_done(lists);
    bench_done(b);
}

LW_TEST(full_names_in_one_cell_are_dropped_and_pairs_are_not) {
    bench *b = bench_new();
    lw_identifier_set *set = NULL;
    lw_record_rule rules[4];
    lw_slice full[] = {LW_SLICE_LITERAL("Mary Johnson"), LW_SLICE_LITERAL("Peter Miller")};
    lw_slice given[] = {LW_SLICE_LITERAL("Mary"), LW_SLICE_LITERAL("Peter")};
    lw_slice family[] = {LW_SLICE_LITERAL("Johnson"), LW_SLICE_LITERAL("Miller")};
    put(b, "ours.txt", "MARY JOHNSON\n");
    assert_ok(load(b, NULL));
    lw_identifier_options options = {.managed = "NAME", .allow = b->allow};
    assert_ok(lw_identifier_set_load(&options, &set, &b->err));
    lw_column_sample one = {LW_SLICE_LITERAL("full_name"), full, 2};
    assert_int_equal(lw_record_rules_make(set, &one, 1, rules, 4), 1);
    assert_false(lw_record_rule_match(&rules[0], &full[0]));
    assert_true(lw_record_rule_match(&rules[0], &full[1]));
    lw_column_sample two[] = {{LW_SLICE_LITERAL("first_name"), given, 2}, {LW_SLICE_LITERAL("last_name"), family, 2}};
    assert_int_equal(lw_record_rules_make(set, two, 2, rules, 4), 1);
    assert_true(lw_record_rule_match(&rules[0], (lw_slice[]){given[0], family[0]}));
    lw_identifier_set_free(set);
    bench_done(b);
}
