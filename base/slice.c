/* Borrowed and owned bytes.
 *
 * A buffer grows by doubling up to its maximum and never by realloc: realloc may move the content and leave the old
 * copy readable in freed memory. Growing therefore copies, wipes the old block to its full capacity (a reset buffer
 * may hold older content behind its length) and frees it. One byte more than the maximum is kept for the NUL that
 * follows the content.
 */
#include "base/slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"

#define FIRST_CAPACITY 64

lw_slice lw_slice_from(const char *text) {
    return (lw_slice){text, text == NULL ? 0 : strlen(text)};
}

bool lw_slice_equal(lw_slice a, lw_slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool lw_slice_equal_text(lw_slice a, const char *text) {
    return lw_slice_equal(a, lw_slice_from(text));
}

/* Not tolower(): that one follows the locale. */
static char fold(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool lw_slice_equal_nocase(lw_slice a, lw_slice b) {
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (fold(a.data[i]) != fold(b.data[i])) {
            return false;
        }
    }
    return true;
}

int lw_slice_compare(lw_slice a, lw_slice b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0) {
        return order;
    }
    return a.len < b.len ? -1 : a.len > b.len ? 1 : 0;
}

bool lw_slice_starts_with(lw_slice a, lw_slice prefix) {
    return a.len >= prefix.len && lw_slice_equal((lw_slice){a.data, prefix.len}, prefix);
}

bool lw_slice_ends_with(lw_slice a, lw_slice suffix) {
    return suffix.len == 0 ||
           (a.len >= suffix.len && lw_slice_equal((lw_slice){a.data + (a.len - suffix.len), suffix.len}, suffix));
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

lw_slice lw_slice_trim(lw_slice a) {
    while (a.len > 0 && is_space(a.data[0])) {
        a.data++;
        a.len--;
    }
    while (a.len > 0 && is_space(a.data[a.len - 1])) {
        a.len--;
    }
    return a;
}

char *lw_slice_dup(lw_slice a) {
    char *copy = a.len == SIZE_MAX ? NULL : malloc(a.len + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (a.len > 0) {
        memcpy(copy, a.data, a.len);
    }
    copy[a.len] = '\0';
    return copy;
}

char *lw_text_dup(const char *text) {
    return text == NULL ? NULL : lw_slice_dup(lw_slice_from(text));
}

void lw_buf_init(lw_buf *buf, size_t max) {
    *buf = (lw_buf){.max = max};
}

void lw_buf_done(lw_buf *buf) {
    if (buf->data != NULL) {
        lw_wipe(buf->data, buf->cap);
        free(buf->data);
    }
    lw_buf_init(buf, buf->max);
}

void lw_buf_reset(lw_buf *buf) {
    buf->len = 0;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/* Memory for need bytes of content and the NUL behind them. */
static size_t capacity_for(const lw_buf *buf, size_t need) {
    size_t capacity = buf->cap < FIRST_CAPACITY ? FIRST_CAPACITY : buf->cap;
    while (capacity <= need) {
        if (capacity > SIZE_MAX / 2) {
            return need + 1;
        }
        capacity *= 2;
    }
    /* need <= max, so the cut still leaves room for the content and the NUL. */
    return buf->max < SIZE_MAX && capacity > buf->max + 1 ? buf->max + 1 : capacity;
}

lw_status lw_buf_reserve(lw_buf *buf, size_t extra) {
    if (buf->len > buf->max || extra > buf->max - buf->len || buf->len + extra == SIZE_MAX) {
        return LW_E_LIMIT;
    }
    size_t need = buf->len + extra;
    if (need < buf->cap) {
        return LW_OK;
    }
    size_t capacity = capacity_for(buf, need);
    char *data = malloc(capacity);
    if (data == NULL) {
        return LW_E_MEMORY;
    }
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len);
        lw_wipe(buf->data, buf->cap);
        free(buf->data);
    }
    data[buf->len] = '\0';
    buf->data = data;
    buf->cap = capacity;
    return LW_OK;
}

lw_status lw_buf_append(lw_buf *buf, const void *data, size_t len) {
    LW_TRY(lw_buf_reserve(buf, len));
    if (len > 0) {
        memcpy(buf->data + buf->len, data, len);
    }
    buf->len += len;
    buf->data[buf->len] = '\0';
    return LW_OK;
}

lw_status lw_buf_append_slice(lw_buf *buf, lw_slice slice) {
    return lw_buf_append(buf, slice.data, slice.len);
}

lw_status lw_buf_append_text(lw_buf *buf, const char *text) {
    return lw_buf_append_slice(buf, lw_slice_from(text));
}

lw_status lw_buf_append_char(lw_buf *buf, char c) {
    return lw_buf_append(buf, &c, 1);
}

__attribute__((format(printf, 2, 0))) static lw_status append_formatted(lw_buf *buf, const char *format,
                                                                        va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    lw_status status = wanted < 0 ? LW_E_INTERNAL : lw_buf_reserve(buf, (size_t)wanted);
    if (status == LW_OK) {
        vsnprintf(buf->data + buf->len, (size_t)wanted + 1, format, again);
        buf->len += (size_t)wanted;
    }
    va_end(again);
    return status;
}

lw_status lw_buf_printf(lw_buf *buf, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    lw_status status = append_formatted(buf, format, arguments);
    va_end(arguments);
    return status;
}

lw_slice lw_buf_slice(const lw_buf *buf) {
    return (lw_slice){buf->data, buf->len};
}

char *lw_buf_take(lw_buf *buf) {
    if (buf->data == NULL) {
        return lw_slice_dup((lw_slice){NULL, 0});
    }
    char *taken = buf->data;
    lw_buf_init(buf, buf->max);
    return taken;
}

static lw_status grow_list(lw_strings *list) {
    if (list->count < list->cap) {
        return LW_OK;
    }
    size_t capacity = list->cap == 0 ? 8 : list->cap * 2;
    char **items = reallocarray(list->items, capacity, sizeof(*items));
    if (items == NULL) {
        return LW_E_MEMORY;
    }
    list->items = items;
    list->cap = capacity;
    return LW_OK;
}

lw_status lw_strings_add(lw_strings *list, lw_slice text) {
    LW_TRY(grow_list(list));
    char *copy = lw_slice_dup(text);
    if (copy == NULL) {
        return LW_E_MEMORY;
    }
    list->items[list->count++] = copy;
    return LW_OK;
}

lw_status lw_strings_addf(lw_strings *list, const char *format, ...) {
    lw_buf text;
    lw_buf_init(&text, SIZE_MAX);
    va_list arguments;
    va_start(arguments, format);
    lw_status status = append_formatted(&text, format, arguments);
    va_end(arguments);
    if (status == LW_OK) {
        status = lw_strings_add(list, lw_buf_slice(&text));
    }
    lw_buf_done(&text);
    return status;
}

bool lw_strings_contain(const lw_strings *list, lw_slice text) {
    for (size_t i = 0; i < list->count; i++) {
        if (lw_slice_equal_text(text, list->items[i])) {
            return true;
        }
    }
    return false;
}

void lw_strings_done(lw_strings *list) {
    for (size_t i = 0; i < list->count; i++) {
        lw_wipe_free(list->items[i]);
    }
    free(list->items);
    *list = (lw_strings){0};
}
