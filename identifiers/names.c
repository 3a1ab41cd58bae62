/* Does a cell look like one person's full name? Dictionary evidence, no language model.
 *
 * A cell is parsed once into at most eight folded words ("Müller-Lüdenscheidt, Dr. Eva M." -> mullerludenscheidt eva
 * m): letters with a hyphen or apostrophe inside, up to four digits stuck to the end (generated data), a full stop
 * after a title or an initial, commas. Anything else (a digit alone, '@', '/', '_') ends the parse at once: most cells
 * of most columns cost a few nanoseconds. Each word is looked up once in the embedded table, which tells given name,
 * family name, common English word, and the words with a role: titles and suffixes are dropped, a company word or a
 * geographic word at either end means no person.
 *
 * The score says how sure a cell is on its own. What score is enough is the column's business (record_rules.c): a lone
 * cell is weak evidence, a column of them is not.
 *
 * Leaves out: names in scripts other than Latin, single names, names inside a longer text.
 */
#include "identifiers/names_priv.h"

#include <string.h>

#include "identifiers/places_priv.h"

#define WORDS_MAX 8
#define FOLDED_MAX 96
#define CELL_MAX 120
#define STUCK_DIGITS_MAX 4
#define PART_WORDS_MAX 4

typedef struct name_word {
    uint8_t begin, len; /* in the folded text */
    uint8_t hyphen;     /* offset of the first hyphen in the word, 0 if there is none */
    uint8_t segment;    /* commas before it */
    bool capital;
    uint8_t flags; /* of the table */
    lw_word_role role;
} name_word;

typedef struct name_parse {
    char folded[FOLDED_MAX];
    size_t len;
    name_word words[WORDS_MAX];
    size_t count;
    uint8_t segments;
} name_parse;

static bool upper_case(uint32_t code_point) {
    if (code_point < 0x80) {
        return code_point >= 'A' && code_point <= 'Z';
    }
    if (code_point < 0x100) {
        return code_point >= 0xC0 && code_point <= 0xDE;
    }
    /* Latin Extended comes in pairs, upper case first; two runs of it begin at an odd number. */
    bool odd = (code_point >= 0x139 && code_point <= 0x148) || (code_point >= 0x179 && code_point <= 0x17E);
    return ((code_point & 1U) != 0) == odd;
}

typedef enum mark { MARK_NONE, MARK_LETTER, MARK_SPACE, MARK_COMMA, MARK_HYPHEN, MARK_IGNORED, MARK_STOP } mark;

static mark mark_of_other(uint32_t code_point) {
    switch (code_point) {
    case 0xA0:
        return MARK_SPACE;
    case 0x2010:
    case 0x2011:
        return MARK_HYPHEN;
    case 0xB4:
    case 0x2018:
    case 0x2019:
    case 0x2BC:
        return MARK_IGNORED;
    default:
        break;
    }
    if (code_point >= 0x300 && code_point < 0x370) {
        return MARK_IGNORED;
    }
    return code_point >= 0xC0 && lw_table_latin(code_point) != NULL ? MARK_LETTER : MARK_NONE;
}

static bool ascii_letter(unsigned char c) {
    return (unsigned char)((c | 0x20U) - 'a') < 26;
}

static mark mark_of(uint32_t code_point) {
    if (code_point >= 0x80) {
        return mark_of_other(code_point);
    }
    switch (code_point) {
    case ' ':
    case '\t':
        return MARK_SPACE;
    case ',':
        return MARK_COMMA;
    case '-':
        return MARK_HYPHEN;
    case '\'':
    case '`':
        return MARK_IGNORED;
    case '.':
        return MARK_STOP;
    default:
        return ascii_letter((unsigned char)code_point) ? MARK_LETTER : MARK_NONE;
    }
}

static bool add_letter(name_parse *parse, name_word *word, uint32_t code_point) {
    if (parse->len + 2 > FOLDED_MAX) {
        return false;
    }
    word->capital = word->len == 0 ? upper_case(code_point) : word->capital;
    if (code_point < 0x80) {
        parse->folded[parse->len++] = (char)(code_point | 0x20);
        word->len++;
        return true;
    }
    const char *letters = lw_table_latin(code_point);
    for (int i = 0; i < 2 && letters[i] != '\0'; i++) {
        parse->folded[parse->len++] = letters[i];
        word->len++;
    }
    return true;
}

