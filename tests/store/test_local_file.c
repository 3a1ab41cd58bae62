/* Open objects of the folder store: what is read of them is what was opened, whatever happens to the file meanwhile.
 *
 * pread of libc is wrapped (--wrap, see tests.cmake), so that another process can be played right after the bytes were
 * read, and syscall, so that a kernel without openat2 can be. Every case runs both ways. */
#include "tests/store/local_support.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

static void (*after_pread)(void);
static int no_openat2; /* errno of openat2; 0: as the kernel has it */
static int openat2_calls;

ssize_t __real_pread64(int file, void *data, size_t len, off_t offset);
ssize_t __wrap_pread64(int file, void *data, size_t len, off_t offset);
ssize_t __real_pread(int file, void *data, size_t len, off_t offset);
ssize_t __wrap_pread(int file, void *data, size_t len, off_t offset);
long __real_syscall(long number, int folder, const char *path, void *how, size_t size);
long __wrap_syscall(long number, int folder, const char *path, void *how, size_t size);

static ssize_t run_hook(ssize_t count) {
    void (*hook)(void) = after_pread;
    after_pread = NULL;
    if (hook != NULL) {
        hook();
    }
    return count;
}

ssize_t __wrap_pread(int file, void *data, size_t len, off_t offset) {
    return run_hook(__real_pread(file, data, len, offset));
}

ssize_t __wrap_pread64(int file, void *data, size_t len, off_t offset) {
    return run_hook(__real_pread64(file, data, len, offset));
}

long __wrap_syscall(long number, int folder, const char *path, void *how, size_t size) {
    if (number == SYS_openat2) {
        openat2_calls++;
        if (no_openat2 != 0) {
            errno = no_openat2;
            return -1;
        }
    }
    return __real_syscall(number, folder, path, how, size);
}

static void set_up(int error_of_openat2) {
    no_openat2 = error_of_openat2;
    openat2_calls = 0;
    open_lake();
    assert_int_equal(mkdir(path_of("lake/sub"), 0700), 0);
    write_file("lake/sub/a", "0123456789");
}

static void tear_down(void) {
    assert_null(after_pread);
    close_lake();
}

static void both_ways(void (*test)(void)) {
    static const int errors[] = {0, ENOSYS};
    for (size_t i = 0; i < 2; i++) {
        set_up(errors[i]);
        test();
        tear_down();
    }
}

/* Opened as the object that is there now. */
static lw_store_file *open_now(const char *key) {
    lw_object object;
    lw_store_file *file = NULL;
    lw_error err = {0};
    assert_ok(lw_store_head(store, "lake", key, NULL, &object, &err));
    assert_ok(lw_store_file_open(store, "lake", key, object.etag, &file, &err));
    lw_object_done(&object);
    return file;
}

static lw_status open_status(const char *bucket, const char *key, const char *if_match) {
    lw_store_file *file = NULL;
    lw_error err = {0};
    lw_status status = lw_store_file_open(store, bucket, key, if_match, &file, &err);
    lw_store_file_close(file);
    assert_true((status == LW_OK) == (err.text[0] == '\0'));
    return status;
}

static void assert_read(lw_store_file *file, uint64_t offset, size_t length, const char *expected) {
    char data[32] = "";
    size_t len = 99;
    lw_error err = {0};
    assert_ok(lw_store_file_read(file, offset, data, length, &len, &err));
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(data, expected, len);
}

static void assert_read_fails(lw_store_file *file, lw_status expected) {
    char data[32];
    size_t len = 99;
    lw_error err = {0};
    assert_int_equal(lw_store_file_read(file, 4, data, 4, &len, &err), expected);
    assert_int_equal(len, 99);
    assert_string_not_equal(err.text, "");
}

static void wait_for_another_time(void) {
    usleep(20000); /* the kernel's file times have a coarse tick */
}

/* ---- reading ---- */

static void read_any_range(void) {
    lw_store_file *file = open_now("sub/a");
    assert_read(file, 0, 4, "0123");
    assert_read(file, 8, 4, "89");
    assert_read(file, 10, 4, "");
    assert_read(file, 2, 3, "234");
    lw_store_file_close(file);
    lw_store_file_close(NULL);
}

LW_TEST(reads_any_range) {
    both_ways(read_any_range);
}

LW_TEST(refuses_a_range_that_cannot_be) {
    set_up(0);
    char data[4];
    size_t len = 0;
    lw_error err = {0};
    lw_store_file *file = open_now("sub/a");
    assert_int_equal(lw_store_file_read(file, 0, data, 0, &len, &err), LW_E_USAGE);
    assert_int_equal(lw_store_file_read(file, (uint64_t)INT64_MAX, data, 4, &len, &err), LW_E_USAGE);
    lw_store_file_close(file);
    tear_down();
}

/* ---- changes ---- */

static void write_to_it(void) {
    wait_for_another_time();
    write_file("lake/sub/a", "abcdefghij");
}

static void put_another_there(void) {
    wait_for_another_time();
    write_file("lake/sub/b", "abcdefghij");
    assert_int_equal(rename(path_of("lake/sub/b"), path_of("lake/sub/a")), 0);
}

static void take_it_away(void) {
    wait_for_another_time();
    assert_int_equal(unlink(path_of("lake/sub/a")), 0);
}

static void assert_seen_between_reads(void (*change)(void), lw_status expected) {
    lw_store_file *file = open_now("sub/a");
    assert_read(file, 0, 4, "0123");
    change();
    assert_read_fails(file, expected);
    lw_store_file_close(file);
}

