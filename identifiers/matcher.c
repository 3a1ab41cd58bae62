/* The matcher: all matches of one identifier in the cells of one column, as fast as its pattern allows.
 *
 * An identifier has one or more patterns, each with an engine: a fixed shape (shape.c), a regular expression (regex.c)
 * or a finder made by hand (cards.c, phones.c). What an engine finds is a candidate. It becomes a match if no letter or
 * digit touches it (where the pattern asks for that) and its check agrees; else the search goes on one byte further.
 * A match that is a published sample or holds an ignore word is dropped, and the search goes on behind it.
 *
 * Of several patterns the leftmost match wins, then the longest. Matches do not overlap. While one cell is walked, each
 * pattern remembers the next candidate it has, so that a cell is searched once a pattern, not once a match. Two walks
 * over the same cell can go on side by side, one for each value of keyword_near.
 *
 * Of a long cell only some parts may matter: those beside a keyword, say. A part is cut at bytes that stand in no class
 * of the identifier's patterns. No match holds such a byte, so what is found on one side of it does not depend on what
 * is found on the other, and a walk over the part finds what a walk over the cell finds there. Checks see all of the
 * cell.
 *
 * Guarantees: results depend on the cell alone (and on whether the cells are lines). A cell that PCRE2 cannot decide
 * within its limits is reported, never passed over. One thread a matcher; regular expressions are compiled at their
 * first use.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

typedef enum lw_cursor_state { LW_CURSOR_STALE, LW_CURSOR_FOUND, LW_CURSOR_NONE } lw_cursor_state;

/* What a pattern knows of the current cell. */
typedef struct lw_cursor {
    lw_cursor_state state;
    lw_novelty novelty; /* of what is walked, for the regex */
    lw_match match;
} lw_cursor;

/* A pattern made ready to be searched for, at its first use: most identifiers of a set never meet a column they apply
 * to. One of shape and regex is set. */
typedef struct lw_prepared {
    lw_shape *shape;
    lw_regex *regex;
    unsigned specificity;
    unsigned min_digits; /* that each match has */
    int sign;            /* the sign that each match begins with, or -1 */
    lw_byte_class first; /* what a match can begin with */
    lw_byte_class bytes; /* what it can hold */
} lw_prepared;

/* Where the cells of an identifier may be cut. */
typedef struct lw_extent {
    bool known;
    bool whole;          /* nowhere */
    lw_byte_class bytes; /* not at these */
} lw_extent;

/* What is searched of a cell. */
typedef struct lw_view {
    lw_slice cell;
    lw_slice text; /* all of it, or a part */
    size_t offset; /* of text in cell */
} lw_view;

/* From match to match through one cell, by lw_matcher_next. */
typedef struct lw_walk {
    size_t identifier; /* SIZE_MAX: none */
    lw_slice cell;
    size_t begin, end;  /* the part of it */
    size_t last;        /* where the last match begins */
    uint64_t visit;     /* the cell it was in last, also when it has come to the end of a part */
    lw_cursor *cursors; /* by pattern of the set */
} lw_walk;

struct lw_matcher {
    const lw_identifier_set *set;
    lw_regex_runner *runner; /* made at the first regex */
    lw_prepared *prepared;   /* by pattern of the set */
    lw_extent *extents;      /* by identifier */
    uint64_t visit;          /* number of the cell that is walked */
    lw_walk walks[2];        /* without and with a keyword near */
    lw_index_hits keywords;  /* of the last text searched for keywords */
    lw_keyword_place *places;
    size_t places_cap;
    size_t last_pattern; /* of the set: the one that the last match fits */
    lw_evidence last_evidence;
    bool lines; /* cells are lines of plain text */
    /* digits of the cell counted last; forgotten when another cell may stand at the same place */
    lw_slice counted;
    unsigned counted_digits;
    lw_byte_class starts;
};

