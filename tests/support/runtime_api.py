#!/usr/bin/python3
"""A Lambda Runtime API as strict as the service's: states, request ids, sizes. Python's standard library only.

States of a runtime, as the AWS Lambda runtime interface emulator has them:
  Starting      -> next: Ready                       init/error: ends it
  Ready         -> an event is given out: Running
  Running       -> response or error: ResponseSent   next: 403 InvalidStateTransition
  ResponseSent  -> next: Ready                       response, error: 403 InvalidStateTransition
Answers: 202 accepted; 400 InvalidRequestID for another invocation's id; 403 InvalidStateTransition; 413 over 6 MiB and
100 bytes; 500 on order.

In a test:     with RuntimeApi() as api: api.start([bootstrap], "mover.handler", env); api.invoke(event) -> Invocation
As a program:  runtime_api.py run --bootstrap PATH --handler NAME --events FILE [--env K=V]... [--chroot DIR]
               feeds each line of FILE as an event, prints {"requestId", "status", "payload"} a line; exit code 0 when every
               event was answered with a response.
"""
import argparse
import collections
import http.server
import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import uuid

RESPONSE_MAX = 6 * 1024 * 1024 + 100
PREFIX = "/2018-06-01/runtime/"


class Invocation:
    def __init__(self, event, seconds, trace):
        self.event = event if isinstance(event, bytes) else json.dumps(event).encode()
        self.id, self.seconds, self.trace = str(uuid.uuid4()), seconds, trace
        self.status = None  # "response", "error"
        self.payload = b""
        self.error_type = ""
        self.done = threading.Event()
        self.given = 0  # how often a runtime took it: a retry after a kill is given anew
        self.answers = 0

    def json(self):
        return json.loads(self.payload)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer in one piece

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=()):
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def refuse(self, status, kind):
        self.server.api.note(self, status)
        self.answer(status, {"errorType": kind, "errorMessage": kind})

    def do_GET(self):
        api = self.server.api
        if self.path != PREFIX + "invocation/next":
            return self.refuse(404, "NotFound")
        with api.lock:
            if gone(self.connection):  # the request of a runtime that was killed since it sent it
                self.close_connection = True
                return None
            if api.state == "Running":
                return self.refuse(403, "InvalidStateTransition")
            api.state = "Ready"
        api.note(self, 200)
        invocation = api.take(self.connection)
        if invocation is None:
            self.close_connection = True
            return None
        deadline = int((time.time() + invocation.seconds) * 1000)
        headers = [("lambda-runtime-aws-REQUEST-ID", invocation.id), ("Lambda-Runtime-Deadline-Ms", str(deadline)),
                   ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:111122223333:function:test"),
                   ("Content-Type", "application/json")]
        if invocation.trace:
            headers.append(("Lambda-Runtime-Trace-Id", invocation.trace))
        return self.answer(200, invocation.event, headers)

    def do_POST(self):
        api = self.server.api
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = self.path.removeprefix(PREFIX).split("/")
        if parts == ["init", "error"]:
            api.note(self, 202)
            api.init_error = (self.headers.get("Lambda-Runtime-Function-Error-Type", ""), json.loads(body))
            return self.answer(202, {"status": "OK"})
        if len(parts) != 3 or parts[0] != "invocation" or parts[2] not in ("response", "error"):
            return self.refuse(404, "NotFound")
        with api.lock:
            invocation = api.current
            if api.state != "Running" or invocation is None:
                return self.refuse(403, "InvalidStateTransition")
            if parts[1] != invocation.id:
                return self.refuse(400, "InvalidRequestID")
            if api.answer_with:
                status = api.answer_with.pop(0)
                if status == "reset-applied":
                    self.accept(invocation, parts[2], body)
                if status in ("reset", "reset-applied"):
                    self.close_connection = True
                    self.connection.close()
                    return None
                if status in (400, 403):  # what the runtime holds is not, or no longer, an invocation of its own
                    api.state, api.current, invocation.status = "ResponseSent", None, "refused"
                    invocation.done.set()
                if status != 202:
                    return self.refuse(status, "OnOrder")
            if parts[2] == "response" and len(body) > RESPONSE_MAX:
                return self.refuse(413, "RequestEntityTooLarge")
            self.accept(invocation, parts[2], body)
        api.note(self, 202)
        return self.answer(202, {"status": "OK"})

    def accept(self, invocation, kind, body):
        api = self.server.api
        api.state, api.current = "ResponseSent", None
        invocation.status, invocation.payload = kind, body
        invocation.error_type = self.headers.get("Lambda-Runtime-Function-Error-Type", "")
        invocation.answers += 1
        invocation.done.set()


