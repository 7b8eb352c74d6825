#!/usr/bin/env python3
"""Ask the command thousands of small questions whose answers a second reading of the standards knows."""
import argparse
import json
import pathlib
import random
import subprocess
import sys

import oracles

NOW = "2026-11-20T12:00:00Z"
NOW_S = 1795176000
CAP_S = 34_560_000
LIST = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")
SEED = 20261120
TREE = random.Random(SEED)


def journey(page, steps, browser="spec"):
    return {"page": page, "browsers": [browser], "steps": steps}


def visit(url, *lines):
    return {"request": {"kind": "visit", "url": url},
            "response": {"status": 200, "headers": [["Set-Cookie", line] for line in lines]}}


def fetch(url, answer, **request):
    return {"request": {"url": url, **request}, "response": {"status": 200, "headers": answer}}


def offered(step):
    return step["set_cookie"][0]


def edits(text, letters):
    """The text itself, and everything one letter away from it."""
    yield text
    for at in range(len(text) + 1):
        for letter in letters:
            yield text[:at] + letter + text[at:]
    for at in range(len(text)):
        yield text[:at] + text[at + 1:]
        for letter in letters:
            yield text[:at] + letter + text[at + 1:]
        yield text[:at] + text[at].swapcase() + text[at + 1:]


def allow_origin():
    """A response is readable if and only if Allow-Origin is the origin, byte for byte."""
    for page in ("https://app.example.com", "http://localhost:3000", "https://xn--bcher-kva.example"):
        for value in sorted(set(edits(page, "ax.-/:*, \t\"'\u00e9"))):
            headers = [["Access-Control-Allow-Origin", value], ["Access-Control-Allow-Credentials", "true"]]
            want = "readable" if value.strip(" \t") == page else "blocked"
            yield (journey(page + "/", [fetch("https://api.other.test/", headers, credentials="include")], "chrome"),
                   lambda report: report["steps"][0]["response"]["outcome"], want)


def allow_credentials():
    """Allow-Credentials is true, or it is nothing."""
    for value in sorted(set(edits("true", "tT1 ,;\"\t"))):
        headers = [["Access-Control-Allow-Origin", "https://a.test"], ["Access-Control-Allow-Credentials", value]]
        want = "readable" if value.strip(" \t") == "true" else "blocked"
        yield (journey("https://a.test/", [fetch("https://b.test/", headers, credentials="include")], "firefox"),
               lambda report: report["steps"][0]["response"]["outcome"], want)


HOSTS = [f"{a}{b}example.test" for a in ("", "a.", "b.", "aa.", "a-") for b in ("", "a.", "b.", "a")]


def domain():
    """A cookie is stored if the host domain-matches, and then goes wherever that holds again."""
    for host in HOSTS:
        for wanted in HOSTS:
            for other in TREE.sample(HOSTS, 6):
                stored = oracles.domain_matches(host, wanted)
                sent = stored and oracles.domain_matches(other, wanted)
                yield (journey(f"https://{host}/", [visit(f"https://{host}/", f"a=1; Domain={wanted}"), visit(f"https://{other}/")]),
                       lambda report: (offered(report["steps"][0])["stored"], len(report["steps"][1]["cookies_sent"])),
                       (stored, int(sent)))


def host_only():
    """Without Domain a cookie goes to its host alone."""
    for host in HOSTS:
        for other in HOSTS:
            yield (journey(f"https://{host}/", [visit(f"https://{host}/", "a=1"), visit(f"https://{other}/")]),
                   lambda report: len(report["steps"][1]["cookies_sent"]), int(host == other))


def some_path():
    return "/" + "".join(TREE.choice("/ab") for _ in range(TREE.randrange(5)))


def path():
    """Path-match and default-path, over every shape of short paths."""
    for _ in range(4000):
        cookie, request, setter = some_path(), some_path(), some_path()
        line = TREE.choice([f"a=1; Path={cookie}", "a=1", "a=1; Path=x"])
        held = cookie if line.endswith(cookie) else oracles.default_path(setter)
        yield (journey("https://a.test/", [visit(f"https://a.test{setter}", line), visit(f"https://a.test{request}")]),
               lambda report: (offered(report["steps"][0])["cookie"]["path"], len(report["steps"][1]["cookies_sent"])),
               (held, int(oracles.path_matches(request, held))))


