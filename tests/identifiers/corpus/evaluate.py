#!/usr/bin/python3
"""usage: evaluate.py LAKEWARDEN FOLDER [--seed N] [--docs] [--explain ID|DECOY]

Makes the labelled corpus in FOLDER, scans it with all managed identifiers and prints, by identifier, how much of what
is there was found and what was found that is not there. Ends with 1 where a bound is not kept:

  recall under right headers   0.99; telephone numbers and dates of birth 0.95; names and addresses 0.90
  false alarms                 under neutral headers and on decoys 10 per million cells in all; 0 of identifiers that
                               need a keyword

What is one by its content is no false alarm: an IBAN, a token, a card number, +49... need no header. faker is installed
into FOLDER with npm once. --docs writes the table into docs/identifiers.md; --explain prints the files of one subject.
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
RECORDS = 2000
PER_MILLION = 10
BEGIN = "<!-- measured begin: written by tests/identifiers/corpus/evaluate.py -->"
END = "<!-- measured end -->"


def stop(text):
    print(f"evaluate.py: {text}")
    sys.exit(1)


def run(command, what, **more):
    try:
        done = subprocess.run(command, capture_output=True, text=True, **more)
    except OSError as error:
        stop(f"cannot {what}: {error}; run 'tools/install-deps test'")
    if done.returncode != 0:
        stop(
            f"cannot {what}: {command[0]} ended with {done.returncode}:\n{(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def install_faker(folder):
    """node_modules in folder, as package-lock.json pins it. The path of faker's module."""
    lock = folder / "package-lock.json"
    module = folder / "node_modules" / "@faker-js" / "faker" / "dist" / "index.js"
    if module.exists() and lock.exists() and lock.read_bytes() == (HERE / "package-lock.json").read_bytes():
        return module
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        "install @faker-js/faker with npm (it needs the network once)", cwd=folder)
    return module


def faker_document(folder, seed):
    out = folder / "faker.json"
    run(["node", str(HERE / "make_corpus.mjs"), str(install_faker(folder)), str(out), str(seed), str(RECORDS)],
        "make persons with faker")
    return json.loads(out.read_text(encoding="utf-8"))


# ---- scanning ----

def scan(program, corpus, managed, more):
    """{file: {id: count}}"""
    with tempfile.TemporaryDirectory() as scratch:
        return counts_of(scan_to(program, corpus, managed, pathlib.Path(scratch) / "events.jsonl", more))


def scan_to(program, corpus, managed, events, more):
    run([str(program), "scan", str(corpus), "--managed", managed, "--events", str(events), "--fail-on", "never",
         "--progress", "never", "--format", "table"] + more, "scan the corpus")
    return events.read_text(encoding="utf-8").splitlines() if events.exists() else []


def counts_of(lines):
    found = {}
    for line in lines:
        detail = json.loads(line)["detail"]
        result = detail["classificationDetails"]["result"]
        key = detail["resourcesAffected"]["s3Object"]["key"]
        if result["status"]["code"] != "COMPLETE":
            stop(f"'{key}' was not scanned completely: {result['status']}")
        counts = found.setdefault(key, collections.Counter())
        for category in result["sensitiveData"]:
            for detection in category["detections"]:
                counts[detection["type"]] += detection["count"]
    return found


def scan_alone(program, corpus, labels):
    """What each identifier finds when it is the only one that is looked for, in the tables that hold it."""
    found = collections.defaultdict(collections.Counter)
    folders = collections.defaultdict(set)
    for name, label in labels.items():
        for identifier in label.expected:
            folders[identifier].add(pathlib.PurePath(name).parent)
    for identifier, places in folders.items():
        for place in places:
            for key, counts in scan(program, corpus / place, identifier, []).items():
                found[str(place / key)][identifier] = counts[identifier]
    return found


# ---- judging ----

