/* patients.csv and payer_transitions.csv. Who has which paper follows from age: drivers' numbers from 16, passports
 * from 18, a prefix and a marital status for adults. Half of the ZIP codes are empty, as in the original. */
#include "samples/synthea/people.h"
#include "samples/synthea/names_data.h"
#include "samples/synthea/towns_data.h"
#include "samples/synthea/world.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static const char *const ways[] = {
    "Alley", "Annex",    "Arcade", "Bay",    "Boulevard", "Branch",    "Bridge",   "Byway",      "Camp",  "Center",
    "Club",  "Crossing", "Dale",   "Dam",    "Divide",    "Ferry",     "Flat",     "Forge",      "Fort",  "Gardens",
    "Glen",  "Green",    "Grove",  "Harbor", "Haven",     "Highlands", "Hollow",   "Key",        "Knoll", "Landing",
    "Lane",  "Mall",     "Mews",   "Mill",   "Mission",   "Orchard",   "Overpass", "Parade",     "Park",  "Path",
    "Plaza", "Port",     "Route",  "Row",    "Rue",       "Run",       "Station",  "Throughway", "Track", "Trailer",
    "Vale",  "View",     "Ville",  "Vista",  "Walk",      "Wall",      "Way",      "Well"};
static const char *const units[] = {"Apt", "Unit", "Suite"};
static const char *const foreign_places[] = {
    "San Juan  Puerto Rico  PR",    "Ponce  Puerto Rico  PR",   "Carolina  Puerto Rico  PR",
    "Mexico City  Mexico City  MX", "Puebla  Puebla  MX",       "Lima  Lima Province  PE",
    "Patras  Achaea  GR",           "Bogotá  Cundinamarca  CO", "Tegucigalpa  Francisco Morazán  HN",
    "Hà Đông  Hà Nội  VN",          "Porto  Norte  PT",         "Marigot  Saint Andrew Parish  DM"};

/* Between 1 and 999, the same for a name wherever it occurs. */
static uint32_t number_of_name(const char *name) {
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619U;
    }
    return hash % 999 + 1;
}

static void numbered(syn_writer *writer, const char *name) {
    syn_text(writer, name);
    syn_number(writer, number_of_name(name));
}

void syn_first_name(syn_writer *writer, syn_random *random, bool female, bool hispanic) {
    const char *const *names = female ? female_names : male_names;
    uint32_t count = female ? COUNT(female_names) : COUNT(male_names);
    if (hispanic) {
        names = female ? spanish_female_names : spanish_male_names;
        count = female ? COUNT(spanish_female_names) : COUNT(spanish_male_names);
    }
    numbered(writer, names[syn_below(random, count)]);
}

void syn_last_name(syn_writer *writer, syn_random *random, bool hispanic) {
    if (hispanic) {
        numbered(writer, spanish_last_names[syn_below(random, COUNT(spanish_last_names))]);
    } else {
        numbered(writer, last_names[syn_below(random, COUNT(last_names))]);
    }
}

static void papers(syn_writer *writer, syn_random *random, int32_t age_days) {
    syn_text(writer, "999-");
    syn_digits(writer, syn_between(random, 10, 99), 2);
    syn_char(writer, '-');
    syn_digits(writer, syn_between(random, 1000, 9999), 4);
    syn_comma(writer);
    if (age_days > 16 * 365) {
        syn_text(writer, "S999");
        syn_digits(writer, syn_below(random, 100000), 5);
    }
    syn_comma(writer);
    if (age_days > 18 * 365 && syn_chance(random, 94)) {
        syn_char(writer, 'X'); /* not padded: one in ten is shorter than eight digits */
        syn_number(writer, syn_below(random, 100000000));
        syn_char(writer, 'X');
    }
    syn_comma(writer);
}

static void full_name(syn_writer *writer, syn_random *random, const syn_patient *patient, int32_t age_days) {
    static const char *const degrees[] = {"JD", "MD", "PhD"};
    bool adult = age_days > 20 * 365;
    bool married = adult && syn_chance(random, 78);
    if (adult) {
        syn_text(writer, !patient->female ? "Mr." : married ? "Mrs." : "Ms.");
    }
    syn_comma(writer);
    syn_first_name(writer, random, patient->female, patient->hispanic);
    syn_comma(writer);
    syn_last_name(writer, random, patient->hispanic);
    syn_comma(writer);
    syn_cell(writer, adult && syn_chance(random, 1) ? degrees[syn_below(random, COUNT(degrees))] : "");
    if (married && patient->female) {
        syn_last_name(writer, random, patient->hispanic);
    }
    syn_comma(writer);
    syn_cell(writer, !adult ? "" : married ? "M" : "S");
}

