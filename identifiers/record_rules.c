/* Which columns of a file make a person's name or a mailing address, row by row.
 *
 * Macie reports full names and whole addresses; in a table these are often spread over columns. When the plan of a file
 * is made, each column is judged by its name's words (names_header.c) and by the share of fitting values in up to 256
 * cells of its sample. Four kinds of rules follow:
 *   name in one column     the header says so, or at least half of the cells are likely names of different persons
 *   given + family name    both columns by header or by their values, found together by the rest of their headers'
 *                          words; reported at the family column
 *   place + postal code    (+ state, + street): each row is checked on its own; reported at the street column if
 *                          there is one, else at the code's
 *   address in one cell
 * A header alone never makes a name: `NAME` stands over persons and over companies. Values alone make one only where no
 * header word is against it (CITY columns look like family names: half of all towns are called after somebody).
 * With fewer than 20 values the shares say little, and header words decide.
 * What a single row must show is decided here too: where the header is clear and the sample bears it out, the form of a
 * name, a place and a code is enough, so that those in no list are found; elsewhere each row needs its own evidence.
 *
 * Guarantees: deterministic, no allocation, no state; a row is judged from its own cells only, so the result does not
 * depend on where blocks begin. Leaves out: names and addresses inside free text; pairs of columns that stand more than
 * 512 columns apart.
 */
#include <string.h>

#include "identifiers/identifiers_priv.h"
#include "identifiers/names_priv.h"
#include "identifiers/places_priv.h"
#include "identifiers/record_facts_priv.h"

#define WINDOW_COLUMNS 512 /* columns that are looked at together */
#define SAMPLE_MAX 256
#define FEW_VALUES 20
#define NEAR_COLUMNS 3
#define NO_COLUMN SIZE_MAX

enum { KIND_NAME_FULL = 1, KIND_NAME_PAIR, KIND_ADDRESS_FIELDS, KIND_ADDRESS_LINE };

/* In the threshold of KIND_ADDRESS_FIELDS: countries, whether columns[2] is the state, whether the last column is the
 * street and the form of street, place and code is enough. In that of KIND_ADDRESS_LINE: the last of these. */
#define THRESHOLD_STATE 0x10000
#define THRESHOLD_FORM 0x20000
#define THRESHOLD_COUNTRIES 0xffff

/* In the threshold of KIND_NAME_FULL: below every score, what has the form of a name is one. */
#define THRESHOLD_NAME_FORM 0

typedef struct rule_plan {
    const lw_column_sample *columns; /* of the window */
    lw_column_facts *facts;
    size_t count;
    size_t first; /* index of the window's first column in the file */
    lw_record_rule *rules;
    size_t rule_count, rule_max;
    const lw_allow *allow;
} rule_plan;

/* ---- facts ---- */

static bool share(size_t part, size_t whole, unsigned percent) {
    return whole > 0 && part * 100 >= whole * percent;
}

static bool has(const lw_column_facts *facts, unsigned classes) {
    return (facts->header.classes & classes) != 0;
}

static size_t distance(size_t a, size_t b) {
    return a > b ? a - b : b - a;
}

/* ---- rules ---- */

static void add_rule(rule_plan *plan, const size_t *columns, size_t count, size_t located, int kind, int threshold) {
    if (plan->rule_count == plan->rule_max) {
        return;
    }
    lw_record_rule *rule = &plan->rules[plan->rule_count++];
    *rule = (lw_record_rule){.kind = kind, .threshold = threshold, .column_count = (uint32_t)count};
    rule->located_column = (uint32_t)(plan->first + located);
    for (size_t i = 0; i < count; i++) {
        rule->columns[i] = (uint32_t)(plan->first + columns[i]);
    }
}

/* ---- names in one column ---- */

static bool few_full_names(lw_column_facts *facts) {
    if (has(facts, LW_HEADER_PERSON) && !has(facts, LW_HEADER_OTHER)) { /* "doctor", "contact person" */
        return lw_facts_share(facts, LW_CELL_NAME_LIKELY, 50) && lw_facts_share(facts, LW_CELL_NAME_FORM, 80);
    }
    if (facts->cells < 5) {
        return facts->cells >= 2 && lw_facts_share(facts, LW_CELL_NAME_STRONG, 100) && lw_facts_varied(facts);
    }
    return lw_facts_share(facts, LW_CELL_NAME_LIKELY, 80) && lw_facts_share(facts, LW_CELL_NAME_STRONG, 30) &&
           lw_facts_varied(facts);
}

