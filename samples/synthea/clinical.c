/* What happened to patients: the eleven files whose rows point at a patient and an encounter. Rows are spread over the
 * encounters in order; measurements come in panels of one encounter, as a visit takes them. */
#include "samples/synthea/codes_data.h"
#include "samples/synthea/world.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static const syn_code *draw(syn_random *random, const syn_code *codes, uint32_t count) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += codes[i].weight;
    }
    uint32_t point = syn_below(random, total);
    uint32_t index = 0;
    while (index + 1 < count && point >= codes[index].weight) {
        point -= codes[index].weight;
        index++;
    }
    return &codes[index];
}
#define DRAW(random, table) draw((random), (table), COUNT(table))

static void header(syn_writer *writer, const char *names) {
    syn_text(writer, names);
    syn_end_row(writer);
}

static void whom(syn_writer *writer, const syn_world *world, const syn_encounter *encounter) {
    syn_patient_id(writer, world, encounter->patient);
    syn_encounter_id(writer, world, encounter->index);
}

static int64_t day_of(const syn_encounter *encounter) {
    return (encounter->start - (encounter->start % 86400 + 86400) % 86400) / 86400;
}

/* START,STOP, with an open end for some. */
static void period(syn_writer *writer, syn_random *random, int64_t day, uint32_t closed_percent, uint32_t longest) {
    syn_date(writer, day);
    syn_comma(writer);
    int64_t stop = day + syn_between(random, 7, longest);
    if (stop <= SYN_LAST_DAY && syn_chance(random, closed_percent)) {
        syn_date(writer, stop);
    }
    syn_comma(writer);
}

void syn_write_allergies(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION");
    for (uint32_t i = 0; i < world->rows.allergies; i++) {
        syn_random random = syn_random_of(world->seed, SYN_ALLERGY, i);
        uint32_t groups = (world->rows.allergies + 3) / 4; /* four of a patient at one visit */
        syn_random group = syn_random_of(world->seed, SYN_ALLERGY, UINT32_MAX - i / 4);
        syn_encounter encounter = syn_cursor_spread(&cursor, i / 4, groups, &group);
        period(writer, &random, day_of(&encounter), 11, 6000);
        whom(writer, world, &encounter);
        syn_text(writer, DRAW(&random, allergy_codes)->cells);
        syn_end_row(writer);
    }
}

void syn_write_careplans(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION");
    for (uint32_t i = 0; i < world->rows.careplans; i++) {
        syn_random random = syn_random_of(world->seed, SYN_CAREPLAN, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.careplans, &random);
        const syn_code *code = DRAW(&random, careplan_codes);
        syn_uuid(writer, world->seed, SYN_CAREPLAN_ID, i, 4);
        syn_comma(writer);
        period(writer, &random, day_of(&encounter), 58, 400);
        whom(writer, world, &encounter);
        syn_cell(writer, code->cells);
        syn_text(writer, code->reason);
        syn_end_row(writer);
    }
}

void syn_write_conditions(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION");
    for (uint32_t i = 0; i < world->rows.conditions; i++) {
        syn_random random = syn_random_of(world->seed, SYN_CONDITION, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.conditions, &random);
        period(writer, &random, day_of(&encounter), 56, 280);
        whom(writer, world, &encounter);
        syn_text(writer, DRAW(&random, condition_codes)->cells);
        syn_end_row(writer);
    }
}

static void some_digits(syn_writer *writer, syn_random *random, uint32_t fewest, uint32_t most) {
    uint32_t count = syn_between(random, fewest, most);
    syn_digits(writer, syn_between(random, 1, 9), 1);
    while (--count > 0) {
        syn_digits(writer, syn_below(random, 10), 1);
    }
}

