#!/usr/bin/env python3
"""concors probe: what is secret stays secret, and what a server says stays text: in reports, lines and files.

secrets.py [COMMAND [WORD...]]: as run.py. A case that bears a CVE's name is about what went wrong there.
"""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, ALLOW_PREFLIGHT, CA, CANARY, FOLDER, ORIGIN, PAGE, api, expect,  # noqa: E402
                    expect_code, expect_one_line, file_of, main, notes, probe, run, sent, shop)
from servers import Server, answer, unused_port  # noqa: E402

# Every form that goes to a person, a program or a file.
SAVED = os.path.join(FOLDER.name, "saved.json")
FORMS = ([], ["--json"], ["--quiet"], ["--color", "always"], ["--save-journey", SAVED])
# What moves a cursor, ends a line, or turns the direction of what is read.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def all_of(result):
    """Everything that a run leaves behind."""
    text = result.out + result.err
    if os.path.exists(SAVED):
        with open(SAVED, encoding="utf-8") as file:
            text += file.read()
        os.unlink(SAVED)
    return text


def expect_no_canary(text, what):
    for form in (CANARY, CANARY.encode().hex(), "".join(f"%{ord(c):02x}" for c in CANARY)):
        expect(form not in text, f"{what}: a secret is shown: "
               f"{text[max(0, text.find(form) - 200):text.find(form) + 50]!r}")


def expect_harmless(text, what):
    plain = re.sub("\x1b\\[[0-9;]*m", "", text) if "color" in what else text
    found = RAW.search(plain)
    expect(not found, f"{what}: raw {found and found.group(0)!r}")


# --- no secret in any output --------------------------------------------------------------------

def case_har_sanitizer_27_no_secret_of_the_command_line_in_any_output():
    jar = file_of("canary.txt", f"api.shop.example\tFALSE\t/\tTRUE\t0\tjar\t{CANARY}\n")
    arguments = ["-H", f"Authorization: Bearer {CANARY}", "-H", f"X-Id: {CANARY}", "--json-body",
                 json.dumps({"password": CANARY}), "--cookie", f"own={CANARY}; Secure", "--cookies", jar,
                 "--then", f"/me?token={CANARY}#access_token={CANARY}", "--then", f"/me#t={CANARY}"]
    for form in FORMS:
        with api(shop) as server:
            result = probe(f"https://api.shop.example:{server.port}/login?key={CANARY}#part={CANARY}",
                           *arguments, *form, page=f"{PAGE}?session={CANARY}#{CANARY}",
                           ports=[server.port])
            expect(CANARY in str(server.requests[1].headers), "it was sent")
            expect_no_canary(all_of(result), f"{form}")


def case_no_secret_of_a_server_in_any_output():
    def leaky(request):
        if request.path.startswith("/b"):
            return shop(request)
        return answer(302, ALLOW + [
            ("Location", f"/b?code={CANARY}#access_token={CANARY}"), ("X-Token", CANARY),
            ("Set-Cookie", f"sid={CANARY}; Path=/"), ("Set-Cookie", f"={CANARY}"),
            ("WWW-Authenticate", f"Bearer token={CANARY}"), ("Refresh", f"0;url=/?t={CANARY}"),
            ("Authentication-Info", CANARY), ("Link", f"</?t={CANARY}>; rel=next")], CANARY.encode())
    for form in FORMS:
        with api(leaky) as server:
            result = probe(f"https://api.shop.example:{server.port}/a", *form, ports=[server.port])
            expect_no_canary(all_of(result), f"{form}")


