#!/usr/bin/env python3
"""Bad input gets one clear line and exit code 2: no crash, no hang, no leak."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

CANARY = "CANARY7f3a"
SECONDS = 5
LINE = re.compile(r"concors: \S.*")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]")

GOOD = {"page": "https://app.example.com/", "browsers": ["chrome"],
        "steps": [{"request": {"url": "https://api.example.com/", "credentials": "include"},
                   "response": {"status": 200, "headers": [
                       ["Access-Control-Allow-Origin", "https://app.example.com"],
                       ["Access-Control-Allow-Credentials", "true"],
                       ["Vary", "Origin"]]}}]}


class Failure(Exception):
    """What was not as it should be."""


def complaints(text):
    """What stderr says beside warnings (of a suffix list that is old, say)."""
    return [line for line in text.splitlines() if not line.startswith("concors: warning: ")]


class Host:
    """Runs the command, and holds every run to what no input may break."""

    def __init__(self, binary, folder):
        self.binary = os.path.abspath(binary)
        self.folder = folder

    def run(self, *arguments, data=b"", stdout=subprocess.PIPE):
        start = time.monotonic()
        try:
            done = subprocess.run([self.binary, *arguments], input=data, stdout=stdout,
                                  stderr=subprocess.PIPE, timeout=4 * SECONDS, check=False,
                                  cwd=self.folder)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"runs longer than {4 * SECONDS} s") from error
        seconds = time.monotonic() - start
        text = done.stderr.decode("utf-8", "replace")
        if done.returncode < 0 or "Sanitizer" in text:
            raise Failure(f"died: exit {done.returncode}: {text[:500]}")
        if seconds > SECONDS:
            raise Failure(f"took {seconds:.1f} s")
        for stream in (done.stdout or b"", done.stderr):
            if CANARY.encode() in stream:
                at = stream.index(CANARY.encode())
                raise Failure(f"a secret is shown: {stream[max(0, at - 60):at + 40]!r}")
        return done.returncode, done.stdout or b"", text

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def refused(self, *arguments, data=b"", says=""):
        """Exit 2, nothing on stdout, one line on stderr."""
        code, out, err = self.run(*arguments, data=data)
        if code != 2:
            raise Failure(f"exit {code} instead of 2; stderr {err[:200]!r}")
        if out:
            raise Failure(f"stdout has {out[:200]!r}")
        if err.count("\n") != 1 or not LINE.fullmatch(err.rstrip("\n")):
            raise Failure(f"not one line of the form \"concors: …\": {err[:300]!r}")
        if CONTROL.search(err.rstrip("\n")):
            raise Failure(f"a control character reaches the terminal: {err[:300]!r}")
        if len(err) > 1000:
            raise Failure(f"a line of {len(err)} characters")
        if not re.search(says, err):
            raise Failure(f"does not say {says!r}: {err[:300]!r}")

    def answered(self, *arguments, data=b"", codes=(0, 1, 4)):
        """A report, and no complaint."""
        code, out, err = self.run(*arguments, data=data)
        if code not in codes:
            raise Failure(f"exit {code} instead of one of {codes}; stderr {err[:200]!r}")
        if complaints(err):
            raise Failure(f"stderr has {err[:200]!r}")
        return out


def text_of(journey):
    return json.dumps(journey).encode()


def journey_with(**keys):
    return text_of({**GOOD, **keys})


def step_with(**keys):
    return journey_with(steps=[{**GOOD["steps"][0], **keys}])


def request_with(**keys):
    return step_with(request={**GOOD["steps"][0]["request"], **keys})


def answer_of(headers, status=200):
    return step_with(response={"status": status, "headers": headers})


DOCUMENTS = [
    # title, document, what the line says
    ("an empty document", b"", ""),
    ("blanks alone", b" \n\t\n", ""),
    ("truncated after the brace", b"{", ""),
    ("truncated in the middle", text_of(GOOD)[:60], ""),
    ("truncated before the last brace", text_of(GOOD)[:-1], ""),
    ("10 MB of [", b"[" * 10_000_000, ""),
    ("10 MB of {\"a\":", b'{"a":' * 2_000_000, ""),
    ("an array a thousand deep", b"[" * 1000 + b"]" * 1000, ""),
    ("deep nesting in a known place", b'{"page":' + b"[" * 50_000, ""),
    ("something after the journey", text_of(GOOD) + b"x", ""),
    ("two journeys", text_of(GOOD) + b"\n" + text_of(GOOD), ""),
    ("a HAR file", b'{"log": {"version": "1.2", "creator": {}, "entries": []}}', "--save-journey"),
    ("an array", b"[]", ""),
    ("a string", b'"journey"', ""),
    ("null", b"null", ""),
    ("a number", b"1", ""),
    ("a comment", b"// x\n" + text_of(GOOD), ""),
    ("a trailing comma", text_of(GOOD)[:-1] + b",}", ""),
    ("single quotes", b"{'page': 'https://app.example.com/'}", ""),
    ("NaN", b'{"page": NaN}', ""),
    ("invalid UTF-8", b'{"page": "https://app.example.com/\xff"}', ""),
    ("invalid UTF-8 in a key", b'{"\xc0\xaf": 1}', ""),
    ("overlong UTF-8", b'{"page": "https://app.example.com/\xc0\x80"}', ""),
    ("UTF-8 of a surrogate", b'{"page": "https://app.example.com/\xed\xa0\x80"}', ""),
    ("a lone high surrogate", b'{"page": "https://app.example.com/\\ud800"}', ""),
    ("a lone low surrogate", b'{"page": "https://app.example.com/\\udc00"}', ""),
    ("an escape nobody knows", b'{"page": "https://app.example.com/\\x41"}', ""),
    ("a raw NUL byte", b'{"page": "https://app.example.com/\x00"}', ""),
    ("a NUL byte between tokens", b'{\x00"page": "https://app.example.com/"}', ""),
    ("an escaped NUL in the page's host", b'{"page": "https://app\\u0000.example.com/", "steps": []}', ""),
    ("a raw line break in a string", b'{"page": "https://app.example.com/\n"}', ""),
    ("a UTF-16 document", text_of(GOOD).decode().encode("utf-16"), ""),
    ("a gzip file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", ""),
    ("an ELF file", b"\x7fELF" + bytes(range(256)) * 64, ""),
    ("a page without a scheme", journey_with(page="app.example.com/login"), "page"),
    ("no page", text_of({k: v for k, v in GOOD.items() if k != "page"}), "page"),
    ("a request URL without a scheme", request_with(url="api.example.com"), "url"),
    ("a request URL that does not parse", request_with(url="https://a b/"), "url"),
    ("an empty request URL", request_with(url=""), "url"),
    ("a port too large", request_with(url="https://api.example.com:65536/"), "url"),
    ("an address out of range", request_with(url="https://256.256.256.256/"), "url"),
    ("an ancestor without a scheme", journey_with(ancestors=["portal.example"]), "ancestors"),
    ("a cookie's URL without a scheme", journey_with(cookies=[{"url": "x", "set_cookie": "a=1"}]), "url"),
    ("the same key twice", b'{"page": "https://a.test/", "page": "https://b.test/"}', "page"),
    ("the same key twice, once escaped", b'{"page": "https://a.test/", "p\\u0061ge": "https://b.test/"}', "page"),
    ("the same key twice in a request", text_of(GOOD).replace(b'"url":', b'"url": "https://x.test/", "url":'), "url"),
    ("a number where a string belongs", journey_with(page=1), "page"),
    ("a string where a number belongs", answer_of([], status="200"), "status"),
    ("a string where a boolean belongs", journey_with(sandboxed="yes"), "sandboxed"),
    ("an object where a list belongs", journey_with(steps={}), "steps"),
    ("a string where a list belongs", journey_with(browsers="chrome"), "browsers"),
    ("null where a string belongs", journey_with(page=None), "page"),
    ("a fraction as a status", answer_of([], status=200.5), "status"),
    ("a status too small", answer_of([], status=1), "status"),
    ("a status too large", answer_of([], status=70000), "status"),
    ("a negative age", journey_with(cookies=[{"url": "https://a.test/", "set_cookie": "a=1", "age_s": -1}]), "age_s"),
    ("an age beyond all numbers", b'{"page": "https://a.test/", "cookies": [{"url": "https://a.test/", "set_cookie": "a=1", "age_s": 1e999}], "steps": []}', "age_s"),
    ("a negative wait", step_with(wait_s=-1), "wait_s"),
    ("a header of one part", answer_of([["Vary"]]), "headers"),
    ("a header of three parts", answer_of([["Vary", "a", "b"]]), "headers"),
    ("a header as an object", answer_of({"Vary": "Origin"}), "headers"),
    ("an unknown key", journey_with(cookiez=[]), "cookiez"),
    ("an unknown key in a request", request_with(credential="include"), "credential"),
    ("an unknown key in an answer", step_with(response={"status": 200, "headers": [], "body": "x"}), "body"),
    ("__proto__ as a key", journey_with(__proto__={}), "__proto__"),
    ("an unknown key with control characters", b'{"page": "https://a.test/", "\\u001b[31m\\u202e": 1}', ""),
    ("an unknown kind", request_with(kind="fetchx"), "kind"),
    ("an unknown mode", request_with(mode="navigate2"), "mode"),
    ("unknown credentials", request_with(credentials="always"), "credentials"),
    ("an unknown redirect mode", request_with(redirect="maybe"), "redirect"),
    ("k6_1526_misspelt_browser", journey_with(browsers=["netscape"]), "browsers/0"),
    ("an unknown version", journey_with(browsers=["chrome@x"]), "browsers/0"),
    ("a now that is no time", journey_with(now="yesterday"), "now"),
    ("a now out of range", journey_with(now="2026-02-30T12:00:00Z"), "now"),
]

SECRETS = [
    # title, document with a secret next to a mistake
    ("cookie of the jar", journey_with(cookies=[{"url": "https://a.test/", "set_cookie": f"sid={CANARY}", "x": 1}])),
    ("cookie of the jar, wrong type", journey_with(cookies=[{"url": "https://a.test/", "set_cookie": [f"sid={CANARY}"]}])),
    ("cookie of an answer", step_with(response={"status": "x", "headers": [["Set-Cookie", f"sid={CANARY}"]]})),
    ("header of three parts", answer_of([["Authorization", f"Bearer {CANARY}", "x"]])),
    ("header that is a string", answer_of([f"Set-Cookie: sid={CANARY}"])),
    ("Authorization of a request", request_with(headers=[["Authorization", f"Bearer {CANARY}"]], kind="x")),
    ("password in a URL that does not parse", request_with(url=f"https://user:{CANARY}@a b/")),
    ("password in a page that does not parse", journey_with(page=f"https://user:{CANARY}@a b/")),
    ("document.cookie with an unknown key", journey_with(steps=[{"document_cookie": f"sid={CANARY}", "x": 1}])),
    ("truncated inside a cookie", journey_with(cookies=[{"url": "https://a.test/", "set_cookie": f"sid={CANARY}"}]).split(CANARY.encode())[0] + CANARY.encode()),
    ("invalid UTF-8 beside a cookie", b'{"page": "https://a.test/", "cookies": [{"url": "https://a.test/", "set_cookie": "sid=' + CANARY.encode() + b'\xff"}]}'),
    ("lone surrogate beside a cookie", b'{"page": "https://a.test/", "cookies": [{"url": "https://a.test/", "set_cookie": "sid=' + CANARY.encode() + b'\\ud800"}]}'),
    ("token in a query of a URL that does not parse", request_with(url=f"https://a b/?token={CANARY}")),
]

SECRET_ARGUMENTS = [
    # title, arguments with a secret next to a mistake
    ("an address to explain", ["explain", f"https://api.example.com/?token={CANARY}"]),
    ("a header that is none", ["policy", "simulate", "policy.yaml", "--origin", "https://a.test", "-H", f"Cookie {CANARY}"]),
    ("a password in --url", ["policy", "simulate", "policy.yaml", "--origin", "https://a.test", "--url", f"https://u:{CANARY}@a b/"]),
    ("a password in --upstream", ["gateway", "--policy", "policy.yaml", "--upstream", f"https://u:{CANARY}@a b/"]),
    ("a token in --upstream", ["gateway", "--policy", "policy.yaml", "--upstream", f"https://a.test/?token={CANARY}"]),
    ("a password in --also", ["probe", "https://a.test/", "--page", "https://b.test/", "--also", f"https://u:{CANARY}@a b/"]),
    ("a header of probe that is none", ["probe", "https://a.test/", "--page", "https://b.test/", "-H", f"Authorization {CANARY}"]),
    ("a password to relate", ["relate", f"https://u:{CANARY}@a b/"]),
]

ARGUMENTS = [
    # title, arguments, what the line says
    ("an unknown option", ["explain", "--frobnicate", "-"], "frobnicate"),
    ("an unknown short option", ["explain", "-Z", "-"], "Z"),
    ("an unknown command", ["explode"], "explode"),
    ("no command", [], "no command"),
    ("k6_1526_misspelt_browser", ["explain", "--browser", "netscape", "-"], "netscape"),
    ("an unknown version", ["explain", "--browser", "chrome@x", "-"], "chrome"),
    ("an empty list of browsers", ["explain", "--browser", "", "-"], "browser"),
    ("a bad --now", ["explain", "--now", "noon", "-"], "now"),
    ("an impossible --now", ["explain", "--now", "2026-13-01T00:00:00Z", "-"], "now"),
    ("k6_1526_misspelt_threshold", ["explain", "--fail-on", "sometimes", "-"], "fail-on"),
    ("a bad --color", ["explain", "--color", "red", "-"], "color"),
    ("a bad --format", ["explain", "--format", "xml", "-"], "format"),
    ("--psl without a value", ["explain", "--psl"], "psl"),
    ("--psl of a file that is not there", ["explain", "--psl", "no-such-list", "-"], "no-such-list"),
    ("--psl of garbage", ["explain", "--psl", "garbage.dat", "-"], "garbage.dat"),
    ("--psl of an empty file", ["explain", "--psl", "empty.dat", "-"], "empty.dat"),
    ("--psl of a directory", ["explain", "--psl", ".", "-"], ""),
    ("two files", ["explain", "good.json", "good.json"], ""),
    ("a file that is not there", ["explain", "no-such-file.json"], "no-such-file.json"),
    ("a directory as FILE", ["explain", "."], ""),
    ("an option with control characters", ["explain", "--\x1b[31mred", "-"], ""),
    ("a file name with control characters", ["explain", "a\x1b[31m\u202eb"], ""),
    ("relate without a URL", ["relate"], ""),
    ("relate of no URL", ["relate", "app.example.com"], "URL"),
    ("reason without a code", ["reason"], ""),
]


def check_documents(host):
    for title, document, says in DOCUMENTS:
        yield f"document: {title}", lambda d=document, s=says: host.refused("explain", "--json", "-", data=d, says=s)
        yield f"document, for people: {title}", lambda d=document, s=says: host.refused("explain", host.file("bad.json", d), says=s)


def check_secrets(host):
    for title, document in SECRETS:
        yield f"secret: {title}", lambda d=document: host.refused("explain", "--json", "-", data=d)
        yield f"secret, in a batch: {title}", lambda d=document: batch_place(host, d.replace(b"\n", b" "))


def check_arguments(host):
    for title, arguments, says in ARGUMENTS:
        yield f"arguments: {title}", lambda a=arguments, s=says: host.refused(*a, data=text_of(GOOD), says=s)


def check_secret_arguments(host):
    for title, arguments in SECRET_ARGUMENTS:
        yield f"secret argument: {title}", lambda a=arguments: host.refused(*a)


def position(host):
    path = host.file("broken.json", b'{\n  "page": "https://app.example.com/",\n  "cookiez": []\n}\n')
    host.refused("explain", path, says=r"^concors: .*broken\.json:3:\d+: .*/?cookiez")


def unreadable(host):
    path = host.file("unreadable.json", text_of(GOOD))
    os.chmod(path, 0)
    try:
        if not os.access(path, os.R_OK):
            host.refused("explain", path, says="unreadable.json")
    finally:
        os.chmod(path, 0o600)


def big_header(host):
    out = host.answered("explain", "--json", "-", data=answer_of([["X-Big", "x" * 1_000_000]]))
    if json.loads(out)["browsers"][0]["verdict"] not in ("ok", "blocked"):
        raise Failure("no verdict")


def big_cookie(host):
    host.answered("explain", "--json", "-", data=answer_of([["Set-Cookie", "sid=" + CANARY + "x" * 1_000_000]]))


def many_cookies(host):
    lines = [["Set-Cookie", f"c{i}={CANARY}; Path=/"] for i in range(10_000)]
    out = host.answered("explain", "--json", "-", data=answer_of(lines))
    if len(json.loads(out)["browsers"][0]["steps"][0]["set_cookie"]) != 10_000:
        raise Failure("not every line is reported")


def many_cookies_for_people(host):
    lines = [["Set-Cookie", f"c{i}={CANARY}; Path=/"] for i in range(10_000)]
    host.answered("explain", "-", data=answer_of(lines))


def many_commas(host):
    host.answered("explain", "--json", "-", data=step_with(
        request={"url": "https://api.example.com/", "method": "PUT"},
        preflight={"status": 204, "headers": [["Access-Control-Allow-Origin", "*"],
                                              ["Access-Control-Allow-Methods", "," * 1_000_000],
                                              ["Access-Control-Allow-Headers", " ," * 500_000]]}))


def escaped_nul(host):
    host.run("explain", "--json", "-", data=answer_of([["X-Nul", "a\x00b"], ["Set-Cookie", "a=\x00" + CANARY]]))


def hostile_terminal(host):
    cookie = "\u202e\x1b[31mname=1; Path=/\u2066; Domain=\x1b]0;title\x07"
    _, out, _ = host.run("explain", "-", data=answer_of([["Set-Cookie", cookie], ["Access-Control-Allow-Origin", "\x1b[2J\u202e"]]))
    if CONTROL.search(out.decode("utf-8", "replace").replace("\n", "")):
        raise Failure("control or bidirectional characters reach the terminal raw")


def closed_stdout(host):
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        code, _, err = host.run("explain", "--json", "-", data=text_of(GOOD), stdout=write_end)
    finally:
        os.close(write_end)
    if code not in (0, 1, 2, 4) or len(complaints(err)) > 1:
        raise Failure(f"exit {code}, stderr {err[:200]!r}")


def no_stdout(host):
    done = subprocess.run(["/bin/sh", "-c", 'exec "$0" explain --json - >&-', host.binary],
                          input=text_of(GOOD), stderr=subprocess.PIPE, timeout=SECONDS, check=False)
    err = done.stderr.decode("utf-8", "replace")
    if done.returncode != 2 or len(complaints(err)) != 1:
        raise Failure(f"exit {done.returncode}, stderr {err[:200]!r}")


def full_disk(host):
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "wb") as full:
        code, _, err = host.run("explain", "--json", "-", data=text_of(GOOD), stdout=full)
    if code != 2 or len(complaints(err)) != 1:
        raise Failure(f"exit {code}, stderr {err[:200]!r}")


def batch(host, lines, codes, ends=b"\n"):
    code, out, err = host.run("explain", "--batch", data=b"".join(line + ends for line in lines))
    if code not in codes:
        raise Failure(f"exit {code} instead of {codes}: {err[:200]!r}")
    if len(complaints(err)) > (code == 2):
        raise Failure(f"stderr {err[:300]!r}")
    reports = [json.loads(line) for line in out.decode("utf-8").splitlines()]
    if len(reports) != len(lines):
        raise Failure(f"{len(lines)} lines in, {len(reports)} out")
    return reports


def batch_place(host, bad):
    """A bad line costs one line, wherever it stands."""
    good = text_of(GOOD)
    for place in (0, 1, 2):
        lines = [good, good]
        lines.insert(place, bad)
        reports = batch(host, lines, (2,))
        for number, report in enumerate(reports):
            if (number == place) != ("error" in report):
                raise Failure(f"bad line {place + 1}: report {number + 1} is {str(report)[:200]}")
        if reports[place].get("line") != place + 1 or not reports[place]["error"]:
            raise Failure(f"bad line {place + 1}: {str(reports[place])[:200]}")


def check_batch(host):
    yield "batch: all good", lambda: batch(host, [text_of(GOOD)] * 3, (0, 1, 4))
    yield "batch: CRLF lines", lambda: batch(host, [text_of(GOOD)] * 3, (0, 1, 4), b"\r\n")
    yield "batch: nothing at all", lambda: batch(host, [], (0,))
    yield "batch: a bad line is not JSON", lambda: batch_place(host, b"not json")
    yield "batch: a bad line is truncated", lambda: batch_place(host, text_of(GOOD)[:50])
    yield "batch: a bad line is invalid UTF-8", lambda: batch_place(host, b'{"page": "\xff"}')
    yield "batch: a bad line has a NUL byte", lambda: batch_place(host, b'{"page": "\x00"}')
    yield "batch: a bad line has an unknown key", lambda: batch_place(host, journey_with(cookiez=[]))
    yield "batch: a bad line names an unknown browser", lambda: batch_place(host, journey_with(browsers=["netscape"]))
    yield "batch: a bad line is 10 MB of [", lambda: batch_place(host, b"[" * 10_000_000)
    yield "batch: a bad line is 64 MB of one string", lambda: batch_64(host)
    yield "batch: the last line has no line break", lambda: last_line(host)


def batch_64(host):
    reports = batch(host, [text_of(GOOD), b'{"page": "' + b"x" * (64 << 20) + b'"}', text_of(GOOD)], (2,))
    if ["error" in report for report in reports] != [False, True, False]:
        raise Failure(f"{str(reports)[:300]}")


def last_line(host):
    code, out, err = host.run("explain", "--batch", data=text_of(GOOD) + b"\n" + text_of(GOOD))
    if code not in (0, 1, 4) or complaints(err) or out.count(b"\n") != 2:
        raise Failure(f"exit {code}, {out.count(bytes([10]))} lines, stderr {err[:200]!r}")


def check_rest(host):
    yield "the place of a mistake: file, line and column", lambda: position(host)
    yield "an unreadable file", lambda: unreadable(host)
    yield "a header of 1 MB", lambda: big_header(host)
    yield "a Set-Cookie line of 1 MB", lambda: big_cookie(host)
    yield "10,000 Set-Cookie lines", lambda: many_cookies(host)
    yield "10,000 Set-Cookie lines, for people", lambda: many_cookies_for_people(host)
    yield "a million commas in the preflight's lists", lambda: many_commas(host)
    yield "NUL in header values", lambda: escaped_nul(host)
    yield "control and bidirectional characters in the human output", lambda: hostile_terminal(host)
    yield "a reader that left", lambda: closed_stdout(host)
    yield "closed stdout", lambda: no_stdout(host)
    yield "a full disk", lambda: full_disk(host)


def checks(host):
    for group in (check_documents, check_secrets, check_secret_arguments, check_arguments, check_batch, check_rest):
        yield from group(host)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the concors command")
    parser.add_argument("--filter", default="", help="only checks whose title has this")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="concors-bad-input-") as name:
        host = Host(options.binary, pathlib.Path(name))
        host.file("good.json", text_of(GOOD))
        host.file("policy.yaml", b"version: 1\npolicies: {a: {origins: [https://a.test]}}\n")
        host.file("garbage.dat", bytes(range(256)) * 16)
        host.file("empty.dat", b"")
        for title, check in checks(host):
            if options.filter not in title:
                continue
            try:
                check()
                passed += 1
            except (Failure, json.JSONDecodeError, KeyError, IndexError) as error:
                failed += 1
                print(f"FAIL {title}: {error}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
