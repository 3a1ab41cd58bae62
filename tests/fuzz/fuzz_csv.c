/* Property: any bytes read in blocks of one size and any splits give the cells that another block size gives. */
#include <stdlib.h>
#include <string.h>

#include "records/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct feed {
    const uint8_t *data;
    size_t size, at, step;
} feed;

static lw_status read_feed(void *ctx, char *out, size_t size, size_t *ret_len) {
    feed *f = ctx;
    size_t some = f->size - f->at < size ? f->size - f->at : size;
    some = some > f->step ? f->step : some;
    if (some > 0) {
        memcpy(out, f->data + f->at, some);
    }
    f->at += some;
    *ret_len = some;
    return LW_OK;
}

static uint64_t mix(uint64_t hash, const char *data, size_t len) {
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)data[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static uint64_t hash_block(uint64_t hash, const lw_block *block) {
    for (uint32_t r = 0; r < block->record_count; r++) {
        for (uint32_t i = 0; i < lw_block_record_cells(block, r); i++) {
            lw_slice cell = lw_block_cell(block, r, i);
            hash = mix(hash, cell.data, cell.len) * 31 + 1;
        }
        hash = hash * 31 + 2;
    }
    return hash;
}

static uint64_t hash_all(const uint8_t *data, size_t size, size_t block_size, size_t step, lw_status *ret_status) {
    feed f = {data, size, 0, step};
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    const lw_preview *preview = NULL;
    lw_error err = {0};
    uint64_t hash = 1;
    bool more = true;
    lw_reader_options options = {.block_size = block_size, .name = "x.csv", .max_expanded_bytes = 1 << 20};
    if (lw_reader_new(&options, (lw_source){read_feed, &f}, &reader) != LW_OK ||
        lw_block_new(block_size, &block) != LW_OK) {
        abort();
    }
    *ret_status = lw_reader_open(reader, &preview, &err);
    while (*ret_status == LW_OK && more) {
        *ret_status = lw_reader_next(reader, block, &more, &err);
        hash = *ret_status == LW_OK ? hash_block(hash, block) : hash;
    }
    lw_block_free(block);
    lw_reader_free(reader);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lw_status first = LW_OK;
    lw_status second = LW_OK;
    uint64_t a = hash_all(data, size, 65536, SIZE_MAX, &first);
    uint64_t b = hash_all(data, size, 1 + size % 64, 1 + size % 7, &second);
    if (first != second || a != b) {
        abort();
    }
    return 0;
}
