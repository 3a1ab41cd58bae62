/* Documents of the user's: files are read whole and with a limit, fields are judged by name.
 *
 * A field that is not known is refused with the one that was probably meant: a misspelt field must not silently mean
 * its default. Messages name file and field, and never hold the text of a field.
 */
#include "identifiers/document_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_check.h"

#define LW_DOCUMENT_MAX ((size_t)1024 * 1024)
#define LW_DOCUMENT_DEPTH_MAX 16

/* ---- files ---- */

lw_status lw_document_read(const char *path, const char *what, size_t max, lw_buf *content, lw_error *err) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return lw_fail(err, LW_E_CONFIG, "open %s '%s': %s", what, path, strerror(errno));
    }
    char block[16384];
    size_t got = 0;
    lw_status status = LW_OK;
    while (status == LW_OK && (got = fread(block, 1, sizeof(block), file)) > 0) {
        if (content->len + got > max) {
            status =
                lw_fail(err, LW_E_CONFIG, "%s '%s': it is longer than %zu MiB; make it shorter", what, path, max >> 20);
        } else if (lw_buf_append(content, block, got) != LW_OK) {
            status = lw_fail(err, LW_E_MEMORY, "read %s '%s': out of memory", what, path);
        }
    }
    if (status == LW_OK && ferror(file)) {
        status = lw_fail(err, LW_E_CONFIG, "read %s '%s': %s", what, path, strerror(errno));
    }
    lw_wipe(block, sizeof(block));
    (void)fclose(file);
    return status;
}

