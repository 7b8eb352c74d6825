#!/bin/bash
# Measures Set-Cookie parsing and the jar beside libsoup, explain --batch and a cold start, and a
# policy's decision beside npm's cors, and the nginx module beside the recipe with map.
# A measurement, not a test: it fails only when something does not run.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh bench
build-bench/bench/bench_cookies
echo
python3 bench/bench_batch.py build-bench/cli/concors
echo
peer=()
if (cd bench && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null); then
    peer=(bench/bench_policy_peer.mjs)
else
    echo "bench: npm could not fetch cors, measuring alone" >&2
fi
python3 bench/bench_policy.py build-bench/bench/bench_policy "${peer[@]}"
echo
if [ -f /usr/share/nginx/src/conf_flags ]; then
    tools/build.sh release
    python3 bench/bench_nginx.py build-release/cli/concors
else
    echo "bench: nginx-dev is not installed, the module is not measured" >&2
fi
