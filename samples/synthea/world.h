/* Who exists and what happened when: the facts that the files share, so that ids join across them.
 *
 * A world is made once and then only read, by any number of threads. Of each patient it keeps birth, end and the number
 * of the first encounter; everything else about a patient, an encounter or a place follows from its number.
 */
#ifndef SYNTHEA_WORLD_H
#define SYNTHEA_WORLD_H

#include "samples/synthea/writer.h"

#define SYN_LAST_DAY 18352 /* 2020-03-31 */
#define SYN_PAYERS 10U
#define SYN_PAYER_NONE 9U

typedef struct syn_patient {
    uint32_t first_encounter;
    int32_t birth_day;
    int32_t last_day;  /* of death, or SYN_LAST_DAY */
    int32_t begin_day; /* of the recorded history */
    bool dead;
    bool female;
    bool hispanic;
    uint8_t payer;
} syn_patient;

/* Rows (without the header) of each file. */
typedef struct syn_rows {
    uint32_t allergies, careplans, conditions, devices, encounters, imaging_studies, immunizations, medications,
        observations, organizations, patients, payer_transitions, procedures, providers;
} syn_rows;

typedef struct syn_world {
    uint64_t seed;
    syn_rows rows;
    syn_patient *patients; /* rows.patients + 1: the last one only ends the one before */
} syn_world;

/* 0 or an errno value. */
int syn_world_new(uint64_t seed, uint32_t scale, syn_world *ret_world);
void syn_world_done(syn_world *world);

typedef struct syn_encounter {
    uint32_t index;
    uint32_t patient;
    uint32_t provider;
    uint32_t organization;
    uint32_t payer;
    int64_t start; /* seconds since 1970 */
} syn_encounter;

/* Walks through the encounters in their order. `syn_cursor cursor = {world, 0};` stands before the first. */
typedef struct syn_cursor {
    const syn_world *world;
    uint32_t patient;
} syn_cursor;

/* index must not go down from call to call. */
syn_encounter syn_cursor_seek(syn_cursor *cursor, uint32_t index);
/* The encounter of row number row of a file with that many rows: spread evenly, never going back. */
syn_encounter syn_cursor_spread(syn_cursor *cursor, uint64_t row, uint64_t rows, syn_random *random);

uint32_t syn_provider_organization(const syn_world *world, uint32_t provider);

/* Cells that several files have. Each writes the comma after it. */
void syn_patient_id(syn_writer *writer, const syn_world *world, uint32_t patient);
void syn_encounter_id(syn_writer *writer, const syn_world *world, uint32_t encounter);
void syn_organization_id(syn_writer *writer, const syn_world *world, uint32_t organization);
void syn_provider_id(syn_writer *writer, const syn_world *world, uint32_t provider);
void syn_payer_id(syn_writer *writer, const syn_world *world, uint32_t payer);

/* One writer a file. */
void syn_write_patients(const syn_world *world, syn_writer *writer);
void syn_write_payer_transitions(const syn_world *world, syn_writer *writer);
void syn_write_providers(const syn_world *world, syn_writer *writer);
void syn_write_organizations(const syn_world *world, syn_writer *writer);
void syn_write_payers(const syn_world *world, syn_writer *writer);
void syn_write_allergies(const syn_world *world, syn_writer *writer);
void syn_write_careplans(const syn_world *world, syn_writer *writer);
void syn_write_conditions(const syn_world *world, syn_writer *writer);
void syn_write_devices(const syn_world *world, syn_writer *writer);
void syn_write_encounters(const syn_world *world, syn_writer *writer);
void syn_write_imaging_studies(const syn_world *world, syn_writer *writer);
void syn_write_immunizations(const syn_world *world, syn_writer *writer);
void syn_write_medications(const syn_world *world, syn_writer *writer);
void syn_write_observations(const syn_world *world, syn_writer *writer);
void syn_write_procedures(const syn_world *world, syn_writer *writer);
void syn_write_supplies(const syn_world *world, syn_writer *writer);

#endif
