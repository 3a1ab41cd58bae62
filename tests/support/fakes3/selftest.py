"""Is the fake server right? Judged by the table of S3's conditional requests, by botocore as an independent client, and
the invariant checker by histories that violate each rule. selftest.py [CASE...]"""
import copy
import datetime
import hashlib
import hmac
import http.client
import sys
from urllib.parse import quote, urlsplit

from fakes3 import FakeS3, signing_key
import invariants

KEY_ID, SECRET = "fakekeyid", "fakesecret"


def send(server, method, path, headers=None, body=b"", secret=SECRET, when=None):
    """One signed request; gives (status, headers, body)."""
    now = when or datetime.datetime.now(datetime.timezone.utc)
    moment, host = now.strftime("%Y%m%dT%H%M%SZ"), urlsplit(server.endpoint).netloc
    digest = hashlib.sha256(body).hexdigest()
    all_headers = {"host": host, "x-amz-date": moment, "x-amz-content-sha256": digest, **(headers or {})}
    plain, _, query = path.partition("?")
    names = ";".join(sorted(all_headers))
    lines = "".join("%s:%s\n" % (name, all_headers[name]) for name in sorted(all_headers))
    pairs = "&".join(sorted(pair if "=" in pair else pair + "=" for pair in query.split("&") if pair))
    canonical = "\n".join((method, plain, pairs, lines, names, digest))
    scope = "%s/us-east-1/s3/aws4_request" % moment[:8]
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(signing_key(secret, moment[:8], "us-east-1", "s3"), text.encode(), hashlib.sha256).hexdigest()
    all_headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        KEY_ID, scope, names, signature)
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, path, body, all_headers)
    reply = connection.getresponse()
    result = reply.status, dict(reply.getheaders()), reply.read()
    connection.close()
    return result


def expect(status, code, reply):
    assert reply[0] == status and (code is None or code.encode() in reply[2]), reply


def case_conditional_requests(server):
    """As recorded against S3: writes, copies, deletes."""
    server.make_bucket("bkt")
    right, wrong = '"%s"' % hashlib.md5(b"one").hexdigest(), '"%s"' % ("0" * 32)
    source = {"x-amz-copy-source": "/bkt/a"}
    expect(200, None, send(server, "PUT", "/bkt/a", {"if-none-match": "*"}, b"one"))
    expect(412, "PreconditionFailed", send(server, "PUT", "/bkt/a", {"if-none-match": "*"}, b"two"))
    expect(501, "NotImplemented", send(server, "PUT", "/bkt/a", {"if-none-match": right}, b"two"))
    expect(412, "PreconditionFailed", send(server, "PUT", "/bkt/a", {"if-match": wrong}, b"two"))
    expect(404, "NoSuchKey", send(server, "PUT", "/bkt/none", {"if-match": right}, b"two"))
    expect(412, "PreconditionFailed", send(server, "PUT", "/bkt/b", {**source, "x-amz-copy-source-if-match": wrong}))
    expect(200, "CopyObjectResult", send(server, "PUT", "/bkt/b", {**source, "x-amz-copy-source-if-match": right,
                                                                   "if-none-match": "*"}))
    expect(412, "PreconditionFailed", send(server, "PUT", "/bkt/b", {**source, "if-none-match": "*"}))
    expect(412, None, send(server, "GET", "/bkt/a", {"if-match": wrong}))
    expect(304, None, send(server, "GET", "/bkt/a", {"if-none-match": right}))
    expect(412, "PreconditionFailed", send(server, "DELETE", "/bkt/a", {"if-match": wrong}))
    expect(204, None, send(server, "DELETE", "/bkt/a", {"if-match": right}))
    expect(404, "NoSuchKey", send(server, "DELETE", "/bkt/a", {"if-match": right}))
    expect(204, None, send(server, "DELETE", "/bkt/a"))
    expect(404, "NoSuchKey", send(server, "PUT", "/bkt/c", source))
    expect(404, "NoSuchBucket", send(server, "GET", "/none/a"))


