"""Columns that hold nothing sensitive, and look as if they might: numbers, codes, stamps, digests, texts.

DECOYS: what it is, the headers it has in practice, and a function that makes one.
"""
import base64
import datetime
import string
import uuid

from stdnum import ean, isbn, luhn

from template import digits, fill


def moment(rng, form):
    at = datetime.datetime(2015, 1, 1) + datetime.timedelta(seconds=rng.randrange(340000000),
        microseconds=rng.randrange(
        10 ** 6))
    return at.strftime(form)


def hexadecimal(count):
    return lambda rng: "".join(rng.choice("0123456789abcdef") for _ in range(count))


def template(*patterns):
    return lambda rng: fill(rng, rng.choice(patterns))


def checked(body, calculate):
    return body + calculate(body)


def ipv6(rng):
    return ":".join(f"{rng.getrandbits(16):x}" for _ in range(8))


def blob(rng):
    return base64.b64encode(bytes(rng.getrandbits(8) for _ in range(rng.randrange(12, 90)))).decode()


def log_line(rng):
    host = fill(rng, "(web|db|cache|queue)-[0-9]{2}")
    took = rng.randrange(1, 9000)
    return rng.choice([
        f"{moment(rng, '%Y-%m-%dT%H:%M:%S.%f')} INFO {host} request {uuid.UUID(int=rng.getrandbits(128))} done in {took} ms",
        f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)} - - [{moment(rng, '%d/%b/%Y:%H:%M:%S')} +0000] "
        f"\"GET /items/{digits(rng, 9)}?page={rng.randrange(40)} HTTP/1.1\" 200 {rng.randrange(10 ** 6)}",
        f"{moment(rng, '%b %d %H:%M:%S')} {host} kernel: [{rng.randrange(10 ** 6)}.{digits(rng, 6)}] eth0: link up, 1000Mbps",
        f"WARN worker {rng.randrange(64)}: batch {digits(rng, 10)} retried {rng.randrange(9)} times after {took} ms"])


def upc(rng):
    return checked(digits(rng, 11), ean.calc_check_digit)


def json_text(rng):
    return f'{{"batch": {digits(rng, 8)}, "state": "{rng.choice(["new", "done", "failed"])}", "took": {rng.random():.4f}}}'


