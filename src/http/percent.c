#include "url_parts.h"

void
concors_percent_encode(concors_span text, unsigned classes, concors_out *out)
{
    static const char hex[16] = "0123456789ABCDEF";
    size_t at = 0;

    while (at < text.len) {
        size_t end = concors_url_scan(text, at, classes);
        concors_out_put(out, concors_span_part(text, at, end));
        if (end < text.len) {
            uint8_t byte = (uint8_t)text.ptr[end];
            char code[3] = {'%', hex[byte >> 4], hex[byte & 15]};
            concors_out_put(out, (concors_span){code, sizeof code});
            end++;
        }
        at = end;
    }
}

static int
hex_value(char c)
{
    if (concors_ascii_digit(c)) {
        return c - '0';
    }
    char lower = concors_ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

size_t
concors_percent_decode(concors_span text, char *to)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' && text.len - i > 2) {
            int high = hex_value(text.ptr[i + 1]);
            int low = hex_value(text.ptr[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(uint8_t)(high * 16 + low);
                i += 2;
            }
        }
        to[len++] = c;
    }
    return len;
}

/* How many continuation bytes follow, and the smallest and largest first one; -1: no lead byte. */
static int
utf8_lead(uint8_t lead, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead < 0x80) {
        return 0;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 1;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        *low = lead == 0xe0 ? 0xa0 : 0x80;
        *high = lead == 0xed ? 0x9f : 0xbf; /* no surrogates */
        return 2;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *low = lead == 0xf0 ? 0x90 : 0x80;
        *high = lead == 0xf4 ? 0x8f : 0xbf;
        return 3;
    }
    return -1;
}

bool
concors_utf8_valid(concors_span text)
{
    size_t i = 0;

    while (i < text.len) {
        uint8_t low;
        uint8_t high;
        int more = utf8_lead((uint8_t)text.ptr[i++], &low, &high);

        if (more < 0 || text.len - i < (size_t)more) {
            return false;
        }
        for (; more > 0; more--) {
            uint8_t byte = (uint8_t)text.ptr[i++];
            if (byte < low || byte > high) {
                return false;
            }
            low = 0x80;
            high = 0xbf;
        }
    }
    return true;
}
