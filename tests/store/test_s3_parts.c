/* The pure parts of the S3 back end: URLs, replies as text, sizes of parts. */
#include "tests/support/lw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/libs3_priv.h"
#include "store/s3_priv.h"

static void assert_url(const lw_s3 *s3, const char *bucket, const char *key, const char *query, const char *expected) {
    lw_s3_call call = {.bucket = bucket, .key = key, .query = query};
    lw_buf url;
    lw_buf_init(&url, 16384);
    assert_ok(lw_s3_url(s3, &call, "eu-west-1", &url));
    assert_string_equal(url.data, expected);
    lw_buf_done(&url);
}

LW_TEST(url_of_aws) {
    lw_s3 s3 = {0};
    assert_url(&s3, "lake", NULL, NULL, "https://lake.s3.eu-west-1.amazonaws.com/");
    assert_url(&s3, "lake", "a/b", "tagging=", "https://lake.s3.eu-west-1.amazonaws.com/a/b?tagging=");
    assert_url(&s3, "my.lake", "a", NULL, "https://s3.eu-west-1.amazonaws.com/my.lake/a");
    assert_url(&s3, "Old_Lake", NULL, "acl=", "https://s3.eu-west-1.amazonaws.com/Old_Lake?acl=");
    assert_url(&s3, NULL, NULL, NULL, "https://s3.eu-west-1.amazonaws.com/");
    s3.addressing = LW_ADDRESSING_PATH;
    assert_url(&s3, "lake", "a", NULL, "https://s3.eu-west-1.amazonaws.com/lake/a");
}

LW_TEST(url_of_an_endpoint) {
    char endpoint[] = "http://host:9000";
    lw_s3 s3 = {.endpoint = endpoint};
    assert_url(&s3, "lake", "a", NULL, "http://host:9000/lake/a");
    assert_url(&s3, NULL, NULL, NULL, "http://host:9000/");
    s3.addressing = LW_ADDRESSING_VIRTUAL;
    assert_url(&s3, "lake", "a", NULL, "http://lake.host:9000/a");
    char deep[] = "https://host/s3";
    s3.endpoint = deep;
    assert_url(&s3, "lake", "a", NULL, "https://lake.host/s3/a");
}

LW_TEST(url_of_odd_keys) {
    char endpoint[] = "http://h";
    lw_s3 s3 = {.endpoint = endpoint};
    assert_url(&s3, "b", "a b", NULL, "http://h/b/a%20b");
    assert_url(&s3, "b", "a+b", NULL, "http://h/b/a%2Bb");
    assert_url(&s3, "b", "a%20b", NULL, "http://h/b/a%2520b");
    assert_url(&s3, "b", "/a//b/", NULL, "http://h/b//a//b/");
    assert_url(&s3, "b", "./a/../b", NULL, "http://h/b/./a/../b");
    assert_url(&s3, "b", "?x=1#y&z", NULL, "http://h/b/%3Fx%3D1%23y%26z");
    assert_url(&s3, "b", "\xc3\xa9\x01~", NULL, "http://h/b/%C3%A9%01~");
}

LW_TEST(url_of_another_partition) {
    lw_s3 s3 = {0};
    lw_s3_call call = {.bucket = "lake"};
    lw_buf url;
    lw_buf_init(&url, 16384);
    assert_ok(lw_s3_url(&s3, &call, "cn-north-1", &url));
    assert_string_equal(url.data, "https://lake.s3.cn-north-1.amazonaws.com.cn/");
    lw_buf_done(&url);
}

static void assert_redirect(int status, const char *header, const char *expected) {
    lw_http_response response = {.status = status};
    assert_ok(lw_strings_addf(&response.headers, "x-amz-bucket-region: %s", header));
    lw_slice region = lw_s3_redirect_region(&response, "us-east-1");
    assert_int_equal(region.len, strlen(expected));
    assert_true(lw_slice_equal_text(region, expected));
    lw_strings_done(&response.headers);
}

LW_TEST(redirect_only_to_another_region) {
    assert_redirect(301, "eu-west-1", "eu-west-1");
    assert_redirect(307, "eu-west-1", "eu-west-1");
    assert_redirect(400, "eu-west-1", "eu-west-1");
    assert_redirect(301, "us-east-1", "");
    assert_redirect(403, "eu-west-1", "");
    assert_redirect(200, "eu-west-1", "");
    assert_redirect(301, "evil.example/", "");
    assert_redirect(301, "eu-west-1.evil.example", "");
    assert_redirect(301, "", "");
}