/* Device, made on, expires on, lot, serial number. */
static void device_identifier(syn_writer *writer, syn_random *random, int64_t day) {
    syn_text(writer, "(01)");
    some_digits(writer, random, 14, 14);
    syn_text(writer, "(11)");
    syn_date_short(writer, day - 21);
    syn_text(writer, "(17)");
    syn_date_short(writer, day + 9110);
    syn_text(writer, "(10)");
    some_digits(writer, random, 4, 20);
    syn_text(writer, "(21)");
    some_digits(writer, random, 5, 20);
}

void syn_write_devices(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,UDI");
    for (uint32_t i = 0; i < world->rows.devices; i++) {
        syn_random random = syn_random_of(world->seed, SYN_DEVICE, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.devices, &random);
        syn_time(writer, encounter.start);
        syn_text(writer, ",,");
        whom(writer, world, &encounter);
        syn_cell(writer, DRAW(&random, device_codes)->cells);
        device_identifier(writer, &random, day_of(&encounter));
        syn_end_row(writer);
    }
}

void syn_write_encounters(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer,
           "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST,"
           "TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION");
    for (uint32_t i = 0; i < world->rows.encounters; i++) {
        syn_encounter encounter = syn_cursor_seek(&cursor, i);
        syn_random random = syn_random_of(world->seed + 1, SYN_ENCOUNTER, i);
        const syn_code *code = DRAW(&random, encounter_codes);
        syn_encounter_id(writer, world, i);
        syn_time(writer, encounter.start);
        syn_comma(writer);
        syn_time(writer, encounter.start + (int64_t)code->minutes * 60);
        syn_comma(writer);
        syn_patient_id(writer, world, encounter.patient);
        syn_organization_id(writer, world, encounter.organization);
        syn_provider_id(writer, world, encounter.provider);
        syn_payer_id(writer, world, encounter.payer);
        syn_cell(writer, code->cells);
        syn_decimal(writer, code->cents, 2);
        syn_comma(writer);
        syn_decimal(writer, code->cents, 2);
        syn_comma(writer);
        syn_decimal(writer, encounter.payer == SYN_PAYER_NONE ? 0 : code->cents - syn_below(&random, 2) * 7500U, 2);
        syn_comma(writer);
        syn_text(writer, code->reason);
        syn_end_row(writer);
    }
}

void syn_write_imaging_studies(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer,
           "Id,DATE,PATIENT,ENCOUNTER,BODYSITE_CODE,BODYSITE_DESCRIPTION,MODALITY_CODE,MODALITY_DESCRIPTION,SOP_CODE,"
           "SOP_DESCRIPTION");
    for (uint32_t i = 0; i < world->rows.imaging_studies; i++) {
        syn_random random = syn_random_of(world->seed, SYN_IMAGING, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.imaging_studies, &random);
        syn_uuid(writer, world->seed, SYN_IMAGING_ID, i, 4);
        syn_comma(writer);
        syn_time(writer, encounter.start);
        syn_comma(writer);
        whom(writer, world, &encounter);
        syn_text(writer, DRAW(&random, imaging_codes)->cells);
        syn_end_row(writer);
    }
}

void syn_write_immunizations(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST");
    for (uint32_t i = 0; i < world->rows.immunizations; i++) {
        syn_random random = syn_random_of(world->seed, SYN_IMMUNIZATION, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.immunizations, &random);
        syn_time(writer, encounter.start);
        syn_comma(writer);
        whom(writer, world, &encounter);
        syn_cell(writer, DRAW(&random, immunization_codes)->cells);
        syn_text(writer, "140.52");
        syn_end_row(writer);
    }
}

