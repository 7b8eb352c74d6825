#!/usr/bin/env python3
"""concors probe's audit: what it sends, how fast, what it finds, and what it leaves alone.

audit.py [COMMAND [WORD...]]: as run.py.
"""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, CA, CANARY, ORIGIN, api, audit, expect, expect_code, expect_one_line,  # noqa: E402
                    file_of, main)
from servers import Server, answer  # noqa: E402

LAX = "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"
NONE = "sid=1; Path=/; Secure; HttpOnly; SameSite=None"
SAFE = {"GET", "HEAD", "OPTIONS"}
REQUESTS_MAX = 25
AUDIT_S = 2.0


def shop(allows=lambda origin: origin == ORIGIN, vary=True, credentials=True, routes=("/me", "/logout")):
    """An API that names whom it allows, on every answer."""
    def handler(request):
        origin = request.get("Origin") or ""
        headers = [("Vary", "Origin")] if vary else []
        if allows(origin):
            headers.append(("Access-Control-Allow-Origin", origin))
            headers += [("Access-Control-Allow-Credentials", "true")] if credentials else []
        if request.get("Access-Control-Request-Method"):
            return answer(204, headers + [("Access-Control-Allow-Headers", "content-type, authorization, x-id"),
                                          ("Access-Control-Allow-Methods", "PUT, DELETE")], b"")
        return answer(200 if request.path.split("?")[0] in routes else 404, headers)
    return handler


def ask(server, *arguments, path="/me", rate="0", host="api.shop.example", **more):
    return audit(f"https://{host}:{server.port}{path}", "--rate", rate, *arguments, ports=[server.port], **more)


def found(result):
    return {finding["code"]: finding for finding in result.json()["audit"]["findings"]}


def expect_codes(result, *codes):
    got = sorted(found(result))
    expect(got == sorted(codes), f"{got}, wanted {sorted(codes)}")


# --- what is sent -------------------------------------------------------------------------------

def case_a_right_server_has_no_finding():
    with api(shop()) as server:
        result = ask(server, "--cookie", LAX, "--json")
        expect_code(result, 0)
        expect_codes(result)
        expect(len(server.requests) <= REQUESTS_MAX, f"{len(server.requests)} requests")
        expect({r.method for r in server.requests} <= SAFE, f"{ {r.method for r in server.requests} }")
        asked = [one for one in result.json()["audit"]["requests"] if one["sent"]]
        expect(len(asked) == len(server.requests) - 1, "each request is listed, and nothing else")


def case_most_that_is_asked_is_few():
    with api(shop()) as server:
        origin = f"https://www.shop.example:{server.port}"
        page = origin + "/"
        resolve = [f"--resolve={name}:{server.port}:127.0.0.1" for name in ("www.shop.example", "shop.example")]
        ask(server, "--insecure", "--cookie", LAX, "--method", "DELETE", "-H", "Authorization: Bearer x", *resolve,
            page=page)
        expect(18 < len(server.requests) <= REQUESTS_MAX, f"{len(server.requests)} requests")


def case_each_request_is_told_before_and_after():
    with api(shop()) as server:
        result = ask(server, "--cookie", LAX)
        line = re.compile(r"^ +(?:\d{3} (?:allowed)? *)?(GET|HEAD|OPTIONS) +/", re.M)
        before, after = len(line.findall(result.err)), len(line.findall(result.out))
        expect(before == after == len(server.requests) - 1, f"{before} before, {after} after, {len(server.requests)}")
        expect("--only-request sends none" in result.err and "further requests" in result.out, result.err)


def case_it_is_told_before_also_where_a_machine_reads_the_answer():
    with api(shop()) as server:
        result = ask(server, "--json")
        before = re.findall(r"^  (?:GET|HEAD|OPTIONS) +/", result.err, re.M)
        expect(len(before) == len(server.requests) - 1, f"{len(before)} told, {len(server.requests)}")
        result.json()
        expect(ask(server, "--json", "--quiet").err == "", "--quiet says nothing")


