"""The mover's promises under faults: move_cli against the fake S3 server. faults.py MOVE_CLI [CASE...]

Every case ends with the invariants (tests/support/fakes3/invariants.py) on the history of all requests: nothing lost,
nothing deleted that was not proved to be isolated, nothing written but copy, receipt and probe.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support" / "fakes3"))
from fakes3 import FAULTS, FakeS3  # noqa: E402
import invariants  # noqa: E402

MOVE_CLI = sys.argv[1] if len(sys.argv) > 1 else ""
KEY = "patient_data/patients 1+2.csv"
BODY = b"Id,SSN\n" + b"x" * 5000
LAKE, VAULT = "lake-bucket", "vault-bucket"
ISOLATED = ("MOVED", "ALREADY_MOVED", "MOVED_KEPT_NEWER")


def finding_event(version, bucket=LAKE):
    """The event for an object as it is now."""
    version_id = version.id if version.id != "null" else ""
    return {"version": "0", "id": "e-1", "detail-type": "Macie Finding", "source": "aws.macie",
            "account": "111122223333", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
            "detail": {"id": "finding-1", "accountId": "111122223333", "type": "SensitiveData:S3Object/Personal",
                       "category": "CLASSIFICATION", "severity": {"score": 3, "description": "High"},
                       "resourcesAffected": {"s3Bucket": {"name": bucket},
                                             "s3Object": {"key": version.key, "versionId": version_id,
                                                          "eTag": version.etag, "size": len(version.body)}}}}


class Client:
    """One move_cli process: any number of events, each answered."""

    def __init__(self, server, *arguments, secret="fakesecret"):
        environment = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "fakekeyid", "AWS_SECRET_ACCESS_KEY": secret,
                       "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent",
                       "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        self.process = subprocess.Popen([MOVE_CLI, "--endpoint", server.endpoint, "--to", VAULT, *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        assert code == 0 or arguments[0] is not None, "move_cli ended with %s" % code

    def send(self, event):
        self.process.stdin.write(json.dumps(event).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        """None when the process has died."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def move(self, event):
        self.send(event)
        result = self.receive()
        assert result is not None, "move_cli died"
        return result


def fresh(server, lake=None, vault=None, body=BODY, **options):
    """An empty world with one object to move; gives its event."""
    server.reset()
    server.make_bucket(LAKE, lake)
    server.make_bucket(VAULT, vault)
    return finding_event(server.user_put(LAKE, KEY, body, **options))


def judge(server, *keys, prefix=""):
    invariants.check(server.history, LAKE, VAULT, keys or (KEY,), prefix)


def expect(result, *outcomes):
    assert result["outcome"] in outcomes, "%s, wanted %s: %s" % (result["outcome"], outcomes, result)
    return result


def content(server, bucket, key):
    version = server.world.buckets[bucket].current(key)
    return None if version is None or version.marker else version.body


def vault_keys(server):
    return sorted(key for key, versions in server.world.buckets[VAULT].keys.items() if not versions[-1].marker)


def isolated(server, result, body=BODY):
    """One copy with that content, one receipt, no scratch."""
    assert content(server, VAULT, result["targetKey"]) == body
    assert vault_keys(server) == sorted((result["targetKey"], result["receiptKey"])), vault_keys(server)
    return json.loads(content(server, VAULT, result["receiptKey"]))


def deletes(server):
    return [(entry["bucket"], entry["key"]) for entry in server.history
            if entry["actor"] == "client" and entry["method"] == "DELETE"]


# ---- M1: no loss ----

def fault_sweep(server, client, names, setup, last=1000):
    """Each fault at each request up to the last, once; then runs without faults until the outcome is final. Returns
    how many."""
    injected = 0
    for name in names:
        at = 1
        while at <= last:
            event = setup()
            server.fault_at(at, name)
            first = client.move(event)
            if server.count < at:
                break
            injected += 1
            assert first["outcome"] not in ("SUSPECT", "CONFLICT"), "%s at request %d: %s" % (name, at, first)
            server.faults.clear()
            result, runs = first, 0
            while result["outcome"] not in ISOLATED and runs < 3:
                result, runs = client.move(event), runs + 1
            expect(result, *ISOLATED)
            assert runs <= 2, "%s at request %d: %d further runs" % (name, at, runs)
            assert content(server, LAKE, KEY) is None
            assert content(server, VAULT, result["targetKey"]) == BODY
            assert json.loads(content(server, VAULT, result["receiptKey"]))["source"]["key"] == KEY
            judge(server)
            at += 1
    return injected


