/* What a column's name says about names and addresses.
 *
 * The name is split into words at everything that is no letter, at digits and at camelCase humps, and folded. Each
 * word, and each pair of neighbours written as one ("post code", "first name"), is looked up in one list of words with
 * their classes: English, German, French, Spanish, Italian, Portuguese and Dutch. Words that are in no list, words for
 * persons and numbers tell one person or address of a file from another ("billing_city", "contact2 last name"): they
 * make the key by which columns find each other.
 *
 * A class is a hint, never a decision: values decide (record_rules.c).
 */
#include "identifiers/names_priv.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_MAX 96
#define HEADER_WORDS_MAX 12
#define WORD_TEXT_MAX 40

typedef struct header_word {
    const char *text;
    unsigned classes;
} header_word;

#define NAME LW_HEADER_NAME
#define FULL LW_HEADER_FULL
#define GIVEN LW_HEADER_GIVEN
#define FAMILY LW_HEADER_FAMILY
#define PERSON LW_HEADER_PERSON
#define ASIDE LW_HEADER_ASIDE
#define AGAINST LW_HEADER_AGAINST
#define CITY LW_HEADER_CITY
#define POSTAL LW_HEADER_POSTAL
#define STATE LW_HEADER_STATE
#define STREET LW_HEADER_STREET
#define NOT_POSTAL LW_HEADER_NOT_POSTAL
#define FILLER LW_HEADER_FILLER

