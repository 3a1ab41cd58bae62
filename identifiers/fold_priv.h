/* Comparing text without case (fold.c). */
#ifndef LW_IDENTIFIERS_FOLD_PRIV_H
#define LW_IDENTIFIERS_FOLD_PRIV_H

#include "base/base.h"

/* Simple case folding of Unicode: one character for one. */
uint32_t lw_fold_character(uint32_t c);
/* Writes text folded to out; returns its length in bytes, or SIZE_MAX if it does not fit. Bytes that are no UTF-8 stand
 * for themselves. A character may have more bytes when folded, at most 4. */
size_t lw_fold_text(lw_slice text, char *out, size_t room);

#endif
