/* The loop over the Runtime API.
 *
 *   start     _HANDLER is looked up and started; what fails is told to init/error, and the process ends with 1
 *   next      GET without any time-out (the process may be frozen in it for hours) and without a proxy, whatever the
 *             environment says
 *   invoke    the handler, with the deadline that came with the event
 *   answer    POST response, or error where the handler failed or the response is too large
 *
 * The service's answers: 202 taken; 400 and 403 the invocation is not (or no longer) ours, and a second answer would be
 * wrong; 413 the response is too large, which is told as an error of the same invocation; 500 the container is done
 * for, and the process ends. An answer whose reply was lost is sent again: if the first one arrived, the service
 * refuses the second with 403, so that exactly one counts (promise L1). Where the service cannot be reached after a few
 * tries the process ends; there is nobody left to answer.
 *
 * A gap between two invocations means that the environment was frozen: the handler is told, and opens its connections
 * anew. The wall clock decides, since a frozen machine's monotonic clock stands still.
 */
#include "lambda/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lambda/step_log.h"
#include "net/http.h"

#define API "2018-06-01"
#define EVENT_MAX ((size_t)8 * 1024 * 1024) /* the service gives at most 6 MiB */
#define TRIES 5
#define THAW_MS 30000
#define CUTOFF_MAX_MS 10000

typedef struct runtime {
    const char *api; /* host:port */
    lw_http_client *client;
    const lw_handler *handler;
    void *state;
    int64_t idle_since_ms;
} runtime;

/* ---- talking to the service ---- */

typedef struct api_request {
    const char *method;
    char path[512];
    lw_slice body;
    const char *error_type; /* NULL: no error */
} api_request;

static lw_status exchange_once(const runtime *rt, const api_request *request, lw_http_response *response,
                               lw_error *err) {
    lw_buf url;
    lw_strings headers = {0};
    lw_buf_init(&url, 2048);
    lw_status status = lw_buf_printf(&url, "http://%s/" API "/runtime/%s", rt->api, request->path);
    if (status == LW_OK && request->body.len > 0) {
        status = lw_strings_addf(&headers, "Content-Type: application/json");
    }
    if (status == LW_OK && request->error_type != NULL) {
        status = lw_strings_addf(&headers, "Lambda-Runtime-Function-Error-Type: %s", request->error_type);
    }
    if (status == LW_OK) {
        lw_http_request http = {.method = request->method, .url = url.data, .headers = headers, .body = request->body};
        status = lw_http_exchange(rt->client, &http, response, err);
    }
    lw_strings_done(&headers);
    lw_buf_done(&url);
    return status;
}

/* Tries again while the service cannot be reached. The response is filled (and is the caller's) in any case. */
static lw_status exchange(const runtime *rt, const api_request *request, lw_http_response *response, lw_error *err) {
    lw_status status = LW_E_NETWORK;
    for (int i = 0; i < TRIES; i++) {
        if (i > 0) {
            lw_sleep_ms((int64_t)50 << i);
            lw_http_response_done(response);
        }
        *response = (lw_http_response){0};
        status = exchange_once(rt, request, response, err);
        if (status != LW_E_NETWORK && status != LW_E_TIMEOUT) {
            break;
        }
    }
    return status;
}

/* ---- answers ---- */

static char *error_text(const char *type, const char *message) {
    cJSON *object = cJSON_CreateObject();
    bool made = object != NULL && cJSON_AddStringToObject(object, "errorMessage", message) != NULL &&
                cJSON_AddStringToObject(object, "errorType", type) != NULL &&
                cJSON_AddArrayToObject(object, "stackTrace") != NULL;
    char *text = made ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    return text;
}

/* Returns the service's status; 0 where it cannot be reached. */
static int post(const runtime *rt, api_request *request, lw_slice body) {
    lw_http_response response = {0};
    lw_error err = {0};
    request->method = "POST";
    request->body = body;
    int code = exchange(rt, request, &response, &err) == LW_OK ? response.status : 0;
    lw_http_response_done(&response);
    return code;
}

static int post_error(const runtime *rt, const char *path, const char *type, const char *message) {
    static const char no_memory[] =
        "{\"errorMessage\":\"out of memory\",\"errorType\":\"Runtime.NoMemory\",\"stackTrace\":[]}";
    api_request request = {.error_type = type};
    char *text = error_text(type, message);
    (void)snprintf(request.path, sizeof request.path, "%s", path);
    int code = post(rt, &request, text == NULL ? LW_SLICE_LITERAL(no_memory) : lw_slice_from(text));
    cJSON_free(text);
    return code;
}

