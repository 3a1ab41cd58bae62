/* Suspects with AVX2 (or what SIMDe makes of it elsewhere): the cells of a block that the sieve has to look at, found
 * without going from cell to cell. What suspects_avx512.c does, without its instructions.
 *
 * Three passes over a few KiB at a time. The first makes bit maps of the text by kind of byte: two look-ups by nibble
 * give a byte a bit for each of eight kinds. Taking one bit out of 32 bytes is what takes longest, so neighbours are
 * taken out as one, and six maps are enough. The second says of 256 places at once which see something before them that
 * matters: what stands so many places before what is a shift and an and. A sum tells in which cells such places are:
 * added to ones wherever no cell ends, a bit carries on to the cell's end. The third writes these cells out. Every
 * condition here is implied by one of sieve_body.h, so no cell is lost that the sieve would keep.
 */
#include <simde/x86/avx2.h>

#include <string.h>

#include "scanner/sieve_priv.h"

#define LANES 4U
#define CHUNK 32U /* words of 64 places */

/* 256 places, of vectors that the compiler knows. */
typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));

/* The kinds, as bits of a code: all bytes with one of some low and one of some high nibbles. X and Y tell apart what is
 * of one kind. The order is such that neighbours are taken out together: three bits tell all but X and Y. */
enum {
    KIND_G_TO_O,
    KIND_P_TO_Z, /* and what is beyond ASCII */
    KIND_HEX,    /* a-f */
    KIND_DIGIT,
    KIND_SIGN, /* space . / ( ) */
    KIND_JOIN, /* - + */
    KIND_X,    /* of a digit: 0; of a sign: space; of a letter: beyond ASCII */
    KIND_Y,    /* of a digit: 1; of a sign: dot; of - and +: the latter */
    KINDS
};

/* The text of a chunk, 32 bytes after 32 bytes: with the lowest byte first, words as well. */
typedef uint32_t map[2 * CHUNK];
typedef struct maps {
    uint64_t ends[CHUNK];
    map letter, hex_digit_sign, sign_join; /* what is one of these */
    map small;                             /* of ASCII letters: no capitals */
    map x, y;
} maps;

typedef struct codes {
    simde__m256i low, high; /* kinds by nibble */
    simde__m256i beyond;    /* of all that is not ASCII */
} codes;

static simde__m256i load_table(const uint8_t table[16]) {
    return simde_mm256_broadcastsi128_si256(simde_mm_loadu_si128((const simde__m128i *)(const void *)table));
}

static codes make_codes(void) {
    static const struct {
        uint16_t low, high; /* bit per nibble */
    } NIBBLES[KINDS] = {[KIND_DIGIT] = {0x03FF, 1U << 3},
                        [KIND_SIGN] = {1U << 0 | 1U << 8 | 1U << 9 | 1U << 14 | 1U << 15, 1U << 2},
                        [KIND_JOIN] = {1U << 11 | 1U << 13, 1U << 2},
                        [KIND_X] = {1U << 0, 1U << 2 | 1U << 3},
                        [KIND_Y] = {1U << 1 | 1U << 11 | 1U << 14, 1U << 2 | 1U << 3},
                        [KIND_HEX] = {0x007E, 1U << 4 | 1U << 6},
                        [KIND_G_TO_O] = {0xFF80, 1U << 4 | 1U << 6},
                        [KIND_P_TO_Z] = {0x07FF, 1U << 5 | 1U << 7}};
    uint8_t low[16] = {0};
    uint8_t high[16] = {0};
    for (size_t i = 0; i < (size_t)KINDS * 16; i++) {
        low[i % 16] |= (uint8_t)(((NIBBLES[i / 16].low >> i % 16) & 1U) << i / 16);
        high[i % 16] |= (uint8_t)(((NIBBLES[i / 16].high >> i % 16) & 1U) << i / 16);
    }
    return (codes){load_table(low), load_table(high), simde_mm256_set1_epi8((char)(1U << KIND_P_TO_Z | 1U << KIND_X))};
}

