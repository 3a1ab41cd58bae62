#include "jobs/scope.h"

#include <stdlib.h>
#include <string.h>

static void block_done(lw_job_scope_block *block) {
    for (size_t i = 0; i < block->count; i++) {
        lw_strings_done(&block->terms[i].texts);
    }
    free(block->terms);
    *block = (lw_job_scope_block){0};
}

void lw_job_scope_done(lw_job_scope *scope) {
    block_done(&scope->includes);
    block_done(&scope->excludes);
}

/* Without its dot; "" where there is none. */
static const char *extension_of(const char *key) {
    const char *slash = strrchr(key, '/');
    const char *dot = strrchr(slash == NULL ? key : slash, '.');
    return dot == NULL ? "" : dot + 1;
}

static bool any_equal(const lw_strings *texts, const char *text) {
    return lw_strings_contain(texts, lw_slice_from(text));
}

static bool any_prefix(const lw_strings *texts, const char *key) {
    for (size_t i = 0; i < texts->count; i++) {
        if (strncmp(key, texts->items[i], strlen(texts->items[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool compare(lw_job_scope_comparator comparator, int64_t value, int64_t limit) {
    switch (comparator) {
    case LW_JOB_SCOPE_EQ:
        return value == limit;
    case LW_JOB_SCOPE_NE:
        return value != limit;
    case LW_JOB_SCOPE_GT:
        return value > limit;
    case LW_JOB_SCOPE_GTE:
        return value >= limit;
    case LW_JOB_SCOPE_LT:
        return value < limit;
    case LW_JOB_SCOPE_LTE:
        return value <= limit;
    case LW_JOB_SCOPE_STARTS_WITH:
        break;
    }
    return false;
}

static bool term_holds(const lw_job_scope_term *term, const lw_object *object) {
    switch (term->key) {
    case LW_JOB_SCOPE_EXTENSION:
        return any_equal(&term->texts, extension_of(object->key)) == (term->comparator == LW_JOB_SCOPE_EQ);
    case LW_JOB_SCOPE_KEY_PREFIX:
        return any_prefix(&term->texts, object->key);
    case LW_JOB_SCOPE_LAST_MODIFIED:
        return compare(term->comparator, object->last_modified_ms, term->number);
    case LW_JOB_SCOPE_SIZE:
        return compare(term->comparator, (int64_t)object->size, term->number);
    }
    return false;
}

static bool block_holds(const lw_job_scope_block *block, const lw_object *object) {
    for (size_t i = 0; i < block->count; i++) {
        if (!term_holds(&block->terms[i], object)) {
            return false;
        }
    }
    return true;
}

bool lw_job_scope_wants(const lw_job_scope *scope, const lw_object *object) {
    bool excluded = scope->excludes.count > 0 && block_holds(&scope->excludes, object);
    return !excluded && block_holds(&scope->includes, object);
}

bool lw_sample_wants(unsigned percent, const char *bucket, const char *key) {
    char hex[2 * LW_SHA256_SIZE + 1] = "";
    lw_digest *digest = NULL;
    if (percent >= 100) {
        return true;
    }
    /* Without memory for a hash the object is taken: to look at too much is the safe side. */
    if (lw_digest_new(LW_DIGEST_SHA256, &digest) != LW_OK) {
        return true;
    }
    lw_status status = lw_digest_update(digest, (lw_slice){bucket, strlen(bucket) + 1});
    status = status == LW_OK ? lw_digest_update(digest, lw_slice_from(key)) : status;
    status = status == LW_OK ? lw_digest_finish_hex(digest, hex) : status;
    lw_digest_free(digest);
    hex[8] = '\0';
    return status != LW_OK || strtoul(hex, NULL, 16) % 10000 < (unsigned long)percent * 100;
}
