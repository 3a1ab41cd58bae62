/* What identifiers/ knows of an identifier, shared by its own files and tests. */
#ifndef LW_IDENTIFIERS_IDENTIFIERS_PRIV_H
#define LW_IDENTIFIERS_IDENTIFIERS_PRIV_H

#include "identifiers/facts_priv.h"
#include "identifiers/identifiers.h"
#include "identifiers/keywords_priv.h"
#include "identifiers/regex_priv.h"

struct cJSON;

#define LW_MANAGED_DISTANCE 30
#define LW_TEST_TEXT_CHARS_MAX 1000
#define LW_CUSTOM_PER_SET_MAX 30

/* ---- checks (checks.c, dates.c): what a pattern alone cannot say ---- */

/* A candidate: cell[begin, end) fits a pattern and its neighbours are no letters or digits (if the pattern asks). */
typedef struct lw_candidate {
    lw_slice cell;
    size_t begin, end;
    int32_t today; /* days since 1970-01-01 */
    bool line;     /* the cell is a line of plain text, not a field of a record */
    bool keyword;  /* a keyword may be near: what has one can do with less */
} lw_candidate;

typedef bool (*lw_check)(const lw_candidate *candidate);

/* What it means that a check agrees, for the choice between identifiers that fit the same value (docs/matching.md). */
typedef enum lw_evidence {
    LW_EVIDENCE_PATTERN,    /* no check: only the form */
    LW_EVIDENCE_RULE,       /* ranges, dates, codes of a published rule */
    LW_EVIDENCE_CHECK_DIGIT /* a check digit or a checksum is right */
} lw_evidence;

typedef struct lw_named_check {
    const char *name;
    lw_check check;
    lw_evidence evidence;
} lw_named_check;

const lw_named_check *lw_check_find(const char *name); /* NULL: no such check */

bool lw_luhn_valid(lw_slice digits);  /* ISO/IEC 7812-1 annex B, only digits */
bool lw_gtin_valid(lw_slice digits);  /* GS1 General Specifications 7.9, modulo 10 weights 3 1 */
bool lw_mod43_valid(lw_slice text);   /* ANSI/HIBC 2: modulo 43, last character checks the others */
bool lw_mod37_2_valid(lw_slice text); /* ISO/IEC 7064 MOD 37-2, last character checks the others */
int32_t lw_days_from_civil(int year, unsigned month, unsigned day); /* days since 1970-01-01, Gregorian */
bool lw_date_valid(int year, unsigned month, unsigned day);
bool lw_check_birth_date(const lw_candidate *candidate); /* dates.c */

/* Letter or digit as neighbours of a match are judged: ASCII letters and digits, and every byte of a longer UTF-8
 * sequence that is a letter. */
bool lw_word_before(lw_slice text, size_t at); /* the character that ends at `at` */
bool lw_word_after(lw_slice text, size_t at);  /* the character that begins at `at` */
/* Is the match part of a longer number: digit and - or . on its left, or the same on its right? */
bool lw_in_longer_number(lw_slice text, size_t begin, size_t end);

/* ---- finders (cards.c, phones.c): hand-made where every column has to be searched ---- */

/* The leftmost match at or after from. */
typedef bool (*lw_finder)(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match);
/* NULL: no such finder. *ret_evidence: what it means that it finds something. */
lw_finder lw_finder_find(const char *name, lw_evidence *ret_evidence);
bool lw_find_card(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match);
bool lw_find_card_alone(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match);
bool lw_find_phone(lw_slice cell, size_t from, bool keyword_near, lw_match *ret_match);

/* ---- definitions ---- */

typedef enum lw_engine {
    LW_ENGINE_PATTERN, /* a fixed shape or a regular expression: the matcher decides when it first needs it */
    LW_ENGINE_FINDER,
    LW_ENGINE_NONE /* says how values are written that the finder of the first pattern finds */
} lw_engine;

/* One way an identifier is written. */
typedef struct lw_pattern {
    char *name;
    char *text; /* the regular expression; for finders it documents, and examples are held against it */
    lw_engine engine;
    lw_regex_tree *tree; /* NULL where the facts are known: read when it is first needed */
    lw_finder finder;
    lw_check check; /* NULL: none */
    lw_evidence evidence;
    bool bounded;    /* no letter or digit may touch the match */
    bool alone;      /* of a conditional identifier: counts without a keyword too */
    unsigned digits; /* that a match must have at least, where the pattern itself leaves it open */
} lw_pattern;

/* What each match of an identifier has, whatever its pattern. */
typedef struct lw_facts {
    bool known;
    size_t min_length;
    unsigned min_digits;
    bool gated; /* has LW_GATE_DIGITS, or a run of LW_GATE_UPPER_RUN */
} lw_facts;

typedef struct lw_severity_step {
    lw_severity severity;
    uint64_t threshold;
} lw_severity_step;

