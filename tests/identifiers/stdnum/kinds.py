"""The kinds of numbers that both python3-stdnum and lakewarden know, for compare.py.

A kind says how valid values are made, how they are written, which identifiers must agree with stdnum's verdict, and
where the two may differ, with the reason. A difference is a rule, tested on the value: it never excuses a value that it
does not describe.
"""
import datetime
import re
import string

from stdnum import ean, iban, luhn, verhoeff
from stdnum.ar import cuit, dni as ar_dni
from stdnum.au import tfn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.de import idnr, stnr
from stdnum.es import ccc, cif, dni, nie, nif
from stdnum.fi import hetu
from stdnum.fr import nif as fr_nif, nir
from stdnum.gb import nhs, utr
from stdnum.in_ import aadhaar, pan
from stdnum.iso7064 import mod_37_2, mod_97_10
from stdnum.it import codicefiscale, iva
from stdnum.mx import curp, rfc
from stdnum.se import personnummer
from stdnum.us import itin, ssn

import national

LETTERS = string.ascii_uppercase
IBAN_IDS = {
    "AD": "ANDORRA", "AE": "UNITED_ARAB_EMIRATES", "AL": "ALBANIA", "BA": "BOSNIA_AND_HERZEGOVINA", "BG": "BULGARIA",
    "BR": "BRAZIL", "CH": "SWITZERLAND", "CR": "COSTA_RICA", "CY": "CYPRUS", "CZ": "CZECH_REPUBLIC", "DE": "GERMANY",
    "DK": "DENMARK", "DO": "DOMINICAN_REPUBLIC", "EE": "ESTONIA", "EG": "EGYPT", "ES": "SPAIN", "FI": "FINLAND",
    "FO": "FAROE_ISLANDS", "FR": "FRANCE", "GB": "UK", "GE": "GEORGIA", "GL": "GREENLAND", "GR": "GREECE",
    "HR": "CROATIA", "HU": "HUNGARY", "IE": "IRELAND", "IS": "ICELAND", "IT": "ITALY", "JO": "JORDAN",
    "LI": "LIECHTENSTEIN", "LT": "LITHUANIA", "MC": "MONACO", "ME": "MONTENEGRO", "MK": "NORTH_MACEDONIA",
    "MR": "MAURITANIA", "MT": "MALTA", "MU": "MAURITIUS", "NL": "NETHERLANDS", "PL": "POLAND", "PT": "PORTUGAL",
    "RS": "SERBIA", "SE": "SWEDEN", "SI": "SLOVENIA", "SK": "SLOVAKIA", "SM": "SAN_MARINO", "SN": "SENEGAL",
    "TL": "TIMOR_LESTE", "TN": "TUNISIA", "TR": "TURKIYE", "UA": "UKRAINE", "VG": "VIRGIN_ISLANDS", "XK": "KOSOVO",
}


class Difference:
    """Where the verdicts may differ: applies(plain value) is true, and ours is the one given (None: either)."""

    def __init__(self, reason, applies, ours=None):
        self.reason, self.applies, self.ours = reason, applies, ours


class Kind:
    """make(rng): a valid value. forms(value): how it is written. valid(text): stdnum's verdict. plain(text): the value
    without separators. ids: each must agree; a tuple in it: one of them must. alone: asked without a keyword near."""

    def __init__(self, make, valid, ids, forms=None, plain=None, differences=(), alone=False):
        self.make, self.valid, self.ids = make, valid, ids
        self.forms = forms or (lambda value: [value])
        self.plain = plain or (lambda text: re.sub(r"[^0-9A-Za-z&]", "", text).upper())
        self.differences = differences
        self.alone = alone


def digits(rng, count, first=string.digits):
    return rng.choice(first) + "".join(rng.choice(string.digits) for _ in range(count - 1))


def letters(rng, count, alphabet=LETTERS):
    return "".join(rng.choice(alphabet) for _ in range(count))


def until(make, good):
    def attempt(rng):
        while True:
            value = make(rng)
            if value is not None and good(value):
                return value
    return attempt


def same(text):
    return len(set(text)) == 1


def real_date(year, month, day):
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


