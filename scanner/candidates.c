/* Candidates: the few cells of a block in which something may stand without its column saying so.
 *
 * Three sources, each in the order of the text: literals found in all text (keywords of custom and of a few managed
 * identifiers, and the texts that keys and headers begin with), gated cells (letters of a word, and digits or a long
 * run: only there can a keyword stand beside a managed match), and places where a match can begin (account numbers,
 * telephone numbers, cards). They are merged cell by cell; each cell is judged once for all identifiers that it may
 * hold.
 *
 * Guarantees: what a run over all cells with all keywords would find is found. Cells without candidates cost some bits
 * in passing.
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

void lw_candidates_init(lw_candidates *candidates, const lw_identifier_set *set) {
    *candidates = (lw_candidates){.run_search = lw_search_choose(), .run_marks = lw_marks_choose()};
    lw_marks_init(&candidates->marks, set);
    candidates->gated_length = SIZE_MAX;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        const lw_identifier *identifier = lw_identifier_set_at(set, i);
        if (lw_bits_test(lw_identifier_set_gated(set), i) && identifier->min_keyword > 0) {
            size_t length = identifier->min_match + identifier->min_keyword;
            candidates->any_gated = true;
            candidates->gated_length = length < candidates->gated_length ? length : candidates->gated_length;
        }
    }
}

void lw_candidates_done(lw_candidates *candidates) {
    lw_search_free(candidates->search);
    lw_marks_done(&candidates->marks);
    free(candidates->hits.items);
    free(candidates->gated);
    free(candidates->keywords);
    free(candidates->judged);
}

/* ---- cells judged here that runs must leave out ---- */

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t judged_key(size_t identifier, uint32_t cell) {
    return (uint64_t)identifier << 32 | cell;
}

