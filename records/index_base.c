/* The fast index for every processor: SIMDe gives SSE2 on x86-64, NEON on arm64, plain C elsewhere. */
#define LW_INDEX_NAME lw_index_base
#define LW_INDEX_PLAIN_NAME lw_index_plain_base
#include "records/index_portable_body.h"

#include "records/index_body.h"

lw_index lw_index_choose(void) {
#if defined(__x86_64__)
    if (lw_simd_level() >= LW_SIMD_AVX512_ICL) {
        return (lw_index){lw_index_avx512, lw_index_plain_avx512};
    }
    if (lw_simd_level() >= LW_SIMD_AVX2) {
        return (lw_index){lw_index_avx2, lw_index_plain_avx2};
    }
#endif
    return (lw_index){lw_index_base, lw_index_plain_base};
}
