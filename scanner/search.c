/* Compiling keywords for the search.
 *
 * Three sieves, each finer than the one before: nibble tables for the first four bytes (32 or 64 places at once,
 * see search_avx2.c), a bit map over the hash of the three bytes, and the keyword itself. Bytes are folded by setting
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

/* A keyword of two letters a-f counts only before what is no digit and no a-f: the third byte is `:` to `?`, or a
 * letter behind f, `@` or a grave accent, or of another row of ASCII. Three groups say so. (The control characters
 * that fold to digits are taken for these.) */
static void enter_hex_pair(lw_search *search, lw_slice text) {
    static const uint8_t groups[] = {1U << 5, 1U << 6, 1U << 7};
    for (uint32_t nibble = 0; nibble < 16; nibble++) {
        search->low[2][nibble] |= nibble >= 10 ? groups[0] : 0;
        search->low[2][nibble] |= nibble >= 7 || nibble == 0 ? groups[1] : 0;
        search->low[2][nibble] |= groups[2];
        search->high[2][nibble] |= nibble == 3 ? groups[0] : nibble == 6 ? groups[1] : groups[2];
        search->low[3][nibble] |= groups[0] | groups[1] | groups[2];
        search->high[3][nibble] |= groups[0] | groups[1] | groups[2];
    }
    for (size_t i = 0; i < 3; i++) {
        for (size_t place = 0; place < 2; place++) {
            uint32_t byte = lw_search_fold(text.data[place]);
            search->low[place][byte & 15] |= groups[i];
            search->high[place][byte >> 4] |= groups[i];
        }
    }
}

/* May a keyword of this text have the byte, or the one 128 above it, at a place? */
static bool allows(lw_slice text, bool hex_pair, size_t place, uint32_t byte) {
    if (place < text.len) {
        return ((lw_search_fold((char)byte) ^ lw_search_fold(text.data[place])) & 127) == 0;
    }
    return !hex_pair || place > 2 || !lw_search_hexadecimal((char)byte);
}

/* ---- groups of the exact tables ---- */

#define CLUSTERS_MAX 40U
#define GROUPS 8U

/* Keywords that share a group: the bytes that any of them allows at each place, bit by byte. */
typedef struct cluster {
    uint64_t bytes[LW_SEARCH_PLACES][2];
    uint32_t key; /* of its first keyword */
} cluster;

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

/* How many places a group lets through that no keyword of it has to do with: what mixing first bytes with second bytes
 * of others costs. */
static uint64_t cost_of(const cluster *a, const cluster *b) {
    uint64_t cost = 1;
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        const uint64_t both[2] = {a->bytes[place][0] | b->bytes[place][0], a->bytes[place][1] | b->bytes[place][1]};
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

static cluster cluster_of(const lw_search_literal *literal) {
    bool hex_pair = literal->text.len == 2 && literal->hex;
    cluster one = {.key = lw_search_fold(literal->text.data[0]) << 9 | lw_search_fold(literal->text.data[1]) << 1 |
                          (literal->text.len < LW_SEARCH_PLACES ? 1U : 0U)};
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        for (uint32_t byte = 0; byte < 128; byte++) {
            one.bytes[place][byte / 64] |= (uint64_t)allows(literal->text, hex_pair, place, byte) << byte % 64;
        }
    }
    return one;
}

static size_t first_clusters(const lw_search *search, cluster clusters[CLUSTERS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < search->keyword_count; i++) {
        cluster one = cluster_of(&search->literals[i]);
        size_t same = 0;
        while (same < count && clusters[same].key != one.key) {
            same++;
        }
        if (same == count && count < CLUSTERS_MAX) {
            clusters[count++] = one;
        } else {
            unite(&clusters[same < count ? same : one.key % CLUSTERS_MAX], &one);
        }
    }
    return count;
}

