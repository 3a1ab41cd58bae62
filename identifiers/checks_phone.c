/* Telephone numbers of Brazil, France, Germany, Italy, Spain and the United Kingdom: does the numbering plan have such
 * a number, and would anybody write it like this?
 *
 *     [+CC | 00CC | CC] [(0)] [0] area and number, in groups
 *
 * The patterns of the catalogue find runs of digits and separators of one length each; here the number is taken apart,
 * its prefix and length are looked up in the plan of the country (ANATEL, ARCEP, BNetzA, AGCOM, CNMC, Ofcom), and
 * numbers that the authority keeps for films and plays are refused. So are dates, and national numbers that follow the
 * code of another country.
 *
 * Area codes are judged by their first digits, not by the full lists of places: those change, and a number of an
 * exchange that is gone is still somebody's number in an old file. The plan of North America has its own finder
 * (phones.c).
 */
#include <string.h>

#include "identifiers/checks_priv.h"

#define LW_GROUPS_MAX 7

/* A number taken apart: what follows the country code, or the number as dialled within the country. */
typedef struct lw_dialled {
    char digits[17];
    size_t len;
    bool international;
    size_t groups[LW_GROUPS_MAX]; /* digits of each group */
    char joints[LW_GROUPS_MAX];   /* what stands before each: a bracket or sign if there is one, else a space */
    size_t group_count;
} lw_dialled;

/* Numbers that begin with prefix have min to max digits, trunk 0 not counted; max 0: there are none. The first row
 * that fits counts. */
typedef struct lw_plan_row {
    const char *prefix;
    uint8_t min, max;
} lw_plan_row;

/* ---- taking apart ---- */

static bool lw_phone_separator(char c) {
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')';
}

bool lw_after_country_code(lw_slice cell, size_t begin, const char *own) {
    size_t at = begin;
    while (at > 0 && begin - at < 3 && lw_phone_separator(cell.data[at - 1])) {
        at--;
    }
    size_t end = at;
    while (at > 0 && end - at < 6 && lw_digit(cell.data[at - 1])) {
        at--;
    }
    lw_slice code = {cell.data + at, end - at};
    bool plus = at > 0 && cell.data[at - 1] == '+';
    if (!plus) {
        if (code.len < 3 || code.len > 5 || memcmp(code.data, "00", 2) != 0) {
            return false;
        }
        code = (lw_slice){code.data + 2, code.len - 2};
    }
    return code.len == 0 ? end == begin : code.len <= 4 && !lw_slice_equal_text(code, own);
}

/* Passes +CC, 00CC, with or without brackets, and (0). False: the number is written without any of them. */
static bool lw_pass_country(lw_slice text, const char *country, size_t *at) {
    size_t begin = *at;
    bool open = text.data[begin] == '(';
    begin += open;
    if (begin < text.len && text.data[begin] == '+') {
        begin += 1;
    } else if (text.len - begin > 2 && memcmp(text.data + begin, "00", 2) == 0) {
        begin += 2;
    } else {
        return false;
    }
    begin += begin < text.len && text.data[begin] == ' ';
    if (text.len - begin < 3 || memcmp(text.data + begin, country, 2) != 0) {
        return false;
    }
    begin += 2;
    begin += open && text.data[begin] == ')';
    for (size_t i = begin; i + 3 < text.len && i < begin + 2; i++) {
        if (memcmp(text.data + i, "(0)", 3) == 0) {
            begin = i + 3;
            break;
        }
    }
    *at = begin;
    return true;
}

/* One run of separators: a single sign with a space on either side at most, brackets only around the first group. */
static bool lw_pass_separators(lw_slice text, size_t *at, bool *bracket, size_t group_count, char *joint) {
    size_t spaces = 0;
    size_t signs = 0;
    *joint = '\0';
    for (; *at < text.len && !lw_digit(text.data[*at]); ++*at) {
        char c = text.data[*at];
        if ((c == '(' && (*bracket || group_count > 0)) || (c == ')' && (!*bracket || group_count != 1))) {
            return false;
        }
        *bracket = c == '(' || (c != ')' && *bracket);
        spaces += c == ' ';
        signs += c == '.' || c == '-' || c == '/';
        *joint = *joint == '\0' || *joint == ' ' ? c : *joint;
    }
    return signs <= 1 && spaces <= signs + 1;
}

