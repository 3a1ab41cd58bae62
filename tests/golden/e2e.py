#!/usr/bin/env python3
"""The whole way, judged from outside: e2e.py CASE LAKEWARDEN SYNTHEA [FOLDER].

The sample is made, scanned, and every finding is compared with an independent count (count.py). `real` does the same with
files of the original sample in FOLDER, where there are any.
"""
import csv
import glob
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import count  # noqa: E402

CUSTOM = os.path.join(ROOT, "identifiers", "custom")
CAP = 1000  # Macie counts names and addresses up to this
EXACT = ["USA_SOCIAL_SECURITY_NUMBER", "DATE_OF_BIRTH", "DRIVERS_LICENSE", "MEDICAL_DEVICE_UDI", "PHONE_NUMBER"]
# A name or an address is judged row by row by lists of names and places: one row in a hundred may be judged otherwise.
JUDGED = ["NAME", "ADDRESS"]
HIGH = {"patients.csv", "organizations.csv", "providers.csv"}
TIMEOUT = 280


def expect(condition, *about):
    if not condition:
        raise SystemExit("FAILED: " + "\n".join(str(item) for item in about))


def scan(program, folder, *more):
    """Returns the events; fails unless the scan ends with 0."""
    with tempfile.TemporaryDirectory(prefix="lakewarden-events-") as place:
        return scan_to(program, os.path.join(place, "events.jsonl"), folder, *more)


def scan_to(program, events, folder, *more):
    done = subprocess.run([program, "scan", folder, "--custom", CUSTOM, "--managed", "all", "--events", events, *more],
                          capture_output=True, text=True, timeout=TIMEOUT, check=False)
    expect(done.returncode == 0, f"scan ended with {done.returncode}", done.stdout, done.stderr)
    with open(events, encoding="utf-8") as handle:
        result = [json.loads(line) for line in handle]
    return result, done


def by_file(events):
    found = {}
    for event in events:
        key = event["detail"]["resourcesAffected"]["s3Object"]["key"]
        expect(key not in found, f"{key} has two findings")
        found[key] = event["detail"]
    return found


def counts_of(detail):
    result = detail["classificationDetails"]["result"]
    custom = {item["name"]: item["count"] for item in result["customDataIdentifiers"]["detections"]}
    managed = {item["type"]: item["count"] for part in result["sensitiveData"] for item in part["detections"]}
    return custom, managed


def compare(name, truth, detail):
    custom, managed = counts_of(detail)
    expect(custom == {key: value for key, value in truth["custom"].items() if value},
           f"{name}: custom identifiers {custom}, counted {truth['custom']}")
    for key in EXACT:
        found, counted = managed.pop(key, 0), truth["managed"][key]
        expect(found == counted, f"{name}: {key} found {found}, counted {counted}")
    for key in JUDGED:
        found, counted = managed.pop(key, 0), min(truth["managed"][key], CAP)
        expect(abs(found - counted) <= counted / 100, f"{name}: {key} found {found}, counted {counted}")
    expect(not managed, f"{name}: found what the file does not hold: {managed}")


def compare_cells(folder, name, detail):
    """The located cells of the custom identifiers are their first ones: row (the header is row 1), column, column name. A
    finding locates 15 in all; a detection after those has none."""
    located = 0
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    for item in detail["classificationDetails"]["result"]["customDataIdentifiers"]["detections"]:
        pattern, keyword = count.CUSTOM[item["name"]]
        columns = count.keyword_columns(rows[0], keyword)
        wanted = [(number, column + 1, rows[0][column]) for number, row in enumerate(rows[1:], 2) for column in columns
                  if pattern.search(row[column])][:15]
        cells = item["occurrences"]["cells"] if item["occurrences"] else []
        got = [(cell["row"], cell["column"], cell["columnName"]) for cell in cells]
        expect(got == wanted[:len(got)], f"{name}: {item['name']} is located at {got[:3]}, not {wanted[:3]}")
        located += len(got)
    if not detail["classificationDetails"]["result"]["sensitiveData"]:
        expect(located == 15, f"{name}: {located} cells are located, not 15")


def compare_folder(program, folder):
    truth = count.count_folder(folder)
    events, done = scan(program, folder)
    found = by_file(events)
    for name, counts in truth.items():
        sensitive = any(counts["custom"].values()) or any(counts["managed"].values())
        expect(sensitive == (name in found), f"{name} {'has no' if sensitive else 'has a'} finding", done.stdout)
        if sensitive:
            compare(name, counts, found[name])
            compare_cells(folder, name, found[name])
    expect(set(found) <= set(truth), sorted(found))
    return found, done


