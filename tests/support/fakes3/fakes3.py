"""A small S3 server for fault tests: Python 3 standard library only.

What it does as S3 does: Signature V4 (verified; a wrong secret is refused), conditional reads, writes, copies and
deletes, versioning, multipart uploads and part copies, metadata, tags, paged listings. What S3 leaves to luck it does
on order: it can ignore any conditional header, fail the k-th request in many ways, call a hook around each request
(to kill the client, or to let another user write in between), and it writes every request with what it changed to a
history, which invariants.py judges.

In a test:      with FakeS3() as server: server.make_bucket("lake"); ... server.endpoint
As a program:   python3 fakes3.py --bucket lake --bucket vault [--versioned vault] [--ignore delete-if-match]
                prints the endpoint on the first line and serves until standard input ends.
"""
import argparse
import base64
import datetime
import hashlib
import hmac
import json
import re
import socket
import struct
import sys
import threading
from email.utils import formatdate
from http.client import responses
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import quote, unquote, unquote_to_bytes
from xml.sax.saxutils import escape, unescape

# Headers (or parameters) that a server may be told to drop silently.
IGNORABLE = (
    "copy-source-if-match",
    "copy-if-none-match",
    "put-if-none-match",
    "complete-if-none-match",
    "delete-if-match",
    "copy-source",
    "tagging-directive",
    "version-id",
    "get-if-match",
)
SYSTEM_HEADERS = ("content-type", "content-encoding", "content-disposition", "content-language", "cache-control",
                  "expires", "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-website-redirect-location")


class S3Error(Exception):
    def __init__(self, status, code, message="", headers=None):
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message or code, headers or {}


class Version:
    def __init__(self, key, body, headers=None, tags=None, marker=False, etag=None):
        self.key, self.body, self.marker = key, body, marker
        self.headers = dict(headers or {})
        self.tags = list(tags or [])
        self.etag = etag or hashlib.md5(body).hexdigest()
        self.sha256 = hashlib.sha256(body).hexdigest()
        self.id = None
        self.modified = datetime.datetime.now(datetime.timezone.utc)
        self.lock = self.headers.get("x-amz-object-lock-mode")


class Bucket:
    def __init__(self, versioning=None):
        self.versioning = versioning
        self.keys = {}

    def current(self, key):
        versions = self.keys.get(key)
        return versions[-1] if versions else None


class Request:
    """What the client sent, decoded."""

    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body, self.target = method, headers, body, target
        self.path, _, self.query_text = target.partition("?")
        self.query = {}
        for pair in filter(None, self.query_text.split("&")):
            name, _, value = pair.partition("=")
            self.query[unquote(name)] = unquote(value)
        bucket, _, key = self.path[1:].partition("/")
        self.bucket, self.key = unquote(bucket), unquote(key)


class Reply:
    def __init__(self, status=200, headers=None, body=b""):
        self.status, self.headers, self.body = status, dict(headers or {}), body


def xml_reply(root, inner, status=200, headers=None):
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<%s xmlns="http://s3.amazonaws.com/doc/2006-03-01/">%s</%s>' % (
        root, inner, root)
    return Reply(status, {"Content-Type": "application/xml", **(headers or {})}, text.encode())