static int lw_is_entry(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int lw_compare_entries(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static lw_status lw_folder_paths(const char *folder, const char *what, unsigned below, lw_strings *paths,
                                 lw_error *err);

static lw_status lw_add_path(const char *path, const char *what, unsigned below, lw_strings *paths, lw_error *err) {
    struct stat facts;
    if (stat(path, &facts) != 0) {
        return lw_fail(err, LW_E_CONFIG, "open %s '%s': %s", what, path, strerror(errno));
    }
    if (S_ISDIR(facts.st_mode)) {
        return below > 0 ? lw_folder_paths(path, what, below - 1, paths, err) : LW_OK;
    }
    bool json = lw_slice_ends_with(lw_slice_from(path), LW_SLICE_LITERAL(".json"));
    return json ? lw_strings_add(paths, lw_slice_from(path)) : LW_OK;
}

static lw_status lw_folder_paths(const char *folder, const char *what, unsigned below, lw_strings *paths,
                                 lw_error *err) {
    struct dirent **entries = NULL;
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    int count = scandir(folder, &entries, lw_is_entry, lw_compare_entries);
    if (count < 0) {
        return lw_fail(err, LW_E_CONFIG, "open folder '%s': %s", folder, strerror(errno));
    }
    lw_status status = LW_OK;
    for (int i = 0; i < count; i++) {
        lw_strings path = {0};
        if (status == LW_OK) {
            status = lw_strings_addf(&path, "%s%s%s", folder, slash, entries[i]->d_name);
        }
        if (status == LW_OK) {
            status = lw_add_path(path.items[0], what, below, paths, err);
        }
        lw_strings_done(&path);
        free(entries[i]);
    }
    free(entries);
    return status;
}

lw_status lw_document_paths(const lw_strings *sources, const char *what, lw_strings *ret_paths, lw_error *err) {
    for (size_t i = 0; sources != NULL && i < sources->count; i++) {
        struct stat facts;
        const char *source = sources->items[i];
        size_t before = ret_paths->count;
        if (stat(source, &facts) != 0) {
            return lw_fail(err, LW_E_CONFIG, "open %s '%s': %s", what, source, strerror(errno));
        }
        if (!S_ISDIR(facts.st_mode)) {
            LW_TRY(lw_strings_add(ret_paths, lw_slice_from(source)));
            continue;
        }
        LW_TRY(lw_folder_paths(source, what, 1, ret_paths, err));
        if (ret_paths->count == before) {
            return lw_fail(err, LW_E_CONFIG, "folder '%s' holds no *.json file; name the %s", source, what);
        }
    }
    return LW_OK;
}

/* ---- fields ---- */

static size_t lw_line_at(lw_slice text, const char *at) {
    size_t line = 1;
    for (const char *c = text.data; at != NULL && c < at && c < text.data + text.len; c++) {
        line += *c == '\n';
    }
    return line;
}

lw_status lw_document_parse(const lw_document *document, lw_slice json, cJSON **ret_root) {
    const char *end = NULL;
    lw_status status = lw_json_check(json, document->label, LW_DOCUMENT_MAX, LW_DOCUMENT_DEPTH_MAX, document->err);
    if (status != LW_OK) {
        return status == LW_E_MEMORY ? status : LW_E_CONFIG;
    }
    cJSON *root = cJSON_ParseWithLengthOpts(json.data, json.len, &end, false);
    bool rest = root != NULL && lw_slice_trim((lw_slice){end, json.len - (size_t)(end - json.data)}).len > 0;
    if (root == NULL || rest || !cJSON_IsObject(root)) {
        cJSON_Delete(root);
        return LW_DOCUMENT_FAIL(document, "it is no JSON object (line %zu)", lw_line_at(json, end));
    }
    *ret_root = root;
    return LW_OK;
}

static lw_status lw_unknown_field(const lw_document *document, const char *path, const char *given,
                                  const char *const *names) {
    const char *nearest = NULL;
    const char *dot = path[0] == '\0' ? "" : ".";
    for (size_t i = 0; names[i] != NULL; i++) {
        nearest = lw_edit_distance(given, names[i]) <= 3 ? names[i] : nearest;
    }
    if (nearest != NULL) {
        return LW_DOCUMENT_FAIL(document, "unknown field '%s%s%.64s'; did you mean '%s'?", path, dot, given, nearest);
    }
    return LW_DOCUMENT_FAIL(document, "unknown field '%s%s%.64s'; remove it", path, dot, given);
}

lw_status lw_document_fields(const lw_document *document, const char *path, const cJSON *object,
                             const char *const *names) {
    const cJSON *item = NULL;
    if (!cJSON_IsObject(object)) {
        return LW_DOCUMENT_FAIL(document, "field '%s' must be an object", path);
    }
    cJSON_ArrayForEach(item, object) {
        bool known = false;
        for (size_t i = 0; names[i] != NULL && !known; i++) {
            known = strcmp(item->string, names[i]) == 0;
        }
        if (!known) {
            return lw_unknown_field(document, path, item->string, names);
        }
        for (const cJSON *other = item->next; other != NULL; other = other->next) {
            if (strcmp(other->string, item->string) == 0) {
                return LW_DOCUMENT_FAIL(document, "field '%s%s%s' is given twice; keep one", path,
                                        path[0] == '\0' ? "" : ".", item->string);
            }
        }
    }
    return LW_OK;
}

lw_status lw_document_text(const lw_document *document, const cJSON *object, const lw_text_limit *limit,
                           const char **ret_text) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, limit->name);
    const char *dot = limit->path[0] == '\0' ? "" : ".";
    if (item == NULL || cJSON_IsNull(item)) {
        if (limit->required) {
            return LW_DOCUMENT_FAIL(document, "field '%s%s%s' is missing; it is required", limit->path, dot,
                                    limit->name);
        }
        *ret_text = NULL;
        return LW_OK;
    }
    if (!cJSON_IsString(item)) {
        return LW_DOCUMENT_FAIL(document, "field '%s%s%s' must be a string", limit->path, dot, limit->name);
    }
    size_t chars = lw_utf8_count(lw_slice_from(item->valuestring));
    if (chars < limit->least || chars > limit->most) {
        return LW_DOCUMENT_FAIL(document, "field '%s%s%s' has %zu characters, allowed are %zu to %zu", limit->path, dot,
                                limit->name, chars, limit->least, limit->most);
    }
    *ret_text = item->valuestring;
    return LW_OK;
}
