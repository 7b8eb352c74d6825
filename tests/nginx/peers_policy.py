#!/usr/bin/env python3
"""What users of other servers asked of their policies, end to end: dangers refused, origins, CSRF, cookies, WebSockets."""
import json
import pathlib
import re

import rig

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
    csrf: {check: fetch-metadata, trusted_origins: [https://sso.example.net], exempt_paths: [/hooks/]}
    cookies:
      - {match: third, secure: true, same_site: none, partitioned: true}
      - {match: callback, secure: true, same_site: none}
      - {match: "*", secure: true, http_only: true}
  siblings:
    extends: app
    csrf: {check: fetch-metadata, same_site: allow}
  watch:
    extends: app
    mode: report
  local:
    origins: ["http://localhost:*", "http://127.0.0.1:*", "https://*.project.pages.example", "https://?.tenants.example.org"]
  many:
    origins: [https://foo.example, https://bar.example, https://a.example, "https://*.a.example", "https://b.a.example:8443"]
  other:
    origins: [https://other.example.com]
  phones:
    origins: [capacitor://localhost, https://localhost]
    credentials: true
"""

SERVERS = """
    concors_policy_file policy.yaml;
    map $http_upgrade $connection_upgrade { default upgrade; "" close; }
    server {
        listen 127.0.0.1:@port@;
        concors app;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
        set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;
        location / { proxy_pass http://127.0.0.1:@app@; }
        location /socket/ { proxy_pass http://127.0.0.1:@raw@; }
        location /seen/ { concors watch; proxy_pass http://127.0.0.1:@raw@; }
        location /watch/ { concors watch; proxy_pass http://127.0.0.1:@app@; }
        location /siblings/ { concors siblings; proxy_pass http://127.0.0.1:@app@; }
        location /keyed/ { return 200 "$concors_unknown_origin_key"; }
        location /local/ { concors local; return 200 "text"; }
        location /many/ { concors many; return 200 "text"; }
        location /phones/ { concors phones; return 200 "text"; }
        location /other/ { concors other; return 200 "text"; }
        location /status { concors off; concors_status; }
    }
"""

ORIGIN, EVIL = "https://app.example.com", "https://evil.example"

# (who asked, what the policy says, the code that nginx -t gives, nginx starts all the same)
DANGERS = [
    ("gateway_api_4653_any_origin", "origins: ['*'], credentials: true", "AnyOriginWithCredentials", False),
    ("expressjs_422_any_origin_by_name", "origins: ['*'], credentials: true, dangerously_allow: [any-origin]", "", True),
    ("expressjs_424_reflecting", "origins: [true], credentials: true", "WrongKind", False),
    ("rs_cors_197_glob", "origins: ['h*'], credentials: true", "OriginScheme", False),
    ("rack_cors_142_regular_expression", "origins: ['/https?:.*/'], credentials: true", "OriginPattern", False),
    ("sanic_cors_cve_2026_37737", "origins: ['^https://app.example.com']", "OriginPattern", False),
    ("expressjs_408_dollar", "origins: ['https://example.com$']", "Origin", False),
    ("tower_http_284_star_among_others", "origins: ['*', https://app.example.com]", "AnyOriginAmongOthers", True),
    ("resteasy_5030_star_and_headers", "origins: [https://a.example.com], credentials: true, request_headers: ['*']", "WildcardWithCredentials", False),
    ("spring_25016_star_and_methods", "origins: [https://a.example.com], credentials: true, methods: ['*']", "WildcardWithCredentials", False),
    ("jub0bs_exposed_wildcard", "origins: [https://a.example.com], credentials: true, expose_headers: ['*']", "WildcardWithCredentials", False),
    ("rustango_1441_null", "origins: ['null'], credentials: true", "NullOriginWithCredentials", False),
    ("mcp_toolbox_2750_localhost", "origins: ['http://localhost:*'], credentials: true", "LoopbackOrigin", True),
    ("jub0bs_insecure_origin", "origins: ['http://app.example.com'], credentials: true", "InsecureOriginWithCredentials", False),
    ("jub0bs_public_suffix", "origins: ['https://*.co.uk'], credentials: true", "WildcardPublicSuffix", False),
    ("postiz_2076_private_suffix", "origins: ['https://*.vercel.app'], credentials: true", "WildcardPublicSuffix", False),
    ("jub0bs_default_port", "origins: ['https://app.example.com:443']", "OriginDefaultPort", False),
    ("jub0bs_unicode", "origins: ['https://bücher.example']", "OriginNotAscii", False),
    ("jub0bs_file", "origins: ['file:///']", "Origin", False),
    ("jub0bs_forbidden_method", "methods: [CONNECT]", "MethodForbidden", False),
    ("fetch_patch_in_small_letters", "methods: [patch]", "MethodCase", False),
    ("jub0bs_forbidden_header", "request_headers: [host]", "HeaderForbidden", False),
    ("jub0bs_set_cookie_is_never_exposed", "expose_headers: [set-cookie]", "HeaderNeverExposed", False),
    ("ingress_nginx_max_age_above_every_cap", "max_age: 20d", "MaxAgeAboveCaps", True),
    ("traefik_13726_silently_never_matches", "origins: [https://App.example.com/]", "Origin", False),
    ("kong_1043_path", "origins: [https://app.example.com/login]", "OriginPath", False),
    ("hapi_483_no_scheme", "origins: [app.example.com]", "OriginScheme", False),
    ("jub0bs_star_beside_authorization", "origins: [https://a.example.com], request_headers: ['*', Authorization]", "", True),
    ("ionic_webview_349_own_scheme", "origins: [capacitor://localhost], credentials: true", "AppOrigin", True),
    ("file_scheme", "origins: ['file://']", "OriginScheme", False),
    ("caddy_3206_wildcard_inside", "origins: ['https://a.*.example.com']", "Wildcard", False),
]


def dangers(checks):
    server = "concors_policy_file policy.yaml; server { listen 127.0.0.1:@port@; concors app; }"
    with rig.Nginx(server, POLICY) as nginx:
        for what, text, code, starts in DANGERS:
            nginx.write(policy=f"version: 1\npolicies:\n  app: {{{text}}}\n")
            got, said = nginx.test()
            level = "[warn]" if starts else "[emerg]"
            lines = [line for line in said.splitlines() if f"policy.yaml:3:" in line and f": {code}" in line]
            checks.equal(f"{what}: {said}", (got == 0, not code or any(level in line for line in lines)), (starts, True))


def origins_of_many(nginx, checks):
    for what, origin, path in (
            ("ingress_nginx_8264_any_port", "http://localhost:5173", "/local/"), ("ingress_nginx_8264_no_port", "http://localhost", "/local/"),
            ("ingress_nginx_8264_last_port", "http://localhost:65535", "/local/"), ("loopback", "http://127.0.0.1:8000", "/local/"),
            ("shipfox_1070_previews", "https://a1b2.project.pages.example", "/local/"),
            ("expressjs_264_deeper", "https://x.y.project.pages.example", "/local/"),
            ("ingress_nginx_7134_one_label", "https://acme.tenants.example.org", "/local/"),
            ("ingress_nginx_1171_second", "https://bar.example", "/many/"), ("ingress_nginx_5496_third", "https://a.example", "/many/"),
            ("traefik_5994_first", "https://foo.example", "/many/"), ("gravitee_529_deep", "https://x.y.a.example", "/many/"),
            ("haproxy_ingress_477_previews", "https://b.project.pages.example", "/local/"),
            ("ionic_docs_4546_android", "https://localhost", "/phones/"), ("ionic_webview_349_own_scheme", "capacitor://localhost", "/phones/"),
            ("jub0bs_12_first", "https://foo.example", "/many/"), ("jub0bs_12_second", "https://bar.example", "/many/"),
            ("jub0bs_15_parent", "https://a.example", "/many/"), ("jub0bs_15_below", "https://b.a.example", "/many/"),
            ("jub0bs_15_port", "https://b.a.example:8443", "/many/"), ("jub0bs_14_neighbour", "https://other.example.com", "/other/")):
        answer = nginx.ask(path, headers=[("Origin", origin)])
        checks.equal(f"{what} {origin}", answer.all("Access-Control-Allow-Origin"), [origin])
    for what, origin, path in (
            ("a port that is none", "http://localhost:65536", "/local/"), ("another scheme", "https://localhost:5173", "/local/"),
            ("localhost in front", "http://localhost.evil.example", "/local/"), ("localhost behind", "http://notlocalhost:5173", "/local/"),
            ("a port is no host", "http://localhost:80.evil.example", "/local/"), ("user info", "http://localhost:1@evil.example", "/local/"),
            ("ingress_nginx_9762_unanchored", "https://evilproject.pages.example", "/local/"),
            ("cve_2026_37737_continued", "https://a.project.pages.example.evil.example", "/local/"),
            ("not two labels", "https://a.acme.tenants.example.org", "/local/"),
            ("jub0bs_ghsa_vhxv_joined", "https://barfoo.example", "/many/"), ("jub0bs_ghsa_vhxv_joined", "https://foobar.example", "/many/"),
            ("another port", "https://a.example:8443", "/many/"), ("jub0bs_14_neighbour", "https://app.example.com", "/other/"),
            ("another app", "ionic://localhost", "/phones/"), ("an app with a port", "capacitor://localhost:8080", "/phones/"),
            ("an app's scheme in capitals", "Capacitor://localhost", "/phones/"), ("an app of a name behind", "capacitor://localhost.evil", "/phones/"),
            ("rs_cors_lower_cases", "https://FOO.example", "/many/"), ("ingress_nginx_2535_reflected", EVIL, "/many/")):
        checks.equal(f"{what} {origin}", nginx.ask(path, headers=[("Origin", origin)]).cors(), [])


def site(word):
    return ("Sec-Fetch-Site", word)


# (who asked, method, path, headers, reaches the application)
CSRF = [
    ("go_73626_safe_methods", "GET", "/x", [site("cross-site"), ("Origin", EVIL)], True),
    ("go_73626_same_origin", "POST", "/x", [site("same-origin")], True),
    ("go_73626_none", "POST", "/x", [site("none")], True),
    ("go_73626_cross_site", "POST", "/x", [site("cross-site"), ("Origin", EVIL)], False),
    ("go_73626_neither", "POST", "/x", [], True),
    ("go_73626_old_browser", "POST", "/x", [("Origin", EVIL)], False),
    ("go_73626_own_host", "POST", "/x", [("Origin", "https://api.example.com")], True),
    ("go_73626_trusted", "POST", "/x", [site("cross-site"), ("Origin", "https://sso.example.net")], True),
    ("go_73626_bypass", "POST", "/hooks/x", [site("cross-site"), ("Origin", EVIL)], True),
    ("envoy_30877_no_browser", "POST", "/x", [("Authorization", "Bearer x")], True),
    ("envoy_37460_null", "POST", "/x", [("Origin", "null")], False),
    ("oauth2_proxy_2081_sibling", "POST", "/x", [site("same-site"), ("Origin", "https://blog.example.com")], False),
    ("go_73626_sibling_allowed", "POST", "/siblings/x", [site("same-site"), ("Origin", "https://blog.example.com")], True),
    ("go_73626_sibling_allowed_no_stranger", "POST", "/siblings/x", [site("cross-site"), ("Origin", EVIL)], False),
    ("tornado_3495_origin_beats_nothing", "POST", "/x", [site("cross-site"), ("Origin", "https://api.example.com")], False),
    ("context_forge_3437_rewritten_host", "POST", "/x", [site("same-origin"), ("Origin", "https://public.example")], True),
    ("envoy_gateway_8835_shadow", "POST", "/watch/x", [site("cross-site"), ("Origin", EVIL)], True),
]


def csrf(nginx, application, checks):
    for what, method, path, headers, passes in CSRF:
        application.asked.clear()
        answer = nginx.ask(path, method, headers, b"x" if method == "POST" else b"")
        checks.equal(what, (answer.status, len(application.asked)), (200, 1) if passes else (403, 0))
    rows = {row["policy"]: row for row in json.loads(nginx.ask("/status").body)["policies"]}
    checks.equal("envoy_csrf_shadow is counted apart", (rows["watch"]["reported"], rows["watch"]["enforced"]), ({"CsrfCrossSite": 1}, {}))
    checks.true("envoy_csrf_counters", rows["app"]["enforced"]["CsrfCrossSite"] >= 3 and rows["app"]["enforced"]["CsrfOrigin"] >= 2, rows)


# (who asked, what the application sets, what the browser gets)
COOKIES = [
    ("oauth2_proxy_2998_partitioned", "third=1; Path=/; HttpOnly; Secure; SameSite=None", "third=1; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"),
    ("werkzeug_2797_partitioned_needs_secure", "third=1; Path=/", "third=1; Path=/; Secure; SameSite=None; Partitioned"),
    ("jshttp_147_partitioned_is_not_doubled", "third=1; Secure; SameSite=None; Partitioned", "third=1; Secure; SameSite=None; Partitioned"),
    ("pinniped_2523_form_post_needs_none", "callback=1; Path=/", "callback=1; Path=/; Secure; SameSite=None"),
    ("oauth2_proxy_1663_strict_is_kept", "callback=1; Path=/; SameSite=Strict", "callback=1; Path=/; SameSite=Strict; Secure"),
    ("nginx_proxy_cookie_flags", "sid=1", "sid=1; Secure; HttpOnly"),
]


def cookies(nginx, application, checks):
    for what, line, want in COOKIES:
        application.answers["/set"] = (200, [("Set-Cookie", line)], b"")
        got = nginx.ask("/set").all("Set-Cookie")
        checks.equal(what, [sorted(part.strip().lower() for part in one.split(";")) for one in got],
                     [sorted(part.strip().lower() for part in want.split(";"))])
        application.answers["/watch/set"] = application.answers["/set"]
        checks.equal(f"{what}, report", nginx.ask("/watch/set").all("Set-Cookie"), [line])


HANDSHAKE = [("Connection", "Upgrade, close"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
             ("Sec-WebSocket-Key", "AAAA")]
SWITCH = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          b"Access-Control-Allow-Origin: *\r\n\r\n")


def websockets(nginx, checks):
    allowed = [("access-control-allow-credentials", "true"), ("access-control-allow-origin", ORIGIN)]
    for what, path, origin, status, cors in (
            ("own", "/socket/", "http://api.example.com", 101, []), ("bun_36155_anothers", "/socket/", EVIL, 403, []),
            ("allowed with credentials", "/socket/", ORIGIN, 101, allowed), ("none", "/socket/", None, 101, []),
            ("teleport_67616_report", "/seen/", EVIL, 101, [("access-control-allow-origin", "*")])):
        request = [b"GET " + path.encode() + b" HTTP/1.1", b"Host: api.example.com"]
        request += [f"{key}: {value}".encode() for key, value in HANDSHAKE + ([("Origin", origin)] if origin else [])]
        answer = rig.Answer(nginx.exchange(b"\r\n".join(request) + b"\r\n\r\n"))
        checks.equal(f"websocket, {what}", (answer.status, answer.cors()), (status, cors))
    checks.true("teleport_67616_report is counted", b"|refuse|CsrfOrigin|watch|refused|" in nginx.log())


def keys(nginx, checks):
    answer = nginx.ask("/keyed/", headers=[("Origin", EVIL), ("X-Real-IP", "192.0.2.7")])
    checks.equal("the key is the client's address behind a proxy", answer.body, b"192.0.2.7")
    for origin in (ORIGIN, None, "http://api.example.com"):
        checks.equal(f"no key for {origin}", nginx.ask("/keyed/", headers=[("Origin", origin)] if origin else []).body, b"")


def table(checks):
    """Each test that README.md names is there."""
    here = pathlib.Path(__file__).parent
    rows = [row.split("|") for row in (here / "README.md").read_text(encoding="utf-8").splitlines() if row.count("|") == 5]
    for _, asked, _, script, names, _ in rows[2:]:
        text = (here / script.strip(" `")).read_text(encoding="utf-8")
        missing = [name for name in re.findall(r"`([^`]+)`", names) if name not in text]
        checks.true(f"README.md: {asked.strip()}", names.strip() and not missing, missing)
    checks.true("README.md has the table", len(rows) > 20, len(rows))


def main():
    rig.require()
    checks, application, raw = rig.Checks(), rig.Application(), rig.RawUpstream({"/socket/": SWITCH, "/seen/": SWITCH})
    table(checks)
    dangers(checks)
    with rig.Nginx(SERVERS, POLICY, app=application.port, raw=raw.port) as nginx:
        origins_of_many(nginx, checks)
        csrf(nginx, application, checks)
        cookies(nginx, application, checks)
        websockets(nginx, checks)
        keys(nginx, checks)
        checks.true("no alert in the log", b"[alert]" not in nginx.log("error.log"), nginx.log("error.log")[-2000:])
    checks.finish()


main()
