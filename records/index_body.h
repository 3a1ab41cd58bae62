/* Body of the fast index, compiled once for each instruction set (index_base.c, index_avx2.c) from the same SIMDe
 * source.
 *
 * 64 bytes at a time become bit masks: delimiters, newlines, quotes, carriage returns, NULs. A running xor over the
 * quote mask tells which bytes stand inside quotes; delimiters and newlines outside are structure, and their positions
 * are written out. Blocks of 64 bytes without any quote skip the xor.
 *
 * The quote state is right only for regular text, so every sign of irregular text is found in the same pass: an opening
 * quote that does not stand at the start of a cell, something behind a closing quote, a bare carriage return, a NUL.
 * The index then stops; records before that point are exact, and what follows is read by libcsv.
 *
 * Expects LW_INDEX_NAME. Not a header of its own: include it once in each index_*.c.
 */
#include <simde/x86/avx2.h>

#include <string.h>

#include "records/index_priv.h"

typedef struct masks {
    uint64_t delimiter, newline, quote, carriage, nul;
} masks;

static inline uint64_t equal_mask(const simde__m256i half[2], char byte) {
    simde__m256i wanted = simde_mm256_set1_epi8(byte);
    uint32_t low_bits = (uint32_t)simde_mm256_movemask_epi8(simde_mm256_cmpeq_epi8(half[0], wanted));
    uint32_t high_bits = (uint32_t)simde_mm256_movemask_epi8(simde_mm256_cmpeq_epi8(half[1], wanted));
    return (uint64_t)high_bits << 32 | low_bits;
}

static inline masks classify(const char *text, char delimiter) {
    const simde__m256i half[2] = {simde_mm256_loadu_si256((const simde__m256i *)(const void *)text),
                                  simde_mm256_loadu_si256((const simde__m256i *)(const void *)(text + 32))};
    return (masks){equal_mask(half, delimiter), equal_mask(half, '\n'), equal_mask(half, '"'), equal_mask(half, '\r'),
                   equal_mask(half, '\0')};
}

/* Bit i of the result: parity of the bits 0..i of mask. */
static inline uint64_t running_xor(uint64_t mask) {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^= mask << 32;
    return mask;
}

/* What one 64-byte step hands to the next: the top bit of each mask, shifted to bit 0. */
typedef struct carry {
    uint64_t inside;     /* all ones inside quotes */
    uint64_t opens_here; /* the byte before may precede an opening quote */
    uint64_t closing;    /* the byte before is a closing quote */
    uint64_t carriage;   /* the byte before is a carriage return outside quotes */
} carry;

/* Updates the carry, cuts structure down to bytes outside quotes; the result is the mask of irregular bytes. */
static inline uint64_t quote_step(masks *m, carry *c) {
    uint64_t inside = running_xor(m->quote) ^ c->inside;
    uint64_t ends = m->delimiter | m->newline;
    uint64_t opens = m->quote & inside;
    uint64_t closes = m->quote & ~inside;
    uint64_t may_open = (ends | m->quote) << 1 | c->opens_here;
    uint64_t behind_close = closes << 1 | c->closing;
    uint64_t bare = m->carriage & ~inside;
    uint64_t behind_carriage = bare << 1 | c->carriage;
    uint64_t bad = (opens & ~may_open) | (behind_close & ~(ends | m->quote | m->carriage)) |
                   (behind_carriage & ~m->newline) | m->nul;
    c->inside = 0 - (inside >> 63);
    c->opens_here = (ends | m->quote) >> 63;
    c->closing = closes >> 63;
    c->carriage = bare >> 63;
    m->delimiter &= ~inside;
    m->newline &= ~inside;
    return bad;
}

static inline uint32_t write_positions(uint32_t *out, uint32_t count, uint32_t base, uint64_t mask) {
    uint32_t more = (uint32_t)__builtin_popcountll(mask);
    uint32_t *to = out + count;
    /* Four at once without a test for each: rows of text rarely have more structure in 64 bytes. */
    for (uint32_t i = 0; i < 4; i++) {
        to[i] = base + (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << 63);
        mask &= mask - 1;
    }
    for (uint32_t i = 4; i < more; i++) {
        to[i] = base + (uint32_t)__builtin_ctzll(mask);
        mask &= mask - 1;
    }
    return count + more;
}

static inline void end_records(const char *text, lw_block *block, uint32_t base, uint64_t structure, uint64_t newline,
                               bool carriages) {
    for (; newline != 0; newline &= newline - 1) {
        uint32_t position = base + (uint32_t)__builtin_ctzll(newline);
        uint64_t up_to = newline ^ (newline - 1);
        uint32_t cells = block->cell_count + (uint32_t)__builtin_popcountll(structure & up_to);
        if (carriages && position > block->record_begin[block->record_count] && text[position - 1] == '\r') {
            block->cell_end[cells - 1]--;
        }
        block->record_count++;
        block->record_begin[block->record_count] = position + 1;
        block->record_cell[block->record_count] = cells;
    }
}

void LW_INDEX_NAME(const char *text, size_t len, char delimiter, lw_block *block, lw_index_result *ret_result) {
    carry c = {.inside = 0, .opens_here = 1, .closing = 0, .carriage = 0};
    bool irregular = false;
    uint64_t quotes = 0;
    uint64_t carriages = 0;
    block->record_count = 0;
    block->cell_count = 0;
    block->record_begin[0] = 0;
    block->record_cell[0] = 0;
    for (size_t base = 0; base < len && !irregular; base += 64) {
        masks m = classify(text + base, delimiter);
        uint64_t valid = len - base >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (len - base)) - 1;
        uint64_t bad = 0;
        if ((m.quote | m.carriage | m.nul | c.inside | c.closing | c.carriage) == 0) {
            c.opens_here = (m.delimiter | m.newline) >> 63;
        } else {
            bad = quote_step(&m, &c) & valid;
            quotes |= m.quote & valid;
        }
        carriages |= m.carriage;
        if (bad != 0) {
            valid &= (bad & (~bad + 1)) - 1;
            irregular = true;
        }
        uint64_t newline = m.newline & valid;
        uint64_t structure = (m.delimiter | m.newline) & valid;
        uint32_t count = write_positions(block->cell_end, block->cell_count, (uint32_t)base, structure);
        end_records(text, block, (uint32_t)base, structure, newline, carriages != 0);
        block->cell_count = count;
    }
    /* A partial record's cells were counted too: leave them out. */
    block->cell_count = block->record_cell[block->record_count];
    ret_result->consumed = block->record_begin[block->record_count];
    ret_result->quotes = quotes != 0;
    ret_result->irregular = irregular;
}
