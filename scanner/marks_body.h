/* The pass that makes marks; included by marks_avx2.c and marks_base.c, which say how 64 bytes are classified. No guard:
 * once a file. Needs `static lw_kinds classify(const char *at)` and NAME, the function to define.
 *
 * A word is judged with its neighbours in view: v is a word with the next one above it, so that a run that goes on in
 * the next word is seen whole. */

typedef unsigned __int128 wide;

static inline wide beside(uint64_t word, uint64_t next) {
    return (wide)next << 64 | word;
}

/* Where a run of 2, 4, 8 ... begins: halves first. */
static inline wide run_of_two(wide v) {
    return v & v >> 1;
}

static inline wide run_of_four(wide v) {
    wide two = run_of_two(v);
    return two & two >> 2;
}

static inline wide run_of_eight(wide v) {
    wide four = run_of_four(v);
    return four & four >> 4;
}

/* Long runs: 8 of A-Z 0-9, or 20 of letters, digits and + / - _. */
static inline uint64_t long_runs(const lw_kinds *now, const lw_kinds *next) {
    uint64_t upper = (uint64_t)run_of_eight(beside(now->upper | now->digit, next->upper | next->digit));
    wide token = beside(now->letter | now->digit | now->token, next->letter | next->digit | next->token);
    wide eight = run_of_eight(token);
    if ((uint64_t)eight == 0) {
        return upper;
    }
    wide twelve = eight & eight >> 4;
    return upper | (uint64_t)(twelve & twelve >> 8);
}

/* Where no letter or digit stands before. */
static inline uint64_t starts(uint64_t word_bytes, uint64_t before) {
    return ~(word_bytes << 1 | before >> 63);
}

static inline uint64_t iban_candidates(const lw_kinds *now, const lw_kinds *next, uint64_t start) {
    wide letters = run_of_two(beside(now->letter, next->letter));
    wide digits = run_of_two(beside(now->digit, next->digit));
    return (uint64_t)(letters & digits >> 2) & start;
}

/* +4, +(, 00 and ten digits and separators, 1- or 011 and fourteen. */
static inline uint64_t phone_candidates(const lw_kinds *now, const lw_kinds *next, uint64_t start) {
    wide either = beside(now->digit | now->separator, next->digit | next->separator);
    uint64_t plus = now->plus & (uint64_t)(either >> 1);
    uint64_t leading = (now->zero | now->one) & start;
    if (leading == 0) {
        return plus;
    }
    wide eight = run_of_eight(either);
    uint64_t ten = (uint64_t)(eight & eight >> 2);
    uint64_t fourteen = ten & (uint64_t)(eight >> 6);
    uint64_t zeros = (uint64_t)run_of_two(beside(now->zero, next->zero));
    uint64_t ones = (uint64_t)(run_of_two(beside(now->one, next->one)) >> 1);
    uint64_t separated = now->one & (uint64_t)(beside(now->separator, next->separator) >> 1);
    return plus | (start & ((zeros & ten) | (separated & fourteen) | (now->zero & ones & fourteen)));
}

/* Four digits, and thirteen digits and joints. */
static inline uint64_t card_candidates(const lw_kinds *now, const lw_kinds *next, uint64_t start) {
    uint64_t four = (uint64_t)run_of_four(beside(now->digit, next->digit)) & start;
    if (four == 0) {
        return 0;
    }
    wide eight = run_of_eight(beside(now->digit | now->joint, next->digit | next->joint));
    return four & (uint64_t)(eight & eight >> 5);
}

static inline lw_kinds cut(lw_kinds kinds, size_t left) {
    if (left < 64) {
        uint64_t keep = left == 0 ? 0 : ~UINT64_C(0) >> (64 - left);
        kinds.digit &= keep;
        kinds.high &= keep;
        kinds.letter &= keep;
        kinds.beyond_hex &= keep;
        kinds.upper &= keep;
        kinds.token &= keep;
        kinds.separator &= keep;
        kinds.joint &= keep;
        kinds.plus &= keep;
        kinds.zero &= keep;
        kinds.one &= keep;
    }
    return kinds;
}

static lw_status add_places(lw_marks *marks, const char *text, size_t len, size_t base, const lw_kinds *now,
                            const lw_kinds *next, uint64_t start) {
    if ((marks->kinds >> LW_ANCHOR_IBAN) & 1U) {
        uint64_t candidates = iban_candidates(now, next, start);
        if (candidates != 0) {
            LW_TRY(lw_marks_iban(marks, text, len, base, candidates));
        }
    }
    uint64_t phones = (marks->kinds >> LW_ANCHOR_PHONE) & 1U ? phone_candidates(now, next, start) : 0;
    uint64_t cards = (marks->kinds >> LW_ANCHOR_CARD) & 1U ? card_candidates(now, next, start) : 0;
    if (phones != 0) {
        LW_TRY(lw_marks_add(marks, base, phones, LW_ANCHOR_PHONE));
    }
    return cards == 0 ? LW_OK : lw_marks_add(marks, base, cards, LW_ANCHOR_CARD);
}

lw_status NAME(lw_marks *marks, const char *text, size_t len) {
    LW_TRY(lw_marks_reserve(marks, len));
    marks->place_count = 0;
    size_t words = (len + 63) / 64;
    lw_kinds now = cut(classify(text), len);
    uint64_t letters_before = 0;
    uint64_t word_before = 0;
    for (size_t i = 0; i < words; i++) {
        size_t past = (i + 1) * 64;
        lw_kinds next = {0};
        if (past < len) {
            next = cut(classify(text + past), len - past);
        }
        uint64_t beside_letter = (now.letter << 1 | letters_before >> 63) | (now.letter >> 1 | next.letter << 63);
        uint64_t word_bytes = (now.letter & ~now.high) | now.digit; /* a high byte may be a sign */
        marks->digit[i] = now.digit;
        marks->word[i] = now.beyond_hex & beside_letter;
        marks->run[i] = long_runs(&now, &next);
        if (marks->kinds != 0) {
            uint64_t start = starts(word_bytes, word_before);
            LW_TRY(add_places(marks, text, len, i * 64, &now, &next, start));
        }
        letters_before = now.letter;
        word_before = word_bytes;
        now = next;
    }
    marks->digit[words] = 0;
    marks->word[words] = 0;
    marks->run[words] = 0;
    return LW_OK;
}
