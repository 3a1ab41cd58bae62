#!/usr/bin/python3
"""The daily job: each version of an object is analysed once and its finding delivered once, whatever happens in between.

usage: daily.py LAKEWARDEN [CASE...]

Every version of a file holds another number of Social Security numbers, so that (key, count) in an event names the version.
The test keeps its own account of what is in the folder and compares the events file with it.
"""
import collections
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support" / "fakes3"))
from fakes3 import FakeS3  # noqa: E402

LAKEWARDEN = sys.argv[1] if len(sys.argv) > 1 else ""
BASE = ["--managed", "USA_SOCIAL_SECURITY_NUMBER", "--progress", "never", "--threads", "2"]
FULL = os.environ.get("LW_FULL_SWEEP") == "1"


def ssn(i):
    return "%03d-%02d-%04d" % (100 + i % 500, 1 + i % 99, 1 + i % 9999)


class Lake:
    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.folder = self.work / "lake"
        self.folder.mkdir(parents=True)
        self.state = self.work / "state.sqlite"
        self.events = self.work / "events.jsonl"
        self.isolation = self.work / "isolation"
        self.version = 0
        self.now = {}  # key -> version

    def put(self, key):
        self.version += 1
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id,ssn\n" + "".join("%d,%s\n" % (i, ssn(i)) for i in range(self.version)))
        self.now[key] = self.version

    def remove(self, key):
        (self.folder / key).unlink()
        del self.now[key]

    def command(self, *more):
        return [LAKEWARDEN, "scan", str(self.folder), "--state", str(self.state), "--since-last", "--events", str(self.events),
                *BASE, *more]

    def run(self, *more, day=None, wrap=(), check=True):
        wrapper = [*wrap] if day is None else ["faketime", "-f", "+%dd" % day]
        # Times of files stay as they are: they are part of a local object's ETag.
        done = subprocess.run([*wrapper, *self.command(*more)], capture_output=True, text=True, env=dict(os.environ, NO_FAKE_STAT="1"))
        if check and done.returncode != 0:
            raise SystemExit("exit %s\n%s\n%s" % (done.returncode, done.stdout, done.stderr))
        return done

    def found(self):
        """(key, version) of every event, in order."""
        result = []
        for line in self.events.read_text().splitlines() if self.events.exists() else []:
            detail = json.loads(line)["detail"]
            count = detail["classificationDetails"]["result"]["sensitiveData"][0]["totalCount"]
            result.append((detail["resourcesAffected"]["s3Object"]["key"], count))
        return result

    def rows(self):
        """What the state knows, and what waits in its outbox."""
        with sqlite3.connect(self.state) as db:
            objects = sorted((key.decode(), failed) for key, failed in db.execute("SELECT key, failed FROM objects"))
            return objects, db.execute("SELECT count(*) FROM outbox").fetchone()[0]


def same(found, wanted, what):
    assert collections.Counter(found) == collections.Counter(wanted), "%s: found %s, wanted %s" % (
        what, sorted((collections.Counter(found) - collections.Counter(wanted)).items())[:5],
        sorted((collections.Counter(wanted) - collections.Counter(found)).items())[:5])


# ---- sixty days ----

def case_sixty_days(work):
    """Files added, changed, removed, put back; days missed; the clock of another day at each run."""
    lake, chance = Lake(work), random.Random(20260101)
    wanted, seen, runs, unchanged = [], {}, 0, 0
    for i in range(40):
        lake.put("d%d/f%02d.csv" % (i % 4, i))
    for day in range(60):
        for _ in range(chance.randrange(6)):
            lake.put("new/day%02d-%d.csv" % (day, chance.randrange(100)))
        for key in chance.sample(sorted(lake.now), k=min(len(lake.now), chance.randrange(5))):
            lake.put(key)
        for key in chance.sample(sorted(lake.now), k=chance.randrange(3)):
            lake.remove(key)
        if chance.random() < 0.15:
            continue  # a missed day
        wanted += [(key, version) for key, version in lake.now.items() if seen.get(key) != version]
        same_as_before = sum(seen.get(key) == version for key, version in lake.now.items())
        unchanged += same_as_before
        done = lake.run(day=day)
        seen = dict(lake.now)
        runs += 1
        same(lake.found(), wanted, "day %d" % day)
        objects, waiting = lake.rows()
        assert [key for key, _ in objects] == sorted(lake.now) and waiting == 0, "day %d: the state is not what is there" % day
        match = re.search(r"([\d,]+) objects? unchanged", done.stdout)
        left_out = int(match.group(1).replace(",", "")) if match else 0
        assert left_out == same_as_before, (day, left_out, same_as_before)
    print("%d runs on 60 days, %d versions analysed once each, %d times an unchanged object was left out" % (runs, len(wanted), unchanged))
    assert len(wanted) > 150 and unchanged > 1000


