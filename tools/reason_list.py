"""Reads and checks src/verdict/reasons.def: the one list of reasons."""
import json
import re
import sys

SEVERITIES = ("error", "warning", "info")
TEXTS = ["sentence", "why", "where", "remedy", "spec"]
BROWSERS = ["chrome", "firefox", "safari"]
ALWAYS = ["severity", "used", *TEXTS, "exceptions", *BROWSERS, "since"]
MAY = ["phrases", "recorded", "shown", "still", "blocked", "fixed", "probed", "answer"]
LONGEST = {"sentence": 160, "remedy": 100}


def read_stanzas(path):
    """The stanzas in order: {field: [line, ...]}, with the number of the first line."""
    stanzas, fields, last = [], None, None
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line.startswith("#"):
                continue
            if not line.strip():
                fields = last = None
            elif line.startswith("    "):
                if last is None:
                    sys.exit(f"{path}:{number}: a continuation without a field")
                fields[last].append(line[4:])
            else:
                key, _, text = line.partition(" ")
                if key == "reason":
                    fields = {"number": number}
                    stanzas.append(fields)
                elif fields is None or key in fields:
                    sys.exit(f"{path}:{number}: '{key}' outside a stanza or repeated")
                fields[key] = [text]
                last = key
    return stanzas


def expand(value, index=0):
    """The mark-up of journeys: "${x*9}", {"$repeat": 9, "item": ...}, "$i"."""
    if isinstance(value, str):
        value = value.replace("$i", str(index))
        return re.sub(r"\$\{(.)\*(\d+)\}", lambda m: m[1] * int(m[2]), value)
    if isinstance(value, dict):
        return {key: expand(item, index) for key, item in value.items()}
    if isinstance(value, list):
        out = []
        for item in value:
            if isinstance(item, dict) and "$repeat" in item:
                out += [expand(item["item"], i) for i in range(item["$repeat"])]
            else:
                out.append(expand(item, index))
        return out
    return value


class Reason:
    """One reason: texts flattened, console wordings as lists, journeys parsed and expanded."""

    def __init__(self, path, stanza):
        self.where_in_file = f"{path}:{stanza['number']}"
        self.code = stanza["reason"][0]
        self.check_fields(stanza)
        self.severity = stanza["severity"][0]
        self.text = {k: " ".join(" ".join(stanza[k]).split()) for k in [*TEXTS, "exceptions"]}
        self.says = {k: wordings(stanza[k]) for k in BROWSERS}
        self.phrases = stanza.get("phrases", [])
        self.recorded = stanza.get("recorded") == ["yes"]
        self.probed = stanza.get("probed", [])
        self.answer = stanza.get("answer", [])
        self.still = " ".join(stanza.get("still", []))
        self.shown = stanza.get("shown", [""])[0].split(",") if "shown" in stanza else []
        self.blocked = self.journey(stanza, "blocked")
        self.fixed = self.journey(stanza, "fixed")
        self.check_texts()

    def fail(self, what):
        sys.exit(f"{self.where_in_file}: {self.code}: {what}")

    def check_fields(self, stanza):
        wanted = ALWAYS + ([] if "recorded" in stanza else
                           ["probed", "answer"] if "probed" in stanza else
                           ["shown", "blocked", "fixed"])
        for key in wanted:
            if not " ".join(stanza.get(key, [])).strip():
                self.fail(f"'{key}' is missing")
        for key in stanza:
            if key not in ("reason", "number", *ALWAYS, *MAY):
                self.fail(f"there is no field '{key}'")
        if stanza["severity"][0] not in SEVERITIES:
            self.fail(f"severity is one of {', '.join(SEVERITIES)}")

    def check_texts(self):
        for key, longest in LONGEST.items():
            if len(self.text[key]) > longest:
                self.fail(f"'{key}' is longer than {longest} characters")
        if not self.text["sentence"].endswith("."):
            self.fail("the sentence ends without a full stop")
        for line in [*self.probed, *self.answer]:
            if line[:2] not in ("> ", "< "):
                self.fail(f"what is asked begins with >, what is answered with <: {line}")
        for text in [*self.text.values(), *self.probed, *self.answer, *sum(self.says.values(), []), *self.phrases]:
            if any(not " " <= c <= "~" for c in text):
                self.fail(f"not plain ASCII: {text}")

    def journey(self, stanza, key):
        if key not in stanza:
            return None
        try:
            return expand(json.loads("\n".join(stanza[key])))
        except ValueError as error:
            return self.fail(f"'{key}' is no JSON: {error}")


def wordings(lines):
    """Lines joined, split where `or` stands alone; "-" means that the browser says nothing."""
    parts = [[]]
    for line in lines:
        if line == "or":
            parts.append([])
        else:
            parts[-1].append(line.strip())
    return [" ".join(part) for part in parts if part != ["-"]]


def read(path):
    reasons = [Reason(path, stanza) for stanza in read_stanzas(path)]
    codes = [r.code for r in reasons]
    if len(set(codes)) != len(codes):
        sys.exit(f"{path}: a code stands twice")
    return reasons
