#!/usr/bin/python3
"""The Lambda package in a root of its own: nothing but the unpacked zip, /proc, two devices and the resolver's files.

usage: package.py ZIP [CASE...]        the tests
       package.py ZIP --measure FILE   size, time to the first next, resident memory, as a table in FILE
"""
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "support" / "fakes3"))
sys.path.insert(0, str(HERE.parent / "lambda"))
from fakes3 import FakeS3  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
import lambda_scene as scene  # noqa: E402

ZIP = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None


@contextlib.contextmanager
def root():
    """Gives the path of a root that holds the package at /var/task and what every Lambda environment has."""
    with tempfile.TemporaryDirectory(prefix="lw-task-") as folder:
        base = pathlib.Path(folder)
        task = base / "var/task"
        for name in ("var/task", "proc", "dev", "etc", "tmp"):
            (base / name).mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(ZIP) as archive:
            for entry in archive.infolist():
                path = archive.extract(entry, task)
                os.chmod(path, entry.external_attr >> 16 & 0o777)
        (base / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
        (base / "etc/hosts").write_text("127.0.0.1 localhost runtime.test\n")
        subprocess.run(["mknod", "-m", "666", base / "dev/null", "c", "1", "3"], check=True)
        subprocess.run(["mknod", "-m", "666", base / "dev/urandom", "c", "1", "9"], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", base / "proc"], check=True)
        try:
            yield base
        finally:
            subprocess.run(["umount", base / "proc"], check=True)


def start(api, base, handler, env, log=None, wrap=()):
    return api.start([*wrap, "/usr/sbin/chroot", str(base), "/var/task/bootstrap"], handler, env, log=log)


def mover_env(server, **more):
    return {"AWS_ACCESS_KEY_ID": "fakekeyid", "AWS_SECRET_ACCESS_KEY": "fakesecret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": server.endpoint, "ISOLATION_BUCKET": scene.VAULT, "SOURCE_BUCKETS": scene.LAKE, **more}


def case_it_moves_an_object(base):
    with FakeS3() as server, RuntimeApi() as api, tempfile.TemporaryFile() as log:
        event = scene.fresh(server)
        start(api, base, "mover.handler", mover_env(server), log)
        invocation = api.invoke(event)
        log.seek(0)
        assert invocation.status == "response" and invocation.json() == scene.wanted(), (invocation.payload, log.read())
        scene.moved(server)


def case_it_scans_with_its_own_identifiers(base):
    with FakeS3() as server, RuntimeApi() as api:
        server.make_bucket(scene.LAKE)
        body = b"Id,PATIENT\n" + b"".join(b"%d,%08x-b636-43f7-9e9c-%012x\n" % (i, i * 2654435761 % 2**32, i * 977) for i in range(40))
        server.user_put(scene.LAKE, "a.csv", body)
        start(api, base, "scanner.handler", mover_env(server, MANAGED="none", CUSTOM_IDENTIFIERS="/var/task/identifiers"))
        answer = api.invoke({"bucket": scene.LAKE, "prefix": ""}).json()
        assert answer["findings"] == 1 and answer["complete"] == 1, answer


def case_names_are_looked_up(base):
    """By /etc/hosts, with the C library of the package alone."""
    with FakeS3() as server, RuntimeApi() as api:
        event = scene.fresh(server)
        env = mover_env(server, AWS_ENDPOINT_URL_S3=server.endpoint.replace("127.0.0.1", "runtime.test"), PLAIN_HTTP="true")
        start(api, base, "mover.handler", env)
        assert api.invoke(event).json() == scene.wanted()


def certificate(folder):
    key, crt = folder / "key.pem", folder / "crt.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return key, crt


def case_tls_is_verified(base):
    """By the authorities in the package, unless AWS_CA_BUNDLE names others."""
    with tempfile.TemporaryDirectory() as folder, FakeS3() as server:
        key, crt = certificate(pathlib.Path(folder))
        (base / "var/task/own.crt").write_bytes(crt.read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(crt, key)
        plain = server.listener.get_request
        server.listener.get_request = lambda: (lambda pair: (context.wrap_socket(pair[0], server_side=True, do_handshake_on_connect=False), pair[1]))(plain())
        event = scene.fresh(server)
        endpoint = server.endpoint.replace("http://127.0.0.1", "https://localhost")
        for env, good in (({"AWS_CA_BUNDLE": "/var/task/own.crt"}, True), ({}, False)):
            with RuntimeApi() as api:
                start(api, base, "mover.handler", mover_env(server, AWS_ENDPOINT_URL_S3=endpoint, AWS_MAX_ATTEMPTS="1", **env))
                invocation = api.invoke(event)
                assert (invocation.status == "response") == good, (env, invocation.payload)
                assert good or "TLS" in invocation.json()["errorMessage"] or "certificate" in invocation.json()["errorMessage"], invocation.payload


def case_nothing_outside_the_package_is_read(base):
    with FakeS3() as server, RuntimeApi() as api:
        log = base / "tmp/trace"
        event = scene.fresh(server)
        start(api, base, "mover.handler", mover_env(server), wrap=["strace", "-f", "-qq", "-o", str(log), "-e", "trace=openat,open,execve"])
        assert api.invoke(event).json() == scene.wanted()
        api.stop()
        # From the execve of bootstrap on (chroot's own libraries come before it).
        text = log.read_text()
        text = text[text.index('execve("/var/task/bootstrap"'):]
        names = {m.group(1) for m in re.finditer(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)"[^\n]*= \d+', text)}
        outside = sorted(n for n in names if not n.startswith(("/var/task/", "/proc/", "/dev/", "/etc/resolv.conf", "/etc/hosts", "/sys/")))
        assert not outside, outside


def case_same_bytes_every_time(base):
    """The packing; that the program itself is the same is for tools/check-lambda-reproducible."""
    del base
    with zipfile.ZipFile(ZIP) as archive:
        names = archive.namelist()
        assert names == sorted(names) and {"bootstrap", "ca-bundle.crt", "LICENCES.txt"} <= set(names), names
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        program = archive.read("bootstrap")
        assert str(HERE.parent.parent).encode() not in program, "the program names the folder it was built in"
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "p").write_bytes(program)
            again = pathlib.Path(folder) / "again.zip"
            subprocess.run([sys.executable, HERE.parent.parent / "tools/package-lambda", pathlib.Path(folder) / "p", again], check=True, stdout=subprocess.DEVNULL)
            assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(ZIP.read_bytes()).digest()


# ---- figures ----

def resident(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def measure(base, out):
    times, idle, used = [], 0.0, 0.0
    for i in range(30):
        with FakeS3() as server, RuntimeApi() as api:
            event = scene.fresh(server)
            begin = time.monotonic()
            start(api, base, "mover.handler", mover_env(server))
            assert api.first_next.wait(20)
            times.append((time.monotonic() - begin) * 1000)
            if i == 0:
                idle = resident(api.process.pid)
                for _ in range(20):
                    assert api.invoke(event).status == "response"
                used = resident(api.process.pid)
    text = f"""# The Lambda package in figures

Made by `tests/package/package.py ZIP --measure` on {datetime.date.today()}: {platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()},
Python {platform.python_version()}. The program runs in a root of its own and talks to a Runtime API and an S3 on loopback; the time holds the
chroot and the fork from Python. These are times of the process, not of a cold start on AWS.

| | measured | target |
|---|---:|---:|
| zip | {ZIP.stat().st_size / 1e6:.2f} MB | 5 MB |
| start of the process to the first `next`, median of 30 | {statistics.median(times):.1f} ms | 20 ms |
| the same, least and most | {min(times):.1f} to {max(times):.1f} ms | |
| resident at the first `next` | {idle:.1f} MiB | |
| resident after a move and 19 repeats | {used:.1f} MiB | 48 MB |
"""
    pathlib.Path(out).write_text(text)
    print(text)


def main():
    if os.geteuid() != 0:
        print("package: skipped, a root of its own (chroot, mount, mknod) takes the rights of root")
        sys.exit(77)
    if not ZIP.exists():
        raise SystemExit(f"'{ZIP}' is not there: make lambda")
    if sys.argv[2:3] == ["--measure"]:
        with root() as base:
            measure(base, sys.argv[3])
        return
    cases = {name[5:]: run for name, run in globals().items() if name.startswith("case_")}
    for name in sys.argv[2:] or cases:
        with root() as base:
            cases[name](base)
        print("passed", name)


if __name__ == "__main__":
    main()
