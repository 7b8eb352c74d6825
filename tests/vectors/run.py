#!/usr/bin/env python3
"""Hold the model against the facts: run every vector of this folder through `concors explain`."""
import argparse
import json
import pathlib
import subprocess
import sys

import compare
import expand

NOW = "2026-11-20T12:00:00Z"


def ask(binary, cases, *options):
    """One batch: the report of each case, and the raw lines."""
    text = "".join(json.dumps(case.journey) + "\n" for _, case in cases)
    done = subprocess.run([binary, "explain", "--batch", "--now", NOW, *options],
                          input=text.encode(), capture_output=True, timeout=120, check=False)
    lines = done.stdout.decode("utf-8").splitlines()
    if b"Sanitizer" in done.stderr or b"runtime error:" in done.stderr:
        sys.exit(f"run.py: {done.stderr.decode('utf-8', 'replace')[:2000]}")
    if len(lines) != len(cases):
        sys.exit(f"run.py: {len(cases)} journeys in, {len(lines)} reports out, "
                 f"exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[:500]}")
    return lines


def fields_wrong(case, line):
    report = json.loads(line)
    if "browsers" not in report:
        yield "-", "", "a report", report.get("error", line[:200])
        return
    for (name, wanted), browser in zip(case.expect.items(), report["browsers"], strict=True):
        known = (browser["browser"], browser["browser"].split("@")[0])
        if name not in known and "browser" not in wanted:
            yield name, "browser", name, browser["browser"]
        for path, want, got in compare.differences(report, browser, wanted):
            yield name, path, want, got


def secrets_shown(case, line):
    for secret in case.never:
        if secret in line:
            yield "-", "output without --show-values", f"never {secret}", line[:200]


def short(value):
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 400 else text[:400] + "…"


def show(theme, case, wrong):
    print(f"FAIL {theme}: {case.title}\n     {case.source}")
    for name, path, want, got in wrong:
        print(f"     {name}: {path}: expected {short(want)}, got {short(got)}")


def chosen(folder, text):
    for theme, case in expand.load(folder):
        if text in f"{theme}: {case.title} [{case.name or ''}]":
            yield theme, case


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the concors command")
    parser.add_argument("--filter", default="", help="only cases whose theme or title has this")
    parser.add_argument("--verbose", action="store_true", help="name what passed, too")
    parser.add_argument("--print", action="store_true", help="print complete journeys, run none")
    options = parser.parse_args()
    try:
        cases = list(chosen(pathlib.Path(__file__).resolve().parent, options.filter))
    except (expand.VectorError, json.JSONDecodeError) as error:
        sys.exit(f"run.py: {error}")
    if not cases:
        sys.exit("run.py: no such vector")
    if options.print:
        for _, case in cases:
            print(json.dumps(case.journey))
        return 0
    shown = ask(options.binary, cases, "--show-values")
    hidden = ask(options.binary, cases)
    failed = 0
    for (theme, case), open_line, redacted in zip(cases, shown, hidden):
        wrong = list(fields_wrong(case, open_line)) + list(secrets_shown(case, redacted))
        failed += bool(wrong)
        if wrong:
            show(theme, case, wrong)
        elif options.verbose:
            print(f"ok   {theme}: {case.title}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
