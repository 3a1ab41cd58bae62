/* Time and random bits.
 *
 * Calendar arithmetic is done here on day numbers rather than with the C library: its functions depend on locale and
 * time zone, and a time text comes from servers and from users, so it has to be read strictly. All formats, written
 * and read, are short picture strings walked by one reader:
 *   Y four-digit year, y two-digit year, m month, d day, e day with a space or zero in front, h n s hour, minute,
 * second, b month name, a day name, A long day name; anything else stands for itself. Years outside 0000-9999 are
 * clamped when written. A leap second (:60) is read as the second after it.
 */
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define MS_PER_DAY INT64_C(86400000)
#define EARLIEST_MS INT64_C(-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define LATEST_MS INT64_C(253402300799999)   /* 9999-12-31T23:59:59.999Z */

static const char *const day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

typedef struct calendar {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
    int hour;
    int minute;
    int second;
    int millisecond;
    int weekday; /* 0 is Sunday */
} calendar;

int64_t lw_clock_wall_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t lw_clock_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void lw_sleep_ms(int64_t milliseconds) {
    if (milliseconds <= 0) {
        return;
    }
    struct timespec left = {.tv_sec = (time_t)(milliseconds / 1000), .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 0000-01-01 to the first day of year (year >= 0). */
static int64_t days_before_year(int64_t year) {
    if (year == 0) {
        return 0;
    }
    int64_t last = year - 1;
    return year * 365 + last / 4 - last / 100 + last / 400 + 1;
}

static int64_t to_wall_ms(const calendar *c) {
    int64_t days = days_before_year(c->year) - days_before_year(1970) + c->day - 1;
    for (int month = 1; month < c->month; month++) {
        days += days_in_month(c->year, month);
    }
    return days * MS_PER_DAY + ((c->hour * INT64_C(60) + c->minute) * 60 + c->second) * 1000 + c->millisecond;
}

static calendar from_wall_ms(int64_t wall_ms) {
    wall_ms = wall_ms < EARLIEST_MS ? EARLIEST_MS : wall_ms > LATEST_MS ? LATEST_MS : wall_ms;
    int64_t since_year_zero = wall_ms - EARLIEST_MS;
    int64_t days = since_year_zero / MS_PER_DAY;
    int64_t rest = since_year_zero % MS_PER_DAY;
    /* An estimate by the mean year is off by at most one. */
    int64_t year = days * 400 / 146097;
    while (days_before_year(year + 1) <= days) {
        year++;
    }
    while (days_before_year(year) > days) {
        year--;
    }
    calendar c = {.year = (int)year, .month = 1};
    int64_t day = days - days_before_year(year);
    while (day >= days_in_month(c.year, c.month)) {
        day -= days_in_month(c.year, c.month++);
    }
    c.day = (int)day + 1;
    c.hour = (int)(rest / 3600000);
    c.minute = (int)(rest / 60000 % 60);
    c.second = (int)(rest / 1000 % 60);
    c.millisecond = (int)(rest % 1000);
    c.weekday = (int)((days + 6) % 7); /* 0000-01-01 was a Saturday */
    return c;
}

void lw_time_format(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]) {
    calendar c = from_wall_ms(wall_ms);
    snprintf(out, LW_TIME_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)c.year % 10000U,
             (unsigned)c.month % 100U, (unsigned)c.day % 100U, (unsigned)c.hour % 100U, (unsigned)c.minute % 100U,
             (unsigned)c.second % 100U, (unsigned)c.millisecond % 1000U);
}

void lw_time_format_basic(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]) {
    calendar c = from_wall_ms(wall_ms);
    snprintf(out, LW_TIME_TEXT_SIZE, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)c.year % 10000U, (unsigned)c.month % 100U,
             (unsigned)c.day % 100U, (unsigned)c.hour % 100U, (unsigned)c.minute % 100U, (unsigned)c.second % 100U);
}

void lw_time_format_http(int64_t wall_ms, char out[LW_TIME_TEXT_SIZE]) {
    calendar c = from_wall_ms(wall_ms);
    snprintf(out, LW_TIME_TEXT_SIZE, "%.3s, %02u %s %04u %02u:%02u:%02u GMT", day_names[c.weekday],
             (unsigned)c.day % 100U, month_names[c.month - 1], (unsigned)c.year % 10000U, (unsigned)c.hour % 100U,
             (unsigned)c.minute % 100U, (unsigned)c.second % 100U);
}

static bool take_digits(lw_slice *text, size_t count, int *ret_value) {
    if (text->len < count) {
        return false;
    }
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return false;
        }
        value = value * 10 + (text->data[i] - '0');
    }
    *text = (lw_slice){text->data + count, text->len - count};
    *ret_value = value;
    return true;
}

static bool take_char(lw_slice *text, char c) {
    if (text->len == 0 || text->data[0] != c) {
        return false;
    }
    *text = (lw_slice){text->data + 1, text->len - 1};
    return true;
}

