"""Valid values for every managed identifier that faker does not make, by the rules of those who issue them.

MAKERS has a function for each id: a random number generator in, one value as people write it out. Check digits come
from python3-stdnum through ../stdnum/kinds.py, or are computed here; layouts come from the issuers, not from the catalogue
under test. NAME and ADDRESS are made by files.py. All is made at run time; nothing here looks like a real credential.
"""
import base64
import datetime
import json
import pathlib
import re
import string
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "stdnum"))

import phonenumbers
from stdnum import luhn

import kinds
from template import digits, fill

ROWS = {"OPENSSH_PRIVATE_KEY": 300, "PGP_PRIVATE_KEY": 300, "PKCS": 300, "PUTTY_PRIVATE_KEY": 300}


def template(*patterns):
    return lambda rng: fill(rng, rng.choice(patterns))


def kind(*names):
    """A value of one of these kinds, in one of its written forms."""
    def make(rng):
        of = kinds.KINDS[rng.choice(names)]
        value = of.make(rng)
        while value is None:
            value = of.make(rng)
        return rng.choice(of.forms(value))
    return make


def without(make, bad):
    """make until its value is none of the bad ones (a pattern)."""
    def attempt(rng):
        while True:
            value = make(rng)
            if not re.fullmatch(bad, value):
                return value
    return attempt


def choose(*makers):
    return lambda rng: rng.choice(makers)(rng)


# ---- credentials ----

def random_bytes(rng, count):
    return bytes(rng.getrandbits(8) for _ in range(count))


def secret_key(rng):
    while True:
        key = base64.b64encode(random_bytes(rng, 30)).decode()
        if all(any(c in group for c in key)
               for group in (string.digits, string.ascii_lowercase, string.ascii_uppercase)):
            return key


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def web_token(rng):
    head = json.dumps({"alg": rng.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}).encode()
    body = json.dumps({"sub": digits(rng, 10), "iat": rng.randrange(1600000000, 1790000000), "scope": "read"}).encode()
    return ".".join([url64(head), url64(body), url64(random_bytes(rng, rng.choice([32, 64, 256])))])


def basic_header(rng):
    pair = f"{fill(rng, '[a-z]{5,9}')}:{fill(rng, '[A-Za-z0-9]{8,14}')}".encode()
    return rng.choice(["Authorization", "authorization", "Proxy-Authorization"]) + ": Basic " + \
        base64.b64encode(pair).decode()


def cookie(rng):
    name = rng.choice(["sid", "session", "csrftoken", "PHPSESSID", "_ga"])
    value = fill(rng, "[a-f0-9]{16,32}")
    return rng.choice([f"Cookie: {name}={value}; theme=dark",
                       f"Set-Cookie: {name}={value}; Path=/; Max-Age=3600; Secure; HttpOnly"])


def wrapped(text, width):
    return "\n".join(text[i:i + width] for i in range(0, len(text), width))


def armour(label, body):
    dashes = "-" * 5
    return f"{dashes}BEGIN {label}{dashes}\n{body}\n{dashes}END {label}{dashes}\n"


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + length + content


def der_number(rng, count):
    return der(2, b"\x00" + bytes([rng.randrange(128, 256)]) + random_bytes(rng, count - 1))


def rsa_key(rng):
    half = 64
    numbers = [der(2, b"\x00"), der_number(rng, 2 * half), der(2, b"\x01\x00\x01"), der_number(rng, 2 * half)]
    return der(0x30, b"".join(numbers + [der_number(rng, half) for _ in range(5)]))


def pkcs(rng):
    inner = rsa_key(rng)
    if rng.random() < 0.5:
        return armour("RSA PRIVATE KEY", wrapped(base64.b64encode(inner).decode(), 64))
    algorithm = der(0x30, der(6, bytes([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1])) + der(5, b""))
    body = der(0x30, der(2, b"\x00") + algorithm + der(4, inner))
    return armour("PRIVATE KEY", wrapped(base64.b64encode(body).decode(), 64))


