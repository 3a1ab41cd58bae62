"""Judges a history of the fake server: was anything lost, overwritten or deleted that must not be?

I1  every object version that a user ever put into a source bucket, and no user removed, exists (same SHA-256) at every
    instant in a source bucket or in isolation
I2  every source delete of the client comes after the copy and the receipt were written and after reads of both that
    followed these writes
I3  isolation holds at most one object an identity
I4  the client writes and deletes nothing but: the isolated object, the receipt, its own probes; the one source key

As a program:   python3 invariants.py HISTORY --source lake --isolation vault [--prefix p/] KEY...
"""
import argparse
import json
import sys


class Violation(AssertionError):
    pass


class Judge:
    def __init__(self, source, isolation, keys, prefix=""):
        self.source, self.isolation, self.keys = source, isolation, set(keys)
        self.own = prefix + ".lakewarden/"
        self.content = {}  # (bucket, key, version) -> sha256 of what exists now
        self.wanted = {}  # the same, of what users put into the source bucket and did not remove
        self.current = {}  # (bucket, key) -> sha256 of its newest version, None under a delete marker
        self.copies = {}  # isolation key -> (token, sha256)
        self.receipts = set()
        self.unread = set()  # isolation keys written and not read since

    def fail(self, rule, entry, text):
        raise Violation("%s at request %s (%s %s): %s" % (rule, entry.get("n"), entry.get("operation"),
                                                         entry.get("key"), text))

    def apply(self, entry, effect):
        where, name = (effect["bucket"], effect["key"], effect["version"]), (effect["bucket"], effect["key"])
        user_source = entry["actor"] == "user" and effect["bucket"] == self.source
        if effect["do"] == "put":
            self.content[where] = self.current[name] = effect["sha256"]
            if user_source:
                self.wanted[where] = effect["sha256"]
        elif effect["do"] == "marker":
            self.current[name] = None
        else:
            self.content.pop(where, None)
            if user_source or (entry["actor"] == "user" and where in self.wanted):
                self.wanted.pop(where, None)

    def nothing_lost(self, entry):
        have = set(self.content.values())
        for where, sha256 in self.wanted.items():
            if sha256 not in have:
                self.fail("I1", entry, "content of %s/%s exists nowhere" % where[:2])

    def is_copy_of_ours(self, key):
        return "/.v/" in key and any("%s/%s/.v/" % (self.source, k) in key for k in self.keys) or \
            "%s/.sha256/" % self.source in key

    def write(self, entry, effect):
        key = effect["key"]
        if effect["bucket"] != self.isolation:
            self.fail("I4", entry, "writes outside isolation")
        if key.startswith(self.own + "probe/"):
            return
        before = self.current.get((self.isolation, key))
        if before is not None and before != effect["sha256"]:
            self.fail("I4", entry, "overwrites what is in isolation")
        if key.startswith(self.own + "receipts/"):
            self.receipts.add(key)
        elif self.is_copy_of_ours(key):
            if any(name != key and copy[0] == effect["token"] for name, copy in self.copies.items()):
                self.fail("I3", entry, "a second copy of one identity")
            self.copies[key] = (effect["token"], effect["sha256"])
        else:
            self.fail("I4", entry, "writes a key that is neither copy nor receipt nor probe")
        self.unread.add(key)

    def erase(self, entry, effect):
        key = effect["key"]
        if effect["bucket"] == self.isolation:
            if not key.startswith(self.own + "probe/"):
                self.fail("I4", entry, "deletes from isolation")
            return
        if effect["bucket"] != self.source or key not in self.keys:
            self.fail("I4", entry, "deletes what it was not asked to move")
        # A delete marker is judged like the removal of what it hides.
        sha256 = effect["sha256"] if effect["do"] == "remove" else self.current.get((self.source, key))
        if sha256 is None:
            return
        proved = [name for name, copy in self.copies.items() if copy[1] == sha256 and name not in self.unread and
                  "%sreceipts/%s.json" % (self.own, copy[0]) in self.receipts - self.unread]
        if not proved:
            self.fail("I2", entry, "source delete before its copy and receipt were written and read back")

    def note_read(self, entry):
        """A receipt counts as read when it was got in full; a copy when a HEAD told its size and ETag."""
        if "read" in entry and entry["bucket"] == self.isolation and entry["answered"] in (200, 206) and \
                (entry["operation"] == "GetObject" or entry["key"] not in self.receipts):
            self.unread.discard(entry["key"])

    def judge(self, history):
        for entry in history:
            if entry["actor"] == "client":
                self.note_read(entry)
            for effect in entry["effects"]:
                if entry["actor"] == "client" and effect["do"] == "put":
                    self.write(entry, effect)
                elif entry["actor"] == "client" and entry["operation"] == "DeleteObject":
                    self.erase(entry, effect)
                self.apply(entry, effect)
            self.nothing_lost(entry)


def check(history, source, isolation, keys, prefix=""):
    Judge(source, isolation, keys, prefix).judge(history)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("history")
    parser.add_argument("--source", required=True)
    parser.add_argument("--isolation", required=True)
    parser.add_argument("--prefix", default="")
    parser.add_argument("keys", nargs="+")
    arguments = parser.parse_args()
    with open(arguments.history, encoding="utf-8") as file:
        history = [json.loads(line) for line in file]
    try:
        check(history, arguments.source, arguments.isolation, arguments.keys, arguments.prefix)
    except Violation as violation:
        sys.exit("violated: %s" % violation)
    print("%d requests, invariants hold" % len(history))


if __name__ == "__main__":
    main()