def case_only_request_sends_nothing_more():
    with api(shop()) as server:
        result = ask(server, "--only-request", "--json")
        expect(len(server.requests) == 1, f"{len(server.requests)}")
        expect(result.json()["audit"] is None and "further requests" not in result.err, "nothing is said of it")


def case_quiet_is_one_line():
    with api(shop(lambda origin: True)) as server:
        result = ask(server, "--quiet")
        expect(result.out.count("\n") == 1 and result.err == "", f"{result.out}{result.err}")


def case_a_post_is_sent_once():
    with api(shop()) as server:
        expect_code(ask(server, "--method", "POST", "--json-body", '{"order":1}'), 0)
        expect([r.method for r in server.requests].count("POST") == 1, f"{[r.method for r in server.requests]}")
        expect({r.method for r in server.requests} <= SAFE | {"POST"}, "no other method")


def case_a_method_that_was_named_is_used():
    with api(shop()) as server:
        expect_code(ask(server, "--method", "POST", "--json-body", '{"order":1}', "--audit-method", "POST"), 0)
        posts = [r for r in server.requests if r.method == "POST"]
        expect(len(posts) > 5 and all(r.body == b'{"order":1}' for r in posts), f"{len(posts)}")
        expect(all(r.get("Content-Type") == "application/json" for r in posts), "the type of the body")


def case_real_caches_are_left_alone():
    with api(shop()) as server:
        ask(server, "--cookie", LAX, path="/me?x=1")
        gets = [r for r in server.requests[1:] if r.method == "GET" and r.path.startswith("/me")]
        expect(gets and all(re.fullmatch(r"/me\?x=1&concors=[a-z2-7]{10}\d+", r.path) for r in gets), "a fresh address")


def case_it_asks_as_a_browser_does():
    with api(shop()) as server:
        ask(server, "--cookie", LAX)
        named = [r for r in server.requests if r.get("Origin")]
        expect(all(r.get("Sec-Fetch-Mode") == "cors" for r in named), "Fetch Metadata")
        other = [r for r in named if r.get("Origin") == "https://attacker.invalid"]
        expect(other and all(r.get("Sec-Fetch-Site") == "cross-site" for r in other), "the site of the asking page")
        preflights = [r for r in server.requests if r.get("Access-Control-Request-Method")]
        expect(preflights and not any(r.get("Cookie") for r in preflights), "preflights carry no cookie")


def case_secrets_stay_with_the_server_they_are_for():
    with api(shop()) as server, api(shop()) as other:
        also = f"https://other.example:{other.port}/logout"
        result = audit(f"https://api.shop.example:{server.port}/me?access_token={CANARY}", "--rate", "0", "--json",
                       "-H", f"Authorization: Bearer {CANARY}", "--cookie", LAX.replace("=1", "=" + CANARY, 1),
                       "--also", also, ports=[server.port, other.port])
        expect(CANARY not in result.out + result.err, "a secret is shown")
        expect(any(CANARY in (r.get("Authorization") or "") for r in server.requests[2:]), "the server itself gets it")
        told = [value for r in other.requests for _, value in r.headers] + [r.path for r in other.requests]
        expect(other.requests and not any(CANARY in text for text in told), "another server gets it, too")


def case_what_is_no_script_is_not_audited():
    with api(shop()) as server:
        result = ask(server, "--kind", "visit", "--json")
        expect(len(server.requests) == 1 and result.json()["audit"] is None, f"{len(server.requests)}")


def case_only_the_origin_asked_first_is_audited():
    right = shop()
    with api(right) as second:
        def away(request):
            if request.path.startswith("/me") and request.method == "GET":
                return answer(302, ALLOW + [("Location", f"https://api.pay.example:{second.port}/me")])
            return right(request)
        with api(away) as first:
            ask(first, "--resolve", f"api.pay.example:{second.port}:127.0.0.1")
            expect(len(second.requests) == 1 and len(first.requests) > 10,
                   f"{len(first.requests)}, {len(second.requests)}")


