/* SARIF 2.1.0 from findings.
 *
 * A rule is an identifier, a result is one identifier found in one object. Results are read back from the findings'
 * JSON, not from tallies, so that the document can be made of any stored findings. The level comes from the severity of
 * the identifier for its own count, not from the finding's, which takes the highest of all.
 *
 * SARIF knows files, lines and characters; an object is told as its s3:// URI and a row as a line. Two partial
 * fingerprints: one over finding id and identifier (this report), one over place and identifier (the same in every
 * run, for baselines). Neither is made of scanned text. Viewers read brackets, braces and backslashes of a message as
 * markup: they are escaped.
 */
#include <stdio.h>
#include <string.h>

#include "findings/findings_priv.h"

#define SARIF_SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#define TEXT_MAX ((size_t)64 * 1024)

typedef struct sarif_maker {
    lw_json json;
    const lw_identifier_set *set;
    cJSON *results;
} sarif_maker;

static const char *level_of(lw_severity severity) {
    switch (severity) {
    case LW_SEVERITY_HIGH:
        return "error";
    case LW_SEVERITY_MEDIUM:
        return "warning";
    case LW_SEVERITY_LOW:
    case LW_SEVERITY_NONE:
        break;
    }
    return "note";
}

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_member(const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(member(object, name));
    return text != NULL ? text : "";
}

static uint64_t number_member(const cJSON *object, const char *name) {
    const cJSON *number = member(object, name);
    return cJSON_IsNumber(number) && number->valuedouble > 0 ? (uint64_t)number->valuedouble : 0;
}

static lw_status escape_message(const char *text, lw_buf *out) {
    for (; *text != '\0'; text++) {
        if (strchr("[]\\", *text) != NULL) {
            LW_TRY(lw_buf_append_char(out, '\\'));
        } else if (*text == '{' || *text == '}') {
            LW_TRY(lw_buf_append_char(out, *text));
        }
        LW_TRY(lw_buf_append_char(out, *text));
    }
    return LW_OK;
}

/* {"text": before + text + after}, text escaped. */
static void add_message(sarif_maker *sarif, cJSON *parent, const char *name, const char *before, const char *text,
                        const char *after) {
    lw_buf message;
    lw_buf_init(&message, TEXT_MAX);
    lw_status status = lw_buf_append_text(&message, before);
    status = status == LW_OK ? escape_message(text, &message) : status;
    status = status == LW_OK ? lw_buf_append_text(&message, after) : status;
    if (status == LW_OK) {
        lw_json_text(&sarif->json, lw_json_object(&sarif->json, parent, name), "text", message.data);
    } else if (sarif->json.status == LW_OK) {
        sarif->json.status = status;
    }
    lw_buf_done(&message);
}

static void add_rule(sarif_maker *sarif, cJSON *rules, const lw_identifier *identifier) {
    bool custom = identifier->category == LW_CATEGORY_CUSTOM;
    cJSON *rule = lw_json_item(&sarif->json, rules);
    lw_json_text(&sarif->json, rule, "id", identifier->id);
    lw_json_text(&sarif->json, rule, "name", lw_identifier_label(identifier));
    add_message(sarif, rule, "shortDescription", custom ? "Custom data identifier '" : "Managed data identifier '",
                lw_identifier_label(identifier), "'");
    cJSON *properties = lw_json_object(&sarif->json, rule, "properties");
    lw_json_text(&sarif->json, properties, "category", lw_category_name(identifier->category));
}

/* Index in the set, or the set's size for an identifier that is not in it. */
static size_t find_rule(const lw_identifier_set *set, const char *id) {
    size_t index = 0;
    while (index < lw_identifier_set_count(set) && strcmp(lw_identifier_set_at(set, index)->id, id) != 0) {
        index++;
    }
    return index;
}

static lw_status make_uri(const cJSON *object, const cJSON *bucket, lw_buf *out) {
    LW_TRY(lw_buf_append_text(out, "s3://"));
    LW_TRY(lw_percent_encode(lw_slice_from(text_member(bucket, "name")), true, out));
    LW_TRY(lw_buf_append_char(out, '/'));
    return lw_percent_encode(lw_slice_from(text_member(object, "key")), true, out);
}

static cJSON *add_location(sarif_maker *sarif, cJSON *locations, const char *uri) {
    cJSON *location = lw_json_item(&sarif->json, locations);
    cJSON *physical = lw_json_object(&sarif->json, location, "physicalLocation");
    cJSON *artifact = lw_json_object(&sarif->json, physical, "artifactLocation");
    lw_json_text(&sarif->json, artifact, "uri", uri);
    return location;
}

static void add_region(sarif_maker *sarif, cJSON *location, uint64_t start, uint64_t end) {
    cJSON *physical = cJSON_GetObjectItemCaseSensitive(location, "physicalLocation");
    cJSON *region = lw_json_object(&sarif->json, physical, "region");
    lw_json_number(&sarif->json, region, "startLine", start);
    if (end > start) {
        lw_json_number(&sarif->json, region, "endLine", end);
    }
}

static void add_cell_location(sarif_maker *sarif, cJSON *locations, const char *uri, const cJSON *cell) {
    cJSON *location = add_location(sarif, locations, uri);
    if (location == NULL) {
        return;
    }
    uint64_t row = number_member(cell, "row");
    add_region(sarif, location, row, row);
    char place[96];
    const char *name = cJSON_GetStringValue(member(cell, "columnName"));
    (void)snprintf(place, sizeof place, "row %llu, column %llu%s", (unsigned long long)row,
                   (unsigned long long)number_member(cell, "column"), name != NULL ? " (" : "");
    add_message(sarif, location, "message", place, name != NULL ? name : "", name != NULL ? ")" : "");
}

