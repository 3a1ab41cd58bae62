/* The folder store on real files, with races made to happen: renames and writes of libc are wrapped (--wrap, see
 * tests.cmake), so that another process can be played at the exact moment between two steps. */
#include "tests/store/local_support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

/* What the wrapped calls do next: called once before the real one, or fails with an errno from call number fail_at on.
 */
static void (*before_rename)(void);
static int rename_error;
static int write_error;
static int sync_error;

int __real_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
ssize_t __real_write(int file, const void *data, size_t len);
ssize_t __wrap_write(int file, const void *data, size_t len);
int __real_fsync(int file);
int __wrap_fsync(int file);

static void run_hook(void) {
    void (*hook)(void) = before_rename;
    before_rename = NULL;
    if (hook != NULL) {
        hook();
    }
}

int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to) {
    run_hook();
    return __real_renameat(from_folder, from, to_folder, to);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    run_hook();
    if (rename_error != 0) {
        errno = rename_error;
        return -1;
    }
    return __real_renameat2(from_folder, from, to_folder, to, flags);
}

ssize_t __wrap_write(int file, const void *data, size_t len) {
    if (write_error != 0 && file > 2) {
        errno = write_error;
        return -1;
    }
    return __real_write(file, data, len);
}

int __wrap_fsync(int file) {
    if (sync_error != 0) {
        errno = sync_error;
        return -1;
    }
    return __real_fsync(file);
}

static void assert_file(const char *name, const char *text) {
    char data[256] = "";
    FILE *file = fopen(path_of(name), "re");
    assert_non_null(file);
    size_t len = fread(data, 1, sizeof(data) - 1, file);
    (void)fclose(file);
    data[len] = '\0';
    assert_string_equal(data, text);
}

static void assert_gone(const char *name) {
    assert_int_equal(access(path_of(name), F_OK), -1);
}

static void set_up(void) {
    open_lake();
}

static void tear_down(void) {
    assert_null(before_rename);
    rename_error = 0;
    write_error = 0;
    sync_error = 0;
    close_lake();
}

/* Every name in the folder, joined; shows what a failure left behind. */
static lw_status join_key(void *ctx, const lw_object *object) {
    lw_buf *keys = ctx;
    LW_TRY(lw_buf_append_text(keys, object->key));
    return lw_buf_append_char(keys, '|');
}

static void assert_keys(const char *bucket, const char *prefix, const char *expected) {
    lw_buf keys;
    lw_error err = {0};
    lw_buf_init(&keys, 1 << 20);
    assert_ok(lw_buf_append_text(&keys, ""));
    lw_status status = lw_store_list(store, bucket, prefix, join_key, &keys, &err);
    if (status != LW_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, LW_OK);
    assert_string_equal(keys.data, expected);
    lw_buf_done(&keys);
}

/* Files of ours that a failure left in the folder; the listing does not show them. */
static int count_leftovers(const char *folder) {
    struct dirent **entries = NULL;
    int leftovers = 0;
    int count = scandir(path_of(folder), &entries, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        leftovers += strncmp(entries[i]->d_name, ".lakewarden", 11) == 0 ? 1 : 0;
        free(entries[i]);
    }
    free(entries);
    return leftovers;
}

static void etag_of(const char *key, char ret_etag[LW_LOCAL_ETAG_SIZE]) {
    lw_object object;
    lw_error err = {0};
    assert_ok(lw_store_head(store, "lake", key, NULL, &object, &err));
    (void)snprintf(ret_etag, LW_LOCAL_ETAG_SIZE, "%s", object.etag);
    lw_object_done(&object);
}

static lw_status get_text(const char *key, const char *if_match, uint64_t offset, size_t length, char *text) {
    lw_get get = {.bucket = "lake", .key = key, .if_match = if_match, .offset = offset, .length = length};
    lw_error err = {0};
    size_t len = 0;
    lw_status status = lw_store_get(store, &get, text, &len, &err);
    text[status == LW_OK ? len : 0] = '\0';
    return status;
}

