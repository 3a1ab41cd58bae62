/* Payment cards: found by hand, because numbers without a keyword have to be looked for in every column.
 *
 * A card number is 13 to 19 digits of one of the issuers that Macie names, in one run or in the groups printed on
 * cards with one kind of separator, and passes the Luhn check. Ranges and lengths: ISO/IEC 7812 registrations as
 * published by the issuers. Near a keyword every length an issuer has registered counts. Alone, only the usual ones
 * do, and neither a piece of a longer number, the fraction of a decimal number nor an element of a GS1 code ("(21)")
 * does: one in ten runs of digits passes Luhn by chance, so more must speak for it.
 *
 * Leaves out: published test numbers (the catalogue's neverReported), brands that Macie does not name.
 */
#include <string.h>

#include "identifiers/identifiers_priv.h"
#include "identifiers/words_priv.h"

#define LW_CARD_DIGITS_MIN 13
#define LW_CARD_DIGITS_MAX 19
#define LW_BIT(length) (1U << (length))
#define LW_16_TO_19 (LW_BIT(16) | LW_BIT(17) | LW_BIT(18) | LW_BIT(19))

/* Numbers that begin with from..to (both of `digits` digits). */
typedef struct lw_issuer {
    uint32_t from, to;
    unsigned digits;
    uint32_t lengths; /* a bit for each length */
    uint32_t usual;   /* those that count without a keyword */
} lw_issuer;

static const lw_issuer issuers[] = {
    {4, 4, 1, LW_BIT(13) | LW_BIT(16) | LW_BIT(19), LW_BIT(16)},        /* Visa, Electron */
    {51, 55, 2, LW_BIT(16), LW_BIT(16)},                                /* Mastercard */
    {2221, 2720, 4, LW_BIT(16), LW_BIT(16)},                            /* Mastercard */
    {34, 34, 2, LW_BIT(15), LW_BIT(15)},                                /* American Express */
    {37, 37, 2, LW_BIT(15), LW_BIT(15)},                                /* American Express */
    {6011, 6011, 4, LW_16_TO_19, LW_BIT(16)},                           /* Discover */
    {644, 649, 3, LW_16_TO_19, LW_BIT(16)},                             /* Discover */
    {65, 65, 2, LW_16_TO_19, LW_BIT(16)},                               /* Discover */
    {36, 36, 2, LW_BIT(14) | LW_BIT(15) | LW_16_TO_19, LW_BIT(14)},     /* Diners Club */
    {300, 305, 3, LW_BIT(14) | LW_16_TO_19, LW_BIT(14) | LW_BIT(16)},   /* Diners Club */
    {3095, 3095, 4, LW_BIT(14) | LW_16_TO_19, LW_BIT(14) | LW_BIT(16)}, /* Diners Club */
    {38, 39, 2, LW_BIT(14) | LW_16_TO_19, LW_BIT(14) | LW_BIT(16)},     /* Diners Club */
    {3528, 3589, 4, LW_16_TO_19, LW_BIT(16)},                           /* JCB */
    {2131, 2131, 4, LW_BIT(15), LW_BIT(15)},                            /* JCB, older */
    {1800, 1800, 4, LW_BIT(15), LW_BIT(15)},                            /* JCB, older */
    {62, 62, 2, LW_16_TO_19, LW_BIT(16) | LW_BIT(19)},                  /* UnionPay */
    {8110, 8171, 4, LW_16_TO_19, 0},                                    /* UnionPay */
    {5019, 5019, 4, LW_BIT(16), LW_BIT(16)},                            /* Dankort */
};

/* How numbers are printed in groups; longest first, so that a trailing group is tried before it is left out. */
static const unsigned char groupings[][5] = {{4, 4, 4, 4, 3}, {4, 4, 4, 4, 0}, {4, 6, 5, 0, 0},
                                             {4, 6, 4, 0, 0}, {4, 4, 4, 1, 0}, {6, 13, 0, 0, 0}};

static bool lw_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool lw_issuer_fits(const char *digits, size_t count, bool alone) {
    for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
        uint32_t prefix = 0;
        for (unsigned k = 0; k < issuers[i].digits; k++) {
            prefix = prefix * 10 + (uint32_t)(digits[k] - '0');
        }
        uint32_t lengths = alone ? issuers[i].usual : issuers[i].lengths;
        if (prefix >= issuers[i].from && prefix <= issuers[i].to && (lengths >> count) & 1U) {
            return true;
        }
    }
    return false;
}

static bool lw_card_valid(const char *digits, size_t count, bool alone) {
    return count >= LW_CARD_DIGITS_MIN && count <= LW_CARD_DIGITS_MAX && lw_issuer_fits(digits, count, alone) &&
           lw_luhn_valid((lw_slice){digits, count});
}

static size_t lw_digit_run(lw_slice cell, size_t at) {
    size_t end = at;
    while (end < cell.len && lw_digit(cell.data[end])) {
        end++;
    }
    return end - at;
}

