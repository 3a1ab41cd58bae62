"""What the tests of the Lambda have in common: an object, the finding event that names it, and what must hold after."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support" / "fakes3"))
import invariants  # noqa: E402

LAKE, VAULT = "lake-bucket", "vault-bucket"
KEY = "patient_data/patients 1+2.csv"
BODY = b"Id,SSN\n" + b"x" * 5000
SECRET = "fakesecret"
CANARY = "canary-" + "7f3a"


def finding(version, bucket=LAKE, severity="High", **more):
    score = {"Low": 1, "Medium": 2, "High": 3}[severity]
    return {"version": "0", "id": "e-1", "detail-type": "Macie Finding", "source": "aws.macie", "account": "111122223333",
            "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
            "detail": {"id": "finding-1", "accountId": "111122223333", "type": "SensitiveData:S3Object/Personal",
                       "category": "CLASSIFICATION", "title": CANARY, "severity": {"score": score, "description": severity},
                       "resourcesAffected": {"s3Bucket": {"name": bucket},
                                             "s3Object": {"key": version.key, "versionId": "", "eTag": version.etag,
                                                          "size": len(version.body)}}, **more}}


def fresh(server, count=1):
    server.reset()
    server.make_bucket(LAKE)
    server.make_bucket(VAULT)
    versions = [server.user_put(LAKE, KEY if i == 0 else "%d %s" % (i, KEY), BODY) for i in range(count)]
    return finding(versions[0]) if count == 1 else [finding(v) for v in versions]


def content(server, bucket, key):
    version = server.world.buckets[bucket].current(key)
    return None if version is None or version.marker else version.body


def judge(server, *keys):
    invariants.check(server.history, LAKE, VAULT, keys or (KEY,), "")


def moved(server, key=KEY):
    assert content(server, LAKE, key) is None, "the source is still there"
    vault = [k for k, versions in server.world.buckets[VAULT].keys.items() if not versions[-1].marker]
    copies = [k for k in vault if k.startswith("%s/%s/" % (LAKE, key))]
    assert len(copies) == 1 and content(server, VAULT, copies[0]) == BODY, copies
    assert [k for k in vault if k.startswith(".lakewarden/receipts/")], vault


def wanted(bucket=LAKE, key=KEY):
    return {"statusCode": 200, "body": json.dumps({"Bucket": bucket, "Key": key}, separators=(",", ":"))}
