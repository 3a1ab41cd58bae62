/* What a reply means, and how long to wait: the parts of a request that need no server. */
#include "tests/support/lw_test.h"

#include <string.h>

#include "net/aws_priv.h"

static void check_status(int http_status, const char *code, lw_status want) {
    assert_int_equal(lw_aws_status_of(http_status, lw_slice_from(code)), want);
}

static void check_class(int http_status, const char *code, lw_status_class want) {
    assert_int_equal(lw_status_class_of(lw_aws_status_of(http_status, lw_slice_from(code))), want);
}

LW_TEST(what_may_pass_is_of_the_retry_class) {
    static const int statuses[] = {408, 409, 429, 500, 502, 503, 504, 599};
    static const char *const codes[] = {"RequestTimeout",
                                        "InternalError",
                                        "OperationAborted",
                                        "SlowDown",
                                        "Throttling",
                                        "ConditionalRequestConflict",
                                        "ServiceUnavailable",
                                        "IDPCommunicationError",
                                        "TooManyRequestsException"};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        check_class(statuses[i], "", LW_CLASS_RETRY);
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        check_class(400, codes[i], LW_CLASS_RETRY);
        check_class(200, codes[i], LW_CLASS_RETRY); /* a copy that failed behind its status line */
    }
}

LW_TEST(what_is_final_is_not) {
    static const struct {
        int status;
        const char *code;
        lw_status want;
    } table[] = {{403, "AccessDenied", LW_E_DENIED},
                 {403, "", LW_E_DENIED},
                 {404, "NoSuchKey", LW_E_NOT_FOUND},
                 {404, "", LW_E_NOT_FOUND},
                 {404, "NoSuchBucket", LW_E_NO_BUCKET},
                 {412, "PreconditionFailed", LW_E_PRECONDITION},
                 {412, "", LW_E_PRECONDITION},
                 {403, "InvalidObjectState", LW_E_STATE},
                 {400, "KMS.DisabledException", LW_E_ENCRYPTED},
                 {501, "NotImplemented", LW_E_UNSUPPORTED},
                 {501, "", LW_E_UNSUPPORTED},
                 {301, "PermanentRedirect", LW_E_CONFIG},
                 {307, "TemporaryRedirect", LW_E_CONFIG},
                 {301, "", LW_E_CONFIG},
                 {400, "AuthorizationHeaderMalformed", LW_E_CONFIG},
                 {403, "RequestTimeTooSkewed", LW_E_CONFIG},
                 {400, "ExpiredToken", LW_E_CREDENTIALS},
                 {403, "SignatureDoesNotMatch", LW_E_CREDENTIALS},
                 {409, "BucketNotEmpty", LW_E_STATE},
                 {409, "BucketAlreadyExists", LW_E_EXISTS},
                 {416, "", LW_E_LIMIT},
                 {400, "Unheard", LW_E_PROTOCOL},
                 {200, "Unheard", LW_E_PROTOCOL}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        check_status(table[i].status, table[i].code, table[i].want);
        assert_int_not_equal(lw_status_class_of(table[i].want), LW_CLASS_RETRY);
    }
}

static void check_code(const char *body, const char *want) {
    lw_http_response response = {0};
    lw_buf_init(&response.body, 4096);
    assert_ok(lw_buf_append_text(&response.body, body));
    lw_slice code = lw_aws_error_code(&response);
    assert_true(lw_slice_equal_text(code, want));
    lw_http_response_done(&response);
}

LW_TEST(error_code_of_xml) {
    check_code("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "NoSuchKey");
    check_code(
        "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code> AccessDenied </Code></Error></ErrorResponse>",
        "AccessDenied");
    check_code("<ListBucketResult><Code>x</Code></ListBucketResult>", "");
    check_code("<Error><Code/></Error>", "");
    check_code("<Error><Code>Cut", "");
    check_code("<html><h1>502 Bad Gateway</h1></html>", "");
    check_code("", "");
}

LW_TEST(error_code_of_json) {
    check_code("{\"__type\":\"com.amazon.x#ExpiredTokenException\",\"message\":\"m\"}", "ExpiredTokenException");
    check_code("{\"message\":\"m\",\"__type\":\"ValidationException\"}", "ValidationException");
    check_code("{\"code\":\"AccessDenied\"}", "AccessDenied");
    check_code("{\"__type\":", "");
    check_code("{}", "");
}

LW_TEST(error_code_of_a_header) {
    lw_http_response response = {0};
    assert_ok(
        lw_strings_add(&response.headers, LW_SLICE_LITERAL("x-amzn-errortype: ThrottlingException:http://internal/x")));
    assert_true(lw_slice_equal_text(lw_aws_error_code(&response), "ThrottlingException"));
    lw_http_response_done(&response);
}

LW_TEST(headers_are_found_by_whole_name) {
    lw_http_response response = {0};
    assert_ok(lw_strings_add(&response.headers, LW_SLICE_LITERAL("etag-x: no")));
    assert_ok(lw_strings_add(&response.headers, LW_SLICE_LITERAL("etag:   \"a\" ")));
    assert_ok(lw_strings_add(&response.headers, LW_SLICE_LITERAL("etag: second")));
    assert_true(lw_slice_equal_text(lw_http_header(&response, "etag"), "\"a\""));
    assert_int_equal(lw_http_header(&response, "eta").len, 0);
    lw_http_response_done(&response);
}

LW_TEST(backoff_is_jittered_doubled_and_capped) {
    for (unsigned attempt = 1; attempt <= 40; attempt++) {
        int64_t ceiling = attempt > 8 ? 20000 : (int64_t)100 << (attempt - 1);
        int64_t lowest = INT64_MAX;
        int64_t highest = -1;
        for (int i = 0; i < 400; i++) {
            int64_t delay = lw_backoff_ms(attempt);
            lowest = delay < lowest ? delay : lowest;
            highest = delay > highest ? delay : highest;
        }
        assert_true(lowest >= 0 && highest <= (ceiling > 20000 ? 20000 : ceiling));
        /* 400 draws over the whole range: each half is left out with a chance of 2^-400. */
        assert_true(lowest < ceiling / 2 && highest > ceiling / 2);
    }
}
