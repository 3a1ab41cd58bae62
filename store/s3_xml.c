/* Replies as elements: each element's path from the root, and its text, at the moment it ends. S3's replies are flat
 * enough that this is all their readers need; they keep no state of the tree themselves.
 */
#include "store/s3_priv.h"

#include "net/xml.h"

#include <string.h>

static lw_status start_element(lw_buf *path, lw_slice name) {
    if (path->len > 0) {
        LW_TRY(lw_buf_append_char(path, '/'));
    }
    return lw_buf_append_slice(path, name);
}

static void cut_path(lw_buf *path) {
    while (path->len > 0 && path->data[path->len - 1] != '/') {
        path->len--;
    }
    path->len -= path->len > 0 ? 1 : 0;
    path->data[path->len] = '\0';
}

static lw_status walk_events(lw_xml *xml, lw_buf *path, lw_buf *text, lw_s3_visit visit, void *ctx) {
    for (size_t elements = 0;;) {
        lw_xml_event event;
        LW_TRY(lw_xml_next(xml, &event));
        switch (event) {
        case LW_XML_START:
            elements++;
            lw_buf_reset(text);
            LW_TRY(start_element(path, xml->name));
            break;
        case LW_XML_TEXT:
            LW_TRY(lw_buf_append_slice(text, lw_buf_slice(&xml->text)));
            break;
        case LW_XML_END:
            LW_TRY(visit(ctx, path->data, lw_buf_slice(text)));
            lw_buf_reset(text);
            cut_path(path);
            break;
        case LW_XML_EOF:
        default:
            return elements > 0 && path->len == 0 ? LW_OK : LW_E_PROTOCOL;
        }
    }
}

lw_status lw_s3_walk(lw_slice body, lw_s3_visit visit, void *ctx) {
    lw_xml xml;
    lw_buf path;
    lw_buf text;
    lw_xml_init(&xml, body);
    lw_buf_init(&path, body.len + 64);
    lw_buf_init(&text, body.len + 64);
    lw_status status = walk_events(&xml, &path, &text, visit, ctx);
    lw_buf_done(&text);
    lw_buf_done(&path);
    lw_xml_done(&xml);
    return status;
}

lw_status lw_s3_xml_escape(lw_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            LW_TRY(lw_buf_append_text(out, "&amp;"));
            break;
        case '<':
            LW_TRY(lw_buf_append_text(out, "&lt;"));
            break;
        case '>':
            LW_TRY(lw_buf_append_text(out, "&gt;"));
            break;
        default:
            LW_TRY(lw_buf_append_char(out, *text));
            break;
        }
    }
    return LW_OK;
}