# --- several requests ---------------------------------------------------------------------------

def login(reflects=(), bare=(), vary=True, fails=()):
    """A session: /login sets the cookie which /me and /orders want. Paths in reflects allow whoever asks, those in
    bare refuse strangers without headers, those in fails break down at a header they do not know."""
    def handler(request):
        path = request.path.split("?")[0]
        headers = shop(lambda origin: origin == ORIGIN or path in reflects, vary=vary)
        if "unknown" in (request.get("Access-Control-Request-Headers") or "") and path in fails:
            return answer(500)
        allowed = [line for line in ALLOW if vary or line[0] != "Vary"]
        if path == "/login" and request.method == "POST":
            return answer(200, allowed + [("Set-Cookie", NONE)])
        if path in bare and not request.get("Cookie") and request.method == "GET":
            return answer(401)
        return headers(request)
    return handler


THEN = ["--method", "POST", "--json-body", "{}", "--then", "/me"]


def case_login_then_me_is_audited_as_one():
    with api(login()) as server:
        result = ask(server, *THEN, "--json", path="/login")
        expect_code(result, 0)
        expect_codes(result)
        expect(len(server.requests) <= REQUESTS_MAX, f"{len(server.requests)} requests")
        expect([r.method for r in server.requests].count("POST") == 1, "the login is made once")
        expect(result.json()["audit"]["steps"] == [1, 0], f"{result.json()['audit']['steps']}")
        asked = [one for one in result.json()["audit"]["requests"] if one["sent"]]
        expect(len(asked) == len(server.requests) - 3, "each is listed")
        me = [one for one in asked if one["step"] == 1]
        expect(len(me) > 14 and {one["step"] for one in asked} == {0, 1}, f"{len(me)} for /me")
        gets = [r for r in server.requests[3:] if r.path.startswith("/me?") and r.get("Cookie")]
        expect(gets and all(r.get("Cookie") == "sid=1" for r in gets), "the cookie of the login goes along")


def case_each_of_several_is_looked_at():
    rows = [  # the server, more requests; what is found, at which step it was seen first
        (login(reflects=["/me"]), [], "ConcorsOriginReflected", 1),
        (login(reflects=["/login"]), [], "ConcorsOriginReflected", 0),
        (login(reflects=["/me2"]), ["--then", "/me2"], "ConcorsOriginReflected", 2),
        (login(fails=["/login"]), [], "ConcorsPreflightRefusedByStatus", 0),
        (login(bare=["/me"]), [], "ConcorsErrorUnreadable", 1),
    ]
    for index, (handler, more, code, step) in enumerate(rows):
        with api(handler) as server:
            result = ask(server, *THEN, *more, "--json", path="/login")
            expect(code in found(result), f"row {index}: {sorted(found(result))}")
            shown = result.json()["audit"]["requests"][found(result)[code]["request"]]
            expect(shown["step"] == step, f"row {index}: step {shown['step']}")
            expect(len(server.requests) <= REQUESTS_MAX, f"row {index}: {len(server.requests)} requests")


def case_one_fault_of_several_routes_is_told_once():
    with api(login(reflects=["/login", "/me", "/logout"])) as server:
        result = ask(server, *THEN, "--then", "/logout", "--json", path="/login")
        expect_codes(result, "ConcorsOriginReflected")
        what = found(result)["ConcorsOriginReflected"]["what"]
        expect(what.endswith(" The same holds for POST /login, GET /logout."), what)


