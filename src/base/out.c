#include "span.h"

void
concors_out_put(concors_out *out, concors_span text)
{
    if (text.len > 0 && out->len < out->cap) {
        size_t room = out->cap - out->len;
        memcpy(out->ptr + out->len, text.ptr, text.len < room ? text.len : room);
    }
    out->len += text.len; /* past cap it still counts: len is the size needed */
}

void
concors_out_char(concors_out *out, char c)
{
    if (out->len < out->cap) {
        out->ptr[out->len] = c;
    }
    out->len++;
}

void
concors_out_u64(concors_out *out, uint64_t n)
{
    char digits[20];
    size_t start = sizeof digits;

    do {
        digits[--start] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    concors_out_put(out, (concors_span){digits + start, sizeof digits - start});
}

concors_status
concors_out_status(const concors_out *out)
{
    return out->len <= out->cap ? CONCORS_OK : CONCORS_E_ROOM;
}
