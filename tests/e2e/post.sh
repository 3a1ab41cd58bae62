#!/bin/bash
# usage: tests/e2e/post.sh [--no-build] [--keep]
# Lives through "Employing Amazon Macie to Discover and Protect Sensitive Data in your Amazon S3-based Data Lake", in the
# order of the post, with Ceph for Amazon S3 and lakewarden for Macie: stack, upload, one-time job, findings, isolation of
# the High ones by the Lambda, scheduled job. Each step prints what it did, how long it took, and is checked with a
# program that is not ours (AWS CLI, Python); a figure that is not as it must be ends the script with exit code 1.
#   --no-build   the programs and the zip are there already (CTest)
#   --keep       leave everything in build/post for a look
set -euo pipefail
cd "$(dirname "$0")/../.."
export TZ=UTC LC_ALL=C.UTF-8
account=111222333444
region=us-east-1
data=synthea-data-$account-$region
isolation=macie-isolation-$account-$region
out=$PWD/build/post
lakewarden=$PWD/build/release/lakewarden
synthea=$PWD/build/release/synthea
zip=$PWD/build/lambda/lakewarden-lambda-x86_64.zip
build=yes
keep=""
for option in "$@"; do
    case $option in
    --no-build) build="" ;;
    --keep) keep=yes ;;
    *)
        echo "usage: tests/e2e/post.sh [--no-build] [--keep]" >&2
        exit 2
        ;;
    esac
done

now() {
    date +%s%N
}
begin_all=$(now)
step_begin=$begin_all
step() {
    step_begin=$(now)
    printf '\n== %s\n' "$*"
}
took() {
    awk -v ns="$(($(now) - step_begin))" 'BEGIN { printf "%.2f s", ns / 1e9 }'
}
die() {
    echo "post.sh: FAILED: $*" >&2
    exit 1
}
must_be() { # WHAT WANTED FOUND
    [ "$2" = "$3" ] || die "$1: wanted '$2', found '$3'"
}

# ---- a machine with everything on it ----

if [ -n "$build" ]; then
    step "Build: lakewarden, the sample's generator, the Lambda's zip"
    tools/install-deps test
    make --no-print-directory all lambda
    echo "   built in $(took)"
fi
for file in "$lakewarden" "$synthea" "$zip"; do
    [ -e "$file" ] || die "'$file' is not there: run it without --no-build, or 'make all lambda' first"
done
if [ "$(id -u)" != 0 ]; then
    echo "post.sh: skipped: the Lambda's zip is unpacked to a root of its own (chroot), which takes root" >&2
    exit 77
