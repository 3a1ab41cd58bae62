/* Allow lists, loaded and looked up.
 *
 * The entries of all text lists go, folded, one behind the other into one buffer, and a hash table of offsets finds
 * them: a look-up costs folding at most 90 characters and, mostly, one comparison, however long the lists are. Regexes
 * (five at most) are compiled at load and run only on what was found, so what is not allowed costs next to nothing.
 *
 * Loading has two steps, so that a list that a job does not name is never read: first what each file is and how it is
 * called, then the entries of those that are wanted.
 */
#include "identifiers/allow.h"

#include <stdlib.h>
#include <string.h>

#include "identifiers/document_priv.h"
#include "identifiers/fold_priv.h"
#include "identifiers/regex_priv.h"

#define LW_ALLOW_LISTS_MAX 10
#define LW_ALLOW_TEXT_LISTS_MAX 5
#define LW_ALLOW_REGEX_LISTS_MAX 5
#define LW_ALLOW_ENTRIES_MAX 100000
#define LW_ALLOW_ENTRY_CHARS_MAX 90
#define LW_ALLOW_ENTRY_BYTES_MAX (LW_ALLOW_ENTRY_CHARS_MAX * 4) /* folded */
#define LW_ALLOW_FILE_MAX ((size_t)1024 * 1024)                 /* of a document */
#define LW_ALLOW_WORDS_MAX ((size_t)256 * 1024 * 1024)

/* One list: what its file says. */
typedef struct lw_allow_list {
    char *label; /* "allow list 'lists/ours.json'" */
    char *path, *name, *id;
    char *regex;        /* NULL: a text list */
    char *bucket, *key; /* where its entries are; NULL: in the file itself */
    size_t entries;     /* of a text list */
    bool wanted;
} lw_allow_list;

typedef struct lw_word {
    uint32_t offset, len; /* in words; len 0: a free place */
} lw_word;

struct lw_allow {
    lw_allow_list *lists;
    size_t list_count;
    lw_buf words;
    lw_word *table;
    size_t room; /* places in the table, a power of two */
    size_t word_count;
    lw_regex_whole *patterns[LW_ALLOW_REGEX_LISTS_MAX];
    size_t pattern_count;
};

/* ---- the table ---- */

static uint64_t lw_word_hash(const char *text, size_t len) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    }
    return hash ^ (hash >> 32);
}

/* The place where the word is, or where it would be. */
static lw_word *lw_word_place(const lw_allow *allow, const char *text, size_t len) {
    size_t at = (size_t)lw_word_hash(text, len) & (allow->room - 1);
    while (allow->table[at].len != 0) {
        const lw_word *word = &allow->table[at];
        if (word->len == len && memcmp(allow->words.data + word->offset, text, len) == 0) {
            break;
        }
        at = (at + 1) & (allow->room - 1);
    }
    return &allow->table[at];
}

static lw_status lw_words_grow(lw_allow *allow) {
    lw_word *old = allow->table;
    size_t old_room = allow->room;
    size_t room = old_room == 0 ? 1024 : old_room * 2;
    lw_word *table = calloc(room, sizeof(*table));
    if (table == NULL) {
        return LW_E_MEMORY;
    }
    allow->table = table;
    allow->room = room;
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].len != 0) {
            *lw_word_place(allow, allow->words.data + old[i].offset, old[i].len) = old[i];
        }
    }
    free(old);
    return LW_OK;
}

static lw_status lw_words_add(lw_allow *allow, lw_slice entry) {
    char folded[LW_ALLOW_ENTRY_BYTES_MAX];
    size_t len = lw_fold_text(entry, folded, sizeof(folded));
    if (allow->word_count * 2 >= allow->room) {
        LW_TRY(lw_words_grow(allow));
    }
    lw_word *place = lw_word_place(allow, folded, len);
    if (place->len == 0) {
        size_t offset = allow->words.len;
        LW_TRY(lw_buf_append(&allow->words, folded, len));
        *place = (lw_word){(uint32_t)offset, (uint32_t)len};
        allow->word_count++;
    }
    lw_wipe(folded, len);
    return LW_OK;
}

