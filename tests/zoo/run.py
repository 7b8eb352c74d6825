#!/usr/bin/env python3
"""concors probe against a zoo of real servers: wrong/ ones as people write them, and right/ ones.

run.py [COMMAND [WORD...]]: tests the command (else that of the environment's CONCORS, else the built one);
with words only the servers whose names hold one. `--show` among them prints each report's codes and fixes.
Each folder holds the server's configuration (nginx.conf, httpd.conf or server.mjs; app.mjs: what stands behind
it) and case.json: how it is probed and what the report must say, neither more nor less. A wrong one is then mended, by
the fix that was printed or by the configuration with `fixed` in its name, and probed again.
A line says how many wrong ones were fixed, and which of them no header can help. Last line: "N passed, N failed", and
perhaps ", N skipped".
"""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import keepers  # noqa: E402
import mend  # noqa: E402

ROOT = HERE.parent.parent
WORDS = [word for word in sys.argv[2:] if not word.startswith("--")]
SHOW = "--show" in sys.argv
CONCORS = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                          os.environ.get("CONCORS", ROOT / "build-release" / "cli" / "concors"))
BROWSERS = ["chrome", "chrome-no3pc", "firefox", "safari"]
CONFIGURATIONS = {"nginx": "nginx.conf", "apache": "httpd.conf"}
REQUESTS_MAX = 25
AUDIT_S = 2.0


class Server:
    """One server of the zoo, as it is (`changes` None and `by_hand` false) or mended."""

    def __init__(self, folder, changes=None, by_hand=False):
        self.folder, self.name = folder, f"{folder.parent.name}/{folder.name}"
        self.case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self.changes, self.by_hand = changes or [], by_hand
        if by_hand:
            self.case = {**self.case, "findings": [], "audit": [], "limits": [], "severity": {}, **self.case.get("fixed", {})}
        self.texts, self.scripts = {}, {}
        for kind, name in CONFIGURATIONS.items():
            if (folder / name).exists():
                self.texts["module" if (folder / "policy.yaml").exists() else kind] = \
                    self.file(name).read_text(encoding="utf-8")
        for port, name in (("port", "server.mjs"), ("app", "app.mjs")):
            if (folder / name).exists():
                self.scripts[port] = self.file(name)
        self.take_ports()

    def take_ports(self):
        names = sorted({"port", *self.scripts})
        self.address = keepers.free_address() if self.case.get("own_address") else "127.0.0.1"
        self.ports = {"https": 443, "http": 80} if self.case.get("own_address") else \
            {name: keepers.ports.take() for name in names}

    def file(self, name):
        stem, ending = name.split(".")
        fixed = self.folder / f"{stem}.fixed.{ending}"
        return fixed if self.by_hand and fixed.exists() else self.folder / name

    def is_fixed_by_hand(self):
        return any(self.folder.glob("*.fixed.*")) or "fixed" in self.case

    def kinds(self):
        return [*self.texts, *(["node"] if self.scripts else [])]

    def path(self):
        return urllib.parse.urlsplit(self.arguments()[0]).path

    def method(self):
        words = self.arguments()
        body = "--json-body" in words or "--data" in words
        return words[words.index("--method") + 1] if "--method" in words else "POST" if body else "GET"

    def fill(self, text, folder=""):
        text = text.replace("@here@", str(self.folder))
        text = text.replace("@address@", str(self.address))
        for name, port in self.ports.items():
            text = text.replace(f"@{name}@", str(port))
        return text.replace("@folder@", str(folder))

    def filled(self, kind, folder):
        """The text of its configuration, mended if it is to be."""
        text = self.texts[kind]
        if self.changes:
            text = mend.mend_apache(text, self.changes) if kind == "apache" else \
                mend.mend_nginx(text, self.path(), self.method(), self.changes)
        listen = "".join(f"Listen 127.0.0.1:{port}\n" for name, port in self.ports.items()
                         if f"@{name}@>" in text) if kind == "apache" else ""
        return self.fill(listen + text, folder)

    def node_entries(self, folder):
        """What node.mjs is to run; behind another server it is that one that is mended."""
        entries = []
        for port, path in self.scripts.items():
            copy = folder / f"{self.folder.name}-{self.ports[port]}.mjs"
            copy.write_text(self.fill(path.read_text(encoding="utf-8"), folder), encoding="utf-8")
            entries.append({"file": str(copy), "port": self.ports[port],
                            "tls": port == "port" and self.case.get("tls", True),
                            "changes": [] if self.texts else self.changes})
        return entries

    def arguments(self):
        return [self.fill(word, HERE) for word in self.case["probe"]]