static bool mostly_names(lw_column_facts *facts) {
    return lw_facts_share(facts, LW_CELL_NAME_LIKELY, 50) && lw_facts_varied(facts);
}

static bool holds_full_names(lw_column_facts *facts) {
    bool enough = facts->cells >= FEW_VALUES;
    if (has(facts, LW_HEADER_AGAINST)) {
        return enough && lw_facts_share(facts, LW_CELL_NAME_LIKELY, 80) && lw_facts_varied(facts);
    }
    switch (facts->role) {
    case LW_COLUMN_FULL:
        /* "nom_client" beside "prénom_client" holds single words and is a family name. */
        if (facts->cells > 0 && !lw_facts_share(facts, LW_CELL_NAME_FORM, 20)) {
            return false;
        }
        return !enough || lw_facts_share(facts, LW_CELL_NAME_POSSIBLE, 5) ||
               lw_facts_share(facts, LW_CELL_NAME_OPEN, 60);
    case LW_COLUMN_NAME:
        return mostly_names(facts);
    case LW_COLUMN_NONE:
        return enough ? mostly_names(facts) : few_full_names(facts);
    case LW_COLUMN_GIVEN:
    case LW_COLUMN_FAMILY:
    case LW_COLUMN_ASIDE:
    default:
        return false;
    }
}

/* What a row must score. The more of the sample is known to be names, the less a single row has to show: names that
 * are in no list stand among those that are. */
static int least_score(lw_column_facts *facts) {
    size_t cells = facts->cells;
    if (facts->role == LW_COLUMN_FULL && !has(facts, LW_HEADER_AGAINST)) {
        /* Customers may be companies: some of the names must be known, most must have the form of one. */
        if (lw_facts_share(facts, LW_CELL_NAME_FORM, 60) && lw_facts_share(facts, LW_CELL_NAME_LIKELY, 30)) {
            return THRESHOLD_NAME_FORM;
        }
        if (lw_facts_share(facts, LW_CELL_NAME_OPEN, 60)) {
            return LW_NAME_SHAPED;
        }
        return cells < FEW_VALUES || lw_facts_share(facts, LW_CELL_NAME_LIKELY, 20) ? LW_NAME_POSSIBLE : LW_NAME_LIKELY;
    }
    if (cells >= 5 && lw_facts_share(facts, LW_CELL_NAME_LIKELY, 60) && lw_facts_share(facts, LW_CELL_NAME_FORM, 95)) {
        return THRESHOLD_NAME_FORM;
    }
    return cells >= FEW_VALUES && lw_facts_share(facts, LW_CELL_NAME_LIKELY, 80) ? LW_NAME_SHAPED : LW_NAME_POSSIBLE;
}

static void add_full_names(rule_plan *plan) {
    for (size_t i = 0; i < plan->count; i++) {
        if (holds_full_names(&plan->facts[i])) {
            plan->facts[i].used = true;
            add_rule(plan, &i, 1, i, KIND_NAME_FULL, least_score(&plan->facts[i]));
        }
    }
}

/* ---- given and family name ---- */

/* The words are certain; do the values at least not speak against them? */
static bool part_by_header(lw_column_facts *facts, lw_column_role role) {
    return !facts->used && facts->role == role && (facts->cells == 0 || lw_facts_share(facts, LW_CELL_PART_SHAPED, 60));
}

/* The dear questions last: most columns fail before them. */
static bool part_by_values(lw_column_facts *facts, lw_cell_fact part) {
    if (facts->used || facts->role != LW_COLUMN_NONE || has(facts, LW_HEADER_AGAINST | LW_HEADER_CITY)) {
        return false;
    }
    bool fits = facts->cells >= FEW_VALUES ? lw_facts_share(facts, part, 50)
                                           : facts->cells >= 5 && lw_facts_share(facts, part, 80);
    return fits && lw_facts_varied(facts) && !lw_facts_share(facts, LW_CELL_PLACE, 90);
}

