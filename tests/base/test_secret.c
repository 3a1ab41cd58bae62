/* That memory is wiped before it is freed is seen from outside: free() is replaced for this program by one that looks
 * at the block first. */
#include "tests/support/lw_test.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
/* The sanitizers bring a free() of their own; the release build runs these cases. */
#define NO_WATCH_UNDER_SANITIZERS()                                                                                    \
    do {                                                                                                               \
        print_message("skipped: needs its own free(), which a sanitizer replaces\n");                                  \
        skip();                                                                                                        \
    } while (0)
#else
#define NO_WATCH_UNDER_SANITIZERS() ((void)0)
#endif

/* volatile: compilers know that the real free() reads no variable of the program. */
static const char *volatile watched;
static volatile bool leaked;

#ifndef SANITIZED
extern void __libc_free(void *memory);

/* A block that still holds the marker when it is freed has not been wiped. */
void free(void *memory) {
    if (watched != NULL && memory != NULL &&
        memmem(memory, malloc_usable_size(memory), watched, strlen(watched)) != NULL) {
        leaked = true;
    }
    __libc_free(memory);
}
#endif

static void watch(const char *marker) {
    watched = marker;
    leaked = false;
}

LW_TEST(buffers_are_wiped_when_they_grow_and_end) {
    NO_WATCH_UNDER_SANITIZERS();
    static const char marker[] = "marker-4711";
    lw_buf buf;
    lw_buf_init(&buf, 1 << 16);
    watch(marker);
    for (int i = 0; i < 1000; i++) {
        assert_ok(lw_buf_append_text(&buf, marker));
    }
    lw_buf_reset(&buf);
    lw_buf_done(&buf);
    watched = NULL;
    assert_false(leaked);
}

LW_TEST(lists_and_texts_are_wiped) {
    NO_WATCH_UNDER_SANITIZERS();
    static const char marker[] = "marker-0815";
    lw_strings list = {0};
    assert_ok(lw_strings_addf(&list, "%s", marker));
    char *text = lw_text_dup(marker);
    watch(marker);
    assert_ok(lw_strings_add(&list, lw_slice_from(marker)));
    lw_strings_done(&list);
    lw_wipe_free(text);
    watched = NULL;
    assert_false(leaked);
}

LW_TEST(the_watch_notices_a_missing_wipe) {
    NO_WATCH_UNDER_SANITIZERS();
    static const char marker[] = "marker-1234";
    char *text = lw_text_dup(marker);
    watch(marker);
    free(text);
    watched = NULL;
    assert_true(leaked);
}

/* In a child, so that the test program itself stays debuggable. */
LW_TEST(hardened_process_leaves_no_core) {
    pid_t child = fork();
    if (child == 0) {
        struct rlimit core;
        lw_process_harden();
        bool good = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
#ifndef SANITIZED
        good = good && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
        _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
