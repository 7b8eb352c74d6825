"""Turn a vector file into complete journeys: see README.md for the short forms."""
import copy
import json
import re

KINDS = ("fetch", "xhr", "navigate", "visit", "form-post", "img", "script", "iframe",
         "websocket", "eventsource", "beacon")
REQUEST_KEYS = ("method", "mode", "credentials", "headers", "crossorigin", "with_credentials",
                "redirect")
STEP_KEYS = ("preflight", "response", "redirects", "wait_s", "page", "ancestors", "sandboxed")
ANSWER_KEYS = ("status", "headers", "cors", "set", "to")
UNCHECKED = "~"


class VectorError(Exception):
    """A vector file that says something the runner does not know."""


class Case:
    """One journey and what is expected of each browser."""

    def __init__(self, title, vector, journey, expect):
        self.title = title
        self.source = vector.get("source", "")
        self.name = vector.get("name")
        self.never = vector.get("never", [])
        self.journey = journey
        self.expect = expect


def substitute(value, variables):
    """Replace "$name" by any value, "${name}" inside a text, and "${text*count}" by repeats."""
    if isinstance(value, dict):
        return {k: substitute(v, variables) for k, v in value.items()}
    if isinstance(value, list):
        return [substitute(v, variables) for v in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in variables:
        return substitute(variables[value[1:]], {})
    value = re.sub(r"\$\{(\w+)\}", lambda m: str(variables.get(m[1], m[0])), value)
    return re.sub(r"\$\{([^}]*)\*(\d+)\}", lambda m: m[1] * int(m[2]), value)


def header_list(headers):
    """{"Name": "value"} or {"Name": ["first line", "second line"]}; None leaves the header out."""
    if isinstance(headers, list):
        return headers
    lines = []
    for name, values in headers.items():
        for value in values if isinstance(values, list) else [values]:
            if value is not None:
                lines.append([name, value])
    return lines


def set_cookie_lines(lines):
    for line in [lines] if isinstance(lines, (str, dict)) else lines:
        if isinstance(line, dict):
            for number in range(line["times"]):
                yield line["line"].replace("#", str(number))
        else:
            yield line


def answer(short, status):
    """{"cors": ORIGIN, "set": [lines], "to": URL, "status": 200, "headers": {…}}"""
    for key in short:
        if key not in ANSWER_KEYS:
            raise VectorError(f"unknown key in an answer: {key}")
    headers = []
    if short.get("cors") is not None:
        headers += [["Access-Control-Allow-Origin", short["cors"]],
                    ["Access-Control-Allow-Credentials", "true"]]
    if "to" in short:
        headers.append(["Location", short["to"]])
        status = 302
    headers += header_list(short.get("headers", {}))
    headers += [["Set-Cookie", line] for line in set_cookie_lines(short.get("set", []))]
    return {"status": short.get("status", status), "headers": headers}


def exchange(short):
    """A hop: its preflight's answer (left out: unknown) and its answer (left out: an empty 200)."""
    full = {}
    if short.get("preflight") is not None:
        full["preflight"] = answer(short["preflight"], 204)
    if short.get("response", {}) is not None:
        full["response"] = answer(short.get("response", {}), 200)
    return full


def step(short):
    if "request" in short or "document_cookie" in short:
        return short
    kinds = [key for key in short if key in KINDS]
    if len(kinds) != 1:
        raise VectorError(f"a step needs one kind: {short}")
    request = {"kind": kinds[0], "url": short[kinds[0]]}
    full = {"request": request}
    for key, value in short.items():
        if key in REQUEST_KEYS:
            request[key] = header_list(value) if key == "headers" else value
        elif key not in STEP_KEYS and key not in KINDS:
            raise VectorError(f"unknown key in a step: {key}")
    full.update(exchange(short))
    if "redirects" in short:
        full["redirects"] = [exchange(hop) for hop in short["redirects"]]
    for key in ("wait_s", "page", "ancestors", "sandboxed"):
        if key in short:
            full[key] = short[key]
    return full


def cookie(short):
    """[url, line] or [url, line, age in seconds]; without an age: an hour old."""
    if isinstance(short, dict):
        return short
    return {"url": short[0], "set_cookie": short[1],
            "age_s": short[2] if len(short) > 2 else 3600}


def journey(short, bases, variables):
    full = copy.deepcopy(bases[short["base"]]) if "base" in short else {}
    full.update({k: v for k, v in short.items() if k != "base"})
    full = substitute(full, variables)
    full["cookies"] = [cookie(c) for c in full.get("cookies", [])]
    full["steps"] = [step(s) for s in full.get("steps", [])]
    return full


def merge(low, high):
    if not isinstance(low, dict) or not isinstance(high, dict):
        return high
    out = dict(low)
    for key, value in high.items():
        out[key] = merge(low[key], value) if key in low else value
    return out


def browsers_of(expect):
    """{"chrome firefox": {…}} to one entry a browser."""
    out = {}
    for names, wanted in expect.items():
        for name in names.split():
            out[name] = merge(out.get(name, {}), wanted)
    return out


def row_case(columns, row):
    """A row of a table as a case. Columns: title, a variable, or "browsers: what is expected"."""
    if len(columns) != len(row):
        raise VectorError(f"{len(columns)} columns, but {len(row)} cells: {row}")
    case = {"title": "", "with": {}, "expect": {}}
    for column, cell in zip(columns, row):
        if column == "title":
            case["title"] = cell
        elif ": " in column:
            names, key = column.split(": ", 1)
            if cell != UNCHECKED:
                case["expect"] = merge(case["expect"],
                                       {name: {key: cell} for name in names.split()})
        else:
            case["with"][column] = cell
    return case


def expand(vector, bases):
    cases = list(vector.get("cases", []))
    cases += [row_case(vector["columns"], row) for row in vector.get("rows", [])]
    for case in cases or [{}]:
        title = ": ".join(t for t in (vector["title"], case.get("title")) if t)
        variables = {**vector.get("with", {}), **case.get("with", {})}
        expect = merge(browsers_of(vector.get("expect", {})),
                       browsers_of(case.get("expect", {})))
        if not expect:
            raise VectorError(f"nothing is expected: {title}")
        short = {**vector.get("journey", {}), **case.get("journey", {})}
        full = journey(short, bases, variables)
        full["browsers"] = list(expect)
        yield Case(title, vector, full, substitute(expect, variables))


def load(folder):
    """All cases of a folder, as (file name, case)."""
    bases = json.loads((folder / "bases.json").read_text("utf-8"))
    for path in sorted(folder.glob("*.json")):
        if path.name == "bases.json":
            continue
        for vector in json.loads(path.read_text("utf-8")):
            try:
                for case in expand(vector, bases):
                    yield path.stem, case
            except (VectorError, KeyError) as error:
                raise VectorError(f"{path.name}: {vector.get('title')}: {error}") from error
