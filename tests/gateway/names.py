#!/usr/bin/env python3
"""What `concors gateway` writes for nginx, whatever names its command line has: a name stays one word.

names.py [COMMAND [WORD...]]. Last line: "N passed, N failed".
"""
import sys

import common
from common import PAGE, Gateway, expect, expect_equal, run

HOSTILE = ["a b", "a;b", "a{b}c", "a\"b", "a'b", "a\\b", "a\\", "a\"; daemon on; #", "$host", "${host}", "$", "a#b",
           "~^a", "-e", "a\tb", "é", "a\\n", "include *;", "a}b", "*"]
WRONG_UPSTREAMS = ["http://a b", "http://a;b", "http://a\"b", "http://$host", "http://${host}:80", "http://a{b", "http://a'b",
                   "http://a\nb;", "http://a/\nb", "\thttp://a", "http://a\"; return 200; #", "http://127.0.0.1:1\n}daemon on;", "http://[::1", "http://",
                   "", "ftp://a", "http://a:70000", "http://a:0", "http://user:secret@a/", "http://a/?b", "http://a/#b",
                   "unix:/tmp/x", "http://unix:/tmp/x:/", "file:///etc/passwd", "http://" + "a" * 300, "http://a/" + "b" * 3000]
WRONG_PLACES = ["a b:1", "0.0.0.0:8443", "192.0.2.1:8443", "[::]:8443", "*:8443", "localhost", "localhost:", ":x", "a;b:1",
                "$host:1", "~a:1", "a\nb:1", "localhost:99999", "localhost:80:80", "http://localhost:80", "user@localhost:1", ""]


def tokens(text):
    """nginx.conf as nginx reads it: words, and the marks ; { }."""
    found, at = [], 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif char == "#":
            at = text.index("\n", at)
        elif char in ";{}":
            found.append(("mark", char))
            at += 1
        elif char in "\"'":
            word, at = "", at + 1
            while text[at] != char:
                at += text[at] == "\\" and text[at + 1] in "\"'\\"
                word += text[at]
                at += 1
            found.append(("word", word))
            at += 1
            expect(text[at] in " \t\n;{)", f"behind a quoted word: {text[at - 20:at + 5]!r}")
        else:
            start = at
            while text[at] not in " \t\n;" and not (text[at] == "{" and text[at - 1] != "$"):
                at += 1
            found.append(("word", text[start:at]))
    return found


def printed(*more, **how):
    code, out, err = run("--print-config", *more, **how)
    expect_equal((code, err), (0, ""), more)
    return tokens(out)


def folder(name):
    path = common.FOLDER / "names" / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "index.html").write_text("page of " + name, encoding="utf-8")
    return path


def differences(one, other):
    expect_equal(len(one), len(other), "as many words")
    return {(a[1], b[1]) for a, b in zip(one, other) if a != b}


def without_dollar(found):
    """The block that is there for the sake of a dollar sign, taken out."""
    block = [("word", "geo"), ("word", "$dollar"), ("mark", "{"), ("word", "default"), ("word", "$"), ("mark", ";"),
             ("mark", "}")]
    at = next(i for i in range(len(found)) if found[i:i + len(block)] == block)
    return found[:at] + found[at + len(block):]


def case_a_folder_of_any_name_is_one_word():
    plain = printed("--page-dir", PAGE)
    for name in HOSTILE:
        if "\t" in name:
            continue
        path = folder(name)
        found = printed("--page-dir", path)
        if "$" in name:
            found = without_dollar(found)
        expect_equal(differences(plain, found), {(str(PAGE), str(path).replace("$", "${dollar}"))}, name)


def case_a_policy_of_any_name_is_one_word():
    plain = printed()
    for name in HOSTILE:
        if "\t" in name:
            continue
        path = folder(name) / "p;o\"l{i}c$y.yaml"
        path.write_text(common.POLICY, encoding="utf-8")
        expect_equal(differences(plain, printed(policy=path)), {(str(common.FOLDER / "policy.yaml"), str(path))}, name)


def case_nginx_serves_folders_of_any_name():
    """Not what stands in the file, but what nginx makes of it."""
    for name in ("a b;c{d}", "a\"'\\", "$host${host}$", "a\"; daemon on; #"):
        with Gateway("--listen", "0", "--page-dir", folder(name)) as gateway:
            expect_equal(gateway.ask("/").body.decode(), "page of " + name, name)


def case_its_own_folder_may_lie_anywhere():
    for name in ("a $b;{c}\"'\\", "${host}#"):
        top = common.TEMPORARY / name
        top.mkdir()
        with Gateway("--listen", "0", "--page-dir", PAGE, env={"TMPDIR": str(top)}) as gateway:
            expect_equal(gateway.ask("/").status, 200, name)
            gateway.process.terminate()
            expect_equal((gateway.wait(), list(top.iterdir())), (0, []), name)
        top.rmdir()
    code, out, err = run("--listen", "0", env={"TMPDIR": str(common.TEMPORARY / "nowhere")})
    expect_equal((code, out, err), (2, "", "concors: gateway: no folder for temporary files: No such file or directory\n"), "none")


