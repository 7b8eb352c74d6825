#!/bin/bash
# Runs journeys in real browsers and in the model: tools/browsers.sh [arguments of tests/browsers/run.mjs]
#   tools/browsers.sh repeat|conditions|smoke ARGUMENTS    another program of that directory
#   tools/browsers.sh libraries    only fetches the libraries that drive browsers, at their pinned versions
# Exit 3: what drives the browsers is missing; the last line says what.
set -euo pipefail
rig=$(cd "$(dirname "$0")/../tests/browsers" && pwd)

unavailable() {
    echo "browsers: $1" >&2
    exit 3
}

command -v node >/dev/null || unavailable "no node: apt-get install nodejs npm"
if [ ! "$rig/node_modules/.package-lock.json" -nt "$rig/package-lock.json" ]; then
    command -v npm >/dev/null || unavailable "no npm to fetch the client libraries: apt-get install npm"
    echo "browsers: fetching the libraries that drive browsers, at the versions of package-lock.json"
    (cd "$rig" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
        unavailable "npm could not fetch the client libraries (no network?)"
fi
[ "${1:-}" != libraries ] || exit 0
case "${1:-}" in
repeat | conditions | smoke) exec node "$rig/$1.mjs" "${@:2}" ;;
esac
exec node "$rig/run.mjs" "$@"
