/* Bytes to blocks of records and cells.
 *
 *   lw_source (raw bytes) -> gunzip -> decode to UTF-8 -> blocks of whole records, cells as offset arrays
 *
 * A cell is what libcsv says it is (RFC 4180 and its lenient habits), see docs/matching.md. The block is the unit of
 * work: it is indexed in order by one thread, then may be matched by any other. The same cells come out for every block
 * size and every split of the input. Memory: one block of work per lw_block, whatever the object's size. The only
 * folder that includes csv.h and the decompressors.
 */
#ifndef LW_RECORDS_RECORDS_H
#define LW_RECORDS_RECORDS_H

#include "base/base.h"

#define LW_BLOCK_DEFAULT                                                                                               \
    (384U * 1024U) /* bytes of text a block aims at; stays in an L2 cache of 1 MiB, index and all */
#define LW_BLOCK_MIN 1024U
#define LW_BLOCK_MAX (8U * 1024U * 1024U)
#define LW_RECORD_WINDOW                                                                                               \
    (1024U * 1024U)                     /* a record longer than this is delivered in windows, see lw_block.continued   \
                                         */
#define LW_CELL_OVERLAP 4096U           /* bytes of a cell cut by a window that the next window shows again */
#define LW_PREVIEW_BYTES (128U * 1024U) /* decoded bytes that dialect, header and plan are decided from */
#define LW_PREVIEW_RECORDS 1000U
#define LW_ROW_UNKNOWN UINT64_MAX

/* A pull source of bytes. read fills at most size bytes; *ret_len 0 means the end. A failure is final. */
typedef struct lw_source {
    lw_status (*read)(void *ctx, char *data, size_t size, size_t *ret_len);
    void *ctx;
} lw_source;

typedef enum lw_encoding { LW_ENCODING_UTF8, LW_ENCODING_UTF16LE, LW_ENCODING_UTF16BE } lw_encoding;
typedef enum lw_format { LW_FORMAT_CSV, LW_FORMAT_TEXT } lw_format;

typedef struct lw_dialect {
    lw_format format; /* TEXT: each line is one record with one cell */
    char delimiter;   /* ',' '\t' ';' '|' */
    bool header;      /* the first record holds column names */
    lw_encoding encoding;
    bool byte_order_mark;
    bool gzip;
} lw_dialect;

/* A block of records. Cells are final values: quotes are off and escapes undone. */
typedef struct lw_block {
    uint64_t sequence;     /* 0, 1, 2 ... within the object */
    uint64_t first_row;    /* row number of the first record; the object's first record is row 1, header or not;
                              LW_ROW_UNKNOWN behind a block that was unindexed: rows are counted when blocks are merged */
    uint32_t first_column; /* > 0 only if the first record continues one that was cut (0-based) */
    uint32_t
        first_cell_overlap; /* leading bytes of the first cell that the previous block's last cell showed already */
    bool continued; /* the last record and its last cell go on in the next block (a record over LW_RECORD_WINDOW) */
    uint32_t record_count;
    uint32_t cell_count;
    char *text; /* UTF-8 as far as the input is; 64 readable bytes follow. Cells do not touch: between two of them is at
                   least one byte that is neither letter nor digit */
    size_t text_len;
    uint32_t *cell_end;   /* per cell: offset of its end */
    uint32_t *cell_begin; /* per cell: offset of its first byte; valid only if explicit_begin */
    bool explicit_begin;  /* false: a cell begins one byte after the cell before it, a record's first at record_begin */
    uint32_t *record_begin; /* per record: offset of its first byte */
    uint32_t *record_cell;  /* per record: index of its first cell; record_count + 1 entries */
    uint64_t *ends; /* bit i: one cell ends before byte i of text, the next begins behind it; text_len / 64 + 1 words,
                       cell_count bits. A cell's line end of two bytes has the bit at its second. Between the cells of
                       quoted text may be more than quotes. Valid only if has_ends */
    bool has_ends;
    bool unindexed;       /* only text is valid; lw_block_index does the rest */
    bool unindexed_lines; /* private to records/ */
    char unindexed_delimiter;
    uint32_t *escape; /* private to records/: offset of the second of two quotes that stand for one, until unquoted */
    uint32_t escape_count;
    size_t text_cap, text_used, index_cap; /* private to records/ */
} lw_block;