static bool lw_take_apart(const lw_candidate *candidate, const char *country, lw_dialled *dialled) {
    lw_slice text = lw_candidate_text(candidate);
    size_t at = 0;
    bool bracket = false;
    *dialled = (lw_dialled){0};
    dialled->international = lw_pass_country(text, country, &at);
    while (at < text.len) {
        char joint = '\0';
        if (!lw_pass_separators(text, &at, &bracket, dialled->group_count, &joint)) {
            return false;
        }
        size_t group = dialled->group_count++;
        if (group == LW_GROUPS_MAX) {
            return false;
        }
        dialled->joints[group] = joint;
        for (; at < text.len && lw_digit(text.data[at]); at++) {
            if (dialled->len == sizeof(dialled->digits)) {
                return false;
            }
            dialled->digits[dialled->len++] = text.data[at];
            dialled->groups[group]++;
        }
    }
    return !bracket && dialled->len > 0;
}

static void lw_drop_digits(lw_dialled *dialled, size_t count) {
    dialled->len -= count;
    memmove(dialled->digits, dialled->digits + count, dialled->len);
}

/* Dialled from abroad without + or 00, as lists of mobile numbers have it. */
static void lw_drop_bare_country(lw_dialled *dialled, const char *country, size_t from_len) {
    if (!dialled->international && dialled->len >= from_len && memcmp(dialled->digits, country, 2) == 0) {
        lw_drop_digits(dialled, 2);
        dialled->international = true;
    }
}

/* ---- judging ---- */

/* 01.02.2003, 01/02/03 or 2003-02-01. */
static bool lw_looks_like_date(const lw_dialled *dialled) {
    const size_t *groups = dialled->groups;
    return !dialled->international && dialled->group_count == 3 && dialled->joints[1] == dialled->joints[2] &&
           groups[1] <= 2 &&
           ((groups[0] <= 2 && (groups[2] == 4 || groups[2] <= 2)) || (groups[0] == 4 && groups[2] <= 2));
}

/* +39.063451, a coordinate; the registries of domains write +39.0648172936. */
static bool lw_looks_like_decimal(const lw_dialled *dialled) {
    return dialled->group_count == 1 && dialled->joints[0] == '.' && dialled->len < 8;
}

/* Single digits stand only in front (0 800, +33 1) and, as an extension, at the end; dots are not mixed with others. */
static bool lw_groups_usual(const lw_dialled *dialled, bool extension) {
    for (size_t i = 1; i < dialled->group_count; i++) {
        bool last = i + 1 == dialled->group_count;
        if (dialled->groups[i] == 1 && !(last && extension)) {
            return false;
        }
        if (i > 1 && (dialled->joints[i] == '.') != (dialled->joints[i - 1] == '.') && dialled->joints[i - 1] != ')') {
            return false;
        }
    }
    return !lw_looks_like_date(dialled);
}

static bool lw_begins(const lw_dialled *dialled, const char *prefix) {
    size_t len = strlen(prefix);
    return dialled->len >= len && memcmp(dialled->digits, prefix, len) == 0;
}

static bool lw_in_plan(const lw_dialled *dialled, const lw_plan_row *rows) {
    for (; rows->prefix != NULL; rows++) {
        if (lw_begins(dialled, rows->prefix)) {
            return dialled->len >= rows->min && dialled->len <= rows->max;
        }
    }
    return false;
}

static bool lw_any_prefix(const lw_dialled *dialled, const char *const *prefixes) {
    for (; *prefixes != NULL; prefixes++) {
        if (lw_begins(dialled, *prefixes)) {
            return true;
        }
    }
    return false;
}

