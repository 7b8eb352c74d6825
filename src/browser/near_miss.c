#include "near_miss.h"
#include "base/span.h"
#include "http/header_list.h"

/* scheme "://" host [ ":" port ] rest, cut without judging any of it. */
typedef struct origin_parts {
    concors_span scheme; /* absent: there is no "://" */
    concors_span host;
    concors_span port; /* absent: there is no ':' */
    concors_span rest; /* from the first '/', '?' or '#' */
} origin_parts;

static size_t
find_any(concors_span text, concors_span any)
{
    size_t at = 0;

    while (at < text.len && concors_span_find(any, text.ptr[at]) == any.len) {
        at++;
    }
    return at;
}

static origin_parts
cut(concors_span text)
{
    origin_parts parts = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    size_t colon = concors_span_find(text, ':');
    concors_span after = concors_span_part(text, colon + 1, text.len);

    if (colon < text.len && concors_span_starts(after, CONCORS_LIT("//"))) {
        parts.scheme = concors_span_part(text, 0, colon);
        text = concors_span_part(after, 2, after.len);
    } else if (concors_span_starts(text, CONCORS_LIT("//"))) {
        text = concors_span_part(text, 2, text.len);
    }
    size_t end = find_any(text, CONCORS_LIT("/?#"));
    parts.rest = concors_span_part(text, end, text.len);
    parts.host = concors_span_part(text, 0, end);
    size_t last = concors_span_find_last(parts.host, ':');
    bool inside_brackets = concors_span_find(parts.host, ']') < parts.host.len &&
                           last < concors_span_find(parts.host, ']');
    if (last < parts.host.len && !inside_brackets) {
        parts.port = concors_span_part(parts.host, last + 1, parts.host.len);
        parts.host = concors_span_part(parts.host, 0, last);
    }
    return parts;
}

static bool
is_default_port(concors_span scheme, concors_span port)
{
    return (concors_span_eq_nocase(scheme, CONCORS_LIT("https")) &&
            concors_span_eq(port, CONCORS_LIT("443"))) ||
           (concors_span_eq_nocase(scheme, CONCORS_LIT("http")) &&
            concors_span_eq(port, CONCORS_LIT("80")));
}

/* The hosts are equal, letters' case aside, and value has a scheme. */
static concors_near_miss
same_host(const origin_parts *value, const origin_parts *origin)
{
    if (!concors_span_eq_nocase(value->scheme, origin->scheme)) {
        return CONCORS_NEAR_SCHEME;
    }
    if (value->port.ptr != NULL && origin->port.ptr == NULL) {
        return value->port.len == 0 || is_default_port(value->scheme, value->port)
                   ? CONCORS_NEAR_DEFAULT_PORT
                   : CONCORS_NEAR_PORT;
    }
    if (!concors_span_eq(value->port, origin->port)) {
        return CONCORS_NEAR_PORT;
    }
    if (concors_span_eq(value->rest, CONCORS_LIT("/"))) {
        return CONCORS_NEAR_TRAILING_SLASH;
    }
    return value->rest.len > 0 ? CONCORS_NEAR_PATH : CONCORS_NEAR_CASE;
}

static concors_span
after_first_label(concors_span host)
{
    return concors_span_part(host, concors_span_find(host, '.') + 1, host.len);
}

/* A name of at least two labels whose last is not a number: shorter ones relate nothing. */
static bool
names_a_domain(concors_span host)
{
    size_t dot = concors_span_find_last(host, '.');

    return dot < host.len && dot + 1 < host.len && !concors_ascii_digit(host.ptr[host.len - 1]);
}

static bool
below(concors_span host, concors_span parent)
{
    return host.len > parent.len + 1 && host.ptr[host.len - parent.len - 1] == '.' &&
           concors_span_eq_nocase(concors_span_part(host, host.len - parent.len, host.len), parent);
}

