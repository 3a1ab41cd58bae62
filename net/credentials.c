/* The chain of credential sources, and the cache in front of it.
 *
 * Sources are asked in the order of the AWS SDKs until one has credentials. A source that is not set up is passed over
 * and remembered with its reason, for the message when none has any. A source that is set up and fails ends the search:
 * falling through to other credentials than the user set up would do work under the wrong name.
 *
 * Cached credentials are handed out as copies. They are fetched again when due: from the advisory time on one thread
 * tries while the others go on with what they have, and a failure is not one yet; from the mandatory time on all wait
 * and a failure counts. `refresh` is held while fetching, the lock of the fields never. A generation number tells a
 * thread that was refused for expired credentials whether another has renewed them meanwhile.
 *
 * No message holds a credential: sources never quote what they read, and request.c takes out what a server echoes.
 */
#include "net/credentials.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/aws_priv.h"
#include "net/file_priv.h"
#include "net/process_priv.h"

#define MINUTE_MS ((int64_t)60 * 1000)
#define ADVISORY_MS (15 * MINUTE_MS)
#define MANDATORY_MS (10 * MINUTE_MS)
#define ADVISORY_RETRY_MS MINUTE_MS
#define PROCESS_TIMEOUT_MS (60 * 1000)
#define PROCESS_OUTPUT_MAX ((size_t)64 * 1024)
#define ROLE_CHAIN_MAX 16
#define REDACT_MIN 8

void lw_redact(char *text, const char *secret) {
    static const char mask[] = "[hidden]"; /* never longer than what it replaces */
    size_t len = secret == NULL ? 0 : strlen(secret);
    if (len < REDACT_MIN) {
        return;
    }
    for (char *found = strstr(text, secret); found != NULL; found = strstr(found, secret)) {
        memmove(found + sizeof mask - 1, found + len, strlen(found + len) + 1);
        memcpy(found, mask, sizeof mask - 1);
        found += sizeof mask - 1;
    }
}

/* Environment */

static lw_status take_copy(const lw_credentials *borrowed, const char *source, lw_credentials *ret_credentials,
                           lw_error *err) {
    lw_status status = lw_credentials_copy(borrowed, ret_credentials);
    return status == LW_OK ? LW_OK : lw_fail(err, status, "%s: out of memory", source);
}

/* lw_credentials holds plain pointers; what is lent here is only read and copied. */
static char *lend(const char *text) {
    union {
        const char *in;
        char *out;
    } pun = {.in = text};
    return pun.out;
}

