/* How near a keyword must stand to a match in the same value: one rule for the scanner and for `identifiers test`. */
#include <string.h>

#include "identifiers/identifiers.h"

static bool eight_plain(const char *at) {
    uint64_t eight = 0;
    memcpy(&eight, at, sizeof(eight));
    return (eight & UINT64_C(0x8080808080808080)) == 0;
}

/* Behind the run of bytes beyond ASCII at begin, or behind the ASCII character there. */
static size_t next_run(lw_slice text, size_t begin, size_t end) {
    size_t at = begin + 1;
    while (((unsigned char)text.data[begin] & 0x80U) != 0 && at < end && ((unsigned char)text.data[at] & 0x80U) != 0) {
        at++;
    }
    return at;
}

/* Are there at most so many characters in text[begin, end)? Counts no further than that: a text of keywords without end
 * asks for every pair of keyword and match. A character lies within ASCII, or in a run of bytes beyond. */
static bool at_most(lw_slice text, size_t begin, size_t end, size_t distance) {
    size_t count = 0;
    while (begin < end && count <= distance) {
        if (end - begin >= 8 && eight_plain(text.data + begin)) {
            count += 8;
            begin += 8;
            continue;
        }
        size_t next = next_run(text, begin, end);
        count += lw_utf8_count((lw_slice){text.data + begin, next - begin});
        begin = next;
    }
    return count <= distance;
}

/* Characters are never more than bytes, so most answers need no counting. */
static bool within(lw_slice text, size_t begin, size_t end, size_t distance) {
    if (end - begin <= distance) {
        return true;
    }
    return end - begin <= distance * 4 && at_most(text, begin, end, distance);
}

bool lw_keyword_near(const lw_identifier *identifier, lw_slice text, size_t keyword_begin, size_t keyword_end,
                     const lw_match *match) {
    if (keyword_end <= match->begin) {
        size_t to = identifier->proximity == LW_PROXIMITY_BEFORE ? match->end : match->begin;
        return within(text, keyword_end, to, identifier->distance);
    }
    return identifier->proximity != LW_PROXIMITY_BEFORE && match->end <= keyword_begin &&
           within(text, match->end, keyword_begin, identifier->distance);
}