def case_m1_every_fault_at_every_request(server):
    """After the probe, which the first move of the process has done."""
    with Client(server, "--keep-mover") as client:
        expect(client.move(fresh(server)), "MOVED")
        print("faults injected:", fault_sweep(server, client, FAULTS, lambda: fresh(server)))


def case_m1_every_fault_while_probing(server):
    names = ("500-applied", "403", "200-empty", "truncated", "reset-applied")
    with Client(server) as client:
        print("faults injected:", fault_sweep(server, client, names, lambda: fresh(server), last=12))


def case_m1_every_fault_when_hashing(server):
    """Multipart ETag: the proof reads both sides."""
    names = ("500", "404", "412", "wrong-etag", "truncated", "reset", "200-empty")
    with Client(server, "--keep-mover") as client:
        expect(client.move(fresh(server)), "MOVED")
        count = fault_sweep(server, client, names, lambda: fresh(server, etag="0" * 31 + "1-2"))
    print("faults injected:", count)


def case_m1_every_fault_on_multipart_copy(server):
    names = ("500-applied", "200-error", "200-empty-applied", "truncated", "reset-applied")
    with Client(server, "--keep-mover", "--threshold", "2000", "--part-size", "2000") as client:
        expect(client.move(fresh(server)), "MOVED")
        count = fault_sweep(server, client, names, lambda: fresh(server))
    print("faults injected:", count)


def case_m1_every_fault_when_purging(server):
    names = ("500", "500-applied", "403", "404", "200-empty", "truncated", "reset-applied")
    with Client(server, "--keep-mover", "--purge-version") as client:
        expect(client.move(fresh(server)), "MOVED")
        count = fault_sweep(server, client, names, lambda: fresh(server, lake="Enabled"))
    print("faults injected:", count)


def killed_at(server, event, at, phase):
    """Runs a client that is killed by SIGKILL at that point; False when it never got there."""
    client = Client(server)

    def hook(count, now, request):
        if count == at and now == phase:
            client.process.kill()
            client.process.wait()
            return "drop"
        return None

    server.hook = hook
    client.send(event)
    result = client.receive()
    server.hook = None
    client.process.kill()
    client.process.communicate()
    if result is not None:
        expect(result, "MOVED")
    return result is None


def case_m1_killed_at_every_request(server):
    """When the k-th request was received and dropped, and when it was carried out and not answered."""
    kills = 0
    with Client(server) as other:
        for phase in ("before", "after"):
            at = 1
            while killed_at(server, event := fresh(server), at, phase):
                result = expect(other.move(event), "MOVED", "ALREADY_MOVED")
                assert content(server, LAKE, KEY) is None and content(server, VAULT, result["targetKey"]) == BODY
                judge(server)
                at, kills = at + 1, kills + 1
    assert kills > 20
    print("kills:", kills)


# ---- M2: verified copy ----

def case_m2_copy_source_ignored(server):
    """A server that drops x-amz-copy-source: the copy is empty. The source stays, and so does the bad copy."""
    event = fresh(server)
    server.world.ignored.add("copy-source")
    with Client(server) as client:
        result = expect(client.move(event), "SUSPECT")
        assert content(server, LAKE, KEY) == BODY
        assert content(server, VAULT, result["targetKey"]) == b""
        server.world.ignored.clear()
        expect(client.move(event), "SUSPECT")  # and it is still known as a bad copy of ours
    assert content(server, LAKE, KEY) == BODY
    judge(server)


