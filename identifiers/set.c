/* The set: managed and custom identifiers of one run, chosen, loaded, put in order. Immutable once it is made.
 *
 * Order is part of the contract (it is the order of findings): managed by id, then custom by name, equal names by id.
 * Patterns are parsed here and compiled by the matchers that need them (matcher.c): most identifiers of a set never
 * meet a column they apply to, and compiling them all would cost more than the rest of the start.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"
#include "identifiers/managed_priv.h"

#define LW_DAY_MS INT64_C(86400000)

const char *lw_category_name(lw_category category) {
    static const char *const names[] = {"CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION",
                                        "CUSTOM_IDENTIFIER"};
    return names[category];
}

const char *lw_severity_name(lw_severity severity) {
    static const char *const names[] = {"None", "Low", "Medium", "High"};
    return names[severity];
}

lw_status lw_severity_parse(const char *text, lw_severity *ret_severity) {
    for (int i = LW_SEVERITY_LOW; text != NULL && i <= LW_SEVERITY_HIGH; i++) {
        if (strcasecmp(text, lw_severity_name((lw_severity)i)) == 0) {
            *ret_severity = (lw_severity)i;
            return LW_OK;
        }
    }
    return LW_E_USAGE;
}

/* ---- which managed identifiers ---- */

static lw_status lw_managed_choose_one(const lw_catalogue *catalogue, lw_slice id, lw_strings *ids, lw_error *err) {
    const lw_catalogue_entry *entry = lw_catalogue_find_in(catalogue, id);
    if (entry == NULL) {
        const char *nearest = lw_catalogue_nearest_in(catalogue, id);
        int len = id.len > 80 ? 80 : (int)id.len;
        if (nearest != NULL) {
            return lw_fail(err, LW_E_CONFIG, "unknown managed identifier '%.*s'; did you mean '%s'?", len, id.data,
                           nearest);
        }
        return lw_fail(err, LW_E_CONFIG, "unknown managed identifier '%.*s'; see `lakewarden identifiers list`", len,
                       id.data);
    }
    if (!entry->supported) {
        return lw_fail(
            err, LW_E_CONFIG,
            "managed identifier '%s' is not supported in this version; leave it out, or write a custom identifier",
            entry->id);
    }
    return lw_strings_contain(ids, id) ? LW_OK : lw_strings_add(ids, id);
}

static lw_status lw_managed_choose_group(const lw_catalogue *catalogue, bool recommended_only, lw_strings *ids) {
    for (size_t i = 0; i < lw_catalogue_size(catalogue); i++) {
        const lw_catalogue_entry *entry = lw_catalogue_at(catalogue, i);
        lw_slice id = lw_slice_from(entry->id);
        if (entry->supported && (entry->recommended || !recommended_only) && !lw_strings_contain(ids, id)) {
            LW_TRY(lw_strings_add(ids, id));
        }
    }
    return LW_OK;
}

/* The names of groups are those of Macie's selectors, in any case. */
static bool lw_is_group(lw_slice word, const char *name) {
    return lw_slice_equal_nocase(word, lw_slice_from(name));
}

static lw_status lw_managed_choose(const lw_identifier_options *options, lw_strings *ids, lw_error *err) {
    lw_slice rest = lw_slice_from(options->managed == NULL ? "recommended" : options->managed);
    if (lw_is_group(lw_slice_trim(rest), "none")) {
        return LW_OK;
    }
    for (bool last = false; !last;) {
        const char *comma = rest.len == 0 ? NULL : memchr(rest.data, ',', rest.len);
        size_t len = comma == NULL ? rest.len : (size_t)(comma - rest.data);
        lw_slice word = lw_slice_trim((lw_slice){rest.data, len});
        last = comma == NULL;
        rest = last ? rest : (lw_slice){comma + 1, rest.len - len - 1};
        if (lw_is_group(word, "recommended") || lw_is_group(word, "all")) {
            LW_TRY(lw_managed_choose_group(options->catalogue, word.len > 3, ids));
        } else if (word.len == 0) {
            return lw_fail(err, LW_E_CONFIG, "list of managed identifiers has an empty entry; write ID,ID");
        } else if (lw_is_group(word, "none")) {
            return lw_fail(err, LW_E_CONFIG, "'none' cannot stand in a list of managed identifiers; give it alone");
        } else {
            LW_TRY(lw_managed_choose_one(options->catalogue, word, ids, err));
        }
    }
    return LW_OK;
}

/* ---- loading ---- */

static lw_status lw_set_add_managed(lw_identifier_set *set, const lw_strings *ids, const lw_catalogue *catalogue,
                                    lw_error *err) {
    for (size_t i = 0; i < ids->count; i++) {
        const lw_catalogue_entry *entry = lw_catalogue_find_in(catalogue, lw_slice_from(ids->items[i]));
        lw_definition *definition = &set->definitions[set->count];
        LW_TRY(catalogue == NULL ? lw_managed_unpack(entry, definition, err)
                                 : lw_managed_parse_in(catalogue, entry->json, definition, err));
        set->count++;
    }
    return LW_OK;
}

