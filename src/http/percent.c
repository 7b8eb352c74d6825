#include "base/utf8.h"
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

bool
concors_utf8_valid(concors_span text)
{
    const char *end = text.ptr + text.len;

    for (const char *at = text.ptr; at < end;) {
        concors_utf8_point point = concors_utf8_read(at, end);
        if (point.length == 0) {
            return false;
        }
        at += point.length;
    }
    return true;
}
