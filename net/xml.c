/* Pull reader for the XML of S3 and STS replies.
 *
 * One pass over a borrowed text, no recursion, no allocation but the buffer of decoded text. Well-formedness is checked
 * as far as a reply can go wrong: every end tag closes the element that is open, one root, attributes in quotes, only
 * known entities, nothing but blanks outside the root. A reply cut anywhere is an error and never a shorter document:
 * the store takes "well formed to its end" as the sign that a copy was confirmed.
 *
 * Text between two tags comes as one event, whatever comments, CDATA sections and references it was written with, with
 * line ends normalised as XML asks. Attributes are read over: no reply of these services carries meaning in one.
 *
 * Left out on purpose: DTDs and their entities (refused), encodings other than UTF-8, checks on the characters of
 * names. References to control characters, which XML 1.0 forbids, are taken: S3 writes keys with them.
 */
#include "net/xml.h"

#include <string.h>

#define DEPTH_MAX (sizeof(((lw_xml *)0)->open) / sizeof(lw_slice))

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_name_end(char c) {
    return is_blank(c) || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' || c == '\'' || c == '&';
}

static bool at_end(const lw_xml *xml) {
    return xml->position >= xml->input.len;
}

static lw_slice rest_of(const lw_xml *xml) {
    return (lw_slice){xml->input.data + xml->position, xml->input.len - xml->position};
}

static bool looking_at(const lw_xml *xml, const char *text) {
    return !at_end(xml) && lw_slice_starts_with(rest_of(xml), lw_slice_from(text));
}

static void skip_blanks(lw_xml *xml) {
    while (!at_end(xml) && is_blank(xml->input.data[xml->position])) {
        xml->position++;
    }
}

/* Moves behind the next occurrence of text. */
static lw_status skip_past(lw_xml *xml, const char *text) {
    lw_slice rest = rest_of(xml);
    const char *found = rest.len == 0 ? NULL : memmem(rest.data, rest.len, text, strlen(text));
    if (found == NULL) {
        return LW_E_PROTOCOL;
    }
    xml->position += (size_t)(found - rest.data) + strlen(text);
    return LW_OK;
}

void lw_xml_init(lw_xml *xml, lw_slice input) {
    *xml = (lw_xml){.input = input};
    lw_buf_init(&xml->text, input.len + 8); /* decoded text is never longer than what it was written as */
    if (lw_slice_starts_with(input, LW_SLICE_LITERAL("\xef\xbb\xbf"))) {
        xml->position = 3;
    }
}

void lw_xml_done(lw_xml *xml) {
    lw_buf_done(&xml->text);
}

static lw_status append_utf8(lw_buf *out, uint32_t c) {
    char bytes[4];
    size_t len = 0;
    if (c < 0x80) {
        bytes[len++] = (char)c;
    } else if (c < 0x800) {
        bytes[len++] = (char)(0xc0 | c >> 6);
        bytes[len++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        bytes[len++] = (char)(0xe0 | c >> 12);
        bytes[len++] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[len++] = (char)(0x80 | (c & 0x3f));
    } else {
        bytes[len++] = (char)(0xf0 | c >> 18);
        bytes[len++] = (char)(0x80 | (c >> 12 & 0x3f));
        bytes[len++] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[len++] = (char)(0x80 | (c & 0x3f));
    }
    return lw_buf_append(out, bytes, len);
}

static int digit_value(char c, uint32_t base) {
    int value = -1;
    if (c >= '0' && c <= '9') {
        value = c - '0';
    } else if (c >= 'a' && c <= 'f') {
        value = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
        value = c - 'A' + 10;
    }
    return value < (int)base ? value : -1;
}

static lw_status decode_number(lw_slice digits, uint32_t base, lw_buf *out) {
    uint32_t c = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int value = digit_value(digits.data[i], base);
        if (value < 0) {
            return LW_E_PROTOCOL;
        }
        c = c * base + (uint32_t)value;
        if (c > 0x10ffff) {
            return LW_E_PROTOCOL;
        }
    }
    if (digits.len == 0 || c == 0 || (c >= 0xd800 && c <= 0xdfff)) {
        return LW_E_PROTOCOL;
    }
    return append_utf8(out, c);
}

