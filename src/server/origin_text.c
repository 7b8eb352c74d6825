#include "origin_text.h"

enum { HOST_MAX = 253, LABEL_MAX = 63 };

/* Bytes of labels; nothing above 7F is one. */
static const uint8_t of_labels[256] = {
    ['-'] = 1, ['_'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1,
    ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1,
    ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1,
    ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

size_t
origin_labels(concors_span text)
{
    const char *at = text.ptr;
    const char *end = text.ptr + text.len;

    for (size_t count = 1;; count++) {
        const char *label = at;
        while (at < end && of_labels[(unsigned char)*at]) {
            at++;
        }
        if (at == label || at - label > LABEL_MAX) {
            return 0;
        }
        if (at == end) {
            return count;
        }
        if (*at++ != '.') {
            return 0;
        }
    }
}

/* "[::1]": whether the address is a right one is for the policy to say, which lists it. */
static bool
is_bracketed(concors_span host)
{
    for (size_t i = 1; i + 1 < host.len; i++) {
        char c = host.ptr[i];
        if (!concors_ascii_digit(c) && c != ':' && !(c >= 'a' && c <= 'f')) {
            return false;
        }
    }
    return host.len > 1 && host.ptr[host.len - 1] == ']';
}

/* ":8443", the last thing in an origin. */
static bool
scan_port(concors_span digits, bool secure, uint16_t *port)
{
    uint32_t value = 0;

    if (digits.len == 0 || digits.ptr[0] == '0') {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        value = value * 10 + (uint32_t)(digits.ptr[i] - '0');
    }
    *port = (uint16_t)value;
    return value <= 65535 && value != (secure ? 443U : 80U);
}

bool
origin_text_split(concors_span text, origin_text *out)
{
    enum { DIGITS_MAX = 5 };
    size_t end = text.len;

    if (end < sizeof "http://" || end > CONCORS_POLICY_ORIGIN_MAX) {
        return false;
    }
    out->secure = memcmp(text.ptr, "https://", 8) == 0;
    if (!out->secure && memcmp(text.ptr, "http://", 7) != 0) {
        return false;
    }
    while (text.len - end < DIGITS_MAX && concors_ascii_digit(text.ptr[end - 1])) {
        end--;
    }
    size_t start = out->secure ? 8 : 7;
    out->port = 0;
    if (end <= start || text.ptr[end - 1] != ':') {
        end = text.len;
    } else if (scan_port(concors_span_part(text, end, text.len), out->secure, &out->port)) {
        end--;
    } else {
        return false;
    }
    out->host = (concors_span){text.ptr + start, end - start};
    return out->host.len > 0 && out->host.len <= HOST_MAX;
}

bool
origin_text_scan(concors_span text, origin_text *out)
{
    if (!origin_text_split(text, out)) {
        return false;
    }
    return out->host.ptr[0] == '[' ? is_bracketed(out->host) : origin_labels(out->host) > 0;
}
