#!/usr/bin/env python3
"""concors probe against servers that do what servers do, the worst included.

run.py [COMMAND [WORD...]]: tests the command (else that of the environment's CONCORS, else the
built one); with words only the cases whose names hold one. Last line: "N passed, N failed".
A function whose name begins with `case_` is a test; those that bear a CVE's name are about it.
"""
import os
import random
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, ALLOW_PREFLIGHT, CA, CANARY, CONCORS, FOLDER, ORIGIN, PAGE, ROOT, api,  # noqa: E402
                    expect, expect_code, expect_one_line, main, probe, run)
from servers import Server, answer, unused_port  # noqa: E402

# --- what is sent -------------------------------------------------------------------------------

def case_a_right_login_passes_in_every_browser():
    with api() as server:
        result = probe(f"https://api.shop.example:{server.port}/login", "--json-body", '{"a":1}',
                       ports=[server.port])
        expect_code(result, 0)
        expect([r.method for r in server.requests] == ["OPTIONS", "POST"], "preflight, then POST")
        expect(server.requests[1].body == b'{"a":1}', "the body arrives")


def case_the_preflight_asks_as_a_browser_does():
    with api() as server:
        probe(f"https://api.pay.example:{server.port}/x?q=1", "--method", "put", "--json-body", "{}",
              "-H", "X-Id: 7", "-H", f"Authorization: Bearer {CANARY}",
              "--cookie", "sid=1; SameSite=None; Secure", ports=[server.port])
        ask = server.requests[0]
        expect(ask.method == "OPTIONS" and ask.path == "/x?q=1", "OPTIONS to the same address")
        expect(ask.all("Access-Control-Request-Method") == ["PUT"], "method, normalised")
        expect(ask.all("Access-Control-Request-Headers") == ["authorization,content-type,x-id"],
               f"names: {ask.all('Access-Control-Request-Headers')}")
        expect(ask.all("Origin") == [ORIGIN] and ask.all("Accept") == ["*/*"], "Origin and Accept")
        expect(ask.get("Cookie") is None and ask.get("Authorization") is None, "no credentials")
        expect(ask.get("Sec-Fetch-Mode") == "cors" and ask.get("Sec-Fetch-Site") == "cross-site" and
               ask.get("Sec-Fetch-Dest") == "empty", "Sec-Fetch")
        expect(ask.get("Referer") == ORIGIN + "/", "Referer is the origin alone")


def case_the_request_carries_what_the_model_says():
    with api() as server:
        probe(f"https://api.shop.example:{server.port}/x", "--json-body", "{}",
              "--cookie", "sid=abc; Secure; SameSite=Lax", "--cookie", "wide=1; Path=/elsewhere",
              ports=[server.port])
        request = server.requests[1]
        expect(request.all("Cookie") == ["sid=abc"], f"Cookie: {request.all('Cookie')}")
        expect(request.all("Origin") == [ORIGIN], "Origin")
        expect(request.all("Content-Type") == ["application/json"], "one Content-Type")
        expect(request.get("Sec-Fetch-Site") == "same-site", "same site")
        expect(request.get("Expect") is None, "libcurl's own fields are gone")


def case_a_simple_request_has_no_preflight():
    with api() as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--data", "hello",
                       ports=[server.port])
        expect_code(result, 0)
        expect([r.method for r in server.requests] == ["POST"], "POST alone")
        expect(server.requests[0].get("Content-Type") == "text/plain;charset=UTF-8", "its type")


def case_credentials_omitted_means_no_cookie():
    with api() as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--credentials", "omit",
                       "--cookie", "sid=abc; Secure", "--json", ports=[server.port])
        expect_code(result, 1)
        expect(server.requests[0].get("Cookie") is None, "no Cookie")
        expect("ConcorsCredentialsOmitted" in result.out, "the report says why")


def case_forbidden_headers_are_not_sent():
    with api() as server:
        probe(f"https://api.shop.example:{server.port}/", "-H", "Cookie: a=1", "-H", "Host: evil",
              "-H", "Sec-Fetch-Site: none", "-H", "Origin: https://evil.example",
              ports=[server.port])
        request = server.requests[-1]
        expect(request.get("Cookie") is None, "Cookie")
        expect(request.all("Host") == [f"api.shop.example:{server.port}"], "Host")
        expect(request.all("Origin") == [ORIGIN], "Origin")


