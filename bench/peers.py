"""The programs that lakewarden is measured beside, and what each of them does.

None does the same work: most look for the three custom patterns only, in lines and not in cells, without column names or
keywords. What each counts is said in the document, next to its figures. A peer that cannot be had is listed with the reason.
"""
import glob
import json
import os
import re
import shutil
import subprocess
from typing import NamedTuple

import lib

# Input bytes for the slowest, so that one run takes seconds.
SLICE = 8_000_000


class Peer(NamedTuple):
    row: lib.Row
    on: str       # which data
    version: str
    does: str     # what it counts, and what it leaves out


class Missing(NamedTuple):
    name: str
    reason: str


class Data(NamedTuple):
    """The same files in three sizes: all, the sample at scale 1, and the beginning of each of that sample's files."""
    files: list
    sample: list
    slice: list


def size(files):
    return sum(os.path.getsize(f) for f in files)


def make_slice(sample):
    """The first whole lines of each file, in proportion to its size, SLICE bytes in all."""
    folder = f"{lib.WORK}/slice"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    share = SLICE / size(sample)
    for path in sample:
        wanted = os.path.getsize(path) * share
        with open(path, "rb") as source, open(f"{folder}/{os.path.basename(path)}", "wb") as target:
            for line in source:
                if target.tell() > 0 and target.tell() + len(line) > wanted:
                    break
                target.write(line)
    return lib.csv_files(folder)


def megabytes(files):
    return f"{size(files) / 1e6:,.0f} MB"


def package_version(package):
    return lib.first_line("dpkg-query", "-W", "-f=${Version}", package)


# ---- one function a peer: (data) -> Peer or Missing ----

def cat(data):
    """To /dev/null, as people measure it. GNU cat reads and writes there as to any other file; a cat that knew better would
    read less, which the kernel's count of read bytes shows."""
    def bytes_read():
        with open("/proc/self/io", encoding="ascii") as file:
            return int(re.search(r"rchar: (\d+)", file.read()).group(1))
    before = bytes_read()
    lib.run(["cat", *data.files], "/dev/null")
    if bytes_read() - before < size(data.files):
        lib.fail("cat to /dev/null did not read all bytes, so it is no measure of reading")
    row = lib.Row("cat", ["cat", *data.files], size(data.files), output="/dev/null")
    return Peer(row, "all", lib.first_line("cat", "--version"),
                "copies each byte once to memory and on to /dev/null (that it read all is checked); looks at none")


def grep(data):
    row = lib.Row("grep -P -c", ["grep", "-P", "-c", alternation(), *data.files], size(data.files))
    return Peer(row, "all", lib.first_line("grep", "--version"),
                "counts lines in which one of the 3 patterns matches; goes on to the next line after the first match")


def ripgrep(data):
    options = ["--no-config", "-j1", "--count-matches", *(word for p in lib.patterns() for word in ("-e", p))]
    row = lib.Row("rg -j1 --count-matches", ["rg", *options, *data.files], size(data.files))
    return Peer(row, "all", lib.first_line("rg", "--version"), "counts all matches of the 3 patterns")


def ugrep(data):
    options = ["-J1", "-c", "-o", *(word for p in lib.patterns() for word in ("-e", p))]
    row = lib.Row("ugrep -J1 -c -o", ["ugrep", *options, *data.files], size(data.files))
    return Peer(row, "all", " ".join(lib.first_line("ugrep", "--version").split()[:2]), "counts all matches of the 3 patterns")


def yara(data):
    """One rule whose strings are the three patterns. yara takes one target a run, so the files are looked at one by one
    through its list of targets."""
    rules, targets = f"{lib.WORK}/custom.yar", f"{lib.WORK}/yara-targets"
    strings = " ".join(f"$p{number} = /{p}/" for number, p in enumerate(lib.patterns()))
    with open(rules, "w", encoding="utf-8") as file:
        file.write(f"rule custom {{ strings: {strings} condition: any of them }}\n")
    with open(targets, "w", encoding="utf-8") as file:
        file.writelines(path + "\n" for path in data.sample)
    command = ["yara", "-p", "1", "-w", "--scan-list", rules, targets]
    found = lib.output_of(command).split("\n")
    if len([line for line in found if line.startswith("custom ")]) < len(data.sample) - 1:
        lib.fail(f"yara found the rule in {len(found)} of {len(data.sample)} files only")
    return Peer(lib.Row("yara", command, size(data.sample)), "sample", "yara " + lib.first_line("yara", "--version"),
                "finds all places of the 3 patterns in a file, and names the files that have one")