static int fail_init(const runtime *rt, const char *type, const lw_error *err) {
    lw_step_log(
        &(lw_step_line){.level = "ERROR", .step = "start", .outcome = type, .message = err->text, .elapsed_ms = -1});
    if (rt->client != NULL) {
        (void)post_error(rt, "init/error", type, err->text);
    }
    return 1;
}

/* True: go on with the next invocation. */
static bool after_answer(const lw_invocation *invocation, const char *what, int code) {
    if (code == 202) {
        return true;
    }
    char outcome[64];
    (void)snprintf(outcome, sizeof outcome, "%s answered with %d", what, code);
    lw_step_log(&(lw_step_line){.level = "ERROR",
                                .request_id = invocation->request_id,
                                .step = "answer",
                                .outcome = outcome,
                                .elapsed_ms = -1});
    return code >= 400 && code < 500; /* not taken, and not to be repeated; 5xx and silence end the process */
}

static bool answer_error(const runtime *rt, const lw_invocation *invocation, const char *type, const char *message) {
    char path[sizeof((api_request *)NULL)->path];
    (void)snprintf(path, sizeof path, "invocation/%s/error", invocation->request_id);
    return after_answer(invocation, "error", post_error(rt, path, type, message));
}

static bool answer(const runtime *rt, const lw_invocation *invocation, const cJSON *response) {
    api_request request = {0};
    char *text = cJSON_PrintUnformatted(response);
    if (text == NULL) {
        return answer_error(rt, invocation, "Runtime.NoMemory", "out of memory");
    }
    (void)snprintf(request.path, sizeof request.path, "invocation/%s/response", invocation->request_id);
    int code = post(rt, &request, lw_slice_from(text));
    cJSON_free(text);
    if (code == 413) {
        return answer_error(rt, invocation, "Function.ResponseSizeTooLarge",
                            "the response is larger than the service takes");
    }
    return after_answer(invocation, "response", code);
}

/* ---- one invocation ---- */

static void set_trace(const lw_http_response *response) {
    lw_slice trace = lw_http_header(response, "lambda-runtime-trace-id");
    char *text = trace.len == 0 ? NULL : lw_slice_dup(trace);
    if (text == NULL) {
        (void)unsetenv("_X_AMZN_TRACE_ID");
    } else {
        (void)setenv("_X_AMZN_TRACE_ID", text, 1);
    }
    free(text);
}

static int64_t deadline_of(const lw_http_response *response) {
    char text[24];
    uint64_t value = 0;
    lw_slice header = lw_http_header(response, "lambda-runtime-deadline-ms");
    if (header.len == 0 || header.len >= sizeof text) {
        return 0;
    }
    memcpy(text, header.data, header.len);
    text[header.len] = '\0';
    return lw_parse_u64(text, &value) == LW_OK && value <= INT64_MAX ? (int64_t)value : 0;
}

static int64_t cutoff_of(int64_t received_ms, int64_t deadline_ms) {
    if (deadline_ms == 0) {
        return 0;
    }
    int64_t fifth = deadline_ms > received_ms ? (deadline_ms - received_ms) / 5 : 0;
    return deadline_ms - (fifth < CUTOFF_MAX_MS ? fifth : CUTOFF_MAX_MS);
}

static bool invoke(const runtime *rt, const lw_invocation *invocation) {
    cJSON *response = NULL;
    lw_error_type type = "Function.Failed";
    lw_error err = {0};
    bool go_on = true;
    int64_t begin = lw_clock_monotonic_ns();
    lw_status status = rt->handler->invoke(rt->state, invocation, &response, &type, &err);
    int64_t elapsed_ms = (lw_clock_monotonic_ns() - begin) / 1000000;
    if (status == LW_OK) {
        go_on = answer(rt, invocation, response);
    } else {
        const char *message = err.text[0] != '\0' ? err.text : lw_status_text(status);
        lw_step_log(&(lw_step_line){.level = "ERROR",
                                    .request_id = invocation->request_id,
                                    .step = "invoke",
                                    .outcome = type,
                                    .message = message,
                                    .elapsed_ms = elapsed_ms});
        go_on = answer_error(rt, invocation, type, message);
    }
    cJSON_Delete(response);
    return go_on;
}