static lw_status remember_judged(lw_candidates *candidates, uint64_t key) {
    if (candidates->judged_count == candidates->judged_cap) {
        size_t cap = candidates->judged_cap == 0 ? 64 : candidates->judged_cap * 2;
        uint64_t *grown = realloc(candidates->judged, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        candidates->judged = grown;
        candidates->judged_cap = cap;
    }
    candidates->judged[candidates->judged_count++] = key;
    return LW_OK;
}

bool lw_was_judged(const lw_scanner *scanner, size_t identifier, uint32_t cell) {
    const lw_candidates *candidates = &scanner->candidates;
    uint64_t key = judged_key(identifier, cell);
    return candidates->judged_count > 0 &&
           bsearch(&key, candidates->judged, candidates->judged_count, sizeof key, compare_u64) != NULL;
}

/* ---- where a cell is ---- */

/* Index of the first entry that is not less than value; ascending arrays. */
static uint32_t lower_bound(const uint32_t *items, uint32_t count, uint32_t value) {
    uint32_t low = 0;
    while (count > 0) {
        uint32_t half = count / 2;
        if (items[low + half] < value) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

/* The record whose first cell is the last one at or before this cell; blank lines share that index. */
static uint32_t record_of(const lw_block *block, uint32_t cell) {
    return lower_bound(block->record_cell, block->record_count + 1, cell + 1) - 1;
}

/* The cell (index in the block) that holds text[offset], or UINT32_MAX between cells. */
static uint32_t cell_of(const lw_block *block, uint32_t offset) {
    uint32_t cell = lower_bound(block->cell_end, block->cell_count, offset + 1);
    if (cell == block->cell_count) {
        return UINT32_MAX;
    }
    uint32_t record = record_of(block, cell);
    lw_slice text = lw_block_cell(block, record, cell - block->record_cell[record]);
    return (size_t)(text.data - block->text) <= offset ? cell : UINT32_MAX;
}

/* ---- gated cells ---- */

typedef struct seen_marks {
    uint64_t word, run;
    unsigned digits;
} seen_marks;

static inline void see(const lw_marks *marks, size_t begin, uint64_t keep, seen_marks *seen) {
    seen->word |= lw_marks_at(marks->word, begin) & keep;
    seen->run |= lw_marks_at(marks->run, begin) & keep;
    seen->digits += (unsigned)__builtin_popcountll(lw_marks_at(marks->digit, begin) & keep);
}

/* Has text[begin, end) letters for a keyword, and digits or a run for a match? */
static inline bool is_gated(const lw_marks *marks, size_t begin, size_t end) {
    seen_marks seen = {0};
    if (end - begin <= 64) {
        uint64_t keep = ~UINT64_C(0) >> (64 - (end - begin));
        if ((lw_marks_at(marks->word, begin) & keep) == 0) {
            return false;
        }
        see(marks, begin, keep, &seen);
    } else {
        for (; end - begin >= 64; begin += 64) {
            see(marks, begin, ~UINT64_C(0), &seen);
        }
        see(marks, begin, end == begin ? 0 : ~UINT64_C(0) >> (64 - (end - begin)), &seen);
    }
    return seen.word != 0 && (seen.digits >= LW_GATE_DIGITS || seen.run != 0);
}

static lw_status gather_gated(lw_candidates *candidates, const lw_block *block) {
    candidates->gated_count = 0;
    if (block->cell_count > candidates->gated_cap) {
        free(candidates->gated);
        candidates->gated_cap = block->cell_count + block->cell_count / 2;
        candidates->gated = malloc(candidates->gated_cap * sizeof *candidates->gated);
        if (candidates->gated == NULL) {
            candidates->gated_cap = 0;
            return LW_E_MEMORY;
        }
    }
    /* Delimiters and line ends are neither letters nor digits, so a cell may be taken to begin where the last ended. */
    size_t count = 0;
    size_t least = candidates->gated_length;
    uint32_t last_end = 0;
    for (uint32_t cell = 0; cell < block->cell_count; cell++) {
        uint32_t end = block->cell_end[cell];
        uint32_t begin = block->explicit_begin ? block->cell_begin[cell] : last_end;
        last_end = end;
        if (end - begin >= least && is_gated(&candidates->marks, begin, end)) {
            candidates->gated[count++] = cell;
        }
    }
    candidates->gated_count = count;
    return LW_OK;
}

/* ---- one cell ---- */

static lw_status reserve_keywords(lw_candidates *candidates, size_t extra) {
    size_t wanted = candidates->keyword_count + extra;
    if (wanted <= candidates->keyword_cap) {
        return LW_OK;
    }
    size_t cap = wanted * 2 + 32;
    lw_keyword_place *grown = realloc(candidates->keywords, cap * sizeof *grown);
    if (grown == NULL) {
        return LW_E_MEMORY;
    }
    candidates->keywords = grown;
    candidates->keyword_cap = cap;
    return LW_OK;
}

/* Takes over the literals in the cell that are whole words; those that a match begins with ask for no keyword. */
static lw_status take_literals(lw_scanner *scanner, const lw_place *place, const lw_keyword_hit *hits, size_t count,
                               lw_identifier_bits *wanted) {
    lw_candidates *candidates = &scanner->candidates;
    size_t cell_offset = (size_t)(place->cell.data - scanner->block->text);
    LW_TRY(reserve_keywords(candidates, count));
    for (size_t i = 0; i < count; i++) {
        const lw_keyword *literal = lw_identifier_set_keyword(scanner->set, hits[i].keyword);
        size_t begin = hits[i].offset - cell_offset;
        size_t end = begin + literal->text.len;
        if (end > place->cell.len) {
            continue;
        }
        if (literal->anchor) {
            lw_bits_add(wanted, &literal->identifiers);
        } else if (lw_keyword_bounded(place->cell, begin, end)) {
            lw_bits_add(wanted, &literal->identifiers);
            candidates->keywords[candidates->keyword_count++] =
                (lw_keyword_place){(uint32_t)begin, (uint32_t)end, &literal->identifiers};
        }
    }
    return LW_OK;
}

/* Searches a gated cell for the keywords of all managed identifiers. */
static lw_status take_keywords(lw_scanner *scanner, const lw_place *place, lw_identifier_bits *wanted) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_identifier_bits *gated = lw_identifier_set_gated(scanner->set);
    const lw_keyword_place *places = NULL;
    size_t count = 0;
    LW_TRY(lw_matcher_keywords(scanner->matcher, place->cell, &places, &count));
    LW_TRY(reserve_keywords(candidates, count));
    for (size_t i = 0; i < count; i++) {
        for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
            wanted->word[word] |= places[i].identifiers->word[word] & gated->word[word];
        }
        candidates->keywords[candidates->keyword_count++] = places[i];
    }
    return LW_OK;
}

static unsigned count_digits(lw_slice text) {
    unsigned digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += (unsigned char)(text.data[i] - '0') < 10;
    }
    return digits;
}

