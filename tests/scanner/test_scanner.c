/* Proximity, positions, column plan, windows, block-size invariance; with real identifiers loaded from JSON. */
#include "tests/support/lw_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/scanner.h"
#include "tests/scanner/scan_support.h"

/* A set of one custom identifier given as JSON, and/or managed ones. */
static lw_identifier_set *load(const char *managed, const char *json) {
    char path[] = "/tmp/lw-scanner-XXXXXX.json";
    lw_strings custom = {0};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    if (json != NULL) {
        int fd = mkstemps(path, 5);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, json, strlen(json)), (ssize_t)strlen(json));
        close(fd);
        assert_ok(lw_strings_add(&custom, lw_slice_from(path)));
    }
    lw_identifier_options options = {.managed = managed, .custom = json == NULL ? NULL : &custom};
    lw_status status = lw_identifier_set_load(&options, &set, &err);
    if (status != LW_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    assert_ok(status);
    if (json != NULL) {
        unlink(path);
    }
    lw_strings_done(&custom);
    return set;
}

static lw_tally *scan(const lw_identifier_set *set, lw_slice text, const char *name, size_t block_size) {
    memory_source m = {text, 0};
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    lw_plan *plan = NULL;
    lw_scanner *scanner = NULL;
    lw_tally *all = NULL;
    lw_tally *one = NULL;
    const lw_preview *preview = NULL;
    lw_error err = {0};
    bool more = true;
    assert_ok(lw_reader_new(&(lw_reader_options){.block_size = block_size, .name = name}, (lw_source){read_memory, &m},
                            &reader));
    assert_ok(lw_reader_open(reader, &preview, &err));
    assert_ok(lw_plan_new(set, preview, &plan));
    assert_ok(lw_scanner_new(set, &scanner));
    assert_ok(lw_block_new(block_size, &block));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &all));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &one));
    while (more) {
        assert_ok(lw_reader_next(reader, block, &more, &err));
        lw_tally_reset(one);
        assert_ok(lw_scanner_block(scanner, plan, block, one));
        assert_ok(lw_tally_merge(all, one));
    }
    lw_tally_finish(all, set);
    lw_tally_free(one);
    lw_block_free(block);
    lw_scanner_free(scanner);
    lw_plan_free(plan);
    lw_reader_free(reader);
    return all;
}

static uint64_t count_in(const lw_identifier_set *set, const char *text, const char *name) {
    lw_tally *tally = scan(set, lw_slice_from(text), name, 1024);
    uint64_t count = 0;
    for (size_t i = 0; i < tally->identifier_count; i++) {
        count += tally->detections[i].count;
    }
    lw_tally_free(tally);
    return count;
}

#define EMPLOYEE                                                                                                       \
    "{\"name\":\"Employee\",\"regex\":\"[A-Z]{3}\\\\d{5}\",\"keywords\":[\"emp\"],\"maximumMatchDistance\":10}"

LW_TEST(column_name_brings_every_value_near) {
    lw_identifier_set *set = load("none", EMPLOYEE);
    assert_int_equal(count_in(set, "id,emp\n1,ABC12345\n2,DEF67890\n", "x.csv"), 2);
    assert_int_equal(count_in(set, "id,emp_no\n1,ABC12345\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,EmpNo\n1,ABC12345 and DEF12345\n", "x.csv"), 2);
    assert_int_equal(count_in(set, "id,temper\n1,ABC12345\n", "x.csv"), 0);
    assert_int_equal(count_in(set, "id,other\n1,ABC12345\n", "x.csv"), 0);
    lw_identifier_set_free(set);
}

/* The example of matching-semantics.md section 3: ten characters pass, nine do not. */
LW_TEST(distance_inside_a_cell) {
    lw_identifier_set *set = load("none", EMPLOYEE);
    assert_int_equal(count_in(set, "id,text\n1,emp: ABC12345\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,text\n1,emp:  ABC12345\n", "x.csv"), 0);
    assert_int_equal(count_in(set,
                              "id,text\n1,emp:\xC3\xA9"
                              "ABC12345\n",
                              "x.csv"),
                     1); /* characters, not bytes */
    assert_int_equal(count_in(set, "id,text\n1,ABC12345 emp\n", "x.csv"), 0);
    assert_int_equal(count_in(set, "id,text,more\n1,emp,ABC12345\n", "x.csv"), 0); /* not across cells */
    assert_int_equal(count_in(set, "id,text\n1,temp: ABC12345\n", "x.csv"), 0);
    assert_int_equal(count_in(set, "id,text\n1,\"emp: ABC12345, emp: DEF12345\"\n", "x.csv"), 2);
    lw_identifier_set_free(set);
}

