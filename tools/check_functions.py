#!/usr/bin/env python3
"""Keeps the code readable by counting: lengths, banned functions, and what no text file may hold.

  functions of at most 60 lines and files of at most 400, in src/, cli/ and platform/
  no function that cannot be told how much room there is, reads a locale or hides a stack
  (tests may: they run under sanitizers)
  no trailing white space, no bidirectional control, no blob, in any file of the tree

Exceptions stand in tools/check_exceptions.txt, each with its reason; one that is no longer needed
is a mistake too.
"""
import fnmatch
import os
import re
import subprocess
import sys

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400
COUNTED = ("src/", "cli/", "platform/", "nginx/")
EXCEPTIONS = "tools/check_exceptions.txt"
BANNED = (
    "strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets strtok strtok_r "
    "atoi atol atoll atof scanf sscanf fscanf alloca strdupa system popen mktemp tmpnam tempnam "
    "rand srand random gmtime localtime asctime ctime wordexp "
    "longjmp siglongjmp vfork").split()
BANNED_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
# Comments and literals, so that what people write there is not taken for code.
NOT_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NAME = re.compile(r"(\w+)\s*\(")


class Exceptions:
    """Lines of `rule pattern reason`; the pattern is a path, or path:function."""

    def __init__(self, path):
        self.rows = []
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                words = line.split(None, 2)
                if not words or line.startswith("#"):
                    continue
                if len(words) < 3:
                    sys.exit(f"{path}:{number}: an exception needs a reason")
                self.rows.append([words[0], words[1], number, False])

    def cover(self, rule, name):
        for row in self.rows:
            if row[0] == rule and fnmatch.fnmatchcase(name, row[1]):
                row[3] = True
                return True
        return False

    def unused(self):
        return [(row[2], row[0], row[1]) for row in self.rows if not row[3]]


def blank(match):
    """The same number of lines, and nothing that could be read as code."""
    return re.sub(r"[^\n]", " ", match[0])


def functions(lines):
    """(name, first line, lines) of each function; its braces stand in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = start - 1
            while head > 1 and lines[head - 2].strip() and not lines[head - 2].endswith((";", "}")):
                head -= 1
            name = NAME.search(" ".join(lines[head - 1:start - 1]))
            yield (name[1] if name else "?"), head, number - head + 1
            start = None


def check_code(path, text, exceptions):
    if path.startswith("tests/"):
        return
    code = NOT_CODE.sub(blank, text)
    lines = code.split("\n")
    for number, line in enumerate(lines, 1):
        for call in BANNED_CALL.finditer(line):
            if not exceptions.cover("banned", f"{path}:{call[1]}"):
                yield f"{path}:{number}: {call[1]}() is banned"
    if not path.startswith(COUNTED):
        return
    total = text.count("\n")
    if total > FILE_LINES_MAX and not exceptions.cover("file-length", path):
        yield f"{path}: {total} lines, at most {FILE_LINES_MAX}"
    for name, first, count in functions(lines):
        if count > FUNCTION_LINES_MAX and not exceptions.cover("function-length", f"{path}:{name}"):
            yield f"{path}:{first}: {name}() has {count} lines, at most {FUNCTION_LINES_MAX}"


def check_text(path, data, exceptions):
    if exceptions.cover("text", path):
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        yield f"{path}: not a text file"
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.endswith((" ", "\t", "\r")):
            yield f"{path}:{number}: trailing white space"
        if BIDI.search(line):
            yield f"{path}:{number}: a bidirectional control character"


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    exceptions = Exceptions(EXCEPTIONS)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, check=True).stdout
    mistakes = []
    for path in sorted(listed.decode().split("\0")):
        if not path or not os.path.isfile(path) or os.path.islink(path):
            continue
        with open(path, "rb") as file:
            data = file.read()
        mistakes += check_text(path, data, exceptions)
        if path.endswith((".c", ".h")):
            mistakes += check_code(path, data.decode("utf-8", "replace"), exceptions)
    mistakes += [f"{EXCEPTIONS}:{number}: {rule} {pattern} is no longer needed"
                 for number, rule, pattern in exceptions.unused()]
    print("\n".join(mistakes), end="\n" if mistakes else "")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    main()
