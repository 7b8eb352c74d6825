#include "url_parts.h"

/* "IPv4 number parser". Values beyond 32 bits stay beyond: they saturate instead of wrapping. */
static bool
parse_number(concors_span part, uint64_t *out)
{
    unsigned base = 10;
    uint64_t value = 0;

    if (part.len == 0) {
        return false;
    }
    if (part.len >= 2 && part.ptr[0] == '0') {
        base = concors_ascii_lower(part.ptr[1]) == 'x' ? 16 : 8;
        part = concors_span_part(part, base == 16 ? 2 : 1, part.len);
    }
    for (size_t i = 0; i < part.len; i++) {
        char c = concors_ascii_lower(part.ptr[i]);
        unsigned digit = 99;
        if (concors_ascii_digit(c)) {
            digit = (unsigned)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (unsigned)(c - 'a') + 10;
        }
        if (digit >= base) {
            return false;
        }
        value = value > UINT32_MAX ? value : value * base + digit;
    }
    *out = value;
    return true;
}

static concors_span
without_last_dot(concors_span host)
{
    bool dot = host.len > 0 && host.ptr[host.len - 1] == '.';
    return concors_span_part(host, 0, host.len - (dot ? 1 : 0));
}

/* "ends in a number checker" */
bool
concors_ipv4_looks_like(concors_span host)
{
    concors_span name = without_last_dot(host);
    size_t dot = concors_span_find_last(name, '.');
    concors_span last = concors_span_part(name, dot == name.len ? 0 : dot + 1, name.len);
    uint64_t number;
    size_t digits = 0;

    if (last.len == 0) {
        return false;
    }
    while (digits < last.len && concors_ascii_digit(last.ptr[digits])) {
        digits++;
    }
    return digits == last.len || parse_number(last, &number);
}

/* "IPv4 parser": one to four numbers, the last of which fills what the others leave. */
bool
concors_ipv4_parse(concors_span host, uint8_t ip[16])
{
    concors_span rest = without_last_dot(host);
    uint64_t address = 0;

    for (unsigned parts = 1; parts <= 4; parts++) {
        size_t dot = concors_span_find(rest, '.');
        uint64_t number;
        if (!parse_number(concors_span_part(rest, 0, dot), &number)) {
            return false;
        }
        if (dot == rest.len) {
            if (number >= UINT64_C(1) << (8 * (5 - parts))) {
                return false;
            }
            address |= number;
            memset(ip, 0, 16);
            for (unsigned i = 0; i < 4; i++) {
                ip[i] = (uint8_t)(address >> (24 - 8 * i));
            }
            return true;
        }
        if (number > 255) {
            return false;
        }
        address |= number << (8 * (4 - parts));
        rest = concors_span_part(rest, dot + 1, rest.len);
    }
    return false;
}

void
concors_ipv4_write(const uint8_t ip[16], concors_out *out)
{
    for (unsigned i = 0; i < 4; i++) {
        if (i > 0) {
            concors_out_char(out, '.');
        }
        concors_out_u64(out, ip[i]);
    }
}