fi
# Leaves no file system mounted and no server behind, however it ends.
task_root=$out/lambda
cleanup() {
    local status=$?
    tests/support/servers/rgw-down >/dev/null 2>&1 || true
    if mountpoint -q "$task_root/proc"; then
        umount "$task_root/proc" || true
    fi
    if [ -z "$keep" ] && ! mountpoint -q "$task_root/proc"; then
        rm -rf "$out"
    fi
    exit "$status"
}
mkdir -p "$out"
rm -rf "${out:?}"/*
trap cleanup EXIT
trap 'exit 130' INT TERM

step "The stack: an object store with two buckets (Ceph instead of Amazon S3)"
status=0
endpoint=$(tests/support/servers/rgw-up --owner $$ | tail -n 1) || status=$?
[ "$status" = 0 ] || exit "$status"
unset "${!AWS_@}"
# shellcheck source=/dev/null
. "${LW_SERVER_DIR:-build/servers}/rgw/env"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL=$endpoint
export AWS_EC2_METADATA_DISABLED=true AWS_DEFAULT_REGION=$region AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
s3() {
    aws --endpoint-url "$endpoint" "$@"
}
s3 s3 mb "s3://$data" >/dev/null
s3 s3 mb "s3://$isolation" >/dev/null
# What the stack's rules, function and topics are on AWS is in the template; it is checked here as far as that goes offline.
/usr/bin/python3 tests/template/check_template.py >"$out/template.log" || die "lambda/template.yaml: $(tail -n 3 "$out/template.log")"
echo "   $data, $isolation at $endpoint; lambda/template.yaml resolves; $(took)"

keys_of() { # BUCKET [PREFIX]
    s3 s3api list-objects-v2 --bucket "$1" --prefix "${2:-}" --query 'Contents[].Key' --output text | tr '\t' '\n' | grep -v '^None$' | sort || true
}
count_keys() {
    keys_of "$@" | grep -c . || true
}

step "Upload: sixteen CSV files with the AWS CLI"
"$synthea" "$out/synthea_data" >/dev/null
rows=$(cat "$out"/synthea_data/*.csv | wc -l)
must_be "rows of the sixteen files (wc -l)" 471852 "$rows"
s3 s3 cp "$out/synthea_data/" "s3://$data/patient_data/" --recursive --quiet
must_be "objects in the data bucket" 16 "$(count_keys "$data" patient_data/)"
echo "   16 objects, $rows rows, $(du -cb "$out"/synthea_data/*.csv | awk 'END { printf "%.1f MB", $1 / 1e6 }'); $(took)"

# ---- jobs ----

# The post's identifiers are used by name; in 2021 a job without a selector used every managed identifier, so --managed all.
scan_job() { # SPEC EVENTS [OPTION...]
    local spec=$1 events=$2
    shift 2
    "$lakewarden" scan --job "$spec" --custom identifiers/custom --managed all --events "$events" --progress never "$@"
}
# Severity and type counts of an events file, by Python and not by us.
describe() {
    /usr/bin/python3 - "$1" <<'PYTHON'
import collections, json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
severity = collections.Counter(e["detail"]["severity"]["description"] for e in events)
kinds = collections.Counter(e["detail"]["type"].split("/")[-1] for e in events)
assert all(e["detail-type"] == "Macie Finding" for e in events)
print(f"{len(events)} findings:", ", ".join(f"{severity[s]} {s}" for s in ("High", "Medium", "Low") if severity[s]),
      "(" + ", ".join(f"{n} {k}" for k, n in sorted(kinds.items())) + ")")
PYTHON
}
high_of() { # EVENTS: what the rule macie-rule-high lets through
    /usr/bin/python3 - "$1" <<'PYTHON'
import json, sys
for line in open(sys.argv[1]):
    event = json.loads(line)
    if event["source"] == "aws.macie" and event["detail"]["severity"]["description"] == "High":
        sys.stdout.write(line)
PYTHON
}

step "One-time job: samples/jobs/macie_job_specs_1x.json"
scan_job samples/jobs/macie_job_specs_1x.json "$out/findings_1x.jsonl" | sed 's/^/   /'
echo "   $(describe "$out/findings_1x.jsonl"); $(took)"
must_be "findings of the one-time job" 15 "$(wc -l <"$out/findings_1x.jsonl")"
high_of "$out/findings_1x.jsonl" >"$out/high_1x.jsonl"
high=$(wc -l <"$out/high_1x.jsonl")
[ "$high" -gt 0 ] || die "no High finding: nothing would be isolated"

# ---- the Lambda ----

mkdir -p "$task_root"/{var/task,proc,dev,etc,tmp}
/usr/bin/python3 - "$zip" "$task_root/var/task" <<'PYTHON'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        path = archive.extract(entry, sys.argv[2])
        if entry.external_attr >> 16:
            os.chmod(path, entry.external_attr >> 16 & 0o777)
PYTHON
mount -t proc proc "$task_root/proc"
mknod -m 666 "$task_root/dev/null" c 1 3
mknod -m 666 "$task_root/dev/urandom" c 1 9
cp /etc/resolv.conf /etc/hosts "$task_root/etc/"
# Ceph deletes without looking at If-Match, hence BEST_EFFORT_DELETE (docs/moving.md).
isolate_events() { # EVENTS RESULTS
    /usr/bin/python3 tests/support/runtime_api.py run --chroot "$task_root" --bootstrap /var/task/bootstrap --handler mover.handler \
        --events "$1" --env ISOLATION_BUCKET="$isolation" --env SOURCE_BUCKETS="$data" --env SEVERITIES=High \
        --env BEST_EFFORT_DELETE=1 --env AWS_ENDPOINT_URL="$endpoint" --env AWS_REGION=$region \
        --env AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" --env AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" >"$2" 2>"$2.log" ||
        die "the mover's invocations: $(tail -n 3 "$2.log")"
}
# Every answer must have the post's shape; prints the keys that were moved.
answers_of() { # RESULTS BUCKET
    /usr/bin/python3 - "$1" "$2" <<'PYTHON'
import json, sys
for line in open(sys.argv[1]):
    invocation = json.loads(line)
    assert invocation["status"] == "response", invocation
    answer = invocation["payload"]
    answer = json.loads(answer) if isinstance(answer, str) else answer
    body = json.loads(answer["body"])
    assert answer["statusCode"] == 200 and set(body) == {"Bucket", "Key"} and body["Bucket"] == sys.argv[2], answer
    print(body["Key"])
PYTHON
}
# What is in the isolation bucket is byte for byte what was uploaded, and it is no longer in the lake.
check_isolated() { # KEYFILE
    local key target
    while IFS= read -r key; do
        target=$(keys_of "$isolation" "$data/$key" | head -n 1)
        [ -n "$target" ] || die "'$key' is not in the isolation bucket"
        s3 s3 cp "s3://$isolation/$target" "$out/isolated" --quiet
        cmp "$out/isolated" "$out/synthea_data/${key##*/}" || die "'$key' was changed on its way"
        keys_of "$data" "$key" | grep -Fxq "$key" && die "'$key' is still in the data bucket"
        printf '   moved: %s -> %s/%s\n' "$key" "$isolation" "$target"
    done <"$1"
}

