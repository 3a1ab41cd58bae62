/* Cells to bytes without printf: exact, locale-free and fast enough that the disk is the limit. Numbers with many
 * digits are integers with a decimal point put in, never floating point, so that every machine writes the same bytes.
 */
#include "samples/synthea/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int syn_writer_open(syn_writer *writer, const char *folder, const char *name) {
    char path[4096];
    *writer = (syn_writer){.fd = -1};
    int length = snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    if (length < 0 || (size_t)length >= sizeof path) {
        return ENAMETOOLONG;
    }
    writer->data = malloc(SYN_BUFFER + SYN_ROW_MAX);
    if (writer->data == NULL) {
        return ENOMEM;
    }
    writer->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (writer->fd < 0) {
        int error = errno;
        free(writer->data);
        writer->data = NULL;
        return error;
    }
    return 0;
}

static void flush(syn_writer *writer) {
    size_t done = 0;
    while (writer->error == 0 && done < writer->len) {
        ssize_t written = write(writer->fd, writer->data + done, writer->len - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            writer->error = errno;
        }
    }
    writer->len = 0;
}

int syn_writer_close(syn_writer *writer) {
    flush(writer);
    if (close(writer->fd) != 0 && writer->error == 0) {
        writer->error = errno;
    }
    free(writer->data);
    writer->data = NULL;
    return writer->error;
}

void syn_end_row(syn_writer *writer) {
    syn_char(writer, '\n');
    if (writer->len >= SYN_BUFFER) {
        flush(writer);
    }
}

void syn_char(syn_writer *writer, char c) {
    writer->data[writer->len++] = c;
}

void syn_comma(syn_writer *writer) {
    syn_char(writer, ',');
}

void syn_text(syn_writer *writer, const char *text) {
    size_t len = strlen(text);
    memcpy(writer->data + writer->len, text, len);
    writer->len += len;
}

void syn_cell(syn_writer *writer, const char *text) {
    syn_text(writer, text);
    syn_comma(writer);
}

void syn_upper(syn_writer *writer, const char *text) {
    for (; *text != '\0'; text++) {
        syn_char(writer, *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
    }
}

void syn_digits(syn_writer *writer, uint64_t number, unsigned width) {
    char *end = writer->data + writer->len + width;
    for (unsigned i = 1; i <= width; i++) {
        end[-(ptrdiff_t)i] = (char)('0' + number % 10);
        number /= 10;
    }
    writer->len += width;
}

static unsigned width_of(uint64_t number) {
    unsigned width = 1;
    while (number >= 10) {
        number /= 10;
        width++;
    }
    return width;
}

void syn_number(syn_writer *writer, uint64_t number) {
    syn_digits(writer, number, width_of(number));
}

static uint64_t power_of_ten(unsigned exponent) {
    uint64_t power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

void syn_decimal(syn_writer *writer, uint64_t number, unsigned decimals) {
    uint64_t one = power_of_ten(decimals);
    syn_number(writer, number / one);
    syn_char(writer, '.');
    syn_digits(writer, number % one, decimals);
    for (unsigned left = decimals; left > 1 && writer->data[writer->len - 1] == '0'; left--) {
        writer->len--;
    }
}

void syn_money(syn_writer *writer, uint64_t cents, syn_random *noise) {
    if (cents < 100 || !syn_chance(noise, 55)) {
        syn_decimal(writer, cents, 2);
        return;
    }
    unsigned decimals = 16 - width_of(cents / 100);
    uint64_t exact = cents * power_of_ten(decimals - 2);
    uint32_t error = syn_between(noise, 1, 8);
    syn_decimal(writer, syn_chance(noise, 70) ? exact - error : exact + error, decimals);
}

void syn_uuid(syn_writer *writer, uint64_t seed, syn_kind kind, uint64_t index, unsigned version) {
    static const char hex[] = "0123456789abcdef";
    syn_random random = syn_random_of(seed, kind, index);
    uint64_t high = syn_next(&random);
    uint64_t low = syn_next(&random);
    high = (high & ~UINT64_C(0xF000)) | ((uint64_t)version << 12);
    low = (low & ~(UINT64_C(0xC) << 60)) | (UINT64_C(0x8) << 60);
    char *out = writer->data + writer->len;
    for (unsigned i = 0; i < 32; i++) {
        uint64_t half = i < 16 ? high : low;
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            *out++ = '-';
        }
        *out++ = hex[(half >> (60 - 4 * (i % 16))) & 0xF];
    }
    writer->len += 36;
}

/* Days since 1970 to a date of the Gregorian calendar; years begin in March here, so that the leap day comes last. */
static void civil(int64_t day, int *ret_year, unsigned *ret_month, unsigned *ret_day) {
    int64_t since = day + 719468; /* days since 0000-03-01 */
    int64_t era = since / 146097; /* 400 years; all our days are after year 0 */
    int64_t in_era = since % 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153; /* 0: March */
    *ret_day = (unsigned)(in_year - (153 * month + 2) / 5 + 1);
    *ret_month = (unsigned)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(year + era * 400 + (month >= 10 ? 1 : 0));
}

int syn_year(int64_t day) {
    int year;
    unsigned month;
    unsigned in_month;
    civil(day, &year, &month, &in_month);
    return year;
}

void syn_date(syn_writer *writer, int64_t day) {
    int year;
    unsigned month;
    unsigned in_month;
    civil(day, &year, &month, &in_month);
    syn_digits(writer, (unsigned)year, 4);
    syn_char(writer, '-');
    syn_digits(writer, month, 2);
    syn_char(writer, '-');
    syn_digits(writer, in_month, 2);
}

void syn_date_short(syn_writer *writer, int64_t day) {
    int year;
    unsigned month;
    unsigned in_month;
    civil(day, &year, &month, &in_month);
    syn_digits(writer, (unsigned)year % 100, 2);
    syn_digits(writer, month, 2);
    syn_digits(writer, in_month, 2);
}

void syn_time(syn_writer *writer, int64_t seconds) {
    int64_t day = seconds / 86400;
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        day--;
    }
    syn_date(writer, day);
    syn_char(writer, 'T');
    syn_digits(writer, (uint64_t)(rest / 3600), 2);
    syn_char(writer, ':');
    syn_digits(writer, (uint64_t)(rest / 60 % 60), 2);
    syn_char(writer, ':');
    syn_digits(writer, (uint64_t)(rest % 60), 2);
    syn_char(writer, 'Z');
}
