/* One AWS request, tried until it is done, cannot be done or has been tried often enough.
 *
 * Each attempt is signed anew, so that it carries the time of its sending and the credentials of the moment. What comes
 * next is decided by the class of the failure alone:
 *   retry class           again after a random share of a doubling delay (full jitter), within max_attempts
 *   expired credentials   fetched again, once, at once
 *   clock out of step     corrected by the server's Date, once, at once
 *   anything else         returned
 * A request whose sink was given bytes is never tried again: the caller knows how to go on from where it is. A redirect
 * or a wrong region is returned with the region in the message; nothing signed is ever sent to a host that a server
 * named.
 *
 * Messages carry the server's code, its text and the request id; credentials that a server echoes are masked before
 * the text is cut to size.
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "net/aws_priv.h"
#include "net/xml.h"

#define BACKOFF_BASE_MS 100
#define BACKOFF_CAP_MS 20000
#define SKEW_SUSPECT_MS ((int64_t)4 * 60 * 1000)
#define MESSAGE_MAX ((size_t)64 * 1024)
#define MESSAGE_SHOWN 300
#define CODE_SHOWN 80

int64_t lw_backoff_ms(unsigned attempt) {
    int64_t ceiling = BACKOFF_CAP_MS;
    if (attempt < 9) {
        ceiling = (int64_t)BACKOFF_BASE_MS << (attempt == 0 ? 0 : attempt - 1);
        ceiling = ceiling > BACKOFF_CAP_MS ? BACKOFF_CAP_MS : ceiling;
    }
    return (int64_t)(lw_random_u64() % (uint64_t)(ceiling + 1));
}

/* What a code or status means */

typedef struct code_status {
    const char *code;
    lw_status status;
} code_status;

static const code_status codes[] = {
    /* the same request may succeed later */
    {"InternalError", LW_E_SERVER},
    {"InternalFailure", LW_E_SERVER},
    {"InternalServerError", LW_E_SERVER},
    {"InternalException", LW_E_SERVER},
    {"ServiceUnavailable", LW_E_SERVER},
    {"IDPCommunicationError", LW_E_SERVER},
    {"RequestTimeout", LW_E_TIMEOUT},
    {"RequestTimeoutException", LW_E_TIMEOUT},
    {"SlowDown", LW_E_THROTTLED},
    {"Throttling", LW_E_THROTTLED},
    {"ThrottlingException", LW_E_THROTTLED},
    {"ThrottledException", LW_E_THROTTLED},
    {"RequestThrottled", LW_E_THROTTLED},
    {"RequestThrottledException", LW_E_THROTTLED},
    {"TooManyRequestsException", LW_E_THROTTLED},
    {"RequestLimitExceeded", LW_E_THROTTLED},
    {"BandwidthLimitExceeded", LW_E_THROTTLED},
    {"ProvisionedThroughputExceededException", LW_E_THROTTLED},
    {"PriorRequestNotComplete", LW_E_THROTTLED},
    {"OperationAborted", LW_E_CONFLICT},
    {"ConditionalRequestConflict", LW_E_CONFLICT},
    /* credentials and clock */
    {"ExpiredToken", LW_E_CREDENTIALS},
    {"ExpiredTokenException", LW_E_CREDENTIALS},
    {"TokenRefreshRequired", LW_E_CREDENTIALS},
    {"InvalidAccessKeyId", LW_E_CREDENTIALS},
    {"InvalidClientTokenId", LW_E_CREDENTIALS},
    {"UnrecognizedClientException", LW_E_CREDENTIALS},
    {"InvalidToken", LW_E_CREDENTIALS},
    {"SignatureDoesNotMatch", LW_E_CREDENTIALS},
    {"InvalidSignatureException", LW_E_CREDENTIALS},
    {"IncompleteSignature", LW_E_CREDENTIALS},
    {"MissingAuthenticationToken", LW_E_CREDENTIALS},
    {"AuthFailure", LW_E_CREDENTIALS},
    {"RequestTimeTooSkewed", LW_E_CONFIG},
    /* refused */
    {"AccessDenied", LW_E_DENIED},
    {"AccessDeniedException", LW_E_DENIED},
    {"AllAccessDisabled", LW_E_DENIED},
    {"AccountProblem", LW_E_DENIED},
    {"NotSignedUp", LW_E_DENIED},
    {"QuotaExceeded", LW_E_DENIED},
    /* what was asked for */
    {"NoSuchKey", LW_E_NOT_FOUND},
    {"NoSuchVersion", LW_E_NOT_FOUND},
    {"NoSuchUpload", LW_E_NOT_FOUND},
    {"ResourceNotFoundException", LW_E_NOT_FOUND},
    {"NoSuchBucket", LW_E_NO_BUCKET},
    {"PreconditionFailed", LW_E_PRECONDITION},
    {"BucketAlreadyExists", LW_E_EXISTS},
    {"BucketAlreadyOwnedByYou", LW_E_EXISTS},
    {"BucketNotEmpty", LW_E_STATE},
    {"InvalidBucketState", LW_E_STATE},
    {"InvalidObjectState", LW_E_STATE},
    {"InvalidRange", LW_E_LIMIT},
    {"EntityTooLarge", LW_E_LIMIT},
    {"KeyTooLongError", LW_E_LIMIT},
    {"InvalidBucketName", LW_E_CONFIG},
    {"PermanentRedirect", LW_E_CONFIG},
    {"TemporaryRedirect", LW_E_CONFIG},
    {"Redirect", LW_E_CONFIG},
    {"AuthorizationHeaderMalformed", LW_E_CONFIG},
    {"IllegalLocationConstraintException", LW_E_CONFIG},
    {"NotImplemented", LW_E_UNSUPPORTED},
    {"MethodNotAllowed", LW_E_UNSUPPORTED},
};

