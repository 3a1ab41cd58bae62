"""The Lambda's promises, the program against a strict Runtime API and a fake S3. lambda.py BOOTSTRAP [CASE...]

L1 one answer an invocation, L2 no step that cannot be taken back close to the deadline, L3 failure is reported as failure,
L4 nothing is needed across freezes, and M1 to M7 through it all.
"""
import http.server
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

import botocore.auth
import botocore.awsrequest
import botocore.credentials

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support" / "fakes3"))
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
from fakes3 import FakeS3  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
from lambda_scene import BODY, CANARY, KEY, LAKE, SECRET, VAULT, content, finding, fresh, judge, moved, wanted  # noqa: E402

BOOTSTRAP = sys.argv[1] if len(sys.argv) > 1 else ""


def settings(server, **more):
    return {"AWS_ACCESS_KEY_ID": "fakekeyid", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": server.endpoint, "ISOLATION_BUCKET": VAULT, "SOURCE_BUCKETS": LAKE + ", other-bucket",
            **more}


class Function:
    """A runtime process with its Runtime API and its log."""

    def __init__(self, server, handler="mover.handler", **env):
        self.api = RuntimeApi()
        self.server, self.handler, self.env = server, handler, settings(server, **env)
        self.log = tempfile.TemporaryFile()
        self.start()

    def start(self):
        self.process = self.api.start([BOOTSTRAP], self.handler, self.env, log=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *arguments):
        self.api.__exit__()
        lines = self.lines()
        if arguments[0] is not None:
            print("\n".join(map(str, lines)), file=sys.stderr)
            return
        text = json.dumps(lines)
        assert SECRET not in text and CANARY not in text, "the log holds what it must not"
        assert all({"time", "level", "step"} <= set(line) for line in lines), lines

    def lines(self):
        self.log.seek(0)
        return [json.loads(line) for line in self.log.read().decode().splitlines()]

    def invoke(self, event, **options):
        return self.api.invoke(event, **options)


# ---- the mover ----

def case_finding_moves_the_object(server):
    """And the answer is the post's, to the byte."""
    with Function(server) as function:
        event = fresh(server)
        invocation = function.invoke(event)
        assert invocation.status == "response" and invocation.json() == wanted(), (invocation.status, invocation.payload)
        moved(server)
        judge(server)
        steps = [line["step"] for line in function.lines()]
        assert steps == ["start", "move"], steps
        assert function.lines()[1]["traceId"].startswith("Root=") and function.lines()[1]["requestId"] == invocation.id


def case_duplicates_change_nothing(server):
    with Function(server) as function:
        event = fresh(server)
        for _ in range(5):
            assert function.invoke(event).json() == wanted()
        moved(server)
        judge(server)


def case_no_trace_id_is_fine(server):
    with Function(server) as function:
        event = fresh(server)
        assert function.invoke(event).json() == wanted()
        assert function.invoke(event, trace=None).json() == wanted()
        assert "traceId" in function.lines()[1] and "traceId" not in function.lines()[2]


def case_what_is_no_finding_is_refused_by_name(server):
    fresh(server)
    version = server.world.buckets[LAKE].current(KEY)
    sample = finding(version, sample=True)
    policy = finding(version)
    policy["detail"]["type"] = "Policy:IAMUser/S3BucketPublic"
    foreign = finding(version, bucket="foreign-bucket")
    own = finding(version, bucket=VAULT)
    no_key = finding(version)
    del no_key["detail"]["resourcesAffected"]["s3Object"]["key"]
    wrong_type = dict(finding(version), **{"detail-type": "Something Else"})
    cases = [(b"not json", "Mover.InvalidEvent", "not JSON"), (b"", "Mover.InvalidEvent", "empty"), (b"[]", "Mover.InvalidEvent", "object"),
             (sample, "Mover.InvalidEvent", "sample"), (policy, "Mover.InvalidEvent", "policy"),
             (wrong_type, "Mover.InvalidEvent", "detail-type"), (no_key, "Mover.InvalidEvent", "resourcesAffected.s3Object.key"),
             (foreign, "Mover.Refused", "foreign-bucket"), (own, "Mover.Refused", "isolation bucket itself"),
             (b"[" * 100000 + b"]" * 100000, "Mover.InvalidEvent", "nested"),
             (b'{"a":"' + b"x" * 2_000_000 + b'"}', "Mover.InvalidEvent", "longer")]
    with Function(server) as function:
        before = len(server.history)
        for event, kind, word in cases:
            invocation = function.invoke(event)
            assert invocation.status == "error" and invocation.error_type == kind, (kind, invocation.error_type, invocation.payload)
            error = invocation.json()
            assert word in error["errorMessage"] and error["errorType"] == kind and error["stackTrace"] == [], error
            assert CANARY not in error["errorMessage"]
        invocation = function.invoke(b'"' + b"x" * 9_000_000 + b'"')
        assert invocation.status == "error" and invocation.error_type == "Runtime.EventTooLarge", invocation.error_type
        assert len(server.history) == before, "a refused event has sent requests"
        assert function.invoke(finding(version)).json() == wanted(), "and it goes on"


