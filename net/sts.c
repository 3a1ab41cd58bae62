/* Roles: AssumeRole, signed with other credentials, and AssumeRoleWithWebIdentity, where the token in the body is the
 * proof. Query protocol: a form goes out, XML comes back. */
#include <stdio.h>
#include <stdlib.h>

#include "net/aws_priv.h"
#include "net/file_priv.h"
#include "net/xml.h"

#define FORM_MAX ((size_t)256 * 1024)
#define TOKEN_MAX ((size_t)64 * 1024)
#define FIELD_MAX ((size_t)64 * 1024)

static lw_status add_field(lw_buf *form, const char *name, const char *value) {
    if (value == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_buf_printf(form, "&%s=", name));
    return lw_percent_encode(lw_slice_from(value), false, form);
}

static lw_status build_form(const char *action, const lw_assume_role *role, const char *token, lw_buf *form) {
    char session[64];
    int64_t seconds = lw_clock_wall_ms() / 1000;
    snprintf(session, sizeof session, "lakewarden-%lld", (long long)seconds);
    LW_TRY(lw_buf_printf(form, "Action=%s&Version=2011-06-15", action));
    LW_TRY(add_field(form, "RoleArn", role->role_arn));
    LW_TRY(add_field(form, "RoleSessionName", role->session_name == NULL ? session : role->session_name));
    LW_TRY(add_field(form, "ExternalId", role->external_id));
    LW_TRY(add_field(form, "DurationSeconds", role->duration_seconds));
    return add_field(form, "WebIdentityToken", token);
}

typedef struct reply_fields {
    lw_buf access_key_id;
    lw_buf secret_access_key;
    lw_buf session_token;
    lw_buf expiration;
} reply_fields;

static lw_status find_field(lw_slice body, const char *action, const char *name, lw_buf *out) {
    char path[128];
    snprintf(path, sizeof path, "%sResponse/%sResult/Credentials/%s", action, action, name);
    return lw_xml_find(body, path, out);
}

static lw_status find_fields(lw_slice body, const char *action, reply_fields *fields) {
    LW_TRY(find_field(body, action, "AccessKeyId", &fields->access_key_id));
    LW_TRY(find_field(body, action, "SecretAccessKey", &fields->secret_access_key));
    LW_TRY(find_field(body, action, "SessionToken", &fields->session_token));
    return find_field(body, action, "Expiration", &fields->expiration);
}

static lw_status take_fields(const reply_fields *fields, lw_credentials *ret_credentials, lw_error *err) {
    if (fields->access_key_id.len == 0 || fields->secret_access_key.len == 0 || fields->session_token.len == 0) {
        return lw_fail(err, LW_E_CREDENTIALS, "a field of its answer is empty");
    }
    int64_t expires_ms;
    LW_TRY(lw_credentials_expiration(fields->expiration.len == 0 ? "" : fields->expiration.data, "its answer",
                                     &expires_ms, err));
    const lw_credentials borrowed = {
        .access_key_id = fields->access_key_id.data,
        .secret_access_key = fields->secret_access_key.data,
        .session_token = fields->session_token.data,
        .expires_ms = expires_ms,
    };
    return lw_credentials_copy(&borrowed, ret_credentials);
}

static lw_status parse_reply(lw_slice body, const char *action, lw_credentials *ret_credentials, lw_error *err) {
    reply_fields fields;
    lw_buf_init(&fields.access_key_id, FIELD_MAX);
    lw_buf_init(&fields.secret_access_key, FIELD_MAX);
    lw_buf_init(&fields.session_token, FIELD_MAX);
    lw_buf_init(&fields.expiration, FIELD_MAX);
    lw_status status = find_fields(body, action, &fields);
    if (status == LW_OK) {
        status = take_fields(&fields, ret_credentials, err);
    } else {
        status = lw_fail(err, LW_E_CREDENTIALS, "its answer has no credentials in it");
    }
    lw_buf_done(&fields.access_key_id);
    lw_buf_done(&fields.secret_access_key);
    lw_buf_done(&fields.session_token);
    lw_buf_done(&fields.expiration);
    return status;
}

static lw_status post_form(lw_aws *aws, const char *action, const char *endpoint, lw_slice form, lw_signing signing,
                           const lw_credentials *source, lw_credentials *ret_credentials, lw_error *err) {
    lw_http_response response = {0};
    lw_aws_request request = {.service = "sts", .http = {.method = "POST", .url = endpoint, .body = form}};
    lw_status status =
        lw_strings_add(&request.http.headers, LW_SLICE_LITERAL("Content-Type: application/x-www-form-urlencoded"));
    if (status == LW_OK) {
        status = lw_aws_send_signed(aws, &request, signing, source, &response, err);
    }
    if (status == LW_OK) {
        status = parse_reply(lw_buf_slice(&response.body), action, ret_credentials, err);
    }
    lw_http_response_done(&response);
    lw_strings_done(&request.http.headers);
    return status;
}

/* With a token nothing is signed; the token stays out of messages. */
static lw_status assume(lw_aws *aws, const char *action, const lw_assume_role *role, char *token,
                        const lw_credentials *source, lw_credentials *ret_credentials, lw_error *err) {
    const lw_credentials proof = {.session_token = token};
    char *endpoint = NULL;
    lw_buf form;
    lw_buf_init(&form, FORM_MAX);
    lw_status status = build_form(action, role, token, &form);
    if (status == LW_OK) {
        status = lw_aws_sts_endpoint(aws, &endpoint);
    }
    if (status != LW_OK) {
        lw_fail(err, status, "build the request: %s", lw_status_text(status));
    } else {
        status = post_form(aws, action, endpoint, lw_buf_slice(&form), token == NULL ? LW_SIGN_GIVEN : LW_SIGN_NOT,
                           token == NULL ? source : &proof, ret_credentials, err);
    }
    if (status != LW_OK) {
        lw_fail_prefix(err, status, "assume role '%s'", role->role_arn);
    }
    free(endpoint);
    lw_buf_done(&form);
    return status;
}

lw_status lw_sts_assume_role(lw_aws *aws, const lw_assume_role *role, const lw_credentials *source,
                             lw_credentials *ret_credentials, lw_error *err) {
    return assume(aws, "AssumeRole", role, NULL, source, ret_credentials, err);
}

lw_status lw_sts_assume_role_with_token_file(lw_aws *aws, const lw_assume_role *role, const char *token_file,
                                             lw_credentials *ret_credentials, lw_error *err) {
    lw_buf text;
    lw_buf_init(&text, TOKEN_MAX);
    lw_status status = lw_file_read(token_file, &text);
    char *token = NULL;
    if (status != LW_OK) {
        status =
            lw_fail(err, LW_E_CREDENTIALS, "read web identity token file '%s': %s", token_file, lw_status_text(status));
    } else {
        token = lw_slice_dup(lw_slice_trim(lw_buf_slice(&text)));
        status = token == NULL ? lw_fail(err, LW_E_MEMORY, "read web identity token file: out of memory") : LW_OK;
    }
    if (status == LW_OK && token != NULL && token[0] == '\0') {
        status = lw_fail(err, LW_E_CREDENTIALS, "read web identity token file '%s': it is empty", token_file);
    }
    if (status == LW_OK) {
        status = assume(aws, "AssumeRoleWithWebIdentity", role, token, NULL, ret_credentials, err);
    }
    lw_wipe_free(token);
    lw_buf_done(&text);
    return status;
}
