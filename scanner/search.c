/* Compiling keywords for the search.
 *
 * Three sieves, each finer than the one before: tables for the first two to four bytes (64 places at once, see
 * search_avx2.c), a bit map over the hash of the three bytes, and the keyword itself. Bytes are folded by setting
 * bit 5, which maps A-Z to a-z; what else it maps together the comparison takes apart again. Keywords of two bytes have
 * a bit map and a list of their own.
 */
#include "scanner/search_priv.h"

#include <stdlib.h>
#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool keyword_at(lw_slice keyword, const char *text, size_t left) {
    if (keyword.len > left) {
        return false;
    }
    for (size_t i = 0; i < keyword.len; i++) {
        if (lower(text[i]) != keyword.data[i]) {
            return false;
        }
    }
    return true;
}

static lw_status add_hit(lw_hits *hits, lw_keyword_hit hit) {
    if (hits->count == hits->cap) {
        size_t cap = hits->cap == 0 ? 256 : hits->cap * 2;
        lw_keyword_hit *grown = realloc(hits->items, cap * sizeof *grown);
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        hits->items = grown;
        hits->cap = cap;
    }
    hits->items[hits->count++] = hit;
    return LW_OK;
}

/* Does nothing in hexadecimal touch the keyword? */
static bool stands_apart(const char *text, size_t len, size_t offset, size_t end) {
    return (offset == 0 || !lw_search_hexadecimal(text[offset - 1])) &&
           (end >= len || !lw_search_hexadecimal(text[end]));
}

static lw_status verify_one(const lw_search *search, const char *text, size_t len, size_t offset, uint32_t index,
                            lw_hits *hits) {
    const lw_search_literal *literal = &search->literals[index];
    if ((literal->hex && !stands_apart(text, len, offset, offset + literal->text.len)) ||
        !keyword_at(literal->text, text + offset, len - offset)) {
        return LW_OK;
    }
    return add_hit(hits, (lw_keyword_hit){(uint32_t)offset, index});
}

lw_status lw_search_verify(const lw_search *search, const char *text, size_t len, size_t offset, lw_hits *hits) {
    const char *at = text + offset;
    uint32_t a = lw_search_fold(at[0]);
    uint32_t b = lw_search_fold(at[1]);
    uint32_t hash = lw_search_hash(a, b, lw_search_fold(at[2]));
    for (uint32_t entry = search->chain_head[hash]; entry != 0; entry = search->chain_next[entry - 1]) {
        LW_TRY(verify_one(search, text, len, offset, entry - 1, hits));
    }
    uint32_t pair = a << 8 | b;
    if (!lw_search_bit(search->pairs, pair)) {
        return LW_OK;
    }
    for (size_t i = 0; i < search->two_byte_count; i++) {
        LW_TRY(verify_one(search, text, len, offset, search->two_bytes[i], hits));
    }
    return LW_OK;
}

/* May a keyword of this text have the byte, or the one 128 above it, at a place? */
static bool allows(lw_slice text, bool hex_pair, size_t place, uint32_t byte) {
    if (place < text.len) {
        return ((lw_search_fold((char)byte) ^ lw_search_fold(text.data[place])) & 127) == 0;
    }
    return !hex_pair || place > 2 || !lw_search_hexadecimal((char)byte);
}

/* ---- groups of keywords ---- */

#define CLUSTERS_MAX 40U
#define GROUPS 8U
#define PARTS 3U

/* Keywords that share a group: the bytes that any of them allows at each place, bit by byte. */
typedef struct cluster {
    uint64_t bytes[LW_SEARCH_PLACES][2];
    uint64_t cost;
    uint32_t key; /* of its first keyword */
} cluster;

typedef struct grouping {
    bool by_nibble; /* for the tables by nibble, else for the exact ones */
    size_t count;
    cluster clusters[CLUSTERS_MAX];
    uint64_t losses[CLUSTERS_MAX][CLUSTERS_MAX]; /* what uniting two of them costs */
} grouping;