def case_put_back_is_new(work):
    lake = Lake(work)
    lake.put("a.csv")
    lake.put("b.csv")
    lake.run()
    lake.remove("a.csv")
    lake.run()
    assert [key for key, _ in lake.rows()[0]] == ["b.csv"]
    lake.put("a.csv")
    lake.run()
    same(lake.found(), [("a.csv", 1), ("b.csv", 2), ("a.csv", 3)], "put back")


# ---- failures of single objects ----

def case_failed_is_tried_again_and_skipped_is_not(work):
    """On S3, where a GET is refused for a day."""
    work.mkdir()
    body = b"id,ssn\n" + b"".join(b"%d,%s\n" % (i, ssn(i).encode()) for i in range(3))
    with FakeS3() as server:
        server.make_bucket("lake-bucket")
        for key, content in (("good.csv", body), ("hidden.csv", body), ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 500)):
            server.user_put("lake-bucket", key, content)
        env = {"PATH": os.environ["PATH"], "AWS_ACCESS_KEY_ID": "fakekeyid", "AWS_SECRET_ACCESS_KEY": "fakesecret",
               "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"}

        def run():
            return subprocess.run([LAKEWARDEN, "scan", "s3://lake-bucket", "--endpoint-url", server.endpoint, "--state", work / "s.sqlite",
                                   "--since-last", "--events", work / "e.jsonl", *BASE], capture_output=True, text=True, env=env)

        def deny(count, phase, request):
            return "drop" if phase == "before" and request.method == "GET" and request.key == "hidden.csv" else None

        def keys():
            return [json.loads(line)["detail"]["resourcesAffected"]["s3Object"]["key"] for line in (work / "e.jsonl").read_text().splitlines()]

        server.hook = deny
        done = run()
        assert done.returncode == 3 and "hidden.csv" in done.stdout, (done.returncode, done.stdout, done.stderr)
        assert keys() == ["good.csv"], keys()
        server.hook = None
        done = run()
        assert done.returncode == 0 and keys() == ["good.csv", "hidden.csv"], (done.returncode, keys(), done.stderr)
        assert "2 objects unchanged" in done.stdout, done.stdout
        done = run()
        assert "3 objects unchanged" in done.stdout and keys() == ["good.csv", "hidden.csv"], done.stdout


# ---- one owner ----

def case_two_runs_at_once(work):
    lake = Lake(work)
    for i in range(3):
        lake.put("f%d.csv" % i)
    slow = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=300000",
                             *lake.command()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while not (pathlib.Path(str(lake.state) + ".lock").exists() and pathlib.Path(str(lake.state) + ".lock").read_text()):
        assert time.monotonic() < deadline and slow.poll() is None, slow.communicate()
        time.sleep(0.01)
    second = lake.run(check=False)
    assert second.returncode == 2 and "another run owns" in second.stderr and "process " in second.stderr, second.stderr
    out, err = slow.communicate(timeout=60)
    assert slow.returncode == 0, (out, err)
    same(lake.found(), [("f%d.csv" % i, i + 1) for i in range(3)], "the first run")
    lake.run()  # the lock ended with its owner


