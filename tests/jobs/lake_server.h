/* A server of one bucket for tests of parallel reading: a thread a connection, ranges, If-Match, one list page. It
 * notes what was asked, how much at once, and can hold replies back until so many GETs are under way together. It
 * checks no signature. Port chosen by the system, 127.0.0.1.
 */
#ifndef LW_TESTS_JOBS_LAKE_SERVER_H
#define LW_TESTS_JOBS_LAKE_SERVER_H

#include "tests/support/lw_test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LAKE_OBJECTS_MAX 64
#define LAKE_CONNECTIONS_MAX 64
#define LAKE_ETAG "0123456789abcdef0123456789abcdef"
#define LAKE_PATIENCE_SECONDS 60 /* only a failing test waits that long */

typedef struct lake_object {
    char key[32];
    const char *data;
    size_t size;
    const char *storage_class; /* NULL: STANDARD */
    uint64_t changed_from;     /* ranges from here on are refused as changed; 0: none */
    uint64_t asked;            /* bytes of all ranges asked for */
    bool failed;               /* a range without If-Match, or outside of the object */
} lake_object;

static struct {
    int listener;
    pthread_t acceptor, threads[LAKE_CONNECTIONS_MAX];
    int connections[LAKE_CONNECTIONS_MAX];
    size_t connection_count;
    lake_object objects[LAKE_OBJECTS_MAX];
    size_t object_count;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t gate; /* replies wait until so many GETs are under way; 0: not */
    bool gate_failed;
    size_t under_way, most;
    uint64_t asked;
} lake;

static inline void lake_send(int connection, const char *data, size_t len) {
    while (len > 0) {
        ssize_t count = send(connection, data, len, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        data += count;
        len -= (size_t)count;
    }
}

static inline void lake_reply(int connection, const char *status, const char *headers, const char *data, size_t len) {
    char head[1024];
    int head_len =
        snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sETag: \"" LAKE_ETAG "\"\r\nContent-Length: %zu\r\n\r\n", status,
                 headers, len);
    lake_send(connection, head, (size_t)head_len);
    lake_send(connection, data, len);
}

static inline void lake_list(int connection) {
    static char page[LAKE_OBJECTS_MAX * 256];
    pthread_mutex_lock(&lake.mutex);
    int len = snprintf(page, sizeof page, "<ListBucketResult><IsTruncated>false</IsTruncated>");
    for (size_t i = 0; i < lake.object_count; i++) {
        const lake_object *object = &lake.objects[i];
        len += snprintf(page + len, sizeof page - (size_t)len,
                        "<Contents><Key>%s</Key><ETag>&quot;" LAKE_ETAG "&quot;</ETag><Size>%zu</Size>"
                        "<StorageClass>%s</StorageClass></Contents>",
                        object->key, object->size, object->storage_class == NULL ? "STANDARD" : object->storage_class);
    }
    len += snprintf(page + len, sizeof page - (size_t)len, "</ListBucketResult>");
    pthread_mutex_unlock(&lake.mutex);
    lake_reply(connection, "200 OK", "", page, (size_t)len);
}

static inline struct timespec lake_deadline(void) {
    struct timespec until;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
    until.tv_sec += LAKE_PATIENCE_SECONDS;
    return until;
}

/* Under the mutex. */
static inline void lake_pass_gate(void) {
    struct timespec until = lake_deadline();
    if (lake.under_way >= lake.gate) {
        lake.gate = 0;
        pthread_cond_broadcast(&lake.changed);
    }
    while (lake.gate > 0) {
        if (pthread_cond_timedwait(&lake.changed, &lake.mutex, &until) != 0) {
            lake.gate_failed = true;
            lake.gate = 0;
            pthread_cond_broadcast(&lake.changed);
        }
    }
}

