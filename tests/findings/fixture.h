/* A small identifier set and plan for tests of findings/, without loading or compiling anything: it stands in for
 * identifiers/ and scanner/ (defining every symbol of theirs that findings/ uses keeps theirs out of the program).
 * Severity by count as Macie's catalogue and custom thresholds would give it. Include once per program. */
#ifndef LW_TESTS_FINDINGS_FIXTURE_H
#define LW_TESTS_FINDINGS_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings/findings.h"

typedef struct fixture_identifier {
    lw_identifier identifier;
    uint64_t low, medium, high; /* least count; 0: never */
} fixture_identifier;

enum { ADDRESS, AWS_KEY, CARD, NAME, SSN, PATIENT, TICKET, FIXTURE_COUNT };

static const fixture_identifier fixture_set[FIXTURE_COUNT] = {
    [ADDRESS] = {{.id = "ADDRESS", .name = "Mailing address", .category = LW_CATEGORY_PERSONAL}, 0, 1, 100},
    [AWS_KEY] = {{.id = "AWS_CREDENTIALS", .name = "AWS secret key", .category = LW_CATEGORY_CREDENTIALS}, 0, 0, 1},
    [CARD] = {{.id = "CREDIT_CARD_NUMBER", .name = "Card number", .category = LW_CATEGORY_FINANCIAL}, 0, 0, 1},
    [NAME] = {{.id = "NAME", .name = "Name", .category = LW_CATEGORY_PERSONAL}, 0, 1, 100},
    [SSN] = {{.id = "USA_SOCIAL_SECURITY_NUMBER", .name = "SSN", .category = LW_CATEGORY_PERSONAL}, 0, 0, 1},
    [PATIENT] = {{.id = "0a6d0c2e-1111-8222-9333-444455556666", .name = "Patient ID", .category = LW_CATEGORY_CUSTOM},
                 0,
                 1,
                 0},
    [TICKET] = {{.id = "1b7e1d3f-1111-8222-9333-444455556666",
                 .name = "Ticket {x} [y]",
                 .category = LW_CATEGORY_CUSTOM},
                10,
                50,
                100},
};

size_t lw_identifier_set_count(const lw_identifier_set *set) {
    (void)set;
    return FIXTURE_COUNT;
}

const lw_identifier *lw_identifier_set_at(const lw_identifier_set *set, size_t index) {
    (void)set;
    return &fixture_set[index].identifier;
}

lw_severity lw_identifier_set_severity(const lw_identifier_set *set, size_t index, uint64_t count) {
    const fixture_identifier *entry = &fixture_set[index];
    (void)set;
    if (entry->high > 0 && count >= entry->high) {
        return LW_SEVERITY_HIGH;
    }
    if (entry->medium > 0 && count >= entry->medium) {
        return LW_SEVERITY_MEDIUM;
    }
    return entry->low > 0 && count >= entry->low ? LW_SEVERITY_LOW : LW_SEVERITY_NONE;
}

const char *lw_category_name(lw_category category) {
    static const char *const names[] = {"CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION",
                                        "CUSTOM_IDENTIFIER"};
    return names[category];
}

const char *lw_severity_name(lw_severity severity) {
    static const char *const names[] = {"None", "Low", "Medium", "High"};
    return names[severity];
}

struct lw_plan {
    const char *const *names; /* NULL: no header */
    size_t count;
    size_t sensitive; /* 1-based column whose name is sensitive; 0: none */
};

lw_slice lw_plan_column_name(const lw_plan *plan, size_t column) {
    return plan->names != NULL && column < plan->count ? lw_slice_from(plan->names[column]) : (lw_slice){0};
}

bool lw_plan_column_name_sensitive(const lw_plan *plan, size_t column) {
    return plan->sensitive == column + 1;
}

static const char *const fixture_names[] = {"Id", "SSN", "FIRST", "ADDRESS"};

/* One object with everything around it; all parts may be changed before use. */
typedef struct fixture {
    lw_finding_context context;
    lw_finding_bucket bucket;
    lw_finding_object object;
    lw_detection detections[FIXTURE_COUNT];
    lw_location_cell locations[FIXTURE_COUNT][LW_LOCATIONS_MAX];
    lw_tally tally;
    lw_plan plan;
    lw_object_result result;
} fixture;

static inline fixture *fixture_new(void) {
    static const lw_fact_tag tags[] = {{"owner", "data team"}, {"stage", ""}};
    fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        abort();
    }
    f->context = (lw_finding_context){.account_id = "111122223333",
                                      .region = "eu-central-1",
                                      .job_id = "0123456789abcdef0123456789abcdef",
                                      .run_ms = 1767225600000,
                                      .now_ms = 1767225601234};
    f->bucket = (lw_finding_bucket){.name = "lake",
                                    .created_ms = 1600000000000,
                                    .owner_id = "4f5e",
                                    .owner_name = "data",
                                    .tags = tags,
                                    .tag_count = 2,
                                    .tags_known = true,
                                    .encryption_type = "AES256",
                                    .ignore_public_acls = 1,
                                    .block_public_acls = 1,
                                    .block_public_policy = 1,
                                    .restrict_public_buckets = 1,
                                    .allows_unencrypted_uploads = 1};
    f->object = (lw_finding_object){.key = "raw/2020/patients.csv",
                                    .etag = "9bb58f26192e4ba00f01e2e7b136bbd8",
                                    .storage_class = "STANDARD",
                                    .sse = "AES256",
                                    .last_modified_ms = 1700000000500,
                                    .size = 350500,
                                    .tags = tags,
                                    .tag_count = 1};
    for (size_t i = 0; i < FIXTURE_COUNT; i++) {
        f->detections[i].locations = f->locations[i];
        f->detections[i].location_cap = LW_LOCATIONS_MAX;
    }
    f->tally = (lw_tally){.identifier_count = FIXTURE_COUNT, .detections = f->detections};
    f->plan = (lw_plan){fixture_names, 4, 0};
    f->result = (lw_object_result){.bucket = &f->bucket,
                                   .object = &f->object,
                                   .code = LW_RESULT_COMPLETE,
                                   .size_classified = 350500,
                                   .mime_type = "text/csv",
                                   .tally = &f->tally,
                                   .plan = &f->plan};
    return f;
}

/* count occurrences in one column, one a row from row 2 on, as many located as the scanner keeps. */
static inline void fixture_detect(fixture *f, size_t identifier, uint64_t count, uint32_t column) {
    lw_detection *detection = &f->detections[identifier];
    detection->count = count;
    detection->cells = count;
    detection->location_count = count < LW_LOCATIONS_MAX ? (uint32_t)count : LW_LOCATIONS_MAX;
    for (uint32_t i = 0; i < detection->location_count; i++) {
        detection->locations[i] = (lw_location_cell){i + 2, column};
    }
}

#endif
