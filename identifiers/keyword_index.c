/* The index of managed keywords: which of some thousand keywords stand in a column's name, or in a cell?
 *
 * Every keyword is entered by its first eight letters (or as many as it has), spaces left out, because a space in a
 * keyword also stands for nothing, '_' or '-'. A text is walked from word to word: at each place where a word can
 * begin, bit maps of the first two and three letters reject nearly all, and only keywords of the same beginning are
 * compared. Texts outside ASCII are searched in their folded form, and what is found is told in places of the original.
 *
 * The cost of a text does not depend on the number of keywords. Immutable; the working memory is the caller's.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"
#include "identifiers/keywords_priv.h"

/* ---- keys ---- */

static char lw_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool lw_joint(char c) {
    return c == ' ' || c == '_' || c == '-';
}

/* Letters that a key is made of. */
#define LW_KEY_LETTERS 8U

/* A key is hashed letter by letter, so that a text's first three, four ... letters are all tried in one pass. */
static inline uint32_t lw_key_add(uint32_t hash, char letter) {
    hash = (hash ^ (unsigned char)letter) * UINT32_C(0x9E3779B1);
    return hash ^ hash >> 15;
}

static inline uint32_t lw_key_done(uint32_t hash, unsigned count) {
    return (hash + count) * UINT32_C(0x85EBCA6B);
}

static inline uint32_t lw_triple_bit(uint32_t hash) {
    return hash & 65535U;
}

/* Where the entries of a key are, and the mark that they leave there. */
static inline uint32_t lw_head_of(uint32_t key) {
    return key >> 20; /* LW_INDEX_HEADS */
}

static inline uint32_t lw_mark_of(uint32_t key) {
    return (key >> 16) & 15U;
}

/* ---- building ---- */

/* A keyword on its way into the index. Its first letters as a number settle nearly every comparison. */
typedef struct lw_gathered {
    uint64_t first;
    const char *text;
    uint32_t len;
    uint32_t identifier;
} lw_gathered;

static uint64_t lw_first_letters(const char *text, size_t len) {
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof(first); i++) {
        first = first << 8 | (i < len ? (unsigned char)text[i] : 0);
    }
    return first;
}

static int lw_compare_gathered(const void *a, const void *b) {
    const lw_gathered *left = a;
    const lw_gathered *right = b;
    if (left->first != right->first) {
        return left->first < right->first ? -1 : 1;
    }
    return strcmp(left->text, right->text);
}

/* Is the keyword the name that the identifier itself has: a whole word of its id that is no country and no filler? Ids
 * begin with their country. */
static bool lw_names_identifier(const char *keyword, const char *id) {
    size_t len = strlen(keyword);
    const char *first = strchr(id, '_'); /* behind the country */
    for (const char *word = first; word != NULL; word = strchr(word, '_')) {
        word++;
        size_t word_len = strcspn(word, "_");
        if (word_len == len && strncasecmp(word, keyword, len) == 0) {
            return strncmp(word, "NUMBER", len) != 0 && strncmp(word, "IDENTIFICATION", len) != 0;
        }
    }
    return false;
}

/* All keywords, folded, one entry for each identifier that has it; their texts in one piece of memory. */
typedef struct lw_gathering {
    lw_gathered *items;
    size_t count;
} lw_gathering;

static lw_status lw_gather_one(const char *keyword, size_t identifier, lw_folded *folded, char **at,
                               lw_gathered *gathered) {
    LW_TRY(lw_fold_keywords(lw_slice_from(keyword), folded));
    memcpy(*at, folded->text, folded->len);
    (*at)[folded->len] = '\0';
    *gathered = (lw_gathered){lw_first_letters(*at, folded->len), *at, (uint32_t)folded->len, (uint32_t)identifier};
    *at += folded->len + 1;
    return LW_OK;
}

/* Room for all of them: a folded text is never longer than the original. */
static lw_status lw_gather_room(const lw_identifier_set *set, lw_keyword_index *index, lw_gathering *all) {
    size_t count = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < set->count; i++) {
        const lw_definition *definition = &set->definitions[i];
        for (size_t k = 0; definition->keyword_variants && k < definition->keywords.count; k++) {
            bytes += strlen(definition->keywords.items[k]) + 1;
            count++;
        }
    }
    all->items = malloc((count + 1) * sizeof(*all->items));
    index->texts = malloc(bytes + 1);
    return all->items == NULL || index->texts == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status lw_gather(const lw_identifier_set *set, lw_keyword_index *index, lw_gathering *all) {
    lw_folded folded = {0};
    lw_status status = lw_gather_room(set, index, all);
    char *at = index->texts;
    for (size_t i = 0; i < set->count && status == LW_OK; i++) {
        const lw_definition *definition = &set->definitions[i];
        for (size_t k = 0; definition->keyword_variants && k < definition->keywords.count && status == LW_OK; k++) {
            status = lw_gather_one(definition->keywords.items[k], i, &folded, &at, &all->items[all->count]);
            all->count += status == LW_OK;
        }
    }
    lw_folded_done(&folded);
    return status;
}

