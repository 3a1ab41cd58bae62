/* Credentials from the surroundings: the agent of a container (ECS, EKS Pod Identity) and the metadata service of an
 * EC2 instance (IMDSv2 only: version 1 answers anyone who can make this program fetch a URL).
 *
 * Both speak plain http by design, on link-local addresses. A container URL over http is therefore taken only for
 * loopback and the three addresses of the agents; an instance endpoint only for loopback and link-local hosts, unless
 * plain http was allowed. Requests are short (1 and 2 s), unsigned and tried again at once: there is no throttling to
 * be polite to, and an absent service must not hold the program up.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/aws_priv.h"
#include "net/file_priv.h"

#define CONTAINER_TIMEOUT_MS 2000
#define CONTAINER_ATTEMPTS 3
#define INSTANCE_TIMEOUT_MS 1000
#define INSTANCE_ATTEMPTS 2
#define TOKEN_MAX ((size_t)64 * 1024)
#define URL_MAX ((size_t)8 * 1024)

/* One unsigned request; LW_OK only with status 200, response filled. Otherwise err says what happened and the response
 * still tells the HTTP status. */
static lw_status fetch(lw_aws *aws, const lw_http_request *request, unsigned attempts, lw_http_response *response,
                       lw_error *err) {
    lw_status status = LW_E_INTERNAL;
    for (unsigned attempt = 1; attempt <= attempts; attempt++) {
        lw_http_response_done(response);
        status = lw_http_exchange(lw_aws_http(aws), request, response, err);
        if (status == LW_OK && response->status == 200) {
            return LW_OK;
        }
        bool may_pass = status != LW_OK ? lw_status_class_of(status) == LW_CLASS_RETRY
                                        : response->status >= 500 || response->status == 429;
        if (!may_pass) {
            break;
        }
    }
    if (status == LW_OK) {
        return lw_fail(err, LW_E_CREDENTIALS, "it answered with status %d", response->status);
    }
    return status;
}

static bool is_agent_host(const lw_url *url) {
    static const char *const hosts[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        if (lw_slice_equal_nocase(url->host, lw_slice_from(hosts[i]))) {
            return true;
        }
    }
    return false;
}

static lw_status check_container_url(const char *url, lw_error *err) {
    lw_url parts;
    if (lw_url_split(url, &parts) != LW_OK) {
        return lw_fail(err, LW_E_CONFIG, "container: AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https URL");
    }
    if (!parts.https && !is_agent_host(&parts) && lw_url_host_kind(&parts) != LW_HOST_LOOPBACK) {
        return lw_fail(err, LW_E_CONFIG,
                       "container: AWS_CONTAINER_CREDENTIALS_FULL_URI may be plain http only for loopback, "
                       "169.254.170.2, 169.254.170.23 and fd00:ec2::23; use https");
    }
    return LW_OK;
}

lw_status lw_container_url(const char *relative, const char *full, char **ret_url, lw_error *err) {
    lw_buf url;
    lw_buf_init(&url, URL_MAX);
    lw_status status;
    if (relative != NULL && relative[0] != '/') {
        status = lw_fail(err, LW_E_CONFIG, "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with '/'");
    } else if (relative != NULL) {
        status = lw_buf_printf(&url, "http://169.254.170.2%s", relative);
    } else if (full != NULL) {
        status = check_container_url(full, err);
        if (status == LW_OK) {
            status = lw_buf_append_text(&url, full);
        }
    } else {
        status = lw_fail(err, LW_E_NOT_FOUND, "container: AWS_CONTAINER_CREDENTIALS_*_URI not set");
    }
    char *taken = status == LW_OK ? lw_buf_take(&url) : NULL;
    lw_buf_done(&url);
    if (status == LW_OK && taken == NULL) {
        return LW_E_MEMORY;
    }
    if (taken != NULL) {
        *ret_url = taken;
    }
    return status;
}

