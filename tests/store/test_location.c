#include "tests/support/lw_test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

static char folder[PATH_MAX];

static void make_folder(void) {
    char name[] = "/tmp/lw-location-XXXXXX";
    assert_non_null(mkdtemp(name));
    assert_non_null(realpath(name, folder));
}

static void remove_folder(void) {
    char path[PATH_MAX + 32];
    (void)snprintf(path, sizeof(path), "%s/lake/a.csv", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/lake/pipe", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/lake", folder);
    (void)rmdir(path);
    (void)snprintf(path, sizeof(path), "%s/link", folder);
    (void)unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static const char *in_folder(const char *name) {
    static char path[PATH_MAX * 2];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void make_lake(void) {
    make_folder();
    assert_int_equal(mkdir(in_folder("lake"), 0700), 0);
    int file = open(in_folder("lake/a.csv"), O_CREAT | O_WRONLY, 0600);
    assert_true(file >= 0);
    (void)close(file);
}

static void expect(const char *text, bool must_exist, const char *root, const char *bucket, const char *prefix,
                   bool exact) {
    lw_location location;
    lw_error err = {0};
    lw_status status = lw_location_parse(text, must_exist, &location, &err);
    if (status != LW_OK) {
        print_error("%s: %s\n", text, err.text);
    }
    assert_int_equal(status, LW_OK);
    assert_int_equal(location.kind, root == NULL ? LW_STORE_S3 : LW_STORE_LOCAL);
    if (root == NULL) {
        assert_null(location.root);
    } else {
        assert_string_equal(location.root, root);
    }
    assert_string_equal(location.bucket, bucket);
    assert_string_equal(location.prefix, prefix);
    assert_int_equal(location.exact, exact);
    lw_location_done(&location);
}

static void refused(const char *text, bool must_exist) {
    lw_location location;
    lw_error err = {0};
    assert_int_equal(lw_location_parse(text, must_exist, &location, &err), LW_E_CONFIG);
    assert_true(strlen(err.text) > 0);
}

LW_TEST(s3_bucket_and_prefix) {
    expect("s3://lake", true, NULL, "lake", "", false);
    expect("s3://lake/", true, NULL, "lake", "", false);
    expect("s3://lake/a b/+c//d", true, NULL, "lake", "a b/+c//d", false);
    expect("s3://My_old.Bucket-1/x", false, NULL, "My_old.Bucket-1", "x", false);
}

LW_TEST(what_is_no_location) {
    refused("", true);
    refused("s3://", true);
    refused("s3:///key", true);
    refused("s3://bu cket/key", true);
    refused("s3://../key", true);
    refused("s3://user@host/key", true);
    refused("gs://bucket/key", true);
    refused("https://bucket.s3.amazonaws.com/key", true);
    refused("file://host/path", true);
    refused("file:///bad%zz", true);
    refused("file:///nul%00", true);
}

LW_TEST(folder_is_a_bucket) {
    make_lake();
    char url[PATH_MAX + 32];
    expect(in_folder("lake"), true, folder, "lake", "", false);
    expect(in_folder("lake/"), true, folder, "lake", "", false);
    expect(in_folder("lake/../lake/."), true, folder, "lake", "", false);
    (void)snprintf(url, sizeof(url), "file://%s/l%%61ke", folder);
    expect(url, true, folder, "lake", "", false);
    (void)snprintf(url, sizeof(url), "file://localhost%s/lake", folder);
    expect(url, true, folder, "lake", "", false);
    remove_folder();
}

LW_TEST(file_is_one_object) {
    make_lake();
    expect(in_folder("lake/a.csv"), true, folder, "lake", "a.csv", true);
    refused(in_folder("lake/a.csv"), false); /* as a target */
    remove_folder();
}

LW_TEST(link_to_a_folder_is_resolved) {
    make_lake();
    assert_int_equal(symlink("lake", in_folder("link")), 0);
    expect(in_folder("link"), true, folder, "lake", "", false);
    expect(in_folder("link/a.csv"), true, folder, "lake", "a.csv", true);
    char root[PATH_MAX + 32];
    (void)snprintf(root, sizeof(root), "%s/lake", folder);
    expect(in_folder("link/new"), false, root, "new", "", false); /* a target below the link */
    remove_folder();
}

LW_TEST(relative_path_means_the_current_folder) {
    make_lake();
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(in_folder("lake")), 0);
    expect(".", true, folder, "lake", "", false);
    expect("a.csv", true, folder, "lake", "a.csv", true);
    expect("../new", false, folder, "new", "", false);
    assert_int_equal(chdir(before), 0);
    remove_folder();
}

LW_TEST(what_is_missing) {
    make_folder();
    refused(in_folder("lake"), true);
    char root[PATH_MAX + 32];
    (void)snprintf(root, sizeof(root), "%s/a", folder);
    expect(in_folder("a//b/../iso/"), false, root, "iso", "", false);
    remove_folder();
}

LW_TEST(root_folder_has_no_name) {
    refused("/", true);
    refused("/", false);
    refused("//..", false);
}

LW_TEST(pipe_is_no_location) {
    make_lake();
    assert_int_equal(mkfifo(in_folder("lake/pipe"), 0600), 0);
    refused(in_folder("lake/pipe"), true);
    remove_folder();
}