def order():
    """Longer paths first, then older cookies."""
    paths = ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c"]
    for _ in range(1000):
        chosen = [TREE.choice(paths) for _ in range(TREE.randrange(2, 7))]
        lines = [f"c{n}=1; Path={p}" for n, p in enumerate(chosen)]
        want = [f"c{n}" for n, p in sorted(enumerate(chosen), key=lambda c: -len(c[1])) if oracles.path_matches("/a/b/c", p)]
        yield (journey("https://a.test/", [visit("https://a.test/", *lines), visit("https://a.test/a/b/c")], TREE.choice(["chrome", "firefox", "webkitgtk"])),
               lambda report: [c["name"] for c in report["steps"][1]["cookies_sent"]], want)


def expiry(report):
    entry = offered(report["steps"][0])
    return "deleted" if entry.get("deleted") else entry["cookie"]["expires"]


def written(seconds):
    if seconds is None:
        return None
    if seconds <= NOW_S:
        return "deleted"
    moment = oracles.datetime.datetime.fromtimestamp(min(seconds, NOW_S + CAP_S), oracles.datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


DATE_PARTS = {
    "time": ["12:00:00", "00:00:00", "23:59:59", "24:00:00", "12:60:00", "12:00:60", "1:2:3", "12:00", "12:00:00x", "12:00:000", "012:00:00"],
    "day": ["20", "1", "01", "31", "32", "0", "00", "29", "30", "20th", "123"],
    "month": ["Jan", "jan", "JANUARY", "Feb", "Dec", "Janx", "Ja", "13"],
    "year": ["2027", "27", "1970", "99", "69", "70", "1600", "1601", "2026", "2028", "20277", "227", "9999"],
    "other": ["", "Wed", "GMT", "+0500", "PST", "x", "-"],
}


def some_date():
    words = [TREE.choice(DATE_PARTS[part]) for part in ("day", "month", "year", "time")]
    if TREE.random() < 0.2:
        words.pop(TREE.randrange(4))
    if TREE.random() < 0.3:
        TREE.shuffle(words)
    words.insert(TREE.randrange(len(words) + 1), TREE.choice(DATE_PARTS["other"]))
    return TREE.choice([" ", "-", ", ", "/", " _ "]).join(words)


def cookie_date():
    """The standard's date algorithm, on good and bad dates."""
    for _ in range(6000):
        text = some_date()
        yield (journey("https://a.test/", [visit("https://a.test/", f"a=1; Expires={text}")]),
               expiry, written(oracles.cookie_date(text)))


def max_age():
    """Max-Age is an integer, perhaps negative, or it is ignored."""
    for _ in range(2000):
        text = "".join(TREE.choice("0123456789-+. x") for _ in range(TREE.randrange(1, 7))).strip()
        number = int(text) if oracles.re.fullmatch(r"-?[0-9]+", text) else None
        want = None if number is None else written(NOW_S + number) if number > 0 else "deleted"
        yield journey("https://a.test/", [visit("https://a.test/", f"a=1; Max-Age={text}")]), expiry, want


def characters():
    """Control characters but TAB drop the cookie wherever they stand; nothing else does."""
    for code in [*range(1, 0x80), 0x80, 0xff, 0x100, 0x202e]:
        sign = chr(code)
        if sign in "\n\r":
            continue
        for line in (f"a{sign}b=1", f"a=x{sign}y", f"a=1; Path=/x{sign}y", f"a=1; Zed{sign}o"):
            if sign in ";=" and "Path" not in line and "Zed" not in line:
                continue
            if code > 0x7f and "Path" in line:
                continue
            bad = (code < 0x20 and sign != "\t") or code == 0x7f
            yield (journey("https://a.test/", [visit("https://a.test/", line)]),
                   lambda report: offered(report["steps"][0])["stored"], not bad)


def suffixes():
    """No cookie is ever set for a public suffix from below it: every rule of the list."""
    psl = oracles.SuffixList(LIST)
    for rule in sorted(psl.rules):
        name = rule.lstrip("!").replace("*.", "star.")
        for host in (name, "x." + name, "y.x." + name):
            parent = host.split(".", 1)[1] if "." in host else host
            if "*." + parent in psl.rules and parent != host:
                continue  # below a wildcard's own base: the list leaves it open, libpsl refuses
            want = parent == host or psl.registrable(parent) is not None
            yield (journey(f"https://{host}/", [visit(f"https://{host}/", f"a=1; Domain={parent}")]),
                   lambda report: offered(report["steps"][0])["stored"], want)


def same_site():
    """Which hosts are one site, by the list's own algorithm."""
    psl = oracles.SuffixList(LIST)
    rules = sorted(rule.lstrip("!").replace("*.", "star.") for rule in psl.rules)
    for _ in range(6000):
        base = TREE.choice(rules)
        one = TREE.choice(["", "a.", "b.", "a.b."]) + base
        two = TREE.choice(["", "a.", "b.", "c.b."]) + TREE.choice([base, base, TREE.choice(rules)])
        yield (journey(f"https://{one}/", [fetch(f"https://{two}/", [])]),
               lambda report: report["steps"][0]["relation"]["same_site"], psl.same_site(one, two))


NAMES = ["x-a", "x-b", "X-C", "content-type", "authorization"]


def preflight_lists():
    """A credentialed preflight passes if and only if every header, and the method, is listed."""
    for _ in range(2000):
        asked = TREE.sample(NAMES[:3], TREE.randrange(4))
        listed = [TREE.choice([str.upper, str.lower, str.title])(n) for n in TREE.sample(NAMES + ["*"], TREE.randrange(6))]
        method = TREE.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "patch"])
        methods = TREE.sample(["GET", "PUT", "put", "DELETE", "PATCH", "*"], TREE.randrange(5))
        asks = bool(asked) or method not in ("GET", "POST")
        wrong = ("MethodDisallowedByPreflightResponse" if method not in ("GET", "POST") and method not in methods else
                 "HeaderDisallowedByPreflightResponse" if {n.lower() for n in asked} - {n.lower() for n in listed} else None)
        step = fetch("https://b.test/", [], method=method, credentials="include", headers=[[n, "1"] for n in asked])
        step["preflight"] = {"status": 204, "headers": [
            ["Access-Control-Allow-Origin", "https://a.test"], ["Access-Control-Allow-Credentials", "true"],
            ["Access-Control-Allow-Methods", TREE.choice([",", ", ", " , "]).join(methods)],
            *[["Access-Control-Allow-Headers", name] for name in listed]]}
        yield (journey("https://a.test/", [step], TREE.choice(["chrome", "firefox", "webkitgtk", "spec"])),
               lambda report: (report["steps"][0]["preflight"]["sent"], report["steps"][0]["preflight"]["error"]),
               (asks, wrong if asks else None))