def case_body_from_file_and_from_stdin():
    path = os.path.join(FOLDER.name, "body")
    with open(path, "wb") as file:
        file.write(b"\x00\x01 from a file")
    with api() as server:
        probe(f"https://api.shop.example:{server.port}/", "--data", "@" + path, ports=[server.port])
        probe(f"https://api.shop.example:{server.port}/", "--json-body", "-", stdin=b"{}",
              ports=[server.port])
        expect(server.requests[0].body == b"\x00\x01 from a file", "file, byte by byte")
        expect(server.requests[2].body == b"{}", "standard input")


def case_a_websocket_handshake_is_probed():
    def upgrade(request):
        return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    with api(upgrade) as server:
        result = probe(f"wss://api.shop.example:{server.port}/live", "--kind", "websocket",
                       "--cookie", "sid=abc; Secure", ports=[server.port])
        request = server.requests[0]
        expect(request.get("Upgrade") == "websocket" and request.get("Origin") == ORIGIN, "handshake")
        expect(request.get("Cookie") == "sid=abc", "cookies go with it")
        expect_code(result, 0)


def case_every_kind_of_request_goes_out_as_it_should():
    for kind, method, dest, site_cookie in (
            ("fetch", "GET", "empty", True), ("xhr", "GET", "empty", True),
            ("navigate", "GET", "document", True), ("visit", "GET", "document", True),
            ("form-post", "POST", "document", True), ("img", "GET", "image", True),
            ("script", "GET", "script", True), ("iframe", "GET", "iframe", True),
            ("eventsource", "GET", "empty", True), ("beacon", "POST", "empty", True)):
        stream = ALLOW + [("Content-Type", "text/event-stream")]
        with api(lambda request: answer(200, stream, b"")) as server:
            result = probe(f"https://api.shop.example:{server.port}/", "--kind", kind, "--cookie",
                           "sid=1; Secure; SameSite=Lax", ports=[server.port])
            expect(result.code == 0, f"{kind}: exit code {result.code} {result.out} {result.err}")
            expect(len(server.requests) == 1, f"{kind}: {len(server.requests)} requests")
            request = server.requests[0]
            expect(request.method == method, f"{kind}: {request.method}")
            expect(request.get("Sec-Fetch-Dest") == dest, f"{kind}: {request.get('Sec-Fetch-Dest')}")
            expect((request.get("Cookie") == "sid=1") == site_cookie, f"{kind}: cookie")
            expect((request.get("Sec-Fetch-Site") == "none") == (kind == "visit"), f"{kind}: site")


def case_a_form_post_carries_its_body():
    with api() as server:
        probe(f"https://api.pay.example:{server.port}/", "--kind", "form-post", "--data", "a=1",
              ports=[server.port])
        request = server.requests[0]
        expect(request.body == b"a=1" and request.all("Content-Type") ==
               ["application/x-www-form-urlencoded"], f"{request.headers} {request.body}")
        expect(request.get("Origin") == ORIGIN, "forms that post say where they come from")


def case_one_browser_of_several_wants_a_preflight():
    with api(lambda request: answer(204 if request.method == "OPTIONS" else 200, ALLOW + [
            ("Access-Control-Allow-Headers", "user-agent")], b"")) as server:
        probe(f"https://api.shop.example:{server.port}/", "-H", "User-Agent: mine", "--browser",
              "chrome", ports=[server.port])
        probe(f"https://api.shop.example:{server.port}/", "-H", "User-Agent: mine", "--browser",
              "chrome,firefox", ports=[server.port])
        expect([r.method for r in server.requests] == ["GET", "OPTIONS", "GET"],
               f"{[r.method for r in server.requests]}")
        expect(server.requests[1].get("Access-Control-Request-Headers") == "user-agent", "asks for it")


def case_an_event_stream_is_judged_by_its_head():
    def endless(connection):
        connection.recv(65536)
        connection.sendall(answer(200, ALLOW + [("content-type", "text/event-stream;charset=utf-8")],
                                  b"").replace(b"Content-Length: 0\r\n", b""))
        time.sleep(15)
    with Server(raw=endless, tls=CA.context) as server:
        started = time.monotonic()
        expect_code(probe(f"https://api.shop.example:{server.port}/", "--kind", "eventsource",
                          ports=[server.port]), 0)
        expect(time.monotonic() - started < 5, "it waited for the end of a stream")


