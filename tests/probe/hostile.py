#!/usr/bin/env python3
"""concors probe under bad conditions: a real server each, one clear line or note each, in bounded time.

hostile.py [COMMAND [WORD...]]: as run.py. A condition that this machine cannot make is skipped, and said.
"""
import os
import ssl
import sys
import time
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, CA, CANARY, FOLDER, PAGE, Skip, api, audit, expect, expect_code,  # noqa: E402
                    expect_one_line, main, notes, probe, run, sent, shop)
from servers import Authority, Server, answer, h2_answer, h2_only, unused_port  # noqa: E402

HTTP_PAGE = "http://app.shop.example/"
HEAD = answer(200, ALLOW, b"").replace(b"Content-Length: 0\r\n", b"")
SECRET = ["-H", f"Authorization: Bearer {CANARY}", "--cookie", f"sid={CANARY}; Secure; SameSite=None",
          "-d", CANARY]


class Timed:
    """Within so many seconds, a loaded machine included; what it must not wait for is far beyond."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.started = time.monotonic()

    def __exit__(self, kind, *_):
        took = time.monotonic() - self.started
        expect(kind is not None or took < self.seconds, f"took {took:.1f} s")


def raw(talk, tls=True, **more):
    """A server that reads a request and then does as it likes."""
    def whole(connection):
        connection.recv(65536)
        talk(connection)
    return Server(raw=whole, tls=CA.context if tls is True else tls, **more)


def ask(server, *arguments, path="/", scheme="https", name="api.shop.example", page=PAGE):
    return probe(f"{scheme}://{name}:{server.port}{path}", "--browser", "chrome", "--json", *arguments,
                 ports=[server.port], page=page)


def ask_plain(server, *arguments):
    return ask(server, *arguments, scheme="http", page=HTTP_PAGE)


def one_note(result, code, *words):
    found = notes(result, code)
    expect(len(found) == 1, f"{code}: {notes(result)}")
    for word in words:
        expect(word in found[0]["what"], f"{word!r} is not in {found[0]['what']!r}")


# --- a server that hangs ------------------------------------------------------------------------

def case_hangs_before_the_answer():
    with raw(lambda connection: time.sleep(60)) as server, Timed(40):
        expect_one_line(ask(server, "--timeout", "1"), 3, "no answer within 1 s",
                        "waiting for the answer", "--timeout")


def case_hangs_after_the_headers():
    for text in (HEAD, answer(200, ALLOW, b"12").replace(b"Length: 2", b"Length: 200")):
        def hang(connection, text=text):
            connection.sendall(text)
            time.sleep(60)
        with raw(hang) as server, Timed(40):
            result = ask(server)
            expect_code(result, 0)
            one_note(result, "body-unfinished", "does not end", "and then none", "fetch()")


def case_drips_a_body_for_ever():
    def drip(connection):
        connection.sendall(HEAD)
        while True:
            connection.sendall(b"x")
            time.sleep(0.2)
    with raw(drip) as server, Timed(40):
        result = ask(server, "--timeout", "2.5")
        expect_code(result, 0)
        one_note(result, "body-unfinished", "in all the time there was (--timeout)")


def case_drips_headers_for_ever():
    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Drop: 1\r\n")
            time.sleep(0.2)
    with raw(drip) as server, Timed(40):
        expect_one_line(ask(server, "--timeout", "2.5"), 3, "no answer within 2.5 s", "--timeout")


def case_hangs_in_the_preflight_and_gets_no_more():
    with raw(lambda connection: time.sleep(60)) as server, Timed(40):
        expect_one_line(ask(server, "--timeout", "1", "--json-body", CANARY), 3, "preflight OPTIONS",
                        "no answer within 1 s")


def case_hangs_in_the_second_request_of_two():
    def hang_at_me(request):
        time.sleep(60 if request.path == "/me" else 0)
        return shop(request)
    with api(hang_at_me) as server, Timed(40):
        expect_one_line(ask(server, "--then", "/me", "--timeout", "3"), 3, "request 2 GET", "/me",
                        "no answer within 3 s")


# --- what is no HTTP of today -------------------------------------------------------------------

def case_http_0_9():
    with raw(lambda c: c.sendall(b"<html>hello</html>"), tls=None) as server:
        expect_one_line(ask_plain(server), 3, 'begins with "<html>hello</html>"', "HTTP/0.9")


def case_http_0_9_cannot_write_to_the_terminal():
    for text in (b"\x1b]0;owned\x07<html>", b"\xc2\x9b31m<html>", "\u202eabc".encode()):
        with raw(lambda c, text=text: c.sendall(text), tls=None) as server:
            result = ask_plain(server)
            expect_one_line(result, 3, "not HTTP")
            expect(result.err.strip("\n").isprintable() and "\u202e" not in result.err, f"{result.err!r}")


def case_http_2_without_tls():
    with raw(lambda c: c.sendall(b"\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x80"), tls=None) as server:
        expect_one_line(ask_plain(server), 3, "HTTP/2 without TLS", "https")


def case_tls_on_a_port_asked_in_the_clear():
    with raw(lambda c: c.sendall(b"\x15\x03\x03\0\2\2\x0a"), tls=None) as server:
        expect_one_line(ask_plain(server), 3, "speaks TLS on this port", "https")
    with api() as server:
        expect_one_line(ask_plain(server), 3, "without an answer; is that an https port?")


def case_http_2_only():
    with Server(raw=h2_only(lambda: h2_answer(200, ALLOW + [("Set-Cookie", "sid=1; Secure")])),
                tls=CA.h2_context) as server:
        result = ask(server)
        expect_code(result, 0)
        expect(not notes(result), f"{notes(result)}")
        line = result.last_step()["set_cookie"][0]
        expect(line["stored"], f"{line}")


def case_http_2_only_and_a_websocket():
    with Server(raw=h2_only(lambda: h2_answer(200, ALLOW)), tls=CA.h2_context) as server:
        result = ask(server, "--kind", "websocket", scheme="wss")
        expect_code(result, 3)
        expect_one_line(result, 3, "request GET")


def case_http_2_that_is_none():
    for data in (b"hello", b"\0\0\6\4\0\0\0\0\0" + b"\xff" * 6000, h2_answer(200, [("bad name", "x")]),
                 h2_answer(200, []) [:-3], b"\0\0\x08\7\0\0\0\0\0" + b"\0\0\0\0\0\0\0\x0d"):
        with Server(raw=h2_only(lambda data=data: data), tls=CA.h2_context) as server, Timed(40):
            expect_one_line(ask(server), 3, "probe: request GET")


def case_switches_protocols_unasked():
    with raw(lambda c: c.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
             tls=None) as server:
        expect_one_line(ask_plain(server), 3, "status 101", "nobody asked")


# --- too much -----------------------------------------------------------------------------------

def case_ten_thousand_headers():
    with raw(lambda c: c.sendall(answer(200, ALLOW + [(f"X-{i}", "v") for i in range(10000)]))) as server:
        result = ask(server)
        expect_code(result, 0)
        one_note(result, "headers-large", "10005 header fields", "256 KiB", "proxies")
        expect(len(result.out) < 20000, f"{len(result.out)} bytes of report")


def case_ten_thousand_headers_beyond_what_browsers_read():
    lines = [(f"X-{i}", "v" * 40) for i in range(10000)]
    with raw(lambda c: c.sendall(answer(200, ALLOW + lines))) as server, Timed(40):
        expect_one_line(ask(server), 3, "headers are larger than 256 KiB")


def case_curl_cve_2022_32205_ten_thousand_cookies():
    lines = [("Set-Cookie", f"c{i}=v; Path=/; Secure") for i in range(5000)]
    with api(lambda r: answer(200, ALLOW + lines)) as server, Timed(40):
        result = ask(server, "--then", "/me")
        expect(result.code in (0, 1), f"{result.code} {result.err}")
        held = len((server.requests[1].get("Cookie") or "").split("; "))
        expect(held <= 180, f"{held} cookies, where a browser keeps 180")


def case_a_body_of_100_mb():
    chunk = b"x" * (1 << 20)

    def flood(connection):
        connection.sendall(answer(200, ALLOW, b"").replace(b"Length: 0", b"Length: %d" % (100 << 20)))
        for _ in range(100):
            connection.sendall(chunk)
    with raw(flood) as server, Timed(100):
        result = ask(server)
        expect_code(result, 0)
        one_note(result, "body-cut", "larger than 1048576 bytes", "--max-body")
        result = ask(server, "--max-body", "10")
        one_note(result, "body-cut", "larger than 10 bytes")
        result = ask(server, "--max-body", "101M", "--timeout", "50")
        expect(not notes(result, "body-cut"), "it is read whole when asked for")


def case_a_compressed_body_is_never_unpacked():
    bomb = b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xed\xc1\x01\x0d\0\0\0\xc2\xa0" * 1000
    for coding in ("gzip", "br", "zstd", "gzip, " * 200 + "gzip"):
        with raw(lambda c, coding=coding: c.sendall(
                answer(200, ALLOW + [("Content-Encoding", coding)], bomb))) as server, Timed(40):
            expect_code(ask(server), 0)


# --- redirects ----------------------------------------------------------------------------------

def case_a_redirect_loop():
    with api(lambda r: answer(302, ALLOW + [("Location", "/b" if r.path == "/a" else "/a")])) as server:
        result = ask(server, path="/a")
        expect_code(result, 1)
        expect("ConcorsRedirectLimit" in result.out and len(server.requests) == 21, f"{sent(server)}")
        one_note(result, "redirect-loop", "every 2 redirects", "/a")
        text = probe(f"https://api.shop.example:{server.port}/a", ports=[server.port]).out
        expect(text.count("→ then") == 3 and "17 more redirects, answered as those before" in text, text)


def case_a_redirect_to_itself_with_another_query():
    with api(lambda r: answer(302, ALLOW + [
            ("Location", f"/a?t={CANARY}{len(server.requests)}")])) as server:
        result = ask(server, path="/a")
        one_note(result, "redirect-loop", "/a redirects to itself")
        expect(CANARY not in result.out + result.err, "a query is shown")


def case_a_chain_of_hosts_gets_nothing_secret():
    """Twenty hops, each to another port: every one gets the page's origin at most."""
    with api() as first, api() as second, api() as third:
        servers = [first, second, third]
        for server, follower in zip(servers, servers[1:] + servers[:1]):
            server.handler = lambda r, to=follower: answer(302, [
                ("Access-Control-Allow-Origin", r.get("Origin") or "*")] + ALLOW[1:] + [
                ("Location", f"https://other.example:{to.port}/x")])
        first_answer = first.handler
        first.handler = lambda r: shop(r) if r.method == "OPTIONS" else first_answer(r)
        probe(f"https://api.shop.example:{first.port}/a?token={CANARY}", *SECRET, "--json", "--follow",
              page=PAGE + CANARY, ports=[server.port for server in servers])
        named = [r for r in first.requests if r.path.startswith("/a")]
        others = [r for server in servers for r in server.requests if r not in named]
        expect(len(others) > 2, f"{len(others)} hops")
        expect(any(CANARY in str(r.headers) for r in named), "the first may have it")
        for request in others:
            expect(CANARY not in str(request.headers) + str(request.body) + request.path,
                   f"{request.method} {request.path} {request.headers}")


