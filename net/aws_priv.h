/* What the parts of net/ that speak to AWS share: aws.c (profile, region, endpoint), request.c (one signed request with
 * retries), credentials*.c (where credentials come from). */
#ifndef LW_NET_AWS_PRIV_H
#define LW_NET_AWS_PRIV_H

#include <pthread.h>

#include "net/credentials.h"
#include "net/ini_priv.h"
#include "net/url_priv.h"

struct lw_aws {
    lw_http_client *http;
    char *config_path;
    char *credentials_path;
    lw_ini config;
    lw_ini shared_credentials;
    char *profile;
    bool profile_from_flag;
    char *region;
    char *endpoint;       /* by flag */
    lw_strings endpoints; /* "NAME=url" of the environment's AWS_ENDPOINT_URL* */
    bool ignore_configured_endpoints;
    bool no_sign_request;
    bool allow_plain_http;
    unsigned max_attempts;
    pthread_mutex_t refresh; /* held while credentials are fetched; never taken while synced.lock is held */
    struct {
        pthread_mutex_t lock;
        lw_credentials credentials;
        bool have;
        uint64_t generation;    /* counts fetches */
        int64_t fetched_ms;     /* server time of the fetch */
        int64_t retry_after_ms; /* no advisory refresh before, after one failed */
        int64_t skew_ms;        /* what the servers' clock is ahead of ours */
    } synced;
};

/* aws.c */
const char *lw_aws_profile_setting(const lw_aws *aws, const char *profile, const char *name);
bool lw_aws_has_profile(const lw_aws *aws, const char *profile);
int64_t lw_aws_now_ms(lw_aws *aws); /* wall clock, corrected by what servers said */
/* LW_E_CONFIG unless url may be sent to: https, or http to loopback or where allowed, no metadata service. */
lw_status lw_aws_check_url(const lw_aws *aws, const char *url, const char *what, lw_error *err) LW_MUST_USE;
/* Endpoint of STS for fetching credentials, malloc'ed: configured, else AWS's regional one. */
lw_status lw_aws_sts_endpoint(const lw_aws *aws, char **ret_url) LW_MUST_USE;

/* request.c */
typedef enum lw_signing { LW_SIGN_CHAIN, LW_SIGN_GIVEN, LW_SIGN_NOT } lw_signing;
/* lw_aws_send with a choice of credentials. given: used with LW_SIGN_GIVEN; with LW_SIGN_NOT its fields, where not
 * NULL, are only kept out of messages. */
lw_status lw_aws_send_signed(lw_aws *aws, const lw_aws_request *request, lw_signing signing,
                             const lw_credentials *given, lw_http_response *response, lw_error *err) LW_MUST_USE;
/* Full jitter: a random share of min(20 s, 100 ms * 2^(attempt - 1)); attempt counts from 1. */
int64_t lw_backoff_ms(unsigned attempt);

/* credentials.c */
lw_status lw_aws_credentials_numbered(lw_aws *aws, lw_credentials *ret_credentials, uint64_t *ret_generation,
                                      lw_error *err) LW_MUST_USE;
/* Forgets the credentials of that generation; newer ones stay. */
void lw_aws_forget_credentials(lw_aws *aws, uint64_t generation);
/* When credentials fetched then are due: advisory and mandatory, 15 and 10 minutes before they expire, later for those
 * that live less than half an hour. */
void lw_refresh_times(int64_t fetched_ms, int64_t expires_ms, int64_t *ret_advisory_ms, int64_t *ret_mandatory_ms);
/* Masks each occurrence of secret (8 bytes or more; NULL: none) in text. */
void lw_redact(char *text, const char *secret);

/* Sources. LW_E_NOT_FOUND: not configured here, look further; err says what was missing. Any other failure: configured
 * but it did not work, nothing else is tried. */
typedef lw_status (*lw_credential_source)(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err);
lw_status lw_source_environment(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
lw_status lw_source_web_identity(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
lw_status lw_source_profile(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
lw_status lw_source_container(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
lw_status lw_source_instance(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;

/* sts.c; NULL fields are not sent. */
typedef struct lw_assume_role {
    const char *role_arn;
    const char *session_name; /* NULL: one is made up */
    const char *external_id;
    const char *duration_seconds;
} lw_assume_role;
lw_status lw_sts_assume_role(lw_aws *aws, const lw_assume_role *role, const lw_credentials *source,
                             lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;
lw_status lw_sts_assume_role_with_token_file(lw_aws *aws, const lw_assume_role *role, const char *token_file,
                                             lw_credentials *ret_credentials, lw_error *err) LW_MUST_USE;

/* metadata.c */
/* URL of the container's credentials by its two variables (either may be NULL), malloc'ed. LW_E_NOT_FOUND: neither. */
lw_status lw_container_url(const char *relative, const char *full, char **ret_url, lw_error *err) LW_MUST_USE;

/* credentials_json.c: {"AccessKeyId", "SecretAccessKey", token_name, "Expiration"}; errors never quote the text. */
typedef struct lw_credentials_format {
    const char *source;     /* for messages */
    const char *token_name; /* "SessionToken" or "Token" */
    bool version_1;         /* "Version": 1 must be there */
} lw_credentials_format;
lw_status lw_credentials_from_json(lw_slice text, const lw_credentials_format *format, lw_credentials *ret_credentials,
                                   lw_error *err) LW_MUST_USE;
/* "Expiration" text into ms; what: the source, for the message. */
lw_status lw_credentials_expiration(const char *text, const char *what, int64_t *ret_ms, lw_error *err) LW_MUST_USE;

#endif
