/* libs3, loaded when a store of Signature Version 2 is opened. It brings libxml2, ICU and a second libcurl, which would
 * cost every start of the program several milliseconds. Calls in libs3.c go through pointers of the functions' own
 * types. Only for libs3.c, behind libs3.h. */
#ifndef LW_STORE_LIBS3_LAZY_PRIV_H
#define LW_STORE_LIBS3_LAZY_PRIV_H

#include <dlfcn.h>
#include <libs3.h>
#include <stdbool.h>
#include <string.h>

#ifdef LW_LIBS3_4
#define LW_LIBS3_SONAME "libs3.so.4"
#else
#define LW_LIBS3_SONAME "libs3.so.2"
#endif

#define LW_LIBS3_FUNCTIONS(X)                                                                                          \
    X(initialize)                                                                                                      \
    X(get_status_name)                                                                                                 \
    X(status_is_retryable)                                                                                             \
    X(list_bucket) X(head_object) X(get_object) X(put_object) X(delete_object) X(get_acl)

static struct {
#define LW_LIBS3_MEMBER(name) __typeof__ (&S3_##name)(name);
    LW_LIBS3_FUNCTIONS(LW_LIBS3_MEMBER)
#undef LW_LIBS3_MEMBER
} lw_libs3;

/* False: there is no such library, or it is another than the one this program was built for. */
static inline bool lw_libs3_load(void) {
    void *library = dlopen(LW_LIBS3_SONAME, RTLD_NOW | RTLD_LOCAL);
    void *symbol = NULL;
    bool all = library != NULL;
#define LW_LIBS3_FIND(name)                                                                                            \
    symbol = all ? dlsym(library, "S3_" #name) : NULL;                                                                 \
    memcpy(&lw_libs3.name, &symbol, sizeof symbol);                                                                    \
    all = symbol != NULL;
    LW_LIBS3_FUNCTIONS(LW_LIBS3_FIND)
#undef LW_LIBS3_FIND
    if (library != NULL && !all) {
        (void)dlclose(library); /* otherwise it stays for the life of the process */
    }
    return all;
}

#define S3_initialize lw_libs3.initialize
#define S3_get_status_name lw_libs3.get_status_name
#define S3_status_is_retryable lw_libs3.status_is_retryable
#define S3_list_bucket lw_libs3.list_bucket
#define S3_head_object lw_libs3.head_object
#define S3_get_object lw_libs3.get_object
#define S3_put_object lw_libs3.put_object
#define S3_delete_object lw_libs3.delete_object
#define S3_get_acl lw_libs3.get_acl

#endif
