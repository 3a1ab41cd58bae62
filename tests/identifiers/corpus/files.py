"""Makes the corpus: tables of values under headers that say what they are, the same under headers that say nothing,
persons as faker makes them, and columns of decoys. Label says what is in each.

    right/<ID>/<n>.csv      one column of valid values, its header a documented keyword of the identifier
    neutral/<ID>.<n>.csv    the same under col1, value, field_7, or without a header
    persons/...             faker's persons: names, addresses, births, telephones, cards, in several styles of header
    decoy/...               columns that hold nothing sensitive, under a header of their own and under neutral ones
"""
import csv
import json
import pathlib
import random
import re

import phonenumbers

import decoys
import values

HERE = pathlib.Path(__file__).resolve().parent
NEUTRAL = ["col1", "value", "field_7", None]
VALUES = 2000       # under each right header; together under the neutral ones
DECOY_ROWS = 7000   # in each of a decoy's files
CARD_SHAPED = re.compile("(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])")
PERSON_ROWS = 1000  # Macie's count of names and addresses stops at 1,000 a file

# Identifiers without keywords stand under headers like these.
OWN_HEADERS = {"BANK_ACCOUNT": ["iban", "bankAccount", "Account IBAN"], "JSON_WEB_TOKEN": ["access_token", "jwt",
    "Bearer"],
               "PRIVATE_KEY": ["pem", "private_key", "keyMaterial"], "PKCS": ["pem", "private_key", "keyMaterial"],
               "STRIPE": ["stripe_key", "apiKey", "Payment Key"], "": ["payload", "requestHeader", "Data"]}


class Label:
    """What one file holds: rows, cells, expected {id: count}, and ids that may be found as well ({id: at most})."""

    def __init__(self, group, subject, rows, cells, expected=None, allowed=None, header=None):
        self.group, self.subject, self.rows, self.cells = group, subject, rows, cells
        self.expected, self.allowed, self.header = expected or {}, allowed or {}, header


def words_of(keyword):
    return re.findall(r"[^\W_]+", keyword)


def styled(keyword, style):
    """A keyword as a header: snake_case, camelCase, Title Case, or with the word for whose it is."""
    if "_" in keyword or not re.fullmatch(r"[\w ]+", keyword):
        return keyword
    words = words_of(keyword)
    if style == 0:
        return "_".join(words).lower()
    if style == 1:
        return words[0].lower() + "".join(w.capitalize() for w in words[1:])
    if style == 2:
        return " ".join(w.capitalize() for w in words)
    return "customer_" + "_".join(words).lower()


def right_headers(document, rng):
    """Three spellings of three keywords (or all there are) of Macie's list for the identifier."""
    identifier = document["id"]
    # A header may not hold more digits than letters (docs/matching.md, section 5): "iso7813" is a keyword in texts.
    keywords = [k for k in document["keywords"] if sum(map(str.isdigit, k)) <= sum(map(str.isalpha, k))]
    if identifier == "CREDIT_CARD_NUMBER_(NO_KEYWORD)":
        return ["reference", "remark", "noteText"]
    if not keywords:
        return next(headers for part, headers in OWN_HEADERS.items() if part in identifier)
    chosen = rng.sample(keywords, min(3, len(keywords)))
    chosen += [rng.choice(keywords) for _ in range(3 - len(chosen))]
    styles = rng.sample(range(4), 3)
    return [styled(keyword, style) for keyword, style in zip(chosen, styles)]


class Writer:
    def __init__(self, root):
        self.root, self.labels = root, {}

    def table(self, name, header, rows, label):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            if header is not None:
                out.writerow(header)
            out.writerows(rows)
        self.labels[name] = label

    def column(self, name, header, cells, label):
        self.table(
    name, None if header is None else [
        "row", header], [
            (i + 1, cell) for i, cell in enumerate(cells)], label)


def also_by_content(cells):
    """A card number is one wherever it stands: alone, or in what a magnetic stripe holds."""
    cards = sum(len(list(filter(values.is_card, CARD_SHAPED.findall(cell)))) for cell in cells)
    return {"CREDIT_CARD_NUMBER_(NO_KEYWORD)": cards} if cards else {}


def file_id(identifier):
    return re.sub("[^A-Z0-9_]", "", identifier)


def write_values(writer, document, seed):
    """Under right and under neutral headers."""
    identifier = document["id"]
    rng = random.Random(f"{seed} {identifier}")
    made = values.values(identifier, rng, VALUES)
    for number, header in enumerate(right_headers(document, rng)):
        label = Label("right", identifier, len(made), 2 * len(made), {identifier: len(made)}, header=header)
        writer.column(f"right/{file_id(identifier)}/{number}.csv", header, made, label)
    for number, header in enumerate(NEUTRAL):
        part = made[number::len(NEUTRAL)]
        allowed = also_by_content(part)
        if document["detect"]["proximity"] in ("free", "conditional", "absent"):
            allowed[identifier] = len(part)
        label = Label("neutral", identifier, len(part), 2 * len(part), allowed=allowed, header=header)
        writer.column(f"neutral/{file_id(identifier)}.{number}.csv", header, part, label)


