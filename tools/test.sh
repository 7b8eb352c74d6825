#!/bin/bash
# Builds with gcc (release) and with clang (AddressSanitizer, UBSan), runs every test with both
# where it makes a difference, and ends with the line "N passed, N failed", with ", N skipped" behind it when
# something could not be run.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

passed=0
failed=0
skipped=0
started=$SECONDS
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export CONCORS_TESTS=enabled

section() { printf '\n%s  (%d s)\n' "$1" $((SECONDS - started)); }

# report NAME PASSED FAILED LOG: one line, and the whole output when something failed.
report() {
    passed=$((passed + $2))
    failed=$((failed + $3))
    if [ "$3" -eq 0 ]; then
        printf '  ok    %-34s %6d\n' "$1" "$2"
    else
        printf '  FAIL  %-34s %6d passed, %d failed\n' "$1" "$2" "$3"
        tail -n 60 "$4" | sed 's/^/        /'
    fi
}

build() {
    section "build: $2"
    if tools/build.sh "$1" >"$log/build" 2>&1; then
        report "$2" 1 0 "$log/build"
    else
        report "$2" 0 1 "$log/build"
    fi
}

# cases PASSED|FAILED LOG: the sum over the groups of a cmocka program.
cases() { sed -n "s/^\[  $1  \] \([0-9]*\) test(s).*/\1/p" "$2" | awk '{n += $1} END {print n + 0}'; }

# A cmocka program: each of its tests is a case. One that dies counts as failed.
unit() {
    local out=$log/unit status ok bad
    timeout 300 "$1" >"$out" 2>&1
    status=$?
    ok=$(cases PASSED "$out")
    bad=$(cases FAILED "$out")
    [ $status -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ $status -ne 0 ] || [ "$ok" -gt 0 ] || bad=1
    report "${1##*/} ($2)" "$ok" "$bad" "$out"
}

# A runner in Python: its last line says "N passed, N failed", and perhaps ", N skipped"; then lines of "skip" say why.
runner() {
    local out=$log/runner status ok bad last
    CONCORS=$PWD/$2/cli/concors timeout 400 python3 "$1" "$PWD/$2/cli/concors" >"$out" 2>&1
    status=$?
    last=$(tail -n 1 "$out")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
        ok=${BASH_REMATCH[1]}
        bad=${BASH_REMATCH[2]}
        skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
        sed -n 's/^skip /  skip  /p' "$out"
        [ $status -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    else
        ok=0
        bad=1
    fi
    report "$1 ($3)" "$ok" "$bad" "$out"
}

# The fixed sample of journeys in real browsers, each that can be had.
browsers() {
    local out=$log/browsers status last
    section "journeys in real browsers"
    CONCORS=$PWD/build-release/cli/concors timeout 600 tools/browsers.sh --sample >"$out" 2>&1
    status=$?
    last=$(tail -n 1 "$out")
    if [ $status -eq 3 ]; then
        printf '  skip  %s\n' "$last"
        skipped=$((skipped + 1))
    elif [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        head -n -1 "$out" | sed 's/^/  /'
        skipped=$((skipped + BASH_REMATCH[3]))
        report "sample of journeys" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" /dev/null
    else
        report "sample of journeys" 0 1 "$out"
    fi
}

build release "gcc release"
build asan "clang sanitizers"
[ $failed -eq 0 ] || { printf '\n%d passed, %d failed\n' $passed $failed; exit 1; }

for folder in release asan; do
    section "unit tests: $folder"
    for program in "build-$folder"/tests/unit/test_*; do
        [ -f "$program" ] && [ -x "$program" ] && unit "$program" "$folder"
    done
done

# What drives the browsers, for the scripts that use it; without it they skip, and say so.
tools/browsers.sh libraries >"$log/libraries" 2>&1 || true

# Every executable script below tests/ is a runner.
for script in tests/*/*.py; do
    [ -x "$script" ] || continue
    section "$script"
    runner "$script" build-release release
    case $script in
    tests/flips/run.py) ;; # asks nothing of memory
    tests/cost/*) ;;       # counts instructions
    tests/nginx/*) ;;      # nginx itself has no sanitizers
    tests/gateway/browsers.py) ;; # of browsers and nginx, not of the command
    *) runner "$script" build-asan asan ;;
    esac
done

browsers

section "done"
printf '%d passed, %d failed' $passed $failed
[ $skipped -eq 0 ] || printf ', %d skipped' $skipped
printf '\n'
[ $failed -eq 0 ]