# --- whom it is that answers --------------------------------------------------------------------

def case_a_certificate_for_another_name():
    with api() as server:
        result = run("probe", f"https://else.shop.example:{server.port}/?t={CANARY}", "--page", PAGE,
                     *SECRET, "--cacert", CA.ca, f"--resolve=else.shop.example:{server.port}:127.0.0.1")
        expect_one_line(result, 3, "for other names, not for else.shop.example", "--insecure")
        expect("--cacert" not in result.err, "no authority makes that right")
        expect(not server.requests and CANARY not in result.err, "nothing is sent")


def case_a_certificate_of_nobody():
    folder = os.path.join(FOLDER.name, "stranger")
    os.mkdir(folder)
    with Server(lambda r: answer(200, ALLOW), tls=Authority(folder).context) as server:
        expect_one_line(ask(server, *SECRET), 3, "not trusted", "--cacert")
        expect(not server.requests, "nothing is sent")


def case_a_redirect_to_a_certificate_for_another_name():
    with api() as first, api() as second:
        first.handler = lambda r: answer(302, ALLOW + [("Location", f"https://else.example:{second.port}/")])
        result = probe(f"https://api.shop.example:{first.port}/",
                       f"--resolve=else.example:{second.port}:127.0.0.1", ports=[first.port])
        expect_one_line(result, 3, "redirect 1", "not for else.example")
        expect(not second.requests, "nothing is sent")


