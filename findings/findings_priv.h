/* Shared inside findings/: JSON building with one sticky failure, the report of an object, text for terminals. */
#ifndef LW_FINDINGS_FINDINGS_PRIV_H
#define LW_FINDINGS_FINDINGS_PRIV_H

#include "findings/findings.h"

/* ---- json.c ---- */

/* Building one JSON tree. The first failure sticks and turns every later call into nothing, so that a builder reads
 * straight down and is checked once at its end. Children are attached as they are made: only the root is owned. */
typedef struct lw_json {
    lw_status status;
} lw_json;

/* parent NULL makes a root. NULL once failed. */
cJSON *lw_json_object(lw_json *json, cJSON *parent, const char *name);
cJSON *lw_json_array(lw_json *json, cJSON *parent, const char *name);
cJSON *lw_json_item(lw_json *json, cJSON *array); /* a new object at the array's end */
/* text NULL: null. Bytes that are not UTF-8 become U+FFFD: the document stays valid JSON. */
void lw_json_text(lw_json *json, cJSON *object, const char *name, const char *text);
void lw_json_slice(lw_json *json, cJSON *object, const char *name, lw_slice text);
void lw_json_number(lw_json *json, cJSON *object, const char *name, uint64_t value);
void lw_json_bool(lw_json *json, cJSON *object, const char *name, bool value);
void lw_json_null(lw_json *json, cJSON *object, const char *name);
/* "2026-01-01T00:00:00.000Z"; 0 is unknown: null. */
void lw_json_time(lw_json *json, cJSON *object, const char *name, int64_t wall_ms);
/* Text joined from a format. */
void lw_json_textf(lw_json *json, cJSON *object, const char *name, const char *format, ...) LW_PRINTF(4, 5);
/* Gives root out, or deletes it if anything failed. */
lw_status lw_json_finish(const lw_json *json, cJSON *root, cJSON **ret_root) LW_MUST_USE;

/* ---- report.c ---- */

typedef struct lw_report_item {
    size_t index; /* in the set */
    const lw_identifier *identifier;
    const lw_detection *detection;
    lw_severity severity;
    uint32_t located; /* how many of the detection's locations are told */
} lw_report_item;

/* What is told of one object: detections over their threshold, by category and then in the order of the set. */
typedef struct lw_report {
    lw_report_item items[LW_IDENTIFIERS_MAX];
    size_t count;
    uint64_t total;       /* occurrences */
    bool additional;      /* more occurrences than locations told */
    bool lines;           /* locations are lineRanges */
    lw_severity severity; /* the highest */
    unsigned categories;  /* bit 1 << lw_category */
} lw_report;

typedef enum lw_report_kind {
    LW_REPORT_FINDING,  /* 15 locations in all */
    LW_REPORT_DISCOVERY /* 1,000 locations a detection */
} lw_report_kind;

void lw_report_make(const lw_object_result *result, const lw_identifier_set *set, lw_report_kind kind,
                    lw_report *ret_report);

/* A finding type with its fixed sentences. */
typedef struct lw_finding_type {
    const char *type, *title, *description;
} lw_finding_type;
const lw_finding_type *lw_finding_type_of(unsigned categories); /* NULL for none */

/* ---- parts of a finding ---- */

/* classificationDetails (classification.c) and resourcesAffected (resources.c), added to parent. */
void lw_json_classification(lw_json *json, cJSON *parent, const lw_finding_context *context,
                            const lw_object_result *result, const lw_report *report);
void lw_json_resources(lw_json *json, cJSON *parent, const lw_finding_context *context, const lw_object_result *result,
                       bool discovery);

/* ---- identity.c ---- */

const char *lw_context_account(const lw_finding_context *context);
const char *lw_context_partition(const lw_finding_context *context);
const char *lw_context_region(const lw_finding_context *context);
/* SHA-256 in hex over the parts with a NUL between any two. */
lw_status lw_identity_hash(const char *const *parts, size_t count, char ret_hex[65]) LW_MUST_USE;
/* The first 128 bits of hex as a UUID of version 8 (RFC 9562: contents defined by the maker). */
void lw_identity_uuid(const char hex[65], char ret_uuid[37]);

/* ---- display.c ---- */

/* The next character of UTF-8 text at *position, which moves on. -1 for a byte that is no part of one. */
int32_t lw_display_next(lw_slice text, size_t *position);
/* Appends text fit for a terminal: control, bidirectional and invisible characters and stray bytes become '?'. */
lw_status lw_display_append(lw_slice text, lw_buf *out) LW_MUST_USE;
size_t lw_display_width(lw_slice text); /* terminal columns of text that went through lw_display_append */
/* How many bytes of text to put on a line of width columns: all, or up to a good place to break. At least one
 * character. */
size_t lw_display_fit(lw_slice text, size_t width);
/* "ADDRESS", "Patient ID": managed identifiers by id, custom ones by name. */
const char *lw_identifier_label(const lw_identifier *identifier);

#endif