/* "Name" beside "Vorname", "nombre" beside "apellidos": the bare word takes the part that is missing. */
static bool part_by_rest(lw_column_facts *facts) {
    bool bare = facts->role == LW_COLUMN_NAME ||
                (facts->role == LW_COLUMN_FULL && !has(facts, LW_HEADER_FULL | LW_HEADER_GIVEN | LW_HEADER_FAMILY));
    return !facts->used && bare && !has(facts, LW_HEADER_AGAINST | LW_HEADER_OTHER) &&
           (facts->cells == 0 || lw_facts_share(facts, LW_CELL_PART_SHAPED, 60));
}

/* No part of many is known as a name: the first and last of something else. */
static bool pair_of_things(lw_column_facts *given, lw_column_facts *family) {
    return given->cells >= FEW_VALUES && family->cells >= FEW_VALUES && !lw_facts_share(given, LW_CELL_PART_GIVEN, 2) &&
           !lw_facts_share(family, LW_CELL_PART_FAMILY, 2);
}

/* A full name in a column of its own repeats the pair: the cells of the same rows hold it. */
static bool repeats_full_name(const rule_plan *plan, size_t family) {
    const lw_column_sample *part = &plan->columns[family];
    for (size_t i = 0; i < plan->count; i++) {
        const lw_column_sample *full = &plan->columns[i];
        size_t held = 0;
        if (!plan->facts[i].used || i == family || full->cell_count != part->cell_count) {
            continue;
        }
        for (size_t row = 0; row < part->cell_count; row++) {
            lw_slice cell = part->cells[row];
            held += memmem(full->cells[row].data, full->cells[row].len, cell.data, cell.len) != NULL;
        }
        if (share(held, part->cell_count, 50)) {
            return true;
        }
    }
    return false;
}

static void add_pair(rule_plan *plan, size_t given, size_t family) {
    const size_t columns[2] = {given, family};
    plan->facts[given].used = true;
    plan->facts[family].used = true;
    if (!pair_of_things(&plan->facts[given], &plan->facts[family]) && !repeats_full_name(plan, family)) {
        add_rule(plan, columns, 2, family, KIND_NAME_PAIR, 0);
    }
}

typedef enum pair_step { STEP_SAME_KEY, STEP_REST_SAME_KEY, STEP_NEAREST, STEP_VALUES } pair_step;

static bool given_in_step(const rule_plan *plan, size_t i, pair_step step) {
    lw_column_facts *facts = &plan->facts[i];
    return part_by_header(facts, LW_COLUMN_GIVEN) || (step == STEP_REST_SAME_KEY && part_by_rest(facts)) ||
           (step == STEP_VALUES && part_by_values(facts, LW_CELL_PART_GIVEN));
}

static bool family_in_step(const rule_plan *plan, size_t i, pair_step step) {
    lw_column_facts *facts = &plan->facts[i];
    return part_by_header(facts, LW_COLUMN_FAMILY) || (step == STEP_REST_SAME_KEY && part_by_rest(facts)) ||
           (step == STEP_VALUES && part_by_values(facts, LW_CELL_PART_FAMILY));
}

static bool meets(const rule_plan *plan, size_t given, size_t family, pair_step step) {
    if (given == family) {
        return false;
    }
    if (step == STEP_NEAREST || step == STEP_VALUES) {
        return distance(given, family) <= NEAR_COLUMNS;
    }
    return plan->facts[given].header.key == plan->facts[family].header.key &&
           (plan->facts[given].role == LW_COLUMN_GIVEN || plan->facts[family].role == LW_COLUMN_FAMILY);
}

/* How well two columns without words fit each other's part; the neighbour after it wins ties. */
static size_t pair_rank(const rule_plan *plan, size_t given, size_t family, pair_step step) {
    size_t near = 2 * distance(given, family) + (family < given ? 1 : 0);
    if (step != STEP_VALUES) {
        return near;
    }
    lw_column_facts *a = &plan->facts[given];
    lw_column_facts *b = &plan->facts[family];
    return 1000 * near + (a->cells - lw_facts_count(a, LW_CELL_PART_GIVEN)) +
           (b->cells - lw_facts_count(b, LW_CELL_PART_FAMILY));
}

