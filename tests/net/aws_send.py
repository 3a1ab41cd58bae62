"""Signed requests: what is tried again, how often and when; what is put right on the way; what is handed back."""
import email.utils
import hashlib
import re
import socket
import time

import support
from support import Keys

ERROR = "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message><RequestId>rid</RequestId></Error>"


def error(status, code, message="the message", **headers):
    sent = {"x-amz-request-id": "RID7"}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return status, sent, (ERROR % (code, message)).encode()


OK = (200, {}, b"done")


class Cases(support.Case):
    def setUp(self):
        super().setUp()
        self.keys = Keys()
        self.addCleanup(lambda: self.assert_hidden(*self.keys.all()))

    def send(self, server, *options, method="GET", path="/b/k", env=None):
        return self.run_one(*options, "send", method, server.url + path, env={**self.keys.environment(), **(env or {})})

    def script(self, *replies):
        """A server that gives these replies in turn, the last one for ever."""
        return self.serve(lambda request, number: replies[min(number, len(replies)) - 1])

    def gives(self, server, status, requests, *options, **more):
        found = self.send(server, *options, **more)
        self.assertEqual((found["status"], len(server.requests)), (status, requests), found)
        return found

    def verify(self, request, service="s3", region="us-east-1"):
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials
        signed = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])[1].split(";")
        again = botocore.awsrequest.AWSRequest(
            method=request.method, url="http://" + request.headers["Host"] + request.path, data=request.body,
            headers={name: request.headers[name] for name in signed})
        kind = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        auth = kind(botocore.credentials.Credentials(self.keys.access, self.keys.secret), service, region)
        auth.payload = lambda _: hashlib.sha256(request.body).hexdigest()
        again.context["timestamp"] = request.headers["X-Amz-Date"]
        signature = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
        self.assertIn("Signature=" + signature, request.headers["Authorization"])

    # Signing what is sent

    def test_what_arrives_is_what_was_signed(self):
        server = self.script(OK)
        paths = ["/b/a%20b", "/b/a%2Bb%3D", "/b//x/../y/./z", "/b/%E6%97%A5%F0%9F%98%80", "/b/?uploads=", "/?b=2&a=1%2B&a=0",
                 "/b/~", "/b/%01%7F%22"]
        for path in paths:
            self.assertEqual(self.send(server, path=path)["status"], "LW_OK")
        self.assertEqual([request.path for request in server.requests], paths)
        for request in server.requests:
            self.verify(request)

    def test_body_and_headers_are_signed(self):
        server = self.script(OK)
        self.send(server, "--body", "hello", "--header", "x-amz-meta-b:  two   words ", "--header", "x-amz-copy-source: /b/k",
                  "--header", "x-amz-copy-source-if-match: \"e\"", "--header", "X-Other: unsigned", method="PUT")
        request = server.requests[0]
        self.assertEqual(request.body, b"hello")
        self.assertEqual(request.headers["x-amz-content-sha256"], hashlib.sha256(b"hello").hexdigest())
        self.assertIn("x-amz-copy-source;x-amz-copy-source-if-match;", request.headers["Authorization"])
        self.assertNotIn("x-other", request.headers["Authorization"])
        self.verify(request)

    def test_other_services_and_regions(self):
        server = self.script(OK)
        self.send(server, "--service", "events", "--sign-region", "eu-west-3", "--body", "{}", method="POST", path="/")
        self.assertIn("/eu-west-3/events/aws4_request", server.requests[0].headers["Authorization"])
        self.assertIsNone(server.requests[0].headers["x-amz-content-sha256"])
        self.verify(server.requests[0], "events", "eu-west-3")

    def test_anonymous_requests(self):
        server = self.script(OK)
        self.gives(server, "LW_OK", 1, "--no-sign-request")
        for name in ("Authorization", "x-amz-date", "x-amz-security-token"):
            self.assertIsNone(server.requests[0].headers[name])

    # Where it may go

    def test_hosts_that_are_refused(self):
        for url in ("http://s3.example/b", "http://169.254.169.254/latest", "https://169.254.169.254/", "no url"):
            found = self.run_one("send", "GET", url, env=self.keys.environment())
            self.assertEqual(found["status"], "LW_E_CONFIG", found)

    def test_wrong_region_is_handed_back(self):
        other = self.script(OK)
        for status, code in ((301, "PermanentRedirect"), (307, "TemporaryRedirect"), (400, "AuthorizationHeaderMalformed")):
            server = self.script(error(status, code, Location=other.url, x_amz_bucket_region="eu-west-9"))
            found = self.gives(server, "LW_E_CONFIG", 1)
            self.assertIn("eu-west-9", found["error"])
            self.assertIn("x-amz-bucket-region: eu-west-9", found["headers"])
        server = self.script((301, {"x-amz-bucket-region": "eu-west-9"}, b""))
        self.assertIn("eu-west-9", self.gives(server, "LW_E_CONFIG", 1, method="HEAD")["error"])
        self.assertEqual(other.requests, [])

    # Trying again

    def test_failures_that_pass(self):
        for reply in (error(503, "SlowDown"), error(500, "InternalError"), error(400, "RequestTimeout"),
                      error(409, "OperationAborted"), (502, {}, b"<html>Bad Gateway"), (429, {}, b""), None,
                      b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"):
            found = self.gives(self.script(reply, reply, OK), "LW_OK", 3)
            self.assertEqual(found["http"], 200)
            self.assertEqual(found["body_sha256"], hashlib.sha256(b"done").hexdigest())
            self.assertEqual(found["error"], "")

    def test_every_attempt_is_signed_anew(self):
        server = self.serve(lambda request, number: (time.sleep(1.1), error(503, "SlowDown"))[1] if number < 2 else OK)
        self.gives(server, "LW_OK", 2)
        self.assertNotEqual(server.requests[0].headers["x-amz-date"], server.requests[1].headers["x-amz-date"])
        for request in server.requests:
            self.verify(request)

    def test_body_is_sent_again(self):
        server = self.script(error(503, "SlowDown"), None, OK)
        self.gives(server, "LW_OK", 3, "--body", "again", method="PUT")
        self.assertEqual([request.body for request in server.requests], [b"again"] * 3)

    def test_failures_that_do_not_pass(self):
        for reply, status in ((error(403, "AccessDenied"), "LW_E_DENIED"), (error(404, "NoSuchKey"), "LW_E_NOT_FOUND"),
                              (error(404, "NoSuchBucket"), "LW_E_NO_BUCKET"), (error(412, "PreconditionFailed"), "LW_E_PRECONDITION"),
                              (error(501, "NotImplemented"), "LW_E_UNSUPPORTED"), (error(403, "InvalidObjectState"), "LW_E_STATE"),
                              (error(400, "KMS.DisabledException"), "LW_E_ENCRYPTED"),
                              (error(403, "SignatureDoesNotMatch"), "LW_E_CREDENTIALS"), ((404, {}, b""), "LW_E_NOT_FOUND")):
            found = self.gives(self.script(reply), status, 1)
            self.assertEqual(found["http"], reply[0])

    def test_not_modified_is_no_failure(self):
        self.assertEqual(self.gives(self.script((304, {}, b"")), "LW_OK", 1)["http"], 304)

    def test_attempts_are_bounded(self):
        reply = error(503, "SlowDown", "slow down, please")
        found = self.gives(self.script(reply), "LW_E_THROTTLED", 3, "--max-attempts", "3")
        self.assertEqual(found["http"], 503)
        self.gives(self.script(reply), "LW_E_THROTTLED", 2, env={"AWS_MAX_ATTEMPTS": "2"})
        self.gives(self.script(reply), "LW_E_THROTTLED", 1, "--max-attempts", "1", env={"AWS_MAX_ATTEMPTS": "2"})
        self.gives(self.script(reply), "LW_E_THROTTLED", 5)
        self.gives(self.script(reply), "LW_E_THROTTLED", 1, "--no-retry")

    def test_waits_grow_and_differ(self):
        times = []

        def answer(_, __):
            times.append(time.monotonic())
            return error(503, "SlowDown")
        server = self.serve(answer)
        # At most 0.1 + 0.2 + 0.4 + 0.8 s of waiting.
        found = self.gives(server, "LW_E_THROTTLED", 5)
        self.assertLess(found["elapsed_ms"], 1500 + 1000)
        gaps = [b - a for a, b in zip(times, times[1:])]
        for gap, most in zip(gaps, (0.1, 0.2, 0.4, 0.8)):
            self.assertLess(gap, most + 0.25)

    def test_retry_after_is_honoured(self):
        server = self.script(error(503, "SlowDown", Retry_After="1"), OK)
        self.assertGreaterEqual(self.gives(server, "LW_OK", 2)["elapsed_ms"], 1000)

    def test_nobody_listens(self):
        found = self.run_one("--max-attempts", "2", "send", "GET", "http://127.0.0.1:%d/" % support.closed_port(),
                             env=self.keys.environment())
        self.assertEqual(found["status"], "LW_E_NETWORK")

    def test_timeouts_are_tried_again(self):
        server = self.serve(lambda request, number: (time.sleep(3), OK)[1] if number == 1 else OK)
        self.gives(server, "LW_OK", 2, "--read-timeout-ms", "500")

    def test_nothing_is_tried_again_once_the_sink_has_bytes(self):
        cut = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"
        found = self.gives(self.script(cut, OK), "LW_E_NETWORK", 1, "--sink")
        self.assertEqual(found["sink_sha256"], hashlib.sha256(b"short").hexdigest())
        # None given yet, or only the body of an error: again.
        none_yet = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
        found = self.gives(self.script(none_yet, error(503, "SlowDown"), OK), "LW_OK", 3, "--sink")
        self.assertEqual(found["sink_sha256"], hashlib.sha256(b"done").hexdigest())
        self.gives(self.script(OK), "LW_E_CANCELLED", 1, "--sink-fails-after", "2")

    # Put right on the way

    def process_environment(self):
        """Each run of the process gives the next of two credentials."""
        import json
        import os
        self.second = Keys()
        self.addCleanup(lambda: self.assert_hidden(*self.second.all()))
        for number, keys in ((1, self.keys), (2, self.second)):
            self.write("answer%d" % number, json.dumps({
                "Version": 1, "AccessKeyId": keys.access, "SecretAccessKey": keys.secret, "SessionToken": keys.token,
                "Expiration": "2099-01-01T00:00:00Z"}))
        path = self.write("helper", "#!/bin/sh\necho run >>'%s/runs'\ncat '%s'/answer$(wc -l <'%s/runs')\n" % ((self.folder,) * 3))
        os.chmod(path, 0o755)
        config = self.write("config", "[default]\ncredential_process = %s\n" % path)
        return {"AWS_CONFIG_FILE": config, **{name: None for name in self.keys.environment()}}

    def test_expired_token_is_renewed_once(self):
        for reply, method in ((error(400, "ExpiredToken"), "GET"), (error(400, "TokenRefreshRequired"), "GET"),
                              ((403, {}, b"{\"__type\":\"x#ExpiredTokenException\",\"message\":\"m\"}"), "POST"),
                              ((400, {}, b""), "HEAD")):
            self.write("runs", "")
            env = self.process_environment()
            server = self.script(reply, OK)
            self.gives(server, "LW_OK", 2, "--max-attempts", "1", env=env, method=method)
            used = [re.search("Credential=([^/]+)/", r.headers["Authorization"])[1] for r in server.requests]
            self.assertEqual(used, [self.keys.access, self.second.access])
            import os
            os.remove(self.folder + "/runs")

    def test_token_that_stays_expired(self):
        found = self.gives(self.script(error(400, "ExpiredToken")), "LW_E_CREDENTIALS", 2)
        self.assertEqual(found["code"], "ExpiredToken")

    def test_clock_is_corrected_once(self):
        for hours in (-30, 30):
            def answer(request, number, hours=hours):
                true = time.time() + hours * 3600
                sent = time.mktime(time.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")) - time.timezone
                if abs(sent - true) > 900:
                    return error(403, "RequestTimeTooSkewed", Date=email.utils.formatdate(true, usegmt=True))
                return OK
            server = self.serve(answer)
            self.gives(server, "LW_OK", 2, "--max-attempts", "1")
            self.verify(server.requests[1])

    def test_clock_is_corrected_for_head(self):
        # No body says why; the Date does.
        date = email.utils.formatdate(time.time() + 7200, usegmt=True)
        server = self.script((403, {"Date": date}, b""), OK)
        self.gives(server, "LW_OK", 2, method="HEAD")

    def test_clock_that_stays_wrong(self):
        server = self.script(error(403, "RequestTimeTooSkewed", Date=email.utils.formatdate(0, usegmt=True)))
        self.gives(server, "LW_E_CONFIG", 2)

    def test_refusals_with_the_right_time_are_final(self):
        server = self.script(error(403, "AccessDenied", Date=email.utils.formatdate(time.time(), usegmt=True)))
        self.gives(server, "LW_E_DENIED", 1)

    # What is said

    def test_message_names_code_text_and_request(self):
        found = self.gives(self.script(error(403, "AccessDenied", "You &lt;may&gt; not")), "LW_E_DENIED", 1)
        for text in ("AccessDenied", "You <may> not", "403", "RID7"):
            self.assertIn(text, found["error"])
        self.assertEqual(found["code"], "AccessDenied")

    def test_message_of_json(self):
        reply = (400, {"x-amzn-RequestId": "JID"}, b"{\"__type\":\"com.amazon#ValidationException\",\"message\":\"bad entry\"}")
        found = self.gives(self.script(reply), "LW_E_PROTOCOL", 1, "--service", "events", method="POST")
        self.assertEqual(found["code"], "ValidationException")
        for text in ("ValidationException", "bad entry", "JID"):
            self.assertIn(text, found["error"])

    def test_replies_without_a_reason(self):
        for body in (b"", b"<html>", b"{", b"<Error><Code>Cut", b"\x00\xff"):
            found = self.gives(self.script((403, {}, body)), "LW_E_DENIED", 1)
            self.assertIn("403", found["error"])

    def test_echoed_credentials_are_masked(self):
        echo = "k=%s s=%s t=%s" % (self.keys.access, self.keys.secret, self.keys.token)
        for filler in range(0, 330, 37):  # wherever the text is cut
            server = self.script(error(403, "AccessDenied", "x" * filler + echo * 3))
            self.gives(server, "LW_E_DENIED", 1)
        for code in self.keys.all():
            server = self.script((403, {}, ("{\"__type\":\"%s\",\"message\":\"%s\"}" % (code, echo)).encode()))
            self.seen_before, self.seen = self.seen, []
            found = self.send(server)
            self.assertEqual((found["status"], found["code"]), ("LW_E_DENIED", code))
            # The helper shows the code as it came; it must not be in the message and the log.
            self.seen = self.seen_before + [found["error"], self.seen[1]]

    def test_control_characters_do_not_reach_messages(self):
        found = self.gives(self.script(error(403, "AccessDenied", "a&#10;b&#27;[31mc")), "LW_E_DENIED", 1)
        self.assertNotIn("\n", found["error"])
        self.assertNotIn("\x1b", found["error"])

    def test_no_credentials_at_all(self):
        server = self.script(OK)
        env = {name: None for name in self.keys.environment()}
        found = self.gives(server, "LW_E_CREDENTIALS", 0, env=env)
        self.assertIn("find credentials", found["error"])

    def test_certificate_that_is_not_trusted_is_final(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        import ssl
        import subprocess
        import threading
        key, cert = self.folder + "/key.pem", self.folder + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
                        "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        accepted = []

        def accept():
            while True:
                try:
                    client, _ = listener.accept()
                    accepted.append(1)
                    with context.wrap_socket(client, server_side=True) as tls:
                        tls.recv(10)
                except ssl.SSLError:
                    pass
                except OSError:
                    return
        threading.Thread(target=accept, daemon=True).start()
        url = "https://127.0.0.1:%d/" % listener.getsockname()[1]
        found = self.run_one("send", "GET", url, env=self.keys.environment())
        self.assertEqual((found["status"], len(accepted)), ("LW_E_TLS", 1))

    def test_bundle_of_the_environment(self):
        import ssl
        import subprocess
        key, cert = self.folder + "/key.pem", self.folder + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
                        "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server = self.serve(lambda request, number: OK, context)
        self.gives(server, "LW_OK", 1, env={"AWS_CA_BUNDLE": cert})
        self.verify(server.requests[0])


if __name__ == "__main__":
    support.main()
