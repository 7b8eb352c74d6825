#!/bin/bash
# Runs journeys in real browsers and in the model: tools/browsers.sh [arguments of tests/browsers/run.mjs]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

command -v node >/dev/null || { echo "browsers: no node: apt-get install nodejs npm" >&2; exit 1; }
if [ ! "$root/tests/browsers/node_modules/.package-lock.json" -nt "$root/tests/browsers/package-lock.json" ]; then
    (cd "$root/tests/browsers" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || {
        echo "browsers: npm could not fetch the client libraries (no network?)" >&2
        exit 1
    }
fi
exec node "$root/tests/browsers/run.mjs" "$@"
