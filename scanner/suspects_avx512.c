/* Suspects with AVX-512 (BW, VBMI, VBMI2, VPOPCNTDQ, GFNI): the cells of a block that the sieve has to look at, found
 * without going from cell to cell. x86-64 only.
 *
 * The text is cut into eight stretches of as many words of 64 bytes, and all are gone through side by side, one in each
 * lane of a register. Every byte gets a code of eight bits. Turned by 90 degrees, the codes of a word in each stretch
 * are eight registers, one a bit of the code, with a bit for each byte in order: what stands so many places before what
 * is then shifts and ands, for 512 places at once, and what stood in the word before is in the same lane. A sum tells
 * in which cells there is a bit: added to ones wherever no cell ends, it carries on to the cell's end.
 *
 * Every condition here is implied by one of sieve_body.h, so no cell is lost that the sieve would keep. The cell over
 * which a stretch begins is always a suspect: what its beginning holds is not known yet.
 */
#include "scanner/sieve_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define LANES 8U
#define WORD 64U /* bytes of a lane at once */

/* The code: what X and Y mean depends on the others. */
#define DIGIT 1U
#define LETTER 2U /* ASCII, or beyond it */
#define BEYOND 4U /* a letter, but not a-f */
#define UPPER 8U
#define HYPHEN 16U
#define SIGN 32U /* space . / ( ) */
#define X 64U    /* of a digit: 0; of a sign: dot; alone: plus */
#define Y 128U   /* of a digit: 1; of a sign: space; of a letter: beyond ASCII */

typedef struct codes {
    __m512i low, high; /* of the bytes 0 to 63, 64 to 127 */
    __m512i beyond;    /* of all others */
    __m512i reverse, diagonal;
    __m512i gather[2]; /* of two words: bits 0 to 3, bits 4 to 7 */
} codes;

static uint8_t code_of(unsigned c) {
    unsigned lower = c | 0x20;
    if (c >= '0' && c <= '9') {
        return (uint8_t)(DIGIT | (c == '0' ? X : 0) | (c == '1' ? Y : 0));
    }
    if (lower >= 'a' && lower <= 'z') {
        return (uint8_t)(LETTER | (lower > 'f' ? BEYOND : 0) | (c == lower ? 0 : UPPER));
    }
    switch (c) {
    case ' ':
        return SIGN | Y;
    case '.':
        return SIGN | X;
    case '/':
    case '(':
    case ')':
        return SIGN;
    case '-':
        return HYPHEN;
    case '+':
        return X;
    default:
        return 0;
    }
}

static codes make_codes(void) {
    uint8_t table[128];
    uint8_t gather[2][64];
    for (unsigned c = 0; c < sizeof table; c++) {
        table[c] = code_of(c);
    }
    for (unsigned i = 0; i < 64; i++) {
        unsigned word = i / 8 % 2;
        unsigned bit = i / 16;
        gather[0][i] = (uint8_t)(word * 64 + i % 8 * 8 + bit);
        gather[1][i] = (uint8_t)(gather[0][i] + 4);
    }
    return (codes){.low = _mm512_loadu_si512(table),
                   .high = _mm512_loadu_si512(table + 64),
                   .beyond = _mm512_set1_epi8((char)(LETTER | BEYOND | Y)),
                   .reverse =
                       _mm512_broadcast_i32x4(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)),
                   .diagonal = _mm512_set1_epi64((long long)UINT64_C(0x8040201008040201)),
                   .gather = {_mm512_loadu_si512(gather[0]), _mm512_loadu_si512(gather[1])}};
}

/* The codes of a word, turned in eights: byte i of lane j has the bits i of the bytes 8 * j to 8 * j + 7. */
static inline __m512i turn(__m512i bytes, const codes *k) {
    __m512i code = _mm512_permutex2var_epi8(k->low, bytes, k->high);
    /* the instruction takes the bytes from the end */
    return _mm512_gf2p8affine_epi64_epi8(k->diagonal, _mm512_shuffle_epi8(code, k->reverse), 0);
}