def case_sample(program, synthea, scratch, _):
    folder = os.path.join(scratch, "patient-data")
    subprocess.run([synthea, folder], check=True, timeout=TIMEOUT)
    found, done = compare_folder(program, folder)
    expect(len(found) == 15 and "supplies.csv" not in found, sorted(found))
    expect(sum(1 for detail in found.values() if counts_of(detail)[0]) == 12, "not 12 findings with custom detections")
    severities = {name: detail["severity"]["description"] for name, detail in found.items()}
    expect({name for name, level in severities.items() if level == "High"} == HIGH, severities)
    expect(all(level == "Medium" for name, level in severities.items() if name not in HIGH), severities)
    expect("15 findings" in done.stdout, done.stdout)


def case_real(program, _synthea, _scratch, folder):
    if not glob.glob(os.path.join(folder, "*.csv")):
        print(f"SKIPPED: no file of the original sample in {folder}")
        sys.exit(77)
    found, _ = compare_folder(program, folder)
    print(f"{len(found)} findings equal to the independent count")


def stable(events):
    """What must not depend on the run: all but times and the ids made of them."""
    for event in events:
        for name in ("id", "time"):
            event.pop(name)
        for name in ("id", "createdAt", "updatedAt"):
            event["detail"].pop(name)
        event["detail"]["classificationDetails"].pop("detailedResultsLocation")
    return events


def case_same_findings(program, synthea, scratch, _):
    """Any number of threads and any block size give the same findings in the same order."""
    folder = os.path.join(scratch, "patient-data")
    subprocess.run([synthea, folder], check=True, timeout=TIMEOUT)
    os.remove(os.path.join(folder, "observations.csv"))
    first = stable(scan(program, folder, "--threads", "1")[0])
    for arguments in (["--threads", "2", "--block-size", "4K"], ["--threads", "7", "--block-size", "1M"]):
        expect(stable(scan(program, folder, *arguments)[0]) == first, f"{arguments} give other findings")


def digests(folder):
    result = {}
    for where, _, names in os.walk(folder):
        for path in (os.path.join(where, name) for name in names):
            with open(path, "rb") as handle:
                result[os.path.relpath(path, folder)] = hashlib.sha256(handle.read()).hexdigest()
    return result


def secrets_of(folder):
    with open(os.path.join(folder, "patients.csv"), encoding="utf-8", newline="") as handle:
        patients = list(csv.DictReader(handle))
    return {row[name].encode() for row in patients for name in ("Id", "SSN", "DRIVERS", "PASSPORT", "LAST") if row[name]}


def case_isolate(program, synthea, scratch, _):
    """High objects end in the isolation bucket, whole, and only they; no output holds a value."""
    folder = os.path.join(scratch, "patient-data")
    isolation = os.path.join(scratch, "isolation")
    results = os.path.join(scratch, "results")
    subprocess.run([synthea, folder], check=True, timeout=TIMEOUT)
    os.remove(os.path.join(folder, "observations.csv"))
    before, secrets = digests(folder), secrets_of(folder)
    events, done = scan(program, folder, "--isolate", isolation, "--results", results)
    after, isolated = digests(folder), digests(isolation)
    expect(set(before) - set(after) == HIGH, "gone from the source: " + str(set(before) - set(after)), done.stderr)
    expect(all(after[name] == before[name] for name in after), "an object that stays was changed")
    for name in HIGH:
        expect(before[name] in isolated.values(), f"{name} is not whole in the isolation bucket", sorted(isolated))
    receipts = b"".join(open(os.path.join(isolation, name), "rb").read() for name in isolated if name.endswith(".json"))
    expect(receipts.count(b"{") >= len(HIGH), "no receipts", sorted(isolated))
    packed = glob.glob(os.path.join(results, "**", "*.jsonl.gz"), recursive=True)
    expect(len(packed) == 1, packed)
    with gzip.open(packed[0], "rb") as handle:
        output = handle.read() + receipts + json.dumps(events).encode() + done.stdout.encode() + done.stderr.encode()
    leaked = [secret for secret in secrets if secret in output]
    expect(not leaked, f"{len(leaked)} values of patients.csv are in the output")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lakewarden-e2e-") as work:
        globals()["case_" + sys.argv[1]](os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]), work,
                                         sys.argv[4] if len(sys.argv) > 4 else "")
