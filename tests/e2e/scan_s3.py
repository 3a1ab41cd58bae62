#!/usr/bin/python3
"""The whole way of the data against a real S3 server: upload with the AWS CLI, scan, report, isolate, verify.

usage: scan_s3.py rgw|swift LAKEWARDEN SYNTHEA

Starts the server itself. Every step checks what it did with another program: the AWS CLI lists and downloads, Python
counts. Exit code 77 (with a reason) where the server's packages are not installed.
"""
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
SERVERS = SOURCE / "tests/support/servers"
AWS = shutil.which("aws", path="/usr/bin") or shutil.which("aws")
PREFIX = "patient_data"


def run(argv, check=True, **options):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, **options)
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, argv))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Server:
    """One started server, its endpoint and its credentials in the environment."""

    def __init__(self, kind):
        self.kind = kind
        options = ["--owner", str(os.getpid())]
        up = subprocess.run([SERVERS / f"{kind}-up", *options], stdout=subprocess.PIPE, text=True)
        if up.returncode == 77:
            sys.exit(77)
        if up.returncode != 0:
            raise SystemExit(f"{kind} did not start")
        self.endpoint = up.stdout.strip().splitlines()[-1]
        self.env = dict(os.environ, AWS_EC2_METADATA_DISABLED="true", AWS_DEFAULT_REGION="us-east-1")
        for name in list(self.env):
            if name.startswith("AWS_") and name not in ("AWS_EC2_METADATA_DISABLED", "AWS_DEFAULT_REGION"):
                del self.env[name]
        env_file = (pathlib.Path(os.environ.get("LW_SERVER_DIR", SOURCE / "build/servers")) / kind / "env").read_text()
        for line in env_file.splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            if name.startswith("AWS_"):
                self.env[name] = value.strip("'\"")
        self.env["AWS_CONFIG_FILE"] = "/dev/null"
        self.env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"

    def aws(self, *args, **options):
        return run([AWS, "--endpoint-url", self.endpoint, *args], env=self.env, **options)

    def stop(self):
        subprocess.run([SERVERS / f"{self.kind}-down"], check=False)


class Test:
    def __init__(self, server, program, work):
        self.server, self.program, self.work = server, program, work
        self.checks = 0

    def check(self, condition, what):
        self.checks += 1
        if not condition:
            raise SystemExit(f"FAILED: {what}")
        print(f"ok {self.checks} {what}")

    def lakewarden(self, *args, check=True, env=None, **options):
        return run([self.program, *args, "--endpoint-url", self.server.endpoint], check=check,
                   env=env or self.server.env, **options)

    def keys(self, bucket):
        listing = json.loads(self.server.aws("s3api", "list-objects-v2", "--bucket", bucket).stdout or "{}")
        return sorted(item["Key"] for item in listing.get("Contents", []))


def upload(test, sample):
    for bucket in ("lake", "isolation"):
        test.server.aws("s3", "mb", f"s3://{bucket}")
    test.server.aws("s3", "cp", sample, f"s3://lake/{PREFIX}/", "--recursive", "--quiet")
    test.check(len(test.keys("lake")) == 16, "16 objects uploaded with the AWS CLI")


