#include "tests/support/lw_test.h"

#include <string.h>

#include "net/url_priv.h"

static void check_host(const char *text, const char *want) {
    lw_url url;
    lw_buf host;
    lw_buf_init(&host, 512);
    assert_ok(lw_url_split(text, &url));
    assert_ok(lw_url_host_header(&url, &host));
    assert_string_equal(host.data, want);
    lw_buf_done(&host);
}

static lw_host_kind kind(const char *text) {
    lw_url url;
    assert_ok(lw_url_split(text, &url));
    return lw_url_host_kind(&url);
}

LW_TEST(parts_are_found) {
    lw_url url;
    assert_ok(lw_url_split("https://Bucket.example:8443/a//b/../c?x=1&y=a?b", &url));
    assert_true(url.https);
    assert_int_equal(url.port, 8443);
    assert_true(lw_slice_equal_text(url.host, "Bucket.example"));
    assert_true(lw_slice_equal_text(url.path, "/a//b/../c"));
    assert_true(lw_slice_equal_text(url.query, "x=1&y=a?b"));
    assert_ok(lw_url_split("http://[::1]?q", &url));
    assert_true(url.ipv6);
    assert_true(lw_slice_equal_text(url.host, "::1"));
    assert_int_equal(url.path.len, 0);
    assert_true(lw_slice_equal_text(url.query, "q"));
}

LW_TEST(host_header_is_what_goes_out) {
    check_host("https://Example.COM/x", "example.com");
    check_host("https://example.com:443/x", "example.com");
    check_host("http://example.com:443", "example.com:443");
    check_host("http://example.com:80/", "example.com");
    check_host("http://[FD00::1]:9000/", "[fd00::1]:9000");
}

LW_TEST(what_is_no_plain_url_is_refused) {
    static const char *const bad[] = {"",
                                      "example.com",
                                      "ftp://example.com/",
                                      "https://",
                                      "https:///path",
                                      "https://a b/",
                                      "https://user@host/",
                                      "https://u:p@host/",
                                      "https://h/#frag",
                                      "https://h:0/",
                                      "https://h:65536/",
                                      "https://h:12x/",
                                      "https://h:/",
                                      "https://[::1",
                                      "https://[::1]x/",
                                      "https://h\r\n/",
                                      "https://h/\x01",
                                      "https://h/\xc3\xa9",
                                      "https://h\\@other/"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        lw_url url;
        assert_int_equal(lw_url_split(bad[i], &url), LW_E_USAGE);
    }
    lw_url url;
    assert_int_equal(lw_url_split(NULL, &url), LW_E_USAGE);
}

LW_TEST(loopback_hosts) {
    static const char *const hosts[] = {"http://localhost",   "http://LOCALHOST:1", "http://bucket.localhost",
                                        "http://127.0.0.1",   "http://127.9.9.9",   "http://[::1]",
                                        "http://0x7f000001/", "http://localhost./", "http://[::ffff:127.0.0.1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_int_equal(kind(hosts[i]), LW_HOST_LOOPBACK);
    }
}

LW_TEST(metadata_hosts_in_every_notation) {
    static const char *const hosts[] = {"http://169.254.169.254",
                                        "http://169.254.170.2/",
                                        "http://0xa9fea9fe",
                                        "http://2852039166",
                                        "http://0251.0376.0251.0376",
                                        "http://169.254.43518",
                                        "http://[fe80::1]",
                                        "http://[fd00:ec2::254]",
                                        "http://[::ffff:169.254.169.254]",
                                        "http://metadata.google.internal",
                                        "http://instance-data",
                                        "http://169.254.169.254./"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_int_equal(kind(hosts[i]), LW_HOST_LINK_LOCAL);
    }
}

LW_TEST(other_hosts) {
    static const char *const hosts[] = {"https://s3.amazonaws.com", "https://10.0.0.1",     "https://[fd00::1]",
                                        "https://notlocalhost",     "https://localhost.io", "https://169.254.example"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_int_equal(kind(hosts[i]), LW_HOST_OTHER);
    }
}
