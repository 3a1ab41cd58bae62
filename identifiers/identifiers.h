/* What sensitive data looks like: managed and custom identifiers, loaded, validated and compiled to an immutable set.
 *
 * The set answers four questions of the scanner, and what else it knows of an identifier is in lw_identifier:
 *   1. does a column name bring an identifier's keyword near?       lw_identifier_set_column
 *   2. which keywords stand in a cell, and which cells are worth    lw_matcher_keywords, lw_identifier_set_keyword,
 *      a search for them?                                           lw_identifier_set_gated
 *   3. which cells of one column match, and how often?              lw_matcher_column, lw_matcher_next
 *   4. which columns together make a name or an address, and does   lw_record_rules_make, lw_record_rule_match
 *      a row fit?
 *
 * Rules: Amazon Macie's, and where it leaves a point open docs/matching.md. The set is immutable and shared by all
 * threads; a matcher belongs to one thread. The only folder that includes pcre2.h is identifiers/.
 */
#ifndef LW_IDENTIFIERS_IDENTIFIERS_H
#define LW_IDENTIFIERS_IDENTIFIERS_H

#include "base/base.h"
#include "identifiers/allow.h"

#define LW_IDENTIFIERS_MAX 256 /* managed and custom in one set */

typedef enum lw_category {
    LW_CATEGORY_CREDENTIALS,
    LW_CATEGORY_FINANCIAL,
    LW_CATEGORY_PERSONAL,
    LW_CATEGORY_CUSTOM
} lw_category;

/* "CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION", "CUSTOM_IDENTIFIER" */
const char *lw_category_name(lw_category category);

typedef enum lw_severity {
    LW_SEVERITY_NONE = 0,
    LW_SEVERITY_LOW = 1,
    LW_SEVERITY_MEDIUM = 2,
    LW_SEVERITY_HIGH = 3
} lw_severity;

const char *lw_severity_name(lw_severity severity); /* "None", "Low", "Medium", "High" */
lw_status lw_severity_parse(const char *text, lw_severity *ret_severity) LW_MUST_USE; /* any case; not "none" */

/* How a match must stand to a keyword. */
typedef enum lw_proximity {
    LW_PROXIMITY_FREE,        /* no keyword needed */
    LW_PROXIMITY_BEFORE,      /* custom: column name, or in the same cell before the match within the distance */
    LW_PROXIMITY_AROUND,      /* managed: column name, or in the same cell within 30 characters on either side */
    LW_PROXIMITY_CONDITIONAL, /* managed: a stricter form counts without keyword, all forms with one (PHONE_NUMBER) */
    LW_PROXIMITY_ABSENT       /* managed: counts only where no keyword is near (CREDIT_CARD_NUMBER_(NO_KEYWORD)) */
} lw_proximity;

typedef enum lw_scope {
    LW_SCOPE_CELL,  /* judged cell by cell with a matcher */
    LW_SCOPE_RECORD /* judged row by row over several columns with record rules (NAME, ADDRESS) */
} lw_scope;

/* Where a match that needs no keyword begins, so that cells without such a place are passed over. */
typedef enum lw_anchor {
    LW_ANCHOR_NONE,    /* nothing is known: every cell has to be searched */
    LW_ANCHOR_LITERAL, /* with a text that is among the literals of the set */
    LW_ANCHOR_IBAN,    /* with two letters of a country and two digits, no letter or digit before them; then in one
                          piece, or after a space or hyphen one character and the same sign, or four at least */
    LW_ANCHOR_PHONE,   /* with +, 00, 011 or 1 and a separator, then digits */
    LW_ANCHOR_CARD     /* with a digit; 13 digits and separators at least */
} lw_anchor;

#define LW_ANCHOR_DIGITS 6U       /* what begins with LW_ANCHOR_IBAN, _PHONE or _CARD holds as many digits */
#define LW_ANCHOR_IBAN_LENGTH 15U /* bytes of the shortest account number that LW_ANCHOR_IBAN tells of */

typedef struct lw_identifier {
    const char *id;   /* managed: "USA_SOCIAL_SECURITY_NUMBER"; custom: its id (UUID form, derived from name and regex
                         when the file has none) */
    const char *name; /* for people; custom: the name in findings */
    lw_category category;
    lw_proximity proximity;
    lw_scope scope;
    unsigned distance;           /* characters; 30 managed, maximumMatchDistance custom */
    uint64_t max_count_per_file; /* 0: none; NAME and ADDRESS 1,000 */
    size_t min_match;            /* bytes: a shorter cell cannot hold a match; 1 at least */
    size_t min_keyword;          /* bytes of the shortest keyword; 0 if it has none */
    unsigned min_digits;         /* digits that a match holds at least; 0 when not known */
    lw_anchor anchor;            /* of matches that need no keyword */
    unsigned prior;              /* of identifiers that fit a value equally well the higher one is meant */
} lw_identifier;

