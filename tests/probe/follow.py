#!/usr/bin/env python3
"""concors probe over several requests: --then, --cookies, redirects and time, as a browser has them.

follow.py [COMMAND [WORD...]]: as run.py.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (ALLOW, CANARY, FOLDER, ORIGIN, PAGE, api, expect, expect_code,  # noqa: E402
                    expect_one_line, file_of, main, notes, probe, run, sent, shop)
from servers import answer, unused_port  # noqa: E402

# --- --then -------------------------------------------------------------------------------------

def case_login_then_me_is_one_command():
    credentials = file_of("cred.json", json.dumps({"user": "ada", "password": CANARY}))
    with api(shop) as server:
        base = f"https://api.pay.example:{server.port}"
        result = probe(base + "/login", "--method", "POST", "--json-body", "@" + credentials,
                       "--then", base + "/me", "--browser", "chrome", "--json",
                       ports=[server.port])
        expect_code(result, 0)
        expect(sent(server) == [("OPTIONS", "/login"), ("POST", "/login"), ("GET", "/me")],
               f"{sent(server)}")
        expect(CANARY.encode() in server.requests[1].body, "the body")
        me = server.requests[2]
        expect(me.all("Cookie") == ["sid=s3; brief=1"], f"{me.all('Cookie')}")
        expect(me.get("Content-Type") is None and me.body == b"", "nothing of the login's request")
        steps = result.json()["browsers"][0]["steps"]
        expect([x["name"] for x in steps[1]["cookies_sent"]] == ["sid", "brief"], "the report")
        expect(CANARY not in result.out + result.err, "the password is shown")


def case_options_behind_a_then_belong_to_it():
    with api(shop) as server:
        base = f"https://api.shop.example:{server.port}"
        expect_code(probe(base + "/a", "-H", "X-Id: first", "--then", "/b", "-X", "PUT", "-d", "two",
                          "-H", "X-Id: second", "--then", "/c", "--credentials", "omit",
                          "--then", "/d", "--kind", "visit", "--cookie", "d=1; Secure; Path=/d",
                          ports=[server.port]), 0)
        real = [r for r in server.requests if r.method != "OPTIONS"]
        expect([(r.method, r.path, r.get("X-Id")) for r in real] ==
               [("GET", "/a", "first"), ("PUT", "/b", "second"), ("GET", "/c", None),
                ("GET", "/d", None)], f"{[(r.method, r.path, r.get('X-Id')) for r in real]}")
        expect(real[1].body == b"two" and real[3].get("Sec-Fetch-Mode") == "navigate", "bodies, kinds")
        expect(real[3].get("Cookie") == "d=1", "a --cookie is of its request's address")


def case_a_then_may_be_a_path():
    with api(shop) as server:
        base = f"https://api.shop.example:{server.port}"
        probe(base + "/deep/a?x=1", "--then", "/b?y=2", "--then",
              f"//api.shop.example:{server.port}/c", ports=[server.port])
        expect(sent(server) == [("GET", "/deep/a?x=1"), ("GET", "/b?y=2"), ("GET", "/c")],
               f"{sent(server)}")


def case_what_was_deleted_is_not_sent():
    with api(shop) as server:
        base = f"https://api.shop.example:{server.port}"
        probe(base + "/login", "--then", "/logout", "--then", "/me", ports=[server.port])
        expect([r.get("Cookie") for r in server.requests] == [None, "sid=s3; brief=1", "brief=1"],
               f"{[r.get('Cookie') for r in server.requests]}")


def case_time_passes():
    with api(shop) as server:
        base = f"https://api.shop.example:{server.port}"
        saved = os.path.join(FOLDER.name, "time.json")
        result = probe(base + "/login", "--then", "/me", "--wait", "2.1", "--max-time", "2",
                       "--save-journey", saved, "--json", ports=[server.port])
        expect_code(result, 0)
        expect(server.requests[1].get("Cookie") == "sid=s3", f"{server.requests[1].get('Cookie')}")
        with open(saved, encoding="utf-8") as file:
            steps = json.load(file)["steps"]
        expect(steps[1].get("wait_s") == 2 and "wait_s" not in steps[0], f"{steps[1].get('wait_s')}")
        again = run("explain", "--json", saved)
        expect(again.code == result.code, f"{again.code}, live {result.code}")
        expect([[s["cookies_sent"] for s in b["steps"]] for b in again.json()["browsers"]] ==
               [[s["cookies_sent"] for s in b["steps"]] for b in result.json()["browsers"]],
               "the saved journey sends other cookies")


def case_preflights_are_remembered_between_requests():
    with api(shop) as server:
        base = f"https://api.shop.example:{server.port}"
        probe(base + "/a", "--json-body", "{}", "--then", "/a", "--json-body", "{}",
              ports=[server.port])
        expect(sent(server) == [("OPTIONS", "/a"), ("POST", "/a"), ("POST", "/a")], f"{sent(server)}")


def case_after_a_failed_login_the_next_request_is_made():
    def closed(request):
        return answer(401, ALLOW) if request.method == "OPTIONS" else answer(200, ALLOW)
    with api(closed) as server:
        base = f"https://api.shop.example:{server.port}"
        expect_code(probe(base + "/login", "--json-body", "{}", "--then", "/me",
                          ports=[server.port]), 1)
        expect(sent(server) == [("OPTIONS", "/login"), ("GET", "/me")], f"{sent(server)}")


def case_nothing_of_one_request_reaches_anothers_host():
    with api(shop) as first, api(shop) as second:
        probe(f"https://api.shop.example:{first.port}/login", "-H", f"Authorization: {CANARY}", "-H",
              f"X-Id: {CANARY}", "-d", CANARY, "--cookie", f"own={CANARY}; Secure", "--then",
              f"https://api.pay.example:{second.port}/me", ports=[first.port, second.port])
        expect(sent(second) == [("GET", "/me")], f"{sent(second)}")
        expect(CANARY not in str(second.requests[0].headers) and
               second.requests[0].get("Cookie") is None, "it got something")


def case_where_other_browsers_would_send_something_else_it_says_so():
    with api(shop) as server:
        base = f"https://api.pay.example:{server.port}"
        result = probe(base + "/login", "--then", "/me", "--browser", "chrome,safari,chrome-no3pc",
                       "--json", ports=[server.port])
        found = notes(result, "browser-differs")
        expect(len(found) == 1 and found[0]["step"] == 1, f"{found}")
        what = found[0]["what"]
        expect("chrome@" in what and "safari@" in what and "chrome-no3pc@" in what and
               "without the cookie sid, brief" in what, what)
        expect("s3" not in result.out, "a cookie's value is shown")
        text = probe(base + "/login", "--then", "/me", "--browser", "chrome,safari",
                     ports=[server.port])
        expect("Of what was sent and answered" in text.out and "request 2" in text.out, text.out)
        alone = probe(base + "/login", "--then", "/me", "--browser", "chrome", "--json",
                      ports=[server.port])
        expect(not notes(alone), f"{notes(alone)}")


def case_what_was_sent_is_told():
    with api(shop) as server:
        result = probe(f"https://api.shop.example:{server.port}/login?token={CANARY}", "--json-body",
                       "{}", "--then", "/me", "--browser", "firefox", "--json", ports=[server.port])
        got = [(x["step"], x["hop"], x["preflight"], x["method"], x["status"])
               for x in result.json()["probe"]["sent"]]
        expect(got == [(0, 0, True, "OPTIONS", 204), (0, 0, False, "POST", 200),
                       (1, 0, False, "GET", 200)], f"{got}")
        expect(all(x["as"].startswith("firefox@") for x in result.json()["probe"]["sent"]), "as whom")
        expect(CANARY not in result.out, "a token in the address is shown")


def case_the_failing_request_is_named():
    port = unused_port()
    with api(shop) as server:
        result = probe(f"https://api.shop.example:{server.port}/login", "--then",
                       f"https://api.shop.example:{port}/me", "--json-body", "{}",
                       ports=[server.port, port])
        expect_one_line(result, 3, "preflight of request 2 OPTIONS", "refused")


def case_bad_requests_are_exit_2():
    for arguments in (["--then", "nonsense"], ["--then", "ftp://a.example/"], ["--then", ""],
                      ["--then", "/a", "--wait", "-1"], ["--wait", "nan"], ["--then", "/", "-H", "x"],
                      ["--then", "/", "-d", "a", "--json-body", "b"], ["--follow", "--no-follow"],
                      ["--then", "/", "-d", "@/no/such/file"], ["--max-redirects", "21"],
                      ["--max-redirects", "x"], ["--max-redirects", ""], ["--timeout", "0"],
                      ["--max-wait", "-1"], ["--max-body", "1T"], ["--max-body", ""],
                      ["--max-body", "-1"], ["--cookies", "/no/such/file"],
                      ["--then", "/"] * 100):
        expect_one_line(run("probe", "https://a.example/", "--page", PAGE, *arguments), 2)


# --- redirects ----------------------------------------------------------------------------------

def redirected(*arguments, status=307, host="other.example", path="/b"):
    """First redirects to second, which no option names; both results, and the command's."""
    with api(shop) as first, api(shop) as second:
        first.handler = lambda r: shop(r) if r.method == "OPTIONS" else answer(
            status, ALLOW + [("Location", f"https://{host}:{second.port}{path}")])
        words = [word.replace("SECOND", f"https://{host}:{second.port}") for word in arguments]
        result = probe(f"https://api.shop.example:{first.port}/a", *words, "--browser", "chrome",
                       "--json", page=PAGE + "private/path?token=1", ports=[first.port, second.port])
        return first, second, result


