/* lakewarden records: how a file is read, for people who wonder and for tests that compare.
 *
 * Each record becomes a JSON array of strings on a line of standard output; dialect and header go to standard error as
 * one JSON line. A record over the reader's window comes in pieces: they are put together here, up to PENDING_MAX. JSON
 * has no bytes: what is no UTF-8 shows as U+FFFD, and NUL, which cJSON can not hold, is put in as an escape.
 */
#include "records/records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_priv.h"

#define PENDING_MAX ((size_t)1 << 30)
#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct records_flags {
    uint64_t block_size;
} records_flags;

static const lw_option records_options[] = {
    {"block-size", LW_OPTION_SIZE, "SIZE", NULL, offsetof(records_flags, block_size), 0,
     "unit of reading, 1K to 8M (default 384K); records do not depend on it"},
};

typedef struct record_printer {
    cJSON *record; /* the one that is being put together; NULL: none */
    lw_buf cell;   /* its last cell, when it goes on in the next block */
    lw_buf text;   /* a cell as JSON can hold it */
    lw_buf json;   /* a cell with NUL, printed */
} record_printer;

/* ---- cells as JSON ---- */

/* Bytes of the UTF-8 sequence at the start of text, 0: none. */
static size_t sequence_at(lw_slice text) {
    unsigned char lead = (unsigned char)text.data[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return len <= text.len && lw_utf8_valid((lw_slice){text.data, len}) ? len : 0;
}

static lw_status clean_utf8(lw_slice cell, lw_buf *out) {
    lw_buf_reset(out);
    if (lw_utf8_valid(cell)) {
        return lw_buf_append_slice(out, cell);
    }
    while (cell.len > 0) {
        size_t len = sequence_at(cell);
        LW_TRY(len > 0 ? lw_buf_append(out, cell.data, len) : lw_buf_append_text(out, "\xEF\xBF\xBD"));
        cell.data += len > 0 ? len : 1;
        cell.len -= len > 0 ? len : 1;
    }
    return LW_OK;
}

/* text[0 .. len] is NUL-terminated: its JSON without the quotes. */
static lw_status append_escaped(const char *text, lw_buf *out) {
    cJSON *string = cJSON_CreateStringReference(text);
    char *json = cJSON_PrintUnformatted(string);
    lw_status status = json == NULL ? LW_E_MEMORY : lw_buf_append(out, json + 1, strlen(json) - 2);
    cJSON_free(json);
    cJSON_Delete(string);
    return status;
}

static lw_status json_with_nul(const lw_buf *text, lw_buf *out) {
    lw_buf_reset(out);
    LW_TRY(lw_buf_append_char(out, '"'));
    for (size_t at = 0; at <= text->len; at += strlen(text->data + at) + 1) {
        LW_TRY(lw_buf_append_text(out, at > 0 ? "\\u0000" : ""));
        LW_TRY(append_escaped(text->data + at, out));
    }
    return lw_buf_append_char(out, '"');
}

static lw_status add_cell(record_printer *printer, lw_slice cell) {
    LW_TRY(clean_utf8(cell, &printer->text));
    cJSON *item;
    if (printer->text.len == 0) {
        item = cJSON_CreateString("");
    } else if (memchr(printer->text.data, 0, printer->text.len) != NULL) {
        LW_TRY(json_with_nul(&printer->text, &printer->json));
        item = cJSON_CreateRaw(printer->json.data);
    } else {
        item = cJSON_CreateString(printer->text.data);
    }
    if (item == NULL || !cJSON_AddItemToArray(printer->record, item)) {
        cJSON_Delete(item);
        return LW_E_MEMORY;
    }
    return LW_OK;
}

/* ---- records ---- */

static lw_status begin_record(record_printer *printer) {
    printer->record = cJSON_CreateArray();
    return printer->record != NULL ? LW_OK : LW_E_MEMORY;
}

static lw_status end_record(record_printer *printer, lw_error *err) {
    lw_status status = lw_cli_write_json(printer->record, err);
    cJSON_Delete(printer->record);
    printer->record = NULL;
    return status;
}

/* The first cell of a block when a record goes on: bytes that the block before showed are not taken again. */
static lw_slice without_overlap(const lw_block *block, uint32_t record, uint32_t index, lw_slice cell) {
    if (record == 0 && index == 0 && block->first_cell_overlap > 0) {
        size_t overlap = block->first_cell_overlap < cell.len ? block->first_cell_overlap : cell.len;
        return (lw_slice){cell.data + overlap, cell.len - overlap};
    }
    return cell;
}

static lw_status print_record(record_printer *printer, const lw_block *block, uint32_t record, bool goes_on,
                              lw_error *err) {
    bool continues = printer->record != NULL;
    if (!continues) {
        LW_TRY(begin_record(printer));
    }
    uint32_t cells = lw_block_record_cells(block, record);
    for (uint32_t i = 0; i < cells; i++) {
        lw_slice cell = without_overlap(block, record, i, lw_block_cell(block, record, i));
        if ((continues && i == 0) || (goes_on && i + 1 == cells)) {
            LW_TRY(lw_buf_append_slice(&printer->cell, cell));
            if (goes_on && i + 1 == cells) {
                return LW_OK;
            }
            LW_TRY(add_cell(printer, lw_buf_slice(&printer->cell)));
            lw_buf_reset(&printer->cell);
        } else {
            LW_TRY(add_cell(printer, cell));
        }
    }
    return goes_on ? LW_OK : end_record(printer, err);
}

static lw_status print_block(record_printer *printer, const lw_block *block, lw_error *err) {
    for (uint32_t i = 0; i < block->record_count; i++) {
        lw_status status = print_record(printer, block, i, block->continued && i + 1 == block->record_count, err);
        if (status == LW_E_LIMIT) {
            return lw_fail(err, status, "row %llu has a cell over 1 GiB", (unsigned long long)(block->first_row + i));
        }
        LW_TRY(status);
    }
    return LW_OK;
}

/* ---- the dialect ---- */

static lw_status add_names(record_printer *printer, cJSON *json, const lw_preview *preview) {
    if (preview->names == NULL) {
        return LW_OK;
    }
    LW_TRY(begin_record(printer));
    lw_status status = LW_OK;
    for (uint32_t i = 0; status == LW_OK && i < preview->column_count; i++) {
        status = add_cell(printer, preview->names[i]);
    }
    if (status == LW_OK && cJSON_AddItemToObject(json, "names", printer->record)) {
        printer->record = NULL;
        return LW_OK;
    }
    cJSON_Delete(printer->record);
    printer->record = NULL;
    return status != LW_OK ? status : LW_E_MEMORY;
}

static lw_status print_dialect(record_printer *printer, const lw_preview *preview) {
    static const char *const encodings[] = {"UTF-8", "UTF-16LE", "UTF-16BE"};
    const lw_dialect *dialect = &preview->dialect;
    char delimiter[2] = {dialect->delimiter, '\0'};
    cJSON *json = cJSON_CreateObject();
    bool csv = dialect->format == LW_FORMAT_CSV;
    bool good = json != NULL && cJSON_AddStringToObject(json, "format", csv ? "csv" : "text") != NULL &&
                (!csv || cJSON_AddStringToObject(json, "delimiter", delimiter) != NULL) &&
                cJSON_AddBoolToObject(json, "header", dialect->header) != NULL &&
                cJSON_AddStringToObject(json, "encoding", encodings[dialect->encoding]) != NULL &&
                cJSON_AddBoolToObject(json, "byteOrderMark", dialect->byte_order_mark) != NULL &&
                cJSON_AddBoolToObject(json, "gzip", dialect->gzip) != NULL &&
                cJSON_AddNumberToObject(json, "columns", preview->column_count) != NULL;
    lw_status status = good ? add_names(printer, json, preview) : LW_E_MEMORY;
    char *text = status == LW_OK ? cJSON_PrintUnformatted(json) : NULL;
    if (text != NULL) {
        (void)fprintf(stderr, "%s\n", text);
    }
    cJSON_free(text);
    cJSON_Delete(json);
    return status != LW_OK ? status : text != NULL ? LW_OK : LW_E_MEMORY;
}

/* ---- the file ---- */

static lw_status read_fd(void *ctx, char *data, size_t size, size_t *ret_len) {
    const int *fd = ctx;
    ssize_t len;
    do {
        len = read(*fd, data, size);
    } while (len < 0 && errno == EINTR);
    if (len < 0) {
        return LW_E_IO;
    }
    *ret_len = (size_t)len;
    return LW_OK;
}

static lw_status print_blocks(lw_reader *reader, lw_block *block, record_printer *printer, lw_error *err) {
    const lw_preview *preview = NULL;
    bool more = true;
    LW_TRY(lw_reader_open(reader, &preview, err));
    LW_TRY(print_dialect(printer, preview));
    for (;;) {
        LW_TRY(lw_reader_next(reader, block, &more, err));
        if (!more) {
            return LW_OK;
        }
        LW_TRY(print_block(printer, block, err));
    }
}

static lw_status print_file(int fd, const char *name, const records_flags *flags, lw_error *err) {
    lw_reader_options options = {.block_size = (size_t)flags->block_size, .name = name};
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    record_printer printer = {0};
    lw_buf_init(&printer.cell, PENDING_MAX);
    lw_buf_init(&printer.text, PENDING_MAX);
    lw_buf_init(&printer.json, PENDING_MAX);
    lw_status status = lw_reader_new(&options, (lw_source){read_fd, &fd}, &reader);
    if (status == LW_OK) {
        status = lw_block_new(options.block_size != 0 ? options.block_size : LW_BLOCK_DEFAULT, &block);
    }
    if (status == LW_OK) {
        status = print_blocks(reader, block, &printer, err);
    }
    if (status != LW_OK && err->text[0] == '\0') {
        (void)lw_fail(err, status, "cannot read '%s': %s", name != NULL ? name : "-", lw_status_text(status));
    }
    cJSON_Delete(printer.record);
    lw_buf_done(&printer.cell);
    lw_buf_done(&printer.text);
    lw_buf_done(&printer.json);
    lw_block_free(block);
    lw_reader_free(reader);
    return status;
}

static lw_status print_named(const char *name, const records_flags *flags, lw_error *err) {
    if (flags->block_size != 0 && (flags->block_size < LW_BLOCK_MIN || flags->block_size > LW_BLOCK_MAX)) {
        return lw_fail(err, LW_E_USAGE, "option '--block-size': give a size from 1K to 8M");
    }
    if (strcmp(name, "-") == 0) {
        return print_file(STDIN_FILENO, NULL, flags, err);
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return lw_fail(err, LW_E_CONFIG, "cannot open '%s': %s", name, strerror(errno));
    }
    lw_status status = print_file(fd, name, flags, err);
    (void)close(fd);
    return status;
}

static int run_command(const lw_command *command, int argc, char **argv) {
    records_flags flags = {0};
    lw_option_group group = {"options", records_options, COUNT(records_options), &flags};
    lw_strings arguments = {0};
    lw_error err = {0};
    int code = LW_EXIT_DONE;
    if (lw_cli_parse(command, &group, 1, argc, argv, &arguments, &code)) {
        lw_status status;
        if (arguments.count == 1) {
            status = print_named(arguments.items[0], &flags, &err);
        } else {
            status = lw_fail(&err, LW_E_USAGE, "takes one FILE, or - for standard input");
        }
        lw_status flushed = lw_cli_flush(status == LW_OK ? &err : NULL);
        status = status == LW_OK ? flushed : status;
        code = status == LW_OK ? LW_EXIT_DONE : lw_cli_fail(command, status, &err);
        code = status == LW_E_UNSUPPORTED ? LW_EXIT_UNREAD : code; /* the file is what it is: no use was wrong */
    }
    lw_strings_done(&arguments);
    return code;
}

const lw_command lw_command_records = {
    .name = "records",
    .path = "lakewarden records",
    .summary = "print how a file is read: each record as a JSON array",
    .usage = "FILE|- [OPTION...]",
    .about =
        "Prints each record of a file as a JSON array a line, and what was found out about the file (delimiter, "
        "header, "
        "encoding, compression, column names) as JSON on standard error. It prints what the file holds: mind where "
        "the output goes.",
    .example = "lakewarden records patients.csv.gz | head -3",
    .run = run_command,
};
