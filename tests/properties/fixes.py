#!/usr/bin/env python3
"""Take every fix at its word: apply it from outside, ask again; and try the mended server from other origins."""
import copy
import json
import pathlib
import re
import resource
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vectors"))
import expand  # noqa: E402
import journeys  # noqa: E402
import run  # noqa: E402

VECTORS = pathlib.Path(run.__file__).resolve().parent
MADE = 400
SEED = 20261121
LIMIT_MS = 50
AT_ONCE = 500 # a slow machine with sanitizers takes its time
COSTS = ["nothing", "reads", "links", "embeds", "every-site"]
ORIGIN = "access-control-allow-origin"


class Case:
    """A journey under a name."""

    def __init__(self, title, journey, **more):
        self.title = title
        self.journey = journey
        self.__dict__.update(more)


class Tally:
    """What held and what did not."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, holds, title, what):
        self.passed += bool(holds)
        self.failed += not holds
        if not holds and self.failed <= 40:
            print(f"FAIL {title}: {what}")


def ask(binary, cases, how="--no-fixes"):
    """The reports of the cases; with --all-fixes as far into the search as for a single journey."""
    reports = []
    for start in range(0, len(cases), AT_ONCE):
        part = [("", case) for case in cases[start:start + AT_ONCE]]
        reports += [json.loads(line) for line in run.ask(binary, part, how)]
    return reports


def front(url):
    return re.match(r"[a-z+.-]+://[^/?#]*", url.lower()).group()


def origin_of(url):
    """An origin as a browser writes it."""
    scheme, host = front(url).split("://", 1)
    host = host.split("@")[-1]
    host = host if host.isascii() else host.encode("idna").decode()
    return f"{scheme}://" + re.sub({"https": ":443$", "http": ":80$"}.get(scheme, "$^"), "", host)


def pages_of(journey):
    return [journey["page"]] + [step["page"] for step in journey["steps"] if "page" in step]


def parts(line):
    return [part.strip().lower() for part in line.split(";")]


def name_of(line):
    return line.split(";")[0].split("=")[0].strip()


def at(journey, pointer):
    """The object a pointer leads to; answers that are not there yet are made."""
    value = journey
    for key in pointer.strip("/").split("/"):
        if isinstance(value, list):
            value = value[int(key)]
        else:
            if key in ("response", "preflight") and value.get(key) is None:
                value[key] = {"status": 200, "headers": []}
            value = value[key]
    return value


def with_value(line, after):
    """A redacted line with its value again."""
    return after.replace("\u2026", line.split(";")[0].partition("=")[2] or "v", 1)


def change_line(place, change, done):
    """Mends the first line that looks like the one before and is not mended yet."""
    if "set_cookie" in place:
        place["set_cookie"] = with_value(place["set_cookie"], change["after"])
        return
    for i, header in enumerate(place["headers"]):
        if (header[0].lower() == "set-cookie" and (change["at"], i) not in done
                and name_of(header[1]) == name_of(change["before"][0]) and parts(header[1])[1:] == parts(change["before"][0])[1:]):
            header[1] = with_value(header[1], change["after"])
            done.add((change["at"], i))
            return
    raise LookupError(change)


def apply_change(journey, change, done):
    pointer, name, after = change["at"], change["name"], change["after"]
    if pointer.endswith("/page"):
        owner = journey if pointer == "/page" else at(journey, pointer[:-5])
        owner["page"] = after
        return
    place = at(journey, pointer)
    if name == "Set-Cookie":
        change_line(place, change, done)
    elif name == "status":
        place["status"] = int(after)
    elif name == "with_credentials":
        place[name] = after == "true"
    elif name in ("url", "credentials", "crossorigin", "mode", "method"):
        place[name] = after
    else:
        place["headers"] = [h for h in place["headers"] if h[0].lower() != name.lower()] + [[name, after]]


def leave_out(step, skips):
    """A request that goes where redirects led gets what was answered there."""
    landed = step["redirects"][skips - 1]
    step["redirects"] = step["redirects"][skips:]
    for answer in ("preflight", "response"):
        step[answer] = landed.get(answer)


def says_server(change):
    return change["at"].endswith(("/preflight", "/response"))


def applied(journey, fix, without_answers=False):
    """The journey after a fix; None where a secret that the report does not show would be needed."""
    if any("\u2026" in c["after"] and c["name"] != "Set-Cookie" for c in fix["changes"]):
        return None
    mended = copy.deepcopy(journey)
    done = set()
    try:
        for change in fix["changes"]:
            if not (without_answers and says_server(change)):
                apply_change(mended, change, done)
        for change in fix["changes"]: # last: the places are those of the journey as it was
            if "skips" in change:
                leave_out(at(mended, change["at"][:-len("/request")]), change["skips"])
    except LookupError:
        return None # lines that differ only in what is not shown
    return mended


THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def page_at(journey, pointer):
    """What names the page of a place, and whether it is sandboxed: a step, or the journey."""
    step = int(pointer.split("/")[2]) if pointer.startswith("/steps/") else -1
    return next((s for s in reversed(journey["steps"][:step + 1]) if "page" in s), journey)


def is_opaque(page):
    """Whether the origin of a page is one that any page can have."""
    return page.get("sandboxed", False) or not page["page"].lower().startswith(("http:", "https:"))


def one_machine(journey, pointer):
    """Whether page and server of a place are this machine under two names."""
    place = at(journey, "/".join(pointer.split("/")[:3]))
    owner = page_at(journey, pointer)
    url = place["request"]["url"] if "request" in place else place["url"]
    hosts = [front(one).split("://")[1].split("@")[-1].rpartition(":")[0] or front(one).split("://")[1]
             for one in (url, owner["page"])]
    return all(host in THIS_MACHINE for host in hosts) and hosts[0] != hosts[1]


def check_never(tally, case, fix):
    """What no fix may ever do."""
    named = {origin_of(page) for page in pages_of(case.journey)}
    for change in fix["changes"]:
        what = f"{change} in: {fix['change']}"
        if change["name"].lower() == ORIGIN:
            tally.check(change["after"] in named, case.title, f"allows an origin nobody there has: {what}")
        if change["name"] == "Set-Cookie":
            before, after = parts(change["before"][0]), parts(change["after"])
            tally.check(name_of(change["before"][0]) == name_of(change["after"]), case.title, f"renames: {what}")
            for kept in ("secure", "httponly", "partitioned"):
                tally.check(kept in after or kept not in before, case.title, f"drops {kept}: {what}")
            widens = "samesite=none" in after and before[-1] != "samesite=none" and "samesite=none" not in before
            tally.check(not widens or fix["cost"] in COSTS[3:], case.title, f"None that costs nothing: {what}")
            tally.check(not widens or fix["price"], case.title, f"None without a price: {what}")
            tally.check(not widens or not one_machine(case.journey, change["at"]), case.title,
                        f"None where one name would do: {what}")
            tally.check(not widens or not is_opaque(page_at(case.journey, change["at"])), case.title,
                        f"None for a page that any page can be: {what}")


def check_order(tally, case, report):
    """What helps all comes before what helps some; what opens less before what opens more."""
    blocked = {b["browser"] for b in report["browsers"] if b["verdict"] == "blocked"}
    ranks = [(set(f["for"]) != blocked or bool(f["leaves_blocked"]), COSTS.index(f["cost"])) for f in report["fixes"]]
    tally.check(ranks == sorted(ranks), case.title, f"order {ranks}")
    helped = {name for fix in report["fixes"] for name in fix["for"]}
    limited = {name for limit in report.get("limits", []) for name in limit["for"]}
    kept = {name for fix in report["fixes"] if fix["design"] == "kept" for name in fix["for"]}
    tally.check(not kept & limited, case.title, f"no header helps, and one does: {kept & limited}")
    tally.check(blocked <= helped | limited, case.title, f"nothing said for {blocked - helped - limited}")


HOSTILE = ["https://evil.example/", "https://app.example.com.evil.test/", "https://evilapp.example.com/",
           "https://evil-example.com/", "https://sub.app.example.com/", "https://app.example.com:8443/",
           "http://app.example.com/", "https://appXexample.com/", None]


def from_elsewhere(journey, hostile):
    """The same requests, made by a page that nobody named."""
    other = copy.deepcopy(journey)
    for owner in [other] + other["steps"]:
        if owner is other or "page" in owner:
            owner["page"] = hostile or owner["page"]
            owner["ancestors"] = []
            owner["sandboxed"] = hostile is None
    return other


def readable(report):
    return {(b["browser"], i) for b in report.get("browsers", []) for i, step in enumerate(b["steps"])
            if "response" in step and step["response"]["outcome"] == "readable"}


def check_hostile(tally, binary, fixes):
    """Whoever cannot read an answer as the server gives it now cannot read it from the mended one either."""
    cases = []
    for one in fixes:
        own = {origin_of(page) for page in pages_of(one.journey) + pages_of(one.before)}
        for hostile in HOSTILE:
            if hostile is None or origin_of(hostile) not in own:
                for journey in (applied(one.before, one.fix, without_answers=True), one.journey):
                    other = from_elsewhere(journey, hostile)
                    other["browsers"] = one.journey["browsers"]
                    cases.append(Case(f"{one.title} from {hostile}", other, fix=one.fix))
    reports = ask(binary, cases)
    for i in range(0, len(cases), 2):
        more = readable(reports[i + 1]) - readable(reports[i])
        tally.check(not more, cases[i].title, f"now readable {sorted(more)[:3]}: {cases[i].fix['change']}")


def cookies_of(report, held_back):
    """(browser, step, name) of what goes along, or would but for a reason."""
    found = set()
    for browser in report["browsers"]:
        for i, step in enumerate(browser["steps"]):
            names = step.get("cookies_sent", []) + (step.get("cookies_withheld", []) if held_back else [])
            found |= {(browser["browser"], i, cookie["name"]) for cookie in names}
    return found


def check_promises(tally, binary, cases, reports):
    """Each fix applied: ok for whom it says, not for whom it leaves blocked, and no cookie lost on the way."""
    again = []
    for case, report in zip(cases, reports):
        for fix in report.get("fixes", []):
            mended = applied(case.journey, fix)
            tally.skipped += mended is None
            if mended is not None:
                mended["browsers"] = fix["for"] + fix["leaves_blocked"]
                again.append(Case(case.title, mended, fix=fix, before=case.journey, report=report))
    for one, report in zip(again, ask(binary, again)):
        verdicts = {b["browser"]: b["verdict"] for b in report.get("browsers", [])}
        what = f"{one.fix['change']}: {verdicts or report}"
        tally.check(verdicts and all(verdicts[name] == "ok" for name in one.fix["for"]), one.title, what)
        tally.check(all(verdicts.get(name) != "ok" for name in one.fix["leaves_blocked"]), one.title, f"left blocked: {what}")
        if verdicts:
            gone = {name_of(line["line"]) for b in report["browsers"] for step in b["steps"]
                    for line in step.get("set_cookie", []) if line.get("deleted")}
            went = {c for c in cookies_of(one.report, True) if c[0] in one.fix["for"] and c[2] not in gone}
            lost = went - cookies_of(report, False)
            tally.check(not lost, one.title, f"loses {sorted(lost)[:3]}: {one.fix['change']}")
    return again


def check_time(tally, binary):
    """The search of a journey of ten steps: the processor's time for 40 of them, with and without."""
    text = (json.dumps(journeys.worst(10)) + "\n") * 40
    used = {}
    for option in ("--no-fixes", "--all-fixes"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([binary, "explain", "--batch", option], input=text.encode(), capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used[option] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    each_ms = (used["--all-fixes"] - used["--no-fixes"]) * 1000 / 40
    print(f"search of ten steps, all wrong, four browsers: {each_ms:.2f} ms")
    tally.check(each_ms < LIMIT_MS, "ten steps", f"{each_ms:.1f} ms")


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: fixes.py BINARY [COUNT [SEED]]")
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else MADE
    maker = journeys.Maker(int(sys.argv[3]) if len(sys.argv) > 3 else SEED)
    cases = [case for _, case in expand.load(VECTORS)]
    cases += [Case(f"made {i}", maker.journey(1 + i % 10)) for i in range(count)]
    cases.append(Case("all wrong", journeys.worst(10)))
    tally = Tally()
    reports = ask(binary, cases, "--all-fixes")
    for case, report in zip(cases, reports):
        for fix in report.get("fixes", []):
            check_never(tally, case, fix)
        if report.get("verdict") == "blocked":
            check_order(tally, case, report)
    again = check_promises(tally, binary, cases, reports)
    check_hostile(tally, binary, again)
    check_time(tally, binary)
    print(f"{len(again)} fixes applied, {tally.skipped} not for what reports hide")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
