"""Where profile, region, endpoint and limits come from, and which of them are refused."""
import support


class Cases(support.Case):
    def files(self, config="", credentials=""):
        return {"AWS_CONFIG_FILE": self.write("config", config),
                "AWS_SHARED_CREDENTIALS_FILE": self.write("credentials", credentials)}

    def settings(self, *options, names=(), config="", credentials="", env=None):
        found = self.run_one(*options, "settings", *names, env={**self.files(config, credentials), **(env or {})})
        self.assertEqual(found.get("status"), "LW_OK", found)
        return found

    def refused(self, *options, config="", credentials="", env=None, status="LW_E_CONFIG"):
        found = self.run_one(*options, "settings", env={**self.files(config, credentials), **(env or {})})
        self.assertEqual(found["status"], status, found)
        return found["error"]

    def test_nothing_set(self):
        found = self.run_one("settings")
        self.assertEqual((found["region"], found["s3"], found["sts"]), ("us-east-1", None, None))

    def test_region_order(self):
        config = "[default]\nregion = r-file\n"
        self.assertEqual(self.settings(config=config)["region"], "r-file")
        env = {"AWS_DEFAULT_REGION": "r-default"}
        self.assertEqual(self.settings(config=config, env=env)["region"], "r-default")
        env["AWS_REGION"] = "r-env"
        self.assertEqual(self.settings(config=config, env=env)["region"], "r-env")
        self.assertEqual(self.settings("--region", "r-flag", config=config, env=env)["region"], "r-flag")
        self.assertEqual(self.settings(config=config, env={"AWS_REGION": ""})["region"], "r-file")

    def test_region_that_is_none(self):
        for region in ("a.b", "us east", "-x", "x-", "a" * 64, "evil.example/"):
            self.assertIn("region", self.refused("--region", region))

    def test_profile_order(self):
        config = "[default]\nregion = r0\n[profile one]\nregion = r1\n[profile two]\nregion = r2\n[profile three]\nregion = r3\n"
        env = {"AWS_DEFAULT_PROFILE": "one"}
        self.assertEqual(self.settings(config=config, env=env)["region"], "r1")
        env["AWS_PROFILE"] = "two"
        self.assertEqual(self.settings(config=config, env=env)["region"], "r2")
        self.assertEqual(self.settings("--profile", "three", config=config, env=env)["region"], "r3")

    def test_profile_that_is_missing(self):
        error = self.refused("--profile", "nope", config="[profile other]\nregion = r\n[nope]\nregion = r\n")
        self.assertIn("'nope'", error)
        self.assertIn("config", error)
        self.refused(env={"AWS_PROFILE": "nope"})
        # In the credentials file, and only there, a profile stands without the word.
        found = self.settings("--profile", "nope", credentials="[nope]\naws_access_key_id = x\n",
                              config="[nope]\nregion = not-read\n")
        self.assertEqual(found["region"], "us-east-1")

    def test_profile_names_with_blanks(self):
        self.assertEqual(self.settings("--profile", "my team", config="[profile \"my team\"]\nregion = r1\n")["region"], "r1")

    def test_credentials_file_lies_over_config(self):
        found = self.settings(names=["region", "output"], config="[default]\nregion = r1\noutput = json\n",
                              credentials="[default]\nregion = r2\n")
        self.assertEqual((found["region"], found["output"]), ("r2", "json"))

    def test_default_files_are_under_home(self):
        import os
        os.makedirs(self.folder + "/.aws")
        self.write(".aws/config", "[default]\nregion = r-home\n")
        self.assertEqual(self.run_one("settings")["region"], "r-home")
        self.write("elsewhere", "[default]\nregion = r-tilde\n")
        self.assertEqual(self.run_one("settings", env={"AWS_CONFIG_FILE": "~/elsewhere"})["region"], "r-tilde")

    def test_broken_file_is_named_without_its_content(self):
        error = self.refused(credentials="[default]\naws_secret_access_key canarycanary\n")
        self.assertIn("credentials", error)
        self.assertIn("line 2", error)
        self.assert_hidden("canarycanary")

    def test_unreadable_file_is_named(self):
        self.assertIn(self.folder, self.refused(env={"AWS_CONFIG_FILE": self.folder}))

    def test_file_over_the_limit(self):
        self.assertIn("config", self.refused(config="# x\n" * 300000))

    def test_nested_settings(self):
        found = self.settings(names=["s3.addressing_style", "S3.Max_Concurrent_Requests", "s3.none"],
                              config="[default]\ns3 =\n  addressing_style = path\n  max_concurrent_requests = 20\n")
        self.assertEqual(found["s3.addressing_style"], "path")
        self.assertEqual(found["S3.Max_Concurrent_Requests"], "20")
        self.assertIsNone(found["s3.none"])

    def test_endpoint_order(self):
        config = ("[default]\nendpoint_url = https://profile\nservices = mine\n"
                  "[services mine]\ns3 =\n  endpoint_url = https://section-s3/\neventbridge =\n  endpoint_url = https://section-eb\n")
        found = self.settings(config=config)
        self.assertEqual((found["s3"], found["sts"], found["events"]),
                         ("https://section-s3", "https://profile", "https://section-eb"))
        env = {"AWS_ENDPOINT_URL": "https://all/"}
        found = self.settings(config=config, env=env)
        self.assertEqual((found["s3"], found["sts"], found["events"]), ("https://all",) * 3)
        env.update({"AWS_ENDPOINT_URL_S3": "https://env-s3/base/", "AWS_ENDPOINT_URL_EVENTBRIDGE": "https://env-eb",
                    "AWS_ENDPOINT_URL_STS": "https://env-sts"})
        found = self.settings(config=config, env=env)
        self.assertEqual((found["s3"], found["sts"], found["events"], found["sns"]),
                         ("https://env-s3/base", "https://env-sts", "https://env-eb", "https://all"))
        found = self.settings("--endpoint-url", "https://flag//", config=config, env=env)
        self.assertEqual(found["s3"], "https://flag")

    def test_configured_endpoints_can_be_ignored(self):
        config = "[default]\nendpoint_url = https://profile\n"
        env = {"AWS_ENDPOINT_URL": "https://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
        self.assertIsNone(self.settings(config=config, env=env)["s3"])
        self.assertEqual(self.settings("--endpoint-url", "https://flag", config=config, env=env)["s3"], "https://flag")
        config += "ignore_configured_endpoint_urls = true\n"
        self.assertIsNone(self.settings(config=config)["s3"])

    def test_plain_http_only_to_loopback(self):
        for url in ("http://127.0.0.1:7480", "http://localhost:7480", "http://[::1]:7480"):
            self.assertEqual(self.settings("--endpoint-url", url)["s3"], url)
        for url in ("http://10.1.1.1", "http://minio.example:9000"):
            self.assertIn("--allow-plain-http", self.refused("--endpoint-url", url))
            self.refused(env={"AWS_ENDPOINT_URL": url})
            self.assertEqual(self.settings("--allow-plain-http", "--endpoint-url", url)["s3"], url)

    def test_metadata_services_are_no_endpoints(self):
        for url in ("http://169.254.169.254", "https://169.254.169.254", "http://2852039166", "https://[fd00:ec2::254]",
                    "https://metadata.google.internal"):
            self.assertIn("metadata", self.refused("--allow-plain-http", "--endpoint-url", url))

    def test_endpoints_that_are_no_urls(self):
        for url in ("minio.example", "ftp://x/", "https://u:p@x/", "https://x/?a=b", "https://x/#f"):
            self.refused("--endpoint-url", url)
            self.refused(env={"AWS_ENDPOINT_URL_S3": url})

    def test_max_attempts(self):
        for text in ("0", "-1", "many", "1.5"):
            self.assertIn("AWS_MAX_ATTEMPTS", self.refused(env={"AWS_MAX_ATTEMPTS": text}))
        self.refused(config="[default]\nmax_attempts = x\n")
        self.settings(env={"AWS_MAX_ATTEMPTS": "3"})

    def test_ca_bundle_that_is_missing(self):
        for options, env in ((["--ca-bundle", "/no/such.pem"], {}), ([], {"AWS_CA_BUNDLE": "/no/such.pem"})):
            self.assertIn("/no/such.pem", self.refused(*options, env=env))
        self.assertIn("/no/such.pem", self.refused(config="[default]\nca_bundle = /no/such.pem\n"))


if __name__ == "__main__":
    support.main()