lw_status lw_matcher_new(const lw_identifier_set *set, lw_matcher **ret_matcher) {
    lw_matcher *matcher = calloc(1, sizeof(*matcher));
    if (matcher == NULL) {
        return LW_E_MEMORY;
    }
    matcher->set = set;
    matcher->prepared = calloc(set->pattern_count + 1, sizeof(*matcher->prepared));
    matcher->extents = calloc(set->count + 1, sizeof(*matcher->extents));
    bool complete = matcher->prepared != NULL && matcher->extents != NULL;
    for (size_t i = 0; i < 2; i++) {
        matcher->walks[i].identifier = SIZE_MAX;
        matcher->walks[i].cursors = calloc(set->pattern_count + 1, sizeof(*matcher->walks[i].cursors));
        complete = complete && matcher->walks[i].cursors != NULL;
    }
    if (!complete) {
        lw_matcher_free(matcher);
        return LW_E_MEMORY;
    }
    *ret_matcher = matcher;
    return LW_OK;
}

void lw_matcher_free(lw_matcher *matcher) {
    if (matcher == NULL) {
        return;
    }
    for (size_t i = 0; matcher->prepared != NULL && i < matcher->set->pattern_count; i++) {
        lw_regex_free(matcher->prepared[i].regex);
        free(matcher->prepared[i].shape);
    }
    lw_regex_runner_free(matcher->runner);
    lw_index_hits_done(&matcher->keywords);
    free(matcher->places);
    free(matcher->prepared);
    free(matcher->extents);
    free(matcher->walks[0].cursors);
    free(matcher->walks[1].cursors);
    lw_wipe(matcher, sizeof(*matcher));
    free(matcher);
}

void lw_matcher_lines(lw_matcher *matcher, bool lines) {
    matcher->lines = lines;
}

/* ---- one pattern ---- */

static lw_status lw_prepare_by(lw_matcher *matcher, const lw_pattern *pattern, const lw_regex_tree *tree,
                               lw_prepared *prepared) {
    lw_shape shape;
    lw_prefix prefix = lw_tree_prefix(tree);
    bool sign = prefix.len > 0 && lw_plain_character(prefix.text[0]) == '\0';
    prepared->first = lw_tree_first(tree);
    prepared->bytes = lw_tree_bytes(tree);
    prepared->specificity = lw_tree_specificity(tree);
    prepared->min_digits = tree->min_digits > pattern->digits ? tree->min_digits : pattern->digits;
    prepared->sign = sign ? (unsigned char)prefix.text[0] : -1;
    if (!lw_shape_make(tree, &shape)) {
        if (matcher->runner == NULL) {
            LW_TRY(lw_regex_runner_new(&matcher->runner));
        }
        return lw_regex_new(lw_slice_from(pattern->text), tree, false, &prepared->regex, NULL);
    }
    prepared->shape = malloc(sizeof(*prepared->shape));
    if (prepared->shape == NULL) {
        return LW_E_MEMORY;
    }
    *prepared->shape = shape;
    return LW_OK;
}

static lw_status lw_prepare(lw_matcher *matcher, const lw_pattern *pattern, size_t number, lw_prepared **ret_prepared) {
    lw_prepared *prepared = &matcher->prepared[number];
    *ret_prepared = prepared;
    if (prepared->shape != NULL || prepared->regex != NULL) {
        return LW_OK;
    }
    lw_regex_tree *read = NULL;
    if (pattern->tree == NULL) {
        LW_TRY(lw_regex_tree_new(lw_slice_from(pattern->text), &read, NULL));
    }
    lw_status status = lw_prepare_by(matcher, pattern, pattern->tree != NULL ? pattern->tree : read, prepared);
    free(read);
    return status;
}

static unsigned lw_count_digits(lw_slice text) {
    unsigned digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += (unsigned char)(text.data[i] - '0') < 10;
    }
    return digits;
}