/* Two by two, those are united that lose the least by it. */
static void enter_exactly(lw_search *search) {
    cluster clusters[CLUSTERS_MAX];
    size_t count = first_clusters(search, clusters);
    while (count > GROUPS) {
        size_t best[2] = {0, 1};
        uint64_t least = UINT64_MAX;
        for (size_t a = 0; a < count; a++) {
            for (size_t b = a + 1; b < count; b++) {
                uint64_t cost = cost_of(&clusters[a], &clusters[b]);
                uint64_t apart = cost_of(&clusters[a], &clusters[a]) + cost_of(&clusters[b], &clusters[b]);
                uint64_t more = cost > apart ? cost - apart : 0;
                if (more < least) {
                    least = more;
                    best[0] = a;
                    best[1] = b;
                }
            }
        }
        unite(&clusters[best[0]], &clusters[best[1]]);
        clusters[best[1]] = clusters[--count];
    }
    for (size_t group = 0; group < count; group++) {
        for (size_t i = 0; i < (size_t)LW_SEARCH_PLACES * 128; i++) {
            uint64_t allowed = (clusters[group].bytes[i / 128][i / 64 % 2] >> i % 64) & 1;
            search->ascii[i / 128][i % 128] |= (uint8_t)(allowed << group);
        }
    }
}

/* Nibble tables: group's bit wherever a byte at that place may belong to one of its keywords. */
static void enter_nibbles(lw_search *search, lw_slice text, uint8_t group) {
    for (size_t place = 0; place < LW_SEARCH_PLACES; place++) {
        bool any = place >= text.len;
        uint32_t byte = any ? 0 : lw_search_fold(text.data[place]);
        for (uint32_t nibble = 0; nibble < 16; nibble++) {
            search->low[place][nibble] |= any || (byte & 15) == nibble ? group : 0;
            search->high[place][nibble] |= any || byte >> 4 == nibble ? group : 0;
        }
    }
}

/* By what keywords share a group: short ones, whose fourth byte may be anything, apart from the others, and then by the
 * second letter, which tells more than the first. A group of mixed letters would let everything through. */
#define FEW_KEYWORDS 24U
#define GROUP_KEYS 512U

static size_t group_key(lw_slice text) {
    return (lw_search_fold(text.data[1]) & 255U) + (text.len < LW_SEARCH_PLACES ? 256U : 0);
}

static void choose_groups(const lw_search *search, uint8_t groups[GROUP_KEYS]) {
    size_t seen = 0;
    size_t counts[GROUP_KEYS] = {0};
    size_t all = search->keyword_count > 0 ? search->keyword_count : 1;
    for (uint32_t i = 0; i < search->keyword_count; i++) {
        counts[group_key(lw_identifier_set_keyword(search->set, i)->text)]++;
    }
    for (size_t key = 0; key < GROUP_KEYS; key++) {
        groups[key] = (uint8_t)(1U << (seen * 5 / all));
        seen += counts[key];
    }
}

static void set_bit(uint64_t *bits, uint32_t index) {
    bits[index >> 6] |= UINT64_C(1) << (index & 63);
}

static void enter_keyword(lw_search *search, uint32_t index, const uint8_t groups[GROUP_KEYS]) {
    lw_slice text = lw_identifier_set_keyword(search->set, index)->text;
    uint32_t a = lw_search_fold(text.data[0]);
    uint32_t b = lw_search_fold(text.data[1]);
    bool hex_pair = text.len == 2 && lw_identifier_set_keyword(search->set, index)->hex;
    if (hex_pair) {
        enter_hex_pair(search, text);
    } else {
        enter_nibbles(search, text, groups[group_key(text)]);
    }
    if (text.len == 2) {
        uint32_t pair = a << 8 | b;
        set_bit(search->pairs, pair);
        search->pairs_apart = search->pairs_apart && hex_pair;
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
    uint8_t groups[GROUP_KEYS];
    choose_groups(search, groups);
    for (size_t i = 0; i < count; i++) {
        const lw_keyword *keyword = lw_identifier_set_keyword(set, i);
        search->literals[i] = (lw_search_literal){keyword->text, keyword->hex};
        enter_keyword(search, (uint32_t)i, groups);
    }
    enter_exactly(search);
    search->few = count <= FEW_KEYWORDS;
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
