/* Driver licences, passports, electoral roll: checks beyond the pattern.
 *
 * Few of these numbers have a public check digit (Germany, Finland, Spain, Sweden; passports in their machine readable
 * zone). Others carry the day of birth (Great Britain, Illinois, Wisconsin, Ontario, ...), which must be a day of the
 * calendar. All the rest is only a form, and lw_check_licence_number() keeps out what has the form and is no number:
 * placeholders, compact dates, pieces of longer numbers. The column's name or a word near must do the rest.
 *
 * Leaves out: control letters whose arithmetic no public source states (Italy, Great Britain, Portugal, Washington). */
#include <string.h>

#include "identifiers/checks_priv.h"

#define LW_LICENCE_PLAIN_MAX 24

/* ---- parts ---- */

static unsigned lw_number_of(const char *digits, size_t count) {
    unsigned number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number * 10 + (unsigned)(digits[i] - '0');
    }
    return number;
}

/* A day of birth with a year of two digits: a day of the calendar in either century. */
static bool lw_born_valid(unsigned year, unsigned month, unsigned day) {
    return lw_date_valid(1900 + (int)year, month, day) || lw_date_valid(2000 + (int)year, month, day);
}

/* Women's months are counted from 51 in many of these numbers. */
static unsigned lw_month_of(const char *digits) {
    unsigned month = lw_number_of(digits, 2);
    return month > 50 ? month - 50 : month;
}

static bool lw_candidate_inside_number(const lw_candidate *candidate) {
    return lw_in_longer_number(candidate->cell, candidate->begin, candidate->end);
}

/* 123456789, 0123456789, 987654321: what people type where a number is asked for. */
static bool lw_counts_up_or_down(const char *digits, size_t len) {
    bool up = len > 1;
    bool down = up;
    for (size_t i = 1; i < len; i++) {
        up = up && (digits[i] - digits[i - 1] + 10) % 10 == 1;
        down = down && (digits[i - 1] - digits[i] + 10) % 10 == 1;
    }
    return up || down;
}

static bool lw_date_of_digits(const char *year, const char *month, const char *day) {
    unsigned number = lw_number_of(year, 4);
    return number >= 1900 && number < 2100 && lw_date_valid((int)number, lw_number_of(month, 2), lw_number_of(day, 2));
}

/* A date without separators, alone or (year first) with hours and minutes or with seconds too. Licence tables are full
 * of them: issued, expires. One number in five hundred is lost by it. */
static bool lw_compact_time(const char *digits, size_t len) {
    if (len != 8 && len != 12 && len != 14) {
        return false;
    }
    bool year_first = lw_date_of_digits(digits, digits + 4, digits + 6);
    if (len == 8) {
        return year_first || lw_date_of_digits(digits + 4, digits + 2, digits) ||
               lw_date_of_digits(digits + 4, digits, digits + 2);
    }
    return year_first && lw_number_of(digits + 8, 2) < 24 && lw_number_of(digits + 10, 2) < 60 &&
           (len == 12 || lw_number_of(digits + 12, 2) < 60);
}

/* Digits alone: no placeholder and no date. With letters: five digits or more are not all the same. */
static bool lw_licence_number_plausible(const char *plain, size_t len) {
    char digits[LW_LICENCE_PLAIN_MAX] = {0};
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (lw_digit(plain[i])) {
            digits[count++] = plain[i];
        }
    }
    if (count < len) {
        return count < 5 || !lw_all_same(digits, count);
    }
    return !lw_all_same(digits, count) && !lw_counts_up_or_down(digits, count) && !lw_compact_time(digits, count);
}

/* Shared by all forms that no authority gives a rule for. */
static bool lw_check_licence_number(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    return len <= sizeof(plain) && lw_licence_number_plausible(plain, len) && !lw_candidate_inside_number(candidate);
}

/* ---- short forms ---- */

static bool lw_blank(char c) {
    return c == ' ' || c == '\t' || c == '"' || c == '\'';
}

static bool lw_is_whole_field(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    size_t begin = 0;
    size_t end = cell.len;
    while (begin < end && lw_blank(cell.data[begin])) {
        begin++;
    }
    while (end > begin && lw_blank(cell.data[end - 1])) {
        end--;
    }
    return !candidate->line && candidate->begin == begin && candidate->end == end;
}

/* Does text end with word, without case, and not inside a longer word? */
static bool lw_ends_with_word(lw_slice text, const char *word) {
    size_t len = strlen(word);
    if (text.len < len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (lw_plain_character(text.data[text.len - len + i]) != lw_plain_character(word[i])) {
            return false;
        }
    }
    return !lw_word_before(text, text.len - len);
}