def case_a_redirected_body_goes_to_nobody_who_was_not_named():
    for arguments in (["-d", CANARY], ["--json-body", CANARY], ["-X", "PUT", "-d", CANARY]):
        _, second, result = redirected(*arguments)
        expect_code(result, 4)
        expect(all(r.method == "OPTIONS" for r in second.requests), f"{sent(second)}")
        expect(CANARY not in "".join(str(r.headers) + str(r.body) for r in second.requests), "a leak")
        found = notes(result, "redirect-held-back")
        expect(len(found) == 1 and "the request's body" in found[0]["what"] and
               "other.example" in found[0]["what"] and "--follow" in found[0]["what"], f"{found}")
        expect(CANARY not in result.out, "the body is shown")
        unsent(result, "--follow")


def case_a_scripts_header_goes_to_nobody_who_was_not_named():
    _, second, result = redirected("-H", f"X-Id: {CANARY}", "-H", "Accept-Language: de",
                                   status=302)
    expect(not [r for r in second.requests if r.method != "OPTIONS"], f"{sent(second)}")
    found = notes(result, "redirect-held-back")
    expect(len(found) == 1 and "X-Id" in found[0]["what"] and
           "Accept-Language" not in found[0]["what"], f"{found}")


def case_with_follow_it_goes_as_a_browser_sends_it():
    _, second, result = redirected("--follow", "-d", "the body", "-H", f"Authorization: {CANARY}",
                                   "--cookie", f"sid={CANARY}; Secure")
    real = [r for r in second.requests if r.method != "OPTIONS"]
    expect(len(real) == 1 and real[0].method == "POST" and real[0].body == b"the body", f"{sent(second)}")
    expect(CANARY not in str([r.headers for r in second.requests]), "Authorization or a cookie")
    expect(not notes(result), f"{notes(result)}")