/* The letters of ASCII that follow inside a word, most of all there is: *at moves past them. */
static bool add_letters(name_parse *parse, name_word *word, lw_slice cell, size_t *at) {
    size_t len = parse->len;
    size_t end = *at;
    for (; end < cell.len && ascii_letter((unsigned char)cell.data[end]); end++) {
        if (len + 2 > FOLDED_MAX) {
            return false;
        }
        parse->folded[len++] = (char)(cell.data[end] | 0x20);
    }
    word->len = (uint8_t)(word->len + (len - parse->len));
    parse->len = len;
    *at = end;
    return true;
}

/* Up to four digits that end a word are dropped. Returns the bytes taken, 0 if they are anything else. */
static size_t stuck_digits(lw_slice cell, size_t at) {
    size_t end = at;
    while (end < cell.len && cell.data[end] >= '0' && cell.data[end] <= '9') {
        end++;
    }
    bool ends = end == cell.len || cell.data[end] == ' ' || cell.data[end] == ',' || cell.data[end] == '-';
    return ends && end - at <= STUCK_DIGITS_MAX ? end - at : 0;
}

static bool begin_word(name_parse *parse, name_word **ret_word) {
    if (parse->count == WORDS_MAX) {
        return false;
    }
    name_word *word = &parse->words[parse->count];
    *word = (name_word){.begin = (uint8_t)parse->len, .segment = parse->segments};
    *ret_word = word;
    return true;
}

static void end_word(name_parse *parse, name_word **word) {
    if (*word != NULL && (*word)->len > 0) {
        parse->count++;
    }
    *word = NULL;
}

/* One character inside or between words; false: the cell holds something that no name holds. */
static bool parse_mark(name_parse *parse, name_word **word, uint32_t code_point) {
    switch (mark_of(code_point)) {
    case MARK_LETTER:
        return (*word != NULL || begin_word(parse, word)) && add_letter(parse, *word, code_point);
    case MARK_HYPHEN:
        if (*word == NULL || (*word)->len == 0) {
            return false;
        }
        (*word)->hyphen = (*word)->hyphen == 0 ? (*word)->len : (*word)->hyphen;
        return true;
    case MARK_COMMA:
        end_word(parse, word);
        parse->segments++;
        return parse->count > 0 && parse->segments < WORDS_MAX;
    case MARK_STOP:
        return *word != NULL;
    case MARK_SPACE:
        end_word(parse, word);
        return true;
    case MARK_IGNORED:
        return true;
    case MARK_NONE:
    default:
        return false;
    }
}

static bool parse_words(lw_slice cell, name_parse *parse) {
    parse->len = 0;
    parse->count = 0;
    parse->segments = 0;
    if (cell.len < 2 || cell.len > CELL_MAX) {
        return false;
    }
    name_word *word = NULL;
    for (size_t at = 0; at < cell.len;) {
        uint32_t code_point = (unsigned char)cell.data[at];
        if (code_point >= '0' && code_point <= '9') {
            size_t digits = word == NULL || word->len < 2 ? 0 : stuck_digits(cell, at);
            if (digits == 0) {
                return false;
            }
            at += digits;
            continue;
        }
        at += code_point < 0x80 ? 1 : lw_fold_decode(cell, at, &code_point);
        if (!parse_mark(parse, &word, code_point) || (word != NULL && !add_letters(parse, word, cell, &at))) {
            return false;
        }
    }
    end_word(parse, &word);
    return parse->count > 0;
}

/* A word with a hyphen is known as a whole or by both of its parts (Anne-Sophie). */
static unsigned hyphen_flags(const name_parse *parse, const name_word *word) {
    const char *text = parse->folded + word->begin;
    unsigned first = lw_table_find(LW_TABLE_NAMES, text, word->hyphen);
    unsigned second = lw_table_find(LW_TABLE_NAMES, text + word->hyphen, (size_t)(word->len - word->hyphen));
    return first & second & (LW_WORD_GIVEN | LW_WORD_FAMILY);
}

