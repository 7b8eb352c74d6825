#!/usr/bin/env python3
"""concors probe used wrongly: one line that says what to do, before anything is sent.

mistakes.py [COMMAND [WORD...]]: as run.py.
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import (CA, CANARY, CONCORS, FOLDER, PAGE, Skip, api, expect, expect_code,  # noqa: E402
                    expect_one_line, file_of, main, probe, run, sent, shop)

URL = "https://api.shop.example/"
DIRECTORY = os.path.join(FOLDER.name, "directory")
os.mkdir(DIRECTORY)


def refused(arguments, *words, url=URL):
    """Exit 2 and one line that says these words; the server of the case sees nothing."""
    expect_one_line(run("probe", url, "--page", PAGE, *arguments), 2, *words)


def case_addresses_without_a_scheme():
    for url in ("api.shop.example", "/me", "//api.shop.example", "", f"localhost/{CANARY}"):
        refused([], "URL is no address: it must begin with https:// or http://", url=url)
    expect_one_line(run("probe", URL, "--page", "app.shop.example"), 2, "--page", "https://")
    refused(["--then", "me"], "--then is no address", "https://", "with / for a path at URL's origin")
    refused(["--then", "/a", "--then", "b"], "--then of request 3", "with / for a path")
    refused(["--then", "https://"], "--then is no address: no host")
    refused(["--then", "ftp://a.example/"], "--then must be an http or https address")


def case_options_that_their_request_cannot_heed():
    for arguments, words in (
            (["-d", "a", "--kind", "navigate"], "--data does not go with --kind navigate"),
            (["-H", "X: 1", "--kind", "img"], "--header does not go with --kind img, only with fetch,xhr"),
            (["-X", "PUT", "--kind", "beacon"], "--method does not go with --kind beacon"),
            (["--json-body", "{}", "--kind", "form-post"], "--json-body does not go with --kind form-post"),
            (["--mode", "no-cors", "--kind", "xhr"], "--mode does not go with --kind xhr"),
            (["--credentials", "omit", "--kind", "script"], "--credentials does not go with"),
            (["--then", "/b", "--kind", "visit", "-d", "a"], "--data does not go with --kind visit"),
            (["-d", "a", "-X", "GET"], "GET has no body"), (["--json-body", "{}", "-X", "head"], "no body")):
        refused(arguments, words)
    with api(shop) as server:  # what stands before --then is not that one's
        expect_code(probe(f"https://api.shop.example:{server.port}/", "-X", "PUT", "-d", "a", "--then", "/b",
                          "--kind", "visit", ports=[server.port]), 0)


def case_files_that_are_none():
    for path in (DIRECTORY, os.path.join(FOLDER.name, "absent"), "/", ""):
        for option in ("--cookies", "--cacert", "--psl"):
            refused([option, path], path)
        refused(["--data", "@" + path], path or "no file is named behind @")
    loop = os.path.join(FOLDER.name, "loop")
    os.symlink(loop, loop)
    refused(["--cookies", loop], "symbolic links")
    refused(["--cacert", file_of("words", "no certificate")], "no certificate in PEM form")
    refused(["--cookies", file_of("picture", b"\x89PNG\r\n\x1a\n\0\0\0" * 40)], "picture:1", "more)")


def case_a_file_without_permission():
    path = file_of("closed", "x")
    os.chmod(path, 0)
    if os.access(path, os.R_OK):
        raise Skip("this user may read every file")
    for option in ("--cookies", "--cacert", "--psl"):
        refused([option, path], path, "denied")


def case_resolve_takes_addresses():
    for value, words in (("api.shop.example", "HOST:PORT:ADDRESS"), ("api.shop.example:443", "HOST:PORT"),
                         ("api.shop.example:443:", "no IP address"), ("a:443:localhost", "'localhost' is no IP"),
                         ("a:443:127.0.0.1,", "no IP address"), ("a:443:[127.0.0.1]", "no IP address"),
                         ("a:443:127.0.0.256", "no IP address"), ("a:x:127.0.0.1", "HOST:PORT:ADDRESS")):
        refused(["--resolve", value], "--resolve", words)
    with api(shop) as server:
        expect_code(run("probe", f"https://api.shop.example:{server.port}/", "--page", PAGE, "--only-request",
                        "--cacert", CA.ca,
                        f"--resolve=api.shop.example:{server.port}:127.0.0.1,[::1]"), 0)


def case_a_journey_that_cannot_be_saved_is_said_before_the_request():
    with api(shop) as server:
        for path, word in (("/no/such/folder/x.json", "No such file"), (DIRECTORY, "directory")):
            result = probe(f"https://api.shop.example:{server.port}/", "-X", "POST", "--save-journey", path,
                           ports=[server.port])
            expect_one_line(result, 2, path, word)
        expect(not server.requests, f"{sent(server)}")


def full(stream, *arguments):
    """The exit code and standard error when the stream goes to a full disk."""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full here")
    with api(shop) as server, open("/dev/full", "wb") as device:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: device}
        done = subprocess.run([CONCORS, "probe", f"https://api.shop.example:{server.port}/", "--page", PAGE,
                               "--only-request", "--cacert", CA.ca, *arguments,
                               f"--resolve=api.shop.example:{server.port}:127.0.0.1"], check=False,
                              timeout=60, **streams)
        return done.returncode, (done.stderr or b"").decode()


def case_a_full_disk_is_no_success():
    for form in ([], ["--json"], ["--quiet"]):
        code, error = full("stdout", *form)
        expect(code == 2 and "No space left" in error, f"{form}: {code} {error!r}")
    code, _ = full("stderr")
    expect(code == 0, f"what cannot be said on standard error changes nothing: {code}")
    code, error = full("stdin", "--save-journey", "/dev/full")
    expect(code == 2 and "/dev/full: No space left" in error, f"{code} {error!r}")


def case_numbers_that_are_none():
    for option, values in (("--timeout", ("", "5s", "0", "-1", "nan", "inf", "1e9")),
                           ("--max-time", ("0", "x")), ("--max-wait", ("-1", "soon")),
                           ("--wait", ("1h", "-1", "86401")), ("--max-redirects", ("", "-1", "21", "2x", "1e1")),
                           ("--max-body", ("", "1MB", "-1", "K", "1.5M", "9999999999999"))):
        for value in values:
            refused([f"{option}={value}"], option)


def case_misspelt_options_find_their_name():
    for wrong, right in (("--folow", "--follow"), ("--no-folow", "--no-follow"), ("--cookie-file", "--cookie"),
                         ("--time-out", "--timeout"), ("--max-redirs", "--max-redirects")):
        refused([wrong], right)


def case_both_at_once():
    refused(["--follow", "--no-follow"], "exclude each other")
    refused(["-d", "a", "--json-body", "b"], "exclude each other")
    refused(["--then"], "--then needs a value")
    refused(["https://b.example/"], "one address", "--then")


if __name__ == "__main__":
    sys.exit(main(globals()))
