#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/text.h"

struct lw_digest {
    EVP_MD_CTX *context;
    bool finished;
};

static lw_status digest_once(const EVP_MD *kind, lw_slice data, uint8_t *ret_digest) {
    return EVP_Digest(data.data, data.len, ret_digest, NULL, kind, NULL) == 1 ? LW_OK : LW_E_INTERNAL;
}

lw_status lw_sha256(lw_slice data, uint8_t ret_digest[LW_SHA256_SIZE]) {
    return digest_once(EVP_sha256(), data, ret_digest);
}

lw_status lw_sha256_hex(lw_slice data, char ret_hex[2 * LW_SHA256_SIZE + 1]) {
    uint8_t digest[LW_SHA256_SIZE];
    LW_TRY(lw_sha256(data, digest));
    lw_hex(digest, sizeof(digest), ret_hex);
    return LW_OK;
}

lw_status lw_md5(lw_slice data, uint8_t ret_digest[LW_MD5_SIZE]) {
    return digest_once(EVP_md5(), data, ret_digest);
}

static lw_status hmac_once(const EVP_MD *kind, lw_slice key, lw_slice data, uint8_t *ret_mac) {
    /* A NULL key means "the key of the call before" to libcrypto, an empty one is a key. */
    const char *key_data = key.len == 0 ? "" : key.data;
    if (key.len > INT32_MAX) {
        return LW_E_LIMIT;
    }
    unsigned char *mac = HMAC(kind, key_data, (int)key.len, (const unsigned char *)data.data, data.len, ret_mac, NULL);
    return mac == NULL ? LW_E_INTERNAL : LW_OK;
}

lw_status lw_hmac_sha256(lw_slice key, lw_slice data, uint8_t ret_mac[LW_SHA256_SIZE]) {
    return hmac_once(EVP_sha256(), key, data, ret_mac);
}

lw_status lw_hmac_sha1(lw_slice key, lw_slice data, uint8_t ret_mac[20]) {
    return hmac_once(EVP_sha1(), key, data, ret_mac);
}

lw_status lw_base64_encode(lw_slice data, lw_buf *out) {
    enum { CHUNK = 3 * 256 };
    unsigned char text[CHUNK / 3 * 4 + 1];
    if (data.len > SIZE_MAX / 2) {
        return LW_E_LIMIT;
    }
    /* Ask for all the room first: a failure leaves out as it was. */
    LW_TRY(lw_buf_reserve(out, (data.len + 2) / 3 * 4));
    for (size_t done = 0; done < data.len;) {
        size_t part = data.len - done < CHUNK ? data.len - done : CHUNK;
        int written = EVP_EncodeBlock(text, (const unsigned char *)data.data + done, (int)part);
        LW_TRY(lw_buf_append(out, text, (size_t)written));
        done += part;
    }
    return LW_OK;
}

lw_status lw_digest_new(lw_digest_kind kind, lw_digest **ret_digest) {
    lw_digest *digest = calloc(1, sizeof(*digest));
    if (digest == NULL) {
        return LW_E_MEMORY;
    }
    lw_status status = LW_OK;
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL) {
        status = LW_E_MEMORY;
        goto done;
    }
    if (EVP_DigestInit_ex(digest->context, kind == LW_DIGEST_MD5 ? EVP_md5() : EVP_sha256(), NULL) != 1) {
        status = LW_E_INTERNAL;
        goto done;
    }
    *ret_digest = digest;
    digest = NULL;
done:
    lw_digest_free(digest);
    return status;
}

lw_status lw_digest_update(lw_digest *digest, lw_slice data) {
    if (digest->finished || EVP_DigestUpdate(digest->context, data.data, data.len) != 1) {
        return LW_E_INTERNAL;
    }
    return LW_OK;
}

lw_status lw_digest_finish_hex(lw_digest *digest, char *ret_hex) {
    unsigned char value[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (digest->finished || EVP_DigestFinal_ex(digest->context, value, &size) != 1) {
        return LW_E_INTERNAL;
    }
    digest->finished = true;
    lw_hex(value, size, ret_hex);
    return LW_OK;
}

void lw_digest_free(lw_digest *digest) {
    if (digest != NULL) {
        EVP_MD_CTX_free(digest->context);
        free(digest);
    }
}
