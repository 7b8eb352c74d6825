#!/bin/bash
# Runs every fuzz target for some seconds on its corpus: tools/fuzz.sh [SECONDS]
# One line a target. Crash inputs stay in tests/fuzz/crashes/<target>/. Fails when one was found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "fuzz: T must be a number of seconds" >&2; exit 2; }

tools/build.sh fuzz
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
found=0
for target in build-fuzz/tests/fuzz/fuzz_*; do
    if [ ! -f "$target" ] || [ ! -x "$target" ]; then continue; fi
    name=${target##*/fuzz_}
    grown=build-fuzz/corpus/$name
    folders=("$grown")
    [ ! -d "tests/fuzz/corpus/$name" ] || folders+=("tests/fuzz/corpus/$name")
    crashes=tests/fuzz/crashes/$name
    log=build-fuzz/$name.log
    mkdir -p "$grown" "$crashes"
    if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$crashes/" "${folders[@]}" >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        printf 'ok    %-14s %12s runs, %s s\n' "$name" "$runs" "$seconds"
    else
        found=1
        printf 'FOUND %-14s see %s/ and %s\n' "$name" "$crashes" "$log"
    fi
    rmdir "$crashes" 2>/dev/null || true
done
rmdir tests/fuzz/crashes 2>/dev/null || true
exit $found
