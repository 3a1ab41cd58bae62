"""What the benchmarks share: building, data, timing, tables, the machine's description, sections of docs/performance.md.

A benchmark is a script bench/NAME that writes the one section of docs/performance.md between its marks
(`<!-- bench/NAME: begin -->`, `<!-- bench/NAME: end -->`), says which bounds hold and ends with 1 if one does not:

    import lib
    lib.prepare()                                     # now in the tree's root, programs built
    data = lib.make_data(12)
    rows = [lib.Row("wc -l", ["wc", "-l", *lib.csv_files(data)], lib.size_of(data)), ...]
    result = lib.measure(rows)
    lib.write_section("bench/NAME", [*lib.machine_lines(), *lib.table(rows, result)])
    sys.exit(lib.report_bounds([lib.Bound("what it is", value, ">=", limit)]))

Contenders run one after the other in each of several rounds, so that a slow moment of the machine hits all of them; the median
counts. Rates are input bytes by elapsed time, in MB (10^6) a second.

Environment:
  BENCH_SCALE   scale of the Synthea sample, 12 (some 1 GB)
  BENCH_ROUNDS  rounds, 5, never fewer than 5
  BENCH_BUILD   folder with the built programs; then nothing is built. Otherwise `make build` makes build/release
  BENCH_WORK    folder for data and scratch files, build/bench
  BENCH_DOCS    folder of performance.md, docs. A trial run names another, so that it leaves the documented figures alone
  BENCH_NOTE    a remark on this run that is written next to the machine ("trial on a busy machine")
"""
import datetime
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from typing import Callable, NamedTuple, Union

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCALE = int(os.environ.get("BENCH_SCALE", "12"))
LEAST_ROUNDS = 5
ROUNDS = max(LEAST_ROUNDS, int(os.environ.get("BENCH_ROUNDS", "5")))
BUILD = os.environ.get("BENCH_BUILD", "build/release")
WORK = os.environ.get("BENCH_WORK", "build/bench")
DOCS = os.environ.get("BENCH_DOCS", "docs")
NOTE = os.environ.get("BENCH_NOTE", "")
PROGRAM = BUILD + "/lakewarden"
CUSTOM = "identifiers/custom"
# Which identifiers a scan looks for, by the names that the documents use.
CHOICES = {
    "custom": ("--custom", CUSTOM, "--managed", "none"),
    "recommended": ("--custom", CUSTOM),
    "all": ("--custom", CUSTOM, "--managed", "all"),
}
# Exit codes that are no error, where these are more than 0: found nothing (grep and its kin), found something (clamscan).
FINE = {"grep": (0, 1), "rg": (0, 1), "ugrep": (0, 1), "clamscan": (0, 1)}


def fail(text):
    raise SystemExit(f"{os.path.relpath(sys.argv[0], ROOT)}: {text}")


# ---- what is measured ----

class Row(NamedTuple):
    """A contender. command: arguments of a program, or a function that does the work and returns the seconds it took."""
    name: str
    command: Union[list, Callable]
    size: int
    rounds: int = 0  # 0: as many as all
    output: str = ""  # file for its output; empty: a scratch file


class Result(NamedTuple):
    times: dict  # name: seconds of each round

    def seconds(self, row):
        return statistics.median(self.times[row.name])

    def rate(self, row):
        """MB (10^6 bytes) a second."""
        return row.size / self.seconds(row) / 1e6


def run(command, output=""):
    """Seconds that command took; an unexpected exit code ends the benchmark. Output goes to a file (WORK/output): with
    /dev/null, grep would stop at the first match."""
    environment = dict(os.environ, LC_ALL="C")
    with open(output or WORK + "/output", "wb") as file:
        begin = time.perf_counter()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, env=environment,
                              check=False)
        seconds = time.perf_counter() - begin
    if done.returncode not in FINE.get(os.path.basename(command[0]), (0,)):
        fail(f"{' '.join(command[:6])} ... ended with {done.returncode}\n{done.stderr.decode(errors='replace')[:2000]}")
    return seconds


def measure(rows, rounds=ROUNDS):
    """Runs each row once a round. A row's own number of rounds may be lower (then its table must say so)."""
    times = {row.name: [] for row in rows}
    for number in range(rounds):
        for row in rows:
            if row.rounds == 0 or number < row.rounds:
                times[row.name].append(row.command() if callable(row.command) else run(row.command, row.output))
        print(f"round {number + 1} of {rounds} done", flush=True)
    return Result(times)


def peak_mib(command):
    """Peak resident memory of command, in a run of its own under GNU time."""
    measured = WORK + "/time"
    run(["/usr/bin/time", "-f", "%M", "-o", measured, *command])
    with open(measured, encoding="ascii") as file:
        return int(file.read().split()[-1]) / 1024


def output_of(command):
    """What command prints, checked like run."""
    run(command)
    with open(WORK + "/output", encoding="utf-8", errors="replace") as file:
        return file.read()


# ---- programs and data ----

def prepare(*programs):
    """Goes to the tree's root and builds lakewarden, synthea and the programs of bench/ named here."""
    os.chdir(ROOT)
    if "BENCH_BUILD" not in os.environ:
        subprocess.run(["make", "--no-print-directory", "build"], check=True)
        if programs:
            subprocess.run(["tools/quietly", "cmake", "--build", "--preset", "release", "--target", *programs], check=True)
    for program in ("lakewarden", "synthea", *programs):
        if not os.access(f"{BUILD}/{program}", os.X_OK):
            fail(f"{BUILD}/{program} was not built")
    os.makedirs(WORK, exist_ok=True)
    os.makedirs(DOCS, exist_ok=True)


