#!/usr/bin/env python3
"""Counts sensitive values in a folder of Synthea CSV files, without lakewarden: python3, csv and re only.

    count.py FOLDER             counts as JSON on standard output

Everything is written here a second time and in another way: the three custom identifiers as the post gives them, reading
CSV, and deciding which column a keyword belongs to. `managed` is what the columns mean (ground truth), not what a pattern
finds.
"""
import csv
import glob
import hashlib
import json
import os
import re
import sys

UUID_LIKE = r"[a-z,0-9]{8}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{4}-[a-z,0-9]{12}"
# name: pattern, keyword
CUSTOM = {
    "Patient ID": (re.compile(UUID_LIKE), "PATIENT"),
    "US Driver License": (re.compile(r"[S]{1}\d{8}"), "DRIVERS"),
    "US Passport": (re.compile(r"[X]{1}\d{8}[X]{1}"), "PASSPORT"),
}

# columns of the Synthea files that hold one value a cell, and what such a value looks like
CELL_COLUMNS = {
    "USA_SOCIAL_SECURITY_NUMBER": ("SSN", re.compile(r"\d{3}-\d{2}-\d{4}")),
    "DRIVERS_LICENSE": ("DRIVERS", re.compile(r"S\d{8}")),
    "DATE_OF_BIRTH": ("BIRTHDATE", re.compile(r"\d{4}-\d{2}-\d{2}")),
    "MEDICAL_DEVICE_UDI": ("UDI", re.compile(r"\(01\)\d{14}\(11\)\d{6}\(17\)\d{6}\(10\)\d+\(21\)\d+")),
}
PHONE = re.compile(r"(?<!\d)(?:1-)?\d{3}-?\d{3}-?\d{4}(?!\d)")


def keyword_columns(names, keyword):
    """The columns of Synthea are upper-case words joined by '_', or 'Id'."""
    return [i for i, name in enumerate(names) if keyword in name.upper().split("_")]


def count_row_values(row, counts):
    """NAME, ADDRESS and PHONE_NUMBER of one row given as a dict."""
    first_last = row.get("FIRST") and row.get("LAST")
    if first_last or ("SPECIALITY" in row and row["NAME"]):
        counts["NAME"] += 1
    if row.get("ADDRESS") and row.get("CITY") and row.get("ZIP"):
        counts["ADDRESS"] += 1
    counts["PHONE_NUMBER"] += len(PHONE.findall(row.get("PHONE") or ""))


def count_file(path):
    with open(path, "rb") as handle:
        data = handle.read()
    rows = list(csv.reader(data.decode("utf-8").splitlines(keepends=True)))
    names = rows[0]
    result = {
        "lines": data.count(b"\n"),
        "rows": len(rows) - 1,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "custom": {},
        "managed": dict.fromkeys(["NAME", "ADDRESS", "PHONE_NUMBER", *CELL_COLUMNS], 0),
    }
    for name, (pattern, keyword) in CUSTOM.items():
        columns = keyword_columns(names, keyword)
        result["custom"][name] = sum(len(pattern.findall(row[i])) for row in rows[1:] for i in columns if i < len(row))
    for identifier, (column, shape) in CELL_COLUMNS.items():
        if column in names:
            at = names.index(column)
            result["managed"][identifier] = sum(1 for row in rows[1:] if shape.fullmatch(row[at]))
    if {"FIRST", "NAME"} & set(names):
        for row in rows[1:]:
            count_row_values(dict(zip(names, row)), result["managed"])
    return result


def count_folder(folder):
    paths = sorted(glob.glob(os.path.join(folder, "*.csv")))
    if not paths:
        raise SystemExit(f"count.py: no .csv file in {folder}")
    return {os.path.basename(path): count_file(path) for path in paths}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    json.dump(count_folder(sys.argv[1]), sys.stdout, indent=1, sort_keys=True)
    print()
