/* Candidates: the few cells of a block in which something may stand without its column saying so.
 *
 * Three sources, each in the order of the text: literals found in all text (keywords of custom and of a few managed
 * identifiers, and the texts that keys and headers begin with), gated cells (letters of a word, and digits or a long
 * run: only there can a keyword stand beside a managed match), and places where a match can begin (account numbers,
 * telephone numbers, cards). They are merged cell by cell; each cell is judged once for all identifiers that it may
 * hold.
 *
 * Guarantees: what a run over all cells with all keywords would find is found. A cell without candidates costs one look
 * (sieve_body.h).
 */
#include "scanner/scanner_priv.h"

#include <stdlib.h>
#include <string.h>

void lw_candidates_init(lw_candidates *candidates, const lw_identifier_set *set) {
    *candidates = (lw_candidates){.run_search = lw_search_choose(), .run_sieve = lw_sieve_choose()};
    lw_sieve_init(&candidates->sieve, set);
    candidates->sieve.known = &candidates->known;
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        lw_bits_set(&candidates->anchored[lw_identifier_set_at(set, i)->anchor], i);
    }
}

void lw_candidates_done(lw_candidates *candidates) {
    lw_search_free(candidates->search);
    lw_sieve_done(&candidates->sieve);
    free(candidates->hits.items);
    free(candidates->keywords);
    free(candidates->judged);
    lw_wipe(&candidates->known, sizeof candidates->known);
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

/* The cell (index in the block) that ends behind offset, at or after from, which is not behind it: guessed by the mean
 * length of cells, then steps double from there. Text between cells is taken for part of the next cell, which then
 * holds no match there. */
static uint32_t cell_of(const lw_block *block, uint32_t offset, uint32_t from) {
    const uint32_t *ends = block->cell_end;
    uint32_t past = block->cell_count;
    uint32_t begin = from == 0 ? 0 : ends[from - 1];
    uint64_t guess = from + (uint64_t)(offset > begin ? offset - begin : 0) * past / (block->text_len + 1);
    uint32_t low = from;
    if (guess < past && ends[guess] > offset) {
        past = (uint32_t)guess + 1; /* the cell is in [low, past) */
        for (uint32_t step = 1; past - low > step; step *= 2) {
            if (ends[past - 1 - step] <= offset) {
                low = past - step;
                break;
            }
            past -= step;
        }
    } else {
        low = guess < past ? (uint32_t)guess + 1 : from;
        for (uint32_t step = 1; past - low >= step; step *= 2) {
            if (ends[low + step - 1] > offset) {
                past = low + step;
                break;
            }
            low += step;
        }
    }
    return low + lower_bound(ends + low, past - low, offset + 1);
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
        if (hits[i].offset < cell_offset || end > place->cell.len) {
            continue; /* between two cells, or over the end of one */
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

/* How many bytes in front of a cell the sieve took for its own: it does not know how long line ends are. */
static size_t early_bytes(const lw_scanner *scanner, const lw_place *place, uint32_t cell) {
    const lw_block *block = scanner->block;
    if (block->explicit_begin) {
        return 0;
    }
    size_t begin = cell == 0 ? 0 : block->cell_end[cell - 1] + 1U;
    return (size_t)(place->cell.data - block->text) - begin;
}

/* Index of the first anchor in a cell at or behind this one. */
static size_t first_anchor(const lw_sieve *sieve, uint32_t cell) {
    size_t low = 0;
    for (size_t count = sieve->anchor_count; count > 0;) {
        size_t half = count / 2;
        bool before = sieve->anchors[low + half].cell < cell;
        low += before ? half + 1 : 0;
        count = before ? count - half - 1 : half;
    }
    return low;
}

void lw_take_anchors(const lw_scanner *scanner, const lw_place *place, uint32_t cell, lw_cell_keywords *keywords) {
    const lw_sieve *sieve = &scanner->candidates.sieve;
    size_t first = first_anchor(sieve, cell);
    size_t past = first;
    while (past < sieve->anchor_count && sieve->anchors[past].cell == cell) {
        past++;
    }
    keywords->anchors_known = true;
    keywords->anchors = sieve->anchors + first;
    keywords->anchor_count = past - first;
    keywords->early = early_bytes(scanner, place, cell);
}

/* Searches a gated cell for the keywords of all managed identifiers. */
static lw_status take_keywords(lw_scanner *scanner, const lw_place *place, const lw_gated_cell *cell,
                               lw_identifier_bits *wanted) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_identifier_bits *gated = lw_identifier_set_gated(scanner->set);
    const lw_keyword_place *places = NULL;
    size_t count = 0;
    /* the sieve may have begun one byte early, in a line end */
    size_t early = cell->known ? early_bytes(scanner, place, cell->cell) : 0;
    uint64_t starts = cell->starts >> early;
    LW_TRY(lw_matcher_keywords(scanner->matcher, place->cell, cell->known ? &starts : NULL, &places, &count));
    LW_TRY(reserve_keywords(candidates, count));
    for (size_t i = 0; i < count; i++) {
        for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
            wanted->word[word] |= places[i].identifiers->word[word] & gated->word[word];
        }
        candidates->keywords[candidates->keyword_count++] = places[i];
    }
    return LW_OK;
}

static int compare_places(const void *a, const void *b) {
    uint32_t x = ((const lw_keyword_place *)a)->begin;
    uint32_t y = ((const lw_keyword_place *)b)->begin;
    return x < y ? -1 : x > y;
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

static bool any_bit(const lw_identifier_bits *bits) {
    uint64_t any = 0;
    for (size_t word = 0; word < sizeof bits->word / sizeof bits->word[0]; word++) {
        any |= bits->word[word];
    }
    return any != 0;
}

static lw_status judge_wanted(lw_scanner *scanner, const lw_place *place, uint32_t cell,
                              const lw_cell_keywords *keywords, const lw_identifier_bits *wanted) {
    if (!any_bit(wanted)) {
        return LW_OK;
    }
    unsigned digits = count_digits(place->cell);
    for (size_t word = 0; word < sizeof wanted->word / sizeof wanted->word[0]; word++) {
        for (uint64_t bits = wanted->word[word]; bits != 0; bits &= bits - 1) {
            size_t identifier = word * 64 + (size_t)__builtin_ctzll(bits);
            const lw_identifier *facts = lw_identifier_set_at(scanner->set, identifier);
            if (!has_room(facts, place, digits)) {
                continue;
            }
            if (lw_column_near(scanner, place, identifier)) {
                scanner->candidates.by_text = false; /* where it is not, more may count, or be judged here at all */
            }
            if (run_judges(scanner, place, identifier)) {
                continue;
            }
            LW_TRY(lw_judge(scanner, identifier, place, keywords));
            if (runs_anywhere(facts)) {
                scanner->candidates.by_text = false;
                LW_TRY(remember_judged(&scanner->candidates, judged_key(identifier, cell)));
            }
        }
    }
    return LW_OK;
}

static void want_anchor(const lw_candidates *candidates, const lw_anchor_cell *anchor, lw_identifier_bits *wanted) {
    if (anchor->kind == LW_ANCHOR_IBAN) {
        lw_bits_set(wanted, anchor->identifier);
    } else {
        lw_bits_add(wanted, &candidates->anchored[anchor->kind]);
    }
}

/* ---- merging ---- */

/* Where each of the three sources stands. */
typedef struct cursors {
    uint32_t record; /* of the last cell */
    size_t hit, gated, anchor;
    uint32_t hit_cell; /* that holds the next hit; UINT32_MAX: none is left */
} cursors;

static void next_hit(const lw_scanner *scanner, cursors *at) {
    const lw_hits *hits = &scanner->candidates.hits;
    uint32_t from = at->hit_cell;
    at->hit_cell = UINT32_MAX;
    if (at->hit < hits->count) {
        uint32_t cell = cell_of(scanner->block, hits->items[at->hit].offset, from);
        at->hit_cell = cell < scanner->block->cell_count ? cell : UINT32_MAX;
    }
}

static lw_status judge_cell(lw_scanner *scanner, uint32_t cell, cursors *at) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_block *block = scanner->block;
    uint32_t end = block->cell_end[cell];
    while (block->record_cell[at->record + 1] <= cell) { /* blank lines share an index */
        at->record++;
    }
    lw_place place = lw_place_at(scanner, at->record, cell - block->record_cell[at->record]);
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
    size_t literals = candidates->keyword_count;
    const lw_sieve *sieve = &candidates->sieve;
    if (at->gated < sieve->gated_count && sieve->gated[at->gated].cell == cell) {
        LW_TRY(take_keywords(scanner, &place, &sieve->gated[at->gated++], &wanted));
    }
    if (literals > 0 && candidates->keyword_count > literals) {
        qsort(candidates->keywords, candidates->keyword_count, sizeof *candidates->keywords, compare_places);
    }
    size_t anchor = at->anchor;
    for (; at->anchor < sieve->anchor_count && sieve->anchors[at->anchor].cell == cell; at->anchor++) {
        want_anchor(candidates, &sieve->anchors[at->anchor], &wanted);
    }
    candidates->by_text = candidates->by_text && !place.cut && place.count_from == 0;
    lw_cell_keywords keywords = {.items = candidates->keywords,
                                 .count = candidates->keyword_count,
                                 .anchors_known = true,
                                 .anchors = sieve->anchors + anchor,
                                 .anchor_count = at->anchor - anchor,
                                 .early = early_bytes(scanner, &place, cell)};
    return judge_wanted(scanner, &place, cell, &keywords, &wanted);
}

static void pass_cell(const lw_scanner *scanner, uint32_t cell, cursors *at) {
    const lw_candidates *candidates = &scanner->candidates;
    const lw_sieve *sieve = &candidates->sieve;
    at->gated += at->gated < sieve->gated_count && sieve->gated[at->gated].cell == cell;
    while (at->anchor < sieve->anchor_count && sieve->anchors[at->anchor].cell == cell) {
        at->anchor++;
    }
    if (at->hit_cell == cell) {
        while (at->hit < candidates->hits.count &&
               candidates->hits.items[at->hit].offset < scanner->block->cell_end[cell]) {
            at->hit++;
        }
        next_hit(scanner, at);
    }
}

static lw_status merge(lw_scanner *scanner) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_sieve *sieve = &candidates->sieve;
    cursors at = {0};
    next_hit(scanner, &at);
    for (;;) {
        uint32_t gated = at.gated < sieve->gated_count ? sieve->gated[at.gated].cell : UINT32_MAX;
        uint32_t anchor = at.anchor < sieve->anchor_count ? sieve->anchors[at.anchor].cell : UINT32_MAX;
        uint32_t cell = at.hit_cell < anchor ? at.hit_cell : anchor;
        cell = gated < cell ? gated : cell;
        if (cell == UINT32_MAX) {
            return LW_OK;
        }
        lw_slice text = lw_text_of(scanner->block, cell);
        if (lw_known_has(&candidates->known, text)) {
            pass_cell(scanner, cell, &at);
            continue;
        }
        candidates->by_text = true;
        LW_TRY(judge_cell(scanner, cell, &at));
        if (candidates->by_text && !scanner->tally->regex_limited) {
            lw_known_add(&candidates->known, text);
        }
    }
}

lw_status lw_scan_candidates(lw_scanner *scanner) {
    lw_candidates *candidates = &scanner->candidates;
    const lw_block *block = scanner->block;
    candidates->hits.count = 0;
    candidates->judged_count = 0;
    candidates->known.waiting_count = 0; /* of a block that failed */
    lw_known_in_lines(&candidates->known, scanner->plan->lines);
    if (candidates->search != NULL) {
        LW_TRY(candidates->run_search(candidates->search, block->text, block->text_len, &candidates->hits));
    }
    if (lw_sieve_needed(&candidates->sieve)) {
        LW_TRY(candidates->run_sieve(&candidates->sieve, block));
    }
    LW_TRY(merge(scanner));
    lw_known_settle(&candidates->known);
    if (candidates->judged_count > 1) {
        qsort(candidates->judged, candidates->judged_count, sizeof *candidates->judged, compare_u64);
    }
    return LW_OK;
}
