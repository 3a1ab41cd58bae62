/* Dates of birth: is this text a real calendar date on which a living person can have been born?
 *
 * The patterns of the catalogue say how a date may be written; this reads what they let through: up to three parts,
 * each a number or the name of a month (English, German, French, Spanish, Italian, Portuguese; case and accents do not
 * matter), the same separator between numbers. Day and month may stand in either order where both are numbers: it is
 * enough that one order makes a date.
 *
 * A date counts if it exists in the Gregorian calendar, is not after today and not more than 120 years ago. Years of
 * two digits mean this century up to the current year, the last one after it.
 */
#include <string.h>
#include <time.h>

#include "identifiers/identifiers_priv.h"

#define LW_AGE_MAX 120
#define LW_PARTS_MAX 3

typedef struct lw_date_part {
    int number; /* or the month, if named */
    size_t digits;
    bool named;
    char separator; /* before it */
} lw_date_part;

typedef struct lw_today {
    int32_t days;
    int year;
    unsigned month, day;
} lw_today;

/* Lower case, without accents: what names are compared as. By index of the month less one. */
static const char *const month_names[12] = {
    " january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro ",
    " february feb februar feber fevrier fevr fev febrero febbraio fevereiro ",
    " march mar marz maerz mrz mars marzo marco ",
    " april apr avril avr abril abr aprile ",
    " may mai mayo maggio mag maio ",
    " june jun juni juin junio giugno giu junho ",
    " july jul juli juillet juil julio luglio lug julho ",
    " august aug aout agosto ago ",
    " september sep sept septembre septiembre setiembre set settembre sett setembro ",
    " october oct oktober okt octobre octubre ottobre ott outubro out ",
    " november nov novembre noviembre novembro ",
    " december dec dezember dez decembre diciembre dic dicembre dezembro ",
};

static bool lw_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool lw_date_valid(int year, unsigned month, unsigned day) {
    static const unsigned days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) {
        return false;
    }
    return day <= days[month - 1] + (month == 2 && lw_leap(year) ? 1U : 0U);
}

int32_t lw_days_from_civil(int year, unsigned month, unsigned day) {
    static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int past = year - 1;
    int leap_day = month > 2 && lw_leap(year) ? 1 : 0;
    int since_year_1 = past * 365 + past / 4 - past / 100 + past / 400 + before[month - 1] + leap_day + (int)day - 1;
    return since_year_1 - 719162; /* 1970-01-01 */
}

static lw_today lw_today_of(int32_t days) {
    struct tm parts = {0};
    time_t seconds = (time_t)days * 86400;
    (void)gmtime_r(&seconds, &parts);
    return (lw_today){days, parts.tm_year + 1900, (unsigned)parts.tm_mon + 1, (unsigned)parts.tm_mday};
}

static bool lw_birth_possible(const lw_today *today, int year, int month, int day) {
    if (month < 0 || day < 0 || !lw_date_valid(year, (unsigned)month, (unsigned)day)) {
        return false;
    }
    int32_t days = lw_days_from_civil(year, (unsigned)month, (unsigned)day);
    int oldest_year = today->year - LW_AGE_MAX;
    unsigned oldest_day = today->month == 2 && today->day == 29 ? 28 : today->day;
    return days <= today->days && days >= lw_days_from_civil(oldest_year, today->month, oldest_day);
}

/* ---- parts ---- */

static bool lw_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool lw_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The base letter of an accented one (second byte of U+00C0-U+00FF in UTF-8), or 0. */
static char lw_base_letter(unsigned char second) {
    static const char bases[] = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy";
    return second >= 0x80 && second < 0xC0 ? bases[second - 0x80] : '\0';
}

