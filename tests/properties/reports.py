#!/usr/bin/env python3
"""What reports owe themselves and each other, over journeys bent at random; and that no secret is in them."""
import copy
import json
import pathlib
import random
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vectors"))
import expand  # noqa: E402
import run  # noqa: E402

VECTORS = pathlib.Path(run.__file__).resolve().parent
TREE = random.Random(20261120)
BENT = 15_000
SHOWN_TO_PEOPLE = 60
IN_COMPANY = 3000
COMPANY = ["chrome", "chrome-no3pc", "edge", "firefox"]
CANARY = "CANARY5d1c"
BROWSERS = ["chrome", "chrome-no3pc", "edge", "firefox", "safari", "webkitgtk", "spec", "chrome@79",
            "firefox@130", "safari@18.5"]
PIECES = list("\";=,./%*: \t\0\x01\x7f\x80\u202e\u00e9-@") + [
    "__Host-", "__Secure-", "Expires=", "Domain=", "Path=", "SameSite=", "Secure", "HttpOnly", "Partitioned",
    "Max-Age=", "xn--", "0x7f.1", "..", "localhost", "127.0.0.1", "[::1]", "https://", "http://", "ws://", "null",
    "*", "true", "GET", "PUT", "*, ", "x" * 5000]
NUMBERS = [0, 1, -1, 119, 120, 121, 200, 204, 301, 302, 307, 401, 500, 10**9, 10**15]
WORDS = ("kind", "mode", "credentials", "redirect", "crossorigin")


