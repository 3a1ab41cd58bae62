/* Dates of birth: is this text a real calendar date on which a living person can have been born?
 *
 * The patterns of the catalogue say how a date may be written; this reads what they let through: up to three parts,
 * each a number or the name of a month, the same separator between numbers. A time of day among them, with the name of
 * its zone behind it, is passed over (`May 06 00:00:00 CEST 1980`). Months have names in Danish, Dutch, English,
 * Finnish, French, German, Italian, Norwegian, Polish, Portuguese, Spanish and Swedish; case and accents do not matter.
 * Day and month may stand in either order where both are numbers: it is enough that one order makes a date.
 *
 * A date counts if it exists in the Gregorian calendar, is not after today and not more than 120 years ago. Years of
 * two digits mean this century up to the current year, the last one after it.
 */
#include <string.h>
#include <time.h>

#include "identifiers/checks_priv.h"

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
    (" january jan januar janner jaenner januari janvier janv enero ene gennaio gen genn janeiro styczen stycznia sty "
     "tammikuu "),
    (" february feb februar feber februari febr fevrier fevr fev febrero febbraio febb fevereiro luty lutego lut "
     "helmikuu "),
    " march mar marz maerz mrz mars marzo marco maart mrt marts marzec marca maaliskuu ",
    " april apr avril avr abril abr aprile kwiecien kwietnia kwi huhtikuu ",
    " may mai mayo maggio mag magg maio mei maj maja toukokuu ",
    " june jun juni juin junio giugno giu junho czerwiec czerwca cze kesakuu ",
    " july jul juli juillet juil julio luglio lug julho lipiec lipca lip heinakuu ",
    " august aug aout agosto ago augustus augusti sierpien sierpnia sie elokuu ",
    " september sep sept septembre septiembre setiembre set settembre sett setembro wrzesien wrzesnia wrz syyskuu ",
    " october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz lokakuu ",
    " november nov novembre noviembre novembro listopad listopada lis marraskuu ",
    " december dec dezember dez decembre diciembre dic dicembre dezembro desember des grudzien grudnia gru joulukuu ",
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

static bool lw_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The base letter of an accented one, U+00C0 to U+017E in UTF-8, or 0. */
static char lw_base_letter(unsigned char first, unsigned char second) {
    static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy";
    static const char extended_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                     "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    if (second < 0x80 || second >= 0xC0) {
        return '\0';
    }
    if (first == 0xC3) {
        return latin_1[second - 0x80];
    }
    return first == 0xC4 || first == 0xC5 ? extended_a[(first - 0xC4) * 64 + second - 0x80] : '\0';
}

/* The month a word names, 1 to 12; 0 if none. */
static int lw_month_of(lw_slice word) {
    char folded[24];
    size_t len = 0;
    folded[len++] = ' ';
    for (size_t i = 0; i < word.len; i++) {
        char c = word.data[i];
        if ((unsigned char)c >= 0xC3 && (unsigned char)c <= 0xC5 && i + 1 < word.len) {
            c = lw_base_letter((unsigned char)c, (unsigned char)word.data[++i]);
        }
        if (len + 2 >= sizeof(folded) || (unsigned char)c >= 0x80) {
            return 0;
        }
        folded[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (len > 5 && memcmp(folded + len - 5, "kuuta", 5) == 0) {
        len -= 2; /* Finnish: 3. toukokuuta */
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
    static const char *const fillers[] = {"st",  "nd",  "rd", "th", "er",       "re",       "ro",
                                          "o",   "e",   "of", "de", "del",      "di",       "do",
                                          "den", "the", "a",  "d",  "\xc2\xba", "\xc2\xb0", "\xc2\xaa"};
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

/* Passes hh:mm or hh:mm:ss, and the zone in letters or as +hhmm. */
static bool lw_pass_time(lw_slice text, size_t *at) {
    size_t begin = *at;
    if (begin + 2 >= text.len || !lw_digit(text.data[begin]) || !lw_digit(text.data[begin + 1]) ||
        text.data[begin + 2] != ':') {
        return false;
    }
    while (begin < text.len && (lw_digit(text.data[begin]) || text.data[begin] == ':')) {
        begin++;
    }
    if (begin + 1 < text.len && text.data[begin] == ' ' && lw_letter(text.data[begin + 1])) {
        for (begin++; begin < text.len && lw_letter(text.data[begin]); begin++) {
        }
    }
    begin += begin + 1 < text.len && text.data[begin] == ' ' && lw_value_in("+-", text.data[begin + 1]) >= 0;
    if (begin < text.len && (text.data[begin] == '+' || text.data[begin] == '-')) {
        for (begin++; begin < text.len && (lw_digit(text.data[begin]) || text.data[begin] == ':'); begin++) {
        }
    }
    *at = begin;
    return true;
}

/* The parts of a date; what follows the third (a time) is left alone. 0: it is no date. */
static size_t lw_read_parts(lw_slice text, lw_date_part parts[LW_PARTS_MAX]) {
    size_t count = 0;
    char separator = '\0';
    for (size_t at = 0; at < text.len && count < LW_PARTS_MAX;) {
        char c = text.data[at];
        if (!lw_digit(c) && !lw_letter(c)) {
            separator = separator == '\0' || separator == ' ' ? c : separator; /* the sign of " - ", not its spaces */
            at++;
            continue;
        }
        if (count == 2 && lw_pass_time(text, &at)) {
            continue;
        }
        lw_date_part part;
        if (!lw_read_part(text, &at, &part)) {
            return 0;
        }
        if (part.named || part.digits > 0) {
            part.separator = separator;
            separator = '\0';
            parts[count++] = part;
        }
        if (count == 1 && part.digits == 8) {
            break; /* 19870423T000000: the time does not matter */
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

static bool lw_either_order(const lw_today *today, int year, int first, int second) {
    return lw_birth_possible(today, year, second, first) || lw_birth_possible(today, year, first, second);
}

static bool lw_numbers_possible(const lw_today *today, const lw_date_part parts[LW_PARTS_MAX]) {
    if (parts[1].separator != parts[2].separator) {
        return false;
    }
    if (parts[0].digits == 4) {
        return lw_birth_possible(today, parts[0].number, parts[1].number, parts[2].number);
    }
    int year = lw_full_year(&parts[2], today);
    bool no_day = parts[0].digits == 2 && parts[2].digits == 2 && (parts[0].number == 0 || parts[0].number > 31);
    bool year_first =
        no_day && lw_birth_possible(today, lw_full_year(&parts[0], today), parts[1].number, parts[2].number);
    return year_first || lw_either_order(today, year, parts[0].number, parts[1].number);
}

/* Eight digits: year, month, day, or day and month, then the year. */
static bool lw_run_possible(const lw_today *today, int run) {
    return lw_birth_possible(today, run / 10000, run / 100 % 100, run % 100) ||
           lw_either_order(today, run % 10000, run / 1000000, run / 10000 % 100);
}

bool lw_check_birth_date(const lw_candidate *candidate) {
    lw_slice text = {candidate->cell.data + candidate->begin, candidate->end - candidate->begin};
    lw_today today = lw_today_of(candidate->today);
    lw_date_part parts[LW_PARTS_MAX] = {{0}};
    size_t count = lw_read_parts(text, parts);
    if (count == 1 && parts[0].digits == 8) {
        return lw_run_possible(&today, parts[0].number) &&
               !lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
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
