/* A fixed shape over a column with AVX2 (or what SIMDe makes of it elsewhere): a cell of the shape's length is judged
 * all bytes at once; built with its instruction set by identifiers/folder.cmake.
 *
 * There is no look-up among all of ASCII here, but one by nibble: the products of the low nibble that are also those of
 * the high one are those the byte is in, exactly. A position's class is some of the products.
 *
 * A register is filled from both ends of the cell, which overlap, so that nothing behind the cell is read and no byte
 * has to be masked out. The table of what the positions ask for is read in the same way.
 */
#include <simde/x86/avx2.h>

#include <string.h>

#include "identifiers/regex_priv.h"

typedef simde__m256i bytes;

typedef struct wanted {
    bytes low, high; /* products by nibble */
    bytes first, last;
    size_t length;
} wanted;

/* How many bytes a piece has: two of them cover a shape. */
typedef enum piece { PIECE_8 = 8, PIECE_16 = 16, PIECE_32 = 32 } piece;

static bytes load_table(const uint8_t table[16]) {
    return simde_mm256_broadcastsi128_si256(simde_mm_loadu_si128((const simde__m128i *)(const void *)table));
}

static inline bytes load_32(const void *at) {
    return simde_mm256_loadu_si256((const simde__m256i *)at);
}

/* Both ends of a text of up to twice the piece, which is 8 or 16 bytes. */
static inline bytes load_ends(const void *text, size_t length, piece size) {
    const char *first = text;
    const char *last = first + length - size;
    if (size == PIECE_16) {
        return simde_mm256_inserti128_si256(
            simde_mm256_castsi128_si256(simde_mm_loadu_si128((const simde__m128i *)(const void *)first)),
            simde_mm_loadu_si128((const simde__m128i *)(const void *)last), 1);
    }
    simde__m128i both = simde_mm_unpacklo_epi64(simde_mm_loadl_epi64((const simde__m128i *)(const void *)first),
                                                simde_mm_loadl_epi64((const simde__m128i *)(const void *)last));
    return simde_mm256_broadcastsi128_si256(both);
}

/* All ones where the byte is in no product that is asked for. The look-up gives none for what is beyond ASCII. */
static inline bytes misses(bytes text, bytes need, const wanted *w) {
    bytes low = simde_mm256_shuffle_epi8(w->low, text);
    bytes nibble = simde_mm256_and_si256(simde_mm256_srli_epi16(text, 4), simde_mm256_set1_epi8(15));
    bytes products = simde_mm256_and_si256(low, simde_mm256_shuffle_epi8(w->high, nibble));
    return simde_mm256_cmpeq_epi8(simde_mm256_and_si256(products, need), simde_mm256_setzero_si256());
}

static inline bool fits(const char *text, const wanted *w, piece size) {
    bytes missed;
    if (size == PIECE_32) {
        missed = simde_mm256_or_si256(misses(load_32(text), w->first, w),
                                      misses(load_32(text + w->length - PIECE_32), w->last, w));
    } else {
        missed = misses(load_ends(text, w->length, size), w->first, w);
    }
    return simde_mm256_movemask_epi8(missed) == 0;
}

/* Of one size of piece: the compiler makes a loop for each. */
static inline size_t column(const lw_shape *shape, const wanted *w, piece size, const lw_cells *cells, lw_hit *hits) {
    size_t hit_count = 0;
    for (size_t i = 0; i < cells->count; i++) {
        uint32_t len = cells->end[i] - cells->begin[i];
        const char *text = cells->text + cells->begin[i];
        if (len < w->length) {
            continue;
        }
        uint32_t count =
            len == w->length ? (uint32_t)fits(text, w, size) : lw_shape_count(shape, (lw_slice){text, len});
        hits[hit_count] = (lw_hit){(uint32_t)i, count};
        hit_count += count > 0;
    }
    return hit_count;
}

size_t lw_shape_column_avx2(const lw_shape *shape, const lw_cells *cells, lw_hit *hits) {
    wanted w = {.low = load_table(shape->low), .high = load_table(shape->high), .length = shape->length};
    if (w.length > PIECE_32) {
        w.first = load_32(shape->products);
        w.last = load_32(shape->products + w.length - PIECE_32);
        return column(shape, &w, PIECE_32, cells, hits);
    }
    if (w.length >= PIECE_16) {
        w.first = load_ends(shape->products, w.length, PIECE_16);
        return column(shape, &w, PIECE_16, cells, hits);
    }
    w.first = load_ends(shape->products, w.length, PIECE_8);
    return column(shape, &w, PIECE_8, cells, hits);
}
