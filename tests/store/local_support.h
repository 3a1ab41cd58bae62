/* For the tests of the folder store: a new folder with a bucket "lake", opened, and files in it by name. */
#ifndef LW_TESTS_STORE_LOCAL_SUPPORT_H
#define LW_TESTS_STORE_LOCAL_SUPPORT_H

#include "tests/support/lw_test.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/local_priv.h"

static char root[PATH_MAX];
static lw_store *store;

/* Good for four calls. */
static inline const char *path_of(const char *name) {
    static char paths[4][PATH_MAX * 2];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof(paths[0]), "%s/%s", root, name);
    return path;
}

static inline void write_file(const char *name, const char *text) {
    FILE *file = fopen(path_of(name), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline void open_lake(void) {
    char name[] = "/tmp/lw-local-XXXXXX";
    assert_non_null(mkdtemp(name));
    assert_non_null(realpath(name, root));
    assert_int_equal(mkdir(path_of("lake"), 0700), 0);
    lw_store_options options = {.kind = LW_STORE_LOCAL, .root = root};
    lw_error err = {0};
    assert_ok(lw_store_open(&options, &store, &err));
}

static inline int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *ftw) {
    (void)info;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static inline void close_lake(void) {
    lw_store_free(store);
    assert_int_equal(nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