/* The agent's token, from the file or else the variable; empty when there is none. */
static lw_status read_container_token(lw_buf *token, lw_error *err) {
    const char *file = lw_env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *text = lw_env("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (file != NULL) {
        lw_status status = lw_file_read(file, token);
        if (status != LW_OK) {
            return lw_fail(err, LW_E_CREDENTIALS, "container: read token file '%s': %s", file, lw_status_text(status));
        }
    } else if (text != NULL) {
        LW_TRY(lw_buf_append_text(token, text));
    }
    bool is_bad = token->len > 0 &&
                  (memchr(token->data, '\r', token->len) != NULL || memchr(token->data, '\n', token->len) != NULL ||
                   memchr(token->data, '\0', token->len) != NULL);
    return is_bad ? lw_fail(err, LW_E_CREDENTIALS, "container: the authorization token holds a line break") : LW_OK;
}

static lw_status fetch_container(lw_aws *aws, const char *url, const lw_buf *token, lw_credentials *ret_credentials,
                                 lw_error *err) {
    static const lw_credentials_format format = {.source = "container", .token_name = "Token"};
    lw_http_response response = {0};
    lw_http_request request = {.method = "GET", .url = url, .total_timeout_ms = CONTAINER_TIMEOUT_MS};
    lw_status status = lw_strings_add(&request.headers, LW_SLICE_LITERAL("Accept: application/json"));
    if (status == LW_OK && token->len > 0) {
        status = lw_strings_addf(&request.headers, "Authorization: %s", token->data);
    }
    if (status == LW_OK) {
        status = fetch(aws, &request, CONTAINER_ATTEMPTS, &response, err);
    }
    if (status != LW_OK) {
        lw_fail_prefix(err, status, "container");
    } else {
        status = lw_credentials_from_json(lw_buf_slice(&response.body), &format, ret_credentials, err);
    }
    lw_http_response_done(&response);
    lw_strings_done(&request.headers);
    return status;
}

lw_status lw_source_container(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    char *url = NULL;
    lw_buf token;
    lw_buf_init(&token, TOKEN_MAX);
    lw_status status = lw_container_url(lw_env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
                                        lw_env("AWS_CONTAINER_CREDENTIALS_FULL_URI"), &url, err);
    if (status == LW_OK) {
        status = read_container_token(&token, err);
    }
    if (status == LW_OK) {
        status = fetch_container(aws, url, &token, ret_credentials, err);
    }
    free(url);
    lw_buf_done(&token);
    return status;
}

/* IMDS */

typedef struct instance {
    lw_aws *aws;
    const char *endpoint;
    lw_strings token_header; /* one header, once the session token is there */
    lw_buf role;
} instance;