# ---- decoys ----

def write_decoy(writer, name, headers, cells):
    """Half of the cells under its own headers, the others under neutral ones."""
    half = len(cells) // 2
    plans = [(headers, cells[:half]), (NEUTRAL, cells[half:])]
    for kind, (choices, part) in enumerate(plans):
        for number, header in enumerate(choices):
            share = part[number::len(choices)]
            label = Label("decoy", name, len(share), 2 * len(share), allowed=also_by_content(share), header=header)
            writer.column(f"decoy/{name}.{kind}{number}.csv", header, share, label)


def write_decoys(writer, pools, seed):
    for name, (headers, make) in decoys.DECOYS.items():
        rng = random.Random(f"{seed} {name}")
        write_decoy(writer, name, headers, [make(rng) for _ in range(2 * DECOY_ROWS)])
    for locale, of in pools.items():
        for pool, cells in of.items():
            write_decoy(writer, f"{pool}_{locale}", [pool], cells)


# ---- persons ----

LOCALES = {"en_US": "US", "en_GB": "GB", "en_IN": "IN", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "pt_BR": "BR"}
PHONE_IDS = {"US": "PHONE_NUMBER", "GB": "UK_PHONE_NUMBER", "DE": "GERMANY_PHONE_NUMBER", "FR": "FRANCE_PHONE_NUMBER",
             "ES": "SPAIN_PHONE_NUMBER", "IT": "ITALY_PHONE_NUMBER", "BR": "BRAZIL_PHONE_NUMBER"}
FIELDS = ["id", "first", "last", "birth", "phone", "street", "city", "state", "zip", "email", "job", "card"]
STYLES = {
    "snake": ["id", "first_name", "last_name", "date_of_birth", "phone_number", "street_address", "city", "state",
              "postal_code", "email", "job_title", "credit_card_number"],
    "camel": ["recordId", "firstName", "lastName", "birthDate", "phoneNumber", "streetAddress", "city", "state",
              "postalCode", "emailAddress", "jobTitle", "creditCardNumber"],
    "title": ["ID", "First Name", "Last Name", "Date of Birth", "Telephone", "Street", "City", "State", "Zip Code",
        "E-Mail",
              "Position Title", "Card Number"],
}
NATIONAL = {
    "DE": ["Nr", "Vorname", "Nachname", "Geburtsdatum", "Telefon", "Straße", "Ort", "Bundesland", "PLZ", "E-Mail",
        "Beruf",
           "Kreditkarte"],
    "FR": ["N°", "Prénom", "Nom", "Date de naissance", "Téléphone", "Adresse", "Ville", "Région", "Code postal",
        "Courriel",
           "Profession", "Carte de crédit"],
    "ES": ["n", "Nombre", "Apellidos", "Fecha de nacimiento", "Teléfono", "Calle", "Ciudad", "Provincia",
        "Código postal",
           "Correo", "Profesión", "Tarjeta de crédito"],
    "IT": ["n", "Nome", "Cognome", "Data di nascita", "Telefono", "Indirizzo", "Città", "Provincia", "CAP", "Email",
           "Professione", "Carta di credito"],
    "BR": ["n", "Nome", "Sobrenome", "Data de nascimento", "Telefone", "Endereço", "Cidade", "Estado", "CEP", "E-mail",
           "Profissão", "Cartão de crédito"],
}


