#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

void lw_wipe(void *data, size_t len) {
    if (len > 0) {
        explicit_bzero(data, len);
    }
}

void lw_wipe_free(char *text) {
    if (text != NULL) {
        lw_wipe(text, strlen(text));
        free(text);
    }
}

void lw_process_harden(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        lw_debug("cannot switch core files off");
    }
    /* The leak checker of the sanitizers attaches to its own process and cannot if that is not dumpable. */
    if (!UNDER_SANITIZER && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        lw_debug("cannot forbid other processes to attach");
    }
}