static const char *instance_endpoint(const lw_aws *aws) {
    const char *endpoint = lw_env("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = lw_env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    if (endpoint == NULL) {
        endpoint = lw_aws_setting(aws, "ec2_metadata_service_endpoint");
    }
    if (mode == NULL) {
        mode = lw_aws_setting(aws, "ec2_metadata_service_endpoint_mode");
    }
    if (endpoint != NULL) {
        return endpoint;
    }
    return mode != NULL && strcasecmp(mode, "ipv6") == 0 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

static lw_status check_instance_endpoint(const lw_aws *aws, const char *endpoint, lw_error *err) {
    lw_url url;
    if (lw_url_split(endpoint, &url) != LW_OK || url.query.len > 0) {
        return lw_fail(err, LW_E_CONFIG,
                       "instance metadata: AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https URL");
    }
    if (!url.https && lw_url_host_kind(&url) == LW_HOST_OTHER && !aws->allow_plain_http) {
        return lw_fail(err, LW_E_CONFIG,
                       "instance metadata: AWS_EC2_METADATA_SERVICE_ENDPOINT may be plain http only for loopback and "
                       "link-local hosts");
    }
    return LW_OK;
}

static lw_status request_instance(const instance *i, const char *method, const char *path, const char *suffix,
                                  const lw_strings *headers, lw_http_response *response, lw_error *err) {
    lw_buf url;
    lw_buf_init(&url, URL_MAX);
    size_t len = strlen(i->endpoint);
    while (len > 0 && i->endpoint[len - 1] == '/') {
        len--;
    }
    lw_status status = lw_buf_printf(&url, "%.*s%s%s", (int)len, i->endpoint, path, suffix);
    if (status == LW_OK) {
        lw_http_request request = {
            .method = method, .url = url.data, .headers = *headers, .total_timeout_ms = INSTANCE_TIMEOUT_MS};
        status = fetch(i->aws, &request, INSTANCE_ATTEMPTS, response, err);
    }
    lw_buf_done(&url);
    return status;
}

/* Not reaching the service means that this is no instance; that is no failure of a source that is set up. */
static lw_status start_session(instance *i, lw_error *err) {
    lw_http_response response = {0};
    lw_strings headers = {0};
    lw_status status = lw_strings_add(&headers, LW_SLICE_LITERAL("X-aws-ec2-metadata-token-ttl-seconds: 21600"));
    if (status == LW_OK) {
        status = request_instance(i, "PUT", "/latest/api/token", "", &headers, &response, err);
        if (status != LW_OK) {
            lw_fail_prefix(err, status, "instance metadata");
            status = LW_E_NOT_FOUND;
        }
    }
    lw_slice token = lw_slice_trim(lw_buf_slice(&response.body));
    if (status == LW_OK && (token.len == 0 || memchr(token.data, '\n', token.len) != NULL)) {
        status = lw_fail(err, LW_E_CREDENTIALS, "instance metadata: the session token is empty or broken");
    }
    if (status == LW_OK) {
        status = lw_strings_addf(&i->token_header, "X-aws-ec2-metadata-token: %.*s", (int)token.len, token.data);
    }
    lw_http_response_done(&response);
    lw_strings_done(&headers);
    return status;
}

#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"

static lw_status find_role(instance *i, lw_error *err) {
    lw_http_response response = {0};
    lw_status status = request_instance(i, "GET", ROLE_PATH, "", &i->token_header, &response, err);
    if (status != LW_OK && response.status == 404) {
        status = lw_fail(err, LW_E_NOT_FOUND, "instance metadata: the instance has no role");
    } else if (status != LW_OK) {
        lw_fail_prefix(err, status, "instance metadata: ask for the role");
    }
    if (status == LW_OK) {
        lw_slice body = lw_slice_trim(lw_buf_slice(&response.body));
        const char *newline = body.len == 0 ? NULL : memchr(body.data, '\n', body.len);
        lw_slice first = {body.data, newline == NULL ? body.len : (size_t)(newline - body.data)};
        first = lw_slice_trim(first);
        status = first.len == 0 ? lw_fail(err, LW_E_NOT_FOUND, "instance metadata: the instance has no role")
                                : lw_percent_encode(first, false, &i->role);
    }
    lw_http_response_done(&response);
    return status;
}

static lw_status fetch_role(instance *i, lw_credentials *ret_credentials, lw_error *err) {
    static const lw_credentials_format format = {.source = "instance metadata", .token_name = "Token"};
    lw_http_response response = {0};
    lw_status status = request_instance(i, "GET", ROLE_PATH, i->role.data, &i->token_header, &response, err);
    if (status != LW_OK) {
        lw_fail_prefix(err, status, "instance metadata: ask for credentials");
    } else {
        status = lw_credentials_from_json(lw_buf_slice(&response.body), &format, ret_credentials, err);
    }
    lw_http_response_done(&response);
    return status;
}

lw_status lw_source_instance(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    const char *disabled = lw_env("AWS_EC2_METADATA_DISABLED");
    if (disabled != NULL && strcasecmp(disabled, "true") == 0) {
        return lw_fail(err, LW_E_NOT_FOUND, "instance metadata: switched off by AWS_EC2_METADATA_DISABLED");
    }
    instance i = {.aws = aws, .endpoint = instance_endpoint(aws)};
    lw_buf_init(&i.role, URL_MAX);
    lw_status status = check_instance_endpoint(aws, i.endpoint, err);
    if (status == LW_OK) {
        status = start_session(&i, err);
    }
    if (status == LW_OK) {
        status = find_role(&i, err);
    }
    if (status == LW_OK) {
        status = fetch_role(&i, ret_credentials, err);
    }
    lw_strings_done(&i.token_header);
    lw_buf_done(&i.role);
    return status;
}