# A card number under a header that is no keyword of Macie's is found as its twin.
TWINS = {"CREDIT_CARD_NUMBER": "CREDIT_CARD_NUMBER_(NO_KEYWORD)"}


class Tally:
    """One identifier's sums. Hits on tables that hold another identifier or persons are 'also': no alarms by
    themselves, since a number can be several things."""

    def __init__(self):
        self.expected = self.hits = self.default_hits = 0
        self.neutral = self.decoys = self.also = 0
        self.worst = (1.0, "")


def judge_default(labels, found, tallies):
    for name, label in labels.items():
        counts = found.get(name, {})
        for identifier, wanted in label.expected.items():
            tallies[identifier].default_hits += min(counts.get(identifier, 0) + \
                                                    twin_hits(label, counts, identifier), wanted)
        for identifier, count in counts.items():
            if identifier not in label.expected and label.group in ("right", "persons"):
                tallies[identifier].also += count


def twin_hits(label, counts, identifier):
    return counts.get(TWINS.get(identifier), 0) if label.header == "national" else 0


def judge(labels, found, default, tallies, alarms):
    """Recall by what was found with every meaning of a value reported, false alarms by what is reported by default."""
    for name, label in labels.items():
        counts = found.get(name, {})
        for identifier, wanted in label.expected.items():
            tally = tallies[identifier]
            hits = min(counts.get(identifier, 0) + twin_hits(label, default.get(name, {}), identifier), wanted)
            tally.expected += wanted
            tally.hits += hits
            share = hits / wanted if wanted else 1.0
            tally.worst = min(tally.worst, (share, f"{name} ({label.header})"))
        if label.group not in ("neutral", "decoy"):
            continue
        for identifier, count in default.get(name, {}).items():
            wrong = count - label.allowed.get(identifier, 0)
            if wrong > 0:
                tallies[identifier].neutral += wrong if label.group == "neutral" else 0
                tallies[identifier].decoys += wrong if label.group == "decoy" else 0
                alarms[(identifier, name, label.header)] += wrong


def bound_of(identifier):
    if identifier in ("NAME", "ADDRESS"):
        return 0.90
    return 0.95 if identifier.endswith("PHONE_NUMBER") or identifier == "DATE_OF_BIRTH" else 0.99


def problems_of(documents, tallies, cells):
    problems = []
    for identifier in documents:
        tally = tallies[identifier]
        recall = tally.hits / tally.expected if tally.expected else 0.0
        if recall < bound_of(identifier):
            problems.append(f"{identifier}: recall {recall:.4f}, at least {bound_of(identifier)} is asked for; worst "
                            f"{tally.worst[1]}: {tally.worst[0]:.4f}")
        if documents[identifier]["detect"].get("proximity") == "around" and tally.neutral + tally.decoys:
            problems.append(f"{identifier}: needs a keyword, but was found {tally.neutral} times under neutral headers and "
                            f"{tally.decoys} times on decoys")
    total = sum(tally.neutral + tally.decoys for tally in tallies.values())
    if total * 10 ** 6 > PER_MILLION * cells:
        problems.append(f"{total} false alarms in {cells:,} cells: more than {PER_MILLION} per million")
    return problems


# ---- reports ----

HEADS = ["id", "there", "found", "recall", "by default", "precision", "false, neutral", "false, decoys", "elsewhere"]


def row(identifier, tally):
    false = tally.neutral + tally.decoys
    expected = tally.expected or 1
    return [identifier, f"{tally.expected:,}", f"{tally.hits:,}", f"{tally.hits / expected:.4f}",
            f"{tally.default_hits / expected:.4f}", f"{tally.hits / ((tally.hits + false) or 1):.4f}",
                f"{tally.neutral:,}",
            f"{tally.decoys:,}", f"{tally.also:,}"]


def print_table(rows):
    widths = [max(len(row[i]) for row in rows + [HEADS]) for i in range(len(HEADS))]
    for cells in [HEADS] + rows:
        print("  ".join(text.ljust(widths[i]) if i == 0 else text.rjust(widths[i]) for i, text in enumerate(cells)))


