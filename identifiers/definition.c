/* A loaded identifier: how its patterns are prepared, and how it is given back. */
#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

static void lw_pattern_done(lw_pattern *pattern) {
    free(pattern->name);
    free(pattern->text);
    free(pattern->tree);
}

void lw_definition_done(lw_definition *definition) {
    for (size_t i = 0; i < definition->pattern_count; i++) {
        lw_pattern_done(&definition->patterns[i]);
    }
    free(definition->patterns);
    free(definition->id);
    free(definition->name);
    free(definition->origin);
    lw_strings_done(&definition->keywords);
    lw_strings_done(&definition->ignore_words);
    lw_strings_done(&definition->never_reported);
    lw_strings_done(&definition->anchors);
    *definition = (lw_definition){0};
}

static lw_status lw_pattern_prepare(lw_pattern *pattern, const lw_pattern_facts *facts, lw_error *err) {
    const lw_named_check *check = facts->check == NULL ? NULL : lw_check_find(facts->check);
    if (facts->check != NULL && check == NULL) {
        return lw_fail(err, LW_E_CONFIG, "unknown check '%.80s'", facts->check);
    }
    if (check != NULL) {
        pattern->check = check->check;
        pattern->evidence = check->evidence;
    }
    if (facts->finder != NULL && (pattern->finder = lw_finder_find(facts->finder, &pattern->evidence)) == NULL) {
        return lw_fail(err, LW_E_CONFIG, "unknown finder '%.80s'", facts->finder);
    }
    pattern->engine = pattern->finder != NULL ? LW_ENGINE_FINDER : LW_ENGINE_PATTERN;
    return facts->unread ? LW_OK : lw_regex_tree_new(lw_slice_from(pattern->text), &pattern->tree, err);
}

lw_status lw_definition_add_pattern(lw_definition *definition, const lw_pattern_facts *facts, lw_error *err) {
    size_t count = definition->pattern_count;
    lw_pattern *grown = realloc(definition->patterns, (count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return lw_fail(err, LW_E_MEMORY, "load identifier: out of memory");
    }
    definition->patterns = grown;
    definition->pattern_count = count + 1; /* owned from here on, whatever happens */
    lw_pattern *pattern = &grown[count];
    *pattern = (lw_pattern){.bounded = facts->bounded, .alone = facts->alone, .digits = facts->digits};
    pattern->name = lw_text_dup(facts->name);
    pattern->text = lw_text_dup(facts->text);
    if (pattern->name == NULL || pattern->text == NULL) {
        return lw_fail(err, LW_E_MEMORY, "load identifier: out of memory");
    }
    LW_TRY(lw_pattern_prepare(pattern, facts, err));
    if (facts->finder != NULL && count > 0) {
        pattern->engine = LW_ENGINE_NONE;
    }
    return LW_OK;
}

/* The fewest bytes that a managed keyword is written with: without its spaces and accents. */
static size_t lw_least_written(const char *keyword) {
    size_t len = 0;
    for (const char *c = keyword; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        bool combining = byte == 0xCC || byte == 0xCD; /* U+0300 to U+037F: folded to nothing, or rare */
        len += byte != ' ' && !combining && (byte & 0xC0U) != 0x80;
    }
    return len;
}

static size_t lw_shortest_keyword(const lw_definition *definition) {
    size_t shortest = 0;
    for (size_t i = 0; i < definition->keywords.count; i++) {
        const char *keyword = definition->keywords.items[i];
        size_t len = definition->keyword_variants ? lw_least_written(keyword) : strlen(keyword);
        shortest = shortest == 0 || len < shortest ? len : shortest;
    }
    return shortest;
}

/* ---- facts ---- */

static void lw_facts_add(lw_facts *facts, const lw_pattern *pattern, const lw_regex_tree *tree) {
    unsigned digits = tree->min_digits > pattern->digits ? tree->min_digits : pattern->digits;
    facts->min_length = tree->min_length < facts->min_length ? tree->min_length : facts->min_length;
    facts->min_digits = digits < facts->min_digits ? digits : facts->min_digits;
    facts->gated = facts->gated && (digits >= LW_GATE_DIGITS || lw_tree_upper_run(tree) >= LW_GATE_UPPER_RUN);
}

/* Does this form count without a keyword? */
static bool lw_pattern_counts_alone(const lw_definition *definition, const lw_pattern *pattern) {
    return definition->public_.proximity == LW_PROXIMITY_FREE ||
           (definition->public_.proximity == LW_PROXIMITY_CONDITIONAL && pattern->alone);
}

/* "phone", "card" and "iban:xx" among the anchors are no texts. */
static bool lw_anchor_is_word(lw_slice text) {
    return lw_slice_equal_text(text, "phone") || lw_slice_equal_text(text, "card") ||
           (text.len >= 5 && memcmp(text.data, "iban:", 5) == 0);
}

static bool lw_is_plain_byte(unsigned char byte) {
    return lw_plain_character((char)byte) != '\0';
}

static bool lw_is_joint_byte(unsigned char byte) {
    return byte == ' ' || byte == '-';
}

/* Are all bytes that can stand at the places from..past of this kind? */
static bool lw_shape_is(const lw_shape *shape, size_t from, size_t past, bool (*kind)(unsigned char)) {
    bool all = true;
    for (size_t place = from; place < past; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            all = all && ((shape->class_bits[byte] & shape->need[place]) == 0 || kind((unsigned char)byte));
        }
    }
    return all;
}

/* Is every match what LW_ANCHOR_IBAN tells of? The check sees to it that all its separators are the same. Much else
 * begins with two letters and two digits. */