typedef struct lw_identifier_set lw_identifier_set;
/* The catalogue of managed identifiers with files of the user's laid over it. */
typedef struct lw_catalogue lw_catalogue;

/* What to put in a set. */
typedef struct lw_identifier_options {
    const char *managed;      /* "recommended" (NULL), "all", "none", or a comma list of ids */
    const lw_strings *custom; /* files or folders (all *.json in it, by name); each file one CreateCustomDataIdentifier
                                 JSON. NULL: none */
    const lw_strings *managed_exclude; /* managed ids to leave out; supported or not. NULL: none */
    const lw_strings *custom_only; /* of the custom ones only these, by id, name or file name without .json; each must
                                      be there. NULL: all */
    const lw_catalogue
        *catalogue;        /* managed identifiers to choose from; needed while loading. NULL: the embedded ones */
    const lw_allow *allow; /* what not to report; must live as long as the set. NULL: none */
    int64_t now_ms;        /* for dates of birth; 0: the wall clock */
    bool keep_all;         /* where several managed identifiers fit the same value, report all of them, as Macie does */
} lw_identifier_options;

/* Loads, validates against macie/quotas.json and compiles. Order in the set: managed by id, then custom by name: it is
 * the order of findings. err names file, field, limit and what was given. An unknown or not yet supported managed id is
 * LW_E_CONFIG, with the nearest name when it looks misspelt. An empty set (managed none and no custom) is LW_E_CONFIG:
 * a scan that looks for nothing is never clean. */
lw_status lw_identifier_set_load(const lw_identifier_options *options, lw_identifier_set **ret_set,
                                 lw_error *err) LW_MUST_USE;
void lw_identifier_set_free(lw_identifier_set *set);

size_t lw_identifier_set_count(const lw_identifier_set *set);
bool lw_identifier_set_keeps_all(const lw_identifier_set *set);
const lw_identifier *lw_identifier_set_at(const lw_identifier_set *set, size_t index); /* valid as long as the set */
/* Severity for a count over the object; NONE below a custom identifier's lowest threshold, or for 0. */
lw_severity lw_identifier_set_severity(const lw_identifier_set *set, size_t index, uint64_t count);

/* ---- 1. column names ---- */

/* Bit set over the identifiers of a set. */
typedef struct lw_identifier_bits {
    uint64_t word[LW_IDENTIFIERS_MAX / 64];
} lw_identifier_bits;

static inline bool lw_bits_test(const lw_identifier_bits *bits, size_t index) {
    return (bits->word[index / 64] >> (index % 64)) & 1U;
}
static inline void lw_bits_set(lw_identifier_bits *bits, size_t index) {
    bits->word[index / 64] |= UINT64_C(1) << (index % 64);
}
static inline void lw_bits_add(lw_identifier_bits *bits, const lw_identifier_bits *more) {
    for (size_t i = 0; i < LW_IDENTIFIERS_MAX / 64; i++) {
        bits->word[i] |= more->word[i];
    }
}

/* Sets the bit of every identifier one of whose keywords is in the column's name as a whole word (docs/matching.md). */
lw_status lw_identifier_set_column(const lw_identifier_set *set, lw_slice column_name,
                                   lw_identifier_bits *ret_near) LW_MUST_USE;

/* How clearly a column's name speaks of an identifier: 2 by the identifier's own name (nif), 1 by a keyword that no
 * other identifier of the set has, 0 by one that it shares or not at all. */
lw_status lw_identifier_set_column_clarity(const lw_identifier_set *set, lw_slice column_name, size_t identifier,
                                           unsigned *ret_clarity) LW_MUST_USE;

/* ---- 2. keywords inside cells ---- */

/* Nearly all managed identifiers are gated: a match has a digit, or a long run of capitals and digits, so that only
 * cells that have these, and letters for a keyword beside them, need be searched for keywords at all
 * (lw_matcher_keywords). The few others, and the custom ones, have literals that are looked for in all text. */
#define LW_GATE_DIGITS 1U    /* a gated match has as many digits, */
#define LW_GATE_UPPER_RUN 6U /* or as many of A-Z 0-9 in a row */

/* The identifiers that are gated. Valid as long as the set. */
const lw_identifier_bits *lw_identifier_set_gated(const lw_identifier_set *set);
/* The identifier whose matches begin with these two letters (upper or lower case) of a country; false: none. */
bool lw_identifier_set_iban(const lw_identifier_set *set, char first, char second, size_t *ret_identifier);