static lw_status status_of_http(int http_status) {
    static const struct {
        int http_status;
        lw_status status;
    } table[] = {{301, LW_E_CONFIG},       {302, LW_E_CONFIG},    {307, LW_E_CONFIG},      {308, LW_E_CONFIG},
                 {401, LW_E_DENIED},       {403, LW_E_DENIED},    {404, LW_E_NOT_FOUND},   {405, LW_E_UNSUPPORTED},
                 {408, LW_E_TIMEOUT},      {409, LW_E_CONFLICT},  {410, LW_E_NOT_FOUND},   {411, LW_E_PROTOCOL},
                 {412, LW_E_PRECONDITION}, {413, LW_E_LIMIT},     {416, LW_E_LIMIT},       {429, LW_E_THROTTLED},
                 {501, LW_E_UNSUPPORTED},  {503, LW_E_THROTTLED}, {505, LW_E_UNSUPPORTED}, {507, LW_E_DENIED}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].http_status == http_status) {
            return table[i].status;
        }
    }
    return http_status >= 500 && http_status <= 599 ? LW_E_SERVER : LW_E_PROTOCOL;
}

lw_status lw_aws_status_of(int http_status, lw_slice code) {
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (lw_slice_equal_text(code, codes[i].code)) {
            return codes[i].status;
        }
    }
    if (lw_slice_starts_with(code, LW_SLICE_LITERAL("KMS."))) {
        return LW_E_ENCRYPTED;
    }
    return status_of_http(http_status);
}

/* What an error reply says */

static bool looks_like_json(lw_slice body) {
    lw_slice text = lw_slice_trim(body);
    return text.len > 0 && text.data[0] == '{';
}

/* Raw text of the first element of that name that stands within an Error element; the codes have no entities. */
static lw_slice xml_error_member(lw_slice body, const char *name) {
    lw_slice found = {NULL, 0};
    lw_xml xml;
    lw_xml_event event = LW_XML_START;
    bool in_error = false;
    lw_xml_init(&xml, body);
    while (found.data == NULL && lw_xml_next(&xml, &event) == LW_OK && event != LW_XML_EOF) {
        if (event == LW_XML_START && in_error && lw_slice_equal_text(xml.name, name) && !xml.self_closing) {
            const char *begin = body.data + xml.position;
            const char *end = memchr(begin, '<', body.len - xml.position);
            found = (lw_slice){begin, end == NULL ? 0 : (size_t)(end - begin)};
        }
        in_error = in_error || (event == LW_XML_START && lw_slice_equal_text(xml.name, "Error"));
    }
    lw_xml_done(&xml);
    return lw_slice_trim(found);
}

