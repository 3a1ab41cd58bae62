/* What an object is: encoding, binary or text, delimiter, header.
 *
 * Everything is decided once, from the preview. The delimiter is the one that gives the most records the same number of
 * cells, at least two; quotes are honoured. A first record is a header if each of its cells could be a name and
 * nothing speaks against it; the rules are in docs/matching.md ("CSV").
 */
#include "records/sniff_priv.h"

#include <string.h>
#include <strings.h>

bool lw_sniff_gzip(lw_slice head) {
    return head.len >= 3 && memcmp(head.data, "\x1f\x8b\x08", 3) == 0;
}

static lw_encoding guess_by_zeros(lw_slice head) {
    size_t zeros[2] = {0, 0};
    size_t pairs = head.len / 2;
    if (pairs < 4 || memchr(head.data, '\0', head.len) == NULL) {
        return LW_ENCODING_UTF8;
    }
    for (size_t i = 0; i < pairs * 2; i++) {
        zeros[i % 2] += head.data[i] == '\0';
    }
    /* Latin text in UTF-16 has a zero in nearly every pair, always on the same side. */
    if (zeros[1] * 10 >= pairs * 7 && zeros[0] * 10 < pairs) {
        return LW_ENCODING_UTF16LE;
    }
    if (zeros[0] * 10 >= pairs * 7 && zeros[1] * 10 < pairs) {
        return LW_ENCODING_UTF16BE;
    }
    return LW_ENCODING_UTF8;
}