static bool lw_ascii_word(char c) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/* The bytes at which a match can begin that no letter or digit may touch. Beyond ASCII every byte may be a sign. */
static void lw_note_starts(lw_slice cell, lw_byte_class *starts) {
    *starts = (lw_byte_class){0};
    bool before = false;
    for (size_t i = 0; i < cell.len; i++) {
        bool word = lw_ascii_word(cell.data[i]);
        if (!before || !word) {
            lw_class_add(starts, (unsigned char)cell.data[i]);
        }
        before = word;
    }
}

static bool lw_any_start(const lw_byte_class *starts, const lw_byte_class *first) {
    uint32_t any = 0;
    for (size_t i = 0; i < 8; i++) {
        any |= starts->bits[i] & first->bits[i];
    }
    return any != 0;
}

/* What costs less than a regular expression: has the cell the digits, the sign and the beginning that a match has? */
static bool lw_may_hold(lw_matcher *matcher, const lw_prepared *prepared, bool bounded, lw_slice cell) {
    if (prepared->sign >= 0 && memchr(cell.data, prepared->sign, cell.len) == NULL) {
        return false;
    }
    if (matcher->counted.data != cell.data || matcher->counted.len != cell.len) {
        matcher->counted = cell;
        matcher->counted_digits = lw_count_digits(cell);
        lw_note_starts(cell, &matcher->starts);
    }
    return matcher->counted_digits >= prepared->min_digits &&
           (!bounded || lw_any_start(&matcher->starts, &prepared->first));
}

/* A finder is not made ready, but what it finds is weighed by the form that it documents. */
static lw_status lw_weigh_finder(lw_matcher *matcher, const lw_pattern *pattern, size_t number) {
    lw_prepared *prepared = &matcher->prepared[number];
    lw_regex_tree *read = NULL;
    if (prepared->specificity > 0) {
        return LW_OK;
    }
    if (pattern->tree == NULL) {
        LW_TRY(lw_regex_tree_new(lw_slice_from(pattern->text), &read, NULL));
    }
    prepared->specificity = lw_tree_specificity(pattern->tree != NULL ? pattern->tree : read);
    free(read);
    return LW_OK;
}

/* The next text that fits the pattern, unchecked. LW_E_NOT_FOUND: none. */
static lw_status lw_next_candidate(lw_matcher *matcher, const lw_pattern *pattern, size_t number, const lw_view *view,
                                   size_t from, bool keyword_near, lw_match *ret_match) {
    if (pattern->engine == LW_ENGINE_FINDER) { /* is never asked for a part */
        bool found = pattern->finder(view->cell, from, keyword_near, ret_match);
        return found ? lw_weigh_finder(matcher, pattern, number) : LW_E_NOT_FOUND;
    }
    lw_prepared *prepared = NULL;
    LW_TRY(lw_prepare(matcher, pattern, number, &prepared));
    from -= view->offset;
    if (prepared->shape != NULL) {
        LW_TRY(lw_shape_find(prepared->shape, view->text, from, ret_match) ? LW_OK : LW_E_NOT_FOUND);
    } else {
        lw_cursor *cursor = &matcher->walks[keyword_near].cursors[number];
        lw_novelty novelty = cursor->novelty;
        if (novelty != LW_SAME_PART && !lw_may_hold(matcher, prepared, pattern->bounded, view->text)) {
            return LW_E_NOT_FOUND; /* and the regex has not seen the cell */
        }
        cursor->novelty = LW_SAME_PART;
        LW_TRY(
            lw_regex_find_in(prepared->regex, matcher->runner, view->text, view->cell.len, from, novelty, ret_match));
    }
    ret_match->begin += view->offset;
    ret_match->end += view->offset;
    return LW_OK;
}

/* Does nothing that a word is made of touch the match? An edge that is itself no letter or digit is free. */
static bool lw_match_bounded(lw_slice cell, const lw_match *match) {
    bool left = lw_word_before(cell, match->begin) && lw_word_after(cell, match->begin);
    bool right = lw_word_after(cell, match->end) && lw_word_before(cell, match->end);
    return !left && !right;
}