/* How often bytes stand in tables of numbers, ids and some text, in thousandths, by kind. */
static uint32_t weight_of(const uint64_t bytes[2]) {
    static const struct {
        uint64_t bytes[2];
        uint32_t weight;
    } KINDS[] = {{{UINT64_C(0x03FF000000000000), 0}, 35}, /* digits */
                 {{0, UINT64_C(0x0000007E00000000)}, 25}, /* a-f */
                 {{0, UINT64_C(0x07FFFF8000000000)}, 10}, /* g-z */
                 {{0, UINT64_C(0x0000000007FFFFFE)}, 3},  /* A-Z */
                 {{UINT64_C(0x0000700100000000), 0}, 25}, /* space , - . */
                 {{UINT64_C(0xFC008FFEFFFFFFFF), UINT64_C(0xF8000001F8000001)}, 1}};
    uint32_t weight = 1;
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        uint64_t some = (bytes[0] & KINDS[i].bytes[0]);
        uint64_t rest = (bytes[1] & KINDS[i].bytes[1]);
        weight += KINDS[i].weight * (uint32_t)(__builtin_popcountll(some) + __builtin_popcountll(rest));
    }
    return weight;
}

static uint64_t row_of(const uint64_t bytes[2], size_t high) {
    return (bytes[high / 4] >> high % 4 * 16) & 0xFFFF;
}

/* What tables by nibble make of a set: all bytes that have the low nibble of one and the high nibble of another. */
static void blur(uint64_t bytes[2]) {
    uint64_t lows = 0;
    for (size_t high = 0; high < 8; high++) {
        lows |= row_of(bytes, high);
    }
    for (size_t high = 0; high < 8; high++) {
        bytes[high / 4] |= row_of(bytes, high) != 0 ? lows << high % 4 * 16 : 0;
    }
}

/* How many places of 1000^4 a group lets through: mixing first bytes with second bytes of others costs. */
static uint64_t cost_of(const cluster *a, const cluster *b, bool by_nibble) {
    uint64_t cost = 1;
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        uint64_t both[2] = {a->bytes[place][0] | b->bytes[place][0], a->bytes[place][1] | b->bytes[place][1]};
        if (by_nibble) {
            blur(both);
        }
        cost *= weight_of(both);
    }
    return cost;
}

static void unite(cluster *into, const cluster *other) {
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        into->bytes[place][0] |= other->bytes[place][0];
        into->bytes[place][1] |= other->bytes[place][1];
    }
}

static bool is_hex_pair(const lw_search_literal *literal) {
    return literal->text.len == 2 && literal->hex;
}

/* Behind a keyword of two letters a-f stands no digit and no a-f. By nibble, that is not one set but three: `:` to `?`,
 * letters beyond f with `@` and the grave accent, and the other rows of ASCII. */
static void cut_part(cluster *one, size_t part) {
    static const uint64_t ROWS[PARTS][2] = {{UINT64_C(0xFFFF0000FFFF0000), 0},
                                            {0, UINT64_C(0x0000FFFF0000FFFF)},
                                            {UINT64_C(0x0000FFFF0000FFFF), UINT64_C(0xFFFF0000FFFF0000)}};
    one->bytes[2][0] &= ROWS[part][0];
    one->bytes[2][1] &= ROWS[part][1];
    one->key |= (uint32_t)part << 20;
}

static cluster cluster_of(const lw_search_literal *literal) {
    cluster one = {.key = lw_search_fold(literal->text.data[0]) << 9 | lw_search_fold(literal->text.data[1]) << 1 |
                          (literal->text.len < LW_SEARCH_PLACES ? 1U : 0U)};
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        for (uint32_t byte = 0; byte < 128; byte++) {
            uint64_t allowed = allows(literal->text, is_hex_pair(literal), place, byte);
            one.bytes[place][byte / 64] |= allowed << byte % 64;
        }
    }
    return one;
}