/* "com.amazon.x#Name:http://..." is Name. */
static lw_slice plain_type(lw_slice type) {
    const char *hash = type.len == 0 ? NULL : memchr(type.data, '#', type.len);
    if (hash != NULL) {
        type = (lw_slice){hash + 1, (size_t)(type.data + type.len - hash - 1)};
    }
    const char *colon = type.len == 0 ? NULL : memchr(type.data, ':', type.len);
    if (colon != NULL) {
        type.len = (size_t)(colon - type.data);
    }
    return lw_slice_trim(type);
}

static const char *json_text(const cJSON *object, const char *const *names) {
    for (; *names != NULL; names++) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, *names));
        if (text != NULL) {
            return text;
        }
    }
    return NULL;
}

/* The text of the member as it stands in body, found again by its value. */
static lw_slice json_type_in(lw_slice body) {
    static const char *const names[] = {"__type", "code", "Code", NULL};
    cJSON *object = cJSON_ParseWithLength(body.data, body.len);
    const char *text = json_text(object, names);
    lw_slice found = {NULL, 0};
    if (text != NULL && text[0] != '\0') {
        const char *at = memmem(body.data, body.len, text, strlen(text));
        found = at == NULL ? found : (lw_slice){at, strlen(text)};
    }
    cJSON_Delete(object);
    return found;
}

lw_slice lw_aws_error_code(const lw_http_response *response) {
    lw_slice body = lw_buf_slice(&response->body);
    lw_slice header = lw_http_header(response, "x-amzn-errortype");
    if (header.len > 0) {
        return plain_type(header);
    }
    if (body.len == 0) {
        return (lw_slice){NULL, 0};
    }
    return looks_like_json(body) ? plain_type(json_type_in(body)) : xml_error_member(body, "Code");
}

/* Appends the server's message, decoded. Whether it can be read decides nothing, so failures leave it empty. */
static void read_message(const lw_http_response *response, lw_buf *out) {
    static const char *const names[] = {"message", "Message", "errorMessage", NULL};
    lw_slice body = lw_buf_slice(&response->body);
    lw_status status = LW_OK;
    if (looks_like_json(body)) {
        cJSON *object = cJSON_ParseWithLength(body.data, body.len);
        const char *text = json_text(object, names);
        status = text == NULL ? LW_E_NOT_FOUND : lw_buf_append_text(out, text);
        cJSON_Delete(object);
    } else if (body.len > 0) {
        status = lw_xml_find(body, "Error/Message", out);
        if (status == LW_E_NOT_FOUND) {
            status = lw_xml_find(body, "ErrorResponse/Error/Message", out);
        }
    }
    if (status != LW_OK) {
        lw_buf_reset(out);
    }
}

static lw_slice request_id_of(const lw_http_response *response) {
    lw_slice id = lw_http_header(response, "x-amz-request-id");
    return id.len > 0 ? id : lw_http_header(response, "x-amzn-requestid");
}

/* One call */

typedef struct call {
    lw_aws *aws;
    const lw_aws_request *request;
    lw_signing signing;
    const lw_credentials *given;
    const char *region;
    char payload_sha256[2 * LW_SHA256_SIZE + 1];
    lw_credentials fetched; /* of the chain, for the attempt under way */
    uint64_t generation;
    unsigned attempt; /* from 1 */
    bool refreshed;
    bool clock_set;
} call;

static const lw_credentials *credentials_of(const call *c) {
    return c->signing == LW_SIGN_CHAIN ? &c->fetched : c->given;
}

static void hide_credentials(const call *c, char *text) {
    const lw_credentials *credentials = credentials_of(c);
    if (credentials != NULL) {
        lw_redact(text, credentials->secret_access_key);
        lw_redact(text, credentials->session_token);
        lw_redact(text, credentials->access_key_id);
    }
}

static lw_status sign(call *c, lw_strings *headers, lw_error *err) {
    if (c->signing == LW_SIGN_NOT) {
        return LW_OK;
    }
    if (c->signing == LW_SIGN_CHAIN) {
        lw_credentials_done(&c->fetched);
        LW_TRY(lw_aws_credentials_numbered(c->aws, &c->fetched, &c->generation, err));
    }
    const lw_sigv4_request signature = {
        .method = c->request->http.method,
        .url = c->request->http.url,
        .headers = headers,
        .payload_sha256 = c->request->payload_sha256 != NULL ? c->request->payload_sha256 : c->payload_sha256,
        .region = c->region,
        .service = c->request->service,
        .now_ms = lw_aws_now_ms(c->aws),
    };
    lw_status status = lw_sigv4_sign(&signature, credentials_of(c), headers);
    return status == LW_OK ? LW_OK : lw_fail(err, status, "sign request: %s", lw_status_text(status));
}

