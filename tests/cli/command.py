#!/usr/bin/env python3
"""The command as its users meet it: options, exit codes, streams, terminals, batches."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ORIGIN = "https://app.example.com"
ALLOW = [["Access-Control-Allow-Origin", ORIGIN], ["Access-Control-Allow-Credentials", "true"],
         ["Vary", "Origin"]]
COMMANDS = ("explain", "probe", "relate", "reason", "policy", "gateway")
CANARY = "CANARY51c2"


def journey(headers, url="https://api.example.com/me", **more):
    return {"page": ORIGIN + "/", "steps": [
        {"request": {"url": url, "credentials": "include"},
         "response": {"status": 200, "headers": headers}}], **more}


OK = journey(ALLOW)
BLOCKED = journey([["Access-Control-Allow-Origin", ORIGIN + "/"]])
UNKNOWN = {"page": ORIGIN + "/", "steps": [{"request": {"url": "https://api.example.com/"}}]}


class Command:
    def __init__(self, binary):
        self.binary = os.path.abspath(binary)

    def run(self, *words, data=None, env=None, **more):
        text = json.dumps(data) if isinstance(data, dict) else data
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        return subprocess.run([self.binary, *words], input=text, text=True, timeout=30, check=False,
                              env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}, **streams)

    def shell(self, line, data=""):
        return subprocess.run(["bash", "-c", line], input=data, text=True, capture_output=True,
                              timeout=30, check=False,
                              env={**os.environ, "CONCORS": self.binary, "LC_ALL": "C.UTF-8"})


CASES = []


def case(function):
    CASES.append(function)
    return function


def same(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, wanted {want!r}")


def has(text, word):
    if word not in text:
        raise AssertionError(f"{word!r} is not in {text!r}")


def options_of(command, name):
    """Long options that --help of a command shows."""
    words = [name] if name else []
    return set(re.findall(r"^ {2}(?:-\w, | {4})--([\w-]+)", command.run(*words, "--help").stdout,
                          flags=re.MULTILINE))


@case
def exit_codes_say_the_verdict(command):
    table = [(OK, [], 0), (BLOCKED, [], 1), (UNKNOWN, [], 4),
             (BLOCKED, ["--fail-on", "blocked"], 1), (UNKNOWN, ["--fail-on", "blocked"], 0),
             (UNKNOWN, ["--fail-on", "unknown"], 4), (BLOCKED, ["--fail-on", "never"], 0)]
    for data, words, want in table:
        for form in ([], ["--json"], ["--quiet"]):
            same(command.run("explain", *words, *form, data=data).returncode, want, (words, form))
        line = json.dumps(data) + "\n"
        same(command.run("explain", "--batch", *words, data=line).returncode, want, ("batch", words))


@case
def file_dash_and_standard_input_are_the_same(command):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(OK, file)
        file.flush()
        texts = {command.run("explain", "--json", *words, data=data).stdout
                 for words, data in (([file.name], None), (["-"], OK), ([], OK))}
    same(len(texts), 1, "texts")


@case
def default_browsers_are_four(command):
    def names(*words, data=OK):
        report = json.loads(command.run("explain", "--json", *words, data=data).stdout)
        return [b["browser"].split("@")[0] for b in report["browsers"]]
    same(names(), ["chrome", "chrome-no3pc", "firefox", "safari"])
    same(names(data={**OK, "browsers": ["spec"]}), ["spec"])
    same(names("--browser", "firefox,webkitgtk", data={**OK, "browsers": ["spec"]}),
         ["firefox", "webkitgtk"])


@case
def now_replaces_the_journeys_time(command):
    data = journey(ALLOW + [["Set-Cookie", "sid=1; Max-Age=60"]], now="2020-01-01T00:00:00Z")
    for words, want in (([], "2020-01-01T00:01:00Z"),
                        (["--now", "2026-11-20T12:00:00Z"], "2026-11-20T12:01:00Z")):
        report = json.loads(command.run("explain", "--json", *words, data=data).stdout)
        same(report["browsers"][0]["cookies"][0]["expires"], want)


@case
def mistakes_are_one_line_that_helps(command):
    table = [(["explian"], "did you mean 'explain'"), (["explain", "--jsn"], "did you mean --json"),
             (["explain", "--browser", "chrom"], "did you mean chrome"),
             (["explain", "--browser", "safari@new"], "no such version of safari"),
             (["explain", "--color", "sometimes"], "auto|always|never"),
             (["explain", "--now", "yesterday"], "2026-11-20T12:00:00Z"),
             (["explain", "--fail-on"], "--fail-on needs a value"),
             (["explain", "--json=yes"], "--json takes no value"),
             (["explain", "a", "b"], "one file, not 2"), (["explain", "/nowhere"], "/nowhere: "),
             (["explain", "--psl", "/nowhere"], "/nowhere"),
             (["help", "explian"], "did you mean 'explain'"), (["-z"], "unknown option '-z'"),
             (["--browser", "chrome", "explain"], "--browser belongs behind the command: concors COMMAND --browser"),
             (["relate", "--browser", "chrome", "https://a.test"], "relate takes no --browser"),
             (["policy", "--only-request"], "policy takes no --only-request")]
    for words, want in table:
        done = command.run(*words, data=OK)
        same((done.returncode, done.stdout), (2, ""), words)
        same(done.stderr.count("\n"), 1, words)
        has(done.stderr, want)
        same(done.stderr.startswith("concors: "), True, words)


@case
def a_wrong_journey_is_named_by_place(command):
    done = command.run("explain", data='{"page": "https://a.test/",\n "stepz": []}')
    same(done.returncode, 2)
    has(done.stderr, "concors: <stdin>:2:")


@case
def help_teaches(command):
    for name in COMMANDS:
        done = command.run(name, "--help")
        same((done.returncode, done.stderr), (0, ""), name)
        has(done.stdout, "Examples:\n  concors " + name)
        same([l for l in done.stdout.splitlines() if len(l) > 80], [], f"width of {name} --help")
        same(command.run("help", name).stdout, done.stdout, name)
    same(command.run().returncode, 2)
    same(command.run().stderr, "concors: no command given, see 'concors --help'\n")
    has(command.run("--help").stdout, "Start here:")


@case
def every_option_is_everywhere(command):
    shells = {shell: command.run("--generate", shell).stdout for shell in ("bash", "zsh", "fish")}
    for name in (None, *COMMANDS):
        page = command.run("--generate", "man:" + (name or "concors")).stdout
        options = options_of(command, name)
        same(len(options) >= 5, True, name)
        for option in options:
            has(page, f"*--{option}*")
            has(shells["bash"], f"--{option}")
            has(shells["zsh"], f"--{option}[")
            has(shells["fish"], f"-l {option}")
    same(command.run("--generate", "tcsh").returncode, 2)


@case
def bash_completes(command):
    def complete(*words):
        line = ("source <(\"$CONCORS\" --generate bash); COMP_WORDS=(" +
                " ".join(f"'{w}'" for w in words) + f"); COMP_CWORD={len(words) - 1}; _concors; "
                "printf '%s\\n' \"${COMPREPLY[@]}\"")
        return set(command.shell(line).stdout.split())
    same(complete("concors", "ex"), {"explain"})
    has(complete("concors", "explain", "--sh"), "--show-values")
    same(complete("concors", "explain", "--browser", "chrome,fire"), {"chrome,firefox"})
    same(complete("concors", "explain", "--fail-on", ""), {"blocked", "unknown", "never"})
    has(complete("concors", "probe", "--fail-on", ""), "audit")
    has(complete("concors", "policy", "sim"), "simulate")
    has(complete("concors", "help", "ex"), "explain")
    has(complete("concors", "reason", "WildcardO"), "WildcardOriginNotAllowed")


@case
def version_tells_what_answers_rest_on(command):
    same(re.fullmatch(r"concors \d+\.\d+\.\d+\n", command.run("--version").stdout) is not None, True)
    for words in (["--version", "--json"], ["--json", "--version"], ["explain", "--version", "-j"]):
        version = json.loads(command.run(*words).stdout)
        same(re.fullmatch(r"chrome@\d+", version["profiles"][0]) is not None, True, words)
        same(re.fullmatch(r"\d{4}-\d\d-\d\d", version["suffix_list"]["date"]) is not None, True)


@case
def the_first_line_answers(command):
    for data, want in ((OK, "ok in all 4 browsers"), (UNKNOWN, "unknown in all 4 browsers: "),
                       (BLOCKED, "blocked in all 4 browsers: ")):
        has(command.run("explain", data=data).stdout.splitlines()[0], want)
        same(command.run("explain", "--quiet", data=data).stdout.count("\n"), 1)


@case
def colour_only_where_it_is_wanted(command):
    def coloured(*words, **env):
        return "\x1b[" in command.run("explain", *words, data=BLOCKED, env=env).stdout
    same(coloured(), False, "in a pipe")
    same(coloured("--color", "always"), True, "always")
    same(coloured(CLICOLOR_FORCE="1"), True, "CLICOLOR_FORCE")
    same(coloured(CLICOLOR_FORCE="1", NO_COLOR="1"), False, "NO_COLOR wins")
    same(coloured("--color", "never", CLICOLOR_FORCE="1"), False, "never")
    same(coloured("--color=always", NO_COLOR="1"), True, "--color wins")
    same(coloured("--json", CLICOLOR_FORCE="1"), False, "JSON")


@case
def plain_terminals_get_ascii(command):
    data = journey(ALLOW + [["Set-Cookie", "sid\u00e4=1; Path=/"]])
    text = command.run("explain", data=data, env={"LC_ALL": "C"}).stdout
    same(text.isascii(), True, "LC_ALL=C")
    same("\u2713" in command.run("explain", data=data).stdout, True, "C.UTF-8")


@case
def width_is_kept(command):
    data = journey([["Set-Cookie", "sid=1; Path=/"]], url="https://api.other.test/me")
    for columns in (40, 60, 80, 120):
        text = command.run("explain", data=data, env={"COLUMNS": str(columns)}).stdout
        for line in text.splitlines():
            footer = "@" in line or "suffix" in line
            copied = line.startswith(("       + ", "       - "))  # a header is never broken
            if len(line) > (80 if footer else columns) and len(line.split()) > 2 and not copied:
                raise AssertionError(f"{len(line)} columns of {columns}: {line}")


@case
def closed_and_full_streams_are_errors(command):
    data = json.dumps(OK)
    done = command.shell('"$CONCORS" explain --json >&-', data)
    same(done.returncode, 2, "closed stdout")
    has(done.stderr, "standard output")
    done = command.shell('"$CONCORS" explain --json >/dev/full', data)
    same(done.returncode, 2, "full disk")
    has(done.stderr, "standard output")
    same(command.shell('"$CONCORS" --help >/dev/full').returncode, 2, "help on a full disk")
    done = command.shell('"$CONCORS" explain --json <&-')
    same((done.returncode, done.stdout), (2, ""), "closed stdin")
    done = command.shell('set -o pipefail; "$CONCORS" explain --json | true; echo ${PIPESTATUS[0]}',
                         data)
    same((done.stdout.strip(), "concors: cannot" in done.stderr), ("0", False), "gone reader")


@case
def too_much_at_once_is_told_of_the_batch(command):
    with tempfile.NamedTemporaryFile("w+") as file:
        file.truncate((256 << 20) + 1)  # a hole: nothing is written
        for words in ((file.name,), ("-",)):
            got = command.run("explain", *words, stdin=None if words[0] != "-" else file)
            same((got.returncode, got.stdout), (2, ""))
            has(got.stderr, "larger than 256 MiB; --batch takes many journeys")


@case
def batch_keeps_order_and_goes_on(command):
    lines = [json.dumps(OK), "", "nonsense", json.dumps(BLOCKED) + "\r", "  ", '{"page": 1, "steps": []}',
             json.dumps(UNKNOWN)]
    done = command.run("explain", "--batch", "--browser", "chrome", data="\n".join(lines))
    same(done.returncode, 2)
    out = [json.loads(line) for line in done.stdout.splitlines()]
    same([o.get("verdict", o.get("line")) for o in out], ["ok", 3, "blocked", 6, "unknown"])
    has(out[1]["error"], "")
    has(out[3]["error"], "/page")


@case
def batch_says_the_same_as_explain(command):
    for data in (OK, BLOCKED, UNKNOWN, journey(ALLOW + [["Set-Cookie", "a=1; SameSite=None"]])):
        alone = command.run("explain", "--json", data=data).stdout
        same(command.run("explain", "--batch", data=json.dumps(data) + "\n").stdout, alone)


@case
def batch_of_a_large_journey_between_small_ones(command):
    large = journey(ALLOW + [["Set-Cookie", f"c{i}=1; Path=/p{i}"] for i in range(5000)])
    lines = "\n".join(json.dumps(j) for j in (OK, large, OK))
    out = command.run("explain", "--batch", "--browser", "chrome", data=lines).stdout.splitlines()
    same(len(out), 3)
    same(out[0], out[2])
    same(len(json.loads(out[1])["browsers"][0]["steps"][0]["set_cookie"]), 5000)


@case
def no_fixes_searches_none_and_claims_none(command):
    data = json.dumps(journey([["Access-Control-Allow-Origin", "*"]]))
    found = json.loads(command.run("explain", "--json", data=data).stdout)
    left = json.loads(command.run("explain", "--json", "--no-fixes", data=data).stdout)
    same(len(found["fixes"]) > 0, True, "a fix is found")
    same(left["fixes"], [], "--no-fixes")
    same(left["browsers"], found["browsers"], "the rest")
    text = command.run("explain", "--no-fixes", data=data).stdout
    same("What to change" in text, False, "a claim about fixes")


@case
def secrets_are_shown_only_when_asked_for(command):
    data = journey(ALLOW + [["Set-Cookie", f"sid={CANARY}; Path=/"],
                            ["Set-Cookie", f"bad={CANARY}; Domain=com"]],
                   url="https://api.example.com/?token=" + CANARY,
                   cookies=[{"url": "https://api.example.com/", "set_cookie": "old=" + CANARY}])
    data["steps"][0]["request"]["headers"] = [["Authorization", "Bearer " + CANARY]]
    data["steps"][0]["preflight"] = {"status": 204, "headers": ALLOW + [
        ["Access-Control-Allow-Headers", "authorization"]]}
    for words in ([], ["--json"], ["--quiet"], ["--color", "always"]):
        done = command.run("explain", *words, data=data)
        same(CANARY in done.stdout + done.stderr, False, words)
    shown = command.run("explain", "--json", "--show-values", data=data).stdout
    has(shown, f'"value":"{CANARY}"')
    same("Bearer" in shown, False, "Authorization")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    command = Command(options.binary)
    passed = failed = 0
    for function in CASES:
        if options.filter not in function.__name__:
            continue
        try:
            function(command)
            passed += 1
            print(f"ok    {function.__name__}")
        except (AssertionError, KeyError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAIL  {function.__name__}: {error}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
