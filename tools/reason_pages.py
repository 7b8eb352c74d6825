"""The page of a reason: as Markdown for docs/reasons, and as plain text for `concors reason`."""
import difflib
import json
import re
import textwrap

WIDTH = 78
NAMES = {"chrome": "Chrome", "firefox": "Firefox", "safari": "Safari",
         "chrome-no3pc": "Chrome without third-party cookies", "edge": "Edge",
         "webkitgtk": "WebKitGTK", "spec": "the standards"}
MISSING = object()
MEANS = {"error": "blocked", "warning": "warning", "info": "worth knowing"}
RECORDED = "No journey shows it: the name is kept for recorded logs of browsers."


def shorten(text):
    """Long runs of one character and nothing else are not worth reading."""
    out, i = "", 0
    while i < len(text):
        run = len(text[i:]) - len(text[i:].lstrip(text[i]))
        out += f"{text[i] * 3}... ({run} times {text[i]})" if run > 40 else text[i] * run
        i += run
    return out


def lines_of(value, indent=0, lead=0):
    """JSON, an item a line where it does not fit on one, less than WIDTH wide if possible."""
    flat = shorten(json.dumps(value))
    if not isinstance(value, (dict, list)) or not value:
        return [flat]
    if indent > 0 and indent + lead + len(flat) < WIDTH:
        return [flat]
    if isinstance(value, list) and len(value) == 1:
        inner = lines_of(value[0], indent, lead + 1)
        if len(inner) > 1:
            return ["[" + inner[0], *inner[1:-1], inner[-1] + "]"]
    return wrap(value, indent)


def wrap(value, indent):
    pairs = value.items() if isinstance(value, dict) else [(None, item) for item in value]
    out, said = [], 0
    for key, item in pairs:
        head = "" if key is None else json.dumps(key) + ": "
        inner = lines_of(item, indent + 2, len(head))
        block = ["  " + head + inner[0], *("  " + line for line in inner[1:])]
        block[-1] += ","
        said = said + 1 if same_shape(out[-len(block):], block) else 0
        if said < 2:
            out += block
        elif said == 2:
            out.append("  ...")
    if out[-1] == "  ...":
        out[-1] = f"  ... {len(value)} in all"
    else:
        out[-1] = out[-1][:-1]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return [opening, *out, closing]


def same_shape(before, block):
    bare = [[re.sub(r"\d", "", line) for line in part] for part in (before, block)]
    return before[-1:] == ["  ..."] or bare[0] == bare[1]


def entry(sign, key, value):
    """A member or item that is only on one side; more than a line only where it must be."""
    head = "" if key is None else json.dumps(key) + ": "
    flat = head + shorten(json.dumps(value))
    is_pair = isinstance(value, list) and all(isinstance(part, str) for part in value)
    if len(flat) < WIDTH - 4 or is_pair or not isinstance(value, (dict, list)):
        return [f"{sign} {flat}"]
    lines = lines_of(value, 4, len(head))
    return [f"{sign} {head}{lines[0]}", *(f"{sign} {line}" for line in lines[1:])]


def list_changes(before, after):
    texts = [[json.dumps(item) for item in side] for side in (before, after)]
    out = []
    for kind, i, k, m, n in difflib.SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind != "equal":
            out += [line for item in before[i:k] for line in entry("-", None, item)]
            out += [line for item in after[m:n] for line in entry("+", None, item)]
    return out


def walk(pointer, before, after):
    """What differs, innermost, under the JSON pointers of what holds it."""
    if isinstance(before, dict) and isinstance(after, dict):
        own, inner = [], []
        for key in [*before, *(key for key in after if key not in before)]:
            sides = [side.get(key, MISSING) for side in (before, after)]
            if sides[0] == sides[1]:
                continue
            if all(isinstance(side, (dict, list)) for side in sides):
                inner += walk(f"{pointer}/{key}", *sides)
            else:
                own += [line for sign, side in zip("-+", sides) if side is not MISSING
                        for line in entry(sign, key, side)]
        return ([(pointer, own)] if own else []) + inner
    pairs = [[isinstance(item, dict) for item in side] for side in (before, after)]
    if len(before) == len(after) and all(sum(pairs, [])):
        return sum((walk(f"{pointer}/{i}", *both) for i, both in enumerate(zip(before, after))
                    if both[0] != both[1]), [])
    return [(pointer, list_changes(before, after))]


