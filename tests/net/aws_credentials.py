"""The credential chain, source by source, against servers that play STS, a container agent and instance metadata.
Every test ends with the check that no credential was shown in output, errors or the debug log."""
import json
import os
import re
import time
import urllib.parse

import support
from support import Keys


def iso(seconds_from_now):
    moment = time.time() + seconds_from_now
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + ".%03dZ" % int(moment % 1 * 1000)


def sts_reply(action, keys, expiration):
    return ("<%(a)sResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><%(a)sResult><AssumedRoleUser><Arn>x</Arn>"
            "</AssumedRoleUser><Credentials><AccessKeyId>%(k)s</AccessKeyId><SecretAccessKey>%(s)s</SecretAccessKey>"
            "<SessionToken>%(t)s</SessionToken><Expiration>%(e)s</Expiration></Credentials></%(a)sResult>"
            "</%(a)sResponse>" % {"a": action, "k": keys.access, "s": keys.secret, "t": keys.token, "e": expiration}).encode()


def agent_reply(keys, expiration):
    return json.dumps({"Code": "Success", "AccessKeyId": keys.access, "SecretAccessKey": keys.secret,
                       "Token": keys.token, "Expiration": expiration}).encode()


class Cases(support.Case):
    def setUp(self):
        super().setUp()
        self.hidden = []
        self.addCleanup(lambda: self.assert_hidden(*self.hidden))

    def keys(self, token=True):
        made = Keys(token)
        self.hidden += made.all()
        return made

    def files(self, config="", credentials=""):
        return {"AWS_CONFIG_FILE": self.write("config", config),
                "AWS_SHARED_CREDENTIALS_FILE": self.write("credentials", credentials)}

    def fetch(self, *options, env=None, status="LW_OK"):
        found = self.run_one(*options, "credentials", env=env)
        self.assertEqual(found["status"], status, found)
        return found

    def gives(self, keys, *options, env=None):
        self.assertEqual(self.fetch(*options, env=env)["digest"], keys.digest())

    def fails(self, text, *options, env=None):
        error = self.fetch(*options, env=env, status="LW_E_CREDENTIALS")["error"]
        self.assertIn(text, error)
        return error

    def static_profile(self, name, keys):
        text = "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n" % (name, keys.access, keys.secret)
        return text + ("aws_session_token = %s\n" % keys.token if keys.token else "")

    # Environment and static keys

    def test_nothing_anywhere_lists_what_was_looked_at(self):
        error = self.fails("find credentials")
        for place in ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "profile 'default'", "container",
                      "AWS_EC2_METADATA_DISABLED"):
            self.assertIn(place, error)

    def test_environment(self):
        keys = self.keys()
        self.gives(keys, env=keys.environment())
        plain = self.keys(token=False)
        self.gives(plain, env=plain.environment())

    def test_half_of_the_environment_is_an_error(self):
        keys = self.keys()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            env = {n: v for n, v in keys.environment().items() if n != name}
            self.fails(name + " is not", env=env)

    def test_environment_before_files_unless_a_profile_is_named_by_flag(self):
        of_environment, of_file = self.keys(), self.keys()
        env = {**self.files(credentials=self.static_profile("p", of_file)), **of_environment.environment(),
               "AWS_PROFILE": "p"}
        self.gives(of_environment, env=env)
        self.gives(of_file, "--profile", "p", env=env)

    def test_static_keys_of_both_files(self):
        one, two = self.keys(token=False), self.keys()
        env = self.files(config=self.static_profile("profile two", two), credentials=self.static_profile("one", one))
        self.gives(one, "--profile", "one", env=env)
        self.gives(two, "--profile", "two", env=env)

    def test_half_a_profile_is_an_error(self):
        self.fails("aws_secret_access_key", env=self.files(credentials="[default]\naws_access_key_id = x\n"))

    def test_anonymous_looks_for_nothing(self):
        keys = self.keys()
        self.fetch("--no-sign-request", env=keys.environment(), status="LW_E_CREDENTIALS")

    def test_sso_is_named(self):
        self.fails("SSO", env=self.files(config="[default]\nsso_session = x\n"))

    # credential_process

    def process(self, script, name="helper 1.sh"):
        path = self.write(name, "#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        return "\"%s\"" % path

    def process_json(self, keys, **more):
        return json.dumps({"Version": 1, "AccessKeyId": keys.access, "SecretAccessKey": keys.secret,
                           "SessionToken": keys.token, **more})

    def test_process(self):
        keys = self.keys()
        self.write("answer", self.process_json(keys, Expiration=iso(3600)))
        command = self.process("test \"$1\" = 'a b' && test $# = 2 && cat '%s/answer'; echo noise >&2\n" % self.folder)
        env = self.files(config="[default]\ncredential_process = %s 'a b' c\n" % command)
        found = self.fetch(env=env)
        self.assertEqual(found["digest"], keys.digest())
        self.assertAlmostEqual(found["expires_ms"] / 1000, time.time() + 3600, delta=30)

    def test_static_keys_come_before_a_process(self):
        keys = self.keys()
        command = self.process("touch '%s/ran'\n" % self.folder)
        self.gives(keys, env=self.files(config="[default]\ncredential_process = %s\n" % command,
                                        credentials=self.static_profile("default", keys)))
        self.assertFalse(os.path.exists(self.folder + "/ran"))

    def test_process_that_fails(self):
        keys = self.keys()
        self.write("answer", self.process_json(keys))
        command = self.process("cat '%s/answer'; cat '%s/answer' >&2; exit 7\n" % (self.folder, self.folder))
        self.fails("status 7", env=self.files(config="[default]\ncredential_process = %s\n" % command))
        self.fails("credential_process", env=self.files(config="[default]\ncredential_process = /no/such\n"))
        self.fails("quote", env=self.files(config="[default]\ncredential_process = 'open\n"))

    def test_process_that_answers_nonsense(self):
        keys = self.keys()
        for answer in ("", "{", self.process_json(keys)[:-5], self.process_json(keys, Version=2),
                       self.process_json(keys, Version="1"), self.process_json(keys, Expiration="soon"),
                       self.process_json(keys, Expiration=iso(-5)), "x" * 70000):
            self.write("answer", answer)
            command = self.process("cat '%s/answer'\n" % self.folder)
            self.fetch(env=self.files(config="[default]\ncredential_process = %s\n" % command), status="LW_E_CREDENTIALS")

    # The cache

    def counting_process(self, keys, life_seconds, more=""):
        """Counts its runs; its answer expires life_seconds after each."""
        self.write("answer", self.process_json(keys, Expiration="WHEN"))
        script = ("echo run >>'%(f)s/runs'\n%(more)s\nwhen=$(date -u -d @$(($(date +%%s)+%(life)d)) +%%Y-%%m-%%dT%%H:%%M:%%SZ)\n"
                  "sed \"s/WHEN/$when/\" '%(f)s/answer'\n" % {"f": self.folder, "life": life_seconds, "more": more})
        return self.files(config="[default]\ncredential_process = %s\n" % self.process(script))

    def runs(self):
        with open(self.folder + "/runs", encoding="ascii") as file:
            return len(file.readlines())

    def test_credentials_are_kept(self):
        keys = self.keys()
        found = self.run_all("credentials", "5", "50", env=self.counting_process(keys, 3600))
        self.assertEqual({one["digest"] for one in found}, {keys.digest()})
        self.assertEqual(self.runs(), 1)

    def test_credentials_are_renewed_before_they_expire(self):
        keys = self.keys()
        found = self.run_all("credentials", "8", "500", env=self.counting_process(keys, 4))
        self.assertEqual({one["status"] for one in found}, {"LW_OK"})
        self.assertGreaterEqual(self.runs(), 2)
        self.assertLess(self.runs(), 8)

    def test_failed_early_renewal_goes_on_with_what_is_there(self):
        # Lives 6 s: advisory from 3 s, mandatory from 4 s. It works once only.
        keys = self.keys()
        env = self.counting_process(keys, 6, "test $(wc -l <'%s/runs') = 1 || exit 1" % self.folder)
        found = self.run_all("credentials", "12", "500", env=env)
        states = [one["status"] for one in found]
        self.assertEqual(states[:7], ["LW_OK"] * 7)
        self.assertEqual(states[-1], "LW_E_CREDENTIALS")

    def test_many_threads_fetch_once(self):
        keys = self.keys()
        env = self.counting_process(keys, 3600, "sleep 0.3")
        self.assertEqual(self.run_one("threads", "32", env=env)["good"], 32)
        self.assertEqual(self.runs(), 1)

    # Roles by STS

    def sts(self, answers, status=200):
        """answers: per RoleArn the Keys it gives."""
        def answer(request, _):
            form = dict(urllib.parse.parse_qsl(request.body.decode()))
            if status != 200:
                return status, {"Content-Type": "text/xml"}, (
                    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not you, %s</Message>"
                    "</Error><RequestId>r</RequestId></ErrorResponse>" % form.get("WebIdentityToken", "")).encode()
            return 200, {}, sts_reply(form["Action"], answers[form["RoleArn"]], iso(3600))
        return self.serve(answer)

    def forms(self, server):
        return [dict(urllib.parse.parse_qsl(request.body.decode())) for request in server.requests]

    def test_web_identity(self):
        keys, token = self.keys(), "header." + support.random_text(200) + ".sig"
        self.hidden.append(token)
        server = self.sts({"arn:aws:iam::1:role/w": keys})
        env = {"AWS_WEB_IDENTITY_TOKEN_FILE": self.write("token", token + "\n"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/w",
               "AWS_ROLE_SESSION_NAME": "me", "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, env=env)
        self.assertEqual(self.forms(server), [{"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15",
                                               "RoleArn": "arn:aws:iam::1:role/w", "RoleSessionName": "me",
                                               "WebIdentityToken": token}])
        self.assertIsNone(server.requests[0].headers["Authorization"])

    def test_web_identity_of_a_profile(self):
        keys, token = self.keys(), support.random_text(80)
        self.hidden.append(token)
        server = self.sts({"arn:p": keys})
        path = self.write("token", token)
        env = {**self.files(config="[profile w]\nrole_arn = arn:p\nweb_identity_token_file = %s\n" % path),
               "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, "--profile", "w", env=env)
        self.assertTrue(self.forms(server)[0]["RoleSessionName"].startswith("lakewarden-"))

    def test_web_identity_failures(self):
        token = support.random_text(80)
        self.hidden.append(token)
        env = {"AWS_WEB_IDENTITY_TOKEN_FILE": self.write("token", token)}
        self.fails("AWS_ROLE_ARN", env=env)
        env["AWS_ROLE_ARN"] = "arn:w"
        server = self.sts({}, status=403)
        env["AWS_ENDPOINT_URL_STS"] = server.url
        # The server's message repeats the token.
        error = self.fails("AccessDenied", env=env)
        self.assertIn("arn:w", error)
        self.assertIn("[hidden]", error)
        self.assertEqual(len(server.requests), 1)
        self.fails("/no/such", env={**env, "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such"})
        self.fails("empty", env={**env, "AWS_WEB_IDENTITY_TOKEN_FILE": self.write("empty", " \n")})

    def test_token_file_is_read_again(self):
        first, second = support.random_text(80), support.random_text(80)
        self.hidden += [first, second]
        keys = self.keys()

        def answer(request, _):
            self.write("token", second)  # rotated after the first use
            return 200, {}, sts_reply("AssumeRoleWithWebIdentity", keys, iso(2))
        server = self.serve(answer)
        env = {"AWS_WEB_IDENTITY_TOKEN_FILE": self.write("token", first), "AWS_ROLE_ARN": "arn:w",
               "AWS_ENDPOINT_URL_STS": server.url}
        self.run_all("credentials", "2", "1700", env=env)
        self.assertEqual([form["WebIdentityToken"] for form in self.forms(server)], [first, second])

    def role_files(self, source, extra=""):
        return self.files(config="[profile r]\nrole_arn = arn:r\nsource_profile = base\n" + extra,
                          credentials=self.static_profile("base", source))

    def test_role_of_a_source_profile(self):
        source, keys = self.keys(), self.keys()
        server = self.sts({"arn:r": keys})
        env = {**self.role_files(source, "external_id = e & d\nrole_session_name = s1\nduration_seconds = 900\n"),
               "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, "--profile", "r", "--region", "eu-west-1", env=env)
        self.assertEqual(self.forms(server), [{"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:r",
                                               "RoleSessionName": "s1", "ExternalId": "e & d", "DurationSeconds": "900"}])
        signed = server.requests[0].headers
        self.assertIn("Credential=%s/" % source.access, signed["Authorization"])
        self.assertIn("/eu-west-1/sts/aws4_request", signed["Authorization"])
        self.assertEqual(signed["X-Amz-Security-Token"], source.token)
        self.verify(server.requests[0], source, "sts", "eu-west-1")

    def verify(self, request, keys, service, region):
        """The signature is the one that botocore computes for what arrived."""
        import botocore.auth
        import botocore.awsrequest
        import botocore.credentials
        names = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])[1].split(";")
        again = botocore.awsrequest.AWSRequest(
            method=request.method, url="http://" + request.headers["Host"] + request.path, data=request.body,
            headers={name: request.headers[name] for name in names})
        auth = botocore.auth.SigV4Auth(botocore.credentials.Credentials(keys.access, keys.secret), service, region)
        again.context["timestamp"] = request.headers["X-Amz-Date"]
        signature = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
        self.assertIn("Signature=" + signature, request.headers["Authorization"])

    def test_chain_of_roles(self):
        source, middle, last = self.keys(), self.keys(), self.keys()
        server = self.sts({"arn:m": middle, "arn:l": last})
        env = {**self.files(config="[profile l]\nrole_arn = arn:l\nsource_profile = m\n"
                                   "[profile m]\nrole_arn = arn:m\nsource_profile = base\n",
                            credentials=self.static_profile("base", source)), "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(last, "--profile", "l", env=env)
        self.assertEqual([form["RoleArn"] for form in self.forms(server)], ["arn:m", "arn:l"])
        self.verify(server.requests[1], middle, "sts", "us-east-1")

    def test_role_with_its_own_keys_as_source(self):
        source, keys = self.keys(), self.keys()
        server = self.sts({"arn:r": keys})
        env = {**self.files(config="[profile r]\nrole_arn = arn:r\nsource_profile = r\n",
                            credentials=self.static_profile("r", source)), "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, "--profile", "r", env=env)

    def test_loops_are_found(self):
        config = ("[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\nsource_profile = c\n"
                  "[profile c]\nrole_arn = arn:c\nsource_profile = a\n[profile d]\nrole_arn = arn:d\nsource_profile = d\n")
        self.fails("leads back", "--profile", "a", env=self.files(config=config))
        self.fails("no aws_access_key_id", "--profile", "d", env=self.files(config=config))
        long = "".join("[profile p%d]\nrole_arn = arn:x\nsource_profile = p%d\n" % (i, i + 1) for i in range(100))
        self.fails("in a row", "--profile", "p0", env=self.files(config=long))

    def test_roles_that_are_set_up_wrongly(self):
        for config, text in (("role_arn = arn:r\n", "either"),
                             ("role_arn = arn:r\nsource_profile = x\ncredential_source = Environment\n", "either"),
                             ("role_arn = arn:r\nsource_profile = nope\n", "'nope'"),
                             ("role_arn = arn:r\ncredential_source = Nope\n", "'Nope'"),
                             ("role_arn = arn:r\ncredential_source = Environment\n", "AWS_ACCESS_KEY_ID"),
                             ("role_arn = arn:r\ncredential_source = EcsContainer\n", "container"),
                             ("role_arn = arn:r\nsource_profile = x\nmfa_serial = m\n", "mfa_serial")):
            self.fails(text, "--profile", "r", env=self.files(config="[profile r]\n" + config))

    def test_role_by_credential_source(self):
        source, keys = self.keys(), self.keys()
        server = self.sts({"arn:r": keys})
        env = {**self.files(config="[profile r]\nrole_arn = arn:r\ncredential_source = Environment\n"),
               **source.environment(), "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, "--profile", "r", env=env)
        self.verify(server.requests[0], source, "sts", "us-east-1")

    def test_sts_refuses(self):
        source = self.keys()
        server = self.sts({}, status=403)
        error = self.fails("AccessDenied", "--profile", "r",
                           env={**self.role_files(source), "AWS_ENDPOINT_URL_STS": server.url})
        self.assertIn("arn:r", error)

    def test_sts_echoes_the_keys(self):
        source = self.keys()
        server = self.serve(lambda request, _: (403, {}, (
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>%s %s</Message></Error></ErrorResponse>" %
            (source.token, request.headers["X-Amz-Security-Token"] * 4)).encode()))
        self.fails("[hidden]", "--profile", "r", env={**self.role_files(source), "AWS_ENDPOINT_URL_STS": server.url})

    def test_sts_answers_nonsense(self):
        source, keys = self.keys(), self.keys()
        whole = sts_reply("AssumeRole", keys, iso(3600))
        for body in (b"", b"<html/>", whole[:-10], whole.replace(b"SecretAccessKey", b"Other"),
                     sts_reply("AssumeRole", keys, "soon"), sts_reply("AssumeRole", keys, iso(-10))):
            server = self.serve(lambda request, _, body=body: (200, {}, body))
            self.fetch("--profile", "r", env={**self.role_files(source), "AWS_ENDPOINT_URL_STS": server.url},
                       status="LW_E_CREDENTIALS")

    def test_sts_is_tried_again(self):
        source, keys = self.keys(), self.keys()
        server = self.serve(lambda request, number: (503, {}, b"") if number < 3 else (
            200, {}, sts_reply("AssumeRole", keys, iso(3600))))
        self.gives(keys, "--profile", "r", env={**self.role_files(source), "AWS_ENDPOINT_URL_STS": server.url})
        self.assertEqual(len(server.requests), 3)

    def test_sts_over_plain_http_elsewhere_is_refused(self):
        source = self.keys()
        found = self.run_one("--profile", "r", "credentials",
                             env={**self.role_files(source), "AWS_ENDPOINT_URL_STS": "http://sts.example"})
        self.assertEqual(found["status"], "LW_E_CONFIG")

    # Container

    def test_container(self):
        keys = self.keys()
        server = self.serve(lambda request, _: (200, {}, agent_reply(keys, iso(3600))))
        env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds?id=1"}
        self.gives(keys, env=env)
        self.assertEqual(server.requests[0].path, "/creds?id=1")
        self.assertIsNone(server.requests[0].headers["Authorization"])

    def test_container_token(self):
        keys, of_variable, of_file = self.keys(), support.random_text(40), support.random_text(40)
        self.hidden += [of_variable, of_file]
        server = self.serve(lambda request, _: (200, {}, agent_reply(keys, iso(3600))))
        env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": of_variable}
        self.gives(keys, env=env)
        env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = self.write("token", of_file)
        self.gives(keys, env=env)
        self.assertEqual([r.headers["Authorization"] for r in server.requests], [of_variable, of_file])

    def test_container_token_with_a_line_break_is_refused(self):
        keys, token = self.keys(), support.random_text(40)
        self.hidden.append(token)
        server = self.serve(lambda request, _: (200, {}, agent_reply(keys, iso(3600))))
        env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url}
        for bad in (token + "\r\nX-Evil: 1", token + "\n"):
            self.fails("line break", env={**env, "AWS_CONTAINER_AUTHORIZATION_TOKEN": bad})
            self.fails("line break", env={**env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": self.write("token", bad)})
        self.fails("/no/such", env={**env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/no/such"})
        self.assertEqual(server.requests, [])

    def test_container_url_elsewhere_is_refused(self):
        self.fails("https", env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://agent.example/creds"})

    def test_container_failures(self):
        keys = self.keys()
        server = self.serve(lambda request, number: (500, {}, b"") if number < 3 else (200, {}, agent_reply(keys, iso(60))))
        self.gives(keys, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url})
        self.assertEqual(len(server.requests), 3)
        server = self.serve(lambda request, _: (403, {}, agent_reply(keys, iso(60))))
        self.fails("403", env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url})
        self.assertEqual(len(server.requests), 1)
        self.fails("container", env={
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:%d" % support.closed_port()})

    # Instance metadata

    def instance(self, keys, role="my role", token=None, fail_token=None):
        session = token or support.random_text(56)
        self.hidden.append(session)

        def answer(request, number):
            if (request.method, request.path) == ("PUT", "/latest/api/token"):
                if fail_token is not None:
                    return fail_token(number)
                return (200, {}, session.encode()) if request.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600" \
                    else (400, {}, b"")
            if request.method != "GET" or request.headers["X-aws-ec2-metadata-token"] != session:
                return 401, {}, b""
            if request.path == "/latest/meta-data/iam/security-credentials/":
                return (200, {}, role.encode() + b"\n") if role else (404, {}, b"")
            if request.path == "/latest/meta-data/iam/security-credentials/" + urllib.parse.quote(role, safe=""):
                return 200, {}, agent_reply(keys, iso(3600))
            return 404, {}, b""
        server = self.serve(answer)
        return server, {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/"}

    def test_instance(self):
        keys = self.keys()
        server, env = self.instance(keys)
        self.gives(keys, env=env)
        self.assertEqual([r.method for r in server.requests], ["PUT", "GET", "GET"])

    def test_instance_can_be_switched_off(self):
        server, env = self.instance(self.keys())
        self.fails("AWS_EC2_METADATA_DISABLED", env={**env, "AWS_EC2_METADATA_DISABLED": "TRUE"})
        self.assertEqual(server.requests, [])

    def test_instance_without_a_role(self):
        _, env = self.instance(self.keys(), role="")
        self.fails("no role", env=env)

    def test_instance_of_version_1_only(self):
        server, env = self.instance(self.keys(), fail_token=lambda number: (404, {}, b""))
        self.fails("instance metadata", env=env)
        self.assertEqual([r.method for r in server.requests], ["PUT"])  # never asked without a session

    def test_instance_that_stumbles_once(self):
        keys, session = self.keys(), support.random_text(56)
        server, env = self.instance(keys, token=session,
                                    fail_token=lambda number: (500, {}, b"") if number == 1 else (200, {}, session.encode()))
        self.gives(keys, env=env)
        self.assertEqual(len(server.requests), 4)

    def test_instance_that_does_not_answer(self):
        def hang(_):
            time.sleep(5)
            return 200, {}, b"late"
        server, env = self.instance(self.keys(), fail_token=hang)
        begin = time.monotonic()
        self.fails("instance metadata", env=env)
        self.assertLess(time.monotonic() - begin, 4.5)
        self.assertEqual([r.method for r in server.requests], ["PUT", "PUT"])

    def test_instance_endpoint_elsewhere_is_refused(self):
        self.fails("loopback", env={"AWS_EC2_METADATA_DISABLED": None,
                                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://metadata.example"})

    def test_instance_as_credential_source(self):
        source, keys = self.keys(), self.keys()
        _, env = self.instance(source)
        server = self.sts({"arn:r": keys})
        env = {**env, **self.files(config="[profile r]\nrole_arn = arn:r\ncredential_source = Ec2InstanceMetadata\n"),
               "AWS_ENDPOINT_URL_STS": server.url}
        self.gives(keys, "--profile", "r", env=env)

    def test_order_of_the_sources(self):
        of_agent, of_instance, of_file = self.keys(), self.keys(), self.keys()
        _, env = self.instance(of_instance)
        self.gives(of_instance, env=env)
        agent = self.serve(lambda request, _: (200, {}, agent_reply(of_agent, iso(3600))))
        env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url
        self.gives(of_agent, env=env)
        env.update(self.files(credentials=self.static_profile("default", of_file)))
        self.gives(of_file, env=env)


if __name__ == "__main__":
    support.main()