static void add_pairs_of_step(rule_plan *plan, pair_step step) {
    for (size_t given = 0; given < plan->count; given++) {
        size_t best = NO_COLUMN;
        if (!given_in_step(plan, given, step)) {
            continue;
        }
        for (size_t family = 0; family < plan->count; family++) {
            if (family_in_step(plan, family, step) && meets(plan, given, family, step) &&
                (best == NO_COLUMN || pair_rank(plan, given, family, step) < pair_rank(plan, given, best, step))) {
                best = family;
            }
        }
        if (best != NO_COLUMN) {
            add_pair(plan, given, best);
        }
    }
}

static void add_names(rule_plan *plan) {
    add_full_names(plan);
    for (int step = STEP_SAME_KEY; step <= STEP_VALUES; step++) {
        add_pairs_of_step(plan, (pair_step)step);
    }
}

/* ---- place and postal code ---- */

static bool code_by_header(lw_column_facts *facts) {
    return has(facts, LW_HEADER_POSTAL) && !has(facts, LW_HEADER_CITY) &&
           (facts->cells < 5 || lw_facts_share(facts, LW_CELL_POSTAL_FORM, 30));
}

static bool code_by_values(lw_column_facts *facts) {
    return facts->cells >= FEW_VALUES && lw_facts_share(facts, LW_CELL_POSTAL, 90) && lw_facts_varied(facts);
}

static bool city_by_header(lw_column_facts *facts) {
    return has(facts, LW_HEADER_CITY) && !has(facts, LW_HEADER_POSTAL);
}

static bool city_by_values(lw_column_facts *facts) {
    return facts->cells >= 5 && lw_facts_share(facts, LW_CELL_PLACE, 90);
}

/* Share of rows in which place and code agree, where the samples can be laid side by side. */
static bool rows_agree(const rule_plan *plan, size_t city, size_t code, unsigned countries) {
    const lw_column_sample *a = &plan->columns[city];
    const lw_column_sample *b = &plan->columns[code];
    size_t agreeing = 0;
    size_t looked = 0;
    if (a->cell_count != b->cell_count) {
        return false;
    }
    for (; looked < a->cell_count && looked < SAMPLE_MAX; looked++) {
        agreeing += lw_address_fields(countries, a->cells[looked], (lw_slice){0}, b->cells[looked]);
    }
    return share(agreeing, looked, 50);
}

/* Countries whose form at least every twentieth code has; all of them while there are only a few. */
static unsigned countries_of(lw_column_facts *facts) {
    unsigned countries = 0;
    for (unsigned country = 0; country < LW_COUNTRY_COUNT; country++) {
        if (facts->cells < FEW_VALUES || lw_facts_share(facts, (lw_cell_fact)(LW_CELL_POSTAL_COUNTRY + country), 5)) {
            countries |= 1U << country;
        }
    }
    return countries;
}

/* The column of a class that belongs to `with`: the same key, the same key but for digits, the only one, the nearest.
 * Among equals the nearest. */
static size_t companion(const rule_plan *plan, size_t with, bool (*fits)(lw_column_facts *)) {
    const lw_header *header = &plan->facts[with].header;
    size_t best = NO_COLUMN;
    size_t best_rank = SIZE_MAX;
    size_t fitting = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const lw_header *other = &plan->facts[i].header;
        bool second = (other->classes & LW_HEADER_SECOND) != 0 && other->key != header->key; /* address_line_2 */
        if (i == with || second || plan->facts[i].used || !fits(&plan->facts[i])) {
            continue;
        }
        fitting++;
        size_t step = other->key == header->key                                 ? 0U
                      : other->key_without_digits == header->key_without_digits ? 1U
                                                                                : 2U;
        size_t rank = step * 2 * WINDOW_COLUMNS + distance(i, with);
        if (rank < best_rank) {
            best_rank = rank;
            best = i;
        }
    }
    bool stranger = best_rank >= (size_t)4 * WINDOW_COLUMNS;
    return best != NO_COLUMN && stranger && fitting > 1 && distance(best, with) > NEAR_COLUMNS ? NO_COLUMN : best;
}

