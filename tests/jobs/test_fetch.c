/* Reading from S3: many ranges and many objects at once, within limits, each byte asked for once and pinned. */
#include "tests/jobs/lake_server.h"

#include "jobs/pace.h"
#include "jobs/run_priv.h"

#define EMPLOYEE "{\"name\":\"Employee\",\"regex\":\"[A-Z]{3}\\\\d{5}\",\"keywords\":[\"emp\"]}"
#define MIB ((size_t)1024 * 1024)

typedef struct fixture {
    lw_store_options s3;
    char endpoint[64];
    lw_identifier_set *set;
    lw_buf found; /* a line a finding */
} fixture;

static void begin(fixture *f) {
    *f = (fixture){0};
    assert_int_equal(setenv("AWS_CONFIG_FILE", "/dev/null", 1), 0);
    assert_int_equal(setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1), 0);
    lake_start(f->endpoint);
    f->s3 = (lw_store_options){.kind = LW_STORE_S3, .endpoint_url = f->endpoint, .no_sign_request = true};
    lw_buf_init(&f->found, 1 << 20);
}

static void load_set(fixture *f) {
    char path[] = "/tmp/lw-fetch-XXXXXX.json";
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, EMPLOYEE, strlen(EMPLOYEE)), (ssize_t)strlen(EMPLOYEE));
    close(fd);
    lw_strings custom = {0};
    lw_error err = {0};
    assert_ok(lw_strings_add(&custom, lw_slice_from(path)));
    assert_ok(lw_identifier_set_load(&(lw_identifier_options){.managed = "none", .custom = &custom}, &f->set, &err));
    lw_strings_done(&custom);
    assert_int_equal(unlink(path), 0);
}

static void end(fixture *f) {
    lake_stop();
    lw_identifier_set_free(f->set);
    lw_buf_done(&f->found);
}

static lw_status keep(void *ctx, const cJSON *event, const lw_object_result *result) {
    fixture *f = ctx;
    (void)event;
    uint64_t count = 0;
    for (size_t i = 0; i < result->tally->identifier_count; i++) {
        count += result->tally->detections[i].count;
    }
    return lw_buf_printf(&f->found, "%s %llu\n", result->object->key, (unsigned long long)count);
}

static void run(fixture *f, size_t threads, lw_run_result *result) {
    const char *sources[] = {"s3://lake"};
    lw_error err = {0};
    lw_run_options options = {.sources = sources,
                              .source_count = 1,
                              .s3 = f->s3,
                              .set = f->set,
                              .threads = threads,
                              .context = {.run_ms = 1},
                              .on_finding = keep,
                              .ctx = f};
    lw_buf_reset(&f->found);
    lw_status status = lw_run(&options, result, &err);
    if (status != LW_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, LW_OK);
}

/* A table of about so many bytes with one employee a row; *ret_rows of them. */
static char *table(size_t size, size_t *ret_size, unsigned *ret_rows) {
    lw_buf text;
    unsigned rows = 0;
    lw_buf_init(&text, size + 64);
    assert_ok(lw_buf_append_text(&text, "id,emp\n"));
    for (; text.len < size; rows++) {
        assert_ok(lw_buf_printf(&text, "%u,ABC%05u\n", rows, rows % 100000));
    }
    *ret_size = text.len;
    *ret_rows = rows;
    return lw_buf_take(&text);
}

static void assert_asked_once(void) {
    for (size_t i = 0; i < lake.object_count; i++) {
        assert_int_equal(lake.objects[i].asked, lake.objects[i].size);
        lake.objects[i].asked = 0;
    }
}

LW_TEST(same_findings_for_any_threads) {
    fixture f;
    size_t large_size, small_size;
    unsigned large_rows, small_rows;
    char *large = table(21 * MIB + 12345, &large_size, &large_rows);
    char *small = table(2000, &small_size, &small_rows);
    lw_buf expected;
    lw_buf_init(&expected, 1 << 20);
    for (unsigned i = 0; i < 50; i++) {
        char key[32];
        snprintf(key, sizeof key, "%02u.csv", i);
        bool is_large = i == 3 || i == 20;
        lake_put(key, is_large ? large : small, is_large ? large_size : small_size);
        assert_ok(lw_buf_printf(&expected, "%s %u\n", key, is_large ? large_rows : small_rows));
    }
    lake_put("50.csv", "", 0);
    begin(&f);
    load_set(&f);
    static const size_t threads[] = {1, 2, 5};
    for (size_t i = 0; i < 3; i++) {
        lw_run_result result;
        run(&f, threads[i], &result);
        assert_int_equal(result.complete, 51);
        assert_string_equal(f.found.data, expected.data);
        assert_asked_once();
        lw_run_result_done(&result);
    }
    assert_true(lake.most <= LW_PACE_MOST);
    lw_buf_done(&expected);
    end(&f);
    free(large);
    free(small);
}

