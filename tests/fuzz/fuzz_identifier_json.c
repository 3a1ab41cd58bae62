/* Any bytes as the file of a custom identifier, and behind a line "---" any bytes as a cell. What is refused has a
 * message; what is accepted finds in the cell exactly what PCRE2 alone finds there, in a column and walking. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "identifiers/identifiers_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CELL_MAX 400
#define SEPARATOR "\n---\n"

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* The ends of all matches by PCRE2 alone; SIZE_MAX if it gives up. */
static size_t by_pcre2(const lw_pattern *pattern, lw_slice cell, lw_match *matches) {
    int number = 0;
    PCRE2_SIZE offset = 0;
    uint32_t options = PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE | PCRE2_NO_DOTSTAR_ANCHOR |
                       (pattern->tree->utf ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : 0U);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern->text, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    require(code != NULL);
    pcre2_match_data *match_data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    require(match_data != NULL && context != NULL);
    pcre2_set_match_limit(context, 20000);
    size_t count = 0;
    size_t from = 0;
    int rc = 1;
    while (from < cell.len) {
        rc = pcre2_match(code, (PCRE2_SPTR)cell.data, cell.len, from, 0, match_data, context);
        if (rc < 0) {
            break;
        }
        const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(match_data);
        matches[count++] = (lw_match){offsets[0], offsets[1]};
        from = offsets[1];
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(match_data);
    pcre2_code_free(code);
    return rc < 0 && rc != PCRE2_ERROR_NOMATCH ? SIZE_MAX : count;
}

static size_t digits_in(lw_slice text) {
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += text.data[i] >= '0' && text.data[i] <= '9';
    }
    return digits;
}

static void check_column(lw_matcher *matcher, lw_slice cell, size_t count) {
    uint32_t begin = 0;
    uint32_t end = (uint32_t)cell.len;
    lw_cells cells = {cell.data, &begin, &end, 1};
    lw_hit hit = {0};
    size_t hits = 0;
    require(lw_matcher_column(matcher, 0, &cells, false, &hit, &hits) == LW_OK);
    require(hits == (count > 0 ? 1U : 0U) && (hits == 0 || hit.count == count));
}

static void check_cell(const lw_identifier_set *set, lw_slice cell) {
    const lw_definition *definition = &set->definitions[0];
    lw_match expected[CELL_MAX + 1];
    lw_matcher *matcher = NULL;
    size_t wanted = definition->ignore_words.count > 0 ? SIZE_MAX : by_pcre2(&definition->patterns[0], cell, expected);
    require(lw_matcher_new(set, &matcher) == LW_OK);
    lw_match match = {0};
    lw_status status = LW_OK;
    size_t count = 0;
    for (size_t last = 0; (status = lw_matcher_next(matcher, 0, cell, last, false, &match)) == LW_OK;
         last = match.end) {
        lw_slice text = {cell.data + match.begin, match.end - match.begin};
        require(match.begin >= last && match.end > match.begin && match.end <= cell.len);
        require(text.len >= definition->public_.min_match && digits_in(text) >= definition->public_.min_digits);
        require(wanted == SIZE_MAX || (count < wanted && memcmp(&match, &expected[count], sizeof(match)) == 0));
        count++;
    }
    if (status == LW_E_NOT_FOUND) {
        require(wanted == SIZE_MAX || count == wanted);
        check_column(matcher, cell, count);
    }
    lw_matcher_free(matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    const char *separator = memmem(copy, size, SEPARATOR, strlen(SEPARATOR));
    size_t json_len = separator == NULL ? size : (size_t)(separator - copy);
    size_t cell_at = separator == NULL ? size : json_len + strlen(SEPARATOR);
    lw_slice cell = {copy + cell_at, size - cell_at < CELL_MAX ? size - cell_at : CELL_MAX};
    lw_definition definition = {0};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    lw_status status = lw_custom_parse((lw_slice){copy, json_len}, "file", &definition, &err);
    if (status == LW_OK) {
        require(lw_identifier_set_of(&definition, 1, &set) == LW_OK);
        check_cell(set, cell);
        lw_identifier_set_free(set);
    } else {
        require(status == LW_E_CONFIG && err.text[0] != '\0' && definition.id == NULL);
    }
    free(copy);
    return 0;
}