/* To the cluster of the same key, or to any if there are too many. */
static void add_cluster(grouping *g, const cluster *one) {
    size_t same = 0;
    while (same < g->count && g->clusters[same].key != one->key) {
        same++;
    }
    if (same == g->count && g->count < CLUSTERS_MAX) {
        g->clusters[g->count++] = *one;
    } else {
        unite(&g->clusters[same < g->count ? same : one->key % CLUSTERS_MAX], one);
    }
}

static void add_clusters(grouping *g, const lw_search *search) {
    for (size_t i = 0; i < search->keyword_count; i++) {
        const lw_search_literal *literal = &search->literals[i];
        bool in_parts = g->by_nibble && is_hex_pair(literal);
        for (size_t part = 0; part < (in_parts ? PARTS : 1); part++) {
            cluster one = cluster_of(literal);
            if (in_parts) {
                cut_part(&one, part);
            }
            add_cluster(g, &one);
        }
    }
}

/* The cost of a cluster that is new or has changed, and its losses with the first others. */
static void weigh(grouping *g, size_t index, size_t others) {
    cluster *one = &g->clusters[index];
    one->cost = cost_of(one, one, g->by_nibble);
    for (size_t i = 0; i < others; i++) {
        uint64_t cost = cost_of(one, &g->clusters[i], g->by_nibble);
        uint64_t apart = one->cost + g->clusters[i].cost;
        uint64_t loss = cost > apart ? cost - apart : 0;
        g->losses[index][i] = loss;
        g->losses[i][index] = loss;
    }
}

/* Two by two, those are united that lose the least by it. */
static void unite_best(grouping *g) {
    size_t best[2] = {0, 1};
    for (size_t a = 0; a < g->count; a++) {
        for (size_t b = a + 1; b < g->count; b++) {
            if (g->losses[a][b] < g->losses[best[0]][best[1]]) {
                best[0] = a;
                best[1] = b;
            }
        }
    }
    unite(&g->clusters[best[0]], &g->clusters[best[1]]);
    g->clusters[best[1]] = g->clusters[--g->count];
    weigh(g, best[0], g->count);
    if (best[1] < g->count) {
        weigh(g, best[1], g->count);
    }
}

static void make_groups(grouping *g, const lw_search *search, bool by_nibble) {
    g->by_nibble = by_nibble;
    g->count = 0;
    add_clusters(g, search);
    for (size_t i = 0; i < g->count; i++) {
        weigh(g, i, i);
    }
    while (g->count > GROUPS) {
        unite_best(g);
    }
}

/* How many of the places are worth a look-up: each costs a fifth of an instruction a byte, and a place that is let
 * through some 80. */
static size_t places_worth(const grouping *g) {
    const uint64_t look_up = UINT64_C(220000000000);
    const uint64_t verifying = 80;
    size_t best = LW_SEARCH_PLACES;
    uint64_t least = UINT64_MAX;
    for (size_t places = 2; places <= LW_SEARCH_PLACES; places++) {
        uint64_t cost = look_up * places;
        for (size_t i = 0; i < g->count; i++) {
            uint64_t through = verifying;
            for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
                uint64_t bytes[2] = {g->clusters[i].bytes[place][0], g->clusters[i].bytes[place][1]};
                if (g->by_nibble) {
                    blur(bytes);
                }
                through *= place < places ? weight_of(bytes) : 1000;
            }
            cost += through;
        }
        if (cost < least) {
            least = cost;
            best = places;
        }
    }
    return best;
}

static void enter_exactly(lw_search *search) {
    grouping g;
    make_groups(&g, search, false);
    for (size_t group = 0; group < g.count; group++) {
        for (size_t i = 0; i < (size_t)LW_SEARCH_PLACES * 128; i++) {
            uint64_t allowed = (g.clusters[group].bytes[i / 128][i / 64 % 2] >> i % 64) & 1;
            search->ascii[i / 128][i % 128] |= (uint8_t)(allowed << group);
        }
    }
    search->exact_places = places_worth(&g);
}

