"""Compare one browser's report with what a vector expects. Short names: see README.md."""

ABSENT = "(absent)"


def names(cookies):
    return None if cookies is None else [c["name"] for c in cookies]


def pair(cookie):
    """As a script reads it: a nameless cookie is its value alone."""
    name, value = cookie["name"], cookie.get("value", "")
    return f"{name}={value}" if name else value


def by_name(items):
    """Reasons by cookie name; a second cookie of one name is "name#2"."""
    out = {}
    for name, reasons in items:
        key, number = name, 1
        while key in out:
            number += 1
            key = f"{name}#{number}"
        out[key] = reasons
    return out


def line_name(entry):
    cookie = entry.get("cookie")
    return cookie["name"] if cookie else entry["line"].split("=")[0].strip()


def error_of(step):
    return step["response"]["error"] or step["preflight"]["error"]


def preflight_of(step):
    """false: not sent; true: sent and passed; a name: its error; null: unknown."""
    return step["preflight"]["error"] or step["preflight"]["sent"]


STEP = {
    "sent": lambda s: names(s["cookies_sent"]),
    "withheld": lambda s: by_name((c["name"], c["reasons"]) for c in s["cookies_withheld"]),
    "stored": lambda s: [e["stored"] for e in s["set_cookie"]],
    "deleted": lambda s: [e.get("deleted", False) for e in s["set_cookie"]],
    "reasons": lambda s: [e["reasons"] for e in s["set_cookie"]],
    "warnings": lambda s: [e["warnings"] for e in s["set_cookie"]],
    "kept": lambda s: [line_name(e) for e in s["set_cookie"] if e["stored"]],
    "refused": lambda s: by_name((line_name(e), e["reasons"]) for e in s["set_cookie"]
                                 if not e["stored"] and not e.get("deleted")),
    "cookie": lambda s: s["set_cookie"][0]["cookie"],
    "expires": lambda s: s["set_cookie"][0]["cookie"]["expires"],
    "partition": lambda s: s["set_cookie"][0]["cookie"]["partition"],
    "origin": lambda s: s.get("origin"),
    "outcome": lambda s: s["response"]["outcome"],
    "error": error_of,
    "readable": lambda s: s["response"]["readable_headers"],
    "preflight": preflight_of,
    "because": lambda s: s["preflight"]["because"],
    "same_site": lambda s: s["relation"]["same_site"],
    "same_origin": lambda s: s["relation"]["same_origin"],
    "third_party": lambda s: s["relation"]["third_party"],
}

BROWSER = {
    "jar": lambda b: [pair(c) for c in b["cookies"]],
    "jar_size": lambda b: len(b["cookies"]),
    "document_cookie": lambda b: [pair(c) for c in b["document_cookie"]],
    "finds": lambda b: sorted({f["code"] for f in b["findings"]}),
}


def fixes_of(report, name):
    return [f for f in report.get("fixes", []) if name in f["for"]]


def fix_lines(report, name):
    return [": ".join(h) for f in fixes_of(report, name) for h in f["headers"]]


REPORT = {
    "fixed": lambda r, n: bool(fixes_of(r, n)),
    "fix_sides": lambda r, n: sorted({f["side"] for f in fixes_of(r, n)}),
    "fix_headers": fix_lines,
}


def descend(value, path):
    """Follow "steps.0.response.error"; a step's short names work at the end of a path."""
    for depth, key in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(value, list):
            if not key.lstrip("-").isdigit() or not -len(value) <= int(key) < len(value):
                return ABSENT
            value = value[int(key)]
        elif isinstance(value, dict):
            if "set_cookie" in value and key in STEP and (last or key not in value):
                value = STEP[key](value)
            elif key in value:
                value = value[key]
            else:
                return ABSENT
        else:
            return ABSENT
    return value


def look_up(report, browser, key):
    path = key.split(".")
    if path[0] in REPORT:
        return REPORT[path[0]](report, browser["browser"])
    if path[0] in BROWSER:
        return BROWSER[path[0]](browser)
    if path[0] in browser:
        return descend(browser, path)
    return descend(browser, ["steps", "-1"] + path)


OPERATORS = ("$any", "$has", "$lacks", "$not")


def operator(name, argument, got):
    if name == "$any":
        return any(matches(w, got) for w in argument)
    if name == "$not":
        return not matches(argument, got)
    if name == "$has":
        return got != ABSENT and all(any(matches(w, g) for g in got) for w in argument)
    return got != ABSENT and not any(matches(w, g) for w in argument for g in got)


def matches(wanted, got):
    """Objects: the keys wanted must match. Lists: whole. Else equal, and of one type."""
    if isinstance(wanted, dict) and wanted and all(key in OPERATORS for key in wanted):
        return all(operator(name, argument, got) for name, argument in wanted.items())
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(
            matches(w, descend(got, k.split("."))) for k, w in wanted.items())
    if isinstance(wanted, list):
        return (isinstance(got, list) and len(wanted) == len(got)
                and all(matches(w, g) for w, g in zip(wanted, got)))
    return type(wanted) is type(got) and wanted == got


WHOLE = ("withheld", "refused")


def differences(report, browser, expect):
    """(path, expected, got) of everything that is not as expected."""
    for key, wanted in expect.items():
        try:
            got = look_up(report, browser, key)
        except (KeyError, IndexError, TypeError) as error:
            got = f"({type(error).__name__}: {error})"
        same = matches(wanted, got)
        if key.split(".")[-1] in WHOLE and isinstance(wanted, dict) and isinstance(got, dict):
            same = same and (next(iter(wanted), None) in OPERATORS or wanted.keys() == got.keys())
        if not same:
            yield key, wanted, got