def case_an_old_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*CA.chain)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that is the point
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with Server(lambda r: answer(200, ALLOW), tls=context) as server:
        expect_one_line(ask(server), 3, "TLS", "handshake with api.shop.example failed")


def case_a_captive_portal_in_place_of_the_api():
    html = [("Content-Type", "text/html; charset=utf-8")]
    with api(lambda r: answer(200, html, b"<html>Log in</html>")) as server:
        result = ask(server)
        expect_code(result, 1)
        one_note(result, "html-answer", "captive portal", "login page")
    with api(lambda r: answer(511, html, b"<html>Log in</html>")) as server:
        one_note(ask(server), "captive-portal", "511", "login")
    for extra in ([], ["--json-body", "{}"]):
        with api(lambda r: answer(302, html + [
                ("Location", f"http://ada:{CANARY}@portal.invalid/?for={CANARY}")])) as server:
            result = ask(server, *extra)
            expect_code(result, 1)
            one_note(result, "redirect-elsewhere", "leads to portal.invalid and", "captive portal")
            expect(CANARY not in result.out, "a query or a password is shown")
            expect(len(server.requests) == 1, f"{sent(server)}")


def case_who_may_have_answered_is_said_first():
    html = [("Content-Type", "text/html; charset=utf-8")]
    rows = [  # what is answered, what the second line says
        (answer(200, html), "perhaps not the server's answer: an HTML page"),
        (answer(511, html), "perhaps not the server's answer: status 511"),
        (answer(302, [("Location", "https://portal.invalid/")]), "perhaps not meant for a script: a redirect"),
        (answer(200, ALLOW + html), ""),  # with CORS headers it was meant for a script
        (answer(200), ""),
    ]
    for sends, line in rows:
        with api(lambda r, sends=sends: sends) as server:
            arguments = (f"https://api.shop.example:{server.port}/", "--browser", "chrome")
            head = probe(*arguments, ports=[server.port]).out.split("\n\n", maxsplit=1)[0]
            expect(line in head and ("perhaps" in head) == (line != ""), head)
            quiet = probe(*arguments, "--quiet", ports=[server.port]).out
            expect("perhaps" not in quiet, quiet)


