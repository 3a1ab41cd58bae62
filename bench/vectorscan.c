/* usage: vectorscan SET ROUNDS MEGABYTES WHAT FILE...   (built and run by bench/vectorscan)
 *
 * The searches for keywords beside Vectorscan's, on the same bytes in the same run:
 *   text   the literals of the set in all text, in blocks of 256 KiB: lw_search_run against hs_scan (literal mode)
 *   cells  all managed keywords in the cells that the scanner's sieve lets through and that are long enough for keyword
 *          and value (16 bytes and more, with a word and a digit): lw_matcher_keywords, told where words begin as the
 *          sieve tells it, against hs_scan, which is given the folded keywords as whole words, spaces optional
 *   lines  the same in whole lines, as cells of plain text are
 * WHAT is one of these, with +ours or +hs behind it to run one side alone (for counting instructions).
 * Prints the number of keywords, and for each round: bytes, texts, nanoseconds of processor time (ours, Vectorscan's),
 * hits of each.
 *
 * Vectorscan is given less to do: it does not fold accents and does not say which humps and digits bound a word.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identifiers/identifiers_priv.h"
#include "scanner/search_priv.h"

#define BLOCK ((size_t)256 * 1024)
#define READABLE 64 /* behind the text */
#define CELL_LEAST 16
#define EXPRESSION_MAX 4096

typedef struct lw_texts {
    lw_slice *items;
    uint64_t *starts; /* where words begin, of cells of at most 64 bytes of ASCII; else 0 */
    size_t count, cap, bytes;
} lw_texts;

typedef struct lw_expressions {
    char **items;
    size_t *lengths;
    unsigned *flags, *ids;
    unsigned count;
} lw_expressions;

static void die(const char *what, const char *why) {
    fprintf(stderr, "bench/vectorscan: %s: %s\n", what, why);
    exit(1);
}

static void *must(void *memory) {
    if (memory == NULL) {
        die("allocate", "out of memory");
    }
    return memory;
}

/* ---- input ---- */

static size_t read_some(const char *path, char *to, size_t room) {
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        die(path, "cannot open");
    }
    size_t len = fread(to, 1, room, file);
    (void)fclose(file);
    return len;
}

static void add_text(lw_texts *texts, lw_slice text, uint64_t starts) {
    if (texts->count == texts->cap) {
        texts->cap = texts->cap * 2 + 1024;
        texts->items = must(realloc(texts->items, texts->cap * sizeof *texts->items));
        texts->starts = must(realloc(texts->starts, texts->cap * sizeof *texts->starts));
    }
    texts->starts[texts->count] = starts;
    texts->items[texts->count++] = text;
    texts->bytes += text.len;
}

static lw_texts blocks_of(lw_slice all) {
    lw_texts texts = {0};
    for (size_t at = 0; at < all.len; at += BLOCK) {
        add_text(&texts, (lw_slice){all.data + at, all.len - at < BLOCK ? all.len - at : BLOCK}, 0);
    }
    return texts;
}

