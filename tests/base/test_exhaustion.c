/* No memory, no thread: each call that can fail so does it in turn, and what was there before stays as it was. The
 * functions of libc are replaced for this program by ones that fail when told to. */
#include "tests/support/lw_test.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
#define NEEDS_OWN_LIBC_CALLS()                                                                                         \
    do {                                                                                                               \
        print_message("skipped: needs its own malloc(), which a sanitizer replaces\n");                                \
        skip();                                                                                                        \
    } while (0)
#else
#define NEEDS_OWN_LIBC_CALLS() ((void)0)
#endif

/* The call that fails: 1 is the next one, 0 none. Threads of a test allocate too, so it is counted down atomically. */
static atomic_int memory_fails_at;
static atomic_int thread_fails_at;

#ifndef SANITIZED
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static bool fails_now(atomic_int *counter) {
    int left = atomic_load(counter);
    while (left > 0 && !atomic_compare_exchange_weak(counter, &left, left - 1)) {
    }
    return left == 1;
}

void *malloc(size_t size) {
    return fails_now(&memory_fails_at) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails_now(&memory_fails_at) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    return fails_now(&memory_fails_at) ? NULL : __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size) {
    return fails_now(&memory_fails_at) ? NULL : __libc_realloc(memory, count * size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return fails_now(&thread_fails_at) ? 11 : real(thread, attributes, run, argument);
}
#endif

LW_TEST(buffer_without_memory_keeps_its_content) {
    NEEDS_OWN_LIBC_CALLS();
    lw_buf buf;
    lw_buf_init(&buf, 10000);
    assert_ok(lw_buf_append_text(&buf, "before"));
    char more[500];
    memset(more, 'm', sizeof(more));
    atomic_store(&memory_fails_at, 1);
    assert_int_equal(lw_buf_append(&buf, more, sizeof(more)), LW_E_MEMORY);
    assert_string_equal(buf.data, "before");
    assert_ok(lw_buf_append(&buf, more, sizeof(more)));
    assert_int_equal(buf.len, 506);
    lw_buf_done(&buf);
    atomic_store(&memory_fails_at, 1);
    assert_null(lw_slice_dup(LW_SLICE_LITERAL("x")));
    atomic_store(&memory_fails_at, 1);
    assert_null(lw_buf_take(&buf));
}

LW_TEST(list_without_memory_keeps_its_items) {
    NEEDS_OWN_LIBC_CALLS();
    lw_strings list = {0};
    for (int round = 0; round < 40; round++) {
        size_t before = list.count;
        for (int at = 1; at <= 4; at++) {
            atomic_store(&memory_fails_at, at);
            lw_status status = lw_strings_addf(&list, "%d", round);
            bool failed = atomic_exchange(&memory_fails_at, 0) == 0;
            assert_int_equal(status, failed ? LW_E_MEMORY : LW_OK);
            if (!failed) {
                break;
            }
            assert_int_equal(list.count, before);
        }
        assert_int_equal(list.count, before + 1);
    }
    assert_string_equal(list.items[39], "39");
    lw_strings_done(&list);
}

LW_TEST(queue_and_digest_without_memory) {
    NEEDS_OWN_LIBC_CALLS();
    lw_queue *queue = NULL;
    lw_digest *digest = NULL;
    for (int at = 1; at <= 2; at++) {
        atomic_store(&memory_fails_at, at);
        assert_int_equal(lw_queue_new(4, &queue), LW_E_MEMORY);
        assert_null(queue);
    }
    atomic_store(&memory_fails_at, 1);
    assert_int_equal(lw_digest_new(LW_DIGEST_SHA256, &digest), LW_E_MEMORY);
    assert_null(digest);
    atomic_store(&memory_fails_at, 0);
}

static void count_run(void *ctx, size_t index) {
    (void)index;
    atomic_fetch_add((atomic_int *)ctx, 1);
}

LW_TEST(failed_start_runs_nothing) {
    NEEDS_OWN_LIBC_CALLS();
    lw_threads *threads = NULL;
    for (int at = 1; at <= 4; at++) {
        atomic_int runs = 0;
        atomic_store(&thread_fails_at, at);
        assert_int_equal(lw_threads_start(4, count_run, &runs, &threads), LW_E_MEMORY);
        assert_null(threads);
        assert_int_equal(atomic_load(&runs), 0);
    }
    atomic_int runs = 0;
    assert_ok(lw_threads_start(4, count_run, &runs, &threads));
    lw_threads_join(threads);
    assert_int_equal(atomic_load(&runs), 4);
}
