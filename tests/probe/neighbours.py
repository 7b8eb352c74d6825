#!/usr/bin/env python3
"""concors probe's audit of what lies beside: http beside https, the page with and without www. That is asked for at the
ports 80 and 443 alone, so the servers stand in a network of their own.

neighbours.py [COMMAND [WORD...]]: as run.py. Skipped where no such network can be made: it takes root, or user
namespaces.
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ALLOW, api, audit, expect, expect_code, main  # noqa: E402
from servers import Server, answer  # noqa: E402

INSIDE = "CONCORS_TESTS_OWN_NETWORK"
HTTP, HTTPS = 80, 443
WWW, APEX = "https://www.shop.example", "https://shop.example"
SECURE = "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"
OPEN = "sid=1; Path=/; HttpOnly; SameSite=Lax"


def loopback_up():
    """What `ip link set lo up` does."""
    get_flags, set_flags, is_up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.unpack("16sh", fcntl.ioctl(control, get_flags, struct.pack("16sh", b"lo", 0)))[1]
        fcntl.ioctl(control, set_flags, struct.pack("16sh", b"lo", flags | is_up))


def enter_network():
    """Starts this script anew in a network of its own; returns only where there can be none."""
    for words in (["unshare", "-n"], ["unshare", "-r", "-n"]):
        try:
            if subprocess.run([*words, "true"], capture_output=True, timeout=20, check=False).returncode == 0:
                os.execvpe(words[0], [*words, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
        except OSError:
            break


def plain(handler):
    return Server(handler, port=HTTP)


def secure(handler=None):
    return api(handler, port=HTTPS)


def ask(*more, page=WWW + "/", cookie=SECURE):
    result = audit("https://api.shop.example/me", "--rate", "0", "--json", "--timeout", "30", "--cookie", cookie, *more,
                   ports=[HTTP, HTTPS], page=page)
    expect_code(result, 0)
    return result


def found(result):
    return {finding["code"]: finding for finding in result.json()["audit"]["findings"]}


def shop(allowed, page=None):
    """An API for these origins at api., and at other names whatever page(host) says."""
    def handler(request):
        origin, host = request.get("Origin"), request.get("Host")
        if not host.startswith("api."):
            return page(host)
        headers = [("Vary", "Origin")]
        if origin in allowed:
            headers += [("Access-Control-Allow-Origin", origin), ALLOW[1]]
        preflight = request.get("Access-Control-Request-Method")
        return answer(204 if preflight else 200, headers, b"" if preflight else b"{}")
    return handler


# --- http beside https --------------------------------------------------------------------------

def moved(request):
    return answer(301, [("Location", f"https://api.shop.example{request.path}")])


def case_http_beside_https():
    rows = [  # what http answers, the cookie; whether that is a finding, words of it
        (lambda request: answer(200), SECURE, True, ["http://api.shop.example/me answers in the clear."]),
        (lambda request: answer(200), OPEN, True, ["cookie sid (SameSite=Lax) goes there unencrypted in"]),
        (moved, OPEN, True, ["with a redirect", "cookie sid (SameSite=Lax) goes there unencrypted in"]),
        (moved, SECURE, False, []),
        (lambda request: answer(404), SECURE, False, []),
        (lambda request: answer(403), "__Host-" + SECURE, False, []),
    ]
    for index, (handler, cookie, wanted, words) in enumerate(rows):
        with secure(shop([WWW, APEX], lambda host: answer(404))), plain(handler) as http:
            result = ask(cookie=cookie)
            expect(sorted(found(result)) == (["ConcorsHttpBesideHttps"] if wanted else []), f"row {index}: {found(result)}")
            expect([r.method for r in http.requests] == ["GET"], f"row {index}: {len(http.requests)} requests in the clear")
            asked = http.requests[0]
            expect(asked.path == "/me" and not asked.get("Cookie") and not asked.get("Origin"), f"row {index}: {asked.headers}")
            for word in words:
                expect(word in found(result)["ConcorsHttpBesideHttps"]["what"], f"row {index}: {found(result)}")


def case_nobody_answers_http():
    with secure(shop([WWW, APEX], lambda host: answer(404))):
        expect(found(ask()) == {}, "nobody listens")
        with Server(raw=lambda connection: connection.recv(65536) and connection.recv(1), port=HTTP):
            expect(found(ask("--timeout", "8")) == {}, "somebody does and says nothing")
        with Server(raw=lambda connection: connection.sendall(b"SSH-2.0-x\r\n"), port=HTTP):
            expect(found(ask()) == {}, "somebody does who speaks no HTTP")


# --- www beside the apex ------------------------------------------------------------------------

def case_www_beside_the_apex():
    def other(target):
        return answer(301, [("Location", target + "/")])
    rows = [  # the page, whom the API allows, what the other name answers; whether that is a finding
        (WWW, [WWW], lambda host: answer(200), True),
        (APEX, [APEX], lambda host: answer(200), True),
        (WWW, [WWW, APEX], lambda host: answer(200), False),
        (WWW, [WWW], lambda host: other(WWW), False),
        (APEX, [APEX], lambda host: other(APEX), False),
        (WWW, [WWW], lambda host: answer(404), False),
    ]
    for index, (page, allowed, twin, wanted) in enumerate(rows):
        with secure(shop(allowed, twin)) as server:
            result = ask(page=page + "/")
            expect(sorted(found(result)) == (["ConcorsTwinOriginRefused"] if wanted else []), f"row {index}: {found(result)}")
            name = (APEX if page == WWW else WWW)[len("https://"):]
            heads = [r for r in server.requests if r.get("Host") == name]
            expect([(r.method, r.path) for r in heads] == [("HEAD", "/")], f"row {index}: {len(heads)} requests to {name}")
            expect(not any(r.get("Cookie") or r.get("Origin") for r in heads), f"row {index}: it carries something")
            if wanted:
                expect("https://" + name in found(result)["ConcorsTwinOriginRefused"]["what"], f"{found(result)}")


def case_a_subdomain_has_no_twin():
    with secure(shop(["https://app.shop.example"], lambda host: answer(200))) as server:
        expect(found(ask(page="https://app.shop.example/")) == {}, "something is wrong")
        expect({r.get("Host") for r in server.requests} == {"api.shop.example"}, "nobody else is asked")


if __name__ == "__main__":
    if INSIDE not in os.environ:
        enter_network()
        print("skip: no network of one's own can be made (unshare -n)\n0 passed, 0 failed, 4 skipped")
        sys.exit(0)
    loopback_up()
    sys.exit(main(globals()))
