/* Test helper: drives net/ for the scripts beside it and prints what came of it as one JSON object. Credentials are
 * shown as a digest only.
 *
 *   net_cli [OPTION...] settings NAME...             region, endpoints, settings
 *   net_cli [OPTION...] credentials [COUNT PAUSE_MS] fetch COUNT times
 *   net_cli [OPTION...] threads COUNT                fetch from COUNT threads at once
 *   net_cli [OPTION...] send METHOD URL              lw_aws_send
 *   net_cli [OPTION...] exchange METHOD,... URL...   lw_http_exchange, one after the other; methods taken in turn
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/credentials.h"

typedef struct settings {
    lw_aws_options aws;
    const char *service;
    const char *body;
    long body_bytes;
    lw_strings headers;
    bool sink;
    long sink_fails_after;
    bool no_retry;
    long max_response;
    long total_timeout_ms;
    const char *region;
} settings;

enum {
    OPT_PROFILE = 256,
    OPT_REGION,
    OPT_ENDPOINT,
    OPT_CA,
    OPT_NO_VERIFY,
    OPT_NO_SIGN,
    OPT_CONNECT,
    OPT_READ,
    OPT_ATTEMPTS,
    OPT_PLAIN,
    OPT_SERVICE,
    OPT_BODY,
    OPT_BODY_BYTES,
    OPT_HEADER,
    OPT_SINK,
    OPT_SINK_FAILS,
    OPT_NO_RETRY,
    OPT_MAX_RESPONSE,
    OPT_TOTAL,
    OPT_SIGN_REGION
};

static const struct option options[] = {{"profile", 1, NULL, OPT_PROFILE},
                                        {"region", 1, NULL, OPT_REGION},
                                        {"endpoint-url", 1, NULL, OPT_ENDPOINT},
                                        {"ca-bundle", 1, NULL, OPT_CA},
                                        {"no-verify-ssl", 0, NULL, OPT_NO_VERIFY},
                                        {"no-sign-request", 0, NULL, OPT_NO_SIGN},
                                        {"connect-timeout-ms", 1, NULL, OPT_CONNECT},
                                        {"read-timeout-ms", 1, NULL, OPT_READ},
                                        {"max-attempts", 1, NULL, OPT_ATTEMPTS},
                                        {"allow-plain-http", 0, NULL, OPT_PLAIN},
                                        {"service", 1, NULL, OPT_SERVICE},
                                        {"body", 1, NULL, OPT_BODY},
                                        {"body-bytes", 1, NULL, OPT_BODY_BYTES},
                                        {"header", 1, NULL, OPT_HEADER},
                                        {"sink", 0, NULL, OPT_SINK},
                                        {"sink-fails-after", 1, NULL, OPT_SINK_FAILS},
                                        {"no-retry", 0, NULL, OPT_NO_RETRY},
                                        {"max-response", 1, NULL, OPT_MAX_RESPONSE},
                                        {"total-timeout-ms", 1, NULL, OPT_TOTAL},
                                        {"sign-region", 1, NULL, OPT_SIGN_REGION},
                                        {NULL, 0, NULL, 0}};

static bool apply_request_option(settings *s, int option, const char *value) {
    switch (option) {
    case OPT_SERVICE:
        s->service = value;
        return true;
    case OPT_BODY:
        s->body = value;
        return true;
    case OPT_BODY_BYTES:
        s->body_bytes = strtol(value, NULL, 10);
        return true;
    case OPT_HEADER:
        return lw_strings_add(&s->headers, lw_slice_from(value)) == LW_OK;
    case OPT_SINK_FAILS:
        s->sink_fails_after = strtol(value, NULL, 10);
        s->sink = true;
        return true;
    case OPT_SINK:
        s->sink = true;
        return true;
    case OPT_NO_RETRY:
        s->no_retry = true;
        return true;
    case OPT_MAX_RESPONSE:
        s->max_response = strtol(value, NULL, 10);
        return true;
    case OPT_TOTAL:
        s->total_timeout_ms = strtol(value, NULL, 10);
        return true;
    case OPT_SIGN_REGION:
        s->region = value;
        return true;
    default:
        return false;
    }
}

static bool apply_option(settings *s, int option, const char *value) {
    switch (option) {
    case OPT_PROFILE:
        s->aws.profile = value;
        return true;
    case OPT_REGION:
        s->aws.region = value;
        return true;
    case OPT_ENDPOINT:
        s->aws.endpoint_url = value;
        return true;
    case OPT_CA:
        s->aws.ca_bundle = value;
        return true;
    case OPT_NO_VERIFY:
        s->aws.no_verify_ssl = true;
        return true;
    case OPT_NO_SIGN:
        s->aws.no_sign_request = true;
        return true;
    case OPT_CONNECT:
        s->aws.connect_timeout_ms = strtol(value, NULL, 10);
        return true;
    case OPT_READ:
        s->aws.read_timeout_ms = strtol(value, NULL, 10);
        return true;
    case OPT_ATTEMPTS:
        s->aws.max_attempts = (unsigned)strtoul(value, NULL, 10);
        return true;
    case OPT_PLAIN:
        s->aws.allow_plain_http = true;
        return true;
    default:
        return apply_request_option(s, option, value);
    }
}

static void print_and_delete(cJSON *object) {
    char *text = cJSON_PrintUnformatted(object);
    puts(text == NULL ? "{}" : text);
    free(text);
    cJSON_Delete(object);
}

static void add_outcome(cJSON *object, lw_status status, const lw_error *err) {
    cJSON_AddStringToObject(object, "status", lw_status_name(status));
    cJSON_AddStringToObject(object, "error", err->text);
}

/* Digest of "key\nsecret\ntoken". */
static void add_digest(cJSON *object, const lw_credentials *credentials) {
    char hex[2 * LW_SHA256_SIZE + 1] = "";
    lw_buf text;
    lw_buf_init(&text, 1024 * 1024);
    if (lw_buf_printf(&text, "%s\n%s\n%s", credentials->access_key_id, credentials->secret_access_key,
                      credentials->session_token == NULL ? "" : credentials->session_token) == LW_OK &&
        lw_sha256_hex(lw_buf_slice(&text), hex) == LW_OK) {
        cJSON_AddStringToObject(object, "digest", hex);
    }
    cJSON_AddNumberToObject(object, "expires_ms", (double)credentials->expires_ms);
    lw_buf_done(&text);
}

