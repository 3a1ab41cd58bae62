/* Body of the fast index, compiled once for each instruction set. No guard: once a file.
 *
 * Before it come LW_INDEX_NAME and LW_INDEX_PLAIN_NAME, the functions to define, and a view of 64 bytes
 * (index_portable_body.h, index_avx512.c), whose parts are:
 *
 * - constants, make_constants(): what is kept in registers
 *
 * - masks, see_structure(): delimiters and newlines
 *
 * - is_plain(): is there no quote, carriage return or NUL?
 *
 * - others, see_others(): where these are
 *
 * - running_xor(): bit i is the parity of the bits 0..i
 *
 * - first_place, place_of(), next_place(): the number of the first byte
 *
 * - write_positions(to, first, mask): first + the place of each bit, in order; may write 16 entries more
 *
 * A running xor over the quote mask tells which bytes stand inside quotes; delimiters and newlines outside are
 * structure, and their positions are written out. Steps of 64 bytes without quotes, most, skip that.
 *
 * The quote state is right only for regular text, so every sign of irregular text is found in the same pass: an opening
 * quote that does not stand at the start of a cell, something behind a closing quote, a bare carriage return, a NUL.
 * The index then stops; records before that point are exact, and what follows is read by libcsv.
 */
#include <string.h>

/* What one 64-byte step hands to the next: the top bit of each mask, shifted to bit 0. */
typedef struct carry {
    uint64_t inside;     /* all ones inside quotes */
    uint64_t opens_here; /* the byte before may precede an opening quote */
    uint64_t closing;    /* the byte before is a closing quote */
    uint64_t carriage;   /* the byte before is a carriage return outside quotes */
    uint64_t under_way;  /* not 0: one of the others but opens_here is not */
    uint64_t quotes;     /* not 0: one was there */
    uint64_t escapes;    /* of this step: the second of two quotes that stand for one */
} carry;

/* Updates the carry, cuts structure down to bytes outside quotes; the result is the mask of irregular bytes. */
static inline uint64_t quote_step(masks *m, const char *text, uint64_t valid, const constants *wanted, carry *c) {
    others o = see_others(text, wanted);
    uint64_t inside = running_xor(o.quote) ^ c->inside;
    uint64_t ends = m->structure;
    uint64_t opens = o.quote & inside;
    uint64_t closes = o.quote & ~inside;
    uint64_t may_open = (ends | o.quote) << 1 | c->opens_here;
    uint64_t behind_close = closes << 1 | c->closing;
    uint64_t bare = o.carriage & ~inside;
    uint64_t behind_carriage = bare << 1 | c->carriage;
    uint64_t bad =
        (opens & ~may_open) | (behind_close & ~(ends | o.quote | o.carriage)) | (behind_carriage & ~m->newline) | o.nul;
    c->inside = 0 - (inside >> 63);
    c->opens_here = (ends | o.quote) >> 63;
    c->closing = closes >> 63;
    c->carriage = bare >> 63;
    c->under_way = c->inside | c->closing | c->carriage;
    c->quotes |= o.quote & valid;
    c->escapes = o.quote & behind_close & valid;
    m->structure &= ~inside;
    m->newline &= ~inside;
    return bad;
}

/* Where the index goes, and how far it is. Kept apart from the block so that the compiler sees that nothing else writes
 * to the counts. */
typedef struct progress {
    const char *text;
    uint32_t *cell_end, *record_begin, *record_cell;
    uint32_t cells, records;
} progress;

/* The newlines of a step in which one may be behind a carriage return. */
static uint32_t end_records(progress at, uint32_t base, uint64_t structure, uint64_t newline) {
    for (; newline != 0; newline &= newline - 1) {
        uint32_t position = base + (uint32_t)__builtin_ctzll(newline);
        uint64_t up_to = newline ^ (newline - 1);
        uint32_t cells = at.cells + (uint32_t)__builtin_popcountll(structure & up_to);
        if (position > at.record_begin[at.records] && at.text[position - 1] == '\r') {
            at.cell_end[cells - 1]--;
        }
        at.records++;
        at.record_begin[at.records] = position + 1;
        at.record_cell[at.records] = cells;
    }
    return at.records;
}

/* The first newline, if there is one: without a branch, because rows end in no order that a processor could learn. */
static inline uint32_t end_record(progress at, uint32_t base, uint64_t structure, uint64_t newline) {
    uint64_t up_to = newline ^ (newline - 1);
    uint32_t next = at.records + 1;
    at.record_begin[next] = base + lw_first_bit(newline) + 1;
    at.record_cell[next] = at.cells + (uint32_t)__builtin_popcountll(structure & up_to);
    return at.records + (newline != 0);
}

/* Is nothing in the way but carriage returns in front of newlines? Behind the step is text, or the answer is no. */
static inline bool has_line_ends_only(const char *text, uint64_t newline, const constants *wanted) {
    others o = see_others(text, wanted);
    uint64_t behind = o.carriage << 1;
    return (o.quote | o.nul | (behind & ~newline)) == 0 && (o.carriage >> 63 == 0 || text[64] == '\n');
}