def case_m2_same_size_other_bytes(server):
    """The copy has the right size and other bytes: size is no proof."""
    for etag in (None, "0" * 31 + "1-2"):
        event = fresh(server, etag=etag)

        def hook(count, phase, request):
            if phase == "after" and "x-amz-copy-source" in request.headers and "/.v/" in request.key:
                version = server.world.buckets[VAULT].current(request.key)
                version.body = BODY[:-1] + b"y"
                version.etag = hashlib.md5(version.body).hexdigest()

        server.hook = hook
        with Client(server) as client:
            expect(client.move(event), "SUSPECT")
        assert content(server, LAKE, KEY) == BODY
        assert not any(bucket == LAKE for bucket, _ in deletes(server))


def case_m2_right_etag_wrong_size(server):
    """The server gives the copy the right ETag, and it is shorter."""
    event = fresh(server)

    def hook(count, phase, request):
        if phase == "after" and "x-amz-copy-source" in request.headers and "/.v/" in request.key:
            server.world.buckets[VAULT].current(request.key).body = BODY[:-1]

    server.hook = hook
    with Client(server) as client:
        expect(client.move(event), "SUSPECT")
    assert content(server, LAKE, KEY) == BODY


def case_m2_multipart_etag_is_hashed(server):
    event = fresh(server, etag="0" * 31 + "1-2")
    with Client(server) as client:
        result = expect(client.move(event), "MOVED")
    receipt = isolated(server, result)
    assert result["proof"] == receipt["proof"] == "sha256"
    assert receipt["sha256"] == hashlib.sha256(BODY).hexdigest()
    reads = [entry for entry in server.history if entry.get("operation") == "GetObject"
             and not entry["key"].startswith(".lakewarden/")]
    assert len(reads) == 2 and all("if-match" in entry["conditions"] for entry in reads)  # pinned
    judge(server)


def case_m2_kms_etag_is_no_proof(server):
    event = fresh(server, headers={"x-amz-server-side-encryption": "aws:kms"})
    with Client(server) as client:
        assert expect(client.move(event), "MOVED")["proof"] == "sha256"
    judge(server)


# ---- M3: no trust in headers ----

def case_m3_each_ignored_header(server):
    expected = {"copy-source-if-match": "MOVED", "copy-if-none-match": "MOVED", "put-if-none-match": "REFUSED",
                "complete-if-none-match": "MOVED", "tagging-directive": "MOVED", "version-id": "MOVED",
                "get-if-match": "MOVED", "delete-if-match": "REFUSED", "copy-source": "SUSPECT"}
    with Client(server) as client:
        for name, outcome in expected.items():
            event = fresh(server)
            server.world.ignored.add(name)
            result = expect(client.move(event), outcome)
            if outcome == "MOVED":
                isolated(server, result)
            else:
                assert content(server, LAKE, KEY) == BODY, name
            if outcome == "REFUSED":
                assert "--best-effort-delete" in result["reason"] and vault_keys(server) == []
            judge(server)


def case_m3_not_implemented_headers(server):
    """501 to If-None-Match, as Swift answers: its conditional delete is not believed either, and a target that is free
    is looked for first."""
    for arguments, outcome in (((), "REFUSED"), (("--best-effort-delete",), "MOVED"), (("--purge-version",), "MOVED")):
        event = fresh(server, lake="Enabled" if "--purge-version" in arguments else None)
        server.world.unimplemented.update(("copy-if-none-match", "put-if-none-match"))
        with Client(server, *arguments) as client:
            result = expect(client.move(event), outcome)
        if outcome == "MOVED":
            isolated(server, result)
        else:
            assert vault_keys(server) == []
        judge(server)


def case_m3_best_effort_delete(server):
    event = fresh(server)
    server.world.ignored.add("delete-if-match")
    with Client(server, "--best-effort-delete") as client:
        result = expect(client.move(event), "MOVED")
        assert result["deletion"] == "best-effort"
        isolated(server, result)
        event = fresh(server)
        server.world.unimplemented.add("delete-if-match")
        assert expect(client.move(event), "MOVED")["deletion"] == "best-effort"
        event = fresh(server)
        assert expect(client.move(event), "MOVED")["deletion"] == "conditional"  # honoured: used all the same
    judge(server)