def markdown(rows, sums, seed):
    lines = [f"Seed {seed}. {sums}", "",
             "*There*: values under right headers. *Recall*: found of them, with every identifier that fits reported; *by default* where one "
             "value has one meaning. *False*: under neutral headers, on decoys. *Elsewhere*: found by default in columns of other "
             "identifiers, which share forms and keywords.", "",
             "| " + " | ".join(HEADS) + " |", "|---|" + "---:|" * (len(HEADS) - 1)]
    lines += ["| `" + row[0] + "` | " + " | ".join(row[1:]) + " |" for row in rows]
    return "\n".join(lines)


def write_docs(text):
    page = ROOT / "docs" / "identifiers.md"
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        stop(f"'{page}' has lost its marks; put '{BEGIN}' and '{END}' back, each on its line")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def explain(subject, labels, found):
    for name, label in labels.items():
        counts = found.get(name, {})
        if label.subject == subject or subject in counts:
            print(f"{name} under '{label.header}': {label.rows} rows, expected {label.expected}, allowed {label.allowed}, "
                  f"found {dict(counts)}")


def knows_overlap(program):
    return "--overlap" in run([str(program), "scan", "--help"], "ask lakewarden for its options")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--explain", metavar="SUBJECT")
    arguments = parser.parse_args()
    try:
        import files
    except ImportError as error:
        stop(f"{error}; install python3-stdnum and python3-phonenumbers (tools/install-deps test)")
    started = time.monotonic()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    corpus = arguments.folder / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    documents = files.catalogue(ROOT)
    lacking = [i for i in documents if i not in files.values.MAKERS and i not in ("NAME", "ADDRESS")]
    if lacking:
        stop(f"no values for {', '.join(lacking)}: give each a maker in values.py")
    undetected = [i for i, document in documents.items() if "detect" not in document]
    if undetected:
        stop(f"not detected: {', '.join(undetected)}")
    labels = files.make(corpus, faker_document(arguments.folder, arguments.seed), documents, arguments.seed)
    made = time.monotonic()
    default = scan(arguments.program, corpus, "all", [])
    if knows_overlap(arguments.program):
        found = scan(arguments.program, corpus, "all", ["--overlap", "keep"])
    else:
        found = scan_alone(arguments.program, corpus, labels)
    scanned = time.monotonic()
    return conclude(arguments, documents, labels, default, found, (made - started, scanned - made))


def conclude(arguments, documents, labels, default, found, seconds):
    tallies = {identifier: Tally() for identifier in documents}
    alarms = collections.Counter()
    judge(labels, found, default, tallies, alarms)
    judge_default(labels, default, tallies)
    cells = sum(label.cells for label in labels.values() if label.group in ("neutral", "decoy"))
    total = sum(tally.neutral + tally.decoys for tally in tallies.values())
    rows = [row(identifier, tallies[identifier]) for identifier in sorted(documents)]
    print_table(rows)
    decoy_cells = sum(label.rows for label in labels.values() if label.group == "decoy")
    sums = f"{sum(tally.expected for tally in tallies.values()):,} values, {decoy_cells:,} decoys, {total:,} false alarms in " \
           f"{cells:,} cells ({total * 10 ** 6 / cells:.2f} per million)."
    print(f"\nseed {arguments.seed}: {sums}\nmade in {seconds[0]:.0f} s, scanned in {seconds[1]:.0f} s")
    for (identifier, name, header), count in alarms.most_common(25):
        print(f"  false alarm: {identifier} {count} times in {name} ({header})")
    if arguments.explain:
        explain(arguments.explain, labels, default)
    if arguments.docs:
        write_docs(markdown(rows, sums, arguments.seed))
    problems = problems_of(documents, tallies, cells)
    for problem in problems:
        print(f"FAILED {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