static bool lw_words_have(const lw_allow *allow, lw_slice text) {
    char folded[LW_ALLOW_ENTRY_BYTES_MAX];
    if (allow->word_count == 0 || text.len == 0 || text.len > sizeof(folded)) {
        return false;
    }
    size_t len = lw_fold_text(text, folded, sizeof(folded));
    bool found = len != SIZE_MAX && lw_word_place(allow, folded, len)->len != 0;
    lw_wipe(folded, len == SIZE_MAX ? sizeof(folded) : len);
    return found;
}

bool lw_allow_drops(const lw_allow *allow, lw_slice text) {
    if (allow == NULL) {
        return false;
    }
    bool drops = lw_words_have(allow, text);
    for (size_t i = 0; i < allow->pattern_count && !drops; i++) {
        drops = lw_regex_whole_fits(allow->patterns[i], text);
    }
    return drops;
}

/* ---- text lists ---- */

static lw_slice lw_take_line(lw_slice *rest) {
    const char *newline = memchr(rest->data, '\n', rest->len);
    size_t len = newline == NULL ? rest->len : (size_t)(newline - rest->data);
    lw_slice line = {rest->data, len};
    *rest = newline == NULL ? (lw_slice){rest->data + len, 0} : (lw_slice){newline + 1, rest->len - len - 1};
    line.len -= len > 0 && line.data[len - 1] == '\r';
    return line;
}

static lw_status lw_text_list_add(lw_allow *allow, lw_allow_list *list, lw_slice text, lw_error *err) {
    size_t number = 0;
    if (lw_slice_starts_with(text, LW_SLICE_LITERAL("\xef\xbb\xbf"))) {
        text = (lw_slice){text.data + 3, text.len - 3};
    }
    if (!lw_utf8_valid(text)) {
        return lw_fail(err, LW_E_CONFIG, "%s: it is no text in UTF-8; save it as UTF-8", list->label);
    }
    while (text.len > 0) {
        lw_slice entry = lw_take_line(&text);
        number++;
        if (lw_slice_trim(entry).len == 0) {
            continue;
        }
        size_t chars = lw_utf8_count(entry);
        if (chars > LW_ALLOW_ENTRY_CHARS_MAX) {
            return lw_fail(err, LW_E_CONFIG, "%s: the entry in line %zu has %zu characters, allowed are 1 to %d",
                           list->label, number, chars, LW_ALLOW_ENTRY_CHARS_MAX);
        }
        if (++list->entries > LW_ALLOW_ENTRIES_MAX) {
            return lw_fail(err, LW_E_CONFIG, "%s: it has more than %d entries; make a second list", list->label,
                           LW_ALLOW_ENTRIES_MAX);
        }
        if (lw_words_add(allow, entry) != LW_OK) {
            return lw_fail(err, LW_E_MEMORY, "%s: out of memory", list->label);
        }
    }
    return list->entries > 0 ? LW_OK : lw_fail(err, LW_E_CONFIG, "%s: it has no entry; write one a line", list->label);
}

static lw_status lw_text_list_of_file(lw_allow *allow, lw_allow_list *list, lw_error *err) {
    lw_buf content;
    lw_buf_init(&content, LW_ALLOW_BYTES_MAX + 1);
    lw_status status = lw_document_read(list->path, "allow list", LW_ALLOW_BYTES_MAX, &content, err);
    if (status == LW_OK) {
        status = lw_text_list_add(allow, list, lw_buf_slice(&content), err);
    }
    lw_buf_done(&content);
    return status;
}

static bool lw_is_fatal(lw_status status) {
    return status == LW_E_CANCELLED || lw_status_class_of(status) == LW_CLASS_INTERNAL;
}

/* Takes back what a list has added before it turned out to be unusable. */
static lw_status lw_words_cut(lw_allow *allow, size_t words_len) {
    size_t room = allow->room;
    lw_word *old = allow->table;
    if (allow->words.len == words_len) {
        return LW_OK;
    }
    lw_word *table = calloc(room, sizeof(*table));
    if (table == NULL) {
        return LW_E_MEMORY;
    }
    allow->table = table;
    allow->word_count = 0;
    for (size_t i = 0; i < room; i++) {
        if (old[i].len != 0 && old[i].offset < words_len) {
            *lw_word_place(allow, allow->words.data + old[i].offset, old[i].len) = old[i];
            allow->word_count++;
        }
    }
    free(old);
    allow->words.len = words_len;
    return LW_OK;
}

