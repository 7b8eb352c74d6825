#!/bin/bash
# A broken login and its cure, on real nginx servers with TLS, on loopback only.
# Starts them, probes them as a user would, stops them. Exit 0: the story went as intended.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
concors=${CONCORS:-$here/../build-release/cli/concors}

fail() {
    echo "demo: $1" >&2
    exit 1
}

nginx=$(command -v nginx || true)
[ -n "$nginx" ] || nginx=/usr/sbin/nginx
[ -x "$nginx" ] || fail "nginx is not installed (tools/setup.sh run installs it)"
command -v openssl >/dev/null || fail "openssl is not installed (tools/setup.sh run installs it)"
[ -x "$concors" ] || fail "$concors is not built (make build)"

dir=$(mktemp -d "${TMPDIR:-/tmp}/concors-demo.XXXXXX")
nginx_pid=
stop_servers() {
    if [ -n "$nginx_pid" ]; then
        kill "$nginx_pid" 2>/dev/null || true
        wait "$nginx_pid" 2>/dev/null || true
        nginx_pid=
    fi
}
clean() {
    stop_servers
    rm -rf "$dir"
}
# A signal may arrive while the script is already ending: each way out cleans up by itself.
interrupted() {
    trap '' HUP INT TERM
    clean
    exit "$1"
}
trap clean EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

# A throw-away authority, and one certificate for the three names.
make_certificates() {
    (
        cd "$dir"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
            -subj "/CN=concors demo authority" -keyout ca.key -out ca.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -subj "/CN=concors demo" -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:app.shop.example,DNS:api.shop.example,DNS:api.pay.example\n' >san
        openssl x509 -req -in server.csr -days 2 -CA ca.crt -CAkey ca.key -CAcreateserial \
            -extfile san -out server.crt
    ) >"$dir/openssl.log" 2>&1 || { tail -n 5 "$dir/openssl.log" >&2; fail "openssl made no certificates"; }
}

in_use() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range from which the system itself hands out ports.
pick_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do
        in_use "$port" || { echo "$port"; return; }
    done
}

write_configuration() {
    local user_line="" name
    # Workers of a server that root starts step down to nobody, and must pass through the folder.
    [ "$(id -u)" -ne 0 ] || user_line="user nobody nogroup;"
    chmod 711 "$dir"
    for name in nginx broken right; do
        sed -e "s|@DIR@|$dir|g" -e "s|@USER_LINE@|$user_line|" -e "s|@PAGE_PORT@|$page_port|g" \
            -e "s|@BROKEN_PORT@|$broken_port|g" -e "s|@RIGHT_PORT@|$right_port|g" \
            "$here/$name.conf.in" >"$dir/$name.conf"
    done
}

# true when all three ports answer; false when nginx has given up.
servers_answer() {
    local port
    for _ in $(seq 100); do
        kill -0 "$nginx_pid" 2>/dev/null || return 1
        for port in "$page_port" "$broken_port" "$right_port"; do
            in_use "$port" || { sleep 0.1; continue 2; }
        done
        kill -0 "$nginx_pid" 2>/dev/null && return 0
    done
    return 1
}

# nginx itself claims the ports; when another program was faster, others are tried.
start_servers() {
    for _ in 1 2 3 4 5; do
        page_port=$(pick_port)
        broken_port=$(pick_port)
        right_port=$(pick_port)
        if [ "$page_port" = "$broken_port" ] || [ "$page_port" = "$right_port" ] ||
            [ "$broken_port" = "$right_port" ]; then
            continue
        fi
        write_configuration
        : >"$dir/error.log"
        "$nginx" -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" >"$dir/nginx.out" 2>&1 &
        nginx_pid=$!
        servers_answer && return
        stop_servers
        grep -q 'Address already in use' "$dir/error.log" || break
    done
    tail -n 5 "$dir/error.log" "$dir/nginx.out" >&2
    fail "nginx did not start (its own words are above)"
}

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\033[1m' plain=$'\033[0m'
fi

scene=0
went_wrong=0
# scene EXPECTED_EXIT TITLE TEXT URL ARGUMENTS...: shows the command and runs it.
scene() {
    local expected=$1 title=$2 text=$3 url=$4 status=0 argument
    shift 4
    scene=$((scene + 1))
    local host_port=${url#https://}
    host_port=${host_port%%/*}
    local command=(probe "$url" --page "$page" "$@"
        --resolve "$host_port:127.0.0.1" --cacert "$dir/ca.crt")
    printf '\n%s%s. %s%s\n' "$bold" "$scene" "$title" "$plain"
    printf '%s\n\n' "$text" | fmt -w 78
    printf '$ concors'
    for argument in "${command[@]}"; do
        case $argument in
        --*) printf ' \\\n      %s' "$argument" ;;
        *[!A-Za-z0-9_./:=@-]*) printf " '%s'" "$argument" ;;
        *) printf ' %s' "$argument" ;;
        esac
    done
    printf '\n\n'
    "$concors" "${command[@]}" 2>"$dir/stderr" || status=$?
    # Warnings that each run repeats are shown once, at the end; errors at once.
    grep ' warning: ' "$dir/stderr" >>"$dir/warnings" || true
    grep -v ' warning: ' "$dir/stderr" >&2 || true
    if [ "$status" -ne "$expected" ]; then
        went_wrong=1
        printf '\ndemo: that gave exit code %d; the story expects %d\n' "$status" "$expected" >&2
    fi
}

: >"$dir/warnings"
make_certificates
start_servers
page=https://app.shop.example:$page_port/
login='{"user":"ada","password":"correct horse"}'

cat <<END
${bold}A login that works on localhost and nowhere else${plain}

Started nginx (process $nginx_pid) on loopback, with certificates of a throw-away authority:
  https://app.shop.example:$page_port   the page with the login form
  https://api.pay.example:$broken_port   an API on another site, as it went to production
  https://api.shop.example:$broken_port  an API on the page's own site, as it went to production
  https://api.pay.example:$right_port   the same API, right
  https://api.shop.example:$right_port  the same API, right
END

scene 1 "The login answers 200, and the user stays logged out" \
    "Another site. The server's log shows a preflight, a POST and 200 for both." \
    "https://api.pay.example:$broken_port/login" --json-body "$login"
scene 1 "The orders never load" \
    "Another site. The server's log shows 401 for a request that carried no token; the script did send one." \
    "https://api.pay.example:$broken_port/orders" -H "Authorization: Bearer secret"
scene 1 "The script sees an error, and yet the cookie is there" \
    "The page's own site. Somebody allowed every origin to make an error go away." \
    "https://api.shop.example:$broken_port/login" \
    --data "user=ada" -H "Content-Type: application/x-www-form-urlencoded"
scene 0 "Another site, right" \
    "The exact origin, credentials allowed, SameSite=None; Secure; Partitioned. Every page's site gets a login of its own." \
    "https://api.pay.example:$right_port/login" --json-body "$login"
scene 1 "Another site, right, in last year's Safari" \
    "The same server. Whoever has not updated since, or blocks such cookies by choice, is still logged out." \
    "https://api.pay.example:$right_port/login" --json-body "$login" --browser safari@18.5
scene 0 "One site, right" \
    "The API moved to the page's own site. No browser has anything against it." \
    "https://api.shop.example:$right_port/login" --json-body "$login"

stop_servers
printf '\n'
sort -u "$dir/warnings" >&2
if [ "$went_wrong" -ne 0 ]; then
    fail "the story did not go as intended (all servers are stopped)"
fi
echo "All servers are stopped. The configurations are demo/broken.conf.in and demo/right.conf.in."
