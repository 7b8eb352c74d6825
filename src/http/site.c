#include "url_parts.h"

/* A host without its trailing dot, and where its public suffix starts; false: it has none. */
static bool
find_suffix(const concors_suffixes *list, concors_span host, concors_host_kind kind,
            concors_span *name, size_t *suffix_at)
{
    bool dot = host.len > 0 && host.ptr[host.len - 1] == '.';

    *name = concors_span_part(host, 0, host.len - (dot ? 1 : 0));
    if (kind != CONCORS_HOST_DOMAIN || name->len == 0 || name->ptr[name->len - 1] == '.') {
        return false;
    }
    size_t len = list->suffix_len(list->user, *name);
    *suffix_at = len < name->len ? name->len - len : 0;
    return true;
}

/* URL standard, "public suffix" */
concors_span
concors_public_suffix(const concors_suffixes *list, concors_span host, concors_host_kind kind)
{
    concors_span name;
    size_t suffix_at;

    if (!find_suffix(list, host, kind, &name, &suffix_at)) {
        return (concors_span){NULL, 0};
    }
    return concors_span_part(host, suffix_at, host.len);
}

/* URL standard, "registrable domain": the public suffix and one label more. */
concors_span
concors_registrable_domain(const concors_suffixes *list, concors_span host, concors_host_kind kind)
{
    concors_span name;
    size_t suffix_at;

    if (!find_suffix(list, host, kind, &name, &suffix_at) || suffix_at < 2) {
        return (concors_span){NULL, 0};
    }
    concors_span before = concors_span_part(name, 0, suffix_at - 1);
    size_t dot = concors_span_find_last(before, '.');
    size_t start = dot == before.len ? 0 : dot + 1;
    if (start == before.len) {
        return (concors_span){NULL, 0}; /* "..com": an empty label can be registered nowhere */
    }
    return concors_span_part(host, start, host.len);
}

static concors_scheme
scheme_of_site(concors_scheme scheme)
{
    switch (scheme) {
    case CONCORS_SCHEME_WS:
        return CONCORS_SCHEME_HTTP;
    case CONCORS_SCHEME_WSS:
        return CONCORS_SCHEME_HTTPS;
    case CONCORS_SCHEME_OTHER:
    case CONCORS_SCHEME_HTTP:
    case CONCORS_SCHEME_HTTPS:
        break;
    }
    return scheme;
}

/* HTML, "obtain a site" */
concors_site
concors_origin_site(const concors_suffixes *list, const concors_origin *origin)
{
    if (origin->opaque) {
        return (concors_site){.opaque = true, .opaque_id = origin->opaque_id};
    }
    concors_span domain = concors_registrable_domain(list, origin->host, origin->host_kind);
    return (concors_site){
        .scheme = scheme_of_site(origin->scheme),
        .host = domain.ptr == NULL ? origin->host : domain,
    };
}

/* HTML, "schemelessly same site" */
bool
concors_same_site_without_scheme(const concors_site *a, const concors_site *b)
{
    if (a->opaque || b->opaque) {
        return a->opaque && b->opaque && a->opaque_id == b->opaque_id;
    }
    return concors_span_eq(a->host, b->host);
}

bool
concors_same_site(const concors_site *a, const concors_site *b)
{
    return concors_same_site_without_scheme(a, b) && a->scheme == b->scheme;
}

void
concors_site_write(const concors_site *site, concors_out *out)
{
    if (site->opaque) {
        concors_out_put(out, CONCORS_LIT("null"));
        return;
    }
    concors_out_put(out, concors_scheme_text(site->scheme));
    concors_out_put(out, CONCORS_LIT("://"));
    concors_out_put(out, site->host);
}

/* A suffix counts only behind a dot, and never of an IP address. */
bool
concors_domain_match(concors_span string, concors_span domain, concors_host_kind kind)
{
    if (concors_span_eq(string, domain)) {
        return true;
    }
    return kind == CONCORS_HOST_DOMAIN && domain.len > 0 && concors_span_ends(string, domain) &&
           string.ptr[string.len - domain.len - 1] == '.';
}