static void run_settings(const lw_aws *aws, char **names) {
    static const char *const services[] = {"s3", "sts", "events", "sns"};
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "status", "LW_OK");
    cJSON_AddStringToObject(object, "region", lw_aws_region(aws));
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        const char *endpoint = lw_aws_endpoint(aws, services[i]);
        cJSON_AddItemToObject(object, services[i],
                              endpoint == NULL ? cJSON_CreateNull() : cJSON_CreateString(endpoint));
    }
    for (; *names != NULL; names++) {
        const char *value = lw_aws_setting(aws, *names);
        cJSON_AddItemToObject(object, *names, value == NULL ? cJSON_CreateNull() : cJSON_CreateString(value));
    }
    print_and_delete(object);
}

static void run_credentials(lw_aws *aws, long count, long pause_ms) {
    for (long i = 0; i < count; i++) {
        lw_credentials credentials = {0};
        lw_error err = {0};
        if (i > 0) {
            lw_sleep_ms(pause_ms);
        }
        lw_status status = lw_aws_credentials(aws, &credentials, &err);
        cJSON *object = cJSON_CreateObject();
        add_outcome(object, status, &err);
        if (status == LW_OK) {
            add_digest(object, &credentials);
        }
        print_and_delete(object);
        lw_credentials_done(&credentials);
    }
}

typedef struct crowd {
    lw_aws *aws;
    lw_status results[64];
} crowd;

static void fetch_one(void *ctx, size_t index) {
    crowd *c = ctx;
    lw_credentials credentials = {0};
    c->results[index] = lw_aws_credentials(c->aws, &credentials, NULL);
    lw_credentials_done(&credentials);
}

static void run_threads(lw_aws *aws, size_t count) {
    crowd c = {.aws = aws};
    lw_threads *threads = NULL;
    size_t good = 0;
    count = count > 64 ? 64 : count;
    if (lw_threads_start(count, fetch_one, &c, &threads) == LW_OK) {
        lw_threads_join(threads);
        for (size_t i = 0; i < count; i++) {
            good += c.results[i] == LW_OK;
        }
    }
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "good", (double)good);
    print_and_delete(object);
}

typedef struct receiver {
    lw_digest *digest;
    long left; /* bytes before the sink fails; negative: never */
} receiver;

static lw_status receive(void *ctx, const char *data, size_t len) {
    receiver *r = ctx;
    if (r->left >= 0 && (r->left -= (long)len) < 0) {
        return LW_E_CANCELLED;
    }
    return lw_digest_update(r->digest, (lw_slice){data, len});
}

static void print_response(lw_status status, const lw_http_response *response, const lw_error *err,
                           const char *sink_hex, int64_t elapsed_ms) {
    char hex[2 * LW_SHA256_SIZE + 1] = "";
    cJSON *object = cJSON_CreateObject();
    cJSON *headers = cJSON_AddArrayToObject(object, "headers");
    lw_slice code = lw_aws_error_code(response);
    char *code_text = lw_slice_dup(code);
    add_outcome(object, status, err);
    cJSON_AddNumberToObject(object, "http", response->status);
    cJSON_AddStringToObject(object, "code", code_text == NULL ? "" : code_text);
    cJSON_AddNumberToObject(object, "body_bytes", (double)response->body_bytes);
    cJSON_AddNumberToObject(object, "kept_bytes", (double)response->body.len);
    cJSON_AddNumberToObject(object, "elapsed_ms", (double)elapsed_ms);
    if (lw_sha256_hex(lw_buf_slice(&response->body), hex) == LW_OK) {
        cJSON_AddStringToObject(object, "body_sha256", hex);
    }
    cJSON_AddStringToObject(object, "sink_sha256", sink_hex);
    for (size_t i = 0; i < response->headers.count; i++) {
        cJSON_AddItemToArray(headers, cJSON_CreateString(response->headers.items[i]));
    }
    print_and_delete(object);
    free(code_text);
}

