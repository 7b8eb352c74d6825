#include "base/span.h"
#include "mime.h"
#include "octets.h"
#include <concors/cors.h>

static bool
all_digits(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!concors_ascii_digit(text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0;
}

static bool
any_unsafe_byte(concors_span value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (concors_octet_is(value.ptr[i], CONCORS_OCTET_UNSAFE)) {
            return true;
        }
    }
    return false;
}

/* Fetch, "CORS-safelisted request-header", `accept-language` and `content-language`. */
static bool
language_safe(concors_span value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool ok = concors_ascii_digit(c) || concors_ascii_alpha(c) || c == ' ' || c == '*' ||
                  c == ',' || c == '-' || c == '.' || c == ';' || c == '=';
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool
is_essence(concors_span type, concors_span wanted_type, concors_span subtype,
           concors_span wanted_subtype)
{
    return concors_span_eq_nocase(type, wanted_type) &&
           concors_span_eq_nocase(subtype, wanted_subtype);
}

/* The same, `content-type`: parsed, not extracted, so that "text/plain, x" fails. */
static bool
content_type_safe(concors_span value)
{
    concors_span type;
    concors_span subtype;

    if (any_unsafe_byte(value) || !concors_mime_parse(value, &type, &subtype)) {
        return false;
    }
    return is_essence(type, CONCORS_LIT("application"), subtype,
                      CONCORS_LIT("x-www-form-urlencoded")) ||
           is_essence(type, CONCORS_LIT("multipart"), subtype, CONCORS_LIT("form-data")) ||
           is_essence(type, CONCORS_LIT("text"), subtype, CONCORS_LIT("plain"));
}

static concors_span
without_leading_zeros(concors_span digits)
{
    while (digits.len > 1 && digits.ptr[0] == '0') {
        digits.ptr++;
        digits.len--;
    }
    return digits;
}

/* Decimal numbers of any length. */
static bool
number_above(concors_span a, concors_span b)
{
    concors_span x = without_leading_zeros(a);
    concors_span y = without_leading_zeros(b);

    return x.len != y.len ? x.len > y.len : concors_span_compare(x, y) > 0;
}

/* Fetch, "parse a single range header value" without whitespace; and the start must be there. */
static bool
range_safe(concors_span value, bool any_case)
{
    concors_span unit = CONCORS_LIT("bytes=");

    if (!(any_case ? concors_span_starts_nocase(value, unit) : concors_span_starts(value, unit))) {
        return false;
    }
    concors_span rest = concors_span_part(value, 6, value.len);
    size_t dash = concors_span_find(rest, '-');
    concors_span start = concors_span_part(rest, 0, dash);
    concors_span end = concors_span_part(rest, dash + 1, rest.len);

    if (dash == rest.len || !all_digits(start)) {
        return false;
    }
    return end.len == 0 || (all_digits(end) && !number_above(start, end));
}

/* 1*DIGIT [ "." 1*DIGIT ] */
static bool
decimal_number(concors_span value)
{
    size_t dot = concors_span_find(value, '.');
    bool whole = all_digits(concors_span_part(value, 0, dot));

    return dot == value.len ? whole
                            : whole && all_digits(concors_span_part(value, dot + 1, value.len));
}

/*
 * The client hints that Chromium still counts as safelisted, with the values it takes for them
 * (services/network/public/cpp/cors/cors.cc, "Client Hints"). Those that begin with Sec- are
 * forbidden to script anyway.
 */
static bool
client_hint_safe(concors_span name, concors_span value)
{
    if (concors_span_eq_nocase(name, CONCORS_LIT("dpr")) ||
        concors_span_eq_nocase(name, CONCORS_LIT("device-memory")) ||
        concors_span_eq_nocase(name, CONCORS_LIT("downlink"))) {
        return decimal_number(value);
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("width")) ||
        concors_span_eq_nocase(name, CONCORS_LIT("viewport-width")) ||
        concors_span_eq_nocase(name, CONCORS_LIT("rtt"))) {
        return all_digits(value);
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("save-data"))) {
        return concors_span_eq_nocase(value, CONCORS_LIT("on"));
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("ect"))) {
        return concors_span_eq(value, CONCORS_LIT("slow-2g")) ||
               concors_span_eq(value, CONCORS_LIT("2g")) ||
               concors_span_eq(value, CONCORS_LIT("3g")) ||
               concors_span_eq(value, CONCORS_LIT("4g"));
    }
    return false;
}

/* Fetch, "CORS-safelisted request-header". */
bool
concors_header_safelisted(concors_span name, concors_span value, const concors_cors_rules *rules)
{
    concors_span normal = concors_http_trim(value); /* as a header list holds it */

    if (normal.len > CONCORS_SAFELISTED_VALUE_MAX) {
        return false;
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("accept"))) {
        return !any_unsafe_byte(normal);
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("accept-language")) ||
        concors_span_eq_nocase(name, CONCORS_LIT("content-language"))) {
        return language_safe(normal);
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("content-type"))) {
        bool list = rules->content_type_list != 0 && concors_span_find(normal, ',') < normal.len;
        return !list && content_type_safe(normal);
    }
    if (concors_span_eq_nocase(name, CONCORS_LIT("range"))) {
        return range_safe(normal, rules->range_any_case != 0);
    }
    return rules->client_hints_safelisted != 0 && client_hint_safe(name, normal);
}

/* Fetch, "no-CORS-safelisted request-header". */
bool
concors_header_no_cors_safelisted(concors_span name, concors_span value)
{
    static const concors_cors_rules standard = {0};

    return !concors_span_eq_nocase(name, CONCORS_LIT("range")) &&
           concors_header_safelisted(name, value, &standard);
}