def scan(test, sample):
    """The same findings from S3 as from the folder, for one thread and for four."""
    events = test.work / "events.jsonl"
    results = test.work / "results"
    common = ["--custom", SOURCE / "identifiers/custom", "--managed", "all", "--progress", "never"]
    test.lakewarden("scan", f"s3://lake/{PREFIX}", *common, "--events", events, "--results", results, "--threads", "1")
    local = test.work / "local.jsonl"
    run([test.program, "scan", sample, *common, "--events", local])
    found = [json.loads(line) for line in events.read_text().splitlines()]
    wanted = [json.loads(line) for line in local.read_text().splitlines()]
    test.check(len(found) == 15, "15 findings")

    def shape(event):
        result = event["detail"]["classificationDetails"]["result"]
        key = event["detail"]["resourcesAffected"]["s3Object"]["key"].rsplit("/", 1)[-1]
        return key, event["detail"]["severity"], event["detail"]["type"], result

    test.check(list(map(shape, found)) == list(map(shape, wanted)), "findings equal those of the local folder")
    again = test.work / "again.jsonl"
    test.lakewarden("scan", f"s3://lake/{PREFIX}", *common, "--events", again, "--threads", "4")
    test.check([shape(json.loads(line)) for line in again.read_text().splitlines()] == list(map(shape, found)),
               "four threads find the same")
    records = []
    for path in results.rglob("*.jsonl.gz"):
        records += [json.loads(line) for line in gzip.open(path, "rt")]
    test.check(len(records) == 16, "a discovery result for each of the 16 objects")
    head = json.loads(test.server.aws("s3api", "head-object", "--bucket", "lake", "--key",
                                      f"{PREFIX}/patients.csv").stdout)
    patients = next(e for e in found if e["detail"]["resourcesAffected"]["s3Object"]["key"].endswith("patients.csv"))
    facts = patients["detail"]["resourcesAffected"]["s3Object"]
    test.check(facts["eTag"] == head["ETag"].strip('"') and facts["size"] == head["ContentLength"],
               "ETag and size in the finding are the store's")
    return events


def refuse(test):
    env = dict(test.server.env, AWS_SECRET_ACCESS_KEY="wrong" + "x" * 35)
    done = test.lakewarden("scan", "s3://lake/", check=False, env=env)
    test.check(done.returncode != 0 and "x" * 35 not in done.stdout + done.stderr, "a wrong secret is refused, and not shown")
    done = test.lakewarden("scan", "s3://no-such-bucket-here/", check=False)
    test.check(done.returncode == 2 and "no-such-bucket-here" in done.stderr, "a bucket that does not exist is named")
    done = test.lakewarden("scan", "s3://lake/nothing/here", check=False)
    test.check(done.returncode == 2 and "nothing/here" in done.stderr, "a prefix without objects is an error")


def isolate(test, events, sample):
    # Ceph's gateway ignores If-Match on DELETE, Swift's looks first and deletes then (docs/decisions/0001).
    done = test.lakewarden("move", "--to", "s3://isolation", events, check=False)
    test.check(done.returncode == 4 and "best-effort-delete" in done.stdout + done.stderr,
               "without conditional delete the move is refused, and the way out is named")
    test.check(len(test.keys("lake")) == 16, "nothing left the bucket")
    done = test.lakewarden("move", "--to", "s3://isolation", "--best-effort-delete", events)
    moved = [json.loads(line) for line in done.stdout.splitlines()]
    test.check([m["statusCode"] for m in moved] == [200, 200, 200], "three objects moved")
    test.check({m["deletion"] for m in moved} == {"best-effort"}, "deletion is best-effort, and says so")
    bodies = sorted(json.loads(m["body"])["Key"] for m in moved)
    names = [f"{PREFIX}/{name}.csv" for name in ("organizations", "patients", "providers")]
    test.check(bodies == names, "the bodies are the post's")
    left = test.keys("lake")
    test.check(len(left) == 13 and not set(names) & set(left), "gone from the bucket")
    for name in ("organizations", "patients", "providers"):
        key = next(k for k in test.keys("isolation") if f"/{name}.csv" in k)
        target = test.work / "back.csv"
        test.server.aws("s3", "cp", f"s3://isolation/{key}", target, "--quiet")
        test.check(target.read_bytes() == (sample / f"{name}.csv").read_bytes(), f"{name}.csv is whole in isolation")
    before = test.keys("isolation")
    done = test.lakewarden("move", "--to", "s3://isolation", "--best-effort-delete", events)
    outcomes = {json.loads(line)["outcome"] for line in done.stdout.splitlines()}
    test.check(outcomes == {"ALREADY_MOVED"} and test.keys("isolation") == before, "moving again changes nothing")


def main():
    kind, program, synthea = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="lw-e2e-") as work:
        work = pathlib.Path(work)
        sample = work / "sample"
        run([synthea, sample])
        server = Server(kind)
        try:
            test = Test(server, program, work)
            upload(test, sample)
            events = scan(test, sample)
            refuse(test)
            isolate(test, events, sample)
            print(f"{test.checks} passed, 0 failed")
        finally:
            server.stop()


main()