static bool is_state(lw_column_facts *facts) {
    return has(facts, LW_HEADER_STATE);
}

static bool is_street(lw_column_facts *facts) {
    return has(facts, LW_HEADER_STREET) &&
           !has(facts, LW_HEADER_NOT_POSTAL | LW_HEADER_CITY | LW_HEADER_POSTAL | LW_HEADER_STATE);
}

static bool is_street_by_values(lw_column_facts *facts) {
    return lw_facts_share(facts, LW_CELL_STREET, 50);
}

/* Which city column goes with a code column; NO_COLUMN if the two are no address. */
static size_t city_for(const rule_plan *plan, size_t code) {
    bool code_certain = code_by_header(&plan->facts[code]);
    unsigned countries = countries_of(&plan->facts[code]);
    size_t city = companion(plan, code, city_by_header);
    if (city != NO_COLUMN && (code_certain || rows_agree(plan, city, code, countries))) {
        return city;
    }
    city = companion(plan, code, city_by_values);
    bool near = city != NO_COLUMN && distance(city, code) <= NEAR_COLUMNS;
    bool certain = near && code_certain && !has(&plan->facts[city], LW_HEADER_AGAINST | LW_HEADER_NAME);
    return near && (certain || rows_agree(plan, city, code, countries)) ? city : NO_COLUMN;
}

/* Street, place and code are all called so, and what they hold mostly looks it: the form of a row is enough. Without a
 * street it is a list of places as likely as one of addresses, and place and code have to agree. */
static bool form_decides(lw_column_facts *street, lw_column_facts *city, lw_column_facts *code) {
    return is_street(street) && city_by_header(city) && code_by_header(code) &&
           lw_facts_share(code, LW_CELL_POSTAL_FORM, 60) && lw_facts_share(city, LW_CELL_PLACE_FORM, 60);
}

static void add_address(rule_plan *plan, size_t city, size_t code) {
    size_t columns[LW_RULE_COLUMNS_MAX] = {city, code};
    size_t count = 2;
    int threshold = (int)countries_of(&plan->facts[code]);
    size_t located = code;
    plan->facts[city].used = true;
    plan->facts[code].used = true;
    size_t state = companion(plan, code, is_state);
    if (state != NO_COLUMN) {
        plan->facts[state].used = true;
        columns[count++] = state;
        threshold |= THRESHOLD_STATE;
    }
    size_t street = companion(plan, code, is_street);
    street = street == NO_COLUMN ? companion(plan, code, is_street_by_values) : street;
    if (street != NO_COLUMN) {
        plan->facts[street].used = true;
        columns[count++] = street;
        located = street;
        bool form = form_decides(&plan->facts[street], &plan->facts[city], &plan->facts[code]);
        threshold |= form ? THRESHOLD_FORM : 0;
    }
    add_rule(plan, columns, count, located, KIND_ADDRESS_FIELDS, threshold);
}

static bool called_address(lw_column_facts *facts) {
    bool both = has(facts, LW_HEADER_CITY) && has(facts, LW_HEADER_POSTAL);
    return (both || has(facts, LW_HEADER_STREET)) && !has(facts, LW_HEADER_NOT_POSTAL);
}

static bool line_form_decides(lw_column_facts *facts) {
    return called_address(facts) && lw_facts_share(facts, LW_CELL_LINE_FORM, 50);
}

static bool holds_lines(lw_column_facts *facts) {
    if (facts->used) {
        return false;
    }
    if (has(facts, LW_HEADER_NOT_POSTAL)) {
        return facts->cells >= FEW_VALUES && lw_facts_share(facts, LW_CELL_LINE, 80);
    }
    if (called_address(facts)) {
        /* 1 per cent of a few is one cell. */
        return line_form_decides(facts) || lw_facts_share(facts, LW_CELL_LINE, facts->cells < FEW_VALUES ? 1 : 10);
    }
    return lw_facts_share(facts, LW_CELL_LINE, facts->cells < FEW_VALUES ? 80 : 50);
}

