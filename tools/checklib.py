"""What the checkers in this folder share: the list of files, C text without comments, reporting, self-tests.

A checker is a function check(root) that gives a list of Problem. main() runs it on the tree (exit 0 or 1), or with
--self-test on small trees written to a scratch folder: a checker that cannot see a bad example is worth nothing.
Exit 77 means that a tool is missing; CTest shows such a test as skipped, and the reason is printed.
"""
import os
import re
import subprocess
import sys
import tempfile
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SKIPPED = 77

Problem = namedtuple("Problem", "path line text")


class ToolMissing(Exception):
    pass


def files(root, *suffixes):
    """Tracked files below root (all files where root is no git checkout), sorted, relative to root."""
    names = None
    if os.path.exists(os.path.join(root, ".git")):
        listing = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"], capture_output=True)
        if listing.returncode == 0:
            names = listing.stdout.decode("utf-8", "surrogateescape").split("\0")
    if names is None:
        names = []
        for folder, folders, here in os.walk(root):
            folders[:] = [f for f in folders if f not in ("build", ".git", "node_modules", "__pycache__")]
            names += [os.path.relpath(os.path.join(folder, name), root) for name in here]
    names = [n for n in names if n and os.path.isfile(os.path.join(root, n))]
    return sorted(n for n in names if not suffixes or n.endswith(suffixes))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


_TOKENS = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def _blank(match):
    token = match.group(0)
    if token[0] in "\"'":
        return token[0] + token[0]
    return "\n" * token.count("\n") or " "


def strip_c(text):
    """C text with comments gone and literals empty; every line stays on its line."""
    return _TOKENS.sub(_blank, text)


def strip_comments(text):
    """C text with comments gone and literals kept."""
    return _TOKENS.sub(lambda m: m.group(0) if m.group(0)[0] in "\"'" else _blank(m), text)


def need_tool(name, package):
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if os.access(os.path.join(folder, name), os.X_OK):
            return
    raise ToolMissing(f"'{name}' is not installed; install the Debian package '{package}' to run this check")


def _self_test(check, cases):
    failures = 0
    for name, tree, wanted in cases:
        with tempfile.TemporaryDirectory() as scratch:
            for path, content in tree.items():
                full = os.path.join(scratch, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as file:
                    file.write(content)
            found = [f"{p.path}:{p.line}: {p.text}" for p in check(scratch)]
        good = (not found) if wanted is None else any(wanted in text for text in found)
        print(f"{'ok' if good else 'FAILED'}: {name}")
        if not good:
            failures += 1
            print(f"    wanted: {wanted}\n    found: {found}")
    return 1 if failures or not cases else 0


def main(check, cases, what):
    """cases: (name, {path: content}, part of the wanted message or None for a tree without problems)."""
    arguments = sys.argv[1:]
    try:
        if arguments == ["--self-test"]:
            return _self_test(check, cases)
        if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
            print(f"usage: {os.path.basename(sys.argv[0])} [--self-test | FOLDER]\n{what}")
            return 0 if arguments[0] in ("-h", "--help") else 2
        problems = check(os.path.abspath(arguments[0]) if arguments else ROOT)
    except ToolMissing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    for problem in problems:
        print(f"{problem.path}:{problem.line}: {problem.text}")
    if problems:
        print(f"\n{len(problems)} problem(s). {what}")
    return 1 if problems else 0