def error_reply(error, status=None):
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>' % (
        error.code, escape(error.message))
    return Reply(status or error.status, {"Content-Type": "application/xml", **error.headers}, text.encode())


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class World:
    """The buckets, and the meaning of each request. Not thread safe: the server holds a lock around each call."""

    def __init__(self):
        self.buckets = {}
        self.uploads = {}
        self.ignored = set()
        self.unimplemented = set()  # of IGNORABLE: answered with 501 where present
        self.denied = []  # (method, bucket, key pattern)
        self.counter = 0
        self.effects = []

    # ---- state changes, each noted ----

    def note(self, what, bucket, key, version):
        self.effects.append({"do": what, "bucket": bucket, "key": key, "version": version.id, "etag": version.etag,
                             "sha256": version.sha256, "size": len(version.body),
                             "token": version.headers.get("x-amz-meta-lakewarden-move-token")})

    def add(self, name, version):
        bucket = self.buckets[name]
        self.counter += 1
        version.id = "v%08d" % self.counter if bucket.versioning == "Enabled" else "null"
        versions = bucket.keys.setdefault(version.key, [])
        if version.id == "null":
            for old in [v for v in versions if v.id == "null"]:
                versions.remove(old)
                if not old.marker:
                    self.note("remove", name, version.key, old)
        versions.append(version)
        self.note("marker" if version.marker else "put", name, version.key, version)
        return version

    def drop(self, name, key, version):
        versions = self.buckets[name].keys[key]
        versions.remove(version)
        if not versions:
            del self.buckets[name].keys[key]
        if not version.marker:
            self.note("remove", name, key, version)

    # ---- common to operations ----

    def bucket(self, name):
        if name not in self.buckets:
            raise S3Error(404, "NoSuchBucket")
        return self.buckets[name]

    def honours(self, what, value):
        """False when the header is absent or dropped."""
        if value is None or what in self.ignored:
            return False
        if what in self.unimplemented:
            raise S3Error(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
        return True

    def find(self, name, key, version_id):
        bucket = self.bucket(name)
        if version_id is None or "version-id" in self.ignored:
            found = bucket.current(key)
            if found is None or found.marker:
                raise S3Error(404, "NoSuchKey", headers={"x-amz-delete-marker": "true"} if found else {})
            return found
        for version in bucket.keys.get(key, []):
            if version.id == version_id:
                if version.marker:
                    raise S3Error(405, "MethodNotAllowed", headers={"x-amz-delete-marker": "true"})
                return version
        raise S3Error(404, "NoSuchVersion")

    def id_headers(self, name, version):
        return {"x-amz-version-id": version.id} if self.buckets[name].versioning else {}

    @staticmethod
    def matches(header, version):
        return header.strip() == "*" or version.etag in [part.strip().strip('"') for part in header.split(",")]

    @staticmethod
    def object_headers(headers):
        return {name: value for name, value in headers.items()
                if name in SYSTEM_HEADERS or name.startswith("x-amz-meta-") or name == "x-amz-object-lock-mode"}

    @staticmethod
    def header_tags(headers):
        pairs = [pair.partition("=") for pair in headers.get("x-amz-tagging", "").split("&") if pair]
        return [(unquote(name), unquote(value)) for name, _, value in pairs]

    def check_free(self, switch, request):
        """If-None-Match: * and If-Match of a write."""
        current = self.bucket(request.bucket).current(request.key)
        exists = current is not None and not current.marker
        none_match, match = request.headers.get("if-none-match"), request.headers.get("if-match")
        if none_match is not None and (none_match != "*" or match is not None):
            raise S3Error(501, "NotImplemented")
        if self.honours(switch, none_match) and exists:
            raise S3Error(412, "PreconditionFailed")
        if match is not None and not exists:
            raise S3Error(404, "NoSuchKey")
        if match is not None and not self.matches(match, current):
            raise S3Error(412, "PreconditionFailed")

    # ---- operations ----

    def handle(self, request):
        """Returns (reply, operation name, the version that was read or None)."""
        for method, bucket, pattern in self.denied:
            if method == request.method and bucket == request.bucket and re.search(pattern, request.key):
                raise S3Error(403, "AccessDenied")
        if request.bucket == "":
            return self.list_buckets(), "ListBuckets", None
        if request.key == "":
            return self.bucket_operation(request)
        query = request.query
        if "tagging" in query:
            return self.tagging(request)
        if request.method in ("GET", "HEAD"):
            return self.get(request)
        if request.method == "PUT" and "partNumber" in query:
            return self.put_part(request), "UploadPart", None
        if request.method == "PUT" and "x-amz-copy-source" in request.headers:
            return self.copy(request)
        if request.method == "PUT":
            return self.put(request), "PutObject", None
        if request.method == "POST" and "uploads" in query:
            return self.create_upload(request), "CreateMultipartUpload", None
        if request.method == "POST" and "uploadId" in query:
            return self.complete_upload(request), "CompleteMultipartUpload", None
        if request.method == "DELETE" and "uploadId" in query:
            self.upload(request)
            del self.uploads[query["uploadId"]]
            return Reply(204), "AbortMultipartUpload", None
        if request.method == "DELETE":
            return self.delete(request), "DeleteObject", None
        raise S3Error(405, "MethodNotAllowed")

    def list_buckets(self):
        items = "".join("<Bucket><Name>%s</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>"
                        % escape(name) for name in sorted(self.buckets))
        return xml_reply("ListAllMyBucketsResult", "<Owner><ID>owner</ID></Owner><Buckets>%s</Buckets>" % items)

    def bucket_operation(self, request):
        query = request.query
        if request.method == "PUT" and not query:
            self.buckets.setdefault(request.bucket, Bucket())
            return Reply(200), "CreateBucket", None
        bucket = self.bucket(request.bucket)
        if "versioning" in query and request.method == "PUT":
            bucket.versioning = re.search(rb"<Status>(\w+)</Status>", request.body).group(1).decode()
            return Reply(200), "PutBucketVersioning", None
        if "versioning" in query:
            inner = "<Status>%s</Status>" % bucket.versioning if bucket.versioning else ""
            return xml_reply("VersioningConfiguration", inner), "GetBucketVersioning", None
        if "location" in query:
            return xml_reply("LocationConstraint", ""), "GetBucketLocation", None
        if request.method == "HEAD":
            return Reply(200, {"x-amz-bucket-region": "us-east-1"}), "HeadBucket", None
        if request.method == "GET" and set(query) <= {"list-type", "prefix", "max-keys", "continuation-token",
                                                      "encoding-type", "start-after", "fetch-owner", "delimiter"}:
            return self.list_objects(request, bucket), "ListObjectsV2", None
        raise S3Error(501, "NotImplemented")

    def list_objects(self, request, bucket):
        query = request.query
        prefix, limit = query.get("prefix", ""), int(query.get("max-keys", "1000"))
        after = query.get("start-after", "")
        if "continuation-token" in query:
            after = base64.b64decode(query["continuation-token"]).decode()
        names = sorted((k for k, v in bucket.keys.items() if k.startswith(prefix) and k > after and not v[-1].marker),
                       key=lambda k: k.encode())
        page, more = names[:limit], len(names) > limit
        show = (lambda k: quote(k, safe="/")) if query.get("encoding-type") == "url" else escape
        inner = "<Name>%s</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount><MaxKeys>%d</MaxKeys><IsTruncated>%s" \
                "</IsTruncated>" % (escape(request.bucket), show(prefix), len(page), limit, str(more).lower())
        if query.get("encoding-type") == "url":
            inner += "<EncodingType>url</EncodingType>"
        if more:
            inner += "<NextContinuationToken>%s</NextContinuationToken>" % base64.b64encode(page[-1].encode()).decode()
        for key in page:
            version = bucket.current(key)
            inner += "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>&quot;%s&quot;</ETag><Size>%d" \
                     "</Size><StorageClass>STANDARD</StorageClass></Contents>" % (
                         show(key), stamp(version.modified), version.etag, len(version.body))
        return xml_reply("ListBucketResult", inner)

    def get(self, request):
        version = self.find(request.bucket, request.key, request.query.get("versionId"))
        match = request.headers.get("if-match")
        if self.honours("get-if-match", match) and not self.matches(match, version):
            raise S3Error(412, "PreconditionFailed")
        none_match = request.headers.get("if-none-match")
        if none_match is not None and self.matches(none_match, version):
            return Reply(304, {"ETag": '"%s"' % version.etag}), "GetObject", version
        headers = {"content-type": "binary/octet-stream", **version.headers, "ETag": '"%s"' % version.etag,
                   "Last-Modified": formatdate(version.modified.timestamp(), usegmt=True), "Accept-Ranges": "bytes",
                   **self.id_headers(request.bucket, version)}
        if version.tags:
            headers["x-amz-tagging-count"] = str(len(version.tags))
        body, status = version.body, 200
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if wanted:
            first = int(wanted.group(1))
            last = min(int(wanted.group(2) or len(body) - 1), len(body) - 1)
            if first >= len(body):
                raise S3Error(416, "InvalidRange", headers={"Content-Range": "bytes */%d" % len(body)})
            headers["Content-Range"] = "bytes %d-%d/%d" % (first, last, len(body))
            body, status = body[first:last + 1], 206
        if request.method == "HEAD":
            headers["Content-Length"] = str(len(body))
            return Reply(status, headers), "HeadObject", version
        return Reply(status, headers, body), "GetObject", version

    def tagging(self, request):
        version = self.find(request.bucket, request.key, request.query.get("versionId"))
        if request.method == "GET":
            inner = "".join("<Tag><Key>%s</Key><Value>%s</Value></Tag>" % (escape(k), escape(v))
                            for k, v in version.tags)
            return xml_reply("Tagging", "<TagSet>%s</TagSet>" % inner), "GetObjectTagging", None
        if request.method == "PUT":
            version.tags = [(unescape(k.decode()), unescape(v.decode())) for k, v in
                            re.findall(rb"<Key>([^<]*)</Key>\s*<Value>([^<]*)</Value>", request.body)]
            return Reply(200), "PutObjectTagging", None
        raise S3Error(405, "MethodNotAllowed")

    def put(self, request):
        self.check_free("put-if-none-match", request)
        version = self.add(request.bucket, Version(request.key, request.body, self.object_headers(request.headers),
                                                   self.header_tags(request.headers)))
        return Reply(200, {"ETag": '"%s"' % version.etag, **self.id_headers(request.bucket, version)})

    def copy_source(self, request):
        text, _, query = request.headers["x-amz-copy-source"].partition("?")
        bucket, _, key = unquote(text).lstrip("/").partition("/")
        version_id = unquote(query[len("versionId="):]) if query.startswith("versionId=") else None
        source = self.find(bucket, key, version_id)
        match = request.headers.get("x-amz-copy-source-if-match")
        if self.honours("copy-source-if-match", match) and not self.matches(match, source):
            raise S3Error(412, "PreconditionFailed")
        return source

    def copy(self, request):
        self.bucket(request.bucket)
        source = self.copy_source(request)
        self.check_free("copy-if-none-match", request)
        headers, tags = source.headers, source.tags
        if request.headers.get("x-amz-metadata-directive", "COPY") == "REPLACE":
            headers = self.object_headers(request.headers)
        directive = request.headers.get("x-amz-tagging-directive")
        if directive == "REPLACE" and "tagging-directive" not in self.ignored:
            tags = self.header_tags(request.headers)
        kept = {k: v for k, v in headers.items() if k not in ("x-amz-object-lock-mode", "x-amz-storage-class")}
        body = b"" if "copy-source" in self.ignored else source.body
        version = self.add(request.bucket, Version(request.key, body, kept, tags))
        inner = "<LastModified>%s</LastModified><ETag>&quot;%s&quot;</ETag>" % (stamp(version.modified), version.etag)
        return (xml_reply("CopyObjectResult", inner, headers=self.id_headers(request.bucket, version)), "CopyObject",
                None)

    def delete(self, request):
        bucket = self.bucket(request.bucket)
        version_id = request.query.get("versionId")
        match = request.headers.get("if-match")
        if version_id is not None and "version-id" not in self.ignored:
            if match is not None:
                raise S3Error(501, "NotImplemented")
            for version in list(bucket.keys.get(request.key, [])):
                if version.id == version_id:
                    if version.lock:
                        raise S3Error(403, "AccessDenied", "Access Denied because object protected by object lock.")
                    self.drop(request.bucket, request.key, version)
                    return Reply(204, {"x-amz-version-id": version_id,
                                       **({"x-amz-delete-marker": "true"} if version.marker else {})})
            return Reply(204, {"x-amz-version-id": version_id})
        current = bucket.current(request.key)
        if self.honours("delete-if-match", match):
            if current is None or current.marker:
                raise S3Error(404, "NoSuchKey")
            if not self.matches(match, current):
                raise S3Error(412, "PreconditionFailed")
        if bucket.versioning:
            marker = self.add(request.bucket, Version(request.key, b"", marker=True))
            return Reply(204, {"x-amz-delete-marker": "true", "x-amz-version-id": marker.id})
        if current is not None:
            self.drop(request.bucket, request.key, current)
        return Reply(204)

    # ---- multipart ----

    def create_upload(self, request):
        self.bucket(request.bucket)
        self.counter += 1
        upload_id = "upload-%d" % self.counter
        self.uploads[upload_id] = {"bucket": request.bucket, "key": request.key, "parts": {},
                                   "headers": self.object_headers(request.headers),
                                   "tags": self.header_tags(request.headers)}
        inner = "<Bucket>%s</Bucket><Key>%s</Key><UploadId>%s</UploadId>" % (
            escape(request.bucket), escape(request.key), upload_id)
        return xml_reply("InitiateMultipartUploadResult", inner)

    def upload(self, request):
        upload = self.uploads.get(request.query["uploadId"])
        if upload is None or (upload["bucket"], upload["key"]) != (request.bucket, request.key):
            raise S3Error(404, "NoSuchUpload")
        return upload

    def put_part(self, request):
        upload, number, body = self.upload(request), int(request.query["partNumber"]), request.body
        copied = "x-amz-copy-source" in request.headers
        if copied:
            body = self.copy_source(request).body
            wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("x-amz-copy-source-range", ""))
            if wanted:
                body = body[int(wanted.group(1)):int(wanted.group(2)) + 1]
        etag = hashlib.md5(body).hexdigest()
        upload["parts"][number] = body
        if copied:
            return xml_reply("CopyPartResult", "<ETag>&quot;%s&quot;</ETag>" % etag)
        return Reply(200, {"ETag": '"%s"' % etag})

    def complete_upload(self, request):
        upload = self.upload(request)
        self.check_free("complete-if-none-match", request)
        listed = re.findall(rb"<Part>(.*?)</Part>", request.body, re.S)
        digests, body, last = b"", b"", 0
        for item in listed:
            number = int(re.search(rb"<PartNumber>(\d+)<", item).group(1))
            etag = re.search(rb"<ETag>(.*?)</ETag>", item).group(1).decode().replace("&quot;", "").strip('"')
            part = upload["parts"].get(number)
            if number <= last or part is None or hashlib.md5(part).hexdigest() != etag:
                raise S3Error(400, "InvalidPart")
            digests, body, last = digests + hashlib.md5(part).digest(), body + part, number
        etag = "%s-%d" % (hashlib.md5(digests).hexdigest(), len(listed))
        version = self.add(request.bucket, Version(request.key, body, upload["headers"], upload["tags"], etag=etag))
        del self.uploads[request.query["uploadId"]]
        inner = "<Bucket>%s</Bucket><Key>%s</Key><ETag>&quot;%s&quot;</ETag>" % (
            escape(request.bucket), escape(request.key), etag)
        return xml_reply("CompleteMultipartUploadResult", inner, headers=self.id_headers(request.bucket, version))


