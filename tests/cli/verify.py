#!/usr/bin/env python3
"""`concors explain --verify`: the comparison shown, exit codes, what is missing; and one journey in each browser here.

A rig without a browser stands in for the real one, and lies when told to. Last line: "N passed, N failed, N skipped".
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONCORS = os.path.abspath(sys.argv[1])
FAKE = ROOT / "tests/browsers/fake_rig.mjs"
CANARY = "CANARY51c2"
ORIGIN = "https://app.example.com"
ALLOW = [["Access-Control-Allow-Origin", ORIGIN], ["Access-Control-Allow-Credentials", "true"]]
COUNT = {"passed": 0, "failed": 0, "skipped": 0}


def journey(headers, **more):
    return {"page": ORIGIN + "/", "steps": [
        {"request": {"url": "https://api.example.com/me?token=" + CANARY, "credentials": "include"},
         "response": {"status": 200, "headers": headers}}], **more}


OK = journey(ALLOW)
BLOCKED = journey([["Access-Control-Allow-Origin", ORIGIN + "/"]])
UNKNOWN = {"page": ORIGIN + "/", "steps": [{"request": {"url": "https://api.example.com/"}}]}
COOKIE = journey(ALLOW + [["Set-Cookie", f"sid={CANARY}; Secure"]],
                 cookies=[{"url": "https://api.example.com/", "set_cookie": f"old={CANARY}; Secure"}])


def verify(*words, data=OK, lie=None, **env):
    settings = {**os.environ, "CONCORS": CONCORS, "CONCORS_RIG": str(FAKE), "LC_ALL": "C.UTF-8", "COLUMNS": "80", **env}
    if lie:
        settings |= {"LIE": lie, "LIE_WHEN": "."}
    browser = [] if "--verify" in words else ["--verify", "firefox"]
    return subprocess.run([CONCORS, "explain", *browser, *words], input=json.dumps(data), text=True,
                          capture_output=True, timeout=120, check=False, env=settings)


def check(holds, what):
    COUNT["passed" if holds else "failed"] += 1
    if not holds:
        print(f"FAIL {what}")


def skip(what):
    COUNT["skipped"] += 1
    print(f"skip {what}")


def check_exit_codes():
    table = [(OK, [], None, 0), (BLOCKED, [], None, 1), (UNKNOWN, [], None, 4), (BLOCKED, ["--fail-on", "never"], None, 0),
             (OK, [], "outcome", 5), (BLOCKED, [], "request_sent", 5), (OK, ["--fail-on", "blocked"], "jar", 5),
             (OK, ["--fail-on", "never"], "outcome", 0)]
    for data, words, lie, want in table:
        for form in ([], ["--json"], ["--quiet"]):
            done = verify(*words, *form, data=data, lie=lie)
            check(done.returncode == want, f"exit code {words} {form} {lie}: {done.returncode}, not {want}: {done.stderr}")


def check_text():
    done = verify(data=COOKIE)
    check(done.stdout.startswith("Firefox ") and " and concors agree: " in done.stdout, f"agrees: {done.stdout}")
    for word in ("1  GET https://api.example.com/me", "✓ request         sent, cookies: old",
                 "✓ response        readable", "✓ Set-Cookie      sid=…; Secure: stored", "After the last step",
                 "✓ cookie          sid of api.example.com/: kept"):
        check(word in done.stdout, f"{word!r} in {done.stdout}")
    differs = verify(data=COOKIE, lie="outcome").stdout
    check("differ: " in differs.split("\n")[0], f"differs: {differs}")
    check("✗ response        Firefox: blocked\n" + " " * 21 + "concors: readable" in differs, f"both sides: {differs}")
    quiet = verify("--quiet", lie="jar").stdout
    check(quiet.count("\n") == 1, f"--quiet is one line: {quiet!r}")
    plain = verify(data=COOKIE, LC_ALL="C").stdout
    check(plain.isascii() and "+ response" in plain, f"plain terminals: {plain}")
    check("\x1b[" in verify("--color", "always").stdout and "\x1b" not in done.stdout, "colour")
    narrow = verify(data=COOKIE, COLUMNS="50").stdout
    check(max(map(len, narrow.splitlines())) <= 60, f"width: {narrow}")


def check_secrets():
    for lie in (None, "cookie_header", "document_cookie", "jar"):
        for words in ([], ["--json"], ["--quiet"]):
            done = verify(*words, data=COOKIE, lie=lie)
            check(CANARY not in done.stdout + done.stderr, f"a secret is shown: {words} {lie} {done.stdout}")
    check(f"old={CANARY}" in verify("--show-values", data=COOKIE).stdout, "--show-values shows")
    hostile = json.loads(json.dumps(COOKIE).replace("sid=", "si\\u001b[31md="))
    check("\x1b[31" not in verify(data=hostile).stdout, "control characters")


def check_json():
    report = json.loads(verify("--json", data=COOKIE, lie="outcome").stdout)
    check(report["browsers"][0]["browser"].startswith("firefox@"), "the report is explain's")
    verified = report["verified"]
    check((verified["agrees"], verified["differ"]) == (False, 1), f"verified: {verified}")
    check(verified["facts"] == verified["agree"] + 1, f"facts add up: {verified}")
    check(verified["differences"] == [{"field": "outcome", "where": "steps.0.hops.0.response.outcome", "verdict": "differs",
                                       "browser": "blocked", "model": "readable"}], f"differences: {verified}")
    check("observed" in json.loads(verify("--json", "--show-values").stdout)["verified"], "--show-values: all that was seen")


def check_refusals():
    table = [(["--batch"], {}, "not a --batch"), (["--browser", "safari"], {}, "leave --browser out"),
             (["--verify", "safari"], {}, "takes one of chromium"), ([], {"PATH": "/nonexistent"}, "needs Node.js 18")]
    for words, env, want in table:
        done = verify(*words, **env)
        check(done.returncode == 2 and done.stdout == "" and want in done.stderr and done.stderr.count("\n") == 1,
              f"{words} {env}: {done.returncode} {done.stderr}")
    done = verify(data={"page": 1})
    check(done.returncode == 2 and "<stdin>:1:" in done.stderr, f"a wrong journey: {done.stderr}")


def check_alone(folder):
    """A command without the rig beside it."""
    lonely = pathlib.Path(folder, "concors")
    shutil.copy(CONCORS, lonely)
    done = subprocess.run([lonely, "explain", "--verify", "chromium"], input=json.dumps(OK), text=True, capture_output=True,
                          timeout=60, check=False)
    check(done.returncode == 2 and "not installed beside" in done.stderr, f"no rig: {done.stderr}")



def check_interrupt(browser):
    """Nothing is left of a run that is ended in its middle."""
    settings = {**os.environ, "TMPDIR": tempfile.mkdtemp(prefix="concors-verify-")}
    run = subprocess.Popen([CONCORS, "explain", "--verify", browser, str(ROOT / "examples/one-site.json")], env=settings,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    folder = pathlib.Path(settings["TMPDIR"])
    end = time.monotonic() + 20
    while not any(folder.iterdir()) and time.monotonic() < end and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=30)
    check((run.returncode, out) == (130, ""), f"interrupted {browser}: {run.returncode} {out}")
    check(not any(folder.iterdir()), f"left behind: {list(folder.iterdir())}")
    shutil.rmtree(folder, ignore_errors=True)


def check_browsers():
    for browser, want in (("chromium", 1), ("firefox", 0), ("webkitgtk", 1)):
        done = verify("--verify", browser, str(ROOT / "examples/vanishing-login.json"), CONCORS_RIG="")
        if done.returncode == 2 and ("not installed" in done.stderr or "network of its own" in done.stderr):
            skip(f"--verify in a browser: {done.stderr.strip()}")
            continue
        check(done.returncode == want and "and concors agree" in done.stdout,
              f"{browser}: {done.returncode} {done.stdout}{done.stderr}")
        check_interrupt(browser)


def main():
    check_refusals()
    with tempfile.TemporaryDirectory() as folder:
        check_alone(folder)
    if not shutil.which("node"):
        skip("no Node.js")
    else:
        for part in (check_exit_codes, check_text, check_secrets, check_json):
            part()
        if "asan" not in CONCORS:  # a browser under it would show nothing more
            check_browsers()
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**COUNT))
    sys.exit(COUNT["failed"] > 0)


main()