/* One is below the other, or both are children of one domain. Text only: no suffix list here. */
static bool
related_hosts(concors_span a, concors_span b)
{
    concors_span parent = after_first_label(a);

    if (names_a_domain(a) && names_a_domain(b) && (below(a, b) || below(b, a))) {
        return true;
    }
    return names_a_domain(parent) && concors_span_eq_nocase(parent, after_first_label(b));
}

static bool
wildcard_covers(concors_span pattern, concors_span host)
{
    concors_span parent = after_first_label(pattern);

    if (concors_span_eq(pattern, CONCORS_LIT("*"))) {
        return true;
    }
    return concors_span_starts(pattern, CONCORS_LIT("*.")) && parent.len > 0 &&
           (below(host, parent) || concors_span_eq_nocase(host, parent));
}

static bool
list_has(concors_span value, concors_span origin)
{
    size_t start = 0;

    for (size_t i = 0; i <= value.len; i++) {
        if (i == value.len || value.ptr[i] == ' ' || value.ptr[i] == ',') {
            if (concors_span_eq(concors_span_part(value, start, i), origin)) {
                return true;
            }
            start = i + 1;
        }
    }
    return false;
}

static bool
is_quoted(concors_span value, concors_span *inner)
{
    if (value.len < 2 || value.ptr[0] != value.ptr[value.len - 1] ||
        (value.ptr[0] != '"' && value.ptr[0] != '\'')) {
        return false;
    }
    *inner = concors_span_part(value, 1, value.len - 1);
    return true;
}

concors_near_miss
concors_near_miss_origin(concors_span value, concors_span origin)
{
    concors_span inner;

    if (value.len == 0) {
        return CONCORS_NEAR_EMPTY;
    }
    if (concors_span_eq(value, CONCORS_LIT("null"))) {
        return CONCORS_NEAR_NULL;
    }
    if (find_any(value, CONCORS_LIT(" ,")) < value.len) {
        return list_has(value, origin) ? CONCORS_NEAR_LIST : CONCORS_NEAR_NONE;
    }
    if (is_quoted(value, &inner)) {
        return concors_span_eq(inner, origin) ? CONCORS_NEAR_QUOTED : CONCORS_NEAR_NONE;
    }
    origin_parts a = cut(value);
    origin_parts b = cut(origin);
    if (b.scheme.ptr == NULL) {
        return CONCORS_NEAR_NONE; /* the origin is opaque: nothing but "null" comes near it */
    }
    if (concors_span_eq_nocase(a.host, b.host)) {
        return a.scheme.ptr == NULL ? CONCORS_NEAR_NO_SCHEME : same_host(&a, &b);
    }
    if (wildcard_covers(a.host, b.host)) {
        return CONCORS_NEAR_WILDCARD_HOST;
    }
    return related_hosts(a.host, b.host) ? CONCORS_NEAR_SUBDOMAIN : CONCORS_NEAR_NONE;
}

/* "true, true": the header stands twice, or somebody listed it. */
static bool
all_true(concors_span value)
{
    concors_span element;
    size_t count = 0;

    while (concors_list_next(&value, &element)) {
        if (!concors_span_eq(element, CONCORS_LIT("true"))) {
            return false;
        }
        count++;
    }
    return count > 1;
}

concors_near_miss
concors_near_miss_credentials(concors_span value)
{
    concors_span inner = value;

    if (value.ptr == NULL) {
        return CONCORS_NEAR_NONE;
    }
    if (value.len == 0) {
        return CONCORS_NEAR_EMPTY;
    }
    if (all_true(value)) {
        return CONCORS_NEAR_TRUE_TWICE;
    }
    (void)is_quoted(value, &inner);
    if (concors_span_eq_nocase(inner, CONCORS_LIT("true")) ||
        concors_span_eq_nocase(inner, CONCORS_LIT("yes")) ||
        concors_span_eq_nocase(inner, CONCORS_LIT("on")) ||
        concors_span_eq_nocase(inner, CONCORS_LIT("1"))) {
        return CONCORS_NEAR_TRUE_CASE;
    }
    return CONCORS_NEAR_NONE;
}
