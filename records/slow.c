/* The slow path: records that are not regular CSV, read by libcsv.
 *
 * libcsv is the reference for what a cell is, in its lenient mode: a quote inside an unquoted cell is a character, text
 * behind a closing quote goes on with the quoted cell, a bare carriage return ends a record, the end of the data ends
 * an open quote. Two settings differ from its defaults:
 * - white space is part of a cell (RFC 4180 section 2.4), except between a closing quote and the delimiter. libcsv asks
 *   a function what white space is; it is switched by the parser's state.
 * - blank lines are records without cells, so that row numbers are those a spreadsheet shows. The LF of a CRLF is not
 * one.
 *
 * The parser is always started at the begin of a record and stopped at the end of one, so no state lives between calls.
 */
#include "records/slow_priv.h"

#include <csv.h>
#include <string.h>

#include "records/block_priv.h"

typedef struct slow {
    lw_block *block;
    uint32_t open_cells;      /* cells of the record under way */
    uint32_t written;         /* bytes of block->text in use */
    size_t fed;               /* bytes of the input given to the parser, this one included */
    size_t record_end;        /* input bytes up to the end of the last complete record */
    size_t record_end_before; /* the same for the record before it */
    size_t last_carriage;     /* fed when a carriage return ended a record; 0 none */
    uint32_t max_records;
} slow;

static void on_cell(void *data, size_t len, void *ctx) {
    slow *s = ctx;
    lw_block *block = s->block;
    uint32_t cell = block->record_cell[block->record_count] + s->open_cells;
    if (s->written > 0) { /* cells never touch: what looks at the neighbours of a match may look at the text */
        block->text[s->written++] = '\n';
    }
    block->cell_begin[cell] = s->written;
    if (len > 0) {
        memcpy(block->text + s->written, data, len);
    }
    s->written += (uint32_t)len;
    block->cell_end[cell] = s->written;
    s->open_cells++;
}

static void on_record(int terminator, void *ctx) {
    slow *s = ctx;
    lw_block *block = s->block;
    if (terminator == '\n' && s->open_cells == 0 && s->last_carriage != 0 && s->fed == s->last_carriage + 1) {
        s->record_end = s->fed; /* the second half of a CRLF */
        s->last_carriage = 0;
        return;
    }
    s->last_carriage = terminator == '\r' ? s->fed : 0;
    s->record_end_before = s->record_end;
    s->record_end = s->fed;
    uint32_t next = block->record_cell[block->record_count] + s->open_cells;
    block->record_count++;
    block->record_begin[block->record_count] = s->written;
    block->record_cell[block->record_count] = next;
    s->open_cells = 0;
}

static int never_space(unsigned char c) {
    (void)c;
    return 0;
}

static int is_space(unsigned char c) {
    return c == ' ' || c == '\t';
}

/* The parser has read a closing quote (or what looks like one): FIELD_MIGHT_HAVE_ENDED in libcsv's source. */
static bool behind_quote(const struct csv_parser *parser) {
    return parser->quoted && parser->pstate == 3;
}

/* One byte at a time, so that the end of every record is known in bytes of the input. */
static lw_status feed(struct csv_parser *parser, const char *text, size_t len, slow *s) {
    for (size_t i = 0; i < len; i++) {
        bool half_line_end = text[i] == '\n' && s->last_carriage != 0 && s->last_carriage == i;
        if (s->block->record_count == s->max_records && !half_line_end) {
            return LW_OK;
        }
        csv_set_space_func(parser, behind_quote(parser) ? is_space : never_space);
        s->fed = i + 1;
        if (csv_parse(parser, text + i, 1, on_cell, on_record, s) != 1) {
            return csv_error(parser) == CSV_ENOMEM ? LW_E_MEMORY : LW_E_MALFORMED;
        }
    }
    return LW_OK;
}

/* All input is fed. At the end of the data the last record is complete as it is; before it, a record under way is not,
 * nor is one that a carriage return ended with the last byte: a line feed may follow. */
static void finish(struct csv_parser *parser, size_t len, bool at_end, slow *s) {
    if (s->fed < len) {
        return;
    }
    if (at_end) {
        csv_fini(parser, on_cell, on_record, s);
    } else if (s->last_carriage == len && s->block->record_count > 0) {
        s->block->record_count--;
        s->record_end = s->record_end_before;
    }
}

lw_status lw_slow_parse(const char *text, size_t len, bool at_end, char delimiter, uint32_t max_records,
                        lw_block *block, size_t *ret_consumed) {
    slow s = {.block = block, .max_records = max_records};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_REPALL_NL) != 0) {
        return LW_E_MEMORY;
    }
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_set_blk_size(&parser, 64 * 1024); /* its own 128 bytes make a large cell quadratic where realloc copies */
    lw_block_clear(block);
    block->record_begin[0] = 0;
    block->record_cell[0] = 0;
    block->explicit_begin = true;
    lw_status status = feed(&parser, text, len, &s);
    if (status == LW_OK) {
        finish(&parser, len, at_end, &s);
        block->cell_count = block->record_cell[block->record_count];
        block->text_len = block->record_begin[block->record_count];
        *ret_consumed = s.record_end;
    }
    /* libcsv keeps the last cell in its own buffer. */
    if (parser.entry_buf != NULL) {
        lw_wipe(parser.entry_buf, parser.entry_size);
    }
    csv_free(&parser);
    return status;
}