def case_many_requests_share_what_there_is():
    with api(login()) as server:
        more = [word for i in range(20) for word in ("--then", f"/me?{i}")]
        result = ask(server, *THEN, *more, "--then", "/me", path="/login")
        expect(len(server.requests) - 23 <= REQUESTS_MAX - 2, f"{len(server.requests)} requests")
        flat = " ".join(result.out.split())
        expect("At most 25 requests: of GET /me everything, of POST /login and GET /me and GET /me what" in flat, flat)
        expect(" what matters most, of the others nothing." in flat, flat)


def case_another_server_of_a_then_is_asked_for_itself():
    with api(login()) as first, api(shop(lambda origin: origin != "")) as second:
        result = audit(f"https://api.shop.example:{first.port}/me?access_token={CANARY}", "--rate", "0", "--json",
                       "-H", f"Authorization: Bearer {CANARY}", "--then", f"https://api.pay.example:{second.port}/me",
                       ports=[first.port, second.port])
        expect_codes(result, "ConcorsOriginReflected")
        told = [value for r in second.requests for _, value in r.headers] + [r.path for r in second.requests]
        expect(not any(CANARY in text for text in told) and CANARY not in result.out + result.err, "a leak")


# --- how fast -----------------------------------------------------------------------------------

def took(*arguments):
    with api(shop()) as server:
        started = time.monotonic()
        expect_code(ask(server, "--cookie", LAX, *arguments), 0)
        return time.monotonic() - started


def case_without_a_bound_it_is_quick():
    all_s = took()
    for _ in range(3):  # a machine that is busy is slow in both
        if all_s < AUDIT_S or all_s < REQUESTS_MAX * took("--only-request"):
            return
        all_s = took()
    expect(False, f"{all_s:.2f} s")


def arrivals(server, handler, times):
    def timed(request):
        times.append(time.monotonic())
        return handler(request)
    server.handler = timed


def case_the_rate_is_kept():
    for rate, arguments in ((5, []), (40, ["--rate", "40"])):
        times = []
        with api(shop()) as server:
            arrivals(server, shop(), times)
            audit(f"https://api.shop.example:{server.port}/me", *arguments, ports=[server.port])
        took = times[-1] - times[1]
        least = (len(times) - 2) / rate
        expect(len(times) > 15 and took > least * 0.9, f"{len(times)} requests within {took:.2f} s")


def case_bad_values_are_refused():
    for words in (["--rate", "x"], ["--rate", "-1"], ["--rate", "nan"], ["--rate", "1e9"], ["--audit-method", "A B"],
                  ["--also", "ftp://x/"], ["--try-origins", "/nonexistent"], ["--try-origins", file_of("t", "x y\n")]):
        result = audit("https://api.shop.example:1/me", *words)
        expect_one_line(result, 2)
    expect_one_line(audit("https://api.shop.example:1/", "--try-origins", file_of("t", "# a\nhttps://a.example\n/\n")),
                    2, ":3:")


# --- what is found ------------------------------------------------------------------------------

def case_origins_that_are_accepted():
    rows = [  # whom the server allows; what is found
        (lambda o: True, ["ConcorsOriginReflected"]),
        (lambda o: o in (ORIGIN, "null"), ["ConcorsNullOriginAllowed"]),
        (lambda o: o.endswith("shop.example"), ["ConcorsOriginEndMatch", "ConcorsOriginSchemeIgnored"]),
        (lambda o: re.search(r"^https://.*app\.shop\.example$", o), ["ConcorsOriginEndMatch"]),
        (lambda o: o.startswith(ORIGIN), ["ConcorsOriginStartMatch"]),
        (lambda o: re.search(r"^https://app.shop\.example$", o), ["ConcorsOriginDotUnescaped"]),
        (lambda o: re.search(r"^https?://app\.shop\.example$", o), ["ConcorsOriginSchemeIgnored"]),
        (lambda o: re.search(r"^https://app\.shop\.example(:\d+)?$", o), ["ConcorsOriginPortIgnored"]),
        (lambda o: re.search(r"^https://([a-z-]+\.)*shop\.example$", o), ["ConcorsSubdomainsAllowed"]),
        (lambda o: o == ORIGIN, []),
    ]
    for index, (allows, codes) in enumerate(rows):
        with api(shop(lambda o, allows=allows: o != "" and allows(o))) as server:
            result = ask(server, "--cookie", LAX, "--json")
            got = sorted(found(result))
            expect(got == codes, f"row {index}: {got}")