static void run_request(const settings *s, lw_aws *aws, lw_http_client *client, const char *method, const char *url) {
    char sink_hex[2 * LW_SHA256_SIZE + 1] = "";
    receiver r = {.left = s->sink_fails_after};
    lw_http_response response = {0};
    lw_error err = {0};
    char *filler = NULL;
    lw_aws_request request = {.service = s->service,
                              .region = s->region,
                              .no_retry = s->no_retry,
                              .http = {.method = method,
                                       .url = url,
                                       .headers = s->headers,
                                       .body = lw_slice_from(s->body),
                                       .total_timeout_ms = s->total_timeout_ms}};
    if (s->body_bytes > 0 && (filler = malloc((size_t)s->body_bytes)) != NULL) {
        memset(filler, 'x', (size_t)s->body_bytes);
        request.http.body = (lw_slice){filler, (size_t)s->body_bytes};
    }
    if (lw_digest_new(LW_DIGEST_SHA256, &r.digest) != LW_OK) {
        free(filler);
        return;
    }
    if (s->sink) {
        request.http.sink = receive;
        request.http.sink_ctx = &r;
    }
    int64_t begin = lw_clock_monotonic_ns();
    lw_status status = client != NULL ? lw_http_exchange(client, &request.http, &response, &err)
                                      : lw_aws_send(aws, &request, &response, &err);
    int64_t elapsed_ms = (lw_clock_monotonic_ns() - begin) / 1000000;
    if (lw_digest_finish_hex(r.digest, sink_hex) == LW_OK) {
        print_response(status, &response, &err, sink_hex, elapsed_ms);
    }
    lw_digest_free(r.digest);
    lw_http_response_done(&response);
    free(filler);
}

/* The next of the methods joined by commas; begins again at the end. */
static const char *next_method(const char *methods, size_t *at, char room[16]) {
    size_t len = strcspn(methods + *at, ",");
    snprintf(room, 16, "%.*s", (int)len, methods + *at);
    *at += len;
    *at = methods[*at] == ',' ? *at + 1 : 0;
    return room;
}

static int run_exchanges(const settings *s, char **arguments) {
    const lw_http_options http = {.ca_bundle = s->aws.ca_bundle,
                                  .no_verify_ssl = s->aws.no_verify_ssl,
                                  .connect_timeout_ms = s->aws.connect_timeout_ms,
                                  .read_timeout_ms = s->aws.read_timeout_ms,
                                  .max_response_bytes = (size_t)s->max_response};
    lw_http_client *client = NULL;
    char method[16];
    size_t at = 0;
    if (lw_http_client_new(&http, &client) != LW_OK) {
        return 1;
    }
    for (char **url = arguments + 2; *url != NULL; url++) {
        run_request(s, NULL, client, next_method(arguments[1], &at, method), *url);
    }
    lw_http_client_free(client);
    return 0;
}

static int run(const settings *s, int count, char **arguments) {
    lw_aws *aws = NULL;
    lw_error err = {0};
    if (strcmp(arguments[0], "exchange") == 0 && count > 2) {
        return run_exchanges(s, arguments);
    }
    lw_status status = lw_aws_new(&s->aws, &aws, &err);
    if (status != LW_OK) {
        cJSON *object = cJSON_CreateObject();
        add_outcome(object, status, &err);
        print_and_delete(object);
        return 0;
    }
    if (strcmp(arguments[0], "settings") == 0) {
        run_settings(aws, arguments + 1);
    } else if (strcmp(arguments[0], "credentials") == 0) {
        run_credentials(aws, count > 1 ? strtol(arguments[1], NULL, 10) : 1,
                        count > 2 ? strtol(arguments[2], NULL, 10) : 0);
    } else if (strcmp(arguments[0], "threads") == 0 && count > 1) {
        run_threads(aws, strtoul(arguments[1], NULL, 10));
    } else if (strcmp(arguments[0], "send") == 0 && count > 2) {
        run_request(s, aws, NULL, arguments[1], arguments[2]);
    }
    lw_aws_free(aws);
    return 0;
}

int main(int argc, char **argv) {
    settings s = {.service = "s3", .sink_fails_after = -1};
    int option;
    lw_log_enable_debug(getenv("LAKEWARDEN_DEBUG") != NULL);
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (!apply_option(&s, option, optarg)) {
            return 2;
        }
    }
    int result = optind >= argc ? 2 : run(&s, argc - optind, argv + optind);
    lw_strings_done(&s.headers);
    return result;
}