/* Equal keywords, side by side now, become one entry with several owners. */
static lw_status lw_index_fill(lw_keyword_index *index, const lw_gathering *all) {
    index->entries = calloc(all->count + 1, sizeof(*index->entries));
    if (index->entries == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < all->count; i++) {
        const lw_gathered *gathered = &all->items[i];
        if (i == 0 || lw_compare_gathered(gathered, gathered - 1) != 0) {
            index->entries[index->count++] = (lw_index_entry){.text = gathered->text, .len = gathered->len};
        }
        lw_bits_set(&index->entries[index->count - 1].identifiers, gathered->identifier);
    }
    return LW_OK;
}

/* How many own the keyword, and which of them it names. */
static void lw_index_own(const lw_identifier_set *set, lw_index_entry *entry) {
    size_t named = 0;
    for (size_t word = 0; word < sizeof(entry->identifiers.word) / sizeof(entry->identifiers.word[0]); word++) {
        for (uint64_t bits = entry->identifiers.word[word]; bits != 0; bits &= bits - 1) {
            size_t i = word * 64 + (size_t)__builtin_ctzll(bits);
            entry->owners++;
            if (lw_names_identifier(entry->text, set->definitions[i].id)) {
                lw_bits_set(&entry->named, i);
                named++;
            }
        }
    }
    if (named > 1) { /* a passport of which country? */
        entry->named = (lw_identifier_bits){{0}};
    }
}

/* Takes the letter of a key at *at, behind one joint at most; false at the end of the text. */
static inline bool lw_key_letter(lw_slice text, bool first, size_t *at, char *ret_letter) {
    size_t place = *at;
    place += !first && place < text.len && lw_joint(text.data[place]);
    if (place >= text.len) {
        return false;
    }
    *ret_letter = lw_lower(text.data[place]);
    *at = place + 1;
    return true;
}

static void lw_index_enter(lw_keyword_index *index, const lw_identifier_set *set, size_t number) {
    lw_index_entry *entry = &index->entries[number];
    lw_slice text = {entry->text, entry->len};
    uint32_t hash = 0;
    unsigned count = 0;
    char letter = '\0';
    for (size_t at = 0; count < LW_KEY_LETTERS && lw_key_letter(text, count == 0, &at, &letter);) {
        hash = lw_key_add(hash, letter);
        if (++count == 3) {
            uint32_t triple = lw_triple_bit(hash);
            index->triples[triple / 64] |= UINT64_C(1) << (triple % 64);
        }
    }
    uint32_t key = lw_key_done(hash, count);
    index->lengths |= 1U << count;
    index->marks[lw_head_of(key)] |= (uint16_t)(1U << lw_mark_of(key));
    entry->next = index->heads[lw_head_of(key)];
    index->heads[lw_head_of(key)] = (uint32_t)number + 1;
    entry->hex = strspn(entry->text, "abcdef") == entry->len;
    lw_index_own(set, entry);
}

lw_status lw_keyword_index_new(const lw_identifier_set *set, lw_keyword_index **ret_index) {
    lw_gathering all = {0};
    lw_keyword_index *index = calloc(1, sizeof(*index));
    lw_status status = index == NULL ? LW_E_MEMORY : lw_gather(set, index, &all);
    if (status == LW_OK) {
        qsort(all.items, all.count, sizeof(*all.items), lw_compare_gathered);
        status = lw_index_fill(index, &all);
    }
    free(all.items);
    if (status != LW_OK) {
        lw_keyword_index_free(index);
        return status;
    }
    index->letters_first = true;
    for (size_t i = 0; i < index->count; i++) {
        const char *text = index->entries[i].text;
        if (text == NULL) {
            continue; /* none is: this tells the analysers */
        }
        unsigned char first = (unsigned char)text[0];
        index->letters_first = index->letters_first && (first >= 0x80 || (first >= 'a' && first <= 'z'));
        lw_index_enter(index, set, i);
    }
    *ret_index = index;
    return LW_OK;
}

void lw_keyword_index_free(lw_keyword_index *index) {
    if (index == NULL) {
        return;
    }
    free(index->texts);
    free(index->entries);
    free(index);
}

