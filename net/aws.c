/* A profile's view of the world: which profile, region, endpoint, certificates and limits hold, by flag, environment,
 * shared files and default, in this order.
 *
 * The two shared files are read once, when an lw_aws is made, and stay as they were; so do the environment's endpoints.
 * What is looked up later (settings) is a search in memory. A value that cannot be right is refused here, with its name
 * and where it stands, before any request is built from it.
 *
 * Settings are searched in the credentials file first, then in the config file, as the AWS CLI lays the former over the
 * latter. A "services" section is followed for endpoints.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "net/aws_priv.h"
#include "net/file_priv.h"

#define FILE_MAX ((size_t)1024 * 1024)
#define NAME_MAX_BYTES 1024
#define DEFAULT_ATTEMPTS 5
#define ATTEMPTS_MAX 10
#define REGION_MAX 63

extern char **environ;

static const char *home_folder(void) {
    const char *home = lw_env("HOME");
    if (home != NULL) {
        return home;
    }
    static _Thread_local char buffer[1024]; /* holds what the result points to, until the next call */
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != NULL) {
        return found->pw_dir;
    }
    return "/";
}

/* path with "~/" written out, malloc'ed. */
static char *expanded(const char *path) {
    lw_buf out;
    lw_buf_init(&out, 8192);
    lw_status status = LW_OK;
    if (strncmp(path, "~/", 2) == 0) {
        status = lw_buf_append_text(&out, home_folder());
        path++;
    }
    if (status == LW_OK) {
        status = lw_buf_append_text(&out, path);
    }
    char *taken = status == LW_OK ? lw_buf_take(&out) : NULL;
    lw_buf_done(&out);
    return taken;
}

static lw_status parse_file(const char *path, lw_slice text, lw_ini *ret_ini, lw_error *err) {
    unsigned line = 0;
    lw_status status = lw_ini_parse(text, ret_ini, &line);
    if (status == LW_E_MEMORY) {
        return lw_fail(err, status, "read '%s': out of memory", path);
    }
    if (status != LW_OK) {
        return lw_fail(err, LW_E_CONFIG,
                       "read '%s': line %u cannot be understood; write 'key = value' under a [section]", path, line);
    }
    return LW_OK;
}

/* A file that is not there is an empty one. */
static lw_status load_file(const char *variable, const char *standard, char **ret_path, lw_ini *ret_ini,
                           lw_error *err) {
    const char *named = lw_env(variable);
    char *path = expanded(named == NULL ? standard : named);
    if (path == NULL) {
        return lw_fail(err, LW_E_MEMORY, "read '%s': out of memory", standard);
    }
    lw_buf text;
    lw_buf_init(&text, FILE_MAX);
    lw_status status = lw_file_read(path, &text);
    if (status == LW_OK) {
        status = parse_file(path, lw_buf_slice(&text), ret_ini, err);
    } else if (status == LW_E_NOT_FOUND) {
        status = LW_OK;
    } else {
        status = lw_fail(err, LW_E_CONFIG, "read '%s': %s", path, lw_status_text(status));
    }
    lw_buf_done(&text);
    *ret_path = path; /* freed with aws, also after a failure */
    return status;
}

/* Section of a profile in the config file: "profile x"; the default one is also found without the word. */
static const char *config_setting(const lw_aws *aws, const char *profile, const char *name) {
    char section[NAME_MAX_BYTES];
    snprintf(section, sizeof section, "profile %s", profile);
    const char *value = lw_ini_get(&aws->config, section, name);
    if (value == NULL && strcmp(profile, "default") == 0) {
        value = lw_ini_get(&aws->config, profile, name);
    }
    return value;
}

static const char *filled(const char *value) {
    return value == NULL || value[0] == '\0' ? NULL : value;
}

const char *lw_aws_profile_setting(const lw_aws *aws, const char *profile, const char *name) {
    const char *value = filled(lw_ini_get(&aws->shared_credentials, profile, name));
    return value != NULL ? value : filled(config_setting(aws, profile, name));
}

bool lw_aws_has_profile(const lw_aws *aws, const char *profile) {
    char section[NAME_MAX_BYTES];
    snprintf(section, sizeof section, "profile %s", profile);
    return lw_ini_has_section(&aws->shared_credentials, profile) || lw_ini_has_section(&aws->config, section) ||
           (strcmp(profile, "default") == 0 && lw_ini_has_section(&aws->config, profile));
}

const char *lw_aws_setting(const lw_aws *aws, const char *name) {
    return lw_aws_profile_setting(aws, aws->profile, name);
}

