/* One object's tally to one Macie finding or discovery result: type, severity, occurrences, JSON.
 *
 * Shape: shared/macie/finding-schema.md. No field ever holds a matched value. Finding ids are derived (job, run,
 * bucket, key, version or ETag), so that the same run reported twice emits the same id.
 */
#ifndef LW_FINDINGS_FINDINGS_H
#define LW_FINDINGS_FINDINGS_H

#include <cjson/cJSON.h>

#include "scanner/scanner.h"

#define LW_OCCURRENCES_IN_FINDING 15U

typedef enum lw_result_code { LW_RESULT_COMPLETE, LW_RESULT_PARTIAL, LW_RESULT_SKIPPED } lw_result_code;

/* X(name): reasons of finding-schema.md section 6, spelt as Macie spells them, and NONE. */
/* clang-format off */
#define LW_REASON_LIST(X)                                    \
    X(NONE)                                                  \
    X(ARCHIVE_CONTAINS_UNPROCESSED_FILES)                    \
    X(ARCHIVE_EXCEEDS_SIZE_LIMIT)                            \
    X(ARCHIVE_NESTING_LEVEL_OVER_LIMIT)                      \
    X(ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT)              \
    X(ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT)          \
    X(FILE_EXCEEDS_SIZE_LIMIT)                               \
    X(INVALID_ENCRYPTION)                                    \
    X(INVALID_KMS_KEY)                                       \
    X(INVALID_OBJECT_STATE)                                  \
    X(JSON_NESTING_LEVEL_OVER_LIMIT)                         \
    X(MALFORMED_FILE)                                        \
    X(MALFORMED_OR_FILE_SIZE_EXCEEDS_LIMIT)                  \
    X(NO_SUCH_BUCKET_AVAILABLE)                              \
    X(OBJECT_VERSION_MISMATCH)                               \
    X(OOXML_UNCOMPRESSED_RATIO_EXCEEDS_LIMIT)                \
    X(OOXML_UNCOMPRESSED_SIZE_EXCEEDS_LIMIT)                 \
    X(PERMISSION_DENIED)                                     \
    X(SOURCE_OBJECT_NO_LONGER_AVAILABLE)                     \
    X(TIME_CUT_OFF_REACHED)                                  \
    X(UNABLE_TO_PARSE_FILE)                                  \
    X(UNSUPPORTED_FILE_TYPE_EXCEPTION)
/* clang-format on */

typedef enum lw_reason {
#define LW_REASON_ENUM(name) LW_REASON_##name,
    LW_REASON_LIST(LW_REASON_ENUM)
#undef LW_REASON_ENUM
} lw_reason;

const char *lw_result_code_name(lw_result_code code);
const char *lw_reason_name(lw_reason reason); /* NULL for NONE */

/* Facts of the bucket and the object as the store told them; NULL or unknown where it did not. Borrowed strings. */
typedef struct lw_fact_tag {
    const char *key, *value;
} lw_fact_tag;

/* -1 unknown, 0 no, 1 yes */
typedef signed char lw_fact_flag;

typedef struct lw_finding_bucket {
    const char *name;
    int64_t created_ms; /* 0 unknown */
    const char *owner_id, *owner_name;
    const lw_fact_tag *tags; /* NULL with tag_count 0 and tags_known false: null in the finding */
    size_t tag_count;
    bool tags_known;
    const char *encryption_type; /* NULL: "UNKNOWN" */
    const char *kms_key_id;
    lw_fact_flag acl_public_read, acl_public_write;       /* both -1: accessControlList null */
    lw_fact_flag policy_public_read, policy_public_write; /* both -1: bucketPolicy null */
    lw_fact_flag block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets;
    lw_fact_flag allows_unencrypted_uploads;
} lw_finding_bucket;

typedef struct lw_finding_object {
    const char *key, *etag, *version_id, *storage_class;
    const char *sse, *kms_key_id; /* NULL: NONE */
    int64_t last_modified_ms;
    uint64_t size;
    const lw_fact_tag *tags;
    size_t tag_count;
} lw_finding_object;

