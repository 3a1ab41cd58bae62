/* HTTP exchanges over libcurl's easy interface.
 *
 * A client keeps idle easy handles (wires) on a stack; an exchange takes the top one, or makes one, and puts it back.
 * libcurl keeps the connections of a handle open, and the last one used is the first one taken, so connections are
 * reused and no lock is held while an exchange runs. Every option is set anew for each exchange: nothing is carried
 * from one request to the next but connections and TLS sessions.
 *
 * Guarantees: no redirect is followed, no proxy, .netrc or cookie from the surroundings is used, the URL's path goes
 * out as it stands, requests never wait for "100 Continue", header and body sizes are bounded, and a reply that ends
 * early is a failure. The read time-out counts from the last byte that moved in either direction once the connection
 * stands (libcurl's own low-speed limit averages over seconds and would also count the time that a sink takes).
 *
 * Left out: HTTP/2 (S3 does not speak it), compression (ranges and checksums are of the stored bytes), cookies.
 */
#include "net/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/url_priv.h"

#define DEFAULT_TIMEOUT_MS 60000
#define DEFAULT_MAX_RESPONSE ((size_t)16 * 1024 * 1024)
#define ERROR_BODY_MAX ((size_t)64 * 1024)
#define HEADER_BYTES_MAX ((size_t)256 * 1024)
#define RECEIVE_BUFFER_BYTES 131072L
#define IDLE_MAX 256
#define SOCKETS_MAX 8

/* A handle and the sockets of the connections that libcurl keeps open for it: one, or a few after a change of host. */
typedef struct wire {
    CURL *handle;
    size_t socket_count;
    curl_socket_t sockets[SOCKETS_MAX];
} wire;

struct lw_http_client {
    char *ca_bundle;
    char *proxy;
    bool no_verify_ssl;
    int64_t connect_timeout_ms;
    int64_t read_timeout_ms;
    size_t max_response_bytes;
    struct {
        pthread_mutex_t lock;
        wire *idle[IDLE_MAX];
        size_t count;
    } synced;
};