static void origins(syn_writer *writer, syn_random *random, const syn_patient *patient) {
    static const char *const races[] = {"black", "asian", "native", "other"};
    syn_cell(writer, syn_chance(random, 82) ? "white" : races[syn_skewed(random, COUNT(races))]);
    syn_cell(writer, patient->hispanic ? "hispanic" : "nonhispanic");
    syn_cell(writer, patient->female ? "F" : "M");
    if (syn_chance(random, 9)) {
        syn_cell(writer, foreign_places[syn_below(random, COUNT(foreign_places))]);
    } else {
        syn_text(writer, towns[syn_below(random, COUNT(towns))].name);
        syn_text(writer, "  Massachusetts  US,");
    }
}

static void street(syn_writer *writer, syn_random *random) {
    syn_number(writer, syn_between(random, 100, 1099));
    syn_char(writer, ' ');
    syn_text(writer, last_names[syn_below(random, COUNT(last_names))]);
    syn_char(writer, ' ');
    syn_text(writer, ways[syn_below(random, COUNT(ways))]);
    if (syn_chance(random, 50)) {
        syn_char(writer, ' ');
        syn_text(writer, units[syn_below(random, COUNT(units))]);
        syn_char(writer, ' ');
        syn_number(writer, syn_below(random, 100));
    }
    syn_comma(writer);
}

/* Within about ten kilometres of the town, to 14 decimals. */
static void coordinate(syn_writer *writer, syn_random *random, int millionths) {
    uint64_t near = (uint64_t)(uint32_t)(millionths - 100000) + syn_below(random, 200000);
    syn_decimal(writer, near * UINT64_C(100000000) + syn_below(random, 100000000), 14);
}

static void home(syn_writer *writer, syn_random *random) {
    const syn_town *town = &towns[syn_below(random, COUNT(towns))];
    street(writer, random);
    syn_cell(writer, town->name);
    syn_cell(writer, "Massachusetts");
    syn_cell(writer, town->county);
    syn_cell(writer, syn_chance(random, 54) ? town->zip : "");
    coordinate(writer, random, town->latitude);
    syn_text(writer, ",-");
    coordinate(writer, random, town->west_longitude);
    syn_comma(writer);
}

void syn_write_patients(const syn_world *world, syn_writer *writer) {
    syn_text(writer,
             "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,"
             "GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE");
    syn_end_row(writer);
    for (uint32_t i = 0; i < world->rows.patients; i++) {
        const syn_patient *patient = &world->patients[i];
        syn_random random = syn_random_of(world->seed, SYN_PATIENT, i);
        int32_t age_days = patient->last_day - patient->birth_day;
        syn_patient_id(writer, world, i);
        syn_date(writer, patient->birth_day);
        syn_comma(writer);
        if (patient->dead) {
            syn_date(writer, patient->last_day);
        }
        syn_comma(writer);
        papers(writer, &random, age_days);
        full_name(writer, &random, patient, age_days);
        origins(writer, &random, patient);
        home(writer, &random);
        syn_money(writer, syn_between(&random, 100000, 160000000), &random);
        syn_comma(writer);
        syn_money(writer, syn_skewed(&random, 2500000), &random);
        syn_end_row(writer);
    }
}

/* Rows of one patient follow each other; they part the years of that life among payers. */
void syn_write_payer_transitions(const syn_world *world, syn_writer *writer) {
    syn_text(writer, "PATIENT,START_YEAR,END_YEAR,PAYER,OWNERSHIP");
    syn_end_row(writer);
    uint64_t rows = world->rows.payer_transitions;
    uint64_t patients = world->rows.patients;
    for (uint32_t i = 0; i < rows; i++) {
        syn_random random = syn_random_of(world->seed, SYN_PAYER_TRANSITION, i);
        uint32_t owner = (uint32_t)(i * patients / rows);
        uint64_t first = (owner * rows + patients - 1) / patients;
        uint64_t count = ((owner + 1) * rows + patients - 1) / patients - first;
        uint32_t birth = (uint32_t)syn_year(world->patients[owner].birth_day);
        uint32_t years = (uint32_t)syn_year(world->patients[owner].last_day) - birth + 1;
        uint32_t start = birth + (uint32_t)((i - first) * years / count);
        uint32_t next = birth + (uint32_t)((i - first + 1) * years / count);
        uint32_t end = next > start ? next - 1 : start;
        syn_patient_id(writer, world, owner);
        syn_number(writer, start);
        syn_comma(writer);
        syn_number(writer, end);
        syn_comma(writer);
        syn_payer_id(writer, world, syn_chance(&random, 30) ? 2 : syn_below(&random, SYN_PAYERS));
        bool child = end < birth + 19;
        syn_text(writer, child                     ? "Guardian"
                         : syn_chance(&random, 8)  ? ""
                         : syn_chance(&random, 82) ? "Self"
                                                   : "Spouse");
        syn_end_row(writer);
    }
}
