"""The mover on real servers: e2e_real.py MOVE_CLI rgw|swift. radosgw ignores If-Match on DELETE and the copy's
precondition; Swift answers 501 to If-None-Match and checks If-Match of a DELETE in a step before it."""
import hashlib
import json
import pathlib
import subprocess
import sys

MOVE_CLI, KIND = sys.argv[1], sys.argv[2]
sys.argv[1:] = []
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "store"))
import e2e  # noqa: E402
from e2e import ODD_KEYS, check  # noqa: E402

VAULT = "vault-bucket"


def finding(bucket, key, etag, size, version=""):
    return {"id": "finding-1", "type": "SensitiveData:S3Object/Personal", "accountId": "111122223333",
            "severity": {"score": 3, "description": "High"},
            "resourcesAffected": {"s3Bucket": {"name": bucket},
                                  "s3Object": {"key": key, "versionId": version, "eTag": etag, "size": size}}}


def move(server, events, *options):
    done = subprocess.run([MOVE_CLI, "--endpoint", server.endpoint, "--to", VAULT, "--keep-mover", "--attempts", "3",
                           *options], input="".join(json.dumps(event) + "\n" for event in events), text=True,
                          env=server.env, capture_output=True, check=False)
    check(done.returncode == 0, "move_cli", done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def names(server, bucket):
    pages = server.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sorted(item["Key"] for page in pages for item in page.get("Contents", ()))


def body_of(server, bucket, key):
    return server.client.get_object(Bucket=bucket, Key=key)["Body"].read()


def put(server, bucket, key, body):
    answer = server.upload(bucket, key, body)
    return finding(bucket, key, answer["ETag"].strip('"'), len(body), answer.get("VersionId", ""))


def refused_by_default(server):
    """No conditional delete, no versions: nothing is copied, and the reason says what can be done."""
    server.bucket("lake-plain")
    event = put(server, "lake-plain", "a.csv", b"sensitive")
    result = move(server, [event])[0]
    check(result["outcome"] == "REFUSED" and "--best-effort-delete" in result["reason"], "refused", result)
    check(body_of(server, "lake-plain", "a.csv") == b"sensitive", "the source stays")
    check(names(server, VAULT) == [], "no copy, no scratch", names(server, VAULT))


def odd_keys(server):
    """Each moved alone, its twins beside it; then all of them again."""
    server.bucket("lake-odd")
    bodies = {key: f"content {number}".encode() for number, key in enumerate(ODD_KEYS)}
    events = [put(server, "lake-odd", key, body) for key, body in bodies.items()]
    for event, key in zip(events[:3], ODD_KEYS[:3]):
        result = move(server, [event], "--best-effort-delete")[0]
        check(result["outcome"] == "MOVED" and result["deletion"] == "best-effort", key, result)
    check(names(server, "lake-odd") == sorted(ODD_KEYS[3:]), "only those three", names(server, "lake-odd"))
    results = move(server, events, "--best-effort-delete")
    for key, result, number in zip(ODD_KEYS, results, range(len(results))):
        check(result["outcome"] == ("ALREADY_MOVED" if number < 3 else "MOVED"), key, result)
        check(body_of(server, VAULT, result["targetKey"]) == bodies[key], "content of " + key, result)
        receipt = json.loads(body_of(server, VAULT, result["receiptKey"]))
        check(receipt["source"]["key"] == key, "receipt of " + key, receipt)
    check(names(server, "lake-odd") == [], "all gone", names(server, "lake-odd"))
    expected = sorted(result[which] for result in results for which in ("targetKey", "receiptKey"))
    check(names(server, VAULT) == expected, "copies and receipts, nothing else")


def changed(server):
    server.bucket("lake-changed")
    event = put(server, "lake-changed", "a.csv", b"scanned")
    put(server, "lake-changed", "a.csv", b"another")
    result = move(server, [event], "--best-effort-delete")[0]
    check(result["outcome"] == "CHANGED", "changed", result)
    check(body_of(server, "lake-changed", "a.csv") == b"another", "the newer object stays")


def in_parts(server):
    """A copy in parts has another ETag: proved by SHA-256, metadata kept."""
    server.bucket("lake-parts")
    body = bytes(range(256)) * (12 << 12)
    answer = server.client.put_object(Bucket="lake-parts", Key="big.csv", Body=body, Metadata={"owner": "ward 7"},
                                      ContentType="text/csv")
    event = finding("lake-parts", "big.csv", answer["ETag"].strip('"'), len(body))
    result = move(server, [event, event], "--best-effort-delete", "--threshold", "100", "--part-size", str(5 << 20))
    check([r["outcome"] for r in result] == ["MOVED", "ALREADY_MOVED"], "moved, then found", result)
    receipt = json.loads(body_of(server, VAULT, result[0]["receiptKey"]))
    check(receipt["proof"] == "sha256" and receipt["sha256"] == hashlib.sha256(body).hexdigest(), "proof", receipt)
    head = server.client.head_object(Bucket=VAULT, Key=result[0]["targetKey"])
    check(head["Metadata"].get("owner") == "ward 7" and head["ContentType"] == "text/csv", "attributes", head)
    check(body_of(server, VAULT, result[0]["targetKey"]) == body, "content")


def versions(server):
    """Purging a version needs no conditional delete."""
    server.bucket("lake-versions")
    server.client.put_bucket_versioning(Bucket="lake-versions", VersioningConfiguration={"Status": "Enabled"})
    event = put(server, "lake-versions", "a.csv", b"sensitive")
    version = event["resourcesAffected"]["s3Object"]["versionId"]
    check(version not in ("", "null"), "a version id", event)
    check(move(server, [event])[0]["outcome"] == "REFUSED", "refused by default")
    result = move(server, [event], "--best-effort-delete")[0]
    check(result["outcome"] == "MOVED" and result["deletion"] == "delete-marker", "marker", result)
    answer = server.client.get_object(Bucket="lake-versions", Key="a.csv", VersionId=version)
    check(answer["Body"].read() == b"sensitive" and result["readableByVersionId"], "still readable, and said so")
    result = move(server, [event, event], "--purge-version")
    check([r["outcome"] for r in result] == ["MOVED", "ALREADY_MOVED"] and result[0]["deletion"] == "purged", "purged",
          result)
    left = server.client.list_object_versions(Bucket="lake-versions").get("Versions", [])
    check(left == [], "no version left", left)


def main():
    server = e2e.Server(KIND, MOVE_CLI)
    try:
        server.bucket(VAULT)
        checks = [[refused_by_default], [odd_keys], [changed], [in_parts]] + ([[versions]] if KIND == "rgw" else [])
        passed = e2e.run(server, *checks)
    finally:
        server.close()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
