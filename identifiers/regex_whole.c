/* Patterns held against whole texts, by all threads at once: the regular expressions of allow lists.
 *
 * Compiled once, anchored at both ends. PCRE2's code and match context are not written to by a match; the match data
 * is, so each call has its own (about a hundred bytes), and of a slow pattern also a context with a meter (regex.c):
 * work is bounded by the length of the text. Patterns that know characters outside ASCII go without JIT, as in regex.c:
 * they must also stand texts that are no valid UTF-8.
 */
#include <stdlib.h>

#include "identifiers/pcre_priv.h"
#include "identifiers/regex_priv.h"

struct lw_regex_whole {
    pcre2_code *code;
    pcre2_match_context *context;
    size_t least; /* bytes */
    bool metered;
};

lw_status lw_regex_whole_new(lw_slice pattern, lw_regex_whole **ret_regex, lw_error *err) {
    lw_regex_tree *tree = NULL;
    lw_status status = lw_regex_tree_new(pattern, &tree, err);
    lw_regex_whole *regex = status == LW_OK ? calloc(1, sizeof(*regex)) : NULL;
    if (status == LW_OK && regex == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "compile pattern: out of memory");
    }
    if (status != LW_OK) {
        goto done;
    }
    uint32_t options = PCRE2_ANCHORED | PCRE2_ENDANCHORED | (tree->utf ? PCRE2_MATCH_INVALID_UTF : 0U) |
                       (tree->slow ? PCRE2_AUTO_CALLOUT : 0U);
    regex->metered = tree->slow;
    regex->least = tree->min_length;
    regex->context = pcre2_match_context_create(NULL);
    status = regex->context == NULL ? lw_fail(err, LW_E_MEMORY, "compile pattern: out of memory")
                                    : lw_pcre_compile(pattern, tree->utf, options, &regex->code, err);
    if (status != LW_OK) {
        goto done;
    }
    pcre2_set_match_limit(regex->context, LW_MATCH_LIMIT);
    pcre2_set_heap_limit(regex->context, LW_HEAP_LIMIT_KIB);
    if (!tree->utf) {
        (void)pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE); /* without it the match is only slower */
    }
    *ret_regex = regex;
    regex = NULL;
done:
    lw_regex_whole_free(regex);
    free(tree);
    return status;
}

void lw_regex_whole_free(lw_regex_whole *regex) {
    if (regex == NULL) {
        return;
    }
    pcre2_code_free(regex->code);
    pcre2_match_context_free(regex->context);
    free(regex);
}

/* NULL: out of memory. */
static pcre2_match_context *lw_context_with_meter(const lw_regex_whole *regex, lw_meter *meter) {
    pcre2_match_context *context = pcre2_match_context_copy(regex->context);
    if (context != NULL) {
        (void)pcre2_set_callout(context, lw_meter_step, meter);
    }
    return context;
}

bool lw_regex_whole_fits(const lw_regex_whole *regex, lw_slice text) {
    if (text.len < regex->least) {
        return false;
    }
    bool fits = false;
    lw_meter meter = {.left = lw_regex_work_limit(text.len)};
    pcre2_match_context *own = regex->metered ? lw_context_with_meter(regex, &meter) : NULL;
    pcre2_match_context *context = regex->metered ? own : regex->context;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    if (context == NULL || data == NULL) {
        goto done;
    }
    int rc = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.len, 0, 0, data, context);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {
        rc = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.len, 0, PCRE2_NO_JIT, data, context);
    }
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(data);
    fits = rc >= 0 && offsets[0] == 0 && offsets[1] == text.len; /* PCRE2 anchors anew behind faulty UTF-8 */
done:
    pcre2_match_data_free(data);
    pcre2_match_context_free(own);
    return fits;
}