class Report:
    """What concors probe said about one server."""

    def __init__(self, keeper, server, arguments=None):
        ports = server.ports.values()
        resolve = [f"--resolve={name}:{port}:{server.address}" for port in ports for name in keepers.NAMES]
        words = [server.fill(word, HERE) for word in arguments or server.case["probe"]]
        self.command = [CONCORS, "probe", *words, "--json", "--show-values", "--cacert", str(keeper.folder / "ca.crt"),
                        "--max-time", "60", "--rate", "0", *resolve]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        started = time.monotonic()
        done = subprocess.run(self.command, capture_output=True, timeout=120, check=False, cwd=ROOT,
                              env={**environment, "LC_ALL": "C.UTF-8"})
        self.took_s = time.monotonic() - started
        self.error = done.stderr.decode("utf-8", "replace")
        self.code = done.returncode
        if done.returncode not in (0, 1, 4):
            raise AssertionError(f"exit code {done.returncode}: {self.error} {' '.join(self.command)}")
        self.json = json.loads(done.stdout)

    def browser(self, name):
        return next(one for one in self.json["browsers"] if one["browser"].split("@")[0] == name)

    def findings(self, name):
        return sorted({finding["code"] for finding in self.browser(name)["findings"]})

    def verdicts(self):
        return {one["browser"].split("@")[0]: one["verdict"] for one in self.json["browsers"]}

    def audit(self):
        return sorted({finding["code"] for finding in (self.json.get("audit") or {}).get("findings", [])})

    def notes(self):
        return sorted(note["code"] for note in (self.json.get("probe") or {}).get("notes", []))

    def severities(self):
        return {finding["code"]: finding["severity"] for finding in (self.json.get("audit") or {}).get("findings", [])}

    def requests(self):
        """The first one, its preflight, and the audit's; those that an option asks for by name are not counted."""
        audit = (self.json.get("audit") or {}).get("requests", [])
        preflight = self.json["browsers"][0]["steps"][0]["preflight"]["sent"] is True
        return 1 + preflight + sum(ask["sent"] and not ask["for"].startswith(("also", "try")) for ask in audit)

    def limits(self):
        return sorted({limit["code"] for limit in self.json.get("limits", [])})

    def fix(self, side):
        return next((fix for fix in self.json["fixes"] if fix["side"] == side), None)


class Checks:
    def __init__(self):
        self.passed, self.failures, self.skipped = 0, [], []
        self.right, self.wrong, self.headerless, self.fixes = set(), set(), set(), []
        self.took_s, self.requests = [], []

    def census(self):
        """The wrong ones that are fixed are those of which every fix that was tried was without fault."""
        failed = {path for path, whole in self.fixes if not whole}
        fixed = {path for path, _ in self.fixes} - failed
        print(f"{len(self.right)} right; {len(self.wrong)} wrong: {len(fixed)} fixed in {len(self.fixes)} ways and probed "
              f"again; {len(self.headerless)} of them no header can help in every browser")
        if self.took_s:
            median = statistics.median(self.took_s)
            print(f"one audit took {median:.2f} s, at most {max(self.took_s):.2f} s; and {max(self.requests)} requests")
            # On a busy machine the others say more about the machine.
            self.equal(f"the fastest audit takes less than {AUDIT_S} s", min(self.took_s) < AUDIT_S, True)

    def equal(self, what, got, wanted):
        if got == wanted:
            self.passed += 1
        else:
            self.failures.append(f"{what}: got {got!r}, wanted {wanted!r}")

    def finish(self):
        self.census()
        for reason in self.skipped:
            print("skip ", reason)
        for failure in self.failures:
            print("FAIL", failure[:3000])
        print(f"{self.passed} passed, {len(self.failures)} failed" +
              (f", {len(self.skipped)} skipped" if self.skipped else ""))
        sys.exit(1 if self.failures else 0)


def wanted_findings(case, browser):
    """`findings`: one list for all browsers, or one for each with `else` for the others."""
    findings = case.get("findings", [])
    return sorted(findings if isinstance(findings, list) else findings.get(browser, findings.get("else", [])))


def check_report(checks, server, report):
    """The report must say what the case wants, neither more nor less."""
    if SHOW:
        show(server, report)
    for browser in BROWSERS:
        checks.equal(f"{server.name}: findings in {browser}", report.findings(browser),
                     wanted_findings(server.case, browser))
    checks.equal(f"{server.name}: limits", report.limits(), sorted(server.case.get("limits", [])))
    if "audit" in report.json:
        checks.equal(f"{server.name}: the audit's findings", report.audit(), sorted(server.case.get("audit", [])))
        for code, severity in server.case.get("severity", {}).items():
            checks.equal(f"{server.name}: how much {code} weighs", report.severities().get(code), severity)
        checks.equal(f"{server.name}: {report.requests()} requests, at most {REQUESTS_MAX}",
                     report.requests() <= REQUESTS_MAX, True)
        checks.requests.append(report.requests())
        checks.took_s.append(report.took_s)