/* Takes one of names, each cut to at most cut characters; its index goes to ret_index. */
static bool take_name(lw_slice *text, const char *const *names, int count, size_t cut, int *ret_index) {
    for (int i = 0; i < count; i++) {
        lw_slice name = lw_slice_from(names[i]);
        name.len = name.len < cut ? name.len : cut;
        if (lw_slice_starts_with(*text, name)) {
            *text = (lw_slice){text->data + name.len, text->len - name.len};
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static bool take_two_digit_year(lw_slice *text, int *ret_year) {
    int year = 0;
    if (!take_digits(text, 2, &year)) {
        return false;
    }
    /* RFC 9110: a year more than 50 years ahead is the one in the past with the same last digits. */
    int this_year = from_wall_ms(lw_clock_wall_ms()).year;
    year += this_year - this_year % 100;
    *ret_year = year > this_year + 50 ? year - 100 : year;
    return true;
}

static bool take_month_name(lw_slice *text, calendar *c) {
    int index = 0;
    if (!take_name(text, month_names, 12, 3, &index)) {
        return false;
    }
    c->month = index + 1;
    return true;
}

static bool take_item(char picture, lw_slice *text, calendar *c) {
    switch (picture) {
    case 'Y':
        return take_digits(text, 4, &c->year);
    case 'y':
        return take_two_digit_year(text, &c->year);
    case 'm':
        return take_digits(text, 2, &c->month);
    case 'd':
        return take_digits(text, 2, &c->day);
    case 'e':
        return take_char(text, ' ') ? take_digits(text, 1, &c->day) : take_digits(text, 2, &c->day);
    case 'h':
        return take_digits(text, 2, &c->hour);
    case 'n':
        return take_digits(text, 2, &c->minute);
    case 's':
        return take_digits(text, 2, &c->second);
    case 'b':
        return take_month_name(text, c);
    case 'a':
        return take_name(text, day_names, 7, 3, &c->weekday);
    case 'A':
        return take_name(text, day_names, 7, SIZE_MAX, &c->weekday);
    default:
        return take_char(text, picture);
    }
}

static bool take_picture(const char *picture, lw_slice *text, calendar *c) {
    for (; *picture != '\0'; picture++) {
        if (!take_item(*picture, text, c)) {
            return false;
        }
    }
    return true;
}

static bool in_range(const calendar *c) {
    return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days_in_month(c->year, c->month) &&
           c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

/* One to nine digits after the point; what is below a millisecond is dropped. */
static bool take_fraction(lw_slice *text, int *ret_milliseconds) {
    int digits = 0;
    int value = 0;
    int digit = 0;
    while (digits < 9 && take_digits(text, 1, &digit)) {
        value = digits < 3 ? value * 10 + digit : value;
        digits++;
    }
    for (int i = digits; i < 3; i++) {
        value *= 10;
    }
    *ret_milliseconds = value;
    return digits > 0;
}

/* "Z" or "+hh:mm"; minutes to take off the local time. */
static bool take_zone(lw_slice *text, int *ret_minutes) {
    if (take_char(text, 'Z')) {
        *ret_minutes = 0;
        return true;
    }
    bool east = take_char(text, '+');
    int hours = 0;
    int minutes = 0;
    if ((!east && !take_char(text, '-')) || !take_digits(text, 2, &hours) || !take_char(text, ':') ||
        !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *ret_minutes = (east ? 1 : -1) * (hours * 60 + minutes);
    return true;
}

lw_status lw_time_parse_iso(lw_slice text, int64_t *ret_wall_ms) {
    calendar c = {0};
    int zone_minutes = 0;
    if (!take_picture("Y-m-d", &text, &c)) {
        return LW_E_PARSE;
    }
    if (text.len > 0) {
        if (!take_picture("Th:n:s", &text, &c) || (take_char(&text, '.') && !take_fraction(&text, &c.millisecond)) ||
            !take_zone(&text, &zone_minutes)) {
            return LW_E_PARSE;
        }
    }
    if (text.len > 0 || !in_range(&c)) {
        return LW_E_PARSE;
    }
    *ret_wall_ms = to_wall_ms(&c) - zone_minutes * INT64_C(60000);
    return LW_OK;
}

lw_status lw_time_parse_http(lw_slice text, int64_t *ret_wall_ms) {
    /* The form of today and the two obsolete ones that RFC 9110 wants every recipient to read. */
    static const char *const pictures[] = {"a, d b Y h:n:s GMT", "A, d-b-y h:n:s GMT", "a b e h:n:s Y"};
    for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
        calendar c = {0};
        lw_slice rest = text;
        if (take_picture(pictures[i], &rest, &c) && rest.len == 0 && in_range(&c)) {
            *ret_wall_ms = to_wall_ms(&c);
            return LW_OK;
        }
    }
    return LW_E_PARSE;
}

static void fill_random(void *data, size_t len) {
    char *next = data;
    while (len > 0) {
        ssize_t got = getrandom(next, len, 0);
        if (got < 0 && errno != EINTR) {
            /* Without random bits, ids and scratch names would collide: better no run than a wrong one. */
            abort();
        }
        if (got > 0) {
            next += got;
            len -= (size_t)got;
        }
    }
}

uint64_t lw_random_u64(void) {
    uint64_t bits = 0;
    fill_random(&bits, sizeof(bits));
    return bits;
}

void lw_random_uuid(char out[37]) {
    unsigned char b[16];
    fill_random(b, sizeof(b));
    b[6] = (unsigned char)((b[6] & 0x0FU) | 0x40U);
    b[8] = (unsigned char)((b[8] & 0x3FU) | 0x80U);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
             b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
