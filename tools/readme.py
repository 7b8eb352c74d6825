#!/usr/bin/env python3
"""Writes the command's present output into README.md: tools/readme.py CONCORS [--check]

The block is the one that begins with "$ concors"; its last lines, which name versions and a duration,
are left out. With --check nothing is written; exit 1 when the README is old.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
START = "```\n$ concors "


def output(concors, command):
    done = subprocess.run([concors, *command.split()], capture_output=True, text=True, cwd=ROOT,
                          env=dict(os.environ, LC_ALL="C.UTF-8"), check=False)
    body, _, _ = done.stdout.rpartition("\n\n")
    return body


def main():
    path = os.path.join(ROOT, "README.md")
    with open(path, encoding="utf-8") as readme:
        text = readme.read()
    head, rest = text.split(START, 1)
    block, tail = rest.split("\n```", 1)
    command = block.split("\n", 1)[0]
    made = f"{head}{START}{command}\n{output(os.path.abspath(sys.argv[1]), command)}\n```{tail}"
    if "--check" in sys.argv[2:]:
        sys.exit(made != text)
    with open(path, "w", encoding="utf-8") as readme:
        readme.write(made)


main()
