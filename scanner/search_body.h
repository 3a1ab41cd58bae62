/* The keyword search itself; included by search_avx512.c and search_avx2.c. No guard: once a file. Needs `tables`,
 * load_tables(), STEP, the number of places judged at once, and candidates(text, tables, few): the places, bit i for
 * text[i], at which a keyword may begin; it may read 64 bytes from each of the first four. few: see lw_search.few. NAME
 * is the function to define. */

#define BATCH 64U

/* A step that has candidates. */
typedef struct found {
    size_t base;
    uint64_t places;
} found;

/* The steps of text[0, STEP * count) that have candidates. Nothing is called and nothing decided in this loop, so that
 * the tables stay in registers and no wrong guess of a branch stops it. */
static inline size_t find_steps(const char *text, size_t count, const tables *t, bool few, found steps[BATCH]) {
    size_t found_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t places = candidates(text + i * STEP, t, few);
        steps[found_count] = (found){i * STEP, places};
        found_count += places != 0;
    }
    return found_count;
}

static lw_status verify_step(const lw_search *search, const char *text, size_t len, found step, lw_hits *hits) {
    for (uint64_t places = step.places; places != 0; places &= places - 1) {
        size_t offset = step.base + (size_t)__builtin_ctzll(places);
        if (lw_search_possible(search, text, offset)) {
            LW_TRY(lw_search_verify(search, text, len, offset, hits));
        }
    }
    return LW_OK;
}

lw_status NAME(const lw_search *search, const char *text, size_t len, lw_hits *hits) {
    const tables t = load_tables(search);
    found steps[BATCH];
    /* A last step would read too far behind the text, and the tables look at what follows a keyword, which there is
     * nothing of the text. */
    size_t whole = len < STEP + LW_SEARCH_PLACES ? 0 : (len - LW_SEARCH_PLACES) / STEP;
    for (size_t done = 0; done < whole;) {
        size_t count = whole - done < BATCH ? whole - done : BATCH;
        const char *from = text + done * STEP;
        size_t found_count =
            search->few ? find_steps(from, count, &t, true, steps) : find_steps(from, count, &t, false, steps);
        for (size_t i = 0; i < found_count; i++) {
            steps[i].base += done * STEP;
            LW_TRY(verify_step(search, text, len, steps[i], hits));
        }
        done += count;
    }
    for (size_t base = whole * STEP; base < len; base++) {
        if (lw_search_possible(search, text, base)) {
            LW_TRY(lw_search_verify(search, text, len, base, hits));
        }
    }
    return LW_OK;
}