/* What the callbacks of one exchange share. */
typedef struct exchange {
    const lw_http_client *client;
    const lw_http_request *request;
    lw_http_response *response;
    const wire *wire;
    size_t header_bytes;
    size_t sent;
    bool connected;
    bool header_complete; /* of the last reply; libcurl takes a header cut short for a whole one */
    int64_t last_byte_ns;
    lw_status failure; /* decided by a callback; the exchange ends with it */
    const char *why;   /* static text for failure, or NULL */
} exchange;

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void global_init(void) {
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int64_t or_default(int64_t value, int64_t standard) {
    return value == 0 ? standard : value;
}

static wire *new_wire(void) {
    wire *w = calloc(1, sizeof *w);
    if (w != NULL) {
        w->handle = curl_easy_init();
        if (w->handle == NULL) {
            free(w);
            return NULL;
        }
    }
    return w;
}

static void free_wire(wire *w) {
    curl_easy_cleanup(w->handle); /* closes its sockets, which are taken off w */
    free(w);
}

static wire *borrow_wire(lw_http_client *client) {
    wire *w = NULL;
    pthread_mutex_lock(&client->synced.lock);
    if (client->synced.count > 0) {
        w = client->synced.idle[--client->synced.count];
    }
    pthread_mutex_unlock(&client->synced.lock);
    return w != NULL ? w : new_wire();
}

static void return_wire(lw_http_client *client, wire *w) {
    curl_easy_reset(w->handle); /* drops pointers into the exchange that just ended */
    pthread_mutex_lock(&client->synced.lock);
    bool kept = client->synced.count < IDLE_MAX;
    if (kept) {
        client->synced.idle[client->synced.count++] = w;
    }
    pthread_mutex_unlock(&client->synced.lock);
    if (!kept) {
        free_wire(w);
    }
}

static int on_socket(void *ctx, curl_socket_t fd, curlsocktype purpose) {
    wire *w = ctx;
    (void)purpose;
    if (w->socket_count < SOCKETS_MAX) {
        w->sockets[w->socket_count++] = fd;
    }
    return CURL_SOCKOPT_OK;
}

static int on_close_socket(void *ctx, curl_socket_t fd) {
    wire *w = ctx;
    for (size_t i = 0; i < w->socket_count; i++) {
        if (w->sockets[i] == fd) {
            w->sockets[i] = w->sockets[--w->socket_count];
            break;
        }
    }
    return close(fd);
}

/* A server without TCP_NODELAY (radosgw by its defaults) holds a body back until the header before it is acknowledged,
 * which Linux does up to 40 ms late. The kernel forgets this option, so it is set for each reply. That it fails, where
 * a wire leads elsewhere, costs only time. */
static void acknowledge_at_once(const wire *w) {
    int on = 1;
    for (size_t i = 0; i < w->socket_count; i++) {
        (void)setsockopt(w->sockets[i], IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    }
}

lw_status lw_http_client_new(const lw_http_options *options, lw_http_client **ret_client) {
    if (pthread_once(&global_once, global_init) != 0 || global_result != CURLE_OK) {
        return LW_E_INTERNAL;
    }
    lw_http_client *client = calloc(1, sizeof *client);
    if (client == NULL) {
        return LW_E_MEMORY;
    }
    pthread_mutex_init(&client->synced.lock, NULL);
    client->ca_bundle = lw_text_dup(options->ca_bundle);
    client->proxy = lw_text_dup(options->proxy);
    client->no_verify_ssl = options->no_verify_ssl;
    client->connect_timeout_ms = or_default(options->connect_timeout_ms, DEFAULT_TIMEOUT_MS);
    client->read_timeout_ms = or_default(options->read_timeout_ms, DEFAULT_TIMEOUT_MS);
    client->max_response_bytes = options->max_response_bytes == 0 ? DEFAULT_MAX_RESPONSE : options->max_response_bytes;
    bool is_short =
        (options->ca_bundle != NULL && client->ca_bundle == NULL) || (options->proxy != NULL && client->proxy == NULL);
    if (is_short) {
        lw_http_client_free(client);
        return LW_E_MEMORY;
    }
    *ret_client = client;
    return LW_OK;
}

void lw_http_client_free(lw_http_client *client) {
    if (client == NULL) {
        return;
    }
    for (size_t i = 0; i < client->synced.count; i++) {
        free_wire(client->synced.idle[i]);
    }
    pthread_mutex_destroy(&client->synced.lock);
    free(client->ca_bundle);
    lw_wipe_free(client->proxy); /* may hold a password */
    free(client);
}

static void note_activity(exchange *x) {
    x->last_byte_ns = lw_clock_monotonic_ns();
}

static bool is_success(int status) {
    return status >= 200 && status <= 299;
}

static size_t stop(exchange *x, lw_status failure, const char *why) {
    x->failure = failure;
    x->why = why;
    return 0; /* fewer bytes than offered: libcurl ends the transfer */
}

/* "HTTP/1.1 200 OK": a new reply begins; headers of an interim one (1xx) are forgotten. */
static bool read_status_line(exchange *x, lw_slice line) {
    if (!lw_slice_starts_with(line, LW_SLICE_LITERAL("HTTP/"))) {
        return false;
    }
    int status = 0;
    const char *blank = memchr(line.data, ' ', line.len);
    for (const char *p = blank == NULL ? line.data + line.len : blank + 1;
         p < line.data + line.len && *p >= '0' && *p <= '9' && status < 1000; p++) {
        status = status * 10 + (*p - '0');
    }
    x->response->status = status;
    x->header_complete = false;
    lw_strings_done(&x->response->headers);
    return true;
}

static lw_status add_header(lw_strings *headers, lw_slice name, lw_slice value) {
    LW_TRY(lw_strings_addf(headers, "%.*s: %.*s", (int)name.len, name.data, (int)value.len, value.data));
    char *text = headers->items[headers->count - 1];
    for (size_t i = 0; i < name.len; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z') {
            text[i] = (char)(text[i] - 'A' + 'a');
        }
    }
    return LW_OK;
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx) {
    exchange *x = ctx;
    size_t len = size * count;
    note_activity(x);
    x->header_bytes += len;
    if (x->header_bytes > HEADER_BYTES_MAX) {
        return stop(x, LW_E_LIMIT, "the header of its reply is over 256 KiB");
    }
    lw_slice line = lw_slice_trim((lw_slice){data, len});
    if (line.len == 0) {
        x->header_complete = true;
        acknowledge_at_once(x->wire);
        return len;
    }
    if (read_status_line(x, line)) {
        return len;
    }
    const char *colon = memchr(line.data, ':', line.len);
    if (colon == NULL || colon == line.data || data[0] == ' ' || data[0] == '\t') {
        return len; /* nothing a caller could ask for by name */
    }
    lw_slice name = {line.data, (size_t)(colon - line.data)};
    lw_slice value = lw_slice_trim((lw_slice){colon + 1, line.len - name.len - 1});
    lw_status status = add_header(&x->response->headers, name, value);
    return status == LW_OK ? len : stop(x, status, NULL);
}

static lw_status keep_error_body(lw_http_response *response, const char *data, size_t len) {
    size_t room = response->body.len >= ERROR_BODY_MAX ? 0 : ERROR_BODY_MAX - response->body.len;
    return lw_buf_append(&response->body, data, len < room ? len : room);
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx) {
    exchange *x = ctx;
    size_t len = size * count;
    lw_status status;
    x->response->body_bytes += len;
    if (!is_success(x->response->status)) {
        bool is_flood = x->response->body_bytes > x->client->max_response_bytes;
        status = is_flood ? LW_E_LIMIT : keep_error_body(x->response, data, len);
    } else if (x->request->sink != NULL) {
        status = x->request->sink(x->request->sink_ctx, data, len);
        if (status != LW_OK) {
            return stop(x, status, "its reply was not taken any further");
        }
    } else {
        status = lw_buf_append(&x->response->body, data, len);
    }
    note_activity(x); /* after the sink, whose time is not the server's */
    if (status == LW_E_LIMIT) {
        return stop(x, status, "its reply is larger than expected");
    }
    return status == LW_OK ? len : stop(x, status, NULL);
}

static size_t on_send(char *data, size_t size, size_t count, void *ctx) {
    exchange *x = ctx;
    size_t room = size * count;
    size_t rest = x->request->body.len - x->sent;
    size_t len = rest < room ? rest : room;
    if (len > 0) {
        memcpy(data, x->request->body.data + x->sent, len);
    }
    x->sent += len;
    note_activity(x);
    return len;
}

/* libcurl rewinds when a kept connection turns out to be dead. */
static int on_seek(void *ctx, curl_off_t offset, int origin) {
    exchange *x = ctx;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > x->request->body.len) {
        return CURL_SEEKFUNC_FAIL;
    }
    x->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static int on_connected(void *ctx, char *remote_ip, char *local_ip, int remote_port, int local_port) {
    exchange *x = ctx;
    (void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
    x->connected = true;
    note_activity(x);
    return CURL_PREREQFUNC_OK;
}

static int on_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up) {
    exchange *x = ctx;
    (void)down_total, (void)down, (void)up_total, (void)up;
    int64_t limit_ms = x->client->read_timeout_ms;
    if (!x->connected || limit_ms < 0 || lw_clock_monotonic_ns() - x->last_byte_ns <= limit_ms * 1000000) {
        return 0;
    }
    x->failure = LW_E_TIMEOUT;
    x->why = "no byte came for the length of the read time-out";
    return 1;
}

static bool is_method(const lw_http_request *request, const char *method) {
    return strcmp(request->method, method) == 0;
}

/* libcurl's list syntax: "Name: value", and "Name;" for an empty value. */
static lw_status add_request_header(struct curl_slist **list, const char *text) {
    if (strpbrk(text, "\r\n") != NULL || strchr(text, ':') == NULL) {
        return LW_E_USAGE;
    }
    char *line = lw_text_dup(text);
    if (line == NULL) {
        return LW_E_MEMORY;
    }
    char *colon = strchr(line, ':');
    if (lw_slice_trim(lw_slice_from(colon + 1)).len == 0) {
        colon[0] = ';';
        colon[1] = '\0';
    }
    struct curl_slist *longer = curl_slist_append(*list, line);
    lw_wipe_free(line);
    if (longer == NULL) {
        return LW_E_MEMORY;
    }
    *list = longer;
    return LW_OK;
}

static lw_status add_own_headers(struct curl_slist **list, const lw_url *url) {
    lw_buf host;
    lw_buf_init(&host, 1024);
    lw_status status = lw_buf_append_text(&host, "Host: ");
    if (status == LW_OK) {
        status = lw_url_host_header(url, &host);
    }
    struct curl_slist *longer = status == LW_OK ? curl_slist_append(*list, host.data) : NULL;
    lw_buf_done(&host);
    if (longer == NULL) {
        return LW_E_MEMORY;
    }
    *list = longer;
    longer = curl_slist_append(*list, "Expect:"); /* takes libcurl's own away: never wait for 100 Continue */
    return longer == NULL ? LW_E_MEMORY : LW_OK;
}

/* Frees the list; a session token may be in it. */
static void free_headers(struct curl_slist *list) {
    for (struct curl_slist *item = list; item != NULL; item = item->next) {
        lw_wipe(item->data, strlen(item->data));
    }
    curl_slist_free_all(list);
}

static lw_status build_headers(const lw_http_request *request, const lw_url *url, struct curl_slist **ret_list) {
    struct curl_slist *list = NULL;
    lw_status status = add_own_headers(&list, url);
    for (size_t i = 0; status == LW_OK && i < request->headers.count; i++) {
        status = add_request_header(&list, request->headers.items[i]);
    }
    if (status != LW_OK) {
        free_headers(list);
        return status;
    }
    *ret_list = list;
    return LW_OK;
}

/* libcurl keeps the first failure of a row of options here; only memory can fail. */
#define SET(handle, option, value) ((curl_easy_setopt((handle), (option), (value)) == CURLE_OK) ? 0 : 1)

static int set_connection(CURL *handle, const lw_http_client *client) {
    int failed = SET(handle, CURLOPT_NOSIGNAL, 1L);
    failed |= SET(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    failed |= SET(handle, CURLOPT_FOLLOWLOCATION, 0L);
    failed |= SET(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    failed |= SET(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    failed |= SET(handle, CURLOPT_SSL_VERIFYPEER, client->no_verify_ssl ? 0L : 1L);
    failed |= SET(handle, CURLOPT_SSL_VERIFYHOST, client->no_verify_ssl ? 0L : 2L);
    failed |= SET(handle, CURLOPT_PROXY, client->proxy == NULL ? "" : client->proxy); /* "": none at all */
    failed |= SET(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    failed |= SET(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)client->connect_timeout_ms);
    failed |= SET(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    failed |= SET(handle, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER_BYTES);
    if (client->ca_bundle != NULL) {
        failed |= SET(handle, CURLOPT_CAINFO, client->ca_bundle);
        failed |= SET(handle, CURLOPT_CAPATH, NULL); /* the bundle replaces the system's store */
    }
    return failed;
}

static int set_callbacks(wire *w, exchange *x) {
    CURL *handle = w->handle;
    int failed = SET(handle, CURLOPT_HEADERFUNCTION, on_header);
    failed |= SET(handle, CURLOPT_HEADERDATA, x);
    failed |= SET(handle, CURLOPT_WRITEFUNCTION, on_body);
    failed |= SET(handle, CURLOPT_WRITEDATA, x);
    failed |= SET(handle, CURLOPT_READFUNCTION, on_send);
    failed |= SET(handle, CURLOPT_READDATA, x);
    failed |= SET(handle, CURLOPT_SEEKFUNCTION, on_seek);
    failed |= SET(handle, CURLOPT_SEEKDATA, x);
    failed |= SET(handle, CURLOPT_PREREQFUNCTION, on_connected);
    failed |= SET(handle, CURLOPT_PREREQDATA, x);
    failed |= SET(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= SET(handle, CURLOPT_XFERINFODATA, x);
    failed |= SET(handle, CURLOPT_NOPROGRESS, 0L);
    failed |= SET(handle, CURLOPT_SOCKOPTFUNCTION, on_socket);
    failed |= SET(handle, CURLOPT_SOCKOPTDATA, w);
    failed |= SET(handle, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
    failed |= SET(handle, CURLOPT_CLOSESOCKETDATA, w);
    return failed;
}

static int set_request(CURL *handle, const lw_http_request *request, struct curl_slist *headers) {
    int failed = SET(handle, CURLOPT_URL, request->url);
    failed |= SET(handle, CURLOPT_PATH_AS_IS, 1L);
    failed |= SET(handle, CURLOPT_USERAGENT, "lakewarden/" LW_VERSION);
    failed |= SET(handle, CURLOPT_HTTPHEADER, headers);
    failed |= SET(handle, CURLOPT_TIMEOUT_MS, (long)request->total_timeout_ms);
    if (request->body.len > 0 || is_method(request, "PUT") || is_method(request, "POST")) {
        failed |= SET(handle, CURLOPT_UPLOAD, 1L);
        failed |= SET(handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.len);
        failed |= SET(handle, CURLOPT_CUSTOMREQUEST, request->method);
    } else if (is_method(request, "HEAD")) {
        failed |= SET(handle, CURLOPT_NOBODY, 1L);
    } else {
        failed |= SET(handle, CURLOPT_HTTPGET, 1L);
        failed |= SET(handle, CURLOPT_CUSTOMREQUEST, request->method);
    }
    return failed;
}

/* libcurl reports a peer that hangs up during the handshake as a TLS failure; that is the network's fault and passes.
 */
static bool is_broken_handshake(CURLcode code, const char *detail) {
    static const char *const signs[] = {"SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "unexpected eof",
                                        "Connection reset", "Broken pipe"};
    for (size_t i = 0; code == CURLE_SSL_CONNECT_ERROR && i < sizeof signs / sizeof signs[0]; i++) {
        if (strstr(detail, signs[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static lw_status status_of_code(CURLcode code) {
    static const struct {
        CURLcode code;
        lw_status status;
    } table[] = {
        {CURLE_OPERATION_TIMEDOUT, LW_E_TIMEOUT},
        {CURLE_SSL_CONNECT_ERROR, LW_E_TLS},
        {CURLE_PEER_FAILED_VERIFICATION, LW_E_TLS},
        {CURLE_SSL_CACERT_BADFILE, LW_E_TLS},
        {CURLE_SSL_CERTPROBLEM, LW_E_TLS},
        {CURLE_SSL_CIPHER, LW_E_TLS},
        {CURLE_SSL_ISSUER_ERROR, LW_E_TLS},
        {CURLE_SSL_CRL_BADFILE, LW_E_TLS},
        {CURLE_SSL_INVALIDCERTSTATUS, LW_E_TLS},
        {CURLE_SSL_ENGINE_INITFAILED, LW_E_TLS},
        {CURLE_WEIRD_SERVER_REPLY, LW_E_PROTOCOL},
        {CURLE_UNSUPPORTED_PROTOCOL, LW_E_PROTOCOL},
        {CURLE_HTTP2, LW_E_PROTOCOL},
        {CURLE_BAD_CONTENT_ENCODING, LW_E_PROTOCOL},
        {CURLE_FILESIZE_EXCEEDED, LW_E_LIMIT},
        {CURLE_OUT_OF_MEMORY, LW_E_MEMORY},
        {CURLE_URL_MALFORMAT, LW_E_USAGE},
        {CURLE_LOGIN_DENIED, LW_E_USAGE},
        {CURLE_BAD_FUNCTION_ARGUMENT, LW_E_INTERNAL},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].code == code) {
            return table[i].status;
        }
    }
    return LW_E_NETWORK;
}

static lw_status explain_failure(CURL *handle, const exchange *x, CURLcode code, const char *detail, const char *host,
                                 lw_error *err) {
    if (x->failure != LW_OK) {
        return lw_fail(err, x->failure, "talk to host '%s': %s", host,
                       x->why == NULL ? lw_status_text(x->failure) : x->why);
    }
    lw_status status = is_broken_handshake(code, detail) ? LW_E_NETWORK : status_of_code(code);
    if (code == CURLE_OUT_OF_MEMORY && x->connected) {
        /* libcurl 7.88 says so of a header line over its own limit of 100 KiB. */
        return lw_fail(err, LW_E_LIMIT, "talk to host '%s': a header line of its reply is too long", host);
    }
    long system_error = 0;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_error);
    if (status == LW_E_TLS) {
        return lw_fail(err, status,
                       "trust host '%s': %s; name the certificate authority with --ca-bundle or AWS_CA_BUNDLE", host,
                       curl_easy_strerror(code));
    }
    if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
        char text[128];
        return lw_fail(err, status, "connect to host '%s': %s", host, strerror_r((int)system_error, text, sizeof text));
    }
    return lw_fail(err, status, "talk to host '%s': %s", host, curl_easy_strerror(code));
}

static lw_status perform(lw_http_client *client, wire *w, exchange *x, struct curl_slist *headers, const char *host,
                         lw_error *err) {
    CURL *handle = w->handle;
    char detail[CURL_ERROR_SIZE] = "";
    int failed = set_connection(handle, client);
    failed |= set_callbacks(w, x);
    failed |= set_request(handle, x->request, headers);
    failed |= SET(handle, CURLOPT_ERRORBUFFER, detail);
    if (failed != 0) {
        return lw_fail(err, LW_E_MEMORY, "prepare request to host '%s': out of memory", host);
    }
    note_activity(x);
    CURLcode code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
        return explain_failure(handle, x, code, detail, host, err);
    }
    if (!x->header_complete) {
        return lw_fail(err, LW_E_NETWORK, "talk to host '%s': the header of its reply was cut short", host);
    }
    if (x->response->status < 200) {
        return lw_fail(err, LW_E_PROTOCOL, "talk to host '%s': its reply has no final status", host);
    }
    return LW_OK;
}

lw_status lw_http_exchange(lw_http_client *client, const lw_http_request *request, lw_http_response *response,
                           lw_error *err) {
    lw_url url;
    lw_buf_init(&response->body, client->max_response_bytes);
    if (lw_url_split(request->url, &url) != LW_OK) {
        return lw_fail(err, LW_E_USAGE, "send request: its URL is no absolute http or https URL, strictly encoded");
    }
    char host[256];
    size_t host_len = url.host.len < sizeof host ? url.host.len : sizeof host - 1;
    memcpy(host, url.host.data, host_len);
    host[host_len] = '\0';
    struct curl_slist *headers = NULL;
    lw_status status = build_headers(request, &url, &headers);
    if (status != LW_OK) {
        return lw_fail(err, status, "prepare request to host '%s': %s", host, lw_status_text(status));
    }
    wire *w = borrow_wire(client);
    if (w == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "prepare request to host '%s': out of memory", host);
    } else {
        exchange x = {.client = client, .request = request, .response = response, .wire = w};
        status = perform(client, w, &x, headers, host, err);
        return_wire(client, w);
    }
    free_headers(headers);
    return status;
}

void lw_http_response_done(lw_http_response *response) {
    lw_strings_done(&response->headers);
    lw_buf_done(&response->body);
    *response = (lw_http_response){0};
}

lw_slice lw_http_header(const lw_http_response *response, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < response->headers.count; i++) {
        const char *header = response->headers.items[i];
        if (strncmp(header, name, len) == 0 && header[len] == ':') {
            return lw_slice_trim(lw_slice_from(header + len + 1));
        }
    }
    return (lw_slice){NULL, 0};
}
