#!/usr/bin/env python3
"""Tests of the command line, from outside: check.py CASE PATH-OF-LAKEWARDEN. Says what is wrong and exits 1.

Values that look like identifiers are put together at run time, so that no file of the tree holds one.
"""
import csv
import gzip
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "fakes3"))
from fakes3 import FakeS3  # noqa: E402

LAKEWARDEN = ""
TIMEOUT = 60
CLEAN_ENV = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAKEWARDEN"))}
FAMILIES = {"": ["scan", "move", "identifiers", "records", "version"], "identifiers": ["list", "show", "check", "test"]}
PASSPORT = {"name": "US Passport", "regex": r"[X]{1}\d{8}[X]{1}", "keywords": ["PASSPORT"]}
TICKET = {"name": "Ticket", "regex": r"TK-\d{6}", "keywords": ["ticket"],
          "severityLevels": [{"occurrencesThreshold": 1, "severity": "LOW"},
                             {"occurrencesThreshold": 10, "severity": "MEDIUM"},
                             {"occurrencesThreshold": 50, "severity": "HIGH"}]}


class Run:
    def __init__(self, *arguments, stdin=None, env=None, text=True):
        done = subprocess.run([LAKEWARDEN, *arguments], input=stdin, capture_output=True, text=text, timeout=TIMEOUT,
                              env={**CLEAN_ENV, **(env or {})}, check=False)
        self.arguments, self.code, self.out, self.err = arguments, done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"lakewarden {' '.join(self.arguments)}: exit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"


def expect(condition, *about):
    if not condition:
        raise SystemExit("FAILED: " + "\n".join(str(item) for item in about))


def expect_run(run, code, err=None, out=None):
    expect(run.code == code, f"exit code {run.code}, not {code}", run)
    for wanted, got, name in ((err, run.err, "stderr"), (out, run.out, "stdout")):
        if wanted is not None and isinstance(got, str):
            expect(re.search(wanted, got), f"{name} does not have /{wanted}/", run)
    return run


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as handle:
        handle.write(text)
    return path


def tickets(count):
    return "id,ticket\n" + "".join(f"{i},TK-{i:06d}\n" for i in range(count))


def ticket_lake(folder):
    """A bucket with a High, a Medium and a Low object and a clean one; returns (bucket, identifier file)."""
    lake = os.path.join(folder, "lake")
    for name, count in (("high.csv", 60), ("medium.csv", 12), ("low.csv", 2)):
        write(os.path.join(lake, name), tickets(count))
    write(os.path.join(lake, "sub", "clean.csv"), "id,colour\n1,red\n")
    return lake, write(os.path.join(folder, "custom", "ticket.json"), json.dumps(TICKET))


def scan(lake, custom, *more, **others):
    return Run("scan", lake, "--custom", custom, "--managed", "none", *more, **others)


