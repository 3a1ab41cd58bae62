#!/usr/bin/python3
"""The daily job as it is installed: the systemd units, and the crontab line and CronJob of docs/schedule.md.

usage: schedule.py LAKEWARDEN [CASE...]

What the documents show is taken from the documents and run: in a temporary folder that stands for /, against a local folder that
stands for the job's bucket, on days that libfaketime makes.
"""
import contextlib
import datetime
import fcntl
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
UNITS = TOP / "packaging/systemd"
DOCUMENT = TOP / "docs/schedule.md"
LAKEWARDEN = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
BUCKET = "synthea-data-111222333444-us-east-1"
# Nobody listens there.
DEAD_STORE = {"AWS_ENDPOINT_URL_S3": "http://localhost:9", "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing",
              "AWS_MAX_ATTEMPTS": "1"}
DAY = "2026-03-%02d 03:00:00"
EXPOSURE = 11  # of systemd-analyze security, in tenths: the score that the service reaches on systemd 252
# Each of these lines, removed, makes the score worse. The other lines that harden are implied by DynamicUser=yes or not scored.
SCORED = """DynamicUser ProtectHome UMask PrivateDevices PrivateMounts PrivateUsers ProtectClock ProtectControlGroups ProtectHostname
ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProcSubset RestrictAddressFamilies CapabilityBoundingSet
LockPersonality MemoryDenyWriteExecute RestrictNamespaces RestrictRealtime SystemCallArchitectures SystemCallFilter""".split()


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print("SKIPPED: '%s' is not installed (tools/install-deps test)" % program)
            sys.exit(77)


def run(command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=100, **more)


def shown(result):
    return "exit code %d\n%s%s" % (result.returncode, result.stdout, result.stderr)


# ---- a small machine ----


class Machine:
    """etc/lakewarden, var/lib/lakewarden and usr/local/bin below a temporary folder."""

    def __init__(self, work):
        self.root = pathlib.Path(work)
        self.etc = self.root / "etc/lakewarden"
        self.state = self.root / "var/lib/lakewarden"
        self.bin = self.root / "usr/local/bin"
        self.lake = self.root / BUCKET
        for folder in (self.state, self.bin, self.lake, self.etc):
            folder.mkdir(parents=True)
        shutil.copy(TOP / "samples/jobs/macie_job_specs_daily.json", self.etc / "job.json")
        shutil.copytree(TOP / "identifiers/custom", self.etc / "identifiers")
        for file in (TOP / "identifiers/custom").glob("*.json"):  # and as a ConfigMap has them, in one folder with the job
            shutil.copy(file, self.etc)
        os.symlink(LAKEWARDEN, self.bin / "lakewarden")
        self.options()

    def options(self, more=""):
        """The example's environment file, with the folder for the bucket: no request leaves this machine."""
        text = self.map((UNITS / "lakewarden.env").read_text())
        text, count = re.subn(r'(?m)^(LAKEWARDEN_OPTIONS="[^"\n]*)"$', r'\1 %s %s"' % (self.lake, more), text)
        assert count == 1, "LAKEWARDEN_OPTIONS is not in lakewarden.env"
        (self.etc / "lakewarden.env").write_text(text)

    def map(self, text):
        return text.replace("/etc/lakewarden", str(self.etc)).replace("/var/lib/lakewarden", str(self.state)).replace(
            "/usr/local/bin", str(self.bin))

    def put(self, name, people):
        numbers = ("%03d-%02d-%04d" % (100 + i % 500, 1 + i % 99, 1 + i % 9999) for i in range(people))
        (self.lake / name).write_text("id,ssn\n" + "".join("%d,%s\n" % pair for pair in enumerate(numbers)))

    def keys(self):
        """Keys of the findings so far, in the order of the file."""
        file = self.state / "findings.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line)["detail"]["resourcesAffected"]["s3Object"]["key"] for line in lines]

    def environment(self, **more):
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.root), "LC_ALL": "C.UTF-8", **more}

    def day(self, day, command, **environment):
        need("faketime")
        environment["NO_FAKE_STAT"] = "1"
        return run(["faketime", "-f", DAY % day, *command], env=self.environment(**environment), cwd=self.root)