def case_versions(server):
    server.make_bucket("bkt", "Enabled")
    first = send(server, "PUT", "/bkt/a", {}, b"one")[1]["x-amz-version-id"]
    second = send(server, "PUT", "/bkt/a", {}, b"two")[1]["x-amz-version-id"]
    assert send(server, "GET", "/bkt/a?versionId=" + first)[2] == b"one" and first != second
    etag = '"%s"' % hashlib.md5(b"one").hexdigest()
    expect(412, None, send(server, "DELETE", "/bkt/a", {"if-match": etag}))  # the current one counts
    expect(501, None, send(server, "DELETE", "/bkt/a?versionId=" + first, {"if-match": etag}))
    status, headers, _ = send(server, "DELETE", "/bkt/a")
    assert status == 204 and headers["x-amz-delete-marker"] == "true"
    expect(404, None, send(server, "GET", "/bkt/a"))
    expect(405, None, send(server, "GET", "/bkt/a?versionId=" + headers["x-amz-version-id"]))
    expect(200, None, send(server, "PUT", "/bkt/a", {"if-none-match": "*"}, b"three"))  # a marker is no object
    expect(204, None, send(server, "DELETE", "/bkt/a?versionId=" + first))
    expect(404, "NoSuchVersion", send(server, "GET", "/bkt/a?versionId=" + first))
    assert send(server, "GET", "/bkt/a?versionId=" + second)[2] == b"two"


def case_signatures(server):
    server.make_bucket("bkt")
    expect(200, None, send(server, "PUT", "/bkt/" + quote("a b+c/ü?"), {}, b"one"))
    assert "a b+c/ü?" in server.world.buckets["bkt"].keys
    expect(403, "SignatureDoesNotMatch", send(server, "GET", "/bkt/a", secret="wrong"))
    late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=20)
    expect(403, "RequestTimeTooSkewed", send(server, "GET", "/bkt/a", when=late))


def case_multipart(server):
    server.make_bucket("bkt")
    send(server, "PUT", "/bkt/a", {}, b"0123456789")
    upload = send(server, "POST", "/bkt/b?uploads")[2].split(b"<UploadId>")[1].split(b"<")[0].decode()
    parts = ""
    for number, text in ((1, "bytes=0-5"), (2, "bytes=6-9")):
        reply = send(server, "PUT", "/bkt/b?partNumber=%d&uploadId=%s" % (number, upload),
                     {"x-amz-copy-source": "/bkt/a", "x-amz-copy-source-range": text})
        etag = reply[2].split(b"&quot;")[1].decode()
        parts += "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % (number, etag)
    body = ("<CompleteMultipartUpload>%s</CompleteMultipartUpload>" % parts).encode()
    send(server, "PUT", "/bkt/b", {}, b"in the way")
    expect(412, None, send(server, "POST", "/bkt/b?uploadId=" + upload, {"if-none-match": "*"}, body))
    send(server, "DELETE", "/bkt/b")
    expect(200, "-2&quot;", send(server, "POST", "/bkt/b?uploadId=" + upload, {"if-none-match": "*"}, body))
    assert send(server, "GET", "/bkt/b")[2] == b"0123456789"
    expect(404, "NoSuchUpload", send(server, "POST", "/bkt/b?uploadId=" + upload, {}, body))