/* Where there are bytes beyond ASCII, which is rare. */
static inline __m512i turn_any(__m512i bytes, const codes *k) {
    __m512i code = _mm512_permutex2var_epi8(k->low, bytes, k->high);
    code = _mm512_mask_mov_epi8(code, _mm512_movepi8_mask(bytes), k->beyond);
    return _mm512_gf2p8affine_epi64_epi8(k->diagonal, _mm512_shuffle_epi8(code, k->reverse), 0);
}

/* Four bits of the bytes of each lane in order, from what turn() made of its word. */
static inline void gather(const __m512i turned[8], __m512i order, __m512i plane[4]) {
    __m512i pair[4]; /* two lanes of each bit */
    for (int i = 0; i < 4; i++) {
        pair[i] = _mm512_permutex2var_epi8(turned[2 * i], order, turned[2 * i + 1]);
    }
    __m512i a = _mm512_shuffle_i64x2(pair[0], pair[1], 0x44);
    __m512i b = _mm512_shuffle_i64x2(pair[2], pair[3], 0x44);
    plane[0] = _mm512_shuffle_i64x2(a, b, 0x88);
    plane[1] = _mm512_shuffle_i64x2(a, b, 0xDD);
    a = _mm512_shuffle_i64x2(pair[0], pair[1], 0xEE);
    b = _mm512_shuffle_i64x2(pair[2], pair[3], 0xEE);
    plane[2] = _mm512_shuffle_i64x2(a, b, 0x88);
    plane[3] = _mm512_shuffle_i64x2(a, b, 0xDD);
}

/* A word of each stretch: the place-th. */
static inline void see_bits(const char *const from[LANES], size_t place, const codes *k, bool anchors_too,
                            __m512i plane[8]) {
    __m512i turned[LANES];
    __m512i any = _mm512_setzero_si512();
    for (size_t i = 0; i < LANES; i++) {
        turned[i] = _mm512_loadu_si512(from[i] + place * WORD);
        any = _mm512_or_si512(any, turned[i]);
    }
    if (_mm512_movepi8_mask(any) == 0) {
        for (size_t i = 0; i < LANES; i++) {
            turned[i] = turn(turned[i], k);
        }
    } else {
        for (size_t i = 0; i < LANES; i++) {
            turned[i] = turn_any(turned[i], k);
        }
    }
    gather(turned, k->gather[0], plane);
    if (anchors_too) {
        gather(turned, k->gather[1], plane + 4);
    }
}

typedef uint64_t lanes __attribute__((vector_size(64)));

#define BACK(member, places) (lanes) _mm512_shldi_epi64((__m512i)now->member, (__m512i)before->member, places)
#include "scanner/suspects_body.h"

/* The ends of the cells that have a bit; carry: in which lanes a cell with a bit goes on. */
static inline lanes touched(lanes ends, lanes bits, __mmask8 *carry) {
    const __m512i ones = _mm512_set1_epi64(-1);
    __m512i inside = (__m512i)~ends;
    __m512i sum = (__m512i)(~ends + (bits & ~ends));
    __m512i all = _mm512_mask_sub_epi64(sum, *carry, sum, ones);
    *carry = (__mmask8)(_mm512_cmplt_epu64_mask(sum, inside) | _mm512_mask_cmpeq_epi64_mask(*carry, sum, ones));
    return (lanes)all & ends;
}

/* The other bits of the code. */
static inline signs see_signs(view *now, const __m512i plane[4]) {
    lanes x = (lanes)plane[2];
    lanes y = (lanes)plane[3];
    signs s = {.hyphen = (lanes)plane[0], .sign = (lanes)plane[1]};
    s.ascii = now->letter & ~y;
    s.zero = now->digit & x;
    s.one = now->digit & y;
    note_signs(now, &s, s.sign & y, s.sign & x, x & ~(now->digit | s.sign));
    return s;
}

/* Of which cells something is known that began in a word before. */
typedef struct carries {
    __mmask8 word, value, anchor;
} carries;

