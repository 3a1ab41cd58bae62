/* ListObjectsV2, page by page. A listing is whole or it fails: an object that is left out would count as clean.
 *
 * A page is read twice: first for what it says about itself (is there more, with which token, how are keys written),
 * then for its objects, so that nothing is given away from a page that turns out to be broken. More without a token, a
 * token that came before, a page that begins like the last one, a key outside the prefix: each ends the listing with
 * LW_E_PROTOCOL.
 *
 * Keys are asked for in URL encoding, since XML cannot hold every byte. Servers differ: AWS writes a space as '+', Ceph
 * encodes slashes too, some ignore the wish. Only the reply's own EncodingType decides, and then '+' is a space, as a
 * literal one is always written %2B.
 */
#include "store/s3_priv.h"

#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX ((size_t)64 << 10)
#define KEY_ROOM ((size_t)8 << 10)

/* A set of digests of the tokens seen so far; 8 bytes a page, open addressing. */
typedef struct token_set {
    uint64_t *slots;
    size_t cap;
    size_t count;
} token_set;

static bool token_put(uint64_t *slots, size_t cap, uint64_t value) {
    for (size_t i = (size_t)value & (cap - 1);; i = (i + 1) & (cap - 1)) {
        if (slots[i] == value) {
            return false;
        }
        if (slots[i] == 0) {
            slots[i] = value;
            return true;
        }
    }
}

static lw_status token_grow(token_set *set) {
    size_t cap = set->cap == 0 ? 64 : set->cap * 2;
    uint64_t *slots = calloc(cap, sizeof(*slots));
    if (slots == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i] != 0) {
            (void)token_put(slots, cap, set->slots[i]);
        }
    }
    free(set->slots);
    set->slots = slots;
    set->cap = cap;
    return LW_OK;
}

/* LW_E_EXISTS when the token was added before. */
static lw_status token_add(token_set *set, lw_slice token) {
    uint8_t digest[LW_SHA256_SIZE];
    uint64_t value;
    if (set->count * 2 >= set->cap) {
        LW_TRY(token_grow(set));
    }
    LW_TRY(lw_sha256(token, digest));
    memcpy(&value, digest, sizeof(value));
    if (!token_put(set->slots, set->cap, value | 1)) { /* 0 marks a free slot */
        return LW_E_EXISTS;
    }
    set->count++;
    return LW_OK;
}

static lw_status page_field(void *ctx, const char *path, lw_slice text) {
    lw_s3_page *page = ctx;
    if (strcmp(path, "ListBucketResult/EncodingType") == 0) {
        page->url_encoded = lw_slice_equal_text(lw_slice_trim(text), "url");
    } else if (strcmp(path, "ListBucketResult/IsTruncated") == 0) {
        lw_slice value = lw_slice_trim(text);
        page->truncated = lw_slice_equal_text(value, "true");
        page->truncated_known = page->truncated || lw_slice_equal_text(value, "false");
    } else if (strcmp(path, "ListBucketResult/NextContinuationToken") == 0) {
        lw_buf_reset(&page->token);
        return lw_buf_append_slice(&page->token, text);
    }
    return LW_OK;
}

lw_status lw_s3_page_read(lw_slice body, lw_s3_page *ret_page, lw_error *err) {
    lw_s3_page page = {0};
    lw_buf_init(&page.token, TOKEN_MAX);
    lw_status status = lw_s3_walk(body, page_field, &page);
    const char *why = status == LW_OK ? NULL : "the list page is not well formed to its end";
    if (why == NULL && !page.truncated_known) {
        why = "the list page does not say whether there are more";
    }
    if (why == NULL && page.truncated && page.token.len == 0) {
        why = "the list page says that there are more keys but gives no continuation token";
    }
    if (why != NULL) {
        lw_s3_page_done(&page);
        return lw_fail(err, status == LW_E_MEMORY ? LW_E_MEMORY : LW_E_PROTOCOL, "%s", why);
    }
    *ret_page = page;
    return LW_OK;
}

void lw_s3_page_done(lw_s3_page *page) {
    lw_buf_done(&page->token);
}

/* The object whose elements are being read. */
typedef struct entry_reader {
    const lw_s3_page *page;
    lw_object_sink sink;
    void *ctx;
    lw_error *err;
    lw_buf key;
    lw_buf etag;
    lw_buf storage_class;
    lw_buf plain; /* scratch */
    uint64_t size;
    int64_t last_modified_ms;
    bool size_known;
    bool sink_failed;
} entry_reader;