def case_okta_a_redirects_password_is_in_no_output_and_no_line():
    port = unused_port()
    for kind in ("navigate", "fetch"):
        for location in (f"https://ada:{CANARY}@other.example:{port}/b", f"//{CANARY}@other.example:{port}/",
                         f"https:\\\\{CANARY}@other.example:{port}/", f"https:/\\/{CANARY}@other.example:{port}/",
                         f"https://a@b:{CANARY}@other.example:{port}/x@y?z=@"):
            for form in ([], ["--json", "--save-journey", SAVED]):
                with api(lambda r, to=location: answer(302, ALLOW + [("Location", to)])) as server:
                    result = probe(f"https://api.shop.example:{server.port}/a", "--kind", kind, *form,
                                   "--browser", "chrome", ports=[server.port, port])
                    expect(result.code in (1, 3), f"{kind} {location}: {result.code} {result.err}")
                    expect_no_canary(all_of(result), f"{kind} {location} {form}")


def case_a_saved_journey_keeps_that_an_address_had_a_password():
    """Left out whole, the verdict would change: a script may not be redirected to such an address."""
    with api() as server:
        server.handler = lambda r: answer(302, ALLOW + [
            ("Location", f"https://ada:{CANARY}@api.shop.example:{server.port}/@b/c")])
        live = probe(f"https://api.shop.example:{server.port}/a", "--json", "--save-journey", SAVED,
                     ports=[server.port])
        again = run("explain", "--json", SAVED)
        expect(live.code == again.code == 1, f"live {live.code}, saved {again.code}")
        expect(live.last_step()["response"]["error"] == again.last_step()["response"]["error"],
               f"{live.last_step()['response']} {again.last_step()['response']}")
        expect("/@b/c" in all_of(again), "a path is no password")


def case_error_lines_hold_no_secret():
    port = unused_port()
    for url in (f"/me?token={CANARY}", f"/me#token={CANARY}", f"/me?a#token={CANARY}"):
        result = probe(f"https://api.shop.example:{port}{url}", "-H", f"Authorization: {CANARY}", "--data",
                       CANARY, "--cookie", f"s={CANARY}", ports=[port])
        expect_one_line(result, 3, "/me: ")
        expect_no_canary(result.err, url)
    for arguments in (["-H", f"Authorization {CANARY}"], ["-H", f"X: {CANARY}\n"],
                      ["--cookies", file_of("bad.txt", f"a.example\tTRUE\t/\tTRUE\t{CANARY}\tn\tv")],
                      ["--cookies", file_of("bad.json", '{"cookies": [{"name": "%s"}]}' % CANARY)]):
        result = run("probe", "https://a.example/", "--page", PAGE, *arguments)
        expect_code(result, 2)
        expect_no_canary(result.err, f"{arguments}")


def case_a_redirect_that_is_held_back_tells_names_alone():
    with api(shop) as second, api() as first:
        first.handler = lambda r: shop(r) if r.method == "OPTIONS" else answer(307, ALLOW + [
            ("Location", f"https://other.example:{second.port}/?t={CANARY}")])
        result = probe(f"https://api.shop.example:{first.port}/", "-H", f"X-Id: {CANARY}", "-d", CANARY,
                       ports=[first.port, second.port])
        expect("X-Id" in result.out and "held-back" not in result.out, result.out)
        expect_no_canary(result.out + result.err, "the note")


# --- text stays text ----------------------------------------------------------------------------

EVIL = "".join(chr(byte) for byte in range(1, 256) if byte not in (10, 13)) + "\u202e\u2066".encode().decode("latin-1")
TITLE = "\x1b]0;owned\x07\x9b31m"


