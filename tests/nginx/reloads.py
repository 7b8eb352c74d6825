#!/usr/bin/env python3
"""What reloads broke in other modules: parts of the configuration that vanish and come back, workers that never leave."""
import contextlib
import json
import pathlib
import signal
import threading

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
"""

SERVERS = """
    concors_policy_file policy.yaml;
    server {
        listen 127.0.0.1:@port@;
        concors app;
        location / { return 200 "text"; }
        location /slow/ { proxy_pass http://127.0.0.1:@app@; }
        location /status { concors off; concors_status; }
    }
"""

OFF = "server { listen 127.0.0.1:@port@; location / { return 200 text; } }"
ORIGIN = ("Origin", "https://app.example.com")
ALLOWED = [("access-control-allow-credentials", "true"), ("access-control-allow-origin", "https://app.example.com")]


def works(nginx, checks, what):
    checks.equal(f"{what}: GET", nginx.ask("/", headers=[ORIGIN]).cors(), ALLOWED)
    answer = nginx.ask("/", "OPTIONS", [ORIGIN, ("Access-Control-Request-Method", "GET")])
    checks.equal(f"{what}: preflight", (answer.status, answer.cors()), (204, ALLOWED))


@contextlib.contextmanager
def and_back(nginx, checks, what):
    """Reloads what was written, then what was there before."""
    checks.true(f"{what}: the workers change", nginx.reload())
    yield
    nginx.write(SERVERS, POLICY)
    checks.true(f"{what}: and again", nginx.reload())
    works(nginx, checks, what)


def nchan_513_parts_vanish(nginx, checks):
    whole = nginx.folder / "nginx.conf"
    for what in ("the policy file", "the module", "the http block"):
        nginx.write(OFF)
        text = whole.read_text(encoding="utf-8")
        if what == "the module":
            text = "".join(line for line in text.splitlines(True) if "load_module" not in line and " decided" not in line)
        elif what == "the http block":
            text = text[:text.index("http {")]
        for times in range(3):
            whole.write_text(text, encoding="utf-8")
            with and_back(nginx, checks, f"nchan_513 {what} vanishes, {times}"):
                if what != "the http block":
                    answer = nginx.ask("/", headers=[ORIGIN])
                    checks.equal(f"nchan_513 without {what}", (answer.status, answer.cors()), (200, []))


def policies_come_and_go(nginx, checks):
    """A counter belongs to a name; those of names that are no more make room."""
    for round_number in range(3):
        many = POLICY + "".join(f"  p{round_number}-{i}: {{extends: app}}\n" for i in range(900))
        nginx.write(policy=many)
        with and_back(nginx, checks, f"900 policies, round {round_number}"):
            rows = json.loads(nginx.ask("/status").body)["policies"]
            checks.equal("each is counted", (len(rows), rows[0]["policy"], rows[-1]["enforced"]), (901, "app", {}))
    nginx.ask("/", headers=[ORIGIN])
    rows = json.loads(nginx.ask("/status").body)["policies"]
    checks.true("whoever stayed has all its counts", len(rows) == 1 and rows[0]["enforced"]["Allowed"] >= 4, rows)


def upstream_dynamic_servers_1_old_workers_leave(nginx, application, checks):
    """A request that began under the old policy ends under it; then its worker goes."""
    old, answers = nginx.children(), []
    thread = threading.Thread(target=lambda: answers.append(nginx.ask("/slow/", headers=[ORIGIN])))
    thread.start()
    checks.true("the request is on its way", nginx.wait_for(lambda: application.asked))
    nginx.write(policy=POLICY.replace("    credentials: true\n", "    expose_headers: [x-new]\n"))
    nginx.process.send_signal(signal.SIGHUP)
    checks.true("others take over", nginx.wait_for(lambda: nginx.children() - old))
    new = [("access-control-allow-origin", "https://app.example.com"), ("access-control-expose-headers", "x-new")]
    checks.true("with the new policy", nginx.wait_for(lambda: nginx.ask("/", headers=[ORIGIN]).cors() == new))
    application.answers["/slow/"] = (200, [], b"")
    application.hang.set()
    thread.join()
    checks.true("the old worker leaves", nginx.wait_for(lambda: not nginx.children() & old))
    checks.equal("what began under the old policy", [answer.cors() for answer in answers], [ALLOWED])


def main():
    rig.require()
    checks, application = rig.Checks(), rig.Application()
    application.answers = {"/slow/": ("hang", [], b"")}
    with rig.Nginx(SERVERS, POLICY, level="notice", app=application.port) as nginx:
        works(nginx, checks, "at first")
        nchan_513_parts_vanish(nginx, checks)
        policies_come_and_go(nginx, checks)
        upstream_dynamic_servers_1_old_workers_leave(nginx, application, checks)
        checks.equal("upstream_check_46 nothing crashed", [line for line in nginx.log("error.log").splitlines()
                                                           if b"signal 11" in line or b"[alert]" in line or b"[crit]" in line], [])
        checks.true("the master is the one of the beginning", pathlib.Path(f"/proc/{nginx.process.pid}").exists())
    checks.finish()


main()