lw_encoding lw_sniff_encoding(lw_slice head, size_t *ret_mark) {
    *ret_mark = 2;
    if (head.len >= 2 && memcmp(head.data, "\xFF\xFE", 2) == 0) {
        return LW_ENCODING_UTF16LE;
    }
    if (head.len >= 2 && memcmp(head.data, "\xFE\xFF", 2) == 0) {
        return LW_ENCODING_UTF16BE;
    }
    *ret_mark = head.len >= 3 && memcmp(head.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return *ret_mark == 3 ? LW_ENCODING_UTF8 : guess_by_zeros(head);
}

static const char *extension_of(const char *name) {
    const char *base = name == NULL ? NULL : strrchr(name, '/');
    base = base == NULL ? name : base + 1;
    const char *dot = base == NULL ? NULL : strrchr(base, '.');
    return dot == NULL ? "" : dot + 1;
}

/* The extension under a trailing .gz or .gzip, copied to out. */
static void inner_extension(const char *name, char out[16]) {
    out[0] = '\0';
    const char *extension = extension_of(name);
    size_t len = strlen(extension);
    const char *end = NULL;
    if (strcasecmp(extension, "gz") == 0 || strcasecmp(extension, "gzip") == 0) {
        end = extension - 1;
        const char *begin = end;
        while (begin > name && begin[-1] != '.' && begin[-1] != '/') {
            begin--;
        }
        extension = begin > name && begin[-1] == '.' ? begin : end;
        len = (size_t)(end - extension);
    }
    if (len < 16) {
        memcpy(out, extension, len);
        out[len] = '\0';
    }
}

static bool one_of(const char *text, const char *const *list) {
    for (; *list != NULL; list++) {
        if (strcasecmp(text, *list) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const TABLE_EXTENSIONS[] = {"csv", "tsv", "tab", "psv", NULL};

const char *lw_sniff_binary(lw_slice head, const char *name) {
    static const struct {
        const char *magic;
        size_t len;
        const char *kind;
    } KINDS[] = {
        {"PAR1", 4, "Parquet"},
        {"Obj\x01", 4, "Avro"},
        {"PK\x03\x04", 4, "ZIP archive"},
        {"%PDF-", 5, "PDF"},
        {"\x89PNG", 4, "PNG image"},
        {"\xFF\xD8\xFF", 3, "JPEG image"},
        {"GIF8", 4, "GIF image"},
        {"BZh", 3, "bzip2"},
        {"\xFD"
         "7zXZ",
         5, "xz"},
        {"\x28\xB5\x2F\xFD", 4, "zstd"},
        {"\x7F"
         "ELF",
         4, "executable"},
        {"\x1f\x8b\x08", 3, "gzip in gzip"},
        {"\xD0\xCF\x11\xE0", 4, "Office document"},
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (head.len >= KINDS[i].len && memcmp(head.data, KINDS[i].magic, KINDS[i].len) == 0) {
            return KINDS[i].kind;
        }
    }
    if (head.len > 262 && memcmp(head.data + 257, "ustar", 5) == 0) {
        return "tar archive";
    }
    char extension[16];
    inner_extension(name, extension);
    if (one_of(extension, TABLE_EXTENSIONS)) {
        return NULL; /* a NUL in a cell does not make a table binary */
    }
    size_t controls = 0;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.data[i];
        controls += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
    }
    return controls * 10 > head.len || memchr(head.data, '\0', head.len) != NULL ? "binary data" : NULL;
}

/* ---- delimiter ---- */

#define SNIFF_RECORDS 200U
#define SNIFF_COUNTS 512U

typedef struct shape {
    uint32_t records, most_common, records_with_it;
} shape;

/* count_cells where a line is a record: neither quotes nor CR occur. */
static size_t count_cells_of_lines(lw_slice text, bool text_ended, char delimiter, uint32_t counts[SNIFF_RECORDS]) {
    size_t records = 0;
    for (size_t begin = 0; begin < text.len && records < SNIFF_RECORDS;) {
        const char *line = text.data + begin;
        const char *end = memchr(line, '\n', text.len - begin);
        size_t len = end == NULL ? text.len - begin : (size_t)(end - line);
        uint32_t cells = 1;
        for (size_t i = 0; i < len; i++) {
            cells += line[i] == delimiter;
        }
        if (len > 0 && (end != NULL || text_ended)) {
            counts[records++] = cells;
        }
        begin += len + 1;
    }
    return records;
}

/* Counts the cells of each record by the rules of regular CSV; good enough to compare delimiters. */
static size_t count_cells(lw_slice text, bool text_ended, char delimiter, uint32_t counts[SNIFF_RECORDS]) {
    size_t records = 0;
    uint32_t cells = 1;
    bool quoted = false;
    bool cell_start = true;
    bool record_start = true;
    for (size_t i = 0; i < text.len && records < SNIFF_RECORDS; i++) {
        char c = text.data[i];
        if (c == '"' && (quoted || cell_start)) {
            quoted = !quoted;
            cell_start = false;
        } else if (!quoted && c == delimiter) {
            cells++;
            cell_start = true;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            if (!record_start) {
                counts[records++] = cells;
            }
            cells = 1;
            cell_start = true;
        } else {
            /* A quote that reopens right behind a closing one is an escaped quote. */
            cell_start = false;
        }
        record_start = !quoted && (c == '\n' || c == '\r');
    }
    if (text_ended && !record_start && records < SNIFF_RECORDS) {
        counts[records++] = cells;
    }
    return records;
}

static shape shape_of(const uint32_t *counts, size_t records) {
    uint32_t votes[SNIFF_COUNTS] = {0};
    shape s = {.records = (uint32_t)records};
    for (size_t i = 0; i < records; i++) {
        uint32_t count = counts[i] < SNIFF_COUNTS ? counts[i] : SNIFF_COUNTS - 1;
        votes[count]++;
        if (votes[count] > s.records_with_it || (votes[count] == s.records_with_it && count > s.most_common)) {
            s.most_common = count;
            s.records_with_it = votes[count];
        }
    }
    return s;
}

/* 0 when the delimiter explains nothing; else the share of records (of 1,000) that have the common number of cells. */
static uint32_t score_of(shape s) {
    return s.records == 0 || s.most_common < 2 ? 0 : s.records_with_it * 1000 / s.records;
}

void lw_sniff_dialect(lw_slice text, bool text_ended, const char *name, lw_dialect *dialect) {
    static const char DELIMITERS[] = {',', '\t', ';', '|'};
    bool lines = text.len > 0 && memchr(text.data, '"', text.len) == NULL && memchr(text.data, '\r', text.len) == NULL;
    char extension[16];
    inner_extension(name, extension);
    bool table = one_of(extension, TABLE_EXTENSIONS);
    uint32_t best_score = 0;
    uint32_t best_cells = 0;
    char best = strcasecmp(extension, "tsv") == 0 || strcasecmp(extension, "tab") == 0 ? '\t' : ',';
    best = strcasecmp(extension, "psv") == 0 ? '|' : best;
    for (size_t i = 0; i < sizeof DELIMITERS; i++) {
        if (text.len == 0 || memchr(text.data, DELIMITERS[i], text.len) == NULL) {
            continue; /* one cell in each record: it would explain nothing */
        }
        uint32_t counts[SNIFF_RECORDS] = {0};
        size_t records = lines ? count_cells_of_lines(text, text_ended, DELIMITERS[i], counts)
                               : count_cells(text, text_ended, DELIMITERS[i], counts);
        shape s = shape_of(counts, records);
        uint32_t score = score_of(s);
        if (score > best_score || (score == best_score && score > 0 && s.most_common > best_cells)) {
            best_score = score;
            best_cells = s.most_common;
            best = DELIMITERS[i];
        }
    }
    static const char *const TEXT_EXTENSIONS[] = {"txt",  "log", "md",   "json", "jsonl", "xml",
                                                  "html", "htm", "yaml", "yml",  "eml",   NULL};
    bool plain = one_of(extension, TEXT_EXTENSIONS);
    uint32_t needed = plain ? 950 : 800;
    dialect->delimiter = best;
    dialect->format =
        table || (best_score >= needed && !(plain && extension[0] != 't')) ? LW_FORMAT_CSV : LW_FORMAT_TEXT;
}

/* ---- header ---- */

#define NAME_LENGTH_MAX 100U

static bool is_letter(unsigned char c) {
    return (unsigned)(c | 0x20) - 'a' < 26U || c >= 0x80;
}

/* Could this be a column's name? Names have a letter, no '@', and few digits; values such as dates, numbers, UUIDs,
 * e-mail addresses, long text do not pass. */
static bool could_be_name(lw_slice cell) {
    size_t letters = 0;
    size_t digits = 0;
    if (cell.len > NAME_LENGTH_MAX) {
        return false;
    }
    for (size_t i = 0; i < cell.len; i++) {
        unsigned char c = (unsigned char)cell.data[i];
        letters += is_letter(c);
        digits += (unsigned)c - '0' < 10U;
        if (c == '@' || c == '\n' || c == '\r' || digits >= 5) {
            return false;
        }
    }
    return letters > 0 && digits <= letters;
}

static bool is_value_like(lw_slice cell) {
    return cell.len > 0 && !could_be_name(cell);
}

static bool repeats_below(const lw_block *records, uint32_t column, lw_slice name) {
    for (uint32_t record = 1; record < records->record_count && record < 50; record++) {
        if (column < lw_block_record_cells(records, record) &&
            lw_slice_equal_nocase(lw_block_cell(records, record, column), name)) {
            return true;
        }
    }
    return false;
}

/* Columns whose cells below are all values (numbers, dates, ids) while the first is not: the mark of a header. */
static bool stands_out(const lw_block *records, uint32_t column) {
    uint32_t values = 0;
    uint32_t others = 0;
    for (uint32_t record = 1; record < records->record_count && record < 50; record++) {
        if (column < lw_block_record_cells(records, record)) {
            lw_slice cell = lw_block_cell(records, record, column);
            bool value = is_value_like(cell);
            values += value;
            others += cell.len > 0 && !value;
        }
    }
    return values > others * 4;
}

static bool has_twin(const lw_block *records, uint32_t columns, uint32_t column, lw_slice name) {
    for (uint32_t other = 0; other < column && other < columns; other++) {
        if (lw_slice_equal_nocase(lw_block_cell(records, 0, other), name)) {
            return true;
        }
    }
    return false;
}

bool lw_sniff_header(const lw_block *records) {
    if (records->record_count == 0) {
        return false;
    }
    uint32_t columns = lw_block_record_cells(records, 0);
    uint32_t named = 0;
    uint32_t against = 0;
    uint32_t marks = 0;
    for (uint32_t column = 0; column < columns; column++) {
        lw_slice name = lw_slice_trim(lw_block_cell(records, 0, column));
        if (name.len == 0) {
            continue; /* an index column often has no name */
        }
        if (is_value_like(name)) {
            against += 2;
            continue;
        }
        named++;
        marks += stands_out(records, column);
        against += repeats_below(records, column, name) ? 2 : 0;
        against += columns < 1000 && has_twin(records, columns, column, name);
    }
    if (named == 0 || named * 2 < columns) {
        return false;
    }
    return against == 0 || marks > against;
}