def clamscan(data):
    """With a database of one signature that nothing matches (it does not start without one). Counts over which it would
    stop at a file are set out of reach, or it would read the first kilobytes only."""
    database = f"{lib.WORK}/clamav"
    os.makedirs(database, exist_ok=True)
    with open(database + "/none.ndb", "w", encoding="ascii") as file:
        file.write("Bench.None:0:*:" + "6c616b6577617264656e2062656e6368" + "\n")
    start = ["clamscan", "--database", database, "--detect-structured=yes", "--structured-ssn-format=2",
             "--max-filesize=2000M", "--max-scansize=2000M", "--max-scantime=0"]
    patients = [path for path in data.sample if path.endswith("/patients.csv")]
    if "Heuristics.Structured" not in lib.output_of([*start, *patients]):
        lib.fail("clamscan does not detect the social security numbers of patients.csv, so structured data is off")
    start += ["--structured-ssn-count=2000000000", "--structured-cc-count=2000000000"]
    read = re.search(r"Data read: ([\d.]+) ([KMG])i?B", lib.output_of([*start, *data.files]))
    if not read or float(read.group(1)) * 1024 ** (1 + "KMG".index(read.group(2))) < 0.95 * size(data.files):
        lib.fail(f"clamscan did not read all files: {read.group(0) if read else 'no count'}")
    row = lib.Row("clamscan --detect-structured", [*start, "--no-summary", *data.files], size(data.files))
    return Peer(row, "all", lib.first_line("clamscan", "--version"),
                "looks for numbers of credit cards (with their check digit) and of US social security, and for 1 signature; "
                "says one word a file")


def libcsv(data):
    row = lib.Row("libcsv loop", [lib.BUILD + "/bench_libcsv", *data.files], size(data.files))
    return Peer(row, "all", "libcsv " + package_version("libcsv3"),
                "counts cells and rows through libcsv's callbacks (bench/libcsv_loop.c); looks for nothing")


def python(data):
    command = ["/usr/bin/python3", "bench/csv_re.py", alternation(), *data.sample]
    counted = lib.output_of(command).split(" rows")[0]
    by_libcsv = lib.output_of([lib.BUILD + "/bench_libcsv", *data.sample]).split(" rows")[0]
    if counted != by_libcsv:
        lib.fail(f"python counts {counted} rows, libcsv {by_libcsv}: one of the two does not read all")
    return Peer(lib.Row("python3 csv + re", command, size(data.sample)), "sample",
                lib.first_line("/usr/bin/python3", "--version"),
                "reads cells with csv, looks for the 3 patterns in each with re, counts all matches (bench/csv_re.py); as "
                "many cells and rows as the libcsv loop (checked)")


def redact_pii(data):
    folder = f"{lib.WORK}/redact"
    os.makedirs(folder, exist_ok=True)
    for path in glob.glob("bench/redact/*"):
        shutil.copy(path, folder)
    installed = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=False,
                               capture_output=True, text=True)
    if installed.returncode != 0:
        return Missing("redact-pii (npm)", "npm ci failed: " + " ".join(installed.stderr.split()[:25]))
    with open(folder + "/node_modules/redact-pii/package.json", encoding="utf-8") as file:
        version = json.load(file)["version"]
    row = lib.Row("redact-pii (npm)", ["node", folder + "/redact.js", *data.slice], size(data.slice))
    return Peer(row, "slice", f"redact-pii {version} on node {lib.first_line('node', '--version')}",
                "replaces what its 11 patterns and its list of names fit, line by line; counts the lines it changed; "
                "no check digits, no keywords")


PEERS = [("cat", cat), ("grep", grep), ("rg", ripgrep), ("ugrep", ugrep), ("yara", yara), ("clamscan", clamscan),
         ("", libcsv), ("", python), ("npm", redact_pii)]


def alternation():
    return "|".join(f"(?:{p})" for p in lib.patterns())


def find(data):
    """(peers, missing)"""
    found, missing = [], []
    for program, make in PEERS:
        if program and not shutil.which(program):
            missing.append(Missing(make.__name__.replace("_", "-"), f"'{program}' is not installed"))
            continue
        peer = make(data)
        (missing if isinstance(peer, Missing) else found).append(peer)
    return found, missing


def lines(peers, missing, data, result, memory, wc, fastest):
    """The section's part on peers. wc, fastest: the rows of `wc -l` and of lakewarden to compare with."""
    on = {"all": data.files, "sample": data.sample, "slice": data.slice}
    extra = [("on", lambda row: megabytes(on[next(p.on for p in peers if p.row is row)]) if row is not wc else
              megabytes(data.files)),
             ("times slower than lakewarden", lambda row: f"{result.rate(fastest) / result.rate(row):,.1f}")]
    rows = [wc, *(peer.row for peer in peers)]
    return ["Peers, in the same rounds. lakewarden of the last column: 3 custom identifiers, 1 thread. Those that take long "
            f"are measured on less: {megabytes(data.sample)} is the same sample at scale 1, {megabytes(data.slice)} the "
            "beginning of each of its files; start-up is in their time.", "",
            *lib.table(rows, result, memory, extra=extra), "",
            "What they do as they are run here, which is less than lakewarden does, or something else (none knows column "
            "names, keywords near a match or check digits, unless it says so, and none says which cells):", "",
            *(f"- {peer.row.name}: {peer.does} ({peer.version})" for peer in peers),
            *(f"- {item.name}: **missing**, {item.reason}" for item in missing)]