/* A literal to look for in all text, ASCII letters in lower case (compare after folding A-Z): a keyword in one of its
 * variants, which counts only if lw_keyword_bounded says so, or the text that an identifier's matches begin with. */
typedef struct lw_keyword {
    lw_slice text;
    lw_identifier_bits identifiers; /* whose keyword or beginning it is */
    bool anchor;                    /* the beginning of a match */
    bool hex; /* a keyword of nothing but a-f: counts only where no digit touches it, or numbers in hexadecimal were
                 full of it */
} lw_keyword;

size_t lw_identifier_set_keyword_count(const lw_identifier_set *set);
const lw_keyword *lw_identifier_set_keyword(const lw_identifier_set *set, size_t index);
/* True if text[begin, end) is a whole word there: `_ - .`, white space, punctuation, a digit next to a letter and a
 * camelCase hump are boundaries. Where the keyword itself begins or ends with a non-letter, that side is bounded. */
bool lw_keyword_bounded(lw_slice text, size_t begin, size_t end);

struct lw_match;

/* Is a keyword at text[keyword_begin, keyword_end) near enough to the match in the same value? BEFORE: the keyword ends
 * before the match begins, and from the keyword's end to the match's end there are at most distance characters. AROUND
 * and CONDITIONAL: at most distance characters lie between the two, on either side. They may not overlap. */
bool lw_keyword_near(const lw_identifier *identifier, lw_slice text, size_t keyword_begin, size_t keyword_end,
                     const struct lw_match *match);

/* ---- 3. matches ---- */

/* One thread's working memory: PCRE2 match data and JIT stack, scratch. */
typedef struct lw_matcher lw_matcher;
lw_status lw_matcher_new(const lw_identifier_set *set, lw_matcher **ret_matcher) LW_MUST_USE;
void lw_matcher_free(lw_matcher *matcher); /* wipes */
/* Are the cells to come lines of plain text (a private key's first line then stands for the key), not fields? */
void lw_matcher_lines(lw_matcher *matcher, bool lines);

/* One column of a block: cell i is text[begin[i], end[i]). Quotes are off, escapes undone. */
typedef struct lw_cells {
    const char *text;
    const uint32_t *begin;
    const uint32_t *end;
    size_t count;
} lw_cells;

/* A cell with matches. */
typedef struct lw_hit {
    uint32_t cell;  /* index in lw_cells */
    uint32_t count; /* matches in it, > 0 */
} lw_hit;

/* All matches of an identifier of scope CELL in every cell of a column; keyword_near tells whether the column's name
 * holds its keyword (matters for CONDITIONAL only). Boundaries, check digits, dummy numbers, ignore words are all
 * applied. Fills hits (room for cells->count) in cell order. Matches do not overlap, leftmost first. LW_E_REGEX_LIMIT:
 * at least one cell could not be judged within the work limit; hits of the others are valid. */
lw_status lw_matcher_column(lw_matcher *matcher, size_t identifier, const lw_cells *cells, bool keyword_near,
                            lw_hit *hits, size_t *ret_hit_count) LW_MUST_USE;

typedef struct lw_match {
    size_t begin, end; /* byte offsets in the cell */
} lw_match;

/* The next match at or after from in one cell, for callers that test proximity within the cell. LW_E_NOT_FOUND: none.
 * A cell is walked from 0 on, with growing from; the same cell may meanwhile be asked with the other keyword_near. */
lw_status lw_matcher_next(lw_matcher *matcher, size_t identifier, lw_slice cell, size_t from, bool keyword_near,
                          lw_match *ret_match) LW_MUST_USE;

/* A part of a cell, cut where no match of an identifier can be. */
typedef struct lw_cell_part {
    size_t begin, end;
    bool further; /* not the first part of the cell that is walked */
} lw_cell_part;

/* The part that holds whole every match of the identifier that ends behind begin and begins before end, by the rules of
 * its patterns: at its edges are bytes that no match holds. The whole cell where that is not known of them. */
lw_status lw_matcher_part(lw_matcher *matcher, size_t identifier, lw_slice cell, size_t begin, size_t end,
                          lw_cell_part *ret_part) LW_MUST_USE;
/* As lw_matcher_next, but finds only what lies in the part: the same matches that a walk over the cell finds there.
 * Parts of one cell are walked in order, each from its begin on. */
lw_status lw_matcher_next_in(lw_matcher *matcher, size_t identifier, lw_slice cell, const lw_cell_part *part,
                             size_t from, bool keyword_near, lw_match *ret_match) LW_MUST_USE;