def leaves(value, path=()):
    """The paths of all texts and numbers of a journey."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in items:
        if isinstance(part, (dict, list)):
            yield from leaves(part, path + (key,))
        elif key not in WORDS and part is not None:
            yield path + (key,)


def edited(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return TREE.choice(NUMBERS + [value + 1])
    at = TREE.randrange(len(value) + 1)
    return TREE.choice([value[:at], value[:at] + TREE.choice(PIECES) + value[at:],
                        value[:at] + value[at + TREE.randrange(6):], value.swapcase()])


def bend(journey):
    bent = copy.deepcopy(journey)
    del bent["browsers"]
    paths = list(leaves(bent))
    for path in TREE.sample(paths, min(len(paths), TREE.choice([1, 1, 2, 4]))):
        place = bent
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = edited(place[path[-1]])
    bent["browsers"] = TREE.sample(BROWSERS, 2)
    return bent


def refused_lines(step):
    return [entry for entry in step["set_cookie"] if entry["stored"] is False and not entry.get("deleted")]


def hop_mistakes(hop):
    """What contradicts itself in one hop, or gives no reason."""
    answer, asked = hop["response"], hop["preflight"]
    if any(not cookie["reasons"] for cookie in hop["cookies_withheld"] or []):
        yield "a cookie is withheld without a reason"
    if asked["error"] and hop["request_sent"] is not False:
        yield "a request is sent although its preflight failed"
    if answer["outcome"] in ("blocked", "not-sent") and not (answer["error"] or asked["error"]):
        yield "a response is blocked without an error"
    if answer["outcome"] in ("readable", "opaque", "navigated") and answer["error"]:
        yield "a response is let through with an error"
    if answer["outcome"] != "readable" and answer["readable_headers"]:
        yield "headers are readable though the response is not"
    if hop["request_sent"] is False and hop["set_cookie"]:
        yield "cookies come back from a request that was never sent"
    if hop["credentials"] is False and hop["cookies_sent"]:
        yield "cookies go without credentials"


def line_mistakes(step):
    for entry in step["set_cookie"]:
        if entry["stored"] is True and entry["reasons"]:
            yield "a cookie is stored and refused at once"
        if entry["stored"] is False and not entry["reasons"] and not entry.get("deleted"):
            yield "a cookie is refused without a reason"


def is_blocked(hop):
    if refused_lines(hop):
        return True
    return "response" in hop and (hop["request_sent"] is False or hop["response"]["outcome"] == "blocked"
                                  or bool(hop["cookies_withheld"]))


def mistakes(browser):
    blocked = False
    for step in browser["steps"]:
        for hop in step.get("hops") or [step]:
            yield from line_mistakes(hop)
            if "response" in hop:
                yield from hop_mistakes(hop)
            blocked = blocked or is_blocked(hop)
    if blocked != (browser["verdict"] == "blocked"):
        yield f"the verdict is {browser['verdict']}, though blocked is {blocked}"
    errors = [f for f in browser["findings"] if f["severity"] == "error"]
    if blocked and not errors:
        yield "blocked, but no finding says why"


class Asked:
    def __init__(self, journey):
        self.journey = journey


def check_bent(binary, journeys):
    asked = [("", Asked(bend(TREE.choice(journeys)))) for _ in range(BENT)]
    failed = 0
    for (_, one), line in zip(asked, run.ask(binary, asked)):
        for browser in json.loads(line).get("browsers", []):
            for mistake in set(mistakes(browser)):
                failed += 1
                if failed <= 10:
                    print(f"FAIL {browser['browser']}: {mistake}\n     {json.dumps(one.journey)[:2000]}")
    return len(asked), failed


def check_company(binary, journeys):
    """A browser does in company what it does alone: who acts like another is not run again."""
    asked = [("", Asked(journey)) for journey in journeys]
    asked += [("", Asked(bend(TREE.choice(journeys)))) for _ in range(IN_COMPANY)]
    together = run.ask(binary, asked, "--no-fixes", "--browser", ",".join(COMPANY))
    failed = 0
    for place, name in enumerate(COMPANY):
        alone = run.ask(binary, asked, "--no-fixes", "--browser", name)
        for (_, one), line, own in zip(asked, together, alone):
            browsers = json.loads(line).get("browsers")
            if browsers and browsers[place] != json.loads(own)["browsers"][0]:
                failed += 1
                if failed <= 10:
                    print(f"FAIL {name} does otherwise in company\n     {json.dumps(one.journey)[:2000]}")
    return len(asked) * len(COMPANY), failed


def with_canary(line):
    """The line with another value; None if it has no name to keep."""
    pair, semicolon, attributes = line.partition(";")
    name, equals, _ = pair.partition("=")
    return f"{name}={CANARY}{semicolon}{attributes}" if equals and name.strip() else None


def hide_values(journey):
    secret = copy.deepcopy(journey)
    for held in secret.get("cookies", []):
        held["set_cookie"] = with_canary(held["set_cookie"]) or "x=1"
    for step in secret["steps"]:
        if "document_cookie" in step:
            step["document_cookie"] = with_canary(step["document_cookie"]) or "x=1"
        for hop in [step, *step.get("redirects", [])]:
            for header in (hop.get("response") or {}).get("headers", []):
                if header[0] == "Set-Cookie":
                    header[1] = with_canary(header[1]) or "x=1"
        for header in step.get("request", {}).get("headers", []):
            if header[0].lower() == "authorization":
                header[1] = f"Bearer {CANARY}"
    return secret


def check_secrets(binary, journeys):
    asked = [("", Asked(hide_values(journey))) for journey in journeys]
    failed = 0
    for (_, one), line in zip(asked, run.ask(binary, asked)):
        if CANARY in line:
            failed += 1
            print(f"FAIL a value is shown: {re.search('.{0,80}' + CANARY, line)[0]}\n     {json.dumps(one.journey)[:1000]}")
    for _, one in TREE.sample(asked, SHOWN_TO_PEOPLE):
        done = subprocess.run([binary, "explain", "--now", run.NOW], input=json.dumps(one.journey).encode(),
                              capture_output=True, timeout=10, check=False)
        if CANARY.encode() in done.stdout + done.stderr:
            failed += 1
            print(f"FAIL a value is shown to people: {json.dumps(one.journey)[:1000]}")
    return len(asked) + SHOWN_TO_PEOPLE, failed


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: reports.py BINARY")
    journeys = [case.journey for _, case in expand.load(VECTORS) if len(json.dumps(case.journey)) < 6000]
    passed = failed = 0
    for check in (check_bent, check_company, check_secrets):
        asked, wrong = check(sys.argv[1], journeys)
        passed += asked - wrong
        failed += wrong
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