def case_names_that_cannot_be_shown_are_refused():
    for name in ("a\nb", "a\x1bb", "a\u202eb", "a\x7fb", "a\tb"):
        code, out, err = run("--page-dir", folder(name), "--print-config")
        expect_equal((code, out, len(err.splitlines())), (2, "", 1), repr(name))
        expect("\x1b" not in err and "\u202e" not in err and "cannot be shown" in err, repr(err))


def case_upstreams_that_are_no_address_are_refused():
    for url in WRONG_UPSTREAMS:
        code, out, err = run("--print-config", upstream=url)
        expect_equal((code, out, len(err.splitlines())), (2, "", 1), url)
        expect("--upstream" in err and "secret" not in err, err)


def case_upstreams_of_any_path_are_one_word():
    plain = printed("--page-dir", PAGE, upstream="http://127.0.0.1:9/p")
    for path, shown in (("a;b", "a;b"), ("a\"b", "a%22b"), ("a b", "a%20b"), ("{}", "%7B%7D"), ("$host", "%24host"), ("a'b", "a'b"),
                        ("a\\b", "a/b"), ("~a", "~a"), ("\u00e9", "%C3%A9"), ("%22;", "%22;"),
                        ("${x}", "%24%7Bx%7D")):
        found = printed("--page-dir", PAGE, upstream=f"http://127.0.0.1:9/{path}")
        expect_equal(differences(plain, found),
                     {("http://127.0.0.1:9/p/", f"http://127.0.0.1:9/{shown}/"), ("/p/", f"/{shown}/"), ("/p", f"/{shown}")}, path)


def case_upstreams_are_written_as_browsers_would_ask_them():
    for url, shown in (("HTTP://LocalHost:3000", "http://localhost:3000"), ("https://api.example.com", "https://api.example.com:443"),
                       ("http://[::1]:3000/", "http://[::1]:3000"), ("http://127.1:80", "http://127.0.0.1:80"),
                       ("https://b\u00fccher.example", "https://xn--bcher-kva.example:443")):
        found = printed(upstream=url, *(("--insecure",) if url.startswith("https") else ()))
        expect(("word", shown) in found, url)
        near = "example" not in url
        expect((("word", "$http_host"), ("mark", ";")) in zip(found, found[1:]), url)
        expect(("word", "$proxy_host") in found or near, url)


def case_an_upstream_by_https_is_checked():
    found = printed(upstream="https://api.example.com")
    for words in (("proxy_ssl_verify", "on"), ("proxy_ssl_server_name", "on")):
        expect(any((found[i][1], found[i + 1][1]) == words for i in range(len(found) - 1)), words)
    found = printed("--insecure", upstream="https://api.example.com")
    expect(any((found[i][1], found[i + 1][1]) == ("proxy_ssl_verify", "off") for i in range(len(found) - 1)), "--insecure")


def case_places_that_are_not_of_this_machine_are_refused():
    for place in WRONG_PLACES:
        code, out, err = run("--print-config", "--listen", place)
        expect_equal((code, out, len(err.splitlines())), (2, "", 1), place)
        expect("--listen" in err, err)
    code, out, err = run("--print-config", "--page-dir", PAGE, "--api-listen", "0.0.0.0:8444")
    expect_equal((code, out), (2, ""), "--api-listen")
    expect("--api-listen 0.0.0.0:8444: " in err, err)


def case_places_of_this_machine():
    for place, host, port in (("8500", "localhost", "8500"), ("app.shop.example:8500", "app.shop.example", "8500"),
                              ("127.0.0.1:8500", "127.0.0.1", "8500"), ("[::1]:8500", "[::1]", "8500"),
                              ("APP.localhost:8500", "app.localhost", "8500")):
        found = printed("--listen", place)
        expect(("word", host) in found and ("word", "127.0.0.1:" + port) in found, place)


def case_arguments_that_do_not_fit_are_refused():
    two = common.write_policy("version: 1\npolicies: {a: {}, b: {}}\n", "two.yaml")
    for more, how, said in (
            (("--api-listen", "8444"), {}, "needs --page-dir"), (("--page-dir", PAGE / "app.js"), {}, "not a directory"),
            (("--page-dir", "nowhere"), {}, "No such file"), (("--cert", PAGE / "app.js"), {}, "need each other"),
            (("--page-dir", PAGE, "--listen", "8444", "--api-listen", "8444"), {}, "different ports"),
            (("a", "b"), {}, "takes one name"), (("other",), {}, "no policy 'other', there is shop"),
            ((), {"policy": two}, "name one of a, b"), ((), {"policy": "-"}, "standard input"),
            ((), {"policy": "nowhere.yaml"}, "No such file"), (("--page-di",), {}, "")):
        code, out, err = run("--print-config", *more, **how)
        expect_equal((code, out, len(err.splitlines())), (2, "", 1), more)
        expect(said in err, err)
    expect_equal(printed("b", policy=two).count(("word", "b")), 1, "the policy that was named")


sys.exit(common.main(globals()))