/* Ids to leave out need not be supported, but must be Macie's. */
static lw_status lw_managed_leave_out(const lw_identifier_options *options, lw_strings *ids, lw_error *err) {
    const lw_strings *exclude = options->managed_exclude;
    for (size_t i = 0; exclude != NULL && i < exclude->count; i++) {
        size_t kept = 0;
        lw_slice id = lw_slice_from(exclude->items[i]);
        if (lw_catalogue_find_in(options->catalogue, id) == NULL) {
            const char *nearest = lw_catalogue_nearest_in(options->catalogue, id);
            return lw_fail(err, LW_E_CONFIG, "unknown managed identifier '%.80s' to leave out%s%s%s", exclude->items[i],
                           nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                           nearest != NULL ? "'?" : "; see `lakewarden identifiers list`");
        }
        for (size_t k = 0; k < ids->count; k++) {
            if (lw_slice_equal_text(id, ids->items[k])) {
                free(ids->items[k]);
            } else {
                ids->items[kept++] = ids->items[k];
            }
        }
        ids->count = kept;
    }
    return LW_OK;
}

/* Does a name of a job's list mean this definition? */
static bool lw_custom_is_called(const lw_definition *definition, const char *name) {
    const char *slash = strrchr(definition->origin, '/');
    const char *file = slash == NULL ? definition->origin : slash + 1;
    size_t len = strlen(name);
    return strcmp(definition->id, name) == 0 || strcmp(definition->name, name) == 0 || strcmp(file, name) == 0 ||
           (strncmp(file, name, len) == 0 && strcmp(file + len, ".json") == 0);
}

static lw_status lw_fail_unknown_custom(const lw_identifier_set *set, size_t first, const char *wanted, lw_error *err) {
    lw_buf names;
    lw_buf_init(&names, 4096);
    lw_status status = LW_OK;
    for (size_t i = first; i < set->count && status == LW_OK; i++) {
        status = lw_buf_printf(&names, "%s'%s'", i == first ? "" : ", ", set->definitions[i].name);
    }
    status = lw_fail(err, LW_E_CONFIG,
                     "custom identifier '%.120s' is not among those given (%s); give its file with --custom", wanted,
                     names.len == 0 ? "none" : names.data);
    lw_buf_done(&names);
    return status;
}

/* Drops the custom definitions (from first on) that the job does not name. */
static lw_status lw_set_keep_custom(lw_identifier_set *set, size_t first, const lw_strings *only, lw_error *err) {
    size_t kept = first;
    for (size_t i = 0; only != NULL && i < only->count; i++) {
        bool found = false;
        for (size_t k = first; k < set->count; k++) {
            found = found || lw_custom_is_called(&set->definitions[k], only->items[i]);
        }
        if (!found) {
            return lw_fail_unknown_custom(set, first, only->items[i], err);
        }
    }
    for (size_t k = first; only != NULL && k < set->count; k++) {
        bool wanted = false;
        for (size_t i = 0; i < only->count; i++) {
            wanted = wanted || lw_custom_is_called(&set->definitions[k], only->items[i]);
        }
        if (!wanted) {
            lw_definition_done(&set->definitions[k]);
        } else {
            lw_definition moved = set->definitions[k];
            set->definitions[k] = (lw_definition){0};
            set->definitions[kept++] = moved;
        }
    }
    set->count = only == NULL ? set->count : kept;
    return LW_OK;
}

static lw_status lw_set_add_custom(lw_identifier_set *set, const lw_strings *paths, lw_error *err) {
    for (size_t i = 0; i < paths->count; i++) {
        LW_TRY(lw_custom_load(paths->items[i], &set->definitions[set->count], err));
        const lw_definition *added = &set->definitions[set->count++];
        for (size_t k = 0; k + 1 < set->count; k++) {
            const lw_definition *other = &set->definitions[k];
            if (other->origin != NULL && strcmp(other->id, added->id) == 0) {
                return lw_fail(err, LW_E_CONFIG,
                               "custom identifier '%s' is given twice, in '%s' and in '%s'; remove one", added->name,
                               other->origin, added->origin);
            }
        }
    }
    return LW_OK;
}

static int lw_compare_definitions(const void *a, const void *b) {
    const lw_definition *left = a;
    const lw_definition *right = b;
    bool left_custom = left->public_.category == LW_CATEGORY_CUSTOM;
    bool right_custom = right->public_.category == LW_CATEGORY_CUSTOM;
    if (left_custom != right_custom) {
        return left_custom ? 1 : -1;
    }
    int order = left_custom ? strcmp(left->name, right->name) : 0;
    return order != 0 ? order : strcmp(left->id, right->id);
}