static inline simde__m256i code_of(simde__m256i text, const codes *k) {
    simde__m256i nibble = simde_mm256_and_si256(simde_mm256_srli_epi16(text, 4), simde_mm256_set1_epi8(15));
    simde__m256i ascii =
        simde_mm256_and_si256(simde_mm256_shuffle_epi8(k->low, text), simde_mm256_shuffle_epi8(k->high, nibble));
    return simde_mm256_blendv_epi8(ascii, k->beyond, text);
}

/* A bit of each byte. */
static inline uint32_t bits_at(simde__m256i some, int bit) {
    return (uint32_t)simde_mm256_movemask_epi8(simde_mm256_slli_epi16(some, 7 - bit));
}

/* 32 bytes; anchors: what only they are made of is wanted too. */
static inline void map_bytes(const char *at, bool anchors, size_t i, maps *m, const codes *k) {
    simde__m256i text = simde_mm256_loadu_si256((const simde__m256i *)(const void *)at);
    simde__m256i code = code_of(text, k);
    /* Bits and the one or two below them; in bits 0 and 1, which are not used, those of the next byte. */
    simde__m256i two = simde_mm256_or_si256(code, simde_mm256_slli_epi16(code, 1));
    simde__m256i three = simde_mm256_or_si256(two, simde_mm256_slli_epi16(code, 2));
    m->letter[i] = bits_at(three, KIND_HEX);
    m->hex_digit_sign[i] = bits_at(three, KIND_SIGN);
    m->sign_join[i] = bits_at(two, KIND_JOIN);
    m->small[i] = bits_at(text, 5);
    if (anchors) {
        m->x[i] = bits_at(code, KIND_X);
        m->y[i] = bits_at(code, KIND_Y);
    }
}

/* count words, and nothing behind them. */
static void map_chunk(const lw_sieve *sieve, const char *text, const uint64_t *ends, size_t count, maps *m,
                      const codes *k) {
    if (count == CHUNK) {
        memcpy(m->ends, ends, sizeof m->ends);
    } else {
        memset(m, 0, sizeof *m);
        memcpy(m->ends, ends, count * sizeof *ends);
    }
    if (sieve->kinds == 0) {
        for (size_t i = 0; i < 2 * count; i++) {
            map_bytes(text + i * 32, false, i, m, k);
        }
    } else {
        for (size_t i = 0; i < 2 * count; i++) {
            map_bytes(text + i * 32, true, i, m, k);
        }
    }
}

static inline lanes load_lanes(const map from, size_t i) {
    lanes some;
    memcpy(&some, from + 2 * i, sizeof some);
    return some;
}

/* What stands so many places before each place; 1 to 63. */
static inline lanes back(lanes now, lanes before, uint64_t places) {
    lanes earlier = __builtin_shufflevector(before, now, 3, 4, 5, 6);
    return now << places | earlier >> (64 - places);
}

#define BACK(member, places) back(now->member, before->member, places)

#include "scanner/suspects_body.h"

static inline signs see_signs(view *now, const maps *m, size_t i) {
    lanes x = load_lanes(m->x, i);
    lanes y = load_lanes(m->y, i);
    signs s = {.sign = load_lanes(m->sign_join, i) & load_lanes(m->hex_digit_sign, i)};
    lanes join = load_lanes(m->sign_join, i) & ~s.sign;
    s.hyphen = join & ~y;
    s.ascii = now->letter & ~x;
    s.zero = now->digit & x;
    s.one = now->digit & y;
    note_signs(now, &s, s.sign & x, s.sign & y, join & y);
    return s;
}

/* What is beyond ASCII may be taken for capitals. */
static inline void see_letters(view *now, const maps *m, size_t i) {
    memcpy(&now->ends, m->ends + i, sizeof now->ends);
    now->letter = load_lanes(m->letter, i);
    now->beyond = now->letter & ~load_lanes(m->hex_digit_sign, i);
    now->digit = load_lanes(m->hex_digit_sign, i) & ~(now->letter | load_lanes(m->sign_join, i));
    now->upper = now->letter & ~load_lanes(m->small, i);
}