static lw_status decode_key(entry_reader *reading, lw_slice text) {
    lw_buf_reset(&reading->key);
    if (!reading->page->url_encoded) {
        return lw_buf_append_slice(&reading->key, text);
    }
    lw_buf_reset(&reading->plain);
    LW_TRY(lw_buf_append_slice(&reading->plain, text));
    for (size_t i = 0; i < reading->plain.len; i++) {
        if (reading->plain.data[i] == '+') {
            reading->plain.data[i] = ' ';
        }
    }
    return lw_percent_decode(lw_buf_slice(&reading->plain), &reading->key);
}

static lw_status set_text(lw_buf *buf, lw_slice text) {
    lw_buf_reset(buf);
    return lw_buf_append_slice(buf, text);
}

static lw_status give_object(entry_reader *reading) {
    if (reading->key.len == 0 || memchr(reading->key.data, '\0', reading->key.len) != NULL || !reading->size_known) {
        return lw_fail(reading->err, LW_E_PROTOCOL, "the list page has an entry without a usable key or size");
    }
    lw_object object = {.key = reading->key.data,
                        .etag = reading->etag.data,
                        .storage_class = reading->storage_class.data,
                        .size = reading->size,
                        .last_modified_ms = reading->last_modified_ms};
    lw_status status = reading->sink(reading->ctx, &object);
    reading->sink_failed = status != LW_OK;
    lw_buf_reset(&reading->key);
    reading->size_known = false;
    reading->last_modified_ms = 0;
    LW_TRY(set_text(&reading->etag, (lw_slice){NULL, 0}));
    LW_TRY(set_text(&reading->storage_class, LW_SLICE_LITERAL("STANDARD")));
    return status;
}

static lw_status entry_field(void *ctx, const char *path, lw_slice text) {
    static const char contents[] = "ListBucketResult/Contents";
    entry_reader *reading = ctx;
    size_t len = sizeof(contents) - 1;
    if (strncmp(path, contents, len) != 0) {
        return LW_OK;
    }
    const char *field = path + len;
    if (field[0] == '\0') {
        return give_object(reading);
    }
    if (strcmp(field, "/Key") == 0) {
        return decode_key(reading, text);
    }
    if (strcmp(field, "/ETag") == 0) {
        return set_text(&reading->etag, lw_etag_bare(text));
    }
    if (strcmp(field, "/StorageClass") == 0 && text.len > 0) {
        return set_text(&reading->storage_class, text);
    }
    if (strcmp(field, "/LastModified") == 0) {
        return lw_time_parse_iso(lw_slice_trim(text), &reading->last_modified_ms) == LW_OK ? LW_OK : LW_E_PROTOCOL;
    }
    if (strcmp(field, "/Size") == 0) {
        char digits[24];
        size_t count = text.len < sizeof(digits) ? text.len : sizeof(digits) - 1;
        memcpy(digits, text.data == NULL ? "" : text.data, count);
        digits[count] = '\0';
        reading->size_known = count == text.len && lw_parse_u64(digits, &reading->size) == LW_OK;
    }
    return LW_OK;
}

lw_status lw_s3_page_objects(lw_slice body, const lw_s3_page *page, lw_object_sink sink, void *ctx, lw_error *err) {
    lw_error why = {0};
    entry_reader reading = {.page = page, .sink = sink, .ctx = ctx, .err = &why};
    lw_buf *bufs[] = {&reading.key, &reading.etag, &reading.storage_class, &reading.plain};
    lw_status status = LW_OK;
    for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++) {
        lw_buf_init(bufs[i], KEY_ROOM);
        status = status == LW_OK ? lw_buf_append_text(bufs[i], i == 2 ? "STANDARD" : "") : status;
    }
    if (status == LW_OK) {
        status = lw_s3_walk(body, entry_field, &reading);
    }
    for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++) {
        lw_buf_done(bufs[i]);
    }
    if (status == LW_OK || reading.sink_failed) {
        return status; /* the sink's own words, if any, stay in err */
    }
    if (why.code == LW_OK) {
        status = status == LW_E_MEMORY ? LW_E_MEMORY : LW_E_PROTOCOL;
        (void)lw_fail(&why, status, "the list page has an entry that cannot be read");
    }
    return lw_fail(err, why.code, "%s", why.text);
}

/* One listing under way: stands between the pages and the caller's sink and watches the keys go by. */
typedef struct list_run {
    lw_object_sink sink;
    void *ctx;
    lw_s3_call *call;
    lw_error *err;
    const char *prefix;
    lw_buf first;     /* first key of the page before */
    lw_buf last;      /* key before this one */
    bool page_begins; /* no key of this page yet */
    bool disorder;
    bool sink_failed; /* err holds what watch or the caller's sink said */
    token_set tokens;
} list_run;

