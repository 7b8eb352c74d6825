#!/usr/bin/env python3
"""Reads src/verdict/reasons.def and writes what is made from it.

  reasons.py header FILE.def OUT.h     the enum of reasons
  reasons.py table  FILE.def OUT.c     the table of texts

A stanza begins with `reason CODE`; each field is a line `key text`; a line that starts with four
blanks goes on with the field before it; `#` begins a comment line; a blank line ends the stanza.
"""
import sys

TEXTS = ["sentence", "why", "where", "remedy", "spec"]
SEVERITY = {"info": "CONCORS_SEVERITY_INFO", "warning": "CONCORS_SEVERITY_WARNING",
            "error": "CONCORS_SEVERITY_ERROR"}


def read(path):
    reasons, fields, last = [], None, None
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line.startswith("#"):
                continue
            if not line.strip():
                fields = last = None
            elif line.startswith("    "):
                if last is None:
                    sys.exit(f"{path}:{number}: a continuation without a field")
                fields[last] += "\n" + line[4:]
            else:
                key, _, text = line.partition(" ")
                if key == "reason":
                    fields = {"line": number}
                    reasons.append(fields)
                elif fields is None or key in fields:
                    sys.exit(f"{path}:{number}: '{key}' outside a stanza or repeated")
                fields[key] = text
                last = key
    codes = [r["reason"] for r in reasons]
    if len(set(codes)) != len(codes):
        sys.exit(f"{path}: a code stands twice")
    return reasons


def c_string(text):
    flat = " ".join(text.split())
    if any(ord(c) < 0x20 or ord(c) > 0x7E for c in flat):
        sys.exit(f"not plain ASCII: {flat}")
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def header(reasons, out):
    out.write("/* Made by tools/reasons.py from src/verdict/reasons.def. */\n")
    out.write("#ifndef CONCORS_VERDICT_REASONS_H\n#define CONCORS_VERDICT_REASONS_H\n\n")
    out.write("enum {\n    CONCORS_R_PASS = 0,\n")
    for r in reasons:
        out.write(f"    CONCORS_R_{r['reason']},\n")
    out.write("    CONCORS_R_END,\n};\n\n#endif\n")


def table(reasons, out):
    out.write("/* Made by tools/reasons.py from src/verdict/reasons.def. */\n")
    out.write('#include "reason_table.h"\n\n')
    out.write("const concors_reason_info concors_reason_table[] = {\n")
    for r in reasons:
        texts = ", ".join("CONCORS_LIT_INIT(%s)" % c_string(r.get(t, "")) for t in TEXTS)
        out.write(f"    {{CONCORS_LIT_INIT(\"{r['reason']}\"), {SEVERITY[r['severity']]}, {texts}}},\n")
    out.write("};\n\nconst size_t concors_reason_table_count = sizeof concors_reason_table / "
              "sizeof concors_reason_table[0];\n")


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("header", "table"):
        sys.exit(__doc__)
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        {"header": header, "table": table}[sys.argv[1]](read(sys.argv[2]), out)


main()