def case_a_named_origin_gets_it():
    _, second, _ = redirected("-d", "the body", "--then", "SECOND/me")
    expect(sent(second) == [("POST", "/b"), ("GET", "/me")] and second.requests[0].body == b"the body",
           f"{sent(second)}")


def case_a_redirect_that_drops_the_body_is_followed():
    _, second, result = redirected("-d", CANARY, status=303)
    expect(sent(second) == [("GET", "/b")] and second.requests[0].body == b"", f"{sent(second)}")
    expect(second.requests[0].get("Content-Type") is None, "the body's type")
    expect_code(result, 0)


def case_no_private_address_travels():
    _, second, _ = redirected(status=302)
    headers = second.requests[0].headers
    expect(dict(headers).get("Referer") == ORIGIN + "/", f"{headers}")
    expect("private" not in str(headers) and "token" not in str(headers), f"{headers}")
    first, _, _ = redirected(status=302, host="api.shop.example")
    expect("private" not in str([r.headers for r in first.requests]), "the page's path")


def case_a_tainted_origin_is_null():
    with api() as first, api() as second:
        first.handler = lambda r: shop(r) if r.path == "/c" else answer(302, ALLOW + [
            ("Location", f"https://other.example:{second.port}/b")])
        second.handler = lambda r: answer(302, [("Access-Control-Allow-Origin", r.get("Origin"))] +
                                          ALLOW[1:] + [
            ("Location", f"https://api.shop.example:{first.port}/c")])
        probe(f"https://api.shop.example:{first.port}/a", ports=[first.port, second.port])
        expect([r.get("Origin") for r in first.requests] == [ORIGIN, "null"],
               f"{[r.get('Origin') for r in first.requests]}")


def unsent(result, option):
    """What is not known is told as what was not asked, and by which option it is."""
    found = [one for one in result.json()["browsers"][0]["findings"] if one["code"].endswith("Unknown")]
    expect(len(found) == 1 and "was not sent" in found[0]["what"] and option in found[0]["remedy"], f"{found}")
    expect("let concors probe ask" not in result.out, "it is the probe that speaks")


def case_no_follow_and_a_limit():
    for arguments, count in ((["--no-follow"], 1), (["--max-redirects", "0"], 1),
                             (["--max-redirects", "3"], 4)):
        with api(lambda r: answer(302, ALLOW + [("Location", r.path + "a")])) as server:
            result = probe(f"https://api.shop.example:{server.port}/", "--json", *arguments,
                           ports=[server.port])
            expect_code(result, 4)
            expect(len(server.requests) == count, f"{arguments}: {len(server.requests)}")
            expect(len(notes(result, "redirect-not-followed")) == 1, f"{notes(result)}")
            unsent(result, arguments[0])


def case_a_get_keeps_its_content_type():
    with api(shop) as server:
        probe(f"https://api.shop.example:{server.port}/", "-H", "Content-Type: application/json",
              ports=[server.port])
        expect(server.requests[0].get("Access-Control-Request-Headers") == "content-type", "it asks")
        expect(server.requests[1].get("Content-Type") == "application/json", "and sends")


def case_then_goes_on_after_a_redirect_that_was_held_back():
    _, second, result = redirected("-d", CANARY, "--then", "/me")
    expect_code(result, 4)
    expect(sent(second) == [("GET", "/b")], f"{sent(second)}")  # where /me leads to, without a body
    expect(len(result.json()["browsers"][0]["steps"]) == 2, "the second request")


if __name__ == "__main__":
    sys.exit(main(globals()))
