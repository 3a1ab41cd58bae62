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
    if (facts->finder != NULL && (pattern->finder = lw_finder_find(facts->finder)) == NULL) {
        return lw_fail(err, LW_E_CONFIG, "unknown finder '%.80s'", facts->finder);
    }
    LW_TRY(lw_regex_tree_new(lw_slice_from(pattern->text), &pattern->tree, err));
    if (pattern->finder != NULL) {
        pattern->engine = LW_ENGINE_FINDER;
    } else if (lw_shape_make(pattern->tree, &pattern->shape)) {
        pattern->engine = LW_ENGINE_SHAPE;
    } else {
        pattern->engine = LW_ENGINE_REGEX;
    }
    return LW_OK;
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
    *pattern = (lw_pattern){.bounded = facts->bounded, .alone = facts->alone};
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

static size_t lw_shortest_keyword(const lw_definition *definition) {
    size_t shortest = 0;
    for (size_t i = 0; i < definition->keywords.count; i++) {
        const char *keyword = definition->keywords.items[i];
        size_t len = strlen(keyword);
        for (const char *c = keyword; definition->keyword_variants && *c != '\0'; c++) {
            len -= *c == ' ';
        }
        shortest = shortest == 0 || len < shortest ? len : shortest;
    }
    return shortest;
}

void lw_definition_seal(lw_definition *definition) {
    lw_identifier *public_ = &definition->public_;
    public_->id = definition->id;
    public_->name = definition->name;
    public_->min_keyword = lw_shortest_keyword(definition);
    public_->min_match = definition->pattern_count == 0 ? 1 : SIZE_MAX;
    public_->min_digits = definition->pattern_count == 0 ? 0 : UINT32_MAX;
    for (size_t i = 0; i < definition->pattern_count; i++) {
        const lw_regex_tree *tree = definition->patterns[i].tree;
        public_->min_match = tree->min_length < public_->min_match ? tree->min_length : public_->min_match;
        public_->min_digits = tree->min_digits < public_->min_digits ? tree->min_digits : public_->min_digits;
    }
}
