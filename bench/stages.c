/* usage: bench_stages read|index|all custom|recommended|all CUSTOM_FOLDER FOLDER
 *
 * Scans every object of a local folder on one thread with the library's own calls, in the order that a worker makes
 * them (jobs/worker.c), and says how long each stage took, as JSON on standard output: nanoseconds by stage, the time
 * for loading the identifiers, bytes and findings. With "read" and "index" it stops after that stage, so that a stage
 * can be seen alone.
 *
 * The clock is read before and after each call for a block (LW_BLOCK_DEFAULT), some ten readings a block: well under a
 * thousandth of the time. What the reader spends in its source is taken off the index and counted as reading. What a
 * run has besides is left out: listing ahead, hand-over between threads, the writer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "identifiers/identifiers.h"
#include "records/records.h"
#include "scanner/scanner.h"
#include "store/store.h"

typedef enum stage { STAGE_READ, STAGE_INDEX, STAGE_PLAN, STAGE_MATCH, STAGE_TALLY, STAGE_JSON, STAGE_COUNT } stage;

static const char *const STAGE_NAMES[STAGE_COUNT] = {"read", "index", "plan", "match", "tally", "json"};

typedef struct bench {
    stage last;
    const char *managed;
    const char *custom;
    lw_store *store;
    lw_location place;
    lw_identifier_set *set;
    lw_scanner *scanner;
    lw_block *block;
    lw_tally *part; /* of one block */
    lw_object *objects;
    size_t object_count;
    int64_t ns[STAGE_COUNT];
    int64_t load_ns;
    uint64_t bytes, findings;
    lw_error err;
} bench;

typedef struct reading {
    bench *bench;
    const lw_object *object;
    uint64_t offset;
} reading;

typedef struct counted_object {
    lw_plan *plan;
    lw_tally *tally;
} counted_object;

static void charge(bench *b, stage stage_, int64_t since) {
    b->ns[stage_] += lw_clock_monotonic_ns() - since;
}

/* ---- reading ---- */

static lw_status read_range(void *ctx, char *data, size_t size, size_t *ret_len) {
    reading *r = ctx;
    uint64_t left = r->object->size - r->offset;
    *ret_len = 0;
    if (left == 0) {
        return LW_OK;
    }
    int64_t since = lw_clock_monotonic_ns();
    lw_get get = {.bucket = r->bench->place.bucket,
                  .key = r->object->key,
                  .if_match = r->object->etag,
                  .offset = r->offset,
                  .length = left < size ? (size_t)left : size};
    lw_status status = lw_store_get(r->bench->store, &get, data, ret_len, &r->bench->err);
    charge(r->bench, STAGE_READ, since);
    if (status == LW_OK && *ret_len == 0) {
        return lw_fail(&r->bench->err, LW_E_CHANGED, "'%s' is shorter than it was when listed", r->object->key);
    }
    r->offset += *ret_len;
    r->bench->bytes += *ret_len;
    return status;
}

static lw_status read_alone(reading *r) {
    char *data = malloc(LW_BLOCK_DEFAULT);
    if (data == NULL) {
        return LW_E_MEMORY;
    }
    size_t len = 0;
    lw_status status = LW_OK;
    do {
        status = read_range(r, data, LW_BLOCK_DEFAULT, &len);
    } while (status == LW_OK && len > 0);
    free(data);
    return status;
}

/* ---- from blocks to the finding ---- */

static lw_status open_object(bench *b, lw_reader *reader, counted_object *counted) {
    const lw_preview *preview = NULL;
    int64_t since = lw_clock_monotonic_ns();
    int64_t read_before = b->ns[STAGE_READ];
    LW_TRY(lw_reader_open(reader, &preview, &b->err));
    charge(b, STAGE_INDEX, since + (b->ns[STAGE_READ] - read_before));
    if (b->last == STAGE_INDEX) {
        return LW_OK;
    }
    since = lw_clock_monotonic_ns();
    LW_TRY(lw_plan_new(b->set, preview, &counted->plan));
    LW_TRY(lw_tally_new(lw_identifier_set_count(b->set), &counted->tally));
    charge(b, STAGE_PLAN, since);
    return LW_OK;
}