LW_TEST(without_header_only_keywords_in_cells) {
    lw_identifier_set *set = load("none", EMPLOYEE);
    assert_int_equal(count_in(set, "emp: ABC12345,1\n77,2\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "emp ABC12345\nplain text\n", "x.txt"), 1);
    lw_identifier_set_free(set);
}

LW_TEST(no_keyword_needs_no_proximity) {
    lw_identifier_set *set = load("none", "{\"name\":\"Code\",\"regex\":\"ZZ\\\\d{4}\"}");
    assert_int_equal(count_in(set, "a,b\nZZ1234,x\nq,\"ZZ1234 ZZ9999\"\n", "x.csv"), 3);
    assert_int_equal(count_in(set, "a,b\n1,2\n3,4,5,ZZ1234\n", "x.csv"), 1); /* a row wider than all before */
    lw_identifier_set_free(set);
}

static void fill(lw_buf *text, int rows) {
    assert_ok(lw_buf_append_text(text, "id,emp,note\n"));
    for (int i = 0; i < rows; i++) {
        assert_ok(lw_buf_printf(text, "%d,ABC%05d,\"emp DEF%05d%s\"\n", i, i % 100000, i % 100000,
                                i % 50 == 0 ? ", \"\"q\"\"" : ""));
    }
}

/* The same tally for every block size: counts, and every located cell in reading order. */
LW_TEST(any_block_size) {
    lw_identifier_set *set = load("none", EMPLOYEE);
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    fill(&text, 3000);
    lw_tally *first = scan(set, lw_buf_slice(&text), "x.csv", 1024);
    assert_int_equal(first->detections[0].count, 6000);
    assert_int_equal(first->detections[0].location_count, LW_LOCATIONS_MAX);
    assert_int_equal(first->rows, 3001);
    static const size_t BLOCKS[] = {1500, 4096, 65536, 262144, 8 << 20};
    for (size_t b = 0; b < sizeof BLOCKS / sizeof BLOCKS[0]; b++) {
        lw_tally *again = scan(set, lw_buf_slice(&text), "x.csv", BLOCKS[b]);
        assert_int_equal(again->detections[0].count, first->detections[0].count);
        for (uint32_t i = 0; i < LW_LOCATIONS_MAX; i++) {
            assert_int_equal(again->detections[0].locations[i].row, 2 + i / 2);
            assert_int_equal(again->detections[0].locations[i].column, 2 + i % 2);
        }
        lw_tally_free(again);
    }
    lw_tally_free(first);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}

/* One cell of 3 MB, matches also across the cuts: each counted once. */
LW_TEST(matches_in_a_huge_cell) {
    lw_identifier_set *set = load("none", "{\"name\":\"Code\",\"regex\":\"ZZ\\\\d{4}\"}");
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    assert_ok(lw_buf_append_text(&text, "a,b\n1,"));
    for (int i = 0; i < 500000; i++) {
        assert_ok(lw_buf_printf(&text, "ZZ%04d ", i % 10000));
    }
    assert_ok(lw_buf_append_text(&text, "\n2,ZZ0001\n"));
    lw_tally *tally = scan(set, lw_buf_slice(&text), "x.csv", 4096);
    assert_int_equal(tally->detections[0].count, 500001);
    assert_int_equal(tally->rows, 3);
    lw_tally_free(tally);
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}

LW_TEST(quoted_cells_and_rows_with_newlines) {
    lw_identifier_set *set = load("none", EMPLOYEE);
    lw_tally *tally = scan(set, lw_slice_from("emp,b\n\"x\ny\",1\n\"ABC12345\",2\n\nDEF12345,3\n"), "x.csv", 1024);
    assert_int_equal(tally->detections[0].count, 2);
    assert_int_equal(tally->detections[0].locations[0].row, 3);
    assert_int_equal(tally->detections[0].locations[1].row, 5); /* the blank line is row 4 */
    lw_tally_free(tally);
    lw_identifier_set_free(set);
}

LW_TEST(managed_either_side_within_30) {
    lw_identifier_set *set = load("USA_SOCIAL_SECURITY_NUMBER", NULL);
    assert_int_equal(count_in(set, "id,ssn\n1,051-24-8318\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,ssn 051-24-8318\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,051-24-8318 is the social_security number\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,051-24-8318 0123456789 0123456789 012345 ssn\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,051-24-8318 0123456789 0123456789 0123456 ssn\n", "x.csv"), 0);
    assert_int_equal(count_in(set, "id,t\n1,051-24-8318\n", "x.csv"), 0);
    lw_identifier_set_free(set);
}

LW_TEST(card_with_and_without_keyword) {
    lw_identifier_set *with = load("CREDIT_CARD_NUMBER", NULL);
    lw_identifier_set *without = load("CREDIT_CARD_NUMBER_(NO_KEYWORD)", NULL);
    const char *column = "id,card\n1,4014514294772591\n";
    const char *cell = "id,t\n1,card 4014514294772591\n";
    const char *bare = "id,t\n1,4014514294772591\n";
    assert_int_equal(count_in(with, column, "x.csv"), 1);
    assert_int_equal(count_in(with, cell, "x.csv"), 1);
    assert_int_equal(count_in(with, bare, "x.csv"), 0);
    assert_int_equal(count_in(without, column, "x.csv"), 0);
    assert_int_equal(count_in(without, cell, "x.csv"), 0);
    assert_int_equal(count_in(without, bare, "x.csv"), 1);
    lw_identifier_set_free(with);
    lw_identifier_set_free(without);
}

LW_TEST(phone_counts_once) {
    lw_identifier_set *set = load("PHONE_NUMBER", NULL);
    assert_int_equal(count_in(set, "id,phone\n1,9784662000\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,9784662000\n", "x.csv"), 0);
    assert_int_equal(count_in(set, "id,t\n1,+1 617-354-2087\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,phone +1 617-354-2087\n", "x.csv"), 1);
    assert_int_equal(count_in(set, "id,t\n1,phone (617) 354-2087\n", "x.csv"), 1);
    lw_identifier_set_free(set);
}

LW_TEST(names_and_addresses_by_row) {
    lw_identifier_set *set = load("NAME,ADDRESS", NULL);
    assert_int_equal(count_in(set,
                              "first_name,last_name,city,state,zip\n"
                              "Maria,Garcia,Boston,MA,02108\nJames,Smith,Chicopee,MA,01013\nAnna,,Boston,MA,\n",
                              "x.csv"),
                     4);
    lw_identifier_set_free(set);
}

/* A record with more cells than a plan has columns and a window has room for: places are exact all the same. */
LW_TEST(places_in_a_record_of_many_cells) {
    lw_identifier_set *set = load("none", "{\"name\":\"Code\",\"regex\":\"ZZ\\\\d{4}\"}");
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    assert_ok(lw_buf_append_text(&text, "a,b\n1,2\n"));
    for (int i = 1; i <= 300000; i++) {
        assert_ok(lw_buf_append_text(&text, i == 20000 || i == 299999 ? "ZZ1234," : "abcd,"));
    }
    assert_ok(lw_buf_append_text(&text, "end\nZZ0001,x\n"));
    static const size_t BLOCKS[] = {1024, 262144, 8 << 20};
    for (size_t b = 0; b < sizeof BLOCKS / sizeof BLOCKS[0]; b++) {
        lw_tally *tally = scan(set, lw_buf_slice(&text), "x.csv", BLOCKS[b]);
        assert_int_equal(tally->detections[0].count, 3);
        assert_int_equal(tally->detections[0].locations[0].row, 3);
        assert_int_equal(tally->detections[0].locations[0].column, 20000);
        assert_int_equal(tally->detections[0].locations[1].row, 3);
        assert_int_equal(tally->detections[0].locations[1].column, 299999);
        assert_int_equal(tally->detections[0].locations[2].row, 4);
        lw_tally_free(tally);
    }
    lw_buf_done(&text);
    lw_identifier_set_free(set);
}
