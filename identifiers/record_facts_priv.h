/* What is known of a column when the record rules are made: private to identifiers/ and its tests. */
#ifndef LW_IDENTIFIERS_RECORD_FACTS_PRIV_H
#define LW_IDENTIFIERS_RECORD_FACTS_PRIV_H

#include "identifiers/identifiers.h"
#include "identifiers/names_priv.h"
#include "identifiers/places_priv.h"

typedef enum lw_column_role {
    LW_COLUMN_NONE,
    LW_COLUMN_NAME,   /* 'name' and no more: person or thing */
    LW_COLUMN_FULL,   /* a person's full name */
    LW_COLUMN_GIVEN,  /* certain by its words */
    LW_COLUMN_FAMILY, /* certain by its words */
    LW_COLUMN_ASIDE   /* middle or maiden name, title */
} lw_column_role;

/* What a cell can be. */
typedef enum lw_cell_fact {
    /* one reading tells them all: the full name and its parts */
    LW_CELL_NAME_FORM,
    LW_CELL_NAME_OPEN, /* nothing known against it */
    LW_CELL_NAME_POSSIBLE,
    LW_CELL_NAME_LIKELY,
    LW_CELL_NAME_STRONG,
    LW_CELL_PART_SHAPED,
    LW_CELL_PART_GIVEN,
    LW_CELL_PART_FAMILY,
    /* another: the postal code, of any country and of each */
    LW_CELL_POSTAL,
    LW_CELL_POSTAL_COUNTRY,
    LW_CELL_POSTAL_COUNTRY_LAST = LW_CELL_POSTAL_COUNTRY + LW_COUNTRY_COUNT - 1,
    /* one reading each */
    LW_CELL_POSTAL_FORM,
    LW_CELL_PLACE_FORM,
    LW_CELL_LINE_FORM,
    LW_CELL_PLACE, /* these three: and no postal code */
    LW_CELL_LINE,
    LW_CELL_STREET,
    LW_CELL_FACTS
} lw_cell_fact;

/* Kinds of reading: names, postal codes, and one for each fact from LW_CELL_POSTAL_FORM on. */
#define LW_CELL_READINGS (2 + LW_CELL_FACTS - LW_CELL_POSTAL_FORM)

typedef struct lw_column_facts {
    lw_header header;
    lw_column_role role;
    size_t cells; /* of the sample that are looked at: at most 256; 32 if none of those has any form */
    bool used;    /* by a rule of the identifier at hand; the caller's */

    /* private to record_facts.c */
    const lw_column_sample *column;
    size_t wanted;                   /* the sample is spread over so many */
    uint16_t fitting[LW_CELL_FACTS]; /* of the cells that were read for the fact */
    uint16_t done[LW_CELL_READINGS]; /* cells that were read */
    enum { LW_VARIED_UNKNOWN, LW_VARIED_NO, LW_VARIED_YES } varied;
} lw_column_facts;

/* Reads the header and decides how many cells are looked at. Borrows column, which must outlive the facts. Allocates
 * nothing; the functions below read more cells as they need them, never one twice for the same fact. */
void lw_facts_read(const lw_column_sample *column, lw_column_facts *ret_facts);

/* Are at least percent (1 to 100) of the cells so? false if there are no cells. Stops reading when that is decided. */
bool lw_facts_share(lw_column_facts *facts, lw_cell_fact fact, unsigned percent);
/* How many cells are so? Reads them all. */
size_t lw_facts_count(lw_column_facts *facts, lw_cell_fact fact);
/* Are there 20 different cells, or twice as many cells as there are of the same text? */
bool lw_facts_varied(lw_column_facts *facts);

#endif
