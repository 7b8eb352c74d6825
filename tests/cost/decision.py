#!/usr/bin/env python3
"""Holds a decision to its cost: so many instructions, the same for one origin and for 10,000, and no memory.

  decision.py CONCORS [--table]

Valgrind's callgrind counts what happens within concors_policy_decide(); how busy the machine is does not matter.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COUNT = 100
ALLOCATORS = {"malloc", "calloc", "realloc", "free", "posix_memalign", "memalign", "aligned_alloc", "mmap", "brk", "sbrk"}

# (kind of entries, request, the reason, instructions at most): a sixth above what it took when this was written.
ROWS = [
    ("exact", "get", "Allowed", 400),
    ("exact", "preflight", "PreflightAllowed", 620),
    ("exact", "stranger", "OriginNotListed", 650),
    ("exact", "none", "NoOrigin", 130),
    ("exact", "change", "Allowed", 1050),
    ("wildcard", "get", "Allowed", 500),
    ("wildcard", "preflight", "PreflightAllowed", 730),
    ("wildcard", "stranger", "OriginNotListed", 690),
]
SIZES = (1, 100, 10000)


def self_costs(text):
    """{function: instructions of its own} of a callgrind file"""
    names, costs, here, called = {}, {}, None, False
    for line in text.splitlines():
        if found := re.match(r"c?fn=(\(\d+\))(?: (.*))?$", line):
            name = names.setdefault(found[1], found[2]) if found[2] else names[found[1]]
            here = here if line.startswith("c") else name
        elif line.startswith("calls="):
            called = True
        elif found := re.match(r"[-+*\d]\S* (\d+)$", line):
            if not called and here is not None:
                costs[here] = costs.get(here, 0) + int(found[1])
            called = False
    return costs


def count(driver, size, kind, request):
    """(instructions a decision, its reason, the allocators that it called)"""
    with tempfile.TemporaryDirectory(prefix="concors-cost.") as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", "--quiet", "--toggle-collect=concors_policy_decide",
                               f"--callgrind-out-file={folder}/counts", driver, str(COUNT), str(size), kind, request],
                              capture_output=True, text=True, timeout=300, check=True)
        costs = self_costs(pathlib.Path(folder, "counts").read_text(encoding="latin-1"))
    asking = {name for name, cost in costs.items() if cost > 0 and name.split("@")[0].lstrip("_") in ALLOCATORS}
    return sum(costs.values()) / COUNT, done.stdout.strip(), asking


class Checks:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def true(self, what, good):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print("FAIL", what)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    driver = pathlib.Path(sys.argv[1]).resolve().parent.parent / "tests" / "cost" / "decision"
    missing = "valgrind is not installed" if shutil.which("valgrind") is None else None if driver.exists() else f"there is no {driver.name}"
    if missing:
        print(f"skip  decision: {missing}\n0 passed, 0 failed, 1 skipped")
        return 0
    checks = Checks()
    for kind, request, wanted, limit in ROWS:
        counts = []
        for size in SIZES:
            instructions, reason, asking = count(driver, size, kind, request)
            counts.append(instructions)
            title = f"{request}, {kind}, {size} origins"
            checks.true(f"{title}: {reason}", reason == wanted)
            checks.true(f"{title}: {instructions:.0f} instructions, above {limit}", 0 < instructions <= limit)
            checks.true(f"{title}: asks for memory: {asking}", not asking)
        checks.true(f"{request}, {kind}: not the same for 1 and 10,000 origins: {counts}", counts[2] <= counts[0] * 1.1)
        if "--table" in sys.argv:
            print(f"{request + ', ' + kind:<24}" + "".join(f"{one:>8.0f}" for one in counts))
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


sys.exit(main())
