/* PCRE2 behind bounds: what an engine that backtracks may cost, and how its limits are told.
 *
 * A search costs at most a fixed number of units of work per byte of the cell, whatever the pattern and the cell
 * (docs/linear-time.md). How that is held depends on the pattern, by its tree:
 *   - few steps a place (lw_regex_tree.slow is false): the steps that PCRE2 can take where a match might begin are
 *     counted from the tree and few, so PCRE2 may search as it likes;
 *   - all others have a meter: PCRE2 calls out before each item of the pattern, and each call costs a unit, as does
 * each byte that it moved since the last. When the units of the cell are used up, the cell is undecided;
 *   - of these, most stand behind a gate (gate.c): one linear pass says where a match can begin at all, and PCRE2 is
 *     asked only there, anchored. Without a place, PCRE2 is not asked. So the places that it would try without need,
 *     which make `\s+$` quadratic, never use up the units. Patterns too large for a gate go without;
 *   - the window: of a cell longer than 64 KiB, PCRE2 sees 64 KiB at a time, windows overlapping by 8 KiB.
 * PCRE2's own match limit is no such bound: it counts anew for every place, and counts no bytes that a repeat runs
 * over.
 *
 * Guarantees: an error of PCRE2 is LW_E_REGEX_LIMIT, never "no match". What a cell costs, and so whether it is decided,
 * depends on pattern and cell alone: not on the clock, nor on what was searched before. In a cell over 64 KiB a match
 * of up to 8 KiB is found as in a whole cell; a longer one is found, or refused with LW_E_REGEX_LIMIT, or, where the
 * gate has to guess, missed (docs/matching.md, 4).
 *
 * Text is bytes. Patterns that can match characters outside ASCII are compiled with PCRE2_UTF. In cells that are no
 * valid UTF-8, the faulty bytes match nothing and stop nothing (PCRE2_MATCH_INVALID_UTF); that is done without JIT,
 * because the JIT of PCRE2 10.42 loses matches in this mode (\D+1 in "abb\xc3\xa91").
 */
#include <stdlib.h>
#include <string.h>

#include "identifiers/pcre_priv.h"
#include "identifiers/regex_priv.h"

#define LW_WINDOW ((size_t)64 * 1024)
#define LW_WINDOW_OVERLAP ((size_t)8 * 1024)
#define LW_CONTEXT 4 /* bytes before the start: one character, that \b may look at; with it ^ and \A cannot match */
#define LW_JIT_STACK_MAX ((size_t)512 * 1024)
#define LW_WORK_CALL 8        /* units of a call of PCRE2, whatever it does */
#define LW_WORK_UTF_CHECKED 8 /* bytes of which PCRE2 checks the UTF-8 for a unit */

struct lw_regex_runner {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    lw_meter meter;
};

struct lw_regex {
    pcre2_code *code;        /* anchored where there is a gate */
    pcre2_code *faulty_code; /* the same for cells that are no valid UTF-8; made when first needed */
    char *pattern;
    bool jit, utf;
    bool metered;
    bool gate_exact;  /* where the gate says so, a match does begin */
    bool faulty;      /* the current cell is no valid UTF-8 */
    lw_gate *gate;    /* NULL: not needed, or not possible */
    uint64_t *starts; /* what the gate found in the current cell */
    size_t starts_cap;
    bool any_start;
    uint64_t work_left; /* of the current cell */
};

uint64_t lw_regex_work_limit(size_t cell_len) {
    return LW_WORK_PER_BYTE * ((uint64_t)cell_len + LW_WORK_BYTES_MORE);
}

uint64_t lw_regex_work(const lw_regex *regex, size_t cell_len) {
    return regex->metered ? lw_regex_work_limit(cell_len) - regex->work_left : 0;
}

/* ---- runner ---- */

int lw_meter_step(pcre2_callout_block *block, void *data) {
    lw_meter *meter = data;
    size_t at = block->current_position;
    uint64_t units = 1 + (at > meter->at ? at - meter->at : meter->at - at);
    meter->at = at;
    if (units > meter->left) {
        meter->left = 0;
        return PCRE2_ERROR_MATCHLIMIT;
    }
    meter->left -= units;
    return 0;
}