def case_a_page_without_an_origin_says_null():
    with api() as server:
        probe(f"https://api.shop.example:{server.port}/", page="data:text/html,hello",
              ports=[server.port])
        expect(server.requests[0].get("Origin") == "null", f"{server.requests[0].headers}")


def case_international_names_go_out_as_ascii():
    with api() as server:
        run("probe", f"https://b\u00fccher.shop.example:{server.port}/", "--page", PAGE, "--insecure",
            "--only-request",
            f"--resolve=xn--bcher-kva.shop.example:{server.port}:127.0.0.1")
        expect(server.requests[0].get("Host") == f"xn--bcher-kva.shop.example:{server.port}", "Host")


def case_resolve_goes_past_the_proxy():
    with api() as server:
        environment = {"https_proxy": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
        expect_code(probe(f"https://api.shop.example:{server.port}/", ports=[server.port],
                          env=environment), 0)


def case_an_address_with_a_password_is_never_used():
    with api() as server:
        result = probe(f"https://ada:{CANARY}@api.shop.example:{server.port}/", ports=[server.port])
        expect_code(result, 1)
        expect(not server.requests, "a fetch refuses such an address")
        expect(CANARY not in result.out + result.err, "the password is shown")


# --- what is made of the answers ----------------------------------------------------------------

def case_a_blocked_response_is_exit_1():
    def trailing_slash(request):
        return answer(204 if request.method == "OPTIONS" else 200,
                      [("Access-Control-Allow-Origin", ORIGIN + "/")] + ALLOW[1:])
    with api(trailing_slash) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--json", ports=[server.port])
        expect_code(result, 1)
        expect(result.last_step()["response"]["error"] == "AllowOriginMismatch", "the reason")


def case_after_a_failed_preflight_nothing_is_sent():
    with api(lambda request: answer(401, ALLOW_PREFLIGHT)) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--json-body", "{}", "--json",
                       ports=[server.port])
        expect_code(result, 1)
        expect([r.method for r in server.requests] == ["OPTIONS"], "the request stays here")
        step = result.last_step()
        expect(step["preflight"]["error"] == "PreflightInvalidStatus", "the reason")
        expect(step["request_sent"] is False and step["response"]["outcome"] == "not-sent", "unsent")


def case_a_preflight_follows_no_redirect():
    with api(lambda request: answer(301, [("Location", "/elsewhere")] + ALLOW_PREFLIGHT)) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--json-body", "{}", "--json",
                       ports=[server.port])
        expect_code(result, 1)
        expect(len(server.requests) == 1, "one request")
        expect(result.last_step()["preflight"]["error"] == "PreflightDisallowedRedirect", "reason")


def case_what_cannot_be_known_is_exit_4():
    def odd_date(request):
        return answer(200, ALLOW + [("Set-Cookie", "a=1; Secure; Expires=Fri, 01 Jan 2027 10:00 GMT")])
    with api(odd_date) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--browser", "firefox",
                       ports=[server.port])
        expect_code(result, 4)


def case_mixed_content_is_never_sent():
    with Server(lambda request: answer()) as server:
        result = probe(f"http://api.shop.example:{server.port}/", ports=[server.port])
        expect_code(result, 1)
        expect(not server.requests, "nothing may arrive")


def case_raw_bytes_and_control_characters_never_reach_the_terminal():
    def hostile(request):
        return answer(200, [("Access-Control-Allow-Origin", "https://a\x1b[31m.example\x9b1m"),
                            ("Set-Cookie", "x\x1b]0;owned\x07=1; Path=/")])
    with api(hostile) as server:
        for extra in ([], ["--json"], ["--color", "always"]):
            result = probe(f"https://api.shop.example:{server.port}/", *extra, ports=[server.port])
            text = re.sub(r"\x1b\[[0-9;]*m", "", result.out) if "--color" in extra else result.out
            expect(not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text),
                   f"raw control character with {extra}")
            expect("owned\x07" not in result.out + result.err, "title sequence")


