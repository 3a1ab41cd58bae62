/* From stored bytes to records: encodings, gzip, dialects, headers, binary data, failing sources. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "records/records.h"

typedef struct memory {
    lw_slice data;
    size_t at, step;
    size_t fail_at; /* 0: never */
} memory;

static lw_status read_memory(void *ctx, char *data, size_t size, size_t *ret_len) {
    memory *m = ctx;
    if (m->fail_at > 0 && m->at >= m->fail_at) {
        return LW_E_NETWORK;
    }
    size_t some = m->data.len - m->at < size ? m->data.len - m->at : size;
    some = m->step > 0 && some > m->step ? m->step : some;
    memcpy(data, m->data.data + m->at, some);
    m->at += some;
    *ret_len = some;
    return LW_OK;
}

typedef struct outcome {
    lw_status opened, read;
    lw_dialect dialect;
    uint32_t columns;
    uint64_t records;
    size_t unindexed; /* blocks */
    lw_buf cells;     /* each cell and a '|' */
    lw_error err;
} outcome;

#define BLOCK_SIZE 4096U

/* cut: blocks are left unindexed where the reader will, in memory full of quotes that are no part of the text. */
static void collect_as(lw_reader *reader, outcome *o, bool cut) {
    lw_block *block = NULL;
    bool more = true;
    assert_ok(lw_block_new(BLOCK_SIZE, &block));
    while (more && o->read == LW_OK) {
        if (cut) {
            memset(block->text, '"', BLOCK_SIZE + 64);
            o->read = lw_reader_next_unindexed(reader, block, &more, &o->err);
        } else {
            o->read = lw_reader_next(reader, block, &more, &o->err);
        }
        if (o->read == LW_OK && block->unindexed) {
            o->unindexed++;
            o->read = lw_block_index(block);
        }
        for (uint32_t r = 0; r < block->record_count && o->read == LW_OK; r++) {
            o->records++;
            for (uint32_t i = 0; i < lw_block_record_cells(block, r); i++) {
                assert_ok(lw_buf_append_slice(&o->cells, lw_block_cell(block, r, i)));
                assert_ok(lw_buf_append_char(&o->cells, '|'));
            }
        }
    }
    lw_block_free(block);
}

static void collect(lw_reader *reader, outcome *o) {
    collect_as(reader, o, false);
}

static outcome read_cut(lw_slice data, const char *name) {
    memory m = {data, 0, 0, 0};
    outcome o = {0};
    lw_reader *reader = NULL;
    const lw_preview *preview = NULL;
    lw_buf_init(&o.cells, 1 << 26);
    lw_reader_options options = {.block_size = BLOCK_SIZE, .name = name};
    assert_ok(lw_reader_new(&options, (lw_source){read_memory, &m}, &reader));
    assert_ok(lw_reader_open(reader, &preview, &o.err));
    collect_as(reader, &o, true);
    lw_reader_free(reader);
    return o;
}

static outcome read_named(lw_slice data, const char *name, size_t step, size_t fail_at, uint64_t max_expanded) {
    memory m = {data, 0, step, fail_at};
    outcome o = {0};
    lw_reader *reader = NULL;
    const lw_preview *preview = NULL;
    lw_buf_init(&o.cells, 1 << 26);
    lw_reader_options options = {.block_size = BLOCK_SIZE, .name = name, .max_expanded_bytes = max_expanded};
    assert_ok(lw_reader_new(&options, (lw_source){read_memory, &m}, &reader));
    o.opened = lw_reader_open(reader, &preview, &o.err);
    if (o.opened == LW_OK) {
        o.dialect = preview->dialect;
        o.columns = preview->column_count;
        collect(reader, &o);
    }
    lw_reader_free(reader);
    return o;
}

static void expect_cells(lw_slice data, const char *name, const char *wanted) {
    for (size_t step = 0; step < 8; step++) {
        outcome o = read_named(data, name, step, 0, 0);
        assert_ok(o.opened);
        assert_ok(o.read);
        assert_string_equal(o.cells.data, wanted);
        lw_buf_done(&o.cells);
    }
}

static size_t gzip(lw_slice data, char *out, size_t room) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)(uintptr_t)data.data;
    stream.avail_in = (unsigned)data.len;
    stream.next_out = (unsigned char *)out;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

LW_TEST(gzip_members_and_padding) {
    char packed[1000];
    size_t len = gzip(lw_slice_from("a,b\n1,2\n"), packed, sizeof packed);
    expect_cells((lw_slice){packed, len}, "x.csv.gz", "a|b|1|2|");
    size_t both = len + gzip(lw_slice_from("3,4\n"), packed + len, sizeof packed - len);
    expect_cells((lw_slice){packed, both}, NULL, "a|b|1|2|3|4|");
    memset(packed + both, 0, 100);
    expect_cells((lw_slice){packed, both + 100}, "x.csv.gz", "a|b|1|2|3|4|");
}

