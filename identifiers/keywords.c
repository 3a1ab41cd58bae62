/* Keywords: which identifiers does a column name bring near, and which literals are there to look for in cells?
 *
 * The rule (docs/matching.md, section 2): a keyword counts as a whole word, compared without ASCII case. Words end at
 * anything that is no letter, where a letter meets a digit, and at the humps of camelCase and of an acronym before a
 * word (SSNNumber). A managed keyword's spaces also stand for nothing, '_' or '-'.
 *
 * Column names are searched with the index of managed keywords (keyword_index.c), and so are the cells that could hold
 * a match of a gated identifier. What can stand in any cell is in the list of literals made here, which the scanner
 * looks for in one pass: the keywords of custom and of ungated identifiers, each variant once, and the texts that
 * matches begin with that need no keyword.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"
#include "identifiers/words_priv.h"

static char lw_lower_case(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is there a word boundary at `at` between two letters? Only a change of case makes one. */
static bool lw_hump(lw_slice text, size_t at) {
    lw_character_kind before = lw_character_before(text, at);
    lw_character_kind after = lw_character_after(text, at);
    if (before == LW_CHARACTER_LOWER && after == LW_CHARACTER_UPPER) {
        return true;
    }
    return before == LW_CHARACTER_UPPER && after == LW_CHARACTER_UPPER &&
           lw_character_after(text, at + 1) == LW_CHARACTER_LOWER;
}

static bool lw_boundary(lw_slice text, size_t at) {
    return !lw_character_is_letter(lw_character_before(text, at)) ||
           !lw_character_is_letter(lw_character_after(text, at)) || lw_hump(text, at);
}

bool lw_keyword_bounded(lw_slice text, size_t begin, size_t end) {
    return lw_boundary(text, begin) && lw_boundary(text, end);
}

/* Where keyword ends if it begins at `at`; 0 if it does not. */
static size_t lw_keyword_end(lw_slice text, size_t at, lw_slice keyword, bool variants) {
    for (size_t i = 0; i < keyword.len; i++) {
        char wanted = lw_lower_case(keyword.data[i]);
        char found = at < text.len ? lw_lower_case(text.data[at]) : '\0';
        if (variants && wanted == ' ') {
            at += found == ' ' || found == '_' || found == '-';
        } else if (at >= text.len || found != wanted) {
            return 0;
        } else {
            at++;
        }
    }
    return at;
}

bool lw_keyword_find(lw_slice text, size_t from, lw_slice keyword, bool variants, lw_match *ret_match) {
    for (size_t begin = from; keyword.len > 0 && begin < text.len; begin++) {
        size_t end = lw_keyword_end(text, begin, keyword, variants);
        if (end > begin && lw_keyword_bounded(text, begin, end)) {
            *ret_match = (lw_match){begin, end};
            return true;
        }
    }
    return false;
}

/* Custom keywords count as they are written, and they are few: searched one by one. */
static bool lw_custom_near(const lw_definition *definition, lw_slice column_name) {
    lw_match match;
    for (size_t k = 0; k < definition->keywords.count; k++) {
        if (lw_keyword_find(column_name, 0, lw_slice_from(definition->keywords.items[k]), false, &match)) {
            return true;
        }
    }
    return false;
}

lw_status lw_identifier_set_column(const lw_identifier_set *set, lw_slice column_name, lw_identifier_bits *ret_near) {
    lw_identifier_bits near_ = {{0}};
    lw_index_hits hits = {0};
    lw_status status = lw_keyword_index_find(set->index, column_name, &hits);
    for (size_t i = 0; status == LW_OK && i < hits.count; i++) {
        lw_bits_add(&near_, &hits.items[i].entry->identifiers);
    }
    lw_index_hits_done(&hits);
    LW_TRY(status);
    for (size_t i = 0; i < set->count; i++) {
        if (!set->definitions[i].keyword_variants && lw_custom_near(&set->definitions[i], column_name)) {
            lw_bits_set(&near_, i);
        }
    }
    *ret_near = near_;
    return LW_OK;
}

lw_status lw_identifier_set_column_clarity(const lw_identifier_set *set, lw_slice column_name, size_t identifier,
                                           unsigned *ret_clarity) {
    unsigned clarity = 0;
    lw_index_hits hits = {0};
    lw_status status = lw_keyword_index_find(set->index, column_name, &hits);
    for (size_t i = 0; status == LW_OK && i < hits.count; i++) {
        const lw_index_entry *entry = hits.items[i].entry;
        if (lw_bits_test(&entry->identifiers, identifier)) {
            unsigned one = lw_bits_test(&entry->named, identifier) ? 2 : entry->owners == 1 ? 1 : 0;
            clarity = one > clarity ? one : clarity;
        }
    }
    lw_index_hits_done(&hits);
    LW_TRY(status);
    *ret_clarity = clarity;
    return LW_OK;
}

