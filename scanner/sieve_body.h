/* The sieve itself; included by sieve_avx512.c, sieve_avx2.c and sieve_base.c, which say how bytes are classified. No
 * guard: once a file. Needs `constants`, what the classification keeps in registers, make_constants(), classify(text, len,
 * constants), which may read 64 bytes and gives bits of text[0, len) only, and NAME, the function to define.
 *
 * Cells of up to 64 bytes, nearly all, are judged by one set of bit maps. Longer ones are judged in windows that overlap,
 * so that no anchor is cut; what is found twice does no harm. */

#define WINDOW_STEP 48U

/* LW_GATE_UPPER_RUN capitals (what has a digit passes the gate anyway). */
static inline uint64_t long_runs(uint64_t upper) {
    uint64_t three = upper & upper >> 1 & upper >> 2;
    return three == 0 ? 0 : three & three >> (LW_GATE_UPPER_RUN - 3);
}

/* + and eight digits and separators, 00 and ten of them, 1- or 011 and fourteen: a first sieve for these. */
static inline uint64_t phone_candidates(const lw_kinds *k, uint64_t start) {
    uint64_t second = (k->zero & k->zero >> 1) | (k->one & k->separator >> 1) | (k->zero & k->one >> 1 & k->one >> 2);
    uint64_t either = k->digit | k->separator;
    return ((second & start) | k->plus) & either >> 3 & either >> 5 & either >> 7 & either >> 8;
}

/* Four digits, and thirteen digits and joints. No card number begins with 0 or 1, and a decimal fraction is none (a number
 * before the dot that is long enough to be one has a place of its own). */
static inline uint64_t card_candidates(const lw_kinds *k, uint64_t start) {
    uint64_t both = k->digit | k->joint;
    uint64_t fraction = k->dot << 1 & k->digit << 2;
    uint64_t four = k->digit & k->digit >> 1 & k->digit >> 2 & k->digit >> 3;
    uint64_t places = four & start & ~(k->zero | k->one | fraction) & both >> 12;
    if (places == 0) {
        return 0;
    }
    uint64_t two = both & both >> 1;
    uint64_t eight = two & two >> 2 & two >> 4 & two >> 6;
    return places & eight & eight >> 4;
}

/* What is known of a cell so far. */
typedef struct verdict {
    uint64_t word; /* a letter beside a letter and beyond a-f: numbers in hexadecimal have none, words do */
    uint64_t value;
    uint64_t cards, phones;
} verdict;

static inline uint64_t starts_of(const lw_kinds *k) { /* where no ASCII letter or digit stands before */
    return ~(((k->letter & ~k->high) | k->digit) << 1);
}

static inline lw_status judge_window(lw_sieve *sieve, uint32_t cell, lw_slice text, size_t base, const lw_kinds *k,
                                     verdict *known) {
    known->word |= k->beyond_hex & (k->letter << 1 | k->letter >> 1);
    known->value |= k->digit | long_runs(k->upper);
    if (sieve->kinds == 0 || k->digit == 0) {
        return LW_OK;
    }
    uint64_t start = starts_of(k);
    uint64_t ibans = k->letter & k->letter >> 1 & k->digit >> 2 & k->digit >> 3 & start;
    known->phones |= phone_candidates(k, start);
    known->cards |= card_candidates(k, start);
    return ibans == 0 ? LW_OK : lw_sieve_add_ibans(sieve, cell, text, base, ibans);
}

/* Where keywords.c sees a boundary before an ASCII letter: no ASCII letter stands before it, or it is a hump. */
static inline uint64_t word_starts(const lw_kinds *k) {
    uint64_t ascii = k->letter & ~k->high;
    return (ascii & ~(ascii << 1)) | (k->upper & ~(k->upper << 1 & k->upper >> 1));
}

static inline lw_status finish_cell(lw_sieve *sieve, uint32_t cell, const verdict *known, lw_gated_cell gated) {
    if (known->phones != 0 && ((sieve->kinds >> LW_ANCHOR_PHONE) & 1U)) {
        LW_TRY(lw_sieve_add_anchor(sieve, cell, LW_ANCHOR_PHONE));
    }
    if (known->cards != 0 && ((sieve->kinds >> LW_ANCHOR_CARD) & 1U)) {
        LW_TRY(lw_sieve_add_anchor(sieve, cell, LW_ANCHOR_CARD));
    }
    if (sieve->gates && known->word != 0 && known->value != 0) {
        sieve->gated[sieve->gated_count++] = gated;
    }
    return LW_OK;
}

static lw_status sieve_long(lw_sieve *sieve, uint32_t cell, lw_slice text, const constants *k) {
    verdict known = {0};
    for (size_t base = 0; base < text.len; base += WINDOW_STEP) {
        size_t len = text.len - base < 64 ? text.len - base : 64;
        lw_kinds kinds = classify(text.data + base, len, k);
        LW_TRY(judge_window(sieve, cell, text, base, &kinds, &known));
    }
    return finish_cell(sieve, cell, &known, (lw_gated_cell){.cell = cell});
}

lw_status NAME(lw_sieve *sieve, const lw_block *block) {
    const constants k = make_constants();
    LW_TRY(lw_sieve_reserve(sieve, block->cell_count));
    uint32_t next = 0;
    for (uint32_t cell = 0; cell < block->cell_count; cell++) {
        /* A delimiter or a line end is in front of a cell; a second byte of a line end changes nothing. */
        uint32_t end = block->cell_end[cell];
        uint32_t begin = block->explicit_begin ? block->cell_begin[cell] : next;
        next = end + 1;
        if (end < begin + sieve->least) { /* a blank line has its end before its beginning */
            continue;
        }
        lw_slice text = {block->text + begin, end - begin};
        if (text.len > 64) {
            LW_TRY(sieve_long(sieve, cell, text, &k));
            continue;
        }
        lw_kinds kinds = classify(text.data, text.len, &k);
        verdict known = {0};
        LW_TRY(judge_window(sieve, cell, text, 0, &kinds, &known));
        lw_gated_cell gated = {cell, kinds.high == 0, word_starts(&kinds)};
        LW_TRY(finish_cell(sieve, cell, &known, gated));
    }
    return LW_OK;
}
