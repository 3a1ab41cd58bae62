#!/usr/bin/python3
"""usage: compare.py MATCH_CLI KIND... [--seed N] [--count N] [--allow-missing]

Puts python3-stdnum and lakewarden side by side: for each kind of number COUNT valid values, each as it is written in
practice, and for each of them three wrong or random ones (a digit changed, two neighbours swapped, all digits anew).
Both judge every one. Where they differ, kinds.py must hold the reason; anything else fails. KIND may be a prefix that
ends in '*' ("iban_*"). With --allow-missing an identifier that this build does not detect is no failure, for work on
single families; the tests do not pass it.
"""
import argparse
import collections
import random
import string
import subprocess
import sys

sys.dont_write_bytecode = True
SHOWN = 8


def load_kinds():
    try:
        import kinds
    except ImportError as error:
        raise SystemExit(f"compare.py: {error}; install the Debian package 'python3-stdnum' (tools/install-deps test)")
    return kinds.KINDS


def replaced(rng, c):
    if c.isdigit():
        return rng.choice(string.digits.replace(c, ""))
    return rng.choice(string.ascii_uppercase.replace(c, "")) if c.isalpha() else c


def mutations(rng, value):
    """Three neighbours of a value: one character changed, two swapped, all digits anew."""
    at = rng.randrange(len(value))
    while not value[at].isalnum():
        at = rng.randrange(len(value))
    yield value[:at] + replaced(rng, value[at]) + value[at + 1:]
    at = rng.randrange(len(value) - 1)
    yield value[:at] + value[at + 1] + value[at] + value[at + 2:]
    yield "".join(rng.choice(string.digits) if c.isdigit() else c for c in value)


def samples(kind, rng, count):
    """(text, made valid) for every value in every form."""
    seen = set()
    for _ in range(count):
        value = kind.make(rng)
        while value is None:
            value = kind.make(rng)
        for made, text in [(True, value)] + [(False, m) for m in mutations(rng, value)]:
            try:
                forms = kind.forms(text)
            except (ValueError, IndexError):
                continue
            for form in forms:
                if form not in seen:
                    seen.add(form)
                    yield form, made


def ask(program, questions, alone):
    """'1', '0' or '-' for each (id, text)."""
    lines = "".join(f"{identifier}\t{text}\n" for identifier, text in questions)
    run = subprocess.run([program] + ["--alone"] * alone, input=lines, capture_output=True, text=True)
    answers = run.stdout.split("\n")[:-1]
    if run.returncode != 0 or len(answers) != len(questions):
        raise SystemExit(f"compare.py: {program} ended with {run.returncode}: {run.stderr.strip()}")
    return answers


class Result:
    def __init__(self):
        self.values, self.agreed, self.missing, self.unexplained = 0, 0, set(), 0
        self.explained = collections.Counter()
        self.examples = []


def explain(kind, plain, ours):
    for difference in kind.differences:
        if difference.ours in (None, ours) and difference.applies(plain):
            return difference.reason
    return None


def judge(kind, group, text, theirs, ours, result):
    result.values += 1
    if theirs == ours:
        result.agreed += 1
        return
    reason = explain(kind, kind.plain(text), ours)
    if reason is not None:
        result.explained[reason] += 1
        return
    result.unexplained += 1
    if len(result.examples) < SHOWN:
        result.examples.append(f"'{text}' ({' or '.join(group)}): stdnum says {'yes' if theirs else 'no'}, "
                               f"lakewarden {'yes' if ours else 'no'}")


def compare(program, kind, rng, count):
    texts = list(samples(kind, rng, count))
    result = Result()
    verdicts = []
    for text, made in texts:
        verdicts.append(bool(kind.valid(text)))
        if made and not verdicts[-1] and explain(kind, kind.plain(text), False) is None:
            raise SystemExit(f"compare.py: the value '{text}' is made wrong: stdnum does not take it")
    for group in kind.ids:
        group = group if isinstance(group, tuple) else (group,)
        answers = [ask(program, [(identifier, text) for text, _ in texts], kind.alone) for identifier in group]
        result.missing |= {identifier for identifier, given in zip(group, answers) if given and given[0] == "-"}
        if result.missing & set(group):
            continue
        for i, (text, _) in enumerate(texts):
            judge(kind, group, text, verdicts[i], any(given[i] == "1" for given in answers), result)
    return result


def chosen(known, wanted):
    names = []
    for word in wanted:
        hits = [name for name in known if name == word or (word.endswith("*") and name.startswith(word[:-1]))]
        if not hits:
            raise SystemExit(f"compare.py: no kind '{word}'; there are: {', '.join(known)}")
        names += hits
    return names


def report(name, result, allow_missing):
    failed = result.unexplained > 0 or (bool(result.missing) and not allow_missing)
    print(f"{'FAILED' if failed else 'ok':6} {name:18} {result.values:8,} judged, {result.agreed:8,} agree, "
          f"{sum(result.explained.values()):6,} differ for a known reason, {result.unexplained:6,} differ")
    for reason, count in result.explained.most_common():
        print(f"         {count:6,}  {reason}")
    for text in result.examples:
        print(f"         {text}")
    for identifier in sorted(result.missing):
        print(f"         {identifier}: not detected by this build")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("kinds", nargs="+", metavar="KIND")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--allow-missing", action="store_true")
    arguments = parser.parse_args()
    kinds = load_kinds()
    print(f"seed {arguments.seed}, {arguments.count:,} values a kind")
    failed = 0
    for name in chosen(kinds, arguments.kinds):
        rng = random.Random(f"{arguments.seed} {name}")
        failed += report(name, compare(arguments.program, kinds[name], rng, arguments.count), arguments.allow_missing)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