LW_TEST(gzip_faults_are_reported) {
    char packed[1000];
    size_t len = gzip(lw_slice_from("a,b\n1,2\n"), packed, sizeof packed);
    outcome cut = read_named((lw_slice){packed, len - 5}, "x.csv.gz", 0, 0, 0);
    assert_true(cut.opened == LW_E_MALFORMED || cut.read == LW_E_MALFORMED);
    lw_buf_done(&cut.cells);
    packed[len - 6] = (char)(packed[len - 6] ^ 1); /* in the check sum */
    outcome bad = read_named((lw_slice){packed, len}, "x.csv.gz", 0, 0, 0);
    assert_true(bad.opened == LW_E_MALFORMED || bad.read == LW_E_MALFORMED);
    lw_buf_done(&bad.cells);
    packed[len - 6] = (char)(packed[len - 6] ^ 1);
    memset(packed + len, 'j', 4);
    outcome junk = read_named((lw_slice){packed, len + 4}, "x.csv.gz", 0, 0, 0);
    assert_true(junk.opened == LW_E_MALFORMED || junk.read == LW_E_MALFORMED);
    assert_int_equal(junk.records, 2);
    lw_buf_done(&junk.cells);
}

LW_TEST(gzip_bomb_is_limited) {
    size_t size = 4 << 20;
    char *zeros = calloc(1, size);
    char *packed = malloc(size);
    assert_true(zeros != NULL && packed != NULL);
    memset(zeros, 'a', size);
    size_t len = gzip((lw_slice){zeros, size}, packed, size);
    outcome o = read_named((lw_slice){packed, len}, "x.csv.gz", 0, 0, 1 << 20);
    assert_true(o.opened == LW_E_LIMIT || o.read == LW_E_LIMIT);
    lw_buf_done(&o.cells);
    free(zeros);
    free(packed);
}

LW_TEST(utf16) {
    expect_cells((lw_slice){"\xFF\xFE"
                            "a\0,\0\xE9\0\n\0",
                            10},
                 "x.csv", "a|\xC3\xA9|");
    expect_cells((lw_slice){"\xFE\xFF\0a\0,\x20\xAC\0\n", 10}, "x.csv", "a|\xE2\x82\xAC|");
    expect_cells((lw_slice){"\xFF\xFE"
                            "a\0,\0\x3D\xD8\x00\xDE\n\0",
                            12},
                 "x.csv", "a|\xF0\x9F\x98\x80|");
    expect_cells((lw_slice){"\xFF\xFE"
                            "a\0\x00\xD8,\0b\0\n",
                            11},
                 "x.csv", "a\xEF\xBF\xBD|b\xEF\xBF\xBD|");
    expect_cells((lw_slice){"n\0a\0m\0e\0,\0b\0\n\0", 14}, "x.csv", "name|b|");
}

static lw_dialect dialect_of(const char *text, const char *name) {
    outcome o = read_named(lw_slice_from(text), name, 0, 0, 0);
    assert_ok(o.opened);
    lw_buf_done(&o.cells);
    return o.dialect;
}

LW_TEST(delimiters) {
    assert_int_equal(dialect_of("a,b\n1,2\n", "x.csv").delimiter, ',');
    assert_int_equal(dialect_of("a;b\n1,5;2\n", "x.csv").delimiter, ';');
    assert_int_equal(dialect_of("a\tb\n1\t2\n", "x.csv").delimiter, '\t');
    assert_int_equal(dialect_of("a|b|c\n1|2,3|4\n", "x").delimiter, '|');
    assert_int_equal(dialect_of("a,b,c;d\n\"x;y\",2,3;\n", "x.csv").delimiter, ',');
    assert_int_equal(dialect_of("one\ntwo\n", "x.tsv").delimiter, '\t');
    assert_int_equal(dialect_of("one\ntwo\n", "x.csv").format, LW_FORMAT_CSV);
    assert_int_equal(dialect_of("Some words, and more.\nNothing here\nor here, there, where\n", "x.txt").format,
                     LW_FORMAT_TEXT);
    assert_int_equal(dialect_of("id,name\n1,a\n2,b\n", "x.txt").format, LW_FORMAT_CSV);
}

LW_TEST(headers) {
    assert_true(dialect_of("id,name\n1,x\n2,y\n", "x.csv").header);
    assert_true(dialect_of("DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,QUANTITY\n", "x.csv").header);
    assert_true(dialect_of("ssn\n051-24-8318\n", "x.csv").header);
    assert_true(dialect_of(",a,b\n0,1,2\n", "x.csv").header);
    assert_true(dialect_of("first,last\nAnna,Smith\nBob,Jones\n", "x.csv").header);
    assert_false(dialect_of("1,2\n3,4\n", "x.csv").header);
    assert_false(dialect_of("Anna,051-24-8318\nBob,051-24-8319\n", "x.csv").header);
    assert_false(dialect_of("a@b.example,x\nc@d.example,y\n", "x.csv").header);
    assert_false(dialect_of("yes,no\nyes,no\nno,yes\n", "x.csv").header);
    assert_false(dialect_of("", "x.csv").header);
}

