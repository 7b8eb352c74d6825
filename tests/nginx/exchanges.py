#!/usr/bin/env python3
"""Cookies in both directions, CSRF, and requests that mean harm, through the real nginx."""
import re

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com, "https://*.preview.example.com"]
    credentials: true
    methods: [GET, PUT]
    cookies:
      - {match: sid, secure: true, http_only: true, same_site: lax, path: /, domain: remove, rename: __Host-sid}
      - {match: chip, secure: true, same_site: none, partitioned: true}
      - {match: "t*", secure: true}
    csrf:
      check: fetch-metadata
      trusted_origins: [https://sso.example.net]
      exempt_paths: [/hooks/]
  token:
    csrf:
      check: token
      token: {cookie: csrf, header: x-csrf-token, session_cookie: sid, keys_file: csrf.keys}
  watch:
    extends: app
    mode: report
"""

SERVERS = """
    concors_policy_file policy.yaml;
    server {
        listen 127.0.0.1:@port@;
        listen 127.0.0.1:@http2@ http2;
        root @folder@/www;
        concors app;
        proxy_buffer_size 128k; proxy_buffers 4 128k; proxy_busy_buffers_size 128k;
        proxy_pass_request_headers on;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /page/ { error_page 403 /refused.html; proxy_pass http://127.0.0.1:@app@; }
        location /named/ { error_page 403 = @named; proxy_pass http://127.0.0.1:@app@; }
        location @named { proxy_pass http://127.0.0.1:@app@; }
        location = /refused.html { internal; }
        location /token/ { concors token; proxy_pass http://127.0.0.1:@app@; }
        location /watch/ { concors watch; proxy_pass http://127.0.0.1:@app@; }
        location /moved/ { rewrite ^ /token/ last; }
    }
    server {
        listen 127.0.0.1:@odd@;
        concors app;
        underscores_in_headers on; ignore_invalid_headers off;
        location / { return 200 "text"; }
    }
"""

ORIGIN = "https://app.example.com"
COOKIES = {
    "/one": ("sid=1", "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"),
    "/full": ("sid=a=b; Domain=example.com; Path=/; Max-Age=60; SameSite=Strict",
              "__Host-sid=a=b; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Strict"),
    "/chip": ("chip=1; Path=/; HttpOnly", "chip=1; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"),
    "/glob": ("theme=dark", "theme=dark; Secure"),
    "/other": ("other=1; Path=/", "other=1; Path=/"),
    "/gone": ("sid=; Max-Age=0", "__Host-sid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"),
}


def attributes(line):
    first, *rest = [part.strip() for part in line.split(";")]
    return first, sorted(part.lower() for part in rest)


def set_cookie(nginx, application, checks):
    for path, (line, want) in COOKIES.items():
        for headers in ([], [("Origin", ORIGIN)], [("Origin", "https://evil.example")]):
            got = nginx.ask(path, headers=headers).all("Set-Cookie")
            checks.equal(f"Set-Cookie {path} {headers}", [attributes(one) for one in got], [attributes(want)])
        got = nginx.ask_http2(path).all("Set-Cookie")
        checks.equal(f"HTTP/2 Set-Cookie {path}", [attributes(one) for one in got], [attributes(want)])
        checks.equal(f"report leaves {path}", nginx.ask("/watch" + path).all("Set-Cookie"), [line])
    checks.equal("several lines", [attributes(one) for one in nginx.ask("/several").all("Set-Cookie")],
                 [attributes(want) for _, want in COOKIES.values()])
    long = nginx.ask("/long").all("Set-Cookie")
    checks.true("64 KiB of Set-Cookie", len(long) == 1 and len(long[0]) >= 65536, len(long))


def cookie(nginx, application, checks):
    for what, headers, want in (
            ("the way back", [("Cookie", "a=1; __Host-sid=secret; b=2")], ["a=1; sid=secret; b=2"]),
            ("somebody's own sid beside it", [("Cookie", "sid=evil; __Host-sid=secret")], ["sid=secret"]),
            ("none to rename", [("Cookie", "a=1; sid=old")], ["a=1; sid=old"]),
            ("two lines", [("Cookie", "a=1"), ("Cookie", "__Host-sid=s")], ["a=1", "sid=s"])):
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2)):
            application.asked.clear()
            ask("/", headers=headers)
            got = [value for key, value in application.asked[-1][2] if key.lower() == "cookie"]
            joined = want if protocol == "1.1" else ["; ".join(want)]
            checks.equal(f"HTTP/{protocol} {what}", got, joined)
    application.asked.clear()
    nginx.ask("/watch/", headers=[("Cookie", "__Host-sid=s")])
    checks.true("report leaves it", ("Cookie", "__Host-sid=s") in application.asked[-1][2], application.asked)


CROSS = ("Sec-Fetch-Site", "cross-site")
HANDSHAKE = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAA")]
EVIL = ("Origin", "https://evil.example")

# What nginx and an application behind it may take for different paths: exempt to the one is not enough.
WAYS_ROUND = ["/hooks/../x", "/hooks/%2e%2e/x", "/hooks/..%2fx", "/hooks/%2e%2e%2fx", "/hooks/%2E%2E%2Fx", "/hooks/x/../../x",
              "/x/../hooks/x", "/x/..%2fhooks/x", "/x/%2e%2e/hooks/x", "/x/%2e%2e%2fhooks/x", "/./x/../hooks/x", "//x/..//hooks/x",
              "/hooks", "/hooks%2fx", "/%68ooks/x", "/Hooks/x", "/hooks/..", "/hooks/%252e%252e/../../x"]

# (what, method, path, headers, status)
CSRF = [
    ("same-origin", "POST", "/", [("Sec-Fetch-Site", "same-origin")], 200),
    ("typed in", "POST", "/", [("Sec-Fetch-Site", "none")], 200),
    ("cross-site", "POST", "/", [CROSS], 403),
    ("another subdomain", "POST", "/", [("Sec-Fetch-Site", "same-site")], 403),
    ("an unknown word", "POST", "/", [("Sec-Fetch-Site", "x")], 403),
    ("two words", "POST", "/", [("Sec-Fetch-Site", "same-origin"), CROSS], 403),
    ("cross-site, reading", "GET", "/", [CROSS], 200),
    ("allowed with credentials", "POST", "/", [CROSS, ("Origin", ORIGIN)], 200),
    ("trusted", "POST", "/", [CROSS, ("Origin", "https://sso.example.net")], 200),
    ("trusted, without TLS", "POST", "/", [CROSS, ("Origin", "http://sso.example.net")], 403),
    ("exempt", "POST", "/hooks/x", [CROSS], 200),
    ("exempt, with a query", "POST", "/hooks/x?a/../b", [CROSS], 200),
    ("exempt, with an escape", "POST", "/hooks/%41", [CROSS], 200),
    *((f"not exempt, by a way round: {path}", "POST", path, [CROSS], 403) for path in WAYS_ROUND),
    ("no browser", "POST", "/", [], 200),
    ("old browser, own", "POST", "/", [("Origin", "https://api.example.com")], 200),
    ("old browser, another's", "POST", "/", [EVIL], 403),
    ("old browser, null", "POST", "/", [("Origin", "null")], 403),
    ("old browser, own port", "POST", "/", [("Origin", "https://api.example.com:8443")], 403),
    ("PUT", "PUT", "/", [CROSS], 403),
    ("DELETE", "DELETE", "/", [CROSS], 403),
    ("hono_ghsa_2234_no_content_type", "POST", "/", [CROSS], 403),
    ("hono_cve_2024_48913_content_type", "POST", "/", [CROSS, ("Content-Type", "TEXT/PLAIN")], 403),
    ("websocket, own", "GET", "/", [*HANDSHAKE, ("Origin", "https://api.example.com")], 200),
    ("websocket, another's", "GET", "/", [*HANDSHAKE, EVIL], 403),
    ("websocket, cross-site", "GET", "/", [*HANDSHAKE, EVIL, CROSS], 403),
    ("report", "POST", "/watch/", [CROSS], 200),
    ("its own page", "POST", "/page/", [CROSS], 403),
    ("a named location does not do it after all", "POST", "/named/", [CROSS], 403),
    ("a named location, websocket", "GET", "/named/", [*HANDSHAKE, EVIL], 403),
    ("no token", "POST", "/token/", [("Sec-Fetch-Site", "same-origin")], 403),
    ("a made-up token", "POST", "/token/", [("Cookie", "csrf=" + "a" * 64), ("X-CSRF-Token", "a" * 64)], 403),
    ("the first location decides", "POST", "/moved/", [CROSS], 403),
]


def csrf(nginx, application, checks):
    for what, method, path, headers, status in CSRF:
        application.asked.clear()
        body = b"x=1" if method == "POST" else b""
        answer = nginx.ask(path, method, headers, body)
        checks.equal(f"CSRF: {what}", answer.status, status)
        checks.equal(f"CSRF: {what}: reached the application", len(application.asked), 1 if status == 200 else 0)
    answer = nginx.ask("/page/", "POST", [CROSS, EVIL], b"x")
    checks.equal("the page of a refusal", (answer.body, answer.cors(), answer.vary()), (b"refused\n", [], ["Origin"]))
    answer = nginx.ask_http2("/", "POST", [CROSS])
    checks.equal("CSRF over HTTP/2", answer.status, 403)


def tokens(nginx, checks):
    """The module gives tokens and asks for them again: of this session, this cookie, this server."""
    def token_of(answer):
        lines = [line for line in answer.all("Set-Cookie") if line.startswith("csrf=")]
        checks.true("one token, for script to read", len(lines) == 1 and re.fullmatch(r"csrf=[\w-]{64}; Path=/; SameSite=Lax", lines[0]), lines)
        return lines[0][5:69] if lines else ""

    def post(session, cookie, header):
        return nginx.ask("/token/", "POST", [("Cookie", f"sid={session}; csrf={cookie}"), ("X-CSRF-Token", header)], b"x")

    anonymous = token_of(nginx.ask("/token/"))
    checks.equal("before login", post("", anonymous, anonymous).status, 200)
    login = nginx.ask("/token/login", "POST", [("Cookie", f"csrf={anonymous}"), ("X-CSRF-Token", anonymous)], b"x")
    ours = token_of(login)
    checks.equal("a session's token", [answer.status for answer in (
        post("one", ours, ours), post("two", ours, ours), post("one", anonymous, anonymous), post("one", ours, anonymous))],
        [200, 403, 403, 403])
    again = token_of(post("two", ours, ours))
    checks.equal("who has the wrong one is given another", post("two", again, again).status, 200)
    checks.equal("who has one is given none", nginx.ask("/token/", headers=[("Cookie", f"sid=one; csrf={ours}")]).all("Set-Cookie"), [])
    checks.equal("other policies give none", nginx.ask("/").all("Set-Cookie"), [])


NEVER = ["null", "https://evil.example", "https://app.example.com.", "https://App.example.com", "https://app.example.com:443",
         "https://app.example.com/", "https://user@app.example.com", "https://app.example.com@evil.example",
         "http://app.example.com", "https://app.example.com.evil.example", "https://evilapp.example.com",
         "https://appXexample.com", "https://app.example.comx", "https://app.example.com:8443", "https://[::1]",
         "https://xn--pp-yia.example.com", "https://preview.example.com", "https://.preview.example.com",
         "https://a..preview.example.com", "https://a.preview.example.com.evil.example", "https://apreview.example.com",
         "https://app.example.com https://app.example.com", "https://app.example.com,https://evil.example", "", " ", "*",
         "https://app.example.com%00", "https://app.example.com`", "https://app.example.com_", "file://", "https://",
         b"https://app.example.com\x80", b"https://\xe2\x80\xae.preview.example.com", b"https://app.example.com\t",
         "https://" + "a" * 65536 + ".preview.example.com", "x" * 65536]


def origins(nginx, checks):
    for origin in NEVER:
        before = len(nginx.log("error.log"))
        answer = nginx.ask("/", headers=[("Origin", origin)])
        trimmed = origin.strip() if isinstance(origin, str) else origin
        own = isinstance(trimmed, bytes) and trimmed.strip() == ORIGIN.encode()
        checks.true(f"{origin[:80]!r} reads nothing", not answer.cors() or own, answer.cors())
        checks.true(f"{origin[:80]!r} is answered", answer.status in (200, 400, 431), answer.status)  # 431: the application
        answer = nginx.ask("/", "OPTIONS", [("Origin", origin), ("Access-Control-Request-Method", "PUT")])
        checks.true(f"{origin[:80]!r} is let do nothing", not answer.cors() or own, answer.cors())
        said = [line for line in nginx.log("error.log")[before:].splitlines() if b"concors: policy app refuses: Origin" in line]
        checks.equal(f"{origin[:80]!r} has a line in the log for each", len(said), 0 if answer.status == 400 else 2)
    for origin in ("https://a.preview.example.com", "https://a.b.preview.example.com"):
        checks.equal(origin, nginx.ask("/", headers=[("Origin", origin)]).all("Access-Control-Allow-Origin"), [origin])
    for headers in ([("Origin", ORIGIN), ("Origin", ORIGIN)], [("Origin", ORIGIN), EVIL], [EVIL, ("Origin", ORIGIN)]):
        checks.equal(f"several {headers}", nginx.ask("/", headers=headers).cors(), [])
    for raw in (b"Origin: https://app.example.com\0", b"Origin: https://app.example.com\r x", b"Origin\0: https://app.example.com"):
        answer = rig.Answer(nginx.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + raw + b"\r\n\r\n"))
        checks.true(f"{raw!r}", answer.status in (0, 200, 400) and not answer.cors(), answer.raw[:200])


def hono_ghsa_q7jf_nothing_reflected(nginx, checks):
    """What a request says of Vary, or of anything, is not in the answer."""
    headers = [(name, f"marker-{i}") for i, name in enumerate(
        ("Vary", "Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Sec-Fetch-Site", "Cookie",
         "X-CSRF-Token", "Access-Control-Allow-Origin", "Set-Cookie"))]
    for method in ("GET", "OPTIONS"):
        answer = nginx.ask("/", method, headers)
        checks.true(f"{method} reflects nothing", b"marker" not in answer.raw, answer.raw[:400])
    answer = nginx.ask("/", headers=[("Origin_", ORIGIN), ("X_CSRF", "1")], name="odd")
    checks.equal("an underscore is no origin", (answer.status, answer.cors()), (200, []))


def envoy_cve_2024_45808_log_forging(nginx, checks):
    lines = len(nginx.log().splitlines())
    sent = 0
    for octet in range(1, 256):
        if octet not in (10, 13):
            nginx.ask("/", headers=[("Origin", b"https://x" + bytes([octet]) + b"y|forged|GET|200")])
            sent += 1
    nginx.ask("/", headers=[("Origin", b"\x1b[2J\xe2\x80\xae%0d%0a::error::")])
    written = nginx.log().splitlines()[lines:]
    checks.equal("a request is a line", len(written), sent + 1)
    for line in written:
        checks.true(f"{line!r}", line.count(b"|") == 7 and re.fullmatch(rb"[\x20-\x7e]*", line))
    errors = nginx.log("error.log")
    checks.true("the error log has no raw octet", b"\x1b" not in errors and b"\xe2" not in errors)
    checks.true("the error log says why", b"concors: policy app refuses: OriginMalformed" in errors)


def main():
    rig.require()
    checks, application = rig.Checks(), rig.Application()
    application.answers = {path: (200, [("Set-Cookie", line)], b"") for path, (line, _) in COOKIES.items()}
    application.answers.update({"/watch" + path: answer for path, answer in list(application.answers.items())})
    application.answers["/token/login"] = (200, [("Set-Cookie", "sid=one; Path=/")], b"")
    application.answers["/several"] = (200, [("Set-Cookie", line) for line, _ in COOKIES.values()], b"")
    application.answers["/long"] = (200, [("Set-Cookie", "sid=" + "x" * 65536)], b"")
    with rig.Nginx(SERVERS, POLICY, {"csrf.keys": "ab" * 32 + "\n", "www/refused.html": "refused\n"},
                   names=("port", "http2", "odd"), app=application.port) as nginx:
        set_cookie(nginx, application, checks)
        cookie(nginx, application, checks)
        csrf(nginx, application, checks)
        tokens(nginx, checks)
        origins(nginx, checks)
        hono_ghsa_q7jf_nothing_reflected(nginx, checks)
        envoy_cve_2024_45808_log_forging(nginx, checks)
        checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log"))
    checks.finish()


main()