def case_m3_probe_once_a_bucket(server):
    fresh(server)
    with Client(server, "--keep-mover") as client:
        for number in range(3):
            version = server.user_put(LAKE, "k%d" % number, b"%d" % number)
            expect(client.move(finding_event(version)), "MOVED")
    probes = {entry["key"] for entry in server.history if "/probe/" in entry["key"]}
    assert len(probes) == 2, probes
    judge(server, KEY, "k0", "k1", "k2")


# ---- M4: only what was scanned ----

def case_m4_changed_before(server):
    with Client(server) as client:
        for other in (BODY[:-1] + b"y", b"short"):
            event = fresh(server)
            server.user_put(LAKE, KEY, other)
            result = expect(client.move(event), "CHANGED")
            assert result["statusCode"] == 409
            assert content(server, LAKE, KEY) == other and vault_keys(server) == []
            assert deletes(server) == []
        event = fresh(server)
        event["detail"]["resourcesAffected"]["s3Object"]["size"] += 1
        expect(client.move(event), "CHANGED")
        assert vault_keys(server) == [] and deletes(server) == []
        event = fresh(server)
        server.user_delete(LAKE, KEY)
        assert expect(client.move(event), "GONE")["statusCode"] == 404


def overwrite_sweep(server, client, setup, body, but_delete=False):
    """Another user writes just before the k-th request is carried out, for every k (but_delete: not just before the
    delete of the source)."""
    at, outcomes = 1, set()
    while True:
        event = setup()
        written = []

        def hook(count, phase, request, at=at, written=written):
            window = but_delete and request.method == "DELETE" and request.bucket == LAKE
            if count >= at and phase == "before" and not written and not window:
                written.append(server.user_put(LAKE, KEY, body))

        server.hook = hook
        result = client.move(event)
        server.hook = None
        if not written:
            return at - 1, outcomes
        assert content(server, LAKE, KEY) == body, "request %d: the newer object is gone" % at
        expect(result, "CHANGED", "MOVED_KEPT_NEWER", "MOVED", "SUSPECT")
        outcomes.add(result["outcome"])
        if result["outcome"] == "MOVED":
            assert at == server.count
        if result["outcome"] in ISOLATED:
            assert content(server, VAULT, result["targetKey"]) == BODY
        final = client.move(event)
        expect(final, "CHANGED", "MOVED_KEPT_NEWER")
        assert content(server, LAKE, KEY) == body
        at += 1


def lossless(server):
    """What users overwrote in an unversioned bucket before it was copied is their own loss, not the mover's."""
    for entry in server.history:
        if entry["actor"] == "client":
            for effect in entry["effects"]:
                assert not (effect["bucket"] == LAKE and effect["sha256"] != hashlib.sha256(BODY).hexdigest())


def case_m4_overwritten_at_every_request(server):
    with Client(server) as client:
        for body in (BODY[:-1] + b"y", b"another size"):
            requests, outcomes = overwrite_sweep(server, client, lambda: fresh(server), body)
            assert requests > 15 and {"CHANGED", "MOVED_KEPT_NEWER"} <= outcomes, outcomes
            lossless(server)


def case_m4_overwritten_while_copy_precondition_ignored(server):
    """radosgw: the copy may hold the newer bytes. It is never taken for the scanned object."""
    def setup():
        event = fresh(server)
        server.world.ignored.add("copy-source-if-match")
        return event

    with Client(server) as client:
        overwrite_sweep(server, client, setup, BODY[:-1] + b"y")
        lossless(server)


def case_m4_overwritten_best_effort(server):
    """Without If-Match on DELETE: nothing newer is lost but in the one window that is documented."""
    def setup():
        event = fresh(server)
        server.world.ignored.add("delete-if-match")
        return event

    with Client(server, "--keep-mover", "--best-effort-delete") as client:
        _, outcomes = overwrite_sweep(server, client, setup, b"newer", but_delete=True)
        assert "MOVED_KEPT_NEWER" in outcomes
        lossless(server)