/* ---- searching ---- */

static lw_status lw_hits_add(lw_index_hits *hits, lw_index_hit hit) {
    if (hits->count == hits->cap) {
        size_t cap = hits->cap == 0 ? 32 : hits->cap * 2;
        lw_index_hit *grown = realloc(hits->items, cap * sizeof(*grown));
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        hits->items = grown;
        hits->cap = cap;
    }
    hits->items[hits->count++] = hit;
    return LW_OK;
}

void lw_index_hits_done(lw_index_hits *hits) {
    lw_folded_done(&hits->folded);
    free(hits->items);
    *hits = (lw_index_hits){0};
}

/* Where the keyword ends if it begins at `at`; 0 if it does not. A space in it also stands for nothing, '_' or '-'. */
static size_t lw_entry_end(lw_slice text, size_t at, const lw_index_entry *entry) {
    for (size_t i = 0; i < entry->len; i++) {
        char wanted = entry->text[i];
        char found = at < text.len ? lw_lower(text.data[at]) : '\0';
        if (wanted == ' ') {
            at += lw_joint(found);
        } else if (found != wanted || at >= text.len) {
            return 0;
        } else {
            at++;
        }
    }
    return at;
}

typedef struct lw_search_state {
    const lw_keyword_index *index;
    lw_slice text; /* as searched: folded where the original is not ASCII */
    lw_slice original;
    const uint32_t *origin; /* NULL: places are those of the original */
    lw_index_hits *hits;
} lw_search_state;

static lw_status lw_try_entries(const lw_search_state *state, uint32_t key, size_t at) {
    const lw_keyword_index *index = state->index;
    for (uint32_t next = index->heads[lw_head_of(key)]; next != 0;) {
        const lw_index_entry *entry = &index->entries[next - 1];
        next = entry->next;
        size_t end = lw_entry_end(state->text, at, entry);
        if (end == 0) {
            continue;
        }
        uint32_t from = state->origin == NULL ? (uint32_t)at : state->origin[at];
        uint32_t to = state->origin == NULL ? (uint32_t)end : state->origin[end];
        if (lw_keyword_bounded(state->original, from, to)) {
            LW_TRY(lw_hits_add(state->hits, (lw_index_hit){from, to, entry}));
        }
    }
    return LW_OK;
}

