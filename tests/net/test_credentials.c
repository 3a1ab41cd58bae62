/* Parts of the credential chain that need neither files nor servers. */
#include "tests/support/lw_test.h"

#include <stdlib.h>
#include <string.h>

#include "net/aws_priv.h"
#include "net/process_priv.h"

#define MINUTE_MS ((int64_t)60000)

LW_TEST(refresh_times_of_long_lived_credentials) {
    int64_t advisory;
    int64_t mandatory;
    lw_refresh_times(0, 60 * MINUTE_MS, &advisory, &mandatory);
    assert_int_equal(advisory, 45 * MINUTE_MS);
    assert_int_equal(mandatory, 50 * MINUTE_MS);
    lw_refresh_times(0, 30 * MINUTE_MS, &advisory, &mandatory);
    assert_int_equal(advisory, 15 * MINUTE_MS);
    assert_int_equal(mandatory, 20 * MINUTE_MS);
}

LW_TEST(refresh_times_of_short_lived_credentials) {
    int64_t advisory;
    int64_t mandatory;
    lw_refresh_times(0, 12 * MINUTE_MS, &advisory, &mandatory);
    assert_int_equal(advisory, 6 * MINUTE_MS);
    assert_int_equal(mandatory, 8 * MINUTE_MS);
}

LW_TEST(redaction) {
    char text[] = "token abcdefghij and abcdefghij again";
    lw_redact(text, "abcdefghij");
    assert_string_equal(text, "token [hidden] and [hidden] again");
    char end[] = "at the end 12345678";
    lw_redact(end, "12345678");
    assert_string_equal(end, "at the end [hidden]");
    char plain[] = "region is ab";
    lw_redact(plain, "ab"); /* too short to be one: masking it would only garble */
    lw_redact(plain, NULL);
    lw_redact(plain, "");
    assert_string_equal(plain, "region is ab");
}

static lw_status container(const char *relative, const char *full) {
    char *url = NULL;
    lw_error err = {0};
    lw_status status = lw_container_url(relative, full, &url, &err);
    assert_int_equal(status == LW_OK, url != NULL);
    free(url);
    return status;
}