lw_status lw_regex_runner_new(lw_regex_runner **ret_runner) {
    lw_regex_runner *runner = calloc(1, sizeof(*runner));
    if (runner == NULL) {
        return LW_E_MEMORY;
    }
    runner->data = pcre2_match_data_create(1, NULL);
    runner->context = pcre2_match_context_create(NULL);
    runner->stack = pcre2_jit_stack_create((size_t)32 * 1024, LW_JIT_STACK_MAX, NULL);
    if (runner->data == NULL || runner->context == NULL) {
        lw_regex_runner_free(runner);
        return LW_E_MEMORY;
    }
    pcre2_set_match_limit(runner->context, LW_MATCH_LIMIT);
    pcre2_set_heap_limit(runner->context, LW_HEAP_LIMIT_KIB);
    (void)pcre2_set_callout(runner->context, lw_meter_step, &runner->meter);
    if (runner->stack != NULL) {
        pcre2_jit_stack_assign(runner->context, NULL, runner->stack);
    }
    *ret_runner = runner;
    return LW_OK;
}

void lw_regex_runner_free(lw_regex_runner *runner) {
    if (runner == NULL) {
        return;
    }
    pcre2_match_data_free(runner->data);
    pcre2_match_context_free(runner->context);
    pcre2_jit_stack_free(runner->stack);
    free(runner);
}

/* ---- compilation ---- */

lw_status lw_pcre_compile(lw_slice pattern, bool utf, uint32_t extra_options, pcre2_code **ret_code, lw_error *err) {
    uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE | PCRE2_DOLLAR_ENDONLY | extra_options;
    if (utf) {
        options |= PCRE2_UTF;
    }
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context == NULL) {
        return lw_fail(err, LW_E_MEMORY, "compile pattern: out of memory");
    }
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    (void)pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    (void)pcre2_set_parens_nest_limit(context, LW_TREE_DEPTH_MAX + 1);
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.len, options, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (compiled == NULL) {
        PCRE2_UCHAR text[160] = {0};
        (void)pcre2_get_error_message(code, text, sizeof(text));
        return lw_fail(err, LW_E_CONFIG, "the pattern does not compile: %s (at character %zu)", (const char *)text,
                       lw_utf8_count((lw_slice){pattern.data, offset}) + 1);
    }
    *ret_code = compiled;
    return LW_OK;
}

/* What PCRE2 is told of a metered pattern; anchored where a gate says the places. */
static uint32_t lw_metered_options(const lw_regex *regex) {
    uint32_t options = regex->metered ? PCRE2_AUTO_CALLOUT : 0U;
    /* The search for a character that every match has is not metered, and of no use behind a gate. */
    return regex->gate != NULL ? options | PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE : options;
}

lw_status lw_regex_new(lw_slice pattern, const lw_regex_tree *tree, bool just_check, lw_regex **ret_regex,
                       lw_error *err) {
    lw_regex *regex = calloc(1, sizeof(*regex));
    if (regex == NULL) {
        return lw_fail(err, LW_E_MEMORY, "compile pattern: out of memory");
    }
    lw_status status = tree->slow && !just_check ? lw_gate_new(tree, &regex->gate) : LW_OK;
    if (status == LW_E_LIMIT) { /* too large a pattern for a gate: the meter and the window remain */
        status = LW_OK;
    }
    regex->utf = tree->utf;
    regex->metered = tree->slow;
    regex->gate_exact = tree->exact && !tree->utf;
    regex->pattern = lw_slice_dup(pattern);
    if (status == LW_OK && regex->pattern == NULL) {
        status = lw_fail(err, LW_E_MEMORY, "compile pattern: out of memory");
    }
    if (status == LW_OK) {
        status = lw_pcre_compile(pattern, tree->utf, lw_metered_options(regex), &regex->code, err);
    }
    if (status == LW_OK && !just_check) {
        regex->jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
    }
    if (status != LW_OK) {
        lw_regex_free(regex);
        return status;
    }
    *ret_regex = regex;
    return LW_OK;
}

void lw_regex_free(lw_regex *regex) {
    if (regex == NULL) {
        return;
    }
    pcre2_code_free(regex->code);
    pcre2_code_free(regex->faulty_code);
    free(regex->pattern);
    lw_gate_free(regex->gate);
    free(regex->starts);
    free(regex);
}

/* ---- search ---- */