ALL_SAME = Difference("one digit repeated: a dummy", lambda v: same(v[:-1]), ours=False)

# ---- cards: stdnum has Luhn, the issuers are ISO/IEC 7812 ranges as published ----

ISSUERS = [("4", (13, 16, 19)), ("51", (16,)), ("55", (16,)), ("2221", (16,)), ("2720", (16,)), ("34", (15,)),
           ("37", (15,)), ("6011", (16,)), ("65", (16,)), ("3528", (16,)), ("36", (14,)), ("62", (16, 17, 18, 19)),
           ("5019", (16,))]


def make_card(rng):
    prefix, lengths = rng.choice(ISSUERS)
    body = prefix + digits(rng, rng.choice(lengths) - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def card_forms(value):
    forms = [value]
    if len(value) == 16:
        forms += ["-".join(re.findall("....", value)), " ".join(re.findall("....", value))]
    elif len(value) == 15:
        forms.append(f"{value[:4]} {value[4:10]} {value[10:]}")
    return forms


def luhn_of(text):
    return luhn.is_valid(re.sub("[ -]", "", text))


def card_is_foreign(value):
    """A digit changed in the prefix makes another issuer's number, or no issuer's at all."""
    return not any(value.startswith(prefix) and len(value) in lengths for prefix, lengths in ISSUERS)


# ---- IBAN ----

def structure_of(country):
    """As in the registry. Senegal is not in stdnum 1.18's copy."""
    return "2!a22!n" if country == "SN" else next(
        info["bban"] for part, info in iban._ibandb.info(country) if "bban" in info)


def iban_valid(text, inside=True):
    """inside: with the rules of the country, as far as stdnum has them."""
    if text[:2] != "SN":
        return iban.is_valid(text, check_country=inside)
    plain = text.replace(" ", "")
    return re.fullmatch("SN[0-9]{2}[A-Z]{2}[0-9]{22}", plain) is not None and mod_97_10.is_valid(plain[4:] + plain[:4])


def bban_of(country, rng):
    structure = structure_of(country)
    text = ""
    for count, kind in re.findall(r"([0-9]+)!([nac])", structure):
        alphabet = {"n": string.digits, "a": LETTERS, "c": string.digits + LETTERS}[kind]
        text += letters(rng, int(count), alphabet)
    return text


def make_iban(country):
    def make(rng):
        bban = bban_of(country, rng)
        if country == "SN":
            bban = "SN" + bban[2:]
        if country == "MU":
            bban = bban[:-3] + "MUR"
        bban = national.fix(country, bban)
        if bban is None:
            return None
        return country + iban.calc_check_digits(country + "00" + bban) + bban
    return until(make, iban_valid)


def iban_differences(country, alone):
    wrong_inside = Difference("the bank's own check inside does not hold", lambda v: not national.ok(country, v[4:])
                              if re.fullmatch("[0-9A-Z]+", v[4:]) else True, ours=False)
    reserved = Difference("check digits 00, 01 and 99 are never issued (ISO 13616)", lambda v: v[2:4] in (
        "00", "01", "99"), ours=False)
    fixed = Difference("layout: Mauritius and Senegal have fixed letters", lambda v: country in ("MU", "SN") and not (
        v.endswith("MUR") or v[4:6] == "SN"), ours=False)
    return [reserved, fixed] + ([wrong_inside] if alone else [])


def iban_kind(country, alone):
    """Near a keyword ISO 13616 decides (Macie names MOD 97 only); alone the rules of the country must hold too."""
    return Kind(make_iban(country), lambda text: iban_valid(text, alone), [IBAN_IDS[country] + "_BANK_ACCOUNT_NUMBER"],
                forms=lambda v: [v, iban.format(v)], differences=iban_differences(country, alone), alone=alone)


# ---- persons and companies, by country ----

def make_ar(prefixes):
    def make(rng):
        body = rng.choice(prefixes) + digits(rng, 8)
        return body + cuit.calc_check_digit(body)
    return make


def cuit_r10(value):
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    return 11 - sum(int(c) * w for c, w in zip(value, weights)) % 11 == 10


def nit_range(value):
    """Is it in a series that is issued? A cedula, a number of DIAN, an organisation."""
    body = value[:-1]
    return bool(re.fullmatch("1[0-9]{9}|[1-9][0-9]{5,7}|[6-9][0-9]{8}", body))


def make_nit(rng):
    body = rng.choice([digits(rng, 8, "123456789"), "1" + digits(rng, 9), rng.choice("89") + digits(rng, 8)])
    return body + nit.calc_check_digit(body)


def some_date(rng, first=1930, last=2005):
    return datetime.date(first, 1, 1) + datetime.timedelta(days=rng.randrange(365 * (last - first)))


def make_rfc(count):
    def make(rng):
        body = letters(rng, count, LETTERS) if count == 3 else letters(rng, 1) + letters(rng, 1, "AEIOU") + \
            letters(rng, 2)
        body += some_date(rng).strftime("%y%m%d") + letters(rng, 2, "123456789ABCDEFGHIJKLMNPQRSTUV")
        return body + rfc.calc_check_digit(body)
    return until(make, rfc.is_valid)


def rfc_shaped(value):
    """Homonym key and check character as SAT makes them."""
    return bool(re.fullmatch("[1-9A-V][1-9A-NP-Z][0-9A]", value[-3:]))


def make_curp(rng):
    when = some_date(rng, 1930, 2010)
    consonants = "BCDFGHJKLMNPQRSTVWXYZ"
    state = rng.choice("AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ "
                       "YN ZS".split())
    body = letters(rng, 1) + letters(rng, 1, "AEIOU") + letters(rng, 2) + when.strftime("%y%m%d") + rng.choice("HM")
    body += state + letters(rng, 3, consonants) + (digits(rng, 1) if when.year < 2000 else letters(rng, 1))
    return body + curp.calc_check_digit(body)


def make_dni(rng):
    body = digits(rng, 8)
    return body + dni.calc_check_digit(body)


def make_nie(rng):
    body = rng.choice("XYZ") + digits(rng, 7)
    return body + nie.calc_check_digit(body)


def make_cif(rng):
    first = rng.choice("ABCDEFGHJNPQRSUVW")
    body = first + digits(rng, 2, "123456789") + digits(rng, 5)
    digit, letter = cif.calc_check_digits(body)
    if first in "NPQRSW":
        return body + letter
    return body + (digit if first in "ABEH" else rng.choice([digit, letter]))


def make_nif(rng):
    body = rng.choice("KLM") + digits(rng, 7)
    return rng.choice([make_dni, make_nie, make_cif, lambda _: body + dni.calc_check_digit(body[1:])])(rng)


def cif_by_letter(value):
    """The control character is of the wrong sort for that kind of entity; stdnum takes either, AEAT one."""
    if value[0] in "NPQRSW" or value[1:3] == "00":
        return value[-1].isdigit()
    return value[0] in "ABEH" and value[-1].isalpha()


def make_ccc(rng):
    body = digits(rng, 8) + digits(rng, 10)
    return body[:8] + ccc.calc_check_digits(body[:8] + "00" + body[8:]) + body[8:]


def make_nir(rng):
    department = rng.choice([f"{rng.randint(1, 95):02}", "2A", "2B", "99"])
    if department == "20":
        department = "2A"
    body = rng.choice("12") + f"{rng.randint(0, 99):02}{rng.randint(1, 12):02}{department}"
    body += f"{rng.randint(1, 990):03}{rng.randint(1, 999):03}"
    return body + nir.calc_check_digits(body)


def nir_outside(value):
    month, department, commune, order = value[3:5], value[5:7], value[7:10], value[10:13]
    months = month in ("00", "13", "14", "15", "16", "17", "18", "19") or "20" < month < "30" or "42" < month < "50"
    return value[0] not in "12" or months or month > "12" or department in ("00", "20", "96", "97", "98", "99") or \
        commune in ("000",) or commune > "990" or order == "000"


def make_spi(rng):
    body = digits(rng, 10, "0123")
    return body + f"{int(body) % 511:03}"


def make_idnr(rng):
    order = rng.sample(string.digits, 10)
    body = order[:9] + [rng.choice(order[:9])]
    rng.shuffle(body)
    text = "".join(body)
    return next((text + c for c in string.digits if idnr.is_valid(text + c)), None)


def idnr_three_in_row(value):
    return any(value[i] == value[i + 1] == value[i + 2] for i in range(8))


STNR_FORMS = {"FFBBBUUUUP": "##/###/#####", "FFFBBBUUUUP": "###/###/#####", "FFFBBBBUUUP": "###/####/####",
              "0FFBBBUUUUP": "###/###/#####"}
STNR_LONG = ["28FF0BBBUUUUP", "9FFF0BBBUUUUP", "11FF0BBBUUUUP", "30FF0BBBUUUUP", "24FF0BBBUUUUP", "5FFF0BBBBUUUP"]


def make_stnr(rng):
    return "".join(digits(rng, 1) if c in "FBUP" else c for c in rng.choice(list(STNR_FORMS) + STNR_LONG))


def stnr_forms(value):
    if len(value) == 13:
        return [value]
    if len(value) == 10:
        return [f"{value[:2]}/{value[2:5]}/{value[5:]}"]
    return [f"{value[:3]}/{value[3:6]}/{value[6:]}", f"{value[:3]}/{value[3:7]}/{value[7:]}"]


def make_codice(rng):
    when = some_date(rng)
    day = when.day + rng.choice([0, 40])
    body = letters(rng, 6) + when.strftime("%y") + "ABCDEHLMPRST"[when.month - 1] + f"{day:02}"
    body += rng.choice("ABCDEFGHIL") + digits(rng, 3, "123456789")
    return body + codicefiscale.calc_check_digit(body)


def codice_decoded(value):
    return value.translate(str.maketrans("LMNPQRSTUV", "0123456789"))


def codice_outside(value):
    """A date that is none, for men and women alike, or a place that no town and no state has."""
    year, day = codice_decoded(value[6:8]), codice_decoded(value[9:11])
    if not (year + day).isdigit() or value[8] not in "ABCDEHLMPRST":
        return True
    month, born = "ABCDEHLMPRST".index(value[8]) + 1, int(day)
    if not (1 <= born <= 31 or 41 <= born <= 71) or not real_date(2000 + int(year) % 100, month, born % 40) and \
            not real_date(1900 + int(year), month, born % 40):
        return True
    return not real_date(1900 + int(year), month, born % 40) or value[11] not in "ABCDEFGHILMZ" or \
        codice_decoded(value[12:15]) == "000" or value[11] in "JK"


def make_iva(rng):
    body = digits(rng, 7) + f"{rng.randint(1, 100):03}"
    return body + luhn.calc_check_digit(body)


def iva_office_outside(value):
    office = int(value[7:10]) if value.isdigit() else 0
    return not (1 <= office <= 100 or office in (120, 121, 888, 999))


def make_nhs(rng):
    body = rng.choice([digits(rng, 9, "4"), digits(rng, 9, "67")])
    return next((body + c for c in string.digits if nhs.is_valid(body + c)), None)


def nhs_outside(value):
    """Ranges that no service of the United Kingdom issues, or that are kept for tests (999)."""
    return value[0] in "0125" or value[:1] in "89" or value[:2] in ("30", "31")


def make_utr(rng):
    body = digits(rng, 9)
    return utr.calc_check_digit(body) + body


def make_sin(rng):
    body = digits(rng, 8, "12345679")
    return body + luhn.calc_check_digit(body)


def make_tfn(rng):
    body = digits(rng, 8, "123456789")
    return next((body + c for c in string.digits if tfn.is_valid(body + c)), None)


def make_aadhaar(rng):
    body = digits(rng, 11, "23456789")
    return body + verhoeff.calc_check_digit(body)


def make_pan(rng):
    return letters(rng, 3) + rng.choice("ABCFGHJLPT") + letters(rng, 1) + f"{rng.randint(1, 9999):04}" + letters(rng, 1)


def make_itin(rng):
    group = rng.choice([g for g in range(70, 100) if g not in (89, 93)])
    return f"9{digits(rng, 2)}{group}{digits(rng, 4)}"


def make_ssn(rng):
    area = rng.choice([a for a in range(1, 900) if a != 666])
    return f"{area:03}{rng.randint(1, 99):02}{rng.randint(1, 9999):04}"


SSN_DUMMIES = {"123456789", "987654320", "078051120", "219099999", "457555462"}


def make_hetu(rng):
    when = some_date(rng, 1930, 2015)
    body = when.strftime("%d%m%y") + f"{rng.randint(2, 899):03}"
    return body[:6] + ("-" if when.year < 2000 else "A") + body[6:] + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(body) % 31]