static void look_up(name_parse *parse) {
    for (size_t i = 0; i < parse->count; i++) {
        name_word *word = &parse->words[i];
        unsigned payload = lw_table_find(LW_TABLE_NAMES, parse->folded + word->begin, word->len);
        if (word->hyphen > 0 && word->hyphen < word->len) {
            payload |= hyphen_flags(parse, word);
        }
        word->flags = payload & 0x0fU;
        word->role = LW_WORD_ROLE(payload);
    }
}

static bool degree(const name_word *word) {
    return word->role == LW_ROLE_SUFFIX || word->role == LW_ROLE_TITLE || word->len == 1;
}

/* "A, B" is read as "B A", unless what follows the comma are only degrees. */
static bool reorder(name_parse *parse) {
    while (parse->count > 1 && parse->words[parse->count - 1].segment > 0 && degree(&parse->words[parse->count - 1]) &&
           parse->words[parse->count - 1].len > 1) {
        parse->count--;
    }
    uint8_t last = parse->words[parse->count - 1].segment;
    if (last == 0) {
        return true;
    }
    size_t head = 0;
    while (parse->words[head].segment == 0) {
        head++;
    }
    if (parse->words[head].segment != last) {
        return false;
    }
    name_word turned[WORDS_MAX];
    size_t tail = parse->count - head;
    memcpy(turned, parse->words + head, tail * sizeof(turned[0]));
    memcpy(turned + tail, parse->words, head * sizeof(turned[0]));
    memcpy(parse->words, turned, parse->count * sizeof(turned[0]));
    return true;
}

typedef struct name_core {
    const name_word *first, *last;
    size_t count;    /* words that are no title, suffix, initial or inner particle */
    size_t words;    /* that are no title or suffix */
    bool couple;     /* several joined by a small 'y' or 'e': Toledo y Sáenz; Melo, Souza e Lima */
    bool title;      /* there was one */
    bool lower_case; /* a word does not begin with a capital */
} name_core;

static bool impossible(const name_parse *parse) {
    for (size_t i = 0; i < parse->count; i++) {
        if (parse->words[i].role == LW_ROLE_COMPANY || parse->words[i].role == LW_ROLE_PLACEHOLDER) {
            return true;
        }
    }
    return false;
}

static name_core core_of(const name_parse *parse) {
    const name_word *begin = parse->words;
    const name_word *end = parse->words + parse->count;
    name_core core = {0};
    /* "Don Smith" is a given name, "Don Pedro Smith" may have a title: either way two words are left. */
    while (begin < end && begin->role == LW_ROLE_TITLE && (end - begin > 2 || (begin->flags & LW_WORD_GIVEN) == 0)) {
        core.title = true;
        begin++;
    }
    while (end - begin > 2 && (end - 1)->len > 1 && degree(end - 1)) {
        end--;
    }
    core.words = (size_t)(end - begin);
    bool joined = false;
    for (const name_word *word = begin; word < end; word++) {
        joined = joined || (word->len == 1 && !word->capital && word->role == LW_ROLE_PARTICLE);
        core.lower_case = core.lower_case || (!word->capital && word->role != LW_ROLE_PARTICLE);
        bool inner = word > begin && word + 1 < end;
        if (word->len == 1 || (inner && word->role == LW_ROLE_PARTICLE)) {
            continue;
        }
        core.first = core.first == NULL ? word : core.first;
        core.last = word;
        core.count++;
    }
    core.couple = joined && (core.count == 2 || parse->segments > 0);
    return core;
}

static bool common(const name_word *word) {
    return (word->flags & LW_WORD_COMMON) != 0 || word->role == LW_ROLE_GEOGRAPHIC;
}

