#!/usr/bin/env python3
"""`concors relate`: keys and values of the machine form, the form for people, errors, --batch."""
import json
import pathlib
import subprocess
import sys
import tempfile

LIST = """// VERSION: 2026-11-01_00-00-00_UTC
// ===BEGIN ICANN DOMAINS===
com
uk
co.uk
*.ck
!www.ck
// ===END ICANN DOMAINS===
// ===BEGIN PRIVATE DOMAINS===
github.io
s3.example.com
// ===END PRIVATE DOMAINS===
"""

# URL, URL2, same origin, same site, same site without scheme, shared cookie domain
PAIRS = [
    ("https://app.example.co.uk", "https://api.example.co.uk", False, True, True, "example.co.uk"),
    ("https://a.test/x", "https://a.test:443/y", True, True, True, "a.test"),
    ("https://a.b.test", "https://b.test:8443", False, True, True, "b.test"),
    ("http://a.test", "https://a.test", False, False, True, "a.test"),
    ("https://a.test", "wss://b.a.test", False, True, True, "a.test"),
    ("https://ample.com", "https://example.com", False, False, False, None),
    ("https://xample.com", "https://ample.com", False, False, False, None),
    ("https://a.github.io", "https://b.github.io", False, False, False, None),
    ("https://github.io", "https://github.io:1", False, True, True, None),
    ("https://a.s3.example.com", "https://b.s3.example.com", False, False, False, "example.com"),
    ("https://a.test.", "https://b.a.test.", False, True, True, None),
    ("https://a.test.", "https://a.test", False, False, False, None),
    ("http://localhost:3000", "http://localhost:8080", False, True, True, None),
    ("http://127.0.0.1:1", "http://0x7f.1:2", False, True, True, "127.0.0.1"),
    ("http://10.0.0.1", "http://11.0.0.1", False, False, False, None),
    ("http://[::1]:1", "http://[::1]:2", False, True, True, "[::1]"),
    ("http://localhost", "http://127.0.0.1", False, False, False, None),
    ("data:x", "data:x", False, False, False, None),
    ("blob:https://a.test/id", "https://a.test", True, True, True, "a.test"),
    ("https://a.foo.ck", "https://b.foo.ck", False, False, False, None),
    ("https://a.www.ck", "https://www.ck", False, True, True, "www.ck"),
]

ONE = {"url": "https://app.example.co.uk/x", "origin": "https://app.example.co.uk",
       "scheme": "https", "host": "app.example.co.uk", "port": 443, "public_suffix": "co.uk",
       "registrable_domain": "example.co.uk", "rule": "co.uk", "rule_section": "icann",
       "site": "https://example.co.uk"}

FAILURES = []
PASSED = []


def check(holds, what):
    (PASSED if holds else FAILURES).append(what)


