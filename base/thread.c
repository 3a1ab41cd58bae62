/* A bounded queue and a counted set of threads.
 *
 * The queue is a ring of pointers under one mutex with two conditions. One mutex is enough: the unit of work here is a
 * block of some hundred KiB or an object, so the lock is taken some thousand times a second. Everything under the lock
 * lives in `synced`.
 *
 * Threads wait at a gate until all of them exist. If one cannot be created, the gate opens with "do not run" and the
 * others leave without having touched the caller's context, so that a failed start has no effect. Signals that ask the
 * program to end are left to the thread that started the set.
 *
 * Not here: futures, priorities, thread-local state.
 */
#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lw_queue {
    size_t capacity;
    pthread_mutex_t lock;
    pthread_cond_t has_item;
    pthread_cond_t has_room;
    struct {
        size_t first;
        size_t count;
        size_t waiting_receivers;
        bool closed;
        void **items;
    } synced;
};

lw_status lw_queue_new(size_t capacity, lw_queue **ret_queue) {
    if (capacity == 0) {
        return LW_E_USAGE;
    }
    lw_queue *queue = calloc(1, sizeof(*queue));
    void **items = calloc(capacity, sizeof(*items));
    if (queue == NULL || items == NULL) {
        free(queue);
        free(items);
        return LW_E_MEMORY;
    }
    queue->capacity = capacity;
    queue->synced.items = items;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->has_item, NULL);
    pthread_cond_init(&queue->has_room, NULL);
    *ret_queue = queue;
    return LW_OK;
}

void lw_queue_free(lw_queue *queue) {
    if (queue == NULL) {
        return;
    }
    pthread_cond_destroy(&queue->has_room);
    pthread_cond_destroy(&queue->has_item);
    pthread_mutex_destroy(&queue->lock);
    free(queue->synced.items);
    free(queue);
}

/* Caller holds the lock; there is room. */
static void put(lw_queue *queue, void *item) {
    queue->synced.items[(queue->synced.first + queue->synced.count) % queue->capacity] = item;
    queue->synced.count++;
    pthread_cond_signal(&queue->has_item);
}

/* Caller holds the lock; there is an item. */
static void *take(lw_queue *queue) {
    void *item = queue->synced.items[queue->synced.first];
    queue->synced.first = (queue->synced.first + 1) % queue->capacity;
    queue->synced.count--;
    pthread_cond_signal(&queue->has_room);
    return item;
}

lw_status lw_queue_send(lw_queue *queue, void *item) {
    pthread_mutex_lock(&queue->lock);
    while (!queue->synced.closed && queue->synced.count == queue->capacity) {
        pthread_cond_wait(&queue->has_room, &queue->lock);
    }
    bool open = !queue->synced.closed;
    if (open) {
        put(queue, item);
    }
    pthread_mutex_unlock(&queue->lock);
    return open ? LW_OK : LW_E_CANCELLED;
}

bool lw_queue_try_send(lw_queue *queue, void *item) {
    pthread_mutex_lock(&queue->lock);
    bool room = !queue->synced.closed && queue->synced.count < queue->capacity;
    if (room) {
        put(queue, item);
    }
    pthread_mutex_unlock(&queue->lock);
    return room;
}

lw_status lw_queue_receive(lw_queue *queue, void **ret_item) {
    pthread_mutex_lock(&queue->lock);
    queue->synced.waiting_receivers++;
    while (queue->synced.count == 0 && !queue->synced.closed) {
        pthread_cond_wait(&queue->has_item, &queue->lock);
    }
    queue->synced.waiting_receivers--;
    bool found = queue->synced.count > 0;
    if (found) {
        *ret_item = take(queue);
    }
    pthread_mutex_unlock(&queue->lock);
    return found ? LW_OK : LW_E_CANCELLED;
}

bool lw_queue_try_receive(lw_queue *queue, void **ret_item) {
    pthread_mutex_lock(&queue->lock);
    bool found = queue->synced.count > 0;
    if (found) {
        *ret_item = take(queue);
    }
    pthread_mutex_unlock(&queue->lock);
    return found;
}

void lw_queue_close(lw_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->synced.closed = true;
    pthread_cond_broadcast(&queue->has_item);
    pthread_cond_broadcast(&queue->has_room);
    pthread_mutex_unlock(&queue->lock);
}

size_t lw_queue_waiting_receivers(lw_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    size_t waiting = queue->synced.waiting_receivers;
    pthread_mutex_unlock(&queue->lock);
    return waiting;
}

typedef enum gate_state { GATE_SHUT, GATE_RUN, GATE_LEAVE } gate_state;

typedef struct thread_seat {
    pthread_t handle;
    size_t index;
    lw_threads *set;
} thread_seat;