LW_TEST(binary_is_unsupported) {
    static const char ELF[] = "\x7F"
                              "ELF\x02\x01\x01\0\0\0\0\0";
    outcome o = read_named((lw_slice){ELF, sizeof ELF}, "x.bin", 0, 0, 0);
    assert_int_equal(o.opened, LW_E_UNSUPPORTED);
    lw_buf_done(&o.cells);
    o = read_named(lw_slice_from("PAR1abcdef"), "x.parquet", 0, 0, 0);
    assert_int_equal(o.opened, LW_E_UNSUPPORTED);
    assert_non_null(strstr(o.err.text, "Parquet"));
    lw_buf_done(&o.cells);
    o = read_named((lw_slice){"a,b\0c\nd,e\n", 10}, "x.csv", 0, 0, 0);
    assert_ok(o.opened);
    assert_int_equal(o.records, 2);
    lw_buf_done(&o.cells);
}

/* What came before a failure is delivered, then the failure is told. */
LW_TEST(source_failure_in_the_middle) {
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    for (int i = 0; i < 40000; i++) {
        assert_ok(lw_buf_printf(&text, "%d,x\n", i));
    }
    outcome o = read_named(lw_buf_slice(&text), "x.csv", 1000, 200000, 0);
    assert_ok(o.opened);
    assert_int_equal(o.read, LW_E_NETWORK);
    assert_true(o.records > 20000);
    lw_buf_done(&o.cells);
    lw_buf_done(&text);
}

LW_TEST(text_lines) {
    expect_cells(lw_slice_from("one \"two, three\r\n\nfour\rfive"), "x.log", "one \"two, three|four\rfive|");
}

/* Blocks that others index hold what the reader would have found, whatever stood in their memory before. */
LW_TEST(blocks_left_unindexed_are_the_same) {
    static const char *const ROWS[][2] = {{",word,,", "\n"}, {",\"a \"\"b\"\",\n\",,", "\n"}, {",word,,", "\r\n"},
                                          {"\n\n,", ",\n"},  {",word,\r,", "\r\n"},           {",\"a\",,", "\r\n"}};
    static const char *const NAMES[] = {"x.csv", "x.log"};
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0] * 2; i++) {
        lw_buf_reset(&text);
        for (int row = 0; row < 20000; row++) {
            assert_ok(lw_buf_printf(&text, "%d%s%d%s", row, ROWS[i / 2][0], row * 7, ROWS[i / 2][1]));
        }
        outcome whole = read_named(lw_buf_slice(&text), NAMES[i % 2], 0, 0, 0);
        outcome cut = read_cut(lw_buf_slice(&text), NAMES[i % 2]);
        assert_ok(whole.read);
        assert_ok(cut.read);
        assert_int_equal(cut.records, whole.records);
        assert_int_equal(cut.cells.len, whole.cells.len);
        assert_memory_equal(cut.cells.data, whole.cells.data, whole.cells.len);
        bool plain = i % 2 == 1 || i / 2 == 0 || i / 2 == 2 || i / 2 == 3;
        assert_int_equal(cut.unindexed > 10, plain);
        assert_true(plain || cut.unindexed == 0);
        lw_buf_done(&whole.cells);
        lw_buf_done(&cut.cells);
    }
    lw_buf_done(&text);
}

/* What is left of a cell behind it, where escapes were undone, is no letter or digit that could touch it. */
LW_TEST(nothing_touches_a_cell) {
    memory m = {lw_slice_from("id,name\n\"a\"\"bcc\",\"x \"\"y\"\" z9\"\n\"\"\"\"\"1\",\"q\"\n"), 0, 0, 0};
    lw_reader_options options = {.block_size = BLOCK_SIZE, .name = "x.csv"};
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    const lw_preview *preview = NULL;
    lw_error err = {0};
    bool more = false;
    assert_ok(lw_reader_new(&options, (lw_source){read_memory, &m}, &reader));
    assert_ok(lw_block_new(BLOCK_SIZE, &block));
    assert_ok(lw_reader_open(reader, &preview, &err));
    assert_ok(lw_reader_next(reader, block, &more, &err));
    assert_true(more && block->explicit_begin && block->has_ends); /* the fast index, not libcsv */
    assert_int_equal(block->cell_count, 6);
    for (uint32_t cell = 0; cell < block->cell_count; cell++) {
        char behind = block->text[block->cell_end[cell]];
        assert_true(behind == '"' || behind == ',' || behind == '\n');
    }
    lw_block_free(block);
    lw_reader_free(reader);
}
