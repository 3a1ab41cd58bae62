/* organizations.csv, providers.csv and payers.csv: where care happens and who pays. A provider works at an organization
 * and shares its address, so an organization's cells are drawn from its number alone and come out the same in both
 * files. */
#include "samples/synthea/people.h"
#include "samples/synthea/towns_data.h"
#include "samples/synthea/world.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static const char *const organization_kinds[] = {"MEMORIAL HOSPITAL",
                                                 "GENERAL HOSPITAL",
                                                 "FAMILY MEDICINE  INC",
                                                 "MEDICAL CENTER",
                                                 "PEDIATRICS  PC",
                                                 "PHYSICAL THERAPY LLC",
                                                 "URGENT CARE",
                                                 "CHIROPRACTIC SERVICES INC",
                                                 "HEALTH CENTER  INC.",
                                                 "ORTHOPAEDICS  P.C.",
                                                 "CARDIOLOGY ASSOCIATES",
                                                 "VISITING NURSE ASSOCIATION",
                                                 "INTERNAL MEDICINE  LLC",
                                                 "RADIOLOGY ASSOC.  INC.",
                                                 "DERMATOLOGY  PC",
                                                 "OB-GYN INC.",
                                                 "REHABILITATION AND NURSING CENTER",
                                                 "COMMUNITY HEALTH SERVICES",
                                                 "OUTPATIENT CLINIC",
                                                 "MEDICAL GROUP  INC."};
static const char *const streets[] = {"MAIN",     "HIGH",     "SUMMER",       "WASHINGTON", "PARK",     "ELM",
                                      "PLEASANT", "MAPLE",    "CENTRAL",      "SCHOOL",     "BEACON",   "HOSPITAL",
                                      "CHURCH",   "BELMONT",  "STATE",        "LINCOLN",    "HIGHLAND", "MILL",
                                      "BEDFORD",  "COLUMBIA", "MOUNT AUBURN", "WALNUT",     "OAK",      "FRANKLIN",
                                      "PERKINS",  "PUTNAM",   "MILFORD",      "CHESTNUT",   "SALEM",    "BROADWAY"};
static const char *const street_kinds[] = {"ST", "ST", "ST", "STREET", "ROAD", "RD", "AVE", "DR", "HWY"};
static const char *const area_codes[] = {"617", "508", "978", "781", "413", "857", "774", "339", "351"};
static const char *const specialities[] = {"GENERAL PRACTICE",
                                           "INTERNAL MEDICINE",
                                           "NURSE PRACTITIONER",
                                           "CLINICAL SOCIAL WORKER",
                                           "PHYSICIAN ASSISTANT",
                                           "PHYSICAL THERAPY",
                                           "FAMILY PRACTICE",
                                           "CLINICAL PSYCHOLOGIST",
                                           "DIAGNOSTIC RADIOLOGY",
                                           "CHIROPRACTIC",
                                           "OPTOMETRY",
                                           "PSYCHIATRY",
                                           "CARDIOVASCULAR DISEASE (CARDIOLOGY)",
                                           "OBSTETRICS/GYNECOLOGY",
                                           "OPHTHALMOLOGY",
                                           "GASTROENTEROLOGY",
                                           "EMERGENCY MEDICINE",
                                           "ANESTHESIOLOGY",
                                           "NEUROLOGY",
                                           "CERTIFIED REGISTERED NURSE ANESTHETIST",
                                           "PULMONARY DISEASE",
                                           "NEPHROLOGY",
                                           "DERMATOLOGY",
                                           "PODIATRY",
                                           "ORTHOPEDIC SURGERY",
                                           "ENDOCRINOLOGY",
                                           "OTOLARYNGOLOGY",
                                           "PATHOLOGY",
                                           "GENERAL SURGERY",
                                           "AUDIOLOGIST",
                                           "RHEUMATOLOGY",
                                           "UROLOGY",
                                           "HEMATOLOGY/ONCOLOGY",
                                           "GERIATRIC MEDICINE",
                                           "SPORTS MEDICINE"};

