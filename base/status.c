/* Status texts and the one place where error sentences are put together.
 *
 * The list in status.h is the only table; name, text and class are read from it with the same macro. An error sentence
 * may carry an object key, and a key may hold anything: control characters (C0, DEL and the C1 block, which some
 * terminals obey) become '?', and a sentence that is too long ends at a character boundary, so that no later consumer
 * (terminal, JSON writer) meets half a character. Arguments may point into the very error that is being written.
 */
#include "base/status.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *lw_status_text(lw_status status) {
    switch (status) {
#define LW_STATUS_CASE(name, value, class_, text)                                                                      \
    case name:                                                                                                         \
        return text;
        LW_STATUS_LIST(LW_STATUS_CASE)
#undef LW_STATUS_CASE
    }
    return "unknown status";
}

const char *lw_status_name(lw_status status) {
    switch (status) {
#define LW_STATUS_CASE(name, value, class_, text)                                                                      \
    case name:                                                                                                         \
        return #name;
        LW_STATUS_LIST(LW_STATUS_CASE)
#undef LW_STATUS_CASE
    }
    return "LW_E_UNKNOWN";
}

lw_status_class lw_status_class_of(lw_status status) {
    switch (status) {
#define LW_STATUS_CASE(name, value, class_, text)                                                                      \
    case name:                                                                                                         \
        return class_;
        LW_STATUS_LIST(LW_STATUS_CASE)
#undef LW_STATUS_CASE
    }
    return LW_CLASS_INTERNAL;
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

/* Drops the bytes of a last character that did not fit whole. */
static void cut_at_character(char *text) {
    size_t len = strlen(text);
    size_t start = len;
    while (start > 0 && len - start < 3 && is_continuation(text[start - 1])) {
        start--;
    }
    if (start == 0) {
        return;
    }
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    if (wanted > 1 && len - start + 1 < wanted) {
        text[start - 1] = '\0';
    }
}

static void replace_controls(char *text) {
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        unsigned char c = (unsigned char)*in;
        unsigned char next = (unsigned char)in[1];
        if (c == 0xC2U && next >= 0x80U && next <= 0x9FU) {
            *out++ = '?';
            in++;
        } else {
            *out++ = (char)(c < 0x20U || c == 0x7FU ? '?' : c);
        }
    }
    *out = '\0';
}

__attribute__((format(printf, 3, 0))) static void format_text(char *out, size_t size, const char *format,
                                                              va_list arguments) {
    int wanted = vsnprintf(out, size, format, arguments);
    if (wanted < 0) {
        out[0] = '\0';
    } else if ((size_t)wanted >= size) {
        cut_at_character(out);
    }
    replace_controls(out);
}

lw_status(lw_fail)(lw_error *err, lw_status code, const char *format, ...) {
    if (err == NULL) {
        return code;
    }
    char text[sizeof(err->text)];
    va_list arguments;
    va_start(arguments, format);
    format_text(text, sizeof(text), format, arguments);
    va_end(arguments);
    err->code = code;
    memcpy(err->text, text, sizeof(text));
    return code;
}

lw_status(lw_fail_prefix)(lw_error *err, lw_status code, const char *format, ...) {
    if (err == NULL) {
        return code;
    }
    if (err->code == LW_OK) {
        err->code = code;
    }
    const char *rest = err->text[0] == '\0' ? lw_status_text(err->code) : err->text;
    char prefix[sizeof(err->text)];
    va_list arguments;
    va_start(arguments, format);
    format_text(prefix, sizeof(prefix), format, arguments);
    va_end(arguments);
    char text[2 * sizeof(err->text) + 4];
    snprintf(text, sizeof(text), "%s: %s", prefix, rest);
    text[sizeof(err->text) - 1] = '\0';
    cut_at_character(text);
    memcpy(err->text, text, sizeof(err->text));
    return err->code;
}
