/* src/server/origin_entry.c: one entry of a policy's origins, and what is wrong with it. */
#include "app_origin.h"

/* An entry taken apart: scheme "://" [wildcard] rest [":*"]. */
typedef struct entry_parts {
    concors_span text;
    concors_span scheme;   /* with "://" */
    concors_span wildcard; /* "*." or "?."; absent: none */
    concors_span rest;     /* host and perhaps a port, as written */
    bool any_port;
    concors_span plain; /* the entry without its wildcards */
} entry_parts;

static bool
has_high_byte(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

static void
say_no_scheme(policy_job *job, place at, concors_span text)
{
    bool loopback = concors_span_starts(text, CONCORS_LIT("localhost")) ||
                    concors_span_starts(text, CONCORS_LIT("127."));
    if (concors_span_starts_nocase(text, CONCORS_LIT("http"))) {
        policy_mistake_at(job, M_OriginScheme, at, text,
                          CONCORS_LIT("write :// behind the scheme, as in https://example.com"));
        return;
    }
    const concors_span remedy[] = {loopback ? CONCORS_LIT("write the scheme in front: http://")
                                            : CONCORS_LIT("write the scheme in front: https://"),
                                   text};

    policy_mistake_remedy(job, M_OriginScheme, at, text, remedy, text.len < 100 ? 2 : 1);
}

static bool
is_regular_expression(concors_span text)
{
    return concors_span_has_any(text, CONCORS_LIT("^$\\()|{}+")) ||
           concors_span_starts(text, CONCORS_LIT("/"));
}

/* It has a scheme, and another than the web's. */
static bool
is_of_app(concors_span text)
{
    size_t colon = concors_span_find(text, ':');

    return text.len > 0 && concors_ascii_alpha(text.ptr[0]) &&
           concors_span_starts(concors_span_part(text, colon, text.len), CONCORS_LIT("://")) &&
           !concors_span_starts_nocase(text, CONCORS_LIT("https://")) &&
           !concors_span_starts_nocase(text, CONCORS_LIT("http://"));
}

/* False: there is no "://", or wildcards stand where none may. */
static bool
take_apart(policy_job *job, place at, entry_parts *parts)
{
    concors_span text = parts->text;
    size_t colon = concors_span_find(text, ':');

    if (!concors_span_starts(concors_span_part(text, colon, text.len), CONCORS_LIT("://"))) {
        say_no_scheme(job, at, text);
        return false;
    }
    parts->scheme = concors_span_part(text, 0, colon + 3);
    parts->rest = concors_span_part(text, colon + 3, text.len);
    if (concors_span_starts(parts->rest, CONCORS_LIT("*.")) ||
        concors_span_starts(parts->rest, CONCORS_LIT("?."))) {
        parts->wildcard = concors_span_part(parts->rest, 0, 2);
        parts->rest = concors_span_part(parts->rest, 2, parts->rest.len);
    }
    if (concors_span_ends(parts->rest, CONCORS_LIT(":*"))) {
        parts->any_port = true;
        parts->rest.len -= 2;
    }
    concors_span host = concors_span_part(parts->rest, 0, concors_span_find(parts->rest, '/'));
    if (concors_span_has_any(host, CONCORS_LIT("*?"))) {
        policy_mistake_at(job, M_WildcardPlace, at, text, (concors_span){NULL, 0});
        return false;
    }
    return true;
}

/* The entry without its wildcards: a slice where there are none. */
static bool
make_plain(policy_job *job, entry_parts *parts)
{
    const concors_span pieces[] = {parts->scheme, parts->rest};

    if (parts->wildcard.len == 0) {
        parts->plain = concors_span_part(parts->text, 0, parts->scheme.len + parts->rest.len);
        return true;
    }
    parts->plain = policy_join(job, pieces, 2);
    return !job->no_room;
}

/* How a text that is a URL differs from the origin that browsers make of it. */
static mistake
difference(const entry_parts *parts, const concors_url *url, concors_span canonical)
{
    concors_span text = parts->plain;

    if (url->scheme != CONCORS_SCHEME_HTTP && url->scheme != CONCORS_SCHEME_HTTPS) {
        return M_OriginScheme;
    }
    if (has_high_byte(text)) {
        return M_OriginNotAscii;
    }
    if (url->has_credentials || concors_span_has_any(text, CONCORS_LIT("@"))) {
        return M_OriginForm;
    }
    if (concors_span_has_any(parts->rest, CONCORS_LIT("/?#"))) {
        return M_OriginPath;
    }
    if (text.len == canonical.len && concors_span_eq_nocase(text, canonical)) {
        return M_OriginCase;
    }
    return concors_span_starts_nocase(text, canonical) && text.ptr[canonical.len] == ':'
               ? M_OriginDefaultPort
               : M_OriginForm;
}

/* The remedy: the origin as browsers write it, with the wildcards of the entry. */
static void
say_canonical(policy_job *job, place at, mistake code, const entry_parts *parts,
              concors_span canonical)
{
    size_t scheme = concors_span_find(canonical, ':') + 3;
    const concors_span remedy[] = {
        CONCORS_LIT("write "),
        concors_span_part(canonical, 0, scheme),
        parts->wildcard,
        concors_span_part(canonical, scheme, canonical.len),
        parts->any_port ? CONCORS_LIT(":*") : CONCORS_LIT(""),
    };
    policy_mistake_remedy(job, code, at, parts->text, remedy, 5);
}

/* The entry is a URL, but no origin: says which origin is meant. */
static void
say_url(policy_job *job, place at, const entry_parts *parts, const concors_url *url)
{
    char room[CONCORS_POLICY_ORIGIN_MAX];
    concors_out out = {room, sizeof room, 0};
    concors_origin origin = concors_url_origin(url, 0);

    concors_origin_write(&origin, &out);
    if (concors_out_status(&out) != CONCORS_OK) {
        policy_mistake_at(job, M_OriginForm, at, parts->text, (concors_span){NULL, 0});
        return;
    }
    concors_span canonical = {room, out.len};
    mistake code = difference(parts, url, canonical);
    if (code == M_OriginScheme) {
        policy_mistake_at(job, code, at, parts->text, (concors_span){NULL, 0});
    } else if (url->host.len > 0 && url->host.ptr[url->host.len - 1] == '.') {
        policy_mistake_at(job, M_OriginTrailingDot, at, parts->text, (concors_span){NULL, 0});
    } else if (parts->wildcard.len > 0 && url->host_kind != CONCORS_HOST_DOMAIN) {
        policy_mistake_at(job, M_WildcardAddress, at, parts->text, (concors_span){NULL, 0});
    } else if (concors_span_eq(canonical, parts->plain)) {
        policy_mistake_at(job, M_OriginForm, at, parts->text,
                          CONCORS_LIT("write a host of letters, digits, - and _ in labels of at "
                                      "most 63"));
    } else {
        say_canonical(job, at, code, parts, canonical);
    }
}

/* What no browser would send. */
static entry_kind
say_wrong(policy_job *job, place at, const entry_parts *parts)
{
    concors_url url;
    concors_url_error why;
    size_t mark = job->arena->len;

    if (concors_span_has_any(parts->text, CONCORS_LIT(" \t\r\n"))) {
        policy_mistake_at(job, M_OriginForm, at, parts->text,
                          CONCORS_LIT("remove the blanks: each origin is an entry of its own"));
        return ENTRY_WRONG;
    }
    concors_status status =
        concors_url_parse(parts->plain, NULL, job->idna, job->arena, &url, &why);

    if (status == CONCORS_E_ROOM) {
        job->no_room = true;
    } else if (status == CONCORS_OK) {
        say_url(job, at, parts, &url);
    } else {
        job->arena->len = mark;
        policy_mistake_at(job, has_high_byte(parts->text) ? M_OriginNotAscii : M_OriginForm, at,
                          parts->text, (concors_span){NULL, 0});
    }
    return ENTRY_WRONG;
}

/* Names that are no numbers are origins already; addresses are read as browsers read them. */
static bool
is_serialised(policy_job *job, concors_span plain, const origin_text *origin,
              concors_host_kind *kind, bool *loopback)
{
    size_t dot = concors_span_find_last(origin->host, '.');
    char first = origin->host.ptr[dot < origin->host.len ? dot + 1 : 0];
    concors_url url;
    concors_url_error why;

    *kind = CONCORS_HOST_DOMAIN;
    if (first >= 'a' && first <= 'z') {
        *loopback = concors_span_eq(origin->host, CONCORS_LIT("localhost")) ||
                    concors_span_ends(origin->host, CONCORS_LIT(".localhost"));
        return true;
    }
    size_t mark = job->arena->len;
    concors_status status = concors_url_parse(plain, NULL, NULL, job->arena, &url, &why);
    if (status == CONCORS_E_ROOM) {
        job->no_room = true;
    }
    bool same = status == CONCORS_OK && concors_span_eq(url.host, origin->host);
    if (same) {
        concors_origin parsed = concors_url_origin(&url, 0);
        *kind = url.host_kind;
        *loopback = concors_host_is_loopback(&parsed);
    }
    job->arena->len = mark;
    return same;
}

static void
fill_wildcard(policy_job *job, const entry_parts *parts, const origin_text *origin,
              origin_entry *out)
{
    concors_span domain =
        concors_registrable_domain(job->suffixes, origin->host, CONCORS_HOST_DOMAIN);

    out->pattern.flags |= PATTERN_WILD | (parts->wildcard.ptr[0] == '*' ? PATTERN_MANY : 0);
    out->public_suffix = domain.len == 0 && !out->loopback;
    out->registrable = domain.len == origin->host.len;
}

static void
fill(policy_job *job, const entry_parts *parts, const origin_text *origin, origin_entry *out)
{
    bool exact = parts->wildcard.len == 0 && !parts->any_port;
    concors_span text = exact ? parts->text : origin->host;

    out->host = origin->host;
    out->pattern = (pattern){.ptr = text.ptr, .len = (uint16_t)text.len};
    if (exact) {
        out->pattern.flags = PATTERN_EXACT;
        return;
    }
    out->pattern.port = origin->port;
    out->pattern.flags =
        (uint8_t)((origin->secure ? PATTERN_SECURE : 0) | (parts->any_port ? PATTERN_ANY_PORT : 0));
    if (parts->wildcard.len > 0) {
        fill_wildcard(job, parts, origin, out);
    }
}

entry_kind
origin_entry_read(policy_job *job, place at, concors_span text, origin_entry *out)
{
    entry_parts parts = {.text = text};
    origin_text origin;
    concors_host_kind kind;

    memset(out, 0, sizeof *out);
    if (concors_span_eq(text, CONCORS_LIT("*"))) {
        return ENTRY_ANY;
    }
    if (concors_span_eq(text, CONCORS_LIT("null"))) {
        return ENTRY_NULL;
    }
    if (is_regular_expression(text)) {
        policy_mistake_at(job, M_OriginPattern, at, text, (concors_span){NULL, 0});
        return ENTRY_WRONG;
    }
    if (is_of_app(text)) {
        if (!app_origin_read(job, at, text)) {
            return ENTRY_WRONG;
        }
        out->app = true;
        out->pattern =
            (pattern){.ptr = text.ptr, .len = (uint16_t)text.len, .flags = PATTERN_EXACT};
        return ENTRY_ORIGIN;
    }
    if (!take_apart(job, at, &parts) || !make_plain(job, &parts)) {
        return ENTRY_WRONG;
    }
    if (!origin_text_scan(parts.plain, &origin) ||
        !is_serialised(job, parts.plain, &origin, &kind, &out->loopback)) {
        return say_wrong(job, at, &parts);
    }
    if (parts.any_port && origin.port != 0) {
        policy_mistake_at(job, M_WildcardPlace, at, text, (concors_span){NULL, 0});
        return ENTRY_WRONG;
    }
    if (parts.wildcard.len > 0 && kind != CONCORS_HOST_DOMAIN) {
        policy_mistake_at(job, M_WildcardAddress, at, text, (concors_span){NULL, 0});
        return ENTRY_WRONG;
    }
    fill(job, &parts, &origin, out);
    return ENTRY_ORIGIN;
}
