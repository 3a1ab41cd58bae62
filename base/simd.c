#include "base/simd.h"

#include <stdlib.h>
#include <string.h>

static const char *const NAMES[] = {"base", "avx2", "avx512", "avx512-icl"};

lw_simd lw_simd_supported(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) {
        return LW_SIMD_BASE;
    }
    if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("bmi2")) {
        return LW_SIMD_AVX2;
    }
    if (!__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512vbmi") ||
        !__builtin_cpu_supports("avx512vbmi2") || !__builtin_cpu_supports("avx512vpopcntdq") ||
        !__builtin_cpu_supports("gfni") || !__builtin_cpu_supports("pclmul")) {
        return LW_SIMD_AVX512;
    }
    return LW_SIMD_AVX512_ICL;
#else
    return LW_SIMD_BASE;
#endif
}

lw_simd lw_simd_level(void) {
    lw_simd supported = lw_simd_supported();
    const char *wanted = getenv("LAKEWARDEN_SIMD");
    for (size_t level = 0; wanted != NULL && level < (size_t)supported; level++) {
        if (strcmp(wanted, NAMES[level]) == 0) {
            return (lw_simd)level;
        }
    }
    return supported;
}
