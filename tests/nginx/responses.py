#!/usr/bin/env python3
"""Every response of nginx has the policy's headers: whatever made it, each once, and for nobody else."""
import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
    expose_headers: [x-total]
  open:
    origins: ["*"]
  closed: {}
  watch:
    extends: app
    mode: report
"""

SERVERS = """
    concors_policy_file policy.yaml;
    limit_req_zone $request_uri zone=one:1m rate=1r/m;
    server {
        listen 127.0.0.1:@port@;
        listen 127.0.0.1:@http2@ http2;
        root @folder@/www;
        if_modified_since before;
        concors app;
        proxy_buffer_size 128k; proxy_buffers 4 128k;
        proxy_busy_buffers_size 128k; proxy_next_upstream off;
        client_max_body_size 10;
        location /app/ { proxy_pass http://127.0.0.1:@app@; }
        location /app/hang { proxy_read_timeout 300ms; proxy_pass http://127.0.0.1:@app@; }
        location /dead/ { proxy_pass http://127.0.0.1:@dead@; }
        location /code/200 { return 200 "text"; }
        location /code/204 { return 204; }
        location /code/301 { return 301 https://elsewhere.example/; }
        location /code/302 { return 302 /x; }
        location /code/307 { return 307 /x; }
        location /code/400 { return 400; }
        location /code/403 { return 403; }
        location /code/404 { return 404; }
        location /code/405 { return 405; }
        location /code/410 { return 410 "gone"; }
        location /code/500 { return 500; }
        location /code/503 { return 503 "later"; }
        location /code/599 { return 599 "odd"; }
        location /denied/ { deny all; }
        location /basic/ { auth_basic "who"; auth_basic_user_file @folder@/users; }
        location /ask401/ { auth_request /auth401; }
        location /ask500/ { auth_request /auth500; }
        location = /auth401 { internal; proxy_pass http://127.0.0.1:@app@/app/401; }
        location = /auth500 { internal; proxy_pass http://127.0.0.1:@app@/app/500; }
        location /limited/ { limit_req zone=one; limit_req_status 429; alias @folder@/www/; }
        location /page/ { error_page 404 502 /errors/page.html; proxy_pass http://127.0.0.1:@dead@; }
        location /errors/ { internal; concors off; }
        location /other/ { error_page 404 502 /closed/page.html; proxy_pass http://127.0.0.1:@dead@; }
        location /closed/ { concors closed; }
        location /named/ { error_page 502 =503 @named; proxy_pass http://127.0.0.1:@dead@; }
        location @named { concors closed; return 503 "named"; }
        location /intercept/ { proxy_intercept_errors on; error_page 500 /errors/page.html;
            proxy_pass http://127.0.0.1:@app@/app/; }
        location /try/ { try_files $uri /index.html; }
        location /rewrite/ { rewrite ^ /closed/index.html last; }
        location /accel/ { proxy_pass http://127.0.0.1:@app@/app/; }
        location /files/ { internal; concors off; alias @folder@/www/; }
        location /added/ { add_header Access-Control-Allow-Origin * always; add_header Vary Accept always;
            add_header Strict-Transport-Security max-age=1 always; return 200 "text"; }
        location /iffy/ { if ($request_method = POST) { return 405; } return 200 "text"; }
        location /open/ { concors open; proxy_pass http://127.0.0.1:@app@/app/; }
        location /gzip/ { gzip on; gzip_vary on; gzip_min_length 1; gzip_types *; alias @folder@/www/; }
        location /off/ { concors off; proxy_pass http://127.0.0.1:@app@/app/; }
        location /watch/ { concors watch; proxy_pass http://127.0.0.1:@app@/app/; }
        location /headers/ { concors off; auth_request /auth; proxy_pass http://127.0.0.1:@app@/app/; }
        location = /auth { internal; concors app; proxy_pass http://127.0.0.1:@app@/app/200; }
    }
"""

MANY = [("Access-Control-Allow-Origin", "*"), ("access-control-allow-origin", "https://evil.example"),
        ("Access-Control-Allow-Credentials", "true"), ("ACCESS-CONTROL-EXPOSE-HEADERS", "x-secret"),
        ("Access-Control-Allow-Methods", "TRACE"), ("Access-Control-Allow-Headers", "*"), ("Access-Control-Max-Age", "9")]

ANSWERS = {
    "/app/200": (200, [], b"text"),
    "/app/302": (302, [("Location", "https://elsewhere.example/")], b""),
    "/app/304": (304, [], b""),
    "/app/401": (401, [("WWW-Authenticate", "Basic")], b""),
    "/app/404": (404, [], b"none"),
    "/app/422": (422, [], b"{}"),
    "/app/500": (500, [], b"broken"),
    "/app/hang": ("hang", [], b""),
    "/app/many": (200, MANY, b"text"),
    "/app/many500": (500, MANY, b"text"),
    "/app/accel": (200, [("X-Accel-Redirect", "/files/index.html"), *MANY], b""),
    "/app/vary/none": (200, [("Content-Type", "text/css")], b"text"),
    "/app/vary/one": (200, [("Vary", "Accept-Language")], b"text"),
    "/app/vary/origin": (200, [("Vary", "accept, ORIGIN")], b"text"),
    "/app/vary/star": (200, [("Vary", "*")], b"text"),
    "/app/vary/two": (200, [("Vary", "Accept"), ("Vary", "Cookie")], b"text"),
    "/app/vary/near": (200, [("Vary", "X-Origin, Origin-Agent")], b"text"),
    "/app/vary/empty": (200, [("Vary", "")], b"text"),
}

ORIGIN = "https://app.example.com"
ALLOWED = [("access-control-allow-credentials", "true"), ("access-control-allow-origin", ORIGIN),
           ("access-control-expose-headers", "x-total")]

# (path, status, more headers, method)
EVERY = [(f"/code/{code}", code, [], "GET") for code in (200, 204, 301, 302, 307, 400, 403, 404, 405, 410, 500, 503, 599)] + [
    (f"/app/{code}", code, [], "GET") for code in (200, 302, 304, 401, 404, 422, 500)] + [
    ("/", 200, [], "GET"), ("/", 200, [], "HEAD"), ("/nothing", 404, [], "GET"), ("/folder", 301, [], "GET"),
    ("/", 405, [], "POST"), ("/", 206, [("Range", "bytes=0-1")], "GET"), ("/", 416, [("Range", "bytes=900-")], "GET"),
    ("/", 304, [("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")], "GET"),
    ("/", 412, [("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:01 GMT")], "GET"),
    ("/denied/", 403, [], "GET"), ("/basic/", 401, [], "GET"), ("/ask401/", 401, [], "GET"), ("/ask500/", 500, [], "GET"),
    ("/dead/", 502, [], "GET"), ("/app/hang", 504, [], "GET"), ("/page/", 502, [], "GET"), ("/other/", 502, [], "GET"),
    ("/named/", 503, [], "GET"), ("/intercept/500", 500, [], "GET"), ("/try/x", 200, [], "GET"),
    ("/rewrite/x", 200, [], "GET"), ("/accel/accel", 200, [], "GET"), ("/iffy/", 200, [], "GET"), ("/iffy/", 405, [], "POST"),
    ("/app/many", 200, [], "GET"), ("/app/many500", 500, [], "GET"),
]


def each_response(nginx, checks):
    for path, status, headers, method in EVERY:
        for protocol, ask in (("1.1", nginx.ask), ("2", nginx.ask_http2)):
            what = f"HTTP/{protocol} {method} {path} {status}"
            answer = ask(path, method, [("Origin", ORIGIN), *headers])
            checks.equal(what, (answer.status, answer.cors(), answer.vary()), (status, ALLOWED, ["Origin"]))
        for origin in (None, "https://evil.example"):
            answer = nginx.ask(path, method, [*headers, *([("Origin", origin)] if origin else [])])
            checks.equal(f"{method} {path} of {origin}", (answer.status, answer.cors(), answer.vary()), (status, [], ["Origin"]))


def too_large_and_too_many(nginx, checks):
    answer = nginx.ask("/app/200", "POST", [("Origin", ORIGIN)], b"x" * 100)
    checks.equal("413", (answer.status, answer.cors(), answer.vary()), (413, ALLOWED, ["Origin"]))
    nginx.ask("/limited/index.html")
    answer = nginx.ask("/limited/index.html", headers=[("Origin", ORIGIN)])
    checks.equal("429", (answer.status, answer.cors(), answer.vary()), (429, ALLOWED, ["Origin"]))
    answer = rig.Answer(nginx.exchange(b"GET / HTTP/1.1\r\nOrigin: " + ORIGIN.encode() + b"\r\n\r\n"))
    checks.equal("400 for want of Host", (answer.status, answer.cors()), (400, ALLOWED))
    answer = nginx.ask("/", headers=[("Origin", ORIGIN), ("X", "x" * 200000)])
    checks.equal("400 for a header too large", (answer.status, len(answer.all("Vary"))), (400, 1))


def vary_once(nginx, checks):
    gzip = [("Accept-Encoding", "gzip")]
    for path, want in (("none", ["Origin"]), ("one", ["Accept-Language, Origin"]), ("origin", ["accept, ORIGIN"]),
                       ("star", ["*"]), ("two", ["Accept", "Cookie, Origin"]),
                       ("near", ["X-Origin, Origin-Agent, Origin"]), ("empty", ["Origin"])):
        for headers in ([], [("Origin", ORIGIN)], [("Origin", "null")]):
            checks.equal(f"Vary {path} {headers}", nginx.ask("/app/vary/" + path, headers=headers).vary(), want)
    checks.equal("Vary beside gzip", nginx.ask("/gzip/index.html", headers=gzip).vary(), ["Accept-Encoding, Origin"])
    checks.equal("Vary beside gzip, HTTP/2", nginx.ask_http2("/gzip/index.html", headers=gzip).vary(), ["Accept-Encoding, Origin"])
    for headers in ([], [("Origin", ORIGIN)], [("Origin", "null")], [("Origin", "x")]):
        answer = nginx.ask("/open/many", headers=headers)
        checks.equal(f"a constant answer {headers}", (answer.cors(), answer.vary()), ([("access-control-allow-origin", "*")], []))


def others_headers(nginx, checks):
    answer = nginx.ask("/added/", headers=[("Origin", ORIGIN)])
    checks.equal("add_header gives way", (answer.cors(), answer.vary()), (ALLOWED, ["Accept, Origin"]))
    checks.equal("add_header of others stays", answer.all("Strict-Transport-Security"), ["max-age=1"])
    answer = nginx.ask("/off/many", headers=[("Origin", ORIGIN)])
    checks.equal("off leaves everything", len(answer.cors()), len(MANY))
    answer = nginx.ask("/watch/many", headers=[("Origin", "https://evil.example")])
    checks.equal("report changes nothing", (len(answer.cors()), answer.vary()), (len(MANY), []))
    answer = nginx.ask("/headers/200", headers=[("Origin", ORIGIN)])
    checks.equal("a subrequest's policy is not the request's", (answer.cors(), answer.vary()), ([], []))


def main():
    rig.require()
    checks, application = rig.Checks(), rig.Application()
    application.answers = ANSWERS
    page = "<p>0123456789</p>\n"
    with rig.Nginx(SERVERS, POLICY, {"www/index.html": page, "www/folder/index.html": page, "www/errors/page.html": page,
                                     "www/closed/index.html": page, "www/closed/page.html": page, "users": "a:b\n"},
                   names=("port", "http2", "dead"), app=application.port) as nginx:
        each_response(nginx, checks)
        too_large_and_too_many(nginx, checks)
        vary_once(nginx, checks)
        others_headers(nginx, checks)
        checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log") and b"[crit]" not in nginx.log("error.log"))
    application.hang.set()
    checks.finish()


main()
