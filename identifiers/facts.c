/* Facts as the catalogue keeps them: written once from the patterns (identifiers/tools/write_facts.py), so that no
 * pattern has to be read at start, and held against the patterns by `lakewarden identifiers check`. */
#include <cjson/cJSON.h>

#include "identifiers/identifiers_priv.h"

static bool lw_add_number(cJSON *object, const char *name, size_t number) {
    return cJSON_AddNumberToObject(object, name, (double)number) != NULL;
}

static bool lw_add_anchors(cJSON *object, const lw_strings *anchors) {
    cJSON *array = cJSON_AddArrayToObject(object, "anchors");
    bool done = array != NULL;
    for (size_t i = 0; done && i < anchors->count; i++) {
        done = cJSON_AddItemToArray(array, cJSON_CreateString(anchors->items[i]));
    }
    return done;
}

lw_status lw_facts_json(const lw_definition *definition, struct cJSON **ret_json, lw_error *err) {
    lw_facts facts = {0};
    lw_strings anchors = {0};
    LW_TRY(lw_definition_facts(definition, &facts, &anchors, err));
    cJSON *json = cJSON_CreateObject();
    bool done = json != NULL && lw_add_number(json, "minLength", facts.min_length) &&
                lw_add_number(json, "minDigits", facts.min_digits) &&
                cJSON_AddBoolToObject(json, "gated", facts.gated) != NULL &&
                (anchors.count == 0 || lw_add_anchors(json, &anchors));
    lw_strings_done(&anchors);
    if (!done) {
        cJSON_Delete(json);
        return lw_fail(err, LW_E_MEMORY, "read facts of '%s': out of memory", definition->id);
    }
    *ret_json = json;
    return LW_OK;
}

lw_status lw_facts_agree(const lw_definition *definition, const struct cJSON *root, bool *ret_agree, lw_error *err) {
    const cJSON *kept = cJSON_GetObjectItemCaseSensitive(root, "facts");
    cJSON *found = NULL;
    if (definition->public_.scope == LW_SCOPE_RECORD || definition->pattern_count == 0) {
        *ret_agree = kept == NULL;
        return LW_OK;
    }
    LW_TRY(lw_facts_json(definition, &found, err));
    *ret_agree = kept != NULL && cJSON_Compare(kept, found, true);
    cJSON_Delete(found);
    return LW_OK;
}
