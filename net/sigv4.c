/* Signature Version 4.
 *
 * The canonical request is built from what is really sent: the method, the URL's path and query, the Host header that
 * net/http sends (both ask url.c for it) and the headers given. S3 and the other services differ in the path only: S3
 * decodes the path once and encodes it again, so that dot segments and double slashes of keys survive; elsewhere the
 * path as sent is normalised and encoded once more.
 *
 * Signed headers are host, content-type, content-md5 and every x-amz-*; what a proxy may change is not signed. Nothing
 * here reads the clock or keeps state; derived keys are wiped. Presigned URLs and chunked signatures are left out:
 * nothing in this program needs them.
 */
#include "net/sigv4.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/url_priv.h"

#define CANONICAL_MAX ((size_t)1024 * 1024)
#define DATE_LEN 8

void lw_credentials_done(lw_credentials *credentials) {
    free(credentials->access_key_id);
    lw_wipe_free(credentials->secret_access_key);
    lw_wipe_free(credentials->session_token);
    *credentials = (lw_credentials){0};
}

lw_status lw_credentials_copy(const lw_credentials *from, lw_credentials *ret_copy) {
    lw_credentials copy = {
        .access_key_id = lw_text_dup(from->access_key_id),
        .secret_access_key = lw_text_dup(from->secret_access_key),
        .session_token = lw_text_dup(from->session_token),
        .expires_ms = from->expires_ms,
    };
    bool is_short = (from->access_key_id != NULL && copy.access_key_id == NULL) ||
                    (from->secret_access_key != NULL && copy.secret_access_key == NULL) ||
                    (from->session_token != NULL && copy.session_token == NULL);
    if (is_short) {
        lw_credentials_done(&copy);
        return LW_E_MEMORY;
    }
    *ret_copy = copy;
    return LW_OK;
}

/* A name and a value, of a header or of the query, as they stand in the canonical request. */
typedef struct pair {
    char *name;
    char *value;
    size_t order; /* place in the request: headers of one name keep their order */
} pair;

typedef struct pairs {
    pair *items;
    size_t count;
    size_t cap;
} pairs;

static void pairs_done(pairs *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        lw_wipe_free(list->items[i].value);
    }
    free(list->items);
    *list = (pairs){0};
}

/* Takes name and value, either of which may be NULL for want of memory. */
static lw_status pairs_take(pairs *list, char *name, char *value) {
    if (list->count == list->cap) {
        size_t cap = list->cap == 0 ? 16 : list->cap * 2;
        pair *items = realloc(list->items, cap * sizeof *items);
        if (items != NULL) {
            list->items = items;
            list->cap = cap;
        }
    }
    if (name == NULL || value == NULL || list->count == list->cap) {
        free(name);
        lw_wipe_free(value);
        return LW_E_MEMORY;
    }
    list->items[list->count] = (pair){name, value, list->count};
    list->count++;
    return LW_OK;
}

static int by_name_and_value(const void *a, const void *b) {
    const pair *x = a;
    const pair *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->value, y->value);
}

static int by_name_and_order(const void *a, const void *b) {
    const pair *x = a;
    const pair *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static void pairs_sort(pairs *list, int (*compare)(const void *, const void *)) {
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof list->items[0], compare);
    }
}

/* Decoded and strictly encoded again; NULL when that fails (then *ret_status says why). */
static char *reencoded(lw_slice text, bool keep_slash, lw_status *ret_status) {
    lw_buf plain;
    lw_buf strict;
    lw_buf_init(&plain, CANONICAL_MAX);
    lw_buf_init(&strict, CANONICAL_MAX);
    lw_status status = lw_percent_decode(text, &plain);
    if (status == LW_OK) {
        status = lw_percent_encode(lw_buf_slice(&plain), keep_slash, &strict);
    }
    char *taken = status == LW_OK ? lw_buf_take(&strict) : NULL;
    lw_buf_done(&plain);
    lw_buf_done(&strict);
    *ret_status = status == LW_OK && taken == NULL ? LW_E_MEMORY : status;
    return taken;
}

