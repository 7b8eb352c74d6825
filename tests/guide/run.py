#!/usr/bin/env python3
"""Every example of docs/guide/ against the command: tests/guide/run.py CONCORS [--update]

A page that names examples/guide/api.py has it at port 8080: it is started at a free one, which is put in the
place of that in the commands, and out of what they print. A fenced block that begins with "$ " is commands and what they print. It is run in a folder that holds
examples/ and the files that its page shows: a block of JSON or YAML below a line that ends in "`NAME`:" is such a
file. A line "…" stands for one line of output or more. A row that begins with a message and a reason says which
reason the command names first for that message. --update writes what the command prints now.
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
LIST = ROOT / "tests" / "guide" / "suffixes.dat"
GAP = "…"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
MESSAGE = re.compile(r"^\| `(.*)` \| \[(\w+)\]", re.M)
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)
NAMED = re.compile(r"`([\w-]+\.(?:json|yaml))`:\n+\Z")
API, API_PORT = "examples/guide/api.py", 8080
OLD_LIST = re.compile(r"concors: warning: the public suffix list .*\n")
MINUTES, WORDS_A_MINUTE, LINES_A_MINUTE = 5, 230, 60

# Takes the guide's own list of suffixes, where the command takes one.
WRAPPER = """#!/bin/sh
case $1 in
explain | policy | probe | relate) exec "$CONCORS" "$@" --psl "$LIST" ;;
*) exec "$CONCORS" "$@" ;;
esac
"""

PASSED, FAILURES = [], []


def check(good, what):
    (PASSED if good else FAILURES).append(what)


def commands(block):
    """[command, lines of output] of a block; a command goes on behind a backslash."""
    found = []
    for line in block.splitlines():
        if found and not found[-1][1] and found[-1][0].endswith("\\"):
            found[-1][0] += "\n" + line
        elif line.startswith("$ "):
            found.append([line[2:], []])
        else:
            found[-1][1].append(line)
    for _, lines in found[:-1]:
        while lines and not lines[-1]:
            lines.pop()
    return found


def free_port():
    """One of four digits: lines break where they do with the port of the page."""
    for port in range(API_PORT + 1, 9999):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port of four digits")


class Api:
    """The guide's own server, while a page is checked that names it."""

    def __init__(self, text):
        self.port, self.process = API_PORT, None
        if API in text:
            self.port = free_port()
            self.process = subprocess.Popen([sys.executable, str(ROOT / API), str(self.port)])

    def __enter__(self):
        deadline = time.monotonic() + 30
        while self.process and time.monotonic() < deadline:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()

    def there(self, text):
        return text.replace(f":{API_PORT}", f":{self.port}")

    def back(self, text):
        return text.replace(f":{self.port}", f":{API_PORT}")


def segments(lines):
    """The runs of lines between gaps; empty where a gap stands first or last."""
    runs = [[]]
    for line in lines:
        if line == GAP:
            runs.append([])
        else:
            runs[-1].append(line)
    return runs


def place(run, printed, start):
    """Where the lines of a run stand in what was printed, from `start`; or None."""
    for at in range(start, len(printed) - len(run) + 1):
        if printed[at:at + len(run)] == run:
            return at
    return None


def matches(shown, printed):
    """Whether the shown lines are what was printed, gaps left out."""
    runs = segments(shown)
    if len(runs) == 1:
        return runs[0] == printed
    if printed[:len(runs[0])] != runs[0]:
        return False
    end = len(printed) - len(runs[-1])
    at = len(runs[0])
    for run in runs[1:-1]:
        found = place(run, printed[:end], at + 1)
        if found is None:
            return False
        at = found + len(run)
    return at < end and printed[end:] == runs[-1]


def paragraphs(lines, at, count):
    """`count` paragraphs from line `at` on."""
    end = at
    for part in range(count):
        end += 1 if part else 0
        while end < len(lines) and lines[end]:
            end += 1
    return lines[at:end]


def renewed(shown, printed):
    """What was printed, with the gaps of what was shown: each run is found again by its first line."""
    if GAP not in shown or matches(shown, printed):
        return shown if GAP in shown else printed
    lines, at = [], 0
    for number, run in enumerate(segments(shown)):
        if number:
            lines.append(GAP)
        if not run:
            continue
        at = next((i for i in range(at, len(printed)) if number == 0 or printed[i] == run[0]), None)
        if at is None:
            return printed
        part = paragraphs(printed, at, run.count("") + 1)
        lines += part
        at += len(part)
    return lines


