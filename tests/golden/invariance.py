#!/usr/bin/python3
"""usage: tests/golden/invariance.py LAKEWARDEN SYNTHEA [SEED]

Findings do not depend on how a scan is done: any number of threads from 1 to 8, blocks from 1 KiB to 8 MiB, and every vector
level give the same events, on the sample and on tables that are as unlike it as can be: all kinds of quotes, line ends,
delimiters and encodings, with the examples of all managed identifiers in them.
"""
import csv
import glob
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE_ROWS = 1500
ROWS = 400
SELECTIONS = [["--managed", "none"], [], ["--managed", "all"], ["--managed", "all", "--overlap", "keep"]]
WAYS = [(1, "1K"), (2, "1500"), (3, "4K"), (4, "33K"), (5, "64K"), (6, "256K"), (7, "1M"), (8, "8M")]
LEVELS = ["base", "avx2", "avx512", "avx512-icl"]


def examples():
    """Values of all identifiers with the columns they belong in."""
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "identifiers/managed/*/*.json"))):
        with open(path, encoding="utf-8") as file:
            entry = json.load(file)
        for example in entry["examples"]:
            text = example.get("text")
            if isinstance(text, list):
                text = "".join(text)
            if text:
                found.append((text, example.get("column") or (entry.get("keywords") or ["value"])[0]))
    return found


def cell(roll, known):
    kind = roll.randrange(12)
    text, keyword = roll.choice(known)
    plain = ["", "x", "word", "12", "3.14159265358979", "2024-05-06T10:11:12Z", "01/02/1990", "kg/m2", "MASSACHUSETTS",
             "%08x-%04x-%04x-%04x-%012x" % tuple(roll.getrandbits(n) for n in (32, 16, 16, 16, 48))]
    if kind < 5:
        return roll.choice(plain)
    if kind < 8:
        return text
    if kind == 8:
        return f"{keyword}: {text}"
    if kind == 9:
        return text + " " * roll.randrange(80) + roll.choice(plain)
    if kind == 10:
        return "\u00fc\u00df\u4e2d" * roll.randrange(30) + text
    return roll.choice(['say "it"', "two\nlines", "a,b;c|d", "'", "tab\there"])


def table(roll, known, columns, delimiter=",", quoting=csv.QUOTE_MINIMAL, line_end="\n", header=True):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    if header:
        writer.writerow([roll.choice(known)[1].replace("\n", " ") + f" {i}" for i in range(columns)])
    for _ in range(ROWS):
        writer.writerow([cell(roll, known) for _ in range(columns - roll.randrange(2))])
        if roll.randrange(20) == 0:
            out.write(line_end)
    return out.getvalue()


def make_tables(folder, seed=5):
    roll = random.Random(seed)
    known = examples()
    assert len(known) > 1000, "the catalogue's examples are not there"
    texts = {
        "plain.csv": table(roll, known, 9),
        "quoted.csv": table(roll, known, 7, quoting=csv.QUOTE_ALL),
        "windows.csv": table(roll, known, 5, line_end="\r\n"),
        "semicolon.csv": table(roll, known, 6, delimiter=";", header=False),
        "tabs.tsv": table(roll, known, 6, delimiter="\t"),
        "wide.csv": table(roll, known, 240),
        "one.csv": table(roll, known, 1),
        "bare-cr.csv": table(roll, known, 4).replace("word\n", "word\r") + 'x"y,"z"w,\0,end\n',
        "lines.txt": "\n".join(f"{i} INFO {cell(roll, known)} {cell(roll, known)}" for i in range(ROWS)),
        "long.csv": "id,note\n" + "".join(f'{i},"{" ".join(cell(roll, known).replace(chr(34), "") for _ in range(3000))}"\n'
                                         for i in range(3)),
    }
    for name, text in texts.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text.encode("utf-8"))
    with gzip.open(os.path.join(folder, "packed.csv.gz"), "wb") as file:
        file.write(texts["plain.csv"].encode("utf-8"))
    with open(os.path.join(folder, "utf16.csv"), "wb") as file:
        file.write(texts["quoted.csv"].encode("utf-16"))


def make_sample(synthea, folder):
    subprocess.run([synthea, folder], check=True, timeout=300, stdout=subprocess.DEVNULL)
    for path in glob.glob(os.path.join(folder, "*.csv")):
        with open(path, "rb") as file:
            lines = file.readlines()[:SAMPLE_ROWS]
        with open(path, "wb") as file:
            file.writelines(lines)


def scan(program, folder, options, level=None):
    environment = {k: v for k, v in os.environ.items() if k != "LAKEWARDEN_SIMD"}
    if level:
        environment["LAKEWARDEN_SIMD"] = level
    with tempfile.NamedTemporaryFile() as events:
        command = [program, "scan", folder, "--progress", "never", "--custom", os.path.join(ROOT, "identifiers/custom"),
                   "--events", events.name, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
        found = []
        with open(events.name, encoding="utf-8") as file:
            for line in file:
                detail = json.loads(line)["detail"]
                result = detail["classificationDetails"]["result"]
                found.append((detail["resourcesAffected"]["s3Object"]["key"], detail["type"], detail["severity"], result))
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.returncode, found


def main():
    program, synthea = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="lakewarden-invariance-") as folder:
        make_sample(synthea, folder)
        make_tables(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 5)
        for selection in SELECTIONS:
            first = scan(program, folder, [*selection, "--threads", "1", "--block-size", "256K"])
            assert len(first[1]) >= 12, f"only {len(first[1])} findings with {selection}"
            ways = [(threads, size, None) for threads, size in WAYS]
            ways += [(2, size, level) for level in LEVELS for size in ("1K", "100K")]
            for threads, size, level in ways:
                options = [*selection, "--threads", str(threads), "--block-size", size]
                again = scan(program, folder, options, level)
                if again != first:
                    other = [f for f in again[1] if f not in first[1]][:1] + [f for f in first[1] if f not in again[1]][:1]
                    raise SystemExit(f"{options} at level {level} give other findings: {json.dumps(other)[:3000]}")
            print(f"{' '.join(selection) or '(default)'}: {len(first[1])} findings, {len(ways)} ways, all the same")


if __name__ == "__main__":
    main()