static lw_status put_text(const char *key, const char *text, const char *if_match, bool if_none_match) {
    lw_put put = {.bucket = "lake",
                  .key = key,
                  .body = lw_slice_from(text),
                  .if_match = if_match,
                  .if_none_match = if_none_match};
    lw_written written = {0};
    lw_error err = {0};
    lw_status status = lw_store_put(store, &put, &written, &err);
    if (status == LW_OK) {
        char etag[LW_LOCAL_ETAG_SIZE];
        etag_of(key, etag);
        assert_string_equal(written.etag, etag); /* what put says is what head will say */
    } else {
        assert_true(strlen(err.text) > 0);
    }
    lw_written_done(&written);
    return status;
}

static lw_status copy_file(const char *key, const char *if_match, const char *target, bool if_none_match) {
    lw_copy copy = {.source_bucket = "lake",
                    .source_key = key,
                    .source_if_match = if_match,
                    .target_bucket = "iso",
                    .target_key = target,
                    .if_none_match = if_none_match,
                    .token = "token-1"};
    lw_written written = {0};
    lw_error err = {0};
    lw_status status = lw_store_copy(store, &copy, &written, &err);
    assert_int_equal(status == LW_OK, written.etag != NULL);
    assert_int_equal(status == LW_OK, err.text[0] == '\0');
    lw_written_done(&written);
    return status;
}

static lw_status delete_file(const char *key, const char *if_match, lw_error *err) {
    lw_delete request = {.bucket = "lake", .key = key, .if_match = if_match};
    lw_deleted deleted = {.delete_marker = true};
    lw_status status = lw_store_delete(store, &request, &deleted, err);
    assert_int_equal(status == LW_OK, !deleted.delete_marker);
    return status;
}

LW_TEST(list_is_in_key_order) {
    set_up();
    assert_int_equal(mkdir(path_of("lake/a"), 0700), 0);
    assert_int_equal(mkdir(path_of("lake/a/sub"), 0700), 0);
    assert_int_equal(mkdir(path_of("lake/empty"), 0700), 0);
    write_file("lake/a/b", "1");
    write_file("lake/a/sub/c", "2");
    write_file("lake/a.txt", "3");
    write_file("lake/a-b", "4");
    write_file("lake/ab", "5");
    write_file("lake/.hidden", "6");
    write_file("lake/sp ace+%", "7");
    write_file("lake/\xff\xfe", "8");
    assert_keys("lake", "", ".hidden|a-b|a.txt|a/b|a/sub/c|ab|sp ace+%|\xff\xfe|");
    assert_keys("lake", "a", "a-b|a.txt|a/b|a/sub/c|ab|");
    assert_keys("lake", "a/", "a/b|a/sub/c|");
    assert_keys("lake", "a/s", "a/sub/c|");
    assert_keys("lake", "a/sub/c", "a/sub/c|");
    assert_keys("lake", "../lake", "");
    assert_keys("lake", "b", "");
    tear_down();
}

LW_TEST(list_follows_no_link_and_no_pipe) {
    set_up();
    assert_int_equal(mkdir(path_of("other"), 0700), 0);
    write_file("other/secret", "1");
    write_file("lake/real", "2");
    assert_int_equal(symlink("real", path_of("lake/link")), 0);
    assert_int_equal(symlink("../other", path_of("lake/folder-link")), 0);
    assert_int_equal(symlink(".", path_of("lake/loop")), 0);
    assert_int_equal(mkfifo(path_of("lake/pipe"), 0600), 0);
    write_file("lake/" LW_LOCAL_TEMP_PREFIX "x", "3");
    write_file("lake/" LW_LOCAL_ASIDE_PREFIX "x", "4");
    /* What a crash left aside is a whole object, and must be seen. */
    assert_keys("lake", "", LW_LOCAL_ASIDE_PREFIX "x|real|");
    tear_down();
}

static lw_status stop_at_second(void *ctx, const lw_object *object) {
    int *seen = ctx;
    (void)object;
    return ++*seen == 2 ? LW_E_CANCELLED : LW_OK;
}

static lw_status fail_at_second(void *ctx, const lw_object *object) {
    int *seen = ctx;
    (void)object;
    return ++*seen == 2 ? LW_E_LIMIT : LW_OK;
}

LW_TEST(list_ends_when_the_sink_says) {
    set_up();
    int seen = 0;
    lw_error err = {0};
    write_file("lake/1", "");
    write_file("lake/2", "");
    write_file("lake/3", "");
    assert_ok(lw_store_list(store, "lake", "", stop_at_second, &seen, &err));
    assert_int_equal(seen, 2);
    seen = 0;
    assert_int_equal(lw_store_list(store, "lake", "", fail_at_second, &seen, &err), LW_E_LIMIT);
    assert_int_equal(seen, 2);
    tear_down();
}

