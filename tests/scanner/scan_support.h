/* For the tests of scanner/: random numbers, the examples of the catalogue, sets, and scans of a text in memory. */
#ifndef LW_TESTS_SCANNER_SCAN_SUPPORT_H
#define LW_TESTS_SCANNER_SCAN_SUPPORT_H

#include "tests/support/lw_test.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/scanner.h"

#define NOW_MS INT64_C(1767225600000) /* 2026-01-01 */

/* ---- random numbers: the same in every run ---- */

typedef struct random_state {
    uint64_t state;
} random_state;

static inline uint32_t random_below(random_state *random, uint32_t bound) {
    random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random->state >> 33) % bound);
}

/* ---- examples ---- */

static inline cJSON *catalogue_entry(const char *id) {
    char *json = NULL;
    lw_error err = {0};
    assert_ok(lw_catalogue_show_json(id, &json, &err));
    cJSON *entry = cJSON_Parse(json);
    free(json);
    assert_non_null(entry);
    return entry;
}

/* A text of the catalogue, which may be kept in parts. */
static inline void example_text(const cJSON *example, lw_buf *text) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(example, "text");
    lw_buf_reset(text);
    if (cJSON_IsString(item)) {
        assert_ok(lw_buf_append_text(text, item->valuestring));
    } else {
        const cJSON *part = NULL;
        cJSON_ArrayForEach(part, item) {
            assert_ok(lw_buf_append_text(text, part->valuestring));
        }
    }
}

static inline bool example_needs_keyword(const cJSON *example) {
    return !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(example, "keyword"));
}

/* ---- sets ---- */

static inline void write_file(char *path, const char *text) {
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Managed identifiers, and a custom one given as JSON (NULL: none). */
static inline lw_identifier_set *load_set(const char *managed, const char *custom_json, bool keep_all) {
    char path[] = "/tmp/lw-scan-XXXXXX.json";
    lw_strings custom = {0};
    lw_identifier_set *set = NULL;
    lw_error err = {0};
    if (custom_json != NULL) {
        write_file(path, custom_json);
        assert_ok(lw_strings_add(&custom, lw_slice_from(path)));
    }
    lw_identifier_options options = {
        .managed = managed, .custom = custom_json == NULL ? NULL : &custom, .now_ms = NOW_MS, .keep_all = keep_all};
    lw_status status = lw_identifier_set_load(&options, &set, &err);
    if (status != LW_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    assert_ok(status);
    if (custom_json != NULL) {
        unlink(path);
    }
    lw_strings_done(&custom);
    return set;
}

static inline size_t identifier_index(const lw_identifier_set *set, const char *id) {
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        if (strcmp(lw_identifier_set_at(set, i)->id, id) == 0) {
            return i;
        }
    }
    fail_msg("no identifier '%s'", id);
    return SIZE_MAX;
}

/* ---- scans ---- */

typedef struct memory_source {
    lw_slice data;
    size_t at;
} memory_source;

static inline lw_status read_memory(void *ctx, char *data, size_t size, size_t *ret_len) {
    memory_source *m = ctx;
    size_t some = m->data.len - m->at < size ? m->data.len - m->at : size;
    memcpy(data, m->data.data + m->at, some);
    m->at += some;
    *ret_len = some;
    return LW_OK;
}

/* Called with every block; the last one may be empty. */
typedef void (*block_user)(void *ctx, const lw_preview *preview, const lw_block *block);

static inline void each_block(lw_slice text, const char *name, size_t block_size, block_user use, void *ctx) {
    memory_source m = {text, 0};
    lw_reader *reader = NULL;
    lw_block *block = NULL;
    const lw_preview *preview = NULL;
    lw_error err = {0};
    bool more = true;
    assert_ok(lw_reader_new(&(lw_reader_options){.block_size = block_size, .name = name}, (lw_source){read_memory, &m},
                            &reader));
    assert_ok(lw_reader_open(reader, &preview, &err));
    assert_ok(lw_block_new(block_size, &block));
    while (more) {
        assert_ok(lw_reader_next(reader, block, &more, &err));
        use(ctx, preview, block);
    }
    lw_block_free(block);
    lw_reader_free(reader);
}

typedef struct scan_state {
    const lw_identifier_set *set;
    lw_scanner *scanner;
    lw_plan *plan;
    lw_tally *all, *one;
} scan_state;

static inline void scan_block(void *ctx, const lw_preview *preview, const lw_block *block) {
    scan_state *scan = ctx;
    if (scan->plan == NULL) {
        assert_ok(lw_plan_new(scan->set, preview, &scan->plan));
    }
    lw_tally_reset(scan->one);
    assert_ok(lw_scanner_block(scan->scanner, scan->plan, block, scan->one));
    assert_ok(lw_tally_merge(scan->all, scan->one));
}

static inline lw_tally *scan_text(const lw_identifier_set *set, lw_slice text, const char *name, size_t block_size) {
    scan_state scan = {.set = set};
    assert_ok(lw_scanner_new(set, &scan.scanner));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &scan.all));
    assert_ok(lw_tally_new(lw_identifier_set_count(set), &scan.one));
    each_block(text, name, block_size, scan_block, &scan);
    lw_tally_finish(scan.all, set);
    lw_tally_free(scan.one);
    lw_scanner_free(scan.scanner);
    lw_plan_free(scan.plan);
    return scan.all;
}

static inline void assert_same_tally(const lw_identifier_set *set, const lw_tally *a, const lw_tally *b) {
    assert_int_equal(a->rows, b->rows);
    for (size_t i = 0; i < a->identifier_count; i++) {
        const lw_detection *x = &a->detections[i];
        const lw_detection *y = &b->detections[i];
        bool same = x->count == y->count && x->cells == y->cells && x->location_count == y->location_count;
        for (uint32_t k = 0; same && k < x->location_count; k++) {
            same = x->locations[k].row == y->locations[k].row && x->locations[k].column == y->locations[k].column;
        }
        if (!same) {
            fail_msg("'%s': %llu and %llu matches", lw_identifier_set_at(set, i)->id, (unsigned long long)x->count,
                     (unsigned long long)y->count);
        }
    }
}

static const size_t BLOCK_SIZES[] = {1U << 10, 4U << 10, 64U << 10, 256U << 10, 8U << 20};
#define BLOCK_SIZE_COUNT (sizeof BLOCK_SIZES / sizeof BLOCK_SIZES[0])

#endif
