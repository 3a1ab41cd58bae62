/* The reader: bytes in, blocks of whole records out.
 *
 *   source -> peek -> [gunzip -> peek] -> [utf16] -> carry + block text -> fast index | libcsv | windows
 *
 * Each block's text begins at a record. What is behind the last complete record is carried to the next block, so the
 * only state between blocks is "at the start of a record" (or a record over the window under way). That is why the
 * cells do not depend on where the blocks are cut:
 * - regular text: the fast index takes all complete records before the first irregular byte;
 * - irregular text: libcsv takes the next few records, then the fast index has its turn again;
 * - a record over LW_RECORD_WINDOW: windows counted from its begin, always LW_RECORD_WINDOW bytes of input each.
 */
#include "records/block_priv.h"
#include "records/filter_priv.h"
#include "records/index_priv.h"
#include "records/long_record_priv.h"
#include "records/slow_priv.h"
#include "records/sniff_priv.h"

#include <stdlib.h>
#include <string.h>

#define FILTERS_MAX 4
#define SLOW_RECORDS 64U /* what libcsv reads before the fast index is asked again */
#define FILL_STEP (16U * 1024U)
#define EXPANDED_DEFAULT UINT64_C(10000000000)

struct lw_reader {
    size_t block_size;
    char *name;
    uint64_t max_expanded;
    lw_source origin;
    uint64_t bytes_in, bytes_text;
    lw_filter *filters[FILTERS_MAX];
    size_t filter_count;
    lw_source text_source;
    bool ended;        /* text_source gave its end */
    lw_status failure; /* the source failed; told when what came before is delivered */
    lw_buf carry;      /* decoded bytes not yet delivered */
    lw_buf scratch;    /* input of the slow paths */
    lw_index index;
    bool cut_only;     /* blocks may be left unindexed */
    bool rows_unknown; /* one was */
    lw_long_record *long_record;
    lw_dialect dialect;
    lw_block *preview_block;
    lw_preview preview;
    uint64_t next_row, next_sequence;
};

static lw_status counted_read(void *ctx, char *data, size_t size, size_t *ret_len) {
    lw_reader *reader = ctx;
    LW_TRY(reader->origin.read(reader->origin.ctx, data, size, ret_len));
    reader->bytes_in += *ret_len;
    return LW_OK;
}

lw_status lw_reader_new(const lw_reader_options *options, lw_source source, lw_reader **ret_reader) {
    lw_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return LW_E_MEMORY;
    }
    reader->block_size = options->block_size == 0 ? LW_BLOCK_DEFAULT : options->block_size;
    reader->max_expanded = options->max_expanded_bytes == 0 ? EXPANDED_DEFAULT : options->max_expanded_bytes;
    reader->origin = source;
    reader->index = lw_index_choose();
    reader->next_row = 1;
    lw_buf_init(&reader->carry, (size_t)16 * LW_BLOCK_MAX);
    lw_buf_init(&reader->scratch, (size_t)16 * LW_BLOCK_MAX);
    if (options->name != NULL) {
        reader->name = lw_text_dup(options->name);
        if (reader->name == NULL) {
            lw_reader_free(reader);
            return LW_E_MEMORY;
        }
    }
    *ret_reader = reader;
    return LW_OK;
}

void lw_reader_free(lw_reader *reader) {
    if (reader == NULL) {
        return;
    }
    while (reader->filter_count > 0) {
        lw_filter *filter = reader->filters[--reader->filter_count];
        filter->free(filter);
    }
    if (reader->long_record != NULL) {
        lw_wipe(reader->long_record, sizeof *reader->long_record);
        free(reader->long_record);
    }
    lw_block_free(reader->preview_block);
    free(reader->preview.names);
    lw_buf_done(&reader->carry);
    lw_buf_done(&reader->scratch);
    free(reader->name);
    free(reader);
}

uint64_t lw_reader_bytes_in(const lw_reader *reader) {
    return reader->bytes_in;
}

uint64_t lw_reader_bytes_text(const lw_reader *reader) {
    return reader->bytes_text;
}

/* ---- opening ---- */

static void push_filter(lw_reader *reader, lw_filter *filter) {
    reader->filters[reader->filter_count++] = filter;
    reader->text_source = filter->source;
}