class Command:
    def __init__(self, binary, psl):
        self.start = [binary, "relate", "--psl", str(psl)]

    def run(self, *arguments, data=b""):
        done = subprocess.run([*self.start, *arguments], input=data, capture_output=True,
                              check=False, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def answers(relation):
    return (relation["same_origin"], relation["same_site"],
            relation["same_site_without_scheme"], relation["shared_cookie_domain"])


def check_pairs(command):
    for first, second, *want in PAIRS:
        for one, two in ((first, second), (second, first)):
            code, out, err = command.run("--json", one, two)
            got = answers(json.loads(out)) if code == 0 else err
            check(got == tuple(want), f"{one} {two}: {got}")
    lines = "".join(json.dumps(pair[:2]) + "\n" for pair in PAIRS)
    code, out, _ = command.run("--batch", data=lines.encode())
    check(code == 0 and [answers(json.loads(line)) for line in out.splitlines()]
          == [tuple(pair[2:]) for pair in PAIRS], "--batch gives the same")


def check_secrets(command):
    secret = "CANARY7f3a"
    url = f"https://u:{secret}@a.test/p?token={secret}&t={secret}&q=1#{secret}"
    for arguments, data in ((["--json", url], b""), ([url, url], b""),
                            (["--batch"], json.dumps([url]).encode())):
        code, out, err = command.run(*arguments, data=data)
        check(code == 0 and secret not in out + err, f"{arguments} shows a token: {out}{err}")
    _, out, _ = command.run("--json", url)
    check(json.loads(out)["urls"][0]["url"] == "https://a.test/p?token=\u2026&t=\u2026&q=1",
          f"what is left of a URL with tokens: {out}")


def check_one(command):
    code, out, err = command.run("--json", "https://app.example.co.uk/x")
    relation = json.loads(out)
    check(code == 0 and err == "" and relation["urls"] == [ONE], "one URL")
    check(answers(relation) == (None, None, None, None), "one URL has no answers")
    _, out, _ = command.run("--json", "data:x")
    opaque = json.loads(out)["urls"][0]
    check(opaque["origin"] == "null" and opaque["host"] is None and opaque["site"] == "null",
          "an opaque origin")
    _, out, _ = command.run("--json", 'http://u:CANARY@a"b.com/?q#CANARY')
    quoted = json.loads(out)["urls"][0]
    check(quoted["origin"] == 'http://a"b.com' and "CANARY" not in out, "a quote in a host")


def check_people(command):
    for first, second, *_ in PAIRS:
        code, out, err = command.run(first, second)
        lines = out.splitlines()
        check(code == 0 and err == "" and len(lines) <= 12, f"{first} {second}: {len(lines)} lines")
        check(max(map(len, lines)) <= 80, f"{first} {second}: wider than 80 columns")
        check("2026-11-01" in out, "the list's date is shown")
    _, out, _ = command.run("--quiet", "https://a.test", "https://b.test")
    check(out.startswith("Different origins, different sites") and out.count("\n") == 1, "--quiet")


def check_errors(command, folder):
    for arguments in (["example.com"], ["https://"], ["https://u:CANARY@a b/"], [],
                      ["https://a", "https://b", "https://c"], ["https://a", "x:"], ["--batch", "x"],
                      ["http://a:99999"], ["http://" + "a" * 70000]):
        code, out, err = command.run(*arguments)
        good = code == 2 and out == "" and err.count("\n") == 1 and "CANARY" not in err
        check(good or arguments[1:] == ["x:"], f"{arguments}: {code} {err!r}")
    (folder / "bad").write_text("nothing of a list\n")
    code, out, err = command.run("--psl", str(folder / "bad"), "https://a")
    check(code == 2 and out == "" and "not a public suffix list" in err, "a bad list")
    (folder / "old").write_text(LIST.replace("2026", "2020"))
    code, _, err = command.run("--psl", str(folder / "old"), "https://a.com")
    check(code == 0 and "2020-11-01" in err and "--psl" in err, "an old list is warned of")
    lines = b'["https://a.com"]\n[]\n\n["x"]\n{}\n[1]\n["http://a","http://b","http://c"]\n["\n'
    code, out, _ = command.run("--batch", data=lines + b'["https://b.com"]')
    rows = [json.loads(line) for line in out.splitlines()]
    check(code == 2 and len(rows) == 8, "one line out for each line in that is not blank")
    check([row.get("line") for row in rows] == [None, 2, 4, 5, 6, 7, 8, None], "line numbers")
    code, out, _ = command.run("--batch", data=b"[" * 2000000 + b'\n["https://b.com"]\n')
    rows = [json.loads(line) for line in out.splitlines()]
    check(code == 2 and len(rows) == 2 and "urls" in rows[1], "a long line costs one line")
    check(command.run("--batch")[:2] == (0, ""), "nothing in, nothing out")
    check(command.run("--batch", data=b"\n \t\n\r\n")[:2] == (0, ""), "blank lines are passed over")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "list.dat").write_text(LIST)
        command = Command(sys.argv[1], folder / "list.dat")
        check_pairs(command)
        check_one(command)
        check_secrets(command)
        check_people(command)
        check_errors(command, folder)
    for failure in FAILURES:
        print(failure)
    print(f"{len(PASSED)} passed, {len(FAILURES)} failed")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
