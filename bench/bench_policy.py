#!/usr/bin/env python3
"""Measures a policy's decision beside npm's cors, round by round in one run; best of the rounds.

  bench_policy.py BENCH_POLICY [PEER.mjs]

A measurement, not a test: it fails only when something does not run.
"""
import subprocess
import sys

ROUNDS = 3
# ns, from the documented goals; a list of 10,000 may cost 1.5 times what one of 1 costs.
LIMITS = {("get", "exact"): 80, ("preflight", "exact"): 160, ("get", "wildcard"): 120}
MILLION_LIMIT_NS = 200
SIZES = (1, 100, 10000, 1000000)


def figures(command, best):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    for line in lines:
        what, kind, count, value = line.split()
        key = (what, kind, int(count))
        best[key] = min(best.get(key, float("inf")), float(value))


def row(title, best, what, kind, limit=None):
    values = [best.get((what, kind, size)) for size in SIZES]
    cells = "".join(f"{value:>11.0f}" if value is not None else f"{'':>11}" for value in values)
    judged = ""
    if limit:
        within = max(values[:3]) <= limit
        judged = f"   {'within' if within else 'ABOVE'} {limit} ns, 10,000 : 1 = {values[2] / values[0]:.2f}"
    print(f"{title:<34}{cells}{judged}")


def main():
    best = {}
    for _ in range(ROUNDS):
        figures([sys.argv[1]], best)
        if len(sys.argv) > 2:
            figures(["node", sys.argv[2]], best)
    print(f"{'ns a decision, origins:':<34}" + "".join(f"{size:>11,}" for size in SIZES))
    for what in ("get", "preflight", "miss"):
        for kind in ("exact", "wildcard"):
            row(f"concors, {what}, {kind}", best, what, kind, LIMITS.get((what, kind)))
        for kind in ("list", "set"):
            if (what, kind, 1) in best:
                row(f"npm cors, {what}, {kind}", best, what, kind)
    row("loading, ms, exact", best, "load-ms", "exact")
    row("memory, KiB, exact", best, "memory-kib", "exact")
    if best["get", "exact", SIZES[-1]] > MILLION_LIMIT_NS:
        print(f"ABOVE {MILLION_LIMIT_NS} ns at a million origins")


main()