static lw_status push_peek(lw_reader *reader, lw_slice *ret_head) {
    lw_filter *filter = NULL;
    LW_TRY(lw_filter_peek_new(reader->text_source, &filter));
    push_filter(reader, filter);
    return lw_filter_peek_head(filter, ret_head);
}

static lw_status build_filters(lw_reader *reader, lw_error *err) {
    lw_slice head = {0};
    lw_filter *filter = NULL;
    reader->text_source = (lw_source){counted_read, reader};
    LW_TRY(push_peek(reader, &head));
    if (lw_sniff_gzip(head)) {
        reader->dialect.gzip = true;
        LW_TRY(lw_filter_gunzip_new(reader->text_source, reader->max_expanded, &filter));
        push_filter(reader, filter);
        LW_TRY(push_peek(reader, &head));
    }
    size_t mark = 0;
    reader->dialect.encoding = lw_sniff_encoding(head, &mark);
    reader->dialect.byte_order_mark = mark > 0;
    if (reader->dialect.encoding != LW_ENCODING_UTF8) {
        LW_TRY(lw_filter_utf16_new(reader->text_source, reader->dialect.encoding == LW_ENCODING_UTF16BE, &filter));
        push_filter(reader, filter);
        return LW_OK;
    }
    const char *binary = lw_sniff_binary(head, reader->name);
    if (binary != NULL) {
        return lw_fail(err, LW_E_UNSUPPORTED, "cannot read %s as text", binary);
    }
    return LW_OK;
}

/* Fills carry up to size bytes, or to the end. A failing source is remembered: what came before is delivered first. */
static lw_status fill_carry(lw_reader *reader, size_t size) {
    while (reader->carry.len < size && !reader->ended) {
        /* A step at a time: a small object should not cost the memory of a large one. */
        size_t step = reader->carry.len < FILL_STEP ? FILL_STEP : reader->carry.len;
        step = step < size - reader->carry.len ? step : size - reader->carry.len;
        LW_TRY(lw_buf_reserve(&reader->carry, step));
        size_t got = 0;
        lw_status status =
            reader->text_source.read(reader->text_source.ctx, reader->carry.data + reader->carry.len, step, &got);
        if (status != LW_OK) {
            reader->failure = status;
            reader->ended = true;
            return LW_OK;
        }
        reader->carry.len += got;
        reader->ended = got == 0;
    }
    return LW_OK;
}

static void drop_front(lw_buf *buf, size_t len) {
    memmove(buf->data, buf->data + len, buf->len - len);
    buf->len -= len;
}

static void drop_byte_order_mark(lw_reader *reader) {
    if (reader->dialect.byte_order_mark && reader->carry.len >= 3 &&
        memcmp(reader->carry.data, "\xEF\xBB\xBF", 3) == 0) {
        drop_front(&reader->carry, 3);
    }
}

/* ---- one block's worth of records ---- */

/* Plain text: each line is a record with one cell. */
static void index_lines(const char *text, size_t len, lw_block *block, lw_index_result *ret_result) {
    uint32_t begin = 0;
    block->record_count = 0;
    block->cell_count = 0;
    block->record_begin[0] = 0;
    block->record_cell[0] = 0;
    memset(block->ends, 0, (len / 64 + 1) * sizeof *block->ends);
    for (;;) {
        const char *newline = memchr(text + begin, '\n', len - begin);
        if (newline == NULL) {
            break;
        }
        uint32_t end = (uint32_t)(newline - text);
        block->cell_end[block->cell_count++] = end > begin && text[end - 1] == '\r' ? end - 1 : end;
        block->ends[end / 64] |= UINT64_C(1) << end % 64;
        begin = end + 1;
        block->record_count++;
        block->record_begin[block->record_count] = begin;
        block->record_cell[block->record_count] = block->cell_count;
    }
    *ret_result = (lw_index_result){.consumed = begin};
}

