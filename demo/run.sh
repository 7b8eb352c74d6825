#!/bin/bash
# A broken login and its cure, on real nginx servers with TLS, on loopback only: probes it as a user's browser would,
# writes the fix that the probe found into the server's configuration, and probes again; then with a gateway in front.
# Stops all servers and leaves nothing behind. Exit 0: the story went as intended.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
concors=${CONCORS:-$here/../build-release/cli/concors}
[ -x "$concors" ] || { echo "demo: $concors is not built (make build)" >&2; exit 1; }
concors=$(realpath "$concors")
# shellcheck source=demo/servers.sh
. "$here/servers.sh"

bold='' plain='' filter='' colour=()
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\033[1m' plain=$'\033[0m' colour=(--color always)
fi

scene_number=0
# scene TITLE TEXT
scene() {
    scene_number=$((scene_number + 1))
    printf '\n%s%s. %s%s\n' "$bold" "$scene_number" "$1" "$plain"
    printf '%s\n' "$2" | fmt -w 78
}

# show WORD...: a command as one could type it.
show() {
    local word
    printf '\n$'
    for word; do
        case $word in
        --page | --json-body | --browser | --header | --upstream | --listen | --cert | --rate) printf ' \\\n      %s' "$word" ;;
        *[!A-Za-z0-9_./:=@,-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}

# run_probe WORD...: with what the names and certificates of the demo need. Where nothing is said of a rate, nothing is
# sent but what a browser would send.
run_probe() {
    local audit=(--only-request)
    [[ " $* " != *" --rate "* ]] || audit=()
    "$concors" probe "$@" "${audit[@]}" "${everywhere[@]}" 2>"$dir/stderr"
}

# What stands at the end of every report, and warnings that each run repeats, are shown once, at the end of all.
end_lines='as documented, not measured|^suffix list of |^[a-z0-9-]+@[0-9.]+(,|$)'

went_wrong=0
# probe EXPECTED_EXIT WORD...: shows the command and runs it.
probe() {
    local expected=$1 status=0 said
    shift
    show concors probe "$@"
    printf '%s\n\n' "${filter:+ | sed '$filter'}"
    run_probe "$@" "${colour[@]}" >"$dir/report" || status=$?
    said=$(sed -E "/$end_lines/d" "$dir/report" | sed "${filter:-}" | cat -s)
    printf '%s\n' "$said"
    grep -E "$end_lines" "$dir/report" >"$dir/end" || true
    grep ' warning: ' "$dir/stderr" >>"$dir/warnings" || true
    # The requests of an audit are listed before they are sent, and again in the report.
    grep -v -e ' warning: ' -e ' follow (--only-request' -e '^  [A-Z]* */' "$dir/stderr" >&2 || true
    if [ "$status" -ne "$expected" ]; then
        went_wrong=1
        printf '\ndemo: that gave exit code %d; the story expects %d\n' "$status" "$expected" >&2
    fi
}

# apply SIDE WORD...: takes a fix out of what the same probe says as JSON, writes it into the configuration, shows
# what changed, reloads.
apply() {
    local side=$1
    shift
    cp "$dir/api.conf" "$dir/before.conf"
    run_probe "$@" --json >"$dir/report.json" || true
    printf '\n$ concors probe ... --json | demo/apply_fix.py api.conf %s; nginx -s reload\n' "$side"
    python3 "$here/apply_fix.py" "$dir/api.conf" "$side" <"$dir/report.json" ||
        fail "the fix could not be written into the configuration"
    diff -U 0 "$dir/before.conf" "$dir/api.conf" | sed -n '/^@@/d; 3,$p' || true
    reload
}

: >"$dir/warnings"
make_certificates
start_servers
page=https://app.shop.example:$page_port/
login=(--page "$page" --json-body '{"user":"ada"}')
every_browser=(--browser "chrome,chrome-no3pc,firefox,safari,safari@18.5")
everywhere=(--cacert "$dir/ca.crt"
    --resolve "api.pay.example:$api_port:127.0.0.1" --resolve "api.shop.example:$api_port:127.0.0.1"
    --resolve "api.shop.example:$gateway_port:127.0.0.1")

cat <<END
${bold}A login that works on localhost and nowhere else${plain}

nginx (process $nginx_pid) serves on loopback, with certificates made for this run:
  https://app.shop.example:$page_port  the page with the login form
  https://api.pay.example:$api_port   its API, as it went to production: demo/broken.conf.in
Each command below also has "--cacert" and "--resolve" for these names, and "--only-request" where
there is no "--rate".
END

scene "Broken: the server answers 200, and the user stays logged out" \
    "The server's log shows a preflight, a POST, and 200 for both. What do browsers make of it?"
probe 1 "https://api.pay.example:$api_port/login" "${login[@]}" --browser chrome,firefox,safari

scene "The fix goes into the server's configuration" \
    "Of the changes in the report the first two move the server. The third needs headers alone: it is written into \
nginx as the report prints it, line by line."
apply server "https://api.pay.example:$api_port/login" "${login[@]}"

scene "Fixed: what is let through now, and where" \
    "The same probe. The cookie is now stored, and counts on this page's site alone: (for pages under ...). Another \
site that asks the API gets a login of its own."
probe 0 "https://api.pay.example:$api_port/login" "${login[@]}"

scene "What no header can fix: last year's Safari" \
    "The same server. This Safari has no partitioned cookies and blocks those of other sites, whatever a header says: \
who has not updated is still logged out. What helps is another place for the server."
filter='/POST https/,/More:/d'
probe 1 "https://api.pay.example:$api_port/login" "${login[@]}" --browser safari@18.5
filter=''

scene "The same pair under one site" \
    "The last of these changes: the API gets a name on the page's own site. No header changes."
apply same-site "https://api.pay.example:$api_port/login" "${login[@]}" --browser safari@18.5

filter='/POST https/,$d'
scene "One site: no browser has anything against it" "The same probe, at the new name, in all of them."
probe 0 "https://api.shop.example:$api_port/login" "${login[@]}" "${every_browser[@]}"
filter=''

scene "What one request cannot show: the fix that everybody copies" \
    "With \$http_origin the same probe says the same. What it asks besides, as others could, is another story."
cp "$dir/api.conf" "$dir/before.conf"
printf '\n$ sed -i '"'"'s|"https://app.shop.example:%s" always|$http_origin always|'"'"' api.conf; nginx -s reload\n' "$page_port"
sed -i "s|\"https://app.shop.example:$page_port\" always|\$http_origin always|" "$dir/api.conf"
diff -U 0 "$dir/before.conf" "$dir/api.conf" | sed -n '/^@@/d; 3,$p' || true
reload
filter='/POST https/,/sends sid/d; /More:/d; /further requests/,$d'
probe 0 "https://api.shop.example:$api_port/login" "${login[@]}" --rate 0
filter=''

# The module is built where nginx-dev is.
if [ -f "$(dirname "$concors")/../nginx/ngx_http_concors_module.so" ]; then
    scene "Nobody may touch the API: a gateway in front of it" \
        "The API is what it was in the beginning: the login is lost, and at /orders authentication comes before the preflight."
    printf '\n$ cp broken.conf api.conf; nginx -s reload\n'
    cp "$dir/broken.conf" "$dir/api.conf"
    reload
    orders=(--page "$page" --header "Authorization: Bearer t0k3n")
    filter='/POST https/,$d'
    probe 1 "https://api.pay.example:$api_port/login" "${login[@]}"
    filter='/GET https/,$d'
    probe 1 "https://api.pay.example:$api_port/orders" "${orders[@]}"

    scene "The policy, and an nginx that enforces it" \
        "Who may read the answers, and what becomes of the session's cookie, in one place. The gateway is nginx with \
this policy, at a name of the page's site; it replaces what the API says."
    printf '\n$ cat policy.yaml\n'
    cat "$dir/policy.yaml"
    start_gateway --policy policy.yaml --upstream "http://127.0.0.1:$plain_port" \
        --listen "api.shop.example:$gateway_port" --cert server.crt --key server.key

    scene "Behind the gateway: right in every browser, and nobody touched the API" "The same two probes, through it."
    filter='/POST https/,$d'
    probe 0 "https://api.shop.example:$gateway_port/login" "${login[@]}" "${every_browser[@]}"
    filter='/GET https/,$d'
    probe 0 "https://api.shop.example:$gateway_port/orders" "${orders[@]}" "${every_browser[@]}"
    filter=''
    printf '\nWhat the gateway wrote meanwhile:\n'
    gateway_lines 4
    printf '\nAnd what one request cannot show:\n'
    filter='/POST https/,/sends sid/d; /More:/d; /further requests/,$d'
    probe 0 "https://api.shop.example:$gateway_port/login" "${login[@]}" "${every_browser[@]}" --rate 0
    filter=''
    stop_gateway
else
    printf '\nThe gateway in front of the API is left out: the nginx module is not built (nginx-dev is not installed).\n'
fi

stop_servers
printf '\n'
cat "$dir/end"
sort -u "$dir/warnings" >&2
[ "$went_wrong" -eq 0 ] || fail "the story did not go as intended (all servers are stopped)"
echo "All servers are stopped. They began as demo/broken.conf.in; what changed is shown above."
