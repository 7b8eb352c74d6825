#include "url_parts.h"

/*
 * The short way for what nearly every URL is: already as the parser would write it. Whatever looks
 * as if it might need work is left to the states; the result is the same, slices instead of copies.
 */

static concors_scheme
eat_scheme(concors_span text, size_t *at)
{
    static const concors_scheme tried[] = {CONCORS_SCHEME_HTTPS, CONCORS_SCHEME_HTTP,
                                           CONCORS_SCHEME_WSS, CONCORS_SCHEME_WS};

    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        concors_span name = concors_scheme_text(tried[i]);
        concors_span rest = concors_span_part(text, name.len, name.len + 3);
        if (concors_span_starts(text, name) && concors_span_eq(rest, CONCORS_LIT("://"))) {
            *at = name.len + 3;
            return tried[i];
        }
    }
    return CONCORS_SCHEME_OTHER;
}

/* A domain whose last label starts with a letter is no IPv4 address. */
static bool
eat_host(concors_span text, size_t *at, concors_span *host)
{
    size_t start = *at;
    size_t label = start;
    size_t i = start;

    for (; i < text.len && concors_byte_is(text.ptr[i], CONCORS_BYTE_HOST); i++) {
        if (text.ptr[i] == '.' && i + 1 < text.len) {
            label = i + 1;
        }
    }
    *at = i;
    *host = concors_span_part(text, start, i);
    char first = label < i ? text.ptr[label] : '0';
    return first >= 'a' && first <= 'z';
}

/* ":8443": no leading zero, not the scheme's own. */
static bool
eat_port(concors_span text, size_t *at, concors_url *out)
{
    uint32_t port = 0;
    size_t i = *at + 1;

    out->port = concors_scheme_port(out->scheme);
    out->default_port = true;
    if (*at == text.len || text.ptr[*at] != ':') {
        return true;
    }
    for (; i < text.len && concors_ascii_digit(text.ptr[i]) && port <= UINT16_MAX; i++) {
        port = port * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    if (i == *at + 1 || text.ptr[*at + 1] == '0' || port > UINT16_MAX || port == out->port) {
        return false;
    }
    *at = i;
    out->port = (uint16_t)port;
    out->default_port = false;
    return true;
}

/* A path in which no segment starts with a dot, plain or encoded. */
static bool
eat_path(concors_span text, size_t *at, concors_span *path)
{
    size_t start = *at;
    size_t i = start;

    if (i == text.len || text.ptr[i] != '/') {
        return false;
    }
    while (i < text.len && !concors_byte_is(text.ptr[i], CONCORS_BYTE_ENCODE_PATH)) {
        char c = text.ptr[i++];
        if (c == '\\') {
            return false;
        }
        if (c == '/' && i < text.len && (text.ptr[i] == '.' || text.ptr[i] == '%')) {
            return false;
        }
    }
    *at = i;
    *path = concors_span_part(text, start, i);
    return i == text.len || text.ptr[i] == '?' || text.ptr[i] == '#';
}

/* "https://example.com", as origins are written: a copy with the path "/". */
static bool
add_path(concors_span text, concors_arena *arena, concors_url *out)
{
    char *copy = text.len < CONCORS_URL_MAX ? concors_arena_take_text(arena, text.len + 1) : NULL;

    if (copy == NULL) {
        return false; /* the states will find out, and say so */
    }
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '/';
    out->host.ptr = copy + (out->host.ptr - text.ptr);
    out->path = (concors_span){copy + text.len, 1};
    out->query = (concors_span){copy + text.len + 1, 0};
    out->href = (concors_span){copy, text.len + 1};
    return true;
}

bool
concors_url_parse_plain(concors_span text, concors_arena *arena, concors_url *out)
{
    size_t at = 0;

    out->scheme = eat_scheme(text, &at);
    if (out->scheme == CONCORS_SCHEME_OTHER || !eat_host(text, &at, &out->host) ||
        !eat_port(text, &at, out)) {
        return false;
    }
    out->scheme_name = concors_scheme_text(out->scheme);
    out->host_kind = CONCORS_HOST_DOMAIN;
    if (at == text.len) {
        return add_path(text, arena, out);
    }
    if (!eat_path(text, &at, &out->path)) {
        return false;
    }
    out->query = concors_span_part(text, at, at);
    out->has_query = at < text.len && text.ptr[at] == '?';
    if (out->has_query) {
        size_t end = concors_url_scan(text, at + 1, CONCORS_BYTE_ENCODE_QUERY);
        out->query = concors_span_part(text, at + 1, end);
        at = end;
    }
    if (at < text.len && text.ptr[at] != '#') {
        return false;
    }
    /* a fragment is dropped, but a TAB, LF or CR in it changes nothing either */
    out->href = concors_span_part(text, 0, at);
    return true;
}
