#!/usr/bin/env python3
"""Request headers that another module removes or changes between nginx's phases: what was decided stays.

  changed_inputs.py CONCORS

The other module is headers-more (Debian's libnginx-mod-http-headers-more-filter); HEADERS_MORE names its file elsewhere.
"""
import os
import pathlib
import sys

import rig

FILE = pathlib.Path(os.environ.get("HEADERS_MORE", "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"))
ORIGIN, EVIL = "https://app.example.com", "https://evil.example"

POLICY = """version: 1
policies:
  app:
    origins: [https://app.example.com]
    credentials: true
    methods: [PUT]
    cookies: [{match: sid, rename: __Host-sid, secure: true, path: /, domain: remove}]
    csrf: {check: fetch-metadata}
"""

CHANGES = {
    "gone": "more_clear_input_headers Origin Cookie Host Sec-Fetch-Site Access-Control-Request-Method;",
    "another": f"more_set_input_headers 'Origin: {EVIL}' 'Cookie: sid=evil' 'Host: evil.example' 'Sec-Fetch-Site: cross-site';",
    "allowed": f"more_set_input_headers 'Origin: {ORIGIN}' 'Sec-Fetch-Site: same-origin';",
}

SERVERS = """
    concors_policy_file policy.yaml;
    server {
        listen 127.0.0.1:@port@;
        listen 127.0.0.1:@http2@ http2;
        concors app;
        proxy_intercept_errors on;
""" + "".join(f"""
        location /{name}/ {{ {change} proxy_pass http://127.0.0.1:@app@; }}
        location /{name}/return/ {{ {change} return 200 text; }}
        location /{name}/page/ {{ error_page 404 /{name}/error; {change} proxy_pass http://127.0.0.1:@app@/missing; }}
""" for name, change in CHANGES.items()) + "}\n"


class Nginx(rig.Nginx):
    def command(self, *words):
        return super().command("-g", f"load_module {FILE};", *words)


def decided(nginx, checks, protocol, ask):
    """GHSA-mc6h-6j9x-v3gq, CVE-2023-35943: Envoy's filter looked for Origin again with the answer, and found none."""
    for name in CHANGES:
        for path in (f"/{name}/", f"/{name}/return/", f"/{name}/page/"):
            what = f"envoy_cve_2023_35943 HTTP/{protocol} {path}"
            allowed = ask(path, headers=[("Origin", ORIGIN), ("Cookie", "__Host-sid=1")])
            checks.equal(f"{what}: allowed", (allowed.all("Access-Control-Allow-Origin"), allowed.all("Access-Control-Allow-Credentials"),
                                              allowed.vary()), ([ORIGIN], ["true"], ["Origin"]))
            refused = ask(path, headers=[("Origin", EVIL)])
            checks.equal(f"{what}: refused", (refused.cors(), refused.vary()), ([], ["Origin"]))
            checks.equal(f"{what}: no Origin", ask(path).cors(), [])
            preflight = ask(path, "OPTIONS", [("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT")])
            checks.equal(f"{what}: preflight", (preflight.status, preflight.all("Access-Control-Allow-Origin")), (204, [ORIGIN]))
            forged = ask(path, "POST", [("Sec-Fetch-Site", "cross-site"), ("Origin", EVIL)])
            checks.equal(f"{what}: cross-site", forged.status, 403)
    log = nginx.log()
    checks.true(f"the log names who asked, HTTP/{protocol}", f"GET|200|allow|Allowed|app|off|{ORIGIN}|".encode() in log, log[-500:])


def main():
    rig.require()
    if not FILE.exists():
        print(f"skip  changed inputs: there is no {FILE.name}\n0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    checks, application = rig.Checks(), rig.Application()
    application.answers["/missing"] = (404, [], b"")
    with Nginx(SERVERS, POLICY, names=["port", "http2"], app=application.port) as nginx:
        decided(nginx, checks, "1.1", nginx.ask)
        decided(nginx, checks, "2", nginx.ask_http2)
        checks.equal("nothing to report", [line for line in nginx.log("error.log").splitlines() if b"[alert]" in line or b"[emerg]" in line], [])
    checks.finish()


main()
