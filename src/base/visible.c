#include "span.h"
#include "swar.h"
#include "utf8.h"
#include <concors/tree.h>

static const char hex[] = "0123456789abcdef";

static const char *
skip_printable_ascii(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = concors_swar_load(at);
        uint64_t marks = concors_swar_equal(word, 0x7F) | concors_swar_control(word) | word;
        marks &= CONCORS_SWAR_HIGHS;
        if (marks != 0) {
            return at + concors_swar_first(marks);
        }
        at += 8;
    }
    while (at < end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7F) {
        at++;
    }
    return at;
}

static const char *
skip_harmless(const char *at, const char *end)
{
    for (;;) {
        at = skip_printable_ascii(at, end);
        concors_utf8_point point = concors_utf8_read(at, end);
        if (point.length < 2 || concors_utf8_is_treacherous(point.code)) {
            return at;
        }
        at += point.length;
    }
}

/* Write what stands at `at` so that it can be seen; returns behind it. */
static const char *
put_visible(const char *at, const char *end, concors_out *out)
{
    concors_utf8_point point = concors_utf8_read(at, end);

    if (point.length < 2) {
        unsigned char byte = (unsigned char)*at;
        concors_out_put(out, CONCORS_LIT("\\x"));
        concors_out_char(out, hex[byte >> 4]);
        concors_out_char(out, hex[byte & 15]);
        return at + 1;
    }
    concors_out_put(out, CONCORS_LIT("\\u"));
    for (unsigned shift = 16; shift > 0; shift -= 4) {
        concors_out_char(out, hex[(point.code >> (shift - 4)) & 15]);
    }
    return at + point.length;
}

void
concors_out_visible(concors_span text, concors_out *out)
{
    const char *at = text.ptr;
    const char *end = text.len == 0 ? text.ptr : text.ptr + text.len;

    while (at < end) {
        const char *stop = skip_harmless(at, end);
        concors_out_put(out, (concors_span){at, (size_t)(stop - at)});
        at = stop;
        if (at < end) {
            at = put_visible(at, end, out);
        }
    }
}
