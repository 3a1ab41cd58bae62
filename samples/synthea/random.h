/* Random numbers that depend on nothing but (seed, kind, index): any row of any file can be made without the others, by
 * any thread, and is the same on every machine. Integers only. */
#ifndef SYNTHEA_RANDOM_H
#define SYNTHEA_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a number is for. Appending is free; changing the order changes every file. */
typedef enum syn_kind {
    SYN_PATIENT = 1,
    SYN_PATIENT_ID,
    SYN_PATIENT_LIFE,
    SYN_PATIENT_WEIGHT,
    SYN_PATIENT_HOME,
    SYN_ORGANIZATION,
    SYN_ORGANIZATION_ID,
    SYN_PROVIDER,
    SYN_PROVIDER_ID,
    SYN_ENCOUNTER,
    SYN_ENCOUNTER_ID,
    SYN_ALLERGY,
    SYN_CAREPLAN,
    SYN_CAREPLAN_ID,
    SYN_CONDITION,
    SYN_DEVICE,
    SYN_IMAGING,
    SYN_IMAGING_ID,
    SYN_IMMUNIZATION,
    SYN_MEDICATION,
    SYN_OBSERVATION,
    SYN_PAYER_TRANSITION,
    SYN_PROCEDURE,
    SYN_PAYER,
    SYN_PAYER_ID
} syn_kind;

typedef struct syn_random {
    uint64_t state;
} syn_random;

syn_random syn_random_of(uint64_t seed, syn_kind kind, uint64_t index);
uint64_t syn_next(syn_random *random);
/* 0 .. bound - 1; bound > 0. */
uint32_t syn_below(syn_random *random, uint32_t bound);
/* low .. high, both included. */
uint32_t syn_between(syn_random *random, uint32_t low, uint32_t high);
bool syn_chance(syn_random *random, uint32_t percent);
/* 0 .. bound - 1, low numbers more often. */
uint32_t syn_skewed(syn_random *random, uint32_t bound);

#endif