static lw_status match_block(bench *b, counted_object *counted) {
    int64_t since = lw_clock_monotonic_ns();
    lw_tally_reset(b->part);
    LW_TRY(lw_scanner_block(b->scanner, counted->plan, b->block, b->part));
    charge(b, STAGE_MATCH, since);
    since = lw_clock_monotonic_ns();
    LW_TRY(lw_tally_merge(counted->tally, b->part));
    lw_plan_note_counted(counted->plan, counted->tally);
    charge(b, STAGE_TALLY, since);
    return LW_OK;
}

static lw_status make_finding(bench *b, const lw_object *object, const counted_object *counted) {
    int64_t since = lw_clock_monotonic_ns();
    lw_tally_finish(counted->tally, b->set);
    lw_finding_context context = {.region = "us-east-1", .job_id = "0123456789abcdef0123456789abcdef", .set = b->set};
    lw_finding_bucket bucket = {.name = b->place.bucket};
    lw_finding_object facts = {.key = object->key,
                               .etag = object->etag,
                               .storage_class = object->storage_class,
                               .last_modified_ms = object->last_modified_ms,
                               .size = object->size};
    lw_object_result result = {.bucket = &bucket,
                               .object = &facts,
                               .code = LW_RESULT_COMPLETE,
                               .size_classified = object->size,
                               .mime_type = "text/csv",
                               .tally = counted->tally,
                               .plan = counted->plan};
    cJSON *finding = NULL;
    cJSON *event = NULL;
    LW_TRY(lw_finding_make(&context, &result, &finding));
    if (finding != NULL) {
        LW_TRY(lw_finding_event(&context, finding, &event));
        char *text = cJSON_PrintUnformatted(event);
        cJSON_Delete(event);
        if (text == NULL) {
            return LW_E_MEMORY;
        }
        cJSON_free(text);
        b->findings++;
    }
    charge(b, STAGE_JSON, since);
    return LW_OK;
}

static lw_status scan_blocks(bench *b, const lw_object *object, lw_reader *reader, counted_object *counted) {
    LW_TRY(open_object(b, reader, counted));
    for (;;) {
        bool more = false;
        int64_t since = lw_clock_monotonic_ns();
        int64_t read_before = b->ns[STAGE_READ];
        LW_TRY(lw_reader_next(reader, b->block, &more, &b->err));
        charge(b, STAGE_INDEX, since + (b->ns[STAGE_READ] - read_before));
        if (!more) {
            break;
        }
        if (b->last > STAGE_INDEX) {
            LW_TRY(match_block(b, counted));
        }
    }
    return b->last > STAGE_INDEX ? make_finding(b, object, counted) : LW_OK;
}

static lw_status scan_object(bench *b, const lw_object *object) {
    reading r = {.bench = b, .object = object};
    if (b->last == STAGE_READ) {
        return read_alone(&r);
    }
    lw_reader *reader = NULL;
    counted_object counted = {0};
    lw_reader_options options = {.name = object->key};
    LW_TRY(lw_reader_new(&options, (lw_source){read_range, &r}, &reader));
    lw_status status = scan_blocks(b, object, reader, &counted);
    lw_reader_free(reader);
    lw_plan_free(counted.plan);
    lw_tally_free(counted.tally);
    return status;
}

/* ---- setting up ---- */

static char *copy_text(const char *text) {
    return text == NULL ? NULL : lw_text_dup(text);
}

