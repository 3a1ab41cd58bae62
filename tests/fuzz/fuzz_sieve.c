/* Property: all sieves, those that look at suspects only among them, see the same cells in a table, whatever is looked
 * for. The first byte says what that is; the others are the table, to the index. */
#include <stdlib.h>
#include <string.h>

#include "records/block_priv.h"
#include "records/index_priv.h"
#include "scanner/sieve_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds) {
        abort();
    }
}

static lw_identifier_set *all_identifiers(void) {
    static lw_identifier_set *set = NULL;
    lw_identifier_options options = {.managed = "all", .now_ms = INT64_C(1764000000000)};
    lw_error err = {0};
    if (set == NULL) {
        check(lw_identifier_set_load(&options, &set, &err) == LW_OK);
    }
    return set;
}

static void init(lw_sieve *sieve, uint8_t wanted) {
    lw_sieve_init(sieve, all_identifiers());
    sieve->gates = (wanted & 1) != 0;
    sieve->kinds &= (wanted & 2) != 0 ? ~0U : (wanted & 4) != 0 ? 1U << LW_ANCHOR_CARD : 0U;
}

static void check_same_gated(const lw_sieve *a, const lw_sieve *b) {
    check(a->gated_count == b->gated_count);
    for (size_t i = 0; i < a->gated_count; i++) {
        check(a->gated[i].cell == b->gated[i].cell && a->gated[i].known == b->gated[i].known);
        check(!a->gated[i].known || a->gated[i].starts == b->gated[i].starts);
    }
}

static bool same_anchor(const lw_anchor_cell *a, const lw_anchor_cell *b) {
    return a->cell == b->cell && a->kind == b->kind && a->identifier == b->identifier && a->begin == b->begin &&
           a->end == b->end;
}

/* The windows of a long cell begin where no number does: what only that makes an anchor, suspects may leave out. */
static void check_same_anchors(const lw_sieve *a, const lw_sieve *b, const lw_block *block, bool suspects) {
    size_t at = 0;
    for (size_t i = 0; i < a->anchor_count; i++) {
        bool same = at < b->anchor_count && same_anchor(&a->anchors[i], &b->anchors[at]);
        check(same || (suspects && lw_text_of(block, a->anchors[i].cell).len > 64));
        at += same;
    }
    check(at == b->anchor_count);
}

static void compare(lw_sieve_run run, bool suspects, uint8_t wanted, const lw_sieve *expected, const lw_block *block) {
    lw_sieve sieve;
    init(&sieve, wanted);
    check(run(&sieve, block) == LW_OK);
    check_same_gated(expected, &sieve);
    check_same_anchors(expected, &sieve, block, suspects);
    lw_sieve_done(&sieve);
}

static lw_block *table_of(const uint8_t *data, size_t size) {
    lw_block *block = NULL;
    lw_index_result result = {0};
    check(lw_block_new(size + 64, &block) == LW_OK);
    memset(block->text, 0, size + 64);
    memcpy(block->text, data, size);
    lw_block_note_use(block, size);
    lw_index_choose().run(block->text, size, ',', block, &result);
    lw_block_keep_ends(block, result.consumed);
    block->text_len = result.consumed;
    if (result.quotes) {
        lw_block_unquote(block);
    }
    return block;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) {
        return 0;
    }
    lw_block *block = table_of(data + 1, size - 1);
    lw_sieve expected;
    init(&expected, data[0]);
    check(lw_sieve_base(&expected, block) == LW_OK);
#if defined(__x86_64__)
    if (lw_simd_supported() >= LW_SIMD_AVX2) {
        compare(lw_sieve_avx2, false, data[0], &expected, block);
        compare(lw_sieve_suspects_avx2, true, data[0], &expected, block);
    }
    if (lw_simd_supported() >= LW_SIMD_AVX512_ICL) {
        compare(lw_sieve_avx512, false, data[0], &expected, block);
        compare(lw_sieve_suspects, true, data[0], &expected, block);
    }
#else
    compare(lw_sieve_suspects_avx2, true, data[0], &expected, block);
#endif
    lw_sieve_done(&expected);
    lw_block_free(block);
    return 0;
}
