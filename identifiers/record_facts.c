/* What the cells of a column's sample look like, read only as far as somebody asks.
 *
 * A rule asks whether at least so many per cent of a column are names, codes, places. Most columns are none of them,
 * and that shows long before the last cell: the fewest cells that decide the answer are read, and where the next
 * question about the same reading needs more, it goes on from there. So the answers are those of a full count, and a
 * column of identifiers costs a few cells. What nobody asks about a column (is it a street? only beside a postal code)
 * costs nothing.
 *
 * Names and lines are dear to read and often repeat in a column (cities, descriptions): what a cell's text gave is kept
 * while a run of cells is read.
 */
#include "identifiers/record_facts_priv.h"

#include <string.h>

#define SAMPLE_MAX 256
#define SAMPLE_FIRST 32 /* a column without any fitting value in these is given up */
#define DISTINCT_ENOUGH 20
#define KNOWN_CELLS 64
#define BIT(fact) (1U << (fact))

/* ---- header and sample ---- */

static lw_column_role role_of(const lw_header *header) {
    unsigned classes = header->classes;
    bool given = (classes & LW_HEADER_GIVEN) != 0;
    bool family = (classes & LW_HEADER_FAMILY) != 0;
    bool name = (classes & LW_HEADER_NAME) != 0;
    if ((classes & LW_HEADER_ASIDE) != 0) {
        return LW_COLUMN_ASIDE;
    }
    if (given && family) {
        return name || (classes & LW_HEADER_OTHER) == 0 ? LW_COLUMN_FULL : LW_COLUMN_NONE;
    }
    if (given || family) {
        /* "first_seen" is no given name: without a word for name there must be no other word. */
        bool certain = name || (classes & (LW_HEADER_OTHER | LW_HEADER_AGAINST)) == 0;
        return !certain ? LW_COLUMN_NONE : given ? LW_COLUMN_GIVEN : LW_COLUMN_FAMILY;
    }
    if (name) {
        return (classes & (LW_HEADER_FULL | LW_HEADER_PERSON)) != 0 ? LW_COLUMN_FULL : LW_COLUMN_NAME;
    }
    return LW_COLUMN_NONE;
}

static lw_slice sample_at(const lw_column_facts *facts, size_t i) {
    return facts->column->cells[i * facts->column->cell_count / facts->wanted];
}

/* The cheap ones first: a word has the form of a place. */
static bool any_form(lw_slice cell) {
    if (lw_place_form(cell) || lw_postal_form(cell)) {
        return true;
    }
    lw_name_facts name = lw_name_read(cell);
    return (name.part & LW_PART_SHAPED) != 0 || name.form || lw_address_form(cell);
}

void lw_facts_read(const lw_column_sample *column, lw_column_facts *ret_facts) {
    *ret_facts = (lw_column_facts){.column = column};
    lw_header_read(column->name, &ret_facts->header);
    ret_facts->role = role_of(&ret_facts->header);
    ret_facts->wanted = column->cell_count < SAMPLE_MAX ? column->cell_count : SAMPLE_MAX;
    ret_facts->cells = ret_facts->wanted;
    if (ret_facts->wanted <= SAMPLE_FIRST) {
        return;
    }
    for (size_t i = 0; i < SAMPLE_FIRST; i++) {
        if (any_form(sample_at(ret_facts, i))) {
            return;
        }
    }
    ret_facts->cells = SAMPLE_FIRST;
}

/* ---- one cell ---- */

static uint32_t read_name(lw_slice cell) {
    lw_name_facts name = lw_name_read(cell);
    uint32_t bits = name.form ? BIT(LW_CELL_NAME_FORM) : 0;
    bits |= name.score >= LW_NAME_SHAPED ? BIT(LW_CELL_NAME_OPEN) : 0;
    bits |= name.score >= LW_NAME_POSSIBLE ? BIT(LW_CELL_NAME_POSSIBLE) : 0;
    bits |= name.score >= LW_NAME_LIKELY ? BIT(LW_CELL_NAME_LIKELY) : 0;
    bits |= name.score >= LW_NAME_STRONG ? BIT(LW_CELL_NAME_STRONG) : 0;
    bits |= (name.part & LW_PART_SHAPED) != 0 ? BIT(LW_CELL_PART_SHAPED) : 0;
    bits |= (name.part & LW_PART_GIVEN) != 0 ? BIT(LW_CELL_PART_GIVEN) : 0;
    return bits | ((name.part & LW_PART_FAMILY) != 0 ? BIT(LW_CELL_PART_FAMILY) : 0);
}

static uint32_t read_postal(lw_slice cell) {
    unsigned countries = lw_postal_countries(cell, true);
    return countries == 0 ? 0 : BIT(LW_CELL_POSTAL) | countries << LW_CELL_POSTAL_COUNTRY;
}

static bool no_code(lw_slice cell) {
    return lw_postal_countries(cell, true) == 0;
}

static bool is_place(lw_slice cell) {
    return no_code(cell) && lw_place_known(cell);
}