/* "No. 4829", "number 4829", "Nr: 4829", "#4829", <no>4829. */
static bool lw_is_introduced(const lw_candidate *candidate) {
    static const char *const words[] = {"no", "nr", "num", "number", "numero", "nummer", "is"};
    lw_slice before = {candidate->cell.data, candidate->begin};
    while (before.len > 0 && lw_blank(before.data[before.len - 1])) {
        before.len--;
    }
    if (before.len > 0 && lw_value_in(":#=>", before.data[before.len - 1]) >= 0) {
        return true;
    }
    if (before.len > 0 && before.data[before.len - 1] == '.') {
        before.len--;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (lw_ends_with_word(before, words[i])) {
            return true;
        }
    }
    return false;
}

/* A few digits stand near any word; they count only as the whole field, or right behind "no.", ":", "#". */
static bool lw_check_licence_number_short(const lw_candidate *candidate) {
    return lw_check_licence_number(candidate) && (lw_is_whole_field(candidate) || lw_is_introduced(candidate));
}

/* Representation of the People Regulations 2001, reg. 38: letters of the polling district and a number in sequence, so
 * 1 and 11 are as good as any. */
static bool lw_check_electoral_roll(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    size_t at = text.len;
    while (at > 0 && lw_digit(text.data[at - 1])) {
        at--;
    }
    return at < text.len && text.data[at] != '0' && !lw_candidate_inside_number(candidate) &&
           (lw_is_whole_field(candidate) || lw_is_introduced(candidate));
}

/* ---- USA, Canada ---- */

/* American Soundex: digits 0 to 6, and behind a 0 only more of them. */
static bool lw_soundex_digits(const char *digits) {
    for (size_t i = 0; i < 3; i++) {
        if (digits[i] > '6' || (i > 0 && digits[i - 1] == '0' && digits[i] != '0')) {
            return false;
        }
    }
    return true;
}

/* The day of birth as months of `step` days each, counted on by `women` for women. */
static bool lw_day_code_valid(const char *digits, unsigned step, unsigned women) {
    unsigned code = lw_number_of(digits + 2, 3);
    code -= code > women ? women : 0;
    return code > 0 && lw_born_valid(lw_number_of(digits, 2), (code - 1) / step + 1, (code - 1) % step + 1);
}

/* Letter, Soundex, three digits of the first names, year, day of birth, and digits that follow. */
static bool lw_soundex_licence(const lw_candidate *candidate, size_t digits, unsigned step, unsigned women) {
    char plain[LW_LICENCE_PLAIN_MAX];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == digits + 1 && lw_soundex_digits(plain + 1) &&
           lw_day_code_valid(plain + 7, step, women) && !lw_candidate_inside_number(candidate);
}

/* Illinois Secretary of State: months of 31 days, women from 600. */
static bool lw_check_licence_illinois(const lw_candidate *candidate) {
    return lw_soundex_licence(candidate, 11, 31, 600);
}

/* Wisconsin Department of Transportation: months of 40 days, women from 500. */
static bool lw_check_licence_wisconsin(const lw_candidate *candidate) {
    return lw_soundex_licence(candidate, 13, 40, 500);
}

/* Florida as printed in groups. Its code for the day of birth is not published, so only the name is looked at. */
static bool lw_check_licence_florida(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == 13 && lw_soundex_digits(plain + 1) &&
           !lw_candidate_inside_number(candidate);
}

/* New Hampshire before 2017: month, three letters of the name, year, day of birth, one digit. */
static bool lw_check_licence_new_hampshire(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == 10 &&
           lw_born_valid(lw_number_of(plain + 5, 2), lw_number_of(plain, 2), lw_number_of(plain + 7, 2)) &&
           !lw_candidate_inside_number(candidate);
}

/* Ontario Ministry of Transportation: the last six digits are year, month (women from 51) and day of birth. */
static bool lw_check_licence_ontario(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == 15 &&
           lw_born_valid(lw_number_of(plain + 9, 2), lw_month_of(plain + 11), lw_number_of(plain + 13, 2)) &&
           !lw_candidate_inside_number(candidate);
}

