/* One output file and the ways a cell is written. A failure (disk full, say) is kept and reported at the close; after
 * it the writer swallows everything. A row must fit SYN_ROW_MAX bytes; syn_end_row makes room for the next one. */
#ifndef SYNTHEA_WRITER_H
#define SYNTHEA_WRITER_H

#include "samples/synthea/random.h"

#define SYN_ROW_MAX ((size_t)4096)
#define SYN_BUFFER ((size_t)1024 * 1024)

typedef struct syn_writer {
    int fd;
    int error; /* errno of the first failure */
    size_t len;
    char *data;
} syn_writer;

/* 0 or an errno value. */
int syn_writer_open(syn_writer *writer, const char *folder, const char *name);
int syn_writer_close(syn_writer *writer);

void syn_end_row(syn_writer *writer);
void syn_comma(syn_writer *writer);
void syn_char(syn_writer *writer, char c);
void syn_text(syn_writer *writer, const char *text);
void syn_cell(syn_writer *writer, const char *text); /* text and a comma */
void syn_upper(syn_writer *writer, const char *text);
void syn_number(syn_writer *writer, uint64_t number);
void syn_digits(syn_writer *writer, uint64_t number, unsigned width); /* leading zeros */
/* number / 10^decimals, trailing zeros left out but for one. */
void syn_decimal(syn_writer *writer, uint64_t number, unsigned decimals);
/* An amount of money; noisy ones look like sums of binary fractions do: 1334.8799999999999. */
void syn_money(syn_writer *writer, uint64_t cents, syn_random *noise);
/* version 4 for things drawn at random, 3 for places */
void syn_uuid(syn_writer *writer, uint64_t seed, syn_kind kind, uint64_t index, unsigned version);
void syn_date(syn_writer *writer, int64_t day);       /* days since 1970: 1989-05-25 */
void syn_date_short(syn_writer *writer, int64_t day); /* 890525 */
void syn_time(syn_writer *writer, int64_t seconds);   /* 1989-05-25T03:04:34Z */

int syn_year(int64_t day);

#endif
