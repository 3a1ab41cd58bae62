/* Text for terminals.
 *
 * Object keys, column names and identifier names come from outside and may hold anything. On a terminal an escape
 * sequence could hide or forge lines, a bidirectional override could make one name look like another. So everything
 * printed goes through lw_display_append once; after that, a character is one or two columns wide and none moves the
 * cursor. Widths follow East Asian Width for the common blocks and need no locale.
 */
#include "findings/findings_priv.h"

/* Length and first bits of a sequence by its lead byte; 0: not a lead. */
static size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

int32_t lw_display_next(lw_slice text, size_t *position) {
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t at = (*position)++;
    unsigned char lead = (unsigned char)text.data[at];
    size_t length = sequence_length(lead);
    if (length <= 1) {
        return length == 1 ? lead : -1;
    }
    if (text.len - at < length) {
        return -1;
    }
    int32_t character = lead & (0x7F >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)text.data[at + i];
        if ((byte & 0xC0) != 0x80) {
            return -1;
        }
        character = character << 6 | (byte & 0x3F);
    }
    if (character < least[length] || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
        return -1;
    }
    *position = at + length;
    return character;
}

typedef struct range {
    int32_t first, last;
} range;

static bool in_ranges(int32_t character, const range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* Controls, bidirectional marks and overrides, separators of lines, characters without a shape, tags, private use. */
static bool is_unsafe(int32_t character) {
    static const range unsafe[] = {{0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},     {0x61C, 0x61C},
                                   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F}, {0x200B, 0x200F},
                                   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164}, {0xE000, 0xF8FF},
                                   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
                                   {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}};
    return character < 0 || in_ranges(character, unsafe, sizeof unsafe / sizeof unsafe[0]);
}

/* Bytes from position on that are printable ASCII: nearly all of what is shown, one column each. */
static size_t plain_run(lw_slice text, size_t position) {
    size_t at = position;
    while (at < text.len && text.data[at] >= ' ' && text.data[at] <= '~') {
        at++;
    }
    return at - position;
}

lw_status lw_display_append(lw_slice text, lw_buf *out) {
    for (size_t position = 0; position < text.len;) {
        size_t plain = plain_run(text, position);
        if (plain > 0) {
            LW_TRY(lw_buf_append(out, text.data + position, plain));
            position += plain;
            continue;
        }
        size_t begin = position;
        if (is_unsafe(lw_display_next(text, &position))) {
            LW_TRY(lw_buf_append_char(out, '?'));
        } else {
            LW_TRY(lw_buf_append(out, text.data + begin, position - begin));
        }
    }
    return LW_OK;
}

static size_t character_width(int32_t character) {
    static const range none[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},  {0x64B, 0x65F},
                                 {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};
    static const range wide[] = {{0x1100, 0x115E},  {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},
                                 {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                 {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                                 {0x20000, 0x3FFFD}};
    if (character < 0x300) {
        return 1;
    }
    if (in_ranges(character, none, sizeof none / sizeof none[0])) {
        return 0;
    }
    return in_ranges(character, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

size_t lw_display_width(lw_slice text) {
    size_t width = plain_run(text, 0);
    for (size_t position = width; position < text.len;) {
        width += character_width(lw_display_next(text, &position));
    }
    return width;
}

size_t lw_display_fit(lw_slice text, size_t width) {
    size_t used = 0;
    size_t fits = 0; /* bytes that fit */
    size_t good = 0; /* bytes up to the last good break among them */
    size_t good_used = 0;
    while (fits < text.len) {
        size_t position = fits;
        int32_t character = lw_display_next(text, &position);
        used += character_width(character);
        if (used > width && fits > 0) {
            return good_used * 2 >= width ? good : fits; /* a break that would leave half a line is not good */
        }
        fits = position;
        if (character == '/' || character == ' ' || character == '-' || character == '_') {
            good = fits;
            good_used = used;
        }
    }
    return text.len;
}