/* Request ids go into a path: letters, digits and hyphens, or it is no id. */
static bool good_id(lw_slice id) {
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) {
            return false;
        }
    }
    return id.len > 0 && id.len <= 128;
}

static bool take_invocation(runtime *rt, const lw_http_response *response, bool too_large) {
    lw_slice id = lw_http_header(response, "lambda-runtime-aws-request-id");
    char *request_id = good_id(id) ? lw_slice_dup(id) : NULL;
    if (request_id == NULL) {
        lw_step_log(&(lw_step_line){.level = "ERROR",
                                    .step = "next",
                                    .message = "the invocation came without a usable request id",
                                    .elapsed_ms = -1});
        return false;
    }
    int64_t now = lw_clock_wall_ms();
    lw_invocation invocation = {.request_id = request_id,
                                .event = lw_buf_slice(&response->body),
                                .received_ms = now,
                                .deadline_ms = deadline_of(response),
                                .thawed = now - rt->idle_since_ms > THAW_MS || now < rt->idle_since_ms};
    invocation.cutoff_ms = cutoff_of(now, invocation.deadline_ms);
    set_trace(response);
    bool go_on = too_large ? answer_error(rt, &invocation, "Runtime.EventTooLarge", "the event is larger than 8 MiB")
                           : invoke(rt, &invocation);
    free(request_id);
    rt->idle_since_ms = lw_clock_wall_ms();
    return go_on;
}

/* ---- the loop ---- */

static bool serve_one(runtime *rt) {
    api_request next = {.method = "GET", .path = "invocation/next"};
    lw_http_response response = {0};
    lw_error err = {0};
    bool go_on = false;
    lw_status status = exchange(rt, &next, &response, &err);
    if (status == LW_OK && response.status == 200) {
        go_on = take_invocation(rt, &response, false);
    } else if (status == LW_E_LIMIT && response.status == 200) {
        go_on = take_invocation(rt, &response, true);
    } else {
        char outcome[64];
        (void)snprintf(outcome, sizeof outcome, "next answered with %d", response.status);
        lw_step_log(&(lw_step_line){
            .level = "ERROR", .step = "next", .outcome = outcome, .message = err.text, .elapsed_ms = -1});
    }
    lw_http_response_done(&response);
    return go_on;
}

static lw_status open_client(runtime *rt, lw_error *err) {
    lw_http_options options = {.connect_timeout_ms = 5000, .read_timeout_ms = -1, .max_response_bytes = EVENT_MAX};
    rt->api = getenv("AWS_LAMBDA_RUNTIME_API");
    if (rt->api == NULL || rt->api[0] == '\0') {
        return lw_fail(err, LW_E_CONFIG, "AWS_LAMBDA_RUNTIME_API is not set: this program runs as a Lambda function");
    }
    return lw_http_client_new(&options, &rt->client);
}

/* Without a CA file of its own the function would look for Debian's path, which no Lambda environment has. */
static void use_packaged_authorities(void) {
    char path[1024];
    const char *root = getenv("LAMBDA_TASK_ROOT");
    int len = snprintf(path, sizeof path, "%s/ca-bundle.crt", root == NULL ? "/var/task" : root);
    FILE *file = len > 0 && (size_t)len < sizeof path ? fopen(path, "re") : NULL;
    if (file != NULL) {
        (void)fclose(file);
        (void)setenv("AWS_CA_BUNDLE", path, 0);
    }
}

int lw_runtime_main(void) {
    runtime rt = {.idle_since_ms = lw_clock_wall_ms()};
    lw_error err = {0};
    const char *name = getenv("_HANDLER");
    int code = 1;
    use_packaged_authorities();
    if (open_client(&rt, &err) != LW_OK) {
        code = fail_init(&rt, "Runtime.NoApi", &err);
    } else if ((rt.handler = lw_handler_find(name == NULL ? "" : name, &err)) == NULL) {
        code = fail_init(&rt, "Runtime.NoSuchHandler", &err);
    } else if (rt.handler->start(&rt.state, &err) != LW_OK) {
        code = fail_init(&rt, "Runtime.InvalidConfiguration", &err);
    } else {
        lw_step_log(&(lw_step_line){.level = "INFO", .step = "start", .outcome = rt.handler->name, .elapsed_ms = -1});
        while (serve_one(&rt)) {
        }
        rt.handler->stop(rt.state);
    }
    lw_http_client_free(rt.client);
    return code;
}