static bool lw_is_iban(const lw_pattern *pattern, const lw_regex_tree *tree) {
    lw_shape shape;
    bool checked = pattern->check != NULL && (pattern->check == lw_check_find("iban")->check ||
                                              pattern->check == lw_check_find("iban-national")->check);
    if (!checked || !pattern->bounded || tree->min_digits < LW_ANCHOR_DIGITS || !lw_shape_make(tree, &shape) ||
        shape.length < LW_ANCHOR_IBAN_LENGTH) {
        return false;
    }
    if (lw_shape_is(&shape, 4, LW_ANCHOR_IBAN_LENGTH, lw_is_plain_byte)) {
        return true;
    }
    return lw_shape_is(&shape, 4, 5, lw_is_joint_byte) && lw_shape_is(&shape, 5, 6, lw_is_plain_byte) &&
           (lw_shape_is(&shape, 6, 7, lw_is_joint_byte) || lw_shape_is(&shape, 6, 9, lw_is_plain_byte));
}

/* "eyj", "AL" with two digits behind it as "iban:al"; nothing where a match can begin in other ways. */
static lw_status lw_anchor_add(const lw_pattern *pattern, const lw_regex_tree *tree, lw_strings *anchors,
                               bool *ret_known) {
    lw_prefix prefix = lw_tree_prefix(tree);
    lw_slice text = {prefix.text, prefix.len};
    bool letters = prefix.len == 2 && prefix.text[0] >= 'a' && prefix.text[0] <= 'z' && prefix.text[1] >= 'a' &&
                   prefix.text[1] <= 'z';
    if (prefix.len >= 3) {
        /* a text that has a meaning of its own among the anchors is named by its first letters */
        text.len = lw_anchor_is_word(text) ? 3 : text.len;
        return lw_strings_contain(anchors, text) ? LW_OK : lw_strings_add(anchors, text);
    }
    if (letters && prefix.two_digits_follow && lw_is_iban(pattern, tree)) {
        char iban[] = "iban:xx";
        memcpy(iban + 5, prefix.text, 2);
        text = lw_slice_from(iban);
        return lw_strings_contain(anchors, text) ? LW_OK : lw_strings_add(anchors, text);
    }
    *ret_known = false;
    return LW_OK;
}

static lw_status lw_facts_read(const lw_definition *definition, lw_facts *facts, lw_strings *anchors, lw_error *err) {
    bool known = true;
    for (size_t i = 0; i < definition->pattern_count; i++) {
        const lw_pattern *pattern = &definition->patterns[i];
        lw_regex_tree *tree = pattern->tree;
        if (tree == NULL) {
            LW_TRY(lw_regex_tree_new(lw_slice_from(pattern->text), &tree, err));
        }
        lw_facts_add(facts, pattern, tree);
        lw_status status = LW_OK;
        if (lw_pattern_counts_alone(definition, pattern)) {
            status = lw_anchor_add(pattern, tree, anchors, &known);
        }
        if (tree != pattern->tree) {
            free(tree);
        }
        LW_TRY(status);
    }
    if (!known) {
        lw_strings_done(anchors);
    }
    return LW_OK;
}

lw_status lw_definition_facts(const lw_definition *definition, lw_facts *ret_facts, lw_strings *ret_anchors,
                              lw_error *err) {
    lw_facts facts = {true, SIZE_MAX, UINT32_MAX, true};
    lw_strings anchors = {0};
    lw_status status = lw_facts_read(definition, &facts, &anchors, err);
    if (status != LW_OK) {
        lw_strings_done(&anchors);
        return status;
    }
    *ret_facts = definition->pattern_count == 0 ? (lw_facts){.known = true, .min_length = 1} : facts;
    *ret_anchors = anchors;
    return LW_OK;
}

/* Takes "iban:al" apart; what else is among the anchors is a literal. */
static lw_anchor lw_anchor_of(lw_definition *definition) {
    const lw_strings *anchors = &definition->anchors;
    if (anchors->count == 0) {
        return LW_ANCHOR_NONE;
    }
    if (strcmp(anchors->items[0], "phone") == 0) {
        return LW_ANCHOR_PHONE;
    }
    if (strcmp(anchors->items[0], "card") == 0) {
        return LW_ANCHOR_CARD;
    }
    if (strncmp(anchors->items[0], "iban:", 5) == 0 && strlen(anchors->items[0]) == 7 && anchors->count == 1) {
        memcpy(definition->anchor_letters, anchors->items[0] + 5, 2);
        return LW_ANCHOR_IBAN;
    }
    for (size_t i = 0; i < anchors->count; i++) {
        if (strncmp(anchors->items[i], "iban:", 5) == 0) { /* several kinds: every cell is searched */
            return LW_ANCHOR_NONE;
        }
    }
    return LW_ANCHOR_LITERAL;
}

lw_status lw_definition_seal(lw_definition *definition, lw_error *err) {
    lw_identifier *public_ = &definition->public_;
    if (!definition->facts.known) {
        lw_strings anchors = {0};
        LW_TRY(lw_definition_facts(definition, &definition->facts, &anchors, err));
        if (definition->anchors.count == 0) { /* what the data names itself is known better */
            definition->anchors = anchors;
        } else {
            lw_strings_done(&anchors);
        }
    }
    public_->id = definition->id;
    public_->name = definition->name;
    public_->min_keyword = lw_shortest_keyword(definition);
    public_->min_match = definition->facts.min_length;
    public_->min_digits = definition->facts.min_digits;
    public_->anchor = definition->keyword_variants ? lw_anchor_of(definition) : LW_ANCHOR_NONE;
    return LW_OK;
}
