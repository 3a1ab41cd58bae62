/* A function keeps nothing between invocations: the state file of the daily job, and SQLite with it, stay out of the
 * package. A run without a state calls none of these. */
#include "jobs/state.h"

lw_status lw_state_seen(lw_state *state, const char *bucket, const lw_object *object, bool *ret_done, lw_error *err) {
    (void)state;
    (void)bucket;
    (void)ret_done;
    return lw_fail(err, LW_E_UNSUPPORTED, "look up '%s': there is no state here", object->key);
}

lw_status lw_state_record(lw_state *state, const char *bucket, const lw_finding_object *object, bool failed,
                          const cJSON *event, const cJSON *result, lw_error *err) {
    (void)state;
    (void)bucket;
    (void)failed;
    (void)event;
    (void)result;
    return lw_fail(err, LW_E_UNSUPPORTED, "record '%s': there is no state here", object->key);
}
