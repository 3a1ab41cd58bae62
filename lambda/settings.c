#include "lambda/settings.h"

#include <stdlib.h>
#include <string.h>

const char *lw_setting_text(const char *name) {
    const char *text = getenv(name);
    return text == NULL || text[0] == '\0' ? NULL : text;
}

lw_status lw_setting_required(const char *name, const char **ret_text, lw_error *err) {
    *ret_text = lw_setting_text(name);
    return *ret_text != NULL ? LW_OK : lw_fail(err, LW_E_CONFIG, "environment variable '%s' is not set", name);
}

lw_status lw_setting_switch(const char *name, bool *ret_on, lw_error *err) {
    static const char *const words[] = {"0", "1", "false", "true", "no", "yes"};
    const char *text = lw_setting_text(name);
    *ret_on = false;
    if (text == NULL) {
        return LW_OK;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (lw_slice_equal_nocase(lw_slice_from(text), lw_slice_from(words[i]))) {
            *ret_on = i % 2 == 1;
            return LW_OK;
        }
    }
    return lw_fail(err, LW_E_CONFIG, "environment variable '%s' must be true or false", name);
}

lw_status lw_setting_list(const char *name, lw_strings *list, lw_error *err) {
    const char *text = lw_setting_text(name);
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, ",");
        lw_slice item = lw_slice_trim((lw_slice){text, len});
        if (item.len == 0) {
            return lw_fail(err, LW_E_CONFIG, "environment variable '%s' has an empty entry", name);
        }
        LW_TRY(lw_strings_add(list, item));
        text += len + (text[len] == ',');
    }
    return LW_OK;
}

lw_status lw_setting_store(lw_store_options *ret_options, lw_error *err) {
    bool path_style = false;
    lw_store_options options = {.kind = LW_STORE_S3, .expected_bucket_owner = lw_setting_text("BUCKET_OWNER")};
    LW_TRY(lw_setting_switch("PLAIN_HTTP", &options.allow_plain_http, err));
    LW_TRY(lw_setting_switch("PATH_STYLE", &path_style, err));
    options.addressing = path_style ? LW_ADDRESSING_PATH : LW_ADDRESSING_AUTO;
    *ret_options = options;
    return LW_OK;
}
