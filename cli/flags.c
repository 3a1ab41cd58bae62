/* Option tables that several commands have. The AWS flags are those of the AWS CLI, by name and meaning. */
#include "cli/cli_priv.h"

#define SECONDS_MAX 86400
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const lw_option common_options[] = {
    {.name = "debug",
     .kind = LW_OPTION_SWITCH,
     .offset = offsetof(lw_common_flags, debug),
     .help = "log requests, retries and decisions on standard error (never values or credentials); also "
             "LAKEWARDEN_DEBUG=1"},
};

lw_option_group lw_common_group(lw_common_flags *flags) {
    return (lw_option_group){"general", common_options, COUNT(common_options), flags};
}

#define AWS(field) offsetof(lw_aws_flags, field)

static const lw_option aws_options[] = {
    {"endpoint-url", LW_OPTION_TEXT, "URL", NULL, AWS(endpoint_url), 0,
     "the store, e.g. https://ceph.example:7480 (default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile, else "
     "AWS)"},
    {"region", LW_OPTION_TEXT, "NAME", NULL, AWS(region), 0,
     "region to sign for (default: AWS_REGION, the profile, else us-east-1)"},
    {"profile", LW_OPTION_TEXT, "NAME", NULL, AWS(profile), 0,
     "section of ~/.aws/config and ~/.aws/credentials (default: AWS_PROFILE, else default)"},
    {"no-sign-request", LW_OPTION_SWITCH, NULL, NULL, AWS(no_sign_request), 0,
     "send requests without a signature (public buckets)"},
    {"no-verify-ssl", LW_OPTION_SWITCH, NULL, NULL, AWS(no_verify_ssl), 0,
     "accept any certificate: anyone on the way can then read and change what is sent"},
    {"ca-bundle", LW_OPTION_TEXT, "FILE", NULL, AWS(ca_bundle), 0,
     "certificate authorities to trust, PEM (default: AWS_CA_BUNDLE, the profile, else the system's)"},
    {"cli-connect-timeout", LW_OPTION_SECONDS, "SECONDS", NULL, AWS(connect_timeout_ms), SECONDS_MAX,
     "give up connecting after so long (default 60)"},
    {"cli-read-timeout", LW_OPTION_SECONDS, "SECONDS", NULL, AWS(read_timeout_ms), SECONDS_MAX,
     "give up on a reply that stands still for so long (default 60)"},
    {"signature-version", LW_OPTION_CHOICE, "VERSION", "s3v4|s3", AWS(signature_version), 0,
     "s3: Signature Version 2 through libs3, for appliances that know nothing newer (default s3v4)"},
    {"addressing-style", LW_OPTION_CHOICE, "STYLE", "auto|path|virtual", AWS(addressing_style), 0,
     "where the bucket's name goes: path or host name (default auto: path when an endpoint is given)"},
    {"allow-plain-http", LW_OPTION_SWITCH, NULL, NULL, AWS(allow_plain_http), 0,
     "allow http:// to a host other than this one; data and requests can then be read on the way"},
};

lw_option_group lw_aws_group(lw_aws_flags *flags) {
    return (lw_option_group){"S3 (flags and variables of the AWS CLI)", aws_options, COUNT(aws_options), flags};
}

lw_store_options lw_aws_store_options(const lw_aws_flags *flags) {
    static const char *const versions[] = {"s3v4", "s3"};
    static const lw_addressing styles[] = {LW_ADDRESSING_AUTO, LW_ADDRESSING_PATH, LW_ADDRESSING_VIRTUAL};
    return (lw_store_options){.kind = LW_STORE_S3,
                              .endpoint_url = flags->endpoint_url,
                              .region = flags->region,
                              .profile = flags->profile,
                              .ca_bundle = flags->ca_bundle,
                              .signature_version = versions[flags->signature_version],
                              .addressing = styles[flags->addressing_style],
                              .no_sign_request = flags->no_sign_request,
                              .no_verify_ssl = flags->no_verify_ssl,
                              .allow_plain_http = flags->allow_plain_http,
                              .connect_timeout_ms = flags->connect_timeout_ms,
                              .read_timeout_ms = flags->read_timeout_ms};
}

const char lw_severity_choices[] = "high|medium|low";

lw_severity lw_severity_of_choice(int choice) {
    static const lw_severity severities[] = {LW_SEVERITY_HIGH, LW_SEVERITY_MEDIUM, LW_SEVERITY_LOW};
    return severities[choice];
}
