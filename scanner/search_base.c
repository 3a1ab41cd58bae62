/* Keyword search without SIMD, for x86-64 processors without AVX2, and the choice by what the processor has. */
#include "scanner/search_priv.h"

lw_status lw_search_base(const lw_search *search, const char *text, size_t len, lw_hits *hits) {
    for (size_t offset = 0; offset < len; offset++) {
        if (lw_search_possible(search, text + offset)) {
            LW_TRY(lw_search_verify(search, text, len, offset, hits));
        }
    }
    return LW_OK;
}

lw_search_run lw_search_choose(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi")) {
        return lw_search_avx512;
    }
    if (!__builtin_cpu_supports("avx2")) {
        return lw_search_base;
    }
#endif
    return lw_search_avx2;
}
