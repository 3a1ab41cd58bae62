/* The sieve itself; included by sieve_avx512.c, sieve_avx2.c and sieve_base.c, which say how bytes are classified. No
 * guard: once a file. Needs `constants`, what the classification keeps in registers, make_constants(), and functions of
 * (text, len, constants), len at most 64, that may read 64 bytes and give bits of text[0, len) only:
 * classify_letters(), classify_signs(), capitals(), hyphens(). NAME is the function to define; SUSPECTS_NAME, if it is
 * defined, another, which needs FIND_SUSPECTS and is_known(known, cell).
 *
 * Cells of up to 64 bytes, nearly all, are judged by one set of bit maps; what most cells do not need is not computed.
 * Longer ones are judged in windows that overlap, so that no anchor is cut; what is found twice does no harm. */

#define WINDOW_STEP 48U

/* LW_GATE_UPPER_RUN capitals (what has a digit passes the gate anyway). */
static inline uint64_t long_runs(uint64_t upper) {
    uint64_t three = upper & upper >> 1 & upper >> 2;
    return three == 0 ? 0 : three & three >> (LW_GATE_UPPER_RUN - 3);
}

/* + and eight digits and separators, 00 and ten of them, 1- or 011 and fourteen: a first sieve for these. */
static inline uint64_t phone_candidates(const lw_letters *k, const lw_signs *s, uint64_t start) {
    uint64_t second = (s->zero & s->zero >> 1) | (s->one & s->separator >> 1) | (s->zero & s->one >> 1 & s->one >> 2);
    uint64_t either = k->digit | s->separator;
    return ((second & start) | s->plus) & either >> 3 & either >> 5 & either >> 7 & either >> 8;
}

/* Four digits, and thirteen digits and joints. No card number begins with 0; one that begins with 1 has fifteen digits,
 * times in milliseconds thirteen. A decimal fraction is none (a number before the dot that is long enough to be one has
 * a place of its own). */
static inline uint64_t card_candidates(const lw_letters *k, const lw_signs *s, uint64_t start) {
    uint64_t both = k->digit | s->joint;
    uint64_t fraction = s->dot << 1 & k->digit << 2;
    uint64_t four = k->digit & k->digit >> 1 & k->digit >> 2 & k->digit >> 3;
    uint64_t places = four & start & ~(s->zero | fraction) & both >> 12 & (~s->one | both >> 14);
    if (places == 0) {
        return 0;
    }
    uint64_t two = both & both >> 1;
    uint64_t eight = two & two >> 2 & two >> 4 & two >> 6;
    return places & eight & eight >> 4;
}

/* ---- cells that hold nothing, by their form ---- */

#define BITS(len) (~UINT64_C(0) >> (64 - (len)))
/* 8-4-4-4-12 */
#define UUID_LENGTH 36U
#define UUID_HYPHENS (UINT64_C(1) << 8 | UINT64_C(1) << 13 | UINT64_C(1) << 18 | UINT64_C(1) << 23)
/* the digits of dddd-dd-dd */
#define DATE_DIGITS UINT64_C(0x36F)
/* the digits of dd:dd:dd */
#define CLOCK_DIGITS UINT64_C(0xDB)

/* A UUID, an ISO date or time, a short number: most cells of tables without words are one of these, and neither an
 * account number nor a card or telephone number can stand in them. (One that stands in a UUID is part of it.) */
static inline bool holds_no_anchor(const char *text, size_t len, const lw_letters *k, const lw_constants *constants) {
    if (len < 8 || __builtin_popcountll(k->digit) < (int)LW_ANCHOR_DIGITS) {
        return true;
    }
    if (len == UUID_LENGTH) {
        return ((k->letter | k->digit) ^ BITS(UUID_LENGTH)) == UUID_HYPHENS && k->beyond_hex == 0 &&
               hyphens(text, UUID_LENGTH, constants) == UUID_HYPHENS;
    }
    if (len < 13) {
        return (k->digit == BITS(len) && text[0] != '0') || (len == 10 && k->digit == DATE_DIGITS && text[4] == '-');
    }
    bool time = (len == 19 || len == 20) && (k->digit & BITS(10)) == DATE_DIGITS && text[4] == '-';
    return time && text[13] == ':' && text[16] == ':' && (k->digit >> 11) == CLOCK_DIGITS;
}

/* ---- one cell ---- */

/* What is known of a cell so far. */
typedef struct verdict {
    uint64_t word; /* a letter beside a letter and beyond a-f: numbers in hexadecimal have none, words do */
    uint64_t value;
    uint64_t cards, phones;
} verdict;

static inline uint64_t words_of(const lw_letters *k) {
    return k->beyond_hex & (k->letter << 1 | k->letter >> 1);
}

static inline uint64_t values_of(const char *text, size_t len, const lw_letters *k, const lw_constants *constants) {
    return k->digit != 0 ? k->digit : long_runs(capitals(text, len, constants));
}