/* The first replies come only when as many GETs are under way as at the start: one worker must have asked for all. */
LW_TEST(one_object_has_many_ranges_under_way) {
    fixture f;
    size_t size;
    unsigned rows;
    char *text = table(12 * MIB, &size, &rows);
    lake_put("a.csv", text, size);
    lake.gate = LW_PACE_START;
    begin(&f);
    load_set(&f);
    lw_run_result result;
    run(&f, 1, &result);
    assert_int_equal(result.complete, 1);
    lw_run_result_done(&result);
    assert_asked_once();
    end(&f);
    free(text);
}

LW_TEST(objects_that_wait_are_under_way) {
    fixture f;
    for (unsigned i = 0; i < 10; i++) {
        char key[32];
        snprintf(key, sizeof key, "%u.csv", i);
        lake_put(key, "id,emp\n1,ABC12345\n", 18);
    }
    lake.gate = LW_PACE_START;
    begin(&f);
    load_set(&f);
    lw_run_result result;
    run(&f, 1, &result);
    assert_int_equal(result.complete, 10);
    assert_int_equal(result.findings, 10);
    lw_run_result_done(&result);
    assert_asked_once();
    end(&f);
}

LW_TEST(changed_object_is_no_finding) {
    fixture f;
    size_t size;
    unsigned rows;
    char *text = table(8 * MIB, &size, &rows);
    lake_put("a.csv", text, size);
    lake_put("b.csv", text, size);
    lake.objects[0].changed_from = 5 * MIB;
    begin(&f);
    load_set(&f);
    lw_run_result result;
    run(&f, 2, &result);
    assert_int_equal(result.complete, 1);
    assert_int_equal(result.skipped, 1);
    assert_int_equal(result.findings, 1);
    assert_memory_equal(f.found.data, "b.csv ", 6);
    lw_run_result_done(&result);
    end(&f);
    free(text);
}

LW_TEST(cold_object_is_not_asked_for) {
    fixture f;
    lake_put("a.csv", "id,emp\n1,ABC12345\n", 18);
    lake_put("b.csv", "id,emp\n1,ABC12345\n", 18);
    lake.objects[0].storage_class = "GLACIER";
    begin(&f);
    load_set(&f);
    lw_run_result result;
    run(&f, 1, &result);
    assert_int_equal(result.complete, 1);
    assert_int_equal(result.skipped, 1);
    assert_int_equal(lake.objects[0].asked, 0);
    lw_run_result_done(&result);
    end(&f);
}

/* An object whose reader does not come takes the budget and no more; another reader gets its bytes nevertheless. */
LW_TEST(budget_holds_and_starves_nobody) {
    fixture f;
    size_t size;
    unsigned rows;
    char *text = table(3 * LW_FETCH_BUDGET, &size, &rows);
    char bucket[] = "lake", first_key[] = "a.csv", second_key[] = "b.csv", etag[] = LAKE_ETAG;
    lake_put(first_key, text, size);
    lake_put(second_key, text, size);
    begin(&f);
    lw_error err = {0};
    lw_run_source source = {.location.bucket = bucket};
    lw_fetcher *fetcher = NULL;
    lw_fetch *idle = NULL;
    lw_fetch *read = NULL;
    assert_ok(lw_store_open(&f.s3, &source.store, &err));
    lw_task first = {.source = &source, .object = {.key = first_key, .etag = etag, .size = size}};
    lw_task second = {.source = &source, .object = {.key = second_key, .etag = etag, .size = size}};
    assert_ok(lw_fetcher_start(&fetcher));
    assert_ok(lw_fetch_new(fetcher, &first, &idle));
    lw_fetch_begin(idle);
    lake_wait_asked(LW_FETCH_BUDGET - LW_RANGE_MAX);

    assert_ok(lw_fetch_new(fetcher, &second, &read));
    lw_fetch_begin(read);
    char data[65536];
    size_t done = 0;
    for (size_t got = 1; got > 0; done += got) {
        assert_ok(lw_fetch_read(read, data, sizeof data, &got, &err));
        assert_memory_equal(data, text + done, got);
    }
    assert_int_equal(done, size);
    lw_fetch_free(read);
    lw_fetch_free(idle);
    assert_true(lake.objects[0].asked <= LW_FETCH_BUDGET);
    assert_int_equal(lake.objects[1].asked, size);
    lw_fetcher_stop(fetcher);
    lw_store_free(source.store);
    end(&f);
    free(text);
}

LW_TEST(objects_never_begun_are_given_back) {
    fixture f;
    char bucket[] = "lake", key[] = "a.csv", etag[] = LAKE_ETAG;
    lake_put(key, "id,emp\n1,ABC12345\n", 18);
    begin(&f);
    lw_error err = {0};
    lw_run_source source = {.location.bucket = bucket};
    lw_task task = {.source = &source, .object = {.key = key, .etag = etag, .size = 18}};
    lw_fetcher *fetcher = NULL;
    lw_fetch *fetch = NULL;
    assert_ok(lw_store_open(&f.s3, &source.store, &err));
    assert_ok(lw_fetcher_start(&fetcher));
    assert_ok(lw_fetch_new(fetcher, &task, &fetch));
    lake_wait_asked(18);
    lw_fetch_free(fetch);
    lw_fetcher_stop(fetcher);
    lw_store_free(source.store);
    end(&f);
}
