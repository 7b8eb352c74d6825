#!/usr/bin/env python3
"""Counts the instructions that a request costs in nginx, with and without a policy, and beside the recipe with `map`.

  instructions.py CONCORS [--table]

Valgrind's callgrind counts; the figures do not depend on how busy the machine is.
"""
import contextlib
import re
import socket
import subprocess
import sys
import time

import rig

MANY = 10000
POLICY = """version: 1
policies:
  one:
    origins: [https://app.example.com]
    credentials: true
    methods: [GET, PUT, DELETE]
    request_headers: [content-type, authorization, x-csrf-token]
    expose_headers: [x-total]
    max_age: 2h
  hundred: {extends: one, origins_file: hundred.txt}
  many: {extends: one, origins_file: many.txt}
  wild: {extends: one, origins: ["https://*.example.com"]}
  wilds: {extends: one, origins: [], origins_file: wilds.txt}
  mixed: {extends: one, origins: ["https://*.example.com"], origins_file: mixed.txt}
  csrf: {extends: one, csrf: {check: fetch-metadata}}
"""

# What people write today: it answers every OPTIONS, asks nothing of method and headers, and tells strangers about credentials.
RECIPE = """
    server {
        listen 127.0.0.1:@%s@;
        location / {
            add_header Access-Control-Allow-Origin $cors_%s always;
            add_header Access-Control-Allow-Credentials true always;
            add_header Vary Origin always;
            add_header Access-Control-Expose-Headers x-total always;
            if ($request_method = OPTIONS) {
                add_header Access-Control-Allow-Origin $cors_%s always;
                add_header Access-Control-Allow-Credentials true always;
                add_header Vary Origin always;
                add_header Access-Control-Allow-Methods "GET, PUT, DELETE" always;
                add_header Access-Control-Allow-Headers "content-type, authorization, x-csrf-token" always;
                add_header Access-Control-Max-Age 7200 always;
                return 204;
            }
            return 200 "text";
        }
    }
"""

# A server each: what a location's place in a tree of locations costs is not what is asked here.
SERVERS = """
    concors_policy_file policy.yaml;
    access_log off;
    map_hash_max_size 65536; map_hash_bucket_size 128;
    map $http_origin $cors_map { include map.hundred; }
    map $http_origin $cors_maps { include map.many; }
    server { listen 127.0.0.1:@plain@; location / { return 200 "text"; } }
    server { listen 127.0.0.1:@plain204@; location / { return 204; } }
""" + "".join(f"""
    server {{ listen 127.0.0.1:@{name}@; concors {name}; location / {{ return 200 "text"; }} }}
""" for name in ("one", "hundred", "many", "wild", "wilds", "mixed", "csrf")) + "".join(RECIPE % (3 * (name,)) for name in ("map", "maps"))

ORIGIN = "https://app.example.com"
BROWSER = ("Host: api.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36\r\n"
           "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n"
           "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nReferer: https://app.example.com/\r\n")
PREFLIGHT = "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: content-type,x-csrf-token\r\n"
REQUESTS = 60

# The documented goals, in instructions above a plain "return".
LIMITS = {"GET": 1200, "OPTIONS": 1600}


def origins(count):
    return [ORIGIN] + [f"https://app{i}.example.com" for i in range(count - 1)]


def files():
    return {"hundred.txt": "\n".join(origins(100)), "many.txt": "\n".join(origins(MANY)),
            "mixed.txt": "\n".join(origins(MANY)[1:]),
            "wilds.txt": "https://*.example.com\n" + "\n".join(f"https://*.app{i}.example.com" for i in range(99)),
            "map.hundred": "".join(f'"{one}" $http_origin;\n' for one in origins(100)),
            "map.many": "".join(f'"{one}" $http_origin;\n' for one in origins(MANY))}


class Counted(rig.Nginx):
    """One process of nginx under callgrind."""

    patience_s = 120

    def command(self, *words):
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.folder}/counts", "--quiet",
                *super().command("-g", "master_process off;", *words)]

    def dump(self, hint):
        """Counts begin anew; what was counted is in the file that this returns."""
        before = set(self.folder.glob("counts.*"))
        subprocess.run(["callgrind_control", f"--dump={hint}", str(self.process.pid)], check=True, capture_output=True, timeout=60)
        self.wait_for(lambda: any("totals:" in path.read_text(encoding="latin-1") for path in set(self.folder.glob("counts.*")) - before), 30)
        return next(iter(set(self.folder.glob("counts.*")) - before)).read_text(encoding="latin-1")


