#!/usr/bin/env python3
"""The list of reasons against the command: every page's two journeys run and show what the page
claims, and `concors reason` finds, prints and refuses as it should."""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONCORS = os.environ.get("CONCORS", os.path.join(ROOT, "build", "cli", "concors"))
LIST = os.path.join(ROOT, "src", "verdict", "reasons.def")
sys.path.insert(0, os.path.join(ROOT, "tools"))
sys.dont_write_bytecode = True
import reason_list  # noqa: E402  (after the path is known)

passed = failed = 0
MESSAGE = "Origin https://a.test is not allowed by Access-Control-Allow-Origin. Status code: 200"


def check(title, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAIL {title}: {detail}")


def concors(*args, text=None):
    return subprocess.run([CONCORS, *args], input=text, capture_output=True, text=True, timeout=60)


def codes_of(report):
    """Every reason that one browser's part of a report names."""
    found = {finding["code"] for finding in report["findings"]}
    hops = [hop for step in report["steps"] for hop in [*step.get("hops", []), step]]
    for hop in hops:
        found |= {(hop.get("preflight") or {}).get("error"), (hop.get("response") or {}).get("error")}
        for cookie in hop.get("cookies_withheld", []):
            found |= set(cookie["reasons"])
        for line in hop.get("set_cookie", []):
            found |= set(line["reasons"]) | set(line.get("warnings", []))
    return found


def explain(journey, profiles):
    """The report of each profile, or what went wrong."""
    run = concors("explain", "--json", "--browser", ",".join(profiles), "-", text=json.dumps(journey))
    if run.returncode not in (0, 1, 4):
        return None, f"exit {run.returncode}: {run.stderr.strip()}"
    try:
        return json.loads(run.stdout)["browsers"], ""
    except (ValueError, KeyError) as error:
        return None, f"no report: {error}"


def check_shown(reason):
    """Of the browsers that people have, `shown` leaves none out."""
    others = [profile for profile in ("chrome", "firefox", "safari") if profile not in reason.shown]
    reports = explain(reason.blocked, others)[0] if others else []
    for profile, report in zip(others, reports or []):
        check(f"{reason.code} is not said to show in {profile}", reason.code not in codes_of(report), "does")


def check_blocked(reason):
    reports, problem = explain(reason.blocked, reason.shown)
    if reports is None:
        check(f"{reason.code} blocked", False, problem)
        return
    check_shown(reason)
    for profile, report in zip(reason.shown, reports):
        title = f"{reason.code} blocked in {profile}"
        check(title, reason.code in codes_of(report), f"shows {sorted(filter(None, codes_of(report)))}")
        if reason.severity == "error":
            check(title, report["verdict"] == "blocked", f"verdict {report['verdict']}")


def check_fixed(reason):
    reports, problem = explain(reason.fixed, reason.shown)
    if reports is None:
        check(f"{reason.code} fixed", False, problem)
        return
    for profile, report in zip(reason.shown, reports):
        title = f"{reason.code} fixed in {profile}"
        check(title, reason.code not in codes_of(report), "still shows it")
        if not reason.still:
            check(title, report["verdict"] == "ok",
                  f"verdict {report['verdict']}, {sorted(filter(None, codes_of(report)))}")


def check_page(reason):
    run = concors("reason", reason.code, "--color", "never")
    lines = run.stdout.splitlines()
    title = f"{reason.code} page"
    check(title, run.returncode == 0 and lines and lines[0].startswith(reason.code), run.stderr)
    check(title, run.stdout.isascii() and "\x1b" not in run.stdout, "bytes beyond plain text")
    wide = [line for line in lines if len(line) > 80 and " " in line.strip('" ,-+[]')]
    wide = [line for line in wide if not re.match(r'\s*[-+]?\s*[\["]', line)]
    check(title, not wide, f"wider than 80 columns: {wide}")


def check_command(reasons):
    run = concors("reason", "SECUREONLY", "--json")
    check("any case", run.returncode == 0, run.stderr)
    entry = json.loads(run.stdout or "{}").get("reasons", [{}])[0]
    keys = {"code", "severity", "what", "why", "where", "remedy", "spec", "docs"}
    check("json keys", keys <= set(entry) and entry["docs"] == "reasons/SecureOnly", str(entry))
    run = concors("reason", "reasons/SecureOnly", "-q")
    check("a report's docs", run.stdout.startswith("SecureOnly: "), run.stdout)
    run = concors("reason", "--list", "--json")
    entries = json.loads(run.stdout)["reasons"]
    listed = [entry["code"] for entry in entries]
    check("list", [entry["code"] for entry in entries if entry["topic"] == "browser"] == [r.code for r in reasons],
          str(len(listed)))
    run = concors("reason", "--list", "-q")
    check("list of codes", run.stdout.split() == listed, run.stdout[:80])
    run = concors("reason", "SecureOnly", "--color", "always")
    check("colour when asked", "\x1b[" in run.stdout, "none")


def check_messages():
    for title, args, text in (("operand", [MESSAGE], None), ("words", MESSAGE.split(), None),
                              ("standard input", ["-"], MESSAGE + "\n")):
        run = concors("reason", "--json", *args, text=text)
        found = [entry["code"] for entry in json.loads(run.stdout or '{"reasons":[]}')["reasons"]]
        check(f"message as {title}", found[:2] == ["MissingAllowOriginHeader", "AllowOriginMismatch"],
              f"{found} {run.stderr}")


def check_refusals():
    for title, args, text, said in (
            ("near code", ["secureonl"], None, "did you mean 'SecureOnly'?"),
            ("no code", ["zzzzzzzz"], None, "--list"),
            ("no message", ["nothing of that kind"], None, "no reason is known"),
            ("no cause", ["TypeError: Failed to fetch"], None, "not why"),
            ("no cause, Safari", ["Fetch API cannot load https://a.test/ due to access control checks."],
             None, "not why"),
            ("nothing", [], None, "--list"),
            ("list and more", ["--list", "SecureOnly"], None, "--help"),
            ("empty", [""], None, "no reason is known"),
            ("empty input", ["-"], "", "no reason is known"),
            ("terminal codes", ["\x1b[31mred\u202e text"], None, "no reason is known"),
            ("a wrong word in red", ["\x1b[31mred"], None, "no reason is known"),
            ("a secret", ["canary-8f3a"], None, "no reason is known"),
            ("too long", ["-"], "a" * 70000, "65536 bytes")):
        run = concors("reason", *args, text=text)
        lines = run.stderr.splitlines()
        good = run.returncode == 2 and run.stdout == "" and len(lines) == 1 and said in lines[0]
        check(f"refused: {title}", good and lines[0].startswith("concors: "),
              f"exit {run.returncode}, {run.stderr!r}")
        check(f"not repeated: {title}", "canary" not in run.stderr, run.stderr)


def check_pages_are_current():
    tool = os.path.join(ROOT, "tools", "reasons.py")
    run = subprocess.run([sys.executable, tool, "check", LIST, os.path.join(ROOT, "docs", "reasons")],
                         capture_output=True, text=True)
    check("docs/reasons is what the list says", run.returncode == 0, run.stderr)


def main():
    reasons = reason_list.read(LIST)
    for reason in reasons:
        check_page(reason)
        if not reason.recorded and not reason.probed:
            check_blocked(reason)
            check_fixed(reason)
    check_pages_are_current()
    check_command(reasons)
    check_messages()
    check_refusals()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