/* Whole steps without anything but cells and line ends, from base on; where they end. Not inlined, and nothing is
 * called, so that all it needs is in registers. */
static __attribute__((noinline)) size_t plain_steps(progress *progress_, size_t base, size_t len, uint64_t *ends,
                                                    const constants *wanted_) {
    const constants wanted = *wanted_;
    progress at = *progress_;
    first_place first = place_of((uint32_t)base);
    for (; base + 64 <= len; base += 64) {
        masks m = see_structure(at.text + base, &wanted);
        if (!is_plain(at.text + base, &wanted)) {
            break;
        }
        write_positions(at.cell_end + at.cells, first, m.structure);
        ends[base / 64] = m.structure;
        at.records = end_record(at, (uint32_t)base, m.structure, m.newline);
        for (uint64_t more = m.newline & (m.newline - 1); more != 0; more &= more - 1) {
            at.records = end_record(at, (uint32_t)base, m.structure, more);
        }
        at.cells += (uint32_t)__builtin_popcountll(m.structure);
        first = next_place(first);
    }
    *progress_ = at;
    return base;
}

/* The same where line ends have two bytes: as long as no quote and no NUL comes. Written out again: with one body for
 * both, gcc 12 made plain_steps a sixth slower. */
static __attribute__((noinline)) size_t two_byte_steps(progress *progress_, size_t base, size_t len, uint64_t *ends,
                                                       const constants *wanted_) {
    const constants wanted = *wanted_;
    progress at = *progress_;
    first_place first = place_of((uint32_t)base);
    for (; base + 64 < len; base += 64) {
        masks m = see_structure(at.text + base, &wanted);
        if (!is_plain(at.text + base, &wanted) && !has_line_ends_only(at.text + base, m.newline, &wanted)) {
            break;
        }
        write_positions(at.cell_end + at.cells, first, m.structure);
        ends[base / 64] = m.structure;
        at.records = end_records(at, (uint32_t)base, m.structure, m.newline);
        at.cells += (uint32_t)__builtin_popcountll(m.structure);
        first = next_place(first);
    }
    *progress_ = at;
    return base;
}

void LW_INDEX_NAME(const char *text, size_t len, char delimiter, lw_block *block, lw_index_result *ret_result) {
    const constants wanted = make_constants(delimiter);
    carry c = {.opens_here = 1};
    progress at = {text, block->cell_end, block->record_begin, block->record_cell, 0, 0};
    uint64_t bad = 0;
    at.record_begin[0] = 0;
    at.record_cell[0] = 0;
    block->escape_count = 0;
    for (size_t base = 0; base < len && bad == 0; base += 64) {
        if (c.under_way == 0) {
            size_t begin = base;
            base = plain_steps(&at, base, len, block->ends, &wanted);
            base = two_byte_steps(&at, base, len, block->ends, &wanted);
            c.opens_here = base > begin ? block->ends[base / 64 - 1] >> 63 : c.opens_here;
        }
        uint64_t valid = len - base >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (len - base)) - 1; /* 0: nothing is left */
        masks m = see_structure(text + base, &wanted);
        bad = quote_step(&m, text + base, valid, &wanted, &c) & valid;
        valid = bad != 0 ? valid & ((bad & (~bad + 1)) - 1) : valid;
        uint64_t structure = m.structure & valid;
        write_positions(at.cell_end + at.cells, place_of((uint32_t)base), structure);
        block->ends[base / 64] = structure;
        if (c.escapes != 0) {
            write_positions(block->escape + block->escape_count, place_of((uint32_t)base), c.escapes);
            block->escape_count += (uint32_t)__builtin_popcountll(c.escapes);
        }
        at.records = end_records(at, (uint32_t)base, structure, m.newline & valid);
        at.cells += (uint32_t)__builtin_popcountll(structure);
    }
    /* A partial record's cells were counted too: leave them out. */
    block->record_count = at.records;
    block->cell_count = at.record_cell[at.records];
    ret_result->consumed = at.record_begin[at.records];
    ret_result->quotes = c.quotes != 0;
    ret_result->irregular = bad != 0;
}

bool LW_INDEX_PLAIN_NAME(const char *text, size_t len) {
    const constants wanted = make_constants(',');
    size_t base = 0;
    for (; base + 64 < len; base += 64) {
        if (!is_plain(text + base, &wanted) &&
            !has_line_ends_only(text + base, see_structure(text + base, &wanted).newline, &wanted)) {
            return false;
        }
    }
    for (; base < len; base++) {
        bool bare = text[base] == '\r' && base + 1 < len && text[base + 1] != '\n';
        if (text[base] == '"' || text[base] == '\0' || bare) {
            return false;
        }
    }
    return true;
}
