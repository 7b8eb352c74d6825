#!/usr/bin/env python3
"""A login in real browsers, before and after the gateway: tests/browsers/login.mjs in each that can be had.

browsers.py [COMMAND]. Last line: "N passed, N failed", and perhaps ", N skipped".
"""
import re
import shutil
import subprocess
import sys

import common

LOGIN = common.ROOT / "tests" / "browsers" / "login.mjs"
BROWSERS = ("chromium", "chromium-no3pc", "firefox")
UNAVAILABLE = 3
LONG_S = 120


def last_line(text):
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def libraries():
    """Why there is nothing to drive browsers with, or None."""
    if common.find_nginx() is None:
        return "nginx is not installed"
    if common.MODULE is None:
        return "the module is not built"
    done = subprocess.run([common.ROOT / "tools" / "browsers.sh", "libraries"], capture_output=True, text=True,
                          timeout=LONG_S, check=False)
    return None if done.returncode == 0 else last_line(done.stderr)


def run(browser):
    """(exit code, standard output, standard error); a browser that hangs ends with all that is its own."""
    process = subprocess.Popen(["node", LOGIN, browser, common.CONCORS, common.MODULE], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=LONG_S)
    except subprocess.TimeoutExpired:
        process.terminate()
        out, err = process.communicate()
    return process.returncode, out, err


def tell(browser):
    """(passed, failed, why it was skipped)"""
    for _ in range(2):
        code, out, err = run(browser)
        if code == UNAVAILABLE:
            return 0, 0, last_line(err)
        counted = re.fullmatch(r"(\d+) passed, (\d+) failed", last_line(out))
        if counted is None or int(counted[2]) > 0 or code != 0:
            print(f"FAIL {browser}: exit code {code}\n{out[-3000:]}{err[-3000:]}")
        if counted:
            return int(counted[1]), int(counted[2]), None
        # A browser that did not come to an end gets a second try.
    return 0, 1, None


def main():
    why = libraries()
    passed = failed = skipped = 0
    for browser in BROWSERS:
        good, bad, missing = (0, 0, why) if why else tell(browser)
        passed, failed = passed + good, failed + bad
        if missing:
            skipped += 1
            print(f"skip  login in {browser}: {missing}")
    shutil.rmtree(common.FOLDER, ignore_errors=True)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


sys.exit(main())
