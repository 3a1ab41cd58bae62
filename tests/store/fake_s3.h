/* A server that answers with a script: reply after reply, one a connection, whatever is asked. What was asked is kept
 * for the test to look at. It checks no signature and knows no S3: it is for replies that no real server can be made to
 * give. Runs in a thread on a free port of 127.0.0.1.
 */
#ifndef LW_TESTS_STORE_FAKE_S3_H
#define LW_TESTS_STORE_FAKE_S3_H

#include "tests/support/lw_test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAKE_MAX 32
#define FAKE_REQUEST_MAX 16384

typedef struct fake_reply {
    const char *status;  /* "200 OK" */
    const char *headers; /* "ETag: \"x\"\r\n", or NULL */
    const char *body;    /* NULL: empty */
    size_t cut;          /* bytes of the body that are announced but never sent */
} fake_reply;

static struct {
    int listener;
    pthread_t thread;
    const fake_reply *replies;
    size_t count;
    size_t answered;
    char requests[FAKE_MAX][FAKE_REQUEST_MAX];
} fake;

/* Reads a request with its body; false when the connection was closed without one. */
static inline bool fake_read(int connection, char *text) {
    size_t len = 0;
    size_t wanted = 0;
    while (wanted == 0 || len < wanted) {
        ssize_t count = recv(connection, text + len, FAKE_REQUEST_MAX - 1 - len, 0);
        if (count <= 0) {
            return false;
        }
        len += (size_t)count;
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n");
        if (end != NULL && wanted == 0) {
            const char *header = strcasestr(text, "\r\ncontent-length:");
            wanted = (size_t)(end - text) + 4 + (header != NULL && header < end ? strtoul(header + 17, NULL, 10) : 0);
        }
    }
    return true;
}

static inline void fake_send(int connection, const char *text, size_t len) {
    while (len > 0) {
        ssize_t count = send(connection, text, len, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        text += count;
        len -= (size_t)count;
    }
}

static inline void fake_answer(int connection, const fake_reply *reply, bool is_head) {
    char head[4096];
    const char *body = reply->body == NULL ? "" : reply->body;
    bool own_length = reply->headers != NULL && strcasestr(reply->headers, "content-length:") != NULL;
    int len = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nConnection: close\r\n%s", reply->status,
                       reply->headers == NULL ? "" : reply->headers);
    if (!own_length) {
        len += snprintf(head + len, sizeof(head) - (size_t)len, "Content-Length: %zu\r\n", strlen(body));
    }
    len += snprintf(head + len, sizeof(head) - (size_t)len, "\r\n");
    fake_send(connection, head, (size_t)len);
    if (!is_head) {
        fake_send(connection, body, strlen(body) - reply->cut);
    }
}

static inline void *fake_run(void *unused) {
    (void)unused;
    for (;;) {
        int connection = accept(fake.listener, NULL, NULL);
        if (connection < 0) {
            return NULL;
        }
        char spare[FAKE_REQUEST_MAX];
        char *text = fake.answered < fake.count ? fake.requests[fake.answered] : spare;
        if (fake_read(connection, text)) {
            static const fake_reply no_more = {"400 Bad Request", NULL, "the script has no more replies", 0};
            const fake_reply *reply = fake.answered < fake.count ? &fake.replies[fake.answered] : &no_more;
            fake.answered++;
            fake_answer(connection, reply, strncmp(text, "HEAD ", 5) == 0);
        }
        (void)close(connection);
    }
}

/* Starts; writes "http://127.0.0.1:PORT". */
static inline void fake_start(const fake_reply *replies, size_t count, char ret_endpoint[64]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    assert_true(count <= FAKE_MAX);
    memset(&fake, 0, sizeof(fake));
    fake.replies = replies;
    fake.count = count;
    fake.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fake.listener >= 0);
    assert_int_equal(bind(fake.listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fake.listener, 16), 0);
    assert_int_equal(getsockname(fake.listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&fake.thread, NULL, fake_run, NULL), 0);
    (void)snprintf(ret_endpoint, 64, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

/* Stops. Every reply of the script must have been asked for, and nothing more. */
static inline void fake_stop(void) {
    (void)shutdown(fake.listener, SHUT_RDWR);
    (void)pthread_join(fake.thread, NULL);
    (void)close(fake.listener);
    assert_int_equal(fake.answered, fake.count);
}

/* The value of a header of request number i, or NULL. Valid until the next call. */
static inline const char *fake_header(size_t i, const char *name) {
    static char value[FAKE_REQUEST_MAX];
    char pattern[128];
    (void)snprintf(pattern, sizeof(pattern), "\r\n%s:", name);
    const char *found = strcasestr(fake.requests[i], pattern);
    if (found == NULL) {
        return NULL;
    }
    found += strlen(pattern);
    found += strspn(found, " ");
    (void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(found, "\r"), found);
    return value;
}

/* "GET /bucket/key?query" of request number i. */
static inline void assert_request(size_t i, const char *expected) {
    char line[FAKE_REQUEST_MAX];
    (void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(fake.requests[i], "\r"), fake.requests[i]);
    char *version = strstr(line, " HTTP/1.1");
    assert_non_null(version);
    *version = '\0';
    assert_string_equal(line, expected);
}

#endif
