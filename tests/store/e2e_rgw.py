"""The stores against Ceph's gateway. Argument: the driver. What the gateway ignores (copy preconditions, If-Match on
DELETE) is tested against Swift, or by the mover's own probes."""

import hashlib
import json
import sys
import time

import e2e
from e2e import check, sha256


def conditional_put(server):
    """If-None-Match and If-Match on PUT."""
    server.bucket("cond")
    first = server.works("put", "cond", "key", "first", "-", "new")
    check(first["etag"] == hashlib.md5(b"first").hexdigest() and first["request_id"], "what was written", first)
    server.refused("LW_E_PRECONDITION", "put", "cond", "key", "second", "-", "new")
    server.refused("LW_E_PRECONDITION", "put", "cond", "key", "second", "0" * 32)
    server.works("put", "cond", "key", "second", first["etag"])
    check(server.works("get", "cond", "key", 0, 100)["sha256"] == sha256(b"second"), "the second was written")


def versions(server):
    """A versioned bucket: markers, versions, deleting one."""
    server.bucket("versioned")
    check(server.works("versioning", "versioned")["versioning"] == 1, "off")
    server.aws("s3api", "put-bucket-versioning", "--bucket", "versioned", "--versioning-configuration",
               "Status=Enabled")
    check(server.works("versioning", "versioned")["versioning"] == 2, "on")
    old = server.upload("versioned", "key", b"old one")["VersionId"]
    new = server.upload("versioned", "key", b"new one!")["VersionId"]
    check(server.works("head", "versioned", "key")["version_id"] == new, "the current version")
    check(server.works("head", "versioned", "key", old)["size"] == 7, "the old version")
    got = server.works("get", "versioned", "key", 0, 100, "-", old)
    check(got["sha256"] == sha256(b"old one"), "bytes of the old version", got)
    deleted = server.works("delete", "versioned", "key")
    check(deleted["delete_marker"] and deleted["version_id"], "a delete marker", deleted)
    server.refused("LW_E_NOT_FOUND", "head", "versioned", "key")
    old_etag = hashlib.md5(b"old one").hexdigest()
    server.works("copy", "versioned", "key", old_etag, 7, "versioned", "rescued", "token-4", old)
    check(server.works("get", "versioned", "rescued", 0, 100)["sha256"] == sha256(b"old one"), "a version's copy")
    check(server.works("delete", "versioned", "key", "-", old)["version_id"] == old, "the version is purged")
    server.refused("LW_E_NOT_FOUND", "head", "versioned", "key", old)
    server.aws("s3api", "put-bucket-versioning", "--bucket", "versioned", "--versioning-configuration",
               "Status=Suspended")
    check(server.works("versioning", "versioned")["versioning"] == 3, "suspended")


def copy_keeps(server):
    """A copy with a token keeps metadata, headers and tags."""
    server.bucket("keeps")
    path = server.file("keeps", b"kept bytes")
    server.aws("s3api", "put-object", "--bucket", "keeps", "--key", "source", "--body", str(path), "--metadata",
               "owner=payroll,note=two  spaces,empty=", "--content-type", "text/csv", "--content-encoding", "identity",
               "--cache-control", "no-store", "--content-disposition", "attachment; filename=\"a.csv\"",
               "--content-language", "fr", "--tagging", "team=red&stage=a%20b")
    check(server.works("tags", "keeps", "source")["tags"] == {"team": "red", "stage": "a b"}, "tags")
    head = server.works("head", "keeps", "source")
    for name, options in (("single", ()), ("parts", ("--threshold", "4", "--part", "5000000"))):
        server.works("copy", "keeps", "source", head["etag"], head["size"], "keeps", name, "token-5", "-",
                     options=options)
        target = server.works("head", "keeps", name)
        check(sorted(target["metadata"]) == sorted(head["metadata"] + ["lakewarden-move-token: token-5"]),
              f"{name}: metadata", target["metadata"], head["metadata"])
        for field in ("headers", "content_type", "content_encoding", "size"):
            check(target[field] == head[field], f"{name}: {field}", target, head)
        check(server.works("tags", "keeps", name)["tags"] == {"team": "red", "stage": "a b"}, f"{name}: tags")
    server.works("copy", "keeps", "source", head["etag"], head["size"], "keeps", "plain")
    check(server.works("head", "keeps", "plain")["metadata"] == head["metadata"], "a plain copy keeps the metadata")
    server.refused("LW_E_CHANGED", "copy", "keeps", "source", "0" * 32, head["size"], "keeps", "x", "token-6")


