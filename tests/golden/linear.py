#!/usr/bin/env python3
"""A pattern that is over its work limit, seen from outside: linear.py LAKEWARDEN.

The object is PARTIAL with the reason, the exit code says so, what other patterns found in it is kept, other objects are not
touched; and all of it is the same for any number of threads and any block size.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

# Each of them took more than ten microseconds a byte on the cells below before patterns had a meter.
EVIL = {"scan-on": (r"a.*b|a", "a" * 5000), "twice": (r"(a+)+[bc]|(a+)+d", "a" * 24 + "d"),
        "edge": (r"[a-z]+\b[a-z]", "z" * 5000)}
SHAPE = r"[X]{1}\d{8}[X]{1}"


def expect(condition, *about):
    if not condition:
        raise SystemExit("FAILED: " + "\n".join(str(item) for item in about))


def scan(program, folder, identifiers, *more):
    """Exit code, standard output, and what was found: key -> {identifier: count}."""
    events = os.path.join(identifiers, "events.jsonl")
    done = subprocess.run([program, "scan", folder, "--custom", identifiers, "--managed", "none", "--progress", "never",
                           "--events", events, *more], capture_output=True, text=True, timeout=60, check=False)
    found = {}
    with open(events, encoding="utf-8") as file:
        for line in file:
            detail = json.loads(line)["detail"]
            found[detail["resourcesAffected"]["s3Object"]["key"]] = {
                item["name"]: item["count"]
                for item in detail["classificationDetails"]["result"]["customDataIdentifiers"]["detections"]}
    os.remove(events)
    return done.returncode, done.stdout, found


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def judge(program, place, name):
    regex, cell = EVIL[name]
    folder, identifiers = os.path.join(place, name), os.path.join(place, name + "-identifiers")
    os.mkdir(folder)
    os.mkdir(identifiers)
    write(os.path.join(identifiers, "evil.json"), json.dumps({"name": "evil", "regex": regex}))
    write(os.path.join(identifiers, "shape.json"), json.dumps({"name": "shape", "regex": SHAPE}))
    write(os.path.join(folder, "hostile.csv"), f"id,note\n1,X12345678X\n2,{cell}\n3,X87654321X\n")
    write(os.path.join(folder, "harmless.csv"), "id,note\n1,X12345678X\n2,-\n")
    seen = []
    for more in ([], ["--threads", "1"], ["--threads", "8"], ["--block-size", "1K"], ["--block-size", "8M"]):
        code, output, found = scan(program, folder, identifiers, *more)
        expect(code == 3, f"{name} {more}: exit code {code}, 3 expected", output)
        expect(re.search(r"PARTIAL +\S*hostile\.csv +TIME_CUT_OFF_REACHED: a pattern was over its work limit", output),
               f"{name} {more}: the object is not told to be partial", output)
        expect(re.search(r"objects: 1 complete, 1 partial", output), f"{name} {more}: other objects", output)
        expect(found["hostile.csv"]["shape"] == 2 and found["harmless.csv"] == {"shape": 1}, f"{name} {more}", found)
        seen.append(found)
    expect(all(found == seen[0] for found in seen), f"{name}: findings differ", seen)
    os.remove(os.path.join(folder, "hostile.csv"))
    code, output, found = scan(program, folder, identifiers)
    expect(code == 0 and "partial" not in output.lower(), f"{name}: the harmless object alone ends with {code}", output)


def main():
    with tempfile.TemporaryDirectory(prefix="lakewarden-linear-") as place:
        for name in EVIL:
            judge(sys.argv[1], place, name)
    print(f"{len(EVIL)} patterns: partial, told, exit code 3, and the rest complete")


if __name__ == "__main__":
    main()