/* ---- the list of literals ---- */

typedef struct lw_literal {
    char *text;
    size_t identifier;
    bool anchor;
} lw_literal;

typedef struct lw_literals {
    lw_literal *items;
    size_t count, cap;
} lw_literals;

/* Takes text over. */
static lw_status lw_literals_add(lw_literals *literals, char *text, size_t identifier, bool anchor) {
    if (text == NULL) {
        return LW_E_MEMORY;
    }
    if (literals->count == literals->cap) {
        size_t cap = literals->cap == 0 ? 256 : literals->cap * 2;
        lw_literal *grown = realloc(literals->items, cap * sizeof(*grown));
        if (grown == NULL) {
            free(text);
            return LW_E_MEMORY;
        }
        literals->items = grown;
        literals->cap = cap;
    }
    literals->items[literals->count++] = (lw_literal){text, identifier, anchor};
    return LW_OK;
}

/* A copy in lower case with joint in place of each space ('\0': nothing). */
static char *lw_keyword_variant(const char *keyword, char joint) {
    char *variant = lw_text_dup(keyword);
    if (variant == NULL) {
        return NULL;
    }
    size_t len = 0;
    for (const char *c = keyword; *c != '\0'; c++) {
        char put = *c == ' ' ? joint : lw_lower_case(*c);
        if (put != '\0') {
            variant[len++] = put;
        }
    }
    variant[len] = '\0';
    return variant;
}

static lw_status lw_literals_add_variants(lw_literals *literals, const char *keyword, bool variants,
                                          size_t identifier) {
    static const char joints[] = {' ', '\0', '_', '-'};
    size_t count = variants && strchr(keyword, ' ') != NULL ? sizeof(joints) : 1;
    for (size_t i = 0; i < count; i++) {
        LW_TRY(lw_literals_add(literals, lw_keyword_variant(keyword, joints[i]), identifier, false));
    }
    return LW_OK;
}

/* As written, and without accents. */
static lw_status lw_literals_add_keyword(lw_literals *literals, const char *keyword, bool variants, size_t identifier) {
    LW_TRY(lw_literals_add_variants(literals, keyword, variants, identifier));
    lw_folded folded = {0};
    lw_status status = variants ? lw_fold_keywords(lw_slice_from(keyword), &folded) : LW_OK;
    if (status == LW_OK && variants && folded.len != strlen(keyword)) {
        folded.text[folded.len] = '\0';
        status = lw_literals_add_variants(literals, folded.text, variants, identifier);
    }
    lw_folded_done(&folded);
    return status;
}

static int lw_compare_literals(const void *a, const void *b) {
    const lw_literal *left = a;
    const lw_literal *right = b;
    int order = strcmp(left->text, right->text);
    if (order == 0) {
        order = (int)left->anchor - (int)right->anchor;
    }
    return order != 0 ? order : (left->identifier > right->identifier) - (left->identifier < right->identifier);
}

/* Has each match what the gate asks for, so that cells without it need not be searched for the keywords? */
static bool lw_is_gated(const lw_definition *definition) {
    return definition->keyword_variants && definition->public_.scope == LW_SCOPE_CELL && definition->facts.gated;
}

/* The gate asks for a letter beyond f beside another letter. A keyword without, such as "dea", is looked for in all
 * text. Takes the keyword without accents: it may be written so, and what is outside ASCII passes the gate. */
static bool lw_keyword_passes_gate(lw_slice keyword) {
    bool letter_before = false;
    for (size_t i = 0; i < keyword.len; i++) {
        const char *c = keyword.data + i;
        char lower = lw_lower_case(*c);
        char next = i + 1 < keyword.len ? lw_lower_case(c[1]) : '\0';
        bool letter = (lower >= 'a' && lower <= 'z') || (unsigned char)*c >= 0x80;
        bool letter_after = (next >= 'a' && next <= 'z') || (unsigned char)next >= 0x80;
        if (letter && (lower > 'f' || (unsigned char)*c >= 0x80) && (letter_before || letter_after)) {
            return true;
        }
        letter_before = letter;
    }
    return false;
}

