#!/usr/bin/env python3
"""What operators see and do: errors at nginx -t, variables, limits, counters, reloads."""
import json
import os
import pathlib
import re
import resource
import signal
import threading
import time

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
    csrf: {check: fetch-metadata}
  watch:
    extends: app
    mode: report
"""

SERVERS = """
    concors_policy_file policy.yaml;
    limit_req_zone $concors_unknown_origin_key zone=strangers:1m rate=1r/m;
    map $concors_decision $shown { default $concors_decision; }
    server {
        listen 127.0.0.1:@port@;
        concors app;
        location / { limit_req zone=strangers burst=2 nodelay; limit_req_status 429; alias @folder@/www/; }
        location /free/ { return 200 "$concors_decision $concors_reason $concors_policy $concors_csrf $concors_origin"; }
        location /watch/ { concors watch; return 200 "watched"; }
        location /off/ { concors off; return 200 "[$concors_decision]"; }
        location /status { concors off; concors_status; }
        location /metrics { concors off; concors_status prometheus; }
    }
"""

ORIGIN = ("Origin", "https://app.example.com")


def configuration(checks):
    """(what, directives, policy, words that nginx -t says)"""
    server = "server { listen 127.0.0.1:@port@; %s }"
    good = "concors_policy_file policy.yaml; " + server % "concors app;"
    bad = POLICY.replace("https://app.example.com", "https://App.example.com\\u001b").replace("[https", "[\"https").replace(
        "u001b]", "u001b\"]") + "  third:\n    origins: [\"*\"]\n    credentials: true\n    colour: red\n"
    cases = [
        ("good", good, POLICY, 0, ["syntax is ok"]),
        ("JSON", good, '{"version": 1, "policies": {"app": {}}}', 0, ["syntax is ok"]),
        ("warned of", good, POLICY.replace("credentials: true", "credentials: true\n    max_age: 300d"), 0, ["[warn]", "policy.yaml:6:", "MaxAge"]),
        ("all mistakes", good, bad, 1, ["policy.yaml:4:", "policy.yaml:13:", "[emerg]", "mistakes in \"", "nginx.conf:"]),
        ("no YAML", good, "a: [", 1, ["policy.yaml:"]),
        ("bomb", good, "a: &a [x, x]\nb: [*a, *a]\n", 1, ["policy.yaml:1:4: anchors"]),
        ("missing file", good.replace("policy.yaml", "none.yaml"), POLICY, 1, ["none.yaml: No such file"]),
        ("folder", good.replace("policy.yaml", "."), POLICY, 1, ["concors: "]),
        ("unknown name", "concors_policy_file policy.yaml;\n" + server % "\nconcors ap;", POLICY, 1, ["\"concors ap\": no such policy in", "policy.yaml", "nginx.conf:@LINE@"]),
        ("no file", server % "concors app;", POLICY, 1, ["needs a \"concors_policy_file\""]),
        ("off needs none", server % "concors off;", POLICY, 0, ["syntax is ok"]),
        ("file later", server % "concors app;" + " concors_policy_file policy.yaml;", POLICY, 0, ["syntax is ok"]),
        ("twice", good + " concors_policy_file policy.yaml;", POLICY, 1, ["is duplicate"]),
        ("name twice", "concors_policy_file policy.yaml;" + server % "concors app; concors app;", POLICY, 1, ["is duplicate"]),
        ("in a server", server % "concors_policy_file policy.yaml;", POLICY, 1, ["is not allowed here"]),
        ("status", good + server % "location / { concors_status xml; }", POLICY, 1, ["takes json or prometheus"]),
        ("debug", good + server % "concors_debug maybe;", POLICY, 1, ["it must be \"on\" or \"off\""]),
        ("extends itself", good, "version: 1\npolicies:\n  app: {extends: b}\n  b: {extends: app}\n", 1, ["policy.yaml:3:"]),
        ("twice a key", good, "version: 1\nversion: 1\npolicies:\n  app: {}\n", 1, ["policy.yaml:2:"]),
        ("fifo beside", good, POLICY.replace("    credentials: true\n", "    credentials: true\n    origins_file: fifo\n", 1), 1, ["policy.yaml:6:"]),
    ]
    for what, directives, policy, code, words in cases:
        nginx = rig.Nginx(directives, policy)
        os.mkfifo(nginx.folder / "fifo")
        written = (nginx.folder / "nginx.conf").read_text(encoding="utf-8").split("\n")
        at = [number for number, line in enumerate(written, 1) if line.startswith("concors ap;")]
        words = [word.replace("@LINE@", str(*at)) for word in words]
        got, said = nginx.test()
        checks.equal(f"nginx -t: {what}", (got, [word for word in words if word not in said]), (code, []))
        checks.true(f"nginx -t: {what}: no control characters", "\x1b" not in said, said)
        nginx.__exit__()


def huge_files(checks):
    """A gigabyte, of nothing or of one line, costs no gigabyte and no second."""
    good = "concors_policy_file policy.yaml; server { listen 127.0.0.1:@port@; concors app; }"
    keys = "csrf: {check: token, token: {cookie: c, header: x-c, session_cookie: s, keys_file: huge}}"
    for what, policy, size, words in (
            ("policy", None, 1 << 30, "policy.yaml"), ("policy just above", None, (16 << 20) + 1, "policy.yaml"),
            ("origins_file", "origins_file: huge", 1 << 30, "policy.yaml:3:23: error: FileTooLarge: huge"), ("keys_file", keys, 1 << 30, "error: FileTooLarge: huge"),
            ("bomb", "&a [x]: *a", 0, ":3:9: anchors"), ("deep", "origins: " + "[" * 5000, 0, ":3:"),
            ("wide", "origins: [" + ", ".join("https://a%d.example" % i for i in range(50000)) + "]", 0, "")):
        nginx = rig.Nginx(good, f"version: 1\npolicies:\n  app: {{{policy}}}\n")
        if size:
            os.truncate(nginx.folder / "policy.yaml", size) if policy is None else (nginx.folder / "huge").write_bytes(b"")
            if policy is not None:
                os.truncate(nginx.folder / "huge", size)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        got, said = nginx.test()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        checks.equal(f"{what}: {said[:300]}", (got, words in said), (0 if what == "wide" else 1, True))
        checks.true(f"{what}: costs less than a second", seconds < 1, seconds)
        nginx.__exit__()
    checks.true("nor 200 MiB", after.ru_maxrss < 200 << 10, after.ru_maxrss)


def variables(nginx, checks):
    for headers, want in (
            ([], b"pass NoOrigin app off "), ([ORIGIN], b"allow Allowed app off https://app.example.com"),
            ([("Origin", "https://api.example.com")], b"pass OwnOrigin app off https://api.example.com"),
            ([("Origin", "https://x.example")], b"refuse OriginNotListed app off https://x.example"),
            ([("Origin", b"a\xff b\"")], b"refuse OriginMalformed app off a%FF%20b%22"),
            ([("Origin", "x" * 300)], b"refuse OriginMalformed app off " + b"x" * 272 + b"...")):
        checks.equal(f"variables {headers}", nginx.ask("/free/", headers=headers).body, want)
    checks.equal("variables of off", nginx.ask("/off/").body, b"[]")
    nginx.ask("/free/", "POST", [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://x.example")])
    last = nginx.log().splitlines()[-1]
    checks.equal("a refusal in the log", last, b"POST|403|refuse|CsrfCrossSite|app|refused|https://x.example|127.0.0.1")
    nginx.ask("/free/", "OPTIONS", [ORIGIN, ("Access-Control-Request-Method", "GET")])
    checks.equal("a preflight in the log", nginx.log().splitlines()[-1], b"OPTIONS|204|allow|PreflightAllowed|app|off|https://app.example.com|")


def limits(nginx, checks):
    stranger = [("Origin", "https://stranger.example")]
    checks.equal("strangers are limited", [nginx.ask("/", headers=stranger).status for _ in range(5)], [200, 200, 200, 429, 429])
    checks.equal("others are not", [nginx.ask("/", headers=headers).status for headers in ([ORIGIN], []) for _ in range(4)], [200] * 8)


def counters(nginx, checks):
    before = json.loads(nginx.ask("/status").body)
    for _ in range(3):
        nginx.ask("/free/", headers=[ORIGIN])
        nginx.ask("/watch/", headers=[("Origin", "https://x.example")])
        nginx.ask("/watch/", "POST", [("Sec-Fetch-Site", "cross-site")])
    answer = nginx.ask("/status")
    after = json.loads(answer.body)
    checks.equal("content type", answer.all("Content-Type"), ["application/json"])
    app, watch = ({row["policy"]: row for row in after["policies"]}[name] for name in ("app", "watch"))
    old = {row["policy"]: row for row in before["policies"]}["app"]
    checks.equal("allowed are counted", app["enforced"]["Allowed"] - old["enforced"]["Allowed"], 3)
    checks.equal("report counts apart", (watch["mode"], watch["enforced"], watch["reported"]),
                 ("report", {}, {"OriginNotListed": 3, "CsrfCrossSite": 3}))
    text = nginx.ask("/metrics").body.decode()
    checks.true("Prometheus", 'concors_decisions_total{policy="watch",reason="CsrfCrossSite",enforced="false"} 3\n' in text, text)
    for line in text.splitlines():
        checks.true(f"Prometheus: {line}", line.startswith("# ") or re.fullmatch(r'\w+\{(\w+="[^"\\]*",?)+\} \d+', line))
    checks.equal("status by POST", nginx.ask("/status", "POST").status, 405)
    checks.equal("status by HEAD", nginx.ask("/status", "HEAD").body, b"")
    for i in range(200):
        nginx.ask("/free/", headers=[("Origin", f"https://flood{i}.example")])
        if i % 4 == 0:
            nginx.ask("/free/", headers=[("Origin", "https://often.example")])
    top = json.loads(nginx.ask("/status").body)["unknown_origins"]
    checks.equal("bounded", len(top), 64)
    often = [row for row in top if row["origin"] == "https://often.example"]
    checks.true("the frequent one is found", often and often[0]["at_least"] <= 50 <= often[0]["at_most"], top[:3])
    checks.true("the most frequent first", [row["at_most"] for row in top] == sorted((row["at_most"] for row in top), reverse=True))


def descriptors(nginx):
    return len(os.listdir(f"/proc/{nginx.process.pid}/fd"))


def resident(nginx):
    status = pathlib.Path(f"/proc/{nginx.process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def reloads(nginx, checks):
    """Every answer is the old policy's or the new one's; nothing is lost, nothing leaks."""
    stop, wrong, answers = threading.Event(), [], []

    def keep_asking():
        while not stop.is_set():
            answer = nginx.ask("/free/", headers=[ORIGIN])
            got = (answer.status, answer.cors(), answer.vary())
            answers.append(got)
            if got not in (old, new):
                wrong.append(answer.raw)

    cors = [("access-control-allow-credentials", "true"), ("access-control-allow-origin", "https://app.example.com")]
    old = (200, cors, ["Origin"])
    new = (200, sorted([*cors, ("access-control-expose-headers", "x-total")]), ["Origin"])
    other = POLICY.replace("  watch", "    expose_headers: [x-total]\n  watch").replace("watch", "third")
    counted = json.loads(nginx.ask("/status").body)["policies"][0]["enforced"]["Allowed"]
    thread = threading.Thread(target=keep_asking)
    thread.start()
    measured = []
    for i in range(12):
        nginx.write(SERVERS.replace("watch", "third") if i % 2 == 0 else SERVERS, other if i % 2 == 0 else POLICY)
        checks.true(f"reload {i}: the old workers leave", nginx.reload())
        measured.append((descriptors(nginx), resident(nginx)))
        if i == 4:
            victim = next(iter(nginx.children()))
            os.kill(victim, signal.SIGKILL)
            time.sleep(0.1)
    stop.set()
    thread.join()
    lost = [raw for raw in wrong if raw == b""]
    checks.true("no answer is a mix", len(wrong) == len(lost), [raw for raw in wrong if raw][:1])
    checks.true("only a killed worker loses a connection", len(lost) <= 1, len(lost))
    checks.true("both policies answered", old in answers and new in answers, len(answers))
    checks.equal("open files of the master", measured[-1][0], measured[5][0])
    if not rig.SANITIZED:
        checks.true("memory of the master", measured[-1][1] <= measured[5][1] * 1.02 + 64, measured)
    nginx.write(policy="broken: [")
    nginx.process.send_signal(signal.SIGHUP)
    for _ in range(100):
        if b"policy.yaml:1:" in nginx.log("error.log"):
            break
        time.sleep(0.02)
    checks.equal("a broken policy changes nothing", nginx.ask("/free/", headers=[ORIGIN]).all("Access-Control-Allow-Origin"), ["https://app.example.com"])
    count = json.loads(nginx.ask("/status").body)["policies"][0]["enforced"]["Allowed"]
    checks.true("counters outlive reloads", count >= counted + len(answers) - len(wrong), (counted, len(answers), count))
    checks.true("no alert but of the killed", all(b"exited on signal 9" in line for line in nginx.log("error.log").splitlines()
                                                 if b"[alert]" in line or b"[crit]" in line))


def main():
    rig.require()
    checks = rig.Checks()
    configuration(checks)
    huge_files(checks)
    with rig.Nginx(SERVERS, POLICY, {"www/index.html": "x"}, workers=2) as nginx:
        variables(nginx, checks)
        limits(nginx, checks)
        counters(nginx, checks)
        reloads(nginx, checks)
    checks.finish()


main()