def case_botocore_agrees(server):
    """An independent signer and parser."""
    try:
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import ClientError
    except ImportError:
        print("skipped: python3-botocore is not installed")
        sys.exit(77)

    def client(secret):
        return botocore.session.get_session().create_client(
            "s3", region_name="us-east-1", endpoint_url=server.endpoint, aws_access_key_id=KEY_ID,
            aws_secret_access_key=secret, config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}))

    s3 = client(SECRET)
    s3.create_bucket(Bucket="bkt")
    for key in ("a b", "a+b", "ü/%?&", "x//y", "p=q:r"):
        s3.put_object(Bucket="bkt", Key=key, Body=key.encode(), Metadata={"a": "1", "a-b": "2"}, Tagging="t=1")
        assert s3.get_object(Bucket="bkt", Key=key)["Body"].read() == key.encode()
        s3.copy_object(Bucket="bkt", Key="copy", CopySource={"Bucket": "bkt", "Key": key},
                       CopySourceIfMatch=hashlib.md5(key.encode()).hexdigest())
        assert s3.get_object(Bucket="bkt", Key="copy")["Body"].read() == key.encode()
        assert s3.head_object(Bucket="bkt", Key="copy")["Metadata"] == {"a": "1", "a-b": "2"}
    assert s3.get_object_tagging(Bucket="bkt", Key="copy")["TagSet"] == [{"Key": "t", "Value": "1"}]
    page = s3.list_objects_v2(Bucket="bkt", MaxKeys=2)
    assert page["IsTruncated"] and len(page["Contents"]) == 2
    for key in ("a b",):
        try:
            client("wrong").get_object(Bucket="bkt", Key=key)
            raise AssertionError("a wrong secret was accepted")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "SignatureDoesNotMatch"


def good_history():
    """A whole move, in short."""
    def effect(do, bucket, key, sha256, token=None):
        return {"do": do, "bucket": bucket, "key": key, "version": "null", "sha256": sha256, "token": token}

    def entry(number, operation, bucket, key, effects=(), read=False):
        return {"actor": "client", "n": number, "operation": operation, "bucket": bucket, "key": key, "status": 200,
                "answered": 200, "effects": list(effects), **({"read": {}} if read else {})}

    target, receipt = "lake/k/.v/e", ".lakewarden/receipts/t.json"
    return [
        {"actor": "user", "operation": "PutObject", "key": "k", "effects": [effect("put", "lake", "k", "S")]},
        entry(1, "CopyObject", "vault", target, [effect("put", "vault", target, "S", "t")]),
        entry(2, "HeadObject", "vault", target, read=True),
        entry(3, "PutObject", "vault", receipt, [effect("put", "vault", receipt, "R")]),
        entry(4, "GetObject", "vault", receipt, read=True),
        entry(5, "DeleteObject", "lake", "k", [effect("remove", "lake", "k", "S")]),
    ]


def case_invariants_catch_each_violation(server):
    invariants.check(good_history(), "lake", "vault", ["k"])

    def spoil(rule, change):
        history = copy.deepcopy(good_history())
        change(history)
        try:
            invariants.check(history, "lake", "vault", ["k"])
        except invariants.Violation as violation:
            assert str(violation).startswith(rule), (rule, str(violation))
            return
        raise AssertionError("%s not caught" % rule)

    spoil("I2", lambda h: h.pop(2))  # the copy not read
    spoil("I2", lambda h: h.pop(4))  # the receipt not read
    spoil("I2", lambda h: h.pop(3))  # no receipt
    spoil("I2", lambda h: h.insert(1, h.pop(5)))  # delete first
    spoil("I1", lambda h: (h[1]["effects"][0].update(sha256="T"), h[5].update(operation="PutObject")))
    spoil("I3", lambda h: h.insert(3, {**h[1], "effects": [{**h[1]["effects"][0], "key": "lake/k/.v/f"}]}))
    spoil("I4", lambda h: h.insert(3, {**h[1], "effects": [{**h[1]["effects"][0], "sha256": "T"}]}))
    spoil("I4", lambda h: h.insert(3, {**h[5], "bucket": "vault", "effects": [
        {**h[1]["effects"][0], "do": "remove"}]}))
    spoil("I4", lambda h: h.insert(3, {**h[5], "effects": [{**h[5]["effects"][0], "key": "other"}]}))
    spoil("I4", lambda h: h.insert(3, {**h[3], "effects": [{**h[3]["effects"][0], "bucket": "lake"}]}))


def main():
    for name, run in sorted(globals().items()):
        if name.startswith("case_") and (len(sys.argv) < 2 or name[len("case_"):] in sys.argv[1:]):
            with FakeS3() as server:
                run(server)
            print("ok", name[len("case_"):])


if __name__ == "__main__":
    main()