/* Beyond ASCII the low nibble is not looked at, and the high one is taken for that 128 below. A digit or a-f behind a
 * keyword of two letters rules it out, what is 128 above them does not: each of their rows is one of some part. */
static void enter_nibbles(lw_search *search, const cluster *group, uint8_t bit) {
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        for (size_t high = 0; high < 8; high++) {
            uint64_t row = row_of(group->bytes[place], high);
            search->high[place][high] |= row != 0 ? bit : 0;
            search->high[place][high + 8] |= row != 0 ? bit : 0;
            for (size_t low = 0; low < 16; low++) {
                search->low[place][low] |= ((row >> low) & 1) != 0 ? bit : 0;
            }
        }
    }
}

static void enter_by_nibble(lw_search *search) {
    grouping g;
    make_groups(&g, search, true);
    for (size_t group = 0; group < g.count; group++) {
        enter_nibbles(search, &g.clusters[group], (uint8_t)(1U << group));
    }
    search->nibble_places = places_worth(&g);
}

static void set_bit(uint64_t *bits, uint32_t index) {
    bits[index >> 6] |= UINT64_C(1) << (index & 63);
}

static void enter_keyword(lw_search *search, uint32_t index) {
    lw_slice text = search->literals[index].text;
    uint32_t a = lw_search_fold(text.data[0]);
    uint32_t b = lw_search_fold(text.data[1]);
    if (text.len == 2) {
        uint32_t pair = a << 8 | b;
        set_bit(search->pairs, pair);
        search->pairs_apart = search->pairs_apart && is_hex_pair(&search->literals[index]);
        search->two_bytes[search->two_byte_count++] = (uint16_t)index;
        return;
    }
    uint32_t c = lw_search_fold(text.data[2]);
    uint32_t hash = lw_search_hash(a, b, c);
    if (text.len == 3) {
        set_bit(search->threes, hash);
        search->three_byte_count++;
    } else {
        set_bit(search->fours, lw_search_hash_four(a, b, c, lw_search_fold(text.data[3])));
    }
    search->chain_next[index] = search->chain_head[hash];
    search->chain_head[hash] = (uint16_t)(index + 1);
}

/* A keyword of one byte would be everywhere; the catalogue has none, and custom ones have three at least. */
static bool keywords_fit(const lw_identifier_set *set, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (lw_identifier_set_keyword(set, i)->text.len < 2) {
            return false;
        }
    }
    return count < UINT16_MAX;
}

lw_status lw_search_new(const lw_identifier_set *set, lw_search **ret_search) {
    size_t count = lw_identifier_set_keyword_count(set);
    if (!keywords_fit(set, count)) {
        return LW_E_LIMIT;
    }
    lw_search *search = calloc(1, sizeof *search);
    if (search == NULL) {
        return LW_E_MEMORY;
    }
    search->set = set;
    search->keyword_count = count;
    search->pairs_apart = true;
    search->chain_head = calloc(65536, sizeof *search->chain_head);
    search->chain_next = calloc(count + 1, sizeof *search->chain_next);
    search->two_bytes = calloc(count + 1, sizeof *search->two_bytes);
    search->literals = calloc(count + 1, sizeof *search->literals);
    if (search->literals == NULL || search->chain_head == NULL || search->chain_next == NULL ||
        search->two_bytes == NULL) {
        lw_search_free(search);
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const lw_keyword *keyword = lw_identifier_set_keyword(set, i);
        search->literals[i] = (lw_search_literal){keyword->text, keyword->hex};
        enter_keyword(search, (uint32_t)i);
    }
    enter_exactly(search);
    enter_by_nibble(search);
    *ret_search = search;
    return LW_OK;
}

void lw_search_free(lw_search *search) {
    if (search == NULL) {
        return;
    }
    free(search->chain_head);
    free(search->chain_next);
    free(search->two_bytes);
    free(search->literals);
    free(search);
}