def show(server, report):
    print(f"\n{server.name}: exit {report.code}, {report.took_s:.2f} s, limits {report.limits()}")
    for browser in BROWSERS:
        print(f"   {browser}: {report.verdicts()[browser]} {report.findings(browser)}")
    if "audit" in report.json:
        print(f"   audit: {report.severities()}")
    for fix in report.json["fixes"]:
        print(f"   {fix['side']} for {fix['for']}:")
        for change in fix["changes"]:
            print(f"      {change['at']} {change['name']}: {change['before']} -> {change['after']}")


def probe_all(keeper, jobs):
    """jobs: (server, arguments or None); the reports, or what went wrong."""
    def one(job):
        try:
            return Report(keeper, *job)
        except (AssertionError, ValueError, subprocess.TimeoutExpired) as failure:
            return failure
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, jobs))


def first_round(checks, keeper, servers):
    """Probes the servers as they are; returns the second round: (server, arguments, browsers, leaves)."""
    keeper.start(servers)
    mended = []
    for server, report in zip(servers, probe_all(keeper, [(server, None) for server in servers])):
        if isinstance(report, Exception):
            checks.failures.append(f"{server.name}: {report}")
            continue
        check_report(checks, server, report)
        (checks.right if server.folder.parent.name == "right" else checks.wrong).add(server.folder)
        if server.folder.parent.name == "right":
            checks.equal(f"{server.name}: the exit code", report.code, 0)
            checks.equal(f"{server.name}: notes of the probe", report.notes(), sorted(server.case.get("notes", [])))
            continue
        if report.limits():
            checks.headerless.add(server.folder)
        mended += mended_servers(checks, server, report)
    keeper.stop()
    return mended


def mended_servers(checks, server, report):
    """The server after the fix that was printed, and after the one written by hand."""
    mended = []
    side = server.case.get("fix")
    if side:
        fix = report.fix(side)
        checks.equal(f"{server.name}: a fix at the {side} is printed", fix is not None, True)
        if fix is not None:
            changes = mend.printed_changes(fix)
            arguments = unfilled(mend.mend_arguments(server.arguments(), fix), server)
            copy = Server(server.folder, changes=[one for one in changes if one["place"] in ("preflight", "response")])
            copy.name += " after the fix that was printed"
            mended.append((copy, arguments, fix["for"]))
    if server.is_fixed_by_hand():
        copy = Server(server.folder, by_hand=True)
        copy.name += " with the fixed configuration"
        mended.append((copy, None, None))
    checks.equal(f"{server.name}: there is a fix", bool(mended), True)
    return mended


def unfilled(arguments, server):
    """Arguments with the names of ports instead of the ports, for a copy of the server."""
    for name, port in server.ports.items():
        arguments = [word.replace(f":{port}", f":@{name}@") for word in arguments]
    return arguments


def second_round(checks, keeper, mended):
    keeper.start([server for server, _, _ in mended])
    reports = probe_all(keeper, [(server, arguments) for server, arguments, _ in mended])
    for (server, _, browsers), report in zip(mended, reports):
        failures = len(checks.failures)
        if isinstance(report, Exception):
            checks.failures.append(f"{server.name}: {report}")
        elif browsers is None:
            check_report(checks, server, report)
        else:
            verdicts = report.verdicts()
            for browser in browsers:
                name = browser.split("@")[0]
                checks.equal(f"{server.name}: verdict in {name}", verdicts[name], "ok")
                checks.equal(f"{server.name}: findings in {name}", report.findings(name), [])
            if SHOW:
                show(server, report)
        checks.fixes.append((server.folder, len(checks.failures) == failures))
    keeper.stop()


def check_table(checks):
    """README.md says which servers show what: each of them, and none that is not there."""
    text = (HERE / "README.md").read_text(encoding="utf-8").split("\n## Symptoms\n", 1)[1]
    named, there = set(re.findall(r"`([a-z0-9-]+)`", text)), {path.parent.name for path in HERE.glob("*/*/case.json")}
    checks.equal("servers that README.md does not name", sorted(there - named), [])
    checks.equal("names in README.md that are no server", sorted(named - there), [])


def main():
    checks = Checks()
    check_table(checks)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    keeper = keepers.Keeper(CONCORS)
    try:
        servers = []
        for path in sorted(HERE.glob("*/*/case.json")):
            server = Server(path.parent)
            if WORDS and not any(word in server.name for word in WORDS):
                continue
            lacking = next(filter(None, (keeper.lacking(kind) for kind in server.kinds())), None)
            if server.address is None:
                lacking = "ports 80 and 443 may not be had"
            if lacking:
                checks.skipped.append(f"{server.name}: {lacking}")
            else:
                servers.append(server)
        mended = first_round(checks, keeper, servers)
        second_round(checks, keeper, mended)
    finally:
        keeper.close()
    checks.finish()


if __name__ == "__main__":
    main()
