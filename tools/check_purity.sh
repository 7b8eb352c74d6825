#!/bin/bash
# Shows that the core needs nothing: tools/check_purity.sh BUILD_FOLDER
#   it calls memcpy, memmove, memset and memcmp, and nothing else
#   it has no mutable data
#   it links for wasm32 without a C library
# BUILD_FOLDER is any configured and built one: it says what the sources are.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:?usage: tools/check_purity.sh BUILD_FOLDER}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# The library's sources, those that are made during the build among them.
mapfile -t sources < <(python3 - "$build" <<'END'
import json, os, sys
build = sys.argv[1]
with open(f"{build}/compile_commands.json", encoding="utf-8") as file:
    entries = json.load(file)
print("\n".join(sorted({os.path.normpath(os.path.join(build, entry["file"]))
                        for entry in entries if "src/libconcors" in entry["output"]})))
END
)
[ "${#sources[@]}" -gt 20 ] || { echo "found no sources of libconcors in $build"; exit 1; }
includes=(-I include -I src -I src/verdict -I "$build/src")

# compile FOLDER COMPILER OPTIONS...: every source into an object in FOLDER, two at a time.
compile() {
    local folder=$work/$1 source running=0
    shift
    mkdir "$folder"
    for source in "${sources[@]}"; do
        "$@" "${includes[@]}" -std=c17 -ffreestanding -c "$source" -o "$folder/${source//\//_}.o" &
        running=$((running + 1))
        if [ $running -ge 2 ]; then
            wait -n || bad=1
            running=$((running - 1))
        fi
    done
    while [ $running -gt 0 ]; do
        wait -n || bad=1
        running=$((running - 1))
    done
}

# Without position-independent code, tables of pointers are plain read-only data.
compile native "${CC:-cc}" -O2 -fno-pic -fno-stack-protector -fcf-protection=none
ld -r -o "$work/core.o" "$work"/native/*.o
calls=$(nm -u "$work/core.o" | awk '$2 !~ /^(memcpy|memmove|memset|memcmp)$/ {print $2}')
[ -z "$calls" ] || { echo "the core calls: ${calls//$'\n'/ }"; bad=1; }
data=$(nm "$work/core.o" | awk '$2 ~ /^[DdBbCcSsGg]$/ {print $3}')
[ -z "$data" ] || { echo "the core has mutable data: ${data//$'\n'/ }"; bad=1; }

if ! command -v clang >/dev/null || ! command -v wasm-ld-14 >/dev/null; then
    echo "clang or wasm-ld-14 is not installed"
    exit 1
fi
compile wasm clang --target=wasm32 -O2 -nostdlib -isystem tools/wasm_include
clang --target=wasm32 -O2 -nostdlib -ffreestanding -fno-builtin -c tools/wasm_include/string.c \
    -o "$work/wasm/string.o"
wasm-ld-14 --no-entry --no-gc-sections --export-dynamic "$work"/wasm/*.o -o "$work/core.wasm" ||
    { echo "the core does not link for wasm32"; bad=1; }
exit $bad