static void append_region_hint(const lw_http_response *response, lw_status status, lw_buf *out) {
    lw_slice region = lw_http_header(response, "x-amz-bucket-region");
    if (region.len == 0 && response->body.len > 0 && status == LW_E_CONFIG) {
        region = xml_error_member(lw_buf_slice(&response->body), "Region");
    }
    if (status == LW_E_CONFIG && region.len > 0 && region.len < 64 &&
        lw_buf_printf(out, "; the bucket is in region '%.*s': use --region", (int)region.len, region.data) != LW_OK) {
        lw_buf_reset(out);
    }
}

static lw_status describe(const call *c, const lw_http_response *response, lw_status status, lw_error *err) {
    lw_slice code = lw_aws_error_code(response);
    lw_slice id = request_id_of(response);
    lw_buf message;
    lw_buf hint;
    lw_buf_init(&message, MESSAGE_MAX);
    lw_buf_init(&hint, MESSAGE_MAX);
    read_message(response, &message);
    if (message.len > 0) {
        hide_credentials(c, message.data);
    }
    append_region_hint(response, status, &hint);
    /* Nothing longer is a code; shown in part, it could be a part of a credential. */
    if (code.len == 0 || code.len > CODE_SHOWN) {
        code = LW_SLICE_LITERAL("the server gives no reason");
    }
    lw_fail(err, status, "%.*s: %.*s%s (status %d, request id '%.*s')", (int)code.len, code.data, MESSAGE_SHOWN,
            message.len == 0 ? lw_status_text(status) : message.data, hint.len == 0 ? "" : hint.data, response->status,
            id.len > 64 ? 64 : (int)id.len, id.len == 0 ? "" : id.data);
    hide_credentials(c, err->text);
    lw_buf_done(&message);
    lw_buf_done(&hint);
    return status;
}

static bool is_done(int http_status) {
    return (http_status >= 200 && http_status <= 299) || http_status == 304;
}

/* Signs and sends once. A reply that says no becomes a failure here. */
static lw_status send_once(call *c, lw_http_response *response, lw_error *err) {
    lw_http_request http = c->request->http;
    lw_strings headers = {0};
    lw_status status = LW_OK;
    for (size_t i = 0; status == LW_OK && i < http.headers.count; i++) {
        status = lw_strings_add(&headers, lw_slice_from(http.headers.items[i]));
    }
    if (status != LW_OK) {
        lw_fail(err, status, "prepare request: %s", lw_status_text(status));
    } else {
        status = sign(c, &headers, err);
    }
    if (status == LW_OK) {
        http.headers = headers;
        status = lw_http_exchange(c->aws->http, &http, response, err);
        if (status == LW_OK && !is_done(response->status)) {
            status = describe(c, response, lw_aws_status_of(response->status, lw_aws_error_code(response)), err);
        }
    }
    lw_strings_done(&headers);
    return status;
}

static bool is_code(lw_slice code, const char *const *names) {
    for (; *names != NULL; names++) {
        if (lw_slice_equal_text(code, *names)) {
            return true;
        }
    }
    return false;
}

/* HEAD replies have no body: 400 with temporary credentials is how S3 says there that a token has expired. */
static bool says_expired(const call *c, const lw_http_response *response) {
    static const char *const names[] = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", NULL};
    lw_slice code = lw_aws_error_code(response);
    bool is_mute = code.len == 0 && response->status == 400 && strcmp(c->request->http.method, "HEAD") == 0;
    return is_code(code, names) || (is_mute && c->fetched.session_token != NULL);
}

static bool renew_credentials(call *c, const lw_http_response *response) {
    if (c->refreshed || c->signing != LW_SIGN_CHAIN || is_done(response->status) || !says_expired(c, response)) {
        return false;
    }
    c->refreshed = true;
    lw_aws_forget_credentials(c->aws, c->generation);
    return true;
}