def ssh_string(data):
    return len(data).to_bytes(4, "big") + data


def openssh(rng):
    public = random_bytes(rng, 32)
    blob = ssh_string(b"ssh-ed25519") + ssh_string(public)
    check = random_bytes(rng, 4) * 2
    private = check + blob + ssh_string(random_bytes(rng, 32) + public) + ssh_string(b"user@host")
    private += bytes(range(1, 1 + -len(private) % 8))
    body = b"openssh-key-v1\0" + ssh_string(b"none") + ssh_string(b"none") + ssh_string(b"") + (1).to_bytes(4, "big")
    body += ssh_string(blob) + ssh_string(private)
    return armour("OPENSSH PRIVATE KEY", wrapped(base64.b64encode(body).decode(), 70))


def crc24(data):
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc & 0xFFFFFF


def pgp(rng):
    packet = bytes([4]) + (1700000000 + rng.randrange(10 ** 7)).to_bytes(4, "big") + bytes([1]) + random_bytes(rng, 300)
    data = bytes([0x95]) + len(packet).to_bytes(2, "big") + packet
    check = base64.b64encode(crc24(data).to_bytes(3, "big")).decode()
    return armour("PGP PRIVATE KEY BLOCK", f"\n{wrapped(base64.b64encode(data).decode(), 64)}\n={check}")


def putty(rng):
    public = base64.b64encode(ssh_string(b"ssh-ed25519") + ssh_string(random_bytes(rng, 32))).decode()
    private = base64.b64encode(ssh_string(random_bytes(rng, 32))).decode()
    lines = [f"PuTTY-User-Key-File-{rng.choice('23')}: ssh-ed25519", "Encryption: none",
        "Comment: ed25519-key-20260101",
             "Public-Lines: 2", wrapped(public, 64), "Private-Lines: 1", private, "Private-MAC: " +
             fill(rng, "[0-9a-f]{64}")]
    return "\n".join(lines) + "\n"


# ---- cards and accounts ----

def expiration(rng):
    month, year = rng.randint(1, 12), rng.randint(2024, 2033)
    return rng.choice([f"{month:02}/{year % 100}", f"{month:02}/{year}", f"{month:02}-{year}", f"{year}-{month:02}"])


def stripe_data(rng):
    number = "4" + digits(rng, 14)
    number += luhn.calc_check_digit(number)
    rest = f"{rng.randint(26, 33)}{rng.randint(1, 12):02}201{digits(rng, 10)}"
    name = fill(rng, "[A-Z]{4,9}/[A-Z]{3,8}")
    return rng.choice([f"%B{number}^{name}^{rest}?", f";{number}={rest}?"])


def uk_account(rng):
    return fill(rng, "(NWBK|BARC|LOYD|MIDL|HBUK)") + digits(rng, 14)


def rib_account(rng):
    iban = kinds.KINDS["iban_fr"].make(rng)
    return rng.choice([iban[4:], f"{iban[4:9]} {iban[9:14]} {iban[14:25]} {iban[25:]}"])


# ---- health ----

def bc_health(rng):
    while True:
        body = "9" + digits(rng, 8)
        total = sum(int(c) * w % 11 for c, w in zip(body[1:], (2, 4, 8, 5, 10, 9, 7, 3)))
        check = 11 - total % 11
        if check < 10:
            return body + str(check)


def ontario_health(rng):
    body = fill(rng, "[1-8]") + digits(rng, 8)
    text = body + luhn.calc_check_digit(body)
    return rng.choice([text, f"{text[:4]}-{text[4:7]}-{text[7:]}",
                      f"{text[:4]}-{text[4:7]}-{text[7:]}-{fill(rng, '[A-Z]{2}')}"])


