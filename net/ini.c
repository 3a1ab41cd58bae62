/* Reader of AWS configuration files, as the AWS CLI reads them.
 *
 * A line is blank, a comment ('#' or ';' first), a [section], a "key = value" (or "key: value"), or, when it is
 * indented deeper than the key above it, a continuation. Continuations of an empty value are nested settings ("s3 ="
 * followed by indented "addressing_style = path"), of any other value more text of it. There are no comments behind a
 * value: a secret may hold '#'.
 *
 * Where the CLI stops at a section or key that comes twice, the later one counts here. The parser never looks back,
 * works in one pass and holds no state but the last key, so it cannot be made to use more than linear time and memory.
 */
#include "net/ini_priv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ENTRIES_MAX 10000
#define NAME_MAX_BYTES 4096
#define VALUE_MAX_BYTES (1024 * 1024)

typedef struct parser {
    lw_ini *ini;
    char *section;     /* NULL before the first */
    size_t last;       /* index of the entry of the last key; valid when has_key */
    size_t key_indent; /* of that key's line */
    bool has_key;
} parser;

static lw_status grow(lw_ini *ini) {
    if (ini->count >= ENTRIES_MAX) {
        return LW_E_LIMIT;
    }
    if (ini->count < ini->cap) {
        return LW_OK;
    }
    size_t cap = ini->cap == 0 ? 32 : ini->cap * 2;
    lw_ini_entry *items = realloc(ini->items, cap * sizeof *items);
    if (items == NULL) {
        return LW_E_MEMORY;
    }
    ini->items = items;
    ini->cap = cap;
    return LW_OK;
}

static void entry_done(lw_ini_entry *entry) {
    free(entry->section);
    free(entry->key);
    lw_wipe_free(entry->value);
    *entry = (lw_ini_entry){0};
}

/* Takes key (may be NULL), also on failure. */
static lw_status add_entry(lw_ini *ini, const char *section, char *key, lw_slice value) {
    lw_ini_entry entry = {.section = lw_text_dup(section), .key = key, .value = lw_slice_dup(value)};
    lw_status status = entry.section == NULL || entry.value == NULL ? LW_E_MEMORY : grow(ini);
    if (status != LW_OK) {
        entry_done(&entry);
        return status;
    }
    ini->items[ini->count++] = entry;
    return LW_OK;
}

static lw_slice unquoted(lw_slice text) {
    if (text.len >= 2 && (text.data[0] == '"' || text.data[0] == '\'') && text.data[text.len - 1] == text.data[0]) {
        return (lw_slice){text.data + 1, text.len - 2};
    }
    return text;
}

static size_t blank_at(lw_slice text) {
    size_t i = 0;
    while (i < text.len && text.data[i] != ' ' && text.data[i] != '\t') {
        i++;
    }
    return i;
}

/* "[profile  "x y"]" is named "profile x y". */
static char *section_name(lw_slice text) {
    lw_buf name;
    lw_slice type = {text.data, blank_at(text)};
    lw_slice rest = lw_slice_trim((lw_slice){text.data + type.len, text.len - type.len});
    lw_buf_init(&name, NAME_MAX_BYTES);
    lw_status status = lw_buf_append_slice(&name, rest.len == 0 ? unquoted(type) : type);
    if (status == LW_OK && rest.len > 0) {
        status = lw_buf_append_char(&name, ' ');
    }
    if (status == LW_OK && rest.len > 0) {
        status = lw_buf_append_slice(&name, unquoted(rest));
    }
    char *taken = status == LW_OK ? lw_buf_take(&name) : NULL;
    lw_buf_done(&name);
    return taken;
}

static lw_status parse_section(parser *p, lw_slice line) {
    const char *close = memchr(line.data, ']', line.len);
    if (close == NULL) {
        return LW_E_PARSE;
    }
    lw_slice name = lw_slice_trim((lw_slice){line.data + 1, (size_t)(close - line.data) - 1});
    if (name.len == 0) {
        return LW_E_PARSE;
    }
    if (name.len > NAME_MAX_BYTES / 2) {
        return LW_E_LIMIT;
    }
    char *section = section_name(name);
    if (section == NULL) {
        return LW_E_MEMORY;
    }
    free(p->section);
    p->section = section;
    p->has_key = false;
    return add_entry(p->ini, section, NULL, (lw_slice){"", 0});
}

static void to_lower(char *text) {
    for (; *text != '\0'; text++) {
        *text = (char)tolower((unsigned char)*text);
    }
}

