/* A JSON document that a user gave: its file, and its fields, each refused by name (document.c). */
#ifndef LW_IDENTIFIERS_DOCUMENT_PRIV_H
#define LW_IDENTIFIERS_DOCUMENT_PRIV_H

#include <cjson/cJSON.h>

#include "base/base.h"

/* What is being read; label begins every message: "allow list 'x.json'". */
typedef struct lw_document {
    const char *label;
    lw_error *err;
} lw_document;

/* LW_E_CONFIG with the field by its path. */
#define LW_DOCUMENT_FAIL(document, format, ...)                                                                        \
    lw_fail((document)->err, LW_E_CONFIG, "%s: " format, (document)->label, __VA_ARGS__)

/* All bytes of a file. what names its kind in messages: "allow list". */
lw_status lw_document_read(const char *path, const char *what, size_t max, lw_buf *content, lw_error *err) LW_MUST_USE;
/* A JSON object; free with cJSON_Delete. */
lw_status lw_document_parse(const lw_document *document, lw_slice json, cJSON **ret_root) LW_MUST_USE;
/* Every field of object is one of names (NULL at the end), and none stands twice. path is where the object is, "" for
 * the root. */
lw_status lw_document_fields(const lw_document *document, const char *path, const cJSON *object,
                             const char *const *names) LW_MUST_USE;
/* A string of least to most characters. It may be absent (*ret_text NULL) if not required. */
typedef struct lw_text_limit {
    const char *path, *name; /* of the object, in it */
    size_t least, most;
    bool required;
} lw_text_limit;
lw_status lw_document_text(const lw_document *document, const cJSON *object, const lw_text_limit *limit,
                           const char **ret_text) LW_MUST_USE;
/* Files as they are named, and of folders their *.json and those of the folders in them, by name. A folder without any
 * is LW_E_CONFIG. */
lw_status lw_document_paths(const lw_strings *sources, const char *what, lw_strings *ret_paths,
                            lw_error *err) LW_MUST_USE;

#endif
