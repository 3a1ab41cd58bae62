#!/usr/bin/python3
"""usage: tests/bench/check.py CASE BUILD

Tests of bench/: the C programs against lakewarden and Python's csv, and what bench/lib.py does with sections, bounds and
tables."""
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT + "/bench")
import lib
import peers

BUILD = os.path.abspath(sys.argv[2])


def expect(holds, text):
    if not holds:
        raise SystemExit(f"tests/bench/check.py {sys.argv[1]}: {text}")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def make_lake(folder):
    """Two objects with findings, one without, one empty; cells with quotes, delimiters and newlines in them."""
    rows = [[number, f"{number:08x}-0000-4000-8000-{number:012x}", f"S{10000000 + number}", 'a "b", c\nd']
            for number in range(5000)]
    for name, header in (("a.csv", ["n", "PATIENT", "x", "y"]), ("b.csv", ["n", "x", "DRIVERS", "y"]),
                         ("c.csv", ["n", "x", "y", "z"])):
        with open(f"{folder}/{name}", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    with open(folder + "/d.csv", "w", encoding="utf-8"):
        pass


def stages():
    with tempfile.TemporaryDirectory() as folder:
        make_lake(folder)
        size = sum(os.path.getsize(f) for f in lib.csv_files(folder))
        program = BUILD + "/bench_stages"
        for choice, managed in (("custom", "none"), ("recommended", "recommended"), ("all", "all")):
            events = output_of(BUILD + "/lakewarden", "scan", folder, "--custom", lib.CUSTOM, "--managed", managed, "--format",
                               "jsonl", "--progress", "never").splitlines()
            report = json.loads(output_of(program, "all", choice, lib.CUSTOM, folder))
            expect(len(events) >= 2 and report["findings"] == len(events), f"{choice}: {report}, but {len(events)} findings")
            expect(report["bytes"] == size, f"{choice}: {report}, but {size} bytes")
            expect(all(report[stage] > 0 for stage in ("read", "index", "plan", "match", "tally", "json")), f"{report}")
        for last, later in (("read", ("index", "plan", "match", "tally", "json")), ("index", ("plan", "match", "tally", "json"))):
            report = json.loads(output_of(program, last, "custom", lib.CUSTOM, folder))
            expect(report["bytes"] == size and report[last] > 0, f"{last}: {report}, but {size} bytes")
            expect(not any(report[stage] for stage in later), f"{last} went on: {report}")
        wrong = subprocess.run([program, "some", "custom", lib.CUSTOM, folder], check=False, capture_output=True)
        expect(wrong.returncode == 2, "a stage that does not exist was accepted")
        wrong = subprocess.run([program, "all", "custom", lib.CUSTOM, folder + "/none"], check=False, capture_output=True)
        expect(wrong.returncode == 1 and b"none" in wrong.stderr, "a folder that does not exist was accepted")


def libcsv():
    with tempfile.TemporaryDirectory() as folder:
        make_lake(folder)
        files = lib.csv_files(folder)
        cells = rows = 0
        for path in files:
            with open(path, newline="", encoding="utf-8") as file:
                for row in csv.reader(file):
                    rows, cells = rows + 1, cells + len(row)
        expect(output_of(BUILD + "/bench_libcsv", *files) == f"{cells} cells, {rows} rows\n", f"not {cells} cells, {rows} rows")
        pattern = "S[0-9]{8}"
        expect(output_of("bench/csv_re.py", pattern, *files) == f"{cells} cells, {rows} rows, 15000 matches\n", "csv_re.py")
        wrong = subprocess.run([BUILD + "/bench_libcsv", folder + "/none.csv"], check=False, capture_output=True)
        expect(wrong.returncode == 1, "a file that does not exist was accepted")


def sections():
    text = ("before\n<!-- bench/a: begin -->\nold\n<!-- bench/a: end -->\nbetween\n"
            "<!-- bench/b: begin -->\n<!-- bench/b: end -->\n")
    with tempfile.TemporaryDirectory() as folder:
        lib.DOCS = folder
        path = folder + "/some.md"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        for _ in range(2):
            with contextlib.redirect_stdout(io.StringIO()):
                lib.write_section("bench/a", ["", "new", ""], "some.md")
            with open(path, encoding="utf-8") as file:
                expect(file.read() == text.replace("old\n", "\nnew\n\n"), "the section is not what was written")
        try:
            lib.write_section("bench/c", ["new"], "some.md")
        except SystemExit as problem:
            expect("bench/c: begin" in str(problem), f"unclear: {problem}")
        else:
            expect(False, "a section without marks was written")


def bounds():
    good, bad = lib.Bound("a", 2, ">=", 2), lib.Bound("b", 2.01, "<=", 2, " ms")
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        codes = lib.report_bounds([good]), lib.report_bounds([good, bad])
    expect(codes == (0, 1), f"exit codes {codes}")
    expect("MISSED: b: 2.01 ms, must be <= 2 ms" in shown.getvalue(), shown.getvalue())


def table():
    rows = [lib.Row("wc -l", [], 4_000_000), lib.Row("other", [], 1_000_000)]
    result = lib.Result({"wc -l": [1.0, 3.0, 2.0], "other": [1.0, 2.0, 40.0]})
    lines = lib.table(rows, result, {"wc -l": 1, "other": 2}, extra=[("size", lambda row: str(row.size))])
    expect(lines[2:] == ["| wc -l | 2.0 | 1.00 | 2.00 (1.00, 3.00) | 1.0 MiB | 4000000 |",
                         "| other | 0.5 | 0.25 | 2.00 (1.00, 40.00) | 2.0 MiB | 1000000 |"], "\n".join(lines))


def slice_of_data():
    with tempfile.TemporaryDirectory() as folder:
        make_lake(folder)
        lib.WORK, peers.SLICE = folder + "/work", 60_000
        whole = lib.csv_files(folder)
        part = peers.make_slice(whole)
        expect([os.path.basename(f) for f in part] == [os.path.basename(f) for f in whole], "other files")
        expect(50_000 < peers.size(part) <= 60_000, f"{peers.size(part)} bytes")
        for small, large in zip(part, whole):
            with open(small, "rb") as a, open(large, "rb") as b:
                head = a.read()
                expect(b.read().startswith(head) and (head == b"" or head.endswith(b"\n")), f"{small} is no beginning")


def missing():
    """A peer that is not there is listed with the reason, and the others are measured."""
    row = lib.Row("there", [], 1)
    peers.PEERS = [("lakewarden-no-such-program", peers.yara), ("", lambda data: peers.Peer(row, "all", "1.0", "nothing"))]
    found, absent = peers.find(None)
    expect([peer.row for peer in found] == [row], f"found {found}")
    expect(absent == [peers.Missing("yara", "'lakewarden-no-such-program' is not installed")], f"missing {absent}")
    wc = lib.Row("wc -l", [], 1)
    lines = peers.lines(found, absent, peers.Data([], [], []), lib.Result({"there": [1.0], "wc -l": [1.0]}),
                        {"there": 1, "wc -l": 1}, wc, row)
    expect("- yara: **missing**, 'lakewarden-no-such-program' is not installed" in lines, "\n".join(lines))


CASES = {"stages": stages, "libcsv": libcsv, "sections": sections, "bounds": bounds, "table": table, "slice": slice_of_data,
         "missing": missing}

if __name__ == "__main__":
    CASES[sys.argv[1]]()