/* What cannot be read or used is left out, and told. */
static lw_status lw_text_list_of_object(lw_allow *allow, lw_allow_list *list, const lw_allow_options *options,
                                        lw_strings *unread, lw_error *err) {
    lw_buf content;
    lw_error why = {0};
    size_t before = allow->words.len;
    if (options->read_object == NULL) {
        return LW_OK;
    }
    lw_buf_init(&content, LW_ALLOW_BYTES_MAX + 1);
    lw_status status = options->read_object(options->ctx, list->bucket, list->key, &content, &why);
    if (status == LW_OK) {
        status = lw_text_list_add(allow, list, lw_buf_slice(&content), &why);
    } else {
        (void)lw_fail_prefix(&why, status, "%s", list->label);
    }
    lw_buf_done(&content);
    if (status == LW_OK || lw_is_fatal(status)) {
        return status == LW_OK ? LW_OK : lw_fail(err, status, "%s", why.text);
    }
    list->entries = 0;
    LW_TRY(lw_words_cut(allow, before));
    return lw_strings_addf(unread, "%s; it allows nothing in this run, as in Macie", why.text);
}

/* ---- documents ---- */

static lw_status lw_keep(const char *text, char **ret_text) {
    *ret_text = lw_text_dup(text);
    return text != NULL && *ret_text == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status lw_check_bucket(const lw_document *document, const char *bucket) {
    for (const char *c = bucket; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && strchr(".-_", *c) == NULL) {
            return LW_DOCUMENT_FAIL(document, "field '%s' is no bucket name", "criteria.s3WordsList.bucketName");
        }
    }
    return LW_OK;
}

static lw_status lw_read_words_list(const lw_document *document, const cJSON *words, lw_allow_list *list) {
    static const char *const names[] = {"bucketName", "objectKey", NULL};
    static const char path[] = "criteria.s3WordsList";
    const char *bucket = NULL;
    const char *key = NULL;
    LW_TRY(lw_document_fields(document, path, words, names));
    LW_TRY(lw_document_text(document, words, &(lw_text_limit){path, "bucketName", 3, 255, true}, &bucket));
    LW_TRY(lw_document_text(document, words, &(lw_text_limit){path, "objectKey", 1, 1024, true}, &key));
    LW_TRY(lw_check_bucket(document, bucket));
    LW_TRY(lw_keep(bucket, &list->bucket));
    return lw_keep(key, &list->key);
}

static lw_status lw_read_criteria(const lw_document *document, const cJSON *root, lw_allow_list *list) {
    static const char *const names[] = {"regex", "s3WordsList", NULL};
    const cJSON *criteria = cJSON_GetObjectItemCaseSensitive(root, "criteria");
    const char *regex = NULL;
    if (criteria == NULL) {
        return LW_DOCUMENT_FAIL(document, "field '%s' is missing; it is required", "criteria");
    }
    LW_TRY(lw_document_fields(document, "criteria", criteria, names));
    if (cJSON_GetArraySize(criteria) != 1) {
        return LW_DOCUMENT_FAIL(document, "field '%s' must hold either 'regex' or 's3WordsList'", "criteria");
    }
    const cJSON *words = cJSON_GetObjectItemCaseSensitive(criteria, "s3WordsList");
    if (words != NULL) {
        return lw_read_words_list(document, words, list);
    }
    LW_TRY(lw_document_text(document, criteria, &(lw_text_limit){"criteria", "regex", 1, LW_REGEX_CHARS_MAX, true},
                            &regex));
    return lw_keep(regex, &list->regex);
}

/* Fields of CreateAllowList, and those that GetAllowList adds. */
static lw_status lw_read_document(const lw_document *document, const cJSON *root, lw_allow_list *list) {
    static const char *const names[] = {"name", "description", "criteria",  "clientToken", "tags", "id",
                                        "arn",  "createdAt",   "updatedAt", "status",      NULL};
    const char *name = NULL;
    const char *id = NULL;
    const char *unused = NULL;
    LW_TRY(lw_document_fields(document, "", root, names));
    LW_TRY(lw_document_text(document, root, &(lw_text_limit){"", "name", 1, 128, true}, &name));
    LW_TRY(lw_document_text(document, root, &(lw_text_limit){"", "description", 1, 512, false}, &unused));
    LW_TRY(lw_document_text(document, root, &(lw_text_limit){"", "clientToken", 1, 4096, false}, &unused));
    LW_TRY(lw_document_text(document, root, &(lw_text_limit){"", "id", 1, 64, false}, &id));
    LW_TRY(lw_read_criteria(document, root, list));
    LW_TRY(lw_keep(id, &list->id));
    return lw_keep(name, &list->name);
}