EHIC_STATES = "040 056 100 191 196 203 208 233 246 250 276 300 348 352 372 380 428 440 442 470 528 578 616 620 642 703 " \
              "705 724 752 756".split()


def ehic(rng):
    return f"80{rng.choice(EHIC_STATES)}{digits(rng, 5)}{digits(rng, 10)}"


def ehic_finland(rng):
    return "8024680246" + digits(rng, 10)


def dea(rng):
    body = digits(rng, 6)
    check = (int(body[0]) + int(body[2]) + int(body[4]) + 2 * (int(body[1]) + int(body[3]) + int(body[5]))) % 10
    return fill(rng, "[ABCFGM][A-Z]") + body + str(check)


def ssn(rng, separator="-"):
    value = kinds.make_ssn(rng)
    return separator.join([value[:3], value[3:5], value[5:]])


def claim_number(rng):
    return rng.choice([ssn(rng), ssn(rng, "")]) + rng.choice(["A", "B",
                      "B1", "C1", "D", "D1", "E", "M", "T", "W", "W1"])


def procedure(rng):
    cpt = rng.choice([(99202, 99499), (10021, 69990), (70010, 79999), (80047, 89398), (90281, 99199)])
    return rng.choice([str(rng.randint(*cpt)), fill(rng, "[AEGJLQ]") + digits(rng, 4)])


def udi(rng):
    gtin = kinds.make_gtin(rng)
    until = some_day(rng, 2026, 2033).strftime("%y%m%d")
    return rng.choice([gtin, f"(01){gtin}(17){until}(10){fill(rng, '[A-Z][0-9]{5}')}",
                       f"(01){gtin}(11){until}(21){fill(rng, '[A-Z0-9]{8}')}"])


# ---- persons, dates, places ----

def some_day(rng, first, last):
    start = datetime.date(first, 1, 1)
    return start + datetime.timedelta(days=rng.randrange((datetime.date(last, 1, 1) - start).days))


def birth(rng):
    day = some_day(rng, 1930, 2010)
    return day.strftime(rng.choice(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d %B %Y",
                                    "%b %d, %Y", "%Y/%m/%d"]))


def position(rng):
    latitude, longitude = rng.uniform(-70, 75), rng.uniform(-179, 179)
    return rng.choice([f"{latitude:.6f}, {longitude:.6f}", f"{latitude:.5f},{longitude:.5f}",
                       f"{latitude:.4f} {longitude:.4f}"])


def vin(rng):
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9)))
    text = fill(rng, "[1-5][A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{6}0[A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z][0-9]{6}")
    total = sum((values[c] if c in values else int(c)) * w for c, w in zip(text, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7,
        6, 5, 4,
                                                                                3, 2)))
    american = text[:8] + "0123456789X"[total % 11] + text[9:]
    return rng.choice([american, fill(rng, "W(VW|BA|DB|AU)[A-HJ-NPR-Z]{3}[A-HJ-NPR-Z0-9]{2}[0-9A-Z]").replace("I", "Z")
                       .replace("O", "Z").replace("Q", "Z") + fill(rng, "[A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z][0-9]{6}")])