LW_TEST(list_fails_at_a_folder_it_cannot_read) {
    set_up();
    assert_int_equal(mkdir(path_of("lake/closed"), 0700), 0);
    write_file("lake/closed/a", "1");
    write_file("lake/open", "2");
    assert_int_equal(chmod(path_of("lake/closed"), 0), 0);
    lw_error err = {0};
    int seen = 0;
    bool is_root = geteuid() == 0;
    if (is_root) { /* root reads everything: be somebody else for the call */
        assert_int_equal(chmod(root, 0755), 0);
        assert_int_equal(chmod(path_of("lake"), 0755), 0);
        assert_int_equal(seteuid(65534), 0);
    }
    lw_status status = lw_store_list(store, "lake", "", stop_at_second, &seen, &err);
    if (is_root) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(chmod(path_of("lake/closed"), 0700), 0);
    assert_int_equal(status, LW_E_DENIED);
    assert_non_null(strstr(err.text, "lake/closed"));
    tear_down();
}

LW_TEST(head_tells_files_from_the_rest) {
    set_up();
    lw_object object;
    lw_error err = {0};
    assert_int_equal(mkdir(path_of("lake/dir"), 0700), 0);
    write_file("lake/dir/a.csv", "12345");
    assert_int_equal(symlink("a.csv", path_of("lake/dir/link")), 0);
    assert_int_equal(symlink("dir", path_of("lake/dir-link")), 0);
    assert_ok(lw_store_head(store, "lake", "dir/a.csv", NULL, &object, &err));
    assert_string_equal(object.key, "dir/a.csv");
    assert_int_equal(object.size, 5);
    assert_int_equal(strlen(object.etag), 32);
    assert_string_equal(object.storage_class, "STANDARD");
    assert_null(object.version_id);
    assert_true(object.last_modified_ms > 1500000000000);
    lw_object_done(&object);
    assert_int_equal(lw_store_head(store, "lake", "dir", NULL, &object, &err), LW_E_NOT_FOUND);
    assert_int_equal(lw_store_head(store, "lake", "dir/none", NULL, &object, &err), LW_E_NOT_FOUND);
    assert_int_equal(lw_store_head(store, "lake", "none/a", NULL, &object, &err), LW_E_NOT_FOUND);
    assert_int_equal(lw_store_head(store, "lake", "dir/a.csv/b", NULL, &object, &err), LW_E_NOT_FOUND);
    assert_int_equal(lw_store_head(store, "lake", "dir/a.csv", "1", &object, &err), LW_E_NOT_FOUND);
    assert_int_equal(lw_store_head(store, "none", "a", NULL, &object, &err), LW_E_NO_BUCKET);
    assert_int_equal(lw_store_head(store, "lake", "dir/link", NULL, &object, &err), LW_E_UNSUPPORTED);
    assert_non_null(strstr(err.text, "symbolic link"));
    assert_int_equal(lw_store_head(store, "lake", "dir-link/a.csv", NULL, &object, &err), LW_E_UNSUPPORTED);
    assert_non_null(strstr(err.text, "dir-link"));
    tear_down();
}

LW_TEST(keys_that_leave_the_bucket_are_refused) {
    static const char *const keys[] = {"..",  "../a", "a/../b", "a/..", ".", "./a", "a/./b",
                                       "a/.", "/a",   "a//b",   "a/",   "/", "//"};
    set_up();
    write_file("secret", "outside");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        lw_object object;
        lw_error err = {0};
        char text[16];
        assert_int_equal(lw_store_head(store, "lake", keys[i], NULL, &object, &err), LW_E_UNSUPPORTED);
        assert_int_equal(get_text(keys[i], NULL, 0, 8, text), LW_E_UNSUPPORTED);
        assert_int_equal(put_text(keys[i], "x", NULL, false), LW_E_UNSUPPORTED);
        assert_int_equal(delete_file(keys[i], NULL, &err), LW_E_UNSUPPORTED);
    }
    static const char *const buckets[] = {"..", ".", "lake/..", "../x"};
    for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++) {
        lw_object object;
        lw_error err = {0};
        assert_int_equal(lw_store_head(store, buckets[i], "secret", NULL, &object, &err), LW_E_UNSUPPORTED);
    }
    char name[NAME_MAX + 2];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(put_text(name, "x", NULL, false), LW_E_UNSUPPORTED);
    name[NAME_MAX] = '\0';
    assert_ok(put_text(name, "x", NULL, false));
    assert_file("secret", "outside");
    tear_down();
}

