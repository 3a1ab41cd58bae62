/* Documents of every kind made from the fixture, by name; for the golden files and for the model check. */
#ifndef LW_TESTS_FINDINGS_SAMPLES_H
#define LW_TESTS_FINDINGS_SAMPLES_H

#include "tests/findings/fixture.h"

static const char *const sample_names[] = {
    "event_personal",      "event_financial",  "event_credentials", "event_custom_identifier", "event_multiple",
    "event_unknown_facts", "event_text_lines", "result_clean",      "result_skipped",          "sarif_multiple",
};

static inline void sample_must(bool ok, const char *name) {
    if (!ok) {
        (void)fprintf(stderr, "cannot make the sample '%s'\n", name);
        abort();
    }
}

static inline void sample_forget_facts(fixture *f) {
    f->bucket = (lw_finding_bucket){.name = "lake",
                                    .acl_public_read = -1,
                                    .acl_public_write = -1,
                                    .policy_public_read = -1,
                                    .policy_public_write = -1,
                                    .block_public_acls = -1,
                                    .ignore_public_acls = -1,
                                    .block_public_policy = -1,
                                    .restrict_public_buckets = -1,
                                    .allows_unencrypted_uploads = -1};
    f->object = (lw_finding_object){.key = "noextension", .last_modified_ms = 1700000000500};
    f->context = (lw_finding_context){.job_id = f->context.job_id, .run_ms = 1767225600000, .now_ms = 1767225601234};
}

static inline void sample_prepare(fixture *f, const char *name) {
    if (strstr(name, "personal") != NULL) {
        fixture_detect(f, SSN, 3, 2);
    } else if (strstr(name, "financial") != NULL) {
        fixture_detect(f, CARD, 1, 2);
    } else if (strstr(name, "credentials") != NULL) {
        fixture_detect(f, AWS_KEY, 1, 1);
    } else if (strstr(name, "custom") != NULL) {
        fixture_detect(f, PATIENT, 2, 1);
    } else if (strstr(name, "multiple") != NULL) {
        fixture_detect(f, ADDRESS, 1000, 4);
        fixture_detect(f, CARD, 2, 3);
        fixture_detect(f, PATIENT, 1171, 1);
    } else if (strstr(name, "unknown") != NULL) {
        fixture_detect(f, SSN, 1, 2);
        sample_forget_facts(f);
    } else if (strstr(name, "lines") != NULL) {
        f->result.line_ranges = true;
        f->result.mime_type = "text/plain";
        f->result.code = LW_RESULT_PARTIAL;
        f->result.reason = LW_REASON_TIME_CUT_OFF_REACHED;
        f->object.version_id = "3HL4kqtJlcpXroDTDmJ";
        f->object.sse = "aws:kms";
        f->object.kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/k";
        fixture_detect(f, SSN, 2, 1);
    } else if (strstr(name, "skipped") != NULL) {
        f->result.code = LW_RESULT_SKIPPED;
        f->result.reason = LW_REASON_PERMISSION_DENIED;
        f->result.tally = NULL;
        f->result.plan = NULL;
        f->result.mime_type = NULL;
        f->result.size_classified = 0;
    }
}

/* The caller deletes it. */
static inline cJSON *sample_make(const char *name) {
    fixture *f = fixture_new();
    sample_prepare(f, name);
    cJSON *document = NULL;
    cJSON *finding = NULL;
    if (strncmp(name, "result", 6) == 0) {
        sample_must(lw_discovery_result_make(&f->context, &f->result, &document) == LW_OK, name);
        free(f);
        return document;
    }
    sample_must(lw_finding_make(&f->context, &f->result, &finding) == LW_OK && finding != NULL, name);
    if (strncmp(name, "sarif", 5) == 0) {
        cJSON *findings = cJSON_CreateArray();
        sample_must(cJSON_AddItemToArray(findings, finding), name);
        sample_must(lw_sarif_make(findings, NULL, "0.1.0", &document) == LW_OK, name);
        cJSON_Delete(findings);
    } else {
        sample_must(lw_finding_event(&f->context, finding, &document) == LW_OK, name);
    }
    free(f);
    return document;
}

#endif