/* block_size: the bytes of text it should hold without growing. */
lw_status lw_block_new(size_t block_size, lw_block **ret_block) LW_MUST_USE;
void lw_block_free(lw_block *block); /* wipes */

/* Number of cells of a record; 0 for a blank line. */
static inline uint32_t lw_block_record_cells(const lw_block *block, uint32_t record) {
    uint32_t first = block->record_cell[record];
    uint32_t count = block->record_cell[record + 1] - first;
    if (count == 1 && !block->explicit_begin && block->cell_end[first] == block->record_begin[record]) {
        return 0;
    }
    return count;
}

/* A cell's value, borrowed from the block. index: position within the record, less than lw_block_record_cells
 * (first_column is not added). */
static inline lw_slice lw_block_cell(const lw_block *block, uint32_t record, uint32_t index) {
    uint32_t cell = block->record_cell[record] + index;
    uint32_t begin = block->record_begin[record];
    if (block->explicit_begin) {
        begin = block->cell_begin[cell];
    } else if (index > 0) {
        begin = block->cell_end[cell - 1] + 1;
    }
    return (lw_slice){block->text + begin, block->cell_end[cell] - begin};
}

/* One column (absolute, 0-based) as begin and end offsets into block->text, one entry a record; short records give
 * empty cells. begin and end have room for record_count entries. */
void lw_block_column(const lw_block *block, uint32_t column, uint32_t *begin, uint32_t *end);

typedef struct lw_reader lw_reader;

typedef struct lw_reader_options {
    size_t block_size;           /* 0: LW_BLOCK_DEFAULT */
    const char *name;            /* object key: its extension tells .gz, .csv, .tsv, .txt; may be NULL */
    uint64_t max_expanded_bytes; /* gzip bomb limit; 0: 10 GB (Macie's quota for extracted bytes) */
} lw_reader_options;

lw_status lw_reader_new(const lw_reader_options *options, lw_source source, lw_reader **ret_reader) LW_MUST_USE;
void lw_reader_free(lw_reader *reader);

/* The first LW_PREVIEW_BYTES read, dialect decided, first records parsed. Must be called once, first. The preview is
 * the same for every block size. LW_E_MALFORMED (bad gzip), LW_E_LIMIT, LW_E_UNSUPPORTED (binary data), or the source's
 * failure. */
typedef struct lw_preview {
    lw_dialect dialect;
    const lw_block *records; /* the first records (also delivered again by lw_reader_next) */
    uint32_t column_count;   /* cells of the widest of them */
    lw_slice *names;         /* column_count names when dialect.header, else NULL; escapes undone */
} lw_preview;

lw_status lw_reader_open(lw_reader *reader, const lw_preview **ret_preview, lw_error *err) LW_MUST_USE;

/* Fills block with the next records. *ret_more false: there was nothing left (block is empty). After a failure the
 * blocks delivered so far stand: the caller reports PARTIAL. */
lw_status lw_reader_next(lw_reader *reader, lw_block *block, bool *ret_more, lw_error *err) LW_MUST_USE;

/* The same, but where nothing stands against it the block is only cut, not indexed (block->unindexed), so that other
 * threads can do that: lw_block_index, once, before anything else. */
lw_status lw_reader_next_unindexed(lw_reader *reader, lw_block *block, bool *ret_more, lw_error *err) LW_MUST_USE;
/* From any thread. LW_E_INTERNAL: the reader was wrong about the text. */
lw_status lw_block_index(lw_block *block) LW_MUST_USE;

uint64_t lw_reader_bytes_in(const lw_reader *reader);   /* stored bytes consumed */
uint64_t lw_reader_bytes_text(const lw_reader *reader); /* decoded bytes delivered */

#endif
