/* Settings of the handlers, from environment variables (docs/lambda.md). */
#ifndef LW_LAMBDA_SETTINGS_H
#define LW_LAMBDA_SETTINGS_H

#include "store/store.h"

/* NULL when not set or empty. */
const char *lw_setting_text(const char *name);
/* LW_E_CONFIG names the variable. */
lw_status lw_setting_required(const char *name, const char **ret_text, lw_error *err) LW_MUST_USE;
/* "1", "true", "yes" or "0", "false", "no"; not set: false. LW_E_CONFIG for anything else. */
lw_status lw_setting_switch(const char *name, bool *ret_on, lw_error *err) LW_MUST_USE;
/* Comma-separated, white space around entries dropped; no empty entry. Not set: nothing is added. */
lw_status lw_setting_list(const char *name, lw_strings *list, lw_error *err) LW_MUST_USE;
/* The S3 store as the environment describes it: AWS variables, PLAIN_HTTP, PATH_STYLE. */
lw_status lw_setting_store(lw_store_options *ret_options, lw_error *err) LW_MUST_USE;

#endif
