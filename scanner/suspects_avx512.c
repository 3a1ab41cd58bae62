/* Suspects with AVX-512 (BW, VBMI, VBMI2, VPOPCNTDQ, GFNI): the cells of a block that the sieve has to look at, found
 * without going from cell to cell. x86-64 only.
 *
 * Every byte gets a code of eight bits. Turned by 90 degrees, the codes of 512 bytes are eight registers, one a bit of
 * the code, with a bit for each byte in order: what stands so many places before what is then shifts and ands, for 512
 * places at once. A sum tells in which cells there is a bit: added to ones wherever no cell ends, it carries on to the
 * cell's end. Every condition here is implied by one of sieve_body.h, so no cell is lost that the sieve would keep.
 */
#include "scanner/sieve_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define GROUP 512U /* bytes at once */
#define STEP 64U

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
    __m512i gather[2]; /* of two steps: bits 0 to 3, bits 4 to 7 */
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
        unsigned step = i / 8 % 2;
        unsigned bit = i / 16;
        gather[0][i] = (uint8_t)(step * 64 + i % 8 * 8 + bit);
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

/* The codes of 64 bytes, turned in eights: byte i of word j has the bits i of the bytes 8 * j to 8 * j + 7. */
static inline __m512i turn(const char *text, const codes *k) {
    __m512i bytes = _mm512_loadu_si512(text);
    __m512i code = _mm512_permutex2var_epi8(k->low, bytes, k->high);
    code = _mm512_mask_mov_epi8(code, _mm512_movepi8_mask(bytes), k->beyond);
    /* the instruction takes the bytes from the end */
    return _mm512_gf2p8affine_epi64_epi8(k->diagonal, _mm512_shuffle_epi8(code, k->reverse), 0);
}

