/* The vector level can be lowered by name, never raised. */
#include "tests/support/lw_test.h"

#include <stdlib.h>

#include "base/simd.h"

LW_TEST(the_level_can_be_lowered) {
    static const char *const NAMES[] = {"base", "avx2", "avx512", "avx512-icl"};
    for (size_t level = 0; level < sizeof NAMES / sizeof NAMES[0]; level++) {
        assert_int_equal(setenv("LAKEWARDEN_SIMD", NAMES[level], 1), 0);
        lw_simd wanted = level < (size_t)lw_simd_supported() ? (lw_simd)level : lw_simd_supported();
        assert_int_equal(lw_simd_level(), wanted);
    }
}

LW_TEST(without_a_known_name_it_is_the_highest) {
    assert_int_equal(unsetenv("LAKEWARDEN_SIMD"), 0);
    assert_int_equal(lw_simd_level(), lw_simd_supported());
    assert_int_equal(setenv("LAKEWARDEN_SIMD", "mmx", 1), 0);
    assert_int_equal(lw_simd_level(), lw_simd_supported());
    assert_int_equal(unsetenv("LAKEWARDEN_SIMD"), 0);
}
