#!/usr/bin/env python3
"""Writes a fix that concors found into the demo's nginx configuration.

apply_fix.py CONFIGURATION SIDE < REPORT: the first fix of the report (`concors probe --json`) that is made at
SIDE (server, or the design same-site) and helps every browser that was asked; what it changes, and nothing
else, is changed in CONFIGURATION. Exit 1: there is no such fix, or no place for it.

CONFIGURATION is written as demo/broken.conf.in is: `location = PATH {`, in it perhaps one `if` for OPTIONS,
and a line for each header. Cookie values are no part of a report; they stay what they are.
"""
import json
import re
import sys
from urllib.parse import urlsplit

ADD = "add_header {name} {value} always;"


def quoted(value):
    """As nginx reads it. It has no way to write a dollar sign here."""
    if not value.isprintable() or "$" in value:
        sys.exit(f"apply_fix: nginx cannot say {value!r}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def choose(report, side):
    wanted = {browser["browser"] for browser in report["browsers"] if browser["verdict"] == "blocked"}
    for fix in report["fixes"]:
        if side in (fix["side"], fix["design"]) and not fix["leaves_blocked"] and wanted <= set(fix["for"]):
            return fix
    sys.exit(f"apply_fix: the report has no fix {side!r} for every browser")


def find(lines, pattern, start, stop):
    for at in range(start, stop):
        if re.search(pattern, lines[at]):
            return at
    return None


def part_of(lines, path, preflight):
    """From which line to which: the answer to OPTIONS, or the other one."""
    first = find(lines, rf"^    location = {re.escape(path)} \{{", 0, len(lines))
    if first is None:
        sys.exit(f"apply_fix: no location {path}")
    last = find(lines, r"^    \}", first, len(lines))
    options = find(lines, r"\$request_method = OPTIONS", first, last)
    if options is None and preflight:
        sys.exit(f"apply_fix: no answer to OPTIONS at {path}")
    if options is None:
        return first + 1, last
    options_last = find(lines, r"^        \}", options, last)
    return (options + 1, options_last) if preflight else (options_last + 1, last)


def change_header(lines, path, change):
    start, stop = part_of(lines, path, change["at"].endswith("/preflight"))
    place, hidden = None, ""
    for value in change["before"]:
        # The value of a cookie is shown as three dots: whatever stands there.
        shown = re.escape(quoted(value)).replace("…", "([^;]*)")
        at = find(lines, rf"^ *add_header {re.escape(change['name'])} {shown}", start, stop)
        if at is None:
            sys.exit(f"apply_fix: no line with {change['name']}: {value}")
        hidden = (re.search(shown, lines[at]).groups() or ("",))[0]
        place = place or at
        del lines[at]
        stop -= 1
    if change["after"] is None:
        return
    place = place or find(lines, r"^ *(add_header Set-Cookie|return) ", start, stop)
    line = ADD.format(name=change["name"], value=quoted(change["after"]).replace("…", hidden))
    indent = re.match(" *", lines[start]).group()
    lines.insert(place, indent + line + "\n")


def main():
    configuration, side = sys.argv[1:]
    report = json.load(sys.stdin)
    path = urlsplit(report["browsers"][0]["steps"][0]["url"]).path
    with open(configuration, encoding="utf-8") as file:
        lines = file.readlines()
    for change in choose(report, side)["changes"]:
        if change["name"] == "url":
            before, after = urlsplit(change["before"][0]).hostname, urlsplit(change["after"]).hostname
            at = find(lines, rf"^    server_name {re.escape(before)};", 0, len(lines))
            lines[at] = f"    server_name {after};\n"
        else:
            change_header(lines, path, change)
    with open(configuration, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main()