static bool letter(char c) {
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

static bool capital(char c) {
    return c >= 'A' && c <= 'Z';
}

/* As scanner/sieve_body.h: a letter beyond a-f beside a letter, and a digit. */
static bool worth_it(lw_slice cell) {
    bool word = false;
    bool digit = false;
    for (size_t i = 0; i < cell.len; i++) {
        bool beyond_hex = letter(cell.data[i]) && (cell.data[i] | 0x20) > 'f';
        bool beside = (i > 0 && letter(cell.data[i - 1])) || (i + 1 < cell.len && letter(cell.data[i + 1]));
        word = word || (beyond_hex && beside);
        digit = digit || (cell.data[i] >= '0' && cell.data[i] <= '9');
    }
    return word && digit;
}

static uint64_t word_starts(lw_slice cell) {
    uint64_t starts = 0;
    for (size_t i = 0; cell.len <= 64 && i < cell.len; i++) {
        const char *at = cell.data + i;
        bool first = letter(*at) && (i == 0 || !letter(at[-1]));
        bool hump = capital(*at) && !(i > 0 && capital(at[-1]) && i + 1 < cell.len && capital(at[1]));
        starts |= (uint64_t)(first || hump) << i;
        if ((*at & 0x80) != 0) {
            return 0;
        }
    }
    return starts;
}

/* Cut at line ends, and at commas: the sample has quotes in few places. */
static lw_texts cells_of(lw_slice all, char comma) {
    lw_texts texts = {0};
    size_t begin = 0;
    for (size_t at = 0; at < all.len; at++) {
        if (all.data[at] == comma || all.data[at] == '\n') {
            lw_slice cell = {all.data + begin, at - begin};
            if (cell.len >= CELL_LEAST && worth_it(cell)) {
                add_text(&texts, cell, word_starts(cell));
            }
            begin = at + 1;
        }
    }
    return texts;
}

/* ---- Vectorscan ---- */

static void add_expression(lw_expressions *all, const char *text, size_t len, unsigned flags) {
    size_t count = all->count + 1;
    all->items = must(realloc(all->items, count * sizeof *all->items));
    all->lengths = must(realloc(all->lengths, count * sizeof *all->lengths));
    all->flags = must(realloc(all->flags, count * sizeof *all->flags));
    all->ids = must(realloc(all->ids, count * sizeof *all->ids));
    all->items[all->count] = must(strndup(text, len));
    all->lengths[all->count] = len;
    all->flags[all->count] = flags;
    all->ids[all->count] = all->count;
    all->count++;
}

static bool word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* date of birth -> \bdate[ _-]?of[ _-]?birth\b */
static size_t whole_word(const lw_index_entry *entry, char *to) {
    size_t len = 0;
    if (word_character(entry->text[0])) {
        len += (size_t)snprintf(to + len, EXPRESSION_MAX - len, "\\b");
    }
    for (uint32_t i = 0; i < entry->len && len + 16 < EXPRESSION_MAX; i++) {
        char c = entry->text[i];
        if (c == ' ') {
            len += (size_t)snprintf(to + len, EXPRESSION_MAX - len, "[ _-]?");
            continue;
        }
        if (!word_character(c) && (c & 0x80) == 0) {
            to[len++] = '\\';
        }
        to[len++] = c;
    }
    to[len] = '\0';
    if (word_character(entry->text[entry->len - 1])) {
        len += (size_t)snprintf(to + len, EXPRESSION_MAX - len, "\\b");
    }
    return len;
}

static lw_expressions expressions_of(const lw_identifier_set *set, bool cells) {
    lw_expressions all = {0};
    char text[EXPRESSION_MAX];
    for (size_t i = 0; !cells && i < lw_identifier_set_keyword_count(set); i++) {
        lw_slice keyword = lw_identifier_set_keyword(set, i)->text;
        add_expression(&all, keyword.data, keyword.len, HS_FLAG_CASELESS);
    }
    for (size_t i = 0; cells && i < set->index->count; i++) {
        add_expression(&all, text, whole_word(&set->index->entries[i], text), HS_FLAG_CASELESS);
    }
    return all;
}

static hs_database_t *compile(const lw_expressions *all, bool literals) {
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    const char *const *items = (const char *const *)all->items;
    hs_error_t code =
        literals ? hs_compile_lit_multi(items, all->flags, all->ids, all->lengths, all->count, HS_MODE_BLOCK, NULL,
                                        &database, &error)
                 : hs_compile_multi(items, all->flags, all->ids, all->count, HS_MODE_BLOCK, NULL, &database, &error);
    if (code != HS_SUCCESS) {
        die("compile", error != NULL ? error->message : "failed");
    }
    return database;
}

typedef struct lw_found {
    unsigned id;
    unsigned long long end;
} lw_found;

/* What a search must at least do with a hit: note it. */
typedef struct lw_notes {
    lw_found *items;
    size_t count, cap;
} lw_notes;

static int note(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    lw_notes *notes = context;
    (void)from;
    (void)flags;
    if (notes->count == notes->cap) {
        notes->cap = notes->cap * 2 + 256;
        notes->items = must(realloc(notes->items, notes->cap * sizeof *notes->items));
    }
    notes->items[notes->count++] = (lw_found){id, to};
    return 0;
}

static size_t by_vectorscan(const hs_database_t *database, hs_scratch_t *scratch, const lw_texts *texts) {
    lw_notes notes = {0};
    size_t hits = 0;
    for (size_t i = 0; i < texts->count; i++) {
        notes.count = 0;
        const lw_slice *text = &texts->items[i];
        if (hs_scan(database, text->data, (unsigned)text->len, 0, scratch, note, &notes) != HS_SUCCESS) {
            die("scan", "failed");
        }
        hits += notes.count;
    }
    free(notes.items);
    return hits;
}

/* ---- ours ---- */

/* Processor time of this thread: a busy machine does not count. */
static int64_t now_ns(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) {
        die("clock", "cannot read");
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static size_t by_search(const lw_search *search, const lw_texts *texts) {
    lw_hits hits = {0};
    size_t count = 0;
    lw_search_run run = lw_search_choose();
    for (size_t i = 0; i < texts->count; i++) {
        hits.count = 0;
        if (run(search, texts->items[i].data, texts->items[i].len, &hits) != LW_OK) {
            die("search", "failed");
        }
        count += hits.count;
    }
    free(hits.items);
    return count;
}

static size_t by_index(lw_matcher *matcher, const lw_texts *texts) {
    size_t all = 0;
    for (size_t i = 0; i < texts->count; i++) {
        const lw_keyword_place *places = NULL;
        size_t count = 0;
        uint64_t starts = texts->starts[i];
        if (lw_matcher_keywords(matcher, texts->items[i], starts != 0 ? &starts : NULL, &places, &count) != LW_OK) {
            die("search", "failed");
        }
        all += count;
    }
    return all;
}

/* ---- */

static lw_identifier_set *load(const char *name) {
    lw_error err = {0};
    lw_identifier_set *set = NULL;
    char folder[] = "identifiers/custom";
    char *items[] = {folder};
    lw_strings custom = {.items = items, .count = 1};
    lw_identifier_options options = {.managed = strcmp(name, "custom") == 0 ? "none" : name, .custom = &custom};
    if (lw_identifier_set_load(&options, &set, &err) != LW_OK) {
        die("load", err.text);
    }
    return set;
}

static void run_rounds(const char *what, lw_identifier_set *set, const lw_texts *texts, unsigned rounds) {
    bool cells = strncmp(what, "text", 4) != 0;
    bool ours = strstr(what, "+hs") == NULL;
    bool theirs = strstr(what, "+ours") == NULL;
    lw_expressions expressions = expressions_of(set, cells);
    hs_database_t *database = theirs && expressions.count > 0 ? compile(&expressions, !cells) : NULL;
    hs_scratch_t *scratch = NULL;
    lw_search *search = NULL;
    lw_matcher *matcher = NULL;
    if ((database != NULL && hs_alloc_scratch(database, &scratch) != HS_SUCCESS) ||
        lw_search_new(set, &search) != LW_OK || lw_matcher_new(set, &matcher) != LW_OK) {
        die("prepare", "out of memory");
    }
    printf("keywords %u\n", expressions.count);
    for (unsigned round = 0; expressions.count > 0 && round < rounds; round++) {
        int64_t begin = now_ns();
        size_t our_hits = !ours ? 0 : cells ? by_index(matcher, texts) : by_search(search, texts);
        int64_t middle = now_ns();
        size_t their_hits = theirs ? by_vectorscan(database, scratch, texts) : 0;
        int64_t end = now_ns();
        printf("%zu %zu %lld %lld %zu %zu\n", texts->bytes, texts->count, (long long)(middle - begin),
               (long long)(end - middle), our_hits, their_hits);
    }
    lw_matcher_free(matcher);
    lw_search_free(search);
    (void)hs_free_scratch(scratch);
    (void)hs_free_database(database);
}

int main(int argc, char **argv) {
    if (argc < 6) {
        die("usage", "SET ROUNDS MEGABYTES text|cells|lines[+ours|+hs] FILE...");
    }
    lw_identifier_set *set = load(argv[1]);
    size_t room = strtoul(argv[3], NULL, 10) * 1000000 / (size_t)(argc - 5);
    char *all = must(calloc((size_t)(argc - 5) * room + READABLE, 1));
    size_t len = 0;
    for (int i = 5; i < argc; i++) {
        len += read_some(argv[i], all + len, room);
    }
    lw_slice text = {all, len};
    lw_texts texts = strncmp(argv[4], "text", 4) == 0 ? blocks_of(text)
                                                      : cells_of(text, strncmp(argv[4], "cells", 5) == 0 ? ',' : '\n');
    run_rounds(argv[4], set, &texts, (unsigned)strtoul(argv[2], NULL, 10));
    lw_identifier_set_free(set);
    return 0;
}
