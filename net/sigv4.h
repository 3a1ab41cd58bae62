/* AWS Signature Version 4, Authorization header form.
 *
 * Source: AWS General Reference, "Create a signed AWS API request" (SigV4); S3 rule: the path is encoded once and dot
 * segments stay. Judged in the tests by botocore's signer. Pure functions of their input: time comes from the caller.
 */
#ifndef LW_NET_SIGV4_H
#define LW_NET_SIGV4_H

#include "base/base.h"

typedef struct lw_credentials {
    char *access_key_id;
    char *secret_access_key; /* wiped by lw_credentials_done */
    char *session_token;     /* NULL for long-term keys */
    int64_t expires_ms;      /* wall clock; 0: never */
} lw_credentials;

void lw_credentials_done(lw_credentials *credentials);
lw_status lw_credentials_copy(const lw_credentials *from, lw_credentials *ret_copy) LW_MUST_USE;

typedef struct lw_sigv4_request {
    const char *method;
    const char *url; /* absolute, strictly encoded */
    const lw_strings
        *headers; /* those already there; all "x-amz-*", content-md5 and content-type are signed, and host */
    const char *payload_sha256; /* hex, or "UNSIGNED-PAYLOAD" */
    const char *region;
    const char *service; /* "s3", "sts", "events" ...; for any but "s3" the path is encoded twice and normalised */
    int64_t now_ms;
} lw_sigv4_request;

/* Appends x-amz-date, x-amz-content-sha256 (service s3 only), x-amz-security-token (if any) and Authorization to
 * ret_headers. Rules as in docs: headers sorted by name, inner runs of spaces folded, query decoded ('+' is no space),
 * re-encoded and sorted by name then value, always "name=". */
lw_status lw_sigv4_sign(const lw_sigv4_request *request, const lw_credentials *credentials,
                        lw_strings *ret_headers) LW_MUST_USE;

#endif
