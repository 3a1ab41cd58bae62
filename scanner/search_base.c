/* Keyword search without SIMD, for x86-64 processors without AVX2, and the choice by what the processor has. */
#include "scanner/search_priv.h"

lw_status lw_search_base(const lw_search *search, const char *text, size_t len, lw_hits *hits) {
    for (size_t offset = 0; offset < len; offset++) {
        if (lw_search_possible(search, text, offset)) {
            LW_TRY(lw_search_verify(search, text, len, offset, hits));
        }
    }
    return LW_OK;
}

lw_search_run lw_search_choose(void) {
#if defined(__x86_64__)
    if (lw_simd_level() >= LW_SIMD_AVX512_ICL) {
        return lw_search_avx512;
    }
    if (lw_simd_level() < LW_SIMD_AVX2) {
        return lw_search_base;
    }
#endif
    return lw_search_avx2;
}
