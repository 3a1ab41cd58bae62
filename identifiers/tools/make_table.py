#!/usr/bin/python3
"""usage: make_table.py [--check]

Writes the tables of docs/identifiers.md, between its marks, from identifiers/managed/*/*.json. What people wrote around
them stays. With --check nothing is written: it ends with 1, and says what to do, if
the page is not what it would write.
"""
import argparse
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "identifiers.md"
BEGIN = "<!-- tables begin: written by identifiers/tools/make_table.py -->"
END = "<!-- tables end -->"
TITLES = {
    "credentials": "Credentials", "driver_licences": "Driver's licences", "financial": "Bank accounts and cards",
    "health": "Health", "identity": "Identity", "names_addresses": "Names and addresses", "passports": "Passports",
    "phones": "Telephone numbers", "tax": "Tax",
}
KEYWORD = {"around": "needed", "free": "none", "conditional": "for some forms", "absent": "must be absent"}
COLUMNS = ["id", "what", "countries", "keyword", "patterns", "checks", "severity", "rec.", "examples", "format from"]


def cell(text):
    return " ".join(str(text).split()).replace("|", "\\|") or "-"


def severity(document):
    levels = [document["severity"].get(count, "None") for count in ("1", "2-99", "100+")]
    return levels[0] if len(set(levels)) == 1 else " / ".join(levels)


def pattern_names(detect):
    """With a * the form of a conditional identifier that counts without a keyword."""
    return ", ".join(pattern["name"] + ("\\*" if pattern.get("alone") else "")
                     for pattern in detect.get("patterns", []))


def check_names(detect):
    names = [pattern["check"] for pattern in detect.get("patterns", []) if pattern.get("check")]
    if detect.get("finder"):
        names.append("finder " + detect["finder"])
    return ", ".join(dict.fromkeys(names))


def row(document):
    detect = document.get("detect")
    facts = [f"`{document['id']}`", document["name"], ", ".join(document["countries"])]
    if detect is None:
        return facts + ["", "not detected yet", "", severity(document), "", "", ""]
    return facts + [
        KEYWORD.get(detect.get("proximity"), detect.get("scope", "")), pattern_names(detect), check_names(detect),
        severity(document), "yes" if document["recommended"] else "",
        f"{len(document.get('examples', []))} + {len(document.get('counterExamples', []))}",
        "; ".join(document.get("formatSource", []))]


def table(family, documents):
    lines = [f"### {TITLES.get(family, family)} (`{family}`, {len(documents)})", "",
             "| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(cell(text) for text in row(document)) + " |" for document in documents]
    return "\n".join(lines)


def read_families(managed):
    """{family: documents by id}"""
    families = {}
    for path in sorted(managed.glob("*/*.json")):
        families.setdefault(path.parent.name, []).append(json.loads(path.read_text(encoding="utf-8")))
    return families


def tables(families):
    documents = [document for family in families.values() for document in family]
    detected = sum("detect" in document for document in documents)
    head = f"{len(documents)} identifiers in {len(families)} families; {detected} are detected."
    return "\n\n".join([head] + [table(family, families[family]) for family in sorted(families)])


def replaced(page, text):
    """page with text between the marks; ValueError if there are none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(
            f"'{PAGE.relative_to(ROOT)}' has lost its marks; put '{BEGIN}' and '{END}' back, each on its line")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def first_difference(old, new):
    for number, (had, wants) in enumerate(zip(old.split("\n"), new.split("\n")), 1):
        if had != wants:
            return f"line {number}:\n  is     {had[:200]}\n  should {wants[:200]}"
    return "its length"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    old = PAGE.read_text(encoding="utf-8")
    try:
        new = replaced(old, tables(read_families(ROOT / "identifiers" / "managed")))
    except ValueError as error:
        print(f"make_table.py: {error}", file=sys.stderr)
        return 1
    if not arguments.check:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    if new != old:
        print(f"docs/identifiers.md is not what the catalogue says; first difference: {first_difference(old, new)}\n"
              "run identifiers/tools/make_table.py and commit the page")
    return 1 if new != old else 0


if __name__ == "__main__":
    sys.exit(main())