/* Quebec (SAAQ): day, month, year of birth behind the name's letter and four digits. */
static bool lw_check_licence_quebec(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    return lw_candidate_plain(candidate, plain, sizeof(plain)) == 13 &&
           lw_born_valid(lw_number_of(plain + 9, 2), lw_month_of(plain + 7), lw_number_of(plain + 5, 2)) &&
           !lw_candidate_inside_number(candidate);
}

/* Nova Scotia Registry of Motor Vehicles: day, month, year of birth and three digits behind the name. */
static bool lw_check_licence_nova_scotia(const lw_candidate *candidate) {
    char digits[9];
    return lw_candidate_digits(candidate, digits, sizeof(digits)) &&
           lw_born_valid(lw_number_of(digits + 4, 2), lw_number_of(digits + 2, 2), lw_number_of(digits, 2)) &&
           !lw_candidate_inside_number(candidate);
}

/* ---- Europe, India ---- */

/* DVLA driver number: tens of the year, month (women from 51), day, units of the year of birth. The two letters at the
 * end are computed in a way that is not public. */
static bool lw_check_licence_uk(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if (len != 16 && len != 18) {
        return false;
    }
    unsigned year = lw_number_of(plain + 5, 1) * 10 + lw_number_of(plain + 10, 1);
    return lw_born_valid(year, lw_month_of(plain + 6), lw_number_of(plain + 8, 2)) &&
           !lw_candidate_inside_number(candidate);
}

/* 0 to 9, A = 10 to Z = 35, the filler of machine readable zones 0. */
static unsigned lw_base36(char c) {
    if (lw_digit(c)) {
        return (unsigned)(c - '0');
    }
    char upper = lw_plain_character(c);
    return upper >= 'A' && upper <= 'Z' ? (unsigned)(upper - 'A') + 10 : 0;
}

/* German card licence (Kraftfahrt-Bundesamt): weights 9 to 1, modulo 11, 10 written as X; the 11th counts the cards. */
static bool lw_check_licence_germany(const lw_candidate *candidate) {
    char plain[11];
    unsigned sum = 0;
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain)) {
        return false;
    }
    for (unsigned i = 0; i < 9; i++) {
        sum += lw_base36(plain[i]) * (9 - i);
    }
    return plain[9] == "0123456789X"[sum % 11] && !lw_candidate_inside_number(candidate);
}

/* Finland (DVV; decree 53/2004 makes it the licence's number): the nine digits modulo 31; the sign is the century. */
static bool lw_check_licence_finland(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    char digits[9];
    if (text.len != 11) {
        return false;
    }
    memcpy(digits, text.data, 6);
    memcpy(digits + 6, text.data + 7, 3);
    char sign = lw_plain_character(text.data[6]);
    int century = text.data[6] == '+' ? 1800 : (sign >= 'A' && sign <= 'F' ? 2000 : 1900);
    bool date =
        lw_date_valid(century + (int)lw_number_of(digits + 4, 2), lw_number_of(digits + 2, 2), lw_number_of(digits, 2));
    return date && lw_number_of(digits + 6, 3) >= 2 && !lw_candidate_inside_number(candidate) &&
           "0123456789ABCDEFHJKLMNPRSTUVWXY"[lw_number_of(digits, 9) % 31] == lw_plain_character(text.data[10]);
}

/* Sweden (Skatteverket; Transportstyrelsen: field 5 of the licence): Luhn over the last ten digits; coordination
 * numbers have the day plus 60. */
static bool lw_check_licence_sweden(const lw_candidate *candidate) {
    char plain[LW_LICENCE_PLAIN_MAX];
    size_t len = lw_candidate_plain(candidate, plain, sizeof(plain));
    if (len != 10 && len != 12) {
        return false;
    }
    const char *last = plain + len - 10;
    unsigned day = lw_number_of(last + 4, 2);
    day -= day > 60 ? 60 : 0;
    unsigned month = lw_number_of(last + 2, 2);
    bool date = len == 12 ? lw_date_valid((int)lw_number_of(plain, 4), month, day)
                          : lw_born_valid(lw_number_of(last, 2), month, day);
    return date && lw_luhn_valid((lw_slice){last, 10}) && !lw_candidate_inside_number(candidate);
}

/* Spain (DGT: the licence has the number of the DNI or NIE; Real Decreto 1553/2005): modulo 23. */
static bool lw_check_licence_spain(const lw_candidate *candidate) {
    char plain[9];
    if (lw_candidate_plain(candidate, plain, sizeof(plain)) != sizeof(plain)) {
        return false;
    }
    int foreign = lw_value_in("XYZ", plain[0]);
    if (foreign >= 0) {
        plain[0] = (char)('0' + foreign);
    }
    unsigned number = lw_number_of(plain, 8);
    return number > 0 && plain[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] && !lw_candidate_inside_number(candidate);
}

