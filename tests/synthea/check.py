#!/usr/bin/env python3
"""Tests of the sample generator: check.py CASE PATH-OF-SYNTHEA. Prints what differs and exits 1."""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN_FOLDER = os.path.join(HERE, "..", "golden")
GOLDEN = os.path.join(GOLDEN_FOLDER, "synthea.json")
sys.path.insert(0, GOLDEN_FOLDER)
sys.dont_write_bytecode = True
import count  # noqa: E402

POST_LINES = {
    "allergies.csv": 598, "careplans.csv": 3484, "conditions.csv": 8377, "devices.csv": 79, "encounters.csv": 53347,
    "imaging_studies.csv": 856, "immunizations.csv": 15479, "medications.csv": 42990, "observations.csv": 299698,
    "organizations.csv": 1120, "patients.csv": 1172, "payer_transitions.csv": 3802, "payers.csv": 11,
    "procedures.csv": 34982, "providers.csv": 5856, "supplies.csv": 1,
}
FIXED_ROWS = {"payers.csv", "supplies.csv"}


def generate(program, folder, *arguments):
    subprocess.run([program, folder, *arguments], check=True, timeout=100)


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def expect(condition, message):
    if not condition:
        raise SystemExit("FAILED: " + message)


def case_golden(program, folder):
    """Byte for byte what it was, with the post's line counts, and the counts that the end-to-end test builds on."""
    with open(GOLDEN, encoding="utf-8") as handle:
        golden = json.load(handle)
    generate(program, folder)
    now = count.count_folder(folder)
    expect(sorted(now) == sorted(POST_LINES), f"files are {sorted(now)}")
    for name, lines in POST_LINES.items():
        expect(now[name]["lines"] == lines, f"{name} has {now[name]['lines']} lines, the post has {lines}")
    expect(sum(POST_LINES.values()) == 471852, "the table of this test is wrong")
    for name in sorted(now):
        for field in ("rows", "bytes", "sha256", "custom", "managed"):
            expect(now[name][field] == golden[name][field],
                   f"{name}: {field} is {now[name][field]}, golden {golden[name][field]}; if that is meant, renew with "
                   "tests/golden/count.py FOLDER > tests/golden/synthea.json")


def case_seed(program, folder):
    """The same seed gives the same bytes, another seed other people in the same shape."""
    paths = [os.path.join(folder, name) for name in "abc"]
    for path, arguments in zip(paths, (["--seed", "7"], ["--seed=7"], ["--seed=8"])):
        generate(program, path, *arguments)
    first, again, other = (open(os.path.join(path, "patients.csv"), "rb").read() for path in paths)
    expect(first == again, "one seed gave two different patients.csv")
    expect(first != other, "two seeds gave the same patients.csv")
    expect(first.count(b"\n") == other.count(b"\n"), "seeds differ in the number of patients")


def case_scale(program, folder):
    generate(program, folder, "--scale", "2")
    for name, lines in POST_LINES.items():
        with open(os.path.join(folder, name), "rb") as handle:
            got = handle.read().count(b"\n")
        wanted = lines if name in FIXED_ROWS else 2 * (lines - 1) + 1
        expect(got == wanted, f"{name} has {got} lines at scale 2, not {wanted}")


def case_joins(program, folder):
    """Ids are unique, and every one that is used exists."""
    generate(program, folder)
    tables = {name: read(folder, name + ".csv")
              for name in ("patients", "encounters", "organizations", "providers", "payers")}
    ids = {name: {row["Id"] for row in rows} for name, rows in tables.items()}
    for name, rows in tables.items():
        expect(len(ids[name]) == len(rows), f"{name} has an id twice")
    used = {"PATIENT": "patients", "ENCOUNTER": "encounters", "ORGANIZATION": "organizations", "PROVIDER": "providers",
            "PAYER": "payers"}
    for name in POST_LINES:
        rows = read(folder, name)
        for column, table in used.items():
            if rows and column in rows[0]:
                missing = {row[column] for row in rows} - ids[table] - {""}
                expect(not missing, f"{name} names {len(missing)} {table} that do not exist")
    owner = {row["Id"]: row["PATIENT"] for row in tables["encounters"]}
    for name in ("conditions.csv", "observations.csv", "devices.csv"):
        expect(all(owner.get(row["ENCOUNTER"], row["PATIENT"]) == row["PATIENT"] for row in read(folder, name)),
               f"{name} has an encounter of another patient")


def case_shape(program, folder):
    """Values look like the sample's."""
    generate(program, folder)
    shapes = {
        "Id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "BIRTHDATE": r"\d{4}-\d\d-\d\d",
        "DEATHDATE": r"|\d{4}-\d\d-\d\d", "SSN": r"999-\d\d-\d{4}", "DRIVERS": r"|S999\d{5}", "PASSPORT": r"|X\d{1,8}X",
        "FIRST": r"[^\d,]+\d{1,3}", "LAST": r"[^\d,]+\d{1,3}", "MAIDEN": r"|[^\d,]+\d{1,3}", "ZIP": r"|0\d{4}",
        "STATE": "Massachusetts", "LAT": r"4[12]\.\d{1,14}", "LON": r"-(69|7[0-3])\.\d{1,14}",
    }
    patients = read(folder, "patients.csv")
    for column, shape in shapes.items():
        bad = [row for row in patients if not re.fullmatch(shape, row[column])]
        expect(not bad, f"{len(bad)} cells of {column} do not look like {shape}")
    no_zip = sum(1 for row in patients if not row["ZIP"])
    expect(0.4 < no_zip / len(patients) < 0.6, f"{no_zip} of {len(patients)} patients have no ZIP code")
    expect(any(ord(letter) > 127 for row in patients for letter in row["FIRST"]), "no name has an accent")
    for name in POST_LINES:
        with open(os.path.join(folder, name), "rb") as handle:
            data = handle.read()
        expect(data.endswith(b"\n") and b"\r" not in data and b'"' not in data, f"{name} has odd line ends or quotes")
        widths = {line.count(b",") for line in data.splitlines()}
        expect(len(widths) == 1, f"{name} has rows of different widths: {sorted(widths)}")


def case_usage(program, folder):
    for arguments in ([], ["--scale", "0", folder], ["--scale=x", folder], ["--scale=501", folder], ["--seed"],
                      [folder, "--sacle", "2"], [folder, folder]):
        result = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)
        expect(result.returncode == 2, f"{arguments} ended with {result.returncode}")
        expect("synthea" in result.stderr and not result.stdout, f"{arguments} explained nothing")
    result = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=60)
    expect(result.returncode == 0 and "example: synthea" in result.stdout, "--help has no example")
    in_the_way = os.path.join(folder, "file")
    open(in_the_way, "w").close()
    result = subprocess.run([program, in_the_way], capture_output=True, text=True, timeout=60)
    expect(result.returncode == 3 and in_the_way in result.stderr, "a file as OUTDIR is not named")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="synthea-test-") as scratch:
        globals()["case_" + sys.argv[1]](sys.argv[2], scratch)
