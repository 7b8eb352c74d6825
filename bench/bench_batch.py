#!/usr/bin/env python3
"""Measures `concors explain --batch`: MB of journeys a second, largest resident memory, cold start.

  bench_batch.py CONCORS [MEGABYTES]

Journeys look recorded: some 3 KB each, a login and two requests after it with the headers that
servers send; half of them go through, the others fail in the usual ways.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

NOISE = [
    ["Date", "Fri, 20 Nov 2026 12:00:00 GMT"], ["Server", "nginx"],
    ["Content-Type", "application/json; charset=utf-8"], ["Content-Length", "412"],
    ["Connection", "keep-alive"], ["X-Request-Id", "7d0f3b1a-6c1e-4f0b-9d55-0a4cf7d9e2b1"],
    ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
    ["X-Content-Type-Options", "nosniff"], ["Referrer-Policy", "strict-origin-when-cross-origin"],
    ["Cache-Control", "no-store, no-cache, must-revalidate"], ["ETag", 'W/"19c-abcdef"'],
]


def answer(rng, origin, cookies=()):
    allow = [["Access-Control-Allow-Origin", origin],
             ["Access-Control-Allow-Credentials", "true"], ["Vary", "Origin"]]
    if rng.random() < 0.12:
        allow[0][1] = rng.choice(["*", origin + "/", "null"])
    if rng.random() < 0.08:
        del allow[1]
    return {"status": 200, "headers": NOISE + allow + [["Set-Cookie", c] for c in cookies]}


def journey(rng, number):
    site = rng.choice(["example.com", "example.net", "example.co.uk"])
    api = "https://api." + (site if rng.random() < 0.6 else "other.test")
    origin = f"https://app{number % 50}.{site}"
    value = "%032x" % rng.getrandbits(128)
    tail = rng.choice(["; Secure; SameSite=None", "", "; SameSite=Lax", "; Secure; SameSite=None",
                       "; Secure; SameSite=None; Partitioned"])
    preflight = {"status": 204, "headers": [
        ["Access-Control-Allow-Origin", origin], ["Access-Control-Allow-Credentials", "true"],
        ["Access-Control-Allow-Methods", "GET, POST, PUT"],
        ["Access-Control-Allow-Headers", "content-type, x-csrf-token"],
        ["Access-Control-Max-Age", "600"]]}
    return {"page": origin + "/login", "now": "2026-11-20T12:00:00Z", "steps": [
        {"request": {"method": "POST", "url": f"{api}/v1/login", "credentials": "include",
                     "headers": [["Content-Type", "application/json"], ["Accept", "*/*"]]},
         "preflight": preflight,
         "response": answer(rng, origin, [f"sid={value}; Path=/; HttpOnly{tail}",
                                          f"theme=dark; Path=/; Max-Age=86400{tail}"])},
        {"request": {"url": f"{api}/v1/me?page={number}", "credentials": "include"},
         "response": answer(rng, origin), "wait_s": 2},
        {"request": {"method": "PUT", "url": f"{api}/v1/items/{number}", "credentials": "include",
                     "headers": [["Content-Type", "application/json"], ["X-CSRF-Token", value]]},
         "preflight": preflight, "response": answer(rng, origin), "wait_s": 5}]}


def write_journeys(path, size):
    rng = random.Random(1)
    lines = [json.dumps(journey(rng, i), separators=(",", ":")) for i in range(2000)]
    with open(path, "w", encoding="ascii") as out:
        written = 0
        while written < size:
            for line in lines:
                out.write(line + "\n")
                written += len(line) + 1
    return sum(map(len, lines)) / len(lines)


def run(concors, path, browsers, *more):
    started = time.monotonic()
    with open(path, "rb") as lines:
        child = subprocess.Popen([concors, "explain", "--batch", "--browser", browsers, *more],
                                 stdin=lines, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
    return time.monotonic() - started, usage


def measure(concors, path, browsers, label, *more):
    size = os.path.getsize(path)
    best, peak = 0.0, 0
    for _ in range(3):
        _, usage = run(concors, path, browsers, *more)
        best = max(best, size / 1e6 / (usage.ru_utime + usage.ru_stime))
        peak = max(peak, usage.ru_maxrss)
    print(f"batch, {label}: {best:.0f} MB/s of journeys on one core, at most {peak / 1024:.1f} MiB resident")


def cold_start(concors, line):
    times = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(line)
        file.flush()
        for _ in range(20):
            started = time.monotonic()
            subprocess.run([concors, "explain", file.name], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            times.append(time.monotonic() - started)
    times.sort()
    print(f"cold start of one explain, four browsers: median {times[10] * 1e3:.1f} ms, "
          f"worst {times[-1] * 1e3:.1f} ms")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    concors = sys.argv[1]
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "journeys.ndjson")
        mean = write_journeys(path, megabytes * 1e6)
        print(f"journeys of {mean:.0f} bytes on average")
        measure(concors, path, "chrome", "one browser")
        measure(concors, path, "chrome,chrome-no3pc,firefox,safari", "four browsers")
        measure(concors, path, "chrome,chrome-no3pc,firefox,safari", "four browsers, --no-fixes",
                "--no-fixes")
        with open(path, encoding="ascii") as lines:
            cold_start(concors, lines.readline())


main()
