#!/usr/bin/env python3
"""Preflights are answered before everything that would refuse or forward them, and only preflights are."""
import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com, "https://?.tenants.example.org"]
    credentials: true
    methods: [GET, PUT, DELETE]
    request_headers: [content-type, authorization, x-csrf-token]
    expose_headers: [x-total]
    max_age: 2h
  telling:
    extends: app
    debug: true
  watch:
    extends: app
    mode: report
  bare:
    origins: [https://app.example.com]
  many:
    origins: [https://app.example.com]
    request_headers: [@NAMES@]
"""

SERVERS = """
    concors_policy_file policy.yaml;
    limit_req_zone $server_name zone=one:1m rate=1r/m;
    limit_conn_zone $server_name zone=two:1m;
    server {
        listen 127.0.0.1:@port@;
        listen 127.0.0.1:@http2@ http2;
        root @folder@/www;
        concors app;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /basic/ { auth_basic "who"; auth_basic_user_file @folder@/users; }
        location /ask/ { auth_request /auth; proxy_pass http://127.0.0.1:@app@; }
        location = /auth { internal; proxy_pass http://127.0.0.1:@app@/refuse; }
        location /limited/ { limit_req zone=one; limit_conn two 1; proxy_pass http://127.0.0.1:@app@; }
        location /denied/ { deny all; }
        location /return/ { return 401; }
        location /rewritten/ { rewrite ^ /return/ last; }
        location /moved/ { return 301 https://elsewhere.example/; }
        location /slash/ { proxy_pass http://127.0.0.1:@app@; }
        location /try/ { try_files $uri =404; }
        location /static/ { }
        location /methods/ { limit_except GET { deny all; } }
        location /if/ { if ($request_method = OPTIONS) { return 405; } }
        location /internal/ { internal; }
        location /telling/ { concors telling; }
        location /quiet/ { concors telling; concors_debug off; }
        location /loud/ { concors_debug on; }
        location /watch/ { concors watch; proxy_pass http://127.0.0.1:@app@; }
        location /bare/ { concors bare; }
        location /many/ { concors many; }
        location /off/ { concors off; proxy_pass http://127.0.0.1:@app@; }
        location /none/ { concors off; rewrite ^ /later/ last; }
        location /later/ { return 401; }
    }
    server {
        listen 127.0.0.1:@moved@;
        concors app;
        return 301 https://elsewhere.example/;
    }
"""

ORIGIN = "https://app.example.com"
ASK = [("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT")]
HEADERS = ("Access-Control-Request-Headers", "authorization,content-type")
ALLOWED = [("access-control-allow-credentials", "true"),
           ("access-control-allow-headers", "content-type,authorization,x-csrf-token"),
           ("access-control-allow-methods", "GET,PUT,DELETE"),
           ("access-control-allow-origin", ORIGIN), ("access-control-max-age", "7200")]
PATHS = ("/", "/basic/", "/ask/", "/limited/", "/limited/", "/denied/", "/return/", "/rewritten/", "/moved/", "/slash",
         "/try/", "/static/", "/methods/", "/if/", "/internal/", "/none/", "/?a=b")


def loosened(pairs):
    return [(key, value.replace(" ", "")) for key, value in pairs]


def answered(nginx, application, checks):
    for path in PATHS:
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2)):
            answer = ask(path, "OPTIONS", [*ASK, HEADERS])
            checks.equal(f"HTTP/{protocol} {path}", (answer.status, loosened(answer.cors()), answer.vary(), answer.body),
                         (204, ALLOWED, ["Origin"], b""))
            checks.true(f"HTTP/{protocol} {path} has no length", not answer.all("Content-Length") and not answer.all("Location"))
    answer = nginx.ask("/", "OPTIONS", [*ASK, HEADERS], name="moved")
    checks.equal("a server that only redirects", (answer.status, loosened(answer.cors()), answer.vary(), answer.body),
                 (204, ALLOWED, ["Origin"], b""))
    checks.equal("the application saw none of them", application.asked, [])


def refused(nginx, application, checks):
    method = [("Origin", ORIGIN), ("Access-Control-Request-Method", "PATCH")]
    header = [*ASK, ("Access-Control-Request-Headers", "x-other")]
    for headers in ([("Origin", "https://evil.example"), ASK[1]], [("Origin", "null"), ASK[1]], method, header,
                    [*ASK, ("Access-Control-Request-Headers", "content-type,,@")], [*ASK, ASK[0]],
                    [("Origin", ORIGIN), ("Access-Control-Request-Method", "put")]):
        answer = nginx.ask("/basic/", "OPTIONS", headers)
        checks.equal(f"refused {headers}", (answer.status, answer.cors(), answer.vary()), (204, [], ["Origin"]))
        checks.equal(f"quiet {headers}", nginx.ask("/quiet/", "OPTIONS", headers).cors(), [])
    for path in ("/telling/", "/loud/"):
        answer = nginx.ask(path, "OPTIONS", method)
        checks.true(f"{path} says that it is the method", ("access-control-allow-origin", ORIGIN) in answer.cors()
                    and not answer.all("Access-Control-Allow-Methods"), answer.cors())
        answer = nginx.ask(path, "OPTIONS", header)
        checks.true(f"{path} says that it is the header", ("access-control-allow-origin", ORIGIN) in answer.cors()
                    and "x-other" not in str(answer.cors()), answer.cors())
        answer = nginx.ask(path, "OPTIONS", [("Origin", "https://evil.example"), ASK[1]])
        checks.equal(f"{path} tells strangers nothing", (answer.status, answer.cors()), (204, []))
    checks.equal("the application saw none of these", application.asked, [])


def passed_on(nginx, application, checks):
    for what, path, method, headers in (
            ("OPTIONS alone", "/", "OPTIONS", []), ("OPTIONS with Origin", "/", "OPTIONS", ASK[:1]),
            ("OPTIONS without Origin", "/", "OPTIONS", ASK[1:]), ("POST with a preflight's headers", "/", "POST", ASK),
            ("report", "/watch/", "OPTIONS", ASK), ("off", "/off/", "OPTIONS", ASK)):
        application.asked.clear()
        answer = nginx.ask(path, method, headers)
        checks.equal(what, (answer.status, [row[0] for row in application.asked]), (200, [method]))
    application.asked.clear()


def asked_headers(nginx, checks):
    split = [*ASK, ("Access-Control-Request-Headers", "authorization"), ("access-control-request-headers", "content-type")]
    checks.equal("rs_cors_184 split by a gateway", loosened(nginx.ask("/", "OPTIONS", split).cors()), ALLOWED)
    checks.equal("one of the split is not listed", nginx.ask("/", "OPTIONS", [*split, ("Access-Control-Request-Headers", "x")]).cors(), [])
    checks.equal("in capitals", loosened(nginx.ask("/", "OPTIONS", [*ASK, ("Access-Control-Request-Headers", "Content-Type , AUTHORIZATION")]).cors()), ALLOWED)
    for value, good in (("authorization,content-type,x-csrf-token", True), ("x-csrf-token,authorization", True), ("content-type", True),
                        ("content-type,content-type", True), ("content-type,", True), (",content-type", True), ("", True),
                        ("content-typ", False), ("content-type2", False), ("content-type,x", False), ("authorization,content-type,x-csrf-token,z", False),
                        ("authorization;content-type", False), ("authorization\tcontent-type", False), ("content-type,content-type-", False)):
        answer = nginx.ask("/", "OPTIONS", [*ASK, ("Access-Control-Request-Headers", value)])
        checks.equal(f"asked for {value!r}", loosened(answer.cors()), ALLOWED if good else [])
    answer = nginx.ask("/many/", "OPTIONS", [ASK[0], ("Access-Control-Request-Method", "GET"),
                                             ("Access-Control-Request-Headers", ",".join(f"x-{i}" for i in range(900)))])
    checks.true("900 names that are listed", ("access-control-allow-origin", ORIGIN) in answer.cors(), answer.raw[:300])
    for what, value in (("10,000 names", ",".join(f"x-{i}" for i in range(10000))), ("64 KiB of commas", "," * 65535 + "x"),
                        ("64 KiB of one name", "x" * 65536), ("64 KiB of blanks", " " * 65535 + "x"),
                        ("100 KiB", "x-1," * 25000)):
        answer = nginx.ask("/many/", "OPTIONS", [ASK[0], ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", value)])
        checks.equal(what, (answer.status, answer.cors()), (204, []))
    lines = [("Access-Control-Request-Headers", "content-type")] * 90
    checks.equal("90 lines", loosened(nginx.ask("/", "OPTIONS", [*ASK, *lines]).cors()), ALLOWED)
    answer = nginx.ask("/bare/", "OPTIONS", [ASK[0], ("Access-Control-Request-Method", "POST")])
    checks.equal("a policy without credentials", answer.cors(), [("access-control-allow-origin", ORIGIN)])


def main():
    rig.require()
    checks, application = rig.Checks(), rig.Application()
    application.answers = {"/refuse": (401, [], b"")}
    policy = POLICY.replace("@NAMES@", ", ".join(f"x-{i}" for i in range(900)))
    with rig.Nginx(SERVERS, policy, {"users": "a:b\n", "www/static/x": "x"}, names=("port", "http2", "moved"),
                   app=application.port) as nginx:
        answered(nginx, application, checks)
        refused(nginx, application, checks)
        passed_on(nginx, application, checks)
        asked_headers(nginx, checks)
    checks.finish()


main()