static void add_addresses(rule_plan *plan) {
    for (int by_values = 0; by_values < 2; by_values++) {
        for (size_t code = 0; code < plan->count; code++) {
            lw_column_facts *facts = &plan->facts[code];
            bool fits = by_values ? code_by_values(facts) : code_by_header(facts);
            size_t city = !facts->used && fits ? city_for(plan, code) : NO_COLUMN;
            if (city != NO_COLUMN) {
                add_address(plan, city, code);
            }
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (holds_lines(&plan->facts[i])) {
            bool form = line_form_decides(&plan->facts[i]);
            add_rule(plan, &i, 1, i, KIND_ADDRESS_LINE, form ? THRESHOLD_FORM : 0);
        }
    }
}

/* ---- interface ---- */

static size_t identifier_index(const lw_identifier_set *set, const char *id) {
    size_t count = lw_identifier_set_count(set);
    for (size_t i = 0; i < count; i++) {
        const lw_identifier *identifier = lw_identifier_set_at(set, i);
        if (identifier->scope == LW_SCOPE_RECORD && strcmp(identifier->id, id) == 0) {
            return i;
        }
    }
    return NO_COLUMN;
}

/* The rules of one identifier, made by `add`, of one window. */
static void add_identifier(rule_plan *plan, size_t identifier, void (*add)(rule_plan *)) {
    size_t before = plan->rule_count;
    if (identifier == NO_COLUMN) {
        return;
    }
    for (size_t i = 0; i < plan->count; i++) {
        plan->facts[i].used = false;
    }
    add(plan);
    for (size_t i = before; i < plan->rule_count; i++) {
        plan->rules[i].identifier = identifier;
        plan->rules[i].allow = plan->allow;
    }
}

size_t lw_record_rules_make(const lw_identifier_set *set, const lw_column_sample *columns, size_t column_count,
                            lw_record_rule *ret_rules, size_t max) {
    lw_column_facts facts[WINDOW_COLUMNS];
    rule_plan plan = {.facts = facts, .rules = ret_rules, .rule_max = max, .allow = set->allow};
    size_t name = identifier_index(set, "NAME");
    size_t address = identifier_index(set, "ADDRESS");
    if (name == NO_COLUMN && address == NO_COLUMN) {
        return 0;
    }
    for (; plan.first < column_count; plan.first += WINDOW_COLUMNS) {
        plan.columns = columns + plan.first;
        plan.count = column_count - plan.first < WINDOW_COLUMNS ? column_count - plan.first : WINDOW_COLUMNS;
        for (size_t i = 0; i < plan.count; i++) {
            lw_facts_read(&plan.columns[i], &facts[i]);
        }
        add_identifier(&plan, name, add_names);
        add_identifier(&plan, address, add_addresses);
    }
    return plan.rule_count;
}

static bool match_fields(const lw_record_rule *rule, const lw_slice *cells) {
    unsigned threshold = (unsigned)rule->threshold;
    if ((threshold & THRESHOLD_FORM) != 0 && lw_postal_form(cells[1]) && lw_place_form(cells[0]) &&
        lw_street_form(cells[rule->column_count - 1])) {
        return true;
    }
    lw_slice state = (threshold & THRESHOLD_STATE) != 0 ? cells[2] : (lw_slice){0};
    return lw_address_fields(threshold & THRESHOLD_COUNTRIES, cells[0], state, cells[1]);
}

bool lw_record_rule_match(const lw_record_rule *rule, const lw_slice *cells) {
    switch (rule->kind) {
    case KIND_NAME_FULL:
        return (rule->threshold == THRESHOLD_NAME_FORM ? lw_name_form(cells[0])
                                                       : (int)lw_name_full(cells[0]) >= rule->threshold) &&
               !lw_allow_drops(rule->allow, lw_slice_trim(cells[0]));
    case KIND_NAME_PAIR:
        return lw_name_part_possible(cells[0]) && lw_name_part_possible(cells[1]);
    case KIND_ADDRESS_FIELDS:
        return match_fields(rule, cells);
    case KIND_ADDRESS_LINE:
        return ((rule->threshold & THRESHOLD_FORM) != 0 && lw_address_form(cells[0])) || lw_address_line(cells[0]) != 0;
    default:
        return false;
    }
}