static lw_status lw_set_finish(lw_identifier_set *set, int64_t now_ms) {
    int64_t now = now_ms == 0 ? lw_clock_wall_ms() : now_ms;
    int64_t days = now >= 0 ? now / LW_DAY_MS : (now - LW_DAY_MS + 1) / LW_DAY_MS;
    set->today = days > 2932896 ? 2932896 : days < -719162 ? -719162 : (int32_t)days; /* years 1 to 9999 */
    qsort(set->definitions, set->count, sizeof(*set->definitions), lw_compare_definitions);
    for (size_t i = 0; i < set->count; i++) {
        set->definitions[i].allow = set->allow;
        set->definitions[i].first_pattern = set->pattern_count;
        set->pattern_count += set->definitions[i].pattern_count;
    }
    return lw_keywords_index(set);
}

static lw_status lw_set_fill(lw_identifier_set *set, const lw_strings *ids, const lw_strings *paths,
                             const lw_identifier_options *options, lw_error *err) {
    set->definitions = calloc(ids->count + paths->count + 1, sizeof(*set->definitions));
    if (set->definitions == NULL) {
        return LW_E_MEMORY;
    }
    LW_TRY(lw_set_add_managed(set, ids, options->catalogue, err));
    LW_TRY(lw_set_add_custom(set, paths, err));
    LW_TRY(lw_set_keep_custom(set, ids->count, options->custom_only, err));
    if (set->count - ids->count > LW_CUSTOM_PER_SET_MAX) {
        return lw_fail(err, LW_E_CONFIG, "%zu custom identifiers are given, allowed in one run are at most %d",
                       set->count - ids->count, LW_CUSTOM_PER_SET_MAX);
    }
    if (set->count > LW_IDENTIFIERS_MAX) {
        return lw_fail(err, LW_E_CONFIG, "%zu identifiers are chosen, allowed in one run are at most %d; choose fewer",
                       set->count, LW_IDENTIFIERS_MAX);
    }
    if (set->count == 0) {
        return lw_fail(
            err, LW_E_CONFIG,
            "no identifiers to look for: choose managed identifiers or give a custom one (--managed, --custom)");
    }
    set->keep_all = options->keep_all;
    set->allow = options->allow;
    return lw_set_finish(set, options->now_ms);
}

lw_status lw_identifier_set_load(const lw_identifier_options *options, lw_identifier_set **ret_set, lw_error *err) {
    lw_strings ids = {0};
    lw_strings paths = {0};
    lw_identifier_set *set = calloc(1, sizeof(*set));
    lw_status status = set == NULL ? LW_E_MEMORY : lw_managed_choose(options, &ids, err);
    if (status == LW_OK) {
        status = lw_custom_paths(options->custom, &paths, err);
    }
    if (status == LW_OK) {
        status = lw_managed_leave_out(options, &ids, err);
    }
    if (status == LW_OK) {
        status = lw_set_fill(set, &ids, &paths, options, err);
    }
    lw_strings_done(&ids);
    lw_strings_done(&paths);
    if (status != LW_OK) {
        lw_identifier_set_free(set);
        return status == LW_E_MEMORY ? lw_fail(err, status, "load identifiers: out of memory") : status;
    }
    *ret_set = set;
    return LW_OK;
}

lw_status lw_identifier_set_of(lw_definition *definition, int64_t now_ms, lw_identifier_set **ret_set) {
    lw_identifier_set *set = calloc(1, sizeof(*set));
    lw_status status = LW_E_MEMORY;
    if (set != NULL) {
        set->definitions = calloc(1, sizeof(*set->definitions));
    }
    if (set != NULL && set->definitions != NULL) {
        set->definitions[0] = *definition;
        set->count = 1;
        *definition = (lw_definition){0};
        status = lw_set_finish(set, now_ms);
    }
    lw_definition_done(definition);
    if (status != LW_OK) {
        lw_identifier_set_free(set);
        return status;
    }
    *ret_set = set;
    return LW_OK;
}

void lw_identifier_set_free(lw_identifier_set *set) {
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        lw_definition_done(&set->definitions[i]);
    }
    free(set->definitions);
    free(set->keywords);
    lw_keyword_index_free(set->index);
    lw_strings_done(&set->keyword_texts);
    free(set);
}

/* ---- reading ---- */

bool lw_identifier_set_keeps_all(const lw_identifier_set *set) {
    return set->keep_all;
}

size_t lw_identifier_set_count(const lw_identifier_set *set) {
    return set->count;
}

const lw_identifier *lw_identifier_set_at(const lw_identifier_set *set, size_t index) {
    return &set->definitions[index].public_;
}

lw_severity lw_identifier_set_severity(const lw_identifier_set *set, size_t index, uint64_t count) {
    const lw_definition *definition = &set->definitions[index];
    lw_severity severity = LW_SEVERITY_NONE;
    for (size_t i = 0; i < definition->step_count; i++) {
        if (count >= definition->steps[i].threshold) {
            severity = definition->steps[i].severity;
        }
    }
    return severity;
}