static bool lw_has_digits(const lw_candidate *candidate, unsigned wanted) {
    unsigned digits = 0;
    for (size_t i = candidate->begin; i < candidate->end && digits < wanted; i++) {
        digits += (unsigned char)(candidate->cell.data[i] - '0') < 10;
    }
    return digits >= wanted;
}

/* The next candidate at or after from that stands alone and passes its check. */
static lw_status lw_next_of_pattern(lw_matcher *matcher, const lw_pattern *pattern, size_t number, const lw_view *view,
                                    size_t from, bool keyword_near, lw_match *ret_match) {
    lw_slice cell = view->cell;
    for (;;) {
        lw_match match = {0};
        LW_TRY(lw_next_candidate(matcher, pattern, number, view, from, keyword_near, &match));
        lw_candidate candidate = {cell, match.begin, match.end, matcher->set->today, matcher->lines, keyword_near};
        bool stands = !pattern->bounded || pattern->engine == LW_ENGINE_FINDER || lw_match_bounded(cell, &match);
        stands = stands && (pattern->digits == 0 || lw_has_digits(&candidate, pattern->digits));
        if (stands && (pattern->check == NULL || pattern->check(&candidate))) {
            *ret_match = match;
            return LW_OK;
        }
        from = match.begin + 1;
    }
}

/* ---- one identifier ---- */

static void lw_cursors_reset(lw_matcher *matcher, const lw_definition *definition, bool keyword_near) {
    lw_cursor *cursors = matcher->walks[keyword_near].cursors;
    matcher->counted = (lw_slice){0};
    memset(cursors + definition->first_pattern, 0, definition->pattern_count * sizeof(*cursors));
}

static bool lw_match_better(const lw_match *a, const lw_match *b) {
    return a->begin < b->begin || (a->begin == b->begin && a->end > b->end);
}

/* Documentation of a finder, or a form that needs a keyword where none is. */
static bool lw_pattern_is_idle(const lw_definition *definition, const lw_pattern *pattern, bool keyword_near) {
    return pattern->engine == LW_ENGINE_NONE ||
           (definition->public_.proximity == LW_PROXIMITY_CONDITIONAL && pattern->engine != LW_ENGINE_FINDER &&
            !keyword_near && !pattern->alone);
}

/* The leftmost match of all patterns at or after from, sample values and ignore words not yet dropped. */
static lw_status lw_next_of_all(lw_matcher *matcher, const lw_definition *definition, const lw_view *view, size_t from,
                                bool keyword_near, lw_match *ret_match) {
    lw_status result = LW_E_NOT_FOUND;
    for (size_t i = 0; i < definition->pattern_count; i++) {
        size_t number = definition->first_pattern + i;
        lw_cursor *cursor = &matcher->walks[keyword_near].cursors[number];
        if (lw_pattern_is_idle(definition, &definition->patterns[i], keyword_near)) {
            continue;
        }
        if (cursor->state == LW_CURSOR_STALE || (cursor->state == LW_CURSOR_FOUND && cursor->match.begin < from)) {
            lw_status status =
                lw_next_of_pattern(matcher, &definition->patterns[i], number, view, from, keyword_near, &cursor->match);
            if (status != LW_OK && status != LW_E_NOT_FOUND) {
                return status;
            }
            cursor->state = status == LW_OK ? LW_CURSOR_FOUND : LW_CURSOR_NONE;
        }
        if (cursor->state == LW_CURSOR_FOUND && (result != LW_OK || lw_match_better(&cursor->match, ret_match))) {
            *ret_match = cursor->match;
            result = LW_OK;
            matcher->last_pattern = number;
            matcher->last_evidence = definition->patterns[i].evidence;
        }
        if (result == LW_OK && ret_match->begin == from && ret_match->end == view->cell.len) {
            break; /* the whole cell: nothing can be further left or longer */
        }
    }
    return result;
}