def slots(evil):
    """Answers that carry it in each place a report may show."""
    right = [h for h in ALLOW if h[0] != "Access-Control-Allow-Origin"]
    cookies = [evil.replace(";", "").replace("=", "") + "=1", "a=" + evil, "b=1; Domain=" + evil,
               "c=1; Path=/" + evil, "d=1; SameSite=" + evil, "e=1; Expires=" + evil, evil]
    yield "everywhere", answer(200, ALLOW + [("Set-Cookie", line) for line in cookies] + [
        (name, evil) for name in ("Vary", "Access-Control-Expose-Headers", "Server", "Via", "Age",
                                  "Content-Type", "Cache-Control", "X-Other")]).replace(
                                      b"Whatever", evil.encode("latin-1"), 1)
    yield "origin", answer(200, [("Access-Control-Allow-Origin", evil)] + right)
    yield "credentials", answer(200, ALLOW[:1] + [("Access-Control-Allow-Credentials", evil)])
    yield "location", answer(302, ALLOW + [("Location", "/" + evil)])
    yield "location's host", answer(302, right + [("Location", "https://x" + evil)])
    yield "retry-after", answer(429, ALLOW + [("Retry-After", evil[:60])])
    yield "content-length", answer(200, ALLOW, b"").replace(b"Length: 0", b"Length: " + evil.encode("latin-1"))
    yield "transfer-encoding", answer(200, ALLOW + [("Transfer-Encoding", evil)])
    yield "a name", answer(200, ALLOW + [(evil.replace(":", ""), "1")])
    yield "the status", answer(200, ALLOW).replace(b"200", evil[:3].encode("latin-1"))


def case_nginx_cve_2009_4487_no_byte_of_a_server_reaches_a_terminal_raw():
    table = {f"/{kind}{number}": (name, text) for kind, evil in (("all", EVIL), ("title", TITLE))
             for number, (name, text) in enumerate(slots(evil))}

    def handler(request):
        if request.path not in table:
            return shop(request)
        return answer(204, ALLOW_PREFLIGHT, b"") if request.method == "OPTIONS" else table[request.path][1]
    with api(handler) as server:
        for path, (name, _) in table.items():
            for form in (["--json"], ["--color", "always", "--save-journey", SAVED]):
                result = probe(f"https://api.shop.example:{server.port}{path}", *form, "--then", "/me",
                               "--max-wait", "0", "--browser", "chrome,firefox", ports=[server.port])
                expect(result.code in (0, 1, 3, 4), f"{name}: {result.code} {result.err}")
                expect_harmless(all_of(result), f"{name} {form}")
                expect(result.code != 3 or result.err.count("\n") == 1, f"{name}: {result.err!r}")
                if form == ["--json"] and result.code != 3:
                    result.json()


def case_envoy_cve_2024_45808_one_error_is_one_line():
    """Names from the outside in an error line: host of a redirect, file names, arguments."""
    for path in ("/no/such\n::error::x", "/no/such\x1b[31m", "/no/such\u202e"):
        for option in ("--cookies", "--cacert", "--psl", "--save-journey"):
            arguments = [option, path]
            result = probe(f"https://api.shop.example:{unused_port()}/", *arguments)
            expect(result.code in (2, 3) and result.err.count("\n") == 1, f"{option}: {result.err!r}")
            expect_harmless(result.err.strip("\n"), option)


# --- copies that are to be pasted ---------------------------------------------------------------

def case_gixy_http_splitting_no_line_to_copy_holds_a_line_break():
    """What is shown as a change is pasted into configurations: one header stays one header."""
    for evil in ("sid\x0b\x0cX: 1", "s\x01id", "s\u202eid".encode().decode("latin-1"), 's"id\'`$(x)'):
        def handler(request, name=evil):
            if request.method == "OPTIONS":
                return answer(204, ALLOW_PREFLIGHT, b"")
            return answer(200, ALLOW + [("Set-Cookie", f"{name}=1; Path=/")])
        with api(handler) as server:
            result = probe(f"https://api.pay.example:{server.port}/", "--json", "--browser", "firefox,spec",
                           ports=[server.port])
            expect(result.code in (0, 1), f"{result.code} {result.err}")
            for fix in result.json()["fixes"]:
                for name, value in fix.get("headers", []):
                    expect(not re.search("[\x00-\x1f\x7f]", name + value), f"{name}: {value!r}")
                    expect(name != "X", f"{fix}")


# --- what two headers of one name mean ----------------------------------------------------------

