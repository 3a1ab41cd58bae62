/* Places and postal codes of eight countries, agreeing or not.
 *
 * Macie counts an address where a place name stands with its postal code. A code alone says in which region it lies:
 * the state of a ZIP's first three digits (United States), the province of the first letter (Canada), the postcode area
 * (United Kingdom), the state of a range (Australia), the first two digits elsewhere. The embedded table holds, for
 * each country, every (region, place) that is known, so that one look-up a region decides, and the region's names for
 * files that have a state column. A place agrees with any code of its region and not with that very code only: town
 * names share codes and spellings vary, and exact pairs would lose every tenth true address (docs/names.md).
 *
 * Leaves out: house numbers and streets (no proof either way), countries beyond Macie's eight.
 */
#include "identifiers/places_priv.h"

#include <string.h>

#include "identifiers/names_priv.h"

#define PLACE_MAX 80
#define CODE_LEAST 3 /* bytes of a postal code, of any country */
#define CODE_MOST 10
#define LETTER_CODE_LEAST 5 /* that begins with a letter */
#define LETTER_CODE_MOST 8
#define KEY_MAX (PLACE_MAX + 8)

static const char country_text[LW_COUNTRY_COUNT][3] = {"us", "ca", "gb", "au", "de", "fr", "it", "es"};

bool lw_place_known(lw_slice cell) {
    char key[KEY_MAX] = "*:";
    size_t len = lw_fold_place(cell, key + 2, PLACE_MAX);
    return len >= 2 && lw_table_find(LW_TABLE_PLACES, key, len + 2) != 0;
}

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t leading_digits(lw_slice text) {
    size_t count = 0;
    while (count < text.len && digit(text.data[count])) {
        count++;
    }
    return count;
}

/* Reads 3 to width digits, padded with zeros on the left, into digits. rest: what follows them. */
static bool read_digits(lw_slice code, size_t width, bool padded, char digits[5], lw_slice *rest) {
    size_t count = leading_digits(code);
    if (count > width || count < (padded ? 3U : width)) {
        return false;
    }
    memset(digits, '0', width);
    memcpy(digits + width - count, code.data, count);
    *rest = (lw_slice){code.data + count, code.len - count};
    return true;
}

static void add_region(lw_regions *regions, const char *text, size_t len) {
    if (regions->count < LW_REGIONS_MAX) {
        memset(regions->text[regions->count], 0, sizeof(regions->text[0]));
        memcpy(regions->text[regions->count++], text, len);
    }
}

static bool spreadsheet_rest(lw_slice rest) {
    return rest.len == 0 || (rest.len == 2 && rest.data[0] == '.' && rest.data[1] == '0');
}