def case_folded_and_repeated_headers_are_read_as_browsers_read_them():
    def folded(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\naccess-control-allow-origin:\r\n "
                           + ORIGIN.encode() + b"\r\nAccess-Control-Allow-Credentials:true\r\n"
                           b"Vary: Origin\r\nContent-Length: 0\r\n\r\n")
    with Server(raw=folded, tls=CA.context) as server:
        expect_code(probe(f"https://api.shop.example:{server.port}/", ports=[server.port]), 0)


def case_interim_answers_are_skipped():
    def interim(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
                           + answer(200, ALLOW))
    with Server(raw=interim, tls=CA.context) as server:
        expect_code(probe(f"https://api.shop.example:{server.port}/", ports=[server.port]), 0)


def case_a_huge_body_is_not_waited_for():
    sent = [0]

    def endless(connection):
        connection.recv(65536)
        head = answer(200, ALLOW, b"").replace(b"Content-Length: 0\r\n", b"")
        connection.sendall(head)
        try:
            for _ in range(4096):
                connection.sendall(b"x" * 65536)
                sent[0] += 65536
        except OSError:
            pass
    with Server(raw=endless, tls=CA.context) as server:
        started = time.monotonic()
        expect_code(probe(f"https://api.shop.example:{server.port}/", ports=[server.port]), 0)
        expect(time.monotonic() - started < 5, "it takes too long")
        expect(sent[0] < 64 << 20, f"{sent[0]} bytes were sent")


# --- redirects, and what must not travel --------------------------------------------------------

def redirecting(table):
    """path -> (status, Location); anything else is a right answer."""
    def handler(request):
        if request.method == "OPTIONS":
            origin = request.get("Origin")
            return answer(204, [("Access-Control-Allow-Origin", origin)] + ALLOW_PREFLIGHT[1:], b"")
        path = request.path.split("?")[0]
        origin = request.get("Origin") or ORIGIN
        allow = [("Access-Control-Allow-Origin", origin)] + ALLOW[1:]
        if path in table:
            return answer(table[path][0], [("Location", table[path][1])] + allow)
        return answer(200, allow)
    return handler


def case_redirects_within_an_origin_keep_authorization():
    with api() as server:
        server.handler = redirecting({"/a": (307, "/b")})
        result = probe(f"https://api.shop.example:{server.port}/a", "--method", "POST", "-H",
                       f"Authorization: Bearer {CANARY}", ports=[server.port])
        expect_code(result, 0)
        last = server.requests[-1]
        expect(last.path == "/b" and last.get("Authorization") == f"Bearer {CANARY}", "it is kept")


def authorization_must_not_reach(make_location):
    """The first server redirects to what make_location(second) says; nothing secret may arrive."""
    with api() as first, api() as second, Server(lambda request: answer(200, ALLOW)) as plain:
        second.handler = redirecting({})
        first.handler = redirecting({"/a": (302, make_location(first, second, plain))})
        result = probe(f"https://api.shop.example:{first.port}/a", "-H",
                       f"Authorization: Bearer {CANARY}", "--cookie", f"sid={CANARY}; Secure",
                       ports=[first.port, second.port, plain.port])
        expect(result.code in (0, 1), f"exit code {result.code}: {result.err}")
        expect(any(CANARY in str(r.headers) for r in first.requests), "the first may have it")
        return result, second, plain


def case_curl_cve_2018_1000007_authorization_to_another_host():
    _, second, _ = authorization_must_not_reach(
        lambda _, second, plain: f"https://other.example:{second.port}/b")
    expect(second.requests, "the redirect is followed")
    expect(not any(CANARY in str(r.headers) for r in second.requests), "a secret has travelled")


def case_curl_cve_2022_27776_authorization_to_another_port():
    _, second, _ = authorization_must_not_reach(
        lambda _, second, plain: f"https://api.shop.example:{second.port}/b")
    got = [r for r in second.requests if r.method != "OPTIONS"]
    expect(got and all(r.get("Authorization") is None for r in got), "Authorization at another port")
    expect(got[-1].get("Cookie") == f"sid={CANARY}", "cookies know no ports")


def case_undici_cve_2023_45143_cookie_to_another_host():
    _, second, _ = authorization_must_not_reach(
        lambda _, second, plain: f"https://api.pay.example:{second.port}/b")
    expect(second.requests and all(r.get("Cookie") is None for r in second.requests), "Cookie")