def case_m4_overwritten_while_reads_are_not_pinned(server):
    """And GET ignores If-Match too: source and copy then agree on bytes that nobody scanned."""
    def setup():
        event = fresh(server, etag="0" * 31 + "1-2")
        server.world.ignored.update(("copy-source-if-match", "get-if-match"))
        return event

    with Client(server, "--keep-mover") as client:
        overwrite_sweep(server, client, setup, BODY[:-1] + b"y")
        lossless(server)


def case_m4_overwritten_versioned(server):
    for arguments in ((), ("--purge-version",)):
        with Client(server, *arguments) as client:
            at = 1
            while True:
                event = fresh(server, lake="Enabled")

                def hook(count, phase, request, at=at):
                    if count == at and phase == "before":
                        server.user_put(LAKE, KEY, b"newer")

                server.hook = hook
                result = client.move(event)
                server.hook = None
                if server.count < at:
                    break
                assert content(server, LAKE, KEY) == b"newer"
                expect(result, "CHANGED", "MOVED_KEPT_NEWER", "MOVED")
                judge(server)
                at += 1


def case_m4_recreated_after_the_move(server):
    event = fresh(server)
    with Client(server) as client:
        expect(client.move(event), "MOVED")
        server.user_put(LAKE, KEY, b"a new object")
        expect(client.move(event), "MOVED_KEPT_NEWER")
    assert content(server, LAKE, KEY) == b"a new object"


# ---- M5: never onto itself ----

def case_m5_alias_of_the_same_bucket(server):
    """Two names of one bucket, as an access point is: only the probe can see it."""
    fresh(server)
    server.world.buckets["other-name"] = server.world.buckets[VAULT]
    version = server.user_put("other-name", KEY, BODY)
    with Client(server) as client:
        result = expect(client.move(finding_event(version, "other-name")), "REFUSED")
    assert "one bucket under two names" in result["reason"]
    assert vault_keys(server) == [KEY]


def case_m5_guards_send_no_request(server):
    fresh(server)
    version = server.user_put(VAULT, KEY, BODY)
    own = server.user_put(LAKE, ".lakewarden/receipts/x.json", b"{}")
    before = server.count
    with Client(server) as client:
        expect(client.move(finding_event(version, VAULT)), "REFUSED")
        expect(client.move(finding_event(version, VAULT.upper())), "REFUSED")
        expect(client.move(finding_event(version, "data-abcdef-s3alias")), "REFUSED")
        expect(client.move(finding_event(version, "arn:aws:s3:us-east-1:111122223333:accesspoint/x")), "REFUSED")
        expect(client.move(finding_event(own)), "REFUSED")
    assert server.count == before


# ---- M6: never overwrite ----

def case_m6_target_key_taken(server):
    with Client(server) as client:
        event = fresh(server)
        target = "%s/%s/.v/%s" % (LAKE, KEY, hashlib.md5(BODY).hexdigest())
        server.user_put(VAULT, target, b"something else")
        result = expect(client.move(event), "CONFLICT")
        assert result["targetKey"] == target
        assert content(server, VAULT, target) == b"something else" and content(server, LAKE, KEY) == BODY
        event = fresh(server)
        server.user_put(VAULT, target, BODY)
        isolated(server, expect(client.move(event), "MOVED"))  # the same content: carried on
        assert not any("x-amz-copy-source" in str(entry) and entry["key"] == target for entry in server.history)


def case_m6_receipt_key_taken(server):
    event = fresh(server)
    with Client(server) as client:
        receipt = expect(client.move(event), "MOVED")["receiptKey"]
        right = content(server, VAULT, receipt).decode()
        others = [right.replace(*pair) for pair in (
            ('"move_token":\t"', '"move_token":\t"0'), ('"key":\t"patient', '"key":\t"x'), ('"etag":\t"', '"etag":\t"0'),
            ('"size":\t', '"size":\t1'), ('"key":\t"lake', '"key":\t"x'),
            ('"bucket":\t"vault', '"bucket":\t"x'), ("-move-receipt", "-note"))]
        assert right not in others
        for foreign in [b"not a receipt", b"{}", b"", b'{"type":"lakewarden-move-receipt"}'] + [
                other.encode() for other in others]:
            event = fresh(server)
            server.user_put(VAULT, receipt, foreign)
            expect(client.move(event), "CONFLICT")
            assert content(server, VAULT, receipt) == foreign and content(server, LAKE, KEY) == BODY