static void assert_seen_within_a_read(void (*change)(void), lw_status expected) {
    lw_store_file *file = open_now("sub/a");
    after_pread = change;
    assert_read_fails(file, expected);
    lw_store_file_close(file);
}

static void see_written(void) {
    assert_seen_between_reads(write_to_it, LW_E_CHANGED);
}

static void see_written_within(void) {
    assert_seen_within_a_read(write_to_it, LW_E_CHANGED);
}

static void see_replaced(void) {
    assert_seen_between_reads(put_another_there, LW_E_CHANGED);
}

static void see_replaced_within(void) {
    assert_seen_within_a_read(put_another_there, LW_E_CHANGED);
}

static void see_gone(void) {
    assert_seen_between_reads(take_it_away, LW_E_NOT_FOUND);
}

static void see_gone_within(void) {
    assert_seen_within_a_read(take_it_away, LW_E_NOT_FOUND);
}

LW_TEST(sees_what_is_written_meanwhile) {
    both_ways(see_written);
    both_ways(see_written_within);
}

LW_TEST(sees_that_another_is_there) {
    both_ways(see_replaced);
    both_ways(see_replaced_within);
}

LW_TEST(sees_that_it_has_gone) {
    both_ways(see_gone);
    both_ways(see_gone_within);
}

static void open_another(void) {
    lw_object object;
    lw_error err = {0};
    assert_ok(lw_store_head(store, "lake", "sub/a", NULL, &object, &err));
    put_another_there();
    assert_int_equal(open_status("lake", "sub/a", object.etag), LW_E_CHANGED);
    assert_int_equal(open_status("lake", "sub/a", NULL), LW_OK);
    lw_object_done(&object);
}

LW_TEST(opens_only_what_was_named) {
    both_ways(open_another);
}

/* Without an ETag nothing is promised, as with lw_store_get. */
static void read_unpinned(void) {
    lw_store_file *file = NULL;
    lw_error err = {0};
    assert_ok(lw_store_file_open(store, "lake", "sub/a", NULL, &file, &err));
    write_to_it();
    assert_read(file, 0, 4, "abcd");
    lw_store_file_close(file);
}

LW_TEST(without_etag_reads_what_is_there) {
    both_ways(read_unpinned);
}

/* ---- opening ---- */

static void open_what_is_no_object(void) {
    assert_int_equal(symlink("sub", path_of("lake/link")), 0);
    assert_int_equal(symlink("a", path_of("lake/sub/link")), 0);
    assert_int_equal(symlink("/etc/passwd", path_of("lake/out")), 0);
    assert_int_equal(mkfifo(path_of("lake/pipe"), 0600), 0);
    assert_int_equal(open_status("lake", "sub/a", NULL), LW_OK);
    assert_int_equal(open_status("lake", "link/a", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "sub/link", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "out", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "pipe", NULL), LW_E_NOT_FOUND);
    assert_int_equal(open_status("lake", "sub", NULL), LW_E_NOT_FOUND);
    assert_int_equal(open_status("lake", "none", NULL), LW_E_NOT_FOUND);
    assert_int_equal(open_status("lake", "sub/a/b", NULL), LW_E_NOT_FOUND);
    assert_int_equal(open_status("lake", "sub/../sub/a", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "./sub/a", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "sub//a", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "/sub/a", NULL), LW_E_UNSUPPORTED);
    assert_int_equal(open_status("lake", "", NULL), LW_E_USAGE);
    assert_int_equal(open_status("none", "sub/a", NULL), LW_E_NO_BUCKET);
    assert_int_equal(open_status("..", "sub/a", NULL), LW_E_UNSUPPORTED);
}

LW_TEST(opens_regular_files_only) {
    both_ways(open_what_is_no_object);
}

static void open_in_two_buckets(void) {
    char data[8];
    size_t len = 0;
    lw_error err = {0};
    lw_store_file *file = NULL;
    assert_int_equal(mkdir(path_of("pond"), 0700), 0);
    assert_int_equal(open_status("pond", "a", NULL), LW_E_NOT_FOUND);
    write_file("pond/a", "pond");
    assert_int_equal(mkdir(path_of("lake/pond"), 0700), 0);
    assert_ok(lw_store_file_open(store, "lake", "sub/a", NULL, &file, &err));
    lw_store_file_close(file);
    assert_ok(lw_store_file_open(store, "pond", "a", NULL, &file, &err));
    assert_ok(lw_store_file_read(file, 0, data, 8, &len, &err));
    assert_int_equal(len, 4);
    lw_store_file_close(file);
}

LW_TEST(opens_in_the_bucket_that_is_named) {
    both_ways(open_in_two_buckets);
}

LW_TEST(asks_once_for_what_the_kernel_has_not) {
    set_up(ENOSYS);
    assert_int_equal(open_status("lake", "sub/a", NULL), LW_OK);
    assert_int_equal(open_status("lake", "sub/a", NULL), LW_OK);
    assert_int_equal(openat2_calls, 1);
    tear_down();
}

LW_TEST(only_folders_keep_objects_open) {
    lw_store_options options = {.kind = LW_STORE_S3, .region = "us-east-1", .no_sign_request = true};
    lw_error err = {0};
    assert_ok(lw_store_open(&options, &store, &err));
    assert_int_equal(open_status("lake", "a", NULL), LW_E_UNSUPPORTED);
    lw_store_free(store);
}