static int lw_compare_to_text(const void *key, const void *item) {
    return lw_slice_compare(*(const lw_slice *)key, lw_slice_from(*(char *const *)item));
}

static bool lw_is_never_reported(const lw_definition *definition, lw_slice text) {
    char plain[64];
    size_t len = 0;
    const lw_strings *list = &definition->never_reported;
    for (size_t i = 0; list->count > 0 && i < text.len; i++) {
        char c = lw_plain_character(text.data[i]);
        if (c == '\0') {
            continue;
        }
        if (len == sizeof(plain)) {
            return false;
        }
        plain[len++] = c;
    }
    lw_slice key = {plain, len};
    return len > 0 && bsearch(&key, list->items, list->count, sizeof(*list->items), lw_compare_to_text) != NULL;
}

static bool lw_is_dropped(const lw_definition *definition, lw_slice text) {
    for (size_t i = 0; i < definition->ignore_words.count; i++) {
        const char *word = definition->ignore_words.items[i];
        if (memmem(text.data, text.len, word, strlen(word)) != NULL) {
            return true;
        }
    }
    return lw_is_never_reported(definition, text) || lw_allow_drops(definition->allow, text);
}

/* The next match; the cursors speak of this cell. */
static lw_status lw_next_match(lw_matcher *matcher, const lw_definition *definition, const lw_view *view, size_t from,
                               bool keyword_near, lw_match *ret_match) {
    for (;;) {
        lw_match match = {0};
        LW_TRY(lw_next_of_all(matcher, definition, view, from, keyword_near, &match));
        if (!lw_is_dropped(definition, (lw_slice){view->cell.data + match.begin, match.end - match.begin})) {
            *ret_match = match;
            return LW_OK;
        }
        from = match.end;
    }
}

static bool lw_same_place(lw_slice a, lw_slice b) {
    return a.data == b.data && a.len == b.len;
}

static bool lw_in_part(const lw_walk *walk, lw_slice cell, const lw_cell_part *part) {
    return lw_same_place(walk->cell, cell) && walk->begin == part->begin && walk->end == part->end;
}

/* The other walk may go on if it goes through the same part: the two share what the gates found. At the begin of its
 * first part the cell is new, even if its place is not. */
static void lw_forget_other_walk(lw_matcher *matcher, bool keyword_near, size_t from, lw_slice cell,
                                 const lw_cell_part *part) {
    lw_walk *other = &matcher->walks[!keyword_near];
    if (from == part->begin || !lw_in_part(other, cell, part)) {
        other->identifier = SIZE_MAX;
    }
}

static void lw_walk_begins(lw_matcher *matcher, const lw_definition *definition, bool keyword_near, bool further) {
    lw_walk *walk = &matcher->walks[keyword_near];
    bool known = further && walk->visit == matcher->visit;
    lw_cursor *cursors = walk->cursors + definition->first_pattern;
    for (size_t i = 0; i < definition->pattern_count; i++) {
        bool searched = known && cursors[i].novelty != LW_NEW_CELL;
        cursors[i] = (lw_cursor){.novelty = searched ? LW_NEW_PART : LW_NEW_CELL};
    }
    matcher->counted = (lw_slice){0};
    walk->visit = matcher->visit;
}

lw_status lw_matcher_next_in(lw_matcher *matcher, size_t identifier, lw_slice cell, const lw_cell_part *part,
                             size_t from, bool keyword_near, lw_match *ret_match) {
    const lw_definition *definition = &matcher->set->definitions[identifier];
    lw_walk *walk = &matcher->walks[keyword_near];
    bool same_walk = walk->identifier == identifier && lw_in_part(walk, cell, part) && from > walk->last;
    if (!same_walk) {
        matcher->visit += !part->further && from == part->begin;
        lw_walk_begins(matcher, definition, keyword_near, part->further);
        lw_forget_other_walk(matcher, keyword_near, from, cell, part);
    }
    walk->identifier = SIZE_MAX;
    if (part->end - part->begin < definition->public_.min_match) {
        return LW_E_NOT_FOUND;
    }
    lw_view view = {cell, {cell.data + part->begin, part->end - part->begin}, part->begin};
    LW_TRY(lw_next_match(matcher, definition, &view, from, keyword_near, ret_match));
    walk->identifier = identifier;
    walk->cell = cell;
    walk->begin = part->begin;
    walk->end = part->end;
    walk->last = ret_match->begin;
    return LW_OK;
}

