#!/usr/bin/env python3
"""What users of other servers asked for, end to end: each case by the project and the number it was asked under."""
import http.client
import socket
import threading

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com, https://other.example.com]
    credentials: true
    methods: [GET, PUT, DELETE]
    expose_headers: [x-total]
    csrf: {check: fetch-metadata}
  watch:
    extends: app
    mode: report
  closed: {}
  local:
    origins: ["http://localhost:*", "http://127.0.0.1:*", "https://*.project.pages.example", "https://?.tenants.example.org"]
"""

SERVERS = """
    concors_policy_file policy.yaml;
    proxy_cache_path @folder@/cache keys_zone=cache:1m;
    add_header Strict-Transport-Security max-age=1 always;
    ssl_certificate @folder@/tls.crt; ssl_certificate_key @folder@/tls.key;
    server {
        listen 127.0.0.1:@port@;
        listen 127.0.0.1:@http2@ http2;
        listen 127.0.0.1:@tls@ ssl http2;
        server_name api.example.com;
        root @folder@/www;
        concors app;
        proxy_read_timeout 2s; proxy_next_upstream off;
        set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /raw/ { proxy_pass http://127.0.0.1:@raw@; }
        location /cached/ { proxy_cache cache; proxy_cache_valid any 10m; add_header X-Cache $upstream_cache_status always;
            proxy_pass http://127.0.0.1:@app@; }
        location /elsewhere/ { error_page 404 https://elsewhere.example/; return 404; }
        location /sso/ { auth_request /refuse; error_page 401 = @login; proxy_pass http://127.0.0.1:@app@; }
        location @login { return 302 https://sso.example.net/; }
        location = /refuse { internal; proxy_pass http://127.0.0.1:@app@; }
        location /any/ { satisfy any; auth_basic "who"; auth_basic_user_file @folder@/users; deny all; }
        location /files/ { alias @folder@/www/; }
        location /list/ { autoindex on; alias @folder@/www/; }
        location /dav/ { dav_methods PUT DELETE; create_full_put_path on; root @folder@/www; }
        location /sub/ { sub_filter text word; sub_filter_types *; proxy_pass http://127.0.0.1:@app@/; }
        location /mirror/ { mirror /mirrored; proxy_pass http://127.0.0.1:@app@/; }
        location = /mirrored { internal; concors closed; proxy_pass http://127.0.0.1:@app@/; }
        location /slice/ { slice 4; alias @folder@/www/; }
        location /socket/ { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
            proxy_pass http://127.0.0.1:@raw@; }
        location /seen/ { concors watch; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade; proxy_pass http://127.0.0.1:@raw@; }
        location /keyed/ { return 200 "$concors_unknown_origin_key"; }
        location /local/ { concors local; return 200 "text"; }
        location /text/ { return 200 "text"; }
    }
    server {
        listen 127.0.0.1:@port@ default_server;
        concors app;
        return 404;
    }
"""

ORIGIN, OTHER, EVIL = "https://app.example.com", "https://other.example.com", "https://evil.example"
ASK = ("Access-Control-Request-Method", "PUT")


def allowed(origin=ORIGIN):
    return [("access-control-allow-credentials", "true"), ("access-control-allow-origin", origin),
            ("access-control-expose-headers", "x-total")]


HEAD = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nVary: Origin\r\n"
RAW = {
    "/raw/reset": b"",
    "/raw/partial": HEAD + b"Content-Length: 1000\r\n\r\ntext",
    "/raw/headless": b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n",
    "/raw/huge": HEAD + b"X: " + b"x" * 100000 + b"\r\n\r\n",
    "/raw/chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n0\r\n\r\n",
    "/raw/old": HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\ntext",
    "/socket/": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
}
RAW["/seen/"] = RAW["/socket/"]


class RawUpstream:
    """Sends what stands above, whatever it is, and closes."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                got = b""
                while b"\r\n\r\n" not in got and (chunk := connection.recv(65536)):
                    got += chunk
                connection.sendall(RAW.get(got.split(b" ")[1].decode() if b" " in got else "", b""))


def same(checks, what, answer, status, cors, vary=("Origin",)):
    checks.equal(what, (answer.status, answer.cors(), answer.vary()), (status, cors, list(vary)))


# (who asked, path, status, method, more headers)
FAILURES = [
    ("ingress_nginx_2134_upstream_resets", "/raw/reset", 502, "GET", []),
    ("ingress_nginx_2134_upstream_header_ends_early", "/raw/headless", 502, "GET", []),
    ("ingress_nginx_2134_upstream_header_too_large", "/raw/huge", 502, "GET", []),
    ("upstream_sends_chunks", "/raw/chunked", 200, "GET", []),
    ("upstream_speaks_http_1_0", "/raw/old", 200, "GET", []),
    ("ingress_nginx_8786_login_by_redirect", "/sso/", 302, "GET", []),
    ("authelia_648_satisfy_any", "/any/", 401, "GET", []),
    ("error_page_elsewhere", "/elsewhere/", 302, "GET", []),
    ("folder_without_index", "/files/empty/", 403, "GET", []),
    ("folder_listed", "/list/", 200, "GET", []),
    ("starlette_1116_internal_error", "/fails", 500, "GET", []),
    ("umami_2735_client_error", "/wrong", 422, "GET", []),
    ("dav_delete_of_nothing", "/dav/none", 404, "DELETE", [("Sec-Fetch-Site", "same-origin")]),
    ("sub_filter", "/sub/", 200, "GET", []),
    ("mirror", "/mirror/", 200, "GET", []),
    ("range", "/slice/index.html", 206, "GET", [("Range", "bytes=1-2")]),
]


def headers_on_failures(nginx, checks):
    for what, path, status, method, headers in FAILURES:
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2), ("2 over TLS", nginx.ask_tls)):
            answer = ask(path, method, [("Origin", ORIGIN), *headers])
            same(checks, f"{what}, HTTP/{protocol}", answer, status, allowed())
    own = [("Origin", ORIGIN), ("Sec-Fetch-Site", "same-origin")]
    same(checks, "upstream_body_ends_early", nginx.ask("/raw/partial", headers=own), 200, allowed())
    same(checks, "dav_put", nginx.ask("/dav/new", "PUT", own, b"text"), 201, allowed())
    same(checks, "dav_delete", nginx.ask("/dav/new", "DELETE", own), 204, allowed())
    same(checks, "expect", nginx.ask("/text/", "PUT", [*own, ("Expect", "100-continue")], b"text"), 200, allowed())
    answer = nginx.ask("/", headers=[("Origin", ORIGIN)], host="unknown.example")
    same(checks, "ingress_nginx_9009_default_backend", answer, 404, allowed())
    answer = rig.Answer(nginx.exchange(f"GET / HTTP/1.0\r\nHost: api.example.com\r\nOrigin: {ORIGIN}\r\n\r\n".encode()))
    same(checks, "a client that speaks HTTP/1.0", answer, 200, allowed())
    answer = rig.Answer(nginx.exchange(f"GET / HTTP/1.1\r\nHost: api.example.com\r\nOrigin: {ORIGIN}\r\n\r\n".encode(), "tls"))
    same(checks, "plain HTTP on the port of TLS", answer, 400, allowed())
    answer = nginx.ask("/text/", headers=[("Origin", ORIGIN)])
    checks.equal("kubernetes_ingress_144_other_headers_stay", answer.all("Strict-Transport-Security"), ["max-age=1"])


def auth_does_not_eat_preflights(nginx, application, checks):
    application.asked.clear()
    for what, path in (("ingress_nginx_8964", "/sso/"), ("oauth2_proxy_735", "/any/"), ("traefik_forward_auth_186", "/elsewhere/"),
                       ("agentgateway_618_dav", "/dav/x"), ("kdeps_468_files", "/files/"), ("caddy_security_374", "/socket/")):
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2), ("2 over TLS", nginx.ask_tls)):
            answer = ask(path, "OPTIONS", [("Origin", ORIGIN), ASK])
            checks.equal(f"{what}, HTTP/{protocol}", (answer.status, ("access-control-allow-origin", ORIGIN) in answer.cors(),
                                                      answer.body), (204, True, b""))
    answer = nginx.ask("/", "OPTIONS", [("Origin", ORIGIN), ASK], host="unknown.example")
    checks.equal("ingress_nginx_9009_preflight_of_the_default_backend", (answer.status, answer.body), (204, b""))
    checks.equal("envoy_14233_none_is_forwarded", application.asked, [])


def one_connection(nginx, checks):
    """starlette#510, jub0bs/cors#14: what was decided for one request is nothing to the next."""
    connection = http.client.HTTPConnection("127.0.0.1", nginx.ports["port"], timeout=10)
    for number, (method, origin, want) in enumerate(3 * [
            ("GET", ORIGIN, allowed()), ("GET", EVIL, []), ("GET", None, []), ("GET", OTHER, allowed(OTHER)), ("GET", "null", []),
            ("OPTIONS", EVIL, []), ("PATCH", ORIGIN, []), ("GET", ORIGIN, allowed())]):
        headers = {"Host": "api.example.com", "Sec-Fetch-Site": "same-origin"}
        if origin:
            headers["Origin"] = origin
        if method == "OPTIONS":
            headers[ASK[0]] = ASK[1]
        connection.request(method, "/text/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        got = sorted((key.lower(), value) for key, value in answer.getheaders() if key.lower().startswith("access-control-"))
        checks.equal(f"starlette_510 {number} {method} {origin}", got, want)
    connection.close()
    pipelined = b"".join(f"GET /text/ HTTP/1.1\r\nHost: api.example.com\r\nOrigin: {origin}\r\n\r\n".encode()
                         for origin in (ORIGIN, EVIL, OTHER, EVIL, ORIGIN))
    raw = nginx.exchange(pipelined + b"GET /text/ HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
    answers = [rig.Answer(b"HTTP/1.1 " + part) for part in raw.split(b"HTTP/1.1 ")[1:]]
    checks.equal("five in one packet", [answer.all("Access-Control-Allow-Origin") for answer in answers],
                 [[ORIGIN], [], [OTHER], [], [ORIGIN], []])


def caches(nginx, application, checks):
    """udata#3132, ingress-nginx PR#10490: an answer that was kept for one is given to nobody else."""
    application.asked.clear()
    for path in ("/cached/plain", "/cached/echoes"):
        for origin, want in ((None, []), (ORIGIN, allowed()), (EVIL, []), (OTHER, allowed(OTHER)), ("null", []), (None, [])):
            answer = nginx.ask(path, headers=[("Origin", origin)] if origin else [])
            same(checks, f"udata_3132 {path} {origin}", answer, 200, want)
    kept = [row for row in application.asked if row[1] == "/cached/plain"]
    checks.equal("one answer served them all", len(kept), 1)
    answer = nginx.ask("/cached/plain", headers=[("Origin", ORIGIN)])
    checks.equal("from the cache", answer.all("X-Cache"), ["HIT"])


def whoever_logs_in_first(nginx, checks):
    """Starlette PR#2675: no cookie, a cookie, an Authorization: the answer is the same."""
    for more in ([], [("Cookie", "sid=1")], [("Authorization", "Bearer x")], [("Cookie", "a=1"), ("Authorization", "Basic eDp5")]):
        same(checks, f"starlette_pr_2675 {more}", nginx.ask("/text/", headers=[("Origin", ORIGIN), *more]), 200, allowed())
        same(checks, f"expressjs_38 {more}", nginx.ask("/text/", headers=[("Origin", EVIL), *more]), 200, [])


def origins_of_many(nginx, checks):
    for what, origin, good in (
            ("ingress_nginx_8264_any_port", "http://localhost:5173", True), ("ingress_nginx_8264_no_port", "http://localhost", True),
            ("ingress_nginx_8264_last_port", "http://localhost:65535", True), ("a port that is none", "http://localhost:65536", False),
            ("another scheme", "https://localhost:5173", False), ("localhost_in_front", "http://localhost.evil.example", False),
            ("localhost_behind", "http://notlocalhost:5173", False), ("port_is_no_host", "http://localhost:80.evil.example", False),
            ("user info", "http://localhost:1@evil.example", False), ("loopback", "http://127.0.0.1:8000", True),
            ("shipfox_1070_previews", "https://a1b2.project.pages.example", True), ("deeper", "https://x.y.project.pages.example", True),
            ("ingress_nginx_9762_unanchored", "https://evilproject.pages.example", False),
            ("cve_2026_37737_continued", "https://a.project.pages.example.evil.example", False),
            ("one label", "https://acme.tenants.example.org", True), ("not two", "https://a.acme.tenants.example.org", False)):
        answer = nginx.ask("/local/", headers=[("Origin", origin)])
        same(checks, f"{what} {origin}", answer, 200, [("access-control-allow-origin", origin)] if good else [])


HANDSHAKE = [("Connection", "Upgrade, close"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
             ("Sec-WebSocket-Key", "AAAA")]


def websockets(nginx, checks):
    for what, path, origin, status in (
            ("own", "/socket/", "http://api.example.com", 101), ("bun_36155_another's", "/socket/", EVIL, 403),
            ("allowed with credentials", "/socket/", ORIGIN, 101), ("none", "/socket/", None, 101),
            ("teleport_67616_report", "/seen/", EVIL, 101)):
        request = [b"GET " + path.encode() + b" HTTP/1.1", b"Host: api.example.com"]
        request += [f"{key}: {value}".encode() for key, value in HANDSHAKE + ([("Origin", origin)] if origin else [])]
        answer = rig.Answer(nginx.exchange(b"\r\n".join(request) + b"\r\n\r\n"))
        checks.equal(f"websocket, {what}", answer.status, status)
        cors = [] if origin in (None, EVIL) or "api." in origin else allowed()
        if path == "/socket/":
            checks.equal(f"websocket, {what}: headers", answer.cors(), cors)
    checks.true("teleport_67616_report is counted", b"|refuse|CsrfOrigin|watch|refused|" in nginx.log())


def keys(nginx, checks):
    answer = nginx.ask("/keyed/", headers=[("Origin", EVIL), ("X-Real-IP", "192.0.2.7")])
    checks.equal("the key is the client's address behind a proxy", answer.body, b"192.0.2.7")
    for origin in (ORIGIN, None, "http://api.example.com"):
        checks.equal(f"no key for {origin}", nginx.ask("/keyed/", headers=[("Origin", origin)] if origin else []).body, b"")


def main():
    rig.require()
    checks, application, raw = rig.Checks(), rig.Application(), RawUpstream()
    application.answers = {
        "/refuse": (401, [], b""), "/fails": (500, [], b"broken"), "/wrong": (422, [], b"{}"),
        "/cached/plain": (200, [], b"text"),
        "/cached/echoes": (200, [("Access-Control-Allow-Origin", EVIL), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")], b"text")}
    files = {"www/index.html": "0123456789\n", "www/empty/x": "", "www/dav/x": "", "users": "a:b\n", **rig.certificate()}
    with rig.Nginx(SERVERS, POLICY, files, names=("port", "http2", "tls"), app=application.port, raw=raw.port) as nginx:
        headers_on_failures(nginx, checks)
        auth_does_not_eat_preflights(nginx, application, checks)
        one_connection(nginx, checks)
        caches(nginx, application, checks)
        whoever_logs_in_first(nginx, checks)
        origins_of_many(nginx, checks)
        websockets(nginx, checks)
        keys(nginx, checks)
        checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log"), nginx.log("error.log")[-2000:])
    checks.finish()


main()