/* One identifier as loaded. Owns everything in it; public_ points into it. */
typedef struct lw_definition {
    lw_identifier public_;
    char *id, *name;
    lw_strings keywords;
    bool keyword_variants; /* a space also stands for nothing, '_' and '-' */
    lw_strings ignore_words;
    lw_strings never_reported; /* letters in upper case and digits only, sorted */
    lw_pattern *patterns;
    size_t pattern_count;
    size_t first_pattern;      /* number of patterns of the definitions before it in the set */
    lw_severity_step steps[3]; /* ascending thresholds */
    size_t step_count;
    lw_facts facts;
    lw_strings anchors;     /* literals that matches without keyword begin with */
    char anchor_letters[2]; /* of an IBAN */
    char *origin;           /* file, or NULL for managed */
    const lw_allow *allow;  /* of the set; NULL: none */
} lw_definition;

void lw_definition_done(lw_definition *definition);
/* How a pattern is to be searched and judged. */
typedef struct lw_pattern_facts {
    const char *name, *text;
    const char *finder, *check; /* NULL: none */
    bool bounded, alone;
    unsigned digits;
    bool unread; /* the pattern is known to be good and is read when it is first needed */
} lw_pattern_facts;
lw_status lw_definition_add_pattern(lw_definition *definition, const lw_pattern_facts *facts,
                                    lw_error *err) LW_MUST_USE;
/* Fills the facts, where they are not known yet, and what public_ says of them. */
lw_status lw_definition_seal(lw_definition *definition, lw_error *err) LW_MUST_USE;
/* The facts by the patterns themselves, and how matches begin that need no keyword. */
lw_status lw_definition_facts(const lw_definition *definition, lw_facts *ret_facts, lw_strings *ret_anchors,
                              lw_error *err) LW_MUST_USE;

/* facts.c */
/* The facts as the catalogue keeps them, by the patterns. New, to be deleted. */
lw_status lw_facts_json(const lw_definition *definition, struct cJSON **ret_json, lw_error *err) LW_MUST_USE;
/* Are the facts that the entry keeps those of its patterns? */
lw_status lw_facts_agree(const lw_definition *definition, const struct cJSON *root, bool *ret_agree,
                         lw_error *err) LW_MUST_USE;

/* custom.c: one CreateCustomDataIdentifier document. label names it in messages ("custom identifier 'x.json'"). */
lw_status lw_custom_parse(lw_slice json, const char *label, lw_definition *ret_definition, lw_error *err) LW_MUST_USE;
lw_status lw_custom_load(const char *path, lw_definition *ret_definition, lw_error *err) LW_MUST_USE;
/* Files named, and *.json of folders named, in order. */
lw_status lw_custom_paths(const lw_strings *sources, lw_strings *ret_paths, lw_error *err) LW_MUST_USE;

/* A letter in upper case or a digit as it is; '\0' for all else. Sample values are compared by these. */
static inline char lw_plain_character(char c) {
    if (c >= 'a' && c <= 'z') {
        return (char)(c - 'a' + 'A');
    }
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '\0';
}

/* managed.c: one catalogue entry that is supported. */
lw_status lw_managed_load(const char *id, lw_definition *ret_definition, lw_error *err) LW_MUST_USE;
lw_status lw_managed_parse(const char *json, lw_definition *ret_definition, lw_error *err) LW_MUST_USE;
/* catalogue: where the twin is that lends its keywords; NULL: the embedded one. */
lw_status lw_managed_parse_in(const lw_catalogue *catalogue, const char *json, lw_definition *ret_definition,
                              lw_error *err) LW_MUST_USE;
/* Text that the catalogue may keep in parts: a string, or an array of strings to be joined. New string, or NULL. */
char *lw_json_member_text(const struct cJSON *item) LW_MUST_USE;

/* keywords.c */
/* Is keyword (ASCII letters compared without case) in text as a whole word at or after from? With variants a space in
 * it also stands for nothing, '_' or '-'. */
bool lw_keyword_find(lw_slice text, size_t from, lw_slice keyword, bool variants, lw_match *ret_match);

/* set.c */
struct lw_identifier_set {
    lw_definition *definitions;
    size_t count;
    size_t pattern_count; /* of all definitions */
    bool keep_all;
    lw_keyword *keywords; /* the literals */
    size_t keyword_count;
    lw_strings keyword_texts;
    lw_keyword_index *index; /* of all managed keywords */
    lw_identifier_bits gated;
    uint16_t iban[26 * 26]; /* 1 + the identifier of a country's two letters */
    int32_t today;
    const lw_allow *allow; /* NULL: none */
};
/* A set of one definition, which it takes over (also on failure). */
lw_status lw_identifier_set_of(lw_definition *definition, int64_t now_ms, lw_identifier_set **ret_set) LW_MUST_USE;
lw_status lw_keywords_index(lw_identifier_set *set) LW_MUST_USE; /* keywords.c: fills what speaks of keywords */

#endif