lw_status lw_matcher_next(lw_matcher *matcher, size_t identifier, lw_slice cell, size_t from, bool keyword_near,
                          lw_match *ret_match) {
    lw_cell_part whole = {0, cell.len, false};
    return lw_matcher_next_in(matcher, identifier, cell, &whole, from, keyword_near, ret_match);
}

/* ---- parts ---- */

/* A finder says nothing of the bytes it looks at. A newline is kept: \Z looks behind the last one of a text. */
static lw_status lw_extent_find(lw_matcher *matcher, const lw_definition *definition, lw_extent *extent) {
    lw_extent found = {.known = true};
    lw_class_add(&found.bytes, '\n');
    for (size_t i = 0; i < definition->pattern_count && !found.whole; i++) {
        lw_prepared *prepared = NULL;
        if (definition->patterns[i].engine != LW_ENGINE_PATTERN) {
            found.whole = true;
            break;
        }
        LW_TRY(lw_prepare(matcher, &definition->patterns[i], definition->first_pattern + i, &prepared));
        for (size_t k = 0; k < 8; k++) {
            found.bytes.bits[k] |= prepared->bytes.bits[k] | (k >= 4 ? UINT32_MAX : 0);
        }
    }
    *extent = found;
    return LW_OK;
}

lw_status lw_matcher_part(lw_matcher *matcher, size_t identifier, lw_slice cell, size_t begin, size_t end,
                          lw_cell_part *ret_part) {
    lw_extent *extent = &matcher->extents[identifier];
    if (!extent->known) {
        LW_TRY(lw_extent_find(matcher, &matcher->set->definitions[identifier], extent));
    }
    if (extent->whole) {
        *ret_part = (lw_cell_part){0, cell.len, false};
        return LW_OK;
    }
    while (begin > 0 && lw_class_has(&extent->bytes, (unsigned char)cell.data[begin])) {
        begin--;
    }
    while (end < cell.len && lw_class_has(&extent->bytes, (unsigned char)cell.data[end])) {
        end++;
    }
    *ret_part = (lw_cell_part){begin, end < cell.len ? end + 1 : cell.len, false};
    return LW_OK;
}

/* ---- columns ---- */

static lw_slice lw_cell_at(const lw_cells *cells, size_t index) {
    return (lw_slice){cells->text + cells->begin[index], cells->end[index] - cells->begin[index]};
}

/* A single pattern, neither checked nor filtered: if it is a shape, that is the way of most custom identifiers, and the
 * fastest. */
static bool lw_is_plain(const lw_definition *definition) {
    const lw_pattern *pattern = definition->patterns;
    return definition->pattern_count == 1 && pattern->engine == LW_ENGINE_PATTERN && pattern->check == NULL &&
           !pattern->bounded && pattern->digits == 0 && definition->ignore_words.count == 0 &&
           definition->never_reported.count == 0 && definition->allow == NULL;
}

/* Finders check all there is to check themselves, and need no memory of the cell. */
static uint32_t lw_finder_count(const lw_definition *definition, lw_slice cell, bool keyword_near) {
    uint32_t count = 0;
    lw_match match = {0};
    while (definition->patterns[0].finder(cell, match.end, keyword_near, &match)) {
        count += !lw_is_dropped(definition, (lw_slice){cell.data + match.begin, match.end - match.begin});
    }
    return count;
}