/* name: what stands between '&' and ';'. */
static lw_status decode_entity(lw_slice name, lw_buf *out) {
    static const struct {
        const char *name;
        char c;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    if (name.len > 1 && name.data[0] == '#') {
        bool hex = name.data[1] == 'x';
        size_t skip = hex ? 2 : 1;
        return decode_number((lw_slice){name.data + skip, name.len - skip}, hex ? 16 : 10, out);
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (lw_slice_equal_text(name, known[i].name)) {
            return lw_buf_append_char(out, known[i].c);
        }
    }
    return LW_E_PROTOCOL;
}

static lw_status read_reference(lw_xml *xml) {
    lw_slice rest = rest_of(xml);
    const char *end = memchr(rest.data, ';', rest.len);
    if (end == NULL) {
        return LW_E_PROTOCOL;
    }
    size_t len = (size_t)(end - rest.data);
    xml->position += len + 1;
    return decode_entity((lw_slice){rest.data + 1, len - 1}, &xml->text);
}

/* Appends literal characters; CR LF and a lone CR become LF. */
static lw_status append_literal(lw_xml *xml, lw_slice text) {
    size_t begin = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\0') {
            return LW_E_PROTOCOL;
        }
        if (text.data[i] == '\r') {
            LW_TRY(lw_buf_append(&xml->text, text.data + begin, i - begin));
            bool is_pair = i + 1 < text.len && text.data[i + 1] == '\n';
            if (!is_pair) {
                LW_TRY(lw_buf_append_char(&xml->text, '\n'));
            }
            begin = i + 1;
        }
    }
    return lw_buf_append(&xml->text, text.data + begin, text.len - begin);
}

static lw_status read_characters(lw_xml *xml) {
    lw_slice rest = rest_of(xml);
    size_t len = 0;
    while (len < rest.len && rest.data[len] != '<' && rest.data[len] != '&') {
        len++;
    }
    xml->position += len;
    return append_literal(xml, (lw_slice){rest.data, len});
}

static lw_status read_cdata(lw_xml *xml) {
    xml->position += strlen("<![CDATA[");
    size_t begin = xml->position;
    LW_TRY(skip_past(xml, "]]>"));
    return append_literal(xml, (lw_slice){xml->input.data + begin, xml->position - 3 - begin});
}

/* Reads up to the next tag or the end of input: text into xml->text, comments and processing instructions over. */
static lw_status read_text(lw_xml *xml) {
    lw_buf_reset(&xml->text);
    while (!at_end(xml)) {
        if (xml->input.data[xml->position] == '&') {
            LW_TRY(read_reference(xml));
        } else if (xml->input.data[xml->position] != '<') {
            LW_TRY(read_characters(xml));
        } else if (looking_at(xml, "<!--")) {
            xml->position += 4;
            LW_TRY(skip_past(xml, "-->"));
        } else if (looking_at(xml, "<?")) {
            LW_TRY(skip_past(xml, "?>"));
        } else if (looking_at(xml, "<![CDATA[") && xml->depth > 0) {
            LW_TRY(read_cdata(xml));
        } else {
            return LW_OK;
        }
    }
    return LW_OK;
}

static lw_status read_name(lw_xml *xml, lw_slice *ret_name) {
    size_t begin = xml->position;
    while (!at_end(xml) && !is_name_end(xml->input.data[xml->position])) {
        if (xml->input.data[xml->position] == '\0') {
            return LW_E_PROTOCOL;
        }
        xml->position++;
    }
    if (xml->position == begin) {
        return LW_E_PROTOCOL;
    }
    *ret_name = (lw_slice){xml->input.data + begin, xml->position - begin};
    return LW_OK;
}

static lw_slice local_name(lw_slice name) {
    const char *colon = memrchr(name.data, ':', name.len);
    if (colon == NULL || colon + 1 == name.data + name.len) {
        return name;
    }
    return (lw_slice){colon + 1, (size_t)(name.data + name.len - colon - 1)};
}

static lw_status skip_attribute(lw_xml *xml) {
    lw_slice name;
    LW_TRY(read_name(xml, &name));
    skip_blanks(xml);
    if (!looking_at(xml, "=")) {
        return LW_E_PROTOCOL;
    }
    xml->position++;
    skip_blanks(xml);
    if (!looking_at(xml, "\"") && !looking_at(xml, "'")) {
        return LW_E_PROTOCOL;
    }
    const char quote[2] = {xml->input.data[xml->position++], '\0'};
    size_t begin = xml->position;
    LW_TRY(skip_past(xml, quote));
    return memchr(xml->input.data + begin, '<', xml->position - begin) == NULL ? LW_OK : LW_E_PROTOCOL;
}

/* Attributes and the end of a start tag. */
static lw_status finish_start_tag(lw_xml *xml, bool *ret_self_closing) {
    for (;;) {
        bool blank = !at_end(xml) && is_blank(xml->input.data[xml->position]);
        skip_blanks(xml);
        if (looking_at(xml, "/>")) {
            xml->position += 2;
            *ret_self_closing = true;
            return LW_OK;
        }
        if (looking_at(xml, ">")) {
            xml->position++;
            *ret_self_closing = false;
            return LW_OK;
        }
        if (!blank) {
            return LW_E_PROTOCOL;
        }
        LW_TRY(skip_attribute(xml));
    }
}