/* Further digits behind a space: groups of a longer number, of a card say. Without a keyword near that is no telephone
 * number; a number with a plus sign has its beginning, and is followed by what it likes. */
static bool lw_among_groups(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    size_t begin = candidate->begin;
    size_t end = candidate->end;
    bool before = begin >= 2 && cell.data[begin - 1] == ' ' && lw_digit(cell.data[begin - 2]);
    bool after = end + 1 < cell.len && cell.data[end] == ' ' && lw_digit(cell.data[end + 1]);
    return cell.data[begin] != '+' && (before || after);
}

/* Not part of something longer, not the tail of another country's number, not one digit over and over. */
static bool lw_phone_alone(const lw_candidate *candidate, const lw_dialled *dialled, const char *country) {
    lw_slice cell = candidate->cell;
    size_t begin = candidate->begin;
    bool plus_of_sum = begin > 0 && cell.data[begin] == '+' && lw_digit(cell.data[begin - 1]);
    if (!candidate->keyword && lw_among_groups(candidate)) {
        return false;
    }
    return !plus_of_sum && !lw_looks_like_decimal(dialled) && !lw_in_longer_number(cell, begin, candidate->end) &&
           (dialled->international || !lw_after_country_code(cell, begin, country)) &&
           !lw_all_same(dialled->digits + 1, dialled->len - 1);
}

/* The trunk 0 of a number dialled within the country; it never follows the country code. */
static bool lw_drop_trunk(lw_dialled *dialled) {
    bool trunk = dialled->digits[0] == '0';
    if (trunk == dialled->international) {
        return false;
    }
    if (trunk) {
        lw_drop_digits(dialled, 1);
    }
    return true;
}

/* ---- countries ---- */

/* Bundesnetzagentur, numbering plan of the public telephone network; numbers for media of the same. */
static bool lw_check_phone_de(const lw_candidate *candidate) {
    static const lw_plan_row plan[] = {
        {"15", 11, 11}, {"160", 10, 11}, {"162", 10, 11}, {"163", 10, 11}, {"17", 10, 11}, {"137", 8, 11},
        {"180", 7, 11}, {"18", 9, 11},   {"700", 11, 11}, {"800", 10, 10}, {"801", 0, 0},  {"900", 10, 10},
        {"31", 0, 0},   {"32", 11, 11},  {"2", 7, 11},    {"3", 7, 11},    {"4", 7, 11},   {"5", 7, 11},
        {"6", 7, 11},   {"7", 7, 11},    {"8", 7, 11},    {"9", 7, 11},    {NULL, 0, 0},
    };
    static const char *const fiction[] = {"3023125", "6990009",  "4066969",   "2214710",
                                          "8999998", "17139200", "176040690", NULL};
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "49", &dialled)) {
        return false;
    }
    bool split = dialled.group_count > 1;
    size_t area = dialled.groups[0] + (dialled.international ? 1U : 0U);
    bool area_usual = !split || (area >= 3 && (area <= 6 || dialled.international)) ||
                      (area == 1 && dialled.groups[1] == 3 && dialled.digits[1] == '8'); /* 0 800 */
    lw_drop_bare_country(&dialled, "49", 12);
    return area_usual && lw_drop_trunk(&dialled) && (split || dialled.international || dialled.len > 7) &&
           lw_in_plan(&dialled, plan) && lw_groups_usual(&dialled, true) && !lw_any_prefix(&dialled, fiction) &&
           lw_phone_alone(candidate, &dialled, "49");
}

