/* Characters as words see them (words.c). */
#ifndef LW_IDENTIFIERS_WORDS_PRIV_H
#define LW_IDENTIFIERS_WORDS_PRIV_H

#include "base/base.h"

typedef enum lw_character_kind {
    LW_CHARACTER_NONE, /* the text begins or ends here */
    LW_CHARACTER_OTHER,
    LW_CHARACTER_DIGIT,
    LW_CHARACTER_LOWER,
    LW_CHARACTER_UPPER,
    LW_CHARACTER_LETTER /* without case, or its case is not known here */
} lw_character_kind;

lw_character_kind lw_character_before(lw_slice text, size_t at); /* of the character that ends at `at` */
lw_character_kind lw_character_after(lw_slice text, size_t at);  /* of the character that begins at `at` */

static inline bool lw_character_is_letter(lw_character_kind kind) {
    return kind >= LW_CHARACTER_LOWER;
}

/* By byte, for the finders' inner loops: 1 an ASCII digit, 2 a byte that may be a letter or digit, or part of one. */
extern const uint8_t lw_byte_kinds[256];
#define LW_BYTE_DIGIT 1U
#define LW_BYTE_WORD 2U

/* May a word end right before `at`? If so, lw_word_before knows. */
static inline bool lw_maybe_word_before(lw_slice text, size_t at) {
    return at > 0 && (lw_byte_kinds[(unsigned char)text.data[at - 1]] & LW_BYTE_WORD) != 0;
}

#endif