/* Each segment is decoded and encoded on its own, so that an encoded slash stays apart from a real one. */
static lw_status s3_path(lw_slice path, lw_buf *out) {
    if (path.len == 0) {
        return lw_buf_append_char(out, '/');
    }
    size_t begin = 0;
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.data[i] != '/') {
            continue;
        }
        lw_status status = LW_OK;
        char *segment = reencoded((lw_slice){path.data + begin, i - begin}, false, &status);
        if (status == LW_OK) {
            status = lw_buf_append_text(out, segment);
        }
        free(segment);
        LW_TRY(status);
        if (i < path.len) {
            LW_TRY(lw_buf_append_char(out, '/'));
        }
        begin = i + 1;
    }
    return LW_OK;
}

static void drop_last_segment(lw_buf *path) {
    while (path->len > 0 && path->data[path->len - 1] != '/') {
        path->len--;
    }
    path->len -= path->len > 0;
}

/* Dot segments and empty segments go. */
static lw_status normalise_path(lw_slice path, lw_buf *out) {
    size_t begin = 0;
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.data[i] != '/') {
            continue;
        }
        lw_slice segment = {path.data + begin, i - begin};
        begin = i + 1;
        if (lw_slice_equal_text(segment, "..")) {
            drop_last_segment(out);
        } else if (segment.len > 0 && !lw_slice_equal_text(segment, ".")) {
            LW_TRY(lw_buf_append_char(out, '/'));
            LW_TRY(lw_buf_append_slice(out, segment));
        }
    }
    bool ends_in_slash = path.len > 0 && path.data[path.len - 1] == '/';
    return out->len == 0 || ends_in_slash ? lw_buf_append_char(out, '/') : LW_OK;
}

static lw_status service_path(lw_slice path, lw_buf *out) {
    lw_buf normal;
    lw_buf_init(&normal, CANONICAL_MAX);
    lw_status status = path.len == 0 ? lw_buf_append_char(&normal, '/') : normalise_path(path, &normal);
    if (status == LW_OK) {
        status = lw_percent_encode(lw_buf_slice(&normal), true, out);
    }
    lw_buf_done(&normal);
    return status;
}

static lw_status collect_query(lw_slice query, pairs *list) {
    size_t begin = 0;
    for (size_t i = 0; i <= query.len; i++) {
        if (i < query.len && query.data[i] != '&') {
            continue;
        }
        lw_slice part = {query.data + begin, i - begin};
        begin = i + 1;
        if (part.len == 0) {
            continue;
        }
        const char *equals = memchr(part.data, '=', part.len);
        size_t name_len = equals == NULL ? part.len : (size_t)(equals - part.data);
        size_t value_at = equals == NULL ? part.len : name_len + 1;
        lw_status name_status = LW_OK;
        lw_status value_status = LW_OK;
        char *name = reencoded((lw_slice){part.data, name_len}, false, &name_status);
        char *value = reencoded((lw_slice){part.data + value_at, part.len - value_at}, false, &value_status);
        lw_status taken = pairs_take(list, name, value);
        LW_TRY(name_status);
        LW_TRY(value_status);
        LW_TRY(taken);
    }
    return LW_OK;
}

static lw_status append_query(lw_slice query, lw_buf *out) {
    pairs list = {0};
    lw_status status = query.len == 0 ? LW_OK : collect_query(query, &list);
    pairs_sort(&list, by_name_and_value);
    for (size_t i = 0; status == LW_OK && i < list.count; i++) {
        status = lw_buf_printf(out, "%s%s=%s", i == 0 ? "" : "&", list.items[i].name, list.items[i].value);
    }
    pairs_done(&list);
    return status;
}

static bool is_signed_header(const char *lower_name) {
    return strncmp(lower_name, "x-amz-", 6) == 0 || strcmp(lower_name, "content-type") == 0 ||
           strcmp(lower_name, "content-md5") == 0;
}

static char *lower_copy(lw_slice text) {
    char *copy = lw_slice_dup(text);
    for (char *p = copy; p != NULL && *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z') {
            *p = (char)(*p - 'A' + 'a');
        }
    }
    return copy;
}

/* Trimmed, inner runs of blanks folded to one space. */
static char *folded_copy(lw_slice text) {
    char *copy = lw_slice_dup(lw_slice_trim(text));
    size_t len = 0;
    bool in_blanks = false;
    for (const char *p = copy; p != NULL && *p != '\0'; p++) {
        bool blank = *p == ' ' || (*p >= '\t' && *p <= '\r');
        if (blank && in_blanks) {
            continue;
        }
        in_blanks = blank;
        copy[len++] = blank ? ' ' : *p;
    }
    if (copy != NULL) {
        copy[len] = '\0';
    }
    return copy;
}