static void organization_name(syn_writer *writer, syn_random *random, const syn_town *town) {
    if (syn_chance(random, 50)) {
        syn_text(writer, "PCP");
        syn_number(writer, syn_between(random, 1000, 199999));
    } else {
        syn_upper(writer, town->name);
        syn_char(writer, ' ');
        syn_text(writer, organization_kinds[syn_below(random, COUNT(organization_kinds))]);
    }
    syn_comma(writer);
}

static void organization_zip(syn_writer *writer, syn_random *random, const syn_town *town) {
    uint32_t form = syn_below(random, 100);
    if (form < 4) {
        syn_text(writer, town->zip + 1); /* a spreadsheet ate the leading zero */
    } else {
        syn_text(writer, town->zip);
    }
    if (form >= 14) {
        syn_char(writer, '-');
        syn_digits(writer, syn_between(random, 1000, 9699), 4);
    }
    syn_comma(writer);
}

/* ADDRESS,CITY,STATE,ZIP,LAT,LON and a comma; the same for the organization and everyone who works there. */
static void organization_address(syn_writer *writer, const syn_world *world, uint32_t organization) {
    syn_random random = syn_random_of(world->seed, SYN_ORGANIZATION, organization);
    const syn_town *town = &towns[syn_below(&random, COUNT(towns))];
    syn_number(writer, syn_between(&random, 1, 1099));
    syn_char(writer, ' ');
    syn_text(writer, streets[syn_below(&random, COUNT(streets))]);
    syn_char(writer, ' ');
    syn_cell(writer, street_kinds[syn_below(&random, COUNT(street_kinds))]);
    syn_upper(writer, town->name);
    syn_text(writer, ",MA,");
    organization_zip(writer, &random, town);
    syn_decimal(writer, (uint32_t)town->latitude, 6);
    syn_text(writer, ",-");
    syn_decimal(writer, (uint32_t)town->west_longitude, 6);
    syn_comma(writer);
}

static void phone(syn_writer *writer, syn_random *random) {
    uint32_t form = syn_below(random, 100);
    if (form < 16) {
        return;
    }
    const char *separator = form < 22 ? "" : "-";
    syn_text(writer, area_codes[syn_below(random, COUNT(area_codes))]);
    syn_text(writer, separator);
    uint32_t exchange = syn_between(random, 200, 999);
    syn_number(writer, exchange % 100 == 11 ? exchange + 1 : exchange); /* 411, 911 ... are services */
    syn_text(writer, separator);
    syn_digits(writer, syn_below(random, 10000), 4);
    if (form == 99) {
        syn_char(writer, '8'); /* one digit too many, as the original has */
    }
}

void syn_write_organizations(const syn_world *world, syn_writer *writer) {
    syn_text(writer, "Id,NAME,ADDRESS,CITY,STATE,ZIP,LAT,LON,PHONE,REVENUE,UTILIZATION");
    syn_end_row(writer);
    for (uint32_t i = 0; i < world->rows.organizations; i++) {
        syn_random place = syn_random_of(world->seed, SYN_ORGANIZATION, i);
        const syn_town *town = &towns[syn_below(&place, COUNT(towns))];
        syn_random random = syn_random_of(world->seed + 1, SYN_ORGANIZATION, i);
        uint32_t utilization = i < 66 ? syn_between(&random, 90, 2500) : syn_between(&random, 4, 99);
        syn_organization_id(writer, world, i);
        organization_name(writer, &random, town);
        organization_address(writer, world, i);
        phone(writer, &random);
        syn_comma(writer);
        syn_money(writer, syn_chance(&random, 4) ? 0 : (uint64_t)utilization * 12916, &random);
        syn_comma(writer);
        syn_number(writer, utilization);
        syn_end_row(writer);
    }
}

