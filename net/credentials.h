/* Where credentials, region and endpoint come from: the places and the order of the AWS CLI and SDKs.
 *
 * Order for credentials: environment (AWS_ACCESS_KEY_ID ...; skipped when a profile is named by flag), web identity
 * (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN), shared config and credentials files (static keys, credential_process,
 * role_arn with source_profile or credential_source), container endpoint (ECS, EKS Pod Identity), IMDSv2. Refreshed 15
 * minutes (advisory) and 10 minutes (mandatory) before they expire; token files are read again at each refresh.
 */
#ifndef LW_NET_CREDENTIALS_H
#define LW_NET_CREDENTIALS_H

#include "net/http.h"
#include "net/sigv4.h"

typedef struct lw_aws_options {
    const char *profile; /* --profile; NULL: AWS_PROFILE, AWS_DEFAULT_PROFILE, "default" */
    const char *region;  /* --region; NULL: AWS_REGION, AWS_DEFAULT_REGION, profile, else "us-east-1" */
    const char
        *endpoint_url;     /* --endpoint-url; NULL: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, profile, else AWS */
    const char *ca_bundle; /* --ca-bundle; NULL: AWS_CA_BUNDLE, profile ca_bundle */
    bool no_verify_ssl;
    bool no_sign_request; /* anonymous: no credentials are looked for */
    int64_t connect_timeout_ms;
    int64_t read_timeout_ms;
    unsigned max_attempts; /* 0: AWS_MAX_ATTEMPTS, profile max_attempts, else 5; at most 10 (promise M12) */
    bool allow_plain_http; /* http:// to a host that is not loopback */
} lw_aws_options;

/* A profile's view of the world: files read once, credentials fetched when first needed. Safe from any thread. */
typedef struct lw_aws lw_aws;

lw_status lw_aws_new(const lw_aws_options *options, lw_aws **ret_aws, lw_error *err) LW_MUST_USE;
void lw_aws_free(lw_aws *aws);
const char *lw_aws_region(const lw_aws *aws);                        /* never NULL */
const char *lw_aws_endpoint(const lw_aws *aws, const char *service); /* NULL: AWS's own */
/* Value of a profile's setting, e.g. "s3.addressing_style"; NULL when not set. Valid as long as aws. */
const char *lw_aws_setting(const lw_aws *aws, const char *name);
/* Current credentials, refreshed when due. LW_E_CREDENTIALS: err lists what was looked at, and why each gave none. */
lw_status lw_aws_credentials(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
/* Forget cached credentials (the server said that the token is expired). */
void lw_aws_credentials_expired(lw_aws *aws);

/* One AWS request: signs each attempt anew, sends, and tries again with full jitter back-off where the failure's class
 * is retry. Corrects the clock once on RequestTimeTooSkewed, refreshes credentials once on ExpiredToken.
 * host_region: region to sign for, NULL for the profile's. Retries stop before anything has been given to the sink. */
typedef struct lw_aws_request {
    lw_http_request http;
    const char *service;
    const char *region;         /* NULL: lw_aws_region */
    const char *payload_sha256; /* NULL: computed from http.body */
    bool no_retry;              /* the caller decides itself */
} lw_aws_request;

/* Returns LW_OK for 2xx and 304. For other statuses: the code of the S3/AWS error (XML <Code> or JSON __type, or by
 * status when the body says nothing), response filled, err says "<Code>: <Message>" and the request id. */
lw_status lw_aws_send(lw_aws *aws, const lw_aws_request *request, lw_http_response *response,
                      lw_error *err) LW_MUST_USE;
/* The <Code> (or __type) of the last error reply in response, empty when none. Owned by the response's body. */
lw_slice lw_aws_error_code(const lw_http_response *response);
/* Status for an AWS error code and HTTP status; the table of reliability.md 1.2.12. */
lw_status lw_aws_status_of(int http_status, lw_slice code);
/* The client under aws, for unsigned requests. */
lw_http_client *lw_aws_http(lw_aws *aws);

#endif
