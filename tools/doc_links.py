#!/usr/bin/env python3
"""Says which link of the documents leads nowhere, and which name is not where it is said to be.

After a link to a file below tests/, every `word` in backticks up to the next link, cell, full
stop or paragraph must occur in that file (for a folder: be its name). Every switch of the profiles must stand
in docs/deviations.md.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)([^|\[]*)")
WORD = re.compile(r"`([^`]+)`")
SWITCH = re.compile(r"X\(([a-z_.]+)\)")


def documents():
    yield from (ROOT / name for name in DOCUMENTS if (ROOT / name).exists())
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if path.parent.name != "reasons":  # made from reasons.def, and checked there
            yield path


def check_link(path, line, target, rest):
    if re.match(r"[a-z]+:", target):
        return
    aim = (path.parent / target).resolve()
    place = f"{path.relative_to(ROOT)}:{line}"
    if not aim.exists():
        yield f"{place}: {target} does not exist"
    elif aim.is_file() and (ROOT / "tests") in aim.parents:
        text = aim.read_text(encoding="utf-8")
        for word in WORD.findall(re.split(r"\.\s|\n\n", rest)[0]):
            if word not in text:
                yield f"{place}: {target} has no {word}"


def check_document(path):
    text = path.read_text(encoding="utf-8")
    for found in LINK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield from check_link(path, line, found.group(1), found.group(2))


def check_switches():
    rows = (ROOT / "src/browser/profile_rows.h").read_text(encoding="utf-8")
    text = (ROOT / "docs/deviations.md").read_text(encoding="utf-8")
    for name in SWITCH.findall(rows):
        if f"`{name}`" not in text:
            yield f"docs/deviations.md: no row for {name}"


def main():
    wrong = [complaint for path in documents() for complaint in check_document(path)]
    wrong += check_switches()
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