static lw_status lw_literals_gather_one(const lw_identifier_set *set, size_t i, lw_literals *literals,
                                        lw_folded *folded) {
    const lw_definition *definition = &set->definitions[i];
    bool gated = lw_bits_test(&set->gated, i);
    bool judged = definition->public_.scope == LW_SCOPE_CELL;
    for (size_t k = 0; judged && k < definition->keywords.count; k++) {
        const char *keyword = definition->keywords.items[k];
        if (gated) {
            LW_TRY(lw_fold_keywords(lw_slice_from(keyword), folded));
        }
        if (!gated || !lw_keyword_passes_gate((lw_slice){folded->text, folded->len})) {
            LW_TRY(lw_literals_add_keyword(literals, keyword, definition->keyword_variants, i));
        }
    }
    for (size_t k = 0; definition->public_.anchor == LW_ANCHOR_LITERAL && k < definition->anchors.count; k++) {
        LW_TRY(lw_literals_add(literals, lw_keyword_variant(definition->anchors.items[k], ' '), i, true));
    }
    return LW_OK;
}

static lw_status lw_literals_gather(const lw_identifier_set *set, lw_literals *literals) {
    lw_folded folded = {0};
    lw_status status = LW_OK;
    for (size_t i = 0; i < set->count && status == LW_OK; i++) {
        status = lw_literals_gather_one(set, i, literals, &folded);
    }
    lw_folded_done(&folded);
    return status;
}

static bool lw_only_hex(const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < 'a' || *c > 'f') {
            return false;
        }
    }
    return true;
}

/* Equal literals, side by side now, become one keyword with several identifiers. */
static lw_status lw_keywords_merge(lw_identifier_set *set, const lw_literals *literals) {
    set->keywords = calloc(literals->count + 1, sizeof(*set->keywords));
    if (set->keywords == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < literals->count; i++) {
        const lw_literal *literal = &literals->items[i];
        if (i == 0 || literal->anchor != literal[-1].anchor || strcmp(literal->text, literal[-1].text) != 0) {
            LW_TRY(lw_strings_add(&set->keyword_texts, lw_slice_from(literals->items[i].text)));
            size_t last = set->keyword_texts.count - 1;
            set->keywords[set->keyword_count].anchor = literal->anchor;
            set->keywords[set->keyword_count].hex = !literal->anchor && lw_only_hex(literal->text);
            set->keywords[set->keyword_count++].text = lw_slice_from(set->keyword_texts.items[last]);
        }
        lw_bits_set(&set->keywords[set->keyword_count - 1].identifiers, literal->identifier);
    }
    return LW_OK;
}

/* Of two identifiers with the letters of the same country the second goes without: it is looked for in all cells. */
static void lw_set_iban(lw_identifier_set *set, size_t i) {
    lw_definition *definition = &set->definitions[i];
    const char *letters = definition->anchor_letters;
    uint16_t *place = &set->iban[(letters[0] - 'a') * 26 + letters[1] - 'a'];
    if (*place != 0) {
        definition->public_.anchor = LW_ANCHOR_NONE;
    } else {
        *place = (uint16_t)(i + 1);
    }
}

static void lw_set_gates(lw_identifier_set *set) {
    for (size_t i = 0; i < set->count; i++) {
        if (lw_is_gated(&set->definitions[i])) {
            lw_bits_set(&set->gated, i);
        }
        if (set->definitions[i].public_.anchor == LW_ANCHOR_IBAN) {
            lw_set_iban(set, i);
        }
    }
}

lw_status lw_keywords_index(lw_identifier_set *set) {
    lw_literals literals = {0};
    lw_set_gates(set);
    LW_TRY(lw_keyword_index_new(set, &set->index));
    lw_status status = lw_literals_gather(set, &literals);
    if (status == LW_OK && literals.count > 0) {
        qsort(literals.items, literals.count, sizeof(*literals.items), lw_compare_literals);
    }
    if (status == LW_OK) {
        status = lw_keywords_merge(set, &literals);
    }
    for (size_t i = 0; i < literals.count; i++) {
        free(literals.items[i].text);
    }
    free(literals.items);
    return status;
}

size_t lw_identifier_set_keyword_count(const lw_identifier_set *set) {
    return set->keyword_count;
}

const lw_keyword *lw_identifier_set_keyword(const lw_identifier_set *set, size_t index) {
    return &set->keywords[index];
}

const lw_identifier_bits *lw_identifier_set_gated(const lw_identifier_set *set) {
    return &set->gated;
}

bool lw_identifier_set_iban(const lw_identifier_set *set, char first, char second, size_t *ret_identifier) {
    unsigned a = (unsigned)((first | 0x20) - 'a');
    unsigned b = (unsigned)((second | 0x20) - 'a');
    if (a >= 26 || b >= 26 || set->iban[a * 26 + b] == 0) {
        return false;
    }
    *ret_identifier = set->iban[a * 26 + b] - 1U;
    return true;
}