static lw_status check_order(list_run *listing, lw_slice key) {
    bool begins = listing->page_begins;
    listing->page_begins = false;
    if (lw_slice_equal(key, lw_buf_slice(&listing->last)) ||
        (begins && lw_slice_equal(key, lw_buf_slice(&listing->first)))) {
        return lw_s3_fail(listing->call, LW_E_PROTOCOL, "the server lists the same keys again", listing->err);
    }
    if (lw_slice_compare(key, lw_buf_slice(&listing->last)) < 0 && !listing->disorder) {
        listing->disorder = true;
        lw_debug("list '%s': the server does not list keys in byte order", listing->call->bucket);
    }
    LW_TRY(set_text(&listing->last, key));
    return begins ? set_text(&listing->first, key) : LW_OK;
}

static lw_status watch_object(list_run *listing, const lw_object *object) {
    lw_slice key = lw_slice_from(object->key);
    if (!lw_slice_starts_with(key, lw_slice_from(listing->prefix))) {
        return lw_s3_fail(listing->call, LW_E_PROTOCOL, "the server lists keys outside of the prefix", listing->err);
    }
    LW_TRY(check_order(listing, key));
    return listing->sink(listing->ctx, object);
}

static lw_status watch(void *ctx, const lw_object *object) {
    list_run *listing = ctx;
    lw_status status = watch_object(listing, object);
    listing->sink_failed = status != LW_OK;
    return status;
}

static lw_status page_query(const char *prefix, const lw_buf *token, lw_buf *query) {
    lw_buf_reset(query);
    LW_TRY(lw_s3_query_add(query, "list-type", "2"));
    LW_TRY(lw_s3_query_add(query, "encoding-type", "url"));
    if (prefix[0] != '\0') {
        LW_TRY(lw_s3_query_add(query, "prefix", prefix));
    }
    return token->len == 0 ? LW_OK : lw_s3_query_add(query, "continuation-token", token->data);
}

/* Fetches and gives away one page; *token becomes the next one, empty at the end. */
static lw_status list_page(lw_store *store, list_run *listing, lw_buf *query, lw_buf *token) {
    lw_http_response response = {0};
    lw_s3_page page = {0};
    lw_status status = page_query(listing->prefix, token, query);
    if (status == LW_OK) {
        listing->call->query = query->data;
        status = lw_s3_send(store->state, listing->call, &response, listing->err);
    }
    if (status != LW_OK) {
        goto done;
    }
    status = lw_s3_page_read(lw_buf_slice(&response.body), &page, listing->err);
    if (status == LW_OK && page.truncated) {
        status = token_add(&listing->tokens, lw_buf_slice(&page.token));
        if (status == LW_E_EXISTS) {
            status = lw_fail(listing->err, LW_E_PROTOCOL, "the server gave the same continuation token twice");
        }
    }
    if (status != LW_OK) {
        status = lw_s3_say(listing->call, status, listing->err);
        goto done;
    }
    listing->page_begins = true;
    status = lw_s3_page_objects(lw_buf_slice(&response.body), &page, watch, listing, listing->err);
    if (status != LW_OK && !listing->sink_failed) {
        status = lw_s3_say(listing->call, status, listing->err);
    }
    lw_buf_reset(token);
    if (status == LW_OK && page.truncated) {
        status = lw_buf_append_slice(token, lw_buf_slice(&page.token));
    }
done:
    lw_s3_page_done(&page);
    lw_http_response_done(&response);
    return status;
}

lw_status lw_s3_list(lw_store *store, const char *bucket, const char *prefix, lw_object_sink sink, void *ctx,
                     lw_error *err) {
    lw_s3_call call = {.action = "list", .method = "GET", .bucket = bucket};
    list_run listing = {.sink = sink, .ctx = ctx, .call = &call, .err = err, .prefix = prefix};
    lw_buf query;
    lw_buf token;
    lw_status status;
    lw_buf_init(&query, 4 * TOKEN_MAX);
    lw_buf_init(&token, TOKEN_MAX);
    lw_buf_init(&listing.first, KEY_ROOM);
    lw_buf_init(&listing.last, KEY_ROOM);
    do {
        status = list_page(store, &listing, &query, &token);
    } while (status == LW_OK && token.len > 0);
    lw_buf_done(&query);
    lw_buf_done(&token);
    lw_buf_done(&listing.first);
    lw_buf_done(&listing.last);
    free(listing.tokens.slots);
    return status == LW_E_CANCELLED ? LW_OK : status;
}
