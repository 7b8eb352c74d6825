#!/usr/bin/env python3
"""What went wrong in other servers, tried here: a function a case, and it bears the case's name."""
import json
import pathlib
import subprocess
import sys

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com, "https://*.preview.example.com", "https://?.tenants.example.org"]
    credentials: true
    methods: [GET, PUT]
    request_headers: [content-type]
    expose_headers: [x-total]
    cookies:
      - {match: sid, secure: true, http_only: true, same_site: lax, path: /, domain: remove, rename: __Host-sid}
    csrf: {check: fetch-metadata, trusted_origins: [https://sso.example.net]}
  open:
    origins: ["*"]
  token:
    csrf: {check: both, token: {cookie: csrf, header: x-csrf-token, session_cookie: sid, keys_file: csrf.keys}}
"""

SERVERS = """
    concors_policy_file policy.yaml;
    ssl_certificate @folder@/tls.crt; ssl_certificate_key @folder@/tls.key;
    proxy_buffer_size 128k; proxy_buffers 4 128k; proxy_busy_buffers_size 128k;
    server {
        listen 127.0.0.1:@port@; listen 127.0.0.1:@http2@ http2; listen 127.0.0.1:@tls@ ssl;
        concors app;
        root @folder@/www;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /raw/ { proxy_pass http://127.0.0.1:@raw@; }
        location /open/ { concors open; return 200 "text"; }
        location /token/ { concors token; proxy_pass http://127.0.0.1:@app@; }
        location /inside/ { error_page 404 = @named; return 404; }
        location @named { auth_request /auth; proxy_pass http://127.0.0.1:@app@; }
        location = /auth { internal; proxy_set_header Origin ""; proxy_pass http://127.0.0.1:@app@; }
        location /hangs/ { proxy_pass http://127.0.0.1:@app@; }
    }
    server {
        listen 127.0.0.1:@odd@;
        ignore_invalid_headers off; underscores_in_headers on; large_client_header_buffers 4 64k;
        concors app;
        location / { proxy_pass http://127.0.0.1:@app@; }
    }
"""

ORIGIN, EVIL = "https://app.example.com", "https://evil.example"
CROSS = ("Sec-Fetch-Site", "cross-site")
ASK = ("Access-Control-Request-Method", "PUT")
KEY = "c0ffee" * 11
COOKIES = b"__Host-sid=secret; a=1; __Host-sid=two; b"


def refused(rigged, *origins):
    """None of them may read anything, by GET or by a preflight."""
    for origin in origins:
        for method, headers in (("GET", []), ("OPTIONS", [ASK])):
            answer = rigged.nginx.ask("/", method, [("Origin", origin), *headers])
            rigged.checks.equal(f"{rigged.case}: {method} {origin[:80]}", (answer.cors(), answer.vary()), ([], ["Origin"]))


def not_loaded(rigged, *policies):
    """nginx -t refuses each, with the code that stands beside it."""
    for text, code in policies:
        rigged.spare.write(policy=f"version: 1\npolicies:\n  app: {{{text}}}\n")
        got, said = rigged.spare.test()
        rigged.checks.true(f"{rigged.case}: {text[:100]!r}", got == 1 and f": error: {code}" in said, said)
        rigged.checks.true(f"{rigged.case}: the message is whole lines", all(
            line.startswith("nginx: ") and line.isprintable() for line in said.splitlines()), said)


def posts(rigged, headers, status, path="/", name="port", host="api.example.com"):
    rigged.application.asked.clear()
    answer = rigged.nginx.ask(path, "POST", headers, b"x=1", name, host)
    rigged.checks.equal(f"{rigged.case}: {host} {headers}", (answer.status, len(rigged.application.asked)), (status, int(status == 200)))


def curl_cve_2013_1944_python_cve_2018_20852_suffix_without_dot(rigged):
    refused(rigged, "https://evilpreview.example.com", "https://preview.example.com", "https://xtenants.example.org", "https://tenants.example.org")


def curl_cve_2014_3613_partial_address(rigged):
    not_loaded(rigged, ("origins: ['https://*.0.0.1']", "WildcardAddress"), ("origins: ['https://*.0x7f.1']", "WildcardAddress"),
               ("cookies: [{match: a, domain: 0.0.1}], dangerously_allow: [weaker-cookies]", "CookieDomain"),
               ("cookies: [{match: a, domain: 127.0.0.1}], dangerously_allow: [weaker-cookies]", "CookieDomain"))


def curl_cve_2014_3620_2022_27779_2026_8924_trailing_dot(rigged):
    refused(rigged, "https://app.example.com.", "https://a.preview.example.com.", "https://a.tenants.example.org.", "https://.preview.example.com")
    not_loaded(rigged, ("origins: [https://app.example.com.]", "OriginTrailingDot"), ("origins: ['https://*.co.uk.'], credentials: true", ""),
               *((f"cookies: [{{match: a, domain: {domain}}}], dangerously_allow: [weaker-cookies]", "CookieDomain")
                 for domain in ("co.uk", "co.uk.", ".co.uk", "uk", "vercel.app")))


def curl_cve_2023_46218_libsoup_cve_2025_4035_mixed_case(rigged):
    refused(rigged, "https://App.example.com", "https://A.preview.example.com", "HTTPS://app.example.com", "https://a.PREVIEW.example.com")
    not_loaded(rigged, ("origins: ['https://*.Co.Uk'], credentials: true", ""),
               ("cookies: [{match: a, domain: Co.Uk}], dangerously_allow: [weaker-cookies]", "CookieDomain"))


def haproxy_f6a8911_26cd7ec_the_next_header_stays(rigged):
    """A cookie that is given its name back is shorter than it was; each prefix of a line is tried."""
    for end in range(len(COOKIES) + 1):
        rigged.application.asked.clear()
        answer = rigged.nginx.ask("/", headers=[("Cookie", COOKIES[:end]), ("X-Next", "marker")])
        asked = dict(rigged.application.asked[0][2]) if rigged.application.asked else {}
        rigged.checks.equal(f"{rigged.case} {end}", (answer.status, asked.get("X-Next"), sum("marker" in one for one in asked.values())),
                            (200, "marker", 1))
        rigged.checks.true(f"{rigged.case} {end}: a whole name is given back", "__Host-sid=" not in asked.get("Cookie", ""), asked)


def curl_cve_2022_35252_control_bytes_in_cookies(rigged):
    for octet in range(1, 256):
        answer = rigged.nginx.ask(f"/raw/{octet:02x}")
        if octet in (10, 13):
            continue
        lines = answer.all("Set-Cookie")
        rigged.checks.true(f"{rigged.case}: Set-Cookie with {octet}", answer.status == 200 and len(lines) == 1
                           and answer.all("X-Next") == ["marker"] and lines[0].startswith(("sid=a", "__Host-sid=a")), answer.raw[:400])
        rigged.application.asked.clear()
        answer = rigged.nginx.ask("/", headers=[("Cookie", b"__Host-sid=a" + bytes([octet]) + b"c; d=e"), ("X-Next", "marker")])
        asked = dict(rigged.application.asked[0][2]) if rigged.application.asked else {"X-Next": "marker"}
        rigged.checks.true(f"{rigged.case}: Cookie with {octet}", answer.status in (200, 400) and asked.get("X-Next") == "marker", asked)


def go_cve_2025_58186_curl_cve_2022_32205_number_of_cookies(rigged):
    answer = rigged.nginx.ask("/many")
    lines = answer.all("Set-Cookie")
    rigged.checks.equal(f"{rigged.case}: 1,000 lines", (len(lines), len({line for line in lines if line.startswith("__Host-sid=")})), (1000, 500))
    rigged.application.asked.clear()
    rigged.nginx.ask("/", headers=[("Cookie", "; ".join(f"a{i}=1" for i in range(4000)) + "; __Host-sid=s")])
    rigged.checks.true(f"{rigged.case}: 4,000 in a line",  # the application has limits of its own
                       not rigged.application.asked or rigged.application.asked[0][2][-1][1].endswith("; sid=s"))
    answer = rigged.nginx.ask("/", headers=[("Cookie", f"a{i}=1") for i in range(90)])
    rigged.checks.equal(f"{rigged.case}: 90 lines", answer.status, 200)


def processor_time(rigged, method, size, filler):
    """Of the worker, in ns, for 40 requests that ask for a list of this size."""
    value = (filler * size)[:size - 1] + "x"
    path = pathlib.Path(f"/proc/{next(iter(rigged.nginx.children()))}/schedstat")
    before = int(path.read_text(encoding="ascii").split()[0])
    for _ in range(40):
        headers = [("Access-Control-Request-Headers", value), ASK] if method == "OPTIONS" else [("Cookie", value)]
        rigged.nginx.ask("/open/", method, [("Origin", ORIGIN), *headers])
    return int(path.read_text(encoding="ascii").split()[0]) - before


def rs_cors_170_hono_cve_2026_69207_python_cve_2024_7592_quadratic_time(rigged):
    for method in ("OPTIONS", "GET"):
        for filler in (",", " ", "content-type,", "x-1, ", ";", '"\\'):
            small, large = (processor_time(rigged, method, size, filler) for size in (15000, 60000))
            rigged.checks.true(f"{rigged.case}: {method} of {filler!r}", large < 8 * small + 2e6, (small, large))


def rs_cors_cve_2018_20744_koa_cve_2023_49803_hono_cve_2026_54290_reflection(rigged):
    for origin in (ORIGIN, EVIL, "null", "x", "https://marker.example"):
        answer = rigged.nginx.ask("/open/", headers=[("Origin", origin), ("Cookie", "a=1")])
        rigged.checks.equal(f"{rigged.case}: {origin}", answer.cors(), [("access-control-allow-origin", "*")])
    not_loaded(rigged, ("origins: ['*'], credentials: true", "AnyOriginWithCredentials"))


def envoy_cve_2023_35943_origin_gone_before_the_answer(rigged):
    """Subrequest, named location, error page; a client that leaves before the answer: the decision and its log stay."""
    for protocol, ask in (("1.1", rigged.nginx.ask), ("2", rigged.nginx.ask_http2)):
        answer = ask("/inside/x", headers=[("Origin", ORIGIN)])
        rigged.checks.equal(f"{rigged.case}: HTTP/{protocol}", (answer.status, answer.all("Access-Control-Allow-Origin"), answer.vary()),
                            (200, [ORIGIN], ["Origin"]))
    rigged.nginx.leave(f"GET /hangs/ HTTP/1.1\r\nHost: a\r\nOrigin: {EVIL}\r\n\r\n".encode())
    rigged.checks.true(f"{rigged.case}: the client left", rigged.nginx.wait_for(
        lambda: f"GET|499|refuse|OriginNotListed|app|off|{EVIL}|".encode() in rigged.nginx.log()), rigged.nginx.log()[-300:])


def envoy_cve_2023_27493_cookie_npm_cve_2024_47764_gixy_http_splitting(rigged):
    """A policy writes headers; no text of it may end one, or begin another attribute."""
    slots = ["origins: ['%s']", "methods: ['%s']", "request_headers: ['%s']", "expose_headers: ['%s']", "max_age: '%s'",
             "cookies: [{match: '%s'}]", "cookies: [{match: a, rename: '%s'}]", "cookies: [{match: a, path: '/%s'}]",
             "cookies: [{match: a, domain: 'a%s.example.com'}]", "csrf: {check: fetch-metadata, trusted_origins: ['https://%s']}",
             "csrf: {check: token, token: {cookie: 'a%s', header: x-a, session_cookie: s, keys_file: csrf.keys}}",
             "csrf: {check: token, token: {cookie: a, header: 'x%s', session_cookie: s, keys_file: csrf.keys}}"]
    for octets in ("\\r\\nSet-Cookie: a=1", "\\0", "; HttpOnly", "\\u202e"):
        not_loaded(rigged, *(((slot % octets).replace("'", '"'), "") for slot in slots))


def rs_cors_217_nginx_cve_2009_4487_what_is_asked_for_forges_no_line(rigged):
    before = len(rigged.nginx.log("error.log"))
    for hostile in (b"\x1b]0;x\x07", b"x\xe2\x80\xaey", b"::error::", b'" 200 "GET', b"%0d%0a"):
        rigged.nginx.ask("/", headers=[("Origin", hostile)])
        for name in ("Access-Control-Request-Method", "Access-Control-Request-Headers", "Sec-Fetch-Site", "Origin"):
            rigged.nginx.ask("/", "OPTIONS", [("Origin", ORIGIN), ASK, (name, hostile)])
            rigged.nginx.ask("/", "POST", [("Origin", EVIL), (name, hostile)])
    said = [line for line in rigged.nginx.log("error.log")[before:].splitlines() if b"concors:" in line]
    rigged.checks.true(f"{rigged.case}: lines are written", len(said) >= 20, len(said))
    for line in said:
        ours = line.split(b"concors: ", 1)[1].split(b", client: ")[0]
        rigged.checks.true(f"{rigged.case}: {ours!r}", all(32 <= octet < 127 for octet in ours) and ours.count(b'"') == 2)


def gorilla_csrf_cve_2025_24358_behind_tls(rigged):
    """The scheme comes from the connection, and no header pretends one."""
    for host, origin, name, status in (
            ("api.example.com", "https://api.example.com", "tls", 200), ("api.example.com", "http://api.example.com", "tls", 403),
            ("api.example.com", "http://api.example.com", "port", 200), ("api.example.com", "https://api.example.com", "port", 200)):
        for more in ([], [("X-Forwarded-Proto", "https")], [("X-Forwarded-Proto", "http")], [("Forwarded", "proto=http")]):
            headers = [("Origin", origin), *more]
            if name == "tls":
                rigged.application.asked.clear()
                answer = rigged.nginx.ask_tls("/", "POST", headers, version="--http1.1")
                rigged.checks.equal(f"{rigged.case}: {name} {headers}", (answer.status, len(rigged.application.asked)), (status, int(status == 200)))
            else:
                posts(rigged, headers, status, host=host)


def gorilla_csrf_cve_2025_47909_trusted_are_origins_with_their_scheme(rigged):
    for origin, status in (("https://sso.example.net", 200), ("http://sso.example.net", 403), ("https://sso.example.net:8443", 403),
                           ("https://a.sso.example.net", 403), (ORIGIN, 200), ("http://app.example.com", 403)):
        posts(rigged, [("Origin", origin), CROSS], status)
        posts(rigged, [("Origin", origin)], status)
    refused(rigged, "http://app.example.com", "http://a.preview.example.com", "http://a.tenants.example.org")


def harbor_next_894_host_with_its_port(rigged):
    for host, origin, status in (
            ("api.example.com:8099", "http://api.example.com:8099", 200), ("api.example.com", "http://api.example.com:8099", 403),
            ("api.example.com:80", "http://api.example.com", 200), ("api.example.com:443", "https://api.example.com", 200),
            ("api.example.com:8099", "http://api.example.com", 403), ("API.example.com", "https://api.example.com", 200),
            ("[::1]:8099", "http://[::1]:8099", 200), ("[::1]", "http://[::1]:8099", 403), ("api.example.com", "https://api.example.com.", 403)):
        posts(rigged, [("Origin", origin)], status, host=host)


def hono_cve_2024_48913_2024_43787_csrf_by_content_type(rigged):
    for types in ([], ["application/x-www-form-urlencoded"], ["APPLICATION/X-WWW-FORM-URLENCODED"], ["text/plain; charset=x"], ["application/json"],
                  ["x", "text/plain"], [""], ["multipart/form-data;"], [" text/plain"]):
        headers = [("Content-Type", one) for one in types]
        posts(rigged, [CROSS, ("Origin", EVIL), *headers], 403)
        posts(rigged, [("Origin", EVIL), *headers], 403)
        posts(rigged, [("Sec-Fetch-Site", "same-origin"), *headers], 200)


def envoy_39879_what_deletes_a_prefixed_cookie_keeps_its_attributes(rigged):
    for line in ("sid=; Max-Age=0", "sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "sid=x; Max-Age=-1; Path=/; Domain=example.com"):
        rigged.application.answers["/delete"] = (200, [("Set-Cookie", line)], b"")
        got = rigged.nginx.ask("/delete").all("Set-Cookie")
        words = {part.strip().lower() for part in ";".join(got).split(";")}
        rigged.checks.true(f"{rigged.case}: {line}", len(got) == 1 and got[0].startswith("__Host-sid=") and {"secure", "path=/"} <= words
                           and not any(word.startswith("domain") for word in words), got)


def libsoup_cve_2025_14523_two_of_each_header(rigged):
    for what, method, headers, status, allowed in (
            ("Origin", "GET", [("Origin", ORIGIN), ("Origin", ORIGIN)], 200, False),
            ("Origin of a preflight", "OPTIONS", [("Origin", ORIGIN), ("Origin", EVIL), ASK], 204, False),
            ("method asked for", "OPTIONS", [("Origin", ORIGIN), ("Access-Control-Request-Method", "TRACE"), ASK], 204, False),
            ("headers asked for", "OPTIONS", [("Origin", ORIGIN), ASK, ("Access-Control-Request-Headers", "content-type"),
                                              ("Access-Control-Request-Headers", "x-other")], 204, False),
            ("sender", "POST", [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "same-origin")], 403, False),
            ("sender, empty first", "POST", [("Sec-Fetch-Site", ""), CROSS], 403, False),
            ("Host", "GET", [("Origin", ORIGIN), ("Host", "evil.example")], 400, True)):
        answer = rigged.nginx.ask("/", method, headers)
        rigged.checks.equal(f"{rigged.case}: {what}", (answer.status, bool(answer.cors())), (status, allowed))


def haproxy_cve_2023_25725_empty_header_name(rigged):
    for name in ("port", "odd"):
        for line in (b": x", b":", b" : x", b"\t:", b"x y: z"):
            rigged.application.asked.clear()
            raw = rigged.nginx.exchange(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n" + line
                                        + b"\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n\r\nx", name)
            rigged.checks.true(f"{rigged.case}: {line!r} {name}", rig.Answer(raw).status in (400, 403) and not rigged.application.asked, raw[:100])


def nginx_cve_2026_42055_invalid_headers_are_not_ignored(rigged):
    for header in (b"Origin : " + ORIGIN.encode(), b"Origin\t: " + ORIGIN.encode(), b"Origin_: " + ORIGIN.encode(), b"X Origin: " + ORIGIN.encode(),
                   b"Origin: " + b"https://" + b"a" * 60000 + b".preview.example.com", b"Origin: https://\x00.preview.example.com",
                   b"Origin: https://\x01.preview.example.com", b"Origin:\thttps://a..preview.example.com"):
        answer = rig.Answer(rigged.nginx.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header + b"\r\n\r\n", "odd"))
        rigged.checks.true(f"{rigged.case}: {header[:60]!r}", answer.status in (200, 400, 431) and not answer.cors(), answer.raw[:200])
    answer = rigged.nginx.ask("/", headers=[("Origin", "https://a.preview.example.com")], name="odd")
    rigged.checks.equal(f"{rigged.case}: and what is allowed", answer.all("Access-Control-Allow-Origin"), ["https://a.preview.example.com"])


def har_sanitizer_27_okta_no_secret_in_a_log(rigged):
    """Cookies, tokens, Authorization: in the application's answer and the request; keys in mistakes."""
    secret = "canary-" + "s3cr3t" * 9 + "abc"
    for path in ("/", "/token/"):
        for method in ("GET", "POST", "OPTIONS"):
            rigged.nginx.ask(f"{path}?a=1&id_token={secret}", method, [
                ("Cookie", f"sid={secret}; csrf={secret}; __Host-sid={secret}"), ("X-CSRF-Token", secret),
                ("Authorization", f"Bearer {secret}"), ("Origin", EVIL), ("Referer", f"{EVIL}/?code={secret}"), CROSS])
    rigged.application.answers["/secret"] = (200, [("Set-Cookie", f"sid={secret}; Domain=\x01")], b"")
    rigged.nginx.ask("/secret")
    logs = rigged.nginx.log() + rigged.nginx.log("error.log") + rigged.nginx.log("start.log")
    rigged.checks.true(f"{rigged.case}: requests", b"CsrfCrossSite" in logs and b"canary" not in logs)
    rigged.checks.true(f"{rigged.case}: the line of a refusal", b'request: "POST /?a=1&id_token=... HTTP/1.1", host: "' in logs)
    token = "csrf: {check: token, token: {cookie: c, header: x-c, session_cookie: s, keys_file: %s}}"
    rigged.spare.write(files={"short.keys": f"{KEY}\n{KEY[:40]}\n", "odd.keys": f"{KEY}zz\n", "two.keys": f"{KEY} {KEY}\n"})
    for name in ("short.keys", "odd.keys", "two.keys"):
        rigged.spare.write(policy=f"version: 1\npolicies:\n  app: {{{token % name}}}\n")
        got, said = rigged.spare.test()
        rigged.checks.true(f"{rigged.case}: {name}", got == 1 and "KeysInvalid" in said and "c0ffee" not in said, said)


def k6_1526_gixy_next_nothing_is_silently_unchecked(rigged):
    not_loaded(rigged, ("orgins: [https://a.example]", "UnknownKey"), ("mode: enforced", "UnknownWord"), ("csrf: {check: fetch_metadata}", "UnknownWord"),
               ("dangerously_allow: [any_origin]", "UnknownWord"), ("extends: ap", "BaseUnknown"), ("origins_file: none.txt", "FileUnreadable"),
               ("cookies: [{mach: a}]", "UnknownKey"), ("csrf: {check: token}", "TokenMissing"))
    for directives in ("if ($uri) { concors app; }", "concors ap;", "concors OFF;", "concors_debug 1;", "concors app other;", "concors \"\";"):
        spare = rig.Nginx("concors_policy_file policy.yaml; server { listen 127.0.0.1:@port@; location / { %s } }" % directives, "version: 1\npolicies:\n  app: {}\n")
        got, said = spare.test()
        rigged.checks.true(f"{rigged.case}: {directives}", got == 1 and "nginx.conf:" in said, said)
        spare.__exit__()


def curl_cve_2016_8615_a_long_line_is_one_line(rigged):
    """A file beside the policy: what stands far to the right of a line is no line of its own."""
    for width in (4000, 4096, 65536, 1 << 20):
        far = "https://a.example" + "." * width + "\n"
        rigged.spare.write(files={"long.txt": far + "https://" + "b" * width + EVIL + "\n", "comment.txt": "#" * width + EVIL + "\n"})
        rigged.spare.write(policy="version: 1\npolicies:\n  app: {origins_file: long.txt}\n")
        got, said = rigged.spare.test()
        rigged.checks.true(f"{rigged.case}: {width}", got == 1 and said.count(": error: Origin") == 2 and "long.txt:1:1: " in said
                           and "long.txt:2:1: " in said and "long.txt:3:" not in said and max(map(len, said.splitlines())) < 500, said[:3000])
        simulated = rigged.simulate("origins_file: comment.txt", EVIL)
        rigged.checks.equal(f"{rigged.case}: a comment of {width}", simulated, "OriginNotListed")
        keys = f"{KEY[:40]}{' ' * width}{KEY}\n"
        rigged.spare.write(policy=f"version: 1\npolicies:\n  app: {{csrf: {{check: token, token: {{cookie: c, header: x-c, session_cookie: s, "
                                  f"keys_file: long.keys}}}}}}\n", files={"long.keys": keys})
        got, said = rigged.spare.test()
        rigged.checks.true(f"{rigged.case}: keys {width}", got == 1 and "KeysInvalid" in said, said)


def haproxy_ad75431_every_byte_of_a_header_name(rigged):
    """In the name of a header it is another header; in a list of names it is not one that is allowed."""
    for octet in range(256):
        if octet in (10, 13):
            continue
        line = b"Origin" + bytes([octet]) + b": " + ORIGIN.encode()
        raw = rigged.nginx.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + line + b"\r\n\r\n", "odd")
        rigged.checks.true(f"{rigged.case}: Origin and {octet}", not rig.Answer(raw).cors(), raw[:200])
        if octet in b"\t ,":
            continue
        asked = b"content-type" + bytes([octet])
        answer = rigged.nginx.ask("/", "OPTIONS", [("Origin", ORIGIN), ASK, ("Access-Control-Request-Headers", asked)])
        rigged.checks.true(f"{rigged.case}: asked for content-type and {octet}", answer.status == 400 or (answer.status, answer.cors()) == (204, []),
                            answer.raw[:200])
    for length in (127, 128, 129, 1000, 60000, 70000):
        answer = rigged.nginx.ask("/", "OPTIONS", [("Origin", ORIGIN), ASK, ("Access-Control-Request-Headers", "content-type" + "x" * length)])
        rigged.checks.equal(f"{rigged.case}: a name of {length}", (answer.status, answer.cors()), (204, []))


def tough_cookie_cve_2023_26136_names_of_objects(rigged):
    for name in ("__proto__", "constructor", "toString", "hasOwnProperty"):
        rigged.checks.equal(f"{rigged.case}: {name}", rigged.simulate("origins: [https://a.example]", "https://a.example", name), "Allowed")


CASES = [one for name, one in list(globals().items()) if name.startswith((
    "curl_", "haproxy_", "go_cve", "rs_cors_", "envoy_", "gorilla_", "harbor_", "hono_", "libsoup_", "nginx_cve", "har_", "k6_", "tough_"))]


class Rigged:
    """What a case has to work with."""

    def __init__(self, nginx, spare, application):
        self.nginx, self.spare, self.application = nginx, spare, application
        self.checks, self.case = rig.Checks(), ""

    def simulate(self, text, origin, name="app"):
        """The reason that the command gives for a policy in the spare folder."""
        self.spare.write(policy=f"version: 1\npolicies:\n  {name}: {{{text}}}\n")
        done = subprocess.run([sys.argv[1], "policy", "simulate", self.spare.folder / "policy.yaml", name, "--origin", origin, "--json"],
                              capture_output=True, timeout=60, check=False)
        return json.loads(done.stdout or b"{}").get("reason")


def main():
    rig.require()
    application = rig.Application()
    application.answers = {"/many": (200, [("Set-Cookie", f"{'sid' if i % 2 else 'other'}={i}") for i in range(1000)], b""), "/hangs/": ("hang", [], b"")}
    raw = rig.RawUpstream({f"/raw/{octet:02x}": b"HTTP/1.1 200 OK\r\nSet-Cookie: sid=a" + bytes([octet]) + b"c; Path=/\r\nX-Next: marker\r\n\r\n"
                           for octet in range(256)})
    spare = rig.Nginx("concors_policy_file policy.yaml; server { listen 127.0.0.1:@port@; concors app; }", POLICY, {"csrf.keys": KEY + "\n"})
    with spare.folder_only(), rig.Nginx(SERVERS, POLICY, {"csrf.keys": KEY + "\n", **rig.certificate()}, names=("port", "http2", "tls", "odd"),
                                        app=application.port, raw=raw.port) as nginx:
        rigged = Rigged(nginx, spare, application)
        for case in CASES:
            rigged.case = case.__name__
            case(rigged)
        rigged.checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log"), nginx.log("error.log")[-2000:])
    application.hang.set()
    rigged.checks.finish()


main()