LW_TEST(get_reads_ranges) {
    set_up();
    char text[32];
    char etag[LW_LOCAL_ETAG_SIZE];
    write_file("lake/a", "0123456789");
    etag_of("a", etag);
    assert_ok(get_text("a", etag, 0, 31, text));
    assert_string_equal(text, "0123456789");
    assert_ok(get_text("a", etag, 3, 4, text));
    assert_string_equal(text, "3456");
    assert_ok(get_text("a", etag, 8, 5, text));
    assert_string_equal(text, "89");
    assert_ok(get_text("a", etag, 10, 5, text));
    assert_string_equal(text, "");
    assert_ok(get_text("a", etag, 1000, 5, text));
    assert_string_equal(text, "");
    assert_int_equal(get_text("a", etag, 0, 0, text), LW_E_USAGE);
    assert_int_equal(get_text("b", NULL, 0, 5, text), LW_E_NOT_FOUND);
    tear_down();
}

LW_TEST(etag_follows_the_identity) {
    set_up();
    char first[LW_LOCAL_ETAG_SIZE];
    char second[LW_LOCAL_ETAG_SIZE];
    char text[32];
    write_file("lake/a", "same size 1");
    etag_of("a", first);
    assert_ok(get_text("a", first, 0, 20, text)); /* reading changes nothing */
    etag_of("a", second);
    assert_string_equal(first, second);
    usleep(20000); /* the kernel's file times have a coarse tick */
    write_file("lake/a", "same size 2");
    etag_of("a", second);
    assert_string_not_equal(first, second);
    assert_int_equal(get_text("a", first, 0, 20, text), LW_E_CHANGED);
    /* Another file with the old name, and times put back, is another object too. */
    struct stat info;
    assert_int_equal(stat(path_of("lake/a"), &info), 0);
    write_file("lake/b", "same size 2");
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path_of("lake/b"), times, 0), 0);
    assert_int_equal(rename(path_of("lake/b"), path_of("lake/a")), 0);
    assert_int_equal(get_text("a", second, 0, 20, text), LW_E_CHANGED);
    tear_down();
}

LW_TEST(etag_shows_a_time_that_was_put_back) {
    set_up();
    char first[LW_LOCAL_ETAG_SIZE];
    char second[LW_LOCAL_ETAG_SIZE];
    struct stat before;
    struct stat after;
    write_file("lake/a", "same size 1");
    etag_of("a", first);
    assert_int_equal(stat(path_of("lake/a"), &before), 0);
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    do { /* until both writes fall into one second, so that only the nanoseconds of ctime differ */
        usleep(20000);
        write_file("lake/a", "same size 2");
        assert_int_equal(utimensat(AT_FDCWD, path_of("lake/a"), times, 0), 0);
        assert_int_equal(stat(path_of("lake/a"), &after), 0);
        if (after.st_ctim.tv_sec != before.st_ctim.tv_sec) {
            before = after;
            etag_of("a", first);
            continue;
        }
        break;
    } while (true);
    assert_int_equal(after.st_mtim.tv_nsec, times[1].tv_nsec);
    etag_of("a", second);
    assert_string_not_equal(first, second);
    tear_down();
}