DECOYS = {
    "order_number": (["order_number", "Order No", "orderNumber"], template("[1-9][0-9]{8}",
        "ORD-20[12][0-9]-[0-9]{6}")),
    "order_code": (["order_id", "orderRef"], template("[A-Z]{2}[0-9]{6}", "[A-Z]{2}[0-9]{8}", "[A-Z][0-9]{8}")),
    "invoice": (["invoice_no", "Rechnungsnr", "facture"], template("INV[0-9]{7}", "[0-9]{4}/[0-9]{5}",
        "RE-[0-9]{4}-[0-9]{4}")),
    "sku": (["sku", "article_no", "Artikelnr"], template("[A-Z]{3}-[0-9]{4}-[A-Z]{2}", "[0-9]{3}\\.[0-9]{3}\\.[0-9]{2}",
                                                        "[A-Z]{3}[0-9]{6}", "[0-9]{6}[A-Z]")),
    "tracking": (["tracking_number", "shipment"], template("1Z[A-Z0-9]{6}[0-9]{10}", "[A-Z]{2}[0-9]{9}[A-Z]{2}",
        "[0-9]{12}",
                                                           "JD[0-9]{16}", "9400[0-9]{18}")),
    "serial": (["serial_number", "asset_tag"], template("[A-Z0-9]{10}", "[A-Z]{2}[0-9]{7}", "SN[0-9]{9}",
        "[A-Z]{4}[0-9]{7}")),
    "iso_time": (["created_at", "updated", "timestamp"], lambda rng: moment(rng, "%Y-%m-%dT%H:%M:%SZ")),
    "time_sql": (["modified", "event_time"], lambda rng: moment(rng, "%Y-%m-%d %H:%M:%S.%f")),
    "time_compact": (["run_id", "stamp"], lambda rng: moment(rng, "%Y%m%d%H%M%S")),
    "date": (["order_date", "shipped", "Lieferdatum"], lambda rng: moment(rng, rng.choice(["%Y-%m-%d", "%d.%m.%Y",
        "%m/%d/%Y"]))),
    "time_short": (["slot", "opened"], lambda rng: moment(rng, rng.choice(["%H:%M", "%m/%y", "%Y-%m"]))),
    "epoch": (["ts", "epoch"], lambda rng: str(rng.randrange(1262304000, 1790000000))),
    "epoch_ms": (["ts_ms", "eventTimeMillis"], lambda rng: str(rng.randrange(1262304000000, 1790000000000))),
    "epoch_us": (["ts_us"], lambda rng: str(rng.randrange(1262304000000000, 1790000000000000))),
    "uuid": (["uuid", "requestId", "Correlation Id"], lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    "md5": (["md5", "etag"], hexadecimal(32)), "sha1": (["sha1", "commit"], hexadecimal(40)),
    "sha256": (["sha256", "digest"], hexadecimal(64)), "hex16": (["trace_id", "spanId"], hexadecimal(16)),
    "hex8": (["crc", "shortHash"], hexadecimal(8)),
    "price": (["price", "Betrag", "unitPrice"], lambda rng: f"{rng.uniform(0.5, 9999):.2f}"),
    "amount": (["total", "montant"], lambda rng: rng.choice(["${:,.2f}", "EUR {:.2f}", "{:,.2f}", "-{:.2f}"]).format(
        rng.uniform(1, 10 ** 6))),
    "ean": (["ean", "barcode", "EAN-Code"], lambda rng: checked(fill(rng, "[2-9]") + digits(rng, 11),
        ean.calc_check_digit)),
    "upc": (["upc"], upc),
    "isbn13": (["isbn", "isbn13"], lambda rng: isbn.format(checked("9783" + digits(rng, 8), ean.calc_check_digit)) if
               rng.random() < 0.5 else checked("978" + digits(rng, 9), ean.calc_check_digit)),
    "isbn10": (["isbn10"], lambda rng: isbn.to_isbn10(checked("978" + digits(rng, 9), ean.calc_check_digit))),
    "imei": (["imei", "handset"], lambda rng: checked("35" + digits(rng, 12), luhn.calc_check_digit)),
    "version": (["version", "release"], template("[1-9]\\.[0-9]{1,2}\\.[0-9]{1,3}", "v[0-9]\\.[0-9]{1,2}-rc[0-9]",
        "20[12][0-9]\\.[0-9]{1,2}")),
    "ipv4": (["ip", "ip_address", "remoteAddr"], lambda rng: ".".join(str(rng.randrange(256)) for _ in range(4))),
    "ipv6": (["ipv6", "client_ip"], ipv6),
    "mac": (["mac", "hwaddr"], template("[0-9a-f]{2}(:[0-9a-f]{2}){5}", "[0-9A-F]{2}(-[0-9A-F]{2}){5}")),
    "hex_colour": (["colour", "bgColor"], template("#[0-9a-f]{6}", "#[0-9A-F]{3}")),
    "base64": (["payload", "blob"], blob),
    "log_line": (["message", "log", "line"], log_line),
    "json": (["attributes", "extra"], json_text),
    "float": (["score", "ratio", "weight"], lambda rng: repr(rng.random() * rng.choice([1, 100, 100000]))),
    "percent": (["discount", "share"], lambda rng: f"{rng.uniform(0, 100):.1f}%"),
    "sized": (["size", "dimension"], template("[1-9][0-9]{0,2}x[1-9][0-9]{1,2}", "[1-9][0-9]{2,3} ?(kg|mm|MB)")),
    "word": (["status", "flag", "kategorie"], template("(new|open|closed|yes|no|pending|A|B|N/A)")),
    "key": (["object_key", "s3_path"], template("logs/20[12][0-9]/(0[1-9]|1[0-2])/[0-9]{2}/part-[0-9]{5}\\.gz")),
    "coin": (["wallet"], template("bc1q[a-z0-9]{38}", "1[A-HJ-NP-Za-km-z1-9]{33}", "0x[0-9a-f]{40}")),
    "flight": (["flight", "gate"], template("(LH|BA|AF|DL|UA)[0-9]{2,4}", "[A-Z][0-9]{1,2}")),
    "swift": (["bic", "routing"], template("[A-Z]{4}(DE|FR|GB|US|ES)[A-Z0-9]{2}", "[A-Z]{4}(DE|FR|IT)[A-Z0-9]{5}")),
}
for _length in range(5, 17):
    DECOYS[f"integer_{_length}"] = (["quantity", "counter", "ref"] if _length < 9 else ["seq", "record", "batch"],
                                    lambda rng, n=_length: rng.choice(string.digits[1:]) + digits(rng, n - 1))