def anchors(text):
    """The names by which the headings of a page are linked to."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(BLOCK.sub("", text))}


class Page:
    """A page of the guide, and a folder to run its commands in."""

    def __init__(self, path, folder, concors):
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.folder = pathlib.Path(folder)
        self.api = None # only while the page is checked
        self.settings = {"PATH": f"{folder}/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": folder,
                         "CONCORS": concors, "LIST": str(LIST)}
        for name, value in os.environ.items():
            if name.endswith("SAN_OPTIONS"):
                self.settings[name] = value
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "concors").write_text(WRAPPER, encoding="utf-8")
        (self.folder / "bin" / "concors").chmod(0o755)
        shutil.copytree(ROOT / "examples", self.folder / "examples")

    def title(self, what):
        return f"{self.path.relative_to(ROOT)}: {what}"

    def run(self, command):
        done = subprocess.run(["sh", "-c", self.api.there(command)], capture_output=True, text=True, cwd=self.folder,
                              env=self.settings, timeout=60, check=False, stdin=subprocess.DEVNULL)
        return self.api.back(done.stdout + OLD_LIST.sub("", done.stderr)).splitlines()

    def check_block(self, block):
        """The block as it should be."""
        parts = []
        for command, shown in commands(block):
            printed = self.run(command)
            good = matches(shown, printed)
            check(good, self.title(f"$ {command}") + ("" if good else ":\n    " + "\n    ".join(printed)))
            parts.append("\n".join([f"$ {command}", *renewed(shown, printed)]))
        return "\n\n".join(parts) + "\n"

    def file_block(self, kind, block, before):
        named = NAMED.search(before)
        check(named is not None, self.title(f"a {kind} block without a name: {block[:60]!r}"))
        if named:
            (self.folder / named.group(1)).write_text(block, encoding="utf-8")

    def check(self):
        """The page as it should be."""
        def renew(found):
            kind, block = found.group(1), found.group(2)
            if block.startswith("$ "):
                block = self.check_block(block)
            elif kind in ("json", "yaml"):
                self.file_block(kind, block, self.text[:found.start()])
            else:
                check(kind != "", self.title(f"a block that is no command and names no language: {block[:60]!r}"))
            return f"```{kind}\n{block}```"
        with Api(self.text) as self.api:
            text = BLOCK.sub(renew, self.text)
        self.check_messages()
        self.check_anchors()
        self.check_length()
        return text

    def check_messages(self):
        for message, code in MESSAGE.findall(self.text):
            done = subprocess.run([self.settings["CONCORS"], "reason", "--json", message], capture_output=True,
                                  text=True, env=self.settings, timeout=60, check=False)
            found = [reason["code"] for reason in json.loads(done.stdout)["reasons"]] if done.stdout else []
            check(found[:1] == [code], self.title(f"{message!r} is {code}, not {found} {done.stderr}"))

    def check_anchors(self):
        for name, anchor in ANCHOR.findall(BLOCK.sub("", self.text)):
            aim = self.path.parent / name if name else self.path
            found = anchors(aim.read_text(encoding="utf-8")) if aim.exists() else ()
            check(anchor in found, self.title(f"{name}#{anchor} leads nowhere"))

    def check_length(self):
        blocks = "".join(block for _, block in BLOCK.findall(self.text))
        prose = re.sub(r"\]\([^)]*\)", "]", BLOCK.sub("", self.text))
        minutes = len(prose.split()) / WORDS_A_MINUTE + blocks.count("\n") / LINES_A_MINUTE
        check(minutes <= MINUTES, self.title(f"{minutes:.1f} minutes to read"))


def check_examples():
    """Every journey below examples/guide/ stands in it."""
    text = "".join(path.read_text(encoding="utf-8") for path in GUIDE.glob("*.md"))
    for path in sorted((ROOT / "examples" / "guide").glob("*.*")):
        name = str(path.relative_to(ROOT))
        check(name in text, f"no page of the guide runs {name}")


def main():
    operands = [word for word in sys.argv[1:] if not word.startswith("-")]
    concors = os.path.abspath(operands[0] if operands else os.environ.get("CONCORS", "build/cli/concors"))
    for path in sorted(GUIDE.glob("*.md")):
        with tempfile.TemporaryDirectory(prefix="concors-guide.") as folder:
            page = Page(path, folder, concors)
            text = page.check()
            if "--update" in sys.argv and text != page.text:
                path.write_text(text, encoding="utf-8")
                print(f"{path.relative_to(ROOT)} written anew")
    check_examples()
    for failure in FAILURES:
        print(f"FAIL {failure}")
    print(f"{len(PASSED)} passed, {len(FAILURES)} failed")
    return bool(FAILURES)


sys.exit(main())
