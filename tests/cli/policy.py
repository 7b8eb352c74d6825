#!/usr/bin/env python3
"""`concors policy`: mistakes with their places, decisions, exit codes, hostile files."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PASSED, FAILURES = [], []

GOOD = """version: 1
policies:
  base:
    methods: [GET, PUT]
  app:
    extends: base
    origins: [https://app.example.com, "https://?.tenants.example.org"]
    origins_file: more/origins.txt
    credentials: true
    request_headers: [content-type]
    max_age: 2h
"""

BAD = """version: 1
policies:
  app:
    origins:
      - https://App.example.com
      - http://shop.example.com
    credentials: true
    colour: blue
"""

# Refused whole, with a place or without: (text, a word of the line)
UNREADABLE = [
    ("a: &a [x, x]\nb: [*a, *a]\n", ":1:4: anchors"),
    ("a: 1\n---\nb: 2\n", ":2:1: "),
    ("a: [1\n", "bad.yaml:"),
    ("", ":1:1: nothing"),
    ("{\"version\": 1,}", "bad.yaml:1:"),
    ("!!python/object x\n", "tags"),
    ("[" * 5000, "too deeply"),
    ("\x1b]0;x\x07", "bad.yaml"),
]


# What people write wrongly: (file, text, exit, lines behind the count, or the only one)
SLIPS = [
    ("slip.yaml", 'version: "1"\npolices:\n  app:\n    allow_origins: [localhost:3000]\n    maxAge: 86400\n    mode: enforced\n', 1, [
        'slip.yaml:1:10: error: VersionUnknown: "1": no such version of the format; write version: 1, a number without quotes',
        "slip.yaml:2:1: error: UnknownKey: polices: no such key here; did you mean policies?",
        "slip.yaml:4:5: error: UnknownKey: allow_origins: no such key here; did you mean origins?",
        "slip.yaml:4:21: error: OriginScheme: localhost:3000: an origin begins with https:// or http://; "
        "write the scheme in front: http://localhost:3000",
        "slip.yaml:5:5: error: UnknownKey: maxAge: no such key here; did you mean max_age?",
        "slip.yaml:5:13: error: DurationInvalid: 86400: not a length of time; write 24h: a number needs a unit, s, m, h or d",
        "slip.yaml:6:11: error: UnknownWord: enforced: not one of the words that the key takes; did you mean enforce?"]),
    ("slip.yaml", "version: 1\npolicies:\n  - name: app\n    origins: [https://app.example.com]\n", 1, [
        "slip.yaml:3:3: error: WrongKind: policies: this value is of another kind than the key takes; write the name of each policy as "
        "a key, and no list: policies: {app: {origins: [...]}}"]),
    ("slip.yaml", "version: 1\npolicies:\n  app:\n    origins: https://app.example.com\n    credentials: 'true'\n", 1, [
        "slip.yaml:4:14: error: WrongKind: https://app.example.com: this value is of another kind than the key takes; "
        "write a list: [https://app.example.com]",
        "slip.yaml:5:18: error: WrongKind: true: this value is of another kind than the key takes; write it without the quotes"]),
    ("slip.yaml", "version: 1\npolicies:\n  app:\n    origins:\n      - *.example.com\n", 2,
     'slip.yaml:5:9: a text cannot begin with * in YAML: quote it: "*.example.com"'),
    ("slip.yaml", "version: 1\npolicies:\n\tapp: {}\n", 2, "slip.yaml:3:1: a tab indents here: YAML takes blanks"),
    ("slip.yaml", "", 2, "slip.yaml:1:1: nothing stands here: begin with version: 1"),
    ("slip.json", '{"version": 1, "policies": {"app": {"origins": ["https://a.example",]}}}', 2,
     "slip.json:1:69: a comma stands before ']': remove it"),
    ("slip.json", '{"version": 1,\n "policies": {"app": {},}}', 2, "slip.json:2:25: a comma stands before '}': remove it"),
    ("folder", None, 2, "folder: Is a directory"),
    ("gone.yaml", None, 2, "gone.yaml: No such file or directory"),
    ("closed.yaml", None, 2, "closed.yaml: Permission denied"),
]


def check(good, what):
    (PASSED if good else FAILURES).append(what)


class Command:
    def __init__(self, binary, folder):
        self.binary = os.path.abspath(binary)
        self.folder = folder

    def run(self, *words):
        done = subprocess.run([self.binary, "policy", *words], capture_output=True, cwd=self.folder,
                              timeout=60, check=False, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def check_mistakes(command):
    code, out, err = command.run("check", "bad.yaml")
    lines = out.splitlines()
    check(code == 1 and err == "" and lines[0] == "3 mistakes", f"counted first: {out}")
    check([line.split(": ")[:3] for line in lines[1:]] ==
          [["bad.yaml:5:9", "error", "OriginCase"],
           ["bad.yaml:6:9", "error", "InsecureOriginWithCredentials"],
           ["bad.yaml:8:5", "error", "UnknownKey"]], f"in order: {out}")
    check("write https://app.example.com" in lines[1], "the remedy")
    code, out, _ = command.run("check", "--quiet", "bad.yaml")
    check(code == 1 and out == "3 mistakes\n", "quiet")
    code, out, _ = command.run("check", "--json", "bad.yaml")
    report = json.loads(out)
    check(code == 1 and report["errors"] == 3 and report["policies"] == [], "json counts")
    check(set(report["mistakes"][0]) == {"severity", "reason", "policy", "file", "line", "column",
                                         "value", "what", "remedy"}, "json keys")
    check(report["mistakes"][0]["value"] == "https://App.example.com" and
          report["mistakes"][0]["policy"] == "app", "json values")


def check_slips(command, folder):
    (folder / "folder").mkdir()
    (folder / "closed.yaml").touch(mode=0)
    for name, text, wanted, lines in SLIPS:
        if name == "closed.yaml" and os.access(folder / name, os.R_OK):
            continue  # by root
        if text is not None:
            (folder / name).write_text(text)
        code, out, err = command.run("check", name)
        got = out.splitlines()[1:] if wanted == 1 else err
        check(code == wanted and got == (lines if wanted == 1 else f"concors: {lines}\n"), f"{text!r}: {code} {out}{err}")


def check_apps(command, folder):
    """Apps on phones have origins that are no site's: allowed by name, and warned of."""
    (folder / "app.yaml").write_text("version: 1\npolicies:\n  app:\n    origins: [capacitor://localhost, https://app.example.com]\n"
                                     "    credentials: true\n")
    code, out, _ = command.run("check", "app.yaml")
    check(code == 0 and out.startswith("1 policy, no mistakes, 1 warning\napp.yaml:4:15: warning: AppOrigin: capacitor://localhost: "), out)
    for origin, wanted, reason in (("capacitor://localhost", 0, "Allowed"), ("ionic://localhost", 1, "OriginNotListed"),
                                   ("capacitor://localhost:80", 1, "OriginMalformed"), ("capacitor://localhost\r\nx: y", 1, "OriginMalformed")):
        code, out, _ = command.run("simulate", "app.yaml", "--origin", origin, "--json")
        check((code, json.loads(out)["reason"]) == (wanted, reason), f"{origin}: {out}")
    code, out, _ = command.run("explain", "app.yaml", "--browser", "safari")
    check(code == 0 and out.startswith("app: 2 origins, with credentials\ncapacitor://localhost\n  not asked: an app's page, which no "
                                       "browser opens\nhttps://app.example.com\n  GET: every browser\n"), out)
    code, out, _ = command.run("explain", "app.yaml", "--json")
    check(code == 0 and json.loads(out)["policies"][0]["origins"][0]["requests"] == [], out)


def check_files(command, folder):
    (folder / "more").mkdir()
    code, out, _ = command.run("check", "good.yaml")
    check(code == 1 and "FileUnreadable" in out, "a file that is not there")
    (folder / "more" / "origins.txt").write_text("# ours\nhttps://one.example\n https://Two.example\n")
    code, out, _ = command.run("check", "good.yaml")
    check(code == 1 and "more/origins.txt:3:2: error: OriginCase" in out, f"a place in a file: {out}")
    (folder / "more" / "origins.txt").write_text("# ours\nhttps://one.example\n")
    code, out, _ = command.run("check", "good.yaml")
    check((code, out) == (0, "2 policies, no mistakes\n"), f"clean: {out}")
    code, out, _ = Command(command.binary, folder / "more").run("check", "../good.yaml")
    check(code == 0, "files stand beside the policy, wherever one is")
    for name in ("/etc/passwd", "../secret", "more/../../secret", "more"):
        (folder / "outside.yaml").write_text(f"version: 1\npolicies:\n  a:\n    origins_file: {name}\n")
        code, out, _ = command.run("check", "outside.yaml")
        check(code == 1 and "root:" not in out and ("FileName" in out or "FileUnreadable" in out), name)
    os.mkfifo(folder / "more" / "pipe")
    (folder / "outside.yaml").write_text("version: 1\npolicies:\n  a:\n    origins_file: more/pipe\n")
    check(command.run("check", "outside.yaml")[0] == 1, "a pipe is not waited for")


def simulate(command, *words):
    code, out, _ = command.run("simulate", "good.yaml", "app", "--json", *words)
    return code, json.loads(out)


def check_decisions(command):
    code, got = simulate(command, "--origin", "https://app.example.com")
    check(code == 0 and got["decision"] == "allow" and got["status"] is None and
          got["set"] == [["Access-Control-Allow-Origin", "https://app.example.com"],
                         ["Access-Control-Allow-Credentials", "true"], ["Vary", "Origin"]], "allowed")
    check("access-control-allow-origin" in got["strip"], "what is stripped")
    code, got = simulate(command, "--origin", "https://x.tenants.example.org", "-X", "PUT",
                         "--preflight", "-H", "Content-Type")
    check(code == 0 and got["preflight"] and got["status"] == 204 and
          ["Access-Control-Allow-Methods", "GET, PUT"] in got["set"] and
          ["Access-Control-Max-Age", "7200"] in got["set"], "preflight")
    for words in (["--origin", "https://a.b.tenants.example.org"], ["--origin", "null"],
                  ["--origin", "https://app.example.com", "--preflight", "-X", "PATCH"],
                  ["--origin", "https://app.example.com", "--preflight", "-H", "x-other"]):
        code, got = simulate(command, *words)
        check(code == 1 and got["decision"] == "refuse" and got["set"] == [["Vary", "Origin"]],
              f"refused: {words}")
    code, out, _ = command.run("simulate", "good.yaml", "app", "--origin", "https://evil.example\x1b[2J\n")
    check(code == 1 and "\x1b" not in out, "nothing reaches the terminal raw")


# Origins that no browser sends, or that are another's: (origin, reason)
STRANGE = [
    ("https://" + "a" * 65536 + ".example.com", "OriginMalformed"), ("x" * 100000, "OriginMalformed"), ("", "OriginMalformed"),
("https://app.exa\tmple.com", "OriginMalformed"), ("null", "OriginNull"),
    ("https://app.example.com.", "OriginMalformed"), ("https://App.example.com", "OriginMalformed"),
    ("https://app.example.com:443", "OriginMalformed"), ("https://user@app.example.com", "OriginMalformed"),
    ("https://app.example.com/", "OriginMalformed"), ("https://[::1]", "OriginNotListed"), ("https://[::1", "OriginMalformed"),
    ("https://xn--pp-yia.example.com", "OriginNotListed"), ("https://\u00e4pp.example.com", "OriginMalformed"),
    ("https://app.example.com https://app.example.com", "OriginMalformed"), ("*", "OriginMalformed"), ("file://", "OriginMalformed"),
    ("https://app.example.com%00", "OriginMalformed"), ("http://app.example.com", "OriginNotListed"),
    ("https://app.example.com.evil.example", "OriginNotListed"), ("https://evilapp.example.com", "OriginNotListed"),
]


def check_strange_origins(command):
    for origin, reason in STRANGE:
        words = ["simulate", "good.yaml", "app", "--origin", origin]
        code, out, err = command.run(*words, "--json")
        got = json.loads(out)
        check((got["reason"], code) == (reason, 1), f"{origin[:60]!r}: {out}{err}")
        check(got["set"] == [["Vary", "Origin"]], f"{origin[:60]!r} gets nothing: {out}")
        code, out, _ = command.run(*words)
        check(len(out) < 2000 and all(line.isprintable() for line in out.splitlines()), f"{origin[:60]!r}: {out}")
    asked = ",".join(f"x-{i}" for i in range(10000))
    for names in (asked, "," * 65000 + "x", "x" * 65536, "content-type," * 5000 + "x-other"):
        code, out, _ = command.run("simulate", "good.yaml", "app", "--origin", "https://app.example.com", "--preflight", "-H",
                                   "Access-Control-Request-Headers: " + names, "--json")
        check(code == 1 and json.loads(out)["reason"] in ("HeaderNotListed", "HeadersMalformed"), f"{names[:40]}: {out}")
    code, out, _ = command.run("simulate", "good.yaml", "app", "--origin", "https://app.example.com", "--preflight", "-H",
                               "Access-Control-Request-Headers: " + ",".join(f"x-{i}" for i in range(1000)))
    check(code == 1 and "x-8,x-9" in out.replace(", ", ",") and "x-9 and 990 more" in out, out[:600])


KEYS = [bytes(range(32)), b"o" * 32]  # the newest first
CSRF = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
    cookies: [{match: sid, rename: __Host-sid, secure: true, path: /, domain: remove}]
    csrf:
      check: both
      trusted_origins: [https://sso.example.net]
      exempt_paths: [/webhooks/]
      token: {cookie: csrf, header: x-csrf-token, session_cookie: sid, keys_file: csrf.keys}
  sender: {csrf: {check: fetch-metadata}}
  watched: {csrf: {check: fetch-metadata}, mode: report}
"""


def token_for(session, key=KEYS[0], nonce=b"0123456789abcdef"):
    parts = b"concors csrf 1" + len(session).to_bytes(8, "big") + session + nonce
    return base64.urlsafe_b64encode(nonce + hmac.new(key, parts, hashlib.sha256).digest()).decode()


def both(token, session="alice", cookie=None):
    return ["-H", f"Cookie: __Host-sid={session}; csrf={cookie or token}", "-H", f"X-Csrf-Token: {token}"]


OWN = ["-H", "Sec-Fetch-Site: same-origin"]
RIGHT = token_for(b"alice")
# policy, words behind --method POST, reason, csrf, status
SENDERS = [
    ("sender", OWN, "NoOrigin", "passed", None),
    ("sender", ["-H", "sec-fetch-site: none"], "NoOrigin", "passed", None),
    ("sender", ["-H", "Sec-Fetch-Site: same-site"], "CsrfCrossSite", "refused", 403),
    ("sender", ["-H", "Sec-Fetch-Site: cross-site"], "CsrfCrossSite", "refused", 403),
    ("sender", [*OWN, *OWN], "CsrfCrossSite", "refused", 403),
    ("sender", ["--origin", "https://evil.example"], "CsrfOrigin", "refused", 403),
    ("sender", ["--origin", "https://api.example.com", "--url", "https://api.example.com/"], "OwnOrigin",
     "passed", None),
    ("sender", ["--origin", "https://api.example.com:8443", "-H", "Host: api.example.com:8443"], "OwnOrigin",
     "passed", None),
    ("sender", ["--origin", "https://api.example.com", "--url", "https://api.example.com:8443/"], "CsrfOrigin",
     "refused", 403),
    ("sender", ["--origin", "http://api.example.com", "--url", "https://api.example.com/"], "CsrfOrigin",
     "refused", 403),
    ("sender", ["--origin", "http://api.example.com", "--url", "http://api.example.com/"], "OwnOrigin",
     "passed", None),
    ("sender", ["--origin", "https://a.example", "-H", "Origin: https://a.example"], "CsrfOrigin", "refused", 403),
    ("sender", ["-X", "GET", "-H", "Sec-Fetch-Site: cross-site"], "NoOrigin", "off", None),
    ("sender", ["-X", "GET", "-H", "Sec-Fetch-Site: cross-site", "-H", "Upgrade: WebSocket"], "CsrfCrossSite",
     "refused", 403),
    ("watched", ["-H", "Sec-Fetch-Site: cross-site"], "CsrfCrossSite", "refused", None),
    ("app", [*OWN, "-H", "Cookie: __Host-sid=alice"], "CsrfTokenMissing", "refused", 403),
    ("app", [*OWN, *both(RIGHT)], "NoOrigin", "passed", None),
    ("app", [*OWN, *both(token_for(b"alice", KEYS[1]))], "NoOrigin", "passed", None),
    ("app", [*OWN, *both(token_for(b"alice", b"x" * 32))], "CsrfTokenWrong", "refused", 403),
    ("app", [*OWN, *both(RIGHT, session="mallory")], "CsrfTokenWrong", "refused", 403),
    ("app", [*OWN, *both(RIGHT, cookie=token_for(b"alice", nonce=b"f" * 16))], "CsrfTokenWrong", "refused", 403),
    ("app", [*OWN, "--with-token", "-H", "Cookie: __Host-sid=alice"], "NoOrigin", "passed", None),
    ("app", [*OWN, "--with-token"], "NoOrigin", "passed", None),
    ("app", ["--origin", "https://app.example.com", "--with-token"], "Allowed", "passed", None),
    ("app", ["--origin", "https://sso.example.net", "--with-token"], "OriginNotListed", "passed", None),
    ("app", ["--origin", "https://evil.example", "--with-token"], "CsrfOrigin", "refused", 403),
    ("app", ["--origin", "https://evil.example", "--url", "https://api.example.com/webhooks/x"], "OriginNotListed",
     "off", None),
    ("app", ["--origin", "https://evil.example", "--url", "https://api.example.com/webhooks//%68/./x?a"],
     "OriginNotListed", "off", None),
    *(("app", ["--origin", "https://evil.example", "--url", f"https://api.example.com{path}"], "CsrfOrigin", "refused", 403)
      for path in ("//web%68ooks/x?a", "/webhooks/%2e%2e%2fx", "/webhooks/%2e%2e/x", "/webhooks/..%2Fx", "/webhooks/..%2f..",
                   "/x/..%2fwebhooks/x", "/x/%2e%2e%2fwebhooks/", "/webhooks/a/..%2f..%2fx")),
    ("app", ["--origin", "https://evil.example", "--url", "https://api.example.com/x/webhooks/"], "CsrfOrigin",
     "refused", 403),
]


def check_senders(command, folder):
    (folder / "csrf.yaml").write_text(CSRF)
    (folder / "csrf.keys").write_text("".join(key.hex() + "\n" for key in KEYS))
    for policy, words, *wanted in SENDERS:
        code, out, err = command.run("simulate", "csrf.yaml", policy, "--json", "-X", "POST", *words)
        got = json.loads(out or "{}")
        check([got.get("reason"), got.get("csrf"), got.get("status")] == wanted and
              code == (got.get("decision") == "refuse"), f"{policy} {words}: {code} {out}{err}")
        check(RIGHT not in out + err and "alice" not in out + err, f"no secret: {words}")
        safe = "GET" in words and "Upgrade: WebSocket" not in words
        check(got.get("csrf") != "off" or safe or "/webhooks" in words[-1], "off")
    code, out, _ = command.run("simulate", "csrf.yaml", "sender", "-X", "POST", "-H", "Sec-Fetch-Site: same-site")
    lines = out.splitlines()
    check(code == 1 and lines[0] == "refuse: CsrfCrossSite, answered with 403" and "csrf: refused" in lines and
          any(line.startswith("Do this: ") for line in lines) and max(map(len, lines)) <= 80, f"for people: {out}")
    code, out, _ = command.run("simulate", "csrf.yaml", "watched", "-X", "POST", "-H", "Sec-Fetch-Site: same-site")
    check(code == 1 and "Taken out" not in out and "(report: nothing is changed)" in out, out)
    code, out, _ = command.run("simulate", "good.yaml", "app", "--origin", "https://app.example.com", "--preflight", "-X", "PUT",
                               "-H", "x-one", "-H", "content-type", "-H", "Access-Control-Request-Headers: x-two,x-three")
    check(code == 1 and "Not listed: x-one" in out and "content-type" not in out and "Taken out" not in out, out)
    code, out, _ = command.run("simulate", "csrf.yaml", "app", *OWN)
    check("  Set-Cookie: csrf=(a new CSRF token)\n" in out and "csrf: not checked, GET changes nothing" in out, out)
    check("\nTaken out: the application's own Access-Control-* headers\n" in out and max(map(len, out.splitlines())) <= 80, out)
    code, out, _ = command.run("simulate", "csrf.yaml", "app", *OWN, *both(RIGHT))
    check("Set-Cookie" not in out, "who has a token gets none")
    origin = ["--origin", "https://app.example.com"]
    asked = [*origin, "--preflight", "-H", "Cookie: a=1", "-H", "Accept: text/html", "-H", "Sec-Fetch-Site: same-site"]
    check(command.run("simulate", "csrf.yaml", "app", *asked)[0] == 0, "only what a script must ask for is asked for")
    check(command.run("simulate", "csrf.yaml", "app", *asked, "-H", "Content-Type: application/json")[0] == 1, "asked")
    by_hand = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: PUT"]
    code, out, _ = command.run("simulate", "csrf.yaml", "app", *origin, *by_hand, "--json")
    check(json.loads(out)["preflight"] and code == 1, "a preflight by its headers")
    for words, word in ((["-H", "Cookie sid=CANARY: x"], "not a header"), (["-H", "X-A: CANARY\n"], "not a header"),
                        (["--url", "ftp://x/", *OWN], "--url"), (["--with-token", *OWN], "asks for no token")):
        code, out, err = command.run("simulate", "csrf.yaml", "sender", *words)
        check(code == 2 and out == "" and err.count("\n") == 1 and word in err, f"{words}: {err!r}")


NO_EXAMPLE = {"TooMany", "FileTooLarge"}


def check_examples(command, folder, entry):
    code = entry["code"]
    for key in ("wrong", "right"):
        (folder / "example.yaml").write_text(entry[key])
        exit_code, out, _ = command.run("check", "example.yaml", "--json")
        report = json.loads(out)
        named = {mistake["reason"] for mistake in report["mistakes"]}
        check((named == {code} or code in named) if key == "wrong" else named == set() or
              code not in named and report["errors"] == 0, f"{code}, {key}: {out}")
    check(report["errors"] == 0 and exit_code == 0, f"{code}: the right one has no mistake: {out}")


def check_pages(command, folder):
    """`concors reason` knows every code of policies, each with a policy that has the mistake."""
    def reason(*words):
        done = subprocess.run([command.binary, "reason", *words], capture_output=True, timeout=60, check=False,
                              text=True)
        return done.returncode, done.stdout, done.stderr
    (folder / "origins.txt").write_text("https://app.example.com\n")
    entries = json.loads(reason("--list", "--json")[1])["reasons"]
    mistakes = [entry for entry in entries if entry["topic"] == "policy"]
    decisions = [entry for entry in entries if entry["topic"] == "decision"]
    check(len({entry["code"] for entry in entries}) == len(entries), "one meaning a code")
    check(len(mistakes) > 50 and {row[2] for row in SENDERS} <= {entry["code"] for entry in decisions}, "all codes")
    for entry in mistakes + decisions:
        code, out, err = reason(entry["code"].lower(), "--color", "never")
        lines = out.splitlines()
        check(code == 0 and lines[0].startswith(entry["code"] + ": ") and max(map(len, lines)) <= 80 and
              entry["why"], f"page of {entry['code']}: {out}{err}")
        check(("Do this" in lines) == (entry["severity"] != "info"), f"remedy of {entry['code']}")
        if entry["topic"] == "policy" and entry["code"] not in NO_EXAMPLE:
            check_examples(command, folder, entry)
    for word, near in (("OriginCas", "OriginCase"), ("csrforigins", "CsrfOrigin"), ("WildcardPublicSufix", "WildcardPublicSuffix")):
        code, out, err = reason(word)
        check(code == 2 and out == "" and f"did you mean '{near}'?" in err, f"{word}: {err}")


def check_explanations(command):
    code, out, _ = command.run("explain", "good.yaml", "app", "--browser", "chrome,firefox")
    check(code == 0 and out == """app: 3 origins, with credentials
https://app.example.com
https://?.tenants.example.org
https://one.example
  GET: every browser
  PUT: every browser; preflight kept 7200 s
  GET with every header it may set: every browser; preflight kept 7200 s
anybody else
  GET: no browser: MissingAllowOriginHeader
  PUT: no browser: PreflightMissingAllowOriginHeader
  GET with every header it may set: no browser: PreflightMissingAllowOriginHeader
""", f"for people: {out}")
    code, out, _ = command.run("explain", "good.yaml", "--json")
    report = json.loads(out)
    check(code == 0 and [p["policy"] for p in report["policies"]] == ["base", "app"], "all policies")
    app = report["policies"][1]
    check(app["origins"][1]["page"] == "https://any.tenants.example.org", "a sample of a wildcard")
    for origin in app["origins"]:
        listed = origin["origin"] != "https://stranger.invalid"
        check(len(origin["requests"]) == 3 and all(
            browser["let_through"] == listed and (browser["error"] is None) == listed
            for request in origin["requests"] for browser in request["browsers"]), origin["origin"])


def check_wrong_use(command):
    for words, word in ((["simulate", "good.yaml", "--origin", "x"], "base, app"),
                        (["simulate", "good.yaml", "ap", "--origin", "x"], "base, app"),
                        (["simulate", "good.yaml", "app"], "--origin"),
                        (["simulate", "good.yaml", "app", "--origin", "x", "-H", "a"], "--preflight"),
                        (["simulate", "bad.yaml", "--origin", "x"], "3 mistakes"),
                        (["explain", "bad.yaml"], "3 mistakes"), (["explain", "good.yaml", "x"], "base, app"),
                        (["explain", "good.yaml", "-b", "netscape"], "netscape"),
                        (["check"], "one file"), (["check", "a", "b"], "one file"),
                        (["chec", "a"], "did you mean 'check'"), ([], "check, simulate or explain"),
                        (["check", "gone.yaml"], "No such file"), (["check", "."], "directory")):
        code, out, err = command.run(*words)
        check(code == 2 and out == "" and err.count("\n") == 1 and word in err, f"{words}: {err!r}")


def check_hostile(command, folder):
    for text, word in UNREADABLE:
        (folder / "bad.yaml").write_text(text)
        code, out, err = command.run("check", "bad.yaml")
        check(code == 2 and out == "" and err.count("\n") == 1 and word in err and "\x1b" not in err,
              f"{text[:20]!r}: {code} {err!r}")
    with open(folder / "bad.yaml", "wb") as file:
        file.truncate(1 << 30)
    code, out, err = command.run("check", "bad.yaml")
    check(code == 2 and "larger than 16 MiB" in err, f"a gigabyte: {err!r}")
    (folder / "bad.yaml").write_text('version: 1\npolicies:\n  a:\n    origins: ["\\e[2J\\u202e' + "x" * 9000 + '"]\n')
    code, out, _ = command.run("check", "bad.yaml")
    check(code == 1 and "\x1b" not in out and "\u202e" not in out and len(out) < 1000, f"shown safely: {out}")
    keys = "version: 1\npolicies:\n  a:\n    csrf: {check: token, token: {cookie: c, header: h, session_cookie: s, keys_file: k}}\n"
    (folder / "bad.yaml").write_text(keys)
    (folder / "k").write_text("CANARY51c2\n")
    for form in ([], ["--json"]):
        code, out, err = command.run("check", *form, "bad.yaml")
        check(code == 1 and "CANARY" not in out + err and "KeysInvalid" in out, "no key is shown")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "good.yaml").write_text(GOOD)
        (folder / "bad.yaml").write_text(BAD)
        command = Command(sys.argv[1], folder)
        check_mistakes(command)
        check_slips(command, folder)
        check_apps(command, folder)
        check_files(command, folder)
        check_decisions(command)
        check_strange_origins(command)
        check_senders(command, folder)
        check_pages(command, folder)
        check_explanations(command)
        check_wrong_use(command)
        check_hostile(command, folder)
    for failure in FAILURES:
        print(failure)
    print(f"{len(PASSED)} passed, {len(FAILURES)} failed")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