static const char *first_of(const char *a, const char *b, const char *c) {
    if (a != NULL) {
        return a;
    }
    return b != NULL ? b : c;
}

static bool is_true(const char *value) {
    return value != NULL && strcasecmp(value, "true") == 0;
}

static lw_status choose_profile(lw_aws *aws, const char *flag, lw_error *err) {
    const char *named = first_of(flag, lw_env("AWS_PROFILE"), lw_env("AWS_DEFAULT_PROFILE"));
    aws->profile_from_flag = flag != NULL;
    aws->profile = lw_text_dup(named == NULL ? "default" : named);
    if (aws->profile == NULL) {
        return lw_fail(err, LW_E_MEMORY, "choose profile: out of memory");
    }
    if (named != NULL && (strlen(named) >= NAME_MAX_BYTES / 2 || !lw_aws_has_profile(aws, named))) {
        return lw_fail(err, LW_E_CONFIG, "find profile '%s': it is neither in '%s' nor in '%s'", named,
                       aws->config_path, aws->credentials_path);
    }
    return LW_OK;
}

static bool is_host_label(const char *text) {
    size_t len = strlen(text);
    if (len == 0 || len > REGION_MAX || text[0] == '-' || text[len - 1] == '-') {
        return false;
    }
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == len;
}

static lw_status choose_region(lw_aws *aws, const char *flag, lw_error *err) {
    const char *region = first_of(flag, lw_env("AWS_REGION"), lw_env("AWS_DEFAULT_REGION"));
    region = first_of(region, lw_aws_setting(aws, "region"), "us-east-1");
    if (!is_host_label(region)) {
        return lw_fail(err, LW_E_CONFIG, "use region '%.80s': a region is letters, digits and '-', as 'eu-west-1'",
                       region);
    }
    aws->region = lw_text_dup(region);
    return aws->region == NULL ? lw_fail(err, LW_E_MEMORY, "choose region: out of memory") : LW_OK;
}

static lw_status choose_attempts(lw_aws *aws, unsigned flag, lw_error *err) {
    const char *text = first_of(lw_env("AWS_MAX_ATTEMPTS"), lw_aws_setting(aws, "max_attempts"), NULL);
    uint64_t attempts = DEFAULT_ATTEMPTS;
    if (flag != 0) {
        attempts = flag;
    } else if (text != NULL && (lw_parse_u64(text, &attempts) != LW_OK || attempts == 0)) {
        return lw_fail(err, LW_E_CONFIG, "read AWS_MAX_ATTEMPTS or max_attempts: '%.40s' is no number over 0", text);
    }
    aws->max_attempts = attempts > ATTEMPTS_MAX ? ATTEMPTS_MAX : (unsigned)attempts;
    return LW_OK;
}

static lw_slice without_end_slash(lw_slice url) {
    while (url.len > 0 && url.data[url.len - 1] == '/') {
        url.len--;
    }
    return url;
}

/* Remembers AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>. */
static lw_status note_environment_endpoints(lw_aws *aws) {
    static const char prefix[] = "AWS_ENDPOINT_URL";
    for (char **item = environ; item != NULL && *item != NULL; item++) {
        const char *equals = strchr(*item, '=');
        if (equals != NULL && equals[1] != '\0' && strncmp(*item, prefix, sizeof prefix - 1) == 0) {
            LW_TRY(lw_strings_add(&aws->endpoints, without_end_slash(lw_slice_from(*item))));
        }
    }
    return LW_OK;
}

static void cut_end_slashes(lw_ini *ini) {
    for (size_t i = 0; i < ini->count; i++) {
        const char *key = ini->items[i].key;
        if (key != NULL && lw_slice_ends_with(lw_slice_from(key), LW_SLICE_LITERAL("endpoint_url"))) {
            ini->items[i].value[without_end_slash(lw_slice_from(ini->items[i].value)).len] = '\0';
        }
    }
}

static const char *environment_endpoint(const lw_aws *aws, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < aws->endpoints.count; i++) {
        const char *item = aws->endpoints.items[i];
        if (strncmp(item, name, len) == 0 && item[len] == '=') {
            return item + len + 1;
        }
    }
    return NULL;
}

/* The name by which variables and files know a service, where it is not the signing name. */
static const char *service_identifier(const char *service) {
    static const char *const other[][2] = {{"events", "eventbridge"}, {"states", "sfn"}, {"email", "sesv2"}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        if (strcmp(service, other[i][0]) == 0) {
            return other[i][1];
        }
    }
    return service;
}

