#!/bin/bash
# Configures and builds one of the build folders.
#   tools/build.sh release            gcc, optimised: what is installed
#   tools/build.sh asan               clang with AddressSanitizer and UBSan: what is tested
#   tools/build.sh fuzz               clang with libFuzzer
#   tools/build.sh bench              gcc, optimised, with the benchmarks
#   tools/build.sh install PREFIX DESTDIR
# CONCORS_TESTS=enabled asks for the unit tests (they need cmocka).
set -euo pipefail
cd "$(dirname "$0")/.."

tests=${CONCORS_TESTS:-auto}
# Not auto: it may have been installed since.
nginx=enabled
[ -f /usr/share/nginx/src/conf_flags ] || nginx=disabled

# configure FOLDER COMPILER OPTIONS...: once, and again only when an option differs.
configure() {
    local folder=$1 compiler=$2
    shift 2
    if [ -f "$folder/build.ninja" ]; then
        [ "$(cat "$folder/.options" 2>/dev/null)" != "$*" ] || return 0
        # The first learns of options that came since, but passes over those that have a value already.
        set_up() { meson setup --reconfigure "$folder" "$@" && meson configure "$folder" "$@"; }
    else
        rm -rf "$folder"
        set_up() { CC=$compiler meson setup "$folder" "$@"; }
    fi
    set_up "$@" >"$folder.log" 2>&1 ||
        { tail -n 30 "$folder.log" >&2; rm -f "$folder.log"; exit 1; }
    rm -f "$folder.log"
    printf '%s' "$*" >"$folder/.options"
}

# compile FOLDER: says nothing unless it fails.
compile() {
    ninja -C "$1" >"$1/build.log" 2>&1 || { tail -n 60 "$1/build.log" >&2; exit 1; }
}

case "${1:-release}" in
release)
    configure build-release "${CC:-gcc}" --buildtype=release -Dtests="$tests" -Dnginx=$nginx
    [ $nginx = enabled ] || echo "nginx module: skipped, nginx-dev is not installed"
    compile build-release
    ;;
asan)
    configure build-asan clang --buildtype=debugoptimized -Db_sanitize=address,undefined \
        -Db_lundef=false -Ddefault_library=static -Dtests="$tests" -Dnginx=disabled
    compile build-asan
    ;;
fuzz)
    configure build-fuzz clang --buildtype=debugoptimized -Db_sanitize=address,undefined \
        -Db_lundef=false -Ddefault_library=static -Dtests=disabled -Dfuzz=true -Dnginx=disabled
    compile build-fuzz
    ;;
bench)
    configure build-bench "${CC:-gcc}" --buildtype=release -Dtests=disabled -Dbench=true -Dnginx=disabled
    compile build-bench
    ;;
install)
    meson configure build-release --prefix="$2" >/dev/null
    compile build-release
    tools/browsers.sh libraries ||
        echo "install: without the libraries that drive browsers; 'concors explain --verify' says how to get them"
    DESTDIR=$3 meson install -C build-release --no-rebuild --quiet
    echo "installed below ${3}${2}"
    ;;
*)
    sed -n '2,8s/^# //p' "$0" >&2
    exit 2
    ;;
esac