def icao_check(text):
    values = {c: i for i, c in enumerate(string.digits + string.ascii_uppercase)}
    return str(sum(values.get(c, 0) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def german_card(rng):
    body = fill(rng, "[LMNPRTVWXY][0-9CFGHJKLMNPRTVWXYZ]{3}[0-9][0-9CFGHJKLMNPRTVWXYZ]{4}")
    return rng.choice([body, body + icao_check(body), body + icao_check(body) + "D"])


def sao_paulo_rg(rng):
    body = digits(rng, 8)
    check = 11 - sum(int(c) * w for c, w in zip(body, range(2, 10))) % 11
    check = {10: "X", 11: "0"}.get(check, str(check))
    return rng.choice([body + check, f"{body[:2]}.{body[2:5]}.{body[5:]}-{check}"])


def grouped_thousands(text):
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", text)


def cedula(rng):
    text = rng.choice(["10" + digits(rng, 8), fill(rng, "[1-9]") + digits(rng, 7)])
    return rng.choice([text, grouped_thousands(text)])


def nino(rng):
    while True:
        prefix = fill(rng, "[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]")
        if prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
            break
    body = digits(rng, 6)
    suffix = fill(rng, "[A-D]")
    return rng.choice([prefix + body + suffix, f"{prefix} {body[:2]} {body[2:4]} {body[4:]} {suffix}"])


def naf(rng):
    province, number = f"{rng.randint(1, 52):02}", fill(rng, "[1-9]") + digits(rng, 7)
    check = f"{int(province + number) % 97:02}"
    return rng.choice([province + number + check, f"{province}/{number}/{check}", f"{province} {number} {check}"])


# ---- licences ----

def birth_code(rng, shape, female=50):
    """Year, month and day as licences hold them: months of women + 50 (or 500 for days of the year)."""
    day = some_day(rng, 1940, 2006)
    month = day.month + (female if rng.random() < 0.5 else 0)
    return shape.format(y=day.year % 100, m=month, d=day.day)


def british_licence(rng):
    day = some_day(rng, 1940, 2006)
    name = fill(rng, "[A-Z]{2,5}").ljust(5, "9")
    month = day.month + rng.choice([0, 50])
    return f"{name}{day.year % 100 // 10}{month:02}{day.day:02}{day.year % 10}{fill(rng, '[A-Z](9|[A-Z])(9|9|8)[A-Z]{2}')}"


def german_licence(rng):
    body = fill(rng, "[A-P][0-9]{2}[A-Z0-9]{6}")
    values = {c: i for i, c in enumerate(string.digits + string.ascii_uppercase)}
    rest = sum(values[c] * w for c, w in zip(body, range(9, 0, -1))) % 11
    return body + ("X" if rest == 10 else str(rest)) + fill(rng, "[1-9]")


def indian_licence(rng):
    return fill(rng, "(MH|DL|KA|TN|GJ|UP|RJ|WB|KL)") + f"{rng.randint(1, 60):02}" + rng.choice([" ", "-", ""]) + \
        f"{rng.randint(1985, 2024)}00{digits(rng, 5)}"


def ontario_licence(rng):
    return fill(rng, "[A-Z][0-9]{4}-[0-9]{5}-[0-9]") + birth_code(rng, "{m:02}{d:02}")


def quebec_licence(rng):
    return fill(rng, "[A-Z][0-9]{4}-") + birth_code(rng, "{d:02}{m:02}{y:02}", 50) + "-" + digits(rng, 2)


def french_licence(rng):
    department = rng.choice([d for d in range(1, 96) if d != 20])
    return f"{rng.randint(75, 99)}{rng.randint(1, 12):02}{department:02}{digits(rng, 6)}"


def illinois_licence(rng):
    """Soundex of the family name, code of the given names, year of birth, and the day in months of 31 days, 600 more
    for women."""
    day = some_day(rng, 1940, 2006)
    soundex = fill(rng, "[A-Z]([1-6]{3}|[1-6]{2}0|[1-6]00)")
    born = f"{day.year % 100:02}{31 * (day.month - 1) + day.day + rng.choice([0, 600]):03}"
    text = soundex + digits(rng, 3) + born
    return rng.choice([text, f"{text[:4]}-{text[4:8]}-{text[8:]}"])


US_LICENCES = choose(illinois_licence, template("[1-9][0-9]{7}", "[1-9][0-9]{8}"), template(
    "[A-Z][0-9]{7}", "[A-Z][0-9]{12}", "[1-9][0-9]{7}", "[1-9][0-9]{8}", "K[0-9]{8}", "S[0-9]{8}", "[A-Z][0-9]{8}",
    "[A-Z]{2}[0-9]{6}", "[A-Z]{2}[0-9]{6}[A-Z]", "[0-9]{3}[A-Z]{2}[0-9]{4}", "[1-9][0-9]{9}",
        "WDL[A-Z]{4}[0-9]{3}[A-Z][0-9]",
    "[A-Z]{3}[0-9]{6}", "[A-Z][0-9]{9}", "[0-9]{2}-[0-9]{3}-[0-9]{4}"))


# ---- telephones: made by numbering plan, kept if Google's library says that such a number is in use ----

PLANS = {
    "US": ("US", "[2-9][0-8][0-9][2-9][0-9]{6}"), "CA": ("CA", "(416|514|604|403|613|905|780|450)[2-9][0-9]{6}"),
    "FR": ("FR", "[1-79][0-9]{8}"), "DE": ("DE",
        "(30|40|69|89|221|211|711|341|351|15[127]|16[023]|17[0-9])[1-9][0-9]{6,7}"),
    "IT": ("IT", "(02|06|011|081|3[2-9][0-9])[1-9][0-9]{6}"), "ES": ("ES",
        "(6[0-9]{2}|7[1-4][0-9]|91[0-9]|93[0-9]|96[0-9])[0-9]{6}"),
    "GB": ("GB", "(20[378]|121|131|141|161|113|1273|1865|7[4578][0-9]{2})[2-9][0-9]{5,6}"),
    "BR": ("BR", "(11|21|31|41|51|61|71|81|85)(9[6-9][0-9]{7}|[2-5][0-9]{7})"),
}
FICTION = {"US": r"[0-9]{3}55501[0-9]{2}", "CA": r"[0-9]{3}55501[0-9]{2}"}


def phone(*countries):
    def make(rng):
        while True:
            country, plan = PLANS[rng.choice(countries)]
            national = fill(rng, plan)
            try:
                number = phonenumbers.parse(national, country)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number) and not re.fullmatch(FICTION.get(country, "x"), national):
                form = rng.choice([phonenumbers.PhoneNumberFormat.NATIONAL,
                    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
                                   phonenumbers.PhoneNumberFormat.E164])
                return phonenumbers.format_number(number, form)
    return make


MAKERS = {
    "AWS_CREDENTIALS": secret_key,
    "GCP_API_KEY": lambda rng: "AI" + "za" + "Sy" + fill(rng, "[A-Za-z0-9_-]{33}"),
    "HTTP_BASIC_AUTH_HEADER": basic_header, "JSON_WEB_TOKEN": web_token, "OPENSSH_PRIVATE_KEY": openssh,
    "PGP_PRIVATE_KEY": pgp, "PKCS": pkcs, "PUTTY_PRIVATE_KEY": putty,
    "STRIPE_CREDENTIALS": lambda rng: rng.choice(["sk", "rk"]) + "_" + rng.choice(["live", "test"]) + "_" +
    fill(rng, "[A-Za-z0-9]{24}"),
    "HTTP_COOKIE": cookie,

    "BANK_ACCOUNT_NUMBER": template("[1-9][0-9]{9,11}", "[1-9][0-9]{12}"),
    "CREDIT_CARD_NUMBER": kind("luhn_cards"), "CREDIT_CARD_NUMBER_(NO_KEYWORD)": lambda rng: card_alone(rng),
    "CREDIT_CARD_EXPIRATION": expiration, "CREDIT_CARD_SECURITY_CODE": template("[0-9]{3}", "[0-9]{3}", "[0-9]{4}"),
    "CREDIT_CARD_MAGNETIC_STRIPE": stripe_data,

    "US_DRUG_ENFORCEMENT_AGENCY_NUMBER": dea, "USA_HEALTH_INSURANCE_CLAIM_NUMBER": claim_number,
    "CANADA_HEALTH_NUMBER": choose(bc_health, ontario_health), "EUROPEAN_HEALTH_INSURANCE_CARD_NUMBER": ehic,
    "FINLAND_EUROPEAN_HEALTH_INSURANCE_NUMBER": ehic_finland, "FRANCE_HEALTH_INSURANCE_NUMBER": kind("fr_nir"),
    "UK_NHS_NUMBER": kind("gb_nhs"),
    "USA_MEDICARE_BENEFICIARY_IDENTIFIER": template(
        "[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}",
        "[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y]{2}[0-9]{2}"),
    "USA_HEALTHCARE_PROCEDURE_CODE": procedure,
    "USA_NATIONAL_DRUG_CODE": template("0[0-9]{3}-[0-9]{4}-[0-9]{2}", "[1-9][0-9]{4}-[0-9]{3}-[0-9]{2}",
                                       "[1-9][0-9]{4}-[0-9]{4}-[0-9]", "0[0-9]{4}-[0-9]{4}-[0-9]{2}"),
    "USA_NATIONAL_PROVIDER_IDENTIFIER": kind("us_npi"), "MEDICAL_DEVICE_UDI": udi,

    "DATE_OF_BIRTH": birth, "LATITUDE_LONGITUDE": position, "VEHICLE_IDENTIFICATION_NUMBER": vin,
    "BRAZIL_CEP_CODE": template("[0-9][1-9][0-9]{3}-[0-9]{3}", "[1-9][0-9]{7}"),
    "ARGENTINA_DNI_NUMBER": kind("ar_dni"), "BRAZIL_RG_NUMBER": sao_paulo_rg, "CHILE_RUT_NUMBER": kind("cl_rut"),
    "COLOMBIA_CITIZENSHIP_CARD_NUMBER": cedula, "FRANCE_NATIONAL_IDENTIFICATION_NUMBER": kind("fr_nir"),
    "GERMANY_NATIONAL_IDENTIFICATION_NUMBER": german_card, "INDIA_AADHAAR_NUMBER": kind("in_aadhaar"),
    "ITALY_NATIONAL_IDENTIFICATION_NUMBER": kind("it_codicefiscale", "it_codicefiscale", "it_iva"),
    "MEXICO_CURP_NUMBER": kind("mx_curp"), "SPAIN_DNI_NUMBER": kind("es_dni"), "UK_NATIONAL_INSURANCE_NUMBER": nino,
    "UK_ELECTORAL_ROLL_NUMBER": template("[A-Z]{2}[1-9][0-9]{1,3}", "[A-Z]{2}-[1-9][0-9]{1,3}"),
    "CANADA_NATIONAL_IDENTIFICATION_NUMBER": template("(PA|RA)[0-9]{7}", "(PA|RA)[0-9]{10}"),
    "ARGENTINA_TARJETA_SUBE": kind("ar_sube"), "CANADA_SOCIAL_INSURANCE_NUMBER": kind("ca_sin"),
    "SPAIN_SOCIAL_SECURITY_NUMBER": naf, "USA_SOCIAL_SECURITY_NUMBER": kind("us_ssn"),

    "ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": lambda rng: spaced_cuit(rng, ["20", "23", "24", "27"]),
    "ARGENTINA_ORGANIZATION_TAX_IDENTIFICATION_NUMBER": lambda rng: spaced_cuit(rng, ["30", "33", "34"]),
    "AUSTRALIA_TAX_FILE_NUMBER": kind("au_tfn"), "BRAZIL_CNPJ_NUMBER": kind("br_cnpj"),
        "BRAZIL_CPF_NUMBER": kind("br_cpf"),
    "COLOMBIA_INDIVIDUAL_NIT_NUMBER": lambda rng: nit_of("10" + digits(rng, 8), rng),
    "COLOMBIA_ORGANIZATION_NIT_NUMBER": lambda rng: nit_of(rng.choice("89") + digits(rng, 8), rng),
    "FRANCE_TAX_IDENTIFICATION_NUMBER": kind("fr_nif"),
    "GERMANY_TAX_IDENTIFICATION_NUMBER": kind("de_idnr"),
    "INDIA_PERMANENT_ACCOUNT_NUMBER": kind("in_pan"), "MEXICO_INDIVIDUAL_RFC_NUMBER": kind("mx_rfc_person"),
    "MEXICO_ORGANIZATION_RFC_NUMBER": kind("mx_rfc_company"), "SPAIN_NIE_NUMBER": kind("es_nie"),
    "SPAIN_NIF_NUMBER": kind("es_dni", "es_nie"), "SPAIN_TAX_IDENTIFICATION_NUMBER": kind("es_cif"),
    "UK_TAX_IDENTIFICATION_NUMBER": kind("gb_utr"), "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": kind("us_itin"),

    "CANADA_PASSPORT_NUMBER": template("[A-Z]{2}[0-9]{6}", "[A-Z][0-9]{6}[A-Z]{2}"),
    "FRANCE_PASSPORT_NUMBER": template("[0-9]{2}[A-Z]{2}[0-9]{5}"),
    "GERMANY_PASSPORT_NUMBER": template("[CFGHJK][0-9][0-9CFGHJKLMNPRTVWXYZ]{7}"),
    "ITALY_PASSPORT_NUMBER": template("Y[ABC][0-9]{7}"), "SPAIN_PASSPORT_NUMBER": template("[A-Z]{3}[0-9]{6}"),
    "UK_PASSPORT_NUMBER": template("[1-9][0-9]{8}"), "USA_PASSPORT_NUMBER": template("[1-9][0-9]{8}", "[A-Z][0-9]{8}"),

    "AUSTRALIA_DRIVERS_LICENSE": template("[1-9][0-9]{7}", "0[0-9]{7}", "[1-9][0-9]{8}", "[A-Z][0-9]{5}",
        "[1-9][0-9]{6}"),
    "AUSTRIA_DRIVERS_LICENSE": template("[1-9][0-9]{7}"), "BELGIUM_DRIVERS_LICENSE": template("[1-9][0-9]{9}"),
    "BULGARIA_DRIVERS_LICENSE": template("[1-9][0-9]{8}"),
    "CANADA_DRIVERS_LICENSE": choose(template("[1-9][0-9]{6}", "[0-9]{6}-[0-9]{3}", "[A-Z][0-9]{9}"), ontario_licence,
                                     quebec_licence),
    "CROATIA_DRIVERS_LICENSE": template("[1-9][0-9]{7}"), "CYPRUS_DRIVERS_LICENSE": template("[1-9][0-9]{11}"),
    "CZECHIA_DRIVERS_LICENSE": template("E[A-Z][0-9]{6}", "E[A-Z] [0-9]{6}"),
    "DENMARK_DRIVERS_LICENSE": template("[1-9][0-9]{7}"), "DRIVERS_LICENSE": US_LICENCES,
    "ESTONIA_DRIVERS_LICENSE": template("ET[0-9]{6}"), "FINLAND_DRIVERS_LICENSE": kind("fi_hetu"),
    "FRANCE_DRIVERS_LICENSE": french_licence, "GERMANY_DRIVERS_LICENSE": german_licence,
    "GREECE_DRIVERS_LICENSE": template("[1-9][0-9]{8}"), "HUNGARY_DRIVERS_LICENSE": template("[A-Z]{2}[0-9]{6}",
        "[A-Z]{2} [0-9]{6}"),
    "INDIA_DRIVERS_LICENSE": indian_licence, "IRELAND_DRIVERS_LICENSE": template("[0-9]{6}[A-Z]{4}", "[1-9][0-9]{8}"),
    "ITALY_DRIVERS_LICENSE": template("U1[A-Z0-9]{3}[0-9]{4}[A-Z]", "(MI|RM|TO|NA|FI)[0-9]{7}[A-Z]"),
    "LATVIA_DRIVERS_LICENSE": template("[A-Z]{3}[0-9]{6}"), "LITHUANIA_DRIVERS_LICENSE": template("[1-9][0-9]{7}"),
    "LUXEMBOURG_DRIVERS_LICENSE": template("[1-9][0-9]{5}"), "MALTA_DRIVERS_LICENSE": template("[A-Z]{2}[0-9]{6}",
        "[A-Z]{2} [0-9]{3} [0-9]{3}"),
    "NETHERLANDS_DRIVERS_LICENSE": template("[1-9][0-9]{9}"),
        "POLAND_DRIVERS_LICENSE": template("[0-9]{5}/[0-2][0-9]/[0-9]{4}"),
    "PORTUGAL_DRIVERS_LICENSE": template("(AV|BR|SE)-[0-9]{6} [0-9]", "(L|P|C)-[0-9]{6,7} [0-9]"),
    "ROMANIA_DRIVERS_LICENSE": template("[A-Z][0-9]{8}"), "SLOVAKIA_DRIVERS_LICENSE": template("[A-Z][0-9]{7}"),
    "SLOVENIA_DRIVERS_LICENSE": template("[1-9][0-9]{8}"), "SPAIN_DRIVERS_LICENSE": kind("es_dni", "es_nie"),
    "SWEDEN_DRIVERS_LICENSE": kind("se_personnummer"), "UK_DRIVERS_LICENSE": british_licence,

    "BRAZIL_PHONE_NUMBER": phone("BR"), "FRANCE_PHONE_NUMBER": phone("FR"), "GERMANY_PHONE_NUMBER": phone("DE"),
    "ITALY_PHONE_NUMBER": phone("IT"), "PHONE_NUMBER": phone("US", "CA"), "SPAIN_PHONE_NUMBER": phone("ES"),
    "UK_PHONE_NUMBER": phone("GB"),
}
MAKERS.update({name + "_BANK_ACCOUNT_NUMBER": kind("iban_" + country.lower())
              for country, name in kinds.IBAN_IDS.items()})
for _country, _make in {"UK": uk_account, "FRANCE": rib_account, "SPAIN": kind("es_ccc"),
                        "ITALY": lambda rng: kinds.KINDS["iban_it"].make(rng)[4:],
                        "GERMANY": lambda rng: fill(rng, "[1-8]") + kinds.KINDS["iban_de"].make(rng)[5:]}.items():
    _id = _country + "_BANK_ACCOUNT_NUMBER"
    MAKERS[_id] = choose(MAKERS[_id], MAKERS[_id], _make)


def card_alone(rng):
    """In the length that its issuer uses most: what stands out without a keyword."""
    prefix, length = rng.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16)])
    body = prefix + digits(rng, length - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def spaced_cuit(rng, prefixes):
    value = kinds.make_ar(prefixes)(rng)
    while kinds.cuit_r10(value):
        value = kinds.make_ar(prefixes)(rng)
    return rng.choice([value, f"{value[:2]}-{value[2:10]}-{value[10]}"])


def nit_of(body, rng):
    check = kinds.nit.calc_check_digit(body)
    return rng.choice([f"{body}-{check}", f"{grouped_thousands(body)}-{check}"])


def is_card(text):
    """Would anybody take it for a card? Issuer, length and Luhn."""
    plain = re.sub("[ -]", "", text)
    return plain.isdigit() and bool(re.fullmatch(
        "4[0-9]{15}|5[0-9]{15}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[0689][0-9]{12,14}|35[0-9]{14}|(6[0245])[0-9]{14,17}|"
        "(2131|1800)[0-9]{11}|81[0-9]{14,17}", plain)) and luhn.is_valid(plain)


def values(identifier, rng, count):
    make = MAKERS[identifier]
    return [make(rng) for _ in range(min(count, ROWS.get(identifier, count)))]
