/* Marks: memory, and the places where matches can begin that need no keyword. */
#include <stdlib.h>

#include "scanner/marks_priv.h"

void lw_marks_init(lw_marks *marks, const lw_identifier_set *set) {
    *marks = (lw_marks){.set = set};
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        lw_anchor anchor = lw_identifier_set_at(set, i)->anchor;
        if (anchor == LW_ANCHOR_IBAN || anchor == LW_ANCHOR_PHONE || anchor == LW_ANCHOR_CARD) {
            marks->kinds |= 1U << anchor;
        }
    }
}

void lw_marks_done(lw_marks *marks) {
    free(marks->digit);
    free(marks->word);
    free(marks->run);
    free(marks->places);
    *marks = (lw_marks){0};
}

lw_status lw_marks_reserve(lw_marks *marks, size_t len) {
    size_t words = (len + 63) / 64 + 2;
    if (words <= marks->cap) {
        return LW_OK;
    }
    free(marks->digit);
    free(marks->word);
    free(marks->run);
    marks->cap = words + words / 2;
    marks->digit = malloc(marks->cap * sizeof *marks->digit);
    marks->word = malloc(marks->cap * sizeof *marks->word);
    marks->run = malloc(marks->cap * sizeof *marks->run);
    if (marks->digit == NULL || marks->word == NULL || marks->run == NULL) {
        marks->cap = 0;
        return LW_E_MEMORY;
    }
    return LW_OK;
}

static lw_status add_place(lw_marks *marks, lw_anchor_place place) {
    if (marks->place_count == marks->place_cap) {
        size_t cap = marks->place_cap == 0 ? 256 : marks->place_cap * 2;
        lw_anchor_place *grown = realloc(marks->places, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        marks->places = grown;
        marks->place_cap = cap;
    }
    marks->places[marks->place_count++] = place;
    return LW_OK;
}

lw_status lw_marks_add(lw_marks *marks, size_t base, uint64_t places, lw_anchor kind) {
    for (; places != 0; places &= places - 1) {
        uint32_t offset = (uint32_t)base + (uint32_t)__builtin_ctzll(places);
        LW_TRY(add_place(marks, (lw_anchor_place){offset, 0, (uint16_t)kind}));
    }
    return LW_OK;
}

static bool letter_or_digit(char c) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

#define IBAN_SHORTEST 15

/* Written in one piece, or in groups of four? */
static bool goes_on_as_iban(const char *text, size_t len, size_t at) {
    if (len - at < IBAN_SHORTEST) {
        return false;
    }
    char joint = text[at + 4];
    bool grouped = joint == ' ' || joint == '-';
    size_t count = grouped ? 9 : IBAN_SHORTEST;
    for (size_t i = grouped ? 5 : 4; i < count; i++) {
        if (!letter_or_digit(text[at + i])) {
            return false;
        }
    }
    return !grouped || text[at + 9] == joint;
}

lw_status lw_marks_iban(lw_marks *marks, const char *text, size_t len, size_t base, uint64_t candidates) {
    for (; candidates != 0; candidates &= candidates - 1) {
        size_t at = base + (size_t)__builtin_ctzll(candidates);
        size_t identifier = 0;
        if (goes_on_as_iban(text, len, at) &&
            lw_identifier_set_iban(marks->set, text[at], text[at + 1], &identifier)) {
            LW_TRY(add_place(marks, (lw_anchor_place){(uint32_t)at, (uint16_t)identifier, LW_ANCHOR_IBAN}));
        }
    }
    return LW_OK;
}