/* Sorted by text. */
static const header_word header_words[] = {
    {"a", FILLER},
    {"abteilung", AGAINST},
    {"account", AGAINST},
    {"achternaam", NAME | FAMILY},
    {"addr", STREET},
    {"address", STREET},
    {"addressline", STREET},
    {"adres", STREET},
    {"adresse", STREET},
    {"agent", PERSON},
    {"airline", AGAINST},
    {"airport", AGAINST},
    {"album", AGAINST},
    {"alias", ASIDE},
    {"an", FILLER},
    {"and", FILLER},
    {"anrede", ASIDE},
    {"anschrift", STREET},
    {"ansprechpartner", PERSON},
    {"apelido", NAME | FAMILY},
    {"apelidos", NAME | FAMILY},
    {"apellido", NAME | FAMILY},
    {"apellidos", NAME | FAMILY},
    {"app", AGAINST},
    {"applicant", PERSON},
    {"application", AGAINST},
    {"archivo", AGAINST},
    {"arquivo", AGAINST},
    {"artikel", AGAINST},
    {"arzt", PERSON},
    {"attending", PERSON},
    {"author", PERSON},
    {"azienda", AGAINST},
    {"bank", AGAINST},
    {"beneficiary", PERSON},
    {"billing", PERSON},
    {"birthname", ASIDE},
    {"bitcoin", NOT_POSTAL},
    {"book", AGAINST},
    {"borrower", PERSON},
    {"brand", AGAINST},
    {"bucket", AGAINST},
    {"bundesland", STATE},
    {"business", AGAINST},
    {"buyer", PERSON},
    {"calle", AGAINST | STREET},
    {"candidate", PERSON},
    {"cap", POSTAL},
    {"cardholder", PERSON},
    {"carrier", AGAINST},
    {"category", AGAINST},
    {"cep", POSTAL},
    {"child", PERSON},
    {"cidade", AGAINST | CITY},
    {"citizen", PERSON},
    {"citta", AGAINST | CITY},
    {"cittadina", CITY},
    {"city", AGAINST | CITY},
    {"ciudad", AGAINST | CITY},
    {"civilite", ASIDE},
    {"class", AGAINST},
    {"client", PERSON},
    {"cliente", PERSON},
    {"clienti", PERSON},
    {"clinic", AGAINST},
    {"clinician", PERSON},
    {"code", FILLER},
    {"codepostal", POSTAL},
    {"codicepostale", POSTAL},
    {"codigopostal", POSTAL},
    {"cognome", NAME | FAMILY},
    {"color", AGAINST},
    {"colour", AGAINST},
    {"column", AGAINST},
    {"comment", AGAINST},
    {"commune", CITY},
    {"company", AGAINST},
    {"complet", FULL},
    {"complete", FULL},
    {"completename", NAME | FULL},
    {"completo", FULL},
    {"comune", CITY},
    {"condition", AGAINST},
    {"contact", PERSON},
    {"contacto", PERSON},
    {"contato", PERSON},
    {"contract", NOT_POSTAL},
    {"country", AGAINST},
    {"county", AGAINST},
    {"course", AGAINST},
    {"cp", POSTAL},
    {"currency", AGAINST},
    {"customer", PERSON},
    {"database", AGAINST},
    {"datei", AGAINST},
    {"de", FILLER},
    {"delivery", PERSON},
    {"den", FILLER},
    {"department", AGAINST},
    {"dept", AGAINST},
    {"der", FILLER},
    {"description", AGAINST},
    {"device", AGAINST},
    {"diagnosis", AGAINST},
    {"dipendente", PERSON},
    {"direccion", STREET},
    {"director", PERSON},
    {"disease", AGAINST},
    {"display", FULL},
    {"displayname", NAME | FULL},
    {"district", AGAINST},
    {"ditta", AGAINST},
    {"division", AGAINST},
    {"doctor", PERSON},
    {"doctora", PERSON},
    {"domain", AGAINST},
    {"domicilio", STREET},
    {"donor", PERSON},
    {"driver", PERSON},
    {"drug", AGAINST},
    {"du", FILLER},
    {"e", FILLER},
    {"email", NOT_POSTAL},
    {"emailaddress", NOT_POSTAL},
    {"emergency", PERSON},
    {"empleado", PERSON},
    {"employe", PERSON},
    {"employee", PERSON},
    {"employer", AGAINST},
    {"empresa", AGAINST},
    {"endereco", STREET},
    {"entreprise", AGAINST},
    {"estado", STATE},
    {"et", FILLER},
    {"ethernet", NOT_POSTAL},
    {"event", AGAINST},
    {"facility", AGAINST},
    {"familienname", NAME | FAMILY},
    {"family", FAMILY},
    {"familyname", NAME | FAMILY},
    {"father", PERSON},
    {"fichier", AGAINST},
    {"field", AGAINST},
    {"file", AGAINST},
    {"filename", AGAINST},
    {"firm", AGAINST},
    {"firma", AGAINST},
    {"first", GIVEN},
    {"firstname", NAME | GIVEN},
    {"fname", NAME | GIVEN},
    {"folder", AGAINST},
    {"font", AGAINST},
    {"forename", NAME | GIVEN},
    {"forenames", NAME | GIVEN},
    {"full", FULL},
    {"fullname", NAME | FULL},
    {"funcionario", PERSON},
    {"function", AGAINST},
    {"geburtsname", ASIDE},
    {"gemeinde", CITY},
    {"gene", AGAINST},
    {"given", GIVEN},
    {"givenname", NAME | GIVEN},
    {"group", AGAINST},
    {"guarantor", PERSON},
    {"guardian", PERSON},
    {"guest", PERSON},
    {"hausanschrift", STREET},
    {"headquartered", FILLER},
    {"hersteller", AGAINST},
    {"holder", PERSON},
    {"home", PERSON},
    {"hospital", AGAINST},
    {"host", AGAINST},
    {"hostname", AGAINST},
    {"hotel", AGAINST},
    {"hq", FILLER},
    {"http", NOT_POSTAL},
    {"https", NOT_POSTAL},
    {"husband", PERSON},
    {"id", AGAINST},
    {"indirizzo", STREET},
    {"inhaber", PERSON},
    {"initial", ASIDE},
    {"initials", ASIDE},
    {"insurance", AGAINST},
    {"insured", PERSON},
    {"invoice", PERSON},
    {"ip", NOT_POSTAL},
    {"ipaddress", NOT_POSTAL},
    {"item", AGAINST},
    {"job", AGAINST},
    {"key", AGAINST},
    {"kin", PERSON},
    {"kunde", PERSON},
    {"kunden", PERSON},
    {"la", FILLER},
    {"label", AGAINST},
    {"land", AGAINST},
    {"language", AGAINST},
    {"last", FAMILY},
    {"lastname", NAME | FAMILY},
    {"lawyer", PERSON},
    {"le", FILLER},
    {"legal", FULL},
    {"line", FILLER},
    {"line1", STREET},
    {"lname", NAME | FAMILY},
    {"localidad", CITY},
    {"localidade", CITY},
    {"locality", CITY},
    {"location", AGAINST},
    {"login", AGAINST},
    {"mac", NOT_POSTAL},
    {"machine", AGAINST},
    {"maiden", ASIDE},
    {"maidenname", ASIDE},
    {"mail", NOT_POSTAL},
    {"mailing", PERSON},
    {"make", AGAINST},
    {"manager", PERSON},
    {"manufacturer", AGAINST},
    {"medecin", PERSON},
    {"medication", AGAINST},
    {"medicine", AGAINST},
    {"medico", PERSON},
    {"member", PERSON},
    {"memory", NOT_POSTAL},
    {"method", AGAINST},
    {"metric", AGAINST},
    {"mi", ASIDE},
    {"middle", ASIDE},
    {"middlename", ASIDE},
    {"mieter", PERSON},
    {"mitarbeiter", PERSON},
    {"mname", ASIDE},
    {"model", AGAINST},
    {"module", AGAINST},
    {"morada", STREET},
    {"mother", PERSON},
    {"movie", AGAINST},
    {"municipality", CITY},
    {"municipio", CITY},
    {"naam", NAME},
    {"nachname", NAME | FAMILY},
    {"name", NAME},
    {"namefull", NAME | FULL},
    {"names", NAME},
    {"nick", ASIDE},
    {"nickname", ASIDE},
    {"nm", NAME},
    {"no", FILLER},
    {"nom", NAME},
    {"nombre", NAME},
    {"nombrecompleto", NAME | FULL},
    {"nomcomplet", NAME | FULL},
    {"nomdefamille", NAME | FAMILY},
    {"nome", NAME},
    {"nomecompleto", NAME | FULL},
    {"note", AGAINST},
    {"nr", FILLER},
    {"num", FILLER},
    {"number", FILLER},
    {"nurse", PERSON},
    {"of", FILLER},
    {"officer", PERSON},
    {"org", AGAINST},
    {"organisation", AGAINST},
    {"organization", AGAINST},
    {"organizzazione", AGAINST},
    {"ort", AGAINST | CITY},
    {"owner", PERSON},
    {"paciente", PERSON},
    {"paese", AGAINST},
    {"pais", AGAINST},
    {"parent", PERSON},
    {"participant", PERSON},
    {"partner", PERSON},
    {"passenger", PERSON},
    {"path", AGAINST},
    {"patient", PERSON},
    {"patienten", PERSON},
    {"payee", PERSON},
    {"payer", PERSON},
    {"pays", AGAINST},
    {"paziente", PERSON},
    {"person", PERSON},
    {"personname", NAME | FULL},
    {"physician", PERSON},
    {"plaats", CITY},
    {"place", AGAINST},
    {"plan", AGAINST},
    {"player", PERSON},
    {"plz", POSTAL},
    {"poblacion", CITY},
    {"postal", POSTAL},
    {"postalcode", POSTAL},
    {"postcode", POSTAL},
    {"postleitzahl", POSTAL},
    {"posttown", CITY},
    {"practitioner", PERSON},
    {"preferred", ASIDE},
    {"prefix", ASIDE},
    {"prenom", NAME | GIVEN},
    {"prenoms", NAME | GIVEN},
    {"procedure", AGAINST},
    {"process", AGAINST},
    {"prodotto", AGAINST},
    {"product", AGAINST},
    {"producto", AGAINST},
    {"produit", AGAINST},
    {"produkt", AGAINST},
    {"produto", AGAINST},
    {"program", AGAINST},
    {"project", AGAINST},
    {"prov", STATE},
    {"provider", PERSON},
    {"province", AGAINST | STATE},
    {"provincia", STATE},
    {"queue", AGAINST},
    {"recipient", PERSON},
    {"region", AGAINST | STATE},
    {"relative", PERSON},
    {"resident", PERSON},
    {"respondent", PERSON},
    {"restaurant", AGAINST},
    {"reviewer", PERSON},
    {"rua", AGAINST | STREET},
    {"rue", AGAINST | STREET},
    {"rufname", NAME | GIVEN},
    {"salarie", PERSON},
    {"salutation", ASIDE},
    {"schema", AGAINST},
    {"school", AGAINST},
    {"seller", PERSON},
    {"sender", PERSON},
    {"sensor", AGAINST},
    {"server", AGAINST},
    {"service", AGAINST},
    {"ship", AGAINST},
    {"shipping", PERSON},
    {"shop", AGAINST},
    {"signatory", PERSON},
    {"signer", PERSON},
    {"site", AGAINST},
    {"size", AGAINST},
    {"sobrenome", NAME | FAMILY},
    {"societe", AGAINST},
    {"software", AGAINST},
    {"song", AGAINST},
    {"species", AGAINST},
    {"spouse", PERSON},
    {"st", STATE},
    {"stadt", AGAINST | CITY},
    {"staff", PERSON},
    {"state", AGAINST | STATE},
    {"statecode", STATE},
    {"station", AGAINST},
    {"status", AGAINST},
    {"store", AGAINST},
    {"str", STREET},
    {"straat", STREET},
    {"strasse", AGAINST | STREET},
    {"street", AGAINST | STREET},
    {"streetaddress", STREET},
    {"student", PERSON},
    {"subject", AGAINST},
    {"subscriber", PERSON},
    {"suburb", CITY},
    {"suffix", ASIDE},
    {"supervisor", PERSON},
    {"supplier", AGAINST},
    {"surgeon", PERSON},
    {"surname", NAME | FAMILY},
    {"surnames", NAME | FAMILY},
    {"table", AGAINST},
    {"tag", AGAINST},
    {"task", AGAINST},
    {"teacher", PERSON},
    {"team", AGAINST},
    {"tenant", PERSON},
    {"test", AGAINST},
    {"text", AGAINST},
    {"the", FILLER},
    {"therapist", PERSON},
    {"title", ASIDE},
    {"titolare", PERSON},
    {"titulaire", PERSON},
    {"titular", PERSON},
    {"topic", AGAINST},
    {"town", AGAINST | CITY},
    {"trade", AGAINST},
    {"type", AGAINST},
    {"und", FILLER},
    {"unit", AGAINST},
    {"universidad", AGAINST},
    {"unternehmen", AGAINST},
    {"url", NOT_POSTAL},
    {"user", AGAINST},
    {"username", AGAINST},
    {"usuario", PERSON},
    {"vendor", AGAINST},
    {"verein", AGAINST},
    {"versicherter", PERSON},
    {"vessel", AGAINST},
    {"via", AGAINST | STREET},
    {"village", CITY},
    {"ville", AGAINST | CITY},
    {"volledige", FULL},
    {"vollstaendiger", FULL},
    {"vollstandiger", FULL},
    {"volunteer", PERSON},
    {"voornaam", NAME | GIVEN},
    {"vorname", NAME | GIVEN},
    {"vornamen", NAME | GIVEN},
    {"w", FILLER},
    {"wallet", NOT_POSTAL},
    {"web", NOT_POSTAL},
    {"website", NOT_POSTAL},
    {"wife", PERSON},
    {"wohnort", CITY},
    {"worker", PERSON},
    {"y", FILLER},
    {"zip", POSTAL},
    {"zip4", POSTAL},
    {"zipcode", POSTAL},
    {"zipplus4", POSTAL},
    {"zuname", NAME | FAMILY},
};

