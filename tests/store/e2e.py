"""What the end to end tests of the stores share: starting a server, the AWS CLI, the driver, and the checks that hold on
every server. Each check is a function of one Server; a failure says which check and ends the run with 1.

Objects are uploaded with the real AWS CLI; where only a bucket or a small object is needed, by the library that the CLI
is made of (botocore, in this process), which saves the CLI's second to start."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

try:
    import botocore.config
    import botocore.session
except ImportError:
    print("skipped, install with: apt-get install --no-install-recommends awscli python3-botocore", file=sys.stderr)
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
SERVERS = HERE.parent / "support" / "servers"

# Keys that get lost, merged or changed somewhere: in URLs, in XML, in listings, in copy headers.
ODD_KEYS = [
    "plain.csv",
    "a b",
    "a+b",
    "a%20b",
    "a%2Bb",
    "sp ace/pl+us.csv",
    "uni/é-日本-🙂.csv",
    "uni/e\u0301.csv",
    "double//slash",
    "trailing/",
    "a/./b",
    "a/../b",
    "./c",
    "query?x=1&y=2#z",
    "xml/<x>&\"'",
    "punct/:@;=,$!*()[]{}|^`~",
    "back\\slash",
    "_under",
    "__under",
    "long/" + "k" * 1019,
]


class Failed(Exception):
    pass


def check(condition, what, *details):
    if not condition:
        raise Failed(what + "".join("\n    " + str(d)[:1500] for d in details))


class Server:
    """A running server of a kind ("rgw", "swift"), with the environment that its credentials make."""

    def __init__(self, kind, store_cli, *options):
        self.kind = kind
        self.store_cli = store_cli
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="lw-store-"))
        start = subprocess.run(
            [SERVERS / f"{kind}-up", "--owner", str(os.getpid()), *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
        if start.returncode != 0:
            self.close()
            sys.exit(start.returncode)
        self.endpoint = start.stdout.strip()
        self.settings = self.read_settings()
        self.env = self.clean_env()
        self.use(self.settings["AWS_ACCESS_KEY_ID"], self.settings["AWS_SECRET_ACCESS_KEY"])
        os.environ.update({k: v for k, v in self.env.items() if k.startswith("AWS_")})
        self.client = botocore.session.get_session().create_client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1",
            config=botocore.config.Config(s3={"addressing_style": "path"}, proxies={}))

    def read_settings(self):
        root = os.environ.get("LW_SERVER_DIR") or HERE.parent.parent / "build" / "servers"
        text = (pathlib.Path(root) / self.kind / "env").read_text()
        return dict(re.findall(r"^export (\w+)=(.*)$", text, re.M))

    def clean_env(self):
        """Nothing of the user's AWS settings may reach the tests, and no proxy."""
        keep = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and "proxy" not in k.lower()}
        return keep | {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_PAGER": "",
            "HOME": str(self.work),
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "LC_ALL": "C.UTF-8",
        }

    def use(self, access_key, secret_key, token=None):
        self.env.update(AWS_ACCESS_KEY_ID=access_key, AWS_SECRET_ACCESS_KEY=secret_key)
        self.env.pop("AWS_SESSION_TOKEN", None)
        if token:
            self.env["AWS_SESSION_TOKEN"] = token

    def aws(self, *arguments, fails=False):
        """The real AWS CLI; its answer as JSON where it is one."""
        done = subprocess.run(["/usr/bin/aws", "--endpoint-url", self.endpoint, *arguments], env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if fails:
            return done.stderr if done.returncode != 0 else None
        check(done.returncode == 0, f"aws {' '.join(arguments)[:200]}", done.stderr)
        return json.loads(done.stdout) if done.stdout.lstrip().startswith("{") else done.stdout

    def store(self, *arguments, options=(), endpoint=None):
        """The driver; its answer, which holds "status" when the call failed."""
        return self.stores([arguments], options, endpoint)[0]

    def stores(self, commands, options=(), endpoint=None):
        """Many commands in one run of the driver; their answers."""
        words = [word for arguments in commands for word in ("::", *map(str, arguments))]
        command = [self.store_cli, "--endpoint-url", endpoint or self.endpoint, *options, *words[1:]]
        done = subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        check(done.returncode in (0, 1) and done.stdout, f"store_cli {' '.join(words)[:200]}",
              f"ended with {done.returncode}", done.stderr)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        check(len(answers) == len(commands), "an answer to each command", len(answers))
        return answers

    def works(self, *arguments, **more):
        answer = self.store(*arguments, **more)
        check("status" not in answer, f"{arguments} should work", answer)
        return answer

    def refused(self, status, *arguments, **more):
        answer = self.store(*arguments, **more)
        check(answer.get("status") == status, f"{arguments} should be {status}", answer)
        return answer["text"]

    def file(self, name, data):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def bucket(self, name):
        self.client.create_bucket(Bucket=name)

    def upload(self, bucket, key, data):
        return self.client.put_object(Bucket=bucket, Key=key, Body=data)

    def upload_all(self, bucket, data):
        """Objects by key, with the CLI: one sync for the keys that can be files, put-object for each other."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        for key, content in data.items():
            parts = key.split("/")
            if all(0 < len(p.encode()) < 256 and p not in (".", "..") for p in parts):
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            else:
                path = self.file("single", content)
                self.aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", str(path))
        self.aws("s3", "sync", str(folder), f"s3://{bucket}", "--only-show-errors")

    def close(self):
        if hasattr(self, "endpoint"):
            subprocess.run([SERVERS / f"{self.kind}-down"], stdin=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.work, ignore_errors=True)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def keys_of(answer):
    return [o["key"] for o in answer["objects"]]


# Checks that every server passes.

def odd_keys(server):
    """Every odd key is listed, read, copied and deleted as itself, with all its near twins present."""
    server.aws("s3api", "create-bucket", "--bucket", "odd")
    data = {key: f"content of number {i}".encode() for i, key in enumerate(ODD_KEYS)}
    server.upload_all("odd", data)
    listed = server.works("list", "odd")
    check(keys_of(listed) == sorted(ODD_KEYS, key=str.encode), "the listing is the keys", keys_of(listed))
    prefixes = ("a", "a+", "a ", "a%2", "uni/é", "double//", "xml/<")
    for prefix, answer in zip(prefixes, server.stores([("list", "odd", prefix) for prefix in prefixes])):
        expected = sorted((k for k in ODD_KEYS if k.startswith(prefix)), key=str.encode)
        check(keys_of(answer) == expected, f"prefix {prefix}", answer)
    commands = [command for key in ODD_KEYS for command in odd_commands(key, data[key])]
    answers = server.stores(commands)
    for i, key in enumerate(ODD_KEYS):
        each = len(commands) // len(ODD_KEYS)
        check_odd(key, data[key], answers[i * each:(i + 1) * each])
    check(keys_of(server.works("list", "odd")) == [], "all are deleted")


def odd_commands(key, data):
    etag = hashlib.md5(data).hexdigest()
    target = ("copied/" + key)[:1024]
    return (("head", "odd", key), ("get", "odd", key, 0, 1000, etag),
            ("copy", "odd", key, etag, len(data), "odd", target, "token-1", "-", "head"), ("head", "odd", target),
            ("get", "odd", target, 0, 1000), ("delete", "odd", key), ("head", "odd", key), ("get", "odd", target, 0, 9),
            ("delete", "odd", target))


def check_odd(key, data, answers):
    head, got, copied, target, target_got, deleted, gone, still, target_deleted = answers
    check(head.get("size") == len(data) and head["key"] == key, f"head of {key}", head)
    check(got.get("sha256") == sha256(data), f"bytes of {key}", got)
    check(copied.get("etag"), f"copy of {key}", copied)
    check("lakewarden-move-token: token-1" in target.get("metadata", []), f"token of the copy of {key}", target)
    check(target_got.get("sha256") == sha256(data), f"bytes of the copy of {key}", target_got)
    check("status" not in deleted and gone.get("status") == "LW_E_NOT_FOUND", f"{key} is deleted", deleted, gone)
    check(still.get("length") == 9 and "status" not in target_deleted, f"the copy of {key} stays", still)


def many_keys(server):
    """2,500 keys come over three pages, each once, in order."""
    names = [f"d{i % 7}/k{i:05d}.csv" for i in range(2500)]
    server.bucket("many")
    server.upload_all("many", {name: name.encode() for name in names})
    check(keys_of(server.works("list", "many")) == sorted(names), "2,500 keys in order")
    check(len(keys_of(server.works("list", "many", "d3/"))) == len([n for n in names if n.startswith("d3/")]),
          "the keys under a prefix")


def large_object(server):
    """200 MB, uploaded in parts, read in ranges, copied in parts with all that belongs to it."""
    block = os.urandom(1 << 20)
    data = b"".join(i.to_bytes(4, "big") + block[4:] for i in range(200))
    path = server.file("large", data)
    server.bucket("large")
    server.aws("s3", "cp", str(path), "s3://large/big/object.csv", "--only-show-errors", "--content-type", "text/csv",
               "--metadata", "owner=payroll,empty=", "--cache-control", "max-age=60", "--content-language", "de")
    head = server.works("head", "large", "big/object.csv")
    check(head["size"] == len(data), "its size", head)
    got = server.works("get", "large", "big/object.csv", 0, 16 << 20, head["etag"], "-", "all")
    check(got == {"length": len(data), "sha256": sha256(data)}, "its bytes in ranges of 16 MiB", got)
    middle = server.works("get", "large", "big/object.csv", 104857590, 20, head["etag"])
    check(middle["sha256"] == sha256(data[104857590:104857610]), "a range in the middle", middle)
    if server.kind == "swift":
        copy_of_parts(server, head, len(data))
        server.aws("s3api", "put-object", "--bucket", "large", "--key", "big/object.csv", "--body", str(path),
                   "--content-type", "text/csv", "--metadata", "owner=payroll,empty=", "--cache-control", "max-age=60",
                   "--content-language", "de")
        head = server.works("head", "large", "big/object.csv")
    parts = ("--threshold", "10000000", "--part", "33333333")
    copied = server.works("copy", "large", "big/object.csv", head["etag"], len(data), "large", "iso/object.csv",
                          "token-2", "-", "head", options=parts)
    check(copied["etag"].endswith("-7"), "the copy has 7 parts", copied)
    target = server.works("head", "large", "iso/object.csv")
    check(sorted(target["metadata"]) == sorted(head["metadata"] + ["lakewarden-move-token: token-2"]), "metadata",
          target["metadata"])
    check(target["headers"] == head["headers"] and target["content_type"] == "text/csv", "headers", target)
    got = server.works("get", "large", "iso/object.csv", 0, 64 << 20, target["etag"], "-", "all")
    check(got["sha256"] == sha256(data), "bytes of the copy", got)
    no_uploads_left(server, "large")


def copy_of_parts(server, head, size):
    """Swift cannot compare the ETag of what was uploaded in parts: refused, not copied without the condition."""
    for options in ((), ("--threshold", "10000000", "--part", "33333333")):
        text = server.refused("LW_E_UNSUPPORTED", "copy", "large", "big/object.csv", head["etag"], size, "large",
                              "iso/object.csv", "token-2", "-", "head", options=options)
        check("would not be safe" in text, "the reason", text)
    server.refused("LW_E_NOT_FOUND", "head", "large", "iso/object.csv")


def no_uploads_left(server, bucket):
    left = server.aws("s3api", "list-multipart-uploads", "--bucket", bucket)
    check(not left or not left.get("Uploads"), "no upload is left behind", left)


def ranges(server):
    """Ranges at the edges, an empty object, an object that changes."""
    server.bucket("ranges")
    server.upload("ranges", "ten", b"0123456789")
    server.upload("ranges", "empty", b"")
    etag = server.works("head", "ranges", "ten")["etag"]
    check(etag == hashlib.md5(b"0123456789").hexdigest(), "the ETag without quotes", etag)
    for offset, length, want in ((0, 10, b"0123456789"), (0, 100, b"0123456789"), (3, 4, b"3456"), (9, 1, b"9"),
                                 (9, 5, b"9"), (10, 5, b""), (50, 5, b"")):
        got = server.works("get", "ranges", "ten", offset, length, etag)
        check(got == {"length": len(want), "sha256": sha256(want)}, f"range {offset}+{length}", got)
    check(server.works("get", "ranges", "empty", 0, 10)["length"] == 0, "an empty object")
    time.sleep(1.1)  # Swift keeps times to the second in some answers
    server.upload("ranges", "ten", b"abcdefghij")
    for offset in (0, 3, 10):
        server.refused("LW_E_CHANGED", "get", "ranges", "ten", offset, 5, etag)
    server.refused("LW_E_NOT_FOUND", "get", "ranges", "gone", 0, 5)
    server.refused("LW_E_NO_BUCKET", "get", "no-such-bucket", "ten", 0, 5)


def missing(server):
    """What is not there is told apart: an object, a bucket."""
    server.bucket("there")
    server.refused("LW_E_NOT_FOUND", "head", "there", "gone")
    server.refused("LW_E_NO_BUCKET", "head", "no-such-bucket", "gone")
    server.refused("LW_E_NO_BUCKET", "list", "no-such-bucket")
    server.refused("LW_E_NO_BUCKET", "facts", "no-such-bucket")
    server.refused("LW_E_NO_BUCKET", "put", "no-such-bucket", "key", "text")
    server.refused("LW_E_NOT_FOUND", "copy", "there", "gone", "0" * 32, 5, "there", "target", "token-3", "-")
    check(keys_of(server.works("list", "there")) == [], "an empty bucket")


def signatures(server, wrong_secret):
    """A wrong secret is refused by both signature versions, the right one accepted by both."""
    server.bucket("signed")
    server.upload("signed", "key", b"signed")
    v2 = ("--signature-version", "s3")
    for options in ((), v2):
        check(keys_of(server.works("list", "signed", options=options)) == ["key"], "the right secret", options)
    good = server.env["AWS_SECRET_ACCESS_KEY"]
    server.env["AWS_SECRET_ACCESS_KEY"] = "not-" + good
    try:
        for options in ((), v2):
            for command in (("list", "signed"), ("get", "signed", "key", 0, 10), ("put", "signed", "key", "other"),
                            ("delete", "signed", "key")):
                server.refused(wrong_secret, *command, options=options)
    finally:
        server.env["AWS_SECRET_ACCESS_KEY"] = good
    check(server.works("get", "signed", "key", 0, 10)["sha256"] == sha256(b"signed"), "the object is untouched")


def libs3(server):
    """The libs3 back end reads and writes what it can exactly, and refuses the rest."""
    v2 = ("--signature-version", "s3")
    server.bucket("libs3")
    libs3_keys(server, v2)
    server.upload("libs3", "k" * 1024, b"its listed key would be cut")
    server.refused("LW_E_UNSUPPORTED", "list", "libs3", options=v2)
    server.client.delete_object(Bucket="libs3", Key="k" * 1024)
    body = b"x" * 3000000
    server.upload("libs3", "large", body)
    head = server.works("head", "libs3", "large", options=v2)
    check(head["size"] == len(body) and head["etag"] == hashlib.md5(body).hexdigest(), "head", head)
    got = server.works("get", "libs3", "large", 0, 1000000, head["etag"], "-", "all", options=v2)
    check(got["length"] == len(body) and got["sha256"] == sha256(body), "ranges", got)
    got = server.works("get", "libs3", "large", 2999990, 100, options=v2)
    check(got["length"] == 10, "a range over the end", got)
    check(server.works("get", "libs3", "large", 3000000, 5, options=v2)["length"] == 0, "the end")
    server.refused("LW_E_CHANGED", "get", "libs3", "large", 0, 10, "0" * 32, options=v2)
    server.refused("LW_E_NOT_FOUND", "head", "libs3", "gone", options=v2)
    server.refused("LW_E_NO_BUCKET", "head", "no-such-bucket", "gone", options=v2)
    server.refused("LW_E_NO_BUCKET", "list", "no-such-bucket", options=v2)
    for command in (("copy", "libs3", "large", head["etag"], len(body), "libs3", "other"),
                    ("put", "libs3", "new", "text", "-", "new"), ("delete", "libs3", "large", head["etag"]),
                    ("tags", "libs3", "large"), ("versioning", "libs3")):
        server.refused("LW_E_UNSUPPORTED", *command, options=v2)
    many = server.works("list", "many", options=v2)
    check(keys_of(many) == keys_of(server.works("list", "many")), "2,500 keys by markers")


def libs3_keys(server, v2):
    """A key either makes the round trip through libs3 and is seen under its own name by the other client, or is
    refused before anything is sent."""
    written = server.stores([("put", "libs3", key, f"libs3 {key}"[:200]) for key in ODD_KEYS], v2)
    taken = [key for key, answer in zip(ODD_KEYS, written) if "status" not in answer]
    for key, answer in zip(ODD_KEYS, written):
        inexact = " " in key or len(key) > 1000 or not {".", ".."}.isdisjoint(key.split("/"))
        check(answer.get("status") == ("LW_E_UNSUPPORTED" if inexact else None), f"put of {key}", answer)
        check(not inexact or key[:60] in answer["text"], f"the message names {key}", answer)
    for options in ((), v2):
        got = keys_of(server.works("list", "libs3", options=options))
        check(got == sorted(taken, key=str.encode), f"the keys as they were named, listed with {options}", got)
    refused = [key for key in ODD_KEYS if key not in taken]
    for answer in server.stores([(c, "libs3", key, *a) for key in refused for c, a in (("get", (0, 9)), ("delete", ()))],
                                v2):
        check(answer.get("status") == "LW_E_UNSUPPORTED", "what cannot be written cannot be read or deleted", answer)
    for key, answer in zip(taken, server.stores([("get", "libs3", key, 0, 1000) for key in taken], v2)):
        check(answer.get("sha256") == sha256(f"libs3 {key}"[:200].encode()), f"libs3 reads {key}", answer)
    server.stores([("delete", "libs3", key) for key in taken], v2)
    check(keys_of(server.works("list", "libs3")) == [], "libs3 deletes the keys that it is told")


def run(server, *checks):
    """Runs the checks, or those named after the driver on the command line; prints one line each. True when all passed."""
    passed = True
    wanted = sys.argv[2:]
    for function, *arguments in checks:
        if wanted and function.__name__ not in wanted:
            continue
        begin = time.monotonic()
        try:
            function(server, *arguments)
            print(f"ok   {server.kind} {function.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Failed as failed:
            passed = False
            print(f"FAIL {server.kind} {function.__name__}: {failed}", flush=True)
    return passed