/* gates, anchors: what is looked for. */
static inline __attribute__((always_inline)) __m512i find(bool gates, bool anchors_too, carries *c, view *now,
                                                          const view *before, const __m512i plane[8]) {
    lanes found = {0};
    now->digit = (lanes)plane[0];
    now->letter = (lanes)plane[1];
    now->beyond = (lanes)plane[2];
    now->upper = (lanes)plane[3];
    if (gates) {
        lanes word = touched(now->ends, see_words(now, before), &c->word);
        found = word & touched(now->ends, see_values(now, before), &c->value);
    }
    if (anchors_too) {
        signs s = see_signs(now, plane + 4);
        lanes anchor = touched(now->ends, see_anchors(now, before, &s), &c->anchor);
        found |= anchor & ~see_uuids(now, before, &s);
    }
    return (__m512i)found;
}

/* ---- stretches ---- */

/* Where the stretches are, in words. Where they do not come out even the last ones begin early, so that all are of one
 * length; what of them was in the one before is skipped. */
typedef struct stretches {
    size_t length;
    size_t begin[LANES];
    const char *text[LANES];
    const uint64_t *ends[LANES];
    __m512i skip;           /* words at each one's beginning */
    uint32_t *cells[LANES]; /* where those found go */
    uint32_t *next[LANES];
} stretches;

static uint64_t count_bits(const uint64_t *words, size_t count) {
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_loadu_si512(words + i)));
    }
    __m512i rest = _mm512_maskz_loadu_epi64((__mmask8)((1U << (count - i)) - 1U), words + i);
    return (uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(sum, _mm512_popcnt_epi64(rest)));
}

/* *ret_counts: how many cells end before each stretch. */
static stretches cut(const lw_block *block, uint32_t *cells, __m512i *ret_counts) {
    size_t words = block->text_len / WORD + 1;
    stretches s = {.length = (words + LANES - 1) / LANES};
    uint64_t skip[LANES];
    uint64_t counts[LANES];
    size_t at = 0;
    uint64_t count = 0;
    for (size_t i = 0; i < LANES; i++) {
        size_t first = i * s.length;
        s.begin[i] = first <= words - s.length ? first : words - s.length;
        skip[i] = first - s.begin[i];
        count += count_bits(block->ends + at, s.begin[i] - at);
        at = s.begin[i];
        counts[i] = count;
        s.text[i] = block->text + s.begin[i] * WORD;
        s.ends[i] = block->ends + s.begin[i];
        /* a cell is listed once, and cells before those of the stretch are not listed in it */
        size_t skipped = skip[i] < s.length ? skip[i] : s.length;
        s.cells[i] = s.next[i] = cells + count + count_bits(s.ends[i], skipped);
    }
    s.skip = _mm512_loadu_si512(skip);
    *ret_counts = _mm512_loadu_si512(counts);
    return s;
}

/* What was there before the first words. */
static view view_before(const stretches *s, const codes *k, carries *ret_carries) {
    view none;
    view first;
    uint64_t ends[LANES];
    __m512i plane[8];
    const char *text[LANES];
    static const char nothing[WORD];
    unsigned under_way = 0;
    memset(&none, 0, sizeof none);
    memset(&first, 0, sizeof first);
    for (size_t i = 0; i < LANES; i++) {
        bool begins = s->begin[i] == 0; /* an end is in front of the first cell */
        text[i] = begins ? nothing : s->text[i] - WORD;
        ends[i] = begins ? UINT64_C(1) << 63 : s->ends[i][-1];
        under_way |= begins ? 0 : 1U << i;
    }
    first.ends = (lanes)_mm512_loadu_si512(ends);
    see_bits(text, 0, k, true, plane);
    find(true, true, ret_carries, &first, &none, plane);
    ret_carries->word = ret_carries->value = ret_carries->anchor = (__mmask8)under_way;
    return first;
}