def gone(connection):
    """Whether the other side has closed its connection."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 16

    def handle_error(self, request, client_address):
        pass


class RuntimeApi:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.api = self
        self.address = "127.0.0.1:%d" % self.server.server_address[1]
        self.lock = threading.RLock()
        self.arrived = threading.Condition(self.lock)
        self.queue = collections.deque()
        self.generation = 0  # of the runtime's process
        self.state, self.current, self.init_error = "Starting", None, None
        self.answer_with = []  # statuses of the next answers to response and error, or "reset"
        self.requests = []
        self.process, self.log = None, None
        self.first_next = threading.Event()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        self.stop()
        self.server.shutdown()
        self.server.server_close()

    def note(self, request, status):
        self.requests.append((request.command, request.path, status))
        if request.path.endswith("/next"):
            self.first_next.set()

    def take(self, connection):
        """The next invocation; None when the runtime that waits is gone. A runtime that was replaced is given nothing."""
        with self.lock:
            born = self.generation
        while True:
            with self.lock:
                if self.generation != born or gone(connection):
                    return None
                if self.queue:
                    invocation = self.queue.popleft()
                    self.state, self.current = "Running", invocation
                    invocation.given += 1
                    return invocation
                self.arrived.wait(0.05)

    # ---- the runtime's process ----

    def start(self, command, handler, env=None, log=None, **options):
        environment = {"PATH": "/usr/bin:/bin", "AWS_LAMBDA_RUNTIME_API": self.address, "_HANDLER": handler,
                       "LAMBDA_TASK_ROOT": "/var/task", "http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9",
                       "AWS_EC2_METADATA_DISABLED": "true", **(env or {})}
        if "ASAN_OPTIONS" in os.environ:
            environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        with self.lock:
            self.state, self.init_error = "Starting", None
            self.generation += 1
            self.first_next.clear()
        self.log = log
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        return self.process

    def stop(self):
        """As the service does it: SIGKILL."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def submit(self, event, seconds=30, trace="Root=1-5759e988-bd862e3fe1be46a994272793"):
        invocation = event if isinstance(event, Invocation) else Invocation(event, seconds, trace)
        invocation.done.clear()
        with self.arrived:
            self.queue.append(invocation)
            self.arrived.notify_all()
        return invocation

    def invoke(self, event, wait=60, **options):
        invocation = self.submit(event, **options)
        self.wait(invocation, wait)
        return invocation

    def wait(self, invocation, seconds=60):
        end = time.monotonic() + seconds
        while not invocation.done.wait(0.05):
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError("the runtime ended with %s before it answered" % self.process.returncode)
            if time.monotonic() > end:
                raise RuntimeError("no answer within %s s" % seconds)


def run(arguments):
    env = dict(item.split("=", 1) for item in arguments.env)
    command = [arguments.bootstrap]
    options = {}
    if arguments.chroot:
        command = ["chroot", arguments.chroot, arguments.bootstrap]
        env.setdefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
    good = True
    with RuntimeApi() as api:
        api.start(command, arguments.handler, env, log=sys.stderr, **options)
        for line in open(arguments.events, "rb"):
            if not line.strip():
                continue
            invocation = api.invoke(line.strip(), seconds=arguments.seconds, wait=arguments.seconds + 30)
            good = good and invocation.status == "response"
            print(json.dumps({"requestId": invocation.id, "status": invocation.status, "payload": invocation.json()}), flush=True)
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    runner = commands.add_parser("run")
    runner.add_argument("--bootstrap", required=True)
    runner.add_argument("--handler", required=True)
    runner.add_argument("--events", required=True)
    runner.add_argument("--env", action="append", default=[])
    runner.add_argument("--chroot")
    runner.add_argument("--seconds", type=int, default=60)
    runner.set_defaults(run=run)
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
