/* Characters as words see them: letters, digits and what stands between. Used for the neighbours of a match and for
 * keywords. Text is UTF-8 with possible faults; a byte that is part of no character counts as a letter, so that a match
 * in the middle of binary rubbish is not taken for one that stands alone. */
#include "identifiers/words_priv.h"

#include "identifiers/identifiers_priv.h"

#define LW_WORD_ROW 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2

const uint8_t lw_byte_kinds[256] = {
    ['0'] = 3,   ['1'] = 3,   ['2'] = 3,   ['3'] = 3,   ['4'] = 3,   ['5'] = 3,   ['6'] = 3,
    ['7'] = 3,   ['8'] = 3,   ['9'] = 3,   ['A'] = 2,   ['B'] = 2,   ['C'] = 2,   ['D'] = 2,
    ['E'] = 2,   ['F'] = 2,   ['G'] = 2,   ['H'] = 2,   ['I'] = 2,   ['J'] = 2,   ['K'] = 2,
    ['L'] = 2,   ['M'] = 2,   ['N'] = 2,   ['O'] = 2,   ['P'] = 2,   ['Q'] = 2,   ['R'] = 2,
    ['S'] = 2,   ['T'] = 2,   ['U'] = 2,   ['V'] = 2,   ['W'] = 2,   ['X'] = 2,   ['Y'] = 2,
    ['Z'] = 2,   ['a'] = 2,   ['b'] = 2,   ['c'] = 2,   ['d'] = 2,   ['e'] = 2,   ['f'] = 2,
    ['g'] = 2,   ['h'] = 2,   ['i'] = 2,   ['j'] = 2,   ['k'] = 2,   ['l'] = 2,   ['m'] = 2,
    ['n'] = 2,   ['o'] = 2,   ['p'] = 2,   ['q'] = 2,   ['r'] = 2,   ['s'] = 2,   ['t'] = 2,
    ['u'] = 2,   ['v'] = 2,   ['w'] = 2,   ['x'] = 2,   ['y'] = 2,   ['z'] = 2,   [0x80] = LW_WORD_ROW,
    LW_WORD_ROW, LW_WORD_ROW, LW_WORD_ROW, LW_WORD_ROW, LW_WORD_ROW, LW_WORD_ROW, LW_WORD_ROW};

static bool lw_continuation(unsigned char byte) {
    return (byte & 0xC0U) == 0x80U;
}

/* Decodes [begin, end) as one character; 0xFFFD if it is none. */
static uint32_t lw_decode(lw_slice text, size_t begin, size_t end) {
    const unsigned char *bytes = (const unsigned char *)text.data + begin;
    size_t len = end - begin;
    if (len == 2 && bytes[0] >= 0xC2 && bytes[0] < 0xE0) {
        return ((bytes[0] & 0x1FU) << 6) | (bytes[1] & 0x3FU);
    }
    if (len == 3 && bytes[0] >= 0xE0 && bytes[0] < 0xF0) {
        return ((bytes[0] & 0x0FU) << 12) | ((bytes[1] & 0x3FU) << 6) | (bytes[2] & 0x3FU);
    }
    if (len == 4 && bytes[0] >= 0xF0) {
        return ((bytes[0] & 0x07U) << 18) | ((bytes[1] & 0x3FU) << 12) | ((bytes[2] & 0x3FU) << 6) | (bytes[3] & 0x3FU);
    }
    return len == 1 && bytes[0] < 0x80 ? bytes[0] : 0xFFFDU;
}

static lw_character_kind lw_kind_beyond_ascii(uint32_t character) {
    if (character < 0xC0) { /* Latin-1 signs; a few of them are letters */
        return character == 0xAA || character == 0xB5 || character == 0xBA ? LW_CHARACTER_LETTER : LW_CHARACTER_OTHER;
    }
    if (character < 0x100) {
        if (character == 0xD7 || character == 0xF7) {
            return LW_CHARACTER_OTHER;
        }
        return character < 0xDF ? LW_CHARACTER_UPPER : LW_CHARACTER_LOWER;
    }
    bool sign = (character >= 0x2000 && character <= 0x206F) || (character >= 0x20A0 && character <= 0x20CF) ||
                (character >= 0x2190 && character <= 0x2BFF) || (character >= 0x3000 && character <= 0x303F) ||
                (character >= 0xFF00 && character <= 0xFF0F) || character == 0xFEFF || character >= 0x1F000;
    return sign ? LW_CHARACTER_OTHER : LW_CHARACTER_LETTER;
}

static lw_character_kind lw_kind(uint32_t character) {
    if (character >= 'a' && character <= 'z') {
        return LW_CHARACTER_LOWER;
    }
    if (character >= 'A' && character <= 'Z') {
        return LW_CHARACTER_UPPER;
    }
    if (character >= '0' && character <= '9') {
        return LW_CHARACTER_DIGIT;
    }
    return character < 0x80 ? LW_CHARACTER_OTHER : lw_kind_beyond_ascii(character);
}

lw_character_kind lw_character_before(lw_slice text, size_t at) {
    if (at == 0) {
        return LW_CHARACTER_NONE;
    }
    size_t begin = at - 1;
    while (begin > 0 && at - begin < 4 && lw_continuation((unsigned char)text.data[begin])) {
        begin--;
    }
    return lw_kind(lw_decode(text, begin, at));
}

lw_character_kind lw_character_after(lw_slice text, size_t at) {
    if (at >= text.len) {
        return LW_CHARACTER_NONE;
    }
    size_t end = at + 1;
    while (end < text.len && end - at < 4 && lw_continuation((unsigned char)text.data[end])) {
        end++;
    }
    return lw_kind(lw_decode(text, at, end));
}

bool lw_word_before(lw_slice text, size_t at) {
    lw_character_kind kind = lw_character_before(text, at);
    return kind != LW_CHARACTER_NONE && kind != LW_CHARACTER_OTHER;
}

bool lw_word_after(lw_slice text, size_t at) {
    lw_character_kind kind = lw_character_after(text, at);
    return kind != LW_CHARACTER_NONE && kind != LW_CHARACTER_OTHER;
}

static bool lw_digit_at(lw_slice text, size_t at) {
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

bool lw_in_longer_number(lw_slice text, size_t begin, size_t end) {
    bool before =
        begin >= 2 && (text.data[begin - 1] == '-' || text.data[begin - 1] == '.') && lw_digit_at(text, begin - 2);
    bool after = end < text.len && (text.data[end] == '-' || text.data[end] == '.') && lw_digit_at(text, end + 1);
    return before || after;
}