static inline bool lw_ascii_letter(char c) {
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

/* Can a keyword end at a place? Not before a small letter, if the letter before is one too: there is no hump
 * (keywords.c). A folded text has lost its capitals, so there every place will do. */
static inline bool lw_may_end(const lw_search_state *state, size_t at) {
    lw_slice text = state->text;
    bool small = at < text.len && text.data[at] >= 'a' && text.data[at] <= 'z';
    return !small || state->origin != NULL || !lw_ascii_letter(text.data[at - 1]);
}

/* All keywords that begin at `at`, by the number of letters in their keys. Most places are done with after three. */
static lw_status lw_try_keys(const lw_search_state *state, size_t at) {
    const lw_keyword_index *index = state->index;
    size_t place = at;
    uint32_t hash = 0;
    char letter = '\0';
    for (unsigned count = 1; count <= LW_KEY_LETTERS; count++) {
        if (!lw_key_letter(state->text, count == 1, &place, &letter)) {
            return LW_OK;
        }
        hash = lw_key_add(hash, letter);
        uint32_t triple = lw_triple_bit(hash);
        if (count == 3 && ((index->triples[triple / 64] >> (triple % 64)) & 1U) == 0) {
            return LW_OK;
        }
        /* the keys of keywords that are longer than eight letters say nothing of where they end */
        bool whole = count < LW_KEY_LETTERS;
        if (count == 1 || ((index->lengths >> count) & 1U) == 0 || (whole && !lw_may_end(state, place))) {
            continue;
        }
        uint32_t key = lw_key_done(hash, count);
        if ((index->marks[lw_head_of(key)] >> lw_mark_of(key)) & 1U) {
            LW_TRY(lw_try_entries(state, key, at));
        }
    }
    return LW_OK;
}

static inline bool lw_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/* Can a keyword begin here? Between two ASCII letters only a hump is a boundary (keywords.c has the whole rule). */
static inline bool lw_may_begin(lw_slice text, size_t at) {
    char c = text.data[at];
    if (at == 0 || !lw_ascii_letter(c) || !lw_ascii_letter(text.data[at - 1])) {
        return true;
    }
    return lw_upper(c) && (!lw_upper(text.data[at - 1]) || (at + 1 < text.len && !lw_upper(text.data[at + 1])));
}

/* ---- places where words begin, eight bytes at a time ---- */

#define LW_ONES UINT64_C(0x0101010101010101)
#define LW_HIGH (LW_ONES << 7)

static bool lw_all_ascii(lw_slice text) {
    uint64_t seen = 0;
    size_t at = 0;
    for (; at + 8 <= text.len; at += 8) {
        uint64_t eight = 0;
        memcpy(&eight, text.data + at, 8);
        seen |= eight;
    }
    for (; at < text.len; at++) {
        seen |= (uint64_t)(unsigned char)text.data[at];
    }
    return (seen & LW_HIGH) == 0;
}

/* The high bit of each byte, all ASCII, that is in [from, to]. */
static inline uint64_t lw_bytes_in(uint64_t eight, char from, char to) {
    uint64_t not_below = eight + LW_ONES * (uint64_t)(0x80 - from);
    uint64_t above = eight + LW_ONES * (uint64_t)(0x7F - to);
    return not_below & ~above & LW_HIGH;
}

/* Bit i: the high bit of byte i. */
static inline uint64_t lw_high_bits(uint64_t eight) {
    return ((eight >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

/* Bit i: a word may begin at text[base + i]; some more than lw_may_begin says, but none less. At most 64 of them, of
 * which lw_keyword_bounded is asked anyway. before: are the two kinds of letter before base there? */
typedef struct lw_word_scan {
    uint64_t letter, upper; /* bit 0: of the byte before */
} lw_word_scan;

static inline uint64_t lw_scan_words(lw_slice text, size_t base, lw_word_scan *before) {
    uint64_t letters = 0;
    uint64_t uppers = 0;
    for (unsigned i = 0; i < 64 && base + i < text.len; i += 8) {
        uint64_t eight = 0;
        size_t rest = text.len - base - i;
        memcpy(&eight, text.data + base + i, rest < 8 ? rest : 8);
        letters |= lw_high_bits(lw_bytes_in(eight | LW_ONES << 5, 'a', 'z')) << i;
        uppers |= lw_high_bits(lw_bytes_in(eight, 'A', 'Z')) << i;
    }
    uint64_t after_letter = letters << 1 | before->letter;
    uint64_t after_upper = uppers << 1 | before->upper;
    *before = (lw_word_scan){letters >> 63, uppers >> 63};
    return (letters & ~after_letter) | (uppers & ~(after_upper & uppers >> 1));
}

lw_status lw_keyword_index_find_at(const lw_keyword_index *index, lw_slice text, uint64_t starts, lw_index_hits *hits) {
    lw_search_state state = {.index = index, .text = text, .original = text, .hits = hits};
    hits->count = 0;
    if (!index->letters_first) {
        return lw_keyword_index_find(index, text, hits);
    }
    for (; starts != 0; starts &= starts - 1) {
        LW_TRY(lw_try_keys(&state, (size_t)__builtin_ctzll(starts)));
    }
    return LW_OK;
}

/* A text of ASCII, and keywords that all begin with a letter. */
static lw_status lw_find_in_ascii(const lw_search_state *state) {
    lw_word_scan before = {0};
    for (size_t base = 0; base < state->text.len; base += 64) {
        for (uint64_t starts = lw_scan_words(state->text, base, &before); starts != 0; starts &= starts - 1) {
            LW_TRY(lw_try_keys(state, base + (size_t)__builtin_ctzll(starts)));
        }
    }
    return LW_OK;
}

/* Can a keyword begin at a place of the folded text? What two ASCII letters of the original say holds here too. */
static bool lw_may_begin_folded(const lw_search_state *state, size_t at) {
    bool plain = (unsigned char)state->text.data[at] < 0x80;
    if (plain && state->index->letters_first && !lw_ascii_letter(state->text.data[at])) {
        return false;
    }
    return lw_may_begin(state->original, state->origin[at]);
}

lw_status lw_keyword_index_find(const lw_keyword_index *index, lw_slice text, lw_index_hits *hits) {
    lw_search_state state = {.index = index, .text = text, .original = text, .hits = hits};
    hits->count = 0;
    if (!lw_all_ascii(text)) {
        LW_TRY(lw_fold_keywords(text, &hits->folded));
        state.text = (lw_slice){hits->folded.text, hits->folded.len};
        state.origin = hits->folded.origin;
    } else if (index->letters_first) {
        return lw_find_in_ascii(&state);
    }
    for (size_t at = 0; at < state.text.len; at++) {
        if (state.origin == NULL ? lw_may_begin(text, at) : lw_may_begin_folded(&state, at)) {
            LW_TRY(lw_try_keys(&state, at));
        }
    }
    return LW_OK;
}
