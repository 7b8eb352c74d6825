#include "url_parts.h"

/* The URL inside blob:, of which only http and https lend their origin; the parser saw to that. */
static concors_scheme
inner_scheme(concors_span path)
{
    concors_span inner = concors_url_trim(path);

    return concors_scheme_find(concors_span_part(inner, 0, concors_span_find(inner, ':')));
}

concors_origin
concors_url_origin(const concors_url *url, uint32_t opaque_id)
{
    concors_origin origin = {.opaque = url->host_kind == CONCORS_HOST_NONE};

    if (origin.opaque) {
        origin.opaque_id = opaque_id;
        return origin;
    }
    origin.scheme = url->scheme == CONCORS_SCHEME_OTHER ? inner_scheme(url->path) : url->scheme;
    origin.host_kind = url->host_kind;
    origin.host = url->host;
    memcpy(origin.ip, url->ip, sizeof origin.ip);
    origin.port = url->port;
    origin.default_port = url->default_port;
    return origin;
}

/* HTML, "same origin" */
bool
concors_same_origin(const concors_origin *a, const concors_origin *b)
{
    if (a->opaque || b->opaque) {
        return a->opaque && b->opaque && a->opaque_id == b->opaque_id;
    }
    return a->scheme == b->scheme && a->port == b->port && concors_span_eq(a->host, b->host);
}

/* HTML, "serialization of an origin" */
void
concors_origin_write(const concors_origin *origin, concors_out *out)
{
    if (origin->opaque) {
        concors_out_put(out, CONCORS_LIT("null"));
        return;
    }
    concors_out_put(out, concors_scheme_text(origin->scheme));
    concors_out_put(out, CONCORS_LIT("://"));
    concors_out_put(out, origin->host);
    if (!origin->default_port) {
        concors_out_char(out, ':');
        concors_out_u64(out, origin->port);
    }
}

static bool
is_localhost(concors_span host)
{
    bool dot = host.len > 0 && host.ptr[host.len - 1] == '.';
    concors_span name = concors_span_part(host, 0, host.len - (dot ? 1 : 0));

    return concors_span_eq(name, CONCORS_LIT("localhost")) ||
           concors_span_ends(name, CONCORS_LIT(".localhost"));
}

static bool
is_ipv6_loopback(const uint8_t ip[16])
{
    static const uint8_t loopback[16] = {[15] = 1};

    return memcmp(ip, loopback, sizeof loopback) == 0;
}

bool
concors_host_is_loopback(const concors_origin *origin)
{
    switch (origin->host_kind) {
    case CONCORS_HOST_NONE:
        return false;
    case CONCORS_HOST_DOMAIN:
        return is_localhost(origin->host);
    case CONCORS_HOST_IPV4:
        return origin->ip[0] == 127;
    case CONCORS_HOST_IPV6:
        return is_ipv6_loopback(origin->ip);
    }
    return false;
}

bool
concors_origin_trustworthy(const concors_origin *origin)
{
    if (origin->opaque) {
        return false;
    }
    return origin->scheme == CONCORS_SCHEME_HTTPS || origin->scheme == CONCORS_SCHEME_WSS ||
           concors_host_is_loopback(origin);
}
