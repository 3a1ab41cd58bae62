"""The stores against OpenStack Swift. Argument: the driver. Swift honours copy preconditions, for whole copies and for
parts, so that a changed source is caught by the server here."""

import sys
import time

import e2e
from e2e import check, sha256


def copy_preconditions(server):
    """A copy names the object it means: another one is not copied, whole or in parts."""
    server.bucket("cond")
    size = 12 << 20
    body = b"0123456789abcdef" * (size // 16)
    server.upload("cond", "key", body)
    old = server.works("head", "cond", "key")["etag"]
    server.works("copy", "cond", "key", old, size, "cond", "good", "token-1", "-", "head")
    check(server.works("get", "cond", "good", 0, size)["sha256"] == sha256(body), "the copy")
    time.sleep(1.1)
    server.upload("cond", "key", body[::-1])
    parts = ("--threshold", "100", "--part", str(5 << 20))
    for name, options in (("whole", ()), ("parts", parts)):
        # "head": the store does not look at the ETag itself first, only the server can see the change.
        text = server.refused("LW_E_CHANGED", "copy", "cond", "key", old, size, "cond", name, "token-1", "-", "head",
                              options=options)
        check("cond/key" in text, "the message names the source", text)
        server.refused("LW_E_NOT_FOUND", "head", "cond", name)
    e2e.no_uploads_left(server, "cond")
    now = server.works("head", "cond", "key")["etag"]
    copied = server.works("copy", "cond", "key", now, size, "cond", "parts", "token-2", "-", "head", options=parts)
    check(copied["etag"].endswith("-3"), "three parts", copied)
    got = server.works("get", "cond", "parts", 0, size)
    check(got["sha256"] == sha256(body[::-1]), "bytes of the copy in parts", got)


def not_there(server):
    """What Swift cannot do is said, not skipped."""
    server.bucket("cannot")
    server.upload("cannot", "key", b"text")
    server.refused("LW_E_UNSUPPORTED", "put", "cannot", "key", "other", "-", "new")
    check(server.works("get", "cannot", "key", 0, 10)["sha256"] == sha256(b"text"), "nothing was written")
    facts = server.works("facts", "cannot")
    check(not facts["policy_known"] and facts["policy_public_read"] == 2, "the policy stays unknown", facts)


def main():
    server = e2e.Server("swift", sys.argv[1])
    try:
        passed = e2e.run(server, [e2e.missing], [e2e.signatures, "LW_E_CREDENTIALS"], [e2e.odd_keys], [e2e.ranges],
                         [copy_preconditions], [not_there], [e2e.many_keys], [e2e.libs3], [e2e.large_object])
    finally:
        server.close()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