/* Indexes block->text[0, len) in place. at_end: a missing last line end is supplied. */
static lw_index_result index_text(lw_reader *reader, lw_block *block, size_t len, bool at_end) {
    lw_index_result result;
    char *text = block->text;
    bool supply = at_end && len > 0 && text[len - 1] != '\n';
    memset(text + len, 0, LW_BLOCK_PADDING);
    if (supply) {
        text[len] = '\n';
    }
    size_t indexed = len + supply;
    if (reader->dialect.format == LW_FORMAT_TEXT) {
        index_lines(text, indexed, block, &result);
    } else {
        reader->index.run(text, indexed, reader->dialect.delimiter, block, &result);
    }
    lw_block_keep_ends(block, result.consumed);
    if (result.consumed > len) {
        result.consumed = (uint32_t)len;
    }
    return result;
}

/* libcsv's view of block->text[0, len), of which at most one window is read: a longer record is not libcsv's to hold.
 * The input stays in scratch. */
static lw_status slow_text(lw_reader *reader, lw_block *block, size_t len, bool at_end, uint32_t max_records,
                           size_t *ret_consumed) {
    lw_buf_reset(&reader->scratch);
    LW_TRY(lw_buf_append(&reader->scratch, block->text, len));
    size_t some = len < LW_RECORD_WINDOW ? len : LW_RECORD_WINDOW;
    return lw_slow_parse(reader->scratch.data, some, at_end && some == len, reader->dialect.delimiter, max_records,
                         block, ret_consumed);
}

/* Cuts an indexed block before its first record that is longer than the window: such records are delivered in windows,
 * whatever the block size. */
static void cut_long_records(lw_block *block, lw_index_result *result) {
    for (uint32_t record = 0; record < block->record_count; record++) {
        if (block->record_begin[record + 1] - block->record_begin[record] > LW_RECORD_WINDOW) {
            block->record_count = record;
            block->cell_count = block->record_cell[record];
            result->consumed = block->record_begin[record];
            lw_block_keep_ends(block, result->consumed);
            return;
        }
    }
}

/* ---- preview ---- */

static void preview_shape(lw_reader *reader) {
    lw_block *block = reader->preview_block;
    lw_preview *preview = &reader->preview;
    if (block->record_count > LW_PREVIEW_RECORDS) {
        block->record_count = LW_PREVIEW_RECORDS;
    }
    preview->records = block;
    preview->column_count = 0;
    for (uint32_t record = 0; record < block->record_count; record++) {
        uint32_t cells = lw_block_record_cells(block, record);
        preview->column_count = cells > preview->column_count ? cells : preview->column_count;
    }
    reader->dialect.header = reader->dialect.format == LW_FORMAT_CSV && lw_sniff_header(block);
}

static lw_status preview_names(lw_reader *reader) {
    lw_preview *preview = &reader->preview;
    if (!reader->dialect.header) {
        return LW_OK;
    }
    preview->names = calloc(preview->column_count + 1U, sizeof *preview->names);
    if (preview->names == NULL) {
        return LW_E_MEMORY;
    }
    uint32_t cells = lw_block_record_cells(preview->records, 0);
    for (uint32_t column = 0; column < cells; column++) {
        preview->names[column] = lw_slice_trim(lw_block_cell(preview->records, 0, column));
    }
    return LW_OK;
}

static lw_status parse_preview(lw_reader *reader) {
    size_t len = reader->carry.len < LW_PREVIEW_BYTES ? reader->carry.len : LW_PREVIEW_BYTES;
    bool all = reader->ended && len == reader->carry.len;
    LW_TRY(lw_block_new(len, &reader->preview_block));
    lw_block *block = reader->preview_block;
    memcpy(block->text, reader->carry.data, len);
    block->text_len = len;
    lw_index_result result = index_text(reader, block, len, all);
    bool partial = result.irregular || result.consumed == 0 || (all && result.consumed < len);
    if (partial && reader->dialect.format == LW_FORMAT_TEXT) {
        index_text(reader, block, len, true);
    } else if (partial) {
        size_t consumed = 0;
        LW_TRY(slow_text(reader, block, len, all, LW_PREVIEW_RECORDS, &consumed));
        if (consumed == 0) {
            /* Not even one record in the preview: its begin has to do. */
            LW_TRY(lw_slow_parse(reader->scratch.data, len, true, reader->dialect.delimiter, LW_PREVIEW_RECORDS, block,
                                 &consumed));
        }
    } else if (result.quotes) {
        lw_block_unquote(block);
    }
    preview_shape(reader);
    return preview_names(reader);
}

