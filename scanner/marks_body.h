/* The pass that makes marks; included by marks_avx2.c and marks_base.c, which say how 64 bytes are classified. No guard:
 * once a file. Needs `static lw_kinds classify(const char *at)`, and NAME and GATED_NAME, the functions to define.
 *
 * A word is judged with the next one in view, so that what goes on there is seen whole: shifted(x, next, k) has in bit i
 * what stands k bytes behind i. */

static inline uint64_t shifted(uint64_t x, uint64_t next, unsigned k) {
    return x >> k | next << (64 - k);
}

/* A bit map and the one behind it, far enough to see runs of up to 16. */
typedef struct pair {
    uint64_t now, next;
} pair;

static inline pair both(pair a, unsigned k) {
    return (pair){a.now & shifted(a.now, a.next, k), a.next & a.next >> k};
}

/* Where a run of four, of eight begins. */
static inline pair run_of_four(pair a) {
    return both(both(a, 1), 2);
}

/* LW_GATE_UPPER_RUN capitals (what has a digit passes the gate anyway). */
static inline uint64_t long_runs(const lw_kinds *now, const lw_kinds *next) {
    pair two = both((pair){now->upper, next->upper}, 1);
    if (two.now == 0) {
        return 0;
    }
    pair four = both(two, 2);
    return four.now & shifted(four.now, four.next, LW_GATE_UPPER_RUN - 4);
}

/* Where keywords.c sees a boundary before an ASCII letter: no ASCII letter stands before it, or it is a hump. */
static inline uint64_t word_starts(const lw_kinds *now, const lw_kinds *next, const lw_kinds *before) {
    uint64_t letters = now->letter & ~now->high;
    uint64_t hump = ~(now->upper << 1 | before->upper >> 63) | ~(now->upper >> 1 | next->upper << 63);
    return (letters & ~(letters << 1 | (before->letter & ~before->high) >> 63)) | (now->upper & hump);
}

/* Where no ASCII letter or digit stands before. A byte beyond ASCII may be a sign. */
static inline uint64_t starts(const lw_kinds *now, const lw_kinds *before) {
    uint64_t word = (now->letter & ~now->high) | now->digit;
    return ~(word << 1 | ((before->letter & ~before->high) | before->digit) >> 63);
}

/* Two letters, two digits. */
static inline uint64_t iban_candidates(const lw_kinds *now, const lw_kinds *next, uint64_t start) {
    uint64_t letters = now->letter & shifted(now->letter, next->letter, 1) & start;
    return letters & shifted(now->digit, next->digit, 2) & shifted(now->digit, next->digit, 3);
}

/* + and eight digits and separators, 00 and ten of them, 1- or 011 and fourteen. */
static inline uint64_t phone_candidates(const lw_kinds *now, const lw_kinds *next, uint64_t start) {
    pair either = {now->digit | now->separator, next->digit | next->separator};
    uint64_t plus = now->plus;
    if (plus != 0) {
        pair run = both(run_of_four(either), 4);
        plus &= shifted(run.now, run.next, 1);
    }
    uint64_t zeros = now->zero & shifted(now->zero, next->zero, 1);
    uint64_t ones = now->zero & shifted(now->one, next->one, 1) & shifted(now->one, next->one, 2);
    uint64_t separated = now->one & shifted(now->separator, next->separator, 1);
    if (((zeros | ones | separated) & start) == 0) {
        return plus;
    }
    pair eight = both(run_of_four(either), 4);
    uint64_t ten = eight.now & shifted(eight.now, eight.next, 2);
    uint64_t fourteen = ten & shifted(eight.now, eight.next, 6);
    return plus | (start & ((zeros & ten) | ((separated | ones) & fourteen)));
}

/* Four digits, and thirteen digits and joints. No card number begins with 0 or 1, and a decimal fraction is none (a
 * number before the dot that is long enough to be one has a place of its own). */
static inline uint64_t card_candidates(const lw_kinds *now, const lw_kinds *next, const lw_kinds *before,
                                       uint64_t start) {
    uint64_t dot_before = now->dot << 1 | before->dot >> 63;
    uint64_t fraction = dot_before & (now->digit << 2 | before->digit >> 62);
    start &= ~(fraction | now->zero | now->one);
    uint64_t four = run_of_four((pair){now->digit, next->digit}).now & start;
    if (four == 0) {
        return 0;
    }
    pair eight = both(run_of_four((pair){now->digit | now->joint, next->digit | next->joint}), 4);
    return four & eight.now & shifted(eight.now, eight.next, 5);
}

