/* The catalogue: looking identifiers up by id, and showing them to people and programs as JSON. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

static int lw_compare_id(const void *key, const void *entry) {
    return lw_slice_compare(*(const lw_slice *)key, lw_slice_from(((const lw_catalogue_entry *)entry)->id));
}

size_t lw_catalogue_size(const lw_catalogue *catalogue) {
    return catalogue == NULL ? lw_catalogue_entry_count : catalogue->count;
}

const lw_catalogue_entry *lw_catalogue_at(const lw_catalogue *catalogue, size_t index) {
    return catalogue == NULL ? &lw_catalogue_entries[index] : &catalogue->entries[index];
}

const lw_catalogue_entry *lw_catalogue_find_in(const lw_catalogue *catalogue, lw_slice id) {
    return bsearch(&id, lw_catalogue_at(catalogue, 0), lw_catalogue_size(catalogue), sizeof(lw_catalogue_entry),
                   lw_compare_id);
}

const lw_catalogue_entry *lw_catalogue_find(lw_slice id) {
    return lw_catalogue_find_in(NULL, id);
}

const char *lw_catalogue_nearest(lw_slice id) {
    return lw_catalogue_nearest_in(NULL, id);
}

const char *lw_catalogue_nearest_in(const lw_catalogue *catalogue, lw_slice id) {
    size_t count = lw_catalogue_size(catalogue);
    char upper[80];
    if (id.len < 3 || id.len >= sizeof(upper)) {
        return NULL;
    }
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];
        upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : (c == '-' || c == ' ') ? '_' : c;
    }
    upper[id.len] = '\0';
    size_t nearest = count;
    unsigned best = (unsigned)id.len / 4 + 2;
    for (size_t i = 0; i < count; i++) {
        unsigned distance = lw_edit_distance(upper, lw_catalogue_at(catalogue, i)->id);
        if (distance < best) {
            best = distance;
            nearest = i;
        }
    }
    for (size_t i = 0; nearest == count && i < count; i++) {
        if (strstr(lw_catalogue_at(catalogue, i)->id, upper) != NULL) { /* "SSN", "PASSPORT": a part of it */
            nearest = i;
        }
    }
    return nearest < count ? lw_catalogue_at(catalogue, nearest)->id : NULL;
}

/* ---- JSON ---- */

static bool lw_move_field(cJSON *from, const char *name, cJSON *to) {
    cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(from, name);
    return cJSON_AddItemToObject(to, name, item != NULL ? item : cJSON_CreateNull());
}

/* Keywords of Macie and of this project in one list. */
static bool lw_join_keywords(cJSON *entry) {
    cJSON *keywords = cJSON_GetObjectItemCaseSensitive(entry, "keywords");
    cJSON *more = cJSON_DetachItemFromObjectCaseSensitive(entry, "moreKeywords");
    bool done = true;
    while (more != NULL && done && more->child != NULL) {
        done = cJSON_AddItemToArray(keywords, cJSON_DetachItemViaPointer(more, more->child));
    }
    cJSON_Delete(more);
    return done;
}

/* The line of one identifier in the list. */
static cJSON *lw_catalogue_line(const lw_catalogue_entry *entry) {
    static const char *const fields[] = {"id",       "name",     "category",   "countries", "keywordRequired",
                                         "keywords", "severity", "recommended"};
    cJSON *full = cJSON_Parse(entry->json);
    cJSON *line = cJSON_CreateObject();
    bool done = full != NULL && line != NULL && lw_join_keywords(full);
    for (size_t i = 0; done && i < sizeof(fields) / sizeof(fields[0]); i++) {
        done = lw_move_field(full, fields[i], line);
    }
    done = done && cJSON_AddBoolToObject(line, "supported", entry->supported) != NULL &&
           lw_move_field(full, "source", line);
    cJSON_Delete(full);
    if (!done) {
        cJSON_Delete(line);
        return NULL;
    }
    return line;
}

lw_status lw_catalogue_json(char **ret_json, lw_error *err) {
    cJSON *list = cJSON_CreateArray();
    char *text = NULL;
    for (size_t i = 0; list != NULL && i < lw_catalogue_entry_count; i++) {
        cJSON *line = lw_catalogue_line(&lw_catalogue_entries[i]);
        if (line == NULL || !cJSON_AddItemToArray(list, line)) {
            cJSON_Delete(list);
            list = NULL;
        }
    }
    if (list != NULL) {
        text = cJSON_Print(list);
    }
    cJSON_Delete(list);
    if (text == NULL) {
        return lw_fail(err, LW_E_MEMORY, "list identifiers: out of memory");
    }
    *ret_json = text;
    return LW_OK;
}

/* What is shown are the facts by the patterns, so that write_facts.py can take them from here. */
static lw_status lw_renew_facts(const lw_catalogue_entry *entry, cJSON *root, lw_error *err) {
    lw_definition definition = {0};
    cJSON *facts = NULL;
    LW_TRY(lw_managed_load(entry->id, &definition, err));
    lw_status status = LW_OK;
    if (definition.public_.scope == LW_SCOPE_CELL) {
        status = lw_facts_json(&definition, &facts, err);
    }
    lw_definition_done(&definition);
    cJSON_DeleteItemFromObjectCaseSensitive(root, "facts");
    if (status == LW_OK && facts != NULL && !cJSON_AddItemToObject(root, "facts", facts)) {
        cJSON_Delete(facts);
        status = LW_E_MEMORY;
    }
    return status;
}

lw_status lw_catalogue_show_json(const char *id, char **ret_json, lw_error *err) {
    const lw_catalogue_entry *entry = lw_catalogue_find(lw_slice_from(id));
    if (entry == NULL) {
        const char *nearest = lw_catalogue_nearest(lw_slice_from(id));
        if (nearest != NULL) {
            return lw_fail(err, LW_E_NOT_FOUND, "unknown managed identifier '%.80s'; did you mean '%s'?", id, nearest);
        }
        return lw_fail(err, LW_E_NOT_FOUND, "unknown managed identifier '%.80s'; see `lakewarden identifiers list`",
                       id);
    }
    cJSON *root = cJSON_Parse(entry->json);
    char *text = NULL;
    lw_status status = root == NULL || !entry->supported ? LW_OK : lw_renew_facts(entry, root, err);
    if (status != LW_OK) {
        cJSON_Delete(root);
        return status;
    }
    if (root != NULL && cJSON_AddBoolToObject(root, "supported", entry->supported) != NULL) {
        text = cJSON_Print(root);
    }
    cJSON_Delete(root);
    if (text == NULL) {
        return lw_fail(err, LW_E_MEMORY, "show identifier '%s': out of memory", entry->id);
    }
    *ret_json = text;
    return LW_OK;
}