static void assert_endpoint(const char *text, const char *expected) {
    char *endpoint = NULL;
    lw_error err = {0};
    lw_status status = lw_endpoint_check(text, &endpoint, &err);
    if (expected == NULL) {
        assert_int_equal(status, LW_E_CONFIG);
        assert_null(strstr(err.text, "hidden"));
    } else {
        assert_int_equal(status, LW_OK);
        assert_string_equal(endpoint, expected);
    }
    free(endpoint);
}

LW_TEST(endpoints) {
    assert_endpoint("https://host", "https://host");
    assert_endpoint("http://[::1]:9000/", "http://[::1]:9000");
    assert_endpoint("https://host/s3//", "https://host/s3");
    assert_endpoint("host:9000", NULL);
    assert_endpoint("ftp://host", NULL);
    assert_endpoint("https://", NULL);
    assert_endpoint("https:///path", NULL);
    assert_endpoint("https://user:hidden@host", NULL);
    assert_endpoint("https://host/?a=b", NULL);
    assert_endpoint("https://ho st", NULL);
}

LW_TEST(etags_without_quotes) {
    assert_true(lw_slice_equal_text(lw_etag_bare(lw_slice_from("\"abc\"")), "abc"));
    assert_true(lw_slice_equal_text(lw_etag_bare(lw_slice_from(" W/\"abc\" ")), "abc"));
    assert_true(lw_slice_equal_text(lw_etag_bare(lw_slice_from("abc-2")), "abc-2"));
    assert_int_equal(lw_etag_bare(lw_slice_from("\"\"")).len, 0);
    assert_true(lw_slice_equal_text(lw_etag_bare(lw_slice_from("\"")), "\""));
    assert_int_equal(lw_etag_bare(lw_slice_from(NULL)).len, 0);
}

LW_TEST(parts_are_at_most_ten_thousand) {
    static const uint64_t sizes[] = {1, 5368709121ull, (uint64_t)50 << 40, ((uint64_t)50 << 40) + 1, 999999999999ull};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint64_t part = lw_s3_part_size(sizes[i], 0);
        assert_true(part >= (uint64_t)128 << 20);
        assert_true((sizes[i] + part - 1) / part <= 10000);
    }
    assert_int_equal(lw_s3_part_size(5368709121ull, 0), 128u << 20);
    assert_int_equal(lw_s3_part_size(1000, 100), 100);
    uint64_t part = lw_s3_part_size(1000001, 100); /* 10,001 parts of 100 are too many */
    assert_true((1000001 + part - 1) / part <= 10000);
}

static lw_status copy_reply(const char *body, char **ret_etag) {
    lw_error err = {0};
    lw_status status = lw_s3_copy_reply(lw_slice_from(body), "CopyObjectResult", ret_etag, &err);
    assert_int_equal(status == LW_OK, err.text[0] == '\0');
    return status;
}

LW_TEST(copy_reply_is_a_confirmation) {
    char *etag = NULL;
    assert_ok(
        copy_reply("<?xml version=\"1.0\"?>\n  <CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                   "<LastModified>2026-01-01T00:00:00Z</LastModified><ETag>&quot;abc-2&quot;</ETag>"
                   "</CopyObjectResult>\n",
                   &etag));
    assert_string_equal(etag, "abc-2");
    free(etag);
}