static lw_name_score score_known(const name_core *core) {
    int commons = (common(core->first) ? 1 : 0) + (common(core->last) ? 1 : 0);
    bool given_first = (core->first->flags & LW_WORD_GIVEN) != 0;
    bool family_last = (core->last->flags & LW_WORD_FAMILY) != 0;
    bool short_word = core->first->len < 3 || core->last->len < 3;
    if (family_last && !given_first && (core->last->flags & LW_WORD_GIVEN) == 0 &&
        (core->first->flags & LW_WORD_FAMILY) != 0) {
        return commons == 0 ? LW_NAME_POSSIBLE
                            : LW_NAME_SHAPED; /* two family names: a company's, or what follows a given name */
    }
    if (given_first && family_last) {
        if (commons == 2) {
            return LW_NAME_POSSIBLE;
        }
        return commons == 0 && !short_word ? LW_NAME_STRONG : LW_NAME_LIKELY;
    }
    if ((core->first->flags & LW_WORD_FAMILY) != 0 && (core->last->flags & LW_WORD_GIVEN) != 0) {
        return commons == 0 ? LW_NAME_LIKELY : LW_NAME_POSSIBLE;
    }
    if (given_first || family_last) {
        const name_word *known = given_first ? core->first : core->last;
        const name_word *other = given_first ? core->last : core->first;
        if (common(other) || known->len < 3) {
            return commons == 2 ? LW_NAME_NONE : LW_NAME_SHAPED;
        }
        return common(known) ? LW_NAME_POSSIBLE : LW_NAME_LIKELY;
    }
    if (commons > 0 || short_word) {
        return LW_NAME_NONE;
    }
    return core->title ? LW_NAME_POSSIBLE : LW_NAME_SHAPED;
}

/* Words between first and last that are neither names nor initials make a phrase of it ("Grace under Pressure"). */
static bool phrase(const name_core *core) {
    for (const name_word *word = core->first + 1; word < core->last; word++) {
        if (word->len > 1 && (word->flags & LW_WORD_COMMON) != 0 &&
            (word->flags & (LW_WORD_GIVEN | LW_WORD_FAMILY)) == 0 && word->role != LW_ROLE_PARTICLE) {
            return true;
        }
    }
    return false;
}

/* Only a word that begins some place, or is in no list, makes the cell worth a look at the places. */
static bool may_be_place(const name_word *first) {
    return (first->flags & LW_WORD_PLACE) != 0 || (first->flags == 0 && first->role == LW_ROLE_NONE);
}

static bool geographic(const name_core *core) {
    return core->last->role == LW_ROLE_REGION || core->first->role == LW_ROLE_GEOGRAPHIC ||
           (core->last->role == LW_ROLE_GEOGRAPHIC && (core->last->flags & LW_WORD_FAMILY) == 0);
}

/* Some places are called after persons (Pedro García, Dominican Republic): among many names it is one. */
static lw_name_score score_place(lw_name_score score) {
    return score == LW_NAME_STRONG ? LW_NAME_SHAPED : LW_NAME_NONE;
}

/* Words that have been looked up, in the order of a name; false: they are none, whatever they are. */
static bool read_core(name_parse *parse, name_core *ret_core) {
    if (parse->count < 2 || impossible(parse) || !reorder(parse)) {
        return false;
    }
    *ret_core = core_of(parse);
    return ret_core->count >= 1 && ret_core->words >= 2 && ret_core->count <= 5 && !ret_core->couple &&
           !phrase(ret_core) && !geographic(ret_core);
}

/* How much a cell that has the form of a name looks like one. */
static lw_name_score score_core(const name_parse *parse, const name_core *core, lw_slice cell) {
    lw_name_score score = core->count < 2 ? LW_NAME_NONE : score_known(core);
    if (score == LW_NAME_NONE) {
        return LW_NAME_NONE;
    }
    if (may_be_place(&parse->words[0]) && lw_place_known(cell)) {
        return score_place(score);
    }
    if (core->lower_case) {
        return score >= LW_NAME_LIKELY ? LW_NAME_POSSIBLE : LW_NAME_NONE;
    }
    bool raise = core->title && score >= LW_NAME_POSSIBLE && score < LW_NAME_STRONG;
    return raise ? (lw_name_score)(score * 2) : score;
}