def case_curl_cve_2026_6276_the_host_follows_the_redirect():
    _, second, _ = authorization_must_not_reach(
        lambda _, second, plain: f"https://other.example:{second.port}/b")
    expect(all(r.all("Host") == [f"other.example:{second.port}"] for r in second.requests), "Host")


def case_scheme_downgrade_sends_nothing():
    _, _, plain = authorization_must_not_reach(
        lambda _, second, plain: f"http://api.shop.example:{plain.port}/b")
    expect(not any(CANARY in str(r.headers) for r in plain.requests), "a secret in the clear")


def case_there_and_back_the_authorization_stays_lost():
    with api() as first, api() as second:
        first.handler = redirecting({"/a": (302, f"https://other.example:{second.port}/b")})
        second.handler = redirecting({"/b": (302, f"https://api.shop.example:{first.port}/c")})
        probe(f"https://api.shop.example:{first.port}/a", "-H", f"Authorization: Bearer {CANARY}",
              ports=[first.port, second.port])
        back = [r for r in first.requests if r.path == "/c" and r.method == "GET"]
        expect(back and back[0].get("Authorization") is None, "it came back")
        expect(back[0].get("Origin") == "null", "the origin is tainted")


def case_happy_dom_cve_2026_34226_cookies_of_the_page_stay_with_the_page():
    with api() as first, api() as second:
        # Held for all of the page's site; the redirect leaves it.
        first.handler = redirecting({"/a": (302, f"https://api.pay.example:{second.port}/b")})
        second.handler = redirecting({"/b": (302, f"https://api.shop.example:{first.port}/c")})
        probe(f"https://api.shop.example:{first.port}/a", "--cookie",
              f"sid={CANARY}; SameSite=None; Secure; Domain=shop.example",
              ports=[first.port, second.port])
        expect(first.requests[0].get("Cookie") == f"sid={CANARY}", "its own site gets it")
        expect(second.requests and all(r.get("Cookie") is None for r in second.requests), "a leak")
        expect(first.requests[-1].path == "/c" and
               first.requests[-1].get("Cookie") == f"sid={CANARY}", "and gets it again")


def case_post_becomes_get_and_drops_its_body():
    with api() as server:
        server.handler = redirecting({"/a": (302, "/b")})
        probe(f"https://api.shop.example:{server.port}/a", "--data", "secret", ports=[server.port])
        last = server.requests[-1]
        expect(last.method == "GET" and last.body == b"" and last.get("Content-Type") is None,
               f"{last.method} {last.headers}")


def case_the_second_preflight_differs_between_browsers():
    for browser, origin in (("chrome", "null"), ("firefox", ORIGIN)):
        with api() as first, api() as second:
            first.handler = redirecting({"/a": (307, f"https://api.pay.example:{second.port}/b")})
            second.handler = redirecting({})
            probe(f"https://api.shop.example:{first.port}/a", "--method", "PUT", "--data", "x",
                  "--browser", browser, ports=[first.port, second.port])
            got = [(r.method, r.get("Origin")) for r in second.requests]
            expect(got[:1] == [("OPTIONS", origin)], f"{browser}: {got}")
            expect(got[1:] in ([], [("PUT", "null")]), f"{browser}: {got}")


def case_a_redirect_loop_ends_after_twenty():
    with api() as server:
        server.handler = redirecting({"/a": (302, "/a")})
        result = probe(f"https://api.shop.example:{server.port}/a", "--json", ports=[server.port])
        expect_code(result, 1)
        expect(len(server.requests) == 21, f"{len(server.requests)} requests")
        expect("ConcorsRedirectLimit" in result.out, "the reason")


def case_only_http_is_followed():
    for location in ("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/",
                     "data:text/plain,hello", "javascript:alert(1)", "https://", "//[::1"):
        with api() as server:
            server.handler = redirecting({"/a": (302, location)})
            result = probe(f"https://api.shop.example:{server.port}/a", ports=[server.port])
            expect_code(result, 1)
            expect(len(server.requests) == 1, f"{location}: {len(server.requests)} requests")