static void add_locations(sarif_maker *sarif, cJSON *result, const char *uri, const cJSON *occurrences) {
    cJSON *locations = lw_json_array(&sarif->json, result, "locations");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, member(occurrences, "cells")) {
        add_cell_location(sarif, locations, uri, item);
    }
    cJSON_ArrayForEach(item, member(occurrences, "lineRanges")) {
        cJSON *location = add_location(sarif, locations, uri);
        if (location != NULL) {
            add_region(sarif, location, number_member(item, "start"), number_member(item, "end"));
        }
    }
    if (cJSON_GetArraySize(locations) == 0) { /* found, but none of the 15 located ones is its own */
        (void)add_location(sarif, locations, uri);
    }
}

static void add_fingerprint(sarif_maker *sarif, cJSON *fingerprints, const char *name, const char *place,
                            const char *id) {
    const char *const parts[] = {name, place, id};
    char hex[65];
    lw_status status = lw_identity_hash(parts, sizeof parts / sizeof parts[0], hex);
    if (status == LW_OK) {
        lw_json_text(&sarif->json, fingerprints, name, hex);
    } else if (sarif->json.status == LW_OK) {
        sarif->json.status = status;
    }
}

static lw_severity severity_of(const sarif_maker *sarif, const cJSON *finding, size_t rule, uint64_t count) {
    if (rule < lw_identifier_set_count(sarif->set)) {
        return lw_identifier_set_severity(sarif->set, rule, count);
    }
    return (lw_severity)number_member(member(finding, "severity"), "score");
}

static void add_result(sarif_maker *sarif, const cJSON *finding, const char *uri, const cJSON *detection) {
    bool custom = member(detection, "arn") != NULL;
    const char *id = text_member(detection, custom ? "arn" : "type");
    uint64_t count = number_member(detection, "count");
    size_t rule = find_rule(sarif->set, id);
    cJSON *result = lw_json_item(&sarif->json, sarif->results);
    lw_json_text(&sarif->json, result, "ruleId", id);
    if (rule < lw_identifier_set_count(sarif->set)) {
        lw_json_number(&sarif->json, result, "ruleIndex", rule);
    }
    lw_json_text(&sarif->json, result, "level", level_of(severity_of(sarif, finding, rule, count)));
    char number[32];
    char before[64];
    lw_format_count(count, number);
    (void)snprintf(before, sizeof before, "%s occurrence%s of ", number, count == 1 ? "" : "s");
    add_message(sarif, result, "message", before, custom ? text_member(detection, "name") : id, "");
    add_locations(sarif, result, uri, member(detection, "occurrences"));
    cJSON *fingerprints = lw_json_object(&sarif->json, result, "partialFingerprints");
    add_fingerprint(sarif, fingerprints, "findingIdentifier/v1", text_member(finding, "id"), id);
    add_fingerprint(sarif, fingerprints, "objectIdentifier/v1", uri, id);
}

static void add_finding(sarif_maker *sarif, const cJSON *finding) {
    const cJSON *resources = member(finding, "resourcesAffected");
    const cJSON *result = member(member(finding, "classificationDetails"), "result");
    lw_buf uri;
    lw_buf_init(&uri, TEXT_MAX);
    lw_status status = make_uri(member(resources, "s3Object"), member(resources, "s3Bucket"), &uri);
    if (status != LW_OK && sarif->json.status == LW_OK) {
        sarif->json.status = status;
    }
    const cJSON *group = NULL;
    const cJSON *detection = NULL;
    if (sarif->json.status == LW_OK) {
        cJSON_ArrayForEach(group, member(result, "sensitiveData")) {
            cJSON_ArrayForEach(detection, member(group, "detections")) {
                add_result(sarif, finding, uri.data, detection);
            }
        }
        cJSON_ArrayForEach(detection, member(member(result, "customDataIdentifiers"), "detections")) {
            add_result(sarif, finding, uri.data, detection);
        }
    }
    lw_buf_done(&uri);
}

lw_status lw_sarif_make(const cJSON *findings, const lw_identifier_set *set, const char *version, cJSON **ret_sarif) {
    sarif_maker sarif = {{LW_OK}, set, NULL};
    lw_json *json = &sarif.json;
    cJSON *document = lw_json_object(json, NULL, NULL);
    lw_json_text(json, document, "$schema", SARIF_SCHEMA);
    lw_json_text(json, document, "version", "2.1.0");
    cJSON *run = lw_json_item(json, lw_json_array(json, document, "runs"));
    cJSON *driver = lw_json_object(json, lw_json_object(json, run, "tool"), "driver");
    lw_json_text(json, driver, "name", "lakewarden");
    lw_json_text(json, driver, "version", version);
    cJSON *rules = lw_json_array(json, driver, "rules");
    for (size_t i = 0; i < lw_identifier_set_count(set); i++) {
        add_rule(&sarif, rules, lw_identifier_set_at(set, i));
    }
    sarif.results = lw_json_array(json, run, "results");
    const cJSON *finding = NULL;
    cJSON_ArrayForEach(finding, findings) {
        add_finding(&sarif, finding);
    }
    return lw_json_finish(json, document, ret_sarif);
}
