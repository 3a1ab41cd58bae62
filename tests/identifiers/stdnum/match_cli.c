/* Does an identifier match a value, all of it, with its keyword near (with --alone: without)? For compare.py, which
 * puts the question millions of times: a line "ID<TAB>value" in, a line with 1 or 0 out, "-" for an identifier that
 * this version does not detect. Not installed, not a user's tool. Unknown ids end it with 1, as does a value that could
 * not be judged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identifiers/catalogue_priv.h"
#include "identifiers/identifiers_priv.h"

#define LOADED_MAX 256

/* An identifier that was asked for, ready to match; a NULL matcher: not detected by this version. */
typedef struct loaded {
    char *id;
    lw_identifier_set *set;
    lw_matcher *matcher;
} loaded;

static loaded all[LOADED_MAX];
static size_t loaded_count;
static bool keyword_near = true;

static void die(const char *id, const char *why) {
    fprintf(stderr, "match_cli: '%s': %s\n", id, why);
    exit(1);
}

static void load(const char *id, loaded *ret_loaded) {
    lw_definition definition = {0};
    lw_error err = {0};
    const lw_catalogue_entry *entry = lw_catalogue_find(lw_slice_from(id));
    if (entry == NULL) {
        die(id, "no such managed identifier");
        return;
    }
    if (!entry->supported) {
        return;
    }
    if (lw_managed_load(id, &definition, &err) != LW_OK) {
        die(id, err.text);
    }
    lw_status status = lw_identifier_set_of(&definition, 0, &ret_loaded->set);
    if (status == LW_OK) {
        status = lw_matcher_new(ret_loaded->set, &ret_loaded->matcher);
    }
    if (status != LW_OK) {
        die(id, lw_status_text(status));
    }
}

static const loaded *find(const char *id) {
    static size_t last;
    if (last < loaded_count && strcmp(all[last].id, id) == 0) {
        return &all[last];
    }
    for (last = 0; last < loaded_count; last++) {
        if (strcmp(all[last].id, id) == 0) {
            return &all[last];
        }
    }
    if (loaded_count == LOADED_MAX || (all[last].id = strdup(id)) == NULL) {
        die(id, "too many identifiers, or no memory");
    }
    load(id, &all[last]);
    loaded_count++;
    return &all[last];
}

/* '1', '0' or '-'. */
static char answer(const char *id, lw_slice value) {
    const loaded *of = find(id);
    lw_match match = {0};
    if (of->matcher == NULL) {
        return '-';
    }
    lw_status status = lw_matcher_next(of->matcher, 0, value, 0, keyword_near, &match);
    if (status != LW_OK && status != LW_E_NOT_FOUND) {
        die(id, lw_status_text(status));
    }
    return status == LW_OK && match.begin == 0 && match.end == value.len ? '1' : '0';
}

int main(int argc, char **argv) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len = 0;
    keyword_near = argc < 2 || strcmp(argv[1], "--alone") != 0;
    while ((len = getline(&line, &room, stdin)) >= 0) {
        if (len > 0 && line[len - 1] == '\n') {
            line[--len] = '\0';
        }
        char *tab = strchr(line, '\t');
        if (tab == NULL) {
            die(line, "a line is ID<TAB>value");
            break;
        }
        *tab = '\0';
        lw_slice value = {tab + 1, (size_t)(line + len - (tab + 1))};
        printf("%c\n", answer(line, value));
    }
    free(line);
    for (size_t i = 0; i < loaded_count; i++) {
        lw_matcher_free(all[i].matcher);
        lw_identifier_set_free(all[i].set);
        free(all[i].id);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