LW_TEST(copy_reply_is_none) {
    static const struct {
        const char *body;
        lw_status expected;
    } cases[] = {
        {"", LW_E_PROTOCOL},
        {"<?xml version=\"1.0\"?>", LW_E_PROTOCOL},
        {"   ", LW_E_PROTOCOL},
        {"<CopyObjectResult><ETag>\"a\"</ETag>", LW_E_PROTOCOL},
        {"<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectRes", LW_E_PROTOCOL},
        {"<CopyObjectResult><ETag>\"a\"</ETag></CopyObjectResult><x/>", LW_E_PROTOCOL},
        {"<CopyObjectResult></CopyObjectResult>", LW_E_PROTOCOL},
        {"<CopyObjectResult><ETag></ETag></CopyObjectResult>", LW_E_PROTOCOL},
        {"<CopyObjectResult><ETag>\"\"</ETag></CopyObjectResult>", LW_E_PROTOCOL},
        {"<CopyObjectResult><a><ETag>\"a\"</ETag></a></CopyObjectResult>", LW_E_PROTOCOL},
        {"<CopyPartResult><ETag>\"a\"</ETag></CopyPartResult>", LW_E_PROTOCOL},
        {"<html><body>200 OK</body></html>", LW_E_PROTOCOL},
        {"<Error><Code>InternalError</Code><Message>We failed</Message></Error>", LW_E_SERVER},
        {"<Error><Code>SlowDown</Code></Error>", LW_E_THROTTLED},
        {"<Error><Code>AccessDenied</Code></Error>", LW_E_DENIED},
        {"<Error/>", LW_E_SERVER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *etag = NULL;
        lw_status status = copy_reply(cases[i].body, &etag);
        if (status != cases[i].expected) {
            print_error("%s\n", cases[i].body);
        }
        assert_int_equal(status, cases[i].expected);
        assert_null(etag);
    }
}

static lw_status range(int status, const char *content_range, uint64_t offset, size_t length, size_t got) {
    lw_http_response response = {.status = status};
    lw_get get = {.offset = offset, .length = length};
    lw_error err = {0};
    if (content_range != NULL) {
        assert_ok(lw_strings_addf(&response.headers, "content-range: %s", content_range));
    }
    lw_status result = lw_s3_range_check(&response, &get, got, &err);
    lw_strings_done(&response.headers);
    return result;
}

LW_TEST(range_that_was_asked_for) {
    assert_ok(range(206, "bytes 0-9/100", 0, 10, 10));
    assert_ok(range(206, "bytes 90-99/100", 90, 10, 10));
    assert_ok(range(206, "bytes 90-99/100", 90, 50, 10));
    assert_ok(range(206, "bytes 10-19/*", 10, 10, 10));
    assert_ok(range(200, NULL, 0, 10, 10));
    assert_ok(range(200, NULL, 0, 10, 0));
}

LW_TEST(range_that_was_not) {
    assert_int_equal(range(206, NULL, 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes */100", 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "items 0-9/100", 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 0-9", 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 0-9/100x", 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 1-10/100", 0, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 0-9/100", 0, 10, 9), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 0-8/100", 0, 10, 9), LW_E_PROTOCOL); /* short, and not at the end */
    assert_int_equal(range(206, "bytes 0-8/*", 0, 10, 9), LW_E_PROTOCOL);
    assert_int_equal(range(206, "bytes 9-0/100", 9, 10, 0), LW_E_PROTOCOL);
    assert_int_equal(range(200, NULL, 10, 10, 10), LW_E_PROTOCOL);
    assert_int_equal(range(204, NULL, 0, 10, 0), LW_E_PROTOCOL);
}

#define PAGE(inner) "<ListBucketResult>" inner "</ListBucketResult>"

static lw_status read_page(const char *body, lw_s3_page *page) {
    lw_error err = {0};
    return lw_s3_page_read(lw_slice_from(body), page, &err);
}

LW_TEST(list_page_about_itself) {
    lw_s3_page page;
    assert_ok(read_page(PAGE("<IsTruncated>false</IsTruncated>"), &page));
    assert_false(page.truncated);
    assert_false(page.url_encoded);
    lw_s3_page_done(&page);
    assert_ok(read_page(PAGE("<EncodingType>url</EncodingType><Contents><Key>k</Key></Contents><IsTruncated>true"
                             "</IsTruncated><NextContinuationToken>a+/=&amp;</NextContinuationToken>"),
                        &page));
    assert_true(page.truncated);
    assert_true(page.url_encoded);
    assert_string_equal(page.token.data, "a+/=&");
    lw_s3_page_done(&page);
}

LW_TEST(list_page_that_would_end_short) {
    lw_s3_page page;
    static const char *const bodies[] = {
        "",
        "<html/>",
        PAGE(""),
        PAGE("<IsTruncated>maybe</IsTruncated>"),
        PAGE("<IsTruncated>true</IsTruncated>"),
        PAGE("<IsTruncated>true</IsTruncated><NextContinuationToken></NextContinuationToken>"),
        PAGE("<IsTruncated>true</IsTruncated><NextMarker>k</NextMarker>"),
        PAGE("<Contents><IsTruncated>false</IsTruncated></Contents>"),
        "<ListBucketResult><IsTruncated>false</IsTruncated>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents>",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(read_page(bodies[i], &page), LW_E_PROTOCOL);
    }
}

static lw_status join_object(void *ctx, const lw_object *object) {
    return lw_buf_printf(ctx, "%s %s %llu %s %lld|", object->key, object->etag, (unsigned long long)object->size,
                         object->storage_class, (long long)object->last_modified_ms);
}

static lw_status objects_of(const char *body, lw_buf *joined) {
    lw_s3_page page;
    lw_error err = {0};
    lw_buf_init(joined, 65536);
    assert_ok(lw_buf_append_text(joined, ""));
    assert_ok(read_page(body, &page));
    lw_status status = lw_s3_page_objects(lw_slice_from(body), &page, join_object, joined, &err);
    assert_int_equal(status == LW_OK, err.text[0] == '\0');
    lw_s3_page_done(&page);
    return status;
}

LW_TEST(list_page_objects) {
    lw_buf joined;
    assert_ok(objects_of(PAGE("<IsTruncated>false</IsTruncated><Prefix>x</Prefix>"
                              "<Contents><Key>a&amp;b +%20</Key><LastModified>2026-01-01T00:00:01.500Z</LastModified>"
                              "<ETag>&quot;e1&quot;</ETag><Size>12</Size><StorageClass>GLACIER</StorageClass>"
                              "<Owner><ID>me</ID><DisplayName>Key</DisplayName></Owner></Contents>"
                              "<Contents><Size>0</Size><Key>b</Key></Contents>"
                              "<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>"),
                         &joined));
    assert_string_equal(joined.data, "a&b +%20 e1 12 GLACIER 1767225601500|b  0 STANDARD 0|");
    lw_buf_done(&joined);
}

LW_TEST(list_page_keys_in_url_encoding) {
    lw_buf joined;
    assert_ok(objects_of(PAGE("<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>"
                              "<Contents><Key>a+b%2Bc%2F%E2%82%AC/d%25</Key><Size>1</Size></Contents>"
                              "<Contents><Key>%01</Key><Size>1</Size></Contents>"),
                         &joined));
    assert_string_equal(joined.data, "a b+c/\xe2\x82\xac/d%  1 STANDARD 0|\x01  1 STANDARD 0|");
    lw_buf_done(&joined);
}

LW_TEST(list_page_with_a_broken_entry) {
    static const char *const entries[] = {
        "<Key>a</Key>",
        "<Size>1</Size>",
        "<Key></Key><Size>1</Size>",
        "<Key>a</Key><Size>-1</Size>",
        "<Key>a</Key><Size>99999999999999999999999</Size>",
        "<Key>a%</Key><Size>1</Size>",
        "<Key>a%00</Key><Size>1</Size>",
        "<Key>a</Key><Size>1</Size><LastModified>yesterday</LastModified>",
    };
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        char body[512];
        lw_buf joined;
        (void)snprintf(body, sizeof(body),
                       PAGE("<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType><Contents>%s</Contents>"),
                       entries[i]);
        assert_int_equal(objects_of(body, &joined), LW_E_PROTOCOL);
        lw_buf_done(&joined);
    }
}

