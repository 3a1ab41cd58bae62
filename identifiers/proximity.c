/* How near a keyword must stand to a match in the same value: one rule for the scanner and for `identifiers test`. */
#include "identifiers/identifiers.h"

static size_t characters_between(lw_slice text, size_t begin, size_t end) {
    return lw_utf8_count((lw_slice){text.data + begin, end - begin});
}

/* Characters are never more than bytes, so most answers need no counting. */
static bool within(lw_slice text, size_t begin, size_t end, size_t distance) {
    if (end - begin <= distance) {
        return true;
    }
    return end - begin <= distance * 4 && characters_between(text, begin, end) <= distance;
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