step "Isolating High severity findings: rule -> Lambda (the zip, in a root of its own, through the Runtime API)"
isolate_events "$out/high_1x.jsonl" "$out/moves_1x.jsonl"
moving=$(took)
answers_of "$out/moves_1x.jsonl" "$data" >"$out/moved_1x"
must_be "objects moved" "$high" "$(wc -l <"$out/moved_1x")"
check_isolated "$out/moved_1x"
must_be "objects left in the data bucket" $((16 - high)) "$(count_keys "$data" patient_data/)"
echo "   zip $(stat -c %s "$zip") bytes; $high objects isolated in $moving, each with a receipt; looked at with the AWS CLI: $(took)"
cp "$out/high_1x.jsonl" "$out/again.jsonl"
isolate_events "$out/again.jsonl" "$out/moves_again.jsonl"
must_be "the same events once more move nothing" "$(cat "$out/moved_1x")" "$(answers_of "$out/moves_again.jsonl" "$data")"
echo "   the same events delivered again: same answers, nothing changed"

# ---- the scheduled job ----

daily() { # EVENTS
    scan_job samples/jobs/macie_job_specs_daily.json "$1" --state "$out/state.sqlite" --since-last
}
step "Scheduled job: first run, analyses what is there"
daily "$out/findings_day1.jsonl" >"$out/day1.log"
sed 's/^/   /' "$out/day1.log"
must_be "findings of day 1" $((15 - high)) "$(wc -l <"$out/findings_day1.jsonl")"
echo "   $(describe "$out/findings_day1.jsonl"); $(took)"

step "Scheduled job: a day later one more file has arrived"
cp "$out/synthea_data/patients.csv" "$out/synthea_data/patients_nightly.csv"
s3 s3 cp "$out/synthea_data/patients_nightly.csv" "s3://$data/patient_data/patients_nightly.csv" --quiet
daily "$out/findings_day2.jsonl" >"$out/day2.log"
sed 's/^/   /' "$out/day2.log"
must_be "findings of day 2" 1 "$(wc -l <"$out/findings_day2.jsonl")"
echo "   $(describe "$out/findings_day2.jsonl"); $(took)"
high_of "$out/findings_day2.jsonl" >"$out/high_day2.jsonl"
must_be "High findings of day 2" 1 "$(wc -l <"$out/high_day2.jsonl")"
isolate_events "$out/high_day2.jsonl" "$out/moves_day2.jsonl"
answers_of "$out/moves_day2.jsonl" "$data" >"$out/moved_day2"
check_isolated "$out/moved_day2"

step "Scheduled job: a day later nothing has changed"
daily "$out/findings_day3.jsonl" >"$out/day3.log"
must_be "findings of day 3" 0 "$(if [ -e "$out/findings_day3.jsonl" ]; then wc -l <"$out/findings_day3.jsonl"; else echo 0; fi)"
echo "   nothing analysed, no finding; $(took)"

step "The isolation bucket, as the AWS CLI lists it"
s3 s3 ls --recursive "s3://$isolation/" | sed 's/^/   /'
receipts=$(keys_of "$isolation" .lakewarden/receipts | grep -c . || true)
must_be "receipts" $((high + 1)) "$receipts"
printf '\nDone in %s: %d findings, %d objects isolated with a receipt each, none lost.\n' \
    "$(awk -v ns="$(($(now) - begin_all))" 'BEGIN { printf "%.1f s", ns / 1e9 }')" $((15 + 15 - high + 1)) $((high + 1))
