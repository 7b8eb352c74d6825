#!/bin/bash
# Measures Set-Cookie parsing and the jar beside libsoup, then explain --batch and a cold start.
# A measurement, not a test: it fails only when something does not run.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh bench
build-bench/bench/bench_cookies
echo
python3 bench/bench_batch.py build-bench/cli/concors