static lw_status collect_header(const char *line, pairs *list) {
    const char *colon = strchr(line, ':');
    if (colon == NULL) {
        return LW_E_USAGE;
    }
    char *name = lower_copy(lw_slice_trim((lw_slice){line, (size_t)(colon - line)}));
    if (name != NULL && !is_signed_header(name)) {
        free(name);
        return LW_OK;
    }
    return pairs_take(list, name, folded_copy(lw_slice_from(colon + 1)));
}

static lw_status collect_host(const lw_url *url, pairs *list) {
    lw_buf host;
    lw_buf_init(&host, 1024);
    lw_status status = lw_url_host_header(url, &host);
    if (status == LW_OK) {
        status = pairs_take(list, lw_text_dup("host"), lw_buf_take(&host));
    }
    lw_buf_done(&host);
    return status;
}

static lw_status collect_headers(const lw_url *url, const lw_strings *given, const lw_strings *added, pairs *list) {
    LW_TRY(collect_host(url, list));
    for (size_t i = 0; given != NULL && i < given->count; i++) {
        LW_TRY(collect_header(given->items[i], list));
    }
    for (size_t i = 0; i < added->count; i++) {
        LW_TRY(collect_header(added->items[i], list));
    }
    pairs_sort(list, by_name_and_order);
    return LW_OK;
}

static bool same_name_as_before(const pairs *list, size_t index) {
    return index > 0 && strcmp(list->items[index].name, list->items[index - 1].name) == 0;
}

static lw_status append_headers(const pairs *list, lw_buf *out) {
    for (size_t i = 0; i < list->count; i++) {
        if (same_name_as_before(list, i)) {
            LW_TRY(lw_buf_printf(out, ",%s", list->items[i].value));
        } else {
            LW_TRY(lw_buf_printf(out, "%s%s:%s", i == 0 ? "" : "\n", list->items[i].name, list->items[i].value));
        }
    }
    return lw_buf_append_char(out, '\n');
}

static lw_status append_header_names(const pairs *list, lw_buf *out) {
    for (size_t i = 0; i < list->count; i++) {
        if (!same_name_as_before(list, i)) {
            LW_TRY(lw_buf_printf(out, "%s%s", i == 0 ? "" : ";", list->items[i].name));
        }
    }
    return LW_OK;
}

static lw_status append_canonical_request(const lw_sigv4_request *request, const lw_url *url, const pairs *headers,
                                          lw_buf *out) {
    bool is_s3 = strcmp(request->service, "s3") == 0;
    LW_TRY(lw_buf_printf(out, "%s\n", request->method));
    LW_TRY(is_s3 ? s3_path(url->path, out) : service_path(url->path, out));
    LW_TRY(lw_buf_append_char(out, '\n'));
    LW_TRY(append_query(url->query, out));
    LW_TRY(lw_buf_append_char(out, '\n'));
    LW_TRY(append_headers(headers, out));
    LW_TRY(lw_buf_append_char(out, '\n'));
    LW_TRY(append_header_names(headers, out));
    return lw_buf_printf(out, "\n%s", request->payload_sha256);
}

static lw_status mac(uint8_t key[LW_SHA256_SIZE], const char *text) {
    uint8_t result[LW_SHA256_SIZE];
    LW_TRY(lw_hmac_sha256((lw_slice){(const char *)key, LW_SHA256_SIZE}, lw_slice_from(text), result));
    memcpy(key, result, sizeof result);
    lw_wipe(result, sizeof result);
    return LW_OK;
}

/* "AWS4" + secret, then date, region, service, "aws4_request", each the key of the next. */
static lw_status derive_key(const lw_sigv4_request *request, const char *date, const char *secret,
                            uint8_t ret_key[LW_SHA256_SIZE]) {
    lw_buf first;
    lw_buf_init(&first, 4096);
    lw_status status = lw_buf_printf(&first, "AWS4%s", secret);
    if (status == LW_OK) {
        status = lw_hmac_sha256(lw_buf_slice(&first), (lw_slice){date, DATE_LEN}, ret_key);
    }
    lw_buf_done(&first);
    LW_TRY(status);
    LW_TRY(mac(ret_key, request->region));
    LW_TRY(mac(ret_key, request->service));
    return mac(ret_key, "aws4_request");
}