/* Four bits of 512 bytes in order, from what turn() made of each 64. */
static inline void gather(const __m512i turned[8], __m512i order, __m512i plane[4]) {
    __m512i pair[4]; /* of steps: two words of each bit */
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

/* What is known of 512 places, and has to be known of those before them. Runs: so many of a kind up to here. */
typedef struct view {
    __m512i ends, digit, letter, beyond, ascii, alnum, hyphen, dot, one, plus;
    __m512i upper, upper2;
    __m512i zero_first, one_first, letter_first, card_first; /* with nothing of a word before them */
    __m512i two, three;                                      /* 00 or 1-, 011 */
    __m512i either, joint, joint2, joint4, alnum_or_joint;
    __m512i hex, hex2, hex4, hex8, hex12, behind4, behind8, parts;
} view;

#define AND(a, b) _mm512_and_si512(a, b)
#define OR(a, b) _mm512_or_si512(a, b)
#define NOT_BUT(a, b) _mm512_andnot_si512(a, b) /* b without a */
#define AND3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x80)
#define OR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xFE)
/* What stands so many places before each place; less than 64. */
#define BACK(member, places)                                                                                           \
    _mm512_shldi_epi64(now->member, _mm512_alignr_epi64(now->member, before->member, 7), places)

/* A letter beside a letter, one of them beyond a-f. */
static inline __m512i words(const view *now, const view *before) {
    return AND3(now->letter, BACK(letter, 1), OR(now->beyond, BACK(beyond, 1)));
}

_Static_assert(LW_GATE_UPPER_RUN == 6, "values() knows runs of six");

static inline __m512i values(view *now, const view *before) {
    now->upper2 = AND(now->upper, BACK(upper, 1));
    return OR(now->digit, AND3(now->upper2, BACK(upper2, 2), BACK(upper2, 4)));
}

static inline __m512i phones(view *now, const view *before, __m512i zero, __m512i start, __m512i sign) {
    now->zero_first = AND(zero, start);
    now->one_first = AND(now->one, start);
    now->two = OR(AND(zero, BACK(zero_first, 1)), AND(OR(sign, now->hyphen), BACK(one_first, 1)));
    now->three = AND3(now->one, BACK(one, 1), BACK(zero_first, 2));
    now->either = OR3(now->digit, sign, now->hyphen);
    __m512i begins = OR3(BACK(two, 7), BACK(three, 6), BACK(plus, 8));
    return AND3(begins, AND(now->either, BACK(either, 1)), AND(BACK(either, 3), BACK(either, 5)));
}

/* Thirteen digits and joints, the first no zero and no fraction's. */
static inline __m512i cards(view *now, const view *before, __m512i zero, __m512i start) {
    __m512i fraction = AND(BACK(dot, 1), BACK(digit, 2));
    now->card_first = NOT_BUT(OR(zero, fraction), AND(now->digit, start));
    now->joint2 = AND(now->joint, BACK(joint, 1));
    now->joint4 = AND(now->joint2, BACK(joint2, 2));
    __m512i thirteen = AND(AND3(now->joint4, BACK(joint4, 4), BACK(joint4, 8)), BACK(joint, 12));
    return AND(thirteen, BACK(card_first, 12));
}

/* Two letters, two digits, and three characters that could go on. */
static inline __m512i ibans(view *now, const view *before, __m512i start) {
    now->letter_first = AND(now->ascii, start);
    now->alnum_or_joint = OR(now->alnum, now->joint);
    __m512i begin = AND(AND(BACK(letter_first, 6), BACK(ascii, 5)), AND(BACK(digit, 4), BACK(digit, 3)));
    return AND(begin, AND3(BACK(alnum_or_joint, 2), BACK(alnum, 1), now->alnum_or_joint));
}

/* The ends of cells that are a UUID: 8-4-4-4-12. */
static inline __m512i uuids(view *now, const view *before) {
    now->hex = OR(now->digit, NOT_BUT(now->beyond, now->letter));
    now->hex2 = AND(now->hex, BACK(hex, 1));
    now->hex4 = AND(now->hex2, BACK(hex2, 2));
    now->hex8 = AND(now->hex4, BACK(hex4, 4));
    now->hex12 = AND(now->hex8, BACK(hex4, 8));
    now->behind4 = AND(now->hyphen, BACK(hex4, 1));
    now->behind8 = AND(now->hyphen, BACK(hex8, 1));
    now->parts = AND(AND3(now->behind4, BACK(behind4, 5), BACK(behind4, 10)), BACK(behind8, 15));
    return AND(AND3(now->ends, BACK(hex12, 1), BACK(parts, 13)), BACK(ends, 37));
}

static inline __m512i anchors(view *now, const view *before, __m512i zero, __m512i sign) {
    __m512i start = _mm512_ternarylogic_epi64(BACK(alnum, 1), now->ends, now->ends, 0x0F); /* not */
    return OR3(phones(now, before, zero, start, sign), cards(now, before, zero, start), ibans(now, before, start));
}

/* The ends of the cells that have a bit; carry: of a cell that goes on from group to group. */
static inline __m512i touched(__m512i ends, __m512i bits, unsigned *carry) {
    const __m512i ones = _mm512_set1_epi64(-1);
    __m512i inside = _mm512_xor_si512(ends, ones);
    __m512i sum = _mm512_add_epi64(inside, AND(bits, inside));
    unsigned carries = _mm512_cmplt_epu64_mask(sum, inside);
    unsigned passes = _mm512_cmpeq_epi64_mask(sum, ones);
    unsigned into = ((carries << 1 | *carry) + passes) ^ passes;
    *carry = into >> 8 & 1U;
    return AND(_mm512_mask_sub_epi64(sum, (__mmask8)into, sum, ones), ends);
}

/* What anchors are made of, from the other bits of the code. *ret_zero, *ret_sign: what need not be known later. */
static inline void see_signs(view *now, const __m512i plane[4], __m512i *ret_zero, __m512i *ret_sign) {
    __m512i sign = plane[1];
    __m512i x = plane[2];
    __m512i y = plane[3];
    now->hyphen = plane[0];
    now->ascii = NOT_BUT(y, now->letter);
    now->alnum = OR(now->digit, now->ascii);
    now->dot = AND(sign, x);
    now->one = AND(now->digit, y);
    now->plus = NOT_BUT(OR(now->digit, sign), x);
    now->joint = OR3(now->digit, now->hyphen, AND(sign, y));
    *ret_zero = AND(now->digit, x);
    *ret_sign = sign;
}

/* Writes out the cells whose ends are in found; base: the number of cells before the group. Returns how many. */
static inline size_t list_cells(__m512i found, __m512i ends, uint32_t *base, uint32_t *cells) {
    const __m512i none = _mm512_setzero_si512();
    size_t count = 0;
    uint64_t word[8];
    uint64_t end[8];
    uint64_t up_to[8]; /* ends in this word and those before it */
    __m512i sums = _mm512_popcnt_epi64(ends);
    sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, none, 7));
    sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, none, 6));
    sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, none, 4));
    _mm512_storeu_si512(up_to, sums);
    _mm512_storeu_si512(word, found);
    _mm512_storeu_si512(end, ends);
    for (unsigned lanes = _mm512_test_epi64_mask(found, found); lanes != 0; lanes &= lanes - 1) {
        unsigned lane = (unsigned)__builtin_ctz(lanes);
        for (uint64_t bits = word[lane]; bits != 0; bits &= bits - 1) {
            uint64_t behind = end[lane] & ~(bits ^ (bits - 1)); /* ends behind this one */
            cells[count++] = *base + (uint32_t)up_to[lane] - 1U - (uint32_t)__builtin_popcountll(behind);
        }
    }
    *base += (uint32_t)up_to[7];
    return count;
}

