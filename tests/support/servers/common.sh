# Shared by the scripts that start and stop real S3 servers. Sourced, never run.
#
# The servers use fixed ports, so only one of each kind may run on a machine. Whoever starts one holds a lock on a file
# of its kind until it is stopped: a keeper process holds it, and stops the servers by itself when the process named by
# --owner is gone, so that a test that is killed leaves nothing behind. State, logs and the credentials made for this
# start (mode 600) are in one folder:
#   $LW_SERVER_DIR/<kind>/env      shell assignments: endpoint and credentials
#   $LW_SERVER_DIR/<kind>/run/     pid files, logs
# LW_SERVER_DIR is build/servers of this checkout where it is not set.

set -euo pipefail
servers_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
server_root=${LW_SERVER_DIR:-$(cd "$servers_here/../../.." && pwd)/build/servers}
export TZ=UTC
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# need PROGRAM PACKAGE...: exit 77 (skipped, for CTest) when the program is not installed.
need() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || {
        shift
        echo "$(basename "$0"): skipped, install with: apt-get install --no-install-recommends $*" >&2
        exit 77
    }
}

# random_text LENGTH: letters and digits, for secrets made at each start.
random_text() {
    local text=""
    while [ "${#text}" -lt "$1" ]; do
        text+=$(tr -d -- - </proc/sys/kernel/random/uuid)
    done
    printf '%s' "${text:0:$1}"
}

port_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local tries=$(($1 * 20))
    shift
    while [ "$tries" -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        tries=$((tries - 1))
        sleep 0.05
    done
    return 1
}

# end_process PIDFILE WORD: kills at once (nothing of these servers outlives them) and waits until it is gone. The
# process must have WORD in its command line: its id may be another's by now.
end_process() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$2"; then
        # Workers of a server share its process group.
        kill -9 -- "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
        wait_for 5 process_gone "$pid" || true
    fi
    rm -f "$1"
}

process_gone() {
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

# Takes the lock of a kind on descriptor 9, waiting up to $2 seconds.
take_lock() {
    mkdir -p "$server_root"
    exec 9>"$server_root/$1.lock"
    flock -w "$2" 9 ||
        fail "another $1 is running (started by process $(cat "$server_root/$1/run/keeper.pid" 2>/dev/null || echo '?'));" \
            "stop it with $servers_here/$1-down"
}

# keep KIND OWNER: leaves a process that holds the lock until the servers are stopped.
keep() {
    setsid bash "$servers_here/keeper" "$1" "$2" </dev/null >/dev/null 2>&1 &
    echo $! >"$server_root/$1/run/keeper.pid"
    exec 9>&-
}

# parse_options ARGS: --owner PID, --wait SECONDS, --sts.
parse_options() {
    owner=0
    wait_seconds=120
    sts=0
    while [ $# -gt 0 ]; do
        case $1 in
        --owner) owner=$2 && shift 2 ;;
        --wait) wait_seconds=$2 && shift 2 ;;
        --sts) sts=1 && shift ;;
        *) fail "unknown option '$1'; options: --owner PID, --wait SECONDS, --sts (rgw)" ;;
        esac
    done
}