LW_TEST(tags) {
    lw_tags read;
    assert_ok(lw_s3_tags_read(LW_SLICE_LITERAL("<Tagging><TagSet><Tag><Key>a&amp;</Key><Value>1</Value></Tag>"
                                               "<Tag><Value></Value><Key>b</Key></Tag></TagSet></Tagging>"),
                              &read));
    assert_int_equal(read.count, 2);
    assert_string_equal(read.items[0].key, "a&");
    assert_string_equal(read.items[0].value, "1");
    assert_string_equal(read.items[1].key, "b");
    assert_string_equal(read.items[1].value, "");
    lw_tags_done(&read);
    assert_int_equal(
        lw_s3_tags_read(LW_SLICE_LITERAL("<Tagging><TagSet><Tag><Value>1</Value></Tag></TagSet></Tagging>"), &read),
        LW_E_PROTOCOL);
    assert_int_equal(lw_s3_tags_read(LW_SLICE_LITERAL("<Tagging><TagSet><Tag><Key>a</Key>"), &read), LW_E_PROTOCOL);
}

#define GROUP(name) "<Grantee><URI>http://acs.amazonaws.com/groups/" name "</URI></Grantee>"
#define GRANT(grantee, permission) "<Grant>" grantee "<Permission>" permission "</Permission></Grant>"
#define ACL(grants)                                                                                                    \
    "<AccessControlPolicy><Owner><ID>me</ID><DisplayName>I</DisplayName></Owner><AccessControlList>" grants            \
    "</AccessControlList></AccessControlPolicy>"

static void assert_acl(const char *body, bool read, bool write) {
    lw_bucket_facts facts = {0};
    assert_ok(lw_s3_acl_read(lw_slice_from(body), &facts));
    assert_true(facts.acl_known);
    assert_string_equal(facts.owner_id, "me");
    assert_string_equal(facts.owner_name, "I");
    assert_int_equal(facts.acl_public_read, read);
    assert_int_equal(facts.acl_public_write, write);
    lw_bucket_facts_done(&facts);
}