LW_TEST(put_writes_whole_objects) {
    set_up();
    assert_ok(put_text("new/folder/a", "first", NULL, false));
    assert_file("lake/new/folder/a", "first");
    assert_ok(put_text("new/folder/a", "second", NULL, false));
    assert_file("lake/new/folder/a", "second");
    assert_ok(put_text("empty", "", NULL, true));
    assert_file("lake/empty", "");
    assert_int_equal(put_text("new/folder/a/below", "x", NULL, false), LW_E_UNSUPPORTED);
    struct stat info;
    assert_int_equal(stat(path_of("lake/new/folder/a"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(count_leftovers("lake/new/folder"), 0);
    tear_down();
}

LW_TEST(put_into_a_bucket_that_is_not_there_makes_it) {
    set_up();
    lw_put put = {.bucket = "iso", .key = "a/b", .body = lw_slice_from("x")};
    lw_written written;
    lw_error err = {0};
    assert_ok(lw_store_put(store, &put, &written, &err));
    lw_written_done(&written);
    assert_file("iso/a/b", "x");
    tear_down();
}

LW_TEST(put_only_if_new) {
    set_up();
    assert_ok(put_text("a", "first", NULL, true));
    assert_int_equal(put_text("a", "second", NULL, true), LW_E_PRECONDITION);
    assert_file("lake/a", "first");
    assert_int_equal(mkdir(path_of("lake/dir"), 0700), 0);
    assert_int_equal(put_text("dir", "x", NULL, true), LW_E_PRECONDITION);
    rename_error = EINVAL; /* a file system without RENAME_NOREPLACE */
    assert_int_equal(put_text("a", "second", NULL, true), LW_E_PRECONDITION);
    assert_file("lake/a", "first");
    assert_ok(put_text("b", "new", NULL, true));
    assert_file("lake/b", "new");
    assert_int_equal(count_leftovers("lake"), 0);
    tear_down();
}

static void replace_a(void) {
    write_file("lake/other", "replacement");
    assert_int_equal(__real_renameat(AT_FDCWD, path_of("lake/other"), AT_FDCWD, path_of("lake/a")), 0);
}

LW_TEST(put_only_if_the_same) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    write_file("lake/a", "first");
    etag_of("a", etag);
    assert_int_equal(put_text("a", "x", "00000000000000000000000000000000", false), LW_E_PRECONDITION);
    assert_int_equal(put_text("none", "x", etag, false), LW_E_NOT_FOUND);
    assert_ok(put_text("a", "second", etag, false));
    assert_file("lake/a", "second");
    assert_int_equal(put_text("a", "third", etag, false), LW_E_PRECONDITION);
    /* Replaced between the look and the exchange: the other writer's file keeps the name. */
    etag_of("a", etag);
    before_rename = replace_a;
    assert_int_equal(put_text("a", "third", etag, false), LW_E_PRECONDITION);
    assert_file("lake/a", "replacement");
    assert_int_equal(count_leftovers("lake"), 0);
    rename_error = EINVAL;
    etag_of("a", etag);
    assert_int_equal(put_text("a", "third", etag, false), LW_E_UNSUPPORTED);
    assert_file("lake/a", "replacement");
    tear_down();
}

LW_TEST(put_fails_cleanly) {
    set_up();
    write_file("lake/a", "old");
    write_error = ENOSPC;
    assert_int_equal(put_text("a", "new", NULL, false), LW_E_IO);
    write_error = 0;
    sync_error = EIO;
    assert_int_equal(put_text("a", "new", NULL, false), LW_E_IO);
    sync_error = 0;
    rename_error = EACCES;
    assert_int_equal(put_text("b", "new", NULL, true), LW_E_DENIED);
    rename_error = 0;
    assert_file("lake/a", "old");
    assert_gone("lake/b");
    assert_int_equal(count_leftovers("lake"), 0);
    tear_down();
}

LW_TEST(copy_keeps_the_source_as_it_is) {
    set_up();
    char before[LW_LOCAL_ETAG_SIZE];
    char after[LW_LOCAL_ETAG_SIZE];
    lw_object object;
    lw_error err = {0};
    assert_int_equal(mkdir(path_of("lake/d"), 0700), 0);
    write_file("lake/d/a b+c.csv", "copied bytes");
    etag_of("d/a b+c.csv", before);
    assert_ok(copy_file("d/a b+c.csv", before, "lake/d/a b+c.csv", true));
    etag_of("d/a b+c.csv", after);
    assert_string_equal(before, after);
    assert_file("iso/lake/d/a b+c.csv", "copied bytes");
    assert_file("lake/d/a b+c.csv", "copied bytes");
    assert_ok(lw_store_head(store, "iso", "lake/d/a b+c.csv", NULL, &object, &err));
    assert_string_not_equal(object.etag, before);
    char probe[8];
    if (getxattr(path_of("iso/lake/d/a b+c.csv"), LW_LOCAL_TOKEN_ATTRIBUTE, probe, sizeof(probe)) > 0) {
        assert_int_equal(object.metadata.count, 1);
        assert_string_equal(object.metadata.items[0], "lakewarden-move-token: token-1");
    } else {
        print_message("no extended attributes on this file system: the token was not checked\n");
    }
    lw_object_done(&object);
    assert_int_equal(copy_file("d/a b+c.csv", before, "lake/d/a b+c.csv", true), LW_E_EXISTS);
    assert_ok(copy_file("d/a b+c.csv", before, "lake/d/a b+c.csv", false));
    tear_down();
}

LW_TEST(copy_of_a_large_file_is_byte_identical) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    FILE *file = fopen(path_of("lake/a"), "we");
    assert_non_null(file);
    for (unsigned i = 0; i < 700000; i++) { /* 2.8 MB: not a whole number of blocks */
        assert_int_equal(fwrite(&i, sizeof(i), 1, file), 1);
    }
    assert_int_equal(fclose(file), 0);
    etag_of("a", etag);
    assert_ok(copy_file("a", etag, "a", true));
    file = fopen(path_of("iso/a"), "re");
    assert_non_null(file);
    for (unsigned i = 0; i < 700000; i++) {
        unsigned read = 0;
        assert_int_equal(fread(&read, sizeof(read), 1, file), 1);
        assert_int_equal(read, i);
    }
    assert_int_equal(fgetc(file), EOF);
    (void)fclose(file);
    tear_down();
}

static void make_target(void) {
    write_file("iso/a", "somebody else's");
}

LW_TEST(copy_never_replaces_what_comes_meanwhile) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    assert_int_equal(mkdir(path_of("iso"), 0700), 0);
    write_file("lake/a", "source");
    etag_of("a", etag);
    before_rename = make_target; /* the target appears just before it is published */
    assert_int_equal(copy_file("a", etag, "a", true), LW_E_EXISTS);
    assert_file("iso/a", "somebody else's");
    assert_int_equal(count_leftovers("iso"), 0);
    tear_down();
}

