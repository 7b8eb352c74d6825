#!/usr/bin/env python3
"""concors probe --cookies: jars that a file brings, in both forms, the hostile ones included.

jar.py [COMMAND [WORD...]]: as run.py.
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, CANARY, PAGE, api, expect, expect_code, expect_one_line, file_of,  # noqa: E402
                    main, notes, probe, run, shop)
from servers import Server, answer  # noqa: E402

# --- --cookies ----------------------------------------------------------------------------------

NETSCAPE = "\ufeff# Netscape HTTP Cookie File\r\n\r\n" + "\r\n".join("\t".join(row) for row in (
    (".shop.example", "TRUE", "/", "TRUE", "4000000000", "wide", "1"),
    ("#HttpOnly_api.shop.example", "FALSE", "/", "TRUE", "0", "own", "a=b c"),
    ("app.shop.example", "FALSE", "/", "TRUE", "0", "page", CANARY),
    ("api.shop.example", "FALSE", "/elsewhere", "FALSE", "0", "path", CANARY),
    ("api.shop.example", "FALSE", "/", "FALSE", "1000000000", "expired", CANARY),
    ("api.shop.example", "FALSE", "/", "FALSE", "1900000000.5", "plain", "2"),
    ("other.example", "FALSE", "/", "FALSE", "0", "foreign", CANARY),
    ("api.shop.example", "FALSE", "/", "FALSE", "0", "empty"))) + "\r\n"


def state_of(*cookies):
    whole = [{"domain": "api.shop.example", "path": "/", "expires": -1, "httpOnly": False,
              "secure": True, **cookie} for cookie in cookies]
    return json.dumps({"cookies": whole, "origins": [{"origin": PAGE, "localStorage": []}]}, indent=1)


STATE = state_of(
    {"name": "wide", "value": "1", "domain": ".shop.example", "expires": 4000000000.25},
    {"name": "own", "value": "a=b c", "httpOnly": True},
    {"name": "page", "value": CANARY, "domain": "app.shop.example"},
    {"name": "path", "value": CANARY, "path": "/elsewhere", "secure": False},
    {"name": "expired", "value": CANARY, "expires": 1000000000, "secure": False},
    {"name": "plain", "value": "2", "expires": 1900000000.5, "secure": False},
    {"name": "foreign", "value": CANARY, "domain": "other.example", "secure": False},
    {"name": "empty", "value": "", "secure": False})


def case_both_forms_of_a_jar_are_read():
    reports = []
    for name, text in (("cookies.txt", NETSCAPE), ("state.json", STATE)):
        with api(shop) as server:
            result = probe(f"https://api.shop.example:{server.port}/me", "--cookies",
                           file_of(name, text), "--json", "--now", "2026-11-20T12:00:00Z",
                           ports=[server.port])
            expect_code(result, 0)
            got = server.requests[0].all("Cookie")
            expect(got == ["wide=1; own=a=b c; plain=2; empty="], f"{name}: {got}")
            expect(CANARY not in result.out + result.err, f"{name}: a value is shown")
            expect("foreign" not in result.out, f"{name}: a stranger's cookie is no part of it")
            reports.append(result.out.replace(str(server.port), "PORT"))
    expect(reports[0] == reports[1], "one jar, two reports")


def case_same_site_of_a_storage_state_counts():
    jar = file_of("sites.json", state_of(
        {"name": "lax", "value": "1", "sameSite": "Lax", "domain": "api.pay.example"},
        {"name": "none", "value": "1", "sameSite": "None", "domain": "api.pay.example"},
        {"name": "strict", "value": "1", "sameSite": "Strict", "domain": "api.pay.example"}))
    with api(shop) as server:
        probe(f"https://api.pay.example:{server.port}/me", "--cookies", jar, "--browser", "chrome",
              ports=[server.port])
        expect(server.requests[0].all("Cookie") == ["none=1"], f"{server.requests[0].headers}")


def case_secure_cookies_of_a_jar_stay_off_http():
    with Server(lambda request: answer(200, [("Access-Control-Allow-Origin",
                                              "http://app.shop.example")] + ALLOW[1:])) as server:
        probe(f"http://api.shop.example:{server.port}/", "--cookies",
              file_of("cookies.txt", NETSCAPE), page="http://app.shop.example/",
              ports=[server.port])
        expect(server.requests[0].all("Cookie") == ["plain=2; empty="],
               f"{server.requests[0].all('Cookie')}")


def case_every_bad_line_of_a_jar_is_named():
    good = "a.example\tTRUE\t/\tTRUE\t0\tn\tv"
    bad = ["nonsense", f"a.example\tTRUE\tno\tTRUE\t0\tn\t{CANARY}",
           f"a.example\tPERHAPS\t/\tTRUE\t0\tn\t{CANARY}", f"a.example\tTRUE\t/\t1\t0\tn\t{CANARY}",
           f"a.example\tTRUE\t/\tTRUE\tsoon\tn\t{CANARY}", f"a b\tTRUE\t/\tTRUE\t0\tn\t{CANARY}",
           f"a.example\tTRUE\t/\tTRUE\t0\tn\t{CANARY};x", f"a.example\tTRUE\t/\tTRUE\t0\tn;\t{CANARY}",
           f"a.example\tTRUE\t/\tTRUE\t0\tn\t{CANARY}\textra", f"\tTRUE\t/\tTRUE\t0\tn\t{CANARY}",
           f"a.example\tTRUE\t/;x\tTRUE\t0\tn\t{CANARY}", "a.example\tTRUE\t/\tTRUE\t0\t\t",
           f"a.example\tTRUE\t/\tTRUE\t0\tn\t{CANARY}\x00", f"a.example\tTRUE\t/\tTRUE\t0\tn\t{CANARY}\x01"]
    lines = [line for pair in zip(bad, [good] * len(bad)) for line in pair]
    path = file_of("bad.txt", "\n".join(lines))
    with api(shop) as server:
        result = probe(f"https://api.shop.example:{server.port}/", "--cookies", path,
                       ports=[server.port])
        expect_code(result, 2)
        expect(result.out == "" and not server.requests, "something was sent or said")
        expect_one_line(result, 2, f"{path}:1: not seven fields",
                        "(no cookie either: lines 3, 5, 7, 9, 11, 13, 15 and 6 more)")
        expect(CANARY not in result.err, "a value is shown")


def case_every_bad_cookie_of_a_storage_state_is_named():
    cookies = ['{"name": "a", "value": "%s", "domain": "a.example", "path": "/"%s}' % (CANARY, tail)
               for tail in ("", ', "secure": 1', ', "sameSite": "lax"', ', "expires": "x"',
                            ', "httpOnly": "no"')]
    cookies += ['{"value": "1", "domain": "a.example", "path": "/"}', "7",
                '{"name": 1, "value": "1", "domain": "a.example", "path": "/"}',
                '{"name": "a", "value": "1", "domain": "a/b", "path": "/"}',
                '{"name": "a", "value": "1\\r\\nX: 1", "domain": "a.example", "path": "/"}']
    path = file_of("bad.json", '{"cookies": [\n' + ",\n".join(cookies) + '], "origins": []}')
    result = run("probe", "https://a.example/", "--page", PAGE, "--cookies", path)
    expect_code(result, 2)
    expect(result.out == "" and CANARY not in result.err, "a value is shown")
    expect_one_line(result, 2, f"{path}:3:86: the cookie's \"secure\" is neither true nor false",
                    "lines 4, 5, 6, 7, 8, 9, 10 and 1 more)")
    for text in ("{", "[]", '{"cookies": 1}', '{"log": {}}', '{"cookies": [}', "[" * 1000,
                 '{"cookies": [{"name": "\xff'.encode("latin-1")):
        expect_one_line(run("probe", "https://a.example/", "--page", PAGE, "--cookies",
                            file_of("bad.json", text)), 2, "bad.json")


def case_cookies_of_another_partition_are_left_out_and_told():
    jar = file_of("parts.json", state_of(
        {"name": "chips", "value": CANARY, "partitionKey": "https://elsewhere.example"},
        {"name": "own", "value": "1"}))
    with api(shop) as server:
        result = probe(f"https://api.shop.example:{server.port}/me", "--cookies", jar, "--json",
                       ports=[server.port])
        expect(server.requests[0].all("Cookie") == ["own=1"], f"{server.requests[0].headers}")
        expect(len(notes(result, "cookies-partitioned")) == 1, f"{notes(result)}")


def case_a_jar_that_has_nothing_for_the_hosts_asked_is_told():
    for text in ("other.example\tTRUE\t/\tTRUE\t0\tn\tv\n", "# nothing\n"):
        with api(shop) as server:
            result = probe(f"https://api.shop.example:{server.port}/me", "--cookies",
                           file_of("none.txt", text), "--json", ports=[server.port])
            found = notes(result, "cookies-unused")
            expect(len(found) == 1 and "of a host that was asked" in found[0]["what"], f"{found}")


def case_curl_cve_2016_8615_a_long_line_of_a_jar_is_refused_not_split():
    long = "a.example\tTRUE\t/\tTRUE\t0\tn\t" + "x" * 20000 + "\tother.example"
    path = file_of("long.txt", long + "\n")
    expect_one_line(run("probe", "https://a.example/", "--page", PAGE, "--cookies", path), 2,
                    path + ":1: the line is longer")


def case_curl_cve_2023_46218_a_jar_holds_no_cookie_of_a_public_suffix():
    jar = file_of("super.txt", "".join(f"{domain}\tTRUE\t/\tTRUE\t0\t{name}\t1\n" for name, domain in (
        ("a", ".com"), ("b", "CO.UK"), ("c", ".Co.Uk."), ("d", "uk"))))
    with api(shop) as server:
        port = server.port
        run("probe", f"https://shop.co.uk:{port}/", "--page", "https://shop.co.uk/", "--cookies", jar,
            "--insecure", "--only-request", f"--resolve=shop.co.uk:{port}:127.0.0.1")
        run("probe", f"https://shop.com:{port}/", "--page", "https://shop.com/", "--cookies", jar,
            "--insecure", "--only-request", f"--resolve=shop.com:{port}:127.0.0.1")
        expect([r.get("Cookie") for r in server.requests] == [None, None],
               f"{[r.get('Cookie') for r in server.requests]}")


def case_a_large_jar_costs_little():
    rows = "".join(f"h{i}.example{i % 40}.org\tFALSE\t/\tTRUE\t0\tc{i}\t{'v' * 200}\n"
                   for i in range(3000))
    jar = file_of("large.txt", rows + "api.shop.example\tFALSE\t/\tTRUE\t0\tsid\t1\n")
    with api(shop) as server:
        started = time.monotonic()
        result = probe(f"https://api.shop.example:{server.port}/me", "--cookies", jar, "--json",
                       ports=[server.port])
        expect_code(result, 0)
        expect(time.monotonic() - started < 10, f"{time.monotonic() - started:.1f} s")
        expect(server.requests[0].all("Cookie") == ["sid=1"] and len(result.out) < 30000,
               f"{len(result.out)} bytes")


def case_a_jar_goes_hop_by_hop_to_its_own_hosts():
    jar = file_of("two.txt", "api.shop.example\tFALSE\t/\tTRUE\t0\tmine\t1\n"
                             "api.pay.example\tFALSE\t/\tTRUE\t0\ttheirs\t2\n")
    with api() as first, api(shop) as second:
        first.handler = lambda r: answer(302, ALLOW + [
            ("Location", f"https://api.pay.example:{second.port}/b")])
        probe(f"https://api.shop.example:{first.port}/a", "--cookies", jar, "--browser", "spec",
              "--kind", "navigate", ports=[first.port, second.port])
        expect(first.requests[0].all("Cookie") == ["mine=1"], "the first host's own")
        expect(second.requests[0].all("Cookie") == ["theirs=2"], f"{second.requests[0].headers}")


if __name__ == "__main__":
    sys.exit(main(globals()))