/* Eight words of each stretch, by word. */
static inline void load_ends(const stretches *s, size_t place, uint64_t ends[8][LANES]) {
    __m512i a[8];
    __m512i b[8];
    for (size_t i = 0; i < 8; i += 2) {
        __m512i even = _mm512_loadu_si512(s->ends[i] + place);
        __m512i odd = _mm512_loadu_si512(s->ends[i + 1] + place);
        a[i] = _mm512_unpacklo_epi64(even, odd);
        a[i + 1] = _mm512_unpackhi_epi64(even, odd);
    }
    for (size_t i = 0; i < 8; i += 4) { /* a[i]: of two stretches the words 0 2 4 6, a[i + 1]: 1 3 5 7 */
        for (size_t j = 0; j < 2; j++) {
            b[i + j] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0x88);     /* words 0 4, 1 5 */
            b[i + j + 2] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0xDD); /* words 2 6, 3 7 */
        }
    }
    for (size_t i = 0; i < 4; i++) {
        _mm512_storeu_si512(ends[i], _mm512_shuffle_i64x2(b[i], b[i + 4], 0x88));
        _mm512_storeu_si512(ends[i + 4], _mm512_shuffle_i64x2(b[i], b[i + 4], 0xDD));
    }
}

/* Eight words of each stretch: where cells end, the ends of those that are suspects, how many cells end before. */
typedef struct eight_words {
    uint64_t ends[8][LANES], found[8][LANES], counts[8][LANES];
    uint64_t any; /* bit LANES * i + lane: found[i][lane] is not 0 */
} eight_words;

/* Writes out the suspects of eight words. Not word by word: most have none, and a processor cannot guess which. */
static inline void list_cells(stretches *s, const eight_words *w) {
    for (uint64_t any = w->any; any != 0; any &= any - 1) {
        unsigned lane = (unsigned)__builtin_ctzll(any) % LANES;
        unsigned word = (unsigned)__builtin_ctzll(any) / LANES;
        uint64_t bits = w->found[word][lane];
        do {
            uint64_t before = w->ends[word][lane] & ((bits & (~bits + 1)) - 1);
            *s->next[lane]++ = (uint32_t)(w->counts[word][lane] + (uint64_t)__builtin_popcountll(before));
            bits &= bits - 1;
        } while (bits != 0);
    }
}

/* Puts together what was found in all stretches. */
static size_t collect(const stretches *s, uint32_t *cells) {
    size_t count = 0;
    for (size_t i = 0; i < LANES; i++) {
        size_t some = (size_t)(s->next[i] - s->cells[i]);
        memmove(cells + count, s->cells[i], some * sizeof *cells);
        count += some;
    }
    return count;
}

/* All words of all stretches. Where anchors are looked for, seeing bits and finding out what they mean take
 * turns, eight words each, because either is about as much as the processor has under way at a time. */
static inline __attribute__((always_inline)) void go_through(bool gates, bool anchors_too, stretches *s, __m512i counts,
                                                             const codes *k) {
    carries c;
    view views[2];
    views[1] = view_before(s, k, &c);
    for (size_t begin = 0; begin < s->length; begin += 8) {
        eight_words w;
        __m512i planes[8][8];
        w.any = 0;
        size_t count = s->length - begin < 8 ? s->length - begin : 8;
        load_ends(s, begin, w.ends);
        for (size_t i = 0; i < count; i++) {
            see_bits(s->text, begin + i, k, anchors_too, planes[i]);
        }
        for (size_t i = 0; i < count; i++) {
            view *now = &views[i % 2];
            now->ends = (lanes)_mm512_loadu_si512(w.ends[i]);
            __m512i found = find(gates, anchors_too, &c, now, &views[1 - i % 2], planes[i]);
            __mmask8 counted = _mm512_cmple_epu64_mask(s->skip, _mm512_set1_epi64((long long)(begin + i)));
            w.any |= (uint64_t)_mm512_mask_test_epi64_mask(counted, found, found) << (LANES * i);
            _mm512_storeu_si512(w.found[i], found);
            _mm512_storeu_si512(w.counts[i], counts);
            counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64((__m512i)now->ends));
        }
        list_cells(s, &w);
    }
}

size_t lw_suspects_avx512(const lw_sieve *sieve, const lw_block *block, uint32_t *cells) {
    const codes k = make_codes();
    __m512i counts;
    stretches s = cut(block, cells, &counts);
    if (sieve->kinds == 0) {
        go_through(true, false, &s, counts, &k);
    } else {
        go_through(sieve->gates, true, &s, counts, &k);
    }
    return collect(&s, cells);
}
#endif