lw_status lw_source_environment(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    (void)aws;
    const char *key = lw_env("AWS_ACCESS_KEY_ID");
    const char *secret = lw_env("AWS_SECRET_ACCESS_KEY");
    const char *token = lw_env("AWS_SESSION_TOKEN");
    if (key == NULL && secret == NULL) {
        return lw_fail(err, LW_E_NOT_FOUND, "environment: AWS_ACCESS_KEY_ID not set");
    }
    if (key == NULL || secret == NULL) {
        return lw_fail(err, LW_E_CREDENTIALS, "environment: %s is set, but %s is not",
                       key == NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
                       key == NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY");
    }
    const lw_credentials borrowed = {
        .access_key_id = lend(key),
        .secret_access_key = lend(secret),
        .session_token = lend(token != NULL ? token : lw_env("AWS_SECURITY_TOKEN")),
    };
    return take_copy(&borrowed, "environment", ret_credentials, err);
}

lw_status lw_source_web_identity(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    const char *token_file = lw_env("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (token_file == NULL) {
        return lw_fail(err, LW_E_NOT_FOUND, "web identity: AWS_WEB_IDENTITY_TOKEN_FILE not set");
    }
    const lw_assume_role role = {.role_arn = lw_env("AWS_ROLE_ARN"), .session_name = lw_env("AWS_ROLE_SESSION_NAME")};
    if (role.role_arn == NULL) {
        return lw_fail(err, LW_E_CREDENTIALS,
                       "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
    }
    return lw_sts_assume_role_with_token_file(aws, &role, token_file, ret_credentials, err);
}

/* Profiles */

static lw_status static_keys(const lw_aws *aws, const char *profile, lw_credentials *ret_credentials, lw_error *err) {
    const char *key = lw_aws_profile_setting(aws, profile, "aws_access_key_id");
    const char *secret = lw_aws_profile_setting(aws, profile, "aws_secret_access_key");
    if (key == NULL && secret == NULL) {
        return lw_fail(err, LW_E_NOT_FOUND, "profile '%s': no aws_access_key_id", profile);
    }
    if (key == NULL || secret == NULL) {
        return lw_fail(err, LW_E_CREDENTIALS, "profile '%s': it has %s, but no %s", profile,
                       key == NULL ? "aws_secret_access_key" : "aws_access_key_id",
                       key == NULL ? "aws_access_key_id" : "aws_secret_access_key");
    }
    const lw_credentials borrowed = {
        .access_key_id = lend(key),
        .secret_access_key = lend(secret),
        .session_token = lend(lw_aws_profile_setting(aws, profile, "aws_session_token")),
    };
    return take_copy(&borrowed, "profile", ret_credentials, err);
}

static lw_status run_process(const char *command, lw_credentials *ret_credentials, lw_error *err) {
    static const lw_credentials_format format = {
        .source = "credential_process", .token_name = "SessionToken", .version_1 = true};
    lw_strings words = {0};
    lw_buf output;
    lw_buf_init(&output, PROCESS_OUTPUT_MAX);
    lw_status status = lw_split_words(command, &words);
    if (status != LW_OK || words.count == 0) {
        status = lw_fail(err, LW_E_CREDENTIALS, "credential_process: the command is empty or a quote is not closed");
    }
    if (status == LW_OK) {
        status = lw_process_read(&words, PROCESS_TIMEOUT_MS, &output, err);
        if (status != LW_OK) {
            lw_fail_prefix(err, status, "credential_process");
        }
    }
    if (status == LW_OK) {
        status = lw_credentials_from_json(lw_buf_slice(&output), &format, ret_credentials, err);
    }
    lw_strings_done(&words);
    lw_buf_done(&output);
    return status;
}

/* One profile of a chain of roles, and those that led to it. */
typedef struct role_chain {
    lw_aws *aws;
    const char *visited[ROLE_CHAIN_MAX];
    size_t count;
} role_chain;

static lw_status resolve_profile(role_chain *chain, const char *profile, lw_credentials *ret_credentials,
                                 lw_error *err);

static bool is_visited(const role_chain *chain, const char *profile) {
    for (size_t i = 0; i < chain->count; i++) {
        if (strcmp(chain->visited[i], profile) == 0) {
            return true;
        }
    }
    return false;
}

static lw_status named_source(role_chain *chain, const char *profile, const char *name, lw_credentials *ret_credentials,
                              lw_error *err) {
    static const struct {
        const char *name;
        lw_credential_source load;
    } known[] = {{"Environment", lw_source_environment},
                 {"Ec2InstanceMetadata", lw_source_instance},
                 {"EcsContainer", lw_source_container}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcasecmp(name, known[i].name) == 0) {
            return known[i].load(chain->aws, ret_credentials, err);
        }
    }
    return lw_fail(err, LW_E_CREDENTIALS,
                   "profile '%s': credential_source '%s' is none of Environment, Ec2InstanceMetadata, EcsContainer",
                   profile, name);
}

/* A profile may name itself as source when it has keys of its own; any other way back is a loop. */
static lw_status source_profile(role_chain *chain, const char *profile, const char *name,
                                lw_credentials *ret_credentials, lw_error *err) {
    if (strcmp(name, profile) == 0) {
        return static_keys(chain->aws, name, ret_credentials, err);
    }
    if (is_visited(chain, name)) {
        return lw_fail(err, LW_E_CREDENTIALS, "profile '%s': source_profile '%s' leads back to itself", profile, name);
    }
    if (chain->count >= ROLE_CHAIN_MAX) {
        return lw_fail(err, LW_E_CREDENTIALS, "profile '%s': over %d source profiles in a row", profile,
                       ROLE_CHAIN_MAX);
    }
    if (!lw_aws_has_profile(chain->aws, name)) {
        return lw_fail(err, LW_E_CREDENTIALS, "profile '%s': there is no source_profile '%s'", profile, name);
    }
    return resolve_profile(chain, name, ret_credentials, err);
}

static lw_status role_source(role_chain *chain, const char *profile, lw_credentials *ret_credentials, lw_error *err) {
    const char *by_profile = lw_aws_profile_setting(chain->aws, profile, "source_profile");
    const char *by_name = lw_aws_profile_setting(chain->aws, profile, "credential_source");
    if ((by_profile == NULL) == (by_name == NULL)) {
        return lw_fail(err, LW_E_CREDENTIALS, "profile '%s': role_arn needs either source_profile or credential_source",
                       profile);
    }
    lw_status status = by_profile != NULL ? source_profile(chain, profile, by_profile, ret_credentials, err)
                                          : named_source(chain, profile, by_name, ret_credentials, err);
    if (status != LW_E_NOT_FOUND) {
        return status;
    }
    /* Here an empty source is a fault of the profile that names it, no reason to look further. */
    err->code = LW_E_CREDENTIALS;
    return lw_fail_prefix(err, LW_E_CREDENTIALS, "profile '%s': its source has no credentials", profile);
}

static lw_status assume_profile_role(role_chain *chain, const char *profile, const char *role_arn,
                                     lw_credentials *ret_credentials, lw_error *err) {
    lw_aws *aws = chain->aws;
    const lw_assume_role role = {
        .role_arn = role_arn,
        .session_name = lw_aws_profile_setting(aws, profile, "role_session_name"),
        .external_id = lw_aws_profile_setting(aws, profile, "external_id"),
        .duration_seconds = lw_aws_profile_setting(aws, profile, "duration_seconds"),
    };
    const char *token_file = lw_aws_profile_setting(aws, profile, "web_identity_token_file");
    if (token_file != NULL) {
        return lw_sts_assume_role_with_token_file(aws, &role, token_file, ret_credentials, err);
    }
    if (lw_aws_profile_setting(aws, profile, "mfa_serial") != NULL) {
        return lw_fail(err, LW_E_CREDENTIALS,
                       "profile '%s': mfa_serial needs a person; get credentials with 'aws sts' or a "
                       "credential_process",
                       profile);
    }
    lw_credentials source = {0};
    lw_status status = role_source(chain, profile, &source, err);
    if (status == LW_OK) {
        status = lw_sts_assume_role(aws, &role, &source, ret_credentials, err);
    }
    lw_credentials_done(&source);
    return status;
}

static bool uses_sso(const lw_aws *aws, const char *profile) {
    return lw_aws_profile_setting(aws, profile, "sso_session") != NULL ||
           lw_aws_profile_setting(aws, profile, "sso_start_url") != NULL;
}

static lw_status resolve_profile(role_chain *chain, const char *profile, lw_credentials *ret_credentials,
                                 lw_error *err) {
    const lw_aws *aws = chain->aws;
    chain->visited[chain->count++] = profile;
    const char *role_arn = lw_aws_profile_setting(aws, profile, "role_arn");
    if (role_arn != NULL) {
        return assume_profile_role(chain, profile, role_arn, ret_credentials, err);
    }
    lw_status status = static_keys(aws, profile, ret_credentials, err);
    if (status != LW_E_NOT_FOUND) {
        return status;
    }
    const char *command = lw_aws_profile_setting(aws, profile, "credential_process");
    if (command != NULL) {
        return run_process(command, ret_credentials, err);
    }
    if (uses_sso(aws, profile)) {
        return lw_fail(err, LW_E_CREDENTIALS,
                       "profile '%s': SSO is not supported; set credential_process = aws configure "
                       "export-credentials --profile '%s'",
                       profile, profile);
    }
    return lw_fail(err, LW_E_NOT_FOUND, "profile '%s': no keys, role or credential_process in '%s' or '%s'", profile,
                   aws->credentials_path, aws->config_path);
}

lw_status lw_source_profile(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    role_chain chain = {.aws = aws};
    return resolve_profile(&chain, aws->profile, ret_credentials, err);
}

/* The chain */

static lw_status none_found(const lw_buf *looked_at, lw_error *err) {
    return lw_fail(err, LW_E_CREDENTIALS, "find credentials: none in %s",
                   looked_at->len == 0 ? "any source" : looked_at->data);
}

static lw_status walk_chain(lw_aws *aws, lw_buf *looked_at, lw_credentials *ret_credentials, lw_error *err) {
    static const struct {
        lw_credential_source load;
        bool of_environment; /* passed over when a profile is named by flag */
    } chain[] = {{lw_source_environment, true},
                 {lw_source_web_identity, true},
                 {lw_source_profile, false},
                 {lw_source_container, false},
                 {lw_source_instance, false}};
    for (size_t i = 0; i < sizeof chain / sizeof chain[0]; i++) {
        if (chain[i].of_environment && aws->profile_from_flag) {
            continue;
        }
        lw_status status = chain[i].load(aws, ret_credentials, err);
        if (status != LW_E_NOT_FOUND) {
            return status;
        }
        LW_TRY(lw_buf_printf(looked_at, "%s%s", looked_at->len == 0 ? "" : "; ", err->text));
    }
    return none_found(looked_at, err);
}

/* Anything but a lack of memory is LW_E_CREDENTIALS to the caller: requests to sources were already tried again. */
static lw_status fetch(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    lw_buf looked_at;
    lw_buf_init(&looked_at, 8192);
    lw_status status = walk_chain(aws, &looked_at, ret_credentials, err);
    lw_buf_done(&looked_at);
    if (status == LW_OK && ret_credentials->expires_ms != 0 && ret_credentials->expires_ms <= lw_aws_now_ms(aws)) {
        lw_credentials_done(ret_credentials);
        return lw_fail(err, LW_E_CREDENTIALS, "use credentials: the source gave ones that have expired");
    }
    if (status == LW_OK || status == LW_E_MEMORY || status == LW_E_INTERNAL) {
        return status;
    }
    err->code = LW_E_CREDENTIALS;
    return LW_E_CREDENTIALS;
}

/* The cache */

void lw_refresh_times(int64_t fetched_ms, int64_t expires_ms, int64_t *ret_advisory_ms, int64_t *ret_mandatory_ms) {
    int64_t life_ms = expires_ms - fetched_ms;
    /* Ones that live 15 minutes would else be due at every single request. */
    bool is_short = life_ms < 2 * ADVISORY_MS;
    *ret_advisory_ms = expires_ms - (is_short ? life_ms / 2 : ADVISORY_MS);
    *ret_mandatory_ms = expires_ms - (is_short ? life_ms / 3 : MANDATORY_MS);
}

typedef enum need { NEED_NOTHING, NEED_ADVISED, NEED_NOW } need;

/* Under the lock. */
static need need_of(const lw_aws *aws, int64_t now_ms) {
    if (!aws->synced.have) {
        return NEED_NOW;
    }
    if (aws->synced.credentials.expires_ms == 0) {
        return NEED_NOTHING;
    }
    int64_t advisory_ms;
    int64_t mandatory_ms;
    lw_refresh_times(aws->synced.fetched_ms, aws->synced.credentials.expires_ms, &advisory_ms, &mandatory_ms);
    if (now_ms >= mandatory_ms) {
        return NEED_NOW;
    }
    return now_ms >= advisory_ms && now_ms >= aws->synced.retry_after_ms ? NEED_ADVISED : NEED_NOTHING;
}

/* Copies what is cached unless a refresh is needed; *ret_need says. */
static lw_status copy_cached(lw_aws *aws, need *ret_need, lw_credentials *ret_credentials, uint64_t *ret_generation) {
    int64_t now_ms = lw_aws_now_ms(aws);
    lw_status status = LW_OK;
    pthread_mutex_lock(&aws->synced.lock);
    *ret_need = need_of(aws, now_ms);
    if (*ret_need != NEED_NOW) {
        status = lw_credentials_copy(&aws->synced.credentials, ret_credentials);
        *ret_generation = aws->synced.generation;
    }
    pthread_mutex_unlock(&aws->synced.lock);
    return status;
}

/* With `refresh` held. */
static lw_status fetch_into_cache(lw_aws *aws, lw_error *err) {
    lw_credentials fresh = {0};
    lw_status status = fetch(aws, &fresh, err);
    int64_t now_ms = lw_aws_now_ms(aws);
    pthread_mutex_lock(&aws->synced.lock);
    if (status == LW_OK) {
        lw_credentials_done(&aws->synced.credentials);
        aws->synced.credentials = fresh;
        aws->synced.have = true;
        aws->synced.generation++;
        aws->synced.fetched_ms = now_ms;
        aws->synced.retry_after_ms = 0;
    } else {
        aws->synced.retry_after_ms = now_ms + ADVISORY_RETRY_MS;
    }
    pthread_mutex_unlock(&aws->synced.lock);
    return status;
}

static lw_status wait_for_fresh(lw_aws *aws, lw_credentials *ret_credentials, uint64_t *ret_generation, lw_error *err) {
    need what = NEED_NOW;
    pthread_mutex_lock(&aws->refresh);
    /* Another thread may have fetched while this one waited. */
    lw_status status = copy_cached(aws, &what, ret_credentials, ret_generation);
    if (status == LW_OK && what == NEED_NOW) {
        status = fetch_into_cache(aws, err);
        if (status == LW_OK) {
            pthread_mutex_lock(&aws->synced.lock);
            status = lw_credentials_copy(&aws->synced.credentials, ret_credentials);
            *ret_generation = aws->synced.generation;
            pthread_mutex_unlock(&aws->synced.lock);
        }
    }
    pthread_mutex_unlock(&aws->refresh);
    return status;
}

/* Renews ahead of time, if no other thread does; on failure the credentials at hand are still good. */
static void refresh_if_free(lw_aws *aws) {
    if (pthread_mutex_trylock(&aws->refresh) != 0) {
        return;
    }
    lw_error err = {0};
    if (fetch_into_cache(aws, &err) != LW_OK) {
        lw_debug("renewing credentials early failed: %s", err.text);
    }
    pthread_mutex_unlock(&aws->refresh);
}

lw_status lw_aws_credentials_numbered(lw_aws *aws, lw_credentials *ret_credentials, uint64_t *ret_generation,
                                      lw_error *err) {
    lw_error local = {0};
    lw_error *text = err == NULL ? &local : err;
    if (aws->no_sign_request) {
        return lw_fail(text, LW_E_CREDENTIALS, "find credentials: none are looked for with --no-sign-request");
    }
    need what = NEED_NOW;
    lw_status status = copy_cached(aws, &what, ret_credentials, ret_generation);
    if (status == LW_OK && what == NEED_ADVISED) {
        lw_credentials_done(ret_credentials);
        refresh_if_free(aws);
        status = copy_cached(aws, &what, ret_credentials, ret_generation);
    }
    if (status == LW_OK && what == NEED_NOW) {
        return wait_for_fresh(aws, ret_credentials, ret_generation, text);
    }
    return status == LW_OK ? LW_OK : lw_fail(text, status, "copy credentials: %s", lw_status_text(status));
}

lw_status lw_aws_credentials(lw_aws *aws, lw_credentials *ret_credentials, lw_error *err) {
    uint64_t generation;
    return lw_aws_credentials_numbered(aws, ret_credentials, &generation, err);
}

void lw_aws_forget_credentials(lw_aws *aws, uint64_t generation) {
    pthread_mutex_lock(&aws->synced.lock);
    if (aws->synced.generation == generation) {
        aws->synced.have = false;
    }
    pthread_mutex_unlock(&aws->synced.lock);
}

void lw_aws_credentials_expired(lw_aws *aws) {
    pthread_mutex_lock(&aws->synced.lock);
    aws->synced.have = false;
    pthread_mutex_unlock(&aws->synced.lock);
}
