/* The lister: every source in turn, filters before anything is fetched. */
#include "jobs/run_priv.h"

#include <stdlib.h>
#include <string.h>

typedef struct listing {
    lw_run_state *run;
    const lw_run_source *source;
    uint64_t seen;
    lw_error *err; /* what a failure of the state says */
} listing;

static bool extension_wanted(const lw_strings *extensions, const char *key) {
    if (extensions->count == 0) {
        return true;
    }
    const char *slash = strrchr(key, '/');
    const char *dot = strrchr(slash == NULL ? key : slash, '.');
    lw_slice extension = lw_slice_from(dot == NULL ? "" : dot + 1);
    for (size_t i = 0; i < extensions->count; i++) {
        if (lw_slice_equal_nocase(extension, lw_slice_from(extensions->items[i]))) {
            return true;
        }
    }
    return false;
}

static bool any_glob(const lw_strings *globs, const char *key) {
    for (size_t i = 0; i < globs->count; i++) {
        if (lw_glob_match(globs->items[i], lw_slice_from(key))) {
            return true;
        }
    }
    return false;
}

static bool wanted(const lw_run_filter *filter, const lw_run_source *source, const lw_object *object) {
    const char *prefix = source->location.prefix;
    size_t len = strlen(prefix);
    const char *relative = object->key;
    /* Globs see the key below the prefix; a prefix that is a whole "folder" takes its slash along. */
    if (!source->location.exact && strncmp(relative, prefix, len) == 0) {
        relative += len;
        relative += relative[0] == '/';
    }
    return (filter->include.count == 0 || any_glob(&filter->include, relative)) &&
           !any_glob(&filter->exclude, relative) && extension_wanted(&filter->extensions, object->key) &&
           (filter->max_size == 0 || object->size <= filter->max_size) &&
           (filter->modified_since_ms == 0 || object->last_modified_ms >= filter->modified_since_ms) &&
           (filter->scope == NULL || lw_job_scope_wants(filter->scope, object)) &&
           (filter->sampling == 0 || lw_sample_wants(filter->sampling, source->location.bucket, object->key));
}

static lw_status copy_object(const lw_object *from, lw_object *to) {
    to->key = lw_text_dup(from->key);
    to->etag = lw_text_dup(from->etag);
    to->version_id = lw_text_dup(from->version_id);
    to->storage_class = lw_text_dup(from->storage_class);
    to->size = from->size;
    to->last_modified_ms = from->last_modified_ms;
    bool complete = to->key != NULL && (from->etag == NULL || to->etag != NULL) &&
                    (from->version_id == NULL || to->version_id != NULL) &&
                    (from->storage_class == NULL || to->storage_class != NULL);
    return complete ? LW_OK : LW_E_MEMORY;
}

static lw_status add_task(listing *l, const lw_object *object) {
    lw_task *task = calloc(1, sizeof *task);
    if (task == NULL) {
        return LW_E_MEMORY;
    }
    task->source = l->source;
    if (copy_object(object, &task->object) != LW_OK) {
        lw_task_free(task);
        return LW_E_MEMORY;
    }
    atomic_fetch_add(&l->run->bytes_total, object->size);
    atomic_fetch_add(&l->run->objects_total, 1);
    l->run->synced.objects_listed++; /* only this thread writes it, and it is read after the listing ended */
    lw_stream_announce(l->run, task);
    return lw_schedule_task(l->run, task);
}

/* Consoles make empty objects whose key ends in '/' to show a folder; there is nothing in them to analyse. */
static bool is_folder_marker(const lw_object *object) {
    size_t len = strlen(object->key);
    return object->size == 0 && len > 0 && object->key[len - 1] == '/';
}

/* For a job that begins with what comes after its creation. */
static lw_status record_unread(listing *l, const lw_object *object) {
    lw_finding_object known = {.key = object->key,
                               .etag = object->etag,
                               .version_id = object->version_id,
                               .last_modified_ms = object->last_modified_ms,
                               .size = object->size};
    l->run->synced.objects_unchanged++;
    return lw_state_record(l->run->options->state, l->source->location.bucket, &known, false, NULL, NULL, l->err);
}

static lw_status on_object(void *ctx, const lw_object *object) {
    listing *l = ctx;
    l->seen++;
    if (lw_run_is_over(l->run)) {
        return LW_E_CANCELLED;
    }
    bool outside =
        (l->source->location.exact || l->run->options->exact) && strcmp(object->key, l->source->location.prefix) != 0;
    if (outside) {
        l->seen--;
        return LW_OK;
    }
    lw_run_state *run = l->run;
    bool unchanged = false;
    if (run->options->state != NULL) {
        LW_TRY(lw_state_seen(run->options->state, l->source->location.bucket, object, &unchanged, l->err));
    }
    if (is_folder_marker(object) || !wanted(&l->run->options->filter, l->source, object)) {
        l->run->synced.objects_filtered++;
        return LW_OK;
    }
    if (unchanged && run->options->since_last) {
        run->synced.objects_unchanged++;
        return LW_OK;
    }
    return run->options->baseline ? record_unread(l, object) : add_task(l, object);
}

static lw_status list_input(listing *l) {
    char key[] = "-";
    lw_object object = {.key = key, .size = 0, .last_modified_ms = lw_clock_wall_ms()};
    l->seen = 1;
    return add_task(l, &object);
}

static lw_status list_source(lw_run_state *run, const lw_run_source *source, lw_error *err) {
    listing l = {.run = run, .source = source, .err = err};
    if (source->store == NULL) {
        return list_input(&l);
    }
    lw_status status =
        lw_store_list(source->store, source->location.bucket, source->location.prefix, on_object, &l, err);
    if (status != LW_OK) {
        return status == LW_E_CANCELLED ? status : lw_fail_prefix(err, status, "list '%s'", source->text);
    }
    if (l.seen == 0) {
        return lw_fail(err, LW_E_CONFIG, "find no object under '%s': check the path or prefix", source->text);
    }
    return LW_OK;
}

void lw_lister_run(void *ctx, size_t index) {
    (void)index;
    lw_run_state *run = ctx;
    lw_error err = {0};
    lw_status status = LW_OK;
    for (size_t i = 0; i < run->options->source_count && !lw_run_is_over(run); i++) {
        lw_error this_err = {0};
        lw_status this_status = list_source(run, &run->sources[i], &this_err);
        /* The other sources are still scanned; the first failure is what the run reports. */
        if (this_status != LW_OK && status == LW_OK) {
            status = this_status;
            err = this_err;
        }
    }
    atomic_store(&run->listed, true);
    lw_schedule_listing_ended(run, status, &err);
}
