/* Names of the mover and the guards on them.
 *
 * Every name is a pure function of the identity that a finding gives (bucket, key, version, ETag, size): a second run,
 * another worker or a run next year compute the same target key and the same receipt key, and so meet what is there.
 * Two identities never share a name: the parts are length-prefixed before they are hashed, and the id part of a target
 * key is percent-encoded, so that it has no slash of its own.
 *
 * A bucket is named by its plain name only. An access point (ARN, or its alias ending in -s3alias) is a second name of
 * a bucket that the text does not reveal; moving "from" the alias "to" the bucket would end with the only copy deleted.
 * The probe looks for second names that cannot be seen in the text.
 */
#include "mover/mover_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 1024U
#define BUCKET_MAX 255U
#define OWN_FOLDER ".lakewarden/"

static bool is_bucket_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

static bool is_alias(const char *bucket) {
    static const char *const endings[] = {"-s3alias", "--ol-s3", ".mrap"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (lw_slice_ends_with(lw_slice_from(bucket), lw_slice_from(endings[i]))) {
            return true;
        }
    }
    return false;
}

static lw_status check_s3_bucket(const char *role, const char *bucket, lw_error *err) {
    if (strncmp(bucket, "arn:", 4) == 0 || is_alias(bucket)) {
        return lw_fail(err, LW_E_REFUSED,
                       "refuse %s bucket '%s': an access point is another name of a bucket; give the bucket's own name",
                       role, bucket);
    }
    size_t len = strlen(bucket);
    bool good = len >= 3 && len <= BUCKET_MAX && bucket[0] != '.' && bucket[0] != '-';
    for (size_t i = 0; good && i < len; i++) {
        good = is_bucket_char(bucket[i]);
    }
    return good ? LW_OK
                : lw_fail(err, LW_E_REFUSED,
                          "refuse %s bucket '%s': no bucket name (3-255 letters, digits, '.', '-', '_')", role, bucket);
}

lw_status lw_move_check_bucket(lw_store_kind kind, const char *role, const char *bucket, lw_error *err) {
    if (bucket == NULL || bucket[0] == '\0') {
        return lw_fail(err, LW_E_REFUSED, "refuse the %s bucket: it has no name", role);
    }
    if (kind == LW_STORE_S3) {
        return check_s3_bucket(role, bucket, err);
    }
    if (strchr(bucket, '/') != NULL || strcmp(bucket, ".") == 0 || strcmp(bucket, "..") == 0) {
        return lw_fail(err, LW_E_REFUSED, "refuse %s bucket '%s': it must be the name of one folder", role, bucket);
    }
    return LW_OK;
}

bool lw_move_is_own_key(const char *prefix, const char *key) {
    lw_slice text = lw_slice_from(key);
    if (lw_slice_starts_with(text, lw_slice_from(OWN_FOLDER))) {
        return true;
    }
    lw_slice own = lw_slice_from(prefix);
    return lw_slice_starts_with(text, own) &&
           lw_slice_starts_with((lw_slice){key + own.len, text.len - own.len}, lw_slice_from(OWN_FOLDER));
}

const char *lw_move_real_version(const char *version_id) {
    bool real = version_id != NULL && version_id[0] != '\0' && strcmp(version_id, "null") != 0;
    return real ? version_id : NULL;
}

static lw_status add_part(lw_buf *out, const char *text) {
    lw_slice part = lw_slice_from(text);
    LW_TRY(lw_buf_printf(out, "%zu:", part.len));
    LW_TRY(lw_buf_append_slice(out, part));
    return lw_buf_append_char(out, ',');
}

static lw_status identity_text(const lw_move_request *request, lw_buf *out) {
    LW_TRY(add_part(out, request->bucket));
    LW_TRY(add_part(out, request->key));
    LW_TRY(add_part(out, lw_move_real_version(request->version_id)));
    LW_TRY(add_part(out, request->etag));
    return lw_buf_printf(out, "%llu", (unsigned long long)request->size);
}

lw_status lw_move_identity(const lw_move_request *request, char ret_hex[LW_MOVE_HEX_SIZE]) {
    lw_buf text;
    lw_buf_init(&text, 16384);
    lw_status status = identity_text(request, &text);
    if (status == LW_OK) {
        status = lw_sha256_hex(lw_buf_slice(&text), ret_hex);
    }
    lw_buf_done(&text);
    return status;
}

static lw_status target_text(const char *prefix, const lw_move_request *request, lw_slice key, lw_buf *out) {
    const char *version = lw_move_real_version(request->version_id);
    LW_TRY(lw_buf_append_text(out, prefix));
    LW_TRY(lw_buf_append_text(out, request->bucket));
    LW_TRY(lw_buf_append_char(out, '/'));
    LW_TRY(lw_buf_append_slice(out, key));
    LW_TRY(lw_buf_append_text(out, "/.v/"));
    return lw_percent_encode(lw_slice_from(version != NULL ? version : request->etag), false, out);
}

static lw_status hashed_target_text(const char *prefix, const lw_move_request *request, lw_buf *out) {
    char name[sizeof ".sha256/" + LW_MOVE_HEX_SIZE] = ".sha256/";
    LW_TRY(lw_sha256_hex(lw_slice_from(request->key), name + strlen(name)));
    lw_buf_reset(out);
    return target_text(prefix, request, lw_slice_from(name), out);
}

lw_status lw_move_target_key(const char *prefix, const lw_move_request *request, char **ret_key) {
    lw_buf text;
    lw_buf_init(&text, 16384);
    lw_status status = target_text(prefix, request, lw_slice_from(request->key), &text);
    if (status == LW_OK && text.len > KEY_MAX) {
        status = hashed_target_text(prefix, request, &text);
    }
    if (status == LW_OK && text.len > KEY_MAX) {
        status = LW_E_LIMIT;
    }
    char *key = status == LW_OK ? lw_buf_take(&text) : NULL;
    lw_buf_done(&text);
    if (key == NULL) {
        return status == LW_OK ? LW_E_MEMORY : status;
    }
    *ret_key = key;
    return LW_OK;
}

static lw_status own_key(const char *prefix, const char *folder, const char *name, const char *ending, char **ret_key) {
    int len = snprintf(NULL, 0, "%s" OWN_FOLDER "%s%s%s", prefix, folder, name, ending);
    char *key = len < 0 ? NULL : malloc((size_t)len + 1);
    if (key == NULL) {
        return LW_E_MEMORY;
    }
    (void)snprintf(key, (size_t)len + 1, "%s" OWN_FOLDER "%s%s%s", prefix, folder, name, ending);
    *ret_key = key;
    return LW_OK;
}

lw_status lw_move_receipt_key(const char *prefix, const char *identity, char **ret_key) {
    return own_key(prefix, "receipts/", identity, ".json", ret_key);
}

lw_status lw_move_probe_key(const char *prefix, char **ret_key) {
    char name[37];
    lw_random_uuid(name);
    return own_key(prefix, "probe/", name, "", ret_key);
}
