/* What makes a cell a suspect, for many places at once; included by suspects_avx512.c and suspects_avx2.c. No guard:
 * once a file. Needs `lanes`, a vector of words of 64 places, and BACK(member, places): what stands so many places, 1
 * to 63, before each place, of now->member and before->member.
 *
 * Every condition here is implied by one of sieve_body.h, so no cell is lost that the sieve would keep.
 */

/* What is known of some places, and has to be known of those before them. Numbers: so many side by side up to here. */
typedef struct view {
    lanes ends, digit, letter, beyond, alnum, dot, joint; /* beyond: a letter, but not a-f */
    lanes upper, upper2;
    lanes zero_first, one_first, one_second, plus; /* with nothing of a word before them; 01 */
    lanes two, three;                              /* 00 or 1-, 011 */
    lanes either;                                  /* of what a telephone number is made, but for the plus */
    lanes joint2, joint4, card_first;
    lanes letter_first, letter_second, digit_third, digit_fourth;
    lanes hex, hex2, hex4, behind4, behind8; /* a hyphen behind so many */
} view;

/* What need not be known later. */
typedef struct signs {
    lanes hyphen, sign, ascii, zero, one; /* sign: space . / ( ) */
} signs;

/* A letter beside a letter, one of them beyond a-f. */
static inline lanes see_words(const view *now, const view *before) {
    return (now->beyond & BACK(letter, 1)) | (now->letter & BACK(beyond, 1));
}

_Static_assert(LW_GATE_UPPER_RUN == 6, "see_values() knows runs of six");

static inline lanes see_values(view *now, const view *before) {
    now->upper2 = now->upper & BACK(upper, 1);
    return now->digit | (now->upper2 & BACK(upper2, 2) & BACK(upper2, 4));
}

/* Of the bytes behind plus, 00, 1 and a sign, or 011, some are digits or signs. */
static inline lanes see_phones(view *now, const view *before, const signs *s, lanes start) {
    now->zero_first = s->zero & start;
    now->one_first = s->one & start;
    lanes zero_before = BACK(zero_first, 1);
    now->one_second = s->one & zero_before;
    now->two = (s->zero & zero_before) | ((s->sign | s->hyphen) & BACK(one_first, 1));
    now->three = s->one & BACK(one_second, 1);
    now->either = now->digit | s->sign | s->hyphen;
    lanes begins = BACK(two, 7) | BACK(three, 6) | BACK(plus, 8);
    return begins & now->either & BACK(either, 1) & BACK(either, 3) & BACK(either, 5);
}

/* Thirteen digits and joints, the first no zero and no fraction's. */
static inline lanes see_cards(view *now, const view *before, const signs *s, lanes start) {
    lanes fraction = BACK(dot, 1) & BACK(digit, 2);
    now->card_first = now->digit & start & ~(s->zero | fraction);
    now->joint2 = now->joint & BACK(joint, 1);
    now->joint4 = now->joint2 & BACK(joint2, 2);
    return now->joint4 & BACK(joint4, 4) & BACK(joint4, 8) & BACK(card_first, 12);
}

/* Two letters, two digits, and three characters that could go on, of which two are looked at. */
static inline lanes see_ibans(view *now, const view *before, const signs *s, lanes start) {
    now->letter_first = s->ascii & start;
    now->letter_second = s->ascii & BACK(letter_first, 1);
    now->digit_third = now->digit & BACK(letter_second, 1);
    now->digit_fourth = now->digit & BACK(digit_third, 1);
    return BACK(digit_fourth, 3) & BACK(alnum, 1) & (now->alnum | now->joint);
}

/* The ends of cells that are a UUID: 8-4-4-4-12. */
static inline lanes see_uuids(view *now, const view *before, const signs *s) {
    now->hex = now->digit | (now->letter & ~now->beyond);
    now->hex2 = now->hex & BACK(hex, 1);
    now->hex4 = now->hex2 & BACK(hex2, 2);
    now->behind4 = s->hyphen & BACK(hex4, 1);
    now->behind8 = now->behind4 & BACK(hex4, 5);
    lanes last = BACK(hex4, 1) & BACK(hex4, 5) & BACK(hex4, 9);
    lanes middle = BACK(behind4, 13) & BACK(behind4, 18) & BACK(behind4, 23);
    return now->ends & last & middle & BACK(behind8, 28) & BACK(ends, 37);
}

/* What anchors are made of; of view: ends, digit, letter, beyond. */
static inline void note_signs(view *now, const signs *s, lanes space, lanes dot, lanes plus) {
    now->plus = plus;
    now->dot = dot;
    now->alnum = now->digit | s->ascii;
    now->joint = now->digit | s->hyphen | space;
}

static inline lanes see_anchors(view *now, const view *before, const signs *s) {
    lanes start = ~BACK(alnum, 1);
    return see_phones(now, before, s, start) | see_cards(now, before, s, start) | see_ibans(now, before, s, start);
}
