#!/usr/bin/env python3
"""concors probe against servers that are drawn at random: right ones, and each with one thing made wrong.

drawn.py [COMMAND [SEED]]: about a right one probe must say nothing at all; about one with one mistake, what that mistake
is called, and nothing else. drawn/server.mjs behaves as its path says, so one process is all of them.
Last line: "N passed, N failed", and perhaps ", N skipped".
"""
import base64
import concurrent.futures
import email.utils
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import keepers  # noqa: E402

ROOT = HERE.parent.parent
CONCORS = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                          os.environ.get("CONCORS", ROOT / "build-release" / "cli" / "concors"))
SEED = sys.argv[2] if len(sys.argv) > 2 else "the zoo"
RIGHT, WRONG_EACH = 90, 4
PAGE = "https://app.shop.example"


class Drawn:
    """A server and the request that is made to it. `wants`: the codes of the report and of the audit."""

    def __init__(self, rng):
        self.rng, self.wants = rng, ([], [])
        self.open = rng.random() < 0.25
        self.credentials = "omit" if self.open else rng.choice(["include", "include", "include", "same-origin"])
        included = self.credentials == "include"
        self.method = rng.choice(["GET", "GET", "POST", "PUT", "DELETE", "PATCH"])
        self.headers = rng.sample(["X-Request-Id: 1", "X-Csrf-Token: abc", "Authorization: Bearer abc",
                                   "Accept-Language: de"], rng.randrange(3))
        self.body = self.method in ("POST", "PUT", "PATCH") and rng.random() < 0.7
        self.cookie = rng.choice(["__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax",
                                  "sid=1; Path=/; Secure; HttpOnly; SameSite=Strict",
                                  "__Secure-sid=1; Domain=shop.example; Path=/; Secure; SameSite=None",
                                  None]) if included else None
        self.config = self.draw_config(included)
        self.logs_in = included and not self.cookie and "Authorization: Bearer abc" not in self.headers
        self.config["sets"] = self.draw_cookies() if self.logs_in else []

    def draw_config(self, included):
        rng = self.rng
        carries = self.cookie or any(line.startswith("Authorization") for line in self.headers)
        names = [line.split(":")[0] for line in self.headers] + (["Content-Type"] if self.body else [])
        star = self.open and "Authorization" not in names and rng.random() < 0.4
        names = sorted({*names, *rng.sample(["X-Other", "If-None-Match", "Content-Type"], 1)})
        spell = rng.choice([str, str.lower, str.upper])
        config = {"origins": [PAGE, *rng.sample(["https://www.shop.example", "http://localhost:3000",
                                                 "https://app.pay.example", "https://app.shop.example:8443"],
                                                rng.randrange(4))],
                  "compares": "list", "any": self.open and rng.random() < 0.6,
                  "credentials": included or (not self.open and rng.random() < 0.5), "constant": False,
                  "vary": rng.choice(["Origin", "origin", "Accept-Encoding, Origin", "Accept-Encoding\nOrigin",
                                      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"]),
                  "preflight": rng.choice([200, 204, 204, 299]), "options": rng.choice([200, 204, 405]),
                  "methods": "*" if star else rng.choice([", ", ","]).join(["GET", "HEAD", "PUT", "DELETE", "PATCH"]),
                  "headers": "*" if star else rng.choice([", ", ","]).join(spell(name) for name in names),
                  "max_age": rng.choice([None, 0, 5, 600, 86400, 1728000]),
                  "login": (bool(carries) or included) and rng.random() < 0.4,
                  "spelling": rng.random() < 0.3, "exposes": rng.choice([None, "X-Total", "ETag, X-Request-Id"]),
                  "more": rng.sample([["Age", "7"], ["Via", "1.1 cdn"], ["X-Cache", "Hit"], ["Server", "shop"],
                                      ["Cache-Control", "private, max-age=60"], ["Timing-Allow-Origin", "*"],
                                      ["Strict-Transport-Security", "max-age=31536000"],
                                      ["Cross-Origin-Resource-Policy", "same-site"]], rng.randrange(4))}
        quiet = rng.random()
        if config["any"]:
            config["vary"] = rng.choice([None, config["vary"]])
        elif quiet < 0.15:
            config.update(constant=True, vary=None)
        elif quiet < 0.3:
            config["vary"] = None
            config["more"] = [line for line in config["more"] if line[0] != "Cache-Control"]
            config["more"].append(["Cache-Control", "no-store"])
        return config

    def draw_cookies(self):
        """The session's, and others that a login may set beside it."""
        same_site = self.rng.choice(["; SameSite=Lax", "; SameSite=Strict", "; SameSite=None", "; samesite=lax", ""])
        age = self.rng.choice(["", "; Max-Age=3600", f"; Expires={email.utils.formatdate(time.time() + 2592000, usegmt=True)}"])
        session = self.rng.choice(["__Host-sid=1; Path=/; Secure; HttpOnly", "sid=1; path=/; HttpOnly; secure",
                                   "__Secure-sid=1; Domain=.shop.example; Path=/; Secure; HttpOnly",
                                   "sid=1; Domain=api.shop.example; Path=/; Secure; HttpOnly"])
        more = ["old=; Path=/; Max-Age=0; Secure; SameSite=Lax", "theme=dark; Path=/; Secure; SameSite=Lax; Max-Age=31536000",
                "refresh=1; Path=/refresh; Secure; HttpOnly; SameSite=Strict",
                "gone=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
        return [session + same_site + age, *self.rng.sample(more, self.rng.randrange(3))]

    def as_usual(self):
        """What most mistakes can be seen in: a list, credentials, and Vary."""
        self.open, self.credentials, self.logs_in = False, "include", False
        carries = self.cookie or "Authorization: Bearer abc" in self.headers
        self.config.update(login=self.config["login"] and bool(carries), any=False, constant=False, credentials=True, vary="Origin", preflight=204,
                           methods="GET, HEAD, PUT, DELETE, PATCH", origins=[PAGE, "https://www.shop.example"],
                           headers="x-request-id, x-csrf-token, authorization, content-type",
                           more=[line for line in self.config["more"] if line[0] != "Cache-Control"])

    def needs_preflight(self):  # of those that do not log in
        return (self.body or self.method in ("PUT", "DELETE", "PATCH") or
                any(not line.startswith("Accept-") for line in self.headers))

    def words(self, port):
        path = base64.urlsafe_b64encode(json.dumps(self.config).encode()).decode().rstrip("=")
        words = [f"https://api.shop.example:{port}/{path}/{'login' if self.logs_in else 'me'}", "--page", PAGE + "/",
                 "--credentials", self.credentials, "--method", "POST" if self.logs_in else self.method]
        for line in self.headers:
            words += ["-H", line]
        if self.body:
            words += ["--json-body", "{}"]
        if self.logs_in:
            words += ["--then", f"https://api.shop.example:{port}/{path}/me", "--credentials", "include"]
        return words + (["--cookie", self.cookie] if self.cookie else [])


def reflects(one):
    one.config["compares"] = "nothing"
    one.wants = [], ["ConcorsOriginReflected"]


def allows_null(one):
    one.config["compares"] = "list-and-null"
    one.wants = [], ["ConcorsNullOriginAllowed"]


def starts(one):
    one.config["compares"] = "start"
    one.wants = [], ["ConcorsOriginStartMatch"]


def ends(one):
    one.config["compares"] = "end"
    one.wants = [], ["ConcorsOriginEndMatch", "ConcorsOriginSchemeIgnored"]


def has_a_bare_dot(one):
    one.config["compares"] = "dot"
    one.wants = [], ["ConcorsOriginDotUnescaped"]


def ignores_the_scheme(one):
    one.config["compares"] = "without-scheme"
    one.wants = [], ["ConcorsOriginSchemeIgnored"]


def ignores_the_port(one):
    one.config["compares"] = "without-port"
    one.wants = [], ["ConcorsOriginPortIgnored"]


def never_varies(one):
    one.config["vary"] = None
    one.wants = ["ConcorsVaryOriginMissing"], []


def varies_for_the_allowed_alone(one):
    one.config["vary_forgets"] = "refused"
    one.wants = [], ["ConcorsVaryIncomplete"]


def hides_errors(one):
    one.config.update(errors_forget=True, login=False, options=204)
    one.wants = [], ["ConcorsErrorUnreadable"]


def wants_a_login_before_preflights(one):
    one.config["preflight_needs_login"] = True
    one.wants = ["PreflightInvalidStatus"] if one.needs_preflight() else [], ["ConcorsPreflightNeedsLogin"]


def refuses_preflights_with_403(one):
    one.config["refuses_preflights"] = True
    one.wants = [], ["ConcorsPreflightRefusedByStatus"]


def fails_for_strangers(one):
    one.config["refusal_fails"] = True
    one.wants = [], ["ConcorsRefusalFails"]


def says_it_twice(one):
    one.config["twice"] = True
    prefix = "Preflight" if one.needs_preflight() else ""
    one.wants = [f"{prefix}MultipleAllowOriginValues"], ["ConcorsHeaderTwice"]


def forgets_the_headers(one):
    if not one.headers:
        one.headers = ["X-Request-Id: 1"]
    if not one.needs_preflight():
        one.headers.append("X-Csrf-Token: abc")
    one.config["headers"] = None
    one.wants = ["HeaderDisallowedByPreflightResponse"], []


def forgets_the_method(one):
    one.method, one.config["methods"] = "PUT", "GET, POST"
    one.wants = ["MethodDisallowedByPreflightResponse"], []


def forgets_credentials(one):
    one.config["credentials"] = False
    one.wants = [("Preflight" if one.needs_preflight() else "") + "InvalidAllowCredentials"], []


MISTAKES = [reflects, allows_null, starts, ends, has_a_bare_dot, ignores_the_scheme, ignores_the_port, never_varies,
            varies_for_the_allowed_alone, hides_errors, wants_a_login_before_preflights, refuses_preflights_with_403,
            fails_for_strangers, says_it_twice, forgets_the_headers, forgets_the_method, forgets_credentials]


def draw():
    """(title, server): the same for the same seed."""
    drawn = [(f"right {number}", Drawn(random.Random(f"{SEED} {number}"))) for number in range(RIGHT)]
    for mistake in MISTAKES:
        for number in range(WRONG_EACH):
            one = Drawn(random.Random(f"{SEED} {mistake.__name__} {number}"))
            one.as_usual()
            mistake(one)
            drawn.append((f"{mistake.__name__} {number}", one))
    return drawn


def probe(keeper, port, one):
    command = [CONCORS, "probe", *one.words(port), "--json", "--rate", "0", "--max-time", "60", "--cacert",
               str(keeper.folder / "ca.crt"), f"--resolve=api.shop.example:{port}:127.0.0.1"]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, capture_output=True, timeout=120, check=False, env=environment)
    if done.returncode not in (0, 1):
        return f"exit code {done.returncode}: {done.stderr.decode('utf-8', 'replace')}"
    report = json.loads(done.stdout)
    found = sorted({finding["code"] for browser in report["browsers"] for finding in browser["findings"]})
    audit = sorted({finding["code"] for finding in report["audit"]["findings"]})
    return found, audit


class Only:
    """The one server, as a keeper wants it."""
    name, address, texts = "drawn", "127.0.0.1", {}

    def __init__(self):
        self.take_ports()

    def take_ports(self):
        self.ports = {"port": keepers.ports.take()}

    def node_entries(self, _):
        return [{"file": str(HERE / "drawn" / "server.mjs"), "port": self.ports["port"], "tls": True, "changes": []}]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if keepers.find("node", "nodejs") is None:
        print("skip  drawn servers: node is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    keeper, server, drawn, failed = keepers.Keeper(CONCORS, packages=False), Only(), draw(), 0
    try:
        keeper.start([server])
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda item: probe(keeper, server.ports["port"], item[1]), drawn))
    finally:
        keeper.close()
    for (title, one), got in zip(drawn, said):
        if got != one.wants:
            failed += 1
            print(f"FAIL {title} (seed {SEED}): got {got}, wanted {one.wants}\n     {one.config}\n     {one.words(0)[1:]}")
    print(f"{len(drawn) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
