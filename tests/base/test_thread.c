#include "tests/support/lw_test.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"

LW_TEST(queue_is_first_in_first_out) {
    lw_queue *queue = NULL;
    int values[5];
    void *item = NULL;
    assert_ok(lw_queue_new(3, &queue));
    for (int round = 0; round < 4; round++) {
        assert_true(lw_queue_try_send(queue, &values[0]));
        assert_ok(lw_queue_send(queue, &values[1]));
        assert_true(lw_queue_try_send(queue, &values[2]));
        assert_false(lw_queue_try_send(queue, &values[3]));
        assert_ok(lw_queue_receive(queue, &item));
        assert_ptr_equal(item, &values[0]);
        assert_ok(lw_queue_send(queue, &values[4]));
        assert_true(lw_queue_try_receive(queue, &item));
        assert_ptr_equal(item, &values[1]);
        assert_ok(lw_queue_receive(queue, &item));
        assert_ptr_equal(item, &values[2]);
        assert_ok(lw_queue_receive(queue, &item));
        assert_ptr_equal(item, &values[4]);
        assert_false(lw_queue_try_receive(queue, &item));
    }
    lw_queue_free(queue);
    lw_queue_free(NULL);
    assert_int_equal(lw_queue_new(0, &queue), LW_E_USAGE);
}

LW_TEST(closed_queue_gives_what_is_left) {
    lw_queue *queue = NULL;
    int value = 0;
    void *item = NULL;
    assert_ok(lw_queue_new(2, &queue));
    assert_ok(lw_queue_send(queue, &value));
    lw_queue_close(queue);
    lw_queue_close(queue);
    assert_int_equal(lw_queue_send(queue, &value), LW_E_CANCELLED);
    assert_false(lw_queue_try_send(queue, &value));
    assert_ok(lw_queue_receive(queue, &item));
    assert_ptr_equal(item, &value);
    item = NULL;
    assert_int_equal(lw_queue_receive(queue, &item), LW_E_CANCELLED);
    assert_null(item);
    lw_queue_free(queue);
}

#define SENDERS ((size_t)3)
#define RECEIVERS ((size_t)3)
#define ITEMS ((size_t)20000)

typedef struct traffic {
    lw_queue *queue;
    /* Counted by several threads at once and read only after they are joined. */
    atomic_int senders_left;
    atomic_int seen[SENDERS * ITEMS];
    int marks[SENDERS * ITEMS];
} traffic;

static void send_or_receive(void *ctx, size_t index) {
    traffic *t = ctx;
    if (index < SENDERS) {
        for (size_t i = 0; i < ITEMS; i++) {
            assert_ok(lw_queue_send(t->queue, &t->marks[index * ITEMS + i]));
        }
        if (atomic_fetch_sub(&t->senders_left, 1) == 1) {
            lw_queue_close(t->queue);
        }
        return;
    }
    void *item = NULL;
    while (lw_queue_receive(t->queue, &item) == LW_OK) {
        atomic_fetch_add(&t->seen[(int *)item - t->marks], 1);
    }
}

LW_TEST(every_item_arrives_once) {
    traffic *t = calloc(1, sizeof(*t));
    lw_threads *threads = NULL;
    assert_non_null(t);
    atomic_store(&t->senders_left, SENDERS);
    assert_ok(lw_queue_new(7, &t->queue));
    assert_ok(lw_threads_start(SENDERS + RECEIVERS, send_or_receive, t, &threads));
    lw_threads_join(threads);
    for (size_t i = 0; i < SENDERS * ITEMS; i++) {
        assert_int_equal(atomic_load(&t->seen[i]), 1);
    }
    lw_queue_free(t->queue);
    free(t);
}

static void receive_until_closed(void *ctx, size_t index) {
    (void)index;
    void *item = NULL;
    while (lw_queue_receive(ctx, &item) == LW_OK) {
    }
}

LW_TEST(close_wakes_waiting_receivers) {
    lw_queue *queue = NULL;
    lw_threads *threads = NULL;
    assert_ok(lw_queue_new(1, &queue));
    assert_ok(lw_threads_start(4, receive_until_closed, queue, &threads));
    while (lw_queue_waiting_receivers(queue) < 4) {
        lw_sleep_ms(1);
    }
    lw_queue_close(queue);
    lw_threads_join(threads);
    assert_int_equal(lw_queue_waiting_receivers(queue), 0);
    lw_queue_free(queue);
}

static void send_until_closed(void *ctx, size_t index) {
    (void)index;
    while (lw_queue_send(ctx, ctx) == LW_OK) {
    }
}

LW_TEST(close_wakes_waiting_senders) {
    lw_queue *queue = NULL;
    lw_threads *threads = NULL;
    assert_ok(lw_queue_new(1, &queue));
    assert_ok(lw_threads_start(3, send_until_closed, queue, &threads));
    lw_sleep_ms(5);
    lw_queue_close(queue);
    lw_threads_join(threads);
    lw_queue_free(queue);
}

static void count_index(void *ctx, size_t index) {
    int *counts = ctx;
    counts[index]++;
}

LW_TEST(threads_run_once_each) {
    int counts[16] = {0};
    lw_threads *threads = NULL;
    assert_ok(lw_threads_start(16, count_index, counts, &threads));
    lw_threads_join(threads);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(counts[i], 1);
    }
    assert_ok(lw_threads_start(0, count_index, counts, &threads));
    lw_threads_join(threads);
    lw_threads_join(NULL);
}

static void note_mask(void *ctx, size_t index) {
    sigset_t mask;
    (void)index;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    *(int *)ctx = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1;
}

LW_TEST(ending_signals_stay_with_the_starter) {
    int blocked = 0;
    sigset_t mask;
    lw_threads *threads = NULL;
    assert_ok(lw_threads_start(1, note_mask, &blocked, &threads));
    lw_threads_join(threads);
    assert_int_equal(blocked, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGINT), 0);
}

LW_TEST(cpu_count_follows_the_affinity) {
    cpu_set_t before;
    cpu_set_t one;
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    size_t all = lw_cpu_count();
    assert_true(all >= 1 && all <= (size_t)CPU_COUNT(&before));
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &before)) {
            CPU_SET(cpu, &one);
            break;
        }
    }
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    size_t narrowed = lw_cpu_count();
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
    assert_int_equal(narrowed, 1);
}