# ---- M7: converges ----

def case_m7_duplicates(server):
    with Client(server) as client:
        event = fresh(server)
        outcomes = [client.move(event)["outcome"] for _ in range(5)]
        assert outcomes == ["MOVED"] + ["ALREADY_MOVED"] * 4, outcomes
        event = fresh(server, etag="0" * 31 + "1-2")
        outcomes = [client.move(event)["outcome"] for _ in range(3)]
        assert outcomes == ["MOVED"] + ["ALREADY_MOVED"] * 2, outcomes
    judge(server)


def case_m7_concurrent_workers(server):
    clients = [Client(server) for _ in range(4)]
    try:
        for etag in [None, "0" * 31 + "1-2"] * 4:
            event = fresh(server, etag=etag)
            threads = [threading.Thread(target=client.send, args=(event,)) for client in clients]
            for thread in threads:
                thread.start()
            results = [client.receive() for client in clients]
            for thread in threads:
                thread.join()
            for result in results:
                expect(result, "MOVED", "ALREADY_MOVED")
            isolated(server, results[0])
            judge(server)
    finally:
        for client in clients:
            client.__exit__(None)


def case_m7_copy_without_receipt(server):
    """Killed after the copy, then the source was removed by its owner: the move is completed from the copy."""
    event = fresh(server)
    with Client(server) as client:
        result = expect(client.move(event), "MOVED")
        target = result["targetKey"]
        right = hashlib.md5(BODY).hexdigest()
        for body, etag, outcome in ((BODY, None, "ALREADY_MOVED"), (BODY[:-1] + b"y", None, "SUSPECT"),
                                    (b"", None, "SUSPECT"), (BODY[:-1], right, "SUSPECT")):
            event = fresh(server)
            server.user_delete(LAKE, KEY)
            server.user_put(VAULT, target, body, etag=etag)
            expect(client.move(event), outcome)
            assert content(server, VAULT, target) == body
            assert (content(server, VAULT, result["receiptKey"]) is not None) == (outcome == "ALREADY_MOVED")


def case_m7_missing_isolation_bucket(server):
    """404 of the isolation bucket is never "already moved"."""
    event = fresh(server)
    del server.world.buckets[VAULT]
    with Client(server) as client:
        expect(client.move(event), "FAILED")
        server.user_delete(LAKE, KEY)
        expect(client.move(event), "FAILED")


# ---- M8: nothing silently dropped ----

def attributes(server, client):
    headers = {"content-type": "text/csv", "content-encoding": "identity", "cache-control": "no-store",
               "content-disposition": "attachment", "x-amz-meta-owner": "ward 7", "x-amz-storage-class": "STANDARD_IA"}
    event = fresh(server, headers=headers, tags=[("class", "secret"), ("a&b", "c=d")])
    result = expect(client.move(event), "MOVED")
    copy = server.world.buckets[VAULT].current(result["targetKey"])
    receipt = isolated(server, result)
    for name in ("content-type", "content-encoding", "cache-control", "content-disposition", "x-amz-meta-owner"):
        assert copy.headers.get(name) == headers[name], (name, copy.headers)
    assert sorted(copy.tags) == [("a&b", "c=d"), ("class", "secret")], copy.tags
    assert sorted(receipt["lost_attributes"]) == ["acl", "storage-class"], receipt["lost_attributes"]
    assert receipt["source"]["storage_class"] == "STANDARD_IA"
    assert receipt["move_token"] == copy.headers["x-amz-meta-lakewarden-move-token"]
    assert receipt["finding_id"] == "finding-1" and len(receipt["request_ids"]) == 1
    judge(server)


def case_m8_attributes_in_one_request(server):
    with Client(server) as client:
        attributes(server, client)


def case_m8_attributes_in_parts(server):
    with Client(server, "--threshold", "2000", "--part-size", "2000") as client:
        attributes(server, client)
    assert any(entry["operation"] == "CompleteMultipartUpload" for entry in server.history)


