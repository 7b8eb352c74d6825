#!/usr/bin/env python3
"""Request headers that another module removes or changes between nginx's phases: what was decided stays.

  changed_inputs.py CONCORS

The other module is headers-more. Where it is not installed its package is fetched and unpacked into a folder of the
test's own: installed, it would be loaded into the machine's nginx, too.
"""
import pathlib
import subprocess
import sys
import tempfile

import rig

PACKAGE = "libnginx-mod-http-headers-more-filter"
INSTALLED = pathlib.Path("/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so")
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
    other = INSTALLED

    def command(self, *words):
        return super().command("-g", f"load_module {self.other};", *words)


def fetched(folder):
    """headers-more of this Debian, unpacked in the folder; None where it cannot be had"""
    try:
        for words in (["apt-get", "-qq", "download", PACKAGE], ["sh", "-c", f"dpkg-deb -x {PACKAGE}_*.deb ."]):
            subprocess.run(words, cwd=folder, capture_output=True, timeout=120, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    module = pathlib.Path(folder + str(INSTALLED))
    return module if module.exists() else None


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
    with tempfile.TemporaryDirectory(prefix="concors-headers-more.") as folder:
        pathlib.Path(folder).chmod(0o755)
        Nginx.other = INSTALLED if INSTALLED.exists() else fetched(folder)
        if Nginx.other is None:
            print(f"skip  changed inputs: {PACKAGE} is neither installed nor to be fetched\n0 passed, 0 failed, 1 skipped")
            sys.exit(0)
        checks, application = rig.Checks(), rig.Application()
        application.answers["/missing"] = (404, [], b"")
        with Nginx(SERVERS, POLICY, names=["port", "http2"], app=application.port) as nginx:
            decided(nginx, checks, "1.1", nginx.ask)
            decided(nginx, checks, "2", nginx.ask_http2)
            log = nginx.log("error.log").splitlines()
            checks.equal("nothing to report", [line for line in log if b"[alert]" in line or b"[emerg]" in line], [])
        checks.finish()


main()