/* Who reports. */
typedef struct lw_finding_context {
    const char *account_id; /* 12 digits; NULL: "000000000000" */
    const char *region;
    const char *partition;                 /* NULL: "aws" */
    const char *job_id;                    /* 32 lower-case hex digits */
    int64_t run_ms;                        /* start of the run: part of derived ids */
    int64_t now_ms;                        /* createdAt, event time */
    const char *source;                    /* event source; NULL: "aws.macie" */
    const char *detailed_results_location; /* NULL: s3://[export-config-not-set]/... */
    const lw_identifier_set *set;
} lw_finding_context;

/* What became of one object. */
typedef struct lw_object_result {
    const lw_finding_bucket *bucket;
    const lw_finding_object *object;
    lw_result_code code;
    lw_reason reason;
    uint64_t size_classified;
    const char *mime_type;
    const lw_tally *tally; /* NULL when SKIPPED */
    const lw_plan *plan;   /* for column names; NULL when SKIPPED */
    bool line_ranges;      /* plain text: occurrences are lineRanges, rows are lines */
} lw_object_result;

/* Highest severity over the detections; NONE: nothing reportable (no finding). */
lw_severity lw_result_severity(const lw_object_result *result, const lw_identifier_set *set);
/* "SensitiveData:S3Object/Personal" ...; NULL when nothing reportable. Static string. */
const char *lw_result_type(const lw_object_result *result, const lw_identifier_set *set);

/* The finding (detail). NULL in *ret_finding when there is nothing reportable. The caller deletes it with cJSON_Delete.
 */
lw_status lw_finding_make(const lw_finding_context *context, const lw_object_result *result,
                          cJSON **ret_finding) LW_MUST_USE;
/* The EventBridge envelope; takes finding. */
lw_status lw_finding_event(const lw_finding_context *context, cJSON *finding, cJSON **ret_event) LW_MUST_USE;
/* The discovery result record, also for objects without findings and skipped ones: up to 1,000 locations a type. */
lw_status lw_discovery_result_make(const lw_finding_context *context, const lw_object_result *result,
                                   cJSON **ret_record) LW_MUST_USE;
/* "AWSLogs/ACCOUNT/Macie/REGION/JOBID/ACCOUNT/UUID.jsonl.gz", UUID derived from the run. New string, free(). */
char *lw_discovery_result_key(const lw_finding_context *context);
/* 32 hex characters derived from (job, run, bucket, key, version or ETag). */
lw_status lw_finding_id(const lw_finding_context *context, const lw_object_result *result, char ret_id[33]) LW_MUST_USE;

/* ---- output for people and other tools ---- */

/* How often one identifier was found in an object. */
typedef struct lw_summary_count {
    uint64_t count;
    uint32_t identifier; /* index in the set */
} lw_summary_count;

/* One row of the summary, kept after the object's memory is gone. */
typedef struct lw_summary_row {
    char *bucket, *key;
    lw_result_code code;
    lw_reason reason;
    lw_severity severity;
    const char *type; /* static, NULL: no finding */
    uint64_t size;
    uint64_t total_count;
    lw_summary_count *counts; /* of what was found, by identifier index; NULL when nothing was */
    size_t counts_len;
    char *detail; /* why it was skipped or partial, for people; NULL */
    bool moved;   /* isolated in this run */
} lw_summary_row;

typedef struct lw_summary {
    lw_summary_row *rows; /* in the order of listing */
    size_t row_count, row_cap;
    uint64_t bytes_total, bytes_classified;
    int64_t elapsed_ns;
} lw_summary;

lw_status lw_summary_add(lw_summary *summary, const lw_object_result *result, const lw_identifier_set *set,
                         const char *detail) LW_MUST_USE;
void lw_summary_done(lw_summary *summary);

/* The table at the end of a scan: findings (severity, type, object, identifiers with counts), then objects not wholly
 * analysed with their reasons, then totals (by severity, type, identifier; objects COMPLETE/PARTIAL/SKIPPED; bytes,
 * seconds, MB/s). Control and bidirectional characters in keys are shown as '?'. color: ANSI colours. width: columns of
 * the terminal, 0: unlimited. */
lw_status lw_summary_table(const lw_summary *summary, const lw_identifier_set *set, bool color, unsigned width,
                           lw_buf *out) LW_MUST_USE;
/* SARIF 2.1.0 document: a rule per identifier, a result per (object, identifier), locations up to 15. results: the
 * findings' JSON (array of detail objects). */
lw_status lw_sarif_make(const cJSON *findings, const lw_identifier_set *set, const char *version,
                        cJSON **ret_sarif) LW_MUST_USE;

#endif