def facts(server):
    """What a bucket says of itself."""
    server.bucket("facts")
    plain = server.works("facts", "facts")
    check(plain["owner_id"] == "test" and abs(plain["created_ms"] / 1000 - time.time()) < 300, "owner, date", plain)
    check(plain["acl_known"] and not plain["acl_public_read"] and not plain["acl_public_write"], "a private one", plain)
    check(plain["policy_known"] and not plain["has_policy"] and plain["policy_public_read"] == 0, "no policy", plain)
    check(plain["tags_known"] and plain["tags"] == {}, "no tags", plain)
    server.aws("s3api", "put-bucket-acl", "--bucket", "facts", "--acl", "public-read")
    server.aws("s3api", "put-bucket-tagging", "--bucket", "facts", "--tagging", "TagSet=[{Key=team,Value=red}]")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::facts/*"}]}
    server.aws("s3api", "put-bucket-policy", "--bucket", "facts", "--policy", json.dumps(policy))
    now = server.works("facts", "facts")
    check(now["acl_public_read"] and not now["acl_public_write"], "public by its list", now)
    check(now["tags"] == {"team": "red"}, "tags", now)
    check(now["has_policy"] and now["policy_public_read"] == 1 and now["policy_public_write"] == 0, "policy", now)


def other_user(server):
    """What belongs to somebody else is denied."""
    server.bucket("private")
    server.upload("private", "key", b"mine")
    settings = server.settings
    server.use(settings["LW_OTHER_ACCESS_KEY_ID"], settings["LW_OTHER_SECRET_ACCESS_KEY"])
    try:
        for command in (("list", "private"), ("get", "private", "key", 0, 10), ("head", "private", "key"),
                        ("facts", "private"), ("delete", "private", "key")):
            server.refused("LW_E_DENIED", *command)
        server.refused("LW_E_DENIED", "list", "private", options=("--signature-version", "s3"))
    finally:
        server.use(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"])


def virtual_hosts(server):
    """Buckets in the host name; the expected owner in a header."""
    server.bucket("vhost")
    server.upload("vhost", "dir/a b+c", b"by host")
    options = ("--addressing", "virtual", "--expected-owner", "0" * 12, "--allow-plain-http")
    endpoint = server.settings["LW_VHOST_ENDPOINT"]
    check(e2e.keys_of(server.works("list", "vhost", "dir/", options=options, endpoint=endpoint)) == ["dir/a b+c"],
          "the listing")
    got = server.works("get", "vhost", "dir/a b+c", 0, 100, options=options, endpoint=endpoint)
    check(got["sha256"] == sha256(b"by host"), "the bytes", got)


def temporary_credentials(server):
    """AssumeRole's credentials work with their token and not without; libs3 2.0 refuses them."""
    server.bucket("temporary")
    server.upload("temporary", "key", b"by role")
    settings = server.settings
    given = server.aws("sts", "assume-role", "--role-arn", settings["LW_ROLE_ARN"], "--role-session-name",
                       "test")["Credentials"]
    server.use(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    try:
        check(e2e.keys_of(server.works("list", "temporary")) == ["key"], "the listing")
        etag = server.works("head", "temporary", "key")["etag"]
        check(server.works("get", "temporary", "key", 0, 100)["sha256"] == sha256(b"by role"), "the bytes")
        server.works("copy", "temporary", "key", etag, 7, "temporary", "copy", "token-7")
        text = server.refused("LW_E_UNSUPPORTED", "list", "temporary", options=("--signature-version", "s3"))
        check("session token" in text and given["SessionToken"] not in text, "the reason", text)
        server.use(given["AccessKeyId"], given["SecretAccessKey"])
        check(server.store("list", "temporary").get("status") in ("LW_E_DENIED", "LW_E_CREDENTIALS"), "no token")
        server.use(given["AccessKeyId"], "not-" + given["SecretAccessKey"], given["SessionToken"])
        check(server.store("list", "temporary").get("status") in ("LW_E_DENIED", "LW_E_CREDENTIALS"), "wrong secret")
    finally:
        server.use(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"])


def main():
    server = e2e.Server("rgw", sys.argv[1])
    try:
        passed = e2e.run(server, [e2e.missing], [e2e.signatures, "LW_E_CREDENTIALS"], [e2e.odd_keys], [e2e.ranges],
                         [conditional_put], [versions], [copy_keeps], [facts], [other_user], [virtual_hosts],
                         [e2e.many_keys], [e2e.libs3], [e2e.large_object])
    finally:
        server.close()
    server = e2e.Server("rgw", sys.argv[1], "--sts")
    try:
        passed = e2e.run(server, [temporary_credentials]) and passed
    finally:
        server.close()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
