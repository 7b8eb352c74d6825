#!/usr/bin/env python3
"""Changes every switch of every browser profile in turn: each change must break a vector."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import values

VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors"
sys.path.insert(0, str(VECTORS))
import compare  # noqa: E402
import expand  # noqa: E402

NOW = "2026-11-20T12:00:00Z"
PROFILES = ("chrome", "chrome-no3pc", "edge", "firefox", "safari", "webkitgtk", "spec")


class Flipper:
    """The program that runs the model with a switch changed, beside one profile's vectors."""

    def __init__(self, program, profile, cases):
        self.profile = profile
        self.cases = [(theme, case) for theme, case in cases if profile in case.expect]
        self.file = tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8")
        for _, case in self.cases:
            self.file.write(json.dumps(case.journey) + "\n")
        self.file.flush()
        self.process = subprocess.Popen([program, profile, NOW, self.file.name], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.switches = {row["switch"]: row["value"] for row in self.rows()}

    def rows(self):
        while (line := self.process.stdout.readline()) != "ready\n":
            yield json.loads(line)

    def next_change(self, flip, first):
        self.process.stdin.write(f"{flip} {first}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def breaks(self, number, report):
        _, case = self.cases[number]
        return any(compare.differences(report, report["browsers"][0], case.expect[self.profile]))

    def caught_by(self, flip):
        """The title of the vector that no longer holds, or None."""
        answer = self.next_change(flip, 0)
        while answer["journey"] is not None:
            number = answer["journey"]
            if self.breaks(number, answer["report"]):
                theme, case = self.cases[number]
                return f"{theme}: {case.title}"
            answer = self.next_change(flip, number + 1)
        return None

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=60)
        self.file.close()
        return status


def flips_of(flipper):
    """(flip, whether another switch puts this one to rest)"""
    for name, value in flipper.switches.items():
        for other in values.flips_of(name, value):
            yield f"{name}={other}", values.idle(name, {value, other}, flipper.switches)


def try_profile(flipper, verbose):
    """How many flips were caught, and how many were not."""
    counts = [0, 0]
    for flip, idle in flips_of(flipper):
        by = flipper.caught_by(flip)
        wrong = (by is not None) == idle
        counts[wrong] += 1
        if wrong:
            print(f"FAIL {flipper.profile}: {flip}: " +
                  (f"not idle, see {by}" if idle else "no vector notices"))
        elif verbose:
            print(f"ok   {flipper.profile}: {flip}: {by or 'idle'}")
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the concors command: its build has the test's own program")
    parser.add_argument("--profile", default=",".join(PROFILES))
    parser.add_argument("--verbose", action="store_true", help="name the vector that notices")
    options = parser.parse_args()
    program = pathlib.Path(options.binary).resolve().parents[1] / "tests/flips/flip"
    cases = sorted(expand.load(VECTORS), key=lambda pair: pair[0] != "switches")
    passed = failed = 0
    for profile in options.profile.split(","):
        flipper = Flipper(program, profile, cases)
        caught, missed = try_profile(flipper, options.verbose)
        if flipper.close() != 0:
            sys.exit(f"run.py: flip ended badly for {profile}")
        passed += caught
        failed += missed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