/* Corrects the clock by the reply's Date when the failure may be due to it. */
static bool correct_clock(call *c, const lw_http_response *response) {
    static const char *const sure[] = {"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired", NULL};
    static const char *const possible[] = {
        "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "AccessDenied", "", NULL};
    lw_slice code = lw_aws_error_code(response);
    int64_t server_ms;
    if (c->clock_set || c->signing == LW_SIGN_NOT || (response->status != 403 && response->status != 400) ||
        lw_time_parse_http(lw_http_header(response, "date"), &server_ms) != LW_OK) {
        return false;
    }
    int64_t apart_ms = server_ms - lw_aws_now_ms(c->aws);
    bool is_far = apart_ms > SKEW_SUSPECT_MS || apart_ms < -SKEW_SUSPECT_MS;
    if (!is_code(code, sure) && !(is_far && is_code(code, possible))) {
        return false;
    }
    c->clock_set = true;
    pthread_mutex_lock(&c->aws->synced.lock);
    c->aws->synced.skew_ms = server_ms - lw_clock_wall_ms();
    pthread_mutex_unlock(&c->aws->synced.lock);
    lw_debug("clock corrected by %lld s", (long long)(apart_ms / 1000));
    return true;
}

static int64_t retry_after_ms(const lw_http_response *response) {
    uint64_t seconds = 0;
    char text[8];
    lw_slice value = lw_http_header(response, "retry-after");
    if (value.len == 0 || value.len >= sizeof text) {
        return 0;
    }
    memcpy(text, value.data, value.len);
    text[value.len] = '\0';
    if (lw_parse_u64(text, &seconds) != LW_OK) {
        return 0;
    }
    return seconds > BACKOFF_CAP_MS / 1000 ? BACKOFF_CAP_MS : (int64_t)seconds * 1000;
}

/* Whether to try again; waits as long as is due before saying so. */
static bool goes_on(call *c, const lw_http_response *response, lw_status status) {
    bool sink_has_bytes = c->request->http.sink != NULL && response->body_bytes > 0 && is_done(response->status);
    if (sink_has_bytes) {
        return false;
    }
    if (renew_credentials(c, response) || correct_clock(c, response)) {
        return true;
    }
    if (c->request->no_retry || lw_status_class_of(status) != LW_CLASS_RETRY || c->attempt >= c->aws->max_attempts) {
        return false;
    }
    int64_t delay_ms = lw_backoff_ms(c->attempt);
    int64_t asked_ms = retry_after_ms(response);
    c->attempt++;
    lw_sleep_ms(delay_ms > asked_ms ? delay_ms : asked_ms);
    return true;
}

static void log_attempt(const call *c, const lw_http_response *response, lw_status status) {
    lw_url url;
    if (!lw_log_debug_enabled() || lw_url_split(c->request->http.url, &url) != LW_OK) {
        return;
    }
    lw_debug("%s %.*s%.*s attempt %u: %s, status %d", c->request->http.method, (int)url.host.len, url.host.data,
             (int)url.path.len, url.path.len == 0 ? "" : url.path.data, c->attempt, lw_status_name(status),
             response->status);
}

static lw_status run(call *c, lw_http_response *response, lw_error *err) {
    lw_status status;
    bool again = true;
    do {
        lw_http_response_done(response);
        status = send_once(c, response, err);
        log_attempt(c, response, status);
        again = status != LW_OK && status != LW_E_CANCELLED && goes_on(c, response, status);
    } while (again);
    return status;
}

lw_status lw_aws_send_signed(lw_aws *aws, const lw_aws_request *request, lw_signing signing,
                             const lw_credentials *given, lw_http_response *response, lw_error *err) {
    lw_error local = {0};
    lw_error *text = err == NULL ? &local : err;
    call c = {.aws = aws, .request = request, .signing = signing, .given = given, .attempt = 1};
    c.region = request->region != NULL ? request->region : aws->region;
    LW_TRY(lw_aws_check_url(aws, request->http.url, "URL of the request", text));
    if (request->payload_sha256 == NULL) {
        lw_status status = lw_sha256_hex(request->http.body, c.payload_sha256);
        if (status != LW_OK) {
            return lw_fail(text, status, "prepare request: %s", lw_status_text(status));
        }
    }
    lw_status status = run(&c, response, text);
    lw_credentials_done(&c.fetched);
    if (status == LW_OK) {
        *text = (lw_error){0}; /* of an attempt before the one that was done */
    }
    return status;
}

lw_status lw_aws_send(lw_aws *aws, const lw_aws_request *request, lw_http_response *response, lw_error *err) {
    return lw_aws_send_signed(aws, request, aws->no_sign_request ? LW_SIGN_NOT : LW_SIGN_CHAIN, NULL, response, err);
}