static const char *environment_service_endpoint(const lw_aws *aws, const char *identifier) {
    char name[128];
    snprintf(name, sizeof name, "AWS_ENDPOINT_URL_%s", identifier);
    for (char *p = name; *p != '\0'; p++) {
        if (*p >= 'a' && *p <= 'z') {
            *p = (char)(*p - 'a' + 'A');
        } else if (*p == '-' || *p == ' ') {
            *p = '_';
        }
    }
    return environment_endpoint(aws, name);
}

static const char *section_service_endpoint(const lw_aws *aws, const char *identifier) {
    char section[NAME_MAX_BYTES];
    char key[128];
    const char *services = lw_aws_setting(aws, "services");
    if (services == NULL) {
        return NULL;
    }
    snprintf(section, sizeof section, "services %s", services);
    snprintf(key, sizeof key, "%s.endpoint_url", identifier);
    return filled(lw_ini_get(&aws->config, section, key));
}

/* What environment and files say; the flag is not asked. */
static const char *configured_endpoint(const lw_aws *aws, const char *service) {
    const char *identifier = service_identifier(service);
    if (aws->ignore_configured_endpoints) {
        return NULL;
    }
    const char *url = environment_service_endpoint(aws, identifier);
    url = first_of(url, environment_endpoint(aws, "AWS_ENDPOINT_URL"), NULL);
    return first_of(url, section_service_endpoint(aws, identifier), lw_aws_setting(aws, "endpoint_url"));
}

const char *lw_aws_endpoint(const lw_aws *aws, const char *service) {
    return aws->endpoint != NULL ? aws->endpoint : configured_endpoint(aws, service);
}

lw_status lw_aws_check_url(const lw_aws *aws, const char *url, const char *what, lw_error *err) {
    lw_url parts;
    if (lw_url_split(url, &parts) != LW_OK) {
        return lw_fail(err, LW_E_CONFIG, "use %s: it is no URL as 'https://host:port'", what);
    }
    lw_host_kind kind = lw_url_host_kind(&parts);
    if (kind == LW_HOST_LINK_LOCAL) {
        return lw_fail(err, LW_E_CONFIG, "use %s: host '%.*s' is link-local or a metadata service, never an endpoint",
                       what, (int)parts.host.len, parts.host.data);
    }
    if (!parts.https && kind != LW_HOST_LOOPBACK && !aws->allow_plain_http) {
        return lw_fail(err, LW_E_CONFIG,
                       "use %s: plain http to host '%.*s' shows data to the network; use https or --allow-plain-http",
                       what, (int)parts.host.len, parts.host.data);
    }
    return LW_OK;
}

static lw_status check_endpoint(const lw_aws *aws, const char *url, lw_error *err) {
    lw_url parts;
    if (url == NULL) {
        return LW_OK;
    }
    LW_TRY(lw_aws_check_url(aws, url, "endpoint URL", err));
    bool has_query = lw_url_split(url, &parts) == LW_OK && parts.query.len > 0;
    return has_query ? lw_fail(err, LW_E_CONFIG, "use endpoint URL: it must not have a query") : LW_OK;
}

static lw_status choose_endpoints(lw_aws *aws, const char *flag, lw_error *err) {
    static const char *const checked[] = {"s3", "sts", "events"};
    const char *ignore = lw_env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    aws->ignore_configured_endpoints =
        is_true(ignore != NULL ? ignore : lw_aws_setting(aws, "ignore_configured_endpoint_urls"));
    lw_status status = note_environment_endpoints(aws);
    if (status == LW_OK && flag != NULL) {
        aws->endpoint = lw_slice_dup(without_end_slash(lw_slice_from(flag)));
        status = aws->endpoint == NULL ? LW_E_MEMORY : LW_OK;
    }
    if (status != LW_OK) {
        return lw_fail(err, status, "choose endpoint: %s", lw_status_text(status));
    }
    cut_end_slashes(&aws->config);
    cut_end_slashes(&aws->shared_credentials);
    for (size_t i = 0; i < sizeof checked / sizeof checked[0]; i++) {
        LW_TRY(check_endpoint(aws, lw_aws_endpoint(aws, checked[i]), err));
    }
    return check_endpoint(aws, configured_endpoint(aws, "sts"), err);
}

/* The partition's domain; STS of a region lives under it. */
static const char *domain_of(const char *region) {
    static const char *const other[][2] = {
        {"cn-", "amazonaws.com.cn"}, {"us-iso-", "c2s.ic.gov"}, {"us-isob-", "sc2s.sgov.gov"}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        if (strncmp(region, other[i][0], strlen(other[i][0])) == 0) {
            return other[i][1];
        }
    }
    return "amazonaws.com";
}

