/* The Lambda Runtime API loop: next, handler, response or error, for ever.
 *
 * Contract: AWS Lambda developer guide, "Building a custom runtime" and "Using the Lambda runtime API" (version
 * 2018-06-01). Each invocation gets exactly one response or one error, under its own request id. Nothing of an
 * invocation lives on after its answer, and nothing relies on a signal before the end of the process: the environment
 * is frozen after an answer and may be killed at any time.
 */
#ifndef LW_LAMBDA_RUNTIME_H
#define LW_LAMBDA_RUNTIME_H

#include <cjson/cJSON.h>

#include "base/base.h"

/* One invocation. Everything is borrowed for the time of the handler's call. */
typedef struct lw_invocation {
    const char *request_id;
    lw_slice event;
    int64_t received_ms; /* wall clock */
    int64_t deadline_ms; /* wall clock; 0 when the service named none */
    /* Wall clock; 0: none. From here on no step may be begun that cannot be taken back: the last 10 s before the
     * deadline, or its last fifth where that is shorter (promise L2). */
    int64_t cutoff_ms;
    bool thawed; /* the environment stood still before: connections may be dead, credentials old */
} lw_invocation;

/* Why a handler failed, as "Category.Reason" (Lambda-Runtime-Function-Error-Type). Static text. */
typedef const char *lw_error_type;

/* A handler's three calls come from one thread. */
typedef struct lw_handler {
    const char *name; /* what _HANDLER names: "mover.handler" */
    /* Reads its settings from the environment. A failure is an init error, and the process ends. */
    lw_status (*start)(void **ret_state, lw_error *err);
    /* LW_OK: *ret_response is the answer (given to the caller). Otherwise *ret_type and err say why; err names bucket,
     * key or field, never other content of the event. */
    lw_status (*invoke)(void *state, const lw_invocation *invocation, cJSON **ret_response, lw_error_type *ret_type,
                        lw_error *err);
    void (*stop)(void *state);
} lw_handler;

/* The handler of that name; NULL, and err lists the names there are. */
const lw_handler *lw_handler_find(const char *name, lw_error *err);

/* Runs until the Runtime API is gone or says that it failed; returns the exit code, which is never 0 (the service ends
 * a runtime by killing it). Reads AWS_LAMBDA_RUNTIME_API and _HANDLER. */
int lw_runtime_main(void);

#endif