def ask(connection, request, count):
    for _ in range(count):
        connection.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got or (b"Content-Length: 4\r\n" in got and not got.endswith(b"text")):
            got += connection.recv(65536)
    return got


def request_of(method, origin):
    return (f"{method} / HTTP/1.1\r\n{BROWSER}" + (f"Origin: {origin}\r\n" if origin else "")
            + (PREFLIGHT if method == "OPTIONS" else "") + "\r\n").encode()


def measure(nginx, method, name, origin=ORIGIN):
    """(instructions a request, the dump): the best of some connections, for timers and buffers fall differently"""
    request = request_of(method, origin)
    counts = []
    for _ in range(4):
        with contextlib.closing(socket.create_connection(("127.0.0.1", nginx.ports[name]), 60)) as connection:
            connection.settimeout(60)
            ask(connection, request, 10)
            nginx.dump("warm")
            ask(connection, request, REQUESTS)
            counted = nginx.dump("counted")
            counts.append(int(re.search(r"^totals: (\d+)", counted, re.M)[1]) / REQUESTS)
    return min(counts), counted


ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "memalign", "aligned_alloc", "mmap", "ngx_alloc", "ngx_calloc"}


def allocations(counted):
    """Which functions of the module ask for memory other than the request's pool."""
    names, here, target, found = {}, {}, "", set()

    def name_of(text):
        number, _, name = text.partition(" ")
        if name:
            names[number] = name
        return names.get(number, number)

    for line in counted.splitlines():
        key, equals, value = line.partition("=")
        if equals and key in ("ob", "cob"):
            here[key] = name_of("ob" + value)
        elif equals and key in ("fn", "cfn"):
            here[key] = name_of("fn" + value)
            target = here[key].split("'")[0].split("@")[0]
            if key == "cfn" and "ngx_http_concors_module" in here.get("ob", "") and target in ALLOCATORS:
                found.add((here["fn"], target))
    return found


ROWS = [("one", ORIGIN, "concors, 1 origin"), ("hundred", ORIGIN, "concors, 100 origins"), ("many", ORIGIN, "concors, 10,000 origins"),
        ("wild", ORIGIN, "concors, a wildcard"), ("wilds", ORIGIN, "concors, 100 wildcards"),
        ("mixed", ORIGIN, "concors, 10,000 origins and a wildcard"), ("csrf", ORIGIN, "concors, with csrf"),
        ("many", "https://evil.example", "concors, a stranger"), ("many", None, "concors, no Origin"),
        ("map", ORIGIN, "map, 100 origins"), ("maps", ORIGIN, "map, 10,000 origins")]


def count_all(nginx):
    """{(method, title): instructions above a plain return}, and who asked for memory"""
    table, asking = {}, set()
    for method, plain in (("GET", "plain"), ("OPTIONS", "plain204")):
        bases = {origin: measure(nginx, method, plain, origin)[0] for origin in {row[1] for row in ROWS}}
        table[method, "return"] = bases[ORIGIN]
        for name, origin, title in ROWS:
            if method == "GET" or origin is not None:
                count, counted = measure(nginx, method, name, origin)
                table[method, title] = count - bases[origin]
                asking |= allocations(counted)
    return table, asking


def show(table):
    print(f"{'instructions above a plain return':<34}{'GET':>10}{'preflight':>12}")
    for title in ("return", *(row[2] for row in ROWS)):
        cells = [table.get((method, title)) for method in ("GET", "OPTIONS")]
        print(f"{title:<34}" + "".join(f"{'' if cell is None else f'{cell:,.0f}':>{width}}" for cell, width in zip(cells, (10, 12))))


def main():
    rig.require()
    if subprocess.run(["which", "valgrind", "callgrind_control"], capture_output=True, check=False).returncode != 0:
        print("skip  instructions: valgrind is not installed\n0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    checks = rig.Checks()
    names = sorted({"plain", "plain204", *(row[0] for row in ROWS)})
    with Counted(SERVERS, POLICY, files(), level="error", names=names) as nginx:
        table, asking = count_all(nginx)
    if "--table" in sys.argv:
        show(table)
    for (method, title), count in table.items():
        if title.startswith("concors"):
            checks.true(f"{method}, {title}: at most {LIMITS[method]} instructions", count <= LIMITS[method], count)
    for method in LIMITS:
        checks.true(f"{method}: the same at 1 and 10,000 origins", abs(table[method, "concors, 1 origin"] - table[method, "concors, 10,000 origins"]) <= 150,
                    table)
        checks.true(f"{method}: fewer than map", table[method, "concors, 100 origins"] < table[method, "map, 100 origins"], table)
    checks.equal("no memory but the request's pool", asking, set())
    checks.finish()


main()
