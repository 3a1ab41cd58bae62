/* Places and postal codes: private to identifiers/ and its tests. All functions are pure, allocate nothing and are safe
 * from any thread. */
#ifndef LW_IDENTIFIERS_PLACES_PRIV_H
#define LW_IDENTIFIERS_PLACES_PRIV_H

#include "base/base.h"

/* The countries that Macie knows addresses of. */
typedef enum lw_country {
    LW_COUNTRY_US,
    LW_COUNTRY_CA,
    LW_COUNTRY_GB,
    LW_COUNTRY_AU,
    LW_COUNTRY_DE,
    LW_COUNTRY_FR,
    LW_COUNTRY_IT,
    LW_COUNTRY_ES,
    LW_COUNTRY_COUNT
} lw_country;

#define LW_COUNTRIES_ALL ((1U << LW_COUNTRY_COUNT) - 1U)

/* A place of the world with more than 1,000 people, or of the United States with a ZIP code. */
bool lw_place_known(lw_slice cell);

/* Postal regions that a code can belong to: US state, CA province, GB postcode area, AU state, the first two digits
 * elsewhere. */
#define LW_REGIONS_MAX 4
typedef struct lw_regions {
    char text[LW_REGIONS_MAX][3]; /* lower case, NUL-terminated */
    size_t count;
} lw_regions;

/* Reads code as a postal code of country. padded: digits codes may have lost leading zeros (spreadsheets). Returns
 * false if it has not that country's form or lies in no region. */
bool lw_postal_read(lw_country country, lw_slice code, bool padded, lw_regions *ret_regions);
/* Bit set over countries (1 << lw_country) whose form the code has. */
unsigned lw_postal_countries(lw_slice code, bool padded);

/* Is a folded place (lw_fold_place) known in one of the regions? Is a folded name or abbreviation that of one? */
bool lw_place_in_regions(lw_country country, const lw_regions *regions, lw_slice folded_place);
bool lw_state_of_regions(lw_country country, const lw_regions *regions, lw_slice folded_state);

/* Do place, state (may be empty) and code of one row agree in one of the countries? A known place of the code's region
 * does, and so does a state that is the code's own, with any place that is a word. */
bool lw_address_fields(unsigned countries, lw_slice city, lw_slice state, lw_slice code);
/* The form alone, for columns that are called street, city and postal code: a code with the digits and letters of some
 * country's, whatever its region; a place that is words and no placeholder; a street that is more than that. */
bool lw_postal_form(lw_slice code);
bool lw_place_form(lw_slice city);
bool lw_street_form(lw_slice street);
/* The same for a line: a house number (or post box), a postal code behind it and words around both. */
bool lw_address_form(lw_slice cell);
/* Does a cell hold an address in one line, that is a place and its postal code? Returns the countries it fits. */
unsigned lw_address_line(lw_slice cell);
/* A house number with words, or a post box. */
bool lw_street_line(lw_slice cell);

#endif