void syn_write_providers(const syn_world *world, syn_writer *writer) {
    syn_text(writer, "Id,ORGANIZATION,NAME,GENDER,SPECIALITY,ADDRESS,CITY,STATE,ZIP,LAT,LON,UTILIZATION");
    syn_end_row(writer);
    for (uint32_t i = 0; i < world->rows.providers; i++) {
        syn_random random = syn_random_of(world->seed + 1, SYN_PROVIDER, i);
        uint32_t organization = syn_provider_organization(world, i);
        bool female = syn_chance(&random, 52);
        bool hispanic = syn_chance(&random, 5);
        syn_provider_id(writer, world, i);
        syn_organization_id(writer, world, organization);
        syn_first_name(writer, &random, female, hispanic);
        syn_char(writer, ' ');
        syn_last_name(writer, &random, hispanic);
        syn_comma(writer);
        syn_cell(writer, female ? "F" : "M");
        syn_cell(writer, specialities[syn_chance(&random, 20) ? 0 : syn_skewed(&random, COUNT(specialities))]);
        organization_address(writer, world, organization);
        syn_number(writer, syn_chance(&random, 80) ? 0 : syn_skewed(&random, 2400));
        syn_end_row(writer);
    }
}

/* Name, address and public telephone number; the tenth stands for having none. */
static const char *const payers[SYN_PAYERS] = {
    "Dual Eligible,7500 Security Blvd,Baltimore,MD,21244,1-877-267-2323,",
    "Medicare,7500 Security Blvd,Baltimore,MD,21244,1-800-633-4227,",
    "Medicaid,7500 Security Blvd,Baltimore,MD,21244,1-877-267-2323,",
    "Humana,500 West Main St,Louisville,KY,40018,1-844-330-7799,",
    "Blue Cross Blue Shield,Michigan Plaza,Chicago,IL,60007,1-800-262-2583,",
    "UnitedHealthcare,9800 Healthcare Lane,Minnetonka,MN,55436,1-888-545-5205,",
    "Aetna,151 Farmington Ave,Hartford,CT,6156,1-800-872-3862,",
    "Cigna Health,900 Cottage Grove Rd,Bloomfield,CT,6002,1-800-997-1654,",
    "Anthem,220 Virginia Ave,Indianapolis,IN,46204,1-800-331-1476,",
    "NO_INSURANCE,,,,,,"};

/* Always two decimals here, unlike elsewhere. */
static void amount(syn_writer *writer, uint64_t cents) {
    syn_number(writer, cents / 100);
    syn_char(writer, '.');
    syn_digits(writer, cents % 100, 2);
    syn_comma(writer);
}

/* There are ten payers at every scale. */
void syn_write_payers(const syn_world *world, syn_writer *writer) {
    syn_text(writer,
             "Id,NAME,ADDRESS,CITY,STATE_HEADQUARTERED,ZIP,PHONE,AMOUNT_COVERED,AMOUNT_UNCOVERED,REVENUE,"
             "COVERED_ENCOUNTERS,UNCOVERED_ENCOUNTERS,COVERED_MEDICATIONS,UNCOVERED_MEDICATIONS,COVERED_PROCEDURES,"
             "UNCOVERED_PROCEDURES,COVERED_IMMUNIZATIONS,UNCOVERED_IMMUNIZATIONS,UNIQUE_CUSTOMERS,QOLS_AVG,"
             "MEMBER_MONTHS");
    syn_end_row(writer);
    for (uint32_t i = 0; i < SYN_PAYERS; i++) {
        syn_random random = syn_random_of(world->seed, SYN_PAYER, i);
        bool pays = i != SYN_PAYER_NONE;
        syn_payer_id(writer, world, i);
        syn_text(writer, payers[i]);
        amount(writer, pays ? syn_between(&random, 14000000, 480000000) : 0);
        amount(writer, syn_between(&random, 11000000, 180000000));
        amount(writer, pays ? (uint64_t)syn_between(&random, 13050, 1541841) * 10000 : 0);
        for (unsigned pair = 0; pair < 4; pair++) {
            uint32_t handled = syn_between(&random, 200, 28000);
            syn_number(writer, pays ? handled : 0);
            syn_comma(writer);
            syn_number(writer, pays && i < 3 ? 0 : handled / 7);
            syn_comma(writer);
        }
        syn_number(writer, syn_between(&random, 25, 510));
        syn_comma(writer);
        syn_decimal(writer, UINT64_C(3600000000000000) + syn_next(&random) % UINT64_C(7700000000000000), 16);
        syn_comma(writer);
        syn_number(writer, (uint64_t)12 * syn_between(&random, 279, 7100));
        syn_end_row(writer);
    }
}
