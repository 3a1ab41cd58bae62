"""One HTTP exchange against servers that behave, misbehave and lie."""
import hashlib
import os
import socket
import ssl
import subprocess
import threading
import time
import warnings

import support


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class RawServer:
    """Accepts connections and hands each to a function of a socket; for what an HTTP library would not do."""

    def __init__(self, talk):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        self.talk = talk
        self.accepted = 0
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            try:
                self.talk(client)
            except OSError:
                pass  # the client may hang up first

    def stop(self):
        self.socket.close()


def read_head(client):
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(4096)
        if not more:
            break
        data += more
    return data


class Cases(support.Case):
    def raw(self, reply, then=None):
        """A server that reads a request's head, sends reply, then hangs up."""
        def talk(client):
            read_head(client)
            client.sendall(reply)
            if then is not None:
                then(client)
            client.shutdown(socket.SHUT_WR)
            client.recv(4096)
        server = RawServer(talk)
        self.addCleanup(server.stop)
        return server

    def exchange(self, *arguments, env=None):
        return self.run_one(*arguments, env=env)

    def fails(self, server, status, *options, method="GET"):
        found = self.exchange("--read-timeout-ms", "3000", *options, "exchange", method, server.url + "/secretpath?secretquery=1")
        self.assertEqual(found["status"], status, found)
        self.assertIn("127.0.0.1", found["error"])
        self.assertNotIn("secretquery", found["error"])
        return found

    def test_body_and_headers_arrive(self):
        body = bytes(range(256)) * 5000
        server = self.serve(lambda r, n: (200, {"ETag": '"e"', "X-Two": "  padded  "}, body))
        for options in ([], ["--sink"]):
            found = self.exchange(*options, "exchange", "GET", server.url + "/a")
            self.assertEqual((found["status"], found["http"]), ("LW_OK", 200))
            self.assertEqual(found["sink_sha256" if options else "body_sha256"], sha256(body))
            self.assertEqual(found["kept_bytes"], 0 if options else len(body))
            self.assertEqual(found["body_bytes"], len(body))
            self.assertIn('etag: "e"', found["headers"])
            self.assertIn("x-two: padded", found["headers"])

    def test_path_goes_out_as_it_stands(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        path = "/b/a/../b//./c%2F%20+~?z=1&a=%2B&uploads"
        self.exchange("exchange", "GET", server.url + path)
        self.assertEqual(server.requests[0].path, path)

    def test_request_headers(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        self.exchange("--header", "X-One: a b", "--header", "x-empty:", "exchange", "GET", server.url + "/")
        sent = server.requests[0].headers
        self.assertEqual(sent["X-One"], "a b")
        self.assertEqual(sent["x-empty"], "")
        self.assertEqual(sent["Host"], "127.0.0.1:%d" % server.port)
        self.assertEqual(sent["User-Agent"].split("/")[0], "lakewarden")
        self.assertIsNone(sent["Expect"])
        self.assertIsNone(sent["Accept-Encoding"])

    def test_host_header_is_in_lower_case(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        self.exchange("exchange", "GET", "http://LocalHost:%d/" % server.port)
        self.assertEqual(server.requests[0].headers["Host"], "localhost:%d" % server.port)

    def test_header_injection_is_refused(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        found = self.exchange("--header", "X-One: a\r\nX-Evil: b", "exchange", "GET", server.url + "/")
        self.assertEqual(found["status"], "LW_E_USAGE")
        found = self.exchange("exchange", "GET", server.url + "/a b")
        self.assertEqual(found["status"], "LW_E_USAGE")
        found = self.exchange("exchange", "GET", "http://user:pw@127.0.0.1:%d/" % server.port)
        self.assertEqual(found["status"], "LW_E_USAGE")
        self.assertNotIn("pw@", found["error"])
        self.assertEqual(server.requests, [])

    def test_put_and_post_send_their_body(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        for method in ("PUT", "POST", "DELETE"):
            self.exchange("--body", "the body", "exchange", method, server.url + "/")
            self.assertEqual((server.requests[-1].method, server.requests[-1].body), (method, b"the body"))
            self.assertEqual(server.requests[-1].headers["Content-Length"], "8")
            self.assertIsNone(server.requests[-1].headers["Transfer-Encoding"])
            self.assertIsNone(server.requests[-1].headers["Content-Type"])

    def test_empty_put_and_post_say_so(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        for method in ("PUT", "POST"):
            self.exchange("exchange", method, server.url + "/")
            self.assertEqual(server.requests[-1].headers["Content-Length"], "0")
        for method in ("GET", "DELETE"):
            self.exchange("exchange", method, server.url + "/")
            self.assertEqual(server.requests[-1].method, method)
            self.assertIsNone(server.requests[-1].headers["Content-Length"])

    def test_large_put_does_not_wait_for_continue(self):
        server = self.serve(lambda r, n: (200, {}, b""))
        found = self.exchange("--body-bytes", "5000000", "exchange", "PUT", server.url + "/")
        self.assertEqual(found["http"], 200)
        self.assertEqual(server.requests[0].body, b"x" * 5000000)
        self.assertIsNone(server.requests[0].headers["Expect"])
        self.assertLess(found["elapsed_ms"], 900)  # libcurl would wait one second

    def test_head_has_headers_and_no_body(self):
        server = self.serve(lambda r, n: (200, {"Content-Length": "12345", "ETag": "x"}, b""))
        found = self.run_all("exchange", "HEAD", server.url + "/1", server.url + "/2")
        for one in found:
            self.assertEqual((one["status"], one["http"], one["body_bytes"]), ("LW_OK", 200, 0))
            self.assertIn("content-length: 12345", one["headers"])

    def test_connections_are_reused(self):
        server = self.serve(lambda r, n: (200, {}, b"x"))
        found = self.run_all("exchange", "GET", *[server.url + "/%d" % i for i in range(5)])
        self.assertEqual([one["http"] for one in found], [200] * 5)
        self.assertEqual(len({request.connection for request in server.requests}), 1)

    def test_replies_are_acknowledged_at_once(self):
        # For servers that hold the body back until then: on each reply, also of a connection that is kept.
        server = self.serve(lambda r, n: (200, {}, b"x"))
        log = os.path.join(self.folder, "strace")
        no_leak_check = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}  # it cannot work under strace
        self.run_all("exchange", "GET", *[server.url + "/%d" % i for i in range(3)], env=no_leak_check,
                     wrap=["strace", "-f", "-qq", "-o", log, "-e", "trace=setsockopt"])
        self.assertEqual(len({request.connection for request in server.requests}), 1)
        with open(log, encoding="utf-8") as lines:
            self.assertEqual(sum("TCP_QUICKACK, [1]" in line and line.rstrip().endswith("= 0") for line in lines), 3)

    def test_nothing_is_carried_over_to_the_next_request(self):
        server = self.serve(lambda r, n: (200, {}, b"x"))
        methods = ["PUT", "HEAD", "GET", "POST", "DELETE", "HEAD", "PUT"]
        found = self.run_all("exchange", ",".join(methods), *[server.url + "/%d" % i for i in range(len(methods))])
        self.assertEqual([one["kept_bytes"] for one in found], [0 if method == "HEAD" else 1 for method in methods])
        self.assertEqual([request.method for request in server.requests], methods)
        lengths = [request.headers["Content-Length"] for request in server.requests]
        self.assertEqual(lengths, ["0" if method in ("PUT", "POST") else None for method in methods])
        self.assertEqual(len({request.connection for request in server.requests}), 1)

    def test_kept_connection_that_died(self):
        # Keep-alive is promised, then the server hangs up: the next request goes over a new connection, body and all.
        def talk(client):
            head = read_head(client)
            if b"content-length: 4" in head.lower():
                while not head.endswith(b"body"):
                    head += client.recv(100)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        server = RawServer(talk)
        self.addCleanup(server.stop)
        found = self.run_all("--body", "body", "exchange", "PUT", server.url + "/1", server.url + "/2", server.url + "/3")
        self.assertEqual([one["status"] for one in found], ["LW_OK"] * 3)
        self.assertEqual(server.accepted, 3)

    def test_redirects_are_not_followed(self):
        other = self.serve(lambda r, n: (200, {}, b""))
        server = self.serve(lambda r, n: (307, {"Location": other.url + "/"}, b"moved"))
        found = self.exchange("exchange", "GET", server.url + "/")
        self.assertEqual((found["status"], found["http"], found["kept_bytes"]), ("LW_OK", 307, 5))
        self.assertEqual(other.requests, [])

    def test_proxies_of_the_environment_are_not_used(self):
        proxy = self.serve(lambda r, n: (200, {}, b"proxy"))
        server = self.serve(lambda r, n: (200, {}, b"direct!"))
        found = self.exchange("exchange", "GET", server.url + "/", env={
            "http_proxy": proxy.url, "https_proxy": proxy.url, "ALL_PROXY": proxy.url, "all_proxy": proxy.url})
        self.assertEqual(found["kept_bytes"], 7)
        self.assertEqual(proxy.requests, [])

    def test_error_bodies_bypass_the_sink_and_are_cut(self):
        server = self.serve(lambda r, n: (403, {}, b"e" * 200000))
        found = self.exchange("--sink", "exchange", "GET", server.url + "/")
        self.assertEqual((found["status"], found["http"]), ("LW_OK", 403))
        self.assertEqual(found["kept_bytes"], 65536)
        self.assertEqual(found["sink_sha256"], sha256(b""))

    def test_interim_replies_are_passed_over(self):
        server = self.raw(b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        found = self.exchange("exchange", "GET", server.url + "/")
        self.assertEqual((found["status"], found["http"], found["kept_bytes"]), ("LW_OK", 200, 2))
        self.assertFalse([header for header in found["headers"] if header.startswith("x-early")])

    def test_chunked_bodies(self):
        server = self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
        self.assertEqual(self.exchange("exchange", "GET", server.url + "/")["body_sha256"], sha256(b"abcdefg"))

    def test_truncated_body(self):
        for options in ([], ["--sink"]):
            self.fails(self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), "LW_E_NETWORK", *options)

    def test_truncated_error_body(self):
        self.fails(self.raw(b"HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\nshort"), "LW_E_NETWORK")

    def test_truncated_chunked_body(self):
        start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for rest in (b"5\r\nab", b"3\r\nabc\r\n", b"3\r\nabc\r\n0\r\n", b""):
            self.fails(self.raw(start + rest), "LW_E_NETWORK")

    def test_broken_chunk_size(self):
        self.fails(self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"), "LW_E_NETWORK")

    def test_bytes_over_the_content_length_are_not_body(self):
        found = self.exchange("exchange", "GET", self.raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA").url + "/")
        self.assertEqual((found["status"], found["body_sha256"]), ("LW_OK", sha256(b"ok")))

    def test_no_reply_at_all(self):
        self.fails(self.raw(b""), "LW_E_NETWORK")

    def test_hang_up_within_the_header(self):
        self.fails(self.raw(b"HTTP/1.1 200 OK\r\nContent-Le"), "LW_E_NETWORK")

    def test_garbage_instead_of_http(self):
        self.assertEqual(self.fails(self.raw(b"\x00\x01\x02 garbage\r\n\r\n"), "LW_E_PROTOCOL")["http"], 0)

    def test_header_of_one_megabyte(self):
        self.fails(self.raw(b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 1000000 + b"\r\nContent-Length: 0\r\n\r\n"), "LW_E_LIMIT")

    def test_many_headers(self):
        many = b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(1000))
        self.fails(self.raw(b"HTTP/1.1 200 OK\r\n" + many + b"Content-Length: 0\r\n\r\n"), "LW_E_LIMIT")

    def test_body_over_the_limit(self):
        server = self.serve(lambda r, n: (200, {}, b"x" * 5000))
        self.fails(server, "LW_E_LIMIT", "--max-response", "4999")
        self.assertEqual(self.exchange("--max-response", "5000", "exchange", "GET", server.url)["status"], "LW_OK")
        # A sink takes any amount.
        found = self.exchange("--max-response", "10", "--sink", "exchange", "GET", server.url)
        self.assertEqual((found["status"], found["body_bytes"]), ("LW_OK", 5000))

    def test_sink_failure_is_returned(self):
        server = self.serve(lambda r, n: (200, {}, b"x" * 5000000))
        self.fails(server, "LW_E_CANCELLED", "--sink-fails-after", "100000")

    def test_nobody_listens(self):
        found = self.exchange("exchange", "GET", "http://127.0.0.1:%d/" % support.closed_port())
        self.assertEqual(found["status"], "LW_E_NETWORK")
        self.assertIn("refused", found["error"].lower())

    def test_name_that_does_not_resolve(self):
        found = self.exchange("exchange", "GET", "http://no-such-host.invalid/")
        self.assertEqual(found["status"], "LW_E_NETWORK")
        self.assertIn("no-such-host.invalid", found["error"])

    def test_no_byte_for_the_read_timeout(self):
        for reply in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"):
            server = self.raw(reply, lambda client: time.sleep(6))
            begin = time.monotonic()
            found = self.exchange("--read-timeout-ms", "700", "exchange", "GET", server.url)
            self.assertEqual(found["status"], "LW_E_TIMEOUT", found)
            self.assertLess(time.monotonic() - begin, 4)

    def test_slow_bytes_are_no_timeout(self):
        def drip(client):
            for _ in range(8):
                time.sleep(0.3)
                client.sendall(b"x")
        server = self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", drip)
        found = self.exchange("--read-timeout-ms", "1500", "exchange", "GET", server.url)
        self.assertEqual((found["status"], found["kept_bytes"]), ("LW_OK", 8))

    def test_total_timeout(self):
        server = self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", lambda client: time.sleep(5))
        found = self.exchange("--total-timeout-ms", "300", "exchange", "GET", server.url)
        self.assertEqual(found["status"], "LW_E_TIMEOUT")
        self.assertLess(found["elapsed_ms"], 2500)

    # TLS

    def certificate(self, names):
        key, cert = self.folder + "/key.pem", self.folder + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days",
                        "2", "-subj", "/CN=test", "-addext", "subjectAltName=" + names], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return key, cert

    def tls_server(self, names="IP:127.0.0.1", highest=None):
        key, cert = self.certificate(names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        if highest is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # old versions are asked for on purpose
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.maximum_version = highest
            context.set_ciphers("ALL:@SECLEVEL=0")
        return self.serve(lambda r, n: (200, {}, b"secure"), context), cert

    def test_unknown_certificate_is_refused(self):
        server, _ = self.tls_server()
        self.fails(server, "LW_E_TLS")
        self.assertEqual(server.requests, [])

    def test_certificate_of_the_bundle_is_accepted(self):
        server, cert = self.tls_server()
        found = self.exchange("--ca-bundle", cert, "exchange", "GET", server.url)
        self.assertEqual((found["status"], found["kept_bytes"]), ("LW_OK", 6))

    def test_certificate_for_another_host_is_refused(self):
        server, cert = self.tls_server("DNS:other.example")
        self.fails(server, "LW_E_TLS", "--ca-bundle", cert)
        self.assertEqual(server.requests, [])

    def test_verification_can_be_switched_off(self):
        server, _ = self.tls_server("DNS:other.example")
        self.assertEqual(self.exchange("--no-verify-ssl", "exchange", "GET", server.url)["status"], "LW_OK")

    def test_old_tls_is_refused(self):
        # Even where the machine's own policy would take it.
        policy = self.write("openssl.cnf", "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                            "MinProtocol = TLSv1\nCipherString = ALL@SECLEVEL=0\n")
        server, cert = self.tls_server(highest=ssl.TLSVersion.TLSv1_1)
        found = self.exchange("--ca-bundle", cert, "exchange", "GET", server.url, env={"OPENSSL_CONF": policy})
        self.assertEqual(found["status"], "LW_E_TLS")
        self.assertEqual(server.requests, [])
        server, cert = self.tls_server(highest=ssl.TLSVersion.TLSv1_2)
        found = self.exchange("--ca-bundle", cert, "exchange", "GET", server.url, env={"OPENSSL_CONF": policy})
        self.assertEqual(found["status"], "LW_OK", found)

    def test_bundle_that_is_none(self):
        server, _ = self.tls_server()
        self.fails(server, "LW_E_TLS", "--ca-bundle", self.write("none.pem", "no certificate"))

    def test_hang_up_in_the_handshake_is_of_the_network(self):
        server = RawServer(lambda client: client.recv(1))
        self.addCleanup(server.stop)
        found = self.exchange("exchange", "GET", server.url.replace("http:", "https:"))
        self.assertEqual(found["status"], "LW_E_NETWORK", found)


if __name__ == "__main__":
    support.main()
