/* cli/probe_prune.c: a browser's whole jar is no part of one journey. */
#include "probe.h"

#include <string.h>

static bool
ends_with(concors_span host, concors_span domain)
{
    size_t rest = host.len - domain.len;

    return host.len >= domain.len && memcmp(host.ptr + rest, domain.ptr, domain.len) == 0 &&
           (rest == 0 || host.ptr[rest - 1] == '.');
}

/* One may set cookies that the other gets. */
static bool
related(concors_span a, concors_span b)
{
    return ends_with(a, b) || ends_with(b, a);
}

/* The host in an address that the model has serialised. */
static concors_span
host_in(const char *url)
{
    const char *start = strstr(url, "://");

    start = start == NULL ? url : start + 3;
    return (concors_span){start,
                          start[0] == '[' ? strcspn(start, "]") + 1 : strcspn(start, ":/?#")};
}

static bool
matters(const probe_walk *walk, concors_span host)
{
    const concors_document *document = &walk->journey.document;
    bool found = related(host, document->url.host);

    for (size_t i = 0; i < document->ancestor_count; i++) {
        found = found || related(host, document->ancestors[i].host);
    }
    for (size_t i = 0; i < walk->journey.step_count; i++) {
        found = found || related(host, walk->steps[i].request.url.host);
    }
    for (size_t i = 0; i < walk->sent_count; i++) {
        found = found || related(host, host_in(walk->sent[i].message->url));
    }
    return found;
}

/* A host that was asked is the cookie's, or below it. */
static bool
may_go_along(const probe_walk *walk, concors_span domain)
{
    for (size_t i = 0; i < walk->sent_count; i++) {
        if (ends_with(host_in(walk->sent[i].message->url), domain)) {
            return true;
        }
    }
    return false;
}

/* A jar that has nothing to give is a mistake more often than not. The jar's stand first. */
static void
note_unused(probe_walk *walk, const probe_order *order)
{
    bool used = false;

    for (size_t i = 0; i < order->jar.count && i < walk->journey.cookie_count; i++) {
        used = used || may_go_along(walk, walk->journey.cookies[i].url.host);
    }
    if (!used && cli_args_has(order->args, CLI_OPT_COOKIES)) {
        walk->notes.step = walk->notes.hop = 0;
        walk->notes.preflight = false;
        probe_note_add(&walk->notes, "cookies-unused",
                       "none of the %zu cookies of --cookies is of a host that was asked",
                       order->jar.count);
    }
}

void
probe_jar_prune(probe_walk *walk, const probe_order *order)
{
    note_unused(walk, order);
    concors_held_cookie *kept =
        concors_arena_take_many(&walk->keep, walk->journey.cookie_count, sizeof *kept);
    size_t count = 0;

    if (kept == NULL) {
        return; /* they do no harm */
    }
    for (size_t i = 0; i < walk->journey.cookie_count; i++) {
        if (matters(walk, walk->journey.cookies[i].url.host)) {
            kept[count++] = walk->journey.cookies[i];
        }
    }
    walk->journey.cookies = kept;
    walk->journey.cookie_count = count;
}
