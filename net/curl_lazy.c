/* libcurl, loaded when the first request is sent.
 *
 * libcurl brings some thirty libraries (LDAP, SSH, Kerberos, RTMP ...) whose loading takes most of the time in which a
 * scan of a local folder is done. So the program is not linked to it: these functions of libcurl's names look the real
 * ones up at the first call and pass the call on. They are hidden: no library sees them instead of libcurl's own.
 *
 * curl_easy_setopt and curl_easy_getinfo take one argument of any type behind the option: a pointer, a long or a
 * curl_off_t. All are passed as one machine word on 64-bit systems, so it is handed on as a pointer.
 */
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "an option's value is one word");

static struct {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *handle);
    void (*easy_reset)(CURL *handle);
    CURLcode (*easy_perform)(CURL *handle);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
} real;

static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ISO C has no conversion from object to function pointers; POSIX says they are of one size. */
static bool find(void *library, const char *name, void *slot) {
    void *symbol = dlsym(library, name);
    memcpy(slot, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        lw_debug("load libcurl: %s", dlerror());
        return;
    }
    loaded = find(library, "curl_global_init", &real.global_init) && find(library, "curl_easy_init", &real.easy_init) &&
             find(library, "curl_easy_cleanup", &real.easy_cleanup) &&
             find(library, "curl_easy_reset", &real.easy_reset) &&
             find(library, "curl_easy_perform", &real.easy_perform) &&
             find(library, "curl_easy_setopt", &real.easy_setopt) &&
             find(library, "curl_easy_getinfo", &real.easy_getinfo) &&
             find(library, "curl_easy_strerror", &real.easy_strerror) &&
             find(library, "curl_slist_append", &real.slist_append) &&
             find(library, "curl_slist_free_all", &real.slist_free_all);
}

#define HIDDEN __attribute__((visibility("hidden")))

/* The first call of every user (net/http.c); without a library it fails, and nothing else is called. */
HIDDEN CURLcode curl_global_init(long flags) {
    pthread_once(&once, load);
    return loaded ? real.global_init(flags) : CURLE_FAILED_INIT;
}

HIDDEN CURL *curl_easy_init(void) {
    return real.easy_init();
}

HIDDEN void curl_easy_cleanup(CURL *handle) {
    real.easy_cleanup(handle);
}

HIDDEN void curl_easy_reset(CURL *handle) {
    real.easy_reset(handle);
}

HIDDEN CURLcode curl_easy_perform(CURL *handle) {
    return real.easy_perform(handle);
}

HIDDEN CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    va_list arguments;
    va_start(arguments, option);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return real.easy_setopt(handle, option, value);
}

HIDDEN CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    va_list arguments;
    va_start(arguments, info);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return real.easy_getinfo(handle, info, value);
}

HIDDEN const char *curl_easy_strerror(CURLcode code) {
    return real.easy_strerror(code);
}

HIDDEN struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text) {
    return real.slist_append(list, text);
}

HIDDEN void curl_slist_free_all(struct curl_slist *list) {
    real.slist_free_all(list);
}
