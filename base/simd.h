/* Which vector instructions the hot loops may use. */
#ifndef LW_BASE_SIMD_H
#define LW_BASE_SIMD_H

typedef enum lw_simd {
    LW_SIMD_BASE,      /* what every processor of the architecture has: SSE2 on x86-64, NEON on arm64 */
    LW_SIMD_AVX2,      /* and BMI, POPCNT */
    LW_SIMD_AVX512,    /* F and BW, and BMI2 (Skylake-SP) */
    LW_SIMD_AVX512_ICL /* VL, VBMI, VBMI2, VPOPCNTDQ, GFNI and PCLMUL too (Ice Lake, Zen 4) */
} lw_simd;

/* The highest level of this processor. */
lw_simd lw_simd_supported(void);
/* The level to use: that one, or a lower one that the environment variable LAKEWARDEN_SIMD names (base, avx2, avx512,
 * avx512-icl), to measure and to find faults. Results do not depend on it. From any thread. */
lw_simd lw_simd_level(void);

#endif
