/* usage: bench_libcsv FILE...
 *
 * What libcsv by itself takes for reading CSV: a callback for each cell and each row, which count and do nothing else.
 * Prints the number of cells and of rows.
 */
#include <csv.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_SIZE (256U * 1024U)

typedef struct counts {
    uint64_t cells, rows;
} counts;

static void on_cell(void *cell, size_t len, void *ctx) {
    (void)cell;
    (void)len;
    ((counts *)ctx)->cells++;
}

static void on_row(int end, void *ctx) {
    (void)end;
    ((counts *)ctx)->rows++;
}

/* 0, or what went wrong. */
static const char *count_descriptor(int file, char *buffer, counts *counted) {
    struct csv_parser parser;
    if (csv_init(&parser, 0) != 0) {
        return "libcsv cannot start";
    }
    const char *problem = NULL;
    ssize_t got = 0;
    while (problem == NULL && (got = read(file, buffer, BUFFER_SIZE)) > 0) {
        if (csv_parse(&parser, buffer, (size_t)got, on_cell, on_row, counted) != (size_t)got) {
            problem = csv_strerror(csv_error(&parser));
        }
    }
    if (problem == NULL && (got < 0 || csv_fini(&parser, on_cell, on_row, counted) != 0)) {
        problem = got < 0 ? "read failed" : "unfinished cell";
    }
    csv_free(&parser);
    return problem;
}

static const char *count_file(const char *path, char *buffer, counts *counted) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return "open failed";
    }
    const char *problem = count_descriptor(file, buffer, counted);
    (void)close(file);
    return problem;
}

int main(int argc, char **argv) {
    char *buffer = malloc(BUFFER_SIZE);
    counts counted = {0};
    int code = buffer == NULL || argc < 2 ? 2 : 0;
    for (int i = 1; code == 0 && i < argc; i++) {
        const char *problem = count_file(argv[i], buffer, &counted);
        if (problem != NULL) {
            fprintf(stderr, "bench_libcsv: '%s': %s\n", argv[i], problem);
            code = 1;
        }
    }
    free(buffer);
    if (code == 2) {
        fputs("usage: bench_libcsv FILE...\n", stderr);
    } else if (code == 0 && printf("%" PRIu64 " cells, %" PRIu64 " rows\n", counted.cells, counted.rows) < 0) {
        code = 1;
    }
    return code;
}
