#!/usr/bin/python3
"""Holds lambda/template.yaml to what CloudFormation, IAM and our own code know. Needs python3-yaml and python3-botocore.

usage: check_template.py              every rule, one line a problem
       check_template.py --mutations  breaks the template in memory in many ways; each must be reported
       check_template.py --patterns [PROGRAM]   which rule takes which event; with PROGRAM, its own findings too
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import botocore.session
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "lambda/template.yaml"
PSEUDO = {"AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::StackName", "AWS::StackId", "AWS::URLSuffix", "AWS::NoValue"}
POST_PARAMETERS = {"SNSTopicEndpointSms", "SNSTopicEndpointEmail"}

# type: (required properties, optional ones, what GetAtt gives). AWS CloudFormation, resource and property types reference.
TYPES = {
    "AWS::S3::Bucket": ("", "BucketName BucketEncryption PublicAccessBlockConfiguration OwnershipControls NotificationConfiguration "
                        "LifecycleConfiguration VersioningConfiguration Tags", "Arn DomainName RegionalDomainName"),
    "AWS::S3::BucketPolicy": ("Bucket PolicyDocument", "", ""),
    "AWS::Macie::CustomDataIdentifier": ("Name Regex", "Description IgnoreWords Keywords MaximumMatchDistance Tags", "Arn Id"),
    "AWS::SQS::Queue": ("", "QueueName MessageRetentionPeriod SqsManagedSseEnabled KmsMasterKeyId VisibilityTimeout", "Arn QueueName QueueUrl"),
    "AWS::SQS::QueuePolicy": ("Queues PolicyDocument", "", "Id"),
    "AWS::IAM::Role": ("AssumeRolePolicyDocument", "RoleName Policies ManagedPolicyArns Description Path", "Arn RoleId"),
    "AWS::Logs::LogGroup": ("", "LogGroupName RetentionInDays KmsKeyId", "Arn"),
    "AWS::Lambda::Function": ("Code Role", "FunctionName Description Runtime Architectures Handler Timeout MemorySize Environment "
                              "DeadLetterConfig ReservedConcurrentExecutions", "Arn"),
    "AWS::Lambda::EventInvokeConfig": ("FunctionName Qualifier", "DestinationConfig MaximumEventAgeInSeconds MaximumRetryAttempts", ""),
    "AWS::Lambda::Permission": ("Action FunctionName Principal", "SourceArn SourceAccount", "Id"),
    "AWS::Events::Rule": ("", "Name Description State EventPattern EventBusName ScheduleExpression Targets RoleArn", "Arn"),
    "AWS::SNS::Topic": ("", "TopicName DisplayName KmsMasterKeyId", "TopicArn TopicName"),
    "AWS::SNS::Subscription": ("TopicArn Protocol", "Endpoint FilterPolicy RedrivePolicy", "Arn"),
    "AWS::SNS::TopicPolicy": ("Topics PolicyDocument", "", "Id"),
    "AWS::SSM::Parameter": ("Type Value", "Name Description Tier", "Type Value"),
}
NESTED = {  # property: names it may have
    "Targets": "Id Arn RetryPolicy DeadLetterConfig InputTransformer Input InputPath RoleArn",
    "RetryPolicy": "MaximumRetryAttempts MaximumEventAgeInSeconds", "InputTransformer": "InputPathsMap InputTemplate",
    "PublicAccessBlockConfiguration": "BlockPublicAcls BlockPublicPolicy IgnorePublicAcls RestrictPublicBuckets",
    "Code": "S3Bucket S3Key S3ObjectVersion", "Environment": "Variables", "DestinationConfig": "OnFailure OnSuccess",
    "Statement": "Sid Effect Principal Action Resource Condition", "Policies": "PolicyName PolicyDocument", "VersioningConfiguration": "Status",
}
# IAM actions that are not called as the operation they allow.
ACTIONS = {"s3:ListBucket": "ListObjectsV2", "s3:GetObjectVersion": "GetObject", "s3:GetObjectVersionTagging": "GetObjectTagging",
           "s3:GetBucketPublicAccessBlock": "GetPublicAccessBlock", "s3:GetEncryptionConfiguration": "GetBucketEncryption",
           "lambda:InvokeFunction": "Invoke", "sts:AssumeRole": "AssumeRole"}
# What the mover sends (docs/moving.md), by bucket and the end of the resource.
MOVER_NEEDS = {
    ("PatientDataBucket", ""): {"s3:ListBucket", "s3:GetBucketVersioning"}, ("IsolationBucket", ""): {"s3:ListBucket", "s3:GetBucketVersioning"},
    ("PatientDataBucket", "/*"): {"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:DeleteObject"},
    ("IsolationBucket", "/*"): {"s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload"},
    ("IsolationBucket", "/.lakewarden/probe/*"): {"s3:DeleteObject"},
}


class Tag(dict):
    """{"Ref": ..}, {"Fn::GetAtt": ..}: an intrinsic function."""


class Loader(yaml.SafeLoader):
    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise SystemExit("template.yaml: aliases are not supported by CloudFormation (line %d)" % (self.peek_event().start_mark.line + 1))
        return super().compose_node(parent, index)

    def construct_intrinsic(self, suffix, node):
        if isinstance(node, yaml.ScalarNode):
            value = self.construct_scalar(node)
            value = value.split(".", 1) if suffix == "GetAtt" else value
        else:
            value = self.construct_sequence(node, True) if isinstance(node, yaml.SequenceNode) else self.construct_mapping(node, True)
        return Tag({suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value})


Loader.add_multi_constructor("!", Loader.construct_intrinsic)


def load():
    return yaml.load(TEMPLATE.read_text(), Loader)


def as_list(value):
    return value if isinstance(value, list) else [value]


def walk(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, f"{path}[{number}]")


def references(value):
    """(path, name, attribute or None) of all that a value refers to."""
    for path, item in walk(value):
        if not isinstance(item, Tag):
            continue
        if "Ref" in item:
            yield path, item["Ref"], None
        if "Fn::GetAtt" in item:
            yield path, item["Fn::GetAtt"][0], item["Fn::GetAtt"][1] if len(item["Fn::GetAtt"]) > 1 else ""
        if "Fn::Sub" in item:
            for name in re.findall(r"\$\{([^!}][^}]*)\}", item["Fn::Sub"]):
                yield path, *(name.split(".", 1) if "." in name and "::" not in name else (name, None))


class Check:
    def __init__(self, template):
        self.template, self.problems = template, []
        self.resources, self.parameters = template.get("Resources", {}), template.get("Parameters", {})
        self.conditions = template.get("Conditions", {})

    def say(self, where, text):
        self.problems.append(f"{where}: {text}")

    def run(self):
        for rule in (self.references, self.types, self.iam, self.buckets, self.functions, self.rules, self.identifiers, self.parameters_used):
            try:
                rule()
            except (KeyError, TypeError, AttributeError, IndexError) as error:
                self.say(rule.__name__, f"cannot be judged: {type(error).__name__} {error}")
        return self.problems

    def references(self):
        for section in ("Resources", "Outputs", "Conditions"):
            for name, body in self.template.get(section, {}).items():
                for path, target, attribute in references(body):
                    self.reference(f"{name}{path}", name, target, attribute)
        for name, resource in self.resources.items():
            for target in as_list(resource.get("DependsOn", [])):
                if target not in self.resources:
                    self.say(f"{name}.DependsOn", f"no resource '{target}'")
            if "Condition" in resource and resource["Condition"] not in self.conditions:
                self.say(f"{name}.Condition", f"no condition '{resource['Condition']}'")

    def reference(self, where, name, target, attribute):
        if target in PSEUDO or target in self.parameters:
            if attribute is not None:
                self.say(where, f"'{target}' has no attributes")
            return
        if target not in self.resources:
            self.say(where, f"'{target}' is no resource, parameter or pseudo parameter")
            return
        known = TYPES.get(self.resources[target].get("Type"), ("", "", ""))[2].split()
        if attribute is not None and attribute not in known:
            self.say(where, f"'{target}' ({self.resources[target].get('Type')}) has no attribute '{attribute}'")
        mine = self.resources.get(name, {}).get("Condition")
        theirs = self.resources[target].get("Condition")
        if theirs is not None and theirs != mine:
            self.say(where, f"'{target}' is made only with condition '{theirs}'")

    def types(self):
        for name, resource in self.resources.items():
            kind = resource.get("Type")
            if kind not in TYPES:
                self.say(name, f"type '{kind}' is not known to this test")
                continue
            required, optional, _ = (set(words.split()) for words in TYPES[kind])
            given = set(resource.get("Properties", {}))
            for missing in sorted(required - given):
                self.say(name, f"property '{missing}' is missing")
            for unknown in sorted(given - required - optional):
                self.say(name, f"{kind} has no property '{unknown}'")
            for unknown in sorted(set(resource) - {"Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"}):
                self.say(name, f"a resource has no '{unknown}'")
            for path, value in walk(resource.get("Properties", {})):
                self.nested(f"{name}{path}", path, value)

    def nested(self, where, path, value):
        last = re.sub(r"\[\d+\]$", "", path).rsplit(".", 1)[-1]
        if last in NESTED and isinstance(value, dict) and not isinstance(value, Tag):
            for unknown in sorted(set(value) - set(NESTED[last].split())):
                self.say(where, f"'{last}' has no '{unknown}'")

    def statements(self):
        for name, resource in self.resources.items():
            for path, value in walk(resource.get("Properties", {})):
                if isinstance(value, dict) and {"Effect", "Action"} <= set(value):
                    yield name, path, value

    def iam(self):
        session = botocore.session.get_session()
        services = {"s3": "s3", "sqs": "sqs", "sns": "sns", "logs": "logs", "events": "events", "lambda": "lambda", "sts": "sts"}
        operations = {prefix: set(session.get_service_model(service).operation_names) for prefix, service in services.items()}
        for name, path, statement in self.statements():
            for action in as_list(statement["Action"]):
                prefix, _, operation = action.partition(":")
                wanted = ACTIONS.get(action, operation)
                if statement["Effect"] == "Allow" and "*" in action:
                    self.say(f"{name}{path}", f"allows '{action}'")
                elif "*" not in action and wanted not in operations.get(prefix, ()):
                    self.say(f"{name}{path}", f"no action '{action}'")
            for target in as_list(statement.get("Resource", [])):
                if statement["Effect"] == "Allow" and target == "*":
                    self.say(f"{name}{path}", "allows it on every resource")
        self.mover_rights()

    def mover_rights(self):
        granted = {}
        role = self.resources["MacieObjectMoverRole"]["Properties"]
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                for target in as_list(statement["Resource"]):
                    text = target.get("Fn::Sub", "") or "${%s.Arn}" % target.get("Fn::GetAtt", ["?"])[0]
                    match = re.fullmatch(r"\$\{(\w+)\.Arn\}(.*)", text)
                    if match and match.group(1) in ("PatientDataBucket", "IsolationBucket"):
                        granted.setdefault(match.groups(), set()).update(as_list(statement["Action"]))
        for place in sorted(MOVER_NEEDS.keys() | granted.keys()):
            needs, has = MOVER_NEEDS.get(place, set()), granted.get(place, set())
            for action in sorted(needs - has):
                self.say("MacieObjectMoverRole", f"the mover needs '{action}' on {''.join(place)}")
            for action in sorted(has - needs):
                self.say("MacieObjectMoverRole", f"the mover does not need '{action}' on {''.join(place)}")

    def buckets(self):
        for name, resource in self.of_type("AWS::S3::Bucket"):
            properties = resource["Properties"]
            block = properties.get("PublicAccessBlockConfiguration", {})
            if len([v for v in block.values() if v is True]) != 4:
                self.say(name, "does not block public access in all four ways")
            if "BucketEncryption" not in properties:
                self.say(name, "is not encrypted")
            if resource.get("DeletionPolicy") != "Retain" or resource.get("UpdateReplacePolicy") != "Retain":
                self.say(name, "is deleted with the stack")
            if not any(p["Properties"]["Bucket"].get("Ref") == name and "SecureTransport" in json.dumps(p) for _, p in self.of_type("AWS::S3::BucketPolicy")):
                self.say(name, "has no policy that refuses plain HTTP")
        names = {n: r["Properties"]["BucketName"].get("Fn::Sub") for n, r in self.of_type("AWS::S3::Bucket")}
        wanted = {"PatientDataBucket": "synthea-data-${AWS::AccountId}-${AWS::Region}", "IsolationBucket": "macie-isolation-${AWS::AccountId}-${AWS::Region}"}
        if names != wanted:
            self.say("buckets", f"are not named as in the post: {names}")

    def of_type(self, kind):
        return [(name, r) for name, r in self.resources.items() if r.get("Type") == kind]

    def functions(self):
        source = "".join(p.read_text() for p in (ROOT / "lambda").glob("*.c"))
        known = set(re.findall(r'lw_setting_\w+\("([A-Z_]+)"', source))
        handlers = set(re.findall(r'"(\w+\.handler)"', source))
        queues = {name for name, _ in self.of_type("AWS::SQS::Queue")}
        for name, function in self.of_type("AWS::Lambda::Function"):
            properties = function["Properties"]
            for variable in sorted(set(properties["Environment"]["Variables"]) - known):
                self.say(name, f"no handler reads '{variable}'")
            if properties["Handler"] not in handlers:
                self.say(name, f"no handler '{properties['Handler']}'")
            if properties["Runtime"] not in ("provided.al2", "provided.al2023") or properties["Architectures"] != ["x86_64"]:
                self.say(name, "the package is for a 'provided' runtime on x86_64")
            if not 1 <= properties["Timeout"] <= 900 or not 128 <= properties["MemorySize"] <= 10240:
                self.say(name, "time or memory is out of range")
            group = f"/aws/lambda/{properties['FunctionName']}"
            if not any(g["Properties"]["LogGroupName"] == group for _, g in self.of_type("AWS::Logs::LogGroup")):
                self.say(name, f"no log group '{group}'")
            config = [c for _, c in self.of_type("AWS::Lambda::EventInvokeConfig") if c["Properties"]["FunctionName"].get("Ref") == name]
            if not config or config[0]["Properties"]["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] not in queues:
                self.say(name, "has no queue for what fails")
        mover = self.resources["MacieObjectMover"]["Properties"]
        if mover["DeadLetterConfig"]["TargetArn"]["Fn::GetAtt"][0] not in queues:
            self.say("MacieObjectMover", "has no dead-letter queue")
        for required in ("ISOLATION_BUCKET", "SOURCE_BUCKETS"):
            if required not in mover["Environment"]["Variables"]:
                self.say("MacieObjectMover", f"'{required}' is not set")
        for name, queue in self.of_type("AWS::SQS::Queue"):
            if not queue["Properties"].get("SqsManagedSseEnabled"):
                self.say(name, "is not encrypted")

    def rules(self):
        allowed = {p["Properties"]["SourceArn"]["Fn::GetAtt"][0]: p["Properties"]["FunctionName"]["Ref"] for _, p in self.of_type("AWS::Lambda::Permission")}
        for name, rule in self.of_type("AWS::Events::Rule"):
            ids = [target["Id"] for target in rule["Properties"]["Targets"]]
            if len(ids) != len(set(ids)):
                self.say(name, "two targets have one id")
            for target in rule["Properties"]["Targets"]:
                if "DeadLetterConfig" not in target:
                    self.say(name, f"target '{target['Id']}' has no dead-letter queue")
                arn = target["Arn"]
                function = arn.get("Fn::GetAtt", [None])[0]
                if function is not None and allowed.get(name) != function:
                    self.say(name, f"may not invoke '{function}'")
            for path, value in walk(rule["Properties"]["EventPattern"]):
                if not isinstance(value, (dict, list)) and not re.search(r"\[\d+\]", path):
                    self.say(f"{name}.EventPattern{path}", "a leaf must be a list of values")
        self.taken_by()

    def taken_by(self):
        wanted = {"High": {"MacieRuleHigh"}, "Medium": {"MacieRuleLowMedium"}, "Low": {"MacieRuleLowMedium"}}
        for source in ("aws.macie", "lakewarden"):
            for severity, rules in wanted.items():
                for custom in (None, "Patient ID", "Another"):
                    expected = rules | ({"MacieRuleCustom"} if custom == "Patient ID" else set())
                    found = matching_rules(self.template, finding_event(severity, custom, source))
                    if found != expected:
                        self.say("rules", f"a {severity} finding of {source} with custom identifier {custom} is taken by {sorted(found)}, not {sorted(expected)}")
        if matching_rules(self.template, {"source": "aws.macie", "detail-type": "Macie Alert", "detail": {}}):
            self.say("rules", "an event that is no finding is taken")
        targets = {t["Id"] for t in self.resources["MacieRuleHigh"]["Properties"]["Targets"]}
        if targets != {"mover", "mail", "sms"}:
            self.say("MacieRuleHigh", f"tells {sorted(targets)}")

    def identifiers(self):
        ours = {}
        for path in (ROOT / "identifiers/custom").glob("*.json"):
            data = json.loads(path.read_text())
            ours[data["name"]] = (data["regex"], data["keywords"])
        theirs = {r["Properties"]["Name"]: (r["Properties"]["Regex"], r["Properties"]["Keywords"]) for _, r in self.of_type("AWS::Macie::CustomDataIdentifier")}
        if ours != theirs:
            self.say("custom data identifiers", f"differ from identifiers/custom: {sorted(set(map(str, ours.items())) ^ set(map(str, theirs.items())))}")

    def parameters_used(self):
        used = {target for section in ("Resources", "Outputs", "Conditions") for _, target, _ in references(self.template.get(section, {}))}
        for name in self.parameters:
            if name not in used:
                self.say(name, "parameter is not used")
        for name in sorted(POST_PARAMETERS - set(self.parameters)):
            self.say(name, "parameter of the post is missing")
        without_default = {n for n, p in self.parameters.items() if "Default" not in p} - POST_PARAMETERS - {"LambdaCodeBucket"}
        for name in sorted(without_default):
            self.say(name, "has no default")
        conditions = {r.get("Condition") for r in self.resources.values()}
        for name in self.conditions:
            if name not in conditions:
                self.say(name, "condition is not used")


# ---- event patterns, as EventBridge reads them ----

def matches(pattern, event):
    """Every leaf of the pattern holds one of the event's values there; arrays match if any element does."""
    if isinstance(pattern, dict):
        return any(isinstance(e, dict) and all(k in e and matches(p, e[k]) for k, p in pattern.items()) for e in as_list(event))
    return any(value in pattern for value in as_list(event) if not isinstance(value, (dict, list)))


