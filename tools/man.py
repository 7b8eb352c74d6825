#!/usr/bin/env python3
"""Makes a man page: tools/man.py SCDOC CONCORS PAGE.scd, troff on standard output.

A line `@OPTIONS command@` in the page becomes the list that `concors --generate man:command`
writes, so that the page, --help and the completions say the same.
"""
import re
import subprocess
import sys


def main():
    scdoc, concors, path = sys.argv[1:]
    with open(path, encoding="utf-8") as page:
        text = page.read()

    def options(match):
        made = subprocess.run([concors, "--generate", "man:" + match.group(1)], check=True,
                              capture_output=True, text=True)
        return made.stdout.rstrip("\n")

    text = re.sub(r"^@OPTIONS (\w+)@$", options, text, flags=re.MULTILINE)
    sys.stdout.buffer.write(subprocess.run([scdoc], input=text.encode(), check=True,
                                           capture_output=True).stdout)


main()