static lw_status read_start_tag(lw_xml *xml) {
    lw_slice name;
    xml->position++;
    LW_TRY(read_name(xml, &name));
    /* A '!' here is a DOCTYPE, or CDATA where none may be. */
    if (name.data[0] == '!') {
        return LW_E_PROTOCOL;
    }
    bool is_second_root = xml->depth == 0 && xml->open[0].data != NULL;
    if (is_second_root) {
        return LW_E_PROTOCOL;
    }
    LW_TRY(finish_start_tag(xml, &xml->self_closing));
    if (xml->depth >= DEPTH_MAX) {
        return LW_E_LIMIT;
    }
    xml->open[xml->depth++] = name;
    xml->name = local_name(name);
    return LW_OK;
}

static lw_status read_end_tag(lw_xml *xml) {
    lw_slice name;
    xml->position += 2;
    LW_TRY(read_name(xml, &name));
    skip_blanks(xml);
    if (!looking_at(xml, ">") || xml->depth == 0 || !lw_slice_equal(name, xml->open[xml->depth - 1])) {
        return LW_E_PROTOCOL;
    }
    xml->position++;
    xml->depth--;
    xml->name = local_name(name);
    return LW_OK;
}

static bool is_all_blank(lw_slice text) {
    return lw_slice_trim(text).len == 0;
}

static lw_status at_document_end(const lw_xml *xml) {
    bool is_complete = xml->depth == 0 && xml->open[0].data != NULL;
    return is_complete ? LW_OK : LW_E_PROTOCOL;
}

lw_status lw_xml_next(lw_xml *xml, lw_xml_event *ret_event) {
    if (xml->self_closing) {
        xml->self_closing = false;
        xml->depth--;
        *ret_event = LW_XML_END;
        return LW_OK;
    }
    LW_TRY(read_text(xml));
    if (xml->text.len > 0) {
        if (xml->depth > 0) {
            *ret_event = LW_XML_TEXT;
            return LW_OK;
        }
        if (!is_all_blank(lw_buf_slice(&xml->text))) {
            return LW_E_PROTOCOL;
        }
    }
    if (at_end(xml)) {
        LW_TRY(at_document_end(xml));
        *ret_event = LW_XML_EOF;
        return LW_OK;
    }
    if (looking_at(xml, "</")) {
        LW_TRY(read_end_tag(xml));
        *ret_event = LW_XML_END;
        return LW_OK;
    }
    LW_TRY(read_start_tag(xml));
    *ret_event = LW_XML_START;
    return LW_OK;
}

/* Where in the path a search is: how many of its names are open, and whether the element was found and closed. */
typedef struct search {
    const char *path;
    unsigned matched;
    bool inside; /* of the element that was looked for */
    bool found;
} search;

static lw_slice path_part(const char *path, unsigned index) {
    for (; index > 0; index--) {
        path += strcspn(path, "/");
        path += *path == '/';
    }
    return (lw_slice){path, strcspn(path, "/")};
}

static bool is_last_part(const char *path, unsigned index) {
    lw_slice part = path_part(path, index);
    return part.data[part.len] == '\0';
}

static lw_status search_step(search *s, const lw_xml *xml, lw_xml_event event, lw_buf *out) {
    if (event == LW_XML_START && !s->found && !s->inside && xml->depth == s->matched + 1 &&
        lw_slice_equal(xml->name, path_part(s->path, s->matched))) {
        s->inside = is_last_part(s->path, s->matched);
        s->matched++;
    } else if (event == LW_XML_TEXT && s->inside && xml->depth == s->matched) {
        return lw_buf_append_slice(out, lw_buf_slice(&xml->text));
    } else if (event == LW_XML_END && xml->depth < s->matched) {
        s->found = s->found || s->inside;
        s->inside = false;
        s->matched--;
    }
    return LW_OK;
}

lw_status lw_xml_find(lw_slice input, const char *path, lw_buf *out) {
    lw_xml xml;
    search s = {.path = path};
    lw_xml_event event = LW_XML_START;
    lw_buf_reset(out);
    lw_xml_init(&xml, input);
    lw_status status = LW_OK;
    while (status == LW_OK && event != LW_XML_EOF) {
        status = lw_xml_next(&xml, &event);
        if (status == LW_OK) {
            status = search_step(&s, &xml, event, out);
        }
    }
    lw_xml_done(&xml);
    if (status != LW_OK || !s.found) {
        lw_buf_reset(out);
    }
    if (status != LW_OK) {
        return status;
    }
    return s.found ? LW_OK : LW_E_NOT_FOUND;
}
