# shellcheck shell=bash
# The demo's servers: nginx on loopback with certificates of its own. Sourced by run.sh, which sets $here and $concors.

: "${here:?set by run.sh}" "${concors:?set by run.sh}"

fail() {
    echo "demo: $1" >&2
    exit 1
}

nginx=$(command -v nginx || true)
[ -n "$nginx" ] || nginx=/usr/sbin/nginx
[ -x "$nginx" ] || fail "nginx is not installed (tools/setup.sh run installs it)"
command -v openssl >/dev/null || fail "openssl is not installed (tools/setup.sh run installs it)"

dir=$(mktemp -d "${TMPDIR:-/tmp}/concors-demo.XXXXXX")
nginx_pid=
gateway_pid=
stop() {
    local pid=$1
    [ -n "$pid" ] || return 0
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}
stop_servers() {
    stop "$gateway_pid"
    gateway_pid=
    stop "$nginx_pid"
    nginx_pid=
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

# A throw-away authority, and one certificate for all names.
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

# Different ports, below the range from which the system itself hands them out.
pick_ports() {
    page_port=$((20000 + RANDOM % 4000))
    api_port=$((24000 + RANDOM % 4000))
    plain_port=$((28000 + RANDOM % 2000))
    gateway_port=$((30000 + RANDOM % 2000))
    ! in_use "$page_port" && ! in_use "$api_port" && ! in_use "$plain_port" && ! in_use "$gateway_port"
}

write_configuration() {
    local user_line="" name
    # Workers of a server that root starts step down to nobody, and must pass through the folder.
    [ "$(id -u)" -ne 0 ] || user_line="user nobody nogroup;"
    chmod 711 "$dir"
    for name in nginx.conf broken.conf policy.yaml; do
        sed -e "s|@DIR@|$dir|g" -e "s|@USER_LINE@|$user_line|" -e "s|@PAGE_PORT@|$page_port|g" \
            -e "s|@API_PORT@|$api_port|g" -e "s|@PLAIN_PORT@|$plain_port|g" \
            "$here/$name.in" >"$dir/$name"
    done
    cp "$dir/broken.conf" "$dir/api.conf"
}

run_nginx=("$nginx" -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log")

# until_true PID COMMAND...: false when it takes too long, or the process has given up.
until_true() {
    local pid=$1
    shift
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || return 1
        "$@" && return 0
        sleep 0.1
    done
    return 1
}

# nginx itself claims the ports; when another program was faster, others are tried.
start_servers() {
    for _ in 1 2 3 4 5; do
        pick_ports || continue
        write_configuration
        : >"$dir/error.log"
        "${run_nginx[@]}" >"$dir/nginx.out" 2>&1 &
        nginx_pid=$!
        if until_true "$nginx_pid" in_use "$page_port" && until_true "$nginx_pid" in_use "$api_port" &&
            until_true "$nginx_pid" in_use "$plain_port"; then
            return
        fi
        stop "$nginx_pid"
        grep -q 'Address already in use' "$dir/error.log" || break
    done
    tail -n 5 "$dir/error.log" "$dir/nginx.out" >&2
    fail "nginx did not start (its own words are above)"
}

workers() { cat "/proc/$nginx_pid/task/$nginx_pid/children"; }
other_workers() {
    local now
    now=$(workers)
    [ -n "$now" ] && [[ " $now " != *" $1 "* ]]
}

# Returns when the new configuration answers, and the old one no longer does.
reload() {
    local before
    if ! "${run_nginx[@]}" -t >"$dir/nginx.out" 2>&1; then
        cat "$dir/nginx.out" >&2
        fail "nginx refuses its new configuration"
    fi
    before=$(workers)
    kill -HUP "$nginx_pid"
    until_true "$nginx_pid" other_workers "${before%% *}" || fail "nginx did not reload"
}

gateway_serves() { [ -s "$dir/gateway.out" ] && grep -q 'STATUS DECISION' "$dir/gateway.out"; }

# start_gateway WORD...: shows the command and runs it beside the rest, until it says what it serves.
start_gateway() {
    show concors gateway "$@"
    printf ' &\n\n'
    (cd "$dir" && TMPDIR=$dir exec "$concors" gateway "$@") >"$dir/gateway.out" 2>"$dir/gateway.err" &
    gateway_pid=$!
    until_true "$gateway_pid" gateway_serves || { cat "$dir/gateway.err" >&2; fail "the gateway did not start"; }
    # Paths of this run have nothing to tell.
    sed -e "s|$dir/||g" -e 's|concors-gateway\.[A-Za-z0-9]*, removed|a folder that is removed|' "$dir/gateway.out" | cat -s
    gateway_head=$(wc -l <"$dir/gateway.out")
}

gateway_wrote() { [ "$(wc -l <"$dir/gateway.out")" -ge $((gateway_head + $1)) ]; }

# gateway_lines COUNT: what it wrote about the requests since then, once there are so many.
gateway_lines() {
    until_true "$gateway_pid" gateway_wrote "$1" || fail "the gateway wrote no lines"
    tail -n +$((gateway_head + 1)) "$dir/gateway.out"
}

# May outlive its signal by a moment, as its nginx does; nothing is left afterwards.
stop_gateway() {
    stop "$gateway_pid"
    gateway_pid=
}
