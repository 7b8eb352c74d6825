#!/usr/bin/env python3
"""Take the fixes offered for every vector at their word: apply each from outside, and ask again."""
import copy
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vectors"))
import expand  # noqa: E402
import run  # noqa: E402

VECTORS = pathlib.Path(run.__file__).resolve().parent
CLIENT = re.compile(r"credentials: \"include\"|crossorigin=|withCredentials|mode of fetch|method in capitals|proxy path", re.IGNORECASE)


class Again:
    """A journey with a fix in it."""

    def __init__(self, title, journey, fix):
        self.title = title
        self.journey = journey
        self.fix = fix


def origins_of(journey):
    """The origins that act in a journey: the only ones a fix may ever allow."""
    pages = [journey["page"]] + [step["page"] for step in journey["steps"] if "page" in step]
    return {re.sub(r"^(https?://[^/]*?)(:443|:80)?/.*", r"\1", page.lower()) for page in pages}


def ascii_origin(origin):
    scheme, host = origin.split("://", 1)
    return f"{scheme}://{host.split('@')[-1].encode('idna').decode()}" if not host.isascii() else f"{scheme}://{host.split('@')[-1]}"


def allowed_beyond(journey, fix):
    """Origins that a fix allows although nobody in the journey has them."""
    known = {ascii_origin(origin) for origin in origins_of(journey)}
    if journey.get("sandboxed") or any(s.get("sandboxed") or s.get("redirects") for s in journey["steps"]):
        known.add("null")
    return [value for name, value in fix["headers"]
            if name == "Access-Control-Allow-Origin" and value not in known]


def name_of(line):
    return line.split("=")[0].strip()


def set_line(journey, line):
    """Put a mended Set-Cookie line where the old one of that name stands."""
    answers = [step["response"]["headers"] for step in journey["steps"] if "response" in step]
    for headers in answers:
        for header in headers:
            if header[0] == "Set-Cookie" and name_of(header[1]) == name_of(line):
                header[1] = line
    for held in journey["cookies"]:
        if name_of(held["set_cookie"]) == name_of(line):
            held["set_cookie"] = line


def set_headers(answer, headers, change):
    names = {name.lower() for name, _ in headers}
    answer["headers"] = [h for h in answer["headers"] if h[0].lower() not in names] + headers
    if "status 204" in change:
        answer["headers"] = [h for h in answer["headers"] if h[0] != "Location"]
        answer["status"] = 204


def applied(journey, fix):
    """The journey after a change of the server's; None if that cannot be told from outside."""
    if len(journey["steps"]) != 1 or journey["steps"][0].get("redirects") or CLIENT.search(fix["change"]):
        return None
    if fix["side"] != "server":
        return None
    mended = copy.deepcopy(journey)
    mended["browsers"] = fix["for"]
    cors = [h for h in fix["headers"] if h[0] != "Set-Cookie"]
    step = mended["steps"][0]
    if "preflight" in step:
        set_headers(step["preflight"], cors, fix["change"])
    if "response" in step:
        set_headers(step["response"], cors, "")
    for name, value in fix["headers"]:
        if name == "Set-Cookie":
            set_line(mended, value.replace("\u2026", "v"))
    return mended


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: fixes.py BINARY")
    binary = sys.argv[1]
    cases = list(expand.load(VECTORS))
    passed = failed = 0
    again = []
    for (_, case), line in zip(cases, run.ask(binary, cases)):
        for fix in json.loads(line).get("fixes", []):
            beyond = allowed_beyond(case.journey, fix)
            if beyond:
                failed += 1
                print(f"FAIL {case.title}: allows {beyond}, and nobody there has that origin: {fix['change']}")
            mended = applied(case.journey, fix)
            if mended:
                again.append(("", Again(case.title, mended, fix)))
    for (_, one), line in zip(again, run.ask(binary, again)):
        verdicts = [browser["verdict"] for browser in json.loads(line).get("browsers", [])]
        if verdicts and set(verdicts) == {"ok"}:
            passed += 1
        else:
            failed += 1
            print(f"FAIL {one.title}: {one.fix['change']}: for {one.fix['for']}, but then {verdicts or line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
