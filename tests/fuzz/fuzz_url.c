/*
 * The URL parser. What must hold of any input:
 * what was written reads back the same; hosts are lower case and have no forbidden byte; an
 * absolute URL resolves to itself against any base; the short way and the states agree.
 */
#include "http/url_parts.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 1 << 20, TEXT_MAX = 1 << 14 };

static void
must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static concors_status
parse(concors_span text, const concors_url *base, char *memory, concors_url *out)
{
    concors_arena arena = {memory, ROOM, 0};
    concors_url_error why;

    return concors_url_parse(text, base, NULL, &arena, out, &why);
}

static void
check_same(const concors_url *a, const concors_url *b, const char *what)
{
    must(concors_span_eq(a->href, b->href), what);
    must(a->scheme == b->scheme && concors_span_eq(a->scheme_name, b->scheme_name), what);
    must(a->host_kind == b->host_kind && concors_span_eq(a->host, b->host), what);
    must(memcmp(a->ip, b->ip, sizeof a->ip) == 0, what);
    must(a->port == b->port && a->default_port == b->default_port, what);
    must(concors_span_eq(a->path, b->path), what);
    must(a->has_query == b->has_query && concors_span_eq(a->query, b->query), what);
}

static void
check_host(const concors_url *url)
{
    if (url->scheme == CONCORS_SCHEME_OTHER) {
        return;
    }
    must(url->host.len > 0, "a host");
    must(url->path.len > 0 && url->path.ptr[0] == '/', "a path");
    for (size_t i = 0; i < url->host.len && url->host_kind == CONCORS_HOST_DOMAIN; i++) {
        must(concors_byte_is(url->host.ptr[i], CONCORS_BYTE_HOST), "a lower-case, lawful host");
    }
    for (size_t i = 0; i < url->href.len; i++) {
        must(url->href.ptr[i] > ' ' && url->href.ptr[i] < 0x7f, "an ASCII href");
    }
}

/* A TAB counts for nothing, but keeps the parser from the short way. */
static void
check_both_ways(concors_span text, const concors_url *base, concors_status status,
                const concors_url *url)
{
    static char memory[ROOM];
    static char longer[TEXT_MAX + 1];
    size_t half = text.len / 2;
    concors_url other;

    memcpy(longer, text.ptr, half);
    longer[half] = '\t';
    memcpy(longer + half + 1, text.ptr + half, text.len - half);
    must(parse((concors_span){longer, text.len + 1}, base, memory, &other) == status, "one status");
    if (status == CONCORS_OK) {
        check_same(url, &other, "both ways agree");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const bases[] = {"https://h/", "http://u@b.test:81/a/b/../c?q#f",
                                        "wss://[::1]/x", "about:blank"};
    static char base_memory[ROOM], memory[ROOM], again_memory[ROOM];
    concors_url base, url, again;

    if (size < 1 || size > TEXT_MAX) {
        return 0;
    }
    const char *base_text = bases[data[0] & 3];
    must(parse((concors_span){base_text, strlen(base_text)}, NULL, base_memory, &base) ==
             CONCORS_OK,
         "the base");
    const concors_url *given = (data[0] & 4) != 0 ? &base : NULL;
    concors_span text = {(const char *)data + 1, size - 1};
    concors_status status = parse(text, given, memory, &url);
    must(status == CONCORS_OK || status == CONCORS_E_SYNTAX || status == CONCORS_E_LIMIT, "status");
    check_both_ways(text, given, status, &url);
    if (status != CONCORS_OK) {
        return 0;
    }
    check_host(&url);
    must(parse(url.href, NULL, again_memory, &again) == CONCORS_OK, "the href parses");
    check_same(&url, &again, "the href reads back the same");
    must(parse(url.href, &base, again_memory, &again) == CONCORS_OK, "the href resolves");
    check_same(&url, &again, "an absolute URL resolves to itself");
    return 0;
}
