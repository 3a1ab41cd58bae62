"""Our signer against botocore's, request by request: generated keys, queries, headers, tokens and services."""
import json
import random
import subprocess
import sys
import unittest
import urllib.parse

import support

try:
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
except ImportError:
    sys.exit("botocore is the judge of these tests: apt-get install python3-botocore")

REQUESTS = 600
KEY_PARTS = ["a", "Z9", " ", "  ", "+", "%", "%20", "%2F", "/", "//", ".", "..", "/./", "/../", "~", "-", "_", "=", "&",
             "?", "#", ":", ";", "@", ",", "'", "(", ")", "!", "*", "$", "\"", "\\", "<", ">", "^", "`", "{|}", "é", "日本",
             "😀", "\n", "\t", "\x01", "\x7f", "aux", "e\u0301"]
METHODS = ["GET", "PUT", "POST", "HEAD", "DELETE"]


def quoted(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "~")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, most):
        return "".join(self.random.choice(KEY_PARTS) for _ in range(self.random.randint(0, most)))

    def query(self):
        pairs = [(self.text(3) or "k", self.text(4)) for _ in range(self.random.choice([0, 0, 1, 2, 5]))]
        if self.random.random() < 0.2:
            pairs += [("uploads", ""), ("list-type", "2"), ("prefix", "a+b c/"), ("prefix", "A")]
        self.random.shuffle(pairs)
        return "&".join(quoted(k) + "=" + quoted(v) for k, v in pairs)

    def headers(self):
        found = []
        for number in range(self.random.choice([0, 1, 3])):
            name = self.random.choice(["x-amz-meta-", "X-Amz-Meta-", "x-amz-meta-a-", "X-AMZ-tagging-"]) + str(number)
            words = [self.random.choice(["v", "two  words", "a:b", "x,y", "q=\"1\""]) for _ in range(3)]
            found.append(name + ":" + self.random.choice(["", " ", "   "]) + self.random.choice([" ", "   "]).join(words)
                         + self.random.choice(["", "  "]))
        if self.random.random() < 0.3:
            found += ["x-amz-copy-source: /b/" + quoted(self.text(5), "/"), "x-amz-copy-source-if-match: \"e\""]
        if self.random.random() < 0.3:
            found.append("Content-Type: text/csv;  charset=utf-8")
        if self.random.random() < 0.2:
            found.append("Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==")
        if self.random.random() < 0.2:
            found += ["x-amz-meta-twice: one", "x-amz-meta-twice: two"]
        return found

    def request(self, service):
        host = self.random.choice(["bucket.s3.eu-west-1.amazonaws.com", "127.0.0.1:7480", "Example.COM", "h:443", "h:80",
                                   "[::1]:9000"])
        # An empty path goes out as "/", which botocore's S3 signer leaves to its caller.
        path = "/" + quoted(self.text(8), "/") if service == "s3" or self.random.random() < 0.95 else ""
        query = self.query()
        keys = support.Keys(token=self.random.random() < 0.5)
        payload = self.random.choice(["UNSIGNED-PAYLOAD", "%064x" % self.random.getrandbits(256)])
        return {"method": self.random.choice(METHODS), "service": service, "headers": self.headers(),
                "url": self.random.choice(["http", "https"]) + "://" + host + path + ("?" + query if query else ""),
                "region": self.random.choice(["us-east-1", "eu-central-1", "default"]),
                "payload": payload if service == "s3" else "%064x" % self.random.getrandbits(256),
                "access": keys.access, "secret": keys.secret, "token": keys.token,
                "now_ms": self.random.randint(946684800, 4102444800) * 1000}


def judged(request):
    """The headers that botocore adds, by its own code."""
    import datetime
    base = botocore.auth.S3SigV4Auth if request["service"] == "s3" else botocore.auth.SigV4Auth

    class Judge(base):
        def payload(self, _):
            return request["payload"]

    sent = botocore.awsrequest.AWSRequest(method=request["method"], url=request["url"])
    for line in request["headers"]:
        name, _, value = line.partition(":")
        sent.headers.add_header(name, value)
    credentials = botocore.credentials.Credentials(request["access"], request["secret"], request["token"] or None)
    auth = Judge(credentials, request["service"], request["region"])
    moment = datetime.datetime.fromtimestamp(request["now_ms"] // 1000, datetime.timezone.utc)
    sent.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    sent.context["payload_signing_enabled"] = True
    auth._modify_request_before_signing(sent)
    canonical = auth.canonical_request(sent)
    signature = auth.signature(auth.string_to_sign(sent, canonical), sent)
    auth._inject_signature_to_request(sent, signature)
    return canonical, sent.headers["Authorization"]


class Cases(support.Case):
    def compare(self, service, seed):
        generator = Generator(seed)
        requests = [generator.request(service) for _ in range(REQUESTS)]
        done = subprocess.run([support.SIGN_CLI], input="\n".join(json.dumps(r) for r in requests) + "\n",
                              stdout=subprocess.PIPE, check=True, timeout=60, encoding="utf-8")
        answers = done.stdout.splitlines()
        self.assertEqual(len(answers), REQUESTS)
        for request, answer in zip(requests, answers):
            status, *headers = json.loads(answer)
            self.assertEqual(status, "LW_OK", request["url"])
            canonical, want = judged(request)
            ours = dict(header.split(": ", 1) for header in headers)
            self.assertEqual(ours["Authorization"], want, "canonical request by botocore:\n" + canonical)
            self.assertEqual(ours.get("x-amz-security-token", ""), request["token"])
            self.assertEqual("x-amz-content-sha256" in ours, service == "s3")

    def test_s3_requests(self):
        self.compare("s3", 1)

    def test_sts_requests(self):
        self.compare("sts", 2)

    def test_events_requests(self):
        self.compare("events", 3)


if __name__ == "__main__":
    support.main()
