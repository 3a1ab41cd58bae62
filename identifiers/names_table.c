/* Embedded tables: names, places, ZIP prefixes, Latin letters.
 *
 * The tables are written by identifiers/data/convert and become part of the read-only data of the program as they are:
 * nothing is parsed, allocated or relocated at start, and only the pages that are looked at are ever read from disk.
 *
 * A hash table is a header (magic, bucket bits, entry count, seed), the first entry of each bucket, and the entries: 24
 * bits of the key's hash and 8 bits of payload. The bucket is the top bits of the same hash, so that 39 or 40 bits of
 * it decide. The keys themselves are not stored: of two million words that are in no list one is found by accident. A
 * bucket holds five to seven entries, next to each other: a look-up costs two cache misses at most.
 *
 * Leaves out: big-endian machines (the build stops there).
 */
#include "identifiers/names_priv.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the embedded tables are little endian"
#endif

/* clang-format off */
#define LW_EMBED(symbol, file)                                                                                         \
    __asm__(".section .rodata\n"                                                                                       \
            ".balign 64\n"                                                                                             \
            ".hidden " #symbol "\n"                                                                                    \
            ".globl " #symbol "\n"                                                                                     \
            ".type " #symbol ", %object\n"                                                                             \
            #symbol ":\n"                                                                                              \
            ".incbin \"" LW_DATA_FOLDER "/" file "\"\n"                                                                \
            ".size " #symbol ", . - " #symbol "\n"                                                                     \
            ".previous\n")
/* clang-format on */

LW_EMBED(lw_data_names, "names.bin");
LW_EMBED(lw_data_places, "places.bin");
LW_EMBED(lw_data_us_zip, "us-zip.bin");
LW_EMBED(lw_data_latin, "latin.bin");

extern const uint32_t lw_data_names[];
extern const uint32_t lw_data_places[];
extern const char lw_data_us_zip[];
extern const char lw_data_latin[];

#define HEADER_WORDS 4
#define LATIN_BEGIN 0xC0U
#define LATIN_END 0x250U
#define LATIN_MORE_BEGIN 0x1E00U
#define LATIN_MORE_END 0x1F00U
#define STATES_OF_PREFIX 8

uint64_t lw_table_word(const char *text, size_t len) {
    uint64_t word = 0;
    if (len >= 8) {
        memcpy(&word, text, 8);
    } else if (len >= 4) {
        /* Two loads that overlap: the bytes that both hold are the same. */
        uint32_t low = 0;
        uint32_t high = 0;
        memcpy(&low, text, 4);
        memcpy(&high, text + len - 4, 4);
        word = low | (uint64_t)high << 8 * (len - 4);
    } else {
        for (size_t i = 0; i < len; i++) {
            word |= (uint64_t)(unsigned char)text[i] << 8 * i;
        }
    }
    return word;
}

/* hash() of identifiers/data/convert. */
static uint64_t hash_of(const char *key, size_t len, uint32_t seed) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ ((uint64_t)seed << 32) ^ len;
    for (size_t at = 0; at < len; at += 8) {
        hash = (hash ^ lw_table_word(key + at, len - at)) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ (hash >> 32);
}

unsigned lw_table_find(lw_table table, const char *key, size_t len) {
    const uint32_t *data = table == LW_TABLE_NAMES ? lw_data_names : lw_data_places;
    unsigned bits = data[1];
    uint64_t hash = hash_of(key, len, data[3]);
    const uint32_t *bucket = data + HEADER_WORDS + (hash >> (64 - bits));
    const uint32_t *entries = data + HEADER_WORDS + ((size_t)1 << bits) + 1;
    uint32_t tag = (uint32_t)(hash >> (40 - bits)) & 0xffffffU;
    for (uint32_t i = bucket[0]; i < bucket[1]; i++) {
        if (entries[i] >> 8 == tag) {
            return entries[i] & 0xffU;
        }
    }
    return 0;
}

const char *lw_table_zip_states(unsigned prefix) {
    return lw_data_us_zip + (size_t)STATES_OF_PREFIX * (prefix < 1000 ? prefix : 0);
}

const char *lw_table_latin(uint32_t code_point) {
    const char *letters = NULL;
    if (code_point >= LATIN_BEGIN && code_point < LATIN_END) {
        letters = lw_data_latin + (size_t)2 * (code_point - LATIN_BEGIN);
    } else if (code_point >= LATIN_MORE_BEGIN && code_point < LATIN_MORE_END) {
        letters = lw_data_latin + (size_t)2 * (code_point - LATIN_MORE_BEGIN + LATIN_END - LATIN_BEGIN);
    }
    return letters != NULL && letters[0] != '\0' ? letters : NULL;
}
