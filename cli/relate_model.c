/* cli/relate_model.c: what two URLs have in common. */
#include "relate.h"

#include <string.h>

static bool
ends_in_dot(concors_span host)
{
    return host.len > 0 && host.ptr[host.len - 1] == '.';
}

/* The longest run of whole labels that both names end in: one pass, however many labels. */
static concors_span
common_labels(concors_span a, concors_span b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && a.ptr[a.len - 1 - len] == b.ptr[b.len - 1 - len]) {
        len++;
    }
    bool whole_in_a = len == a.len || a.ptr[a.len - 1 - len] == '.';
    bool whole_in_b = len == b.len || b.ptr[b.len - 1 - len] == '.';
    if (whole_in_a && whole_in_b) {
        return (concors_span){a.ptr + a.len - len, len};
    }
    while (len > 0 && a.ptr[a.len - len] != '.') {
        len--;
    }
    len -= len > 0 ? 1 : 0; /* the dot itself */
    return (concors_span){a.ptr + a.len - len, len};
}

/*
 * The longest domain that both hosts domain-match and that is no public suffix: what a Domain
 * attribute may say to reach both. A name with a trailing dot cannot stand there. An IP address
 * is no public suffix and matches itself alone.
 */
static concors_span
find_shared_domain(const concors_suffixes *list, const concors_origin *a, const concors_origin *b)
{
    if (a->opaque || b->opaque || ends_in_dot(a->host)) {
        return (concors_span){NULL, 0};
    }
    concors_span domain = common_labels(a->host, b->host);
    while (domain.len > 0 && concors_domain_match(a->host, domain, a->host_kind) &&
           concors_domain_match(b->host, domain, b->host_kind)) {
        if (concors_public_suffix(list, domain, a->host_kind).len != domain.len) {
            return domain;
        }
        /* below a suffix of several labels lies a plain domain: s3.amazonaws.com, amazonaws.com */
        const char *dot = memchr(domain.ptr, '.', domain.len);
        if (dot == NULL) {
            break;
        }
        domain.len -= (size_t)(dot + 1 - domain.ptr);
        domain.ptr = dot + 1;
    }
    return (concors_span){NULL, 0};
}

static void
relate_one(concors_machine *machine, relate_url *one, uint32_t opaque_id)
{
    const concors_suffixes *list = &concors_machine_host(machine)->suffixes;
    const concors_origin *origin = &one->origin;

    one->origin = concors_url_origin(&one->url, opaque_id);
    one->site = concors_origin_site(list, origin);
    one->suffix = concors_public_suffix(list, origin->host, origin->host_kind);
    one->domain = concors_registrable_domain(list, origin->host, origin->host_kind);
    one->rule[0] = '\0';
    if (one->suffix.ptr != NULL) {
        one->section = concors_machine_psl_rule(machine, origin->host, one->rule, sizeof one->rule);
    }
}

concors_status
relate_read(concors_machine *machine, const concors_span *texts, size_t count, concors_arena *arena,
            relate_pair *pair, size_t *failed, concors_url_error *why)
{
    const concors_host *host = concors_machine_host(machine);

    memset(pair, 0, sizeof *pair);
    pair->count = count;
    for (size_t i = 0; i < count; i++) {
        concors_status status =
            concors_url_parse(texts[i], NULL, host->idna, arena, &pair->urls[i].url, why);
        if (status != CONCORS_OK) {
            *failed = i;
            return status;
        }
        relate_one(machine, &pair->urls[i], (uint32_t)i + 1);
    }
    if (count == 2) {
        const relate_url *a = &pair->urls[0];
        const relate_url *b = &pair->urls[1];
        pair->same_origin = concors_same_origin(&a->origin, &b->origin);
        pair->same_site = concors_same_site(&a->site, &b->site);
        pair->same_site_without_scheme = concors_same_site_without_scheme(&a->site, &b->site);
        pair->shared_domain = find_shared_domain(&host->suffixes, &a->origin, &b->origin);
    }
    return CONCORS_OK;
}