/* Pays for one call before it is made. */
static bool lw_meter_begin(lw_regex *regex, lw_regex_runner *runner, size_t len, size_t start) {
    uint64_t units = LW_WORK_CALL + (regex->faulty ? len / LW_WORK_UTF_CHECKED : 0);
    regex->work_left -= units < regex->work_left ? units : regex->work_left;
    runner->meter = (lw_meter){.left = regex->work_left, .at = start};
    return !regex->metered || regex->work_left > 0;
}

static lw_status lw_run(lw_regex *regex, lw_regex_runner *runner, lw_slice subject, size_t start, lw_match *ret_match) {
    PCRE2_SPTR text = (PCRE2_SPTR)subject.data;
    int rc = 0;
    if (!lw_meter_begin(regex, runner, subject.len, start)) {
        return LW_E_REGEX_LIMIT;
    }
    if (regex->faulty) {
        rc = pcre2_match(regex->faulty_code, text, subject.len, start, 0, runner->data, runner->context);
    } else if (regex->jit) {
        rc = pcre2_jit_match(regex->code, text, subject.len, start, 0, runner->data, runner->context);
    } else {
        uint32_t options = PCRE2_NO_UTF_CHECK; /* checked once for the cell */
        rc = pcre2_match(regex->code, text, subject.len, start, options, runner->data, runner->context);
    }
    regex->work_left = runner->meter.left;
    if (rc == PCRE2_ERROR_NOMATCH) {
        return LW_E_NOT_FOUND;
    }
    if (rc < 0) {
        return LW_E_REGEX_LIMIT;
    }
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(runner->data);
    *ret_match = (lw_match){offsets[0], offsets[1]};
    return LW_OK;
}

