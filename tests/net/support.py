"""What the scripts of this folder share: a scripted HTTP server on a free loopback port, and the helper programs."""
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NET_CLI = os.environ.get("LW_NET_CLI", "")
SIGN_CLI = os.environ.get("LW_SIGN_CLI", "")


def random_text(length):
    return secrets.token_hex(length)[:length]


class Keys:
    """Credentials made up for one test."""

    def __init__(self, token=True):
        self.access = "TEST" + random_text(16).upper()
        self.secret = random_text(40)
        self.token = random_text(900) if token else ""  # longer than an error's text, as real ones are

    def digest(self):
        return hashlib.sha256("\n".join([self.access, self.secret, self.token]).encode()).hexdigest()

    def environment(self):
        found = {"AWS_ACCESS_KEY_ID": self.access, "AWS_SECRET_ACCESS_KEY": self.secret}
        if self.token:
            found["AWS_SESSION_TOKEN"] = self.token
        return found

    def all(self):
        return [text for text in (self.access, self.secret, self.token) if text]


class Request:
    def __init__(self, handler):
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        length = handler.headers.get("Content-Length")
        self.body = handler.rfile.read(int(length)) if length else b""
        self.connection = handler.client_address


class Server:
    """answer(request, number) returns (status, headers, body), raw bytes to send as they are, or None to hang up."""

    def __init__(self, answer, context=None):
        self.requests = []
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def log_message(self, *_):
                pass

            def handle_any(self):
                request = Request(self)
                with lock:
                    outer.requests.append(request)
                    number = len(outer.requests)
                reply = answer(request, number)
                if reply is None:
                    self.close_connection = True
                    return
                if isinstance(reply, bytes):
                    self.wfile.write(reply)
                    self.close_connection = True
                    return
                self.send_reply(*reply)

            def send_reply(self, status, headers, body):
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

        class Loopback(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # clients that hang up are part of these tests

        self.server = Loopback(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.host = "127.0.0.1"
        self.url = ("https" if context else "http") + "://127.0.0.1:%d" % self.port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def closed_port():
    """A port on which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Case(unittest.TestCase):
    def setUp(self):
        self.seen = []  # everything the helper wrote
        self.folder = os.path.join(os.environ["LW_SCRATCH"], self.id() + "." + random_text(6))
        os.makedirs(self.folder)
        self.addCleanup(lambda: subprocess.run(["rm", "-rf", self.folder], check=False))

    def serve(self, answer, context=None):
        server = Server(answer, context)
        self.addCleanup(server.stop)
        return server

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def environment(self, extra=None):
        """Nothing of the machine's own settings, no metadata service, debug log on."""
        found = {"PATH": os.environ["PATH"], "HOME": self.folder, "LAKEWARDEN_DEBUG": "1",
                 "AWS_EC2_METADATA_DISABLED": "true"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                found[name] = os.environ[name]
        found.update(extra or {})
        return {name: value for name, value in found.items() if value is not None}

    def run_all(self, *arguments, env=None, wrap=()):
        done = subprocess.run([*wrap, NET_CLI, *arguments], env=self.environment(env), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, check=False)
        output, errors = done.stdout.decode(), done.stderr.decode()
        self.seen += [output, errors]
        self.assertEqual(done.returncode, 0, errors)
        return [json.loads(line) for line in output.splitlines()]

    def run_one(self, *arguments, env=None):
        found = self.run_all(*arguments, env=env)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def assert_hidden(self, *texts):
        """None of the texts, whole or in part, was written to output, errors or debug log."""
        everything = "\n".join(self.seen)
        for text in texts:
            for begin in range(0, max(1, len(text) - 11), 4):
                self.assertNotIn(text[begin:begin + 12], everything, "a credential was shown")


def main():
    if not NET_CLI or not SIGN_CLI:
        sys.exit("set LW_NET_CLI and LW_SIGN_CLI to the helper programs; CTest does")
    os.environ.setdefault("LW_SCRATCH", "/tmp")
    unittest.main()
