#include "base/json_check.h"

#include <string.h>

#include "base/text.h"

static lw_status check_text(lw_slice json, const char *what, size_t max, lw_error *err) {
    if (json.len == 0) {
        return lw_fail(err, LW_E_PARSE, "%s: it is empty", what);
    }
    if (json.len > max) {
        return lw_fail(err, LW_E_LIMIT, "%s: it is longer than %zu KiB", what, max / 1024);
    }
    if (memchr(json.data, '\0', json.len) != NULL) {
        return lw_fail(err, LW_E_PARSE, "%s: it has a NUL byte", what);
    }
    if (!lw_utf8_valid(json)) {
        return lw_fail(err, LW_E_PARSE, "%s: it is not valid UTF-8", what);
    }
    return LW_OK;
}

/* Returns the offset after the string that starts before `at`; *has_nul is set on an escaped NUL. */
static size_t skip_string(lw_slice json, size_t at, bool *has_nul) {
    while (at < json.len && json.data[at] != '"') {
        if (json.data[at] == '\\') {
            *has_nul = *has_nul ||
                       lw_slice_starts_with((lw_slice){json.data + at, json.len - at}, LW_SLICE_LITERAL("\\u0000"));
            at++;
        }
        at++;
    }
    return at < json.len ? at + 1 : json.len;
}

lw_status lw_json_check(lw_slice json, const char *what, size_t max, unsigned depth_max, lw_error *err) {
    unsigned depth = 0;
    bool has_nul = false;
    LW_TRY(check_text(json, what, max, err));
    for (size_t at = 0; at < json.len;) {
        char c = json.data[at++];
        if (c == '"') {
            at = skip_string(json, at, &has_nul);
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
        if (depth > depth_max) {
            return lw_fail(err, LW_E_LIMIT, "%s: it is nested more than %u levels deep", what, depth_max);
        }
    }
    return has_nul ? lw_fail(err, LW_E_PARSE, "%s: a text in it has a NUL character", what) : LW_OK;
}
