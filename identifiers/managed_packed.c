/* Managed identifiers in the form that a scan loads: only what detection needs, a line a field, no JSON to be parsed.
 *
 * Made of the same files as the embedded JSON, by tools/embed_catalogue.cmake, which has the list of the fields. A line
 * is a letter and a value that goes to the end of the line, as it is. The lines of a pattern follow the one with its
 * name. That both forms give the same definition is a test (identifiers.packed). What a file of the user's says is read
 * from its JSON alone, and so is all that a scan does not need: examples, sources, notes.
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/managed_priv.h"

/* A pattern is added when the next one begins, or at the end. */
typedef struct lw_unpacking {
    lw_definition *definition;
    lw_strings texts; /* values of patterns, as strings */
    lw_pattern_facts pattern;
    const char *finder;
    lw_error *err;
} lw_unpacking;

static unsigned lw_packed_number(lw_slice value) {
    unsigned number = 0;
    for (size_t i = 0; i < value.len && value.data[i] >= '0' && value.data[i] <= '9'; i++) {
        number = number * 10 + (unsigned)(value.data[i] - '0');
    }
    return number;
}

/* Names of fixed lists are short. */
#define LW_PACKED_NAME_MAX 64U
static const char *lw_packed_name(lw_slice value, char room[LW_PACKED_NAME_MAX]) {
    if (value.len >= LW_PACKED_NAME_MAX) {
        return NULL;
    }
    memcpy(room, value.data, value.len);
    room[value.len] = '\0';
    return room;
}

static lw_status lw_packed_keep(lw_unpacking *state, lw_slice value, const char **ret_text) {
    LW_TRY(lw_strings_add(&state->texts, value));
    *ret_text = state->texts.items[state->texts.count - 1];
    return LW_OK;
}

static lw_status lw_packed_pattern_done(lw_unpacking *state) {
    if (state->pattern.name == NULL) {
        return LW_OK;
    }
    if (state->pattern.text == NULL) {
        return LW_E_INTERNAL;
    }
    lw_status status = lw_definition_add_pattern(state->definition, &state->pattern, state->err);
    state->pattern = (lw_pattern_facts){0};
    return status;
}

static lw_status lw_packed_pattern_begin(lw_unpacking *state, lw_slice name) {
    LW_TRY(lw_packed_pattern_done(state));
    state->pattern =
        (lw_pattern_facts){.finder = state->finder, .bounded = true, .unread = state->definition->facts.known};
    return lw_packed_keep(state, name, &state->pattern.name);
}

static lw_status lw_packed_text(char **ret_text, lw_slice value) {
    *ret_text = lw_slice_dup(value);
    return *ret_text == NULL ? LW_E_MEMORY : LW_OK;
}

/* The twin without keyword lends the keywords that must not be near. */
static lw_status lw_packed_lent_keywords(lw_definition *definition, lw_slice id) {
    const lw_catalogue_entry *entry = lw_catalogue_find(id);
    const char *line = entry == NULL ? NULL : entry->packed;
    if (line == NULL) {
        return LW_E_INTERNAL;
    }
    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        if (line[0] == 'k') {
            LW_TRY(lw_strings_add(&definition->keywords, (lw_slice){line + 1, (size_t)(end - line) - 1}));
        }
    }
    return LW_OK;
}

static lw_status lw_packed_facts(lw_facts *facts, char field, lw_slice value) {
    unsigned number = lw_packed_number(value);
    if (field == 'l') {
        *facts = (lw_facts){.known = true, .min_length = number};
        return number == 0 ? LW_E_INTERNAL : LW_OK;
    }
    facts->min_digits = field == 'i' ? number : facts->min_digits;
    facts->gated = field == 'g' ? true : facts->gated;
    return LW_OK;
}

static lw_status lw_packed_pattern_field(lw_unpacking *state, char field, lw_slice value) {
    switch (field) {
    case 'p':
        return lw_packed_pattern_begin(state, value);
    case 'r':
        return lw_packed_keep(state, value, &state->pattern.text);
    case 'h':
        return lw_packed_keep(state, value, &state->pattern.check);
    case 'b':
        state->pattern.bounded = false;
        return LW_OK;
    case 'a':
        state->pattern.alone = true;
        return LW_OK;
    case 'd':
        state->pattern.digits = lw_packed_number(value);
        return LW_OK;
    default:
        return LW_E_INTERNAL;
    }
}

static lw_status lw_packed_field(lw_unpacking *state, char field, lw_slice value) {
    lw_definition *definition = state->definition;
    char room[LW_PACKED_NAME_MAX];
    switch (field) {
    case 'n':
        return lw_packed_text(&definition->name, value);
    case 'c':
        return lw_managed_category(lw_packed_name(value, room), &definition->public_.category);
    case 's':
        return lw_managed_add_severity(definition, lw_packed_name(value, room));
    case 'k':
        return lw_strings_add(&definition->keywords, value);
    case 'K':
        return lw_packed_lent_keywords(definition, value);
    case 'v':
        return lw_managed_never_report(definition, value);
    case 'm':
        definition->public_.max_count_per_file = lw_packed_number(value);
        return LW_OK;
    case 'S':
        return lw_managed_scope(lw_packed_name(value, room), &definition->public_.scope);
    case 'P':
        return lw_managed_proximity(lw_packed_name(value, room), &definition->public_.proximity);
    case 'o':
        definition->public_.prior = lw_packed_number(value);
        return LW_OK;
    case 'A':
        return lw_strings_add(&definition->anchors, value);
    case 'f':
        return lw_packed_keep(state, value, &state->finder);
    case 'l':
    case 'i':
    case 'g':
        return lw_packed_facts(&definition->facts, field, value);
    default:
        return lw_packed_pattern_field(state, field, value);
    }
}

static lw_status lw_packed_lines(lw_unpacking *state, const char *packed) {
    for (const char *line = packed; *line != '\0';) {
        const char *end = strchr(line, '\n');
        if (end == NULL || end == line) {
            return LW_E_INTERNAL;
        }
        LW_TRY(lw_packed_field(state, line[0], (lw_slice){line + 1, (size_t)(end - line) - 1}));
        line = end + 1;
    }
    return lw_packed_pattern_done(state);
}

static bool lw_packed_is_complete(const lw_definition *definition) {
    bool patterns = definition->public_.scope != LW_SCOPE_CELL || definition->pattern_count > 0;
    return definition->name != NULL && definition->step_count == 3 && patterns;
}

lw_status lw_managed_unpack(const lw_catalogue_entry *entry, lw_definition *ret_definition, lw_error *err) {
    lw_definition definition = {0};
    lw_unpacking state = {.definition = &definition, .err = err};
    lw_status status = entry->packed == NULL ? LW_E_INTERNAL : lw_packed_text(&definition.id, lw_slice_from(entry->id));
    if (status == LW_OK) {
        status = lw_packed_lines(&state, entry->packed);
    }
    if (status == LW_OK && !lw_packed_is_complete(&definition)) {
        status = LW_E_INTERNAL;
    }
    if (status == LW_OK) {
        status = lw_managed_seal(&definition, err);
    }
    lw_strings_done(&state.texts);
    if (status != LW_OK) {
        lw_definition_done(&definition);
        return status == LW_E_INTERNAL ? lw_managed_fault(entry->id, "packed", err)
                                       : lw_fail_prefix(err, status, "catalogue entry '%s'", entry->id);
    }
    *ret_definition = definition;
    return LW_OK;
}
