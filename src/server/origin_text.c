#include "origin_text.h"

enum { HOST_MAX = 253, LABEL_MAX = 63 };

static bool
is_label_byte(char c)
{
    return (c >= 'a' && c <= 'z') || concors_ascii_digit(c) || c == '-' || c == '_';
}

/* Where the labels that begin at `at` end; 0: these are none. */
static size_t
scan_labels(concors_span text, size_t at, origin_text *out)
{
    size_t start = at;
    size_t label = at;

    out->dots = 0;
    for (; at < text.len && text.ptr[at] != ':'; at++) {
        if (is_label_byte(text.ptr[at])) {
            continue;
        }
        if (text.ptr[at] != '.' || at == label || at - label > LABEL_MAX || at - start > HOST_MAX) {
            return 0;
        }
        out->dot[out->dots++] = (uint8_t)(at - start);
        label = at + 1;
    }
    return at == label || at - label > LABEL_MAX || at - start > HOST_MAX ? 0 : at;
}

/* "[::1]": whether the address is a right one is for the policy to say, which lists it. */
static size_t
scan_brackets(concors_span text, size_t at, origin_text *out)
{
    out->dots = 0;
    for (at++; at < text.len && text.ptr[at] != ']'; at++) {
        char c = text.ptr[at];
        if (!concors_ascii_digit(c) && c != ':' && !(c >= 'a' && c <= 'f')) {
            return 0;
        }
    }
    return at < text.len ? at + 1 : 0;
}

/* ":8443", the last thing in an origin. */
static bool
scan_port(concors_span digits, bool secure, uint16_t *port)
{
    uint32_t value = 0;

    if (digits.len == 0 || digits.len > 5 || digits.ptr[0] == '0') {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        if (!concors_ascii_digit(digits.ptr[i])) {
            return false;
        }
        value = value * 10 + (uint32_t)(digits.ptr[i] - '0');
    }
    *port = (uint16_t)value;
    return value <= 65535 && value != (secure ? 443U : 80U);
}

bool
origin_text_scan(concors_span text, origin_text *out)
{
    size_t start;

    if (text.len > CONCORS_POLICY_ORIGIN_MAX) {
        return false;
    }
    if (concors_span_starts(text, CONCORS_LIT("https://"))) {
        out->secure = true;
        start = 8;
    } else if (concors_span_starts(text, CONCORS_LIT("http://"))) {
        out->secure = false;
        start = 7;
    } else {
        return false;
    }
    bool brackets = start < text.len && text.ptr[start] == '[';
    size_t end = brackets ? scan_brackets(text, start, out) : scan_labels(text, start, out);
    if (end == 0) {
        return false;
    }
    out->host = concors_span_part(text, start, end);
    out->port = 0;
    return end == text.len ||
           (text.ptr[end] == ':' &&
            scan_port(concors_span_part(text, end + 1, text.len), out->secure, &out->port));
}