def case_other_severities_are_left_alone(server):
    with Function(server, SEVERITIES="High, Medium") as function:
        fresh(server)
        version = server.world.buckets[LAKE].current(KEY)
        answer = function.invoke(finding(version, severity="Low")).json()
        assert answer["statusCode"] == 200 and answer["outcome"] == "IGNORED", answer
        assert content(server, LAKE, KEY) == BODY
        assert function.invoke(finding(version, severity="Medium")).json() == wanted()
        moved(server)


def case_gone_and_changed_are_answered(server):
    with Function(server) as function:
        event = fresh(server)
        server.user_put(LAKE, KEY, b"newer")
        answer = function.invoke(event).json()
        assert answer["statusCode"] == 409 and answer["outcome"] == "CHANGED", answer
        assert content(server, LAKE, KEY) == b"newer"
        event = fresh(server)
        server.user_delete(LAKE, KEY)
        answer = function.invoke(event).json()
        assert answer["statusCode"] == 404 and answer["outcome"] == "GONE", answer


def case_failures_are_errors(server):
    """L3: so that the service tries again, and in the end gives the event to the on-failure destination."""
    with Function(server) as function:
        event = fresh(server)
        server.world.ignored = {"delete-if-match"}
        invocation = function.invoke(event)
        assert invocation.status == "error" and invocation.error_type == "Mover.Refused", invocation.payload
        assert "best-effort" in invocation.json()["errorMessage"] and content(server, LAKE, KEY) == BODY
    with Function(server, BEST_EFFORT_DELETE="true") as function:
        assert function.invoke(event).json() == wanted()
        moved(server)
    server.world.ignored = set()


def case_settings_are_checked_at_start(server):
    fresh(server)
    cases = [({"ISOLATION_BUCKET": ""}, "ISOLATION_BUCKET"), ({"SOURCE_BUCKETS": ""}, "SOURCE_BUCKETS"),
             ({"SOURCE_BUCKETS": "a,,b"}, "SOURCE_BUCKETS"), ({"SEVERITIES": "Severe"}, "Severe"),
             ({"SOURCE_BUCKETS": VAULT}, "isolation bucket"), ({"BEST_EFFORT_DELETE": "perhaps"}, "BEST_EFFORT_DELETE"),
             ({"ISOLATION_BUCKET": "arn:aws:s3:::x"}, "arn:aws:s3:::x")]
    for env, word in cases:
        with Function(server, **env) as function:
            assert function.process.wait(20) == 1, env
            kind, error = function.api.init_error
            assert kind == "Runtime.InvalidConfiguration" and word in error["errorMessage"], error
    with Function(server, handler="nobody.handler") as function:
        assert function.process.wait(20) == 1
        assert function.api.init_error[0] == "Runtime.NoSuchHandler" and "mover.handler" in str(function.api.init_error)


# ---- the Runtime API's own failures ----

def case_answers_are_sent_once(server):
    """L1, whatever becomes of the connection."""
    with Function(server) as function:
        for order in (["reset"], ["reset-applied"], ["reset", "reset", "reset-applied"]):
            event = fresh(server)
            function.api.answer_with = list(order)
            invocation = function.invoke(event)
            assert invocation.status == "response" and invocation.answers == 1 and invocation.json() == wanted(), order
            moved(server)
        for code in (400, 403):
            function.api.answer_with = [code]
            assert function.invoke(fresh(server)).status == "refused"
            assert function.invoke(fresh(server)).json() == wanted(), "it goes on with the next one"
        function.api.answer_with = [413]
        invocation = function.invoke(fresh(server))
        assert invocation.status == "error" and invocation.error_type == "Function.ResponseSizeTooLarge", invocation.status
        assert function.invoke(fresh(server)).json() == wanted()


def case_a_failed_container_ends_the_process(server):
    with Function(server) as function:
        function.api.answer_with = [500]
        function.api.submit(fresh(server))
        assert function.process.wait(20) == 1