def case_a_killed_owner_leaves_no_lock(work):
    lake = Lake(work)
    lake.put("f.csv")
    lake.run(wrap=["strace", "-f", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:signal=KILL:when=1"], check=False)
    assert lake.state.with_name("state.sqlite.lock").exists()
    lake.run()
    same(lake.found(), [("f.csv", 1)], "after the kill")


# ---- the file itself ----

def case_damaged_files_are_refused(work):
    lake = Lake(work)
    for i in range(50):
        lake.put("f%02d.csv" % i)
    lake.run()
    good = lake.state.read_bytes()

    def refused(content, word):
        lake.state.write_bytes(content)
        done = lake.run(check=False)
        assert done.returncode == 2 and word in done.stderr and "state.sqlite" in done.stderr, (word, done.returncode, done.stderr)
        assert lake.state.read_bytes() == content, "a file that is not understood was changed"

    refused(b"this is no database, but it is long enough for one" * 100, "not a database")
    refused(good[:len(good) // 2], "damaged")
    middle = bytearray(good)
    for at in range(4096, len(middle), 97):
        middle[at] ^= 0x55
    refused(bytes(middle), "damaged")
    lake.state.unlink()
    with sqlite3.connect(lake.state) as db:
        db.execute("CREATE TABLE x (y)")
    refused(lake.state.read_bytes(), "another program")
    lake.state.write_bytes(good)
    with sqlite3.connect(lake.state) as db:
        db.execute("PRAGMA user_version = 99")
    refused(lake.state.read_bytes(), "newer version")
    lake.state.write_bytes(good)
    lake.run()
    assert len(lake.found()) == 50


def case_other_sources_are_another_job(work):
    lake = Lake(work)
    lake.put("f.csv")
    lake.run()
    done = subprocess.run([LAKEWARDEN, "scan", str(lake.folder / "f.csv"), "--state", str(lake.state), *BASE], capture_output=True, text=True)
    assert done.returncode == 2 and "another job" in done.stderr, done.stderr


def case_changed_identifiers_are_told(work):
    lake = Lake(work)
    lake.put("f.csv")
    lake.run()
    command = [a.replace("USA_SOCIAL_SECURITY_NUMBER", "USA_SOCIAL_SECURITY_NUMBER,PHONE_NUMBER") for a in lake.command()]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "identifiers or allow lists are not those" in done.stderr, done.stderr


def case_no_value_is_kept(work):
    lake = Lake(work)
    for _ in range(30):
        lake.put("canary.csv")
    lake.run()
    values = [ssn(i) for i in range(30)] + [ssn(i).replace("-", "") for i in range(30)]
    for path in lake.work.glob("state.sqlite*"):
        content = path.read_bytes()
        assert not [v for v in values if v.encode() in content], path


# ---- isolation through the state ----

def case_high_findings_that_were_not_moved_are_tried_again(work):
    lake = Lake(work)
    lake.put("a.csv")
    lake.put("b.csv")
    lake.isolation.mkdir()
    options = ["--isolate", str(lake.isolation)]
    # Killed between the events file and the moves.
    lake.run(*options, wrap=["strace", "-f", "-o", "/dev/null", "-e", "trace=renameat2,linkat,link", "-e", "inject=renameat2,linkat,link:signal=KILL:when=1"], check=False)
    assert (lake.folder / "a.csv").exists() and len(lake.found()) == 2, lake.found()
    lake.run(*options)
    assert not list(lake.folder.glob("*.csv")), "not moved by the next run"
    same(lake.found(), [("a.csv", 1), ("b.csv", 2)], "each finding once")
    copies = [p for p in lake.isolation.rglob("*") if p.is_file() and "/.v/" in str(p)]
    assert len(copies) == 2, copies
    assert lake.rows()[1] == 0


# ---- kills ----

def scene(work):
    """A job in its second week: something new, something changed, something gone."""
    shutil.rmtree(work, ignore_errors=True)
    lake = Lake(work)
    for i in range(6):
        lake.put("f%d.csv" % i)
    lake.run()
    lake.put("f1.csv")
    lake.put("new/g.csv")
    lake.put("new/h.csv")
    lake.remove("f5.csv")
    return lake


WANTED = [("f%d.csv" % i, i + 1) for i in range(6)] + [("f1.csv", 7), ("new/g.csv", 8), ("new/h.csv", 9)]


def converges(lake, what):
    """The next run brings it where the undisturbed one would have been."""
    before = lake.found()
    assert not collections.Counter(before) - collections.Counter(WANTED), "%s: repeated or unknown %s" % (what, before)
    lake.run()
    same(lake.found(), WANTED, what)
    objects, waiting = lake.rows()
    assert objects == sorted((key, 0) for key in lake.now) and waiting == 0, (what, objects, waiting)
    assert not [p for p in lake.work.iterdir() if p.name.startswith(".events") and p.name.endswith(".tmp") and "publishing" in p.name], what
    again = lake.run()
    same(lake.found(), WANTED, what + ", once more")
    assert "no findings" in again.stdout, again.stdout


def case_killed_at_a_hundred_random_points(work):
    chance = random.Random(7)
    lake = scene(work)
    begin = time.monotonic()
    lake.run()
    whole = time.monotonic() - begin
    hit = 0
    for i in range(100):
        lake = scene(work)
        process = subprocess.Popen(lake.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        hit += process.wait() == -signal.SIGKILL
        converges(lake, "kill %d" % i)
    print("killed %d of 100 runs" % hit)
    assert hit > 30, hit


SYSCALLS = ("flock", "ftruncate", "pwrite64", "fdatasync", "fsync", "write", "rename", "unlink", "openat", "fcntl", "close")


def sweep(work, inject, what):
    """Each occurrence of each syscall of the run; openat, fcntl and close from the lock on, the rest is the loader's."""
    points = 0
    for name in SYSCALLS:
        at = 1
        step = 1 if FULL or name not in ("openat", "fcntl", "close", "write") else 7
        while at < 400:
            lake = scene(work)
            done = lake.run(wrap=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e", "inject=%s:%s:when=%d" % (name, inject, at)],
                            check=False)
            if done.returncode == 0 and at > 1 and not happened(lake, name, at):
                break
            converges(lake, "%s at %s %d" % (what, name, at))
            points += 1
            at += step
    return points


def happened(lake, name, at):
    """Is there a syscall of that number in an undisturbed run at all?"""
    key = (name,)
    if key not in happened.counts:
        probe = scene(lake.work / "probe")
        log = lake.work / "strace.log"
        probe.run(wrap=["strace", "-f", "-qq", "-o", str(log), "-e", "trace=" + name])
        happened.counts[key] = sum(" %s(" % name in line for line in log.read_text().splitlines())
    return at <= happened.counts[key]


happened.counts = {}


def case_killed_at_every_syscall(work):
    points = sweep(work, "signal=KILL", "killed")
    print("killed at %d syscalls" % points)
    assert points > 60, points


def case_full_disk(work):
    """ENOSPC at each write: said, nothing lost, the next run goes on."""
    points = 0
    for name in ("pwrite64", "fdatasync", "fsync", "rename"):
        for at in range(1, 60):
            lake = scene(work)
            if not happened(lake, name, at):
                break
            error = "ENOSPC" if name == "pwrite64" else "EIO"
            done = lake.run(wrap=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e", "inject=%s:error=%s:when=%d" % (name, error, at)],
                            check=False)
            assert done.returncode in (0, 2, 3, 5), (name, at, done.returncode, done.stderr)
            assert done.returncode == 0 or done.stderr, (name, at)
            converges(lake, "%s at %s %d" % (error, name, at))
            points += 1
    print("%d writes failed" % points)
    assert points > 15, points


def main():
    cases = {name[5:]: run for name, run in globals().items() if name.startswith("case_")}
    for program in ("strace", "faketime"):
        if shutil.which(program) is None:
            print("skipped, install with: apt-get install --no-install-recommends", program)
            sys.exit(77)
    for name in sys.argv[2:] or cases:
        with tempfile.TemporaryDirectory(prefix="lw-daily-") as work:
            cases[name](pathlib.Path(work) / "w")
        print("passed", name)


if __name__ == "__main__":
    main()