#undef NAME
#undef FULL
#undef GIVEN
#undef FAMILY
#undef PERSON
#undef ASIDE
#undef AGAINST
#undef CITY
#undef POSTAL
#undef STATE
#undef STREET
#undef NOT_POSTAL
#undef FILLER

static int compare_word(const void *key, const void *entry) {
    const lw_slice *word = key;
    const char *text = ((const header_word *)entry)->text;
    size_t len = strlen(text);
    int order = memcmp(word->data, text, word->len < len ? word->len : len);
    return order != 0 ? order : (word->len > len) - (word->len < len);
}

static unsigned classes_of(lw_slice word) {
    const header_word *found = bsearch(&word, header_words, sizeof(header_words) / sizeof(header_words[0]),
                                       sizeof(header_words[0]), compare_word);
    return found == NULL ? 0 : found->classes;
}

/* Puts a space at every boundary that folding would not see: camelCase humps, digits next to letters. */
static size_t spaced(lw_slice name, char *out, size_t cap) {
    size_t len = 0;
    char before = ' ';
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool lower_before = before >= 'a' && before <= 'z';
        bool upper_before = before >= 'A' && before <= 'Z';
        bool lower_next = i + 1 < name.len && name.data[i + 1] >= 'a' && name.data[i + 1] <= 'z';
        bool digit = c >= '0' && c <= '9';
        bool digit_before = before >= '0' && before <= '9';
        bool hump = upper && (lower_before || (upper_before && lower_next));
        bool edge = before != ' ' && digit != digit_before;
        if (len + 2 > cap) {
            return 0;
        }
        if (hump || edge) {
            out[len++] = ' ';
        }
        out[len++] = c;
        before = c;
    }
    return len;
}