def case_no_runtime_api_ends_the_process(server):
    with Function(server) as function:
        assert function.api.first_next.wait(20)
        function.api.server.shutdown()
        function.api.server.server_close()
        function.process.kill()
    with Function(server, AWS_LAMBDA_RUNTIME_API="127.0.0.1:9") as function:
        assert function.process.wait(30) == 1
    with Function(server, AWS_LAMBDA_RUNTIME_API="") as function:
        assert function.process.wait(30) == 1
        assert "AWS_LAMBDA_RUNTIME_API" in str(function.lines())


# ---- time ----

def case_near_the_deadline_nothing_begins(server):
    """L2: in the past, and in the middle of a move."""
    with Function(server) as function:
        event = fresh(server)
        invocation = function.invoke(event, seconds=-5)
        assert invocation.status == "error" and invocation.error_type == "Mover.Failed", invocation.payload
        assert "deadline" in invocation.json()["errorMessage"]
        assert {entry["method"] for entry in server.history if entry["actor"] == "client"} <= {"HEAD", "GET"}, "it has written"
        assert function.invoke(event).json() == wanted()  # the probe is done now


def case_the_deadline_at_every_request(server):
    """L2: the cut-off passes during each request in turn; no step begins from then on, and the next delivery converges."""
    points = 0
    with Function(server) as function:
        while True:
            event = fresh(server)
            function.process.kill()
            function.process.wait()
            function.start()
            late = []

            def hook(number, phase, request):
                if phase == "before" and number == points + 1:
                    time.sleep(0.9)  # of one second, the last fifth of which is no time to begin
                    late.append(len([e for e in server.history if e["actor"] == "client"]))
                return None

            server.hook = hook
            invocation = function.invoke(event, seconds=1)
            server.hook = None
            if not late:
                assert invocation.json() == wanted()
                break
            begun = [(entry["method"], entry["bucket"]) for entry in [e for e in server.history if e["actor"] == "client"][late[0] + 1:]
                     if entry["method"] not in ("HEAD", "GET") and not entry["key"].startswith(".lakewarden/probe/")]
            # The copy under way may still be sent after the tags were asked for; nothing else is written, nothing deleted.
            assert len(begun) <= 1 and set(begun) <= {("PUT", VAULT)}, (points, begun)
            if invocation.status == "error":
                assert "deadline" in invocation.json()["errorMessage"], invocation.payload
            else:
                assert invocation.json() == wanted()
            judge(server)
            assert function.invoke(event).json() == wanted(), points
            moved(server)
            judge(server)
            points += 1
    print("the deadline passed in", points, "requests")
    assert points >= 10, points


def case_frozen_between_invocations(server):
    """SIGSTOP, the store closes its connections meanwhile, SIGCONT: the next event works."""
    with Function(server) as function:
        for _ in range(3):
            assert function.invoke(fresh(server)).json() == wanted()
            moved(server)
            function.process.send_signal(signal.SIGSTOP)
            server.drop_connections()
            time.sleep(0.3)
            function.process.send_signal(signal.SIGCONT)
        assert function.process.poll() is None


# ---- kills ----

def killed_at(server, function, event, at, phase):
    """The service kills the runtime at that request, starts another and delivers the event again. False: never got there."""
    hit = []

    def hook(count, now, request):
        if count == at and now == phase:
            function.process.kill()
            function.process.wait()
            hit.append(count)
            return "drop"
        return None

    server.hook = hook
    invocation = function.api.submit(event)
    try:
        function.api.wait(invocation)
    except RuntimeError:
        pass
    server.hook = None
    if hit:
        function.start()
        invocation = function.invoke(event)
    assert invocation.status == "response" and invocation.json() == wanted(), (at, phase, invocation.payload)
    return bool(hit)


def case_killed_at_every_request(server):
    points = 0
    with Function(server) as function:
        for phase in ("before", "after"):
            at = 1
            while True:
                event = fresh(server)
                function.process.kill()
                function.process.wait()
                function.start()
                if not killed_at(server, function, event, at, phase):
                    break
                moved(server)
                judge(server)
                points += 1
                at += 1
    print("killed at", points, "points")
    assert points >= 20, points


# ---- many ----

def usage(process):
    status = pathlib.Path("/proc/%d/status" % process.pid).read_text()
    rss = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return rss, len(os.listdir("/proc/%d/fd" % process.pid))