def make_personnummer(rng):
    body = some_date(rng).strftime("%y%m%d") + digits(rng, 3)
    return body + luhn.calc_check_digit(body)


def make_gtin(rng):
    body = digits(rng, 13, "012345678")
    return body + ean.calc_check_digit(body)


def isbt_valid(value):
    return mod_37_2.is_valid(value)


def make_luhn(prefix, count):
    def make(rng):
        body = prefix + digits(rng, count - len(prefix) - 1)
        return body + luhn.calc_check_digit(body)
    return make


def npi_valid(text):
    return text[:1] in "12" and luhn.is_valid("80840" + text)


def make_npi(rng):
    body = digits(rng, 9, "12")
    return body + luhn.calc_check_digit("80840" + body)


def grouped(*sizes, separator=" "):
    def form(value):
        parts, at = [], 0
        for size in sizes:
            parts.append(value[at:at + size])
            at += size
        return separator.join(parts)
    return form


def with_forms(*forms):
    return lambda value: [value] + [form(value) for form in forms]


KINDS = {
    "luhn_cards": Kind(
        make_card, luhn_of, ["CREDIT_CARD_NUMBER"], forms=card_forms,
        differences=[Difference("no issuer's range or length (Luhn says nothing of it)", card_is_foreign),
                     Difference("grouped as no card is printed", lambda v: len(v) not in (15, 16), ours=False)]),
    "br_cpf": Kind(make_luhn("", 9), cpf.is_valid, ["BRAZIL_CPF_NUMBER"], forms=with_forms(cpf.format),
                   differences=[Difference("eleven equal digits: a dummy", same, ours=False)]),
    "br_cnpj": Kind(
        lambda rng: (lambda b: b + cnpj.calc_check_digits(b))(digits(rng, 8) + f"{rng.randint(1, 9999):04}"),
        cnpj.is_valid, ["BRAZIL_CNPJ_NUMBER"], forms=with_forms(cnpj.format),
        differences=[Difference("fourteen equal digits: a dummy", same, ours=False),
                     Difference("branch 0000 is not issued", lambda v: v[8:12] == "0000", ours=False)]),
    "ar_cuit": Kind(
        make_ar(["20", "23", "24", "27", "30", "33", "34"]), cuit.is_valid,
        [("ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "ARGENTINA_ORGANIZATION_TAX_IDENTIFICATION_NUMBER")],
        forms=with_forms(cuit.format),
        differences=[Difference("remainder 10: AFIP gives another prefix, stdnum the digit 9", cuit_r10, ours=False),
                     Difference("prefixes 25 and 26 (foreigners) are newer than stdnum", lambda v: v[:2] in ("25",
                         "26"),
                                ours=True),
                     Difference("prefixes 50, 51, 55 name countries, no person or company", lambda v: v[:2] in (
                         "50", "51", "55")),
                     Difference("number 00000000", lambda v: v[2:10] == "00000000", ours=False)]),
    "ar_dni": Kind(
        lambda rng: digits(rng, rng.choice([7, 8]), "123456789"), ar_dni.is_valid, ["ARGENTINA_DNI_NUMBER"],
        forms=with_forms(ar_dni.format),
        differences=[Difference("one digit repeated, or 12345678: a dummy", lambda v: same(v) or v == "12345678",
                                ours=False),
                     Difference("begins with 0, or below one million", lambda v: v[0] == "0", ours=False)]),
    "cl_rut": Kind(
        lambda rng: (lambda b: b + rut.calc_check_digit(b))(digits(rng, rng.choice([7, 8]), "123456789")),
        rut.is_valid, ["CHILE_RUT_NUMBER"], forms=with_forms(rut.format, lambda v: v[:-1] + "-" + v[-1]),
        differences=[ALL_SAME, Difference("body with a leading zero", lambda v: v[0] == "0")]),
    "co_nit": Kind(
        make_nit, nit.is_valid, [("COLOMBIA_INDIVIDUAL_NIT_NUMBER", "COLOMBIA_ORGANIZATION_NIT_NUMBER")],
        forms=lambda v: [nit.format(v), v[:-1] + "-" + v[-1]],
        differences=[Difference("in no series that is issued", lambda v: not nit_range(v), ours=False),
                     Difference("one digit repeated: a dummy", lambda v: same(v[:-1]), ours=False)]),
    "mx_rfc_person": Kind(
        make_rfc(4), rfc.is_valid, ["MEXICO_INDIVIDUAL_RFC_NUMBER"], forms=lambda v: [v, rfc.format(v, "-")],
        differences=[Difference("words that SAT replaces", lambda v: v[:4] in rfc._name_blacklist),
                     Difference("homonym key or check as SAT never makes them", lambda v: not rfc_shaped(v)),
                     Difference("second letter no vowel", lambda v: v[1] not in "AEIOUX"),
                     Difference("29 February of a year that may be either century's", lambda v: v[6:10] == "0229")]),
    "mx_rfc_company": Kind(
        make_rfc(3), rfc.is_valid, ["MEXICO_ORGANIZATION_RFC_NUMBER"], forms=lambda v: [v, rfc.format(v, "-")],
        differences=[Difference("homonym key or check as SAT never makes them", lambda v: not rfc_shaped(v)),
                     Difference("29 February of a year that may be either century's", lambda v: v[5:9] == "0229")]),
    "mx_curp": Kind(
        make_curp, curp.is_valid, ["MEXICO_CURP_NUMBER"],
        differences=[Difference("words that RENAPO replaces", lambda v: v[:4] in curp._name_blacklist),
                     Difference("sex X, since 2023", lambda v: v[10] == "X"),
                     Difference("second letter no vowel, or inner letters no consonants", lambda v: v[1] not in "AEIOUX"
                                or re.search("[AEIOU]", v[13:16]) is not None, ours=False)]),
    "es_dni": Kind(
        make_dni, dni.is_valid, ["SPAIN_DNI_NUMBER", "SPAIN_NIF_NUMBER"],
            forms=with_forms(lambda v: v[:8] + "-" + v[8:]),
        differences=[Difference("one digit repeated: a dummy", lambda v: same(v[:8]), ours=False)]),
    "es_nie": Kind(make_nie, nie.is_valid, ["SPAIN_NIE_NUMBER"],
                   forms=with_forms(grouped(1, 7, 1, separator="-")),
                   differences=[Difference("seven equal digits: a dummy", lambda v: same(v[1:8]), ours=False)]),
    "es_nif": Kind(
        make_nif, nif.is_valid, [("SPAIN_NIF_NUMBER", "SPAIN_TAX_IDENTIFICATION_NUMBER")],
        differences=[Difference("control character of the wrong sort for the entity", cif_by_letter, ours=False),
                     Difference("one digit repeated: a dummy", lambda v: same(v[1:8]) or same(v[:8]), ours=False)]),
    "es_cif": Kind(
        make_cif, cif.is_valid, ["SPAIN_TAX_IDENTIFICATION_NUMBER"], forms=with_forms(lambda v: v[0] + "-" + v[1:]),
        differences=[Difference("control character of the wrong sort for the entity", cif_by_letter, ours=False),
                     Difference("NIE, DNI or KLM number: the identifier takes them too", lambda v: v[0] in
                                "KLMXYZ" + string.digits and nif.is_valid(v), ours=True),
                     Difference("seven equal digits: a dummy", lambda v: same(v[1:8]), ours=False)]),
    "es_ccc": Kind(make_ccc, ccc.is_valid, ["SPAIN_BANK_ACCOUNT_NUMBER"],
                   forms=with_forms(grouped(4, 4, 2, 10), grouped(4, 4, 2, 10, separator="-")),
                   differences=[Difference("bank or account of zeros only: no account",
                       lambda v: same(v) or v[:4] == "0000"
                                           or int(v[10:]) == 0, ours=False)]),
    "fr_nir": Kind(
        make_nir, nir.is_valid, ["FRANCE_NATIONAL_IDENTIFICATION_NUMBER", "FRANCE_HEALTH_INSURANCE_NUMBER"],
        forms=with_forms(nir.format),
        differences=[Difference("month, department, commune or order that is not given out", nir_outside, ours=False)]),
    "fr_nif": Kind(
        make_spi, fr_nif.is_valid, ["FRANCE_TAX_IDENTIFICATION_NUMBER"], forms=with_forms(fr_nif.format),
        differences=[Difference("the last three digits check the others (modulo 511), which stdnum 1.18 does not test",
                                lambda v: v.isdigit() and int(v[:10]) % 511 != int(v[10:]), ours=False),
                     Difference("ten zeros", lambda v: v[:10] == "0" * 10, ours=False)]),
    "de_idnr": Kind(
        make_idnr, idnr.is_valid, ["GERMANY_TAX_IDENTIFICATION_NUMBER"], forms=with_forms(idnr.format),
        differences=[Difference("a digit three times in a row is not given out", idnr_three_in_row, ours=False),
                     Difference("the other digits stand once each, one not at all", lambda v: len(set(v[:10])) not in (
                         8, 9), ours=False)]),
    "de_stnr": Kind(
        make_stnr, stnr.is_valid, ["GERMANY_TAX_IDENTIFICATION_NUMBER"], forms=stnr_forms),
    "it_codicefiscale": Kind(
        until(make_codice, codicefiscale.is_valid), lambda t: len(re.sub("[ -]", "", t)) == 16 and
        codicefiscale.is_valid(t), ["ITALY_NATIONAL_IDENTIFICATION_NUMBER"], forms=with_forms(grouped(3, 3, 5, 5)),
        differences=[Difference("date or place that is none", codice_outside, ours=False)]),
    "it_iva": Kind(
        make_iva, iva.is_valid, ["ITALY_NATIONAL_IDENTIFICATION_NUMBER"], forms=with_forms(lambda v: "IT" + v),
        plain=lambda t: re.sub("[^0-9]", "", t),
        differences=[Difference("office outside 001-100, 120, 121, 888, 999", iva_office_outside, ours=False),
                     Difference("first seven digits zero", lambda v: v[:7] == "0" * 7, ours=False)]),
    "gb_nhs": Kind(
        make_nhs, nhs.is_valid, ["UK_NHS_NUMBER"], forms=with_forms(nhs.format, grouped(3, 3, 4, separator="-")),
        differences=[Difference("ranges that are not issued, or kept for tests", nhs_outside, ours=False),
                     Difference("ten equal digits: a dummy", same, ours=False)]),
    "gb_utr": Kind(
        make_utr, utr.is_valid, ["UK_TAX_IDENTIFICATION_NUMBER"], forms=with_forms(grouped(5, 5)),
        differences=[Difference("one digit repeated: a dummy", lambda v: same(v) or same(v[1:]), ours=False)]),
    "ca_sin": Kind(
        make_sin, sin.is_valid, ["CANADA_SOCIAL_INSURANCE_NUMBER"], forms=with_forms(sin.format, grouped(3, 3, 3)),
        differences=[Difference("0 and 8 begin no social insurance number", lambda v: v[0] in "08"),
                     Difference("one digit repeated: a dummy", same, ours=False)]),
    "au_tfn": Kind(
        make_tfn, lambda t: len(re.sub("[ -]", "", t)) == 9 and tfn.is_valid(t), ["AUSTRALIA_TAX_FILE_NUMBER"],
        forms=with_forms(tfn.format),
        differences=[Difference("substitute codes of the ATO", lambda v: same(v) or v == "987654321", ours=False)]),
    "in_aadhaar": Kind(
        make_aadhaar, aadhaar.is_valid, ["INDIA_AADHAAR_NUMBER"],
        forms=with_forms(aadhaar.format, grouped(4, 4, 4, separator="-")),
        differences=[Difference("palindromes: UIDAI does not say so", lambda v: v == v[::-1]),
                     Difference("sample numbers of UIDAI", lambda v: v.startswith("9999"), ours=False)]),
    "in_pan": Kind(
        make_pan, pan.is_valid, ["INDIA_PERMANENT_ACCOUNT_NUMBER"],
        differences=[Difference("holder K (and E) is named by few sources", lambda v: v[3] in "KE"),
                     Difference("sample number ABCDE1234F", lambda v: v == "ABCDE1234F", ours=False)]),
    "us_itin": Kind(
        make_itin, itin.is_valid, ["USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"], forms=with_forms(itin.format),
        differences=[Difference("groups 50 to 65, since 2013, are newer than stdnum", lambda v: v[0] == "9" and "50" <=
                                v[3:5] <= "65", ours=True),
                     Difference("advertising numbers 987-65-432x", lambda v: v.startswith("98765432"), ours=False),
                     Difference("group 88 and below", lambda v: v[3:5] == "89", ours=False)]),
    "us_ssn": Kind(
        make_ssn, ssn.is_valid, ["USA_SOCIAL_SECURITY_NUMBER"], forms=with_forms(ssn.format),
        differences=[Difference("areas 900-999 count when written with hyphens (docs/matching.md)",
            lambda v: v[0] == "9",
                                ours=True),
                     Difference("dummies of the SSA and nine equal digits", lambda v: same(v) or v in SSN_DUMMIES,
                                ours=False)]),
    "fi_hetu": Kind(
        until(make_hetu, hetu.is_valid), hetu.is_valid, ["FINLAND_DRIVERS_LICENSE"],
        plain=lambda t: t,
        differences=[Difference("century signs of 2023 (B-F, U-Y) are newer than stdnum",
            lambda v: v[6] in "BCDEFUVWXY",
                                ours=True),
                     Difference("serial numbers 900-999 (temporary) and 000, 001", lambda v: v[7] == "9" or v[7:10] in (
                         "000", "001")),
                     Difference("born before 1900: no licence", lambda v: v[6] == "+", ours=False),
                     Difference("the wording of Microsoft's type: date part and control character unchecked",
                                lambda v: False)]),
    "se_personnummer": Kind(
        make_personnummer, personnummer.is_valid, ["SWEDEN_DRIVERS_LICENSE"],
        forms=lambda v: [v[:6] + "-" + v[6:]],
        differences=[Difference("coordination number: day + 60", lambda v: v.isdigit() and "61" <= v[4:6] <= "91",
                                ours=True),
                     Difference("century of the birth year is not written", lambda v: v[2:6] == "0229")]),
    "gtin": Kind(
        make_gtin, lambda t: len(t) == 14 and ean.is_valid(t), ["MEDICAL_DEVICE_UDI"],
        differences=[Difference("indicator 9: variable measure, no device", lambda v: v[0] == "9", ours=False),
                     Difference("ISBT 128 donation number, another device identifier, with its own check",
                                isbt_valid, ours=True),
                     Difference("one digit repeated: a dummy", same, ours=False)]),
    "us_npi": Kind(make_npi, npi_valid, ["USA_NATIONAL_PROVIDER_IDENTIFIER"],
                   differences=[Difference("one digit repeated, or a dummy", lambda v: same(v) or same(v[:9]) or
                                           v == "1234567893", ours=False)]),
    "ar_sube": Kind(make_luhn("6061", 16), lambda t: luhn_of(t) and t.startswith("6061"), ["ARGENTINA_TARJETA_SUBE"],
                    forms=with_forms(grouped(4, 4, 4, 4))),
}
KINDS["br_cpf"].make = lambda rng: (lambda b: b + cpf._calc_check_digits(b))(digits(rng, 9))
for _country in IBAN_IDS:
    KINDS["iban_" + _country.lower()] = iban_kind(_country, False)
    KINDS["alone_iban_" + _country.lower()] = iban_kind(_country, True)