def plain(template, value):
    """A pattern with its references in place of their values."""
    if isinstance(value, Tag):
        return "?"
    if isinstance(value, dict):
        return {k: plain(template, v) for k, v in value.items()}
    return [plain(template, v) for v in value] if isinstance(value, list) else value


def matching_rules(template, event):
    return {name for name, r in template["Resources"].items() if r.get("Type") == "AWS::Events::Rule" and
            matches(plain(template, r["Properties"]["EventPattern"]), event)}


def finding_event(severity, custom, source):
    detections = [{"arn": "a", "count": 3, "name": custom, "occurrences": {}}] if custom else []
    return {"version": "0", "id": "1", "source": source, "detail-type": "Macie Finding", "account": "111122223333", "region": "us-east-1",
            "detail": {"severity": {"score": 3, "description": severity}, "type": "SensitiveData:S3Object/Personal",
                       "classificationDetails": {"result": {"customDataIdentifiers": {"totalCount": 3, "detections": detections}}}}}


def own_findings(program):
    """Findings that the program itself makes of a small folder, severity and custom identifier known."""
    with tempfile.TemporaryDirectory() as folder:
        lake = pathlib.Path(folder) / "lake"
        lake.mkdir()
        rows = "".join(f"{i},{100 + i}-{10 + i}-{1000 + i}\n" for i in range(40))
        (lake / "people.csv").write_text("Id,SSN\n" + rows)
        (lake / "visits.csv").write_text("Id,PATIENT\n" + "".join("%d,%08x-0000-4000-8000-%012x\n" % (i, i * 77, i) for i in range(40)))
        out = pathlib.Path(folder) / "events"
        subprocess.run([program, "scan", lake, "--custom", ROOT / "identifiers/custom", "--events", out, "--progress", "never"], check=True, capture_output=True)
        return [json.loads(line) for line in out.read_text().splitlines()]