struct lw_threads {
    lw_thread_run run;
    void *ctx;
    size_t started;
    thread_seat *seats;
    pthread_mutex_t lock;
    pthread_cond_t gate_moved;
    struct {
        gate_state gate;
    } synced;
};

static void *thread_main(void *argument) {
    thread_seat *seat = argument;
    lw_threads *set = seat->set;
    pthread_mutex_lock(&set->lock);
    while (set->synced.gate == GATE_SHUT) {
        pthread_cond_wait(&set->gate_moved, &set->lock);
    }
    bool run = set->synced.gate == GATE_RUN;
    pthread_mutex_unlock(&set->lock);
    if (run) {
        set->run(set->ctx, seat->index);
    }
    return NULL;
}

static void move_gate(lw_threads *set, gate_state gate) {
    pthread_mutex_lock(&set->lock);
    set->synced.gate = gate;
    pthread_cond_broadcast(&set->gate_moved);
    pthread_mutex_unlock(&set->lock);
}

/* New threads inherit the mask, so it is set around their creation. */
static void create_threads(lw_threads *set, size_t count) {
    sigset_t ending;
    sigset_t before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    for (; set->started < count; set->started++) {
        thread_seat *seat = &set->seats[set->started];
        seat->index = set->started;
        seat->set = set;
        if (pthread_create(&seat->handle, NULL, thread_main, seat) != 0) {
            break;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static lw_threads *new_set(size_t count, lw_thread_run run, void *ctx) {
    lw_threads *set = calloc(1, sizeof(*set));
    thread_seat *seats = calloc(count == 0 ? 1 : count, sizeof(*seats));
    if (set == NULL || seats == NULL) {
        free(set);
        free(seats);
        return NULL;
    }
    set->run = run;
    set->ctx = ctx;
    set->seats = seats;
    pthread_mutex_init(&set->lock, NULL);
    pthread_cond_init(&set->gate_moved, NULL);
    return set;
}

lw_status lw_threads_start(size_t count, lw_thread_run run, void *ctx, lw_threads **ret_threads) {
    lw_threads *set = new_set(count, run, ctx);
    if (set == NULL) {
        return LW_E_MEMORY;
    }
    create_threads(set, count);
    if (set->started < count) {
        move_gate(set, GATE_LEAVE);
        lw_threads_join(set);
        return LW_E_MEMORY;
    }
    move_gate(set, GATE_RUN);
    *ret_threads = set;
    return LW_OK;
}

void lw_threads_join(lw_threads *threads) {
    if (threads == NULL) {
        return;
    }
    for (size_t i = 0; i < threads->started; i++) {
        pthread_join(threads->seats[i].handle, NULL);
    }
    pthread_cond_destroy(&threads->gate_moved);
    pthread_mutex_destroy(&threads->lock);
    free(threads->seats);
    free(threads);
}

static size_t affinity_count(void) {
    enum { PROCESSORS_MAX = 8192 };
    cpu_set_t *set = CPU_ALLOC(PROCESSORS_MAX);
    size_t count = 1;
    if (set != NULL) {
        size_t size = CPU_ALLOC_SIZE(PROCESSORS_MAX);
        if (sched_getaffinity(0, size, set) == 0) {
            count = (size_t)CPU_COUNT_S(size, set);
        }
        CPU_FREE(set);
    }
    return count;
}

/* First line with a prefix, without its newline; false if there is none. */
static bool read_line(const char *path, const char *wanted_prefix, char *out, size_t size) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool found = false;
    while (!found && fgets(out, (int)size, file) != NULL) {
        found = strncmp(out, wanted_prefix, strlen(wanted_prefix)) == 0;
    }
    fclose(file);
    out[found ? strcspn(out, "\n") : 0] = '\0';
    return found;
}

/* Processors that the quota of one cgroup allows, rounded up; 0 for no quota. */
static size_t quota_of(const char *group) {
    char path[4200];
    char line[128];
    snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", group);
    if (!read_line(path, "", line, sizeof(line))) {
        return 0;
    }
    char *end = NULL;
    unsigned long long quota = strtoull(line, &end, 10);
    unsigned long long period = end == line ? 0 : strtoull(end, NULL, 10);
    return quota == 0 || period == 0 ? 0 : (size_t)((quota + period - 1) / period);
}

/* The smallest quota of the own group and those above it. */
static size_t cgroup_count(size_t count) {
    char line[4096];
    if (!read_line("/proc/self/cgroup", "0::/", line, sizeof(line))) {
        return count;
    }
    char *group = line + strlen("0::");
    for (;;) {
        size_t quota = quota_of(group);
        count = quota > 0 && quota < count ? quota : count;
        char *last = strrchr(group, '/');
        if (last == NULL) {
            return count;
        }
        *last = '\0';
    }
}

size_t lw_cpu_count(void) {
    size_t count = cgroup_count(affinity_count());
    return count == 0 ? 1 : count;
}
