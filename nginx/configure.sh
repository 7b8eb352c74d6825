#!/bin/bash
# Writes what nginx's headers need to know of the machine and of the installed nginx:
#   nginx/configure.sh SOURCE OUTPUT...
# SOURCE is the folder of Debian's nginx-dev; its own configure runs with the flags of its own nginx.
set -euo pipefail

source=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/." "$work"
cd "$work"
# shellcheck source=/dev/null
. ./conf_flags
./configure "${NGX_CONF_FLAGS[@]}" >configure.log 2>&1 || { tail -n 20 configure.log >&2; exit 1; }
cd "$OLDPWD"
for output in "$@"; do
    cp "$work/objs/${output##*/}" "$output"
done