def make_data(scale=SCALE):
    """Folder with the Synthea sample of this scale, made once (scale 1: some 82 MB)."""
    data = f"{WORK}/synthea-{scale}"
    if not os.path.exists(data + ".done"):
        print(f"making the sample at scale {scale} ...", flush=True)
        shutil.rmtree(data, ignore_errors=True)
        os.makedirs(data)
        run([BUILD + "/synthea", data, "--scale", str(scale)])
        with open(data + ".done", "w", encoding="ascii"):
            pass
    return data


def csv_files(data):
    return sorted(glob.glob(data + "/**/*.csv", recursive=True))


def size_of(path):
    """Bytes of a file, or of the CSV files in a folder."""
    return os.path.getsize(path) if os.path.isfile(path) else sum(os.path.getsize(f) for f in csv_files(path))


def warm(files):
    """Brings files into the page cache."""
    run(["wc", "-l", *files])


def scan(source, *options, threads):
    return [PROGRAM, "scan", source, "--progress", "never", "--threads", str(threads), *options]


def patterns():
    """The regular expressions of the custom identifiers, so that others look for the same."""
    found = []
    for path in sorted(glob.glob(CUSTOM + "/*.json")):
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file)["regex"])
    return found


# ---- the document ----

def first_line(*command):
    """First line that command prints; empty if there is no such program."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split("\n")[0].strip()
    except FileNotFoundError:
        return ""


def machine_lines(*programs):
    """When, which commit, which machine, which versions: of gcc and wc, and of each program named (it must know --version)."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = set(re.findall(r"model name\s*: (.*)", file.read()))
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"MemTotal:\s*(\d+)", file.read()).group(1)) / 1024 / 1024
    commit = first_line("git", "-c", "safe.directory=*", "rev-parse", "--short", "HEAD")
    changed = first_line("git", "-c", "safe.directory=*", "status", "--porcelain", "--untracked-files=no", "--", "*.c", "*.h")
    return [f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, commit {commit}{' and changes' if changed else ''}, "
            f"{first_line(PROGRAM, 'version')}",
            f"- {' / '.join(sorted(models)) or os.uname().machine}, {len(os.sched_getaffinity(0))} processors, "
            f"{memory:.0f} GiB, Linux {os.uname().release.split('-')[0]}",
            "- " + "; ".join(v for v in (first_line(p, "--version") for p in ("gcc", "wc", *programs)) if v),
            *([f"- **{NOTE}**"] if NOTE else [])]


def table(rows, result, memory=None, against="wc -l", extra=()):
    """Lines of a table: rate, share of the rate of the row named against, seconds, peak memory by name where given, and extra
    columns, each (title, function of the row)."""
    base = next((row for row in rows if row.name == against), None)
    columns = [("MB/s", lambda row: f"{result.rate(row):,.{0 if result.rate(row) >= 10 else 1}f}")]
    if base:
        columns.append((f"of `{against}`", lambda row: share(result.rate(row) / result.rate(base))))
    columns.append(("seconds (fastest, slowest)", lambda row: f"{result.seconds(row):.2f} ({min(result.times[row.name]):.2f}, "
                                                              f"{max(result.times[row.name]):.2f})"))
    if memory:
        columns.append(("peak memory", lambda row: f"{memory[row.name]:.1f} MiB"))
    columns += extra
    return grid(["", *(title for title, _ in columns)], [[row.name, *(cell(row) for _, cell in columns)] for row in rows])


def share(value):
    """Two digits that say something, also of small shares."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def grid(titles, lines):
    """A Markdown table: names on the left, figures on the right."""
    return ["| " + " | ".join(titles) + " |", "|---" + "|---:" * (len(titles) - 1) + "|",
            *("| " + " | ".join(line) + " |" for line in lines)]


def write_section(name, lines, document="performance.md"):
    """Replaces what stands between the marks of this name (e.g. "bench/run") and shows it. The marks must be there: a new
    section is put where it belongs by hand."""
    path = f"{DOCS}/{document}"
    if not os.path.exists(path):
        shutil.copyfile(f"{ROOT}/docs/{document}", path)
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(begin) != 1 or text.count(end) != 1:
        fail(f"{path} needs the marks '{begin}' and '{end}' once each; put them back")
    before, after = text.split(begin)[0], text.split(end)[1]
    body = "\n".join(lines).strip("\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}\n\n{body}\n\n{end}{after}")
    print(f"{body}\n\nwritten to {path}\n")


# ---- bounds ----

class Bound(NamedTuple):
    """What must hold: value >= limit, or value <= limit."""
    name: str
    value: float
    relation: str
    limit: float
    unit: str = ""

    def holds(self):
        return self.value >= self.limit if self.relation == ">=" else self.value <= self.limit

    def __str__(self):
        return f"{self.name}: {self.value:.2f}{self.unit}, must be {self.relation} {self.limit:g}{self.unit}"


def report_bounds(bounds):
    """Prints each; the exit code: 1 if one is missed."""
    for bound in bounds:
        print(f"{'holds' if bound.holds() else 'MISSED'}: {bound}")
    return 0 if all(bound.holds() for bound in bounds) else 1