def events_of(path):
    with open(path, encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def severities(events):
    return {event["detail"]["resourcesAffected"]["s3Object"]["key"]: event["detail"]["severity"]["description"]
            for event in events}


# ---- help and wrong use ----

def case_help(_):
    """--help at every level: on stdout, exit 0, a usage line, an example that begins with the command itself."""
    for family, children in FAMILIES.items():
        for words in [family.split()] + [family.split() + [child] for child in children]:
            path = " ".join(["lakewarden", *words])
            for flag in ("--help", "-h"):
                run = expect_run(Run(*words, flag), 0)
                expect(not run.err, "help writes to stderr", run)
                expect(run.out.startswith(f"usage: {path}"), f"help does not begin with 'usage: {path}'", run)
                expect(re.search(r"^example:\n  (.* \| )?" + re.escape(path), run.out, re.M), "no example of itself", run)
                expect(max(map(len, run.out.splitlines())) <= 110, "help is wider than 110 columns", run)
        for child in children:
            parent = family.split()
            expect(re.search(rf"^  {child} +\S", Run(*parent, "--help").out, re.M), f"help does not list {child}")
            expect(Run(*parent, "help", child).out == Run(*parent, child, "--help").out, f"help {child} is another text")
    expect_run(Run("--version"), 0, out=r"^lakewarden \d+\.\d+")
    expect_run(Run("scan", "nowhere", "--help", "--nonsense"), 0, out="usage: lakewarden scan")


def case_contract(_):
    """Scripts rely on these names."""
    wanted = {"scan": ["custom", "managed", "managed-exclude", "managed-data", "allow-list", "threads", "events", "results", "format", "isolate", "severity", "fail-on",
                       "progress", "account", "include", "exclude", "extension", "max-size", "modified-since",
                       "block-size", "best-effort-delete", "purge-version", "source", "no-bucket-facts", "job-id"],
              "move": ["to", "severity", "best-effort-delete", "purge-version"]}
    aws = ["endpoint-url", "region", "profile", "no-sign-request", "no-verify-ssl", "ca-bundle", "cli-connect-timeout",
           "cli-read-timeout", "signature-version", "addressing-style", "allow-plain-http", "debug"]
    for command, names in wanted.items():
        text = Run(command, "--help").out
        missing = [name for name in names + aws if not re.search(rf"^  --{name}( |$)", text, re.M)]
        expect(not missing, f"{command} --help does not list {missing}")


def case_suggestions(folder):
    for arguments, meant in (
            (["scna"], "'scan'"), (["identifier"], "'identifiers'"), (["verison"], "'version'"), (["--hlep"], "'--help'"),
            (["identifiers", "lits"], "'list'"), (["scan", "--treads", "2", folder], "'--threads'"),
            (["scan", "--endpointurl=x", folder], "'--endpoint-url'"), (["scan", "--custm", "x"], "'--custom'"),
            (["move", "--ot", "x"], "'--to'"), (["records", "--block-sise=4K", "x"], "'--block-size'")):
        run = expect_run(Run(*arguments), 2, err="did you mean " + meant)
        expect(not run.out, "writes to stdout", run)
    expect_run(Run("frobnicate"), 2, err="unknown command 'frobnicate'; 'lakewarden --help' lists")
    expect_run(Run("scan", "--qqqqqqqqqq"), 2, err="unknown option '--qqqqqqqqqq'; --help lists")
    for arguments in ([], ["identifiers"], ["scan"], ["move"], ["records"], ["records", "a", "b"], ["version", "x"],
                      ["move", "--to", "x", "a", "b"], ["identifiers", "show"], ["identifiers", "list", "x"]):
        run = expect_run(Run(*arguments), 2)
        expect(run.err.startswith("lakewarden") and not run.out, "no message, or on the wrong stream", run)


def case_values(folder):
    """A wrong value names the flag, what was given and what is right; both forms of a value are read."""
    lake, custom = ticket_lake(folder)
    for flag, value, wanted in (
            ("threads", "0", "from 1 to"), ("threads", "two", "number"), ("threads", "99999999999999999999", "number"),
            ("format", "xml", "table, jsonl, sarif"), ("severity", "huge", "high, medium, low"),
            ("fail-on", "sometimes", "high, medium, low, never"), ("progress", "on", "auto, always, never"),
            ("account", "123", "12 digits"), ("account", "12345678901x", "12 digits"), ("max-size", "big", "size"),
            ("max-size", "-1", "size"), ("block-size", "12", "1K to 8M"), ("block-size", "9M", "1K to 8M"),
            ("modified-since", "yesterday", "2026-01-31"), ("job-id", "ABC", "32 hexadecimal"),
            ("signature-version", "s3v9", "s3v4, s3"), ("addressing-style", "host", "auto, path, virtual"),
            ("cli-read-timeout", "soon", "seconds"), ("cli-connect-timeout", "1.5", "seconds"),
            ("extension", "csv,,tsv", "list")):
        for arguments in ([f"--{flag}", value], [f"--{flag}={value}"]):
            run = expect_run(scan(lake, custom, *arguments), 2, err=f"option '--{flag}'")
            expect(wanted in run.err, f"message does not say '{wanted}'", run)
            expect(not run.out, "something on stdout", run)
    for arguments, wanted in ((["--events"], "'--events' needs a value"), (["--events", "--debug"], "--events=--debug"),
                              (["--region="], "'--region' needs a value"), (["--debug=yes"], "'--debug' takes no value"),
                              (["--events", "-", "--format", "jsonl"], "both want standard output"),
                              (["--purge-version"], "'--purge-version' needs '--isolate URL'"),
                              (["--isolate", lake], "own bucket"), (["--isolate", os.path.join(lake, "x")], "inside"),
                              (["--isolate", "s3://elsewhere"], "both must be in one store"),
                              (["--isolate", os.path.join(folder, "far", "away")], "side by side")):
        expect_run(scan(lake, custom, *arguments), 2, err=re.escape(wanted))
    expect_run(scan(lake, custom, "--threads=1", "--threads", "2", "--block-size", "4K"), 0)
    expect_run(Run("scan", "--custom", custom, "--managed", "none", "--", lake), 0)
    expect_run(Run("scan", "--custom", custom, "--managed", "none", "--", "--progress"), 2, err="--progress")
    expect_run(Run("scan", "-", "--isolate", folder, "--custom", custom, stdin="a"), 2, err="standard input")


# ---- scan ----

def case_exit_codes(folder):
    lake, custom = ticket_lake(folder)
    for level, code in (("high", 1), ("medium", 1), ("low", 1), ("never", 0)):
        expect_run(scan(lake, custom, "--fail-on", level), code)
    expect_run(scan(os.path.join(lake, "medium.csv"), custom, "--fail-on", "high"), 0)
    expect_run(scan(os.path.join(lake, "medium.csv"), custom, "--fail-on", "medium"), 1)
    expect_run(scan(lake, custom), 0)
    expect_run(Run("scan", lake, "--managed", "none"), 2, err="identifier")
    expect_run(scan(os.path.join(folder, "nowhere"), custom), 2, err="nowhere")
    expect_run(Run("scan", lake, "--custom", os.path.join(folder, "no.json")), 2, err="no.json")
    expect_run(Run("scan", lake, "--managed", "USA_PASPORT_NUMBER"), 2, err="USA_PASSPORT_NUMBER")
    with open(os.path.join(lake, "broken.csv.gz"), "wb") as handle:
        handle.write(gzip.compress(tickets(3000).encode())[:-3000])
    run = expect_run(scan(lake, custom, "--fail-on", "low"), 3, out=r"broken\.csv\.gz")
    expect(re.search("MALFORMED|UNABLE", run.out), "no reason is given", run)
    for form in ("jsonl", "sarif"):
        expect_run(scan(lake, custom, "--format", form), 3, err=r"broken\.csv\.gz': (PARTIAL|SKIPPED) \([A-Z_]+\)")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([LAKEWARDEN, "scan", os.path.join(lake, "low.csv"), "--custom", custom, "--managed",
                                   "none"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT,
                                  env=CLEAN_ENV, check=False)
        expect(done.returncode == 5 and "standard output" in done.stderr, "a full disk went unnoticed", done)


def case_formats(folder):
    lake, custom = ticket_lake(folder)
    expected = {"high.csv": "High", "medium.csv": "Medium", "low.csv": "Low"}
    run = expect_run(scan(lake, custom), 0)
    for key in expected:
        expect(key in run.out, f"the table does not have {key}", run)
    expect("\x1b" not in run.out and not run.err, "colours or progress in a pipe", run)

    run = expect_run(scan(lake, custom, "--format=jsonl"), 0)
    lines = [json.loads(line) for line in run.out.splitlines()]
    expect(severities(lines) == expected, "findings differ", run)
    expect(all(line["source"] == "aws.macie" and line["detail-type"] == "Macie Finding" for line in lines), run)

    run = expect_run(scan(lake, custom, "--events", "-"), 0, err="high.csv")
    expect(severities([json.loads(line) for line in run.out.splitlines()]) == expected, "events differ", run)

    path = os.path.join(folder, "events.jsonl")
    run = scan(lake, custom, "--events", path, "--source", "my.scanner", "--account", "123456789012", "--job-id", "a1" * 16,
               "--region", "eu-west-3")
    expect_run(run, 0, out="high.csv")
    events = events_of(path)
    expect(severities(events) == expected, "events differ", events)
    detail = events[0]["detail"]
    expect([events[0]["source"], events[0]["account"], events[0]["region"]] == ["my.scanner", "123456789012", "eu-west-3"],
           events[0])
    expect(detail["classificationDetails"]["jobId"] == "a1" * 16, detail)
    expect(scan(lake, custom, "--events", path, "--job-id", "a1" * 16).code == 0 and len(events_of(path)) == 6,
           "the second run did not append to the events file")

    run = expect_run(scan(lake, custom, "--format", "sarif"), 0)
    document = json.loads(run.out)
    expect(document["version"] == "2.1.0" and len(document["runs"][0]["results"]) == 3, run)

    results = os.path.join(folder, "results")
    expect_run(scan(lake, custom, "--results", results, "--events", path + "2"), 0)
    found = [os.path.join(where, name) for where, _, names in os.walk(results) for name in names]
    expect(len(found) == 1 and found[0].endswith(".jsonl.gz"), found)
    with gzip.open(found[0], "rt", encoding="utf-8") as handle:
        expect(len([json.loads(line) for line in handle]) == 4, "not one discovery result for each object")
    place = events_of(path + "2")[0]["detail"]["classificationDetails"]["detailedResultsLocation"]
    expect(place == "file://" + os.path.realpath(found[0]), place, found[0])
    for name in os.listdir(folder):
        expect(not name.startswith("."), f"a temporary file is left: {name}")


def case_filters(folder):
    lake, custom = ticket_lake(folder)
    write(os.path.join(lake, "sub", "more.tsv"), tickets(1).replace(",", "\t"))
    for arguments, wanted in (
            (["--include", "high*"], ["high.csv"]), (["--include", "high*", "--include=low*"], ["high.csv", "low.csv"]),
            (["--exclude", "low.csv"], ["high.csv", "medium.csv", "sub/more.tsv"]),
            (["--extension", "tsv"], ["sub/more.tsv"]), (["--extension=csv,tsv", "--include", "sub/**"], ["sub/more.tsv"]),
            (["--max-size", "100"], ["low.csv", "sub/more.tsv"]), (["--modified-since", "2999-01-01"], [])):
        run = expect_run(scan(lake, custom, "--format", "jsonl", *arguments), 0)
        keys = sorted(severities([json.loads(line) for line in run.out.splitlines()]))
        expect(keys == wanted, f"{arguments} gives {keys}, not {wanted}", run)
    expect_run(scan(lake, custom, "--include", "none"), 0, out="5 objects left out by filters")


def case_stdin(folder):
    _, custom = ticket_lake(folder)
    run = expect_run(scan("-", custom, "--format", "jsonl", stdin=tickets(11)), 0)
    expect(len(run.out.splitlines()) == 1 and '"Medium"' in run.out, run)


def case_isolate(folder):
    lake, custom = ticket_lake(folder)
    isolation = os.path.join(folder, "isolation")
    with open(os.path.join(lake, "high.csv"), "rb") as handle:
        content = handle.read()
    run = expect_run(scan(lake, custom, "--isolate", isolation, "--format", "jsonl"), 0)
    lines = [json.loads(line) for line in run.out.splitlines()]
    moves = [line for line in lines if "statusCode" in line]
    expect(len(lines) == 4 and len(moves) == 1, run)
    expect(moves[0]["outcome"] == "MOVED" and json.loads(moves[0]["body"]) == {"Bucket": "lake", "Key": "high.csv"}, run)
    expect("statusCode" in lines[3], "moves come before the last finding", run)
    expect(sorted(os.listdir(lake)) == ["low.csv", "medium.csv", "sub"], os.listdir(lake))
    copies = [os.path.join(where, name) for where, _, names in os.walk(isolation) for name in names]
    whole = [path for path in copies if open(path, "rb").read() == content]
    expect(len(whole) == 1, "the copy is not there, or not the same", copies)

    run = expect_run(scan(lake, custom, "--isolate", isolation, "--severity", "low"), 0, out=r"low\.csv \[isolated\]")
    expect(os.listdir(lake) == ["sub"], os.listdir(lake))
    expect_run(scan(lake, custom, "--isolate", isolation), 0)


def case_isolate_refused(folder):
    """What can not be moved is told, the source stays, exit code 4; a moved row is not claimed."""
    lake, custom = ticket_lake(folder)
    isolation = os.path.join(folder, "isolation")
    write(isolation, "a file is in the way")
    run = scan(lake, custom, "--isolate", isolation)
    expect(run.code in (2, 4), run)
    expect(os.path.exists(os.path.join(lake, "high.csv")), "the source is gone", run)
    expect("[isolated]" not in run.out, run)


# ---- move ----

def case_move(folder):
    lake, custom = ticket_lake(folder)
    events = os.path.join(folder, "events.jsonl")
    isolation = os.path.join(folder, "isolation")
    expect_run(scan(lake, custom, "--events", events), 0)
    run = expect_run(Run("move", "--to", isolation, "--dry-run", events), 0)
    expect(os.path.exists(os.path.join(lake, "high.csv")) and "high.csv" in run.out, "a dry run moved", run)
    run = expect_run(Run("move", "--to", isolation, events), 0)
    lines = [json.loads(line) for line in run.out.splitlines()]
    expect([line["outcome"] for line in lines] == ["MOVED"], run)
    expect(lines[0]["statusCode"] == 200 and json.loads(lines[0]["body"])["Key"] == "high.csv", run)
    expect(sorted(os.listdir(lake)) == ["low.csv", "medium.csv", "sub"], os.listdir(lake))
    run = expect_run(Run("move", "--to", isolation, events), 0)
    expect('"ALREADY_MOVED"' in run.out, "a second run is not safe", run)

    with open(events, encoding="utf-8") as handle:
        text = handle.read()
    low = [line for line in text.splitlines() if '"low.csv"' in line][0]
    pretty = json.dumps(json.loads(low), indent=2)
    run = expect_run(Run("move", "--to", isolation, "--severity=low", "-", stdin=pretty), 0)
    expect('"MOVED"' in run.out and not os.path.exists(os.path.join(lake, "low.csv")), "a pretty-printed event", run)
    medium = [json.loads(line) for line in text.splitlines() if '"medium.csv"' in line]
    run = Run("move", "--to", isolation, "--severity", "medium", stdin=json.dumps(medium, indent=1))
    expect_run(run, 0, out='"MOVED"')
    expect(not os.path.exists(os.path.join(lake, "medium.csv")), "an array of events", run)


def case_move_wrong(folder):
    lake, custom = ticket_lake(folder)
    events = os.path.join(folder, "events.jsonl")
    isolation = os.path.join(folder, "isolation")
    expect_run(scan(lake, custom, "--events", events), 0)
    with open(events, encoding="utf-8") as handle:
        text = handle.read()
    expect_run(Run("move", events), 2, err="'--to' is missing")
    expect_run(Run("move", "--to", isolation, events + "x"), 2, err="events.jsonlx")
    expect_run(Run("move", "--to", isolation, stdin=""), 2, err="no event")
    expect_run(Run("move", "--to", isolation, stdin="not json\n"), 2, err="JSON")
    run = Run("move", "--to", isolation, stdin='{"a": 1}\n' + text)
    expect_run(run, 4, err="line 1: ", out='"MOVED"')
    write(os.path.join(lake, "high.csv"), tickets(70))
    os.makedirs(os.path.join(folder, "b"), exist_ok=True)
    run = expect_run(Run("move", "--to", isolation, stdin=text), 0, err="did not isolate 'lake/high.csv'|^$")
    expect(os.path.exists(os.path.join(lake, "high.csv")), "an object that was never scanned was moved", run)
    expect_run(Run("move", "--to", lake, stdin=text), 4, err="REFUSED")


# ---- identifiers, records, version ----

def case_identifiers(folder):
    passport = write(os.path.join(folder, "passport.json"), json.dumps(PASSPORT))
    value = "X" + "1234" * 2 + "X"
    for text, count in ((f"passport {value}", 1), (value, 0), ("", 0), (f"PASSPORT: {value}, {value}", 2)):
        run = expect_run(Run("identifiers", "test", passport, "--text", text), 0)
        expect(json.loads(run.out) == {"matchCount": count}, f"'{text.replace(value, 'VALUE')}' gives {run.out}")
    expect_run(Run("identifiers", "test", passport), 2, err="'--text' is missing")
    expect_run(Run("identifiers", "test", passport, "--text", "x" * 1001), 2, err="1,?000")
    expect_run(Run("identifiers", "test", "USA_PASSPORT_NUMBR", "--text", "x"), 2, err="USA_PASSPORT_NUMBER")
    expect_run(Run("identifiers", "check", passport), 0)
    bad = write(os.path.join(folder, "bad.json"), json.dumps({"name": "Bad", "regex": "(?=x)y"}))
    run = expect_run(Run("identifiers", "check", bad), 2, err="bad.json")
    expect_run(Run("identifiers", "check", os.path.join(folder, "none.json")), 2, err="none.json")

    run = expect_run(Run("identifiers", "list", "--format", "json"), 0)
    catalogue = json.loads(run.out)
    ids = [entry["id"] for entry in catalogue]
    expect(len(ids) > 150 and "USA_SOCIAL_SECURITY_NUMBER" in ids, f"{len(ids)} identifiers")
    table = expect_run(Run("identifiers", "list"), 0).out.splitlines()
    expect(len(table) == len(ids) + 1 and table[0].startswith("ID "), table[:3])
    run = expect_run(Run("identifiers", "show", "USA_SOCIAL_SECURITY_NUMBER"), 0, out="(?m)^id: USA_SOCIAL_SECURITY_NUMBER$")
    shown = json.loads(expect_run(Run("identifiers", "show", ids[0], "--format=json"), 0).out)
    expect(shown["id"] == ids[0], shown)
    expect_run(Run("identifiers", "show", "USA_SOCIAL_SECURITY_NUMBR"), 2, err="did you mean")
    expect_run(Run("identifiers", "check"), 0, out=r"^[1-9]\d* examples, 0 failed$")


def total(run):
    """Occurrences of the one finding that a scan with --format jsonl printed; 0 without one."""
    lines = run.out.splitlines()
    expect(len(lines) <= 1, run)
    groups = json.loads(lines[0])["detail"]["classificationDetails"]["result"] if lines else {}
    parts = [entry for entry in groups.get("sensitiveData", [])] + [groups.get("customDataIdentifiers", {})]
    return sum(part.get("totalCount", 0) for part in parts)


def case_allow_lists(folder):
    """What lists allow is not reported; bad lists are refused; no value of a list is printed."""
    _, custom = ticket_lake(folder)
    lake = write(os.path.join(folder, "one", "t.csv"), tickets(10))
    words = write(os.path.join(folder, "ours.txt"), "tk-000001\nTK-000002\n\n")
    regex = write(os.path.join(folder, "regex.json"),
                  json.dumps({"name": "low numbers", "description": "d", "criteria": {"regex": "TK-00000[3-5]"}}))
    for lists, count in (([], 10), ([words], 8), ([regex], 7), ([words, regex], 5)):
        run = scan(lake, custom, "--format", "jsonl", *[part for path in lists for part in ("--allow-list", path)])
        expect(total(expect_run(run, 0)) == count, f"not {count}", run)
    for name, text, err in (("empty.txt", "\n", "no entry"), ("long.txt", "Wanderfalke" * 9, "line 1 has 99 characters"),
                            ("bad.json", json.dumps({"name": "x", "criteria": {"regex": "Wanderfalke("}}), "criteria.regex"),
                            ("typo.json", json.dumps({"name": "x", "criteria": {"regx": "Wanderfalke"}}), "'regex'")):
        path = write(os.path.join(folder, name), text)
        run = expect_run(scan(lake, custom, "--allow-list", path), 2, err=f"{re.escape(name)}.*{re.escape(err)}")
        expect("falke" not in run.err + run.out, "a value of a list is printed", run)
    expect_run(scan(lake, custom, "--allow-list", os.path.join(folder, "none.txt")), 2, err="none.txt")

    job = {"jobType": "ONE_TIME", "managedDataIdentifierSelector": "NONE", "customDataIdentifierIds": ["Ticket"],
           "s3JobDefinition": {"bucketDefinitions": [{"accountId": "1" * 12, "buckets": ["one"]}]}}
    both = ["--allow-list", words, "--allow-list", regex]
    for names, count in ((None, 5), (["ours"], 8), (["low numbers"], 7), (["regex", "ours.txt"], 5)):
        path = write(os.path.join(folder, "job.json"), json.dumps(dict(job, **({"allowListIds": names} if names else {}))))
        run = Run("scan", os.path.dirname(lake), "--job", path, "--custom", custom, "--format", "jsonl", *both)
        expect(total(expect_run(run, 0)) == count, f"not {count} with {names}", run)
        expect_run(Run("job", "check", path, "--custom", custom, *both), 0)
    for what in (["scan", os.path.dirname(lake), "--job"], ["job", "check"]):
        path = write(os.path.join(folder, "job.json"), json.dumps(dict(job, allowListIds=["theirs"])))
        expect_run(Run(*what, path, "--custom", custom, *both), 2, err=r"'theirs' is not among those given \('ours', 'low")
        expect_run(Run(*what, path, "--custom", custom), 2, err=r"'theirs' is not among those given \(none\)")

    state = os.path.join(folder, "state.sqlite")
    expect_run(scan(os.path.dirname(lake), custom, "--state", state, "--since-last"), 0)
    expect_run(scan(os.path.dirname(lake), custom, "--state", state, "--since-last", "--allow-list", words), 0,
               err="allow lists are not those of the run before")


def case_allow_list_in_store(folder):
    """A list in a store is read with the scan's own settings; one that can not be read allows nothing, with code 3."""
    _, custom = ticket_lake(folder)
    lake = write(os.path.join(folder, "one", "t.csv"), tickets(10))
    criteria = {"s3WordsList": {"bucketName": "lists", "objectKey": "a/words.txt"}}
    path = write(os.path.join(folder, "store.json"), json.dumps({"name": "in the store", "criteria": criteria}))
    with FakeS3() as server:
        env = {"AWS_ACCESS_KEY_ID": "fakekeyid", "AWS_SECRET_ACCESS_KEY": "fakesecret",
               "AWS_EC2_METADATA_DISABLED": "true"}
        server.make_bucket("lists")

        def run(code, count, err=None):
            done = expect_run(scan(lake, custom, "--format", "jsonl", "--allow-list", path, "--endpoint-url",
                                   server.endpoint, env=env), code, err=err)
            expect(total(done) == count, f"not {count}", done)
            expect("000001" not in done.err, "a value of a list is printed", done)

        run(3, 10, r"store\.json'.*s3://lists/a/words\.txt.*allows nothing in this run")
        server.user_put("lists", "a/words.txt", b"TK-000001\r\ntk-000002\r\n")
        run(0, 8)
        server.user_put("lists", "a/words.txt", b"".join(b"TK-%06d\n" % number for number in range(1, 90_000)))
        run(0, 1)
        server.user_put("lists", "a/words.txt", b"TK-000001\n" + b"x" * 91)
        run(3, 10, "line 2 has 91 characters.*allows nothing")
        server.user_put("lists", "a/words.txt", b"")
        run(3, 10, "has no entry.*allows nothing")


def case_selectors(folder):
    """Macie's selectors on the command line: ALL, RECOMMENDED, NONE, INCLUDE (ids), EXCLUDE (--managed-exclude)."""
    digits = "051-24", "8318"
    lake = write(os.path.join(folder, "one", "t.csv"), f"id,ssn\n1,{'-'.join(digits)}\n")
    _, custom = ticket_lake(folder)
    ssn, passport = "USA_SOCIAL_SECURITY_NUMBER", "USA_PASSPORT_NUMBER"

    def findings(*flags):
        return total(expect_run(Run("scan", lake, "--format", "jsonl", *flags), 0))

    for flags, count in (((), 1), (("--managed", "all"), 1), (("--managed", "ALL"), 1), (("--managed", "RECOMMENDED"), 1),
                         (("--managed", ssn), 1), (("--managed", passport), 0),
                         (("--managed", "NONE", "--custom", custom), 0), (("--managed-exclude", ssn), 0),
                         (("--managed", "all", "--managed-exclude", f"{ssn},{passport}"), 0),
                         (("--managed", "all", "--managed-exclude", passport), 1)):
        expect(findings(*flags) == count, f"not {count} with {flags}")
    expect_run(Run("scan", lake, "--managed-exclude", "USA_PASPORT_NUMBER"), 2, err=f"did you mean '{passport}'")
    expect_run(Run("scan", lake, "--managed-exclude", "QQQQQQQQQQ"), 2, err="identifiers list")
    expect_run(Run("scan", lake, "--managed", ssn, "--managed-exclude", ssn), 2, err="no identifiers to look for")
    job = {"jobType": "ONE_TIME", "managedDataIdentifierSelector": "EXCLUDE", "managedDataIdentifierIds": [ssn],
           "s3JobDefinition": {"bucketDefinitions": [{"accountId": "1" * 12, "buckets": ["one"]}]}}
    source = os.path.dirname(lake)
    for selector, ids, count in (("EXCLUDE", [ssn], 0), ("INCLUDE", [ssn], 1), ("ALL", None, 1), ("RECOMMENDED", None, 1)):
        job["managedDataIdentifierSelector"], job["managedDataIdentifierIds"] = selector, ids or []
        path = write(os.path.join(folder, "job.json"), json.dumps(job))
        run = expect_run(Run("scan", source, "--job", path, "--format", "jsonl"), 0)
        expect(total(run) == count, f"not {count} with {selector}", run)
        expect_run(Run("scan", source, "--job", path, "--managed-exclude", passport), 2, err="both choose")
    del job["managedDataIdentifierSelector"], job["managedDataIdentifierIds"]
    path = write(os.path.join(folder, "job.json"), json.dumps(job))
    run = expect_run(Run("scan", source, "--job", path, "--managed-exclude", ssn, "--format", "jsonl"), 0)
    expect(total(run) == 0, "--managed-exclude is not obeyed with a job that does not choose", run)


def case_overlap(folder):
    """One value, one meaning; --overlap keep reports all that fit, as Macie does."""
    number = "31195" + "5661"
    lake = write(os.path.join(folder, "one", "t.csv"), f"id,passport_number\n1,{number}\n2,{number[::-1]}\n")

    def types(*flags):
        events = os.path.join(folder, "events" + "".join(flags))
        run = expect_run(Run("scan", lake, "--managed", "all", "--events", events, *flags), 0)
        with open(events, encoding="utf-8") as file:
            details = [json.loads(line)["detail"] for line in file]
        expect(len(details) == 1, "not one finding", run)
        result = details[0]["classificationDetails"]["result"]
        return {item["type"]: item["count"] for part in result["sensitiveData"] for item in part["detections"]}

    for flags in ((), ("--overlap", "choose")):
        found = types(*flags)
        expect(found == {"USA_PASSPORT_NUMBER": 2}, f"{found} with {flags}")
    both = types("--overlap", "keep")
    expect(both.get("USA_PASSPORT_NUMBER") == 2 and both.get("UK_PASSPORT_NUMBER") == 2, f"kept {both}")
    expect_run(Run("scan", lake, "--overlap", "some"), 2, err="choose")


BADGE = {"id": "BADGE_NUMBER", "name": "Badge number", "category": "PERSONAL_INFORMATION", "keywordRequired": True,
         "keywords": ["badge"], "severity": {"1": "Low", "2-99": "Medium", "100+": "High"}, "recommended": False,
         "detect": {"scope": "cell", "proximity": "around", "patterns": [{"name": "plain", "regex": "BD-[0-9]{4}"}]},
         "examples": [{"text": f"BD-000{number}"} for number in range(4)],
         "counterExamples": [{"text": text, "why": "another form"} for text in ("BD-1", "BD-00001", "D-0001", "BDX")]}


def case_managed_data(folder):
    """Managed identifiers from files: used when they are right, refused with file, id and field when they are not."""
    lake = write(os.path.join(folder, "one", "t.csv"), "id,badge\n1,BD-1234\n")
    good = write(os.path.join(folder, "data", "family", "badge.json"), json.dumps(BADGE))
    for path in (good, os.path.join(folder, "data")):
        run = expect_run(Run("scan", lake, "--managed", "BADGE_NUMBER", "--managed-data", path, "--format", "jsonl"), 0)
        expect(total(run) == 1, "the badge is not found", run)
        expect_run(Run("identifiers", "check", path), 0, out="^8 examples, 0 failed")
    run = expect_run(Run("scan", lake, "--managed", "all", "--managed-data", good, "--format", "jsonl"), 0)
    expect("BADGE_NUMBER" in run.out, "all does not hold the badge", run)
    expect_run(Run("scan", lake, "--managed", "BADGE_NUMBER"), 2, err="unknown managed identifier")
    wrong = dict(BADGE, detect={**BADGE["detect"], "patterns": [{"name": "p", "regex": "BD-[0-9]{4}", "check": "lunh"}]})
    for name, document, err in (
            ("check.json", wrong, r"'BADGE_NUMBER': field 'detect\.patterns\[0\]\.check': there is no check 'lunh'"),
            ("category.json", dict(BADGE, category="X"), "'BADGE_NUMBER': field 'category'"),
            ("few.json", dict(BADGE, examples=BADGE["examples"][:3]), "at least 4"),
            ("false.json", dict(BADGE, examples=[{"text": "BD"}] * 4), "example 1: not found")):
        path = write(os.path.join(folder, name), json.dumps(document))
        expect_run(Run("scan", lake, "--managed-data", path), 2, err=f"{re.escape(name)}'.*{err}")
        expect_run(Run("identifiers", "check", path), 2, err=f"{re.escape(name)}'.*{err}")
    copy = write(os.path.join(folder, "copy.json"), json.dumps(BADGE))
    expect_run(Run("scan", lake, "--managed-data", good, "--managed-data", copy), 2, err="has the same id")
    expect_run(Run("identifiers", "check", good, copy), 2, err="has the same id")
    passport = write(os.path.join(folder, "passport.json"), json.dumps(PASSPORT))
    expect_run(Run("identifiers", "check", good, passport), 0, out="^9 examples, 0 failed")


def case_records(folder):
    """Each record as python's csv module has it, whole records whatever the block size, even very long ones."""
    rows = [["id", "text", "más"], ["1", 'a "quoted" word', "x\ny"], ["2", "comma, here", ""], ["3", "ünï", "tab\there"],
            ["4", "long " * 600_000, "end"], ["5", "", "last"]]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    path = write(os.path.join(folder, "rows.csv"), buffer.getvalue())
    for arguments in ([], ["--block-size", "1K"], ["--block-size=512K"]):
        run = expect_run(Run("records", path, *arguments), 0)
        got = [json.loads(line) for line in run.out.splitlines()]
        expect(got == rows, f"{arguments}: records differ", [[cell[:40] for cell in row] for row in got])
        about = json.loads(run.err)
        expect(about["delimiter"] == "," and about["header"] and about["names"] == rows[0], about)
    run = expect_run(Run("records", "-", stdin=b"a;b\ncaf\xe9;xy\n", text=False), 0)
    expect([json.loads(line) for line in run.out.splitlines()] == [["a", "b"], ["caf\ufffd", "xy"]], run)
    run = expect_run(Run("records", "-", stdin=b"a;b\n" + b"1;22\n" * 40_000 + b"3;x\x00y\n", text=False), 0)
    expect(json.loads(run.out.splitlines()[-1]) == ["3", "x\0y"], "a NUL in a cell is lost", run.out[-50:])
    expect_run(Run("records", "-", stdin=bytes(range(256)) * 20, text=False), 3)
    packed = os.path.join(folder, "rows.csv.gz")
    with gzip.open(packed, "wb") as handle:
        handle.write("a\tb\n1\t2\n".encode("utf-16"))
    run = expect_run(Run("records", packed), 0)
    about = json.loads(run.err)
    expect([about[name] for name in ("gzip", "delimiter", "encoding", "byteOrderMark")] == [True, "\t", "UTF-16LE", True],
           about)
    expect(run.out.splitlines() == ['["a","b"]', '["1","2"]'], run)
    expect_run(Run("records", os.path.join(folder, "no.csv")), 2, err="no.csv")
    expect_run(Run("records", folder), 3, err="cannot read")


def case_version(_):
    run = expect_run(Run("version"), 0, out=r"^lakewarden \d+\.\d+\.\d+\n")
    for library in ("PCRE2", "libcurl", "OpenSSL", "zlib", "cJSON"):
        expect(re.search(rf"^  {library} +.*\d+\.\d+", run.out, re.M), f"{library} has no version", run)


# ---- terminal, pipe, signals ----

def on_terminal(arguments):
    """stderr is a terminal of 80 columns; returns (exit code, what it showed)."""
    master, slave = pty.openpty()
    process = subprocess.Popen([LAKEWARDEN, *arguments], stdout=subprocess.DEVNULL, stderr=slave, env=CLEAN_ENV)
    os.close(slave)
    shown = b""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
    os.close(master)
    return process.wait(timeout=TIMEOUT), shown.decode()


def case_progress(folder):
    lake, custom = ticket_lake(folder)
    write(os.path.join(lake, "big.csv"), tickets(200_000))
    arguments = ["scan", lake, "--custom", custom, "--managed", "none"]
    code, shown = on_terminal(arguments)
    expect(code == 0 and "objects" in shown and "\r" in shown, "no progress on a terminal", repr(shown))
    lines = [line for line in shown.split("\r") if "objects" in line]
    hundred = [index for index, line in enumerate(lines) if "100%" in line]
    expect(all(index == len(lines) - 1 for index in hundred), "100% before the end", lines)
    expect(all(len(re.sub(r"\x1b\[\d*K", "", line)) < 80 for line in lines), "wider than the terminal", lines)
    expect(shown.endswith("\x1b[K"), "the line is left behind", repr(shown[-60:]))
    expect(on_terminal([*arguments, "--progress", "never"]) == (0, ""), "progress although never")
    run = expect_run(Run(*arguments), 0)
    expect(run.err == "", "progress in a pipe", run)
    run = expect_run(Run(*arguments, "--progress=always"), 0, err=r"100% \[=+\] .* of .*, 5 of 5 objects, 4 findings")
    expect("\r" not in run.err and "\x1b" not in run.err, "terminal codes in a pipe", run)


def case_signals(folder):
    """SIGINT and SIGTERM end a scan with 128 + number, without an events file and without a move."""
    _, custom = ticket_lake(folder)
    lake = os.path.join(folder, "large")
    for number in range(4):
        write(os.path.join(lake, f"{number}.csv"), tickets(400_000))
    events = os.path.join(folder, "events.jsonl")
    isolation = os.path.join(folder, "isolation")
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [LAKEWARDEN, "scan", *[lake] * 400, "--custom", custom, "--managed", "none", "--events", events, "--isolate",
             isolation], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN_ENV)
        time.sleep(0.7)
        expect(process.poll() is None, "the scan ended before the signal: make the test's files larger",
               process.returncode)
        process.send_signal(number)
        _, err = process.communicate(timeout=TIMEOUT)
        expect(process.returncode == 128 + number, f"exit {process.returncode} after signal {number}", err)
        expect("stopped by a signal" in err, err)
        expect(not os.path.exists(events) and len(os.listdir(lake)) == 4, "half a run left something")
        expect(not [name for name in os.listdir(folder) if name.startswith(".")], "a temporary file is left")


if __name__ == "__main__":
    LAKEWARDEN = os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="lakewarden-test-") as scratch:
        globals()["case_" + sys.argv[1]](scratch)
