/* PutEvents (Amazon EventBridge API reference): JSON 1.1 over POST, signed for service "events".
 *
 *   put     the entry is made and measured; a batch that it does not fit into is sent first
 *   send    the whole batch; what the answer says of each entry decides: taken, to be sent again, or refused
 *
 * Limits: 10 entries and 256 KiB a request, an entry's size counted as the service counts it (14 for the time, and the
 * bytes of source, detail type, detail and resources).
 *
 * Guarantees: an entry leaves the batch only when the answer names an event id for it. An answer with another number of
 * entries than were sent is no answer. Left out: signing for several regions (global endpoints).
 */
#include "events/bus.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 10
#define BYTES_MAX ((size_t)256 * 1024)
#define TIME_BYTES 14
#define ROUNDS 5
#define NAME_MAX 1600

typedef struct bus_entry {
    cJSON *json; /* as PutEvents takes it */
    size_t size;
} bus_entry;

struct lw_bus {
    lw_aws *aws;
    char *name;
    char *region; /* NULL: the profile's */
    char *url;
    unsigned rounds;
    int64_t deadline_ms;
    bus_entry entries[ENTRIES_MAX];
    size_t count, bytes;
    uint64_t sent;
};

/* ---- where it is ---- */

static bool name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("/.-_", c) != NULL;
}

/* arn:aws:events:REGION:ACCOUNT:event-bus/NAME; the region is taken from it. */
static lw_status read_arn(const char *arn, char **ret_region, lw_error *err) {
    const char *part = arn;
    const char *region = NULL;
    size_t region_len = 0;
    for (int field = 0; field < 5 && part != NULL; field++) {
        const char *end = strchr(part, ':');
        if (end != NULL && field == 2 && (size_t)(end - part) != strlen("events")) {
            break;
        }
        if (end != NULL && field == 3) {
            region = part;
            region_len = (size_t)(end - part);
        }
        part = end == NULL ? NULL : end + 1;
    }
    if (part == NULL || region_len == 0 || strncmp(part, "event-bus/", 10) != 0 || part[10] == '\0') {
        return lw_fail(err, LW_E_CONFIG,
                       "event bus '%s' is no ARN of an event bus (arn:aws:events:REGION:ACCOUNT:event-bus/NAME)", arn);
    }
    *ret_region = lw_slice_dup((lw_slice){region, region_len});
    return *ret_region == NULL ? LW_E_MEMORY : LW_OK;
}

static lw_status read_name(const char *name, char **ret_region, lw_error *err) {
    size_t len = name == NULL ? 0 : strlen(name);
    if (len == 0 || len > NAME_MAX) {
        return lw_fail(err, LW_E_CONFIG, "event bus: give a name or an ARN of at most %d characters", NAME_MAX);
    }
    if (strncmp(name, "arn:", 4) == 0) {
        return read_arn(name, ret_region, err);
    }
    for (size_t i = 0; i < len; i++) {
        if (!name_character(name[i]) || len > 256) {
            return lw_fail(err, LW_E_CONFIG,
                           "event bus '%s': a name has letters, digits and / . - _, at most 256 of them", name);
        }
    }
    return LW_OK;
}

static lw_status make_url(lw_bus *bus, const char *endpoint) {
    lw_buf url;
    const char *region = bus->region != NULL ? bus->region : lw_aws_region(bus->aws);
    lw_buf_init(&url, 4096);
    endpoint = endpoint != NULL ? endpoint : lw_aws_endpoint(bus->aws, "eventbridge");
    endpoint = endpoint != NULL ? endpoint : lw_aws_endpoint(bus->aws, "events");
    lw_status status = LW_OK;
    if (endpoint != NULL) {
        size_t len = strlen(endpoint);
        len -= len > 0 && endpoint[len - 1] == '/';
        status = lw_buf_append(&url, endpoint, len);
        status = status == LW_OK ? lw_buf_append_char(&url, '/') : status;
    } else {
        status = lw_buf_printf(&url, "https://events.%s.amazonaws.com%s/", region,
                               strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
    }
    bus->url = status == LW_OK ? lw_buf_take(&url) : NULL;
    lw_buf_done(&url);
    return bus->url == NULL ? LW_E_MEMORY : LW_OK;
}

lw_status lw_bus_new(const lw_bus_options *options, lw_bus **ret_bus, lw_error *err) {
    lw_bus *bus = calloc(1, sizeof *bus);
    if (bus == NULL) {
        return LW_E_MEMORY;
    }
    bus->aws = options->aws;
    bus->rounds = options->max_attempts == 0 ? ROUNDS : options->max_attempts;
    bus->deadline_ms = options->deadline_ms;
    lw_status status = read_name(options->name, &bus->region, err);
    if (status == LW_OK) {
        bus->name = lw_text_dup(options->name);
        status = bus->name == NULL ? LW_E_MEMORY : make_url(bus, options->endpoint);
    }
    if (status != LW_OK) {
        lw_bus_free(bus);
        return status;
    }
    *ret_bus = bus;
    return LW_OK;
}

void lw_bus_free(lw_bus *bus) {
    if (bus == NULL) {
        return;
    }
    for (size_t i = 0; i < bus->count; i++) {
        cJSON_Delete(bus->entries[i].json);
    }
    free(bus->name);
    free(bus->region);
    free(bus->url);
    free(bus);
}

uint64_t lw_bus_sent(const lw_bus *bus) {
    return bus->sent;
}

/* ---- entries ---- */

static const char *text_of(const cJSON *event, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, name));
    return text == NULL ? "" : text;
}

