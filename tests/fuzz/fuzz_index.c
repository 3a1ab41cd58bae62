/* Property: the fast index gives the records and cells of libcsv, in every instruction set the very same arrays, and
 * text that is cut without an index is indexed whole. */
#include <stdlib.h>
#include <string.h>

#include "records/block_priv.h"
#include "records/index_priv.h"
#include "records/slow_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds) {
        abort();
    }
}

static bool same(const uint32_t *a, const uint32_t *b, size_t count) {
    return memcmp(a, b, count * sizeof *a) == 0;
}

static void run(lw_index_run index, lw_block *block, lw_index_result *result) {
    lw_block_clear(block);
    index(block->text, block->text_used, ',', block, result);
    lw_block_keep_ends(block, result->consumed);
}

/* Wanted was indexed by another instruction set; other is indexed anew. */
static void check_same_index(lw_index_run index, const lw_block *wanted, const lw_index_result *wanted_result,
                             lw_block *other) {
    lw_index_result result = {0};
    run(index, other, &result);
    check(result.consumed == wanted_result->consumed && result.irregular == wanted_result->irregular);
    check(other->record_count == wanted->record_count && other->cell_count == wanted->cell_count);
    check(same(other->cell_end, wanted->cell_end, wanted->cell_count));
    check(same(other->record_begin, wanted->record_begin, wanted->record_count + 1U));
    check(same(other->record_cell, wanted->record_cell, wanted->record_count + 1U));
    check(memcmp(other->ends, wanted->ends, (result.consumed / 64 + 1) * sizeof *other->ends) == 0);
}

static void check_same_cells(const lw_block *a, const lw_block *b) {
    check(a->record_count == b->record_count);
    for (uint32_t r = 0; r < a->record_count; r++) {
        uint32_t count = lw_block_record_cells(a, r);
        check(count == lw_block_record_cells(b, r));
        for (uint32_t i = 0; i < count; i++) {
            check(lw_slice_equal(lw_block_cell(a, r, i), lw_block_cell(b, r, i)));
        }
    }
}

static lw_block *block_of(const uint8_t *data, size_t size) {
    lw_block *block = NULL;
    check(lw_block_new(size + 64, &block) == LW_OK);
    memset(block->text, 0, size + 64);
    if (size > 0) {
        memcpy(block->text, data, size);
    }
    lw_block_note_use(block, size);
    return block;
}

/* Where there is no quote, NUL or bare carriage return, all up to the last newline is regular. */
static void check_plain(lw_index kind, const lw_block *block, size_t size, const lw_index_result *result) {
    if (size > 0 && kind.is_plain(block->text, size)) {
        const char *newline = memrchr(block->text, '\n', size);
        check(!result->irregular && !result->quotes);
        check(result->consumed == (newline == NULL ? 0 : (size_t)(newline - block->text) + 1));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lw_block *fast = block_of(data, size);
    lw_block *slow = block_of(data, size);
    lw_index_result result = {0};
    size_t consumed = 0;
    run(lw_index_base, fast, &result);
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX2) {
        check_same_index(lw_index_avx2, fast, &result, slow);
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        check_same_index(lw_index_avx512, fast, &result, slow);
    }
#endif
    check_plain(lw_index_choose(), fast, size, &result);
    check(lw_slow_parse((const char *)data, result.consumed, true, ',', UINT32_MAX, slow, &consumed) == LW_OK);
    if (result.quotes) {
        lw_block_unquote(fast);
    }
    check_same_cells(fast, slow);
    lw_block_free(fast);
    lw_block_free(slow);
    return 0;
}
