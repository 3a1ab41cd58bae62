"""Judges the emitted documents by AWS's own service model, as botocore ships it.

Every member of a finding must exist in the model's Finding shape with a value of its type, every enumeration value must
be one of the model's, and botocore's response parser must give back all that was told. Also checks the EventBridge
envelope. Usage: check_model.py PROGRAM, which prints {"name", "document"} a line. Exit 77: no botocore here.
"""
import json
import re
import subprocess
import sys

try:
    import botocore.loaders
    import botocore.model
    import botocore.parsers
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-botocore to judge findings by the service model")
    sys.exit(77)

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$")
# Members of discovery results that GetFindings does not know.
ONLY_IN_RESULTS = {"resourcesAffected.s3Object.embeddedFileDetails"}
ENVELOPE = {"version": str, "id": str, "detail-type": str, "source": str, "account": str, "time": str, "region": str,
            "resources": list, "detail": dict}
problems = []


def wrong(name, path, text):
    problems.append(f"{name}: '{path}' {text}")


def check_scalar(name, path, value, shape):
    kind = shape.type_name
    fits = {"string": isinstance(value, str),
            "boolean": isinstance(value, bool),
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "long": isinstance(value, int) and not isinstance(value, bool),
            "timestamp": isinstance(value, str) and TIME.match(value) is not None}.get(kind, False)
    if not fits:
        wrong(name, path, f"is {value!r}, not a {kind}")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        wrong(name, path, f"is {value!r}, not one of {shape.enum}")


def check(name, path, value, shape):
    if value is None or path in ONLY_IN_RESULTS:
        return
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            wrong(name, path, "is not an object")
            return
        for member, item in value.items():
            inner = f"{path}.{member}" if path else member
            if inner in ONLY_IN_RESULTS:
                continue
            by_wire = {s.serialization.get("name", m): s for m, s in shape.members.items()}
            if member not in by_wire:
                wrong(name, inner, "is not in the model")
            else:
                check(name, inner, item, by_wire[member])
    elif shape.type_name == "list":
        if not isinstance(value, list):
            wrong(name, path, "is not an array")
            return
        for index, item in enumerate(value):
            check(name, f"{path}[{index}]", item, shape.member)
    else:
        check_scalar(name, path, value, shape)


def check_kept(name, path, told, parsed):
    """Nothing that was told may be lost in the parser (which drops null and what it does not know)."""
    if told is None or path in ONLY_IN_RESULTS:
        return
    if isinstance(told, dict):
        for member, item in told.items():
            inner = f"{path}.{member}" if path else member
            if item is not None and inner not in ONLY_IN_RESULTS and member not in parsed:
                wrong(name, inner, "is lost in botocore's parser")
            elif item is not None and inner not in ONLY_IN_RESULTS:
                check_kept(name, inner, item, parsed[member])
    elif isinstance(told, list):
        if len(told) != len(parsed):
            wrong(name, path, "has lost items in botocore's parser")
        for index, item in enumerate(told):
            check_kept(name, f"{path}[{index}]", item, parsed[index])


def check_envelope(name, event):
    if set(event) != set(ENVELOPE):
        wrong(name, "event", f"has the members {sorted(event)}")
    for member, kind in ENVELOPE.items():
        if not isinstance(event.get(member), kind):
            wrong(name, member, "is missing or of another type")
    if not TIME.match(event["time"]) or not re.match(r"^\d{12}$", event["account"]):
        wrong(name, "event", "has a strange time or account")
    if not re.match(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", event["id"]):
        wrong(name, "id", "is not a UUID")


def main():
    model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("macie2", "service-2"))
    output = model.operation_model("GetFindings").output_shape
    finding_shape = output.members["findings"].member
    parser = botocore.parsers.create_parser("rest-json")
    judged = 0
    for line in subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines():
        name, document = json.loads(line)["name"], json.loads(line)["document"]
        if name.startswith("sarif"):
            continue
        if name.startswith("event"):
            check_envelope(name, document)
            document = document["detail"]
        check(name, "", document, finding_shape)
        body = json.dumps({"findings": [document]}).encode()
        answer = parser.parse({"status_code": 200, "headers": {}, "body": body}, output)
        check_kept(name, "", document, answer["findings"][0])
        missing = set(finding_shape.members) - set(document)
        if name.startswith("event") and missing:
            wrong(name, "detail", f"lacks {sorted(missing)}")
        judged += 1
    for problem in problems:
        print(problem)
    print(f"{judged} documents judged by botocore's macie2 model, {len(problems)} problems")
    return 1 if problems or judged < 9 else 0


sys.exit(main())
