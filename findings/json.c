/* cJSON with one sticky failure.
 *
 * A finding has some ninety fields. Checking each call would bury the shape, which is what a reader looks for, under
 * returns; checking none would emit findings with fields missing when memory runs out. So the builder remembers the
 * first failure, does nothing after it, and lw_json_finish gives out a whole tree or none.
 *
 * Numbers are doubles in cJSON: exact to 2^53, far over any count or size an object store knows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "findings/findings_priv.h"

#define TEXT_MAX ((size_t)1024 * 1024)

static cJSON *attach(lw_json *json, cJSON *parent, const char *name, cJSON *child) {
    if (child == NULL) {
        json->status = LW_E_MEMORY;
        return NULL;
    }
    if (parent == NULL) {
        return child;
    }
    cJSON_bool added = name != NULL ? cJSON_AddItemToObject(parent, name, child) : cJSON_AddItemToArray(parent, child);
    if (!added) {
        cJSON_Delete(child);
        json->status = LW_E_MEMORY;
        return NULL;
    }
    return child;
}

cJSON *lw_json_object(lw_json *json, cJSON *parent, const char *name) {
    return json->status != LW_OK ? NULL : attach(json, parent, name, cJSON_CreateObject());
}

cJSON *lw_json_array(lw_json *json, cJSON *parent, const char *name) {
    return json->status != LW_OK ? NULL : attach(json, parent, name, cJSON_CreateArray());
}

cJSON *lw_json_item(lw_json *json, cJSON *array) {
    return json->status != LW_OK ? NULL : attach(json, array, NULL, cJSON_CreateObject());
}

static lw_status append_repaired(lw_slice text, lw_buf *out) {
    for (size_t position = 0; position < text.len;) {
        size_t begin = position;
        if (lw_display_next(text, &position) < 0) {
            LW_TRY(lw_buf_append_text(out, "\xEF\xBF\xBD"));
        } else {
            LW_TRY(lw_buf_append(out, text.data + begin, position - begin));
        }
    }
    return LW_OK;
}

void lw_json_slice(lw_json *json, cJSON *object, const char *name, lw_slice text) {
    if (json->status != LW_OK) {
        return;
    }
    lw_buf repaired;
    lw_buf_init(&repaired, TEXT_MAX);
    lw_status status = lw_buf_reserve(&repaired, 1);
    if (status == LW_OK) {
        status = append_repaired(text, &repaired);
    }
    if (status == LW_OK) {
        (void)attach(json, object, name, cJSON_CreateString(repaired.len > 0 ? repaired.data : ""));
    } else {
        json->status = status;
    }
    lw_buf_done(&repaired);
}

void lw_json_text(lw_json *json, cJSON *object, const char *name, const char *text) {
    if (text == NULL) {
        lw_json_null(json, object, name);
    } else {
        lw_json_slice(json, object, name, lw_slice_from(text));
    }
}

void lw_json_textf(lw_json *json, cJSON *object, const char *name, const char *format, ...) {
    if (json->status != LW_OK) {
        return;
    }
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        json->status = LW_E_MEMORY;
        return;
    }
    lw_json_text(json, object, name, text);
    free(text);
}

void lw_json_number(lw_json *json, cJSON *object, const char *name, uint64_t value) {
    if (json->status == LW_OK) {
        (void)attach(json, object, name, cJSON_CreateNumber((double)value));
    }
}

void lw_json_bool(lw_json *json, cJSON *object, const char *name, bool value) {
    if (json->status == LW_OK) {
        (void)attach(json, object, name, cJSON_CreateBool(value));
    }
}

void lw_json_null(lw_json *json, cJSON *object, const char *name) {
    if (json->status == LW_OK) {
        (void)attach(json, object, name, cJSON_CreateNull());
    }
}

void lw_json_time(lw_json *json, cJSON *object, const char *name, int64_t wall_ms) {
    if (wall_ms == 0) {
        lw_json_null(json, object, name);
        return;
    }
    char text[LW_TIME_TEXT_SIZE];
    lw_time_format(wall_ms, text);
    lw_json_text(json, object, name, text);
}

lw_status lw_json_finish(const lw_json *json, cJSON *root, cJSON **ret_root) {
    if (json->status != LW_OK) {
        cJSON_Delete(root);
        return json->status;
    }
    *ret_root = root;
    return LW_OK;
}