static uint64_t word_key(lw_slice word) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < word.len; i++) {
        hash = (hash ^ (unsigned char)word.data[i]) * UINT64_C(0x100000001b3);
    }
    return hash ^ (hash >> 31);
}

static void add_word(lw_header *header, lw_slice word, unsigned classes) {
    bool number = word.data[0] >= '0' && word.data[0] <= '9';
    if (classes == 0 && !number) {
        classes = LW_HEADER_OTHER;
    }
    header->classes |= classes;
    if (number) {
        header->key += word_key(word);
    } else if ((classes & (LW_HEADER_OTHER | LW_HEADER_PERSON)) != 0) {
        header->key += word_key(word);
        header->key_without_digits += word_key(word);
    }
}

/* "patientname", "kundenname": a known word, or nothing, before a word that means name. */
static unsigned compound_classes(lw_slice word) {
    if (word.len > 4 && memcmp(word.data + word.len - 4, "name", 4) == 0) {
        unsigned front = classes_of((lw_slice){word.data, word.len - 4});
        return front == 0 ? 0 : front | LW_HEADER_NAME;
    }
    return 0;
}

/* The words [i, i+1] as one; 0 if they are none. */
static unsigned joined_classes(const lw_slice *words, size_t i, size_t count) {
    char text[WORD_TEXT_MAX];
    if (i + 1 >= count || words[i].len + words[i + 1].len > sizeof(text)) {
        return 0;
    }
    memcpy(text, words[i].data, words[i].len);
    memcpy(text + words[i].len, words[i + 1].data, words[i + 1].len);
    return classes_of((lw_slice){text, words[i].len + words[i + 1].len});
}