static lw_status signature_of(const lw_sigv4_request *request, const char *time, const char *secret, lw_slice canonical,
                              char ret_hex[2 * LW_SHA256_SIZE + 1]) {
    char hash[2 * LW_SHA256_SIZE + 1];
    uint8_t key[LW_SHA256_SIZE];
    lw_buf to_sign;
    lw_buf_init(&to_sign, 4096);
    lw_status status = lw_sha256_hex(canonical, hash);
    if (status == LW_OK) {
        status = lw_buf_printf(&to_sign, "AWS4-HMAC-SHA256\n%s\n%.8s/%s/%s/aws4_request\n%s", time, time,
                               request->region, request->service, hash);
    }
    if (status == LW_OK) {
        status = derive_key(request, time, secret, key);
    }
    if (status == LW_OK) {
        status = mac(key, to_sign.data);
    }
    if (status == LW_OK) {
        lw_hex(key, sizeof key, ret_hex);
    }
    lw_wipe(key, sizeof key);
    lw_buf_done(&to_sign);
    return status;
}

static lw_status add_amz_headers(const lw_sigv4_request *request, const lw_credentials *credentials, const char *time,
                                 lw_strings *added) {
    LW_TRY(lw_strings_addf(added, "x-amz-date: %s", time));
    if (strcmp(request->service, "s3") == 0) {
        LW_TRY(lw_strings_addf(added, "x-amz-content-sha256: %s", request->payload_sha256));
    }
    if (credentials->session_token != NULL && credentials->session_token[0] != '\0') {
        LW_TRY(lw_strings_addf(added, "x-amz-security-token: %s", credentials->session_token));
    }
    return LW_OK;
}

static lw_status add_authorization(const lw_sigv4_request *request, const lw_credentials *credentials, const char *time,
                                   const pairs *headers, const char *signature, lw_strings *added) {
    lw_buf names;
    lw_buf_init(&names, CANONICAL_MAX);
    lw_status status = append_header_names(headers, &names);
    if (status == LW_OK) {
        status =
            lw_strings_addf(added,
                            "Authorization: AWS4-HMAC-SHA256 Credential=%s/%.8s/%s/%s/aws4_request, "
                            "SignedHeaders=%s, Signature=%s",
                            credentials->access_key_id, time, request->region, request->service, names.data, signature);
    }
    lw_buf_done(&names);
    return status;
}

/* added gets all headers of the signature. */
static lw_status sign_into(const lw_sigv4_request *request, const lw_url *url, const lw_credentials *credentials,
                           lw_strings *added) {
    char time[LW_TIME_TEXT_SIZE];
    char signature[2 * LW_SHA256_SIZE + 1];
    pairs headers = {0};
    lw_buf canonical;
    lw_buf_init(&canonical, CANONICAL_MAX);
    lw_time_format_basic(request->now_ms, time);
    lw_status status = add_amz_headers(request, credentials, time, added);
    if (status == LW_OK) {
        status = collect_headers(url, request->headers, added, &headers);
    }
    if (status == LW_OK) {
        status = append_canonical_request(request, url, &headers, &canonical);
    }
    if (status == LW_OK) {
        status = signature_of(request, time, credentials->secret_access_key, lw_buf_slice(&canonical), signature);
    }
    if (status == LW_OK) {
        status = add_authorization(request, credentials, time, &headers, signature, added);
    }
    lw_buf_done(&canonical);
    pairs_done(&headers);
    return status;
}

lw_status lw_sigv4_sign(const lw_sigv4_request *request, const lw_credentials *credentials, lw_strings *ret_headers) {
    lw_url url;
    lw_strings added = {0};
    if (credentials->access_key_id == NULL || credentials->secret_access_key == NULL) {
        return LW_E_CREDENTIALS;
    }
    if (lw_url_split(request->url, &url) != LW_OK) {
        return LW_E_USAGE;
    }
    /* Signed into a list of its own: ret_headers may be request->headers. */
    lw_status status = sign_into(request, &url, credentials, &added);
    for (size_t i = 0; status == LW_OK && i < added.count; i++) {
        status = lw_strings_add(ret_headers, lw_slice_from(added.items[i]));
    }
    lw_strings_done(&added);
    return status;
}