/* Words that have been looked up, in the order of the cell. */
static unsigned part_of(const name_parse *parse) {
    if (parse->count > PART_WORDS_MAX || parse->segments > 0 || parse->words[0].role == LW_ROLE_PLACEHOLDER) {
        return 0;
    }
    unsigned known = LW_WORD_GIVEN | LW_WORD_FAMILY;
    size_t counted = 0;
    for (size_t i = 0; i < parse->count; i++) {
        const name_word *word = &parse->words[i];
        bool inner = word->role == LW_ROLE_PARTICLE || (word->len == 1 && i > 0);
        if (inner && parse->count > 1) {
            continue;
        }
        known &= word->len < 3 || (word->flags & LW_WORD_COMMON) != 0 ? 0U : word->flags;
        counted++;
    }
    unsigned part = LW_PART_SHAPED;
    part |= counted > 0 && (known & LW_WORD_GIVEN) != 0 ? LW_PART_GIVEN : 0U;
    part |= counted > 0 && (known & LW_WORD_FAMILY) != 0 ? LW_PART_FAMILY : 0U;
    return part;
}

lw_name_facts lw_name_read(lw_slice cell) {
    name_parse parse;
    name_core core;
    lw_name_facts facts = {.score = LW_NAME_NONE};
    if (!parse_words(cell, &parse)) {
        return facts;
    }
    look_up(&parse);
    facts.part = part_of(&parse); /* before reorder() */
    facts.form = read_core(&parse, &core);
    facts.score = facts.form ? score_core(&parse, &core, cell) : LW_NAME_NONE;
    return facts;
}

lw_name_score lw_name_full(lw_slice cell) {
    return lw_name_read(cell).score;
}

bool lw_name_form(lw_slice cell) {
    name_parse parse;
    name_core core;
    if (!parse_words(cell, &parse) || parse.count < 2) {
        return false;
    }
    look_up(&parse);
    return read_core(&parse, &core);
}

unsigned lw_name_part(lw_slice cell) {
    return lw_name_read(cell).part;
}

#define LETTER_BIT(c) (1U << ((c) - 'a'))

bool lw_name_begins_placeholder(char first, char second) {
    /* By the first letter: the second letters of roles.json's placeholders. */
    static const uint32_t seconds[26] = {
        ['a' - 'a'] = LETTER_BIT('n'),
        ['d' - 'a'] = LETTER_BIT('e'),
        ['i' - 'a'] = LETTER_BIT('n'),
        ['n' - 'a'] = LETTER_BIT('a') | LETTER_BIT('i') | LETTER_BIT('o') | LETTER_BIT('u'),
        ['r' - 'a'] = LETTER_BIT('e'),
        ['s' - 'a'] = LETTER_BIT('c'),
        ['t' - 'a'] = LETTER_BIT('b') | LETTER_BIT('e'),
        ['u' - 'a'] = LETTER_BIT('n'),
    };
    return (seconds[(first | 0x20) - 'a'] & LETTER_BIT(second | 0x20)) != 0;
}

/* Begins with two letters of ASCII that no placeholder begins with. */
static bool plain_begin(lw_slice cell) {
    return cell.len >= 2 && ascii_letter((unsigned char)cell.data[0]) && ascii_letter((unsigned char)cell.data[1]) &&
           !lw_name_begins_placeholder(cell.data[0], cell.data[1]);
}

bool lw_name_part_possible(lw_slice cell) {
    name_parse parse;
    if (plain_begin(cell)) { /* what is below, for most cells of such a column */
        return cell.len <= CELL_MAX && memchr(cell.data, '/', cell.len) == NULL;
    }
    if (parse_words(cell, &parse)) {
        unsigned payload = parse.count == 1 ? lw_table_find(LW_TABLE_NAMES, parse.folded, parse.words[0].len) : 0;
        return LW_WORD_ROLE(payload) != LW_ROLE_PLACEHOLDER;
    }
    /* A remark in brackets, a nickname in quotes, an initial alone: the column decides. */
    for (size_t at = 0; at < cell.len && cell.len <= CELL_MAX;) {
        uint32_t code_point = 0;
        at += lw_fold_decode(cell, at, &code_point);
        if (mark_of(code_point) == MARK_LETTER) {
            return memchr(cell.data, '/', cell.len) == NULL; /* "n/a" */
        }
    }
    return false;
}
