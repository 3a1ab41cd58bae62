/* Private keys in text: the armour of RFC 7468, OpenSSH and OpenPGP, and PuTTY's own format.
 *
 * The pattern finds the first line; the check reads on from there, however long the key is. A key stands in a cell with
 * line breaks, with spaces in their place, or with breaks written as \n (JSON, .env files). What counts:
 *   - first line, body, last line with the same label;
 *   - first line and a body that goes on to the end of the cell: the rest was cut off;
 *   - in plain text, where every line is a cell of its own, the first line with nothing else on it.
 * A body is at least 40 characters of base64 with capitals, small letters and digits, so that neither a sentence about
 * keys nor a placeholder counts.
 *
 * Leaves out the content: no DER is read and no checksum of OpenPGP is computed (RFC 9580 forbids to reject for it).
 */
#include <string.h>

#include "identifiers/checks_card_priv.h"

#define LW_BODY_MIN 40     /* an Ed25519 key in PKCS #8 has 64, a short EC key 68 */
#define LW_BODY_CUT_MIN 64 /* without a last line: one full line */
#define LW_HEADERS_MAX 2000

typedef struct lw_base64_run {
    size_t end;   /* behind it and the breaks that follow */
    size_t count; /* characters, padding not counted */
    bool lower, upper, digit;
} lw_base64_run;

static bool lw_base64(char c) {
    return lw_upper(c) || lw_lower(c) || lw_digit(c) || c == '+' || c == '/';
}

/* White space, and line breaks written as \n or \r, escaped once or more. */
static size_t lw_skip_breaks(lw_slice cell, size_t at) {
    while (at < cell.len) {
        size_t letter = at;
        while (letter < cell.len && cell.data[letter] == '\\') {
            letter++;
        }
        if (letter > at && letter < cell.len && (cell.data[letter] == 'n' || cell.data[letter] == 'r')) {
            at = letter + 1;
        } else if (lw_blank(cell.data[at])) {
            at++;
        } else {
            break;
        }
    }
    return at;
}

static lw_base64_run lw_read_base64(lw_slice cell, size_t at) {
    lw_base64_run run = {.end = at};
    while (run.end < cell.len) {
        char c = cell.data[run.end];
        size_t next = lw_skip_breaks(cell, run.end);
        if (next > run.end) {
            run.end = next;
        } else if (lw_base64(c) || c == '=') {
            run.count += c != '=';
            run.lower = run.lower || lw_lower(c);
            run.upper = run.upper || lw_upper(c);
            run.digit = run.digit || lw_digit(c);
            run.end++;
        } else {
            break;
        }
    }
    return run;
}

static bool lw_text_at(lw_slice cell, size_t at, lw_slice text) {
    return at <= cell.len && cell.len - at >= text.len && memcmp(cell.data + at, text.data, text.len) == 0;
}

static bool lw_end_line_at(lw_slice cell, size_t at, lw_slice label) {
    lw_slice end = LW_SLICE_LITERAL("-----END ");
    return lw_text_at(cell, at, end) && lw_text_at(cell, at + end.len, label) &&
           lw_text_at(cell, at + end.len + label.len, LW_SLICE_LITERAL("-----"));
}

/* A body from `at` on, to the last line or to the end of the cell. */
static bool lw_body_at(lw_slice cell, size_t at, lw_slice label, lw_slice magic) {
    lw_base64_run run = lw_read_base64(cell, at);
    bool random = run.lower && run.upper && run.digit && run.count >= LW_BODY_MIN;
    bool cut = run.end == cell.len && run.count >= LW_BODY_CUT_MIN;
    return random && lw_text_at(cell, at, magic) && (cut || lw_end_line_at(cell, run.end, label));
}

/* The first run of base64 that is no word: behind headers such as "DEK-Info: AES-256-CBC,..." or "Version: ...". */
static size_t lw_behind_headers(lw_slice cell, size_t from) {
    size_t run = 0;
    for (size_t at = from; at < cell.len && at < from + LW_HEADERS_MAX; at++) {
        bool escape = run == 0 && cell.data[at - 1] == '\\'; /* the letter of \n */
        run = lw_base64(cell.data[at]) && !escape ? run + 1 : 0;
        if (run == LW_BODY_MIN) {
            return at + 1 - run;
        }
    }
    return cell.len;
}