/* Bit i: the top bit of lane i. */
static inline unsigned tops(lanes some) {
    simde__m256i bits;
    memcpy(&bits, &some, sizeof bits);
    return (unsigned)simde_mm256_movemask_pd(simde_mm256_castsi256_pd(bits));
}

/* The ends of the cells that have a bit; carry: of a cell that goes on from lanes to lanes. */
static inline lanes touched(lanes ends, lanes bits, unsigned *carry) {
    static const lanes CARRIED[1U << LANES] = {
        {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
        {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}, {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};
    lanes inside = ~ends;
    lanes added = bits & inside;
    lanes sum = inside + added;
    unsigned carries = tops(added | (inside & ~sum));
    unsigned passes = tops((lanes)(sum == ~(lanes){0})); /* what is carried into a lane of ones goes on */
    unsigned into = ((carries << 1 | *carry) + passes) ^ passes;
    *carry = (into >> LANES) & 1U;
    return (sum + CARRIED[into % (1U << LANES)]) & ends;
}

/* What of the lanes before matters. The views take turns: that of the last lanes of a chunk is views[1]. */
typedef struct progress {
    view views[2];
    unsigned word_carry, value_carry, anchor_carry;
} progress;

_Static_assert(CHUNK / LANES % 2 == 0, "views[1] is that of the last lanes");

/* The ends of the suspects. */
static void see_chunk(const lw_sieve *sieve, const maps *m, progress *p, uint64_t found[CHUNK]) {
    for (size_t i = 0; i < CHUNK; i += LANES) {
        view *now = &p->views[i / LANES % 2];
        const view *before = &p->views[1 - i / LANES % 2];
        lanes some = {0};
        see_letters(now, m, i);
        if (sieve->gates) {
            some = touched(now->ends, see_words(now, before), &p->word_carry) &
                   touched(now->ends, see_values(now, before), &p->value_carry);
        }
        if (sieve->kinds != 0) {
            signs s = see_signs(now, m, i);
            lanes anchors = touched(now->ends, see_anchors(now, before, &s), &p->anchor_carry);
            some |= anchors & ~see_uuids(now, before, &s);
        }
        memcpy(found + i, &some, sizeof some);
    }
}

/* Writes out the cells of a chunk; base: the number of cells before it. Returns how many. */
static size_t list_cells(const uint64_t ends[CHUNK], const uint64_t found[CHUNK], uint32_t *base, uint32_t *cells) {
    size_t count = 0;
    for (size_t i = 0; i < CHUNK; i++) {
        for (uint64_t bits = found[i]; bits != 0; bits &= bits - 1) {
            uint64_t before = ends[i] & ((bits & (~bits + 1)) - 1);
            cells[count++] = *base + (uint32_t)__builtin_popcountll(before);
        }
        *base += (uint32_t)__builtin_popcountll(ends[i]);
    }
    return count;
}

size_t lw_suspects_avx2(const lw_sieve *sieve, const lw_block *block, uint32_t *cells) {
    const codes k = make_codes();
    maps m;
    progress p;
    uint64_t found[CHUNK];
    size_t count = 0;
    uint32_t base = 0;
    size_t words = block->text_len / 64 + 1;
    memset(&p, 0, sizeof p);
    p.views[1].ends[LANES - 1] = UINT64_C(1) << 63; /* an end in front of the first cell */
    for (size_t done = 0; done < words; done += CHUNK) {
        size_t some = words - done < CHUNK ? words - done : CHUNK;
        map_chunk(sieve, block->text + done * 64, block->ends + done, some, &m, &k);
        see_chunk(sieve, &m, &p, found);
        count += list_cells(m.ends, found, &base, cells + count);
    }
    return count;
}