def case_severity_is_what_the_cookies_say():
    bare = LAX.replace("; SameSite=Lax", "")
    rows = [  # the cookie, more arguments; severity, browsers
        (NONE, ["--browser", "chrome"], "error", 1),
        (NONE, ["--browser", "chrome,firefox"], "error", 1),
        (bare, ["--browser", "chrome,firefox"], "warning", 2),
        (bare, ["--browser", "spec,firefox"], "warning", 2),
        (NONE + "; Partitioned", ["--browser", "chrome,safari"], "warning", 2),
        (None, ["--browser", "firefox"], "warning", 1),
        (None, ["-H", "Authorization: Basic YTpi"], "warning", 4),
        (NONE, ["--browser", "chrome-no3pc"], "warning", 1),
        (LAX, ["--browser", "chrome"], "warning", 1),
        (LAX.replace("Lax", "Strict"), ["--browser", "chrome,firefox"], "warning", 2),
        (None, ["--browser", "chrome"], "warning", 1),
    ]
    with api(shop(lambda origin: origin != "")) as server:
        for cookie, more, severity, browsers in rows:
            result = ask(server, *(["--cookie", cookie] if cookie else []), "--json", *more)
            one = found(result)["ConcorsOriginReflected"]
            expect((one["severity"], len(one["browsers"])) == (severity, browsers), f"{cookie} {more}: {one}")
            names = [each["browser"] for each in result.json()["browsers"]]
            expect(sorted(one["severities"]) == sorted(names), f"each browser has one: {one}")
            expect(all(one["severities"][name] == (severity if name in one["browsers"] else "warning")
                       for name in names), f"{one}")
    with api(shop(lambda origin: origin != "", credentials=False)) as server:
        result = ask(server, "--credentials", "omit", "--json")
        expect(found(result)["ConcorsOriginReflected"]["severity"] == "info", "no cookie takes part")


def case_the_words_name_cookie_and_browsers():
    with api(shop(lambda origin: origin != "")) as server:
        flat = " ".join(ask(server, "--cookie", LAX).out.split())
        expect("cookie sid (SameSite=Lax) goes along from pages of the server's own site only" in flat, flat)
        flat = " ".join(ask(server, "--cookie", NONE).out.split())
        expect("Cookie sid (SameSite=None) goes along: such a page reads the user's answers in Chrome" in flat, flat)
        expect("ConcorsOriginReflected (Chrome) https" in flat, "it is an error in Chrome alone")
        flat = " ".join(ask(server, "-H", "Authorization: Bearer x").out.split())
        expect("Authorization is the page's own, which no other page has" in flat, flat)


def case_fail_on_audit():
    with api(shop(lambda origin: origin != "")) as server:
        expect_code(ask(server, "--cookie", NONE), 0)
        expect_code(ask(server, "--cookie", NONE, "--fail-on", "audit"), 1)
        expect_code(ask(server, "--cookie", LAX, "--fail-on", "audit"), 0)
    with api(shop(lambda origin: False)) as server:
        expect_code(ask(server, "--fail-on", "audit"), 1)  # what is blocked is no better


def case_the_first_lines_tell_of_it():
    with api(shop(lambda origin: origin != "")) as server:
        second = "beyond this request: 1 error (ConcorsOriginReflected)"
        expect(ask(server, "--cookie", NONE).out.splitlines()[:3] == ["ok in all 4 browsers", second, ""], "with an error")
        expect(ask(server, "--cookie", NONE, "--only-request").out.splitlines()[1] == "", "without an audit")
        quiet = ask(server, "--cookie", NONE, "--quiet", "--fail-on", "audit")
        expect_code(quiet, 1)
        expect(quiet.out.splitlines() == ["ok in all 4 browsers", second], "what gives the exit code")