def changes(reason):
    hunks = walk("", reason.blocked, reason.fixed)
    if not hunks:
        reason.fail("what changes between `blocked` and `fixed` does not show")
    return [line for pointer, lines in hunks for line in ([f"@@ {pointer} @@"] if pointer else []) + lines]


def shown_in(reason):
    names = []
    for profile in reason.shown:
        family, _, version = profile.partition("@")
        known = " as documented" if family == "safari" else ""  # measured nowhere by this project
        names.append(NAMES[family] + (f" {version}" if version else "") + known)
    return ", ".join(names)


def says(reason, browser):
    return reason.says[browser] or ["(nothing)"]


def escaped(text):
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


def markdown(reason):
    text = {key: escaped(value) for key, value in reason.text.items()}
    out = [f"# {reason.code}", "", text["sentence"], "", f"**Do this:** {text['remedy']}", "",
           f"Look at: {text['where']}.", "", "## What the browsers say", ""]
    for browser in ("chrome", "firefox", "safari"):
        for said in says(reason, browser):
            out += [f"- {NAMES[browser]}: " + (said if said == "(nothing)" else f"`` {said} ``")]
    out += ["", "## Why", "", text["why"], "", "## Exceptions", "", text["exceptions"], ""]
    if reason.recorded:
        out += ["## A journey", "", RECORDED, ""]
    elif reason.probed:
        out += ["## What concors probe asks and gets", "", "```", *reason.probed, "```", "",
                "## What it should get", "", "```", *reason.answer, "```", ""]
    else:
        out += ["## A journey that shows it", "", f"In {shown_in(reason)}:", "", "```json",
                *lines_of(reason.blocked), "```", "", "## What changes", "", "```diff",
                *changes(reason), "```", ""]
        out += [escaped(reason.still), ""] if reason.still else []
    out += ["## Standard", "", f"{text['spec']}.", "",
            f"Severity: {reason.severity}. Since 0.1.0.",
            "All reasons: [README.md](README.md). This page is made from `src/verdict/reasons.def`."]
    return "\n".join(out) + "\n"


def index(reasons):
    out = ["# Reasons", "",
           "Every rule that says no, under its code: the DevTools protocol's name where it has one,",
           "a name that begins with `Concors` where it has none. `concors reason CODE` prints the same page",
           "offline, and `concors reason \"pasted console message\"` finds the codes of a message.", ""]
    titles = {"error": "Blocked", "warning": "Warnings, and what could not be known",
              "info": "Worth knowing"}
    for severity, title in titles.items():
        out += [f"## {title}", "", "| code | what happened |", "|---|---|"]
        out += [f"| [{r.code}]({r.code}.md) | {escaped(r.text['sentence'])} |"
                for r in reasons if r.severity == severity]
        out.append("")
    return "\n".join(out)


def body(text, first="  ", rest=None):
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest or first,
                         break_long_words=False, break_on_hyphens=False)


def plain(reason):
    """Lines of at most 80 columns where words allow. Headings begin in the first column."""
    text = reason.text
    out = [f"{reason.code}: {MEANS[reason.severity]}", *body(text["sentence"]), "",
           "Do this", *body(text["remedy"]), "", "Where to look", *body(text["where"]), "",
           "Why the rule exists", *body(text["why"]), "", "Exceptions", *body(text["exceptions"]), "",
           "What the browsers say"]
    for browser in ("chrome", "firefox", "safari"):
        for said in says(reason, browser):
            out += body(said, f"  {NAMES[browser]:9}", " " * 11)
    if reason.recorded:
        out += ["", "A journey", *body(RECORDED)]
    elif reason.probed:
        out += ["", "What concors probe asks and gets", *("  " + line for line in reason.probed), "",
                "What it should get", *("  " + line for line in reason.answer)]
    else:
        out += ["", "A journey that shows it", *body(f"In {shown_in(reason)}:"),
                *("  " + line for line in lines_of(reason.blocked)), "", "What changes",
                *("  " + line for line in changes(reason))]
        out += body(reason.still) if reason.still else []
    return out + ["", "Standard", *body(text["spec"])]