static bool lw_alone_on_line(const lw_candidate *candidate) {
    return candidate->line && lw_slice_trim(candidate->cell).len == candidate->end - candidate->begin;
}

static bool lw_armoured(const lw_candidate *candidate, lw_slice magic) {
    const size_t before = sizeof("-----BEGIN ") - 1;
    lw_slice cell = candidate->cell;
    lw_slice text = lw_candidate_text(candidate);
    lw_slice label = {text.data + before, text.len - before - 5};
    size_t at = lw_skip_breaks(cell, candidate->end);
    return lw_alone_on_line(candidate) || lw_body_at(cell, at, label, magic) ||
           lw_body_at(cell, lw_behind_headers(cell, at), label, magic);
}

/* RFC 7468 (PKCS #1, PKCS #8, RFC 5915), RFC 9580 section 6. */
bool lw_check_private_key(const lw_candidate *candidate) {
    return lw_armoured(candidate, LW_SLICE_LITERAL(""));
}

/* PROTOCOL.key of OpenSSH: the body begins with "openssh-key-v1". */
bool lw_check_openssh_key(const lw_candidate *candidate) {
    return lw_armoured(candidate, LW_SLICE_LITERAL("b3BlbnNzaC1rZXktdjE"));
}

/* ---- PuTTY ---- */

/* Behind the next `name` within `within` bytes; 0 if it is not there. */
static size_t lw_behind_name(lw_slice cell, size_t at, const char *name, size_t within) {
    size_t len = strlen(name);
    size_t room = cell.len - at < within ? cell.len - at : within;
    const char *found = memmem(cell.data + at, room, name, len);
    return found == NULL ? 0 : (size_t)(found - cell.data) + len;
}

/* A count of lines and that many lines of base64, taken as they come. */
static size_t lw_behind_lines(lw_slice cell, size_t at) {
    size_t digits = at;
    while (digits < cell.len && lw_digit(cell.data[digits])) {
        digits++;
    }
    size_t body = lw_skip_breaks(cell, digits);
    size_t end = body;
    /* not lw_read_base64: the name of the next header is made of the same letters */
    while (end < cell.len && !lw_text_at(cell, end, LW_SLICE_LITERAL("Private-")) &&
           !lw_text_at(cell, end, LW_SLICE_LITERAL("Key-Derivation: "))) {
        size_t next = lw_skip_breaks(cell, end);
        if (next == end && !lw_base64(cell.data[end]) && cell.data[end] != '=') {
            return 0;
        }
        end = next > end ? next : end + 1;
    }
    return digits > at && end > body ? end : 0;
}

/* PuTTY manual, appendix C: the headers in their order, both blobs, and the authentication code. */
bool lw_check_putty_key(const lw_candidate *candidate) {
    lw_slice cell = candidate->cell;
    if (lw_alone_on_line(candidate)) {
        return true;
    }
    size_t at = lw_skip_breaks(cell, candidate->end);
    if (!lw_text_at(cell, at, LW_SLICE_LITERAL("Encryption: ")) ||
        (at = lw_behind_name(cell, at, "Comment:", 60)) == 0 ||
        (at = lw_behind_name(cell, at, "Public-Lines: ", 400)) == 0 || (at = lw_behind_lines(cell, at)) == 0 ||
        (at = lw_behind_name(cell, at, "Private-Lines: ", 600)) == 0 || (at = lw_behind_lines(cell, at)) == 0) {
        return false;
    }
    if (!lw_text_at(cell, at, LW_SLICE_LITERAL("Private-MAC: ")) &&
        !lw_text_at(cell, at, LW_SLICE_LITERAL("Private-Hash: "))) {
        return false;
    }
    at += lw_text_at(cell, at, LW_SLICE_LITERAL("Private-MAC: ")) ? 13 : 14;
    size_t hex = 0;
    while (at + hex < cell.len && lw_one_of("0123456789abcdefABCDEF", cell.data[at + hex])) {
        hex++;
    }
    return hex == 40 || hex == 64;
}