/* Adds text as a member and its length to *size. */
static bool add_text(cJSON *entry, const char *name, const char *text, size_t *size) {
    *size += strlen(text);
    return cJSON_AddStringToObject(entry, name, text) != NULL;
}

static bool add_resources(cJSON *entry, const cJSON *event, size_t *size) {
    const cJSON *resources = cJSON_GetObjectItemCaseSensitive(event, "resources");
    const cJSON *item = NULL;
    cJSON *copy = cJSON_AddArrayToObject(entry, "Resources");
    cJSON_ArrayForEach(item, resources) {
        cJSON *text = cJSON_IsString(item) ? cJSON_CreateString(item->valuestring) : NULL;
        if (copy == NULL || text == NULL || !cJSON_AddItemToArray(copy, text)) {
            cJSON_Delete(text);
            return false;
        }
        *size += strlen(item->valuestring);
    }
    return copy != NULL;
}

static bool add_time(cJSON *entry, const cJSON *event) {
    int64_t ms = 0;
    if (lw_time_parse_iso(lw_slice_from(text_of(event, "time")), &ms) != LW_OK) {
        ms = lw_clock_wall_ms();
    }
    int64_t seconds = ms / 1000;
    return cJSON_AddNumberToObject(entry, "Time", (double)seconds) != NULL;
}

static lw_status make_entry(const lw_bus *bus, const cJSON *event, bus_entry *ret_entry) {
    bus_entry entry = {cJSON_CreateObject(), TIME_BYTES};
    char *detail = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(event, "detail"));
    bool made = entry.json != NULL && detail != NULL && add_time(entry.json, event) &&
                add_text(entry.json, "Source", text_of(event, "source"), &entry.size) &&
                add_text(entry.json, "DetailType", text_of(event, "detail-type"), &entry.size) &&
                add_text(entry.json, "Detail", detail, &entry.size) && add_resources(entry.json, event, &entry.size) &&
                cJSON_AddStringToObject(entry.json, "EventBusName", bus->name) != NULL;
    cJSON_free(detail);
    if (!made) {
        cJSON_Delete(entry.json);
        return LW_E_MEMORY;
    }
    *ret_entry = entry;
    return LW_OK;
}

/* ---- a request ---- */

static char *batch_text(const lw_bus *bus) {
    cJSON *root = cJSON_CreateObject();
    cJSON *list = root == NULL ? NULL : cJSON_AddArrayToObject(root, "Entries");
    bool made = list != NULL;
    for (size_t i = 0; made && i < bus->count; i++) {
        made = cJSON_AddItemReferenceToArray(list, bus->entries[i].json);
    }
    char *text = made ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    return text;
}

static lw_status exchange(lw_bus *bus, lw_http_response *response, lw_error *err) {
    char *text = batch_text(bus);
    lw_strings headers = {0};
    lw_status status =
        text == NULL ? LW_E_MEMORY : lw_strings_addf(&headers, "Content-Type: application/x-amz-json-1.1");
    if (status == LW_OK) {
        status = lw_strings_addf(&headers, "X-Amz-Target: AWSEvents.PutEvents");
    }
    if (status == LW_OK) {
        lw_aws_request request = {
            .http = {.method = "POST", .url = bus->url, .headers = headers, .body = lw_slice_from(text)},
            .service = "events",
            .region = bus->region};
        status = lw_aws_send(bus->aws, &request, response, err);
    }
    lw_strings_done(&headers);
    cJSON_free(text);
    return status;
}

/* ---- what became of each entry ---- */

/* Codes of single entries that another try can help. */
static bool is_passing(const char *code) {
    return strstr(code, "Throttl") != NULL || strstr(code, "Internal") != NULL || strstr(code, "Unavailable") != NULL;
}