static inline void lake_get(int connection, const char *key, const char *request) {
    lake_object *object = NULL;
    for (size_t i = 0; i < lake.object_count; i++) {
        object = strcmp(lake.objects[i].key, key) == 0 ? &lake.objects[i] : object;
    }
    const char *range = strcasestr(request, "\r\nRange: bytes=");
    if (object == NULL || range == NULL) {
        lake_reply(connection, "404 Not Found", "", "", 0);
        return;
    }
    char *rest = NULL;
    uint64_t first = strtoull(range + strlen("\r\nRange: bytes="), &rest, 10);
    uint64_t last = strtoull(rest + 1, NULL, 10);
    pthread_mutex_lock(&lake.mutex);
    object->failed = object->failed || strstr(request, "If-Match: \"" LAKE_ETAG "\"") == NULL || last >= object->size;
    object->asked += last - first + 1;
    lake.asked += last - first + 1;
    lake.under_way++;
    lake.most = lake.under_way > lake.most ? lake.under_way : lake.most;
    pthread_cond_broadcast(&lake.changed);
    lake_pass_gate();
    pthread_mutex_unlock(&lake.mutex);
    /* Before the reply: the client may send the next request as soon as it has the last byte. */
    pthread_mutex_lock(&lake.mutex);
    lake.under_way--;
    bool gone = object->changed_from != 0 && first >= object->changed_from;
    pthread_mutex_unlock(&lake.mutex);
    char headers[128];
    snprintf(headers, sizeof headers, "Content-Range: bytes %llu-%llu/%zu\r\n", (unsigned long long)first,
             (unsigned long long)last, object->size);
    if (gone) {
        lake_reply(connection, "412 Precondition Failed", "", "", 0);
    } else {
        lake_reply(connection, "206 Partial Content", headers, object->data + first, (size_t)(last - first + 1));
    }
}

static inline void lake_answer(int connection, const char *request) {
    static const char prefix[] = "GET /lake/";
    if (strncmp(request, "GET /lake?list-type=2", 21) == 0 || strncmp(request, "GET /lake/?list-type=2", 22) == 0) {
        lake_list(connection);
    } else if (strncmp(request, prefix, sizeof prefix - 1) == 0) {
        char key[64];
        const char *begin = request + sizeof prefix - 1;
        snprintf(key, sizeof key, "%.*s", (int)strcspn(begin, " ?"), begin);
        lake_get(connection, key, request);
    } else {
        lake_reply(connection, "403 Forbidden", "", "", 0);
    }
}

static inline void *lake_serve(void *ctx) {
    int connection = *(int *)ctx;
    char request[8192];
    size_t len = 0;
    for (;;) {
        ssize_t count = recv(connection, request + len, sizeof request - 1 - len, 0);
        if (count <= 0) {
            return NULL;
        }
        len += (size_t)count;
        request[len] = '\0';
        if (strstr(request, "\r\n\r\n") != NULL) {
            lake_answer(connection, request);
            len = 0;
        }
    }
}

static inline void *lake_accept(void *unused) {
    (void)unused;
    for (;;) {
        int connection = accept(lake.listener, NULL, NULL);
        if (connection < 0) {
            return NULL;
        }
        size_t i = lake.connection_count++;
        assert_true(i < LAKE_CONNECTIONS_MAX);
        lake.connections[i] = connection;
        assert_int_equal(pthread_create(&lake.threads[i], NULL, lake_serve, &lake.connections[i]), 0);
    }
}

static inline void lake_put(const char *key, const char *data, size_t size) {
    assert_true(lake.object_count < LAKE_OBJECTS_MAX);
    lake_object *object = &lake.objects[lake.object_count++];
    snprintf(object->key, sizeof object->key, "%s", key);
    object->data = data;
    object->size = size;
}

/* Objects are put before. Writes the endpoint. */
static inline void lake_start(char ret_endpoint[64]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    pthread_mutex_init(&lake.mutex, NULL);
    pthread_cond_init(&lake.changed, NULL);
    lake.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(lake.listener >= 0);
    assert_int_equal(bind(lake.listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(lake.listener, LAKE_CONNECTIONS_MAX), 0);
    assert_int_equal(getsockname(lake.listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&lake.acceptor, NULL, lake_accept, NULL), 0);
    snprintf(ret_endpoint, 64, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

/* Waits until so many bytes were asked for. */
static inline void lake_wait_asked(uint64_t bytes) {
    struct timespec until = lake_deadline();
    pthread_mutex_lock(&lake.mutex);
    while (lake.asked < bytes) {
        assert_int_equal(pthread_cond_timedwait(&lake.changed, &lake.mutex, &until), 0);
    }
    pthread_mutex_unlock(&lake.mutex);
}

/* The client has closed its connections. */
static inline void lake_stop(void) {
    (void)shutdown(lake.listener, SHUT_RDWR);
    (void)pthread_join(lake.acceptor, NULL);
    (void)close(lake.listener);
    for (size_t i = 0; i < lake.connection_count; i++) {
        (void)pthread_join(lake.threads[i], NULL);
        (void)close(lake.connections[i]);
    }
    assert_false(lake.gate_failed);
    for (size_t i = 0; i < lake.object_count; i++) {
        assert_false(lake.objects[i].failed);
    }
    memset(&lake, 0, sizeof lake);
}

#endif