def case_cookies_set_on_the_way_are_used_on_the_way():
    def handler(request):
        if request.path == "/a":
            return answer(302, ALLOW + [("Location", "/b"), ("Set-Cookie", "hop=1; Secure")])
        return answer(200, ALLOW)
    with api(handler) as server:
        probe(f"https://api.shop.example:{server.port}/a", ports=[server.port])
        expect(server.requests[-1].get("Cookie") == "hop=1", "the jar of the journey")


# --- the network fails --------------------------------------------------------------------------

def case_nothing_listens():
    port = unused_port()
    expect_one_line(probe(f"https://api.shop.example:{port}/", ports=[port]), 3,
                    "request GET", f"api.shop.example:{port}", "refused")


def case_the_preflight_is_named_when_it_fails():
    port = unused_port()
    expect_one_line(probe(f"https://api.shop.example:{port}/?token={CANARY}", "--json-body", "{}",
                          ports=[port]), 3, "preflight OPTIONS", "refused")


def case_a_host_does_not_resolve():
    result = probe("https://no-such-host.invalid/", "--max-time", "20")
    expect_one_line(result, 3, "does not resolve", "--resolve no-such-host.invalid:443:ADDRESS")


def case_an_unknown_authority():
    with api() as server:
        result = run("probe", f"https://api.shop.example:{server.port}/", "--page", PAGE,
                     f"--resolve=api.shop.example:{server.port}:127.0.0.1")
        expect_one_line(result, 3, "TLS", "not trusted", "--cacert", "--insecure")
        expect(not server.requests, "nothing may be sent")
        result = run("probe", f"https://api.shop.example:{server.port}/", "--page", PAGE, "--only-request",
                     "--insecure", f"--resolve=api.shop.example:{server.port}:127.0.0.1")
        expect_code(result, 0)


def case_a_certificate_of_another_name():
    with api() as server:
        result = run("probe", f"https://else.shop.example:{server.port}/", "--page", PAGE,
                     "--cacert", CA.ca, f"--resolve=else.shop.example:{server.port}:127.0.0.1")
        expect_one_line(result, 3, "TLS", "else.shop.example")


