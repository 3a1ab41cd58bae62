/* Managed identifiers from files of the user's, laid over the embedded catalogue.
 *
 * Each file is one entry in the form of identifiers/managed. All files are read and checked before one of them is used:
 * first their fields (managed_check.c), then, with all of them in place, their examples (examples.c). A scan refuses
 * the first failure; `lakewarden identifiers check` lists them all. Both go the same way here.
 *
 * The result is an object of its own that a set is loaded with: nothing global changes.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/document_priv.h"
#include "identifiers/identifiers_priv.h"

#define LW_MANAGED_FILE_MAX ((size_t)1024 * 1024)
static const char managed_file[] = "managed identifier file";

/* One file that was read. */
typedef struct lw_data_file {
    const char *path;
    char *label; /* "managed identifier file 'x.json'", with the id when it is known */
    char *text;
    cJSON *root;
    bool good;
} lw_data_file;

typedef struct lw_data_files {
    lw_data_file *files;
    size_t count;
    lw_catalogue *catalogue;
    lw_example_counts *counts;
} lw_data_files;

void lw_catalogue_free(lw_catalogue *catalogue) {
    if (catalogue == NULL) {
        return;
    }
    lw_strings_done(&catalogue->texts);
    free(catalogue->entries);
    free(catalogue);
}

/* ---- the overlay ---- */

static lw_status lw_catalogue_copy(size_t extra, lw_catalogue **ret_catalogue) {
    lw_catalogue *catalogue = calloc(1, sizeof(*catalogue));
    if (catalogue == NULL) {
        return LW_E_MEMORY;
    }
    catalogue->entries = calloc(lw_catalogue_entry_count + extra, sizeof(*catalogue->entries));
    if (catalogue->entries == NULL) {
        free(catalogue);
        return LW_E_MEMORY;
    }
    memcpy(catalogue->entries, lw_catalogue_entries, lw_catalogue_entry_count * sizeof(*catalogue->entries));
    catalogue->count = lw_catalogue_entry_count;
    *ret_catalogue = catalogue;
    return LW_OK;
}

/* Replaces the entry of that id, or puts a new one in its place in the order. */
static lw_status lw_catalogue_put(lw_catalogue *catalogue, const cJSON *root, const char *text) {
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "id"));
    size_t at = 0;
    LW_TRY(lw_strings_add(&catalogue->texts, lw_slice_from(id)));
    LW_TRY(lw_strings_add(&catalogue->texts, lw_slice_from(text)));
    while (at < catalogue->count && strcmp(catalogue->entries[at].id, id) < 0) {
        at++;
    }
    if (at == catalogue->count || strcmp(catalogue->entries[at].id, id) != 0) {
        memmove(&catalogue->entries[at + 1], &catalogue->entries[at],
                (catalogue->count - at) * sizeof(*catalogue->entries));
        catalogue->count++;
    }
    catalogue->entries[at] = (lw_catalogue_entry){
        .id = catalogue->texts.items[catalogue->texts.count - 2],
        .recommended = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "recommended")),
        .supported = true,
        .json = catalogue->texts.items[catalogue->texts.count - 1],
    };
    return LW_OK;
}

/* ---- reading ---- */

static lw_status lw_fault(lw_data_files *all, const char *text) {
    all->counts->run++;
    all->counts->failed++;
    return lw_strings_add(all->counts->messages, lw_slice_from(text));
}

/* A wrong file is a fault to be listed; anything else ends the work. */
static lw_status lw_fault_of(lw_data_files *all, lw_data_file *file, lw_status status, const lw_error *why,
                             lw_error *err) {
    file->good = false;
    if (lw_status_class_of(status) != LW_CLASS_CONFIG) {
        return lw_fail(err, status, "%s", why->text[0] != '\0' ? why->text : lw_status_text(status));
    }
    return lw_fault(all, why->text);
}

static lw_status lw_set_label(lw_data_file *file, const char *id) {
    lw_strings text = {0};
    LW_TRY(id == NULL ? lw_strings_addf(&text, "%s '%.300s'", managed_file, file->path)
                      : lw_strings_addf(&text, "%s '%.300s': '%.80s'", managed_file, file->path, id));
    free(file->label);
    file->label = text.items[0];
    text.items[0] = NULL;
    lw_strings_done(&text);
    return LW_OK;
}