/* India (Sarathi, Ministry of Road Transport): transport office, year of issue up to now, serial number. */
static bool lw_check_licence_india(const lw_candidate *candidate) {
    char digits[13];
    if (!lw_candidate_digits(candidate, digits, sizeof(digits))) {
        return false;
    }
    unsigned year = lw_number_of(digits + 2, 4);
    return lw_number_of(digits, 2) > 0 && year >= 1950 && lw_days_from_civil((int)year, 1, 1) <= candidate->today &&
           lw_number_of(digits + 6, 7) > 0 && !lw_candidate_inside_number(candidate);
}

/* ---- passports: ICAO Doc 9303 part 3, section 4.9 ---- */

static bool lw_mrz_digit_valid(lw_slice text, char digit) {
    static const unsigned weights[] = {7, 3, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        sum += lw_base36(text.data[i]) * weights[i % 3];
    }
    return digit == (char)('0' + sum % 10);
}

/* Nine characters and their check digit; a nationality may follow. */
static bool lw_check_passport_check_digit(const lw_candidate *candidate) {
    char digits[LW_LICENCE_PLAIN_MAX];
    lw_slice text = lw_candidate_text(candidate);
    size_t len = lw_candidate_plain(candidate, digits, sizeof(digits));
    return text.len >= 10 && len <= sizeof(digits) && lw_licence_number_plausible(digits, len) &&
           lw_mrz_digit_valid((lw_slice){text.data, 9}, text.data[9]) && !lw_candidate_inside_number(candidate);
}

/* The second line of the zone: number, birth, expiry, and all of them together have check digits. */
static bool lw_check_passport_zone(const lw_candidate *candidate) {
    lw_slice text = lw_candidate_text(candidate);
    char all[39];
    if (text.len != 44) {
        return false;
    }
    memcpy(all, text.data, 10);
    memcpy(all + 10, text.data + 13, 7);
    memcpy(all + 17, text.data + 21, 22);
    return lw_mrz_digit_valid((lw_slice){text.data, 9}, text.data[9]) &&
           lw_mrz_digit_valid((lw_slice){text.data + 13, 6}, text.data[19]) &&
           lw_mrz_digit_valid((lw_slice){text.data + 21, 6}, text.data[27]) &&
           lw_mrz_digit_valid((lw_slice){all, sizeof(all)}, text.data[43]);
}

const lw_named_check lw_checks_licence[] = {
    {"electoral-roll", lw_check_electoral_roll, LW_EVIDENCE_PATTERN},
    {"licence-finland", lw_check_licence_finland, LW_EVIDENCE_CHECK_DIGIT},
    {"licence-florida", lw_check_licence_florida, LW_EVIDENCE_RULE},
    {"licence-germany", lw_check_licence_germany, LW_EVIDENCE_CHECK_DIGIT},
    {"licence-illinois", lw_check_licence_illinois, LW_EVIDENCE_RULE},
    {"licence-india", lw_check_licence_india, LW_EVIDENCE_RULE},
    {"licence-new-hampshire", lw_check_licence_new_hampshire, LW_EVIDENCE_RULE},
    {"licence-nova-scotia", lw_check_licence_nova_scotia, LW_EVIDENCE_RULE},
    {"licence-number", lw_check_licence_number, LW_EVIDENCE_PATTERN},
    {"licence-number-short", lw_check_licence_number_short, LW_EVIDENCE_PATTERN},
    {"licence-ontario", lw_check_licence_ontario, LW_EVIDENCE_RULE},
    {"licence-quebec", lw_check_licence_quebec, LW_EVIDENCE_RULE},
    {"licence-spain", lw_check_licence_spain, LW_EVIDENCE_CHECK_DIGIT},
    {"licence-sweden", lw_check_licence_sweden, LW_EVIDENCE_CHECK_DIGIT},
    {"licence-uk", lw_check_licence_uk, LW_EVIDENCE_RULE},
    {"licence-wisconsin", lw_check_licence_wisconsin, LW_EVIDENCE_RULE},
    {"passport-check-digit", lw_check_passport_check_digit, LW_EVIDENCE_CHECK_DIGIT},
    {"passport-zone", lw_check_passport_zone, LW_EVIDENCE_CHECK_DIGIT},
    {NULL, NULL, LW_EVIDENCE_PATTERN},
};