# ---- signatures ----

def signing_key(secret, date, region, service):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def canonical_query(text):
    pairs = []
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        pairs.append((quote(unquote_to_bytes(name), safe="-_.~"), quote(unquote_to_bytes(value), safe="-_.~")))
    return "&".join("%s=%s" % pair for pair in sorted(pairs))


def check_signature(request, credentials):
    """Raises S3Error unless the request is signed with Signature V4 by one of credentials (key id to secret)."""
    found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, *"
                         r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})", request.headers.get("authorization", ""))
    if not found:
        raise S3Error(403, "AccessDenied", "no usable Authorization header")
    key_id, date, region, service, names, signature = found.groups()
    if key_id not in credentials:
        raise S3Error(403, "InvalidAccessKeyId")
    sent = request.headers.get("x-amz-content-sha256", "")
    if sent not in ("UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        raise S3Error(400, "XAmzContentSHA256Mismatch")
    moment = request.headers.get("x-amz-date", "")
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        then = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise S3Error(403, "AccessDenied", "no usable x-amz-date") from None
    if abs((now - then).total_seconds()) > 900 or not moment.startswith(date):
        raise S3Error(403, "RequestTimeTooSkewed")
    signed = names.split(";")
    needed = {"host"} | {name for name in request.headers if name.startswith("x-amz-")}
    if not needed <= set(signed):
        raise S3Error(403, "AccessDenied", "There were headers present in the request which were not signed")
    lines = "".join("%s:%s\n" % (name, " ".join(request.headers.get(name, "").split())) for name in signed)
    path = quote(unquote_to_bytes(request.path), safe="/-_.~")
    canonical = "\n".join((request.method, path, canonical_query(request.query_text), lines, names, sent))
    scope = "/".join((date, region, service, "aws4_request"))
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    right = hmac.new(signing_key(credentials[key_id], date, region, service), text.encode(), hashlib.sha256)
    if not hmac.compare_digest(right.hexdigest(), signature):
        raise S3Error(403, "SignatureDoesNotMatch")


# ---- faults ----

# name: (is the request carried out, what happens to the answer)
FAULTS = {
    "500": (False, ("status", 500, "InternalError")),
    "500-applied": (True, ("status", 500, "InternalError")),
    "503": (False, ("status", 503, "SlowDown")),
    "403": (False, ("status", 403, "AccessDenied")),
    "404": (False, ("status", 404, "NoSuchKey")),
    "404-bucket": (False, ("status", 404, "NoSuchBucket")),
    "409": (False, ("status", 409, "ConditionalRequestConflict")),
    "412": (False, ("status", 412, "PreconditionFailed")),
    "501": (False, ("status", 501, "NotImplemented")),
    "200-error": (False, ("error-in-200",)),
    "200-empty": (False, ("empty-200",)),
    "200-empty-applied": (True, ("empty-200",)),
    "no-etag": (True, ("etag", None)),
    "wrong-etag": (True, ("etag", "0123456789abcdef0123456789abcdef")),
    "truncated": (True, ("truncate",)),
    "garbage": (True, ("garbage",)),
    "reset": (False, ("reset",)),
    "reset-applied": (True, ("reset",)),
}


def spoil(reply, fault, method):
    """Returns the reply as changed by the fault, or None when nothing at all is to be sent."""
    kind = fault[0]
    if kind == "status":
        spoiled = error_reply(S3Error(fault[1], fault[2]))
        return Reply(fault[1], spoiled.headers, b"" if method == "HEAD" else spoiled.body)
    if kind == "error-in-200":
        spoiled = error_reply(S3Error(500, "InternalError"), status=200)
        return Reply(200, spoiled.headers, b"" if method == "HEAD" else spoiled.body)
    if kind == "empty-200":
        return Reply(200)
    if kind == "etag":
        headers = {k: v for k, v in reply.headers.items() if k != "ETag"}
        if fault[1] is not None and "ETag" in reply.headers:
            headers["ETag"] = '"%s"' % fault[1]
        new = b"" if fault[1] is None else b"<ETag>&quot;%s&quot;</ETag>" % fault[1].encode()
        return Reply(reply.status, headers, re.sub(rb"<ETag>.*?</ETag>", new, reply.body))
    return None if kind == "reset" else reply


class Handler(StreamRequestHandler):
    """HTTP/1.1 as far as an S3 client needs it; http.server spends ten times as long on a request."""
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self):
        self.server.fake.connections.add(self.connection)
        try:
            while self.exchange():
                pass
        finally:
            self.server.fake.connections.discard(self.connection)

    def exchange(self):
        """One request and its answer; False when the connection is over."""
        line = self.rfile.readline(65536)
        if not line.endswith(b"\r\n"):
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while (line := self.rfile.readline(65536)) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        request = Request(method, target, headers, self.rfile.read(int(headers.get("content-length", "0"))))
        reply, fault = self.server.fake.answer(request)
        if reply is None:
            return self.reset()
        return self.send(method, reply, fault[0] if fault else None)

    def reset(self):
        """Ends the connection as a crashed server or a middle box does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return False

    def send(self, method, reply, fault):
        headers = {"Content-Length": str(len(reply.body)), "x-amz-request-id": "FAKE%08d" % self.server.fake.count,
                   **reply.headers}
        if reply.status == 204:
            headers.pop("Content-Length")
        lines = ["HTTP/1.1 %d %s" % (reply.status, responses.get(reply.status, "Unknown"))]
        lines += ["%s: %s" % pair for pair in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        body = b"" if method == "HEAD" else reply.body
        if fault == "garbage":
            head, body = b"\x16\x03\x01 this is no HTTP\r\n\r\n", b""
        if fault == "truncate" and body:
            body = body[:len(body) // 2]
        elif fault == "truncate":
            head = head[:-4]
        self.wfile.write(head + body)
        self.wfile.flush()
        return fault not in ("garbage", "truncate")


class Listener(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ValueError, OSError)):
            super().handle_error(request, client_address)


class FakeS3:
    """The server. hook(count, phase, request) is called outside the lock with phase "before" and "after" (carried out,
    not yet answered); returning "drop" from "before" ends the connection without carrying the request out, from "after"
    without an answer."""

    def __init__(self, port=0, credentials=None, history_file=None):
        self.credentials = credentials or {"fakekeyid": "fakesecret"}
        self.lock = threading.Lock()
        self.history_file = history_file
        self.connections = set()
        self.reset()
        self.listener = Listener(("127.0.0.1", port), Handler)
        self.listener.fake = self
        self.endpoint = "http://127.0.0.1:%d" % self.listener.server_address[1]
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *arguments):
        self.listener.shutdown()
        self.listener.server_close()

    def reset(self):
        """A new, empty world without faults or switches."""
        self.world = World()
        self.history, self.count = [], 0
        self.faults = {}
        self.hook = None

    def drop_connections(self):
        """Ends every open connection, as a server does that has waited long enough for another request."""
        for connection in list(self.connections):
            connection.shutdown(socket.SHUT_RDWR)

    def fault_at(self, count, name):
        self.faults[count] = FAULTS[name]

    def make_bucket(self, name, versioning=None):
        self.world.buckets[name] = Bucket(versioning)

    def record(self, entry):
        entry["effects"], self.world.effects = self.world.effects, []
        self.history.append(entry)
        if self.history_file:
            with open(self.history_file, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def user_put(self, bucket, key, body, headers=None, tags=None, etag=None):
        """Another user of the bucket writes. etag: as of a multipart upload."""
        with self.lock:
            version = self.world.add(bucket, Version(key, body, headers, tags, etag=etag))
            self.record({"actor": "user", "operation": "PutObject", "bucket": bucket, "key": key})
            return version

    def user_delete(self, bucket, key):
        with self.lock:
            for version in list(self.world.buckets[bucket].keys.get(key, [])):
                self.world.drop(bucket, key, version)
            self.record({"actor": "user", "operation": "DeleteObject", "bucket": bucket, "key": key})

    def carry_out(self, request, count):
        entry = {"actor": "client", "n": count, "method": request.method, "bucket": request.bucket,
                 "key": request.key, "query": request.query, "operation": None,
                 "conditions": {k: v for k, v in request.headers.items() if "if-" in k}}
        try:
            check_signature(request, self.credentials)
            reply, entry["operation"], read = self.world.handle(request)
            if read is not None:
                entry["read"] = {"version": read.id, "etag": read.etag, "sha256": read.sha256}
        except S3Error as error:
            reply = error_reply(error)
            if request.method == "HEAD":
                reply.body = b""
        entry["status"] = reply.status
        return reply, entry

    def answer(self, request):
        with self.lock:
            self.count += 1
            count, hook = self.count, self.hook
            applied, fault = self.faults.get(count, (True, None))
        if hook and hook(count, "before", request) == "drop":
            return None, None
        with self.lock:
            if applied:
                reply, entry = self.carry_out(request, count)
            else:
                reply, entry = Reply(), {"actor": "client", "n": count, "method": request.method,
                                         "bucket": request.bucket, "key": request.key, "query": request.query,
                                         "operation": None, "status": 0}
            if fault:
                entry["fault"] = fault
                reply = spoil(reply, fault, request.method)
            entry["answered"] = reply.status if reply else None
            self.record(entry)
        if hook and hook(count, "after", request) == "drop":
            return None, None
        return reply, fault


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bucket", action="append", default=[])
    parser.add_argument("--versioned", action="append", default=[], help="buckets with versioning on")
    parser.add_argument("--ignore", action="append", default=[], choices=IGNORABLE)
    parser.add_argument("--history", help="file that every request is appended to, as JSON lines")
    parser.add_argument("--key-id", default="fakekeyid")
    parser.add_argument("--secret", default="fakesecret")
    arguments = parser.parse_args()
    with FakeS3(arguments.port, {arguments.key_id: arguments.secret}, arguments.history) as server:
        for name in arguments.bucket + arguments.versioned:
            server.make_bucket(name, "Enabled" if name in arguments.versioned else None)
        server.world.ignored.update(arguments.ignore)
        print(server.endpoint, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