/* ARCEP, national numbering plan; its numbers for audiovisual works. */
static bool lw_check_phone_fr(const lw_candidate *candidate) {
    static const lw_plan_row plan[] = {
        {"1", 9, 9},   {"2", 9, 9},  {"3", 9, 9},  {"4", 9, 9},  {"5", 9, 9},  {"6", 9, 9},
        {"700", 9, 9}, {"73", 9, 9}, {"74", 9, 9}, {"75", 9, 9}, {"76", 9, 9}, {"77", 9, 9},
        {"78", 9, 9},  {"79", 9, 9}, {"8", 9, 9},  {"9", 9, 9},  {NULL, 0, 0},
    };
    static const char *const fiction[] = {"19900", "26191", "35301", "46571", "53649", "63998", NULL};
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "33", &dialled)) {
        return false;
    }
    lw_drop_bare_country(&dialled, "33", 11);
    return lw_drop_trunk(&dialled) && lw_in_plan(&dialled, plan) && lw_groups_usual(&dialled, false) &&
           !lw_any_prefix(&dialled, fiction) && lw_phone_alone(candidate, &dialled, "33");
}

/* Ofcom, National Telephone Numbering Plan; its numbers for drama. */
static bool lw_check_phone_uk(const lw_candidate *candidate) {
    static const lw_plan_row plan[] = {
        {"110", 0, 0},   {"111", 0, 0},   {"112", 0, 0},   {"119", 0, 0},   {"11", 10, 10},  {"10", 0, 0},
        {"121", 10, 10}, {"131", 10, 10}, {"141", 10, 10}, {"151", 10, 10}, {"161", 10, 10}, {"171", 10, 10},
        {"181", 10, 10}, {"191", 10, 10}, {"1", 9, 10},    {"20", 10, 10},  {"23", 10, 10},  {"24", 10, 10},
        {"28", 10, 10},  {"29", 10, 10},  {"30", 10, 10},  {"33", 10, 10},  {"34", 10, 10},  {"37", 10, 10},
        {"55", 10, 10},  {"56", 10, 10},  {"7", 10, 10},   {"800", 9, 10},  {"808", 10, 10}, {"84", 10, 10},
        {"87", 10, 10},  {"90", 10, 10},  {"91", 10, 10},  {"98", 10, 10},  {NULL, 0, 0},
    };
    static const char *const fiction[] = {"1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960",
                                          "1314960", "1414960", "1514960", "1614960", "1632960", "1914980", "2079460",
                                          "2896496", "2920180", "3069990", "7700900", "8081570", "9098790", NULL};
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "44", &dialled)) {
        return false;
    }
    lw_drop_bare_country(&dialled, "44", 12);
    return lw_drop_trunk(&dialled) && lw_in_plan(&dialled, plan) && lw_groups_usual(&dialled, false) &&
           !lw_any_prefix(&dialled, fiction) && lw_phone_alone(candidate, &dialled, "44");
}

/* CNMC, national numbering plan: nine digits without trunk prefix. */
static bool lw_check_phone_es(const lw_candidate *candidate) {
    static const lw_plan_row plan[] = {
        {"51", 9, 9}, {"6", 9, 9},  {"70", 9, 9}, {"71", 9, 9}, {"72", 9, 9}, {"73", 9, 9}, {"74", 9, 9},
        {"78", 9, 9}, {"89", 0, 0}, {"8", 9, 9},  {"99", 0, 0}, {"9", 9, 9},  {NULL, 0, 0},
    };
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "34", &dialled)) {
        return false;
    }
    lw_drop_bare_country(&dialled, "34", 11);
    return lw_in_plan(&dialled, plan) && lw_groups_usual(&dialled, false) && lw_phone_alone(candidate, &dialled, "34");
}

/* 347-826-1930 and (347) 826 1930 are how North America writes it. */
static bool lw_american_layout(const lw_dialled *dialled) {
    const size_t *groups = dialled->groups;
    return !dialled->international && dialled->group_count == 3 && groups[0] == 3 && groups[1] == 3 && groups[2] == 4 &&
           (dialled->joints[1] == ')' || (dialled->joints[1] == '-' && dialled->joints[2] == '-'));
}