LW_TEST(copy_of_a_changed_source_is_refused) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    write_file("lake/a", "first");
    etag_of("a", etag);
    replace_a();
    assert_int_equal(copy_file("a", etag, "a", true), LW_E_CHANGED);
    assert_gone("iso/a");
    assert_int_equal(copy_file("none", etag, "a", true), LW_E_NOT_FOUND);
    assert_int_equal(symlink("a", path_of("lake/link")), 0);
    assert_int_equal(copy_file("link", NULL, "a", true), LW_E_UNSUPPORTED);
    lw_copy self = {.source_bucket = "lake", .source_key = "a", .target_bucket = "lake", .target_key = "a"};
    lw_written written;
    lw_error err = {0};
    assert_int_equal(lw_store_copy(store, &self, &written, &err), LW_E_REFUSED);
    assert_file("lake/a", "replacement");
    tear_down();
}

LW_TEST(copy_through_a_link_is_refused) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    assert_int_equal(mkdir(path_of("outside"), 0700), 0);
    assert_int_equal(mkdir(path_of("iso"), 0700), 0);
    assert_int_equal(symlink("../outside", path_of("iso/d")), 0);
    write_file("lake/a", "source");
    etag_of("a", etag);
    assert_int_equal(copy_file("a", etag, "d/a", true), LW_E_UNSUPPORTED);
    assert_gone("outside/a");
    tear_down();
}

LW_TEST(copy_fails_cleanly) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    write_file("lake/a", "source");
    etag_of("a", etag);
    write_error = ENOSPC;
    assert_int_equal(copy_file("a", etag, "a", true), LW_E_IO);
    write_error = 0;
    assert_gone("iso/a");
    assert_int_equal(count_leftovers("iso"), 0);
    assert_file("lake/a", "source");
    tear_down();
}

LW_TEST(delete_removes_the_named_file) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    lw_error err = {0};
    write_file("lake/a", "first");
    write_file("lake/b", "other");
    etag_of("a", etag);
    assert_int_equal(delete_file("b", etag, &err), LW_E_CHANGED);
    assert_file("lake/b", "other");
    assert_ok(delete_file("a", etag, &err));
    assert_gone("lake/a");
    assert_int_equal(delete_file("a", etag, &err), LW_E_NOT_FOUND);
    assert_ok(delete_file("b", NULL, &err));
    assert_int_equal(count_leftovers("lake"), 0);
    tear_down();
}

