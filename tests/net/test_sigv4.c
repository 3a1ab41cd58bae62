#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "net/sigv4.h"

/* Made at run time: nothing in the repository looks like a secret. */
static lw_credentials example_credentials(void) {
    lw_buf key;
    lw_buf secret;
    lw_buf_init(&key, 64);
    lw_buf_init(&secret, 64);
    assert_ok(lw_buf_printf(&key, "AKI%s%s", "DEXA", "MPLE"));
    assert_ok(lw_buf_printf(&secret, "%s/%s%s%s%s", "wJalrXUtnFEMI", "K7MDENG", "+bPxRfiCY", "EXAMPLE", "KEY"));
    /* The documentation's worked example has a '+' where its other samples have a '/'. */
    lw_credentials credentials = {.access_key_id = lw_buf_take(&key), .secret_access_key = lw_buf_take(&secret)};
    return credentials;
}

static const char *header(const lw_strings *headers, const char *prefix) {
    for (size_t i = 0; i < headers->count; i++) {
        if (strncmp(headers->items[i], prefix, strlen(prefix)) == 0) {
            return headers->items[i] + strlen(prefix);
        }
    }
    return NULL;
}

static lw_status sign(const char *method, const char *url, const char *service, const lw_strings *headers,
                      const lw_credentials *credentials, lw_strings *signed_headers) {
    char empty[2 * LW_SHA256_SIZE + 1];
    assert_ok(lw_sha256_hex((lw_slice){"", 0}, empty));
    const lw_sigv4_request request = {.method = method,
                                      .url = url,
                                      .headers = headers,
                                      .payload_sha256 = empty,
                                      .region = "us-east-1",
                                      .service = service,
                                      .now_ms = INT64_C(1440938160000)};
    return lw_sigv4_sign(&request, credentials, signed_headers);
}

static char *authorization(const char *url, const char *service) {
    lw_credentials credentials = example_credentials();
    lw_strings result = {0};
    assert_ok(sign("GET", url, service, NULL, &credentials, &result));
    char *text = lw_text_dup(header(&result, "Authorization: "));
    assert_non_null(text);
    lw_strings_done(&result);
    lw_credentials_done(&credentials);
    return text;
}

/* Worked example of the AWS General Reference: ListUsers at 2015-08-30T12:36:00Z. */
LW_TEST(worked_example_of_the_documentation) {
    lw_credentials credentials = example_credentials();
    lw_strings headers = {0};
    lw_strings result = {0};
    assert_ok(
        lw_strings_add(&headers, LW_SLICE_LITERAL("Content-Type: application/x-www-form-urlencoded; charset=utf-8")));
    assert_ok(sign("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "iam", &headers,
                   &credentials, &result));
    const char *text = header(&result, "Authorization: ");
    assert_non_null(text);
    assert_non_null(strstr(text, "SignedHeaders=content-type;host;x-amz-date, "));
    assert_non_null(strstr(text, "/20150830/us-east-1/iam/aws4_request, "));
    assert_string_equal(header(&result, "x-amz-date: "), "20150830T123600Z");
    assert_null(header(&result, "x-amz-content-sha256: "));
    const char *signature = strstr(text, "Signature=");
    assert_non_null(signature);
    assert_string_equal(signature + 10, "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    lw_strings_done(&headers);
    lw_strings_done(&result);
    lw_credentials_done(&credentials);
}

static void check_same(const char *a, const char *b, const char *service, bool same) {
    char *x = authorization(a, service);
    char *y = authorization(b, service);
    assert_int_equal(strcmp(x, y) == 0, same);
    free(x);
    free(y);
}

LW_TEST(s3_path_is_kept_and_encoded_once) {
    check_same("http://h/b/a%2Fb", "http://h/b/a/b", "s3", false);
    check_same("http://h/b//x", "http://h/b/x", "s3", false);
    check_same("http://h/b/../x", "http://h/x", "s3", false);
    check_same("http://h/b/a+b", "http://h/b/a%2Bb", "s3", true);
    check_same("http://h", "http://h/", "s3", true);
}

LW_TEST(other_paths_are_normalised) {
    check_same("http://h/a/../x/./y", "http://h/x/y", "events", true);
    check_same("http://h/a//b", "http://h/a/b", "events", true);
    check_same("http://h/a/b/..", "http://h/a", "events", true);
    check_same("http://h/../..", "http://h/", "events", true);
}

LW_TEST(query_is_sorted_and_named) {
    check_same("http://h/?b=2&a=1", "http://h/?a=1&b=2", "s3", true);
    check_same("http://h/?uploads", "http://h/?uploads=", "s3", true);
    check_same("http://h/?a=2&a=1", "http://h/?a=1&a=2", "s3", true);
    check_same("http://h/?p=a+b", "http://h/?p=a%2Bb", "s3", true);
    check_same("http://h/?p=a+b", "http://h/?p=a%20b", "s3", false);
}

LW_TEST(what_cannot_be_signed_is_refused) {
    lw_credentials credentials = example_credentials();
    lw_credentials none = {0};
    lw_strings result = {0};
    assert_int_equal(sign("GET", "no url", "s3", NULL, &credentials, &result), LW_E_USAGE);
    assert_int_equal(sign("GET", "http://h/%zz", "s3", NULL, &credentials, &result), LW_E_PARSE);
    assert_int_equal(sign("GET", "http://h/", "s3", NULL, &none, &result), LW_E_CREDENTIALS);
    assert_int_equal(result.count, 0);
    lw_credentials_done(&credentials);
}

LW_TEST(result_may_be_the_request_headers) {
    lw_credentials credentials = example_credentials();
    lw_strings apart = {0};
    lw_strings same = {0};
    assert_ok(lw_strings_add(&same, LW_SLICE_LITERAL("x-amz-meta-a: 1")));
    lw_strings given = {0};
    assert_ok(lw_strings_add(&given, LW_SLICE_LITERAL("x-amz-meta-a: 1")));
    assert_ok(sign("PUT", "http://h/b/k", "s3", &given, &credentials, &apart));
    assert_ok(sign("PUT", "http://h/b/k", "s3", &same, &credentials, &same));
    assert_string_equal(header(&apart, "Authorization: "), header(&same, "Authorization: "));
    assert_int_equal(same.count, apart.count + 1);
    lw_strings_done(&apart);
    lw_strings_done(&same);
    lw_strings_done(&given);
    lw_credentials_done(&credentials);
}

LW_TEST(token_is_sent_and_signed) {
    lw_credentials credentials = example_credentials();
    credentials.session_token = lw_text_dup("a token");
    lw_strings result = {0};
    assert_ok(sign("GET", "http://h/", "s3", NULL, &credentials, &result));
    assert_string_equal(header(&result, "x-amz-security-token: "), "a token");
    assert_non_null(strstr(header(&result, "Authorization: "),
                           "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, "));
    lw_strings_done(&result);
    lw_credentials_done(&credentials);
}

LW_TEST(credentials_copy_is_deep) {
    lw_credentials credentials = example_credentials();
    credentials.expires_ms = 42;
    lw_credentials copy;
    assert_ok(lw_credentials_copy(&credentials, &copy));
    assert_ptr_not_equal(copy.secret_access_key, credentials.secret_access_key);
    assert_string_equal(copy.secret_access_key, credentials.secret_access_key);
    assert_null(copy.session_token);
    assert_int_equal(copy.expires_ms, 42);
    lw_credentials_done(&credentials);
    lw_credentials_done(&copy);
    assert_null(copy.access_key_id);
}