static size_t split_words(const char *text, size_t len, lw_slice *words) {
    size_t count = 0;
    for (size_t begin = 0; begin < len && count < HEADER_WORDS_MAX;) {
        const char *space = memchr(text + begin, ' ', len - begin);
        size_t end = space == NULL ? len : (size_t)(space - text);
        words[count++] = (lw_slice){text + begin, end - begin};
        begin = end + 1;
    }
    return count;
}

void lw_header_read(lw_slice name, lw_header *ret_header) {
    char wide[2 * HEADER_MAX];
    char text[2 * HEADER_MAX];
    lw_slice words[HEADER_WORDS_MAX];
    *ret_header = (lw_header){0};
    if (name.len == 0 || name.len > HEADER_MAX) {
        return;
    }
    size_t wide_len = spaced(name, wide, sizeof(wide));
    size_t len = lw_fold_words((lw_slice){wide, wide_len}, text, sizeof(text));
    size_t count = split_words(text, len, words);
    for (size_t i = 0; i < count; i++) {
        unsigned joined = joined_classes(words, i, count);
        if (joined != 0) {
            add_word(ret_header, words[i], joined);
            i++;
            continue;
        }
        unsigned classes = classes_of(words[i]);
        add_word(ret_header, words[i], classes != 0 ? classes : compound_classes(words[i]));
    }
}
