#!/bin/bash
# Format, lint, layers and purity: what `make check` runs. One line a check; the last line is
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# check NAME COMMAND...: quiet unless it fails.
check() {
    local name=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        printf '  ok    %s\n' "$name"
    else
        failed=$((failed + 1))
        printf '  FAIL  %s\n' "$name"
        head -n 60 "$log" | sed 's/^/        /'
    fi
}

# check_with TOOL NAME COMMAND...: the same, where the tool is installed.
check_with() {
    if command -v "$1" >/dev/null; then
        shift
        check "$@"
    else
        printf '  skip  %s: %s is not installed\n' "$2" "$1"
    fi
}

# files PATTERN...: those of the tree, made ones and deleted ones left out.
files() {
    git ls-files -z --cached --others --exclude-standard -- "$@" |
        while IFS= read -r -d '' path; do [ -f "$path" ] && printf '%s\0' "$path"; done
}

# nginx/ keeps nginx's own layout.
format() { files '*.c' '*.h' ':!nginx' | xargs -0 clang-format --dry-run -Werror; }

spelling() {
    files ':!tests/fuzz/corpus' ':!tests/vectors' ':!*/package-lock.json' |
        xargs -0 codespell --quiet-level=2 --ignore-words=tools/codespell_ignore.txt
}

scripts() { files '*.sh' | xargs -0 shellcheck --severity=warning; }

analysis() {
    cppcheck --quiet -j 2 --std=c11 --enable=warning,portability,performance --inline-suppr \
        --error-exitcode=1 --suppressions-list=tools/cppcheck_suppressions.txt \
        -I include -I src -I src/verdict -I . src cli platform
}

printf '\ncheck\n'
check_with clang-format "layout (clang-format)" format
check "layers" tools/check_layers.py
check "lengths, banned functions, text" tools/check_functions.py
check "reason pages are up to date" python3 tools/reasons.py check src/verdict/reasons.def docs/reasons
check "links of the documents" tools/doc_links.py
check_with node "agreement with browsers: document, headline, rows" node tests/browsers/agreement.mjs --check
check_with codespell "spelling (codespell)" spelling
check_with shellcheck "shell scripts (shellcheck)" scripts
check_with cppcheck "static analysis (cppcheck)" analysis
check "builds" tools/build.sh release
check "purity of the core" tools/check_purity.sh build-release

printf '\n%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
