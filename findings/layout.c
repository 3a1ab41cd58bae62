/* Layout of a table whose rows may be wider than the terminal.
 *
 * Nothing is cut: a key that a person cannot read in full is a key that cannot be acted on. Three shapes, by room:
 *   unlimited   one line a row, for pipes and files; columns padded, except that a very long object pushes the rest
 *   inline      object and tail side by side, each wrapped within its column
 *   stacked     the tail indented under its object, when side by side would leave it no room worth having
 * Lines never end in spaces. Colour touches the first lead only and never counts as width.
 */
#include <string.h>

#include "findings/findings_priv.h"
#include "findings/layout_priv.h"

#define GAP 2U
#define WIDTH_LEAST 60U   /* narrower terminals wrap by themselves */
#define TAIL_LEAST 30U    /* side by side only if the tail gets this much, */
#define OBJECT_LEAST 40U  /* and the object this much, or all it needs */
#define OBJECT_PADDED 60U /* unlimited: longer objects are not waited for */
#define COLOR_RESET "\x1b[0m"
#define COLOR_HEAD "\x1b[1m"

static size_t text_width(const char *text) {
    return lw_display_width(lw_slice_from(text));
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static lw_slice first_item(lw_slice tail) {
    const char *end = tail.len > 0 ? memchr(tail.data, '\n', tail.len) : NULL;
    return (lw_slice){tail.data, end != NULL ? (size_t)(end - tail.data) : tail.len};
}

static lw_slice skip(lw_slice text, size_t bytes) {
    return (lw_slice){text.data + bytes, text.len - bytes};
}

void lw_layout_measure(lw_layout *layout, const lw_layout_row *row) {
    for (size_t i = 0; i < layout->lead_count; i++) {
        layout->lead_width[i] = larger(layout->lead_width[i], text_width(row->lead[i]));
    }
    layout->object_width = larger(layout->object_width, lw_display_width(row->object));
    layout->right_width = larger(layout->right_width, text_width(row->right));
    size_t tail = 0;
    for (lw_slice rest = row->tail; rest.len > 0;) {
        lw_slice item = first_item(rest);
        tail += lw_display_width(item) + (tail > 0 ? layout->item_gap : 0);
        rest = skip(rest, smaller(item.len + 1, rest.len));
    }
    layout->tail_width = larger(layout->tail_width, tail);
}

static size_t leads_width(const lw_layout *layout) {
    size_t width = 0;
    for (size_t i = 0; i < layout->lead_count; i++) {
        width += layout->lead_width[i] + GAP;
    }
    return width;
}

void lw_layout_fix(lw_layout *layout) {
    lw_layout_measure(layout, &layout->head);
    if (layout->width == 0) {
        layout->object_width = smaller(layout->object_width, OBJECT_PADDED);
        layout->tail_width = SIZE_MAX;
        return;
    }
    size_t leads = leads_width(layout);
    size_t right = layout->right_width > 0 ? layout->right_width + GAP : 0;
    size_t width = larger(layout->width, WIDTH_LEAST);
    size_t room = width > leads + right + TAIL_LEAST / 2 ? width - leads - right : TAIL_LEAST / 2;
    size_t tail = smaller(layout->tail_width, TAIL_LEAST) + GAP;
    size_t beside = room > tail ? room - tail : 0; /* what the object gets next to its tail */
    layout->stacked = beside < smaller(layout->object_width, OBJECT_LEAST);
    layout->object_width = smaller(layout->object_width, layout->stacked ? room : beside);
    layout->tail_width = layout->stacked ? room + right - GAP : room - layout->object_width - GAP;
}

static lw_status pad_to(lw_buf *line, size_t used, size_t width) {
    for (; used < width; used++) {
        LW_TRY(lw_buf_append_char(line, ' '));
    }
    return LW_OK;
}

static lw_status end_line(lw_buf *out) {
    while (out->len > 0 && out->data[out->len - 1] == ' ') {
        out->len--;
    }
    return lw_buf_append_char(out, '\n');
}

static lw_status append_leads(const lw_layout *layout, const lw_layout_row *row, lw_buf *out) {
    for (size_t i = 0; i < layout->lead_count; i++) {
        bool colored = i == 0 && layout->color && row->color != NULL;
        LW_TRY(lw_buf_append_text(out, colored ? row->color : ""));
        LW_TRY(lw_buf_append_text(out, row->lead[i]));
        LW_TRY(lw_buf_append_text(out, colored ? COLOR_RESET : ""));
        LW_TRY(pad_to(out, text_width(row->lead[i]), layout->lead_width[i] + GAP));
    }
    return LW_OK;
}

/* As much of the object as a line takes. Returns its width through ret_used. */
static lw_status append_object(const lw_layout *layout, lw_slice *rest, lw_buf *out, size_t *ret_used) {
    size_t bytes = layout->width == 0 ? rest->len : lw_display_fit(*rest, layout->object_width);
    lw_slice part = {rest->data, bytes};
    LW_TRY(lw_buf_append_slice(out, part));
    *rest = skip(*rest, bytes);
    *ret_used = lw_display_width(part);
    return LW_OK;
}

/* As many items as a line takes; one that is wider than a line is broken. */
static lw_status append_tail(const lw_layout *layout, lw_slice *rest, lw_buf *out) {
    size_t used = 0;
    while (rest->len > 0) {
        lw_slice item = first_item(*rest);
        size_t width = lw_display_width(item);
        size_t gap = used > 0 ? layout->item_gap : 0;
        if (width + gap > layout->tail_width - used && used > 0) {
            return LW_OK;
        }
        size_t bytes = width > layout->tail_width ? lw_display_fit(item, layout->tail_width) : item.len;
        LW_TRY(pad_to(out, 0, gap));
        LW_TRY(lw_buf_append(out, item.data, bytes));
        if (bytes < item.len) {
            *rest = skip(*rest, bytes);
            return LW_OK;
        }
        *rest = skip(*rest, smaller(item.len + 1, rest->len));
        used += gap + width;
    }
    return LW_OK;
}

static lw_status append_right(const lw_layout *layout, const char *right, lw_buf *out) {
    if (layout->right_width == 0) {
        return LW_OK;
    }
    size_t width = text_width(right);
    LW_TRY(pad_to(out, 0, GAP + (width < layout->right_width ? layout->right_width - width : 0)));
    return lw_buf_append_text(out, right);
}

/* The object's lines, with the tail beside them unless it is stacked. */
static lw_status print_lines(const lw_layout *layout, const lw_layout_row *row, lw_slice *tail, lw_buf *out) {
    lw_slice object = row->object;
    size_t leads = leads_width(layout);
    for (bool first = true; first || object.len > 0 || (!layout->stacked && tail->len > 0); first = false) {
        LW_TRY(first ? append_leads(layout, row, out) : pad_to(out, 0, leads));
        size_t used = 0;
        LW_TRY(append_object(layout, &object, out, &used));
        LW_TRY(pad_to(out, used, layout->object_width));
        LW_TRY(append_right(layout, first ? row->right : "", out));
        if (!layout->stacked && tail->len > 0) {
            LW_TRY(pad_to(out, 0, GAP));
            LW_TRY(append_tail(layout, tail, out));
        }
        LW_TRY(end_line(out));
    }
    return LW_OK;
}

lw_status lw_layout_print(const lw_layout *layout, const lw_layout_row *row, lw_buf *out) {
    lw_slice tail = row->tail;
    LW_TRY(print_lines(layout, row, &tail, out));
    while (tail.len > 0) {
        LW_TRY(pad_to(out, 0, leads_width(layout) + GAP));
        LW_TRY(append_tail(layout, &tail, out));
        LW_TRY(end_line(out));
    }
    return LW_OK;
}

lw_status lw_layout_print_head(const lw_layout *layout, lw_buf *out) {
    lw_layout_row head = layout->head;
    if (layout->stacked) {
        head.tail = (lw_slice){0};
    }
    LW_TRY(lw_buf_append_text(out, layout->color ? COLOR_HEAD : ""));
    LW_TRY(lw_layout_print(layout, &head, out));
    if (layout->color) { /* the reset belongs before the line's end */
        out->len--;
        LW_TRY(lw_buf_append_text(out, COLOR_RESET "\n"));
    }
    return LW_OK;
}
