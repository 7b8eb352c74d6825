/*
 * cli/audit_origins.c: origins that a careless check takes for the page's. Names below .invalid
 * belong to nobody and never will (RFC 6761).
 */
#include "audit.h"

#include <string.h>

#define STRANGER "attacker.invalid"
#define MADE_UP  "concors-audit"

const char *
audit_other_origin(void)
{
    return "https://" STRANGER;
}

static concors_span
registrable(const audit *a, concors_span host)
{
    return concors_registrable_domain(&a->host->suffixes, host, CONCORS_HOST_DOMAIN);
}

/* ":8443", or nothing. */
static const char *
port_text(audit *a, const concors_url *url)
{
    return url->default_port ? "" : audit_format(a, ":%u", (unsigned)url->port);
}

static const char *
with_host(audit *a, const concors_url *url, const char *host)
{
    const char *port = port_text(a, url);

    if (host == NULL || port == NULL) {
        return NULL;
    }
    return audit_format(a, "%.*s://%s%s", (int)url->scheme_name.len, url->scheme_name.ptr, host,
                        port);
}

/* What the host's first label stands below: "shop.example" of app.shop.example. */
static concors_span
parent_of(concors_span host)
{
    const char *dot = memchr(host.ptr, '.', host.len);

    if (dot == NULL || dot + 1 == host.ptr + host.len) {
        return (concors_span){NULL, 0};
    }
    return (concors_span){dot + 1, (size_t)(host.ptr + host.len - dot - 1)};
}

static const char *
sibling(audit *a)
{
    concors_span parent = parent_of(a->page.host);

    if (parent.ptr == NULL || memchr(parent.ptr, '.', parent.len) == NULL) {
        return NULL; /* it would be a domain of its own, as the other origin is */
    }
    return with_host(a, &a->page,
                     audit_format(a, MADE_UP "-sibling.%.*s", (int)parent.len, parent.ptr));
}

/* A domain that anybody can have, and that ends as the page's does. */
static const char *
ends_alike(audit *a)
{
    concors_span domain = registrable(a, a->page.host);

    domain = domain.ptr == NULL ? a->page.host : domain;
    return with_host(a, &a->page, audit_format(a, "attacker%.*s", (int)domain.len, domain.ptr));
}

/* A host of the page's own domain, which somebody else may be allowed to name. */
static const char *
tail_alike(audit *a)
{
    concors_span host = a->page.host;
    concors_span domain = registrable(a, host);

    if (domain.ptr == NULL || domain.len == host.len ||
        (host.len == domain.len + 4 && memcmp(host.ptr, "www.", 4) == 0)) {
        return NULL; /* that of the registrable domain says as much */
    }
    return with_host(a, &a->page, audit_format(a, "attacker%.*s", (int)host.len, host.ptr));
}

static const char *
starts_alike(audit *a)
{
    return with_host(a, &a->page,
                     audit_format(a, "%.*s." STRANGER, (int)a->page.host.len, a->page.host.ptr));
}

/* The first dot whose loss makes another registrable domain. */
static const char *
dot_lost(audit *a)
{
    concors_span own = registrable(a, a->page.host);

    for (size_t i = 1; own.ptr != NULL && i + 1 < a->page.host.len; i++) {
        if (a->page.host.ptr[i] != '.') {
            continue;
        }
        char *host = concors_arena_take_text(&a->arena, a->page.host.len + 1);
        if (host == NULL) {
            a->failed = true;
            return NULL;
        }
        memcpy(host, a->page.host.ptr, a->page.host.len);
        host[a->page.host.len] = '\0';
        host[i] = 'x';
        concors_span other = registrable(a, (concors_span){host, a->page.host.len});
        if (other.ptr != NULL &&
            (other.len != own.len || memcmp(other.ptr, own.ptr, own.len) != 0)) {
            return with_host(a, &a->page, host);
        }
    }
    return NULL;
}

static const char *
other_scheme(audit *a)
{
    if (a->page.scheme != CONCORS_SCHEME_HTTPS) {
        return NULL; /* what https says is no less safe */
    }
    const char *port = port_text(a, &a->page);
    return port == NULL
               ? NULL
               : audit_format(a, "http://%.*s%s", (int)a->page.host.len, a->page.host.ptr, port);
}

/* A port that no list is likely to name: those beside the page's may well be meant. */
static const char *
other_port(audit *a, const concors_url *url)
{
    unsigned port = url->port == 47829 ? 47831 : 47829;

    return audit_format(a, "%.*s://%.*s:%u", (int)url->scheme_name.len, url->scheme_name.ptr,
                        (int)url->host.len, url->host.ptr, port);
}

/* www.shop.example for shop.example, and the reverse. */
static const char *
twin(audit *a)
{
    concors_span host = a->page.host;
    concors_span domain = registrable(a, host);

    if (domain.ptr == NULL) {
        return NULL;
    }
    if (domain.len == host.len) {
        return with_host(a, &a->page, audit_format(a, "www.%.*s", (int)host.len, host.ptr));
    }
    if (host.len == domain.len + 4 && memcmp(host.ptr, "www.", 4) == 0) {
        return with_host(a, &a->page, audit_text(a, domain));
    }
    return NULL;
}

const char *
audit_look_alike(audit *a, audit_role role)
{
    bool named = a->page.host_kind == CONCORS_HOST_DOMAIN;

    if (a->page.scheme == CONCORS_SCHEME_OTHER || a->page.host.len == 0) {
        return NULL; /* the page's origin is opaque */
    }
    switch ((int)role) {
    case AUDIT_SUBDOMAIN:
        return named ? with_host(a, &a->page,
                                 audit_format(a, MADE_UP ".%.*s", (int)a->page.host.len,
                                              a->page.host.ptr))
                     : NULL;
    case AUDIT_SIBLING:
        return named ? sibling(a) : NULL;
    case AUDIT_END:
        return named ? ends_alike(a) : NULL;
    case AUDIT_TAIL:
        return named ? tail_alike(a) : NULL;
    case AUDIT_START:
        return a->page.host_kind == CONCORS_HOST_IPV6 ? NULL : starts_alike(a);
    case AUDIT_DOT:
        return named ? dot_lost(a) : NULL;
    case AUDIT_SCHEME:
        return other_scheme(a);
    case AUDIT_PORT:
        return other_port(a, &a->page);
    case AUDIT_TWIN:
        return named ? twin(a) : NULL;
    default:
        return NULL;
    }
}

const char *
audit_same_site_origin(audit *a)
{
    concors_span domain = a->url.host_kind == CONCORS_HOST_DOMAIN ? registrable(a, a->url.host)
                                                                  : (concors_span){NULL, 0};

    if (domain.ptr == NULL) {
        return other_port(a, &a->url);
    }
    return with_host(a, &a->url,
                     audit_format(a, MADE_UP "-sibling.%.*s", (int)domain.len, domain.ptr));
}