PROPERTIES = [allow_origin, allow_credentials, domain, host_only, path, order, cookie_date, max_age,
              characters, suffixes, same_site, preflight_lists]


def answers(binary, journeys):
    done = subprocess.run([binary, "explain", "--batch", "--now", NOW, "--psl", str(LIST)],
                          input="".join(json.dumps(j) + "\n" for j in journeys).encode(),
                          capture_output=True, timeout=120, check=False)
    lines = done.stdout.decode("utf-8").splitlines()
    if len(lines) != len(journeys):
        sys.exit(f"run.py: {len(journeys)} journeys in, {len(lines)} reports out, exit {done.returncode}")
    return [json.loads(line) for line in lines]


def hold(binary, check):
    """How many answers differ; the first few are shown."""
    cases = list(check())
    wrong = 0
    for (asked, read, want), report in zip(cases, answers(binary, [case[0] for case in cases])):
        got = read(report["browsers"][0]) if "browsers" in report else report
        if got != want:
            wrong += 1
            if wrong <= 5:
                print(f"FAIL {check.__name__}: {check.__doc__}\n     {json.dumps(asked)}\n     expected {want}, got {got}")
    return len(cases), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the concors command")
    parser.add_argument("--filter", default="", help="only properties whose name has this")
    options = parser.parse_args()
    asked = failed = 0
    for check in PROPERTIES:
        if options.filter in check.__name__:
            TREE.seed(SEED)
            count, wrong = hold(options.binary, check)
            asked += count
            failed += wrong
    print(f"{asked - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