def case_ten_thousand_invocations(server):
    """Memory and descriptors stay flat: a tenth are moves and repeats of moves, the rest is answered without the store."""
    moves = 1000
    with Function(server) as function:
        samples = []
        fresh(server)
        for i in range(10000):
            if i % 10 == 0:
                version = server.user_put(LAKE, "k%d.csv" % (i // 20), BODY) if i % 20 == 0 else version
                assert function.invoke(finding(version)).status == "response", i
                if i % 200 == 0:  # the history of a thousand moves is not needed
                    server.history.clear()
            elif i % 10 == 1:
                assert function.invoke(b"{}").status == "error"
            else:
                assert function.invoke(finding(version, severity="Low")).status == "response"
            if i in (999, 9999):
                samples.append(usage(function.process))
        (rss, files), (rss_end, files_end) = samples
        print("10,000 invocations, %d of moves: %d -> %d KiB, %d -> %d descriptors" % (moves, rss, rss_end, files, files_end))
        assert files_end <= files + 2, (files, files_end)
        assert rss_end <= rss + 1024, (rss, rss_end)


# ---- the scanner ----

def signature_of(handler, body, secret):
    """The Signature Version 4 that botocore makes for this very request."""
    authorization = handler.headers["Authorization"]
    scope = authorization.split("Credential=")[1].split(",")[0].split("/")
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = botocore.awsrequest.AWSRequest("POST", "http://%s%s" % (handler.headers["Host"], handler.path), data=body,
                                             headers={name: handler.headers[name] for name in signed if name != "host"})
    request.context["timestamp"] = handler.headers["X-Amz-Date"]
    auth = botocore.auth.SigV4Auth(botocore.credentials.Credentials(scope[0], secret), scope[3], scope[2])
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return auth.signature(text, request), authorization.split("Signature=")[1], set(signed)


class EventBus:
    """Takes PutEvents as the service does: signature, ten entries, 256 KiB, sources; fails on order."""

    def __init__(self):
        bus = self
        self.entries, self.refuse, self.requests, self.faults, self.break_next = [], [], 0, [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                entries = json.loads(body)["Entries"]
                wanted, found, signed = signature_of(self, body, SECRET)
                size = sum(14 + len(e["Source"]) + len(e["DetailType"]) + len(e["Detail"].encode()) + sum(map(len, e.get("Resources", [])))
                           for e in entries)
                bus.requests += 1
                bus.faults += [] if wanted == found and {"host", "x-amz-date", "x-amz-target"} <= signed else ["signature"]
                bus.faults += [] if self.headers["X-Amz-Target"] == "AWSEvents.PutEvents" else ["target"]
                bus.faults += [] if 1 <= len(entries) <= 10 and size <= 256 * 1024 else ["limits"]
                bus.faults += [] if all(isinstance(json.loads(e["Detail"]), dict) and not e["Source"].startswith("aws.") for e in entries) else ["entry"]
                if bus.break_next:
                    order = bus.break_next.pop(0)
                    if order == "reset":
                        self.close_connection = True
                        self.connection.close()
                        return
                    if isinstance(order, int):
                        text = b'{"__type":"InternalFailure","message":"on order"}'
                        self.send_response(order)
                        self.send_header("Content-Length", str(len(text)))
                        self.end_headers()
                        self.wfile.write(text)
                        return
                answers = []
                for entry in entries:
                    if bus.refuse:
                        answers.append({"ErrorCode": bus.refuse.pop(0), "ErrorMessage": "on order"})
                    else:
                        bus.entries.append(entry)
                        answers.append({"EventId": "e%d" % len(bus.entries)})
                body = json.dumps({"FailedEntryCount": sum("ErrorCode" in a for a in answers), "Entries": answers}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def patients(count):
    return ("Id,SSN,FIRST\n" + "".join("%d,%03d-%02d-%04d,x\n" % (i, 100 + i % 500, 1 + i % 99, 1 + i) for i in range(count))).encode()


def object_created(key, bucket=LAKE):
    return {"version": "0", "id": "e", "detail-type": "Object Created", "source": "aws.s3", "account": "111122223333",
            "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
            "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, "etag": "x", "sequencer": "1"}, "reason": "PutObject"}}


def scanner(server, bus, **more):
    env = {"MANAGED": "USA_SOCIAL_SECURITY_NUMBER", "EVENT_BUS": "findings", "AWS_ENDPOINT_URL_EVENTBRIDGE": bus.endpoint, **more}
    return Function(server, handler="scanner.handler", **env)


def case_object_created_is_scanned(server):
    bus = EventBus()
    with scanner(server, bus) as function:
        fresh(server)
        server.user_put(LAKE, "in/a b+c.csv", patients(20))
        server.user_put(LAKE, "in/a b+c.csv.bak", patients(20))
        answer = function.invoke(object_created("in/a b+c.csv")).json()
        assert answer["statusCode"] == 200 and answer["objects"] == 1 and answer["findings"] == 1 and answer["high"] == 1, answer
        assert len(bus.entries) == 1, bus.entries
        entry = bus.entries[0]
        detail = json.loads(entry["Detail"])
        assert entry["Source"] == "lakewarden" and entry["DetailType"] == "Macie Finding" and entry["EventBusName"] == "findings"
        assert detail["resourcesAffected"]["s3Object"]["key"] == "in/a b+c.csv" and detail["accountId"] == "111122223333"
        assert function.invoke(object_created("in/a b+c.csv")).json()["findings"] == 1
        assert json.loads(bus.entries[1]["Detail"])["id"] == detail["id"], "a repeated event has another finding id"
    # What the scanner found is what the mover takes.
    with Function(server) as function:
        event = {"version": "0", "detail-type": entry["DetailType"], "source": entry["Source"], "account": "111122223333", "detail": detail}
        assert function.invoke(event).json() == wanted(key="in/a b+c.csv")


def case_a_prefix_is_scanned(server):
    bus = EventBus()
    with scanner(server, bus) as function:
        fresh(server)
        for i in range(25):
            server.user_put(LAKE, "many/%02d.csv" % i, patients(5 + i))
        server.user_put(LAKE, "many/none.csv", b"a,b\n1,2\n")
        bus.refuse = ["ThrottlingException", "InternalFailure"]
        answer = function.invoke({"bucket": LAKE, "prefix": "many/"}).json()
        assert answer["objects"] == 26 and answer["findings"] == 25 and answer["unreadable"] == 0, answer
        keys = sorted(json.loads(e["Detail"])["resourcesAffected"]["s3Object"]["key"] for e in bus.entries)
        assert keys == ["many/%02d.csv" % i for i in range(25)], keys
        assert bus.requests >= 4 and not bus.faults, (bus.requests, bus.faults)


def case_no_finding_is_lost_on_its_way(server):
    """L5: whatever request fails and however, each finding arrives at least once, with its own id."""
    bus = EventBus()
    with scanner(server, bus) as function:
        fresh(server)
        for i in range(25):
            server.user_put(LAKE, "many/%02d.csv" % i, patients(5 + i))
        for at in range(3):
            for order in (500, 503, "reset"):
                bus.entries.clear()
                bus.break_next = [None] * at + [order]
                answer = function.invoke({"bucket": LAKE, "prefix": "many/"}).json()
                assert answer["findings"] == 25, answer
                keys = {json.loads(e["Detail"])["resourcesAffected"]["s3Object"]["key"] for e in bus.entries}
                ids = {json.loads(e["Detail"])["id"] for e in bus.entries}
                assert len(keys) == 25 and len(ids) == 25, (at, order, len(keys), len(ids))
    assert not bus.faults, bus.faults


def case_scanner_failures_are_errors(server):
    bus = EventBus()
    with scanner(server, bus) as function:
        fresh(server)
        server.user_put(LAKE, "a.csv", patients(3))
        for event, kind, word in ((b"{}", "Scanner.InvalidEvent", "bucket"), (b"x", "Scanner.InvalidEvent", "JSON"),
                                  (object_created("a.csv", "foreign"), "Scanner.Refused", "foreign"),
                                  (dict(object_created("a.csv"), **{"detail-type": "Object Deleted"}), "Scanner.InvalidEvent", "detail-type"),
                                  (object_created("none.csv"), "Scanner.Failed", "none.csv")):
            invocation = function.invoke(event)
            assert invocation.status == "error" and invocation.error_type == kind, (invocation.error_type, invocation.payload)
            assert word in invocation.json()["errorMessage"], invocation.payload
        bus.refuse = ["NotAuthorizedForSourceException"]
        invocation = function.invoke(object_created("a.csv"))
        assert invocation.status == "error" and "source" in invocation.json()["errorMessage"], invocation.payload
        bus.refuse = ["ThrottlingException"] * 100
        invocation = function.invoke(object_created("a.csv"))
        assert invocation.status == "error" and "not taken" in invocation.json()["errorMessage"], invocation.payload
        bus.refuse = []
        assert not bus.entries and function.invoke(object_created("a.csv")).json()["findings"] == 1
        assert function.invoke(object_created("a.csv"), seconds=-1).status == "error", "no time is left, and it says so"
    with scanner(server, bus, MANAGED="NO_SUCH_ID") as function:
        assert function.process.wait(20) == 1 and "NO_SUCH_ID" in str(function.api.init_error)


def main():
    cases = {name[5:]: run for name, run in globals().items() if name.startswith("case_")}
    for name in sys.argv[2:] or cases:
        with FakeS3() as server:
            cases[name](server)
        print("passed", name)


if __name__ == "__main__":
    main()