lw_status lw_reader_open(lw_reader *reader, const lw_preview **ret_preview, lw_error *err) {
    LW_TRY(build_filters(reader, err));
    LW_TRY(fill_carry(reader, LW_PREVIEW_BYTES + 3));
    drop_byte_order_mark(reader);
    if (reader->failure != LW_OK && reader->carry.len == 0) {
        return lw_fail(err, reader->failure, "cannot read the data: %s", lw_status_text(reader->failure));
    }
    size_t len = reader->carry.len < LW_PREVIEW_BYTES ? reader->carry.len : LW_PREVIEW_BYTES;
    lw_slice text = {reader->carry.data, len};
    lw_sniff_dialect(text, reader->ended && len == reader->carry.len, reader->name, &reader->dialect);
    if (len > 0) {
        LW_TRY(parse_preview(reader));
    } else {
        LW_TRY(lw_block_new(LW_BLOCK_PADDING, &reader->preview_block));
        reader->preview.records = reader->preview_block;
    }
    reader->preview.dialect = reader->dialect;
    *ret_preview = &reader->preview;
    return LW_OK;
}

/* ---- blocks ---- */

/* Reads straight into the block's text behind what was carried, up to size bytes. */
static lw_status load_text(lw_reader *reader, lw_block *block, size_t size) {
    size_t wanted = reader->carry.len > size ? reader->carry.len : size;
    LW_TRY(lw_block_reserve(block, wanted));
    memcpy(block->text, reader->carry.data, reader->carry.len);
    block->text_len = reader->carry.len;
    lw_buf_reset(&reader->carry);
    while (block->text_len < size && !reader->ended) {
        size_t got = 0;
        lw_status status = reader->text_source.read(reader->text_source.ctx, block->text + block->text_len,
                                                    size - block->text_len, &got);
        if (status != LW_OK) {
            reader->failure = status;
            reader->ended = true;
            break;
        }
        block->text_len += got;
        reader->ended = got == 0;
    }
    lw_block_note_use(block, block->text_len);
    return LW_OK;
}

/* Keeps text[consumed, len) for the next block. */
static lw_status keep_rest(lw_reader *reader, const char *text, size_t consumed, size_t len) {
    return lw_buf_append(&reader->carry, text + consumed, len - consumed);
}

static lw_status window_block(lw_reader *reader, lw_block *block) {
    /* One byte more than the window, so that the line feed of a CRLF at its end is in sight. */
    LW_TRY(load_text(reader, block, LW_RECORD_WINDOW + 1));
    size_t len = block->text_len;
    size_t window = len < LW_RECORD_WINDOW ? len : LW_RECORD_WINDOW;
    bool at_end = reader->ended && window == len;
    lw_buf_reset(&reader->scratch);
    LW_TRY(lw_buf_append(&reader->scratch, block->text, len));
    LW_TRY(lw_block_reserve(block, (size_t)2 * LW_RECORD_WINDOW + LW_CELL_OVERLAP));
    size_t consumed = 0;
    lw_long_record_window(reader->long_record, reader->scratch.data, window, at_end, block, &consumed);
    if (!block->continued && !reader->long_record->lines && consumed < len && consumed > 0 &&
        reader->scratch.data[consumed - 1] == '\r' && reader->scratch.data[consumed] == '\n') {
        consumed++;
    }
    return keep_rest(reader, reader->scratch.data, consumed, len);
}

static lw_status begin_long_record(lw_reader *reader) {
    if (reader->long_record == NULL) {
        reader->long_record = calloc(1, sizeof *reader->long_record);
        if (reader->long_record == NULL) {
            return LW_E_MEMORY;
        }
        reader->long_record->delimiter = reader->dialect.delimiter;
        reader->long_record->lines = reader->dialect.format == LW_FORMAT_TEXT;
    }
    return LW_OK;
}

/* Cuts behind the last newline, if it is certain without an index that a record ends there. Not at the end of the data,
 * where a newline may have to be supplied. */
