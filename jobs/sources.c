/* What the user named, opened: a store each, and what is known of the bucket. */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>

static lw_fact_flag flag_of(bool known, bool value) {
    return known ? (lw_fact_flag)value : -1;
}

static lw_fact_flag flag_of_tristate(lw_tristate value) {
    return value == LW_UNKNOWN ? -1 : (lw_fact_flag)(value == LW_YES);
}

static void describe_policy(const lw_bucket_facts *facts, lw_finding_bucket *bucket) {
    bool none = facts->policy_known && !facts->has_policy;
    bucket->policy_public_read = none ? -1 : flag_of_tristate(facts->policy_public_read);
    bucket->policy_public_write = none ? -1 : flag_of_tristate(facts->policy_public_write);
    if (!facts->policy_known) {
        bucket->policy_public_read = -1;
        bucket->policy_public_write = -1;
    }
}

static lw_status describe_bucket(lw_run_source *source) {
    const lw_bucket_facts *facts = &source->facts;
    lw_finding_bucket *bucket = &source->bucket;
    bucket->name = source->location.bucket;
    bucket->created_ms = facts->created_ms;
    bucket->owner_id = facts->owner_id;
    bucket->owner_name = facts->owner_name;
    bucket->tags_known = source->facts_known && facts->tags_known;
    bucket->encryption_type = source->facts_known && facts->encryption_known ? facts->encryption_type : NULL;
    bucket->kms_key_id = facts->kms_key_id;
    bucket->acl_public_read = flag_of(source->facts_known && facts->acl_known, facts->acl_public_read);
    bucket->acl_public_write = flag_of(source->facts_known && facts->acl_known, facts->acl_public_write);
    describe_policy(facts, bucket);
    bool block = source->facts_known && facts->block_known;
    bucket->block_public_acls = flag_of(block, facts->block_public_acls);
    bucket->ignore_public_acls = flag_of(block, facts->ignore_public_acls);
    bucket->block_public_policy = flag_of(block, facts->block_public_policy);
    bucket->restrict_public_buckets = flag_of(block, facts->restrict_public_buckets);
    bucket->allows_unencrypted_uploads = source->facts_known ? flag_of_tristate(facts->allows_unencrypted_uploads) : -1;
    if (facts->tags.count > 0) {
        source->tags = calloc(facts->tags.count, sizeof *source->tags);
        if (source->tags == NULL) {
            return LW_E_MEMORY;
        }
        for (size_t i = 0; i < facts->tags.count; i++) {
            source->tags[i] = (lw_fact_tag){facts->tags.items[i].key, facts->tags.items[i].value};
        }
        bucket->tags = source->tags;
        bucket->tag_count = facts->tags.count;
    }
    return LW_OK;
}

static lw_status open_input(lw_run_source *source) {
    source->location.bucket = lw_text_dup("-");
    source->location.prefix = lw_text_dup("");
    return source->location.bucket == NULL || source->location.prefix == NULL ? LW_E_MEMORY : describe_bucket(source);
}

static lw_status open_source(const lw_run_options *options, lw_run_source *source, lw_error *err) {
    if (strcmp(source->text, "-") == 0) {
        return open_input(source);
    }
    LW_TRY(lw_location_parse(source->text, true, &source->location, err));
    lw_store_options store = options->s3;
    store.kind = source->location.kind;
    store.root = source->location.root;
    LW_TRY(lw_store_open(&store, &source->store, err));
    if (options->bucket_facts) {
        lw_error why = {0};
        lw_status status = lw_store_bucket_facts(source->store, source->location.bucket, &source->facts, &why);
        source->facts_known = status == LW_OK;
        if (status == LW_E_NO_BUCKET || lw_status_class_of(status) == LW_CLASS_CONFIG) {
            *err = why;
            return status;
        }
        if (status != LW_OK) {
            lw_debug("facts of bucket '%s': %s", source->location.bucket, why.text);
        }
    }
    return describe_bucket(source);
}

lw_status lw_run_sources_open(const lw_run_options *options, lw_run_source **ret_sources, lw_error *err) {
    lw_run_source *sources = calloc(options->source_count, sizeof *sources);
    if (sources == NULL) {
        return LW_E_MEMORY;
    }
    for (size_t i = 0; i < options->source_count; i++) {
        sources[i].text = options->sources[i];
        lw_status status = open_source(options, &sources[i], err);
        if (status != LW_OK) {
            lw_run_sources_free(sources, options->source_count);
            return status;
        }
    }
    *ret_sources = sources;
    return LW_OK;
}

void lw_run_sources_free(lw_run_source *sources, size_t count) {
    if (sources == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        lw_store_free(sources[i].store);
        lw_location_done(&sources[i].location);
        lw_bucket_facts_done(&sources[i].facts);
        free(sources[i].tags);
    }
    free(sources);
}
