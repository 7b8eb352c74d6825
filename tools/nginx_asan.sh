#!/bin/bash
# Runs the module's own tests in an nginx that is built with AddressSanitizer and NGX_DEBUG_PALLOC: each allocation of a
# pool is one of its own, so that a byte too far is seen. The module has UndefinedBehaviorSanitizer, too.
#   tools/nginx_asan.sh [SOURCE]
# SOURCE: an unpacked nginx of the version that nginx-dev has headers of; without it, the tarball that Debian's package is
# made of is fetched (apt-get source) and unpacked.
# Everything stays below build-nginx-asan/. Exit 1: a test failed, or a sanitizer had something to say.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
folder=$top/build-nginx-asan
mkdir -p "$folder"

# fetch FOLDER: from the machine's own archives, asked for sources instead of packages; nothing of the system's is changed.
# The tarball alone: archives keep it, where they have dropped the revision that their list names.
fetch() {
    local lists=$folder/apt
    mkdir -p "$lists/parts" "$lists/state" "$1"
    for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
        [ ! -f "$file" ] || sed -E 's/^(Types: )deb$/\1deb-src/; s/^deb /deb-src /' "$file" >"$lists/parts/${file##*/}"
    done
    local apt=(apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$lists/parts"
        -o Dir::State::lists="$lists/state")
    "${apt[@]}" update
    (cd "$folder" && "${apt[@]}" source --tar-only nginx)
    tar -xzf "$folder"/nginx_*.orig.tar.gz -C "$1" --strip-components=1
}

# build_nginx SOURCE: unpacked, with its objects and the program in SOURCE/objs.
build_nginx() {
    rm -rf "$folder/nginx"
    cp -r "$1" "$folder/nginx"
    cd "$folder/nginx"
    # shellcheck source=/dev/null
    . /usr/share/nginx/src/conf_flags
    ./configure "${NGX_CONF_FLAGS[@]}" --with-http_sub_module --with-cc=clang \
        --with-cc-opt='-O1 -g -fsanitize=address -fno-omit-frame-pointer -DNGX_DEBUG_PALLOC=1 -Wno-error' \
        --with-ld-opt=-fsanitize=address >"$folder/configure.log"
    make -j2 build >"$folder/make.log" 2>&1
    declare -p NGX_CONF_FLAGS | sed 's/^declare -a //' >conf_flags
    cd "$top"
}

if [ ! -x "$folder/nginx/objs/nginx" ]; then
    source=${1:-$folder/source}
    [ $# -gt 0 ] || fetch "$source"
    # Before anything is copied.
    if [ ! -x "$source/configure" ] || [ ! -f "$source/src/core/nginx.c" ]; then
        echo "no source of nginx in '$source'" >&2
        exit 1
    fi
    echo "building nginx of $source"
    build_nginx "$source"
fi
[ -f "$folder/module/build.ninja" ] ||
    CC=clang meson setup "$folder/module" --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Ddefault_library=static -Dtests=disabled -Dnginx=enabled -Dnginx_source="$folder/nginx" >"$folder/meson.log"
ninja -C "$folder/module" >"$folder/ninja.log"

rm -f "$folder"/report.*
export NGINX=$folder/nginx/objs/nginx
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=$folder/report
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=$folder/report
failed=0
for script in tests/nginx/*.py; do
    [ -x "$script" ] || continue
    [ "${script##*/}" != instructions.py ] || continue # counts, under valgrind
    printf '%-32s' "$script"
    python3 "$script" "$folder/module/cli/concors" >"$folder/output" || failed=1
    tail -n 1 "$folder/output"
    grep '^FAIL' "$folder/output" || true
done
for report in "$folder"/report.*; do
    [ -f "$report" ] || continue
    failed=1
    head -n 30 "$report"
done
[ $failed -eq 0 ] && echo "nothing to report"
exit $failed