def case_https_spoken_to_an_http_port():
    def plain(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    with Server(raw=plain) as server:
        expect_one_line(probe(f"https://api.shop.example:{server.port}/", ports=[server.port],
                              page=PAGE), 3, "TLS", "https port")


HTTP_PAGE = "http://app.shop.example/"


def raw_case(data, *words, close=True, code=3, arguments=()):
    def talk(connection):
        connection.recv(65536)
        try:
            connection.sendall(data)
            if not close:
                time.sleep(15)
        except OSError:
            pass
    with Server(raw=talk) as server:
        result = probe(f"http://api.shop.example:{server.port}/", *arguments, page=HTTP_PAGE,
                       ports=[server.port])
        expect_one_line(result, code, *words)


def case_a_server_that_never_answers():
    started = time.monotonic()
    raw_case(b"", "1 s", "waiting for the answer", "--max-time", close=False,
             arguments=["--max-time", "1"])
    expect(time.monotonic() - started < 5, "it waited too long")


def case_a_server_that_never_speaks_tls():
    def mute(connection):
        time.sleep(15)
    with Server(raw=mute) as server:
        expect_one_line(probe(f"https://api.shop.example:{server.port}/", "--max-time", "1",
                              ports=[server.port]), 3, "1 s", "TLS handshake")


def case_a_server_that_stops_in_the_middle_of_a_header():
    raw_case(b"HTTP/1.1 200 OK\r\nAccess-Control-Al", "1 s", close=False,
             arguments=["--max-time", "1"])


def case_garbage():
    raw_case(b"\x00\xff\xfe\x01 this is no http\r\n\r\n" * 50, "not HTTP")


def case_http_0_9():
    raw_case(b"<html>hello</html>", "not HTTP")


def case_another_protocol():
    raw_case(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "not HTTP")


def case_a_nul_in_a_header():
    raw_case(b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\nContent-Length: 0\r\n\r\n", "not HTTP")


def case_closed_without_an_answer():
    raw_case(b"", "without an answer")


def case_closed_in_the_middle_of_the_headers():
    raw_case(b"HTTP/1.1 200 OK\r\nContent-Le", "closed")


def case_closed_in_the_middle_of_the_body():
    raw_case(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", "middle of the answer's body")


def case_a_flood_of_headers():
    raw_case(b"HTTP/1.1 200 OK\r\n" + b"X-Flood: 0123456789\r\n" * 50000 + b"\r\n", "larger than")


def case_one_header_of_a_megabyte():
    raw_case(b"HTTP/1.1 200 OK\r\nX-Flood: " + b"a" * (1 << 20) + b"\r\n\r\n", "larger than")


def case_a_flood_of_interim_answers():
    raw_case(b"HTTP/1.1 100 Continue\r\nX-Flood: 0123456789\r\n\r\n" * 30000, "larger than")


def case_chunks_that_are_none():
    raw_case(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", "GET")


def case_no_mutilated_answer_does_more_than_fail():
    whole = answer(302, ALLOW + [("Location", "/b"), ("Set-Cookie", "a=1; Path=/"), ("X", "y")])
    chance = random.Random(20)
    answers = []

    def mutilated():
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(data))
            what = chance.randrange(4)
            if what == 0:
                data[at] = chance.randrange(256)
            elif what == 1:
                del data[at:at + chance.randrange(1, 40)]
            elif what == 2:
                data[at:at] = bytes([chance.choice(b"\r\n\x00:; \t=,\xff")]) * chance.randrange(1, 9)
            else:
                data[at:at] = data[at:at + 60] * chance.randrange(1, 4)
        return bytes(data)

    def talk(connection):
        connection.recv(65536)
        connection.sendall(answers[-1])
    with Server(raw=talk) as server:
        for _ in range(60):
            answers.append(mutilated())
            result = probe(f"http://api.shop.example:{server.port}/a", "--max-time", "1",
                           page=HTTP_PAGE, ports=[server.port])
            expect(result.code in (0, 1, 3, 4), f"exit code {result.code} for {answers[-1]!r}")
            if result.code == 3:
                expect_one_line(result, 3, "probe:")


def case_max_time_covers_the_whole_walk():
    def slow(request):
        time.sleep(0.6)
        return answer(302, ALLOW + [("Location", "/a")])
    with api(slow) as server:
        started = time.monotonic()
        result = probe(f"https://api.shop.example:{server.port}/a", "--max-time", "2",
                       ports=[server.port])
        expect_one_line(result, 3, "2 s")
        expect(time.monotonic() - started < 4, "each hop had its own time")


def case_a_network_failure_on_a_redirect_names_the_hop():
    port = unused_port()
    with api() as server:
        server.handler = redirecting({"/a": (302, f"https://other.example:{port}/gone")})
        result = probe(f"https://api.shop.example:{server.port}/a", ports=[server.port, port])
        expect_one_line(result, 3, "redirect 1", "other.example", "refused")


# --- the command line ---------------------------------------------------------------------------

def case_bad_arguments_are_exit_2():
    for arguments in (
            [], ["https://a.example/"], ["https://a.example/", "--page"],
            ["nonsense", "--page", PAGE], ["https://", "--page", PAGE],
            ["ftp://a.example/", "--page", PAGE], ["https://a.example/", "--page", "nonsense"],
            ["https://a.example/", "https://b.example/", "--page", PAGE],
            ["https://a.example/", "--page", PAGE, "--resolve", "a.example"],
            ["https://a.example/", "--page", PAGE, "--max-time", "soon"],
            ["https://a.example/", "--page", PAGE, "--max-time", "-1"],
            ["https://a.example/", "--page", PAGE, "--max-time", "nan"],
            ["https://a.example/", "--page", PAGE, "-H", "no colon"],
            ["https://a.example/", "--page", PAGE, "-H", "bad name: 1"],
            ["https://a.example/", "--page", PAGE, "--data", "a", "--json-body", "b"],
            ["https://a.example/", "--page", PAGE, "--data", "@/no/such/file"],
            ["https://a.example/", "--page", PAGE, "--cacert", "/no/such/file"],
            ["https://a.example/", "--page", PAGE, "--credentials", "perhaps"],
            ["https://a.example/", "--page", PAGE, "--kind", "carrier-pigeon"],
            ["https://a.example/", "--page", PAGE, "--browser", "mosaic"],
            ["https://a.example/", "--page", PAGE, "--ancestor", "nonsense"],
            ["https://a.example/", "--page", PAGE, "--no-such-option"]):
        expect_one_line(run("probe", *arguments), 2)


def case_cookie_npm_cve_2024_47764_nothing_is_injected_into_a_request():
    for number in (0, 1, 10, 13, 127):
        odd = f"a{chr(number)}b" if number else "a b"
        for arguments in (["-X", odd], ["-H", f"{odd}: 1"]):
            expect_one_line(run("probe", "https://a.example/", "--page", PAGE, *arguments), 2)
    for line in ("X: a\r\nInjected: 1", "X: a\nInjected: 1", "X: a\rInjected: 1"):
        expect_one_line(run("probe", "https://a.example/", "--page", PAGE, "-H", line), 2)
    with api() as server:
        for line in ("sid=a\r\nInjected: 1; Secure; SameSite=None", "sid=a\nInjected: 1"):
            probe(f"https://api.shop.example:{server.port}/me", "--cookie", line,
                  ports=[server.port])
        expect(not any("injected" in name.lower() for request in server.requests
                       for name, _ in request.headers), "a cookie's line break adds no header")


def case_too_many_headers_are_refused():
    headers = [part for number in range(1100) for part in ("-H", f"X-{number}: 1")]
    with api(lambda request: answer(204, ALLOW + [("Access-Control-Allow-Headers", ", ".join(
            f"x-{number}" for number in range(1100)))], b"")) as server:
        result = probe(f"https://api.shop.example:{server.port}/", *headers, ports=[server.port])
        expect_one_line(result, 2, "too large")


def case_no_secret_in_any_output():
    def leaky(request):
        return answer(200, [("Access-Control-Allow-Origin", "*"), ("X-Token", CANARY),
                            ("Set-Cookie", f"sid={CANARY}; Path=/; Secure")])
    with api(leaky) as server:
        for extra in ([], ["--json"], ["--quiet"], ["--color", "always"]):
            result = probe(f"https://api.shop.example:{server.port}/", "--data", CANARY,
                           "--cookie", f"old={CANARY}; Secure", "-H", "Content-Type: text/plain",
                           *extra, ports=[server.port])
            expect(CANARY not in result.out + result.err, f"a secret is shown with {extra}")
        shown = probe(f"https://api.shop.example:{server.port}/", "--json", "--show-values",
                      "--cookie", f"old={CANARY}; Secure", ports=[server.port])
        expect(CANARY in shown.out, "--show-values shows them")


def case_a_saved_journey_explains_to_the_same_verdict():
    path = os.path.join(FOLDER.name, "saved.json")
    with api() as server:
        server.handler = redirecting({"/a": (307, "/b")})
        live = probe(f"https://api.shop.example:{server.port}/a?token={CANARY}", "--json", "--json-body",
                     CANARY, "-H", f"Authorization: Bearer {CANARY}", "--cookie",
                     f"sid={CANARY}; Secure", "--save-journey", path, ports=[server.port])
    again = run("explain", "--json", path)
    expect(again.code == live.code, f"{live.code} live, {again.code} saved: {again.err}")
    for before, after in zip(live.json()["browsers"], again.json()["browsers"]):
        expect(before["verdict"] == after["verdict"], before["browser"])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    expect(CANARY not in text, "a secret is in the file")
    expect(os.stat(path).st_mode & 0o077 == 0, "others may read it")


# --- the examples of the README -----------------------------------------------------------------

def case_the_examples_do_what_the_readme_says():
    for name, code, reason in (
            ("vanishing-login", 1, "SchemefulSameSiteUnspecifiedTreatedAsLax"),
            ("forgotten-credentials", 1, "ConcorsCredentialsOmitted"),
            ("eaten-preflight", 1, "PreflightMissingAllowOriginHeader"),
            ("one-site", 0, None)):
        result = run("explain", "--json", os.path.join(ROOT, "examples", name + ".json"))
        expect_code(result, code)
        expect(reason is None or reason in result.out, f"{name}: no {reason}")
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
            expect(f"examples/{name}.json" in readme.read(), f"README does not name {name}")


def case_the_readme_shows_what_the_command_says():
    tool = os.path.join(ROOT, "tools", "readme.py")
    done = subprocess.run([sys.executable, tool, CONCORS, "--check"], check=False)
    expect(done.returncode == 0, "the README's output is old: tools/readme.py writes it anew")


sys.exit(main(globals()))