static inline lw_status find_anchors(lw_sieve *sieve, uint32_t cell, lw_slice text, size_t base, size_t len,
                                     const lw_letters *k, const lw_constants *constants, verdict *known) {
    lw_signs signs = classify_signs(text.data + base, len, constants);
    uint64_t start = ~(((k->letter & ~k->high) | k->digit) << 1); /* no ASCII letter or digit stands before */
    uint64_t ibans = k->letter & k->letter >> 1 & k->digit >> 2 & k->digit >> 3 & start;
    known->phones = phone_candidates(k, &signs, start);
    known->cards = card_candidates(k, &signs, start);
    return ibans == 0 ? LW_OK : lw_sieve_add_ibans(sieve, cell, text, base, ibans);
}

/* Where keywords.c sees a boundary before an ASCII letter: no ASCII letter stands before it, or it is a hump. */
static inline uint64_t word_starts(const char *text, size_t len, const lw_letters *k, const lw_constants *constants) {
    uint64_t ascii = k->letter & ~k->high;
    uint64_t upper = capitals(text, len, constants);
    return (ascii & ~(ascii << 1)) | (upper & ~(upper << 1 & upper >> 1));
}

static inline lw_status add_anchors(lw_sieve *sieve, uint32_t cell, size_t base, const verdict *known) {
    if (known->phones != 0 && ((sieve->kinds >> LW_ANCHOR_PHONE) & 1U)) {
        LW_TRY(lw_sieve_add_anchor(sieve, cell, LW_ANCHOR_PHONE, base, known->phones));
    }
    return known->cards == 0 || ((sieve->kinds >> LW_ANCHOR_CARD) & 1U) == 0
               ? LW_OK
               : lw_sieve_add_anchor(sieve, cell, LW_ANCHOR_CARD, base, known->cards);
}

static lw_status sieve_long(lw_sieve *sieve, uint32_t cell, lw_slice text, const lw_constants *constants) {
    verdict known = {0};
    for (size_t base = 0; base < text.len; base += WINDOW_STEP) {
        size_t len = text.len - base < 64 ? text.len - base : 64;
        lw_letters k = classify_letters(text.data + base, len, constants);
        known.word |= words_of(&k);
        known.value |= values_of(text.data + base, len, &k, constants);
        if (sieve->kinds != 0 && k.digit != 0) {
            LW_TRY(find_anchors(sieve, cell, text, base, len, &k, constants, &known));
            LW_TRY(add_anchors(sieve, cell, base, &known));
        }
    }
    if (sieve->gates && known.word != 0 && known.value != 0) {
        sieve->gated[sieve->gated_count++] = (lw_gated_cell){.cell = cell};
    }
    return LW_OK;
}

static inline lw_status sieve_short(lw_sieve *sieve, uint32_t cell, lw_slice text, const lw_constants *constants) {
    lw_letters k = classify_letters(text.data, text.len, constants);
    if (words_of(&k) != 0 && sieve->gates && values_of(text.data, text.len, &k, constants) != 0) {
        uint64_t starts = word_starts(text.data, text.len, &k, constants);
        sieve->gated[sieve->gated_count++] = (lw_gated_cell){cell, k.high == 0, starts};
    }
    if (sieve->kinds == 0 || holds_no_anchor(text.data, text.len, &k, constants)) {
        return LW_OK;
    }
    verdict known = {0};
    LW_TRY(find_anchors(sieve, cell, text, 0, text.len, &k, constants, &known));
    return add_anchors(sieve, cell, 0, &known);
}

/* begin: of the cell, or of a line end's second byte in front of it, which changes nothing. */
static inline lw_status sieve_cell(lw_sieve *sieve, const lw_block *block, uint32_t cell, uint32_t begin,
                                   const lw_constants *constants) {
    uint32_t end = block->cell_end[cell];
    if (end < begin + sieve->least) { /* a blank line has its end before its beginning */
        return LW_OK;
    }
    lw_slice text = {block->text + begin, end - begin};
    return text.len > 64 ? sieve_long(sieve, cell, text, constants) : sieve_short(sieve, cell, text, constants);
}

lw_status NAME(lw_sieve *sieve, const lw_block *block) {
    const lw_constants constants = make_constants();
    LW_TRY(lw_sieve_reserve(sieve, block->cell_count));
    uint32_t next = 0; /* where the next cell begins: behind a delimiter or a line end */
    for (uint32_t cell = 0; cell < block->cell_count; cell++) {
        LW_TRY(sieve_cell(sieve, block, cell, block->explicit_begin ? block->cell_begin[cell] : next, &constants));
        next = block->cell_end[cell] + 1;
    }
    return LW_OK;
}

#if defined(SUSPECTS_NAME)
/* Only the cells that FIND_SUSPECTS lists, and of these not those that is_known() knows. */
lw_status SUSPECTS_NAME(lw_sieve *sieve, const lw_block *block) {
    if (!block->has_ends || block->cell_count == 0) {
        return NAME(sieve, block);
    }
    const lw_constants constants = make_constants();
    LW_TRY(lw_sieve_reserve(sieve, block->cell_count));
    size_t count = FIND_SUSPECTS(sieve, block, sieve->suspects);
    for (size_t i = 0; i < count; i++) {
        uint32_t cell = sieve->suspects[i];
        lw_slice text = lw_text_of(block, cell);
        if (text.len >= sieve->least && !is_known(sieve->known, text)) {
            LW_TRY(sieve_cell(sieve, block, cell, (uint32_t)(text.data - block->text), &constants));
        }
    }
    return LW_OK;
}
#endif
