/* A table for people: some fixed columns, the object, one right-aligned column, and a tail of items that wrap.
 * Measure every row, fix the layout, print the head, print every row. All texts are fit for a terminal already. */
#ifndef LW_FINDINGS_LAYOUT_PRIV_H
#define LW_FINDINGS_LAYOUT_PRIV_H

#include "base/base.h"

#define LW_LAYOUT_LEADS 2

typedef struct lw_layout_row {
    const char *lead[LW_LAYOUT_LEADS];
    const char *color; /* ANSI sequence for the first lead; NULL: none */
    lw_slice object;
    const char *right;
    lw_slice tail; /* items, '\n' between them: lines break there first */
} lw_layout_row;

typedef struct lw_layout {
    lw_layout_row head; /* its tail is one item */
    size_t lead_count;
    size_t item_gap; /* spaces between two items */
    bool color;
    unsigned width; /* 0: unlimited, one line a row */
    /* measured, then fixed */
    size_t lead_width[LW_LAYOUT_LEADS];
    size_t object_width, right_width, tail_width;
    bool stacked; /* the tail stands under the object */
} lw_layout;

void lw_layout_measure(lw_layout *layout, const lw_layout_row *row);
void lw_layout_fix(lw_layout *layout); /* after the last measure; measures the head too */
lw_status lw_layout_print_head(const lw_layout *layout, lw_buf *out) LW_MUST_USE;
lw_status lw_layout_print(const lw_layout *layout, const lw_layout_row *row, lw_buf *out) LW_MUST_USE;

#endif