static bool cut_block(const lw_reader *reader, lw_block *block) {
    size_t len = block->text_len;
    bool lines = reader->dialect.format == LW_FORMAT_TEXT;
    if (reader->ended || len > LW_RECORD_WINDOW || !(lines || reader->index.is_plain(block->text, len))) {
        return false;
    }
    const char *newline = memrchr(block->text, '\n', len);
    if (newline == NULL) {
        return false;
    }
    block->text_len = (size_t)(newline - block->text) + 1;
    block->unindexed = true;
    block->unindexed_lines = lines;
    block->unindexed_delimiter = reader->dialect.delimiter;
    return true;
}

lw_status lw_block_index(lw_block *block) {
    lw_index_result result = {0};
    memset(block->text + block->text_len, 0, LW_BLOCK_PADDING); /* the reader has kept what was there */
    if (block->unindexed_lines) {
        index_lines(block->text, block->text_len, block, &result);
    } else {
        lw_index_choose().run(block->text, block->text_len, block->unindexed_delimiter, block, &result);
    }
    lw_block_keep_ends(block, result.consumed);
    block->unindexed = false;
    return result.consumed == block->text_len && !result.quotes ? LW_OK : LW_E_INTERNAL;
}

/* One try with size bytes of text. *ret_done false: no complete record in them, and there is more to come. */
static lw_status try_block(lw_reader *reader, lw_block *block, size_t size, bool *ret_done) {
    LW_TRY(load_text(reader, block, size));
    size_t len = block->text_len;
    *ret_done = true;
    if (len == 0) {
        return LW_OK;
    }
    if (reader->cut_only && cut_block(reader, block)) {
        return keep_rest(reader, block->text, block->text_len, len);
    }
    lw_index_result result = index_text(reader, block, len, reader->ended);
    if (len > LW_RECORD_WINDOW) {
        cut_long_records(block, &result);
    }
    if (result.consumed > 0) {
        LW_TRY(keep_rest(reader, block->text, result.consumed, len));
        block->text_len = result.consumed;
        if (result.quotes) {
            lw_block_unquote(block);
        }
        return LW_OK;
    }
    block->record_count = 0;
    size_t consumed = 0;
    if (reader->dialect.format == LW_FORMAT_CSV && (result.irregular || reader->ended)) {
        LW_TRY(slow_text(reader, block, len, reader->ended, SLOW_RECORDS, &consumed));
        *ret_done = consumed > 0;
        return keep_rest(reader, reader->scratch.data, consumed, len);
    }
    *ret_done = false;
    return keep_rest(reader, block->text, 0, len);
}

static lw_status next_block(lw_reader *reader, lw_block *block) {
    if (reader->long_record != NULL && reader->long_record->active) {
        return window_block(reader, block);
    }
    for (size_t size = reader->block_size;; size = size * 2 < LW_RECORD_WINDOW ? size * 2 : LW_RECORD_WINDOW + 1) {
        bool done = false;
        lw_block_clear(block);
        LW_TRY(try_block(reader, block, size, &done));
        if (done) {
            return LW_OK;
        }
        if (reader->carry.len > LW_RECORD_WINDOW) {
            LW_TRY(begin_long_record(reader));
            return window_block(reader, block);
        }
    }
}

lw_status lw_reader_next(lw_reader *reader, lw_block *block, bool *ret_more, lw_error *err) {
    lw_block_clear(block);
    LW_TRY(next_block(reader, block));
    *ret_more = block->unindexed || block->record_count > 0;
    block->sequence = reader->next_sequence++;
    block->first_row = reader->rows_unknown ? LW_ROW_UNKNOWN : reader->next_row;
    reader->rows_unknown = reader->rows_unknown || block->unindexed;
    reader->next_row += block->record_count - (block->continued ? 1U : 0U);
    reader->bytes_text += block->text_len;
    if (!*ret_more && reader->failure != LW_OK) {
        return lw_fail(err, reader->failure, "cannot read to the end: %s", lw_status_text(reader->failure));
    }
    return LW_OK;
}

lw_status lw_reader_next_unindexed(lw_reader *reader, lw_block *block, bool *ret_more, lw_error *err) {
    reader->cut_only = true;
    lw_status status = lw_reader_next(reader, block, ret_more, err);
    reader->cut_only = false;
    return status;
}