static lw_status lw_cell_count(lw_matcher *matcher, const lw_definition *definition, lw_slice cell, bool keyword_near,
                               uint32_t *ret_count) {
    uint32_t count = 0;
    lw_match match = {0};
    lw_status status = LW_OK;
    if (definition->patterns[0].engine == LW_ENGINE_FINDER) {
        *ret_count = lw_finder_count(definition, cell, keyword_near);
        return LW_OK;
    }
    lw_view view = {cell, cell, 0};
    lw_cursors_reset(matcher, definition, keyword_near);
    while (status == LW_OK) {
        status = lw_next_match(matcher, definition, &view, match.end, keyword_near, &match);
        count += status == LW_OK;
    }
    *ret_count = count;
    return status == LW_E_NOT_FOUND ? LW_OK : status;
}

lw_status lw_matcher_column(lw_matcher *matcher, size_t identifier, const lw_cells *cells, bool keyword_near,
                            lw_hit *hits, size_t *ret_hit_count) {
    const lw_definition *definition = &matcher->set->definitions[identifier];
    lw_status result = LW_OK;
    size_t hit_count = 0;
    matcher->walks[0].identifier = SIZE_MAX;
    matcher->walks[1].identifier = SIZE_MAX;
    if (lw_is_plain(definition)) {
        lw_prepared *prepared = NULL;
        LW_TRY(lw_prepare(matcher, definition->patterns, definition->first_pattern, &prepared));
        if (prepared->shape != NULL) {
            *ret_hit_count = lw_shape_column(prepared->shape, cells, hits);
            return LW_OK;
        }
    }
    for (size_t i = 0; i < cells->count; i++) {
        lw_slice cell = lw_cell_at(cells, i);
        if (cell.len < definition->public_.min_match) {
            continue;
        }
        uint32_t count = 0;
        lw_status status = lw_cell_count(matcher, definition, cell, keyword_near, &count);
        if (status == LW_E_REGEX_LIMIT) {
            result = status; /* the cell is undecided; the matches found in it before are not claimed */
            continue;
        }
        if (status != LW_OK) {
            return status;
        }
        hits[hit_count] = (lw_hit){(uint32_t)i, count};
        hit_count += count > 0;
    }
    *ret_hit_count = hit_count;
    return result;
}

/* ---- keywords, strength ---- */

static bool lw_hexadecimal(char c) {
    char lower = (char)(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
}

/* Does a digit or another a-f touch the keyword? */
static bool lw_in_hexadecimal(lw_slice text, const lw_index_hit *hit) {
    return (hit->begin > 0 && lw_hexadecimal(text.data[hit->begin - 1])) ||
           (hit->end < text.len && lw_hexadecimal(text.data[hit->end]));
}

lw_status lw_matcher_keywords(lw_matcher *matcher, lw_slice text, const uint64_t *starts,
                              const lw_keyword_place **ret_places, size_t *ret_count) {
    lw_index_hits *hits = &matcher->keywords;
    const lw_keyword_index *index = matcher->set->index;
    LW_TRY(starts != NULL ? lw_keyword_index_find_at(index, text, *starts, hits)
                          : lw_keyword_index_find(index, text, hits));
    if (hits->count > matcher->places_cap) {
        lw_keyword_place *grown = realloc(matcher->places, hits->cap * sizeof(*grown));
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        matcher->places = grown;
        matcher->places_cap = hits->cap;
    }
    size_t count = 0;
    for (size_t i = 0; i < hits->count; i++) {
        const lw_index_hit *hit = &hits->items[i];
        if (!hit->entry->hex || !lw_in_hexadecimal(text, hit)) {
            matcher->places[count++] = (lw_keyword_place){hit->begin, hit->end, &hit->entry->identifiers};
        }
    }
    *ret_places = matcher->places;
    *ret_count = count;
    return LW_OK;
}

lw_match_strength lw_matcher_strength(const lw_matcher *matcher) {
    return (lw_match_strength){(unsigned)matcher->last_evidence, matcher->prepared[matcher->last_pattern].specificity};
}