/* A keyword of managed identifiers in a text, as a whole word. */
typedef struct lw_keyword_place {
    uint32_t begin, end;                   /* byte offsets in the text */
    const lw_identifier_bits *identifiers; /* whose keyword it is; valid as long as the set */
} lw_keyword_place;

/* All keywords of managed identifiers in a text, by place. starts: NULL, or for a text of ASCII and at most 64 bytes
 * the places at which a word begins (bit i: text[i]), where the caller knows them. *ret_places belongs to the matcher
 * and is valid until the next call. */
lw_status lw_matcher_keywords(lw_matcher *matcher, lw_slice text, const uint64_t *starts,
                              const lw_keyword_place **ret_places, size_t *ret_count) LW_MUST_USE;

/* How strong the match that lw_matcher_next gave last is, for the choice between identifiers that fit the same value:
 * evidence first (0 form, 1 rule, 2 check digit), then specificity, the higher the rarer. */
typedef struct lw_match_strength {
    unsigned evidence, specificity;
} lw_match_strength;
lw_match_strength lw_matcher_strength(const lw_matcher *matcher);

/* ---- 4. record rules: names and addresses ---- */

#define LW_RULE_COLUMNS_MAX 4

/* What is known of a column when the plan is made. */
typedef struct lw_column_sample {
    lw_slice name;         /* empty without a header */
    const lw_slice *cells; /* the non-empty cells of the first records, at most 1,000 */
    size_t cell_count;
} lw_column_sample;

/* "These columns together are one occurrence of that identifier a row", e.g. FIRST + LAST -> NAME, CITY + STATE + ZIP
 * (+ street) -> ADDRESS, or one column of full names. */
typedef struct lw_record_rule {
    size_t identifier;                     /* index in the set */
    uint32_t columns[LW_RULE_COLUMNS_MAX]; /* 0-based; the order is the rule's own */
    uint32_t column_count;
    uint32_t located_column; /* 0-based: the column an occurrence is reported at */
    int kind;                /* private to identifiers/ */
    int threshold;           /* private to identifiers/ */
    const lw_allow *allow;   /* private to identifiers/ */
} lw_record_rule;

/* Decides from header words and the sample (shares of fitting values) which rules hold. Writes at most max rules, fixed
 * order. Deterministic. A column without header words and without evidence gets none. */
size_t lw_record_rules_make(const lw_identifier_set *set, const lw_column_sample *columns, size_t column_count,
                            lw_record_rule *ret_rules, size_t max);
/* Does this row hold an occurrence? cells[i] is the cell of rule->columns[i] (empty if the row is short). Pure. */
bool lw_record_rule_match(const lw_record_rule *rule, const lw_slice *cells);

/* ---- the catalogue, for `lakewarden identifiers` ---- */

/* Every managed identifier, supported in this version or not, as one JSON document (array of objects: id, name,
 * category, countries, keywordRequired, keywords, severity, recommended, supported, source). New string, free(). */
lw_status lw_catalogue_json(char **ret_json, lw_error *err) LW_MUST_USE;
/* One entry with patterns, examples and counter-examples. LW_E_NOT_FOUND with the nearest id in err. */
lw_status lw_catalogue_show_json(const char *id, char **ret_json, lw_error *err) LW_MUST_USE;
/* Managed identifiers from files (*.json as in identifiers/managed; a folder: those in it and in its folders), which
 * replace embedded ones of the same id or are added. All is checked here, the examples run: LW_E_CONFIG names file, id,
 * field and reason. */
lw_status lw_catalogue_load(const lw_strings *paths, lw_catalogue **ret_catalogue, lw_error *err) LW_MUST_USE;
void lw_catalogue_free(lw_catalogue *catalogue);
/* Checks every entry of the catalogue and runs its examples and counter-examples; or does the same with files and
 * folders, of custom and of managed identifiers, when paths is neither NULL nor empty. Failures are listed in err (the
 * first) and counted. Counter-examples carry a reason; values are synthetic. */
lw_status lw_catalogue_check(const lw_strings *paths, size_t *ret_run, size_t *ret_failed, lw_strings *ret_messages,
                             lw_error *err) LW_MUST_USE;
/* As Macie's TestCustomDataIdentifier: how many matches in text (unstructured: keywords must be near within text).
 * what: a managed id, or the path of a custom identifier file. Text over 1,000 characters is LW_E_USAGE. */
lw_status lw_identifier_test(const char *what, lw_slice text, uint64_t *ret_match_count, lw_error *err) LW_MUST_USE;

#endif