static lw_status lw_file_open(lw_data_file *file, lw_error *why) {
    lw_buf content;
    lw_buf_init(&content, LW_MANAGED_FILE_MAX + 1);
    lw_status status = lw_set_label(file, NULL);
    if (status == LW_OK) {
        status = lw_document_read(file->path, managed_file, LW_MANAGED_FILE_MAX, &content, why);
    }
    if (status == LW_OK) {
        lw_document document = {file->label, why};
        status = lw_document_parse(&document, lw_buf_slice(&content), &file->root);
    }
    if (status == LW_OK) {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file->root, "id"));
        file->text = lw_buf_take(&content);
        status = file->text == NULL ? LW_E_MEMORY : id == NULL ? LW_OK : lw_set_label(file, id);
    }
    lw_buf_done(&content);
    return status;
}

/* The file that was given before and has the same id. */
static const lw_data_file *lw_same_id(const lw_data_files *all, const lw_data_file *file) {
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file->root, "id"));
    for (const lw_data_file *other = all->files; other < file; other++) {
        const char *its = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(other->root, "id"));
        if (id != NULL && its != NULL && strcmp(id, its) == 0) {
            return other;
        }
    }
    return NULL;
}

static lw_status lw_files_open(lw_data_files *all, const lw_strings *paths, lw_error *err) {
    for (size_t i = 0; i < paths->count; i++) {
        lw_error why = {0};
        lw_data_file *file = &all->files[all->count++];
        file->path = paths->items[i];
        file->good = true;
        lw_status status = lw_file_open(file, &why);
        const lw_data_file *same = status == LW_OK ? lw_same_id(all, file) : NULL;
        if (same != NULL) {
            status = lw_fail(&why, LW_E_CONFIG, "%s: field 'id': '%.200s' has the same id; remove one", file->label,
                             same->path);
        }
        if (status != LW_OK) {
            LW_TRY(lw_fault_of(all, file, status, &why, err));
        }
    }
    return LW_OK;
}

/* ---- judging ---- */

/* All are put in first, so that one file may borrow the keywords of another. An id is needed for that and no more. */
static lw_status lw_files_put(lw_data_files *all) {
    LW_TRY(lw_catalogue_copy(all->count, &all->catalogue));
    for (size_t i = 0; i < all->count; i++) {
        const lw_data_file *file = &all->files[i];
        if (file->good && cJSON_IsString(cJSON_GetObjectItemCaseSensitive(file->root, "id"))) {
            LW_TRY(lw_catalogue_put(all->catalogue, file->root, file->text));
        }
    }
    return LW_OK;
}

static lw_status lw_files_check(lw_data_files *all, lw_error *err) {
    for (size_t i = 0; i < all->count; i++) {
        lw_error why = {0};
        lw_data_file *file = &all->files[i];
        lw_status status = file->good ? lw_managed_check(all->catalogue, file->root, file->label, true, &why) : LW_OK;
        if (status != LW_OK) {
            LW_TRY(lw_fault_of(all, file, status, &why, err));
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        lw_data_file *file = &all->files[i];
        if (file->good) {
            const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file->root, "id"));
            const lw_catalogue_entry *entry = lw_catalogue_find_in(all->catalogue, lw_slice_from(id));
            lw_error why = {0};
            lw_status status = lw_examples_run(all->catalogue, entry, file->label, all->counts, &why);
            if (status == LW_E_INTERNAL) { /* what it borrows from another file is unusable */
                char text[sizeof(why.text)];
                memcpy(text, why.text, sizeof(text));
                status = lw_fail(&why, LW_E_CONFIG, "%.300s: %.250s", file->label, text);
            }
            if (status != LW_OK) {
                LW_TRY(lw_fault_of(all, file, status, &why, err));
            }
        }
    }
    return LW_OK;
}