static bool is_line(lw_slice cell) {
    return no_code(cell) && lw_address_line(cell) != 0;
}

static bool is_street(lw_slice cell) {
    return no_code(cell) && lw_street_line(cell);
}

/* By fact, from LW_CELL_POSTAL_FORM on. */
static bool (*const single_readings[])(lw_slice) = {lw_postal_form, lw_place_form, lw_address_form,
                                                    is_place,       is_line,       is_street};

static uint32_t read_cell(lw_slice cell, lw_cell_fact fact) {
    if (fact >= LW_CELL_POSTAL_FORM) {
        return single_readings[fact - LW_CELL_POSTAL_FORM](cell) ? BIT(fact) : 0;
    }
    return fact < LW_CELL_POSTAL ? read_name(cell) : read_postal(cell);
}

/* ---- runs of cells ---- */

typedef struct known_cell {
    lw_slice text;
    uint32_t bits;
} known_cell;

static uint32_t cell_hash(lw_slice cell) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < cell.len; i++) {
        hash = (hash ^ (unsigned char)cell.data[i]) * 16777619U;
    }
    return hash;
}

/* By length and ends: a cell that shares them with another is read again, no more. */
static size_t known_at(lw_slice cell) {
    uint64_t ends = lw_table_word(cell.data, cell.len);
    if (cell.len > 8) {
        ends ^= lw_table_word(cell.data + cell.len - 8, 8) * 31;
    }
    return (size_t)(((ends ^ cell.len) * UINT64_C(0x9e3779b97f4a7c15)) >> 58);
}

static uint32_t read_known(lw_slice cell, lw_cell_fact fact, known_cell known[KNOWN_CELLS]) {
    known_cell *entry = &known[known_at(cell)];
    if (entry->text.data == NULL || entry->text.len != cell.len || memcmp(entry->text.data, cell.data, cell.len) != 0) {
        *entry = (known_cell){.text = cell, .bits = read_cell(cell, fact)};
    }
    return entry->bits;
}

static size_t reading_of(lw_cell_fact fact) {
    return fact < LW_CELL_POSTAL ? 0 : fact < LW_CELL_POSTAL_FORM ? 1 : 2 + (size_t)(fact - LW_CELL_POSTAL_FORM);
}

/* So few characters decide these that a table of known cells would cost more. */
static bool cheap(lw_cell_fact fact) {
    return fact >= LW_CELL_POSTAL && fact <= LW_CELL_POSTAL_FORM;
}

static void add_bits(lw_column_facts *facts, uint32_t bits) {
    for (size_t fact = 0; bits >> fact != 0; fact++) {
        facts->fitting[fact] = (uint16_t)(facts->fitting[fact] + (bits >> fact & 1U));
    }
}

#define LEAST_ALL SIZE_MAX /* decided when every cell was read */

/* Is it decided whether `least` cells are so? */
static bool decided(const lw_column_facts *facts, lw_cell_fact fact, size_t least) {
    size_t left = facts->cells - facts->done[reading_of(fact)];
    bool open = least == LEAST_ALL || (facts->fitting[fact] < least && facts->fitting[fact] + left >= least);
    return left == 0 || !open;
}

static void read_until(lw_column_facts *facts, lw_cell_fact fact, size_t least) {
    if (decided(facts, fact, least)) {
        return;
    }
    known_cell known[KNOWN_CELLS];
    memset(known, 0, sizeof(known));
    uint16_t *done = &facts->done[reading_of(fact)];
    while (!decided(facts, fact, least)) {
        lw_slice cell = sample_at(facts, *done);
        bool alone = cell.len == 0 || cheap(fact);
        add_bits(facts, alone ? read_cell(cell, fact) : read_known(cell, fact, known));
        (*done)++;
    }
}

/* ---- questions ---- */

bool lw_facts_share(lw_column_facts *facts, lw_cell_fact fact, unsigned percent) {
    size_t least = (facts->cells * percent + 99) / 100;
    read_until(facts, fact, least);
    return facts->cells > 0 && facts->fitting[fact] >= least;
}

size_t lw_facts_count(lw_column_facts *facts, lw_cell_fact fact) {
    read_until(facts, fact, LEAST_ALL);
    return facts->fitting[fact];
}

static bool read_varied(const lw_column_facts *facts) {
    uint32_t seen[DISTINCT_ENOUGH];
    size_t distinct = 0;
    for (size_t i = 0; i < facts->cells && distinct < DISTINCT_ENOUGH; i++) {
        uint32_t hash = cell_hash(sample_at(facts, i));
        size_t at = 0;
        while (at < distinct && seen[at] != hash) {
            at++;
        }
        if (at == distinct) {
            seen[distinct++] = hash;
        }
    }
    return distinct >= DISTINCT_ENOUGH || distinct * 2 >= facts->cells;
}

bool lw_facts_varied(lw_column_facts *facts) {
    if (facts->varied == LW_VARIED_UNKNOWN) {
        facts->varied = read_varied(facts) ? LW_VARIED_YES : LW_VARIED_NO;
    }
    return facts->varied == LW_VARIED_YES;
}