/* The month a word names, 1 to 12; 0 if none. */
static int lw_month_of(lw_slice word) {
    char folded[24];
    size_t len = 0;
    folded[len++] = ' ';
    for (size_t i = 0; i < word.len; i++) {
        char c = word.data[i];
        if ((unsigned char)c == 0xC3 && i + 1 < word.len) {
            c = lw_base_letter((unsigned char)word.data[++i]);
        }
        if (len + 2 >= sizeof(folded) || (unsigned char)c >= 0x80) {
            return 0;
        }
        folded[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    folded[len++] = ' ';
    folded[len] = '\0';
    for (int month = 0; month < 12; month++) {
        if (strstr(month_names[month], folded) != NULL) {
            return month + 1;
        }
    }
    return 0;
}

/* Endings of a day ("3rd", "1er", "1º") and the words between parts ("de", "of"). */
static bool lw_filler(lw_slice word) {
    static const char *const fillers[] = {"st", "nd",  "rd", "th",       "er",      "of",
                                          "de", "del", "di", "\xc2\xba", "\xc2\xb0"};
    for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
        if (lw_slice_equal_nocase(word, lw_slice_from(fillers[i]))) {
            return true;
        }
    }
    return false;
}

/* Reads one number or word at *at. False: a word that is neither a month nor a filler. */
static bool lw_read_part(lw_slice text, size_t *at, lw_date_part *part) {
    size_t start = *at;
    *part = (lw_date_part){0};
    if (lw_digit(text.data[start])) {
        for (; *at < text.len && lw_digit(text.data[*at]) && part->digits < 8; ++*at, part->digits++) {
            part->number = part->number * 10 + (text.data[*at] - '0');
        }
        return true;
    }
    while (*at < text.len && lw_letter(text.data[*at])) {
        ++*at;
    }
    lw_slice word = {text.data + start, *at - start};
    if (lw_filler(word)) {
        return true;
    }
    part->named = true;
    part->number = lw_month_of(word);
    return part->number != 0;
}

/* The parts of a date; what follows the third (a time) is left alone. 0: it is no date. */
static size_t lw_read_parts(lw_slice text, lw_date_part parts[LW_PARTS_MAX]) {
    size_t count = 0;
    char separator = '\0';
    for (size_t at = 0; at < text.len && count < LW_PARTS_MAX;) {
        if (!lw_digit(text.data[at]) && !lw_letter(text.data[at])) {
            separator = text.data[at++];
            continue;
        }
        lw_date_part part;
        if (!lw_read_part(text, &at, &part)) {
            return 0;
        }
        if (part.named || part.digits > 0) {
            part.separator = separator;
            parts[count++] = part;
        }
    }
    return count;
}

static int lw_full_year(const lw_date_part *part, const lw_today *today) {
    if (part->digits != 2) {
        return part->number;
    }
    int century = today->year - today->year % 100;
    return part->number <= today->year % 100 ? century + part->number : century - 100 + part->number;
}

static bool lw_numbers_possible(const lw_today *today, const lw_date_part parts[LW_PARTS_MAX]) {
    if (parts[1].separator != parts[2].separator) {
        return false;
    }
    if (parts[0].digits == 4) {
        return lw_birth_possible(today, parts[0].number, parts[1].number, parts[2].number);
    }
    int year = lw_full_year(&parts[2], today);
    return lw_birth_possible(today, year, parts[1].number, parts[0].number) ||
           lw_birth_possible(today, year, parts[0].number, parts[1].number);
}

bool lw_check_birth_date(const lw_candidate *candidate) {
    lw_slice text = {candidate->cell.data + candidate->begin, candidate->end - candidate->begin};
    lw_today today = lw_today_of(candidate->today);
    lw_date_part parts[LW_PARTS_MAX] = {{0}};
    size_t count = lw_read_parts(text, parts);
    if (count == 1 && parts[0].digits == 8) {
        int whole = parts[0].number;
        return lw_birth_possible(&today, whole / 10000, whole / 100 % 100, whole % 100);
    }
    if (count != LW_PARTS_MAX) {
        return false;
    }
    if (parts[0].named) { /* April 23, 1987 */
        return !parts[1].named &&
               lw_birth_possible(&today, lw_full_year(&parts[2], &today), parts[0].number, parts[1].number);
    }
    if (!parts[1].named) {
        return !parts[2].named && lw_numbers_possible(&today, parts);
    }
    if (parts[0].digits == 4) { /* 1987-Apr-23 */
        return lw_birth_possible(&today, parts[0].number, parts[1].number, parts[2].number);
    }
    return lw_birth_possible(&today, lw_full_year(&parts[2], &today), parts[1].number, parts[0].number);
}