def is_phone(text, country):
    """Does Google's library take it for a number in use of that country? It is lenient: a 0 behind +49 is none, and
    in Germany eleven digits are the most (Bundesnetzagentur)."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return False
    trunk_zero = country != "IT" and re.match(r"\(?\+[0-9]{2}\)?[ -]?0", text)
    too_long = country == "DE" and len(str(number.national_number)) > 11
    abroad = number.country_code != phonenumbers.country_code_for_region(country)
    return not (trunk_zero or too_long or abroad) and phonenumbers.is_valid_number(number)


def valid_phone(person, country):
    return next((text for text in person["phones"] if is_phone(text, country)), None)


def read_places():
    places = {}
    with open(HERE / "places.csv", encoding="utf-8", newline="") as file:
        for place in csv.DictReader(file):
            places.setdefault(place["country"], []).append(place)
    return places


def settled(person, country, places, rng):
    """The person with a city and a code that belong together, where Macie knows addresses of the country; and whether
    the telephone number is one."""
    record = dict(person)
    place = rng.choice(places[country]) if country in places else None
    record["city"] = place["city"] if place else person["city"]
    record["zip"] = place["code"] if place else person["zip"]
    record["state"] = place["region"] if place else ""
    phone = valid_phone(person, country)
    record["phone"] = phone or ""
    return record, phone is not None


def expected_of(country, rows, phones):
    expected = {"NAME": rows, "DATE_OF_BIRTH": rows, "CREDIT_CARD_NUMBER": rows}
    if country in PHONE_IDS:
        expected[PHONE_IDS[country]] = phones
    if country not in ("IN", "BR"):
        expected["ADDRESS"] = rows
    return expected


def write_persons(writer, persons, seed):
    places = read_places()
    for locale, people in persons.items():
        country = LOCALES[locale]
        rng = random.Random(f"{seed} {locale}")
        records = [settled(person, country, places, rng) for person in people]
        if country in NATIONAL:
            STYLES["national"] = NATIONAL[country]
        else:
            STYLES.pop("national", None)
        for style, header in STYLES.items():
            for at in range(0, len(records), PERSON_ROWS):
                part = records[at:at + PERSON_ROWS]
                rows = [[i + 1] + [record[field] for field in FIELDS[1:]] for i, (record, _) in enumerate(part)]
                expected = expected_of(country, len(rows), sum(good for _, good in part))
                if style == "national":
                    # No keyword of Macie's: cards of the usual lengths are found all the same, others are not.
                    expected["CREDIT_CARD_NUMBER"] = sum(values.is_card(record["card"]) for record, _ in part)
                if style == "national" and country == "BR":
                    expected["BRAZIL_CEP_CODE"] = len(rows)
                label = Label("persons", locale, len(rows), len(rows) * len(header), expected, header=style)
                writer.table(f"persons/{locale}.{style}.{at // PERSON_ROWS}.csv", header, rows, label)
        write_full(writer, locale, country, records)


def one_line(record, country):
    """An address in one cell, as letters of the country have it."""
    if country in ("US", "CA", "AU"):
        return f"{record['street']}, {record['city']}, {record['state']} {record['zip']}"
    if country == "GB":
        return f"{record['street']}, {record['city']} {record['zip']}"
    return f"{record['street']}, {record['zip']} {record['city']}"


def write_full(writer, locale, country, records):
    """Names and addresses of one cell each, and the same where nothing says what they are."""
    headers = {"full": ["no", "full_name", "mailing_address"], "neutral": ["no", "col1", "value"], "none": None}
    for variant, header in headers.items():
        for at in range(0, len(records), PERSON_ROWS):
            part = [record for record, _ in records[at:at + PERSON_ROWS]]
            rows = [[i + 1, record["full"], one_line(record, country)] for i, record in enumerate(part)]
            known = country not in ("IN", "BR")
            found = {"NAME": len(rows), **({"ADDRESS": len(rows)} if known else {})}
            label = Label("persons" if variant == "full" else "neutral", f"{locale} persons", len(rows), 3 * len(rows),
                          expected=found if variant == "full" else {}, allowed=found, header=variant)
            writer.table(f"persons/{locale}.{variant}.{at // PERSON_ROWS}.csv", header, rows, label)


def write_places(writer, seed):
    """Addresses of Canada and Australia, for which faker has no locale here."""
    places, rng = read_places(), random.Random(f"{seed} places")
    for country in ("CA", "AU"):
        rows = []
        for i in range(PERSON_ROWS):
            place = rng.choice(places[country])
            street = f"{rng.randint(1, 900)} {rng.choice(['King', 'Queen', 'Victoria', 'Church', 'Park', 'Main'])} " + \
                rng.choice(["Street", "Road", "Avenue", "Lane"])
            rows.append([i + 1, street, place["city"], place["region"], place["code"]])
        label = Label("persons", country, len(rows), 5 * len(rows), {"ADDRESS": len(rows)}, header="snake")
        writer.table(f"persons/{country}.csv", ["no", "street", "city", "state", "postal_code"], rows, label)


def catalogue(root):
    documents = [json.loads(path.read_text(encoding="utf-8"))
                            for path in sorted(root.glob("identifiers/managed/*/*.json"))]
    return {document["id"]: document for document in documents}



def make(out, faker, documents, seed):
    """The labels by file name, relative to out."""
    writer = Writer(out)
    for identifier, document in documents.items():
        if identifier not in ("NAME", "ADDRESS"):
            write_values(writer, document, seed)
    write_persons(writer, faker["persons"], seed)
    write_places(writer, seed)
    write_decoys(writer, faker["pools"], seed)
    return writer.labels
