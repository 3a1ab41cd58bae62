/* Threads: a bounded queue that moves ownership and a counted pool. Only jobs/ (and tests) start threads. */
#ifndef LW_BASE_THREAD_H
#define LW_BASE_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bounded first-in first-out queue of pointers. Sending gives ownership away, receiving takes it.
 * Safe from any number of threads. */
typedef struct lw_queue lw_queue;

lw_status lw_queue_new(size_t capacity, lw_queue **ret_queue) LW_MUST_USE;
/* Must be empty or hold only items the caller does not own; no thread may be inside. */
void lw_queue_free(lw_queue *queue);
/* Waits for room. LW_E_CANCELLED when the queue is closed: the item stays the caller's. */
lw_status lw_queue_send(lw_queue *queue, void *item) LW_MUST_USE;
/* False when full or closed; the item then stays the caller's. */
bool lw_queue_try_send(lw_queue *queue, void *item);
/* Waits for an item. LW_E_CANCELLED when the queue is closed and empty. */
lw_status lw_queue_receive(lw_queue *queue, void **ret_item) LW_MUST_USE;
bool lw_queue_try_receive(lw_queue *queue, void **ret_item);
/* No more sends; receivers get what is left, then LW_E_CANCELLED. Idempotent. */
void lw_queue_close(lw_queue *queue);
size_t lw_queue_waiting_receivers(lw_queue *queue); /* a hint: may be old when read */

/* Starts count threads that each run run(ctx, index) once. */
typedef struct lw_threads lw_threads;
typedef void (*lw_thread_run)(void *ctx, size_t index);
lw_status lw_threads_start(size_t count, lw_thread_run run, void *ctx, lw_threads **ret_threads) LW_MUST_USE;
/* Waits for all of them to return and frees. NULL is fine. */
void lw_threads_join(lw_threads *threads);

/* Processors this process may use (sched_getaffinity and the cgroup v2 cpu quota, at least 1). */
size_t lw_cpu_count(void);

#endif
