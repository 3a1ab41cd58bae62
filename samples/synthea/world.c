/* Lives first, then encounters: each patient gets a weight (longer and sicker lives have more encounters), and the
 * encounters are dealt out by running totals of the weights, so that their number is exact at any scale. Within a
 * patient the encounters are spread over the recorded history in order of time. */
#include "samples/synthea/world.h"

#include <errno.h>
#include <stdlib.h>

static syn_rows rows_at(uint32_t scale) {
    return (syn_rows){.allergies = 597 * scale,
                      .careplans = 3483 * scale,
                      .conditions = 8376 * scale,
                      .devices = 78 * scale,
                      .encounters = 53346 * scale,
                      .imaging_studies = 855 * scale,
                      .immunizations = 15478 * scale,
                      .medications = 42989 * scale,
                      .observations = 299697 * scale,
                      .organizations = 1119 * scale,
                      .patients = 1171 * scale,
                      .payer_transitions = 3801 * scale,
                      .procedures = 34981 * scale,
                      .providers = 5855 * scale};
}

static uint8_t payer_for(syn_random *random, int32_t age_days) {
    if (age_days > 65 * 365) {
        return syn_chance(random, 12) ? 0 : 1;
    }
    return (uint8_t)syn_between(random, 2, SYN_PAYERS - 1);
}

static syn_patient live(uint64_t seed, uint32_t index) {
    syn_random random = syn_random_of(seed, SYN_PATIENT_LIFE, index);
    syn_patient patient = {.last_day = SYN_LAST_DAY};
    patient.dead = syn_chance(&random, 15);
    if (patient.dead) {
        patient.last_day -= (int32_t)syn_below(&random, 40 * 365);
    }
    int32_t oldest = 110 * 365 - (SYN_LAST_DAY - patient.last_day);
    int32_t age = (int32_t)(patient.dead ? (uint32_t)oldest - syn_skewed(&random, (uint32_t)oldest - 365)
                                         : syn_below(&random, 94 * 365));
    patient.birth_day = patient.last_day - age;
    int32_t recorded = (int32_t)syn_between(&random, 8 * 365, patient.dead ? 60 * 365 : 11 * 365);
    patient.begin_day = patient.last_day - (age < recorded ? age : recorded);
    patient.female = syn_chance(&random, 52);
    patient.hispanic = syn_chance(&random, 10);
    patient.payer = payer_for(&random, age);
    return patient;
}

static uint64_t weight_of(uint64_t seed, uint32_t index, const syn_patient *patient) {
    syn_random random = syn_random_of(seed, SYN_PATIENT_WEIGHT, index);
    uint32_t sickness = syn_skewed(&random, 12) + 1;
    return (uint64_t)(uint32_t)(patient->last_day - patient->begin_day + 400) * sickness;
}

static void deal_encounters(syn_world *world) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < world->rows.patients; i++) {
        total += weight_of(world->seed, i, &world->patients[i]);
    }
    uint64_t before = 0;
    for (uint32_t i = 0; i < world->rows.patients; i++) {
        /* at scale 500: encounters < 2^25, total about 2^34 */
        world->patients[i].first_encounter = (uint32_t)(before * world->rows.encounters / total);
        before += weight_of(world->seed, i, &world->patients[i]);
    }
    world->patients[world->rows.patients].first_encounter = world->rows.encounters;
}

int syn_world_new(uint64_t seed, uint32_t scale, syn_world *ret_world) {
    syn_world world = {.seed = seed, .rows = rows_at(scale)};
    world.patients = calloc((size_t)world.rows.patients + 1, sizeof *world.patients);
    if (world.patients == NULL) {
        return ENOMEM;
    }
    for (uint32_t i = 0; i < world.rows.patients; i++) {
        world.patients[i] = live(seed, i);
    }
    deal_encounters(&world);
    *ret_world = world;
    return 0;
}

void syn_world_done(syn_world *world) {
    free(world->patients);
    world->patients = NULL;
}

uint32_t syn_provider_organization(const syn_world *world, uint32_t provider) {
    if (provider < world->rows.organizations) {
        return provider; /* nobody is without a provider */
    }
    syn_random random = syn_random_of(world->seed, SYN_PROVIDER, provider);
    return syn_skewed(&random, world->rows.organizations);
}

static int64_t start_of(const syn_patient *patient, uint32_t number, uint32_t count, syn_random *random) {
    uint64_t days = (uint64_t)(patient->last_day - patient->begin_day) + 1;
    uint64_t offset = (days * number + syn_below(random, (uint32_t)days)) / count;
    syn_random clock = syn_random_of((uint64_t)patient->birth_day, SYN_PATIENT_LIFE, patient->first_encounter);
    return (patient->begin_day + (int64_t)offset) * 86400 + syn_below(&clock, 86400); /* one time of day a patient */
}

syn_encounter syn_cursor_seek(syn_cursor *cursor, uint32_t index) {
    const syn_world *world = cursor->world;
    while (world->patients[cursor->patient + 1].first_encounter <= index) {
        cursor->patient++;
    }
    const syn_patient *patient = &world->patients[cursor->patient];
    syn_random random = syn_random_of(world->seed, SYN_ENCOUNTER, index);
    syn_encounter encounter = {.index = index, .patient = cursor->patient};
    uint32_t count = patient[1].first_encounter - patient->first_encounter;
    encounter.start = start_of(patient, index - patient->first_encounter, count, &random);
    syn_random home = syn_random_of(world->seed, SYN_PATIENT_HOME, cursor->patient);
    encounter.provider = syn_below(syn_chance(&random, 70) ? &home : &random, world->rows.providers);
    encounter.organization = syn_provider_organization(world, encounter.provider);
    encounter.payer = syn_chance(&random, 8) ? SYN_PAYER_NONE : patient->payer;
    return encounter;
}

syn_encounter syn_cursor_spread(syn_cursor *cursor, uint64_t row, uint64_t rows, syn_random *random) {
    uint64_t encounters = cursor->world->rows.encounters;
    uint64_t slot = row * encounters + syn_below(random, (uint32_t)encounters);
    return syn_cursor_seek(cursor, (uint32_t)(slot / rows));
}

void syn_patient_id(syn_writer *writer, const syn_world *world, uint32_t patient) {
    syn_uuid(writer, world->seed, SYN_PATIENT_ID, patient, 4);
    syn_comma(writer);
}

void syn_encounter_id(syn_writer *writer, const syn_world *world, uint32_t encounter) {
    syn_uuid(writer, world->seed, SYN_ENCOUNTER_ID, encounter, 4);
    syn_comma(writer);
}

void syn_organization_id(syn_writer *writer, const syn_world *world, uint32_t organization) {
    syn_uuid(writer, world->seed, SYN_ORGANIZATION_ID, organization, 3);
    syn_comma(writer);
}

void syn_provider_id(syn_writer *writer, const syn_world *world, uint32_t provider) {
    syn_uuid(writer, world->seed, SYN_PROVIDER_ID, provider, 3);
    syn_comma(writer);
}

void syn_payer_id(syn_writer *writer, const syn_world *world, uint32_t payer) {
    syn_uuid(writer, world->seed, SYN_PAYER_ID, payer, 3);
    syn_comma(writer);
}