def machine():
    return tempfile.TemporaryDirectory(prefix="lw-schedule-")


# ---- the units ----


def rendered(folder, bindir):
    """As `make install` does it."""
    text = (UNITS / "lakewarden.service.in").read_text()
    assert text.count("@BINDIR@") == 2 and "/bin/" not in text, "the program's folder is @BINDIR@, in ExecStart alone"
    service = pathlib.Path(folder) / "lakewarden.service"
    service.write_text(text.replace("@BINDIR@", str(bindir)))
    shutil.copy(UNITS / "lakewarden.timer", folder)
    return service, pathlib.Path(folder) / "lakewarden.timer"


def settings(path):
    """[(name, value)] of all sections."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return [tuple(line.split("=", 1)) for line in lines if line and line[0] not in "#;["]


def setting(path, name):
    values = [value for key, value in settings(path) if key == name]
    assert len(values) == 1, "%s: %d lines %s=" % (path.name, len(values), name)
    return values[0]


def environment_file(path):
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if line and line[0] != "#")
    return {name: "".join(shlex.split(value)) for name, value in pairs}


def exec_start(box):
    """The arguments that systemd makes of ExecStart: ${NAME} within a word, $NAME as words of its own."""
    service, _ = rendered(box.root, "/usr/local/bin")
    values = {"STATE_DIRECTORY": str(box.state)}
    values.update(pair.split("=", 1) for key, pair in settings(service) if key == "Environment")
    values.update(environment_file(box.etc / "lakewarden.env"))
    command = []
    for word in shlex.split(box.map(setting(service, "ExecStart"))):
        if re.fullmatch(r"\$\w+", word):
            command += shlex.split(values[word[1:]])
        else:
            command.append(re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], word))
    assert not [word for word in command if "$" in word or "%" in word], command
    return command


def case_units_verify():
    need("systemd-analyze")
    with machine() as work:
        box = Machine(work)
        files = rendered(box.root, box.bin)
        result = run(["systemd-analyze", "verify", "--man=no", *files])
        assert result.returncode == 0 and result.stdout + result.stderr == "", shown(result)
        files[0].write_text(files[0].read_text().replace("ProtectClock=", "ProtectClocks="))
        result = run(["systemd-analyze", "verify", "--man=no", *files])
        assert "ProtectClocks" in result.stderr, "verify does not see a wrong setting"


def exposure(service, threshold):
    result = run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=%d" % threshold, service])
    score = re.search(r"Overall exposure level for \S+: (\d+\.\d)", result.stdout)
    assert score, shown(result)
    table = run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--json=short", service])
    assert table.returncode == 0, shown(table)
    sum_of_all = sum(float(row["exposure"] or 0) for row in json.loads(table.stdout))
    return result.returncode, score[1], sum_of_all


def case_units_security():
    need("systemd-analyze")
    with machine() as work:
        service, _ = rendered(work, "/usr/local/bin")
        text = service.read_text()
        code, score, whole = exposure(service, EXPOSURE)
        print("exposure %s (threshold %.1f)" % (score, EXPOSURE / 10))
        assert code == 0, "exposure %s is over the threshold" % score
        for name in SCORED:
            less, count = re.subn(r"(?m)^%s=.*\n" % name, "", text)
            assert count > 0, "%s= is not in the service" % name
            service.write_text(less)
            _, worse, without = exposure(service, EXPOSURE)
            print("without %-24s %s, sum %.1f instead of %.1f" % (name, worse, without, whole))
            assert without > whole, "%s= makes no difference" % name
        service.write_text(re.sub(r"(?m)^CapabilityBoundingSet=.*\n", "", text))
        code, score, _ = exposure(service, EXPOSURE)
        assert code != 0, "exposure %s without CapabilityBoundingSet= is under the threshold" % score


def case_timer_days():
    need("systemd-analyze")
    timer = UNITS / "lakewarden.timer"
    result = run(["systemd-analyze", "calendar", "--iterations=5", setting(timer, "OnCalendar")], env={**os.environ, "TZ": "UTC"})
    assert result.returncode == 0, shown(result)
    times = [datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
             for text in re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ (\S+ \S+) UTC", result.stdout)]
    assert len(times) == 5, result.stdout
    assert {later - earlier for earlier, later in zip(times, times[1:])} == {datetime.timedelta(days=1)}, times
    delay = run(["systemd-analyze", "timespan", setting(timer, "RandomizedDelaySec")])
    seconds = int(re.search(r"μs: (\d+)", delay.stdout)[1]) // 1000000
    assert 0 < seconds and times[0].hour * 3600 + seconds < 86400, "the delay crosses midnight UTC"
    assert setting(timer, "Persistent") == "yes" or setting(timer, "Persistent") == "true"
    assert setting(timer, "WantedBy") == "timers.target"


def case_units_run():
    with machine() as work:
        box = Machine(work)
        good = set(setting(UNITS / "lakewarden.service.in", "SuccessExitStatus").split())
        box.put("people.csv", 40)
        result = box.day(1, exec_start(box))
        assert result.returncode == 0 and box.keys() == ["people.csv"], shown(result)
        result = box.day(2, exec_start(box))
        assert result.returncode == 0 and box.keys() == ["people.csv"], shown(result)
        assert "1 object unchanged since the last run" in result.stdout, shown(result)
        result = box.day(2, exec_start(box))
        assert result.returncode == 0 and box.keys() == ["people.csv"], shown(result)
        box.put("more.csv", 50)
        box.options("--fail-on low")
        result = box.day(5, exec_start(box))
        assert result.returncode == 1 and box.keys() == ["people.csv", "more.csv"], shown(result)
        assert str(result.returncode) in good, "findings fail the unit"
        assert not {"2", "3", "4", "5"} & good, "a failure does not fail the unit"


def case_busy_and_wrong():
    """A second run, another job, a state of something else: 2 each, and nothing changed."""
    with machine() as work:
        box = Machine(work)
        box.put("people.csv", 40)
        assert box.day(1, exec_start(box)).returncode == 0
        state = box.state / "state.sqlite"
        before = state.read_bytes()
        with open(str(state) + ".lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = box.day(2, exec_start(box))
        assert result.returncode == 2 and "another run owns state file" in result.stderr, shown(result)
        job = box.etc / "job.json"
        text = job.read_text()
        job.write_text(text.replace('"csv"', '"tsv"'))
        result = box.day(2, exec_start(box))
        assert result.returncode == 2 and state.read_bytes() == before, shown(result)
        job.unlink()
        result = box.day(2, exec_start(box))
        assert result.returncode == 2 and "job.json" in result.stderr, shown(result)
        job.write_text(text)
        state.write_text("not a database, but long enough to look like one to a hasty reader\n" * 20)
        before = state.read_bytes()
        result = box.day(2, exec_start(box))
        assert result.returncode == 2 and state.read_bytes() == before, shown(result)


def traced(box, command, log, **environment):
    """As the service: with a user that is not root (as root, SQLite gives its journal the owner of its file)."""
    nobody = {}
    if os.geteuid() == 0:
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        for path in [box.root, *box.root.rglob("*")]:
            os.chown(path, 65534, 65534, follow_symlinks=False)
        (box.bin / "lakewarden").unlink()
        shutil.copy(LAKEWARDEN, box.bin / "lakewarden")
    result = run(["strace", "-f", "-qq", "-y", "-o", log, *command], env=box.environment(**environment), cwd=box.root, **nobody)
    return result, pathlib.Path(log).read_text().splitlines()


def allowed_calls(service):
    """Names that SystemCallFilter leaves, by systemd's own lists."""

    def members(name):
        if not name.startswith("@"):
            return {name}
        lines = run(["systemd-analyze", "--no-pager", "syscall-filter", name]).stdout.splitlines()[1:]
        return set().union(*(members(line.strip()) for line in lines if line.strip() and "#" not in line))

    allowed = set()
    for value in (value for key, value in settings(service) if key == "SystemCallFilter"):
        named = set().union(*(members(name) for name in value.lstrip("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    assert len(allowed) > 100, "no list of system calls"
    return allowed


def case_sandbox_fits():
    """Local and over the network (a port where nobody listens): only calls, sockets and files that the service allows.

    What the service refuses although the program asks for it has a case of its own each, below.
    """
    need("systemd-analyze", "strace")
    with machine() as work:
        box = Machine(work)
        service, _ = rendered(box.root, box.bin)
        box.put("people.csv", 40)
        allowed = allowed_calls(service)
        families = set(setting(service, "RestrictAddressFamilies").split()) | {"AF_UNSPEC"}
        local, lines = traced(box, exec_start(box), box.root / "trace")
        assert local.returncode == 0 and box.keys() == ["people.csv"], shown(local)
        (box.state / "state.sqlite").unlink()
        command = [word for word in exec_start(box) if word != str(box.lake)]
        remote, more = traced(box, command, box.root / "trace2", **DEAD_STORE)
        assert remote.returncode == 3, shown(remote)
        sockets = set()
        for line in lines + more:
            call = re.match(r"\d+ +(\w+)\(", line)
            if call is None:  # resumed, exits, signals
                continue
            assert call[1] in allowed or call[1] in ("execve",), "'%s' is not in SystemCallFilter: %s" % (call[1], line)
            family = re.search(r" socket\((AF_\w+)", line)
            if family:
                sockets.add(family[1])
            opened = re.search(r' openat\([^"]*"([^"]+)", [^,)]*O_(?:WRONLY|RDWR|CREAT)', line)
            if opened:
                place = pathlib.Path(box.root, opened[1])
                assert box.state in place.parents or str(place) == "/dev/null", "writes outside its state: %s" % line
        print("address families asked for: %s" % " ".join(sorted(sockets)))
        assert "AF_INET" in sockets, "the trace holds no connection"
        assert sockets - families <= {"AF_NETLINK"}, "RestrictAddressFamilies= lacks %s" % (sockets - families)


# Refuses what MemoryDenyWriteExecute= refuses, then becomes the program.
CONFINED = """
import ctypes, os, sys
if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0) != 0:
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def case_no_executable_memory():
    """Without machine code from PCRE2 the findings are the same."""
    with machine() as work:
        box = Machine(work)
        for i in range(8):
            box.put("people%d.csv" % i, 7 * i)
        results = []
        for confined in ([], ["/usr/bin/python3", "-c", CONFINED]):
            result = run([*confined, LAKEWARDEN, "scan", box.lake, "--managed", "all", "--custom", box.etc / "identifiers",
                          "--format", "jsonl", "--progress", "never"], env=box.environment())
            if result.returncode == 77:
                print("SKIPPED: this kernel has no PR_SET_MDWE (Linux 6.3)")
                sys.exit(77)
            assert result.returncode == 0, shown(result)
            details = (json.loads(line)["detail"] for line in result.stdout.splitlines())
            results.append([(detail["resourcesAffected"]["s3Object"]["key"], detail["severity"],
                             detail["classificationDetails"]["result"]) for detail in details])
            for found in results[-1]:
                found[2].pop("status", None)
        assert len(results[0]) == 7 and results[0] == results[1]


def case_names_without_netlink():
    """RestrictAddressFamilies= leaves AF_NETLINK out: the resolver, refused it, still finds a name with several addresses."""
    need("strace", "unshare")
    if os.geteuid() != 0:
        print("SKIPPED: only root can give a program an /etc/hosts of its own")
        sys.exit(77)
    with machine() as work:
        box = Machine(work)
        (box.root / "hosts").write_text("127.0.0.1 localhost\n127.0.0.1 lake.test\n127.0.0.2 lake.test\n::1 lake.test\n")
        inside = ["unshare", "--mount", "/bin/sh", "-ec", 'mount --bind "$0" /etc/hosts; exec "$@"', box.root / "hosts"]
        strace = ["strace", "-f", "-qq", "-o", box.root / "trace", "-e", "trace=socket,connect"]
        command = [LAKEWARDEN, "scan", "s3://" + BUCKET, "--allow-plain-http", "--progress", "never"]
        env = box.environment(**{**DEAD_STORE, "AWS_ENDPOINT_URL_S3": "http://lake.test:9"})
        plain = run([*inside, *strace, *command], env=env)
        assert plain.returncode == 3, shown(plain)
        calls = re.findall(r"(?m)^(\d+) +socket\((AF_\w+)", (box.root / "trace").read_text())
        asking = [pid for pid, family in calls if family == "AF_NETLINK"]
        assert asking, "the resolver asks for no AF_NETLINK: %s" % calls
        nth = 1 + [family for pid, family in calls if pid == asking[0]].index("AF_NETLINK")  # strace counts by thread
        again = run([*inside, *strace, "-e", "inject=socket:error=EAFNOSUPPORT:when=%d" % nth, *command], env=env)
        trace = (box.root / "trace").read_text()
        assert re.search(r"socket\(AF_NETLINK.*EAFNOSUPPORT .*\(INJECTED\)", trace), trace
        assert re.search(r"connect\(.*sin6?_port=htons\(9\)", trace), "the name was not found:\n" + trace
        assert again.returncode == 3, shown(again)


# What runs in the machine of machine.sh. Each start's result goes to a line of /results/ends, by the drop-in of the case.
SCRIPT = """
start() { echo "start $1"; systemctl start lakewarden.service; cp /var/lib/lakewarden/findings.jsonl "/results/$1.jsonl"; }
start first
start second
cp "$LAKE/people.csv" "$LAKE/more.csv"
sed -i 's|^LAKEWARDEN_OPTIONS="|&--fail-on low |' /etc/lakewarden/lakewarden.env
start third
stat -L -c '%a %U %n' /var/lib/lakewarden /var/lib/lakewarden/* >/results/modes
ip link set lo up
printf '127.0.0.1 lake.test\\n127.0.0.2 lake.test\\n::1 lake.test\\n' >>/etc/hosts
cp /etc/lakewarden/network.env /etc/lakewarden/lakewarden.env
start network
rm /etc/lakewarden/job.json
start broken
systemctl start lakewarden.timer
systemctl show -P NextElapseUSecRealtime lakewarden.timer >/results/next
"""


@contextlib.contextmanager
def control_groups():
    """Groups of the machine's own, removed in the end; gives what a process does to enter them."""
    top = pathlib.Path("/sys/fs/cgroup")
    tops = [top / name for name in ("systemd", "unified") if (top / name).is_dir()] or [top]
    groups = [place / ("lw-schedule-%d" % os.getpid()) for place in tops]

    def enter():
        for group in groups:
            (group / "cgroup.procs").write_text("0")

    try:
        for group in groups:
            group.mkdir()
        yield enter
    finally:
        for group in groups:
            for folder, _, _ in os.walk(group, topdown=False):
                os.rmdir(folder)


def case_real_systemd():
    """The service as it is, started by a real systemd: sandbox, folders, what counts as success."""
    need("systemctl", "unshare", "pivot_root")
    if os.geteuid() != 0 or not os.path.exists("/lib/systemd/systemd") or not os.access("/sys/fs/cgroup", os.W_OK):
        print("SKIPPED: a systemd of its own needs root, /lib/systemd/systemd and control groups")
        sys.exit(77)
    with machine() as work, control_groups() as enter:
        box = Machine(pathlib.Path(work) / "files")
        box.put("people.csv", 40)
        (pathlib.Path(work) / "results").mkdir()
        (box.bin / "lakewarden").unlink()
        shutil.copy(LAKEWARDEN, box.bin / "lakewarden")
        lake = "/" + BUCKET
        text = (box.etc / "lakewarden.env").read_text()
        (box.etc / "lakewarden.env").write_text(text.replace(str(box.root), ""))
        store = {**DEAD_STORE, "AWS_ENDPOINT_URL_S3": "http://lake.test:9",
                 "LAKEWARDEN_OPTIONS": '"--custom /etc/lakewarden/identifiers --allow-plain-http"'}
        (box.etc / "network.env").write_text("".join("%s=%s\n" % pair for pair in store.items()))
        units = box.root / "etc/systemd/system"
        (units / "lakewarden.service.d").mkdir(parents=True)
        rendered(units, "/usr/local/bin")
        # Nothing else of the system is there to be waited for. ExecStopPost= runs in the same sandbox.
        (units / "lakewarden.service.d/test.conf").write_text("""[Unit]
DefaultDependencies=no
Wants=
After=
[Service]
StandardOutput=append:/results/service.log
StandardError=append:/results/service.log
ExecStopPost=/bin/sh -c 'echo "result $SERVICE_RESULT $EXIT_STATUS"'
""")
        (box.root / "script.sh").write_text("LAKE=%s\n%s" % (lake, SCRIPT))
        shutil.rmtree(box.root / "var")
        # In its group before its cgroup namespace is made, which then begins there.
        ended = run(["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--cgroup", "--net", "--kill-child",
                     TOP / "tests/schedule/machine.sh", work, "/script.sh"], preexec_fn=enter)
        if ended.returncode == 77:
            print(ended.stdout + ended.stderr)
            sys.exit(77)
        results = pathlib.Path(work) / "results"
        log = "\n".join(path.read_text() for path in sorted(results.glob("*.log")))
        assert (results / "next").exists(), shown(ended) + log
        ends = re.findall(r"(?m)^result (\S+) (\d+)$", log)
        assert ends == [("success", "0"), ("success", "0"), ("success", "1"), ("exit-code", "3"), ("exit-code", "2")], log
        counts = [len((results / (name + ".jsonl")).read_text().splitlines()) for name in ("first", "second", "third")]
        assert counts == [1, 1, 2], log
        assert "'lake.test': Connection refused" in log, "no network in the sandbox:\n" + log
        for line in (results / "modes").read_text().splitlines():
            mode, user, path = line.split()
            assert mode in ("600", "700") and user != "root", line
        assert " 03:" in (results / "next").read_text(), (results / "next").read_text()


# ---- what the document shows ----


def blocks(language):
    return re.findall(r"(?ms)^```%s\n(.*?)^```$" % language, DOCUMENT.read_text())


def crontab():
    """(PATH, command) as cron makes them of the document's lines."""
    (text,) = blocks("crontab")
    path, line = text.splitlines()
    assert path.startswith("PATH="), path
    fields = line.split(None, 5)
    assert re.fullmatch(r"\d+", fields[0]) and int(fields[0]) < 60 and int(fields[1]) < 24, line
    assert fields[2:5] == ["*", "*", "*"], "not daily: " + line
    assert not re.search(r"(?<!\\)%", fields[5]), "cron ends the command at a bare %: " + line
    return path[len("PATH="):], fields[5].replace("\\%", "%")


def case_crontab_line():
    path, command = crontab()
    with machine() as work:
        box = Machine(work)
        shell = ["/bin/sh", "-c", box.map(command)]
        search = {"PATH": box.map(path), "SHELL": "/bin/sh", "LOGNAME": "lakewarden"}
        box.put("people.csv", 40)
        for day in (1, 2):
            result = box.day(day, shell, **search)
            assert result.returncode == 0 and box.keys() == ["people.csv"], shown(result)
            assert result.stdout + result.stderr == "", "cron would mail this: " + shown(result)
        box.put("more.csv", 41)
        box.options("--fail-on low")
        result = box.day(3, shell, **search)
        assert result.returncode == 1 and box.keys() == ["people.csv", "more.csv"], shown(result)
        assert "/more.csv" in result.stdout, "cron mails no table: " + shown(result)
        (box.state / "state.sqlite").write_text("something else")
        result = box.day(4, shell, **search)
        assert result.returncode == 2 and result.stderr != "", shown(result)


def case_cronjob():
    try:
        import yaml
    except ImportError:
        print("SKIPPED: python3-yaml is not installed (tools/install-deps test)")
        sys.exit(77)
    (text,) = blocks("yaml")
    claim, job = yaml.safe_load_all(text)
    assert (claim["apiVersion"], claim["kind"]) == ("v1", "PersistentVolumeClaim")
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    spec = job["spec"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", spec["schedule"]) and spec["timeZone"] == "Etc/UTC"
    assert spec["concurrencyPolicy"] == "Forbid"
    task = spec["jobTemplate"]["spec"]
    assert 0 <= task["backoffLimit"] <= 6
    pod = task["template"]["spec"]
    assert pod["restartPolicy"] == "Never"  # podFailurePolicy asks for it
    assert pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    rule = task["podFailurePolicy"]["rules"][0]["onExitCodes"]
    assert rule == {"containerName": container["name"], "operator": "In", "values": [2]}
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                            "capabilities": {"drop": ["ALL"]}}
    assert "secretRef" in container["envFrom"][0] and "env" not in container, "credentials come from a Secret"
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    assert {mount["name"] for mount in mounts.values()} == set(volumes)
    state = mounts["/var/lib/lakewarden"]
    assert volumes[state["name"]]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert not state.get("readOnly") and mounts["/etc/lakewarden"]["readOnly"] is True
    run_arguments(container["args"])


def run_arguments(arguments):
    assert "--fail-on" not in arguments, "a Job would run again for findings"
    with machine() as work:
        box = Machine(work)
        shutil.rmtree(box.etc / "identifiers")  # a ConfigMap has no folders
        for text in ("job.json", "findings.jsonl", "state.sqlite"):
            assert any(argument.endswith(text) for argument in arguments), text
        box.put("people.csv", 40)
        command = [box.bin / "lakewarden", *(box.map(argument) for argument in arguments)]
        for day in (1, 2):
            result = box.day(day, [*command, box.lake])
            assert result.returncode == 0 and box.keys() == ["people.csv"], shown(result)
        # Exactly these arguments: all are understood, and the bucket of the job is asked for.
        (box.state / "state.sqlite").unlink()
        result = box.day(3, command, **DEAD_STORE)
        assert result.returncode == 3 and BUCKET in result.stderr, shown(result)


def case_state_commands():
    """The document's commands: a backup that is put back, and a reset."""
    need("flock")
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    (backup,) = [line for line in lines if line.startswith("flock ")]
    (reset,) = [line for line in lines if line.startswith("rm ")]
    with machine() as work:
        box = Machine(work)
        (box.root / "backup").mkdir()
        backup, reset = (box.map(line).replace("/backup/", "%s/backup/" % box.root) for line in (backup, reset))
        box.put("people.csv", 40)
        assert box.day(1, exec_start(box)).returncode == 0
        assert run(["/bin/sh", "-ec", backup]).returncode == 0
        box.put("more.csv", 41)
        assert box.day(2, exec_start(box)).returncode == 0
        shutil.copy(box.root / "backup/state.sqlite", box.state)
        result = box.day(3, exec_start(box))
        assert box.keys() == ["people.csv", "more.csv", "more.csv"], shown(result)
        assert run(["/bin/sh", "-ec", reset]).returncode == 0
        assert not list(box.state.glob("state.sqlite")), "the state is still there"
        result = box.day(3, exec_start(box))
        assert sorted(box.keys()[3:]) == ["more.csv", "people.csv"], shown(result)


def case_exit_codes_documented():
    """The table of docs/schedule.md says of each code what the unit's SuccessExitStatus does."""
    good = set(setting(UNITS / "lakewarden.service.in", "SuccessExitStatus").split()) | {"0"}
    rows = re.findall(r"(?m)^\| (\d+) \| .* \| (succeeds|fails) \|$", DOCUMENT.read_text())
    known = set(re.findall(r"(?m)^\| (\d) \|", (TOP / "docs/exit-codes.md").read_text())) | {"143"}
    assert {code for code, _ in rows} == known, rows
    for code, fate in rows:
        assert (fate == "succeeds") == (code in good), "exit code %s: the document says '%s'" % (code, fate)


def main():
    cases = {name[len("case_"):]: function for name, function in globals().items() if name.startswith("case_")}
    for name in sys.argv[2:] or cases:
        cases[name]()
        print("ok  %s" % name)


if __name__ == "__main__":
    main()
