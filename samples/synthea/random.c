/* A counter-based generator: the state is a hash of (seed, kind, index), and each number is the hash of the next state
 * (the finalizer constants are those of SplitMix64, which is in the public domain). Bounded numbers come from a 32 by
 * 32 bit multiplication, whose bias is far below what a sample of half a million rows can show. */
#include "samples/synthea/random.h"

#define STEP UINT64_C(0x9E3779B97F4A7C15)

static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

syn_random syn_random_of(uint64_t seed, syn_kind kind, uint64_t index) {
    uint64_t place = mix(seed + STEP) ^ mix(((uint64_t)kind << 48) + index);
    return (syn_random){mix(place)};
}

uint64_t syn_next(syn_random *random) {
    random->state += STEP;
    return mix(random->state);
}

uint32_t syn_below(syn_random *random, uint32_t bound) {
    return (uint32_t)(((syn_next(random) >> 32) * bound) >> 32);
}

uint32_t syn_between(syn_random *random, uint32_t low, uint32_t high) {
    return low + syn_below(random, high - low + 1);
}

bool syn_chance(syn_random *random, uint32_t percent) {
    return syn_below(random, 100) < percent;
}

uint32_t syn_skewed(syn_random *random, uint32_t bound) {
    uint32_t first = syn_below(random, bound);
    uint32_t second = syn_below(random, bound);
    return first < second ? first : second;
}