/* "parent.name" or "name", in lower case; NULL when out of memory or over the limit of names. */
static char *key_name(const char *parent, lw_slice name) {
    lw_buf key;
    lw_buf_init(&key, NAME_MAX_BYTES);
    lw_status status = parent == NULL ? LW_OK : lw_buf_printf(&key, "%s.", parent);
    if (status == LW_OK) {
        status = lw_buf_append_slice(&key, name);
    }
    char *taken = status == LW_OK ? lw_buf_take(&key) : NULL;
    lw_buf_done(&key);
    if (taken != NULL) {
        to_lower(taken);
    }
    return taken;
}

static lw_status parse_setting(parser *p, lw_slice line, const char *parent, const char *delimiters) {
    size_t at = 0;
    while (at < line.len && strchr(delimiters, line.data[at]) == NULL) {
        at++;
    }
    lw_slice name = lw_slice_trim((lw_slice){line.data, at});
    if (at == line.len || name.len == 0) {
        return LW_E_PARSE;
    }
    char *key = key_name(parent, name);
    if (key == NULL) {
        return name.len > NAME_MAX_BYTES / 2 ? LW_E_LIMIT : LW_E_MEMORY;
    }
    return add_entry(p->ini, p->section, key, lw_slice_trim((lw_slice){line.data + at + 1, line.len - at - 1}));
}

static lw_status append_to_value(lw_ini_entry *entry, lw_slice line) {
    lw_buf value;
    lw_buf_init(&value, VALUE_MAX_BYTES);
    lw_status status = lw_buf_printf(&value, "%s\n", entry->value);
    if (status == LW_OK) {
        status = lw_buf_append_slice(&value, line);
    }
    char *taken = status == LW_OK ? lw_buf_take(&value) : NULL;
    lw_buf_done(&value);
    if (taken == NULL) {
        return status == LW_OK ? LW_E_MEMORY : status;
    }
    lw_wipe_free(entry->value);
    entry->value = taken;
    return LW_OK;
}

static lw_status parse_continuation(parser *p, lw_slice line) {
    lw_ini_entry *entry = &p->ini->items[p->last];
    if (entry->value[0] != '\0') {
        return append_to_value(entry, line);
    }
    return parse_setting(p, line, entry->key, "=");
}

static lw_status parse_line(parser *p, lw_slice line) {
    lw_slice text = lw_slice_trim(line);
    if (text.len == 0 || text.data[0] == '#' || text.data[0] == ';') {
        return LW_OK;
    }
    if (memchr(text.data, '\0', text.len) != NULL) {
        return LW_E_PARSE;
    }
    size_t indent = (size_t)(text.data - line.data);
    if (p->has_key && indent > p->key_indent) {
        return parse_continuation(p, text);
    }
    if (text.data[0] == '[') {
        return parse_section(p, text);
    }
    if (p->section == NULL) {
        return LW_E_PARSE;
    }
    LW_TRY(parse_setting(p, text, NULL, "=:"));
    p->has_key = true;
    p->key_indent = indent;
    p->last = p->ini->count - 1;
    return LW_OK;
}

static lw_slice next_line(lw_slice *rest) {
    const char *newline = memchr(rest->data, '\n', rest->len);
    size_t len = newline == NULL ? rest->len : (size_t)(newline - rest->data);
    lw_slice line = {rest->data, len};
    size_t used = newline == NULL ? len : len + 1;
    *rest = (lw_slice){rest->data + used, rest->len - used};
    return line;
}

lw_status lw_ini_parse(lw_slice text, lw_ini *ret_ini, unsigned *ret_line) {
    lw_ini ini = {0};
    parser p = {.ini = &ini};
    lw_status status = LW_OK;
    unsigned line = 0;
    if (lw_slice_starts_with(text, LW_SLICE_LITERAL("\xef\xbb\xbf"))) {
        text = (lw_slice){text.data + 3, text.len - 3};
    }
    while (status == LW_OK && text.len > 0) {
        line++;
        status = parse_line(&p, next_line(&text));
    }
    free(p.section);
    if (ret_line != NULL) {
        *ret_line = line;
    }
    if (status != LW_OK) {
        lw_ini_done(&ini);
        return status;
    }
    *ret_ini = ini;
    return LW_OK;
}

const char *lw_ini_get(const lw_ini *ini, const char *section, const char *key) {
    for (size_t i = ini->count; i > 0; i--) {
        const lw_ini_entry *entry = &ini->items[i - 1];
        if (entry->key != NULL && strcmp(entry->section, section) == 0 && strcasecmp(entry->key, key) == 0) {
            return entry->value;
        }
    }
    return NULL;
}

bool lw_ini_has_section(const lw_ini *ini, const char *section) {
    for (size_t i = 0; i < ini->count; i++) {
        if (strcmp(ini->items[i].section, section) == 0) {
            return true;
        }
    }
    return false;
}

void lw_ini_done(lw_ini *ini) {
    for (size_t i = 0; i < ini->count; i++) {
        entry_done(&ini->items[i]);
    }
    free(ini->items);
    *ini = (lw_ini){0};
}
