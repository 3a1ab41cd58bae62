/* Status codes: one negative enumeration for the whole program, returned by value and never ignored.
 *
 * Each code has a class. The class, not the code, decides what happens next: whether a request is tried again and which
 * exit code the program ends with (docs/exit-codes.md). A status carries no text; functions that can say more than the
 * code take an lw_error and fill it. There is no thread-local or global error state.
 */
#ifndef LW_BASE_STATUS_H
#define LW_BASE_STATUS_H

#include <stdarg.h>
#include <stddef.h>

#define LW_MUST_USE __attribute__((warn_unused_result))
#define LW_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))

typedef enum lw_status_class {
    LW_CLASS_NONE = 0, /* success, or a meaning that is no failure */
    LW_CLASS_RETRY,    /* the same call may succeed later */
    LW_CLASS_INPUT,    /* the data is at fault: an object, a record, an event */
    LW_CLASS_DENIED,   /* refused by a server, the operating system or a guard of ours */
    LW_CLASS_CONFIG,   /* wrong use, option, file or credential: a person has to change something */
    LW_CLASS_INTERNAL  /* a fault of this program, or no memory */
} lw_status_class;

/* X(name, value, class, text): text is lower case, a clause, no full stop. */
#define LW_STATUS_LIST(X)                                                                                              \
    X(LW_OK, 0, LW_CLASS_NONE, "done")                                                                                 \
    X(LW_E_MEMORY, -1, LW_CLASS_INTERNAL, "out of memory")                                                             \
    X(LW_E_INTERNAL, -2, LW_CLASS_INTERNAL, "internal error")                                                          \
    X(LW_E_LIMIT, -3, LW_CLASS_INPUT, "over a limit")                                                                  \
    X(LW_E_USAGE, -4, LW_CLASS_CONFIG, "wrong use")                                                                    \
    X(LW_E_CONFIG, -5, LW_CLASS_CONFIG, "wrong configuration")                                                         \
    X(LW_E_IO, -6, LW_CLASS_DENIED, "input or output error")                                                           \
    X(LW_E_NOT_FOUND, -7, LW_CLASS_INPUT, "not found")                                                                 \
    X(LW_E_NO_BUCKET, -8, LW_CLASS_CONFIG, "no such bucket")                                                           \
    X(LW_E_DENIED, -9, LW_CLASS_DENIED, "access denied")                                                               \
    X(LW_E_PRECONDITION, -10, LW_CLASS_INPUT, "precondition failed")                                                   \
    X(LW_E_EXISTS, -11, LW_CLASS_INPUT, "already exists")                                                              \
    X(LW_E_CONFLICT, -12, LW_CLASS_RETRY, "conflicting request")                                                       \
    X(LW_E_NETWORK, -13, LW_CLASS_RETRY, "network error")                                                              \
    X(LW_E_TIMEOUT, -14, LW_CLASS_RETRY, "timed out")                                                                  \
    X(LW_E_SERVER, -15, LW_CLASS_RETRY, "server error")                                                                \
    X(LW_E_THROTTLED, -16, LW_CLASS_RETRY, "slowed down by the server")                                                \
    X(LW_E_PROTOCOL, -17, LW_CLASS_INPUT, "unusable answer from the server")                                           \
    X(LW_E_UNSUPPORTED, -18, LW_CLASS_CONFIG, "not supported")                                                         \
    X(LW_E_CREDENTIALS, -19, LW_CLASS_CONFIG, "no usable credentials")                                                 \
    X(LW_E_TLS, -20, LW_CLASS_CONFIG, "TLS verification failed")                                                       \
    X(LW_E_PARSE, -21, LW_CLASS_INPUT, "cannot be parsed")                                                             \
    X(LW_E_MALFORMED, -22, LW_CLASS_INPUT, "malformed data")                                                           \
    X(LW_E_CHANGED, -23, LW_CLASS_INPUT, "object changed")                                                             \
    X(LW_E_STATE, -24, LW_CLASS_INPUT, "object is in a state that cannot be read")                                     \
    X(LW_E_ENCRYPTED, -25, LW_CLASS_DENIED, "encrypted with a key that is not available")                              \
    X(LW_E_REGEX_LIMIT, -26, LW_CLASS_INPUT, "pattern over its work limit")                                            \
    X(LW_E_CANCELLED, -27, LW_CLASS_NONE, "cancelled")                                                                 \
    X(LW_E_REFUSED, -28, LW_CLASS_DENIED, "refused by a guard")                                                        \
    X(LW_E_BUSY, -29, LW_CLASS_CONFIG, "in use by another run")

typedef enum lw_status {
#define LW_STATUS_ENUM(name, value, class_, text) name = (value),
    LW_STATUS_LIST(LW_STATUS_ENUM)
#undef LW_STATUS_ENUM
} lw_status;

/* A status with the sentence a person needs: what failed, on which object or field, and what to do next. Never holds
 * a scanned value or a credential. Plain data: copy freely. `lw_error err = {0};` is ready for use. */
typedef struct lw_error {
    lw_status code;
    char text[600];
} lw_error;

/* Never NULL; unknown codes give "unknown status". */
const char *lw_status_text(lw_status status);
const char *lw_status_name(lw_status status); /* "LW_E_IO" */
lw_status_class lw_status_class_of(lw_status status);

/* Fills err (may be NULL) and returns code, so that `return lw_fail(err, LW_E_CONFIG, "field 'x' ...")` is one line.
 * Text over the room is cut at a character boundary. Control characters in the text become '?' (they may come from
 * object keys). */
lw_status lw_fail(lw_error *err, lw_status code, const char *format, ...) LW_PRINTF(3, 4);

/* Puts "prefix: " in front of the text of a failure that is already in err. Returns err's code (or code if err is
 * NULL). */
lw_status lw_fail_prefix(lw_error *err, lw_status code, const char *format, ...) LW_PRINTF(3, 4);

/* clang's analyser sees one file at a time and would think that these may return LW_OK. */
#ifdef __clang_analyzer__
#define lw_fail(err, code, ...) ((void)(lw_fail)((err), (code), __VA_ARGS__), (code))
#define lw_fail_prefix(err, code, ...) ((void)(lw_fail_prefix)((err), (code), __VA_ARGS__), (code))
#endif

/* For functions that own nothing: return at once on failure. Where something is owned, use one `goto done` instead. */
#define LW_TRY(call)                                                                                                   \
    do {                                                                                                               \
        lw_status lw_try_status_ = (call);                                                                             \
        if (lw_try_status_ != LW_OK) {                                                                                 \
            return lw_try_status_;                                                                                     \
        }                                                                                                              \
    } while (0)

#endif