void syn_write_medications(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,PAYER_COVERAGE,DISPENSES,TOTALCOST,"
                   "REASONCODE,REASONDESCRIPTION");
    for (uint32_t i = 0; i < world->rows.medications; i++) {
        syn_random random = syn_random_of(world->seed, SYN_MEDICATION, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.medications, &random);
        const syn_code *code = DRAW(&random, medication_codes);
        uint32_t dispenses = syn_chance(&random, 40) ? 1 : 1 + syn_skewed(&random, 60);
        uint64_t covered =
            encounter.payer == SYN_PAYER_NONE ? 0 : (uint64_t)code->cents * syn_below(&random, 100) / 100;
        syn_time(writer, encounter.start);
        syn_comma(writer);
        int64_t stop = encounter.start + (int64_t)dispenses * 30 * 86400;
        if (stop / 86400 < SYN_LAST_DAY && syn_chance(&random, 96)) {
            syn_time(writer, stop);
        }
        syn_comma(writer);
        syn_patient_id(writer, world, encounter.patient);
        syn_payer_id(writer, world, encounter.payer);
        syn_encounter_id(writer, world, encounter.index);
        syn_cell(writer, code->cells);
        syn_decimal(writer, code->cents, 2);
        syn_comma(writer);
        syn_decimal(writer, covered, 2);
        syn_comma(writer);
        syn_number(writer, dispenses);
        syn_comma(writer);
        syn_money(writer, (uint64_t)code->cents * dispenses, &random);
        syn_comma(writer);
        syn_text(writer, code->reason);
        syn_end_row(writer);
    }
}

static void measured(syn_writer *writer, syn_random *random, const syn_measure *measure) {
    syn_cell(writer, measure->cells);
    if (measure->decimals == 0) {
        syn_cell(writer, measure_texts[syn_between(random, measure->low, measure->high)]);
    } else {
        syn_decimal(writer, syn_between(random, measure->low, measure->high), measure->decimals);
        syn_comma(writer);
    }
    syn_cell(writer, measure->units);
    syn_text(writer, measure->decimals == 0 ? "text" : "numeric");
}

/* A year of life weighed by its quality: belongs to no encounter. */
static void quality_of_life(syn_writer *writer, syn_random *random, const syn_world *world,
                            const syn_encounter *encounter) {
    syn_patient_id(writer, world, encounter->patient);
    syn_text(writer, ",QOLS,QOLS,");
    syn_decimal(writer, UINT64_C(6000000000000000) + syn_next(random) % UINT64_C(4000000000000000), 16);
    syn_text(writer, ",{score},numeric");
}

#define PANEL 8U /* measurements of one visit, on average */

void syn_write_observations(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,VALUE,UNITS,TYPE");
    uint32_t panels = (world->rows.observations + PANEL - 1) / PANEL;
    syn_encounter encounter = {0};
    uint32_t first = 0;
    for (uint32_t i = 0; i < world->rows.observations; i++) {
        syn_random random = syn_random_of(world->seed, SYN_OBSERVATION, i);
        if (i % PANEL == 0) {
            encounter = syn_cursor_spread(&cursor, i / PANEL, panels, &random);
            first = syn_chance(&random, 96) ? 0 : syn_below(&random, COUNT(measures));
        }
        syn_time(writer, encounter.start);
        syn_comma(writer);
        if (i % PANEL == PANEL - 1 && syn_chance(&random, 45)) {
            quality_of_life(writer, &random, world, &encounter);
        } else {
            whom(writer, world, &encounter);
            measured(writer, &random, &measures[(first + i % PANEL) % COUNT(measures)]);
        }
        syn_end_row(writer);
    }
}

void syn_write_procedures(const syn_world *world, syn_writer *writer) {
    syn_cursor cursor = {world, 0};
    header(writer, "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION");
    for (uint32_t i = 0; i < world->rows.procedures; i++) {
        syn_random random = syn_random_of(world->seed, SYN_PROCEDURE, i);
        syn_encounter encounter = syn_cursor_spread(&cursor, i, world->rows.procedures, &random);
        const syn_code *code = DRAW(&random, procedure_codes);
        syn_time(writer, encounter.start);
        syn_comma(writer);
        whom(writer, world, &encounter);
        syn_cell(writer, code->cells);
        syn_money(writer, code->cents, &random);
        syn_comma(writer);
        syn_text(writer, code->reason);
        syn_end_row(writer);
    }
}

void syn_write_supplies(const syn_world *world, syn_writer *writer) {
    (void)world;
    header(writer, "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,QUANTITY");
}
