/* Whole runs over local folders: order, thread counts, filters, objects that cannot be read, empty sources. */
#include "tests/support/lw_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "jobs/jobs.h"

#define EMPLOYEE "{\"name\":\"Employee\",\"regex\":\"[A-Z]{3}\\\\d{5}\",\"keywords\":[\"emp\"]}"

typedef struct fixture {
    char root[64];
    lw_identifier_set *set;
    lw_buf events; /* of one run, one line each, without times */
} fixture;

static void write_file(const fixture *f, const char *name, const char *data, size_t len) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", f->root, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), (ssize_t)len);
    close(fd);
}

static void begin(fixture *f) {
    snprintf(f->root, sizeof f->root, "/tmp/lw-run-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    lw_strings custom = {0};
    lw_error err = {0};
    write_file(f, "rules/employee.json", EMPLOYEE, strlen(EMPLOYEE));
    assert_ok(lw_strings_addf(&custom, "%s/rules/employee.json", f->root));
    assert_ok(lw_identifier_set_load(&(lw_identifier_options){.managed = "none", .custom = &custom}, &f->set, &err));
    lw_strings_done(&custom);
    lw_buf_init(&f->events, 1 << 26);
}

static void end(fixture *f) {
    char command[128];
    snprintf(command, sizeof command, "%s", f->root);
    char *argv[] = {(char *)(uintptr_t) "rm", (char *)(uintptr_t) "-rf", command, NULL};
    pid_t child = fork();
    if (child == 0) {
        execvp("rm", argv);
        _exit(1);
    }
    lw_identifier_set_free(f->set);
    lw_buf_done(&f->events);
}

/* Keeps what must not depend on threads: the finding without its times. */
static lw_status keep_event(void *ctx, const cJSON *event, const lw_object_result *result) {
    (void)result;
    fixture *f = ctx;
    cJSON *detail = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(event, "detail"), 1);
    assert_non_null(detail);
    cJSON_DeleteItemFromObjectCaseSensitive(detail, "createdAt");
    cJSON_DeleteItemFromObjectCaseSensitive(detail, "updatedAt");
    char *text = cJSON_PrintUnformatted(detail);
    assert_ok(lw_buf_append_text(&f->events, text));
    assert_ok(lw_buf_append_char(&f->events, '\n'));
    cJSON_free(text);
    cJSON_Delete(detail);
    return LW_OK;
}

static lw_status run(fixture *f, const char *folder, size_t threads, size_t block_size, const lw_run_filter *filter,
                     lw_run_result *result, lw_error *err) {
    char source[512];
    snprintf(source, sizeof source, "%s/%s", f->root, folder);
    const char *sources[] = {source};
    lw_run_options options = {.sources = sources,
                              .source_count = 1,
                              .set = f->set,
                              .threads = threads,
                              .block_size = block_size,
                              .bucket_facts = true,
                              .context = {.run_ms = 1},
                              .on_finding = keep_event,
                              .ctx = f};
    if (filter != NULL) {
        options.filter = *filter;
    }
    lw_buf_reset(&f->events);
    *err = (lw_error){0};
    return lw_run(&options, result, err);
}

static void fill(lw_buf *text, int rows, int seed) {
    lw_buf_reset(text);
    assert_ok(lw_buf_append_text(text, "id,emp\n"));
    for (int i = 0; i < rows; i++) {
        assert_ok(lw_buf_printf(text, "%d,ABC%05d\n", i, (i * 7 + seed) % 100000));
    }
}

LW_TEST(same_findings_for_any_threads_and_blocks) {
    fixture f;
    begin(&f);
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    char name[64];
    for (int i = 0; i < 150; i++) {
        fill(&text, i == 70 ? 200000 : i * 3, i);
        snprintf(name, sizeof name, "lake/%03d.csv", i);
        write_file(&f, name, text.data, text.len);
    }
    lw_error err;
    lw_run_result result;
    assert_ok(run(&f, "lake", 1, 0, NULL, &result, &err));
    assert_int_equal(result.findings, 149);
    assert_int_equal(result.complete, 150);
    assert_int_equal(result.summary.row_count, 150);
    lw_run_result_done(&result);
    char *first = lw_buf_take(&f.events);
    static const size_t THREADS[] = {2, 3, 8};
    static const size_t BLOCKS[] = {1024, 65536, 0};
    for (size_t t = 0; t < 3; t++) {
        for (size_t b = 0; b < 3; b++) {
            assert_ok(run(&f, "lake", THREADS[t], BLOCKS[b], NULL, &result, &err));
            assert_string_equal(f.events.data, first);
            lw_run_result_done(&result);
        }
    }
    free(first);
    lw_buf_done(&text);
    end(&f);
}

static void write_many(const fixture *f, int count) {
    char name[64];
    lw_buf text;
    lw_buf_init(&text, 1 << 20);
    for (int i = 0; i < count; i++) {
        fill(&text, i % 5, i);
        snprintf(name, sizeof name, "lake/%04d.csv", i);
        write_file(f, name, text.data, text.len);
    }
    lw_buf_done(&text);
}

/* Results of small files are written in batches: none may be left behind, whatever the number of files is. */
LW_TEST(batches_of_small_files_are_written_to_the_last) {
    static const int COUNTS[] = {1, 15, 16, 17, 64, 65, 500};
    for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
        fixture f;
        lw_error err;
        lw_run_result result;
        begin(&f);
        write_many(&f, COUNTS[i]);
        for (size_t threads = 1; threads <= 4; threads++) {
            assert_ok(run(&f, "lake", threads, 0, NULL, &result, &err));
            assert_int_equal(result.complete, COUNTS[i]);
            assert_int_equal(result.summary.row_count, COUNTS[i]);
            lw_run_result_done(&result);
        }
        end(&f);
    }
}