/* Could the cell hold a match, beside its keyword where it needs one? Text that only talks about a thing mostly has no
 * digits. */
static bool has_room(const lw_identifier *identifier, const lw_place *place, unsigned digits) {
    bool needs_keyword = identifier->proximity == LW_PROXIMITY_AROUND || identifier->proximity == LW_PROXIMITY_BEFORE;
    size_t least = identifier->min_match + (needs_keyword ? identifier->min_keyword : 0);
    return identifier->scope == LW_SCOPE_CELL && place->cell.len >= least && digits >= identifier->min_digits;
}

/* Do runs also go over columns that have none of its keywords? */
static bool runs_anywhere(const lw_identifier *identifier) {
    bool needs_keyword = identifier->proximity == LW_PROXIMITY_AROUND || identifier->proximity == LW_PROXIMITY_BEFORE;
    return !needs_keyword && identifier->anchor == LW_ANCHOR_NONE;
}

/* A column whose name has the keyword is a run, but for what must stand without a keyword. */
static bool run_judges(const lw_scanner *scanner, const lw_place *place, size_t identifier) {
    lw_proximity proximity = lw_identifier_set_at(scanner->set, identifier)->proximity;
    return proximity != LW_PROXIMITY_FREE && proximity != LW_PROXIMITY_ABSENT &&
           lw_column_near(scanner, place, identifier);
}

static lw_status judge_wanted(lw_scanner *scanner, const lw_place *place, uint32_t cell,
                              const lw_identifier_bits *wanted) {
    unsigned digits = count_digits(place->cell);
    lw_cell_keywords keywords = {scanner->candidates.keywords, scanner->candidates.keyword_count};
    for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
        for (uint64_t bits = wanted->word[word]; bits != 0; bits &= bits - 1) {
            size_t identifier = word * 64 + (size_t)__builtin_ctzll(bits);
            const lw_identifier *facts = lw_identifier_set_at(scanner->set, identifier);
            if (!has_room(facts, place, digits) || run_judges(scanner, place, identifier)) {
                continue;
            }
            LW_TRY(lw_judge(scanner, identifier, place, &keywords));
            if (runs_anywhere(facts)) {
                LW_TRY(remember_judged(&scanner->candidates, judged_key(identifier, cell)));
            }
        }
    }
    return LW_OK;
}

static void want_anchor(const lw_scanner *scanner, const lw_anchor_place *anchor, lw_identifier_bits *wanted) {
    if (anchor->kind == LW_ANCHOR_IBAN) {
        lw_bits_set(wanted, anchor->identifier);
        return;
    }
    for (size_t i = 0; i < lw_identifier_set_count(scanner->set); i++) {
        if (lw_identifier_set_at(scanner->set, i)->anchor == (lw_anchor)anchor->kind) {
            lw_bits_set(wanted, i);
        }
    }
}

/* ---- merging ---- */

