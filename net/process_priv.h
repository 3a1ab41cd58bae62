/* Running a helper program (credential_process) and reading what it writes. */
#ifndef LW_NET_PROCESS_PRIV_H
#define LW_NET_PROCESS_PRIV_H

#include "base/base.h"

/* Splits as a POSIX shell splits words: blanks, '...', "...", backslash. Nothing is expanded. LW_E_PARSE: a quote is
 * not closed, or a backslash ends the text. */
lw_status lw_split_words(const char *text, lw_strings *ret_words) LW_MUST_USE;

/* Runs words[0] (found by PATH) without a shell, with no input, its messages thrown away, its output appended to out.
 * LW_E_TIMEOUT, LW_E_LIMIT (more than out holds) after it was killed; LW_E_IO: could not be started or failed; err says
 * which. err never holds its output or its arguments. */
lw_status lw_process_read(const lw_strings *words, int64_t timeout_ms, lw_buf *out, lw_error *err) LW_MUST_USE;

#endif