def case_a_redirect_made_for_scripts_is_no_portal():
    with api(shop) as second:
        with api(lambda r: answer(302, ALLOW + [
                ("Location", f"https://other.example:{second.port}/")])) as server:
            result = probe(f"https://api.shop.example:{server.port}/", "--json", "--browser", "chrome",
                           ports=[server.port, second.port])
            expect(not notes(result), f"{notes(result)}")


# --- where it lives -----------------------------------------------------------------------------

def case_a_name_with_an_ipv6_address_alone():
    try:
        server = api(address="::1")
    except OSError as error:
        raise Skip(f"no IPv6 on this machine's loopback ({error})") from error
    with server:
        for address in ("::1", "[::1]"):
            result = run("probe", "--only-request", f"https://api.shop.example:{server.port}/", "--page", PAGE,
                         "--cacert", CA.ca, f"--resolve=api.shop.example:{server.port}:{address}")
            expect_code(result, 0)
        result = run("probe", "--only-request", f"https://[::1]:{server.port}/", "--page", PAGE, "--insecure",
                     "--json", "--credentials", "omit", "--cookie", "sid=1; Secure", "--browser", "spec")
        expect(result.code in (0, 1) and len(server.requests) == 3, result.err)
        expect(server.requests[2].get("Host") == f"[::1]:{server.port}", f"{server.requests[2].headers}")


def case_an_ipv6_address_that_cannot_be_reached():
    port = unused_port()
    result = run("probe", f"https://api.shop.example:{port}/", "--page", PAGE, "--timeout", "2",
                 f"--resolve=api.shop.example:{port}:[100::1]")  # RFC 6666: for nobody
    expect_one_line(result, 3, f"api.shop.example:{port}", "100::1")