lw_status lw_aws_sts_endpoint(const lw_aws *aws, char **ret_url) {
    const char *configured = configured_endpoint(aws, "sts");
    lw_buf url;
    lw_buf_init(&url, 8192);
    lw_status status = configured != NULL
                           ? lw_buf_printf(&url, "%s/", configured)
                           : lw_buf_printf(&url, "https://sts.%s.%s/", aws->region, domain_of(aws->region));
    char *taken = status == LW_OK ? lw_buf_take(&url) : NULL;
    lw_buf_done(&url);
    if (taken == NULL) {
        return status == LW_OK ? LW_E_MEMORY : status;
    }
    *ret_url = taken;
    return LW_OK;
}

static lw_status make_client(lw_aws *aws, const lw_aws_options *options, lw_error *err) {
    const char *setting = first_of(options->ca_bundle, lw_env("AWS_CA_BUNDLE"), lw_aws_setting(aws, "ca_bundle"));
    char *bundle = setting == NULL ? NULL : expanded(setting);
    if (setting != NULL && bundle == NULL) {
        return lw_fail(err, LW_E_MEMORY, "use certificates: out of memory");
    }
    lw_status status = LW_OK;
    if (bundle != NULL && access(bundle, R_OK) != 0) {
        status = lw_fail(err, LW_E_CONFIG, "read CA bundle '%s': there is no such file, or it may not be read", bundle);
    } else {
        const lw_http_options http = {.ca_bundle = bundle,
                                      .no_verify_ssl = options->no_verify_ssl,
                                      .connect_timeout_ms = options->connect_timeout_ms,
                                      .read_timeout_ms = options->read_timeout_ms};
        status = lw_http_client_new(&http, &aws->http);
        if (status != LW_OK) {
            lw_fail(err, status, "start the HTTP client: %s", lw_status_text(status));
        }
    }
    free(bundle);
    return status;
}

static lw_status configure(lw_aws *aws, const lw_aws_options *options, lw_error *err) {
    LW_TRY(load_file("AWS_CONFIG_FILE", "~/.aws/config", &aws->config_path, &aws->config, err));
    LW_TRY(load_file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", &aws->credentials_path,
                     &aws->shared_credentials, err));
    LW_TRY(choose_profile(aws, filled(options->profile), err));
    LW_TRY(choose_region(aws, filled(options->region), err));
    LW_TRY(choose_attempts(aws, options->max_attempts, err));
    LW_TRY(choose_endpoints(aws, filled(options->endpoint_url), err));
    return make_client(aws, options, err);
}

lw_status lw_aws_new(const lw_aws_options *options, lw_aws **ret_aws, lw_error *err) {
    lw_aws *aws = calloc(1, sizeof *aws);
    if (aws == NULL) {
        return lw_fail(err, LW_E_MEMORY, "read AWS settings: out of memory");
    }
    pthread_mutex_init(&aws->refresh, NULL);
    pthread_mutex_init(&aws->synced.lock, NULL);
    aws->no_sign_request = options->no_sign_request;
    aws->allow_plain_http = options->allow_plain_http;
    lw_status status = configure(aws, options, err);
    if (status != LW_OK) {
        lw_aws_free(aws);
        return status;
    }
    *ret_aws = aws;
    return LW_OK;
}

void lw_aws_free(lw_aws *aws) {
    if (aws == NULL) {
        return;
    }
    lw_http_client_free(aws->http);
    lw_credentials_done(&aws->synced.credentials);
    lw_ini_done(&aws->config);
    lw_ini_done(&aws->shared_credentials);
    lw_strings_done(&aws->endpoints);
    pthread_mutex_destroy(&aws->synced.lock);
    pthread_mutex_destroy(&aws->refresh);
    free(aws->config_path);
    free(aws->credentials_path);
    free(aws->profile);
    free(aws->region);
    free(aws->endpoint);
    free(aws);
}

const char *lw_aws_region(const lw_aws *aws) {
    return aws->region;
}

lw_http_client *lw_aws_http(lw_aws *aws) {
    return aws->http;
}

int64_t lw_aws_now_ms(lw_aws *aws) {
    pthread_mutex_lock(&aws->synced.lock);
    int64_t skew_ms = aws->synced.skew_ms;
    pthread_mutex_unlock(&aws->synced.lock);
    return lw_clock_wall_ms() + skew_ms;
}
