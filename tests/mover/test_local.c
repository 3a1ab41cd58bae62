/* Promises of the mover on folders: real files, real races, no server. */
#include "tests/support/lw_test.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mover/mover_priv.h"

#define CONTENT "Id,SSN\n1,x\n"

typedef struct scene {
    char root[64];
    lw_store *store;
    lw_mover *mover;
} scene;

static void path_of(const scene *at, const char *name, char ret_path[1024]) {
    int len = snprintf(ret_path, 1024, "%s/%s", at->root, name);
    assert_true(len > 0 && len < 1024);
}

static void write_file(const scene *at, const char *name, const char *text) {
    char path[1024];
    path_of(at, name, path);
    for (char *slash = strchr(path + strlen(at->root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* NULL when there is no such file; free(). */
static char *read_file(const scene *at, const char *bucket, const char *key) {
    char path[1024];
    int len = snprintf(path, sizeof path, "%s/%s/%s", at->root, bucket, key);
    assert_true(len > 0 && (size_t)len < sizeof path);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    char *text = calloc(1, 65536);
    assert_non_null(text);
    size_t got = fread(text, 1, 65535, file);
    text[got] = '\0';
    (void)fclose(file);
    return text;
}

static void holds(const scene *at, const char *bucket, const char *key, const char *expected) {
    char *text = read_file(at, bucket, key);
    if (expected == NULL) {
        assert_null(text);
    } else {
        assert_non_null(text);
        assert_string_equal(text, expected);
    }
    free(text);
}

static scene scene_open(const lw_mover_options *wanted) {
    scene at = {.root = "/tmp/lw_mover_XXXXXX"};
    lw_error err = {0};
    assert_non_null(mkdtemp(at.root));
    lw_store_options store = {.kind = LW_STORE_LOCAL, .root = at.root};
    assert_ok(lw_store_open(&store, &at.store, &err));
    lw_mover_options options = *wanted;
    options.source = at.store;
    options.target = at.store;
    if (options.target_bucket == NULL) {
        options.target_bucket = "vault";
    }
    assert_ok(lw_mover_new(&options, &at.mover, &err));
    write_file(&at, "lake/dir/a.csv", CONTENT);
    return at;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void scene_close(scene *at) {
    lw_mover_free(at->mover);
    lw_store_free(at->store);
    assert_int_equal(nftw(at->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* The request that a finding about the object as it is now gives. */
static lw_move_request request_for(const scene *at, const char *bucket, const char *key) {
    lw_object object = {0};
    lw_error err = {0};
    assert_ok(lw_store_head(at->store, bucket, key, NULL, &object, &err));
    lw_move_request request = {.bucket = lw_text_dup(bucket),
                               .key = lw_text_dup(key),
                               .etag = lw_text_dup(object.etag),
                               .size = object.size,
                               .severity = 3,
                               .finding_id = lw_text_dup("f-1")};
    lw_object_done(&object);
    return request;
}

static lw_move_result moved(const scene *at, const lw_move_request *request, lw_move_outcome outcome) {
    lw_move_result result = {0};
    assert_ok(lw_mover_move(at->mover, request, &result));
    if (result.outcome != outcome) {
        fail_msg("%s, wanted %s: %s", lw_move_outcome_name(result.outcome), lw_move_outcome_name(outcome),
                 result.error.text);
    }
    return result;
}

static void expect(const scene *at, const lw_move_request *request, lw_move_outcome outcome) {
    lw_move_result result = moved(at, request, outcome);
    lw_move_result_done(&result);
}

LW_TEST(m1_moved_and_again) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_result result = moved(&at, &request, LW_MOVED);
    assert_string_equal(result.proof, "sha256");
    assert_string_equal(result.deletion, "conditional");
    holds(&at, "lake", "dir/a.csv", NULL);
    holds(&at, "vault", result.target_key, CONTENT);
    char *receipt = read_file(&at, "vault", result.receipt_key);
    assert_non_null(receipt);
    assert_non_null(strstr(receipt, "\"finding_id\":\t\"f-1\""));
    assert_null(strstr(receipt, "SSN"));
    free(receipt);
    expect(&at, &request, LW_ALREADY_MOVED);
    holds(&at, "vault", result.target_key, CONTENT);
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    scene_close(&at);
}

/* The receipt cannot be written: the source stays, whatever has been copied. */
LW_TEST(m1_no_delete_without_receipt) {
    scene at = scene_open(&(lw_mover_options){0});
    write_file(&at, "vault/.lakewarden/receipts", "in the way");
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_result result = moved(&at, &request, LW_MOVE_FAILED);
    holds(&at, "lake", "dir/a.csv", CONTENT);
    holds(&at, "vault", result.target_key, CONTENT);
    lw_move_result_done(&result);
    char path[1024];
    path_of(&at, "vault/.lakewarden/receipts", path);
    assert_int_equal(unlink(path), 0);
    expect(&at, &request, LW_MOVED);
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(m2_copy_that_differs_is_no_proof) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    char *target = NULL;
    char name[1024];
    assert_ok(lw_move_target_key("", &request, &target));
    (void)snprintf(name, sizeof name, "vault/%s", target);
    static const char *const others[] = {"Id,SSN\n1,y\n", "", "shorter"};
    for (size_t i = 0; i < 3; i++) {
        write_file(&at, name, others[i]);
        expect(&at, &request, LW_MOVE_CONFLICT);
        holds(&at, "lake", "dir/a.csv", CONTENT);
        holds(&at, "vault", target, others[i]);
    }
    free(target);
    lw_move_request_done(&request);
    scene_close(&at);
}

/* A copy that was right once and is not any more: said, not deleted, not called moved. */
LW_TEST(m2_copy_is_verified_again) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_result result = moved(&at, &request, LW_MOVED);
    char name[1024];
    (void)snprintf(name, sizeof name, "vault/%s", result.target_key);
    write_file(&at, name, "Id,SSN\n1,y\n");
    expect(&at, &request, LW_MOVE_SUSPECT);
    holds(&at, "vault", result.target_key, "Id,SSN\n1,y\n");
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(m4_changed_since_the_scan) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    write_file(&at, "lake/dir/a.csv", "Id,SSN\n1,y\n"); /* same size */
    lw_move_result result = moved(&at, &request, LW_MOVE_CHANGED);
    assert_non_null(strstr(result.error.text, "scan it again"));
    holds(&at, "lake", "dir/a.csv", "Id,SSN\n1,y\n");
    holds(&at, "vault", result.target_key, NULL);
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(m4_gone_and_recreated) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_request never = request_for(&at, "lake", "dir/a.csv");
    free(never.key);
    never.key = lw_text_dup("never.csv");
    expect(&at, &never, LW_MOVE_GONE);
    expect(&at, &request, LW_MOVED);
    write_file(&at, "lake/dir/a.csv", "new");
    expect(&at, &request, LW_MOVED_KEPT_NEWER);
    holds(&at, "lake", "dir/a.csv", "new");
    lw_move_request_done(&request);
    lw_move_request_done(&never);
    scene_close(&at);
}

LW_TEST(m5_isolation_bucket_is_never_a_source) {
    scene at = scene_open(&(lw_mover_options){.target_prefix = "isolated/"});
    write_file(&at, "vault/a.csv", CONTENT);
    lw_move_request request = request_for(&at, "vault", "a.csv");
    lw_move_result result = moved(&at, &request, LW_MOVE_REFUSED);
    assert_non_null(strstr(result.error.text, "isolation bucket"));
    lw_move_result_done(&result);
    holds(&at, "vault", "a.csv", CONTENT);
    lw_move_request_done(&request);
    scene_close(&at);
}

/* Two names of one folder: the store does not follow the link or the probe sees through it. Never moved. */
LW_TEST(m5_second_name_of_the_isolation_folder) {
    scene at = scene_open(&(lw_mover_options){0});
    char path[1024];
    path_of(&at, "alias", path);
    write_file(&at, "vault/a.csv", CONTENT);
    assert_int_equal(symlink("vault", path), 0);
    lw_move_request request = request_for(&at, "vault", "a.csv");
    free(request.bucket);
    request.bucket = lw_text_dup("alias");
    lw_move_result result = {0};
    assert_ok(lw_mover_move(at.mover, &request, &result));
    assert_false(lw_move_outcome_isolated(result.outcome));
    holds(&at, "vault", "a.csv", CONTENT);
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(m5_own_keys_are_never_sources) {
    scene at = scene_open(&(lw_mover_options){.target_prefix = "p/"});
    write_file(&at, "lake/.lakewarden/receipts/x.json", "{}");
    write_file(&at, "lake/p/.lakewarden/probe/x", "{}");
    static const char *const keys[] = {".lakewarden/receipts/x.json", "p/.lakewarden/probe/x"};
    for (size_t i = 0; i < 2; i++) {
        lw_move_request request = request_for(&at, "lake", keys[i]);
        expect(&at, &request, LW_MOVE_REFUSED);
        holds(&at, "lake", keys[i], "{}");
        lw_move_request_done(&request);
    }
    scene_close(&at);
}

LW_TEST(m5_stores_of_two_places) {
    scene at = scene_open(&(lw_mover_options){0});
    scene other = scene_open(&(lw_mover_options){0});
    lw_mover_options options = {.source = at.store, .target = other.store, .target_bucket = "vault"};
    lw_mover *mover = NULL;
    lw_error err = {0};
    assert_ok(lw_mover_new(&options, &mover, &err));
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_result result = {0};
    assert_ok(lw_mover_move(mover, &request, &result));
    assert_int_equal(result.outcome, LW_MOVE_REFUSED);
    holds(&at, "lake", "dir/a.csv", CONTENT);
    lw_move_result_done(&result);
    lw_move_request_done(&request);
    lw_mover_free(mover);
    scene_close(&at);
    scene_close(&other);
}

LW_TEST(m6_same_content_at_the_target_is_carried_on) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    char *target = NULL;
    char name[1024];
    struct stat before;
    struct stat after;
    char path[1024];
    assert_ok(lw_move_target_key("", &request, &target));
    (void)snprintf(name, sizeof name, "vault/%s", target);
    write_file(&at, name, CONTENT);
    path_of(&at, name, path);
    assert_int_equal(stat(path, &before), 0);
    expect(&at, &request, LW_MOVED);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    free(target);
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(m6_foreign_receipt_is_a_conflict) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    char identity[LW_MOVE_HEX_SIZE];
    char name[1024];
    assert_ok(lw_move_identity(&request, identity));
    (void)snprintf(name, sizeof name, "vault/.lakewarden/receipts/%s.json", identity);
    write_file(&at, name, "{\"type\":\"note\"}");
    expect(&at, &request, LW_MOVE_CONFLICT);
    holds(&at, "lake", "dir/a.csv", CONTENT);
    lw_move_request_done(&request);
    scene_close(&at);
}

static size_t file_count;

static int count_file(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    (void)path;
    (void)info;
    (void)walk;
    file_count += kind == FTW_F ? 1 : 0;
    return 0;
}

LW_TEST(m9_deletes_nothing_else) {
    scene at = scene_open(&(lw_mover_options){0});
    write_file(&at, "lake/dir/b.csv", "neighbour");
    write_file(&at, "vault/earlier.csv", "earlier");
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    expect(&at, &request, LW_MOVED);
    holds(&at, "lake", "dir/b.csv", "neighbour");
    holds(&at, "vault", "earlier.csv", "earlier");
    file_count = 0;
    assert_int_equal(nftw(at.root, count_file, 16, FTW_PHYS), 0);
    assert_int_equal(file_count, 4); /* neighbour, earlier, copy, receipt: no scratch */
    lw_move_request_done(&request);
    scene_close(&at);
}

LW_TEST(dry_run_writes_nothing) {
    scene at = scene_open(&(lw_mover_options){.dry_run = true});
    lw_move_request request = request_for(&at, "lake", "dir/a.csv");
    lw_move_result result = moved(&at, &request, LW_MOVED);
    assert_true(result.dry_run);
    assert_null(result.deletion);
    lw_move_result_done(&result);
    holds(&at, "lake", "dir/a.csv", CONTENT);
    file_count = 0;
    assert_int_equal(nftw(at.root, count_file, 16, FTW_PHYS), 0);
    assert_int_equal(file_count, 1);
    lw_move_request_done(&request);
    scene_close(&at);
}

typedef struct worker {
    const scene *at;
    const lw_move_request *request;
    lw_move_outcome outcome;
} worker;

static void *work(void *ctx) {
    worker *self = ctx;
    lw_move_result result = {0};
    if (lw_mover_move(self->at->mover, self->request, &result) == LW_OK) {
        self->outcome = result.outcome;
    }
    lw_move_result_done(&result);
    return NULL;
}

LW_TEST(m7_threads_agree) {
    enum { WORKERS = 6 };
    for (int round = 0; round < 10; round++) {
        scene at = scene_open(&(lw_mover_options){0});
        lw_move_request request = request_for(&at, "lake", "dir/a.csv");
        worker workers[WORKERS];
        pthread_t threads[WORKERS];
        for (size_t i = 0; i < WORKERS; i++) {
            workers[i] = (worker){&at, &request, LW_MOVE_FAILED};
            assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
        }
        for (size_t i = 0; i < WORKERS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_true(lw_move_outcome_isolated(workers[i].outcome) || workers[i].outcome == LW_MOVE_FAILED);
        }
        lw_move_result result = moved(&at, &request, LW_ALREADY_MOVED);
        holds(&at, "lake", "dir/a.csv", NULL);
        holds(&at, "vault", result.target_key, CONTENT);
        lw_move_result_done(&result);
        lw_move_request_done(&request);
        scene_close(&at);
    }
}

LW_TEST(wrong_options_are_refused) {
    scene at = scene_open(&(lw_mover_options){0});
    lw_mover *mover = NULL;
    lw_error err = {0};
    lw_mover_options options = {.source = at.store, .target = at.store, .target_bucket = ".."};
    assert_int_equal(lw_mover_new(&options, &mover, &err), LW_E_REFUSED);
    options.target_bucket = "vault";
    options.target_prefix = "no-slash";
    assert_int_equal(lw_mover_new(&options, &mover, &err), LW_E_CONFIG);
    assert_null(mover);
    scene_close(&at);
}