static bool read_us(lw_slice code, bool padded, lw_regions *regions) {
    char digits[5];
    lw_slice rest;
    if (code.len == 9 && leading_digits(code) == 9) {
        code.len = 5; /* ZIP+4 without its hyphen */
    }
    if (!read_digits(code, 5, padded, digits, &rest)) {
        return false;
    }
    bool plus4 = rest.len == 5 && rest.data[0] == '-' && leading_digits((lw_slice){rest.data + 1, 4}) == 4;
    if (!plus4 && !spreadsheet_rest(rest)) {
        return false;
    }
    const char *states =
        lw_table_zip_states((unsigned)((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0')));
    for (size_t i = 0; i < LW_REGIONS_MAX && states[2 * i] != '\0'; i++) {
        add_region(regions, states + 2 * i, 2);
    }
    return regions->count > 0;
}

/* Province of a code's first letter; X is shared by two. */
static const struct {
    char first;
    const char *region;
} canada[] = {{'a', "nl"}, {'b', "ns"}, {'c', "pe"}, {'e', "nb"}, {'g', "qc"}, {'h', "qc"}, {'j', "qc"},
              {'k', "on"}, {'l', "on"}, {'m', "on"}, {'n', "on"}, {'p', "on"}, {'r', "mb"}, {'s', "sk"},
              {'t', "ab"}, {'v', "bc"}, {'x', "nt"}, {'x', "nu"}, {'y', "yt"}};

static bool read_canada(lw_slice code, lw_regions *regions) {
    if (code.len != 6 && !(code.len == 7 && (code.data[3] == ' ' || code.data[3] == '-'))) {
        return false;
    }
    const char *second = code.data + code.len - 3;
    if (!letter(code.data[0]) || !digit(code.data[1]) || !letter(code.data[2]) || !digit(second[0]) ||
        !letter(second[1]) || !digit(second[2]) || strchr("dfioqu", lower(code.data[2])) != NULL ||
        strchr("dfioqu", lower(second[1])) != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof(canada) / sizeof(canada[0]); i++) {
        if (canada[i].first == lower(code.data[0])) {
            add_region(regions, canada[i].region, 2);
        }
    }
    return regions->count > 0;
}

/* Outward code (area, district) and inward code (digit, two letters); that the area exists shows in the table. */
static bool read_united_kingdom(lw_slice code, lw_regions *regions) {
    if (code.len < 5 || code.len > 8) {
        return false;
    }
    const char *inward = code.data + code.len - 3;
    size_t outward = code.len - 3;
    while (outward > 0 && code.data[outward - 1] == ' ') {
        outward--;
    }
    size_t area = outward > 0 && letter(code.data[0]) ? (outward > 1 && letter(code.data[1]) ? 2U : 1U) : 0U;
    bool district = outward > area && outward - area <= 2 && digit(code.data[area]) &&
                    (outward - area == 1 || digit(code.data[area + 1]) || letter(code.data[area + 1]));
    if (area == 0 || !district || !digit(inward[0]) || !letter(inward[1]) || !letter(inward[2]) ||
        strchr("cikmov", lower(inward[1])) != NULL || strchr("cikmov", lower(inward[2])) != NULL) {
        return false;
    }
    char text[2] = {lower(code.data[0]), area == 2 ? lower(code.data[1]) : '\0'};
    add_region(regions, text, area);
    return true;
}

static const struct {
    int from, to;
    const char *region;
} australia[] = {{200, 299, "ac"},   {800, 999, "nt"},   {1000, 2999, "ns"}, {2600, 2620, "ac"},
                 {2900, 2920, "ac"}, {3000, 3999, "vi"}, {4000, 4999, "ql"}, {5000, 5999, "sa"},
                 {6000, 6999, "wa"}, {7000, 7999, "ta"}, {8000, 8999, "vi"}, {9000, 9999, "ql"}};

static bool read_australia(lw_slice code, bool padded, lw_regions *regions) {
    char digits[5];
    lw_slice rest;
    if (!read_digits(code, 4, padded, digits, &rest) || !spreadsheet_rest(rest)) {
        return false;
    }
    int value = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 + (digits[3] - '0');
    for (size_t i = 0; i < sizeof(australia) / sizeof(australia[0]); i++) {
        if (value >= australia[i].from && value <= australia[i].to) {
            add_region(regions, australia[i].region, 2);
        }
    }
    return regions->count > 0;
}

static bool first_two_used(lw_country country, const char *digits) {
    int pair = (digits[0] - '0') * 10 + (digits[1] - '0');
    if (country == LW_COUNTRY_DE) {
        return pair != 0 && pair != 5 && pair != 43 && pair != 62;
    }
    if (country == LW_COUNTRY_FR) {
        return pair != 0 && pair != 96 && pair != 99;
    }
    if (country == LW_COUNTRY_ES) {
        return pair >= 1 && pair <= 52;
    }
    return pair != 49 && pair != 68 && pair != 69 && pair != 77 && pair != 78 && pair != 79 && pair != 99;
}

static bool read_by_two_digits(lw_country country, lw_slice code, bool padded, lw_regions *regions) {
    char digits[5];
    lw_slice rest;
    if (!read_digits(code, 5, padded, digits, &rest) || !spreadsheet_rest(rest) || !first_two_used(country, digits)) {
        return false;
    }
    add_region(regions, digits, 2);
    return true;
}

static lw_slice trimmed(lw_slice text) {
    while (text.len > 0 && text.data[0] == ' ') {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ') {
        text.len--;
    }
    return text;
}

bool lw_postal_read(lw_country country, lw_slice code, bool padded, lw_regions *ret_regions) {
    ret_regions->count = 0;
    code = trimmed(code);
    if (code.len < CODE_LEAST || code.len > CODE_MOST) {
        return false;
    }
    switch (country) {
    case LW_COUNTRY_US:
        return read_us(code, padded, ret_regions);
    case LW_COUNTRY_CA:
        return read_canada(code, ret_regions);
    case LW_COUNTRY_GB:
        return read_united_kingdom(code, ret_regions);
    case LW_COUNTRY_AU:
        return read_australia(code, padded, ret_regions);
    case LW_COUNTRY_DE:
    case LW_COUNTRY_FR:
    case LW_COUNTRY_IT:
    case LW_COUNTRY_ES:
        return read_by_two_digits(country, code, padded, ret_regions);
    case LW_COUNTRY_COUNT:
    default:
        return false;
    }
}

/* Letter as 'a', digit as '1', the rest as it is. */
static char kind_of(char c) {
    return digit(c) ? '1' : letter(c) ? 'a' : c;
}

/* 'shape' is written with 'a', '1' and ' ' (a space or a hyphen that may be missing). */
static bool has_shape(lw_slice text, const char *shape) {
    size_t at = 0;
    for (; *shape != '\0'; shape++) {
        if (*shape == ' ') {
            at += at < text.len && (text.data[at] == ' ' || text.data[at] == '-') ? 1U : 0U;
        } else if (at == text.len || kind_of(text.data[at++]) != *shape) {
            return false;
        }
    }
    return at == text.len;
}

/* Canada and the United Kingdom; letters that are never used are not asked for. */
static const char *const letter_shapes[] = {"a1a 1a1",  "a1 1aa",  "a11 1aa", "aa1 1aa",
                                            "aa11 1aa", "a1a 1aa", "aa1a 1aa"};

/* Digits that end where a code of digits may: at its end, at what a spreadsheet adds, at the second part of a ZIP. */
static bool digits_rest(lw_slice rest) {
    bool plus4 = rest.len == 5 && rest.data[0] == '-' && leading_digits((lw_slice){rest.data + 1, 4}) == 4;
    return plus4 || spreadsheet_rest(rest);
}

/* Codes that begin with a letter end with a digit and two more, in both countries. */
static bool inward_digit(lw_slice code) {
    return code.len >= LETTER_CODE_LEAST && code.len <= LETTER_CODE_MOST && digit(code.data[code.len - 3]);
}

bool lw_postal_form(lw_slice code) {
    code = trimmed(code);
    if (code.len < CODE_LEAST || code.len > CODE_MOST) {
        return false;
    }
    if (letter(code.data[0])) {
        for (size_t i = 0; inward_digit(code) && i < sizeof(letter_shapes) / sizeof(letter_shapes[0]); i++) {
            if (has_shape(code, letter_shapes[i])) {
                return true;
            }
        }
        return false;
    }
    size_t digits = leading_digits(code);
    bool plain = digits >= 3 && digits <= 5 && digits_rest((lw_slice){code.data + digits, code.len - digits});
    return plain || (digits == 9 && code.len == 9);
}

#define COUNTRY_BIT(country) (1U << LW_COUNTRY_##country)
#define COUNTRIES_OF_LETTERS (COUNTRY_BIT(CA) | COUNTRY_BIT(GB))

/* The countries whose code it may be by the way it begins and by its length: what most cells are told by. */
static unsigned may_be_code(lw_slice code) {
    code = trimmed(code);
    if (code.len < CODE_LEAST || code.len > CODE_MOST) {
        return 0;
    }
    if (!digit(code.data[0])) {
        return letter(code.data[0]) && inward_digit(code) ? COUNTRIES_OF_LETTERS : 0;
    }
    size_t digits = leading_digits(code);
    bool plain = digits >= 3 && digits <= 5 && digits_rest((lw_slice){code.data + digits, code.len - digits});
    return plain ? LW_COUNTRIES_ALL & ~COUNTRIES_OF_LETTERS : digits == 9 && code.len == digits ? COUNTRY_BIT(US) : 0;
}

unsigned lw_postal_countries(lw_slice code, bool padded) {
    unsigned may_be = may_be_code(code);
    unsigned countries = 0;
    for (unsigned country = 0; may_be >> country != 0; country++) {
        lw_regions regions;
        if ((may_be >> country & 1U) != 0 && lw_postal_read((lw_country)country, code, padded, &regions)) {
            countries |= 1U << country;
        }
    }
    return countries;
}

/* Is "<country><region><mark><text>" in the table? text is folded. */
static bool known_in_region(lw_country country, const char *region, char mark, lw_slice text) {
    char key[KEY_MAX];
    if (text.len < 2 || text.len > PLACE_MAX) {
        return false;
    }
    size_t len = 2;
    memcpy(key, country_text[country], 2);
    for (size_t i = 0; region[i] != '\0'; i++) {
        key[len++] = region[i];
    }
    key[len++] = mark;
    memcpy(key + len, text.data, text.len);
    return lw_table_find(LW_TABLE_PLACES, key, len + text.len) != 0;
}

bool lw_place_in_regions(lw_country country, const lw_regions *regions, lw_slice folded_place) {
    for (size_t i = 0; i < regions->count; i++) {
        if (known_in_region(country, regions->text[i], ':', folded_place)) {
            return true;
        }
    }
    return false;
}

bool lw_state_of_regions(lw_country country, const lw_regions *regions, lw_slice folded_state) {
    for (size_t i = 0; i < regions->count; i++) {
        bool abbreviation =
            country == LW_COUNTRY_US && folded_state.len == 2 && memcmp(regions->text[i], folded_state.data, 2) == 0;
        if (abbreviation || known_in_region(country, regions->text[i], '=', folded_state)) {
            return true;
        }
    }
    return false;
}

/* A place that is in no list still is one if the state beside it is the code's own: two letters, no placeholder. */
static bool place_word(lw_slice folded) {
    if (folded.len < 2 || (folded.len == 3 && memcmp(folded.data, "n a", 3) == 0)) {
        return false;
    }
    unsigned payload = lw_table_find(LW_TABLE_NAMES, folded.data, folded.len);
    return LW_WORD_ROLE(payload) != LW_ROLE_PLACEHOLDER;
}

/* By character: letters of any script in the low byte, digits in the next, then what is in no place. */
#define LETTER 0x000001U
#define DIGIT 0x000100U
#define AT 0x010000U
#define OF_4(x) x, x, x, x
#define OF_16(x) OF_4(x), OF_4(x), OF_4(x), OF_4(x)
#define LETTER_TAIL OF_16(LETTER), OF_4(LETTER), OF_4(LETTER), LETTER, LETTER, OF_4(0), 0
static const uint32_t counted_as[256] = {
    OF_16(0),
    OF_16(0),
    OF_16(0),
    OF_4(DIGIT),
    OF_4(DIGIT),
    DIGIT,
    DIGIT,
    OF_4(0),
    0,
    0,
    AT,
    LETTER_TAIL,
    0,
    LETTER_TAIL,
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
    OF_16(LETTER),
};
#undef LETTER_TAIL
#undef OF_16
#undef OF_4

/* Letters, and more of them than digits: "Paris 04" is a place, "4711" and "A1" are none. At most PLACE_MAX bytes. */
static bool wordy(lw_slice text) {
    uint32_t counts = 0;
    for (size_t i = 0; i < text.len; i++) {
        counts += counted_as[(unsigned char)text.data[i]];
    }
    uint32_t letters = counts & 0xffU;
    return counts < AT && letters >= 2 && letters > counts >> 8;
}

/* So long that folding it never takes more than PLACE_MAX: one byte folds to two letters at most. */
#define FOLDS_WHOLE (PLACE_MAX / 2 - 2)

/* Does a word stand at the beginning that is no placeholder and that lw_fold_place keeps two letters of? East, north,
 * south and west keep one, cedex none. */
static bool begins_place(lw_slice city) {
    if (city.len < 2 || city.len > FOLDS_WHOLE || !letter(city.data[0]) || !letter(city.data[1])) {
        return false;
    }
    char second = lower(city.data[1]);
    switch (lower(city.data[0])) {
    case 'c':
    case 'w':
        return second != 'e';
    case 'e':
        return second != 'a';
    case 's':
    case 'n':
        if (second == 'o') {
            return false;
        }
        break;
    default:
        break;
    }
    return !lw_name_begins_placeholder(city.data[0], second);
}

bool lw_place_form(lw_slice city) {
    char text[PLACE_MAX];
    if (city.len == 0 || city.len > PLACE_MAX || !wordy(city)) {
        return false;
    }
    if (begins_place(city)) {
        return true;
    }
    size_t len = lw_fold_place(city, text, sizeof(text));
    return place_word((lw_slice){text, len});
}

/* Folds to a house number or to letters that no placeholder begins with, and to two characters at least. */
static bool begins_street(lw_slice street) {
    if (street.len > FOLDS_WHOLE) {
        return false;
    }
    bool second = letter(street.data[1]) || digit(street.data[1]);
    bool third = letter(street.data[2]) || digit(street.data[2]);
    return digit(street.data[0]) ? second || third : begins_place(street);
}

bool lw_street_form(lw_slice street) {
    char text[PLACE_MAX];
    if (street.len < 3 || memchr(street.data, '@', street.len) != NULL) {
        return false;
    }
    if (begins_street(street)) {
        return true;
    }
    size_t len = lw_fold_words(street, text, sizeof(text));
    return len == 0 ? street.len >= PLACE_MAX : place_word((lw_slice){text, len});
}

bool lw_address_fields(unsigned countries, lw_slice city, lw_slice state, lw_slice code) {
    char city_text[PLACE_MAX];
    char state_text[PLACE_MAX];
    unsigned may_be = city.len < 2 ? 0 : countries & may_be_code(code);
    lw_slice folded_city = {0};
    lw_slice folded_state = {0};
    for (unsigned country = 0; may_be >> country != 0; country++) {
        lw_regions regions;
        if ((may_be >> country & 1U) == 0 || !lw_postal_read((lw_country)country, code, true, &regions)) {
            continue;
        }
        if (folded_city.data == NULL) { /* only where there is a code */
            folded_city = (lw_slice){city_text, lw_fold_place(city, city_text, sizeof(city_text))};
            folded_state = (lw_slice){state_text, lw_fold_words(state, state_text, sizeof(state_text))};
            if (!place_word(folded_city)) {
                return false;
            }
        }
        if (lw_place_in_regions((lw_country)country, &regions, folded_city) ||
            (folded_state.len >= 2 && lw_state_of_regions((lw_country)country, &regions, folded_state))) {
            return true;
        }
    }
    return false;
}
