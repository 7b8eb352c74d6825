#!/usr/bin/env python3
"""Measures the nginx module beside the recipe with `map`, and under load beside nginx alone.

  bench_nginx.py CONCORS

Instructions are counted (tests/nginx/instructions.py); memory and time are of 10,000 origins; the load is a million requests
over 32 connections during 200 reloads, 5 binary upgrades and 20 killed workers (tests/nginx/load.py). A measurement, not a test.
"""
import pathlib
import re
import subprocess
import sys
import time

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "nginx"
sys.path.insert(0, str(FOLDER))
import rig  # noqa: E402

LIST = "concors_policy_file policy.yaml; server { listen 127.0.0.1:@port@; concors app; location / { return 200 x; } }"
MAP = ("map_hash_max_size 65536; map_hash_bucket_size 128; map $http_origin $cors { include map.txt; } "
       "server { listen 127.0.0.1:@port@; location / { add_header Access-Control-Allow-Origin $cors always; return 200 x; } }")
LOAD = ["--requests", "1000000", "--connections", "32", "--reloads", "200", "--upgrades", "5", "--kills", "20"]


def worker_kib(nginx):
    """What the worker holds of its own, and shares with the master since the fork."""
    text = pathlib.Path(f"/proc/{next(iter(nginx.children()))}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1]) for name in ("Private_Dirty", "Shared_Dirty"))


def cost(block, count):
    """(KiB of a worker, ms of nginx -t, the best of five) with this many origins"""
    origins = [f"https://app{i}.example.com" for i in range(count)]
    files = {"origins.txt": "\n".join(origins), "map.txt": "".join(f'"{one}" $http_origin;\n' for one in origins)}
    with rig.Nginx(block, "version: 1\npolicies:\n  app: {origins_file: origins.txt, credentials: true}\n", files, level="error") as nginx:
        nginx.ask("/", headers=[("Origin", origins[-1])])
        kib, best = worker_kib(nginx), float("inf")
        for _ in range(5):
            started = time.monotonic()
            nginx.test()
            best = min(best, time.monotonic() - started)
    return kib, best * 1000


def lists():
    print(f"{'10,000 origins above one':<34}{'KiB a worker':>14}{'ms of nginx -t':>16}")
    for title, block in (("concors", LIST), ("map", MAP)):
        one, many = cost(block, 1), cost(block, 10000)
        print(f"{title:<34}{many[0] - one[0]:>14,}{many[1] - one[1]:>16.1f}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rig.require()
    own = [sys.executable, str(FOLDER / "instructions.py"), sys.argv[1], "--table"]
    subprocess.run(own, check=False)
    print()
    lists()
    print()
    subprocess.run([sys.executable, str(FOLDER / "load.py"), sys.argv[1], *LOAD], check=True)


main()