static inline lw_kinds cut(lw_kinds kinds, size_t left) {
    if (left < 64) {
        uint64_t keep = left == 0 ? 0 : ~UINT64_C(0) >> (64 - left);
        kinds.digit &= keep;
        kinds.high &= keep;
        kinds.letter &= keep;
        kinds.beyond_hex &= keep;
        kinds.upper &= keep;
        kinds.separator &= keep;
        kinds.joint &= keep;
        kinds.dot &= keep;
        kinds.plus &= keep;
        kinds.zero &= keep;
        kinds.one &= keep;
    }
    return kinds;
}

static lw_status add_places(lw_marks *marks, const char *text, size_t len, size_t base, const lw_kinds *now,
                            const lw_kinds *next, const lw_kinds *before) {
    uint64_t start = starts(now, before);
    if ((marks->kinds >> LW_ANCHOR_IBAN) & 1U) {
        uint64_t candidates = iban_candidates(now, next, start);
        if (candidates != 0) {
            LW_TRY(lw_marks_iban(marks, text, len, base, candidates));
        }
    }
    uint64_t phones = (marks->kinds >> LW_ANCHOR_PHONE) & 1U ? phone_candidates(now, next, start) : 0;
    uint64_t cards = (marks->kinds >> LW_ANCHOR_CARD) & 1U ? card_candidates(now, next, before, start) : 0;
    if (phones != 0) {
        LW_TRY(lw_marks_add(marks, base, phones, LW_ANCHOR_PHONE));
    }
    return cards == 0 ? LW_OK : lw_marks_add(marks, base, cards, LW_ANCHOR_CARD);
}

lw_status NAME(lw_marks *marks, const char *text, size_t len) {
    LW_TRY(lw_marks_reserve(marks, len));
    marks->place_count = 0;
    size_t words = (len + 63) / 64;
    lw_kinds before = {0};
    lw_kinds now = cut(classify(text), len);
    for (size_t i = 0; i < words; i++) {
        size_t past = (i + 1) * 64;
        lw_kinds next = {0};
        if (past + 64 <= len) {
            next = classify(text + past);
        } else if (past < len) {
            next = cut(classify(text + past), len - past);
        }
        uint64_t beside = (now.letter << 1 | before.letter >> 63) | shifted(now.letter, next.letter, 1);
        marks->word[i] = now.beyond_hex & beside;
        marks->value[i] = now.digit | long_runs(&now, &next);
        marks->start[i] = word_starts(&now, &next, &before);
        marks->high[i] = now.high;
        if (marks->kinds != 0) {
            LW_TRY(add_places(marks, text, len, i * 64, &now, &next, &before));
        }
        before = now;
        now = next;
    }
    marks->word[words] = 0;
    marks->value[words] = 0;
    marks->start[words] = 0;
    marks->high[words] = 0;
    return LW_OK;
}

/* ---- gated cells ---- */

/* Has text[begin, end) letters for a keyword, and a digit or a run for a match? */
static inline bool is_gated(const lw_marks *marks, size_t begin, size_t end) {
    if (end - begin <= 64) {
        uint64_t keep = ~UINT64_C(0) >> (64 - (end - begin));
        return (lw_marks_at(marks->word, begin) & keep) != 0 && (lw_marks_at(marks->value, begin) & keep) != 0;
    }
    uint64_t word = 0;
    uint64_t value = 0;
    for (; end - begin > 64; begin += 64) {
        word |= lw_marks_at(marks->word, begin);
        value |= lw_marks_at(marks->value, begin);
    }
    uint64_t keep = ~UINT64_C(0) >> (64 - (end - begin));
    return (word | (lw_marks_at(marks->word, begin) & keep)) != 0 &&
           (value | (lw_marks_at(marks->value, begin) & keep)) != 0;
}

/* Delimiters and line ends are neither letters nor digits, so a cell may be taken to begin where the last one ended. */
size_t GATED_NAME(const lw_marks *marks, const lw_block *block, size_t least, uint32_t *gated) {
    size_t count = 0;
    uint32_t last_end = 0;
    for (uint32_t cell = 0; cell < block->cell_count; cell++) {
        uint32_t end = block->cell_end[cell];
        uint32_t begin = block->explicit_begin ? block->cell_begin[cell] : last_end;
        last_end = end;
        gated[count] = cell;
        count += end - begin >= least && is_gated(marks, begin, end);
    }
    return count;
}
