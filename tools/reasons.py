#!/usr/bin/env python3
"""Reads src/verdict/reasons.def and writes what is made from it.

  reasons.py header  FILE.def OUT.h     the enum of reasons
  reasons.py table   FILE.def OUT.c     the table of texts
  reasons.py phrases FILE.def OUT.c     the words by which console messages are known
  reasons.py embed   FILE.def OUT.c     each page as lines of plain text
  reasons.py pages   FILE.def FOLDER    each page as Markdown, and the index
  reasons.py check   FILE.def FOLDER    fails when FOLDER is not what `pages` writes

A stanza begins with `reason CODE`; each field is a line `key text`; a line that starts with four
blanks goes on with the field before it; `#` begins a comment line; a blank line ends the stanza.
The list itself says what the fields are.
"""
import os
import sys

import reason_list
import reason_pages
import reason_phrases

MADE = "/* Made by tools/reasons.py from src/verdict/reasons.def. */\n"


def c_string(text):
    out = ""
    for c in text:
        if c in '"\\':
            out += "\\" + c
        elif c == reason_phrases.SEPARATOR:
            out += "\\001"
        elif " " <= c <= "~":
            out += c
        else:
            sys.exit(f"not plain ASCII: {text}")
    return f'"{out}"'


def header(reasons):
    out = [MADE + "#ifndef CONCORS_VERDICT_REASONS_H\n#define CONCORS_VERDICT_REASONS_H\n",
           "enum {", "    CONCORS_R_PASS = 0,"]
    out += [f"    CONCORS_R_{r.code}," for r in reasons]
    return "\n".join([*out, "    CONCORS_R_END,", "};", "", "#endif", ""])


def table(reasons):
    out = [MADE + '#include "reason_table.h"\n', "const concors_reason_info concors_reason_table[] = {"]
    for r in reasons:
        texts = ",\n     ".join(f"CONCORS_LIT_INIT({c_string(r.text[t])})" for t in reason_list.TEXTS)
        out.append(f"    {{CONCORS_LIT_INIT(\"{r.code}\"), CONCORS_SEVERITY_{r.severity.upper()},\n     {texts}}},")
    return "\n".join([*out, "};", "", "const size_t concors_reason_table_count = "
                      "sizeof concors_reason_table / sizeof concors_reason_table[0];", ""])


def phrases(reasons):
    out = [MADE + '#include "ingest/console_phrases.h"', '#include "reasons.h"\n',
           "const concors_console_phrase concors_console_phrases[] = {"]
    for r in reasons:
        out += [f"    {{CONCORS_R_{r.code}, CONCORS_LIT_INIT({c_string(text)})}},"
                for text in reason_phrases.phrases(r)]
    return "\n".join([*out, "};", "", "const size_t concors_console_phrase_count = "
                      "sizeof concors_console_phrases / sizeof concors_console_phrases[0];", ""])


def embed(reasons):
    out = [MADE + '#include "reason_pages.h"\n', "#include <stddef.h>\n"]
    for number, r in enumerate(reasons, 1):
        lines = ",\n    ".join(c_string(line) for line in reason_pages.plain(r))
        out.append(f"static const char *const page_{number}[] = {{\n    {lines},\n    NULL}};\n")
    out.append("const char *const *const cli_reason_pages[] = {")
    out += [f"    page_{number}," for number in range(1, len(reasons) + 1)]
    return "\n".join([*out, "};", ""])


def pages(reasons):
    made = {f"{r.code}.md": reason_pages.markdown(r) for r in reasons}
    made["README.md"] = reason_pages.index(reasons)
    return made


def write_pages(reasons, folder):
    os.makedirs(folder, exist_ok=True)
    made = pages(reasons)
    for name in set(os.listdir(folder)) - set(made):
        os.remove(os.path.join(folder, name))
    for name, text in made.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.write(text)


def check_pages(reasons, folder):
    made = pages(reasons)
    there = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    wrong = sorted(there ^ set(made))
    for name in sorted(there & set(made)):
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            if lines.read() != made[name]:
                wrong.append(name)
    if wrong:
        sys.exit(f"{folder} is not what tools/reasons.py writes (run `tools/reasons.py pages "
                 f"src/verdict/reasons.def docs/reasons`): {', '.join(wrong)}")


def main():
    files = {"header": header, "table": table, "phrases": phrases, "embed": embed}
    folders = {"pages": write_pages, "check": check_pages}
    if len(sys.argv) != 4 or sys.argv[1] not in {**files, **folders}:
        sys.exit(__doc__)
    reasons = reason_list.read(sys.argv[2])
    if sys.argv[1] in folders:
        folders[sys.argv[1]](reasons, sys.argv[3])
        return
    with open(sys.argv[3], "w", encoding="ascii") as out:
        out.write(files[sys.argv[1]](reasons))


if __name__ == "__main__":
    main()
