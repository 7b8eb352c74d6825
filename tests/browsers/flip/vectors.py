#!/usr/bin/env python3
"""Which flips do the vectors catch? Reads flip's lines; writes one line for each flip caught."""
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "vectors"
sys.path.insert(0, str(VECTORS))
import compare  # noqa: E402
import expand  # noqa: E402


def wanted_of(case, profile):
    """What a vector expects of this profile, its newest version included."""
    return [wanted for name, wanted in case.expect.items() if name == profile]


def catches(case, profile, report):
    browser = report["browsers"][0]
    return any(path for wanted in wanted_of(case, profile)
               for path, _, _ in compare.differences(report, browser, wanted))


def main():
    profile, index_file = sys.argv[1:]
    cases = list(expand.load(VECTORS))
    index = json.loads(pathlib.Path(index_file).read_text("utf-8"))
    caught = set()
    for line in sys.stdin:
        entry = json.loads(line)
        if "flip" not in entry or entry["flip"] in caught:
            continue
        theme, case = cases[index[entry["journey"]]]
        if catches(case, profile, entry["report"]):
            caught.add(entry["flip"])
            print(json.dumps({"flip": entry["flip"], "by": f"{theme}: {case.title}"}))


if __name__ == "__main__":
    main()