def case_also_finds_routes_without_headers():
    def forgetful(request):
        return answer(200) if request.path == "/logout" else shop()(request)
    with api(forgetful) as server:
        result = ask(server, "--also", "/logout", "--also", f"https://api.shop.example:{server.port}/me", "--json")
        expect_codes(result, "ConcorsRouteWithoutCors")
        expect("/logout" in found(result)["ConcorsRouteWithoutCors"]["what"], f"{found(result)}")
        logout = [r for r in server.requests if r.path == "/logout"]
        expect({r.method for r in logout} == {"GET", "OPTIONS"} and not any(r.get("Cookie") for r in logout),
               "nobody is logged out")


def case_try_origins_finds_old_ones():
    old = {"http://localhost:3000", "https://staging.shop.example"}
    names = file_of("origins", f"# ours\r\n\n  http://localhost:3000\nhttps://new.example/\n{ORIGIN}\n"
                    "https://staging.shop.example\n")
    with api(shop(lambda origin: origin in old | {ORIGIN})) as server:
        result = ask(server, "--cookie", LAX, "--try-origins", names, "--json")
        expect_codes(result, "ConcorsStaleOriginAllowed")
        what = found(result)["ConcorsStaleOriginAllowed"]["what"]
        expect(all(origin in what for origin in old) and "new.example" not in what, what)
        expect("https://new.example" in [r.get("Origin") for r in server.requests], "each is tried")


def case_a_cache_that_mixes_origins_up():
    kept = {}

    def cache(request):
        if request.method != "GET":
            return shop()(request)
        return kept.setdefault(request.path, shop(vary=False)(request))
    with api(cache) as server:
        result = ask(server, "--json")
        expect(found(result)["ConcorsCachedForAnotherOrigin"]["severity"] == "error", f"{found(result)}")
        expect("ConcorsVaryOriginMissing" not in found(result), "the plain report tells of it")


def case_a_missing_vary_is_told_once():
    rows = [  # what the plain request gets, more arguments; whether the audit tells of it
        (200, [], False),
        (405, ["--method", "POST", "--json-body", "{}"], False),  # its answer lacks Vary, too
        (0, ["--method", "POST", "--json-body", "{}"], True),  # a failed preflight: only the audit sees answers
    ]
    for status, more, by_audit in rows:
        def handler(request, status=status):
            if request.method == "OPTIONS" and status == 0:
                return answer(500)
            return shop(vary=False)(request)
        with api(handler) as server:
            result = ask(server, "--cookie", LAX, "--json", *more)
            plain = [one["code"] for one in result.json()["browsers"][0]["findings"]]
            told = plain.count("ConcorsVaryOriginMissing") + ("ConcorsVaryOriginMissing" in found(result))
            expect(told == 1 and by_audit == ("ConcorsVaryOriginMissing" in found(result)), f"{more}: {plain} {found(result)}")


def case_www_beside_the_apex():
    with api() as server:
        origin = f"https://www.shop.example:{server.port}"
        server.handler = shop(lambda asked: asked == origin, routes=("/", "/me"))
        resolve = [f"--resolve={name}:{server.port}:127.0.0.1" for name in ("www.shop.example", "shop.example")]
        result = ask(server, "--insecure", "--cookie", LAX, "--json", *resolve, page=origin + "/")
        expect_codes(result, "ConcorsTwinOriginRefused")
        server.handler = shop(lambda asked: asked in (origin, origin.replace("www.", "")), routes=("/", "/me"))
        expect_codes(ask(server, "--insecure", "--cookie", LAX, "--json", *resolve, page=origin + "/"))


# --- when things go wrong -----------------------------------------------------------------------