/* The end of a number that begins at `at` in this grouping; 0 if it is not written so. */
static size_t lw_read_grouped(lw_slice cell, size_t at, const unsigned char grouping[5], char *digits, size_t *count) {
    char separator = '\0';
    *count = 0;
    for (size_t g = 0; g < 5 && grouping[g] > 0; g++) {
        if (g > 0) {
            if (at >= cell.len || (cell.data[at] != ' ' && cell.data[at] != '-') ||
                (separator != '\0' && cell.data[at] != separator)) {
                return 0;
            }
            separator = cell.data[at++];
        }
        if (lw_digit_run(cell, at) != grouping[g]) {
            return 0;
        }
        memcpy(digits + *count, cell.data + at, grouping[g]);
        *count += grouping[g];
        at += grouping[g];
    }
    return at;
}

static size_t lw_digit_run_before(lw_slice cell, size_t end) {
    size_t begin = end;
    while (begin > 0 && lw_digit(cell.data[begin - 1])) {
        begin--;
    }
    return end - begin;
}

static bool lw_decimal_sign(char c) {
    return c == '.' || c == ',';
}

/* Is it the fraction or the whole part of a decimal number ("42.35620196251576", also with a comma)? Two long numbers
 * with a comma between them are a list. */
static bool lw_in_decimal(lw_slice cell, size_t begin, size_t end) {
    size_t before = begin > 0 && lw_decimal_sign(cell.data[begin - 1]) ? lw_digit_run_before(cell, begin - 1) : 0;
    size_t after = end < cell.len && lw_decimal_sign(cell.data[end]) ? lw_digit_run(cell, end + 1) : 0;
    return (before > 0 && before < LW_CARD_DIGITS_MIN) || (after > 0 && after < LW_CARD_DIGITS_MIN);
}

/* "(21)" or "(414)" right before: an element of a GS1 code. */
static bool lw_after_application_identifier(lw_slice cell, size_t begin) {
    if (begin < 4 || cell.data[begin - 1] != ')') {
        return false;
    }
    size_t digits = 0;
    while (digits + 2 <= begin && lw_digit(cell.data[begin - 2 - digits])) {
        digits++;
    }
    return digits >= 2 && digits <= 4 && digits + 2 <= begin && cell.data[begin - 2 - digits] == '(';
}

static bool lw_card_stands_alone(lw_slice cell, size_t begin, size_t end, bool alone) {
    if (lw_word_after(cell, end) || lw_in_longer_number(cell, begin, end)) {
        return false;
    }
    return !alone || (!lw_in_decimal(cell, begin, end) && !lw_after_application_identifier(cell, begin));
}

/* The card number that begins at `at` with a run of digits whose left neighbour is no letter or digit. */
static bool lw_card_at(lw_slice cell, size_t at, size_t run, bool alone, lw_match *ret_match) {
    size_t end = at + run;
    if (run >= LW_CARD_DIGITS_MIN) {
        if (!lw_card_valid(cell.data + at, run, alone) || !lw_card_stands_alone(cell, at, end, alone)) {
            return false;
        }
        *ret_match = (lw_match){at, end};
        return true;
    }
    if ((run != 4 && run != 6) || end >= cell.len || (cell.data[end] != ' ' && cell.data[end] != '-')) {
        return false;
    }
    for (size_t i = 0; i < sizeof(groupings) / sizeof(groupings[0]); i++) {
        char digits[LW_CARD_DIGITS_MAX];
        size_t count = 0;
        end = lw_read_grouped(cell, at, groupings[i], digits, &count);
        if (end > 0 && lw_card_valid(digits, count, alone) && lw_card_stands_alone(cell, at, end, alone)) {
            *ret_match = (lw_match){at, end};
            return true;
        }
    }
    return false;
}

/* Runs of digits that cannot begin a number are passed in one step: most columns hold such. */
static bool lw_find_card_from(lw_slice cell, size_t from, bool alone, lw_match *ret_match) {
    for (size_t at = from; at + LW_CARD_DIGITS_MIN <= cell.len; at++) {
        if ((lw_byte_kinds[(unsigned char)cell.data[at]] & LW_BYTE_DIGIT) == 0) {
            continue;
        }
        size_t run = lw_digit_run(cell, at);
        bool possible = run == 4 || run == 6 || run >= LW_CARD_DIGITS_MIN;
        if (possible && !(lw_maybe_word_before(cell, at) && lw_word_before(cell, at)) &&
            lw_card_at(cell, at, run, alone, ret_match)) {
            return true;
        }
        at += run - 1;
    }
    return false;
}

bool lw_find_card(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match) {
    (void)keyword_near;
    return lw_find_card_from(cell, from, false, ret_match);
}

bool lw_find_card_alone(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match) {
    (void)keyword_near;
    return lw_find_card_from(cell, from, true, ret_match);
}
