/* How readers of this folder fill blocks. */
#ifndef LW_RECORDS_BLOCK_PRIV_H
#define LW_RECORDS_BLOCK_PRIV_H

#include "records/records.h"

#define LW_BLOCK_PADDING 64U

/* Room for text_size bytes of text and as many cells; keeps text[0, text_len). */
lw_status lw_block_reserve(lw_block *block, size_t text_size) LW_MUST_USE;
/* Says that text[0, len) was written, also where text_len will be less: it is wiped in the end. */
void lw_block_note_use(lw_block *block, size_t len);
/* Empty again, memory kept. */
void lw_block_clear(lw_block *block);
/* The index has filled ends; consumed: the bytes that count, a line end that was supplied behind the text among them.
 */
void lw_block_keep_ends(lw_block *block, size_t consumed);
/* Takes quotes off after the fast index; only for blocks in which a quote occurs. */
void lw_block_unquote(lw_block *block);

#endif