/* *ret_catalogue is there whenever the status is LW_OK, also with faults. */
static lw_status lw_files_judge(const lw_strings *paths, lw_example_counts *counts, lw_catalogue **ret_catalogue,
                                lw_error *err) {
    lw_data_files all = {.counts = counts, .files = calloc(paths->count + 1, sizeof(*all.files))};
    lw_status status = all.files == NULL ? LW_E_MEMORY : lw_files_open(&all, paths, err);
    if (status == LW_OK) {
        status = lw_files_put(&all);
    }
    if (status == LW_OK) {
        status = lw_files_check(&all, err);
    }
    for (size_t i = 0; i < all.count; i++) {
        free(all.files[i].label);
        free(all.files[i].text);
        cJSON_Delete(all.files[i].root);
    }
    free(all.files);
    if (status != LW_OK) {
        lw_catalogue_free(all.catalogue);
        return status == LW_E_MEMORY ? lw_fail(err, status, "load managed identifiers: out of memory") : status;
    }
    *ret_catalogue = all.catalogue;
    return LW_OK;
}

lw_status lw_catalogue_load(const lw_strings *paths, lw_catalogue **ret_catalogue, lw_error *err) {
    lw_strings files = {0};
    lw_strings messages = {0};
    lw_example_counts counts = {.messages = &messages};
    lw_catalogue *catalogue = NULL;
    lw_status status = lw_document_paths(paths, managed_file, &files, err);
    if (status == LW_OK) {
        status = lw_files_judge(&files, &counts, &catalogue, err);
    }
    if (status == LW_OK && messages.count > 0) {
        status = messages.count == 1
                     ? lw_fail(err, LW_E_CONFIG, "%s", messages.items[0])
                     : lw_fail(err, LW_E_CONFIG, "%.400s (and %zu more: `lakewarden identifiers check` lists them)",
                               messages.items[0], messages.count - 1);
    }
    if (status == LW_OK) {
        *ret_catalogue = catalogue;
        catalogue = NULL;
    }
    lw_catalogue_free(catalogue);
    lw_strings_done(&messages);
    lw_strings_done(&files);
    return status;
}

/* ---- files of either kind ---- */

/* A managed identifier says how it is detected, a custom one has no such field; a file that cannot be read as JSON goes
 * with the custom ones, where the message says so. */
static lw_status lw_is_managed_file(const char *path, bool *ret_managed, lw_error *err) {
    lw_buf content;
    lw_buf_init(&content, LW_MANAGED_FILE_MAX + 1);
    lw_status status = lw_document_read(path, "identifier file", LW_MANAGED_FILE_MAX, &content, err);
    if (status == LW_OK) {
        lw_document document = {"identifier file", NULL};
        cJSON *root = NULL;
        status = lw_document_parse(&document, lw_buf_slice(&content), &root);
        *ret_managed = cJSON_HasObjectItem(root, "detect") || cJSON_HasObjectItem(root, "category");
        cJSON_Delete(root);
        status = status == LW_E_MEMORY ? lw_fail(err, status, "read '%s': out of memory", path) : LW_OK;
    }
    lw_buf_done(&content);
    return status;
}

/* A custom file has no examples: that it loads is the check. */
static lw_status lw_check_custom(const char *path, lw_example_counts *counts, lw_error *err) {
    lw_definition definition = {0};
    lw_error why = {0};
    lw_status status = lw_custom_load(path, &definition, &why);
    lw_definition_done(&definition);
    counts->run++;
    if (status == LW_OK) {
        return LW_OK;
    }
    if (lw_status_class_of(status) != LW_CLASS_CONFIG) {
        return lw_fail(err, status, "%s", why.text);
    }
    counts->failed++;
    return lw_strings_add(counts->messages, lw_slice_from(why.text));
}

lw_status lw_catalogue_check_files(const lw_strings *paths, lw_example_counts *counts, lw_error *err) {
    lw_strings files = {0};
    lw_strings managed = {0};
    lw_catalogue *catalogue = NULL;
    lw_status status = lw_document_paths(paths, "identifier file", &files, err);
    for (size_t i = 0; i < files.count && status == LW_OK; i++) {
        bool is_managed = false;
        status = lw_is_managed_file(files.items[i], &is_managed, err);
        if (status == LW_OK) {
            status = is_managed ? lw_strings_add(&managed, lw_slice_from(files.items[i]))
                                : lw_check_custom(files.items[i], counts, err);
        }
    }
    if (status == LW_OK && managed.count > 0) {
        status = lw_files_judge(&managed, counts, &catalogue, err);
    }
    lw_catalogue_free(catalogue);
    lw_strings_done(&managed);
    lw_strings_done(&files);
    return status;
}