static lw_status refuse_entry(const lw_bus *bus, const bus_entry *entry, const char *code, lw_error *err) {
    if (strstr(code, "NotAuthorizedForSource") != NULL) {
        return lw_fail(
            err, LW_E_DENIED,
            "put events to '%s': source '%s' is reserved for AWS; name another one (scan --source, EVENT_SOURCE)",
            bus->name, text_of(entry->json, "Source"));
    }
    return lw_fail(err, LW_E_DENIED, "put events to '%s': the service refuses an entry: %s", bus->name, code);
}

/* Drops what was taken, keeps the rest in order. *ret_passing: all that is left may be sent again. */
static lw_status sort_out(lw_bus *bus, const cJSON *answers, bool *ret_passing, lw_error *err) {
    size_t kept = 0;
    lw_status status = LW_OK;
    *ret_passing = true;
    bus->bytes = 0;
    for (size_t i = 0; i < bus->count; i++) {
        const cJSON *answer = cJSON_GetArrayItem(answers, (int)i);
        const char *code = text_of(answer, "ErrorCode");
        if (code[0] == '\0' && text_of(answer, "EventId")[0] != '\0') {
            cJSON_Delete(bus->entries[i].json);
            bus->sent++;
            continue;
        }
        if (status == LW_OK) {
            status = refuse_entry(bus, &bus->entries[i], code[0] == '\0' ? "no event id and no error" : code, err);
        }
        *ret_passing = *ret_passing && is_passing(code);
        bus->bytes += bus->entries[i].size;
        bus->entries[kept++] = bus->entries[i];
    }
    bus->count = kept;
    return status;
}

static lw_status read_answer(lw_bus *bus, const lw_http_response *response, bool *ret_passing, lw_error *err) {
    cJSON *root = cJSON_ParseWithLength(response->body.data, response->body.len);
    const cJSON *answers = cJSON_GetObjectItemCaseSensitive(root, "Entries");
    *ret_passing = false;
    lw_status status;
    if (!cJSON_IsArray(answers) || (size_t)cJSON_GetArraySize(answers) != bus->count) {
        status = lw_fail(err, LW_E_PROTOCOL, "put events to '%s': the answer does not account for the %zu entries sent",
                         bus->name, bus->count);
    } else {
        status = sort_out(bus, answers, ret_passing, err);
    }
    cJSON_Delete(root);
    return status;
}

static bool may_wait(const lw_bus *bus, unsigned round, lw_error *err) {
    int64_t wait_ms = (int64_t)(lw_random_u64() % ((uint64_t)100 << round));
    if (bus->deadline_ms != 0 && lw_clock_wall_ms() + wait_ms >= bus->deadline_ms) {
        (void)lw_fail_prefix(err, LW_E_TIMEOUT, "no time is left to try again");
        return false;
    }
    lw_sleep_ms(wait_ms);
    return true;
}

static lw_status send(lw_bus *bus, lw_error *err) {
    lw_status status = LW_OK;
    for (unsigned round = 0; bus->count > 0 && round < bus->rounds; round++) {
        lw_http_response response = {0};
        bool passing = false;
        lw_error this_err = {0};
        if (round > 0 && !may_wait(bus, round, err)) {
            break;
        }
        status = exchange(bus, &response, &this_err);
        if (status == LW_OK) {
            status = read_answer(bus, &response, &passing, &this_err);
        } else {
            (void)lw_fail_prefix(&this_err, status, "put events to '%s'", bus->name);
        }
        lw_http_response_done(&response);
        if (status != LW_OK && err != NULL) {
            *err = this_err;
        }
        if (!passing) {
            break;
        }
    }
    if (status != LW_OK && bus->count > 0) {
        (void)lw_fail_prefix(err, status, "%zu of the findings were not taken", bus->count);
    }
    return status;
}

lw_status lw_bus_put(lw_bus *bus, const cJSON *event, lw_error *err) {
    bus_entry entry = {0};
    LW_TRY(make_entry(bus, event, &entry));
    if (entry.size > BYTES_MAX) {
        const cJSON *affected =
            cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(event, "detail"), "resourcesAffected");
        const char *path = text_of(cJSON_GetObjectItemCaseSensitive(affected, "s3Object"), "path");
        cJSON_Delete(entry.json);
        return lw_fail(err, LW_E_LIMIT, "put events to '%s': the finding of '%s' is over 256 KiB", bus->name, path);
    }
    if (bus->count == ENTRIES_MAX || bus->bytes + entry.size > BYTES_MAX) {
        lw_status status = send(bus, err);
        if (status != LW_OK) {
            cJSON_Delete(entry.json);
            return status;
        }
    }
    bus->entries[bus->count++] = entry;
    bus->bytes += entry.size;
    return LW_OK;
}

lw_status lw_bus_flush(lw_bus *bus, lw_error *err) {
    return bus->count == 0 ? LW_OK : send(bus, err);
}
