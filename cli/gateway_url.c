/* cli/gateway_url.c: addresses of the gateway. What nginx would read as more than an address goes
 * no further. */
#include "gateway.h"

#include <string.h>

enum { ARENA_BYTES = 64 << 10 };

/* Names as DNS has them, and IP addresses. The URL standard lets more through ("a;b", "$host"), and
 * behind "unix:" nginx reads the path of a socket. */
static bool
is_host(concors_span host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                    c == '_' || c == '[' || c == ']' || c == ':';
        if (!fine) {
            return false;
        }
    }
    return host.len > 0 && host.len <= GATEWAY_HOST_MAX &&
           !(host.len == 4 && memcmp(host.ptr, "unix", 4) == 0);
}

/* The URL standard drops tabs and line ends: what is then an address is not what was written. */
static bool
has_control(const char *text)
{
    while (*text != '\0' && (unsigned char)*text >= 0x20 && *text != 0x7f) {
        text++;
    }
    return *text != '\0';
}

/* http or https, and nothing but host, port and path. arena: ARENA_BYTES. */
static bool
read_url(const char *option, const char *given, const char *text, const concors_host *host,
         concors_arena *arena, concors_url *url)
{
    const char *shown = cli_shown_address(given);
    concors_url_error why = CONCORS_URL_OK;
    concors_status status = strlen(text) >= GATEWAY_URL_MAX / 3
                                ? CONCORS_E_LIMIT
                                : concors_url_parse((concors_span){text, strlen(text)}, NULL,
                                                    host->idna, arena, url, &why);

    if (has_control(text)) {
        cli_error("gateway: %s %s: no address has such characters", option, shown);
    } else if (status == CONCORS_E_SYNTAX && strstr(text, "://") == NULL) {
        cli_error("gateway: %s %s: no scheme, write http://%s or https://%s", option, shown, shown,
                  shown);
    } else if (status == CONCORS_E_SYNTAX) {
        concors_span what = concors_url_error_text(why);
        cli_error("gateway: %s %s: %.*s", option, shown, (int)what.len, what.ptr);
    } else if (status != CONCORS_OK) {
        cli_error("gateway: %s: too long", option);
    } else if (url->scheme != CONCORS_SCHEME_HTTP && url->scheme != CONCORS_SCHEME_HTTPS) {
        cli_error("gateway: %s %s: not http or https", option, shown);
    } else if (!is_host(url->host)) {
        cli_error("gateway: %s %s: no name of a host", option, shown);
    } else if (url->port == 0) {
        cli_error("gateway: %s %s: no port that can be reached", option, shown);
    } else if (url->has_credentials) {
        cli_error("gateway: %s: names and passwords have no place in it", option);
    } else if (url->has_query || strchr(text, '#') != NULL) {
        cli_error("gateway: %s %s: more than host, port and path", option, shown);
    } else {
        return true;
    }
    return false;
}

/* The path with a slash at its end, and without the sign of nginx's variables. */
static bool
write_path(concors_span path, char out[GATEWAY_URL_MAX])
{
    concors_out text = {out, GATEWAY_URL_MAX - 1, 0};

    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '$') {
            concors_out_put(&text, CONCORS_LIT("%24"));
        } else {
            concors_out_char(&text, path.ptr[i]);
        }
    }
    if (path.len == 0 || path.ptr[path.len - 1] != '/') {
        concors_out_char(&text, '/');
    }
    if (text.len > text.cap) {
        return false;
    }
    out[text.len] = '\0';
    return true;
}

/* An address, localhost, or a name that only this network knows: a container's, another machine's.
 */
static bool
is_near(const concors_url *url)
{
    static const char local[] = ".localhost";
    const concors_span host = url->host;
    const size_t len = sizeof local - 1;

    return url->host_kind != CONCORS_HOST_DOMAIN || memchr(host.ptr, '.', host.len) == NULL ||
           (host.len > len && memcmp(host.ptr + host.len - len, local, len) == 0);
}

bool
gateway_upstream_read(const cli_args *args, const concors_host *host, gateway_order *order)
{
    static _Alignas(16) char room[ARENA_BYTES];
    const char *given = cli_args_value(args, CLI_OPT_UPSTREAM);
    concors_arena arena = {room, sizeof room, 0};
    concors_url url;

    if (!read_url("--upstream", given, given, host, &arena, &url)) {
        return false;
    }
    if (!write_path(url.path, order->upstream_path)) {
        cli_error("gateway: --upstream: too long");
        return false;
    }
    order->upstream_is_near = is_near(&url);
    order->upstream_https = url.scheme == CONCORS_SCHEME_HTTPS;
    int put = snprintf(order->upstream, sizeof order->upstream, "%s://%.*s:%u",
                       order->upstream_https ? "https" : "http", (int)url.host.len, url.host.ptr,
                       (unsigned)url.port);
    return put > 0 && (size_t)put < sizeof order->upstream;
}

static bool
is_loopback_address(const concors_url *url)
{
    static const uint8_t loopback[16] = {[15] = 1};

    return url->host_kind == CONCORS_HOST_IPV4
               ? memcmp(url->ip, (const uint8_t[]){127, 0, 0, 1}, 4) == 0
               : memcmp(url->ip, loopback, sizeof loopback) == 0;
}

/* HOST:PORT or PORT, as the user wrote it, in the form of a URL; false: neither. */
static bool
as_url(const char *given, char *out, size_t cap, bool *any_port)
{
    const char *colon = strrchr(given, ':');
    const char *port = colon == NULL ? given : colon + 1;
    size_t digits = strspn(port, "0123456789");
    int host_len = colon == NULL ? 0 : (int)(colon - given);

    if (digits == 0 || digits > 5 || port[digits] != '\0' || strpbrk(given, "/\\?#@") != NULL) {
        return false;
    }
    *any_port = strspn(port, "0") == digits;
    int put = snprintf(out, cap, "https://%.*s:%s/", host_len > 0 ? host_len : 9,
                       host_len > 0 ? given : "localhost", *any_port ? "1" : port);
    return put > 0 && (size_t)put < cap;
}

bool
gateway_place_read(const char *option, const char *given, const concors_host *host,
                   gateway_place *place)
{
    static _Alignas(16) char room[ARENA_BYTES];
    concors_arena arena = {room, sizeof room, 0};
    char text[GATEWAY_URL_MAX];
    concors_url url;
    bool any_port = false;

    if (!as_url(given, text, sizeof text, &any_port)) {
        cli_error("gateway: %s takes HOST:PORT or PORT, not '%s'", option, given);
        return false;
    }
    if (!read_url(option, given, text, host, &arena, &url)) {
        return false;
    }
    if (url.host_kind != CONCORS_HOST_DOMAIN && !is_loopback_address(&url)) {
        cli_error("gateway: %s %s: the gateway serves on loopback alone: 127.0.0.1, [::1] or a "
                  "name",
                  option, given);
        return false;
    }
    memcpy(place->host, url.host.ptr, url.host.len);
    place->host[url.host.len] = '\0';
    place->port = any_port ? 0 : url.port;
    return true;
}