def case_libsoup_cve_2025_14523_twice_the_same_header():
    with api(shop) as other:
        for name, values in (("Location", ("/me", f"https://other.example:{other.port}/")),
                             ("Location", (f"https://other.example:{other.port}/", "/me"))):
            with api(lambda r, name=name, values=values: shop(r) if r.path != "/a" else answer(
                    302, ALLOW + [(name, value) for value in values])) as server:
                probe(f"https://api.shop.example:{server.port}/a", "-H", f"Authorization: {CANARY}",
                      "--cookie", f"s={CANARY}; Secure", ports=[server.port, other.port])
                expect(CANARY not in str([r.headers for r in other.requests]), f"{sent(other)}")
    with api(lambda r: answer(200, [("Access-Control-Allow-Origin", ORIGIN)] + ALLOW)) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--json", ports=[server.port])
        expect(result.last_step()["response"]["error"] == "MultipleAllowOriginValues", "said so")
    for first, second, least in (("3600", "0", True), ("0", "3600", False)):
        with api(lambda r, a=first, b=second: answer(429, ALLOW + [("Retry-After", a), (
                "Retry-After", b)]) if r.path == "/a" else shop(r)) as server:
            result = probe(f"https://api.shop.example:{server.port}/a", "--then", "/b", "--json",
                           ports=[server.port])
            expect(bool(notes(result, "retry-after-too-long")) == least, f"{notes(result)}")


def case_haproxy_cve_2023_25725_an_empty_header_name_hides_nothing():
    def talk(connection):
        connection.recv(65536)
        head = answer(200, ALLOW + [("Set-Cookie", "a=1; Secure")])
        connection.sendall(head.replace(b"\r\n", b"\r\n: x\r\n", 1).replace(b"Vary", b":\r\nVary", 1))
    with Server(raw=talk, tls=CA.context) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--json", ports=[server.port])
        if result.code == 3:
            expect_one_line(result, 3, "not HTTP")
        else:
            expect(result.last_step()["set_cookie"][0]["stored"], "the header behind it counts")


# --- every door into the jar --------------------------------------------------------------------

def case_curl_c041895_every_door_into_the_jar_agrees():
    """A cookie counts the same whether an answer, --cookie, cookies.txt or a storage state brings it."""
    rows = [("api.shop.example", False, "/", "a"), ("shop.example", True, "/", "b"),
            ("example", True, "/", "super"), ("other.example", True, "/", "foreign"),
            ("op.example", True, "/", "curl_cve_2013_1944"), ("api.shop.example.", True, "/", "dot"),
            ("API.Shop.EXAMPLE", True, "/", "case"), ("api.shop.example", False, "/me", "path"),
            ("api.shop.example", False, "/m", "half"), ("pi.shop.example", True, "/", "part")]
    for domain, wide, path, name in rows:
        line = f"{name}=1; Path={path}; Secure" + (f"; Domain={domain}" if wide else "")
        if not wide and domain != "api.shop.example":
            continue
        flag = "TRUE" if wide else "FALSE"
        text = file_of("door.txt", f"{domain}\t{flag}\t{path}\tTRUE\t0\t{name}\t1\n")
        state = file_of("door.json", json.dumps({"cookies": [{
            "name": name, "value": "1", "domain": ("." if wide else "") + domain, "path": path,
            "expires": -1, "secure": True, "httpOnly": False}], "origins": []}))
        got = {}
        for door, arguments in (("answer", []), ("option", ["--cookie", line]),
                                ("cookies.txt", ["--cookies", text]), ("state", ["--cookies", state])):
            def handler(request, door=door, line=line):
                first = request.path == "/first" and door == "answer"
                return answer(200, ALLOW + ([("Set-Cookie", line)] if first else []))
            with api(handler) as server:
                probe(f"https://api.shop.example:{server.port}/first", *arguments, "--then", "/me",
                      "--browser", "chrome", ports=[server.port])
                got[door] = server.requests[1].get("Cookie")
        expect(len(set(got.values())) == 1, f"{domain} {path}: {got}")
        expect((got["answer"] is not None) == (name in ("a", "b", "case", "path")), f"{name}: {got}")


if __name__ == "__main__":
    sys.exit(main(globals()))