def case_m8_lost_attributes_are_named(server):
    event = fresh(server, headers={"x-amz-meta-owner": "ward 7"}, tags=[("class", "secret")])

    def hook(count, phase, request):
        if phase == "after" and request.method == "PUT" and "/.v/" in request.key:
            version = server.world.buckets[VAULT].current(request.key)
            version.headers.pop("x-amz-meta-owner", None)
            version.tags = []

    server.hook = hook
    with Client(server) as client:
        receipt = isolated(server, expect(client.move(event), "MOVED"))
    assert {"metadata:owner", "tag:class"} <= set(receipt["lost_attributes"]), receipt["lost_attributes"]


# ---- M9: deletes nothing else ----

def case_m9_deletes_only_source_and_probes(server):
    event = fresh(server)
    server.user_put(LAKE, KEY + "x", b"neighbour")
    with Client(server, "--prefix", "dir/") as client:
        result = expect(client.move(event), "MOVED")
    for bucket, key in deletes(server):
        assert (bucket, key) == (LAKE, KEY) or (bucket == VAULT and key.startswith("dir/.lakewarden/probe/"))
    assert sum(1 for bucket, _ in deletes(server) if bucket == LAKE) == 1
    assert result["targetKey"].startswith("dir/%s/" % LAKE) and result["receiptKey"].startswith("dir/.lakewarden/")
    assert content(server, LAKE, KEY + "x") == b"neighbour"
    isolated(server, result)
    judge(server, prefix="dir/")


def case_m9_scratch_removed_when_versioned(server):
    for ignored in ((), ("delete-if-match",)):
        event = fresh(server, vault="Enabled")
        server.world.ignored.update(ignored)
        with Client(server, "--best-effort-delete") as client:
            expect(client.move(event), "MOVED")
        assert not any("/probe/" in key for key in server.world.buckets[VAULT].keys)
        judge(server)


# ---- M10: versioned buckets stated honestly ----

def case_m10_delete_marker(server):
    event = fresh(server, lake="Enabled")
    with Client(server) as client:
        result = expect(client.move(event), "MOVED")
        assert result["deletion"] == "delete-marker" and result["readableByVersionId"] is True
        assert "--purge-version" in result["reason"]
        expect(client.move(event), "ALREADY_MOVED")
    versions = server.world.buckets[LAKE].keys[KEY]
    assert [version.marker for version in versions] == [False, True]
    judge(server)
    with Client(server, "--purge-version") as client:
        assert expect(client.move(event), "MOVED")["deletion"] == "purged"
        expect(client.move(event), "ALREADY_MOVED")
    assert [version.marker for version in server.world.buckets[LAKE].keys[KEY]] == [True]
    judge(server)


def case_m10_purge_needs_no_conditional_delete(server):
    event = fresh(server, lake="Enabled")
    server.world.ignored.add("delete-if-match")
    with Client(server) as client:
        expect(client.move(event), "REFUSED")
    with Client(server, "--purge-version") as client:
        result = expect(client.move(event), "MOVED")
    assert result["deletion"] == "purged" and KEY not in server.world.buckets[LAKE].keys
    judge(server)


def case_m10_version_id_ignored(server):
    """The server takes DELETE ?versionId= for a plain DELETE: said as it is."""
    event = fresh(server, lake="Enabled")
    server.world.ignored.add("version-id")
    with Client(server, "--purge-version") as client:
        result = client.move(event)
    assert result.get("deletion") != "purged", result
    judge(server)


def case_m10_older_version_comes_back(server):
    fresh(server, lake="Enabled")
    event = finding_event(server.user_put(LAKE, KEY, b"second"))
    with Client(server, "--purge-version") as client:
        assert expect(client.move(event), "MOVED")["deletion"] == "purged"
    assert content(server, LAKE, KEY) == BODY
    judge(server)


def case_m10_suspended_versioning(server):
    event = fresh(server, lake="Suspended")
    with Client(server, "--purge-version") as client:
        assert expect(client.move(event), "MOVED")["outcome"] == "MOVED"
    assert content(server, LAKE, KEY) is None
    judge(server)