def patterns(program):
    template = load()
    if not program:
        return 0
    taken = {}
    for event in own_findings(program):
        key = event["detail"]["resourcesAffected"]["s3Object"]["key"]
        taken[key] = sorted(matching_rules(template, event))
        print(f"{key}: {event['detail']['severity']['description']}, taken by {', '.join(taken[key])}")
    wanted = {"people.csv": ["MacieRuleHigh"], "visits.csv": ["MacieRuleCustom", "MacieRuleLowMedium"]}
    if taken != wanted:
        print(f"wanted {wanted}")
        return 1
    return 0


# ---- does each rule notice? ----

def set_at(template, path, value):
    target = template
    for key in path[:-1]:
        target = target[key]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value


def mutations():
    mover = ("Resources", "MacieObjectMover", "Properties")
    role = ("Resources", "MacieObjectMoverRole", "Properties", "Policies", 0, "PolicyDocument", "Statement")
    high = ("Resources", "MacieRuleHigh", "Properties")
    data = ("Resources", "PatientDataBucket")
    cases = {
        "a Ref to nowhere": (mover + ("Environment", "Variables", "ISOLATION_BUCKET"), Tag({"Ref": "NoSuchBucket"})),
        "a GetAtt of no such attribute": (mover + ("Role",), Tag({"Fn::GetAtt": ["MacieObjectMoverRole", "Name"]})),
        "a Sub to nowhere": (role + (1, "Resource"), Tag({"Fn::Sub": "${NoBucket.Arn}/*"})),
        "a GetAtt of a conditional resource": (high + ("Targets", 0, "Arn"), Tag({"Fn::GetAtt": ["Scanner", "Arn"]})),
        "a misspelt property": (mover + ("Enviroment",), {}), "a missing role": (mover + ("Role",), None),
        "an unknown variable": (mover + ("Environment", "Variables", "ISOLATE_BUCKET"), "x"),
        "no source buckets": (mover + ("Environment", "Variables", "SOURCE_BUCKETS"), None),
        "another handler": (mover + ("Handler",), "index.handler"), "too much time": (mover + ("Timeout",), 1200),
        "another architecture": (mover + ("Architectures",), ["arm64"]), "no dead letters": (mover + ("DeadLetterConfig",), None),
        "a right too few": (role + (1, "Action"), ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"]),
        "a right too many": (role + (2, "Action"), ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:DeleteObject"]),
        "all rights": (role + (1, "Action"), "s3:*"), "everywhere": (role + (5, "Resource"), "*"), "no such action": (role + (5, "Action"), ["logs:PutLogEvent"]),
        "a public bucket": (data + ("Properties", "PublicAccessBlockConfiguration", "BlockPublicAcls"), False),
        "an open bucket": (data + ("Properties", "BucketEncryption"), None), "a bucket that is deleted": (data + ("DeletionPolicy",), None),
        "no TLS policy": (("Resources", "IsolationBucketPolicy"), None), "another bucket name": (data + ("Properties", "BucketName"), Tag({"Fn::Sub": "data-${AWS::AccountId}"})),
        "an unencrypted queue": (("Resources", "OnFailureQueue", "Properties", "SqsManagedSseEnabled"), None),
        "no failure queue": (("Resources", "MacieObjectMoverInvokeConfig"), None), "no permission": (("Resources", "MacieObjectMoverPermission"), None),
        "a rule that takes Medium": (high + ("EventPattern", "detail", "severity", "description"), ["High", "Medium"]),
        "a rule without our source": (high + ("EventPattern", "source"), ["aws.macie"]), "a pattern leaf that is no list": (high + ("EventPattern", "detail-type"), "Macie Finding"),
        "a target without dead letters": (high + ("Targets", 0, "DeadLetterConfig"), None), "a target's misspelt property": (high + ("Targets", 0, "RetryPolcy"), {}),
        "another regex": (("Resources", "CustomDataIdentifierUsPassport", "Properties", "Regex"), "X\\d{8}X"),
        "an unused parameter": (("Parameters", "Unused"), {"Type": "String", "Default": "x"}), "a lost parameter": (("Parameters", "SNSTopicEndpointSms"), None),
        "no such condition": (("Resources", "Scanner", "Condition"), "WithScaner"), "no such dependency": (("Resources", "MacieObjectMover", "DependsOn"), "NoLogGroup"),
        "no log group": (("Resources", "MacieObjectMoverLogGroup", "Properties", "LogGroupName"), "/aws/lambda/other"),
    }
    sound = load()
    failed = 0
    if Check(copy.deepcopy(sound)).run():
        print("the template itself has problems: run without --mutations")
        return 1
    for name, (path, value) in cases.items():
        broken = copy.deepcopy(sound)
        set_at(broken, path, value)
        problems = Check(broken).run()
        print(f"{'seen  ' if problems else 'MISSED'} {name}{': ' + problems[0] if problems else ''}")
        failed += not problems
    print(f"{len(cases)} mutations, {failed} missed")
    return 1 if failed else 0


def main():
    if sys.argv[1:2] == ["--mutations"]:
        return mutations()
    if sys.argv[1:2] == ["--patterns"]:
        return patterns(sys.argv[2] if len(sys.argv) > 2 else None)
    template = load()
    problems = Check(template).run()
    print("\n".join(problems) if problems else f"{len(template['Resources'])} resources, all that they refer to is there")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
