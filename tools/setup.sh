#!/bin/bash
# Installs what is missing for one task on Debian 12: tools/setup.sh [build|install|run|test|check|fuzz|bench|browsers]
# Instant when everything is there. Says what it installs and why; never starts a service. Of the browsers, each that can
# be had is installed, and exit 1 says that one cannot.
set -euo pipefail

has_command() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
has_pkgconf() { command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1" 2>/dev/null; }
has_file() { compgen -G "$1" >/dev/null; }

missing=()
# need PACKAGE WHY TEST ARGUMENT
need() {
    if ! "$3" "$4"; then
        missing+=("$1")
        printf '  missing: %-20s %s\n' "$1" "$2"
    fi
}

wished=()
# wish: the same for what is done without where it cannot be had.
wish() {
    if ! "$3" "$4"; then
        wished+=("$1")
        printf '  missing: %-20s %s\n' "$1" "$2"
    fi
}

needs_build() {
    need meson "configures the build" has_command meson
    need ninja-build "runs the build" has_command ninja
    need gcc "compiles" has_command gcc
    need libc6-dev "headers of the C library" has_file /usr/include/stdio.h
    need pkg-config "finds the libraries below" has_command pkg-config
    need python3 "makes the table of reasons" has_command python3
    need libpsl-dev "looks up public suffixes" has_pkgconf libpsl
    need publicsuffix "the list of public suffixes" has_file '/usr/share/publicsuffix/public_suffix_list.*'
    need libidn2-dev "turns international names into ASCII" has_pkgconf libidn2
    need libyaml-dev "reads policies" has_pkgconf yaml-0.1
    need nettle-dev "signs CSRF tokens" has_pkgconf nettle
    need libunistring-dev "measures the width of text" has_file /usr/include/uniwidth.h
    need libcurl4-openssl-dev "HTTP for concors probe" has_pkgconf libcurl
    wish nginx-dev "headers for the nginx module" has_file /usr/share/nginx/src/conf_flags
    need ca-certificates "the authorities that probe trusts" has_file /etc/ssl/certs/ca-certificates.crt
}

needs_install() {
    needs_build
    need scdoc "makes the man pages" has_command scdoc
}

needs_run() {
    needs_build
    need nginx "the servers of the demo" has_command nginx
    need openssl "their throw-away certificates" has_command openssl
}

needs_test() {
    needs_run
    need scdoc "makes the man pages" has_command scdoc
    need libcmocka-dev "the unit tests" has_pkgconf cmocka
    # Without apache2, which would start a service.
    need apache2-bin "servers that probe is tried on" has_command apache2
    need nodejs "more of them" has_command node
    need npm "fetches npm's cors for them" has_command npm
    need curl "asks nginx over HTTP/2" has_command curl
    need valgrind "counts the nginx module's instructions" has_command valgrind
    needs_clang
}

needs_clang() {
    need clang "second compiler, sanitizers" has_command clang
    need libclang-rt-14-dev "the sanitizers' runtime" has_file '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a'
}

needs_browsers() {
    needs_build
    need nodejs "drives the browsers" has_command node
    need npm "fetches the client libraries that drive them" has_command npm
    need chromium "the first browser" has_command chromium
    need firefox-esr "the second" has_command firefox-esr
    need webkit2gtk-driver "the third" has_command WebKitWebDriver
    need xvfb "a screen for it" has_command Xvfb
    need iproute2 "gives each browser a network of its own" has_command ip
    need libnss3-tools "lets Chromium trust throw-away certificates" has_command certutil
    need openssl "makes them" has_command openssl
}

case "${1:-run}" in
build) needs_build ;;
install) needs_install ;;
run) needs_run ;;
test) needs_test ;;
check)
    needs_test
    need clang-format "checks the layout of the code" has_command clang-format
    need lld-14 "links the core for WebAssembly" has_command wasm-ld-14
    need codespell "checks the spelling" has_command codespell
    need cppcheck "static analysis" has_command cppcheck
    need shellcheck "checks the shell scripts" has_command shellcheck
    ;;
browsers) needs_browsers ;;
fuzz)
    needs_build
    needs_clang
    ;;
bench)
    needs_build
    need libsoup-3.0-dev "what we measure ourselves against" has_pkgconf libsoup-3.0
    need nodejs "runs npm's cors beside a policy" has_command node
    need npm "fetches it" has_command npm
    need nginx "runs the module" has_command nginx
    need valgrind "counts its instructions" has_command valgrind
    ;;
*)
    echo "usage: tools/setup.sh [build|install|run|test|check|fuzz|bench|browsers]" >&2
    exit 2
    ;;
esac

[ ${#missing[@]} -eq 0 ] && [ ${#wished[@]} -eq 0 ] && exit 0

as_root=()
install=(apt-get install -y --no-install-recommends "${missing[@]}")
without() { echo "setup: going on without ${wished[*]}" >&2; }
by_hand() {
    if [ ${#missing[@]} -eq 0 ]; then
        without
        exit 0
    fi
    echo "setup: $1. Run this as root, then again what you ran:" >&2
    echo "  apt-get update && ${install[*]}" >&2
    exit 1
}
command -v apt-get >/dev/null 2>&1 || by_hand "this is no Debian, and the names of packages may differ"
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || by_hand "not root, and there is no sudo"
    as_root=(sudo)
    sudo -n true 2>/dev/null || [ -t 0 ] || by_hand "sudo wants a password, and there is no terminal to ask"
fi
echo "setup: ${as_root[*]+${as_root[*]} }${install[*]}${wished[*]+ ${wished[*]}}"

# Debian starts nginx and enables it when it is installed; the demo brings its own configuration.
policy=/usr/sbin/policy-rc.d
made_policy=false
undo_policy() { ! $made_policy || "${as_root[@]}" rm -f "$policy"; }
trap undo_policy EXIT
wants_nginx=false
# nginx-dev brings it along.
has_command nginx || [[ " ${missing[*]} ${wished[*]} " != *" nginx"* ]] || wants_nginx=true
if $wants_nginx && [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    made_policy=true
fi

log=$(mktemp)
try() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1; }
quietly() {
    if ! try "$@"; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        by_hand "'$1 $2' failed (see above)"
    fi
}

# One package that cannot be had must not keep the others away.
one_by_one() {
    local refused=()
    for package in "${missing[@]}"; do
        try apt-get install -y --no-install-recommends "$package" || refused+=("$package")
    done
    rm -f "$log"
    [ ${#refused[@]} -eq 0 ] && return
    echo "setup: not to be had here: ${refused[*]}" >&2
    exit 1
}

if [ "${1:-}" = browsers ]; then
    try apt-get update || echo "setup: apt-get update failed; trying with what it knows" >&2
    [ ${#missing[@]} -eq 0 ] || try "${install[@]}" || one_by_one
    [ ${#wished[@]} -eq 0 ] || try apt-get install -y --no-install-recommends "${wished[@]}" || without
    rm -f "$log"
    echo "setup: done"
    exit 0
fi
quietly apt-get update
[ ${#missing[@]} -eq 0 ] || quietly "${install[@]}"
[ ${#wished[@]} -eq 0 ] || try apt-get install -y --no-install-recommends "${wished[@]}" || without
rm -f "$log"
if $wants_nginx; then
    "${as_root[@]}" update-rc.d nginx disable >/dev/null 2>&1 || true
    echo "setup: nginx is installed, not started, and will not start with the machine"
fi
echo "setup: done"