/* Where each of the three sources stands. */
typedef struct cursors {
    size_t hit, gated, anchor;
    uint32_t hit_cell, anchor_cell; /* the cell of the next hit, of the next place; UINT32_MAX: none is left */
} cursors;

static void next_hit(const lw_scanner *scanner, cursors *at) {
    const lw_hits *hits = &scanner->candidates.hits;
    at->hit_cell = UINT32_MAX;
    for (; at->hit < hits->count && at->hit_cell == UINT32_MAX; at->hit += at->hit_cell == UINT32_MAX) {
        at->hit_cell = cell_of(scanner->block, hits->items[at->hit].offset);
    }
}

static void next_anchor(const lw_scanner *scanner, cursors *at) {
    const lw_marks *marks = &scanner->candidates.marks;
    at->anchor_cell = UINT32_MAX;
    for (; at->anchor < marks->place_count && at->anchor_cell == UINT32_MAX;
         at->anchor += at->anchor_cell == UINT32_MAX) {
        at->anchor_cell = cell_of(scanner->block, marks->places[at->anchor].offset);
    }
}

static lw_status judge_cell(lw_scanner *scanner, uint32_t cell, cursors *at) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_block *block = scanner->block;
    uint32_t record = record_of(block, cell);
    uint32_t end = block->cell_end[cell];
    lw_place place = lw_place_at(scanner, record, cell - block->record_cell[record]);
    lw_identifier_bits wanted = {{0}};
    candidates->keyword_count = 0;
    if (at->hit_cell == cell) {
        size_t past = at->hit;
        while (past < candidates->hits.count && candidates->hits.items[past].offset < end) {
            past++;
        }
        LW_TRY(take_literals(scanner, &place, candidates->hits.items + at->hit, past - at->hit, &wanted));
        at->hit = past;
        next_hit(scanner, at);
    }
    if (at->gated < candidates->gated_count && candidates->gated[at->gated] == cell) {
        at->gated++;
        LW_TRY(take_keywords(scanner, &place, &wanted));
    }
    if (at->anchor_cell == cell) {
        const lw_marks *marks = &candidates->marks;
        for (; at->anchor < marks->place_count && marks->places[at->anchor].offset < end; at->anchor++) {
            want_anchor(scanner, &marks->places[at->anchor], &wanted);
        }
        next_anchor(scanner, at);
    }
    return judge_wanted(scanner, &place, cell, &wanted);
}

static lw_status merge(lw_scanner *scanner) {
    const lw_candidates *candidates = &scanner->candidates;
    cursors at = {0};
    next_hit(scanner, &at);
    next_anchor(scanner, &at);
    for (;;) {
        uint32_t gated = at.gated < candidates->gated_count ? candidates->gated[at.gated] : UINT32_MAX;
        uint32_t cell = at.hit_cell < at.anchor_cell ? at.hit_cell : at.anchor_cell;
        cell = gated < cell ? gated : cell;
        if (cell == UINT32_MAX) {
            return LW_OK;
        }
        LW_TRY(judge_cell(scanner, cell, &at));
    }
}

lw_status lw_scan_candidates(lw_scanner *scanner) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_block *block = scanner->block;
    candidates->hits.count = 0;
    candidates->judged_count = 0;
    candidates->gated_count = 0;
    candidates->marks.place_count = 0;
    if (candidates->search != NULL) {
        LW_TRY(candidates->run_search(candidates->search, block->text, block->text_len, &candidates->hits));
    }
    if (candidates->any_gated || candidates->marks.kinds != 0) {
        LW_TRY(candidates->run_marks(&candidates->marks, block->text, block->text_len));
    }
    if (candidates->any_gated) {
        LW_TRY(gather_gated(candidates, block));
    }
    LW_TRY(merge(scanner));
    if (candidates->judged_count > 1) {
        qsort(candidates->judged, candidates->judged_count, sizeof *candidates->judged, compare_u64);
    }
    return LW_OK;
}
