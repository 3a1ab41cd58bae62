/* One HTTP exchange over libcurl, with connection reuse. The only folder that includes curl.h is net/.
 *
 * A client is a pool of connections that any number of threads may use at once; each exchange borrows one handle.
 * Redirects are never followed here (a signed request must not travel to another host); HTTP/1.1 only. TLS verifies
 * peer and host, version 1.2 or later. Proxies are used only where the options say so.
 */
#ifndef LW_NET_HTTP_H
#define LW_NET_HTTP_H

#include "base/base.h"

typedef struct lw_http_client lw_http_client;

typedef struct lw_http_options {
    const char *ca_bundle;      /* PEM file; NULL: the library's default */
    bool no_verify_ssl;         /* only for tests and for users who ask for it by flag */
    const char *proxy;          /* NULL: none, whatever the environment says */
    int64_t connect_timeout_ms; /* 0: 60,000 (as the AWS CLI) */
    int64_t read_timeout_ms;    /* no byte for so long is LW_E_TIMEOUT; 0: 60,000; negative: none */
    size_t max_response_bytes;  /* for bodies kept in a buffer; 0: 16 MiB */
} lw_http_options;

lw_status lw_http_client_new(const lw_http_options *options, lw_http_client **ret_client) LW_MUST_USE;
void lw_http_client_free(lw_http_client *client); /* no exchange may be under way */

/* Called with body bytes in order, only for replies with a 2xx status. Return LW_OK, or a failure that ends the
 * exchange and is returned from it. */
typedef lw_status (*lw_http_sink)(void *ctx, const char *data, size_t len);

typedef struct lw_http_request {
    const char *method; /* "GET", "PUT", ... */
    const char *url;    /* absolute, sent exactly as it stands (no dot segments removed): encode strictly */
    lw_strings headers; /* "Name: value" each, owned by the caller; never "Name:" (that would remove one) */
    lw_slice body;      /* sent with Content-Length; empty body on PUT and POST sends Content-Length: 0 */
    lw_http_sink sink;  /* NULL: the body goes to response->body */
    void *sink_ctx;
    int64_t total_timeout_ms; /* 0: none */
} lw_http_request;

typedef struct lw_http_response {
    int status;         /* 0 when no status line came */
    lw_strings headers; /* "name: value", name in lower case */
    lw_buf body; /* the whole body when there was no sink, or the status was not 2xx (an error text, up to 64 KiB) */
    uint64_t body_bytes; /* what came, also through a sink */
} lw_http_response;

/* Zeroed response in, filled response out; lw_http_response_done frees it also after a failure.
 * LW_OK: a complete reply came, with any status. LW_E_NETWORK, LW_E_TIMEOUT, LW_E_TLS, LW_E_LIMIT, LW_E_PROTOCOL else;
 * err names the host, never the query or a header. A body shorter than its Content-Length or a broken chunked body is
 * LW_E_NETWORK. */
lw_status lw_http_exchange(lw_http_client *client, const lw_http_request *request, lw_http_response *response,
                           lw_error *err) LW_MUST_USE;
void lw_http_response_done(lw_http_response *response);
/* Value of the first header of that name (lower case), or the empty slice. Valid until the response is done. */
lw_slice lw_http_header(const lw_http_response *response, const char *name);

#endif