def case_m10_object_lock(server):
    event = fresh(server, lake="Enabled", headers={"x-amz-object-lock-mode": "GOVERNANCE"})
    with Client(server, "--purge-version") as client:
        expect(client.move(event), "REFUSED")
    assert content(server, LAKE, KEY) == BODY
    judge(server)


# ---- M11, M12 and the rest ----

def case_m11_keys_that_decode_alike(server):
    keys = ["a+b", "a b", "a%20b", "a%2Bb", "q?x=1&y", "h#f", "d//e", "t/", "ü/é😀", "p%", "c:;=@,$!'()*~", "x" * 1024]
    with Client(server) as client:
        for key in keys:
            fresh(server)
            versions = {name: server.user_put(LAKE, name, name.encode()) for name in keys}
            result = expect(client.move(finding_event(versions[key])), "MOVED")
            assert content(server, LAKE, key) is None, key
            assert content(server, VAULT, result["targetKey"]) == key.encode()
            assert len(result["targetKey"].encode()) <= 1024
            assert json.loads(content(server, VAULT, result["receiptKey"]))["source"]["key"] == key
            for name in keys:
                assert name == key or content(server, LAKE, name) == name.encode(), (key, name)
            judge(server, *keys)


def case_m12_retries_are_bounded(server):
    """An endpoint that always fails: the move ends, FAILED, source untouched; once it works again, MOVED."""
    with Client(server, "--attempts", "3") as client:
        event = fresh(server)
        for at in range(1, 400):
            server.fault_at(at, "500")
        expect(client.move(event), "FAILED")
        assert server.count < 60 and content(server, LAKE, KEY) == BODY
        server.faults.clear()
        server.fault_at(server.count + 1, "503")  # one failure is got over by the retry
        isolated(server, expect(client.move(event), "MOVED"))


def case_wrong_secret_is_refused(server):
    event = fresh(server)
    with Client(server, secret="wrong" + "secret") as client:
        expect(client.move(event), "FAILED")
    assert content(server, LAKE, KEY) == BODY and vault_keys(server) == []


def case_denied_delete_keeps_both(server):
    event = fresh(server)
    server.world.denied.append(("DELETE", LAKE, ""))
    with Client(server) as client:
        result = expect(client.move(event), "REFUSED")
    isolated(server, result)
    assert content(server, LAKE, KEY) == BODY


def case_denied_probe_delete_is_explained(server):
    event = fresh(server)
    server.world.denied.append(("DELETE", VAULT, ""))
    with Client(server) as client:
        result = expect(client.move(event), "FAILED")
    assert ".lakewarden/probe/" in result["reason"] and content(server, LAKE, KEY) == BODY


def case_dry_run_writes_nothing(server):
    event = fresh(server)
    with Client(server, "--dry-run") as client:
        result = expect(client.move(event), "MOVED")
    assert result["dryRun"] is True
    assert {entry["method"] for entry in server.history if entry["actor"] == "client"} == {"HEAD"}
    with Client(server) as client:
        expect(client.move(event), "MOVED")
    with Client(server, "--dry-run") as client:
        expect(client.move(event), "ALREADY_MOVED")
        event = fresh(server)  # a copy that has no receipt yet
        server.user_delete(LAKE, KEY)
        server.user_put(VAULT, result["targetKey"], BODY)
        expect(client.move(event), "ALREADY_MOVED")
        assert vault_keys(server) == [result["targetKey"]]


def case_answer_is_the_posts(server):
    event = fresh(server)
    with Client(server) as client:
        result = client.move(event)
    assert result["statusCode"] == 200
    assert json.loads(result["body"]) == {"Bucket": LAKE, "Key": KEY}


def main():
    wanted = sys.argv[2:]
    for name, run in sorted(globals().items()):
        if name.startswith("case_") and (not wanted or name[len("case_"):] in wanted):
            with FakeS3() as server:
                run(server)
            print("ok", name[len("case_"):], flush=True)


if __name__ == "__main__":
    main()
