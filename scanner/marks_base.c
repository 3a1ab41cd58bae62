/* Marks without SIMD, for x86-64 processors without AVX2, and the choice between the two. */
#include "scanner/marks_priv.h"

static inline uint64_t bit(bool set, unsigned at) {
    return (uint64_t)set << at;
}

static lw_kinds classify(const char *at) {
    lw_kinds kinds = {0};
    for (unsigned i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)at[i];
        unsigned char lower = c | 0x20U;
        bool joint = c == ' ' || c == '-';
        kinds.digit |= bit(c >= '0' && c <= '9', i);
        kinds.high |= bit(c >= 0x80, i);
        kinds.letter |= bit((lower >= 'a' && lower <= 'z') || c >= 0x80, i);
        kinds.beyond_hex |= bit((lower >= 'g' && lower <= 'z') || c >= 0x80, i);
        kinds.upper |= bit(c >= 'A' && c <= 'Z', i);
        kinds.token |= bit(c == '+' || c == '/' || c == '-' || c == '_', i);
        kinds.separator |= bit(joint || c == '(' || c == ')' || c == '.' || c == '/', i);
        kinds.joint |= bit(joint, i);
        kinds.plus |= bit(c == '+', i);
        kinds.zero |= bit(c == '0', i);
        kinds.one |= bit(c == '1', i);
    }
    return kinds;
}

#define NAME lw_marks_base
#include "scanner/marks_body.h"

lw_marks_run lw_marks_choose(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) {
        return lw_marks_base;
    }
#endif
    return lw_marks_avx2;
}