LW_TEST(access_control_lists) {
    assert_acl(ACL(GRANT("<Grantee><ID>me</ID></Grantee>", "FULL_CONTROL")), false, false);
    assert_acl(ACL(GRANT(GROUP("global/AllUsers"), "READ")), true, false);
    assert_acl(ACL(GRANT(GROUP("global/AuthenticatedUsers"), "WRITE")), false, true);
    assert_acl(ACL(GRANT(GROUP("global/AllUsers"), "FULL_CONTROL")), true, true);
    assert_acl(ACL(GRANT(GROUP("global/AllUsers"), "READ_ACP")), false, false);
    assert_acl(ACL(GRANT(GROUP("s3/LogDelivery"), "WRITE")), false, false);
    /* The public of one grant must not colour the next. */
    assert_acl(ACL(GRANT(GROUP("global/AllUsers"), "READ_ACP") GRANT("<Grantee><ID>me</ID></Grantee>", "WRITE")), false,
               false);
}

static void assert_policy(const char *json, lw_tristate is_public, lw_tristate read, lw_tristate write,
                          lw_tristate unencrypted) {
    lw_bucket_facts facts = {0};
    assert_ok(lw_s3_policy_read(lw_slice_from(json), is_public, &facts));
    assert_true(facts.policy_known);
    assert_true(facts.has_policy);
    assert_int_equal(facts.policy_public_read, read);
    assert_int_equal(facts.policy_public_write, write);
    assert_int_equal(facts.allows_unencrypted_uploads, unencrypted);
}

LW_TEST(policies) {
    const char *open_read = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:Get*\"}]}";
    assert_policy(open_read, LW_YES, LW_YES, LW_NO, LW_YES);
    assert_policy(open_read, LW_NO, LW_NO, LW_NO, LW_YES); /* the server's judgement counts */
    assert_policy(open_read, LW_UNKNOWN, LW_UNKNOWN, LW_UNKNOWN, LW_YES);
    assert_policy("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"*\"]},\"Action\":[\"s3:*\"]}}",
                  LW_YES, LW_YES, LW_YES, LW_YES);
    assert_policy("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\"}]}", LW_YES,
                  LW_NO, LW_YES, LW_YES);
    assert_policy("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Condition\":"
                  "{\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/1\"}}}]}",
                  LW_YES, LW_UNKNOWN, LW_UNKNOWN, LW_YES);
    assert_policy("{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\",\"Condition\":"
                  "{\"Null\":{\"s3:x-amz-server-side-encryption\":\"true\"}}}]}",
                  LW_NO, LW_NO, LW_NO, LW_NO);
    lw_bucket_facts facts = {0};
    assert_int_equal(lw_s3_policy_read(LW_SLICE_LITERAL("[]"), LW_YES, &facts), LW_E_PROTOCOL);
    assert_int_equal(lw_s3_policy_read(LW_SLICE_LITERAL(""), LW_YES, &facts), LW_E_PROTOCOL);
    assert_false(facts.policy_known);
}

LW_TEST(metadata_of_a_copy) {
    char content_type[] = "text/csv";
    lw_object source = {.content_type = content_type};
    lw_strings headers = {0};
    assert_ok(lw_strings_addf(&source.headers, "cache-control: no-store"));
    assert_ok(lw_strings_addf(&source.metadata, "owner: me"));
    assert_ok(lw_strings_addf(&source.metadata, "lakewarden-move-token: of an earlier move"));
    assert_ok(lw_s3_copy_metadata_headers(&source, "new", &headers));
    assert_int_equal(headers.count, 4);
    assert_string_equal(headers.items[0], "Content-Type: text/csv");
    assert_string_equal(headers.items[1], "cache-control: no-store");
    assert_string_equal(headers.items[2], "x-amz-meta-owner: me");
    assert_string_equal(headers.items[3], "x-amz-meta-lakewarden-move-token: new");
    lw_strings_done(&headers);
    lw_strings_done(&source.headers);
    lw_strings_done(&source.metadata);
}

LW_TEST(keys_that_libs3_cannot_do) {
    assert_null(lw_libs3_key_problem("a/b.csv"));
    assert_null(lw_libs3_key_problem("a+b%20?#&\xc3\xa9"));
    assert_null(lw_libs3_key_problem("a//b/"));
    assert_null(lw_libs3_key_problem("a/..b/.c/d."));
    assert_non_null(lw_libs3_key_problem("a/../b"));
    assert_non_null(lw_libs3_key_problem("./a"));
    assert_non_null(lw_libs3_key_problem("a/."));
    assert_non_null(lw_libs3_key_problem(".."));
#ifndef LW_LIBS3_4
    assert_non_null(lw_libs3_key_problem("a b"));
#endif
}