/* AGCOM, national numbering plan: the 0 of an area code belongs to the number, also behind the country code. */
static bool lw_check_phone_it(const lw_candidate *candidate) {
    static const lw_plan_row plan[] = {
        {"00", 0, 0},  {"0", 6, 11},  {"30", 0, 0},  {"3", 9, 10},  {"178", 9, 10}, {"199", 9, 9}, {"800", 9, 9},
        {"803", 9, 9}, {"840", 9, 9}, {"841", 9, 9}, {"847", 9, 9}, {"848", 9, 9},  {NULL, 0, 0},
    };
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "39", &dialled)) {
        return false;
    }
    lw_drop_bare_country(&dialled, "39", 11);
    bool short_run = dialled.group_count == 1 && dialled.len < 8 && !dialled.international;
    return !short_run && lw_in_plan(&dialled, plan) && lw_groups_usual(&dialled, true) &&
           !lw_american_layout(&dialled) && lw_phone_alone(candidate, &dialled, "39");
}

/* ANATEL: 67 national codes. */
static bool lw_brazil_area(const char *digits) {
    static const char *const second[10] = {"",     "123456789", "12478",  "1234578",   "123456789",
                                           "1345", "123456789", "134579", "123456789", "123456789"};
    return lw_value_in(second[digits[0] - '0'], digits[1]) >= 0;
}

/* The last four digits stand apart from the four or five before them, if anything does. */
static bool lw_brazil_groups(const lw_dialled *dialled) {
    size_t count = dialled->group_count;
    size_t last = dialled->groups[count - 1];
    if (count == 1 || last == 8 || last == 9) {
        return true;
    }
    size_t before = dialled->groups[count - 2];
    return last == 4 && (before == 4 || before == 5 || (count == 2 && before >= 6));
}

/* ANATEL, numbering regulation: area code, then 9 and eight digits (mobile) or eight digits that begin with 2 to 5.
 * Within the country 0 stands in front, or 0 and a carrier's code of two digits; 0800, 0300, 0500 and 4003 are
 * services. */
static bool lw_check_phone_br(const lw_candidate *candidate) {
    static const lw_plan_row services[] = {
        {"800", 9, 10}, {"300", 9, 10}, {"500", 9, 10}, {"900", 9, 10}, {NULL, 0, 0}};
    lw_dialled dialled;
    if (!lw_take_apart(candidate, "55", &dialled)) {
        return false;
    }
    if (dialled.len == 8 && !dialled.international) {
        return dialled.group_count < 3 && lw_phone_alone(candidate, &dialled, "55");
    }
    lw_drop_bare_country(&dialled, "55", 12);
    bool trunk = dialled.digits[0] == '0';
    lw_drop_digits(&dialled, trunk ? 1 : 0);
    if ((trunk || dialled.international) && lw_in_plan(&dialled, services)) {
        return lw_groups_usual(&dialled, false) && lw_phone_alone(candidate, &dialled, "55");
    }
    if (trunk && !dialled.international && dialled.len >= 12) {
        lw_drop_digits(&dialled, 2); /* the carrier */
    }
    bool mobile = dialled.len == 11 && dialled.digits[2] == '9';
    bool landline = dialled.len == 10 && strchr("23457", dialled.digits[2]) != NULL; /* 7: trunked radio */
    return (mobile || landline) && lw_brazil_area(dialled.digits) && lw_brazil_groups(&dialled) &&
           !lw_looks_like_date(&dialled) && lw_phone_alone(candidate, &dialled, "55");
}

const lw_named_check lw_checks_phone[] = {
    {"phone-br", lw_check_phone_br, LW_EVIDENCE_RULE},
    {"phone-de", lw_check_phone_de, LW_EVIDENCE_RULE},
    {"phone-es", lw_check_phone_es, LW_EVIDENCE_RULE},
    {"phone-fr", lw_check_phone_fr, LW_EVIDENCE_RULE},
    {"phone-it", lw_check_phone_it, LW_EVIDENCE_RULE},
    {"phone-uk", lw_check_phone_uk, LW_EVIDENCE_RULE},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