def fails_after(count, failure):
    """A right server, as long as it lasts."""
    seen = []

    def handler(request):
        seen.append(request)
        return shop()(request) if len(seen) <= count else failure(request, len(seen) - count)
    return handler


def case_429_ends_the_audit():
    with api(fails_after(6, lambda request, n: answer(429, ALLOW))) as server:
        result = ask(server, "--cookie", LAX, "--json")
        expect_code(result, 0)
        expect_codes(result, "ConcorsAuditIncomplete")
        expect(len(server.requests) == 7, f"{len(server.requests)} requests")
        unsent = [one for one in result.json()["audit"]["requests"] if not one["sent"]]
        expect(unsent and all(one["error"] for one in unsent if one["status"] is None), f"{unsent}")


def case_retry_after_is_waited_for():
    def busy(request, n):
        return answer(429, ALLOW + [("Retry-After", "1")]) if n == 1 else shop()(request)
    times = []
    with api() as server:
        arrivals(server, fails_after(6, busy), times)
        result = ask(server, "--cookie", LAX, "--json")
        expect_codes(result)
        expect(times[7] - times[6] > 0.9, f"{times[7] - times[6]:.2f} s")


def case_a_dropped_connection_is_told():
    for count, drop in ((1, lambda n: n == 1), (8, lambda n: n == 1), (8, lambda n: True)):
        with api(fails_after(count, lambda request, n, drop=drop: b"" if drop(n) else shop()(request))) as server:
            result = ask(server, "--cookie", LAX, "--json")
            expect_code(result, 0)
            expect(found(result)["ConcorsAuditIncomplete"]["severity"] == "warning", f"{found(result)}")
            expect(set(found(result)) == {"ConcorsAuditIncomplete"}, f"{sorted(found(result))}")
            expect(len(server.requests) == count + 2 or not drop(2), f"{len(server.requests)} requests")


def case_bodies_are_not_waited_for():
    def endless(connection):
        connection.recv(65536)
        head = "".join(f"{name}: {value}\r\n" for name, value in ALLOW)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}Content-Length: 100000000\r\n\r\n".encode() + b"x" * 65536)
        connection.recv(1)
    with Server(raw=endless, tls=CA.context) as server:
        started = time.monotonic()
        result = ask(server, "--cookie", LAX, "--json")
        asked = [one for one in result.json()["audit"]["requests"] if one["sent"]]
        expect(len(asked) > 15 and all(one["status"] == 200 for one in asked), f"{asked}")
        expect(time.monotonic() - started < len(asked) * 2, "each body was waited for")


def case_a_server_that_hangs_in_between():
    def hang(request, n):
        time.sleep(6)
        return b""
    with api(fails_after(5, hang)) as server:
        started = time.monotonic()
        result = ask(server, "--timeout", "3", "--json")
        expect_codes(result, "ConcorsAuditIncomplete")
        expect(time.monotonic() - started < 60, "it gives up")


def case_what_servers_say_is_made_visible():
    evil = "https://a.example/\x1b[31m\x07"

    def handler(request):
        return answer(200, [("Access-Control-Allow-Origin", evil), ("Access-Control-Allow-Origin", "*"),
                            ("Server", evil), ("Via", "\x1b]0;title\x07"), ("Vary", evil)])
    with api(handler) as server:
        result = ask(server, "--cookie", LAX)
        expect("\x1b" not in result.out + result.err and "\x07" not in result.out + result.err, "raw control characters")
        expect("ConcorsHeaderTwice" in result.out, result.out)


def case_thousands_of_headers():
    def handler(request):
        return answer(200, ALLOW + [(f"X-{i}", "x" * 20) for i in range(3000)])
    with api(handler) as server:
        result = ask(server, "--cookie", LAX, "--json")
        expect(result.code in (0, 1, 4) and result.json()["audit"] is not None, result.err)


if __name__ == "__main__":
    sys.exit(main(globals()))
