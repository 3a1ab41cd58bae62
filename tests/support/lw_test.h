/* A cmocka program in which every case registers itself: LW_TEST(name) { ... } is the CTest case
 * <folder>.<module>.<name>. Include this first. The macro must stand at the start of a line (CMake reads the names from
 * the source). */
#ifndef LW_TESTS_SUPPORT_LW_TEST_H
#define LW_TESTS_SUPPORT_LW_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void lw_test_register(const char *name, CMUnitTestFunction run);

#define LW_TEST(name)                                                                                                  \
    static void name(void **state);                                                                                    \
    __attribute__((constructor)) static void lw_register_##name(void) {                                                \
        lw_test_register(#name, name);                                                                                 \
    }                                                                                                                  \
    static void name(void **state __attribute__((unused)))

#define assert_ok(call) assert_int_equal((call), 0)

#endif