static lw_status lw_head_of_document(lw_allow_list *list, lw_error *err) {
    lw_document document = {list->label, err};
    lw_buf content;
    cJSON *root = NULL;
    lw_buf_init(&content, LW_ALLOW_FILE_MAX + 1);
    lw_status status = lw_document_read(list->path, "allow list", LW_ALLOW_FILE_MAX, &content, err);
    if (status == LW_OK) {
        status = lw_document_parse(&document, lw_buf_slice(&content), &root);
    }
    if (status == LW_OK) {
        status = lw_read_document(&document, root, list);
    }
    cJSON_Delete(root);
    lw_buf_done(&content);
    return status;
}

/* ---- which lists ---- */

static const char *lw_file_of(const lw_allow_list *list) {
    const char *slash = strrchr(list->path, '/');
    return slash == NULL ? list->path : slash + 1;
}

static lw_slice lw_stem(const char *file) {
    const char *dot = strrchr(file, '.');
    return dot == NULL || dot == file ? lw_slice_from(file) : (lw_slice){file, (size_t)(dot - file)};
}

static bool lw_list_is_called(const lw_allow_list *list, const char *name) {
    const char *file = lw_file_of(list);
    return strcmp(list->name, name) == 0 || (list->id != NULL && strcmp(list->id, name) == 0) ||
           strcmp(file, name) == 0 || lw_slice_equal_text(lw_stem(file), name);
}

