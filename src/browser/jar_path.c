/* src/browser/jar_path.c: 6265bis 5.1.4, default-path and path-match. */
#include "jar_inside.h"

concors_span
jar_default_path(concors_span request_path)
{
    size_t last = concors_span_find_last(request_path, '/');

    if (request_path.len == 0 || request_path.ptr[0] != '/' || last == 0) {
        return CONCORS_LIT("/");
    }
    return concors_span_part(request_path, 0, last);
}

bool
jar_path_match(concors_span request_path, concors_span cookie_path)
{
    if (!concors_span_starts(request_path, cookie_path)) {
        return false;
    }
    return request_path.len == cookie_path.len || cookie_path.ptr[cookie_path.len - 1] == '/' ||
           request_path.ptr[cookie_path.len] == '/';
}

static int
hex_value(char c)
{
    char lower = (char)(c | 0x20);

    if (concors_ascii_digit(c)) {
        return c - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte at *at, %XX decoded; *at moves behind it. */
static char
next_decoded(concors_span text, size_t *at)
{
    char c = text.ptr[(*at)++];

    if (c != '%' || text.len - *at < 2) {
        return c;
    }
    int high = hex_value(text.ptr[*at]);
    int low = hex_value(text.ptr[*at + 1]);
    if (high < 0 || low < 0) {
        return c;
    }
    *at += 2;
    return (char)(high * 16 + low);
}

bool
jar_path_match_decoded(concors_span request_path, concors_span cookie_path)
{
    size_t at = 0;
    char last = '\0';

    for (size_t i = 0; i < cookie_path.len;) {
        last = next_decoded(cookie_path, &i);
        if (at >= request_path.len || next_decoded(request_path, &at) != last) {
            return false;
        }
    }
    return at == request_path.len || last == '/' || next_decoded(request_path, &at) == '/';
}