static bool lw_continues(char byte) { /* within a UTF-8 character */
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/* Searches the window that begins at `from`. *ret_window_end is where it ends. */
static lw_status lw_run_window(lw_regex *regex, lw_regex_runner *runner, lw_slice cell, size_t from,
                               size_t *ret_window_end, lw_match *ret_match) {
    size_t end = cell.len - from > LW_WINDOW ? from + LW_WINDOW : cell.len;
    size_t base = from > LW_CONTEXT ? from - LW_CONTEXT : 0;
    while (regex->utf && end < cell.len && end > from + 1 && lw_continues(cell.data[end])) {
        end--;
    }
    while (regex->utf && base > 0 && base < from && lw_continues(cell.data[base])) {
        base++;
    }
    *ret_window_end = end;
    LW_TRY(lw_run(regex, runner, (lw_slice){cell.data + base, end - base}, from - base, ret_match));
    ret_match->begin += base;
    ret_match->end += base;
    return LW_OK;
}

/* The leftmost match at or after from, window by window. */
static lw_status lw_find_in_windows(lw_regex *regex, lw_regex_runner *runner, lw_slice cell, size_t from,
                                    lw_match *ret_match) {
    for (;;) {
        lw_match match = {0};
        size_t end = 0;
        lw_status status = lw_run_window(regex, runner, cell, from, &end, &match);
        if (status == LW_OK && (end == cell.len || match.end < end)) {
            *ret_match = match;
            return LW_OK;
        }
        if (status == LW_OK) { /* it reaches the window's end and might go on: look again from where it begins */
            if (match.begin == from) {
                return LW_E_REGEX_LIMIT;
            }
            from = match.begin;
            continue;
        }
        if (status != LW_E_NOT_FOUND || end == cell.len) {
            return status;
        }
        from = end - LW_WINDOW_OVERLAP;
    }
}

/* The first offset at or after from that the gate lets through, or SIZE_MAX. */
static size_t lw_next_start(const uint64_t *starts, size_t len, size_t from) {
    for (size_t word = from / 64; word <= len / 64; word++) {
        uint64_t bits = starts[word];
        if (word == from / 64) {
            bits &= ~UINT64_C(0) << (from % 64);
        }
        if (bits != 0) {
            return word * 64 + (size_t)__builtin_ctzll(bits);
        }
    }
    return SIZE_MAX;
}

static bool lw_is_ascii(lw_slice cell) {
    uint64_t seen = 0;
    size_t at = 0;
    for (; at + 8 <= cell.len; at += 8) {
        uint64_t eight = 0;
        memcpy(&eight, cell.data + at, 8);
        seen |= eight;
    }
    for (; at < cell.len; at++) {
        seen |= (uint64_t)(unsigned char)cell.data[at];
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* Characters of the cell, judged once: PCRE2 would do it at every call. */
static lw_status lw_utf_refresh(lw_regex *regex, lw_slice cell) {
    regex->faulty = !lw_is_ascii(cell) && !lw_utf8_valid(cell);
    if (!regex->faulty || regex->faulty_code != NULL) {
        return LW_OK;
    }
    uint32_t options = PCRE2_MATCH_INVALID_UTF | lw_metered_options(regex);
    return lw_pcre_compile(lw_slice_from(regex->pattern), true, options, &regex->faulty_code, NULL);
}

static lw_status lw_gate_refresh(lw_regex *regex, lw_slice cell) {
    size_t words = cell.len / 64 + 1;
    if (words > regex->starts_cap) {
        uint64_t *grown = realloc(regex->starts, words * 2 * sizeof(*grown));
        if (grown == NULL) {
            return LW_E_MEMORY;
        }
        regex->starts = grown;
        regex->starts_cap = words * 2;
    }
    memset(regex->starts, 0, words * sizeof(*regex->starts));
    regex->any_start = lw_gate_run(regex->gate, cell, regex->starts);
    return LW_OK;
}

/* Asks PCRE2 only at the places the gate found. A place that PCRE2 cannot decide leaves the cell undecided. */
static lw_status lw_find_at_starts(lw_regex *regex, lw_regex_runner *runner, lw_slice cell, size_t from,
                                   lw_match *ret_match) {
    for (size_t start = lw_next_start(regex->starts, cell.len, from); start < cell.len;
         start = lw_next_start(regex->starts, cell.len, start + 1)) {
        if (regex->utf && lw_continues(cell.data[start])) {
            continue; /* the gate is generous: no match begins within a character */
        }
        lw_match match = {0};
        size_t end = 0;
        lw_status status = lw_run_window(regex, runner, cell, start, &end, &match);
        if (status == LW_OK && match.begin != start) { /* PCRE2 anchors anew behind bytes that are no UTF-8 */
            status = LW_E_NOT_FOUND;
        }
        bool cut = end < cell.len; /* a match that is longer than the window ends at its edge, or is not seen at all */
        if (cut && ((status == LW_OK && match.end == end) || (status == LW_E_NOT_FOUND && regex->gate_exact))) {
            return LW_E_REGEX_LIMIT;
        }
        if (status == LW_OK) {
            *ret_match = match;
        }
        if (status != LW_E_NOT_FOUND) {
            return status;
        }
    }
    return LW_E_NOT_FOUND;
}

lw_status lw_regex_find_in(lw_regex *regex, lw_regex_runner *runner, lw_slice part, size_t cell_len, size_t from,
                           lw_novelty novelty, lw_match *ret_match) {
    if (from >= part.len) {
        return LW_E_NOT_FOUND;
    }
    if (novelty == LW_NEW_CELL) {
        regex->work_left = lw_regex_work_limit(cell_len);
    }
    if (novelty != LW_SAME_PART && regex->utf) {
        LW_TRY(lw_utf_refresh(regex, part));
    }
    if (regex->gate == NULL) {
        return lw_find_in_windows(regex, runner, part, from, ret_match);
    }
    if (novelty != LW_SAME_PART) {
        LW_TRY(lw_gate_refresh(regex, part));
    }
    return regex->any_start ? lw_find_at_starts(regex, runner, part, from, ret_match) : LW_E_NOT_FOUND;
}

lw_status lw_regex_find(lw_regex *regex, lw_regex_runner *runner, lw_slice cell, size_t from, bool fresh,
                        lw_match *ret_match) {
    return lw_regex_find_in(regex, runner, cell, cell.len, from, fresh ? LW_NEW_CELL : LW_SAME_PART, ret_match);
}

lw_status lw_regex_fits(lw_slice pattern, lw_slice text, bool *ret_fits) {
    pcre2_match_data *data = NULL;
    pcre2_code *code = NULL;
    lw_status status =
        lw_pcre_compile(pattern, true, PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_MATCH_INVALID_UTF, &code, NULL);
    if (status != LW_OK) {
        return status;
    }
    data = pcre2_match_data_create(1, NULL);
    if (data == NULL) {
        status = LW_E_MEMORY;
        goto done;
    }
    *ret_fits = pcre2_match(code, (PCRE2_SPTR)text.data, text.len, 0, 0, data, NULL) > 0;
done:
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return status;
}
