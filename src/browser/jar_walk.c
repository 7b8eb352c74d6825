/* src/browser/jar_walk.c: merging the sorted lists of a host and its parents. */
#include "jar_walk.h"
#include "base/swar.h"

static bool
is_reached(const jar_walk *walk, const jar_domain *domain, const jar_item *item)
{
    const jar_cookie *cookie = item->cookie;

    if (domain != walk->exact && (cookie->flags & JAR_HOST_ONLY) != 0) {
        return false;
    }
    if (item->path_len == 1) {
        return true; /* "/": every path of an http URL starts with it */
    }
    return item->path_len <= walk->path.len && jar_path_match(walk->path, jar_cookie_path(cookie));
}

/* Moves to the next cookie that is reached; false: there is none. */
static bool
advance(const jar_walk *walk, jar_domain *domain)
{
    while (domain->walk_at < domain->count &&
           !is_reached(walk, domain, &domain->items[domain->walk_at])) {
        domain->walk_at++;
    }
    return domain->walk_at < domain->count;
}

static void
join(concors_jar *jar, jar_walk *walk, jar_domain *domain, int64_t now_ms)
{
    for (uint32_t i = 0; i < domain->count; i++) {
        __builtin_prefetch(domain->items[i].cookie);
    }
    jar_drop_expired(jar, domain, now_ms);
    domain->walk_at = 0;
    if (advance(walk, domain)) {
        domain->walk_next = walk->domains;
        walk->domains = domain;
    }
}

/* Eight bytes at a time: adding moves 41 and what is above, then 5B and above, over 7F. */
bool
jar_host_is_lower(concors_span host)
{
    size_t at = 0;
    bool upper = false;

    for (; host.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word = concors_swar_load(host.ptr + at) & ~CONCORS_SWAR_HIGHS;
        uint64_t from_a = word + CONCORS_SWAR_ONES * (0x80 - 'A');
        uint64_t beyond_z = word + CONCORS_SWAR_ONES * (0x7F - 'Z');
        upper |= (from_a & ~beyond_z & CONCORS_SWAR_HIGHS) != 0;
    }
    for (; at < host.len; at++) {
        upper |= host.ptr[at] >= 'A' && host.ptr[at] <= 'Z';
    }
    return !upper;
}

bool
jar_walk_open(concors_jar *jar, const concors_url *url, int64_t now_ms, jar_walk *walk)
{
    concors_span host = url->host;
    uint64_t hash = 0;

    *walk = (jar_walk){.path = url->path, .order_by_domain = jar->rules.order_by_domain != 0};
    if (!jar_host_is_lower(host)) {
        return false;
    }
    if (jar->count == 0) {
        return true;
    }
    for (size_t i = host.len; i > 0; i--) {
        char c = host.ptr[i - 1];
        if (c == '.') {
            concors_span parent = concors_span_part(host, i, host.len);
            jar_domain *domain = jar_domain_find(jar, parent, jar_hash_end(hash));
            if (domain != NULL && domain->count > 0) {
                join(jar, walk, domain, now_ms);
            }
        }
        hash = jar_hash_step(hash, c);
    }
    walk->exact = jar_domain_find(jar, host, jar_hash_end(hash));
    if (walk->exact != NULL && walk->exact->count > 0) {
        join(jar, walk, walk->exact, now_ms);
    }
    return true;
}

const jar_cookie *
jar_walk_peek(const jar_walk *walk, const jar_domain *domain, uint32_t *at)
{
    while (*at < domain->count) {
        const jar_item *item = &domain->items[(*at)++];
        if (is_reached(walk, domain, item)) {
            return item->cookie;
        }
    }
    return NULL;
}

/* Longer paths first, then older cookies, or those of the nearer domain. */
static bool
goes_before(const jar_walk *walk, const jar_domain *a, const jar_domain *b)
{
    const jar_item *x = &a->items[a->walk_at];
    const jar_item *y = &b->items[b->walk_at];

    if (x->path_len != y->path_len) {
        return x->path_len > y->path_len;
    }
    if (walk->order_by_domain) {
        return a->name_len > b->name_len;
    }
    if (x->cookie->creation_ms != y->cookie->creation_ms) {
        return x->cookie->creation_ms < y->cookie->creation_ms;
    }
    return x->cookie->order < y->cookie->order;
}

jar_cookie *
jar_walk_next(jar_walk *walk, jar_domain **home)
{
    jar_domain **best = &walk->domains;

    if (walk->domains == NULL) {
        return NULL;
    }
    for (jar_domain **at = &walk->domains->walk_next; *at != NULL; at = &(*at)->walk_next) {
        if (goes_before(walk, *at, *best)) {
            best = at;
        }
    }
    jar_domain *domain = *best;
    jar_cookie *cookie = domain->items[domain->walk_at++].cookie;
    if (!advance(walk, domain)) {
        *best = domain->walk_next;
    }
    *home = domain;
    return cookie;
}