/* What of the groups before matters. */
typedef struct progress {
    view views[2];
    unsigned word_carry, value_carry, anchor_carry;
} progress;

static inline __m512i find(const lw_sieve *sieve, progress *p, view *now, const view *before, const __m512i turned[8],
                           const codes *k) {
    __m512i plane[4];
    __m512i found = _mm512_setzero_si512();
    gather(turned, k->gather[0], plane);
    now->digit = plane[0];
    now->letter = plane[1];
    now->beyond = plane[2];
    now->upper = plane[3];
    if (sieve->gates) {
        __m512i word = touched(now->ends, words(now, before), &p->word_carry);
        found = AND(word, touched(now->ends, values(now, before), &p->value_carry));
    }
    if (sieve->kinds != 0) {
        __m512i zero;
        __m512i sign;
        gather(turned, k->gather[1], plane);
        see_signs(now, plane, &zero, &sign);
        __m512i anchor = touched(now->ends, anchors(now, before, zero, sign), &p->anchor_carry);
        found = OR(found, NOT_BUT(uuids(now, before), anchor));
    }
    return found;
}

size_t lw_suspects_avx512(const lw_sieve *sieve, const lw_block *block, uint32_t *cells) {
    const codes k = make_codes();
    progress p;
    size_t count = 0;
    uint32_t base = 0;
    size_t words_left = block->text_len / STEP + 1;
    memset(&p, 0, sizeof p);
    p.views[1].ends = _mm512_set1_epi64((long long)(UINT64_C(1) << 63)); /* an end in front of the first cell */
    for (size_t group = 0; words_left > 0; group++) {
        __m512i turned[8];
        size_t some = words_left < 8 ? words_left : 8;
        for (size_t i = 0; i < 8; i++) {
            turned[i] = i < some ? turn(block->text + group * GROUP + i * STEP, &k) : _mm512_setzero_si512();
        }
        view *now = &p.views[group % 2];
        now->ends = _mm512_maskz_loadu_epi64((__mmask8)(0xFFU >> (8 - some)), block->ends + group * 8);
        __m512i found = find(sieve, &p, now, &p.views[1 - group % 2], turned, &k);
        count += list_cells(found, now->ends, &base, cells + count);
        words_left -= some;
    }
    return count;
}
#endif