def case_a_port_where_nobody_listens():
    port = unused_port()
    expect_one_line(probe(f"https://api.shop.example:{port}/", ports=[port]), 3, "refused",
                    f"api.shop.example:{port} at 127.0.0.1")


# --- 429 and patience ---------------------------------------------------------------------------

def limited(answers, after):
    """Refuses /me so many times."""
    left = [answers]

    def handler(request):
        if request.path != "/me" or request.method == "OPTIONS" or left[0] == 0:
            return shop(request)
        left[0] -= 1
        return answer(429, ALLOW + [("Retry-After", after() if callable(after) else after)])
    return handler


def in_two_seconds():
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))


def case_retry_after_is_honoured():
    for after, least_s in (("1", 1), (in_two_seconds, 0.9), ("0", 0)):
        with api(limited(1, after)) as server, Timed(40):
            started = time.monotonic()
            result = ask(server, "--then", "/me", path="/login")
            expect_code(result, 0)
            expect(sent(server) == [("GET", "/login"), ("GET", "/me"), ("GET", "/me")], f"{sent(server)}")
            expect(time.monotonic() - started >= least_s, "it did not wait")
            if least_s:
                one_note(result, "retry-after-waited", "Retry-After", "a browser does not")


def case_it_asks_once_more_and_then_believes_it():
    with api(limited(9, "0")) as server:
        result = ask(server, "--then", "/me", path="/login")
        expect(len(server.requests) == 3, f"{sent(server)}")
        expect(result.json()["probe"]["sent"][-1]["status"] == 429, "the answer is shown")
        one_note(result, "retry-after", "429")


def case_what_is_no_get_is_never_sent_twice():
    with api(limited(9, "0")) as server:
        ask(server, "--then", "/me", "-X", "POST", "-d", "order", path="/login")
        expect(sent(server) == [("GET", "/login"), ("POST", "/me")], f"{sent(server)}")


def case_the_next_request_waits_too():
    with api(limited(1, "1")) as server, Timed(40):
        started = time.monotonic()
        result = ask(server, "--then", "/other", path="/me")
        expect(time.monotonic() - started >= 1, "it did not wait")
        expect(len(notes(result, "retry-after")) == 1, f"{notes(result)}")
        one_note(result, "retry-after-waited", "before it was sent")


def case_more_patience_than_there_is():
    for after, extra in (("3600", []), ("9" * 60, []), ("5", ["--max-wait", "1"]),
                         ("15", ["--max-time", "14"])):
        with api(limited(9, after)) as server, Timed(40):
            result = ask(server, "--then", "/other", *extra, path="/me")
            expect_code(result, 4)
            expect(sent(server) == [("GET", "/me")], f"{after}: {sent(server)}")
            one_note(result, "retry-after-too-long", "--max-wait")
            found = result.json()["browsers"][0]["findings"]
            expect([one["code"] for one in found] == ["ConcorsResponseUnknown"] and "--max-wait" in found[0]["remedy"],
                   f"{found}")


def case_the_audit_waits_too_or_asks_nothing():
    for after, least_s, most in (("1", 1, 99), ("3600", 0, 1)):
        with api(limited(1, after)) as server, Timed(40):
            started = time.monotonic()
            result = audit(f"https://api.shop.example:{server.port}/me", "--json", "--rate", "0",
                           ports=[server.port])
            expect(time.monotonic() - started >= least_s, "it did not wait")
            expect(len(server.requests) <= most, f"{after}: {len(server.requests)} requests")
            expect((most > 1) == (len(server.requests) > 5), f"{after}: {len(server.requests)} requests")
            findings = {finding["code"] for finding in result.json()["audit"]["findings"]}
            expect(("ConcorsAuditIncomplete" in findings) == (most == 1), f"{after}: {findings}")


def case_retry_after_that_says_nothing():
    for after in ("", "soon", "-1", "1e9", "9" * 5000, "1, 2", "Thu, 99 Zzz 9999 99:99:99 GMT", "0x10"):
        with api(limited(1, after)) as server, Timed(40):
            result = ask(server, "--then", "/other", path="/me")
            expect(len(server.requests) == 2, f"{after[:30]}: {sent(server)}")
            expect(result.code in (0, 1), f"{after[:30]}: {result.code}")


if __name__ == "__main__":
    sys.exit(main(globals()))