static lw_status keep_object(void *ctx, const lw_object *object) {
    bench *b = ctx;
    lw_object *more = realloc(b->objects, (b->object_count + 1) * sizeof *more);
    if (more == NULL) {
        return LW_E_MEMORY;
    }
    b->objects = more;
    b->objects[b->object_count++] = (lw_object){.key = copy_text(object->key),
                                                .etag = copy_text(object->etag),
                                                .storage_class = copy_text(object->storage_class),
                                                .size = object->size,
                                                .last_modified_ms = object->last_modified_ms};
    return b->objects[b->object_count - 1].key == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status list(bench *b, const char *folder) {
    LW_TRY(lw_location_parse(folder, true, &b->place, &b->err));
    lw_store_options options = {.kind = b->place.kind, .root = b->place.root};
    LW_TRY(lw_store_open(&options, &b->store, &b->err));
    LW_TRY(lw_store_list(b->store, b->place.bucket, b->place.prefix, keep_object, b, &b->err));
    return b->object_count > 0 ? LW_OK : lw_fail(&b->err, LW_E_CONFIG, "'%s' holds no objects", folder);
}

static lw_status load(bench *b) {
    int64_t since = lw_clock_monotonic_ns();
    lw_strings custom = {0};
    LW_TRY(lw_strings_addf(&custom, "%s", b->custom));
    lw_identifier_options options = {.managed = b->managed, .custom = &custom};
    lw_status status = lw_identifier_set_load(&options, &b->set, &b->err);
    lw_strings_done(&custom);
    if (status == LW_OK) {
        status = lw_scanner_new(b->set, &b->scanner);
    }
    b->load_ns = lw_clock_monotonic_ns() - since;
    if (status == LW_OK) {
        status = lw_block_new(LW_BLOCK_DEFAULT, &b->block);
    }
    return status == LW_OK ? lw_tally_new(lw_identifier_set_count(b->set), &b->part) : status;
}

static lw_status print(const bench *b) {
    cJSON *report = cJSON_CreateObject();
    for (stage s = STAGE_READ; s < STAGE_COUNT; s++) {
        cJSON_AddNumberToObject(report, STAGE_NAMES[s], (double)b->ns[s]);
    }
    cJSON_AddNumberToObject(report, "load", (double)b->load_ns);
    cJSON_AddNumberToObject(report, "bytes", (double)b->bytes);
    cJSON_AddNumberToObject(report, "findings", (double)b->findings);
    char *text = cJSON_PrintUnformatted(report);
    cJSON_Delete(report);
    bool good = text != NULL && puts(text) >= 0 && fflush(stdout) == 0;
    cJSON_free(text);
    return good ? LW_OK : LW_E_IO;
}

static lw_status run(bench *b, const char *folder) {
    LW_TRY(list(b, folder));
    LW_TRY(load(b));
    for (size_t i = 0; i < b->object_count; i++) {
        LW_TRY(scan_object(b, &b->objects[i]));
    }
    return print(b);
}

static void done(bench *b) {
    for (size_t i = 0; i < b->object_count; i++) {
        lw_object_done(&b->objects[i]);
    }
    free(b->objects);
    lw_tally_free(b->part);
    lw_block_free(b->block);
    lw_scanner_free(b->scanner);
    lw_identifier_set_free(b->set);
    lw_store_free(b->store);
    lw_location_done(&b->place);
}

static bool take_words(bench *b, char **argv) {
    static const char *const LAST[] = {"read", "index", "all"};
    static const stage LAST_STAGE[] = {STAGE_READ, STAGE_INDEX, STAGE_JSON};
    static const char *const CHOICE[] = {"custom", "recommended", "all"};
    static const char *const MANAGED[] = {"none", "recommended", "all"};
    bool known = false;
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(argv[1], LAST[i]) == 0) {
            b->last = LAST_STAGE[i];
            known = true;
        }
        if (strcmp(argv[2], CHOICE[i]) == 0) {
            b->managed = MANAGED[i];
        }
    }
    b->custom = argv[3];
    return known && b->managed != NULL;
}

int main(int argc, char **argv) {
    bench b = {0};
    if (argc != 5 || !take_words(&b, argv)) {
        fputs("usage: bench_stages read|index|all custom|recommended|all CUSTOM_FOLDER FOLDER\n", stderr);
        return 2;
    }
    lw_status status = run(&b, argv[4]);
    if (status != LW_OK) {
        fprintf(stderr, "bench_stages: %s\n", b.err.code != LW_OK ? b.err.text : lw_status_text(status));
    }
    done(&b);
    return status == LW_OK ? 0 : 1;
}