/* Where nobody wants their JSON, findings are counted all the same. */
LW_TEST(findings_are_counted_without_being_made) {
    fixture f;
    lw_error err = {0};
    lw_run_result result;
    char source[128];
    begin(&f);
    write_many(&f, 100);
    snprintf(source, sizeof source, "%s/lake", f.root);
    const char *sources[] = {source};
    lw_run_options options = {.sources = sources, .source_count = 1, .set = f.set, .bucket_facts = true};
    assert_ok(lw_run(&options, &result, &err));
    assert_int_equal(result.findings, 80); /* every fifth file has only a header */
    assert_int_equal(result.highest, LW_SEVERITY_MEDIUM);
    lw_run_result_done(&result);
    end(&f);
}

static lw_status fail_at_tenth(void *ctx, const cJSON *event, const lw_object_result *result) {
    (void)event;
    (void)result;
    int *seen = ctx;
    return ++*seen == 10 ? LW_E_IO : LW_OK;
}

LW_TEST(a_failing_consumer_ends_the_run_within_a_batch) {
    fixture f;
    lw_error err = {0};
    lw_run_result result;
    int seen = 0;
    char source[128];
    begin(&f);
    write_many(&f, 200);
    snprintf(source, sizeof source, "%s/lake", f.root);
    const char *sources[] = {source};
    lw_run_options options = {
        .sources = sources, .source_count = 1, .set = f.set, .on_finding = fail_at_tenth, .ctx = &seen};
    assert_int_equal(lw_run(&options, &result, &err), LW_E_IO);
    assert_int_equal(seen, 10);
    lw_run_result_done(&result);
    end(&f);
}

LW_TEST(filters_count_what_they_leave_out) {
    fixture f;
    begin(&f);
    write_file(&f, "lake/a.csv", "emp\nABC12345\n", 13);
    write_file(&f, "lake/b.CSV", "emp\nABC12345\n", 13);
    write_file(&f, "lake/c.txt", "emp ABC12345\n", 13);
    write_file(&f, "lake/big.csv", "emp\nABC12345\nABC12346\n", 22);
    lw_run_filter filter = {.max_size = 20};
    assert_ok(lw_strings_add(&filter.extensions, lw_slice_from("csv")));
    lw_error err;
    lw_run_result result;
    assert_ok(run(&f, "lake", 1, 0, &filter, &result, &err));
    assert_int_equal(result.objects_listed, 2);
    assert_int_equal(result.objects_filtered, 2);
    assert_int_equal(result.findings, 2);
    lw_run_result_done(&result);
    assert_ok(lw_strings_add(&filter.exclude, lw_slice_from("b*")));
    assert_ok(run(&f, "lake", 1, 0, &filter, &result, &err));
    assert_int_equal(result.findings, 1);
    lw_run_result_done(&result);
    lw_strings_done(&filter.extensions);
    lw_strings_done(&filter.exclude);
    end(&f);
}

LW_TEST(every_object_ends_somewhere) {
    fixture f;
    begin(&f);
    write_file(&f, "lake/good.csv", "emp\nABC12345\n", 13);
    write_file(&f, "lake/empty.csv", "", 0);
    write_file(&f, "lake/image.png", "\x89PNG\r\n\x1a\n\0\0", 10);
    write_file(&f, "lake/broken.csv.gz", "\x1f\x8b\x08\0\0\0\0\0\0\3garbage", 17);
    lw_error err;
    lw_run_result result;
    assert_ok(run(&f, "lake", 2, 0, NULL, &result, &err));
    assert_int_equal(result.complete, 2);
    assert_int_equal(result.skipped, 2);
    assert_int_equal(result.complete + result.partial + result.skipped, result.objects_listed);
    assert_int_equal(result.unreadable, 1); /* the PNG is of an unsupported type: listed, but no failure */
    lw_run_result_done(&result);
    end(&f);
}

LW_TEST(silence_is_never_clean) {
    fixture f;
    begin(&f);
    lw_error err;
    lw_run_result result;
    char path[128];
    snprintf(path, sizeof path, "%s/void", f.root);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_not_equal(run(&f, "void", 1, 0, NULL, &result, &err), LW_OK);
    assert_non_null(strstr(err.text, "void"));
    lw_run_result_done(&result);
    assert_int_not_equal(run(&f, "no-such-folder", 1, 0, NULL, &result, &err), LW_OK);
    assert_non_null(strstr(err.text, "no-such-folder"));
    lw_run_result_done(&result);
    end(&f);
}

/* A gzip cut in the middle of many rows: what was read is reported, as PARTIAL. */
LW_TEST(cut_gzip_is_partial) {
    fixture f;
    begin(&f);
    lw_buf text;
    lw_buf_init(&text, 1 << 24);
    fill(&text, 200000, 5);
    uLongf room = compressBound(text.len) + 64;
    unsigned char *packed = malloc(room);
    z_stream stream = {0};
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)text.data;
    stream.avail_in = (unsigned)text.len;
    stream.next_out = packed;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    write_file(&f, "lake/cut.csv.gz", (char *)packed, stream.total_out / 2);
    lw_error err;
    lw_run_result result;
    assert_ok(run(&f, "lake", 2, 0, NULL, &result, &err));
    assert_int_equal(result.partial, 1);
    assert_int_equal(result.unreadable, 1);
    assert_int_equal(result.findings, 1);
    assert_non_null(strstr(f.events.data, "MALFORMED_FILE"));
    lw_run_result_done(&result);
    free(packed);
    lw_buf_done(&text);
    end(&f);
}
