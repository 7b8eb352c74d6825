#!/usr/bin/env python3
"""What users of other servers asked for, end to end: each case by the project and the number it was asked under."""
import http.client

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com, https://other.example.com]
    credentials: true
    methods: [GET, PUT, DELETE]
    expose_headers: [x-total]
    csrf: {check: fetch-metadata}
  closed: {}
  open:
    origins: ["*"]
  told:
    extends: app
    request_headers: [content-type, authorization]
    debug: true
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
        proxy_next_upstream off;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /raw/ { proxy_pass http://127.0.0.1:@raw@; }
        location /cached/ { proxy_cache cache; proxy_cache_valid any 10m; add_header X-Cache $upstream_cache_status always;
            proxy_pass http://127.0.0.1:@app@; }
        location /static/ { alias @folder@/www/; add_header Access-Control-Allow-Origin *; }
        location /hangs/ { proxy_read_timeout 200ms; proxy_pass http://127.0.0.1:@app@; }
        location /dead/ { proxy_pass http://127.0.0.1:@dead@; }
        location /direct/ { return 200 "direct"; }
        location /away/ { return 302 https://elsewhere.example/; }
        location /login/ { auth_request /refuse; error_page 401 /401.html; proxy_pass http://127.0.0.1:@app@; }
        location = /401.html { internal; }
        location /twice/ { add_header Access-Control-Allow-Origin $http_origin always; add_header Access-Control-Allow-Credentials true always;
            add_header Vary Accept-Encoding always; proxy_pass http://127.0.0.1:@app@; }
        location /open/ { concors open; return 200 "text"; }
        location /told/ { concors told; return 200 "text"; }
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
        location /off/ { concors off; return 200 "text"; }
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


ECHOED = [("Access-Control-Allow-Origin", EVIL), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]


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


def same(checks, what, answer, status, cors, vary=("Origin",)):
    checks.equal(what, (answer.status, answer.cors(), answer.vary()), (status, cors, list(vary)))


# (who asked, path, status, method, more headers)
FAILURES = [
    ("ingress_nginx_1679_not_found", "/static/none", 404, "GET", []),
    ("ingress_nginx_1683_always", "/dead/", 502, "GET", []),
    ("ingress_nginx_488_created_elsewhere", "/created", 201, "GET", []),
    ("ingress_nginx_2134_gateway_times_out", "/hangs/", 504, "GET", []),
    ("ingress_nginx_9251_page_of_401", "/login/", 401, "GET", []),
    ("jsdelivr_2038_gone", "/gone", 410, "GET", []),
    ("apex_up_274_unavailable", "/busy", 503, "GET", []),
    ("envoy_31242_direct_response", "/direct/", 200, "GET", []),
    ("envoy_31242_redirect", "/away/", 302, "GET", []),
    ("expressjs_92_method_refused_by_the_application", "/wrong-method", 405, "GET", []),
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
    for name in ("wrong", "fails"):
        answer = nginx.ask(f"/{name}", headers=[("Origin", EVIL)])
        checks.equal(f"envoy_33086 nothing on an error for a stranger: {name}", (answer.cors(), answer.vary()), ([], ["Origin"]))
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
                       ("agentgateway_618_dav", "/dav/x"), ("kdeps_468_files", "/files/"), ("caddy_security_374", "/socket/"),
                       ("haproxytech_804_page_of_401", "/login/"), ("vllm_4862_dead", "/dead/"), ("authelia_648_application", "/wrong")):
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2), ("2 over TLS", nginx.ask_tls)):
            answer = ask(path, "OPTIONS", [("Origin", ORIGIN), ASK])
            checks.equal(f"{what}, HTTP/{protocol}", (answer.status, ("access-control-allow-origin", ORIGIN) in answer.cors(),
                                                      answer.body), (204, True, b""))
    answer = nginx.ask("/", "OPTIONS", [("Origin", ORIGIN), ASK], host="unknown.example")
    checks.equal("ingress_nginx_9009_preflight_of_the_default_backend", (answer.status, answer.body), (204, b""))
    checks.equal("envoy_14233_none_is_forwarded", application.asked, [])


def no_duplicates(nginx, checks):
    for what, path in (("ingress_nginx_2138_both", "/cached/echoes"), ("nginx_gateway_fabric_5315_both_everywhere", "/twice/echoes"),
                       ("traefik_5567_only_the_server", "/twice/plain"), ("kubernetes_ingress_3004_files", "/static/index.html")):
        for origin, want in ((ORIGIN, allowed()), (EVIL, []), (None, [])):
            answer = nginx.ask(path, headers=[("Origin", origin)] if origin else [])
            words = [word.strip() for word in ",".join(answer.vary()).split(",")]
            checks.equal(f"{what} {origin}", (answer.status, answer.cors()), (200, want))
            checks.equal(f"haproxy_ingress_861 Vary is kept: {what} {origin}", sorted(words),
                         ["Accept-Encoding", "Origin"] if "/twice/" in path else ["Origin"])


def vary(nginx, checks):
    """Where the answer depends on who asks, and only there: rs/cors#10, vertx-web#2880, vapor#2539, middy#796, aspnet/CORS#97."""
    for what, origin in (("starlette_3516_allowed", ORIGIN), ("expressjs_330_refused", EVIL), ("expressjs_330_null", "null"),
                         ("envoy_35873_nobody", None)):
        answer = nginx.ask("/text/", headers=[("Origin", origin)] if origin else [])
        checks.equal(what, answer.vary(), ["Origin"])
    for origin in (ORIGIN, EVIL, "null", None):
        answer = nginx.ask("/open/", headers=[("Origin", origin)] if origin else [])
        checks.equal(f"koajs_47_constant_answer {origin}", (answer.cors(), answer.vary()), ([("access-control-allow-origin", "*")], []))
        checks.equal(f"expressjs_317_off {origin}", nginx.ask("/off/", headers=[("Origin", origin)] if origin else []).vary(), [])
    for path in ("/text/", "/told/"):
        for origin in (ORIGIN, EVIL):
            answer = nginx.ask(path, "OPTIONS", [("Origin", origin), ASK])
            checks.equal(f"tower_http_216_vary_of_a_preflight {path} {origin}", answer.vary(), ["Origin"])


def refusals(nginx, application, checks):
    """A stranger is served as if there were no CORS; what is no preflight goes where it was meant to go."""
    for origin in (EVIL, "null", "https://app.example.com.", "x"):
        answer = nginx.ask("/text/", headers=[("Origin", origin)])
        same(checks, f"expressjs_92_no_error {origin}", answer, 200, [])
        answer = nginx.ask("/text/", "OPTIONS", [("Origin", origin), ASK])
        checks.equal(f"tower_http_224_no_error_for_a_preflight {origin}", (answer.status, answer.cors()), (204, []))
    application.asked.clear()
    nginx.ask("/x", "OPTIONS", [("Origin", ORIGIN)])
    nginx.ask("/x", "OPTIONS", [ASK])
    checks.equal("expressjs_cors_options_that_is_no_preflight", [row[0] for row in application.asked], ["OPTIONS", "OPTIONS"])
    nginx.ask("/x", "OPTIONS", [("Origin", EVIL), ASK])
    checks.equal("envoy_32947_mismatched_preflight_is_not_forwarded", len(application.asked), 2)


def why(nginx, checks):
    """aspnet/CORS#78, light-4j#658, rs/cors#54, traefik PR#13726: what was refused says why, in the log and in the console."""
    for what, origin, method, more, reason in (
            ("aspnet_cors_78", EVIL, "GET", [], "OriginNotListed"), ("traefik_13726", "https://App.example.com", "GET", [], "OriginMalformed"),
            ("light_4j_658", "null", "GET", [], "OriginNull"),
            ("rs_cors_54", ORIGIN, "OPTIONS", [("Access-Control-Request-Method", "PATCH")], "MethodNotListed"),
            ("envoy_17585", ORIGIN, "OPTIONS", [ASK, ("Access-Control-Request-Headers", "x-other")], "HeaderNotListed"),
            ("envoy_7833", EVIL, "OPTIONS", [ASK], "OriginNotListed")):
        before = len(nginx.log("error.log"))
        nginx.ask("/text/", method, [("Origin", origin), *more])
        said = nginx.log("error.log")[before:].decode()
        checks.true(f"{what}: the error log", f"concors: policy app refuses: {reason}, origin \"{origin}\"" in said, said)
        checks.true(f"{what}: the access log", f"|refuse|{reason}|app|off|{origin}|" in nginx.log().decode().splitlines()[-1])
    told = nginx.ask("/told/", "OPTIONS", [("Origin", ORIGIN), ("Access-Control-Request-Method", "PATCH")]).cors()
    checks.true("rs_cors_13 the console names the method", ("access-control-allow-origin", ORIGIN) in told
                and "PATCH" not in str(told), told)
    told = nginx.ask("/told/", "OPTIONS", [("Origin", ORIGIN), ASK, ("Access-Control-Request-Headers", "x-other")]).cors()
    checks.true("fetch_1588 the console names the header", ("access-control-allow-origin", ORIGIN) in told
                and ("access-control-allow-headers", "content-type, authorization") in told, told)


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


def main():
    rig.require()
    checks, application, raw = rig.Checks(), rig.Application(), rig.RawUpstream(RAW)
    application.answers = {
        "/refuse": (401, [], b""), "/fails": (500, [], b"broken"), "/wrong": (422, [], b"{}"),
        "/created": (201, [("Location", "/x")], b""), "/gone": (410, [], b""), "/busy": (503, [("Retry-After", "1")], b""),
        "/wrong-method": (405, [("Allow", "POST")], b""), "/hangs/": ("hang", [], b""), "/twice/plain": (200, [], b""),
        "/twice/echoes": (200, ECHOED, b"text"),
        "/cached/plain": (200, [], b"text"),
        "/cached/echoes": (200, ECHOED, b"text")}
    files = {"www/index.html": "0123456789\n", "www/empty/x": "", "www/401.html": "log in\n", "www/dav/x": "", "users": "a:b\n", **rig.certificate()}
    with rig.Nginx(SERVERS, POLICY, files, names=("port", "http2", "tls", "dead"), app=application.port, raw=raw.port) as nginx:
        headers_on_failures(nginx, checks)
        auth_does_not_eat_preflights(nginx, application, checks)
        no_duplicates(nginx, checks)
        vary(nginx, checks)
        refusals(nginx, application, checks)
        why(nginx, checks)
        one_connection(nginx, checks)
        caches(nginx, application, checks)
        whoever_logs_in_first(nginx, checks)
        checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log"), nginx.log("error.log")[-2000:])
    application.hang.set()
    checks.finish()


main()
