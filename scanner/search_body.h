/* The keyword search itself; included by search_avx512.c and search_avx2.c. No guard: once a file. Needs `tables`,
 * load_tables(), places_of(search): how many bytes of a keyword are looked at, 2 to 4, and candidates(text, tables,
 * places): bit i tells whether a keyword may begin at text[i]; it may read 64 bytes from each of the first four. NAME
 * is the function to define. */

#define STEP 64U

#define BATCH 64U

/* A step that has candidates. */
typedef struct found {
    size_t base;
    uint64_t starts;
} found;

/* The steps of text[0, STEP * count) that have candidates. Nothing is called and nothing decided in this loop, so that
 * the tables stay in registers and no wrong guess of a branch stops it. */
static inline size_t find_steps(const char *text, size_t count, const tables *t, size_t places, found steps[BATCH]) {
    size_t found_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t starts = candidates(text + i * STEP, t, places);
        steps[found_count] = (found){i * STEP, starts};
        found_count += starts != 0;
    }
    return found_count;
}

/* The compiler makes a loop for each number of places. */
static size_t find_steps_of(size_t places, const char *text, size_t count, const tables *t, found steps[BATCH]) {
    return places == 2   ? find_steps(text, count, t, 2, steps)
           : places == 3 ? find_steps(text, count, t, 3, steps)
                         : find_steps(text, count, t, 4, steps);
}

static lw_status verify_step(const lw_search *search, const char *text, size_t len, found step, lw_hits *hits) {
    for (uint64_t starts = step.starts; starts != 0; starts &= starts - 1) {
        size_t offset = step.base + (size_t)__builtin_ctzll(starts);
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
        size_t found_count = find_steps_of(places_of(search), from, count, &t, steps);
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
