#!/usr/bin/env python3
"""Says where a file includes what lies above it.

A file in src/ includes its own room and lower ones; platform/ includes public headers and its
own; a host (cli/, nginx/, page/) includes public headers, its own and platform's. Public headers
belong to rooms too.
"""
import os
import re
import subprocess
import sys

# Each room, and the rooms whose headers it may include.
ROOMS = {
    "base": [],
    "verdict": ["base"],
    "http": ["base", "verdict"],
    "browser": ["base", "verdict", "http"],
    "server": ["base", "verdict", "http"],
    "explain": ["base", "verdict", "http", "browser", "server"],
    "ingest": ["base", "verdict", "http", "browser", "server"],
    "emit": ["base", "verdict", "http", "browser", "server"],
}
PUBLIC = {
    "base.h": "base", "tree.h": "base",
    "reason.h": "verdict",
    "url.h": "http", "cookie.h": "http", "cors.h": "http",
    "policy.h": "server",
    "profile.h": "browser", "trace.h": "browser", "journey.h": "browser",
    "report.h": "explain",
    "console.h": "ingest",
}
GENERATED = {"reasons.h": "verdict"}
# The core is freestanding: these headers only declare types and the four functions it may call.
FREESTANDING = {"stdbool.h", "stddef.h", "stdint.h", "limits.h", "string.h"}
HOSTS = {"platform": ["platform"], "cli": ["cli", "platform"], "nginx": ["nginx", "platform"],
         "page": ["page", "platform"]}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_problem(room, header, quoted, folder):
    """Why a file of that room of the core may not include the header; None: it may."""
    if header.startswith("concors/"):
        owner = PUBLIC.get(header[len("concors/"):])
        if owner is None:
            return "a public header that belongs to no room (see PUBLIC in tools/check_layers.py)"
        return None if owner == room or owner in ROOMS[room] else f"{room} lies below {owner}"
    if not quoted:
        return None if header in FREESTANDING else "the core is freestanding"
    if header in GENERATED:
        owner = GENERATED[header]
    elif "/" in header:
        owner = header.split("/")[0]
    else:
        return None if os.path.exists(os.path.join(folder, header)) else "not in this room"
    if owner not in ROOMS:
        return "not a room of the core"
    if owner == room and "/" in header:
        return "of its own room: include it by its bare name"
    return None if owner == room or owner in ROOMS[room] else f"{room} lies below {owner}"


def host_problem(top, header, quoted, folder):
    if header.startswith("concors/"):
        name = header[len("concors/"):]
        return None if name in PUBLIC or name == "concors.h" else "no such public header is known"
    if not quoted:
        return None
    owner = header.split("/")[0] if "/" in header else top
    if owner not in HOSTS[top]:
        return f"{top} sees public headers only"
    exists = os.path.exists(header) or os.path.exists(os.path.join(folder, header))
    return None if exists else "not in this folder"


def public_problem(name, header):
    if name == "concors.h":
        return None
    if not header.startswith("concors/"):
        return None if header in FREESTANDING else "the core is freestanding"
    owner = PUBLIC.get(header[len("concors/"):])
    room = PUBLIC.get(name)
    if room is None or owner is None:
        return "belongs to no room (see PUBLIC in tools/check_layers.py)"
    return None if owner == room or owner in ROOMS[room] else f"{room} lies below {owner}"


def problem(path, header, quoted):
    parts = path.split("/")
    folder = os.path.dirname(path)
    if parts[0] == "src":
        if len(parts) < 3 or parts[1] not in ROOMS:
            return "stands in no room"
        return room_problem(parts[1], header, quoted, folder)
    if parts[0] == "include":
        return public_problem(parts[-1], header)
    return host_problem(parts[0], header, quoted, folder)


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                             "src", "include", *HOSTS], capture_output=True, check=True).stdout
    paths = [p for p in listed.decode().split("\0") if p.endswith((".c", ".h")) and os.path.exists(p)]
    bad = seen = 0
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                seen += 1
                why = problem(path, found[2], found[1] == '"')
                if why:
                    bad += 1
                    print(f"{path}:{number}: includes {found[2]}: {why}")
    if seen == 0:
        sys.exit("found no include at all: is this the source tree?")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
