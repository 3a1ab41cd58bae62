/* Message digests on libcrypto. */
#ifndef LW_BASE_DIGEST_H
#define LW_BASE_DIGEST_H

#include "base/slice.h"

#define LW_SHA256_SIZE 32
#define LW_MD5_SIZE 16

lw_status lw_sha256(lw_slice data, uint8_t ret_digest[LW_SHA256_SIZE]) LW_MUST_USE;
lw_status lw_sha256_hex(lw_slice data, char ret_hex[2 * LW_SHA256_SIZE + 1]) LW_MUST_USE;
lw_status lw_md5(lw_slice data, uint8_t ret_digest[LW_MD5_SIZE]) LW_MUST_USE;
lw_status lw_hmac_sha256(lw_slice key, lw_slice data, uint8_t ret_mac[LW_SHA256_SIZE]) LW_MUST_USE;
lw_status lw_hmac_sha1(lw_slice key, lw_slice data, uint8_t ret_mac[20]) LW_MUST_USE;
lw_status lw_base64_encode(lw_slice data, lw_buf *out) LW_MUST_USE;

/* Digest over a stream. One owner, one thread at a time. */
typedef struct lw_digest lw_digest;
typedef enum lw_digest_kind { LW_DIGEST_SHA256, LW_DIGEST_MD5 } lw_digest_kind;
lw_status lw_digest_new(lw_digest_kind kind, lw_digest **ret_digest) LW_MUST_USE;
lw_status lw_digest_update(lw_digest *digest, lw_slice data) LW_MUST_USE;
/* Writes hex (2 * size + 1 bytes); the digest cannot be updated after. */
lw_status lw_digest_finish_hex(lw_digest *digest, char *ret_hex) LW_MUST_USE;
void lw_digest_free(lw_digest *digest);

#endif