LW_TEST(container_urls_over_plain_http) {
    static const char *const good[] = {"http://169.254.170.2/x",     "http://169.254.170.23/v1/credentials",
                                       "http://[fd00:ec2::23]/v1",   "http://127.0.0.1:8080/x",
                                       "http://localhost/x",         "http://[::1]:1/x",
                                       "https://anything.example/x", "https://10.1.2.3/"};
    static const char *const bad[] = {"http://example.com/x",
                                      "http://10.1.2.3/",
                                      "http://169.254.169.254/x",
                                      "http://169.254.170.3/",
                                      "http://[fd00:ec2::24]/",
                                      "ftp://127.0.0.1/",
                                      "/relative",
                                      "http://user@127.0.0.1/",
                                      "http://169.254.170.2.evil/"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_ok(container(NULL, good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(container(NULL, bad[i]), LW_E_CONFIG);
    }
}

LW_TEST(container_url_by_path) {
    char *url = NULL;
    lw_error err = {0};
    assert_ok(lw_container_url("/v2/credentials/1", "https://ignored/", &url, &err));
    assert_string_equal(url, "http://169.254.170.2/v2/credentials/1");
    free(url);
    assert_int_equal(container("v2/credentials", NULL), LW_E_CONFIG);
    assert_int_equal(container("@evil.example/", NULL), LW_E_CONFIG);
    assert_int_equal(container(NULL, NULL), LW_E_NOT_FOUND);
}

static lw_status read_json(const char *text, bool version_1, lw_credentials *ret_credentials) {
    const lw_credentials_format format = {.source = "test", .token_name = "Token", .version_1 = version_1};
    lw_error err = {0};
    lw_status status = lw_credentials_from_json(lw_slice_from(text), &format, ret_credentials, &err);
    assert_true(status == LW_OK || strncmp(err.text, "test: ", 6) == 0);
    assert_null(strstr(err.text, "canary"));
    return status;
}

LW_TEST(credentials_of_json) {
    lw_credentials credentials = {0};
    assert_ok(read_json("{\"Version\":1,\"AccessKeyId\":\"k\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
                        "\"Expiration\":\"2026-01-01T00:00:00Z\"}",
                        true, &credentials));
    assert_string_equal(credentials.access_key_id, "k");
    assert_string_equal(credentials.secret_access_key, "s");
    assert_string_equal(credentials.session_token, "t");
    assert_true(credentials.expires_ms == INT64_C(1767225600000));
    lw_credentials_done(&credentials);
    assert_ok(read_json("{\"AccessKeyId\":\"k\",\"SecretAccessKey\":\"s\"}", false, &credentials));
    assert_null(credentials.session_token);
    assert_int_equal(credentials.expires_ms, 0);
    lw_credentials_done(&credentials);
}

LW_TEST(broken_json_is_refused_without_quoting_it) {
    static const char *const bad[] = {
        "",
        "canary",
        "[\"canary\"]",
        "{\"AccessKeyId\":\"canary\"}",
        "{\"Version\":1,\"AccessKeyId\":\"canary\"}",
        "{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"canary\"}",
        "{\"Version\":1,\"AccessKeyId\":7,\"SecretAccessKey\":\"canary\"}",
        "{\"Version\":2,\"AccessKeyId\":\"canary\",\"SecretAccessKey\":\"canary\"}",
        "{\"AccessKeyId\":\"canary\",\"SecretAccessKey\":\"canary\"}",
        "{\"Version\":1,\"AccessKeyId\":\"canary\",\"SecretAccessKey\":\"canary\",\"Expiration\":\"canary\"}",
        "{\"Version\":1,\"AccessKeyId\":\"canary\",\"SecretAccessKey\":\"canary"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        lw_credentials credentials = {0};
        assert_int_equal(read_json(bad[i], true, &credentials), LW_E_CREDENTIALS);
        assert_null(credentials.access_key_id);
    }
}

static void check_words(const char *text, const char *joined) {
    lw_strings words = {0};
    lw_buf out;
    lw_buf_init(&out, 4096);
    assert_ok(lw_split_words(text, &words));
    for (size_t i = 0; i < words.count; i++) {
        assert_ok(lw_buf_printf(&out, "<%s>", words.items[i]));
    }
    assert_string_equal(out.len == 0 ? "" : out.data, joined);
    lw_strings_done(&words);
    lw_buf_done(&out);
}

LW_TEST(words_are_split_as_a_shell_does) {
    check_words("", "");
    check_words("  a  b\tc ", "<a><b><c>");
    check_words("'a b' \"c d\" e\\ f", "<a b><c d><e f>");
    check_words("a'b'\"c\"d", "<abcd>");
    check_words("'' \"\" x", "<><><x>");
    check_words("'\\n' \"\\n\" \"\\\"\\\\\"", "<\\n><\\n><\"\\>");
    check_words("$HOME `x` $(y) *", "<$HOME><`x`><$(y)><*>");
}

LW_TEST(open_quotes_are_refused) {
    static const char *const bad[] = {"'a", "\"a", "a\\", "\"a\\\"", "a 'b \"c\" d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        lw_strings words = {0};
        assert_int_equal(lw_split_words(bad[i], &words), LW_E_PARSE);
        assert_null(words.items);
    }
}

static lw_status run(const char *command, int64_t timeout_ms, size_t max, lw_buf *out, lw_error *err) {
    lw_strings words = {0};
    lw_buf_init(out, max);
    assert_ok(lw_split_words(command, &words));
    lw_status status = lw_process_read(&words, timeout_ms, out, err);
    lw_strings_done(&words);
    return status;
}

LW_TEST(process_output_is_read) {
    lw_buf out;
    lw_error err = {0};
    assert_ok(run("sh -c 'printf one; echo canary >&2; cat; printf two'", 10000, 100, &out, &err));
    assert_string_equal(out.data, "onetwo"); /* no input, messages thrown away */
    lw_buf_done(&out);
}

LW_TEST(process_failures_are_told) {
    lw_buf out;
    lw_error err = {0};
    assert_int_equal(run("sh -c 'echo canary; exit 3'", 10000, 100, &out, &err), LW_E_IO);
    assert_non_null(strstr(err.text, "status 3"));
    assert_null(strstr(err.text, "canary"));
    lw_buf_done(&out);
    assert_int_equal(run("sh -c 'kill -9 $$'", 10000, 100, &out, &err), LW_E_IO);
    lw_buf_done(&out);
    assert_int_equal(run("/no/such/program", 10000, 100, &out, &err), LW_E_IO);
    assert_non_null(strstr(err.text, "/no/such/program"));
    lw_buf_done(&out);
}

LW_TEST(process_is_bounded_in_time) {
    lw_buf out;
    lw_error err = {0};
    int64_t begin = lw_clock_monotonic_ns();
    assert_int_equal(run("sleep 30", 200, 100, &out, &err), LW_E_TIMEOUT);
    lw_buf_done(&out);
    /* Output closed, but it does not end. */
    assert_int_equal(run("sh -c 'exec >&-; exec sleep 30'", 200, 100, &out, &err), LW_E_TIMEOUT);
    lw_buf_done(&out);
    assert_true(lw_clock_monotonic_ns() - begin < INT64_C(10000000000));
}

LW_TEST(process_output_is_bounded) {
    lw_buf out;
    lw_error err = {0};
    assert_int_equal(run("yes", 10000, 1000, &out, &err), LW_E_LIMIT);
    assert_true(out.len <= 1000);
    lw_buf_done(&out);
}