LW_TEST(delete_spares_a_replaced_file) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    lw_error err = {0};
    write_file("lake/a", "first");
    etag_of("a", etag);
    replace_a(); /* between head and delete */
    assert_int_equal(delete_file("a", etag, &err), LW_E_CHANGED);
    assert_file("lake/a", "replacement");
    etag_of("a", etag);
    before_rename = replace_a; /* between the last look and the rename */
    assert_int_equal(delete_file("a", etag, &err), LW_E_CHANGED);
    assert_file("lake/a", "replacement");
    assert_int_equal(count_leftovers("lake"), 0);
    tear_down();
}

static void append_to_a(void) {
    FILE *file = fopen(path_of("lake/a"), "ae");
    assert_non_null(file);
    assert_true(fputs(" and more", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

LW_TEST(delete_spares_a_file_that_is_written_to) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    lw_error err = {0};
    write_file("lake/a", "first");
    etag_of("a", etag);
    before_rename = append_to_a;
    assert_int_equal(delete_file("a", etag, &err), LW_E_CHANGED);
    assert_file("lake/a", "first and more");
    tear_down();
}

/* Replaces the file, and when the store wants to put that one back, has taken the name again. */
static void make_a_again(void) {
    write_file("lake/a", "third");
}

static void replace_a_twice(void) {
    replace_a();
    before_rename = make_a_again;
}

LW_TEST(delete_loses_nothing_when_replaced_twice) {
    set_up();
    char etag[LW_LOCAL_ETAG_SIZE];
    lw_error err = {0};
    write_file("lake/a", "first");
    etag_of("a", etag);
    before_rename = replace_a_twice;
    assert_int_equal(delete_file("a", etag, &err), LW_E_CONFLICT);
    assert_file("lake/a", "third");
    const char *aside = strstr(err.text, LW_LOCAL_ASIDE_PREFIX);
    assert_non_null(aside);
    char name[PATH_MAX];
    (void)snprintf(name, sizeof(name), "lake/%.*s", (int)(strcspn(aside, "'")), aside);
    assert_file(name, "replacement");
    tear_down();
}

LW_TEST(delete_of_what_is_no_file) {
    set_up();
    lw_error err = {0};
    assert_int_equal(mkdir(path_of("lake/dir"), 0700), 0);
    write_file("lake/real", "x");
    assert_int_equal(symlink("real", path_of("lake/link")), 0);
    assert_int_equal(delete_file("dir", NULL, &err), LW_E_NOT_FOUND);
    assert_int_equal(delete_file("link", NULL, &err), LW_E_UNSUPPORTED);
    lw_delete version = {.bucket = "lake", .key = "real", .version_id = "1"};
    lw_deleted deleted;
    assert_int_equal(lw_store_delete(store, &version, &deleted, &err), LW_E_NOT_FOUND);
    assert_file("lake/real", "x");
    tear_down();
}

LW_TEST(facts_of_a_folder) {
    set_up();
    lw_bucket_facts facts;
    lw_versioning versioning;
    lw_tags tags;
    lw_error err = {0};
    write_file("lake/a", "x");
    assert_ok(lw_store_bucket_facts(store, "lake", &facts, &err));
    assert_string_equal(facts.name, "lake");
    assert_string_equal(facts.region, "us-east-1");
    assert_int_equal(facts.versioning, LW_VERSIONING_OFF);
    assert_false(facts.acl_known);
    assert_int_equal(facts.policy_public_read, LW_UNKNOWN);
    lw_bucket_facts_done(&facts);
    assert_int_equal(lw_store_bucket_facts(store, "none", &facts, &err), LW_E_NO_BUCKET);
    assert_ok(lw_store_versioning(store, "lake", &versioning, &err));
    assert_int_equal(versioning, LW_VERSIONING_OFF);
    assert_ok(lw_store_object_tags(store, "lake", "a", NULL, &tags, &err));
    assert_int_equal(tags.count, 0);
    assert_int_equal(lw_store_kind_of(store), LW_STORE_LOCAL);
    assert_int_equal(lw_store_preferred_gets(store), 1);
    assert_true(lw_store_same_endpoint(store, store));
    tear_down();
}
