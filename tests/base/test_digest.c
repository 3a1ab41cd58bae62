/* Known answers: FIPS 180-2, RFC 1321, RFC 2202, RFC 4231, RFC 4648. */
#include "tests/support/lw_test.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"

#define LIT(text) LW_SLICE_LITERAL(text)

static const char abc_sha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char empty_sha256[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

LW_TEST(sha256_known_answers) {
    char hex[2 * LW_SHA256_SIZE + 1];
    assert_ok(lw_sha256_hex(LIT("abc"), hex));
    assert_string_equal(hex, abc_sha256);
    assert_ok(lw_sha256_hex(lw_slice_from(NULL), hex));
    assert_string_equal(hex, empty_sha256);
}

LW_TEST(md5_known_answers) {
    uint8_t digest[LW_MD5_SIZE];
    char hex[2 * LW_MD5_SIZE + 1];
    assert_ok(lw_md5(LIT("message digest"), digest));
    lw_hex(digest, sizeof(digest), hex);
    assert_string_equal(hex, "f96b697d7cb7938d525a2f31aaf161d0");
}

LW_TEST(hmac_known_answers) {
    uint8_t mac[LW_SHA256_SIZE];
    char hex[2 * LW_SHA256_SIZE + 1];
    assert_ok(lw_hmac_sha256(LIT("Jefe"), LIT("what do ya want for nothing?"), mac));
    lw_hex(mac, 32, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_ok(lw_hmac_sha1(LIT("Jefe"), LIT("what do ya want for nothing?"), mac));
    lw_hex(mac, 20, hex);
    assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    assert_ok(lw_hmac_sha256(lw_slice_from(NULL), lw_slice_from(NULL), mac));
    lw_hex(mac, 32, hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

LW_TEST(base64_known_answers) {
    static const char *const expected[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t len = 0; len <= 6; len++) {
        lw_buf out;
        lw_buf_init(&out, 100);
        assert_ok(lw_base64_encode((lw_slice){"foobar", len}, &out));
        assert_string_equal(out.data, expected[len]);
        lw_buf_done(&out);
    }
}

LW_TEST(base64_of_long_data) {
    char data[3001];
    memset(data, 0, sizeof(data));
    lw_buf out;
    lw_buf_init(&out, 4004);
    assert_ok(lw_base64_encode((lw_slice){data, sizeof(data)}, &out));
    assert_int_equal(out.len, 4004);
    assert_int_equal(strspn(out.data, "A"), 4002);
    assert_string_equal(out.data + 4002, "==");
    assert_int_equal(lw_base64_encode((lw_slice){data, 1}, &out), LW_E_LIMIT);
    assert_int_equal(out.len, 4004);
    lw_buf_done(&out);
}

static void digest_in_pieces(lw_digest_kind kind, lw_slice data, size_t piece, char *hex) {
    lw_digest *digest = NULL;
    assert_ok(lw_digest_new(kind, &digest));
    for (size_t at = 0; at < data.len; at += piece) {
        size_t len = data.len - at < piece ? data.len - at : piece;
        assert_ok(lw_digest_update(digest, (lw_slice){data.data + at, len}));
    }
    assert_ok(lw_digest_finish_hex(digest, hex));
    lw_digest_free(digest);
}

LW_TEST(stream_equals_whole_at_every_piece_size) {
    lw_slice data = LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    for (size_t piece = 1; piece <= data.len; piece++) {
        char hex[2 * LW_SHA256_SIZE + 1];
        digest_in_pieces(LW_DIGEST_SHA256, data, piece, hex);
        assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        digest_in_pieces(LW_DIGEST_MD5, data, piece, hex);
        assert_string_equal(hex, "8215ef0796a20bcaaae116d3876c664a");
    }
}

LW_TEST(finished_stream_refuses_more) {
    lw_digest *digest = NULL;
    char hex[2 * LW_SHA256_SIZE + 1];
    assert_ok(lw_digest_new(LW_DIGEST_SHA256, &digest));
    assert_ok(lw_digest_finish_hex(digest, hex));
    assert_string_equal(hex, empty_sha256);
    assert_int_equal(lw_digest_update(digest, LIT("x")), LW_E_INTERNAL);
    assert_int_equal(lw_digest_finish_hex(digest, hex), LW_E_INTERNAL);
    lw_digest_free(digest);
    lw_digest_free(NULL);
}
