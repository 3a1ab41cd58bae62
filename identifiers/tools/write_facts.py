#!/usr/bin/env python3
"""Writes the "facts" of identifiers/managed/*/*.json from their patterns.

    identifiers/tools/write_facts.py [--program build/release/lakewarden]

To be run after a pattern was changed: build, run this, build again. `lakewarden identifiers check` says when it is due. Facts
are what each match has whatever the pattern (least length, least digits, longest runs, how it begins), so that a scan can pass
over cells without them; they are kept in the files so that no pattern has to be read at start.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def with_facts(document, facts):
    """The document with its facts in front of what they speak of."""
    kept = {}
    for key, value in document.items():
        if key == "facts":
            continue
        if key == "detect" and facts is not None:
            kept["facts"] = facts
        kept[key] = value
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / "build/release/lakewarden")
    arguments = parser.parse_args()
    changed = 0
    for path in sorted((ROOT / "identifiers/managed").glob("*/*.json")):
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
        if "detect" not in document:
            continue
        shown = subprocess.run([arguments.program, "identifiers", "show", document["id"], "--format", "json"],
                               check=True, capture_output=True, text=True).stdout
        renewed = json.dumps(with_facts(document, json.loads(shown).get("facts")), indent=1, ensure_ascii=False) + "\n"
        if renewed != text:
            path.write_text(renewed, encoding="utf-8")
            changed += 1
    print(f"{changed} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