static lw_status lw_list_head(lw_allow_list *list, const char *path, lw_error *err) {
    lw_strings label = {0};
    LW_TRY(lw_strings_addf(&label, "allow list '%.300s'", path));
    list->label = label.items[0];
    label.items[0] = NULL;
    lw_strings_done(&label);
    LW_TRY(lw_keep(path, &list->path));
    if (lw_slice_ends_with(lw_slice_from(path), LW_SLICE_LITERAL(".json"))) {
        return lw_head_of_document(list, err);
    }
    list->name = lw_slice_dup(lw_stem(lw_file_of(list)));
    return list->name == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status lw_heads(lw_allow *allow, const lw_strings *files, lw_error *err) {
    allow->lists = calloc(files->count, sizeof(*allow->lists));
    if (allow->lists == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < files->count; i++) {
        lw_allow_list *list = &allow->lists[allow->list_count++];
        LW_TRY(lw_list_head(list, files->items[i], err));
        for (size_t k = 0; k < i; k++) {
            if (strcmp(allow->lists[k].name, list->name) == 0) {
                return lw_fail(err, LW_E_CONFIG,
                               "allow list '%.128s' is given twice, in '%.128s' and in '%.128s'; "
                               "rename or remove one",
                               list->name, allow->lists[k].path, list->path);
            }
        }
    }
    return LW_OK;
}

static lw_status lw_fail_unknown_list(const lw_allow *allow, const char *wanted, lw_error *err) {
    lw_buf names;
    lw_buf_init(&names, 4096);
    lw_status status = LW_OK;
    for (size_t i = 0; i < allow->list_count && status == LW_OK; i++) {
        status = lw_buf_printf(&names, "%s'%s'", i == 0 ? "" : ", ", allow->lists[i].name);
    }
    status =
        lw_fail(err, LW_E_CONFIG, "allow list '%.120s' is not among those given (%s); give its file with --allow-list",
                wanted, names.len == 0 ? "none" : names.data);
    lw_buf_done(&names);
    return status;
}

static lw_status lw_choose_lists(lw_allow *allow, const lw_strings *only, lw_error *err) {
    for (size_t i = 0; i < allow->list_count; i++) {
        allow->lists[i].wanted = only == NULL;
    }
    for (size_t i = 0; only != NULL && i < only->count; i++) {
        bool found = false;
        for (size_t k = 0; k < allow->list_count; k++) {
            if (lw_list_is_called(&allow->lists[k], only->items[i])) {
                allow->lists[k].wanted = true;
                found = true;
            }
        }
        if (!found) {
            return lw_fail_unknown_list(allow, only->items[i], err);
        }
    }
    return LW_OK;
}

static lw_status lw_check_counts(const lw_allow *allow, lw_error *err) {
    size_t texts = 0;
    size_t regexes = 0;
    for (size_t i = 0; i < allow->list_count; i++) {
        texts += allow->lists[i].wanted && allow->lists[i].regex == NULL;
        regexes += allow->lists[i].wanted && allow->lists[i].regex != NULL;
    }
    if (texts > LW_ALLOW_TEXT_LISTS_MAX || regexes > LW_ALLOW_REGEX_LISTS_MAX) {
        return lw_fail(err, LW_E_CONFIG,
                       "%zu allow lists of texts and %zu of regexes are given, allowed in one run are at most %d and "
                       "%d; join some",
                       texts, regexes, LW_ALLOW_TEXT_LISTS_MAX, LW_ALLOW_REGEX_LISTS_MAX);
    }
    return LW_OK;
}

/* ---- the whole ---- */

static lw_status lw_list_load(lw_allow *allow, lw_allow_list *list, const lw_allow_options *options, lw_strings *unread,
                              lw_error *err) {
    if (list->regex != NULL) {
        lw_status status = lw_regex_whole_new(lw_slice_from(list->regex), &allow->patterns[allow->pattern_count], err);
        allow->pattern_count += status == LW_OK;
        return status == LW_OK ? LW_OK : lw_fail_prefix(err, status, "%s: field 'criteria.regex'", list->label);
    }
    return list->bucket != NULL ? lw_text_list_of_object(allow, list, options, unread, err)
                                : lw_text_list_of_file(allow, list, err);
}

static lw_status lw_allow_fill(lw_allow *allow, const lw_allow_options *options, lw_strings *unread, lw_error *err) {
    LW_TRY(lw_heads(allow, options->files, err));
    LW_TRY(lw_choose_lists(allow, options->only, err));
    LW_TRY(lw_check_counts(allow, err));
    for (size_t i = 0; i < allow->list_count; i++) {
        if (allow->lists[i].wanted) {
            LW_TRY(lw_list_load(allow, &allow->lists[i], options, unread, err));
        }
    }
    return LW_OK;
}

lw_status lw_allow_load(const lw_allow_options *options, lw_strings *ret_unread, lw_allow **ret_allow, lw_error *err) {
    static const lw_strings none = {0};
    lw_allow_options with = *options;
    bool wanted = with.only != NULL && with.only->count > 0;
    with.files = with.files == NULL ? &none : with.files;
    if (with.files->count == 0 && !wanted) {
        *ret_allow = NULL;
        return LW_OK;
    }
    lw_allow *allow = calloc(1, sizeof(*allow));
    lw_status status = LW_E_MEMORY;
    if (allow != NULL) {
        lw_buf_init(&allow->words, LW_ALLOW_WORDS_MAX);
        status = with.files->count == 0 ? lw_fail_unknown_list(allow, with.only->items[0], err)
                                        : lw_allow_fill(allow, &with, ret_unread, err);
    }
    if (status != LW_OK) {
        lw_allow_free(allow);
        return status == LW_E_MEMORY ? lw_fail(err, status, "load allow lists: out of memory") : status;
    }
    *ret_allow = allow;
    return LW_OK;
}

void lw_allow_free(lw_allow *allow) {
    if (allow == NULL) {
        return;
    }
    for (size_t i = 0; i < allow->list_count; i++) {
        lw_allow_list *list = &allow->lists[i];
        lw_wipe_free(list->regex);
        free(list->label);
        free(list->path);
        free(list->name);
        free(list->id);
        free(list->bucket);
        free(list->key);
    }
    for (size_t i = 0; i < allow->pattern_count; i++) {
        lw_regex_whole_free(allow->patterns[i]);
    }
    lw_buf_done(&allow->words);
    free(allow->lists);
    free(allow->table);
    free(allow);
}

lw_status lw_allow_describe(const lw_allow *allow, lw_buf *out) {
    for (size_t i = 0; allow != NULL && i < allow->list_count; i++) {
        const lw_allow_list *list = &allow->lists[i];
        if (list->wanted) {
            LW_TRY(
                lw_buf_printf(out, "%s %s %zu\n", list->name, list->regex != NULL ? "regex" : "text", list->entries));
        }
    }
    return LW_OK;
}
